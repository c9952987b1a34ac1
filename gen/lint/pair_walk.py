"""Follows exception_enter() and exception_exit() on every way through a function.

The walk keeps, for each way, which exception_enter() are open, what the variables hold that the pair uses, and the
answers to questions that are asked more than once. Two questions with the same text get the same answer as long as
nothing in them is assigned; where the code asks about the saved state itself before it exits, that is its own decision
and never a finding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache, cached_property

from gen.csource.cfg import Assignment, Call, Edge, Kind, Node
from gen.csource.conditions import Config
from gen.csource.kernel_file import Analysed
from gen.csource.tokens import Place
from gen.facts.loader import marks, readers, states
from gen.kernel.names import ENTER
from gen.lint.pair import Drop, Helper, Helpers, Leak, Mismatch, Origin, PairUse, Role, Site, Unpaired, Value
from gen.lint.pair_names import PairNames, copied
from gen.lint.questions import (
    CONSTANT,
    NAME,
    WORDS,
    answer_for,
    answers_where,
    asked_about,
    bare,
    opposite,
    parts,
)

MAX_STATES = 20_000
"""How many states of a function are looked at; a function with more is not analysed."""

_CONFIGURED = re.compile(r"IS_(?:ENABLED|BUILTIN|REACHABLE)\(\s*(\w+)\s*\)")


@cache
def _left_alone() -> frozenset[str]:
    """States for which exception_exit() does nothing."""
    return frozenset(text for row in states() if row.left_alone for text in (*row.names, str(row.value)))


@cache
def _cleaning() -> frozenset[str]:
    """Attributes of a variable for which the compiler calls something at the end of its scope."""
    return frozenset(row.word for row in marks() if row.cleans_up)


@cache
def _only_reads(name: str) -> bool:
    """Whether a function gets the state and does nothing to it."""
    return any(re.fullmatch(pattern, name) for pattern in readers())


def pair_use(function: Analysed, helpers: Helpers, config: Config | None = None) -> PairUse:
    """What a function does with the pair; `helpers` are functions around it that are half a pair.

    A `config` answers IS_ENABLED(), as it has answered the #if lines.
    """
    return _Walk(function, PairNames(function, helpers, config)).result()


@dataclass(frozen=True, slots=True)
class _State:
    """What is known on one way.

    `opened` are the open sites, the outermost first; `closed` is the number of the last exit, -1 for none; `passed` is
    the function that was given the open state; `decided` says that the code itself asked about it; `pending` is the
    site whose result is still inside an expression, -1 for none.
    """

    opened: tuple[int, ...] = ()
    closed: int = -1
    values: frozenset[tuple[str, Origin]] = frozenset()
    answers: frozenset[tuple[str, str, int]] = frozenset()
    constants: frozenset[tuple[str, str]] = frozenset()
    passed: str = ""
    decided: bool = False
    pending: int = -1

    def value(self, name: str) -> Origin | None:
        return next((origin for variable, origin in self.values if variable == name), None)

    def with_value(self, name: str, origin: Origin) -> _State:
        others = frozenset(each for each in self.values if each[0] != name)
        return replace(self, values=others | {(name, origin)})

    def with_answer(self, text: str, label: str, index: int) -> _State:
        others = frozenset(each for each in self.answers if each[0] != text)
        return replace(self, answers=others | {(text, label, index)})

    def opens(self, origin: Origin | None) -> bool:
        """Whether a value is that of an open site."""
        return origin is not None and origin.value is Value.ENTER and origin.site in self.opened


_At = tuple[int, _State]
_CLOSED_PARAMETER = "(the parameter that was closed)"


@dataclass
class _Walk:
    function: Analysed
    names: PairNames
    sites: list[Site] = field(default_factory=list)
    site_numbers: dict[tuple[int, int], int] = field(default_factory=dict)
    exits: list[Call] = field(default_factory=list)
    before: dict[_At, _At | None] = field(default_factory=dict)
    leaks: dict[tuple[int, int], Leak] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)
    mismatches: dict[Place, Mismatch] = field(default_factory=dict)
    unpaired: dict[Place, Unpaired] = field(default_factory=dict)
    puzzles: dict[str, None] = field(default_factory=dict)
    returned: set[bool] = field(default_factory=set)
    ends: set[str] = field(default_factory=set)

    @property
    def nodes(self) -> tuple[Node, ...]:
        return self.function.graph.nodes

    def result(self) -> PairUse:
        self._explore()
        helper = self._helper()
        opens = helper is not None and helper.role is Role.OPENS
        return PairUse(
            self.function,
            () if opens else tuple(self.leaks.values()),
            tuple(Drop(self.sites[site], self._may_return(site)) for site in sorted(self.dropped)),
            tuple(self.mismatches.values()),
            tuple(self.unpaired.values()),
            tuple(self.puzzles),
            helper,
            matters=bool(self.sites or self.exits),
        )

    def _helper(self) -> Helper | None:
        if self.mismatches or self.unpaired:
            return None
        if self.returned == {True}:
            return Helper(Role.OPENS)
        closed = next(iter(self.ends), "")
        if len(self.ends) == 1 and closed in self.names.parameters:
            return Helper(Role.CLOSES, self.names.parameters.index(closed))
        return None

    def _may_return(self, site: int) -> bool:
        return not self.function.graph.reachable(self.sites[site].node).isdisjoint(self.function.graph.exits)

    # The search, breadth first, so that the way to each finding is a shortest one.

    def _explore(self) -> None:
        waiting: list[_At] = [(0, _State())]
        self.before[waiting[0]] = None
        for at in waiting:
            after = self._after(at)
            if after is None:
                continue
            for edge in self.nodes[at[0]].successors:
                following = self._followed(at, edge, after)
                if following is not None and (edge.to, following) not in self.before:
                    self.before[edge.to, following] = at
                    waiting.append((edge.to, following))
            if len(self.before) > MAX_STATES:
                self.puzzles[f"it has more than {MAX_STATES:,} states"] = None
                return

    def _after(self, at: _At) -> _State | None:
        """The state behind a node; None where the way ends."""
        index, state = at
        node = self.nodes[index]
        for number, event in enumerate(node.events):
            if isinstance(event, Call):
                state = self._call(state, event, node, (index, number))
            else:
                state = self._assign(state, event, node)
        if node.kind in {Kind.RETURN, Kind.END}:
            self._leave(at, node, state)
            return None
        # The rest of an expression is in nodes of its own only where `?:` and the like split it.
        is_over = any(isinstance(event, Assignment) for event in node.events) or not node.successors
        if state.pending >= 0 and is_over:
            self.puzzles[f"the result of {ENTER}() is part of a larger expression"] = None
            state = replace(state, pending=-1, decided=True)
        return None if node.kind in {Kind.NORETURN, Kind.LOST} else state

    def _leave(self, at: _At, node: Node, state: _State) -> None:
        if node.kind is Kind.RETURN and state.opened and self._returns_state(node, state):
            self.returned.add(True)
            return
        self.returned.add(False)
        closed = state.value(_CLOSED_PARAMETER)
        self.ends.add(closed.text if closed and not state.opened else "")
        for site in state.opened if not state.decided else ():
            saved = self.sites[site].saved
            if site in self.dropped:
                continue
            if state.passed:
                self.puzzles[f"the saved state is passed to {state.passed}(), which is not seen to close it"] = None
            elif (site, at[0]) not in self.leaks and saved:
                path = self._path(at, self.sites[site].node)
                self.leaks[site, at[0]] = Leak(self.sites[site], at[0], path)

    def _returns_state(self, node: Node, state: _State) -> bool:
        return state.pending >= 0 or state.opens(state.value(self.names.variable(bare(node.text), node)))

    def _path(self, at: _At, start: int) -> tuple[int, ...]:
        path = [at[0]]
        step: _At | None = at
        while path[-1] != start and step is not None and (step := self.before[step]) is not None:
            path.append(step[0])
        return tuple(reversed(path))

    # Calls

    def _call(self, state: _State, call: Call, node: Node, key: tuple[int, int]) -> _State:
        helper = self.names.helper(call)
        if helper is None:
            return self._other_call(state, call, node)
        if call.operands is None and not call.via:
            return state  # the name alone, as a value
        if helper.role is Role.OPENS:
            return self._enter(state, call, node, key)
        return self._exit(state, call, helper, node)

    def _other_call(self, state: _State, call: Call, node: Node) -> _State:
        if call.expanded:  # what it does follows
            return state
        for argument in call.arguments:
            text = bare(argument)
            if text.startswith("&") and self.names.variable(bare(text[1:]), node) in self.names.kept:
                self.puzzles[f"the address of `{bare(text[1:])}` is passed to {call.spelled}()"] = None
                return replace(state, decided=True)
            if text.startswith("&") and self._may_write(bare(text[1:]), call, node):
                state = self._forget(state, bare(text[1:]))
            known = state.value(self.names.variable(text, node))
            if state.opens(known) and not _only_reads(call.spelled):
                return replace(state, passed=call.spelled)
        return state

    def _may_write(self, name: str, call: Call, node: Node) -> bool:
        """Whether a call that gets the address of a variable may change it; what only asks about it does not."""
        return NAME.match(name) is not None and node.kind is not Kind.BRANCH and not _only_reads(call.spelled)

    def _enter(self, state: _State, call: Call, node: Node, key: tuple[int, int]) -> _State:
        site = self._site(call, key)
        if state.opened and not state.decided:
            self.unpaired.setdefault(call.place, Unpaired(call, self.sites[state.opened[-1]].call))
        others = tuple(each for each in state.opened if each != site)
        state = replace(state, opened=(*others, site), closed=-1, passed="", decided=False)
        if call.assigned:
            return self._kept(state, site, call.assigned, node)
        if self._is_dropped(call, node):
            self.dropped.add(site)
            return state
        return replace(state, pending=site)

    def _site(self, call: Call, key: tuple[int, int]) -> int:
        if key not in self.site_numbers:
            self.site_numbers[key] = len(self.sites)
            self.sites.append(Site(call, key[0], call.assigned))
        return self.site_numbers[key]

    def _kept(self, state: _State, site: int, target: str, node: Node) -> _State:
        """The state with the result of a site in a variable."""
        self.sites[site] = replace(self.sites[site], saved=target)
        state = state.with_value(self.names.variable(target, node), Origin(Value.ENTER, site))
        if not _cleaning().isdisjoint(WORDS.findall(node.text)):
            self.puzzles[f"`{target}` is cleaned up at the end of its scope"] = None
            return replace(state, decided=True, pending=-1)
        if not self.names.is_local(target):
            self.puzzles[f"the saved state is kept in `{target}`, which outlives the function"] = None
            return replace(state, decided=True, pending=-1)
        return replace(state, pending=-1)

    def _is_dropped(self, call: Call, node: Node) -> bool:
        """Whether a call is all of a statement, or of a part of one between commas."""
        if node.kind is Kind.RETURN or self._is_value(call):
            return False
        written = rf"(?:\(\s*void\s*\)\s*)?{re.escape(call.spelled)}\s*(?:\(.*\))?"
        return any(re.fullmatch(written, bare(part), re.DOTALL) for part in parts(bare(node.text), ","))

    def _is_value(self, call: Call) -> bool:
        """Whether a call is the value of a statement expression, which is assigned further on."""
        word = call.via[0] if call.via else call.spelled
        return any(
            word in WORDS.findall(event.value) and ("({" in event.value.replace(" ", "") or call.via)
            for node in self.nodes
            for event in node.events
            if isinstance(event, Assignment)
        )

    def _exit(self, state: _State, call: Call, helper: Helper, node: Node) -> _State:
        argument = self.names.closed(call, helper)
        origin = self._origin(state, argument, node)
        number = next((n for n, each in enumerate(self.exits) if each is call), -1)
        if number < 0:
            number = len(self.exits)
            self.exits.append(call)
        closed = replace(state, opened=state.opened[:-1], closed=number, passed="", pending=-1)
        if state.decided:
            return replace(closed, opened=())
        if origin.value is Value.ENTER and origin.site in state.opened:
            return replace(closed, opened=tuple(each for each in state.opened if each != origin.site))
        if origin.value is Value.UNKNOWN:
            self.puzzles[f"{call.spelled}() gets `{argument}`, whose value is not known here"] = None
        elif state.opened:
            site = self.sites[state.opened[-1]]
            self.mismatches.setdefault(call.place, Mismatch(call, argument, origin, site))
        elif origin.value is Value.PARAMETER and state.closed < 0:
            return closed.with_value(_CLOSED_PARAMETER, origin)
        elif origin.text in _left_alone() and state.closed < 0:
            return replace(state, pending=-1)
        else:
            other = self.exits[state.closed] if state.closed >= 0 else None
            self.unpaired.setdefault(call.place, Unpaired(call, other))
        return closed

    def _origin(self, state: _State, argument: str, node: Node) -> Origin:
        if state.pending >= 0 and self.names.mentions_opening(argument):
            return Origin(Value.ENTER, state.pending)
        known = state.value(self.names.variable(argument, node))
        if known is not None:
            return known
        if CONSTANT.match(argument):
            return Origin(Value.CONSTANT, text=argument)
        if argument in self.names.parameters:
            return Origin(Value.PARAMETER, text=argument)
        words = WORDS.findall(argument)
        computed = not NAME.match(argument) and any(state.value(self.names.variable(word, node)) for word in words)
        if computed or self.names.is_local(argument):
            return Origin(Value.OTHER, text=argument)
        return Origin(Value.UNKNOWN, text=argument)

    # Assignments

    def _assign(self, state: _State, event: Assignment, node: Node) -> _State:
        state = self._forget(state, event.target)
        target = self.names.variable(event.target, node)
        if target not in self.names.kept:
            return self._flag(state, event)
        if self.names.mentions_opening(event.value):
            return self._assigned_enter(state, event, node)
        return state.with_value(target, self._assigned(state, event, node))

    def _assigned_enter(self, state: _State, event: Assignment, node: Node) -> _State:
        """The state behind an assignment whose value mentions exception_enter()."""
        target = self.names.variable(event.target, node)
        value = parts(bare(event.value), ",")[-1]
        if state.pending >= 0 and not self.names.mentions_opening(value):  # what is left of a comma is dropped
            self.dropped.add(state.pending)
            return replace(state, pending=-1).with_value(target, Origin(Value.OTHER, text=value, place=event.place))
        chosen = self._chosen(value)
        if chosen is not None:
            state = self._answered(state, *chosen[:2], ran=state.pending >= 0)
        if state.pending >= 0:
            return self._kept(state, state.pending, event.target, node)
        known = state.value(target)
        if known is not None and known.value is Value.ENTER:
            return state
        other = chosen[2] if chosen else value
        kind = Value.CONSTANT if CONSTANT.match(other) else Value.UNKNOWN
        return state.with_value(target, Origin(kind, text=other, place=event.place))

    def _chosen(self, value: str) -> tuple[str, bool, str] | None:
        """Of `question ? exception_enter() : other` the question, whether its yes enters, and the other arm."""
        asked, _, arms = value.partition("?")
        yes, *others = parts(arms, ":")
        if len(others) != 1 or self.names.mentions_opening(yes) == self.names.mentions_opening(others[0]):
            return None
        enters = self.names.mentions_opening(yes)
        return asked, enters, bare(others[0] if enters else yes)

    def _answered(self, state: _State, asked: str, enters: bool, *, ran: bool) -> _State:
        """What the question says where a yes of it enters, by whether the call has run."""
        text, turned = self.names.question(asked)
        if not self.names.asked[text]:
            return state
        answer = "true" if enters == ran else "false"
        return state.with_answer(text, opposite(answer) if turned else answer, -1)

    def _assigned(self, state: _State, event: Assignment, node: Node) -> Origin:
        value = copied(event.value)
        if event.sign == "":
            return Origin(Value.NOTHING, text=event.target, place=event.place)
        if event.sign != "=":
            return Origin(Value.OTHER, text=f"{event.target} {event.sign} {value}".strip(), place=event.place)
        known = state.value(self.names.variable(value, node))
        if known is not None:
            return known
        if CONSTANT.match(value):
            return Origin(Value.CONSTANT, text=value, place=event.place)
        is_known = self.names.variable(value, node) in self.names.kept and self.names.is_local(value)
        unknown = "(" in value or "->" in value or (NAME.match(value) is not None and not is_known)
        return Origin(Value.UNKNOWN if unknown else Value.OTHER, text=value, place=event.place)

    def _forget(self, state: _State, target: str) -> _State:
        """What is known about a thing that is assigned now no longer counts."""
        word = next(iter(WORDS.findall(target)), "")
        answers = frozenset(each for each in state.answers if word not in WORDS.findall(each[0]))
        constants = frozenset(each for each in state.constants if each[0] != word)
        if len(answers) == len(state.answers) and len(constants) == len(state.constants):
            return state
        return replace(state, answers=answers, constants=constants)

    def _flag(self, state: _State, event: Assignment) -> _State:
        """`entered = true` answers the questions about `entered` that are asked somewhere."""
        value = bare(event.value)
        if event.sign != "=" or event.target not in self.names.flags or not CONSTANT.match(value):
            return state
        return replace(state, constants=state.constants | {(event.target, value)})

    # Questions

    def _followed(self, at: _At, edge: Edge, state: _State) -> _State | None:
        """The state behind an edge; None if an earlier answer says that nobody goes there."""
        index = at[0]
        node = self.nodes[index]
        if node.kind is not Kind.BRANCH or not edge.label:
            return state
        if edge.label not in self._possible(at, node):
            return None
        if self._asks_about_state(node, state):
            state = replace(state, decided=True)
        text, turned = self.names.question(node.text)
        label = opposite(edge.label) if turned else edge.label
        if known := self._known_answer(text, state):
            return state if known == label else None
        other = next((each for each in state.answers if each[0] == text), None)
        if other is not None and other[2] != index and other[1] != label:
            labels = {opposite(each.label) if turned else each.label for each in node.successors}
            if other[1] in labels:
                return None
        return state.with_answer(text, label, index) if self.names.asked[text] > 1 else state

    def _known_answer(self, text: str, state: _State) -> str | None:
        if match := _CONFIGURED.fullmatch(text):
            return self.names.configured(match[1])
        name = asked_about(text)
        value = next((value for each, value in state.constants if each == name), None)
        return answer_for(text, value) if name and value is not None else None

    def _possible(self, at: _At, node: Node) -> tuple[str, ...]:
        """The labels that can be, where a call of the pair stands right of `&&` or `||` in the condition."""
        came_from = self.before[at]
        conditional = self._conditional.get(at[0])
        if conditional is None or came_from is None:
            return tuple(edge.label for edge in node.successors)
        return answers_where(node.text, conditional[1], ran=came_from[0] == conditional[0])

    @cached_property
    def _conditional(self) -> dict[int, tuple[int, str]]:
        """To a branch, the node before it that holds a call of the pair which may be skipped, and the call's word."""
        found: dict[int, tuple[int, str]] = {}
        for index, call in self.function.graph.calls():
            if call.conditional and self.names.helper(call) is not None:
                for edge in self.nodes[index].successors:
                    if self.nodes[edge.to].kind is Kind.BRANCH:
                        found[edge.to] = (index, call.via[0] if call.via else call.spelled)
        return found

    def _asks_about_state(self, node: Node, state: _State) -> bool:
        """Whether a branch asks about the open state, and the state is closed on some way from there."""
        words = set(WORDS.findall(node.text))
        holders = {name for name, origin in state.values if state.opens(origin)}
        if not any(set(WORDS.findall(name)) <= words for name in holders):
            return False
        closing = self.names.closing_nodes
        return any(not closing.isdisjoint(self.function.graph.reachable(edge.to)) for edge in node.successors)
