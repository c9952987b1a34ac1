"""What the order of a tree breaks and that of its spec does not: each property with a shortest run through the C."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gen.diagnostics import Diagnostic, Span
from gen.lint.order.entries import EntryReading, Kind
from gen.model.entry import EntryModel
from gen.verify.compile import compile_model, positions_of
from gen.verify.judge import Judgement, Violation, certain_model
from gen.verify.misplaced import misplaced
from gen.verify.properties import ALL_PROPERTIES
from gen.verify.slim import slim
from gen.verify.story import violation_finding
from gen.verify.summaries import TooManyFactsError, first_breaks, prove
from gen.verify.timeline import timeline
from gen.verify.unfold import TooLargeError
from gen.verify.verdict import shortest_run


def broken(reading: EntryReading, fallback: Span | None) -> Iterator[Diagnostic]:
    """The findings of the verifier for the model that was read, without those that the spec has as well.

    What goes wrong in a step of the spec stands at `fallback`, where the tree parts from the spec; if it does not
    part from it anywhere, in the spec.

    The requirements of offstack are not looked at, nor is what other rules say of the same place: what must not be in
    the windows has rules of its own. Nothing is found in a model that is too large.
    """
    try:
        violated = tuple(_violated(reading, fallback))
        yield from violated
        # A step at the wrong place is mostly a consequence of what else is wrong, and told only where it is not.
        if not violated and all(each.kind is Kind.TRACEABLE for each in reading.exposed):
            yield from _misplaced(reading)
    except (TooLargeError, TooManyFactsError):
        return


def _violated(reading: EntryReading, fallback: Span | None) -> Iterator[Diagnostic]:
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
        found = violation_finding(judgement, violation, fallback or reading.spec.offstack_span)
        if not any(exposed.span == found.span for exposed in reading.exposed):
            is_declared = found.span.file == reading.spec.file
            yield replace(found, span=fallback) if is_declared and fallback else found


def _misplaced(reading: EntryReading) -> Iterator[Diagnostic]:
    """The first of each kind: what a helper leaves open is open on the return of each of its callers."""
    model = certain_model(reading.model)
    first: dict[str, Diagnostic] = {}
    for found in misplaced(model, positions_of(model)):
        if found.span.file != reading.spec.file:
            first.setdefault(found.rule, found)
    yield from first.values()


def _spec_model(reading: EntryReading) -> EntryModel:
    """What the spec says, on a tree whose tracepoints use RCU as those of the tree do."""
    return replace(reading.spec.model.in_release(reading.release), using_rcu=reading.model.using_rcu)
