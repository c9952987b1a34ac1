"""ArchSpec: a spec as facts, made of a document that the schema has accepted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import cast

from gen.diagnostics import Sink, Span
from gen.model.entry import EntryModel, without_calls
from gen.model.release import Release, is_between, newest
from gen.spec import document as doc
from gen.spec.notation import Builder, Meaning, condition, flag_at, interrupt_class, list_at, mapping_at, text_at


@dataclass(frozen=True)
class Evidence:
    """A claim, and the text in a file of the tree that shows it, in the releases from `since` to `until`."""

    claim: str
    file: str
    text: str
    since: Release | None
    until: Release | None
    span: Span = field(compare=False)

    def exists_in(self, release: Release) -> bool:
        """Whether a tree of `release` is to show it."""
        return is_between(release, self.since, self.until)


@dataclass(frozen=True)
class Kconfig:
    """Where the architecture selects its features: `select X if condition` in the block of `symbol`.

    `until` is the last release that has the condition, None if all have.
    """

    file: str
    symbol: str
    condition: str
    until: Release | None = None

    def condition_in(self, release: Release) -> str:
        """The condition that the selects of `release` stand under, empty if there is none."""
        return self.condition if is_between(release, None, self.until) else ""


@dataclass(frozen=True)
class ArchSpec:
    """One architecture as its spec describes it: identity and evidence around the entry model.

    `file` is the name that findings carry, `lines` the text for their excerpts, `offstack_span` the place of the claim.
    `kernel` is the release that is described, `also` are those whose trees were read, too. `calls` is for reading the
    tree's C back; nothing is verified in it or rendered from it.
    """

    file: str
    lines: tuple[str, ...]
    title: str
    kernel: Release
    kconfig: Kconfig
    evidence: tuple[Evidence, ...]
    model: EntryModel
    offstack_span: Span
    also: tuple[Release, ...] = ()
    calls: tuple[Meaning, ...] = ()

    @property
    def arch(self) -> str:
        """The architecture's name, also the prefix of every rendered one."""
        return self.model.arch

    def describes(self, release: Release) -> bool:
        """Whether the facts were read from a tree of `release`: what differs there is the fault of one of the two."""
        return release == self.kernel or release in self.also

    def evidence_in(self, release: Release) -> tuple[Evidence, ...]:
        """What a tree of `release` is to show."""
        return tuple(each for each in self.evidence if each.exists_in(release))

    def calls_in(self, release: Release) -> tuple[Meaning, ...]:
        """What calls of the tree's C mean in `release`."""
        gone = self.model.gone_in(release)
        return tuple(replace(each, body=without_calls(each.body, gone)) for each in self.calls)


def build_spec(file: str, lines: tuple[str, ...], root: doc.Mapping, sink: Sink) -> ArchSpec:
    """The spec in a document that the schema has accepted; what the schema could not see goes to the sink."""
    builder = Builder(sink)
    kconfig = mapping_at(root, "kconfig")
    return ArchSpec(
        file=file,
        lines=lines,
        title=text_at(root, "title"),
        kernel=builder.release(root, "kernel") or newest(),
        kconfig=Kconfig(
            text_at(kconfig, "file"),
            text_at(kconfig, "symbol"),
            text_at(kconfig, "condition"),
            builder.release(kconfig, "until"),
        ),
        evidence=tuple(_evidence(builder, entry) for entry in cast(list[doc.Mapping], list_at(root, "evidence"))),
        model=EntryModel(
            arch=text_at(root, "arch"),
            offstack=flag_at(root, "offstack"),
            classes={name: interrupt_class(root, name) for name in mapping_at(root, "classes").entries},
            conditions={name: condition(root, name) for name in mapping_at(root, "conditions").entries},
            sequences={name: builder.sequence(root, name) for name in mapping_at(root, "sequences").entries},
            paths={name: builder.path(root, name) for name in mapping_at(root, "paths").entries},
        ),
        offstack_span=root.key_span("offstack"),
        also=builder.releases(root, "also"),
        calls=tuple(builder.meaning(root, text) for text in mapping_at(root, "calls").entries),
    )


def _evidence(builder: Builder, entry: doc.Mapping) -> Evidence:
    return Evidence(
        text_at(entry, "claim"),
        text_at(entry, "file"),
        text_at(entry, "text"),
        builder.release(entry, "since"),
        builder.release(entry, "until"),
        entry.key_span("claim"),
    )
