"""Every rule that there is, from all rooms."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from gen.diagnostics.rule import RULES, Rule

ROOMS = (
    "gen.diagnostics.suppress",
    "gen.spec.rules",
    "gen.render.rules",
    "gen.verify.rules",
    "gen.lint.baseline",
    "gen.lint.rules",
    "gen.patch.rules",
    "gen.boot.rules",
)
"""The modules whose functions are rules, and the packages of such modules; a room with rules adds its own here."""


def all_rules() -> dict[str, Rule[...]]:
    """All rules by id."""
    for room in ROOMS:
        module = import_module(room)
        for each in iter_modules(getattr(module, "__path__", ())):
            import_module(f"{room}.{each.name}")
    return RULES
