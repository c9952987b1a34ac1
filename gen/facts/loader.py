"""Reads the rows of facts, each file when it is first asked for; a test holds the files against the schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from gen.facts.release import Release, is_between

FOLDER = Path(__file__).parent
SCHEMA_FILE = FOLDER / "schema.json"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A row: `since` and `until` are the first and the last release of which it is true, `source` says where from."""

    since: Release | None = None
    until: Release | None = None
    source: str = ""

    def holds(self, release: Release) -> bool:
        """Whether it is true of a release; the newest facts are taken to stay true."""
        return is_between(release, self.since, self.until)


@dataclass(frozen=True, kw_only=True)
class Releases:
    """The releases that the rows know of: the first one, and the last one whose tree was looked at."""

    oldest: Release
    newest: Release


@dataclass(frozen=True, kw_only=True)
class Spelling(Fact):
    """What some releases call a thing; one that `stays` means another thing in later ones."""

    spelling: str
    stays: bool = False


@dataclass(frozen=True, kw_only=True)
class Rename:
    """A thing by its newest name, with every spelling, oldest first."""

    name: str
    spellings: tuple[Spelling, ...]


@dataclass(frozen=True, kw_only=True)
class Replaced(Fact):
    """A name that another one replaced."""

    name: str
    by: str
    since: Release


@dataclass(frozen=True, kw_only=True)
class Call(Fact):
    """What some calls mean to entry code; a call may be in several rows.

    `means` are steps, none for a call of no interest; `saves` are steps of one that remembers what was before. A call
    comes out at another (`same_as`), or calls the argument with a number. Nothing runs behind one that `ends`, where it
    does not return. `asks_argument` is of a macro that asks what its argument asks, `only_asks` of what only asks.
    """

    calls: tuple[str, ...]
    means: tuple[str, ...] | None = None
    saves: tuple[str, ...] = ()
    same_as: str = ""
    calls_argument: int | None = None
    returns: bool = True
    ends: bool = False
    asks_argument: bool = False
    only_asks: bool = False


@dataclass(frozen=True, kw_only=True)
class Question(Fact):
    """What C asks, without blanks, and the built-in condition that it asks for, or the opposite of it."""

    asks: str
    condition: str
    opposite: bool = False


@dataclass(frozen=True, kw_only=True)
class Answered(Fact):
    """What is not asked."""

    asks: str
    answer: bool


@dataclass(frozen=True, kw_only=True)
class Symbol(Fact):
    """A config symbol without CONFIG_, as the newest release spells it.

    Some say what an architecture's entry code is like; some have one value wherever entry code is of interest.
    """

    symbol: str
    describes_entry: bool = False
    taken_as: bool | None = None
    excludes: str = ""


@dataclass(frozen=True, kw_only=True)
class State(Fact):
    """A value of enum ctx_state by all its names; exception_exit() does nothing for one that is `left_alone`."""

    names: tuple[str, ...]
    value: int
    left_alone: bool = False


@dataclass(frozen=True, kw_only=True)
class Mark(Fact):
    """A word in the header of a function that keeps tracing out, or of a variable at whose end something is called."""

    word: str
    untraced: bool = False
    cleans_up: bool = False


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What tells entry code from other code by its names; schema.json says what each row is."""

    arguments: tuple[str, ...]
    sought: tuple[str, ...]
    for_assembly: str
    aside: tuple[str, ...]
    data: tuple[str, ...]
    opens: str
    no_slot: str
    way_out: str
    way_in: str
    way_out_label: str
    no_label: str
    no_handler: str
    new_task: str
    label: str
    c_handler: str
    marks: Mapping[str, str]
    kinds: Mapping[str, str]
    whence: Mapping[str, str]
    whence_calls: Mapping[str, tuple[str, ...]]
    enters: str
    watching: tuple[str, ...]
    irq_word: str
    harmless: str
    pasted_call: str
    generic_options: tuple[str, ...]
    generic_files: tuple[str, ...]
    generic: Mapping[str, str]


_Row = TypeVar("_Row")


@cache
def releases() -> Releases:
    """Which releases the facts are of."""
    return _made(Releases, _kernel("releases")["releases"])


@cache
def renames() -> dict[str, Rename]:
    """What has had more than one name, by the newest."""
    return {row.name: row for row in _rows(Rename, "renames", "renames", spellings=Spelling)}


@cache
def replaced() -> tuple[Replaced, ...]:
    """Names that went, beside the spellings of what was renamed."""
    return tuple(_rows(Replaced, "renames", "replaced"))


@cache
def calls() -> tuple[Call, ...]:
    """What calls mean."""
    return tuple(_rows(Call, "calls", "calls"))


def calls_that(holds: Callable[[Call], bool]) -> frozenset[str]:
    """The names of the calls whose row is so."""
    return frozenset(name for row in calls() if holds(row) for name in row.calls)


@cache
def questions() -> tuple[Question, ...]:
    """What C asks."""
    return tuple(_rows(Question, "questions", "questions"))


@cache
def answered() -> tuple[Answered, ...]:
    """What C does not ask."""
    return tuple(_rows(Answered, "questions", "answered"))


@cache
def symbols() -> tuple[Symbol, ...]:
    """Config symbols that are known by name."""
    return tuple(_rows(Symbol, "symbols", "symbols"))


@cache
def readers() -> tuple[str, ...]:
    """Patterns of the names of calls that get a value and do nothing to it."""
    return tuple(_kernel("calls")["readers"])


@cache
def states() -> tuple[State, ...]:
    """The values of enum ctx_state."""
    return tuple(_rows(State, "states", "states"))


@cache
def marks() -> tuple[Mark, ...]:
    """Words that say how something is built."""
    return tuple(_rows(Mark, "marks", "marks"))


@cache
def entry() -> Entry:
    """What tells entry code from other code."""
    return _made(Entry, _kernel("entry")["entry"])


def _rows(kind: type[_Row], file: str, key: str, **inner: type[Any]) -> Iterator[_Row]:
    """The rows of a list in a file of kernel/; `inner` are the kinds of the lists in a row."""
    for row in _kernel(file)[key]:
        lists = {key: tuple(_made(each, one) for one in row.get(key, ())) for key, each in inner.items()}
        yield _made(kind, {**row, **lists})


def _made(kind: type[_Row], row: dict[str, Any]) -> _Row:
    """A row as its dataclass: releases parsed, lists made tuples."""
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    for each in fields(kind):  # type: ignore[arg-type]
        if each.name in values and str(each.type).startswith("Release"):
            values[each.name] = Release.parse(values[each.name])
    return kind(**values)


@cache
def _kernel(name: str) -> dict[str, Any]:
    return read_facts(FOLDER / "kernel" / f"{name}.yaml")


def read_facts(path: Path) -> dict[str, Any]:
    """A file of facts as plain data."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml may be missing
    data: dict[str, Any] = yaml.load(path.read_bytes(), Loader=loader)  # noqa: S506
    return data
