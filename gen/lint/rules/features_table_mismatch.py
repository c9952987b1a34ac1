"""Documentation/features against Kconfig."""

from __future__ import annotations

from collections.abc import Iterator

from gen.diagnostics import Diagnostic, Related, Said, Severity, Span, rule
from gen.kernel.features import CONTEXT_TRACKING, STATUSES
from gen.kernel.kconfig import Select
from gen.kernel.names import TRACKING
from gen.lint.facts import ArchFacts
from gen.lint.workspace import Workspace


@rule(Severity.WARNING)
def features_table_mismatch(what: str, right: str, select: Select | None) -> Said:
    """the features table and Kconfig disagree

    Documentation/features/time/context-tracking/arch-support.txt says which architecture supports context tracking,
    and so does HAVE_CONTEXT_TRACKING_USER in its Kconfig. The table is for people, and nothing builds from it, so it
    ages.

    Instead: `ok` where the symbol is selected, `TODO` or `N/A` where it is not
    (Documentation/features/scripts/features-refresh.sh does it).
    """
    return Said(what, right, (Related(select.span, "selected here"),) if select else ())


def on_architecture(facts: ArchFacts, _work: Workspace) -> Iterator[Diagnostic]:
    """One finding an architecture whose row is wrong or missing."""
    if facts.features is None or not facts.is_kconfig_read:
        return
    row, select = facts.row, facts.tracking
    symbol = facts.spelled(TRACKING)
    if row is None and (stray := facts.stray_row) is not None:
        what = f"`{stray.arch}` is no architecture of this tree, and {facts.name} has no row"
        yield features_table_mismatch.at(stray.span, what, f"call the row `{facts.name}`", select)
    elif row is None:
        right = f"add `| {facts.name:>11}: | {'ok' if select else 'TODO':>4} |`"
        yield features_table_mismatch.at(Span(CONTEXT_TRACKING), f"no row for {facts.name}", right, select)
    elif row.status not in STATUSES:
        right = f"write one of {', '.join(f'`{status}`' for status in sorted(STATUSES))}"
        yield features_table_mismatch.at(row.span, f"`{row.status}` is no status", right, select)
    elif select is not None and row.status != "ok":
        what = f"{facts.name} is `{row.status}` here, and selects {symbol}"
        yield features_table_mismatch.at(row.span, what, "write `ok`", select)
    elif select is None and row.status == "ok":
        what = f"{facts.name} is `ok` here, and selects no {symbol}"
        yield features_table_mismatch.at(row.span, what, "write `TODO`", None)
