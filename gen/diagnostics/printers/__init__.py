"""Formats: each is one function from a `Report` to chunks of text, and one row in `PRINTERS`.

A printer is imported only when its format is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, cast

from gen.diagnostics.diagnostic import Diagnostic

FORMATS = ("human", "short", "json", "sarif", "github")


@dataclass(frozen=True)
class Report:
    """All that a run has to say.

    `source` gives the lines of a file by its name, or nothing where they are not at hand. `closing` is the sentence a
    person reads last. `data` is merged into the JSON document (`gen verify` adds its verdicts there). `lasting` is what
    a file is called in what outlives the working directory.
    """

    findings: Sequence[Diagnostic]
    source: Callable[[str], Sequence[str]]
    closing: str = ""
    colour: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
    lasting: Callable[[str], str] = str


Printer = Callable[[Report], Iterator[str]]


def printer(name: str) -> Printer:
    """The printer of a format in `FORMATS`: it yields one chunk a finding, or one document."""
    return cast(Printer, import_module(f"{__name__}.{name}").chunks)


def counted(number: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
