"""Small made-up kernel trees of one architecture, `toy`, and what gen lint says about them.

A text may show where a finding is expected: `<<rule-id>>` stands in front of its first character and is taken out
before the text is written.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support import BAD_INPUT, CLEAN, FINDINGS, NO_MATCH, Result, check_wording, environment, run_json

TREE = "linux"
"""What the tree is called, in the working directory."""

TRAPS = "arch/toy/kernel/traps.c"
KCONFIG = "arch/toy/Kconfig"
ENTRY = "arch/toy/kernel/entry.S"
HEADER = "arch/toy/include/asm/thread_info.h"
FEATURES = "Documentation/features/time/context-tracking/arch-support.txt"

SOURCES = 'source "arch/$(SRCARCH)/Kconfig"\n'
"""What arch/Kconfig begins with."""

TRACKS = "config TOY\n\tdef_bool y\n\tselect HAVE_CONTEXT_TRACKING_USER\n"
"""The Kconfig of an architecture that tracks user context, and lives by the pair."""

DECLARES = f"{TRACKS}\tselect HAVE_CONTEXT_TRACKING_USER_OFFSTACK\n"
"""The same with offstack."""

LEAK = """\
void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (fixup(regs))
		<<exception-exit-missing>>return;
	exception_exit(prev);
}
"""
"""One error, in a function of its own."""

FIXED = LEAK.replace("<<exception-exit-missing>>return", "goto out").replace("\texc", "out:\n\texc")

CODES = frozenset({CLEAN, FINDINGS, BAD_INPUT, NO_MATCH})
"""How a run may end that nobody breaks off; 70 is a bug."""

ELSEWHERE = frozenset({
    "spec-mismatch",
    "path-not-read",
    "schedule-in-user-state",
    "irqs-on-before-user-exit",
    "irqs-on-after-user-enter",
    "instrumentable-before-user-exit",
    "instrumentable-after-user-enter",
})  # fmt: skip
"""Rules about the order of calls and about specs, which have tests of their own."""

_WANTED = re.compile(r"<<([a-z-]+)>>")

Place = tuple[str, str, int, int]
"""Rule, file, line, column."""


def plain(text: str) -> str:
    """A text without its marks."""
    return _WANTED.sub("", text)


def wanted(text: str, file: str) -> list[Place]:
    """The findings that the marks of a text want."""
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        taken = 0
        for mark in _WANTED.finditer(line):
            found.append((mark[1], file, number, mark.start() - taken + 1))
            taken += len(mark[0])
    return found


def places(result: Result) -> list[Place]:
    """Rule, file, line and column of each finding of a run with `--format json`."""
    return [
        (each["rule"], each["file"], each["line"], each["column"])
        for each in result.findings
        if each["rule"] not in ELSEWHERE
    ]


def table(*rows: str) -> str:
    """A features table with these rows."""
    rule = "    -----------------------\n"
    head = (
        "#\n# Feature name:          user-context-tracking\n#         Kconfig:         HAVE_CONTEXT_TRACKING_USER\n#\n"
    )
    return f"{head}{rule}    |         arch |status|\n{rule}" + "".join(f"    {row}\n" for row in rows) + rule


def makefile(release: str) -> str:
    """The head of the Makefile of a release."""
    version, patchlevel = release.split(".")
    return f"VERSION = {version}\nPATCHLEVEL = {patchlevel}\nSUBLEVEL = 3\nEXTRAVERSION =\n"


@dataclass(frozen=True)
class Toy:
    """A tree called `linux` in a working directory that holds nothing else."""

    here: Path
    name: str = TREE

    @property
    def root(self) -> Path:
        """The top of the tree."""
        return self.here / self.name

    def add(self, files: Mapping[str, str | bytes], release: str = "6.12") -> None:
        """Writes files into the tree, without their marks; a tree of that release it is in any case."""
        kconfig = TRACKS if release >= "6" else TRACKS.replace("_USER", "")
        whole = {"Makefile": makefile(release), "Kconfig": "", "arch/Kconfig": SOURCES, KCONFIG: kconfig, **files}
        for name, content in whole.items():
            place = self.root / name
            if name in files or not place.exists():
                write(place, content)

    def check(self, files: Mapping[str, str], *options: object, release: str = "6.12") -> Result:
        """Lints a whole tree of these files: there is what their marks want, in words for a person, and no more."""
        self.add(files, release)
        result = run_json("lint", "--tree", TREE, *options)
        found = sorted(places(result))
        marked = sorted(each for name, text in files.items() for each in wanted(text, f"{TREE}/{name}"))
        assert found == marked, (
            f"false: {Counter(found) - Counter(marked)}, missing: {Counter(marked) - Counter(found)}"
        )
        for each in result.findings:
            check_wording(each)
        return result

    def spec(self, text: str, name: str = "toy.yaml") -> None:
        """Writes a spec into ./arch_specs."""
        write(self.here / "arch_specs" / name, text)

    def git(self, *arguments: str) -> str:
        """Runs git in the tree, as somebody."""
        return git(self.root, *arguments)


def toy_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toy:
    """A tree in an empty working directory, away from the specs and indexes of this machine: make it a fixture."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    monkeypatch.setattr("gen.spec.loader.specs_directory", lambda: tmp_path / "no-specs")
    for name, value in SOMEBODY.items():
        monkeypatch.setenv(name, value)
    return Toy(tmp_path)


def write(place: Path, content: str | bytes) -> None:
    """Writes a file, a text without its marks, with the folders that it needs."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content if isinstance(content, bytes) else plain(content).encode())


def only(result: Result, rule: str = "") -> dict[str, Any]:
    """The one finding of a run with `--format json`, or the one of a rule."""
    (found,) = (each for each in result.findings if rule in ("", each["rule"]))
    return found


def feed(data: bytes, patch: pytest.MonkeyPatch) -> None:
    """Makes these bytes the standard input of a run in this process."""
    patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


SOMEBODY = {
    "GIT_AUTHOR_NAME": "A U Thor",
    "GIT_AUTHOR_EMAIL": "author@example.com",
    "GIT_COMMITTER_NAME": "C O Mitter",
    "GIT_COMMITTER_EMAIL": "committer@example.com",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(folder: Path, *arguments: str) -> str:
    """Runs git in a folder, as somebody."""
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=environment(**SOMEBODY), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()
