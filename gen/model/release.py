"""Kernel releases, and how each spells the names that changed between them."""

from __future__ import annotations

from gen.facts.loader import releases, renames
from gen.facts.release import Release, is_between

__all__ = ["Release", "is_between", "newest", "oldest", "spelled"]


def oldest() -> Release:
    """The first release that can be rendered for: offstack came with it."""
    return releases().oldest


def newest() -> Release:
    """The last release whose facts were looked up; a later one is taken to be like it."""
    return releases().newest


def spelled(name: str, release: Release) -> str:
    """How `release` spells what has this name today; a name that never changed is its own spelling.

    What was there before the first release of its rows had the first spelling.
    """
    known = renames().get(name)
    if known is None:
        return name
    return next((each.spelling for each in known.spellings if each.holds(release)), known.spellings[0].spelling)
