"""Names of context tracking that a tree no longer has, or does not have yet."""

from __future__ import annotations

from functools import lru_cache

from gen.facts.loader import renames, replaced
from gen.kernel.naming import Naming
from gen.model.release import Release, spelled


@lru_cache(maxsize=16)
def stale_names(naming: Naming) -> dict[str, str]:
    """To each name that the tree does not have, what it is called there.

    A tree tells by itself: of a thing that it shows under no name nothing is said. Where it shows nothing at all, as
    outside of any, the release does. Source: the commits of the rows.
    """
    lived_on = {each.spelling for rename in renames().values() for each in rename.spellings if each.stays}
    found: dict[str, str] = {}
    for spellings, in_release in _rows(naming.release):
        there = [each for each in spellings if each in naming.shown]
        right = in_release if not naming.shown else there[-1] if there else ""
        # One that lived on shows nothing by itself: the newer one may only be declared elsewhere.
        if right and (right == in_release or right not in lived_on):
            found |= {each: right for each in spellings if each != right and each not in there}
    return {name: right for name, right in found.items() if name not in lived_on}


def _rows(release: Release) -> list[tuple[tuple[str, ...], str]]:
    """The spellings of each thing, oldest first, and which of them a release has."""
    renamed = {
        name: tuple(each.spelling for each in row.spellings) for name, row in renames().items() if "(" not in name
    }
    return [
        *((spellings, spelled(name, release)) for name, spellings in renamed.items()),
        *(((each.name, each.by), each.by if each.holds(release) else each.name) for each in replaced()),
    ]
