"""Folders that are held open while files are written.

A name that is swapped for a link meanwhile leads nowhere else.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import stat
import time
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import BinaryIO, Self

_HERE = PurePosixPath()
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_BESIDE = re.compile(r"\..+\.gen-(new|old)-\d+")


class RefusedError(Exception):
    """A place where nothing can be written; the message says which and why."""


def name_beside(target: str, which: str) -> str:
    """The name of a file on its way to or from `target`, in the same folder."""
    return f".{target}.gen-{which}-{os.getpid()}"


class Folder:
    """A directory that is open; the names are those of its own entries, and no link among them is followed.

    What a killed run has left in it is removed: whoever writes holds a lock on the folder, which ends with the process.
    """

    def __init__(self, root: Path, path: Path, handle: int) -> None:
        self._root, self.path, self.handle = root, path, handle
        self._share()

    def below(self, name: str) -> Folder:
        """A directory in it, opened. FileNotFoundError if there is none, RefusedError if it is anything else."""
        try:
            handle = os.open(name, _DIRECTORY | os.O_NOFOLLOW, dir_fd=self.handle)
        except NotADirectoryError:
            raise self._refused(name, "a directory") from None
        return Folder(self._root, self.path / name, handle)

    def mode(self, name: str) -> int | None:
        """Type and permissions of an entry, of a link its own; None if there is none."""
        try:
            return os.stat(name, dir_fd=self.handle, follow_symlinks=False).st_mode
        except FileNotFoundError:
            return None

    def read(self, name: str) -> bytes | None:
        """What a file holds; None if there is none. RefusedError if it is not a regular file."""
        mode = self.mode(name)
        if mode is None:
            return None
        if not stat.S_ISREG(mode):
            raise self._refused(name, "a regular file")
        with self.open(name) as stream:
            return stream.read()

    def open(self, name: str) -> BinaryIO:
        """A file that is there, for reading."""
        return os.fdopen(os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=self.handle), "rb")

    def create(self, name: str) -> BinaryIO:
        """A new file, for writing: neither a file nor a link that is there is written to."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        return os.fdopen(os.open(name, flags, 0o666, dir_fd=self.handle), "wb")

    def link(self, name: str, other: str) -> None:
        """Gives a file another name."""
        os.link(name, other, src_dir_fd=self.handle, dst_dir_fd=self.handle, follow_symlinks=False)

    def rename(self, name: str, target: str) -> None:
        """Gives a file another name, and that name to no other file."""
        os.replace(name, target, src_dir_fd=self.handle, dst_dir_fd=self.handle)

    def discard(self, name: str) -> None:
        """Removes a file, if it is there."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self.handle)

    def sync(self) -> None:
        """Has the names survive a power failure, where the file system can do that."""
        with contextlib.suppress(OSError):
            os.fsync(self.handle)

    def _refused(self, name: str, wanted: str) -> RefusedError:
        is_link = stat.S_ISLNK(self.mode(name) or 0)
        kind = f"a symbolic link and may lead out of {self._root}" if is_link else f"not {wanted}"
        return RefusedError(f"{self.path / name} is {kind}")

    def _share(self) -> None:
        """Takes a lock that many may have; whoever gets it alone first finds only what killed runs have left."""
        with contextlib.suppress(OSError):  # somebody writes here, or the file system has no locks
            fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._sweep()
        for _ in range(40):  # a sweep takes a moment; a stranger's lock may last for ever
            with contextlib.suppress(OSError):
                fcntl.flock(self.handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return
            time.sleep(0.05)

    def _sweep(self) -> None:
        with os.scandir(self.handle) as entries:
            for entry in entries:
                if _BESIDE.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    self.discard(entry.name)


class Folders:
    """The root and what is below it; each folder is opened once, made if it is missing, and closed at the end."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._held: dict[PurePosixPath, Folder] = {}
        self._made: list[tuple[int | None, str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for folder in self._held.values():
            os.close(folder.handle)

    def at(self, relative: PurePosixPath) -> Folder:
        """The folder of that path below the root. OSError if it cannot be had, RefusedError if it is another thing."""
        if relative not in self._held:
            self._held[relative] = self._open_root() if relative == _HERE else self._open(relative)
        return self._held[relative]

    def undo(self) -> None:
        """Removes the folders that were made here, as far as nothing is in them."""
        for handle, name in reversed(self._made):
            with contextlib.suppress(OSError):
                os.rmdir(name, dir_fd=handle)

    def _open(self, relative: PurePosixPath) -> Folder:
        parent, name = self.at(relative.parent), relative.name
        try:
            return parent.below(name)
        except FileNotFoundError:
            self._make(parent.handle, name)
        return parent.below(name)

    def _open_root(self) -> Folder:
        """The root is a path of the user's, links and all."""
        missing, directory = [], self._root
        while not directory.is_dir():
            if os.path.lexists(directory):
                raise RefusedError(f"{directory} is not a directory")
            missing.append(directory)
            directory = directory.parent
        for each in reversed(missing):
            self._make(None, str(each))
        return Folder(self._root, self._root, os.open(self._root, _DIRECTORY))

    def _make(self, handle: int | None, name: str) -> None:
        self._made.append((handle, name))
        os.mkdir(name, dir_fd=handle)
