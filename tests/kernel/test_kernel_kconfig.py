"""Kconfig files: every construct, and everything that can be wrong with one."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from kernel_trees import made, problems, read

import gen.kernel.kconfig as kconfig_module
from gen.kernel.expression import And, Expression, Macro, Not, Or, Symbol, evaluated, shown
from gen.kernel.kconfig import (
    DEEPEST_BLOCK,
    DEEPEST_SOURCE,
    MOST_DEFAULTS,
    MOST_PROBLEMS,
    MOST_TIMES,
    Kconfig,
    KconfigReader,
    Select,
)
from gen.kernel.statements import KEYWORDS, read_statements

FILE = "arch/toy/Kconfig"


def only(kconfig: Kconfig, symbol: str = "HAVE_X") -> Select:
    (select,) = kconfig.selects([symbol], implied=True)
    return select


def conditions(select: Select) -> tuple[str, list[str]]:
    """A select's own condition and those around it, as text."""
    return select.own.text if select.own else "", [each.text for each in select.enclosing]


# What a select says


def test_a_select_says_where_it_stands_and_when(tmp_path: Path) -> None:
    kconfig = read(
        tmp_path,
        "# SPDX\nif A\nconfig TOY\n\tdef_bool y\n\tselect HAVE_W\n\tselect  HAVE_X\tif B || \\\n\t\t!C # why\nendif\n",
    )
    assert problems(kconfig) == []
    select = only(kconfig)
    assert (select.symbol, select.by, str(select.by_span)) == ("HAVE_X", "TOY", f"{FILE}:3:8")
    assert (str(select.span), select.span.end_column) == (f"{FILE}:6:10", 16)
    assert (select.statement.column, select.statement.end_line, select.statement.end_column) == (2, 7, 5)
    assert conditions(select) == ("B || !C", ["A"])
    assert select.own is not None
    assert (select.own.span.line, select.own.span.column, select.own.span.end_line) == (6, 20, 7)
    assert str(select.enclosing[0].span) == f"{FILE}:2:4"
    assert shown(kconfig.condition(select)) == "TOY && (B || !C)"


@pytest.mark.parametrize(
    ("text", "around"),
    [
        ("if A\nif B && C\n{}endif\nendif\n", ["A", "B && C"]),
        ("if A\nendif\n{}", []),
        ('menu "M"\n\tdepends on A\n\tvisible if B\n{}endmenu\n', ["A"]),
        ('menu "M"\n\tdepends on A\n\tdepends on B\nif C\n{}endif\nendmenu\n', ["A", "B", "C"]),
        ('menu "M"\nconfig Y\n\tdepends on A\n\n{}endmenu\n', []),
        ('choice\n\tprompt "P"\n\tdepends on A\n\tdefault Y\n{}endchoice\n', ["A"]),
        ('comment "C"\n\tdepends on A\n{}', []),
        ("menuconfig M\n\tbool\nif M\n{}endif\n", ["M"]),
        ('if A\nmenu "open"\nendif\n{}', []),
    ],
)
def test_the_blocks_around_a_config_count(tmp_path: Path, text: str, around: list[str]) -> None:
    kconfig = read(tmp_path, text.format("config TOY\n\tbool\n\tselect HAVE_X\n"))
    assert conditions(only(kconfig)) == ("", around)


def test_what_a_config_depends_on_is_its_own(tmp_path: Path) -> None:
    kconfig = read(tmp_path, "if A\nconfig TOY\n\tdepends on B\n\tselect HAVE_X\n\tdepends on C if D\nendif\n")
    (config,) = kconfig.by_name["TOY"]
    assert [each.text for each in config.depends] == ["B", "C if D"]
    assert shown(config.available) == "A && B && (!D || C)"
    assert conditions(only(kconfig)) == ("", ["A"])


def test_a_config_may_be_opened_several_times(tmp_path: Path) -> None:
    first = "config TOY\n\tbool\n\tselect A\n\nconfig OTHER\n\tbool\n\n"
    kconfig = read(tmp_path, first + "if Z\nconfig TOY\n\tselect B\n\tselect A if C\nendif\n")
    assert [len(config.selects) for config in kconfig.by_name["TOY"]] == [1, 2]
    found = kconfig.selects(["B", "A"])
    assert [(each.symbol, each.span.line) for each in found] == [("B", 10), ("A", 3), ("A", 11)]
    assert shown(kconfig.selected("A")) == "TOY || TOY && C"


def test_imply_is_no_select_unless_asked_for(tmp_path: Path) -> None:
    kconfig = read(tmp_path, "config TOY\n\timply HAVE_X if A\n")
    assert kconfig.selects(["HAVE_X"]) == ()
    assert only(kconfig).implied


@pytest.mark.parametrize(
    "text",
    [
        "\thelp\n\t  select HAVE_X\n\tselect HAVE_X\n",
        "\thelp\n\n\n\t  a\n\n\t\tselect HAVE_X\n\t  b\n\n\tselect HAVE_X\n",
        "    help\n          eight\n\tselect HAVE_X\n",
        "\t---help---\n\t  select HAVE_X\n\tselect HAVE_X\n",
        "\thelp # no argument\n\t  select HAVE_X\n\n\n\tselect HAVE_X\n",
        "\t# select HAVE_X\n\tselect HAVE_X # select HAVE_X\n",
        '\tbool "select HAVE_X # \\" select HAVE_X" if A\n\tselect HAVE_X\n',
        "\tbool 'it is \"select HAVE_X\"'\n\tselect HAVE_X\n",
        '\tdefault "$(shell,echo "select HAVE_X")"\n\tselect HAVE_X\n',
        "$(error-if,$(failure,x),\n\tselect HAVE_X\n",
        "flag := $(shell, select HAVE_X # (\n\tselect HAVE_X\n",
        "flag = a \\\n\tselect HAVE_X\n",
        "# a comment is not continued \\\n\tselect HAVE_X\n",
        "\tselect \\\n\tHAVE_X\n",
        "\tselect HAVE_X",
        "\tselect HAVE_X\r\n",
        "\trange 1 A if B\n\toption modules\n\tmodules\n\toptional\n\tselect HAVE_X\n",
    ],
)
def test_help_comments_strings_and_macros_select_nothing(tmp_path: Path, text: str) -> None:
    kconfig = read(tmp_path, f"config TOY\n{text}")
    assert problems(kconfig) == []
    assert [select.by for select in kconfig.selects(["HAVE_X"])] == ["TOY"]


def test_a_help_text_ends_at_a_line_that_starts_at_once(tmp_path: Path) -> None:
    kconfig = read(tmp_path, "config A\n\thelp\n\nconfig B\n\thelp\n\t  text\nconfig C\n\tbool\n")
    assert [config.name for config in kconfig.configs] == ["A", "B", "C"]


def test_the_line_after_help_is_help_wherever_it_starts(tmp_path: Path) -> None:
    kconfig = read(tmp_path, "config A\n\thelp\nconfig SWALLOWED\n\tbool\nconfig B\n\tbool\n")
    assert [config.name for config in kconfig.configs] == ["A", "B"]


def test_macros_in_conditions_are_unknown(tmp_path: Path) -> None:
    text = "config TOY\n\tdef_bool y\n\tselect HAVE_X if $(cc-option,-fa=1,1) && A\n"
    kconfig = read(tmp_path, text)
    condition = kconfig.condition(only(kconfig))
    assert shown(condition) == "$(cc-option,-fa=1,1) && A"
    assert (evaluated(condition, {"A": True}), evaluated(condition, {"A": False})) == (None, False)


# What is on


@pytest.mark.parametrize(
    ("text", "always"),
    [
        ("config T\n\tdef_bool y\n", True),
        ("config T\n\tbool\n\tdefault y\n", True),
        ("config T\n\tdef_bool y if A || y\n", True),
        ("config T\n\tbool\n\nconfig T\n\tdefault y\n", True),
        ("config T\n\tbool\n", False),
        ("config T\n\tdef_bool n\n\tdefault y\n", False),
        ("config T\n\tdef_bool A\n\tdefault y\n", False),
        ("config T\n\tdef_bool y if A\n", False),
        ("config T\n\tdef_bool y\n\tdepends on A\n", False),
        ("if A\nconfig T\n\tdef_bool y\nendif\n", False),
        ('config T\n\tbool "ask"\n\tdefault y\n', False),
        ('config T\n\tdef_bool y\n\tprompt "ask"\n', False),
        ('config T\n\tdef_bool y\n\nconfig T\n\tbool "ask"\n', False),
    ],
)
def test_a_symbol_is_always_on_if_nothing_can_turn_it_off(tmp_path: Path, text: str, always: bool) -> None:
    assert read(tmp_path, text).always_on("T") is always


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("", "n"),
        ("config X\n\tdef_bool y if 64BIT\n", "n"),
        ("config X\n\tdef_bool y if 64BIT\nconfig 64BIT\n\tbool\n", "64BIT"),
        ("config X\n\tdef_bool n if A\n\tdefault y\n", "!A"),
        ("config X\n\tdef_bool y if A\n\tdepends on B\n", "A && B"),
        ("config X\n\tbool\nconfig T\n\tselect X\n", "T"),
        (
            "config X\n\tbool\nconfig T\n\tdef_bool y\n\tselect X if A || 64BIT\nconfig U\n\tbool\n\tselect X\n",
            "A || U",
        ),
        ("config X\n\tdef_bool y if A\nconfig T\n\tdef_bool y\n\tselect X if A || B\n", "A || B"),
        ("config X\n\tdef_bool y if A\nconfig T\n\tdef_bool y\n\tselect X\n", "y"),
    ],
)
def test_a_symbol_is_on_by_default_or_by_selection(tmp_path: Path, text: str, on: str) -> None:
    assert shown(read(tmp_path, text).on("X")) == on


# Sources


def test_sources_are_followed_with_the_blocks_around_them(tmp_path: Path) -> None:
    files = {
        "arch/Kconfig": 'source "arch/$(SRCARCH)/Kconfig"\nconfig HAVE_X\n\tbool\n',
        FILE: "if A\nsource 'arch/toy/Kconfig.more'\nendif\n",
        "arch/toy/Kconfig.more": "if B\nconfig TOY\n\tselect HAVE_X\nendif\n",
        "arch/other/Kconfig": "config OTHER\n\tselect HAVE_X\n",
    }
    reader = KconfigReader(made(tmp_path, files))
    toy, other = reader.read("toy"), reader.read("other")
    assert problems(toy) == problems(other) == []
    assert toy.files == ("arch/Kconfig", FILE, "arch/toy/Kconfig.more")
    assert conditions(only(toy)) == ("", ["A", "B"])
    assert (only(other).by, other.files) == ("OTHER", ("arch/Kconfig", "arch/other/Kconfig"))
    assert "HAVE_X" in other.by_name
    assert reader.read("toy", FILE, follow=False).files == (FILE,)


def test_blocks_do_not_outlive_their_file(tmp_path: Path) -> None:
    kconfig = read(
        tmp_path, 'if A\nsource "open"\nconfig TOY\n\tselect HAVE_X\nendif\n', open="if B\nendif\nendif\nif C\n"
    )
    assert conditions(only(kconfig)) == ("", ["A"])
    assert problems(kconfig) == ["open:3:1", "open:4:1"]


def test_user_mode_linux_reads_files_of_its_host(tmp_path: Path) -> None:
    files = {FILE: 'source "arch/$(HEADER_ARCH)/um/Kconfig"\n', "arch/x86/um/Kconfig": "config 64BIT\n\tbool\n"}
    assert "64BIT" in KconfigReader(made(tmp_path, files)).read("um", FILE).by_name


def test_files_that_say_nothing_about_the_symbols_are_left_out(tmp_path: Path) -> None:
    files = {
        FILE: 'source "far"\nsource "near"\n',
        "far": "config FAR\n\tbool\n",
        "near": 'if A\nsource "nearer"\nendif\n',
        "nearer": "config NEAR\n\tselect HAVE_X\n",
    }
    tree = made(tmp_path, files)
    some, every = (KconfigReader(tree, about).read("toy", FILE) for about in (["HAVE_X"], []))
    assert [config.name for config in some.configs] == ["NEAR"]
    assert [config.name for config in every.configs] == ["FAR", "NEAR"]
    assert some.selects(["HAVE_X"]) == every.selects(["HAVE_X"])
    assert some.files == every.files


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('source "arch/toy/Kconfig"\n', "a circle"),
        ('source "ring"\n', "a circle"),
        ('source "nowhere"\n', "No such file"),
        ('source "arch"\n', "not a regular file"),
        ('source "../outside"\n', "outside the tree"),
        ('source "/etc/passwd"\n', "outside the tree"),
        ('source "link"\n', "outside the tree"),
        ('source "pipe"\n', "not a regular file"),
        ('source "a\\0"\n'.replace("\\0", "\x01"), "No such file"),
        ('source "$(WHAT)/Kconfig"\n', "variable"),
        ('source "a" "b"\n', "without one path"),
        ("source\n", "without one path"),
        ('source "open\n', "closing quote"),
    ],
)
def test_a_source_that_cannot_be_read_is_said_and_the_rest_is_read(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "outside").write_text("config OUTSIDE\n")
    top = tmp_path / "top"
    top.mkdir()
    (top / "link").symlink_to(tmp_path / "outside")
    os.mkfifo(top / "pipe")
    kconfig = read(top, f"{text}config TOY\n\tselect HAVE_X\n", ring='source "ring"\n')
    (problem,) = kconfig.not_understood
    assert why in problem.reason
    assert problem.span.line == 1
    assert [config.name for config in kconfig.configs] == ["TOY"]


def test_a_missing_root_is_said(tmp_path: Path) -> None:
    kconfig = KconfigReader(made(tmp_path, {})).read("toy", "arch/none/Kconfig")
    assert problems(kconfig) == ["arch/none/Kconfig:1:1"]
    assert (kconfig.configs, kconfig.files, kconfig.root_list()) == ((), (), None)


def test_sources_end_somewhere(tmp_path: Path) -> None:
    deep = {f"k{n}": f'source "k{n + 1}"\n' for n in range(DEEPEST_SOURCE + 5)}
    kconfig = read(tmp_path, 'source "k0"\n', **deep)
    assert len(kconfig.files) == DEEPEST_SOURCE
    assert "too much" in kconfig.not_understood[0].reason


def test_files_that_source_each_other_twice_end_somewhere(tmp_path: Path) -> None:
    doubling = {f"k{n}": f'source "k{n + 1}"\nsource "k{n + 1}"\n' for n in range(40)}
    kconfig = read(tmp_path, 'source "k0"\n', **doubling, k40="config TOY\n\tbool\n")
    assert len(kconfig.configs) == MOST_TIMES
    assert len(kconfig.files) == 42
    assert any(f"it was {MOST_TIMES} times" in problem.reason for problem in kconfig.not_understood)


def test_many_statements_end_somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kconfig_module, "MOST_STATEMENTS", 2_000)
    files = {f"k{n}": "config TOY\n\tbool\n" * 100 for n in range(40)}
    kconfig = read(tmp_path, "".join(f'source "{name}"\n' for name in files), **files)
    assert 500 < len(kconfig.configs) < 2_000
    assert any("too much" in problem.reason for problem in kconfig.not_understood)


def test_a_symbol_with_very_many_defaults_is_not_known(tmp_path: Path) -> None:
    """Each default excludes those before it: without a bound that is the square of their number."""
    few, many = (
        read(tmp_path / str(number), "config TOY\n\tbool\n" + "\tdefault n if A\n" * number + "\tdefault y\n")
        for number in (MOST_DEFAULTS - 1, 20_000)
    )
    assert (few.by_default("TOY"), few.always_on("TOY")) == (Not(Symbol("A")), False)
    assert Macro("...") in parts_of(many.by_default("TOY"))
    assert not many.always_on("TOY")


def parts_of(expression: Expression) -> tuple[Expression, ...]:
    """The parts of a conjunction in a disjunction, whichever of them has more than one."""
    parts = expression.parts if isinstance(expression, And | Or) else (expression,)
    return tuple(inner for part in parts for inner in (parts_of(part) if isinstance(part, And | Or) else (part,)))


# What is no Kconfig


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("nonsense here\n", ["1:1"]),
        ("  nonsense \\\nconfig A\n", ["1:3"]),
        ("@\n", ["1:1"]),
        ("= y\n", ["1:1"]),
        ("\x1b]0;title\x07\n", ["1:1"]),
        ("select A\n", ["1:1"]),
        ("if A\nselect B\nendif\n", ["2:1"]),
        ("depends on A\n", ["1:1"]),
        ("config TOY\n\tdepends A\n", ["2:2"]),
        ("config TOY\n\tselect\n", ["2:2"]),
        ("config TOY\n\tselect A B\n", ["2:2"]),
        ("config TOY\n\tselect A if\n", ["2:2"]),
        ("config TOY\n\tselect 'A'\n", ["2:2"]),
        ("config TOY\n\tdefault\n", ["2:2"]),
        ("config\n\tselect A\n", ["1:1", "2:2"]),
        ("config A-\\\n\tB\n", ["1:1"]),
        ("endif\n", ["1:1"]),
        ("if A\nendmenu\nendif\n", ["2:1"]),
        ('menu "M"\nif A\nendmenu\n', ["2:1"]),
        ("if A\n", ["1:1"]),
        ("choice\n", ["1:1"]),
        ("config TOY\n\trange 'a\n", ["2:2"]),
    ],
)
def test_a_line_that_is_not_understood_is_kept_with_its_place(tmp_path: Path, text: str, places: list[str]) -> None:
    kconfig = read(tmp_path, text + "config LAST\n\tbool\n")
    assert problems(kconfig) == [f"{FILE}:{place}" for place in places]
    assert kconfig.configs[-1].name == "LAST"


@pytest.mark.parametrize("condition", ["A &", "'", "$(", "A B", "", "A == B"])
def test_a_condition_that_nobody_can_read_is_unknown_and_not_absent(tmp_path: Path, condition: str) -> None:
    text = f"if {condition}\nconfig TOY\n\tdef_bool y\n\tselect HAVE_X\nendif\nconfig B\n\tdef_bool y\n"
    kconfig = read(tmp_path, text)
    assert problems(kconfig) == [f"{FILE}:1:1"]
    (around,) = only(kconfig).enclosing
    assert evaluated(around.expression, {"A": True, "B": True}) is None
    assert (kconfig.always_on("TOY"), kconfig.always_on("B")) == (False, True)


def test_a_binary_file_is_one_problem(tmp_path: Path) -> None:
    kconfig = read(tmp_path, b"\x7fELF\0\0config TOY\n" * 1000)
    assert [(problem.reason, str(problem.span)) for problem in kconfig.not_understood] == [
        ("a binary file", f"{FILE}:1:1")
    ]


def test_bytes_that_are_no_text_are_kept_apart(tmp_path: Path) -> None:
    kconfig = read(tmp_path, b'config TOY\n\tbool "\xff\xfe"\n\tselect HAVE_X\n\xff\xff\n\xc3\xbc \x0cconfig\n')
    assert problems(kconfig) == [f"{FILE}:4:1", f"{FILE}:5:1"]
    assert only(kconfig).by == "TOY"


@pytest.mark.parametrize(
    "line",
    [
        "config " + "A" * 1_000_000,
        "depends on " + "A && " * 200_000,
        "\\\n" * 200_000,
        'bool "' + "\\" * 1_000_000,
        "default " + "$(" * 200_000,
        "x" + " \\" * 200_000,
        "\t" * 1_000_000,
        "help\n" + "\n" * 1_000_000,
        "if " + "(" * 1_000_000,
        "'$(" * 325_000,
    ],
    ids=lambda line: line[:8].strip() or repr(line[:2]),
)
def test_the_longest_line_costs_megabytes_and_ends(line: str) -> None:
    content = f"config TOY\n\tdef_bool y\n{line}\n\nconfig LAST\n\tselect HAVE_X\n".encode()
    tracemalloc.start()
    try:
        statements, _ = read_statements(FILE, content)
        assert tracemalloc.get_traced_memory()[1] < 50 << 20
    finally:
        tracemalloc.stop()
    assert [each.keyword for each in statements][-2:] == ["config", "select"]


def test_a_file_of_ten_megabytes_is_not_read(tmp_path: Path) -> None:
    kconfig = read(tmp_path, 'source "huge"\nconfig LAST\n\tbool\n', huge=b"config " + b"A" * 10_000_000)
    assert [(str(each.span), "larger than" in each.reason) for each in kconfig.not_understood] == [
        (f"{FILE}:1:1", True)
    ]
    assert [config.name for config in kconfig.configs] == ["LAST"]


def test_deep_blocks_are_read_up_to_a_depth_and_said(tmp_path: Path) -> None:
    depth = DEEPEST_BLOCK * 50
    inside = "config TOY\n\tselect HAVE_X\n"
    kconfig = read(tmp_path, "if A\n" * depth + inside + "endif\n" * depth + "config LAST\n\tselect HAVE_Y\n")
    assert len(only(kconfig).enclosing) <= DEEPEST_BLOCK + depth
    assert "..." in [each.text for each in only(kconfig).enclosing]
    assert 0 < len(kconfig.not_understood) <= MOST_PROBLEMS
    assert conditions(only(kconfig, "HAVE_Y")) == ("", [])


def test_problems_are_bounded(tmp_path: Path) -> None:
    assert len(read(tmp_path, "endif\n" * 5000).not_understood) == MOST_PROBLEMS
    assert 0 < len(read(tmp_path, "what\n" * 5000).not_understood) <= MOST_PROBLEMS


lines = st.lists(
    st.tuples(
        st.sampled_from(["", " ", "\t", "\t\t"]),
        st.sampled_from([*sorted(KEYWORDS), "help", "x", "x :=", "#", "$(a", ""]),
        st.sampled_from(
            ["", "A", "on A", "A if B", '"t" if A', '"a', "(A", "A && \\", "$(SRCARCH)", '"near"', "if", "y"]
        ),
    ).map(lambda parts: f"{parts[0]}{parts[1]} {parts[2]}"),
    max_size=30,
).map("\n".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given((lines | st.text()).map(lambda text: text.encode("utf-8", "replace")) | st.binary())
@example(b"if \\")
@example(b"\\")
@example(b"help")
def test_any_bytes_are_read(tmp_path: Path, content: bytes) -> None:
    kconfig = read(tmp_path, content, near='source "arch/toy/Kconfig"\n' + "config NEAR\n\tselect HAVE_X\n")
    assert kconfig.files[0] == FILE
    assert all(problem.span.line >= 1 and problem.reason for problem in kconfig.not_understood)
    for select in kconfig.selects(select.symbol for config in kconfig.configs for select in config.selects):
        line = (content if select.span.file == FILE else b"config NEAR\n\tselect HAVE_X").decode(
            "utf-8", "surrogateescape"
        )
        row = select.span.line - (1 if select.span.file == FILE else 2)
        assert line.split("\n")[row][select.span.column - 1 :].startswith(select.symbol)
        kconfig.on(select.symbol)


# The list


def selects(*symbols: str) -> str:
    return "config TOY\n\tdef_bool y\n" + "".join(f"\tselect {symbol}\n" for symbol in symbols)


@pytest.mark.parametrize(
    ("symbols", "is_sorted", "after"),
    [
        (("A", "B", "D", "E"), True, "B"),
        (("A",), True, "A"),
        (("D",), True, None),
        (("D", "E", "F"), True, None),
        (("A", "B"), True, "B"),
        (("A", "Z", "B", "BB", "BC", "BD", "D", "E", "F", "G"), True, "BD"),
        (("A", "B", "D", "E", "F", "G", "A", "B"), True, "B"),
        (("Z", "A", "Y", "B"), False, "B"),
    ],
)
def test_a_new_line_goes_where_the_order_wants_it(
    tmp_path: Path, symbols: tuple[str, ...], is_sorted: bool, after: str | None
) -> None:
    kconfig = read(tmp_path, selects(*symbols))
    found = kconfig.root_list()
    assert found is not None
    assert found.is_sorted is is_sorted
    place = found.predecessor("C")
    assert (place.symbol if place else None) == after


def test_between_equal_places_kin_stand_together(tmp_path: Path) -> None:
    found = read(tmp_path, selects("A", "HAVE_CT", "Z", "B", "HAVE_D", "HAVE_E", "X", "Y", "Z")).root_list()
    assert found is not None
    place = found.predecessor("HAVE_CT_OFF")
    assert place is not None
    assert place.symbol == "HAVE_CT"


def test_a_symbol_goes_after_the_last_of_its_like(tmp_path: Path) -> None:
    found = read(tmp_path, selects("B", "C", "C", "D")).root_list()
    assert found is not None
    place = found.predecessor("C")
    assert place is not None
    assert place.span.line == 5


def test_in_an_unsorted_list_a_line_goes_beside_another(tmp_path: Path) -> None:
    found = read(tmp_path, selects("Z", "HAVE_CT", "A", "Y", "B")).select_list("TOY")
    assert found is not None
    assert [each and each.symbol for each in (found.predecessor("C", "HAVE_CT"), found.predecessor("C", "NO"))] == [
        "HAVE_CT",
        "B",
    ]


def test_the_root_list_is_the_longest_of_an_always_on_symbol_in_the_own_file(tmp_path: Path) -> None:
    files = {
        "arch/Kconfig": 'source "arch/toy/Kconfig"\n' + selects(*"ABCDEF").replace("TOY", "COMMON"),
        FILE: "config 64BIT\n\tbool\n" + "".join(f"\tselect {each}\n" for each in "ABCDE") + "\n" + selects("P", "Q"),
    }
    kconfig = KconfigReader(made(tmp_path, files)).read("toy")
    found = kconfig.root_list()
    assert found is not None
    assert [each.symbol for each in found.selects] == ["P", "Q"]
    assert kconfig.select_list("NOTHING") is None
