"""Which steps of a path run after which: ends that are missing, steps that nothing reaches, states never saved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gen.diagnostics import Diagnostic
from gen.model.entry import Block, Branch, Call, EntryModel, Item, Loop, Step
from gen.model.flow import ENDS, dead_ends
from gen.model.vocabulary import Effect
from gen.spec import rules


def check_flow(model: EntryModel, meanings: Iterable[tuple[str, Block]] = ()) -> Iterator[Diagnostic]:
    """What is wrong with the order of steps, in every sequence and path, and in what the tree's C calls mean."""
    dead = dead_ends(model)
    for sequence in model.sequences.values():
        flow = _Flow(dead, sequence.name, in_sequence=True)
        flow.run(sequence.body, entered=True)
        yield from flow.found
    for path in model.paths.values():
        flow = _Flow(dead, path.name, in_sequence=False)
        if flow.run(path.body, entered=False).falls_through:
            yield rules.missing_return.at(path.span, path.name)
        yield from flow.found
    for text, body in meanings:
        flow = _Flow(dead, text, in_sequence=False)
        flow.run(body, entered=True)
        yield from flow.found


@dataclass(frozen=True)
class _After:
    """After an item: whether anything gets past it, and whether exception_enter has run on every way there."""

    falls_through: bool
    entered: bool


@dataclass
class _Flow:
    dead_ends: frozenset[str]
    name: str
    in_sequence: bool
    found: list[Diagnostic] = field(default_factory=list)

    def run(self, block: Block, entered: bool) -> _After:
        """Goes through a block; the first step that nothing reaches is reported, those behind it are not."""
        after = _After(True, entered)
        for index, item in enumerate(block):
            if not after.falls_through:
                self.found.append(rules.unreachable_step.at(item.span, block[index - 1].span))
                return after
            after = self.item(item, after.entered)
        return after

    def item(self, item: Item, entered: bool) -> _After:
        match item:
            case Step():
                return self.step(item, entered)
            case Branch():
                ways = (self.run(item.then, entered), self.run(item.otherwise, entered))
                past = [way for way in ways if way.falls_through]
                return _After(bool(past), all(way.entered for way in past))
            case Loop():
                self.run(item.body, entered)
                return _After(True, entered)
            case Call():
                return _After(item.sequence not in self.dead_ends, entered)

    def step(self, step: Step, entered: bool) -> _After:
        if step.word == "return" and self.in_sequence:
            self.found.append(rules.return_in_sequence.at(step.span, self.name))
        if step.row.effect is Effect.EXCEPTION_EXIT and not entered:
            self.found.append(rules.exit_without_enter.at(step.span, self.name))
        return _After(step.word not in ENDS, entered or step.row.effect is Effect.EXCEPTION_ENTER)
