"""Which lines of a git checkout have changed since a revision, and which findings are about them.

git is asked for names and objects, and the working files are compared outside of the checkout: what compares them
there runs the filters that it configures, and writes its index.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gen.diagnostics import Diagnostic, Span
from gen.kernel.git import GitError, GitSilentError, run_git
from gen.kernel.git_objects import blobs, commit_of, contents, file_name
from gen.kernel.scratch import scratch_folder
from gen.kernel.tree import Unreadable, read_bytes

_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_DIFF = (
    "diff",
    "--no-index",
    "--text",
    "-U0",
    "-O/dev/null",
    "--inter-hunk-context=0",
    "--ignore-cr-at-eol",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-renames",
    "--dst-prefix=b/",
)
_AT_ONCE = 500
"""How many files one git is asked about: a command line has an end."""

MOST_COMPARED = 4 << 20
"""Bytes of a file that is compared with the commit's; of a larger one all lines count as new."""

MOST_HELD = 16 << 20
"""Bytes of old and new texts that are compared at once."""


@dataclass(frozen=True)
class Lines:
    """What changed in one file: the new lines, and after which lines something was taken away; `whole` means all."""

    added: frozenset[int] = frozenset()
    removed_after: frozenset[int] = frozenset()
    whole: bool = False


@dataclass(frozen=True)
class Since:
    """A checkout and the commit that its files are compared with."""

    top: Path
    commit: str

    @classmethod
    def of(cls, top: Path, base: str) -> Since:
        """A checkout and a revision of it; GitError."""
        return cls(top, commit_of(top, base))

    def lines(self, files: Iterable[str]) -> dict[str, Lines]:
        """The lines that are not in the commit of those of some files that have any, or have lost some; GitError.

        Files are named from the top. One that the commit does not have is all new, unless git is to ignore it and can
        tell so.
        """
        found: dict[str, Lines] = {}
        others: list[str] = []
        for some in _some_at_once(sorted(set(files))):
            objects = self._objects(some)
            others += (each for each in some if each not in objects)
            found |= self._compared(objects)
        try:
            known = [name for some in _some_at_once(others) for name in self._known(some, "--exclude-standard")]
        except GitSilentError:
            known = [name for some in _some_at_once(others) for name in self._known(some)]
        return found | dict.fromkeys(known, Lines(whole=True))

    def _objects(self, files: Sequence[str]) -> dict[str, tuple[str, int]]:
        """The objects that the commit has of some files, with their sizes."""
        return {each.file: (each.name, each.size) for each in blobs(self.top, self.commit, *files)}

    def _known(self, files: Sequence[str], *options: str) -> Iterator[str]:
        """Those of some files that git knows, or has nothing against."""
        listed = run_git(self.top, "ls-files", "--cached", "--others", *options, "-z", "--", *files)
        return (file_name(name) for name in listed.split(b"\0") if name)

    def _compared(self, objects: Mapping[str, tuple[str, int]]) -> dict[str, Lines]:
        """How some files differ from their objects; a large one that does is taken for new altogether."""
        found: dict[str, Lines] = {}
        waiting: dict[str, tuple[str, bytes]] = {}
        held = 0
        for name, (object_name, size) in objects.items():
            content = read_bytes(self.top / name)
            if isinstance(content, Unreadable):
                continue
            if max(size, len(content)) > MOST_COMPARED:
                found[name] = Lines(whole=True)
                continue
            if held > MOST_HELD:
                found |= self._compared_at_once(waiting)
                waiting, held = {}, 0
            waiting[name] = (object_name, content)
            held += size + len(content)
        return found | self._compared_at_once(waiting)

    def _compared_at_once(self, texts: Mapping[str, tuple[str, bytes]]) -> dict[str, Lines]:
        old = contents(self.top, (object_name for object_name, _ in texts.values()))
        both = ((name, before, content) for (name, (_, content)), before in zip(texts.items(), old, strict=True))
        pairs = [(name, before, content) for name, before, content in both if before != content]
        try:
            return _changes(pairs) if pairs else {}
        except OSError as error:
            raise GitError((error.strerror or str(error)).lower()) from error


def _some_at_once(files: Sequence[str]) -> Iterator[Sequence[str]]:
    return (files[begin : begin + _AT_ONCE] for begin in range(0, len(files), _AT_ONCE))


def _changes(pairs: Sequence[tuple[str, bytes, bytes]]) -> dict[str, Lines]:
    """How texts differ, by name; they are compared in a folder of their own, where no repository is."""
    with scratch_folder() as folder:
        for side in ("old", "new"):
            (folder / side).mkdir()
        for index, (_, old, new) in enumerate(pairs):
            (folder / "old" / str(index)).write_bytes(old)
            (folder / "new" / str(index)).write_bytes(new)
        diff = run_git(folder, *_DIFF, "old", "new", settings={"core.autocrlf": "false"}, good=(0, 1))
    return {pairs[index][0]: lines for index, lines in _parsed(diff)}


def _parsed(diff: bytes) -> Iterator[tuple[int, Lines]]:
    """The changes of each file of a diff, which is named by its number."""
    index = -1
    added: set[int] = set()
    removed: set[int] = set()
    for line in diff.split(b"\n"):
        if line.startswith(b"diff --git "):
            if index >= 0:
                yield index, Lines(frozenset(added), frozenset(removed))
            index, added, removed = int(line.rpartition(b"/")[2]), set(), set()
        elif match := _HUNK.match(line):
            start, count = int(match[2]), int(match[3] or 1)
            added.update(range(start, start + count))
            if count == 0:
                removed.add(start)
    if index >= 0:
        yield index, Lines(frozenset(added), frozenset(removed))


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
