"""One wrong thing in a real spec: each key deleted, misspelt or given another type, each string made hostile.

What has to come out is computed from the schema alone. Every key of every shipped spec takes part: in runs that change
all keys of one depth at once, which are cheap, and in runs that change a single one. A single change of each sort is
made in the smallest spec that has the place for it, so that the time does not grow with their number. Every key is
deleted, misspelt, and given two other types; which two depends on the spec and the depth.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import test_crosscheck
from support import (
    BAD_INPUT,
    DATA,
    SHIPPED,
    TOY,
    Entry,
    Spot,
    Way,
    entries,
    run,
    run_json,
    spots,
    with_key,
    with_value,
    without,
    write_spec,
)

import gen.spec.rules as spec_rules
from gen.diagnostics import Rule, Sink, Span
from gen.spec.archspec import ArchSpec
from gen.spec.document import plain, read_document
from gen.spec.loader import SpecLoader
from gen.spec.schema import schema

Place = tuple[str, int, int]
SPECS = {path.stem: path for path in SHIPPED}
CROSS_RULES = {*test_crosscheck.CASES, "calls-too-deep"}
WARNINGS = {each.id for each in vars(spec_rules).values() if isinstance(each, Rule) and each.severity.word == "warning"}

TYPES = {"text": '"{ }"', "number": "7", "list": "[]", "mapping": "{}", "nothing": "null", "boolean": "true"}
"""What a value is replaced by; no pattern and no enumeration has the text in it."""

JSON_TYPES = {
    "text": {"string"},
    "number": {"integer"},
    "list": {"array"},
    "mapping": {"object"},
    "nothing": set(),
    "boolean": {"boolean"},
}
KINDS = ("deleted", "misspelt", *TYPES)


# What the schema says about a place.


@pytest.fixture(autouse=True)
def _all_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything in a spec is wrong here at once, and every bit of it has to be said."""
    monkeypatch.setattr("gen.spec.loader.MOST_ERRORS", 100_000)


def shape_of(way: Way) -> dict[str, Any]:
    """The subschema for the value at a place."""
    shape = schema()
    for part in way:
        inner = shape["items"] if isinstance(part, int) else shape.get("properties", {}).get(part)
        inner = shape["additionalProperties"] if inner is None else inner
        shape = schema()["$defs"][inner["$ref"].rpartition("/")[2]] if "$ref" in inner else inner
    return shape


def is_named(way: Way) -> bool:
    """Whether the place's key is a name that the spec itself chose."""
    return isinstance(way[-1], str) and "properties" not in shape_of(way[:-1])


def pattern_of(way: Way) -> str:
    """The place without names and numbers, without the depth of nested steps and without what holds them."""
    parts = ["*" if isinstance(part, int) or is_named(way[: depth + 1]) else part for depth, part in enumerate(way)]
    nested = re.sub(r"(/\*/(then|else|do))+", r"/*/\2", "/".join(parts))
    return re.sub(r"^(paths|sequences)/\*/steps/", "steps/", nested)


def types_of(shape: dict[str, Any]) -> set[str]:
    """The JSON types that a value may have."""
    wanted = shape.get("type", "string")
    return {wanted} if isinstance(wanted, str) else set(wanted)


# What has to come out of a change.


@dataclass(frozen=True)
class Fault:
    """A finding that has to come, by the place it is about: the value, its key, or the holder's own name."""

    rule: str
    way: Way
    at: str = "name"
    key: str = ""

    def place(self, spots_of_text: dict[Way, Spot]) -> Place:
        """Where it is in the changed text."""
        spot = spots_of_text[(*self.way[:-1], self.key) if self.key else self.way]
        return (self.rule, *(spot.value if self.at == "value" else spot.name))


def faults(entry: Entry, kind: str, siblings: set[str]) -> list[Fault]:
    """What the schema has to say about one change; `siblings` are the other keys of the same mapping."""
    if entry.is_item and kind in {"deleted", "misspelt"}:
        return _too_few(entry.way[:-1]) if kind == "deleted" and not entry.siblings else []
    if kind == "deleted":
        return _of_deletion(entry, siblings)
    if kind == "misspelt":
        return [] if is_named(entry.way) else _of_misspelling(entry, siblings)
    return _of_type(entry, kind)


def _of_deletion(entry: Entry, siblings: set[str]) -> list[Fault]:
    holder, key = shape_of(entry.way[:-1]), str(entry.way[-1])
    found = _missed(entry, holder, key, siblings)
    return found + ([] if siblings else _too_few(entry.way[:-1]))


def _of_misspelling(entry: Entry, siblings: set[str]) -> list[Fault]:
    holder, key = shape_of(entry.way[:-1]), str(entry.way[-1])
    return [Fault("unknown-key", entry.way, key=misspelt(key)), *_missed(entry, holder, key, siblings)]


def _missed(entry: Entry, holder: dict[str, Any], key: str, siblings: set[str]) -> list[Fault]:
    found = [Fault("missing-key", entry.way[:-1])] if key in holder.get("required", ()) else []
    needy = [name for name, needs in holder.get("dependentRequired", {}).items() if key in needs]
    return found + [Fault("missing-partner", entry.way, key=name) for name in needy if name in siblings]


def _too_few(way: Way) -> list[Fault]:
    shape = shape_of(way)
    return [Fault("bad-amount", way)] if "minItems" in shape or "minProperties" in shape else []


def _of_type(entry: Entry, kind: str) -> list[Fault]:
    shape, scalar = shape_of(entry.way), kind not in {"list", "mapping"}
    at = "value" if scalar or entry.is_item else "name"
    if not JSON_TYPES[kind] & types_of(shape):
        return [Fault("wrong-type", entry.way, at)]
    match kind:
        case "text" if "enum" in shape or "then" in shape:
            return [Fault("unknown-value", entry.way, at)]
        case "text":
            return [Fault("bad-text", entry.way, at)]
        case "number":
            return [Fault("unknown-value", entry.way, at)]
        case "list" | "mapping":
            missed = [Fault("missing-key", entry.way) for _ in shape.get("required", ())]
            return missed + _too_few(entry.way)
        case _:
            return []


def misspelt(key: str) -> str:
    """A key or name that is none."""
    return f"{key}_x"


def mutated(text: str, entry: Entry, kind: str) -> str:
    """The text with one entry deleted, misspelt, or of another type."""
    if kind == "deleted":
        return without(text, entry)
    return (
        with_key(text, entry, misspelt(str(entry.way[-1])))
        if kind == "misspelt"
        else with_value(text, entry, TYPES[kind])
    )


# The specs.


@cache
def text_of(spec: str) -> str:
    """The text of a shipped spec."""
    return SPECS[spec].read_text(encoding="utf-8")


@cache
def entries_of(spec: str) -> tuple[Entry, ...]:
    return tuple(entries(text_of(spec)))


def siblings_of(spec: str, entry: Entry) -> set[str]:
    """The other keys of the mapping that holds an entry."""
    others = _keys(spec).get(entry.way[:-1], set())
    return others - {str(entry.way[-1])}


@cache
def _keys(spec: str) -> dict[Way, set[str]]:
    found: dict[Way, set[str]] = defaultdict(set)
    for entry in entries_of(spec):
        found[entry.way[:-1]].add(str(entry.way[-1]))
    return found


def loaded(text: str) -> tuple[ArchSpec | None, list[Place]]:
    """What the loader makes of a text, and where it says what."""
    sink = Sink()
    spec = SpecLoader(sink).parse("a.yaml", text.encode())
    return spec, [(found.rule, found.span.line, found.span.column) for found in sink.findings]


# All keys of one depth at once.


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("spec", SPECS)
def test_every_key_of_a_depth_at_once(spec: str, kind: str) -> None:
    """Each of the many changes is found at its own place."""
    text = text_of(spec)
    for batch in batches(spec, kind):
        changed_text = text
        for entry in reversed(batch):
            changed_text = mutated(changed_text, entry, kind)
        places = spots(changed_text)
        expected = {fault.place(places) for entry in batch for fault in faults(entry, kind, siblings_of(spec, entry))}
        made, found = loaded(changed_text)
        assert expected <= set(found), sorted(expected - set(found))
        assert {rule for rule, _, _ in set(found) - expected} <= {"repeated-item", "bad-amount"}, batch[0].way
        assert made is None or not expected


def batches(spec: str, kind: str) -> Iterator[list[Entry]]:
    """Entries of the same depth that can be changed together.

    Of neighbours only one is deleted, and where keys need each other, only one of them is deleted or misspelt. What the
    schema has nothing to say about is left for single changes.
    """
    groups: dict[tuple[int, int], list[Entry]] = defaultdict(list)
    ranks: dict[Way, int] = defaultdict(int)
    for entry in entries_of(spec):
        depth, holder = len(entry.way), entry.way[:-1]
        skipped = kind in TYPES and kind not in two_types(spec, depth)
        if not skipped and faults(entry, kind, siblings_of(spec, entry)):
            alone = kind not in TYPES and "dependentRequired" in shape_of(holder)
            turn = ranks[holder] if alone else ranks[holder] % 2 if kind == "deleted" else 0
            groups[depth, turn].append(entry)
            ranks[holder] += 1
    yield from groups.values()


def two_types(spec: str, depth: int) -> set[str]:
    """Two of the types that are no type of JSON Schema's for everything; over the specs and depths, all of them."""
    first = crc32(f"{spec} {depth}".encode()) % len(TYPES)
    names = sorted(TYPES)
    return {names[first], names[(first + 1 + depth % (len(TYPES) - 1)) % len(TYPES)]}


# One change.


@cache
def occurrences() -> dict[str, list[tuple[str, Entry]]]:
    """Each sort of place, with all that there are of it in the smallest spec that has it."""
    found: dict[str, list[tuple[str, Entry]]] = defaultdict(list)
    for spec in sorted(SPECS, key=lambda each: len(text_of(each))):
        for entry in entries_of(spec):
            places = found[pattern_of(entry.way)]
            if not places or places[0][0] == spec:
                places.append((spec, entry))
    return found


def chosen(kind: str) -> Iterator[tuple[str, Entry]]:
    """The single changes of one kind: for each sort of place one occurrence, chosen by a checksum.

    Of the types that do not fit one is enough, since all of them were tried at once.
    """
    for pattern, places in occurrences().items():
        spec, entry = places[crc32(f"{pattern} {kind}".encode()) % len(places)]
        one_type = sorted(TYPES)[crc32(pattern.encode()) % len(TYPES)]
        unfit = kind in TYPES and kind != one_type and faults(entry, kind, siblings_of(spec, entry))
        if not unfit and not (kind == "misspelt" and entry.is_item):
            yield spec, entry


@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("kind", KINDS)
def test_one_change(kind: str, half: int) -> None:
    for spec, entry in list(chosen(kind))[half::2]:
        check_one_change(spec, entry, kind)


def check_one_change(spec: str, entry: Entry, kind: str) -> None:
    """Exactly the findings that the schema asks for; or, where it asks for none, what `check_valid` says."""
    text = mutated(text_of(spec), entry, kind)
    asked = faults(entry, kind, siblings_of(spec, entry))
    places = spots(text) if asked else {}
    expected = sorted(fault.place(places) for fault in asked)
    made, found = loaded(text)
    if expected:
        assert (made, sorted(found)) == (None, expected), f"{entry.way} {kind}"
    else:
        check_valid(spec, text, made, found, f"{entry.way} {kind}")


def check_valid(spec: str, text: str, made: ArchSpec | None, found: list[Place], what: str) -> None:
    """A spec of the right shape: its parts contradict each other, or it says something else than before.

    It says the same only where what went was a default.
    """
    lines = text.split("\n")
    for rule, line, column in found:
        assert rule in CROSS_RULES, what
        assert 1 <= line <= len(lines), what
        assert 1 <= column <= len(lines[line - 1]), what
    assert (made is None) == bool({rule for rule, _, _ in found} - WARNINGS), what
    if made is not None:
        same = facts_in(text) == facts_in(text_of(spec))
        assert (facts_of(made) == facts_of(original(spec))) == same, what


@cache
def original(spec: str) -> ArchSpec:
    made, _ = loaded(text_of(spec))
    assert made is not None
    return made


def facts_of(spec: ArchSpec) -> ArchSpec:
    """The spec without its text and places."""
    return replace(spec, file="", lines=(), offstack_span=Span(""))


def facts_in(text: str) -> Any:
    """The text as data, without what is there by default."""
    root = read_document("a.yaml", text.encode(), Sink())
    assert root is not None
    return _without_defaults(plain(root))


def _without_defaults(data: Any) -> Any:
    if isinstance(data, list):
        return [_without_defaults(item) for item in data]
    if not isinstance(data, dict):
        return data
    optional = {"synchronous", "faults", "schedules", "traceable", "uses_rcu"}
    kept = {key: value for key, value in data.items() if not (key in optional and value is False)}
    return {key: _without_defaults(value) for key, value in kept.items() if value != {}}


def test_all_sorts_of_places_are_visited() -> None:
    """The single changes reach each key of the schema that a shipped spec has."""
    visited = {pattern_of(entry.way) for kind in KINDS for _, entry in chosen(kind)}
    assert visited == {pattern_of(entry.way) for spec in SPECS for entry in entries_of(spec)}
    assert {"steps/*/work/faults", "steps/*/do/*", "classes/*/synchronous", "paths/*/masked/*"} <= visited


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_says_the_same(kind: str, tmp_path: Path) -> None:
    """Exit status and places of `gen check` for a change of each kind."""
    spec = sorted(SPECS)[crc32(kind.encode()) % len(SPECS)]
    entry = next(each for each in entries_of(spec) if each.way == ("kconfig", "file"))
    text = mutated(text_of(spec), entry, kind)
    result = run_json("check", write_spec(tmp_path, text))
    places = spots(text)
    expected = sorted(fault.place(places) for fault in faults(entry, kind, siblings_of(spec, entry)))
    assert (result.code, sorted(result.places)) == (BAD_INPUT, expected)


# Hostile strings.

PAYLOADS = {
    "end of a comment": "*/",
    "comment": "/*",
    "line comment": "//",
    "line end": "a\nb",
    "last line end": "a\n",
    "preprocessor": "#include <x>",
    "template": "{{ 7 }}",
    "template statement": "{% include 'x' %}",
    "line splice": "a\\\nb",
    "trigraph": "??/",
    "shell and Kconfig": "$(x)",
    "bidirectional override": "\N{RIGHT-TO-LEFT OVERRIDE}a",
    "escape": "\x1b[31m",
    "NUL": "a\0b",
    "quote and line": '"\nconfig EVIL\n',
}
"""Each would end or change the place that it is rendered to."""

STRING_RULES = {"bad-text", "unknown-value", "control-character"}


def strings_of(text: str) -> list[Entry]:
    """Every entry whose value is written as text."""
    return [entry for entry in entries(text) if entry.is_scalar and "string" in types_of(shape_of(entry.way))]


@pytest.mark.parametrize("turn", range(3))
@pytest.mark.parametrize("spec", SPECS)
def test_no_string_of_a_spec_can_be_hostile(spec: str, turn: int, tmp_path: Path) -> None:
    """All at once, with the payloads in turns: each is refused at its own place, and nothing is written."""
    text = text_of(spec)
    strings = strings_of(text)
    payloads = list(PAYLOADS.values())
    for number, entry in reversed(list(enumerate(strings))):
        text = with_value(text, entry, json.dumps(payloads[(number + 5 * turn) % len(payloads)]))
    result = run_json("render", write_spec(tmp_path, text), "-o", tmp_path / "out")
    refused = {(line, column) for rule, line, column in result.places if rule in STRING_RULES}
    assert result.code == BAD_INPUT
    places = spots(text)
    assert {places[entry.way].value for entry in strings} <= refused
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=list(PAYLOADS))
def test_no_single_string_can_be_hostile(payload: str) -> None:
    """One at a time, so that nothing else stops the spec: each sort of string with each payload."""
    seen = set()
    for entry in strings_of(TOY):
        if (pattern := pattern_of(entry.way)) not in seen:
            seen.add(pattern)
            text = with_value(TOY, entry, json.dumps(payload))
            made, found = loaded(text)
            assert made is None, entry.way
            refused = {place[1:] for place in found if place[0] in STRING_RULES}
            assert refused == {spots(text)[entry.way].value}, entry.way


def test_no_string_can_end_its_line() -> None:
    """A string that is fine but for a line end behind it, which Python's `$` would let pass."""
    values = {entry.way: TOY[entry.value_start : entry.end].strip('"') for entry in strings_of(TOY)}
    for entry in strings_of(TOY):
        made, found = loaded(with_value(TOY, entry, json.dumps(values[entry.way] + "\n")))
        assert made is None, entry.way
        assert {rule for rule, _, _ in found} <= STRING_RULES, entry.way


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=list(PAYLOADS))
def test_no_name_can_be_hostile(payload: str) -> None:
    """What the spec chooses itself: the names of classes, conditions, sequences and paths."""
    for entry in entries(TOY):
        if is_named(entry.way):
            made, found = loaded(with_key(TOY, entry, json.dumps(payload)))
            assert made is None, entry.way
            assert {rule for rule, _, _ in found} <= {"bad-text", "control-character", *CROSS_RULES}, entry.way


def test_no_other_key_can_be_hostile() -> None:
    payloads = list(PAYLOADS.values())
    for number, entry in enumerate(entries(TOY)):
        if not entry.is_item and not is_named(entry.way):
            made, found = loaded(with_key(TOY, entry, json.dumps(payloads[number % len(payloads)])))
            assert made is None, entry.way
            refused = {rule for rule, _, _ in found}
            assert refused <= {"unknown-key", "control-character", "missing-key", "missing-partner"}, entry.way


@pytest.mark.parametrize("payload", ["*/", "/*", "??/", "$(x)", "{{ 7 }}"])
def test_not_even_an_unquoted_string_can_be_hostile(payload: str, tmp_path: Path) -> None:
    text = TOY.replace('title: "system call"', f"title: {payload}")
    result = run("render", write_spec(tmp_path, text), "-o", tmp_path / "out")
    assert result.code == BAD_INPUT
    assert not (tmp_path / "out").exists()


def test_the_specs_of_these_tests_have_each_sort_of_place() -> None:
    """What only one spec has is not lost when that one goes: the small specs have it, too."""
    small = {
        pattern_of(entry.way) for path in DATA.glob("*.yaml") for entry in entries(path.read_text(encoding="utf-8"))
    }
    shipped = {pattern_of(entry.way) for spec in SPECS for entry in entries_of(spec)}
    keys = {part for pattern in shipped for part in pattern.split("/")}
    assert keys <= {part for pattern in small for part in pattern.split("/")}
