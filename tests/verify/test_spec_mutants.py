"""Every one-step mutant of the specs that hold is caught, or there is a reason, written down, why it is not.

A mutant is a spec with one step or call gone, two neighbours swapped, or a marker moved across the edge of a branch or
loop. The reasons are in equivalent_mutants.yaml. Most are rules: predicates on what each path goes through, worked out
in mutants.py without machine, semantics or proof.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from mutants import HARMLESS, RULES, Mutant, Stories, caught_by, mutants, requirements_of, rules_for
from support import SHIPPED
from trees import load_spec

KNOWN = yaml.safe_load((Path(__file__).parent / "equivalent_mutants.yaml").read_text(encoding="utf-8"))
LISTED: dict[str, dict[str, dict[str, str]]] = KNOWN["listed"]
WHY = {"equivalent", "left out"}

HOLDING = [file for file in SHIPPED if file.stem in {"arm", "arm64", "loongarch", "riscv", "x86"}]

Judged = list[tuple[Mutant, str]]


# The smallest is judged each time, the others where CI has minutes for them.
@pytest.mark.parametrize(
    "file",
    [pytest.param(file, id=file.stem, marks=() if file.stem == "arm" else pytest.mark.slow) for file in HOLDING],
)
def test_every_mutant_is_caught_or_explained(file: Path, record_property: Callable[[str, object], None]) -> None:
    judged = judge_mutants(file)
    stories = Stories(load_spec(file).model)
    explained = {mutant.name: next(rules_for(mutant, stories), "") for mutant, caught in judged if not caught}
    listed = LISTED.get(file.stem, {}).keys()
    unexplained = {name for name, rule in explained.items() if not rule}
    assert not unexplained - listed, "neither caught nor explained"
    assert not listed - unexplained, "listed, but caught by now, covered by a rule, or no mutant any more"
    expected = {name for name, rule in KNOWN["rules"].items() if file.stem in rule["needed_by"]}
    assert set(explained.values()) - {""} == expected, "`needed_by` is out of date"
    counted = Counter(caught or explained[mutant.name] or "listed" for mutant, caught in judged)
    record_property("mutants", dict(counted))
    check_each_judge_matters(counted, offstack=load_spec(file).model.offstack)
    check_no_rule_calls_harmless_what_the_proof_refutes(judged, stories)


def judge_mutants(file: Path) -> Judged:
    """Every mutant of a spec, with what caught it."""
    spec = load_spec(file)
    answers = requirements_of(spec.model)
    assert not isinstance(answers, str), "a spec that does not hold has no mutants worth judging"
    return [(each, caught_by(spec, each.model, answers)) for each in mutants(spec.model)]


def check_each_judge_matters(counted: Counter[str], offstack: bool) -> None:
    assert counted["proof"] > 30 and counted["cross-check"]
    assert counted["requirements"] or not offstack


def check_no_rule_calls_harmless_what_the_proof_refutes(judged: Judged, stories: Stories) -> None:
    """The rules know nothing of machines, so that this is a second opinion on each mutant that breaks a property."""
    broken = [mutant for mutant, caught in judged if caught == "proof"]
    assert not [(each.name, found) for each in broken if (found := [*rules_for(each, stories, HARMLESS)])]


def test_every_rule_and_every_entry_says_why() -> None:
    assert KNOWN["rules"].keys() == RULES.keys()
    entries = [*KNOWN["rules"].values(), *(entry for listed in LISTED.values() for entry in listed.values())]
    assert all(entry["why"] in WHY and entry["reason"] for entry in entries)
    assert all(KNOWN["rules"][name]["why"] == "equivalent" for name in HARMLESS)
