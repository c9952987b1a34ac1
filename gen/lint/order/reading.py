"""Reads the entry paths of a spec back from a tree's C, and says of each whether it is what the spec says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from gen.diagnostics import Span
from gen.kernel.naming import Naming
from gen.lint.order.bodies import NotRebuiltError
from gen.lint.order.compare import UNSEEN, Difference, TooManyPairsError, difference
from gen.lint.order.entries import EntryReading, Outcome, PathReading
from gen.lint.order.exposed import exposed
from gen.lint.order.files import Read
from gen.lint.order.flow import (
    FROM_USER,
    Answers,
    Elsewhere,
    Flow,
    Node,
    TooManyNodesError,
    entries,
    in_windows,
    moves_state,
    pruned,
    reachable,
    slimmed,
    spec_flow,
    through,
)
from gen.lint.order.port import Port
from gen.lint.order.splice import MOST_NODES, Splicer
from gen.lint.order.start import start_of
from gen.lint.order.structure import block_of
from gen.model.entry import Block, EntryModel, EntryPath, Step, Whence
from gen.model.release import Release
from gen.model.vocabulary import Effect

if TYPE_CHECKING:
    from gen.spec.archspec import ArchSpec


def read_entries(
    spec: ArchSpec, release: Release, read: Read, noreturn: Collection[str], *, naming: Naming | None = None
) -> EntryReading:
    """Reads every path of a spec back from the tree whose files `read` gives.

    `noreturn` are the functions that do not return on this architecture, `naming` are the tree's names if they are not
    those of its release. Nothing is raised for what cannot be read.
    """
    return _Reader(Port(spec, release, read, noreturn, naming=naming)).reading()


class _Reader:
    def __init__(self, port: Port) -> None:
        self.port = port
        self.always_with_irq = open_with_irq(port.model)
        self.functions: dict[Span, str] = {}
        self.equal: set[object] = set()

    def reading(self) -> EntryReading:
        model = self.port.model
        paths = tuple(map(self._path, model.paths.values()))
        read = {each.path.name: replace(each.path, body=each.body or each.path.body) for each in paths}
        merged = replace(model, paths=read)
        found = EntryReading(
            self.port.spec, self.port.release, paths, merged, self.functions, self.port.files, self.port.naming
        )
        return replace(found, exposed=exposed(found))

    def _path(self, path: EntryPath) -> PathReading:
        try:
            flow, runs = self._flow(path)
            found = self._difference(path, flow, runs)
        except (NotRebuiltError, RecursionError) as error:
            return PathReading(path, Outcome.NOT_REBUILT, _reason(error))
        try:
            body, reason = self._block(flow), ""
        except (NotRebuiltError, RecursionError) as error:
            body, reason = (), _reason(error)
        if found is not None:
            return PathReading(path, Outcome.DIFFERS, reason, found, body)
        return PathReading(path, Outcome.NOT_REBUILT if reason else Outcome.REBUILT, reason, None, body)

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
        windows = in_windows(flow, path.whence)
        return slimmed(flow, lambda number, node: self._counts(node, number in windows)), runs

    def _counts(self, node: Node, in_window: bool) -> bool:
        """Whether a step is one of the model: what may be instrumented, and nothing else, is so in a window only."""
        if not node.minor or not isinstance(node.item, Step) or node.item.handler is None:
            return True
        return in_window and self.port.may_be_instrumented(node.item.handler.name, node.item.span.file)

    def _difference(self, path: EntryPath, flow: Flow, runs: tuple[Answers, ...]) -> Difference | None:
        skeleton = slimmed(flow, _is_seen)
        try:
            spec = slimmed(spec_flow(self.port.model, path.body, MOST_NODES), _is_seen)
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

    def _block(self, flow: Flow) -> Block:
        for node in flow.nodes:
            if isinstance(node.item, Step) and node.function:
                self.functions[node.item.span] = node.function
        return block_of(slimmed(flow, lambda _, node: not (node.minor and node.item == Step("panic"))))


def _reason(error: Exception) -> str:
    return "its C nests too deep" if isinstance(error, RecursionError) else str(error)


def _is_seen(_: int, node: Node) -> bool:
    return isinstance(node.item, Step) and node.item.row.effect not in UNSEEN


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
