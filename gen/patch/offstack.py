"""The series that declares offstack: the select, and then everything taken out that has nothing to do any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from gen.csource.tokens import Source
from gen.kernel.expression import shown
from gen.kernel.names import OFFSTACK, PAIR, SCHEDULE_USER
from gen.kernel.tree import files_below
from gen.lint.facts import ArchFacts
from gen.lint.workspace import Workspace
from gen.model.entry import is_assembly
from gen.patch.assembly import without_schedule_user
from gen.patch.change import Change
from gen.patch.grounds import Grounds
from gen.patch.refusals import Refusal
from gen.patch.removal import removal
from gen.patch.selecting import Wanted, with_selects
from gen.patch.series import FileChange, Patch, Reason, Series, reencoded
from gen.patch.words import listed, summary, wrapped
from gen.spec.archspec import ArchSpec
from gen.verify.judge import Answer, Judgement
from gen.verify.story import violation_finding

_SCHEDULE = (
    "schedule_user() brackets schedule() with the pair, and is not built with this symbol. Call schedule() instead, "
    "in the same step: until then it is what keeps schedule() out of the USER state."
)

CONTEXT_TRACKING_HEADERS = ("include/linux/context_tracking.h", "include/linux/context_tracking_state.h")


@dataclass(frozen=True)
class Planned:
    """What came of planning: a series, which may be empty, or the places that stand in its way.

    `unsure` is why there may be more to do than it does, nothing if all was looked at.
    """

    series: Series | None
    refusals: tuple[Refusal, ...] = ()
    unsure: tuple[str, ...] = ()


def offstack_series(
    spec: ArchSpec, facts: ArchFacts, work: Workspace, judgement: Judgement, grounds: Grounds, doubts: Sequence[str]
) -> Planned:
    """The patches that bring a tree to declared offstack; `doubts` say why that should not be applied as it is."""
    plan = _Plan(spec, facts, work, judgement, grounds)
    removals = list(plan.removals())
    patches = [*plan.declaration(), *removals]
    if plan.refusals:
        return Planned(None, tuple(sorted(plan.refusals)))
    if not patches:
        return Planned(Series(f"{facts.name}-offstack", "", (), ()))
    wordings = (f"declare {plan.symbol}", "do without exception_enter()")
    title = summary(
        facts.name, *(() if plan.is_declared else wordings), "remove exception_enter() and exception_exit()"
    )
    purpose = plan.purpose(len(removals))
    return Planned(Series(f"{facts.name}-offstack", title, purpose, tuple(patches), tuple(doubts), bool(doubts)))


class _Plan:
    def __init__(
        self, spec: ArchSpec, facts: ArchFacts, work: Workspace, judgement: Judgement, grounds: Grounds
    ) -> None:
        self.spec = spec
        self.facts = facts
        self.work = work
        self.judgement = judgement
        self.grounds = grounds
        self.symbol = facts.spelled(OFFSTACK)
        self.is_declared = facts.select(OFFSTACK) is not None
        self.refusals: set[Refusal] = set()

    def purpose(self, removals: int) -> tuple[str, ...]:
        """Why the series is there, for its cover letter; `removals` is the number of files that lose the pair."""
        files = f"{removals} file" if removals == 1 else f"{removals} files"
        if self.is_declared:
            says = f"arch/{self.facts.name} says that with {self.symbol}, and still calls the pair in {files}."
            goes = "It does nothing there; this series removes it."
        else:
            sure = self.judgement.holds and not self.grounds.doubts
            does = "This series says that of" if sure else "This series shows what it takes to say that of"
            says = f"{does} arch/{self.facts.name}, with {self.symbol}."
            goes = f"It removes the pair, which does nothing then, from {files}." if removals else ""
        return (
            "Context tracking keeps, per CPU, whether user or kernel code runs. An architecture can do without "
            "exception_enter() and exception_exit(), which keep the previous state on the stack, if nothing that calls "
            "into context tracking or schedules can fire between kernel entry and user_exit(), or between "
            "user_enter() and the return to user mode.",
            f"{says} {goes}".rstrip(),
        )

    # The select, and what is not built with it.

    def declaration(self) -> Iterator[Patch]:
        """The select with schedule() for schedule_user(), in one step.

        schedule_user() is not built with offstack, and schedule() alone would run in the USER state without: in two
        steps, in whichever order, a bisection would find one that is wrong.
        """
        selected, assembly = self._selected(), tuple(self._assembly())
        if selected is not None:
            why = (*self._why_select(bool(assembly)), *([_SCHEDULE] if assembly else []))
            yield Patch(summary(self.facts.name, f"select {self.symbol}"), why, (selected, *assembly))
        elif assembly:
            why = (f"schedule_user() is not built with {self.symbol}, which arch/{self.facts.name} selects.",)
            yield Patch(summary(self.facts.name, "call schedule() instead of schedule_user()"), why, assembly)

    def _selected(self) -> FileChange | None:
        tracking = self.facts.tracking
        if tracking is None or self.is_declared:
            return None
        for other in self.facts.kconfig.selects([tracking.symbol])[1:]:
            reason = f"{tracking.symbol} is selected here, too, and only one place can say more"
            self.refusals.add(Refusal(other.span.file, other.span.line, other.span.column, reason))
        file = tracking.span.file
        text = self._text(file)
        selects = self.facts.kconfig.select_list(tracking.by)
        if text is None or selects is None:
            self.refusals.add(
                Refusal(file, tracking.span.line, tracking.span.column, "this list of selects is not read")
            )
            return None
        condition = shown(tracking.own.expression) if tracking.own else ""
        made = with_selects(text, selects, [Wanted(self.symbol, condition, tracking.symbol)])
        if isinstance(made, Refusal):
            self.refusals.add(made)
            return None
        after, line = made
        return self._change(file, after, (Reason(line, "what the spec claims, and the proof shows"),))

    def _why_select(self, calls_schedule_user: bool) -> Iterator[str]:
        yield (
            "exception_enter() and exception_exit() exist for exceptions that fire while context tracking says USER "
            "and kernel code runs already. An architecture may do without them where nothing of that kind can happen, "
            f"and says so with {self.symbol}."
        )
        if self._with_pair():
            yield f"The calls that are left in arch/{self.facts.name} do nothing then, and are removed next."
        elif not calls_schedule_user:
            yield f"Nothing in arch/{self.facts.name} calls exception_enter(), exception_exit() or schedule_user()."
        if not self.judgement.holds:
            yield "The entry paths do not keep that promise yet; the cover letter says which and why."
            return
        if doubts := self.grounds.doubts:
            yield f"Whether the entry paths of arch/{self.facts.name} keep that promise cannot be told from this tree:"
            yield "\n".join(wrapped(f"- {each}", "  ") for each in doubts)
            return
        yield (
            f"The {len(self.judgement.model.paths)} entry paths of arch/{self.facts.name} in Linux {self.grounds.tree} "
            "were proved to keep that promise for every nesting depth and any number of tasks and CPUs. Of the "
            "requirements in the symbol's help text,"
        )
        told = (f"{each.name} {each.answer.value}: {each.why}" for each in self.judgement.requirements)
        yield "\n".join(wrapped(f"- {each}", "  ") for each in told)
        yield self.grounds.seen

    def _assembly(self) -> Iterator[FileChange]:
        for file in files_below(self.work.tree.root, f"arch/{self.facts.name}").files:
            text = self._text(file) if is_assembly(file) else None
            if text is None or SCHEDULE_USER not in text:
                continue
            after = without_schedule_user(text, file, self.facts.name)
            if not isinstance(after, str):
                self.refusals.update(after)
            elif after != text:
                line = next(
                    n for n, (a, b) in enumerate(zip(text.split("\n"), after.split("\n"), strict=False), 1) if a != b
                )
                yield self._change(file, after, (Reason(line, "schedule_user() is not built with offstack"),))

    # What goes.

    def removals(self) -> Iterator[Patch]:
        headers = [text for file in CONTEXT_TRACKING_HEADERS if (text := self._text(file)) is not None]
        for file in self._with_pair():
            text = self._text(file) or ""
            removed = removal(text, file, headers)
            if isinstance(removed, Change):
                yield self._removed(removed)
            else:
                self.refusals.update(removed)
        for source in self.work.sources_of(self.facts.name):
            for each in source.occurrences({SCHEDULE_USER}):
                if each.function:  # or it is declared, which does no harm
                    reason = "schedule_user() is used here, and is not built with offstack"
                    self.refusals.add(Refusal(source.name, each.place.line, each.place.column, reason, each.function))

    def _removed(self, removed: Change) -> Patch:
        stem = self._stem(removed.file)
        what = "exception_enter() and exception_exit()"
        functions = listed(f"{name}()" for name in removed.functions)
        source = Source(removed.before)
        reasons = tuple(dict.fromkeys(Reason(source.place(each.start).line, each.why.value) for each in removed.edits))
        folds = [
            f"{fold.outer.name}() only wrapped {fold.inner.name}(), which takes its name." for fold in removed.folds
        ]
        return Patch(
            summary(self.facts.name, f"{stem}: remove {what}", f"{stem}: remove the pair", f"remove {what}"),
            (
                f"With {self.symbol} selected, exception_enter() returns 0 and exception_exit() does nothing.",
                f"Remove them from {functions}, with what only they needed.",
                *folds,
            ),
            (self._change(removed.file, removed.after, reasons),),
        )

    def _stem(self, file: str) -> str:
        """What a file is called in a summary: with its folder, if others are called like it."""
        path = PurePosixPath(file)
        alike = [other for other in self._with_pair() if PurePosixPath(other).stem == path.stem]
        return path.stem if len(alike) == 1 else f"{path.parent.name}/{path.stem}"

    def _with_pair(self) -> list[str]:
        """The C files of the architecture that call the pair."""
        return [file.name for file in self.work.sources_of(self.facts.name) if any(file.occurrences(PAIR))]

    def _text(self, file: str) -> str | None:
        return self.work.text(file)

    def _change(self, file: str, after: str, reasons: tuple[Reason, ...]) -> FileChange:
        before = self.work.bytes_of(file)
        return FileChange(file, before, reencoded(after, before), reasons)


def doubts_of(spec: ArchSpec, judgement: Judgement) -> Iterator[str]:
    """Why a series should not be applied as it is: what breaks once offstack is declared."""
    for violation in judgement.violations:
        found = violation_finding(judgement, violation, spec.offstack_span)
        yield f"{found.message} [{found.rule}]"
    yield from (f"{found.message} [{found.rule}]" for found in judgement.misplaced)
    for requirement in judgement.requirements:
        if requirement.answer is Answer.VIOLATED and requirement.name in _DECISIVE:
            yield f"{requirement.name} is violated ({requirement.title}): {requirement.why}"


_DECISIVE = frozenset({"R1", "R2", "R3", "R4"})
"""R5 is rcu-watching by another name, R6 warns."""
