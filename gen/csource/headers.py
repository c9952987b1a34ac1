"""The text before a `{`: whether it begins a function, which one, and what is declared about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from gen.csource.tokens import CONDITIONALS, Tokens, directive_rest, directive_word, is_word, joined
from gen.facts.loader import marks

KEYWORDS = frozenset({
    "alignof", "_Alignof", "__alignof__", "asm", "__asm__", "__asm", "auto", "break", "case", "char", "const",
    "continue", "default", "do", "double", "else", "enum", "extern", "float", "for", "goto", "if", "inline", "int",
    "long", "register", "restrict", "return", "short", "signed", "sizeof", "static", "struct", "switch", "typedef",
    "typeof", "__typeof__", "__typeof", "typeof_unqual", "union", "unsigned", "void", "volatile", "while",
    "_Generic", "_Static_assert",
})  # fmt: skip
_STORAGE = frozenset({"static", "extern"})


@cache
def attributes() -> frozenset[str]:
    """What may stand behind the name of a variable or a label and is not its name."""
    return _taking_arguments() | {row.word for row in marks() if row.behind_name}


@cache
def _taking_arguments() -> frozenset[str]:
    return frozenset(row.word for row in marks() if row.takes_arguments)


@cache
def _specifiers() -> frozenset[str]:
    return _STORAGE | {row.word for row in marks() if row.specifier}


_ENDS_DECLARATION = frozenset({";", "}", "MACHINE_END"})
"""`MACHINE_END` closes an initialiser of arm, arc, alpha and sh, whose brace and semicolon are in the macro."""

_TAGS = frozenset({"struct", "union", "enum"})


@dataclass(frozen=True, slots=True)
class Header:
    """A function's header: its name, the tokens of its parameter list, and the macro that defines it, if one does.

    `SYSCALL_DEFINE1(exit, int, code)` has the name `exit` and the macro `SYSCALL_DEFINE1`.
    """

    name: str
    macro: str
    name_index: int
    parameters: tuple[int, int]


def read_header(tokens: Tokens) -> Header | None:
    """The function whose header the tokens, without directives, are; None if they are something else."""
    partners, lost = tokens.partners()
    texts = tokens.texts
    if lost is not None or any(texts[index] in {"=", "{", ":"} for index in _top(partners, 0, len(tokens))):
        return None
    end = next((index for index in _top(partners, 0, len(tokens)) if texts[index] == ";"), len(tokens))
    groups = [index for index in _top(partners, 0, end) if texts[index] == "("]
    if not groups or not _only_annotations(tokens, partners, groups):
        return None
    named = [index for index in groups if index and _may_name(texts[index - 1])]
    after_a_type = [index for index in named if index > 1 and (is_word(texts[index - 2]) or texts[index - 2] == "*")]
    pointer = next((index for index in groups if texts[index + 1] == "*"), None)
    if pointer is not None and (found := _in_declarator(tokens, partners, pointer)):
        return found
    if found := _in_parentheses(tokens, partners, groups):
        return found
    # A macro without a semicolon may come before the header, and old-style parameters behind it.
    opening = after_a_type[-1] if after_a_type else named[0] if named else None
    return None if opening is None else _named(tokens, opening, partners[opening])


def header_before(tokens: Tokens) -> tuple[int, Tokens] | None:
    """Where the header begins that ends a run of tokens with directives, and the header by the first arm of every #if.

    None if what stands there is no header of a function.
    """
    start = declaration_start(tokens)
    header = first_arms(tokens.slice(start, len(tokens)))
    if "(" not in header.texts and (old := _old_style_start(tokens)) is not None:
        return old, first_arms(tokens.slice(old, len(tokens)))
    return (start, header) if "(" in header.texts else None


def first_arms(tokens: Tokens) -> Tokens:
    """Tokens without directives: of every #if its first arm, unless that is `#if 0`."""
    return joined(tokens.slice(start, end) for start, end in _first_arms(tokens))


def _first_arms(tokens: Tokens) -> Iterator[tuple[int, int]]:
    open_arms: list[bool] = []
    start = 0
    for index, text in enumerate(tokens.texts):
        if text[0] != "#":
            continue
        if all(open_arms):
            yield start, index
        start = index + 1
        match directive_word(text):
            case "if" | "ifdef" | "ifndef":
                open_arms.append(directive_rest(text) != "0")
            case "else" | "elif" | "elifdef" | "elifndef" if open_arms:
                open_arms[-1] = not open_arms[-1]
            case "endif" if open_arms:
                open_arms.pop()
    if all(open_arms):
        yield start, len(tokens)


def declaration_start(tokens: Tokens) -> int:
    """Where the declaration begins that a run of tokens with directives ends with; its length if there is none."""
    texts = tokens.texts
    index = len(texts) - 1
    while index >= 0:
        text = texts[index]
        if text in _ENDS_DECLARATION:
            return index + 1
        if text[0] == "#":
            opening = _opening_if(tokens, index) if directive_word(text) == "endif" else None
            if opening is None or not _ends_open(tokens, opening, index):
                return index + 1
            index = opening
        index -= 1
    return 0


def _opening_if(tokens: Tokens, endif: int) -> int | None:
    depth = 0
    for index in range(endif, -1, -1):
        if tokens.texts[index][0] == "#":
            word = directive_word(tokens.texts[index])
            depth += (word == "endif") - (word in {"if", "ifdef", "ifndef"})
            if depth == 0:
                return index
    return None


def _ends_open(tokens: Tokens, opening: int, endif: int) -> bool:
    """Whether an arm of a #if ends in the middle of a declaration, which then goes on behind it."""
    return any(
        tokens.texts[index][0] == "#"
        and directive_word(tokens.texts[index]) in CONDITIONALS
        and tokens.texts[index - 1][0] not in {";", "}", "#"}
        for index in range(opening + 1, endif + 1)
    )


def _old_style_start(tokens: Tokens) -> int | None:
    """Where `int f(a, b) int a; char *b;` begins, if that is what the tokens end with."""
    texts = tokens.texts
    if texts[-1:] != [";"]:
        return None
    for index in range(len(texts) - 1, -1, -1):
        text = texts[index]
        if text[0] in "#{}=":
            return None
        if text == ")" and is_word(texts[index + 1]):
            opening = next((i for i in range(index, -1, -1) if texts[i] == "("), -1)
            if opening < 1 or not _may_name(texts[opening - 1]) or texts[opening - 1] in _taking_arguments():
                return None
            return declaration_start(tokens.slice(0, opening))
    return None


def _top(partners: Mapping[int, int], start: int, end: int) -> Iterator[int]:
    index = start
    while index < end:
        yield index
        index = partners.get(index, index) + 1


def _may_name(text: str) -> bool:
    return is_word(text) and text not in KEYWORDS and text not in _taking_arguments()


def _only_annotations(tokens: Tokens, partners: Mapping[int, int], groups: list[int]) -> bool:
    """Whether nothing but words, and old-style declarations, stands behind the last parentheses."""
    rest = tokens.texts[partners[groups[-1]] + 1 :]
    return all(is_word(text) or text in {"*", ",", "[", "]", ";"} or text[0].isdigit() for text in rest) and (
        not rest or rest[-1] == ";" or not _TAGS.intersection(rest)
    )


def _in_declarator(tokens: Tokens, partners: Mapping[int, int], pointer: int) -> Header | None:
    """The function of `int (*name(parameters))(int)`."""
    inner = [index for index in _top(partners, pointer + 1, partners[pointer]) if tokens.texts[index] == "("]
    for opening in inner:
        if _may_name(tokens.texts[opening - 1]):
            name = tokens.texts[opening - 1]
            return Header(name, "", opening - 1, (opening + 1, partners[opening]))
    return None


def _in_parentheses(tokens: Tokens, partners: Mapping[int, int], groups: list[int]) -> Header | None:
    """The function of `int (name)(parameters)`, which no macro of that name can replace."""
    for first, second in pairwise(groups):
        if partners[first] == first + 2 and second == first + 3 and _may_name(tokens.texts[first + 1]):
            return Header(tokens.texts[first + 1], "", first + 1, (second + 1, partners[second]))
    return None


def _named(tokens: Tokens, opening: int, closing: int) -> Header:
    texts = tokens.texts
    name = texts[opening - 1]
    typed = any(is_word(text) and text not in _specifiers() and text[:2] != "__" for text in texts[: opening - 1])
    if name.isupper() and not typed and closing > opening + 1 and is_word(texts[opening + 1]):
        return Header(texts[opening + 1], name, opening + 1, (opening + 1, closing))
    return Header(name, "", opening - 1, (opening + 1, closing))
