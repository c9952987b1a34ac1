"""A tree's entry code as an entry model: each path read from C where there is C, else as a spec declares it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import repeat

from gen.diagnostics import Span
from gen.kernel.naming import Naming
from gen.model.blocks import steps_of
from gen.model.compare import UNSEEN
from gen.model.conditions import Answers, entries, is_kept
from gen.model.entry import ASSEMBLY, IRQ, Block, Branch, EntryModel, EntryPath, Step, Whence, is_assembly, walk
from gen.model.graph import Ask, Draft, Elsewhere, EntryGraph, EntryNode, Source, TooManyNodesError, reachable
from gen.model.reduce import leading_to, merged, pruned, slimmed, through
from gen.model.release import Release
from gen.model.vocabulary import Effect
from gen.model.windows import told_apart
from gen.recover.assembly import AssemblySplicer
from gen.recover.bodies import Body, NotRebuiltError
from gen.recover.doubtful import anything, given_up, is_anything, not_followed, not_watching, repeated, taken_back
from gen.recover.entry_point import EntryPoint
from gen.recover.entry_words import entry_words
from gen.recover.files import TreeFiles
from gen.recover.how import How
from gen.recover.known import Known
from gen.recover.paths import tree_paths
from gen.recover.port import Port
from gen.recover.programs import Programs
from gen.recover.reader import Reader
from gen.recover.splice import DEEPEST, Functions, Splicer
from gen.recover.start import (
    InAssemblyError,
    NotBuiltError,
    assembly_around,
    bodies_of,
    start_of,
)

MOST_TOGETHER = 120_000
"""Nodes that are made for the entry paths of one architecture; the most of a real one is 70,000 (powerpc)."""


@dataclass(frozen=True)
class ReadPath:
    """One path of a tree: how it was read, and if it was not, the reason in one phrase.

    `written` is the path as the spec has it, or as it was found; `path` has the graph of what was read, or of
    what is declared with the C that it calls. `runs` are what the built-in conditions can say while it runs. `full`
    is the graph of C before anything was taken for what it may do, with the ends that a spec may leave out. One
    that `hands_on` only chooses among other paths. `stopped` is where assembly could not be followed any further.
    """

    written: EntryPath
    path: EntryPath
    how: How
    reason: str = ""
    runs: tuple[Answers, ...] = ()
    full: EntryGraph | None = field(default=None, repr=False)
    hands_on: bool = False
    stopped: Span | None = None


@dataclass(frozen=True)
class Recovered:
    """The entry code of one architecture of a tree.

    `gone` are paths that the spec has and the tree has not, `unplaced` entry points of which it is not known what
    enters there. `functions` says which function of C a step stands in, by its place. `unread` are the functions that
    are called and were not found.
    """

    known: Known
    release: Release
    paths: tuple[ReadPath, ...]
    gone: tuple[EntryPath, ...]
    unplaced: tuple[EntryPoint, ...]
    functions: Mapping[Span, str]
    unread: frozenset[str]
    naming: Naming
    files: TreeFiles = field(repr=False, compare=False)

    @property
    def model(self) -> EntryModel:
        """The model of what was read and declared; paths that were not read are not in it."""
        paths = {each.path.name: each.path for each in self.paths if each.how is not How.UNREAD}
        return replace(self.known.model, paths=paths)


def recover(
    known: Known,
    points: Collection[EntryPoint],
    release: Release,
    reader: Reader,
    noreturn: Collection[str],
    *,
    naming: Naming | None = None,
) -> Recovered:
    """Reads the entry paths of a tree whose entry points are `points`, and whose names are `naming`.

    `noreturn` are the functions that do not return on this architecture. Nothing is raised for what cannot be read.
    """
    found = tree_paths(known, points, reader.text)
    known = replace(known, model=replace(known.model, paths={path.name: path for path in found.paths}))
    entered = [point.symbol for point in points]
    around = _around(reader, known.folder)
    port = Port(known, release, reader.text, noreturn, naming=naming, around=around, entered=entered)
    instructions = known.machine.assembly
    programs = Programs(port, instructions) if instructions else None
    # What the assembly of entry paths calls or jumps to: what of that is C is entry code as well.
    if programs and (called := programs.called()):
        further, defined = _defining(reader, port, called)
        port = _with_more(port, reader, noreturn, further, defined)
    paths = tuple(map(_Reader(port, programs).path, found.paths))
    # What runs in the windows is looked into wherever the architecture defines it: first what is in files of which
    # nothing else is known, and then what shows up in that, unless there is so much of it that no window is one.
    for asked in (paths, *repeat(None, DEEPEST)):
        few = tuple(each for each in paths if len(_unknown(each)) <= MOST_INSPECTED)
        further, defined = _defining(reader, port, frozenset[str]().union(*map(_unknown, asked or few)))
        named = defined & frozenset[str]().union(*map(_unknown, few))
        if not further and not named:
            break
        port = _with_more(port, reader, noreturn, further, named)
        again = _Reader(port, programs)
        paths = tuple(
            _better(each, again.path(before)) if _unknown(each) & (defined if further else named) else each
            for before, each in zip(found.paths, paths, strict=True)
        )
    paths = tuple(each for each in paths if each.how is not How.NOT_BUILT)
    left = tuple(_left_out(port, programs, each) for each in found.gone) if programs else ()
    paths += tuple(filter(None, left))
    functions = {
        node.item.span: node.function
        for each in paths
        for node in (each.path.graph.nodes if each.path.graph else ())
        if isinstance(node.item, Step) and node.function
    }
    return Recovered(
        known, release, paths, found.gone, found.unplaced, functions, frozenset(port.unread), port.naming, port.files
    )


MOST_INSPECTED = 16
"""How many functions in the windows of a path may be unknown: right entry code has a few helpers there."""


def _with_more(
    port: Port, reader: Reader, noreturn: Collection[str], further: Collection[str], named: frozenset[str]
) -> Port:
    """The port with further files, and with more functions that are looked into."""
    more = Port(
        port.known,
        port.release,
        reader.text,
        noreturn,
        naming=port.naming,
        around=further,
        entered=port.entered,
        inspected=port.inspected | named,
        files=port.files,
    )
    more.unread |= port.unread - named
    return more


def _better(known: ReadPath, again: ReadPath) -> ReadPath:
    """What was read of a path with more looked into; what was known of it, if that is too much."""
    return known if again.how is How.UNREAD else again


def _around(reader: Reader, folder: str) -> tuple[str, ...]:
    """The files of an architecture that name what moves the state or tells RCU."""
    words = entry_words()
    files = (reader.mentioning(f"arch/{folder}", suffix, *words.telling) for suffix in (".h", ".c"))
    return tuple(file for each in files for file in each if not words.is_aside(file))


def _unknown(each: ReadPath) -> frozenset[str]:
    """The functions in a path's windows of which it is not known what they do."""
    nodes = each.path.graph.nodes if each.path.graph else ()
    return frozenset(
        node.item.handler.name
        for node in nodes
        if isinstance(node.item, Step) and node.item.handler and node.provenance.source is Source.ASSUMED
    )


def _defining(reader: Reader, port: Port, unknown: frozenset[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Further files of the architecture that define some functions, and those of them that are to be inspected."""
    names = sorted(filter(str.isidentifier, unknown - port.inspected))
    if not names:
        return (), frozenset()
    mentioning = reader.mentioning(f"arch/{port.known.folder}", ".c", *(f"{name}(" for name in names))
    files = port.files
    further = tuple(
        file for file in mentioning if file not in files.named and any(files.named_in(file, name) for name in names)
    )
    there = (*files.named, *files.generic, *further)
    return further, frozenset(name for name in names if any(files.named_in(file, name) for file in there))


def _left_out(port: Port, programs: Programs, path: EntryPath) -> ReadPath | None:
    """A path that the tree seems not to have, although there is the label that leads to it; None if there is none."""
    row = port.known.row(path.symbol, path.macro, path.file)
    labels = row.labels(path.symbol) if row else None
    there = [name for _, name in programs.matching(labels)] if labels else []
    return ReadPath(path, path, How.UNREAD, f"{there[0]} does not lead to {path.symbol}()") if there else None


class _Reader:
    def __init__(self, port: Port, programs: Programs | None) -> None:
        self.port = port
        self.functions: Functions = {}
        self.programs = programs.of(port) if programs else None
        self.always_with_irq = open_with_irq(port.known.model, port.known.calls.values())
        self.draft: Draft | None = None
        self.made = 0

    def path(self, path: EntryPath) -> ReadPath:
        """One path of the tree."""
        if self.made > MOST_TOGETHER:
            why = f"of one architecture no more than {MOST_TOGETHER:,} steps and questions are followed"
            return ReadPath(path, path, How.UNREAD, why, tuple(entries(path, self.always_with_irq)))
        self.draft = None
        read = self._path(path)
        self.made += len(self.draft.nodes) if self.draft else 0
        return read

    def _path(self, path: EntryPath) -> ReadPath:
        runs = tuple(entries(path, self.always_with_irq))
        try:
            if labels := self._labels(path):
                bodies = () if is_assembly(path.file) else bodies_of(self.port, path)
                return self._assembled(path, runs, "it begins in assembly", labels, bodies)
            graph, runs = self._graph(path, runs)
        except InAssemblyError as error:
            return self._assembled(path, runs, str(error))
        except NotBuiltError as error:
            return ReadPath(path, path, How.UNREAD if path.body else How.NOT_BUILT, str(error), runs)
        except (NotRebuiltError, RecursionError) as error:
            reason = "its C nests too deep" if isinstance(error, RecursionError) else str(error)
            if path.unread and path.unread in reason:
                return self._declared(path, runs, reason)
            return ReadPath(path, path, How.UNREAD, reason, runs)
        if path.unread and path.unread in (reason := given_up(graph)):
            return self._declared(path, runs, reason)
        judged = slimmed(self._judged(graph, path), lambda _, node: not (node.minor and node.item == Step("panic")))
        read = replace(path, body=(), graph=judged, noinstr=True)
        return ReadPath(path, read, How.C, "", runs, graph, self._dispatches(path))

    @cached_property
    def entered(self) -> frozenset[str]:
        """The labels at which paths in C begin."""
        return frozenset(self.leading)

    def _beginning(self, path: EntryPath) -> int:
        """How many paths a label is the beginning of, which nothing tells apart."""
        return sum(
            (each.symbol, each.file) == (path.symbol, path.file) for each in self.port.known.model.paths.values()
        )

    def _labels(self, path: EntryPath) -> Sequence[tuple[str, str]]:
        """The labels of assembly that lead to a path, each with its file; none if nobody says; NotRebuiltError."""
        row = self.port.known.row(path.symbol, path.macro, path.file)
        pattern = row.labels(path.symbol) if row else None
        if pattern is None or self.programs is None:
            return ()
        labels = self.programs.matching(pattern)
        if labels or is_assembly(path.file):
            return labels
        raise NotRebuiltError(f"no label `{pattern.pattern}` leads to it")

    def _leads_alone(self, labels: Sequence[tuple[str, str]]) -> bool:
        """Whether labels lead to no other path, and a #define does not give one of them to another place."""
        program = self.programs.program if self.programs else None
        return program is not None and all(
            self.leading[name] == len(program(file).labels[name]) == 1 for file, name in labels
        )

    @cached_property
    def leading(self) -> Counter[str]:
        """How many paths in C the labels lead to that they begin at."""
        found = Counter[str]()
        for path in self.port.known.model.paths.values():
            with suppress(NotRebuiltError):
                found.update(name for _, name in self._labels(path))
        return found

    def _assembled(
        self,
        path: EntryPath,
        runs: tuple[Answers, ...],
        reason: str,
        labels: Sequence[tuple[str, str]] = (),
        bodies: Sequence[Body] = (),
    ) -> ReadPath:
        """A path of assembly as the tree has it.

        It is as its spec has it where nobody says how instructions lead on, and where the spec says for which reason it
        cannot be followed to the trap return. For any other reason it is not read.
        """
        if self.programs is None or not (labels or is_assembly(path.file)):
            return self._declared(path, runs, reason)
        if not labels and (count := self._beginning(path)) > 1:
            return self._declared(path, runs, f"{reason}: {count} paths begin at {path.symbol}")
        stopped: Span | None = None
        why = ""
        try:
            row = self.port.known.row(path.symbol, path.macro, path.file)
            config = row.config if row else {}
            symbol, entered = path.symbol if labels else "", self.entered - {path.symbol}
            splicer = AssemblySplicer(
                self.programs,
                symbol,
                bodies,
                self.functions,
                config,
                entered,
                answers=row.answers if row else {},
                dispatches=self._dispatches(path),
            )
            self.draft = splicer.draft
            graph = handed_on(
                pruned(splicer.graph(labels or [(path.file, path.symbol)], runs, alone=self._leads_alone(labels)), runs)
            )
            if node := not_followed(graph, ASSEMBLY):
                stopped, why = node.item.span, node.provenance.why
        except (NotRebuiltError, RecursionError) as error:
            why = "it nests too deep" if isinstance(error, RecursionError) else str(error)
        if why and path.unread and path.unread in why:
            return self._declared(path, runs, f"{reason}: {why}")
        if why:
            return ReadPath(path, path, How.UNREAD, f"{reason}: {why}", runs, stopped=stopped)
        judged = slimmed(self._judged(graph, path), lambda _, node: not (node.minor and node.item == Step("panic")))
        read = replace(path, body=(), graph=judged, noinstr=True)
        return ReadPath(path, read, How.ASSEMBLY, "", runs, graph, self._dispatches(path))

    def _declared(self, path: EntryPath, runs: tuple[Answers, ...], reason: str) -> ReadPath:
        """A path of assembly as its spec has it; what that calls in C is the tree's."""
        if not path.body:
            return ReadPath(path, path, How.UNREAD, reason, runs)
        try:
            graph = Splicer(self.port, path.symbol, functions=self.functions).declared(path.body)
        except TooManyNodesError as error:
            return ReadPath(path, path, How.UNREAD, f"it {error}", runs)
        graph = self._judged(pruned(graph, runs), path)
        return ReadPath(path, replace(path, body=(), graph=graph), How.DECLARED, reason, runs)

    def _graph(self, path: EntryPath, runs: tuple[Answers, ...]) -> tuple[EntryGraph, tuple[Answers, ...]]:
        """The C of a path, and what the built-in conditions can say while it runs."""
        start = start_of(self.port, path, None if path.body else self._around(path))
        dispatches = self._dispatches(path)
        splicer = Splicer(self.port, path.symbol, dispatches=dispatches, functions=self.functions)
        self.draft = splicer.draft
        graph = splicer.graph(start.bodies, start.prefix, start.suffix)
        if start.inlined and splicer.gate >= 0:
            graph = through(graph, splicer.gate)
            runs = tuple(each for each in runs if splicer.gate in reachable(graph.nodes, graph.start, each))
            if not runs:
                raise NotRebuiltError(f"nothing that it interrupts leads to {path.symbol}()")
        return handed_on(pruned(graph, runs)), runs

    def _dispatches(self, path: EntryPath) -> bool:
        row = self.port.known.row(path.symbol, path.macro, path.file)
        return row is not None and row.dispatches

    def _around(self, path: EntryPath) -> tuple[Block, Block]:
        """What assembly may do around a path that no spec describes: any of what it does around its like.

        Its like are the one that the spec has for all that its macro defines, else those that enter in the same way,
        else those of its kind, else all.
        """
        model = self.port.known.model
        described = [each for each in model.paths.values() if each.body and not each.is_assembly]
        of_kind = [each for each in described if each.kind == path.kind]
        alike = (
            [each for each in described if each.symbol == path.macro]
            or [each for each in of_kind if each.interrupt_class == path.interrupt_class]
            or of_kind
            or described
        )
        around = dict.fromkeys(assembly_around(model, each.body) for each in alike)
        at = Span(path.file)
        return any_of((each for each, _ in around), at), any_of((each for _, each in around), at)

    def _judged(self, graph: EntryGraph, path: EntryPath) -> EntryGraph:
        """The graph with what is not known taken for what it may be at its place.

        Outside of the windows a function may fault. In them what it does is a doubt, unless nothing can get into it.
        """
        offstack = self.port.model.offstack
        graph, inside = told_apart(graph, path.whence, offstack)
        if self._hits_windows(path):
            inside |= not_watching(graph)
        nodes = tuple(self._taken(node, number in inside) for number, node in enumerate(graph.nodes))
        graph = replace(graph, nodes=nodes)
        again = repeated(graph)
        graph = slimmed(graph, lambda number, node: number not in again and self._counts(node, number in inside))
        return taken_back(merged(graph, _alike))

    def _hits_windows(self, path: EntryPath) -> bool:
        """Whether a path may interrupt the windows of another one: what cannot be masked comes at any time."""
        entering = self.port.model.classes.get(path.interrupt_class)
        return path.whence in {Whence.KERNEL, Whence.ANY} and bool(
            entering and not entering.synchronous and (not entering.maskable or path.kind == "nmi")
        )

    def _taken(self, node: EntryNode, inside: bool) -> EntryNode:
        step = node.item
        if inside or not node.minor or node.provenance.source is not Source.ASSUMED or not isinstance(step, Step):
            return node
        name = step.handler.name if step.handler else ""
        return EntryNode(Step("code", handler=anything(name), span=step.span), node.edges, node.function)

    def _counts(self, node: EntryNode, inside: bool) -> bool:
        """Whether a step is one of the model: what may be instrumented, and nothing else, is so in a window only."""
        if not node.minor or not isinstance(node.item, Step) or node.item.handler is None:
            return True
        name, file = node.item.handler.name, node.item.span.file
        if node.provenance.source is Source.READ:
            return inside
        return inside and self.port.counts(name, file)


def _alike(node: EntryNode) -> Hashable:
    """What tells a node from others: a step and its place, a built-in question, or that it may do anything."""
    item = node.item
    if is_anything(node):
        return "anything"
    if isinstance(item, Ask):
        return item.condition if is_kept(item.condition) else "ask"
    return item, item.span, node.minor, node.provenance


def any_of(blocks: Iterable[Block], at: Span) -> Block:
    """A block that does what any one of some blocks does, asked at a place."""
    first, *others = dict.fromkeys(blocks) or [()]
    return (Branch("another way through assembly", any_of(others, at), first, span=at),) if others else first


def handed_on(graph: EntryGraph) -> EntryGraph:
    """The graph with a `return` where it hands on to another path, which is read by itself; NotRebuiltError.

    That is so only if it does nothing else that can be seen, before or behind that or on another way that returns. What
    it closes is closed for the other path as well.
    """
    handing = [number for number, node in enumerate(graph.nodes) if isinstance(node.item, Elsewhere)]
    returning = [number for number, node in enumerate(graph.nodes) if _does(node, Effect.RETURN)]
    for number in sorted(leading_to(dict(enumerate(graph.nodes)), [*handing, *returning])) if handing else ():
        item = graph.nodes[number].item
        if isinstance(item, Step) and item.row.effect not in UNSEEN | {Effect.RETURN, Effect.MASK} | _BRACKETS:
            shown = graph.nodes[handing[0]].item
            raise NotRebuiltError(f"it hands on to {shown} and does `{item}` itself")
    ends = {
        number: EntryNode(Step("return", span=graph.nodes[number].item.span), (), graph.nodes[number].function)
        for number in handing
    }
    return replace(graph, nodes=tuple(ends.get(number, node) for number, node in enumerate(graph.nodes)))


def _does(node: EntryNode, effect: Effect) -> bool:
    return isinstance(node.item, Step) and node.item.row.effect is effect


_BRACKETS = frozenset({Effect.INSTRUMENTATION_BEGIN, Effect.INSTRUMENTATION_END})


def open_with_irq(model: EntryModel, meanings: Iterable[Block] = ()) -> frozenset[str]:
    """The classes that are open only where `irq` is, itself included, by a model and by what calls mean."""
    masked = [frozenset(path.masked) for path in model.paths.values()]
    opened: list[frozenset[str]] = []
    steps = (item for body in meanings for item in walk(body) if isinstance(item, Step))
    for step in (*steps, *steps_of(model, model.paths)):
        if step.classes:
            (masked if step.row.effect is Effect.MASK else opened).append(frozenset(step.classes))
    return frozenset(
        name
        for name in model.classes
        if all(name in each for each in masked if IRQ in each) and all(IRQ in each for each in opened if name in each)
    )
