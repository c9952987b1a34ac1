"""The objects of a series built before and after, and the instructions of every function compared.

What Kconfig files say is the same on both sides, that is, the select is there on both: only the code differs. So that
only code is compared, __LINE__ is 1 everywhere, a place in a function is a label, and whatever an instruction refers to
is named and not counted (gen.patch.disassembly). A switch is compiled without tables. Data are not compared, nor what
the configuration leaves out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import unified_diff
from enum import StrEnum
from pathlib import Path, PurePosixPath

from gen.diagnostics.printers import counted
from gen.kernel.names import OFFSTACK, SCHEDULE_USER, spellings
from gen.patch.building import BuildError, Made, Workplace, machines, workplace
from gen.patch.disassembly import functions_of
from gen.patch.words import listed

CONTEXT = 2
"""Unchanged instructions round a changed one in a diff."""


class Verdict(StrEnum):
    """What became of a function or an object."""

    SAME = "same"
    DIFFERENT = "different"
    GONE = "gone"
    NEW = "new"
    NOT_BUILT = "not built"


@dataclass(frozen=True)
class FunctionCompared:
    """A function of an object; the lines of a unified diff without its head if it is not the same."""

    name: str
    verdict: Verdict
    diff: tuple[str, ...] = ()


@dataclass(frozen=True)
class ObjectCompared:
    """The object of one file; if it is not built, `error` is the side and make's first line that says why."""

    file: str
    functions: tuple[FunctionCompared, ...] = ()
    error: str = ""

    @property
    def verdict(self) -> Verdict:
        """SAME, DIFFERENT or NOT_BUILT."""
        if self.error:
            return Verdict.NOT_BUILT
        return Verdict.DIFFERENT if any(self.changed) else Verdict.SAME

    @property
    def changed(self) -> tuple[FunctionCompared, ...]:
        """The functions that are not the same."""
        return tuple(each for each in self.functions if each.verdict is not Verdict.SAME)

    @property
    def said(self) -> str:
        """What came of it, for a user."""
        differ = listed(function.name for function in self.changed)
        return self.error or (f"not as before: {differ}" if differ else "the same instructions as before")


@dataclass(frozen=True)
class Compared:
    """What came of it: an object a file, in the order of their names, and the warnings that are new.

    `offstack` says whether the configuration declares offstack, with which the pair is nothing on both sides, and
    schedule_user() counts as schedule(). `compiler` is what built them, in its own words.
    """

    objects: tuple[ObjectCompared, ...]
    warnings: tuple[str, ...] = ()
    offstack: bool = False
    compiler: str = ""

    @property
    def same(self) -> bool:
        """Whether every object was built and is what it was."""
        return all(each.verdict is Verdict.SAME for each in self.objects)

    @property
    def sentence(self) -> str:
        """What was built and what came of it, for a letter; nothing if no object was built."""
        built = [each for each in self.objects if not each.error]
        if not built:
            return ""
        names = [function.name for each in built for function in each.changed]
        changed = listed(name if name.startswith(".") else f"{name}()" for name in names)
        select = ", with the select on both sides" if self.offstack else ""
        parts = [
            f"{counted(len(built), 'object')} built before and after{select}, by {self.compiler}: "
            + (f"the instructions of {changed} change, and no others" if names else "every instruction is as before"),
            counted(len(self.warnings), "new warning") if self.warnings else "no new warning",
        ]
        if len(built) < len(self.objects):
            parts.append(f"{counted(len(self.objects) - len(built), 'file')} not in this configuration")
        return "; ".join(parts)


@dataclass(frozen=True)
class NotCompared:
    """Why nothing was built, and what helps."""

    reason: str
    hint: str


def compare_objects(
    tree: Path,
    folder: str,
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
    *,
    prefix: str | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Compared | NotCompared:
    """Builds the C and assembly files that changed, in a scratch copy of `tree`, as they were and as they are.

    `folder` is the architecture's in arch/, the mappings are a Series' `before` and `after`: bytes by paths from the
    top. `prefix` names another compiler than Debian's, as CROSS_COMPILE does ("" is gcc itself); `say` hears what is
    being done. Nothing is written but in a folder below XDG_CACHE_HOME that is gone in the end. Takes ten seconds.
    """
    files = sorted(path for path in after if path.endswith((".c", ".S")) and path in before)
    files = [path for path in files if before[path] != after[path]]
    if not files:
        return Compared(())
    machine = machines().get(folder)
    if machine is None:
        return NotCompared(f"no cross compiler is known for {folder}", f"known are {', '.join(machines())}")
    machine = machine if prefix is None else replace(machine, prefix=prefix)
    try:
        with workplace(tree, machine) as place:
            return _compared(place, files, before, after, say)
    except BuildError as error:
        return NotCompared(error.reason, error.hint)
    except OSError as error:
        return NotCompared(f"the scratch copy fails: {error.strerror or error}", "`XDG_CACHE_HOME` says where it is")


def _compared(
    place: Workplace,
    files: Sequence[str],
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
    say: Callable[[str], None],
) -> Compared:
    for path in filter(_is_kconfig, after):
        place.put(path, after[path])
    code = [path for path in after if not _is_kconfig(path)]
    say("configuring")
    configured = place.configure()
    offstack = any(f"CONFIG_{symbol}=y" in configured for symbol in spellings(OFFSTACK))
    for path in code:
        place.put(path, before.get(path))
    say("preparing")
    place.prepare()
    say("building before")
    old = _built(place, files, offstack)
    for path in code:
        place.put(path, after[path])
    say("building after")
    new = _built(place, files, offstack)
    objects = tuple(_object(file, old, new) for file in files)
    return Compared(objects, tuple(_new_lines(old.made.output, new.made.output)), offstack, place.compiler())


def _is_kconfig(path: str) -> bool:
    return PurePosixPath(path).name.startswith("Kconfig")


# Building.


@dataclass(frozen=True)
class _Side:
    """One side: what make said, the functions of each file that was built, and the error of each that was not."""

    made: Made
    functions: Mapping[str, Mapping[str, tuple[str, ...]]]
    errors: Mapping[str, str]


def _built(place: Workplace, files: Sequence[str], offstack: bool) -> _Side:
    targets = {file: place.object_of(file) for file in files}
    for target in targets.values():
        (place.build / target).unlink(missing_ok=True)
    made = place.make("-k", *dict.fromkeys(targets.values()))
    there = {file: target for file, target in targets.items() if (place.build / target).is_file()}
    functions = {file: _functions(place.disassembly(target), offstack) for file, target in there.items()}
    # Alone, so that what make says is about this one.
    errors = {file: place.make(target).error for file, target in targets.items() if file not in there}
    return _Side(made, functions, errors)


def _functions(listing: str, offstack: bool) -> Mapping[str, tuple[str, ...]]:
    # schedule_user() is schedule() in the pair, and without the pair it is not even built.
    return functions_of(re.sub(rf"\b{SCHEDULE_USER}\b", "schedule", listing) if offstack else listing)


_WARNING = re.compile(r"(\S+?):\d+(?::\d+)?: (warning: .*)")


def _new_lines(before: str, after: str) -> Iterator[str]:
    """The warnings that are new, wherever in their file they stand."""
    known = Counter(match.groups() for match in map(_WARNING.fullmatch, before.splitlines()) if match)
    for line in after.splitlines():
        if match := _WARNING.fullmatch(line):
            known[match.groups()] -= 1
            if known[match.groups()] < 0:
                yield line


# Comparing.


def _object(file: str, old: _Side, new: _Side) -> ObjectCompared:
    for side, built in (("before", old), ("after", new)):
        if file in built.errors:
            return ObjectCompared(file, error=f"{side}: {built.errors[file]}")
    before, after = old.functions[file], new.functions[file]
    return ObjectCompared(file, tuple(_function(name, before, after) for name in {**before, **after}))


def _function(
    name: str, before: Mapping[str, tuple[str, ...]], after: Mapping[str, tuple[str, ...]]
) -> FunctionCompared:
    if name not in after:
        return FunctionCompared(name, Verdict.GONE)
    if name not in before:
        return FunctionCompared(name, Verdict.NEW)
    if before[name] == after[name]:
        return FunctionCompared(name, Verdict.SAME)
    diff = list(unified_diff(before[name], after[name], n=CONTEXT, lineterm=""))[2:]
    return FunctionCompared(name, Verdict.DIFFERENT, tuple(diff))
