"""The newest kernel builds, boots, and has nothing to complain of; nothing here knows its release."""

from __future__ import annotations

import pytest
from support import CLEAN, run_json
from trees import needs_program, newest_tree

from gen.boot.targets import targets

SILENT = ("arm64",)
"""The architectures for which there is time at each change of ours; docs/boot.md has the others."""


@pytest.mark.tree
@pytest.mark.boot
@pytest.mark.parametrize("arch", SILENT)
def test_the_newest_kernel_is_silent(arch: str) -> None:
    target = targets()[arch]
    needs_program(target.boot.program, f"{target.boot.package}, or scripts/prepare-trees --machines")
    needs_program(f"{target.machine.prefix}gcc", f"{target.machine.package}, or scripts/prepare-trees --compilers")
    done = run_json("boot", arch, "--tree", str(newest_tree()))
    said = done.document["boot"]
    assert (done.code, done.findings, said["ended"]) == (CLEAN, [], "done")
    assert said["left_out"] == []
    assert "hits of a breakpoint register" in " ".join(said["counted"])
