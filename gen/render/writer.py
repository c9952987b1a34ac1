"""Files to disk, all of them or none.

Every new content is first written beside its target and synced; only then are the targets replaced, one rename each.
A failure or an interrupt before that changes nothing, a failure in the middle is undone, and an interrupt waits.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath

from gen.kernel.signals import held_back
from gen.render.folders import Folder, Folders, RefusedError, name_beside

__all__ = ["Outcome", "RefusedError", "read_current", "write_files"]


class Outcome(Enum):
    """What became of a file."""

    WROTE = "wrote"
    UNCHANGED = "unchanged"


@dataclass
class _Pending:
    """A file on its way: the new content lies in `temporary`; once `kept`, the old one lies in `backup`, if any."""

    folder: Folder
    target: str
    kept: bool = False

    @property
    def temporary(self) -> str:
        return name_beside(self.target, "new")

    @property
    def backup(self) -> str:
        return name_beside(self.target, "old")


def write_files(root: Path, contents: Mapping[str, bytes]) -> dict[str, Outcome]:
    """Writes every file below `root` (paths relative to it) or, on failure, none; unchanged files are not touched.

    Raises RefusedError if the place cannot be written to; then every file is as it was before. A KeyboardInterrupt
    passes through; it finds either that, or every file written.
    """
    outcomes = {}
    pending: list[_Pending] = []
    done = False
    place = root
    with Folders(root) as folders:
        try:
            for name, content in sorted(contents.items()):
                place = root / name
                each = _Pending(folders.at(_below(root, name).parent), place.name)
                if each.folder.read(each.target) == content:
                    outcomes[name] = Outcome.UNCHANGED
                    continue
                outcomes[name] = Outcome.WROTE
                pending.append(each)  # before there is anything on disk, so that nothing can be left there
                _stage(each, content)
            with held_back():
                for each in pending:
                    place = each.folder.path / each.target
                    _replace(each)
                done = True
        except OSError as error:  # it may name no file, or one of those that are only on their way
            raise RefusedError(f"cannot write {place}: {_reason(error)}") from error
        finally:
            with held_back():
                if not done:
                    _undo(pending)
                    folders.undo()
                for each in pending:
                    each.folder.discard(each.backup)
        for each in pending:
            each.folder.sync()
    return outcomes


def read_current(target: Path) -> bytes | None:
    """What the file holds now; None if there is none. OSError if it is no file: reading a pipe would never end."""
    try:
        if not stat.S_ISREG(target.stat().st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file", str(target))
        return target.read_bytes()
    except FileNotFoundError:
        return None


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _below(root: Path, name: str) -> PurePosixPath:
    relative = PurePosixPath(name)
    if relative.is_absolute() or ".." in relative.parts:
        raise RefusedError(f"{root / name} is not below {root}")
    return relative


def _stage(each: _Pending, content: bytes) -> None:
    with each.folder.create(each.temporary) as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
        mode = each.folder.mode(each.target)
        if mode is not None:
            os.fchmod(stream.fileno(), stat.S_IMODE(mode))


def _replace(each: _Pending) -> None:
    if each.folder.mode(each.target) is not None:
        _keep(each)
    each.kept = True
    each.folder.rename(each.temporary, each.target)


def _keep(each: _Pending) -> None:
    try:
        each.folder.link(each.target, each.backup)
    except OSError:  # not every file system has hard links
        with each.folder.open(each.target) as old, each.folder.create(each.backup) as copy:
            shutil.copyfileobj(old, copy)
            copy.flush()
            facts = os.fstat(old.fileno())
            os.fchmod(copy.fileno(), stat.S_IMODE(facts.st_mode))
            os.utime(copy.fileno(), ns=(facts.st_atime_ns, facts.st_mtime_ns))


def _undo(pending: list[_Pending]) -> None:
    for each in pending:
        each.folder.discard(each.temporary)
        if not each.kept:  # the target is as it was, and a backup may be half a copy
            continue
        if each.folder.mode(each.backup) is not None:
            each.folder.rename(each.backup, each.target)
        else:
            each.folder.discard(each.target)
