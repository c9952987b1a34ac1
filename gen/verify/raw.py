"""The answer about a machine in the raw notation: for the system that was asked about, and for all of them."""

from __future__ import annotations

from dataclasses import dataclass

from gen.verify.notation import Configuration
from gen.verify.properties import RCU_SAFETY, Property
from gen.verify.search import explore
from gen.verify.summaries import Proof, prove
from gen.verify.timeline import Row, timeline

MOST_CELLS = 800_000
"""Tasks and CPUs in all states together, where a search is given up; the largest that was judged has 640,000."""


@dataclass(frozen=True)
class RawAnswer:
    """What can be said of one configuration.

    `first_broken` has what each of the shortest violating runs breaks. `proof` is for every depth and any number of
    tasks and CPUs, the rest for those that were given. `complete` is false if the search met MOST_CELLS.
    """

    configuration: Configuration
    shortest: int | None
    first_broken: tuple[tuple[Property, ...], ...]
    proof: Proof
    safe: bool
    states: int
    transitions: int
    rows: tuple[Row, ...]
    complete: bool

    @property
    def verdict(self) -> str:
        """`violated`, `holds`, or `unknown`: no violation was found in a search that did not come to its end."""
        if self.shortest is not None:
            return "violated"
        return "holds" if self.complete or self.proof.holds else "unknown"

    @property
    def holds(self) -> bool:
        """Whether nothing is violated in the system that was asked about."""
        return self.verdict == "holds"

    @property
    def property_class(self) -> str | None:
        """`RCU safety` or `bookkeeping`, by the worst of what is broken first; None if nothing is."""
        if self.shortest is None:
            return None
        worst = any(each in RCU_SAFETY for together in self.first_broken for each in together)
        return "RCU safety" if worst else "bookkeeping"


def answer(configuration: Configuration) -> RawAnswer:
    """Searches the given system to its end, and decides every other one by summaries."""
    machine, tasks, cpus = configuration.machine, configuration.tasks, configuration.cpus
    most = MOST_CELLS // (tasks + cpus)
    found = explore(machine, tasks, cpus, configuration.depth, most_states=most)
    broken = (tuple(sorted(each, key=lambda one: one.value)) for each in found.first_broken)
    return RawAnswer(
        configuration=configuration,
        shortest=found.shortest,
        first_broken=tuple(sorted(broken, key=str)),
        proof=prove(machine),
        safe=prove(machine, RCU_SAFETY).holds,
        states=found.states,
        transitions=found.transitions,
        rows=timeline(found.run) if found.run else (),
        complete=found.states < most,
    )
