"""The whole answer about a machine: a proof for every depth, or the shortest run that violates it."""

from __future__ import annotations

from dataclasses import dataclass

from gen.verify.machine import Machine
from gen.verify.narrow import narrowed
from gen.verify.properties import ALL_PROPERTIES, Property
from gen.verify.search import Exploration, Run, explore
from gen.verify.slim import slim
from gen.verify.summaries import Proof, breaks_at, prove

SYSTEMS = ((1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (3, 2), (3, 3))
"""Tasks and CPUs in the order in which a run is looked for; the first does unless a CPU keeps a state."""

MOST_STATES = 50_000
"""Where the search of one system is given up, and only the kinds of entry that it takes to break are searched."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A proof and, if it does not hold, a shortest violating run of the smallest system that has one.

    `run` is None although the machine does not hold if `SYSTEMS` has no such system. With migration off that
    may mean that there is none at all, see `summaries`.
    """

    proof: Proof
    run: Run | None

    @property
    def holds(self) -> bool:
        """Whether nothing is violated at any depth, with any number of tasks and CPUs."""
        return self.proof.holds


def verify(
    machine: Machine,
    checked: frozenset[Property] = ALL_PROPERTIES,
    *,
    wanted: frozenset[Property] = ALL_PROPERTIES,
) -> Verdict:
    """Decides the `checked` properties of `machine`, and finds a run of the smallest violating depth.

    Only those that are `wanted` as well count, see `prove`.
    """
    proof = prove(machine, checked, wanted=wanted)
    if proof.smallest_depth is None:
        return Verdict(proof, None)
    return Verdict(proof, shortest_run(machine, proof.smallest_depth, checked, wanted=wanted))


def shortest_run(
    machine: Machine,
    depth: int,
    checked: frozenset[Property] = ALL_PROPERTIES,
    *,
    wanted: frozenset[Property] = ALL_PROPERTIES,
) -> Run | None:
    """A shortest violating run of the smallest of SYSTEMS that has one at this depth; None if none has.

    Where there are too many states, it is the shortest with as few kinds of entry as it takes; where these are too
    many, too, without the positions at which nothing happens. The run has the machine that it is of.
    """

    def breaks(part: Machine) -> bool:
        # With fewer kinds of entry it does not break any sooner.
        return breaks_at(slim(part), depth, checked, wanted)

    def searched(part: Machine, tasks: int, cpus: int) -> Exploration:
        return explore(part, tasks, cpus, depth, checked, wanted=wanted, to_the_end=False, most_states=MOST_STATES)

    smaller = iter((lambda: narrowed(machine, breaks), lambda: slim(machine)))
    for tasks, cpus in SYSTEMS:
        found = searched(machine, tasks, cpus)
        while not found.run and found.states >= MOST_STATES and breaks(machine) and (less := next(smaller, None)):
            machine = less()
            found = searched(machine, tasks, cpus)
        if found.run:
            return found.run
    return None
