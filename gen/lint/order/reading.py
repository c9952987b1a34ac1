"""Reads the entry paths of a spec back from a tree's C, and says of each whether it is what the spec says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from gen.diagnostics import Span
from gen.kernel.naming import Naming
from gen.lint.order.entries import EntryReading, Outcome, PathReading
from gen.lint.order.exposed import exposed
from gen.model.blocks import graph_of_block
from gen.model.compare import UNSEEN, Difference, TooManyPairsError, difference
from gen.model.conditions import FROM_USER, Answers, entries
from gen.model.entry import EntryModel, EntryPath, Step, Whence
from gen.model.graph import Elsewhere, EntryGraph, EntryNode, Source, TooManyNodesError, reachable
from gen.model.reduce import pruned, slimmed, through
from gen.model.release import Release
from gen.model.vocabulary import Effect
from gen.model.windows import in_windows, moves_state
from gen.recover.bodies import NotRebuiltError
from gen.recover.files import Read
from gen.recover.known import known
from gen.recover.port import Port
from gen.recover.splice import MOST_NODES, Splicer
from gen.recover.start import start_of

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

    def reading(self) -> EntryReading:
        model = self.port.model
        paths = tuple(map(self._path, model.paths.values()))
        read = {
            each.path.name: replace(each.path, body=(), graph=each.graph) if each.graph else each.path for each in paths
        }
        merged = replace(model, paths=read)
        port = self.port
        found = EntryReading(self.spec, port.release, paths, merged, self.functions, port.files, port.naming)
        return replace(found, exposed=exposed(found))

    def _path(self, path: EntryPath) -> PathReading:
        try:
            graph, runs = self._graph(path)
            found = self._difference(path, graph, runs)
        except (NotRebuiltError, RecursionError) as error:
            return PathReading(path, Outcome.NOT_REBUILT, _reason(error))
        self.functions.update(
            (node.item.span, node.function) for node in graph.nodes if isinstance(node.item, Step) and node.function
        )
        whole = slimmed(graph, lambda _, node: not (node.minor and node.item == Step("panic")))
        return PathReading(path, Outcome.REBUILT if found is None else Outcome.DIFFERS, "", found, whole)

    def _graph(self, path: EntryPath) -> tuple[EntryGraph, tuple[Answers, ...]]:
        """The C of a path, with what the built-in conditions can say while it runs."""
        start = start_of(self.port, path)
        row = self.port.known.row(path.symbol, "")
        splicer = Splicer(self.port, path.symbol, dispatches=row is not None and row.dispatches)
        graph = splicer.graph(start.bodies, start.prefix, start.suffix)
        runs = tuple(entries(path, self.always_with_irq))
        if start.inlined and splicer.gate >= 0:
            graph = through(graph, splicer.gate)
            runs = tuple(each for each in runs if splicer.gate in reachable(graph.nodes, graph.start, each))
            if not runs:
                raise NotRebuiltError(f"nothing that it interrupts leads to {path.symbol}()")
        graph = pruned(graph, runs)
        for number in reachable(graph.nodes, graph.start):
            node = graph.nodes[number]
            if isinstance(node.item, Elsewhere):
                raise NotRebuiltError(f"it leads to {node.item}, a path of its own")
            if node.provenance.source is Source.ASSUMED and not node.minor:
                raise NotRebuiltError(node.provenance.why)
        windows = in_windows(graph.nodes, graph.start, path.whence, self.port.model.offstack)
        inside = {number for number, _ in windows}
        return slimmed(graph, lambda number, node: self._counts(node, number in inside)), runs

    def _counts(self, node: EntryNode, in_window: bool) -> bool:
        """Whether a step is one of the model: what may be instrumented, and nothing else, is so in a window only."""
        if not node.minor or not isinstance(node.item, Step) or node.item.handler is None:
            return True
        return in_window and self.port.may_be_instrumented(node.item.handler.name, node.item.span.file)

    def _difference(self, path: EntryPath, graph: EntryGraph, runs: tuple[Answers, ...]) -> Difference | None:
        skeleton = slimmed(graph, _is_seen)
        try:
            spec = slimmed(graph_of_block(self.port.model, path.body, MOST_NODES), _is_seen)
            from_user = path.whence is not Whence.KERNEL and moves_state(spec, FROM_USER)
            if from_user and not moves_state(skeleton, {}):
                # Not a step that is missing, but other code than the spec describes.
                raise NotRebuiltError("nothing in its C moves the state")
            key = (_shape(skeleton), _shape(spec), frozenset(path.masked), tuple(tuple(each.items()) for each in runs))
            if key in self.equal:
                return None
            for answers in runs:
                found = difference(skeleton, spec, answers, frozenset(path.masked))
                if found is not None:
                    return found
        except (TooManyNodesError, TooManyPairsError) as error:
            raise NotRebuiltError("it is too large to be compared") from error
        self.equal.add(key)
        return None


def _reason(error: Exception) -> str:
    return "its C nests too deep" if isinstance(error, RecursionError) else str(error)


def _is_seen(_: int, node: EntryNode) -> bool:
    return isinstance(node.item, Step) and node.item.row.effect not in UNSEEN


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
