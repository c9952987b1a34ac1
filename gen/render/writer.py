"""Files to disk, all of them or none.

Every new content is first written beside its target and synced; only then are the targets replaced, one rename each.
A failure or an interrupt before that changes nothing, a failure in the middle is undone, and an interrupt waits.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from gen.kernel.signals import held_back


class Outcome(Enum):
    """What became of a file."""

    WROTE = "wrote"
    UNCHANGED = "unchanged"


class RefusedError(Exception):
    """A place where nothing can be written; the message says which and why."""


@dataclass
class _Pending:
    """A file on its way: the new content lies in `temporary`; once `kept`, the old one lies in `backup`, if any."""

    target: Path
    temporary: Path
    backup: Path
    kept: bool = False


def write_files(root: Path, contents: Mapping[str, bytes]) -> dict[str, Outcome]:
    """Writes every file below `root` (paths relative to it) or, on failure, none; unchanged files are not touched.

    Raises RefusedError if the place cannot be written to; then every file is as it was before. A KeyboardInterrupt
    passes through; it finds either that, or every file written.
    """
    if root.exists() and not root.is_dir():
        raise RefusedError(f"{root} is not a directory")
    outcomes = {}
    pending: list[_Pending] = []
    made: list[Path] = []
    done = False
    place = root
    try:
        for name, content in sorted(contents.items()):
            place = target = root / name
            _refuse_detours(root, target)
            if read_current(target) == content:
                outcomes[name] = Outcome.UNCHANGED
                continue
            outcomes[name] = Outcome.WROTE
            _make_directories(target.parent, made)
            pending.append(_pending(target))  # before there is anything on disk, so that nothing can be left there
            _stage(pending[-1], content)
        with held_back():
            for each in pending:
                place = each.target
                _replace(each)
            done = True
    except OSError as error:  # it may name no file, or one of those that are only on their way
        raise RefusedError(f"cannot write {place}: {_reason(error)}") from error
    finally:
        with held_back():
            if not done:
                _undo(pending, made)
            for each in pending:
                _discard(each.backup)
    _sync_directories({each.target.parent for each in pending})
    return outcomes


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def read_current(target: Path) -> bytes | None:
    """What the file holds now; None if there is none. OSError if it is no file: reading a pipe would never end."""
    try:
        if not stat.S_ISREG(target.stat().st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file", str(target))
        return target.read_bytes()
    except FileNotFoundError:
        return None


def _refuse_detours(root: Path, target: Path) -> None:
    """Below the root nothing may be a symbolic link, and the target not anything but a regular file."""
    relative = target.relative_to(root) if target.is_relative_to(root) else Path("..")
    if ".." in relative.parts:
        raise RefusedError(f"{target} is not below {root}")
    for depth in range(1, len(relative.parts) + 1):
        step = root.joinpath(*relative.parts[:depth])
        try:
            mode = step.lstat().st_mode
        except FileNotFoundError:
            return
        if stat.S_ISLNK(mode):
            raise RefusedError(f"{step} is a symbolic link and may lead out of {root}")
        if step != target and not stat.S_ISDIR(mode):
            raise RefusedError(f"{step} is not a directory")
        if step == target and not stat.S_ISREG(mode):
            raise RefusedError(f"{step} is not a regular file")


def _make_directories(directory: Path, made: list[Path]) -> None:
    """Makes a directory and its parents; those that were not there go to `made`, outermost first."""
    missing = []
    while not directory.is_dir():
        missing.append(directory)
        directory = directory.parent
    for each in reversed(missing):
        made.append(each)
        each.mkdir()


def _pending(target: Path) -> _Pending:
    temporary = target.with_name(f".{target.name}.gen-new-{os.getpid()}")
    backup = target.with_name(f".{target.name}.gen-old-{os.getpid()}")
    return _Pending(target, temporary, backup)


def _stage(each: _Pending, content: bytes) -> None:
    with each.temporary.open("xb") as stream:  # exclusive: neither a file nor a link that is there is written to
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    if each.target.exists():
        each.temporary.chmod(stat.S_IMODE(each.target.stat().st_mode))


def _replace(each: _Pending) -> None:
    if each.target.exists():
        _keep(each.target, each.backup)
    each.kept = True
    each.temporary.replace(each.target)


def _keep(target: Path, backup: Path) -> None:
    try:
        os.link(target, backup)
    except OSError:  # not every file system has hard links
        shutil.copy2(target, backup)


def _undo(pending: list[_Pending], made: list[Path]) -> None:
    for each in pending:
        _discard(each.temporary)
        if not each.kept:  # the target is as it was, and a backup may be half a copy
            continue
        if each.backup.exists():
            each.backup.replace(each.target)
        else:
            _discard(each.target)
    for directory in reversed(made):
        with contextlib.suppress(OSError):
            directory.rmdir()


def _discard(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()


def _sync_directories(directories: set[Path]) -> None:
    for directory in sorted(directories):
        with contextlib.suppress(OSError):  # the files are synced; some file systems cannot sync a directory
            descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
