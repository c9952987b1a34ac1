"""Trees, files and moments that nobody wishes for: gen lint says what is wrong, and never breaks."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from linting import (
    CODES,
    ENTRY,
    FEATURES,
    FIXED,
    HEADER,
    KCONFIG,
    LEAK,
    TRACKS,
    TRAPS,
    TREE,
    Toy,
    feed,
    places,
    plain,
    table,
    toy_tree,
    write,
)
from support import (
    BAD_INPUT,
    CLEAN,
    FINDINGS,
    INTERRUPTED,
    OUTPUT_LOST,
    TOY,
    command,
    environment,
    run,
    run_json,
    spawn,
)

toy = pytest.fixture(toy_tree)

RULE = "exception-exit-missing"
LEAKING = plain(LEAK)


# Texts.


def function(*lines: str) -> bytes:
    """A function that enters first."""
    return "".join(("void f(void)\n{\n\tint p = exception_enter();\n", *lines, "}\n")).encode()


def each(number: int, line: str) -> str:
    """A line so many times, with `%` for a running number."""
    return "".join(line.replace("%", str(count)) + "\n" for count in range(number))


EXPLODING = "".join(f"#define m{n}() m{n + 1}() m{n + 1}() exception_enter();\n" for n in range(40)).encode()
TEXTS = {
    "nothing": b"",
    "NUL bytes": b"\0exception_enter();\0\n" + LEAKING.replace("regs", "re\0gs").encode(),
    "only NUL": b"\0" * 10_000 + b"exception_enter",
    "latin-1": LEAKING.encode() + b"/* \xe9\xff */ exception_enter();\n",
    "half a character": LEAKING.encode() + b"\xe2\x82",
    "a byte order mark": b"\xef\xbb\xbf" + LEAKING.encode(),
    "UTF-16": LEAKING.encode("utf-16"),
    "CRLF": LEAKING.replace("\n", "\r\n").encode(),
    "CR": LEAKING.replace("\n", "\r").encode(),
    "no line end": LEAKING.rstrip("\n").encode(),
    "form feeds": LEAKING.replace("\n", "\f\v\n\N{LINE SEPARATOR}").encode(),
    "deep parentheses": function(f"f({'(' * 5000}1{')' * 5000});"),
    "deep blocks": function("{" * 5000 + "}" * 5000),
    "deep ifs": function("if (a) " * 5000 + "return;"),
    "deep #ifs": function("#if A\n" * 2000),
    "many #ifs": function(each(300, "#ifdef CONFIG_%\nf();\n#endif")),
    "braces that open": LEAKING.replace("(regs))", "(regs)) {{{").encode(),
    "braces that close": LEAKING.replace("(regs))", "(regs)) }}}").encode(),
    "brackets that cross": function("[{(]}"),
    "a comment that does not end": LEAKING.encode() + b"/* exception_enter();\n",
    "a string that does not end": LEAKING.replace("return;", 'return "').encode(),
    "a directive that does not end": LEAKING.encode() + b"#define X exception_enter() \\",
    "a macro of itself": b"#define exception_enter() exception_enter()\n" + LEAKING.encode(),
    "macros of each other": b"#define a b\n#define b a\n" + function("a();"),
    "macros that explode": EXPLODING + function("m0();"),
    "many gotos": function(each(500, "l%: if (a%) goto l7;")),
    "many branches": function(each(200, "if (a%) p = b;"), "exception_exit(p);\n"),
    "many variables": function(each(30, "if (a%) p% = exception_enter();")),
    "one function many times": LEAKING.encode() * 200,
    "suppressions": b"/* gen: ignore[" * 500 + b"\n" + b"/* gen: ignore[a\n" * 500,
}
"""What a file may hold, whatever it is called."""


@pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))
def test_any_text_is_read(toy: Toy, text: bytes) -> None:
    kconfig: dict[str, str | bytes] = {
        KCONFIG: f'{TRACKS}source "arch/toy/Kconfig.more"\n',
        "arch/toy/Kconfig.more": text,
    }
    toy.add({TRAPS: text, ENTRY: text, FEATURES: text, **kconfig})
    result = run("lint", "--tree", TREE)
    assert result.code in CODES, result.err
    assert result.err == ""


ENCODED = ("CRLF", "NUL bytes", "latin-1", "a byte order mark", "no line end", "half a character", "form feeds")


@pytest.mark.parametrize("name", ENCODED)
def test_a_leak_is_found_in_any_encoding(toy: Toy, name: str) -> None:
    toy.add({TRAPS: TEXTS[name]})
    assert RULE in run_json("lint", "--tree", TREE).rules


def test_four_megabytes_on_one_line(toy: Toy) -> None:
    toy.add({TRAPS: "int a = " + "1 + " * 1_000_000 + "1; void f(void) { exception_enter(); }\n"})
    out = run("lint", "--tree", TREE, "--format", "human", "-q").out
    assert f"  --> linux/{TRAPS}:1:4000027\n" in out
    assert len(out) < 1000


def test_a_binary_file(toy: Toy) -> None:
    toy.add({TRAPS: bytes(range(256)) * 4000 + b"exception_enter"})
    assert run("lint", "--tree", TREE).code == CLEAN


# Kconfig, the features table, the tree.


@pytest.mark.parametrize(
    "kconfig",
    [
        f'source "{KCONFIG}"\n{TRACKS}',
        f'{TRACKS}source "arch/Kconfig"\n',
        f'{TRACKS}source "nowhere"\n',
        f'{TRACKS}source "../../etc/passwd"\n',
        f'{TRACKS}source "arch/toy"\n',
        f"{TRACKS}if\nendif\nendmenu\n\tselect\n",
        f"{TRACKS}{'if A' + chr(10)}" * 300,
    ],
    ids=["sources itself", "sources its root", "nowhere", "outside", "a folder", "garbage", "deep"],
)
def test_a_kconfig_that_cannot_be_followed(toy: Toy, kconfig: str) -> None:
    toy.add({KCONFIG: kconfig, TRAPS: LEAK})
    result = run_json("lint", "--tree", TREE)
    assert result.rules == {RULE, "kconfig-not-read"}
    assert result.code == FINDINGS


def test_a_kconfig_that_is_none(toy: Toy) -> None:
    toy.add({TRAPS: LEAK})
    (toy.root / KCONFIG).unlink()
    os.mkfifo(toy.root / KCONFIG)
    assert places(run_json("lint", "--tree", TREE)) == [(RULE, f"linux/{TRAPS}", 6, 3)]


def test_a_features_table_of_garbage(toy: Toy) -> None:
    toy.add({FEATURES: "|||\n| toy | ok |\n\x00\xff\n| toy: ok\n" * 1000})
    assert run_json("lint", "--tree", TREE).rules == {"features-table-mismatch"}


def test_a_features_table_with_two_rows(toy: Toy) -> None:
    toy.add({FEATURES: table("|         toy: |  ok  |", "|         toy: | TODO |")})
    assert run_json("lint", "--tree", TREE).findings == []


def test_links_out_of_the_tree(toy: Toy) -> None:
    write(toy.here / "secret/traps.c", LEAK)
    write(toy.here / "secret/Kconfig", TRACKS)
    write(toy.here / "secret/arch-support.txt", "secret")
    toy.add({"arch/toy/kernel/x.h": "", ENTRY: ""})
    (toy.root / TRAPS).symlink_to(toy.here / "secret/traps.c")
    (toy.root / "arch/toy/mm").symlink_to(toy.here / "secret")
    (toy.root / "arch/other").symlink_to(toy.here / "secret")
    (toy.root / FEATURES).parent.mkdir(parents=True)
    (toy.root / FEATURES).symlink_to(toy.here / "secret/arch-support.txt")
    result = run_json("lint", "--tree", TREE)
    assert places(result) == [
        ("unreadable-source", f"linux/{FEATURES}", 1, 1),
        ("kconfig-not-read", "linux/arch/Kconfig", 1, 1),
    ]
    assert [each["message"] for each in result.findings] == [
        "cannot be read: outside the tree",
        "`arch/other/Kconfig` cannot be read: outside the tree; what is selected here is not known",
    ]


@pytest.mark.parametrize("place", ["fifo", "folder", "dangling", "itself"])
def test_a_features_table_that_is_none(toy: Toy, place: str) -> None:
    toy.add({TRAPS: FIXED})
    file = toy.root / FEATURES
    file.parent.mkdir(parents=True)
    if place == "fifo":
        os.mkfifo(file)
    elif place == "folder":
        file.mkdir()
    else:
        file.symlink_to("nowhere" if place == "dangling" else file.name)
    assert places(run_json("lint", "--tree", TREE)) == [("unreadable-source", f"linux/{FEATURES}", 1, 1)]


@pytest.mark.parametrize("release", ["4.19", "5.10", "6.13", "7.0", "99.999"])
def test_a_tree_of_a_release_that_is_not_known(toy: Toy, release: str) -> None:
    toy.spec(TOY)
    toy.add({TRAPS: LEAK, "arch/toy/kernel/old.c": "void f(void)\n{\n\tuser_exit_callable();\n}\n"}, release=release)
    assert run_json("lint", "--tree", TREE).code in CODES - {BAD_INPUT}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "VERSION = 6\n",
        "VERSION = x\nPATCHLEVEL = 1\n",
        "VERSION = 6\nPATCHLEVEL =\n",
        "VERSION = 666\nPATCHLEVEL = 1\n",
    ],
)
def test_a_makefile_of_no_kernel(toy: Toy, text: str) -> None:
    toy.add({"Makefile": text, TRAPS: LEAK})
    assert run("lint", "--tree", TREE).code == BAD_INPUT


def test_names_of_files_are_shown_harmlessly(toy: Toy) -> None:
    toy.add({"arch/toy/kernel/a\x1b[31m\n::error::x\N{RIGHT-TO-LEFT OVERRIDE}.c": LEAK})
    for chosen in ("short", "human", "github"):
        out = run("lint", "--tree", TREE, "--format", chosen, "-q").out
        assert "\x1b" not in out and "\N{RIGHT-TO-LEFT OVERRIDE}" not in out
    assert len(run("lint", "--tree", TREE, "-q").out.splitlines()) == 1
    assert len(run_json("lint", "--tree", TREE).findings) == 1


def test_text_of_files_is_shown_harmlessly(toy: Toy) -> None:
    toy.add({TRAPS: LEAKING.replace("fixup(regs)", 'fixup("\x1b]0;owned\x07\N{RIGHT-TO-LEFT OVERRIDE}")')})
    for chosen in ("short", "human", "github"):
        out = run("lint", "--tree", TREE, "--format", chosen).out
        assert "\x1b" not in out and "\x07" not in out and "\N{RIGHT-TO-LEFT OVERRIDE}" not in out


# Moments.


def test_a_file_that_is_gone_when_it_is_read(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    toy.add({TRAPS: LEAK, "arch/toy/kernel/gone.c": LEAK})
    mentions = __import__("gen.cli.lint", fromlist=["mentions"]).mentions

    def then_gone(*given: object, **more: object) -> object:
        found = mentions(*given, **more)
        (toy.root / "arch/toy/kernel/gone.c").unlink(missing_ok=True)
        return found

    monkeypatch.setattr("gen.cli.lint.mentions", then_gone)
    assert places(run_json("lint", "--tree", TREE)) == [
        ("unreadable-source", "linux/arch/toy/kernel/gone.c", 1, 1),
        (RULE, f"linux/{TRAPS}", 6, 3),
    ]


@pytest.mark.parametrize("where", ["gen.cli.lint.mentions", "gen.cli.lint.lint_tree", "gen.cli.lint.sifted"])
def test_an_interrupt_in_the_middle(toy: Toy, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    toy.add({TRAPS: LEAK})
    monkeypatch.setattr(where, interrupted)
    result = run("lint", "--tree", TREE)
    assert (result.code, result.out, result.err) == (INTERRUPTED, "", "gen: interrupted\n")


def test_an_interrupt_from_outside(toy: Toy) -> None:
    pipe = subprocess.PIPE
    process = subprocess.Popen(command("lint", "-"), env=environment(), stdin=pipe, stdout=pipe, stderr=pipe)
    assert process.stdin is not None
    process.stdin.write(b"int a;\n" * 100_000)
    process.stdin.flush()
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (INTERRUPTED, b"gen: interrupted\n")


def test_a_closed_standard_output(toy: Toy) -> None:
    toy.add({f"arch/toy/kernel/part{number}.c": LEAKING * 20 for number in range(20)})
    for ending, code, said in (
        ("| head -1; exit ${PIPESTATUS[0]}", 141, ""),
        (">&-", BAD_INPUT, "gen: standard output is closed\n"),
        (">/dev/full", OUTPUT_LOST, "gen: standard output: no space left on device\n"),
    ):
        asked = ["bash", "-c", f"{' '.join(command('lint', '--tree', TREE))} {ending}"]
        done = subprocess.run(asked, cwd=toy.here, env=environment(), capture_output=True, check=False)
        assert (done.returncode, done.stderr.decode()) == (code, said)


def test_without_a_home_and_with_a_cache_that_is_none(toy: Toy) -> None:
    toy.add({TRAPS: LEAK})
    write(toy.here / "file", "")
    for cache in ("/proc", str(toy.here / "file"), "relative", ""):
        result = spawn("lint", "--tree", TREE, "-q", cwd=toy.here, env={"XDG_CACHE_HOME": cache, "HOME": "/proc"})
        assert (result.code, result.err) == (FINDINGS, "")
        assert len(result.out.splitlines()) == 1


# Anything.

PIECES = r"""
void f(struct pt_regs *regs) { | } | { | ( | ) | ; | , | \\ | " | ' | /* | */ | // | \0 | \r\n | \n | ? | : | &&
|| | &p | \n#if A\n | \n#ifdef CONFIG_A\n | \n#else\n | \n#endif\n | \n#define m()  | \n#define exception_enter()
\n#include "x.h"\n | exception_enter() | exception_exit(p) | schedule_user() | p =  | enum ctx_state p | return
goto l; | l: | goto *p; | if (a)  | else  | while (a)  | do  | switch (a)  | case 1: | default: | break; | for (;;)
asm goto("" : : : : l); | ({ | }) | __noreturn  | static inline  | user_exit_callable() | rcu_nmi_enter()
CONFIG_HAVE_CONTEXT_TRACKING_OFFSTACK | IS_ENABLED( | gen: ignore[ | ] | /* gen: ignore[stale-name]  | \n.macro m a\n
\n.endm\n | \nm \\a\n | \nconfig A\n | \nif A\n | \nendif\n | \nselect HAVE_CONTEXT_TRACKING_USER_OFFSTACK\n
\nsource "arch/toy/Kconfig"\n | {"version": 1, "findings": [ | \u20ac
"""
"""What texts are made of, with ` | ` between."""

WORDS = [word.encode().decode("unicode_escape") for line in PIECES.strip().split("\n") for word in line.split(" | ")]
ANYTHING = st.text(max_size=300) | st.lists(st.sampled_from(WORDS), max_size=60).map("".join)
SLOWLY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SLOWLY
@given(ANYTHING)
@example("exception_enter")
def test_any_text_from_standard_input(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        feed(text.encode("utf-8", "surrogatepass"), patch)
        result = run("lint", "-")
    assert result.code in CODES, (result.err, text)


@SLOWLY
@given(st.fixed_dictionaries(dict.fromkeys([TRAPS, ENTRY, HEADER, KCONFIG, "arch/Kconfig", FEATURES], ANYTHING)))
def test_any_text_in_a_tree(toy: Toy, files: dict[str, str]) -> None:
    toy.add({name: text.encode("utf-8", "surrogatepass") for name, text in files.items()})
    result = run("lint", "--tree", TREE, "--no-cache")
    assert result.code in CODES, (result.err, files)


@SLOWLY
@given(ANYTHING)
def test_any_text_as_a_baseline_and_as_a_config(toy: Toy, text: str) -> None:
    toy.add({TRAPS: FIXED})
    write(toy.here / "any", text.encode("utf-8", "surrogatepass"))
    assert run("lint", f"linux/{TRAPS}", "--baseline", "any", "--no-cache").code in {BAD_INPUT, CLEAN}
    assert run("lint", f"linux/{TRAPS}", "--config", "any", "--no-cache").code == CLEAN
