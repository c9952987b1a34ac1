"""Linux 6.12 and 6.1 against checked.yaml, which was read by hand in the source."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from support import Result, run_json
from trees import older_tree

from gen.kernel.tree import find_tree

pytestmark = pytest.mark.tree

CHECKED: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("checked.yaml").read_text(encoding="utf-8"))
Release = str
Finding = dict[str, Any]


@pytest.fixture(params=["6.12", "6.1"])
def release(request: pytest.FixtureRequest) -> Release:
    """Each of the two releases whose tree is there."""
    named: Release = request.param
    roots[named] = request.getfixturevalue("tree") if named == "6.12" else older_tree()
    return named


roots: dict[Release, Path] = {}


@cache
def linted(release: Release) -> Result:
    """All of a tree, as a user would lint it."""
    return run_json("lint", "--tree", roots[release])


def found(release: Release, *rules: str) -> Iterator[Finding]:
    """The findings of some rules, files named from the top of the tree."""
    for each in linted(release).findings:
        if each["rule"] in rules:
            yield {**each, "file": str(Path(each["file"]).relative_to(roots[release]))}


READ_BY_HAND = {"6.12": "6.12.117", "6.1": "6.1.192"}
"""The versions whose lines checked.yaml has; in another one only files, functions and rules are compared."""

Place = tuple[str, int, int]


def placed(release: Release, file: str, line: int, column: int) -> Place:
    """A place to be compared: without its line in a tree whose lines nobody has read."""
    tree = find_tree(roots[release])
    assert tree is not None
    return (file, line, column) if tree.version == READ_BY_HAND[release] else (file, 0, 0)


def places(release: Release, *rules: str) -> list[Place]:
    return sorted(placed(release, each["file"], each["line"], each["column"]) for each in found(release, *rules))


PAIR_RULES = (
    "exception-exit-missing",
    "exception-enter-unsaved",
    "exception-exit-mismatch",
    "exception-exit-unpaired",
    "not-analysed",
)


def checked_pair(release: Release) -> Iterator[tuple[object, ...]]:
    for entry in CHECKED["pair"]:
        for finding in entry.get("findings", ()):
            at = finding[release]
            if at is not None:
                yield (
                    finding["rule"],
                    finding["severity"],
                    entry["file"],
                    entry["function"],
                    placed(release, entry["file"], at["line"], at["column"]),
                    finding.get("condition", ""),
                )


def test_every_leak_and_drop_is_found_and_nothing_else(release: Release) -> None:
    have = sorted(
        (
            each["rule"],
            each["severity"],
            each["file"],
            each["function"],
            placed(release, each["file"], each["line"], each["column"]),
            each["condition"],
        )
        for each in found(release, *PAIR_RULES)
    )
    want = sorted(checked_pair(release))
    assert len(want) == 21
    assert have == want


def test_every_leak_names_its_enter(release: Release) -> None:
    entered = {
        (entry["file"], finding[release]["line"]): finding[release]["enter"]
        for entry in CHECKED["pair"]
        for finding in entry.get("findings", ())
        if finding["rule"] == "exception-exit-missing" and finding[release] and "enter" in finding[release]
    }
    leaks = list(found(release, "exception-exit-missing"))
    assert len(leaks) == 8
    for each in leaks:
        related = each["related"][0]["line"]
        assert entered.get((each["file"], each["line"]), related) == related
        assert f"line {related}" in each["message"]
        assert each["flow"][0]["line"] == related
        assert each["flow"][-1]["line"] == each["line"]


def test_handlers_without_the_pair(release: Release) -> None:
    want = sorted(
        placed(release, entry["file"], entry[release]["line"], entry[release]["column"])
        for entry in CHECKED["handlers"]
        if entry["named"] and entry["siblings"] in {"macro", "file"} and entry[release]
    )
    assert len(want) == 8
    assert places(release, "handler-without-pair") == want


def test_callable_helpers(release: Release) -> None:
    want = sorted(
        placed(release, entry["file"], line, entry[release]["column"])
        for entry in CHECKED["callable_helpers"]["findings"]
        for line in (entry[release] or {"lines": ()})["lines"]
    )
    assert places(release, "callable-helper") == want


def test_features_and_selects(release: Release) -> None:
    table = "Documentation/features/time/context-tracking/arch-support.txt"
    want = {"6.12": [], "6.1": [placed("6.1", table, 16, 23)] if release == "6.1" else []}
    assert places(release, "features-table-mismatch") == want[release]
    assert places(release, "select-without-tracking") == []


def test_nothing_is_stale(release: Release) -> None:
    assert places(release, "stale-name") == []


def test_scheduling_points(release: Release) -> None:
    want = [
        placed(release, entry["file"], entry[release]["line"], entry[release]["column"])
        for entry in CHECKED["schedules"]["findings"]
    ]
    assert places(release, "schedule-in-user-state") == want


def test_interrupts_are_off_where_they_have_to_be(release: Release) -> None:
    want = [
        placed(release, entry["file"], entry[release]["line"], entry[release]["column"])
        for entry in CHECKED["irqs_on"]["findings"]
        if entry[release]
    ]
    assert places(release, "irqs-on-before-user-exit", "irqs-on-after-user-enter") == want


CLAIMING = {"arm64", "loongarch", "riscv"}
"""Who claims offstack with a proof, lives without the pair and does not declare it, in both releases."""


def test_who_could_declare_offstack(release: Release) -> None:
    eligible = {file.split("/")[1] for file, _, _ in places(release, "offstack-eligible")}
    assert eligible == CLAIMING


def test_nobody_who_declares_offstack_uses_the_pair(release: Release) -> None:
    rules = ("offstack-uses-exception-pair", "offstack-defines-exception-pair", "offstack-uses-schedule-user")
    assert places(release, *rules) == []
