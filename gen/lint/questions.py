"""Text of C expressions: what a branch asks, without what only turns it round or hints, and casts and parentheses."""

from __future__ import annotations

import re

WORDS = re.compile(r"[A-Za-z_]\w*")
NAME = re.compile(r"[A-Za-z_]\w*\Z")
CONSTANT = re.compile(r"[A-Z][A-Z0-9_]*\Z|[-(]?\s*\d\w*\)?\Z|true\Z|false\Z")

_HINTED = re.compile(r"(?:un)?likely\((.*)\)\Z", re.DOTALL)
_CAST = re.compile(
    r"\(\s*(?:(?:enum|struct|union)\s+\w+|(?:un)?signed(?:\s+\w+)?|void|bool|int|long|char|\w+_t|[us]\d+)[\s*]*\)\s*"
)
_COMPARED = re.compile(r"(\w+)\s*(==|!=)\s*(\w+)\Z")
_SIGN = re.compile(r"->|<<=?|>>=?|&&|\|\||[=!<>]=|\+\+|--|[-+*/%&|^]=|[<>?,=&|^()\[\]{}]")
_MIRRORED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_OPPOSED = {"!=": "==", "<=": ">", "<": ">="}
_TIGHTER = frozenset({"->", "<<", ">>", "++", "--"})
"""Signs that leave a comparison one: they bind tighter than it."""

_NOTHING = frozenset({"0", "NULL", "false"})
_NUMBERS = {"true": "1", "false": "0"}


def bare(text: str) -> str:
    """A text without parentheses around all of it, and without casts."""
    text = text.strip()
    while True:
        if text.startswith("(") and is_one_group(text):
            text = text[1:-1].strip()
        elif match := _CAST.match(text):
            text = text[match.end() :]
        else:
            return text


def is_one_group(text: str) -> bool:
    """Whether the parenthesis that a text begins with closes at its end."""
    depth = 0
    for index, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return index == len(text) - 1
    return False


def parts(text: str, sign: str) -> list[str]:
    """A text split at a sign outside of brackets."""
    found, depth, start = [], 0, 0
    for index, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if depth == 0 and index >= start and text.startswith(sign, index):
            found.append(text[start:index])
            start = index + len(sign)
    return [*found, text[start:]]


def question(text: str) -> tuple[str, bool]:
    """A question without what turns it round or only hints, and whether it was turned round.

    Comparisons have one form each: `0 == n` is `n` turned round, `3 >= n` is `n > 3` turned round.
    """
    turned = False
    while True:
        text = bare(text)
        if compared := _comparison(text):
            left, sign, right = compared
            if right in _NOTHING and sign in {"==", "!="}:
                text, turned = left, turned != (sign == "==")
                continue
            return f"{left} {_OPPOSED.get(sign, sign)} {right}", turned != (sign in _OPPOSED)
        if (match := _HINTED.match(text)) and is_one_group(text[text.index("(") :]):
            text = match[1]
        elif text.startswith("!") and _is_one_operand(text[1:]):
            text, turned = text[1:], not turned
        else:
            return text, turned


def _comparison(text: str) -> tuple[str, str, str] | None:
    """The sides of a comparison and its sign, a constant on the right; None for anything else."""
    depth, found = 0, list[re.Match[str]]()
    for match in _SIGN.finditer(text):
        sign = match[0]
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0 and sign not in _TIGHTER and sign not in ")]}":
            found.append(match)
    if len(found) != 1 or (sign := found[0][0]) not in _MIRRORED:
        return None
    left, right = bare(text[: found[0].start()]), bare(text[found[0].end() :])
    if bool(CONSTANT.match(right)) < bool(CONSTANT.match(left)) or (not CONSTANT.match(right) and right < left):
        left, sign, right = right, _MIRRORED[sign], left
    return (left, sign, right) if left and right else None


def _is_one_operand(text: str) -> bool:
    return re.fullmatch(r"\s*[\w.>-]*\s*(\(.*\))?\s*", text, re.DOTALL) is not None and (
        "(" not in text or is_one_group(text[text.index("(") :].strip())
    )


def opposite(label: str) -> str:
    """The answer to a question that was turned round."""
    return {"true": "false", "false": "true"}.get(label, label)


def asked_about(text: str) -> str:
    """The name that a question asks about, alone or compared with a constant; nothing if it asks something else."""
    if NAME.match(text):
        return text
    match = _COMPARED.match(text)
    return match[1] if match and CONSTANT.match(match[3]) else ""


def answer_for(text: str, value: str) -> str | None:
    """The answer to a question about a name whose value is a constant; None if that does not say."""
    value = _NUMBERS.get(value, value)
    if NAME.match(text):
        return ("false" if int(value) == 0 else "true") if value.isdecimal() else None
    match = _COMPARED.match(text)
    if match is None:
        return None
    other = _NUMBERS.get(match[3], match[3])
    if value.isdecimal() != other.isdecimal():
        return None  # what a name in capitals stands for is not known
    return "true" if (value == other) == (match[2] == "==") else "false"


def answers_where(text: str, word: str, *, ran: bool) -> tuple[str, ...]:
    """The answers that a condition may have where the operand with a word, right of `&&` or `||`, ran or did not."""
    text, turned = question(text)
    for sign, answer in (("||", "true"), ("&&", "false")):
        operands = parts(text, sign)
        if len(operands) < 2:
            continue
        mentioning = [each for each in operands if word in WORDS.findall(each)]
        if not mentioning or operands[0] in mentioning or any(_has_choice(each) for each in mentioning):
            break
        if ran:
            # `a && (f(), true)` is true where f() has run.
            last = parts(bare(operands[-1]), ",")[-1].strip()
            answer = {"true": "true", "1": "true", "false": "false", "0": "false"}.get(last, "")
        if not answer or (ran and operands[-1] not in mentioning):
            break
        return (opposite(answer) if turned else answer,)
    return ("true", "false")


def _has_choice(text: str) -> bool:
    return any(sign in text for sign in ("&&", "||", "?"))
