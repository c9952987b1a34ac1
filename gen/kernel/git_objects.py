"""The objects of a git repository: what a revision has of which files, and their contents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gen.kernel.git import GitError, run_git

_PLAIN = frozenset({b"100644", b"100755"})


@dataclass(frozen=True)
class Blob:
    """A file of a revision by its path from the top; of one that a partial clone lacks no size is known, which is 0.

    One that is not `plain` is a symbolic link.
    """

    file: str
    name: str
    size: int
    plain: bool


def commit_of(top: Path, revision: str) -> str:
    """The name of the commit that a revision means; GitError."""
    try:
        said = run_git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except GitError as error:
        first = str(error).split("\n")[0].removeprefix("fatal: ")
        raise GitError("no such revision" if first.startswith("git rev-parse exits") else first) from error
    return said.decode().strip()


def blobs(top: Path, commit: str, *files: str) -> Iterator[Blob]:
    """The files of a commit, or those of some names that it has; GitError."""
    which = (commit, "--", *files) if files else ("-r", "--full-tree", commit)
    listed = run_git(top, "ls-tree", "-z", "--long", *which)
    for entry in filter(None, listed.split(b"\0")):
        said, _, file = entry.partition(b"\t")
        mode, kind, name, size = said.split()
        if kind == b"blob":
            yield Blob(file_name(file), name.decode(), int(size) if size.isdigit() else 0, mode in _PLAIN)


def contents(top: Path, names: Iterable[str]) -> Iterator[bytes]:
    """The contents of some objects, in their order; GitError if the repository lacks one, as a partial clone may."""
    asked = "".join(f"{name}\n" for name in names).encode()
    batch = run_git(top, "cat-file", "--batch", text=asked) if asked else b""
    at = 0
    while at < len(batch):
        end = batch.index(b"\n", at)
        words = batch[at:end].split()
        if len(words) != 3:
            raise GitError(f"the repository does not have {batch[at:end].decode(errors='replace')}")
        size = int(words[2])
        yield batch[end + 1 : end + 1 + size]
        at = end + 1 + size + 1


def file_name(name: bytes) -> str:
    """A name of git as Python has it."""
    return name.decode(errors="surrogateescape")
