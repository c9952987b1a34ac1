"""A revision of a git repository as a tree on disk: the files of it that are read for one architecture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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

_SOURCE = re.compile(r"(.*/)?(Kconfig[^/]*|Makefile|Kbuild|[^/]*\.([chS]|txt|tbl|lds|Kconfig))")


def write_revision(top: Path, revision: str, archs: Sequence[str], place: Path) -> None:
    """Writes the files of a revision that say something of some architectures below an empty folder; GitError.

    Symbolic links are left out, and so is what is larger than any file that is read.
    """
    wanted = [each for each in blobs(top, commit_of(top, revision)) if each.plain and _is_wanted(each, archs)]
    if len(wanted) > MOST_FILES or sum(each.size for each in wanted) > MOST_BYTES:
        raise GitError(f"more than {MOST_FILES:,} files or {MOST_BYTES >> 20} MiB are to be read")
    for some in _some_at_once(wanted):
        for each, content in zip(some, contents(top, (each.name for each in some)), strict=True):
            _write(place / each.file, content)


def _is_wanted(blob: Blob, archs: Sequence[str]) -> bool:
    """Whether a file may be read; one whose name leads out of its folder is not one of a repository that git made."""
    path = PurePosixPath(blob.file)
    if path.is_absolute() or ".." in path.parts or blob.size > LARGEST_READ or not _SOURCE.fullmatch(blob.file):
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
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except (FileExistsError, IsADirectoryError, NotADirectoryError, ValueError) as error:
        raise GitError("it has a file that is a folder, too, or a name that no file can have") from error
