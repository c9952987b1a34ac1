"""The names that the pair has to do with in one function: what opens and closes, variables, questions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from gen.csource.cfg import Assignment, Call, Kind, Node
from gen.csource.conditions import Config
from gen.csource.kernel_file import Analysed
from gen.kernel.names import ENTER, EXIT
from gen.lint.pair import Helper, Helpers, Role
from gen.lint.questions import NAME, WORDS, asked_about, bare, question

_PAIR = {ENTER: Helper(Role.OPENS), EXIT: Helper(Role.CLOSES)}
_POINTED = re.compile(r"->|^\*|^\(\s*\*")


@dataclass(frozen=True)
class PairNames:
    """The names of one function. A variable is known by its text, with its block where a name is declared twice."""

    function: Analysed
    helpers: Helpers
    config: Config | None = None

    @property
    def _events(self) -> Iterator[tuple[Node, Call | Assignment]]:
        return ((node, event) for node in self.function.graph.nodes for event in node.events)

    # What opens and closes.

    def helper(self, call: Call) -> Helper | None:
        """The half of the pair that a call is."""
        return _PAIR.get(call.name) or self.helpers.get(call.name)

    def closed(self, call: Call, helper: Helper) -> str:
        """The argument that a closing call closes."""
        return bare(call.arguments[helper.parameter]) if helper.parameter < len(call.arguments) else ""

    @cached_property
    def opening(self) -> frozenset[str]:
        """The words that opening calls are written with, of aliases and macros too."""
        calls = [event for _, event in self._events if isinstance(event, Call) and self._opens(event)]
        return frozenset({ENTER, *(call.spelled for call in calls), *(word for call in calls for word in call.via)})

    def _opens(self, call: Call) -> bool:
        helper = self.helper(call)
        return helper is not None and helper.role is Role.OPENS

    def mentions_opening(self, text: str) -> bool:
        """Whether a text calls exception_enter(), by whatever name."""
        return not self.opening.isdisjoint(WORDS.findall(text))

    @cached_property
    def closing_nodes(self) -> frozenset[int]:
        """The nodes with a closing call."""
        return frozenset(
            index
            for index, call in self.function.graph.calls()
            if (helper := self.helper(call)) is not None and helper.role is Role.CLOSES
        )

    # Variables.

    def variable(self, text: str, node: Node) -> str:
        """What a variable is known by, used in a node."""
        word = next(iter(WORDS.findall(text)), "")
        scopes = self._scopes.get(word, ())
        if len(scopes) < 2:
            return text
        inner = max((scope for scope in scopes if node.scope[: len(scope)] == scope), key=len, default=())
        return f"{text} {inner}" if inner else text

    @cached_property
    def _scopes(self) -> dict[str, tuple[tuple[int, ...], ...]]:
        """The blocks that declare each name."""
        found: dict[str, dict[tuple[int, ...], None]] = {}
        for name in self.parameters:
            found.setdefault(name, {})[()] = None
        for node, event in self._events:
            if isinstance(event, Assignment) and event.declared:
                found.setdefault(event.target, {})[node.scope] = None
        return {name: tuple(scopes) for name, scopes in found.items()}

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of the function's parameters, in order; empty for one without a name."""
        return tuple((WORDS.findall(each) or [""])[-1] for each in self.function.parameters.split(","))

    @cached_property
    def kept(self) -> frozenset[str]:
        """The variables that the state is kept in, and those that they are copies of."""
        found = {name for node, event in self._events for name in self._kept_in(node, event) if name}
        copies: list[tuple[str, str]] = []
        for node, event in self._events:
            if isinstance(event, Assignment):
                target, value = (self.variable(each, node) for each in (event.target, copied(event.value)))
                copies += [(target, value), (value, target)] if NAME.match(copied(event.value)) else [(target, value)]
        # Each round finds the copies of those that the last one found.
        while fresh := {target for target, value in copies if value in found and target not in found}:
            found |= fresh
        return frozenset(found)

    def _kept_in(self, node: Node, event: Call | Assignment) -> Iterator[str]:
        if isinstance(event, Assignment):
            if self.mentions_opening(event.value):
                yield self.variable(event.target, node)
        elif (helper := self.helper(event)) is not None:
            text = self.closed(event, helper) if helper.role is Role.CLOSES else event.assigned
            yield self.variable(text, node)

    @cached_property
    def locals(self) -> frozenset[str]:
        """The names of the function's own variables; one that is static outlives it."""
        return frozenset(
            event.target
            for node, event in self._events
            if isinstance(event, Assignment) and event.declared and not node.text.startswith("static ")
        )

    def is_local(self, target: str) -> bool:
        """Whether a place is the function's own: a variable of its, or a part of one."""
        word = next(iter(WORDS.findall(target)), "")
        return word in self.locals and not _POINTED.search(target)

    # Questions.

    def configured(self, symbol: str) -> str | None:
        """What IS_ENABLED() of a symbol says where a .config or the #if lines around this view say the same."""
        if self.config is not None:
            return "true" if symbol in self.config else "false"
        answers = {way.get(symbol) for way in self.function.answers}
        return {True: "true", False: "false", None: None}[answers.pop()] if len(answers) == 1 else None

    def question(self, text: str) -> tuple[str, bool]:
        """A question as `gen.lint.questions` has it; one about a variable that keeps another's answer is that other."""
        asked, turned = question(text)
        if asked not in self._answers_kept:
            return asked, turned
        other, other_turned = question(self._answers_kept[asked])
        return other, turned != other_turned

    @cached_property
    def _answers_kept(self) -> dict[str, str]:
        """The variables that are given the answer to a question which is asked directly, too, once and for all."""
        times = Counter(event.target for _, event in self._events if isinstance(event, Assignment) and event.sign)
        given = {argument for _, call in self.function.graph.calls() for argument in call.arguments}
        asked = {question(node.text)[0] for node in self.function.graph.nodes if node.kind is Kind.BRANCH}
        return {
            event.target: event.value
            for _, event in self._events
            if isinstance(event, Assignment) and event.declared and event.sign == "="
            if times[event.target] == 1 and f"&{event.target}" not in given
            if question(event.value)[0] in asked and times.keys().isdisjoint(WORDS.findall(event.value))
        }

    @cached_property
    def asked(self) -> Counter[str]:
        """At how many places each question is asked."""
        return Counter(self.question(node.text)[0] for node in self.function.graph.nodes if node.kind is Kind.BRANCH)

    @cached_property
    def flags(self) -> frozenset[str]:
        """The names that a question compares with nothing, or with a constant."""
        return frozenset(name for text in self.asked if (name := asked_about(text)))


def copied(value: str) -> str:
    """What an assigned value is a copy of: of `b = a` in `c = b = a` that is b."""
    text = bare(value)
    chain = re.match(r"([\w.>\[\]-]+)\s*=(?!=)", text)
    return chain[1] if chain else text
