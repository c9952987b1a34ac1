"""The faces of a C file: one text for each way in which its #if lines can go, with every line where it was.

Understood are #if, #ifdef, #ifndef, #elif, #else and #endif over `defined(NAME)`, `IS_ENABLED(NAME)`, `!`, `&&`, `||`
and parentheses, and #define of a name, which is what rendered files hold; anything else is an error with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

_DIRECTIVE = re.compile(r"\s*#\s*([a-z]+)\b\s*(.*)")
_TOKEN = re.compile(r"\s*(defined|IS_ENABLED|[A-Za-z_]\w*|&&|\|\||[!()])")
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_OPENING = {"if", "ifdef", "ifndef"}
MAX_SYMBOLS = 8


class ViewError(Exception):
    """A directive that cannot be followed; `line` counts from 1."""

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(problem)
        self.line = line


@dataclass(frozen=True)
class View:
    """One face: what was assumed to be defined, the active text, and the macros that the text itself defines."""

    assumed: Mapping[str, bool]
    text: str
    macros: Mapping[str, int]

    def __str__(self) -> str:
        """` with A and without B`, or nothing if nothing was assumed."""
        having = [name for name, defined in self.assumed.items() if defined]
        lacking = [name for name, defined in self.assumed.items() if not defined]
        said = [f"{word} {' and '.join(names)}" for word, names in (("with", having), ("without", lacking)) if names]
        return " " + " and ".join(said) if said else ""


def without_comments(text: str) -> str:
    """The text with comments blanked; every other character stays where it was."""
    return _COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def views(text: str) -> Iterator[View]:
    """Every view of a file; ViewError if there are too many or a directive cannot be followed.

    A symbol that the file only defines itself, such as its include guard, is not assumed but followed.
    """
    bare = without_comments(text)
    symbols = _asked_symbols(bare)
    if len(symbols) > MAX_SYMBOLS:
        raise ViewError(f"more than {MAX_SYMBOLS} symbols decide what is compiled", 1)
    for values in product((True, False), repeat=len(symbols)):
        yield _view(bare, dict(zip(symbols, values, strict=True)))


def guard_of(text: str) -> str:
    """The include guard of a header: the name of a first #ifndef that a #define follows and the last #endif ends.

    Empty if there is none.
    """
    directives = [match.groups() for line in without_comments(text).split("\n") if (match := _DIRECTIVE.match(line))]
    match directives:
        case [("ifndef", name), ("define", defined), *inner, ("endif", _)] if defined.split()[:1] == [name.strip()]:
            return str(name).strip() if _is_balanced(word for word, _ in inner) else ""
    return ""


def _is_balanced(words: Iterable[str]) -> bool:
    """Whether every #endif among these directives ends an #if among them."""
    depth = 0
    for word in words:
        depth += (word in _OPENING) - (word == "endif")
        if depth < 0:
            return False
    return True


def _asked_symbols(bare: str) -> list[str]:
    guard = guard_of(bare)
    asked: dict[str, None] = {}
    for line in bare.split("\n"):
        match = _DIRECTIVE.match(line)
        if match and match[1] in {*_OPENING, "elif"}:
            for token in _TOKEN.findall(match[2]):
                if re.match(r"[A-Za-z_]", token) and token not in {"defined", "IS_ENABLED", guard}:
                    asked[token] = None
    return list(asked)


@dataclass
class _Branch:
    """An open #if: whether its parent is active, whether this arm is, whether any arm was."""

    parent: bool
    active: bool
    taken: bool
    line: int


def _view(bare: str, assumed: dict[str, bool]) -> View:
    defined = {name for name, value in assumed.items() if value}
    macros: dict[str, int] = {}
    open_branches: list[_Branch] = []
    lines = []
    for number, line in enumerate(bare.split("\n"), 1):
        active = not open_branches or open_branches[-1].active
        match = _DIRECTIVE.match(line)
        if match is None:
            lines.append(line if active else "")
            continue
        lines.append("")
        word, rest = match[1], match[2].strip()
        if word in {*_OPENING, "elif", "else", "endif"}:
            _branch(word, rest, number, defined, open_branches)
        elif word == "define" and active:
            name = rest.split()[0].split("(")[0] if rest else ""
            macros[name] = number
            defined.add(name)
        elif word not in {"include", "define"}:
            raise ViewError(f"#{word} is not expected here", number)
    if open_branches:
        raise ViewError("this #if has no #endif", open_branches[-1].line)
    return View(assumed, "\n".join(lines), macros)


def _branch(word: str, rest: str, line: int, defined: set[str], open_branches: list[_Branch]) -> None:
    if word in _OPENING:
        parent = not open_branches or open_branches[-1].active
        holds = _holds(word, rest, line, defined)
        open_branches.append(_Branch(parent, parent and holds, holds, line))
        return
    if not open_branches:
        raise ViewError(f"#{word} without #if", line)
    if word == "endif":
        open_branches.pop()
        return
    branch = open_branches[-1]
    holds = not branch.taken and (word == "else" or _holds("if", rest, line, defined))
    branch.active = branch.parent and holds
    branch.taken = branch.taken or holds


def _holds(word: str, rest: str, line: int, defined: set[str]) -> bool:
    if word != "if":
        if not re.fullmatch(r"[A-Za-z_]\w*", rest):
            raise ViewError(f"#{word} takes one name", line)
        return (rest in defined) == (word == "ifdef")
    tokens = _TOKEN.findall(rest)
    if "".join(tokens) != re.sub(r"\s", "", rest):
        raise ViewError("this condition cannot be followed", line)
    return _Condition(tokens, line, defined).either()


@dataclass
class _Condition:
    """A recursive-descent reader of one #if condition."""

    tokens: list[str]
    line: int
    defined: set[str]

    def take(self, wanted: str = "") -> str:
        if not self.tokens or (wanted and self.tokens[0] != wanted):
            raise ViewError("this condition cannot be followed", self.line)
        return self.tokens.pop(0)

    def either(self) -> bool:
        value = self.both()
        while self.tokens[:1] == ["||"]:
            self.take()
            value = self.both() or value
        return value

    def both(self) -> bool:
        value = self.one()
        while self.tokens[:1] == ["&&"]:
            self.take()
            value = self.one() and value
        return value

    def one(self) -> bool:
        word = self.take()
        if word == "!":
            return not self.one()
        if word == "(":
            value = self.either()
            self.take(")")
            return value
        if word not in {"defined", "IS_ENABLED"}:
            raise ViewError("this condition cannot be followed", self.line)
        parenthesised = word == "IS_ENABLED" or self.tokens[:1] == ["("]
        if parenthesised:
            self.take("(")
        name = self.take()
        if parenthesised:
            self.take(")")
        return name in self.defined
