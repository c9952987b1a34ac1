"""gen lint --changed BASE: the findings that a change brought, as a git repository tells it."""

from __future__ import annotations

from pathlib import Path

import pytest
from linting import FIXED, KCONFIG, LEAK, TRACKS, TRAPS, TREE, Toy, git, places, plain, toy_tree, write
from support import BAD_INPUT, CLEAN, FINDINGS, changed, run, run_json

toy = pytest.fixture(toy_tree)

RULE = "exception-exit-missing"
FAULT = "arch/toy/mm/fault.c"


@pytest.fixture
def repo(toy: Toy) -> Toy:
    """A repository with an old leak in one file and a sound function in another."""
    toy.add({TRAPS: LEAK, FAULT: FIXED})
    git(toy.root, "init", "-q", "-b", "main")
    commit(toy)
    return toy


def commit(toy: Toy) -> None:
    """Commits all that there is."""
    git(toy.root, "add", "-A")
    git(toy.root, "commit", "-q", "-m", "a change")


def new(*options: object, base: str = "HEAD") -> list[tuple[str, int]]:
    """The findings that a change brought: file and line."""
    result = run_json("lint", "--tree", TREE, "--changed", base, *options)
    assert result.err == ""
    assert result.code == (FINDINGS if result.findings else CLEAN)
    return [(file.removeprefix(f"{TREE}/"), line) for _, file, line, _ in places(result)]


def test_an_old_finding_is_not_said(repo: Toy) -> None:
    assert new() == []
    repo.add({TRAPS: LEAK + "\nint more;\n"})
    assert new() == []
    repo.add({TRAPS: "int more;\n\n" + LEAK})
    assert new() == []


def test_a_line_that_is_added_with_a_leak(repo: Toy) -> None:
    repo.add({FAULT: changed(FIXED, "\tif", "\tif (other(regs))\n\t\treturn;\n\tif")})
    assert new() == [(FAULT, 6)]


def test_a_line_that_is_changed_into_a_leak(repo: Toy) -> None:
    repo.add({FAULT: changed(FIXED, "goto out", "return")})
    assert new() == [(FAULT, 6)]


def test_an_exit_that_is_taken_away(repo: Toy) -> None:
    repo.add({FAULT: changed(FIXED, "\texception_exit(prev);\n", "")})
    assert [file for file, _ in new()] == [FAULT]


def test_a_line_that_is_taken_away_elsewhere(repo: Toy) -> None:
    write(repo.root / TRAPS, LEAK + "int one;\nint two;\n")
    commit(repo)
    repo.add({TRAPS: LEAK + "int two;\n"})
    assert new() == []


def test_an_enter_that_is_new_above_an_old_return(repo: Toy) -> None:
    without = changed(plain(LEAK), "\tenum ctx_state prev = exception_enter();\n", "")
    repo.add({FAULT: changed(without, "\texception_exit(prev);\n", "")})
    commit(repo)
    repo.add({FAULT: LEAK})
    assert new() == [(FAULT, 6)], "the related place is a line of the change"


def test_a_question_on_the_way_that_is_new(repo: Toy) -> None:
    repo.add({TRAPS: changed(LEAK, "fixup(regs)", "fixup(regs) || other(regs)")})
    assert new() == [(TRAPS, 6)]


def test_what_is_staged_and_what_is_committed(repo: Toy) -> None:
    repo.add({FAULT: LEAK})
    git(repo.root, "add", "-A")
    assert new() == [(FAULT, 6)]
    commit(repo)
    assert new() == []
    assert new(base="HEAD~1") == [(FAULT, 6)]
    assert new(base="main~1") == [(FAULT, 6)]
    assert new(base=git(repo.root, "rev-parse", "--short", "HEAD~1")) == [(FAULT, 6)]
    git(repo.root, "tag", "-a", "-m", "a tag", "v1", "HEAD~1")
    assert new(base="v1") == [(FAULT, 6)]


ODD_NAMES = [
    "new.c",
    "a file.c",
    "ü.c",
    "-r.c",
    'quo"te.c',
    "tab\t.c",
    "bell\a.c",
    "back\\slash.c",
    "b/b.c",
    "line\n.c",
]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_files_that_git_does_not_know_and_files_that_it_does(repo: Toy, name: str) -> None:
    file = f"arch/toy/kernel/{name}"
    repo.add({file: FIXED})
    assert new() == []
    repo.add({file: LEAK})
    assert new() == [(file, 6)], "untracked"
    repo.add({file: FIXED})
    commit(repo)
    repo.add({file: LEAK})
    assert new() == [(file, 6)], "tracked"


def test_a_name_that_is_no_text(repo: Toy) -> None:
    file = repo.root / "arch/toy/kernel" / b"\xff.c".decode(errors="surrogateescape")
    write(file, FIXED)
    commit(repo)
    write(file, LEAK)
    assert len(new()) == 1


def test_an_ignored_file_is_none_of_the_change(repo: Toy) -> None:
    repo.add({".gitignore": "*.mod.c\n", "arch/toy/kernel/x.mod.c": LEAK})
    assert new() == []


def test_a_file_that_is_moved_is_new(repo: Toy) -> None:
    git(repo.root, "mv", TRAPS, "arch/toy/kernel/moved.c")
    assert new() == [("arch/toy/kernel/moved.c", 6)]


def test_a_file_that_is_gone(repo: Toy) -> None:
    (repo.root / TRAPS).unlink()
    assert new() == []


def test_a_mode_that_changes(repo: Toy) -> None:
    (repo.root / TRAPS).chmod(0o755)
    assert new() == []


def test_a_file_without_a_line_end(repo: Toy) -> None:
    repo.add({FAULT: changed(FIXED, "goto out", "return").rstrip("\n")})
    assert new() == [(FAULT, 6)]


def test_lines_that_look_like_those_of_a_diff(repo: Toy) -> None:
    comment = "/*\n++ b/arch/toy/kernel/traps.c\n-- a/x\n@@ -1 +1 @@\ndiff --git a/x b/x\n*/\n"
    leaking = changed(FIXED, "goto out", "return")
    repo.add({FAULT: leaking + comment})
    assert new() == [(FAULT, 6)]
    repo.add({FAULT: comment + leaking})
    assert new() == [(FAULT, 12)]
    commit(repo)
    repo.add({FAULT: leaking.replace("return;", "return; /* no */")})
    assert new() == [(FAULT, 6)]


# What else there is to say.


def test_a_part_of_the_tree(repo: Toy) -> None:
    repo.add({FAULT: LEAK, "arch/toy/kernel/new.c": LEAK})
    assert new("arch/toy/mm") == [(FAULT, 6)]
    assert places(run_json("lint", f"linux/{FAULT}", "--changed", "HEAD")) == [(RULE, f"linux/{FAULT}", 6, 3)]


def test_wherever_one_is(repo: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.add({FAULT: LEAK})
    monkeypatch.chdir(repo.root / "arch/toy")
    assert places(run_json("lint", ".", "--changed", "HEAD")) == [(RULE, "mm/fault.c", 6, 3)]
    monkeypatch.chdir("/")
    assert places(run_json("lint", repo.root, "--changed", "HEAD")) == [(RULE, str(repo.root / FAULT)[1:], 6, 3)]


def test_findings_about_kconfig(repo: Toy) -> None:
    repo.add({KCONFIG: f"{TRACKS}\tselect HAVE_CONTEXT_TRACKING_OFFSTACK\n"})
    assert new() == [(KCONFIG, 4)]


def test_findings_that_are_declared_by_the_change(repo: Toy) -> None:
    repo.add({KCONFIG: f"{TRACKS}\tselect HAVE_CONTEXT_TRACKING_USER_OFFSTACK\n"})
    assert {(file, line) for file, line in new()} >= {(TRAPS, 3), (FAULT, 3)}


def test_with_a_baseline(repo: Toy) -> None:
    run("lint", "--tree", TREE, "--write-baseline", "base.json")
    assert new("--baseline", "base.json") == []
    repo.add({FAULT: LEAK})
    assert new("--baseline", "base.json") == [(FAULT, 6)]
    run("lint", "--tree", TREE, "--changed", "HEAD", "--write-baseline", "base.json")
    assert new("--baseline", "base.json") == []
    assert len(run_json("lint", "--tree", TREE, "--baseline", "base.json").findings) == 1


def test_a_comment_that_is_useless_since_the_change(repo: Toy) -> None:
    reason = "/* gen: ignore[exception-exit-missing] the caller exits */"
    repo.add({TRAPS: LEAK.replace("return;", f"return; {reason}")})
    commit(repo)
    repo.add({TRAPS: FIXED.replace("goto out;", f"goto out; {reason}")})
    assert new() == [(TRAPS, 6)]


# Repositories of all sorts.

HOSTILE = {
    "diff.noprefix": "true",
    "diff.mnemonicPrefix": "true",
    "diff.srcPrefix": "x/",
    "diff.dstPrefix": "y/",
    "diff.external": "false",
    "diff.relative": "false",
    "diff.renames": "copies",
    "diff.context": "5",
    "diff.interHunkContext": "5",
    "diff.algorithm": "patience",
    "diff.wordRegex": ".",
    "diff.orderFile": "nowhere",
    "diff.ignoreSubmodules": "all",
    "diff.colorMoved": "zebra",
    "diff.suppressBlankEmpty": "true",
    "color.ui": "always",
    "color.diff": "always",
    "core.quotePath": "true",
    "core.pager": "false",
    "core.fsmonitor": "false",
    "core.attributesFile": "attributes",
    "diff.c.textconv": "false",
    "diff.c.command": "false",
    "status.relativePaths": "true",
    "log.showSignature": "true",
    "alias.diff": "status",
}


@pytest.mark.parametrize("key", HOSTILE)
def test_what_somebody_likes_git_to_do(repo: Toy, key: str) -> None:
    write(repo.root / ".git/info/attributes", "*.c diff=c\n")
    git(repo.root, "config", key, HOSTILE[key])
    repo.add({"arch/toy/mm/ü.c": LEAK, FAULT: changed(FIXED, "\tif", "\tif (other(regs))\n\t\treturn;\n\tif")})
    assert new() == [(FAULT, 6), ("arch/toy/mm/ü.c", 6)]


def test_no_program_that_a_repository_names_is_run(repo: Toy) -> None:
    program = repo.here / "program"
    write(program, f"#!/bin/sh\ntouch {repo.here}/ran\n")
    program.chmod(0o755)
    repo.add({FAULT: LEAK})
    write(repo.root / ".git/info/attributes", "*.c diff=c\n")
    for key in ("core.fsmonitor", "core.pager", "diff.external", "diff.c.textconv", "diff.c.command"):
        git(repo.root, "config", key, str(program))
    (repo.here / "ran").unlink(missing_ok=True)
    assert new() == [(FAULT, 6)]
    assert not (repo.here / "ran").exists()


def test_what_is_between_two_changes(repo: Toy) -> None:
    git(repo.root, "config", "diff.interHunkContext", "9")
    repo.add({TRAPS: f"int one;\n{LEAK}int two;\n"})
    assert new() == []


def test_environment_of_another_repository(repo: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.add({FAULT: LEAK})
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    monkeypatch.setenv("GIT_DIFF_OPTS", "--unified=9")
    monkeypatch.setenv("GIT_PAGER", "false")
    monkeypatch.setenv("LC_ALL", "tr_TR.UTF-8")
    assert new() == [(FAULT, 6)]


def test_a_tree_in_a_folder_of_a_repository(toy: Toy) -> None:
    toy.add({TRAPS: LEAK, FAULT: FIXED})
    write(toy.here / "other" / FAULT, FIXED)
    git(toy.here, "init", "-q")
    git(toy.here, "add", "-A")
    git(toy.here, "commit", "-q", "-m", "all")
    write(toy.here / "other" / FAULT, LEAK)
    assert new() == []
    toy.add({FAULT: LEAK, "arch/toy/kernel/new.c": LEAK})
    assert new() == [("arch/toy/kernel/new.c", 6), (FAULT, 6)]


def test_a_worktree(repo: Toy) -> None:
    git(repo.root, "worktree", "add", "-q", "--detach", str(repo.here / "second"))
    write(repo.here / "second" / FAULT, LEAK)
    assert places(run_json("lint", "--tree", "second", "--changed", "HEAD")) == [(RULE, f"second/{FAULT}", 6, 3)]


def test_a_conflict(repo: Toy) -> None:
    git(repo.root, "checkout", "-q", "-b", "side")
    repo.add({FAULT: changed(FIXED, "fixup", "one")})
    commit(repo)
    git(repo.root, "checkout", "-q", "main")
    repo.add({FAULT: changed(FIXED, "fixup", "two")})
    commit(repo)
    merged = run_git(repo.root, "merge", "side")
    assert merged != 0
    assert run_json("lint", "--tree", TREE, "--changed", "HEAD").code in {CLEAN, FINDINGS}


def run_git(folder: Path, *arguments: str) -> int:
    """The exit status of git in a folder."""
    try:
        git(folder, *arguments)
    except AssertionError:
        return 1
    return 0


# What is no revision, and what is no repository.


NO_REVISIONS = [
    "nothing",
    "-x",
    "--output=stolen",
    "--help",
    "",
    "HEAD:Makefile",
    "HEAD^{tree}",
    "HEAD~99",
    "a b",
    "..",
    "@{u}",
    "\x7f",
]


@pytest.mark.parametrize("base", NO_REVISIONS)
def test_what_is_no_revision(repo: Toy, base: str) -> None:
    result = run("lint", "--tree", TREE, f"--changed={base}")
    assert (result.code, result.out) == (BAD_INPUT, "")
    assert (
        result.err.startswith(f"gen lint: --changed {base.replace(chr(0x7F), '?')}: ") and result.err.count("\n") == 1
    )
    assert not list(repo.here.rglob("stolen"))


def test_what_is_said_of_no_revision(repo: Toy) -> None:
    assert run("lint", "--tree", TREE, "--changed", "nothing").err == "gen lint: --changed nothing: no such revision\n"


def test_a_range_is_no_revision(repo: Toy) -> None:
    commit_again = changed(FIXED, "fixup", "one")
    repo.add({FAULT: commit_again})
    commit(repo)
    assert run("lint", "--tree", TREE, "--changed", "HEAD~1..HEAD").code == BAD_INPUT


def test_a_tree_that_git_does_not_know(toy: Toy) -> None:
    toy.add({TRAPS: LEAK})
    result = run("lint", "--tree", TREE, "--changed", "HEAD")
    assert (result.code, result.out) == (BAD_INPUT, "")
    assert result.err.startswith("gen lint: --changed HEAD: not a git repository")


def test_a_repository_without_a_commit(toy: Toy) -> None:
    toy.add({TRAPS: LEAK})
    git(toy.root, "init", "-q")
    assert run("lint", "--tree", TREE, "--changed", "HEAD").code == BAD_INPUT


def test_without_git(repo: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repo.here))
    result = run("lint", "--tree", TREE, "--changed", "HEAD")
    assert (result.code, result.err) == (BAD_INPUT, "gen lint: --changed HEAD: git: no such file or directory\n")


def test_of_a_file_that_is_too_large_to_be_compared_all_lines_are_new(
    repo: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is now, or as the commit has it: neither is held."""
    repo.add({TRAPS: LEAK + "\nint more;\n"})
    assert new() == []
    monkeypatch.setattr("gen.lint.changed.MOST_COMPARED", 100)
    assert new() == [(TRAPS, 6)]
    repo.add({FAULT: FIXED + " " * 100})
    commit(repo)
    repo.add({FAULT: LEAK})
    assert new() == [(TRAPS, 6), (FAULT, 6)]


def test_what_is_compared_at_once_has_an_end(repo: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gen.lint.changed.MOST_HELD", 1)
    files = {f"arch/toy/kernel/f{number}.c": FIXED for number in range(5)}
    repo.add(files)
    commit(repo)
    repo.add(dict.fromkeys(files, LEAK))
    assert new() == [(file, 6) for file in files]


def test_files_outside_of_a_tree(repo: Toy) -> None:
    write(repo.here / "one.c", LEAK)
    for paths in (["one.c"], ["one.c", "linux"], ["linux", "one.c"]):
        result = run("lint", *paths, "--changed", "HEAD")
        assert (result.code, result.out) == (BAD_INPUT, "")
        assert result.err == "gen lint: --changed: one.c is in no kernel tree\n"


def test_nothing_is_written(repo: Toy) -> None:
    repo.add({FAULT: LEAK})
    before = {path: path.stat().st_mtime_ns for path in repo.root.rglob("*")}
    assert new() == [(FAULT, 6)]
    assert {path: path.stat().st_mtime_ns for path in repo.root.rglob("*")} == before
