"""The cells of the matrix: what each says in a word or two, and the grounds that it opens.

A "no" has grounds, too: what was looked for, where, and where it would be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gen.diagnostics import Span
from gen.diagnostics.printers import counted
from gen.kernel.features import CONTEXT_TRACKING
from gen.kernel.names import GENERIC_ENTRY, OFFSTACK, SCHEDULE_USER, TRACKING
from gen.lint.rules.features_table_mismatch import features_table_mismatch
from gen.lint.rules.kconfig_not_read import kconfig_not_read
from gen.lint.rules.unreadable_source import unreadable_source
from gen.report.matrix import OTHER_CODE, USES, Capability, Selected, Verdict

Place = tuple[Span | None, str]
"""Where something is said, in the tree or in a spec, and what."""


@dataclass(frozen=True)
class Cell:
    """One cell: what it says in a word or two, how good that is, and what it opens: places, and the proof if asked."""

    text: str
    mood: str = ""
    places: tuple[Place, ...] = ()
    proof: bool = False


@dataclass(frozen=True)
class Column:
    """One column: its heading, what it means, and its cell for an architecture."""

    name: str
    meaning: str
    cell: Callable[[Capability], Cell]


def place(span: Span) -> str:
    """File and line, as people name a place."""
    return f"{span.file}:{span.line}"


def _noted(each: Capability, *rules: str) -> tuple[Place, ...]:
    """What is noted by some rules, or by any."""
    return tuple((note.span, note.message) for note in each.notes if not rules or note.rule in rules)


def _arch(each: Capability) -> Cell:
    named = "" if each.spec in {"", each.arch} else f" ({each.spec})"
    return Cell(f"{each.arch}{named}", places=tuple(_about(each)))


def _about(each: Capability) -> Iterator[Place]:
    """What the architecture is in the tree, the spec that describes it, and where they contradict each other."""
    yield each.searched.config, "its config"
    described = each.searched.described
    if described is None:
        yield None, _without_spec(each)
    else:
        yield each.claim, f"its spec, with {counted(described.share.paths, 'entry path')} in this release"
        looked_up = f"{counted(described.looked_up, 'thing')} that the spec refers to"
        yield None, f"{looked_up}: {described.missing or 'none'} missing in this tree"
        yield None, str(described.share)
    yield from _noted(each)
    if not each.notes:
        compared = (
            "Kconfig, the features table, the spec and the code" if each.spec else "Kconfig and the features table"
        )
        yield None, f"no contradiction between {compared}"


def _without_spec(each: Capability) -> str:
    return f"no spec names arch/{each.arch}/Kconfig as its own, in ./arch_specs or among those that come with gen"


def _entry(each: Capability) -> Cell:
    if each.entry is not None:
        return Cell("generic", places=((each.entry.span, f"selects {GENERIC_ENTRY}"),))
    described = each.searched.described
    files = ((None, f"its spec's entry paths are in {', '.join(described.files)}"),) if described else ()
    return Cell("own", places=(*_not_selected(each, GENERIC_ENTRY), *files))


def _selected(each: Capability, symbol: str, selected: Selected | None) -> Cell:
    if selected is None:
        # What Kconfig selects where it could not be followed is not known.
        mood = "warned" if _noted(each, kconfig_not_read.id) else "absent"
        return Cell("no" if each.is_kconfig_read else "?", mood, tuple(_not_selected(each, symbol)))
    condition = f"if {selected.condition}" if selected.condition else "always"
    return Cell(selected.condition or "yes", "holds", ((selected.span, f"selected {condition}"),))


def _not_selected(each: Capability, symbol: str) -> Iterator[Place]:
    """Where an architecture would select a symbol, what was read without finding that, and what the symbol means."""
    searched = each.searched
    named = searched.spelled[symbol]
    if symbol in searched.lacking:
        yield searched.defined[TRACKING], searched.lacking[symbol]
        return
    yield searched.config, f"`select {named}` would stand in this config"
    read = counted(searched.kconfig_files, "Kconfig file")
    yield None, f"nothing selects {named}, in {read} from {searched.root} on with SRCARCH={each.arch}"
    if span := searched.defined[symbol]:
        yield span, f"{named} is defined here"
    else:
        yield None, f"none of them defines {named}"
    yield from _noted(each, kconfig_not_read.id, unreadable_source.id)


def _tracking(each: Capability) -> Cell:
    return _selected(each, TRACKING, each.tracking)


def _features(each: Capability) -> Cell:
    wrong = _noted(each, features_table_mismatch.id)
    mood = "warned" if wrong else ""
    if each.features is not None:
        named = f"{each.features.arch}: {each.features.status}"
        return Cell(each.features.status, mood, ((each.features.span, named), *wrong))
    rows = each.searched.rows
    if rows is None:
        return Cell("no row", "absent", ((None, f"{CONTEXT_TRACKING} is not in this tree, or cannot be read"),))
    return Cell("no row", mood, (*wrong, (None, f"the table has {counted(rows, 'row')}")))


def _declared(each: Capability) -> Cell:
    return _selected(each, OFFSTACK, each.declared)


def _claimed(each: Capability) -> Cell:
    if each.claim is None:
        begin = f"`gen new {each.arch} --tree DIR` begins one with the entries that the tree shows"
        return Cell("no spec", "absent", ((None, _without_spec(each)), (None, begin)))
    return Cell("yes" if each.claimed else "no", places=((each.claim, f"offstack: {str(each.claimed).lower()}"),))


def _verdict(each: Capability) -> Cell:
    match each.verdict:
        case None:
            return Cell("", "absent", ((None, _unproved(each)),))
        case Verdict.UNKNOWN:
            return _unknown(each)
        case Verdict.VIOLATED:
            return Cell("violated", "violated", proof=True)
        case Verdict.PROVED:
            warned = f", {', '.join(each.warned)} warned" if each.warned else ""
            return Cell(f"proved{warned}", "warned" if warned else "holds", proof=True)


def _unknown(each: Capability) -> Cell:
    if each.judgement is None:
        return Cell("cannot tell", "warned", ((each.claim, "the model of its entry code is too large to be proved"),))
    doubts = ((doubt.span, doubt.what) for doubt in each.judgement.doubts)
    return Cell(f"cannot tell: {each.unsure}", "warned", (*_noted(each, *OTHER_CODE), *doubts))


def _unproved(each: Capability) -> str:
    return f"there is nothing to prove anything of: {_without_spec(each)}"


def _pair(each: Capability) -> Cell:
    enter, leave = USES[:2]
    return _used(each, (enter, leave), f"{len(each.uses[enter])} + {len(each.uses[leave])}")


def _schedule_user(each: Capability) -> Cell:
    return _used(each, USES[2:], str(len(each.uses[SCHEDULE_USER])))


def _used(each: Capability, names: tuple[str, ...], number: str) -> Cell:
    found = tuple((span, name) for name in names for span in each.uses[name])
    if found:
        return Cell(number, places=found)
    return Cell("", "absent", tuple(_not_used(each, " or ".join(f"{name}()" for name in names))))


def _not_used(each: Capability, names: str) -> Iterator[Place]:
    files = each.searched.sources
    mark = "a name of context tracking"
    if files:
        yield None, f"nothing calls {names} in {counted(len(files), 'file')} with {mark}: {', '.join(files)}"
    else:
        yield None, f"nothing calls {names}: no .c, .h or .S file of arch/{each.arch} is found to have {mark}"
    yield from _noted(each, unreadable_source.id)


def _obstacle(each: Capability) -> Cell:
    found = each.obstacle
    if found is None:
        text = "nothing" if each.declared else f"nothing: `gen patch {each.spec}` declares it"
        return Cell(text, "holds", proof=True)
    others = f"; {', '.join(found.others)} as well" if found.others else ""
    rule = f" [{found.rule}]" if found.rule else ""
    places: tuple[Place, ...] = ((found.span, f"{found.sentence}{rule}{others}"),)
    if each.tracking is None:
        places = (*places, *_not_selected(each, TRACKING))
    proof = bool(found.rule) and each.verdict is not Verdict.UNKNOWN
    return Cell(f"{found.sentence} ({place(found.span)})", places=places, proof=proof)


COLUMNS = (
    Column("architecture", "the folder in arch/, and its spec if that is called otherwise", _arch),
    Column("entry", "the generic entry code, or code of its own", _entry),
    Column("tracking", "when Kconfig selects HAVE_CONTEXT_TRACKING_USER, by whatever name", _tracking),
    Column("features", "its row in Documentation/features", _features),
    Column("declared", "when Kconfig selects HAVE_CONTEXT_TRACKING_USER_OFFSTACK, by whatever name", _declared),
    Column("claimed", "whether its spec claims offstack", _claimed),
    Column(
        "verdict",
        "whether that would hold, for every nesting depth, by its spec and as far as the tree was read",
        _verdict,
    ),
    Column("pair", "calls of exception_enter() + of exception_exit()", _pair),
    Column("schedule_user", "calls of schedule_user()", _schedule_user),
    Column("in the way of offstack", "the first thing that would have to change", _obstacle),
)
