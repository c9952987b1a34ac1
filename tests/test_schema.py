"""The schema: what it refuses and where, and that its descriptions help; and the schema itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from support import (
    BAD_INPUT,
    DATA,
    MARK,
    ROOT,
    SHIPPED,
    TOY,
    Case,
    Way,
    changed,
    check_case,
    entries,
    run,
    run_json,
    spawn,
    spots,
    without,
    write_spec,
)

from gen.diagnostics import Sink
from gen.model.vocabulary import WORDS, Takes
from gen.spec.document import Mapping, Node, Scalar, Sequence, read_document
from gen.spec.schema import schema

CASES = {
    "unknown-key": Case("    whence: fork\n", f"    whence: fork\n    {MARK}wence: fork\n"),
    "missing-key": Case("kconfig: {file: arch/toy/Kconfig, symbol: TOY,", f"{MARK}kconfig: {{file: arch/toy/Kconfig,"),
    "missing-partner": Case(
        "          - if: need_resched\n            then:\n              - schedule\n",
        f"          - {MARK}if: need_resched\n",
    ),
    "wrong-type": Case("offstack: true", f"offstack: {MARK}off"),
    "unknown-value": Case("    kind: fork", f"    kind: {MARK}spoon"),
    "bad-text": Case("    symbol: ret_from_fork", f"    symbol: {MARK}ret-from-fork"),
    "bad-amount": Case("      - mask: [irq]\n      - call: user", f"      - {MARK}mask: []\n      - call: user"),
    "repeated-item": Case("    masked: []", f"    masked: [irq, nmi, {MARK}irq]"),
    "word-needs-value": Case("      - mask: [irq]\n      - call: user", f"      - {MARK}mask\n      - call: user"),
}
"""A spec for each rule about the shape of a spec; the mark is where the finding has to be."""

OTHER_CASES = {
    "unknown-key: at the top": Case("offstack: true", f"{MARK}off_stack: true\noffstack: true"),
    "unknown-key: a merge key of YAML 1.1": Case("offstack: true", f"offstack: true\n{MARK}<<: {{arch: toy}}"),
    "unknown-key: in a step": Case("{calls: do_work, faults", f"{{calls: do_work, {MARK}fault: true, faults"),
    "unknown-key: what belongs to another step": Case(
        "{calls: handle_nmi}", f"{{calls: handle_nmi, {MARK}schedules: true}}"
    ),
    "missing-partner: do without while": Case("      - while: exit_work\n        do:", f"      - {MARK}do:"),
    "missing-partner: else without if": Case(
        "      - if: user_regs\n        then:\n          - call: from_user\n        else:\n          - ct_irq_enter\n",
        f"      - {MARK}else:\n          - ct_irq_enter\n",
    ),
    "wrong-type: a number that was meant as text": Case('kernel: "6.12"', f"kernel: {MARK}6.12"),
    "wrong-type: text that was meant as a boolean": Case("offstack: true", f'offstack: {MARK}"true"'),
    "wrong-type: nothing": Case("arch: toy\n", f"arch:{MARK}\n"),
    "wrong-type: a list for a mapping": Case('conditions:\n  exit_work: "work', f'{MARK}conditions:\n  - "work'),
    "wrong-type: a mapping for text": Case("    code: asm", f"    {MARK}code: {{asm: true}}"),
    "wrong-type: a boolean for a number": Case("spec: 1", f"spec: {MARK}true"),
    "wrong-type: a scalar for a list": Case("    masked: []", f"    masked: {MARK}irq"),
    "wrong-type: a list as a step": Case("      - irq_enter_rcu", f"      - {MARK}[irq_enter_rcu]"),
    "wrong-type: a number as a step": Case("      - irq_enter_rcu", f"      - {MARK}7"),
    "unknown-value: the version": Case("spec: 1", f"spec: {MARK}2"),
    "unknown-value: a step": Case("      - irq_enter_rcu", f"      - {MARK}irq_enter"),
    "unknown-value: deep in a branch": Case("              - schedule\n", f"              - {MARK}shedule\n"),
    "bad-text: a name as a key": Case("  fork_return:", f"  {MARK}fork-return:"),
    "bad-text: an empty key": Case('  exit_work: "', f'  {MARK}"": "another"\n  exit_work: "'),
    "bad-text: a path with ..": Case(
        "    file: arch/toy/kernel/entry.c\n    since", f"    file: {MARK}arch/../entry.c\n    since"
    ),
    "bad-text: an absolute path": Case("kconfig: {file: arch/toy/Kconfig", f"kconfig: {{file: {MARK}/arch/toy/Kconfig"),
    "bad-text: not ASCII": Case('"system call"', f'{MARK}"system \N{GREEK SMALL LETTER ALPHA}"'),
    "bad-text: too long": Case('"system call"', f'{MARK}"{"x" * 101}"'),
    "bad-amount: no paths": Case(TOY[TOY.index("paths:") :], f"{MARK}paths: {{}}\n"),
    "bad-amount: an empty step": Case("      - irq_enter_rcu", f"      - {MARK}{{}}"),
    "bad-amount: no evidence": Case(TOY[TOY.index("evidence:") : TOY.index("classes:")], f"{MARK}evidence: []\n"),
    "bad-amount: a block without steps": Case(
        "        do:\n" + TOY.partition("        do:\n")[2].partition("\n\n")[0], f"        {MARK}do: []"
    ),
    "repeated-item: in a step": Case(
        "      - mask: [irq]\n      - call: user", f"      - mask: [irq, {MARK}irq]\n      - call: user"
    ),
    "word-needs-value: work": Case("      - work: {calls: handle_irq}", f"      - {MARK}work"),
    "bad-text: a C call that would end a string": Case("paths:\n", f"calls:\n  {MARK}'f(\"x\")': [schedule]\npaths:\n"),
    "bad-text: a C call that begins with a sign": Case("paths:\n", f"calls:\n  {MARK}'*f(x)': [schedule]\npaths:\n"),
    "unknown-value: a step of a C call": Case("paths:\n", f"calls:\n  f(x):\n    - {MARK}shedule\npaths:\n"),
    "wrong-type: a step for the steps of a C call": Case("paths:\n", f"calls:\n  f(x): {MARK}schedule\npaths:\n"),
}
"""More specs; the rule stands before the colon."""


@pytest.mark.parametrize("name", [*CASES, *OTHER_CASES])
def test_what_has_not_the_shape_of_a_spec_is_refused_where_it_stands(name: str, tmp_path: Path) -> None:
    case = CASES.get(name) or OTHER_CASES[name]
    check_case(case, name.partition(":")[0], tmp_path)


@pytest.mark.parametrize(("value", "column"), [("a scalar", 1), ("- a list", 1), ("7", 1), ("  [flow]", 3)])
def test_a_spec_is_a_mapping(value: str, column: int, tmp_path: Path) -> None:
    result = run_json("check", write_spec(tmp_path, value))
    assert (result.code, result.places) == (BAD_INPUT, [("wrong-type", 1, column)])


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "y", "n", "Yes", "OFF", "1", '"true"', "'false'", "~"])
def test_only_true_and_false_are_booleans(word: str, tmp_path: Path) -> None:
    case = Case("offstack: true", f"offstack: {MARK}{word}")
    found = check_case(case, "wrong-type", tmp_path)
    assert found["hint"] == schema()["properties"]["offstack"]["description"]


@pytest.mark.parametrize(
    ("case", "guess"),
    [
        (Case("    whence: fork\n", f"    whence: fork\n    {MARK}simbol: x\n"), "`symbol`"),
        (Case("    kind: fork", f"    kind: {MARK}frok"), "`fork`"),
        (Case("      - irq_enter_rcu", f"      - {MARK}irq_enter_rcv"), "`irq_enter_rcu`"),
    ],
)
def test_a_misspelt_word_gets_the_nearest_one(case: Case, guess: str, tmp_path: Path) -> None:
    rule = "unknown-key" if "simbol" in case.new else "unknown-value"
    assert guess in check_case(case, rule, tmp_path)["hint"]


def test_a_word_like_no_other_gets_them_all(tmp_path: Path) -> None:
    found = check_case(Case("    kind: fork", f"    kind: {MARK}zzz"), "unknown-value", tmp_path)
    assert all(f"`{kind}`" in found["hint"] for kind in schema()["$defs"]["path"]["properties"]["kind"]["enum"])


# Required keys, each deleted in turn.

_SORTS: dict[str, Way] = {
    "": (),
    "kconfig": ("kconfig",),
    "evidence": ("evidence", 0),
    "class": ("classes", "sync"),
    "sequence": ("sequences", "to_user"),
    "path": ("paths", "nmi"),
    "work": ("paths", "syscall", "steps", 2, "work"),
    "code": ("paths", "nmi", "steps", 2, "code"),
}
"""One object of each sort in the toy spec."""


def required_keys() -> Iterator[tuple[str, str]]:
    """Each sort of object with each key that it needs."""
    steps = schema()["$defs"]["step"]["properties"]
    shapes = {"": schema(), **schema()["properties"], **schema()["$defs"], "work": steps["work"], "code": steps["code"]}
    for sort in _SORTS:
        for key in shapes[sort]["required"] if sort != "evidence" else schema()["$defs"]["evidence"]["required"]:
            yield sort, key


@pytest.mark.parametrize(("sort", "key"), list(required_keys()))
def test_each_required_key_is_missed(sort: str, key: str, tmp_path: Path) -> None:
    way = _SORTS[sort]
    text = without(TOY, next(entry for entry in entries(TOY) if entry.way == (*way, key)))
    result = run_json("check", write_spec(tmp_path, text))
    assert (result.code, result.places) == (BAD_INPUT, [("missing-key", *spots(text)[way].name)])
    (found,) = result.findings
    assert found["message"] == f"the key `{key}` is missing"
    assert found["hint"], "the schema's description"


# The schema itself.


def objects(part: Any) -> Iterator[dict[str, Any]]:
    """Every subschema of the schema."""
    if isinstance(part, dict):
        yield part
        for key, inner in part.items():
            if key not in {"enum", "required", "dependentRequired"}:
                yield from objects(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from objects(inner)


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


def test_nothing_is_left_to_chance_or_to_other_messages() -> None:
    for part in objects(schema()):
        assert not {"oneOf", "anyOf", "allOf", "not"} & set(part), part
        if part.get("type") == "object":
            assert "additionalProperties" in part, part
        if part.get("type") == "string" and len(part) > 1:  # alone, it is the question whether a step is a word
            assert "pattern" in part or "enum" in part, part


def described(part: dict[str, Any]) -> str:
    """The description of a subschema or of what it refers to."""
    name = str(part.get("$ref", "")).rpartition("/")[2]
    return str((schema()["$defs"][name] if name else part).get("description", ""))


def test_every_key_is_described() -> None:
    for part in objects(schema()):
        for key, inner in part.get("properties", {}).items():
            assert described(inner), key
        for inner in (part.get("items"), part.get("additionalProperties"), part.get("propertyNames")):
            if isinstance(inner, dict):
                assert described(inner), part


def test_descriptions_read_as_hints() -> None:
    for part in objects(schema()):
        text = part.get("description", "described")
        if isinstance(text, str):
            assert text[0].islower() or text.startswith(("C ", "Kconfig")), text
            assert not text.endswith("."), text


@pytest.mark.parametrize(
    "pattern", sorted({part["pattern"] for part in objects(schema()) if isinstance(part.get("pattern"), str)})
)
def test_no_pattern_lets_a_line_end_pass(pattern: str) -> None:
    """Python's `$` also matches in front of a last newline."""
    for good in ("toy", "6.12", "TOY", "arch/toy/entry.c", "a b"):
        if re.search(pattern, good):
            assert not re.search(pattern, good + "\n"), good
            assert not re.search(pattern, "\n" + good), good
            break
    else:
        pytest.fail("no text of this test fits the pattern")


def test_the_steps_are_the_vocabulary() -> None:
    step = schema()["$defs"]["step"]
    words = {name for name, word in WORDS.items() if word.takes is Takes.NOTHING}
    assert set(step["then"]["enum"]) == words
    assert set(step["properties"]) - {"call", "if", "then", "else", "while", "do"} == set(WORDS) - words


def test_every_key_and_value_is_used_by_a_spec() -> None:
    """What no spec needs should not be there; the specs are the shipped ones and those of these tests."""
    used: set[str] = set()
    for path in (*SHIPPED, *DATA.glob("*.yaml")):
        root = read_document(path.name, path.read_bytes(), Sink())
        assert root is not None
        used |= set(_texts(root))
    known: set[str] = set()
    for part in objects(schema()):
        known |= set(part.get("properties", {})) | {str(value) for value in part.get("enum", ())}
    assert known - used == set()


def _texts(node: Node) -> Iterator[str]:
    match node:
        case Scalar():
            yield node.text
        case Mapping():
            for key, value in node.items():
                yield key
                yield from _texts(value)
        case Sequence():
            for item in node.items:
                yield from _texts(item)


def test_gen_schema_prints_it() -> None:
    result = run("schema")
    assert (result.code, json.loads(result.out)) == (0, schema())
    assert result.out == (ROOT / "gen" / "spec" / "schema.json").read_text(encoding="utf-8")


def test_a_long_list_is_read_in_time(tmp_path: Path) -> None:
    """Comparing each of the 60,000 with each other one takes minutes, which the time limit of `spawn` is for."""
    names = ", ".join(f"x{number}" for number in range(60_000))
    text = changed(TOY, "    masked: []", f"    masked: [{names}, 7]")
    result = spawn("check", write_spec(tmp_path, text), "--format", "json")
    assert (result.code, result.rules) == (BAD_INPUT, {"wrong-type"})


def test_a_keyword_that_is_new_to_the_schema_is_located(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stricter = deepcopy(schema())
    stricter["properties"]["arch"]["maxLength"] = 2
    monkeypatch.setattr("gen.spec.schema.schema", lambda: stricter)
    check_case(Case("arch: toy\n", f"arch: {MARK}toy\n"), "invalid-value", tmp_path)


def test_one_fault_is_one_finding_and_ten_are_ten(tmp_path: Path) -> None:
    text = changed(TOY, "    kind: fork", "    kind: spoon")
    text = changed(text, "arch: toy\n", "arch: Toy\n")
    text = changed(text, "offstack: true", "offstack: off")
    text = changed(text, "    symbol: ret_from_fork", "    simbol: ret_from_fork")
    result = run_json("check", write_spec(tmp_path, text))
    assert sorted(rule for rule, _, _ in result.places) == [
        "bad-text",
        "missing-key",
        "unknown-key",
        "unknown-value",
        "wrong-type",
    ]
    assert [line for _, line, _ in result.places] == sorted(line for _, line, _ in result.places)
