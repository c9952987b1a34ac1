"""What the recovery of entry code asks of a tree."""

from __future__ import annotations

from typing import Protocol

from gen.csource.outline import Outline


class Reader(Protocol):
    """Gives the files of a tree, named by their paths from its top."""

    def text(self, file: str) -> str | None:
        """The text of a file, None if it cannot be read."""

    def outline(self, file: str) -> Outline | None:
        """What a C file or header defines, None if it cannot be read."""

    def mentioning(self, folder: str, suffix: str, *names: str) -> tuple[str, ...]:
        """The files in a folder and below it with that ending that hold one of some names; without names all."""
