"""`gen verify ARCH --tree DIR`: the verdict on the entry code of a kernel tree, whatever its release."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from gen.cli.opened import tree_around, workspace
from gen.cli.run import (
    BAD_INPUT,
    CANNOT_TELL,
    CLEAN,
    FINDINGS,
    Run,
    UsageError,
    complain,
    keep_what_is_made,
    refused,
)

if TYPE_CHECKING:
    from gen.kernel.tree import KernelTree
    from gen.lint.workspace import Workspace
    from gen.report.said import Said


def verify_tree(run: Run, drawn: dict[str, str]) -> int:
    """Proves what a tree does, architecture by architecture; pictures of what breaks go to `drawn`."""
    keep_what_is_made()
    try:
        tree = tree_around(run, run.options.tree)
    except UsageError as error:
        return refused(run, error)
    codes = [_verify_one(run, tree, name, drawn) for name in run.options.spec]
    # What is wrong counts before what cannot be told.
    return next((code for code in (BAD_INPUT, FINDINGS, CANNOT_TELL) if code in codes), CLEAN)


def _verify_one(run: Run, tree: KernelTree, name: str, drawn: dict[str, str]) -> int:
    from gen.kernel.remembered import cache_folder
    from gen.lint.recall import remembered
    from gen.report.said import Said

    try:
        work, arch = workspace(run, tree, name)
    except UsageError as error:
        return refused(run, error)
    spec = work.specs.get(arch)
    started = time.process_time()
    memory = None if run.options.no_cache else cache_folder("verify")
    key = (os.fspath(tree.root), tree.version, work.naming.mark, arch, run.options.offstack)
    if memory is None:
        told = _said(run, work, arch)
    else:
        about = (*key, (spec.file, spec.lines) if spec else None)
        told = remembered(memory, about, work.inquiry, lambda: _said(run, work, arch), Said.of)
    if told.trouble:
        complain(f"gen verify: {arch}: cannot tell: {told.trouble}")
        return CANNOT_TELL
    run.sink.extend(told.findings)
    run.data["verdicts"].append({**told.verdict, "seconds": round(time.process_time() - started, 4)})
    run.closing += told.closing
    drawn.update(told.pictures)
    return {"violated": FINDINGS, "unknown": CANNOT_TELL, "holds": CLEAN}[told.verdict["verdict"]]


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
