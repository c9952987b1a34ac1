"""`gen verify ARCH --tree DIR`: the verdict on the entry code of a kernel tree, whatever its release."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gen.cli.run import (
    BAD_INPUT,
    CANNOT_TELL,
    CLEAN,
    FINDINGS,
    NO_TREE,
    Run,
    complain,
    keep_what_is_made,
    no_architecture,
)

if TYPE_CHECKING:
    from gen.kernel.tree import KernelTree
    from gen.lint.workspace import Workspace
    from gen.report.said import Said
    from gen.spec.archspec import ArchSpec


def verify_tree(run: Run, drawn: dict[str, str]) -> int:
    """Proves what a tree does, architecture by architecture; pictures of what breaks go to `drawn`."""
    from gen.kernel.tree import find_tree

    keep_what_is_made()
    tree = find_tree(Path(run.options.tree))
    if tree is None:
        complain(f"gen verify: {run.options.tree} {NO_TREE}")
        return BAD_INPUT
    run.meets(tree.release)
    codes = [_verify_one(run, tree, name, drawn) for name in run.options.spec]
    # What is wrong counts before what cannot be told.
    return next((code for code in (BAD_INPUT, FINDINGS, CANNOT_TELL) if code in codes), CLEAN)


def _verify_one(run: Run, tree: KernelTree, name: str, drawn: dict[str, str]) -> int:
    from gen.kernel.remembered import cache_folder
    from gen.lint.recall import remembered
    from gen.lint.workspace import Workspace, folder_of
    from gen.report.said import Said

    known = tree.architectures()
    spec = described(run, name, known)
    arch = folder_of(spec.kconfig.file) if spec else name
    if run.sink.failed:
        return BAD_INPUT
    if arch not in known:
        complain(f"gen verify: {no_architecture(arch, known)}")
        return BAD_INPUT
    started = time.process_time()
    work = Workspace(tree, (), {arch: spec} if spec else {})
    memory = None if run.options.no_cache else cache_folder("verify")
    key = (os.fspath(tree.root), tree.version, work.naming.mark, arch, run.options.offstack)
    if memory is None:
        found = _said(run, work, arch)
    else:
        about = (*key, (spec.file, spec.lines) if spec else None)
        found = remembered(memory, about, work.inquiry, lambda: _said(run, work, arch), Said.of)
    if found.trouble:
        complain(f"gen verify: {arch}: cannot tell: {found.trouble}")
        return CANNOT_TELL
    run.sink.extend(found.findings)
    run.data["verdicts"].append({**found.verdict, "seconds": round(time.process_time() - started, 4)})
    run.closing += found.closing
    drawn.update(found.pictures)
    return {"violated": FINDINGS, "unknown": CANNOT_TELL, "holds": CLEAN}[found.verdict["verdict"]]


def _said(run: Run, work: Workspace, arch: str) -> Said:
    """What is said when nothing is remembered."""
    from gen.lint.recovered import verdict
    from gen.report.said import Said
    from gen.report.tree_verdict import said
    from gen.verify.summaries import TooManyFactsError
    from gen.verify.unfold import TooLargeError

    try:
        return said(verdict(work, arch, offstack=run.options.offstack), work.tree)
    except (TooLargeError, TooManyFactsError) as error:
        return Said(trouble=str(error) or "the proof needs too many facts")


def described(run: Run, name: str, folders: tuple[str, ...]) -> ArchSpec | None:
    """The spec that is named, or that of an architecture's name; None for a folder that has none."""
    from gen.spec.loader import SpecLoader, known_specs

    if name in folders and name not in known_specs() and not Path(name).exists():
        return None
    return SpecLoader(run.sink, run.texts).load(name)
