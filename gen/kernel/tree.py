"""A kernel tree on disk: where it begins, its release, its architectures and files.

Nothing here raises for what a tree may be like. What cannot be read is a result (`Unreadable`). Symbolic links are not
followed in a walk: one that points into the tree names a file that is found in its own place anyway, and one that
points out of it leads to files that are not the tree's.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from gen.diagnostics import Span
from gen.model.release import Release

LARGEST = 32 << 20
"""Bytes: what is larger is no source file, and not searched for names (the largest of 7.3 has 23 MiB)."""

MOST_ARCHITECTURES = 200
"""That one run looks at; a kernel has some 20."""

LARGEST_READ = 4 << 20
"""Bytes of a file that is read for what it says: what is larger are lists of registers (others have 0.8 MiB)."""

MOST_TEXT = 32 << 20
"""Characters that are read for one architecture; the most of a real one is 6 MiB."""

MOST_CODE = 6 << 20
"""Characters of C and assembly among them that are taken apart; the most of a real one is 2.6 MiB."""


@dataclass(frozen=True, order=True)
class Unreadable:
    """A file or folder that could not be read, and why; `file` is what was asked for."""

    file: str
    reason: str


@dataclass(frozen=True, order=True)
class NotUnderstood:
    """A place in a file that is nothing that its reader knows, and why."""

    span: Span
    reason: str


def read_bytes(path: Path | str, most: int = LARGEST) -> bytes | Unreadable:
    """The content of a regular file of at most `most` bytes. Never waits for a FIFO, never raises OSError."""
    name = os.fspath(path)
    try:
        # A FIFO without a writer would block here, and a terminal could become ours.
        handle = os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except (OSError, ValueError) as error:
        return Unreadable(name, reason_of(error))
    try:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            return Unreadable(name, "not a regular file")
        if facts.st_size > most:
            return Unreadable(name, too_large(most))
        with os.fdopen(handle, "rb", buffering=0, closefd=False) as file:
            return file.read()
    except OSError as error:
        return Unreadable(name, reason_of(error))
    finally:
        os.close(handle)


def too_large(most: int) -> str:
    """Why a file is not read that has more bytes than may be read."""
    return f"larger than {most / 2**20:g} MiB"


def too_much_text(most: int) -> str:
    """Why a file of an architecture is not read that has `most` characters before it."""
    return f"of one architecture no more than {most >> 20} MiB are read"


def too_much_code(most: int) -> str:
    """The same for what is taken apart."""
    return f"of one architecture no more than {most >> 20} MiB of code are taken apart"


def is_file(path: Path) -> bool:
    """Whether it is a regular file, or a link to one; one that we may not look at is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def reason_of(error: OSError | ValueError) -> str:
    """Why something could not be read, in the system's words; a name with a NUL in it is a ValueError."""
    return (isinstance(error, OSError) and error.strerror) or str(error)


# The tree


@dataclass(frozen=True)
class KernelTree:
    """A tree by its top folder, without symbolic links.

    `version` is VERSION.PATCHLEVEL.SUBLEVEL and EXTRAVERSION; `checkout` says whether git knows the tree. `overlay` are
    files that are read instead of those on disk: the tree as a patch would leave it.
    """

    root: Path
    release: Release
    version: str
    checkout: bool
    overlay: Mapping[str, bytes] = field(default_factory=dict, hash=False)

    def architectures(self) -> tuple[str, ...]:
        """The folders of arch/ that have a Kconfig, in order."""
        return self._architectures

    @cached_property
    def _architectures(self) -> tuple[str, ...]:
        try:
            with os.scandir(self.root / "arch") as entries:
                names = sorted(entry.name for entry in entries)
        except OSError:
            return ()
        return tuple(name for name in names if is_file(self.root / "arch" / name / "Kconfig"))

    def read(self, file: str, most: int = LARGEST_READ) -> bytes | Unreadable:
        """The content of a file named by its path from the top; one outside, or a link to outside, is unreadable."""
        if file in self.overlay:
            return self.overlay[file]
        place = _resolved(self.root / file)
        if place is None or not place.is_relative_to(self.root):
            return Unreadable(file, "outside the tree")
        content = read_bytes(place, most)
        return content if isinstance(content, bytes) else Unreadable(file, content.reason)

    def relative(self, path: Path) -> str | None:
        """A path from the top without symbolic links, "" for the top itself, or None if it is not in the tree."""
        place = _resolved(path)
        if place is None or not place.is_relative_to(self.root):
            return None
        return "" if place == self.root else place.relative_to(self.root).as_posix()


def find_tree(path: Path) -> KernelTree | None:
    """The tree that `path` is the top of or lies in, which need not exist; None if there is none."""
    start = _resolved(path)
    if start is None:
        return None
    for folder in (start, *start.parents):
        if tree := _tree_at(folder):
            return tree
    return None


def _resolved(path: Path) -> Path | None:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # a loop of links, a NUL
        return None


def _is_below(top: Path, path: Path) -> bool:
    """Whether a path comes out in a folder, its links followed."""
    outer, place = _resolved(top), _resolved(path)
    return outer is not None and place is not None and place.is_relative_to(outer)


_MAKEFILE_HEAD = 1 << 14
_ASSIGNMENT = re.compile(r"^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION)[ \t]*=[ \t]*([\w.+~-]*)[ \t\r]*$", re.MULTILINE)


def _tree_at(folder: Path) -> KernelTree | None:
    try:
        shaped = is_file(folder / "Kconfig") and (folder / "arch").is_dir() and _is_below(folder, folder / "Makefile")
    except OSError:
        return None
    content = read_bytes(folder / "Makefile") if shaped else b""
    if isinstance(content, Unreadable):
        return None
    said = dict(_ASSIGNMENT.findall(content[:_MAKEFILE_HEAD].decode("utf-8", "replace")))
    try:
        release = Release.parse(f"{said.get('VERSION')}.{said.get('PATCHLEVEL')}")
    except ValueError:
        return None
    version = f"{release}.{said.get('SUBLEVEL') or 0}{said.get('EXTRAVERSION', '')}"
    # In a worktree, .git is a file.
    return KernelTree(folder, release, version, os.path.lexists(folder / ".git"))


# Files

SUFFIXES = (".c", ".h", ".S")
PREFIXES = ("Kconfig",)
SKIPPED_FOLDERS = frozenset({".git"})


def is_source(name: str) -> bool:
    """Whether a file of this name (not path) is C, assembly or Kconfig."""
    # Ripgrep matches no type with a name that ends in a dot, and no Kconfig is called like that.
    return name.endswith(SUFFIXES) or (name.startswith(PREFIXES) and not name.endswith("."))


@dataclass(frozen=True)
class Listing:
    """Paths from the top with `/`, in the order of their bytes, and what could not be read on the way."""

    files: tuple[str, ...]
    unreadable: tuple[Unreadable, ...] = ()


@dataclass
class Folder:
    """One folder of a walk: its path from the top ("" is the top itself) and its wanted regular files."""

    path: str
    entries: list[os.DirEntry[str]]
    unreadable: Unreadable | None = None


def folders(top: str, below: str = "", wanted: Callable[[str], bool] = is_source) -> Iterator[Folder]:
    """Every folder from `below` down, in no particular order; `wanted` judges the names of files."""
    waiting = [below]
    while waiting:
        folder = Folder(waiting.pop(), [])
        prefix = f"{folder.path}/" if folder.path else ""
        try:
            with os.scandir(f"{top}/{prefix}") as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name not in SKIPPED_FOLDERS:
                            waiting.append(prefix + entry.name)
                    elif wanted(entry.name) and entry.is_file(follow_symlinks=False):
                        folder.entries.append(entry)
        except (OSError, ValueError) as error:
            folder.unreadable = Unreadable(folder.path or ".", reason_of(error))
        yield folder


def files_below(top: Path, below: str = "", wanted: Callable[[str], bool] = is_source) -> Listing:
    """The wanted files in a folder and below it; `below` is listed itself if it is a file, whatever its name.

    A link that leads out of `top` has none.
    """
    if not _is_below(top, top / below):
        return Listing(())
    if is_file(top / below):
        return Listing((below,))
    files, unreadable = [], []
    for folder in folders(os.fspath(top), below, wanted):
        prefix = f"{folder.path}/" if folder.path else ""
        files += [prefix + entry.name for entry in folder.entries]
        unreadable += [folder.unreadable] if folder.unreadable else []
    return Listing(tuple(sorted(files, key=os.fsencode)), tuple(sorted(unreadable)))
