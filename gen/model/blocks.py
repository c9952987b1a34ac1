"""A block of steps, branches, loops and calls as a graph: the notation of a spec is one way to write a graph down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gen.diagnostics import Span
from gen.model.entry import Block, Branch, Call, EntryModel, EntryPath, Item, Loop, Step, walk
from gen.model.flow import ENDS
from gen.model.graph import DECLARED, Ask, Draft, End, EntryEdge, EntryGraph, EntryNode, Provenance


def graph_of(model: EntryModel, path: EntryPath, most: int) -> EntryGraph:
    """The graph of a path, with its sequences inlined; TooManyNodesError.

    A path that was read has its own. The nodes of a block are declared.
    """
    return path.graph if path.graph is not None else graph_of_block(model, path.body, most)


def graph_of_block(model: EntryModel, block: Block, most: int) -> EntryGraph:
    """The graph of a block, with its sequences inlined; TooManyNodesError."""
    draft = Draft(most)
    start = Declared(draft, model).block(block, draft.add(EntryNode(End(), provenance=DECLARED)))
    return EntryGraph(tuple(draft.nodes), start)  # a block leaves nothing to be joined


def steps_of(model: EntryModel, paths: Mapping[str, EntryPath]) -> Iterator[Step]:
    """Every step of some paths, as they were written or read: those of the sequences that they call first."""
    reached = model.reached_sequences(paths)
    for sequence in model.sequences.values():
        if sequence.name in reached:
            yield from _steps(walk(sequence.body))
    for path in paths.values():
        yield from _steps(walk(path.body) if path.graph is None else (node.item for node in path.graph.nodes))


def _steps(items: Iterable[object]) -> Iterator[Step]:
    return (item for item in items if isinstance(item, Step))


class BlockDrafter:
    """Adds blocks to a draft, from their end to their begin. What is common to its nodes a subclass may change."""

    def __init__(self, draft: Draft, function: str = "", provenance: Provenance = DECLARED) -> None:
        self.draft = draft
        self.function = function
        self.provenance = provenance
        self.via: tuple[str, ...] = ()

    def block(self, block: Block, after: int) -> int:
        """The first node of a block that goes on at `after`."""
        for item in reversed(block):
            after = self._item(item, after)
        return after

    def _item(self, item: Item, after: int) -> int:
        match item:
            case Step():
                return self.step(item, after)
            case Call():
                return self.call(item, after)
            case Branch():
                yes, no = self.block(item.then, after), self.block(item.otherwise, after)
                return self.draft.add(self._ask(Ask(item.condition, self.span(item)), yes, no))
            case Loop():
                head = self.draft.join()
                ask = Ask(item.condition, self.span(item), repeats=True)
                self.draft.fill(head, self._ask(ask, self.block(item.body, head), after))
                return head

    def _ask(self, ask: Ask, yes: int, no: int) -> EntryNode:
        return self.node(ask, EntryEdge(yes, True), EntryEdge(no, False))

    def node(self, item: Step | Ask, *edges: EntryEdge) -> EntryNode:
        """A node for an item of the block."""
        return EntryNode(item, edges, self.function, provenance=self.provenance, via=self.via)

    def step(self, step: Step, after: int) -> int:
        """The node of a step."""
        return self.draft.add(self.node(step, *(() if step.word in ENDS else (EntryEdge(after),))))

    def call(self, call: Call, after: int) -> int:
        """The first node of a shared sequence."""
        raise NotImplementedError

    def span(self, item: Item, /) -> Span:
        """Where an item stands."""
        return item.span


class Declared(BlockDrafter):
    """A spec's own steps at their own places, with its sequences inlined."""

    def __init__(self, draft: Draft, model: EntryModel) -> None:
        super().__init__(draft)
        self._model = model

    def call(self, call: Call, after: int) -> int:
        """The steps of a sequence."""
        outside = self.via
        self.via = (*outside, call.sequence)
        first = self.block(self._model.sequences[call.sequence].body, after)
        self.via = outside
        return first
