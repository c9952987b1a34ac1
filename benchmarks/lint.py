"""Measures `gen lint` over a kernel tree, with ripgrep and Coccinelle beside it in the same run.

    python benchmarks/lint.py [--tree DIR] [--runs N] [--write]

Wall time, because the budgets are a user's: whole processes with their start-up, the best of N runs taken in turns, so
that a busy machine hurts all alike; how busy others kept it is said above the table. Byte code is compiled before, as
an installation does, and the page cache is warm. "peak" is the largest process of a run, "together" what all processes
of a run have at once, shared pages counted once (gen alone, sampled in a run of its own). A process begins as a copy
of this one, so that the least is 17 MiB. The tree is KERNEL_TREE_6_12 unless one is named.

ripgrep looks for the names that gen looks for. Coccinelle has one of gen's rules, exception-exit-missing, as the
semantic patch below; gen runs all of its own, and what it says by that rule is counted. Its --use-gitgrep needs a
checkout; for a tree that is none an index of its C files is made in a scratch folder before anything is measured, and
nothing is written to the tree. `--write` keeps the table in benchmarks/lint.md.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from processes import ROOT, Cost, Work, begun, measured, on_a_tree, shown

from gen.kernel.search import find_ripgrep, stems
from gen.kernel.tree import PREFIXES, SUFFIXES, KernelTree, files_below
from gen.lint.workspace import searched_names

GEN = (sys.executable, "-m", "gen", "lint")
STARTS, ALONE, UNCACHED = "python -c pass", "start-up: gen, an empty file", "whole tree: gen, no cache"
ONE_THREAD = "whole tree: rg -j1"
WITHOUT_RIPGREP = """
import sys
import gen.kernel.search
gen.kernel.search.find_ripgrep = lambda: None
from gen.cli import main
sys.exit(main(sys.argv[1:]))
"""
MISSING_EXIT = """
@r exists@
identifier f, state;
type T;
position p, q;
@@
f(...)
{
  <+...
(
  state = exception_enter@p();
|
  T state = exception_enter@p();
)
  ... when != exception_exit(state)
      when != panic(...)
  return@q ...;
  ...+>
}

@script:python@
f << r.f;
p << r.p;
q << r.q;
@@
print("%s:%s: %s() returns with exception_enter() of line %s still open" % (q[0].file, q[0].line, f, p[0].line))
"""
LEAK = re.compile(rb"still open")
LINE = re.compile(rb"\n")


@dataclass(frozen=True)
class Row(Work):
    """A work of which it is counted how often its output says something, which `what` names."""

    statuses: tuple[int, ...] = (0, 1)
    said: re.Pattern[bytes] = LEAK
    what: str = "leaks"  # nothing: it is not asked for anything


def works(tree: KernelTree, folder: Path) -> list[Row]:
    """What is measured; a peer that is not there is left out. Caches and the semantic patch are put into a folder."""
    whole, arch = (*GEN, "--tree", str(tree.root)), (*GEN, "--tree", str(tree.root), "arch")
    alone = (sys.executable, "-c", WITHOUT_RIPGREP, "lint", "--tree", str(tree.root))
    empty, warm, cold = folder / "empty.c", {"XDG_CACHE_HOME": f"{folder}/warm"}, {"XDG_CACHE_HOME": f"{folder}/cold"}
    empty.write_bytes(b"")
    return [
        Row(STARTS, (sys.executable, "-c", "pass"), what=""),
        Row(ALONE, (*GEN, str(empty)), what=""),
        Row("whole tree: gen, warm cache", whole, "1 s", environment=warm),
        Row("whole tree: gen, empty cache", whole, "2 s", emptied=folder / "cold", environment=cold),
        Row(UNCACHED, (*whole, "--no-cache"), "2 s"),
        Row("whole tree: gen without rg, warm cache", alone, "1 s", environment=warm),
        Row("whole tree: gen without rg, empty cache", alone, "-", emptied=folder / "cold", environment=cold),
        *_ripgrep(tree, "", "whole tree"),
        *_coccinelle(tree, folder, (".",), "whole tree"),
        Row("arch/: gen, warm cache", arch, "0.6 s", environment=warm),
        Row("arch/: gen, no cache", (*arch, "--no-cache"), "0.6 s"),
        *_ripgrep(tree, "arch", "arch/"),
        Row("mips and sparc: gen", (*whole, "--arch", "mips", "--arch", "sparc"), environment=warm),
        *_coccinelle(tree, folder, ("arch/mips", "arch/sparc"), "mips and sparc"),
        Row("mips: gen --arch mips", (*whole, "--arch", "mips"), environment=warm),
        Row("one file: gen", (*GEN, str(tree.root / "arch/mips/kernel/unaligned.c")), environment=warm),
    ]


def _ripgrep(tree: KernelTree, below: str, name: str) -> Iterator[Row]:
    program = find_ripgrep()
    if program is None:
        return
    names = sorted(searched_names(tree))
    beginnings = [stem.decode() for stem in stems((each.encode() for each in names), 9)]
    globs = [f"-g*{suffix}" for suffix in SUFFIXES] + [f"-g{prefix}*" for prefix in PREFIXES]
    for jobs, words, what in ((1, names, ""), (2, names, ""), (1, beginnings, ", what the names begin with")):
        wanted = [argument for word in words for argument in ("-e", word)]
        command = (program, f"-j{jobs}", "--no-config", "-uuu", "-lF", *globs, *wanted, str(tree.root / below))
        yield Row(f"{name}: rg -j{jobs}{what}", command, said=LINE, what="files")


def _coccinelle(tree: KernelTree, folder: Path, below: Sequence[str], name: str) -> Iterator[Row]:
    program = shutil.which("spatch")
    if program is None:
        return
    patch = folder / "missing-exit.cocci"
    patch.write_text(MISSING_EXIT, encoding="ascii")
    for what, options in (("", ""), (" -j 2", "-j 2"), (" --use-gitgrep", "--use-gitgrep")):
        runs = (f"{program} --very-quiet {options} --sp-file {patch} --dir {each}" for each in below)
        command = ("sh", "-c", f"cd {tree.root} && {' && '.join(runs)}")
        yield Row(f"{name}: spatch{what}", command, environment=_index(tree, folder) if "git" in options else {})


def _index(tree: KernelTree, folder: Path) -> dict[str, str]:
    """The environment in which git has an index of a tree: what `git grep` takes the names of files from."""
    if tree.checkout:
        return {}
    repository = {"GIT_DIR": f"{folder}/index.git", "GIT_WORK_TREE": str(tree.root)}
    if not Path(repository["GIT_DIR"]).exists():
        files = "\n".join(file for file in files_below(tree.root).files if file.endswith((".c", ".h"))) + "\n"
        git = {"cwd": tree.root, "env": {**os.environ, **repository}, "check": True}
        subprocess.run(["git", "init", "--quiet"], **git)
        subprocess.run(["git", "update-index", "--add", "--info-only", "--stdin"], input=files.encode(), **git)
    return repository


# Measuring


def together(work: Work) -> float:
    """The most memory (MiB) that all processes of a work have at once; pages that they share count once."""
    child, output = begun(work)
    most = 0.0
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        most = max(most, sum(_own_memory(process) for process in _session(child)))
        time.sleep(0.01)
    os.close(output)
    return most


def _session(leader: int) -> list[str]:
    listed = subprocess.run(["ps", "-o", "pid=", "-s", str(leader)], capture_output=True, text=True, check=False)
    return listed.stdout.split()


def _own_memory(process: str) -> float:
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except OSError:  # it is gone
        return 0.0
    found = re.search(r"^Pss: +(\d+) kB", rollup, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


class Others:
    """How much of the processors others have used since this was made."""

    def __init__(self) -> None:
        self._since = time.monotonic()
        self._busy, self._own = _busy(), _own()

    def share(self) -> float:
        """From 0 to 1, of all processors."""
        used = (_busy() - self._busy) - (_own() - self._own)
        return max(0.0, used / (time.monotonic() - self._since) / (os.cpu_count() or 1))


def _busy() -> float:
    """Seconds that all processors have worked."""
    total = Path("/proc/stat").read_text(encoding="ascii").partition("\n")[0]
    user, nice, system, _idle, _waiting, *interrupts = map(int, total.split()[1:9])
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


def _own() -> float:
    """Seconds that this process and its children have worked."""
    return sum(os.times()[:4])


# The table


def table(rows: Sequence[Row], costs: Sequence[Cost], all_in: Sequence[float | None]) -> list[str]:
    """The results."""
    lines = [
        "| work | wall s | CPU s | peak MiB | together MiB | says | budget |",
        "|---|---|---|---|---|---|---|",
    ]
    for work, cost, most in zip(rows, costs, all_in, strict=True):
        figures = f"{cost.wall:.2f} | {cost.cpu:.2f} | {cost.memory:.0f} | {'-' if most is None else round(most)}"
        said = f"{len(work.said.findall(cost.output))} {work.what}" if work.what else "-"
        lines.append(f"| {work.name} | {figures} | {said} | {work.budget} |")
    return lines


def notes(rows: Sequence[Row], costs: Sequence[Cost]) -> Iterator[str]:
    """What the table says about the last budget, and what the peers say beside it."""
    wall = {work.name: cost.wall for work, cost in zip(rows, costs, strict=True)}
    if ONE_THREAD in wall:
        most = 2 * wall[ONE_THREAD] + wall[ALONE]
        yield f"Twice `rg -j1` and the start-up are {most:.2f} s; gen without a cache takes {wall[UNCACHED]:.2f} s."
        yield ""
    yield "Coccinelle finds the same leaks where it is told that panic() does not return; otherwise do_mcheck() of"
    yield "mips, too. It does not say by which way a function is left, nor with which CONFIG symbols. The other rules"
    yield "(dropped results, wrong arguments, handlers without the pair, Kconfig, names, specs, the order of calls)"
    yield "would be more semantic patches, or none."


def head(tree: KernelTree, runs: int, before: float, meanwhile: float) -> list[str]:
    """What was measured, where, and what else that machine did."""
    return [
        "# Lint",
        "",
        f"Linux {tree.version}, {len(searched_names(tree))} names. Wall time of whole processes, best of {runs}, in",
        f"one run with Python {platform.python_version()}{_version('rg')}{_version('spatch')} on",
        f"{os.cpu_count()} cores ({platform.machine()}), of which others used {before:.0%} before and",
        f"{meanwhile:.0%} meanwhile. peak: the largest process; together: all of a run at once, shared pages counted",
        "once. Coccinelle has one rule, exception-exit-missing; gen runs all of its own, and what it says by that one",
        "is counted. Write it anew with `python benchmarks/lint.py --write`.",
        "",
    ]


def _version(program: str) -> str:
    path = find_ripgrep() if program == "rg" else shutil.which(program)
    if path is None:
        return f", without {program}"
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\d+(\.\d+)+", said)
    return f", {program} {found[0] if found else '?'}"


def main() -> None:
    options, tree = on_a_tree(__doc__)
    before = Others()
    time.sleep(2)
    idle = before.share()
    print(f"others use {idle:.0%} of the cores", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": f"{folder}/bytecode"}
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        rows = works(tree, Path(folder))
        meanwhile = Others()
        costs = measured(rows, options.runs)
        busy = meanwhile.share()
        ours = [together(work) if "gen" in work.name else None for work in rows]
    text = "\n".join([*head(tree, options.runs, idle, busy), *table(rows, costs, ours), "", *notes(rows, costs)]) + "\n"
    shown(text, "lint.md", write=options.write)


if __name__ == "__main__":
    main()
