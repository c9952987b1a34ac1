"""What a series applies to, and the time that its mails carry."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from gen.kernel.git import GitError, run_git
from gen.kernel.tree import KernelTree
from gen.patch.series import Series

LATEST = 4_102_444_799
"""The last second that git am takes: the end of 2099."""


def date_of(top: Path) -> int:
    """The time that mails carry: SOURCE_DATE_EPOCH, else when the tree's Makefile was written, which tar keeps."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    date = int(given) if re.fullmatch("[0-9]{1,12}", given) else int((top / "Makefile").stat().st_mtime)
    return min(max(date, 0), LATEST)


def base_of(tree: KernelTree, series: Series) -> Iterator[str]:
    """What a series applies to: a commit where git has the files as they are, else the release and their hashes."""
    blobs = {path: _blob(content) for path, content in sorted(series.before.items())}
    commit = _head(tree.root, blobs) if tree.checkout else ""
    if commit:
        yield f"base-commit: {commit}"
        return
    yield f"base: Linux {tree.version}"
    yield from (f"base-blob: {blob} {path}" for path, blob in blobs.items())


def _blob(content: bytes) -> str:
    """What git calls a file of this content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _head(top: Path, blobs: Mapping[str, str]) -> str:
    """The commit that is checked out, if it has these files; nothing otherwise."""
    try:
        said = run_git(top, "rev-parse", "HEAD", *(f"HEAD:{path}" for path in blobs))
    except GitError:
        return ""
    head, *objects = said.decode(errors="replace").split()
    return head if objects == list(blobs.values()) else ""
