"""The signals that end a process, and moments in which they have to wait."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""^C, a request to end, and a terminal that is gone."""

_HELD = (*ENDING, signal.SIGALRM)
"""Those, and the one by which an exception comes again that Python has swallowed (gen/__main__.py)."""


@contextmanager
def held_back() -> Iterator[Callable[[], None]]:
    """Has them wait until the block is done, or until what it yields is called.

    Only the main thread is interrupted, and only it can say so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    came: list[int] = []
    before = {number: signal.signal(number, lambda number, _frame: came.append(number)) for number in _HELD}

    def go_on() -> None:
        while before:
            signal.signal(*before.popitem())
        while came:
            signal.raise_signal(came.pop())

    try:
        yield go_on
    finally:
        go_on()
