"""What is linted: which part of a tree, and which findings lie in it."""

from __future__ import annotations

from dataclasses import dataclass


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
        """Whether any part of an architecture may be in it."""
        folder = f"arch/{arch}"
        return any(_is_in(folder, path) or _is_in(path, folder) for path in self.paths)


def _is_in(file: str, path: str) -> bool:
    return not path or file == path or file.startswith(f"{path}/")
