"""An architecture's entry paths, as facts.

A path is a block: a tuple of steps, branches, loops and calls of shared sequences. Blocks compare by meaning: two
blocks are equal when they do the same in the same order, wherever they were written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from gen.diagnostics import Span
from gen.model.release import Release, is_between
from gen.model.vocabulary import CONDITIONS, WORDS, Condition, Word

if TYPE_CHECKING:
    from gen.model.graph import EntryGraph


ASSEMBLY = (".S", ".s")
"""How the name of an assembly file ends."""


def is_assembly(file: str) -> bool:
    """Whether a file is assembly, by its name."""
    return file.endswith(ASSEMBLY)


@dataclass(frozen=True)
class Handler:
    """Code outside the entry path that a `work` or `code` step calls, and what it may do."""

    name: str
    faults: bool = False
    schedules: bool = False
    traceable: bool = False
    uses_rcu: bool = False


@dataclass(frozen=True)
class Step:
    """One atomic transition: a word of the vocabulary with what it takes."""

    word: str
    classes: tuple[str, ...] = ()
    handler: Handler | None = None
    place: str = ""
    span: Span = field(default=Span(""), compare=False)
    class_spans: tuple[Span, ...] = field(default=(), compare=False)

    @property
    def row(self) -> Word:
        """The vocabulary's row for this step."""
        return WORDS[self.word]

    def __str__(self) -> str:
        if self.classes:
            return f"{self.word}: [{', '.join(self.classes)}]"
        if self.handler:
            return f"{self.word}: {self.handler.name}"
        return f"{self.word}: {self.place}" if self.place else self.word


@dataclass(frozen=True)
class Call:
    """Runs a shared sequence."""

    sequence: str
    span: Span = field(default=Span(""), compare=False)

    def __str__(self) -> str:
        return f"call: {self.sequence}"


@dataclass(frozen=True)
class Branch:
    """Runs one of two blocks, as the condition says."""

    condition: str
    then: Block
    otherwise: Block = ()
    span: Span = field(default=Span(""), compare=False)

    def __str__(self) -> str:
        return f"if: {self.condition}"


@dataclass(frozen=True)
class Loop:
    """Runs a block as long as the condition holds; maybe never."""

    condition: str
    body: Block
    span: Span = field(default=Span(""), compare=False)

    def __str__(self) -> str:
        return f"while: {self.condition}"


Item = Step | Call | Branch | Loop
Block = tuple[Item, ...]


def inner_blocks(item: Item) -> tuple[Block, ...]:
    """The blocks inside a branch or loop; none for a step or call."""
    match item:
        case Branch():
            return (item.then, item.otherwise)
        case Loop():
            return (item.body,)
        case _:
            return ()


def walk(block: Block) -> Iterator[Item]:
    """Every item of a block and of the blocks inside it, in the order of the text."""
    for item in block:
        yield item
        for inner in inner_blocks(item):
            yield from walk(inner)


def without_calls(block: Block, sequences: Collection[str]) -> Block:
    """The block without its calls of these sequences; a branch or loop that this leaves empty goes, too."""
    return tuple(kept for item in block if (kept := _without_calls(item, sequences)) is not None)


def _without_calls(item: Item, sequences: Collection[str]) -> Item | None:
    match item:
        case Call():
            return None if item.sequence in sequences else item
        case Branch():
            then, otherwise = without_calls(item.then, sequences), without_calls(item.otherwise, sequences)
            return replace(item, then=then, otherwise=otherwise) if then or otherwise else None
        case Loop():
            body = without_calls(item.body, sequences)
            return replace(item, body=body) if body else None
        case _:
            return item


class Whence(Enum):
    """What an entry path can interrupt; `fork` starts in a new task, in the kernel."""

    USER = "user"
    KERNEL = "kernel"
    ANY = "any"
    FORK = "fork"


IRQ = "irq"
"""The class that local_irq_disable() closes, under the name that every spec has for it."""


@dataclass(frozen=True)
class InterruptClass:
    """What can enter the kernel unasked; a synchronous class is raised by the code that it interrupts."""

    name: str
    title: str
    maskable: bool
    synchronous: bool
    span: Span = field(default=Span(""), compare=False)


@dataclass(frozen=True)
class Sequence:
    """Steps that several paths share and call by name.

    `since` and `until` bound the releases that have it; in another one a call of it is no step.
    """

    name: str
    title: str
    symbol: str
    file: str
    body: Block
    since: Release | None = None
    until: Release | None = None
    span: Span = field(default=Span(""), compare=False)

    @property
    def is_assembly(self) -> bool:
        """Whether it is in a file of assembly."""
        return is_assembly(self.file)

    def exists_in(self, release: Release) -> bool:
        """Whether `release` has this sequence."""
        return is_between(release, self.since, self.until)


@dataclass(frozen=True)
class EntryPath:
    """One way into the kernel and back.

    `interrupt_class` is empty for a system call and for a new task. `masked` is what the hardware closes on entry;
    what it leaves alone stays as the interrupted code had it. `unread` is why its C is not read back where the spec
    stands for it, in the reader's own words or some of them. `since` and `until` bound the releases that have it.
    What it does is a body, which somebody wrote, or the graph that was read. `macro` is the one that defines its symbol
    in C, if one does.
    """

    name: str
    title: str
    kind: str
    whence: Whence
    interrupt_class: str
    masked: tuple[str, ...]
    code: str
    noinstr: bool
    symbol: str
    file: str
    body: Block
    graph: EntryGraph | None = None
    unread: str = ""
    since: Release | None = None
    until: Release | None = None
    span: Span = field(default=Span(""), compare=False)
    class_span: Span = field(default=Span(""), compare=False)
    masked_spans: tuple[Span, ...] = field(default=(), compare=False)
    macro: str = field(default="", compare=False)

    @property
    def is_assembly(self) -> bool:
        """Whether it begins in assembly or has nothing else."""
        return self.code == "asm" or is_assembly(self.file)

    def exists_in(self, release: Release) -> bool:
        """Whether `release` has this path."""
        return is_between(release, self.since, self.until)


@dataclass(frozen=True)
class EntryModel:
    """All entry paths of one architecture, and what they are made of; the mappings keep the order of the spec.

    `using_rcu` are words that use RCU in the tree that it was read from, and do nothing of it elsewhere.
    """

    arch: str
    offstack: bool
    classes: Mapping[str, InterruptClass]
    conditions: Mapping[str, Condition]
    sequences: Mapping[str, Sequence]
    paths: Mapping[str, EntryPath]
    using_rcu: frozenset[str] = frozenset()

    def condition(self, name: str) -> Condition:
        """A condition of this port or of every port; KeyError if there is none."""
        return self.conditions.get(name) or CONDITIONS[name]

    def in_release(self, release: Release) -> EntryModel:
        """The same model with the paths that `release` has, and of the sequences those that it has and they use."""
        gone = self.gone_in(release)
        paths = {name: path for name, path in self.paths.items() if path.exists_in(release)}
        sequences: Mapping[str, Sequence] = {name: each for name, each in self.sequences.items() if name not in gone}
        if gone:
            paths = {name: replace(each, body=without_calls(each.body, gone)) for name, each in paths.items()}
            sequences = {name: replace(each, body=without_calls(each.body, gone)) for name, each in sequences.items()}
        model = replace(self, sequences=sequences, paths=paths)
        used = model.reached_sequences(paths)
        return replace(model, sequences={name: each for name, each in sequences.items() if name in used})

    def gone_in(self, release: Release) -> frozenset[str]:
        """The sequences that `release` does not have."""
        return frozenset(name for name, each in self.sequences.items() if not each.exists_in(release))

    def reached_sequences(self, paths: Mapping[str, EntryPath]) -> set[str]:
        """The names of the sequences that these paths call, directly or through another one."""
        reached: set[str] = set()
        waiting = [path.body for path in paths.values()]
        while waiting:
            for item in walk(waiting.pop()):
                if isinstance(item, Call) and item.sequence in self.sequences and item.sequence not in reached:
                    reached.add(item.sequence)
                    waiting.append(self.sequences[item.sequence].body)
        return reached

    @cached_property
    def callees(self) -> Mapping[str, tuple[Call, ...]]:
        """The calls in each sequence of sequences that there are."""
        return {
            name: tuple(item for item in walk(each.body) if isinstance(item, Call) and item.sequence in self.sequences)
            for name, each in self.sequences.items()
        }

    @cached_property
    def callees_first(self) -> tuple[str, ...]:
        """The sequences in an order in which C can define them: before their callers, else as in the spec.

        Without recursion: a chain of calls may be as long as a file. Where sequences call each other in a ring, the
        order inside the ring is any.
        """
        seen: set[str] = set()
        done: dict[str, None] = {}
        for start in self.sequences:
            waiting = [start]
            while waiting:
                name = waiting[-1]
                new = [] if name in seen else [call.sequence for call in self.callees[name]]
                seen.add(name)
                if new := [each for each in new if each not in seen]:
                    waiting += reversed(new)
                else:
                    done[waiting.pop()] = None
        return tuple(done)

    def items(self) -> Iterator[Item]:
        """Every item of every sequence and path."""
        for sequence in self.sequences.values():
            yield from walk(sequence.body)
        for path in self.paths.values():
            yield from walk(path.body)

    def handlers(self) -> dict[str, Handler]:
        """Every handler that a step calls, by name, in the order of the text."""
        found: dict[str, Handler] = {}
        for item in self.items():
            if isinstance(item, Step) and item.handler:
                found.setdefault(item.handler.name, item.handler)
        return found
