"""The verdict on a tree's entry code, as text for a terminal and as data for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gen.diagnostics import Diagnostic, Severity
from gen.diagnostics.printers import counted
from gen.model.graph import Source
from gen.recover.how import How
from gen.report.judgement import as_data as judgement_data
from gen.report.judgement import pictures
from gen.report.judgement import told as judgement_told
from gen.report.said import Said
from gen.verify.judge import Verdict
from gen.verify.story import requirement_findings, violation_finding

if TYPE_CHECKING:
    from gen.kernel.tree import KernelTree
    from gen.lint.recovered import TreeVerdict
    from gen.recover.recover import Recovered

MOST_DOUBTS = 12
"""How many doubts a terminal is told of; data has them all."""


def said(found: TreeVerdict, tree: KernelTree) -> Said:
    """What is said of a verdict, without the time that it took."""
    drawn = dict(pictures(found.as_it_is))
    return Said(tuple(_findings(found)), tuple(told(found, tree)), as_data(found, tree), drawn)


def _findings(found: TreeVerdict) -> Iterator[Diagnostic]:
    """The findings of a verdict at their places: what is violated, what is warned of."""
    judgement = found.as_it_is
    for violation in judgement.violations:
        yield violation_finding(judgement, violation, judgement.violations[0].places[0].span)
    yield from judgement.misplaced
    yield from judgement.warnings
    if found.selected or found.offstack.verdict is not Verdict.VIOLATED:
        for findings in map(requirement_findings, found.offstack.requirements):
            # What nobody claims is no error.
            yield from (each for each in findings if found.selected or each.severity is Severity.WARNING)


def read_counts(read: Recovered) -> dict[str, int]:
    """How much of the entry code was read: paths by what their model is made of, and assumed nodes."""
    hows = Counter(each.how for each in read.paths)
    nodes = (node for each in read.paths if each.path.graph for node in each.path.graph.nodes)
    return {
        "paths": len(read.paths),
        "c": hows[How.C],
        "assembly": hows[How.ASSEMBLY],
        "declared": hows[How.DECLARED],
        "unread": hows[How.UNREAD],
        "assumed": sum(node.provenance.source is Source.ASSUMED for node in nodes),
    }


def share(read: Recovered) -> str:
    """The same in a sentence."""
    counts = read_counts(read)
    parts = [f"{counts['c']} in C"] if counts["c"] or not counts["assembly"] else []
    if counts["assembly"]:
        parts.append(f"{counts['assembly']} in assembly")
    if counts["declared"]:
        of = f" for Linux {read.known.read_from}" if read.known.read_from else ""
        parts.append(f"{counts['declared']} as the spec declares {'it' if counts['declared'] == 1 else 'them'}{of}")
    known = counts["paths"] - counts["unread"]
    assumed = f"{counted(counts['assumed'], 'step')} assumed" if counts["assumed"] else "nothing assumed"
    return f"{known} of {counts['paths']} entry paths read, {', '.join(parts)}; {assumed}"


def told(found: TreeVerdict, tree: KernelTree) -> Iterator[str]:
    """The lines that `gen verify --tree` prints for one architecture."""
    claim = "offstack selected" if found.selected else "offstack not selected"
    yield f"{found.recovered.known.model.arch}, Linux {tree.version}, {claim}: {_WORDS[found.as_it_is.verdict]}"
    yield f"  {share(found.recovered)}"
    shown = found.as_it_is if found.as_it_is.violations else found.offstack
    yield from list(judgement_told(shown, source="as they were read"))[1:]
    doubts = found.as_it_is.doubts
    for doubt in doubts[:MOST_DOUBTS]:
        yield f"  cannot tell: {doubt.span}: {doubt.what}"
    if len(doubts) > MOST_DOUBTS:
        yield f"  cannot tell: and {len(doubts) - MOST_DOUBTS} more, which --format json lists"


_WORDS = {
    Verdict.HOLDS: "holds for every nesting depth and any number of tasks and CPUs",
    Verdict.VIOLATED: "violated",
    Verdict.UNKNOWN: "cannot tell",
}


def as_data(found: TreeVerdict, tree: KernelTree) -> dict[str, Any]:
    """The verdict for `--format json`, of which the caller knows the seconds."""
    judgement = found.as_it_is
    return {
        **judgement_data(judgement, 0),
        "release": tree.version,
        "offstack": found.selected,
        "verdict": judgement.verdict.value,
        "weak": found.offstack.weak.value,
        "requirements": {each.name: _ANSWERS[each.answer.value] for each in found.offstack.requirements},
        "requirement_details": judgement_data(found.offstack, 0)["requirements"],
        "read": read_counts(found.recovered),
        "doubts": [
            {"file": each.span.file, "line": each.span.line, "column": each.span.column, "what": each.what}
            for each in judgement.doubts
        ],
    }


_ANSWERS = {
    "holds": "holds", "violated": "violated", "holds with warnings": "warned", "cannot tell": "unknown",
    "not modelled": "unknown",
}  # fmt: skip
