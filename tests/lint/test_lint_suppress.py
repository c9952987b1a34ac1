"""Comments that silence findings of gen lint, and what is said about those that do not."""

from __future__ import annotations

import re

import pytest
from linting import (
    DECLARES,
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
    only,
    places,
    plain,
    table,
    toy_tree,
    write,
)
from support import CLEAN, FINDINGS, TOY, changed, run, run_json

toy = pytest.fixture(toy_tree)

SILENT = plain(LEAK)
REASON = "gen: ignore[exception-exit-missing] the caller exits"
UNUSED = REASON.replace("[", "[<<unused-suppression>>")


def silenced(text: str, comment: str) -> str:
    """A text with the leak, and a comment in the lines before its return."""
    return re.sub(r"^(?=.*return;)", lambda _: f"\t\t{comment}\n", text, flags=re.MULTILINE)


def counts(toy: Toy, files: dict[str, str], *options: str) -> tuple[int, int]:
    """Lints a tree: how many findings are left, and how many are silenced."""
    result = toy.check(files, *options)
    return len(result.findings), result.document["lint"]["silenced"]


@pytest.mark.parametrize(
    "comment",
    [
        f"/* {REASON} */",
        f"// {REASON}",
        "/* gen:ignore[exception-exit-missing] the caller exits */ /* and more */",
        "/* gen: ignore [exception-exit-missing]: the caller exits */",
        "/* gen: ignore[stale-name, exception-exit-missing] the caller exits */",
        "/* so it is; gen: no */ // gen: ignore[exception-exit-missing] the caller exits",
    ],
)
def test_comments_that_silence(toy: Toy, comment: str) -> None:
    unused = "stale-name" in comment
    above = silenced(SILENT, comment)
    beside = SILENT.replace("return;", f"return; {comment}")
    for text in (above, beside):
        text = text.replace("stale-name", "<<unused-suppression>>stale-name")
        assert counts(toy, {TRAPS: text}) == (int(unused), 1)
        assert counts(toy, {TRAPS: text.replace("\n", "\r\n")}) == (int(unused), 1)


def test_a_silenced_run_is_clean_and_says_how_much_it_does_not_say(toy: Toy) -> None:
    toy.add({TRAPS: silenced(SILENT, f"/* {REASON} */")})
    result = run("lint", "--tree", TREE)
    assert result.code == CLEAN
    assert result.out.splitlines()[-1] == "0 errors, 0 warnings, 0 notes (1 silenced by comments)"


def test_a_comment_counts_for_its_line_and_the_next(toy: Toy) -> None:
    assert counts(toy, {TRAPS: silenced(LEAK, f"/* {UNUSED} */\n\t\tnotify();")}) == (2, 0)
    assert counts(toy, {TRAPS: LEAK.replace("return;\n", f"return;\n\t/* {UNUSED} */\n")}) == (2, 0)


def test_a_comment_of_several_lines_counts_up_to_the_line_behind_it(toy: Toy) -> None:
    for comment in (
        f"/* {REASON},\n\t\t * as it\n\t\t * always did */",
        f"/*\n\t\t * {REASON}\n\t\t */",
        f"/*\n\t\t * This is special.\n\t\t *\n\t\t * {REASON}\n\t\t * and so on\n\t\t */",
        "/* gen: ignore[exception-exit-missing]\n\t\t * the caller exits */",
    ):
        assert counts(toy, {TRAPS: silenced(SILENT, comment)}) == (0, 1)
    comment = f"/*\n\t\t * {UNUSED}\n\t\t */\n\t\tnotify();"
    assert counts(toy, {TRAPS: silenced(LEAK, comment)}) == (2, 0)


def test_a_comment_silences_every_finding_of_its_line(toy: Toy) -> None:
    text = """\
void f(void)
{
	rcu_nmi_enter(); rcu_nmi_exit(); user_exit_callable(); /* gen: ignore[stale-name, callable-helper] of old */
}
"""
    assert counts(toy, {TRAPS: text}) == (0, 3)


@pytest.mark.parametrize(
    ("comment", "problem"),
    [
        ("/* <<suppression-without-reason>>gen: ignore[exception-exit-missing] */", "this gives no reason"),
        ("// <<suppression-without-reason>>gen: ignore[exception-exit-missing]", "this gives no reason"),
        ("/* <<suppression-without-reason>>gen: ignore[exception-exit-missing]: */", "this gives no reason"),
        ("/* <<suppression-without-reason>>gen: ignore the caller exits */", "this names no rule"),
        ("/* <<suppression-without-reason>>gen: ignore[] the caller exits */", "this names no rule"),
        ("/* <<suppression-without-reason>>gen: ignore */", "this names no rule"),
    ],
)
def test_comments_without_a_rule_or_a_reason(toy: Toy, comment: str, problem: str) -> None:
    result = toy.check({TRAPS: silenced(LEAK, comment)})
    (found,) = (each for each in result.findings if each["rule"] == "suppression-without-reason")
    assert (found["message"], found["hint"]) == (problem, "write `gen: ignore[rule] reason`")


def test_a_comment_of_a_rule_that_there_is_not(toy: Toy) -> None:
    comment = "/* gen: ignore[<<unused-suppression>>exception-exit-mising] the caller exits */"
    result = toy.check({TRAPS: silenced(LEAK, comment)})
    (found,) = (each for each in result.findings if each["rule"] == "unused-suppression")
    assert (found["message"], found["hint"]) == ("there is no rule `exception-exit-mising`", "`gen rules` lists them")


def test_a_comment_that_silences_nothing(toy: Toy) -> None:
    comment = "/* gen: ignore[<<unused-suppression>>exception-enter-unsaved] the caller exits */"
    result = toy.check({TRAPS: f"{comment}\n{FIXED}"})
    assert only(result)["message"] == "nothing to silence here for `exception-enter-unsaved`"
    assert result.code == FINDINGS, "a warning"


@pytest.mark.parametrize(
    "text",
    [
        "int gen;\n/* gen: ignored */\n/* gen: a name */\n/* regen: ignore[stale-name] no */\n",
        "/* write gen: ignore[rule] there */\n",
        "int gen, ignore[3];\nint f(void) { return gen ? gen: ignore[1]; }\n",
    ],
)
def test_what_is_no_such_comment(toy: Toy, text: str) -> None:
    assert counts(toy, {TRAPS: text + silenced(SILENT, "/* gen: ignore[exception-exit-missing] r */")}) == (0, 1)


def test_a_string_is_no_comment(toy: Toy) -> None:
    quoted = LEAK.replace("return;", r'return (void)"\"/* gen: ignore[exception-exit-missing] r */";', 1)
    assert counts(toy, {TRAPS: quoted}) == (1, 0)
    for before in (r'(void)"\"";', """(void)'"';""", r"""(void)'\"';"""):
        behind = SILENT.replace("return;", f"return {before} /* gen: ignore[exception-exit-missing] r */", 1)
        assert counts(toy, {TRAPS: behind}) == (0, 1), before


# Other languages.


@pytest.mark.parametrize("sign", ["//", "@", "#", "!", ";", "/*"])
def test_comments_in_assembly(toy: Toy, sign: str) -> None:
    end = " */" if sign == "/*" else ""
    comment = f"{sign} gen: ignore[callable-helper] entry code is assembly here{end}"
    assert counts(toy, {ENTRY: f"one:\n\tbl\tuser_exit_callable\t{comment}\n"}) == (0, 1)
    assert counts(toy, {ENTRY: f"one:\n\t{comment}\n\tbl\tuser_exit_callable\n"}) == (0, 1)


def test_comments_in_headers(toy: Toy) -> None:
    comment = "/* gen: ignore[offstack-uses-schedule-user] not used with offstack */"
    text = f"{comment}\n#define SCHEDULE_USER	bl	schedule_user\n"
    assert counts(toy, {KCONFIG: DECLARES, HEADER: text}) == (0, 1)


def test_comments_in_kconfig(toy: Toy) -> None:
    kconfig = f"{TRACKS}\t# gen: ignore[stale-name] for a module\n\tselect HAVE_CONTEXT_TRACKING_OFFSTACK\n"
    assert counts(toy, {KCONFIG: kconfig}) == (0, 1)
    unused = f"{TRACKS}\t# gen: ignore[<<unused-suppression>>stale-name] for a module\n"
    assert counts(toy, {KCONFIG: unused}) == (1, 0)


def test_comments_in_a_spec(toy: Toy) -> None:
    toy.add({TRAPS: ""})
    text = changed(TOY, "    text: select HAVE", "    text: selects HAVE")
    toy.spec(text)
    (found,) = (each for each in run_json("lint", "--tree", TREE).findings if "selects" in each["message"])
    lines = text.split("\n")
    lines.insert(found["line"] - 1, "  # gen: ignore[spec-mismatch] it is spelled otherwise")
    toy.spec("\n".join(lines))
    result = run_json("lint", "--tree", TREE)
    assert not any("selects" in each["message"] for each in result.findings)
    assert (result.document["lint"]["silenced"], "unused-suppression" in result.rules) == (1, False)


def test_comments_outside_of_a_tree(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    text = silenced(SILENT, f"/* {REASON} */")
    write(toy.here / "one.c", text)
    assert run_json("lint", "one.c").document["lint"]["silenced"] == 1
    feed(text.encode(), monkeypatch)
    assert run_json("lint", "-").document["lint"]["silenced"] == 1


# What is not known does not make a comment useless.

OFFSTACK_CALL = "void f(void)\n{\n\tschedule_user(); /* gen: ignore[offstack-uses-schedule-user] not built */\n}\n"


def test_rules_that_are_not_asked_for(toy: Toy) -> None:
    comment = f"/* {REASON} */"
    files = {TRAPS: silenced(SILENT, comment)}
    assert counts(toy, files, "--ignore", "exception-exit-missing") == (0, 0)
    assert counts(toy, files, "--select", "stale-name,unused-suppression") == (0, 0)
    assert counts(toy, files, "--select", "exception-exit-missing") == (0, 1)


def test_rules_that_are_not_asked_of_a_file_outside_of_a_tree(toy: Toy) -> None:
    assert counts(toy, {KCONFIG: DECLARES, TRAPS: OFFSTACK_CALL}) == (0, 1)
    write(toy.here / "one.c", OFFSTACK_CALL)
    assert places(run_json("lint", "one.c")) == []


def test_one_configuration_says_nothing_of_others(toy: Toy) -> None:
    text = silenced(SILENT, f"/* {REASON} */").replace("\tif", "#ifdef CONFIG_TOY\n\tif")
    text = text.replace("return;\n", "return;\n#endif\n")
    write(toy.here / ".config", "CONFIG_OTHER=y\n")
    assert counts(toy, {TRAPS: text}) == (0, 1)
    assert counts(toy, {TRAPS: text}, "--config", ".config") == (0, 0)


def test_files_that_are_only_looked_into(toy: Toy) -> None:
    files = {
        KCONFIG: DECLARES,
        TRAPS: OFFSTACK_CALL,
        HEADER: "/* gen: ignore[stale-name] gone */\nstatic inline void g(void)\n{\n\texception_exit(0);\n}\n",
        "arch/toy/mm/fault.c": "#include <asm/thread_info.h>\nvoid f(void)\n{\n\tg();\n\tuser_exit();\n}\n",
    }
    toy.add(files)
    assert run_json("lint", "linux/arch/toy/mm").findings == []
    assert "unused-suppression" in run_json("lint", "--tree", TREE).rules


def test_the_features_table_has_no_comments(toy: Toy) -> None:
    toy.add({FEATURES: table("|         toy: | TODO | # gen: ignore[features-table-mismatch] no")})
    assert run_json("lint", "--tree", TREE).code == FINDINGS
