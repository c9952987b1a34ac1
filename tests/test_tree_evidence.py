"""What the shipped specs say about a tree, looked up in that tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from support import SHIPPED
from trees import OLDER_RELEASE, TREE_RELEASE, load_spec, older_tree

from gen.model.entry import EntryPath, Sequence
from gen.model.release import Release
from gen.spec.archspec import Evidence

pytestmark = pytest.mark.tree

every_spec = pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
both_releases = pytest.mark.parametrize("release", [TREE_RELEASE, OLDER_RELEASE], ids=str)


@pytest.fixture(name="place")
def _place(release: Release, tree: Path) -> Path:
    """The tree of a release."""
    return tree if release == TREE_RELEASE else older_tree()


@cache
def text_of(path: Path) -> str:
    """A file of the tree, each run of blanks as one; empty if there is no such file."""
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    return "\n".join(" ".join(line.split()) for line in text.splitlines())


def unfound_evidence(tree: Path, evidence: Iterable[Evidence]) -> Iterator[str]:
    for entry in evidence:
        if " ".join(entry.text.split()) not in text_of(tree / entry.file):
            yield f"{entry.span}: `{entry.text}` is not in {entry.file} ({entry.claim})"


def unfound_symbols(tree: Path, holders: Iterable[EntryPath | Sequence]) -> Iterator[str]:
    for holder in holders:
        word = rf"(?<!\w){re.escape(holder.symbol)}(?!\w)"
        if not re.search(word, text_of(tree / holder.file)):
            yield f"{holder.span}: {holder.name}: `{holder.symbol}` is not in {holder.file}"


@both_releases
@every_spec
def test_the_evidence_is_in_the_tree(place: Path, release: Release, file: Path) -> None:
    evidence = load_spec(file).evidence_in(release)
    assert len(evidence) > 5
    assert list(unfound_evidence(place, evidence)) == []


@both_releases
@every_spec
def test_the_symbols_of_paths_and_sequences_are_in_their_files(place: Path, release: Release, file: Path) -> None:
    model = load_spec(file).model.in_release(release)
    assert list(unfound_symbols(place, [*model.sequences.values(), *model.paths.values()])) == []


@both_releases
@every_spec
def test_the_kconfig_symbol_is_in_its_file(place: Path, file: Path) -> None:
    kconfig = load_spec(file).kconfig
    assert f"config {kconfig.symbol}" in text_of(place / kconfig.file).splitlines()
