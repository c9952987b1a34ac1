"""Names of context tracking that a release no longer has, or does not have yet."""

from __future__ import annotations

from functools import cache

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


@cache
def stale_names(release: Release) -> dict[str, str]:
    """To each name that this release does not have, what it is called there. Source: the commits of RENAMES."""
    found: dict[str, str] = {}
    for name, spellings in RENAMES.items():
        if "(" in name:
            continue
        right = spelled(name, release)
        found |= {spelling: right for _, spelling in spellings if spelling != right}
    for old, new, since in _OTHERS:
        found |= {old: new} if release >= since else {new: old}
    return {name: right for name, right in found.items() if name not in _STILL_THERE}
