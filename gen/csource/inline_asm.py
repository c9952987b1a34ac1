"""Inline assembly in C: the instructions of its templates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gen.csource.statements import ASM_QUALIFIERS, ASM_WORDS
from gen.csource.tokens import Tokens, is_word

_LABEL = re.compile(r"^[\w.%=$]+:(?!:)\s*")
_STRING = re.compile(r'^\w*"(.*)"$', re.DOTALL)
_ESCAPES = {r"\n": "\n", r"\t": " ", r"\"": '"', "%%": "%"}


def templates(tokens: Tokens) -> Iterator[Tokens]:
    """The template of each asm statement in some C: what stands in its parentheses before the first colon."""
    partners, _ = tokens.partners()
    for index, text in enumerate(tokens.texts):
        if text not in ASM_WORDS:
            continue
        opening = index + 1
        while opening < len(tokens) and tokens.texts[opening] in ASM_QUALIFIERS:
            opening += 1
        if opening in partners:
            yield tokens.slice(opening + 1, _end(tokens, opening + 1, partners[opening], partners))


def _end(tokens: Tokens, start: int, end: int, partners: dict[int, int]) -> int:
    """Where the template ends: at a colon that is in no further parentheses, or at the end."""
    index = start
    while index < end and tokens.texts[index] not in {":", "::"}:
        index = partners.get(index, index) + 1
    return index


def instructions(template: Tokens) -> tuple[str, ...]:
    """The instructions of a template, without labels, with single blanks; a macro in it is one, by its name.

    Strings beside each other are one text. In the parentheses of a macro each argument is a text of its own.
    """
    pieces: list[str] = []
    for text in template.texts:
        if string := _STRING.match(text):
            pieces.append(re.sub(r'\\[nt"]|%%', lambda found: _ESCAPES[found[0]], string[1]))
        elif is_word(text):
            pieces.append(f"\n{text}\n")
        else:
            pieces.append("\n")
    lines = (" ".join(line.split()) for line in re.split(r"[\n;]", "".join(pieces)))
    return tuple(line for each in lines if (line := _without_labels(each)))


def _without_labels(line: str) -> str:
    while found := _LABEL.match(line):
        line = line[found.end() :]
    return line
