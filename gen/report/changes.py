"""What is said of two readings that were compared, whatever the form: the verdicts, and paths that changed alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gen.diagnostics.printers import counted
from gen.model.compare import At
from gen.recover.changed import Change, Compared, Subjects
from gen.recover.how import How
from gen.recover.recover import ReadPath


@dataclass(frozen=True)
class Side:
    """One of two trees: what it is called, and the verdicts on it as it is and without the pair.

    `offstack` is whether it is selected. `using_rcu` are words that use RCU in this one, and do not in others,
    `left_out` is what may be entry code of it and is not compared.
    """

    name: str
    verdict: str
    without_pair: str
    offstack: bool
    using_rcu: frozenset[str] = frozenset()
    left_out: tuple[str, ...] = ()


def remarks(old: Side, new: Side, paths: Sequence[Compared]) -> Iterator[str]:
    """What is to be said before any path: the verdicts, what else changed, and what is not compared."""
    as_it_is, without = _both(old.verdict, new.verdict), _both(old.without_pair, new.without_pair)
    yield f"as it is: {as_it_is}; without the pair: {without}"
    yield from _using_rcu(old, new)
    yield from _in_c(paths)
    yield from _left_out(old, new)


def _using_rcu(old: Side, new: Side) -> Iterator[str]:
    for words, said in ((new.using_rcu - old.using_rcu, "now"), (old.using_rcu - new.using_rcu, "no longer")):
        if words:
            yield f"{', '.join(sorted(words))} {said} use{'s' * (len(words) == 1)} RCU"


def _left_out(old: Side, new: Side) -> Iterator[str]:
    both = [each for each in old.left_out if each in new.left_out]
    yield from (f"cannot tell: {each}" for each in both)
    for side, which in ((old, "before"), (new, "after")):
        yield from (f"cannot tell: {which}: {each}" for each in side.left_out if each not in both)


def _in_c(paths: Sequence[Compared]) -> Iterator[str]:
    """How many paths are compared in part only."""
    number = sum(any(side and side.how is How.C for side in (each.old, each.new)) for each in paths)
    if number:
        its, them = ("is compared from its", "it") if number == 1 else ("are compared from their", "them")
        yield f"{number} of them {its} C on: what assembly does around {them} is the spec's word"


def _both(old: str, new: str) -> str:
    old, new = (Change.UNKNOWN.value if each == "unknown" else each for each in (old, new))
    return f"{new}, as before" if old == new else f"{old} before, {new} after"


def summary(paths: Sequence[Compared]) -> str:
    """How many paths are what, in a phrase."""
    if all(each.change is Change.SAME for each in paths):
        return f"{counted(len(paths), 'entry path')}, all the same"
    changes = [each.change for each in paths]
    counts = (f"{changes.count(change)} {change.value}" for change in Change if change in changes)
    return f"{counted(len(paths), 'entry path')}: {', '.join(counts)}"


def alike(paths: Iterable[Compared]) -> Iterable[list[Compared]]:
    """The paths that are to be told of in groups that changed in the same way."""
    groups: dict[object, list[Compared]] = {}
    for each in (each for each in paths if each.change not in {Change.SAME, Change.MOVED}):
        groups.setdefault(_way(each), []).append(each)
    return groups.values()


def _way(each: Compared) -> object:
    """In which way a path changed, wherever that stands."""
    partings = tuple(
        (
            subjects,
            tuple(parting.answers.items()),
            parting.before,
            _word(parting.old),
            _word(parting.new),
            parting.doubt,
        )
        for subjects, parting in each.partings.items()
    )
    own = {f"{name}()" for name in each.names}
    words = (frozenset(event.word for event in events if event.word not in own) for events in (each.came, each.went))
    return each.change, each.reason, partings, *words, frozenset(at.text for at in each.unbracketed)


def _word(at: At | None) -> str:
    return at.text if at else ""


def subject(subjects: Subjects) -> str:
    """What changed, in a phrase."""
    *others, last = (each.value for each in subjects)
    return f"the order of {', '.join(others)} and {last}" if others else last


def moved(paths: Iterable[Compared]) -> list[str]:
    """A line for each path that is elsewhere now."""
    found = (each for each in paths if each.change is Change.MOVED)
    return [*dict.fromkeys(f"{_place(each.old)} is {_place(each.new)}" for each in found)]


def _place(each: ReadPath | None) -> str:
    return f"{each.path.symbol} in {each.path.file}" if each else ""
