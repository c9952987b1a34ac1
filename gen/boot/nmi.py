"""NMIs from outside: qemu raises one on every CPU when its monitor is told to."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

LASTS = 20.0
"""Seconds for which they come after each `go_on`: what a machine that hangs says of them would hide that it hangs."""

_HELLO = b'{"execute": "qmp_capabilities"}\n'
_NMI = b'{"execute": "inject-nmi"}\n'


@dataclass
class Nmis:
    """The NMIs of one machine: what qemu is told of its monitor, and the descriptors that it inherits."""

    arguments: tuple[str, ...] = ()
    descriptors: tuple[int, ...] = ()
    until: float = 0.0
    over: threading.Event = field(default_factory=threading.Event)

    def go_on(self) -> None:
        """Has them come from now on, for a while; there is none before the first call."""
        self.until = time.monotonic() + LASTS


@contextmanager
def coming(a_second: int) -> Iterator[Nmis]:
    """NMIs that are sent until this is left; with 0 a second there are none, and qemu has no monitor."""
    if not a_second:
        yield Nmis()
        return
    ours, qemus = socket.socketpair()
    descriptor = qemus.fileno()
    nmis = Nmis(
        ("-chardev", f"socket,id=nmis,fd={descriptor}", "-mon", "chardev=nmis,mode=control"),
        (descriptor,),
    )
    sender = threading.Thread(target=_send, args=(ours, 1 / a_second, nmis), daemon=True)
    sender.start()
    try:
        yield nmis
    finally:
        nmis.over.set()
        # The sender may be waiting for a machine that does not listen.
        ours.shutdown(socket.SHUT_RDWR)
        sender.join()
        ours.close()
        qemus.close()


def _send(monitor: socket.socket, pause: float, nmis: Nmis) -> None:
    with suppress(OSError):
        monitor.sendall(_HELLO)
        while not nmis.over.wait(pause):
            if time.monotonic() < nmis.until:
                monitor.sendall(_NMI)
            _hear(monitor)


def _hear(monitor: socket.socket) -> None:
    """Takes what qemu answers, or it would stop listening."""
    with suppress(BlockingIOError):
        while monitor.recv(1 << 12, socket.MSG_DONTWAIT):
            pass
