"""What a branch of C asks, without what only turns it round or hints."""

from __future__ import annotations

import re

_HINTED = re.compile(r"(?:un)?likely\((.*)\)\Z", re.DOTALL)


def bare(text: str) -> str:
    """A text without parentheses around all of it, and without casts to void."""
    text = text.strip()
    while text.startswith("(") and text.endswith(")") and is_one_group(text):
        text = text[1:-1].strip()
    return text


def is_one_group(text: str) -> bool:
    """Whether the parenthesis that a text begins with closes at its end."""
    depth = 0
    for index, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return index == len(text) - 1
    return False


def question(text: str) -> tuple[str, bool]:
    """A question without what turns it round or only hints, and whether it was turned round."""
    turned = False
    while True:
        text = bare(text)
        if (match := _HINTED.match(text)) and is_one_group(text[text.index("(") :]):
            text = match[1]
            continue
        if text.startswith("!") and not text.startswith("!=") and _is_one_operand(text[1:]):
            text, turned = text[1:], not turned
            continue
        return text, turned


def _is_one_operand(text: str) -> bool:
    return re.fullmatch(r"\s*(?:\w|->|\.)*\s*(\(.*\))?\s*", text) is not None and (
        "(" not in text or is_one_group(text[text.index("(") :].strip())
    )


def opposite(label: str) -> str:
    """The answer to a question that was turned round."""
    return {"true": "false", "false": "true"}.get(label, label)
