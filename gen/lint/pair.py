"""What one function does with exception_enter() and exception_exit(), as facts; `pair_walk` finds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gen.csource.cfg import Call, Graph
from gen.csource.kernel_file import Analysed
from gen.csource.tokens import Place
from gen.kernel.names import ENTER


class Value(StrEnum):
    """Where the value of a variable comes from."""

    ENTER = ENTER
    NOTHING = "nothing"
    PARAMETER = "parameter"
    CONSTANT = "constant"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Origin:
    """The value of a variable: for ENTER `site` is the call's number, else `text` is what was assigned, and where."""

    value: Value
    site: int = -1
    text: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """One call of exception_enter(), or of a helper that calls it; `saved` is what gets the result, or nothing."""

    call: Call
    node: int
    saved: str


@dataclass(frozen=True, slots=True)
class Leak:
    """A way that leaves the function at node `leaving` while the state of `site` is open; `path` are its nodes."""

    site: Site
    leaving: int
    path: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Drop:
    """An exception_enter() whose result is dropped; `returns` says whether any way from there leaves the function."""

    site: Site
    returns: bool


@dataclass(frozen=True, slots=True)
class Mismatch:
    """An exception_exit() of something else than what exception_enter() gave; `site` is the one that is open."""

    call: Call
    argument: str
    origin: Origin
    site: Site


@dataclass(frozen=True, slots=True)
class Unpaired:
    """A call of the pair in the wrong state; `other` is the call that made it wrong, if one did."""

    call: Call
    other: Call | None


class Role(StrEnum):
    """Which half of the pair a function is to those who call it."""

    OPENS = "opens"
    CLOSES = "closes"


@dataclass(frozen=True, slots=True)
class Helper:
    """A function that opens and returns the state, or closes that of its parameter number `parameter`, from 0."""

    role: Role
    parameter: int = 0


Helpers = Mapping[str, Helper]


@dataclass(frozen=True)
class PairUse:
    """All that was found in one function, in one view of it.

    `puzzles` are the reasons why something could not be decided; `helper` is set for a function that is half a pair;
    `matters` says whether it calls the pair at all.
    """

    function: Analysed
    leaks: tuple[Leak, ...] = ()
    drops: tuple[Drop, ...] = ()
    mismatches: tuple[Mismatch, ...] = ()
    unpaired: tuple[Unpaired, ...] = ()
    puzzles: tuple[str, ...] = ()
    helper: Helper | None = None
    matters: bool = False

    @property
    def balanced(self) -> bool:
        """Whether nothing is wrong, and nothing undecided."""
        return not (self.leaks or self.drops or self.mismatches or self.unpaired or self.puzzles)

    @property
    def graph(self) -> Graph:
        """The graph of the function."""
        return self.function.graph


def helpers_among(uses: Iterable[PairUse]) -> dict[str, Helper]:
    """The functions that are the same half of a pair in every view."""
    roles: dict[str, set[Helper | None]] = {}
    for use in uses:
        roles.setdefault(use.function.name, set()).add(use.helper)
    return {name: role for name, each in roles.items() if len(each) == 1 and (role := next(iter(each))) is not None}
