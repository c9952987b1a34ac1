"""YAML text as a tree of nodes with positions, by the strict rules of a spec.

Scalars follow the YAML 1.2 core schema (`off` is text). Anchors, aliases, tags, duplicate keys, tabs and invisible
characters, written or escaped, are refused. The tree is built from parser events without recursion, so nesting cannot
exhaust the stack.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from gen.diagnostics import Diagnostic, Sink, Span
from gen.spec import rules

MAX_BYTES = 1 << 20
MAX_DEPTH = 40
_LIBYAML_TOO_DEEP = "exceeded maximum nesting depth"  # newer ones read far ahead of the events, and have a limit

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_CORE_SCALARS: tuple[tuple[re.Pattern[str], Any], ...] = (
    (re.compile(r"null|Null|NULL|~|"), lambda _: None),
    (re.compile(r"true|True|TRUE"), lambda _: True),
    (re.compile(r"false|False|FALSE"), lambda _: False),
    (re.compile(r"[-+]?[0-9]{1,18}"), int),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?"), float),
)


@dataclass(frozen=True)
class Scalar:
    """A value without parts; `text` is how it was written, without quotes."""

    value: Any
    text: str
    span: Span


@dataclass
class Mapping:
    """Keys and values in the order of the text; each key is there once."""

    span: Span
    entries: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def value(self, key: str) -> Node:
        """The node behind a key; KeyError if there is none."""
        return self.entries[key][1]

    def key_span(self, key: str) -> Span:
        """Where the key itself is written."""
        return self.entries[key][0].span

    def items(self) -> Iterator[tuple[str, Node]]:
        """Each key's text with the node behind it."""
        for key, (_, node) in self.entries.items():
            yield key, node


@dataclass
class Sequence:
    """A list."""

    span: Span
    items: list[Node] = field(default_factory=list)


Node = Scalar | Mapping | Sequence


def plain(node: Node) -> Any:
    """The node as dicts, lists and scalars, for the JSON Schema."""
    match node:
        case Scalar():
            return node.value
        case Mapping():
            return {key: plain(value) for key, value in node.items()}
        case Sequence():
            return [plain(item) for item in node.items]


def read_document(file: str, data: bytes, sink: Sink) -> Node | None:
    """The root node of one spec; None if it could not be read, which the sink then says.

    `file` is the name that findings carry. Columns count code points.
    """
    text = _decoded(file, data, sink)
    if text is None:
        return None
    if unseen := list(_invisible(file, text)):
        sink.extend(unseen)
        return None
    builder = _Builder(file, sink)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
            if builder.given_up:
                return None
    except yaml.YAMLError as error:
        sink.add(_syntax_error(file, text, error))
        return None
    if builder.root is None or builder.root == Scalar(None, "", builder.root.span):
        sink.add(rules.empty_spec.at(Span(file)))
        return None
    return None if builder.has_gaps else builder.root


def _decoded(file: str, data: bytes, sink: Sink) -> str | None:
    if len(data) > MAX_BYTES:
        sink.add(rules.oversized_file.at(Span(file), MAX_BYTES))
        return None
    try:
        return data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        sink.add(rules.not_utf8.at(Span(file, line, column, line, column + 1), error.start))
        return None


def _invisible(file: str, text: str) -> Iterator[Diagnostic]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.isascii() and line.isprintable():
            continue
        for column, char in enumerate(line, 1):
            span = Span(file, number, column, number, column + 1)
            if char == "\t":
                yield rules.tab.at(span)
            elif _is_invisible(char):
                yield rules.control_character.at(span, ord(char))


def _is_invisible(char: str) -> bool:
    """Also true for the two characters of the basic plane that are none, which no YAML file can hold."""
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} or char in "\ufffe\uffff"


def _syntax_error(file: str, text: str, error: yaml.YAMLError) -> Diagnostic:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        lines = text.split("\n")
        began = _mark_span(file, lines, error.context_mark) if error.context_mark is not None else None
        span = _mark_span(file, lines, error.problem_mark)
        if error.problem == _LIBYAML_TOO_DEEP:
            return rules.too_deep.at(span, MAX_DEPTH)
        return rules.yaml_syntax.at(span, error.problem or "unexpected text", error.context or "", began)
    return rules.yaml_syntax.at(Span(file), str(error).splitlines()[0])


def _mark_span(file: str, lines: list[str], mark: Any) -> Span:
    """The character at a mark; the end of the file where libyaml names a line behind it."""
    line, column = min((mark.line + 1, mark.column + 1), (len(lines), len(lines[-1]) + 1))
    return Span(file, line, column, line, column + 1)


def _resolved(event: Any) -> Any:
    """The value of a scalar event: plain scalars by the YAML 1.2 core schema, quoted ones as they are."""
    if event.implicit[0]:
        for pattern, convert in _CORE_SCALARS:
            if pattern.fullmatch(event.value):
                return convert(event.value)
    return event.value


class _Builder:
    """Makes nodes of parser events.

    `given_up` once the rest of the file is not worth reading; `has_gaps` once the tree lacks something that was
    written, so that nothing more can be said about it.
    """

    def __init__(self, file: str, sink: Sink) -> None:
        self.file = file
        self.sink = sink
        self.root: Node | None = None
        self.given_up = False
        self.has_gaps = False
        self._open: list[Mapping | Sequence] = []
        self._keys: list[Scalar | None] = []
        self._documents = 0

    def take(self, event: Any) -> None:
        """Digest one event."""
        span = self._span(event)
        self._refuse_extras(event, span)
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    self._give_up(rules.several_documents.at(span))
            case yaml.ScalarEvent():
                self._place(self._scalar(event, span))
            case yaml.AliasEvent():
                self.has_gaps = True
                self._place(Scalar(None, "", span))
            case yaml.MappingStartEvent():
                self._descend(Mapping(span))
            case yaml.SequenceStartEvent():
                self._descend(Sequence(span))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._open.pop()
                self._keys.pop()

    def _span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        if isinstance(event, yaml.CollectionStartEvent):
            return Span(self.file, start.line + 1, start.column + 1, start.line + 1, start.column + 2)
        return Span(self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def _refuse_extras(self, event: Any, span: Span) -> None:
        if isinstance(event, yaml.AliasEvent):
            self.sink.add(rules.anchor_or_alias.at(span, f"*{event.anchor}"))
        elif getattr(event, "anchor", None):
            self.sink.add(rules.anchor_or_alias.at(span, "&" + event.anchor))
        if getattr(event, "tag", None):
            self.sink.add(rules.yaml_tag.at(span, event.tag))

    def _scalar(self, event: Any, span: Span) -> Scalar:
        printable = event.value.isprintable()
        unseen = [] if printable else [char for char in event.value if char != "\n" and _is_invisible(char)]
        if not unseen:
            return Scalar(_resolved(event), event.value, span)
        # An escape in double quotes: the text itself holds none.
        self.sink.add(rules.control_character.at(span, ord(unseen[0])))
        seen = "".join(char for char in event.value if char not in unseen)
        return Scalar(seen, seen, span)

    def _give_up(self, why: Diagnostic) -> None:
        self.sink.add(why)
        self.given_up = True

    def _descend(self, node: Mapping | Sequence) -> None:
        if len(self._open) >= MAX_DEPTH:
            self._give_up(rules.too_deep.at(node.span, MAX_DEPTH))
            return
        self._place(node)
        self._open.append(node)
        self._keys.append(None)

    def _place(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        holder = self._open[-1]
        if isinstance(holder, Sequence):
            holder.items.append(node)
            return
        key, self._keys[-1] = self._keys[-1], None
        if key is None:
            self._keys[-1] = self._as_key(node)
        elif key.text in holder.entries:
            self.sink.add(rules.duplicate_key.at(key.span, key.text, holder.key_span(key.text)))
        else:
            holder.entries[key.text] = (key, node)

    def _as_key(self, node: Node) -> Scalar:
        if isinstance(node, Scalar):
            return node
        self.sink.add(rules.key_not_text.at(node.span))
        self.has_gaps = True
        return Scalar(None, f"\0{node.span}", node.span)
