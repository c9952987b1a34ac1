"""What `gen matrix` counts, which architectures it has, and the cells that the small tree of test_matrix lacks."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest
from order_cases import SPEC, USUAL, USUAL_C
from support import BAD_INPUT, CLEAN, FINDINGS, Result, changed, line_of, run
from support import PAIR_ASM as PAIR
from support import TOY_ASM as TOY
from test_matrix import (
    BOTH,
    FEATURES,
    PAIR_C,
    SELECTS,
    SYMBOLS,
    TABLE,
    TREE,
    architectures,
    here,
    in_the_way,
    matrix,
    put,
)

from gen.kernel.search import Mentions
from gen.kernel.tree import Unreadable

__all__ = ["here"]


def cells(result: Result, arch: str) -> dict[str, str]:
    """The cells of one row of a table in Markdown, by heading."""
    assert (result.code, result.err) == (CLEAN, "")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in result.out.splitlines() if "|" in line]
    return next(dict(zip(rows[0], row, strict=True)) for row in rows if row[0].split(" ")[0] == arch)


def test_an_architecture_without_a_row(here: Path) -> None:
    result = matrix(
        here, {}, "--format", "markdown", tree={FEATURES: TABLE.replace("    |        pair: |  ok  |\n", "")}
    )
    assert cells(result, "pair")["features"] == "no row"


def test_a_row_that_is_spelled_otherwise(here: Path) -> None:
    tree = {FEATURES: TABLE.replace("pair", " pai")}
    assert cells(matrix(here, {}, "--format", "markdown", tree=tree), "pair")["features"] == "ok"
    page = matrix(here, {}, "--format", "html", tree=tree).out
    assert "pai: ok" in page


def test_a_spec_that_is_called_otherwise(here: Path) -> None:
    spec = changed(TOY, "arch: toy\n", "arch: toy64\n")
    assert cells(matrix(here, {"toy64": spec}, "--format", "markdown"), "toy")["architecture"] == "toy (toy64)"


def test_a_spec_of_an_architecture_that_the_tree_lacks(here: Path) -> None:
    spec = TOY.replace("arch/toy/", "arch/gone/")
    assert list(architectures(matrix(here, {"toy": spec}, "--format", "json"))) == ["old", "pair", "toy"]
    assert architectures(run("matrix", "--tree", "linux", "--format", "json"))["toy"]["spec"] is None


USES = {
    "arch/pair/kernel/entry.S": "\tbl schedule_user\t// schedule_user\n.macro leave\n\tbl exception_exit\n.endm\n"
    "\texception_enter r1\n",
    "arch/pair/include/asm/entry.h": "void schedule_user(void);\n#define SCHEDULE_USER bl schedule_user\n",
}


def test_what_is_counted(here: Path) -> None:
    """Calls, what assembly names and a macro for it; no declaration and no comment."""
    uses = architectures(matrix(here, BOTH, "--format", "json", tree=USES))["pair"]["uses"]
    found = {name: [(each["file"].rpartition("/")[2], each["line"]) for each in uses[name]] for name in uses}
    line = PAIR_C.split("\n").index("\tschedule_user();") + 1
    assert found == {
        "exception_enter": [("entry.S", 5), ("entry.c", 3)],
        "exception_exit": [("entry.S", 3), ("entry.c", 5)],
        "schedule_user": [("entry.h", 2), ("entry.S", 1), ("entry.c", line)],
    }


@pytest.mark.parametrize("folder", ["linux/arch", "linux/arch/toy"])
def test_a_folder_inside_of_a_tree_is_no_tree(here: Path, folder: str) -> None:
    matrix(here, {})
    assert run("matrix", "--tree", folder).code == BAD_INPUT


def test_quiet_says_nothing_of_what_is_written(here: Path) -> None:
    assert matrix(here, {}, "-o", "m.md", "-q").out == ""
    assert (here / "m.md").read_text(encoding="utf-8").startswith("Linux 6.12.3:")


def test_only_some_architectures(here: Path) -> None:
    result = matrix(here, BOTH, "--format", "json", "--arch", "toy", "--arch", "old")
    assert list(architectures(result)) == ["old", "toy"]


def test_a_tree_without_architectures(here: Path) -> None:
    put(here / "linux", {"Makefile": TREE["Makefile"], "Kconfig": "", "arch/Kconfig": ""})
    assert run("matrix", "--tree", "linux", "--arch", "toy").err.endswith("; it has none\n")


def test_an_architecture_that_is_misspelt(here: Path) -> None:
    result = matrix(here, {}, "--arch", "pair64")
    assert result.err == "gen matrix: arch/pair64 is no architecture of this tree; did you mean `pair`?\n"


def test_an_architecture_that_is_not_there(here: Path) -> None:
    result = matrix(here, {}, "--arch", "vax")
    assert (result.code, result.out) == (BAD_INPUT, "")
    assert result.err == "gen matrix: arch/vax is no architecture of this tree; it has old, pair, toy\n"


# What stands in the way.


LATE = changed(changed(PAIR, "- schedule_user\n", "- schedule\n"), "- user_enter\n", "- user_enter\n      - schedule\n")
"""A spec that schedules in the USER state, at the end of what one path calls."""
LATE_C = {
    "arch/pair/kernel/entry.c": PAIR_C.replace("\tschedule_user();\n\tuser_enter();", "\tuser_enter();\n\tschedule();")
}
IRQ = "      - ct_irq_enter\n      - work: {calls: handle_irq}\n      - ct_irq_exit\n      - return\n"


def from_user(then: str) -> str:
    """Steps that end as a path from user mode may."""
    return f"      - if: user_regs\n        then:\n          - user_exit\n{indent(then, ' ' * 10)}      - return\n"


def test_who_comes_to_the_same_place_is_counted(here: Path) -> None:
    """Two paths come to the schedule() of to_user; a third has one of its own, which is another place."""
    both = changed(LATE, IRQ + "\n  fiq:", from_user("- call: to_user\n") + "\n  fiq:")
    said = in_the_way(matrix(here, {"pair": both}, "--format", "json", tree=LATE_C), "pair")
    line = line_of(LATE_C["arch/pair/kernel/entry.c"], "schedule();")
    sentence = "schedule() may schedule in the USER state, in do_irq and 1 more"
    assert said == (sentence, "arch/pair/kernel/entry.c", line)
    third = changed(both, IRQ, from_user("- user_enter\n- schedule\n"))
    assert in_the_way(matrix(here, {"pair": third}, "--format", "json", tree=LATE_C), "pair") == said
    early = {
        name: changed(text, "\tuser_enter();\n\tschedule();", "\tschedule();\n\tuser_enter();")
        for name, text in LATE_C.items()
    }
    sentence, file, line = in_the_way(matrix(here, {"pair": third}, "--format", "json", tree=early), "pair")
    assert sentence == "schedule() may schedule in the USER state, in do_fiq"
    assert (file, line) == ("arch/pair/kernel/entry.c", line_of(LATE_C["arch/pair/kernel/entry.c"], "do_fiq"))


def test_a_handler_that_the_tree_does_not_call_so_is_shown_where_its_path_begins(here: Path) -> None:
    spec = changed(PAIR, "          - schedule_user\n", "").replace(", schedules: true", "")
    code = {"arch/pair/kernel/entry.c": changed(PAIR_C, "\tschedule_user();\n", "")}
    assert in_the_way(matrix(here, {"pair": spec}, "--format", "json", tree=code), "pair") == (
        "handle_fault() uses RCU while it does not watch, in do_fault", "arch/pair/kernel/entry.c", 1,
    )  # fmt: skip


SYMBOLS_C = SYMBOLS.replace(", ret_from_fork(void)", "") + "void ret_from_fork(void);\n"


def test_a_state_that_is_not_restored_says_whose(here: Path) -> None:
    spec = changed(TOY, "      - user_enter_irqoff\n", "")
    sentence, file, line = in_the_way(
        matrix(here, {"toy": spec}, "--format", "json", tree={"arch/toy/kernel/entry.c": SYMBOLS_C}), "toy"
    )
    assert sentence == "ret_from_fork returns in another state than it was entered in"
    assert (file, line) == ("arch/toy/kernel/entry.c", line_of(SYMBOLS_C, "ret_from_fork"))


def test_what_is_said_first_is_not_among_the_others(here: Path) -> None:
    found = architectures(matrix(here, BOTH, "--format", "json"))["pair"]["offstack"]["in_the_way"]
    assert found["rule"] not in found["others"]
    assert len(set(found["others"])) == len(found["others"])


READ = SPEC.format(
    arch="toy",
    offstack="true",
    entered_by="sync",
    whence="user",
    code="c",
    symbol="do_entry",
    file="arch/toy/kernel/entry.c",
    steps=indent(USUAL, " " * 6),
    more="",
)
READ_S = {"arch/toy/kernel/entry.S": "leave:\n"}


def test_code_in_another_order_than_the_spec_is_judged_as_it_is(here: Path) -> None:
    """What the spec says of its own order is not what is proved, and that they differ is said beside it."""
    right = READ_S | {"arch/toy/kernel/entry.c": USUAL_C}
    found = architectures(matrix(here, {"toy": READ}, "--format", "json", tree=right))["toy"]
    assert (found["offstack"]["verdict"], found["offstack"]["in_the_way"]) == ("proved", None)
    assert (found["offstack"]["warned"], found["contradictions"]) == ([], [])
    page = matrix(here, {"toy": READ}, "--format", "html", tree=right).out
    assert "1 of 1 entry paths read, 1 in C<" in page
    order = "\tuser_exit_irqoff();\n", "\ttrace_hardirqs_off_finish();\n"
    wrong = READ_S | {"arch/toy/kernel/entry.c": changed(USUAL_C, "".join(order), "".join(reversed(order)))}
    found = architectures(matrix(here, {"toy": READ}, "--format", "json", tree=wrong))["toy"]
    assert (found["offstack"]["verdict"], found["offstack"]["warned"]) == ("proved", ["R6"])
    (said,) = found["contradictions"]
    assert (said["rule"], said["file"], said["line"]) == ("spec-mismatch", "arch/toy/kernel/entry.c", 4)
    page = matrix(here, {"toy": READ}, "--format", "html", tree=wrong).out
    assert "1 of 1 entry paths read, 1 in C; 1 of them not as the spec has them<" in page


def test_code_that_breaks_what_its_spec_keeps_is_in_the_way(here: Path) -> None:
    late = changed(
        changed(USUAL_C, "\tuser_exit_irqoff();\n", ""), "do_work(regs);\n", "do_work(regs);\n\tuser_exit_irqoff();\n"
    )
    broken = READ_S | {"arch/toy/kernel/entry.c": late}
    result = matrix(here, {"toy": READ}, "--format", "json", tree=broken)
    assert architectures(result)["toy"]["offstack"]["verdict"] == "violated"
    assert in_the_way(result, "toy") == (
        "do_work() uses RCU while it does not watch, in do_entry", "arch/toy/kernel/entry.c", line_of(late, "do_work"),
    )  # fmt: skip
    assert [each["rule"] for each in architectures(result)["toy"]["contradictions"]] == ["spec-mismatch"]
    page = matrix(here, {"toy": READ}, "--format", "html", tree=broken).out
    assert "offstack claimed: holds" not in page


# What is noted.


def test_an_offstack_that_nobody_reads_is_noted(here: Path) -> None:
    kconfig = TREE["arch/old/Kconfig"] + f"{SELECTS}_OFFSTACK\n"
    result = matrix(here, {}, "--format", "markdown", tree={"arch/old/Kconfig": kconfig})
    assert result.out.split("\n\n")[2] == (
        "- arch/old/Kconfig:5: `HAVE_CONTEXT_TRACKING_USER_OFFSTACK` is selected, and `HAVE_CONTEXT_TRACKING_USER` "
        "never [select-without-tracking]\n"
    )


def test_what_is_noted_of_every_architecture_is_said_once(here: Path) -> None:
    kconfig = TREE["arch/Kconfig"] + 'source "gone/Kconfig"\n'
    lines = matrix(here, {}, tree={"arch/Kconfig": kconfig}).out.split("\n")[5:]
    said = (
        "arch/Kconfig:2: `gone/Kconfig` cannot be read: No such file or directory; what is selected here is not known"
    )
    assert lines == [f"{said} [kconfig-not-read]", ""]


def test_a_file_that_no_search_could_read_is_said(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    searched = Mentions((), (Unreadable("arch/old/entry.S", "Permission denied"),))
    monkeypatch.setattr("gen.kernel.index.mentions", lambda *_, **_options: searched)
    put(here / "linux", TREE)
    result = run("matrix", "--tree", "linux")
    assert result.code == FINDINGS
    assert result.out.endswith("\narch/old/entry.S:1: cannot be read: permission denied [unreadable-source]\n")


# Data, and Markdown.


def test_data_that_is_not_there_is_null(here: Path) -> None:
    found = architectures(matrix(here, {"toy": TOY}, "--format", "json"))
    assert found["old"]["spec"] is None
    assert found["old"]["tracking"] is None
    assert found["old"]["offstack"] == {
        "declared": None,
        "claimed": None,
        "verdict": None,
        "read": None,
        "warned": [],
        "in_the_way": {
            "sentence": "it does not track user context",
            "rule": None,
            "others": [],
            "file": "arch/old/Kconfig",
            "line": 2,
            "column": 8,
        },
    }
    assert found["pair"]["tracking"] == {"condition": None, "file": "arch/pair/Kconfig", "line": 3, "column": 9}


def test_requirements_that_warn_are_in_the_data(here: Path) -> None:
    spec = TOY.replace("noinstr: true\n", "noinstr: false\n", 1)
    assert architectures(matrix(here, {"toy": spec}, "--format", "json"))["toy"]["offstack"]["warned"] == ["R6"]


def test_no_cell_can_break_the_table_of_markdown(here: Path) -> None:
    tree = {
        "arch/pair/Kconfig": f"config PAIR\n\tdef_bool y\n{SELECTS} if A || B\n",
        FEATURES: TABLE.replace("pair: |  ok  ", r"pair: | <i>*a*\b "),
    }
    row = next(
        each
        for each in matrix(here, {}, "--format", "markdown", tree=tree).out.split("\n")
        if each.startswith("| pair")
    )
    assert row.startswith(r"| pair | own | A \|\| B | &lt;i>\*a\*\\b | no |")
