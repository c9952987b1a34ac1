"""The skeleton of a spec: what a tree shows of an architecture's entry code, and a marker for all that it does not.

Entry labels are found in assembly: the labels under which a C function that takes pt_regs is called, those that a table
of vectors names, those that are called handlers, and those of system calls and new tasks. A port without such assembly
has its C handlers instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from gen.csource.asm import AsmUse, Use
from gen.diagnostics import Sink, Span
from gen.kernel.kconfig import KconfigReader
from gen.kernel.search import scan
from gen.kernel.tree import files_below
from gen.lint.source import SourceFile
from gen.lint.vectors import vectors
from gen.lint.workspace import Workspace
from gen.model.release import oldest
from gen.model.vocabulary import CONDITIONS, WORDS
from gen.spec.fill_in import marker_name
from gen.spec.loader import SpecLoader
from gen.spec.rules import to_be_filled_in, unused_class

MOST_HANDLERS = 8
"""How many of the C functions that a label calls are written down."""

_ASIDE = re.compile(
    r"/(?:boot|compressed|crypto|lib|libkern|kvm|math-emu|mm/mem\w*|purgatory|vdso\w*|power|hibernate|swsusp|relocate_kernel|xen|realmode)[/_.]"
)
"""Where assembly is that nothing enters from user mode."""

_DATA = frozenset({".long", ".word", ".quad", ".int", ".4byte", ".8byte", ".dword", "PTR"})
_WAY_OUT = re.compile(
    r"(?:do_)?(?:notify_resume|work_pending|signal|work_resched|syscall_trace\w*|\w*trace\w*|\w*sig\w*return\w*)"
    r"|ret_from_(?!fork|kernel)\w+|\w*_return|_*sys_(?:clone3?|v?fork)|\w*_reset|res_service|reserved"
    r"|\w*return_to_handler|\w+_(?:start|end)"
    r"|show_regs|die\w*|schedule|sys_\w+|\w*kgdb\w*|\w*kprobe\w*|\w*ptrace\w*|\w*ftrace\w*|\w*panic\w*|start_kernel"
)
"""C functions and labels on the way out, or of other code than entries."""

_MARKS = {"schedule_tail": "fork", "sys_call_table": "syscall", "generic_handle_arch_irq": "interrupt"}
"""What tells a new task, a system call, and an interrupt whose C is that of kernel/irq/handle.c."""

_NEW_TASK = re.compile(r"ret_from_(?:fork|kernel_(?:user_)?thread)")
"""Where a new task begins, even if its schedule_tail is in a pool of literals further on, as on sh."""

_OPENS = re.compile(r"(?!.*END)(?!\.)\w*(?:ENTRY|START|LEAF|NESTED)\w*")
"""A macro that begins an entry: ENTRY, SYM_CODE_START, C_ENTRY, EXCEPTION_ENTRY, CFI_START_OSF_FRAME ..."""

_HANDLER = re.compile(r"handle_\w+|\w*handler(?:_\w+)?|\w*_interrupt")
"""What an entry of assembly may be called, even if it calls no C itself but hands on, or mends a TLB and returns."""

_C_ENTRY = re.compile(
    r"do_\w+|handle_\w+|\w*(?:handler|syscall|trap|fault|interrupt)\w*|sig\w+|relay_signal|segv\w*|winch\w*"
)
_ARGUMENT = re.compile(r"\bstruct\s+(?:\w*pt_regs|frame|allregs)\b")
"""What a handler takes; m68k's struct frame is pt_regs and what the CPU has pushed before them, alpha's struct allregs
what entUna has saved in the place of pt_regs."""
_SYMBOL = re.compile(r"[A-Za-z_]\w{0,79}", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


class NoSkeletonError(Exception):
    """The tree shows too little of an architecture; the message says what is missing."""


@dataclass(frozen=True)
class Entry:
    """A way into the kernel that was found: its symbol, where that is, and the C functions that it calls."""

    symbol: str
    span: Span
    assembly: bool
    kind: str
    calls: tuple[str, ...] = ()


def skeleton(arch: str, work: Workspace) -> str:
    """The text of a spec whose only findings are that things are to be filled in. Raises NoSkeletonError."""
    release = work.tree.release
    if release < oldest():
        raise NoSkeletonError(f"Linux {release} is not a release that gen knows")
    entries = _Found(arch, work).entries()
    if not entries:
        raise NoSkeletonError(f"nothing in arch/{arch} looks like an entry: no C function that takes pt_regs")
    file, symbol = f"arch/{arch}/Kconfig", _own_symbol(arch, work)
    text = "\n".join((*_head(arch, str(release), file, symbol, entries), *_paths(entries)))
    problem = _problem(arch, text)
    if problem:
        raise NoSkeletonError(f"the skeleton would not be a spec: {problem}")
    return text


def _own_symbol(arch: str, work: Workspace) -> str:
    kconfig = KconfigReader(work.tree).read(arch, f"arch/{arch}/Kconfig", follow=False)
    own = kconfig.root_list()
    named = [own.selects[0].by] if own else [each.name for each in kconfig.configs if kconfig.always_on(each.name)]
    if not named:
        raise NoSkeletonError(f"arch/{arch}/Kconfig has no config that is always on, where the selects would go")
    return named[0]


def _problem(arch: str, text: str) -> str:
    sink = Sink()
    # No spec can name a file whose name is no UTF-8.
    SpecLoader(sink).parse(f"{arch}.yaml", text.encode("utf-8", "backslashreplace"))
    expected = {to_be_filled_in.id, unused_class.id}
    others = (each for each in sink.findings if each.rule not in expected)
    return next((f"line {each.span.line}: {each.statement}" for each in others), "")


# What is found.


class _Found:
    """The entries of one architecture, read when they are asked for."""

    def __init__(self, arch: str, work: Workspace) -> None:
        self.arch = arch
        self.work = work
        self._seen: dict[str, Entry] = {}

    def entries(self) -> tuple[Entry, ...]:
        """Every entry once, in the order of files and lines; C handlers only if no assembly enters."""
        for file, uses in self._assembly:
            self._of_file(file, uses)
        for file, uses in self._assembly:
            for name in vectors(file, uses, self.arch):
                self._named(name, self._labels)
        found = self._seen or {each.symbol: each for each in self._c_entries()}
        return tuple(sorted(found.values(), key=lambda each: each.span))

    def _of_file(self, file: SourceFile, uses: list[AsmUse]) -> None:
        calls: dict[str, dict[str, None]] = {}
        spans: dict[str, Span] = {}
        for use, label in _with_entry_labels(uses):
            if label == use.name:
                spans.setdefault(label, file.span(use.place, len(label)))
            if use.use is not Use.OPERAND:
                continue
            if use.operation in _DATA and use.name not in _MARKS:
                self._named(use.name, {})
            elif use.name in self._handlers or use.name in _MARKS:
                calls.setdefault(label, {})[use.name] = None
        for label in filter(_SYMBOL.fullmatch, spans):
            if _NEW_TASK.fullmatch(label) or _HANDLER.fullmatch(label):
                calls.setdefault(label, {})
        for label, names in calls.items():
            if label in spans and label not in self._seen and not _WAY_OUT.fullmatch(label):
                handlers = tuple(name for name in names if name in self._handlers)[:MOST_HANDLERS]
                self._seen[label] = Entry(label, spans[label], True, _kind(label, names), handlers)

    def _named(self, name: str, labels: Mapping[str, Span]) -> None:
        """A C handler or one of some labels that a table names: hardware or assembly comes to it by its number."""
        if name in self._seen or _WAY_OUT.fullmatch(name):
            return
        if name in self._handlers:
            self._seen[name] = Entry(name, self._handlers[name], False, _kind(name, ()))
        elif name in labels:
            self._seen[name] = Entry(name, labels[name], True, _kind(name, ()))

    def _c_entries(self) -> Iterator[Entry]:
        for name, span in self._handlers.items():
            if _C_ENTRY.fullmatch(name):
                yield Entry(name, span, False, _kind(name, ()))

    @cached_property
    def _files(self) -> tuple[str, ...]:
        files = files_below(self.work.tree.root, f"arch/{self.arch}").files
        return tuple(sorted(file for file in files if not _ASIDE.search(file)))

    @cached_property
    def _assembly(self) -> list[tuple[SourceFile, list[AsmUse]]]:
        files = (self.work.source(file) for file in self._files if file.endswith(".S"))
        return [(file, list(file.assembly(None))) for file in files if file]

    @cached_property
    def _labels(self) -> Mapping[str, Span]:
        """Every label, by whatever it is made, where it first is."""
        found: dict[str, Span] = {}
        for file, uses in self._assembly:
            for use in uses:
                made = _opens(use) or (use.use is Use.DEFINED and not use.operation and not use.via)
                if made and _SYMBOL.fullmatch(use.name):
                    found.setdefault(use.name, file.span(use.place, len(use.name)))
        return found

    @cached_property
    def _handlers(self) -> Mapping[str, Span]:
        """The C functions that take pt_regs, and are neither static nor for the way out."""
        found: dict[str, Span] = {}
        files = [file for file in self._files if file.endswith(".c")]
        for path in sorted(scan(self.work.tree.root, files, ["pt_regs", "allregs"]).files):
            file = self.work.source(path)
            if file is None:
                continue
            for each in file.outline.functions:
                taken = _ARGUMENT.search(each.parameters) and "static" not in each.words
                if taken and not _WAY_OUT.fullmatch(each.name):
                    found.setdefault(each.name, file.span(file.source.place(each.name_offset), len(each.name)))
        return found


def _with_entry_labels(uses: list[AsmUse]) -> Iterator[tuple[AsmUse, str]]:
    """Each use with the entry label that it is under; the use that defines the label comes with its own name.

    An entry label is what a macro such as ENTRY() names, what is declared global, or what a table of the file names;
    labels between are steps on the way, and so is what __ex_table names beside a fixup. A use of a .macro that names a
    C handler is an entry of its own, called by the macro's first argument.
    """
    declared = {use.name for use in uses if use.operation in {".globl", ".global"}}
    tables = [use for use in uses if use.operation in _DATA]
    fixups = {use.place.line for use in tables if "fix" in use.name}
    declared |= {use.name for use in tables if use.place.line not in fixups}
    macros = {use.name for use in uses if use.operation == ".macro"}
    bodies = macros | {use.name for use in uses if use.operation == "#define" and use.use is Use.DEFINED}
    current, made, line = "", "", 0
    for use in uses:
        if use.label in bodies and not use.via:
            continue
        if use.place.line != line:
            made, line = "", use.place.line
        if use.via or use.operation in macros:
            # The first argument that is a name is the entry that the macro makes.
            if not made and not use.via and use.name != use.operation and _SYMBOL.fullmatch(use.name):
                made = use.name
            yield use, made or current
            continue
        if (_opens(use) or (use.use is Use.DEFINED and use.name in declared)) and _SYMBOL.fullmatch(use.name):
            current = use.name
        yield use, current or use.label


def _opens(use: AsmUse) -> bool:
    """Whether a macro such as ENTRY() makes the name a label."""
    return bool(_OPENS.fullmatch(use.operation)) and use.name != use.operation


_KINDS = {
    "fork": r"fork|ret_from_kernel",
    "syscall": r"syscall|system_call|sys$",
    "interrupt": r"irq|intr|(?<![a-z])int(?:handler)?(?![a-z])|interrupt|entint|timer",
}
"""Words in the name of a symbol that tell a kind, the first that is there."""


def _kind(symbol: str, calls: Mapping[str, None] | tuple[str, ...]) -> str:
    """A guess, by the name; a person has to say."""
    name = symbol.lower()
    marked = [kind for mark, kind in _MARKS.items() if mark in calls]
    named = [kind for kind, words in _KINDS.items() if re.search(words, name)]
    return [*marked, *named, "exception"][0]


# What is written.

_CLASSES = {
    "interrupt": '  irq: {title: "interrupt", maskable: true}',
    "exception": '  sync: {title: "exception of the instruction", maskable: false, synchronous: true}',
}
_OF_KIND = {"interrupt": ("irq", "any"), "exception": ("sync", "any"), "syscall": ("", "user"), "fork": ("", "fork")}


def _head(arch: str, release: str, file: str, symbol: str, entries: tuple[Entry, ...]) -> Iterator[str]:
    yield f"# {arch}, begun by `gen new` from a tree of Linux {release}. Each fill_in_... stands for what only a"
    yield "# person can know; `gen check` says what, and where to look. Kinds and classes are guesses by names, a"
    yield "# path may be no entry, and an entry may be missing."
    yield ""
    yield "spec: 1"
    yield f"arch: {arch}"
    yield f'title: "{arch}: entry code of Linux {release}"'
    yield f'kernel: "{release}"'
    yield f"kconfig: {{file: {file}, symbol: {symbol}}}"
    yield "offstack: false"
    yield ""
    yield "evidence:"
    yield "  - claim: the architecture selects its features here"
    yield f"    file: {file}"
    yield f"    text: config {symbol}"
    yield ""
    yield "classes:"
    kinds = {each.kind for each in entries}
    # A spec has at least one class; one that nothing enters is a warning.
    yield from [line for kind, line in _CLASSES.items() if kind in kinds] or _CLASSES.values()
    yield ""
    yield "paths:"


def _paths(entries: tuple[Entry, ...]) -> Iterator[str]:
    taken = {*WORDS, *CONDITIONS, "mask", "unmask", "inherit", *(name for each in entries for name in each.calls)}
    for number, each in enumerate(entries):
        name = _path_name(each.symbol, taken)
        taken.add(name)
        interrupt_class, whence = _OF_KIND[each.kind]
        yield f"  {name}:"
        yield f'    title: "what enters at {each.symbol}"'
        yield f"    kind: {each.kind}"
        if interrupt_class:
            yield f"    class: {interrupt_class}"
        yield f"    whence: {whence}"
        yield "    masked: []"
        yield f"    code: {'mixed' if each.assembly else 'c'}"
        yield "    noinstr: false"
        yield f"    symbol: {each.symbol}"
        yield f"    file: {each.span.file}"
        yield "    steps:"
        calls = [call for call in each.calls if _NAME.fullmatch(call)]
        topics = [*(["classes"] if number == 0 else []), "kind", "masked", "noinstr", "steps"]
        for topic in (*topics, *(["handlers"] if calls else [])):
            yield f"      - code: {{calls: {marker_name(topic, each.span.line)}}}"
        yield from (f"      - work: {{calls: {call}}}" for call in calls)
        yield "      - return"
        yield ""


def _path_name(symbol: str, taken: set[str]) -> str:
    base = re.sub(r"^[^a-z]+", "", symbol.lower()) or "entry"
    names = (base[:32], f"{base[:26]}_entry", *(f"{base[:28]}_{number}" for number in range(2, 1000)))
    return next(name for name in names if name not in taken)
