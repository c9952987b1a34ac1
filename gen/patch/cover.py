"""The cover letter: what for, what was proved, what it does, how it was tested and how it was made."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gen import __version__
from gen.diagnostics import Span
from gen.patch.grounds import Grounds
from gen.patch.series import Series
from gen.patch.words import WIDTH, message, wrapped
from gen.verify.judge import Judgement, Requirement
from gen.verify.story import violation_finding

MOST_PATHS = 60
MOST_PLACES = 5
MOST_STEPS = 30
"""How many entry paths, places of a requirement and steps of a run a letter lists; the review page has all."""


@dataclass(frozen=True)
class Made:
    """How a series was made: the command, the tree's version, the spec with the hash of its text, what was checked.

    `built` says whether a compiler has seen it.
    """

    command: str
    version: str
    spec: str
    spec_hash: str
    tested: tuple[str, ...]
    built: bool = False


def cover_letter(
    series: Series,
    judgement: Judgement | None,
    grounds: Grounds | None,
    made: Made,
    *,
    changes: str = "",
    footer: Sequence[str] = (),
) -> str:
    """The body of the cover letter, at 75 columns; `footer` are its last lines.

    For a single patch, which says itself what it is for, it is what stands below the `---`.
    """
    blocks = [] if series.is_single else [*series.purpose]
    if series.doubts:
        blocks += ["This is a request for comments, because:", _bullets(series.doubts)]
    if judgement is not None and grounds is not None and grounds.unsure:
        doubts = " ".join(f"{each[0].upper()}{each[1:]}." for each in grounds.doubts)
        blocks += [f"Nothing is claimed of this tree: {grounds.share}. {doubts}"]
        blocks += _entry_paths(judgement)
    elif judgement is not None:
        blocks += _runs(judgement)
        # A single patch says in its own words what was proved.
        blocks += [] if series.is_single else _proved(judgement, grounds)
        blocks += _requirements(judgement)
        blocks += _entry_paths(judgement)
    blocks += [] if series.is_single else [_counts(series)]
    checked = "Checked and built, not booted:" if made.built else "Checked, and neither built nor booted:"
    blocks += [checked, _bullets(made.tested), *_made(series, made)]
    if changes.strip():
        blocks += [changes.strip("\n")]
    return message(blocks, footer)


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(wrapped(f"- {line}", "  ") for line in lines)


def _proved(judgement: Judgement, grounds: Grounds | None) -> Iterator[str]:
    if judgement.holds:
        promise = "the promise of offstack" if judgement.model.offstack else "the state and RCU as they have to be,"
        yield (
            f"The {len(judgement.model.paths)} entry paths were proved to keep {promise} "
            "for every nesting depth and any number of tasks and CPUs."
        )
    if grounds is not None and not grounds.doubts:
        yield grounds.seen


def _requirements(judgement: Judgement) -> Iterator[str]:
    if judgement.requirements:
        yield "The requirements in the symbol's help text:"
        yield "\n".join(line for each in judgement.requirements for line in _answer(each))


def _entry_paths(judgement: Judgement) -> Iterator[str]:
    paths = judgement.model.paths
    yield "The entry paths, where each comes from, and the symbol that it begins in:"
    width = max(map(len, paths))
    rows = [f"  {path.name:{width}}  {path.whence.value:6}  {path.symbol}" for path in paths.values()]
    left = len(rows) - MOST_PATHS
    yield "\n".join(rows[:MOST_PATHS] + ([f"  ... and {left} more"] if left > 0 else []))


def _answer(requirement: Requirement) -> Iterator[str]:
    yield wrapped(f"- {requirement.name} {requirement.answer.value}: {requirement.title}", "  ")
    places = list(dict.fromkeys(place.what for place in requirement.places))
    yield from (wrapped(f"  - {what}", "    ") for what in places[:MOST_PLACES])
    if len(places) > MOST_PLACES:
        yield f"  - and {len(places) - MOST_PLACES} more"


def _runs(judgement: Judgement) -> Iterator[str]:
    """How each property breaks: a run, step by step, with the state in brackets."""
    for violation in judgement.violations:
        found = violation_finding(judgement, violation, Span(judgement.model.arch))
        yield f"How {found.rule} breaks, with the state after each step:"
        steps = [each.message for each in found.flow]
        left = [f"... {len(steps) - MOST_STEPS} more, and then"] if len(steps) > MOST_STEPS else []
        shown = steps[: MOST_STEPS - 1] + left + steps[MOST_STEPS - 1 :][-1:]
        yield "\n".join(textwrap.fill(each, WIDTH, initial_indent="    ", subsequent_indent="      ") for each in shown)


def _counts(series: Series) -> str:
    files = {change.path for patch in series.patches for change in patch.changes}
    calls = {name: _removed(series, name) for name in ("exception_enter(", "exception_exit(")}
    gone = " and ".join(f"{number} of {name})" for name, number in calls.items() if number > 0)
    added = " and ".join(f"{-number} of {name})" for name, number in calls.items() if number < 0)
    what = f"; calls removed: {gone}" if gone else f"; calls added: {added}" if added else ""
    return f"{_plural(len(series.patches), 'patch')} for {_plural(len(files), 'file')}{what}."


def _removed(series: Series, call: str) -> int:
    name = call.encode()
    return sum(
        (change.before or b"").count(name) - change.after.count(name)
        for patch in series.patches
        for change in patch.changes
        if not change.path.endswith("Kconfig")
    )


def _plural(number: int, noun: str) -> str:
    many = f"{noun}es" if noun.endswith("ch") else f"{noun}s"
    return f"{number} {noun if number == 1 else many}"


def _made(series: Series, made: Made) -> Iterator[str]:
    what = "This patch was" if series.is_single else "The patches and this letter were"
    yield (
        f"{what} generated by offstack {__version__} from Linux {made.version} and a spec of the entry paths, of which "
        "the SHA-256 is below, with"
    )
    yield f"  $ {made.command}\n\n  {made.spec_hash}  {made.spec}"
