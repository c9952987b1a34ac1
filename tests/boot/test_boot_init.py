"""The first process compiles for every machine, with the nolibc of a real tree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from trees import kernel_tree, needs_program, newest_tree, older_tree

from gen.boot.kernel import Bench
from gen.boot.targets import targets
from gen.kernel.tree import find_tree

ELF_MACHINES = {"arm": 40, "arm64": 183, "mips": 8, "powerpc": 21, "riscv": 243, "x86": 62}
"""e_machine of what each runs."""


TREES: dict[str, Callable[[], Path]] = {
    "6.1": older_tree,
    "6.12": lambda: kernel_tree("tests/boot"),
    "newest": newest_tree,
}


@pytest.mark.tree
@pytest.mark.compiler
@pytest.mark.parametrize(
    ("arch", "release"),
    # 6.1 has the oldest nolibc here, and it does not know powerpc.
    [("arm64", "6.1"), *((arch, release) for release in ("6.12", "newest") for arch in targets())],
)
def test_it_compiles(arch: str, release: str, tmp_path: Path) -> None:
    target = targets()[arch]
    needs_program("make", "make, or scripts/prepare-trees --compilers")
    needs_program(f"{target.machine.prefix}gcc", f"{target.machine.package}, or scripts/prepare-trees --compilers")
    known = find_tree(TREES[release]())
    assert known is not None
    place = Bench(known, target, tmp_path)
    # Nothing is changed, and make writes beside it alone.
    (tmp_path / "source").symlink_to(known.root)
    place.build.mkdir()
    program = place.first_process(str).read_bytes()
    assert program[:4] == b"\x7fELF"
    assert int.from_bytes(program[18:20], "little" if program[5] == 1 else "big") == ELF_MACHINES[arch]
