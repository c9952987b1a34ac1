"""Small made-up kernel trees."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gen.kernel.kconfig import Kconfig, KconfigReader
from gen.kernel.tree import KernelTree, find_tree

MAKEFILE = "# SPDX\nVERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\nEXTRAVERSION =\nNAME = Test\n"


def made(top: Path, files: Mapping[str, str | bytes]) -> KernelTree:
    """A tree of Linux 6.12.3 with these files in it, and arch/toy if they bring no architecture."""
    for name, content in {"Makefile": MAKEFILE, "Kconfig": "", "arch/toy/Kconfig": "", **files}.items():
        place = top / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
    tree = find_tree(top)
    assert tree is not None
    return tree


def read(top: Path, text: str | bytes, **more: str | bytes) -> Kconfig:
    """What arch/toy/Kconfig with this text says for `toy`; `more` are other files, `__` for a slash in their names."""
    others = {name.replace("__", "/"): content for name, content in more.items()}
    return KconfigReader(made(top, {"arch/toy/Kconfig": text, **others})).read("toy", "arch/toy/Kconfig")


def problems(kconfig: Kconfig) -> list[str]:
    """Where something was not understood: file:line:column."""
    return [str(problem.span) for problem in kconfig.not_understood]
