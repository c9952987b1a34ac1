"""Where a run leaves a function without exception_exit(), and whether nothing else comes there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gen.csource.cfg import Graph
from gen.csource.kernel_file import Analysed, KernelFile, NotAnalysed
from gen.csource.tokens import Place
from gen.kernel.names import ENTER, EXIT
from gen.patch.refusals import RefusedError


@dataclass(frozen=True, slots=True)
class Leak:
    """Where a run leaves without exception_exit(): a `return`, or the function's closing brace; and what it saved."""

    place: Place
    variable: str


def leaking_places(file: KernelFile, name: str) -> Iterator[Place]:
    """The ways out of a function, in any view, that a run comes to behind exception_enter() without the exit."""
    for graph in _graphs(file, name):
        exits = frozenset(graph.exits)
        leaving = frozenset(_calling(graph, EXIT))
        for index in _calling(graph, ENTER):
            yield from (graph.nodes[each].place for each in _reached(graph, index, leaving) if each in exits)


def _graphs(file: KernelFile, name: str) -> Iterator[Graph]:
    for each in file.functions_named(name):
        if isinstance(each, NotAnalysed):
            raise RefusedError(each.place, f"it is not understood: {each.reason}", name)
        if isinstance(each, Analysed):
            yield each.graph


def _calling(graph: Graph, name: str) -> Iterator[int]:
    return (index for index, call in graph.calls() if call.name == name)


def _reached(graph: Graph, start: int, avoiding: frozenset[int]) -> Iterator[int]:
    seen, waiting = {start}, [start]
    for index in waiting:
        yield index
        new = [edge.to for edge in graph.nodes[index].successors if edge.to not in seen and edge.to not in avoiding]
        seen.update(new)
        waiting += new


def must_be_a_leak(file: KernelFile, function: str, leak: Leak) -> None:
    """Refuses a place that is also reached by runs that need no exit here."""
    seen = False
    for graph in _graphs(file, function):
        entering, leaving = (frozenset(_calling(graph, name)) for name in (ENTER, EXIT))
        goals = {index for index in graph.exits if graph.nodes[index].place == leak.place}
        seen = seen or bool(goals)
        if goals and leak.variable not in {call.assigned for _, call in graph.calls() if call.name == ENTER}:
            raise RefusedError(leak.place, f"exception_enter() is not saved in `{leak.variable}`")
        if not goals.isdisjoint(_reached(graph, 0, entering)):
            raise RefusedError(leak.place, "a run comes here that has not called exception_enter()")
        if any(not goals.isdisjoint(_reached(graph, index, entering)) for index in leaving):
            raise RefusedError(leak.place, "a run comes here that has called exception_exit()")
    if not seen:
        raise RefusedError(leak.place, "no run leaves the function here")
