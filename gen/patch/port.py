"""The series of a port that does not track user context yet: header, stubs, selects, the row of the features table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gen.diagnostics import Sink
from gen.kernel.features import CONTEXT_TRACKING
from gen.kernel.names import OFFSTACK, TRACKING
from gen.lint.facts import ArchFacts
from gen.lint.workspace import Workspace
from gen.patch.offstack import Planned
from gen.patch.refusals import Refusal
from gen.patch.selecting import Wanted, with_selects
from gen.patch.series import FileChange, Patch, Reason, Series, reencoded
from gen.patch.words import summary
from gen.render.pipeline import render_spec
from gen.resources import templates_directory
from gen.spec.archspec import ArchSpec

_IN_TREE = ("include/asm/context_tracking.h", "kernel/entry-stubs.c")
"""The rendered files that belong into an architecture's folder; the others are for people."""

DOUBT = (
    "the stubs call the port's own functions, which only somebody who knows the hardware can write, and nothing builds "
    "or calls them yet"
)


def port_series(
    spec: ArchSpec, facts: ArchFacts, work: Workspace, broken: Sequence[str], doubts: Sequence[str]
) -> Planned:
    """The patches that begin context tracking in an architecture that has none; always a request for comments.

    `broken` is what the proof has against the entry paths, `doubts` what the tree has against the spec.
    """
    code = tuple(_code(spec, facts, work))
    selected = _selected(spec, facts, work)
    if isinstance(selected, Refusal):
        return Planned(None, (selected,))
    tracking, offstack = facts.spelled(TRACKING), facts.spelled(OFFSTACK)
    order = "as the spec describes them" if broken else "in the order that was proved"
    say_so = ["The entry code tells context tracking of each way between user mode and the kernel. Say so."]
    if spec.model.offstack:
        say_so += [f"It does so without exception_enter() and exception_exit(); {offstack} says that."]
    patches = (
        Patch(
            summary(facts.name, "add context tracking to the entry code", "track user context on entry"),
            (
                "Context tracking has to be told when a CPU enters the kernel from user mode, and when it goes back: "
                "for nohz_full, RCU and the accounting of user time.",
                f"Add the entry paths as stubs, {order}, and a header with the calls they make.",
            ),
            code,
        ),
        Patch(summary(facts.name, f"select {tracking}"), tuple(say_so), (selected, *_documented(facts, work))),
    )
    title = summary(facts.name, "track user context", "context tracking")
    purpose = (f"This begins context tracking in arch/{facts.name}, which has none.",)
    return Planned(Series(f"{facts.name}-port", title, purpose, patches, (DOUBT, *broken, *doubts), rfc=True))


def _code(spec: ArchSpec, facts: ArchFacts, work: Workspace) -> Iterator[FileChange]:
    rendered = render_spec(spec, facts.release, templates_directory(), Sink(), proved=True)
    for each in rendered.files if rendered else ():
        if str(each.path) in _IN_TREE:
            path = f"arch/{facts.name}/{each.path}"
            before = work.bytes_of(path) if (work.tree.root / path).exists() else None
            yield FileChange(path, before, each.text.encode(), (Reason(1, "rendered from the spec"),))


def _selected(spec: ArchSpec, facts: ArchFacts, work: Workspace) -> FileChange | Refusal:
    file = spec.kconfig.file
    text = work.text(file)
    selects = facts.kconfig.select_list(spec.kconfig.symbol)
    if text is None or selects is None:
        return Refusal(file, 1, 1, f"no list of selects in `config {spec.kconfig.symbol}`")
    symbols = [TRACKING, *([OFFSTACK] if spec.model.offstack else [])]
    wanted = [Wanted(facts.spelled(symbol), condition=spec.kconfig.condition_in(facts.release)) for symbol in symbols]
    made = with_selects(text, selects, wanted)
    if isinstance(made, Refusal):
        return made
    before = work.bytes_of(file)
    return FileChange(file, before, reencoded(made[0], before), (Reason(made[1], "what the spec describes"),))


def _documented(facts: ArchFacts, work: Workspace) -> Iterator[FileChange]:
    """The features table with `ok` in the architecture's row, as wide as it was."""
    row = facts.row
    before = work.bytes_of(CONTEXT_TRACKING)
    if row is None or row.status == "ok" or not before:
        return
    lines = before.decode("utf-8", "surrogateescape").split("\n")
    line = lines[row.span.line - 1]
    head, _, rest = line.partition(":")
    cells = rest.split("|")
    cells[1] = "ok".center(len(cells[1]))
    lines[row.span.line - 1] = f"{head}:{'|'.join(cells)}"
    after = "\n".join(lines).encode("utf-8", "surrogateescape")
    yield FileChange(CONTEXT_TRACKING, before, after, (Reason(row.span.line, "it is selected now"),))
