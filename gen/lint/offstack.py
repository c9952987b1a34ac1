"""What is compiled where an architecture declares offstack: the calls that three rules are about."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gen.csource.asm import Use
from gen.csource.cfg import Call
from gen.csource.kernel_views import KernelView
from gen.csource.lookup import Occurrence
from gen.csource.outline import Group
from gen.csource.tokens import CONDITIONALS, Place, Tokens, directive_word
from gen.diagnostics import Span
from gen.kernel.names import OFFSTACK
from gen.lint.facts import ArchFacts, Declaration
from gen.lint.pair import PairUse
from gen.lint.source import SourceFile


def calls_with_offstack(
    use: PairUse, facts: ArchFacts | None, names: Collection[str]
) -> Iterator[tuple[Call, Declaration]]:
    """The calls of some names in a view that may be compiled together with offstack, if that is declared."""
    if facts is None or facts.declaration is None:
        return
    symbol = f"CONFIG_{facts.spelled(OFFSTACK)}"
    answers = use.function.answers
    if answers and all(decided.get(symbol) is False for decided in answers):
        return
    for _, call in use.graph.calls():
        if call.name in names and call.operands is not None:
            yield call, facts.declaration


def pair_does_nothing(use: PairUse, facts: ArchFacts | None) -> bool:
    """Whether a view is only ever compiled with offstack: its calls of the pair are wrong, a missing one is none."""
    if facts is None or not facts.is_offstack_always:
        return False
    symbol = f"CONFIG_{facts.spelled(OFFSTACK)}"
    return not any(decided.get(symbol) is False for decided in use.function.answers)


def without_offstack(around: tuple[Group, ...], facts: ArchFacts) -> bool:
    """Whether text inside some #if groups is never compiled together with offstack."""
    declared = KernelView(({f"CONFIG_{facts.spelled(OFFSTACK)}": True},), Tokens([], []))
    return not declared.allows(around, None)


def assembly_calls(
    file: SourceFile, facts: ArchFacts | None, names: Collection[str]
) -> Iterator[tuple[Span, str, Declaration]]:
    """The places where assembly names one of some functions, macros of the same file followed, if offstack is declared.

    A macro that a header gives to assembly (`#define SCHEDULE_USER bl schedule_user`) is such a place, too.
    """
    if facts is None or facts.declaration is None:
        return
    for use in file.assembly(names):
        if use.use is Use.OPERAND and not use.via and _may_be_built(_groups_at(file, use.place), facts):
            yield file.span(use.place, len(use.name)), use.name, facts.declaration
    for each in file.occurrences(names):
        if not each.called and each.function.isupper() and _may_be_built(_around_macro(file, each), facts):
            yield file.span(each.place, len(each.name)), each.name, facts.declaration


def _may_be_built(around: tuple[Group, ...], facts: ArchFacts) -> bool:
    """Whether what stands inside some #if groups may reach the assembler together with offstack."""
    # __ASSEMBLY__ counts as off elsewhere, because the readers of C look at C alone.
    others = tuple(group for group in around if not any("__ASSEMBL" in directive for directive in group))
    return not without_offstack(others, facts)


def _around_macro(file: SourceFile, use: Occurrence) -> tuple[Group, ...]:
    """The #if groups around the macro that uses a name; a macro has its lines to itself."""
    for macro in file.outline.macros:
        first, last = file.source.place(macro.start).line, file.source.place(macro.end).line
        if macro.name == use.function and first <= use.place.line <= last:
            return macro.around
    return ()


def _groups_at(file: SourceFile, place: Place) -> tuple[Group, ...]:
    """The #if groups that are open at a place of an assembly file."""
    groups: list[list[str]] = []
    for line in file.lines[: place.line - 1]:
        directive = line.lstrip()
        word = directive_word(directive)
        if word in {"if", "ifdef", "ifndef"}:
            groups.append([directive])
        elif word == "endif":
            del groups[-1:]
        elif word in CONDITIONALS and groups:
            groups[-1].append(directive)
    return tuple(map(tuple, groups))
