"""A flow: entry code as a small graph of steps and questions, before it has the shape of a block.

Both sides of a comparison are flows: the C of a tree, and the block that a spec has for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gen.diagnostics import Span
from gen.model.entry import Block, Branch, Call, EntryModel, EntryPath, Item, Loop, Step, Whence
from gen.model.flow import ENDS
from gen.model.vocabulary import TO_KERNEL, Effect


@dataclass(frozen=True)
class Question:
    """Something that is asked: a condition's name, or text of C that both answers are possible to."""

    condition: str
    span: Span


@dataclass(frozen=True)
class Elsewhere:
    """The first node of another path, which the C of this one leads to as well."""

    symbol: str


Options = frozenset[tuple[str, bool]]
"""What #if lines and IS_ENABLED() ask, with the answers."""


@dataclass(frozen=True)
class Way:
    """A way on, and the answer that leads there; None where C does not say which answer it is.

    Where #if lines lead there, `options` are the answers to them of which any does.
    """

    target: int
    answer: bool | None = None
    options: tuple[Options, ...] = ()


@dataclass(frozen=True)
class Node:
    """A step, a question or nothing, and what comes next; a `return`, a `panic` and a dead end have no way on.

    `function` is the one of C that it stands in. A `minor` step says no more than that something of C may be
    instrumented, as far as is known; a minor `panic` is an end that a spec may leave out.
    """

    item: Step | Question | Elsewhere | None
    ways: tuple[Way, ...]
    function: str = ""
    minor: bool = False


@dataclass(frozen=True)
class Flow:
    """Nodes by number, and the one that is first."""

    nodes: tuple[Node, ...]
    start: int


class Draft:
    """A flow that is being made, from its end to its begin or in any other order."""

    def __init__(self, most: int) -> None:
        self.nodes: list[Node] = []
        self._most = most

    def new(
        self, item: Step | Question | Elsewhere | None = None, *ways: Way, function: str = "", minor: bool = False
    ) -> int:
        """A new node's number; TooManyNodesError."""
        if len(self.nodes) >= self._most:
            raise TooManyNodesError(self._most)
        self.nodes.append(Node(item, ways, function, minor))
        return len(self.nodes) - 1

    def fill(self, number: int, item: Question | None, *ways: Way) -> None:
        """Says what a node is that was made before that was known."""
        self.nodes[number] = Node(item, ways)

    def block(self, block: Block, after: int, inner: Inner) -> int:
        """The first node of a block that goes on at `after`."""
        for item in reversed(block):
            after = self._item(item, after, inner)
        return after

    def _item(self, item: Item, after: int, inner: Inner) -> int:
        match item:
            case Step():
                return inner.step(item, after)
            case Call():
                return inner.call(item, after)
            case Branch():
                then, otherwise = self.block(item.then, after, inner), self.block(item.otherwise, after, inner)
                return self.asked(Question(item.condition, inner.span(item)), then, otherwise)
            case Loop():
                head = self.new()
                body = self.block(item.body, head, inner)
                self.fill(head, Question(item.condition, inner.span(item)), Way(body, True), Way(after, False))
                return head

    def asked(self, question: Question, yes: int, no: int, function: str = "") -> int:
        """A question between two ways; `kernel_regs` is asked as `user_regs`."""
        if question.condition == "kernel_regs":
            question, yes, no = replace(question, condition="user_regs"), no, yes
        return self.new(question, Way(yes, True), Way(no, False), function=function)


class TooManyNodesError(Exception):
    """More nodes than a flow may have."""

    def __init__(self, most: int) -> None:
        super().__init__(f"has more than {most:,} steps and questions")


class Inner:
    """What a block's steps and calls become in a draft."""

    def step(self, step: Step, after: int) -> int:
        """The node of a step."""
        raise NotImplementedError

    def call(self, call: Call, after: int) -> int:
        """The first node of a shared sequence."""
        raise NotImplementedError

    def span(self, item: Item) -> Span:
        """Where an item stands."""
        return item.span


class SpecInner(Inner):
    """A spec's own steps at their own places, and its sequences inlined."""

    def __init__(self, draft: Draft, model: EntryModel) -> None:
        self._draft = draft
        self._model = model

    def step(self, step: Step, after: int) -> int:
        """The node of a step."""
        return self._draft.new(step) if step.word in ENDS else self._draft.new(step, Way(after))

    def call(self, call: Call, after: int) -> int:
        """The steps of a sequence."""
        return self._draft.block(self._model.sequences[call.sequence].body, after, self)


def spec_flow(model: EntryModel, block: Block, most: int) -> Flow:
    """A block of a spec with its sequences inlined; TooManyNodesError."""
    draft = Draft(most)
    start = draft.block(block, draft.new(), SpecInner(draft, model))
    return Flow(tuple(draft.nodes), start)


Answers = Mapping[str, bool]
"""What the built-in conditions say while a path runs."""

FROM_USER: Answers = {"user_regs": True, "idle_task": False, "irqs_were_on": True}


def entries(path: EntryPath, always_with_irq: frozenset[str]) -> Iterator[Answers]:
    """What the built-in conditions say, for each sort of code that a path can interrupt.

    A path of the class `irq`, or of one that is open only where `irq` is, interrupts code with interrupts on.
    """
    if path.whence is not Whence.KERNEL:
        yield FROM_USER
    if path.whence in {Whence.KERNEL, Whence.ANY}:
        for irqs_on in (True,) if path.interrupt_class in always_with_irq else (True, False):
            for idle in (False, True):
                yield {"user_regs": False, "idle_task": idle, "irqs_were_on": irqs_on}


def ways_on(node: Node, answers: Answers) -> Iterator[int]:
    """Where a node can go on if the built-in conditions say so."""
    known = answers.get(node.item.condition) if isinstance(node.item, Question) else None
    return (way.target for way in node.ways if known is None or way.answer is None or way.answer is known)


def reachable(flow: Flow, answers: Answers | None = None) -> list[int]:
    """The nodes that can be reached, the nearest first."""
    found = [flow.start]
    seen = {flow.start}
    for number in found:
        for target in ways_on(flow.nodes[number], answers or {}):
            if target not in seen:
                seen.add(target)
                found.append(target)
    return found


def through(flow: Flow, gate: int) -> Flow:
    """The flow with those runs only that pass one of its nodes."""
    behind = set(reachable(Flow(flow.nodes, gate)))
    before = _leading_to(dict(enumerate(flow.nodes)), [gate])
    nodes = [
        replace(node, ways=tuple(way for way in node.ways if way.target in before))
        if number in before and number not in behind
        else node
        for number, node in enumerate(flow.nodes)
    ]
    return Flow(tuple(nodes), flow.start)


def _leading_to(nodes: Mapping[int, Node], ends: Sequence[int]) -> set[int]:
    """The nodes from which one of some others can be reached, with those."""
    before: dict[int, list[int]] = {}
    for number, node in nodes.items():
        for way in node.ways:
            before.setdefault(way.target, []).append(number)
    found, waiting = set(ends), list(ends)
    for number in waiting:
        new = [each for each in before.get(number, ()) if each not in found]
        found.update(new)
        waiting += new
    return found


def pruned(flow: Flow, runs: Sequence[Answers]) -> Flow:
    """The flow without the ways that no run takes for which the built-in conditions say what one of `runs` says."""
    taken: dict[int, dict[int, None]] = {flow.start: {}}
    for answers in runs:
        for number in reachable(flow, answers):
            taken.setdefault(number, {}).update(dict.fromkeys(ways_on(flow.nodes[number], answers)))
    numbers = {number: index for index, number in enumerate(taken)}
    nodes: list[Node] = []
    for number, targets in taken.items():
        node = flow.nodes[number]
        ways = tuple(replace(way, target=numbers[way.target]) for way in node.ways if way.target in targets)
        nodes.append(Node(node.item, ways, node.function, node.minor))
    return Flow(tuple(nodes), numbers[flow.start])


_MOST_NESTED = 4


def in_windows(flow: Flow, whence: Whence) -> frozenset[int]:
    """The nodes that can run in the USER state, and RCU not watching, on a path that was entered from user mode."""
    if whence is Whence.KERNEL:
        return frozenset()
    start = (flow.start, whence is not Whence.FORK, 0)
    waiting, seen = [start], {start}
    for number, user, watching in waiting:
        node = flow.nodes[number]
        if isinstance(node.item, Step):
            user, watching = _after(node.item.row.effect, user, watching)
        for target in ways_on(node, FROM_USER):
            if (state := (target, user, watching)) not in seen:
                seen.add(state)
                waiting.append(state)
    return frozenset(number for number, user, watching in waiting if user and not watching)


def _after(effect: Effect, user: bool, watching: int) -> tuple[bool, int]:
    match effect:
        case effect if effect in TO_KERNEL or effect is Effect.EXCEPTION_ENTER:
            return False, watching
        case Effect.USER_ENTER | Effect.EXCEPTION_EXIT:
            return True, watching
        case Effect.RCU_IN:
            return user, min(watching + 1, _MOST_NESTED)
        case Effect.RCU_OUT:
            return user, max(watching - 1, 0)
    return user, watching


def slimmed(flow: Flow, keeps: Callable[[int, Node], bool]) -> Flow:
    """The flow without what does not matter: steps that are not kept, and questions that decide nothing.

    A question decides nothing if whatever runs next is the same on each of its ways; loops are taken to end. A way to
    where nothing runs any more, a BUG() or an endless loop, is none that a path takes.
    """
    order = reachable(flow)
    nodes = {number: flow.nodes[number] for number in order}
    for number, node in nodes.items():
        if isinstance(node.item, Step) and not keeps(number, node):
            nodes[number] = Node(None, node.ways)
    alive = _leading_to(nodes, [number for number, node in nodes.items() if isinstance(node.item, Step | Elsewhere)])
    for number, node in nodes.items():
        ways = tuple(way for way in node.ways if way.target in alive)
        if 0 < len(ways) < len(node.ways):
            nodes[number] = Node(node.item if len(ways) > 1 else None, ways, node.function, node.minor)
    # Bypassing a question may leave another one, further up, with nothing to decide.
    while _bypassed(nodes, order):
        pass
    goes_to = _resolver(nodes)
    kept = [number for number in order if not _is_silent(nodes[number])]
    numbers = {number: index for index, number in enumerate(kept)}

    def renumbered(number: int) -> int:
        return numbers.get(goes_to(number), len(kept))

    slim = [_renumbered(nodes[number], renumbered) for number in kept]
    # A ring of silent nodes is a dead end, which is the last node.
    return Flow((*slim, Node(None, ())), renumbered(flow.start))


def compact(flow: Flow, *others: int) -> tuple[Flow, tuple[int, ...]]:
    """The flow without nodes that nothing is in and that go on in one way, and the new numbers of some nodes."""
    goes_to = _resolver(flow.nodes)
    start = goes_to(flow.start)
    numbers = {start: 0}
    waiting = [start]
    slim: list[Node] = []
    for number in waiting:
        node = flow.nodes[number]
        ways: list[Way] = []
        for way in node.ways:
            target = goes_to(way.target)
            if target not in numbers:
                numbers[target] = len(waiting)
                waiting.append(target)
            ways.append(replace(way, target=numbers[target]))
        slim.append(Node(node.item, tuple(ways), node.function, node.minor))
    return Flow(tuple(slim), 0), tuple(numbers.get(goes_to(other), -1) for other in others)


def _is_silent(node: Node) -> bool:
    return node.item is None and len(node.ways) == 1


def _resolver(nodes: Mapping[int, Node] | Sequence[Node]) -> Callable[[int], int]:
    """Where one gets from a node by way of silent ones; a ring of them is a dead end, and stays at a node of it."""

    def goes_to(number: int) -> int:
        seen = set()
        while _is_silent(nodes[number]) and number not in seen:
            seen.add(number)
            number = nodes[number].ways[0].target
        return number

    return goes_to


def _bypassed(nodes: dict[int, Node], order: Sequence[int]) -> bool:
    """Makes questions that decide nothing silent; whether there was one."""
    goes_to = _resolver(nodes)
    changed = False
    for number in reversed(order):
        node = nodes[number]
        if len(node.ways) < 2:
            continue
        targets = _next_kept(nodes, goes_to, number) - {number}
        if len(targets) == 1:
            nodes[number] = Node(None, (Way(targets.pop()),))
            changed = True
    return changed


def _next_kept(nodes: Mapping[int, Node], goes_to: Callable[[int], int], start: int) -> set[int]:
    """The first nodes that matter on every way from a question, by way of questions that are anybody's guess."""
    waiting, seen = [start], {start}
    found: set[int] = set()
    for number in waiting:
        for way in nodes[number].ways:
            target = goes_to(way.target)
            if _is_guess(nodes[target]):
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
            else:
                found.add(target)
    return found


def _is_guess(node: Node) -> bool:
    """Whether a node is a question whose answer nothing else depends on."""
    if isinstance(node.item, Step | Elsewhere) or not node.ways:
        return False
    return not isinstance(node.item, Question) or node.item.condition not in FROM_USER


def _renumbered(node: Node, number: Callable[[int], int]) -> Node:
    ways = dict.fromkeys(Way(number(way.target), way.answer) for way in node.ways)
    return Node(node.item, tuple(ways), node.function, node.minor)
