"""The names by which entry code is told from other code, with what can be asked of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, cached_property

from gen.facts.loader import Entry, entry

OTHER = "exception"
"""The kind of what says nothing of it."""


class EntryWords(Entry):
    """The rows of gen/facts/kernel/entry.yaml."""

    @cached_property
    def _aside(self) -> re.Pattern[str]:
        return re.compile(rf"/(?:{'|'.join(self.aside)})[/_.]")

    def is_aside(self, file: str) -> bool:
        """Whether nothing enters from user mode in a file."""
        return bool(self._aside.search(file))

    def matches(self, row: str, name: str) -> bool:
        """Whether a name is one of those that a row means."""
        return bool(_pattern(getattr(self, row)).fullmatch(name))

    @cached_property
    def argument(self) -> re.Pattern[str]:
        """Finds what a handler takes in a list of parameters; the second group is the parameter's name."""
        return re.compile(rf"(?<!const )\bstruct\s+(\w*(?:{'|'.join(self.arguments)}))\b\s*\*?\s*(\w*)")

    def kind(self, symbol: str, named: Mapping[str, object] | tuple[str, ...] = ()) -> str:
        """A guess, by what is named under a label, else by its own name; a person has to say."""
        marked = [kind for mark, kind in self.marks.items() if mark in named]
        said = [kind for kind, words in self.kinds.items() if _pattern(words).search(symbol.lower())]
        return [*marked, *said, OTHER][0]

    def whence_of(self, symbol: str) -> tuple[str, str] | None:
        """Where a symbol says that it comes from, and the word that says so."""
        for whence, words in self.whence.items():
            if found := _pattern(words).search(symbol.lower()):
                return whence, found[0].strip("_")
        return None


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


@cache
def entry_words() -> EntryWords:
    """The words, read when they are first asked for."""
    return EntryWords(**vars(entry()))
