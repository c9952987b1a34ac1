"""The JSON Schema of a spec: where it is, and what its failures mean at which place of the text.

The descriptions in `schema.json` are the hints that users see.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from gen.diagnostics import Diagnostic, Sink, Span
from gen.model.vocabulary import WORDS
from gen.spec import rules
from gen.spec.document import Mapping, Node, Scalar, Sequence, plain

SCHEMA_FILE = Path(__file__).with_name("schema.json")

_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "boolean": "`true` or `false`",
}


def schema_text() -> str:
    """The schema as it is published, for `gen schema` and for editors."""
    return SCHEMA_FILE.read_text(encoding="utf-8")


@cache
def schema() -> dict[str, Any]:
    """The schema as data."""
    loaded: dict[str, Any] = json.loads(schema_text())
    return loaded


def check_schema(root: Node, sink: Sink) -> bool:
    """Whether the document has the shape of a spec; every way in which it has not goes to the sink."""
    from jsonschema import Draft202012Validator, validators

    extend: Any = validators.extend  # which the stubs leave untyped
    validator = extend(Draft202012Validator, {"uniqueItems": _unique_items})(schema())
    failures = list(validator.iter_errors(plain(root)))
    for failure in failures:
        wanted = failure.schema.get("type", "string")
        if failure.validator == "enum" and not validator.is_type(failure.instance, wanted):
            continue  # its type is wrong, which another failure says
        explain = _EXPLAIN.get(str(failure.validator), _other)
        sink.extend(explain(root, failure))
    return not failures


def _unique_items(_validator: Any, unique: bool, instance: Any, _schema: Any) -> Iterator[Any]:
    """The library compares each item with each other one as soon as they cannot be sorted, which takes for ever."""
    from jsonschema import ValidationError

    if unique and isinstance(instance, list) and len({repr(item) for item in instance}) < len(instance):
        yield ValidationError("an item is there twice")


def _node_at(root: Node, path: Iterable[str | int]) -> tuple[Node, Span]:
    """The node at a path of keys and indexes, and the place to point at: a collection is named by its key."""
    node, span = root, root.span
    for part in path:
        if isinstance(node, Mapping):
            key = str(part)
            span, node = node.key_span(key), node.value(key)
        elif isinstance(node, Sequence):
            node = node.items[int(part)]
            span = node.span
    return node, node.span if isinstance(node, Scalar) else span


def _place(root: Node, failure: Any) -> tuple[Node, Span]:
    node, span = _node_at(root, failure.absolute_path)
    if "propertyNames" in failure.absolute_schema_path and isinstance(node, Mapping) and failure.instance in node:
        return node, node.key_span(failure.instance)
    return node, span


def _resolved(part: Any) -> dict[str, Any]:
    """A subschema with its local reference followed."""
    reference = part.get("$ref", "")
    resolved: dict[str, Any] = schema()["$defs"][reference.rpartition("/")[2]] if reference else part
    return resolved


def _described(part: Any) -> str:
    return str(_resolved(part).get("description", ""))


def _unknown_keys(root: Node, failure: Any) -> Iterator[Diagnostic]:
    node, _ = _place(root, failure)
    known = list(failure.schema["properties"])
    if isinstance(node, Mapping):
        for key, _ in node.items():
            if key not in known:
                yield rules.unknown_key.at(node.key_span(key), key, known)


def _missing_keys(root: Node, failure: Any) -> Iterator[Diagnostic]:
    _, span = _place(root, failure)
    for key in failure.schema["required"]:
        if key not in failure.instance:
            yield rules.missing_key.at(span, key, _described(failure.schema["properties"][key]))


def _missing_partners(root: Node, failure: Any) -> Iterator[Diagnostic]:
    node, span = _place(root, failure)
    for key, partners in failure.schema["dependentRequired"].items():
        for partner in partners:
            if key in failure.instance and partner not in failure.instance:
                place = node.key_span(key) if isinstance(node, Mapping) else span
                yield rules.missing_partner.at(place, key, partner)


def _wrong_type(root: Node, failure: Any) -> Iterator[Diagnostic]:
    node, span = _place(root, failure)
    wanted = failure.validator_value
    expected = " or ".join(_TYPES[name] for name in ([wanted] if isinstance(wanted, str) else wanted))
    yield rules.wrong_type.at(span, expected, _found(node), _described(failure.schema))


def _found(node: Node) -> str:
    match node:
        case Mapping():
            return "a mapping"
        case Sequence():
            return "a list"
        case Scalar(value=None):
            return "nothing"
        case Scalar(value=bool()):
            return f"the boolean `{node.text}`"
        case Scalar(value=int() | float()):
            return f"the number `{node.text}`"
        case _:
            return f"the text `{node.text}`"


def _unknown_value(root: Node, failure: Any) -> Iterator[Diagnostic]:
    node, span = _place(root, failure)
    if failure.schema == schema()["$defs"]["step"]["then"] and (word := WORDS.get(_written(node))):
        yield rules.word_needs_value.at(span, word.name, word.takes.value)
        return
    known = [str(value) for value in failure.validator_value]
    yield rules.unknown_value.at(span, _written(node), known, _described(failure.schema))


def _written(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else _found(node)


def _bad_text(root: Node, failure: Any) -> Iterator[Diagnostic]:
    _, span = _place(root, failure)
    yield rules.bad_text.at(span, _shortened(str(failure.instance)), _described(failure.schema))


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


def _too_few(root: Node, failure: Any) -> Iterator[Diagnostic]:
    _, span = _place(root, failure)
    yield rules.bad_amount.at(span, "at least one entry is needed here", _described(failure.schema))


def _repeated(root: Node, failure: Any) -> Iterator[Diagnostic]:
    node, _ = _place(root, failure)
    seen = set()
    for item in node.items if isinstance(node, Sequence) else ():
        if (text := _written(item)) in seen:
            yield rules.repeated_item.at(item.span, text)
        seen.add(text)


def _other(root: Node, failure: Any) -> Iterator[Diagnostic]:
    _, span = _place(root, failure)
    yield rules.invalid_value.at(span, failure.message.splitlines()[0])


_EXPLAIN: dict[str, Callable[[Node, Any], Iterator[Diagnostic]]] = {
    "additionalProperties": _unknown_keys,
    "required": _missing_keys,
    "dependentRequired": _missing_partners,
    "type": _wrong_type,
    "enum": _unknown_value,
    "pattern": _bad_text,
    "minItems": _too_few,
    "minProperties": _too_few,
    "uniqueItems": _repeated,
}
