"""Measures the search for names in a kernel tree, with its nearest peers beside it in the same run.

    python benchmarks/search.py [--tree DIR] [--runs N] [--write]

Wall time, because the budgets are a user's: whole processes with their start-up, the best of N runs taken in turns, so
that a busy machine hurts all alike. Memory is the peak of the process, and of its largest child. The page cache is
warm. The tree is KERNEL_TREE_6_12 unless one is named; git grep is measured where it is a checkout. `--write` keeps
the table in benchmarks/search.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gen.kernel.names import all_spellings  # noqa: E402
from gen.kernel.search import find_ripgrep  # noqa: E402
from gen.kernel.tree import PREFIXES, SUFFIXES, find_tree  # noqa: E402

OURS = """
import sys
from pathlib import Path
from gen.kernel.index import mentions
from gen.kernel.names import all_spellings
top, below, cache, ripgrep = sys.argv[1:]
found = mentions(Path(top), all_spellings(), below, cache=Path(cache) if cache else None, ripgrep=ripgrep or None)
print(*map(ascii, found.files), sep="\\n")
"""
KCONFIG = """
import sys
from pathlib import Path
from gen.kernel.kconfig import KconfigReader
from gen.kernel.names import SYMBOLS
from gen.kernel.tree import find_tree
tree = find_tree(Path(sys.argv[1]))
reader = KconfigReader(tree, SYMBOLS)
for arch in tree.architectures():
    print(arch, len(reader.read(arch).selects(SYMBOLS)))
"""


@dataclass(frozen=True)
class Work:
    """One row of the table; the budget is in seconds of wall time. `fresh` begins every run with an empty cache."""

    name: str
    command: Sequence[str]
    budget: str = "-"
    fresh: bool = False


@dataclass(frozen=True)
class Cost:
    """Wall and CPU seconds, and peak memory (MiB), of one process and its children; how many lines it said."""

    wall: float
    cpu: float
    memory: float
    lines: int


def works(tree: Path, cache: Path) -> list[Work]:
    """What is measured; a peer that is not there is left out."""
    ripgrep = find_ripgrep() or ""
    rows = [Work("python -c pass", (sys.executable, "-c", "pass"))]
    for below, name, cold, warm in (("", "whole tree", "2 s", "1 s"), ("arch", "arch/", "0.6 s", "-")):

        def ours(remembered: Path | str, program: str, below: str = below) -> tuple[str, ...]:
            return (sys.executable, "-c", OURS, str(tree), below, str(remembered), program)

        if ripgrep:
            rows += [
                Work(f"{name}: gen, no cache, rg", ours("", ripgrep), cold),
                Work(f"{name}: gen, empty cache, rg", ours(cache / f"cold-{below}", ripgrep), cold, fresh=True),
            ]
        rows += [
            Work(f"{name}: gen, no cache, Python alone", ours("", ""), cold),
            Work(f"{name}: gen, empty cache, Python alone", ours(cache / f"cold-{below}-py", ""), cold, fresh=True),
            Work(f"{name}: gen, warm cache", ours(cache / "warm", ripgrep), warm),
            *_peers(tree, below, name, ripgrep),
        ]
    rows.append(Work("Kconfig of every architecture", (sys.executable, "-c", KCONFIG, str(tree))))
    return rows


def _peers(tree: Path, below: str, name: str, ripgrep: str) -> list[Work]:
    names = [argument for spelling in sorted(all_spellings()) for argument in ("-e", spelling)]
    globs = [*(f"*{suffix}" for suffix in SUFFIXES), *(f"{prefix}*" for prefix in PREFIXES)]
    rows = []
    if ripgrep:
        flags = ("--no-config", "-uuu", "-lF", *(f"-g{glob}" for glob in globs), *names)
        rows += [Work(f"{name}: rg -j{jobs}", (ripgrep, f"-j{jobs}", *flags, str(tree / below))) for jobs in (1, 2)]
    if (tree / ".git").exists():
        paths = (f":(glob){below or '.'}/**/{glob}" for glob in globs)
        rows.append(Work(f"{name}: git grep", ("git", "-C", str(tree), "grep", "-lF", *names, "--", *paths)))
    return rows


def measured(rows: Sequence[Work], runs: int) -> list[Cost]:
    """The best of several runs of each work. Raises RuntimeError if one fails: a fast failure is no result."""
    best = [_one_run(work) for work in rows]  # this one also warms the page cache and fills ours
    best = [_one_run(work) for work in rows]
    for _ in range(runs - 1):
        for place, work in enumerate(rows):
            again, least = _one_run(work), best[place]
            best[place] = Cost(
                min(again.wall, least.wall), min(again.cpu, least.cpu), min(again.memory, least.memory), again.lines
            )
    return best


def _one_run(work: Work) -> Cost:
    if work.fresh:
        _empty(Path(work.command[-2]))
    read, write = os.pipe()
    begun = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.dup2(write, 1)
        os.chdir(ROOT)
        os.execvp(work.command[0], list(work.command))
    os.close(write)
    with os.fdopen(read, "rb") as output:
        said = output.read()
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - begun
    if status:
        raise RuntimeError(f"{work.name} failed")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said.count(b"\n"))


def _empty(folder: Path) -> None:
    for file in folder.glob("*"):
        file.unlink()


def table(tree: str, rows: Sequence[Work], costs: Sequence[Cost], runs: int) -> str:
    """The results as Markdown."""
    head = [
        "# Search",
        "",
        f"Linux {tree}. Wall time of whole processes, best of {runs}, measured in one run with Python",
        f"{platform.python_version()} on {os.cpu_count()} cores ({platform.machine()}). Write it anew with",
        "`python benchmarks/search.py --write`.",
        "",
        "| work | wall s | CPU s | peak MiB | files | budget |",
        "|---|---|---|---|---|---|",
    ]
    body = [
        f"| {work.name} | {cost.wall:.2f} | {cost.cpu:.2f} | {cost.memory:.0f} | {cost.lines} | {work.budget} |"
        for work, cost in zip(rows, costs, strict=True)
    ]
    return "\n".join([*head, *body]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree", default=os.environ.get("KERNEL_TREE_6_12"))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    tree = find_tree(Path(options.tree)) if options.tree else None
    if tree is None:
        sys.exit('no kernel tree; eval "$(scripts/prepare-trees)", or --tree DIR')
    os.environ["PYTHONPATH"] = str(ROOT)
    with tempfile.TemporaryDirectory() as cache:
        rows = works(tree.root, Path(cache))
        text = table(tree.version, rows, measured(rows, options.runs), options.runs)
    print(text, end="")
    if options.write:
        (ROOT / "benchmarks/search.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
