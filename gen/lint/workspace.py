"""Reads what is linted: the files of a tree that mention a name, with the headers around them, and its architectures.

Everything is read once, and only when a rule asks for it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from gen.csource.conditions import Config
from gen.csource.lookup import noreturn_names
from gen.csource.outline import Outline, read_outline
from gen.csource.tokens import Source, decoded
from gen.kernel.expression import Symbol
from gen.kernel.features import CONTEXT_TRACKING, Features, read_features
from gen.kernel.kconfig import KconfigReader, Known
from gen.kernel.names import all_spellings, entry_symbols, spellings
from gen.kernel.naming import Naming, naming_of
from gen.kernel.tree import MOST_CODE, MOST_TEXT, KernelTree, Unreadable, too_much_code, too_much_text
from gen.lint.evidence import Evidence, evidence_in
from gen.lint.facts import ArchFacts
from gen.lint.inquiry import Inquiry
from gen.lint.source import SourceFile
from gen.lint.stale import stale_names
from gen.recover.reader import Reader

if TYPE_CHECKING:
    from gen.lint.order.entries import EntryReading
    from gen.lint.recovered import TreeVerdict
    from gen.recover.recover import Recovered
    from gen.spec.archspec import ArchSpec

SOURCE_SUFFIXES = (".c", ".h", ".S")
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+(?:"([^"\n]+)"|<(asm/[^>\n]+)>)', re.MULTILINE)
_SPEC_FOLDER = re.compile(r"arch/([a-z0-9_]+)/")


def folder_of(file: str) -> str:
    """The folder of arch/ that a file of a tree is in; nothing if it is in none."""
    match = _SPEC_FOLDER.match(file)
    return match[1] if match else ""


@dataclass
class Workspace:
    """One tree, with the specs that describe its architectures; `mentions` are the files that mention a name."""

    tree: KernelTree
    mentions: tuple[str, ...]
    specs: Mapping[str, ArchSpec]
    config: Config | None = None
    unreadable: dict[str, Unreadable] = field(default_factory=dict)
    inquiry: Inquiry = field(init=False)
    _texts: dict[str, str | None] = field(default_factory=dict)
    _read: int = 0
    _taken_apart: dict[str, int] = field(default_factory=dict)
    _sources: dict[str, SourceFile | None] = field(default_factory=dict)
    _outlines: dict[str, Outline] = field(default_factory=dict)
    _facts: dict[str, ArchFacts | None] = field(default_factory=dict)
    _evidence: dict[str, Evidence] = field(default_factory=dict)
    _entries: dict[str, EntryReading] = field(default_factory=dict)
    _recovered: dict[str, Recovered] = field(default_factory=dict)
    _verdicts: dict[str, TreeVerdict | None] = field(default_factory=dict)
    _noreturn: dict[str, frozenset[str]] = field(default_factory=dict)
    _known_kconfig: dict[str, Known] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.inquiry = Inquiry(self.tree)

    def alone(self) -> Workspace:
        """The same tree with nothing read yet but Kconfig: what is read for one architecture is not kept for others."""
        made = Workspace(self.tree, self.mentions, self.specs, self.config, dict(self.unreadable))
        made._known_kconfig = self._known_kconfig
        made.naming = self.naming
        return made

    @cached_property
    def naming(self) -> Naming:
        """What the tree calls things; the same for all of its parts, so that it is asked once, and not by `inquiry`."""
        return naming_of(self.tree.read, self.tree.release)

    def text(self, file: str) -> str | None:
        """The text of a file of the tree; None if it cannot be read, which is remembered."""
        if file not in self._texts:
            content = self.inquiry.read(file)
            if isinstance(content, bytes) and self._read + len(content) > MOST_TEXT:
                content = Unreadable(file, too_much_text(MOST_TEXT))
            if isinstance(content, Unreadable):
                self.unreadable[file] = content
                self._texts[file] = None
            else:
                self._read += len(content)
                self._texts[file] = decoded(content)
        return self._texts[file]

    def code(self, file: str) -> str | None:
        """The text of a file that is to be taken apart; None if it cannot be read, or is too much."""
        text = self.text(file)
        if text is None or file in self._taken_apart:
            return text
        if sum(self._taken_apart.values()) + len(text) > MOST_CODE:
            self.unreadable[file] = Unreadable(file, too_much_code(MOST_CODE))
            return None
        self._taken_apart[file] = len(text)
        return text

    def bytes_of(self, file: str) -> bytes:
        """The bytes of a file whose text was read."""
        content = self.tree.read(file)
        return content if isinstance(content, bytes) else b""

    def known_texts(self) -> Iterator[tuple[str, str]]:
        """Every text that was read."""
        return ((file, text) for file, text in self._texts.items() if text is not None)

    def source(self, file: str) -> SourceFile | None:
        """A file as rules look at it; None if it cannot be read."""
        if file not in self._sources:
            self._sources[file] = self._made_source(file)
        return self._sources[file]

    def _made_source(self, file: str) -> SourceFile | None:
        text = self.code(file)
        if text is None:
            return None
        arch = folder_of(file)
        return SourceFile(
            file,
            text,
            arch,
            self.naming,
            lambda: tuple(self._headers(file, text, arch)),
            lambda: self.noreturn(arch),
            self.config,
        )

    def sources_of(self, arch: str) -> Iterator[SourceFile]:
        """The files of an architecture that mention a name."""
        for file in self.mentions:
            if folder_of(file) == arch and file.endswith(SOURCE_SUFFIXES) and (source := self.source(file)):
                yield source

    def _headers(self, file: str, text: str, arch: str) -> Iterator[Outline]:
        """The headers that may hold macros, aliases and helpers of the file: its folder's, and those that mention."""
        folder = PurePosixPath(file).parent
        for quoted, own in dict.fromkeys(_INCLUDE.findall(text)):
            header = str(folder / quoted) if quoted else f"arch/{arch}/include/{own}"
            wanted = header in self._mentioned if own else self.inquiry.is_file(header)
            if header != file and ".." not in header and wanted and (outline := self.outline(header)):
                yield outline

    @cached_property
    def _mentioned(self) -> frozenset[str]:
        return frozenset(self.mentions)

    def outline(self, file: str) -> Outline | None:
        """What a C file or header defines, None if it cannot be read."""
        if file not in self._outlines:
            text = self.code(file) if self.inquiry.exists(file) else None
            if text is None:
                return None
            self._outlines[file] = read_outline(Source(text))
        return self._outlines[file]

    @property
    def reader(self) -> Reader:
        """The tree as the recovery of entry code reads it."""
        return _Reader(self)

    def noreturn(self, arch: str) -> frozenset[str]:
        """What the headers of an architecture declare __noreturn: what returns on one need not on another."""
        if not arch:
            return frozenset()
        if arch not in self._noreturn:
            declaring = self.inquiry.mentioning(f"arch/{arch}", ".h", "__noreturn")
            texts = (text for file in declaring if (text := self.text(file)) is not None)
            self._noreturn[arch] = noreturn_names(texts)
        return self._noreturn[arch]

    def facts(self, arch: str) -> ArchFacts | None:
        """What is known about an architecture; None for nothing, and for a folder without Kconfig."""
        if arch not in self._facts:
            known = arch in self.architectures
            self._facts[arch] = (
                ArchFacts(
                    arch,
                    self.tree,
                    self.naming,
                    self._kconfig.read(arch),
                    self.features,
                    self.specs.get(arch),
                    self.config,
                )
                if known
                else None
            )
        return self._facts[arch]

    def evidence(self, arch: str) -> Evidence:
        """What the spec of an architecture says is in the tree, looked up."""
        if arch not in self._evidence:
            self._evidence[arch] = evidence_in(self.specs[arch], self.tree.release, self._quiet_text, self.naming)
        return self._evidence[arch]

    def recovered(self, arch: str) -> Recovered:
        """The entry code of an architecture as the tree has it, with what a spec says that no text does."""
        from gen.lint.recovered import recovered

        if arch not in self._recovered:
            self._recovered[arch] = recovered(self, arch)
        return self._recovered[arch]

    def verdict(self, arch: str) -> TreeVerdict | None:
        """What that is worth, as it is and without the pair; None if it is too large to be told."""
        from gen.lint.recovered import verdict
        from gen.verify.summaries import TooManyFactsError
        from gen.verify.unfold import TooLargeError

        if arch not in self._verdicts:
            try:
                self._verdicts[arch] = verdict(self, arch)
            except (TooLargeError, TooManyFactsError):
                self._verdicts[arch] = None
        return self._verdicts[arch]

    def entries(self, arch: str) -> EntryReading:
        """The entry paths of an architecture, those that its spec has compared with it."""
        from gen.lint.order.reading import reading_of

        if arch not in self._entries:
            self._entries[arch] = reading_of(self.selected(arch), self.recovered(arch))
        return self._entries[arch]

    def readings(self) -> Mapping[str, EntryReading]:
        """The entry paths that were read back, by architecture."""
        return self._entries

    def selected(self, arch: str) -> ArchSpec:
        """The spec under the condition that the tree's own select has, where it has one: powerpc's in 6.1 is PPC64.

        Of a build without offstack nothing of that is asked.
        """
        spec, facts = self.specs[arch], self.facts(arch)
        if facts and not facts.may_be_offstack:
            spec = replace(spec, model=replace(spec.model, offstack=False))
        own = facts.tracking.own if facts and facts.tracking else None
        if own is None or not isinstance(own.expression, Symbol):
            return spec
        return replace(spec, kconfig=replace(spec.kconfig, condition=own.expression.name, until=None))

    def is_proved(self, arch: str) -> bool:
        """Whether it is proved of the tree's own entry code that an architecture can do without the pair."""
        found = self.verdict(arch)
        return found is not None and found.offstack.verdict.value == "holds"

    def _quiet_text(self, file: str) -> str | None:
        """The text of a file that a spec names: one that is not there is the spec's matter, and not unreadable."""
        return self.text(file) if self.inquiry.exists(file) else None

    @cached_property
    def architectures(self) -> tuple[str, ...]:
        """The architectures of the tree."""
        return self.tree.architectures()

    @cached_property
    def _kconfig(self) -> KconfigReader:
        return KconfigReader(
            self.inquiry,
            {*(spelling for symbol in entry_symbols() for spelling in spellings(symbol)), *stale_names(self.naming)},
            self._known_kconfig,
        )

    @cached_property
    def features(self) -> Features | None:
        """The features table of context tracking; None if the tree has none."""
        content = self.inquiry.read(CONTEXT_TRACKING)
        if isinstance(content, bytes):
            return read_features(CONTEXT_TRACKING, content)
        if os.path.lexists(self.tree.root / CONTEXT_TRACKING):
            self.unreadable[CONTEXT_TRACKING] = content
        return None


@dataclass(frozen=True)
class _Reader:
    """The files of a workspace; one that is not there is whoever's asks for it."""

    work: Workspace

    def text(self, file: str) -> str | None:
        return self.work._quiet_text(file)

    def outline(self, file: str) -> Outline | None:
        return self.work.outline(file)

    def mentioning(self, folder: str, suffix: str, *names: str) -> tuple[str, ...]:
        return self.work.inquiry.mentioning(folder, suffix, *names)


def searched_names(tree: KernelTree) -> frozenset[str]:
    """What a file has to mention to be read at all."""
    return all_spellings() | frozenset(stale_names(naming_of(tree.read, tree.release)))


def specs_by_folder(specs: Collection[ArchSpec]) -> dict[str, ArchSpec]:
    """Specs by the folder of arch/ that they describe."""
    return {folder_of(spec.kconfig.file): spec for spec in specs}
