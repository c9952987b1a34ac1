"""Remembers from run to run which files mention the names, so that an unchanged tree costs one stat a file.

The unit is a folder: what stat says of its source files, hashed, and which of them mention a name. A folder that is as
it was is not read again.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gen import __version__
from gen.kernel.remembered import Remembered, digest
from gen.kernel.search import Mentions, Ripgrep, checked, scan, search
from gen.kernel.tree import LARGEST, PREFIXES, SUFFIXES, Folder, Unreadable, folders, is_file, too_large

FORMAT = 1
"""To be counted up whenever the same bytes would mean something else."""
KEPT = 16
"""Index files that are kept, the newest; one of a whole tree has 0.3 MB."""
MANY = 6000
"""Files from which on a search of everything by ripgrep is faster than one of these files by Python."""
SLACK = 2_000_000_000
"""Nanoseconds: what changed so shortly before a search may change again without its times telling."""


def mentions(
    top: Path, names: Iterable[str], below: str = "", *, cache: Path | None, ripgrep: str | None = None
) -> Mentions:
    """The answer of `search`, from the index in the folder `cache` where that is still true; None goes without.

    Safe under concurrent runs and killed ones: each folder stands for itself.
    """
    wanted = checked(names)
    if cache is None or is_file(top / below):
        return search(top, wanted, below, ripgrep=ripgrep)
    since = time.time_ns() - SLACK
    file = Remembered(cache, _key(top, wanted), KEPT)
    known = _known(file.load())
    # Ripgrep reads while we stat; what it reads too early is too new to be remembered.
    reading = None if any(_is_in(path, below) for path in known) else _ripgrep(ripgrep, top, wanted, below)
    seen, unreadable = _look(top, below)
    stale = [folder for folder in seen if folder.path not in known or known[folder.path][0] != folder.digest]
    if reading is None and sum(len(folder.names) for folder in stale) >= MANY:
        reading = _ripgrep(ripgrep, top, wanted, below)
    fresh = _read(top, wanted, stale, reading)
    current = _updated(known, seen, stale, fresh)
    unread = {each.file.rpartition("/")[0] for each in fresh.unreadable}
    lasting = {each.path for each in seen if each.newest < since and each.path not in unread}
    others = {path for path in known if not _is_in(path, below)}
    kept = {path: current[path] for path in sorted(lasting | others)}
    if kept != known:
        file.save(folders=kept)
    files = (_join(each.path, name) for each in seen for name in current[each.path][1])
    return Mentions(tuple(sorted(files, key=os.fsencode)), tuple(sorted({*unreadable, *fresh.unreadable})))


@dataclass(frozen=True)
class _Seen:
    """A folder as it is now: its source files in order, the hash of what stat says of them, and their newest time.

    `large` are those that are too large to be searched.
    """

    path: str
    names: tuple[str, ...]
    digest: str
    newest: int
    large: tuple[str, ...]


_Known = dict[str, tuple[str, tuple[str, ...]]]
"""To the path of a folder its digest, and the names in it that were found to mention something."""


def _look(top: Path, below: str) -> tuple[list[_Seen], list[Unreadable]]:
    seen, unreadable = [], []
    for folder in folders(os.fspath(top), below):
        if folder.unreadable:
            unreadable.append(folder.unreadable)
        if folder.entries:
            seen.append(_seen(folder))
            unreadable += (Unreadable(_join(folder.path, name), too_large(LARGEST)) for name in seen[-1].large)
    return seen, unreadable


def _seen(folder: Folder) -> _Seen:
    facts, newest = [], 0
    for entry in folder.entries:
        try:
            stat = entry.stat(follow_symlinks=False)
        except OSError:  # it is gone; whoever reads it will say so
            facts.append((entry.name, -1, -1, -1, -1))
            newest = time.time_ns()
            continue
        # The change time, too: it tells of a write even if somebody sets the other one back, as tar and cp -p do.
        facts.append((entry.name, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino))
        newest = max(newest, stat.st_mtime_ns, stat.st_ctime_ns)
    facts.sort()
    large = tuple(name for name, size, *_ in facts if size > LARGEST)
    names = tuple(name for name, size, *_ in facts if size <= LARGEST)
    return _Seen(folder.path, names, digest(ascii(facts).encode()), newest, large)


def _ripgrep(program: str | None, top: Path, names: Sequence[str], below: str) -> Ripgrep | None:
    return Ripgrep(program, top, names, below) if program else None


def _read(top: Path, names: Sequence[str], stale: Sequence[_Seen], reading: Ripgrep | None) -> Mentions:
    """What the files of stale folders mention: what ripgrep found if it does read and has no trouble."""
    found = reading.result() if reading else None
    if found is not None:
        return Mentions(found)
    return scan(top, [_join(folder.path, name) for folder in stale for name in folder.names], names)


def _updated(known: _Known, seen: Sequence[_Seen], stale: Sequence[_Seen], fresh: Mentions) -> _Known:
    """What is known with the stale folders read again; names that are not in their folder are left out."""
    found: dict[str, list[str]] = {}
    for path in fresh.files:
        folder, _, name = path.rpartition("/")
        found.setdefault(folder, []).append(name)
    current = dict(known)
    for each in stale:
        current[each.path] = each.digest, tuple(found.get(each.path, ()))
    for each in seen:
        seen_as, names = current[each.path]
        current[each.path] = seen_as, tuple(name for name in names if name in each.names) if names else ()
    return current


def _is_in(path: str, below: str) -> bool:
    return not below or path == below or path.startswith(f"{below}/")


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


# The file


def _key(top: Path, names: Sequence[str]) -> str:
    return ascii((FORMAT, __version__, os.fspath(top), tuple(names), SUFFIXES, PREFIXES))


def _known(said: Mapping[str, Any]) -> _Known:
    try:
        return {path: (str(seen_as), tuple(map(str, names))) for path, (seen_as, names) in said["folders"].items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}
