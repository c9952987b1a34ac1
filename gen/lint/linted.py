"""What linting a part of a tree gives, as objects and as data that JSON can hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from gen.diagnostics import Diagnostic, Related, Severity, Span


@dataclass(frozen=True)
class PathOutcome:
    """What came of reading one entry path back from C: its architecture and name, and why if it was not rebuilt.

    `ground` is what the knowledge of it rests on, as gen.lint.share has it.
    """

    arch: str
    path: str
    outcome: str
    reason: str
    ground: str


@dataclass(frozen=True)
class Linted:
    """What was found in a part of a tree; files are named from the top of the tree."""

    findings: tuple[Diagnostic, ...]
    outcomes: tuple[PathOutcome, ...] = ()

    def data(self) -> dict[str, Any]:
        """All of it, for JSON."""
        return asdict(self)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Linted:
        """What data() gave. TypeError, KeyError or ValueError if it is something else."""
        return cls(tuple(map(diagnostic_of, data["findings"])), tuple(PathOutcome(**each) for each in data["outcomes"]))


def diagnostic_of(data: Mapping[str, Any]) -> Diagnostic:
    """A finding from what asdict() gave of it. TypeError, KeyError or ValueError if it is something else."""
    parts = {
        "severity": Severity(data["severity"]),
        "span": Span(**data["span"]),
        "related": _places(data["related"]),
        "flow": _places(data["flow"]),
    }
    return Diagnostic(**{**data, **parts})


def _places(data: Sequence[Mapping[str, Any]]) -> tuple[Related, ...]:
    return tuple(Related(Span(**each["span"]), each["message"]) for each in data)
