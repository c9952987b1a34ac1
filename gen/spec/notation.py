"""The notation of blocks, classes and paths, in a spec or in facts: nodes of a YAML document to the model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from gen.diagnostics import Sink, Span
from gen.model.entry import (
    Block,
    Branch,
    Call,
    EntryPath,
    Handler,
    InterruptClass,
    Item,
    Loop,
    Sequence,
    Step,
    Whence,
)
from gen.model.release import Release, oldest
from gen.model.vocabulary import Condition
from gen.spec import document as doc
from gen.spec import rules


@dataclass(frozen=True)
class Meaning:
    """What a call or question of the tree's C does, in steps: `return` says yes, the end of the block says no."""

    text: str
    body: Block
    span: Span = field(compare=False)


def text_at(holder: doc.Mapping, key: str) -> str:
    """The text behind a key, empty if the key is not there."""
    return cast(doc.Scalar, holder.value(key)).text if key in holder else ""


def flag_at(holder: doc.Mapping, key: str) -> bool:
    """Whether `true` stands behind a key."""
    return key in holder and cast(doc.Scalar, holder.value(key)).value is True


def mapping_at(holder: doc.Mapping, key: str) -> doc.Mapping:
    """The mapping behind a key, an empty one if the key is not there."""
    return cast(doc.Mapping, holder.value(key)) if key in holder else doc.Mapping(holder.span)


def list_at(holder: doc.Mapping, key: str) -> list[doc.Node]:
    """The list behind a key, an empty one if the key is not there."""
    return cast(doc.Sequence, holder.value(key)).items if key in holder else []


def names_at(holder: doc.Mapping, key: str) -> tuple[str, ...]:
    """The texts of a list."""
    return tuple(cast(doc.Scalar, item).text for item in list_at(holder, key))


def spans_at(holder: doc.Mapping, key: str) -> tuple[Span, ...]:
    """Where the items of a list stand."""
    return tuple(item.span for item in list_at(holder, key))


def interrupt_class(root: doc.Mapping, name: str) -> InterruptClass:
    """A class of `classes`."""
    holder = mapping_at(root, "classes")
    entry = cast(doc.Mapping, holder.value(name))
    return InterruptClass(
        name, text_at(entry, "title"), flag_at(entry, "maskable"), flag_at(entry, "synchronous"), holder.key_span(name)
    )


def condition(root: doc.Mapping, name: str) -> Condition:
    """A condition of `conditions`."""
    holder = mapping_at(root, "conditions")
    return Condition(name, text_at(holder, name), span=holder.key_span(name))


class Builder:
    """Makes blocks, sequences and paths of their notation; what the schema could not see goes to the sink."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    def release(self, holder: doc.Mapping, key: str) -> Release | None:
        """The release behind a key, None if the key is not there; an unknown one goes to the sink."""
        if key not in holder:
            return None
        return self.known(cast(doc.Scalar, holder.value(key)))

    def releases(self, holder: doc.Mapping, key: str) -> tuple[Release, ...]:
        """The releases in a list; unknown ones go to the sink."""
        return tuple(self.known(cast(doc.Scalar, node)) for node in list_at(holder, key))

    def known(self, node: doc.Scalar) -> Release:
        """The release that is written here; an unknown one goes to the sink."""
        release = Release.parse(node.text)
        if release < oldest():
            self.sink.add(rules.unknown_release.at(node.span, node.text, str(oldest())))
        return release

    def sequence(self, root: doc.Mapping, name: str) -> Sequence:
        """A shared sequence of `sequences`."""
        holder = mapping_at(root, "sequences")
        entry = cast(doc.Mapping, holder.value(name))
        return Sequence(
            name,
            text_at(entry, "title"),
            text_at(entry, "symbol"),
            text_at(entry, "file"),
            self.block(list_at(entry, "steps")),
            self.release(entry, "since"),
            self.release(entry, "until"),
            holder.key_span(name),
        )

    def path(self, root: doc.Mapping, name: str) -> EntryPath:
        """A path of `paths`."""
        holder = mapping_at(root, "paths")
        entry = cast(doc.Mapping, holder.value(name))
        return EntryPath(
            name=name,
            title=text_at(entry, "title"),
            kind=text_at(entry, "kind"),
            whence=Whence(text_at(entry, "whence")),
            interrupt_class=text_at(entry, "class"),
            masked=names_at(entry, "masked"),
            code=text_at(entry, "code"),
            noinstr=flag_at(entry, "noinstr"),
            symbol=text_at(entry, "symbol"),
            file=text_at(entry, "file"),
            body=self.block(list_at(entry, "steps")),
            unread=text_at(entry, "unread"),
            since=self.release(entry, "since"),
            until=self.release(entry, "until"),
            span=holder.key_span(name),
            class_span=entry.value("class").span if "class" in entry else holder.key_span(name),
            masked_spans=spans_at(entry, "masked"),
        )

    def meaning(self, root: doc.Mapping, text: str) -> Meaning:
        """What a call or question is, of `calls`."""
        holder = mapping_at(root, "calls")
        return Meaning(text, self.block(list_at(holder, text)), holder.key_span(text))

    def block(self, nodes: list[doc.Node]) -> Block:
        """The block that a list of steps is."""
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
        """A list item that is a mapping, by the key that says what it is."""
        span = entry.value(key).span if isinstance(entry.value(key), doc.Scalar) else entry.key_span(key)
        match key:
            case "call":
                return Call(text_at(entry, key), span)
            case "if":
                then, otherwise = self.block(list_at(entry, "then")), self.block(list_at(entry, "else"))
                return Branch(text_at(entry, key), then, otherwise, span)
            case "while":
                return Loop(text_at(entry, key), self.block(list_at(entry, "do")), span)
            case "work" | "code":
                return Step(key, handler=_handler(mapping_at(entry, key), key), span=span)
            case "save" | "restore":
                return Step(key, place=text_at(entry, key), span=span)
            case _:
                return Step(key, classes=names_at(entry, key), span=span, class_spans=spans_at(entry, key))


def _handler(entry: doc.Mapping, word: str) -> Handler:
    return Handler(
        text_at(entry, "calls"),
        faults=flag_at(entry, "faults"),
        schedules=flag_at(entry, "schedules"),
        traceable=word == "work" or flag_at(entry, "traceable"),
        uses_rcu=word == "work" or flag_at(entry, "uses_rcu"),
    )
