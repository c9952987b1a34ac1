"""The tables in Documentation/features: which architecture says that it has a feature, and in which line.

Source: Documentation/features/arch-support.txt describes them, Documentation/features/scripts/features-refresh.sh
writes them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gen.diagnostics import Span
from gen.kernel.tree import NotUnderstood

CONTEXT_TRACKING = "Documentation/features/time/context-tracking/arch-support.txt"
STATUSES = frozenset({"ok", "TODO", "N/A", ".."})
"""What a status may be: there, missing, of no use there, and impossible on that hardware."""


@dataclass(frozen=True)
class Support:
    """One row: `status` as it is written, be it one of STATUSES or not, and where it is written."""

    arch: str
    status: str
    span: Span


@dataclass(frozen=True)
class Features:
    """One table. `name`, `kconfig` and `description` are the comment's; `kconfig` may be more than a symbol."""

    name: str
    kconfig: str
    description: str
    rows: Mapping[str, Support]
    not_understood: tuple[NotUnderstood, ...]


_COMMENT = re.compile(r"#\s*(?:(Feature name|Kconfig|description):\s*(.*?)\s*)?$")
_ROW = re.compile(r"\s*\|\s*([\w-]+):\s*\|\s*([^|]*?)\s*\|\s*$", re.ASCII)
_DECORATION = re.compile(r"\s*(?:-+|\|\s*arch\s*\|\s*status\s*\|)?\s*$")
MOST_PROBLEMS = 100


def read_features(file: str, content: bytes) -> Features:
    """The table of an arch-support.txt. An architecture counts the first time; lines that are no row are reported."""
    said: dict[str, str] = {}
    rows: dict[str, Support] = {}
    problems = []
    for number, line in enumerate(content.decode("utf-8", "surrogateescape").split("\n"), 1):
        if row := _ROW.match(line):
            span = Span(file, number, row.start(2) + 1, number, row.end(2) + 1)
            if row[1] not in rows:
                rows[row[1]] = Support(row[1], row[2], span)
                continue
            problems.append(NotUnderstood(span, f"a second row for {row[1]}; the first counts"))
        elif line.startswith("#"):
            if (comment := _COMMENT.match(line)) and comment[1]:
                said.setdefault(comment[1], comment[2])
        elif not _DECORATION.match(line):
            problems.append(NotUnderstood(Span.of_line(file, number, line), "no row of a features table"))
    name, kconfig, description = (said.get(key, "") for key in ("Feature name", "Kconfig", "description"))
    return Features(name, kconfig, description, rows, tuple(problems[:MOST_PROBLEMS]))
