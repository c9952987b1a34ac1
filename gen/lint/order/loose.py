"""The windows of C that no spec describes: what comes before user_exit_irqoff() and after user_enter_irqoff().

Nothing is known of the paths, so only words count that are known everywhere: steps of the vocabulary and their like.
A function begins in the USER state if user_exit is the first of them that it comes to, in the KERNEL state if
user_enter is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from gen.csource.kernel_views import condition_of_answers
from gen.csource.tokens import tokenize
from gen.diagnostics import Span
from gen.facts.loader import calls as known_calls
from gen.kernel.naming import Naming
from gen.lint.order.answered import Answers, Asked
from gen.lint.order.entries import Exposed, Kind, Turn
from gen.model.entry import EntryModel, InterruptClass, Step
from gen.model.graph import EntryGraph, EntryNode
from gen.model.release import Release
from gen.model.vocabulary import TO_KERNEL, TO_USER, WORDS, Effect
from gen.model.windows import Window
from gen.recover.bodies import Body, NotRebuiltError
from gen.recover.files import Found, TreeFiles
from gen.recover.known import Known
from gen.recover.port import Port, generic_step
from gen.recover.splice import Splicer

_MOVING = TO_KERNEL | TO_USER
_MOST_NODES = 2_000


@lru_cache(maxsize=4)
def read_loose(
    file: str,
    text: str,
    release: Release,
    noreturn: frozenset[str],
    *,
    offstack: bool,
    config: frozenset[str] | None = None,
    naming: Naming | None = None,
) -> tuple[Exposed, ...]:
    """What is exposed in the windows of the functions of a file, each place once.

    `config` are the symbols that a .config sets, if there is one, and `naming` the tree's names, if they are not those
    of the release.

    With `offstack` what can be instrumented counts as well: a port that does without it may trace there on purpose.
    A function that cannot be followed is left out. The last answers are kept: five rules ask for the same.
    """
    names = naming or Naming(release)
    moving = {names.spelled(word.name) for word in WORDS.values() if word.effect in _MOVING}
    if not any(name in text for name in moving):
        return ()
    read = {file: text}.get
    port = Port(_no_spec(), release, read, noreturn, naming=names, by_option=True)
    lines = text.split("\n")
    found: dict[tuple[Kind, Window, Span], tuple[Exposed, list[Mapping[str, bool]]]] = {}
    for function in _leading_to(port.files, file, moving):
        for body, graph in _flows(port, function):
            for answers in body.answers:
                known = {name: yes for name, yes in answers.items() if name not in port.pins}
                walk = _Walk(graph, Asked(graph, body), lines, names, offstack, known)
                for one, options in walk.found():
                    if (left := _left_open(options, config)) is not None:
                        found.setdefault((one.kind, one.window, one.span), (one, []))[1].append(left)
    exposed = (replace(one, condition=condition_of_answers(tuple(answers))) for one, answers in found.values())
    return tuple(sorted(exposed, key=lambda each: (each.span, each.kind.value)))


def _left_open(options: Mapping[str, bool], config: frozenset[str] | None) -> Mapping[str, bool] | None:
    """The options that a .config does not decide; None if it decides one of them otherwise."""
    if config is None:
        return options
    decided = {name: yes for name, yes in options.items() if name.startswith("CONFIG_")}
    if any((name in config) != yes for name, yes in decided.items()):
        return None
    return {name: yes for name, yes in options.items() if name not in decided}


def _flows(port: Port, function: Found) -> Iterator[tuple[Body, EntryGraph]]:
    """A function in each of its views, if it moves the state there and can be followed."""
    try:
        for body in port.bodies.of(function):
            graph = Splicer(port, function.function.name, _MOST_NODES).graph([body])
            if any(_effect(node) in _MOVING for node in graph.nodes):
                yield body, graph
    except (NotRebuiltError, RecursionError):  # or its helpers call each other deeper than can be followed
        return


def _leading_to(files: TreeFiles, file: str, names: Collection[str]) -> Iterator[Found]:
    """The functions of a file that use one of some names, or another such function."""
    functions = tuple(files.defined(file, lambda _: True))
    wanted, told = frozenset(names), set[int]()
    while wanted:
        users = [
            each
            for each in functions
            if each.function.start not in told and any(name in each.text for name in wanted) and _uses(each, wanted)
        ]
        yield from users
        told |= {each.function.start for each in users}
        wanted = frozenset(each.function.name for each in users)


def _uses(found: Found, names: frozenset[str]) -> bool:
    function = found.function
    return not names.isdisjoint(tokenize(found.source.text, function.start, function.end).texts)


def _no_spec() -> Known:
    irq = InterruptClass("irq", "", maskable=True, synchronous=False)
    model = EntryModel("", False, {"irq": irq}, {}, {}, {})
    calls = {name: tuple(map(generic_step, row.saves)) for row in known_calls() if row.saves for name in row.calls}
    return Known("", model, calls, {})


def _effect(node: EntryNode) -> Effect | None:
    return node.item.row.effect if isinstance(node.item, Step) else None


@dataclass(frozen=True, slots=True)
class _At:
    """A node, and what was answered on the way there."""

    number: int
    answers: Answers


class _Walk:
    """The windows of one function, where #if lines around it are answered as `known` says."""

    def __init__(
        self,
        graph: EntryGraph,
        asked: Asked,
        lines: Sequence[str],
        naming: Naming,
        offstack: bool,
        known: Mapping[str, bool],
    ) -> None:
        self.nodes = graph.nodes
        self.start = graph.start
        self.asked = asked
        self.lines = lines
        self.naming = naming
        self.offstack = offstack
        self.known = frozenset(known.items())

    def found(self) -> Iterator[tuple[Exposed, Mapping[str, bool]]]:
        """What is exposed, with the options that it takes."""
        for at in self._up_to_turn([_At(self.start, self.known)]):
            if not _may_matter(self.nodes[at.number]):
                continue
            turns = [each for each in self._up_to_turn([at]) if _effect(self.nodes[each.number]) in _MOVING]
            if turns and all(_effect(self.nodes[turn.number]) in TO_KERNEL for turn in turns):
                for one in self._exposed(at, Window.ENTRY, self.nodes[turns[0].number]):
                    ends = self._still_open(at) if one.kind is Kind.IRQS_ON else turns
                    yield from ((one, self.asked.options(end.answers)) for end in ends)
        for number, node in enumerate(self.nodes):
            if _effect(node) in TO_USER:
                turn = _At(number, self.known)
                if self._may_be_on(number):
                    yield from ((one, self.asked.options(self.known)) for one in self._opened(node, Window.EXIT, node))
                for behind in self._up_to_turn(self._ways(turn)):
                    for one in self._exposed(behind, Window.EXIT, node):
                        yield one, self.asked.options(behind.answers)

    def _up_to_turn(self, starts: Iterable[_At]) -> list[_At]:
        """What is reached without passing a step that moves the state, with those steps."""
        return self._reached(starts, lambda node: _effect(node) in _MOVING)

    def _reached(self, starts: Iterable[_At], stops: Callable[[EntryNode], bool]) -> list[_At]:
        waiting = list(dict.fromkeys(starts))
        seen = set(waiting)
        for at in waiting:
            for following in () if stops(self.nodes[at.number]) else self._ways(at):
                if following not in seen:
                    seen.add(following)
                    waiting.append(following)
        return waiting

    def _ways(self, at: _At) -> Iterator[_At]:
        """Where a node goes on, as far as that goes with what was answered before."""
        for edge in self.nodes[at.number].edges:
            yield from (_At(edge.target, answers) for answers in self.asked.behind(at.number, edge, at.answers))

    def _may_be_on(self, user_enter: int) -> bool:
        """Whether a way leads from a step that lets interrupts in to a user_enter, and by none that may mask them."""
        opening = [number for number, node in enumerate(self.nodes) if _effect(node) is Effect.UNMASK]
        starts = (following for number in opening for following in self._ways(_At(number, self.known)))
        reached = self._reached(starts, lambda node: node.minor or _effect(node) is Effect.MASK)
        return any(at.number == user_enter for at in reached)

    def _still_open(self, at: _At) -> list[_At]:
        """The user_exit at which what is opened may still be open: opened for a moment, it may be on purpose."""
        reached = self._reached(self._ways(at), lambda node: _effect(node) in {Effect.MASK, *_MOVING})
        return [each for each in reached if _effect(self.nodes[each.number]) in TO_KERNEL]

    def _exposed(self, at: _At, window: Window, turn: EntryNode) -> Iterator[Exposed]:
        node = self.nodes[at.number]
        item = node.item
        if not isinstance(item, Step):
            return
        match item.row.effect:
            case Effect.SCHEDULE:
                yield self._one(Kind.SCHEDULES, window, node, turn)
            case Effect.UNMASK if window is Window.EXIT or self._still_open(at):
                yield from self._opened(node, window, turn)
            case effect if item.row.traceable and effect not in _MOVING and self.offstack and _is_strict(turn, window):
                yield self._one(Kind.TRACEABLE, window, node, turn)

    def _opened(self, node: EntryNode, window: Window, turn: EntryNode) -> Iterator[Exposed]:
        if _is_strict(turn, window):
            yield self._one(Kind.IRQS_ON, window, node, turn)

    def _one(self, kind: Kind, window: Window, node: EntryNode, turn: EntryNode) -> Exposed:
        turned = Turn(self._name(turn), _span(turn))
        what = self._written(node) if kind is Kind.SCHEDULES else self._name(node)
        return Exposed(kind, window, _span(node), what, node.function, (), turned)

    def _written(self, node: EntryNode) -> str:
        """What a step is called where it stands: cond_resched() is the step `schedule`."""
        span = _span(node)
        text = self.lines[span.line - 1][span.column - 1 : span.end_column - 1]
        return text if text.isidentifier() else self._name(node)

    def _name(self, node: EntryNode) -> str:
        return self.naming.spelled(node.item.word) if isinstance(node.item, Step) else ""


def _may_matter(node: EntryNode) -> bool:
    """Whether a step can be exposed at all: most nodes cannot, and a search behind each would take its time."""
    return isinstance(node.item, Step) and (_effect(node) in _EXPOSED or node.item.row.traceable)


_EXPOSED = frozenset({Effect.SCHEDULE, Effect.UNMASK})


def _is_strict(turn: EntryNode, window: Window) -> bool:
    """Whether the step is one that has to be called with interrupts off."""
    ends = Window.ENTRY if _effect(turn) in TO_KERNEL else Window.EXIT
    return isinstance(turn.item, Step) and turn.item.row.unasked and ends is window


def _span(node: EntryNode) -> Span:
    return node.item.span if isinstance(node.item, Step) else Span("")
