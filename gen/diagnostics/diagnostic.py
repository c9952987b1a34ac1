"""What is said to the user, as facts without a format."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How bad a finding is; a larger number is worse."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The severity as users read it: `note`, `warning` or `error`."""
        return self.name.lower()


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of one file: from `line`:`column` up to, not including, `end_line`:`end_column`.

    Lines and columns count from 1; columns are code points. A span of a whole file is line 1, column 1, empty.
    """

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1

    @classmethod
    def of_line(cls, file: str, line: int, text: str) -> Span:
        """The visible part of line number `line`, whose text is `text`."""
        start = len(text) - len(text.lstrip()) + 1
        return cls(file, line, start, line, max(len(text.rstrip()) + 1, start))

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Related:
    """A second place that the finding is about, and what it has to do with it."""

    span: Span
    message: str


@dataclass(frozen=True)
class Diagnostic:
    """One finding: the rule that was broken, where, what is wrong and what to write instead.

    `flow` is the way there, step by step, where the finding is about a run and not about a place alone. `condition`
    says in which configurations it holds, as `CONFIG_A && !CONFIG_B`; nothing means in all of them.
    """

    rule: str
    severity: Severity
    span: Span
    message: str
    hint: str = ""
    related: tuple[Related, ...] = ()
    function: str = ""
    flow: tuple[Related, ...] = ()
    condition: str = ""

    @property
    def statement(self) -> str:
        """The message with the condition, for formats that have one text."""
        return f"{self.message}, with {self.condition}" if self.condition else self.message

    def sort_key(self) -> tuple[Span, str, str]:
        """Findings are shown by place, then by rule, whatever order they were found in."""
        return (self.span, self.rule, self.message)
