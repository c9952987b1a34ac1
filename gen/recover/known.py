"""What is known of an architecture's entry code before its tree is read: facts of the hardware, and a spec's on top."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gen.model.entry import Block, EntryModel, InterruptClass
from gen.model.release import Release
from gen.spec.entry_facts import EntryFacts, EntryRow, Machine, entry_facts

if TYPE_CHECKING:
    from gen.spec.archspec import ArchSpec


@dataclass(frozen=True)
class Known:
    """What reading starts from: `model` has the paths and sequences that a spec describes, none without one.

    `folder` is the architecture's in arch/. `calls` are what calls and questions of its C mean, by their text, `config`
    the options that its port always has. `spec_file` is the name that places of the spec carry, empty without one.
    `read_from` is the release whose tree it describes, None if that is the one that is read. `machine` is what its
    instructions and registers do.
    """

    folder: str
    model: EntryModel
    calls: Mapping[str, Block]
    config: Mapping[str, bool]
    rows: tuple[EntryRow, ...] = field(default=(), repr=False)
    spec_file: str = ""
    read_from: Release | None = None
    machine: Machine = field(default_factory=Machine, repr=False)

    def row(self, symbol: str, macro: str, file: str) -> EntryRow | None:
        """What enters by a function of a file, which this macro defines (empty if none does); None if nobody knows."""
        return next((each for each in self.rows if each.matches(symbol, macro, file)), None)


_ANY_PORT = {
    "irq": InterruptClass("irq", "interrupt", maskable=True, synchronous=False),
    "sync": InterruptClass("sync", "exception of the instruction", maskable=False, synchronous=True),
}
"""What can enter on every machine."""


def known(arch: str, spec: ArchSpec | None, release: Release) -> Known:
    """What is known of an architecture, by its name or folder, in a tree of `release`.

    Without a spec and without facts that is one class of interrupts, and exceptions.
    """
    facts = entry_facts(arch)
    if spec is not None:
        return _of_spec(spec, facts, release)
    model = EntryModel(facts.arch if facts else arch, False, facts.classes if facts else _ANY_PORT, {}, {}, {})
    if facts is None:
        return Known(arch, model, {}, {})
    return Known(facts.folder, model, _meanings(facts), facts.config, facts.rows, machine=facts.machine)


def _of_spec(spec: ArchSpec, facts: EntryFacts | None, release: Release) -> Known:
    config = dict(facts.config) if facts else {}
    if condition := spec.kconfig.condition_in(release):
        config[f"CONFIG_{condition}"] = True
    calls = {**(_meanings(facts) if facts else {}), **{each.text: each.body for each in spec.calls_in(release)}}
    model = spec.model.in_release(release)
    if facts:
        model = replace(model, classes={**facts.classes, **model.classes})
    folder = spec.kconfig.file.split("/")[1]
    rows, machine = (facts.rows, facts.machine) if facts else ((), Machine())
    read_from = None if spec.describes(release) else spec.kernel
    return Known(folder, model, calls, config, rows, spec.file, read_from, machine)


def _meanings(facts: EntryFacts) -> dict[str, Block]:
    return {each.text: each.body for each in facts.calls}
