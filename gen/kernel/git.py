"""Starts git, for all of gen: nothing that a repository names is run, and nothing is written into it.

A checkout may be a stranger's, and git takes names of programs from it: hooks, filters, monitors, diff drivers,
transports. So a repository that gen did not make is asked for objects and names only, which no filter touches; the
working files are read by gen. Beside that, each setting by which git could run something there is overridden here, no
transport is allowed, and git is given up after a while: a repository can also name a file that never ends.

Reference: git-config(1), gitattributes(5), githooks(5), gitprotocol-common(5).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from gen.kernel.bounded import TooMuchError, run_bounded

SECONDS = 60
"""How long one question to git may take."""

MOST_SAID = 64 << 20
"""Bytes that it may answer; what a revision of Linux has of files are 8 MiB."""

SETTINGS = {
    "core.alternateRefsCommand": "",
    "core.askPass": "",
    "core.attributesFile": "/dev/null",
    "core.editor": "false",
    "core.fsmonitor": "false",
    "core.gitProxy": "",
    "core.hooksPath": "/dev/null",
    "core.pager": "cat",
    "core.sshCommand": "false",
    "core.untrackedCache": "false",
    "credential.helper": "",
    "diff.external": "",
    "gpg.program": "false",
    "log.showSignature": "false",
    "protocol.allow": "never",
    "safe.bareRepository": "explicit",
    "submodule.recurse": "false",
}
"""What is said to git on its command line, which counts before all that is configured anywhere."""

_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_KEPT = frozenset({"GIT_CEILING_DIRECTORIES", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_SYSTEM"})
"""The variables of git that count: the others name programs, or lead to another repository."""


class GitError(Exception):
    """What git said when it could not answer."""

    @property
    def short(self) -> str:
        """The same in one line."""
        lines = [line for line in str(self).split("\n") if not line.startswith("warning: ")]
        return lines[0].removeprefix("fatal: ").removeprefix("error: ") if lines else str(self).split("\n")[0]


class GitSilentError(GitError):
    """git did not answer in time."""


def run_git(
    folder: Path,
    *arguments: str,
    text: bytes = b"",
    environment: Mapping[str, str] | None = None,
    settings: Mapping[str, str] | None = None,
    good: Sequence[int] = (0,),
) -> bytes:
    """What git prints in a folder; GitError if its exit status is none of the `good` ones or it is silent.

    `environment` stands for the user's own, and `settings` are added to those above.
    """
    configured = [part for key, value in {**SETTINGS, **(settings or {})}.items() for part in ("-c", f"{key}={value}")]
    command = ["git", "--no-pager", "--literal-pathspecs", *configured, *arguments]
    around = {**(_users() if environment is None else environment), **_ENVIRONMENT}
    try:
        done = run_bounded(command, folder, around, text, seconds=SECONDS, most=MOST_SAID)
    except TimeoutError as error:
        raise GitSilentError(f"git {arguments[0]} does not answer within {SECONDS} s") from error
    except TooMuchError as error:
        raise GitError(f"git {arguments[0]} says more than {MOST_SAID >> 20} MiB") from error
    except OSError as error:
        raise GitError(f"git: {(error.strerror or str(error)).lower()}") from error
    if done.code not in good:
        said = (done.errors or done.out).decode(errors="replace").strip()
        raise GitError(said or f"git {arguments[0]} exits with {done.code}")
    return done.out


def _users() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT}
