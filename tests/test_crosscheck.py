"""What the parts of a spec must say about each other, and that every rule about specs has a test that raises it."""

from __future__ import annotations

from pathlib import Path

import pytest
import test_bad_input
import test_document
import test_schema
from support import (
    BAD_INPUT,
    CLEAN,
    FINDINGS,
    MARK,
    PAIR,
    TOY,
    Case,
    changed,
    check_case,
    line_of,
    run,
    run_json,
    section,
    snapshot,
    write_spec,
)

import gen.spec.rules as spec_rules
from gen.diagnostics import Rule
from gen.spec.crosscheck import MOST_CALLS


def pointed(text: str) -> str:
    """A section with the mark at its name."""
    return f"  {MARK}{text.lstrip()}"


def nmi(*steps: str) -> str:
    """The path of the NMI with other lines in the place of its `- return`."""
    return changed(NMI, "      - return\n", "".join(f"      {step}\n" for step in steps))


FORK, FAULT, NMI, SYSCALL = (section(TOY, name) for name in ("fork_return", "fault", "nmi", "syscall"))
NMI_CLASS = '  nmi: {title: "non-maskable interrupt", maskable: false}\n'
SYNC_CLASS = '  sync: {title: "exception of the instruction", maskable: false, synchronous: true}\n'
RESCHED = "          - if: need_resched\n            then:\n              - schedule\n"
LOOP_END = "          - mask: [irq]\n\n"
IRQ_WORK = "      - work: {calls: handle_irq}\n"
EXIT_MARKED = changed(PAIR, "- exception_exit", f"- {MARK}exception_exit")

CASES = {
    "one-step-per-item": Case(IRQ_WORK, f"      - mask: [irq]\n        {MARK}unmask: [irq]\n{IRQ_WORK}"),
    "unknown-sequence": Case("      - call: user_work\n", f"      - call: {MARK}user_wrok\n      - call: user_work\n"),
    "to-be-filled-in": Case(IRQ_WORK, f"      - {MARK}code: {{calls: fill_in_steps_12}}\n{IRQ_WORK}"),
    "recursive-sequence": Case(LOOP_END, f"          - call: {MARK}user_work\n\n"),
    "unused-sequence": Case(
        "sequences:\n",
        f"sequences:\n  {MARK}spare: {{title: spare, symbol: spare, file: spare.c, steps: [schedule]}}\n",
    ),
    "unknown-class": Case("    masked: []", f"    masked: [{MARK}irc]"),
    "unmaskable-class": Case(LOOP_END, f"          - mask: [irq, {MARK}nmi]\n\n"),
    "maskable-and-synchronous": Case(SYNC_CLASS, pointed(changed(SYNC_CLASS, "maskable: false", "maskable: true"))),
    "unused-class": Case(NMI_CLASS, f"{NMI_CLASS}  {MARK}fiq: {{title: fast, maskable: true}}\n"),
    "class-missing": Case(NMI, pointed(changed(NMI, "    class: nmi\n", "")), changed(TOY, NMI_CLASS, "")),
    "class-not-allowed": Case(FORK, pointed(changed(FORK, "    whence:", "    class: irq\n    whence:"))),
    "kind-and-whence": Case(SYSCALL, pointed(changed(SYSCALL, "whence: user", "whence: any"))),
    "unknown-condition": Case("          - if: need_resched", f"          - if: {MARK}need_reshed"),
    "unused-condition": Case("conditions:\n", f"conditions:\n  {MARK}spare: nobody asks\n"),
    "builtin-condition": Case("conditions:\n", f"conditions:\n  {MARK}need_resched: again\n"),
    "missing-return": Case(NMI, pointed(nmi())),
    "return-in-sequence": Case("      - user_enter_irqoff\n", f"      - user_enter_irqoff\n      - {MARK}return\n"),
    "unreachable-step": Case(NMI, nmi("- return", f"- {MARK}schedule", "- return")),
    "pair-in-sequence": Case("      - user_enter\n", f"      - {MARK}exception_enter\n      - user_enter\n", PAIR),
    "exit-without-enter": Case("      - exception_enter\n", "", EXIT_MARKED),
    "pair-with-offstack": Case("      - __nmi_enter\n", f"      - __nmi_enter\n      - {MARK}exception_enter\n"),
    "schedule-user-with-offstack": Case("              - schedule\n", f"              - {MARK}schedule_user\n"),
    "handler-disagrees": Case(IRQ_WORK, f"{IRQ_WORK}      - {MARK}work: {{calls: handle_irq, faults: true}}\n"),
    "name-collision": Case(IRQ_WORK, f"      - {MARK}work: {{calls: interrupt}}\n"),
    "release-range": Case(NMI, pointed(changed(NMI, 'since: "5.11"', 'since: "5.12"\n    until: "5.11"'))),
    "unknown-release": Case('kernel: "6.12"', f'kernel: {MARK}"4.99"'),
    "bounded-then": Case(
        RESCHED,
        f"          - if: {MARK}need_resched\n            then:\n              - call: early\n"
        "            else:\n              - schedule\n",
        changed(
            TOY,
            "sequences:\n",
            'sequences:\n  early: {title: early, symbol: early, file: early.c, until: "6.1", steps: [schedule]}\n',
        ),
    ),
    "bounded-end": Case(
        "sequences:\n",
        f'sequences:\n  {MARK}last: {{title: last, symbol: last, file: last.c, until: "6.1", steps: [panic]}}\n',
        changed(TOY, NMI, nmi("- call: last")),
    ),
}
"""A spec for each rule about its parts; the mark is where the finding has to be."""

OTHER_CASES = {
    "one-step-per-item: a branch and a call": Case(
        RESCHED, f"          - if: need_resched\n            then: [schedule]\n            {MARK}call: from_user\n"
    ),
    "recursive-sequence: through another one": Case(
        RESCHED, f"{RESCHED}          - call: to_user\n", changed(TOY, "- call: user_work", f"- call: {MARK}user_work")
    ),
    "unknown-class: in a step": Case("          - inherit: [irq]", f"          - inherit: [{MARK}irc]"),
    "class-missing: an exception": Case(
        FAULT, pointed(changed(FAULT, "    class: sync\n", "")), changed(TOY, SYNC_CLASS, "")
    ),
    "class-not-allowed: a system call": Case(
        SYSCALL, pointed(changed(SYSCALL, "    whence:", "    class: irq\n    whence:"))
    ),
    "kind-and-whence: a new task": Case(FORK, pointed(changed(FORK, "whence: fork", "whence: kernel"))),
    "kind-and-whence: an NMI": Case(NMI, pointed(changed(NMI, "whence: any", "whence: fork"))),
    "unknown-condition: of a loop": Case(
        "- while: exit_work",
        f"- while: {MARK}exit_wrok",
        changed(TOY, 'conditions:\n  exit_work: "work is pending"\n', ""),
    ),
    "missing-return: on one of two ways": Case(NMI, pointed(nmi("- if: user_regs", "  then: [return]"))),
    "missing-return: behind a loop": Case(NMI, pointed(nmi("- while: exit_work", "  do: [return]"))),
    "return-in-sequence: in a branch": Case("              - schedule\n", f"              - {MARK}return\n"),
    "unreachable-step: behind two arms": Case(
        NMI, nmi("- if: user_regs", "  then: [return]", "  else: [panic]", f"- {MARK}return")
    ),
    "unreachable-step: behind a sequence that panics": Case(
        "sequences:\n",
        "sequences:\n  die: {title: die, symbol: die, file: die.c, steps: [panic]}\n",
        changed(TOY, NMI, nmi("- call: die", f"- {MARK}return")),
    ),
    "exit-without-enter: on one of two ways": Case(
        "      - exception_enter\n", "      - if: user_regs\n        then: [exception_enter]\n", EXIT_MARKED
    ),
    "exit-without-enter: in a loop that may not run": Case(
        "      - exception_enter\n", "      - while: exit_work\n        do: [exception_enter]\n", EXIT_MARKED
    ),
    "handler-disagrees: work and code": Case(IRQ_WORK, f"{IRQ_WORK}      - {MARK}code: {{calls: handle_irq}}\n"),
    "name-collision: with a step": Case(IRQ_WORK, f"      - {MARK}work: {{calls: user_exit_irqoff}}\n"),
    "name-collision: with a function that masks": Case(IRQ_WORK, f"      - {MARK}work: {{calls: inherit}}\n"),
    "name-collision: with a built-in condition": Case(
        IRQ_WORK,
        f"      - work: {{calls: irqs_were_on}}\n      - if: {MARK}irqs_were_on\n        then: [preempt_disable]\n",
    ),
    "name-collision: a path and a condition": Case(
        "  exit_work:", f"  {MARK}fault:", changed(TOY, "- while: exit_work", "- while: fault")
    ),
    "unknown-sequence: in a C call": Case("paths:\n", f"calls:\n  f:\n    - call: {MARK}user_wrok\npaths:\n"),
    "unknown-class: in a C call": Case("paths:\n", f"calls:\n  f:\n    - mask: [{MARK}irc]\npaths:\n"),
    "unmaskable-class: in a C call": Case("paths:\n", f"calls:\n  f:\n    - mask: [{MARK}nmi]\npaths:\n"),
    "unknown-condition: in a C call": Case(
        "paths:\n", f"calls:\n  f:\n    - if: {MARK}exit_wrok\n      then: [return]\npaths:\n"
    ),
    "unused-condition: asked by a C call alone": Case(
        "conditions:\n",
        f"conditions:\n  {MARK}spare: asked by C\n",
        changed(TOY, "paths:\n", "calls:\n  f:\n    - if: spare\n      then: [return]\npaths:\n"),
    ),
    "unreachable-step: in a C call": Case("paths:\n", f"calls:\n  f:\n    - return\n    - {MARK}schedule\npaths:\n"),
    "handler-disagrees: in a C call": Case(
        "calls:\n  f:\n    - work: {calls: handle_irq, faults: true}\n",
        f"calls:\n  f:\n    - {MARK}work: {{calls: handle_irq, faults: true}}\n",
        f"{TOY}calls:\n  f:\n    - work: {{calls: handle_irq, faults: true}}\n",
    ),
    "unknown-release: since": Case('    since: "5.11"', f'    since: {MARK}"5.10"'),
    "release-range: of evidence": Case(
        "  - claim: user",
        f'  - {MARK}claim: it was\n    file: a.S\n    text: b\n    since: "6.2"\n    until: "6.1"\n  - claim: user',
    ),
    "release-range: of a sequence": Case(
        "  user_work:\n",
        f'  {MARK}user_work:\n    since: "6.2"\n    until: "6.1"\n',
    ),
    "unknown-release: also": Case('kernel: "6.12"', f'kernel: "6.12"\nalso: ["6.1", {MARK}"4.99"]'),
    "unknown-release: until": Case('    since: "5.11"', f'    until: {MARK}"5.10"'),
}
"""More specs; the rule stands before the colon."""


@pytest.mark.parametrize("name", [*CASES, *OTHER_CASES])
def test_parts_that_contradict_each_other_are_found_where_they_stand(name: str, tmp_path: Path) -> None:
    case = CASES.get(name) or OTHER_CASES[name]
    check_case(case, name.partition(":")[0], tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("recursive-sequence", "  user_work:", "the sequence"),
        ("unmaskable-class", "  nmi: {title", "declared here as not maskable"),
        ("unreachable-step", "      - return", "nothing gets past this"),
        ("pair-with-offstack", "offstack: true", "declared here"),
        ("schedule-user-with-offstack", "offstack: true", "declared here"),
        ("handler-disagrees", "      - work: {calls: handle_irq}", "described here first"),
        ("name-collision", "  interrupt:", "the path"),
    ],
)
def test_the_second_place(name: str, text: str, message: str, tmp_path: Path) -> None:
    case = CASES[name]
    (related,) = check_case(case, name, tmp_path)["related"]
    shown = case.marked()[0].split("\n")[related["line"] - 1]
    assert (shown.startswith(text), related["message"]) == (True, message)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("unknown-sequence", ("did you mean `user_work`?",)),
        ("unknown-class", ("did you mean `irq`?",)),
        ("unknown-condition", ("did you mean `need_resched`?",)),
        ("kind-and-whence", ("allowed: `user`",)),
        ("unknown-release", ("5.11",)),
    ],
)
def test_the_hint_says_what_to_write(name: str, words: tuple[str, ...], tmp_path: Path) -> None:
    hint = check_case(CASES[name], name, tmp_path)["hint"]
    assert all(word in hint for word in words), hint


def test_a_misspelt_class_of_a_path_leaves_the_right_one_unused(tmp_path: Path) -> None:
    text = changed(TOY, "    class: irq\n", "    class: irc\n")
    result = run_json("check", write_spec(tmp_path, text))
    unused = ("unused-class", line_of(text, "  irq: {title"), 3)
    assert result.places == [unused, ("unknown-class", line_of(text, "class: irc"), 12)]


def test_a_path_of_one_release(tmp_path: Path) -> None:
    text = changed(TOY, 'since: "5.11"', 'since: "6.12"\n    until: "6.12"')
    assert run_json("check", write_spec(tmp_path, text)).places == []


def test_warnings_do_not_stop_anything_and_can_be_chosen(tmp_path: Path) -> None:
    text = changed(TOY, "conditions:\n", "conditions:\n  spare: nobody asks\n")
    spec = write_spec(tmp_path, changed(text, NMI_CLASS, f"{NMI_CLASS}  fiq: {{title: fast, maskable: true}}\n"))
    assert run_json("check", spec).rules == {"unused-condition", "unused-class"}
    assert run_json("check", spec, "--ignore", "unused-class").rules == {"unused-condition"}
    assert run_json("check", spec, "--select", "unused-class").rules == {"unused-class"}
    assert run_json("check", spec, "--ignore", "unused-class,unused-condition").places == []
    assert run("render", spec, "-o", tmp_path / "out").code == CLEAN


def test_an_error_cannot_be_wished_away(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, CASES["unknown-class"].marked()[0])
    for option in (("--ignore", "unknown-class"), ("--select", "unused-class")):
        result = run_json("check", spec, *option)
        assert (result.code, result.rules) == (BAD_INPUT, {"unknown-class"})


def test_every_fault_of_every_subject_is_said_at_once(tmp_path: Path) -> None:
    text = changed(TOY, "    masked: []", "    masked: [irc]")
    text = changed(text, NMI, nmi())
    text = changed(text, "conditions:\n", "conditions:\n  spare: nobody asks\n")
    text = changed(text, 'kernel: "6.12"', 'kernel: "4.99"')
    result = run_json("check", write_spec(tmp_path, text))
    assert result.rules == {"unknown-class", "missing-return", "unused-condition", "unknown-release"}


# Calls: what a small file can unfold into.

LAST = "{code: {calls: chain_end}}"


def calls(depth: int, times: int = 1) -> str:
    """The toy spec with that many more sequences, each calling the next one so many times."""
    chain = "".join(
        f"  chain_{number}: {{title: chain, symbol: chain, file: chain.c, steps: [{', '.join([following] * times)}]}}\n"
        for number in range(depth)
        for following in (LAST if number == depth - 1 else f"{{call: chain_{number + 1}}}",)
    )
    text = changed(TOY, "sequences:\n", f"sequences:\n{chain}")
    return changed(text, IRQ_WORK, f"{IRQ_WORK}      - call: chain_0\n")


@pytest.mark.parametrize("depth", [MOST_CALLS + 1, 1000])
def test_a_chain_of_calls_has_an_end(depth: int, tmp_path: Path) -> None:
    text = calls(depth)
    result = run_json("check", write_spec(tmp_path, text))
    line = line_of(text, f"  chain_{depth - MOST_CALLS - 1}:")
    column = text.split("\n")[line - 1].index("call: ") + len("call: ") + 1
    assert (result.code, result.places) == (BAD_INPUT, [("calls-too-deep", line, column)])


def test_a_chain_of_calls_may_be_that_long(tmp_path: Path) -> None:
    assert run_json("check", write_spec(tmp_path, calls(MOST_CALLS))).places == []


def test_two_calls_in_each_of_many_sequences_do_not_explode(tmp_path: Path) -> None:
    """Two to the power of 60 ways would be too many to look at one by one."""
    result = run_json("check", write_spec(tmp_path, calls(60, times=2)))
    assert (result.code, result.rules) == (BAD_INPUT, {"calls-too-deep"})


def test_what_unfolds_into_too_much_is_not_proved(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, calls(MOST_CALLS, times=2))
    for options in (("check",), ("verify",), ("render", "-o", tmp_path / "out")):
        result = run_json(*options, spec)
        assert (result.code, result.rules) == (FINDINGS, {"too-large"})
    assert not (tmp_path / "out").exists()
    assert run_json("render", spec, "--force", "-o", tmp_path / "out").code == FINDINGS


def test_a_ring_of_many_sequences_is_one_finding(tmp_path: Path) -> None:
    text = changed(calls(500), LAST, "{call: chain_0}")
    result = run_json("check", write_spec(tmp_path, text))
    assert [rule for rule, _, _ in result.places].count("recursive-sequence") == 1


# Nothing is left out.


def test_every_rule_about_specs_is_raised_by_a_test() -> None:
    """The three tables hold a case for each rule; those about files as a whole are raised by the tests named here."""
    elsewhere = {
        "not-utf8": test_document.test_not_utf8_is_located_in_code_points,
        "oversized-file": test_document.test_too_large_whatever_is_in_it,
        "too-many-errors": test_document.test_what_is_beyond_some_hundred_errors_is_a_number,
        "invalid-value": test_schema.test_a_keyword_that_is_new_to_the_schema_is_located,
        "calls-too-deep": test_a_chain_of_calls_has_an_end,
        "unknown-spec": test_bad_input.test_an_unknown_spec_names_those_that_exist,
        "unreadable-file": test_bad_input.test_a_directory_is_no_spec,
    }
    raised = {*test_document.CASES, *test_schema.CASES, *CASES, *elsewhere}
    rules = {each.id for each in vars(spec_rules).values() if isinstance(each, Rule)}
    assert raised == rules


def test_what_c_calls_mean_is_not_rendered(tmp_path: Path) -> None:
    calls = "calls:\n  local_irq_disable:\n    - mask: [irq]\n  idle_call(0): []\n"
    results = []
    for name, text in (("plain", TOY), ("with-calls", TOY + calls)):
        spec = write_spec(tmp_path, text)
        assert run("render", spec, "-o", tmp_path / name).code == CLEAN
        results.append(snapshot(tmp_path / name))
    assert results[0] == results[1]
