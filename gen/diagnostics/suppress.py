"""Comments that silence a finding: `/* gen: ignore[rule] reason */` in C, `# gen: ignore[rule] reason` in others.

A comment counts for its own lines and for the one below. It needs a reason, and one that silences nothing is reported,
so that none outlives what it was for.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gen.diagnostics.diagnostic import Diagnostic, Severity, Span
from gen.diagnostics.rule import Said, rule
from gen.diagnostics.rule_book import all_rules

MOST_LINES = 100
"""How many lines the end of a comment is looked for."""

_QUOTE = re.compile(r"""'"'|\\.|(")""")
_COMMENT = re.compile(r"(?:(?P<block>/\*|^\s*\*)|//|[#@!;])\s*(?P<what>gen:\s*ignore\b\s*(?:\[(?P<rules>[^\]\n]*)\])?)")


@rule()
def suppression_without_reason(problem: str) -> Said:
    """a suppression that does not say why

    `gen: ignore[rule]` silences a finding for whoever comes next, so it has to name the rule and to say why that is
    right here: `/* gen: ignore[exception-exit-missing] the caller exits */`.

    Instead: a rule in brackets, and a reason behind it.
    """
    return Said(problem, "write `gen: ignore[rule] reason`")


@rule(Severity.WARNING)
def unused_suppression(rule_id: str) -> Said:
    """a suppression that silences nothing

    A comment `gen: ignore[rule]` counts for its own lines and the one below. Nothing is found there (any more), or the
    rule is spelled otherwise.

    Instead: remove the comment.
    """
    if rule_id not in all_rules():
        return Said(f"there is no rule `{rule_id}`", "`gen rules` lists them")
    return Said(f"nothing to silence here for `{rule_id}`", "remove the comment")


@dataclass(frozen=True)
class Suppression:
    """One comment: where it says so, the rules it names, each with its place, its reason, and its last line."""

    span: Span
    rules: tuple[tuple[str, Span], ...]
    reason: str
    last_line: int


def suppressions(file: str, lines: Sequence[str]) -> Iterator[Suppression]:
    """The suppressing comments of a file, in order."""
    for number, line in enumerate(lines, 1):
        match = _COMMENT.search(line) if "gen:" in line else None
        if match and not _is_quoted(line[: match.start()]):
            span = Span(file, number, match.start("what") + 1, number, match.end("what") + 1)
            named = re.finditer(r"[^\s,]+", match["rules"] or "")
            start = match.start("rules") + 1
            rules = ((each[0], Span(file, number, start + each.start(), number, start + each.end())) for each in named)
            below = lines[number : number + MOST_LINES] if match["block"] else ()
            reason = list(_up_to_the_end([line[match.end() :], *below]))
            yield Suppression(span, tuple(rules), " ".join(reason).strip(" :-"), number + len(reason) - 1)


def _is_quoted(before: str) -> bool:
    """Whether what stands before a place of a line leaves a string open."""
    return sum(match[1] is not None for match in _QUOTE.finditer(before)) % 2 == 1


def _up_to_the_end(lines: Sequence[str]) -> Iterator[str]:
    """The lines of the rest of a comment, without its end and stars; the first alone of one that does not end."""
    ends = next((number for number, line in enumerate(lines, 1) if "*/" in line), 1)
    return (line.partition("*/")[0].strip().lstrip("*").strip() for line in lines[:ends])


@dataclass(frozen=True)
class Sifted:
    """What is left of some findings, and what was silenced."""

    findings: tuple[Diagnostic, ...]
    silenced: tuple[Diagnostic, ...]


def sifted(
    findings: Iterable[Diagnostic], texts: Mapping[str, Sequence[str]], complete: Container[str] = frozenset()
) -> Sifted:
    """Findings without those that the comments in `texts` silence, with what is wrong about the comments themselves.

    That a comment silences nothing is said in the files of `complete`, where all that there is to find was looked for.
    """
    found = [each for file, lines in texts.items() for each in suppressions(file, lines)]
    covering: dict[tuple[str, int, str], list[Span]] = {}
    complaints: list[Diagnostic] = []
    for each in found:
        problem = "this names no rule" if not each.rules else "" if each.reason else "this gives no reason"
        if problem:
            complaints.append(suppression_without_reason.at(each.span, problem))
            continue
        for name, span in each.rules:
            for line in range(each.span.line, each.last_line + 2):
                covering.setdefault((each.span.file, line, name), []).append(span)
    used: set[Span] = set()
    left: list[Diagnostic] = []
    silenced: list[Diagnostic] = []
    for finding in findings:
        spans = covering.get((finding.span.file, finding.span.line, finding.rule), ())
        used.update(spans)
        (silenced if spans else left).append(finding)
    unused = dict.fromkeys(
        (name, span)
        for each in found
        if each.rules and each.reason and each.span.file in complete
        for name, span in each.rules
        if span not in used
    )
    complaints += (unused_suppression.at(span, name) for name, span in unused)
    return Sifted((*left, *complaints), tuple(silenced))
