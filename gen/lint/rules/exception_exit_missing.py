"""Ways from exception_enter() out of the function, found by `gen.lint.pair`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from gen.csource.cfg import Graph, Kind
from gen.diagnostics import Diagnostic, Related, Said, Span, rule
from gen.kernel.names import EXIT
from gen.lint.facts import ArchFacts
from gen.lint.offstack import pair_does_nothing
from gen.lint.pair import Leak, PairUse
from gen.lint.source import SourceFile

_CALLS = re.compile(r"\w\(")


@rule()
def exception_exit_missing(how: str, value: str, lines: str, saved: str, entered: Span) -> Said:
    """a way from exception_enter() that leaves the function without exception_exit()

    exception_enter() keeps the state of context tracking and switches to KERNEL. On a way that leaves the handler
    without exception_exit() the state stays KERNEL although user mode is returned to: nohz_full keeps its tick, RCU
    waits for the CPU, and user time is accounted as system time. The lines of the shortest such way are named; it is
    no finding where the way ends in a call that does not return on this architecture.

        prev_state = exception_enter();
        if (notify_die(DIE_TRAP, ...) == NOTIFY_STOP)
                return;                         /* <- here */
        ...
        exception_exit(prev_state);

    Instead: exception_exit() before that return, or go to the label that does it. `return handle(regs);` calls
    handle(), so the exit has to come behind that, and not in front of the statement.
    """
    hint = f"call exception_exit({saved}) before it"
    if _CALLS.search(value) and EXIT not in value:
        hint = f"keep the value of `{value}`, and call exception_exit({saved}) before the return"
    related = (Related(entered, "exception_enter() is called here"),)
    return Said(f"{how} with exception_enter() of line {entered.line} still open, by way of {lines}", hint, related)


def on_function(use: PairUse, file: SourceFile, facts: ArchFacts | None) -> Iterator[Diagnostic]:
    """One finding for each place that leaves the function."""
    for leak in use.leaks if not pair_does_nothing(use, facts) else ():
        node = use.graph.nodes[leak.leaving]
        falls_off = node.kind is Kind.END
        span = file.span(node.place, 1 if falls_off else len("return"))
        how = "falls off the end" if falls_off else "returns"
        entered = file.call_span(leak.site.call)
        value = "" if falls_off else node.text
        found = exception_exit_missing.at(span, how, value, _lines(use.graph, leak), leak.site.saved, entered)
        yield replace(found, flow=tuple(_flow(use.graph, leak, file)))


def _decisions(graph: Graph, leak: Leak) -> Iterator[tuple[int, str]]:
    """The nodes of the way at which it could have gone elsewhere, with the answer that it went by."""
    for index, following in zip(leak.path, leak.path[1:], strict=False):
        node = graph.nodes[index]
        if node.kind is Kind.BRANCH and len({edge.to for edge in node.successors}) > 1:
            yield index, next(edge.label for edge in node.successors if edge.to == following)


def _lines(graph: Graph, leak: Leak) -> str:
    nodes = [index for index, _ in _decisions(graph, leak)]
    lines = dict.fromkeys(graph.nodes[index].place.line for index in (*nodes, leak.leaving))
    shown = ", ".join(map(str, lines))
    return f"line {shown}" if len(lines) == 1 else f"lines {shown}"


def _flow(graph: Graph, leak: Leak, file: SourceFile) -> Iterator[Related]:
    yield Related(file.call_span(leak.site.call), "exception_enter() opens")
    for index, answer in _decisions(graph, leak):
        node = graph.nodes[index]
        yield Related(file.span(node.place, len(node.text)), f"`{node.text}` is {answer}")
    leaving = graph.nodes[leak.leaving]
    yield Related(file.span(leaving.place), "leaves the function")
