"""MAINTAINERS as text: which entries are for a file, against what its own head says and against the tree's script."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path

import pytest
from trees import needs_program, newest_tree, older_tree

from gen.patch.maintainers import MOST_EXPRESSIONS, MOST_PATTERNS, once, read_mailmap, read_maintainers, responsible
from gen.patch.tree_scripts import maintainers_said


def titles(text: str, path: str) -> list[str]:
    return [entry.title for entry in responsible(read_maintainers(text), path)]


@pytest.mark.parametrize(
    ("fields", "path", "fits"),
    [
        # As the head of MAINTAINERS explains them.
        ("F:\tdrivers/net/", "drivers/net/phy/a.c", True),
        ("F:\tdrivers/net/*", "drivers/net/a.c", True),
        ("F:\tdrivers/net/*", "drivers/net/phy/a.c", False),
        ("F:\t*/net/*", "drivers/net/a.c", True),
        ("F:\t*/net/*", "net/a.c", False),
        ("F:\tfs/**/*foo*.c", "fs/a/b/xfoox.c", True),
        ("F:\tnet/\nX:\tnet/ipv6/", "net/ipv6/a.c", False),
        ("F:\tnet/\nX:\tnet/ipv6/", "net/ipv4/a.c", True),
        ("N:\t[^a-z]tegra", "arch/arm/tegra.c", True),
        ("N:\t[^a-z]tegra", "drivers/integra.c", False),
        # A folder without a slash, and what only begins like a name.
        ("F:\tarch/toy", "arch/toy/kernel/a.c", True),
        ("F:\tarch/toy", "arch/toyota/a.c", False),
        ("F:\tarch/toy/a.c", "arch/toy/a.c", True),
        ("F:\tarch/t?y/a[bc].c", "arch/toy/ab.c", True),
        ("F:\t", "a.c", False),
        ("N:\t^.*/vdso/[^/]*random[^/]+$", "arch/toy/vdso/getrandom.c", True),
        # What is no field, and what is no expression.
        (" F:\tarch/", "arch/a.c", False),
        ("N:\t(", "(", False),
        ("N:\t[z-a]", "z", False),
        ("K:\tarch", "arch/a.c", False),
    ],
)
def test_which_entry_is_for_a_file(fields: str, path: str, fits: bool) -> None:
    assert titles(f"TITLE\nM:\tA <a@b>\n{fields}\n\nOTHER\nF:\tnothing\n", path) == ["TITLE"] * fits


def test_the_nearest_comes_first() -> None:
    text = "ALL\nF:\t*/\n\nARCH\nF:\tarch/\n\nFILE\nF:\tarch/toy/a.c\n\nNAME\nN:\ttoy\n"
    assert titles(text, "arch/toy/a.c") == ["FILE", "ARCH", "NAME", "ALL"]


def test_who_is_written_to() -> None:
    (entry,) = read_maintainers(
        "TOY\nM:\tA, B <a@b>\nR:\tc@d\nL:\te@f (moderated for others)\nL:\tg@h (subscribers-only)\nF:\t*\n"
    )
    assert (entry.maintainers, entry.reviewers, entry.lists) == (('"A, B" <a@b>',), ("c@d",), ("e@f",))
    (entry,) = read_maintainers("REST\nM:\tA <a@b>\nS:\tBuried alive in reporters\nL:\te@f\nF:\t*\n")
    assert (entry.maintainers, entry.lists) == ((), ("e@f",))


@pytest.mark.parametrize(
    "expression", ["(a+)+$", "(a|a)*b", "a*a*a*a*a*a*b", "(?:a{1,9}){9}", "a{9999}{9999}", "(?P<x>a)(?P=x)*"]
)
def test_an_expression_that_may_not_come_to_an_end_is_not_tried(expression: str) -> None:
    (entry,) = read_maintainers(f"TOY\nN:\t{expression}\nF:\tb\n")
    assert entry.expressions == ()


def test_expressions_are_tried_up_to_a_number() -> None:
    entries = read_maintainers("TOY\nN:\ta\n\n" * (MOST_EXPRESSIONS + 5))
    assert sum(len(entry.expressions) for entry in entries) == MOST_EXPRESSIONS
    assert responsible(read_maintainers("TOY\nN:\ta*b\n"), "a" * 10_000) == []


def test_patterns_are_asked_up_to_a_number() -> None:
    entries = read_maintainers("".join(f"TOY\nF:\tf{number}\nX:\tx\n" for number in range(MOST_PATTERNS)))
    assert (len(entries), entries[-1].files) == (MOST_PATTERNS // 2, (f"f{MOST_PATTERNS // 2 - 1}",))


@pytest.mark.parametrize("line", [f"M:\ta{' ' * 2_000_000}b", f"F:\ta{'*a' * 1_000_000}", f"{' ' * 2_000_000}<a@b>"])
def test_a_line_without_an_end_is_passed_over(line: str) -> None:
    began = time.process_time()
    text = f"TOY\nM:\tA <a@example.org>\nF:\tarch/toy/\n\nLONG\n{line}\nF:\tarch/toy/\n"
    assert titles(text, "arch/toy/traps.c") == ["TOY", "LONG"]
    assert read_mailmap(f"A U Thor <a@example.org>\n{line}\n").today("a@example.org") == "A U Thor <a@example.org>"
    assert time.process_time() - began < 5


def test_a_pattern_of_stars_comes_to_an_end() -> None:
    assert titles(f"TOY\nF:\t{'*a' * 60}b\n", "a" * 4_000) == []


# Against the script.

ASKED = 60


@pytest.mark.tree
@pytest.mark.parametrize("which", ["newest", "6.12", "6.1"])
def test_the_trees_own_script_says_the_same(which: str, request: pytest.FixtureRequest) -> None:
    needs_program("perl", "perl")
    named: dict[str, Callable[[], Path]] = {"newest": newest_tree, "6.1": older_tree}
    root: Path = named[which]() if which in named else request.getfixturevalue("tree")
    files = [
        *sorted(path.relative_to(root).as_posix() for path in root.glob("arch/*/Kconfig")),
        *sorted(path.relative_to(root).as_posix() for path in root.glob("arch/*/kernel/traps*.c")),
        "kernel/context_tracking.c",
    ]
    entries = read_maintainers((root / "MAINTAINERS").read_text(encoding="utf-8"))
    mailmap = read_mailmap((root / ".mailmap").read_text(encoding="utf-8"))
    for file in files[:ASKED]:
        found = responsible(entries, file)
        people = [mailmap.today(each) for entry in found for each in (*entry.maintainers, *entry.reviewers)]
        have = once((*people, *(each for entry in found for each in entry.lists)))
        assert {*map(parseaddr, have)} == {*map(parseaddr, said_by_script(root, file))}, file


def said_by_script(root: Path, file: str) -> list[str]:
    from gen.kernel.tree import find_tree

    tree = find_tree(root)
    assert tree is not None
    said, problem = maintainers_said(tree, [file])
    assert not problem
    return [address for address, _ in said]
