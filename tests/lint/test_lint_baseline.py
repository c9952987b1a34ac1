"""Baselines of gen lint: what is known stays silent, what is new is said, what is gone is said, too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from linting import (
    FEATURES,
    FIXED,
    LEAK,
    TRAPS,
    TREE,
    Toy,
    only,
    places,
    table,
    toy_tree,
    write,
)
from support import BAD_INPUT, CLEAN, FINDINGS, TOY, Result, changed, run, run_json, snapshot

toy = pytest.fixture(toy_tree)

BASE = "base.json"
FAULT = "arch/toy/mm/fault.c"
RULE = "exception-exit-missing"


@pytest.fixture
def known(toy: Toy) -> Toy:
    """A tree with two leaks, a note and a warning, and a baseline that lists them."""
    toy.add({TRAPS: LEAK, FAULT: LEAK.replace("do_trap", "do_fault")})
    toy.add({"arch/toy/kernel/old.c": "void f(void)\n{\n\tuser_exit_callable();\n}\n"})
    toy.add({FEATURES: table("|         toy: | TODO |")})
    result = run("lint", "--tree", TREE, "--write-baseline", BASE)
    assert result == Result(CLEAN, "wrote base.json: 4 findings\n", "")
    return toy


def linted(*options: object) -> Result:
    """Lints the whole tree against the baseline."""
    return run_json("lint", "--tree", TREE, "--baseline", BASE, *options)


def entry_of(rule: str, file: str) -> int:
    """The line of the baseline that lists a finding."""
    lines = Path(BASE).read_text().split("\n")
    (number,) = (number for number, line in enumerate(lines, 1) if rule in line and f'"{file}"' in line)
    return number


def test_a_baseline_is_json_that_diffs_well(known: Toy) -> None:
    text = Path(BASE).read_text()
    listed = json.loads(text)
    assert (listed["version"], len(listed["findings"])) == (1, 4)
    assert [list(each) for each in listed["findings"]] == [["rule", "file", "function", "fingerprint"]] * 4
    for line, each in zip(text.split("\n")[3:7], listed["findings"], strict=True):
        assert line.strip().rstrip(",") == json.dumps(each)
    assert [(each["rule"], each["file"], each["function"]) for each in listed["findings"]] == [
        ("callable-helper", "arch/toy/kernel/old.c", "f"),
        (RULE, TRAPS, "do_trap"),
        (RULE, FAULT, "do_fault"),
        ("features-table-mismatch", FEATURES, ""),
    ]


def test_what_is_known_is_silent(known: Toy) -> None:
    result = linted()
    assert (result.code, result.findings) == (CLEAN, [])
    assert result.document["lint"]["baseline"] == 4
    closing = run("lint", "--tree", TREE, "--baseline", BASE).out.splitlines()
    assert closing[-1] == "0 errors, 0 warnings, 0 notes (4 in the baseline)"


def test_what_is_new_is_said(known: Toy) -> None:
    known.add({"arch/toy/kernel/new.c": LEAK})
    result = linted()
    assert places(result) == [(RULE, "linux/arch/toy/kernel/new.c", 6, 3)]
    assert result.code == FINDINGS


def test_lines_that_move_stay_known(known: Toy) -> None:
    above = f"/* one */\n\n{FIXED.replace('do_trap', 'do_new')}"
    known.add({TRAPS: f"{above}{LEAK}", FAULT: f"{above}{LEAK}"})
    assert (linted().code, linted().findings) == (CLEAN, [])


def test_what_is_fixed_is_stale(known: Toy) -> None:
    known.add({TRAPS: FIXED})
    result = linted()
    assert places(result) == [("stale-baseline", BASE, entry_of(RULE, TRAPS), 1)]
    found = only(result)
    assert found["message"] == f"`{RULE}` in {TRAPS}, do_trap() is no longer found"
    assert found["hint"] == "write the baseline anew with --write-baseline"
    assert result.code == FINDINGS
    assert run("lint", "--tree", TREE, "--write-baseline", BASE).code == CLEAN
    assert linted().findings == []


def test_a_file_that_is_gone_is_stale(known: Toy) -> None:
    (known.root / TRAPS).unlink()
    assert places(linted()) == [("stale-baseline", BASE, entry_of(RULE, TRAPS), 1)]


def test_a_line_that_is_rewritten_is_new_and_stale(known: Toy) -> None:
    known.add({TRAPS: LEAK.replace("return;", "return; /* no */")})
    assert places(linted()) == [(RULE, f"linux/{TRAPS}", 6, 3), ("stale-baseline", BASE, entry_of(RULE, TRAPS), 1)]


def test_findings_with_the_same_line_are_counted(toy: Toy) -> None:
    second = LEAK.replace("do_trap", "do_second")
    toy.add({TRAPS: LEAK + second})
    run("lint", "--tree", TREE, "--write-baseline", BASE)
    assert linted().findings == []
    toy.add({TRAPS: LEAK + second + LEAK.replace("do_trap", "do_third")})
    assert places(linted()) == [(RULE, f"linux/{TRAPS}", 22, 3)]
    toy.add({TRAPS: LEAK + FIXED.replace("do_trap", "do_second")})
    assert places(linted())[0][0] == "stale-baseline"
    assert len(linted().findings) == 1


def test_silenced_findings_are_neither_listed_nor_stale(toy: Toy) -> None:
    toy.add({TRAPS: LEAK.replace("return;", "return; /* gen: ignore[exception-exit-missing] the caller exits */")})
    assert run("lint", "--tree", TREE, "--write-baseline", BASE).out == "wrote base.json: 0 findings\n"
    assert json.loads(Path(BASE).read_text()) == {"version": 1, "findings": []}
    assert (linted().code, linted().findings) == (CLEAN, [])


# What was not looked for is not stale.


@pytest.mark.parametrize(
    "arguments",
    [
        ["--tree", TREE, "--select", "callable-helper"],
        ["--tree", TREE, "--ignore", RULE],
        ["linux/arch/toy/kernel/old.c"],
        ["--tree", TREE, "arch/toy/mm"],
        ["--tree", TREE, "--arch", "other"],
    ],
)
def test_what_was_not_looked_for_is_not_stale(known: Toy, arguments: list[str]) -> None:
    known.add({"arch/other/Kconfig": "", FEATURES: table("|         toy: | TODO |", "|       other: | TODO |")})
    result = run_json("lint", *arguments, "--baseline", BASE)
    assert (result.code, result.findings) == (CLEAN, [])


def test_what_was_looked_for_is_stale_in_a_part_of_the_tree(known: Toy) -> None:
    known.add({TRAPS: FIXED, FAULT: FIXED})
    for path in ("linux/arch/toy/mm", f"linux/{FAULT}"):
        assert places(run_json("lint", path, "--baseline", BASE)) == [
            ("stale-baseline", BASE, entry_of(RULE, FAULT), 1)
        ]


def test_a_baseline_of_files_outside_of_a_tree(toy: Toy) -> None:
    write(toy.here / "one.c", LEAK)
    write(toy.here / "two.c", LEAK)
    run("lint", "one.c", "two.c", "--write-baseline", BASE)
    assert run_json("lint", "one.c", "--baseline", BASE).findings == []
    write(toy.here / "one.c", FIXED)
    assert places(run_json("lint", "one.c", "--baseline", BASE)) == [("stale-baseline", BASE, 4, 1)]


# Wherever one is, and again.


def test_a_baseline_holds_in_every_working_directory(known: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    base = known.here / BASE
    for folder, arguments in (
        ("linux", ["--tree", "."]),
        ("linux/arch/toy", ["--tree", "../.."]),
        ("linux/arch/toy", ["../.."]),
        ("/", [known.root]),
    ):
        monkeypatch.chdir(known.here / folder)
        assert run_json("lint", *arguments, "--baseline", base).findings == [], folder
        run("lint", *arguments, "--write-baseline", known.here / "again.json")
        assert (known.here / "again.json").read_bytes() == base.read_bytes()


def test_two_runs_write_the_same_bytes(known: Toy) -> None:
    first = Path(BASE).read_bytes()
    run("lint", "--tree", TREE, "--write-baseline", BASE, "--no-cache")
    assert Path(BASE).read_bytes() == first


def test_every_format_knows_the_baseline(known: Toy) -> None:
    known.add({TRAPS: FIXED})
    for chosen in ("human", "short", "json", "sarif", "github"):
        out = run("lint", "--tree", TREE, "--baseline", BASE, "--format", chosen).out
        assert "is no longer found" in out and "falls off" not in out


# Baselines that are none.

NO_BASELINE = "a baseline has `version` 1 and a list `findings`"
NO_FINDING = "a finding has `rule`, `file`, `function` and `fingerprint`"
NUMBER = '{"rule": "a", "file": "b", "function": 0, "fingerprint": "c"}'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1: this is not JSON: expecting value"),
        ('{\n"version": 1,\n', "3: this is not JSON: expecting property name enclosed in double quotes"),
        ("[]", f"1: {NO_BASELINE}"),
        ("null", f"1: {NO_BASELINE}"),
        ('{"version": 2, "findings": []}', f"1: {NO_BASELINE}"),
        ('{"findings": []}', f"1: {NO_BASELINE}"),
        ('{"version": 1, "findings": {}}', f"1: {NO_BASELINE}"),
        ('{"version": 1, "findings": [1]}', "1: a finding is an object"),
        (
            '{"version": 1, "findings": [\n{"rule": "a"}\n]}',
            f"2: {NO_FINDING}",
        ),
        (f'{{"version": 1, "findings": [{NUMBER}]}}', f"1: {NO_FINDING}"),
        ("[" * 100_000, "1: this nests too deep"),
        (f'{{"version": 1, "findings": [{"9" * 5000}]}}', "1: this is not JSON: a number has too many digits"),
        ("\x00\xff", "1: this is not JSON: expecting value"),
    ],
    ids=range(13),
)
def test_a_broken_baseline(toy: Toy, text: str, problem: str) -> None:
    toy.add({TRAPS: LEAK})
    Path(BASE).write_bytes(text.encode("latin-1"))
    result = run("lint", "--tree", TREE, "--baseline", BASE)
    assert (result.code, result.out, result.err) == (BAD_INPUT, "", f"gen lint: base.json:{problem}\n")


def test_a_baseline_in_another_style_is_read(known: Toy) -> None:
    listed = json.loads(Path(BASE).read_text())
    Path(BASE).write_text(json.dumps({"more": 1, **listed}, indent=8))
    assert (linted().code, linted().findings) == (CLEAN, [])


def test_a_baseline_that_cannot_be_read(known: Toy) -> None:
    result = run("lint", "--tree", TREE, "--baseline", TREE)
    assert (result.code, result.out, result.err) == (BAD_INPUT, "", "gen lint: linux: not a regular file\n")


@pytest.mark.parametrize("file", [TREE, f"linux/{TRAPS}/base.json", "/proc/base.json", "/dev/null"])
def test_a_baseline_that_cannot_be_written(known: Toy, file: str) -> None:
    before = snapshot(known.here)
    result = run("lint", "--tree", TREE, "--write-baseline", file)
    assert (result.code, result.out) == (BAD_INPUT, "")
    assert result.err.startswith("gen") and result.err.count("\n") == 1
    assert snapshot(known.here) == before


def test_a_baseline_is_written_beside_a_broken_spec(toy: Toy) -> None:
    toy.add({TRAPS: LEAK})
    toy.spec(changed(TOY, "    kind: fork", "    kind: spoon"))
    result = run_json("lint", "--tree", TREE, "--write-baseline", BASE)
    assert (result.code, result.rules) == (BAD_INPUT, {"unknown-value"})
    assert len(json.loads(Path(BASE).read_text())["findings"]) == 1
