"""What the rules about the order of calls have in common: how paths are named, and what else a finding points at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from gen.diagnostics import Diagnostic, Related, Severity, Span
from gen.kernel.names import spellings
from gen.lint.facts import ArchFacts
from gen.lint.order.entries import Exposed, Kind, Turn
from gen.lint.source import SourceFile
from gen.model.vocabulary import TO_KERNEL, TO_USER, WORDS, Effect
from gen.model.windows import Window


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
    config = None if file.config is None else frozenset(file.config)
    noreturn = file.kernel_file.noreturn
    return read_loose(
        file.name, file.text, file.release, noreturn, offstack=offstack, config=config, naming=file.naming
    )


def in_paths(paths: Sequence[str]) -> str:
    """In which paths, in a few words behind a comma; nothing if that is not known."""
    names = [f"`{name}`" for name in paths]
    shown = ", ".join(names if len(names) <= 4 else names[:3])
    rest = f" and {len(names) - 3} more" if len(names) > 4 else ""
    return f", in {shown}{rest}" if names else ""


def interrupts(classes: Sequence[str]) -> str:
    """Interrupts of some classes of the spec, for a message; of none where there is no spec."""
    named = ", ".join(f"`{name}`" for name in classes)
    return f"interrupts of {'class' if len(classes) == 1 else 'the classes'} {named}" if classes else "interrupts"


def in_both_windows(exposed: Iterable[Exposed], kind: Kind) -> dict[tuple[Span, str], Exposed]:
    """What is wrong in this way in both windows, by place and name: that of the later one."""
    found = [each for each in exposed if each.kind is kind]
    early = {(each.span, each.what) for each in found if each.window is Window.ENTRY}
    return {
        (each.span, each.what): each for each in found if each.window is Window.EXIT and (each.span, each.what) in early
    }


def related(turn: Turn | None, described: Exposed | None = None) -> tuple[Related, ...]:
    """The step that moves the state, and the line of the spec where the spec says the same."""
    found = [Related(turn.span, f"{turn.name}() is here")] if turn else []
    if described is not None and described.described is not None:
        found.append(Related(described.described, "the spec describes it here"))
    return tuple(found)


def moved(found: Exposed, where: str) -> str:
    """What to do with what can be instrumented: the kernel's own steps cannot be made noinstr, a port's code can."""
    effect = _effects().get(found.what)
    if effect in TO_KERNEL | TO_USER:
        return "move the state in noinstr C, by user_exit_irqoff() and user_enter_irqoff()"
    return f"call it {where}" if effect else f"call it {where}, or make it noinstr"


@cache
def _effects() -> dict[str, Effect]:
    return {spelling: word.effect for word in WORDS.values() for spelling in spellings(word.name)}


def before(turn: Turn | None) -> str:
    """Where an entry window is, for a message."""
    return f"before {turn.name}()" if turn else "in the USER state"


def behind(turn: Turn | None) -> str:
    """Where an exit window is, for a message."""
    return f"after {turn.name}()" if turn else "in the USER state"


def told(found: Diagnostic, each: Exposed) -> Diagnostic:
    """The finding with its function and configurations; a note if it hangs on what was not read: that is no error."""
    if each.doubt:
        found = replace(found, message=f"{found.message}, unless {each.doubt}", severity=Severity.NOTE)
    return in_function(found, each.function, each.condition)


def in_function(found: Diagnostic, function: str, condition: str = "") -> Diagnostic:
    """The finding with the function that it is in, and in which configurations."""
    return replace(found, function=function, condition=condition)
