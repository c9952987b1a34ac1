"""How files are named for the user, and from the top of their tree again."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from gen.diagnostics import Diagnostic, Related, Span


@dataclass(frozen=True)
class Top:
    """A tree as the user sees it: what comes before a file's path, and the folder of the tree that the user is in."""

    prefix: str
    inside: str = ""

    @classmethod
    def found(cls, root: Path, typed: str) -> Top:
        """A tree that was found from what a user typed: by what of it leads to the tree, links and all.

        From inside of the tree its files are named from the working directory.
        """
        try:
            here = Path.cwd()
        except OSError:  # it was removed
            return cls(f"{root}/")
        if not here.is_relative_to(root):
            for folder in (Path(typed), *Path(typed).parents):
                if folder.resolve() == root and folder != root:
                    return cls(f"{folder}/")
        if here.is_relative_to(root):
            inside = here.relative_to(root).as_posix()
            return cls("" if inside == "." else f"{os.path.relpath(root)}/", "" if inside == "." else f"{inside}/")
        return cls(f"{os.path.relpath(root) if root.is_relative_to(here) else root}/")

    def shown(self, file: str) -> str:
        """A file of the tree as the user can open it."""
        if self.inside and file.startswith(self.inside):
            return file.removeprefix(self.inside)
        return self.prefix + file


@dataclass(frozen=True)
class Names:
    """The names of the files of one tree; `others` are files outside of it, such as specs, which stay as they are."""

    top: Top
    others: frozenset[str] = frozenset()

    def shown(self, file: str) -> str:
        """A file as the user can open it."""
        return file if file in self.others else self.top.shown(file)

    def diagnostic(self, found: Diagnostic) -> Diagnostic:
        """A finding whose places all have their shown names."""
        return replace(
            found, span=self._place(found.span), related=self._all(found.related), flow=self._all(found.flow)
        )

    def _place(self, span: Span) -> Span:
        return replace(span, file=self.shown(span.file))

    def _all(self, places: Iterable[Related]) -> tuple[Related, ...]:
        return tuple(replace(each, span=self._place(each.span)) for each in places)
