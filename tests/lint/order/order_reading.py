"""The paths of a spec read back from files that a test has."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from gen.csource.outline import Outline, read_outline
from gen.csource.tokens import Source
from gen.lint.order.entries import EntryReading
from gen.lint.order.reading import reading_of
from gen.model.release import Release
from gen.recover.known import known
from gen.recover.recover import recover
from gen.spec.archspec import ArchSpec

Mentioning = Callable[[str, str, tuple[str, ...]], tuple[str, ...]]
"""The files in a folder with an ending that hold one of some names."""


@dataclass(frozen=True)
class Files:
    """Files by their names; unless a test says it nobody knows which there are."""

    read: Callable[[str], str | None]
    searched: Mentioning = lambda _folder, _suffix, _names: ()

    def text(self, file: str) -> str | None:
        """The text of a file, None if there is none."""
        return self.read(file)

    def outline(self, file: str) -> Outline | None:
        """What it defines."""
        text = self.read(file)
        return None if text is None else read_outline(Source(text))

    def mentioning(self, folder: str, suffix: str, *names: str) -> tuple[str, ...]:
        """The files in a folder with an ending that hold one of some names."""
        return self.searched(folder, suffix, names)


def read_entries(spec: ArchSpec, release: Release, files: Files, noreturn: Collection[str]) -> EntryReading:
    """Reads every path of a spec back from some files."""
    return reading_of(spec, recover(known(spec.arch, spec, release), (), release, files, noreturn))
