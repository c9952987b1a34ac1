"""Measures the search for names in a kernel tree, with its nearest peers beside it in the same run.

    python benchmarks/search.py [--tree DIR] [--runs N] [--write]

Wall time, because the budgets are a user's: whole processes with their start-up, the best of N runs taken in turns, so
that a busy machine hurts all alike. Memory is the peak of the process, and of its largest child. The page cache is
warm. The tree is KERNEL_TREE_6_12 unless one is named; git grep is measured where it is a checkout. `--write` keeps
the table in benchmarks/search.md.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from processes import ROOT, Cost, Work, measured, on_a_tree, shown

from gen.kernel.names import all_spellings
from gen.kernel.search import find_ripgrep
from gen.kernel.tree import PREFIXES, SUFFIXES

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


def works(tree: Path, cache: Path) -> list[Work]:
    """What is measured; a peer that is not there is left out."""
    ripgrep = find_ripgrep() or ""
    rows = [Work("python -c pass", (sys.executable, "-c", "pass"))]
    for below, name, cold, warm in (("", "whole tree", "2 s", "1 s"), ("arch", "arch/", "0.6 s", "-")):

        def ours(remembered: Path | str, program: str, below: str = below) -> tuple[str, ...]:
            return (sys.executable, "-c", OURS, str(tree), below, str(remembered), program)

        empty = cache / f"cold-{below}"
        if ripgrep:
            rows += [
                Work(f"{name}: gen, no cache, rg", ours("", ripgrep), cold),
                Work(f"{name}: gen, empty cache, rg", ours(empty, ripgrep), cold, empty),
            ]
        rows += [
            Work(f"{name}: gen, no cache, Python alone", ours("", ""), cold),
            Work(f"{name}: gen, empty cache, Python alone", ours(empty, ""), cold, empty),
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
        f"| {work.name} | {cost.wall:.2f} | {cost.cpu:.2f} | {cost.memory:.0f} | {len(cost.output.splitlines())} "
        f"| {work.budget} |"
        for work, cost in zip(rows, costs, strict=True)
    ]
    return "\n".join([*head, *body]) + "\n"


def main() -> None:
    options, tree = on_a_tree(__doc__)
    os.environ["PYTHONPATH"] = str(ROOT)
    with tempfile.TemporaryDirectory() as cache:
        rows = works(tree.root, Path(cache))
        text = table(tree.version, rows, measured(rows, options.runs), options.runs)
    shown(text, "search.md", write=options.write)


if __name__ == "__main__":
    main()
