"""What the templates are given: the entry model as C names, statements and questions, each with its place in the spec.

The plan decides what everything is called in C; the templates decide where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gen.diagnostics import Span
from gen.diagnostics.printers.text import visible
from gen.facts.loader import renames
from gen.model.entry import Block, Branch, Call, EntryModel, EntryPath, Item, Loop, Sequence, Step, walk
from gen.model.normal import normal
from gen.model.release import Release, spelled
from gen.model.vocabulary import CONDITIONS, WORDS, Effect, Takes, Word
from gen.render.marks import SpecText
from gen.spec.archspec import ArchSpec, Evidence

SAVED_STATE = "prev_state"
_HEADER_NEEDS = ("linux/bits.h", "linux/context_tracking.h", "linux/irqflags.h", "linux/linkage.h", "linux/types.h")
_STUBS_NEED = ("asm/context_tracking.h", "asm/ptrace.h")


@dataclass(frozen=True)
class CNames:
    """How the things of one architecture are called in C, in one release."""

    arch: str
    release: Release

    @property
    def prefix(self) -> str:
        """The prefix of every function of this architecture."""
        return f"{self.arch}_ct_"

    @property
    def guard(self) -> str:
        """The include guard of the header."""
        return f"_ASM_{self.arch.upper()}_CONTEXT_TRACKING_H"

    def constant(self, interrupt_class: str) -> str:
        """The bit of an interrupt class."""
        return f"{self.prefix}{interrupt_class}".upper()

    def statement(self, step: Step) -> str:
        """A step as a C statement."""
        row = step.row
        if step.handler:
            return f"{self.prefix}{step.handler.name}(regs);"
        if row.takes is Takes.CLASSES:
            regs = "regs, " if row.name == "inherit" else ""
            return f"{self.prefix}{row.name}({regs}{' | '.join(map(self.constant, step.classes))});"
        if row.tracking:
            return f"{self.prefix}{row.name}();"
        return "\n".join(row.statements(self.release))

    def question(self, condition: str) -> str:
        """A condition as a C expression."""
        known = CONDITIONS.get(condition)
        return known.c if known and known.c else f"{self.prefix}{condition}(regs)"


@dataclass(frozen=True)
class Statement:
    """One C statement, without indentation."""

    c: SpecText
    kind: str = "statement"


@dataclass(frozen=True)
class If:
    """An `if` statement; `braces` as the kernel's style wants them."""

    question: SpecText
    then: tuple[Line, ...]
    otherwise: tuple[Line, ...]
    kind: str = "if"

    @property
    def braces(self) -> bool:
        """Both arms have braces, or neither has."""
        return not all(_is_single(arm) for arm in (self.then, self.otherwise) if arm)


@dataclass(frozen=True)
class While:
    """A `while` statement."""

    question: SpecText
    body: tuple[Line, ...]
    kind: str = "while"

    @property
    def braces(self) -> bool:
        """The body has braces unless it is one statement."""
        return not _is_single(self.body)


Line = Statement | If | While


def _is_single(lines: tuple[Line, ...]) -> bool:
    return len(lines) == 1 and isinstance(lines[0], Statement)


@dataclass(frozen=True)
class Function:
    """A function of the stubs: `regs` if it uses its pt_regs, `saves` and `restores` if it keeps a state."""

    c_name: SpecText
    title: SpecText
    symbol: str
    file: str
    regs: bool
    saves: bool
    restores: bool
    noinstr: bool
    body: tuple[Line, ...]


@dataclass(frozen=True)
class Wrapper:
    """A tracking word's function in the header: what it does with context tracking and without."""

    c_name: str
    meaning: str
    on: tuple[str, ...]
    off: tuple[str, ...]


@dataclass(frozen=True)
class Bit:
    """The constant of an interrupt class that software can mask."""

    c_name: SpecText
    title: SpecText
    number: int


@dataclass(frozen=True)
class Hook:
    """A function that the port has to provide."""

    c_name: SpecText
    meaning: SpecText


@dataclass(frozen=True)
class Row:
    """One entry path in the table."""

    path: EntryPath
    masked: str
    steps: str


@dataclass(frozen=True)
class Plan:
    """Everything that the templates of one architecture and release may ask for."""

    arch: str
    title: SpecText
    spec_name: str
    command: str
    release: Release
    prefix: str
    guard: str
    offstack: bool
    proved: bool
    names: dict[str, str]
    kconfig_file: str
    kconfig_symbol: str
    kconfig_condition: str
    header_includes: tuple[str, ...]
    stub_includes: tuple[str, ...]
    bits: tuple[Bit, ...]
    masks: tuple[str, ...]
    irq_only: bool
    wrappers: tuple[Wrapper, ...]
    handlers: tuple[Hook, ...]
    conditions: tuple[Hook, ...]
    sequences: tuple[Function, ...]
    paths: tuple[Function, ...]
    rows: tuple[Row, ...]
    evidence: tuple[Evidence, ...]


def make_plan(spec: ArchSpec, release: Release, *, proved: bool) -> Plan:
    """The plan for a spec that has passed all its checks, in the names of `release`."""
    model = spec.model.in_release(release)
    maker = _Maker(model, CNames(spec.arch, release))
    name = visible(spec.file.replace("\\", "/").rpartition("/")[2])
    kernel = "" if release == spec.kernel else f" --kernel {release}"
    maskable = [row for row in model.classes.values() if row.maskable]
    return Plan(
        arch=spec.arch,
        title=SpecText(spec.title, Span(spec.file)),
        spec_name=name,
        command=f"gen render {name}{kernel}",
        release=release,
        prefix=maker.names.prefix,
        guard=maker.names.guard,
        offstack=model.offstack,
        proved=proved,
        names={known: spelled(known, release) for known in renames()},
        kconfig_file=spec.kconfig.file,
        kconfig_symbol=spec.kconfig.symbol,
        kconfig_condition=spec.kconfig.condition_in(release),
        header_includes=_HEADER_NEEDS,
        stub_includes=tuple(sorted({*_STUBS_NEED, *maker.headers()})),
        bits=tuple(
            Bit(SpecText(maker.names.constant(row.name), row.span), SpecText(row.title, row.span), number)
            for number, row in enumerate(maskable)
        ),
        masks=tuple(sorted(word.name for word in maker.words() if word.takes is Takes.CLASSES)),
        irq_only=bool(irq_constant(model, maker.names)),
        wrappers=tuple(maker.wrapper(word) for word in maker.words() if word.tracking),
        handlers=tuple(maker.handlers()),
        conditions=tuple(maker.conditions()),
        sequences=tuple(maker.function(model.sequences[each]) for each in model.callees_first),
        paths=tuple(maker.function(path) for path in model.paths.values()),
        rows=tuple(Row(path, ", ".join(path.masked), steps_in_words(path.body)) for path in model.paths.values()),
        evidence=spec.evidence_in(release),
    )


def irq_constant(model: EntryModel, names: CNames) -> str:
    """The constant of `irq` if it is all that can be masked, so that the header can do it itself; else empty."""
    maskable = [row.name for row in model.classes.values() if row.maskable]
    return names.constant("irq") if maskable == ["irq"] else ""


def steps_in_words(block: Block) -> str:
    """A block on one line, for tables: `call: a; if user_regs (user_exit; ...) else (...); return`."""
    return "; ".join(map(_item_in_words, block))


def _item_in_words(item: Item) -> str:
    match item:
        case Branch():
            otherwise = f" else ({steps_in_words(item.otherwise)})" if item.otherwise else ""
            return f"if {item.condition} ({steps_in_words(item.then)}){otherwise}"
        case Loop():
            return f"while {item.condition} ({steps_in_words(item.body)})"
        case _:
            return str(item)


def _has_step(block: Block, effect: Effect) -> bool:
    return any(isinstance(item, Step) and item.row.effect is effect for item in walk(block))


class _Maker:
    """Turns parts of one model into parts of its plan."""

    def __init__(self, model: EntryModel, names: CNames) -> None:
        self.model = model
        self.names = names
        self._with_regs: set[str] = set()
        for name in model.callees_first:
            if self.uses_regs(model.sequences[name].body):
                self._with_regs.add(name)

    def words(self) -> list[Word]:
        """The words that some step uses, in the order of the vocabulary."""
        used = {item.word for item in self.model.items() if isinstance(item, Step)}
        return [word for word in WORDS.values() if word.name in used]

    def asked(self) -> dict[str, Span]:
        """The conditions that something asks, with the place that asks first."""
        asked: dict[str, Span] = {}
        for item in self.model.items():
            if isinstance(item, Branch | Loop):
                asked.setdefault(item.condition, item.span)
        return asked

    def headers(self) -> set[str]:
        """The kernel headers that declare what the stubs call themselves; wrapped words are the header's business."""
        own = {header for word in self.words() if not word.tracking for header in word.headers}
        return own | {header for name in self.asked() if name in CONDITIONS for header in CONDITIONS[name].headers}

    def wrapper(self, word: Word) -> Wrapper:
        """The function that stands for a tracking word."""
        release = self.names.release
        off = tuple(word.c_off.splitlines())
        return Wrapper(self.names.prefix + word.name, word.meaning, word.statements(release), off)

    def handlers(self) -> Iterator[Hook]:
        """What the stubs call and the port provides, in the order of the spec."""
        seen: set[str] = set()
        for item in self.model.items():
            if isinstance(item, Step) and item.handler and item.handler.name not in seen:
                seen.add(item.handler.name)
                yield Hook(SpecText(self.names.prefix + item.handler.name, item.span), SpecText("", item.span))

    def conditions(self) -> Iterator[Hook]:
        """The conditions that the port has to answer."""
        for name, span in self.asked().items():
            condition = self.model.condition(name)
            if not condition.c:
                place = condition.span if condition.span.file else span
                yield Hook(SpecText(self.names.prefix + name, place), SpecText(condition.meaning, place))

    def function(self, holder: Sequence | EntryPath) -> Function:
        """The C function of a sequence or path."""
        body = normal(holder.body)
        if isinstance(holder, EntryPath) and isinstance(body[-1], Step) and body[-1].word == "return":
            body = body[:-1]  # a C function that reaches its end returns
        return Function(
            c_name=SpecText(self.names.prefix + holder.name, holder.span),
            title=SpecText(holder.title, holder.span),
            symbol=holder.symbol,
            file=holder.file,
            regs=self.uses_regs(body),
            saves=_has_step(body, Effect.EXCEPTION_ENTER),
            restores=_has_step(body, Effect.EXCEPTION_EXIT),
            noinstr=not isinstance(holder, EntryPath) or holder.noinstr,
            body=tuple(self.lines(body)),
        )

    def uses_regs(self, block: Block) -> bool:
        """Whether the C of a block mentions pt_regs."""
        for item in walk(block):
            match item:
                case Step() if "regs" in self.names.statement(item):
                    return True
                case Branch() | Loop() if "regs" in self.names.question(item.condition):
                    return True
                case Call() if item.sequence in self._with_regs:
                    return True
        return False

    def lines(self, block: Iterable[Item]) -> Iterator[Line]:
        """A block as C."""
        for item in block:
            match item:
                case Step():
                    yield Statement(SpecText(self.names.statement(item), item.span))
                case Call():
                    regs = "regs" if item.sequence in self._with_regs else ""
                    yield Statement(SpecText(f"{self.names.prefix}{item.sequence}({regs});", item.span))
                case Branch():
                    question = SpecText(self.names.question(item.condition), item.span)
                    yield If(question, tuple(self.lines(item.then)), tuple(self.lines(item.otherwise)))
                case Loop():
                    question = SpecText(self.names.question(item.condition), item.span)
                    yield While(question, tuple(self.lines(item.body)))
