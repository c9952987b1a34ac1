"""MAINTAINERS and .mailmap of a tree, read as text: who looks after a file, and where they read their mail today.

What its fields mean is said at the head of the file itself; which entry is the nearest one, and that a pattern without
a slash at its end is for a file or for the files of one folder, is how scripts/get_maintainer.pl has it. Keywords (K:)
are not asked: a series says which files it changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from fnmatch import translate
from functools import cache

_WILD = re.compile(r"[*?\[]")
_FIELD = re.compile(r"([A-Z]):(.*)")
_ADDRESS = re.compile(r'\s*(?:"([^"<>]*)"|([^"<>]*?))\s*<([^\s<>@]+@[^\s<>@]+)>.*|\s*([^\s<>@"]+@[^\s<>@"]+).*')
_MAILBOX = re.compile(r"[^\s<>@\"]+@[^\s<>@\"]+")
_ATOM = r"(?:[\w/-]|\\[\w./-]|\.|\[\^?[\w\\/.-]+\]|[\^$])"
_EXPRESSION = re.compile(rf"(?:{_ATOM}[*+?]?)+")
"""The regular expressions that are tried: characters and sets with a sign behind them, without groups."""

MOST_REPEATS, LONGEST = 3, 200
"""What one of them may repeat, and how long the path may be that it is tried on: so much is over in a moment."""

MOST_EXPRESSIONS = 2_000
"""How many of them are tried in all (a tree has some 150)."""

MOST_PATTERNS = 40_000
"""How many lines F: and X: are asked (a tree has some 10,000)."""

LONGEST_LINE = 1_000
"""Characters of a line of MAINTAINERS or .mailmap; a longer one is passed over."""

_RENAMED = re.compile(r"([^<>]*)<([^<>]+)>(?:([^<>]*)<([^<>]+)>)?")

_NOBODY = "buried alive in reporters"
"""The status of an entry whose maintainer is written to by nobody who has not been told to."""


@dataclass(frozen=True)
class Entry:
    """One entry: addresses as headers may hold them, and which files it is for.

    `lists` are without those that only subscribers may write to. `depth` is how near its pattern is to a file.
    """

    title: str
    maintainers: tuple[str, ...]
    reviewers: tuple[str, ...]
    lists: tuple[str, ...]
    files: tuple[str, ...]
    excluded: tuple[str, ...]
    expressions: tuple[str, ...]

    def depth(self, path: str) -> int | None:
        """How many folders the pattern names that fits a path best, None if none does."""
        if any(_fits(pattern, path) for pattern in self.excluded):
            return None
        found = [_depth(pattern) for pattern in self.files if _fits(pattern, path)]
        found += [0 for each in self.expressions if len(path) <= LONGEST and re.search(each, path)]
        return max(found, default=None)


def read_maintainers(text: str) -> tuple[Entry, ...]:
    """The entries in the order of the file; what is none is passed over, and what is behind MOST_PATTERNS."""
    found, patterns = [], 0
    for entry in _entries(text):
        patterns += len(entry.files) + len(entry.excluded)
        if patterns > MOST_PATTERNS:
            break
        found.append(entry)
    return tuple(found)


def responsible(entries: Sequence[Entry], path: str) -> list[Entry]:
    """Who looks after a file, those first whose pattern is nearest to it."""
    found = [(depth, entry) for entry in entries if (depth := entry.depth(path)) is not None]
    return [entry for _, entry in sorted(found, key=lambda each: -each[0])]


@dataclass(frozen=True)
class Mailmap:
    """What .mailmap says of names and addresses, each by the address that a commit has."""

    names: Mapping[str, str]
    mailboxes: Mapping[str, str]

    def today(self, address: str) -> str:
        """An address as its owner wants it, as `git check-mailmap` would say."""
        name, mailbox = parseaddr(address)
        return _address(self.names.get(mailbox.lower(), name), self.mailboxes.get(mailbox.lower(), mailbox))


def read_mailmap(text: str) -> Mailmap:
    """The lines `Name <new>`, `<new> <old>` and `Name <new> <old>`; one that asks for an old name, too, is left out."""
    names, mailboxes = dict[str, str](), dict[str, str]()
    for line in _lines(text):
        found = _RENAMED.fullmatch(line.partition("#")[0].strip())
        if found is None or (found[3] or "").strip() or not line.isprintable():
            continue
        name, new, old = found[1].strip(), found[2].strip(), (found[4] or found[2]).strip().lower()
        if name:
            names[old] = name
        if found[4] and _MAILBOX.fullmatch(new):
            mailboxes[old] = new
    return Mailmap(names, mailboxes)


def once(addresses: Iterable[str]) -> tuple[str, ...]:
    """Each person and each mailbox once, by the first address."""
    seen, kept = set[str](), list[str]()
    for each in addresses:
        keys = {part.lower() for part in parseaddr(each) if part}
        if not keys & seen:
            kept.append(each)
        seen |= keys
    return tuple(kept)


def _lines(text: str) -> Iterator[str]:
    return (line for line in text.splitlines() if len(line) <= LONGEST_LINE)


def _entries(text: str) -> Iterator[Entry]:
    title, fields, tried = "", dict[str, list[str]](), 0
    for line in (*_lines(text), ""):
        field = _FIELD.fullmatch(line)
        if field is not None:
            fields.setdefault(field[1], []).append(field[2].strip())
        elif line.strip() and not line.lstrip().startswith("#"):
            if fields:
                yield (entry := _entry(title, fields, MOST_EXPRESSIONS - tried))
                tried += len(entry.expressions)
            title, fields = line.strip(), {}
    if fields:
        yield _entry(title, fields, MOST_EXPRESSIONS - tried)


def _entry(title: str, fields: dict[str, list[str]], room: int) -> Entry:
    def of(letter: str) -> list[str]:
        return fields.get(letter, [])

    is_written_to = not any(status.lower() == _NOBODY for status in of("S"))
    open_lists = (each for each in of("L") if "subscribers-only" not in each)
    return Entry(
        title,
        tuple(_addresses(of("M"))) if is_written_to else (),
        tuple(_addresses(of("R"))),
        tuple(_addresses(open_lists)),
        tuple(of("F")),
        tuple(of("X")),
        tuple(each for each in of("N") if _is_tried(each))[:room],
    )


def _addresses(values: Iterable[str]) -> Iterator[str]:
    """Addresses with their names, if they are such as may stand in the header of a mail."""
    for value in values:
        found = _ADDRESS.fullmatch(value)
        if found is None or not value.isprintable():
            continue
        yield _address((found[1] or found[2] or "").strip(), found[3] or found[4])


def _address(name: str, mailbox: str) -> str:
    if not name:
        return mailbox
    name = name.replace("\\", "").replace('"', "")
    return f'"{name}" <{mailbox}>' if re.search(r"[^\w\s'-]", name) else f"{name} <{mailbox}>"


def _is_tried(expression: str) -> bool:
    repeats = len(re.findall(r"[*+]", expression))
    if not _EXPRESSION.fullmatch(expression) or repeats > MOST_REPEATS or "--" in expression:
        return False
    try:
        re.compile(expression)
    except re.error:
        return False
    return True


def _fits(pattern: str, path: str) -> bool:
    """Whether F: or X: is for a path."""
    head = _WILD.split(pattern, maxsplit=1)[0]
    if not pattern or not path.startswith(head):
        return False
    if head != pattern and not _compiled(f"{pattern}*").match(path):
        return False
    below = pattern.endswith("/") or "**" in pattern or path.startswith(f"{pattern}/")
    return below or path.count("/") == pattern.count("/")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of the shell; its stars are tried in time that is linear in the path (`fnmatch.translate`)."""
    return re.compile(translate(pattern))


def _depth(pattern: str) -> int:
    if pattern.startswith("*"):
        return -1
    return pattern.count("/") + (not pattern.endswith("/"))
