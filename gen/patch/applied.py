"""A series of patches as the files that it leaves: what `git am` makes of the tree's own, in a scratch repository."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from gen.kernel.git import GitError
from gen.kernel.scratch import scratch_folder
from gen.kernel.tree import KernelTree, Unreadable, read_bytes
from gen.patch.scratch import Author, Repository

_FILE = re.compile(rb"^(?:diff --git a/\S+ b/|--- a/|\+\+\+ b/|rename from |copy from )(\S+)", re.MULTILINE)
_QUOTED = re.compile(rb'^diff --git .*"', re.MULTILINE)

MOST_MAIL = 64 << 20
"""Bytes of all patches of a series; the largest of a release have 1 MiB."""

_DATE = 1_600_000_000
"""Of commits that nobody sees."""


class SeriesError(Exception):
    """Why a folder is no series for this tree."""


def files_after(folder: Path, tree: KernelTree) -> dict[str, bytes | None]:
    """What the patches of a folder leave of each file they name: its content, None if it is gone. SeriesError."""
    if not folder.is_dir():
        raise SeriesError(f"{folder} is not a folder of patches")
    mails = _mails(folder)
    # A cover letter has nothing to apply.
    patches = {name: mail for name, mail in mails.items() if _FILE.search(mail)}
    if not patches:
        raise SeriesError(f"{folder} has no patch: no *.patch with a diff is there")
    files = sorted({name.decode(errors="replace") for mail in patches.values() for name in _FILE.findall(mail)})
    before = {file: content for file in files if isinstance(content := tree.read(file), bytes)}
    with scratch_folder() as place:
        repository = Repository(place / "series", Author("gen", "gen@localhost"), _DATE)
        repository.begin(before)
        for name, mail in patches.items():
            _apply(repository, name, mail)
        after = repository.read(files)
    return _changed(files, before, after)


def _mails(folder: Path) -> dict[str, bytes]:
    """The patches by name, in their order."""
    mails: dict[str, bytes] = {}
    size = 0
    for path in sorted(folder.glob("*.patch")):
        content = read_bytes(path)
        if isinstance(content, Unreadable):
            raise SeriesError(f"{path} cannot be read: {content.reason[:1].lower()}{content.reason[1:]}")
        if _QUOTED.search(content):
            raise SeriesError(f"{path.name} has a file with a name in quotes, as no file of a kernel has")
        size += len(content)
        if size > MOST_MAIL:
            raise SeriesError(f"the patches of {folder} have more than {MOST_MAIL >> 20} MiB")
        mails[path.name] = content
    return mails


def _apply(repository: Repository, name: str, mail: bytes) -> None:
    try:
        repository.git("am", "-q", "--keep-cr", "--no-gpg-sign", "-", text=mail)
    except GitError as error:
        why = next((line for line in str(error).splitlines() if line.startswith("error: ")), str(error).split("\n")[0])
        raise SeriesError(f"{name} does not apply to this tree: {why.removeprefix('error: ')}") from error


def _changed(files: list[str], before: Mapping[str, bytes], after: Mapping[str, bytes]) -> dict[str, bytes | None]:
    return {file: after.get(file) for file in files if after.get(file) != before.get(file)}
