"""A counterexample told to a kernel developer: rows of text, the window that it goes through, what would mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from gen.diagnostics import Diagnostic, Related, Span
from gen.model.entry import EntryModel, EntryPath, is_assembly
from gen.model.windows import Window
from gen.verify import rules
from gen.verify.compile import Origin
from gen.verify.judge import Judgement, Requirement, Violation
from gen.verify.machine import Ct
from gen.verify.properties import RCU_SAFETY, Property
from gen.verify.system import Act
from gen.verify.timeline import CpuView, FrameView, Row

PRINTED = {
    Property.I1: "nothing",
    Property.I2S: "SCHED_WARN_ON(ct_state() == CT_STATE_USER)",
    Property.I2R: "suspicious RCU usage, illegal from extended quiescent state",
    Property.I3: "nothing",
    Property.I3B: "nothing",
    Property.I4: "CT_WARN_ON in enter_from_user_mode",
    Property.I5: "WARN_ON_ONCE in ct_kernel_enter_state or ct_nmi_exit",
}
"""What the kernel prints where a property is broken."""

_COSTS = {
    True: "RCU-unsafe: kernel code runs that RCU does not wait for",
    False: "bookkeeping: the tick stays on in user code, nohz_full and vtime are wrong",
}
_WHAT = {
    Property.I1: "{symbol} returns in another state than it was entered in",
    Property.I2S: "{call} may schedule in the USER state",
    Property.I2R: "{call} uses RCU while it does not watch",
    Property.I3: "{symbol} goes back to user code in the KERNEL state",
    Property.I3B: "a task comes in on a CPU in the USER state, at {call}",
    Property.I4: "the state is already what {call} would make it",
    Property.I5: "RCU watches the other way round after {call}",
}
_SAYS_WHERE = frozenset({Property.I1, Property.I3})
"""What names the symbol that it is in."""


@dataclass(frozen=True)
class CpuText:
    """One CPU in one row: the kinds on its stack, outermost first; what its pt_regs, the state and RCU say."""

    frames: str
    pt_regs: str
    state: str
    rcu: str


@dataclass(frozen=True)
class Line:
    """One row of a timeline as text; `cpu` is the number of the CPU that moved, `mark` is for the margin."""

    number: int
    cpu: int
    what: str
    cpus: tuple[CpuText, ...]
    span: Span | None
    symbol: str
    mark: str


def property_class(broken: Property) -> str:
    """What a violation costs, in one phrase."""
    return _COSTS[broken in RCU_SAFETY]


def lines(violation: Violation) -> list[Line]:
    """The timeline as text; the first line where pt_regs and the state disagree is marked, and the one that breaks."""
    return raw_lines(violation.rows, (violation.broken,))


def raw_lines(rows: Sequence[Row], broken: Sequence[Property]) -> list[Line]:
    """The same for rows of any machine, whose last one breaks `broken`."""
    told: list[Line] = []
    disagreed = False
    for row in rows:
        view = _view(row)
        disagrees = _disagrees(view)
        mark = f"<- {', '.join(each.rule for each in broken)}" if row.broken else ""
        if disagrees and not disagreed and not row.broken:
            mark = "<- pt_regs and the state disagree"
        disagreed = disagreed or disagrees
        told.append(_line(row, mark))
    return told


def _view(row: Row) -> CpuView:
    return row.cpus[row.move.cpu if row.move else 0]


def _disagrees(view: CpuView) -> bool:
    """Whether the state says USER in kernel code that interrupted kernel code, or KERNEL in user code."""
    if view.task is None:
        return False
    if not view.frames:
        return view.ct is Ct.KERNEL
    return not view.frames[-1].user_regs and view.ct is Ct.USER


def _line(row: Row, mark: str) -> Line:
    origin = _origin(row)
    return Line(
        number=row.number,
        cpu=row.move.cpu if row.move else 0,
        what=_what(row, origin) + _kept(row),
        cpus=tuple(map(_cpu_text, row.cpus)),
        span=origin.span if origin else None,
        symbol=origin.path.symbol if origin else "",
        mark=mark,
    )


def _cpu_text(view: CpuView) -> CpuText:
    top = view.frames[-1] if view.frames else None
    frames = " > ".join(["user", *(frame.kind.name for frame in view.frames)]) if view.task is not None else "idle"
    pt_regs = "-" if top is None else "user" if top.user_regs else "kernel"
    return CpuText(frames, pt_regs, view.ct.name, "on" if view.watching else "off")


def _kept(row: Row) -> str:
    if row.kept is None:
        return ""
    keep, value = row.kept
    return f" [{keep.value}: {value.name}]"


def _origin(row: Row) -> Origin | None:
    """The place in the spec that a row is about: the step that ran, or the path that was entered."""
    frame = row.ran
    if frame is not None and isinstance(frame.node.origin, Origin):
        return frame.node.origin
    if row.entered is not None and isinstance(row.entered.nodes[0].origin, Origin):
        first = row.entered.nodes[0].origin
        return Origin(first.path, first.path.title, first.path.span, (), first.masks)
    return None


def _what(row: Row, origin: Origin | None) -> str:
    if row.move is None:
        return "the task runs in user mode"
    text = origin.text if origin else row.ran.node.op.value if row.ran else row.entered.name if row.entered else ""
    match row.move.act:
        case Act.ENTER:
            return f"enters: {text}"
        case Act.LEAVE:
            return f"{text}: the task is switched out"
        case Act.COME_IN:
            return f"task {row.move.task} comes in on cpu{row.move.cpu}"
        case _:
            return text


def window_of(violation: Violation) -> tuple[Window, EntryPath, EntryPath] | None:
    """The critical window that the run goes through: the window, whose it is, and what hits it; None if none is hit."""
    exited = False
    for before, row in zip(violation.rows, violation.rows[1:], strict=False):
        view = _view(before)
        if not view.frames:
            exited = False
        exited = exited or view.ct is Ct.KERNEL
        hit = row.entered.nodes[0].origin if row.entered else None
        if view.frames and view.ct is Ct.USER and isinstance(hit, Origin):
            below = _frame_path(view.frames[-1])
            if below is not None:
                return (Window.EXIT if exited else Window.ENTRY, below, hit.path)
    return None


def _frame_path(frame: FrameView) -> EntryPath | None:
    origin = frame.node.origin
    return origin.path if isinstance(origin, Origin) else None


def what_breaks(broken: Property, origin: Origin) -> str:
    """What goes wrong at a step, with the names of what does it."""
    call = origin.text if origin.text.endswith(")") else f"{origin.text}()"
    return _WHAT[broken].format(call=call, symbol=origin.path.symbol)


def where_it_breaks(violation: Violation, origin: Origin) -> str:
    """In which path, and what was interrupted if that matters."""
    window = window_of(violation)
    if window is not None:
        which, below, hit = window
        return f"when {hit.name} hits {below.symbol} ({below.file}) {which.value}"
    path = origin.path
    return f"in {path.file}" if violation.broken in _SAYS_WHERE else f"in {path.symbol} ({path.file})"


# Findings.

_RULES = {
    Property.I1: rules.state_restored,
    Property.I2S: rules.schedule_in_kernel_state,
    Property.I2R: rules.rcu_watching,
    Property.I3: rules.user_on_return,
    Property.I3B: rules.switch_in_kernel,
    Property.I4: rules.no_double_transition,
    Property.I5: rules.watching_parity,
}


def violation_finding(judgement: Judgement, violation: Violation, fallback: Span) -> Diagnostic:
    """The finding for one broken property, at the step that breaks it; `flow` has the whole run."""
    told = lines(violation)
    last = told[-1] if told else None
    window = window_of(violation)
    origin = _origin(violation.rows[-1]) if violation.rows else None
    what = what_breaks(violation.broken, origin) if origin else f"{violation.broken.rule} does not hold"
    where = where_it_breaks(violation, origin) if origin else ""
    related = []
    if window is not None:
        _, below, hit = window
        related = [Related(below.span, "this path was interrupted"), Related(hit.span, "by this one")]
    span = (last.span if last else None) or fallback
    if origin and violation.broken in _SAYS_WHERE and (in_c := _last_of_c(told, origin)):
        related.append(Related(span, "it returns here"))
        span = in_c
    mend = _mend(judgement.model, violation)
    finding = _RULES[violation.broken].at(span, what, where, mend, related)
    flow = tuple(Related(line.span or fallback, f"{line.what} [{line.cpus[line.cpu].state}]") for line in told)
    return replace(finding, flow=flow, function=last.symbol if last else "")


def _last_of_c(told: Sequence[Line], origin: Origin) -> Span | None:
    """Of a handler of C that returns by assembly, the last of its C; None if assembly moved the state after that.

    Such assembly is the same for all handlers, and is not what is wrong.
    """
    last = told[-1]
    if last.span is None or not is_assembly(last.span.file) or is_assembly(origin.path.file):
        return None
    found: Span | None = None
    for before, line in reversed(tuple(pairwise(told[:-1]))):
        if line.symbol != last.symbol or line.span is None:
            continue
        if line.span.file == origin.path.file:
            return line.span
        if not is_assembly(line.span.file):
            found = found or line.span
        elif before.cpus[line.cpu].state != line.cpus[line.cpu].state:
            return None
    return found


def _mend(model: EntryModel, violation: Violation) -> str:
    window = window_of(violation)
    if window is None:
        return {
            Property.I2S: "schedule in the KERNEL state: before user_enter, or after user_exit",
            Property.I2R: _watch(model, violation),
            Property.I4: "call it where the other state is sure: once on each way, and not for interrupted kernel code",
        }.get(violation.broken, "restore the state on every way to the return")
    which, below, hit = window
    place = "until user_exit" if which is Window.ENTRY else "from before user_enter to the return"
    close = f"mask `{hit.interrupt_class}` {place} in {below.symbol}"
    if model.classes[hit.interrupt_class].synchronous:
        close = f"keep code that faults out of {below.symbol} {place}"
    elif not model.classes[hit.interrupt_class].maskable:
        close = f"make {hit.symbol} NMI-like: ct_nmi_enter, no context tracking, no scheduling"
    pair = "" if not model.offstack else ", or declare `offstack: false` and keep the state with exception_enter"
    return close + pair


def _watch(model: EntryModel, violation: Violation) -> str:
    """How RCU comes to watch: what cannot be masked must leave context tracking alone."""
    origin = _origin(violation.rows[-1]) if violation.rows else None
    found = model.classes.get(origin.path.interrupt_class) if origin else None
    if found is not None and not found.maskable and not found.synchronous:
        return "call ct_nmi_enter before it"
    return "call user_exit before it, or move it before user_enter"


def requirement_findings(requirement: Requirement) -> list[Diagnostic]:
    """The findings for a requirement that is not simply met; R1, R2 and R5 are found by rules of their own."""
    made = {"R3": rules.offstack_r3, "R4": rules.offstack_r4, "R6": rules.offstack_r6}.get(requirement.name)
    return [] if made is None else [made.at(place.span, place.what) for place in requirement.places]
