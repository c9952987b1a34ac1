"""Which lines of a git checkout have changed since a revision, and which findings are about them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gen.diagnostics import Diagnostic, Span

_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_PLAIN = ("--no-pager", "-c", "core.fsmonitor=false")  # no program that a repository names
_DIFF = (
    "diff",
    "-U0",
    "-O/dev/null",
    "--inter-hunk-context=0",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-renames",
    "--dst-prefix=b/",
    "--relative",
)


class GitError(Exception):
    """What git said when it could not answer."""


@dataclass(frozen=True)
class Lines:
    """What changed in one file: the new lines, and after which lines something was taken away; `whole` means all."""

    added: frozenset[int] = frozenset()
    removed_after: frozenset[int] = frozenset()
    whole: bool = False


def changed_lines(top: Path, base: str) -> dict[str, Lines]:
    """The lines of the working tree that are not in `base`, by file from the top; GitError."""
    revision = _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}^{{commit}}").decode().strip()
    found = dict(_parsed(_git(top, *_DIFF, revision, "--", ".")))
    untracked = _git(top, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")
    found |= {name.decode(errors="surrogateescape"): Lines(whole=True) for name in untracked.split(b"\0") if name}
    return found


def _git(top: Path, *arguments: str) -> bytes:
    command = ["git", *_PLAIN, "-C", str(top), *arguments]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)  # noqa: S603, no shell
    except OSError as error:
        raise GitError(f"git: {(error.strerror or str(error)).lower()}") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().split("\n")[0]
        raise GitError(said.removeprefix("fatal: ") or "no such revision")
    return done.stdout


def _parsed(diff: bytes) -> Iterator[tuple[str, Lines]]:
    name = ""
    added: set[int] = set()
    removed: set[int] = set()
    for line in diff.split(b"\n"):
        if line.startswith(b"diff --git "):
            if name:
                yield name, Lines(frozenset(added), frozenset(removed))
            name, added, removed = "", set(), set()
        elif line.startswith((b"+++ b/", b'+++ "b/')) and not added and not removed:
            name = _unquoted(line[len(b"+++ ") :]).removeprefix(b"b/").decode(errors="surrogateescape")
        elif match := _HUNK.match(line):
            start, count = int(match[2]), int(match[3] or 1)
            added.update(range(start, start + count))
            if count == 0:
                removed.add(start)
    if name:
        yield name, Lines(frozenset(added), frozenset(removed))


_ESCAPED = re.compile(rb"\\([0-7]{3}|.)")
_LETTERS = dict(zip(b"abtnvfr", b"\a\b\t\n\v\f\r", strict=True))


def _unquoted(name: bytes) -> bytes:
    """A name as git writes it, in quotes where it has any, a backslash or a control character in it."""
    if not name.startswith(b'"'):
        return name.rstrip(b"\t")  # stands behind a name with a blank
    return _ESCAPED.sub(lambda match: _unescaped(match[1]), name[1:-1])


def _unescaped(text: bytes) -> bytes:
    return bytes([int(text, 8) if len(text) > 1 else _LETTERS.get(text[0], text[0])])


def is_about(found: Diagnostic, changed: Mapping[str, Lines]) -> bool:
    """Whether a finding is about a changed line: its own, one that it names, or one that is gone from between them."""
    spans = [found.span, *(each.span for each in (*found.related, *found.flow))]
    return any(_is_changed(span, changed) for span in spans) or _is_between(found.span.file, spans, changed)


def _is_changed(span: Span, changed: Mapping[str, Lines]) -> bool:
    lines = changed.get(span.file)
    return lines is not None and (lines.whole or span.line in lines.added)


def _is_between(file: str, spans: list[Span], changed: Mapping[str, Lines]) -> bool:
    lines = changed.get(file)
    own = [span.line for span in spans if span.file == file]
    return lines is not None and any(min(own) <= line < max(own) for line in lines.removed_after)
