"""How gen lint says where: names of files as they were typed, functions and labels, fingerprints, and .config."""

from __future__ import annotations

import json

import pytest
from linting import DECLARES, ENTRY, KCONFIG, LEAK, TRAPS, Toy, toy_tree, write
from support import BAD_INPUT, run, run_json

from gen.csource.lookup import occurrences
from gen.csource.outline import read_outline
from gen.csource.tokens import Source

toy = pytest.fixture(toy_tree)

RULE = "exception-exit-missing"


def functions(toy: Toy) -> list[tuple[str, str]]:
    """The rule and the function of each finding."""
    return sorted((each["rule"], each["function"]) for each in run_json("lint", "--tree", toy.name).findings)


@pytest.mark.parametrize("typed", ["link", "./link", "link/arch/toy", f"link/{TRAPS}", f"sub/../link/{TRAPS}"])
def test_a_tree_that_is_typed_through_a_link_is_shown_as_typed(toy: Toy, typed: str) -> None:
    toy.add({TRAPS: LEAK})
    (toy.here / "link").symlink_to(toy.name)
    (toy.here / "sub").mkdir()
    prefix = "sub/../link" if typed.startswith("sub") else "link"
    assert [each["file"] for each in run_json("lint", typed).findings] == [f"{prefix}/{TRAPS}"]


def test_a_tree_beside_the_working_directory_is_shown_as_typed(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    toy.add({TRAPS: LEAK})
    (toy.here / "beside").mkdir()
    monkeypatch.chdir(toy.here / "beside")
    assert [each["file"] for each in run_json("lint", f"../{toy.name}/arch").findings] == [f"../{toy.name}/{TRAPS}"]


def test_findings_in_assembly_name_the_label(toy: Toy) -> None:
    entry = "SYM_CODE_START(resume)\n\tbl schedule_user\nSYM_CODE_END(resume)\nother:\n\tbl user_exit_callable\n"
    toy.add({KCONFIG: DECLARES, ENTRY: entry})
    assert functions(toy) == [("callable-helper", "other"), ("offstack-uses-schedule-user", "resume")]


def test_an_exception_of_powerpc_is_a_label(toy: Toy) -> None:
    entry = "data:\n\t.long 0\n\tSTART_EXCEPTION(0x200, MachineCheck)\n\tbl user_exit_callable\n"
    toy.add({ENTRY: entry})
    assert functions(toy) == [("callable-helper", "MachineCheck")]


def test_findings_of_a_whole_file_name_the_function(toy: Toy) -> None:
    toy.add({"kernel/one.c": "int before;\n\nvoid one(void)\n{\n\tcontext_tracking_enter(CONTEXT_USER);\n}\n"})
    assert {name for _, name in functions(toy)} == {"one"}


def fingerprints(*arguments: object) -> list[str]:
    """Those of a run with `--format sarif`."""
    log = json.loads(run("lint", *arguments, "--format", "sarif").out)
    return [each["partialFingerprints"]["genLine/v1"] for each in log["runs"][0]["results"]]


def test_fingerprints_are_the_same_wherever_one_is(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    toy.add({TRAPS: LEAK})
    outside = fingerprints("--tree", toy.name)
    absolute = fingerprints(toy.root)
    monkeypatch.chdir(toy.root / "arch/toy")
    assert len(outside) == 1
    assert outside == absolute == fingerprints("kernel") == fingerprints("--tree", "../..")


@pytest.mark.parametrize("options", [["lint", "a\x1b[31mb"], ["lint", "--arch", "\x1b]0;x\x07", "--tree", "linux"]])
def test_control_characters_of_a_name_do_not_reach_the_terminal(toy: Toy, options: list[str]) -> None:
    toy.add({})
    result = run(*options)
    assert result.code == BAD_INPUT
    assert "?" in result.err
    assert not {"\x1b", "\x07"} & set(result.err)


@pytest.mark.parametrize("options", [["lint", "x", "--kernel", "\x1b[31m"], ["lint", "x", "--no-such\x1b"]])
def test_control_characters_of_an_option_do_not_reach_the_terminal(options: list[str]) -> None:
    result = run(*options)
    assert result.code == BAD_INPUT
    assert "?" in result.err
    assert "\x1b" not in result.err


CALLS = """\
void handle(void);
static inline int *handle(void);
extern void (*table[])(void);
struct operations { void handle(int); };

int handle(void)
{
	void handle(int);

	ops->handle(1);
	ops.handle(2);
	if (handle())
		return handle();
	else
		handle();
	return 2 * handle();
}
#define AGAIN() handle()
"""


def test_a_call_is_neither_a_declaration_nor_a_member() -> None:
    found = list(occurrences(read_outline(Source(CALLS)), ["handle"]))
    assert [each.place.line for each in found if each.called] == [12, 13, 15, 16, 18]
    assert [each.place.line for each in found if not each.called] == [1, 2, 4, 6, 8, 10, 11]


OFFSTACK = "CONFIG_HAVE_CONTEXT_TRACKING_USER_OFFSTACK=y\n"


@pytest.mark.parametrize(("config", "rules"), [(None, 1), (OFFSTACK, 1), ("CONFIG_SMP=y\n", 0)])
def test_a_config_decides_whether_offstack_is_declared(toy: Toy, config: str | None, rules: int) -> None:
    write(toy.here / "dot.config", config or "")
    toy.add({KCONFIG: DECLARES, ENTRY: "resume:\n\tbl schedule_user\n"})
    options = [] if config is None else ["--config", "dot.config"]
    result = run_json("lint", "--tree", toy.name, *options)
    assert [each["rule"] for each in result.findings] == ["offstack-uses-schedule-user"] * rules
