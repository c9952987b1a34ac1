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
from pathlib import Path

from processes import ROOT, Cost, Work, measured, shown

GEN = (sys.executable, "-m", "gen")


def works(output: Path) -> list[Work]:
    """What is measured; the peer is left out where there is no tree."""
    own = [
        Work("python -c pass", (sys.executable, "-c", "pass")),
        Work("gen --help", (*GEN, "--help"), "60 ms"),
        Work("gen check arm64.yaml", (*GEN, "check", "arm64.yaml"), "350 ms, 40 MiB"),
        Work("gen render arm64.yaml", (*GEN, "render", "arm64.yaml", "-o", str(output))),
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
            directory=Path(tree),
        )
        for name, mode, kind in (
            ("netdev", "uapi", "header"),
            ("ethtool", "user", "source"),
        )
    ]


def table(rows: Sequence[Work], costs: Sequence[Cost], runs: int) -> str:
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
    body = [
        f"| {work.name} | {cost.cpu * 1000:.0f} | {cost.memory:.0f} | {work.budget} |"
        for work, cost in zip(rows, costs, strict=True)
    ]
    return "\n".join([*head, *body]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    os.environ["PYTHONPATH"] = str(ROOT)
    with tempfile.TemporaryDirectory() as output:
        rows = works(Path(output))
        text = table(rows, measured(rows, options.runs), options.runs)
    shown(text, "budgets.md", write=options.write)


if __name__ == "__main__":
    main()
