"""The control-flow graph of a function in one view.

A node is a stretch of code that runs as a whole, with its calls and assignments in the order of evaluation. What is
right of `&&` and `||` and in the arms of `?:` is a node of its own with a way past it. Macros whose bodies matter
(`Surroundings`) are built in where they are used. Code that cannot be reached has nodes without a way to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import cast

from gen.csource.expressions import Assigned, Called, Choice, Effects, Inline, TooDeepError, effects
from gen.csource.statements import (
    Asm,
    Block,
    Body,
    Declaration,
    Definition,
    Expression,
    If,
    Jump,
    Label,
    Loop,
    Opaque,
    Range,
    Statement,
    Switch,
    statements,
)
from gen.csource.tokens import Place, Source, Tokens, is_word, joined

MAX_INLINE = 8
"""How deep macros and statement expressions are built into each other."""

MAX_NODES = 10_000
"""How large a graph may get; the largest of arch/ in Linux 6.12 has 1,411 nodes."""

MAX_TOKENS = 20_000
"""How long a macro may get by its arguments."""

_MANY_WAYS = 16
"""More ways than this are joined in a node, or a long row of `&&` would have a square of edges."""

_ALWAYS = frozenset({"1", "true", "!0"})
_NEVER = frozenset({"0", "false", "!1"})


class Kind(StrEnum):
    """What a node is. RETURN, END (the closing brace), NORETURN and LOST have no way on."""

    ENTRY = "entry"
    CODE = "code"
    BRANCH = "branch"
    LABEL = "label"
    RETURN = "return"
    END = "end"
    NORETURN = "noreturn"
    LOST = "lost"
    OPAQUE = "opaque"
    ASM = "asm"


@dataclass(frozen=True, slots=True)
class Call:
    """A call: `name` after aliases are resolved, `spelled` as it is written, `operands` None for a bare word.

    `assigned` is the variable that gets the result, `conditional` whether the expression may skip it, `via` the macros
    that it is in, outermost first; its place is then where the outermost is used. `expanded` says that a macro's body
    follows.
    """

    name: str
    spelled: str
    operands: tuple[Range, ...] | None
    assigned: str
    place: Place
    conditional: bool = False
    via: tuple[str, ...] = ()
    expanded: bool = False

    @property
    def arguments(self) -> tuple[str, ...]:
        """The text of each argument, on one line."""
        return tuple(operand.text for operand in self.operands or ())


@dataclass(frozen=True, slots=True)
class Assignment:
    """A variable or other place that is written; `sign` is empty for a declaration without initialiser."""

    target: str
    sign: str
    operand: Range
    place: Place
    declared: bool = False

    @property
    def value(self) -> str:
        """The text of what is assigned, on one line."""
        return self.operand.text


@dataclass(frozen=True, slots=True)
class Edge:
    """A way to node number `to`: `true` and `false` from a branch, `case X`, `default`, `goto`, or nothing."""

    to: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A stretch of code; of a `return` the code is its value, of a BRANCH what is asked.

    `scope` numbers the blocks that it is in, outermost first, without that of the function's body: a name that is
    declared in one of them is no other block's.
    """

    kind: Kind
    code: Range
    place: Place
    events: tuple[Call | Assignment, ...]
    successors: tuple[Edge, ...]
    scope: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The code on one line."""
        return self.code.text

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls, in the order of evaluation."""
        return tuple(event for event in self.events if isinstance(event, Call))


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something in a function that the graph does not say for sure."""

    place: Place
    reason: str


@dataclass(frozen=True, slots=True)
class Graph:
    """The control-flow graph of a function; node 0 is the entry."""

    nodes: tuple[Node, ...]
    doubts: tuple[Doubt, ...]

    @property
    def exits(self) -> tuple[int, ...]:
        """The nodes that leave the function: by return, or by its end."""
        return tuple(i for i, node in enumerate(self.nodes) if node.kind in {Kind.RETURN, Kind.END})

    def reachable(self, start: int = 0) -> frozenset[int]:
        """The nodes that a run from `start` may come to, with it."""
        seen = {start}
        waiting = [start]
        while waiting:
            for edge in self.nodes[waiting.pop()].successors:
                if edge.to not in seen:
                    seen.add(edge.to)
                    waiting.append(edge.to)
        return frozenset(seen)

    def calls(self) -> Iterator[tuple[int, Call]]:
        """Every call with its node, in the order of the nodes."""
        return ((index, call) for index, node in enumerate(self.nodes) for call in node.calls)

    def shortest_path(
        self, start: int, goal: Callable[[int], bool], avoiding: Callable[[int], bool] = lambda _: False
    ) -> tuple[int, ...] | None:
        """The shortest run from `start` to another node that is a goal, by way of none to avoid, if there is one."""
        before = {start: start}
        waiting = [start]
        for index in waiting:
            for edge in self.nodes[index].successors:
                if edge.to in before or avoiding(edge.to):
                    continue
                before[edge.to] = index
                if goal(edge.to):
                    return _way_back(before, edge.to)
                waiting.append(edge.to)
        return None

    def lines(self, path: tuple[int, ...]) -> tuple[int, ...]:
        """The source lines of a path, each once where it repeats."""
        lines = [self.nodes[index].place.line for index in path]
        return tuple(line for number, line in enumerate(lines) if number == 0 or lines[number - 1] != line)


def _way_back(before: Mapping[int, int], last: int) -> tuple[int, ...]:
    path = [last]
    while before[path[-1]] != path[-1]:
        path.append(before[path[-1]])
    return tuple(reversed(path))


@dataclass(frozen=True, slots=True)
class MacroBody:
    """What a macro expands to; `parameters` is None if it takes none."""

    parameters: tuple[str, ...] | None
    body: Tokens


def _never(_: str) -> bool:
    return False


def _no_words(_: str) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class Surroundings:
    """What is known around a function: what does not return, other names of functions, and macros to build in.

    A macro with several bodies (by #if) may be any of them. `words` gives the words that a macro may stand for, so
    that a goto to it finds its label.
    """

    noreturn: Callable[[str], bool] = _never
    aliases: Mapping[str, str] = field(default_factory=dict)
    macros: Mapping[str, tuple[MacroBody, ...]] = field(default_factory=dict)
    words: Callable[[str], tuple[str, ...]] = _no_words


NOTHING_KNOWN = Surroundings()


class GraphError(Exception):
    """A function that has no graph, with the reason."""


def build_graph(
    source: Source, definition: Definition, partners: Mapping[int, int], around: Surroundings = NOTHING_KNOWN
) -> Graph:
    """The graph of a definition; GraphError if it is too large, or too deep."""
    try:
        return _Builder(source, definition, partners, around).graph()
    except TooDeepError as error:
        raise GraphError(str(error)) from error


_Front = list[tuple[int, str]]
"""The ways that lead to whatever comes next: from which node, and the label of the edge."""


@dataclass(slots=True)
class _Draft:
    """A node that is being made."""

    kind: Kind
    code: Range
    offset: int
    events: list[Call | Assignment]
    successors: dict[Edge, None]
    scope: tuple[int, ...]


@dataclass(slots=True)
class _Frame:
    """The code that is being built in: its brackets, the macros that it is from, and the place they were used at."""

    partners: Mapping[int, int]
    via: tuple[str, ...] = ()
    offset: int | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class _Inside:
    """Statements that stand in a loop whose head is a macro's, in the frame that they are written in."""

    frame: _Frame
    body: Body


class _Builder:
    """Builds one graph. `front` is where control stands; `current` the node that takes events, None after a split."""

    def __init__(
        self, source: Source, definition: Definition, partners: Mapping[int, int], around: Surroundings
    ) -> None:
        self.source = source
        self.definition = definition
        self.around = around
        self.words = frozenset(name for name, bodies in around.macros.items() if bodies)
        self.frame = _Frame(partners)
        self.nodes: list[_Draft] = []
        self.doubts: list[Doubt] = []
        self.front: _Front = []
        self.current: int | None = None
        self.conditional = 0
        self.breaks: list[_Front] = []
        self.continues: list[_Front] = []
        self.switches: list[tuple[int | None, list[bool]]] = []
        self.labels: dict[str, int] = {}
        self.gotos: list[tuple[int, str, str]] = []
        self.computed: list[int] = []
        self.label_names = frozenset(_label_names(definition.body))
        self.scope: tuple[int, ...] = ()
        self.scopes = 0

    def graph(self) -> Graph:
        code = self.definition.code
        self._node(Kind.ENTRY, Range(code.tokens, self.definition.head.start, self.definition.head.start))
        self._body(self.definition.body)
        if self.front:
            self._node(Kind.END, Range(code.tokens, code.end, code.end))
        self._resolve()
        return Graph(tuple(map(self._finished, self.nodes)), tuple(self.doubts))

    def _finished(self, draft: _Draft) -> Node:
        place = self.source.place(draft.offset)
        return Node(draft.kind, draft.code, place, tuple(draft.events), tuple(draft.successors), draft.scope)

    def _resolve(self) -> None:
        if self.computed:
            # One node for all of them: every goto with an edge to every label would be a square.
            self.front = [(index, "goto") for index in self.computed]
            kind = Kind.CODE if self.label_names else Kind.LOST
            hub = self._node(kind, self.nodes[self.computed[0]].code)
            self.gotos += ((hub, label, "goto") for label in sorted(self.label_names))
        for index, name, label in self.gotos:
            targets = [each for each in (name, *self.around.words(name)) if each in self.labels]
            for target in targets:
                self._connect(index, self.labels[target], label)
            if not targets:
                self.nodes[index].kind = Kind.LOST
                self._doubt(self.nodes[index].code, f"`{name}` is no label of this function")

    # Nodes

    def _offset(self, code: Range) -> int:
        return code.offset if self.frame.offset is None else self.frame.offset

    def _node(self, kind: Kind, code: Range) -> int:
        if len(self.nodes) >= MAX_NODES:
            raise GraphError(f"more than {MAX_NODES} nodes")
        index = len(self.nodes)
        self.nodes.append(_Draft(kind, code, self._offset(code), [], {}, self.scope))
        for origin, label in self.front:
            self._connect(origin, index, label)
        self.front = [(index, "")]
        self.current = index
        return index

    def _connect(self, origin: int, to: int, label: str) -> None:
        self.nodes[origin].successors[Edge(to, label)] = None

    def _stop(self) -> None:
        self.front = []
        self.current = None

    def _stand(self, front: _Front) -> None:
        self.front = front
        self.current = None

    def _doubt(self, code: Range, reason: str) -> None:
        self.doubts.append(Doubt(self.source.place(self._offset(code)), reason))

    # Expressions

    def _evaluate(self, kind: Kind, code: Range, *, declared: bool = False) -> int | None:
        """Nodes for an expression, the last one of the kind; its index, None if control does not get there."""
        first = self._node(Kind.CODE, code)
        self._effects(effects(code, self.frame.partners, self.words, declared=declared), code)
        if not self.front:
            return None
        if self.current == first:
            self.nodes[first].kind = kind
        elif kind is not Kind.CODE:
            self._node(kind, code)
        return self.current

    def _effects(self, found: Effects, code: Range) -> None:
        for effect in found:
            match effect:
                case Called():
                    self._call(effect, code)
                case Assigned():
                    self._event(code, self._assignment(effect))
                case Inline(body, certain):
                    self._inline(body, certain=certain, code=code)
                case Choice(alternatives):
                    self._choice([partial(self._effects, each, code) for each in alternatives], code)

    def _choice(self, alternatives: list[Callable[[], None]], code: Range) -> None:
        start, ends = self.front, list[tuple[int, str]]()
        self.conditional += 1
        for alternative in alternatives:
            self._stand(list(start))
            alternative()
            ends += (way for way in self.front if way not in ends)
        self.conditional -= 1
        self._stand(ends)
        if len(ends) > _MANY_WAYS:
            self._node(Kind.CODE, code)

    def _event(self, code: Range, event: Call | Assignment) -> int:
        index = self._node(Kind.CODE, code) if self.current is None else self.current
        self.nodes[index].events.append(event)
        return index

    def _assignment(self, effect: Assigned) -> Assignment:
        tokens = effect.value.tokens
        place = self.source.place(self._offset(Range(tokens, effect.index, effect.index)))
        return Assignment(effect.target, effect.sign, effect.value, place, effect.declared)

    def _call(self, effect: Called, code: Range) -> None:
        name = self.around.aliases.get(effect.name, effect.name)
        place = self.source.place(self._offset(Range(code.tokens, effect.index, effect.index)))
        bodies = () if name in self.frame.via else self.around.macros.get(name, ())
        call = Call(
            name,
            effect.name,
            effect.arguments,
            effect.assigned,
            place,
            self.conditional > 0,
            self.frame.via,
            bool(bodies),
        )
        index = self._event(code, call)
        if bodies:
            self._expand(name, bodies, effect, code)
        elif self.around.noreturn(name):
            self.nodes[index].kind = Kind.NORETURN
            self._stop()
        elif self.label_names and (targets := self.label_names.intersection(call.arguments)):
            # unsafe_get_user(x, p, Efault) jumps from inside the macro.
            self.gotos += ((index, target, "goto") for target in sorted(targets))
            self.current = None

    def _inline(self, body: Body, *, certain: bool, code: Range) -> None:
        if self.frame.depth >= MAX_INLINE:
            self._doubt(code, f"macros and statement expressions nest deeper than {MAX_INLINE}")
            return
        outer = self.frame
        self.frame = _Frame(outer.partners, outer.via, outer.offset, outer.depth + 1)
        with self._in_block():
            if certain:
                self._body(body)
            else:
                self._choice([lambda: self._body(body), lambda: None], code)
        self.frame = outer
        # What the expression does next is no part of the last statement's node.
        self.current = None

    def _expand(self, name: str, bodies: tuple[MacroBody, ...], effect: Called, code: Range) -> None:
        if self.frame.depth >= MAX_INLINE:
            self._doubt(code, f"macros and statement expressions nest deeper than {MAX_INLINE}")
            return
        offset = self._offset(Range(code.tokens, effect.index, effect.index))
        if len(bodies) == 1:
            self._macro(name, bodies[0], effect, offset)
            self.current = None
        else:
            self._choice([partial(self._macro, name, each, effect, offset) for each in bodies], code)

    def _macro(self, name: str, macro: MacroBody, effect: Called, offset: int) -> None:
        tokens = _substituted(macro, effect)
        partners, lost = tokens.partners()
        code = Range(tokens, 0, len(tokens))
        outer = self.frame
        self.frame = _Frame(partners, (*outer.via, name), offset, outer.depth + 1)
        if lost is None:
            self._body(statements(code, partners))
        else:
            self._doubt(code, f"the brackets of the macro `{name}` do not match")
        self.frame = outer

    # Statements

    def _body(self, body: Iterable[Statement | _Inside]) -> None:
        for statement in body:
            self._statement(statement)

    @contextmanager
    def _in_block(self) -> Iterator[None]:
        outer = self.scope
        self.scopes += 1
        self.scope = (*outer, self.scopes)
        yield
        self.scope = outer

    def _statement(self, statement: Statement | _Inside) -> None:
        match statement:
            case Expression() | Declaration():
                if statement.code.end > statement.code.start:
                    self._evaluate(Kind.CODE, statement.code, declared=isinstance(statement, Declaration))
            case Jump():
                self._jump(statement)
            case Label():
                self._label(statement)
            case Asm():
                self._asm(statement)
            case _Inside(frame, body):
                outer, self.frame = self.frame, frame
                self._body(body)
                self.frame = outer
            case Opaque():
                self._node(Kind.OPAQUE, statement.code)
                self._doubt(statement.code, statement.reason)
            case _:
                self._compound(statement)

    def _asm(self, statement: Asm) -> None:
        index = self._node(Kind.ASM, statement.code)
        for operand in statement.operands:
            self._effects(effects(operand, self.frame.partners, self.words), operand)
            index = index if self.current is None else self.current
        self.gotos += ((index, label, "goto") for label in statement.labels)

    def _compound(self, statement: If | Loop | Switch | Block) -> None:
        with self._in_block():
            match statement:
                case If():
                    self._if(statement)
                case Loop():
                    self._loop(statement)
                case Switch():
                    self._switch(statement)
                case Block():
                    self._body(statement.body)

    def _label(self, statement: Label) -> None:
        if not statement.case:
            self.labels[statement.name] = self._node(Kind.LABEL, statement.code)
        elif self.switches:
            branch, has_default = self.switches[-1]
            if branch is not None:
                self.front = [*self.front, (branch, statement.name)]
            if statement.name == "default":
                has_default[0] = True
            self._node(Kind.LABEL, statement.code)
        else:
            self._doubt(statement.code, f"`{statement.name}` outside a switch")

    def _jump(self, statement: Jump) -> None:
        match statement.word:
            case "return":
                self._evaluate(Kind.RETURN, statement.operand)
                if self.current is not None:
                    self._place_at(self.current, statement.code)
            case "goto":
                self._goto(statement)
            case word:
                waiting = self.breaks if word == "break" else self.continues
                index = self._node(Kind.CODE, statement.code)
                if waiting:
                    waiting[-1].append((index, ""))
                else:
                    self._doubt(statement.code, f"`{word}` outside a loop")
        self._stop()

    def _place_at(self, index: int, code: Range) -> None:
        self.nodes[index].offset = self._offset(code)

    def _goto(self, statement: Jump) -> None:
        index = self._node(Kind.CODE, statement.code)
        operand = statement.operand.text
        if is_word(operand or " "):
            self.gotos.append((index, operand, "goto"))
            return
        self.computed.append(index)
        self._doubt(statement.code, "a computed goto may go to any label")

    def _if(self, statement: If) -> None:
        ends: _Front = []
        otherwise: Body = (statement,)
        # The chain of `else if` is a loop here, because it may be long.
        while len(otherwise) == 1 and isinstance(otherwise[0], If):
            each = otherwise[0]
            yes, no = self._asked(each.condition, each.code)
            self._stand(yes)
            with self._in_block():
                self._body(each.then)
            ends += self.front
            self._stand(no)
            otherwise = each.otherwise
        with self._in_block():
            self._body(otherwise)
        self._stand([*ends, *self.front])

    def _asked(self, condition: Range, code: Range) -> tuple[_Front, _Front]:
        """The ways on from a question, if it is true and if it is false; constants have one."""
        branch = self._evaluate(Kind.BRANCH, condition)
        if branch is None:
            return [], []
        if not condition.end > condition.start:
            self._place_at(branch, code)
        text = condition.text
        return [] if text in _NEVER else [(branch, "true")], [] if text in _ALWAYS else [(branch, "false")]

    def _loop(self, statement: Loop) -> None:
        self.breaks.append([])
        self.continues.append([])
        match statement.word:
            case "while":
                self._while(statement)
            case "do":
                self._do(statement)
            case "for":
                self._for(statement)
            case _:
                self._macro_loop(statement)
        self.continues.pop()
        self._stand([*self.front, *self.breaks.pop()])

    def _back_to(self, head: int) -> None:
        for origin, label in [*self.front, *self.continues[-1]]:
            self._connect(origin, head, label)

    def _while(self, statement: Loop) -> None:
        head = len(self.nodes)
        yes, no = self._asked(statement.condition, statement.code)
        self._stand(yes)
        self._body(statement.body)
        self._back_to(head)
        self._stand(no)

    def _do(self, statement: Loop) -> None:
        head = self._node(Kind.CODE, statement.first or statement.code)
        self._body(statement.body)
        self._stand([*self.front, *self.continues[-1]])
        yes, no = self._asked(statement.condition, statement.code)
        for origin, label in yes:
            self._connect(origin, head, label)
        self._stand(no)

    def _for(self, statement: Loop) -> None:
        if statement.first and statement.first.end > statement.first.start:
            self._evaluate(Kind.CODE, statement.first, declared=_declares(statement.first))
        head = len(self.nodes)
        if statement.condition.end > statement.condition.start:
            yes, no = self._asked(statement.condition, statement.code)
        else:
            self._node(Kind.CODE, statement.code)
            yes, no = self.front, []
        self._stand(yes)
        self._body(statement.body)
        self._stand([*self.front, *self.continues[-1]])
        self.continues[-1] = []
        if statement.step and statement.step.end > statement.step.start:
            self._evaluate(Kind.CODE, statement.step)
        self._back_to(head)
        self._stand(no)

    def _macro_loop(self, statement: Loop) -> None:
        if self._expanded_loop(statement):
            return
        head = len(self.nodes)
        branch = self._evaluate(Kind.BRANCH, statement.code)
        self._stand([] if branch is None else [(branch, "true")])
        self._body(statement.body)
        if "guard" in statement.word and "cond" not in statement.word:
            self._stand([*self.front, *self.continues[-1]])
            return
        self._back_to(head)
        self._stand([] if branch is None else [(branch, "false")])

    def _expanded_loop(self, statement: Loop) -> bool:
        """Builds the loop that a macro is the head of, if its body is known to be one."""
        bodies = self.around.macros.get(statement.word, ())
        if len(bodies) != 1 or statement.word in self.frame.via or self.frame.depth >= MAX_INLINE:
            return False
        arguments = tuple(_arguments(statement.condition, self.frame.partners))
        called = Called(statement.word, statement.code.start, arguments, "")
        header = joined([_substituted(bodies[0], called), Tokens([";"], [statement.code.offset])])
        partners, lost = header.partners()
        parsed = statements(Range(header, 0, len(header)), partners) if lost is None else ()
        match parsed:
            case (Loop(word="for" | "while") as loop,):
                inner = self.frame
                self.frame = _Frame(
                    partners, (*inner.via, statement.word), self._offset(statement.code), inner.depth + 1
                )
                # What the macro leaves open is closed by statements of the frame around it.
                self._loop(replace(loop, body=cast(Body, (_Inside(inner, statement.body),))))
                self.frame = inner
                return True
        return False

    def _switch(self, statement: Switch) -> None:
        branch = self._evaluate(Kind.BRANCH, statement.condition)
        has_default = [False]
        self.switches.append((branch, has_default))
        self.breaks.append([])
        self._stop()
        self._body(statement.body)
        self.switches.pop()
        no_case = [(branch, "no case")] if branch is not None and not has_default[0] else []
        self._stand([*self.front, *no_case, *self.breaks.pop()])


def _arguments(code: Range, partners: Mapping[int, int]) -> Iterator[Range]:
    """The arguments in a pair of parentheses."""
    start = index = code.start
    while index < code.end:
        if code.tokens.texts[index] == ",":
            yield Range(code.tokens, start, index)
            start = index + 1
        index = partners.get(index, index) + 1
    if code.end > code.start:
        yield Range(code.tokens, start, code.end)


def _declares(code: Range) -> bool:
    texts = code.tokens.texts[code.start : code.end]
    return len(texts) > 1 and is_word(texts[0]) and (is_word(texts[1]) or texts[1] == "*")


def _label_names(body: Body) -> Iterator[str]:
    waiting = list(body)
    while waiting:
        match waiting.pop():
            case Label(name, _, False):
                yield name
            case Block(_, inner) | Switch(_, _, inner):
                waiting += inner
            case Loop() as loop:
                waiting += loop.body
            case If(_, _, then, otherwise):
                waiting += (*then, *otherwise)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _called_with(arguments: Sequence[Range], body: Tokens) -> Iterator[Tokens]:
    """What stands behind a macro without parameters: it expands to what is called with it."""
    offset = body.offsets[-1] if body.offsets else 0
    for number, argument in enumerate(arguments):
        yield Tokens([","] if number else ["("], [offset])
        yield argument.tokens.slice(argument.start, argument.end)
    yield Tokens([")"] if arguments else ["(", ")"], [offset] if arguments else [offset, offset])


def _substituted(macro: MacroBody, effect: Called) -> Tokens:
    """The body of a macro with its arguments in the place of the parameters."""
    if macro.parameters is None and effect.arguments is not None:
        return joined([macro.body, *_called_with(effect.arguments, macro.body)])
    if not macro.parameters or effect.arguments is None:
        return macro.body
    arguments = dict(zip(macro.parameters, effect.arguments, strict=False))
    sizes = {name: argument.end - argument.start for name, argument in arguments.items()}
    if sum(sizes.get(text, 1) for text in macro.body.texts) > MAX_TOKENS:
        raise GraphError(f"`{effect.name}` expands to more than {MAX_TOKENS} tokens")
    parts: list[Tokens] = []
    for index, (text, offset) in enumerate(zip(macro.body.texts, macro.body.offsets, strict=True)):
        if text == "#" and macro.body.texts[index + 1 : index + 2] and macro.body.texts[index + 1] in arguments:
            continue
        if index and macro.body.texts[index - 1] == "#" and text in arguments:
            parts.append(Tokens([_quoted(arguments[text].text)], [offset]))
        elif argument := arguments.get(text):
            parts.append(argument.tokens.slice(argument.start, argument.end))
        elif "##" in text and is_word(text):
            pasted = (arguments[part].text if part in arguments else part for part in text.split("##"))
            parts.append(Tokens(["".join(pasted)], [offset]))
        else:
            parts.append(macro.body.slice(index, index + 1))
    return joined(parts)
