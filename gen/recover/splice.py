"""C functions to a graph: what they call is put in the place of the call, as steps or as the function's own nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from gen.csource.cfg import Call as CCall
from gen.csource.cfg import Edge, Kind
from gen.csource.cfg import Node as CNode
from gen.csource.expressions import Called
from gen.csource.inline_asm import templates
from gen.csource.kernel_views import Answers, condition_of_answers
from gen.csource.tokens import Place
from gen.diagnostics import Span
from gen.model.blocks import BlockDrafter
from gen.model.entry import Block, Call, Handler, Item, Step, walk
from gen.model.graph import (
    DECLARED,
    READ,
    Ask,
    Draft,
    Elsewhere,
    End,
    EntryEdge,
    EntryGraph,
    EntryNode,
    Exit,
    Join,
    Options,
    Provenance,
    TooManyNodesError,
    assumed,
)
from gen.model.reduce import shared
from gen.recover.bodies import Body, NotRebuiltError
from gen.recover.call_facts import QUESTIONS, SILENT_ENDS, TRANSPARENT
from gen.recover.files import Found
from gen.recover.port import Function, Meaning, Port, Steps, Unknown
from gen.recover.questions import Asked, Atom, Both, Config, Constant, Either, Not, plain

MOST_NODES = 8_000
"""How large the graph of one path may get."""

DEEPEST = 16
"""How deep functions may be put into each other; real entry code goes eight deep."""


@dataclass(frozen=True)
class Ends:
    """Where something goes on: at one place, or at one of two if its answer is what is asked."""

    no: int
    yes: int

    @property
    def asked(self) -> bool:
        """Whether the answer matters."""
        return self.no != self.yes

    @classmethod
    def at(cls, number: int) -> Ends:
        """At one place, whatever the answer is."""
        return cls(number, number)


FunctionKey = tuple[tuple[tuple[str, int], ...], bool, bool]
"""Definitions of a function, whether what a macro has in its braces is meant, and whether its answer matters."""

Functions = dict[FunctionKey, EntryGraph]
"""Functions as graphs to be put where they are called, which end in exits."""


class Caller(Protocol):
    """What calls: a function of C or assembly, and the file whose definitions its calls mean.

    `wrapped` is the function whose braces a macro's body calls by a pasted name.
    """

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def file(self) -> str:
        """Where its text is."""
        ...

    @property
    def wrapped(self) -> Found | None:
        """What a macro has in its braces, None for what no macro defines."""
        ...


_Leave = Callable[[Place], int]
"""Where the outermost function goes on when it returns at a place."""


class Splicer:
    """Makes the graph of one path. One that `dispatches` hands on to other paths where it calls their symbols.

    What cannot be followed is an assumed node. `gate` is the first node of the function that has the path's own symbol,
    -1 if the outermost function does not call that, and `gates` are where assembly calls it. `functions` are those of
    the port that were made for other paths.
    """

    def __init__(
        self,
        port: Port,
        symbol: str,
        most: int = MOST_NODES,
        *,
        dispatches: bool = False,
        functions: Functions | None = None,
    ) -> None:
        self.port = port
        self.symbol = symbol
        self.draft = Draft(most)
        self.gate = -1
        self.gates: list[int] = []
        self._most = self._left = most
        self._route: list[Body] = []
        self._cut = DEEPEST
        self._dispatches = dispatches
        self._functions = {} if functions is None or dispatches else functions

    def graph(self, bodies: Sequence[Body], prefix: Block = (), suffix: Block = ()) -> EntryGraph:
        """The graph of a function with what assembly does around it, up to the `return`; NotRebuiltError."""
        try:
            # What assembly does behind C is there once, however many ways C has to return.
            behind = self._behind(bodies[-1], suffix) if suffix else None
            first = self._views(bodies, lambda body: self._outermost(body, behind))
            start = _Around(self, bodies[0]).block(prefix, first)
        except TooManyNodesError as error:
            raise NotRebuiltError(f"it {error}") from error
        graph, gates = self.draft.graph(start, *([self.gate] if self.gate >= 0 else []))
        graph, self.gate = shared(graph, gates[0] if gates else -1)
        return graph

    def declared(self, block: Block) -> EntryGraph:
        """The graph of a path that a spec writes out, with the tree's own C where that calls it; TooManyNodesError."""
        around = _Around(self, None)
        end = self.draft.add(EntryNode(End(), provenance=DECLARED))
        graph, _ = self.draft.graph(around.block(block, end))
        return shared(graph)[0]

    def _behind(self, body: Body, suffix: Block) -> int:
        ends = [node.place for node in body.graph.nodes if node.kind in {Kind.RETURN, Kind.END}]
        return _Around(self, body).block(suffix, self._end(body, ends[-1] if ends else body.place))

    def _end(self, body: Body, place: Place) -> int:
        return self._add(Step("return", span=_span(body, place, 1)), function=body.name)

    def _outermost(self, body: Body, behind: int | None) -> int:
        def leave(place: Place) -> int:
            return self._hooked(body, self._end(body, place) if behind is None else behind)

        return self._hooked(body, _Function(self, body, leave).first())

    def _views(self, bodies: Sequence[Body], one: Callable[[Body], int], past: Sequence[EntryEdge] = ()) -> int:
        """A function in each of its views: which one it is the configuration decides, or that there is none."""
        edges = [*(EntryEdge(one(body), options=_options(body.answers)) for body in bodies), *past]
        if len(edges) == 1:
            return edges[0].target
        ask = Ask(condition_of_answers(bodies[0].answers), _span(bodies[0], bodies[0].place, len(bodies[0].name)))
        return self._add(ask, *edges, function=bodies[0].name)

    def _add(self, item: Step | Ask | End, *edges: EntryEdge, function: str, provenance: Provenance = READ) -> int:
        return self.draft.add(EntryNode(item, edges, function, provenance=provenance))

    def _hooked(self, body: Body, after: int) -> int:
        """The function's own entry or return, which ftrace hooks unless it is noinstr or inlined."""
        if not body.traceable:
            return after
        return self._traced(body.name, _span(body, body.place, len(body.name)), body, after, READ)

    def _traced(self, name: str, at: Span, body: Caller, after: int, provenance: Provenance) -> int:
        step = Step("code", handler=Handler(name, traceable=True), span=at)
        return self.draft.add(EntryNode(step, (EntryEdge(after),), body.name, minor=True, provenance=provenance))

    def call(self, name: str, arguments: tuple[str, ...], at: Span, body: Caller, ends: Ends) -> int:
        """The first node of a call at a place of a function, which goes on at `ends`."""
        if "##" in name and body.wrapped is not None:
            return self._inside(body.wrapped.function.name, [body.wrapped], at, body, ends, inner=True)
        return self.meant(self.port.meaning(name, arguments, body.file), f"{name}()", at, body, ends)

    def meant(self, meaning: Meaning, text: str, at: Span, body: Caller, ends: Ends) -> int:
        """The first node of something that was called or asked, by what it means; `text` is what is asked."""
        if self._dispatches and isinstance(meaning, Function | Unknown) and self._is_other_path(meaning.name):
            after = self.either(text, ends, at, body.name)
            return self.draft.add(EntryNode(Elsewhere(meaning.name, at), (EntryEdge(after),), body.name))
        match meaning:
            case Steps(block):
                answers = any(isinstance(item, Step) and item.word == "return" for item in walk(block))
                after = ends.no if answers else self.either(text, ends, at, body.name)
                return _At(self, body, at, ends.yes).block(block, after)
            case Function(name, found):
                first = self._inside(name, found, at, body, ends)
                self.gate = first if name == self.symbol and not self._route else self.gate
                return first
            case Unknown(name, quoted):
                after = self.either(text, ends, at, body.name)
                why = assumed(f"what {meaning.text} does is not known")
                return self._traced(meaning.text if quoted else name, at, body, after, why)
        return self.either(text, ends, at, body.name)

    def handler(self, file: str, bodies: Sequence[Body], ends: Ends) -> int:
        """The first node of the function that the path is of, in its views, where assembly of a file calls it."""
        key = (((f"{file}: {self.symbol}", -1),), False, ends.asked)
        function = self._functions.get(key) or self._function(key, bodies)
        first = self.draft.put(function, ends.no, ends.yes)
        self.gates.append(self.draft.add(EntryNode(Join(), (EntryEdge(first),))))
        return self.gates[-1]

    def _is_other_path(self, symbol: str) -> bool:
        return (symbol in self.port.symbols or symbol in self.port.entered) and symbol != self.symbol

    def not_understood(self, body: Body, place: Place, after: int) -> int:
        """A node in the place of text that is not C."""
        why = f"line {place.line} of {body.name}() is not understood"
        return self.given_up(body.name, why, _span(body, place, 1), body, Ends.at(after))

    def given_up(self, name: str, why: str, at: Span, body: Caller | None, ends: Ends) -> int:
        """A node in the place of what could not be read: it may do anything, and goes on."""
        function = body.name if body else ""
        after = self.either(f"{name}()", ends, at, function)
        step = Step("code", handler=Handler(name, traceable=True), span=at)
        return self.draft.add(EntryNode(step, (EntryEdge(after),), function, provenance=assumed(why)))

    def either(self, text: str, ends: Ends, at: Span, function: str) -> int:
        """Where something goes on whose answer is not known."""
        if not ends.asked:
            return ends.no
        return self._add(Ask(text, at), EntryEdge(ends.yes, True), EntryEdge(ends.no, False), function=function)

    def _inside(
        self, name: str, found: Sequence[Found], at: Span, caller: Caller | None, ends: Ends, *, inner: bool = False
    ) -> int:
        """The first node of a function that is called at a place, with its text in the place of the call."""
        try:
            bodies = [each for one in found for each in self.port.bodies.of(one, inner=inner)]
        except NotRebuiltError as error:
            return self.given_up(name, str(error), at, caller, ends)
        if not bodies:
            return ends.no
        places = [(body.file, body.place) for body in self._route]
        again = [places.index(place) for body in bodies if (place := (body.file, body.place)) in places]
        if again or len(self._route) >= DEEPEST:
            self._cut = min([self._cut, *again]) if again else 0
            # Of two functions either may call the other: one by an #if line, the other by its #else.
            if again and not _together(self._route[again[0] :]):
                return self._add(End(at), function=caller.name if caller else "")
            why = f"functions call each other more than {DEEPEST} deep"
            return self.given_up(name, f"{name}() calls itself" if again else why, at, caller, ends)
        key = (tuple((one.file, one.function.start) for one in found), inner, ends.asked)
        function = self._functions.get(key) or self._function(key, bodies)
        return self.draft.put(function, ends.no, ends.yes)

    def _function(self, key: FunctionKey, bodies: Sequence[Body]) -> EntryGraph:
        """The graph of a function, to be put wherever it is called; NotRebuiltError and TooManyNodesError.

        It is kept unless what calls it decides how it ends: there it would call that again.
        """
        outside, before, (_, _, asked) = self.draft, self._cut, key
        self.draft, self._cut = Draft(self._most), DEEPEST
        no = self.draft.add(EntryNode(Exit(False)))
        ends = Ends(no, self.draft.add(EntryNode(Exit(True)))) if asked else Ends.at(no)
        options = _otherwise([answers for body in bodies for answers in body.answers]) if self.port.by_option else ()
        past = [EntryEdge(end, options=options) for end in dict.fromkeys((ends.no, ends.yes))] if options else []
        first = self._views(bodies, lambda body: self._inside_one(body, ends), past)
        graph, _ = shared(self.draft.graph(first)[0])
        if self._cut >= len(self._route):
            self._functions[key] = graph
        elif (left := self._left - len(self.draft.nodes)) >= 0:
            self._left = left
        else:
            raise TooManyNodesError(self._most)
        self.draft, self._cut = outside, min(before, self._cut)
        return graph

    def _inside_one(self, body: Body, ends: Ends) -> int:
        self._route.append(body)
        no = self._hooked(body, ends.no)
        left = Ends(no, self._hooked(body, ends.yes) if ends.asked else no)
        first = self._hooked(body, _Function(self, body, left).first())
        self._route.pop()
        return first

    def sequence(self, name: str, after: int, body: Caller | None) -> int:
        """A sequence that the spec says a call runs: the tree's function, or the spec's steps if there is none."""
        sequence = self.port.model.sequences[name]
        asking = dict.fromkeys([*([body.file] if body else []), sequence.file])
        found = next(filter(None, (self.port.files.functions(sequence.symbol, file) for file in asking)), ())
        if found:
            at = found[0].source.place(found[0].function.name_offset)
            span = Span(found[0].file, at.line, at.column, at.line, at.column + len(sequence.symbol))
            return self._inside(sequence.symbol, found, span, body, Ends.at(after))
        return _Around(self, body).block(sequence.body, after)


class _Around(BlockDrafter):
    """Steps of a spec at their own places: what assembly does around C."""

    def __init__(self, splicer: Splicer, body: Caller | None) -> None:
        super().__init__(splicer.draft)
        self.splicer = splicer
        self.body = body

    def call(self, call: Call, after: int) -> int:
        """The spec's own steps of a shared sequence of assembly, the tree's of a C function that assembly calls."""
        sequence = self.splicer.port.model.sequences[call.sequence]
        if sequence.file.endswith((".c", ".h")):
            return self.splicer.sequence(call.sequence, after, self.body)
        return self.block(sequence.body, after)


class _At(_Around):
    """Steps of a spec at a place of C, where a call means them."""

    body: Caller

    def __init__(self, splicer: Splicer, body: Caller, at: Span, yes: int) -> None:
        super().__init__(splicer, body)
        self.function = body.name
        self.provenance = READ
        self._at = at
        self._yes = yes

    def step(self, step: Step, after: int) -> int:
        """The node of a step; a `return` is where the call that it describes says yes."""
        return self._yes if step.word == "return" else super().step(replace(step, span=self._at), after)

    def call(self, call: Call, after: int) -> int:
        """The tree's own function, where it has the one that a shared sequence is."""
        return self.splicer.sequence(call.sequence, after, self.body)

    def span(self, _: Item, /) -> Span:
        """The place of C."""
        return self._at


class _Function:
    """One body on its way into the draft."""

    def __init__(self, splicer: Splicer, body: Body, ends: Ends | _Leave) -> None:
        self.splicer = splicer
        self.draft = splicer.draft
        self.body = body
        self.ends = ends
        self.numbers: dict[int, int] = {}
        self.asked_before = _asked_before(body)

    def first(self) -> int:
        """The first node, with all others made."""
        nodes = self.body.graph.nodes
        reached = sorted(self.body.graph.reachable())
        self.numbers = {index: self.draft.join() for index in reached}
        taken_apart = {index: each for index, each in self.body.conditions.items() if self._decides(nodes[index])}
        covered = frozenset[int]().union(*(each.covers for each in taken_apart.values()))
        for index in reached:
            if index in taken_apart:
                condition = taken_apart[index]
                first = self._ask(condition.asked, self._ends_of(nodes[index]))
                self._leads(condition.start, first)
            elif index not in covered:
                self._leads(index, self._node(nodes[index]))
        return self.numbers[0]

    def _leads(self, index: int, first: int) -> None:
        """Says where a node of C goes on."""
        self.draft.fill(self.numbers[index], EntryNode(Join(), (EntryEdge(first),)))

    def _decides(self, node: CNode) -> bool:
        """Whether the answer to a condition matters: it does for a `return` only if somebody asks."""
        return node.kind is Kind.BRANCH or (isinstance(self.ends, Ends) and self.ends.asked)

    def _ends_of(self, node: CNode) -> Ends:
        if node.kind is Kind.RETURN and isinstance(self.ends, Ends):
            is_yes = plain(node.text) in self.asked_before.get(id(node), ())
            return Ends.at(self.ends.yes) if is_yes else self.ends
        ways = {edge.label: self.numbers[edge.to] for edge in node.successors}
        dead = -1 if len(ways) > 1 else self._end_at(node.place)
        return Ends(ways.get("false", dead), ways.get("true", dead))

    # Nodes of the C graph.

    def _node(self, node: CNode) -> int:
        after = self._after(node)
        if node.kind in {Kind.OPAQUE, Kind.LOST}:
            after = self.splicer.not_understood(self.body, node.place, after)
        if node.kind is Kind.ASM:
            after = self._assembly(node, after)
        for call in reversed([each for each in node.calls if not each.expanded]):
            after = self.splicer.call(call.name, call.arguments, self._at(call), self.body, Ends.at(after))
        return after

    def _assembly(self, node: CNode, after: int) -> int:
        """Inline assembly, as the steps of its instructions."""
        at = _span(self.body, node.place, 1)
        for template in templates(node.code.tokens.slice(node.code.start, node.code.end)):
            after = self.splicer.meant(self.splicer.port.assembly(template), "", at, self.body, Ends.at(after))
        return after

    def _after(self, node: CNode) -> int:
        """Where a node goes on behind its calls."""
        match node.kind:
            case Kind.RETURN | Kind.END:
                return self._returned(node)
            case Kind.NORETURN:
                return self._panic(node.calls[-1])
        if len(node.successors) == 1:
            return self.numbers[node.successors[0].to]
        at = _span(self.body, node.place, 1)
        if node.kind is Kind.BRANCH and plain(node.text) in QUESTIONS:
            return self._switch(node, at)
        ask = Ask(node.text if node.kind is Kind.BRANCH else "", at)
        return self._add(ask, *map(self._edge, node.successors))

    def _switch(self, node: CNode, at: Span) -> int:
        """A switch on a built-in question, which has two answers: `default` is what no case says."""
        condition, same = QUESTIONS[plain(node.text)]
        answers = {edge.label: _CASES.get(edge.label) for edge in node.successors}
        left = {True, False}.difference(answers.values())
        edges = []
        for edge in node.successors:
            case = answers[edge.label]
            for yes in left if case is None else {case}:
                edges.append(EntryEdge(self.numbers[edge.to], yes is same))
        return self._add(Ask(condition, at), *edges)

    def _add(self, item: Step | Ask | End, *edges: EntryEdge, minor: bool = False) -> int:
        return self.draft.add(EntryNode(item, edges, self.body.name, minor))

    def _edge(self, edge: Edge) -> EntryEdge:
        return EntryEdge(self.numbers[edge.to], {"true": True, "false": False}.get(edge.label))

    def _end_at(self, place: Place) -> int:
        return self._add(End(_span(self.body, place, 1)))

    def _returned(self, node: CNode) -> int:
        if not isinstance(self.ends, Ends):
            return self.ends(node.place)
        return self.splicer.either(node.text, self.ends, _span(self.body, node.place, 1), self.body.name)

    def _panic(self, last: CCall) -> int:
        """What follows a call that does not come back: a panic, or what may be called one."""
        if self.splicer.port.is_panic(last.name):
            return self._end_at(last.place)
        return self._add(Step("panic", span=self._at(last)), minor=last.name in SILENT_ENDS)

    def _at(self, call: CCall) -> Span:
        return _span(self.body, call.place, len(call.via[0] if call.via else call.spelled))

    # Questions.

    def _ask(self, question: Asked, ends: Ends) -> int:
        """The first node of a question between two ways."""
        match question:
            case Constant(answer):
                return ends.yes if answer else ends.no
            case Not(part):
                return self._ask(part, Ends(ends.yes, ends.no))
            case Both(first, second):
                return self._ask(first, Ends(ends.no, self._ask(second, ends)))
            case Either(first, second):
                return self._ask(first, Ends(self._ask(second, ends), ends.yes))
            case Config(symbol):
                return self.splicer.either(symbol, ends, Span(self.body.file), self.body.name)
            case Atom():
                return self._ask_atom(question, ends)

    def _ask_atom(self, atom: Atom, ends: Ends) -> int:
        place = self.body.source.place(atom.code.offset)
        at = _span(self.body, place, len(atom.code.text))
        if (block := self.splicer.port.question(atom.text)) is not None:
            return self.splicer.meant(Steps(block), atom.code.text, at, self.body, ends)
        calls = list(atom.calls)
        if atom.text in QUESTIONS:
            condition, same = QUESTIONS[atom.text]
            yes, no = (ends.yes, ends.no) if same else (ends.no, ends.yes)
            after = self._add(Ask(condition, at), EntryEdge(yes, True), EntryEdge(no, False))
            calls = []
        elif atom.is_call:
            after = self._called(calls.pop(), ends)
        else:
            after = self.splicer.either(atom.code.text, ends, at, self.body.name)
        for call in reversed(calls):
            after = self._called(call, Ends.at(after))
        return after

    def _called(self, call: Called, ends: Ends) -> int:
        arguments = tuple(argument.text for argument in call.arguments or ())
        offset = self.body.graph.nodes[0].code.tokens.offsets[call.index]
        at = _span(self.body, self.body.source.place(offset), len(call.name))
        return self.splicer.call(call.name, arguments, at, self.body, ends)


def _asked_before(body: Body) -> dict[int, set[str]]:
    """What was answered with yes right before a node, on each way there: `if (ret) return ret;`. By the node's id."""
    nodes, found = body.graph.nodes, dict[int, set[str]]()
    for node in nodes:
        for edge in node.successors:
            says = {_bare(plain(node.text))} if node.kind is Kind.BRANCH and edge.label == "true" else set[str]()
            after = id(nodes[edge.to])
            found[after] = found[after] & says if after in found else says
    return found


def _bare(text: str) -> str:
    """What a question asks without likely() around it."""
    name, bracket, rest = text.partition("(")
    return rest[:-1] if bracket and name in TRANSPARENT and rest.endswith(")") else text


_CASES = {
    "true": True, "case 1": True, "case true": True, "false": False, "case 0": False, "case false": False,
}  # fmt: skip
"""What the edges of a question say."""


def _span(body: Body, place: Place, length: int) -> Span:
    return Span(body.file, place.line, place.column, place.line, place.column + max(length, 1))


MOST_OPTIONS = 64
"""How many ways in which the #if lines around a function leave it out are told apart."""


def _together(bodies: Iterable[Body]) -> bool:
    """Whether some configuration builds all of some views, as far as that is told apart."""
    ways: list[dict[str, bool]] = [{}]
    for body in bodies:
        pairs = ((way, more) for way in ways for more in body.answers)
        ways = [{**way, **more} for way, more in pairs if all(way.get(name, yes) is yes for name, yes in more.items())]
        if len(ways) > MOST_OPTIONS:
            return True
    return bool(ways)


def _options(answers: Answers) -> tuple[Options, ...]:
    found = tuple(frozenset(way.items()) for way in answers)
    return () if frozenset[tuple[str, bool]]() in found else found


def _otherwise(answers: Iterable[Mapping[str, bool]]) -> tuple[Options, ...]:
    """The answers to #if lines that are none of the given ones; nothing if there are none, or too many."""
    found: set[Options] = {frozenset()}
    for way in answers:
        opposed = {(name, not yes) for name, yes in way.items()}
        found = {each | {one} for each in found for one in opposed if (one[0], not one[1]) not in each}
        if len(found) > MOST_OPTIONS:
            return ()
    return tuple(sorted(found, key=sorted))
