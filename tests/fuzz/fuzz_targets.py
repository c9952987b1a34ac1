"""What is fuzzed: each reader of texts that strangers write, with the texts that it starts from.

A target is called with one mutated text and has to come to its end: any exception is a mistake of gen, whatever the
text is. `gen` itself is called as a user calls it where that is quick enough, else the room behind the command.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from support import ROOT, SHIPPED, TOY, TOY_ASM
from trees import load_spec

from gen.csource.asm import asm_uses
from gen.csource.asm_program import TooLongError, program_of
from gen.csource.asm_text import dialect_of
from gen.csource.gas import NotGasError, Text, read_gas
from gen.csource.tokens import Source, decoded
from gen.diagnostics import Sink
from gen.kernel.features import read_features
from gen.kernel.json_text import JsonError, read_json
from gen.kernel.kconfig import KconfigReader
from gen.kernel.tree import KernelTree, find_tree
from gen.lint.run import lint_file, lint_tree
from gen.lint.scope import Scope
from gen.lint.source import SourceFile
from gen.lint.workspace import Workspace, folder_of
from gen.patch.maintainers import read_mailmap, read_maintainers, responsible
from gen.patch.removal import removal
from gen.patch.style import objections
from gen.report.tree_verdict import said
from gen.spec.archspec import ArchSpec
from gen.spec.loader import SpecLoader
from gen.verify.machine import MachineError
from gen.verify.notation import read_configuration, read_file

Target = Callable[[bytes], object]


@dataclass(frozen=True)
class Fuzzed:
    """A reader by its name: what it starts from, how it is called, and seconds of CPU that no input may take."""

    name: str
    seeds: Callable[[], tuple[bytes, ...]]
    run: Target
    longest: float = 30


def _files(pattern: str) -> tuple[bytes, ...]:
    found = tuple(path.read_bytes() for path in sorted(ROOT.glob(pattern)))
    assert found, pattern
    return found


# Specs, and raw models.


def _spec(data: bytes) -> None:
    sink = Sink()
    SpecLoader(sink, {}).parse("fuzzed.yaml", data)


def _raw_model(data: bytes) -> None:
    try:
        found = read_json(data)
    except JsonError:
        return
    try:
        read_file(found) if isinstance(found, dict) and "configs" in found else read_configuration(found)
    except MachineError:
        return


def _raw_seeds() -> tuple[bytes, ...]:
    """The configurations of the oracle that are small enough to be read by eye."""
    found = json.loads((ROOT / "tests/verify/oracle.json").read_bytes())["configs"]
    return tuple(json.dumps(each).encode() for each in sorted(found, key=lambda each: len(json.dumps(each)))[:20])


# C, assembly, Kconfig and tables, each alone.


def _c(data: bytes) -> None:
    list(lint_file(SourceFile("kernel/fuzzed.c", decoded(data), in_tree=False), None))


def _assembly(data: bytes) -> None:
    text = decoded(data)
    list(lint_file(SourceFile("arch/arm/kernel/fuzzed.S", text, "arm", in_tree=False), None))
    for arch in ("", "arm64", "sparc", "powerpc"):
        list(asm_uses(Source(text), None, arch))
        dialect = dialect_of(arch)
        with suppress(NotGasError, TooLongError, RecursionError):
            program_of("fuzzed.S", read_gas(Text("fuzzed.S", Source(text)), dialect), (), dialect, {})


def _patch(data: bytes) -> None:
    removal(decoded(data), "fuzzed.c", (decoded(data),))
    list(objections("0001.patch", data))


def _tables(data: bytes) -> None:
    read_features("fuzzed.txt", data)
    entries, mailmap = read_maintainers(decoded(data)), read_mailmap(decoded(data))
    for entry in responsible(entries, "arch/arm/kernel/traps.c"):
        list(map(mailmap.today, entry.maintainers))


_RULE = b"    -----------------------\n"
TABLES = (
    b"# Feature name: x\n" + _RULE + b"    |         arch |status|\n" + _RULE + b"    |  arm: |  ok  |\n",
    b"TOY\nM:\tA B <a@b>\nR:\tc@d\nL:\tl@m (moderated)\nS:\tMaintained\nF:\tarch/*/x?[ab].c\nX:\tarch/y/\n",
    b"TOY\nM:\ta@b\nF:\tarch/toy/\nN:\t[^a]toy*\nN:\t^.*/kernel/[^/]*$\n",
    b"A B <a@b> <c@d> # x\n<e@f> <g@h>\nJ <j@k>\n",
)


def _kconfig(data: bytes) -> None:
    tree = replace(toy_tree(), overlay={"arch/toy/Kconfig": data, "arch/Kconfig": data, "Kconfig": data})
    KconfigReader(tree).read("toy").root_list()


# Whole trees, in which one file is fuzzed.


def toy_tree() -> KernelTree:
    """A small tree in the folder that the run works in."""
    return _toy_tree(Path.cwd())


@cache
def _toy_tree(here: Path) -> KernelTree:
    files = {
        "Makefile": "VERSION = 7\nPATCHLEVEL = 3\nSUBLEVEL = 0\nEXTRAVERSION =\n",
        "Kconfig": 'source "arch/$(SRCARCH)/Kconfig"\n',
        "arch/Kconfig": "config HAVE_CONTEXT_TRACKING_USER\n\tbool\n",
        "arch/toy/Kconfig": "config TOY\n\tdef_bool y\n\tselect HAVE_CONTEXT_TRACKING_USER\n",
        "arch/toy/kernel/entry.c": "",
    }
    for name, text in files.items():
        place = here / "linux" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    tree = find_tree(here / "linux")
    assert tree is not None
    return tree


TOY_IN_C = TOY_ASM.replace("code: asm", "code: c")
TOY_CODE = b"""\
#include <linux/context_tracking.h>
#define LEAVE(regs) do { if (user_mode(regs)) user_enter_irqoff(); } while (0)
static __always_inline void from_user(void)
{
\tlockdep_hardirqs_off(0);
\tuser_exit_irqoff();
}
static noinstr void work(struct pt_regs *regs)
{
\twhile (need_resched()) {
\t\tlocal_irq_enable();
\t\tschedule();
\t\tlocal_irq_disable();
\t}
}
noinstr void do_syscall(struct pt_regs *regs)
{
\tfrom_user();
#ifdef CONFIG_TRACE
\ttrace_hardirqs_off();
#endif
\tswitch (regs->nr) {
\tcase 0:
\t\twork(regs);
\t\tbreak;
\tdefault:
\t\tgoto out;
\t}
out:
\tLEAVE(regs);
}
noinstr void do_irq(struct pt_regs *regs)
{
\tenum ctx_state prev = exception_enter();
\tif (!user_mode(regs) && fixup(regs))
\t\treturn;
\tasm volatile("nop" : : : "memory");
\texception_exit(prev);
}
"""


def _toy_entry(data: bytes) -> None:
    spec = SpecLoader(Sink(), {}).parse("toy.yaml", TOY_IN_C.encode())
    assert spec is not None
    file = "arch/toy/kernel/entry.c"
    _judged(replace(toy_tree(), overlay={file: data}), spec, file)


def _judged(tree: KernelTree, spec: ArchSpec, file: str) -> None:
    """Everything that `gen verify --tree` and `gen lint --tree` say of an architecture with one file changed."""
    arch = folder_of(spec.kconfig.file)
    work = Workspace(tree, (file,), {arch: spec})
    found = work.verdict(arch)
    if found is not None:
        said(found, tree).data()
    lint_tree(work, Scope((f"arch/{arch}",)), lambda _: None)


def real_files() -> Iterator[tuple[str, str]]:
    """The files with entry paths of a real tree, each with its spec's name, if there is a tree."""
    root = os.environ.get("KERNEL_TREE_NEWEST")
    for shipped in SHIPPED if root else ():
        files = {path.file for path in load_spec(shipped).model.paths.values()}
        yield from ((shipped.stem, file) for file in sorted(files) if Path(root or "", file).is_file())


def _real(name: str, file: str) -> Fuzzed:
    root = Path(os.environ["KERNEL_TREE_NEWEST"])

    def run(data: bytes) -> None:
        tree = find_tree(root)
        assert tree is not None
        _judged(
            replace(tree, overlay={file: data}), load_spec(next(each for each in SHIPPED if each.stem == name)), file
        )

    return Fuzzed(f"tree:{name}:{file}", lambda: ((root / file).read_bytes(),), run, longest=150)


TARGETS = (
    Fuzzed("spec", lambda: (TOY.encode(), *_files("arch_specs/*.yaml")), _spec),
    Fuzzed("model", _raw_seeds, _raw_model),
    Fuzzed("c", lambda: (*_files("tests/lint/corpus/*.c"), *_files("out/*/kernel/*.c")), _c),
    Fuzzed("assembly", lambda: (*_files("tests/fuzz/seeds/*.S"),), _assembly),
    Fuzzed("kconfig", lambda: (*_files("out/*/Kconfig*"), *_files("tests/fuzz/seeds/Kconfig*")), _kconfig),
    Fuzzed("patch", lambda: _files("tests/lint/corpus/*.c"), _patch),
    Fuzzed("tables", lambda: TABLES, _tables),
    Fuzzed("entry", lambda: (TOY_CODE, *_files("tests/lint/corpus/*.c")), _toy_entry),
)


def targets() -> tuple[Fuzzed, ...]:
    """All of them; those of a real tree if KERNEL_TREE_NEWEST names one."""
    return (*TARGETS, *(_real(name, file) for name, file in real_files()))
