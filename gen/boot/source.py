"""A copy of a kernel tree to build in, which looks like the tree with some files changed, and does not touch it.

Its folders are folders and its files links, so that `#include "../x.h"` finds what was changed, and building again
makes only what the tree or the changes have made stale.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

_NOT_COPIED = frozenset({".git"})


def bring_up_to_date(copy: Path, tree: Path, changed: Mapping[str, bytes | None]) -> None:
    """Makes `copy` look like `tree` but for `changed`: the content of files by path, None for one that is not there.

    A file that was ever changed stays a file of its own: a link back to the tree's would be older than what was made
    of the change, and make would keep that.
    """
    copy.mkdir(parents=True, exist_ok=True)
    wanted = set(_files(tree))
    for path in set(_files(copy)) - wanted - changed.keys():
        (copy / path).unlink()
    for path in wanted - changed.keys():
        place = copy / path
        if not os.path.lexists(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(tree / path)
        elif not place.is_symlink():
            _write(place, (tree / path).read_bytes())
    for path, content in changed.items():
        _write(copy / path, content)


def _files(top: Path) -> Iterator[str]:
    """The paths of everything below a folder that is no folder."""
    waiting = [""]
    while waiting:
        below = waiting.pop()
        with os.scandir(top / below) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in _NOT_COPIED:
                        waiting.append(f"{below}{entry.name}/")
                else:
                    yield below + entry.name


def _write(place: Path, content: bytes | None) -> None:
    if content is None:
        place.unlink(missing_ok=True)
        return
    if place.is_file() and not place.is_symlink() and place.read_bytes() == content:
        return
    place.unlink(missing_ok=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
