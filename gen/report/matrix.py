"""The matrix: what each architecture of a tree can do, who says so, and what stands in the way of offstack.

Kconfig, Documentation/features and the specs are put beside each other; a claim is proved on the spec's model for the
tree's release, as if every spec claimed offstack.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import PurePosixPath

from gen.csource.asm import Use
from gen.diagnostics import Diagnostic, Span
from gen.kernel.expression import ALWAYS, shown
from gen.kernel.features import Support
from gen.kernel.names import GENERIC_ENTRY, OFFSTACK, PAIR, SCHEDULE_USER, TRACKING
from gen.lint.facts import ArchFacts
from gen.lint.order.anchors import Anchors
from gen.lint.rules import (
    features_table_mismatch,
    kconfig_not_read,
    path_not_read,
    select_without_tracking,
    spec_mismatch,
)
from gen.lint.rules.unreadable_source import unreadable_source
from gen.lint.share import Share
from gen.lint.workspace import Workspace, folder_of
from gen.model.entry import EntryPath, Sequence
from gen.report.searched import Searched, searched
from gen.spec.archspec import ArchSpec
from gen.verify.compile import Origin
from gen.verify.judge import Answer, Judgement, Requirement, Violation
from gen.verify.judge import Verdict as Told
from gen.verify.properties import Property
from gen.verify.story import what_breaks, window_of

USES = (*PAIR, SCHEDULE_USER)
"""The calls that are counted: offstack has no use for them."""


class Verdict(Enum):
    """The one scale for all architectures: what can be said of offstack in the tree."""

    PROVED = "proved"
    VIOLATED = "violated"
    UNKNOWN = "unknown"


_VERDICTS = {
    Told.HOLDS: Verdict.PROVED,
    Told.VIOLATED: Verdict.VIOLATED,
    Told.UNKNOWN: Verdict.UNKNOWN,
}

OTHER_CODE = frozenset({path_not_read.path_not_read.id, spec_mismatch.spec_mismatch.id})
"""Rules that say that the spec is not known to be this tree's."""


@dataclass(frozen=True)
class Selected:
    """A `select` of the tree: when it is in force, empty for always, and where the first of them stands."""

    condition: str
    span: Span


@dataclass(frozen=True)
class Obstacle:
    """What stands in the way of offstack, in a sentence, at a place of the tree, or of the spec if the tree has none.

    `rule` is the property or requirement of a spec's model that does not hold, empty if it is no matter of a model;
    `others` are the rest of them.
    """

    sentence: str
    span: Span
    rule: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Capability:
    """One architecture, `arch` its folder in arch/, `spec` the name of the spec that describes it or nothing.

    `judgement` is that of the spec's model with offstack claimed, None without a spec or if it is too large. `uses` are
    the places of each of USES. `notes` say where Kconfig, the table, the spec and the code contradict each other,
    and what could not be read; `searched` is where was looked, `is_kconfig_read` whether its own Kconfig was.
    """

    arch: str
    spec: str
    entry: Selected | None
    tracking: Selected | None
    features: Support | None
    declared: Selected | None
    claimed: bool | None
    claim: Span | None
    judgement: Judgement | None
    obstacle: Obstacle | None
    uses: Mapping[str, tuple[Span, ...]]
    notes: tuple[Diagnostic, ...]
    searched: Searched
    is_kconfig_read: bool = True

    @property
    def share(self) -> Share | None:
        """What share of its entry paths was read, if a spec says which there are."""
        return self.searched.described.share if self.searched.described else None

    @property
    def verdict(self) -> Verdict | None:
        """Whether offstack holds for every depth; None if no spec says of what."""
        if not self.spec:
            return None
        if self.judgement is None:
            return Verdict.UNKNOWN
        return _VERDICTS[self.judgement.verdict]

    @property
    def unsure(self) -> str:
        """Why nothing can be told; nothing if something can."""
        return _unsure(self.judgement) if self.verdict is Verdict.UNKNOWN else ""

    @property
    def was_read(self) -> bool:
        """Whether every file could be read: what is not there may be in one that could not."""
        return self.is_kconfig_read and not any(each.rule == unreadable_source.id for each in self.notes)

    @property
    def warned(self) -> tuple[str, ...]:
        """The requirements that hold with warnings, if it is proved."""
        judged = self.judgement.requirements if self.judgement and self.verdict is Verdict.PROVED else ()
        return tuple(each.name for each in judged if each.answer is Answer.WARNED)


def capabilities(work: Workspace, wanted: Collection[str] = ()) -> Iterator[Capability]:
    """Every architecture of a tree, or those that are wanted, in order.

    Files are named from the top of the tree, specs by their name.
    """
    for arch in work.architectures:
        part = work.alone()
        facts = part.facts(arch) if not wanted or arch in wanted else None
        if facts is not None:
            yield _capability(facts, part)


def _capability(facts: ArchFacts, work: Workspace) -> Capability:
    spec = facts.spec
    found = work.verdict(facts.name) if spec else None
    judgement = found.offstack if found else None
    uses, notes = _uses(facts.name, work), tuple(_notes(facts, work))
    looked = searched(facts, work)
    return Capability(
        facts.name,
        spec.arch if spec else "",
        _selected(facts, GENERIC_ENTRY),
        _selected(facts, TRACKING),
        facts.row or facts.stray_row,
        _selected(facts, OFFSTACK),
        spec.model.offstack if spec else None,
        _named(spec.offstack_span, spec) if spec else None,
        judgement,
        _obstacle(facts, work, judgement, uses, looked),
        uses,
        notes,
        looked,
        facts.is_kconfig_read,
    )


def _selected(facts: ArchFacts, symbol: str) -> Selected | None:
    select = facts.select(symbol)
    if select is None:
        return None
    condition = facts.kconfig.selected(select.symbol)
    return Selected("" if condition == ALWAYS else shown(condition), select.span)


def _uses(arch: str, work: Workspace) -> dict[str, tuple[Span, ...]]:
    """Every call, and what assembly or a macro for it names; not what defines or declares."""
    found: dict[str, list[Span]] = {name: [] for name in USES}
    for file in work.sources_of(arch):
        for each in file.occurrences(USES):
            # A macro in capitals may be for assembly, which calls without brackets.
            if each.called or each.function.isupper():
                found[each.name].append(file.span(each.place, len(each.name)))
        for use in file.assembly(USES):
            if use.use in {Use.OPERAND, Use.MACRO}:
                found[use.name].append(file.span(use.place, len(use.name)))
    return {name: tuple(sorted(set(spans))) for name, spans in found.items()}


def _notes(facts: ArchFacts, work: Workspace) -> Iterator[Diagnostic]:
    found = [
        *kconfig_not_read.on_architecture(facts, work),
        *features_table_mismatch.on_architecture(facts, work),
        *select_without_tracking.on_architecture(facts, work),
        *spec_mismatch.on_architecture(facts, work),
        *path_not_read.on_architecture(facts, work),
    ]
    if facts.spec is not None:
        found += spec_mismatch.on_entries(work.entries(facts.name))
    unread = (each for each in work.unreadable.values() if folder_of(each.file) in {"", facts.name})
    found += (unreadable_source.at(Span(each.file), each.reason) for each in unread)
    for each in sorted(found, key=lambda one: (one.span, one.message)):
        yield replace(each, span=_named(each.span, facts.spec))


def _named(span: Span, spec: ArchSpec | None) -> Span:
    """The span with a spec called by its name, wherever its file is."""
    return replace(span, file=PurePosixPath(span.file).name) if spec and span.file == spec.file else span


def _unsure(judgement: Judgement | None) -> str:
    if judgement is None:
        return "its model is too large to be proved"
    first, others = judgement.doubts[0], len(judgement.doubts) - 1
    return first.what + (f", and {others} more" if others else "")


# What stands in the way.


def _obstacle(
    facts: ArchFacts,
    work: Workspace,
    judgement: Judgement | None,
    uses: Mapping[str, tuple[Span, ...]],
    looked: Searched,
) -> Obstacle | None:
    spec = facts.spec
    if facts.tracking is not None and (reason := facts.naming.cannot_declare(OFFSTACK)):
        return Obstacle(reason, looked.defined[OFFSTACK] or looked.defined[TRACKING] or looked.config)
    if judgement is not None and spec is not None and not judgement.holds:
        return _Broken(spec, judgement, Anchors(work.entries(facts.name).files, facts.name), uses).obstacle()
    if not facts.is_kconfig_read:
        return Obstacle(f"cannot tell: {facts.own_kconfig} is not read", Span(facts.own_kconfig))
    if facts.tracking is None:
        return Obstacle("it does not track user context", looked.config)
    if spec is None:
        return Obstacle("no spec describes its entry paths", facts.tracking.span)
    if judgement is None:
        return Obstacle(_unsure(judgement), _named(spec.offstack_span, spec))
    if judgement.doubts:
        return Obstacle(f"cannot tell: {_unsure(judgement)}", _named(judgement.doubts[0].span, spec))
    return None


_GRAVEST = (Property.I2S, Property.I2R)
"""Properties in the order of what they cost; what schedules breaks RCU on any CPU, and is the easiest to see."""


@dataclass(frozen=True)
class _Broken:
    """A model that does not hold, and where its steps are in the tree."""

    spec: ArchSpec
    judgement: Judgement
    anchors: Anchors
    uses: Mapping[str, tuple[Span, ...]]

    def obstacle(self) -> Obstacle:
        """What a maintainer would say first: calls that are not built then, what schedules, what breaks otherwise."""
        requirements = {each.name: each for each in self.judgement.requirements if each.answer is Answer.VIOLATED}
        violations = {each.broken: each for each in self.judgement.violations}
        # R5 is what rcu-watching says.
        broken = [*(name for name in requirements if name != "R5"), *(each.rule for each in violations)]
        if "R2" in requirements:
            first = self._built_without(requirements["R2"])
        elif violations:
            order = (*_GRAVEST, *violations)
            first = self._violated(next(violations[each] for each in order if each in violations))
        elif requirements:
            first = self._required(next(iter(requirements.values())))
        else:
            bracket = self.judgement.misplaced[0]
            first = Obstacle(bracket.message, _named(bracket.span, self.spec), bracket.rule)
        return replace(first, others=tuple(each for each in broken if each != first.rule))

    def _built_without(self, requirement: Requirement) -> Obstacle:
        places = self.uses[SCHEDULE_USER] or (_named(requirement.places[0].span, self.spec),)
        return Obstacle("it calls schedule_user(), which is not built with offstack", places[0], requirement.name)

    def _required(self, requirement: Requirement) -> Obstacle:
        """A requirement with every property intact: the first of its places."""
        place = requirement.places[0]
        return Obstacle(f"{requirement.why}: {place.what}", _named(place.span, self.spec), requirement.name)

    def _violated(self, violation: Violation) -> Obstacle:
        last = violation.rows[-1].ran if violation.rows else None
        origin = last.node.origin if last else None
        if not isinstance(origin, Origin):
            what = f"{violation.broken.rule} does not hold"
            return Obstacle(what, _named(self.spec.offstack_span, self.spec), violation.broken.rule)
        return Obstacle(
            f"{what_breaks(violation.broken, origin)}{_where(violation, origin)}",
            self._place(origin),
            violation.broken.rule,
        )

    def _place(self, origin: Origin) -> Span:
        """Where the tree has the step, or where the path begins if it is no call."""
        if origin.span.file != self.spec.file:
            return origin.span
        sequences = self.judgement.model.sequences
        holders: tuple[EntryPath | Sequence, ...] = (*(sequences[each] for each in origin.via[-1:]), origin.path)
        span = self.anchors.place(origin.text.removesuffix("()"), holders, or_begin=True)
        return span or _named(origin.span, self.spec)


def _where(violation: Violation, origin: Origin) -> str:
    """In which path, and what was interrupted if that matters; the file is said behind it."""
    window = window_of(violation)
    if window is not None:
        which, below, hit = window
        return f", when {hit.name} hits {below.symbol} {which.value}"
    if violation.broken in {Property.I1, Property.I3}:
        return ""
    others = len({each.what for each in violation.places if each.span == origin.span}) - 1
    return f", in {origin.path.symbol}" + (f" and {others} more" if others > 0 else "")
