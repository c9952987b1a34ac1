"""A file before and after."""

from __future__ import annotations

from dataclasses import dataclass

from gen.patch.edits import Edit, applied
from gen.patch.wrappers import Fold


@dataclass(frozen=True)
class Change:
    """A file with edits: `functions` are the changed ones, in order, `folds` those that took a wrapper's place."""

    file: str
    before: str
    edits: tuple[Edit, ...] = ()
    functions: tuple[str, ...] = ()
    folds: tuple[Fold, ...] = ()

    @property
    def after(self) -> str:
        """The text with the edits."""
        return applied(self.before, self.edits)
