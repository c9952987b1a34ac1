"""One line a finding, as compilers write them: `file:line:col: severity: message [rule]`."""

from __future__ import annotations

from collections.abc import Iterator

from gen.diagnostics.printers import Report
from gen.diagnostics.printers.text import visible


def chunks(report: Report) -> Iterator[str]:
    """One line a finding, its hint after a semicolon."""
    for found in report.findings:
        hint = f"; {found.hint}" if found.hint else ""
        yield visible(f"{found.span}: {found.severity.word}: {found.statement}{hint} [{found.rule}]") + "\n"
    if report.closing:
        yield report.closing + "\n"
