"""What fuzzing has found stays mended; and the fuzzer finds what is planted."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from fuzz_mutate import LARGEST, mutated
from fuzz_run import failure, fuzz, smaller
from fuzz_targets import TARGETS, Fuzzed

FOUND = sorted((Path(__file__).parent / "found").glob("*"))
NAMED = {target.name: target for target in TARGETS}


@pytest.mark.parametrize("file", FOUND, ids=[file.name for file in FOUND])
def test_what_was_found_is_mended(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert failure(NAMED[file.name.partition("-")[0]], file.read_bytes()) == ""


@pytest.mark.parametrize("target", TARGETS, ids=[target.name for target in TARGETS])
def test_a_few_inputs_come_to_an_end(target: Fuzzed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    random, seeds = Random(1), target.seeds()
    for _ in range(25):
        data = mutated(seeds, random)
        assert failure(target, data) == "", data


def test_a_mistake_is_found_once_and_made_small(tmp_path: Path) -> None:
    def run(data: bytes) -> None:
        if b"ab" in data:
            raise ValueError("found")

    found: dict[str, Path] = {}
    target = Fuzzed("planted", lambda: (b"a word, another and a b\n", b"a bad word"), run)
    assert fuzz(target, 0.3, 1, found, tmp_path) > 10
    ((key, place),) = found.items()
    assert key == "planted: ValueError at test_fuzz.py:run"
    assert place.read_bytes() == b"ab"


def test_what_does_not_matter_is_left_out() -> None:
    assert smaller(b"x" * 50 + b"y" + b"z" * 77, lambda data: b"y" in data) == b"y"


def test_a_mutated_text_has_a_largest_size() -> None:
    random = Random(2)
    assert all(len(mutated([b"word " * 100_000], random)) <= LARGEST for _ in range(30))
