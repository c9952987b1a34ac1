"""A checkout whose configuration, attributes, hooks and remotes name a program wherever git takes one."""

from __future__ import annotations

import subprocess
from pathlib import Path

HOOKS = (
    "applypatch-msg", "commit-msg", "fsmonitor-watchman", "post-applypatch", "post-checkout", "post-commit",
    "post-index-change", "post-merge", "post-receive", "post-rewrite", "post-update", "pre-applypatch",
    "pre-auto-gc", "pre-commit", "pre-merge-commit", "pre-push", "pre-rebase", "pre-receive", "prepare-commit-msg",
    "proc-receive", "push-to-checkout", "reference-transaction", "sendemail-validate", "update",
)  # fmt: skip
"""githooks(5) of git 2.39."""

SETTINGS = (
    "alias.cat-file", "alias.config", "alias.ls-files", "alias.ls-tree", "alias.rev-parse", "core.alternateRefsCommand",
    "core.askPass", "core.editor", "core.fsmonitor", "core.gitProxy", "core.pager", "core.sshCommand",
    "credential.helper", "diff.external", "diff.x.command", "diff.x.textconv", "filter.x.clean", "filter.x.process",
    "filter.x.smudge", "gpg.openpgp.program", "gpg.program", "gpg.ssh.defaultKeyCommand", "gpg.ssh.program",
    "gpg.x509.program", "interactive.diffFilter", "merge.x.driver", "pager.cat-file", "pager.config", "pager.ls-files",
    "pager.ls-tree", "pager.rev-parse", "remote.origin.receivepack", "remote.origin.uploadpack",
    "sendemail.sendmailCmd", "sequence.editor", "trailer.x.cmd", "trailer.x.command", "uploadpack.packObjectsHook",
)  # fmt: skip
"""The settings of git-config(1) of git 2.39 that name programs which git could run in what is asked of a checkout."""


def hostile(root: Path) -> Path:
    """Makes a checkout hostile: whatever it has git run leaves the file that is given back, as do its transports."""
    marker, program = root.parent / "ran", root.parent / "program"
    program.write_text(f'#!/bin/sh\necho "$0 $*" >>{marker}\nexit 0\n', encoding="ascii")
    program.chmod(0o755)
    hooks = root.parent / "hooks"
    for folder in (hooks, root / ".git/hooks"):
        folder.mkdir(exist_ok=True)
        for name in HOOKS:
            (folder / name).unlink(missing_ok=True)
            (folder / name).symlink_to(program)
    (root / ".git/info").mkdir(exist_ok=True)
    attributes = "* filter=x diff=x merge=x\n"
    (root / ".git/info/attributes").write_text(attributes, encoding="ascii")
    (root / ".gitattributes").write_text(attributes, encoding="ascii")
    bare = root / "arch" / "embedded.git"
    _git(root, "init", "-q", "--bare", str(bare))
    for key in SETTINGS:
        value = f"!{program}" if key.startswith("alias.") else str(program)
        for config in (root / ".git/config", bare / "config"):
            _git(root, "config", "--file", str(config), key, value)
    _git(root, "config", "core.hooksPath", str(hooks))
    _git(root, "config", "protocol.ext.allow", "always")
    _git(root, "config", "remote.origin.url", f"ext::{program} %S")
    _git(root, "config", "remote.origin.promisor", "true")
    _git(root, "config", "core.repositoryFormatVersion", "1")
    _git(root, "config", "extensions.partialClone", "origin")
    marker.unlink(missing_ok=True)
    return marker


def forget(root: Path, revision_and_file: str) -> None:
    """Takes an object out of a checkout, as in a partial clone."""
    name = _git(root, "rev-parse", revision_and_file).decode().strip()
    (root / ".git/objects" / name[:2] / name[2:]).unlink()


def _git(root: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True).stdout
