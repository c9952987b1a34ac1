"""Workflow commands that a GitHub runner turns into annotations."""

from __future__ import annotations

from collections.abc import Iterator

from gen.diagnostics.diagnostic import Diagnostic, Severity
from gen.diagnostics.printers import Report
from gen.diagnostics.printers.text import visible

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def chunks(report: Report) -> Iterator[str]:
    """One `::error ...` line a finding."""
    for found in report.findings:
        yield _command(found) + "\n"


def _command(found: Diagnostic) -> str:
    span = found.span
    properties = {
        "file": span.file,
        "line": span.line,
        "endLine": span.end_line,
        "title": found.rule,
    }
    if span.line == span.end_line:  # the runner drops columns of a multi-line annotation
        properties |= {"col": span.column, "endColumn": span.end_column}
    listed = ",".join(f"{key}={_escaped(str(value), ',:')}" for key, value in properties.items())
    text = f"{found.statement}\n{found.hint}" if found.hint else found.statement
    return f"::{_COMMANDS[found.severity]} {listed}::{_escaped(text)}"


def _escaped(text: str, more: str = "") -> str:
    text = "\n".join(map(visible, text.split("\n")))  # a log is shown by a terminal in the end
    for char in "%\n" + more:
        text = text.replace(char, f"%{ord(char):02X}")
    return text
