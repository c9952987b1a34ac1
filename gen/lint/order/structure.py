"""A flow to a block of the entry model: branches that join again, loops that are left at their question.

What C does with `goto`, `break` and early returns is written out: an entry path ends in a `return`, so what follows a
jump can stand in the branch that jumps. A flow whose loops do not nest, or that gets too long that way, has no block.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from gen.diagnostics import Span
from gen.lint.order.bodies import NotRebuiltError
from gen.lint.order.flow import Flow, Node, Question
from gen.model.entry import Block, Branch, Item, Loop, Step

MOST_ITEMS = 2_000
"""How long a block may get."""


def block_of(flow: Flow) -> Block:
    """The block that runs as a flow does; NotRebuiltError."""
    return tuple(_Shaper(flow).block(flow.start, None))


class _Shaper:
    def __init__(self, flow: Flow) -> None:
        self.nodes = flow.nodes
        self.targets = [tuple(dict.fromkeys(way.target for way in node.ways)) for node in flow.nodes]
        self.leading_in = Counter(target for targets in self.targets for target in targets)
        self.order = _order(self.targets, flow.start)
        self.loops = _loops(self.targets, self.order, flow.start)
        self.left = MOST_ITEMS
        self._known: dict[tuple[tuple[int, ...], int | None], frozenset[int]] = {}

    def block(
        self, number: int, end: int | None, active: frozenset[int] = frozenset(), head: int | None = None
    ) -> list[Item]:
        """What runs from a node up to `end`, or up to a step that ends the path.

        `active` are the loops around it; `head` is the one whose first node the block begins at, if it does.
        """
        items: list[Item] = []
        current: int | None = number
        while current is not None and current != end:
            self.left -= 1
            if self.left < 0:
                raise NotRebuiltError(f"its C makes more than {MOST_ITEMS:,} steps")
            if current in active and current != head:
                raise NotRebuiltError("its loops do not nest")
            if current in self.loops and current != head:
                current = self._loop(current, active, items)
                continue
            head = None
            node = self.nodes[current]
            if len(self.targets[current]) > 1:
                current = self._branch(node, self.targets[current], end, active, items)
                continue
            if isinstance(node.item, Step):
                items.append(node.item)
            if not node.ways:
                if not isinstance(node.item, Step):
                    items.append(Step("panic", span=_span(node)))
                return items
            current = node.ways[0].target
        return items

    def _branch(
        self, node: Node, targets: tuple[int, ...], end: int | None, active: frozenset[int], items: list[Item]
    ) -> int | None:
        """Adds a branch between some nodes; where it goes on behind it, None if nowhere."""
        first, others = targets[0], targets[1:]
        join = self._join(first, others, end)
        then = self.block(first, join, active)
        otherwise: list[Item] = []
        if len(others) == 1:
            otherwise = self.block(others[0], join, active)
        else:
            after = self._branch(node, others, join, active, otherwise)
            if after is not None and after != join:
                otherwise += self.block(after, join, active)
        swapped = node.ways[0].answer is False and len(targets) == 2
        then, otherwise = (otherwise, then) if swapped else (then, otherwise)
        items.append(Branch(_condition(node), tuple(then), tuple(otherwise), _span(node)))
        return join

    def _join(self, first: int, others: tuple[int, ...], end: int | None) -> int | None:
        """Where the ways of a question come together: the first node past which nothing leads from one to the other.

        What both run before it is written twice, and so is all the rest if there is no such node. One that only one
        node leads to is not the first: that node would do as well.
        """
        one = self._reached((first,), end)
        other = self._reached(others, end)
        candidates = (each for each in one & other if self.leading_in[each] > 1)
        for candidate in sorted(candidates, key=self.order.__getitem__):
            if candidate == end:
                return candidate
            ways = self._reached((first,), candidate), self._reached(others, candidate)
            ends_in_both = any(not self.targets[number] for number in ways[0] & ways[1] if number != candidate)
            if end not in ways[0] | ways[1] and not ends_in_both:
                return candidate
        return end if end in one | other else None

    def _reached(self, starts: tuple[int, ...], end: int | None) -> frozenset[int]:
        """The nodes that can run before `end`, and `end` if it is one of those; the same is asked again and again."""
        if (starts, end) not in self._known:
            seen = set(starts)
            waiting = list(starts)
            for number in waiting:
                if number == end:
                    continue
                for each in self.targets[number]:
                    if each not in seen:
                        seen.add(each)
                        waiting.append(each)
            self._known[starts, end] = frozenset(seen)
        return self._known[starts, end]

    def _loop(self, head: int, active: frozenset[int], items: list[Item]) -> int:
        """Adds a loop; the node behind it."""
        inside = self.loops[head]
        exits = [number for number in sorted(inside) if not inside.issuperset(self.targets[number])]
        if not exits:
            raise NotRebuiltError("it has a loop without an end")
        around = active | {head}
        if head in exits:
            into = [target for target in self.targets[head] if target in inside]
            out = [target for target in self.targets[head] if target not in inside]
            if len(into) == 1 and len(out) == 1:
                body = self._body(into[0], head, around)
                items.append(Loop(self._while(head, into[0]), tuple(body), _span(self.nodes[head])))
                return out[0]
        elif len(exits) == 1 and len(self.targets[exits[0]]) == 2 and head in self.targets[exits[0]]:
            # do { } while: the body once, and then as often as it is asked for.
            last = exits[0]
            body = self.block(head, last, around, head)
            items += body
            items.append(Loop(self._while(last, head), tuple(body), _span(self.nodes[last])))
            return next(target for target in self.targets[last] if target != head)
        raise NotRebuiltError("its loops are left in the middle")

    def _body(self, start: int, head: int, active: frozenset[int]) -> list[Item]:
        return [] if start == head else self.block(start, head, active)

    def _while(self, number: int, inside: int) -> str:
        """What holds as long as a loop goes on."""
        node = self.nodes[number]
        goes_on = next(way.answer for way in node.ways if way.target == inside)
        return f"!({_condition(node)})" if goes_on is False else _condition(node)


def _condition(node: Node) -> str:
    return node.item.condition if isinstance(node.item, Question) and node.item.condition else "anything"


def _span(node: Node) -> Span:
    return node.item.span if isinstance(node.item, Step | Question) else Span("")


def _order(targets: Sequence[Sequence[int]], start: int) -> dict[int, int]:
    """The place of each node in reverse postorder: what comes before a join is before it."""
    done: list[int] = []
    seen = {start}
    waiting = [(start, iter(targets[start]))]
    while waiting:
        number, rest = waiting[-1]
        target = next(rest, None)
        if target is None:
            waiting.pop()
            done.append(number)
        elif target not in seen:
            seen.add(target)
            waiting.append((target, iter(targets[target])))
    return {number: place for place, number in enumerate(reversed(done))}


def _loops(targets: Sequence[Sequence[int]], order: dict[int, int], start: int) -> dict[int, frozenset[int]]:
    """The loops by their first node, which is the only way into them; NotRebuiltError if there is another."""
    before: dict[int, set[int]] = {number: set() for number in order}
    for number in order:
        for target in targets[number]:
            before[target].add(number)
    dominators = _dominators(before, order, start)
    found: dict[int, frozenset[int]] = {}
    for number in order:
        for target in targets[number]:
            if order[target] <= order[number]:
                if target not in dominators[number]:
                    raise NotRebuiltError("a loop of its C has two ways in")
                found[target] = found.get(target, frozenset({target})) | _natural_loop(before, target, number)
    return found


def _natural_loop(before: dict[int, set[int]], head: int, last: int) -> set[int]:
    inside = {head, last}
    waiting = [last] if last != head else []
    while waiting:
        for number in before[waiting.pop()] - inside:
            inside.add(number)
            waiting.append(number)
    return inside


def _dominators(before: dict[int, set[int]], order: dict[int, int], start: int) -> dict[int, frozenset[int]]:
    """The nodes that every run to a node passes, with the node itself."""
    everything = frozenset(order)
    found = dict.fromkeys(order, everything)
    found[start] = frozenset({start})
    changed = True
    while changed:
        changed = False
        for number in order:
            if number == start:
                continue
            own = frozenset({number}).union(frozenset.intersection(*(found[each] for each in before[number])))
            changed |= own != found[number]
            found[number] = own
    return found
