"""All files or none: whatever fails, and whenever the user interrupts."""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import shutil
import signal
import stat
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from support import (
    BAD_INPUT,
    CLEAN,
    INTERRUPTED,
    TOY,
    changed,
    command,
    environment,
    run,
    run_json,
    snapshot,
    wait_for_gen,
    write_spec,
)

from gen.render import writer
from gen.render.folders import Folder
from gen.render.writer import Outcome, RefusedError, write_files

OLD = {"toy/README.md": b"old readme\n", "toy/kernel/stubs.c": b"old stubs\n", "toy/same.h": b"the same\n"}
NEW = {
    "toy/README.md": b"new readme\n",
    "toy/include/asm/new.h": b"new header\n",
    "toy/kernel/stubs.c": b"new stubs\n",
    "toy/same.h": b"the same\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An output directory with the old files, each with a mode and a time of its own."""
    place = tmp_path / "out"
    for number, (name, content) in enumerate(OLD.items()):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
        (place / name).chmod(0o600 + number * 0o40)
        os.utime(place / name, (1_000_000_000, 1_000_000_000 + number))
    return place


def state(directory: Path) -> dict[str, tuple[bytes | None, int, int]]:
    """Content, mode and time of everything in a directory; folders without their time."""
    found = {}
    for path in sorted(directory.rglob("*")):
        status = path.lstat()
        content = path.read_bytes() if path.is_file() else None
        found[str(path.relative_to(directory))] = (
            content,
            status.st_mode,
            0 if content is None else status.st_mtime_ns,
        )
    return found


# What is written.


def test_what_becomes_of_each_file(root: Path) -> None:
    outcomes = write_files(root, NEW)
    assert outcomes == {name: Outcome.UNCHANGED if name == "toy/same.h" else Outcome.WROTE for name in NEW}
    assert {name: content for name, content in snapshot(root).items() if content is not None} == NEW


def test_an_unchanged_file_is_not_touched(root: Path) -> None:
    before = state(root)
    write_files(root, NEW)
    assert state(root)["toy/same.h"] == before["toy/same.h"]
    written = state(root)
    assert set(write_files(root, NEW).values()) == {Outcome.UNCHANGED}
    assert state(root) == written


def test_modes_are_kept(root: Path) -> None:
    before = {name: stat.S_IMODE((root / name).stat().st_mode) for name in OLD}
    write_files(root, NEW)
    assert {name: stat.S_IMODE((root / name).stat().st_mode) for name in OLD} == before


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_new_files_have_the_mode_that_the_user_gives_files(mask: int, mode: int, tmp_path: Path) -> None:
    before = os.umask(mask)
    try:
        write_files(tmp_path, NEW)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "toy/README.md").stat().st_mode) == mode


def test_files_beside_them_stay(root: Path) -> None:
    (root / "toy/mine.c").write_bytes(b"mine")
    (root / "other").mkdir()
    write_files(root, NEW)
    assert (root / "toy/mine.c").read_bytes() == b"mine"
    assert (root / "other").is_dir()


def test_another_name_of_a_file_keeps_the_old_content(root: Path) -> None:
    """A replaced file is another one: what is linked to the old one, such as a backup, stays."""
    os.link(root / "toy/README.md", root / "backup")
    write_files(root, NEW)
    assert (root / "backup").read_bytes() == OLD["toy/README.md"]


# Something fails: each call in turn.

CALLS: dict[str, tuple[Any, str]] = {
    "mkdir": (os, "mkdir"),
    "open": (os, "open"),
    "fsync": (os, "fsync"),
    "chmod": (os, "fchmod"),
    "link": (os, "link"),
    "copy": (shutil, "copyfileobj"),
    "replace": (os, "replace"),
}


class _Failing:
    """A stream of which the n-th write fails, after half of it."""

    def __init__(self, stream: Any, trip: Callable[[], None]) -> None:
        self._stream = stream
        self._trip = trip

    def __enter__(self) -> _Failing:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, content: bytes) -> int:
        self._stream.write(content[: len(content) // 2])
        self._trip()
        return int(self._stream.write(content[len(content) // 2 :]))


class Fault:
    """Makes the n-th call of one sort fail, before or after it has done its work; counts the calls."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, sort: str, nth: int, error: BaseException, late: bool) -> None:
        self.calls = 0
        self.nth, self.error = nth, error
        if sort == "write":
            opened: Callable[..., Any] = Folder.create
            monkeypatch.setattr(Folder, "create", lambda *args: _Failing(opened(*args), self.trip))
            return
        holder, name = CALLS[sort]
        real: Callable[..., Any] = getattr(holder, name)

        def call(*args: Any, **more: Any) -> Any:
            if sort == "open" and not args[1] & os.O_EXCL:  # reading what is there
                return real(*args, **more)
            if not late:
                self.trip()
            result = real(*args, **more)
            if late:
                self.trip()
            return result

        monkeypatch.setattr(holder, name, call)

    def trip(self) -> None:
        """Fails if this is the call that is meant."""
        self.calls += 1
        if self.calls == self.nth:
            raise self.error


ERRORS = {"error": OSError(28, "No space left on device"), "interrupt": KeyboardInterrupt()}


def faults() -> Iterator[tuple[str, int, bool, str]]:
    """Each call that a run makes: its sort, its number, whether it fails before or after its work, and how.

    A file that cannot be linked is copied, so that is left out.
    """
    counts = {"mkdir": 2, "open": 3, "write": 3, "fsync": 3, "chmod": 2, "link": 2, "replace": 3, "copy": 2}
    for sort, count in counts.items():
        for nth in range(1, count + 1):
            for error in ERRORS:
                if (sort, error) != ("link", "error"):
                    yield sort, nth, False, error
                if sort not in {"write", "open"}:
                    yield sort, nth, True, error


def failing_link(*_: object, **__: object) -> None:
    raise OSError(95, "operation not supported")


@pytest.mark.parametrize(("sort", "nth", "late", "how"), list(faults()))
def test_a_failure_anywhere_changes_nothing(
    sort: str, nth: int, late: bool, how: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = ERRORS[how]
    before = state(root)
    if sort == "copy":  # a file system without hard links
        monkeypatch.setattr(os, "link", failing_link)
    with monkeypatch.context() as patch:
        fault = Fault(patch, sort, nth, error, late)
        with pytest.raises(RefusedError if isinstance(error, OSError) else KeyboardInterrupt):
            write_files(root, NEW)
    assert fault.calls >= nth
    assert state(root) == before
    assert set(write_files(root, NEW).values()) == {Outcome.WROTE, Outcome.UNCHANGED}


@pytest.mark.parametrize("sort", [*CALLS, "write"])
def test_no_call_is_left_out(sort: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers in `faults` are those of a run; the syncs of the folders come on top."""
    if sort == "copy":
        monkeypatch.setattr(os, "link", failing_link)
    with monkeypatch.context() as patch:
        fault = Fault(patch, sort, 0, OSError(), late=False)
        write_files(root, NEW)
    folders = 3 if sort == "fsync" else 0
    assert fault.calls - folders == max(nth for each, nth, _, _ in faults() if each == sort)


@pytest.mark.parametrize("nth", [4, 5, 6])
def test_a_folder_that_cannot_be_synced_is_no_failure(nth: int, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Fault(monkeypatch, "fsync", nth, OSError(22, "Invalid argument"), late=False)
    assert write_files(root, NEW)["toy/README.md"] is Outcome.WROTE
    assert (root / "toy/README.md").read_bytes() == NEW["toy/README.md"]


def test_half_a_backup_is_never_put_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without hard links the old file is copied; if that fails in the middle, the file itself is still whole."""

    def half(source: BinaryIO, target: BinaryIO) -> None:
        target.write(source.read()[:3])
        raise OSError(28, "No space left on device")

    before = state(root)
    monkeypatch.setattr(os, "link", failing_link)
    monkeypatch.setattr(shutil, "copyfileobj", half)
    with pytest.raises(RefusedError, match="no space left on device"):
        write_files(root, NEW)
    assert state(root) == before


def test_without_hard_links_files_are_replaced_all_the_same(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", failing_link)
    write_files(root, NEW)
    assert {name: content for name, content in snapshot(root).items() if content is not None} == NEW


def test_a_temporary_name_that_is_taken_is_not_written_through(root: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (root / f"toy/.README.md.gen-new-{os.getpid()}").symlink_to(victim)
    with pytest.raises(RefusedError, match="file exists"):
        write_files(root, NEW)
    assert victim.read_bytes() == b"precious"


def test_a_folder_that_becomes_a_link_meanwhile_leads_nowhere(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between what is looked at and what is written: the files go where the folder went, never behind the link."""
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(root / "toy", elsewhere)
    before, real = state(elsewhere), Folder.create

    def swap_and_create(folder: Folder, name: str) -> BinaryIO:
        if not (root / "toy").is_symlink():
            (root / "toy").rename(root / "moved")
            (root / "toy").symlink_to(elsewhere)
        return real(folder, name)

    monkeypatch.setattr(Folder, "create", swap_and_create)
    write_files(root, NEW)
    assert state(elsewhere) == before
    assert (root / "moved/README.md").read_bytes() == NEW["toy/README.md"]


def test_folders_that_are_swapped_all_the_time_lead_nowhere(root: Path, tmp_path: Path) -> None:
    elsewhere, aside = tmp_path / "elsewhere", tmp_path / "aside"
    shutil.copytree(root / "toy", elsewhere)
    before, go_on, written = state(elsewhere), threading.Event(), 0

    def swap() -> None:
        toy = root / "toy"
        steps = (lambda: toy.rename(aside), lambda: toy.symlink_to(elsewhere), toy.unlink, lambda: aside.rename(toy))
        while not go_on.is_set():
            shutil.rmtree(aside, ignore_errors=True)
            for step in steps:
                with contextlib.suppress(OSError):  # gen may have made the folder anew
                    step()

    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        for number in range(300):
            with contextlib.suppress(RefusedError):
                write_files(root, dict.fromkeys(OLD, b"%d" % number))
                written += 1
            assert state(elsewhere) == before
    finally:
        go_on.set()
        swapper.join()
    assert written


def test_what_a_killed_run_has_left_is_removed_by_the_next(root: Path) -> None:
    names = [".README.md.gen-new-1", ".README.md.gen-old-77", ".gone.c.gen-new-5"]
    kept = [".README.md.gen-new-", "README.md.gen-new-1", ".x.gen-newer-1"]
    for name in (*names, *kept):
        (root / "toy" / name).write_bytes(b"half")
    (root / "toy/.link.gen-new-1").symlink_to("README.md")
    (root / "toy/.folder.gen-old-1").mkdir()
    before = set((root / "toy").iterdir())
    somebody = os.open(root / "toy", os.O_RDONLY)  # another run is at work there
    fcntl.flock(somebody, fcntl.LOCK_SH)
    write_files(root, {"toy/README.md": b"1"})
    assert set((root / "toy").iterdir()) == before
    os.close(somebody)
    write_files(root, {"toy/README.md": b"2"})
    assert set((root / "toy").iterdir()) == before - {root / "toy" / name for name in names}


@pytest.mark.parametrize("name", ["../out2/x", "/etc/x"])
def test_names_of_files_stay_below_the_root(name: str, root: Path) -> None:
    """No spec can ask for this; the templates could."""
    with pytest.raises(RefusedError, match="is not below"):
        write_files(root, {name: b"x"})


# The same, asked for by a user.


def test_a_failing_disk_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_spec(tmp_path, TOY)
    assert run("render", "spec.yaml").code == CLEAN
    before = snapshot(tmp_path / "out")
    write_spec(tmp_path, changed(TOY, "toy: an arch", "toy: one arch"))
    with monkeypatch.context() as patch:
        Fault(patch, "replace", 2, OSError(5, "Input/output error"), late=False)
        result = run_json("render", "spec.yaml")
    assert (result.code, result.places) == (BAD_INPUT, [("output-refused", 1, 1)])
    assert result.findings[0]["message"] == "cannot write out/toy/include/asm/context_tracking.h: input/output error"
    assert "files" not in result.document
    assert snapshot(tmp_path / "out") == before


def test_an_interrupt_has_an_exit_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_spec(tmp_path, TOY)
    with monkeypatch.context() as patch:
        Fault(patch, "fsync", 2, KeyboardInterrupt(), late=False)
        result = run("render", "spec.yaml")
    assert (result.code, result.out, result.err) == (INTERRUPTED, "", "gen: interrupted\n")
    assert sorted(snapshot(tmp_path)) == ["spec.yaml"]


def test_interrupts_wait_while_files_are_replaced(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A signal that comes with the first replacement is delivered after the last one."""
    real = os.replace

    def replace(name: str, target: str, **where: int) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        real(name, target, **where)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        write_files(root, NEW)
    assert {name: content for name, content in snapshot(root).items() if content is not None} == NEW


_LOOP = """
import sys
from pathlib import Path
from gen.render import writer
from gen.render.folders import Folder
root, old, new = Path(sys.argv[1]), sys.argv[2].encode() * 20000, sys.argv[3].encode() * 20000
names = [f"toy/{number}" for number in range(8)]
try:
    print("ready", flush=True)
    while True:
        for content in (old, new):
            writer.write_files(root, dict.fromkeys(names, content))
except KeyboardInterrupt:
    pass
"""


def test_an_interrupt_at_any_moment_leaves_whole_files(tmp_path: Path) -> None:
    """For real: a process that writes old and new files in turns gets ^C at random moments."""
    moments = random.Random(20)
    for number in range(12):
        place = tmp_path / str(number)
        arguments = [command()[0], "-c", _LOOP, str(place), "old\n", "new\n"]
        with subprocess.Popen(arguments, env=environment(), stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(moments.uniform(0.0, 0.05))
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) == 0
        files = [path for path in place.rglob("*") if path.is_file()]
        assert len(files) in {0, 8}
        assert {path.name for path in files} <= {str(name) for name in range(8)}
        assert len({path.read_bytes() for path in files}) <= 1
        assert all(path.read_bytes() in {b"old\n" * 20000, b"new\n" * 20000} for path in files)


def test_the_command_can_be_interrupted_at_any_moment(tmp_path: Path) -> None:
    """^C during `gen render`: exit 130 or it was too late, no traceback from gen, and nothing half done."""
    spec = write_spec(tmp_path, TOY)
    moments = random.Random(21)
    for number in range(6):
        place = tmp_path / f"out{number}"
        process = subprocess.Popen(
            command("render", spec, "-o", place, "-q"),
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        wait_for_gen(process)
        time.sleep(moments.uniform(0, 0.4))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert len([path for path in place.rglob("*") if path.is_file()]) in {0, 4}


def test_the_outcomes_have_words() -> None:
    assert [outcome.value for outcome in writer.Outcome] == ["wrote", "unchanged"]
