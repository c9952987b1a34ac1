"""The mails of a series: what every client, git am, git send-email and a reader on a mailing list get to see."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator

import pytest
from series_making import (
    ASSEMBLY,
    ENTRY,
    FAULT,
    FAULTS,
    HANDLERS,
    KCONFIG,
    OFFSTACK,
    TRAPS,
    Made,
    Toy,
    applied,
    git,
    toy_tree,
)

toy = pytest.fixture(toy_tree)

COVER = "0000-cover-letter.patch"
SUMMARIES = [
    "toy: call schedule() instead of schedule_user()",
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


# What is in the folder.


def test_the_files_of_a_series(whole: tuple[Toy, Made]) -> None:
    _, made = whole
    assert made.names == [
        COVER,
        "0001-toy-call-schedule-instead-of-schedule_user.patch",
        f"0002-toy-select-{OFFSTACK}.patch",
        "0003-toy-traps-remove-exception_enter-and-exception_exit.patch",
        "0004-toy-fault-remove-exception_enter-and-exception_exit.patch",
    ]


def test_the_mbox_holds_the_patches_and_no_cover_letter(whole: tuple[Toy, Made]) -> None:
    """git am stops at a mail without a patch in it."""
    _, made = whole
    assert made.mbox == b"".join(made.files[name] for name in made.names[1:])


def test_git_am_takes_the_mbox_as_it_is(whole: tuple[Toy, Made]) -> None:
    toy, made = whole
    place = toy.here / "repository"
    applied(made.mbox, toy.files(made.touched), place)
    assert git(place, "log", "--reverse", "--format=%s", "HEAD~4..").splitlines() == SUMMARIES
    assert set(git(place, "log", "--format=%an <%ae> %at", "HEAD~4..").splitlines()) == {
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
    assert [str(mail["Date"]) for mail in toy.made().mails] == [date, date]


@pytest.mark.parametrize("seconds", [-5, 0, 1])
def test_a_tree_may_be_older_than_everything(seconds: int, toy: Toy) -> None:
    """Stores of packages set the times of files to the first second that there is."""
    os.utime(toy.root / "Makefile", (seconds, seconds))
    assert str(toy.made().mails[1]["Date"]) == f"Thu, 01 Jan 1970 00:00:0{max(seconds, 0)} +0000"
