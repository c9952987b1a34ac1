"""The sources of one architecture's entry code, each read once: assembly with its labels, and C with its handlers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from gen.csource.asm import AsmUse, asm_uses
from gen.csource.lookup import Macros, known_macros
from gen.csource.tokens import Source
from gen.diagnostics import Span
from gen.recover.c_function import CFunction, span_of
from gen.recover.defining import defined_by_macros, defining_names
from gen.recover.entry_words import EntryWords
from gen.recover.labels import label_names
from gen.recover.reader import Reader

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+(?:"([^"\n]+)"|<(asm/[^>\n]+)>)', re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_]\w+", re.ASCII)


@dataclass(frozen=True)
class Assembly:
    """An assembly file with every use of a name in it."""

    file: str
    source: Source
    uses: tuple[AsmUse, ...]

    def span(self, use: AsmUse) -> Span:
        """Where a name is used."""
        return span_of(self.file, use.place, use.name)


class Sources:
    """What is read of one architecture, when it is asked for; `arch` is its folder of arch/."""

    def __init__(self, arch: str, reader: Reader, words: EntryWords) -> None:
        self.arch = arch
        self.reader = reader
        self.words = words

    @cached_property
    def assembly(self) -> tuple[Assembly, ...]:
        """The assembly files that may hold entry code."""
        return tuple(self._assembly())

    def _assembly(self) -> Iterator[Assembly]:
        for file in self._files(".S"):
            text = self.reader.text(file)
            if text is not None:
                source = Source(text)
                yield Assembly(file, source, tuple(asm_uses(source, None, self.arch)))

    @cached_property
    def headers_of_assembly(self) -> tuple[Assembly, ...]:
        """The architecture's headers that its assembly includes, with what their macros name: sparc's asm/ttable.h."""
        included: dict[str, None] = {}
        for each in self.assembly:
            for quoted, own in _INCLUDE.findall(each.source.text):
                folder = PurePosixPath(each.file).parent
                included[str(folder / quoted) if quoted else f"arch/{self.arch}/include/{own}"] = None
        return tuple(self._header(file) for file in included if self._names_handler(file))

    def _names_handler(self, file: str) -> bool:
        text = self.reader.text(file) if file.endswith(".h") else None
        return text is not None and not self.handlers.keys().isdisjoint(_WORD.findall(text))

    def _header(self, file: str) -> Assembly:
        source = Source(self.reader.text(file) or "")
        return Assembly(file, source, tuple(asm_uses(source, None, self.arch)))

    @cached_property
    def labels(self) -> Mapping[str, tuple[Span, ...]]:
        """Every label, by whatever it is made: where it first is in each file that has it."""
        found: dict[str, dict[str, Span]] = {}
        for each in self.assembly:
            for use in label_names(each.uses, self.words):
                found.setdefault(use.name, {}).setdefault(each.file, each.span(use))
        return {name: tuple(places.values()) for name, places in found.items()}

    @cached_property
    def c_files(self) -> tuple[str, ...]:
        """The C files that may hold handlers."""
        defining = defining_names(self.header_macros, self.words)
        return self._files(".c", *self.words.sought, *defining)

    @cached_property
    def functions(self) -> Mapping[str, tuple[CFunction, ...]]:
        """The C functions that take pt_regs, by name, each once for every file that defines it."""
        found: dict[str, dict[str, CFunction]] = {}
        for each in self._functions():
            found.setdefault(each.name, {}).setdefault(each.file, each)
        return {name: tuple(files.values()) for name, files in found.items()}

    def _functions(self) -> Iterator[CFunction]:
        for file in self.c_files:
            outline = self.reader.outline(file)
            for function in outline.functions if outline else ():
                argument = self.words.argument.search(function.parameters)
                if argument and outline and not function.macro:
                    yield CFunction(file, outline.source, function.name, function.name_offset, argument[2], function)
            yield from defined_by_macros(file, outline, self.header_macros, self.words) if outline else ()

    @cached_property
    def handlers(self) -> Mapping[str, tuple[CFunction, ...]]:
        """Those of them that assembly can call, and that are no helpers by their names."""
        kept = {name: tuple(each for each in defined if not each.is_static) for name, defined in self.functions.items()}
        return {
            name: defined for name, defined in kept.items() if defined and not self.words.matches("no_handler", name)
        }

    @cached_property
    def without_regs(self) -> Mapping[str, tuple[CFunction, ...]]:
        """The C functions for assembly alone that take nothing, as mips' do_ftlb(); what a handler calls is one."""
        found: dict[str, tuple[CFunction, ...]] = {}
        for file in self.c_files:
            outline = self.reader.outline(file)
            for each in outline.functions if outline else ():
                if outline and self.words.for_assembly in each.words and each.parameters.strip() in {"void", ""}:
                    found[each.name] = (CFunction(file, outline.source, each.name, each.name_offset, "", each),)
        return found

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """The headers of the architecture that name pt_regs."""
        return self._files(".h", *self.words.sought)

    @cached_property
    def header_macros(self) -> Macros:
        """The macros of those headers."""
        return known_macros(outline for file in self.headers if (outline := self.reader.outline(file)))

    def _files(self, suffix: str, *names: str) -> tuple[str, ...]:
        files = self.reader.mentioning(f"arch/{self.arch}", suffix, *names)
        return tuple(sorted(file for file in files if not self.words.is_aside(file)))
