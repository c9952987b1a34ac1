"""Kernel trees for the tests: where they are, scratch copies that can be built in, and rendered files to put there.

A scratch copy costs a few hundred symbolic links. The folders that get a file of ours are real folders full of links,
everything else is one link, and the build goes to a folder of its own (make O=), so that the tree stays as it is and
the rendered files stand where a port would have them.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path, PurePath

import pytest
from support import SHIPPED

from gen.diagnostics import Sink
from gen.facts.loader import architecture
from gen.kernel.tree import find_tree
from gen.lint.recovered import TreeVerdict, verdict
from gen.lint.workspace import Workspace
from gen.model.release import Release
from gen.render.pipeline import render_spec
from gen.resources import templates_directory
from gen.spec.archspec import ArchSpec
from gen.spec.loader import SpecLoader

TREE_RELEASE = Release(6, 12)
TREE_VARIABLE = "KERNEL_TREE_6_12"
OLDER_RELEASE = Release(6, 1)
OLDER_VARIABLE = "KERNEL_TREE_6_1"
NEWEST_VARIABLE = "KERNEL_TREE_NEWEST"
PREVIOUS_VARIABLE = "KERNEL_TREE_PREVIOUS"


@cache
def load_spec(file: Path) -> ArchSpec:
    """A shipped spec; fails the test if it has an error."""
    sink = Sink()
    spec = SpecLoader(sink).load(str(file))
    assert spec is not None, f"{file} has errors: {[str(found.message) for found in sink.findings]}"
    return spec


@cache
def rendered(file: Path, release: Release) -> Mapping[str, str]:
    """What a shipped spec renders to: the text of each file by its path below the architecture's folder."""
    sink = Sink()
    # Whether a claim is proved is one comment in the files, and takes longer than all the rest.
    result = render_spec(load_spec(file), release, templates_directory(), sink, proved=True)
    assert result is not None, f"{file} does not render: {[str(found.message) for found in sink.findings]}"
    return {str(each.path): each.text for each in result.files}


def kernel_tree(test: str) -> Path:
    """The 6.12 tree; skips the test that needs it, with the command that would run it, if there is none."""
    return _named_tree(TREE_VARIABLE, TREE_RELEASE, f'eval "$(scripts/prepare-trees)" && pytest -m tree {test}')


def older_tree() -> Path:
    """The 6.1 tree; skips the test that needs it, with the command that would run it, if there is none."""
    return _named_tree(OLDER_VARIABLE, OLDER_RELEASE, 'eval "$(scripts/prepare-trees --all)" && pytest -m tree')


def newest_tree() -> Path:
    """The newest tree that there is, of whatever release; skips the test that needs it if there is none."""
    return _named_tree(NEWEST_VARIABLE, None, 'eval "$(scripts/prepare-trees --newest)" && pytest -m tree')


def newest_workspace(arch: str, changed: Mapping[str, str]) -> Workspace:
    """The newest tree with the spec of one architecture, and with other texts in some files."""
    return workspace_of(newest_tree(), arch, changed)


def workspace_of(root: Path, arch: str, changed: Mapping[str, str]) -> Workspace:
    """A tree with the spec of one architecture, and with other texts in some files."""
    tree = find_tree(root)
    assert tree is not None
    tree = replace(tree, overlay={file: text.encode() for file, text in changed.items()})
    spec = load_spec(next(file for file in SHIPPED if file.stem == arch))
    return Workspace(tree, (), {arch: spec})


def newest_verdict(arch: str, changed: Mapping[str, str]) -> TreeVerdict:
    """The verdict on an architecture of the newest tree without the pair, with other texts in some files."""
    return verdict(newest_workspace(arch, changed), arch, offstack=True)


def previous_tree() -> Path:
    """The tree of the release before the newest; skips the test that needs it if there is none."""
    return _named_tree(PREVIOUS_VARIABLE, None, 'eval "$(scripts/prepare-trees --newest)" && pytest -m tree')


def _named_tree(variable: str, release: Release | None, command: str) -> Path:
    named = os.environ.get(variable)
    if not named:
        pytest.skip(f"{variable} names no kernel tree; {command}")
    tree = Path(named).resolve()
    found = release_of(tree)
    assert found is not None, f"{variable} is {named}, which is not a kernel tree"
    assert release in (None, found), f"{variable} is {named}, which is a tree of Linux {found}, not {release}"
    return tree


_RELEASE = re.compile(r"^VERSION = (\d+)\nPATCHLEVEL = (\d+)$", re.MULTILINE)


def release_of(tree: Path) -> Release | None:
    """The release that a tree's Makefile says, if it has one."""
    makefile = tree / "Makefile"
    match = _RELEASE.search(makefile.read_text(encoding="utf-8")) if makefile.is_file() else None
    return Release(int(match[1]), int(match[2])) if match else None


def renumbered_tree(tree: Path, release: Release) -> Path:
    """A tree that is `tree` in all but the release that its Makefile says; kept from run to run.

    Its files are hard links where that is possible, since what is behind a symbolic link is not read as part of a
    tree: a change of one would be a change of `tree`.
    """

    def without_makefile(folder: str, names: list[str]) -> tuple[str, ...]:
        return ("Makefile",) if Path(folder) == tree else ()

    root = _scratch_root() / _identity(tree) / f"as-{release}"
    copy = root / tree.name
    root.mkdir(parents=True, exist_ok=True)
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if release_of(copy) != release:
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(tree, copy, symlinks=True, copy_function=_link_or_copy, ignore=without_makefile)
            # Written last, so that an interrupted copy is not taken for a whole one.
            text = (tree / "Makefile").read_text(encoding="utf-8")
            said = f"VERSION = {release.major}\nPATCHLEVEL = {release.minor}"
            (copy / "Makefile").write_text(_RELEASE.sub(said, text, count=1), encoding="utf-8")
    return copy


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # another file system
        shutil.copy2(source, target, follow_symlinks=False)


def needs_program(program: str, package: str) -> None:
    """Skips the test, with the command that would help, if a program is not installed."""
    if shutil.which(program) is None:
        pytest.skip(f"no {program}; apt-get install {package}")


@dataclass(frozen=True)
class Port:
    """How the kernel is built for an architecture: by which compiler, and what makes SMP possible.

    `arch` is its folder below arch/, `make` what else make is told. `llvm` is the suffix of LLVM's programs, "-19",
    where they build it and no GCC of `cross`.
    """

    arch: str
    cross: str
    package: str
    options: tuple[str, ...]
    make: tuple[str, ...] = ()
    llvm: str = ""

    @property
    def compiler(self) -> str:
        """The program that compiles."""
        return f"clang{self.llvm}" if self.llvm else f"{self.cross}gcc"

    @property
    def nm(self) -> str:
        """The program that lists symbols."""
        return f"llvm-nm{self.llvm}" if self.llvm else f"{self.cross}nm"

    @property
    def toolchain(self) -> str:
        """How make is told the compiler."""
        return f"LLVM={self.llvm}" if self.llvm else f"CROSS_COMPILE={self.cross}"

    @property
    def header(self) -> str:
        """Where the rendered header goes."""
        return f"arch/{self.arch}/include/asm/context_tracking.h"

    @property
    def stubs(self) -> str:
        """Where the rendered stubs go."""
        return f"arch/{self.arch}/kernel/entry-stubs.c"

    @property
    def hooks(self) -> str:
        """Where a test may put what the port provides."""
        return f"arch/{self.arch}/kernel/entry-hooks.c"

    def skip_without_tools(self) -> None:
        """Skips the test if this cannot be built here."""
        needs_program("make", "make flex bison bc perl libelf-dev, or scripts/prepare-trees --compilers")
        needs_program(self.compiler, f"{self.package}, or scripts/prepare-trees --compilers")


_OPTIONS = {
    "powerpc": ("CONFIG_PPC64=y", "CONFIG_PPC_BOOK3S_64=y", "CONFIG_CPU_LITTLE_ENDIAN=y"),
    # DEBUG_ENTRY makes objtool look at noinstr code.
    "x86": ("CONFIG_64BIT=y", "CONFIG_DEBUG_ENTRY=y"),
}
"""What makes SMP and context tracking possible, where it is not what objects are compared with."""


def folder_of(spec: Path) -> str:
    """The folder of a shipped spec below arch/."""
    return load_spec(spec).kconfig.file.split("/")[1]


def port_of_spec(spec: Path) -> Port | None:
    """How the kernel of a shipped spec is built; None if nothing in Debian builds it."""
    folder = folder_of(spec)
    facts = architecture(folder)
    compiler = facts.compiler
    if compiler is None:
        return None
    native = compiler.native == platform.machine()
    compared = facts.objects.options if facts.objects else ()
    return Port(
        folder,
        "" if native or compiler.llvm else compiler.prefix,
        compiler.llvm.package if compiler.llvm else "gcc" if native else compiler.package,
        _OPTIONS.get(folder, tuple(f"CONFIG_{symbol}=y" for symbol in compared)),
        compiler.make,
        compiler.llvm.suffix if compiler.llvm else "",
    )


@dataclass(frozen=True)
class Flavour:
    """A configuration to build in: a name, what is added to nothing, and whether that has context tracking."""

    name: str
    options: tuple[str, ...]
    tracking: bool


_COMMON = ("CONFIG_SMP=y", "CONFIG_DEBUG_KERNEL=y")
TRACKING = Flavour(
    "tracking",
    (
        *_COMMON,
        "CONFIG_VIRT_CPU_ACCOUNTING_GEN=y",
        "CONFIG_CONTEXT_TRACKING_USER=y",
        "CONFIG_NO_HZ_FULL=y",
        # Whatever makes a macro of the entry code a real function.
        "CONFIG_PREEMPT=y",
        "CONFIG_FTRACE=y",
        "CONFIG_IRQSOFF_TRACER=y",
        "CONFIG_PROVE_LOCKING=y",
    ),
    tracking=True,
)
PLAIN = Flavour("plain", _COMMON, tracking=False)


@dataclass(frozen=True)
class Made:
    """What a run of make left behind: its exit status and everything it printed."""

    code: int
    output: str


@dataclass(frozen=True)
class Scratch:
    """A place to build one architecture in, which looks like `tree` and does not touch it."""

    tree: Path
    port: Port
    root: Path

    @property
    def source(self) -> Path:
        """What make is told to be the source."""
        return self.root / "source"

    def build(self, flavour: Flavour) -> Path:
        """The folder that a configuration is built in."""
        return self.root / flavour.name

    def put(self, path: str, text: str) -> None:
        """Writes a file into the source, in the place of the tree's own if it has one."""
        own = PurePath(path)
        mirror(self.tree, self.source, own)
        target = self.source / own
        if target.is_symlink():
            target.unlink()
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")

    def make(self, build: Path, *arguments: str, arch: str = "") -> Made:
        """Runs make on the source, silent but for warnings and errors, with its products in `build`."""
        done = subprocess.run(
            [
                "make",
                "-s",
                f"-j{os.cpu_count() or 1}",
                f"ARCH={arch or self.port.arch}",
                self.port.toolchain,
                f"O={build}",
                *self.port.make,
                *arguments,
            ],
            cwd=self.source,
            env=_build_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        return Made(done.returncode, done.stdout)

    def prepared(self, flavour: Flavour) -> Path:
        """The folder of a configuration, configured and with everything made that one object needs."""
        build = self.build(flavour)
        stamp = build / "prepared"
        options = (*self.port.options, *flavour.options)
        wish = "\n".join((*options, ""))
        if stamp.is_file() and stamp.read_text(encoding="utf-8") == wish:
            return build
        shutil.rmtree(build, ignore_errors=True)
        build.mkdir(parents=True)
        wished = self.root / f"{flavour.name}.config"
        wished.write_text(wish, encoding="utf-8")
        self._must_make(build, "allnoconfig", f"KCONFIG_ALLCONFIG={wished}")
        _check_configuration(build, options, flavour.tracking)
        # W=1 here too: kbuild makes its tools again when the flags change.
        self._must_make(build, "W=1", "prepare")
        stamp.write_text(wish, encoding="utf-8")
        return build

    def object(self, flavour: Flavour, source: str) -> Made:
        """Compiles one file, even if it was compiled before: a warning is said only once."""
        build = self.prepared(flavour)
        name = str(PurePath(source).with_suffix(".o"))
        (build / name).unlink(missing_ok=True)
        return self.make(build, "W=1", name)

    def symbols(self, flavour: Flavour, source: str) -> dict[str, str]:
        """The symbols of an object by name, each with nm's letter."""
        target = self.build(flavour) / PurePath(source).with_suffix(".o")
        command = [self.port.nm, "--format=posix", str(target)]
        listed = subprocess.run(command, capture_output=True, text=True, check=True)
        # sparc64 declares the registers that it uses as symbols without a name.
        named = (fields for line in listed.stdout.splitlines() if len(fields := line.split()) > 1)
        return {fields[0]: fields[1] for fields in named}

    def _must_make(self, build: Path, *arguments: str) -> None:
        made = self.make(build, *arguments)
        assert made.code == 0, f"make {' '.join(arguments)} failed for {self.port.arch}:\n{made.output}"


def _check_configuration(build: Path, options: Iterable[str], tracking: bool) -> None:
    # Kconfig drops what it does not know or cannot have, without a word.
    configured = configuration(build)
    lost = [option for option in options if option not in configured]
    assert not lost, f"Kconfig dropped {lost}"
    assert ("CONFIG_CONTEXT_TRACKING_USER=y" in configured) == tracking


def configuration(build: Path) -> set[str]:
    """The lines of a build folder's configuration."""
    return set((build / ".config").read_text(encoding="utf-8").splitlines())


def _build_environment() -> dict[str, str]:
    # The tests may be run by a make of their own, whose flags are not meant for this one.
    foreign = re.compile(r"(GNU)?MAKE.*|MFLAGS|KBUILD_.*|KCONFIG_.*|ARCH|CROSS_COMPILE|LLVM|CC|O|V|W")
    return {**{name: value for name, value in os.environ.items() if not foreign.fullmatch(name)}, "LC_ALL": "C"}


def mirror(tree: Path, target: Path, own: PurePath) -> None:
    """Makes `target` look like `tree`, with a real folder around `own`."""
    folders = list(own.parents)[::-1]
    for folder in folders:
        place = target / folder
        if place.is_symlink():
            place.unlink()
        place.mkdir(parents=True, exist_ok=True)
        for name in _missing(tree / folder, place):
            (place / name).symlink_to(tree / folder / name)


def _missing(original: Path, copy: Path) -> Iterable[str]:
    return sorted({entry.name for entry in original.iterdir()} - {entry.name for entry in copy.iterdir()})


@contextmanager
def scratch(tree: Path, port: Port, purpose: str = "objects") -> Iterator[Scratch]:
    """The scratch copy of one architecture, kept from run to run; one process at a time has it."""
    root = _scratch_root() / _identity(tree) / purpose / port.arch
    root.mkdir(parents=True, exist_ok=True)
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        place = Scratch(tree, port, root)
        mirror(tree, place.source, PurePath("Makefile"))
        yield place


def _scratch_root() -> Path:
    if named := os.environ.get("CTGEN_SCRATCH"):
        return Path(named).resolve()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").resolve() / "offstack" / "scratch"


def _identity(tree: Path) -> str:
    # A tree that was unpacked again is another tree.
    text = f"{tree}\n{(tree / 'Makefile').stat().st_mtime_ns}"
    return f"{tree.name}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
