"""ArchSpec: a spec as facts, made of a document that the schema has accepted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import cast

from gen.diagnostics import Sink, Span
from gen.model.entry import (
    Block,
    Branch,
    Call,
    EntryModel,
    EntryPath,
    Handler,
    InterruptClass,
    Item,
    Loop,
    Sequence,
    Step,
    Whence,
    without_calls,
)
from gen.model.release import NEWEST, OLDEST, RELEASES, Release, is_between
from gen.model.vocabulary import Condition
from gen.spec import document as doc
from gen.spec import rules


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
class Meaning:
    """What a call or question of the tree's C does, in steps: `return` says yes, the end of the block says no."""

    text: str
    body: Block
    span: Span = field(compare=False)


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
    builder = _Builder(sink)
    kconfig = _mapping(root, "kconfig")
    return ArchSpec(
        file=file,
        lines=lines,
        title=_text(root, "title"),
        kernel=builder.release(root, "kernel") or NEWEST,
        kconfig=Kconfig(
            _text(kconfig, "file"),
            _text(kconfig, "symbol"),
            _text(kconfig, "condition"),
            builder.release(kconfig, "until"),
        ),
        evidence=tuple(builder.evidence(entry) for entry in cast(list[doc.Mapping], _list(root, "evidence"))),
        model=EntryModel(
            arch=_text(root, "arch"),
            offstack=_flag(root, "offstack"),
            classes={name: _class(root, name) for name in _mapping(root, "classes").entries},
            conditions={name: _condition(root, name) for name in _mapping(root, "conditions").entries},
            sequences={name: builder.sequence(root, name) for name in _mapping(root, "sequences").entries},
            paths={name: builder.path(root, name) for name in _mapping(root, "paths").entries},
        ),
        offstack_span=root.key_span("offstack"),
        also=builder.releases(root, "also"),
        calls=tuple(builder.meaning(root, text) for text in _mapping(root, "calls").entries),
    )


def _text(holder: doc.Mapping, key: str) -> str:
    return cast(doc.Scalar, holder.value(key)).text if key in holder else ""


def _flag(holder: doc.Mapping, key: str) -> bool:
    return key in holder and cast(doc.Scalar, holder.value(key)).value is True


def _mapping(holder: doc.Mapping, key: str) -> doc.Mapping:
    return cast(doc.Mapping, holder.value(key)) if key in holder else doc.Mapping(holder.span)


def _list(holder: doc.Mapping, key: str) -> list[doc.Node]:
    return cast(doc.Sequence, holder.value(key)).items if key in holder else []


def _names(holder: doc.Mapping, key: str) -> tuple[str, ...]:
    return tuple(cast(doc.Scalar, item).text for item in _list(holder, key))


def _spans(holder: doc.Mapping, key: str) -> tuple[Span, ...]:
    return tuple(item.span for item in _list(holder, key))


def _class(root: doc.Mapping, name: str) -> InterruptClass:
    holder = _mapping(root, "classes")
    entry = cast(doc.Mapping, holder.value(name))
    return InterruptClass(
        name, _text(entry, "title"), _flag(entry, "maskable"), _flag(entry, "synchronous"), holder.key_span(name)
    )


def _condition(root: doc.Mapping, name: str) -> Condition:
    holder = _mapping(root, "conditions")
    return Condition(name, _text(holder, name), span=holder.key_span(name))


class _Builder:
    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    def release(self, holder: doc.Mapping, key: str) -> Release | None:
        """The release behind a key, None if the key is not there; an unknown one goes to the sink."""
        if key not in holder:
            return None
        return self.known(cast(doc.Scalar, holder.value(key)))

    def releases(self, holder: doc.Mapping, key: str) -> tuple[Release, ...]:
        """The releases in a list; unknown ones go to the sink."""
        return tuple(self.known(cast(doc.Scalar, node)) for node in _list(holder, key))

    def known(self, node: doc.Scalar) -> Release:
        """The release that is written here; an unknown one goes to the sink."""
        release = Release.parse(node.text)
        if release not in RELEASES:
            self.sink.add(rules.unknown_release.at(node.span, node.text, str(OLDEST), str(NEWEST)))
        return release

    def evidence(self, entry: doc.Mapping) -> Evidence:
        return Evidence(
            _text(entry, "claim"),
            _text(entry, "file"),
            _text(entry, "text"),
            self.release(entry, "since"),
            self.release(entry, "until"),
            entry.key_span("claim"),
        )

    def sequence(self, root: doc.Mapping, name: str) -> Sequence:
        holder = _mapping(root, "sequences")
        entry = cast(doc.Mapping, holder.value(name))
        return Sequence(
            name,
            _text(entry, "title"),
            _text(entry, "symbol"),
            _text(entry, "file"),
            self.block(_list(entry, "steps")),
            self.release(entry, "since"),
            self.release(entry, "until"),
            holder.key_span(name),
        )

    def path(self, root: doc.Mapping, name: str) -> EntryPath:
        holder = _mapping(root, "paths")
        entry = cast(doc.Mapping, holder.value(name))
        return EntryPath(
            name=name,
            title=_text(entry, "title"),
            kind=_text(entry, "kind"),
            whence=Whence(_text(entry, "whence")),
            interrupt_class=_text(entry, "class"),
            masked=_names(entry, "masked"),
            code=_text(entry, "code"),
            noinstr=_flag(entry, "noinstr"),
            symbol=_text(entry, "symbol"),
            file=_text(entry, "file"),
            body=self.block(_list(entry, "steps")),
            unread=_text(entry, "unread"),
            since=self.release(entry, "since"),
            until=self.release(entry, "until"),
            span=holder.key_span(name),
            class_span=entry.value("class").span if "class" in entry else holder.key_span(name),
            masked_spans=_spans(entry, "masked"),
        )

    def meaning(self, root: doc.Mapping, text: str) -> Meaning:
        holder = _mapping(root, "calls")
        return Meaning(text, self.block(_list(holder, text)), holder.key_span(text))

    def block(self, nodes: list[doc.Node]) -> Block:
        return tuple(item for node in nodes if (item := self.item(node)) is not None)

    def item(self, node: doc.Node) -> Item | None:
        """One list item; None if it cannot be one, which the sink then says."""
        if isinstance(node, doc.Scalar):
            return Step(node.text, span=node.span)
        entry = cast(doc.Mapping, node)
        actions = [key for key in entry.entries if key not in {"then", "else", "do"}]
        if len(actions) != 1:
            self.sink.add(rules.one_step_per_item.at(entry.key_span(actions[-1]), actions))
            return None
        return self.action(entry, actions[0])

    def action(self, entry: doc.Mapping, key: str) -> Item:
        span = entry.value(key).span if isinstance(entry.value(key), doc.Scalar) else entry.key_span(key)
        match key:
            case "call":
                return Call(_text(entry, key), span)
            case "if":
                then, otherwise = self.block(_list(entry, "then")), self.block(_list(entry, "else"))
                return Branch(_text(entry, key), then, otherwise, span)
            case "while":
                return Loop(_text(entry, key), self.block(_list(entry, "do")), span)
            case "work" | "code":
                return Step(key, handler=_handler(_mapping(entry, key), key), span=span)
            case "save" | "restore":
                return Step(key, place=_text(entry, key), span=span)
            case _:
                return Step(key, classes=_names(entry, key), span=span, class_spans=_spans(entry, key))


def _handler(entry: doc.Mapping, word: str) -> Handler:
    return Handler(
        _text(entry, "calls"),
        faults=_flag(entry, "faults"),
        schedules=_flag(entry, "schedules"),
        traceable=word == "work" or _flag(entry, "traceable"),
        uses_rcu=word == "work" or _flag(entry, "uses_rcu"),
    )
