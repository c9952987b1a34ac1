"""Assembly of a tree to the graph of an entry path: from its label to the trap return, with the C that it calls."""

from __future__ import annotations

from dataclasses import dataclass

from gen.csource.asm_program import Kind, Line
from gen.csource.asm_text import normal
from gen.csource.conditions import Atom, Formula, Not, spelled
from gen.diagnostics import Span
from gen.model.entry import Step
from gen.model.graph import Ask, End, EntryEdge, EntryGraph, EntryNode, Join, Options, TooManyNodesError
from gen.model.reduce import shared
from gen.recover.bodies import NotRebuiltError
from gen.recover.files import Found
from gen.recover.port import Steps, Unknown
from gen.recover.programs import Programs
from gen.recover.splice import DEEPEST, Ends, Functions, Splicer
from gen.spec.instruction_set import Does, Leads


@dataclass(frozen=True)
class _Label:
    """A function of assembly, as what calls."""

    name: str
    file: str
    wrapped: Found | None = None


@dataclass(frozen=True)
class _At:
    """A line of a file, and the lines to which a return goes there; none if that is the caller."""

    file: str
    line: int
    link: tuple[int, ...] = ()


class AssemblySplicer:
    """Makes the graph of one path that begins in assembly; `functions` are those of C that were made for others."""

    def __init__(self, programs: Programs, symbol: str, functions: Functions) -> None:
        self.programs = programs
        self.splicer = Splicer(programs.port, symbol, functions=functions)
        self.draft = self.splicer.draft
        self.symbol = symbol

    def graph(self, file: str) -> EntryGraph:
        """The graph from a label of a file to the trap return; NotRebuiltError."""
        places = self.programs.program(file).labels.get(self.symbol, ())
        if not places:
            raise NotRebuiltError(f"{file} has no {self.symbol}")
        function = _Function(self, _Label(self.symbol, file), None, ())
        try:
            first = function.any_of([_At(file, place) for place in places])
            graph, _ = self.draft.graph(function.made(first))
        except TooManyNodesError as error:
            raise NotRebuiltError(f"it {error}") from error
        return shared(graph)[0]


class _Function:
    """One function of assembly: from its label to the returns, which go to `after`, None if nobody calls it."""

    def __init__(
        self, outer: AssemblySplicer, label: _Label, after: int | None, route: tuple[tuple[str, int], ...]
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

    def any_of(self, places: list[_At]) -> int:
        """The nodes of a label that #if lines have in several places."""
        first, *others = [self.at(place) for place in places]
        for other in others:
            ask = Ask("", self._span(places[0]))
            first = self.draft.add(EntryNode(ask, (EntryEdge(first), EntryEdge(other)), self.label.name))
        return first

    def made(self, first: int) -> int:
        """Makes all nodes that are reached."""
        while self.waiting:
            place = self.waiting.pop()
            self.draft.fill(self.numbers[place], EntryNode(Join(), (EntryEdge(self._line(place)),)))
        return first

    def _span(self, place: _At) -> Span:
        line = self.programs.program(place.file).lines[place.line]
        if line.source is None:
            return Span(place.file)
        at = line.source.place(line.offset)
        return Span(line.source.file, at.line, at.column, at.line, at.column + max(len(line.text.split(" ")[0]), 1))

    def _line(self, place: _At) -> int:
        program = self.programs.program(place.file)
        line, after = program.lines[place.line], _At(place.file, place.line + 1, place.link)
        match line.kind:
            case Kind.CODE:
                return self._code(place, line, after)
            case Kind.FORK:
                return self._fork(place, line, self.at(after), self.at(_At(place.file, line.other, place.link)))
            case Kind.JUMP:
                return self.at(_At(place.file, line.other, place.link))
        return self._given_up(f"{place.file} ends", Span(place.file))

    def _fork(self, place: _At, line: Line, yes: int, no: int) -> int:
        ask = Ask(spelled(line.asks), self._span(place))
        edges = (EntryEdge(yes, options=_options(line.asks, True)), EntryEdge(no, options=_options(line.asks, False)))
        return self.draft.add(EntryNode(ask, edges, self.label.name))

    def _given_up(self, why: str, at: Span) -> int:
        end = self.draft.add(EntryNode(Step("return", span=at), (), self.label.name))
        return self.splicer.given_up(self.label.name, why, at, self.label, Ends.at(end))

    def _code(self, place: _At, line: Line, after: _At) -> int:
        text = normal(line.text)
        leads = self.programs.instructions.leads(text)
        if leads is None:
            label = self.programs.operands(place.file).linked(place.line)
            if label is not None:
                link = self.programs.program(place.file).places(label, place.line)
                after = _At(place.file, after.line, link)
            return self._plain(text, place, self.at(after))
        if leads.conditional:
            return self._asked(leads, place, self._leads(leads, place, after), self.at(after))
        return self._leads(leads, place, after)

    def _plain(self, text: str, place: _At, after: int) -> int:
        """An instruction that just goes on. One that nobody knows may mask, or lead elsewhere: the path is given up."""
        block = self.programs.port.known.machine.instruction(text)
        if block is None:
            return self._given_up(f"what `{text}` does is not known", self._span(place))
        return self.splicer.meant(Steps(block), "", self._span(place), self.label, Ends.at(after))

    def _leads(self, leads: Leads, place: _At, after: _At) -> int:
        match leads.does:
            case Does.TRAP_RETURN:
                return self.draft.add(EntryNode(Step("return", span=self._span(place)), (), self.label.name))
            case Does.RETURN:
                return self._returned(place)
            case Does.CALL:  # the link register has where it comes back to
                return self._called(leads.to, place, self._behind(place, _At(place.file, after.line)))
            case Does.JUMP:
                return self._jumped(leads.to, place)
            case Does.BRANCH:
                return self._asked(leads, place, self._jumped(leads.to, place), self.at(after))
            case Does.STOP:
                return self.draft.add(EntryNode(End(self._span(place)), (), self.label.name))

    def _asked(self, leads: Leads, place: _At, yes: int, no: int) -> int:
        """What a branch asks, or an instruction that runs under a condition."""
        asked = self.programs.operands(place.file).asked(place.line, leads.to)
        condition, taken = asked if asked is not None else (normal(self._text(place)), True)
        ask = Ask(condition, self._span(place))
        return self.draft.add(EntryNode(ask, (EntryEdge(yes, taken), EntryEdge(no, not taken)), self.label.name))

    def _text(self, place: _At) -> str:
        return self.programs.program(place.file).lines[place.line].text

    def _jumped(self, to: str, place: _At) -> int:
        """Where a jump leads: to lines, or to a function that returns where this one does."""
        there = [_At(place.file, each, place.link) for each in self.programs.program(place.file).places(to, place.line)]
        if not there:
            elsewhere = self.programs.having(to, place.file) if to else ""
            if elsewhere:
                there = [_At(elsewhere, each, place.link) for each in self.programs.program(elsewhere).labels[to]]
        if there:
            return self.any_of(there)
        return self._called(to, place, Ends.at(self._returned(place)))

    def _returned(self, place: _At) -> int:
        """Where a return goes: to the caller, or to the label that was put there."""
        if place.link:
            return self.any_of([_At(place.file, each) for each in place.link])
        if self.after is None:
            return self._given_up(f"where `{normal(self._text(place))}` returns to is not known", self._span(place))
        return self.after

    def _behind(self, place: _At, after: _At) -> Ends:
        """Where a call goes on: at two places, if what comes behind it asks what was returned."""
        answer = self.programs.operands(place.file).answer(place.line)
        if answer is None or not all(map(self._does_nothing, self._texts(place, answer[0]))):
            return Ends.at(self.at(after))
        branch, leads, taken = answer
        at = _At(place.file, branch)
        there, next_line = self._jumped(leads.to, at), self.at(_At(place.file, branch + 1))
        return Ends(next_line, there) if taken else Ends(there, next_line)

    def _texts(self, place: _At, end: int) -> list[str]:
        """The instructions between a line and a later one."""
        return [normal(line.text) for line in self.programs.program(place.file).lines[place.line + 1 : end]]

    def _does_nothing(self, text: str) -> bool:
        return self.programs.port.known.machine.instruction(text) == ()

    def _called(self, name: str, place: _At, ends: Ends) -> int:
        """A call: of C, of a function of assembly, or of what nobody knows."""
        span = self._span(place)
        if not name:
            text = normal(self._text(place))
            return self.splicer.meant(Unknown(text, quoted=True), text, span, self.label, ends)
        there = self.programs.having(name, place.file)
        if not there:
            return self.splicer.call(name, (), span, self.label, ends)
        places = self.programs.program(there).labels[name]
        if (there, places[0]) in self.route or len(self.route) >= DEEPEST:
            return self.splicer.given_up(name, f"{name} calls itself", span, self.label, ends)
        after = self.splicer.either(f"{name}", ends, span, self.label.name)
        function = _Function(self.outer, _Label(name, there), after, (*self.route, (there, places[0])))
        return function.made(function.any_of([_At(there, each) for each in places]))


def _options(asks: Formula, answer: bool) -> tuple[Options, ...]:
    """What is known of the configuration where a question is answered; nothing if it asks more than one thing."""
    while isinstance(asks, Not):
        asks, answer = asks.part, not answer
    return (frozenset({(asks.text, answer)}),) if isinstance(asks, Atom) else ()
