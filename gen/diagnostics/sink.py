"""Collects the findings of a run, and decides which of them count."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from gen.diagnostics.diagnostic import Diagnostic, Severity


@dataclass
class Sink:
    """Every finding of a run, each once.

    `select` and `ignore` are rule ids. They choose among warnings and notes only: a spec with an error in it cannot be
    rendered, so an error cannot be wished away. Errors in somebody else's code can, with `hides_errors`.
    `order` says what a file is put in order by, if not by the name that it is shown by. Of more errors than `most`
    the rest is `left_out`, a number.
    """

    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    hides_errors: bool = False
    order: Callable[[str], str] = str
    most: int | None = None
    left_out: int = 0
    _errors: int = 0
    _found: dict[Diagnostic, None] = field(default_factory=dict)

    def add(self, *found: Diagnostic) -> None:
        """Keep each finding, unless the user asked not to see its rule."""
        for diagnostic in found:
            if not self._wanted(diagnostic):
                continue
            is_error = diagnostic.severity is Severity.ERROR and diagnostic not in self._found
            if is_error and self._errors == self.most:
                self.left_out += 1
                continue
            self._errors += is_error
            self._found[diagnostic] = None

    def extend(self, found: Iterable[Diagnostic]) -> None:
        """Keep every finding of an iterable."""
        self.add(*found)

    def _wanted(self, diagnostic: Diagnostic) -> bool:
        if diagnostic.severity is Severity.ERROR and not self.hides_errors:
            return True
        if diagnostic.rule in self.ignore:
            return False
        return not self.select or diagnostic.rule in self.select

    @property
    def findings(self) -> list[Diagnostic]:
        """All findings in the order in which they are shown: by file, line, column, rule."""
        return sorted(self._found, key=lambda each: (self.order(each.span.file), each.sort_key()))

    def count(self, severity: Severity) -> int:
        """How many findings have exactly this severity."""
        return sum(found.severity is severity for found in self._found)

    @property
    def failed(self) -> bool:
        """Whether there is an error among the findings."""
        return self.count(Severity.ERROR) > 0
