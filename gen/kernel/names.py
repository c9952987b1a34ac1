"""The names by which a tree talks of context tracking, in every release: what to look for, before anything is read."""

from __future__ import annotations

from itertools import takewhile

from gen.facts.loader import renames, symbols
from gen.model.release import Release, spelled

ENTER, EXIT = PAIR = ("exception_enter", "exception_exit")
SCHEDULE_USER = "schedule_user"
CALLS = (
    *PAIR,
    SCHEDULE_USER,
    "user_enter",
    "user_exit",
    "user_enter_irqoff",
    "user_exit_irqoff",
    "user_enter_callable",
    "user_exit_callable",
)
"""What entry code calls; the last two in assembly."""

TRACKING = "HAVE_CONTEXT_TRACKING_USER"
OFFSTACK = "HAVE_CONTEXT_TRACKING_USER_OFFSTACK"
TIF_NOHZ = "HAVE_TIF_NOHZ"
GENERIC_ENTRY = "GENERIC_ENTRY"
CONFIGURED = "CONTEXT_TRACKING_USER"
"""What is selected, and what is on if that counts; by the newest name, as all that is asked for by name."""


def entry_symbols() -> tuple[str, ...]:
    """The config symbols that say what an architecture's entry code is like, as the newest release spells them."""
    return tuple(row.symbol for row in symbols() if row.describes_entry)


def symbols_in(release: Release) -> dict[str, str]:
    """Those symbols as a release spells them."""
    return {symbol: spelled(symbol, release) for symbol in entry_symbols()}


def spellings(name: str) -> tuple[str, ...]:
    """Every spelling that some release has for what the newest calls `name`, oldest first."""
    known = renames().get(name)
    return tuple(each.spelling for each in known.spellings) if known else (name,)


def all_spellings() -> frozenset[str]:
    """CALLS in every spelling: a file without any of them has nothing to do with the pair."""
    return frozenset(spelling for name in CALLS for spelling in spellings(name))


def in_common(one: str | bytes, other: str | bytes) -> int:
    """How many characters two names begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
