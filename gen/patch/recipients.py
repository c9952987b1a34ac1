"""Who a series goes to: what the tree's own get_maintainer.pl says of its files, and of context tracking."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gen.kernel.tree import KernelTree
from gen.patch.scratch import plain_environment

CONTEXT_TRACKING = "kernel/context_tracking.c"
SCRIPT = "scripts/get_maintainer.pl"
_OPTIONS = ("--no-git", "--no-git-fallback", "--no-keywords", "--roles", "--no-rolestats")
_LINE = re.compile(r'((?:"[^"]*"\s+|[^"<]*)<[^<>]+>|[^\s<>"]+)\s+\((.*)\)\s*')
"""An address, and in parentheses the role; both a quoted name and a role may have more parentheses in them."""


@dataclass(frozen=True)
class Recipients:
    """Addresses in the order of the script; `problem` says why there are none."""

    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    problem: str = ""


def recipients(tree: KernelTree, files: Sequence[str]) -> Recipients:
    """To: the maintainers of the files that change; Cc: those of context tracking, reviewers, and the lists."""
    own, problem = _asked(tree, files)
    others, _ = _asked(tree, [CONTEXT_TRACKING])
    to = [address for address, role in own if role.startswith(("maintainer", "supporter"))]
    cc = [address for address, _ in (*own, *others) if address not in to]
    return Recipients(tuple(dict.fromkeys(to)), tuple(dict.fromkeys(cc)), problem)


def _asked(tree: KernelTree, files: Sequence[str]) -> tuple[list[tuple[str, str]], str]:
    if not (tree.root / SCRIPT).is_file():
        return [], f"the tree has no {SCRIPT}"
    try:
        done = subprocess.run(  # noqa: S603, a list of arguments without a shell
            ["perl", SCRIPT, *_OPTIONS, "-f", "--", *sorted(files)],  # noqa: S607, perl is the user's own
            cwd=tree.root,
            env=plain_environment(Path(os.devnull)),  # it reads a file in the user's home
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
    except OSError:
        return [], f"{SCRIPT}: perl is not there"
    except subprocess.TimeoutExpired:
        return [], f"{SCRIPT}: it does not come to an end"
    if done.returncode:
        return [], f"{SCRIPT}: {(done.stderr.decode(errors='replace').strip().splitlines() or ['it failed'])[0]}"
    lines = done.stdout.decode(errors="replace").splitlines()
    found = [(match[1], match[2]) for line in lines if (match := _LINE.fullmatch(line))]
    return found, ""
