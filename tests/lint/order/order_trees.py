"""The entry code of the real trees as the order rules read it, and one-line changes to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from order_reading import Files, read_entries
from support import ROOT
from trees import load_spec, older_tree

from gen.csource.lookup import noreturn_names
from gen.csource.outline import read_outline
from gen.csource.tokens import Source, decoded
from gen.kernel.search import scan
from gen.kernel.tree import files_below
from gen.lint.order.entries import EntryReading
from gen.lint.source import never_returning
from gen.model.release import Release
from gen.spec.archspec import ArchSpec

TREES: dict[Release, Path] = {}
"""The trees of a run by release, which `have_tree` fills."""


def have_tree(release: Release, tree: Path | None = None) -> None:
    """Makes a tree known; without the one of 6.1 the test is skipped."""
    TREES[release] = tree or older_tree()


def spec_of(arch: str) -> ArchSpec:
    """A shipped spec."""
    return load_spec(ROOT / "arch_specs" / f"{arch}.yaml")


@cache
def text_of(release: Release, file: str) -> str | None:
    """The text of a file of a tree."""
    place = TREES[release] / file
    return decoded(place.read_bytes()) if place.is_file() else None


@cache
def noreturn(release: Release, arch: str) -> frozenset[str]:
    """What does not return on an architecture."""
    headers = (TREES[release] / spec_of(arch).kconfig.file).parent.rglob("*.h")
    texts = (data for header in headers if b"__noreturn" in (data := header.read_bytes()))
    return never_returning() | noreturn_names(map(decoded, texts))


def read_tree(release: Release, arch: str, changed: dict[str, str] | None = None) -> EntryReading:
    """The entry paths of an architecture in a tree, of which some files have another text."""

    def read(file: str) -> str | None:
        return changed[file] if changed and file in changed else text_of(release, file)

    def mentioning(folder: str, suffix: str, names: tuple[str, ...]) -> tuple[str, ...]:
        return mentions(release, folder, suffix, names)

    return read_entries(spec_of(arch), release, Files(read, mentioning), noreturn(release, arch))


@cache
def mentions(release: Release, folder: str, suffix: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The files of a folder of a tree that hold one of some names, as the tree is."""
    return tuple(
        sorted(scan(TREES[release], [file for file in listed(release, folder) if file.endswith(suffix)], names).files)
    )


@cache
def listed(release: Release, folder: str) -> tuple[str, ...]:
    """The files of a folder of a tree."""
    return files_below(TREES[release], folder).files


@cache
def unchanged(release: Release, arch: str) -> EntryReading:
    """The same of the tree as it is."""
    return read_tree(release, arch)


Lines = list[str]
Change = Callable[[Lines], Lines]
"""What happens to the lines of a function."""


def _line(lines: Lines, word: str) -> int:
    """The first line that has a word, and then something in parentheses or not."""
    return next(number for number, line in enumerate(lines) if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", line))


def dropped(word: str) -> Change:
    """Without the first line that has a word."""

    def change(lines: Lines) -> Lines:
        number = _line(lines, word)
        return lines[:number] + lines[number + 1 :]

    return change


def moved(word: str, before: str) -> Change:
    """With the first line that has a word in front of the first that has another."""

    def change(lines: Lines) -> Lines:
        number, other = _line(lines, word), _line(lines, before)
        assert other < number
        return [*lines[:other], lines[number], *lines[other:number], *lines[number + 1 :]]

    return change


def added(text: str, *, before: str = "", behind: str = "") -> Change:
    """With a line in front of, or behind, the first that has a word."""

    def change(lines: Lines) -> Lines:
        number = _line(lines, before or behind) + (1 if behind else 0)
        return [*lines[:number], f"\t{text}", *lines[number:]]

    return change


def reworded(old: str, new: str) -> Change:
    """With another word in the place of the first of its like."""

    def change(lines: Lines) -> Lines:
        number = _line(lines, old)
        return [*lines[:number], lines[number].replace(old, new, 1), *lines[number + 1 :]]

    return change


def replaced(old: str, new: str) -> Change:
    """With another text, of some lines, in the place of each of its like."""

    def change(lines: Lines) -> Lines:
        text = "\n".join(lines)
        assert old in text
        return text.replace(old, new).split("\n")

    return change


@dataclass(frozen=True)
class Mutation:
    """A change to one function of Linux 6.12, and what is found: each rule with a word of the line that it names.

    Without a `function` it is one to the whole file.
    """

    arch: str
    file: str
    function: str
    change: Change
    found: tuple[tuple[str, str], ...]


def mutated(release: Release, mutation: Mutation) -> str:
    """The text of the file with the change."""
    text = text_of(release, mutation.file)
    assert text is not None
    if not mutation.function:
        return "\n".join(mutation.change(text.split("\n")))
    function = read_outline(Source(text)).named(mutation.function)[0]
    lines = mutation.change(text[function.start : function.end].split("\n"))
    return text[: function.start] + "\n".join(lines) + text[function.end :]
