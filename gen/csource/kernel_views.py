"""The views of a function: its text for each way in which the #if lines in and around it can go.

Work is done for one function, not for a file, and only for conditions that the text in that stretch asks. A condition
that is asked twice is decided once. With a `.config` every CONFIG_ symbol is known and there is mostly one view.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations

from gen.csource.conditions import (
    Atom,
    Config,
    Formula,
    Not,
    condition_of,
    every,
    negated,
    open_atom,
    spelled,
    value,
)
from gen.csource.outline import Function, Group
from gen.csource.tokens import CONDITIONALS, Source, Tokens, directive_word, joined, tokenize

MAX_VIEWS = 64
"""How many views of one function are read; a function with more is not analysed."""

MAX_STEPS = 50_000
"""How many #if lines are followed, in all views of one function together; a function with more is not analysed."""


MOST_AROUND = 200
"""How many #if lines a function may stand behind or inside of; one with more is not analysed."""

Answers = tuple[Mapping[str, bool], ...]
"""Ways to answer the questions of #if lines, any of which leads to the same text."""


@dataclass(frozen=True, slots=True)
class KernelView:
    """One view of a stretch of text: its tokens without directives, and the answers to #if lines that lead to them."""

    answers: Answers
    tokens: Tokens

    @property
    def condition(self) -> str:
        """`CONFIG_A && !CONFIG_B || CONFIG_C`, in the order of the text; empty if the view is the only one."""
        return condition_of_answers(self.answers)

    def allows(self, around: tuple[Group, ...], config: Config | None) -> bool:
        """Whether text that stands inside some #if groups may be compiled together with this view."""
        formula = _all_arms(around, config)
        return any(value(formula, decided) is not False for decided in self.answers)


def condition_of_answers(answers: Answers) -> str:
    """The condition under which any of the answers is given, in its shortest form; empty if that is always so."""
    return " || ".join(
        " && ".join(
            spelled(Atom(text) if answer else Not(Atom(text)), inner=len(decided) > 1)
            for text, answer in decided.items()
        )
        for decided in simplified(answers)
    )


class TooManyViewsError(Exception):
    """More views than MAX_VIEWS, or more work than MAX_STEPS; the text says which."""


def read_config(text: str) -> Config:
    """The symbols that a .config sets, with their values; a line that is no assignment is left out."""
    return dict(re.findall(r"^(CONFIG_\w+)=(.*?)\s*$", text, re.MULTILINE))


def views_of(source: Source, function: Function, config: Config | None = None) -> tuple[KernelView, ...]:
    """Every view of a function, none if it is never compiled (`#if 0`, `__ASSEMBLY__`); TooManyViewsError."""
    tokens = tokenize(source.text, function.start, function.end)
    return stretch_views(tokens, function.around, config)


def stretch_views(
    tokens: Tokens, around: tuple[Group, ...] = (), config: Config | None = None
) -> tuple[KernelView, ...]:
    """The views of tokens with directives that stand inside some #if groups; TooManyViewsError."""
    if sum(map(len, around)) > MOST_AROUND:
        raise TooManyViewsError(f"it stands inside more than {MOST_AROUND} #if lines")
    lines = tuple(_lines(tokens, config))
    found: dict[tuple[tuple[int, int], ...], list[Mapping[str, bool]]] = {}
    for decided, ranges in _Walk(tokens, lines, _all_arms(around, config)).views():
        found.setdefault(ranges, []).append(decided)
    return tuple(
        KernelView(simplified(answers), joined(tokens.slice(start, end) for start, end in ranges))
        for ranges, answers in found.items()
    )


def simplified(answers: Iterable[Mapping[str, bool]]) -> Answers:
    """Fewer and shorter conjunctions that are true together wherever the given ones are: `A || !A && B` is `A || B`."""
    left = [dict(decided) for decided in answers]
    changed = len(left) > 1
    while changed:
        changed = False
        for one, other in permutations(left, 2):
            opposed = [atom for atom in one if atom in other and one[atom] != other[atom]]
            rest = {atom: answer for atom, answer in one.items() if atom not in opposed}
            if len(opposed) == 1 and rest.items() <= other.items():
                del other[opposed[0]]
                changed = True
                break
            if not opposed and one.items() <= other.items():
                left = [each for each in left if each is not other]
                changed = True
                break
    return tuple(left)


def split_view(view: KernelView, arounds: Iterable[tuple[Group, ...]], config: Config | None) -> tuple[KernelView, ...]:
    """A view once for each way in which the #if groups around other texts can go; the view alone if there are many."""
    formulas = [_all_arms(around, config) for around in arounds]
    waiting = list(view.answers)
    split: dict[tuple[bool | None, ...], list[Mapping[str, bool]]] = {}
    for decided in waiting:
        atom = next((atom for each in formulas if (atom := open_atom(each, decided)) is not None), None)
        if atom is None:
            split.setdefault(tuple(value(each, decided) for each in formulas), []).append(decided)
        else:
            waiting += [{**decided, atom: answer} for answer in (True, False)]
        if len(waiting) > MAX_VIEWS:
            return (view,)
    return tuple(KernelView(simplified(answers), view.tokens) for answers in split.values())


def _all_arms(around: tuple[Group, ...], config: Config | None) -> Formula:
    return every(*(_arm(group, config) for group in around))


def _arm(group: Group, config: Config | None) -> Formula:
    """When the last arm of a group is the one that is compiled."""
    questions = [True if directive_word(each) == "else" else condition_of(each, config) for each in group]
    return every(*map(negated, questions[:-1]), questions[-1])


@dataclass(frozen=True, slots=True)
class _Line:
    """A conditional directive: which token it is, what it does, what it asks."""

    index: int
    word: str
    asks: Formula


def _lines(tokens: Tokens, config: Config | None) -> Iterator[_Line]:
    """The conditional directives, and any other one as the word `other`: it ends a run of tokens like they do."""
    for index, text in enumerate(tokens.texts):
        if text[0] == "#":
            word = directive_word(text)
            if word in {"else", "endif"}:
                yield _Line(index, word, True)
            elif word in CONDITIONALS:
                yield _Line(index, "elif" if word.startswith("el") else "if", condition_of(text, config))
            else:
                yield _Line(index, "other", True)


_Ranges = tuple["_Ranges", int, int] | None
"""Runs of kept tokens, the last one first."""


_Arms = tuple["_Arms", bool, bool, bool] | None
"""The open #if lines, the innermost one first: whether text around it counts, whether this arm does, or one did."""


@dataclass(frozen=True, slots=True)
class _State:
    """How far a view is read."""

    line: int
    decided: Mapping[str, bool]
    arms: _Arms
    start: int
    kept: _Ranges


class _Walk:
    """One search for the views of a stretch."""

    def __init__(self, tokens: Tokens, lines: tuple[_Line, ...], assumed: Formula) -> None:
        self.tokens = tokens
        self.lines = lines
        self.assumed = assumed
        self.steps = 0

    def views(self) -> Iterator[tuple[Mapping[str, bool], tuple[tuple[int, int], ...]]]:
        """What was decided and the ranges of tokens that are compiled then, for every way to decide."""
        waiting = [_State(0, {}, None, 0, None)]
        found = 0
        # What stands around the stretch is decided first, so that its words begin every condition.
        while waiting:
            state = waiting.pop()
            if value(self.assumed, state.decided) is False:
                continue
            atom = open_atom(self.assumed, state.decided)
            if atom is None:
                state, atom = self._read(state)
            if atom is not None:
                waiting += [_decide(state, atom, answer) for answer in (False, True)]
            else:
                found += 1
            # Each that waits is at least one more, but for what the text around does not allow.
            if found > MAX_VIEWS or len(waiting) > MAX_VIEWS + MOST_AROUND:
                raise TooManyViewsError(f"its #if lines make more than {MAX_VIEWS} variants")
            if atom is not None:
                continue
            yield state.decided, _in_order(state.kept)

    def _read(self, state: _State) -> tuple[_State, str | None]:
        """Reads up to a question that is not decided, which is returned, or to the end."""
        number, arms, start, kept = state.line, state.arms, state.start, state.kept
        while number < len(self.lines):
            line = self.lines[number]
            self.steps += 1
            if self.steps > MAX_STEPS:
                raise TooManyViewsError(f"its #if lines take more than {MAX_STEPS} steps to follow")
            active = arms is None or arms[2]
            asked = line.word == "if" and active
            asked = asked or (line.word == "elif" and arms is not None and arms[1] and not arms[3])
            answer = value(line.asks, state.decided) if asked else False
            if answer is None:
                return _State(number, state.decided, arms, start, kept), open_atom(line.asks, state.decided)
            if active and start < line.index:
                kept = (kept, start, line.index)
            start = line.index + 1
            arms = _next_arms(arms, line.word, answer, active)
            number += 1
        if (arms is None or arms[2]) and start < len(self.tokens):
            kept = (kept, start, len(self.tokens))
        return _State(number, state.decided, arms, start, kept), None


def _in_order(kept: _Ranges) -> tuple[tuple[int, int], ...]:
    ranges: list[tuple[int, int]] = []
    while kept is not None:
        kept, start, end = kept
        ranges.append((start, end))
    return tuple(reversed(ranges))


def _decide(state: _State, atom: str, answer: bool) -> _State:
    return _State(state.line, {**state.decided, atom: answer}, state.arms, state.start, state.kept)


def _next_arms(arms: _Arms, word: str, answer: bool, active: bool) -> _Arms:
    if word == "if":
        return (arms, active, active and answer, answer)
    if arms is None:
        return None
    outside, outer, _, taken = arms
    match word:
        case "elif" | "else":
            now = outer and not taken and (answer or word == "else")
            return (outside, outer, now, taken or now)
        case "endif":
            return outside
    return arms
