"""A revision of a git repository as a tree on disk: the files of it that are read for one architecture."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from gen.kernel.git import GitError
from gen.kernel.git_objects import Blob, blobs, commit_of, contents
from gen.kernel.tree import LARGEST_READ

MOST_FILES = 100_000
"""That are written of one revision; of a real one some 10,000 are."""

MOST_BYTES = 256 << 20
"""The same in bytes; of a real one some 80 MiB are."""

_AT_ONCE = 16 << 20
"""Bytes of which the contents are asked for together."""

_LONGEST_LINK = 4095
"""Bytes of what a symbolic link names; the system takes no more."""

_SOURCE = re.compile(r"(.*/)?(Kconfig[^/]*|Makefile|Kbuild|[^/]*\.([chS]|txt|tbl|lds|Kconfig))")


def write_revision(top: Path, revision: str, archs: Sequence[str], place: Path) -> None:
    """Writes the files of a revision that say something of some architectures below an empty folder; GitError.

    One that is larger than any file that is read is empty, and too large as well: whoever reads it says so. Symbolic
    links come last, so that nothing is written through one.
    """
    wanted = _wanted(blobs(top, commit_of(top, revision)), archs)
    for each in (each for each in wanted if each.plain and each.size > LARGEST_READ):
        _write(place / each.file, b"")
        os.truncate(place / each.file, LARGEST_READ + 1)
    for some in _some_at_once([each for each in wanted if each.plain and each.size <= LARGEST_READ]):
        for each, content in zip(some, contents(top, (each.name for each in some)), strict=True):
            _write(place / each.file, content)
    links = [each for each in wanted if not each.plain and each.size <= _LONGEST_LINK]
    for each, target in zip(links, contents(top, (each.name for each in links)), strict=True):
        _link(place / each.file, target)


def _wanted(found: Iterable[Blob], archs: Sequence[str]) -> list[Blob]:
    """The files and links that may be read; GitError if that is too much."""
    wanted: list[Blob] = []
    size = 0
    for each in (each for each in found if _is_wanted(each, archs)):
        wanted.append(each)
        size += each.size if each.size <= LARGEST_READ else 0
        if len(wanted) > MOST_FILES or size > MOST_BYTES:
            raise GitError(f"more than {MOST_FILES:,} files or {MOST_BYTES >> 20} MiB are to be read")
    return wanted


def _is_wanted(blob: Blob, archs: Sequence[str]) -> bool:
    """Whether a file may be read; one whose name leads out of its folder is not one of a repository that git made."""
    path = PurePosixPath(blob.file)
    if path.is_absolute() or ".." in path.parts or not _SOURCE.fullmatch(blob.file):
        return False
    first, *others = path.parts
    if path.name.startswith("Kconfig") or not others:
        return True
    return first in {"include", "kernel"} or others[0] == "features" or (first == "arch" and others[0] in archs)


def _some_at_once(wanted: Sequence[Blob]) -> Iterator[list[Blob]]:
    some: list[Blob] = []
    size = 0
    for each in wanted:
        some.append(each)
        size += each.size
        if size > _AT_ONCE:
            yield some
            some, size = [], 0
    yield some


def _write(file: Path, content: bytes) -> None:
    with _named_well():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def _link(file: Path, target: bytes) -> None:
    with _named_well():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.symlink_to(os.fsdecode(target))


@contextmanager
def _named_well() -> Iterator[None]:
    try:
        yield
    except (FileExistsError, IsADirectoryError, NotADirectoryError, ValueError) as error:
        raise GitError("it has a file that is a folder, too, or a name that no file can have") from error
