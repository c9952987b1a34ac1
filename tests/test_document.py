"""Strict YAML: what is read, what is refused and where, and that no bytes whatsoever make gen fall over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support import BAD_INPUT, CLEAN, DATA, MARK, PAIR, TOY, Case, changed, check_case, run_json, write_spec

from gen.diagnostics import Sink
from gen.spec.archspec import ArchSpec
from gen.spec.document import MAX_BYTES, MAX_DEPTH, Mapping, Scalar, plain, read_document
from gen.spec.loader import MOST_ERRORS, SpecLoader
from gen.spec.schema import schema

CASES = {
    "control-character": Case('"system call"', f'"system{MARK}\N{ZERO WIDTH SPACE} call"'),
    "tab": Case("    kind: fork", f"    kind:{MARK}\tfork"),
    "yaml-syntax": Case("    masked: []", f"    masked: []{MARK}]"),
    "duplicate-key": Case("arch: toy\n", f"arch: toy\n{MARK}arch: pair\n"),
    "anchor-or-alias": Case("    masked: []", f"    masked: {MARK}&none []"),
    "yaml-tag": Case("arch: toy\n", f"arch: {MARK}!!str toy\n"),
    "several-documents": Case("sequences:\n", f"{MARK}---\nsequences:\n"),
    "key-not-text": Case("offstack: true", f"{MARK}[offstack]: true"),
    "too-deep": Case("    masked: []", f"    masked: {'[' * (MAX_DEPTH - 3)}{MARK}[{']' * (MAX_DEPTH - 2)}"),
    "empty-spec": Case(TOY, f"{MARK}# nothing but a comment\n"),
}
"""A text for each rule about the file itself; the mark is where the finding has to be."""

OTHER_CASES = {
    "control-character: a bidirectional override": Case(
        '"system call"', f'"system {MARK}\N{RIGHT-TO-LEFT OVERRIDE}call"'
    ),
    "control-character: a byte-order mark": Case(
        "# yaml-language", f"{MARK}\N{ZERO WIDTH NO-BREAK SPACE}# yaml-language"
    ),
    "control-character: escape": Case("    kind: fork", f"    kind: fork # {MARK}\x1b[31m"),
    "control-character: a line separator": Case("    kind: fork", f"    kind: fork # {MARK}\N{LINE SEPARATOR}"),
    "control-character: next line": Case("    kind: fork", f"    kind: fork # {MARK}\x85"),
    "control-character: a lone carriage return": Case("    kind: fork", f"    kind: fork # {MARK}\r."),
    "control-character: no character at all": Case('"system call"', f'"system {MARK}\uffff"'),
    "control-character: as an escape in double quotes": Case('"system call"', f'{MARK}"system \\u202e call"'),
    "control-character: NUL as an escape": Case('"system call"', f'{MARK}"system \\0 call"'),
    "control-character: a tab as an escape": Case('"system call"', f'{MARK}"system \\t call"'),
    "tab: as indentation": Case("    kind: fork", f"{MARK}\tkind: fork"),
    "yaml-syntax: a bracket that is never closed": Case(
        "masked: []\n", f"masked: [\n{MARK}", TOY[: TOY.index("    code: c\n    noinstr: true\n    symbol: ret_")]
    ),
    "yaml-syntax: indentation that fits nothing": Case("    kind: fork", f"   {MARK}kind: fork"),
    "duplicate-key: deep inside": Case("    kind: fork", f"    kind: fork\n    {MARK}kind: fork"),
    "duplicate-key: with quotes": Case("arch: toy\n", f'arch: toy\n{MARK}"arch": toy\n'),
    "anchor-or-alias: an alias": Case("    masked: []", f"    masked: {MARK}*none"),
    "anchor-or-alias: on a key": Case("arch: toy\n", f"{MARK}&a arch: toy\n"),
    "yaml-tag: one that would build an object": Case("arch: toy\n", f"arch: {MARK}!!python/object:os.system toy\n"),
    "yaml-tag: on a collection": Case("    masked: []", f"    masked: {MARK}!mine []"),
    "key-not-text: a mapping": Case("offstack: true", f"{MARK}{{a: b}}: true"),
}
"""More texts; the rule stands before the colon."""


@pytest.mark.parametrize("name", [*CASES, *OTHER_CASES])
def test_what_is_not_strict_yaml_is_refused_where_it_stands(name: str, tmp_path: Path) -> None:
    case = CASES.get(name) or OTHER_CASES[name]
    check_case(case, name.partition(":")[0], tmp_path)


@pytest.mark.parametrize("name", [name for name in [*CASES, *OTHER_CASES] if not name.startswith("yaml-syntax")])
def test_places_are_the_same_without_libyaml(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gen.spec.document._Loader", yaml.SafeLoader)
    case = CASES.get(name) or OTHER_CASES[name]
    check_case(case, name.partition(":")[0], tmp_path)


def test_the_second_of_two_keys_shows_the_first(tmp_path: Path) -> None:
    (related,) = check_case(CASES["duplicate-key"], "duplicate-key", tmp_path)["related"]
    line = TOY.split("\n").index("arch: toy") + 1
    assert (related["line"], related["column"], related["message"]) == (line, 1, "the first one")


def test_what_is_beyond_some_hundred_errors_is_a_number(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, TOY + "".join(f"key{number}: 1\n" for number in range(MOST_ERRORS + 7)))
    result = run_json("check", spec)
    assert result.code == BAD_INPUT
    assert len(result.findings) == MOST_ERRORS + 1
    (more,) = (each for each in result.findings if each["rule"] == "too-many-errors")
    assert more["message"] == f"7 more things are wrong than the {MOST_ERRORS} that are shown"


def test_not_utf8_is_located_in_code_points(tmp_path: Path) -> None:
    text = changed(TOY, '"system call"', '"syst\N{LATIN SMALL LETTER E WITH ACUTE}m @"')
    before, after = text.encode().split(b"@")
    result = run_json("check", write_spec(tmp_path, before + b"\xe9" + after))
    line = text[: text.index("@")].count("\n") + 1
    column = text.split("\n")[line - 1].index("@") + 1
    assert (result.code, result.places) == (BAD_INPUT, [("not-utf8", line, column)])


@pytest.mark.parametrize("size", [MAX_BYTES + 1, 10 * MAX_BYTES])
def test_too_large_whatever_is_in_it(size: int, tmp_path: Path) -> None:
    result = run_json("check", write_spec(tmp_path, b"[" * size))
    assert (result.code, result.places) == (BAD_INPUT, [("oversized-file", 1, 1)])


def test_as_large_as_allowed(tmp_path: Path) -> None:
    padding = "#" * (MAX_BYTES - len(TOY) - 1)
    assert run_json("check", write_spec(tmp_path, f"{TOY}{padding}\n")).code == CLEAN


@pytest.mark.parametrize("data", [b"", b"\n\n", b"---\n", b"# only this\n", b"---\n...\n"])
def test_empty(data: bytes, tmp_path: Path) -> None:
    result = run_json("check", write_spec(tmp_path, data))
    assert (result.code, result.places) == (BAD_INPUT, [("empty-spec", 1, 1)])


def test_carriage_returns_of_another_system_are_fine(tmp_path: Path) -> None:
    text, line, column = CASES["duplicate-key"].marked()
    assert run_json("check", write_spec(tmp_path, TOY.replace("\n", "\r\n"))).code == CLEAN
    result = run_json("check", write_spec(tmp_path, text.replace("\n", "\r\n")))
    assert result.places == [("duplicate-key", line, column)]


def test_every_fault_is_said_at_once(tmp_path: Path) -> None:
    text = changed(TOY, "arch: toy\n", "arch: toy\narch: toy\n")
    text = changed(text, "    masked: []", "    masked: &x []")
    text = changed(text, "    kind: fork", "    kind: !mine fork")
    assert run_json("check", write_spec(tmp_path, text)).rules == {"duplicate-key", "anchor-or-alias", "yaml-tag"}


# Scalars by the YAML 1.2 core schema: YAML 1.1 would read half of these as something else.


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *((word, word) for word in ("yes", "no", "on", "off", "Yes", "y", "NO", "012x", "1_000", "0x10", "12:30:45")),
        *((word, word) for word in ("2001-12-14", "<<", "=", "nul", "tRUE", ".", "+", "1e", "6.12.1")),
        *((f'"{word}"', word) for word in ("true", "null", "1", "6.12", "")),
        *((f"'{word}'", word) for word in ("false", "~", "-1", "1.5")),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-7", -7),
        ("012", 12),
        ("6.10", 6.1),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("9" * 19, float("9" * 19)),
    ],
)
def test_scalars_follow_yaml_1_2(written: str, value: object) -> None:
    sink = Sink()
    root = read_document("a.yaml", f"key: {written}\n".encode(), sink)
    assert isinstance(root, Mapping)
    assert not sink.findings
    node = root.value("key")
    assert isinstance(node, Scalar)
    assert (type(node.value), node.value) == (type(value), value)
    assert node.text == written.strip("'\"")


def test_places_count_code_points() -> None:
    root = read_document("a.yaml", '"\N{CJK UNIFIED IDEOGRAPH-65E5}\N{GRINNING FACE}": [a, bc]\n'.encode(), Sink())
    assert isinstance(root, Mapping)
    ((key, node),) = root.items()
    assert (root.key_span(key).column, root.key_span(key).end_column) == (1, 5)
    assert node.span.column == 7


# Nothing makes it fall over.

_WORDS = st.sampled_from(
    sorted({*schema()["properties"], *schema()["$defs"]["path"]["properties"], "irq", "toy", "6.12"})
)
_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _WORDS, st.text(max_size=8))
_TREES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_WORDS | st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
_ANY_BYTES = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def parsed(data: bytes) -> tuple[ArchSpec | None, list[Any]]:
    """What the loader makes of some bytes, and what it says."""
    sink = Sink()
    return SpecLoader(sink).parse("a.yaml", data), sink.findings


def check_answer(data: bytes) -> None:
    """Either a spec, or an error at a place that the file has."""
    spec, findings = parsed(data)
    errors = [found for found in findings if found.severity.word == "error"]
    assert (spec is None) == bool(errors)
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    for found in findings:
        assert found.rule and found.message
        assert 1 <= found.span.line <= len(lines)
        assert 1 <= found.span.column <= len(lines[found.span.line - 1]) + 1
        assert (found.span.end_line, found.span.end_column) >= (found.span.line, found.span.column)


@_ANY_BYTES
@given(st.binary(max_size=200))
@example(b"\xff\xfea\x00")
@example(b"%YAML 3.0\n---\na: b\n")
@example(b"%TAG ! !\n%TAG ! !\n---\n!a b\n")
@example(b"? ? ? a\n")
@example(b"- - - - -\n -")
@example(b"'\\")
@example(b'"\\ud800"')
@example(b"a: |9\n")
@example(b"!<tag:yaml.org,2002:null> a: &b *b\n")
def test_any_bytes_have_an_answer(data: bytes) -> None:
    check_answer(data)


@_ANY_BYTES
@given(st.text(alphabet="abc:-[]{}#&*!|>'\"%@`?,\\ \n0~<=", max_size=60))
def test_anything_that_looks_like_yaml_has_an_answer(text: str) -> None:
    check_answer(text.encode())


@_ANY_BYTES
@given(_TREES)
def test_any_tree_has_an_answer(tree: Any) -> None:
    check_answer(json.dumps(tree, allow_nan=False).encode() if _is_finite(tree) else b"")


def _is_finite(tree: Any) -> bool:
    try:
        json.dumps(tree, allow_nan=False)
    except ValueError:
        return False
    return True


@_ANY_BYTES
@given(st.data())
def test_a_damaged_spec_has_an_answer(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from([TOY, PAIR])).encode()
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(whole)))
        end = data.draw(st.integers(start, min(len(whole), start + 60)))
        whole = whole[:start] + data.draw(st.binary(max_size=6) | st.just(whole[start:end] * 2)) + whole[end:]
    check_answer(whole)


@_ANY_BYTES
@given(st.data())
def test_a_valid_tree_with_one_other_value_has_an_answer(data: st.DataObject) -> None:
    """Anything at any place of a real spec, which gets further than arbitrary trees."""
    root = read_document("a.yaml", TOY.encode(), Sink())
    assert root is not None
    tree = plain(root)
    holder: Any = tree
    while True:
        key = data.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
        if not holder[key] or not isinstance(holder[key], dict | list) or data.draw(st.booleans()):
            break
        holder = holder[key]
    holder[key] = data.draw(_TREES.filter(_is_finite))
    check_answer(json.dumps(tree).encode())


def test_the_specs_of_these_tests_are_clean() -> None:
    for path in sorted(DATA.glob("*.yaml")):
        spec, findings = parsed(path.read_bytes())
        assert spec is not None
        assert not findings, path.name
