"""What one function does with exception_enter() and exception_exit(), on every way through it.

The walk keeps, for each way, which exception_enter() is open, what the variables hold that the pair uses, and the
answers to questions that are asked more than once. Two questions with the same text get the same answer as long as
nothing in them is assigned; a question about the saved state itself is the author's own decision and never a finding.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from gen.csource.cfg import Assignment, Call, Edge, Graph, Kind, Node
from gen.csource.kernel_file import Analysed
from gen.csource.tokens import Place
from gen.lint.questions import bare, opposite, question

MAX_STATES = 20_000
"""How many states of a function are looked at; a function with more is not analysed."""

ENTER, EXIT = "exception_enter", "exception_exit"

_KERNEL = frozenset({"CONTEXT_KERNEL", "CT_STATE_KERNEL", "CONTEXT_DISABLED", "CT_STATE_DISABLED"})
"""States for which exception_exit() does nothing."""

_WORDS = re.compile(r"[A-Za-z_]\w*")
_NAME = re.compile(r"[A-Za-z_]\w*\Z")
_CONSTANT = re.compile(r"[A-Z0-9_]+\Z|[-(]?\s*\d")


class Value(StrEnum):
    """Where the value of a variable comes from."""

    ENTER = "exception_enter"
    NOTHING = "nothing"
    PARAMETER = "parameter"
    CONSTANT = "constant"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Origin:
    """The value of a variable: for ENTER `site` is the call's number, else `text` is what was assigned, and where."""

    value: Value
    site: int = -1
    text: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """One call of exception_enter(), or of a helper that calls it; `saved` is what gets the result, or nothing."""

    call: Call
    node: int
    saved: str


@dataclass(frozen=True, slots=True)
class Leak:
    """A way that leaves the function at node `leaving` while the state of `site` is open; `path` are its nodes."""

    site: Site
    leaving: int
    path: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Drop:
    """An exception_enter() whose result is dropped; `returns` says whether any way from there leaves the function."""

    site: Site
    returns: bool


@dataclass(frozen=True, slots=True)
class Mismatch:
    """An exception_exit() of something else than what exception_enter() gave; `site` is the one that is open."""

    call: Call
    argument: str
    origin: Origin
    site: Site | None


@dataclass(frozen=True, slots=True)
class Unpaired:
    """A call of the pair in the wrong state; `other` is the call that made it wrong, if one did."""

    call: Call
    other: Call | None


class Helper(StrEnum):
    """What a function is to those who call it: it opens and returns the state, or closes that of its parameter."""

    OPENS = "opens"
    CLOSES = "closes"


Helpers = Mapping[str, Helper]


@dataclass(frozen=True)
class PairUse:
    """All that was found in one function, in one view of it.

    `puzzles` are the reasons why something could not be decided; `helper` is set for a function that is half a pair;
    `matters` says whether it calls the pair at all.
    """

    function: Analysed
    leaks: tuple[Leak, ...] = ()
    drops: tuple[Drop, ...] = ()
    mismatches: tuple[Mismatch, ...] = ()
    unpaired: tuple[Unpaired, ...] = ()
    puzzles: tuple[str, ...] = ()
    helper: Helper | None = None
    matters: bool = False

    @property
    def balanced(self) -> bool:
        """Whether nothing is wrong, and nothing undecided."""
        return not (self.leaks or self.drops or self.mismatches or self.unpaired or self.puzzles)

    @property
    def graph(self) -> Graph:
        """The graph of the function."""
        return self.function.graph


def pair_use(function: Analysed, helpers: Helpers) -> PairUse:
    """What a function does with the pair; `helpers` are functions around it that are half a pair."""
    return _Walk(function, helpers).result()


@dataclass(frozen=True, slots=True)
class _State:
    """What is known on one way: the open site, the number of the last exit, both -1 for none; values, answers.

    `passed` is the function that was given the open state, `decided` says that the code itself asked about it.
    """

    opened: int = -1
    closed: int = -1
    values: frozenset[tuple[str, Origin]] = frozenset()
    answers: frozenset[tuple[str, str, int]] = frozenset()
    passed: str = ""
    decided: bool = False
    pending: int = -1

    def value(self, name: str) -> Origin | None:
        return next((origin for variable, origin in self.values if variable == name), None)

    def with_value(self, name: str, origin: Origin) -> _State:
        others = frozenset(each for each in self.values if each[0] != name)
        return replace(self, values=others | {(name, origin)})


_At = tuple[int, _State]


@dataclass
class _Walk:
    function: Analysed
    helpers: Helpers
    sites: dict[tuple[int, int], int] = field(default_factory=dict)
    known_sites: list[Site] = field(default_factory=list)
    before: dict[_At, _At | None] = field(default_factory=dict)
    leaks: dict[tuple[int, int], Leak] = field(default_factory=dict)
    dropped: dict[int, bool] = field(default_factory=dict)
    exits: list[Call] = field(default_factory=list)
    mismatches: dict[Place, Mismatch] = field(default_factory=dict)
    unpaired: dict[Place, Unpaired] = field(default_factory=dict)
    puzzles: dict[str, None] = field(default_factory=dict)
    returned: set[bool] = field(default_factory=set)
    ends: set[tuple[bool, bool]] = field(default_factory=set)

    @property
    def graph(self) -> Graph:
        return self.function.graph

    def result(self) -> PairUse:
        self._explore()
        helper = self._helper()
        leaks = () if helper is Helper.OPENS else tuple(self.leaks.values())
        return PairUse(
            self.function,
            leaks,
            tuple(Drop(self.known_sites[site], returns) for site, returns in self.dropped.items()),
            tuple(self.mismatches.values()),
            tuple(self.unpaired.values()),
            tuple(self.puzzles),
            helper,
            matters=bool(self.known_sites or self.exits),
        )

    def _helper(self) -> Helper | None:
        if self.returned == {True} and not self.mismatches and not self.unpaired:
            return Helper.OPENS
        if self.ends == {(False, True)}:
            return Helper.CLOSES
        return None

    # The search, breadth first, so that the way to each finding is a shortest one.

    def _explore(self) -> None:
        waiting: list[_At] = [(0, _State())]
        self.before[waiting[0]] = None
        for at in waiting:
            index = at[0]
            node = self.graph.nodes[index]
            after = self._after(at, node)
            if after is None:
                continue
            for edge in node.successors:
                following = self._followed(node, index, edge, after)
                if following is not None and (edge.to, following) not in self.before:
                    self.before[edge.to, following] = at
                    waiting.append((edge.to, following))
            if len(self.before) > MAX_STATES:
                self.puzzles[f"it has more than {MAX_STATES:,} states"] = None
                return

    def _after(self, at: _At, node: Node) -> _State | None:
        """The state behind a node; None where the way ends."""
        index, state = at
        for number, event in enumerate(node.events):
            state = self._call(state, event, index, number) if isinstance(event, Call) else self._assign(state, event)
        # The rest of an expression is in nodes of its own only where `?:` and the like split it.
        is_over = any(isinstance(event, Assignment) for event in node.events) or not node.successors
        if state.pending >= 0 and is_over and node.kind is not Kind.RETURN:
            self.puzzles[f"the result of {ENTER}() is part of a larger expression"] = None
            state = replace(state, pending=-1)
        if node.kind in {Kind.RETURN, Kind.END}:
            self._leave(at, node, state)
            return None
        return None if node.kind in {Kind.NORETURN, Kind.LOST} else state

    def _leave(self, at: _At, node: Node, state: _State) -> None:
        site = state.opened
        if node.kind is Kind.RETURN and site >= 0 and self._returns_state(node, state):
            self.returned.add(True)
            return
        self.returned.add(False)
        self.ends.add((site >= 0, state.closed >= 0 and self._closed_parameter(state)))
        if site < 0 or state.decided:
            return
        if site in self.dropped:
            self.dropped[site] = True
            return
        saved = self.known_sites[site].saved
        if state.passed:
            self.puzzles[f"the saved state is passed to {state.passed}(), whose body is not at hand"] = None
        elif not self._is_local(saved):
            self.puzzles[f"the saved state is kept in `{saved}`, which outlives the function"] = None
        elif (site, at[0]) not in self.leaks:
            self.leaks[site, at[0]] = Leak(self.known_sites[site], at[0], self._path(at, self.known_sites[site].node))

    def _closed_parameter(self, state: _State) -> bool:
        return any(name == "" and origin.value is Value.PARAMETER for name, origin in state.values)

    def _returns_state(self, node: Node, state: _State) -> bool:
        text = bare(node.text)
        if state.pending >= 0:
            return True
        origin = state.value(text)
        return origin is not None and origin.value is Value.ENTER and origin.site == state.opened

    def _path(self, at: _At, start: int) -> tuple[int, ...]:
        path = [at[0]]
        step: _At | None = at
        while path[-1] != start and step is not None and (step := self.before[step]) is not None:
            path.append(step[0])
        return tuple(reversed(path))

    # Events

    def _call(self, state: _State, call: Call, index: int, number: int) -> _State:
        role = self._role(call)
        if call.operands is None and role is not None and not call.via:
            return state
        if role is Helper.OPENS:
            return self._enter(state, call, index, number)
        if role is Helper.CLOSES:
            return self._exit(state, call)
        return self._other_call(state, call)

    def _role(self, call: Call) -> Helper | None:
        return {ENTER: Helper.OPENS, EXIT: Helper.CLOSES}.get(call.name) or self.helpers.get(call.name)

    def _other_call(self, state: _State, call: Call) -> _State:
        for argument in call.arguments:
            text = bare(argument)
            if text.startswith("&") and bare(text[1:]) in self.variables:
                self.puzzles[f"the address of `{bare(text[1:])}` is passed to {call.spelled}()"] = None
                return replace(state, decided=True)
            origin = state.value(text)
            if origin and origin.value is Value.ENTER and origin.site == state.opened and not _is_macro(call.spelled):
                return replace(state, passed=call.spelled)
        return state

    def _enter(self, state: _State, call: Call, index: int, number: int) -> _State:
        site = self._site(call, index, number)
        if state.opened >= 0 and not state.decided:
            self.unpaired[call.place] = Unpaired(call, self.known_sites[state.opened].call)
        state = replace(state, opened=site, closed=-1, passed="", decided=False)
        if call.assigned:
            return state.with_value(call.assigned, Origin(Value.ENTER, site))
        if self._is_dropped(call, index):
            self.dropped.setdefault(site, False)
            return state
        return replace(state, pending=site)

    def _site(self, call: Call, index: int, number: int) -> int:
        key = (index, number)
        if key not in self.sites:
            self.sites[key] = len(self.known_sites)
            self.known_sites.append(Site(call, index, call.assigned))
        return self.sites[key]

    def _is_dropped(self, call: Call, index: int) -> bool:
        node = self.graph.nodes[index]
        if node.kind is Kind.RETURN:
            return False
        return re.fullmatch(rf"(?:\(\s*void\s*\)\s*)?{re.escape(call.spelled)}\s*\(.*\)", node.text) is not None

    def _exit(self, state: _State, call: Call) -> _State:
        argument = bare(call.arguments[0]) if call.arguments else ""
        origin = self._origin(state, argument)
        opened = self.known_sites[state.opened] if state.opened >= 0 else None
        closed = replace(state, opened=-1, closed=self._exit_number(call), passed="", pending=-1)
        if state.decided:
            return closed
        match origin.value:
            case Value.ENTER if state.opened >= 0 and origin.site == state.opened:
                pass
            case Value.UNKNOWN:
                self.puzzles[f"{call.spelled}() gets `{argument}`, whose value is not known here"] = None
            case Value.PARAMETER if opened is None and state.closed < 0:
                return closed.with_value("", origin)
            case Value.CONSTANT if opened is None and origin.text in _KERNEL:
                return replace(state, pending=-1)
            case Value.NOTHING if state.closed < 0:
                self.mismatches.setdefault(call.place, Mismatch(call, argument, origin, opened))
            case _ if opened is None:
                self.unpaired.setdefault(
                    call.place, Unpaired(call, self.exits[state.closed] if state.closed >= 0 else None)
                )
            case _:
                self.mismatches.setdefault(call.place, Mismatch(call, argument, origin, opened))
        return closed

    def _exit_number(self, call: Call) -> int:
        known = next((number for number, each in enumerate(self.exits) if each is call), None)
        if known is None:
            self.exits.append(call)
        return len(self.exits) - 1 if known is None else known

    def _origin(self, state: _State, argument: str) -> Origin:
        if state.pending >= 0 and re.search(rf"\b{ENTER}\b", argument):
            return Origin(Value.ENTER, state.pending)
        known = state.value(argument)
        if known is not None:
            return known
        if _CONSTANT.match(argument):
            return Origin(Value.CONSTANT, text=argument)
        if argument in self.parameters:
            return Origin(Value.PARAMETER, text=argument)
        return Origin(Value.UNKNOWN, text=argument)

    def _assign(self, state: _State, event: Assignment) -> _State:
        state = self._forget(state, event.target)
        if event.target not in self.variables:
            return self._flag(state, event)
        if state.pending >= 0 and _mentions(event.value, ENTER, self.helpers):
            self.known_sites[state.pending] = replace(self.known_sites[state.pending], saved=event.target)
            origin = Origin(Value.ENTER, state.pending)
            return replace(state.with_value(event.target, origin), pending=-1)
        value = bare(event.value)
        known = state.value(event.target)
        if known and known.value is Value.ENTER and _mentions(event.value, ENTER, self.helpers):
            return state
        return state.with_value(event.target, self._assigned(state, event, value))

    def _assigned(self, state: _State, event: Assignment, value: str) -> Origin:
        if event.sign == "":
            return Origin(Value.NOTHING, text=event.target, place=event.place)
        if event.sign != "=":
            return Origin(Value.OTHER, text=f"{event.target} {event.sign} {value}".strip(), place=event.place)
        if _mentions(event.value, ENTER, self.helpers):  # `x ? exception_enter() : 0`, on the other way
            return Origin(Value.CONSTANT, text="CONTEXT_KERNEL", place=event.place)
        copied = state.value(value)
        if copied is not None:
            return copied
        if _CONSTANT.match(value):
            return Origin(Value.CONSTANT, text=value, place=event.place)
        unknown = "(" in value or "->" in value or (_NAME.match(value) is not None and value not in self.variables)
        return Origin(Value.UNKNOWN if unknown else Value.OTHER, text=value, place=event.place)

    # Questions

    def _forget(self, state: _State, target: str) -> _State:
        """Answers to questions about what is assigned now no longer count."""
        word = next(iter(_WORDS.findall(target)), "")
        kept = frozenset(each for each in state.answers if word not in _WORDS.findall(each[0]))
        return state if len(kept) == len(state.answers) else replace(state, answers=kept)

    def _flag(self, state: _State, event: Assignment) -> _State:
        """`entered = true` answers the questions `entered` and `!entered` that are asked somewhere."""
        label = {"true": "true", "1": "true", "false": "false", "0": "false"}.get(bare(event.value))
        if event.sign != "=" or label is None or event.target not in self.asked:
            return state
        return replace(state, answers=state.answers | {(event.target, label, -1)})

    def _followed(self, node: Node, index: int, edge: Edge, state: _State) -> _State | None:
        """The state behind an edge; None if an earlier answer says that nobody goes there."""
        if node.kind is not Kind.BRANCH or not edge.label:
            return state
        if self._asks_about_state(node, state):
            state = replace(state, decided=True)
        text, turned = question(node.text)
        if self.asked[text] < 2 and text not in self.flags:
            return state
        label = opposite(edge.label) if turned else edge.label
        known = next((each for each in state.answers if each[0] == text), None)
        if known is not None and known[2] != index:
            labels = {opposite(each.label) if turned else each.label for each in node.successors}
            if known[1] != label and known[1] in labels:
                return None
        others = frozenset(each for each in state.answers if each[0] != text)
        return replace(state, answers=others | {(text, label, index)})

    def _asks_about_state(self, node: Node, state: _State) -> bool:
        if state.opened < 0:
            return False
        words = set(_WORDS.findall(node.text))
        holders = {name for name, origin in state.values if origin.value is Value.ENTER and origin.site == state.opened}
        return any(set(_WORDS.findall(name)) <= words for name in holders if name)

    @cached_property
    def asked(self) -> Counter[str]:
        """At how many places each question is asked."""
        return Counter(question(node.text)[0] for node in self.graph.nodes if node.kind is Kind.BRANCH)

    @cached_property
    def flags(self) -> frozenset[str]:
        """Questions that are a single word to which somebody assigns."""
        targets = {event.target for node in self.graph.nodes for event in node.events if isinstance(event, Assignment)}
        return frozenset(targets & set(self.asked))

    # Variables

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The names of the function's parameters."""
        return frozenset(words[-1] for each in self.function.parameters.split(",") if (words := _WORDS.findall(each)))

    @cached_property
    def variables(self) -> frozenset[str]:
        """The places, by their text, that the state is kept in, and those that they are copies of."""
        events = [event for node in self.graph.nodes for event in node.events]
        found = {name for event in events for name in self._kept_in(event) if name}
        copies = [(event.target, bare(event.value)) for event in events if isinstance(event, Assignment)]
        copies += [(value, target) for target, value in copies if _NAME.match(value)]
        # Each round finds the copies of those that the last one found.
        while fresh := {target for target, value in copies if value in found and target not in found}:
            found |= fresh
        return frozenset(found)

    def _kept_in(self, event: Call | Assignment) -> tuple[str, ...]:
        if isinstance(event, Assignment):
            return (event.target,) if _mentions(event.value, ENTER, self.helpers) else ()
        if self._role(event) is Helper.CLOSES:
            return tuple(bare(argument) for argument in event.arguments[:1])
        return (event.assigned,) if self._role(event) is Helper.OPENS else ()

    @cached_property
    def declared(self) -> frozenset[str]:
        """The names of the function's own variables."""
        events = (event for node in self.graph.nodes for event in node.events)
        return frozenset(event.target for event in events if isinstance(event, Assignment) and event.declared)

    def _is_local(self, target: str) -> bool:
        """Whether a place is the function's own: a variable of its, or a part of one."""
        word = next(iter(_WORDS.findall(target)), "")
        return word in self.declared and "->" not in target and not target.startswith("*")


def _mentions(text: str, name: str, helpers: Helpers) -> bool:
    words = _WORDS.findall(text)
    return name in words or any(helpers.get(word) is Helper.OPENS for word in words)


def _is_macro(name: str) -> bool:
    return name.isupper() or name in {"likely", "unlikely"}


def helpers_among(functions: Iterable[PairUse]) -> dict[str, Helper]:
    """The functions that are half a pair in every view."""
    roles: dict[str, set[Helper | None]] = {}
    for use in functions:
        roles.setdefault(use.function.name, set()).add(use.helper)
    return {name: role for name, each in roles.items() if len(each) == 1 and (role := next(iter(each))) is not None}
