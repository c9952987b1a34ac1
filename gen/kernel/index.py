"""Remembers from run to run which files mention the names, so that an unchanged tree costs one stat a file.

The unit is a folder: what stat says of its source files, hashed, and which of them mention a name. A folder that is as
it was is not read again. The index is only ever a shortcut: one that is lost, damaged, of another version or somebody
else's is as good as none, and one that cannot be written is not missed.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gen import __version__
from gen.kernel.search import Mentions, Ripgrep, checked, scan, search
from gen.kernel.tree import PREFIXES, SUFFIXES, Folder, Unreadable, folders, is_file, read_bytes

FORMAT = 1
"""To be counted up whenever the same bytes would mean something else."""
KEPT = 16
"""Index files that are kept, the newest; one of a whole tree has 0.3 MB."""
MANY = 6000
"""Files from which on a search of everything by ripgrep is faster than one of these files by Python."""
SLACK = 2_000_000_000
"""Nanoseconds: what changed so shortly before a search may change again without its times telling."""


def cache_folder() -> Path | None:
    """Where the indexes are: in XDG_CACHE_HOME, else in ~/.cache; None if there is no home either."""
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    try:
        # The XDG specification wants relative paths ignored.
        base = named if named.is_absolute() else Path.home() / ".cache"
    except RuntimeError:
        return None
    return base / "ctgen" / "search" if base.is_absolute() else None


def mentions(
    top: Path, names: Iterable[str], below: str = "", *, cache: Path | None, ripgrep: str | None = None
) -> Mentions:
    """The answer of `search`, from the index in the folder `cache` where that is still true; None goes without.

    Safe under concurrent runs and killed ones: an index is written beside its place and renamed into it, and each
    folder in it stands for itself, so that of two writers one loses nothing but the other's time.
    """
    wanted = checked(names)
    if cache is None or is_file(top / below):
        return search(top, wanted, below, ripgrep=ripgrep)
    since = time.time_ns() - SLACK
    file = _IndexFile(cache, _key(top, wanted))
    known = file.load()
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
    file.save(known, {path: current[path] for path in sorted(lasting | others)})
    files = (_join(each.path, name) for each in seen for name in current[each.path][1])
    return Mentions(tuple(sorted(files, key=os.fsencode)), tuple(sorted({*unreadable, *fresh.unreadable})))


@dataclass(frozen=True)
class _Seen:
    """A folder as it is now: its source files in order, the hash of what stat says of them, and their newest time."""

    path: str
    names: tuple[str, ...]
    digest: str
    newest: int


_Known = dict[str, tuple[str, tuple[str, ...]]]
"""To the path of a folder its digest, and the names in it that were found to mention something."""


def _look(top: Path, below: str) -> tuple[list[_Seen], list[Unreadable]]:
    seen, unreadable = [], []
    for folder in folders(os.fspath(top), below):
        if folder.unreadable:
            unreadable.append(folder.unreadable)
        if folder.entries:
            seen.append(_seen(folder))
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
    digest = hashlib.blake2b(ascii(facts).encode(), digest_size=16).hexdigest()
    return _Seen(folder.path, tuple(fact[0] for fact in facts), digest, newest)


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
        digest, names = current[each.path]
        current[each.path] = digest, tuple(name for name in names if name in each.names) if names else ()
    return current


def _is_in(path: str, below: str) -> bool:
    return not below or path == below or path.startswith(f"{below}/")


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


# The file


def _key(top: Path, names: Sequence[str]) -> str:
    return ascii((FORMAT, __version__, os.fspath(top), tuple(names), SUFFIXES, PREFIXES))


@dataclass(frozen=True)
class _IndexFile:
    """An index in a folder; `key` says for what. Two lines: the hash of the second one, and JSON. Never raises."""

    folder: Path
    key: str

    @property
    def path(self) -> Path:
        """Named by its key, as other trees and names have indexes of their own."""
        return self.folder / f"{_hash(self.key.encode())}.json"

    def load(self) -> _Known:
        """What is remembered; nothing if that is not exactly what some run has written for the same key."""
        content = read_bytes(self.path)
        checksum, _, payload = (b"" if isinstance(content, Unreadable) else content).partition(b"\n")
        if checksum != _hash(payload).encode():
            return {}
        try:
            said = json.loads(payload)
            if said["key"] != self.key:
                return {}
            return {path: (str(digest), tuple(map(str, names))) for path, (digest, names) in said["folders"].items()}
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return {}

    def save(self, known: _Known, current: _Known) -> None:
        """Keeps what is known now, if it is anything new."""
        if current == known:
            return
        payload = json.dumps({"key": self.key, "folders": current}, separators=(",", ":")).encode()
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _replace(self.path, _hash(payload).encode() + b"\n" + payload)
            _tidy(self.folder)


def _hash(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _tidy(folder: Path) -> None:
    """Drops the oldest indexes, and what killed runs left behind an hour ago or earlier."""
    with os.scandir(folder) as entries:
        ages = sorted(((entry.stat(follow_symlinks=False).st_mtime, entry.name) for entry in entries), reverse=True)
    indexes = [name for _, name in ages if name.endswith(".json")]
    left_behind = [name for time_, name in ages if name.endswith(".tmp") and time_ < time.time() - 3600]
    for name in (*indexes[KEPT:], *left_behind):
        (folder / name).unlink(missing_ok=True)
