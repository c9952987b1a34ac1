"""The corpus of traps: what each file wants said is said, and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from support import run_json

CORPUS = Path(__file__).with_name("corpus")
FILES = sorted(path for path in CORPUS.iterdir() if path.suffix in {".c", ".h"})

_WANT = re.compile(r"/\* WANT (.*?) \*/")
_FINDING = re.compile(r"([a-z-]+)( note)?(?: when (.*))?")

Wanted = tuple[int, str, str]
"""Line, rule with ` note` where it is one, condition."""


def wanted(file: Path) -> Iterator[Wanted]:
    """What the marks in a file want."""
    for number, line in enumerate(file.read_bytes().decode("latin-1").split("\n"), 1):
        for mark in _WANT.findall(line):
            for each in mark.split(", "):
                match = _FINDING.fullmatch(each)
                assert match, f"{file.name}:{number}: {mark}"
                yield number, match[1] + (match[2] or ""), match[3] or ""


def found(file: Path) -> Iterator[Wanted]:
    """What gen finds in a file that is linted alone."""
    for each in run_json("lint", file).findings:
        note = " note" if each["rule"] == "exception-enter-unsaved" and each["severity"] == "note" else ""
        yield each["line"], each["rule"] + note, each["condition"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_trap(file: Path) -> None:
    assert sorted(found(file)) == sorted(wanted(file))


@cache
def scores() -> Counter[str]:
    """Files that are innocent or guilty, and findings that are missing or false, over all of the corpus."""
    counts: Counter[str] = Counter()
    for file in FILES:
        want, have = Counter(wanted(file)), Counter(found(file))
        counts["guilty" if want else "innocent"] += 1
        counts["missing"] += sum((want - have).values())
        counts["false"] += sum((have - want).values())
    return counts


def test_both_kinds_of_error_are_scored() -> None:
    assert scores()["innocent"] >= 20
    assert scores()["guilty"] >= 20
    assert (scores()["missing"], scores()["false"]) == (0, 0)
