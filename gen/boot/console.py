"""The text of a kernel's console as what it complains of, each with its place.

Two CPUs may speak at a time, so each line is heard by its speaker, which PRINTK_CALLER names: `[    1.234567][   T23]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache

from gen.facts.loader import complaints, printers

_RECORD = re.compile(r"\[ *\d+\.\d+\]\[ *([TC]\d+)\] ?(.*)")
_INIT = re.compile(r"gen-init: (.*)")
_CUT = re.compile(r"-+\[ cut here \]-+")
_PLACE = re.compile(r"(?P<file>[\w./-]+\.[chS]):(?P<line>\d+) (?P<said>.+)")
_FRAME = re.compile(
    # riscv and mips begin with an address, powerpc with two; arm says whom it was called from.
    r"(?:\[<\w+>\] |(?:\[\w+\] ){2}|[\w.]+ from )?"
    r"(\? )?(?P<function>[\w.]+)\+0x[0-9a-f]+/0x[0-9a-f]+"
)
_TRACE = re.compile(r"Call [tT]race:")
_OF_ONE = re.compile(r"\w+/\d+(?:/0x[0-9a-f]+)?|\b(?:0x)?[0-9a-f]{8,16}\b")
_MOST_WORDS = 3
"""Lines of what a warning has to say."""
_PLACE_WITHIN = 6
"""Lines of a report of lockdep in which its place is said."""


@dataclass
class _Open:
    """A complaint whose rest is still to be heard."""

    complaint: Complaint
    lines: int = 0
    in_trace: bool = False
    way: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Complaint:
    """Something that the kernel complains of.

    `at` is its line on the console; `file` and `line` are its place in the tree, or nothing and 0; `way` are the
    functions of its trace, the innermost first; `during` is what the first process was at.
    """

    what: str
    at: int
    file: str = ""
    line: int = 0
    function: str = ""
    way: tuple[str, ...] = ()
    during: str = ""

    @property
    def key(self) -> tuple[str, str, int]:
        """What is the same for the same complaint heard again, of another process or address."""
        return _OF_ONE.sub("", self.what), self.file, self.line


@dataclass(frozen=True)
class Console:
    """What a console says: complaints in their order, what the first process did, could not do, and has counted."""

    complaints: tuple[Complaint, ...]
    exercises: tuple[str, ...]
    impossible: tuple[str, ...]
    counted: tuple[str, ...] = ()

    @property
    def grouped(self) -> tuple[tuple[Complaint, int], ...]:
        """Each complaint once, as it was first heard, and how often it was."""
        first: dict[tuple[str, str, int], Complaint] = {}
        times: dict[tuple[str, str, int], int] = {}
        for each in self.complaints:
            first.setdefault(each.key, each)
            times[each.key] = times.get(each.key, 0) + 1
        return tuple((each, times[key]) for key, each in first.items())


def read_console(text: str) -> Console:
    """Reads the console of a kernel with PRINTK_CALLER; lines of nobody are left out."""
    exercises: list[str] = []
    aside: dict[str, list[str]] = {"cannot be": [], "counted": []}
    found: list[_Open] = []
    speaking: dict[str, _Open] = {}
    words: dict[str, list[str]] = {}
    for number, speaker, said in _records(text):
        if told := _INIT.fullmatch(said):
            what, _, more = told[1].partition(": ")
            if what in aside:
                aside[what].append(more)
            else:
                exercises.append(told[1])
        elif _CUT.fullmatch(said):
            words[speaker] = []
        elif begins := _begun(said, number, exercises[-1] if exercises else "booting"):
            begun, others = begins
            before = next(filter(None, (words.pop(each, []) for each in (speaker, *others))), [])
            speaking[speaker] = _Open(_in_its_words(begun, before))
            found.append(speaking[speaker])
        elif speaker in words:
            words[speaker].append(said)
        elif speaker in speaking:
            _goes_on(speaking[speaker], said)
    return Console(tuple(map(_whole, found)), tuple(exercises), tuple(aside["cannot be"]), tuple(aside["counted"]))


def _records(text: str) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        if match := _RECORD.match(line):
            yield number, match[1], match[2].strip()


def _begun(said: str, number: int, during: str) -> tuple[Complaint, tuple[str, ...]] | None:
    """The complaint that a line begins, and who else may speak of it.

    riscv takes a trap between the words of a warning and the rest, and says the first as a task, the rest as a CPU.
    """
    for pattern, says in _complaints():
        if match := pattern.match(said):
            found = match.groupdict()
            what, line = says or found["what"], int(found.get("line") or 0)
            function = stem(found.get("function") or "")
            begun = Complaint(what, number, found.get("file") or "", line, function, during=during)
            return begun, tuple(f"{sort}{found[key]}" for sort, key in (("T", "pid"), ("C", "cpu")) if found.get(key))
    return None


@cache
def _complaints() -> tuple[tuple[re.Pattern[str], str], ...]:
    """How a complaint may begin, and what it says where the line does not."""
    return tuple((re.compile(row.line), row.says) for row in complaints())


@cache
def _printers() -> re.Pattern[str]:
    return re.compile("|".join(printers()))


def _in_its_words(begun: Complaint, words: list[str]) -> Complaint:
    """A complaint with what it has to say, which is said before it; where lines were lost, it may be another's."""
    return replace(begun, what=words[0]) if 0 < len(words) <= _MOST_WORDS else begun


def _goes_on(open_: _Open, said: str) -> None:
    open_.lines += 1
    complaint = open_.complaint
    if _TRACE.match(said):
        open_.in_trace = not open_.way
    elif open_.in_trace and (frame := _FRAME.match(said)):
        if not frame[1]:
            open_.way.append(frame["function"])
    elif open_.in_trace and not said.startswith("<"):
        open_.in_trace = False
    elif not complaint.file and open_.lines <= _PLACE_WITHIN and (place := _PLACE.match(said)):
        what = f"{complaint.what}: {place['said'].rstrip('!')}"
        open_.complaint = replace(complaint, what=what, file=place["file"], line=int(place["line"]))


def _whole(open_: _Open) -> Complaint:
    """A complaint with its trace, but for the functions that print it."""
    way = tuple(stem(function) for function in open_.way if not _printers().match(function))
    return replace(open_.complaint, way=way)


def stem(function: str) -> str:
    """The name of a function in the source: the compiler names its parts `name.part.0`."""
    return function.partition(".")[0]
