"""What a person is told while something takes long."""

from __future__ import annotations

import sys
import time

PATIENCE = 1.0
"""Seconds before anything is said."""


class Progress:
    """Says on a terminal what is being done, once that takes long; nothing where standard error is no terminal."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._shown = False
        self._heard = sys.stderr is not None and sys.stderr.isatty()

    def __call__(self, what: str) -> None:
        if self._heard and time.monotonic() - self._started > PATIENCE:
            sys.stderr.write(f"\r\x1b[K{what[:70]}")
            sys.stderr.flush()
            self._shown = True

    def done(self) -> None:
        """Takes back what was said."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
