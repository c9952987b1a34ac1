"""The files of facts: that they are what their schema says, and what the loader makes of them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from support import environment

from gen.facts import loader
from gen.facts.loader import (
    FOLDER,
    SCHEMA_FILE,
    ConsoleComplaint,
    architecture,
    architectures,
    complaints,
    read_facts,
    releases,
    renames,
)
from gen.facts.release import Release
from gen.model.vocabulary import CONDITIONS, WORDS
from gen.spec.entry_facts import entry_facts
from gen.spec.schema import SCHEMA_FILE as SPEC_SCHEMA_FILE

SCHEMA: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
FILES = sorted(FOLDER.glob("*/*.yaml"))

every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@every_file
def test_a_file_is_what_the_schema_says(path: Path) -> None:
    failures = [
        f"{each.json_path}: {each.message}" for each in Draft202012Validator(SCHEMA).iter_errors(read_facts(path))
    ]
    assert not failures


@every_file
def test_a_file_names_its_schema(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=../schema.json\n# SPDX-")


SPEC_SCHEMA: dict[str, Any] = json.loads(SPEC_SCHEMA_FILE.read_text(encoding="utf-8"))

every_entry_file = pytest.mark.parametrize("path", sorted(FOLDER.glob("entry/*.yaml")), ids=lambda path: path.stem)


@every_entry_file
def test_classes_and_calls_are_what_they_are_in_a_spec(path: Path) -> None:
    of_spec = {key: SPEC_SCHEMA["properties"][key] for key in ("classes", "calls")}
    of_spec["instructions"] = {"additionalProperties": of_spec["calls"]["additionalProperties"]}
    schema = {"$defs": SPEC_SCHEMA["$defs"], "properties": of_spec}
    failures = [
        f"{each.json_path}: {each.message}" for each in Draft202012Validator(schema).iter_errors(read_facts(path))
    ]
    assert not failures


@every_entry_file
def test_a_row_of_entries_is_about_a_class_of_its_file(path: Path) -> None:
    facts = read_facts(path)
    assert facts["folder"] in architectures()
    for row in (facts, *facts["entries"]):
        assert {*row.get("masked", ())} <= facts["classes"].keys(), row
    for row in facts["entries"]:
        assert ("class" in row) is (row.get("kind", "fork") not in {"syscall", "fork"}), row
        assert row.get("class", "sync") in facts["classes"], row
        assert all(re.compile(row[key]) for key in ("symbol", "macro", "file") if key in row)


@pytest.mark.parametrize(
    ("arch", "text", "known"),
    [
        ("arm64", "isb", True), ("arm64", "cbz %0, 1f", True), ("arm64", "b %l[out]", True),
        ("arm64", "msr pan, %0", True), ("arm64", "b schedule", False), ("arm64", "bl schedule", False),
        ("arm64", "msr daif, %0", False), ("arm64", "eret", False), ("arm64", "cbz %0, schedule", False),
        ("x86", "mov %0, %rax", True), ("x86", "jne 1b", True), ("x86", "rep stosq", True), ("x86", "ASM_CLAC", True),
        ("x86", "popf", False), ("x86", "jmp schedule", False), ("x86", "rep sti", False), ("x86", "ASM_STI", False),
        ("x86", "call schedule", False), ("x86", "int $0x80", False), ("x86", "iretq", False),
        ("riscv", "csrr %0, sstatus", True), ("riscv", "csrrw %0, sstatus, %1", False), ("riscv", "ecall", False),
        ("riscv", "csrrsi %0, sstatus, 2", False), ("riscv", "csrs sstatus, %0", False), ("riscv", "j schedule", False),
        ("loongarch", "csrrd %0, 0", True), ("loongarch", "csrwr %0, 0", False), ("loongarch", "b schedule", False),
        ("mips", "mfc0 $1, $12", True), ("mips", "mtc0 $1, $12", False), ("mips", ".word 0x41606020", False),
        ("sparc64", "rdpr %pstate, %0", True), ("sparc64", "wrpr %0, 0, %pstate", False), ("sparc64", "ta 0x6d", False),
        ("powerpc", "mfmsr %0", True), ("powerpc", "mtmsrd %0, 1", False), ("powerpc", "wrteei 1", False),
        ("arm", "mrs %0, cpsr", True), ("arm", "msr cpsr_c, %0", False), ("arm", "mov pc, lr", False),
        ("arm", "ldmia sp!, {r0, pc}", False), ("csky", "mtcr %0, psr", False), ("xtensa", "rsil a2, 0", False),
        ("xtensa", "rsr.ps a2", True), ("xtensa", "wsr.ps a2", False),
    ],
)  # fmt: skip
def test_an_instruction_that_may_open_interrupts_or_leave_is_not_known(arch: str, text: str, known: bool) -> None:
    facts = entry_facts(arch)
    assert facts is not None
    assert (facts.machine.instruction(text) is not None) == known


@every_file
def test_a_file_stands_where_it_belongs(path: Path) -> None:
    facts = read_facts(path)
    assert facts.get("arch", "") == (path.stem if path.parent.name == "arch" else "")


def test_every_key_is_described_and_no_other_is_allowed() -> None:
    for name, each in SCHEMA["$defs"].items():
        assert each.get("description"), name
        if each.get("type") == "object" and "properties" in each:
            assert each["additionalProperties"] is False, name
        for key, value in each.get("properties", {}).items():
            assert value.get("description") or "$ref" in value, f"{name}.{key}"


def rows(facts: object) -> list[dict[str, Any]]:
    """Every mapping in a file."""
    if isinstance(facts, dict):
        return [facts, *(row for value in facts.values() for row in rows(value))]
    return [row for value in facts for row in rows(value)] if isinstance(facts, list) else []


@every_file
def test_a_row_ends_after_it_begins(path: Path) -> None:
    for row in rows(read_facts(path)):
        if "since" in row and "until" in row:
            assert Release.parse(row["since"]) <= Release.parse(row["until"]), row


@pytest.mark.parametrize("name", renames())
def test_a_release_has_one_spelling(name: str) -> None:
    """Spellings follow each other without a gap and without an overlap, the newest has the name itself."""
    spellings = renames()[name].spellings
    ends = [each.until for each in spellings]
    assert (ends[-1], spellings[-1].spelling) == (None, name)
    for minor in range(20):
        for release in (Release(5, minor), Release(6, minor), Release(7, minor)):
            if release >= releases().oldest:
                assert len([each for each in spellings if each.holds(release)]) == 1, release


def test_the_loader_reads_nothing_until_it_is_asked() -> None:
    script = (
        "import sys, gen.facts.loader as loader\nassert 'yaml' not in sys.modules\n"
        "loader.renames()\nassert 'yaml' in sys.modules and 'jsonschema' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("folder", architectures())
def test_each_architecture_is_read(folder: str) -> None:
    assert architecture(folder).arch == folder


@pytest.mark.parametrize("row", complaints(), ids=lambda row: row.line)
def test_a_complaint_has_words_and_known_groups(row: ConsoleComplaint) -> None:
    groups = set(re.compile(row.line).groupindex)
    assert groups <= {"file", "line", "function", "pid", "cpu", "what"}
    assert bool(row.says) != ("what" in groups)


def test_of_an_architecture_without_a_file_its_name_is_known() -> None:
    assert architecture("toy") == loader.Architecture(arch="toy")


def test_the_texts_are_those_of_words_and_conditions() -> None:
    assert loader.word_texts().keys() <= WORDS.keys()
    assert loader.condition_texts().keys() <= CONDITIONS.keys()
    assert {row.condition for row in loader.questions()} <= CONDITIONS.keys()


def test_calls_mean_words() -> None:
    for call in loader.calls():
        assert {text.partition(" ")[0] for text in (*(call.means or ()), *call.saves)} <= WORDS.keys(), call


@pytest.mark.parametrize("name", SCHEMA["$defs"]["kernel"]["properties"])
def test_each_list_has_its_function(name: str) -> None:
    """A key that a class lacks would be found."""
    assert getattr(loader, {"words": "word_texts", "conditions": "condition_texts"}.get(name, name))()
