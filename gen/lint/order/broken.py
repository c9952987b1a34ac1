"""What the order of a tree breaks and that of its spec does not: each property with a shortest run through the C."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gen.diagnostics import Diagnostic, Span
from gen.lint.order.entries import EntryReading
from gen.model.entry import EntryModel
from gen.verify.compile import compile_model
from gen.verify.judge import Judgement, Violation
from gen.verify.properties import ALL_PROPERTIES
from gen.verify.slim import slim
from gen.verify.story import violation_finding
from gen.verify.summaries import TooManyFactsError, first_breaks, prove
from gen.verify.timeline import timeline
from gen.verify.unfold import TooLargeError
from gen.verify.verdict import shortest_run


def broken(reading: EntryReading, fallback: Span) -> Iterator[Diagnostic]:
    """The findings of the verifier for the model that was read, without those that the spec has as well.

    The requirements of offstack are not looked at, nor is what other rules say of the same place: what must not be in
    the windows has rules of its own. Nothing is found in a model that is too large.
    """
    try:
        yield from _broken(reading, fallback)
    except (TooLargeError, TooManyFactsError):
        return


def _broken(reading: EntryReading, fallback: Span) -> Iterator[Diagnostic]:
    compiled = compile_model(reading.model)
    slimmed = slim(compiled.machine)
    proof = prove(slimmed)
    if proof.holds:
        return
    known = first_breaks(slim(compile_model(_spec_model(reading)).machine))
    judgement = Judgement(reading.model, compiled, proof, (), (), ())
    breaks = first_breaks(slimmed)
    for each in sorted(breaks.keys() - known.keys(), key=lambda each: each.value):
        wanted = frozenset({each})
        depth = prove(slimmed, ALL_PROPERTIES, wanted=wanted).smallest_depth
        run = None if depth is None else shortest_run(compiled.machine, depth, wanted=wanted)
        violation = Violation(each, timeline(run) if run else (), ())
        found = violation_finding(judgement, violation, fallback)
        if not any(exposed.span == found.span for exposed in reading.exposed):
            yield found if found.span.file != reading.spec.file else replace(found, span=fallback)


def _spec_model(reading: EntryReading) -> EntryModel:
    return reading.spec.model.in_release(reading.release)
