"""Measures `gen verify ARCH --tree` on the newest tree, with ripgrep and Coccinelle beside it in the same run.

    python benchmarks/trees.py [--tree DIR] [--runs N] [--write]

CPU time (user and system) of whole processes, the best of N runs taken in turns; memory is the peak of the process.
"nothing remembered" is --no-cache, "remembered" a run behind one of the same tree. The tree is KERNEL_TREE_NEWEST
unless one is named.

No peer gives a verdict. ripgrep looks in the folder of the architecture for the words that entry code is known by,
Coccinelle for functions in which interrupts are opened before user_exit_irqoff(), which is one of the things that gen
looks at. `--write` keeps the table in benchmarks/trees.md.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from processes import Cost, Work, measured, on_a_tree, shown

from gen.diagnostics.sink import Sink
from gen.kernel.search import find_ripgrep
from gen.kernel.tree import KernelTree
from gen.lint.workspace import folder_of
from gen.recover.entry_words import entry_words
from gen.spec.loader import SpecLoader, known_specs

GEN = (sys.executable, "-m", "gen", "verify")
OPENED = """
@@
position p;
@@
* local_irq_enable@p();
  ... when any
* user_exit_irqoff();
"""


def folders() -> dict[str, str]:
    """The folder of arch/ of every architecture with a spec."""
    specs = {name: SpecLoader(Sink(), {}).load(name) for name in known_specs()}
    return {name: folder_of(spec.kconfig.file) for name, spec in specs.items() if spec}


def works(tree: KernelTree, folder: Path) -> list[tuple[Work, ...]]:
    """What is measured, architecture by architecture; a peer that is not there is left out."""
    patch = folder / "opened.cocci"
    patch.write_text(OPENED, encoding="ascii")
    return [tuple(_works(tree, folder, patch, *each)) for each in folders().items()]


def _works(tree: KernelTree, folder: Path, patch: Path, name: str, arch: str) -> Iterator[Work]:
    ends, cache = (0, 1, 4), {"XDG_CACHE_HOME": f"{folder}/cache"}
    verify = (*GEN, name, "--tree", str(tree.root))
    yield Work(f"{name}: nothing remembered", (*verify, "--no-cache"), statuses=ends)
    yield Work(f"{name}: remembered", verify, environment=cache, statuses=ends)
    if ripgrep := find_ripgrep():
        wanted = [argument for word in sorted(entry_words().telling) for argument in ("-e", word)]
        yield Work(f"{name}: rg", (ripgrep, "-j1", "--no-config", "-uuu", "-lF", *wanted, f"{tree.root}/arch/{arch}"))
    if spatch := shutil.which("spatch"):
        command = (spatch, "--very-quiet", "--sp-file", str(patch), "--dir", f"{tree.root}/arch/{arch}")
        yield Work(f"{name}: spatch", command)


def table(tree: KernelTree, rows: Sequence[tuple[Work, ...]], costs: Sequence[Cost], runs: int) -> str:
    """The results as Markdown."""
    peers = ["rg -j1", "spatch"][: len(rows[0]) - 2]
    head = [
        "# Verdicts on a tree",
        "",
        f"CPU milliseconds of whole processes on Linux {tree.version}, best of {runs}, measured in one run with Python",
        f"{platform.python_version()} on {os.cpu_count()} cores ({platform.machine()}). The budget is 1500 ms and",
        "120 MiB with nothing remembered, and 500 ms with it. What the peers do is in `benchmarks/trees.py`; neither",
        "gives a verdict. Write it anew with `python benchmarks/trees.py --write`.",
        "",
        f"| architecture | nothing remembered | peak MiB | remembered | {' | '.join(peers)} |",
        f"|---{'|---' * (3 + len(peers))}|",
    ]
    body = []
    left = iter(costs)
    for row in rows:
        cold, warm, *others = (next(left) for _ in row)
        cells = [
            f"{cold.cpu * 1000:.0f}",
            f"{cold.memory:.0f}",
            *(f"{cost.cpu * 1000:.0f}" for cost in (warm, *others)),
        ]
        body.append(f"| {row[0].name.partition(':')[0]} | {' | '.join(cells)} |")
    return "\n".join([*head, *body]) + "\n"


def main() -> None:
    options, tree = on_a_tree(__doc__, "KERNEL_TREE_NEWEST")
    with tempfile.TemporaryDirectory() as folder:
        rows = works(tree, Path(folder))
        costs = measured([work for row in rows for work in row], options.runs)
    shown(table(tree, rows, costs, options.runs), "trees.md", write=options.write)


if __name__ == "__main__":
    main()
