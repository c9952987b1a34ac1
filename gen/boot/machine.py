"""A machine of qemu that runs a kernel, and what comes over its serial line."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from gen.boot.nmi import Nmis, coming
from gen.boot.targets import Target
from gen.patch.building import program

SPEAKS = b"gen-init: "
"""The first process says what it is about to do."""
DONE = SPEAKS + b"done"
"""It says so before it restarts the machine."""

SILENCE = 90.0
"""Seconds without a word after which a machine hangs: RCU and the watchdogs speak up within 30."""
MOST_TEXT = 4 << 20
"""Bytes: a kernel that says more than this has been heard."""
_LAST_WORDS = 10.0
"""Seconds that a machine has to restart."""


class Ended(Enum):
    """How a boot ended, as the user reads it."""

    DONE = "it did everything"
    DIED = "the machine restarted"
    SILENT = f"nothing was said for {SILENCE:.0f} s"
    LATE = "it did not come to an end in time"
    LOUD = f"it said more than {MOST_TEXT >> 20} MiB"


@dataclass(frozen=True)
class Heard:
    """The text of a console, how it ended, and after how many seconds."""

    text: str
    ended: Ended
    seconds: float


def command(target: Target, image: Path) -> list[str]:
    """How a kernel is booted: two CPUs, of which the second has no tick."""
    words = (f"console={target.boot.console}", "nohz_full=1", "panic=-1", "printk.devkmsg=on", "ignore_loglevel")
    return [
        target.boot.program,
        *target.boot.arguments,
        *("-smp", target.boot.cpus, "-m", "512M"),
        *("-nodefaults", "-display", "none", "-monitor", "none", "-serial", "stdio"),
        *("-no-reboot", "-kernel", str(image), "-append", " ".join((*words, *target.boot.kernel))),
    ]


def boot(target: Target, image: Path, patience: float, say: Callable[[str], object]) -> Heard:
    """Boots a kernel and hears it to its end, or for `patience` seconds; qemu is gone afterwards in any case."""
    started = time.monotonic()
    heard = bytearray()
    with (
        coming(target.boot.nmis) as nmis,
        program([*command(target, image), *nmis.arguments], image.parent, nmis.descriptors) as qemu,
    ):
        try:
            ended = _hear(qemu, heard, started + patience, say, nmis)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(qemu.pid, signal.SIGKILL)
    text = heard.decode("utf-8", "replace").replace("\r", "")
    return Heard(text, ended, time.monotonic() - started)


def _hear(
    qemu: subprocess.Popen[bytes], heard: bytearray, deadline: float, say: Callable[[str], object], nmis: Nmis
) -> Ended:
    for piece in _pieces(qemu, deadline):
        heard += piece
        new = heard[-len(piece) - len(DONE) :]
        if SPEAKS in new:
            nmis.go_on()
        if DONE in new:
            deadline = min(deadline, time.monotonic() + _LAST_WORDS)
            for last in _pieces(qemu, deadline):
                heard += last
            return Ended.DONE
        if len(heard) > MOST_TEXT:
            return Ended.LOUD
        say(_last_line(heard))
    if qemu.poll() is None and time.monotonic() < deadline:
        return Ended.SILENT
    return Ended.LATE if time.monotonic() >= deadline else Ended.DIED


def _pieces(qemu: subprocess.Popen[bytes], deadline: float) -> Iterator[bytes]:
    """What is said, until the machine is gone, silent for too long, or out of time."""
    assert qemu.stdout is not None  # noqa: S101, it is a pipe
    with selectors.DefaultSelector() as selector:
        selector.register(qemu.stdout, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if not selector.select(min(left, SILENCE)):
                return
            piece = os.read(qemu.stdout.fileno(), 1 << 16)
            if not piece:
                qemu.wait()
                return
            yield piece


def _last_line(heard: bytearray) -> str:
    lines = heard[-200:].decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines[:-1]) if line.strip()), "booting")
