"""Functions that use the pair and could not be followed."""

from __future__ import annotations

from collections.abc import Iterator

from gen.diagnostics import Diagnostic, Said, Severity, rule
from gen.lint.facts import ArchFacts
from gen.lint.pair import PairUse
from gen.lint.source import SourceFile


@rule(Severity.NOTE)
def not_analysed(function: str, reason: str) -> Said:
    """a function that could not be followed

    It mentions the names that the rules are about, and it has more #if views than are read, code that is no C, or a
    saved state that leaves the function. Nothing is claimed about it, neither good nor bad.

    Instead: read it yourself; `--config .config` pins the #if lines of one configuration.
    """
    hint = ", or choose its #if lines with --config" if "#if" in reason else ""
    return Said(f"{function}() is not analysed: {reason}", f"read it yourself{hint}")


def on_function(use: PairUse, file: SourceFile, _facts: ArchFacts | None) -> Iterator[Diagnostic]:
    """One finding for each reason."""
    function = use.function
    for reason in use.puzzles:
        yield not_analysed.at(file.span(function.place, len(function.name)), function.name, reason)
    for doubt in function.graph.doubts if use.matters else ():
        yield not_analysed.at(file.span(doubt.place), function.name, doubt.reason)
