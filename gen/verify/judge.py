"""The whole judgement of a model: the properties for every depth, and for an offstack claim each requirement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

from gen.diagnostics import Diagnostic, Span
from gen.model.blocks import steps_of
from gen.model.entry import EntryModel, Step
from gen.model.graph import Source
from gen.model.reduce import certain
from gen.model.vocabulary import Effect
from gen.verify.believed import believed_on
from gen.verify.compile import Compiled, Origin, Positions, compile_model, positions_of
from gen.verify.machine import Kind, Machine, Op
from gen.verify.misplaced import misplaced
from gen.verify.properties import ALL_PROPERTIES, Property
from gen.verify.search import Run
from gen.verify.slim import slim
from gen.verify.summaries import Proof, first_breaks, prove
from gen.verify.timeline import Row, timeline
from gen.verify.unfold import Position
from gen.verify.verdict import shortest_run
from gen.verify.windows import WindowPosition, window_positions

WEAKER_CONDITION = "179a9cf79212"
"""The commit whose condition is weaker than the help text: what fires in a window is NMI-like and does not schedule."""


class Answer(Enum):
    """What can be said of a requirement; the value is how it is printed."""

    HOLDS = "holds"
    WARNED = "holds with warnings"
    VIOLATED = "violated"
    UNKNOWN = "cannot tell"
    NOT_MODELLED = "not modelled"


class Verdict(Enum):
    """What can be said of a model as a whole; UNKNOWN is neither green nor red."""

    HOLDS = "holds"
    VIOLATED = "violated"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Doubt:
    """Something of a tree that was not read, or of which it is not known what it does: no verdict rests on it."""

    span: Span
    what: str


@dataclass(frozen=True)
class Place:
    """A place that an answer is about, and what is there."""

    span: Span
    what: str


@dataclass(frozen=True)
class Requirement:
    """One requirement of the offstack help text (arch/Kconfig) and the answer to it."""

    name: str
    title: str
    answer: Answer
    why: str
    places: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Violation:
    """A property that a run can break before any other, with a shortest such run as a table.

    `places` are all the places that can break it. There are no rows if the run was not found within the bound of the
    search.
    """

    broken: Property
    rows: tuple[Row, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Judgement:
    """The answer for one model.

    What was found wrong is wrong whatever the `doubts` are about; that nothing is wrong is known only without any.
    """

    model: EntryModel
    compiled: Compiled
    proof: Proof
    violations: tuple[Violation, ...]
    requirements: tuple[Requirement, ...]
    misplaced: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Whether the model holds as it is claimed."""
        return self._said(holds=self.holds)

    @property
    def weak(self) -> Verdict:
        """Whether the condition of the commit that brought offstack is met."""
        return self._said(holds=self.proof.holds)

    def _said(self, *, holds: bool) -> Verdict:
        return Verdict.VIOLATED if not holds else Verdict.UNKNOWN if self.doubts else Verdict.HOLDS

    @property
    def holds(self) -> bool:
        """Whether all properties hold, no step is misplaced, and no requirement that decides is violated.

        R5 and R6 are warnings: rcu-watching decides in R5's stead.
        """
        decisive = (each for each in self.requirements if each.name in {"R1", "R2", "R3", "R4"})
        return self.proof.holds and not self.misplaced and not any(each.answer is Answer.VIOLATED for each in decisive)


def judge(model: EntryModel, doubts: Iterable[Doubt] = ()) -> Judgement:
    """Proves a model for every depth, number of tasks and CPUs, or finds what breaks. Raises TooLargeError.

    Assumed steps are doubts, too: no run goes past one, so that nothing is found wrong that rests on it.
    """
    doubts = (*doubts, *doubtful_steps(model))
    compiled = compile_model(certain_model(model) if doubts else model)
    proof = prove(slim(compiled.machine))
    violations = () if proof.holds else tuple(_violations(compiled.machine))
    requirements: tuple[Requirement, ...] = ()
    if model.offstack:
        positions = positions_of(model) if doubts else compiled.positions
        requirements = tuple(_requirements(model, compiled.machine, positions, violations))
    if doubts:
        requirements = tuple(_doubted(each) for each in requirements)
    misplaced_steps = tuple(misplaced(model, compiled.positions))
    warnings = tuple(believed_on(model, compiled.positions))
    return Judgement(model, compiled, proof, violations, requirements, misplaced_steps, warnings, doubts)


def doubtful_steps(model: EntryModel) -> Iterator[Doubt]:
    """The assumed steps of paths that were read, each once."""
    seen = set[tuple[Span, str]]()
    for path in model.paths.values():
        for node in path.graph.nodes if path.graph else ():
            key = (node.item.span, node.provenance.why)
            if node.provenance.source is Source.ASSUMED and key not in seen:
                seen.add(key)
                yield Doubt(node.item.span, f"{node.provenance.why}, in {path.symbol}")


def certain_model(model: EntryModel) -> EntryModel:
    """The model with dead ends in the place of assumed steps."""
    paths = {
        name: replace(path, graph=certain(path.graph)) if path.graph else path for name, path in model.paths.items()
    }
    return replace(model, paths=paths)


def _doubted(requirement: Requirement) -> Requirement:
    """A requirement that is met by all that is known, where something is not known."""
    if requirement.answer is not Answer.HOLDS:
        return requirement
    return replace(requirement, answer=Answer.UNKNOWN, why=f"in what is known, {requirement.why}")


def _violations(machine: Machine) -> Iterator[Violation]:
    """Each property that can be broken first, in the order of their names, each with its own shortest run.

    What goes wrong after something else did is a consequence and no finding of its own.
    """
    slimmed = slim(machine)
    for broken, nodes in sorted(first_breaks(slimmed).items(), key=lambda each: each[0].value):
        run = _shortest_run(machine, slimmed, wanted=frozenset({broken}))
        origins = (node.origin for node in nodes)
        places = (Place(each.span, f"{each.path.symbol}: {each.text}") for each in origins if isinstance(each, Origin))
        yield Violation(broken, timeline(run) if run else (), tuple(dict.fromkeys(places)))


def _shortest_run(
    machine: Machine,
    slimmed: Machine,
    checked: frozenset[Property] = ALL_PROPERTIES,
    wanted: frozenset[Property] = ALL_PROPERTIES,
) -> Run | None:
    """A shortest run of the full machine, at the smallest depth at which the slimmed one breaks."""
    depth = prove(slimmed, checked, wanted=wanted).smallest_depth
    return None if depth is None else shortest_run(machine, depth, checked, wanted=wanted)


# The requirements.


def _requirements(
    model: EntryModel, machine: Machine, positions: Positions, violations: tuple[Violation, ...]
) -> Iterator[Requirement]:
    """The requirements of a model by all its positions; `machine` is of what is known of it."""
    windows = [each for path in model.paths.values() for each in window_positions(model, path, positions[path.name])]
    broken = {each.broken for each in violations}
    yield _r1(model)
    yield _r2(model)
    yield _r3(machine, broken)
    yield _r4(model, positions, windows)
    yield _r5(broken)
    yield _r6(model, windows)


def _steps_with(model: EntryModel, *effects: Effect) -> tuple[Place, ...]:
    return tuple(Place(step.span, str(step)) for step in steps_of(model, model.paths) if step.row.effect in effects)


def _r1(model: EntryModel) -> Requirement:
    places = _steps_with(model, Effect.EXCEPTION_ENTER, Effect.EXCEPTION_EXIT)
    why = f"{len(places)} steps use the pair, which does nothing then" if places else "no step uses the pair"
    return Requirement("R1", "does not depend on exception_enter() and exception_exit()", _answer(places), why, places)


def _r2(model: EntryModel) -> Requirement:
    places = _steps_with(model, Effect.SCHEDULE_USER)
    why = "schedule_user() is not built then" if places else "no step calls it"
    return Requirement("R2", "does not use schedule_user()", _answer(places), why, places)


def _answer(places: tuple[Place, ...]) -> Answer:
    return Answer.VIOLATED if places else Answer.HOLDS


def _r3(machine: Machine, broken: set[Property]) -> Requirement:
    """Proved with every other scheduling point taken out, so that only preempt_schedule_irq() can break it."""
    title = "preempt_schedule_irq() and preempt_schedule_notrace() are not reached preemptible in the USER state"
    notrace = "preempt_schedule_notrace() is called by tracing, which R6 keeps out of the windows: not modelled"
    holds = Requirement("R3", title, Answer.HOLDS, f"preempt_schedule_irq() finds KERNEL at every depth; {notrace}")
    if Property.I2S not in broken:
        return holds
    alone = slim(_only_preemption(machine))
    found = first_breaks(alone, frozenset({Property.I2S})).get(Property.I2S, ())
    if not found:
        return holds
    origins = (node.origin for node in found)
    places = tuple(
        Place(each.span, f"{each.text} can find the USER state, in {each.path.symbol} ({each.path.file})")
        for each in origins
        if isinstance(each, Origin)
    )
    return Requirement("R3", title, Answer.VIOLATED, "preempt_schedule_irq() can find the USER state", places)


def _only_preemption(machine: Machine) -> Machine:
    def kept(kind: Kind) -> Kind:
        nodes = (
            replace(node, op=Op.BRANCH) if node.op is Op.MAY_SCHEDULE and not _is_preemption(node.origin) else node
            for node in kind.nodes
        )
        return replace(kind, nodes=tuple(nodes))

    return replace(machine, kinds=tuple(map(kept, machine.kinds)))


def _is_preemption(origin: object) -> bool:
    return isinstance(origin, Origin) and origin.text.startswith("preempt_schedule_irq()")


def _r4(model: EntryModel, positions: Positions, windows: list[WindowPosition]) -> Requirement:
    title = "critical entry code is not preemptible, and better not interruptible"
    preempting = {path.interrupt_class for path in model.paths.values() if _can_preempt(positions[path.name])}
    maskable = {name for name, each in model.classes.items() if each.maskable}
    opened = [(each, maskable - each.position.masks.masked) for each in windows]
    preemptible = [
        (each, classes) for each, classes in opened if classes & preempting and not each.position.masks.nopreempt
    ]
    places = _grouped(
        (
            each.position.item.span,
            f"`{each.position.item}` runs with {_listed(classes)} open {each.window.value}",
            each.path.name,
        )
        for each, classes in preemptible
    )
    if places:
        return Requirement(
            "R4", title, Answer.VIOLATED, f"preemptible at {_places(len(places))} in the windows", places
        )
    names = sorted(set().union(*(classes for _, classes in opened)))
    if names:
        return Requirement("R4", title, Answer.WARNED, f"not preemptible, but interruptible by {_listed(names)}")
    return Requirement("R4", title, Answer.HOLDS, "every class that can be masked is masked in both windows")


def _grouped(found: Iterable[tuple[Span, str, str]]) -> tuple[Place, ...]:
    """One place for each span and text, with all the paths that come by."""
    paths: dict[tuple[Span, str], dict[str, None]] = {}
    for span, what, path in found:
        paths.setdefault((span, what), {})[path] = None
    return tuple(Place(span, f"{what}, in {_some(list(names))}") for (span, what), names in paths.items())


def _some(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= 3 else f"{', '.join(names[:3])} and {len(names) - 3} more"


def _listed(classes: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(classes))


def _places(number: int) -> str:
    return f"{number} place{'' if number == 1 else 's'}"


def _can_preempt(positions: Iterable[Position]) -> bool:
    items = (position.item for position in positions)
    return any(isinstance(item, Step) and item.row.effect is Effect.PREEMPT_IRQ for item in items)


def _r5(broken: set[Property]) -> Requirement:
    title = "no RCU read side in critical entry code unless ct_nmi_enter() was called"
    if Property.I2R in broken:
        return Requirement("R5", title, Answer.VIOLATED, "RCU is used while it does not watch: see rcu-watching")
    return Requirement("R5", title, Answer.HOLDS, "whatever uses RCU finds it watching, at every depth")


def _r6(model: EntryModel, windows: list[WindowPosition]) -> Requirement:
    title = "no instrumentation in critical entry code unless instrumentation_begin()"
    places = _grouped(traced for each in windows if (traced := _traced(each)) is not None)
    own = tuple(
        Place(path.span, f"{path.symbol}() ({path.file}) is not noinstr")
        for path in model.paths.values()
        if not path.noinstr and any(each.path is path for each in windows)
    )
    if places or own:
        return Requirement(
            "R6", title, Answer.WARNED, f"{_places(len(places) + len(own))} can be instrumented", (*own, *places)
        )
    return Requirement("R6", title, Answer.HOLDS, "nothing in the windows can be instrumented")


def _traced(each: WindowPosition) -> tuple[Span, str, str] | None:
    """Where code can be instrumented in a window, what, and in which path.

    instrumentation_begin() is no excuse there: it allows what needs RCU where RCU does not watch.
    """
    item = each.position.item
    if each.position.masks.instrumentation:
        return item.span, f"instrumentation_begin() still holds at `{item}`, {each.window.value}", each.path.name
    if not isinstance(item, Step) or item.row.effect is Effect.RETURN:
        return None
    if not (item.row.traceable or (item.handler and item.handler.traceable)):
        return None
    name = item.handler.name if item.handler else item.word
    return item.span, f"{name}() can be instrumented {each.window.value}", each.path.name
