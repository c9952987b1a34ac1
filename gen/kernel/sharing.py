"""Work that a second process does, where that is possible: a fork, and a pipe that brings back what it found.

Many parts are shared by tickets: each process takes the next one as soon as it is free, so that neither waits for the
other. What a child that dies had to do is done again by us.
"""

from __future__ import annotations

import os
import pickle
import threading
from collections.abc import Callable, Iterator
from select import select
from signal import SIGKILL
from typing import Any, Generic, TypeVar

T = TypeVar("T")

MOST_PARTS = 8000
"""Tickets of 4 bytes: fewer than fit into a pipe that nobody reads."""
_TICKET = 4


def can_share() -> bool:
    """Whether a second process may help: a fork copies only the thread that calls it, with the locks of all others."""
    return threading.active_count() == 1 and len(os.sched_getaffinity(0)) > 1


class Beside(Generic[T]):
    """Work that a second process does beside us, or that we do when its result is asked for.

    The result has to survive pickling. An exception of `work` passes through `result`. Leaving the `with` block ends
    the second process.
    """

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._child = 0
        self._report = -1
        if can_share():
            self._report, reporting = os.pipe()
            self._child = os.fork()
            if self._child == 0:
                _be_the_child(work, reporting)
            os.close(reporting)

    def __enter__(self) -> Beside[T]:
        return self

    def __exit__(self, *_: object) -> None:
        if self._child:
            os.kill(self._child, SIGKILL)
            self._ended()

    @property
    def is_busy(self) -> bool:
        """Whether there is time to do something else before the result is asked for."""
        return bool(self._child) and not select([self._report], [], [], 0)[0]

    def result(self) -> T:
        """What the work gives; to be asked once."""
        told = self.told()
        return self._work() if told is None else told[0]

    def told(self) -> tuple[T] | None:
        """What the second process found; None if there is none, or it died. To be asked once."""
        if not self._child:
            return None
        with os.fdopen(self._report, "rb", closefd=False) as reader:
            last_word = reader.read()
        told: tuple[T] | None = None if self._ended() else pickle.loads(last_word)  # noqa: S301, our own child's
        return told

    def _ended(self) -> int:
        """The status of the second process, which is no more."""
        _, status = os.waitpid(self._child, 0)
        os.close(self._report)
        self._child = 0
        return status


def shared(parts: int, work: Callable[[int], T]) -> list[T]:
    """What `work` gives for the numbers below `parts`, in their order; a second process does some of them.

    Results have to survive pickling. An exception of `work` here passes through, and ends the other process.
    """
    if parts > MOST_PARTS:
        size = -(-parts // MOST_PARTS)
        chunks = [range(first, min(first + size, parts)) for first in range(0, parts, size)]
        found = shared(len(chunks), lambda number: [work(part) for part in chunks[number]])
        return [each for chunk in found for each in chunk]
    if parts < 2 or not can_share():
        return [work(number) for number in range(parts)]
    tickets, issue = os.pipe()
    os.write(issue, b"".join(number.to_bytes(_TICKET, "little") for number in range(parts)))
    os.close(issue)
    try:
        with Beside(lambda: {number: work(number) for number in _taken(tickets)}) as other:
            done = {number: work(number) for number in _taken(tickets)}
            told = other.told()
    finally:
        os.close(tickets)
    done |= told[0] if told else {}
    return [done[number] if number in done else work(number) for number in range(parts)]


def _taken(tickets: int) -> Iterator[int]:
    while ticket := os.read(tickets, _TICKET):
        yield int.from_bytes(ticket, "little")


def _be_the_child(work: Callable[[], Any], reporting: int) -> None:
    code = 1
    try:
        last_word = pickle.dumps((work(),))
        with os.fdopen(reporting, "wb") as writer:
            writer.write(last_word)
        code = 0
    finally:
        # Nothing of what our parent wanted to do at its end is ours to do.
        os._exit(code)
