"""Braces that have one statement left between them because of the removal."""

from __future__ import annotations

from collections.abc import Iterator

from gen.csource.statements import Expression, If, Jump, Loop
from gen.patch.bodies import Arm, FunctionCode, View
from gen.patch.edits import Draft, Why, end_of


def drop_braces(draft: Draft, code: FunctionCode) -> None:
    """Takes them away where kernel style has none: every arm is one simple statement on a line of its own."""
    found = [frozenset(_superfluous(draft, view)) for view in code.views]
    reduced = frozenset(brace for each in found for brace, touched in each if touched)
    everywhere = [frozenset(brace for brace, _ in each) for each in found]
    for brace in sorted(reduced):
        if all(
            brace not in view.offsets or brace in braces for view, braces in zip(code.views, everywhere, strict=True)
        ):
            draft.drop([brace], Why.BRACES)


def _superfluous(draft: Draft, view: View) -> Iterator[tuple[int, bool]]:
    """The braces that a view does not need, and whether the draft has made it so."""
    for body, _ in view.bodies():
        for statement in body:
            if isinstance(statement, If | Loop) and getattr(statement, "word", "") != "do":
                arms = [each for each in view.arms(statement) if not draft.has_gone(each.head)]
                if arms and all(_is_simple(draft, view, arm) for arm in arms):
                    touched = any(_lost_something(draft, view, arm) for arm in arms)
                    for arm in (each for each in arms if each.braces):
                        for index in (arm.whole.start, arm.whole.end - 1):
                            yield view.tokens.offsets[index], touched


def _lost_something(draft: Draft, view: View, arm: Arm) -> bool:
    return any(draft.has_gone(view.extent(each)) for each in arm.body)


def _is_simple(draft: Draft, view: View, arm: Arm) -> bool:
    """Whether an arm does one thing on one line, with its head and its braces on lines as kernel style has them."""
    left = [each for each in arm.body if not draft.has_gone(view.extent(each))]
    if len(left) != 1 or not isinstance(left[0], Expression | Jump):
        return False
    tokens = view.tokens
    statement = view.extent(left[0])
    first, last = tokens.offsets[statement.start], end_of(tokens, statement.end - 1)
    if "\n" in draft.text[first:last] or not arm.braces:
        return not arm.braces
    head, opening = tokens.offsets[arm.head.start], tokens.offsets[arm.whole.start]
    closing = tokens.offsets[arm.whole.end - 1]
    line = draft.text[draft.text.rfind("\n", 0, closing) + 1 : closing]
    return (
        "\n" not in draft.text[head : opening + 1]
        and draft.gap(draft.number[opening] + 1).lstrip(" \t\r").startswith("\n")
        and not line.strip()
        and not draft.comment_between(head, closing)
        and all(not tokens_text.startswith("#") for tokens_text in _staying(draft, opening, closing))
    )


def _staying(draft: Draft, opening: int, closing: int) -> Iterator[str]:
    for index in range(draft.number[opening], draft.number[closing]):
        if draft.tokens.offsets[index] not in draft.gone:
            yield draft.tokens.texts[index]
