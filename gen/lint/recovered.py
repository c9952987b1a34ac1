"""The entry code of an architecture of a tree, read without regard to any release, and what can be said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gen.diagnostics import Span
from gen.facts.loader import needs_rcu
from gen.kernel.expression import Symbol
from gen.kernel.names import OFFSTACK
from gen.lint.facts import ArchFacts
from gen.lint.source import never_returning
from gen.lint.workspace import Workspace, folder_of
from gen.model.entry import EntryPath, Whence, is_assembly
from gen.recover.discover import discover
from gen.recover.how import How
from gen.recover.known import known
from gen.recover.recover import Recovered, recover
from gen.verify.judge import Doubt, Judgement, judge


@dataclass(frozen=True)
class TreeVerdict:
    """What an architecture of a tree is worth: as it is, and if it did without the pair.

    `selected` says whether the tree declares offstack; then both are the same question.
    """

    recovered: Recovered
    selected: bool
    as_it_is: Judgement
    offstack: Judgement


def recovered(work: Workspace, arch: str) -> Recovered:
    """The entry code of a folder of arch/, with the spec of that architecture if there is one."""
    facts = work.facts(arch)
    spec = work.selected(arch) if arch in work.specs else None
    release, reader = work.tree.release, work.reader
    noreturn = never_returning() | work.noreturn(arch)
    found = known(spec.arch if spec else arch, spec, release)
    own = facts.tracking.own if facts and facts.tracking else None
    if own is not None and isinstance(own.expression, Symbol):
        found = replace(found, config={**found.config, f"CONFIG_{own.expression.name}": True})
    found = replace(found, model=replace(found.model, using_rcu=_using_rcu(work, facts)))
    return recover(found, discover(reader, arch), release, reader, noreturn, naming=work.naming)


def _using_rcu(work: Workspace, facts: ArchFacts | None) -> frozenset[str]:
    """The words that use RCU on an architecture of the tree, whether it watches or not."""
    found = set[str]()
    for row in needs_rcu() if facts else ():
        text = work.reader.text(row.file)
        if text is not None and row.without not in text and facts and facts.select(row.unless) is None:
            found.update(row.words)
    return frozenset(found)


def verdict(work: Workspace, arch: str, *, offstack: bool | None = None) -> TreeVerdict:
    """The verdict on an architecture; `offstack` is what to take for declared instead of what the tree declares.

    Raises TooLargeError or TooManyFactsError for a model that is too large.
    """
    facts = work.facts(arch)
    selected = offstack if offstack is not None else bool(facts and facts.select(OFFSTACK))
    read = work.recovered(arch)
    doubts = (*_unread(read), *left_out(work, arch))
    without = judge(replace(read.model, offstack=True), doubts)
    as_it_is = without if selected else judge(replace(read.model, offstack=False), doubts)
    return TreeVerdict(read, selected, as_it_is, without)


def _unread(read: Recovered) -> Iterator[Doubt]:
    """The paths that were not read."""
    for each in read.paths:
        if each.how is How.UNREAD:
            at = each.stopped or place_of(read, each.path.file, each.path.symbol)
            yield Doubt(at, f"{each.path.symbol}() is not read: {each.reason}")


def left_out(work: Workspace, arch: str) -> Iterator[Doubt]:
    """What may belong to the entry code of an architecture and is in none of the paths that are known."""
    read = work.recovered(arch)
    yield from _without_a_place(read)
    yield from _changed_assembly(work, arch, read)
    yield from not_read(work, arch)


def _without_a_place(read: Recovered) -> Iterator[Doubt]:
    """What has no place in the model."""
    if not read.known.spec_file:
        yield Doubt(Span(f"arch/{read.known.folder}"), _without_a_spec(read))
    entering = {_entering(path) for path in read.model.paths.values()}
    for path in (each for each in read.gone if _entering(each) not in entering):
        yield Doubt(path.span, f"`{path.name}` is not in this tree: {path.file} has no {path.symbol}")
    for point in read.unplaced:
        yield Doubt(point.span, f"it is not known what enters by {point.symbol}()")


def _without_a_spec(read: Recovered) -> str:
    if read.known.machine.assembly is None:
        return "its assembly is not read, and no spec declares what that does"
    return "no spec says whether that is all that enters"


def _changed_assembly(work: Workspace, arch: str, read: Recovered) -> Iterator[Doubt]:
    """What a spec says of the assembly of paths that it declares, and the tree does not show: they may do otherwise."""
    if arch not in work.specs:
        return
    model = work.specs[arch].model
    declared = {each.path.name: each.written for each in read.paths if each.how is How.DECLARED}
    sequences = (model.sequences[name].file for name in model.reached_sequences(declared) if name in model.sequences)
    files = {file for file in (*(path.file for path in declared.values()), *sequences) if is_assembly(file)}
    for missing in work.evidence(arch).missing:
        if missing.file in files:
            yield Doubt(missing.span, f"{missing.file} has no {missing.what}, which the spec goes by")


def not_read(work: Workspace, arch: str) -> Iterator[Doubt]:
    """The files that might say something of the entry code, and could not be read or searched."""
    for each in sorted({*work.unreadable.values(), *work.inquiry.unsearched}):
        if folder_of(each.file) in {"", arch}:
            yield Doubt(Span(each.file), f"{each.file} cannot be read: {each.reason[:1].lower()}{each.reason[1:]}")


def _entering(path: EntryPath) -> tuple[str, bool, bool]:
    """What enters by a path, and whether it can interrupt user mode and the kernel."""
    user = path.whence in {Whence.USER, Whence.ANY, Whence.FORK}
    return path.interrupt_class or path.kind, user, path.whence in {Whence.KERNEL, Whence.ANY}


def place_of(read: Recovered, file: str, symbol: str) -> Span:
    """Where a function, or the macro that defines it, stands in a file of the tree; the file if it is not seen."""
    found = next(read.files.defined(file, lambda each: symbol in {each.name, each.macro}), None)
    if found is None:
        return Span(file)
    place = found.source.place(found.function.name_offset)
    return Span(file, place.line, place.column, place.line, place.column + len(found.function.name))
