"""Kconfig that could not be followed: what is selected there is not known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gen.diagnostics import Diagnostic, Said, Severity, rule

if TYPE_CHECKING:
    from gen.lint.facts import ArchFacts
    from gen.lint.workspace import Workspace


@rule(Severity.WARNING)
def kconfig_not_read(reason: str) -> Said:
    """Kconfig that could not be followed

    A file that is not there, a line that is no Kconfig, or a file that sources itself: what an architecture selects
    there is not known, and what else is said of its selects may be wrong.

    Instead: mend the line; a tree whose files are links to outside of it is not followed either.
    """
    return Said(f"{reason}; what is selected here is not known", "mend it, or lint the tree that it belongs to")


def on_architecture(facts: ArchFacts, _work: Workspace) -> Iterator[Diagnostic]:
    """One finding a place, whichever architectures come by."""
    for each in facts.kconfig.not_understood:
        yield kconfig_not_read.at(each.span, each.reason)
