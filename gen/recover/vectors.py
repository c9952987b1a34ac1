"""Tables of vectors in assembly: lines that each name one place, to which hardware or a dispatcher goes by its number.

A table is written in three ways: data (`.word handle_trap`), one jump a slot (`brai TOPHYS(_interrupt)`), or a macro of
the file that holds the jump (`def 2`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

from gen.csource.asm import AsmUse, Use
from gen.csource.asm_text import blanked
from gen.recover.entry_words import EntryWords

FEWEST = 4
"""How many slots in a row with the same operation make a table; fewer are code."""

_SLOT = re.compile(r"\s*([\w.]+)(?:\s+|(?=\())(?:(?:[A-Z]\w*)?\(\s*)?([A-Za-z_]\w*)\s*\)?\s*;?\s*$", re.ASCII)
"""An operation and a name, be it in a macro such as TOPHYS(); what has a numeric label is one of a pool of literals."""

_BESIDE = re.compile(
    r"\s*(?:[A-Za-z_.]\w*:)?\s*(?:(?:\.(?:org|balign|p2align|align|rept|endr|section)\b|#|(?:\w+\.)?nop\b).*)?;?\s*$"
)
"""What may stand between slots: nothing, a label, where the next one is, and what fills it up."""

EXCEPTION_TABLE = "__ex_table"
"""The section of where faults go on: what a macro puts there is no vector."""


def vectors(text: str, uses: Collection[AsmUse], architecture: str, words: EntryWords) -> Iterator[str]:
    """The names in the tables of a file, in order, as often as they are there; `uses` are all of the file."""
    held = _held(uses, words)
    run: list[tuple[str, list[str]]] = []
    for line in (*blanked(text, architecture).split("\n"), "end"):
        slot = _SLOT.match(line)
        operation = slot[1] if slot else (line.split() or [""])[0]
        names = [slot[2]] if slot and not words.matches("no_slot", operation) else []
        if names or operation in held:
            run.append((operation, [*held.get(operation, ()), *names]))
        elif not _BESIDE.match(line):
            yield from _of_run(run, held)
            run = []


def _held(uses: Collection[AsmUse], words: EntryWords) -> dict[str, list[str]]:
    """To a .macro of the file the names that its body has as operands, but for calls."""
    macros = {use.name for use in uses if use.operation == ".macro" and use.use is Use.DEFINED}
    macros -= {use.label for use in uses if use.name == EXCEPTION_TABLE}
    held: dict[str, list[str]] = {}
    for use in uses:
        if use.label in macros and use.use is Use.OPERAND and not words.matches("no_slot", use.operation):
            held.setdefault(use.label, []).append(use.name)
    return held


def _of_run(run: list[tuple[str, list[str]]], held: Collection[str]) -> Iterator[str]:
    often = Counter(operation for operation, _ in run)
    if max(often.values(), default=0) >= FEWEST:
        for operation, names in run:
            # What is there once is the line before or behind the table, unless it is a macro with a jump in it.
            if often[operation] > 1 or operation in held:
                yield from names
