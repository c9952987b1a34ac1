"""Whether a tree has what a series that declares offstack rests on: the option, and a pair that looks at it."""

from __future__ import annotations

from gen.csource.tokens import Source, word_offsets
from gen.diagnostics import Span
from gen.kernel.kconfig import ROOT
from gen.kernel.names import OFFSTACK, PAIR, TRACKING
from gen.kernel.naming import PAIR_HEADER
from gen.lint.facts import ArchFacts
from gen.lint.workspace import Workspace
from gen.patch.refusals import Refusal


def without_option(facts: ArchFacts, work: Workspace) -> Refusal | None:
    """Why nothing can be declared in this tree, at the place where it would have to begin; None if it can."""
    reason = facts.naming.cannot_declare(OFFSTACK)
    if not reason:
        return None
    if facts.naming.has(OFFSTACK):
        source = Source(work.text(PAIR_HEADER) or "")
        place = source.place(next(word_offsets(source.text, PAIR[0]), 0))
        return Refusal(PAIR_HEADER, place.line, place.column, reason)
    defined = facts.kconfig.by_name.get(facts.spelled(TRACKING), ())
    span = defined[0].span if defined else Span(ROOT)
    return Refusal(span.file, span.line, span.column, reason)
