"""The assembly of real trees as an assembler and a disassembler have it: the same calls, the same masks.

The entry files are assembled in a small configuration with context tracking. What gen has of them for that
configuration, all macros expanded, calls what the relocations of the object name, as often, and has as many of the
instructions that mask and unmask as objdump shows, alternatives included.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from support import ROOT
from trees import kernel_tree, load_spec, needs_program, newest_tree

from gen.csource.asm_program import Kind, Program
from gen.csource.asm_text import normal
from gen.kernel.tree import KernelTree, find_tree
from gen.patch.building import Workplace, machines, run_program, workplace
from gen.recover.known import known
from gen.recover.port import Port
from gen.recover.programs import Programs
from gen.recover.tree_reader import TreeReader

pytestmark = pytest.mark.tree

FILES = {
    "arm": ("arch/arm/kernel/entry-armv.S", "arch/arm/kernel/entry-common.S"),
    "arm64": ("arch/arm64/kernel/entry.S",),
    "mips": (
        "arch/mips/kernel/entry.S",
        "arch/mips/kernel/genex.S",
        "arch/mips/kernel/scall64-n32.S",
        "arch/mips/kernel/scall64-n64.S",
        "arch/mips/kernel/scall64-o32.S",
        "arch/mips/mm/tlbex-fault.S",
    ),
    "riscv": ("arch/riscv/kernel/entry.S",),
    "x86": ("arch/x86/entry/entry_64.S", "arch/x86/entry/entry_64_compat.S"),
}

CALLS = {
    "arm": "b.*",
    "arm64": r"bl?|b\.\w+|cbn?z|tbn?z",
    "mips": "jal|j|b.*",
    "riscv": "auipc|j.*|b.*",
    "x86": r"call|j\w+",
}
"""What jumps, branches and calls are called by objdump."""

MASKS = {"arm64": r"msr daif(?:set|clr),.*", "mips": "di|ei", "riscv": r"csr[sc]i? sstatus,.*", "x86": "cli|sti"}
"""What masks and unmasks, in objdump's words, where these are not those of the source the same in all variants."""

OTHER_NAMES = {
    # arch/arm/include/asm/glue-df.h and glue-pf.h: the one handler of a kernel for one sort of CPU.
    "arm": {"v7_early_abort": "CPU_DABORT_HANDLER", "v7_pabort": "CPU_PABORT_HANDLER"},
}
STOPS = {"arm": {"bad_mode"}}
"""What is called and does not return, so that gen does not go there."""


_CONFIG = re.compile(r"\bCONFIG_\w+")
_INSTRUCTION = re.compile(r" *[0-9a-f]+:\t(\S+)\s*(.*)")
_RELOCATION = re.compile(r"\s+[0-9a-f]+: (R_\w+)\s+([\w.$]+)")
_IS_DATA = re.compile(r"HI20|GOT|PCREL|RELAX|NONE|ABS")


def programs_of(tree: KernelTree, arch: str, configured: frozenset[str]) -> Programs:
    """The assembly of an architecture in one configuration."""
    spec = load_spec(ROOT / "arch_specs" / f"{arch}.yaml")
    texts: dict[str, str] = {}
    reader = TreeReader(tree)

    def read(file: str) -> str | None:
        text = reader.text(file)
        texts[file] = text or ""
        return text

    described = known(arch, spec, tree.release)
    assert described.machine.assembly is not None
    port = Port(described, tree.release, read, ())
    asking = Programs(port, described.machine.assembly)
    for file in FILES[arch]:
        asking.program(file)
    symbols = {symbol for text in texts.values() for symbol in _CONFIG.findall(text)}
    built_in = {line.partition("=")[0] for line in configured if not line.startswith("#")}
    port.pins = {**port.pins, **{symbol: symbol in built_in for symbol in symbols}}
    return Programs(port, described.machine.assembly)


def shown(listing: str, arch: str) -> tuple[Counter[str], Counter[str]]:
    """What an object calls, by its relocations, and the instructions in it that mask and unmask."""
    calls, masks = Counter[str](), Counter[str]()
    mnemonic = ""
    for line in listing.splitlines():
        if match := _INSTRUCTION.match(line):
            mnemonic = match[1]
            text = normal(f"{match[1]} {match[2]}")
            masks[text] += bool(re.fullmatch(MASKS.get(arch, "(?!)"), text))
        elif (
            (match := _RELOCATION.match(line)) and re.fullmatch(CALLS[arch], mnemonic) and not _IS_DATA.search(match[1])
        ):
            calls[OTHER_NAMES.get(arch, {}).get(match[2], match[2])] += 1
    return calls, +masks


def lifted(program: Program, programs: Programs, arch: str) -> tuple[Counter[str], Counter[str]]:
    """What gen has of both."""
    calls, masks = Counter[str](), Counter[str]()
    for line in program.lines:
        text = normal(line.text).replace("CSR_STATUS", "sstatus")
        leads = programs.instructions.leads(text) if line.kind is Kind.CODE else None
        if leads and leads.to.strip(".") and not program.places(leads.to, 0) and not leads.to.rstrip("fb").isdigit():
            calls[leads.to] += 1
        masks[text] += bool(re.fullmatch(MASKS.get(arch, "(?!)"), text))
    return calls, +masks


def assembled(place: Workplace, file: str) -> str:
    place.put(file, (place.tree / file).read_bytes())
    target = str(Path(file).with_suffix(".o"))
    made = place.make(target)
    assert made.code == 0, made.error
    return run_program([f"{place.machine.prefix}objdump", "-d", "-r", "--no-show-raw-insn", target], place.build).output


@pytest.mark.parametrize("which", ["6.12", "newest"])
@pytest.mark.parametrize("arch", FILES)
def test_the_object_calls_and_masks_as_often(arch: str, which: str) -> None:
    root = newest_tree() if which == "newest" else kernel_tree("tests/recover/test_assembly_objects.py")
    machine = machines()[arch]
    needs_program(f"{machine.prefix}gcc", machine.package)
    tree = find_tree(root)
    assert tree is not None
    with workplace(root, machine) as place:
        programs = programs_of(tree, arch, place.configure())
        place.prepare()
        for file in FILES[arch]:
            program = programs.program(file)
            calls, masks = shown(assembled(place, file), arch)
            own, own_masks = lifted(program, programs, arch)
            elsewhere = {
                name: number for name, number in calls.items() if name not in program.labels and name[0] != "."
            }
            assert own, file
            assert own == Counter(elsewhere) - Counter({name: calls[name] for name in STOPS.get(arch, ())}), file
            assert own_masks == masks, file
