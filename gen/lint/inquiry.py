"""What is asked of a tree while a part of it is linted, and what it answered.

What is found in a part follows from the answers. Whoever looks at the tree asks here, and a digest of every answer is
kept: as long as a tree gives the same ones, it has the same findings.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from gen.kernel.remembered import digest
from gen.kernel.search import Mentions, scan
from gen.kernel.tree import LARGEST_READ, KernelTree, Unreadable, files_below

T = TypeVar("T")

Question = tuple[str | int, ...]
"""A method of an Inquiry, and what it is asked about."""


class Inquiry:
    """One tree, and all that has been asked of it; `unsearched` are files that could not be searched for a name."""

    def __init__(self, tree: KernelTree) -> None:
        self.tree = tree
        self.asked: dict[Question, str] = {}
        self.unsearched: set[Unreadable] = set()
        self._listed: dict[str, tuple[str, ...]] = {}

    def read(self, file: str, most: int = LARGEST_READ) -> bytes | Unreadable:
        """The content of a file of the tree."""
        return self._told(self.tree.read(file, most), "read", file, most)

    def exists(self, file: str) -> bool:
        """Whether there is anything of that name."""
        return self._told((self.tree.root / file).exists(), "exists", file)

    def is_file(self, file: str) -> bool:
        """Whether a file of that name is there."""
        return self._told((self.tree.root / file).is_file(), "is_file", file)

    def mentioning(self, folder: str, suffix: str, *names: str) -> tuple[str, ...]:
        """The files in a folder and below it, with names of one ending, that hold one of some names; all without."""
        if folder not in self._listed:
            self._listed[folder] = files_below(self.tree.root, folder).files
        own = {file for file in self.tree.overlay if file.startswith(f"{folder}/") and file.endswith(suffix)}
        files = [file for file in self._listed[folder] if file.endswith(suffix) and file not in own]
        searched = scan(self.tree.root, files, names) if names else Mentions(tuple(files))
        self.unsearched.update(searched.unreadable)
        changed = (file for file in own if not names or any(name.encode() in self.tree.overlay[file] for name in names))
        answer = tuple(sorted({*searched.files, *changed})), searched.unreadable
        return self._told(answer, "mentioning", folder, suffix, *names)[0]

    def _told(self, answer: T, *question: str | int) -> T:
        self.asked[question] = digest(answer if isinstance(answer, bytes) else ascii(answer).encode())
        return answer

    def is_answered(self, asked: Iterable[tuple[Question, str]]) -> bool:
        """Whether the tree gives these answers to these questions, as far as they are asked."""
        for question, answer in asked:
            match question:
                case ("read", str(file), int(most)):
                    self.read(file, most)
                case ("exists", str(file)):
                    self.exists(file)
                case ("is_file", str(file)):
                    self.is_file(file)
                case ("mentioning", str(folder), str(suffix), *names):
                    self.mentioning(folder, suffix, *map(str, names))
            if self.asked.get(question) != answer:
                return False
        return True
