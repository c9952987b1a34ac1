"""What is linted: which part of a tree, and which findings lie in it."""

from __future__ import annotations

import os
from dataclasses import dataclass

from gen.kernel.features import CONTEXT_TRACKING
from gen.kernel.tree import KernelTree, folders, is_source


@dataclass(frozen=True)
class Scope:
    """A part of a tree: paths from its top, "" for all of it."""

    paths: tuple[str, ...] = ("",)

    def covers(self, file: str) -> bool:
        """Whether a file of the tree is in it."""
        return any(_is_in(file, path) for path in self.paths)

    def covers_architecture(self, arch: str) -> bool:
        """Whether all of an architecture is in it, so that it is judged as a whole."""
        return self.covers(f"arch/{arch}")

    def touches(self, arch: str) -> bool:
        """Whether any part of an architecture may be in it, its row in the features table too."""
        folder = f"arch/{arch}"
        return self.covers(CONTEXT_TRACKING) or any(_is_in(folder, path) or _is_in(path, folder) for path in self.paths)


def has_source(tree: KernelTree, path: str) -> bool:
    """Whether there is anything to lint in a path of a tree."""
    if Scope((path,)).covers(CONTEXT_TRACKING):
        return True
    if (tree.root / path).is_dir():
        return any(folder.entries for folder in folders(os.fspath(tree.root), path))
    return is_source(path.rpartition("/")[2])


def _is_in(file: str, path: str) -> bool:
    return not path or file == path or file.startswith(f"{path}/")
