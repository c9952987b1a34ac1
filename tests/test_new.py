"""`gen new`: the skeleton of a spec, whose only errors are what a person has to fill in, each with where to look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from support import BAD_INPUT, CLEAN, TOY, changed, check_wording, line_of, run, run_json, snapshot, write_spec
from trees import older_tree

from gen.spec.fill_in import TOPICS, marker, marker_name

MAKEFILE = "VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\nEXTRAVERSION =\n"
ENTRY_S = """\
#include <asm/asm.h>

#define UNHANDLED(label) \\
ENTRY(label) ; \\
	bl	do_never

.macro	HANDLER name, function
ENTRY(\\name)
	bl	\\function
	b	ret_from_exception
.endm

ENTRY(trap_entry)
	save
inner_label:
	bl	do_trap
	bl	do_Odd
	bl	do_notify_resume	/* the way out */
END(trap_entry)

	.globl	timer_irq
timer_irq:
	bl	do_irq

	HANDLER	fault_entry, do_fault

ENTRY(system_call)
	ld	r1, sys_call_table
END(system_call)

ENTRY(ret_from_fork)
	bl	schedule_tail
END(ret_from_fork)

ENTRY(ret_from_kernel_thread)
	call_it	r1
	.long	1f

external:
	bl	generic_handle_arch_irq

	/* beside a fixup it is a step of the entry before */
tabled:
	bl	do_frame
load_word:
	bl	do_trap

vectors:
	.long	do_vector
	.long	not_there
	.long	external
	.long	tabled
	.section __ex_table, "a"
	.long	load_word, a_fixup
"""
TRAPS_C = """\
asmlinkage void do_trap(struct pt_regs *regs) { }
asmlinkage void do_Odd(struct pt_regs *regs) { }
asmlinkage void do_irq(struct pt_regs *regs) { }
asmlinkage void do_fault(unsigned long address, struct pt_regs *regs) { }
asmlinkage void do_vector(struct pt_regs *regs) { }
asmlinkage void do_notify_resume(struct pt_regs *regs) { }
asmlinkage void do_frame(struct frame *fp) { }
static void do_helper(struct pt_regs *regs) { }
asmlinkage void do_never(struct pt_regs *regs) { }
"""
TREE = {
    "Makefile": MAKEFILE,
    "Kconfig": "",
    "arch/Kconfig": "",
    "arch/toy/Kconfig": "config TOY\n\tdef_bool y\n\tselect HAVE_FUTEX\n",
    "arch/toy/kernel/entry.S": ENTRY_S,
    "arch/toy/kernel/traps.c": TRAPS_C,
    "arch/toy/lib/memcpy.S": "ENTRY(memcpy)\n\tbl do_trap\n",
}
KNOWN = {
    "alpha": "entInt entArith entMM entIF entUnaUser entDbg entSys ret_from_fork",
    "arc": "handle_interrupt EV_MachineCheck EV_Trap EV_TLBProtV ret_from_fork",
    "hexagon": "_K_enter_genex _K_enter_interrupt _K_enter_trap0 _K_enter_machcheck ret_from_fork",
    "m68k": "system_call buserr trap auto_inthandler user_inthandler inthandler ret_from_fork",
    "microblaze": "_user_exception full_exception_trap page_fault_data_trap _interrupt _debug_exception ret_from_fork",
    "nios2": "handle_system_call external_interrupt protection_exception_pte handle_illegal ret_from_fork",
    "openrisc": "_sys_call_handler _external_irq_handler _timer_handler _data_page_fault_handler ret_from_fork",
    "parisc": "linux_gateway_page intr_save ret_from_kernel_thread",
    "s390": "system_call pgm_check_handler ext_int_handler io_int_handler mcck_int_handler ret_from_fork",
    "sh": "system_call do_IRQ do_page_fault do_address_error ret_from_fork",
    "um": "handle_syscall segv_handler timer_handler",
}
"""Entries that must be found, by hand from the assembly of both trees; of sh and um C handlers."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a small tree in it."""
    monkeypatch.chdir(tmp_path)
    put(tmp_path / "linux", TREE)
    return tmp_path


def put(top: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        place = top / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def test_it_says_what_it_wrote_and_what_comes_next(here: Path) -> None:
    result = run("new", "toy", "--tree", "linux")
    assert (result.code, result.err) == (CLEAN, "")
    assert result.out == (
        "wrote arch_specs/toy.yaml: 9 entries, 41 things to be filled in\n"
        "`gen check arch_specs/toy.yaml` says what, and where to look\n"
    )


def test_the_entries_are_those_of_the_assembly(here: Path) -> None:
    run("new", "toy", "--tree", "linux", "-o", "toy.yaml", "-q")
    spec = yaml.safe_load((here / "toy.yaml").read_text(encoding="utf-8"))
    assert spec["kconfig"] == {"file": "arch/toy/Kconfig", "symbol": "TOY"}
    assert {name: (path["kind"], path["symbol"], path["code"]) for name, path in spec["paths"].items()} == {
        "trap_entry": ("exception", "trap_entry", "mixed"),
        "timer_irq": ("interrupt", "timer_irq", "mixed"),
        "fault_entry": ("exception", "fault_entry", "mixed"),
        "system_call": ("syscall", "system_call", "mixed"),
        "ret_from_fork": ("fork", "ret_from_fork", "mixed"),
        "ret_from_kernel_thread": ("fork", "ret_from_kernel_thread", "mixed"),
        "external": ("interrupt", "external", "mixed"),
        "tabled": ("exception", "tabled", "mixed"),
        "do_vector": ("exception", "do_vector", "c"),
    }
    called = [step["work"]["calls"] for path in spec["paths"].values() for step in path["steps"] if "work" in step]
    assert called == ["do_trap", "do_irq", "do_fault", "do_frame", "do_trap"]


def test_check_finds_the_markers_and_nothing_else(here: Path) -> None:
    run("new", "toy", "--tree", "linux")
    text = (here / "arch_specs" / "toy.yaml").read_text(encoding="utf-8")
    result = run_json("check", "toy")
    assert result.code == BAD_INPUT
    assert result.places == [
        ("to-be-filled-in", number, 9) for number, line in enumerate(text.split("\n"), 1) if "calls: fill_in_" in line
    ]
    for found in result.findings:
        check_wording(found)
    masked = next(each for each in result.findings if "masks" in each["message"])
    assert masked["message"].endswith(f"look at arch/toy/kernel/entry.S:{line_of(ENTRY_S, 'trap_entry')} (trap_entry)")


def test_a_marker_reaches_neither_proof_nor_c(here: Path) -> None:
    run("new", "toy", "--tree", "linux")
    before = snapshot(here)
    assert run("render", "toy", "--force").code == BAD_INPUT
    assert run("verify", "toy").code == BAD_INPUT
    assert snapshot(here) == before


@pytest.mark.parametrize("topic", TOPICS)
def test_filled_in_it_is_a_spec(topic: str, tmp_path: Path) -> None:
    """A marker is the only thing that is wrong with a spec that is complete but for it."""
    spec = changed(TOY, "      - work: {calls: handle_irq}\n", "      - work: {calls: handle_irq}\n      - MARKER\n")
    marked = spec.replace("MARKER", f"code: {{calls: {marker_name(topic, 7)}}}")
    assert run_json("check", write_spec(tmp_path, marked)).rules == {"to-be-filled-in"}
    assert run_json("check", write_spec(tmp_path, spec.replace("      - MARKER\n", ""))).places == []


@pytest.mark.parametrize("name", ["fill_in", "fill_in_", "fill_in_steps", "fill_in_9", "fill_in_nothing_9", "fill_ins"])
def test_no_handler_is_called_like_a_marker(name: str, tmp_path: Path) -> None:
    assert marker(name) is not None
    spec = changed(TOY, "      - work: {calls: handle_irq}\n", f"      - work: {{calls: {name}}}\n")
    assert run_json("check", write_spec(tmp_path, spec)).rules == {"to-be-filled-in"}


def test_c_handlers_where_no_assembly_enters(here: Path) -> None:
    (here / "linux" / "arch/toy/kernel/entry.S").unlink()
    run("new", "toy", "--tree", "linux", "-o", "toy.yaml")
    spec = yaml.safe_load((here / "toy.yaml").read_text(encoding="utf-8"))
    symbols = [path["symbol"] for path in spec["paths"].values()]
    assert symbols == ["do_trap", "do_Odd", "do_irq", "do_fault", "do_vector", "do_frame", "do_never"]
    assert run_json("check", "toy.yaml").rules == {"to-be-filled-in"}


# What cannot be done.


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("tyo", "--tree", "linux"), "arch/tyo is no architecture of this tree; it has toy"),
        (("../toy", "--tree", "linux"), "arch/../toy is no architecture of this tree; it has toy"),
        (("toy", "--tree", "."), ". is no kernel tree: it has no Makefile with a VERSION, Kconfig and arch/"),
        (("toy", "--tree", "linux", "-o", "linux"), "linux is there already, and is not overwritten; `-o FILE` writes "
         "elsewhere"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_written(arguments: tuple[str, ...], message: str, here: Path) -> None:
    before = snapshot(here)
    result = run("new", *arguments)
    assert (result.code, result.out, result.err) == (BAD_INPUT, "", f"gen new: {message}\n")
    assert snapshot(here) == before


def test_a_spec_that_is_there_stays(here: Path) -> None:
    put(here / "arch_specs", {"toy.yaml": "mine\n"})
    assert run("new", "toy", "--tree", "linux").code == BAD_INPUT
    assert (here / "arch_specs" / "toy.yaml").read_text(encoding="utf-8") == "mine\n"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"arch/toy/kernel/traps.c": "", "arch/toy/kernel/entry.S": ""}, "nothing in arch/toy looks like an entry"),
        ({"arch/toy/Kconfig": "config SMP\n\tbool \"SMP\"\n"}, "arch/toy/Kconfig has no config that is always on"),
        ({"Makefile": MAKEFILE.replace("= 12", "= 99")}, "Linux 6.99 is not a release that gen knows"),
    ],
)  # fmt: skip
def test_a_tree_that_shows_too_little(files: Mapping[str, str], message: str, here: Path) -> None:
    put(here / "linux", files)
    result = run("new", "toy", "--tree", "linux")
    assert (result.code, result.out) == (BAD_INPUT, "")
    assert result.err.startswith(f"gen new: {message}")
    assert not (here / "arch_specs").exists()


# Linux.


@pytest.mark.tree
@pytest.mark.parametrize("release", ["6.12", "6.1"])
@pytest.mark.parametrize("arch", KNOWN)
def test_every_port_without_tracking_has_a_skeleton(
    arch: str, release: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    root = request.getfixturevalue("tree") if release == "6.12" else older_tree()
    place = tmp_path / f"{arch}.yaml"
    result = run("new", arch, "--tree", root, "-o", place)
    assert (result.code, result.err) == (CLEAN, "")
    spec = yaml.safe_load(place.read_text(encoding="utf-8"))
    assert set(KNOWN[arch].split()) <= {path["symbol"] for path in spec["paths"].values()}
    assert "exception" in {path["kind"] for path in spec["paths"].values()}
    checked = run_json("check", place)
    assert checked.rules == {"to-be-filled-in"}
    for found in checked.findings:
        file, _, rest = found["message"].partition("; look at ")[2].partition(":")
        line, symbol = rest.rstrip(")").split(" (")
        text = (root / file).read_text(encoding="utf-8", errors="replace").split("\n")[int(line) - 1]
        assert symbol in text, found["message"]


SHARED = """\
sequences:
  enter:
    title: "from user mode to KERNEL"
    symbol: _bus_fault_handler
    file: arch/openrisc/kernel/entry.S
    steps:
      - if: user_regs
        then:
          - user_exit_callable

  leave:
    title: "work, then to USER"
    symbol: _ret_from_exception
    file: arch/openrisc/kernel/entry.S
    steps:
      - mask: [irq]
      - if: user_regs
        then:
          - user_enter_callable

paths:
"""


@pytest.mark.tree
def test_a_skeleton_that_is_filled_in_becomes_a_series(tree: Path, here: Path) -> None:
    run("new", "openrisc", "--tree", tree)
    place = here / "arch_specs/openrisc.yaml"
    text = place.read_text(encoding="utf-8")
    text = re.sub(r" +- code: \{calls: fill_in_\w+\}\n", "", text).replace("masked: []", "masked: [irq]")
    text = text.replace("    steps:\n", "    steps:\n      - call: enter\n")
    text = text.replace("      - return\n", "      - call: leave\n      - return\n")
    place.write_text(changed(text, "paths:\n", SHARED), encoding="utf-8")
    checked = run("check", "openrisc")
    assert (checked.code, "proved    7 properties" in checked.out) == (CLEAN, True), checked.out
    assert run("render", "openrisc").code == CLEAN
    assert run_json("patch", "openrisc", "--tree", tree, "-o", "series").rules == {"port-is-a-draft"}
    made = run("patch", "openrisc", "--tree", tree, "-o", "series", "--rfc")
    assert (made.code, made.err) == (CLEAN, ""), made.out
    assert "+\tselect HAVE_CONTEXT_TRACKING_USER\n" in (here / "series/series.mbox").read_text(encoding="utf-8")
