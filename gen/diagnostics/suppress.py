"""Comments that silence a finding: `/* gen: ignore[rule] reason */` in C, `# gen: ignore[rule] reason` in YAML.

A comment counts for its own line and for the one below. It needs a reason, and one that silences nothing is reported,
so that none outlives what it was for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from gen.diagnostics.diagnostic import Diagnostic, Severity, Span
from gen.diagnostics.rule import Said, rule

_COMMENT = re.compile(r"(?:/\*|//|[#@!;])\s*(gen:\s*ignore\b\s*(?:\[([^\]\n]*)\])?)\s*(.*?)\s*(?:\*/.*)?$")


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

    A comment `gen: ignore[rule]` counts for its own line and the one below. Nothing is found there (any more), or the
    rule is spelled otherwise.

    Instead: remove the comment.
    """
    return Said(f"nothing to silence here for `{rule_id}`", "remove the comment")


@dataclass(frozen=True)
class Suppression:
    """One comment: the rules it names, each with its place, and whether it gives a reason."""

    span: Span
    rules: tuple[tuple[str, Span], ...]
    reason: str


def suppressions(file: str, lines: Iterable[str]) -> Iterable[Suppression]:
    """The suppressing comments of a file, in order."""
    for number, line in enumerate(lines, 1):
        if "gen:" in line and (match := _COMMENT.search(line)):
            span = Span(file, number, match.start(1) + 1, number, match.end(1) + 1)
            named = re.finditer(r"[^\s,]+", match[2] or "")
            start = match.start(2) + 1
            yield Suppression(
                span,
                tuple(
                    (each[0], Span(file, number, start + each.start(), number, start + each.end())) for each in named
                ),
                match[3],
            )


@dataclass(frozen=True)
class Sifted:
    """What is left of some findings, and how many were silenced."""

    findings: tuple[Diagnostic, ...]
    silenced: int


def sifted(
    findings: Sequence[Diagnostic],
    texts: Mapping[str, Sequence[str]],
    may_silence: Callable[[Diagnostic], bool] = lambda _: True,
) -> Sifted:
    """Findings without those that the comments in `texts` silence, with what is wrong about the comments themselves."""
    found = [each for file, lines in texts.items() for each in suppressions(file, lines)]
    covering: dict[tuple[str, int, str], list[Span]] = {}
    complaints: list[Diagnostic] = []
    for each in found:
        problem = "this names no rule" if not each.rules else "" if each.reason else "this gives no reason"
        if problem:
            complaints.append(suppression_without_reason.at(each.span, problem))
            continue
        for name, span in each.rules:
            for line in (each.span.line, each.span.line + 1):
                covering.setdefault((each.span.file, line, name), []).append(span)
    used: set[Span] = set()
    left = []
    for finding in findings:
        spans = covering.get((finding.span.file, finding.span.line, finding.rule), ())
        if spans and may_silence(finding):
            used.update(spans)
        else:
            left.append(finding)
    unused = dict.fromkeys(
        (name, span) for each in found if each.rules and each.reason for name, span in each.rules if span not in used
    )
    complaints += (unused_suppression.at(span, name) for name, span in unused)
    return Sifted((*left, *complaints), len(findings) - len(left))
