"""Where the shipped specs and templates are: in the package of a wheel, beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def specs_directory() -> Path:
    """The directory of the shipped specs."""
    return _shipped("arch_specs")


def templates_directory() -> Path:
    """The directory of the templates."""
    return _shipped("templates")


def entry_facts_directory() -> Path:
    """The directory of the facts about entry code, a file an architecture."""
    return _PACKAGE / "facts" / "entry"


def _shipped(name: str) -> Path:
    packaged = _PACKAGE / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name
