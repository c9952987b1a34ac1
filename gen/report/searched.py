"""Where things were looked for in one architecture: the grounds of what the matrix says is not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gen.diagnostics import Span
from gen.kernel.kconfig import ROOT, KconfigReader
from gen.kernel.names import all_spellings, entry_symbols
from gen.lint.facts import ArchFacts
from gen.lint.share import Share, share_of
from gen.lint.workspace import Workspace


@dataclass(frozen=True)
class Described:
    """How much of a spec was found in the tree.

    `share` is what of its entry paths in the tree's release was read; they are in `files`. `looked_up` are the lines
    and symbols that it refers to, of which `missing` are not in the tree.
    """

    share: Share
    files: tuple[str, ...]
    looked_up: int
    missing: int


@dataclass(frozen=True)
class Searched:
    """Where was looked in one architecture.

    `config` is its own config, where it would select; of a folder without one the Kconfig file. `kconfig_files` is how
    many files `root` leads to. `spelled` says how the tree calls a symbol of 6.12, `defined` where that is defined, if
    it is, and `lacking` why not, if the tree is one from before it. `rows` is how many the features table has, None if
    there is no such table. `sources` are the files that mention a call of context tracking.
    """

    config: Span
    root: str
    kconfig_files: int
    spelled: Mapping[str, str]
    defined: Mapping[str, Span | None]
    lacking: Mapping[str, str]
    rows: int | None
    sources: tuple[str, ...]
    described: Described | None


def searched(facts: ArchFacts, work: Workspace) -> Searched:
    """Where was looked in an architecture; to be asked for when all of it has been read."""
    kconfig, features, calls = facts.kconfig, facts.features, all_spellings()
    spelled = {symbol: facts.spelled(symbol) for symbol in entry_symbols()}
    return Searched(
        _own_config(facts),
        next(iter(kconfig.files), ROOT),
        len(kconfig.files),
        spelled,
        {symbol: next((each.span for each in kconfig.by_name.get(name, ())), None) for symbol, name in spelled.items()},
        {symbol: lacking for symbol in entry_symbols() if (lacking := facts.naming.lacks(symbol))},
        len(features.rows) if features else None,
        tuple(file.name for file in work.sources_of(facts.name) if file.mentions(calls)),
        _described(facts, work) if facts.spec else None,
    )


def _own_config(facts: ArchFacts) -> Span:
    """The config of the architecture itself, where it would select."""
    file = f"arch/{facts.name}/Kconfig"
    own = KconfigReader(facts.tree).read(facts.name, file, follow=False).root_list()
    return own.selects[0].by_span if own else Span(file)


def _described(facts: ArchFacts, work: Workspace) -> Described:
    evidence, reading = work.evidence(facts.name), work.entries(facts.name)
    return Described(
        share_of(reading, evidence),
        tuple(dict.fromkeys(each.path.file for each in reading.paths)),
        evidence.looked_up,
        len(evidence.missing),
    )
