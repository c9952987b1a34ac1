"""The first process compiles for every machine, with the nolibc of a real tree."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from trees import needs_program

from gen.boot.kernel import Bench
from gen.boot.source import bring_up_to_date
from gen.boot.targets import targets
from gen.kernel.tree import find_tree

ELF_MACHINES = {"arm": 40, "arm64": 183, "mips": 8, "powerpc": 21, "riscv": 243, "x86": 62}
"""e_machine of what each runs."""


@pytest.mark.tree
@pytest.mark.compiler
@pytest.mark.parametrize("arch", targets())
def test_it_compiles(arch: str, tree: Path) -> None:
    target = targets()[arch]
    needs_program("make", "make, or scripts/prepare-trees --compilers")
    needs_program(f"{target.machine.prefix}gcc", f"{target.machine.package}, or scripts/prepare-trees --compilers")
    # A copy of a tree is too much to be kept after the test.
    with tempfile.TemporaryDirectory() as folder:
        known = find_tree(tree)
        assert known is not None
        place = Bench(known, target, Path(folder))
        bring_up_to_date(Path(folder) / "source", tree, {})
        place.build.mkdir()
        program = place.first_process(str).read_bytes()
    assert program[:4] == b"\x7fELF"
    assert int.from_bytes(program[18:20], "little" if program[5] == 1 else "big") == ELF_MACHINES[arch]
