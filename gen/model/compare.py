"""Two graphs compared by what can be seen of their runs: the skeleton that a spec and its C have to share.

A run is seen as its steps without handlers, unknown calls and preempt_count. What masks is seen by what it changes, so
that a second mask of the same class is none; instrumentation_begin() and instrumentation_end() with nothing between
them are nothing. Every answer to a question is possible, but for the built-in ones: what the interrupted code was stays
the same for a whole run. The graphs are equal if the same runs can be seen of both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from gen.diagnostics import Span
from gen.model.conditions import Answers
from gen.model.entry import Step
from gen.model.graph import Ask, EntryGraph, edges_on
from gen.model.vocabulary import Effect

MOST_PAIRS = 20_000
"""Where a comparison is given up."""

UNSEEN = frozenset({
    # The handler's own business; what it does to the windows is judged there.
    Effect.WORK, Effect.CODE, Effect.SAVE, Effect.RESTORE,
    # Who counts it, entry code or handler, changes between releases (arm64's debug exceptions in 6.12).
    Effect.PREEMPT_OFF, Effect.PREEMPT_ON,
})  # fmt: skip
_MASKING = {Effect.MASK, Effect.UNMASK, Effect.INHERIT}


class TooManyPairsError(Exception):
    """A comparison that would take too long."""


@dataclass(frozen=True)
class At:
    """What a side does next, and where."""

    text: str
    span: Span
    function: str = ""


@dataclass(frozen=True)
class Difference:
    """The shortest run that only one side has: what was seen up to there, and what each side does next.

    A side that cannot go on in that way has what it does instead, None if nothing. `fork` is the question of C that
    leads to what the tree alone does, where another answer would lead on as the spec has it. `doubt` is a function that
    is called where the tree lacks what the spec has, and was not found: it may do that. `is_mended` says that the tree
    only calls exception_exit() where the spec has a leak.
    """

    before: tuple[str, ...]
    tree: At | None
    spec: At | None
    fork: At | None = None
    doubt: str = ""
    is_mended: bool = False


@dataclass(frozen=True, slots=True)
class _State:
    """A place in a graph, what is masked there, and whether an instrumentation_begin() was not shown yet."""

    node: int
    masked: frozenset[str]
    begun: bool


_States = frozenset[_State]


def _place(state: _State) -> tuple[int, list[str], bool]:
    """An order of states that is the same in every run."""
    return state.node, sorted(state.masked), state.begun


class _Side:
    """One graph, under one set of answers."""

    def __init__(self, graph: EntryGraph, answers: Answers) -> None:
        self.graph = graph
        self.answers = answers
        self._moves: dict[_States, dict[str, tuple[_States, At]]] = {}

    def start(self, masked: frozenset[str]) -> _States:
        return frozenset({_State(self.graph.start, masked, False)})

    def moves(self, states: _States) -> dict[str, tuple[_States, At]]:
        """What can be seen next from any of some states, what follows, and where one such step stands."""
        if states not in self._moves:
            found: dict[str, tuple[set[_State], At]] = {}
            for state in sorted(self._closed(states), key=_place):
                for text, after, at in self._shown(state):
                    found.setdefault(text, (set(), at))[0].update(after)
            self._moves[states] = {text: (frozenset(after), at) for text, (after, at) in found.items()}
        return self._moves[states]

    def _closed(self, states: Iterable[_State]) -> dict[_State, _State | None]:
        """The states that can be reached without anything to see, nearest first, each with the one before it."""
        before: dict[_State, _State | None] = dict.fromkeys(states)
        waiting = list(before)
        for state in waiting:
            for after in self._quiet(state):
                if after not in before:
                    before[after] = state
                    waiting.append(after)
        return before

    def optional(self, states: _States) -> frozenset[str]:
        """What can be seen next, and a spec may leave out."""
        found: dict[str, bool] = {}
        for state in self._closed(states):
            for text, _, _ in self._shown(state):
                found[text] = found.get(text, True) and self.graph.nodes[state.node].minor
        return frozenset(text for text, minor in found.items() if minor)

    def fork(self, states: _States, wrong: str, right: Collection[str]) -> At | None:
        """The question on the way to something wrong that has another way to what is right, and this one has none."""
        before = self._closed(sorted(states, key=_place))
        shows = (each for each in before if any(text == wrong for text, _, _ in self._shown(each)))
        state = next(shows, None)
        while state is not None and not self._leads_to(state, right):
            state = before[state]
        node = self.graph.nodes[state.node] if state is not None else None
        if node is None or not isinstance(node.item, Ask):
            return None
        return At(node.item.condition, node.item.span, node.function)

    def doubt(self, states: _States, wrong: str, unread: Collection[str]) -> str:
        """A function that was not found and is called on every way to something wrong; nothing if there is none."""
        seen, waiting, met = set(states), sorted(states, key=_place), ""
        for state in waiting:
            item = self.graph.nodes[state.node].item
            if isinstance(item, Step) and item.handler is not None and item.handler.name in unread:
                met = met or item.handler.name
                continue
            if any(text == wrong for text, _, _ in self._shown(state)):
                return ""
            new = [after for after in self._quiet(state) if after not in seen]
            seen.update(new)
            waiting += new
        return met

    def _leads_to(self, state: _State, texts: Collection[str]) -> bool:
        """Whether one of some things can be seen next."""
        return any(text in texts for each in self._closed([state]) for text, _, _ in self._shown(each))

    def _after(self, state: _State, masked: frozenset[str], begun: bool) -> Iterator[_State]:
        edges = edges_on(self.graph.nodes[state.node], self.answers)
        return (_State(edge.target, masked, begun) for edge in edges)

    def _quiet(self, state: _State) -> Iterator[_State]:
        item = self.graph.nodes[state.node].item
        if not isinstance(item, Step) or item.row.effect in UNSEEN:
            return self._after(state, state.masked, state.begun)
        effect = item.row.effect
        if effect in _MASKING and not self._change(item, state.masked):
            return self._after(state, state.masked, state.begun)
        if effect is Effect.INSTRUMENTATION_BEGIN and not state.begun:
            return self._after(state, state.masked, True)
        if effect is Effect.INSTRUMENTATION_END and state.begun:
            return self._after(state, state.masked, False)
        return iter(())

    def _shown(self, state: _State) -> Iterator[tuple[str, set[_State], At]]:
        node = self.graph.nodes[state.node]
        item = node.item
        if not isinstance(item, Step) or any(True for _ in self._quiet(state)):
            return
        masked = state.masked
        text = str(item)
        if item.row.effect in _MASKING:
            changed = self._change(item, masked)
            if not changed:
                return
            masked = masked ^ changed
            text = f"{item.word}: [{', '.join(sorted(changed))}]"
        begun = "instrumentation_begin, then " if state.begun else ""
        at = At(f"{begun}{item}", item.span, node.function)
        text = begun + text
        begins = item.row.effect is Effect.INSTRUMENTATION_BEGIN
        yield text, set(self._after(state, masked, begins)), at

    def _change(self, step: Step, masked: frozenset[str]) -> frozenset[str]:
        """The classes that a mask closes, or an unmask opens."""
        classes = frozenset(step.classes)
        return classes - masked if step.row.effect is Effect.MASK else classes & masked


def difference(
    tree: EntryGraph, spec: EntryGraph, answers: Answers, masked: frozenset[str], unread: Collection[str] = ()
) -> Difference | None:
    """The shortest run that only one of two graphs has, if there is one; TooManyPairsError.

    `unread` are the functions of the tree that were not found.
    """
    one, other = _Side(tree, answers), _Side(spec, answers)
    start = (one.start(masked), other.start(masked))
    before: dict[tuple[_States, _States], tuple[tuple[_States, _States], str] | None] = {start: None}
    waiting = [start]
    for pair in waiting:
        in_tree, in_spec = one.moves(pair[0]), other.moves(pair[1])
        if in_tree.keys() != in_spec.keys() and (extra := one.optional(pair[0]) - in_spec.keys()):
            in_tree = {text: move for text, move in in_tree.items() if text not in extra}
        if in_tree.keys() != in_spec.keys():
            fork = _fork(one, pair[0], in_tree, in_spec)
            doubt = _doubt(one, pair[0], in_tree, in_spec, unread)
            return Difference(_seen(before, pair), _next(in_tree, in_spec), _next(in_spec, in_tree), fork, doubt)
        for text in sorted(in_tree):
            after = in_tree[text][0]
            reached = (after, in_spec[text][0])
            if reached not in before:
                before[reached] = (pair, text)
                waiting.append(reached)
        if len(waiting) > MOST_PAIRS:
            raise TooManyPairsError
    return None


_Moves = dict[str, tuple[_States, At]]
_Pair = tuple[_States, _States]


def _seen(before: dict[_Pair, tuple[_Pair, str] | None], pair: _Pair) -> tuple[str, ...]:
    """What is seen on the shortest way to a pair of states."""
    seen: list[str] = []
    step = before[pair]
    while step is not None:
        pair, text = step
        seen.append(text)
        step = before[pair]
    return tuple(reversed(seen))


def _fork(tree: _Side, states: _States, in_tree: _Moves, in_spec: _Moves) -> At | None:
    """The question that leads astray, if the tree can do all that the spec can, and more."""
    wrong = sorted(in_tree.keys() - in_spec.keys())
    return tree.fork(states, wrong[0], in_spec.keys()) if in_spec.keys() <= in_tree.keys() and in_spec else None


def _doubt(tree: _Side, states: _States, in_tree: _Moves, in_spec: _Moves, unread: Collection[str]) -> str:
    """What may do what the tree lacks. Where it lacks nothing, and does more, no call that was not found helps."""
    lacks = in_spec.keys() - in_tree.keys()
    wrong = sorted(in_tree.keys() - in_spec.keys()) or [""]
    return tree.doubt(states, wrong[0], unread) if lacks and unread else ""


def _next(own: _Moves, other: _Moves) -> At | None:
    """What a side does next: what the other cannot do, if there is such a thing."""
    candidates = [text for text in own if text not in other] or list(own)
    return own[min(candidates)][1] if candidates else None
