"""A file of findings that are known: those stay silent, and those that are gone are reported.

A finding is known by its fingerprint, which survives moved lines, and by its rule, file and function, which are for
the reader. The file is JSON with one finding a line, in order, so that it diffs well.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from gen.diagnostics import Diagnostic, Said, Severity, Span, rule
from gen.diagnostics.fingerprint import Source, fingerprints
from gen.kernel.json_text import JsonError, read_json

VERSION = 1

Within = Callable[[str], str]
"""From the name that a file is shown by to the one that it has in its tree."""


@rule(Severity.WARNING)
def stale_baseline(rule_id: str, where: str) -> Said:
    """a finding of the baseline that is gone

    The baseline lists a finding that is no longer found: it was fixed, or its line was rewritten. Left there it would
    hide the next one like it.

    Instead: write the baseline anew with `--write-baseline`.
    """
    return Said(f"`{rule_id}` in {where} is no longer found", "write the baseline anew with --write-baseline")


class BaselineError(Exception):
    """A file that is no baseline; `line` counts from 1."""

    def __init__(self, problem: str, line: int = 1) -> None:
        super().__init__(problem)
        self.line = line


@dataclass(frozen=True)
class Known:
    """One finding of a baseline, with the line of the file that it stands in."""

    rule: str
    file: str
    function: str
    fingerprint: str
    line: int


def written(findings: Sequence[Diagnostic], source: Source, within: Within) -> str:
    """The text of a baseline with these findings."""
    marks = fingerprints(findings, source, within)
    entries = [
        json.dumps(
            {
                "rule": each.rule,
                "file": within(each.span.file),
                "function": each.function,
                "fingerprint": mark,
            }
        )
        for each, mark in zip(findings, marks, strict=True)
    ]
    inner = "".join(f"\n    {entry}," for entry in sorted(entries)).removesuffix(",")
    return f'{{\n  "version": {VERSION},\n  "findings": [{inner}\n  ]\n}}\n'


def read(text: str) -> tuple[Known, ...]:
    """The findings of a baseline; BaselineError."""
    try:
        data = read_json(text)
    except JsonError as error:
        raise BaselineError(str(error), error.line) from error
    entries = data.get("findings") if isinstance(data, dict) else None
    if not isinstance(entries, list) or data.get("version") != VERSION:
        raise BaselineError(f"a baseline has `version` {VERSION} and a list `findings`")
    lines = {line.strip().rstrip(","): number for number, line in enumerate(text.split("\n"), 1)}
    return tuple(_known(entry, lines) for entry in entries)


def _known(entry: object, lines: dict[str, int]) -> Known:
    line = lines.get(json.dumps(entry), 1)
    if not isinstance(entry, dict):
        raise BaselineError("a finding is an object", line)
    values = {key: entry.get(key) for key in ("rule", "file", "function", "fingerprint")}
    if not all(isinstance(value, str) for value in values.values()):
        raise BaselineError("a finding has `rule`, `file`, `function` and `fingerprint`", line)
    return Known(line=line, **{key: str(value) for key, value in values.items()})


@dataclass(frozen=True)
class Compared:
    """What is new against a baseline, and how many findings it knew."""

    new: tuple[Diagnostic, ...]
    known: int


def compared(
    findings: Sequence[Diagnostic],
    baseline: Iterable[Known],
    file: str,
    source: Source,
    within: Within,
    looked_for: Callable[[Known], bool],
) -> Compared:
    """The findings that a baseline does not list, and one for each that it lists in vain although it was looked for."""
    left: dict[tuple[str, str], list[Known]] = {}
    for each in baseline:
        left.setdefault((each.rule, each.fingerprint), []).append(each)
    new: list[Diagnostic] = []
    marks = fingerprints(findings, source, within)
    for finding, mark in zip(findings, marks, strict=True):
        listed = left.get((finding.rule, mark))
        if listed:
            listed.pop()
        else:
            new.append(finding)
    stale = (each for listed in left.values() for each in listed if looked_for(each))
    return Compared((*new, *_stale(stale, file)), len(findings) - len(new))


def _stale(gone: Iterable[Known], file: str) -> Iterator[Diagnostic]:
    for each in gone:
        where = f"{each.file}, {each.function}()" if each.function else each.file
        yield stale_baseline.at(Span(file, each.line, 1, each.line, 1), each.rule, where)
