"""Paths unrolled: blocks against a second way to follow them, and graphs that no block can say in one piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import DATA, SHIPPED
from trees import load_spec

from gen.diagnostics import Span
from gen.model.blocks import graph_of
from gen.model.entry import Block, Branch, Call, EntryModel, EntryPath, Item, Loop, Step, inner_blocks
from gen.model.flow import ENDS
from gen.model.graph import Ask, Draft, End, EntryEdge, EntryGraph, EntryNode, Join, Source
from gen.model.windows import in_windows
from gen.verify.judge import judge
from gen.verify.misplaced import misplaced
from gen.verify.unfold import DEEPEST, Masks, TooLargeError, unfold

TOY = load_spec(DATA / "toy.yaml").model
PAIR = load_spec(DATA / "pair.yaml").model

# The second way: what is left to run, item by item. It knows nothing of graphs.


@dataclass(frozen=True, eq=False)
class Text:
    """An item at one place of the text, calls inlined, with the sequences that it was called through."""

    item: Item
    via: tuple[str, ...]
    inner: tuple[tuple[Text, ...], ...]


def inlined(model: EntryModel, block: Block, via: tuple[str, ...] = ()) -> Iterator[Text]:
    for item in block:
        if isinstance(item, Call):
            yield from inlined(model, model.sequences[item.sequence].body, (*via, item.sequence))
        else:
            yield Text(item, via, tuple(tuple(inlined(model, inner, via)) for inner in inner_blocks(item)))


Left = tuple[Text, ...]
Row = tuple[str, Span, tuple[str, ...], Masks, tuple[tuple[int, bool | None], ...]]


def onward(left: Left, masks: Masks) -> Iterator[tuple[bool | None, Left, Masks]]:
    first, behind = left[0], left[1:]
    match first.item:
        case Step() as step:
            if step.word not in ENDS:
                yield None, behind, masks.after(step)
        case Branch():
            yield True, (*first.inner[0], *behind), masks
            yield False, (*first.inner[1], *behind), masks
        case Loop():
            yield True, (*first.inner[0], *left), masks
            yield False, behind, masks


def followed(model: EntryModel, path: EntryPath) -> list[Row]:
    """What `unfold` has to find, in its order."""
    waiting = [(tuple(inlined(model, path.body)), Masks(frozenset(path.masked)))]
    numbers = {waiting[0]: 0}
    rows: list[Row] = []
    for left, masks in waiting:
        ways: list[tuple[int, bool | None]] = []
        for answer, behind, after in onward(left, masks):
            following = (behind, after)
            if following not in numbers:
                numbers[following] = len(waiting)
                waiting.append(following)
            ways.append((numbers[following], answer))
        rows.append((str(left[0].item), left[0].item.span, left[0].via, masks, tuple(ways)))
    return rows


def unfolded(model: EntryModel, path: EntryPath) -> list[Row]:
    return [
        (
            str(each.item),
            each.item.span,
            each.node.via,
            each.masks,
            tuple((edge.target, edge.answer) for edge in each.edges),
        )
        for each in unfold(model, path)
    ]


@pytest.mark.parametrize("file", [*SHIPPED, DATA / "toy.yaml", DATA / "pair.yaml"], ids=lambda file: file.stem)
def test_every_path_unfolds_as_its_text_says(file: Path) -> None:
    model = load_spec(file).model
    assert model.paths
    for path in model.paths.values():
        assert unfolded(model, path) == followed(model, path), path.name


STEPS = (
    Step("mask", classes=("irq",)), Step("unmask", classes=("irq",)), Step("schedule"), Step("irq_enter_rcu"),
    Step("irq_exit_rcu"), Step("preempt_disable"), Step("preempt_enable_no_resched"), Step("instrumentation_begin"),
    Step("instrumentation_end"), Step("trace_hardirqs_on"),
)  # fmt: skip


def blocks(depth: int = 3) -> st.SearchStrategy[Block]:
    """Blocks with calls of sequences that call each other; a `return` or `panic` is the last step of its block."""
    step: st.SearchStrategy[Item] = st.sampled_from(STEPS) | st.sampled_from([Call("user_work"), Call("to_user")])
    if depth == 0:
        return st.lists(step, max_size=3).map(tuple)
    inner = blocks(depth - 1)
    ending = inner.flatmap(lambda block: st.sampled_from([block, (*block, Step("return")), (*block, Step("panic"))]))
    branches = st.builds(Branch, st.sampled_from(["exit_work", "user_regs", "kernel_regs"]), ending, ending)
    return st.lists(step | branches | st.builds(Loop, st.just("exit_work"), inner), max_size=3).map(tuple)


@given(blocks())
@settings(max_examples=150, deadline=None)
def test_any_block_unfolds_as_its_text_says(block: Block) -> None:
    path = replace(TOY.paths["fault"], body=(*block, Step("return")))
    try:
        found = unfolded(TOY, path)
    except TooLargeError:
        return
    assert found == followed(TOY, path)


# Graphs that are no blocks.


def with_graph(model: EntryModel, name: str, graph: EntryGraph) -> EntryModel:
    return replace(model, paths={**model.paths, name: replace(model.paths[name], body=(), graph=graph)})


def with_body(model: EntryModel, name: str, body: Block) -> EntryModel:
    return replace(model, paths={**model.paths, name: replace(model.paths[name], body=body)})


def answers(model: EntryModel) -> object:
    """What is told of a model, places apart."""
    found = judge(model)
    return (
        found.holds,
        found.proof.holds,
        found.proof.smallest_depth,
        [each.broken for each in found.violations],
        [(each.name, each.answer, each.why) for each in found.requirements],
        {each.message for each in misplaced(model, found.compiled.positions)},
    )


MOVES = (
    Step("user_exit"), Step("user_enter"), Step("schedule"), Step("mask", classes=("irq",)),
    Step("unmask", classes=("irq",)), Step("ct_nmi_enter"), Step("ct_nmi_exit"), Step("preempt_schedule_irq"),
    Step("trace_hardirqs_on"), Step("user_exit_irqoff"), Step("user_enter_irqoff"),
)  # fmt: skip


def line(draft: Draft, steps: tuple[Step, ...], after: int) -> int:
    for step in reversed(steps):
        after = draft.add(EntryNode(step, (EntryEdge(after),)))
    return after


def two_ways_in(first: tuple[Step, ...], second: tuple[Step, ...], last: tuple[Step, ...]) -> EntryGraph:
    """A loop of two parts that is entered at either, as by a `goto` into it, and left behind the second."""
    draft = Draft(100)
    out = line(draft, last, draft.add(EntryNode(Step("return"))))
    again = draft.join()
    into = line(draft, second, again)
    begin = line(draft, first, into)
    draft.fill(again, EntryNode(Ask("exit_work"), (EntryEdge(begin, True), EntryEdge(out, False))))
    graph, _ = draft.graph(draft.add(EntryNode(Ask("odd"), (EntryEdge(begin, True), EntryEdge(into, False)))))
    return graph


some = st.lists(st.sampled_from(MOVES), max_size=3).map(tuple)


@given(some, some, some, st.sampled_from(["syscall", "fault", "interrupt"]))
@settings(max_examples=150, deadline=None)
def test_a_loop_with_two_ways_in_is_judged_as_the_same_written_out(
    first: tuple[Step, ...], second: tuple[Step, ...], last: tuple[Step, ...], name: str
) -> None:
    body: Block = (
        Branch("odd", (*first, *second), second),
        Loop("exit_work", (*first, *second)),
        *last,
        Step("return"),
    )
    graph = with_graph(TOY, name, two_ways_in(first, second, last))
    try:
        wanted = answers(with_body(TOY, name, body))
    except TooLargeError:
        with pytest.raises(TooLargeError):
            unfold(graph, graph.paths[name])
        return
    assert answers(graph) == wanted


def test_a_loop_that_is_left_in_the_middle_is_judged() -> None:
    """The USER state is entered on the way out alone, and is not left on the way round."""
    draft = Draft(100)
    out = line(draft, (Step("user_enter_irqoff"),), draft.add(EntryNode(Step("return"))))
    head = draft.join()
    body = line(draft, (Step("unmask", classes=("irq",)), Step("schedule"), Step("mask", classes=("irq",))), head)
    middle = draft.add(EntryNode(Ask("exit_work"), (EntryEdge(body, True), EntryEdge(out, False))))
    draft.fill(head, EntryNode(Ask("odd"), (EntryEdge(middle, True), EntryEdge(out, False))))
    good, _ = draft.graph(line(draft, (Step("user_exit_irqoff"),), head))
    assert judge(with_graph(TOY, "syscall", good)).holds
    bad, _ = draft.graph(head)
    assert not judge(with_graph(TOY, "syscall", bad)).holds


@pytest.mark.parametrize("word", ["preempt_disable", "ct_nmi_enter", "irq_enter_rcu", "instrumentation_begin"])
def test_a_loop_that_nests_for_ever_is_too_large(word: str) -> None:
    graph = with_graph(TOY, "fault", two_ways_in((Step(word),), (), ()))
    with pytest.raises(TooLargeError, match=f"`fault` nests the same step more than {DEEPEST} deep, as a loop would"):
        unfold(graph, graph.paths["fault"])


def test_a_path_of_too_many_sequences_is_too_large() -> None:
    """Each sequence calls the next one twice: a small text, and a graph of a million nodes."""
    (first, *_) = TOY.sequences.values()
    names = [f"twice{number}" for number in range(20)]
    sequences = {
        name: replace(first, name=name, body=(Call(after), Call(after)))
        for name, after in zip(names, [*names[1:], first.name], strict=True)
    }
    model = replace(TOY, sequences={**TOY.sequences, **sequences})
    path = replace(TOY.paths["fault"], body=(Call(names[0]), Step("return")))
    with pytest.raises(TooLargeError, match=r"`fault` has more than 20,000 positions"):
        unfold(model, path)


def test_what_a_spec_has_is_declared_where_it_stands() -> None:
    graph = graph_of(TOY, TOY.paths["syscall"], 100)
    (work,) = (node for node in graph.nodes if str(node.item) == "work: do_work")
    assert work.provenance.source is Source.DECLARED
    assert (work.via, work.item.span.line) == (("to_user", "user_work"), 46)
    assert all(node.provenance.source is Source.DECLARED for node in graph.nodes)


def test_where_nothing_runs_any_more_is_an_end() -> None:
    draft = Draft(10)
    ring = draft.join()
    draft.fill(ring, EntryNode(Join(), (EntryEdge(ring),)))
    graph, gone = draft.graph(line(draft, (Step("schedule"),), ring), draft.join())
    assert [type(node.item) for node in graph.nodes] == [Step, End]
    assert gone == (-1,)
    assert judge(with_graph(TOY, "syscall", graph)).compiled.positions["syscall"][-1].edges == ()


@pytest.mark.parametrize("offstack", [True, False])
def test_the_exception_pair_is_a_border_of_the_windows_without_offstack(offstack: bool) -> None:
    draft = Draft(10)
    steps = (Step("mask", classes=("irq",)), Step("exception_enter"), Step("schedule"), Step("exception_exit"))
    graph, _ = draft.graph(line(draft, steps, draft.add(EntryNode(Step("return")))))
    path = PAIR.paths[next(iter(PAIR.paths))]
    inside = {number for number, _ in in_windows(graph.nodes, graph.start, path.whence, offstack)}
    words = {getattr(graph.nodes[number].item, "word", "") for number in inside}
    assert words == {"mask", "exception_enter", "return"} | ({"schedule", "exception_exit"} if offstack else set())
