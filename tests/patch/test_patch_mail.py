"""The mails of a series: what every client, git am, git send-email and a reader on a mailing list get to see."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import hostile_git
import pytest
from series_making import (
    ASSEMBLY,
    DECLARED,
    ENTRY,
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
    Made,
    Toy,
    applied,
    body,
    flat,
    git,
    toy_tree,
)
from support import BAD_INPUT, CLEAN, spawn

toy = pytest.fixture(toy_tree)

COVER = "0000-cover-letter.patch"
SUMMARIES = [
    f"toy: select {OFFSTACK}",
    "toy: traps: remove exception_enter() and exception_exit()",
    "toy: fault: remove exception_enter() and exception_exit()",
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Toy, Made]]:
    """A tree that needs a patch of every sort, and its series; only to be looked at."""
    with pytest.MonkeyPatch.context() as patch:
        toy = toy_tree(tmp_path_factory.mktemp("whole"), patch)
        toy.add({TRAPS: HANDLERS, FAULT: FAULTS, ENTRY: ASSEMBLY})
        yield toy, toy.made()


@pytest.fixture(scope="module")
def known_anywhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Toy, Made]]:
    """The same of a tree whose C has no names of handlers: another process finds nothing that it has no facts of."""
    with pytest.MonkeyPatch.context() as patch:
        toy = toy_tree(tmp_path_factory.mktemp("known"), patch)
        helpers = HANDLERS.replace("do_trap", "on_bug").replace("do_step", "on_step")
        toy.add({TRAPS: helpers, FAULT: FAULTS, ENTRY: ASSEMBLY})
        yield toy, toy.made()


# What is in the folder.


def test_the_files_of_a_series(whole: tuple[Toy, Made]) -> None:
    _, made = whole
    assert made.names == [
        COVER,
        f"0001-toy-select-{OFFSTACK}.patch",
        "0002-toy-traps-remove-exception_enter-and-exception_exit.patch",
        "0003-toy-fault-remove-exception_enter-and-exception_exit.patch",
    ]


def test_the_mbox_holds_the_patches_and_no_cover_letter(whole: tuple[Toy, Made]) -> None:
    """git am stops at a mail without a patch in it."""
    _, made = whole
    assert made.mbox == b"".join(made.files[name] for name in made.names[1:])


def test_git_am_takes_the_mbox_as_it_is(whole: tuple[Toy, Made]) -> None:
    toy, made = whole
    place = toy.here / "repository"
    applied(made.mbox, toy.files(made.touched), place)
    assert git(place, "log", "--reverse", "--format=%s", "HEAD~3..").splitlines() == SUMMARIES
    assert set(git(place, "log", "--format=%an <%ae> %at", "HEAD~3..").splitlines()) == {
        "A U Thor <author@example.com> 1700000000"
    }
    assert git(place, "status", "--porcelain") == ""
    assert "exception" not in (place / TRAPS).read_text()
    assert (place / KCONFIG).read_text().count(OFFSTACK) == 1


def test_the_spec_goes_beside_it_with_its_hash_in_the_letter(whole: tuple[Toy, Made]) -> None:
    toy, made = whole
    spec = made.files["toy.yaml"]
    assert spec == (toy.here / "toy.yaml").read_bytes()
    assert re.findall(r"^ +([0-9a-f]{64})  (\S+)$", made.cover, re.MULTILINE) == [
        (hashlib.sha256(spec).hexdigest(), "toy.yaml")
    ]


# Summaries and lines.


def too_wide(text: str) -> list[str]:
    """The lines that are wider than 75 columns and have a place where they could be broken; a hash has its line."""
    lines = text.partition("\n---\n")[0].splitlines()
    return [line for line in lines if len(line) > 75 and " " in line.strip() and not re.search("[0-9a-f]{40}", line)]


def long_names(toy: Toy, length: int) -> Made:
    """The fix of a function whose name has so many characters, and a condition that is long, too."""
    name = "do_" + "x" * (length - 3)
    condition = " && ".join(f"this_is_condition_number({number})" for number in range(9))
    toy.add({TRAPS: LEAKS.partition("void do_second")[0].replace("do_first", name).replace("fixup(regs)", condition)})
    return toy.made("--fix", RULE)


def test_summaries_and_lines_fit(whole: tuple[Toy, Made]) -> None:
    _, made = whole
    assert [each.partition("] ")[2] for each in made.subjects] == [f"toy: declare {OFFSTACK}", *SUMMARIES]
    assert all(len(each) <= 70 for each in SUMMARIES)
    assert [line for text in [made.cover, *made.patches] for line in too_wide(text)] == []


@pytest.mark.parametrize(
    ("length", "summary"),
    [
        (20, "toy: call exception_exit() on every way out of do_xxxxxxxxxxxxxxxxx()"),
        (22, f"toy: exit context tracking in do_{'x' * 19}()"),
        (60, "toy: exit context tracking on every way out"),
        (200, "toy: exit context tracking on every way out"),
    ],
)
def test_summaries_of_long_names_fit(length: int, summary: str, toy: Toy) -> None:
    made = long_names(toy, length)
    assert made.subjects == [f"[PATCH] {summary}"]
    assert len(summary) <= 70
    assert [line for text in made.messages for line in too_wide(text)] == []


def test_headers_are_folded(toy: Toy) -> None:
    toy.add({TRAPS: LEAKS})
    made = toy.made("--fix", RULE, "--rfc", "--resend", "-v", 12)
    for name in made.names:
        head = made.files[name].decode().partition("\n\n")[0]
        assert max(map(len, head.splitlines()[1:])) <= 78
    title = "toy: exit context tracking on every way out of exception handlers"
    assert made.subjects[0] == f"[RFC PATCH RESEND v12 0/2] {title}"


# Dates.


def test_a_mail_is_from_when_the_tree_was(whole: tuple[Toy, Made]) -> None:
    _, made = whole
    assert {str(mail["Date"]) for mail in made.mails} == {"Tue, 14 Nov 2023 22:13:20 +0000"}


@pytest.mark.parametrize(
    ("epoch", "date"),
    [
        ("0", "Thu, 01 Jan 1970 00:00:00 +0000"),
        ("99999999", "Sat, 03 Mar 1973 09:46:39 +0000"),
        ("2147483648", "Tue, 19 Jan 2038 03:14:08 +0000"),
        ("999999999999", "Thu, 31 Dec 2099 23:59:59 +0000"),
        ("yesterday", "Tue, 14 Nov 2023 22:13:20 +0000"),
        ("9" * 5000, "Tue, 14 Nov 2023 22:13:20 +0000"),
    ],
)
def test_source_date_epoch_is_another_date(epoch: str, date: str, toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    toy.add({TRAPS: HANDLERS})
    assert [str(mail["Date"]) for mail in toy.made().mails] == [date, date, date]


@pytest.mark.parametrize("seconds", [-5, 0, 1])
def test_a_tree_may_be_older_than_everything(seconds: int, toy: Toy) -> None:
    """Stores of packages set the times of files to the first second that there is."""
    os.utime(toy.root / "Makefile", (seconds, seconds))
    assert str(toy.made().mails[0]["Date"]) == f"Thu, 01 Jan 1970 00:00:0{max(seconds, 0)} +0000"


# Who it goes to.


def people(made: Made, header: str) -> list[tuple[str, str]]:
    """The addresses of a header, which are the same in every mail."""
    (found,) = {tuple((each.display_name, each.addr_spec) for each in mail[header].addresses) for mail in made.mails}
    return list(found)


def said_by_perl(toy: Toy, *lines: str) -> Made:
    """The series of a tree whose get_maintainer.pl says this, and is asked."""
    said = "".join(f"{line}\n" for line in lines)
    toy.add({MAINTAINER_SCRIPT: f"#!/usr/bin/perl\nprint <<'END';\n{said}END\n"})
    return toy.made("--run-tree-scripts")


def maintained_by(toy: Toy, *fields: str) -> Made:
    """The series of a tree whose MAINTAINERS has these fields for it."""
    toy.add({"MAINTAINERS": "\n".join(("TOY", *fields, "F:	arch/toy/", ""))})
    return toy.made()


def test_it_goes_to_the_maintainers_of_the_files_and_a_copy_to_those_of_context_tracking(
    whole: tuple[Toy, Made],
) -> None:
    _, made = whole
    assert people(made, "From") == [("A U Thor", "author@example.com")]
    assert people(made, "To") == [("Theodora Toy", "theodora@example.org")]
    assert people(made, "Cc") == [
        ("Rev Iewer", "rev@example.org"),
        ("", "linux-toy@example.org"),
        ("", "linux-kernel@example.org"),
        ("Con Text", "context@example.org"),
    ]


def test_what_perl_says_may_have_parentheses(toy: Toy) -> None:
    made = said_by_perl(
        toy,
        '"Ada (The) Toy" <ada@example.org> (maintainer:TOY (OLD))',
        "Bert Toy <bert@example.org> (supporter:TOY (NEW))",
        "list@example.org (moderated list:TOY (OLD) (NEW))",
    )
    assert people(made, "To") == [("Ada (The) Toy", "ada@example.org"), ("Bert Toy", "bert@example.org")]
    assert people(made, "Cc") == [("", "list@example.org")]


def test_lines_of_perl_that_are_no_addresses_are_passed_over(toy: Toy) -> None:
    made = said_by_perl(toy, "", "hello", "(maintainer:TOY)", "Ada Toy <ada@example.org> (maintainer:TOY)\r")
    assert people(made, "To") == [("Ada Toy", "ada@example.org")]
    assert all(mail["Cc"] is None for mail in made.mails)


def test_names_beyond_ascii_are_encoded(toy: Toy) -> None:
    made = maintained_by(toy, "M:\tRafał Toy <rafal@example.org>", "R:\tŽofie <z@example.org>")
    for name in made.names:
        head = made.files[name].partition(b"\n\n")[0]
        assert head.isascii(), head
    assert people(made, "To") == [("Rafał Toy", "rafal@example.org")]
    assert people(made, "Cc") == [("Žofie", "z@example.org")]


def test_fields_that_are_no_addresses_are_passed_over(toy: Toy) -> None:
    wrong = ("M:", "M:\thello", "M:\tEve\x1b[31m <eve@example.org>", "M:\tEve <e@x>\x00")
    made = maintained_by(toy, *wrong, 'M:\t"Ada (The) Toy" <ada@example.org>\r')
    assert people(made, "To") == [("Ada (The) Toy", "ada@example.org")]
    assert all(mail["Cc"] is None for mail in made.mails)


def test_an_address_is_that_of_today_and_stands_once(toy: Toy) -> None:
    toy.add({".mailmap": "Ada New <ada@new.example.org> <ada@example.org> # moved\nBert Short <bert@example.org>\n"})
    made = maintained_by(
        toy, "M:\tAda Toy <ada@example.org>", "R:\tAda Toy <ADA@new.example.org>", "M:\tBert <bert@example.org>"
    )
    assert people(made, "To") == [("Ada New", "ada@new.example.org"), ("Bert Short", "bert@example.org")]
    assert all(mail["Cc"] is None for mail in made.mails)


@pytest.mark.parametrize(("text", "why"), [(None, "no such file or directory"), ("", "has nobody for arch/toy/")])
def test_a_tree_that_names_nobody(text: str | None, why: str, toy: Toy) -> None:
    (toy.root / "MAINTAINERS").unlink()
    if text is not None:
        (toy.root / "MAINTAINERS").write_text(text)
    assert why in next(line for line in toy.run().out.splitlines() if line.startswith("  no recipients: MAINTAINERS"))


# Names and words beyond ASCII.


def test_an_author_beyond_ascii(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Žofie Černá")
    made = toy.made("--signoff")
    assert people(made, "From") == [("Žofie Černá", "author@example.com")]
    assert made.messages[0].endswith("\nSigned-off-by: Žofie Černá <author@example.com>")
    assert {mail.get_content_charset() for mail in made.mails} == {"utf-8"}
    made.applied(toy)


def test_a_letter_beyond_ascii_says_so(toy: Toy) -> None:
    (toy.here / "changes").write_text("v2: thanks to Žofie\n", encoding="utf-8")
    toy.add({TRAPS: HANDLERS})
    cover, *patches = toy.made("-v", 2, "--changes", "changes").mails
    assert (cover.get_content_charset(), cover["Content-Transfer-Encoding"]) == ("utf-8", "8bit")
    assert "thanks to Žofie" in body(cover)
    assert [patch["MIME-Version"] for patch in patches] == [None, None]


def test_a_patch_to_a_file_in_latin_1(toy: Toy) -> None:
    before = HANDLERS.replace("Not a word", "N\u00f4t a word").encode("latin-1")
    toy.add({TRAPS: before, KCONFIG: DECLARED})
    made = toy.made()
    after = made.applied(toy)[TRAPS]
    assert b"/* N\xf4t a word" in after
    assert b"exception" not in after


# A single patch, which has no cover letter.


def test_what_a_letter_would_say_is_below_the_line_of_a_single_patch(toy: Toy) -> None:
    (toy.here / "Changes").write_text("Changes in v2:\n- thanks to Žofie\n", encoding="utf-8")
    made = toy.made("-v", 2, "--changes", "Changes", "--signoff")
    assert made.names == [f"v2-0001-toy-select-{OFFSTACK}.patch"]
    assert made.mbox == made.files[made.names[0]]
    (mail,) = made.mails
    assert (mail.get_content_charset(), mail["Content-Transfer-Encoding"]) == ("utf-8", "8bit")
    said, change = made.cover.split("\n\n arch/toy/Kconfig | 1 +\n")
    for words in (
        "This patch was generated by offstack",
        "Checked, and neither built",
        "Changes in v2:\n- thanks to Žofie\n\nchange-id: ",
        "  $ gen patch ",
    ):
        assert words in said
    assert f"+\tselect {OFFSTACK}\n" in change
    assert [line for line in said.splitlines() if too_wide(line)] == []
    # What was proved is for the log, which the sign-off ends.
    said = flat(made.messages[0])
    assert "The 5 entry paths of arch/toy in Linux 6.12.3 were proved to keep that promise for every nesting" in said
    assert "of the 5 entry paths were read from the C of Linux 6.12.3" in said
    assert made.messages[0].endswith("\n\nSigned-off-by: A U Thor <author@example.com>")


def test_git_am_leaves_it_out_of_the_log(toy: Toy) -> None:
    made = toy.made()
    assert made.applied(toy)[KCONFIG].decode().count(OFFSTACK) == 1
    log = git(toy.here / "applied", "log", "-1", "--format=%B")
    assert "were proved" in log
    assert "neither built" not in log + made.messages[0]


def test_words_that_git_am_would_take_for_a_change_are_no_patch(toy: Toy) -> None:
    """What the user says is new is below the line, too, and is checked with the rest."""
    (toy.here / "Changes").write_text("v2:\n--- a/arch/toy/Kconfig\n+++ b/arch/toy/Kconfig\n@@ -1 +1 @@\n")
    ((rule, *_, message),) = toy.refused("--changes", "Changes")
    assert (rule, "does not apply" in message) == ("patch-check-failed", True), message


# What it applies to.


def base(made: Made) -> list[str]:
    """The last lines of the cover letter that say so."""
    return re.findall(r"^base.*$", made.cover, re.MULTILINE)


def blob(toy: Toy, name: str) -> str:
    """What git calls a file."""
    return git(toy.here, "hash-object", "--no-filters", str(toy.root / name))


def committed(place: Path) -> str:
    """Makes a folder a repository with everything in it, and gives the commit."""
    git(place, "init", "-q")
    git(place, "add", "-A", "-f")
    git(place, "commit", "-q", "-m", "base")
    return git(place, "rev-parse", "HEAD")


def test_a_tarball_is_named_by_its_release_and_the_blobs(whole: tuple[Toy, Made]) -> None:
    toy, made = whole
    touched = sorted([KCONFIG, ENTRY, TRAPS, FAULT])
    assert base(made) == ["base: Linux 6.12.3", *(f"base-blob: {blob(toy, name)} {name}" for name in touched)]


def test_a_checkout_is_named_by_its_commit(toy: Toy) -> None:
    toy.add({TRAPS: HANDLERS})
    commit = committed(toy.root)
    assert base(toy.made()) == [f"base-commit: {commit}"]


def test_a_change_elsewhere_does_not_matter(toy: Toy) -> None:
    commit = committed(toy.root)
    toy.add({"README": "new\n", "arch/Kconfig": 'source "arch/$(SRCARCH)/Kconfig"\n\n'})
    assert base(toy.made()) == [f"base-commit: {commit}"]


@pytest.mark.parametrize("where", ["changed", "untracked", "staged"])
def test_a_file_that_no_commit_has_is_named_by_its_blob(where: str, toy: Toy) -> None:
    if where == "untracked":
        committed(toy.root)
        toy.add({TRAPS: HANDLERS})
    else:
        toy.add({TRAPS: FAULTS})
        committed(toy.root)
        toy.add({TRAPS: HANDLERS})
        if where == "staged":
            git(toy.root, "add", "-A")
    assert base(toy.made()) == [
        "base: Linux 6.12.3",
        f"base-blob: {blob(toy, KCONFIG)} {KCONFIG}",
        f"base-blob: {blob(toy, TRAPS)} {TRAPS}",
    ]


def test_a_tree_in_a_folder_of_another_repository_is_no_checkout(toy: Toy) -> None:
    committed(toy.here)
    assert base(toy.made()) == ["base: Linux 6.12.3", f"base-blob: {blob(toy, KCONFIG)} {KCONFIG}"]


def test_a_worktree_is_a_checkout(toy: Toy) -> None:
    toy.root.rename(toy.here / "main")
    commit = committed(toy.here / "main")
    git(toy.here / "main", "worktree", "add", "-q", str(toy.root))
    assert base(toy.made()) == [f"base-commit: {commit}"]


def test_line_ends_of_a_working_tree_are_no_change_of_the_commit(toy: Toy) -> None:
    """With core.autocrlf a file has other bytes than the commit, and the series is for these."""
    committed(toy.root)
    toy.add({KCONFIG: SORTED.replace("\n", "\r\n")})
    git(toy.root, "config", "core.autocrlf", "true")
    assert base(toy.made()) == ["base: Linux 6.12.3", f"base-blob: {blob(toy, KCONFIG)} {KCONFIG}"]


def test_a_hook_of_another_repository_does_not_lead_astray(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = committed(toy.root)
    (toy.here / "other").mkdir()
    committed_elsewhere = toy.here / "other"
    (committed_elsewhere / "file").write_text("x")
    committed(committed_elsewhere)
    monkeypatch.setenv("GIT_DIR", str(committed_elsewhere / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(committed_elsewhere / ".git/index"))
    assert base(toy.made()) == [f"base-commit: {commit}"]


def test_the_index_of_a_checkout_is_not_written(toy: Toy) -> None:
    committed(toy.root)
    for file in (toy.root / KCONFIG, toy.root / "Makefile"):
        os.utime(file, (1, 1))  # which git status would note there
    index = (toy.root / ".git/index").stat().st_mtime_ns
    toy.made()
    assert (toy.root / ".git/index").stat().st_mtime_ns == index


def test_nothing_that_a_checkout_names_is_run(toy: Toy) -> None:
    commit = committed(toy.root)
    marker = hostile_git.hostile(toy.root)
    hostile_git.forget(toy.root, "HEAD:Makefile")
    assert base(toy.made()) == [f"base-commit: {commit}"]
    assert not marker.exists(), marker.read_text()
    hostile_git.forget(toy.root, "HEAD:arch")
    assert base(toy.made("--force"))[0] == "base: Linux 6.12.3"
    assert not marker.exists(), marker.read_text()


def test_an_unborn_repository_is_a_plain_tree(toy: Toy) -> None:
    git(toy.root, "init", "-q")
    assert base(toy.made())[0] == "base: Linux 6.12.3"


# What the user has configured.

HOSTILE = {
    "am.keepcr": "false",
    "am.threeWay": "true",
    "apply.ignoreWhitespace": "change",
    "apply.whitespace": "error-all",
    "color.diff": "always",
    "color.ui": "always",
    "commit.cleanup": "strip",
    "commit.gpgSign": "true",
    "commit.template": "/nonexistent",
    "core.abbrev": "5",
    "core.attributesFile": "~/attributes",
    "core.autocrlf": "true",
    "core.commentChar": "t",
    "core.eol": "crlf",
    "core.excludesFile": "~/excludes",
    "core.fsmonitor": "~/hooks/fsmonitor",
    "core.hooksPath": "~/hooks",
    "core.pager": "false",
    "core.quotePath": "false",
    "core.safecrlf": "true",
    "core.whitespace": "tab-in-indent",
    "diff.algorithm": "patience",
    "diff.c.xfuncname": "^.*$",
    "diff.context": "9",
    "diff.external": "false",
    "diff.indentHeuristic": "false",
    "diff.interHunkContext": "9",
    "diff.mnemonicPrefix": "true",
    "diff.noprefix": "true",
    "diff.orderFile": "~/order",
    "diff.relative": "true",
    "diff.renames": "copies",
    "diff.statGraphWidth": "1",
    "diff.statNameWidth": "1",
    "diff.suppressBlankEmpty": "true",
    "diff.wordRegex": ".",
    "format.attach": "boundary",
    "format.cc": "wrong@example.org",
    "format.commitListFormat": "%h",
    "format.coverFromDescription": "subject",
    "format.coverLetter": "false",
    "format.encodeEmailHeaders": "false",
    "format.filenameMaxLength": "9",
    "format.forceInBodyFrom": "true",
    "format.from": "Wrong <wrong@example.org>",
    "format.headers": "X-Wrong: yes",
    "format.notes": "true",
    "format.numbered": "false",
    "format.outputDirectory": "~/wrong",
    "format.pretty": "raw",
    "format.signOff": "true",
    "format.signature": "wrong",
    "format.subjectPrefix": "WRONG",
    "format.suffix": ".wrong",
    "format.thread": "deep",
    "format.to": "wrong@example.org",
    "format.useAutoBase": "true",
    "i18n.commitEncoding": "latin1",
    "i18n.logOutputEncoding": "latin1",
    "init.defaultBranch": "wrong",
    "init.templateDir": "~/template",
    "log.date": "relative",
    "log.decorate": "full",
    "log.follow": "true",
    "log.mailmap": "true",
    "log.showSignature": "true",
    "user.email": "wrong@example.org",
    "user.name": "Wrong",
    "user.useConfigOnly": "true",
}


@pytest.fixture
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of somebody who has configured everything."""
    home = tmp_path_factory.mktemp("home")
    for key, value in HOSTILE.items():
        git(home, "config", "--file", ".gitconfig", key, value)
    (home / "attributes").write_text("*.c diff=c -text\n*.S binary\nKconfig -diff\n")
    (home / "excludes").write_text("*\n")
    (home / "order").write_text("*.S\n")
    for folder in ("hooks", "template/hooks"):
        for name in ("pre-commit", "commit-msg", "post-commit", "applypatch-msg", "pre-applypatch", "fsmonitor"):
            script = home / folder / name
            script.parent.mkdir(parents=True, exist_ok=True)
            script.write_text("#!/bin/sh\necho wrong >&2\nexit 1\n")
            script.chmod(0o755)
    (home / ".get_maintainer.conf").write_text("--no-l\n")
    (home / ".checkpatch.conf").write_text("--max-line-length=1\n")
    return home


def test_the_bytes_do_not_depend_on_the_configuration(
    whole: tuple[Toy, Made], toy: Toy, hostile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy.add({TRAPS: HANDLERS, FAULT: FAULTS, ENTRY: ASSEMBLY})
    monkeypatch.setenv("HOME", str(hostile))
    monkeypatch.delenv("GIT_CONFIG_GLOBAL")
    assert git(toy.here, "config", "diff.noprefix", env={"HOME": str(hostile)}) == "true"
    assert toy.made().files == whole[1].files


def test_the_bytes_do_not_depend_on_the_environment(
    whole: tuple[Toy, Made], toy: Toy, hostile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy.add({TRAPS: HANDLERS, FAULT: FAULTS, ENTRY: ASSEMBLY})
    monkeypatch.setenv("GIT_CONFIG_COUNT", str(len(HOSTILE)))
    for number, (key, value) in enumerate(HOSTILE.items()):
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", key)
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", value)
    for name, value in {
        "EMAIL": "wrong@example.org",
        "GIT_AUTHOR_DATE": "2001-01-01T00:00:00",
        "GIT_COMMITTER_DATE": "2001-01-01T00:00:00",
        "GIT_DIFF_OPTS": "--unified=9",
        "GIT_EXTERNAL_DIFF": "false",
        "GIT_PAGER": "false",
        "GIT_TEMPLATE_DIR": str(hostile / "template"),
        "LANG": "de_DE.UTF-8",
        "LC_ALL": "tr_TR.UTF-8",
        "PERL5OPT": "-Mwrong",
        "TZ": "Pacific/Kiritimati",
    }.items():
        monkeypatch.setenv(name, value)
    assert toy.made().files == whole[1].files


def test_git_am_takes_it_whatever_is_configured(whole: tuple[Toy, Made], hostile: Path, tmp_path: Path) -> None:
    toy, made = whole
    # What the user's own git am cannot do with any patch is not asked of it; `error-all` objects to context lines.
    git(hostile, "config", "--file", ".gitconfig", "commit.gpgSign", "false")
    git(hostile, "config", "--file", ".gitconfig", "core.hooksPath", "/dev/null")
    git(hostile, "config", "--file", ".gitconfig", "apply.whitespace", "error")
    git(hostile, "config", "--file", ".gitconfig", "core.whitespace", "trailing-space,space-before-tab")
    git(hostile, "config", "--file", ".gitconfig", "--unset", "core.fsmonitor")
    applied(made.mbox, toy.files(made.touched), tmp_path / "theirs", env={"HOME": str(hostile)})
    applied(made.mbox, toy.files(made.touched), tmp_path / "plain")
    tree = git(tmp_path / "plain", "rev-parse", "HEAD^{tree}")
    assert git(tmp_path / "theirs", "rev-parse", "HEAD^{tree}") == tree


# What else is around it.


@pytest.mark.parametrize(
    "around",
    [
        {"LC_ALL": "C", "TZ": "America/St_Johns"},
        {"LC_ALL": "POSIX", "PYTHONHASHSEED": "1", "PYTHONUTF8": "0"},
        {"LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "2", "TZ": "Asia/Kathmandu"},
        {"HOME": ""},
        {},
    ],
    ids=["C", "POSIX", "Turkish", "homeless", "without a home"],
)
def test_another_process_writes_the_same_bytes(
    around: dict[str, str], known_anywhere: tuple[Toy, Made], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy, made = known_anywhere
    if not around:
        monkeypatch.delenv("HOME")
    before = os.umask(0o077)
    try:
        result = spawn(
            "patch",
            toy.here / "toy.yaml",
            "--tree",
            f"{toy.root}/.",
            "-o",
            tmp_path / "elsewhere",
            cwd=Path("/"),
            env=around,
        )
    finally:
        os.umask(before)
    assert (result.code, result.err) == (CLEAN, "")
    assert Made(tmp_path / "elsewhere", result).files == made.files


# What the user asks for.


@pytest.mark.parametrize(
    ("options", "tag", "name"),
    [
        ([], "PATCH", "0001-"),
        (["--rfc"], "RFC PATCH", "0001-"),
        (["-v", 2], "PATCH v2", "v2-0001-"),
        (["--reroll-count", 12], "PATCH v12", "v12-0001-"),
        (["--rfc", "-v", 2], "RFC PATCH v2", "v2-0001-"),
        (["--resend"], "PATCH RESEND", "0001-"),
        (["--resend", "-v", 3], "PATCH RESEND v3", "v3-0001-"),
        (["--rfc", "--resend", "-v", 3], "RFC PATCH RESEND v3", "v3-0001-"),
    ],
)
def test_what_the_subjects_begin_with(options: list[object], tag: str, name: str, toy: Toy) -> None:
    made = toy.made(*options, folder="one")
    assert made.subjects == [f"[{tag}] toy: select {OFFSTACK}"]
    assert made.names[0].startswith(name)
    made.applied(toy)
    toy.add({TRAPS: HANDLERS})
    made = toy.made(*options, folder="two")
    assert made.subjects == [
        f"[{tag} 0/2] toy: declare {OFFSTACK}",
        f"[{tag} 1/2] toy: select {OFFSTACK}",
        f"[{tag} 2/2] toy: traps: remove exception_enter() and exception_exit()",
    ]
    assert made.names[1].startswith(name)


TRAILERS = {
    "--link": "https://lore.kernel.org/r/20240101.1@example.org/",
    "--fixes": '179a9cf79212 ("context_tracking: Don\'t implement exception_enter/exit() on CONFIG_HAVE_...")',
    "--suggested-by": "Žofie Č. <z@example.org>",
    "--assisted-by": "offstack:0.1",
}


def test_trailers_are_in_every_patch_and_in_order(toy: Toy) -> None:
    toy.add({TRAPS: HANDLERS})
    options = [part for option, value in TRAILERS.items() for part in (option, value)]
    made = toy.made(*options, "--link", "https://example.org/", "--signoff")
    for text in made.messages:
        assert text.rpartition("\n\n")[2].splitlines() == [
            f"Fixes: {TRAILERS['--fixes']}",
            f"Suggested-by: {TRAILERS['--suggested-by']}",
            f"Assisted-by: {TRAILERS['--assisted-by']}",
            f"Link: {TRAILERS['--link']}",
            "Link: https://example.org/",
            "Signed-off-by: A U Thor <author@example.com>",
        ]
    assert "Signed-off-by" not in made.cover
    place = toy.here / "repository"
    applied(made.mbox, toy.files(made.touched), place)
    assert len(git(place, "log", "-1", "--format=%(trailers)").splitlines()) == 6


def test_only_a_person_signs_off(whole: tuple[Toy, Made]) -> None:
    _, made = whole
    assert all(b"Signed-off-by" not in content for name, content in made.files.items() if name.endswith(".patch"))


@pytest.mark.parametrize(
    ("option", "value", "wanted"),
    [
        ("--link", "lore.kernel.org/r/x", "an address such as https://lore.kernel.org/r/..."),
        ("--link", "https://example.org/a b", "an address"),
        ("--fixes", "179a9cf79212", "the first 12 digits of the commit and its summary"),
        ("--fixes", '179a9cf ("context_tracking: x")', "the first 12 digits"),
        ("--fixes", '179a9cf79212a ("context_tracking: x")', "the first 12 digits"),
        ("--fixes", '179A9CF79212 ("context_tracking: x")', "the first 12 digits"),
        ("--fixes", '179a9cf79212 ("a\rb")', "the first 12 digits"),
        ("--suggested-by", "Ada Author", "a name and an address: Ada Author <ada@example.org>"),
        ("--suggested-by", "ada@example.org", "a name and an address"),
        ("--suggested-by", "Ada\nX: <ada@example.org>", "a name and an address"),
        ("--assisted-by", "x", "a tool with its version"),
        ("--assisted-by", "tool 1\nSigned-off-by: Ada <ada@example.org>", "a tool with its version"),
    ],
)
def test_trailers_that_nobody_would_take(option: str, value: str, wanted: str, toy: Toy) -> None:
    result = toy.run(option, value)
    assert (result.code, result.out) == (BAD_INPUT, "")
    shown = value.replace("\r", "?")
    assert result.err.startswith(f"gen patch: {option} `{shown}`: this takes {wanted}")
    assert not (toy.here / "series").exists()


def test_what_is_new_is_told_in_the_letter(toy: Toy) -> None:
    (toy.here / "Changes").write_bytes(
        b"\r\nChanges in v2:\r\n- a line that is longer than all others " + b"x" * 60 + b"\r\n\r\n"
    )
    toy.add({TRAPS: HANDLERS})
    made = toy.made("-v", 2, "--changes", "Changes")
    told = f"\n\nChanges in v2:\n- a line that is longer than all others {'x' * 60}\n\nchange-id: "
    assert told in made.cover
    assert "Changes in v2" not in made.patches[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "no such file or directory"),
        (b"caf\xe9", "this is not UTF-8"),
        (b"a\0b", "this is no text: it has control characters"),
        (b"\x1b[31mred", "this is no text: it has control characters"),
    ],
)
def test_what_is_new_has_to_be_a_text(content: bytes | None, said: str, toy: Toy) -> None:
    if content is not None:
        (toy.here / "Changes").write_bytes(content)
    result = toy.run("--changes", "Changes")
    assert (result.code, result.out, result.err) == (BAD_INPUT, "", f"gen patch: Changes: {said}\n")


def test_the_change_id_stays_over_versions(toy: Toy) -> None:
    def change_id(*options: object) -> list[str]:
        return re.findall(r"^change-id: (.*)$", toy.made(*options, folder=f"series{options}").cover, re.MULTILINE)

    first = change_id()
    assert len(first) == 1
    assert re.fullmatch(r"toy-offstack-[0-9a-f]{12}", first[0])
    toy.add({TRAPS: HANDLERS})
    assert change_id("-v", 2) == change_id("-v", 3, "--rfc", "--resend") == first
    toy.add({TRAPS: LEAKS})
    assert change_id("--fix", RULE) != first
