"""Entry paths whose code was not read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gen.diagnostics import Diagnostic, Related, Said, Severity, Span, rule
from gen.lint.share import Grounded, unread_paths

if TYPE_CHECKING:
    from gen.lint.facts import ArchFacts
    from gen.lint.workspace import Workspace


@rule(Severity.NOTE)
def path_not_read(names: Sequence[str], reason: str, spec: Span) -> Said:
    """an entry path that was not read

    The code of the path is not understood, or it is assembly that this tree has not where the spec says. Whatever is
    proved of the spec is not proved of that code, and nothing is found in it either: gen cannot tell, and says so in
    its exit status, which is 4 if nothing worse is found.

    Instead: read it yourself; where it is the code that is wrong, mend it.
    """
    them = ", ".join(f"`{name}`" for name in names)
    return Said(
        f"{them} {'is' if len(names) == 1 else 'are'} not read: {reason}",
        "read it yourself: nothing is known of this code",
        (Related(spec, "the spec describes it here"),),
    )


def on_architecture(facts: ArchFacts, work: Workspace) -> Iterator[Diagnostic]:
    """One finding a file and reason, where the first of its paths begins; in the spec if the tree has no such file."""
    if facts.spec is None:
        return
    reading = work.entries(facts.name)
    groups: dict[tuple[str, str], list[Grounded]] = {}
    for each in unread_paths(reading, work.evidence(facts.name)):
        groups.setdefault((each.reading.path.file, each.reason), []).append(each)
    for (_, reason), found in groups.items():
        first = found[0].reading.path
        names = [each.reading.path.name for each in found]
        there = reading.files.text(first.file) is not None
        yield path_not_read.at(reading.begin(first) if there else first.span, names, reason, first.span)
