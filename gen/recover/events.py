"""What a path that was read does to the state, to interrupts and to RCU, place by place; what runs in its windows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gen.diagnostics import Span
from gen.model.entry import EntryPath, Step
from gen.model.graph import EntryNode, Source
from gen.model.vocabulary import Effect
from gen.model.windows import Window, in_windows

_SAID = {
    Effect.USER_EXIT: "to KERNEL",
    Effect.USER_EXIT_REENTRANT: "to KERNEL",
    Effect.USER_ENTER: "to USER",
    Effect.EXCEPTION_ENTER: "keeps the state",
    Effect.EXCEPTION_EXIT: "to kept state",
    Effect.RCU_IN: "RCU watches",
    Effect.RCU_OUT: "RCU as before",
    Effect.MASK: "closes",
    Effect.UNMASK: "opens",
    Effect.INHERIT: "opens if it was",
    Effect.SCHEDULE: "schedules",
    Effect.SCHEDULE_USER: "schedules",
    Effect.PREEMPT_IRQ: "is preempted",
    Effect.RETURN: "returns",
}
_IN_WINDOW = {Effect.WORK: "runs", Effect.CODE: "runs"}


@dataclass(frozen=True)
class Event:
    """One thing that a path does at a place, in `function`; `windows` are those that it can be in.

    `word` is what the tree or the vocabulary calls it, `doubt` why it is not known what that does.
    """

    what: str
    word: str
    span: Span
    function: str
    windows: frozenset[Window]
    doubt: str = ""


def events(path: EntryPath, offstack: bool) -> Iterator[Event]:
    """The events of a path that has a graph, each place once: what comes before another one, but for loops, is first.

    A handler is one only where it can run in a window.
    """
    if path.graph is None:
        return
    nodes, start = path.graph.nodes, path.graph.start
    windows: dict[int, set[Window]] = {}
    for number, window in in_windows(nodes, start, path.whence, offstack):
        windows.setdefault(number, set()).add(window)
    found: dict[tuple[str, str, Span], Event] = {}
    for number in _in_order(nodes, start):
        if event := _event(nodes[number], frozenset(windows.get(number, ()))):
            key = event.what, event.word, event.span
            both = found[key].windows | event.windows if key in found else event.windows
            found[key] = Event(event.what, event.word, event.span, event.function, both, event.doubt)
    yield from found.values()


def _event(node: EntryNode, windows: frozenset[Window]) -> Event | None:
    step = node.item
    if not isinstance(step, Step):
        return None
    doubt = node.provenance.why if node.provenance.source is Source.ASSUMED else ""
    what = _SAID.get(step.row.effect) or (windows and _IN_WINDOW.get(step.row.effect)) or ""
    if doubt and not node.minor:
        what = "is not followed"
    if not what:
        return None
    word = "" if step.word == "return" else step.word
    if step.handler:
        name = step.handler.name
        word = name if name.startswith("`") else f"{name}()"  # an instruction is not called
    elif step.classes:
        word = ", ".join(step.classes)
    return Event(what, word, step.span, node.function, windows, doubt)


def _in_order(nodes: Sequence[EntryNode], start: int) -> list[int]:
    """The nodes that are reached in reverse postorder.

    Reference: Tarjan 1972, Depth-first search and linear graph algorithms.
    """
    order: list[int] = []
    seen = {start}
    waiting = [(start, iter(nodes[start].edges[::-1]))]
    while waiting:
        number, edges = waiting[-1]
        target = next((edge.target for edge in edges if edge.target not in seen), None)
        if target is None:
            order.append(number)
            waiting.pop()
        else:
            seen.add(target)
            waiting.append((target, iter(nodes[target].edges[::-1])))
    return order[::-1]
