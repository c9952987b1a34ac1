"""Which files mention a name at all: a search for bytes, because reading 1.2 GB of C is slower than not reading it.

ripgrep does it if it is there. Where it complains, if only about one file, the search is done again in Python, which
gives the same answer and can say which files were not read. A mention is the bytes anywhere in the file, also inside
a longer word.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gen.kernel.names import in_common
from gen.kernel.sharing import MOST_PARTS, shared
from gen.kernel.tree import (
    LARGEST,
    PREFIXES,
    SKIPPED_FOLDERS,
    SUFFIXES,
    Unreadable,
    files_below,
    folders,
    is_file,
    too_large,
)

BUFFER = 1 << 20
"""Bytes read at once, per process: a source file in one go, with few exceptions."""
LARGE = 4000
"""Files from which on a second process is worth its start; arch/ of 6.12 has 14,000."""
_CHUNK = 128
_SHORTEST_STEM = 4
_RIPGREPS_SHORTEST_STEM = 9
"""For ripgrep a few needles more cost nothing, and every file that it finds for a stem alone is read again."""


@dataclass(frozen=True)
class Mentions:
    """The files that mention a name, by their path from the top in the order of their bytes, and what is unread."""

    files: tuple[str, ...]
    unreadable: tuple[Unreadable, ...] = ()


def search(top: Path, names: Iterable[str], below: str = "", *, ripgrep: str | None = None) -> Mentions:
    """Which C, assembly and Kconfig files in a folder and below it mention one of the names.

    `below` is a path from the top without symbolic links, as KernelTree.relative() makes it; a file is searched
    whatever its name. `ripgrep` is the program to use (`find_ripgrep()`), None for Python alone.
    """
    wanted = checked(names)
    if ripgrep and not is_file(top / below):
        searching = Ripgrep(ripgrep, top, wanted, below)
        large = tuple(_large(top, below))
        files = searching.result()
        if files is not None:
            return Mentions(files, large)
    listing = files_below(top, below)
    found = scan(top, listing.files, wanted)
    return Mentions(found.files, tuple(sorted({*listing.unreadable, *found.unreadable})))


def _large(top: Path, below: str) -> Iterator[Unreadable]:
    """The files that ripgrep does not look into for their size."""
    for folder in folders(os.fspath(top), below):
        for entry in folder.entries:
            with contextlib.suppress(OSError):
                if entry.stat(follow_symlinks=False).st_size > LARGEST:
                    yield Unreadable(os.path.relpath(entry.path, top), too_large(LARGEST))


def checked(names: Iterable[str]) -> tuple[str, ...]:
    """The names in order, each once. ValueError for what is no identifier, and for none: that would be every file."""
    wanted = tuple(sorted(set(names)))
    odd = [name for name in wanted if not (name.isascii() and name.isidentifier())]
    if odd or not wanted:
        raise ValueError(f"`{odd[0]}` is not an identifier" if odd else "no name to search for")
    return wanted


# ripgrep


def find_ripgrep() -> str | None:
    """Where ripgrep is: beside this Python, where its wheel puts it, or on the path."""
    return shutil.which("rg", path=Path(sys.executable).parent) or shutil.which("rg")


class Ripgrep:
    """A search that runs beside us until its result is asked for."""

    def __init__(self, program: str, top: Path, names: Sequence[str], below: str) -> None:
        self._top = top
        self._names = names
        # Names that begin alike take ripgrep 13 four times as long.
        needles = stems([name.encode() for name in names], _RIPGREPS_SHORTEST_STEM)
        try:
            # An argument list without a shell; the needles are parts of identifiers, the folder comes after `--`.
            self._process: subprocess.Popen[bytes] | None = subprocess.Popen(  # noqa: S603
                [program, *_FLAGS, *(f"--regexp={needle.decode()}" for needle in needles), "--", f"./{below}"],
                cwd=top,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except OSError:
            self._process = None

    def result(self) -> tuple[str, ...] | None:
        """The files in the order of their bytes; None if ripgrep had any trouble, even with a single file."""
        if self._process is None:
            return None
        found, complaints = self._process.communicate()
        if complaints or self._process.returncode not in (0, 1):
            return None
        files = [os.fsdecode(name.removeprefix(b"./")) for name in sorted(found.split(b"\0")) if name]
        scanned = scan(self._top, files, self._names)
        return None if scanned.unreadable else scanned.files


_FLAGS = (
    "--no-config",  # not what a user likes, but all there is:
    "--no-ignore",
    "--hidden",
    "--text",
    "--encoding=none",  # a file that begins like UTF-16 is searched as the bytes that it is
    "--no-follow",
    "--no-mmap",
    f"--max-filesize={LARGEST}",
    "--fixed-strings",
    "--case-sensitive",
    "--files-with-matches",
    "--null",
    "--color=never",
    # A --glob=Kconfig* would look at the whole path, and has trouble with newlines in it; a type looks at the name.
    *(f"--type-add=gen:*{suffix}" for suffix in SUFFIXES),
    *(f"--type-add=gen:{prefix}*" for prefix in PREFIXES),
    "--type=gen",
    *(f"--glob=!{folder}" for folder in sorted(SKIPPED_FOLDERS)),
)


# Python


def scan(top: Path, files: Sequence[str], names: Sequence[str]) -> Mentions:
    """Which of the files mention one of the names; a second process helps with many of them."""
    scanner = _Scanner(os.fspath(top), files, [name.encode() for name in names])
    size = max(_CHUNK, -(-len(files) // MOST_PARTS)) if len(files) >= LARGE else max(len(files), 1)
    chunks = [range(start, min(start + size, len(files))) for start in range(0, len(files), size)]
    found = shared(len(chunks), lambda number: scanner.scan(chunks[number]))
    hits = sorted(number for hits, _ in found for number in hits)
    unreadable = (Unreadable(files[number], _reason(error)) for _, errors in found for number, error in errors)
    return Mentions(tuple(files[number] for number in hits), tuple(sorted(unreadable)))


def _reason(error: int) -> str:
    return too_large(LARGEST) if error == errno.EFBIG else os.strerror(error)


class _Scanner:
    """Reads files into one buffer and looks for names in it."""

    def __init__(self, top: str, files: Sequence[str], names: Sequence[bytes]) -> None:
        self._top = top
        self._files = files
        self._needles = [(stem, [name for name in _innermost(names) if stem in name]) for stem in stems(names)]
        self._overlap = max(map(len, names)) - 1
        self._buffer = bytearray(BUFFER)
        self._view = memoryview(self._buffer)

    def scan(self, numbers: Iterable[int]) -> tuple[list[int], list[tuple[int, int]]]:
        """Reads the files of these numbers: those that mention a name, and those that cannot be read with the errno."""
        hits: list[int] = []
        errors: list[tuple[int, int]] = []
        for number in numbers:
            try:
                # O_NONBLOCK: what was a file when it was listed may be a FIFO by now.
                handle = os.open(f"{self._top}/{self._files[number]}", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
                try:
                    if self._mentions(handle):
                        hits.append(number)
                finally:
                    os.close(handle)
            except OSError as error:
                errors.append((number, error.errno or 0))
        return hits, errors

    def _mentions(self, handle: int) -> bool:
        kept = read = 0
        while True:
            end = kept
            while end < BUFFER and (count := os.readv(handle, [self._view[end:]])):
                end += count
            if self._is_in_buffer(end):
                return True
            if end < BUFFER:
                return False
            read += end - kept
            if read > LARGEST:
                raise OSError(errno.EFBIG, "")
            # A name may lie across the border.
            kept = self._overlap
            self._view[:kept] = self._view[BUFFER - kept :]

    def _is_in_buffer(self, end: int) -> bool:
        find = self._buffer.find
        for stem, names in self._needles:
            if find(stem, 0, end) >= 0 and any(find(name, 0, end) >= 0 for name in names):
                return True
        return False


def stems(names: Iterable[bytes], shortest: int = _SHORTEST_STEM) -> list[bytes]:
    """Fewer and shorter needles, one of which is in every haystack that one of the names is in.

    Each needle goes through 1.2 GB. So a name that contains another is left out, and names that begin alike
    (`user_enter`, `user_exit`) are looked for by their beginning first, if that has `shortest` bytes.
    """
    fewest: list[bytes] = []
    for name in _innermost(names):
        common = in_common(fewest[-1], name) if fewest else 0
        if common >= shortest:
            fewest[-1] = name[:common]
        else:
            fewest.append(name)
    return _innermost(fewest)


def _innermost(names: Iterable[bytes]) -> list[bytes]:
    """The names that contain no other one, in order."""
    distinct = set(names)
    return sorted(name for name in distinct if not any(other in name for other in distinct - {name}))
