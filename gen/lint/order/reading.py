"""Reads the entry paths of a spec back from a tree's C, and says of each whether it is what the spec says."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from gen.diagnostics import Span
from gen.kernel.naming import Naming
from gen.lint.order.entries import EntryReading, Outcome, PathReading
from gen.lint.order.exposed import exposed
from gen.lint.order.mended import mended
from gen.model.blocks import graph_of_block
from gen.model.compare import UNSEEN, Difference, TooManyPairsError, difference
from gen.model.conditions import Answers, entries
from gen.model.entry import EntryModel, EntryPath, Step
from gen.model.graph import Elsewhere, EntryGraph, EntryNode, TooManyNodesError, reachable
from gen.model.reduce import pruned, slimmed, through
from gen.model.release import Release
from gen.model.vocabulary import TO_USER, Effect
from gen.model.windows import in_windows
from gen.recover.bodies import NotRebuiltError
from gen.recover.files import Read
from gen.recover.known import known
from gen.recover.port import Port
from gen.recover.splice import MOST_NODES, Splicer
from gen.recover.start import InAssemblyError, start_of

if TYPE_CHECKING:
    from gen.spec.archspec import ArchSpec


def read_entries(
    spec: ArchSpec, release: Release, read: Read, noreturn: Collection[str], *, naming: Naming | None = None
) -> EntryReading:
    """Reads every path of a spec back from the tree whose files `read` gives.

    `noreturn` are the functions that do not return on this architecture, `naming` are the tree's names if they are not
    those of its release. Nothing is raised for what cannot be read.
    """
    return _Reader(spec, Port(known(spec.arch, spec, release), release, read, noreturn, naming=naming)).reading()


class _Reader:
    def __init__(self, spec: ArchSpec, port: Port) -> None:
        self.spec = spec
        self.port = port
        self.always_with_irq = open_with_irq(port.model)
        self.functions: dict[Span, str] = {}
        self.equal: set[object] = set()
        self.masking: dict[Span, str] = {}

    def reading(self) -> EntryReading:
        model = self.port.model
        paths = tuple(map(self._path, model.paths.values()))
        read = {
            each.path.name: replace(each.path, body=(), graph=each.graph) if each.graph else each.path for each in paths
        }
        merged = replace(model, paths=read)
        port = self.port
        found = EntryReading(
            self.spec,
            port.release,
            paths,
            merged,
            self.functions,
            port.files,
            port.naming,
            unread=frozenset(port.unread),
        )
        return replace(found, exposed=exposed(found))

    def _path(self, path: EntryPath) -> PathReading:
        self.masking = {}
        try:
            graph, runs = self._graph(path)
            found = self._difference(path, graph, runs)
        except (NotRebuiltError, RecursionError) as error:
            in_assembly = isinstance(error, InAssemblyError)
            return PathReading(path, Outcome.NOT_REBUILT, _reason(error), in_assembly=in_assembly)
        self.functions.update(
            (node.item.span, node.function) for node in graph.nodes if isinstance(node.item, Step) and node.function
        )
        whole = slimmed(graph, lambda _, node: not (node.minor and node.item == Step("panic")))
        outcome = Outcome.REBUILT if found is None else Outcome.DIFFERS
        return PathReading(path, outcome, "", found, whole, self.masking)

    def _graph(self, path: EntryPath) -> tuple[EntryGraph, tuple[Answers, ...]]:
        """The C of a path, with what the built-in conditions can say while it runs."""
        start = start_of(self.port, path)
        splicer = Splicer(self.port, path.symbol)
        graph = splicer.graph(start.bodies, start.prefix, start.suffix)
        runs = tuple(entries(path, self.always_with_irq))
        if start.inlined and splicer.gate >= 0:
            graph = through(graph, splicer.gate)
            runs = tuple(each for each in runs if splicer.gate in reachable(graph.nodes, graph.start, each))
            if not runs:
                raise NotRebuiltError(f"nothing that it interrupts leads to {path.symbol}()")
        graph = pruned(graph, runs)
        for number in reachable(graph.nodes, graph.start):
            if isinstance(item := graph.nodes[number].item, Elsewhere):
                raise NotRebuiltError(f"it also leads to {item.symbol}(), a path of its own")
        self.masking = dict(_behind_calls(graph, frozenset(self.port.unread)))
        windows = in_windows(graph.nodes, graph.start, path.whence, self.port.model.offstack)
        inside = {number for number, _ in windows}
        return slimmed(graph, lambda number, node: self._counts(node, number in inside)), runs

    def _counts(self, node: EntryNode, in_window: bool) -> bool:
        """Whether a step is one of the model: what may be instrumented, and nothing else, is so in a window only."""
        if not node.minor or not isinstance(node.item, Step) or node.item.handler is None:
            return True
        return in_window and self.port.may_be_instrumented(node.item.handler.name, node.item.span.file)

    def _difference(self, path: EntryPath, graph: EntryGraph, runs: tuple[Answers, ...]) -> Difference | None:
        unread = frozenset(self.port.unread)
        skeleton = slimmed(graph, lambda number, node: _is_seen(number, node) or _calls(node, unread))
        try:
            spec = slimmed(graph_of_block(self.port.model, path.body, MOST_NODES), _is_seen)
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


def _reason(error: Exception) -> str:
    return "its C nests too deep" if isinstance(error, RecursionError) else str(error)


def _is_seen(_: int, node: EntryNode) -> bool:
    return isinstance(node.item, Step) and node.item.row.effect not in UNSEEN


def _behind_calls(graph: EntryGraph, names: Collection[str]) -> Iterator[tuple[Span, str]]:
    """The steps to the USER state that come, on every way from what opens interrupts, behind a call of some names."""
    nodes, met = graph.nodes, ""
    waiting = [graph.start, *(edge.target for node in nodes if _opens(node) for edge in node.edges)]
    sure = set(waiting)
    for number in waiting:
        if _calls(nodes[number], names):
            met = met or _called(nodes[number])
            continue
        new = {edge.target for edge in nodes[number].edges} - sure
        sure |= new
        waiting += sorted(new)
    for number, node in enumerate(nodes):
        if number not in sure and isinstance(node.item, Step) and node.item.row.effect in TO_USER:
            yield node.item.span, met


def _opens(node: EntryNode) -> bool:
    return isinstance(node.item, Step) and node.item.row.effect in {Effect.UNMASK, Effect.INHERIT}


def _called(node: EntryNode) -> str:
    return node.item.handler.name if isinstance(node.item, Step) and node.item.handler else ""


def _calls(node: EntryNode, names: Collection[str]) -> bool:
    return _called(node) in names


def _shape(graph: EntryGraph) -> tuple[object, ...]:
    """What a graph is but for its places."""
    return (graph.start, *((node.item, node.edges) for node in graph.nodes))


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
