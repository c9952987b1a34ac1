"""Objects built outside of their tree: a scratch copy of links, an architecture's smallest configuration, and make.

The copy has real folders only on the way to a file of ours, everything else is one link; make writes beside it.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from gen.facts.loader import Architecture, Compiler, architecture, architectures, object_options
from gen.kernel.remembered import cache_folder
from gen.kernel.signals import held_back
from gen.patch.disassembly import OPTIONS


@dataclass(frozen=True)
class Machine:
    """How an architecture is built: ARCH=, the compiler's prefix and its Debian package, and the symbols that are y."""

    arch: str
    prefix: str
    package: str
    options: tuple[str, ...] = ()

    @property
    def wished(self) -> tuple[str, ...]:
        """Its lines of .config."""
        return tuple(f"CONFIG_{symbol}=y" for symbol in self.options)


@cache
def machines() -> Mapping[str, Machine]:
    """The architectures whose objects can be compared, by their folder in arch/."""
    known = map(architecture, architectures())
    return {
        each.arch: built(each, each.compiler, each.objects.options) for each in known if each.compiler and each.objects
    }


def built(of: Architecture, compiler: Compiler, options: tuple[str, ...]) -> Machine:
    """How it is built on this machine, where the compiler may not be a cross compiler."""
    if platform.machine() == compiler.native:
        return Machine(of.arch, "", "gcc", options)
    return Machine(of.arch, compiler.prefix, compiler.package, options)


TOOLS = {"make": "make", "flex": "flex", "bison": "bison", "bc": "bc", "perl": "perl"}
"""What a kernel needs to be configured and prepared, and the Debian package that has it."""

_LINES = "#pragma GCC system_header\n#undef __LINE__\n#define __LINE__ 1\n"
"""Every line is line 1, so that a moved one changes no immediate; the pragma is there for the warning."""

_FLAGS = (
    # A switch is code and no data, and functions that become alike stay two.
    *("-fno-jump-tables", "-fno-tree-switch-conversion", "-fno-ipa-icf"),
    # A `goto out` and a `return` are the same jump, and no hint at what is likely.
    "-fno-guess-branch-probability",
    # Which variables share a register does not depend on how many are declared.
    "-fno-tree-coalesce-vars",
)
"""What keeps the compiler from turning a change of words into one of code."""


class BuildError(Exception):
    """Why nothing could be built, and what helps."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


@dataclass(frozen=True)
class Made:
    """What a run of make left behind: its exit status and everything it printed."""

    code: int
    output: str

    @property
    def error(self) -> str:
        """The first line that says what went wrong: a compiler's, else make's, else the first that says anything."""
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        for sign in (r".*\b[Ee]rror: ", r".*\*\*\* (?!\[)", r"(?!make)"):
            if found := next((line for line in lines if re.match(sign, line)), None):
                return found
        return lines[0] if lines else f"make ended with status {self.code}"


@dataclass(frozen=True)
class Workplace:
    """A scratch copy of a tree in a folder of its own, to build one architecture in."""

    tree: Path
    machine: Machine
    root: Path

    @property
    def source(self) -> Path:
        """What make is told to be the source."""
        return self.root / "source"

    @property
    def build(self) -> Path:
        """Where make writes."""
        return self.root / "build"

    def put(self, path: str, content: bytes | None) -> None:
        """Has a file in the copy with this content, or no such file; it is new to make even if it was the same."""
        _mirror(self.tree, self.source, PurePosixPath(path))
        target = self.source / path
        target.unlink(missing_ok=True)
        if content is not None:
            target.write_bytes(content)

    def configure(self) -> frozenset[str]:
        """Configures with context tracking; the lines of the configuration. Raises BuildError if there is none."""
        _mirror(self.tree, self.source, PurePosixPath("Makefile"))
        self.build.mkdir()
        wished = self.root / "wished"
        asked = {option: f"CONFIG_{option.symbol}={option.value}" for option in object_options()}
        wished.write_text("\n".join((*self.machine.wished, *asked.values(), "")), encoding="utf-8")
        self._must_make("allnoconfig", f"KCONFIG_ALLCONFIG={wished}")
        configured = frozenset((self.build / ".config").read_text(encoding="utf-8").splitlines())
        if needed := [line for option, line in asked.items() if option.needed and line not in configured]:
            reason = f"Kconfig drops `{needed[0]}`, so that there is no context tracking"
            raise BuildError(reason, "see whether the tree selects HAVE_CONTEXT_TRACKING_USER for a 64-bit SMP kernel")
        return configured

    def prepare(self) -> None:
        """Makes everything that a single object needs. Raises BuildError."""
        (self.root / "lines.h").write_text(_LINES, encoding="utf-8")
        self._must_make("prepare")

    def object_of(self, path: str) -> str:
        """The object that a file ends up in: its own, or that of the first file beside it that includes it."""
        own = PurePosixPath(path)
        line = re.compile(rb'^\s*#\s*include\s+"%b"' % re.escape(own.name.encode()), re.MULTILINE)
        beside = sorted(each for each in (self.source / own.parent).glob("*.[cS]") if line.search(each.read_bytes()))
        return str(own.with_name(beside[0].name if beside else own.name).with_suffix(".o"))

    def make(self, *arguments: str) -> Made:
        """Runs make on the copy, silent but for warnings and errors, which name files by their path in the tree."""
        command = [
            *("make", "-s", f"-j{len(os.sched_getaffinity(0))}"),
            *(f"ARCH={self.machine.arch}", f"CROSS_COMPILE={self.machine.prefix}", f"O={self.build}"),
            f"KCFLAGS={' '.join(('-include', str(self.root / 'lines.h'), *_FLAGS))}",
            *arguments,
        ]
        made = run_program(command, self.source)
        return Made(made.code, made.output.replace(f"{self.source}/", ""))

    def compiler(self) -> str:
        """The compiler, as the first line of what it says of itself."""
        return run_program([f"{self.machine.prefix}gcc", "--version"], self.root).output.partition("\n")[0]

    def disassembly(self, target: str) -> str:
        """What objdump says of an object. Raises BuildError."""
        made = run_program([f"{self.machine.prefix}objdump", *OPTIONS, target], self.build)
        if made.code:
            raise BuildError(f"objdump fails: {made.error}", "install the binutils that the compiler belongs to")
        return made.output

    def _must_make(self, *arguments: str) -> None:
        made = self.make(*arguments)
        if made.code:
            raise BuildError(f"`make {arguments[0]}` fails: {made.error}", "see whether the tree itself builds")


@contextmanager
def workplace(tree: Path, machine: Machine) -> Iterator[Workplace]:
    """A workplace that is nobody else's, and gone afterwards. Raises BuildError if a tool is missing."""
    must_have(machine)
    must_have_program(f"{machine.prefix}objdump", machine.package)
    must_be_clean(tree, machine)
    cache = cache_folder()
    if cache is None:
        raise BuildError("there is no place for a scratch copy", "set `XDG_CACHE_HOME`")
    shelf = cache.parent / "objects"
    shelf.mkdir(parents=True, exist_ok=True)
    _clear(shelf)
    with tempfile.TemporaryDirectory(prefix=f"{machine.arch}-", dir=shelf, ignore_cleanup_errors=True) as root:
        yield Workplace(tree.resolve(), machine, Path(root))


def must_have(machine: Machine) -> None:
    """Raises BuildError if the compiler or another tool that every build needs is missing."""
    for program, package in ((f"{machine.prefix}gcc", machine.package), *TOOLS.items()):
        must_have_program(program, package)


def must_have_program(program: str, package: str) -> None:
    """Raises BuildError if a program is missing; the hint is the Debian package that has it."""
    if shutil.which(program) is None:
        raise BuildError(f"there is no `{program}`", f"install the Debian package {package}")


def must_be_clean(tree: Path, machine: Machine) -> None:
    """Raises BuildError if somebody built in the tree itself."""
    # Make would take objects and headers that were made in the tree for its own.
    for made in (".config", "include/config", f"arch/{machine.arch}/include/generated"):
        if (tree / made).exists():
            raise BuildError(
                f"the tree was configured or built in place: there is {made}",
                "`make mrproper` there, or take a clean copy (`git worktree add`)",
            )


_FORGOTTEN = 24 * 60 * 60
"""Seconds after which a workplace is what a killed run has left."""


def _clear(shelf: Path) -> None:
    for left in shelf.iterdir():
        with suppress(OSError):
            if left.stat().st_mtime < time.time() - _FORGOTTEN:
                shutil.rmtree(left, ignore_errors=True)


def _mirror(tree: Path, target: Path, own: PurePosixPath) -> None:
    for folder in reversed(own.parents):
        place = target / folder
        if place.is_symlink():
            place.unlink()
        if not place.exists():
            place.mkdir(parents=True)
            for name in _names(tree / folder):
                (place / name).symlink_to(tree / folder / name)


def _names(folder: Path) -> Iterable[str]:
    return sorted(entry.name for entry in folder.iterdir() if entry.name != ".git") if folder.is_dir() else ()


_FOREIGN = re.compile(r"(GNU)?MAKE.*|\w*FLAGS|(KBUILD|KCONFIG|LC)_.*|ARCH|CROSS_COMPILE|LLVM|CC|O|V|W|LANG.*")
"""Variables that are meant for another build, or for who reads messages."""


@contextmanager
def program(
    command: Sequence[str], folder: Path, descriptors: Collection[int] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """A running program whose output is one pipe; whatever stops us stops it and its children first.

    Of our open files it inherits those of `descriptors` alone.
    """
    kept = {name: value for name, value in os.environ.items() if not _FOREIGN.fullmatch(name)}
    with (
        held_back() as go_on,
        subprocess.Popen(  # noqa: S603, a list of arguments without a shell
            command,
            cwd=folder,
            env=kept,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=descriptors,
        ) as process,
    ):
        try:
            go_on()
            yield process
        except BaseException:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            if process.stdout is not None:
                process.stdout.read()  # it ends with the last of the children
            process.wait()
            raise


def run_program(command: Sequence[str], folder: Path, hear: Callable[[str], object] = str) -> Made:
    """Runs a program to its end; `hear` is told each line as it comes."""
    lines = []
    with program(command, folder) as process:
        assert process.stdout is not None  # noqa: S101, it is a pipe
        for raw in process.stdout:
            lines.append(raw.decode(errors="replace"))
            hear(lines[-1].rstrip())
        process.wait()
    return Made(process.returncode, "".join(lines))
