"""The removal and the fixes on real trees: every file that uses the pair, and the objects that come of it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path, PurePath

import pytest
from patching import must_be_sound
from support import ROOT
from trees import PLAIN, Flavour, Made, Port, Scratch, port_of_spec, scratch

from gen.csource.kernel_file import KernelFile
from gen.csource.lookup import noreturn_names
from gen.csource.outline import functions_mentioning, read_outline
from gen.csource.tokens import Source, decoded
from gen.patch.change import Change
from gen.patch.fixes import missing_exits
from gen.patch.leaks import Leak, leaking_places
from gen.patch.removal import removal

pytestmark = pytest.mark.tree

FUNCTIONS = {
    "arch/mips/kernel/r4k-bugs64.c": 1,
    "arch/mips/kernel/traps.c": 13,
    "arch/mips/kernel/unaligned.c": 1,
    "arch/mips/mm/fault.c": 1,
    "arch/sparc/kernel/kgdb_64.c": 1,
    "arch/sparc/kernel/kprobes.c": 1,
    "arch/sparc/kernel/signal_64.c": 2,
    "arch/sparc/kernel/sys_sparc_64.c": 1,
    "arch/sparc/kernel/traps_64.c": 23,
    "arch/sparc/kernel/unaligned_64.c": 2,
    "arch/sparc/mm/fault_64.c": 1,
}
"""How many functions use the pair, in Linux 6.1 and 6.12: atlas, sections 4.9 and 4.10."""

LEAKS = {
    "arch/mips/kernel/unaligned.c": 4,
    "arch/sparc/kernel/traps_64.c": 3,
    "arch/sparc/mm/fault_64.c": 1,
}


@pytest.fixture(params=["6.12", "6.1"])
def any_tree(request: pytest.FixtureRequest) -> Path:
    """Each tree that there is; KERNEL_TREE_6_1 names the older one."""
    if request.param == "6.12":
        named: Path = request.getfixturevalue("tree")
        return named
    other = os.environ.get("KERNEL_TREE_6_1")
    if not other:
        pytest.skip("no Linux 6.1; set KERNEL_TREE_6_1")
    return Path(other)


def text_of(tree: Path, name: str) -> str:
    return decoded((tree / name).read_bytes())


@cache
def headers(tree: Path) -> tuple[str, ...]:
    named = ("context_tracking.h", "context_tracking_state.h")
    return tuple(text_of(tree, f"include/linux/{name}") for name in named)


@cache
def removed(tree: Path, name: str) -> Change:
    change = removal(text_of(tree, name), name, headers(tree))
    assert isinstance(change, Change), change
    return change


def with_the_pair(tree: Path) -> Iterator[str]:
    for architecture in ("mips", "sparc"):
        for file in sorted((tree / "arch" / architecture).rglob("*.c")):
            if b"exception_enter" in file.read_bytes():
                yield str(file.relative_to(tree))


def test_every_file_of_mips_and_sparc(any_tree: Path) -> None:
    changes = {name: removed(any_tree, name) for name in with_the_pair(any_tree)}
    assert {name: len(change.functions) for name, change in changes.items()} == FUNCTIONS
    for name, change in changes.items():
        must_be_sound(change)
        for word in ("exception_enter", "exception_exit", "ctx_state"):
            assert word not in change.after
        # The one file that calls user_exit(), too.
        assert ("linux/context_tracking.h" in change.after) == (name == "arch/sparc/kernel/signal_64.c")


def test_what_a_maintainer_would_have_written(any_tree: Path) -> None:
    changes = {name: removed(any_tree, name).after for name in FUNCTIONS}
    fault = changes["arch/mips/mm/fault.c"]
    assert "__do_page_fault" not in fault
    assert fault.count("NOKPROBE_SYMBOL(do_page_fault);\n") == 1
    first = "asmlinkage void do_page_fault(struct pt_regs *regs, unsigned long write,\n"
    assert f"{first}\t\t\t      unsigned long address)\n{{\n" in fault
    traps = changes["arch/mips/kernel/traps.c"]
    assert '"Break");\n\treturn;\n\nout_sigsegv:\n\tforce_sig(SIGSEGV);\n}\n' in traps
    assert "do_mdmx(struct pt_regs *regs)\n{\n\tforce_sig(SIGILL);\n}\n" in traps
    sparc = changes["arch/sparc/mm/fault_64.c"]
    assert "#endif\n\treturn;\n\n\t/*\n" in sparc
    assert "exit_exception" not in sparc
    # No blank line is new, and none is doubled.
    for name, after in changes.items():
        assert after.count("\n\n\n") <= text_of(any_tree, name).count("\n\n\n")
        assert after.count("\n\n}") <= text_of(any_tree, name).count("\n\n}")


@cache
def noreturn(tree: Path, architecture: str) -> frozenset[str]:
    files = [
        *(tree / "arch" / architecture).rglob("*.h"),
        tree / "include/linux/panic.h",
        tree / "include/linux/kernel.h",
    ]
    return noreturn_names(decoded(file.read_bytes()) for file in files if file.is_file()) | {"BUG"}


def leaks(tree: Path, name: str) -> list[Leak]:
    read = read_outline(Source(text_of(tree, name)))
    file = KernelFile(read, noreturn=noreturn(tree, PurePath(name).parts[1]))
    using = functions_mentioning(read, ["exception_enter"])
    places = {place for each in using for place in leaking_places(file, each.name)}
    return [Leak(place, "prev_state") for place in sorted(places, key=lambda place: place.line)]


def test_the_known_leaks_are_mended(any_tree: Path) -> None:
    found = {name: found for name in FUNCTIONS if (found := leaks(any_tree, name))}
    assert {name: len(each) for name, each in found.items()} == LEAKS
    for name, each in found.items():
        text = text_of(any_tree, name)
        change = missing_exits(text, name, each, noreturn(any_tree, PurePath(name).parts[1]))
        assert isinstance(change, Change), change
        what = {edit.text.strip() for edit in change.edits}
        assert (
            what
            == {
                "arch/mips/kernel/unaligned.c": {"exception_exit(prev_state);"},
                "arch/sparc/kernel/traps_64.c": {"goto out"},
                "arch/sparc/mm/fault_64.c": {"goto exit_exception;"},
            }[name]
        )
        assert len(change.edits) == LEAKS[name]
        # The removal does not mind which of the two comes first.
        again = removal(change.after, name, headers(any_tree))
        assert isinstance(again, Change)
        assert again.after == removed(any_tree, name).after


SPARC = Port(
    "sparc", "sparc64-linux-gnu-", "gcc-sparc64-linux-gnu", ("CONFIG_64BIT=y", "CONFIG_KPROBES=y", "CONFIG_KGDB=y")
)


def with_debugfs(port: Port | None) -> Port:
    """A port with files that show what it does."""
    assert port is not None
    return replace(port, options=(*port.options, "CONFIG_DEBUG_FS=y"))


MIPS = with_debugfs(port_of_spec(ROOT / "arch_specs" / "mips.yaml"))
PAIR_ONLY = Flavour(
    "tracking-pair",
    (*PLAIN.options, "CONFIG_VIRT_CPU_ACCOUNTING_GEN=y", "CONFIG_CONTEXT_TRACKING_USER=y"),
    tracking=True,
)
OBJECTS: Mapping[str, tuple[Port, tuple[str, ...]]] = {
    "mips": (MIPS, tuple(name for name in FUNCTIONS if "mips" in name and "r4k" not in name)),
    "sparc": (SPARC, tuple(name for name in FUNCTIONS if "sparc" in name)),
}


def references(place: Scratch, flavour: Flavour, name: str) -> dict[str, set[str]]:
    """What each function of an object that was built refers to, by name.

    The instructions are not the same ones where a `goto` has become a `return`, or a variable is not there.
    """
    target = place.build(flavour) / PurePath(name).with_suffix(".o")
    command = [f"{place.port.cross}objdump", "-dr", "--no-show-raw-insn", str(target)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found: dict[str, set[str]] = {}
    function = ""
    for line in shown.splitlines():
        if match := re.fullmatch(r"[0-9a-f]+ <(\w+)>:", line):
            function = match[1]
        elif match := re.search(r"\bR_\w+\s+([A-Za-z_]\w*)", line):
            found.setdefault(function, set()).add(match[1])
    return found


def built(place: Scratch, flavour: Flavour, name: str, text: str) -> tuple[Made, dict[str, set[str]]]:
    place.put(name, text)
    made = place.object(flavour, name)
    return made, references(place, flavour, name) if made.code == 0 else {}


@pytest.mark.parametrize("architecture", OBJECTS)
def test_the_objects_are_built(tree: Path, architecture: str) -> None:
    port, files = OBJECTS[architecture]
    port.skip_without_tools()
    with scratch(tree, port) as place:
        for name in files:
            change = removed(tree, name)
            for flavour in (PLAIN, PAIR_ONLY):
                before, old = built(place, flavour, name, change.before)
                after, new = built(place, flavour, name, change.after)
                place.put(name, change.before)
                assert (before.code, after.code) == (0, 0), before.output + after.output
                assert set(after.output.splitlines()) <= set(before.output.splitlines())
                for fold in change.folds:
                    inner = old.pop(fold.inner.name, set())
                    old[fold.outer.name] = (old[fold.outer.name] - {fold.inner.name}) | inner
                if new.get("sun4v_do_mna") == {"mem_address_unaligned"}:
                    # Now that the two do the same, the compiler makes them one.
                    del new["sun4v_do_mna"], old["sun4v_do_mna"]
                assert new == old if flavour is PLAIN else all(new[each] <= old[each] for each in new)
                assert not any({"ct_user_enter", "ct_user_exit"} & new.get(each, set()) for each in change.functions)
