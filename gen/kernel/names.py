"""The names by which a tree talks of context tracking, in every release: what to look for, before anything is read."""

from __future__ import annotations

from itertools import takewhile

from gen.model.release import RENAMES

PAIR = ("exception_enter", "exception_exit")
CALLS = (
    *PAIR,
    "schedule_user",
    "user_enter",
    "user_exit",
    "user_enter_irqoff",
    "user_exit_irqoff",
    "user_enter_callable",
    "user_exit_callable",
)
"""What entry code calls; the last two in assembly."""

SYMBOLS = (
    "HAVE_CONTEXT_TRACKING_USER",
    "HAVE_CONTEXT_TRACKING_USER_OFFSTACK",
    "HAVE_TIF_NOHZ",
    "GENERIC_ENTRY",
    "HAVE_VIRT_CPU_ACCOUNTING_GEN",
    "HAVE_VIRT_CPU_ACCOUNTING",
    "ARCH_WANTS_NO_INSTR",
    "HAVE_NOINSTR_VALIDATION",
    "ARCH_NO_PREEMPT",
)
"""The config symbols that say what an architecture's entry code is like, as 6.12 spells them."""


def spellings(name: str) -> tuple[str, ...]:
    """Every spelling that some release has for what 6.12 calls `name`, oldest first."""
    return tuple(dict.fromkeys(older for _, older in RENAMES.get(name, ()))) or (name,)


def all_spellings() -> frozenset[str]:
    """CALLS in every spelling: a file without any of them has nothing to do with the pair."""
    return frozenset(spelling for name in CALLS for spelling in spellings(name))


def in_common(one: str | bytes, other: str | bytes) -> int:
    """How many characters two names begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
