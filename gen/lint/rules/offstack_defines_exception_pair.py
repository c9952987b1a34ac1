"""Definitions of the pair in an architecture that declares offstack."""

from __future__ import annotations

from collections.abc import Iterator

from gen.csource.outline import Function, Macro
from gen.diagnostics import Diagnostic, Related, Said, rule
from gen.kernel.names import PAIR
from gen.lint.facts import ArchFacts, Declaration
from gen.lint.offstack import without_offstack
from gen.lint.source import SourceFile


@rule()
def offstack_defines_exception_pair(name: str, arch: str, declaration: Declaration) -> Said:
    """exception_enter() or exception_exit() defined by an architecture that declares offstack

    An architecture that declares offstack promises that nobody needs the pair. include/linux/context_tracking.h
    defines both, as functions that do nothing then; a definition beside it contradicts the promise, and the header.

    Instead: remove the definition.
    """
    return Said(
        f"{name}() is defined here, and {arch} {declaration.words}",
        "remove the definition; include/linux/context_tracking.h has one",
        (Related(declaration.span, "declared here"),),
    )


def on_file(file: SourceFile, facts: ArchFacts | None) -> Iterator[Diagnostic]:
    """One finding a function, or a macro, of that name."""
    if facts is None or facts.declaration is None or file.is_assembly:
        return
    definitions: tuple[Function | Macro, ...] = (*file.outline.functions, *file.outline.macros)
    for each in definitions:
        if each.name in PAIR and not without_offstack(each.around, facts):
            span = file.span(file.source.place(each.name_offset), len(each.name))
            yield offstack_defines_exception_pair.at(span, each.name, file.arch, facts.declaration)
