"""#if lines between which nothing is left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gen.csource.tokens import CONDITIONALS, directive_rest, directive_word
from gen.patch.edits import Draft, Why, has_comment

_OPPOSITE = {"ifdef": "ifndef", "ifndef": "ifdef"}
_PLAIN = re.compile(r"\w+(?:\s*\([^()]*\))?")
_NEGATED = re.compile(rf"!{_PLAIN.pattern}")


@dataclass(frozen=True, slots=True)
class _Group:
    """An #if with its #else and #endif: the numbers of these tokens."""

    lines: tuple[int, ...]


def drop_empty_conditionals(draft: Draft) -> None:
    """Takes away #if lines that had only what goes between them; an #else alone becomes the #if."""
    for group in _groups(draft):
        arms = list(zip(group.lines, group.lines[1:], strict=False))
        empty = [_is_empty(draft, first, last) for first, last in arms]
        lost = [_lost_something(draft, first, last) for first, last in arms]
        if not any(one and other for one, other in zip(empty, lost, strict=True)):
            continue
        if all(empty):
            _drop(draft, *group.lines)
        elif empty[-1] and lost[-1] and directive_word(draft.tokens.texts[group.lines[-2]]) == "else":
            _drop(draft, group.lines[-2])
        elif empty[0] and directive_word(draft.tokens.texts[group.lines[1]]) == "else" and _turn(draft, group.lines[0]):
            _drop(draft, group.lines[1])


def _groups(draft: Draft) -> Iterator[_Group]:
    """Every #if, those inside of another one first."""
    waiting: list[list[int]] = []
    for index, text in enumerate(draft.tokens.texts):
        word = directive_word(text) if text[0] == "#" else ""
        if word not in CONDITIONALS:
            continue
        if word in {"if", "ifdef", "ifndef"}:
            waiting.append([index])
        elif waiting:
            waiting[-1].append(index)
            if word == "endif":
                yield _Group(tuple(waiting.pop()))


def _is_empty(draft: Draft, first: int, last: int) -> bool:
    inner = range(first + 1, last)
    if any(draft.tokens.offsets[index] not in draft.gone for index in inner):
        return False
    return not any(has_comment(draft.gap(index)) for index in range(first + 1, last + 1))


def _lost_something(draft: Draft, first: int, last: int) -> bool:
    return any(draft.tokens.offsets[index] in draft.gone for index in range(first + 1, last))


def _drop(draft: Draft, *lines: int) -> None:
    draft.drop((draft.tokens.offsets[index] for index in lines), Why.CONDITIONAL)


def _turn(draft: Draft, index: int) -> bool:
    """Makes an #if ask the opposite, unless a comment or a line end inside of it makes that hard to read."""
    offset, text = draft.tokens.offsets[index], draft.tokens.texts[index]
    word, asked = directive_word(text), directive_rest(text)
    start = offset + text.index(word)
    end = offset + len(text.rstrip())
    if word in _OPPOSITE:
        draft.replace(start, start + len(word), _OPPOSITE[word], Why.CONDITIONAL)
    elif has_comment(text) or "\n" in text:
        return False
    else:
        negated = asked[1:] if _NEGATED.fullmatch(asked) else f"!{asked}" if _PLAIN.fullmatch(asked) else f"!({asked})"
        draft.replace(start, end, f"{word} {negated}", Why.CONDITIONAL)
    return True
