"""gen patch on the command line: what is refused, what is said, what is written and what is left alone."""

from __future__ import annotations

import os
import random
import re
import shlex
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from series_making import (
    CHECKPATCH,
    DECLARED,
    FAULT,
    FAULTS,
    HANDLERS,
    KCONFIG,
    LEAKS,
    MAINTAINER_SCRIPT,
    OFFSTACK,
    RULE,
    SORTED,
    TRAPS,
    TREE,
    Made,
    Toy,
    applied,
    git,
    pair_spec,
    toy_tree,
)
from support import (
    BAD_INPUT,
    CLEAN,
    FINDINGS,
    INTERRUPTED,
    NO_MATCH,
    TOY,
    changed,
    check_wording,
    command,
    environment,
    line_of,
    run,
    run_json,
    snapshot,
    spawn,
    wait_for_gen,
)

from gen.patch import scratch
from gen.patch.objects import Compared, FunctionCompared, ObjectCompared, Verdict

toy = pytest.fixture(toy_tree)

WRITTEN = [
    f"0001-toy-select-{OFFSTACK}.patch",
    "SHA256SUMS",
    "review.html",
    "series.mbox",
    "toy.yaml",
]


def said(*arguments: object) -> tuple[int, str]:
    """The exit status, and the one thing that is said on standard error."""
    result = run("patch", *arguments)
    assert result.out == ""
    return result.code, result.err.removeprefix("gen patch: ").rstrip("\n")


# What is asked for.


def test_a_series_is_for_one_architecture(toy: Toy) -> None:
    (toy.here / "other.yaml").write_text(changed(TOY, "arch: toy\n", "arch: other\n"))
    assert said("*.yaml", "--tree", TREE) == (
        BAD_INPUT,
        "a series is for one architecture, and these are other and toy",
    )
    assert not (toy.here / "series").exists()


def test_a_pattern_may_name_one(toy: Toy) -> None:
    assert run("patch", "t*.yaml", "--tree", TREE).code == CLEAN


def test_a_pattern_that_names_none(toy: Toy) -> None:
    assert run("patch", "nothing*.yaml", "--tree", TREE).code == NO_MATCH


def test_a_spec_that_is_not_there(toy: Toy) -> None:
    assert run("patch", "nothing.yaml", "--tree", TREE).code == BAD_INPUT


def test_a_broken_spec_is_shown_where_it_is_broken(toy: Toy) -> None:
    toy.spec(changed(TOY, "whence: fork", "whance: fork"))
    assert ("unknown-key", "toy.yaml", line_of(TOY, "whence: fork")) in [each[:3] for each in toy.refused()]


@pytest.mark.parametrize(
    ("tree", "why"),
    [
        ("nowhere", "nowhere is not a kernel tree: it has no Makefile with a VERSION, Kconfig and arch/"),
        (".", ". is not a kernel tree: it has no Makefile with a VERSION, Kconfig and arch/"),
        ("toy.yaml", "toy.yaml is not a kernel tree: it has no Makefile with a VERSION, Kconfig and arch/"),
        (f"{TREE}/arch", f"{TREE}/arch is not a kernel tree: it has no Makefile with a VERSION, Kconfig and arch/"),
    ],
)
def test_what_is_no_tree(tree: str, why: str, toy: Toy) -> None:
    assert said("toy.yaml", "--tree", tree) == (BAD_INPUT, why)


def test_a_tree_without_the_architecture(toy: Toy) -> None:
    toy.spec(TOY.replace("arch/toy/Kconfig", "arch/other/Kconfig"))
    assert said("toy.yaml", "--tree", TREE) == (BAD_INPUT, "linux has no arch/other/Kconfig, which the spec names")


def test_a_tree_has_to_be_named(toy: Toy) -> None:
    result = run("patch", "toy.yaml")
    assert result.code == BAD_INPUT
    assert "--tree" in result.err


@pytest.mark.parametrize("version", ["0", "-1", "two", "1000", "1.5", ""])
def test_versions_are_numbers(version: str, toy: Toy) -> None:
    result = run("patch", "toy.yaml", "--tree", TREE, f"--reroll-count={version}")
    assert result.code == BAD_INPUT
    assert f"`{version}` is no version such as 2" in result.err


def test_a_rule_that_nothing_mends(toy: Toy) -> None:
    result = run("patch", "toy.yaml", "--tree", TREE, "--fix", "exception-nesting")
    assert result.code == BAD_INPUT
    assert RULE in result.err


# Who asks.


def test_a_series_is_from_somebody(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GIT_AUTHOR_EMAIL")
    wanted = "who is it from? set git's user.name and user.email, or GIT_AUTHOR_NAME and GIT_AUTHOR_EMAIL"
    assert said("toy.yaml", "--tree", TREE) == (BAD_INPUT, wanted)


@pytest.mark.parametrize("name", ["", "A <B>", "A\nB", os.fsdecode(b"Andr\xe9")])
def test_names_that_no_mail_can_have(name: str, toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", name)
    code, why = said("toy.yaml", "--tree", TREE)
    assert (code, why.partition("?")[0]) == (BAD_INPUT, "who is it from")


def test_git_is_asked_who_it_is(toy: Toy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_CONFIG_GLOBAL"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".gitconfig").write_text("[user]\n\tname = Ada Author\n\temail = ada@example.org\n")
    assert str(toy.made("--signoff").mails[0]["From"]) == "Ada Author <ada@example.org>"


def path_without(place: Path, *names: str) -> str:
    """A folder with links to all programs that gen might run, without some."""
    place.mkdir()
    for name in ("git", "perl", "rg", "sh"):
        found = next((Path(each) / name for each in os.get_exec_path() if (Path(each) / name).exists()), None)
        if name not in names and found is not None:
            (place / name).symlink_to(found)
    return str(place)


@pytest.mark.parametrize("configured", [True, False])
def test_without_git(configured: bool, toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", path_without(toy.here / "bin", "git"))
    if not configured:
        monkeypatch.delenv("GIT_AUTHOR_NAME")
    result = toy.run()
    assert (result.code, result.out) == (BAD_INPUT, "")
    assert result.err == "gen patch: git is not there, and makes the mails\n"
    assert not (toy.here / "series").exists()


def test_without_perl_there_is_a_series_that_nobody_has_read(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", path_without(toy.here / "bin", "perl"))
    made = toy.made("--run-tree-scripts")
    assert "  no recipients: scripts/get_maintainer.pl: perl is not there\n" in made.result.out
    assert "  not read by checkpatch.pl: the tree has none, or perl is not there\n" in made.result.out
    assert [(mail["To"], mail["Cc"]) for mail in made.mails] == [(None, None)]
    assert "checkpatch" not in made.cover


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ('die "no luck\\n";\n', "scripts/get_maintainer.pl: no luck"),
        ("exit 3;\n", "scripts/get_maintainer.pl: it failed"),
        (None, "the tree has no scripts/get_maintainer.pl"),
    ],
)
def test_a_tree_that_names_no_recipients(script: str | None, why: str, toy: Toy) -> None:
    if script is None:
        (toy.root / MAINTAINER_SCRIPT).unlink()
    else:
        toy.add({MAINTAINER_SCRIPT: script})
    assert f"  no recipients: {why}\n" in toy.made("--run-tree-scripts").result.out


def test_nothing_of_the_tree_runs_unasked(toy: Toy) -> None:
    """Both scripts leave a mark where they run; with `--run-tree-scripts` they do."""
    mark = toy.here / "ran"
    script = f'open my $mark, ">>", "{mark}"; print $mark "$0\\n"; exit 0;\n'
    toy.add({MAINTAINER_SCRIPT: script, CHECKPATCH: script})
    made = toy.made()
    assert not mark.exists()
    assert f"  {UNREAD}\n" in made.result.out
    assert "checkpatch" not in made.cover
    asked = toy.made("--run-tree-scripts", folder="asked")
    assert {Path(line).name for line in mark.read_text().splitlines()} == {"get_maintainer.pl", "checkpatch.pl"}
    assert "scripts/checkpatch.pl --strict has no objection" in asked.cover
    assert "$ gen patch toy.yaml --run-tree-scripts --tree linux/ -o series/" in asked.cover


# What is said.

UNREAD = "not read by checkpatch.pl, which is code of the tree: `--run-tree-scripts` runs it and get_maintainer.pl"


def test_what_is_said_about_a_series(toy: Toy) -> None:
    assert toy.made().result.out.splitlines() == [
        "toy: 1 patch",
        f"  toy: select {OFFSTACK}",
        f"  {UNREAD}",
        *(f"  wrote     series/{name}" for name in WRITTEN),
        "read series/review.html first; `git am series/series.mbox` applies it, "
        "`git send-email series/0*.patch` sends it",
    ]


def test_the_commands_that_are_told_work(toy: Toy) -> None:
    """As a shell takes them, in a folder whose name has spaces."""
    told = toy.made("-v", 2, folder="the series").result.out.splitlines()[-1]
    am, send = told.split("`")[1], told.split("`")[3]
    assert (am, send) == ("git am 'the series/series.mbox'", "git send-email 'the series'/v2-*.patch")
    place = toy.here / "repository"
    applied(b"", toy.files([KCONFIG]), place)
    (place / "the series").symlink_to(toy.here / "the series")
    subprocess.run(am, shell=True, cwd=place, check=True, capture_output=True)
    assert OFFSTACK in (place / KCONFIG).read_text()
    files = subprocess.run(f"ls {send.removeprefix('git send-email ')}", shell=True, check=True, capture_output=True)
    assert files.stdout.decode().splitlines() == [f"the series/v2-{name}" for name in WRITTEN[:1]]


def test_json_says_the_same(toy: Toy) -> None:
    document = toy.json().document
    assert document["patches"] == [f"toy: select {OFFSTACK}"]
    assert document["files"] == [{"file": f"series/{name}", "outcome": "wrote"} for name in WRITTEN]


def test_quiet_says_nothing(toy: Toy) -> None:
    result = toy.run("-q")
    assert (result.code, result.out.strip(), result.err) == (CLEAN, "", "")


def test_findings_are_in_plain_words(toy: Toy) -> None:
    toy.add({TRAPS: HANDLERS.replace("goto out", "return prev_state")})
    result = toy.json()
    assert result.code == BAD_INPUT
    for found in result.findings:
        check_wording(found)


def test_files_are_named_as_the_user_names_the_tree(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    toy.add({TRAPS: HANDLERS.replace("die(", "regs->state = prev_state;\n\tdie(")})
    for cwd, tree, spec, shown in [
        (toy.here, "linux/", "toy.yaml", f"linux/{TRAPS}"),
        (toy.here, str(toy.root), "toy.yaml", str(toy.root / TRAPS)),
        (toy.root, ".", "../toy.yaml", TRAPS),
        (toy.root / "arch", "..", "../../toy.yaml", f"../{TRAPS}"),
    ]:
        monkeypatch.chdir(cwd)
        result = run_json("patch", spec, "--tree", tree)
        assert [found["file"] for found in result.findings] == [shown]


def test_a_tree_may_be_a_link(toy: Toy) -> None:
    made = toy.made()
    (toy.here / "link").symlink_to(TREE)
    assert run("patch", "toy.yaml", "--tree", "link", "-o", "other").code == CLEAN
    assert Made(toy.here / "other", made.result).files == made.files


def test_where_the_spec_was_does_not_matter(toy: Toy) -> None:
    toy.spec(pair_spec())
    made = toy.made("--offstack", "true", "--rfc")
    assert "toy.yaml:" in made.files["review.html"].decode()
    (toy.here / "a&b").mkdir()
    (toy.here / "toy.yaml").rename(toy.here / "a&b/toy.yaml")
    moved = run("patch", "a&b/toy.yaml", "--tree", TREE, "-o", "other", "--offstack", "true", "--rfc")
    assert moved.code == CLEAN
    assert Made(toy.here / "other", moved).files == made.files


# What is written.


def test_a_second_run_leaves_a_series_as_it_is(toy: Toy) -> None:
    made = toy.made()
    times = {path: path.stat().st_mtime_ns for path in made.folder.iterdir()}
    again = toy.made()
    assert again.result.out.count("  unchanged ") == len(WRITTEN)
    assert {path: path.stat().st_mtime_ns for path in made.folder.iterdir()} == times


def test_a_dry_run_of_another_version_shows_the_diffstat(toy: Toy) -> None:
    assert toy.run("--dry-run", "-v", 2).out.splitlines()[-2:] == [
        " arch/toy/Kconfig | 1 +",
        " 1 file changed, 1 insertion(+)",
    ]


def test_versions_are_side_by_side(toy: Toy) -> None:
    first = toy.made().names
    toy.add({TRAPS: HANDLERS})
    made = toy.made("-v", 2)
    assert made.names[: len(first)] == first
    assert [name.partition("-")[0] for name in made.names[len(first) :]] == ["v2"] * 3


def test_what_an_earlier_series_has_left_is_not_sent_with_this_one(toy: Toy) -> None:
    toy.add({TRAPS: HANDLERS, FAULT: FAULTS})
    toy.made()
    toy.add({FAULT: "\n"})
    before = snapshot(toy.here / "series")
    result = toy.json()
    assert result.code == BAD_INPUT
    left = "0003-toy-fault-remove-exception_enter-and-exception_exit.patch"
    assert result.places == [("stray-patch", 1, 1)]
    assert result.findings[0]["file"] == f"series/{left}"
    assert result.findings[0]["message"] == f"{left} is of another series, and would be sent with this one"
    assert snapshot(toy.here / "series") == before
    (toy.here / "series" / left).unlink()
    assert len(toy.made().patches) == 2


def test_what_somebody_has_worked_on_is_not_overwritten(toy: Toy) -> None:
    toy.add({TRAPS: HANDLERS})
    made = toy.made()
    letter = made.folder / made.names[0]
    letter.write_text(letter.read_text().replace("Context tracking keeps", "As you know, context tracking keeps"))
    worked_on = snapshot(made.folder)
    result = toy.json()
    assert (result.code, result.places) == (BAD_INPUT, [("edited-patch", 1, 1)])
    assert result.findings[0]["file"] == "series/0000-cover-letter.patch"
    assert snapshot(made.folder) == worked_on
    assert len(toy.made("-v", 2).names) == 6
    assert letter.read_bytes() == worked_on[letter.name]
    toy.made("--force")
    assert "As you know" not in letter.read_text()


def test_what_nobody_has_worked_on_is_written_anew(toy: Toy) -> None:
    toy.add({TRAPS: HANDLERS})
    first = toy.made().files
    toy.add({TRAPS: HANDLERS.replace("die(", "oops(")})
    made = toy.made()
    assert made.files != first
    (made.folder / "SHA256SUMS").unlink()
    assert toy.made().files == made.files
    subprocess.run(["sha256sum", "-c", "--strict", "--quiet", "SHA256SUMS"], cwd=made.folder, check=True)


@pytest.mark.parametrize("recorded", [None, b"", b"\0\xff\n", b"0" * 64 + b"  series.mbox\n", b"x" * 100_000])
def test_a_file_that_comes_from_elsewhere_is_not_overwritten(recorded: bytes | None, toy: Toy) -> None:
    (toy.here / "series").mkdir()
    (toy.here / "series/series.mbox").write_text("mine")
    if recorded is not None:
        (toy.here / "series/SHA256SUMS").write_bytes(recorded)
    assert toy.json().places == [("edited-patch", 1, 1)]
    assert (toy.here / "series/series.mbox").read_text() == "mine"
    assert not (toy.here / "series/review.html").exists()


def test_what_is_no_mail_of_this_version_stays(toy: Toy) -> None:
    folder = toy.here / "series"
    folder.mkdir()
    others = ["v3-0007-other.patch", "notes.patch", "mine.txt", "1-x.patch"]
    for name in others:
        (folder / name).write_text(name)
    toy.made()
    assert {name: (folder / name).read_text() for name in others} == {name: name for name in others}


def test_nothing_is_written_for_a_dry_run(toy: Toy) -> None:
    toy.add({TRAPS: HANDLERS})
    before = snapshot(toy.here)
    result = toy.run("--dry-run")
    assert result.code == CLEAN
    assert result.out.splitlines() == [
        "toy: 2 patches",
        f"  toy: select {OFFSTACK}",
        "  toy: traps: remove exception_enter() and exception_exit()",
        f"  {UNREAD}",
        " arch/toy/Kconfig        |  1 +",
        " arch/toy/kernel/traps.c | 11 +----------",
        " 2 files changed, 2 insertions(+), 10 deletions(-)",
    ]
    assert {name for name in snapshot(toy.here) if not name.startswith(".cache")} == set(before)


# Checking what is there.


def test_check_compares(toy: Toy) -> None:
    assert toy.json("--check").places == [("patch-stale", 1, 1)] * len(WRITTEN)
    assert not (toy.here / "series").exists()
    made = toy.made()
    assert (toy.run("--check").code, toy.json("--check").findings) == (CLEAN, [])
    (made.folder / made.names[0]).write_text("changed by hand")
    result = toy.json("--check")
    assert (result.code, [each["file"] for each in result.findings]) == (FINDINGS, [f"series/{made.names[0]}"])
    assert (made.folder / made.names[0]).read_text() == "changed by hand"


def test_check_finds_what_would_be_sent_along(toy: Toy) -> None:
    made = toy.made()
    (made.folder / "0002-stray.patch").write_text("x")
    result = toy.json("--check")
    assert (result.code, [each["file"] for each in result.findings]) == (FINDINGS, ["series/0002-stray.patch"])


def test_check_refuses_as_a_run_does(toy: Toy) -> None:
    toy.made()
    toy.add({TRAPS: HANDLERS.replace("die(", "regs->state = prev_state;\n\tdie(")})
    assert toy.run("--check").code == BAD_INPUT


def test_check_of_a_tree_that_needs_nothing(toy: Toy) -> None:
    toy.add({KCONFIG: DECLARED})
    assert toy.run("--check").code == CLEAN


def test_check_where_a_folder_stands_for_a_file(toy: Toy) -> None:
    (toy.here / "series" / WRITTEN[0]).mkdir(parents=True)
    result = toy.run("--check")
    assert (result.code, result.err) == (BAD_INPUT, f"gen patch: series/{WRITTEN[0]}: it is not a regular file\n")


# What goes wrong.


@pytest.mark.parametrize("name", ["series", f"series/{WRITTEN[0]}"])
def test_a_place_that_cannot_be_written(name: str, toy: Toy) -> None:
    place = toy.here / name
    place.parent.mkdir(exist_ok=True)
    place.symlink_to("/dev/null")
    result = toy.json()
    assert (result.code, result.rules) == (BAD_INPUT, {"output-refused"})
    assert place.is_symlink()


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_that_may_not_be_written(toy: Toy) -> None:
    (toy.here / "series").mkdir(mode=0o555)
    assert toy.json().rules == {"output-refused"}


def test_a_full_disk_leaves_the_old_series(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    made = toy.made()
    before = made.files
    toy.add({TRAPS: HANDLERS})

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        result = toy.json()
    assert (result.code, result.rules) == (BAD_INPUT, {"output-refused"})
    assert result.findings[0]["message"].endswith(": no space left on device")
    assert made.files == before


def test_a_full_disk_below_the_scratch_folder(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device", "/tmp/gen-patch-x/apply/file")

    monkeypatch.setattr(scratch.Repository, "write", full)
    result = toy.run()
    assert (result.code, result.out) == (BAD_INPUT, "")
    assert "no space left on device" in result.err
    assert not (toy.here / "series").exists()


def test_an_interrupt_leaves_nothing(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setenv("TMPDIR", str(toy.here / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", str(toy.here / "tmp"))
    (toy.here / "tmp").mkdir()
    monkeypatch.setattr(scratch.Repository, "write", interrupted)
    result = toy.run()
    assert (result.code, result.out, result.err) == (INTERRUPTED, "", "gen: interrupted\n")
    assert not (toy.here / "series").exists()
    assert list((toy.here / "tmp").iterdir()) == []


def test_an_interrupt_while_it_tidies_up(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    real, moments = shutil.rmtree, iter([KeyboardInterrupt()])

    def rmtree(place: str, **options: Any) -> None:
        if interrupt := next(moments, None):
            raise interrupt
        real(place, **options)

    (toy.here / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(toy.here / "tmp"))
    monkeypatch.setattr(shutil, "rmtree", rmtree)
    assert toy.run().code == INTERRUPTED
    assert not (toy.here / "series").exists()
    assert list((toy.here / "tmp").iterdir()) == []


def test_the_command_can_be_interrupted_at_any_moment(toy: Toy) -> None:
    """^C to the process group, as a terminal sends it: all of a series or nothing, and no scratch folder is left."""
    moments = random.Random(5)
    (toy.here / "tmp").mkdir()
    for number in range(6):
        folder = toy.here / f"series{number}"
        process = subprocess.Popen(
            command("patch", "toy.yaml", "--tree", TREE, "-o", folder, "-q"),
            env=environment(TMPDIR=str(toy.here / "tmp")),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        wait_for_gen(process)
        time.sleep(moments.uniform(0, 1))
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=60)
        assert process.returncode in {CLEAN, INTERRUPTED, -signal.SIGINT}, err
        assert len(list(folder.glob("*"))) in {0, len(WRITTEN)}
        assert list((toy.here / "tmp").iterdir()) == []


# The tree.


def test_a_tree_that_may_only_be_read(toy: Toy) -> None:
    toy.add({TRAPS: HANDLERS})
    for path in [*toy.root.rglob("*"), toy.root]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    made = toy.made()
    assert all(path.stat().st_mode & 0o222 == 0 for path in toy.root.rglob("*"))
    assert len(made.patches) == 2


def test_the_series_may_be_in_the_tree(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    """As git format-patch has it; what is written there does not get into a second run."""
    before = snapshot(toy.root)
    monkeypatch.chdir(toy.root)
    for _ in range(2):
        assert run("patch", "../toy.yaml", "--tree", ".").code == CLEAN
    after = snapshot(toy.root)
    assert {name: after[name] for name in before} == before
    assert sorted(set(after) - set(before)) == ["series", *(f"series/{name}" for name in WRITTEN)]


def test_files_are_as_the_user_makes_files(toy: Toy) -> None:
    before = os.umask(0o027)
    try:
        made = toy.made()
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in made.folder.iterdir()} == {0o640}


ODD = "it's ü"
"""A name that a shell, git and a mail could all stumble over."""


def test_names_may_be_odd(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    file = f"arch/toy/kernel/{ODD}.c"
    toy.add({TRAPS: HANDLERS, file: FAULTS})
    (toy.root / TRAPS).chmod(0o755)
    (toy.here / ODD).mkdir()
    toy.root.rename(toy.here / ODD / f"-{ODD}")
    monkeypatch.chdir(toy.here / ODD)
    result = run("patch", "../toy.yaml", f"--tree=-{ODD}", "-o", ODD)
    assert (result.code, result.err) == (CLEAN, ""), result.out
    mbox = (toy.here / ODD / ODD / "series.mbox").read_bytes()
    names = [KCONFIG, TRAPS, file]
    applied(mbox, {name: (toy.here / ODD / f"-{ODD}" / name).read_bytes() for name in names}, toy.here / "applied")
    assert all("exception_" not in (toy.here / "applied" / name).read_text() for name in names)


# From a finding to a mailbox.


def test_three_commands(toy: Toy) -> None:
    """gen lint finds leaks and says what mends them; that makes a series, and says how to apply it."""
    (toy.here / "arch_specs").mkdir()
    (toy.here / "toy.yaml").rename(toy.here / "arch_specs/toy.yaml")
    toy.add({TRAPS: LEAKS, KCONFIG: SORTED})
    git(toy.root, "init", "-q")
    git(toy.root, "add", "-A")
    git(toy.root, "commit", "-q", "-m", "base")
    linted = run("lint", "--tree", TREE)
    assert linted.code == FINDINGS
    (told,) = re.findall(r"`gen (patch .*)` mends these 2", linted.out)
    patched = run(*shlex.split(told))
    assert (patched.code, patched.err) == (CLEAN, "")
    (told,) = re.findall(r"`git (am .*)` applies it", patched.out)
    git(toy.root, *shlex.split(told.replace("series/", "../series/")))
    assert f"[{RULE}]" in linted.out
    assert f"[{RULE}]" not in run("lint", "--tree", TREE).out


def test_a_process_of_its_own(toy: Toy) -> None:
    result = spawn("patch", "toy.yaml", "--tree", TREE)
    assert (result.code, result.err) == (CLEAN, "")
    assert result.out.startswith("toy: 1 patch\n")


# --verify-objects, where nothing can be built, and with what a build would have found.


def test_objects_of_an_architecture_without_a_compiler(toy: Toy) -> None:
    result = run_json("patch", "toy.yaml", "--tree", TREE, "--verify-objects")
    assert result.code == CLEAN, "a series that changes Kconfig only has no objects"
    toy.add({FAULT: FAULTS})
    result = run_json("patch", "toy.yaml", "--tree", TREE, "-o", "again", "--verify-objects")
    assert result.code == BAD_INPUT
    assert result.err.startswith("gen patch: --verify-objects: no cross compiler is known for toy; known are arm, ")
    assert not Path("again").exists()


@pytest.mark.parametrize(
    ("compared", "code", "said"),
    [
        (ObjectCompared(FAULT), CLEAN, "the same instructions as before"),
        (ObjectCompared(FAULT, (FunctionCompared("f", Verdict.DIFFERENT),)), BAD_INPUT, "not as before: f"),
        (ObjectCompared(FAULT, error="after: error: no"), BAD_INPUT, "after: error: no"),
        (ObjectCompared(FAULT, error="before: error: no"), CLEAN, "before: error: no"),
    ],
)
def test_a_removal_may_change_no_instruction(
    toy: Toy, monkeypatch: pytest.MonkeyPatch, compared: ObjectCompared, code: int, said: str
) -> None:
    toy.add({FAULT: FAULTS})
    monkeypatch.setattr("gen.patch.objects.compare_objects", lambda *_, **__: Compared((compared,)))
    result = run_json("patch", "toy.yaml", "--tree", TREE, "--verify-objects")
    assert result.code == code
    assert Path("series").exists() == (code == CLEAN)
    if code == CLEAN:
        assert result.document["objects"] == [{"file": FAULT, "verdict": compared.verdict, "said": said}]
    else:
        assert [(each["rule"], each["file"], each["message"]) for each in result.findings] == [
            ("object-differs", f"{TREE}/{FAULT}", said)
        ]


def built(monkeypatch: pytest.MonkeyPatch, *objects: ObjectCompared, **rest: Any) -> None:
    """Has --verify-objects find these."""
    compared = Compared(objects, compiler="toy-gcc (Toy) 1.2", **rest)
    monkeypatch.setattr("gen.patch.objects.compare_objects", lambda *_, **__: compared)


def checks(made: Made) -> tuple[str, str]:
    """What the cover letter heads the list of checks with, and the last of them."""
    begin = made.cover.index("Checked")
    head, listed = made.cover[begin:].split("\n\n")[:2]
    return head, " ".join(listed.rpartition("\n- ")[2].split())


def test_the_letter_says_what_was_built(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    toy.add({TRAPS: HANDLERS, FAULT: FAULTS})
    built(monkeypatch, ObjectCompared(FAULT), ObjectCompared(TRAPS, error="before: error: no"), offstack=True)
    made = toy.made("--verify-objects")
    assert checks(made) == (
        "Checked and built, not booted:",
        "1 object built before and after, with the select on both sides, by toy-gcc (Toy) 1.2: every instruction is as "
        "before; no new warning; 1 file not in this configuration",
    )
    assert "  $ gen patch toy.yaml --verify-objects --tree linux/ -o series/\n" in made.cover
    head, last = checks(toy.made(folder="unbuilt"))
    assert (head, "object" in last) == ("Checked, and neither built nor booted:", False)


def test_the_letter_of_a_fix_names_what_changes(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    toy.add({TRAPS: LEAKS})
    changed_one = FunctionCompared("do_first", Verdict.DIFFERENT)
    fixup = FunctionCompared(".fixup", Verdict.DIFFERENT)
    built(monkeypatch, ObjectCompared(TRAPS, (changed_one, fixup)), warnings=("traps.c:1: warning: odd",))
    made = toy.made("--fix", RULE, "--verify-objects")
    assert checks(made)[1] == (
        "1 object built before and after, by toy-gcc (Toy) 1.2: the instructions of do_first() and .fixup change, "
        "and no others; 1 new warning"
    )


def test_nothing_is_said_to_be_built_that_was_not(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    built(monkeypatch)
    made = toy.made("--verify-objects")
    assert "  no object is built: no C or assembly file changes\n" in made.result.out
    assert checks(made)[0] == "Checked, and neither built nor booted:"
    toy.add({TRAPS: HANDLERS})
    built(monkeypatch, ObjectCompared(TRAPS, error="before: error: no"))
    assert checks(toy.made("--verify-objects", folder="before"))[0] == "Checked, and neither built nor booted:"


def test_a_fix_has_to_build(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    toy.add({TRAPS: LEAKS})
    built(monkeypatch, ObjectCompared(TRAPS, error="after: error: no"))
    ((rule, file, _, _, message),) = toy.refused("--fix", RULE, "--verify-objects")
    assert (rule, file, message) == ("object-differs", f"{TREE}/{TRAPS}", "after: error: no")
