"""The tree's own scripts, which are code of whoever made the tree: run only where `--run-tree-scripts` asks for it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from gen.kernel.tree import KernelTree
from gen.patch.scratch import plain_environment

CHECKPATCH = "scripts/checkpatch.pl"
GET_MAINTAINER = "scripts/get_maintainer.pl"
_CHECKPATCH_OPTIONS = ("--strict", "--terse", "--no-summary", "--show-types", "--color=never")
_MAINTAINER_OPTIONS = ("--no-git", "--no-git-fallback", "--no-keywords", "--roles", "--no-rolestats")
_LINE = re.compile(r'((?:"[^"]*"\s+|[^"<]*)<[^<>]+>|[^\s<>"]+)\s+\((.*)\)\s*')
"""An address, and in parentheses the role; both a quoted name and a role may have more parentheses in them."""


def can_check(tree: KernelTree) -> bool:
    """Whether the tree has a checkpatch.pl, and the machine something to run it with."""
    return (tree.root / CHECKPATCH).is_file() and shutil.which("perl") is not None


def checkpatched(
    tree: KernelTree, patches: Mapping[str, bytes], folder: Path, ignored: Sequence[str]
) -> tuple[str, ...]:
    """What the tree's checkpatch.pl --strict objects to in some patches by name, in its words."""
    place = folder / "checkpatch"
    place.mkdir()
    for name, mail in patches.items():
        (place / name).write_bytes(mail)
    ignoring = [f"--ignore={','.join(ignored)}"] if ignored else []
    options = (*_CHECKPATCH_OPTIONS, *ignoring, f"--root={tree.root}")
    done, problem = _run(str(tree.root / CHECKPATCH), (*options, *patches), place, place, 300)
    if done is None:
        return (f"checkpatch.pl: {problem}",)
    said = tuple(line for line in done.stdout.decode(errors="replace").splitlines() if line.strip())
    if done.returncode and not said:
        return (f"checkpatch.pl: {_last_words(done, f'it exits with {done.returncode}')}",)
    return said


def maintainers_said(tree: KernelTree, files: Sequence[str]) -> tuple[list[tuple[str, str]], str]:
    """Addresses and roles that get_maintainer.pl has for some files, in its order; else why there are none."""
    if not (tree.root / GET_MAINTAINER).is_file():
        return [], f"the tree has no {GET_MAINTAINER}"
    options = (*_MAINTAINER_OPTIONS, "-f", "--", *sorted(files))
    # It reads a file in the user's home.
    done, problem = _run(GET_MAINTAINER, options, tree.root, Path(os.devnull), 60)
    if done is None or done.returncode:
        return [], f"{GET_MAINTAINER}: {problem if done is None else _last_words(done, 'it failed')}"
    lines = done.stdout.decode(errors="replace").splitlines()
    return [(match[1], match[2]) for line in lines if (match := _LINE.fullmatch(line))], ""


def _run(
    script: str, options: Sequence[str], folder: Path, home: Path, seconds: int
) -> tuple[subprocess.CompletedProcess[bytes] | None, str]:
    try:
        done = subprocess.run(  # noqa: S603, a list of arguments without a shell
            ["perl", script, *options],  # noqa: S607, perl is the user's own
            cwd=folder,
            env=plain_environment(home),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except FileNotFoundError:
        return None, "perl is not there"
    except OSError as error:
        return None, (error.strerror or str(error)).lower()
    except subprocess.TimeoutExpired:
        return None, "it does not come to an end"
    return done, ""


def _last_words(done: subprocess.CompletedProcess[bytes], otherwise: str) -> str:
    return (done.stderr.decode(errors="replace").strip().splitlines() or [otherwise])[0]
