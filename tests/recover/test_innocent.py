"""Rewrites of the newest entry code that change nothing: each has to be read as what it was."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from trees import newest_tree, newest_verdict

from gen.csource.outline import read_outline
from gen.csource.tokens import Source
from gen.lint.recovered import TreeVerdict
from gen.verify.judge import Verdict

pytestmark = pytest.mark.tree

PLACES = {
    "arm64": ("arch/arm64/kernel/entry-common.c", "el0_da", "", "arm64_enter_from_user_mode"),
    "arm64, on the way out": ("arch/arm64/kernel/entry-common.c", "el0_da", "", "arm64_exit_to_user_mode"),
    "x86": ("arch/x86/kernel/traps.c", "exc_debug_user", "", "irqentry_enter_from_user_mode"),
    "riscv": ("arch/riscv/kernel/traps.c", "do_page_fault", "irqentry_state_t", "irqentry_enter"),
    "loongarch": ("arch/loongarch/kernel/traps.c", "do_ade", "irqentry_state_t", "irqentry_enter"),
}
"""Where a call is rewritten: the file, the function, the type of what it gives if it gives anything, and the call."""

Rewrite = Callable[[str, str, str], tuple[str, str]]
"""A statement that calls, the type of the call and its name, to what stands before the function, and in its place."""


def _helper(words: str) -> Rewrite:
    def made(statement: str, kind: str, call: str) -> tuple[str, str]:
        body = f"return {call}(regs);" if kind else f"{call}(regs);"
        helper = f"static {words} {kind or 'void'} came_in(struct pt_regs *regs)\n{{\n\t{body}\n}}\n"
        return helper, statement.replace(call, "came_in")

    return made


def _around(text: str) -> Rewrite:
    return lambda statement, _, __: ("", text.replace("CALL", statement))


REWRITES: dict[str, Rewrite] = {
    "an inlined helper": _helper("__always_inline"),
    "a noinstr helper": _helper("noinstr"),
    "a macro": lambda statement, _, call: (f"#define CAME_IN(r) {call}(r)\n", statement.replace(call, "CAME_IN")),
    "an alias": lambda statement, _, call: (f"#define CAME_IN {call}\n", statement.replace(call, "CAME_IN")),
    "a macro of statements": lambda statement, _, __: (
        f"#define CAME_IN do {{ {statement} }} while (0)\n", "CAME_IN;"),
    "do and while": _around("do { CALL } while (0);"),
    "a block": _around("{ { CALL } }"),
    "a goto": _around("goto in;\nin:\n\tCALL"),
    "a loop that is left": _around("for (;;) { CALL break; }"),
    "a question whose answer is known": _around("if (IS_ENABLED(CONFIG_CONTEXT_TRACKING_USER)) { CALL } else { CALL }"),
    "a question of no matter": _around("if (regs->flags) { CALL } else { CALL }"),
    "a switch of no matter": _around("switch (regs->flags) { case 0: CALL break; case 1: default: CALL break; }"),
    "an alias by option": lambda statement, _, call: (
        f"#ifdef CONFIG_PROVE_LOCKING\n#define CAME_IN {call}\n#else\n#define CAME_IN(r) {call}(r)\n#endif\n",
        statement.replace(call, "CAME_IN"),
    ),
    "another variable": lambda statement, _, __: (
        "", "struct pt_regs *came = regs;\n\t" + statement.replace("(regs)", "(came)")),
}  # fmt: skip

FROM_USER = {
    "swapped branches": _around("if (!user_mode(regs)) { } else { CALL }"),
    "a switch on what was interrupted": _around("switch (user_mode(regs)) { case 1: CALL break; default: break; }"),
    "a switch with the other answer": _around("switch (user_mode(regs)) { case 0: break; default: CALL break; }"),
    "only with context tracking": _around("if (context_tracking_enabled()) { CALL }"),
    "an early return of the kernel's": _around("if (!user_mode(regs))\n\t\treturn;\n\tCALL"),
}
"""Rewrites of what user mode alone enters by."""


@cache
def rewritten(place: str, name: str) -> TreeVerdict:
    """The verdict on the newest tree with one call written in another way, without the pair."""
    file, function, kind, call = PLACES[place]
    arch = place.partition(",")[0]
    text = (newest_tree() / file).read_text(encoding="utf-8")
    (found, *_) = read_outline(Source(text)).named(function)
    old = f"{kind} state = {call}(regs);" if kind else f"{call}(regs);"
    body = text[found.start : found.end]
    assert old in body
    before, statement = (REWRITES | FROM_USER)[name](f"state = {call}(regs);" if kind else f"{call}(regs);", kind, call)
    new = body.replace(old, f"{kind} state;\n\t{statement}" if kind else statement)
    start = text.rfind("\n\n", 0, found.start) + 2
    changed = text[:start] + before + "\n" + text[start : found.start] + new + text[found.end :]
    return newest_verdict(arch, {file: changed})


@cache
def as_it_is(arch: str) -> TreeVerdict:
    return newest_verdict(arch, {})


@pytest.mark.parametrize(
    ("place", "name"),
    [(place, name) for place in PLACES for name in REWRITES]
    + [(place, name) for place in ("arm64", "arm64, on the way out", "x86") for name in FROM_USER],
)
def test_what_changes_nothing_is_read_as_what_it_was(place: str, name: str) -> None:
    found, before = rewritten(place, name), as_it_is(place.partition(",")[0])
    assert (found.offstack.verdict, found.offstack.doubts) == (Verdict.HOLDS, ())
    assert [each.answer for each in found.offstack.requirements] == [
        each.answer for each in before.offstack.requirements
    ]
    assert {each.path.name for each in found.recovered.paths} == {each.path.name for each in before.recovered.paths}
