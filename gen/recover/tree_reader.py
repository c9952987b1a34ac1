"""Reads a kernel tree for the recovery of entry code: each file once, as the tree's overlay has it."""

from __future__ import annotations

from gen.csource.outline import Outline, read_outline
from gen.csource.tokens import Source, decoded
from gen.kernel.search import scan
from gen.kernel.tree import MOST_CODE, MOST_TEXT, KernelTree, Unreadable, files_below, too_much_code, too_much_text


class TreeReader:
    """A Reader of one tree; `unread` has why files are not read, by name."""

    def __init__(self, tree: KernelTree) -> None:
        self._tree = tree
        self._texts: dict[str, str | None] = {}
        self._outlines: dict[str, Outline | None] = {}
        self._listed: dict[str, tuple[str, ...]] = {}
        self._left, self._code_left = MOST_TEXT, MOST_CODE
        self.unread: dict[str, str] = {}

    def text(self, file: str) -> str | None:
        """The text of a file, None if it cannot be read."""
        if file not in self._texts:
            content = self._tree.read(file)
            if isinstance(content, bytes) and len(content) > self._left:
                content = Unreadable(file, too_much_text(MOST_TEXT))
            if isinstance(content, Unreadable):
                self.unread[file] = content.reason
                self._texts[file] = None
            else:
                self._left -= len(content)
                self._texts[file] = decoded(content)
        return self._texts[file]

    def outline(self, file: str) -> Outline | None:
        """What a C file or header defines, None if it cannot be read."""
        if file not in self._outlines:
            text = self.text(file)
            if text is not None and len(text) > self._code_left:
                self.unread[file], text = too_much_code(MOST_CODE), None
            self._code_left -= len(text or "")
            self._outlines[file] = None if text is None else read_outline(Source(text))
        return self._outlines[file]

    def mentioning(self, folder: str, suffix: str, *names: str) -> tuple[str, ...]:
        """The files in a folder and below it with that ending that hold one of some names; without names all."""
        if folder not in self._listed:
            self._listed[folder] = files_below(self._tree.root, folder).files
        files = {file for file in self._listed[folder] if file.endswith(suffix)}
        own = {file for file in self._tree.overlay if file.startswith(f"{folder}/") and file.endswith(suffix)}
        if names:
            files = set(scan(self._tree.root, sorted(files - own), names).files)
            own = {file for file in own if any(name in (self.text(file) or "") for name in names)}
        return tuple(sorted(files | own))
