"""Which uses of names in assembly make labels, and under which entry label each use is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gen.csource.asm import AsmUse, Use
from gen.recover.entry_words import EntryWords

SYMBOL = re.compile(r"[A-Za-z_]\w{0,79}", re.ASCII)
"""What can be a symbol of a spec."""

_GLOBAL = frozenset({".globl", ".global"})


def opens(use: AsmUse, before: AsmUse | None, words: EntryWords) -> bool:
    """Whether a macro such as ENTRY() makes the name a label; `before` is the use before it.

    It does so to its first operand, unless the reader of assembly knows better.
    """
    if use.name == use.operation or not words.matches("opens", use.operation):
        return False
    if use.use is Use.DEFINED:
        return use.name == use.label
    return before is None or before.name == use.operation or before.place.line != use.place.line


def label_names(uses: Sequence[AsmUse], words: EntryWords) -> Iterator[AsmUse]:
    """The uses that make their names labels."""
    for before, use in zip((None, *uses), uses, strict=False):
        made = opens(use, before, words) or (use.use is Use.DEFINED and not use.operation and not use.via)
        if made and SYMBOL.fullmatch(use.name):
            yield use


def macro_names(uses: Sequence[AsmUse], words: EntryWords) -> frozenset[str]:
    """What .macro and #define define, but for other names of labels: mips has `#define handle_sys64 handle_sys`."""
    named = {use.name for use in uses if use.operation in {".macro", "#define"} and use.use is Use.DEFINED}
    return frozenset(named - {use.name for use in label_names(uses, words)})


def with_entry_labels(uses: Sequence[AsmUse], words: EntryWords) -> Iterator[tuple[AsmUse, str]]:
    """Each use with the entry label that it is under; the use that defines the label comes with its own name.

    An entry label is what a macro such as ENTRY() names, what is declared global, or what a table of the file names;
    labels between are steps on the way, and so is what __ex_table names beside a fixup. A use of a .macro that names a
    C handler is an entry of its own, called by the first label that the macro opens, else by its first argument.
    """
    declared = {use.name for use in uses if use.operation in _GLOBAL}
    tables = [use for use in uses if use.operation in words.data]
    fixups = {use.place.line for use in tables if "fix" in use.name}
    declared |= {use.name for use in tables if use.place.line not in fixups}
    macros = {use.name for use in uses if use.operation == ".macro"}
    bodies = macro_names(uses, words)
    current, made, line, above = "", "", 0, ""
    opened = False
    for before, use in zip((None, *uses), uses, strict=False):
        if use.label in bodies and not use.via:
            continue
        if use.place.line != line:
            made, line, above, opened = "", use.place.line, use.label, False
        if use.via or use.operation in macros:
            if use.via and not opened and SYMBOL.fullmatch(use.label) and use.label != above:
                made, opened = use.label, True
            elif not made and not use.via and use.name != use.operation and SYMBOL.fullmatch(use.name):
                made = use.name
            yield use, made or current
            continue
        known = use.name in declared or words.matches("label", use.name)
        defines = opens(use, before, words) or (use.use is Use.DEFINED and not use.operation and known)
        if defines and SYMBOL.fullmatch(use.name):
            current = use.name
        yield use, current or use.label
