"""What `gen verify --tree` says of one architecture, as objects and as data that JSON can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from gen.diagnostics import Diagnostic
from gen.lint.linted import diagnostic_of


@dataclass(frozen=True)
class Said:
    """The findings, what a terminal is told after them, the verdict as data, and SVG by the names of its files.

    `trouble` is why there is no verdict; empty if there is one.
    """

    findings: tuple[Diagnostic, ...] = ()
    closing: tuple[str, ...] = ()
    verdict: Mapping[str, Any] = field(default_factory=dict)
    pictures: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""

    def data(self) -> dict[str, Any]:
        """All of it, for JSON."""
        return asdict(self)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Said:
        """What data() gave. TypeError, KeyError or ValueError if it is something else."""
        findings = tuple(map(diagnostic_of, data["findings"]))
        return cls(
            findings, tuple(data["closing"]), dict(data["verdict"]), dict(data["pictures"]), str(data["trouble"])
        )
