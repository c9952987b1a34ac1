"""How the entry paths of a tree stand to those of its spec."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from gen.lint.order.entries import EntryReading, Outcome, PathReading
from gen.recover.recover import Recovered


class Standing(Enum):
    """How a path of one stands to the other; the value is how it is printed."""

    DIFFERS = "not as the spec has them"
    NEW = "not in the spec"
    GONE = "not in the tree"
    UNKNOWN = "cannot tell"
    SAME = "as the spec has them"


@dataclass(frozen=True)
class Stands:
    """One path, and how it stands."""

    reading: PathReading
    standing: Standing

    @property
    def names(self) -> set[str]:
        """The names of the path, and of its function or label."""
        return {self.reading.path.name, self.reading.path.symbol}


def standings(found: EntryReading, read: Recovered) -> list[Stands]:
    """Each path, those that are to be looked at first; what only hands on to others is none of its own."""
    gone = {each.name for each in read.gone}
    handing = {each.path.name for each in read.paths if each.hands_on}
    told = (Stands(each, _standing(each, gone)) for each in found.paths if each.path.name not in handing)
    return sorted(told, key=lambda each: list(Standing).index(each.standing))


def _standing(each: PathReading, gone: Collection[str]) -> Standing:
    if each.path.name in gone:
        return Standing.GONE
    match each.outcome:
        case Outcome.NOT_REBUILT:
            return Standing.UNKNOWN
        case Outcome.DIFFERS:
            return Standing.DIFFERS
    return Standing.SAME if each.path.body else Standing.NEW
