"""What the rules about the order of calls have in common: how paths are named, and what else a finding points at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gen.diagnostics import Diagnostic, Related
from gen.lint.facts import ArchFacts
from gen.lint.order.entries import Exposed, Kind, Turn
from gen.lint.source import SourceFile
from gen.verify.windows import Window


def in_window(exposed: Iterable[Exposed], kind: Kind, *windows: Window) -> Iterator[Exposed]:
    """What is wrong in this way in these windows, by place."""
    return (each for each in exposed if each.kind is kind and each.window in windows)


def loosely(file: SourceFile, facts: ArchFacts | None) -> tuple[Exposed, ...]:
    """What is exposed in a C file that no spec describes: of an architecture without one, or outside of any tree.

    What can be instrumented counts where offstack is declared, and outside of a tree, where nothing is known.
    """
    described = file.in_tree and (facts is None or facts.spec is not None)
    if described or file.is_assembly:
        return ()
    from gen.lint.order.loose import read_loose

    offstack = facts is None or facts.declaration is not None
    return read_loose(file.name, file.text, file.release, file.kernel_file.noreturn, offstack=offstack)


def in_paths(paths: Sequence[str]) -> str:
    """In which paths, in a few words behind a comma; nothing if that is not known."""
    names = [f"`{name}`" for name in paths]
    shown = ", ".join(names if len(names) <= 4 else names[:3])
    rest = f" and {len(names) - 3} more" if len(names) > 4 else ""
    return f", in {shown}{rest}" if names else ""


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


def in_function(found: Diagnostic, function: str, condition: str = "") -> Diagnostic:
    """The finding with the function that it is in, and in which configurations."""
    return replace(found, function=function, condition=condition)
