"""Objects before and after a series: how a disassembly is read, and what the real cross compilers say."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from support import changed
from trees import kernel_tree, needs_program, older_tree

from gen.csource.tokens import decoded
from gen.facts.loader import architecture
from gen.patch.assembly import without_schedule_user
from gen.patch.building import TOOLS, Machine, Made, built, machines, program, run_program
from gen.patch.change import Change
from gen.patch.disassembly import functions_of
from gen.patch.objects import Compared, NotCompared, Verdict, compare_objects
from gen.patch.removal import removal
from gen.patch.series import reencoded

# A disassembly.


def listing(start: int = 0x10, number: int = 3, text: int = 4, *, callee: str = ".text", target: int = 0x10) -> str:
    """Two functions as objdump shows them; what differs is where the second is and what its neighbours have."""
    at = [f"{start + step:x}" for step in range(0, 0x20, 4)]
    return f"""\
SYMBOL TABLE:
0000000000000000 l    d  .text\t0000000000000000 .text
0000000000000000 l    d  .rodata.str1.8\t0000000000000000 .rodata.str1.8
0000000000000000 l     F .text\t0000000000000008 first
{start:016x} g     F .text\t0000000000000018 second
0000000000000000 l     O .rodata\t0000000000000008 __func__.{number}
0000000000000000         *UND*\t0000000000000000 _printk

Contents of section .rodata.str1.8:
 0000 {"78" * 4} {"78" * 4} 61626300 64656600  xxxxxxxxabc.def.

Disassembly of section .text:

0000000000000000 <first>:
   0:\tjr\tra
   4:\tnop

{start:016x} <second>:
  {at[0]}:\tlui\ta0,0x0
\t\t\t{at[0]}: R_MIPS_HI16\t.rodata.str1.8+0x{text:x}
\t\t\t{at[0]}: R_MIPS_NONE\t*ABS*
  {at[1]}:\tjal\t0 <first>
\t\t\t{at[1]}: R_MIPS_26\t{callee}
  {at[2]}:\tbnez\tv0,{start + target:x} <second+0x{target:x}>
  {at[3]}:\tlw\ta1,0(v0)
\t\t\t{at[3]}: R_MIPS_LO16\t__func__.{number}
  {at[4]}:\tjr\tra
  {at[5]}:\tdaddiu\tsp,sp,16
  {at[6]}:\tnop
"""


SECOND = (
    "lui a0,0x0",
    '    R_MIPS_HI16 "abc"',
    "jal",
    "    R_MIPS_26 first",
    "bnez v0,.L1",
    "lw a1,0(v0)",
    "    R_MIPS_LO16 __func__",
    ".L1:",
    "jr ra",
    "daddiu sp,sp,16",
)


def test_what_lies_elsewhere_reads_the_same() -> None:
    here = functions_of(listing(text=8))
    assert here == {"first": ("jr ra",), "second": SECOND}
    moved = listing(start=0x40, number=17, text=0x20).replace(f" 0000 {'78' * 4}", f" 0000 {'78' * 28}", 1)
    moved = re.sub(r" 0000 (\w{8})(\w+) (\w+)", lambda m: f" 0000 {' '.join([m[1]] * 4)}  x\n 0010 {m[3]}", moved)
    assert functions_of(moved)["second"][2:] == SECOND[2:]


def test_what_is_something_else_reads_otherwise() -> None:
    assert functions_of(listing(text=8, callee="_printk"))["second"][3] == "    R_MIPS_26 _printk"
    assert functions_of(listing(text=12))["second"][1] == '    R_MIPS_HI16 "def"'
    assert functions_of(listing(target=0x14))["second"][7:9] == ("jr ra", ".L1:")


def test_a_distance_to_the_next_instruction_is_a_place() -> None:
    shown = """\
SYMBOL TABLE:
0000000000000000 l    d  .text.unlikely\t0000000000000000 .text.unlikely
0000000000000000 l     F .text.unlikely\t0000000000000010 cold
0000000000000010 l     F .text.unlikely\t0000000000000010 colder
0000000000000000 g     F .text\t0000000000000010 warm

Disassembly of section .text:

0000000000000000 <warm>:
   0:\tjmp    5 <warm+0x5>
\t\t\t1: R_X86_64_PC32\t.text.unlikely+0xc
   5:\tlea    0xb(%rip),%rax        # 17 <warm+0x17>
   c:\tret
"""
    assert functions_of(shown)["warm"] == ("jmp", "    R_X86_64_PC32 colder", "lea    warm+0x17(%rip),%rax", "ret")


def test_the_name_that_riscv_gives_to_many_places_is_no_place() -> None:
    shown = """\
SYMBOL TABLE:
0000000000000000 g     F .text\t0000000000000008 other
0000000000000004 l       .text\t0000000000000000 .L0\x20
0000000000000010 l       .rodata\t0000000000000000 .LANCHOR0
0000000000000010 l       .text\t0000000000000000 .L7
0000000000000010 l     O .rodata\t0000000000000008 table.2

Disassembly of section .text:

0000000000000008 <this>:
   8:\tauipc\ta0,0x0
\t\t\t8: R_RISCV_PCREL_HI20\t.LANCHOR0+0x4
\t\t\t8: R_RISCV_RELAX\t*ABS*
   c:\tmv\ta0,a0
\t\t\tc: R_RISCV_PCREL_LO12_I\t.L0\x20

0000000000000010 <.L7>:
  10:\tjalr\tra # 8 <this>
  14:\tbne\ts1,s0,10 <.L7>
\t\t\t14: R_RISCV_BRANCH\t.L7
"""
    assert functions_of(shown)["this"] == (
        "auipc a0,0x0",
        "    R_RISCV_PCREL_HI20 table+0x4",
        "mv a0,a0",
        "    R_RISCV_PCREL_LO12_I .L0",
        ".L1:",
        "jalr ra",
        "bne s0,s1,",
        "    R_RISCV_BRANCH .L1",
    )


# What make said.


@pytest.mark.parametrize(
    ("output", "error"),
    [
        ("x.S:1:2: warning: #warning w\nx.S:3: Error: unknown opcode\n", "x.S:3: Error: unknown opcode"),
        ("a.c: In function 'f':\na.c:3:1: error: no\nmake[2]: *** [x:1: a.o] Error 1\n", "a.c:3:1: error: no"),
        ("make[1]: *** No rule to make target 'a.o'.  Stop.\n", "make[1]: *** No rule to make target 'a.o'.  Stop."),
        ("make[1]: *** [x:1: conf] Error 1\nthis compiler is too old\n", "this compiler is too old"),
        ("make: *** [x:1: all] Error 2\n", "make: *** [x:1: all] Error 2"),
        ("", "make ended with status 2"),
    ],
)
def test_the_first_error(output: str, error: str) -> None:
    assert Made(2, output).error == error


# Without a compiler.

KCONFIG = "arch/mips/Kconfig"
BEFORE, AFTER = {"arch/mips/a.c": b"int a;\n"}, {"arch/mips/a.c": b"int b;\n"}


def programs(folder: Path, make: str) -> str:
    """A PATH with everything that mips needs: a `make` that is this script, and others that do nothing."""
    folder.mkdir()
    for name in (f"{machines()['mips'].prefix}gcc", f"{machines()['mips'].prefix}objdump", *TOOLS):
        (folder / name).write_text(f"#!/bin/sh\n{make if name == 'make' else ':'}\n")
        (folder / name).chmod(0o755)
    return str(folder)


def test_where_no_c_changes_nothing_is_built(tmp_path: Path) -> None:
    kconfig = {KCONFIG: b"config MIPS\n"}
    assert compare_objects(tmp_path, "mips", kconfig, {KCONFIG: b"config MIPS64\n"}) == Compared(())
    assert compare_objects(tmp_path, "mips", BEFORE, BEFORE) == Compared(())


def test_a_missing_compiler_is_named_with_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    told = compare_objects(tmp_path, "mips", BEFORE, AFTER)
    package = "install the Debian package gcc-mips64-linux-gnuabi64"
    assert told == NotCompared("there is no `mips64-linux-gnuabi64-gcc`", package)
    told = compare_objects(tmp_path, "mips", BEFORE, AFTER, prefix="mine-")
    assert told == NotCompared("there is no `mine-gcc`", package)
    told = compare_objects(tmp_path, "csky", {"arch/csky/a.c": b""}, {"arch/csky/a.c": b"\n"})
    assert isinstance(told, NotCompared)
    assert told.reason == "no cross compiler is known for csky"


def test_a_tree_that_was_built_in_place_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", programs(tmp_path / "bin", ":"))
    (tmp_path / ".config").touch()
    told = compare_objects(tmp_path, "mips", BEFORE, AFTER)
    assert isinstance(told, NotCompared)
    assert told.reason == "the tree was configured or built in place: there is .config"


def test_nothing_stays_behind_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", programs(tmp_path / "bin", "echo 'Kconfig:3: syntax error'; exit 2"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shelf = tmp_path / "cache/offstack/objects"
    for name, days in (("of-a-killed-run", 2), ("of-another-run", 0)):
        (shelf / name).mkdir(parents=True)
        os.utime(shelf / name, (then := time.time() - days * 86400, then))
    tree = tmp_path / "tree"
    (tree / "arch/mips").mkdir(parents=True)
    told = compare_objects(tree, "mips", BEFORE, AFTER)
    assert isinstance(told, NotCompared)
    assert told.reason == "`make allnoconfig` fails: Kconfig:3: syntax error"
    assert [each.name for each in shelf.iterdir()] == ["of-another-run"]
    assert [str(each.relative_to(tree)) for each in tree.rglob("*")] == ["arch", "arch/mips"]


def running() -> Iterator[str]:
    """The command lines of all that runs."""
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield process.read_text(errors="replace")


INTERRUPTED = """
import sys
from pathlib import Path
from gen.patch.objects import compare_objects

compare_objects(Path(sys.argv[1]), "mips", {"a.c": b""}, {"a.c": b"int a;"}, say=lambda what: print(what, flush=True))
"""


SLOW_TO_GO = "(trap 'sleep 0.5; exit' TERM; while :; do sleep 0.1; done) & wait"
"""A make that is gone at once, and a child of it that is not."""


@pytest.mark.parametrize("make", ["sleep 60; echo done", SLOW_TO_GO], ids=["alone", "with a child"])
def test_an_interrupt_ends_make_and_leaves_nothing(make: str, tmp_path: Path) -> None:
    path = f"{programs(tmp_path / 'bin', make)}:{os.environ['PATH']}"
    command = [sys.executable, "-c", INTERRUPTED, str(tmp_path)]
    with subprocess.Popen(
        command,
        env={**os.environ, "PATH": path, "XDG_CACHE_HOME": str(tmp_path / "cache")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "configuring\n"
        while not any(str(tmp_path / "bin/make") in command for command in running()):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
    assert "KeyboardInterrupt" in said
    assert list((tmp_path / "cache/offstack/objects").iterdir()) == []
    assert not any(str(tmp_path) in command for command in running())


def test_an_interrupt_while_a_program_starts_ends_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Interrupted(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            started.append(self)
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    with pytest.raises(KeyboardInterrupt), program(["sleep", "60"], tmp_path):
        pytest.fail("it went on")
    assert started[0].returncode == -signal.SIGTERM
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_program_may_be_started_by_any_thread(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as threads:
        made = threads.submit(run_program, ["echo", "done"], tmp_path).result()
    assert made == Made(0, "done\n")


# With the compilers.


@pytest.fixture(params=["6.12", "6.1"])
def any_tree(request: pytest.FixtureRequest) -> Path:
    """Each tree that there is."""
    return kernel_tree("tests/patch/test_patch_objects.py") if request.param == "6.12" else older_tree()


def text_of(tree: Path, name: str) -> str:
    return decoded((tree / name).read_bytes())


def compared(tree: Path, folder: str, after: dict[str, str]) -> Compared:
    """What comes of new texts for files of a tree; skips the test where the compiler is not installed."""
    needs_program(f"{machines()[folder].prefix}gcc", machines()[folder].package)
    before = {name: (tree / name).read_bytes() for name in after}
    told = compare_objects(tree, folder, before, {name: reencoded(text, before[name]) for name, text in after.items()})
    assert isinstance(told, Compared), told
    return told


def removals(tree: Path, folder: str) -> dict[str, Change]:
    """The pair taken out of every file of an architecture."""
    headers = [text_of(tree, f"include/linux/{name}.h") for name in ("context_tracking", "context_tracking_state")]
    found = {}
    for file in sorted((tree / "arch" / folder).rglob("*.c")):
        if b"exception_enter" in file.read_bytes():
            name = str(file.relative_to(tree))
            change = removal(text_of(tree, name), name, headers)
            assert isinstance(change, Change), change
            found[name] = change
    return found


def selecting(tree: Path, folder: str) -> dict[str, str]:
    """The architecture's Kconfig with offstack declared."""
    name = f"arch/{folder}/Kconfig"
    select = re.compile(r"^(\s+select HAVE_CONTEXT_TRACKING_USER)\b(.*\n)", re.MULTILINE)
    text, count = select.subn(r"\1\2\1_OFFSTACK\2", text_of(tree, name))
    assert count == 1
    return {name: text}


@pytest.mark.tree
@pytest.mark.slow
@pytest.mark.parametrize("folder", ["mips", "sparc"])
def test_where_only_the_pair_went_the_objects_are_the_same(any_tree: Path, folder: str) -> None:
    changes = removals(any_tree, folder)
    told = compared(
        any_tree, folder, selecting(any_tree, folder) | {name: each.after for name, each in changes.items()}
    )
    assert told.offstack
    assert told.warnings == ()
    results = {each.file: (each.verdict, each.error, each.changed) for each in told.objects}
    assert results == dict.fromkeys(changes, (Verdict.SAME, "", ()))
    # Whatever was changed was compared.
    for each in told.objects:
        assert set(changes[each.file].functions) <= {function.name for function in each.functions}


@pytest.mark.tree
@pytest.mark.slow
def test_without_the_select_the_functions_of_the_pair_differ_and_no_others(tree: Path) -> None:
    changes = removals(tree, "mips")
    told = compared(tree, "mips", {name: change.after for name, change in changes.items()})
    assert not told.offstack
    for each in told.objects:
        assert each.verdict is Verdict.DIFFERENT
        # What repairs a fault jumps back into them.
        differing = {function.name: "\n".join(function.diff) for function in each.changed if function.name != ".fixup"}
        assert set(differing) == set(changes[each.file].functions)
        assert all("ct_user_exit" in diff for diff in differing.values())


@pytest.mark.tree
@pytest.mark.slow
def test_what_else_went_is_found_in_its_function(tree: Path) -> None:
    traps, unaligned, fault = ("arch/mips/kernel/traps.c", "arch/mips/kernel/unaligned.c", "arch/mips/mm/fault.c")
    changes = removals(tree, "mips")
    dropped = changed(
        changes[traps].after,
        "do_mdmx(struct pt_regs *regs)\n{\n\tforce_sig(SIGILL);\n",
        "do_mdmx(struct pt_regs *regs)\n{\n",
    )
    after = selecting(tree, "mips") | {
        traps: f"{dropped}\nstatic void nobody_calls_this(void)\n{{\n}}\n",
        unaligned: changed(changes[unaligned].after, "\nasmlinkage void do_ade(", "\nasmlinkage nothing do_ade("),
        fault: changed(changes[fault].after, 'die("Oops", regs)', 'die("Ooops", regs)'),
    }
    told = compared(tree, "mips", after)
    objects = {each.file: each for each in told.objects}
    assert not told.same
    (without,) = objects[traps].changed
    assert (without.name, without.verdict) == ("do_mdmx", Verdict.DIFFERENT)
    assert "-    R_MIPS_26 force_sig" in without.diff
    (other,) = objects[fault].changed
    assert other.name == "do_page_fault"
    assert [line for line in other.diff if line[0] in "+-"] == [
        f'{sign}    R_MIPS_{half} "{text}"'
        for half in ("HI16", "LO16")
        for sign, text in (("-", "Oops"), ("+", "Ooops"))
    ]
    assert objects[unaligned].verdict is Verdict.NOT_BUILT
    assert re.match(rf"after: {unaligned}:[0-9]+:[0-9]+: error: .*'nothing'", objects[unaligned].error)
    (warning,) = told.warnings
    assert re.fullmatch(rf"{traps}:\d+:\d+: warning: 'nobody_calls_this' defined but not used.*", warning)


@pytest.mark.tree
@pytest.mark.slow
def test_assembly_is_compared_in_the_object_that_includes_it(tree: Path) -> None:
    file = "arch/sparc/kernel/rtrap_64.S"
    after = without_schedule_user(text_of(tree, file), file, "sparc")
    assert isinstance(after, str)
    (only,) = compared(tree, "sparc", {file: after}).objects
    assert only.error == ""
    (without,) = only.changed
    calls = [line for line in without.diff if line[0] in "+-"]
    assert calls == ["-    R_SPARC_WDISP30 schedule_user", "+    R_SPARC_WDISP30 schedule"]
    # With the select the one is the other.
    (only,) = compared(tree, "sparc", selecting(tree, "sparc") | {file: after}).objects
    assert (only.verdict, only.error) == (Verdict.SAME, "")
    assert len(only.functions) > 100


CONSTRUCTS = """
extern void this(int), that(int), these(int), those(int);
void in_a_table(int which);
int from_a_table(int which);
int with_its_line(void);

void in_a_table(int which)
{
	switch (which) {
	case 0: case 4: case 8: this(7); break;
	case 1: case 5: that(3); break;
	case 2: case 6: these(9); break;
	case 3: case 7: those(2); break;
	}
}

int from_a_table(int which)
{
	switch (which) {
	case 0: return 17;
	case 1: return 4;
	case 2: return 99;
	case 3: return 23;
	case 4: return 51;
	case 5: return 8;
	default: return 0;
	}
}

int with_its_line(void)
{
	return __LINE__;
}
"""
"""What a compiler moves into data, and what it makes of a line."""


@pytest.mark.tree
@pytest.mark.slow
def test_code_stays_code_and_lines_do_not_count(tree: Path) -> None:
    needs_program(f"{machines()['mips'].prefix}gcc", machines()["mips"].package)
    file = "lib/ctype.c"
    after = changed(changed(CONSTRUCTS, " case 8:", ""), "case 5: that", "case 5: case 8: that")
    after = changed(after, "case 1: return 4;\n\tcase 2: return 99;", "case 1: return 99;\n\tcase 2: return 4;")
    after = changed(after, "\treturn __LINE__;", "\n\n\treturn __LINE__;")
    bytes_of = [f"{text_of(tree, file)}{text}".encode() for text in (CONSTRUCTS, after)]
    told = compare_objects(tree, "mips", {file: bytes_of[0]}, {file: bytes_of[1]})
    assert isinstance(told, Compared)
    (only,) = told.objects
    assert [function.name for function in only.changed] == ["in_a_table", "from_a_table"]


@pytest.mark.tree
@pytest.mark.slow
@pytest.mark.parametrize("folder", sorted(machines().keys() - {"mips", "sparc"}))
def test_every_other_machine_builds_and_sees_one_function_change(tree: Path, folder: str) -> None:
    name = "kernel/sched/core.c"
    head = "void resched_cpu(int cpu)\n{\n"
    text = changed(text_of(tree, name), head, f'{head}\tif (cpu == 77)\n\t\tpr_info("what is this %d\\n", cpu);\n')
    told = compared(tree, folder, {name: text})
    (only,) = told.objects
    assert only.error == ""
    assert [function.name for function in only.changed] == ["resched_cpu"]
    assert any('what is this %d\\n"' in line for line in only.changed[0].diff)


@pytest.mark.parametrize(
    ("machine", "of_x86"), [("x86_64", ("", "gcc")), ("aarch64", ("x86_64-linux-gnu-", "gcc-x86-64-linux-gnu"))]
)
def test_what_is_a_cross_compiler_depends_on_the_machine(
    monkeypatch: pytest.MonkeyPatch, machine: str, of_x86: tuple[str, str]
) -> None:
    monkeypatch.setattr("platform.machine", lambda: machine)
    for folder, compiler in {"x86": of_x86, "mips": ("mips64-linux-gnuabi64-", "gcc-mips64-linux-gnuabi64")}.items():
        known = architecture(folder)
        assert known.compiler is not None
        assert built(known, known.compiler, ("64BIT",)) == Machine(folder, *compiler, ("64BIT",))
