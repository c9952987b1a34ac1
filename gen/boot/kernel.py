"""A kernel of one architecture, built from a copy of a tree, and the first process that runs in it.

What was made is kept from run to run, so that only the first takes minutes: a folder for each tree and architecture.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from pathlib import Path

from gen.boot.objtool import said_by_objtool
from gen.boot.options import Wish, lost, wishes
from gen.boot.source import bring_up_to_date
from gen.boot.targets import Target
from gen.kernel.names import OFFSTACK, spellings
from gen.kernel.remembered import cache_folder, digest
from gen.kernel.tree import KernelTree
from gen.patch.building import BuildError, Made, must_be_clean, must_have, must_have_program, run_program

Say = Callable[[str], object]

_INITRAMFS = """\
dir /dev 0755 0 0
dir /proc 0755 0 0
nod /dev/console 0600 0 0 c 5 1
nod /dev/kmsg 0600 0 0 c 1 11
file /init {init} 0755 0 0
"""
_INIT_FLAGS = (
    *("-Os", "-static", "-nostdlib", "-fno-pie", "-no-pie", "-fno-stack-protector", "-fno-unwind-tables"),
    # Or a loop of nolibc's strlen() is a call of strlen(), which 6.1 does not have as a function.
    "-fno-tree-loop-distribute-patterns",
)
_TOOLS = {"gcc": "gcc", "gzip": "gzip"}
"""What a whole kernel needs beside the tools of one object: programs of the host, and the image."""


@dataclass(frozen=True)
class Kernel:
    """A kernel that was built, the lines of its configuration, what it lacks, and what objtool complains of."""

    image: Path
    configured: frozenset[str]
    left_out: tuple[Wish, ...] = ()
    objtool: tuple[str, ...] = ()

    @property
    def offstack(self) -> bool:
        """Whether it promises to do without the pair."""
        return any(f"CONFIG_{name}=y" in self.configured for name in spellings(OFFSTACK))


@dataclass(frozen=True)
class Bench:
    """Where a kernel of one tree and architecture is built, by one process at a time."""

    tree: KernelTree
    target: Target
    root: Path

    @property
    def build(self) -> Path:
        """Where make writes."""
        return self.root / "build"

    @property
    def initramfs(self) -> Path:
        """The list of the files that the kernel has when it boots."""
        return self.root / "initramfs"

    @property
    def console(self) -> Path:
        """Where the console of the last boot is kept."""
        return self.root / "console.txt"

    @property
    def objtool(self) -> Path:
        """Where the complaints of objtool are kept."""
        return self.root / "objtool.txt"

    def kernel(self, changed: Mapping[str, bytes | None], say: Say) -> Kernel:
        """The kernel of the tree with some files changed: content by path, None for one that is gone. BuildError."""
        say("copying the tree")
        bring_up_to_date(self.root / "source", self.tree.root, changed)
        self.build.mkdir(exist_ok=True)
        overlay = {file: content for file, content in changed.items() if content is not None}
        asked = wishes(self.target, replace(self.tree, overlay=overlay), self.initramfs)
        configured = self._configure(asked, say)
        self.first_process(say)
        objtool = said_by_objtool(self.build, self.objtool, lambda: self._make(say, self.target.goal).output)
        return Kernel(self.build / self.target.boot.image, configured, lost(asked, configured), objtool)

    def _configure(self, asked: tuple[Wish, ...], say: Say) -> frozenset[str]:
        """The lines of .config. BuildError if one is missing without which a boot would say nothing."""
        wished = self.root / "wished"
        wished.write_text("".join(f"{wish.line}\n" for wish in asked), encoding="utf-8")
        self._make(say, "allnoconfig", f"KCONFIG_ALLCONFIG={wished}")
        configured = frozenset((self.build / ".config").read_text(encoding="utf-8").splitlines())
        if needed := [wish.line for wish in lost(asked, configured) if wish.option.needed]:
            raise BuildError(
                f"Kconfig drops {', '.join(f'`{line}`' for line in needed)}, without which nothing would be said",
                "the tree does not know it, or something that it depends on is missing",
            )
        return configured

    def first_process(self, say: Say) -> Path:
        """Compiles the program that runs in the kernel, with the headers and the nolibc of the tree. BuildError."""
        self._make(say, "headers")
        nolibc = self.root / "source" / "tools" / "include" / "nolibc" / "nolibc.h"
        if not nolibc.is_file():
            raise BuildError("the tree has no tools/include/nolibc", "Linux 5.11 and newer have it")
        say("compiling the first process")
        init = self.root / "init"
        with as_file(files("gen.boot") / "init.c") as source:
            command = [
                *(f"{self.target.machine.prefix}gcc", *_INIT_FLAGS, *self.target.boot.compiler),
                *("-include", str(nolibc), f"-I{self.build / 'usr' / 'include'}"),
                *("-o", f"{init}.new", str(source), "-lgcc"),
            ]
            made = run_program(command, self.root)
        if made.code:
            lines = made.output.splitlines()
            error = next((line for line in lines if "undefined reference" in line), made.error)
            raise BuildError(f"the first process does not compile: {error}", "see what nolibc the tree has")
        _replace_if_other(Path(f"{init}.new"), init)
        self.initramfs.write_text(_INITRAMFS.format(init=init), encoding="utf-8")
        return init

    def _make(self, say: Say, *arguments: str) -> Made:
        command = [
            *("make", f"-j{len(os.sched_getaffinity(0))}"),
            *(f"ARCH={self.target.arch}", f"CROSS_COMPILE={self.target.machine.prefix}", f"O={self.build}"),
            *_compilers(self.target.machine.prefix),
            *arguments,
        ]
        made = run_program(command, self.root / "source", lambda line: say(line.strip()))
        if made.code:
            raise BuildError(f"`make {arguments[0]}` fails: {made.error}", "see whether the tree itself builds")
        return made


def _compilers(prefix: str) -> tuple[str, ...]:
    if shutil.which("ccache") is None:
        return ()
    return (f"CC=ccache {prefix}gcc", "HOSTCC=ccache gcc")


def _replace_if_other(new: Path, place: Path) -> None:
    """An init that is the same stays as old as it is, or each run would link the kernel again."""
    if place.is_file() and place.read_bytes() == new.read_bytes():
        new.unlink()
    else:
        new.replace(place)


@contextmanager
def bench(tree: KernelTree, target: Target, say: Say) -> Iterator[Bench]:
    """The place where kernels of a tree and architecture are built. BuildError if a tool is missing."""
    must_have(target.machine)
    for program, package in (*_TOOLS.items(), (target.boot.program, target.boot.package)):
        must_have_program(program, package)
    must_be_clean(tree.root, target.machine)
    cache = cache_folder("boot")
    if cache is None:
        raise BuildError("there is no place to build in", "set `XDG_CACHE_HOME`")
    root = cache / _identity(tree.root) / target.arch
    if re.search(r"[\s:]", str(root)):
        raise BuildError(f"make cannot build in {root}", "set `XDG_CACHE_HOME` to a path without blanks and colons")
    root.mkdir(parents=True, exist_ok=True)
    with (root / "lock").open("w") as lock:
        say("waiting for another run")
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield Bench(tree, target, root)


def _identity(tree: Path) -> str:
    # What is unpacked in the place of a tree is another tree, and may be older than what was built.
    made = (tree / "Makefile").stat().st_mtime_ns
    return f"{tree.name}-{digest(f'{tree} {made}'.encode())[:12]}"
