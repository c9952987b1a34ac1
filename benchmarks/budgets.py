"""Measures the budgets of the command line, with the nearest peer beside them in the same run.

    python benchmarks/budgets.py [--runs N] [--write]

CPU time (user and system) of whole processes, the best of N runs; memory is the peak of the process. The peer is
ynl-gen-c of a Linux 6.12 tree (KERNEL_TREE_6_12), which renders C from a YAML spec, too. `--write` keeps the table in
benchmarks/budgets.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GEN = (sys.executable, "-m", "gen")


@dataclass(frozen=True)
class Cost:
    """The CPU milliseconds and peak memory (MiB) of one process."""

    cpu: float
    memory: float


@dataclass(frozen=True)
class Work:
    """One row of the table; the budget is in CPU milliseconds, the memory budget in MiB."""

    name: str
    command: Sequence[str]
    budget: str
    directory: Path = ROOT


def measured(work: Work, runs: int) -> Cost:
    """The best of several runs. Raises RuntimeError if the command fails: a fast failure is no result."""
    costs = [_one_run(work) for _ in range(runs)]
    return Cost(min(cost.cpu for cost in costs), min(cost.memory for cost in costs))


def _one_run(work: Work) -> Cost:
    child = os.fork()
    if child == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        os.chdir(work.directory)
        os.execvp(work.command[0], work.command)
    _, status, usage = os.wait4(child, 0)
    if status:
        raise RuntimeError(f"{' '.join(work.command)} failed")
    return Cost((usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss / 1024)


def works(output: Path) -> list[Work]:
    """What is measured; the peer is left out where there is no tree."""
    own = [
        Work("python -c pass", (sys.executable, "-c", "pass"), "-"),
        Work("gen --help", (*GEN, "--help"), "60 ms"),
        Work("gen check arm64.yaml", (*GEN, "check", "arm64.yaml"), "350 ms, 40 MiB"),
        Work("gen render arm64.yaml", (*GEN, "render", "arm64.yaml", "-o", str(output)), "-"),
        Work("gen render, every shipped spec", (*GEN, "render", "arch_specs/*.yaml", "-o", str(output)), "1200 ms"),
    ]
    return own + _peers(output)


def _peers(output: Path) -> list[Work]:
    tree = os.environ.get("KERNEL_TREE_6_12")
    if not tree:
        print("KERNEL_TREE_6_12 is not set: measured without ynl-gen-c", file=sys.stderr)
        return []
    tool = (sys.executable, "tools/net/ynl/ynl-gen-c.py", "--mode")
    return [
        Work(
            f"ynl-gen-c {name}, {mode} {kind}",
            (*tool, mode, f"--{kind}", "--spec", f"Documentation/netlink/specs/{name}.yaml", "-o", str(output / kind)),
            "-",
            Path(tree),
        )
        for name, mode, kind in (
            ("netdev", "uapi", "header"),
            ("ethtool", "user", "source"),
        )
    ]


def table(rows: list[tuple[Work, Cost]], runs: int) -> str:
    """The results as Markdown."""
    head = [
        "# Budgets",
        "",
        f"CPU time of whole processes, best of {runs}, measured in one run with Python {platform.python_version()} on",
        f"{os.cpu_count()} cores ({platform.machine()}). Write it anew with `python benchmarks/budgets.py --write`.",
        "",
        "| work | CPU ms | peak MiB | budget |",
        "|---|---|---|---|",
    ]
    body = [f"| {work.name} | {cost.cpu:.0f} | {cost.memory:.0f} | {work.budget} |" for work, cost in rows]
    return "\n".join([*head, *body]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    os.environ["PYTHONPATH"] = str(ROOT)
    with tempfile.TemporaryDirectory() as output:
        rows = [(work, measured(work, options.runs)) for work in works(Path(output))]
    text = table(rows, options.runs)
    print(text, end="")
    if options.write:
        (ROOT / "benchmarks/budgets.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
