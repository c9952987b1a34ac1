"""gen boot on a tree of a few files, with programs that only pretend: what a user is told, and what is left on disk."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from support import BAD_INPUT, CLEAN, FINDINGS, Result, run, run_json

from gen.boot import machine
from gen.boot.targets import targets
from gen.patch.building import TOOLS

CALLER = "[    1.000000][   T42] "

MAKE = """\
for word; do
	case $word in
	O=*) build=${word#O=} ;;
	KCONFIG_ALLCONFIG=*) grep -v "$DROPPED" "${word#*=}" >"$build/.config" ;;
	Image) mkdir -p "$build/arch/arm64/boot" && echo image >"$build/arch/arm64/boot/Image" ;;
	esac
done
"""
GCC = 'while [ "$1" != -o ]; do shift; done; echo program >"$2"\n'
SILENT = (
    "gen-init: system calls",
    "gen-init: perf",
    "gen-init: cannot be: this machine counts no cycles",
    "gen-init: counted: 2500 hits of a breakpoint register",
    "gen-init: counted: 993 NMIs from outside",
    "gen-init: done",
)
WARNING = "WARNING: CPU: 1 PID: 42 at arch/arm64/kernel/entry-common.c:105 el0_svc+0x1c/0x120"


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kernel tree, and beside it the programs that build and boot it."""
    tree = tmp_path / "linux"
    for file, text in {
        "Makefile": "VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\n",
        "Kconfig": "",
        "arch/arm64/Kconfig": "config ARM64\n",
        "tools/include/nolibc/nolibc.h": "",
    }.items():
        (tree / file).parent.mkdir(parents=True, exist_ok=True)
        (tree / file).write_text(text)
    for name in TOOLS:
        pretend(tmp_path, name, ":")
    pretend(tmp_path, "make", MAKE)
    pretend(tmp_path, "gcc", GCC)
    pretend(tmp_path, "gzip", ":")
    pretend(tmp_path, "aarch64-linux-gnu-gcc", GCC)
    console(tmp_path, *SILENT)
    monkeypatch.setenv("PATH", os.pathsep.join((str(tmp_path / "bin"), "/usr/bin", "/bin")))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("DROPPED", "^nothing$")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pretend(place: Path, name: str, script: str) -> None:
    """Has a program that is this script."""
    (place / "bin").mkdir(exist_ok=True)
    (place / "bin" / name).write_text(f"#!/bin/sh\n{script}\n")
    (place / "bin" / name).chmod(0o755)


def console(place: Path, *lines: str, after: str = "") -> None:
    """Has a machine that says this, and then does what `after` is."""
    (place / "said").write_text("".join(f"{CALLER}{line}\r\n" for line in lines))
    pretend(place, "qemu-system-aarch64", f'echo "$@" >{place}/asked; cat {place}/said; {after}')


def boot(*arguments: str) -> Result:
    """Runs gen boot on the tree."""
    return run("boot", "arm64", "--tree", "linux", *arguments)


def test_a_silent_kernel(small: Path) -> None:
    done = boot()
    assert (done.code, done.err) == (CLEAN, "")
    kept = next(small.glob("cache/offstack/boot/linux-*/arm64/console.txt"))
    assert done.out.splitlines()[-7:] == [
        "arm64: Linux 6.12.3, offstack not selected",
        "  booted    in qemu-system-aarch64: it did everything, in 0 s",
        "  did       system calls, perf",
        "  not done  this machine counts no cycles",
        "  counted   2500 hits of a breakpoint register, 993 NMIs from outside",
        "  heard     no complaint",
        f"  console   {kept}",
    ]
    assert kept.read_text() == "".join(f"{CALLER}{line}\n" for line in SILENT)
    asked = (small / "asked").read_text()
    assert "nohz_full=1" in asked
    assert "-smp 2" in asked
    assert boot("--append", "trace_event=preemptirq:irq_enable quiet").code == CLEAN
    (words,) = re.findall(r"-append (.*)", (small / "asked").read_text())
    assert words.startswith("console=")
    assert words.split()[-2:] == ["trace_event=preemptirq:irq_enable", "quiet"]


def test_what_a_kernel_says_is_a_finding_in_the_tree(small: Path) -> None:
    console(small, SILENT[0], WARNING, "Call trace:", " el0_svc+0x1c/0x120", " el0t_64_sync+0x1/0x2", *SILENT[1:])
    done = boot()
    assert done.code == FINDINGS
    assert done.out.splitlines()[0] == (
        "linux/arch/arm64/kernel/entry-common.c:105:1: error: WARN_ON, first during `system calls`, in el0t_64_sync();"
        " the console has the whole report [kernel-complains]"
    )
    (found,) = run_json("boot", "arm64", "--tree", "linux").findings
    assert (found["file"], found["line"], found["function"]) == (
        "linux/arch/arm64/kernel/entry-common.c", 105, "el0_svc",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("after", "seconds", "why"),
    [("", "300", "the machine restarted"), ("exec sleep 60", "1", "it did not come to an end in time")],
)
def test_a_kernel_that_does_not_finish(small: Path, after: str, seconds: str, why: str) -> None:
    console(small, SILENT[0], after=after)
    done = boot("--timeout", seconds)
    assert done.code == FINDINGS
    assert f"console.txt:1:1: error: {why}, during `system calls`" in done.out
    assert "[boot-unfinished]" in done.out


def test_a_kernel_that_hangs(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "SILENCE", 0.5)
    console(small, SILENT[0], after="exec sleep 60")
    done = boot()
    assert done.code == FINDINGS
    assert "console.txt:1:1: error: nothing was said for 90 s, during `system calls`" in done.out


def test_a_kernel_that_does_not_stop_complaining(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "MOST_TEXT", 1000)
    console(small, *SILENT[:2], *([WARNING] * 20), after="exec sleep 60")
    done = boot()
    assert done.code == FINDINGS
    assert "error: it said more than 4 MiB, during `perf`" in done.out
    assert ":105:1: error: WARN_ON, 20 times, first during `perf`" in done.out


LINKS = """\
if [ "$word" = Image ] && ! [ -e "$build/vmlinux.o" ]; then
	touch "$build/vmlinux.o"
	echo 'a.o: warning: objtool: this is of one file'
	echo 'vmlinux.o: warning: objtool: el0_svc.part.0+0x1b: call to schedule() leaves .noinstr.text section'
fi
"""


def test_what_objtool_says_is_a_finding_each_time(small: Path) -> None:
    pretend(small, "make", MAKE + LINKS)
    first, again = boot(), run_json("boot", "arm64", "--tree", "linux")
    kept = next(small.glob("cache/offstack/boot/linux-*/arm64/objtool.txt"))
    assert first.code == FINDINGS
    assert first.out.splitlines()[0] == (
        f"{kept}:1:1: error: objtool: el0_svc.part.0+0x1b: call to schedule() leaves .noinstr.text section; make the"
        " function noinstr, or put the call into instrumentable code [objtool-complains]"
    )
    assert "  objtool   1 complaint" in first.out.splitlines()
    (found,) = again.findings
    assert (found["rule"], found["function"]) == ("objtool-complains", "el0_svc")


def test_what_objtool_said_of_a_kernel_that_was_not_finished_is_heard_again(small: Path) -> None:
    pretend(small, "make", f'{MAKE}[ "$word" != Image ] || touch "$build/vmlinux.o"')
    assert boot().code == CLEAN
    next(small.glob("cache/offstack/boot/linux-*/arm64/build/vmlinux.o")).unlink()
    pretend(small, "make", f'{MAKE}{LINKS}[ "$word" != Image ] || [ -e {small}/again ] || exit 2')
    assert boot().code == BAD_INPUT
    (small / "again").touch()
    assert "[objtool-complains]" in boot().out


def test_objtool_is_heard_of_the_kernel_that_is_there_now(small: Path) -> None:
    pretend(small, "make", MAKE + LINKS)
    assert boot().code == FINDINGS
    pretend(small, "make", f'{MAKE}[ "$word" != Image ] || touch "$build/vmlinux.o"')
    assert boot().code == CLEAN


@pytest.mark.parametrize("option", ["CONTEXT_TRACKING_USER", "PROVE_RCU", "SERIAL_AMBA_PL011_CONSOLE"])
def test_a_kernel_that_would_have_nothing_to_say_is_not_built(
    small: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    monkeypatch.setenv("DROPPED", f"{option}=")
    done = boot()
    assert done.code == BAD_INPUT
    assert done.err == (
        f"gen boot: Kconfig drops `CONFIG_{option}=y`, without which nothing would be said; the tree does not know it,"
        " or something that it depends on is missing\n"
    )
    assert not list(small.glob("cache/offstack/boot/*/arm64/build/arch"))


def test_what_a_kernel_does_not_have_is_said(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (small / "linux/Kconfig").write_text('config NO_HZ_FULL\n\tbool "Full"\n\nconfig DEBUG_PREEMPT\n\tbool\n')
    monkeypatch.setenv("DROPPED", "NO_HZ_FULL=\\|DEBUG_PREEMPT=\\|ARM_PMU=")
    done = boot()
    assert done.code == CLEAN
    assert done.out.splitlines()[1:4] == [
        "  left out  ARM_PMU: the tree does not have it",
        "  left out  NO_HZ_FULL: something that it depends on is missing",
        "  unchecked DEBUG_PREEMPT: something that it depends on is missing",
    ]
    assert run_json("boot", "arm64", "--tree", "linux").document["boot"]["left_out"] == [
        "ARM_PMU", "NO_HZ_FULL", "DEBUG_PREEMPT",
    ]  # fmt: skip


def test_a_release_that_nobody_has_described_is_asked_for_the_same(small: Path) -> None:
    boot()
    (wished,) = small.glob("cache/offstack/boot/*/arm64/wished")
    before = wished.read_text().replace(wished.parent.parent.name, "")
    (small / "linux/Makefile").write_text("VERSION = 8\nPATCHLEVEL = 4\nSUBLEVEL = 0\n")
    done = boot()
    assert (done.code, done.out.splitlines()[0]) == (CLEAN, "arm64: Linux 8.4.0, offstack not selected")
    (again,) = set(small.glob("cache/offstack/boot/*/arm64/wished")) - {wished}
    assert again.read_text().replace(again.parent.parent.name, "") == before


def test_an_option_is_asked_for_by_the_name_that_the_tree_has(small: Path) -> None:
    boot()
    (wished,) = small.glob("cache/offstack/boot/*/arm64/wished")
    assert "CONFIG_CONTEXT_TRACKING_USER=y" in wished.read_text().splitlines()
    (small / "linux/Kconfig").write_text("config CONTEXT_TRACKING\n\tbool\n\nconfig CONTEXT_TRACKING_FORCE\n\tbool\n")
    done = boot()
    lines = wished.read_text().splitlines()
    assert {"CONFIG_CONTEXT_TRACKING=y", "CONFIG_CONTEXT_TRACKING_FORCE=y"} <= set(lines)
    assert not [line for line in lines if "CONTEXT_TRACKING_USER" in line]
    assert (done.code, "left out" in done.out) == (CLEAN, False)


def test_a_tree_that_tracks_the_idle_task_alone_does_not_track_user_mode(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From 6.0 on CONTEXT_TRACKING is another thing than what it had been."""
    (small / "linux/Kconfig").write_text("config CONTEXT_TRACKING\n\tbool\n\nconfig CONTEXT_TRACKING_USER\n\tbool\n")
    idle = 'echo CONFIG_CONTEXT_TRACKING=y >>"$build/.config"'
    pretend(small, "make", f'{MAKE}[ ! -e "$build/.config" ] || {idle}')
    monkeypatch.setenv("DROPPED", "CONTEXT_TRACKING_USER=")
    assert boot().err.startswith("gen boot: Kconfig drops `CONFIG_CONTEXT_TRACKING_USER=y`, without which")


def test_a_kernel_that_does_not_build(small: Path) -> None:
    pretend(small, "make", f"{MAKE}\n[ -z \"$build\" ] || echo 'kernel/a.c:3:1: error: no semicolon'; exit 2")
    assert (boot().code, boot().err) == (
        BAD_INPUT,
        "gen boot: `make allnoconfig` fails: kernel/a.c:3:1: error: no semicolon; see whether the tree itself builds\n",
    )


@pytest.mark.parametrize(
    ("program", "package"),
    [
        ("qemu-system-aarch64", "qemu-system-arm"),
        ("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu"),
        ("flex", "flex"),
        ("gcc", "gcc"),
    ],
)
def test_a_missing_program_is_named_with_its_package(
    small: Path, monkeypatch: pytest.MonkeyPatch, program: str, package: str
) -> None:
    monkeypatch.setenv("PATH", str(small / "bin"))
    (small / "bin" / program).unlink()
    done = boot()
    assert done.code == BAD_INPUT
    assert done.err == f"gen boot: there is no `{program}`; install the Debian package {package}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("riscv64", "--tree", "linux"), "no machine is known for `riscv64`; did you mean `riscv`?"),
        (("vax", "--tree", "linux"), f"no machine is known for `vax`; known are {', '.join(targets())}"),
        (("riscv", "--tree", "linux"), "linux has no arch/riscv"),
        (("arm64", "--tree", "."), ". is not a kernel tree: it has no Makefile with a VERSION, Kconfig and arch/"),
        (("arm64", "--tree", "linux", "--series", "gone"), "gone is not a folder of patches"),
        (("arm64", "--tree", "linux", "--series", "linux"), "linux has no patch: no *.patch with a diff is there"),
    ],
)
def test_what_cannot_be_booted(small: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run("boot", *arguments)
    assert (done.code, done.out, done.err) == (BAD_INPUT, "", f"gen boot: {said}\n")


def test_a_tree_that_was_built_in_place_is_refused(small: Path) -> None:
    (small / "linux/.config").touch()
    assert boot().err.startswith("gen boot: the tree was configured or built in place: there is .config; ")


# A series.


def series(place: Path, old: str) -> None:
    """Has a folder with a cover letter and one patch, made by git, of a Kconfig that was `old`."""
    repository = place / "repository"
    (repository / "arch/arm64").mkdir(parents=True)

    def git(*words: str) -> None:
        command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *words]
        subprocess.run(command, cwd=repository, check=True, capture_output=True)

    kconfig = repository / "arch/arm64/Kconfig"
    kconfig.write_text(old)
    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "base")
    kconfig.write_text(f"{old}\tselect HAVE_CONTEXT_TRACKING_USER_OFFSTACK\n")
    git("commit", "-q", "-a", "-m", "arm64: declare it")
    git("format-patch", "-q", "--cover-letter", "-o", str(place / "series"), "HEAD^")


def test_a_series_is_booted_and_the_tree_stays(small: Path) -> None:
    series(small, "config ARM64\n")
    before = (small / "linux/arch/arm64/Kconfig").read_text()
    done = boot("--series", "series")
    assert done.code == CLEAN
    assert "arm64: Linux 6.12.3 with series, offstack" in done.out
    (copy,) = small.glob("cache/offstack/boot/linux-*/arm64/source/arch/arm64/Kconfig")
    assert copy.read_text() == f"{before}\tselect HAVE_CONTEXT_TRACKING_USER_OFFSTACK\n"
    assert (small / "linux/arch/arm64/Kconfig").read_text() == before
    assert boot().code == CLEAN
    assert copy.read_text() == before


def test_a_series_for_another_tree(small: Path) -> None:
    series(small, "config ARM64\n\tbool\n")
    done = boot("--series", "series")
    assert done.code == BAD_INPUT
    assert done.err == (
        "gen boot: 0001-arm64-declare-it.patch does not apply to this tree: patch failed: arch/arm64/Kconfig:1\n"
    )
