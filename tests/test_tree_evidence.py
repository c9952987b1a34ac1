"""What the shipped specs say about a tree, looked up in that tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from support import SHIPPED
from trees import TREE_RELEASE, load_spec

from gen.model.entry import EntryPath, Sequence
from gen.spec.archspec import Evidence

pytestmark = pytest.mark.tree

every_spec = pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)


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


@every_spec
def test_the_evidence_is_in_the_tree(tree: Path, file: Path) -> None:
    spec = load_spec(file)
    assert spec.evidence
    assert list(unfound_evidence(tree, spec.evidence)) == []


@every_spec
def test_the_symbols_of_paths_and_sequences_are_in_their_files(tree: Path, file: Path) -> None:
    model = load_spec(file).model.in_release(TREE_RELEASE)
    assert list(unfound_symbols(tree, [*model.sequences.values(), *model.paths.values()])) == []


@every_spec
def test_the_kconfig_symbol_is_in_its_file(tree: Path, file: Path) -> None:
    kconfig = load_spec(file).kconfig
    assert f"config {kconfig.symbol}" in text_of(tree / kconfig.file).splitlines()
