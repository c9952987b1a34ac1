"""The lesson of `policies` as a page: each sentence, its verdict, and for a failure the shortest run, line by line."""

from __future__ import annotations

from itertools import pairwise
from textwrap import fill

from gen.verify.machine import Ct, Keep, Op
from gen.verify.policies import SENTENCES, Case, Replayed, Sentence, replay
from gen.verify.properties import RCU_SAFETY, Property
from gen.verify.search import Run
from gen.verify.system import Act, Move
from gen.verify.timeline import CpuView, FrameView, Row, timeline

COMMAND = "gen verify --lesson > docs/lesson.md"
"""What writes the page, from the top of a checkout."""


def page(sentences: tuple[Sentence, ...] = SENTENCES) -> str:
    """The lesson as Markdown. Everything but the claims is computed, and comes out the same every time."""
    parts = [_INTRODUCTION, *_properties()]
    for number, sentence in enumerate(sentences, 1):
        parts.append(f"## {number}. {sentence.title}\n\n{fill(sentence.claim, _WIDTH)}\n")
        parts += _outcomes(sentence)
    return "\n".join(parts)


_WIDTH = 120  # of prose; a run is as wide as it is

_INTRODUCTION = f"""\
# Why the state is kept on the stack, and when it need not be

This page is made by `{COMMAND}`.

Context tracking knows of each CPU whether it runs USER or KERNEL, and RCU does not watch a CPU in USER. A task that
enters the kernel goes through six steps: 1) user mode, 2) the entry, 3) user_exit(), 4) kernel work, 5) user_enter(),
6) the return. What fires in 2-3 or 5-6 finds pt_regs that say kernel and a state that says USER. Linux commit
179a9cf79212 argues which ways of coping with that work. Here is the argument, and what it means for NMIs and for what
is like them, each sentence put to the test by the model checker of `gen verify`: what holds is proved for every depth
of nesting and any number of tasks and CPUs, what fails comes with its shortest run in the smallest system that has one.

A line of a run is a step: its CPU and task, what happens, what the CPU runs after it (the frames of the task's stack,
left to right), what pt_regs says in the top frame, the state, and whether RCU watches. `<-` marks the first step that
breaks something, and shows what the kernel would go on with. A window that is named is open: "IRQs in 2-3" can hit
between steps 2 and 3. NMIs hit in every window. What can break:
"""

_MEANINGS = {
    Property.I1: "a handler returns in another state than it was entered in",
    Property.I2S: "a task may schedule in the USER state",
    Property.I2R: "RCU is used and does not watch",
    Property.I3: "user mode goes on in the KERNEL state, or with RCU watching",
    Property.I3B: "a task comes in on a CPU that is in the USER state, or that RCU does not watch",
    Property.I4: "user_exit() finds KERNEL or user_enter() finds USER, where they must not",
    Property.I5: "RCU's count of transitions gets out of step: it stops watching where it should begin, or the reverse",
}


def _properties() -> list[str]:
    return [
        *(
            fill(f"- {each.value} `{each.rule}`{_harm(each)}: {_MEANINGS[each]}", _WIDTH, subsequent_indent="  ")
            for each in Property
        ),
        "",
    ]


def _harm(broken: Property) -> str:
    return ", which is not safe for RCU" if broken in RCU_SAFETY else ""


def _outcomes(sentence: Sentence) -> list[str]:
    """A part for each verdict of a sentence: the cases that have it, and the run that they share."""
    shared: dict[str, list[Case]] = {}
    for case in sentence.cases:
        shared.setdefault(_outcome(replay(case)), []).append(case)
    return ["".join(f"- {case.label}\n" for case in cases) + f"\n{outcome}" for outcome, cases in shared.items()]


def _outcome(replayed: Replayed) -> str:
    if replayed.run is None:
        return f"{verdict_line(replayed)}\n"
    rows = timeline(replayed.run)
    return f"{verdict_line(replayed)}\n\n```text\n{timeline_text(rows)}```\n"


def verdict_line(replayed: Replayed) -> str:
    """The verdict in one line of Markdown, with the size of the run and whether RCU is safe."""
    if replayed.holds:
        return "**Holds** at every depth, with any number of tasks and CPUs."
    if replayed.run is None:
        return "**Fails**, but in none of the systems that were searched."
    broken = " and ".join(_ids(replayed.run.broken))
    verdict = f"**Fails** {_size(replayed.run)}, breaking {broken}."
    if replayed.rcu_safe:
        return f"{verdict} RCU stays safe at every depth: only the bookkeeping is wrong."
    if replayed.unsafe_run is None or replayed.run.broken & RCU_SAFETY:
        return f"{verdict} RCU is not safe."
    return f"{verdict} RCU is not safe either, but it takes longer: {_size(replayed.unsafe_run)}."


def _size(run: Run) -> str:
    """The steps of a run and the system that it is of."""
    counted = ((run.tasks, "task"), (run.cpus, "CPU"), (run.depth, "frame"))
    tasks, cpus, frames = (f"{count} {what}{'' if count == 1 else 's'}" for count, what in counted)
    return f"in {len(run.moves)} steps with {tasks}, {cpus} and {frames}"


# A run as text.


def timeline_text(rows: tuple[Row, ...]) -> str:
    """The rows of a run as lines of fixed width, each ended by a newline; row 0 has a line for each CPU."""
    lines = [_initial_cells(number, cpu) for number, cpu in enumerate(rows[0].cpus)]
    lines += [cells(row, before) for before, row in pairwise(rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n" for line in lines
    )


def cells(row: Row, before: Row) -> tuple[str, ...]:
    """The cells of a row that has a move: its number, CPU, task, what happens, and the CPU after it.

    One CPU is enough, because no move changes another. `before` is the row before this one. Raises ValueError for
    row 0, which has no move.
    """
    move = row.move
    if move is None:
        raise ValueError("row 0 has no move")
    after = row.cpus[move.cpu]
    moved = after.ct is not before.cpus[move.cpu].ct
    mark = ", ".join(f"{each.value} {each.rule}" for each in _sorted(row.broken))
    return (
        f"{row.number:2}",
        f"cpu{move.cpu}",
        f"t{move.task}",
        _what_happens(row, move, moved),
        *_cpu_cells(after),
        f"<- {mark}" if mark else "",
    )


def _initial_cells(number: int, cpu: CpuView) -> tuple[str, ...]:
    task = "" if cpu.task is None else f"t{cpu.task}"
    return (f"{0:2}", f"cpu{number}", task, "begins", *_cpu_cells(cpu), "")


def _cpu_cells(cpu: CpuView) -> tuple[str, ...]:
    runs = "idle" if cpu.task is None else " > ".join(("user", *(frame.kind.name for frame in cpu.frames)))
    regs = f"pt_regs={'user' if cpu.frames[-1].user_regs else 'kernel'}" if cpu.frames else ""
    return (runs, regs, f"ct={cpu.ct.name}", f"rcu={'on' if cpu.watching else 'off'}")


def _what_happens(row: Row, move: Move, moved: bool) -> str:
    if row.entered is not None:
        return f"enters {row.entered.name}"
    if row.ran is None:
        return "comes in"
    if row.ran.node.op is Op.MAY_SCHEDULE:
        return "schedules" if move.act is Act.LEAVE else "might schedule"
    words = _words(row.ran)
    if row.kept:
        words = f"{words}, {_variable(row.kept[0], move)}={row.kept[1].name}"
    return words if moved or _goes_without_saying(row.ran.node.op, row.kept) else f"{words}: no change"


def _words(ran: FrameView) -> str:
    """What a kernel developer calls the step."""
    op = ran.node.op
    if op in (Op.RCU_IN, Op.RCU_OUT):
        context = "irq" if ran.kind.name == "irq" else "nmi"
        return f"{context}_enter" if op is Op.RCU_IN else f"{context}_exit"
    return _WORDS.get(op) or str(op.value)


_WORDS = {
    Op.USER_EXIT_REENTRANT: "user_exit",
    Op.USER_EXIT_IF_USER_REGS: "user_exit by pt_regs",
    Op.USER_ENTER_IF_USER_REGS: "user_enter by pt_regs",
    Op.RCU: "uses RCU",
    Op.RETURN: "returns",
}


def _variable(keep: Keep, move: Move) -> str:
    if keep is Keep.FRAME:
        return "prev"
    return f"saved[cpu{move.cpu}]" if keep is Keep.CPU else f"saved[t{move.task}]"


_CHANGES = frozenset(
    {
        Op.USER_EXIT,
        Op.USER_EXIT_REENTRANT,
        Op.USER_EXIT_IF_USER_REGS,
        Op.USER_EXIT_IF_PREV,
        Op.USER_ENTER,
        Op.USER_ENTER_IF_USER_REGS,
        Op.EXCEPTION_ENTER,
        Op.EXCEPTION_EXIT,
    }
)


def _goes_without_saying(op: Op, kept: tuple[Keep, Ct] | None) -> bool:
    """Whether nobody expects the step to change the state, or the value that it saved says that it does not."""
    return op not in _CHANGES or (op is Op.EXCEPTION_ENTER and kept is not None and kept[1] is Ct.KERNEL)


def _sorted(broken: frozenset[Property]) -> list[Property]:
    return [each for each in Property if each in broken]


def _ids(broken: frozenset[Property]) -> list[str]:
    return [each.value for each in _sorted(broken)]
