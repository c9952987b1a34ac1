"""What a finding is recognised by when lines have moved: its rule, its file, and the text of its line."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from gen.diagnostics.diagnostic import Diagnostic

Source = Callable[[str], Sequence[str]]
"""The lines of a file by its name, or nothing where they are not at hand."""


def fingerprints(
    findings: Iterable[Diagnostic], source: Source, name: Callable[[str], str] = lambda file: file
) -> Iterator[str]:
    """For each finding a digest that survives a moved line, and the number of earlier findings with the same one.

    `name` says what a file is called in the digest, for one that is to outlive the working directory.
    """
    seen: Counter[str] = Counter()
    for found in findings:
        lines = source(found.span.file)
        line = lines[found.span.line - 1].strip() if 1 <= found.span.line <= len(lines) else found.message
        text = "\0".join((found.rule, name(found.span.file), line))
        digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]
        yield f"{digest}:{seen[digest]}"
        seen[digest] += 1
