"""The C functions that an architecture's assembly calls for exceptions, and which of them lack the pair.

A handler takes pt_regs and is named by an operand in assembly, macros followed (`BUILD_HANDLER bp bp sti silent` names
do_bp). Its siblings are those that the same assembly file names in the same way: by that macro, or by an instruction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from gen.csource.asm import AsmUse, Use
from gen.csource.cfg import Kind
from gen.csource.kernel_file import Analysed
from gen.facts.loader import entry
from gen.kernel.names import spellings
from gen.lint.facts import ArchFacts
from gen.lint.source import SourceFile
from gen.lint.workspace import Workspace

DEEPEST = 4
"""How deep helpers of the same file are looked into."""


@cache
def _watching() -> frozenset[str]:
    """Calls after which RCU watches, in the spelling of any release."""
    return frozenset(spelling for name in entry().watching for spelling in spellings(name))


@dataclass(frozen=True)
class Definition:
    """A function of a file."""

    file: SourceFile
    name: str

    @cached_property
    def views(self) -> tuple[Analysed, ...]:
        """The function in each view that could be analysed."""
        return _views(self.file, self.name)


@dataclass(frozen=True)
class Bare:
    """A handler without the pair, where assembly names it, and a sibling that has the pair."""

    definition: Definition
    use: AsmUse
    assembly: SourceFile
    sibling: str


def bare_handlers(facts: ArchFacts, work: Workspace) -> Iterator[Bare]:
    """The handlers of an architecture that need the pair as their siblings do, and lack it; each once."""
    handlers = _Handlers(facts, work)
    if not handlers.bracketed:
        return
    seen: set[str] = set()
    for assembly, uses in handlers.by_assembly:
        siblings = {_way(use): use.name for use in reversed(uses) if use.name in handlers.bracketed}
        for use in uses:
            definition = handlers.definitions.get(use.name)
            if definition is None or use.name in seen or _way(use) not in siblings:
                continue
            seen.add(use.name)
            if handlers.needs_pair(definition):
                yield Bare(definition, use, assembly, siblings[_way(use)])


def _way(use: AsmUse) -> str:
    """How assembly comes to a handler: by which macro, or by an instruction."""
    return use.via[0] if use.via else use.operation if use.operation.isupper() else ""


class _Handlers:
    """What the handlers of one architecture are, read when it is asked for."""

    def __init__(self, facts: ArchFacts, work: Workspace) -> None:
        self.facts = facts
        self.work = work
        self.only_64 = facts.tracking is not None and facts.tracking.by.endswith("64")

    @cached_property
    def bracketed(self) -> frozenset[str]:
        """The functions that use the pair."""
        files = self.work.sources_of(self.facts.name)
        return frozenset(use.function.name for file in files for use in file.pair_uses if use.matters)

    @cached_property
    def by_assembly(self) -> list[tuple[SourceFile, list[AsmUse]]]:
        """The assembly files that name a function with the pair, each with all the handlers that it names."""
        known = self.definitions.keys() | self.bracketed
        return [
            (file, [use for use in uses if use.name in known])
            for file, uses in self._uses
            if any(use.name in self.bracketed for use in uses) and not self._is_of_32_bits(uses)
        ]

    @cached_property
    def named(self) -> frozenset[str]:
        """The handlers that those files name."""
        return frozenset(use.name for _, uses in self.by_assembly for use in uses)

    @cached_property
    def _uses(self) -> list[tuple[SourceFile, list[AsmUse]]]:
        """The assembly files that may name a handler, with every word that they use as an operand."""
        found = []
        names = (*sorted(self.bracketed), ".macro")
        for path in self.work.inquiry.mentioning(f"arch/{self.facts.name}", ".S", *names):
            file = self.work.source(path)
            if file is not None and (file.mentions(self.bracketed) or re.search(entry().pasted_call, file.text)):
                uses = [use for use in file.assembly(None) if use.use is Use.OPERAND and use.name.isidentifier()]
                found.append((file, uses))
        return found

    @property
    def definitions(self) -> Mapping[str, Definition]:
        """The functions with pt_regs that assembly names."""
        return self._defined[0]

    @cached_property
    def _defined(self) -> tuple[dict[str, Definition], frozenset[str]]:
        """The definitions, and the names that only the 32-bit port defines."""
        names = {use.name for _, uses in self._uses for use in uses}
        found: dict[str, Definition] = {}
        others: set[str] = set()
        for file in self._c_files(names):
            for function in file.outline.functions:
                if function.name not in names or "pt_regs" not in function.parameters:
                    continue
                if self.only_64 and file.name.endswith("_32.c"):
                    others.add(function.name)
                elif function.name not in found:
                    found[function.name] = Definition(file, function.name)
        return found, frozenset(others - found.keys())

    def _c_files(self, names: Iterable[str]) -> Iterator[SourceFile]:
        wanted = sorted(name for name in names if name.isascii() and len(name) > 3)
        defining = re.compile(rf"^\w[\w \t*]*[ \t*](?:{'|'.join(map(re.escape, wanted))})\(", re.MULTILINE)
        for path in self.work.inquiry.mentioning(f"arch/{self.facts.name}", ".c", "pt_regs"):
            text = self.work.text(path)
            if text is not None and defining.search(text) and (file := self.work.source(path)):
                yield file

    def _is_of_32_bits(self, uses: list[AsmUse]) -> bool:
        """Whether an assembly file belongs to the 32-bit port of an architecture whose 64-bit port alone tracks."""
        return not self._defined[1].isdisjoint(use.name for use in uses)

    def needs_pair(self, definition: Definition) -> bool:
        """Whether a handler does something that needs RCU, brings nothing for it, and hands on to no other handler."""
        return bool(definition.views) and all(self._needs_pair(definition.file, each) for each in definition.views)

    def _needs_pair(self, file: SourceFile, function: Analysed) -> bool:
        names = {call.name for _, call in function.graph.calls() if call.operands is not None}
        watched = entry().irq_word in function.words or not names.isdisjoint(_watching())
        if function.name in self.bracketed or watched:
            return False
        if names & self.bracketed or names & self.named:
            return False
        return _returns(file, function) and any(not re.fullmatch(entry().harmless, name) for name in names)


def _views(file: SourceFile, name: str) -> tuple[Analysed, ...]:
    return tuple(each for each in file.kernel_file.functions_named(name) if isinstance(each, Analysed))


def _returns(file: SourceFile, function: Analysed, depth: int = 0) -> bool:
    """Whether any way leaves a function, by none of the functions of its file that never return."""
    graph = function.graph
    own = {each.name for each in file.outline.functions} - {function.name}
    stops: set[int] = set()
    for index, call in graph.calls() if depth < DEEPEST else ():
        if call.name in own and not call.conditional:
            views = _views(file, call.name)
            if views and not any(_returns(file, each, depth + 1) for each in views):
                stops.add(index)
    leaving = {index for index, node in enumerate(graph.nodes) if node.kind in {Kind.RETURN, Kind.END}}
    return graph.shortest_path(0, lambda index: index in leaving - stops, stops.__contains__) is not None
