"""Selects more in a Kconfig file, where that file's order wants them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gen.kernel.kconfig import SelectList
from gen.patch.refusals import Refusal


@dataclass(frozen=True)
class Wanted:
    """A symbol to be selected, under a condition if there is one; `beside` is a select that it belongs to."""

    symbol: str
    condition: str = ""
    beside: str = ""


def with_selects(text: str, selects: SelectList, wanted: Sequence[Wanted]) -> tuple[str, int] | Refusal:
    """The text of a Kconfig file with more selects in a list of it, and the first new line's number before the change.

    In a sorted list each goes where it belongs, in others behind the select that it belongs to, or to the end.
    """
    first = selects.selects[0]
    file = first.span.file
    if any(each.span.file != file for each in selects.selects):
        return Refusal(file, first.span.line, 1, f"the selects of {first.by} are in several files")
    lines = text.split("\n")
    additions: dict[int, list[str]] = {}
    for each in wanted:
        before = selects.predecessor(each.symbol, each.beside)
        model = lines[(before or first).statement.line - 1]
        match = re.match(r"(\s*)(?:select|imply)\b", model)
        if match is None:
            return Refusal(file, (before or first).statement.line, 1, "no `select` or `imply` begins this line")
        condition = f" if {each.condition}" if each.condition else ""
        at = before.statement.end_line if before else first.statement.line - 1
        ending = "\r" if model.endswith("\r") else ""
        additions.setdefault(at, []).append(f"{match[1]}select {each.symbol}{condition}{ending}")
    for at in sorted(additions, reverse=True):
        lines[at:at] = additions[at]
    return "\n".join(lines), min(additions) + 1
