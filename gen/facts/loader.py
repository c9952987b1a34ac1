"""Reads the rows of facts, each file when it is first asked for; a test holds the files against the schema."""

from __future__ import annotations

from collections.abc import Iterator
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
