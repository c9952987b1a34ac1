"""What several test files share: running gen in this process or in one of its own, and small specs to run it on."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from gen.cli import main

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "data"
TEMPLATES = ROOT / "templates"
SHIPPED = sorted((ROOT / "arch_specs").glob("*.yaml"))
"""Every shipped spec."""

TOY = (DATA / "toy.yaml").read_text(encoding="utf-8")
"""The smallest spec with a branch, a loop, nested sequences and each sort of class; it declares offstack."""

TOY_C = (DATA / "toy_entry.c").read_text(encoding="utf-8")
"""An arch/toy/kernel/entry.c whose four functions keep the promise; do_nmi() is declared only."""

PAIR = (DATA / "pair.yaml").read_text(encoding="utf-8")
"""A small spec that lives by exception_enter and exception_exit, with two classes to mask."""

TOY_ASM, PAIR_ASM = (re.sub(r"code: (c|mixed)\n", "code: asm\n", spec) for spec in (TOY, PAIR))
"""The same of assembly: a tree is as they say where their symbols are, without any code to be read."""

LEAK = """\
void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	if (fixup(regs))
		return;
	exception_exit(prev);
}
"""
"""A handler that can be left without exception_exit()."""

CLEAN, FINDINGS, BAD_INPUT, NO_MATCH, CANNOT_TELL, INTERRUPTED, INTERNAL, OUTPUT_LOST = 0, 1, 2, 3, 4, 130, 70, 74

RENDERED = ("Kconfig.context_tracking", "README.md", "include/asm/context_tracking.h", "kernel/entry-stubs.c")
"""What is rendered for each architecture, below its folder."""


# Running gen.


@dataclass(frozen=True)
class Result:
    """What a run left behind: its exit status and what it printed."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The JSON document that was printed."""
        loaded: dict[str, Any] = json.loads(self.out)
        return loaded

    @property
    def findings(self) -> list[dict[str, Any]]:
        """The findings of a run with `--format json`."""
        found: list[dict[str, Any]] = self.document["findings"]
        return found

    @property
    def places(self) -> list[tuple[str, int, int]]:
        """Rule, line and column of each finding, with `--format json`."""
        return [(found["rule"], found["line"], found["column"]) for found in self.findings]

    @property
    def rules(self) -> set[str]:
        """The rules that spoke, with `--format json`."""
        return {found["rule"] for found in self.findings}


class Stream(io.TextIOWrapper):
    """A standard stream that keeps its bytes, may claim to be a terminal, and remembers each write that reaches it."""

    def __init__(self, tty: bool = False) -> None:
        self._tty = tty
        self._bytes = _Recorder()
        super().__init__(self._bytes, encoding="utf-8", errors="backslashreplace")

    def isatty(self) -> bool:
        return self._tty

    @property
    def text(self) -> str:
        """All that was written."""
        self.flush()
        return b"".join(self._bytes.writes).decode("utf-8")

    @property
    def writes(self) -> list[bytes]:
        """What each write brought."""
        return self._bytes.writes


class _Recorder(io.BytesIO):
    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []

    def write(self, data: Any, /) -> int:
        self.writes.append(bytes(data))
        return len(data)


def run_on(out: Stream, *arguments: object) -> Result:
    """Runs gen in this process with `out` as its standard output."""
    err = Stream()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as left:  # argparse
            code = int(left.code or 0)
    return Result(code, out.text, err.text)


def run(*arguments: object, tty: bool = False) -> Result:
    """Runs gen in this process."""
    return run_on(Stream(tty), *arguments)


def run_json(*arguments: object) -> Result:
    """Runs gen in this process with `--format json`."""
    return run(*arguments, "--format", "json")


def command(*arguments: object) -> list[str]:
    """The command line of gen in a process of its own."""
    return [sys.executable, "-m", "gen", *map(str, arguments)]


def wait_for_gen(process: subprocess.Popen[bytes]) -> None:
    """Waits until a process of gen tidies up on a signal, or is over. Python itself catches no SIGTERM."""
    while process.poll() is None:
        caught = re.search(r"^SigCgt:\t(\w+)$", Path(f"/proc/{process.pid}/status").read_text(), re.MULTILINE)
        if caught and int(caught[1], 16) >> (signal.SIGTERM - 1) & 1:
            return
        time.sleep(0.001)


def environment(**changes: str) -> dict[str, str]:
    """The environment of such a process: it finds this checkout, whatever its working directory, and buffers."""
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return {**plain, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **changes}


def spawn(*arguments: object, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Result:
    """Runs gen in a process of its own."""
    done = subprocess.run(
        command(*arguments), cwd=cwd, env=environment(**(env or {})), capture_output=True, timeout=60, check=False
    )
    return Result(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))


# Files.


def readable(path: Path) -> bool:
    """Whether the file can be read by whoever runs now."""
    try:
        path.read_bytes()
    except PermissionError:
        return False
    return True


def snapshot(directory: Path) -> dict[str, bytes | None]:
    """Every file below a directory with its bytes, every folder with None."""
    return {
        str(path.relative_to(directory)): path.read_bytes() if path.is_file() else None
        for path in sorted(directory.rglob("*"))
    }


def write_spec(directory: Path, text: str | bytes, name: str = "spec.yaml") -> Path:
    """Puts a spec into a directory."""
    path = directory / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


# Texts with places in them.

MARK = "\N{POSITION INDICATOR}"
"""Stands in front of the character where a finding is expected."""


@dataclass(frozen=True)
class Case:
    """A spec with one passage replaced, so that it breaks a rule where the new passage has its mark."""

    old: str
    new: str
    spec: str = TOY

    def marked(self) -> tuple[str, int, int]:
        """The spec, and the line and column where the finding is expected."""
        return unmarked(changed(self.spec, self.old, self.new))


def changed(text: str, old: str, new: str) -> str:
    """The text with one passage replaced; a test whose passage is gone must not pass for that."""
    assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
    return text.replace(old, new)


def unmarked(text: str) -> tuple[str, int, int]:
    """The text without its one mark, and the line and column that the mark showed."""
    before, mark, after = text.partition(MARK)
    assert mark and MARK not in after, "exactly one mark is needed"
    return before + after, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def line_of(text: str, part: str, nth: int = 1) -> int:
    """The number of the n-th line that holds `part`."""
    numbers = [number for number, line in enumerate(text.split("\n"), 1) if part in line]
    assert len(numbers) >= nth, f"{part!r} is in {len(numbers)} lines"
    return numbers[nth - 1]


def check_case(case: Case, rule: str, directory: Path) -> dict[str, Any]:
    """Runs `gen check` on a case: exactly this finding, exactly there, in words for a person. Gives the finding."""
    text, line, column = case.marked()
    result = run_json("check", write_spec(directory, text))
    assert result.places == [(rule, line, column)], result.out
    (found,) = result.findings
    assert result.code == (BAD_INPUT if found["severity"] == "error" else CLEAN), result.out
    check_wording(found)
    return found


def check_wording(found: Mapping[str, Any]) -> None:
    """A message is a phrase in plain words: no Python in it, and a hint beside it."""
    message, hint = found["message"], found["hint"]
    assert message and not message.endswith("."), message
    assert message.startswith(("`", "Linux ")) or message[0] == message[0].lower(), message
    assert hint, f"{found['rule']} gives no hint"
    for text in (message, hint):
        assert not any(python in text for python in ("<class", "object at 0x", "Traceback", "None", "{'", "['")), text


# Changing one thing in the text of a spec.

Way = tuple[str | int, ...]
"""The keys and indexes that lead to a value; empty for the whole spec."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Entry:
    """A key with its value, or a list's item, by its extent in the text (indexes of code points)."""

    way: Way
    start: int
    value_start: int
    end: int
    siblings: int
    previous_end: int | None
    next_start: int | None
    block: bool
    is_scalar: bool

    @property
    def is_item(self) -> bool:
        """Whether it is a list's item, which has no key."""
        return isinstance(self.way[-1], int)


def entries(text: str) -> list[Entry]:
    """Every key with its value and every list item, in the order of the text."""
    return list(_entries(yaml.compose(text, Loader=_LOADER), text, ()))


def _entries(node: Any, text: str, way: Way) -> Iterator[Entry]:
    if isinstance(node, yaml.ScalarNode):
        return
    keyed = isinstance(node, yaml.MappingNode)
    pairs = node.value if keyed else [(None, item) for item in node.value]
    block = not node.flow_style
    starts = [_start(key, value, text, block) for key, value in pairs]
    ends = [_end(value) for _, value in pairs]
    for number, (key, value) in enumerate(pairs):
        here = (*way, key.value if keyed else number)
        yield Entry(
            way=here,
            start=starts[number],
            value_start=value.start_mark.index,
            end=ends[number],
            siblings=len(pairs) - 1,
            previous_end=ends[number - 1] if number else None,
            next_start=starts[number + 1] if number + 1 < len(pairs) else None,
            block=block,
            is_scalar=isinstance(value, yaml.ScalarNode),
        )
        yield from _entries(value, text, here)


def _start(key: Any, value: Any, text: str, block: bool) -> int:
    """Where an entry begins: at its key, at its dash, or at the item itself."""
    if key is not None:
        return int(key.start_mark.index)
    return text.rindex("-", 0, value.start_mark.index) if block else int(value.start_mark.index)


def _end(node: Any) -> int:
    """Where a value ends; libyaml lets block collections reach up to the next token."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(node, yaml.MappingNode) else last)


def without(text: str, entry: Entry) -> str:
    """The text without an entry; what was its holder's only one leaves an empty collection."""
    if entry.siblings == 0:
        return text[: entry.start] + ("[]" if entry.is_item else "{}") * entry.block + text[entry.end :]
    if entry.next_start is not None:
        return text[: entry.start] + text[entry.next_start :]
    assert entry.previous_end is not None
    return text[: entry.previous_end] + text[entry.end :]


def with_key(text: str, entry: Entry, key: str) -> str:
    """The text with another key in an entry; `key` is YAML."""
    colon = text.index(":", entry.start)
    return text[: entry.start] + key + text[colon:]


def with_value(text: str, entry: Entry, value: str) -> str:
    """The text with another value in an entry; `value` is YAML on one line."""
    return text[: entry.value_start] + value + text[entry.end :]


@dataclass(frozen=True)
class Spot:
    """Line and column of a place: of its name (the key; an item and the whole spec have none) and of its value."""

    name: tuple[int, int]
    value: tuple[int, int]


def spots(text: str) -> dict[Way, Spot]:
    """Every place of a text."""
    return dict(_spots(yaml.compose(text, Loader=_LOADER), None, ()))


def _spots(node: Any, key: Any, way: Way) -> Iterator[tuple[Way, Spot]]:
    yield way, Spot(_line_and_column(key or node), _line_and_column(node))
    if isinstance(node, yaml.MappingNode):
        for inner_key, inner in node.value:
            yield from _spots(inner, inner_key, (*way, inner_key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, inner in enumerate(node.value):
            yield from _spots(inner, None, (*way, number))


def _line_and_column(node: Any) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def section(text: str, name: str) -> str:
    """The lines of one path or sequence of a small spec, from its name to the end of its steps."""
    start = text.index(f"\n  {name}:\n    title") + 1
    return text[start:].partition("\n\n")[0].rstrip("\n") + "\n"
