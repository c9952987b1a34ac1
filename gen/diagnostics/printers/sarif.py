"""SARIF 2.1.0 (OASIS), for code-scanning dashboards and editors."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from gen import __version__
from gen.diagnostics.diagnostic import Related, Span
from gen.diagnostics.fingerprint import fingerprints
from gen.diagnostics.printers import Report
from gen.diagnostics.rule import RULES


def chunks(report: Report) -> Iterator[str]:
    """One log with one run; the rules that spoke are described in it."""
    spoke = sorted({found.rule for found in report.findings})
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "gen", "version": __version__, "rules": [_described(r) for r in spoke]}},
                "columnKind": "unicodeCodePoints",
                "results": list(_results(report, spoke)),
            }
        ],
    }
    yield json.dumps(log, indent=2) + "\n"


def _described(rule_id: str) -> dict[str, Any]:
    known = RULES.get(rule_id)
    if known is None:
        return {"id": rule_id}
    return {
        "id": rule_id,
        "shortDescription": {"text": known.summary},
        "fullDescription": {"text": known.text or known.summary},
        "defaultConfiguration": {"level": known.severity.word},
    }


def _results(report: Report, spoke: Sequence[str]) -> Iterator[dict[str, Any]]:
    marks = fingerprints(report.findings, report.source, report.lasting)
    for found, stable in zip(report.findings, marks, strict=True):
        result = {
            "ruleId": found.rule,
            "ruleIndex": spoke.index(found.rule),
            "level": found.severity.word,
            "message": {"text": f"{found.statement}\n{found.hint}" if found.hint else found.statement},
            "locations": [{"physicalLocation": _physical(found.span)}],
            "relatedLocations": [_location(related) for related in found.related],
            "partialFingerprints": {"genLine/v1": stable},
        }
        if found.flow:
            steps = [{"location": _location(step)} for step in found.flow]
            result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
        yield result


def _location(related: Related) -> dict[str, Any]:
    return {"physicalLocation": _physical(related.span), "message": {"text": related.message}}


def _physical(span: Span) -> dict[str, Any]:
    return {
        "artifactLocation": {"uri": quote(os.fsencode(span.file))},
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        },
    }
