"""Names of context tracking that a tree no longer has, or does not have yet."""

from __future__ import annotations

from functools import lru_cache

from gen.kernel.naming import Naming
from gen.model.release import RENAMES, Release, spelled

_STILL_THERE = frozenset({"ct_state", "CONTEXT_TRACKING"})
"""Spellings that lived on with another meaning: the checked ct_state(), the umbrella of _USER and _IDLE."""

_V6_0 = Release(6, 0)

_OTHERS: tuple[tuple[str, str, Release], ...] = (
    # 24a9c54182b3 and the commits around it.
    ("context_tracking_enter", "ct_user_enter", _V6_0),
    ("context_tracking_exit", "ct_user_exit", _V6_0),
    ("context_tracking_cpu_set", "ct_cpu_track_user", _V6_0),
    ("context_tracking_in_user", "ct_state", _V6_0),
    ("CONTEXT_TRACKING_FORCE", "CONTEXT_TRACKING_USER_FORCE", _V6_0),
    ("rcu_idle_enter", "ct_idle_enter", _V6_0),
    ("rcu_idle_exit", "ct_idle_exit", _V6_0),
)
"""An old name, what replaced it, and the first release with the new one: names that nothing is rendered with."""


@lru_cache(maxsize=16)
def stale_names(naming: Naming) -> dict[str, str]:
    """To each name that the tree does not have, what it is called there.

    A tree tells by itself: of a thing that it shows under no name nothing is said. Where it shows nothing at all, as
    outside of any, the release does. Source: the commits of RENAMES.
    """
    found: dict[str, str] = {}
    for spellings, in_release in _rows(naming.release):
        there = [each for each in spellings if each in naming.shown]
        right = in_release if not naming.shown else there[-1] if there else ""
        # One that lived on shows nothing by itself: the newer one may only be declared elsewhere.
        if right and (right == in_release or right not in _STILL_THERE):
            found |= {each: right for each in spellings if each != right and each not in there}
    return {name: right for name, right in found.items() if name not in _STILL_THERE}


def _rows(release: Release) -> list[tuple[tuple[str, ...], str]]:
    """The spellings of each thing, oldest first, and which of them a release has."""
    renamed = {name: tuple(each for _, each in rows) for name, rows in RENAMES.items() if "(" not in name}
    return [
        *((spellings, spelled(name, release)) for name, spellings in renamed.items()),
        *(((old, new), new if release >= since else old) for old, new, since in _OTHERS),
    ]
