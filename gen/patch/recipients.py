"""Who a series goes to: who looks after its files, and after context tracking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gen.csource.tokens import decoded
from gen.kernel.tree import KernelTree, Unreadable
from gen.patch.maintainers import once, read_mailmap, read_maintainers, responsible
from gen.patch.tree_scripts import maintainers_said

CONTEXT_TRACKING = "kernel/context_tracking.c"
MAINTAINERS, MAILMAP = "MAINTAINERS", ".mailmap"


@dataclass(frozen=True)
class Recipients:
    """Addresses, those first who are nearest to the files; `problem` says why there are none."""

    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    problem: str = ""


def recipients(tree: KernelTree, files: Sequence[str]) -> Recipients:
    """To: the maintainers of the files that change; Cc: those of context tracking, reviewers, and the lists.

    MAINTAINERS and .mailmap are read, and nothing of the tree is run.
    """
    text = tree.read(MAINTAINERS)
    if isinstance(text, Unreadable):
        return Recipients(problem=f"{MAINTAINERS}: {text.reason.lower()}")
    entries = read_maintainers(decoded(text))
    mailmap = tree.read(MAILMAP)
    renamed = read_mailmap("" if isinstance(mailmap, Unreadable) else decoded(mailmap))
    own = [entry for file in files for entry in responsible(entries, file)]
    to = once(renamed.today(each) for entry in own for each in entry.maintainers)
    beside = [each for entry in own for each in (*entry.reviewers, *entry.lists)]
    for entry in responsible(entries, CONTEXT_TRACKING):
        beside += (*entry.maintainers, *entry.reviewers, *entry.lists)
    cc = once((*to, *map(renamed.today, beside)))[len(to) :]
    return Recipients(to, cc, "" if to or cc else f"{MAINTAINERS} has nobody for {', '.join(files)}")


def recipients_said(tree: KernelTree, files: Sequence[str]) -> Recipients:
    """The same as the tree's own get_maintainer.pl has it, which is run."""
    own, problem = maintainers_said(tree, files)
    others, _ = maintainers_said(tree, [CONTEXT_TRACKING])
    to = [address for address, role in own if role.startswith(("maintainer", "supporter"))]
    cc = [address for address, _ in (*own, *others) if address not in to]
    return Recipients(tuple(dict.fromkeys(to)), tuple(dict.fromkeys(cc)), problem)
