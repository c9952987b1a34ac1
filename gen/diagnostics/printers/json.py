"""JSON, version 1: the format for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from gen.diagnostics.diagnostic import Diagnostic, Related, Severity, Span
from gen.diagnostics.printers import Report


def chunks(report: Report) -> Iterator[str]:
    """One document: `version`, `findings`, `summary`, and what the verb adds."""
    counts = {level.word: sum(found.severity is level for found in report.findings) for level in Severity}
    document = {
        "version": 1,
        "findings": [_finding(found) for found in report.findings],
        "summary": {"findings": len(report.findings), **counts},
        **report.data,
    }
    yield json.dumps(document, indent=2, sort_keys=False) + "\n"


def _place(span: Span) -> dict[str, Any]:
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _related(related: Related) -> dict[str, Any]:
    return {**_place(related.span), "message": related.message}


def _finding(found: Diagnostic) -> dict[str, Any]:
    return {
        "rule": found.rule,
        "severity": found.severity.word,
        **_place(found.span),
        "function": found.function,
        "condition": found.condition,
        "message": found.message,
        "hint": found.hint,
        "related": [_related(related) for related in found.related],
        "flow": [_related(step) for step in found.flow],
    }
