"""NMIs from outside: what a machine of qemu is told, and when; the machines here are programs that only listen."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
import termios
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gen.boot import nmi
from gen.boot.machine import Ended, Heard, boot
from gen.boot.targets import targets

LISTENS = """\
import os, re, select, sys
monitor = os.fdopen(int(re.search(r"fd=([0-9]+)", " ".join(sys.argv))[1]), "rb", 0)

def say(what):
    print(what, flush=True)

def heard_within(seconds):
    return bool(select.select([monitor], [], [], seconds)[0])

say(monitor.readline().decode())
"""
NMI = '{"execute": "inject-nmi"}'

Boots = Callable[..., Heard]


@pytest.fixture
def boots(tmp_path: Path) -> Boots:
    """Boots an x86 machine that is a Python script, or one of another architecture."""

    def run(script: str, arch: str = "x86") -> Heard:
        machine = tmp_path / "qemu"
        machine.write_text(f"#!{sys.executable}\n{script}")
        machine.chmod(0o755)
        target = targets()[arch]
        told = replace(target, boot=replace(target.boot, program=str(machine)))
        return boot(told, tmp_path / "image", 10, str)

    return run


def test_nmis_come_once_the_first_process_speaks(boots: Boots) -> None:
    heard = boots(
        f"{LISTENS}say(heard_within(0.3)); say('gen-init: system calls')\n"
        "say(monitor.readline().decode()); say(monitor.readline().decode()); say('gen-init: done')\n"
    )
    assert heard.ended is Ended.DONE
    assert [line for line in heard.text.split("\n") if line] == [
        '{"execute": "qmp_capabilities"}', "False", "gen-init: system calls", NMI, NMI, "gen-init: done",
    ]  # fmt: skip


def test_nmis_do_not_keep_a_machine_that_hangs_from_being_silent(boots: Boots, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nmi, "LASTS", 0.2)
    heard = boots(
        f"{LISTENS}say('gen-init: system calls')\n"
        "while heard_within(1): monitor.readline()\n"
        "say('it is over'); say('gen-init: perf'); say(monitor.readline().decode()); say('gen-init: done')\n"
    )
    assert heard.ended is Ended.DONE
    assert [line for line in heard.text.split("\n") if line][-4:] == [
        "it is over", "gen-init: perf", NMI, "gen-init: done",
    ]  # fmt: skip


def test_a_machine_that_does_not_listen_and_one_that_goes_away(boots: Boots) -> None:
    assert boots("print('gen-init: done', flush=True)").ended is Ended.DONE
    assert boots("print('gen-init: perf', flush=True)").ended is Ended.DIED


def test_a_machine_without_nmis_has_no_monitor(boots: Boots) -> None:
    text = boots("import sys; print(*sys.argv[1:]); print('gen-init: done')", "riscv").text
    assert "-monitor none" in text
    assert "-mon " not in text


def unread(monitor: socket.socket) -> int:
    """Bytes that wait to be read."""
    return int.from_bytes(fcntl.ioctl(monitor, termios.FIONREAD, bytes(4)), sys.byteorder)


def test_who_does_not_listen_keeps_nobody_waiting() -> None:
    left = threading.Event()

    def send() -> None:
        with nmi.coming(1_000_000) as nmis, socket.socket(fileno=os.dup(nmis.descriptors[0])) as monitor:
            nmis.go_on()
            before = -1
            while before < (before := unread(monitor)):  # until the sender waits
                time.sleep(0.2)
        left.set()

    threading.Thread(target=send, daemon=True).start()
    assert left.wait(30)


def test_answers_are_taken_or_qemu_would_wait() -> None:
    with nmi.coming(1000) as nmis, socket.socket(fileno=os.dup(nmis.descriptors[0])) as monitor:
        monitor.settimeout(10)
        for _ in range(1000):
            monitor.sendall(b"x" * 4096)  # TimeoutError, if nobody reads
