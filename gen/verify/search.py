"""Breadth-first search of one system: every state, every first violation, and a shortest run to one."""

from __future__ import annotations

from dataclasses import dataclass, field

from gen.verify.machine import Machine
from gen.verify.properties import ALL_PROPERTIES, Property
from gen.verify.system import Move, State, System


@dataclass(frozen=True, slots=True)
class Run:
    """Moves from the initial state of a system of a machine, the last of which breaks `broken`."""

    tasks: int
    cpus: int
    depth: int
    moves: tuple[Move, ...]
    broken: frozenset[Property]
    machine: Machine = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Exploration:
    """What a search found: the states and transitions that it saw, and the violations that come first.

    `first_broken` has what each of the shortest violating runs breaks; `run` is one of them.
    """

    states: int
    transitions: int
    first_broken: frozenset[frozenset[Property]]
    run: Run | None

    @property
    def holds(self) -> bool:
        """Whether nothing is violated."""
        return self.run is None

    @property
    def shortest(self) -> int | None:
        """The number of moves of a shortest violating run; None if there is none."""
        return len(self.run.moves) if self.run else None


_Parents = dict[State, tuple[State, Move] | None]


def explore(
    machine: Machine,
    tasks: int = 1,
    cpus: int = 1,
    depth: int = 1,
    checked: frozenset[Property] = ALL_PROPERTIES,
    *,
    wanted: frozenset[Property] = ALL_PROPERTIES,
    to_the_end: bool = True,
    most_states: int | None = None,
) -> Exploration:
    """Searches the system of `tasks` and `cpus` whose stacks have at most `depth` frames.

    Only `checked` properties end a run, and only those that are `wanted` as well count as violations. Unless
    `to_the_end`, the search ends with the moves that are as long as the shortest violating run; it always ends after a
    level that brings it to `most_states`, and what it says then is about the runs up to that length; in a level that
    brings it to twice as many it ends at once, and may lack some of `first_broken`.
    """
    system = System(machine, depth)
    start = system.initial(tasks, cpus)
    parents: _Parents = {start: None}
    level = [start]
    transitions = 0
    first: list[tuple[State, Move, frozenset[Property]]] = []
    while level and (most_states is None or len(parents) < most_states):
        following: list[State] = []
        violations: list[tuple[State, Move, frozenset[Property]]] = []
        for state in level:
            if most_states is not None and len(parents) >= 2 * most_states:
                break
            for move, after, broken in system.successors(state):
                transitions += 1
                if broken and broken & checked:
                    if broken & checked & wanted:
                        violations.append((state, move, broken & checked))
                elif after not in parents:
                    parents[after] = (state, move)
                    following.append(after)
        first = first or violations
        if first and not to_the_end:
            break
        level = following
    run = None
    if first:
        state, move, broken = first[0]
        run = Run(tasks, cpus, depth, (*_moves_to(state, parents), move), broken, machine)
    return Exploration(len(parents), transitions, frozenset(broken for _, _, broken in first), run)


def _moves_to(state: State, parents: _Parents) -> tuple[Move, ...]:
    moves: list[Move] = []
    reached = parents[state]
    while reached:
        moves.append(reached[1])
        reached = parents[reached[0]]
    return tuple(reversed(moves))
