"""Tables of vectors in assembly: lines that each name one place, to which hardware or a dispatcher goes by its number.

A table is written in three ways: data (`.word handle_trap`), one jump a slot (`brai TOPHYS(_interrupt)`), or a macro of
the file that holds the jump (`def 2`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

from gen.csource.asm import AsmUse, Use, blanked
from gen.lint.source import SourceFile

FEWEST = 4
"""How many slots in a row with the same operation make a table; fewer are code."""

_SLOT = re.compile(r"\s*([\w.]+)(?:\s+|(?=\())(?:(?:[A-Z]\w*)?\(\s*)?([A-Za-z_]\w*)\s*\)?\s*;?\s*$", re.ASCII)
"""An operation and a name, be it in a macro such as TOPHYS(); what has a numeric label is one of a pool of literals."""

_BESIDE = re.compile(
    r"\s*(?:[A-Za-z_.]\w*:)?\s*(?:(?:\.(?:org|balign|p2align|align|rept|endr|section)\b|#|(?:\w+\.)?nop\b).*)?;?\s*$"
)
"""What may stand between slots: nothing, a label, where the next one is, and what fills it up."""

_NO_SLOT = re.compile(
    r"\.(?:macro|globa?l|type|size|ent|end|weak|import|export|previous|text|data)|ENTRY\w*|END\w*|SYM_\w+"
    r"|bl|bal|bsrl?|jb?sr|jl|jal|callr?|brasl|br(?:a|)lid|l\.jal"
)
"""What declares a name, and what calls it to come back."""

_ASIDE = re.compile(r"/i?fpsp\d+/")
"""Where the tables are for arithmetic."""


def vectors(file: SourceFile, uses: Collection[AsmUse], architecture: str) -> Iterator[str]:
    """The names in the tables of a file, in order, as often as they are there; `uses` are all of the file."""
    if _ASIDE.search(file.name):
        return
    held = _held(uses)
    run: list[tuple[str, list[str]]] = []
    for line in (*blanked(file.text, architecture).split("\n"), "end"):
        slot = _SLOT.match(line)
        operation = slot[1] if slot else (line.split() or [""])[0]
        names = [slot[2]] if slot and not _NO_SLOT.fullmatch(operation) else []
        if names or operation in held:
            run.append((operation, [*held.get(operation, ()), *names]))
        elif not _BESIDE.match(line):
            yield from _of_run(run, held)
            run = []


def _held(uses: Collection[AsmUse]) -> dict[str, list[str]]:
    """To a .macro of the file the names that its body has as operands, but for calls."""
    macros = {use.name for use in uses if use.operation == ".macro" and use.use is Use.DEFINED}
    held: dict[str, list[str]] = {}
    for use in uses:
        if use.label in macros and use.use is Use.OPERAND and not _NO_SLOT.fullmatch(use.operation):
            held.setdefault(use.label, []).append(use.name)
    return held


def _of_run(run: list[tuple[str, list[str]]], held: Collection[str]) -> Iterator[str]:
    often = Counter(operation for operation, _ in run)
    if max(often.values(), default=0) >= FEWEST:
        for operation, names in run:
            # What is there once is the line before or behind the table, unless it is a macro with a jump in it.
            if often[operation] > 1 or operation in held:
                yield from names
