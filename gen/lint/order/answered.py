"""What a function asks more than once: the same question has the same answer, and options are told with a finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from gen.csource.cfg import Assignment
from gen.csource.tokens import is_word, tokenize
from gen.lint.order.bodies import Body
from gen.model.conditions import FROM_USER
from gen.model.graph import Ask, EntryEdge, EntryGraph, EntryNode

Answers = frozenset[tuple[str, bool]]
"""Questions and options with their answers."""

_OPTION = "CONFIG_"
_MOST_STATES = 4_000
"""How many nodes with answers a search may look at; where there may be more, fewer questions are tied."""


class Asked:
    """The questions of one function that are asked more than once, and what options decide."""

    def __init__(self, graph: EntryGraph, body: Body) -> None:
        self._changing = frozenset(_changing(body))
        self._function = body.name
        keys = {number: key for number, node in enumerate(graph.nodes) if (key := self._key(node))}
        times = Counter(keys.values())
        tied = [key for key in times if times[key] > 1 or key.startswith(_OPTION)]
        while tied and len(graph.nodes) << len(tied) > _MOST_STATES:
            tied.pop()
        self._keys = {number: key for number, key in keys.items() if key in tied}

    def _key(self, node: EntryNode) -> str:
        """What a question is known by; nothing if its answer may change, or is not looked at."""
        if not isinstance(node.item, Ask) or len(node.edges) < 2:
            return ""
        text = node.item.condition
        if text in FROM_USER or (text.startswith(_OPTION) and text.isidentifier()):
            return text
        words = frozenset(filter(is_word, tokenize(text).texts))
        own = node.function == self._function and "(" not in text
        return f"`{text}`" if own and words and words.isdisjoint(self._changing) else ""

    def behind(self, number: int, edge: EntryEdge, answers: Answers) -> Iterator[Answers]:
        """What is answered behind an edge; nothing if something else was answered before."""
        key = self._keys.get(number)
        if key and edge.answer is not None:
            if (key, not edge.answer) not in answers:
                yield answers | {(key, edge.answer)}
            return
        for options in edge.options or (frozenset[tuple[str, bool]](),):
            if not any((name, not yes) in answers for name, yes in options):
                yield answers | options

    @staticmethod
    def options(answers: Answers) -> Mapping[str, bool]:
        """The options among some answers."""
        return {name: yes for name, yes in sorted(answers) if not name.startswith("`") and name not in FROM_USER}


def _changing(body: Body) -> Iterator[str]:
    """The words of what a function assigns or hands out; a variable with one value, that of its declaration, stays."""
    declared = Counter[str]()
    for node in body.graph.nodes:
        for event in node.events:
            if isinstance(event, Assignment):
                declared[event.target] += event.sign != ""
                if not event.declared:
                    yield from filter(is_word, tokenize(event.target).texts)
            else:
                addresses = (text for text in event.arguments if text.startswith("&"))
                yield from (word for text in addresses for word in tokenize(text).texts if is_word(word))
    yield from (name for name, times in declared.items() if times > 1)
