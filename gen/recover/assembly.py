"""Assembly of a tree to the graph of an entry path: from its label to the trap return, with the C that it calls."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gen.csource.asm_program import Kind, Line
from gen.csource.asm_text import normal
from gen.csource.conditions import Atom, Formula, Not, spelled, value
from gen.diagnostics import Span
from gen.model.conditions import Answers
from gen.model.entry import Block, Branch, Item, Step, is_assembly
from gen.model.graph import (
    Ask,
    Elsewhere,
    End,
    EntryEdge,
    EntryGraph,
    EntryNode,
    Join,
    Options,
    TooManyNodesError,
    reachable,
)
from gen.model.reduce import leading_to, shared, through
from gen.model.vocabulary import Effect
from gen.recover.bodies import Body, NotRebuiltError
from gen.recover.files import Found
from gen.recover.operands import Operands
from gen.recover.port import Steps, Unknown
from gen.recover.programs import Programs
from gen.recover.splice import DEEPEST, Ends, Functions, Splicer
from gen.spec.instruction_set import Does, Leads, Slot


@dataclass(frozen=True)
class _Label:
    """A function of assembly, as what calls."""

    name: str
    file: str
    wrapped: Found | None = None


@dataclass(frozen=True)
class _At:
    """A line of a file, as it is come to.

    `link` is the label to which a return goes from there, by the file and line that say so, None if that is the caller.
    `known` is what was asked on the way there, of what is asked more than once. `way` is the last label, and the line
    that it was come to from, of one for which that matters.
    """

    file: str
    line: int
    link: tuple[str, str, int] | None = None
    known: frozenset[tuple[str, bool]] = frozenset()
    way: tuple[int, int] | None = None

    def at(self, line: int) -> _At:
        """Another line of the file, on the same way."""
        return replace(self, line=line)


class AssemblySplicer:
    """Makes the graph of one path that begins in assembly, where a kernel has the options of `config`.

    It leads to a function of C with these `bodies`, or of assembly if there are none; one without a `symbol` is
    assembly, which may jump to the labels `entered`, where others begin. `answers` is what is known of what enters, by
    the conditions that ask it: an answer, or the condition that has it. `functions` are those of C that were made
    for others.
    """

    def __init__(
        self,
        programs: Programs,
        symbol: str,
        bodies: Sequence[Body],
        functions: Functions,
        config: Mapping[str, bool],
        entered: frozenset[str] = frozenset(),
        *,
        answers: Mapping[str, bool | str] | None = None,
        dispatches: bool = False,
    ) -> None:
        self.programs = programs
        self.symbol = symbol
        self.bodies = bodies
        self.splicer = Splicer(programs.port, symbol, dispatches=dispatches, functions=functions)
        self.draft = self.splicer.draft
        self.entered = frozenset[str]() if symbol else entered
        self.config = config
        self.answers = answers or {}
        self.stopped: list[int] = []

    def graph(self, labels: Sequence[tuple[str, str]], runs: Sequence[Answers], *, alone: bool = False) -> EntryGraph:
        """The graph from labels, each in its file, to the trap return; NotRebuiltError.

        They lead to the path `alone`: what leads past its handler leads to no other one.
        """
        try:
            first, *others = [self._entered(file, label) for file, label in labels]
            for other in others:
                ask = EntryNode(Ask("", Span(labels[0][0])), (EntryEdge(first), EntryEdge(other)))
                first = self.draft.add(ask)
            graph, gates = self.draft.graph(first, *self.splicer.gates, *self.stopped)
        except TooManyNodesError as error:
            raise NotRebuiltError(f"it {error}") from error
        if self.symbol and not self.splicer.gates:
            raise NotRebuiltError(f"{labels[0][1]} does not lead to {self.symbol}()")
        if self.symbol:
            self._must_lead_there(graph, gates, runs, alone=alone)
        return shared(through(graph, *gates) if self.symbol else graph)[0]

    def _must_lead_there(
        self, graph: EntryGraph, gates: Sequence[int], runs: Sequence[Answers], *, alone: bool
    ) -> None:
        """What the path interrupts leads to its handler, and what leads past that does nothing; NotRebuiltError."""
        if not any(set(gates) & set(reachable(graph.nodes, graph.start, each)) for each in runs):
            raise NotRebuiltError(f"nothing that it interrupts leads to {self.symbol}()")
        nodes = dict(enumerate(graph.nodes))
        to_gate = leading_to(nodes, gates)
        past = past_gates(graph, to_gate, gates) if alone else ()
        steps = (nodes[number].item for number in past)
        done = next((each for each in steps if isinstance(each, Step) and _is_done_by_assembly(each)), None)
        if done:
            raise NotRebuiltError(f"what leads past {self.symbol}() does `{done}`")

    def _entered(self, file: str, label: str) -> int:
        if label not in self.programs.program(file).labels:
            raise NotRebuiltError(f"{file} has no {label}")
        function = _Function(self, _Label(label, file), None, ())
        known = {*self.config.items(), *((asks, yes) for asks, yes in self.answers.items() if isinstance(yes, bool))}
        return function.made(function.any_of(label, _At(file, -1, known=frozenset(known))))


_LACKS_AN_OPERAND = re.compile(r",$|,,|\\\w")
"""Of an instruction with a string, or a parameter that nothing stands for, as operand."""

_DONE = frozenset(Effect) - {Effect.RETURN, Effect.PANIC, Effect.BOOKKEEPING}
"""What assembly does that leads past a handler, and is not of the path: nobody would look at it."""


def _is_done_by_assembly(step: Step) -> bool:
    return step.row.effect in _DONE and is_assembly(step.span.file)


def past_gates(graph: EntryGraph, leading: Collection[int], gates: Collection[int]) -> list[int]:
    """The nodes that ways reach without a gate once they cannot come to one any more."""
    found: dict[int, None] = {}
    seen = {graph.start}
    waiting = [graph.start]
    while waiting:
        number = waiting.pop()
        if number in gates:
            continue
        if number not in leading:
            found[number] = None
        for edge in graph.nodes[number].edges:
            if edge.target not in seen:
                seen.add(edge.target)
                waiting.append(edge.target)
    return list(found)


class _Function:
    """One function of assembly: from its label to the returns, which go to `after`, None if nobody calls it."""

    def __init__(
        self, outer: AssemblySplicer, label: _Label, after: int | None, route: tuple[tuple[str, str], ...]
    ) -> None:
        self.outer = outer
        self.splicer, self.draft, self.programs = outer.splicer, outer.draft, outer.programs
        self.label = label
        self.after = after
        self.route = route
        self.numbers: dict[_At, int] = {}
        self.waiting: list[_At] = []

    def at(self, place: _At) -> int:
        """The node of a line, which is made later."""
        if place not in self.numbers:
            self.numbers[place] = self.draft.join()
            self.waiting.append(place)
        return self.numbers[place]

    def any_of(self, label: str, place: _At) -> int:
        """The nodes of a label of a file as a line means it: #if lines may have it in several places."""
        program = self.programs.program(place.file)
        ways: list[tuple[_At, Formula]] = []
        for line in program.places(label, place.line):
            given = program.given.get((label, line), True)
            if value(given, dict(place.known)) is not False:
                ways.append((self._given(self._next(place, line), given, True), given))
        (first, _), *others = ways or [(place.at(len(program.lines) - 1), True)]
        number = self.at(first)
        for other, given in others:
            ask = Ask("" if given is True else spelled(given), self._span(first))
            edges = (
                EntryEdge(self.at(other), options=_options(given, True)),
                EntryEdge(number, options=_options(given, False)),
            )
            number = self.draft.add(EntryNode(ask, edges, self.label.name))
        return number

    def _given(self, place: _At, asks: Formula, answer: bool) -> _At:
        """A line, where an answer is known, if that counts elsewhere."""
        said = frozenset[tuple[str, bool]]().union(*_options(asks, answer))
        return replace(place, known=place.known | {each for each in said if each[0] in self.programs.tied})

    def _next(self, place: _At, line: int) -> _At:
        """Another line of the file, with the way there if that is a label for which it matters."""
        labels = self.programs.told_apart(place.file)
        if line not in labels:
            return place.at(line)
        return replace(place, line=line, way=(line, place.line) if labels[line] else None)

    def made(self, first: int) -> int:
        """Makes all nodes that are reached."""
        while self.waiting:
            place = self.waiting.pop()
            self.draft.fill(self.numbers[place], EntryNode(Join(), (EntryEdge(self._line(place)),)))
        return first

    def _span(self, place: _At, name: str = "") -> Span:
        """The place of an instruction, or of a name in it, as that of a call in C is the function's name."""
        line = self.programs.program(place.file).lines[place.line]
        if line.source is None:
            return Span(place.file)
        offset, word = line.source.named(line.offset, name) if name else (line.offset, line.source.word(line.offset))
        at = line.source.place(offset)
        return Span(line.source.file, at.line, at.column, at.line, at.column + max(len(word), 1))

    def _line(self, place: _At) -> int:
        program = self.programs.program(place.file)
        line, after = program.lines[place.line], self._next(place, place.line + 1)
        match line.kind:
            case Kind.CODE:
                return self._code(place, line, after)
            case Kind.FORK:
                return self._fork(place, line)
            case Kind.JUMP:
                return self.at(self._next(place, line.other))
        return self._given_up(f"{place.file} ends", Span(place.file))

    def _fork(self, place: _At, line: Line) -> int:
        so, other = self._next(place, place.line + 1), self._next(place, line.other)
        known = value(line.asks, dict(place.known))
        if known is not None:
            return self.at(so if known else other)
        ask = Ask(spelled(line.asks), self._span(place))
        edges = tuple(
            EntryEdge(self.at(self._given(there, line.asks, answer)), options=_options(line.asks, answer))
            for there, answer in ((so, True), (other, False))
        )
        return self.draft.add(EntryNode(ask, edges, self.label.name))

    def _given_up(self, why: str, at: Span) -> int:
        """What cannot be followed: it may lead anywhere, to the path's own function as well."""
        end = self.draft.add(EntryNode(Step("return", span=at), (), self.label.name))
        self.outer.stopped.append(self.splicer.given_up(self.label.name, why, at, self.label, Ends.at(end)))
        return self.outer.stopped[-1]

    def _code(self, place: _At, line: Line, after: _At) -> int:
        text = normal(line.text)
        leads = self.programs.instructions.leads(text)
        if leads is None:
            label = self._operands(place).linked(place.line)
            return self._plain(text, place, self.at(after if label is None else self._linked(label, place, after)))
        if not leads.to:
            if leads.does is Does.CALL and (block := self._meaning(text, place)) is not None:
                return self._stepping(block, place, self.at(after))
            leads = replace(leads, to=self._by_value(leads, place))
        slot = self._slot(leads, place, line)
        if slot is None:
            return self._leading(leads, place, after)
        text = self._text(slot)
        if self.programs.program(place.file).lines[slot.line].kind is not Kind.CODE or self._leads_on(text):
            return self._given_up(f"what is in the delay slot of `{normal(line.text)}` is not known", self._span(place))
        label = self._operands(place).linked(slot.line)
        place = place if label is None else self._linked(label, slot, place)
        return self._leading(leads, place, place.at(slot.line + 1), slot)

    def _by_value(self, leads: Leads, place: _At) -> str:
        """Where an instruction leads that names nothing: what was put in its operands, or by a table of vectors."""
        symbol = self.outer.symbol
        is_of_table = bool(symbol and leads.handler and leads.handler.fullmatch(symbol))
        if is_of_table and leads.table:
            is_of_table = all(map(leads.table.fullmatch, self._operands(place).written(place.line)))
        return self._operands(place).target(place.line) or (symbol if is_of_table else "")

    def _operands(self, place: _At) -> Operands:
        return self.programs.operands(place.file).coming(place.way, place.known)

    def _linked(self, label: str, place: _At, after: _At) -> _At:
        """A line that is come to with a label in the link register."""
        return replace(after, link=(label, place.file, place.line) if label else None)

    def _slot(self, leads: Leads, place: _At, line: Line) -> _At | None:
        """The delay slot of an instruction that leads elsewhere; None if it has none, or the assembler fills it."""
        is_filled = self.programs.instructions.noreorder and not line.noreorder
        return None if leads.slot is Slot.NONE or is_filled else place.at(place.line + 1)

    def _leads_on(self, text: str) -> bool:
        return self.programs.instructions.leads(normal(text)) is not None

    def _before(self, slot: _At | None, then: int) -> int:
        """What comes after a delay slot, with that before it."""
        return then if slot is None else self._plain(normal(self._text(slot)), slot, then)

    def _leading(self, leads: Leads, place: _At, after: _At, slot: _At | None = None) -> int:
        """An instruction that leads elsewhere, or runs under a condition and may go on."""
        if leads.does is not Does.BRANCH and not leads.conditional:
            return self._before(slot, self._leads(leads, place, after))
        condition, taken = self._asked(leads, place)
        if not condition:
            return self._way(leads, place, after, slot, taken=taken)
        yes = self._way(leads, self._knowing(place, condition, taken), after, slot, taken=True)
        no = self._way(leads, place, self._knowing(after, condition, not taken), slot, taken=False)
        ask = Ask(condition, self._span(place))
        return self.draft.add(EntryNode(ask, (EntryEdge(yes, taken), EntryEdge(no, not taken)), self.label.name))

    def _way(self, leads: Leads, place: _At, after: _At, slot: _At | None, *, taken: bool) -> int:
        """Where a branch goes if it is taken, or if it is not."""
        if not taken:
            return self._before(slot if leads.slot is Slot.ALWAYS else None, self.at(after))
        there = self._jumped(leads.to, place) if leads.does is Does.BRANCH else self._leads(leads, place, after)
        return self._before(slot, there)

    def _knowing(self, place: _At, condition: str, answer: bool) -> _At:
        """A line, where an answer is known, if that counts elsewhere."""
        is_tied = condition in self.programs.tied
        return replace(place, known=place.known | {(condition, answer)}) if is_tied else place

    def _plain(self, text: str, place: _At, after: int) -> int:
        """An instruction that just goes on. One that nobody knows may mask, or lead elsewhere: the path is given up."""
        block = self._meaning(text, place)
        if block is None:
            return self._given_up(f"what `{text}` does is not known", self._span(place))
        return self._stepping(block, place, after)

    def _stepping(self, block: Block, place: _At, after: int) -> int:
        return self.splicer.meant(Steps(block), "", self._span(place), self.label, Ends.at(after))

    def _meaning(self, text: str, place: _At) -> Block | None:
        """What an instruction does on the way on which it is come to; None if that is not known."""
        block = self._known(text)
        if block is None:
            written = self.programs.port.known.machine.written
            block, *others = map(written, self._operands(place).written(place.line))
            block = block if all(each == block for each in others) else None
        return None if block is None else tuple(self._decided(block, place))

    def _decided(self, block: Block, place: _At) -> Iterator[Item]:
        """A block without the questions that are answered on the way there."""
        for item in block:
            if isinstance(item, Branch):
                condition, yes = self._answer(item.condition, place)
                if condition:
                    then, otherwise = (
                        tuple(self._decided(item.then, place)),
                        tuple(self._decided(item.otherwise, place)),
                    )
                    yield replace(item, condition=condition, then=then, otherwise=otherwise)
                else:
                    yield from self._decided(item.then if yes else item.otherwise, place)
            else:
                yield item

    def _answer(self, condition: str, place: _At) -> tuple[str, bool]:
        """What a condition asks on a way, empty with the answer if it is known."""
        answer = dict(place.known).get(condition, self.outer.answers.get(condition, condition))
        return (answer, True) if isinstance(answer, str) else ("", answer)

    def _known(self, text: str) -> Block | None:
        """What an instruction does, if the facts know it as it stands and nothing of it is missing."""
        return None if _LACKS_AN_OPERAND.search(text) else self.programs.port.known.machine.instruction(text)

    def _leads(self, leads: Leads, place: _At, after: _At) -> int:
        match leads.does:
            case Does.TRAP_RETURN:
                return self.draft.add(EntryNode(Step("return", span=self._span(place)), (), self.label.name))
            case Does.RETURN:
                return self._returned(place)
            case Does.CALL:  # the link register has where it comes back to
                return self._called(leads.to, place, self._behind(place, replace(after, link=None)))
            case Does.JUMP | Does.BRANCH:
                return self._jumped(leads.to, place)
            case Does.STOP:
                return self.draft.add(EntryNode(End(self._span(place)), (), self.label.name))

    def _asked(self, leads: Leads, place: _At) -> tuple[str, bool]:
        """What a branch asks, or what runs under a condition, empty if that is known, and the answer if it is taken."""
        asked = self._operands(place).asked(place.line, leads.to)
        condition, taken = asked if asked is not None else (normal(self._text(place)), True)
        if not condition:
            return "", taken
        asks, answer = self._answer(condition, place)
        return (asks, taken) if asks else ("", answer is taken)

    def _text(self, place: _At) -> str:
        return self.programs.program(place.file).lines[place.line].text

    def _jumped(self, to: str, place: _At) -> int:
        """Where a jump leads: to lines, to another path, or to a function that returns where this one does."""
        if to in self.outer.entered:
            end = self.draft.add(EntryNode(Step("return", span=self._span(place)), (), self.label.name))
            return self.draft.add(EntryNode(Elsewhere(to, self._span(place)), (EntryEdge(end),), self.label.name))
        if self.programs.program(place.file).places(to, place.line):
            return self.any_of(to, place)
        elsewhere = self.programs.having(to, place.file) if to else ""
        if elsewhere:
            return self.any_of(to, replace(place, file=elsewhere))
        return self._called(to, place, Ends.at(self._returned(place)))

    def _returned(self, place: _At) -> int:
        """Where a return goes: to the caller, or to the label that was put there."""
        if place.link:
            label, file, line = place.link
            return self.any_of(label, replace(place, file=file, line=line, link=None))
        if self.after is None or self._operands(place).goes_to_what_was_pushed(place.line):
            return self._given_up(f"where `{normal(self._text(place))}` returns to is not known", self._span(place))
        return self.after

    def _behind(self, place: _At, after: _At) -> Ends:
        """Where a call goes on: at two places, if what comes behind it asks what was returned."""
        answer = self._operands(place).answer(place.line)
        if answer is None or not all(map(self._does_nothing, self._texts(place, answer[0]))):
            return Ends.at(self.at(after))
        branch, leads, taken = answer
        at = replace(place, line=branch, link=None)
        slot = self._slot(leads, at, self.programs.program(place.file).lines[branch])
        past = at.at(branch + 1 if slot is None else slot.line + 1)
        there, next_line = (self._way(leads, at, past, slot, taken=each) for each in (True, False))
        return Ends(next_line, there) if taken else Ends(there, next_line)

    def _texts(self, place: _At, end: int) -> list[str]:
        """The instructions between a line and a later one."""
        return [normal(line.text) for line in self.programs.program(place.file).lines[place.line + 1 : end]]

    def _does_nothing(self, text: str) -> bool:
        return self._known(text) == ()

    def _called(self, name: str, place: _At, ends: Ends) -> int:
        """A call: of C, of a function of assembly, or of what nobody knows."""
        span = self._span(place, name)
        name = self.programs.program(place.file).renamed.get(name, name)
        if not name:
            text = normal(self._text(place))
            return self.splicer.meant(Unknown(text, quoted=True), text, span, self.label, ends)
        if name == self.outer.symbol and self.outer.bodies:
            return self.splicer.handler(place.file, self.outer.bodies, ends)
        there = self.programs.having(name, place.file)
        if not there or name in self.programs.port.known.calls:
            return self.splicer.call(name, (), span, self.label, ends)
        begin = (there, name)
        if begin in self.route or len(self.route) >= DEEPEST:
            return self.splicer.given_up(name, f"{name} calls itself", span, self.label, ends)
        after = self.splicer.either(f"{name}", ends, span, self.label.name)
        function = _Function(self.outer, _Label(name, there), after, (*self.route, begin))
        first = function.made(function.any_of(name, _At(there, -1, known=place.known)))
        if name == self.outer.symbol:
            first = self.draft.add(EntryNode(Join(), (EntryEdge(first),)))
            self.splicer.gates.append(first)
        return first


def _options(asks: Formula, answer: bool) -> tuple[Options, ...]:
    """What is known of the configuration where a question is answered; nothing if it asks more than one thing."""
    while isinstance(asks, Not):
        asks, answer = asks.part, not answer
    return (frozenset({(asks.text, answer)}),) if isinstance(asks, Atom) else ()
