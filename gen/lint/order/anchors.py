"""Places of the tree for what only a spec describes: the call in an assembly file, or the function that a path is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gen.csource.asm import AsmUse, Use, asm_uses
from gen.csource.tokens import Place, Source
from gen.diagnostics import Span
from gen.model.entry import EntryPath, Sequence
from gen.recover.files import TreeFiles


class Anchors:
    """Finds places in the files of one architecture; `architecture` is its folder in arch/."""

    def __init__(self, files: TreeFiles, architecture: str) -> None:
        self._files = files
        self._architecture = architecture
        self._calls: dict[tuple[str, str, str], Span | None] = {}

    def place(self, name: str, holders: tuple[EntryPath | Sequence, ...], *, or_begin: bool) -> Span | None:
        """Where code calls `name`: in the first of some parts of a path that does, the innermost first.

        If none is seen to, it may be where the last of them begins, which is the path itself.
        """
        found = (self._known_call(name, holder) for holder in holders)
        seen = next((each for each in found if each is not None), None)
        return self._begin(holders[-1]) if seen is None and or_begin else seen

    def _known_call(self, name: str, holder: EntryPath | Sequence) -> Span | None:
        key = (name, holder.file, holder.symbol)
        if key not in self._calls:
            self._calls[key] = self._call(name, holder)
        return self._calls[key]

    def _call(self, name: str, holder: EntryPath | Sequence) -> Span | None:
        text = self._files.text(holder.file)
        if text is None or name not in text:
            return None
        if not holder.file.endswith((".c", ".h")):
            return self._assembly_call(name, holder, text)
        calling = re.compile(rf"(?<![\w.>]){re.escape(name)}(?=\s*\()")
        for found in self._files.defined(holder.file, lambda each: each.name == holder.symbol):
            for match in calling.finditer(found.source.text, found.function.start, found.function.end):
                if match.start() != found.function.name_offset:
                    return _span(holder.file, found.source.place(match.start()), name)
        return None

    def _assembly_call(self, name: str, holder: EntryPath | Sequence, text: str) -> Span | None:
        """The first call behind the symbol, or else the first one in the file.

        Assembly may call it through a wrapper with the same name and underscores, such as riscv's
        __trace_hardirqs_off() in arch/riscv/kernel/trace_irq.c.
        """
        names = (name, f"__{name}")
        uses = list(self._uses(text, *names, holder.symbol))
        begins = [use.place for use in uses if use.name == holder.symbol and use.use is Use.DEFINED]
        calls = [use for use in uses if use.name in names and use.use in {Use.OPERAND, Use.MACRO}]
        behind = [use for use in calls if begins and use.place.line >= begins[0].line]
        return next((_span(holder.file, use.place, use.name) for use in (*behind, *calls)), None)

    def _uses(self, text: str, *names: str) -> Iterator[AsmUse]:
        return asm_uses(Source(text), names, self._architecture)

    def _begin(self, holder: EntryPath | Sequence) -> Span | None:
        text = self._files.text(holder.file)
        if text is None:
            return None
        if holder.file.endswith((".c", ".h")):
            for found in self._files.defined(holder.file, lambda each: holder.symbol in {each.name, each.macro}):
                return _span(holder.file, found.source.place(found.function.name_offset), found.function.name)
        match = re.search(rf"\b{re.escape(holder.symbol)}\b", text)
        return None if match is None else _span(holder.file, Source(text).place(match.start()), holder.symbol)


def _span(file: str, place: Place, name: str) -> Span:
    return Span(file, place.line, place.column, place.line, place.column + len(name))
