"""A series for review as facts: patches with their changes and words, before any of it is mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gen.csource.tokens import decoded


@dataclass(frozen=True)
class Reason:
    """Why a stretch of a file changes: its first line before the change, and the reason as a reviewer reads it."""

    line: int
    why: str


@dataclass(frozen=True)
class FileChange:
    """One file of one patch: its path from the top of the tree, its bytes before (None: it is new) and after."""

    path: str
    before: bytes | None
    after: bytes
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Patch:
    """One patch: a summary of at most 70 characters with its prefix, paragraphs, trailers, and what it changes."""

    summary: str
    body: tuple[str, ...]
    changes: tuple[FileChange, ...]
    trailers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Series:
    """Patches in the order in which they apply, and the cover letter's own words.

    `name` says what it is, in a slug that goes into the change-id; `rfc` that it asks for comments and not to be
    applied, with `doubts` as the reasons. A single patch has no cover letter: what one would say is below its `---`.
    """

    name: str
    summary: str
    purpose: tuple[str, ...]
    patches: tuple[Patch, ...]
    doubts: tuple[str, ...] = ()
    rfc: bool = False

    @property
    def is_single(self) -> bool:
        """Whether it is one mail."""
        return len(self.patches) == 1

    @property
    def before(self) -> Mapping[str, bytes]:
        """Every file that is changed, as it is in the tree; those that are new are left out."""
        found: dict[str, bytes] = {}
        for change in (each for patch in self.patches for each in patch.changes):
            if change.before is not None:
                found.setdefault(change.path, change.before)
        return found

    @property
    def after(self) -> Mapping[str, bytes]:
        """Every file that is changed, as the last patch leaves it."""
        return {change.path: change.after for patch in self.patches for change in patch.changes}


def reencoded(text: str, like: bytes) -> bytes:
    """A text as bytes in the encoding that `tokens.decoded` has found for the bytes it comes from."""
    try:
        like.decode("utf-8")
    except UnicodeDecodeError:
        return text.encode("latin-1")
    return text.encode("utf-8")


__all__ = ["FileChange", "Patch", "Reason", "Series", "decoded", "reencoded"]
