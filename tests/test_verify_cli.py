"""`gen verify` as a user meets it: verdicts, requirements, timelines, what-ifs, raw models, the lesson, bounds."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from support import BAD_INPUT, CLEAN, FINDINGS, ROOT, TOY, changed, run, run_json, write_spec

ORACLE = ROOT / "tests/verify/oracle.json"


def verdict(*arguments: object) -> dict[str, Any]:
    """The only verdict of a run with `--format json`."""
    (only,) = run_json("verify", *arguments).document["verdicts"]
    return dict(only)


def broken(answer: dict[str, Any]) -> set[str]:
    return {each["rule"] for each in answer["properties"] if each["verdict"] == "violated"}


def answers(answer: dict[str, Any]) -> dict[str, str]:
    return {each["requirement"]: each["answer"] for each in answer["requirements"]}


# The shipped specs.


@pytest.mark.parametrize("arch", ["arm64", "loongarch", "riscv", "x86"])
def test_the_offstack_claims_hold(arch: str) -> None:
    answer = verdict(arch)
    assert (answer["offstack"], answer["verdict"]) == (True, "holds")
    assert broken(answer) == set()
    decisive = {name: said for name, said in answers(answer).items() if name != "R6"}
    assert decisive == dict.fromkeys(["R1", "R2", "R3", "R4", "R5"], "holds")
    assert run("verify", arch).code == CLEAN


def test_r6_is_a_warning_with_its_place_and_an_error_when_strict() -> None:
    assert answers(verdict("arm64"))["R6"] == "holds"
    assert answers(verdict("riscv"))["R6"] == "holds with warnings"
    result = run_json("verify", "riscv")
    spec = (ROOT / "arch_specs/riscv.yaml").read_text().split("\n")
    named = {found["message"].split("(")[0] for found in result.findings}
    assert "riscv_v_context_nesting_start" in named
    for found in result.findings:
        assert (found["rule"], found["severity"]) == ("offstack-r6", "warning")
        name = found["message"].split("(")[0]
        assert name in "\n".join(spec[found["line"] - 1 : found["line"] + 12])
    strict = run_json("verify", "riscv", "--strict")
    assert strict.code == FINDINGS
    assert {found["severity"] for found in strict.findings} == {"error"}


def test_arm_holds_as_it_is_and_breaks_where_irqs_are_on_before_user_exit() -> None:
    assert verdict("arm")["verdict"] == "holds"
    answer = verdict("arm", "--offstack", "true")
    assert answer["verdict"] == "violated"
    assert {"R3", "R4"} <= {name for name, said in answers(answer).items() if said == "violated"}
    (violated,) = (each for each in answer["properties"] if each["rule"] == "schedule-in-kernel-state")
    last = violated["timeline"][-1]
    assert last["cpus"][0] == {
        "frames": ["user", "syscall", "kernel_irq"],
        "pt_regs": "kernel",
        "state": "USER",
        "rcu": "off",
    }
    assert last["what"] == "preempt_schedule_irq()"
    text = run("verify", "arm", "--offstack", "true").out
    assert (
        "critical window: kernel_irq hits vector_swi (arch/arm/kernel/entry-common.S) between the entry and user_exit"
        in text
    )


def test_csky_breaks_at_preempt_schedule_irq_after_user_enter_when_offstack_is_claimed() -> None:
    answer = verdict("csky", "--offstack", "true")
    (violated,) = (each for each in answer["properties"] if each["rule"] == "schedule-in-kernel-state")
    assert [place["what"] for place in violated["places"]]
    assert all("preempt_schedule_irq()" in place["what"] for place in violated["places"])
    run_down = [row["what"] for row in violated["timeline"]]
    entered = [index for index, what in enumerate(run_down) if what.startswith("user_enter_callable")]
    assert entered and run_down[-1] == "preempt_schedule_irq()" and entered[-1] < len(run_down) - 1
    assert answers(answer)["R3"] == "violated"


def test_csky_without_the_trap_that_skips_user_exit_holds_as_it_is(tmp_path: Path) -> None:
    """What the shipped spec breaks by is the cmpxchg trap alone, which never calls user_exit."""
    assert broken(verdict("csky")) == {"rcu-watching"}
    text = (ROOT / "arch_specs/csky.yaml").read_text()
    without = re.sub(r"\n  cmpxchg_trap:\n(    .*\n|\n)+", "\n", text)
    assert without != text
    answer = verdict(write_spec(tmp_path, without, "csky.yaml"))
    assert (answer["verdict"], broken(answer)) == ("holds", set())


def test_xtensa_leaves_as_kernel_where_user_enter_is_jumped_over(tmp_path: Path) -> None:
    """Two jumps are all that breaks it; an IRQ before user_exit is what offstack would take besides."""
    answer = verdict("xtensa")
    assert broken(answer) == {"state-restored", "user-on-return"}
    for violated in (each for each in answer["properties"] if each["verdict"] == "violated"):
        assert {place["what"].split(":")[0] for place in violated["places"]} == {
            "do_nmi",
            "fast_syscall_spill_registers",
            "window_overflow_restore_a0_fixup",
        }
    text = (ROOT / "arch_specs/xtensa.yaml").read_text()
    in_nmi = (
        "    steps:\n      - trace_hardirqs_off\n      - if: user_regs\n        then:\n          - user_exit_callable\n"
    )
    signal = "        then:\n          - call: restore_state\n"
    mended = changed(text, in_nmi, "    steps:\n      - trace_hardirqs_off\n")
    mended = changed(mended, signal, "        then:\n          - call: exit_to_user\n")
    assert broken(verdict(write_spec(tmp_path, mended, "xtensa.yaml"))) == set()
    (violated,) = (
        each
        for each in verdict(tmp_path / "xtensa.yaml", "--offstack", "true")["properties"]
        if each["verdict"] == "violated"
    )
    assert violated["rule"] == "schedule-in-kernel-state"
    assert violated["timeline"][-1]["cpus"][0]["frames"] == ["user", "syscall", "irq"]


def test_mips_is_broken_today_and_says_where() -> None:
    answer = verdict("mips")
    assert answer["verdict"] == "violated"
    assert {"schedule-in-kernel-state", "rcu-watching", "state-restored"} <= broken(answer)
    (scheduled,) = (each for each in answer["properties"] if each["rule"] == "schedule-in-kernel-state")
    spec = (ROOT / "arch_specs/mips.yaml").read_text().split("\n")
    assert any("- schedule" in spec[place["line"] - 1] for place in scheduled["places"])
    assert run("check", "mips").code == CLEAN, "offstack false claims nothing: what breaks is a warning"


def test_sparc64_leaves_as_kernel_where_exception_exit_is_forgotten() -> None:
    """Four functions; two that are alike are told of as one. In user mode everything else is USER again."""
    answer = verdict("sparc64")
    assert broken(answer) == {"rcu-watching", "state-restored", "user-on-return", "watching-parity"}
    (leaving,) = (each for each in answer["properties"] if each["rule"] == "user-on-return")
    assert {place["what"] for place in leaving["places"]} == {
        f"{handler}: return" for handler in ("do_sparc64_fault", "spitfire_data_access_exception", "sun4v_resum_error")
    }


def test_powerpc_without_the_nmis_of_booke_and_32_bit_holds_offstack(tmp_path: Path) -> None:
    """They alone leave by interrupt_return in the USER state; what Book3S 64 has holds, with R6 warnings."""
    assert broken(verdict("powerpc")) == {"schedule-in-kernel-state", "rcu-watching", "no-double-transition"}
    text = (ROOT / "arch_specs/powerpc.yaml").read_text()
    without = re.sub(r"(?m)^  (level_exception|machine_check_32):\n(    .*\n|\n)+", "", text)
    assert len(re.findall(r"(?m)^  level_exception:|^  machine_check_32:", text)) == 2
    assert not re.findall(r"(?m)^  level_exception:|^  machine_check_32:", without)
    answer = verdict(write_spec(tmp_path, without, "powerpc.yaml"), "--offstack", "true")
    assert (answer["verdict"], broken(answer)) == ("holds", set())
    assert set(answers(answer).values()) == {"holds", "holds with warnings"}
    assert answers(answer)["R6"] == "holds with warnings"


def test_x86_would_not_need_the_pair() -> None:
    assert verdict("x86", "--offstack", "false")["verdict"] == "holds"


# A claim that does not hold.


def early_unmask() -> str:
    """arm64 with interrupts opened one step before user_exit."""
    text = (ROOT / "arch_specs/arm64.yaml").read_text()
    good = "      - lockdep_hardirqs_off\n      - user_exit_irqoff\n"
    return changed(text, good, f"      - unmask: [irq]\n{good}")


def test_a_broken_claim_is_not_rendered_unless_forced(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, early_unmask(), "arm64.yaml")
    out = tmp_path / "out"
    refused = run_json("render", spec, "-o", out)
    assert refused.code == FINDINGS
    assert not out.exists()
    assert refused.rules & {"rcu-watching", "schedule-in-kernel-state"}
    forced = run("render", spec, "-o", out, "--force")
    assert forced.code == FINDINGS
    header = (out / "arm64/include/asm/context_tracking.h").read_text()
    assert "NOT PROVED" in header
    assert run("render", write_spec(tmp_path, TOY, "good.yaml"), "-o", out).code == CLEAN
    assert "NOT PROVED" not in (out / "toy/include/asm/context_tracking.h").read_text()


def test_the_finding_names_the_window_both_paths_and_what_would_mend_it(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, early_unmask(), "arm64.yaml")
    found = next(each for each in run_json("verify", spec).findings if each["rule"] == "rcu-watching")
    what, when = found["message"].split(", ")
    assert re.fullmatch(r"\w+\(\) uses RCU while it does not watch", what)
    assert re.fullmatch(r"when \w+ hits \w+ \(arch/arm64/[\w/.-]+\) between the entry and user_exit", when)
    assert "mask `irq` until user_exit" in found["hint"]
    assert [related["message"] for related in found["related"]] == ["this path was interrupted", "by this one"]
    assert len(found["flow"]) > 3
    log = json.loads(run("verify", spec, "--format", "sarif").out)
    flows = [result["codeFlows"] for result in log["runs"][0]["results"] if "codeFlows" in result]
    assert all(flow[0]["threadFlows"][0]["locations"] for flow in flows) and flows


def test_a_timeline_marks_the_first_disagreement_once_and_ends_where_it_breaks(tmp_path: Path) -> None:
    answer = verdict("arm", "--offstack", "true")
    for each in answer["properties"]:
        marks = [row["mark"] for row in each["timeline"] if row["mark"]]
        if each["verdict"] == "violated":
            assert marks[-1] == f"<- {each['rule']}"
            assert marks.count("<- pt_regs and the state disagree") <= 1
        else:
            assert each["timeline"] == []


# Bounds.


BIG = """\
spec: 1
arch: big
title: "a spec to meet a bound with"
kernel: "6.12"
kconfig: {file: arch/big/Kconfig, symbol: BIG}
offstack: true
evidence: [{claim: "none", file: arch/big/Kconfig, text: "none"}]
classes:
  irq: {title: "interrupt", maskable: true}
conditions: {again: "again"}
paths:
"""
IRQ = """\
  irq: {title: "interrupt", kind: interrupt, class: irq, whence: any, masked: [irq], code: c, noinstr: true,
        symbol: irq, file: arch/big/entry.c,
        steps: [ct_irq_enter, work: {calls: handle_irq}, ct_irq_exit, return]}
"""
LOOP = "{while: again, do: [unmask: [irq], work: {calls: w}, mask: [irq]]}"


def path(name: str, steps: str) -> str:
    return f"""\
  {name}: {{title: "path", kind: syscall, whence: user, masked: [irq], code: c, noinstr: true,
    symbol: entry, file: arch/big/entry.c, steps: [{steps}]}}
"""


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        (
            "10,000 steps",
            path("long", "user_exit_irqoff, " + "unmask: [irq], mask: [irq], " * 5000 + "user_enter_irqoff, return"),
        ),
        (
            "200 paths",
            "".join(
                path(f"p{n}", f"user_exit_irqoff, work: {{calls: w{n}}}, user_enter_irqoff, return") for n in range(200)
            ),
        ),
        (
            "a loop",
            path("loop", f"user_exit_irqoff, {LOOP}, user_enter_irqoff, return"),
        ),
    ],
    ids=["steps", "paths", "loop"],
)
def test_large_specs_are_answered(name: str, paths: str, tmp_path: Path) -> None:
    spec = write_spec(tmp_path, BIG + paths + IRQ)
    result = run_json("verify", spec, "--ignore", "unused-condition")
    assert result.code == CLEAN, name
    assert [answer["verdict"] for answer in result.document["verdicts"]] == ["holds"]


def test_a_loop_without_a_bound_meets_one_that_is_named(tmp_path: Path) -> None:
    steps = "user_exit_irqoff, {while: again, do: [preempt_disable]}, user_enter_irqoff, return"
    spec = write_spec(tmp_path, BIG + path("loop", steps) + IRQ)
    result = run_json("verify", spec)
    assert (result.code, result.rules) == (FINDINGS, {"too-large"})
    assert "16 deep" in result.findings[0]["message"]
    assert run_json("render", spec, "-o", tmp_path / "out").rules == {"too-large"}
    assert not (tmp_path / "out").exists()


def test_a_spec_with_too_many_positions_meets_the_other_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gen.verify.unfold.MOST_POSITIONS", 5)
    result = run_json("verify", "arm64")
    assert (result.code, result.rules) == (FINDINGS, {"too-large"})
    monkeypatch.undo()
    monkeypatch.setattr("gen.verify.summaries.MOST_FACTS", 50)
    result = run_json("verify", "arm64")
    assert (result.code, result.rules) == (FINDINGS, {"too-large"})


# Raw models and the lesson.


def test_the_judged_configurations_agree_through_the_command_line() -> None:
    judged = {each["id"]: each for each in json.loads(ORACLE.read_text())["configs"]}
    result = run_json("verify", "--model", ORACLE)
    assert result.code == FINDINGS
    said = {each["id"]: each for each in result.document["verdicts"]}
    assert said.keys() == judged.keys() and len(said) == 100
    for name, answer in said.items():
        wanted = judged[name]
        same = ("verdict", "shortest", "first_broken", "states", "transitions")
        assert [answer[key] for key in same] == [wanted[key] for key in same], name
        if wanted["any_depth_any_tasks_any_cpus"] is not None:
            assert answer["any_depth"] == wanted["any_depth_any_tasks_any_cpus"], name
        safe = wanted["rcu_safety_only"]["verdict"] == "holds"
        expected = None if wanted["verdict"] == "holds" else "bookkeeping" if safe else "RCU safety"
        assert answer["class"] == expected, name
        assert len(answer["timeline"]) == (wanted["shortest"] + 1 if wanted["shortest"] else 0)


def test_the_example_of_the_documentation_is_a_model(tmp_path: Path) -> None:
    text = (ROOT / "docs/verify.md").read_text()
    (example,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    (tmp_path / "model.json").write_text(example)
    answer = verdict("--model", tmp_path / "model.json")
    assert (answer["verdict"], answer["first_broken"], answer["class"]) == ("violated", ["I2r"], "RCU safety")


@pytest.mark.parametrize(
    ("text", "rule", "line", "column"),
    [
        ('{"tasks": 1,\n "cpus" 1}', "model-syntax", 2, 9),
        ("", "model-syntax", 1, 1),
        ("[]", "model-invalid", 1, 1),
        ('{"tasks": 1}', "model-invalid", 1, 1),
        (
            '{"tasks": 1, "cpus": 1, "depth": 1, "options": {}, "entries": {"syscall": [{"step": "exit"}]}}',
            "model-invalid",
            1,
            1,
        ),
    ],
)
def test_bad_models_are_located(text: str, rule: str, line: int, column: int, tmp_path: Path) -> None:
    model = tmp_path / "model.json"
    model.write_text(text)
    result = run_json("verify", "--model", model)
    assert result.code == BAD_INPUT
    assert (rule, line, column) in result.places


def test_a_model_that_is_not_there_or_not_text_is_bad_input(tmp_path: Path) -> None:
    assert run_json("verify", "--model", tmp_path / "none.json").code == BAD_INPUT
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00")
    assert run_json("verify", "--model", tmp_path / "binary.json").rules == {"model-syntax"}
    (tmp_path / "deep.json").write_text("[" * 100_000)
    assert run_json("verify", "--model", tmp_path / "deep.json").rules == {"model-syntax"}


@pytest.mark.parametrize(
    ("arguments", "verdict_word", "shortest"),
    [
        (["--policy", "none"], "violated", 2),
        (["--policy", "pt_regs", "--windows", "exception-2-3"], "violated", 4),
        (["--policy", "force", "--windows", "exception-5-6"], "violated", 11),
        (["--policy", "per-cpu", "--windows", "all"], "violated", 7),
        (["--policy", "per-task", "--windows", "exceptions"], "violated", 12),
        (["--policy", "stack", "--windows", "all", "--nmi", "nmi_enter"], "holds", None),
        (["--policy", "offstack"], "holds", None),
        (["--policy", "offstack", "--windows", "irq-2-3"], "violated", 4),
        (["--policy", "offstack", "--nmi", "bare"], "violated", 2),
        (["--policy", "offstack", "--nmi", "schedules"], "violated", 5),
        (["--policy", "offstack", "--nmi", "pt_regs"], "holds", None),
    ],
)
def test_the_policies_of_the_commit_message(arguments: list[str], verdict_word: str, shortest: int | None) -> None:
    answer = verdict(*arguments)
    assert (answer["verdict"], answer["shortest"]) == (verdict_word, shortest)
    assert run("verify", *arguments).code == (CLEAN if verdict_word == "holds" else FINDINGS)


def test_the_lesson_is_what_the_tool_prints() -> None:
    assert run("verify", "--lesson").out == (ROOT / "docs/lesson.md").read_text()


@pytest.mark.parametrize(
    "arguments", [[], ["arm64", "--model", "x"], ["--policy", "none", "--lesson"], ["--policy", "maybe"]]
)
def test_one_thing_is_verified_at_a_time(arguments: list[str]) -> None:
    assert run("verify", *arguments).code == BAD_INPUT


# Pictures.


def test_a_picture_of_each_timeline(tmp_path: Path) -> None:
    result = run("verify", "arm", "--offstack", "true", "--svg", tmp_path / "pictures")
    assert result.code == FINDINGS
    assert [path.name for path in (tmp_path / "pictures").iterdir()] == ["arm-schedule-in-kernel-state.svg"]
    assert (tmp_path / "pictures/arm-schedule-in-kernel-state.svg").read_text().startswith("<svg ")
    assert "wrote" in result.out
    (tmp_path / "file").write_text("mine")
    refused = run_json("verify", "arm", "--offstack", "true", "--svg", tmp_path / "file")
    assert (refused.code, "output-refused" in refused.rules) == (BAD_INPUT, True)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_picture_of_a_raw_model_cannot_leave_its_directory(tmp_path: Path) -> None:
    text = (ROOT / "docs/verify.md").read_text()
    (example,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    model = json.loads(example) | {"id": "../../x"}
    (tmp_path / "model.json").write_text(json.dumps(model))
    assert run("verify", "--model", tmp_path / "model.json", "--svg", tmp_path / "pictures").code == FINDINGS
    assert [path.name for path in (tmp_path / "pictures").iterdir()] == ["------x.svg"]


# Brackets.


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "      - __nmi_exit\n",
            "      - lockdep_hardirq_exit\n",
            "__sdei_handler returns with `irq_enter_rcu` or `__nmi_enter` open",
        ),
        (
            "      - preempt_enable_no_resched\n      - if",
            "      - if",
            "el1_brk64 returns with `preempt_disable` open",
        ),
        ("      - __nmi_enter\n", "", "`__nmi_exit` closes what nothing has opened, in __sdei_handler"),
    ],
)
def test_a_bracket_that_does_not_match_is_found_at_its_place(old: str, new: str, message: str, tmp_path: Path) -> None:
    text = changed((ROOT / "arch_specs/arm64.yaml").read_text(), old, new)
    result = run_json("verify", write_spec(tmp_path, text, "arm64.yaml"))
    assert result.code == FINDINGS
    said = {found["message"]: found for found in result.findings if found["rule"] == "unbalanced-bracket"}
    assert message in said, "\n".join(said)
    line = text.split("\n")[said[message]["line"] - 1]
    assert line.strip() in {"- return", "- __nmi_exit"}


def test_the_irqoff_forms_find_interrupts_masked(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, changed(TOY, "          - mask: [irq]\n\n  to_user:", "\n  to_user:"))
    result = run_json("verify", spec, "--offstack", "false")
    found = {(each["rule"], each["line"], each["message"]) for each in result.findings}
    line = spec.read_text().split("\n").index("      - user_enter_irqoff") + 1
    said = {f"`user_enter_irqoff` runs with `irq` open, in {each}" for each in ("do_syscall", "do_fault", "do_irq")}
    assert {("irqs-on-at-irqoff", line, each) for each in said} <= found
    assert result.document["verdicts"][0]["verdict"] == "violated"
    kinder = spec.read_text().replace("user_enter_irqoff", "user_enter")
    assert "irqs-on-at-irqoff" not in run_json("verify", write_spec(tmp_path, kinder), "--offstack", "false").rules


def test_a_spec_with_another_name_for_interrupts_is_not_said_to_have_them_open(tmp_path: Path) -> None:
    renamed = write_spec(tmp_path, re.sub(r"\birq\b", "interrupts", TOY))
    assert run_json("verify", renamed, "--offstack", "false").findings == []


@pytest.mark.parametrize(
    ("old", "new", "rule", "hint"),
    [
        ("      - ct_nmi_enter\n", "", "rcu-watching", "call ct_nmi_enter before it"),
        (
            "          - call: from_user\n          - unmask: [irq]\n          - work: {calls: handle_fault",
            "          - work: {calls: handle_fault",
            "rcu-watching",
            "call user_exit before it",
        ),
        ("          - ct_irq_enter\n", "          - user_exit_irqoff\n", "no-double-transition", "call it where the"),
    ],
)
def test_the_hint_goes_with_what_was_entered(old: str, new: str, rule: str, hint: str, tmp_path: Path) -> None:
    text = changed(TOY, "code: {calls: handle_nmi}", "work: {calls: handle_nmi}")
    found = run_json("verify", write_spec(tmp_path, changed(text, old, new)), "--offstack", "false").findings
    assert [each["hint"] for each in found if each["rule"] == rule and each["hint"].startswith(hint)], found


@pytest.mark.parametrize(("call", "verdict"), [("user_exit", CLEAN), ("user_exit_irqoff", FINDINGS)])
def test_an_nmi_that_calls_user_exit_is_wrong_where_the_call_does_not_ask(
    call: str, verdict: int, tmp_path: Path
) -> None:
    """user_exit() returns early in_interrupt(), user_exit_irqoff() goes straight to __ct_user_exit()."""
    spec = write_spec(tmp_path, changed(TOY, "      - ct_nmi_enter\n", f"      - ct_nmi_enter\n      - {call}\n"))
    assert run("verify", spec).code == verdict
