"""A file of the cache, which remembers something for a key.

It is only ever a shortcut: one that is lost, damaged, somebody else's or for another key is as good as none, and one
that cannot be written is not missed. It is written beside its place and renamed into it, so that a killed run leaves
nothing half written, and of two writers one loses nothing but the other's time.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gen.kernel.tree import Unreadable, read_bytes


def cache_folder(name: str = "search") -> Path | None:
    """Where the files of one kind are: in XDG_CACHE_HOME, else in ~/.cache; None if there is no home either."""
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    try:
        # The XDG specification wants relative paths ignored.
        base = named if named.is_absolute() else Path.home() / ".cache"
    except RuntimeError:
        return None
    return base / "offstack" / name if base.is_absolute() else None


def digest(content: bytes) -> str:
    """What tells contents apart."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


@dataclass(frozen=True)
class Remembered:
    """A file in a folder, in which the newest `kept` stay. Two lines: the digest of the second one, and JSON.

    The key says what the file is about, and all that has to be as it was. Nothing here raises.
    """

    folder: Path
    key: str
    kept: int

    @property
    def path(self) -> Path:
        """Named by its key, as others have files of their own."""
        return self.folder / f"{digest(self.key.encode())}.json"

    def load(self) -> dict[str, Any]:
        """What some run has saved for the same key; nothing if it is not exactly that."""
        content = read_bytes(self.path) if self._is_ours() else b""
        checksum, _, payload = (b"" if isinstance(content, Unreadable) else content).partition(b"\n")
        if checksum != digest(payload).encode():
            return {}
        try:
            said = json.loads(payload)
            return said if said["key"] == self.key else {}
        except (ValueError, TypeError, KeyError, RecursionError):
            return {}

    def save(self, **data: Any) -> None:
        """Keeps some data."""
        payload = json.dumps({"key": self.key, **data}, separators=(",", ":")).encode()
        with suppress(OSError):
            self.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            if not self._is_ours():
                return
            _replace(self.path, digest(payload).encode() + b"\n" + payload)
            self._tidy()

    def _is_ours(self) -> bool:
        """Whether nobody else can have put anything there: the folder and the one around it are ours alone to write."""
        try:
            facts = [os.lstat(place) for place in (self.folder, self.folder.parent)]
        except OSError:
            return False
        return all(
            stat.S_ISDIR(each.st_mode) and each.st_uid == os.geteuid() and not each.st_mode & 0o022 for each in facts
        )

    def _tidy(self) -> None:
        """Drops the oldest files, and what killed runs left behind an hour ago or earlier."""
        with os.scandir(self.folder) as entries:
            ages = sorted(((entry.stat(follow_symlinks=False).st_mtime, entry.name) for entry in entries), reverse=True)
        files = [name for _, name in ages if name.endswith(".json")]
        left_behind = [name for time_, name in ages if name.endswith(".tmp") and time_ < time.time() - 3600]
        for name in (*files[self.kept :], *left_behind):
            (self.folder / name).unlink(missing_ok=True)


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
