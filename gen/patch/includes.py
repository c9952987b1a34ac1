"""The #include of context_tracking.h, and whether anything of that header is still used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from gen.csource.headers import KEYWORDS, first_arms, read_header
from gen.csource.outline import read_outline
from gen.csource.tokens import Source, Tokens, is_word, tokenize, words_in
from gen.patch.edits import Draft, Why

_INCLUDE = re.compile(r"#\s*include\s*<linux/context_tracking\.h>")
_WORD = re.compile(r"[^\W\d]\w*")


def provided_names(header: str) -> frozenset[str]:
    """What a header defines or declares: functions, macros, tags and enumerators, in any arm of an #if."""
    outline = read_outline(Source(header))
    names = {function.name for function in outline.functions} | {macro.name for macro in outline.macros}
    return frozenset(names.union(*map(_declared, _declarations(tokenize(header)))))


def _declarations(tokens: Tokens) -> Iterator[Tokens]:
    start = depth = 0
    for index, text in enumerate(tokens.texts):
        depth += (text in {"{", "("}) - (text in {"}", ")"})
        if text[0] == "#" or (depth == 0 and text in {";", "}"} and tokens.texts[index + 1 : index + 2] != [";"]):
            if depth == 0 and start < index:
                yield tokens.slice(start, index)
            start = index + 1 if depth == 0 else start


def _declared(declaration: Tokens) -> Iterator[str]:
    texts = declaration.texts
    header = read_header(first_arms(declaration))
    if header and header.name not in KEYWORDS:
        yield header.name
    elif texts[0] in {"enum", "struct", "union"} and len(texts) > 1 and is_word(texts[1]):
        yield texts[1]
        if texts[0] == "enum":
            yield from (text for before, text in pairwise(texts) if before in {"{", ","} and is_word(text))
    elif texts[:1] == ["extern"]:
        yield from (text for text in words_in(texts) if text not in KEYWORDS)


def drop_include(draft: Draft, headers: Iterable[str]) -> None:
    """Takes the #include away if the file uses none of the names that the headers provide."""
    names = frozenset[str]().union(*map(provided_names, headers))
    lines = [offset for offset, text in _staying(draft) if _INCLUDE.match(text)]
    if not names or not lines:
        return
    for offset, text in _staying(draft):
        if offset not in lines and not names.isdisjoint(_WORD.findall(text)) and text[0] not in "\"'":
            return
    draft.drop(lines, Why.INCLUDE)


def _staying(draft: Draft) -> Iterator[tuple[int, str]]:
    return (
        (offset, text)
        for offset, text in zip(draft.tokens.offsets, draft.tokens.texts, strict=True)
        if offset not in draft.gone
    )
