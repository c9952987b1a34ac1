"""What an earlier run found in a part of a tree, given again as long as nothing that it came from has changed.

What it came from is in the key, or was asked of the tree: gen itself, the spec, what is linted, and the answers.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

import gen
from gen.kernel.remembered import Remembered, digest
from gen.lint.inquiry import Inquiry


class HasData(Protocol):
    """What can be kept."""

    def data(self) -> dict[str, Any]:
        """All of it, for JSON."""
        ...


T = TypeVar("T", bound=HasData)

KEPT = 200
"""Files that are kept, one for each part; a tree has about 22, of 30 KB on average."""


@cache
def code() -> str:
    """What tells one state of gen's own code from another: what stat says of its files."""
    found = []
    for folder, folders, files in os.walk(Path(gen.__file__).parent):
        folders.sort()
        for name in sorted(files):
            if not name.endswith(".pyc"):
                stat = Path(folder, name).stat()
                found.append((folder, name, stat.st_size, stat.st_mtime_ns))
    return digest(ascii((gen.__version__, found)).encode())


def remembered(folder: Path, key: object, inquiry: Inquiry, work: Callable[[], T], of: Callable[[Any], T]) -> T:
    """What `work` gives, which asks the tree by `inquiry` alone, or what it gave when everything was the same.

    `of` makes it again of its data(), which JSON can hold; what `of` says of other data is TypeError, KeyError,
    ValueError or AttributeError.
    """
    file = Remembered(folder, ascii((code(), key)), KEPT)
    said = file.load()
    try:
        asked = [(tuple(question), answer) for *question, answer in said["asked"]]
        if Inquiry(inquiry.tree).is_answered(asked):
            return of(said["found"])
    except (KeyError, TypeError, ValueError, AttributeError):
        pass
    found = work()
    file.save(asked=[[*question, answer] for question, answer in inquiry.asked.items()], found=found.data())
    return found
