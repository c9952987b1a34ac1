"""Signals at any moment: no child, no folder and no text of Python is left."""

from __future__ import annotations

import fcntl
import os
import random
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from support import LEAK, TOY, command, environment, wait_for_gen

from gen.kernel.scratch import PREFIX, SETTLED, scratch_folder


def tree(here: Path) -> None:
    """A tree with something to mend, in which git has to be run some times."""
    files = {
        "linux/Makefile": "VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\nEXTRAVERSION =\n",
        "linux/Kconfig": "",
        "linux/arch/Kconfig": "config HAVE_CONTEXT_TRACKING_USER\n\tbool\n",
        "linux/arch/toy/Kconfig": "config TOY\n\tdef_bool y\n\tselect HAVE_CONTEXT_TRACKING_USER\n",
        **{f"linux/arch/toy/kernel/f{number}.c": LEAK for number in range(9)},
        "toy.yaml": TOY,
    }
    for name, text in files.items():
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(text)


def with_signals() -> None:
    """What a job in the background or under nohup ignores is not ignored here."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def children_with(mark: str) -> list[str]:
    """The command lines of all processes whose environment has a mark."""
    found = []
    for place in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark.encode() in place.read_bytes():
                found.append((place.parent / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_series_that_is_ended_leaves_nothing(number: signal.Signals, tmp_path: Path) -> None:
    tree(tmp_path)
    moments = random.Random(number)
    asked = ("patch", "toy.yaml", "--fix", "exception-exit-missing", "--tree", "linux", "-o", "series")
    ended = []
    for turn in range(8):
        scratch = tmp_path / f"scratch{turn}"
        scratch.mkdir()
        around = environment(TMPDIR=str(scratch), GIT_AUTHOR_NAME="A", GIT_AUTHOR_EMAIL="a@b")
        with subprocess.Popen(
            command(*asked),
            cwd=tmp_path,
            env=around,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=with_signals,
        ) as process:
            wait_for_gen(process)
            time.sleep(moments.uniform(0, 1.2))
            process.send_signal(number)
            _, err = process.communicate(timeout=60)
        ended.append(process.returncode)
        assert process.returncode in {0, 128 + number, -number}
        assert b"Traceback" not in err
        assert list(scratch.iterdir()) == []
        assert children_with(str(scratch)) == []
    assert 128 + number in ended


INTERRUPTS = """\
import os, signal, sys

class AtAnImport:
    left = int(os.environ["AT_IMPORT"])

    def find_spec(self, name, path=None, target=None):
        if self.left > 0 and "gen" in sys.modules and name != "gen.__main__":
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, AtAnImport())
"""
"""What Python runs before gen: an interrupt at one of the imports that come after those of gen's beginning."""


@pytest.mark.parametrize("arguments", [("schema",), ("verify", "--lesson"), ("check", "toy.yaml")])
def test_an_interrupt_while_gen_starts(arguments: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "toy.yaml").write_text(TOY)
    (tmp_path / "sitecustomize.py").write_text(INTERRUPTS)
    around = environment()
    around["PYTHONPATH"] = f"{tmp_path}:{around['PYTHONPATH']}"
    ended = []
    for turn in (1, 2, 3, 5, 10, 20, 30, 40, 60, 80, 100):
        done = subprocess.run(
            command(*arguments),
            cwd=tmp_path,
            env=around | {"AT_IMPORT": str(turn)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            preexec_fn=with_signals,
            check=False,
        )
        ended.append(done.returncode)
        assert done.returncode in {0, 130, -signal.SIGINT}
        assert done.stderr in {b"", b"gen: interrupted\n"}
    assert {130, -signal.SIGINT} <= set(ended)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGALRM], ids=lambda number: number.name)
def test_an_interrupt_waits_until_the_folder_has_a_name(
    number: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By whichever signal it comes: an exception that Python swallowed comes again by an alarm."""
    made = tempfile.mkdtemp

    def make(**how: str) -> str:
        folder = made(**how)
        signal.raise_signal(number)
        return folder

    monkeypatch.setattr("tempfile.mkdtemp", make)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = signal.signal(number, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), scratch_folder():
            pytest.fail("the interrupt came too late")
    finally:
        signal.signal(number, before)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_where_no_with_is_yet_leaves_nothing(tmp_path: Path) -> None:
    """The folder is made, and its `with` is not entered; nor is its generator ever closed."""
    text = "from gen.kernel.scratch import scratch_folder\nkept = scratch_folder()\nkept.__enter__()\n"
    text += "import ctypes\nctypes.pythonapi.Py_IncRef(ctypes.py_object(kept.gen))\n"
    done = subprocess.run(
        [command()[0], "-c", text], env=environment(TMPDIR=str(tmp_path)), capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_waits_until_python_has_tried_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first time, tempfile writes a file into the folder for all scratch, to see whether it can."""
    tries = tmp_path / "tried"

    def look() -> str:
        tries.write_text("")
        signal.raise_signal(signal.SIGINT)
        tries.unlink()
        return str(tmp_path)

    monkeypatch.setattr("tempfile.gettempdir", look)
    with pytest.raises(KeyboardInterrupt), scratch_folder():
        pass
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_has_left_is_removed_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    places = {name: tmp_path / f"{PREFIX}{name}" for name in ("left", "held", "young")}
    for place in places.values():
        place.mkdir()
        (place / "file").write_text("")
    for name in ("left", "held"):
        os.utime(places[name], (time.time() - 2 * SETTLED,) * 2)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"{PREFIX}link").symlink_to(tmp_path / "elsewhere")
    held = os.open(places["held"], os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_SH)
    with scratch_folder() as folder:
        assert folder.parent == tmp_path
        assert {name for name, place in places.items() if place.exists()} == {"held", "young"}
    os.close(held)
    assert not folder.exists()
    assert (tmp_path / f"{PREFIX}link").is_symlink()
    assert (tmp_path / "elsewhere").exists()
