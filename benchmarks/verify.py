"""Measures the proof of each shipped spec, with spin beside it in the same run.

    python benchmarks/verify.py [--runs N] [--write]

gen: CPU time of the judgement (compile, proof for every depth, requirements, and the shortest run where one breaks),
in this process, without imports; the best of N runs. spin: CPU time of generating Promela, `spin -a`, gcc and `pan` at
nesting depth 2, one task, one CPU, which is what spin can be asked; one run. `--write` keeps benchmarks/verify.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gen.diagnostics import Sink
from gen.model.entry import EntryModel
from gen.spec.loader import SpecLoader
from gen.verify.compile import compile_model
from gen.verify.judge import judge
from gen.verify.promela import promela

ROOT = Path(__file__).resolve().parent.parent
SPIN_DEPTH = 2


@dataclass(frozen=True)
class Row:
    """One spec: its size as a machine, the verdict, and the CPU milliseconds of both; None where spin is missing."""

    arch: str
    nodes: int
    verdict: str
    gen: float
    spin: float | None


def best(work: Callable[[], object], runs: int) -> float:
    """The least CPU time of several runs, in milliseconds."""
    times = []
    for _ in range(runs):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times) * 1000


def children() -> float:
    """The CPU time that this process's children have used so far, in milliseconds."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (usage.ru_utime + usage.ru_stime) * 1000


def spin_time(model: EntryModel) -> float | None:
    """What spin needs from the machine to the verdict, all in; None without spin or gcc."""
    if not (shutil.which("spin") and shutil.which("gcc")):
        return None
    before, started = children(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "model.pml").write_text(promela(compile_model(model).machine, SPIN_DEPTH), encoding="ascii")
        for command in (
            ["spin", "-a", "model.pml"],
            ["gcc", "-O1", "-w", "-DBFS", "-DSAFETY", "-DNOREDUCE", "-o", "pan", "pan.c"],
            ["./pan", "-E", "-m1000000", "-w20"],
        ):
            subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return children() - before + (time.process_time() - started) * 1000


def measured(runs: int) -> list[Row]:
    loader = SpecLoader(Sink())
    rows = []
    for path in sorted((ROOT / "arch_specs").glob("*.yaml")):
        spec = loader.load(str(path))
        if spec is None:
            raise RuntimeError(f"{path} has errors")
        model = spec.model.in_release(spec.kernel)
        judgement = judge(model)
        nodes = sum(len(kind.nodes) for kind in judgement.compiled.machine.kinds)
        verdict = "holds" if judgement.holds else "violated"
        rows.append(Row(spec.arch, nodes, verdict, best(lambda model=model: judge(model), runs), spin_time(model)))
    return rows


def table(rows: list[Row], runs: int) -> str:
    head = [
        "# Proofs",
        "",
        f"CPU milliseconds, measured in one run with Python {platform.python_version()} on {os.cpu_count()} cores",
        f"({platform.machine()}); gen: the best of {runs} judgements, every depth, any number of tasks and CPUs;",
        f"spin: depth {SPIN_DEPTH}, one task, one CPU, generate, compile and run. The budget of a proof is 50 ms.",
        "Write it anew with `python benchmarks/verify.py --write`.",
        "",
        "| spec | nodes | verdict | gen | spin |",
        "|---|---|---|---|---|",
    ]
    body = [
        f"| {row.arch} | {row.nodes} | {row.verdict} | {row.gen:.0f} | {'-' if row.spin is None else round(row.spin)} |"
        for row in rows
    ]
    return "\n".join([*head, *body]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    text = table(measured(options.runs), options.runs)
    print(text, end="")
    if options.write:
        (ROOT / "benchmarks/verify.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
