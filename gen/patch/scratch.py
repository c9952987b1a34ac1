"""Git in a scratch folder, where nothing of the user's configuration counts.

A series becomes mail in one repository and is applied in another, so what is checked is what is sent. Nothing here
touches the tree: the repositories hold the files that change, and no other.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gen.kernel.git import GitError, run_git

_ROLES = ("AUTHOR", "COMMITTER")
_SETTINGS = {
    "core.autocrlf": "false",
    "core.eol": "lf",
    "core.safecrlf": "false",
    "commit.gpgSign": "false",
    "init.defaultBranch": "main",
}


def plain_environment(home: Path) -> dict[str, str]:
    """What a program has around it in which nothing is the user's own but where programs and scratch files are."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    return {**kept, "HOME": str(home), "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Author:
    """Who a series is from, as git knows it."""

    name: str
    email: str

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


@dataclass(frozen=True)
class Repository:
    """A git repository in a folder of its own; `date` (seconds since the epoch) is that of every commit."""

    folder: Path
    author: Author
    date: int

    def git(self, *arguments: str, text: bytes = b"") -> bytes:
        """Runs git and gives what it prints; GitError."""
        return run_git(self.folder, *arguments, text=text, environment=self._environment(), settings=_SETTINGS)

    def _environment(self) -> dict[str, str]:
        date = f"@{self.date} +0000"  # without the sign git takes small numbers for years
        return {
            **plain_environment(self.folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_CEILING_DIRECTORIES": str(self.folder.parent),
            **{f"GIT_{role}_NAME": self.author.name for role in _ROLES},
            **{f"GIT_{role}_EMAIL": self.author.email for role in _ROLES},
            **{f"GIT_{role}_DATE": date for role in _ROLES},
        }

    def begin(self, files: Mapping[str, bytes]) -> None:
        """Makes the repository with a first commit of some files."""
        self.folder.mkdir(parents=True)
        self.git("init", "-q")
        self.write(files)
        self.commit("base")

    def write(self, files: Mapping[str, bytes]) -> None:
        """Writes files into the working tree."""
        for name, content in files.items():
            place = self.folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)

    def commit(self, message: str) -> None:
        """Commits everything."""
        self.git("add", "-A", "-f")
        self.git(
            "commit",
            "-q",
            "--allow-empty",
            "--no-verify",
            "--cleanup=verbatim",
            "-F",
            "-",
            text=message.encode(errors="backslashreplace"),
        )

    def read(self, names: Sequence[str]) -> dict[str, bytes]:
        """Some files of the working tree; those that are not there are left out."""
        return {name: (self.folder / name).read_bytes() for name in names if (self.folder / name).is_file()}


def configured_author() -> Author | None:
    """Who the user says to be: GIT_AUTHOR_NAME and GIT_AUTHOR_EMAIL, else git's user.name and user.email."""
    values = []
    for variable, key in (("GIT_AUTHOR_NAME", "user.name"), ("GIT_AUTHOR_EMAIL", "user.email")):
        value = os.environ.get(variable, "") or _configured(key)
        if not value.isprintable() or not value or any(char in value for char in "<>"):
            return None
        values.append(value)
    return Author(*values)


def _configured(key: str) -> str:
    try:
        return run_git(Path(), "config", "--get", key).decode(errors="replace").strip()
    except GitError:
        return ""
