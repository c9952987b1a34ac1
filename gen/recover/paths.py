"""Which entry paths a tree has: those of a spec whose code is there, and the entry points that no spec describes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from gen.model.entry import EntryPath, is_assembly
from gen.recover.entry_point import EntryPoint, How
from gen.recover.known import Known
from gen.spec.entry_facts import EntryRow

Text = Callable[[str], str | None]
"""Gives the text of a file of the tree, None if there is none."""


@dataclass(frozen=True)
class TreePaths:
    """The paths of a tree. `gone` are those that the spec has and the tree has not; `unplaced` are entry points of
    which it is not known what enters there.
    """

    paths: tuple[EntryPath, ...]
    gone: tuple[EntryPath, ...]
    unplaced: tuple[EntryPoint, ...]


def tree_paths(known: Known, points: Iterable[EntryPoint], text: Text) -> TreePaths:
    """The paths of a tree whose entry points were found.

    A spec's path stays where its symbol is in its file, or goes to the file where that is an entry point now.
    """
    points = tuple(points)
    described = [(path, _placed(path, points, text)) for path in known.model.paths.values()]
    kept = tuple(placed for _, placed in described if placed is not None)
    new: list[EntryPath] = []
    unplaced: list[EntryPoint] = []
    rows = {id(point): known.row(point.symbol, point.macro, point.file) for point in points}
    dispatchers = {point.symbol for point in points if (row := rows[id(point)]) and row.dispatches}
    for point in _own(known, points):
        row = rows[id(point)]
        inside = point.how is How.DISPATCHED and dispatchers.isdisjoint(point.by) and not (row and row.inner)
        if inside or (row and row.part):
            continue  # what leads to it is read with it, or is none of this port's
        if row is None:
            unplaced.append(point)
        elif not _is_inside(point, row, kept, text):
            new.append(_path(point, row))
    return TreePaths(
        tuple(_named((*kept, *new))), tuple(path for path, placed in described if placed is None), tuple(unplaced)
    )


def _is_inside(point: EntryPoint, row: EntryRow, described: Iterable[EntryPath], text: Text) -> bool:
    """Whether a function is called by assembly that a spec describes from the entry to the return.

    That is so where all that a spec has of what enters in the same way is assembly, and leads to the function.
    """
    entering = (row.kind, row.interrupt_class, row.whence)
    alike = [each for each in described if (each.kind, each.interrupt_class, each.whence) == entering]
    if not alike or not all(each.is_assembly for each in alike):
        return False
    files = {each.file for each in alike}
    return any(by in files or any(_defines(text(file) or "", by) for file in files) for by in point.by)


def _placed(path: EntryPath, points: tuple[EntryPoint, ...], text: Text) -> EntryPath | None:
    """A spec's path at the place that the tree has it at; None if it has none."""
    found = [each for each in points if path.symbol == each.symbol]
    here = next((each for each in found if each.file == path.file), None) or next(iter(found), None)
    if here is not None and not (here.is_assembly and here.file != path.file):
        placed = replace(path, file=here.file, macro=here.macro)
        # What was assembly and is C now is read: the spec's word is of other code.
        is_c_now = path.code == "asm" and is_assembly(path.file) and not here.is_assembly
        return replace(placed, code="c", noinstr=True, body=()) if is_c_now else placed
    return path if _defines(text(path.file) or "", path.symbol) else None


def _defines(text: str, symbol: str) -> bool:
    """Whether a text has a label of this name, a macro, a function, or what one of an entry macro's arguments is."""
    name = re.escape(symbol)
    begins = rf"^[^\S\n]*(?:{name}\s*:|\.macro\s+{name}\b|#\s*define\s+{name}\b|[A-Z_]\w*[\s(]+(?:\w+\s*,\s*)*{name}\b)"
    return re.search(rf"{begins}|\b{name}\s*\(", text, re.MULTILINE) is not None


def _own(known: Known, points: tuple[EntryPoint, ...]) -> Iterator[EntryPoint]:
    """The entry points that are paths of their own and that the spec does not name.

    What assembly calls on its way out is a part of the paths that come by. Labels are paths where there is no spec, and
    it is known what enters there.
    """
    reads_assembly = known.machine.assembly is not None and not known.spec_file
    described = {path.symbol for path in known.model.paths.values()}
    described |= {sequence.symbol for sequence in known.model.sequences.values()}
    for point in points:
        if point.symbol in described or point.how is How.CALLED_OUT:
            continue
        if not point.is_assembly or (reads_assembly and known.row(point.symbol, point.macro, point.file)):
            yield point


def _path(point: EntryPoint, row: EntryRow) -> EntryPath:
    return EntryPath(
        name=point.symbol,
        title="",
        kind=row.kind,
        whence=row.whence,
        interrupt_class=row.interrupt_class,
        masked=row.masked,
        code="asm" if point.is_assembly else "c",
        noinstr=True,
        symbol=point.symbol,
        file=point.file,
        body=(),
        span=point.span,
        macro=point.macro,
    )


def _named(paths: Iterable[EntryPath]) -> Iterator[EntryPath]:
    """The paths with names of their own: a symbol may be defined in several files, of which one is built."""
    seen: dict[str, int] = {}
    for path in paths:
        seen[path.name] = seen.get(path.name, 0) + 1
        yield path if seen[path.name] == 1 else replace(path, name=f"{path.name}_{seen[path.name]}")
