"""Measures gen patch with coccinelle beside it in the same run: what each costs, and what each leaves behind.

    python benchmarks/patch.py [--tree DIR] [--runs N] [--write]

The work is to take exception_enter() and exception_exit() out of arch/mips. Wall time of whole processes, the best of
N runs taken in turns. What is left behind is counted on copies of the files of mips and sparc.
The tree is KERNEL_TREE_6_12 unless one is named. `--write` keeps the tables in benchmarks/patch.md.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from processes import ROOT, Cost, Work, measured, on_a_tree, shown

from gen.patch.change import Change
from gen.patch.removal import removal
from gen.patch.semantic import semantic_patch

ALONE = """
import sys
from pathlib import Path
from gen.csource.tokens import decoded
from gen.kernel.names import PAIR
from gen.kernel.search import find_ripgrep, search
from gen.patch.removal import removal
top = Path(sys.argv[1])
headers = [decoded((top / f"include/linux/context_tracking{name}.h").read_bytes()) for name in ("", "_state")]
for file in search(top, PAIR, "arch/mips", ripgrep=find_ripgrep()).files:
    print(removal(decoded((top / file).read_bytes()), file, headers).after)
"""
INCLUDES = "\n@includes@\n@@\n\n- #include <linux/context_tracking.h>\n"
"""What removal.cocci lacks to do all that gen does to a C file: it cannot tell which includes are used."""

FILES = (
    "arch/mips/kernel/r4k-bugs64.c",
    "arch/mips/kernel/traps.c",
    "arch/mips/kernel/unaligned.c",
    "arch/mips/mm/fault.c",
    "arch/sparc/kernel/kgdb_64.c",
    "arch/sparc/kernel/kprobes.c",
    "arch/sparc/kernel/signal_64.c",
    "arch/sparc/kernel/sys_sparc_64.c",
    "arch/sparc/kernel/traps_64.c",
    "arch/sparc/kernel/unaligned_64.c",
    "arch/sparc/mm/fault_64.c",
)
_PROVED = ("--offstack", "true", "--rfc")


def works(tree: Path, scratch: Path, semantic: Path) -> list[Work]:
    """What is measured."""
    python = sys.executable
    of_mips = [str(tree / name) for name in FILES if "mips" in name]
    spatch = ("spatch", "--sp-file", str(semantic), "--keep-comments", "--very-quiet")
    gen = (python, "-m", "gen", "patch", "mips", *_PROVED, "--tree", str(tree), "-o", str(scratch / "series"))
    return [
        Work("python -c pass", (python, "-c", "pass")),
        Work(
            "gen: the removal alone, files of arch/mips searched for",
            (python, "-c", ALONE, str(tree)),
            "less than spatch",
        ),
        Work("spatch, files of arch/mips searched for", (*spatch, "--dir", str(tree / "arch/mips"))),
        Work("spatch, the four files named", (*spatch, *of_mips)),
        Work("gen patch mips --offstack true --rfc, all in", gen),
    ]


# What each leaves behind.


@dataclass(frozen=True)
class Fault:
    """What nobody would send: how it is counted in a file, before and after."""

    name: str
    count: Callable[[str, str], int]


def _new(pattern: str) -> Callable[[str, str], int]:
    found = re.compile(pattern, re.MULTILINE)
    return lambda before, after: max(len(found.findall(after)) - len(found.findall(before)), 0)


def _left(pattern: str) -> Callable[[str, str], int]:
    found = re.compile(pattern, re.MULTILINE)
    return lambda _, after: len(found.findall(after))


def _lost_comments(before: str, after: str) -> int:
    comments = re.compile(r"/\*[\s\S]*?\*/|//[^\n]*")
    return sum((Counter(comments.findall(before)) - Counter(comments.findall(after))).values())


def _gotos_that_return(_: str, after: str) -> int:
    bodies = re.findall(r"^\{\n[\s\S]*?^\}", after, re.MULTILINE)
    return sum(
        len(re.findall(rf"\bgoto {label};", body))
        for body in bodies
        for label in re.findall(r"^(\w+):\n(?:\treturn;\n)?(?=\treturn;|\})", body, re.MULTILINE)
    )


def _missing_includes(_: str, after: str) -> int:
    return int(bool(re.search(r"\buser_(?:enter|exit)\(", after)) and "<linux/context_tracking.h>" not in after)


def _unused_includes(_: str, after: str) -> int:
    return int(not re.search(r"\buser_(?:enter|exit)\(", after) and "<linux/context_tracking.h>" in after)


FAULTS = (
    Fault("calls of the pair that are left", _left(r"\bexception_(?:enter|exit)\(")),
    Fault("comments that are lost", _lost_comments),
    Fault("labels before a closing brace, which not every compiler takes", _new(r"^\w+:\n\}")),
    Fault("gotos to a label that only returns", _gotos_that_return),
    Fault("wrappers that only wrap", _left(r"^\t__do_page_fault\(regs, write, address\);\n\}")),
    Fault("declarations without a blank line behind them", _new(r"^\t(?:\w+ )+\*?\w+ = \w+;\n\t/\*")),
    Fault("includes that are needed and gone", _missing_includes),
    Fault("includes that nothing uses", _unused_includes),
)


def by_gen(tree: Path, copies: Path) -> None:
    headers = [_text(tree / f"include/linux/context_tracking{name}.h") for name in ("", "_state")]
    for name in FILES:
        change = removal(_text(copies / name), name, headers)
        if not isinstance(change, Change):
            raise RuntimeError(f"{name} is refused")
        (copies / name).write_text(change.after, encoding="utf-8")


def by_spatch(semantic: Path, *options: str) -> Callable[[Path, Path], None]:
    def run(_: Path, copies: Path) -> None:
        files = [str(copies / name) for name in FILES]
        command = ["spatch", "--sp-file", str(semantic), *options, "--very-quiet", "--no-show-diff", "--in-place"]
        subprocess.run([*command, *files], check=True, capture_output=True)

    return run


def left_behind(tree: Path, folder: Path, tool: Callable[[Path, Path], None]) -> list[int]:
    """How often each fault is in the files after a tool has worked on copies of them."""
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(tree / name, folder / name)
    tool(tree, folder)
    pairs = [(_text(tree / name), _text(folder / name)) for name in FILES]
    return [sum(fault.count(before, after) for before, after in pairs) for fault in FAULTS]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


# The tables.


def tables(tree: str, rows: Sequence[Work], costs: Sequence[Cost], runs: int, faults: Sequence[Sequence[int]]) -> str:
    """The results as Markdown."""
    spatch = subprocess.run(["spatch", "--version"], capture_output=True, check=True).stdout.decode().split()[2]
    head = [
        "# Patch",
        "",
        f"Linux {tree}, coccinelle {spatch}. The pair is taken out of arch/mips. Wall time of whole processes, best of",
        f"{runs}, measured in one run with Python {platform.python_version()} on {os.cpu_count()} cores",
        f"({platform.machine()}). Write it anew with `python benchmarks/patch.py --write`.",
        "",
        "| work | wall s | CPU s | peak MiB | budget |",
        "|---|---|---|---|---|",
    ]
    body = [
        f"| {work.name} | {cost.wall:.2f} | {cost.cpu:.2f} | {cost.memory:.0f} | {work.budget} |"
        for work, cost in zip(rows, costs, strict=True)
    ]
    middle = [
        "",
        "`gen patch` as a whole also proves the claim, makes mails with recipients, applies them with git am, has",
        "checkpatch.pl read them, lints the tree before and after, plans again on the result, and renders a page.",
        "",
        f"What is left behind in the {len(FILES)} files of mips and sparc that use the pair. spatch runs removal.cocci",
        "with a rule for the includes, which the shipped file leaves: it cannot tell which of them are used.",
        "",
        "| | gen | spatch --keep-comments | spatch |",
        "|---|---|---|---|",
        *(f"| {fault.name} | {' | '.join(map(str, each))} |" for fault, *each in zip(FAULTS, *faults, strict=True)),
    ]
    return "\n".join([*head, *body, *middle]) + "\n"


def main() -> None:
    options, tree = on_a_tree(__doc__)
    if shutil.which("spatch") is None:
        sys.exit("no spatch; apt-get install coccinelle")
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        os.environ |= {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": name}
        os.environ |= {"GIT_AUTHOR_NAME": "A U Thor", "GIT_AUTHOR_EMAIL": "author@example.com"}
        shipped, whole = scratch / "removal.cocci", scratch / "whole.cocci"
        shipped.write_text(semantic_patch(shipped.name), encoding="utf-8")
        whole.write_text(semantic_patch(whole.name) + INCLUDES, encoding="utf-8")
        rows = works(tree.root, scratch, shipped)
        costs = measured(rows, options.runs)
        tools = (by_gen, by_spatch(whole, "--keep-comments"), by_spatch(whole))
        faults = [left_behind(tree.root, scratch / f"left{number}", tool) for number, tool in enumerate(tools)]
        text = tables(tree.version, rows, costs, options.runs, faults)
    shown(text, "patch.md", write=options.write)


if __name__ == "__main__":
    main()
