"""The functions of one view of a C file, by pycparser: prototypes, definitions, and bodies as blocks of C text.

A body is a nest of `CStatement`, `CIf` and `CWhile`, each with its line; whoever asks gives the text a meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from pycparser import c_ast, c_generator, c_parser

_ANNOTATIONS = re.compile(r"\b(noinstr|asmlinkage|__always_unused|__maybe_unused)\b")
_INLINE = re.compile(r"\b__always_inline\b")
_PRELUDE = "typedef _Bool bool;\n"


class CSyntaxError(Exception):
    """C that does not parse; `line` counts from 1."""

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(problem)
        self.line = line


@dataclass(frozen=True)
class CStatement:
    """A statement that is neither a branch nor a loop, as normalised C text without its semicolon."""

    text: str
    line: int


@dataclass(frozen=True)
class CIf:
    """An `if` with its question as normalised C text."""

    question: str
    then: CBody
    otherwise: CBody
    line: int


@dataclass(frozen=True)
class CWhile:
    """A `while` with its question as normalised C text."""

    question: str
    body: CBody
    line: int


CItem = CStatement | CIf | CWhile
CBody = tuple[CItem, ...]


@dataclass(frozen=True)
class CFunction:
    """A function definition: its name, the normalised text of its type, its body."""

    name: str
    signature: str
    body: CBody
    line: int


@dataclass(frozen=True)
class CUnit:
    """What one view of a file defines: functions, and variables outside of them; and each identifier that it uses.

    Variables and identifiers come with their first lines.
    """

    functions: dict[str, CFunction]
    variables: dict[str, int]
    identifiers: dict[str, int]


def read_unit(text: str) -> CUnit:
    """The functions and identifiers of a view's text, whose directives are gone; CSyntaxError if it does not parse."""
    functions: dict[str, CFunction] = {}
    variables: dict[str, int] = {}
    identifiers: dict[str, int] = {}
    for node in _parsed(text).ext:
        if isinstance(node, c_ast.FuncDef):
            if node.decl.name in functions:
                raise CSyntaxError(f"`{node.decl.name}` is defined twice", _line(node.decl))
            functions[node.decl.name] = CFunction(
                node.decl.name, _text(node.decl), tuple(_items(node.body)), _line(node.decl)
            )
        elif isinstance(node, c_ast.Decl) and node.name and not isinstance(node.type, c_ast.FuncDecl):
            variables.setdefault(node.name, _line(node))
        for name, line in _identifiers(node):
            identifiers.setdefault(name, line)
    return CUnit(functions, variables, identifiers)


@cache
def _parser() -> Any:
    return c_parser.CParser()


@cache
def normalised(statement: str) -> str:
    """A statement or expression as `read_unit` would write it."""
    body = _parsed(f"void f(void) {{ {statement.removesuffix(';')}; }}").ext[-1].body
    return _text(body.block_items[0]).removesuffix(";")


def _parsed(text: str) -> Any:
    plain = _INLINE.sub("inline         ", _ANNOTATIONS.sub(lambda match: " " * len(match[0]), text))
    try:
        return _parser().parse(_PRELUDE + plain)
    except Exception as error:  # pycparser's own class has moved between its versions, and ply raises others
        match = re.match(r":?(\d+):(?:\d+:)?\s*(.*)", str(error))
        line = int(match[1]) - 1 if match else text.count("\n") + 1
        raise CSyntaxError((match[2] if match else str(error)) or "unexpected end of file", line) from error


def _line(node: Any) -> int:
    return int(node.coord.line) - 1 if node.coord else 0


def _text(node: Any) -> str:
    return re.sub(r"\s+", " ", c_generator.CGenerator().visit(node)).strip()


def _items(node: Any) -> Iterator[CItem]:
    match node:
        case None | c_ast.EmptyStatement():
            return
        case c_ast.Compound():
            for inner in node.block_items or ():
                yield from _items(inner)
        case c_ast.If():
            yield CIf(_text(node.cond), tuple(_items(node.iftrue)), tuple(_items(node.iffalse)), _line(node))
        case c_ast.While():
            yield CWhile(_text(node.cond), tuple(_items(node.stmt)), _line(node))
        case _:
            yield CStatement(_text(node).removesuffix(";"), _line(node))


def _identifiers(node: Any) -> Iterator[tuple[str, int]]:
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, c_ast.ID | c_ast.Decl) and current.name:
            yield current.name, _line(current)
        waiting.extend(child for _, child in current.children())
