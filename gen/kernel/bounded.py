"""Runs a program that may say too much, or never end."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PIECE = 1 << 16


class TooMuchError(Exception):
    """More was printed than is listened to."""


@dataclass(frozen=True)
class Ended:
    """A program that ended: its exit status, and what it printed."""

    code: int
    out: bytes
    errors: bytes


def run_bounded(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], text: bytes, *, seconds: float, most: int
) -> Ended:
    """Runs a command without a shell that is given a text; TimeoutError, TooMuchError, OSError.

    It is killed after some seconds, and where it prints more than `most` bytes.
    """
    pipe = subprocess.PIPE
    with subprocess.Popen(  # noqa: S603, a list of arguments without a shell
        command, cwd=folder, env=environment, stdin=pipe, stdout=pipe, stderr=pipe
    ) as process:
        try:
            out, errors = _talked(process, memoryview(text), time.monotonic() + seconds, most)
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise TimeoutError from error
        except BaseException:
            process.kill()
            raise
    return Ended(code, out, errors)


def _talked(process: subprocess.Popen[bytes], text: memoryview, deadline: float, most: int) -> tuple[bytes, bytes]:
    """What a program prints until it closes its pipes, while it takes the text as fast as it likes."""
    pipes = {each.fileno(): each for each in (process.stdin, process.stdout, process.stderr) if each is not None}
    given, *heard = pipes
    said = {handle: bytearray() for handle in heard}
    os.set_blocking(given, False)
    with selectors.DefaultSelector() as waiting:
        waiting.register(given, selectors.EVENT_WRITE)
        for handle in heard:
            waiting.register(handle, selectors.EVENT_READ)
        while waiting.get_map():
            ready = waiting.select(max(deadline - time.monotonic(), 0))
            if time.monotonic() > deadline:
                raise TimeoutError
            for key, _ in ready:
                if key.fd == given:
                    more = text = _told(given, text)
                else:
                    more = memoryview(os.read(key.fd, _PIECE))
                    said[key.fd] += more
                if not more:
                    waiting.unregister(key.fd)
                    pipes[key.fd].close()
            if sum(map(len, said.values())) > most:
                raise TooMuchError
    out, errors = said.values()
    return bytes(out), bytes(errors)


def _told(handle: int, text: memoryview) -> memoryview:
    """What is left of a text behind what the other end took; nothing if it does not listen any more."""
    try:
        return text[os.write(handle, text[:_PIECE]) :]
    except BrokenPipeError:
        return text[:0]
