"""Reads the entry paths of a spec back from a tree's C, and says of each whether it is what the spec says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from gen.diagnostics import Span
from gen.lint.order.bodies import NotRebuiltError
from gen.lint.order.compare import UNSEEN, Difference, TooManyPairsError, difference
from gen.lint.order.files import Read, TreeFiles
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
from gen.lint.order.port import Port
from gen.lint.order.splice import MOST_NODES, Splicer
from gen.lint.order.start import start_of
from gen.lint.order.structure import block_of
from gen.model.entry import Block, EntryModel, EntryPath, Step
from gen.model.release import Release
from gen.model.vocabulary import Effect
from gen.spec.archspec import ArchSpec


class Outcome(Enum):
    """What came of reading a path back; the value is how it is printed."""

    REBUILT = "rebuilt"
    DIFFERS = "differs"
    NOT_REBUILT = "not rebuilt"


@dataclass(frozen=True)
class PathReading:
    """One path: what came of it, and if it was not rebuilt the reason in one phrase.

    `body` is what was read, empty if nothing was; its steps stand at their places in the tree.
    """

    path: EntryPath
    outcome: Outcome
    reason: str = ""
    difference: Difference | None = None
    body: Block = ()


@dataclass(frozen=True)
class EntryReading:
    """The entry paths of an architecture as a tree has them.

    `model` is the spec's for the tree's release with what was read in the place of its own steps. `functions` says
    which function of the tree a step of it stands in, by its span.
    """

    spec: ArchSpec
    release: Release
    paths: tuple[PathReading, ...]
    model: EntryModel
    functions: Mapping[Span, str]
    files: TreeFiles = field(repr=False, compare=False)

    @property
    def differing(self) -> tuple[PathReading, ...]:
        """The paths that are not what the spec says."""
        return tuple(each for each in self.paths if each.outcome is Outcome.DIFFERS)


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

    def reading(self) -> EntryReading:
        model = self.port.model
        paths = tuple(map(self._path, model.paths.values()))
        read = {each.path.name: replace(each.path, body=each.body or each.path.body) for each in paths}
        merged = replace(model, paths=read)
        return EntryReading(self.port.spec, self.port.release, paths, merged, self.functions, self.port.files)

    def _path(self, path: EntryPath) -> PathReading:
        try:
            flow, runs = self._flow(path)
            found = self._difference(path, flow, runs)
            body = self._block(flow)
        except NotRebuiltError as error:
            return PathReading(path, Outcome.NOT_REBUILT, str(error))
        outcome = Outcome.REBUILT if found is None else Outcome.DIFFERS
        return PathReading(path, outcome, "", found, body)

    def _flow(self, path: EntryPath) -> tuple[Flow, tuple[Answers, ...]]:
        """The C of a path, with what the built-in conditions can say while it runs."""
        start = start_of(self.port, path)
        splicer = Splicer(self.port, path.symbol)
        flow = splicer.flow(start.bodies, start.prefix, start.suffix)
        runs = tuple(entries(path, self.always_with_irq))
        if start.inlined and splicer.gate >= 0:
            flow = through(flow, splicer.gate)
            runs = tuple(answers for answers in runs if splicer.gate in reachable(flow, answers))
        flow = pruned(flow, runs)
        for number in reachable(flow):
            if isinstance(item := flow.nodes[number].item, Elsewhere):
                raise NotRebuiltError(f"it also leads to {item.symbol}(), a path of its own")
        windows = in_windows(flow, path.whence)
        return slimmed(flow, lambda number, node: number in windows or not _is_unknown(node)), runs

    def _difference(self, path: EntryPath, flow: Flow, runs: tuple[Answers, ...]) -> Difference | None:
        skeleton = slimmed(flow, _is_seen)
        try:
            spec = slimmed(spec_flow(self.port.model, path.body, MOST_NODES), _is_seen)
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
        return block_of(flow)


def _is_seen(_: int, node: Node) -> bool:
    return isinstance(node.item, Step) and node.item.row.effect not in UNSEEN


def _is_unknown(node: Node) -> bool:
    """Whether a step says no more than that something of the tree's may be instrumented."""
    item = node.item
    return (
        isinstance(item, Step)
        and item.word == "code"
        and item.handler is not None
        and not item.span.file.endswith("yaml")
    )


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
