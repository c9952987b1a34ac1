"""The tree's entry code and the spec that describes it, where they part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gen.diagnostics import Diagnostic, Related, Said, Severity, Span, rule
from gen.kernel.names import OFFSTACK, TRACKING
from gen.lint.order.entries import EntryReading, PathReading
from gen.lint.order.telling import in_function, in_paths
from gen.model.compare import At, Difference
from gen.model.entry import is_assembly, walk

if TYPE_CHECKING:
    from gen.lint.facts import ArchFacts
    from gen.lint.workspace import Workspace
    from gen.spec.archspec import ArchSpec


@rule(Severity.WARNING)
def spec_mismatch(what: str, hint: str, spec: Span | None) -> Said:
    """a tree that is not what its spec says

    The spec of an architecture describes the entry code of one release: the order of its calls, what it selects, and
    where the tree shows it. Whatever was proved of the spec says nothing about code that does something else. Compared
    are what moves the state, masks, lockdep and tracing, brackets and scheduling points, not the handlers.

    Instead: mend whichever is wrong; `gen verify` says what the spec's order is worth.
    """
    return Said(what, hint, (Related(spec, "the spec has this"),) if spec else ())


def on_architecture(facts: ArchFacts, work: Workspace) -> Iterator[Diagnostic]:
    """What the spec says of Kconfig and the tree does not, and what it refers to that is gone.

    For a tree of another release it is one note for all that is gone: the release is the reason.
    """
    spec = facts.spec
    if spec is None:
        return
    yield from _selects(facts, spec)
    missing = work.evidence(facts.name).missing
    if missing and not spec.describes(facts.release):
        looked_up = work.evidence(facts.name).looked_up
        what = (
            f"the spec describes Linux {spec.kernel}, and {len(missing)} of the {looked_up} things that it refers to "
            f"are not in this tree; the first is {missing[0].what}, in {missing[0].file}"
        )
        hint = f"lint a tree of Linux {spec.kernel}, or mend the spec"
        yield replace(spec_mismatch.at(spec.offstack_span, what, hint, None), severity=Severity.NOTE)
        return
    for each in missing:
        yield spec_mismatch.at(each.span, f"{each.what} is not in {each.file}", "look where it has gone", None)


def _selects(facts: ArchFacts, spec: ArchSpec) -> Iterator[Diagnostic]:
    symbol, offstack = facts.spelled(TRACKING), facts.select(OFFSTACK)
    if facts.tracking is None and facts.is_kconfig_read:
        what = f"the spec describes context tracking, and {spec.kconfig.file} does not select {symbol}"
        yield spec_mismatch.at(spec.offstack_span, what, f"select {symbol}, or see whether the port still tracks", None)
    if offstack is not None and not spec.model.offstack:
        what = f"{offstack.symbol} is selected, and the spec says `offstack: false`"
        yield spec_mismatch.at(offstack.span, what, "mend whichever is wrong", spec.offstack_span)


def on_entries(reading: EntryReading) -> Iterator[Diagnostic]:
    """Where the tree's order is not the spec's; and what it breaks that the spec's keeps, on any path."""
    beyond = any(each.graph is not None and not each.path.body for each in reading.paths)
    if not reading.wrong and not beyond:
        return
    from gen.lint.order.broken import broken

    if reading.wrong:
        is_described = reading.spec.describes(reading.release)
        yield from _each_difference(reading) if is_described else (_other_release(reading),)
    doubt = next((each.difference.doubt for each in reading.wrong if each.difference), "")
    for found in broken(reading, _place(reading, reading.wrong[0]) if reading.wrong else None):
        yield _doubted(found, doubt) if doubt else found


def _each_difference(reading: EntryReading) -> Iterator[Diagnostic]:
    """One finding a difference, whichever paths run into it."""
    groups: dict[tuple[Span, str], list[PathReading]] = {}
    for each in reading.wrong:
        spec = each.difference.spec if each.difference else None
        groups.setdefault((_place(reading, each), spec.text if spec else ""), []).append(each)
    for (span, _), paths in groups.items():
        yield _mismatch(span, paths)


def _doubted(found: Diagnostic, doubt: str) -> Diagnostic:
    """What is broken only if a function that was not found does nothing is no error."""
    message = f"{found.message}, unless {doubt}(), which is not found, does what the spec has there"
    return replace(found, message=message, severity=Severity.NOTE)


def _place(reading: EntryReading, each: PathReading) -> Span:
    """Where the tree parts from the spec; where a path begins if its C stops there.

    What assembly does behind a C function that lacks a step is not wrong, or is the spec's word and has no place.
    """
    at = (each.difference.fork or each.difference.tree) if each.difference else None
    if at is None or at.span.file == reading.spec.file or _lacks_a_step_of_c(reading, each, at):
        return reading.begin(each.path)
    return at.span


def _lacks_a_step_of_c(reading: EntryReading, each: PathReading, at: At) -> bool:
    """Whether a C handler is over where the spec has a step of its own, and not one of the assembly around it."""
    spec = each.difference.spec if each.difference else None
    if spec is None or each.path.is_assembly or not is_assembly(at.span.file):
        return False
    around = (sequence.body for sequence in reading.spec.model.sequences.values() if sequence.is_assembly)
    return all(spec.span != item.span for body in around for item in walk(body))


def _mismatch(span: Span, paths: Sequence[PathReading]) -> Diagnostic:
    difference = paths[0].difference or Difference((), None, None)
    what = f"{_parted(difference)}{in_paths([each.path.name for each in paths])}"
    spec = difference.spec.span if difference.spec else None
    found = spec_mismatch.at(span, what, "mend the code, or the spec if that is wrong", spec)
    at = difference.fork or difference.tree
    return in_function(found, at.function if at else "")


def _parted(difference: Difference) -> str:
    behind = f" behind `{difference.before[-1]}`" if difference.before else ""
    if difference.fork is not None and difference.tree is not None:
        asked = f"`{difference.fork.text}`" if difference.fork.text else "this"
        return f"{asked} may lead to `{difference.tree.text}`{behind} where the spec has {_has(difference.spec)}"
    return f"{_does(difference.tree)}{behind} where the spec has {_has(difference.spec)}"


def _does(at: At | None) -> str:
    if at is None:
        return "the code ends"
    return "this returns" if at.text == "return" else f"`{at.text}` comes"


def _has(at: At | None) -> str:
    return f"`{at.text}`" if at else "nothing more"


def _other_release(reading: EntryReading) -> Diagnostic:
    """One note for all that differs from the spec of another release: the release is the reason."""
    first = reading.wrong[0]
    spec = reading.spec
    parted = _parted(first.difference) if first.difference else "the code differs"
    what = (
        f"the spec describes Linux {spec.kernel}, and {len(reading.wrong)} of its {len(reading.paths)} entry paths "
        f"differ in this tree; the first difference, in `{first.path.name}`: {parted}"
    )
    at = first.difference.spec.span if first.difference and first.difference.spec else None
    hint = f"lint a tree of Linux {spec.kernel}, or mend the spec"
    return replace(spec_mismatch.at(_place(reading, first), what, hint, at), severity=Severity.NOTE)
