"""Reads the entry paths of a spec back from a tree's C, and says of each whether it is what the spec says."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from gen.diagnostics import Span
from gen.lint.order.bodies import NotRebuiltError
from gen.lint.order.compare import UNSEEN, Difference, TooManyPairsError, difference
from gen.lint.order.entries import EntryReading, Outcome, PathReading
from gen.lint.order.exposed import exposed
from gen.lint.order.files import Read
from gen.lint.order.flow import (
    Answers,
    Elsewhere,
    Flow,
    Node,
    TooManyNodesError,
    entries,
    in_windows,
    pruned,
    reachable,
    slimmed,
    spec_flow,
    through,
)
from gen.lint.order.mended import mended
from gen.lint.order.port import Port
from gen.lint.order.splice import MOST_NODES, Splicer
from gen.lint.order.start import InAssemblyError, start_of
from gen.lint.order.structure import block_of
from gen.model.entry import Block, EntryModel, EntryPath, Step
from gen.model.release import Release
from gen.model.vocabulary import TO_USER, Effect

if TYPE_CHECKING:
    from gen.spec.archspec import ArchSpec


def read_entries(spec: ArchSpec, release: Release, read: Read, noreturn: Collection[str]) -> EntryReading:
    """Reads every path of a spec back from the tree whose files `read` gives.

    `noreturn` are the functions that do not return on this architecture. Nothing is raised for what cannot be read.
    """
    return _Reader(Port(spec, release, read, noreturn)).reading()


class _Reader:
    def __init__(self, port: Port) -> None:
        self.port = port
        self.always_with_irq = open_with_irq(port.model)
        self.functions: dict[Span, str] = {}
        self.equal: set[object] = set()
        self.masking: dict[Span, str] = {}

    def reading(self) -> EntryReading:
        model = self.port.model
        paths = tuple(map(self._path, model.paths.values()))
        read = {each.path.name: replace(each.path, body=each.body or each.path.body) for each in paths}
        merged = replace(model, paths=read)
        unread = frozenset(self.port.unread)
        found = EntryReading(
            self.port.spec, self.port.release, paths, merged, self.functions, self.port.files, unread=unread
        )
        return replace(found, exposed=exposed(found))

    def _path(self, path: EntryPath) -> PathReading:
        self.masking = {}
        try:
            flow, runs = self._flow(path)
            found = self._difference(path, flow, runs)
        except (NotRebuiltError, RecursionError) as error:
            in_assembly = isinstance(error, InAssemblyError)
            return PathReading(path, Outcome.NOT_REBUILT, _reason(error), in_assembly=in_assembly)
        try:
            body, reason = self._block(flow), ""
        except (NotRebuiltError, RecursionError) as error:
            body, reason = (), _reason(error)
        if found is not None:
            return PathReading(path, Outcome.DIFFERS, reason, found, body, self.masking)
        outcome = Outcome.NOT_REBUILT if reason else Outcome.REBUILT
        return PathReading(path, outcome, reason, None, body, self.masking)

    def _flow(self, path: EntryPath) -> tuple[Flow, tuple[Answers, ...]]:
        """The C of a path, with what the built-in conditions can say while it runs."""
        start = start_of(self.port, path)
        splicer = Splicer(self.port, path.symbol)
        flow = splicer.flow(start.bodies, start.prefix, start.suffix)
        runs = tuple(entries(path, self.always_with_irq))
        if start.inlined and splicer.gate >= 0:
            flow = through(flow, splicer.gate)
            runs = tuple(answers for answers in runs if splicer.gate in reachable(flow, answers))
            if not runs:
                raise NotRebuiltError(f"nothing that it interrupts leads to {path.symbol}()")
        flow = pruned(flow, runs)
        for number in reachable(flow):
            if isinstance(item := flow.nodes[number].item, Elsewhere):
                raise NotRebuiltError(f"it also leads to {item.symbol}(), a path of its own")
        self.masking = dict(_behind_calls(flow, frozenset(self.port.unread)))
        windows = in_windows(flow, path.whence)
        return slimmed(flow, lambda number, node: self._counts(node, number in windows)), runs

    def _counts(self, node: Node, in_window: bool) -> bool:
        """Whether a step is one of the model: what may be instrumented, and nothing else, is so in a window only."""
        if not node.minor or not isinstance(node.item, Step) or node.item.handler is None:
            return True
        return in_window and self.port.may_be_instrumented(node.item.handler.name, node.item.span.file)

    def _difference(self, path: EntryPath, flow: Flow, runs: tuple[Answers, ...]) -> Difference | None:
        unread = frozenset(self.port.unread)
        skeleton = slimmed(flow, lambda number, node: _is_seen(number, node) or _calls(node, unread))
        try:
            spec = slimmed(spec_flow(self.port.model, path.body, MOST_NODES), _is_seen)
            key = (_shape(skeleton), _shape(spec), frozenset(path.masked), tuple(tuple(each.items()) for each in runs))
            if key in self.equal:
                return None
            for answers in runs:
                found = difference(skeleton, spec, answers, frozenset(path.masked), unread)
                if found is not None:
                    without = mended(spec)
                    is_mended = not any(difference(skeleton, without, each, frozenset(path.masked)) for each in runs)
                    return replace(found, is_mended=is_mended)
        except (TooManyNodesError, TooManyPairsError) as error:
            raise NotRebuiltError("it is too large to be compared") from error
        self.equal.add(key)
        return None

    def _block(self, flow: Flow) -> Block:
        for node in flow.nodes:
            if isinstance(node.item, Step) and node.function:
                self.functions[node.item.span] = node.function
        return block_of(slimmed(flow, lambda _, node: not (node.minor and node.item == Step("panic"))))


def _reason(error: Exception) -> str:
    return "its C nests too deep" if isinstance(error, RecursionError) else str(error)


def _is_seen(_: int, node: Node) -> bool:
    return isinstance(node.item, Step) and node.item.row.effect not in UNSEEN


def _behind_calls(flow: Flow, names: Collection[str]) -> Iterator[tuple[Span, str]]:
    """The steps to the USER state that come, on every way from what opens interrupts, behind a call of some names."""
    nodes, met = flow.nodes, ""
    waiting = [flow.start, *(way.target for node in nodes if _opens(node) for way in node.ways)]
    sure = set(waiting)
    for number in waiting:
        if _calls(nodes[number], names):
            met = met or _called(nodes[number])
            continue
        new = {way.target for way in nodes[number].ways} - sure
        sure |= new
        waiting += sorted(new)
    for number, node in enumerate(nodes):
        if number not in sure and isinstance(node.item, Step) and node.item.row.effect in TO_USER:
            yield node.item.span, met


def _opens(node: Node) -> bool:
    return isinstance(node.item, Step) and node.item.row.effect in {Effect.UNMASK, Effect.INHERIT}


def _called(node: Node) -> str:
    return node.item.handler.name if isinstance(node.item, Step) and node.item.handler else ""


def _calls(node: Node, names: Collection[str]) -> bool:
    return _called(node) in names


def _shape(flow: Flow) -> tuple[object, ...]:
    """What a flow is but for its places."""
    nodes = ((getattr(node.item, "condition", node.item), node.ways) for node in flow.nodes)
    return (flow.start, *nodes)


def open_with_irq(model: EntryModel) -> frozenset[str]:
    """The classes that are open only where `irq` is, itself included."""
    masked = [frozenset(path.masked) for path in model.paths.values()]
    opened: list[frozenset[str]] = []
    for item in model.items():
        if isinstance(item, Step) and item.classes:
            (masked if item.row.effect is Effect.MASK else opened).append(frozenset(item.classes))
    return frozenset(
        name
        for name in model.classes
        if all(name in each for each in masked if "irq" in each)
        and all("irq" in each for each in opened if name in each)
    )
