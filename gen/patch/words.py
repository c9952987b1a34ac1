"""Words of a series: each subsystem's prefix, summaries that fit, paragraphs at 75 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from gen.facts.loader import architecture

LONGEST_SUMMARY = 70
WIDTH = 75


def prefix(folder: str) -> str:
    """How summaries of an architecture begin: by the log of its tree, or its folder."""
    return architecture(folder).subject or folder


def summary(folder: str, *wordings: str) -> str:
    """The first wording that fits behind the prefix; the last one if none does, shortened."""
    start = f"{prefix(folder)}: "
    fitting = (start + each for each in wordings if len(start + each) <= LONGEST_SUMMARY)
    return next(fitting, (start + wordings[-1])[:LONGEST_SUMMARY].rstrip())


def wrapped(paragraph: str, indent: str = "") -> str:
    """A paragraph at 75 columns; no word is broken, so that names and addresses stay whole."""
    return textwrap.fill(paragraph, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def message(paragraphs: Iterable[str], trailers: Iterable[str] = ()) -> str:
    """The body of a commit message or letter: paragraphs, then a block of trailers; a paragraph with breaks stays."""
    blocks = [each if "\n" in each else wrapped(each) for each in paragraphs]
    ending = "\n".join(trailers)
    return "\n\n".join([*blocks, ending] if ending else blocks) + "\n"


def listed(names: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *first, last = list(names) or [""]
    return f"{', '.join(first)} and {last}" if first else last
