"""One run of one verb: what the user asked for, what is said in answer, and how it reaches the user."""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gen.diagnostics.printers import Report, printer
from gen.diagnostics.printers.text import visible
from gen.diagnostics.sink import Sink

if TYPE_CHECKING:
    from gen.model.release import Release

CLEAN, FINDINGS, BAD_INPUT, NO_MATCH, CANNOT_TELL, INTERNAL = 0, 1, 2, 3, 4, 70
OUTPUT_LOST, INTERRUPTED, BROKEN_PIPE = 74, 130, 141


@dataclass
class Run:
    """One run of one verb: what the user asked for, and all that is said in answer."""

    options: argparse.Namespace
    sink: Sink
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    closing: list[str] = field(default_factory=list)
    proofs: dict[str, list[str]] = field(default_factory=dict)
    met: set[Release] = field(default_factory=set)
    lasting: Callable[[str], str] = str

    @property
    def format(self) -> str:
        """The format that was asked for, or the one that suits standard output."""
        return str(self.options.format or ("human" if sys.stdout.isatty() else "short"))

    def meets(self, release: Release) -> None:
        """Says, once, that a release is newer than the facts of gen, so that the newest of them are taken for it."""
        from gen.model.release import newest

        if release > newest() and release not in self.met and not self.options.quiet:
            complain(f"gen: Linux {release} is newer than the facts of gen; it is taken to be like {newest()}")
        self.met.add(release)

    def report(self) -> None:
        """Prints the findings and the closing sentences in the format that was asked for."""
        chosen = self.format
        closing = [] if self.options.quiet else self.closing
        report = Report(
            findings=self.sink.findings,
            source=self.source,
            closing="\n".join(closing),
            colour=chosen == "human" and _wants_colour(self.options.color),
            data=self.data,
            lasting=self.lasting,
        )
        for chunk in printer(chosen)(report):
            write_out(chunk)

    def source(self, file: str) -> tuple[str, ...]:
        """The lines of a file that a finding is about; none if it cannot be read."""
        if file not in self.texts:
            from gen.kernel.tree import LARGEST_READ, read_bytes

            content = read_bytes(file, LARGEST_READ)
            text = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
            self.texts[file] = tuple(text.split("\n"))
        return self.texts[file]


def keep_what_is_made() -> None:
    """Has Python look for garbage less often: nearly all that a tree is read into stays, and looking takes its time."""
    gc.set_threshold(20_000, 5, 5)


def write_out(text: str) -> None:
    """Writes to standard output, in UTF-8 whatever the locale, as one write."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


NO_TREE = "is not a kernel tree: it has no Makefile with a VERSION, Kconfig and arch/"
"""What is said of a folder that a tree was expected in."""


class UsageError(Exception):
    """What the user asked for cannot be done; `code` is the exit status.

    The message says why; it is empty if the user was told, or if the sink has it.
    """

    def __init__(self, problem: str = "", code: int = BAD_INPUT) -> None:
        super().__init__(problem)
        self.code = code


def refused(run: Run, error: UsageError) -> int:
    """Says why something cannot be done, of a verb whose findings nobody else prints; the exit status."""
    if run.sink.failed and not run.options.verb.reports:
        run.report()
    if str(error):
        complain(f"gen {run.options.verb.name}: {error}")
    return error.code


MOST_NAMED = 40
"""Architectures that a message names."""


def no_architecture(arch: str, known: Sequence[str]) -> str:
    """That a tree does not have an architecture, and what it has that looks like it, or all that it has."""
    from gen.spec.suggest import nearest

    guess = nearest(arch.lower(), known)
    return f"arch/{arch} is no architecture of this tree; " + (
        f"did you mean `{guess}`?" if guess else f"it has {', '.join(known[:MOST_NAMED]) or 'none'}"
    )


def too_many_architectures(number: int) -> str:
    """Why a tree is not looked at as a whole, nothing if it is."""
    from gen.kernel.tree import MOST_ARCHITECTURES

    if number <= MOST_ARCHITECTURES:
        return ""
    return f"{number} architectures are to be looked at, and {MOST_ARCHITECTURES} at most are: name some of them"


def complain(text: str) -> None:
    """Writes a line to standard error, if there is one: what went wrong without being a finding."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):  # the exit status says it, too
            sys.stderr.write("\n".join(map(visible, text.split("\n"))) + "\n")


def _wants_colour(choice: str) -> bool:
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
