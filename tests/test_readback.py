"""The checks of the rendered C bite: whatever a broken template makes of a spec is found, and nothing is written."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import (
    DATA,
    FINDINGS,
    PAIR,
    TEMPLATES,
    TOY,
    Result,
    line_of,
    run_json,
    write_spec,
)

import gen.render.rules as render_rules
from gen.diagnostics import Rule

HEADER, STUBS, STEPS, KCONFIG = "context_tracking.h.j2", "entry-stubs.c.j2", "steps.j2", "Kconfig.context_tracking.j2"
GUARDED = "#if !defined(_LINUX_CONTEXT_TRACKING_H) && !defined(exception_enter)\n"
STATEMENT = "{{ tabs }}{{ line.c | wrapped(depth) }}\n"
LINES = "{% for line in lines %}\n"
QUESTION = "{{ tabs }}if ({{ line.question }})"
WRAPPER = "static __always_inline void {{ wrapper.c_name }}(void)"
ENTER = "static inline enum ctx_state exception_enter(void)"
BODY = "{{ body(path) }}\n"


@dataclass(frozen=True)
class Break:
    """A passage of a template (its first occurrence) that becomes another one, and what has to come of it.

    `at` is in the line of the broken template that the finding names, the `nth` such line; `related` is in the line of
    the spec that it shows as well, if it shows one.
    """

    template: str
    old: str
    new: str
    rule: str
    at: str
    related: str = ""
    spec: str = TOY
    nth: int = 1

    def template_text(self) -> str:
        """The broken template."""
        text = (TEMPLATES / self.template).read_text(encoding="utf-8")
        assert self.old in text
        return text.replace(self.old, self.new, 1)


PAIR_BREAKS = {
    "left in": Break(
        HEADER, "{% if not offstack %}", "{% if true %}", "pair-left-in", "#define exception_enter", "offstack: true"
    ),
    "called all the same": Break(
        STUBS, BODY, "{\n\texception_enter();\n}\n", "pair-left-in", "\texception_enter();", "offstack: true"
    ),
    "missing": Break(
        HEADER, "{% if not offstack %}", "{% if false %}", "pair-missing", "/* SPDX", "offstack: false", PAIR
    ),
    "missing where tracking is off": Break(
        HEADER,
        f"{ENTER}\n{{\n\treturn",
        "enum ctx_state x(void)\n{\n\treturn",
        "pair-missing",
        "/* SPDX",
        "offstack: false",
        PAIR,
    ),
    "defined a second time": Break(
        HEADER, GUARDED, "#if !defined(exception_enter)\n", "pair-defined-twice", ENTER, "", PAIR
    ),
    "swapped in its own body": Break(
        HEADER, "\t\tuser_exit();\n\n", "\t\tuser_enter();\n\n", "helper-differs", ENTER, "offstack: false", PAIR
    ),
    "without the state": Break(
        HEADER, "\treturn prev_state;", "\treturn 0;", "helper-differs", ENTER, "offstack: false", PAIR
    ),
    "with a state on one way only": Break(
        HEADER,
        "\t\tuser_exit();\n\n\treturn prev_state;\n",
        "\t{\n\t\tuser_exit();\n\t\treturn prev_state;\n\t}\n",
        "helper-differs",
        ENTER,
        "offstack: false",
        PAIR,
    ),
    "swapped in a path": Break(
        STEPS,
        STATEMENT,
        '{{ tabs }}{{ line.c | replace("exception_exit(prev_state)", "prev_state = exception_enter()") }}\n',
        "steps-differ",
        "{{ tabs }}{{ line.c",
        "- exception_exit",
        PAIR,
    ),
    "with a state that is not on the stack": Break(
        STEPS, "\tenum ctx_state prev", "\tstatic enum ctx_state prev", "foreign-statement", "\tstatic enum", "", PAIR
    ),
    "with the other release's names": Break(
        HEADER, '{{ names["CT_STATE_USER"] }}', "CONTEXT_USER", "helper-differs", ENTER, "offstack: false", PAIR
    ),
}
"""What can be wrong with exception_enter and exception_exit."""

STEP_BREAKS = {
    "the last one first": Break(
        STEPS, LINES, "{% for line in lines | reverse %}\n", "steps-differ", "{{ tabs }}{{ line.c", "- user_exit_irqoff"
    ),
    "the first one dropped": Break(
        STEPS,
        LINES,
        "{% for line in lines[1:] or lines %}\n",
        "steps-differ",
        "{{ tabs }}{{ line.c",
        "- user_exit_irqoff",
    ),
    "the last one dropped": Break(
        STEPS,
        LINES,
        "{% for line in lines[:-1] or lines %}\n",
        "steps-differ",
        "}{% endraw %}",
        "- trace_hardirqs_off_finish",
    ),
    "each one doubled": Break(
        STEPS, STATEMENT, STATEMENT * 2, "steps-differ", "{{ tabs }}{{ line.c", "- while: exit_work", PAIR, nth=2
    ),
    "a word changed": Break(
        STEPS,
        STATEMENT,
        '{{ tabs }}{{ line.c | replace("ct_irq_exit", "ct_nmi_exit") }}\n',
        "steps-differ",
        "{{ tabs }}{{ line.c",
        "- ct_irq_exit",
    ),
    "a class changed": Break(
        STEPS,
        STATEMENT,
        '{{ tabs }}{{ line.c | replace("PAIR_CT_IRQ | PAIR_CT_FIQ", "PAIR_CT_FIQ | PAIR_CT_IRQ") }}\n',
        "steps-differ",
        "{{ tabs }}{{ line.c",
        "- mask: [irq, fiq]",
        PAIR,
    ),
    "a call's name changed": Break(
        STEPS,
        STATEMENT,
        '{{ tabs }}{{ line.c | replace("ct_to_user", "ct_user_work") }}\n',
        "steps-differ",
        "{{ tabs }}{{ line.c",
        "- call: to_user",
    ),
    "a branch turned round": Break(
        STEPS, QUESTION, "{{ tabs }}if (!{{ line.question }})", "steps-differ", "{{ tabs }}if (!", "- if: user_regs"
    ),
    "a branch whose arms are swapped": Break(
        STEPS,
        "{{ block(line.then, depth + 1) }}",
        "{{ block(line.otherwise or line.then, depth + 1) }}",
        "steps-differ",
        "{{ tabs }}{{ line.c",
        "- call: from_user",
    ),
    "a branch without its question": Break(
        STEPS, QUESTION, "{{ tabs }}if (1)", "foreign-statement", "{{ tabs }}if (1)"
    ),
    "a branch that became a loop": Break(
        STEPS,
        QUESTION,
        '{{ tabs }}{{ "if" if line.otherwise else "while" }} ({{ line.question }})',
        "steps-differ",
        '{{ "if" if line.otherwise',
        "- if: need_resched",
    ),
    "a loop that became a branch": Break(
        STEPS, "{{ tabs }}while (", "{{ tabs }}if (", "steps-differ", "{{ tabs }}if (", "- while: exit_work"
    ),
    "a loop that asks at its end": Break(
        STEPS,
        '{{ tabs }}while ({{ line.question }}){{ " {" if line.braces }}',
        '{{ tabs }}for (;;){{ " {" if line.braces }}',
        "foreign-statement",
        "{{ tabs }}for (;;)",
    ),
    "a statement that is none": Break(STUBS, BODY, "{\n\tBUG();\n}\n", "foreign-statement", "\tBUG();"),
    "an argument that is not regs": Break(
        STEPS,
        STATEMENT,
        '{{ tabs }}{{ line.c | replace("(regs)", "(0)") }}\n',
        "foreign-statement",
        "{{ tabs }}{{ line.c",
    ),
    "a return in the middle": Break(
        STEPS, STATEMENT, f"{{{{ tabs }}}}return;\n{STATEMENT}", "steps-differ", "}}return;", "- mask: [irq, fiq]", PAIR
    ),
    "a label and a jump": Break(STUBS, BODY, "{\nagain:\n\tgoto again;\n}\n", "foreign-statement", "again:"),
    "an empty function": Break(STUBS, BODY, "{\n}\n", "steps-differ", "asmlinkage void", "- call: from_user"),
}
"""What can be wrong with the steps of a path or sequence."""

FUNCTION_BREAKS = {
    "a path missing": Break(
        STUBS,
        "{% for path in paths %}",
        "{% for path in paths[1:] %}",
        "function-missing",
        "// SPDX",
        "  syscall:",
    ),
    "a sequence missing": Break(
        STUBS,
        "{% for sequence in sequences %}",
        "{% for sequence in sequences[1:] %}",
        "function-missing",
        "// SPDX",
        "  from_user:",
    ),
    "one too many in the stubs": Break(
        STUBS,
        "{% for path in paths %}",
        "void extra(void) { }\n{% for path in paths %}",
        "function-unknown",
        "void extra",
    ),
    "one too many in the header": Break(
        HEADER,
        "struct pt_regs;\n",
        "struct pt_regs;\nstatic inline void extra(void) { }\n",
        "function-unknown",
        "static inline void extra",
    ),
    "one twice": Break(
        STUBS,
        "{% for path in paths %}",
        "{% for path in paths + paths[:1] %}",
        "rendered-syntax",
        "asmlinkage void",
        "  syscall:",
    ),
    "a wrapper that does something else": Break(
        HEADER,
        "\t{{ statement }}",
        '\t{{ statement | replace("exit", "enter") }}',
        "helper-differs",
        WRAPPER,
        "- user_exit_irqoff",
    ),
    "a wrapper without its warning": Break(
        HEADER,
        "{% for statement in wrapper.on %}",
        "{% for statement in wrapper.on[1:] or wrapper.on %}",
        "helper-differs",
        WRAPPER,
        "- user_exit_irqoff",
    ),
    "a wrapper that is not empty when off": Break(
        HEADER,
        f"{WRAPPER} {{ }}",
        f"{WRAPPER} {{ user_exit(); }}",
        "helper-differs",
        f"{WRAPPER} {{ user",
        "- user_exit_irqoff",
    ),
    "a wrapper missing where tracking is off": Break(
        HEADER,
        '#else /* !CONFIG_{{ names["CONTEXT_TRACKING_USER"] }} */\n{% for wrapper in wrappers %}',
        '#else /* !CONFIG_{{ names["CONTEXT_TRACKING_USER"] }} */\n{% for wrapper in wrappers[1:] %}',
        "branch-lacks-name",
        WRAPPER,
    ),
    "wrappers in the wrong branches": Break(
        HEADER, "#ifdef CONFIG_", "#ifndef CONFIG_", "helper-differs", WRAPPER, "- user_exit_irqoff"
    ),
    "another release's symbol": Break(
        HEADER,
        '#ifdef CONFIG_{{ names["CONTEXT_TRACKING_USER"] }}',
        "#ifdef CONFIG_CONTEXT_TRACKING",
        "helper-differs",
        WRAPPER,
        "- user_exit_irqoff",
    ),
    "mask and unmask swapped": Break(
        HEADER,
        'if word == "mask"',
        'if word == "unmask"',
        "helper-differs",
        "static __always_inline void {{ prefix }}",
        "- mask: [irq]",
    ),
    "mask without its question": Break(
        HEADER,
        "\tif (classes & {{ bits[0].c_name }})\n",
        "",
        "helper-differs",
        "static __always_inline void {{ prefix }}",
        "- mask: [irq]",
    ),
}
"""What can be wrong with functions as a whole."""

FILE_BREAKS = {
    "no include guard": Break(
        HEADER, "#ifndef {{ guard }}\n#define {{ guard }}\n", "#if 1\n", "rendered-syntax", "#if 1"
    ),
    "another include guard": Break(
        HEADER, "#ifndef {{ guard }}\n#define {{ guard }}\n", "#ifndef X_H\n#define X_H\n", "include-guard", "/* SPDX"
    ),
    "a guard that guards another name": Break(
        HEADER, "#define {{ guard }}\n", "#define X_H\n", "include-guard", "/* SPDX"
    ),
    "a guard that ends too early": Break(
        HEADER,
        "\nstruct pt_regs;\n",
        "\n#endif\nstruct pt_regs;\n#ifndef X_H\n#define X_H\n",
        "include-guard",
        "/* SPDX",
    ),
    "a brace too few": Break(STEPS, "{%- raw %}}{% endraw %}\n", "", "rendered-syntax", "{"),
    "a brace too many": Break(STUBS, BODY, f"{BODY}}} /* extra */\n", "rendered-syntax", "} /* extra */"),
    "a semicolon too few": Break(
        STEPS, STATEMENT, "{{ tabs }}{{ (line.c | wrapped(depth))[:-1] }}\n", "rendered-syntax", "{{ tabs }}{{ (line.c"
    ),
    "an #if without #endif": Break(HEADER, "#endif /* CONFIG_", "/* CONFIG_", "rendered-syntax", "#ifndef {{ guard }}"),
    "an #else without #if": Break(
        STUBS, "{% for path in paths %}", "#else\n{% for path in paths %}", "rendered-syntax", "#else"
    ),
    "a condition that cannot be followed": Break(
        HEADER, "#ifdef CONFIG_", "#if 1 + CONFIG_", "rendered-syntax", "#if 1 + CONFIG_"
    ),
    "a directive that is not expected": Break(
        STUBS, "{% for path in paths %}", "#pragma once\n{% for path in paths %}", "rendered-syntax", "#pragma once"
    ),
    "no select": Break(
        KCONFIG,
        '\tselect {{ names["HAVE_CONTEXT_TRACKING_USER"] }}{{ condition }}\n',
        "",
        "selects-differ",
        "# SPDX",
        "offstack: true",
    ),
    "the wrong select": Break(
        KCONFIG,
        'names["HAVE_CONTEXT_TRACKING_USER_OFFSTACK"]',
        'names["CONTEXT_TRACKING_USER"]',
        "selects-differ",
        'names["CONTEXT_TRACKING_USER"]',
        "offstack: true",
    ),
    "a select that is not claimed": Break(
        KCONFIG, "{% if offstack %}", "{% if true %}", "selects-differ", "USER_OFFSTACK", "offstack: false", PAIR
    ),
    "a select without its condition": Break(
        KCONFIG, "{{ condition }}", "", "selects-differ", "\tselect", "offstack: true"
    ),
    "selects of another symbol": Break(
        KCONFIG, "config {{ kconfig_symbol }}", "config OTHER", "selects-differ", "config OTHER", "offstack: true"
    ),
}
"""What can be wrong with a file as a whole."""

AROUND_BREAKS = {
    "a macro that hides a call": Break(
        STUBS,
        "{% for path in paths %}",
        "#define ct_nmi_enter()\n{% for path in paths %}",
        "macro-unknown",
        "#define ct_nmi",
    ),
    "a macro in the header": Break(
        HEADER, "struct pt_regs;\n", "struct pt_regs;\n#define schedule() x()\n", "macro-unknown", "#define schedule"
    ),
    "one bit for two classes": Break(HEADER, "BIT({{ bit.number }})", "BIT(0)", "macro-unknown", "BIT(0)", "", PAIR),
    "an #undef": Break(
        STUBS, "{% for path in paths %}", "#undef x\n{% for path in paths %}", "rendered-syntax", "#undef x"
    ),
    "a variable in the stubs": Break(
        STUBS,
        "{% for path in paths %}",
        "enum ctx_state prev_state;\n{% for path in paths %}",
        "variable-unknown",
        "enum ctx_state prev_state;",
        "",
        PAIR,
    ),
    "a variable in the header": Break(
        HEADER, "struct pt_regs;\n", "struct pt_regs;\nextern int state;\n", "variable-unknown", "extern int state"
    ),
    "a path that can be instrumented": Break(
        STUBS, '"noinstr " if path.noinstr', '""', "annotation-differs", "asmlinkage void", "  syscall:"
    ),
    "a path that cannot": Break(
        STUBS, '"noinstr " if path.noinstr', '"noinstr "', "annotation-differs", "asmlinkage void", "  syscall:", PAIR
    ),
    "a sequence with a call of its own": Break(
        STUBS, "static __always_inline void", "static void", "annotation-differs", "static void {{ sequence"
    ),
    "a wrapper with a call of its own": Break(
        HEADER, WRAPPER, WRAPPER.replace("__always_", ""), "annotation-differs", "static inline void {{ wrapper"
    ),
}
"""What can be wrong around the steps."""

ALL = {
    **{f"around: {name}": each for name, each in AROUND_BREAKS.items()},
    **{f"the pair {name}": each for name, each in PAIR_BREAKS.items()},
    **{f"steps: {name}": each for name, each in STEP_BREAKS.items()},
    **{f"functions: {name}": each for name, each in FUNCTION_BREAKS.items()},
    **{f"files: {name}": each for name, each in FILE_BREAKS.items()},
}


def rendered(broken: Break, directory: Path) -> Result:
    """`gen render` with the broken template in a copy of the templates."""
    shutil.copytree(TEMPLATES, directory / "mine")
    (directory / "mine" / broken.template).write_text(broken.template_text(), encoding="utf-8")
    spec = write_spec(directory, broken.spec)
    return run_json("render", spec, "--templates", directory / "mine", "-o", directory / "out")


def lines_with(text: str, part: str) -> list[int]:
    """The numbers of the lines that hold `part`."""
    return [
        number for number, line in enumerate(text.split("\n"), 1) if (part in line if part != "{" else line == part)
    ]


@pytest.mark.parametrize("broken", ALL.values(), ids=list(ALL))
def test_a_broken_template_is_caught(broken: Break, tmp_path: Path) -> None:
    result = rendered(broken, tmp_path)
    assert result.code == FINDINGS
    assert not (tmp_path / "out").exists()
    found = [each for each in result.findings if each["rule"] == broken.rule]
    assert found, result.rules
    text = broken.template_text()
    expected = (str(tmp_path / "mine" / broken.template), lines_with(text, broken.at)[broken.nth - 1])
    assert expected in {(each["file"], each["line"]) for each in found}, result.out
    for each in found:
        line = text.split("\n")[each["line"] - 1] if each["file"] == expected[0] else ""
        assert each["column"] == len(line) - len(line.lstrip()) + 1 or not line
    if broken.related:
        shown = {(each["file"], each["line"]) for finding in found for each in finding["related"]}
        assert shown & {(str(tmp_path / "spec.yaml"), line) for line in lines_with(broken.spec, broken.related)}, shown


# What the templates are not to blame for.


def test_templates_that_are_not_broken_are_accepted(tmp_path: Path) -> None:
    shutil.copytree(TEMPLATES, tmp_path / "mine")
    for text in (TOY, PAIR):
        spec = write_spec(tmp_path, text)
        assert run_json("render", spec, "--templates", tmp_path / "mine", "-o", tmp_path / "out").places == []


def test_steps_for_the_verifier_only_are_not_rendered(tmp_path: Path) -> None:
    text = (DATA / "cpu.yaml").read_text(encoding="utf-8")
    result = run_json("render", DATA / "cpu.yaml", "--kernel", "6.12", "--force", "-o", tmp_path / "out")
    refused = [place for place in result.places if place[0] == "not-renderable"]
    lines = [line_of(text, "- save: task"), line_of(text, "- restore: task")]
    assert result.code == FINDINGS
    assert [line for _, line, _ in refused] == lines
    assert {found["rule"] for found in result.findings if found["severity"] == "error"} == {"not-renderable"}
    assert not (tmp_path / "out").exists()


def test_another_machine_is_not_the_one_that_was_proved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last resort: what reading back did not see, compiling what was read does."""
    monkeypatch.setattr("gen.render.checks._same_steps", lambda *_: ())
    shutil.copytree(TEMPLATES, tmp_path / "mine")
    broken = STEP_BREAKS["the last one first"]
    (tmp_path / "mine" / broken.template).write_text(broken.template_text(), encoding="utf-8")
    result = run_json("render", write_spec(tmp_path, TOY), "--templates", tmp_path / "mine", "-o", tmp_path / "out")
    assert (result.code, result.places) == (FINDINGS, [("machine-differs", line_of(TOY, "offstack: true"), 1)])
    assert not (tmp_path / "out").exists()


def test_every_rule_about_rendered_c_is_raised_by_a_test() -> None:
    """Those that are not in a table are raised by the tests named here and by test_bad_input.py and test_render.py."""
    elsewhere = {
        "machine-differs",  # test_another_machine_is_not_the_one_that_was_proved
        "missing-template",  # test_a_missing_template
        "not-renderable",  # test_steps_for_the_verifier_only_are_not_rendered
        "output-refused",  # test_the_output_directory_is_a_file
        "same-arch-twice",  # test_two_specs_of_one_architecture_would_overwrite_each_other
        "stale-output",  # test_check_names_each_stale_file
        "template-error",  # test_a_template_that_fails_is_shown_at_its_line
    }
    rules = {each.id for each in vars(render_rules).values() if isinstance(each, Rule)}
    assert {each.rule for each in ALL.values()} | elsewhere == rules
