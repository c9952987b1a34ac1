"""Helpers of test_spec_mutants.py: every one-step mutant of a model, and what gen says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

from gen.diagnostics import Sink
from gen.model.entry import Block, Branch, Call, EntryModel, EntryPath, Handler, Item, Loop, Sequence, Step, Whence
from gen.model.vocabulary import Effect
from gen.spec.archspec import ArchSpec
from gen.spec.crosscheck import cross_check
from gen.verify import judge
from gen.verify.compile import compile_model
from gen.verify.judge import Requirement
from gen.verify.machine import Machine
from gen.verify.misplaced import misplaced
from gen.verify.slim import slim
from gen.verify.summaries import prove
from gen.verify.unfold import TooLargeError

# What a mutant is.


@dataclass(frozen=True)
class Edit:
    """One change of a block: what was done, to which items, and where from or to if that is a branch or loop.

    `asked` is `idle_task` if the change is inside a branch on that condition.
    """

    what: str
    items: tuple[Item, ...]
    asked: str = ""

    def __str__(self) -> str:
        return f"{self.what} {' / '.join(map(str, self.items))}"


@dataclass(frozen=True)
class Mutant:
    """A model in which one step is gone or stands elsewhere. `holder` is the sequence or path that was changed."""

    name: str
    holder: str
    edit: Edit
    model: EntryModel


_NO_MARKERS = frozenset(
    {
        Effect.WORK,
        Effect.CODE,
        Effect.SCHEDULE,
        Effect.SCHEDULE_USER,
        Effect.PREEMPT_IRQ,
        Effect.RETURN,
        Effect.PANIC,
    }
)


def is_marker(item: Item) -> bool:
    """Whether an item is a step that changes what holds from there on, and not one that runs something."""
    return isinstance(item, Step) and item.row.effect not in _NO_MARKERS


def mutants(model: EntryModel) -> Iterator[Mutant]:
    """Each mutant once: a step or call gone, two neighbours swapped, a marker moved into or out of a branch or loop."""
    names: dict[str, int] = {}
    holders: tuple[Sequence | EntryPath, ...] = (*model.sequences.values(), *model.paths.values())
    for holder in holders:
        bodies = {holder.body}
        for edit, body in edits(holder.body):
            if body in bodies:
                continue
            bodies.add(body)
            name = f"{holder.name}: {edit}"
            names[name] = names.get(name, 0) + 1
            if names[name] > 1:
                name += f" ({names[name]})"
            yield Mutant(name, holder.name, edit, _with_body(model, holder.name, body))


def _with_body(model: EntryModel, holder: str, body: Block) -> EntryModel:
    if holder in model.sequences:
        changed = replace(model.sequences[holder], body=body)
        return replace(model, sequences={**model.sequences, holder: changed})
    return replace(model, paths={**model.paths, holder: replace(model.paths[holder], body=body)})


def edits(block: Block) -> Iterator[tuple[Edit, Block]]:
    """Every edit of a block and of the blocks inside it, with the block that it leads to."""
    for at, item in enumerate(block):
        before, after = block[:at], block[at + 1 :]
        if isinstance(item, Step | Call):
            yield Edit("delete", (item,)), (*before, *after)
        else:
            yield from _inner_edits(before, item, after)
            yield from _moves_out(before, item, after)
            yield from _moves_in(before, item, after)
        if after and _may_swap(item, after[0]):
            yield Edit("swap", (item, after[0])), (*before, after[0], item, *after[1:])


def _may_swap(one: Item, other: Item) -> bool:
    """Steps and calls with each other; a branch or loop with a marker."""
    small = isinstance(one, Step | Call) and isinstance(other, Step | Call)
    return small or is_marker(one) or is_marker(other)


def _inner_edits(before: Block, item: Branch | Loop, after: Block) -> Iterator[tuple[Edit, Block]]:
    for arm, inner in _arms(item):
        for edit, changed in edits(inner):
            if item.condition == "idle_task":
                edit = replace(edit, asked=item.condition)
            yield edit, (*before, _with_arm(item, arm, changed), *after)


def _moves_out(before: Block, item: Branch | Loop, after: Block) -> Iterator[tuple[Edit, Block]]:
    for arm, inner in _arms(item):
        if inner and is_marker(inner[0]):
            yield (
                Edit("move up out of", (inner[0], item)),
                (*before, inner[0], _with_arm(item, arm, inner[1:]), *after),
            )
        if inner and is_marker(inner[-1]):
            yield (
                Edit("move down out of", (inner[-1], item)),
                (*before, _with_arm(item, arm, inner[:-1]), inner[-1], *after),
            )


def _moves_in(before: Block, item: Branch | Loop, after: Block) -> Iterator[tuple[Edit, Block]]:
    for arm, inner in _arms(item):
        if before and is_marker(before[-1]):
            changed = _with_arm(item, arm, (before[-1], *inner))
            yield Edit(f"move down into `{arm}` of", (before[-1], item)), (*before[:-1], changed, *after)
        if after and is_marker(after[0]):
            changed = _with_arm(item, arm, (*inner, after[0]))
            yield Edit(f"move up into `{arm}` of", (after[0], item)), (*before, changed, *after[1:])


def _arms(item: Branch | Loop) -> tuple[tuple[str, Block], ...]:
    return (("do", item.body),) if isinstance(item, Loop) else (("then", item.then), ("else", item.otherwise))


def _with_arm(item: Branch | Loop, arm: str, block: Block) -> Item:
    if isinstance(item, Loop):
        return replace(item, body=block)
    return replace(item, then=block) if arm == "then" else replace(item, otherwise=block)


# What gen says of it.


def requirements_of(model: EntryModel) -> tuple[Requirement, ...] | str:
    """The answers to the requirements, with their places; `proof` or `misplaced` if that fails. Raises TooLargeError.

    `judge` would go on to look for the shortest run of each property that is broken, which takes longer than the rest.
    """
    compiled = compile_model(model)
    if not _holds(slim(compiled.machine)):
        return "proof"
    if any(misplaced(model, compiled.positions)):
        return "misplaced"
    return tuple(judge._requirements(model, compiled.machine, compiled.positions, ())) if model.offstack else ()


@lru_cache(maxsize=64)
def _holds(machine: Machine) -> bool:
    """Whether a machine holds; half of the mutants are the same machine as the spec."""
    return prove(machine).holds


def caught_by(spec: ArchSpec, model: EntryModel, answers: tuple[Requirement, ...] | str) -> str:
    """What notices a mutant of a spec that holds; empty if nothing does. `answers` are the spec's own."""
    sink = Sink()
    cross_check(replace(spec, model=model), sink)
    if sink.failed:
        return "cross-check"
    try:
        found = requirements_of(model)
    except TooLargeError:
        return "size"
    if isinstance(found, str):
        return found
    return "" if found == answers else "requirements"


# What a path goes through, as far as it matters: an analysis of its own, path by path, without stacks.


class View(NamedTuple):
    """What holds at a position. `woke` has, for each open ct_nmi_enter or ct_irq_enter, whether RCU slept before."""

    user: bool
    watching: bool
    masked: frozenset[str]
    woke: tuple[bool, ...] = ()
    hardirq: int = 0
    nopreempt: int = 0
    instrumentation: int = 0

    @property
    def calm(self) -> bool:
        """KERNEL, and RCU watches: here whatever uses RCU or schedules may do so, masked or not.

        What hits a calm position begins calm and with kernel pt_regs, so no step of it moves the state.
        """
        return not self.user and self.watching


_COUNTED = {
    Effect.HARDIRQ_ON: ("hardirq", 1),
    Effect.HARDIRQ_OFF: ("hardirq", -1),
    Effect.SOFTIRQS: ("hardirq", -1),
    Effect.PREEMPT_OFF: ("nopreempt", 1),
    Effect.PREEMPT_ON: ("nopreempt", -1),
    Effect.INSTRUMENTATION_BEGIN: ("instrumentation", 1),
    Effect.INSTRUMENTATION_END: ("instrumentation", -1),
}
_MOVES = {Effect.USER_EXIT: False, Effect.USER_EXIT_REENTRANT: False, Effect.USER_ENTER: True}
_ASKS = frozenset({Effect.WORK, Effect.CODE, Effect.SCHEDULE, Effect.PREEMPT_IRQ})
_ENDS = frozenset({Effect.RETURN, Effect.PANIC})
_MOST = 4


def _after(step: Step, view: View) -> View:
    effect = step.row.effect
    if effect in _MOVES:
        user = _MOVES[effect]
        is_silent = view.hardirq and not step.row.unasked
        return view if is_silent or view.user is user else view._replace(user=user, watching=not user)
    match effect:
        case Effect.RCU_IN:
            return view._replace(watching=True, woke=(*view.woke, not view.watching)[:_MOST])
        case Effect.RCU_OUT:
            slept = bool(view.woke) and view.woke[-1]
            return view._replace(watching=view.watching and not slept, woke=view.woke[:-1])
        case Effect.MASK:
            return view._replace(masked=view.masked | set(step.classes))
        case Effect.UNMASK | Effect.INHERIT:
            return view._replace(masked=view.masked - set(step.classes))
    if effect in _COUNTED:
        name, change = _COUNTED[effect]
        return view._replace(**{name: min(max(getattr(view, name) + change, 0), _MOST)})
    return view


_Node = tuple[Item, tuple[int, ...]]


class _Graph:
    """The items of a path with its calls inlined; a branch or loop leads to what follows yes, and what follows no.

    `calls` has, for each call, the sequence, the node where it begins, and the one behind it.
    """

    def __init__(self, model: EntryModel, path: EntryPath) -> None:
        self.nodes: list[_Node] = []
        self._sequences = model.sequences
        self.calls: list[tuple[str, int, int]] = []
        self.start = self._block(path.body, -1)

    def _block(self, block: Block, then: int) -> int:
        for item in reversed(block):
            match item:
                case Call():
                    behind = then
                    then = self._block(self._sequences[item.sequence].body, behind)
                    self.calls.append((item.sequence, then, behind))
                case Branch():
                    then = self._add(item, (self._block(item.then, then), self._block(item.otherwise, then)))
                case Loop():
                    loop = self._add(item, ())
                    self.nodes[loop] = (item, (self._block(item.body, loop), then))
                    then = loop
                case Step():
                    then = self._add(item, () if item.row.effect in _ENDS else (then,))
        return then

    def _add(self, item: Item, ways: tuple[int, ...]) -> int:
        self.nodes.append((item, ways))
        return len(self.nodes) - 1


class Start(NamedTuple):
    """How a path begins: by which pt_regs, in which state, whether RCU watches, and what the code below has masked.

    Nothing is said of the masks below where the path begins calm: there they decide nothing.
    """

    user_regs: bool
    user: bool
    watching: bool
    masked: frozenset[str] | None = frozenset()


_FROM_USER = Start(user_regs=True, user=True, watching=False)
_FORKED = Start(user_regs=True, user=False, watching=True)
_CALM = Start(user_regs=False, user=False, watching=True, masked=None)

Letter = tuple[object, ...]
_At = tuple[int, View, Letter]
"""A node, the view there, and the letter of the last exposure."""


class Stories:
    """What each path of a model goes through, from each start that it may have."""

    def __init__(self, model: EntryModel) -> None:
        self._model = model
        self._graphs = {name: _Graph(model, path) for name, path in model.paths.items()}
        hitting = [path for path in model.paths.values() if _hits_kernel(path)]
        self._faulting = [path for path in hitting if self._synchronous(path)]
        self._interrupting = [path for path in hitting if not self._synchronous(path)]
        self._flaws: set[tuple[str, str]] = set()

    def _synchronous(self, path: EntryPath) -> bool:
        return bool(path.interrupt_class) and self._model.classes[path.interrupt_class].synchronous

    @cached_property
    def starts(self) -> frozenset[tuple[str, Start]]:
        """Every path with every start that it may have; what it interrupts is followed from position to position."""
        waiting: list[tuple[str, Start]] = []
        for path in self._model.paths.values():
            if path.whence is not Whence.KERNEL:
                waiting.append((path.name, _FORKED if path.whence is Whence.FORK else _FROM_USER))
        found = set(waiting)
        for name, start in waiting:
            for hit in self._followed(name, start):
                if hit not in found:
                    found.add(hit)
                    waiting.append(hit)
        return frozenset(found)

    @property
    def flaws(self) -> set[tuple[str, str]]:
        """What is wrong in which path: code that may be `instrumented` while RCU sleeps."""
        return self._flaws if self.starts else set()

    def _followed(self, name: str, start: Start) -> Iterator[tuple[str, Start]]:
        """What may hit a path at its positions, and how that begins. Flaws are noted by the way."""
        for node, view, _ in self._reached(name, start, self._first(name, start)):
            item = self._graphs[name].nodes[node][0]
            if view.instrumentation and not view.watching:
                self._flaws.add((name, "instrumented"))
            below = start.masked or frozenset()
            for path in self._hitting(item, view, below):
                masked = below | view.masked
                yield path.name, _CALM if view.calm else Start(False, view.user, view.watching, masked)

    def through(self, sequence: str) -> Iterator[tuple[View, View]]:
        """The views with which a sequence is entered, each with every view with which it may be left."""
        for name, start in self.starts:
            calls = [(entry, behind) for called, entry, behind in self._graphs[name].calls if called == sequence]
            reached = self._reached(name, start, self._first(name, start)) if calls else []
            for entry, behind in calls:
                for at in (at for at in reached if at[0] == entry):
                    left = self._reached(name, start, at, behind)
                    yield from ((at[1], view) for node, view, _ in left if node == behind)

    def _reached(self, name: str, start: Start, first: _At, behind: int | None = None) -> list[_At]:
        """Every position that a path comes by from one of its positions, up to those at the node `behind`."""
        waiting, seen = [first], {first}
        for at in waiting:
            if at[0] != behind:
                new = [after for after in self._onwards(name, start, at) if after not in seen]
                seen.update(new)
                waiting += new
        return waiting

    def _hitting(self, item: Item, view: View, below: frozenset[str]) -> Iterator[EntryPath]:
        yield from (path for path in self._interrupting if path.interrupt_class not in view.masked | below)
        if isinstance(item, Step) and item.handler and item.handler.faults:
            yield from self._faulting

    def _first(self, name: str, start: Start) -> _At:
        masked = frozenset(self._model.paths[name].masked)
        return self._graphs[name].start, View(start.user, start.watching, masked), ()

    def _onwards(self, name: str, start: Start, at: _At) -> Iterator[_At]:
        node, view, exposed = at
        item, ways = self._graphs[name].nodes[node]
        view = _after(item, view) if isinstance(item, Step) else view
        if isinstance(item, Branch | Loop):
            known = _known_answer(item.condition, start)
            ways = ways if known is None else ways[:1] if known else ways[1:]
        yield from ((way, view, exposed) for way in ways if way >= 0)

    # What a path goes through, as letters.

    def told(self, name: str, start: Start) -> frozenset[_At]:
        """Where a path stands before its first letter."""
        return frozenset({self._first(name, start)})

    def letters(
        self, name: str, start: Start, standing: frozenset[_At], read: Callable[[Letter], Letter]
    ) -> dict[Letter, frozenset[_At]]:
        """The letters that can come next, each with where the path may stand behind it.

        A position's exposure is a letter, unless it was the last one; then comes that of its step, if it has one.
        """
        found: dict[Letter, set[_At]] = {}
        waiting, seen = list(standing), set(standing)
        for at in waiting:
            node, view, exposed = at
            exposure = read(("calm",) if view.calm else _exposure(view))
            letter = self._step_letter(name, at)
            if exposure != exposed:
                found.setdefault(exposure, set()).add((node, view, exposure))
            elif letter:
                found.setdefault(letter, set()).update(self._onwards(name, start, at))
            else:
                new = [after for after in self._onwards(name, start, at) if after not in seen]
                seen.update(new)
                waiting += new
        return {letter: frozenset(after) for letter, after in found.items()}

    def _step_letter(self, name: str, at: _At) -> Letter | None:
        node, view, _ = at
        item = self._graphs[name].nodes[node][0]
        if not isinstance(item, Step):
            return None
        effect = item.row.effect
        if effect in _MOVES:
            return effect, view.hardirq > 0 and not item.row.unasked
        if effect in _ENDS:
            return (effect,)
        if effect in _ASKS or effect is Effect.SOFTIRQS:
            return None if view.calm or _asks_nothing(item.handler, effect) else (effect, item.handler)
        if effect in {Effect.RCU_IN, Effect.RCU_OUT}:
            return None if view.calm and _after(item, view).calm else (effect, view.watching, view.woke)
        return None


def _exposure(view: View) -> Letter:
    return view.user, view.watching, view.masked, view.hardirq > 0, view.nopreempt > 0


def _asks_nothing(handler: Handler | None, effect: Effect) -> bool:
    return effect is Effect.CODE and handler is not None and not (handler.uses_rcu or handler.faults)


def _hits_kernel(path: EntryPath) -> bool:
    return path.whence in {Whence.KERNEL, Whence.ANY}


def _known_answer(condition: str, start: Start) -> bool | None:
    """The answers that the start gives; nothing that the idle task runs is followed, as in gen."""
    if condition == "irqs_were_on" and start.masked is not None:
        return "irq" not in start.masked
    return {"user_regs": start.user_regs, "kernel_regs": not start.user_regs, "idle_task": False}.get(condition)


def is_within(
    changed: Stories, spec: Stories, name: str, start: Start, other: Start, read: Callable[[Letter], Letter]
) -> bool:
    """Whether the letters of a path in `changed` can come in no order in which they cannot in `spec`."""
    first = (changed.told(name, start), spec.told(name, other))
    waiting, seen = [first], {first}
    for mine, yours in waiting:
        left, right = changed.letters(name, start, mine, read), spec.letters(name, other, yours, read)
        if not left.keys() <= right.keys():
            return False
        for letter, after in left.items():
            pair = (after, right[letter])
            if pair not in seen:
                seen.add(pair)
                waiting.append(pair)
    return True


# Why a mutant is not caught.

Rule = Callable[[Mutant, Stories, Stories], bool]
"""Whether a rule is about a mutant, given the stories of the spec and those of the mutant."""


def _is_about_the_idle_task(mutant: Mutant, _: Stories, __: Stories) -> bool:
    return mutant.edit.asked == "idle_task"


def _is_instrumented(_: Mutant, spec: Stories, changed: Stories) -> bool:
    return any(flaw == "instrumented" for _, flaw in changed.flaws - spec.flaws)


def _asks_less(mutant: Mutant, _: Stories, __: Stories) -> bool:
    (item, *others) = mutant.edit.items
    return mutant.edit.what == "delete" and not others and isinstance(item, Step) and item.row.effect in _ASKS


def _leaves_no_trace(mutant: Mutant, spec: Stories, _: Stories) -> bool:
    (item, *others) = mutant.edit.items
    if mutant.edit.what != "delete" or others or not isinstance(item, Call):
        return False
    return all(before == after for before, after in spec.through(item.sequence))


def _does_no_more(_: Mutant, spec: Stories, changed: Stories) -> bool:
    return changed.starts <= spec.starts and all(
        is_within(changed, spec, name, start, start, _same) for name, start in changed.starts
    )


def _is_hit_no_worse(_: Mutant, spec: Stories, changed: Stories) -> bool:
    return all(
        any(
            is_within(changed, spec, name, start, other, _but_for_masks)
            for each, other in spec.starts
            if each == name and other[:3] == start[:3]
        )
        for name, start in changed.starts
    )


def _same(letter: Letter) -> Letter:
    return letter


def _but_for_masks(letter: Letter) -> Letter:
    return tuple(part for part in letter if not isinstance(part, frozenset))


RULES: dict[str, Rule] = {
    "idle": _is_about_the_idle_task,
    "instrumented": _is_instrumented,
    "asks-less": _asks_less,
    "leaves-no-trace": _leaves_no_trace,
    "does-no-more": _does_no_more,
    "hit-no-worse": _is_hit_no_worse,
}
"""The rules of equivalent_mutants.yaml, in the order in which they are tried."""

HARMLESS = ("asks-less", "leaves-no-trace", "does-no-more", "hit-no-worse")
"""The rules that say that a mutant breaks nothing, and so must not be about one that does."""


def rules_for(mutant: Mutant, spec: Stories, among: Iterable[str] = RULES) -> Iterator[str]:
    """The rules that are about a mutant, in their order."""
    changed = Stories(mutant.model)
    return (name for name in among if RULES[name](mutant, spec, changed))
