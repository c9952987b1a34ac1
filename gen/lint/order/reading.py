"""Says of each entry path that was read from a tree whether it is what a spec says."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from gen.diagnostics import Span
from gen.lint.order.entries import EntryReading, Outcome, PathReading
from gen.lint.order.exposed import exposed
from gen.lint.order.mended import mended
from gen.model.blocks import graph_of_block
from gen.model.compare import UNSEEN, Difference, TooManyPairsError, difference
from gen.model.entry import EntryModel, EntryPath, Step
from gen.model.graph import EntryGraph, EntryNode, TooManyNodesError
from gen.model.reduce import certain, slimmed, without_dead_ends
from gen.model.vocabulary import TO_USER, Effect
from gen.recover.doubtful import given_up
from gen.recover.how import How
from gen.recover.recover import ReadPath, Recovered
from gen.recover.splice import MOST_NODES

if TYPE_CHECKING:
    from gen.spec.archspec import ArchSpec


def reading_of(spec: ArchSpec, found: Recovered) -> EntryReading:
    """The entry paths that were read, each compared with the spec if that has it."""
    compared = _Compared(found)
    paths = tuple(map(compared.path, found.paths))
    gone = (PathReading(path, Outcome.NOT_REBUILT, _gone(found, path)) for path in found.gone)
    reading = EntryReading(
        spec,
        found.release,
        (*paths, *gone),
        _followed(found.model),
        found.functions,
        found.files,
        found.naming,
        unread=found.unread,
    )
    return replace(reading, exposed=exposed(reading))


def _gone(found: Recovered, path: EntryPath) -> str:
    there = found.files.text(path.file) is not None
    return f"{path.file} has no {path.symbol}()" if there else f"this tree has no {path.file}"


class _Compared:
    def __init__(self, found: Recovered) -> None:
        self.model: EntryModel = found.known.model
        self.unread = found.unread
        self.equal: set[object] = set()

    def path(self, each: ReadPath) -> PathReading:
        """One path: whether it was read, and is what the spec says."""
        bare = PathReading(each.written, Outcome.NOT_REBUILT, each.reason, how=each.how)
        if each.full is None:
            return bare
        found = replace(bare, graph=each.path.graph, masking=dict(_behind_calls(each.full, self.unread)))
        if why := given_up(each.full):
            return replace(found, reason=why)
        try:
            compares = bool(each.written.body) and not each.hands_on
            differs = self._difference(each, each.full) if compares else None
        except (TooManyNodesError, TooManyPairsError):
            return replace(bare, reason="it is too large to be compared")
        return replace(found, outcome=Outcome.REBUILT if differs is None else Outcome.DIFFERS, difference=differs)

    def _difference(self, each: ReadPath, graph: EntryGraph) -> Difference | None:
        path, runs = each.written, each.runs
        graph = without_dead_ends(graph) if each.how is How.ASSEMBLY else graph
        skeleton = slimmed(graph, lambda number, node: _is_seen(number, node) or _calls(node, self.unread))
        spec = slimmed(graph_of_block(self.model, path.body, MOST_NODES), _is_seen)
        masked = frozenset(path.masked)
        key = (_shape(skeleton), _shape(spec), masked, tuple(tuple(answers.items()) for answers in runs))
        if key in self.equal:
            return None
        for answers in runs:
            found = difference(skeleton, spec, answers, masked, self.unread)
            if found is not None:
                without = mended(spec)
                is_mended = not any(difference(skeleton, without, each, masked) for each in runs)
                return replace(found, is_mended=is_mended)
        self.equal.add(key)
        return None


def _followed(model: EntryModel) -> EntryModel:
    """The model without what lies behind C that could not be followed: nothing that is found rests on that."""
    paths = {
        name: replace(path, graph=certain(path.graph, but=lambda node: node.minor)) if path.graph else path
        for name, path in model.paths.items()
    }
    return replace(model, paths=paths)


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
