"""Paths made up by chance: C written from a block reads back as that block, and comparing agrees with counting runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from order_cases import FILE, NORETURN, RELEASE, USUAL, USUAL_C, findings, read_all, spec
from order_reading import Files, read_entries

from gen.lint.order.entries import Outcome
from gen.model.blocks import graph_of_block
from gen.model.compare import Difference, difference
from gen.model.conditions import FROM_USER
from gen.model.entry import Block, Branch, EntryModel, Item, Loop, Step
from gen.model.graph import EntryGraph

VISIBLE = (
    "schedule",
    "irq_enter_rcu",
    "irq_exit_rcu",
    "trace_hardirqs_on",
    "instrumentation_begin",
    "instrumentation_end",
)
QUIET = ("preempt_disable", "preempt_enable_no_resched")
MOST = 4
"""How much of a run is looked at where runs are counted."""

DESCRIBED = spec(USUAL)
MODEL = DESCRIBED.model


def steps() -> st.SearchStrategy[Item]:
    words = st.sampled_from([Step(word) for word in VISIBLE + QUIET])
    return words | st.sampled_from([Step("mask", classes=("irq",)), Step("unmask", classes=("irq",))])


def blocks(depth: int = 3) -> st.SearchStrategy[Block]:
    """Blocks with branches, loops and early ends; a `return` or `panic` is the last step of its block."""
    if depth == 0:
        return st.lists(steps(), max_size=3).map(tuple)
    inner = blocks(depth - 1)
    ending = inner.flatmap(lambda block: st.sampled_from([block, (*block, Step("return")), (*block, Step("panic"))]))
    asked = st.sampled_from(["odd", "late", "user_regs"])
    branches = st.builds(Branch, asked, ending, inner)
    loops = st.builds(Loop, st.sampled_from(["more", "again"]), inner)
    return st.lists(steps() | branches | loops, max_size=3).map(tuple)


def whole(block: Block) -> Block:
    """A path around a block, one that moves the state."""
    return (Step("user_exit_irqoff"), *block, Step("user_enter_irqoff"), Step("return"))


class Writer:
    """Writes a block as C; `shapes` says how loops and branches are written, one number after the other."""

    def __init__(self, shapes: list[int]) -> None:
        self.shapes = shapes
        self.labels = 0

    def shape(self) -> int:
        return self.shapes.pop() if self.shapes else 0

    def function(self, block: Block) -> str:
        return "noinstr void do_entry(struct pt_regs *regs)\n{\n" + "\n".join(self.block(block)) + "\n}\n"

    def block(self, block: Block) -> Iterator[str]:
        for item in block:
            match item:
                case Step():
                    yield self.step(item)
                case Branch():
                    yield from self.branch(item)
                case Loop():
                    yield from self.loop(item)

    def step(self, step: Step) -> str:
        calls = {"mask": "local_irq_disable();", "unmask": "local_irq_enable();", "return": "return;"}
        return calls.get(step.word, f"{step.word}();")

    def asked(self, condition: str) -> str:
        return "user_mode(regs)" if condition == "user_regs" else f"{condition}(regs)"

    def branch(self, item: Branch) -> Iterator[str]:
        condition = self.asked(item.condition)
        if self.shape() % 2:
            yield from (f"if (!{condition}) {{", *self.block(item.otherwise), "} else {", *self.block(item.then), "}")
            return
        self.labels += 1
        out = f"out{self.labels}"
        yield from (f"if (likely(!({condition})))", f"goto else_{out};", *self.block(item.then), f"goto {out};")
        yield from (f"else_{out}:", *self.block(item.otherwise), f"{out}:", ";")

    def loop(self, item: Loop) -> Iterator[str]:
        condition = self.asked(item.condition)
        match self.shape() % 4:
            case 0:
                yield from (f"while ({condition}) {{", *self.block(item.body), "}")
            case 1:
                yield from ("for (;;) {", f"if (!{condition})", "break;", *self.block(item.body), "}")
            case 2:
                self.labels += 1
                again = f"again{self.labels}"
                yield from (f"{again}:", f"if ({condition}) {{", *self.block(item.body), f"goto {again};", "}")
            case _:
                copy = replace_labels(list(self.block(item.body)))
                yield from (f"if ({condition}) {{", "do {", *copy, f"}} while ({condition});", "}")


def replace_labels(lines: list[str]) -> list[str]:
    return lines


def model_with(block: Block) -> EntryModel:
    (path,) = MODEL.paths.values()
    return replace(MODEL, paths={path.name: replace(path, body=block)})


def graph(block: Block) -> EntryGraph:
    return graph_of_block(MODEL, block, 10_000)


def compared(one: EntryGraph, other: EntryGraph) -> Difference | None:
    """The difference between two graphs that came from user mode with interrupts masked."""
    return difference(one, other, FROM_USER, frozenset({"irq"}))


@given(blocks(), st.lists(st.integers(0, 3), max_size=12))
@settings(max_examples=200, deadline=None)
def test_c_reads_back_as_the_block_that_it_was_written_from(block: Block, shapes: list[int]) -> None:
    body = whole(block)
    text = Writer(shapes).function(body)
    described = replace(DESCRIBED, model=model_with(body))
    (found,) = read_entries(described, RELEASE, Files({FILE: text}.get), NORETURN).paths
    assert found.outcome is Outcome.REBUILT, found.reason or text
    assert found.graph is not None
    assert compared(found.graph, graph(body)) is None, text


Run = tuple[str, ...]


class Counter:
    """Every run of a block up to MOST things to see, counted one by one: slow, and nothing like the comparison."""

    def __init__(self, block: Block) -> None:
        self.runs: set[Run] = set()
        self._seen: set[object] = set()
        self._go(((block, 0),), (), frozenset({"irq"}), False)

    def _go(self, stack: tuple[tuple[Block, int], ...], run: Run, masked: frozenset[str], begun: bool) -> None:
        key = (tuple((id(block), index) for block, index in stack), run, masked, begun)
        if key in self._seen:
            return
        self._seen.add(key)
        self.runs.add(run)
        while stack and stack[-1][1] >= len(stack[-1][0]):
            stack = stack[:-1]
        if not stack or len(run) >= MOST:
            return
        block, index = stack[-1]
        behind = (*stack[:-1], (block, index + 1))
        match block[index]:
            case Branch(condition, then, otherwise):
                for way in (then,) if condition == "user_regs" else (then, otherwise):
                    self._go((*behind, (way, 0)), run, masked, begun)
            case Loop(condition, body):
                self._go((*stack, (body, 0)), run, masked, begun)
                self._go(behind, run, masked, begun)
            case Step() as step:
                self._step(step, behind, run, masked, begun)

    def _step(
        self, step: Step, behind: tuple[tuple[Block, int], ...], run: Run, masked: frozenset[str], begun: bool
    ) -> None:
        text = step.word
        if text in QUIET or (text == "mask" and "irq" in masked) or (text == "unmask" and "irq" not in masked):
            self._go(behind, run, masked, begun)
        elif text == "instrumentation_begin" and not begun:
            self._go(behind, run, masked, True)
        elif text == "instrumentation_end" and begun:
            self._go(behind, run, masked, False)
        else:
            after = {"mask": frozenset({"irq"}), "unmask": frozenset[str]()}.get(text, masked)
            shown = f"begin {text}" if begun else text
            ended = text in {"return", "panic"}
            self._go(() if ended else behind, (*run, shown), after, text == "instrumentation_begin")


@given(blocks(2), blocks(2))
@settings(max_examples=200, deadline=None)
def test_comparing_agrees_with_counting(one: Block, other: Block) -> None:
    found = compared(graph(whole(one)), graph(whole(other)))
    same = Counter(whole(one)).runs == Counter(whole(other)).runs
    assert same == (found is None or len(found.before) >= MOST)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_nothing_is_raised_for_broken_c(data: st.DataObject) -> None:
    words = re.findall(r"\w+|\s+|[^\w\s]", USUAL_C)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(words) - 1))
        words[place] = data.draw(
            st.sampled_from(["", "{", "}", "(", ")", ";", "\n#if A\n", "goto x;", "x:", *words[:20]])
        )
    text = "".join(words)
    reading = read_all(DESCRIBED, text)
    (path,) = reading.paths
    assert bool(path.reason) == (path.outcome is Outcome.NOT_REBUILT), text
    lines = {FILE: text.count("\n") + 1, DESCRIBED.file: len(DESCRIBED.lines)}
    assert all(1 <= found.span.line <= lines[found.span.file] for found in findings(reading)), text
