"""Rendered files and real compilers, with the stand-in headers of tests/shim, for every release that changed a name."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from support import ROOT, SHIPPED, changed
from trees import load_spec, needs_program, rendered

from gen.facts.loader import renames
from gen.model.release import Release, oldest, spelled

pytestmark = pytest.mark.compiler

NEWEST = Release(6, 12)
"""The newest release that the shims stand in for."""

SHIM = ROOT / "tests" / "shim"
RELEASES = [Release.parse(text) for text in ("5.11", "5.19", "6.0", "6.1", "6.11", "6.12")]
"""The first and the last release of each spelling, as far as they can be rendered for."""

COMPILERS = ("gcc", "clang")
NO_HOST_HEADERS = ("-nostdinc", f"-I{SHIM}")
FLAGS = ("-std=gnu11", "-Wall", "-Wextra", "-Werror", "-Wmissing-prototypes", "-O2", *NO_HOST_HEADERS)
HEADER, STUBS = "include/asm/context_tracking.h", "kernel/entry-stubs.c"

every_compiler = pytest.mark.parametrize("compiler", COMPILERS)
every_spec = pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
# Code is made at both ends; between them only names change, which the front end sees, and which `make test` leaves out.
every_release = pytest.mark.parametrize(
    "release",
    [pytest.param(each, marks=() if each in {oldest(), NEWEST} else pytest.mark.slow) for each in RELEASES],
    ids=str,
)


@dataclass(frozen=True)
class Face:
    """One way in which a tree can face the rendered files."""

    release: Release
    tracking: bool = True
    generic_pair: bool = True
    offstack: bool = False

    @property
    def macros(self) -> Iterator[str]:
        """What the shims have to be told."""
        yield f"-DSHIM_RELEASE={self.release.major << 8 | self.release.minor:#06x}"
        if self.generic_pair:
            yield "-DSHIM_GENERIC_PAIR"
        if self.tracking:
            yield f"-DCONFIG_{spelled('CONTEXT_TRACKING_USER', self.release)}"
        if self.offstack:
            yield f"-DCONFIG_{spelled('HAVE_CONTEXT_TRACKING_USER_OFFSTACK', self.release)}"


@dataclass(frozen=True)
class Port:
    """A folder with rendered files, and one more file that includes the header twice."""

    folder: Path

    def complaints(self, compiler: str, face: Face, *, to_the_end: bool = True) -> str:
        """What a compiler says to both files; nothing if it has no objection. A crash or a bad option is said, too."""
        how = "-c" if to_the_end else "-fsyntax-only"
        sources = [str(self.folder / STUBS), str(self.folder / "twice.c")]
        with TemporaryDirectory() as products:
            done = subprocess.run(
                [compiler, *FLAGS, *face.macros, f"-I{self.folder / 'include'}", how, *sources],
                cwd=products,
                env={**os.environ, "LC_ALL": "C"},
                capture_output=True,
                text=True,
                check=False,
            )
        return done.stderr if done.returncode == 0 else done.stderr or f"exit status {done.returncode}"

    def edit(self, name: str, old: str, new: str) -> None:
        """Replaces one passage of a rendered file."""
        target = self.folder / name
        target.write_text(changed(target.read_text(encoding="utf-8"), old, new), encoding="utf-8")


def port_in(folder: Path, file: Path, release: Release) -> Port:
    """A spec, rendered for a release into a folder."""
    for name, text in rendered(file, release).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "twice.c").write_text("#include <asm/context_tracking.h>\n" * 2, encoding="utf-8")
    return Port(folder)


def shipped(arch: str) -> Path:
    """The spec of one architecture; skips the test if it is not shipped."""
    found = [file for file in SHIPPED if file.stem == arch]
    return found[0] if found else pytest.skip(f"{arch} has no spec here")


def at_once(compile_one: Callable[[Face], str], faces: Sequence[Face]) -> dict[Face, str]:
    """The complaints about each face, without the faces that none was made about."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return {face: said for face, said in zip(faces, pool.map(compile_one, faces), strict=True) if said}


@every_release
@every_compiler
@every_spec
def test_rendered_files_compile_without_a_warning(file: Path, compiler: str, release: Release, tmp_path: Path) -> None:
    needs_program(compiler, compiler)
    port = port_in(tmp_path, file, release)
    offstack = load_spec(file).model.offstack
    faces = [Face(release, tracking, pair, offstack) for tracking, pair in product((True, False), repeat=2)]
    # Code is made at both ends; between them only names change, which the front end sees.
    to_the_end = release in {oldest(), NEWEST}
    assert at_once(lambda face: port.complaints(compiler, face, to_the_end=to_the_end), faces) == {}


@pytest.mark.parametrize(("earlier", "later"), [("5.11", "5.19"), ("5.19", "6.0"), ("6.11", "6.12")])
@every_compiler
def test_a_release_refuses_the_names_of_another(compiler: str, earlier: str, later: str, tmp_path: Path) -> None:
    needs_program(compiler, compiler)
    before, after = Release.parse(earlier), Release.parse(later)
    for rendered_for, compiled_for in ((before, after), (after, before)):
        port = port_in(tmp_path, shipped("arm64"), rendered_for)
        assert port.complaints(compiler, Face(rendered_for)) == ""
        assert "error" in port.complaints(compiler, Face(compiled_for)), f"{rendered_for} passes for {compiled_for}"


OWN_PAIR_ONLY_IF_NEEDED = "!defined(_LINUX_CONTEXT_TRACKING_H) && !defined(exception_enter)"


@pytest.mark.parametrize("tracking", [True, False])
@every_compiler
def test_a_second_pair_is_refused(compiler: str, tracking: bool, tmp_path: Path) -> None:
    needs_program(compiler, compiler)
    port = port_in(tmp_path, shipped("mips"), NEWEST)
    header = (tmp_path / HEADER).read_text(encoding="utf-8")
    assert header.count(OWN_PAIR_ONLY_IF_NEEDED) == 2
    (tmp_path / HEADER).write_text(header.replace(OWN_PAIR_ONLY_IF_NEEDED, "1"), encoding="utf-8")
    assert "exception_enter" in port.complaints(compiler, Face(NEWEST, tracking, generic_pair=True))


@pytest.mark.parametrize("tracking", [True, False])
@every_compiler
def test_a_missing_pair_is_refused(compiler: str, tracking: bool, tmp_path: Path) -> None:
    needs_program(compiler, compiler)
    port = port_in(tmp_path, shipped("mips"), NEWEST)
    header = (tmp_path / HEADER).read_text(encoding="utf-8")
    (tmp_path / HEADER).write_text(header.replace(OWN_PAIR_ONLY_IF_NEEDED, "0"), encoding="utf-8")
    assert "exception_enter" in port.complaints(compiler, Face(NEWEST, tracking, generic_pair=False))


@every_compiler
def test_an_offstack_port_that_calls_the_pair_is_refused(compiler: str, tmp_path: Path) -> None:
    needs_program(compiler, compiler)
    port = port_in(tmp_path, shipped("arm64"), NEWEST)
    port.edit(STUBS, "\tarm64_ct_do_el0_svc(regs);\n", "\texception_enter();\n\tarm64_ct_do_el0_svc(regs);\n")
    assert "exception_enter" in port.complaints(compiler, Face(NEWEST, generic_pair=False, offstack=True))


@every_compiler
def test_a_header_without_its_guard_is_refused(compiler: str, tmp_path: Path) -> None:
    needs_program(compiler, compiler)
    port = port_in(tmp_path, shipped("arm64"), NEWEST)
    port.edit(HEADER, "#ifndef _ASM_ARM64_CONTEXT_TRACKING_H\n", "#if 1\n")
    assert "arm64_ct_user_exit_irqoff" in port.complaints(compiler, Face(NEWEST))


STILL_THERE = {"ct_state"}
"""Old spellings that later releases have, too, for something else."""

SPELLINGS = {
    each.spelling
    for name, rename in renames().items()
    for each in rename.spellings
    if not name.startswith(("HAVE_", "CONTEXT_TRACKING"))
}
"""Every spelling of every C name that ever changed."""

PROBE = """
#include <linux/context_tracking.h>
#include <linux/ftrace.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
void probe(void);
void probe(void) { (void)(%s); }
"""


def has_name(compiler: str, release: Release, spelling: str) -> bool:
    """Whether the shims have a name in a release; `compiler` reads the probe from its standard input."""
    done = subprocess.run(
        [compiler, "-std=gnu11", "-Werror", *NO_HOST_HEADERS, *Face(release).macros, "-fsyntax-only", "-xc", "-"],
        input=PROBE % spelling,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0


@every_release
@every_compiler
def test_the_shims_have_the_names_of_their_release_and_no_others(compiler: str, release: Release) -> None:
    needs_program(compiler, compiler)
    right = {spelled(name, release) for name in renames()} & SPELLINGS
    found = {spelling for spelling in SPELLINGS if has_name(compiler, release, spelling)}
    assert found - STILL_THERE == right - STILL_THERE


@pytest.mark.parametrize("text", ["5.10", "6.13"])
@every_compiler
def test_the_shims_refuse_a_release_that_cannot_be_rendered_for(compiler: str, text: str) -> None:
    needs_program(compiler, compiler)
    assert not has_name(compiler, Release.parse(text), "user_exit")
