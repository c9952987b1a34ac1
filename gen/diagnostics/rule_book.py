"""Every rule that there is, from all rooms."""

from __future__ import annotations

from importlib import import_module

from gen.diagnostics.rule import RULES, Rule

ROOMS = ("gen.spec.rules", "gen.render.rules", "gen.verify.rules")
"""The modules whose functions are rules; a room with rules of its own adds its module here."""


def all_rules() -> dict[str, Rule[...]]:
    """All rules by id."""
    for room in ROOMS:
        import_module(room)
    return RULES
