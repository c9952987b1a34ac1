"""gen lint on the command line: what is linted, how files are named, exit codes, formats, bytes."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from linting import (
    FEATURES,
    FIXED,
    LEAK,
    TRACKS,
    TRAPS,
    TREE,
    Toy,
    feed,
    only,
    places,
    plain,
    table,
    toy_tree,
    write,
)
from support import (
    BAD_INPUT,
    CLEAN,
    DATA,
    FINDINGS,
    NO_MATCH,
    TOY,
    Result,
    Stream,
    changed,
    command,
    environment,
    run,
    run_json,
    spawn,
)

from gen.cli import main

toy = pytest.fixture(toy_tree)

RULE = "exception-exit-missing"
OTHER = "arch/other/kernel/traps.c"
CORE = "kernel/sched/core.c"
FAULT = "arch/toy/mm/fault.c"
FILES = [OTHER, TRAPS, FAULT, CORE]
"""In two architectures and the rest of the kernel, each with a leak."""


@pytest.fixture
def leaks(toy: Toy) -> Toy:
    """A tree with leaks, and with files and folders that have none."""
    toy.add({**dict.fromkeys(FILES, LEAK), "arch/other/Kconfig": TRACKS})
    toy.add({"arch/toy/lib/add.c": "int add;\n", "docs/index.rst": "exception_enter()\n"})
    return toy


def linted(*arguments: object) -> list[str]:
    """The files with a leak, as they are named."""
    result = run_json("lint", *arguments)
    assert result.err == ""
    assert {each["rule"] for each in result.findings} <= {RULE}
    assert result.code == (FINDINGS if result.findings else CLEAN)
    return [each["file"] for each in result.findings]


def said(*arguments: object) -> tuple[int, str]:
    """The exit status and what is complained about, of a run that does not begin."""
    result = run("lint", *arguments)
    assert result.out == ""
    return result.code, result.err.rstrip("\n")


# What is linted of a tree, and how it is named.


@pytest.mark.parametrize(
    ("arguments", "files"),
    [
        ("--tree linux", FILES),
        ("--tree linux --arch toy", [TRAPS, FAULT]),
        ("--tree linux --arch toy --arch other", [OTHER, TRAPS, FAULT]),
        ("--tree linux --arch other kernel", [OTHER, CORE]),
        ("--tree linux arch/toy/mm", [FAULT]),
        ("--tree linux linux/arch/toy/mm", [FAULT]),
        ("--tree linux arch/toy/mm linux/kernel", [FAULT, CORE]),
        ("--tree linux linux", FILES),
        ("--tree linux kernel/sched/core.c", [CORE]),
        ("linux", FILES),
        ("linux/arch", [OTHER, TRAPS, FAULT]),
        ("linux/arch/toy/kernel/traps.c", [TRAPS]),
        ("linux/arch/toy/kernel/traps.c linux/arch/toy/kernel", [TRAPS]),
        ("linux/kernel linux/arch/other/", [OTHER, CORE]),
        ("linux/arch/toy/lib", []),
        ("linux/arch/toy/lib/add.c", []),
        ("linux/arch/toy/Kconfig", []),
    ],
)
def test_what_is_linted(leaks: Toy, arguments: str, files: list[str]) -> None:
    assert linted(*arguments.split()) == [f"linux/{file}" for file in files]


@pytest.mark.parametrize(
    ("folder", "arguments", "files"),
    [
        (".", "--tree ./linux arch/toy", ["./linux/arch/toy/kernel/traps.c", "./linux/arch/toy/mm/fault.c"]),
        (".", "--tree linux/ --arch other", ["linux/arch/other/kernel/traps.c"]),
        ("linux", "--tree . --arch other", ["arch/other/kernel/traps.c"]),
        ("linux", "--tree ./ --arch other", ["arch/other/kernel/traps.c"]),
        ("linux", "arch/toy/mm", [FAULT]),
        ("linux/arch/toy", ".", ["kernel/traps.c", "mm/fault.c"]),
        ("linux/arch/toy", "mm", ["mm/fault.c"]),
        ("linux/arch/toy", "../other", ["../../arch/other/kernel/traps.c"]),
        ("linux/arch/toy", "--tree ../.. kernel", ["../../arch/toy/kernel/traps.c"]),
        ("linux/arch/toy", "--tree ../.. kernel/sched", ["../../kernel/sched/core.c"]),
        ("elsewhere", "../linux/arch/toy/mm", ["../linux/arch/toy/mm/fault.c"]),
        ("elsewhere", "--tree ../linux --arch other", ["../linux/arch/other/kernel/traps.c"]),
        ("elsewhere", "TOP/linux/arch/toy/mm", ["TOP/linux/arch/toy/mm/fault.c"]),
        (".", "--tree TOP/linux arch/toy/mm", ["TOP/linux/arch/toy/mm/fault.c"]),
        (".", "TOP/linux/arch/toy/mm", ["linux/arch/toy/mm/fault.c"]),
    ],
)
def test_files_are_named_from_the_working_directory(
    leaks: Toy, folder: str, arguments: str, files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (leaks.here / "elsewhere").mkdir()
    monkeypatch.chdir(leaks.here / folder)
    found = linted(*arguments.replace("TOP", str(leaks.here)).split())
    assert found == [file.replace("TOP", str(leaks.here)) for file in files]
    assert all(Path(file).is_file() for file in found)


def test_a_tree_by_a_symbolic_link(leaks: Toy) -> None:
    (leaks.here / "link").symlink_to(TREE)
    assert linted("--tree", "link", "--arch", "other") == ["link/arch/other/kernel/traps.c"]
    assert linted("link/arch/other") == ["link/arch/other/kernel/traps.c"]


def test_a_link_inside_the_tree_stands_for_its_file(leaks: Toy) -> None:
    (leaks.root / "kernel/link.c").symlink_to("../arch/toy/kernel/traps.c")
    assert linted("linux/kernel/link.c") == [f"linux/{TRAPS}"]
    assert linted("linux/kernel") == [f"linux/{CORE}"]


def test_every_place_of_a_finding_has_its_shown_name(leaks: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(leaks.root / "arch/toy")
    found = only(run_json("lint", "kernel"))
    assert {each["file"] for each in (found, *found["related"], *found["flow"])} == {"kernel/traps.c"}


def test_the_order_is_the_same_wherever_one_is(leaks: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = []
    for folder in ("linux", "linux/arch/toy", "linux/kernel", ".", "/"):
        monkeypatch.chdir(leaks.here / folder)
        shown.append([str(Path(file).resolve()) for file in linted(leaks.root)])
    assert shown == [[str(leaks.root / file) for file in FILES]] * len(shown)


def test_the_features_table_alone(leaks: Toy) -> None:
    leaks.add({FEATURES: table("|         toy: | TODO |", "|       other: |  ok  |")})
    for name in (FEATURES, "Documentation/features", "Documentation"):
        assert places(run_json("lint", f"linux/{name}")) == [("features-table-mismatch", f"linux/{FEATURES}", 8, 22)]


def test_two_trees_at_once(leaks: Toy) -> None:
    Toy(leaks.here, "old").add({TRAPS: LEAK}, "6.1")
    assert linted("old/arch", "linux/kernel") == [f"linux/{CORE}", f"old/{TRAPS}"]
    closing = run("lint", "old/arch", "linux/kernel").out.splitlines()[2:4]
    assert [line.partition(":")[0] for line in closing] == ["Linux 6.1.3", "Linux 6.12.3"]


# Outside of any tree.


def test_files_and_folders_outside_of_a_tree(toy: Toy) -> None:
    for name in ("one.c", "folder/two.c", "folder/three.h", "folder/deep/four.c", "folder/five.txt", "folder/entry.S"):
        write(toy.here / name, LEAK)
    assert linted("one.c") == ["one.c"]
    assert linted(toy.here / "one.c") == [str(toy.here / "one.c")]
    assert linted("folder") == ["folder/deep/four.c", "folder/three.h", "folder/two.c"]
    assert linted("folder/") == linted("folder")
    assert linted("one.c", "folder/two.c") == ["folder/two.c", "one.c"]
    assert linted("folder/five.txt") == ["folder/five.txt"]


def test_standard_input(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    feed(plain(LEAK).encode(), monkeypatch)
    assert places(run_json("lint", "-")) == [(RULE, "<stdin>", 6, 3)]
    feed(b"", monkeypatch)
    assert run("lint", "-") == Result(CLEAN, "0 errors, 0 warnings, 0 notes\n", "")
    feed(plain(LEAK).encode(), monkeypatch)
    assert linted("-", "-") == ["<stdin>"]
    monkeypatch.setattr(sys, "stdin", None)
    assert said("-") == (BAD_INPUT, "gen lint: standard input is closed")


def test_a_tree_a_file_and_standard_input(leaks: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    write(leaks.here / "one.c", LEAK)
    feed(plain(LEAK).encode(), monkeypatch)
    assert linted("one.c", "-", "linux/kernel") == ["linux/kernel/sched/core.c", "<stdin>", "one.c"]


def test_the_release_of_a_file_outside_of_a_tree(toy: Toy) -> None:
    write(toy.here / "one.c", "void f(void)\n{\n\trcu_nmi_enter();\n}\n")
    assert places(run_json("lint", "one.c")) == [("stale-name", "one.c", 3, 2)]
    assert places(run_json("lint", "one.c", "--kernel", "5.15")) == []
    code, err = said("one.c", "--kernel", "4.19")
    assert (code, err.endswith("--kernel: `4.19` is not known; 5.11 and later are")) == (BAD_INPUT, True)


# What cannot be linted.

NO_TREE = "is not a kernel tree: it has no Makefile with a VERSION, Kconfig and arch/"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ("nowhere", "nowhere: no such file or directory"),
        ("linux/nowhere.c", "linux/nowhere.c: no such file or directory"),
        ("linux/dangling.c", "linux/dangling.c: no such file or directory"),
        ("linux nowhere", "nowhere: no such file or directory"),
        ("--tree nowhere", f"nowhere {NO_TREE}"),
        ("--tree linux/arch", f"linux/arch {NO_TREE}"),
        ("--tree one.c", f"one.c {NO_TREE}"),
        ("--tree linux nowhere", "nowhere: no such file or directory, neither here nor in linux"),
        ("--tree linux one.c", "one.c is not in linux"),
        ("--tree linux ../one.c", "../one.c is not in linux"),
        ("--tree linux --arch mips", "arch/mips is no architecture of this tree; it has other, toy"),
        ("--arch toy linux", "--arch goes with --tree DIR"),
        ("linux --config nowhere", "nowhere: no such file or directory"),
        ("linux --config linux", "linux: not a regular file"),
        ("linux --baseline nowhere", "nowhere: no such file or directory"),
        ("one.c --changed HEAD", "--changed: one.c is in no kernel tree"),
    ],
)
def test_what_cannot_be_linted(leaks: Toy, arguments: str, problem: str) -> None:
    (leaks.root / "dangling.c").symlink_to("nowhere.c")
    write(leaks.here / "one.c", LEAK)
    assert said(*arguments.split()) == (BAD_INPUT, f"gen lint: {problem}")


def test_a_name_that_is_empty(leaks: Toy) -> None:
    assert said("") == (BAD_INPUT, "gen lint: : no such file or directory")


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ("empty", "empty"),
        ("linux/docs", "linux/docs"),
        ("linux/docs/index.rst", "linux/docs/index.rst"),
        ("linux/docs linux/Makefile empty", "linux/docs, linux/Makefile, empty"),
        ("--tree linux docs", "docs"),
        ("--tree linux linux/docs", "linux/docs"),
    ],
)
def test_where_nothing_can_be_linted(leaks: Toy, arguments: str, names: str) -> None:
    write(leaks.here / "empty/notes.txt", LEAK)
    problem = f"gen lint: nothing to lint in {names}: no C file, header or assembly"
    assert said(*arguments.split()) == (NO_MATCH, problem)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ("", "gen lint takes paths, or --tree DIR"),
        ("--arch toy", "gen lint takes paths, or --tree DIR"),
        ("linux --baseline a --write-baseline b", "--baseline leaves findings out and --write-baseline lists them all"),
        ("linux --select nothing", "argument --select: there is no rule `nothing`; `gen rules` lists them"),
        ("linux --ignore stale-names", "argument --ignore: there is no rule `stale-names`; did you mean `stale-name`?"),
        ("linux --format xml", "invalid choice: 'xml'"),
    ],
)
def test_what_cannot_be_asked_for(leaks: Toy, arguments: str, problem: str) -> None:
    code, err = said(*arguments.split())
    assert (code, problem in err) == (BAD_INPUT, True), err


def test_what_is_no_source_is_left_out_beside_others(leaks: Toy) -> None:
    assert linted("linux/docs", "linux/Makefile", "linux/kernel") == [f"linux/{CORE}"]


@pytest.mark.parametrize("name", ["linux/kernel/fifo.c", "fifo.c"])
def test_a_fifo_is_not_waited_for(leaks: Toy, name: str) -> None:
    os.mkfifo(name)
    result = run_json("lint", name)
    assert places(result) == [("unreadable-source", name, 1, 1)]
    assert only(result)["message"] == "cannot be read: not a regular file"
    assert result.code == FINDINGS


# Exit codes and rules.


def test_exit_codes(toy: Toy) -> None:
    toy.add({TRAPS: FIXED})
    assert run("lint", "--tree", TREE).code == CLEAN
    toy.add({TRAPS: "void f(void)\n{\n\tuser_exit_callable();\n}\n"})
    assert run("lint", "--tree", TREE).code == CLEAN, "a note"
    toy.add({TRAPS: "void f(void)\n{\n\trcu_nmi_enter();\n}\n"})
    assert run("lint", "--tree", TREE).code == FINDINGS, "a warning"
    toy.add({TRAPS: LEAK})
    assert run("lint", "--tree", TREE).code == FINDINGS, "an error"


SEVERAL = """\
void do_trap(void)
{
	enum ctx_state prev = exception_enter();

	user_exit_callable();
	rcu_nmi_enter();
}
"""


@pytest.mark.parametrize(
    ("options", "rules", "code"),
    [
        ("", {RULE, "callable-helper", "stale-name"}, FINDINGS),
        ("--select callable-helper", {"callable-helper"}, CLEAN),
        ("--select callable-helper,stale-name", {"callable-helper", "stale-name"}, FINDINGS),
        ("--ignore stale-name", {RULE, "callable-helper"}, FINDINGS),
        (f"--ignore stale-name,{RULE}", {"callable-helper"}, CLEAN),
        (f"--select {RULE},stale-name --ignore stale-name", {RULE}, FINDINGS),
        ("--select offstack-eligible", set(), CLEAN),
    ],
)
def test_rules_are_chosen_errors_too(toy: Toy, options: str, rules: set[str], code: int) -> None:
    toy.add({TRAPS: SEVERAL})
    result = run_json("lint", "--tree", TREE, *options.split())
    assert (result.rules, result.code) == (rules, code)


CONFIGURED = """\
void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

#ifdef CONFIG_TOY
	if (fixup(regs))
		return;
#endif
	exception_exit(prev);
}
"""


@pytest.mark.parametrize("config", ["CONFIG_TOY=y\n", "# CONFIG_TOY is not set\n", "CONFIG_TOYS=y\n", "", None])
def test_a_config_decides_the_if_lines(toy: Toy, config: str | None) -> None:
    toy.add({TRAPS: CONFIGURED})
    options = []
    if config is not None:
        write(toy.here / ".config", config)
        options = ["--config", ".config"]
    result = run_json("lint", "--tree", TREE, *options)
    found = [(*place[2:], each["condition"]) for place, each in zip(places(result), result.findings, strict=True)]
    assert found == {None: [(7, 3, "CONFIG_TOY")], "CONFIG_TOY=y\n": [(7, 3, "")]}.get(config, [])


# Specs in the working directory.


def test_a_spec_with_an_error(leaks: Toy) -> None:
    leaks.spec(changed(TOY, "    kind: fork", "    kind: spoon"))
    result = run_json("lint", "--tree", TREE)
    assert ("unknown-value", "arch_specs/toy.yaml") in {(each["rule"], each["file"]) for each in result.findings}
    assert [place[1] for place in places(result) if place[0] == RULE] == [f"linux/{file}" for file in FILES]
    assert result.code == BAD_INPUT


UNUSED = changed(TOY, "\nclasses:\n", '\nclasses:\n  fiq: {title: "fast interrupt", maskable: true}\n')


def test_a_spec_with_a_warning(leaks: Toy) -> None:
    leaks.spec(UNUSED)
    assert "unused-class" in run_json("lint", "--tree", TREE).rules
    assert "unused-class" in run_json("lint", "linux/arch/toy/mm").rules


@pytest.mark.parametrize("arguments", ["--tree linux --arch other", "linux/kernel", "linux/arch/other/kernel/traps.c"])
def test_warnings_of_specs_of_what_is_not_linted(leaks: Toy, arguments: str) -> None:
    leaks.spec(UNUSED)
    assert run_json("lint", *arguments.split()).rules == {RULE}


def test_only_specs_of_what_is_linted_are_read(leaks: Toy) -> None:
    leaks.spec(changed(TOY, "    kind: fork", "    kind: spoon"))
    assert run_json("lint", "linux/kernel").code == FINDINGS
    assert run_json("lint", "linux/arch/other").code == FINDINGS
    assert run_json("lint", "linux/arch/toy").code == BAD_INPUT


def test_a_release_is_not_for_files_of_a_tree(leaks: Toy) -> None:
    result = run_json("lint", "--tree", TREE, "--kernel", "6.1")
    assert result.code == BAD_INPUT
    assert result.err == "gen lint: --kernel is for files outside of a tree; linux/ is Linux 6.12.3\n"


def test_a_spec_of_an_architecture_that_the_tree_lacks(leaks: Toy) -> None:
    leaks.spec(UNUSED.replace("arch/toy/", "arch/gone/"))
    assert run_json("lint", "--tree", TREE).rules == {RULE}


# Progress, on a terminal.


def watched(monkeypatch: pytest.MonkeyPatch, *arguments: object, tty: bool = True) -> str:
    """What is written to standard error by a run that takes long."""
    monkeypatch.setattr("gen.cli.progress.PATIENCE", -1.0)
    err = Stream(tty)
    with contextlib.redirect_stdout(Stream()), contextlib.redirect_stderr(err):
        main(["lint", *map(str, arguments)])
    return err.text


def test_progress(leaks: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = [line.removeprefix("\x1b[K") for line in watched(monkeypatch, "--tree", TREE).split("\r")]
    assert shown[1] == "searching linux/"
    assert {"arch/toy", "arch/other", "common code"} & set(shown), "another process may say the others"
    assert shown[-1] == "", "it is taken back"
    assert watched(monkeypatch, "--tree", TREE, tty=False) == ""


def test_progress_is_taken_back_whatever_happens(leaks: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("gen.cli.lint.lint_tree", interrupted)
    assert watched(monkeypatch, "--tree", TREE).endswith("\r\x1b[Kgen: interrupted\n")


def test_a_working_directory_that_is_gone(leaks: Toy) -> None:
    gone = f"mkdir gone; cd gone; rmdir ../gone; {' '.join(command('lint', leaks.root / 'kernel', '-q'))}"
    done = subprocess.run(["bash", "-c", gone], cwd=leaks.here, env=environment(), capture_output=True, check=False)
    assert done.stdout.decode().startswith(f"{leaks.root}/{CORE}:6:3: error: ")
    assert done.returncode == FINDINGS


# Formats.


def test_short(leaks: Toy) -> None:
    assert run("lint", "linux/kernel") == Result(
        FINDINGS,
        "linux/kernel/sched/core.c:6:3: error: returns with exception_enter() of line 3 still open, by way of "
        "lines 5, 6; call exception_exit(prev) before it [exception-exit-missing]\n"
        "Linux 6.12.3: 1 file with names of context tracking\n"
        "1 error, 0 warnings, 0 notes\n"
        "`gen explain exception-exit-missing` says why a rule matters and what to write instead\n",
        "",
    )


def test_short_and_human_name_the_condition(toy: Toy) -> None:
    toy.add({TRAPS: CONFIGURED})
    assert "by way of lines 6, 7, with CONFIG_TOY; call" in run("lint", "--tree", TREE).out
    assert run("lint", "--tree", TREE, "--format", "human").out == (
        f"error[{RULE}]: returns with exception_enter() of line 3 still open, by way of lines 6, 7\n"
        f"  --> linux/{TRAPS}:7:3\n"
        "  |\n"
        "7 |   return;\n"
        "  |   ^^^^^^\n"
        "  = exception_enter() is called here\n"
        f"  --> linux/{TRAPS}:3:24\n"
        "  |\n"
        "3 |  enum ctx_state prev = exception_enter();\n"
        "  |                        ---------------\n"
        "  = with: CONFIG_TOY\n"
        "  = hint: call exception_exit(prev) before it\n"
        "\n"
        "Linux 6.12.3: 2 files with names of context tracking, and 1 architecture as a whole\n"
        "1 error, 0 warnings, 0 notes\n"
        f"`gen explain {RULE}` says why a rule matters and what to write instead\n"
    )


def test_quiet_leaves_the_findings(leaks: Toy) -> None:
    loud, quiet = (run("lint", "linux/arch", *options).out.splitlines() for options in ((), ("-q",)))
    assert quiet == loud[:3]
    assert run("lint", "linux/arch/toy/lib", "-q").out == ""


def test_a_clean_run_says_what_was_looked_at(toy: Toy) -> None:
    toy.add({TRAPS: FIXED})
    assert run("lint", "--tree", TREE).out == (
        "Linux 6.12.3: 2 files with names of context tracking, and 1 architecture as a whole\n"
        "0 errors, 0 warnings, 0 notes\n"
    )


def test_github(leaks: Toy) -> None:
    assert run("lint", "linux/kernel", "--format", "github").out == (
        "::error file=linux/kernel/sched/core.c,line=6,endLine=6,title=exception-exit-missing,col=3,endColumn=9::"
        "returns with exception_enter() of line 3 still open, by way of lines 5, 6%0A"
        "call exception_exit(prev) before it\n"
    )


def test_json_says_what_was_linted(leaks: Toy) -> None:
    document = run_json("lint", "linux/kernel", "linux/arch/toy").document
    assert document["lint"] == {
        "trees": ["Linux 6.12.3: 4 files with names of context tracking, and 1 architecture as a whole"],
        "silenced": 0,
        "baseline": 0,
    }
    assert document["summary"] == {"findings": 3, "note": 0, "warning": 0, "error": 3}


# SARIF.


def sarif(*arguments: object) -> list[dict[str, Any]]:
    """The results of a log, which is valid."""
    log = json.loads(run("lint", *arguments, "--format", "sarif").out)
    Draft202012Validator(json.loads((DATA / "sarif.schema.json").read_text(encoding="utf-8"))).validate(log)
    results: list[dict[str, Any]] = log["runs"][0]["results"]
    return results


def test_sarif_has_places_and_the_way(leaks: Toy) -> None:
    (result,) = sarif("linux/kernel")
    found = only(run_json("lint", "linux/kernel"))
    steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["message"]["text"] for step in steps] == [step["message"] for step in found["flow"]]
    assert len(result["relatedLocations"]) == len(found["related"]) == 1
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "linux/kernel/sched/core.c"},
        "region": {"startLine": 6, "startColumn": 3, "endLine": 6, "endColumn": 9},
    }


def test_sarif_of_every_rule_that_speaks(toy: Toy) -> None:
    toy.spec(TOY)
    toy.add({TRAPS: SEVERAL + CONFIGURED.replace("do_trap", "do_other")})
    spoke = run_json("lint", "--tree", TREE).rules
    assert spoke >= {RULE, "callable-helper", "stale-name", "offstack-uses-exception-pair"}
    assert {each["ruleId"] for each in sarif("--tree", TREE)} == spoke


def marks(*arguments: object) -> list[str]:
    """The fingerprints of a log."""
    return [result["partialFingerprints"]["genLine/v1"] for result in sarif(*arguments)]


def test_fingerprints_survive_lines_that_move(leaks: Toy) -> None:
    before = marks("--tree", TREE)
    assert len(set(before)) == 4
    above = f"/* one */\n\n{FIXED.replace('do_trap', 'do_new')}"
    leaks.add(dict.fromkeys(FILES, above + LEAK))
    assert marks("--tree", TREE) == before
    leaks.add({TRAPS: LEAK.replace("return;", "return; /* no */")})
    assert len(set(before) - set(marks("--tree", TREE))) == 1


def test_fingerprints_tell_two_leaks_of_a_file_apart(toy: Toy) -> None:
    toy.add({TRAPS: LEAK + LEAK.replace("do_trap", "do_other")})
    assert len(set(marks("--tree", TREE))) == 2


# The same bytes.


@pytest.mark.parametrize("chosen", ["short", "json", "sarif"])
def test_every_run_says_the_same(leaks: Toy, chosen: str) -> None:
    leaks.add({f"arch/toy/kernel/part{number}.c": SEVERAL for number in range(7)})
    asked = ("lint", "--tree", TREE, "--format", chosen, "--no-cache")
    one = {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC"}
    other = {"PYTHONHASHSEED": "2", "LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Tokyo", "PATH": "/nowhere"}
    first, again = (spawn(*asked, cwd=leaks.here, env=environment) for environment in (one, other))
    assert first == again
    assert first.code == FINDINGS


def test_the_order_of_folders_does_not_matter(leaks: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"arch/toy/{name}/{name}.c" for name in "azbyc"]
    leaks.add(dict.fromkeys(names, LEAK))
    first = run("lint", "--tree", TREE, "--no-cache")
    for name in names:
        (leaks.root / name).unlink()
    leaks.add(dict.fromkeys(reversed(names), LEAK))
    scandir = os.scandir
    monkeypatch.setattr("gen.kernel.tree.os.scandir", lambda path: Backwards(scandir(path)))
    monkeypatch.setattr("gen.cli.lint.find_ripgrep", lambda: None)
    assert run("lint", "--tree", TREE, "--no-cache") == first


class Backwards:
    """The entries of a folder, the last one first."""

    def __init__(self, entries: Any) -> None:
        self._entries = entries

    def __enter__(self) -> list[os.DirEntry[str]]:
        with self._entries as entries:
            return list(entries)[::-1]

    def __exit__(self, *_: object) -> None:
        pass


def test_the_index_changes_nothing(leaks: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gen.kernel.index.SLACK", 0)
    first = run("lint", "--tree", TREE, "--no-cache")
    assert not (leaks.here / ".cache").exists()
    assert [run("lint", "--tree", TREE), run("lint", "--tree", TREE)] == [first, first]
    assert any((leaks.here / ".cache").rglob("*.json"))
    leaks.add({TRAPS: FIXED})
    assert f"linux/{TRAPS}" not in linted("--tree", TREE)
