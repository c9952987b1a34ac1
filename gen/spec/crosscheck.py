"""What the parts of a spec must say about each other: one function a subject, all of them run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from gen.diagnostics import Diagnostic, Sink, Span
from gen.model.entry import (
    Branch,
    Call,
    EntryModel,
    EntryPath,
    Handler,
    Item,
    Loop,
    Sequence,
    Step,
    walk,
    without_calls,
)
from gen.model.flow import dead_ends
from gen.model.vocabulary import CONDITIONS, PAIR, WORDS, Effect
from gen.spec import rules
from gen.spec.archspec import ArchSpec
from gen.spec.fill_in import Marker, marker
from gen.spec.flow import check_flow

MOST_CALLS = 16
"""How deep sequences may call each other; the deepest real ones go four deep."""


def cross_check(spec: ArchSpec, sink: Sink) -> None:
    """Everything that no schema can express goes to the sink."""
    for check in CHECKS:
        sink.extend(check(spec))


def _holders(model: EntryModel) -> tuple[Sequence | EntryPath, ...]:
    return (*model.sequences.values(), *model.paths.values())


def _items(spec: ArchSpec) -> Iterator[Item]:
    """Every item of the spec, with those that say what the tree's C calls do."""
    yield from spec.model.items()
    for meaning in spec.calls:
        yield from walk(meaning.body)


def _steps(items: Iterator[Item]) -> Iterator[Step]:
    return (item for item in items if isinstance(item, Step))


def _sequences(spec: ArchSpec) -> Iterator[Diagnostic]:
    model = spec.model
    for item in _items(spec):
        if isinstance(item, Call) and item.sequence not in model.sequences:
            yield rules.unknown_sequence.at(item.span, item.sequence, list(model.sequences))
    reached = model.reached_sequences(model.paths)
    for name, sequence in model.sequences.items():
        if name not in reached:
            yield rules.unused_sequence.at(sequence.span, name)


def _calls(spec: ArchSpec) -> Iterator[Diagnostic]:
    """Rings of calls, each at the call that closes it, and the calls with which a chain becomes too long.

    Each sequence is looked at once and without recursion, however many ways lead to it.
    """
    model = spec.model
    depths: dict[str, int] = {}
    for start in model.sequences:
        route = {} if start in depths else {start: iter(model.callees[start])}
        while route:
            name, calls = next(reversed(route.items()))
            call = next(calls, None)
            if call is None:
                del route[name]
                depths[name] = 1 + max((depths.get(each.sequence, 0) for each in model.callees[name]), default=0)
                yield from _too_deep(model, name, depths)
            elif call.sequence in route:
                ring = [*route][[*route].index(call.sequence) :]
                yield rules.recursive_sequence.at(call.span, [*ring, ring[0]], model.sequences[ring[0]].span)
            elif call.sequence not in depths:
                route[call.sequence] = iter(model.callees[call.sequence])


def _too_deep(model: EntryModel, name: str, depths: Mapping[str, int]) -> Iterator[Diagnostic]:
    if depths[name] == MOST_CALLS + 1:
        call = next(each for each in model.callees[name] if depths.get(each.sequence) == MOST_CALLS)
        yield rules.calls_too_deep.at(call.span, MOST_CALLS)


def _classes(spec: ArchSpec) -> Iterator[Diagnostic]:
    known = spec.model.classes
    for step in _steps(_items(spec)):
        for name, span in zip(step.classes, step.class_spans, strict=True):
            if name not in known:
                yield rules.unknown_class.at(span, name, list(known))
            elif not known[name].maskable:
                yield rules.unmaskable_class.at(span, name, known[name].span)


def _path_classes(spec: ArchSpec) -> Iterator[Diagnostic]:
    known = spec.model.classes
    for path in spec.model.paths.values():
        named = [*zip(path.masked, path.masked_spans, strict=True)]
        if path.interrupt_class:
            named.append((path.interrupt_class, path.class_span))
        for name, span in named:
            if name not in known:
                yield rules.unknown_class.at(span, name, list(known))


def _declared_classes(spec: ArchSpec) -> Iterator[Diagnostic]:
    entered = {path.interrupt_class for path in spec.model.paths.values()}
    for name, declared in spec.model.classes.items():
        if declared.maskable and declared.synchronous:
            yield rules.maskable_and_synchronous.at(declared.span, name)
        if name not in entered:
            yield rules.unused_class.at(declared.span, name)


_COMES_FROM = {
    "syscall": ("user",),
    "fork": ("fork",),
    "exception": ("any", "kernel", "user"),
    "interrupt": ("any", "kernel", "user"),
    "nmi": ("any", "kernel", "user"),
}
_WITHOUT_CLASS = ("syscall", "fork")


def _kinds(spec: ArchSpec) -> Iterator[Diagnostic]:
    for path in spec.model.paths.values():
        allowed = _COMES_FROM[path.kind]
        if path.whence.value not in allowed:
            yield rules.kind_and_whence.at(path.span, path.kind, path.whence.value, allowed)
        if path.kind in _WITHOUT_CLASS and path.interrupt_class:
            yield rules.class_not_allowed.at(path.span, path.kind)
        elif path.kind not in _WITHOUT_CLASS and not path.interrupt_class:
            yield rules.class_missing.at(path.span, path.kind)


def _conditions(spec: ArchSpec) -> Iterator[Diagnostic]:
    own = spec.model.conditions
    asked = {item.condition for item in spec.model.items() if isinstance(item, Branch | Loop)}
    for item in _items(spec):
        if isinstance(item, Branch | Loop) and item.condition not in own and item.condition not in CONDITIONS:
            yield rules.unknown_condition.at(item.span, item.condition, [*own, *CONDITIONS])
    for name, condition in own.items():
        if name in CONDITIONS:
            yield rules.builtin_condition.at(condition.span, name)
        elif name not in asked:
            yield rules.unused_condition.at(condition.span, name)


def _flow(spec: ArchSpec) -> Iterator[Diagnostic]:
    return check_flow(spec.model, ((meaning.text, meaning.body) for meaning in spec.calls))


def _pair(spec: ArchSpec) -> Iterator[Diagnostic]:
    for sequence in spec.model.sequences.values():
        for item in walk(sequence.body):
            if isinstance(item, Step) and item.row.effect in PAIR:
                yield rules.pair_in_sequence.at(item.span, item.word)
    if not spec.model.offstack:
        return
    for step in _steps(spec.model.items()):
        if step.row.effect in PAIR:
            yield rules.pair_with_offstack.at(step.span, step.word, spec.offstack_span)
        elif step.row.effect is Effect.SCHEDULE_USER:
            yield rules.schedule_user_with_offstack.at(step.span, spec.offstack_span)


def _handlers(spec: ArchSpec) -> Iterator[Diagnostic]:
    first: dict[str, tuple[str, Handler, Span]] = {}
    for step in _steps(_items(spec)):
        if step.handler is None:
            continue
        word, handler, place = first.setdefault(step.handler.name, (step.word, step.handler, step.span))
        if (word, handler) != (step.word, step.handler):
            yield rules.handler_disagrees.at(step.span, handler.name, place)


def _names(spec: ArchSpec) -> Iterator[Diagnostic]:
    """Paths, sequences, handlers and conditions become functions with one prefix; so do the tracking words."""
    taken = {name: ("step of the vocabulary", spec.offstack_span) for name, word in WORDS.items() if word.tracking}
    taken |= {
        "mask": ("step of the vocabulary", spec.offstack_span),
        "unmask": ("step of the vocabulary", spec.offstack_span),
        "inherit": ("step of the vocabulary", spec.offstack_span),
    }
    for name, what, span in _named(spec.model):
        if name in taken:
            other, first = taken[name]
            yield rules.name_collision.at(span, name, what, other, first)
        else:
            taken[name] = (what, span)


def _named(model: EntryModel) -> Iterator[tuple[str, str, Span]]:
    for holder in _holders(model):
        yield holder.name, "sequence" if isinstance(holder, Sequence) else "path", holder.span
    handlers: set[str] = set()
    for step in _steps(model.items()):
        if step.handler and step.handler.name not in handlers:
            handlers.add(step.handler.name)
            yield step.handler.name, "handler", step.span
    for name, condition in model.conditions.items():
        yield name, "condition", condition.span
    yield from _asked_builtins(model)


def _asked_builtins(model: EntryModel) -> Iterator[tuple[str, str, Span]]:
    """The built-in conditions that the port has to answer, at the place that asks first."""
    asked: dict[str, Item] = {}
    for item in model.items():
        if isinstance(item, Branch | Loop) and item.condition in CONDITIONS and not CONDITIONS[item.condition].c:
            asked.setdefault(item.condition, item)
    for name, item in asked.items():
        yield name, "condition", item.span


def _fill_in(spec: ArchSpec) -> Iterator[Diagnostic]:
    """What a person has still to say of a skeleton: each question once, at the place that has the fewest of them."""
    holders = {item.span: holder for holder in _holders(spec.model) for item in walk(holder.body)}
    asked: dict[str, list[tuple[Marker, Step]]] = {}
    for step in _steps(_items(spec)):
        if step.handler and (found := marker(step.handler.name)):
            asked.setdefault(found.what, []).append((found, step))
    here = [holders[step.span].name for each in asked.values() for _, step in each if step.span in holders]

    def thinnest(each: tuple[Marker, Step]) -> tuple[int, int]:
        holder = holders.get(each[1].span)
        return (here.count(holder.name), len(holder.body)) if holder else (0, 0)

    questions = sorted(asked.values(), key=lambda each: each[0][0].order)
    for number, each in enumerate(questions, 1):
        first, *others = sorted(each, key=thinnest)
        what, how = first[0].what, first[0].how
        places = [_where(found, holders.get(step.span)) for found, step in (first, *others)]
        yield rules.to_be_filled_in.at(first[1].span, what, places, how, (number, len(questions)))


def _where(found: Marker, holder: EntryPath | Sequence | None) -> str:
    """Where to look for what is to be filled in."""
    return f"{holder.file}{f':{found.line}' if found.line else ''} ({holder.symbol})" if holder else "the tree"


def _releases(spec: ArchSpec) -> Iterator[Diagnostic]:
    for each in (*spec.evidence, *_holders(spec.model)):
        if each.since and each.until and each.until < each.since:
            yield rules.release_range.at(each.span, str(each.since), str(each.until))
    ends = dead_ends(spec.model)
    for name, sequence in spec.model.sequences.items():
        if name in ends and (sequence.since or sequence.until):
            yield rules.bounded_end.at(sequence.span, name)
    bounded = {name for name, each in spec.model.sequences.items() if each.since or each.until}
    for item in _items(spec):
        if isinstance(item, Branch) and item.otherwise and not without_calls(item.then, bounded):
            yield rules.bounded_then.at(item.span, item.condition)


CHECKS: tuple[Callable[[ArchSpec], Iterator[Diagnostic]], ...] = (
    _sequences,
    _calls,
    _classes,
    _path_classes,
    _declared_classes,
    _kinds,
    _conditions,
    _flow,
    _pair,
    _handlers,
    _names,
    _releases,
    _fill_in,
)
