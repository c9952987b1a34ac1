"""The files of a tree that entry code is read from: each is read and outlined once, and only if it is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from gen.csource.lookup import Macros, known_macros
from gen.csource.outline import Function, Outline, read_outline
from gen.csource.tokens import Source, directive_rest, directive_word
from gen.facts.loader import entry

Read = Callable[[str], str | None]
"""Gives the text of a file by its path from the top of the tree, None if there is none."""

_FUNCTION_MACRO = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)\(", re.MULTILINE)
_PARAMETERS = re.compile(r"\s*(?:\([^;{}]*)?\)[^;{}]*\{")
_INCLUDE = re.compile(r"^[ \t]*#[ \t]*include[ \t]*<((?:asm|linux)/[^>\n]+)>", re.MULTILINE)


@dataclass(frozen=True)
class Found:
    """The definition of a function, and the file that it is in."""

    file: str
    source: Source
    function: Function

    @property
    def text(self) -> str:
        """The text of the definition."""
        return self.source.text[self.function.start : self.function.end]


class TreeFiles:
    """The files around the entry code of one architecture.

    `folder` is its folder, `arch/arm64`; `named` are the C files and headers that its spec names, in its order.
    """

    def __init__(self, read: Read, folder: str, named: Iterable[str]) -> None:
        self._read = read
        self._folder = folder
        self.named = tuple(dict.fromkeys(named))
        self._texts: dict[str, str | None] = {}
        self._outlines: dict[str, Outline | None] = {}
        self._includes: dict[str, tuple[str, ...]] = {}
        self._macros: dict[str, Macros] = {}
        self._names: dict[str, frozenset[str]] = {}
        self._found: dict[tuple[str, str], tuple[Found, ...]] = {}
        self._function_macros: dict[str, frozenset[str]] = {}
        self._reached: dict[str, tuple[str, ...]] = {}

    def text(self, file: str) -> str | None:
        """The text of a file, None if the tree has none."""
        if file not in self._texts:
            self._texts[file] = self._read(file)
        return self._texts[file]

    def outline(self, file: str) -> Outline | None:
        """What a C file or header defines, None if the tree has no such file."""
        if file not in self._outlines:
            text = self.text(file)
            self._outlines[file] = None if text is None else read_outline(Source(text))
        return self._outlines[file]

    def macros(self, file: str) -> Macros:
        """The macros of a C file, and of the headers that the spec names."""
        if file not in self._macros:
            outline = self.outline(file)
            found = dict(known_macros([outline])) if outline else {}
            for header in self.named_headers if file not in self.named_headers else ():
                for name, known in self.macros(header).items():
                    found[name] = (*found.get(name, ()), *known)
            self._macros[file] = found
        return self._macros[file]

    def function_macros(self, file: str) -> frozenset[str]:
        """The macros with parameters that a file defines, by name: a look at its lines alone."""
        if file not in self._function_macros:
            self._function_macros[file] = frozenset(_FUNCTION_MACRO.findall(self.text(file) or ""))
        return self._function_macros[file]

    @cached_property
    def generic(self) -> tuple[str, ...]:
        """The files that the generic entry code is in, in whichever a tree has it."""
        return entry().generic_files

    @cached_property
    def named_headers(self) -> tuple[str, ...]:
        """The headers that are named, and those of the generic entry code."""
        return tuple(dict.fromkeys(file for file in (*self.named, *self.generic) if file.endswith(".h")))

    def headers(self, file: str) -> tuple[str, ...]:
        """The architecture's headers that a file includes, with those that the generic entry code takes along."""
        if file not in self._includes:
            self._includes[file] = ()  # a header that includes itself adds nothing by that
            included = [name for each in _INCLUDE.findall(self.text(file) or "") if (name := self._header(each))]
            inner = [name for each in included if each in self.generic for name in self.headers(each)]
            self._includes[file] = tuple(dict.fromkeys([*included, *inner]))
        return self._includes[file]

    def _header(self, included: str) -> str:
        """The file of a header that is of interest, by the name in its #include; nothing of others."""
        if included.startswith("asm/"):
            return f"{self._folder}/include/{included}"
        return name if (name := f"include/{included}") in self.generic else ""

    def reached_headers(self, file: str) -> tuple[str, ...]:
        """The architecture's headers that a file includes, directly or by way of others of them, nearest first."""
        if file not in self._reached:
            waiting = dict.fromkeys([*self.headers(file), *self.named_headers])
            for header in (found := list(waiting)):
                new = [each for each in self.headers(header) if each not in waiting]
                waiting.update(dict.fromkeys(new))
                found += new
            self._reached[file] = tuple(found)
        return self._reached[file]

    def with_more(self, named: Iterable[str]) -> TreeFiles:
        """The same files with more that are named; what was read is not read again."""
        more = TreeFiles(self._read, self._folder, (*self.named, *named))
        more._texts, more._outlines, more._includes = self._texts, self._outlines, self._includes
        more._names, more._found, more._function_macros = self._names, self._found, self._function_macros
        return more

    def named_in(self, file: str, name: str) -> tuple[Found, ...]:
        """The definitions of a function in one file; a file without a line that looks like one is not outlined."""
        if (file, name) not in self._found:
            text = self.text(file)
            may = text is not None and _may_define(text, name)
            self._found[file, name] = tuple(self.defined(file, lambda each: each.name == name)) if may else ()
        return self._found[file, name]

    def names(self, file: str) -> frozenset[str]:
        """The functions that a C file or header defines, by name."""
        if file not in self._names:
            outline = self.outline(file)
            self._names[file] = frozenset(each.name for each in outline.functions) if outline else frozenset()
        return self._names[file]

    def defined(self, file: str, wanted: Callable[[Function], bool]) -> Iterator[Found]:
        """The definitions in a file that are wanted, in the order of the text."""
        if outline := self.outline(file):
            yield from (Found(file, outline.source, each) for each in outline.functions if wanted(each))

    def pasted(self, file: str, macro: str, name: str) -> Iterator[Found]:
        """The function of a file whose name a macro pastes together of its argument and more."""
        return self.defined(file, lambda each: bool(macro) and each.macro == macro and name.endswith(each.name))

    def functions(self, name: str, asking: str) -> tuple[Found, ...]:
        """The definitions of a function that a call in the file `asking` may mean; several if #if lines choose.

        The file itself comes first, then the architecture's headers that it includes, then what the spec names, then
        the generic entry code. A definition that stands in `#ifndef name` is a default, which another one replaces.
        """
        defaults: list[Found] = []
        for file in dict.fromkeys((asking, *self.headers(asking), *self.named, *self.generic)):
            shared = file == asking or file.endswith(".h")
            found = [each for each in self.named_in(file, name) if shared or "static" not in each.function.words]
            own = [each for each in found if not _is_default(each.function)]
            if own:
                return tuple(own)
            defaults += found
        return tuple(defaults)


def _may_define(text: str, name: str) -> bool:
    """Whether a line that begins in the first column looks like the header of a function."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        line = text.rfind("\n", 0, start) + 1
        if (
            not _in_word(text[start - 1 : start])
            and not _in_word(text[end : end + 1])
            and not text[line].isspace()
            and text[line] not in "#/*"
            and _PARAMETERS.match(text, end)
        ):
            return True
        start = text.find(name, end)
    return False


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _is_default(function: Function) -> bool:
    return any(
        directive_word(group[-1]) == "ifndef" and directive_rest(group[-1]) == function.name
        for group in function.around
    )
