"""The instructions of inline assembly."""

from __future__ import annotations

import pytest

from gen.csource.inline_asm import instructions, templates
from gen.csource.tokens import tokenize


def said(code: str) -> list[tuple[str, ...]]:
    """The instructions of each asm statement in some C."""
    return [instructions(template) for template in templates(tokenize(code))]


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ('asm volatile("" : : : "memory");', ()),
        ('asm("sti");', ("sti",)),
        ('__asm__ __volatile__("1:\\tmov\\t%0, %1\\n\\t2: nop;cli\\n" : "=r" (x) : "r" (y ? a : b) : "cc");',
         ("mov %0, %1", "nop", "cli")),
        ('asm volatile("rdpr %%pstate, %0\\n" "wrpr %0, 0, %%pstate" : "=r" (x));',
         ("rdpr %pstate, %0", "wrpr %0, 0, %pstate")),
        # What is pasted together is one text, and each argument of a macro is one.
        ('asm("msr daifclr, " "#2");', ("msr daifclr, #2",)),
        ('asm(ALTERNATIVE("nop", "wrmsr", X86_FEATURE_A) : : "c" (n));',
         ("ALTERNATIVE", "nop", "wrmsr", "X86_FEATURE_A")),
        ('asm goto("b %l[out]" : : : : out);', ("b %l[out]",)),
        ('asm("mov " __stringify(R) ", r0");', ("mov", "__stringify", "R", ", r0")),
        ('asm(MACRO);', ("MACRO",)),
    ],
)  # fmt: skip
def test_instructions(code: str, wanted: tuple[str, ...]) -> None:
    assert said(code) == [wanted]


def test_every_statement_of_a_text() -> None:
    assert said('if (x)\n\tasm("sti");\nelse\n\tasm volatile ("cli" ::: "memory");') == [("sti",), ("cli",)]


@pytest.mark.parametrize("code", ["asm", "asm(", "asm volatile", "asm volatile(", 'asm("sti"', "asm;"])
def test_what_does_not_end_has_none(code: str) -> None:
    assert said(code) == []
