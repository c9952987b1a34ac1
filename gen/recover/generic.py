"""The generic entry code of a tree as shared sequences of a spec: which functions it has, and what each of them does.

The tree's own headers and kernel/entry/ are read. A call that is a word of the vocabulary is a step, one of another
function that has such a step is a call of its sequence, and any other call of interest is a handler, of which a person
has to say what it may do. What is asked and is no built-in condition becomes a condition of the spec.

Reference: include/linux/irq-entry-common.h, include/linux/entry-common.h, kernel/entry/common.c.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from gen.csource.headers import first_arms
from gen.csource.statements import Block, Body, If, Jump, Loop, Opaque, Range, Switch, statements
from gen.csource.tokens import Source, tokenize
from gen.diagnostics import Span
from gen.facts.loader import Call, answered, calls, questions
from gen.model.vocabulary import TO_KERNEL, WORDS, Effect
from gen.recover.c_function import span_of
from gen.recover.discover import CALL
from gen.recover.entry_words import EntryWords
from gen.recover.reader import Reader
from gen.spec.fill_in import marker_name

_IF = frozenset({"if", "while", "for", "switch", "return", "sizeof", "typeof", "defined"})
_NO_STEPS = frozenset({"return", "panic"})
_NOT_IN_TEXT = re.compile(r"[^A-Za-z0-9 ,.:;()'+=>&%@!/_-]+")
ENTERING = TO_KERNEL | {Effect.RCU_IN, Effect.EXCEPTION_ENTER}
LONGEST_NAME, LONGEST_TEXT = 32, 96
NOTHING = "nothing"
"""What a branch calls that does none of the steps, where only the other one does."""


@dataclass(frozen=True)
class GenericFunction:
    """A function, or a macro with parameters, of the generic entry code."""

    name: str
    span: Span
    source: Source
    start: int
    end: int
    is_macro: bool

    @property
    def text(self) -> str:
        """Its text, of a macro only the body."""
        return self.source.text[self.start : self.end]


@dataclass
class Transcript:
    """The steps of a sequence as lines of YAML, the conditions that they ask and their meanings, and what they call."""

    lines: list[str] = field(default_factory=list)
    conditions: dict[str, str] = field(default_factory=dict)
    handlers: dict[str, None] = field(default_factory=dict)
    called: dict[str, None] = field(default_factory=dict)


class NoTranscriptError(Exception):
    """A function with a goto, a switch or what is no C."""


class GenericEntry:
    """What the generic entry code of a tree has."""

    def __init__(self, reader: Reader, words: EntryWords) -> None:
        self._reader = reader
        self._words = words
        self._asked: dict[str, str] = {}

    @cached_property
    def _all(self) -> Mapping[str, GenericFunction]:
        found: dict[str, GenericFunction] = {}
        for file in self._words.generic_files:
            outline = self._reader.outline(file)
            for each in outline.functions if outline else ():
                if outline and not each.macro:
                    span = span_of(file, outline.source.place(each.name_offset), each.name)
                    brace = outline.source.text.find("{", each.name_offset)
                    function = GenericFunction(each.name, span, outline.source, brace + 1, each.end - 1, False)
                    found.setdefault(each.name, function)
            for macro in outline.macros if outline else ():
                if outline and macro.parameters is not None:
                    span = span_of(file, outline.source.place(macro.name_offset), macro.name)
                    function = GenericFunction(macro.name, span, outline.source, macro.start, macro.end, True)
                    found.setdefault(macro.name, function)
        return found

    @cached_property
    def functions(self) -> Mapping[str, GenericFunction]:
        """Those that do a step of the vocabulary, themselves or by another one, by name."""
        called = {name: {*_resolved(CALL.findall(each.text))} for name, each in self._all.items()}
        steps = set(WORDS) - _NO_STEPS | {name for row in calls() if row.means for name in row.calls}
        found: set[str] = set()
        while more := {name for name in called if not called[name].isdisjoint(steps | found)} - found - WORDS.keys():
            found |= more
        return {name: each for name, each in self._all.items() if name in found}

    def among(self, called: Iterable[str]) -> tuple[str, ...]:
        """Those of them that are called, in order, each once; what comes out at another one is that one."""
        return tuple(name for name in _resolved(called) if name in self.functions)

    def enters(self, name: str) -> bool:
        """Whether one of them brings the state to KERNEL, or has RCU watch."""
        texts = [self.functions[each].text for each in self.reached([name])]
        return any(
            called in WORDS and WORDS[called].effect in ENTERING for text in texts for called in CALL.findall(text)
        )

    def reached(self, names: Iterable[str]) -> tuple[str, ...]:
        """These and all that they call, callees first."""
        found: dict[str, None] = {}

        def visit(name: str, route: tuple[str, ...]) -> None:
            if name not in found and name not in route:
                for inner in self.among(CALL.findall(self.functions[name].text)):
                    visit(inner, (*route, name))
                found[name] = None

        for name in names:
            visit(name, ())
        return tuple(found)

    def transcript(self, name: str, names: Mapping[str, str]) -> Transcript:
        """What one of the functions does; one that cannot be told in steps asks a person for them.

        `names` are the sequences of the others.
        """
        function = self.functions[name]
        try:
            writer = _Writer(names, self._asked)
            writer.out.lines = writer.body(_body(function))
            made = writer.out
        except NoTranscriptError:
            made = Transcript([f"- code: {{calls: {marker_name('steps', function.span.line)}}}"])
        if made.handlers:
            made.lines.insert(0, f"- code: {{calls: {marker_name('handlers', function.span.line)}}}")
        return made


def _resolved(names: Iterable[str]) -> tuple[str, ...]:
    """Some names, each once, and for one that comes out at another that one."""
    same = {name: row.same_as for row in calls() if row.same_as for name in row.calls}
    return tuple(dict.fromkeys(same.get(name, name) for name in names))


def _body(function: GenericFunction) -> Body:
    tokens = tokenize(function.source.text, function.start, function.end, in_macro=function.is_macro)
    tokens = tokens if function.is_macro else first_arms(tokens)
    partners, lost = tokens.partners()
    if lost is not None:
        raise NoTranscriptError
    whole = Range(tokens, 0, len(tokens))
    if tokens.texts[:2] == ["(", "{"] and partners.get(0) == len(tokens) - 1:
        whole = Range(tokens, 2, partners[1])  # a statement expression
    return statements(whole, partners)


class _Writer:
    """Writes statements as steps."""

    def __init__(self, names: Mapping[str, str], asked: dict[str, str]) -> None:
        self._names = names
        self._asked = asked
        self._rows: dict[str, Call] = {name: row for row in reversed(calls()) for name in row.calls}
        self.out = Transcript()

    def body(self, body: Body) -> list[str]:
        """The lines of some statements."""
        lines: list[str] = []
        for number, each in enumerate(body):
            match each:
                case If() if _returns(each.then) and number + 1 < len(body):
                    return [*lines, *self._if(each, (*each.otherwise, *body[number + 1 :]))]
                case If():
                    lines += self._if(each, each.otherwise)
                case Block():
                    lines += self.body(each.body)
                case Loop():
                    lines += self._loop(each)
                case Switch() | Opaque():
                    raise NoTranscriptError
                case Jump():
                    if each.word != "return":
                        raise NoTranscriptError
                    return [*lines, *self._calls(each.code)]
                case _:
                    lines += self._calls(each.code)
        return lines

    def _if(self, asked: If, otherwise: Body) -> list[str]:
        then, other = self.body(asked.then), self.body(otherwise)
        if not then and not other:
            return []
        if then == other:
            return then
        name, opposite = self._condition(asked.condition)
        if opposite:
            then, other = other, then
        if not then:
            # A block has a step; this one does nothing.
            then = ["- code: {calls: " + NOTHING + "}"]
        lines = [f"- if: {name}", "  then:", *_inner(then)]
        return [*lines, "  else:", *_inner(other)] if other else lines

    def _loop(self, loop: Loop) -> list[str]:
        lines = self.body(loop.body)
        if not lines:
            return []
        once = lines if loop.word == "do" else []
        answers = [each.answer for each in answered() if each.asks == loop.condition.text]
        if answers == [False]:
            return once
        name, opposite = self._condition(loop.condition)
        if opposite or answers or loop.word == "for":
            raise NoTranscriptError
        return [*once, f"- while: {name}", "  do:", *_inner(lines)]

    def _calls(self, code: Range) -> list[str]:
        """The steps of the calls in some code, arguments first."""
        names = [
            text
            for text, behind in zip(
                code.tokens.texts[code.start : code.end], code.tokens.texts[code.start + 1 : code.end], strict=False
            )
            if behind == "(" and text.isidentifier() and text not in _IF
        ]
        return [line for name in names for line in self._call(name)]

    def _call(self, name: str) -> list[str]:
        row = self._rows.get(name)
        if row is not None and row.same_as:
            return self._call(row.same_as)
        if name in WORDS and name not in _NO_STEPS:
            return [f"- {name}"]
        if name in self._names:
            self.out.called[self._names[name]] = None
            return [f"- call: {self._names[name]}"]
        if row is not None and row.means is not None:
            return [_step(each, name) for each in row.means]
        if row is not None or name.isupper() or name.startswith("__"):
            return []
        self.out.handlers[name] = None
        return [f"- work: {{calls: {name}}}"]

    def _condition(self, code: Range) -> tuple[str, bool]:
        """The condition that some code asks, and whether it asks the opposite."""
        text = re.sub(r"\s+", "", code.text)
        text = re.sub(r"^(?:un)?likely\((.*)\)$", r"\1", text)
        opposite = text.startswith("!") and not re.search(r"[&|=]", text)
        text = text[1:] if opposite else text
        for row in questions():
            if row.asks == text:
                return row.condition, row.opposite != opposite
        if text not in self._asked:
            self._asked[text] = _condition_name(text, self._asked.values())
        said = " ".join(_NOT_IN_TEXT.sub(" ", code.text.replace("->", ".").replace("||", " or ")).split())
        self.out.conditions[self._asked[text]] = f"it asks ({said[: LONGEST_TEXT - 12].strip()})"
        return self._asked[text], opposite


def _condition_name(text: str, taken: Container[str]) -> str:
    """A name for what C asks, of its words; two that begin alike get numbers."""
    words = "_".join(re.findall(r"[a-z0-9]+", re.sub(r"CONFIG_|->", " ", text).lower()))
    name = f"asks_{words}"[: LONGEST_NAME - 3].strip("_")
    return next(each for each in (name, *(f"{name}_{number}" for number in range(2, 100))) if each not in taken)


def _step(means: str, name: str) -> str:
    word, _, interrupt_class = means.partition(" ")
    if word == "code":
        return f"- code: {{calls: {name}, traceable: true}}"
    return f"- {word}: [{interrupt_class}]" if interrupt_class else f"- {word}"


def _returns(body: Body) -> bool:
    last = body[-1] if body else None
    return (isinstance(last, Jump) and last.word == "return") or (isinstance(last, Block) and _returns(last.body))


def _inner(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]
