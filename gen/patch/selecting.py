"""One `select` more in a Kconfig file, where that file's order wants it."""

from __future__ import annotations

import re

from gen.kernel.expression import shown
from gen.kernel.kconfig import Kconfig, Select
from gen.patch.refusals import Refusal


def with_select(text: str, kconfig: Kconfig, beside: Select, symbol: str) -> tuple[str, int] | Refusal:
    """The text of a Kconfig file with a select of `symbol` in the list that has `beside`, and the new line's number.

    It gets the condition of `beside`. In a sorted list it goes where it belongs, in others behind `beside`.
    """
    file = beside.span.file
    selects = kconfig.select_list(beside.by)
    if selects is None or any(each.span.file != file for each in selects.selects):
        return Refusal(file, beside.span.line, beside.span.column, f"the selects of {beside.by} are not one list")
    before = selects.predecessor(symbol, beside.symbol)
    lines = text.split("\n")
    at = before.statement.end_line if before else selects.selects[0].statement.line - 1
    model = lines[(before or selects.selects[0]).statement.line - 1]
    match = re.match(r"(\s*)select\b", model)
    if match is None:
        return Refusal(file, at, 1, "no `select` begins this line")
    condition = f" if {shown(beside.own.expression)}" if beside.own else ""
    ending = "\r" if model.endswith("\r") else ""
    lines.insert(at, f"{match[1]}select {symbol}{condition}{ending}")
    return "\n".join(lines), at + 1
