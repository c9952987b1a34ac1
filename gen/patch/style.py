"""What gen itself looks at in a patch before it is written: the form that Documentation/process asks for.

It is a small part of what checkpatch.pl knows, and runs nothing of the tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gen.csource.tokens import decoded

LONGEST_LINE, LONGEST_OF_THE_LOG = 100, 75
_TAB = 8
_TRAILER = re.compile(r"[A-Z][\w-]+: ")
_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


def objections(name: str, mail: bytes) -> Iterator[str]:
    """What is wrong with the form of a patch, each with its place."""
    head, _, change = decoded(mail).partition("\n---\n")
    yield from (f"{name}: {each}" for each in _of_the_log(head))
    for path, number, line, above, widest in _added(change):
        yield from (f"{name}: {path}:{number}: {each}" for each in _of_a_line(path, line, above, widest))


def _of_the_log(head: str) -> Iterator[str]:
    body = head.partition("\n\n")[2]
    for line in body.splitlines():
        if len(line) > LONGEST_OF_THE_LOG and " " in line.strip() and not _may_be_long(line):
            yield f"a line of the log has {len(line)} characters, more than {LONGEST_OF_THE_LOG}: `{line[:40]}...`"
        if line != line.rstrip():
            yield f"a line of the log ends in a space: `{line.rstrip()[:40]}`"


def _may_be_long(line: str) -> bool:
    """Whether it is quoted or a trailer, which are not broken."""
    return line.startswith((" ", "\t", ">")) or _TRAILER.match(line) is not None


def _added(change: str) -> Iterator[tuple[str, int, str, str, int]]:
    """Each line that a diff adds: its file, number and text, what stands above it, and the columns of the widest line
    that was there before.
    """
    for path, first, lines in _hunks(change):
        widest = max((_columns(line[1:]) for line in lines if not line.startswith("+")), default=0)
        number, above = first, "?"
        for line in lines:
            if line.startswith("+"):
                yield path, number, line[1:], above, widest
            if not line.startswith("-"):
                number, above = number + 1, line[1:]


def _hunks(change: str) -> Iterator[tuple[str, int, list[str]]]:
    """The file of each hunk, the number of its first line afterwards, and its lines with their signs."""
    path, lines = "", iter(change.split("\n"))
    for line in lines:
        if line.startswith("+++ b/"):
            path = line[6:]
        if found := _HUNK.match(line):
            old, new = int(found[1] or 1), int(found[3] or 1)
            hunk: list[str] = []
            while (old > 0 or new > 0) and (next_line := next(lines, None)) is not None:
                if not next_line.startswith("\\"):
                    old -= next_line[:1] != "+"
                    new -= next_line[:1] != "-"
                    hunk.append(next_line)
            yield path, int(found[2]), hunk


def _columns(text: str) -> int:
    return len(text.expandtabs(_TAB))


def _of_a_line(path: str, line: str, above: str, widest: int) -> Iterator[str]:
    text = line.removesuffix("\r")
    width = _columns(text)
    # What is wide already stays so, and one word cannot be broken.
    if width > LONGEST_LINE >= widest and " " in text.strip():
        yield f"the line has {width} columns, more than {LONGEST_LINE}"
    if text != text.rstrip():
        yield "the line ends in white space"
    if " \t" in text:
        yield "a space comes before a tab"
    if path.endswith((".c", ".h")) and re.match(r"\t* {8}", text):
        yield "the line is indented with spaces"
    if line.endswith("\r") and not above.endswith(("\r", "?")):
        yield "the line ends in a carriage return, and the one above does not"
    if not text and not above.removesuffix("\r"):
        yield "there are two empty lines in a row"
