"""Folders for a while: gone at the end, on a signal, and those of a killed run at the next one."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from gen.kernel.signals import held_back

PREFIX = "gen-scratch-"
SETTLED = 60
"""Seconds after which a folder that nobody holds was left behind, and is not just being made."""


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder that is gone afterwards, even if the user interrupts while it is made or tidied up.

    Whoever works in it holds a lock on it, so that another run knows that it is not left behind.
    """
    with held_back():  # the first time, it tries the folder with a file
        shelf = tempfile.gettempdir()
    _sweep(Path(shelf))
    place, handle = "", -1
    try:
        with held_back():
            place = tempfile.mkdtemp(prefix=PREFIX, dir=shelf)
            handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            _LEFT.add(place)
        yield Path(place)
    finally:
        try:
            _remove(place)
        except KeyboardInterrupt:
            _remove(place)
            raise
        finally:
            if handle >= 0:
                os.close(handle)


_LEFT: set[str] = set()
"""The folders of this process that are still there."""


@atexit.register
def _remove_all() -> None:
    """What an exception left that came just before a `with` was entered, or just behind it."""
    for folder in tuple(_LEFT):
        _remove(folder)


def _remove(folder: str) -> None:
    """An interrupted git may write for a moment yet, so one try is not enough."""
    for _ in range(40):
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.lexists(folder):
            _LEFT.discard(folder)
            return
        time.sleep(0.05)


def _sweep(shelf: Path) -> None:
    """Removes what killed runs of this user have left: their locks ended with them."""
    with contextlib.suppress(OSError):
        for place in shelf.glob(f"{PREFIX}*"):
            with contextlib.suppress(OSError):
                _remove_if_left(place)


def _remove_if_left(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        facts = os.fstat(handle)
        if facts.st_uid == os.getuid() and time.time() - facts.st_mtime > SETTLED:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(place, ignore_errors=True)
    finally:
        os.close(handle)
