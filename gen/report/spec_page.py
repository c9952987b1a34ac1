"""The page of `gen read --check` and `--diff`: is what a spec says what the tree does?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Any

from gen.diagnostics.printers import counted
from gen.diagnostics.printers.text import visible
from gen.lint.order.standing import Standing, Stands
from gen.model.compare import At, Difference
from gen.report.parted import WIDTH, at_data, parted


def text(head: str, paths: Sequence[Stands], *, shown: bool) -> str:
    """The page as text; where paths part is `shown` or left out."""
    changes = [each.standing for each in paths]
    counts = ", ".join(f"{changes.count(each)} {each.value}" for each in Standing if each in changes)
    lines = wrap(f"{head}: {counted(len(paths), 'entry path')}: {counts}", WIDTH, subsequent_indent="    ")
    groups: dict[object, list[Stands]] = {}
    for each in (each for each in paths if each.standing is not Standing.SAME):
        groups.setdefault(_way(each, shown), []).append(each)
    for alike in groups.values():
        lines += ["", *_group(alike, shown)] if shown else _group(alike, shown)
    return "\n".join((*map(visible, lines), ""))


def _way(each: Stands, shown: bool) -> object:
    """In which way a path is another one."""
    found = each.reading.difference if shown else None
    sides = (found.before, _word(found.spec), _word(found.tree)) if found else ()
    return each.standing, _reason(each), sides


def _reason(each: Stands) -> str:
    return each.reading.reason if each.standing is Standing.UNKNOWN else ""


def _word(at: At | None) -> str:
    return at.text if at else ""


def _group(paths: Sequence[Stands], shown: bool) -> Iterator[str]:
    first = paths[0]
    reason = f": {_reason(first)}" if _reason(first) else ""
    names = ", ".join(each.reading.path.symbol for each in paths)
    said = f"{first.standing.value}{reason}: {names}"
    yield from wrap(said, WIDTH, subsequent_indent="    ", break_on_hyphens=False)
    found = first.reading.difference
    if shown and found:
        yield from parted(found.before, found.spec, found.tree, found.fork, ("the spec", "the tree"))


def data(arch: str, release: str, spec: str, paths: Sequence[Stands]) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "version": 1,
        "arch": arch,
        "release": release,
        "spec": spec,
        "paths": [
            {
                "name": each.reading.path.name,
                "symbol": each.reading.path.symbol,
                "file": each.reading.path.file,
                "standing": each.standing.value,
                "reason": _reason(each),
                "difference": _difference(each.reading.difference),
            }
            for each in paths
        ],
    }


def _difference(found: Difference | None) -> dict[str, Any] | None:
    if found is None:
        return None
    sides = {"spec": found.spec, "tree": found.tree, "fork": found.fork}
    return {"before": list(found.before), **{name: at_data(at) for name, at in sides.items()}}
