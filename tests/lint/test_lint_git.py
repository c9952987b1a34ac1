"""gen lint --changed in a checkout of a stranger: nothing that it names is run, nothing is written, nothing hangs."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hostile_git import SETTINGS, forget, hostile
from linting import FIXED, LEAK, TRAPS, TREE, Toy, git, places, toy_tree
from support import BAD_INPUT, FINDINGS, Result, run, run_json

from gen.kernel.git import SETTINGS as OVERRIDDEN

toy = pytest.fixture(toy_tree)

FAULT = "arch/toy/mm/fault.c"


@pytest.fixture
def repo(toy: Toy) -> Toy:
    """A checkout with a leak that is committed, and one that is not."""
    toy.add({TRAPS: LEAK, FAULT: FIXED})
    git(toy.root, "init", "-q", "-b", "main")
    git(toy.root, "add", "-A")
    git(toy.root, "commit", "-q", "-m", "a change")
    toy.add({FAULT: LEAK})
    # What stat says of it is not what the index says.
    os.utime(toy.root / TRAPS, (1, 1))
    return toy


def state(root: Path) -> dict[Path, tuple[int, bytes]]:
    """Every file of a checkout with its time and content."""
    files = (path for path in root.rglob("*") if path.is_file())
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def asked() -> Result:
    return run_json("lint", "--tree", TREE, "--changed", "HEAD")


def test_nothing_that_a_checkout_names_is_run(repo: Toy) -> None:
    marker = hostile(repo.root)
    before = state(repo.root)
    result = asked()
    assert not marker.exists(), marker.read_text()
    assert state(repo.root) == before
    assert (result.code, result.err) == (FINDINGS, "")
    assert [(file, line) for _, file, line, _ in places(result)] == [(f"{TREE}/{FAULT}", 6)]


def test_what_is_named_would_be_run(repo: Toy) -> None:
    """The trap is one: an everyday command of git runs what the checkout names."""
    marker = hostile(repo.root)
    subprocess.run(["git", "status"], cwd=repo.root, capture_output=True, check=False)
    assert marker.exists()


@pytest.mark.parametrize("what", [f"HEAD:{FAULT}", "HEAD:arch", "HEAD"])
def test_nothing_is_fetched(what: str, repo: Toy) -> None:
    marker = hostile(repo.root)
    forget(repo.root, what)
    result = run("lint", "--tree", TREE, "--changed", "HEAD")
    assert not marker.exists(), marker.read_text()
    assert (result.code, result.out) == (BAD_INPUT, "")
    assert result.err.startswith("gen lint: --changed HEAD: ")
    assert result.err.count("\n") == 1


@pytest.mark.parametrize("where", ["core.excludesFile", ".git/info/exclude", "arch/.gitignore"])
def test_what_git_cannot_say_is_ignored_is_new(where: str, repo: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of what to ignore may never end; what else is found is told of."""
    fifo = repo.here / "fifo" if where.startswith("core") else repo.root / where
    fifo.unlink(missing_ok=True)
    os.mkfifo(fifo)
    repo.add({"arch/toy/kernel/new.c": LEAK})
    if where.startswith("core"):
        git(repo.root, "config", where, str(fifo))
    monkeypatch.setattr("gen.kernel.git.SECONDS", 0.5)
    result = run("lint", "--tree", TREE, "--changed", "HEAD")
    assert result.code == FINDINGS
    assert "arch/toy/kernel/new.c:" in result.out


def test_a_file_that_never_ends_is_given_up(repo: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(repo.here / "fifo")
    repo.add({"arch/toy/kernel/new.c": LEAK})
    git(repo.root, "config", "include.path", str(repo.here / "fifo"))
    monkeypatch.setattr("gen.kernel.git.SECONDS", 0.5)
    result = run("lint", "--tree", TREE, "--changed", "HEAD")
    assert (result.code, result.out) == (BAD_INPUT, "")
    assert " does not answer within 0.5 s\n" in result.err


def test_a_bare_repository_in_a_tree_is_not_asked(toy: Toy) -> None:
    """A folder that looks like a repository without being one that the user has checked out."""
    toy.add({TRAPS: LEAK})
    git(toy.here, "init", "-q", "--bare", str(toy.root))
    result = run("lint", "--tree", TREE, "--changed", "HEAD")
    assert (result.code, result.out) == (BAD_INPUT, "")
    assert "bare repository" in result.err


def test_every_setting_that_is_overridden_is_one(repo: Toy) -> None:
    """git knows it, and what a checkout says of those that name a program does not count."""
    known = {key.lower() for key in git(repo.root, "help", "--config").split()}
    unknown = {key for key in OVERRIDDEN if key.lower() not in known}
    assert unknown <= {"core.untrackedCache", "protocol.allow", "safe.bareRepository"}
    assert {"core.fsmonitor", "core.sshCommand", "diff.external"} <= OVERRIDDEN.keys() & set(SETTINGS)
