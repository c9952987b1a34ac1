"""Names of context tracking that a release no longer has, or does not have yet."""

from __future__ import annotations

from functools import cache

from gen.facts.loader import renames, replaced
from gen.model.release import Release, spelled


@cache
def stale_names(release: Release) -> dict[str, str]:
    """To each name that this release does not have, what it is called there. Source: the commits of the rows."""
    found: dict[str, str] = {}
    for name, rename in renames().items():
        right = spelled(name, release)
        if "(" not in name:
            found |= {each.spelling: right for each in rename.spellings if each.spelling != right}
    for each in replaced():
        found |= {each.name: each.by} if each.holds(release) else {each.by: each.name}
    stays = {each.spelling for rename in renames().values() for each in rename.spellings if each.stays}
    return {name: right for name, right in found.items() if name not in stays}
