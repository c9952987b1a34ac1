"""Every depth at once: what an entry can come back with, as a fixpoint of procedure summaries.

An entry on top of others is a call. What its frame and everything above it can do depends on its kind, on
what the frames below pass up, and on the bits that it finds: finitely many invocations. Each is explored
once; where something may hit, the invocation that it starts is explored too, and the interrupted frame goes
on with every value of the bits that this one is found to return with. No stack is ever built, so no depth
is left out.

Tasks and CPUs are cut off likewise: a task that leaves comes in on a CPU with the bits that some task can
leave there, or with those of a CPU that has been idle from the start. With migration each of these values
can really be had, from tasks and CPUs of its own that nothing else needs, so the answer is exact. With
migration off a task finds what it left itself, or what others made of that: those that came in on some bits
and left others, for which each task remembers what it found. That errs on the safe side only: it is taken
for granted that enough of the others are there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

from gen.verify import steps
from gen.verify.machine import Machine, Node
from gen.verify.properties import ALL_PROPERTIES, Property
from gen.verify.semantics import RETURNED, Below, above, entries, nothing_below, step
from gen.verify.steps import CAME_IN_BITS, CPU_BITS, WORLD_BITS, Broken
from gen.verify.system import spare_task, variables
from gen.verify.tables import Tables, tables

MOST_FACTS = 1_000_000
"""Where a proof is given up; real machines need some thousands."""


class TooManyFactsError(Exception):
    """A machine whose proof would need more than MOST_FACTS facts."""


_UNBOUNDED = 0
_ANYWHERE = -1
_SHARED_BITS = WORLD_BITS | CAME_IN_BITS  # what the frames of one stack hand to each other


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether a machine holds for every depth and any number of tasks and CPUs.

    `smallest_depth` is the smallest depth at which it does not; None if it holds. `facts` is the size of the
    fixpoint: positions with bits, for each invocation.
    """

    holds: bool
    smallest_depth: int | None
    facts: int


def prove(
    machine: Machine,
    checked: frozenset[Property] = ALL_PROPERTIES,
    *,
    wanted: frozenset[Property] = ALL_PROPERTIES,
) -> Proof:
    """Decides the `checked` properties of `machine`.

    Only those that are `wanted` as well count: the others still end a run, so that what they lead to is not found.

    A violation needs some finite depth, so the bounded fixpoints that look for the smallest come to an end.
    """
    tabled = tables(machine)
    unbounded = _Fixpoint(tabled, checked, _UNBOUNDED, wanted)
    if unbounded.holds:
        return Proof(True, None, unbounded.facts)
    smallest = next(depth for depth in count(1) if not _Fixpoint(tabled, checked, depth, wanted).holds)
    return Proof(False, smallest, unbounded.facts)


def breaks_at(machine: Machine, depth: int, checked: frozenset[Property], wanted: frozenset[Property]) -> bool:
    """Whether `machine` does not hold with stacks of at most `depth` frames; `checked` and `wanted` as in `prove`."""
    return not _Fixpoint(tables(machine), checked, depth, wanted).holds


def first_breaks(machine: Machine, checked: frozenset[Property] = ALL_PROPERTIES) -> dict[Property, tuple[Node, ...]]:
    """The nodes that can break a `checked` property in a run that broke none before, by property; empty if all hold."""
    tabled = tables(machine)
    fixpoint = _Fixpoint(tabled, checked, _UNBOUNDED, frozenset())
    breaks: dict[Property, list[Node]] = {}
    for node, broken in sorted(fixpoint.broken_at, key=lambda found: (found[0], found[1].value)):
        breaks.setdefault(broken, []).append(tabled.nodes[node])
    return {broken: tuple(nodes) for broken, nodes in breaks.items()}


@dataclass(slots=True, eq=False)
class _Invocation:
    """An entry: what is below it, and what is known of it so far.

    `room` is how many frames there may be from it on. `reached` are the (node, bits) of its frame, `exits`
    the bits that it can return with, `hits` those that it is one of.
    """

    below: Below
    room: int
    reached: set[tuple[int, int]] = field(default_factory=set)
    exits: set[int] = field(default_factory=set)
    hits: list[_Hit] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Hit:
    """All kinds that may hit a frame in some state, as one: most states are open to the same ones.

    `exits` are the bits that one of them can return with, `callers` the frames that they may have interrupted.
    """

    exits: set[int] = field(default_factory=set)
    callers: list[_Waiting] = field(default_factory=list)


_Waiting = tuple[_Invocation, int, int]
"""A frame that waits to go on: its invocation, its node, and the bits that it brings along."""


_Ready = tuple[_Waiting, int]
"""A task that was switched out, and the lane of the CPU that it comes in on.

A lane is the bits that someone found or left on a CPU, or _ANYWHERE for all CPUs; a task comes in on any of
the values that were left in its lane, or in theirs, and so on.
"""


class _Fixpoint:
    """The facts that follow from the initial state by steps, calls, returns and switches.

    Unless `holds`, they are only those that were found before the first violation that is wanted. `broken_at` has the
    nodes that broke a checked property.
    """

    def __init__(self, tables: Tables, checked: frozenset[Property], depth: int, wanted: frozenset[Property]) -> None:
        self.holds = True
        self.broken_at: set[tuple[int, Property]] = set()
        self._wanted = wanted
        self._count = 0
        self._tables = tables
        self._checked = checked
        self._depth = depth
        self._todo: list[_Waiting] = []
        self._invocations: dict[tuple[Below, int, int, int], _Invocation] = {}
        self._hits: dict[tuple[Below, int, tuple[int, ...], int], _Hit] = {}
        self._migrate = tables.machine.options.migrate
        self._user_mode: set[int] = set()
        self._left: dict[int, set[int]] = {}
        self._ready: set[_Ready] = set()
        self._close()

    @property
    def facts(self) -> int:
        """How many positions with bits were reached, over all invocations."""
        return sum(len(invocation.reached) for invocation in self._invocations.values())

    def _close(self) -> None:
        cpu, task = variables(self._tables)
        start = cpu | steps.USER
        if self._migrate:
            self._left[_ANYWHERE] = {cpu | steps.WATCHING}
        spare = spare_task(self._tables)
        if spare:
            bits, (node, own) = spare
            bottom = _Invocation(nothing_below(self._tables), self._depth)
            self._ready.add(((bottom, node, bits | own), self._lane(start)))
        self._in_user_mode(start | task | self._ghosts(start))
        while self._todo and self.holds:
            self._explore(*self._todo.pop())

    def _in_user_mode(self, world: int) -> None:
        if world not in self._user_mode:
            self._user_mode.add(world)
            for kind in self._tables.from_user:
                self._invoke(nothing_below(self._tables), self._depth, kind, world)

    def _invoke(self, below: Below, room: int, kind: int, world: int) -> _Invocation:
        key = (below, room, kind, world)
        invocation = self._invocations.get(key)
        if invocation is None:
            invocation = self._invocations[key] = _Invocation(below, room)
            self._reach(invocation, self._tables.first_node[kind], world | steps.entered(world))
        return invocation

    def _reach(self, invocation: _Invocation, node: int, bits: int) -> None:
        if (node, bits) not in invocation.reached:
            self._count += 1
            if self._count > MOST_FACTS:
                raise TooManyFactsError
            invocation.reached.add((node, bits))
            self._todo.append((invocation, node, bits))

    def _explore(self, invocation: _Invocation, node: int, bits: int) -> None:
        for to, after, leaves, broken in step(self._tables, invocation.below, node, bits):
            if self._is_violated(broken, node):
                continue
            if leaves:
                self._leave((invocation, to, after & ~CPU_BITS & ~CAME_IN_BITS), after, node)
            elif to == RETURNED:
                self._return(invocation, after & _SHARED_BITS)
            else:
                self._reach(invocation, to, after)
        if invocation.room != 1:
            self._interrupt(invocation, node, bits)

    def _interrupt(self, invocation: _Invocation, node: int, bits: int) -> None:
        kinds = entries(self._tables, invocation.below, node)
        if not kinds:
            return
        below = above(self._tables, invocation.below, node)
        room = invocation.room - 1 if invocation.room else _UNBOUNDED
        hit = self._hit(below, room, kinds, bits & _SHARED_BITS)
        hit.callers.append((invocation, node, bits & ~_SHARED_BITS))
        for world in hit.exits:
            self._reach(invocation, node, bits & ~_SHARED_BITS | world)

    def _hit(self, below: Below, room: int, kinds: tuple[int, ...], world: int) -> _Hit:
        key = (below, room, kinds, world)
        hit = self._hits.get(key)
        if hit is None:
            hit = self._hits[key] = _Hit()
            for kind in kinds:
                callee = self._invoke(below, room, kind, world)
                callee.hits.append(hit)
                hit.exits |= callee.exits
        return hit

    def _return(self, invocation: _Invocation, world: int) -> None:
        if world in invocation.exits:
            return
        invocation.exits.add(world)
        if invocation.below.bottom:
            self._in_user_mode(world)
        for hit in invocation.hits:
            if world not in hit.exits:
                hit.exits.add(world)
                for caller, node, own in hit.callers:
                    self._reach(caller, node, own | world)

    def _leave(self, task: _Waiting, bits: int, node: int) -> None:
        left = bits & CPU_BITS
        if self._is_violated(steps.coming_in(left), node):
            return
        ready = (task, self._lane(left))
        news = False
        for lane in (self._lane(left), self._lane(steps.found_on_cpu(bits))):
            values = self._left.setdefault(lane, set())
            news = news or left not in values
            values.add(left)
        if ready not in self._ready:
            self._ready.add(ready)
            self._come_in(ready)
        if news:
            for other in self._ready:
                self._come_in(other)

    def _come_in(self, ready: _Ready) -> None:
        (invocation, node, bits), lane = ready
        found: set[int] = set()
        lanes = [lane]
        for passed in lanes:
            values = self._left.get(passed, found)
            lanes += values - found
            found |= values
        for cpu in found:
            self._reach(invocation, node, bits | cpu | self._ghosts(cpu))

    def _lane(self, cpu: int) -> int:
        return _ANYWHERE if self._migrate else cpu

    def _ghosts(self, cpu: int) -> int:
        return 0 if self._migrate else steps.came_in(cpu)

    def _is_violated(self, broken: Broken, node: int) -> bool:
        """Whether the run ends here, because it broke something that is checked."""
        ends = broken & self._checked if broken else broken
        if not ends:
            return False
        self.broken_at.update((node, each) for each in ends)
        self.holds = self.holds and not ends & self._wanted
        return True
