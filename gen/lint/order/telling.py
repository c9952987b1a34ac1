"""What the rules about the order of calls have in common: how paths are named, and what else a finding points at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gen.diagnostics import Diagnostic, Related
from gen.lint.order.entries import EntryReading, Exposed, Kind, Turn
from gen.verify.windows import Window


def in_window(reading: EntryReading, kind: Kind, *windows: Window) -> Iterator[Exposed]:
    """What is wrong in this way in these windows, by place."""
    return (each for each in reading.exposed if each.kind is kind and each.window in windows)


def in_paths(paths: Sequence[str]) -> str:
    """In which paths, in a few words."""
    names = [f"`{name}`" for name in paths]
    shown = ", ".join(names if len(names) <= 4 else names[:3])
    rest = f" and {len(names) - 3} more" if len(names) > 4 else ""
    return f"in {shown}{rest}" if names else ""


def related(turn: Turn | None, described: Exposed | None = None) -> tuple[Related, ...]:
    """The step that moves the state, and the line of the spec where the spec says the same."""
    found = [Related(turn.span, f"{turn.name}() is here")] if turn else []
    if described is not None and described.described is not None:
        found.append(Related(described.described, "the spec describes it here"))
    return tuple(found)


def before(turn: Turn | None) -> str:
    """Where an entry window is, for a message."""
    return f"before {turn.name}()" if turn else "in the USER state"


def behind(turn: Turn | None) -> str:
    """Where an exit window is, for a message."""
    return f"after {turn.name}()" if turn else "in the USER state"


def in_function(found: Diagnostic, function: str) -> Diagnostic:
    """The finding with the function that it is in."""
    return replace(found, function=function)
