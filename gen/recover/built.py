"""Where something of a tree is built: the #if lines around it, and the condition that kbuild puts its file under.

Understood are `obj-$(CONFIG_X) += file.o`, `head-$(CONFIG_X)`, and ifdef, ifndef and ifeq lines around them. A file
that no such line names, or that any names without a condition, has none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import PurePosixPath

from gen.csource.outline import Group
from gen.csource.tokens import CONDITIONALS, directive_rest, directive_word

MAKEFILES = ("Kbuild", "Makefile")
_LINE = re.compile(r"[\w-]+?-(?:(y)|\$\(CONFIG_(\w+)\))\s*[+:]?=\s*(.*)")
_IF = re.compile(r"(ifdef|ifndef|ifeq|ifneq)\b\s*(.*)")
_CONFIG = re.compile(r"CONFIG_(\w+)")

Condition = tuple[str, ...]
"""CONFIG symbols without that prefix, each with a `!` if it has to be off; all of them count."""


class Built:
    """What the Makefiles of a tree say, each read once."""

    def __init__(self, text: Callable[[str], str | None]) -> None:
        self._text = text
        self._objects = cache(self._objects_of)
        self._directives = cache(self._directives_of)

    def condition(self, file: str) -> str:
        """Where a file of arch/ is built, such as `COLDFIRE && !MMU`; nothing if everywhere, or if that is not told."""
        place = PurePosixPath(file)
        found = list(self._of(str(place.parent), f"{place.stem}.o"))
        for folder in place.parents:
            if len(folder.parts) > 2:
                found += self._of(str(folder.parent), f"{folder.name}/")
        return " && ".join(dict.fromkeys(found))

    def asked(self, file: str, line: int) -> tuple[Group, ...]:
        """The #if groups around a line of an assembly file."""
        around: list[tuple[str, ...]] = []
        for number, directive in self._directives(file):
            if number > line:
                break
            word = directive_word(directive)
            if word in {"if", "ifdef", "ifndef"}:
                around.append((directive,))
            elif word == "endif" and around:
                around.pop()
            elif word in CONDITIONALS and around:
                around[-1] = (*around[-1], directive)
        return tuple(around)

    def _directives_of(self, file: str) -> list[tuple[int, str]]:
        lines = enumerate((self._text(file) or "").split("\n"), 1)
        return [(number, line.strip()) for number, line in lines if line.lstrip().startswith("#")]

    def _of(self, folder: str, name: str) -> Iterator[str]:
        ways = self._objects(folder).get(name, [()])
        if () not in ways:
            yield " || ".join(dict.fromkeys(" && ".join(each) for each in ways))

    def _objects_of(self, folder: str) -> dict[str, list[Condition]]:
        """To each object and folder that is named the conditions under which it is, one for each time."""
        found: dict[str, list[Condition]] = {}
        for makefile in MAKEFILES:
            text = self._text(f"{folder}/{makefile}")
            for condition, names in _lines(text or ""):
                for name in names:
                    found.setdefault(name, []).append(condition)
        return found


def shown(groups: tuple[Group, ...]) -> str:
    """Some #if groups as one condition."""
    return " && ".join(each for group in groups for each in _arm(group))


def _arm(group: Group) -> Iterator[str]:
    *before, last = group
    for directive in before:
        asked = _condition(directive)
        yield f"!{asked}" if asked[0] == "(" or asked.isidentifier() else f"!({asked})"
    if directive_word(last) != "else":
        yield _condition(last)


def _condition(directive: str) -> str:
    rest = directive_rest(directive)
    rest = f"({rest})" if "||" in rest else rest
    return f"!{rest}" if directive_word(directive) == "ifndef" else rest


def _lines(text: str) -> Iterator[tuple[Condition, list[str]]]:
    around: list[Condition] = []
    for line in text.replace("\\\n", " ").split("\n"):
        if asked := _IF.match(line.strip()):
            around.append(_asked(asked[1], asked[2]))
        elif line.startswith("else") and around:
            around[-1] = _opposite(around[-1])
        elif line.startswith("endif") and around:
            around.pop()
        elif named := _LINE.match(line):
            own = (named[2],) if named[2] else ()
            yield (*(each for one in around for each in one), *own), named[3].split("#")[0].split()


def _asked(word: str, rest: str) -> Condition:
    config = _CONFIG.search(rest)
    if config is None:
        return ()
    on = word == "ifdef" or (word == "ifeq") == bool(re.search(r"[,'\" ]y\b", rest))
    return (config[1],) if on and word != "ifndef" else (f"!{config[1]}",)


def _opposite(condition: Condition) -> Condition:
    return tuple(each[1:] if each[0] == "!" else f"!{each}" for each in condition)
