"""Whole processes measured: wall and CPU time, peak memory, the best of several runs that are taken in turns."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gen.kernel.tree import KernelTree, find_tree  # noqa: E402, only now is this checkout's own gen found


@dataclass(frozen=True)
class Work:
    """One row of a table: a command with its budget in words; `emptied` is a folder that is gone before each run.

    `statuses` are the exit statuses of success: gen lint has 1 where it finds something.
    """

    name: str
    command: Sequence[str]
    budget: str = "-"
    emptied: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    directory: Path = ROOT
    statuses: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Cost:
    """Wall and CPU seconds, the peak memory (MiB) of the largest process, and what was said."""

    wall: float
    cpu: float
    memory: float
    output: bytes = field(repr=False)


def measured(rows: Sequence[Work], runs: int) -> list[Cost]:
    """The best of several runs of each work. Raises RuntimeError if one fails: a fast failure is no result."""
    for work in rows:  # compiles byte code, warms the page cache, fills ours
        _one_run(work)
    best = [_one_run(work) for work in rows]
    for _ in range(runs - 1):
        for place, work in enumerate(rows):
            again, least = _one_run(work), best[place]
            best[place] = Cost(
                min(again.wall, least.wall), min(again.cpu, least.cpu), min(again.memory, least.memory), again.output
            )
    return best


def _one_run(work: Work) -> Cost:
    if work.emptied is not None:
        shutil.rmtree(work.emptied, ignore_errors=True)
    start = time.perf_counter()
    child, output = begun(work)
    with os.fdopen(output, "rb") as reader:
        said = reader.read()
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) not in work.statuses:
        raise RuntimeError(f"{work.name} failed: {' '.join(work.command)}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said)


def begun(work: Work) -> tuple[int, int]:
    """The process of a work, which leads a session of its own, and where its output comes from."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        os.dup2(write, 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.chdir(work.directory)
        os.execvpe(work.command[0], list(work.command), {**os.environ, **work.environment})
    os.close(write)
    return child, read


def on_a_tree(purpose: str | None, variable: str = "KERNEL_TREE_6_12") -> tuple[argparse.Namespace, KernelTree]:
    """The options of a benchmark that needs a kernel tree, and the tree, which a variable names if nothing else."""
    parser = argparse.ArgumentParser(description=purpose, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree", default=os.environ.get(variable))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    tree = find_tree(Path(options.tree)) if options.tree else None
    if tree is None:
        sys.exit('no kernel tree; eval "$(scripts/prepare-trees --newest)", or --tree DIR')
    return options, tree


def shown(text: str, page: str, *, write: bool) -> None:
    """Prints a page, and keeps it beside this file if asked to."""
    print(text, end="")
    if write:
        (ROOT / "benchmarks" / page).write_text(text, encoding="utf-8")
