"""Work in many parts, shared with a second process where that is possible: a fork, and a pipe full of tickets.

Each process takes the next ticket as soon as it is free, so that neither waits for the other. What the child has found
comes back in one piece at its end; of a child that dies all parts are done again by us.
"""

from __future__ import annotations

import os
import pickle
import threading
from collections.abc import Callable, Iterator
from signal import SIGKILL
from typing import NoReturn, TypeVar

T = TypeVar("T")

MOST_PARTS = 8000
"""Tickets of 4 bytes: fewer than fit into a pipe that nobody reads."""
_TICKET = 4


def can_share() -> bool:
    """Whether a second process may help: a fork copies only the thread that calls it, with the locks of all others."""
    return threading.active_count() == 1 and len(os.sched_getaffinity(0)) > 1


def shared(parts: int, work: Callable[[int], T]) -> list[T]:
    """What `work` gives for the numbers below `parts`, in their order; a second process does some of them.

    Results have to survive pickling. An exception of `work` here passes through, and ends the other process.
    """
    if parts > MOST_PARTS:
        raise ValueError(f"more than {MOST_PARTS} parts")
    if parts < 2 or not can_share():
        return [work(number) for number in range(parts)]
    tickets, issue = os.pipe()
    report, reporting = os.pipe()
    os.write(issue, b"".join(number.to_bytes(_TICKET, "little") for number in range(parts)))
    os.close(issue)
    child = os.fork()
    if child == 0:
        _be_the_child(work, tickets, reporting)
    os.close(reporting)
    finished = False
    try:
        done = {number: work(number) for number in _taken(tickets)}
        with os.fdopen(report, "rb") as reader:
            last_word = reader.read()
        finished = True
    finally:
        os.close(tickets)
        if not finished:
            os.kill(child, SIGKILL)
        os.waitpid(child, 0)
    if last_word:
        done |= pickle.loads(last_word)  # noqa: S301, our own child's
    return [done[number] if number in done else work(number) for number in range(parts)]


def _taken(tickets: int) -> Iterator[int]:
    while ticket := os.read(tickets, _TICKET):
        yield int.from_bytes(ticket, "little")


def _be_the_child(work: Callable[[int], T], tickets: int, reporting: int) -> NoReturn:
    code = 1
    try:
        done = {number: work(number) for number in _taken(tickets)}
        with os.fdopen(reporting, "wb") as writer:
            writer.write(pickle.dumps(done))
        code = 0
    finally:
        # Nothing of what our parent wanted to do at its end is ours to do.
        os._exit(code)
