"""kill -9 at any moment: every file is an old one or a new one, whole, and the next run finishes the work.

Ten times each; `GEN_KILLS=100` tries it more often.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import BAD_INPUT, CANNOT_TELL, CLEAN, FINDINGS, LEAK, TOY, changed, environment, snapshot, spawn
from support import command as of_gen

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("GEN_KILLS", "10"))

TREE = {
    "linux/Makefile": "VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\nEXTRAVERSION =\n",
    "linux/Kconfig": "",
    "linux/arch/Kconfig": "config HAVE_CONTEXT_TRACKING_USER\n\tbool\n",
    "linux/arch/toy/Kconfig": "config TOY\n\tdef_bool y\n\tselect HAVE_CONTEXT_TRACKING_USER\n",
    "linux/arch/toy/kernel/entry.S": "ENTRY(handle_fault)\n\tcall do_fault\n\trte\nEND(handle_fault)\n",
    **{f"linux/arch/toy/kernel/f{number}.c": LEAK for number in range(9)},
    "toy.yaml": TOY,
}


@dataclass(frozen=True)
class Verb:
    """What is killed, and what makes its work worth doing anew."""

    arguments: tuple[str, ...]
    outdate: Callable[[Path], object]
    codes: frozenset[int] = frozenset({CLEAN})


def another_title(here: Path) -> None:
    (here / "toy.yaml").write_text(changed(TOY, "toy: an arch", f"toy: arch {random.random()}"))


def nothing_written(here: Path) -> None:
    shutil.rmtree(here / "out")


def nothing_remembered(here: Path) -> None:
    shutil.rmtree(here / "cache", ignore_errors=True)


VERBS = {
    "render": Verb(("render", "toy.yaml", "-o", "out", "-q"), another_title),
    "patch": Verb(
        ("patch", "toy.yaml", "--fix", "exception-exit-missing", "--tree", "linux", "-o", "out", "-q"), nothing_written
    ),
    "new": Verb(
        ("new", "toy", "--tree", "linux", "-o", "out/new.yaml", "-q"), nothing_written, frozenset({CLEAN, BAD_INPUT})
    ),
    "lint": Verb(("lint", "--tree", "linux", "--format", "short"), nothing_remembered, frozenset({FINDINGS})),
    "verify": Verb(("verify", "toy.yaml", "--tree", "linux"), nothing_remembered, frozenset({CANNOT_TELL})),
}


def started(here: Path, arguments: tuple[str, ...]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        of_gen(*arguments), cwd=here, env=around(here), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def around(here: Path) -> dict[str, str]:
    (here / "tmp").mkdir(exist_ok=True)
    author = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@b", "GIT_AUTHOR_DATE": "1700000000 +0000"}
    return environment(XDG_CACHE_HOME=str(here / "cache"), TMPDIR=str(here / "tmp"), **author)


@pytest.mark.parametrize("name", VERBS)
def test_a_killed_run_leaves_whole_files_and_the_next_one_finishes(name: str, tmp_path: Path) -> None:
    verb, moments, killed = VERBS[name], random.Random(name), 0
    for path, text in TREE.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    tree, begun = snapshot(tmp_path / "linux"), time.monotonic()
    done = spawn(*verb.arguments, cwd=tmp_path, env=around(tmp_path))
    took, new = time.monotonic() - begun, snapshot(tmp_path / "out")
    assert done.code in verb.codes
    for _ in range(KILLS):
        verb.outdate(tmp_path)
        old = snapshot(tmp_path / "out")
        with started(tmp_path, verb.arguments) as process:
            time.sleep(moments.uniform(took / 4, took))
            process.kill()
        killed += process.returncode == -signal.SIGKILL
        left, before = snapshot(tmp_path / "out"), new
        again = spawn(*verb.arguments, cwd=tmp_path, env=around(tmp_path))
        new = snapshot(tmp_path / "out")
        assert again.code in verb.codes
        assert set(new) == set(before)  # nothing is missing, and nothing is left beside it
        assert new == before or old
        assert all(left[path] in {old.get(path), new[path]} for path in set(left) & set(new))
        assert (again.out, snapshot(tmp_path / "linux")) == (done.out, tree)
    assert killed
