"""Graphs of the model: what the built-in conditions say, what is in a window, what is left of a graph made smaller."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support import DATA
from trees import load_spec

from gen.model import reduce
from gen.model.conditions import FROM_USER, answered, entries
from gen.model.entry import Step, Whence
from gen.model.graph import Ask, Draft, End, EntryEdge, EntryGraph, EntryNode, Exit, edges_on, reachable
from gen.model.reduce import pruned, shared, slimmed, through
from gen.model.windows import Window, in_windows, told_apart
from gen.verify.judge import judge

TOY = load_spec(DATA / "toy.yaml").model
FAULT = TOY.paths["fault"]
FROM_KERNEL = {"user_regs": False, "idle_task": False, "irqs_were_on": True}


def straight(*words: str) -> EntryGraph:
    """A graph without questions."""
    nodes = [EntryNode(Step(word), (EntryEdge(number + 1),)) for number, word in enumerate(words)]
    return EntryGraph((*nodes, EntryNode(Step("return"))))


def asked(condition: str, yes: str, no: str) -> EntryGraph:
    """A question between two steps, and the return behind both."""
    return EntryGraph((
        EntryNode(Ask(condition), (EntryEdge(1, True), EntryEdge(2, False))),
        EntryNode(Step(yes), (EntryEdge(3),)),
        EntryNode(Step(no), (EntryEdge(3),)),
        EntryNode(Step("return")),
    ))  # fmt: skip


def words(graph: EntryGraph) -> list[str]:
    return [str(graph.nodes[number].item) for number in reachable(graph.nodes, graph.start)]


def inside(graph: EntryGraph, whence: Whence = Whence.ANY) -> dict[str, Window]:
    found = in_windows(graph.nodes, graph.start, whence, offstack=True)
    return {str(graph.nodes[number].item): window for number, window in found}


@pytest.mark.parametrize(
    ("condition", "user", "kernel"),
    [("user_regs", True, False), ("kernel_regs", False, True), ("idle_task", False, False), ("exit_work", None, None)],
)
def test_what_a_condition_says(condition: str, user: bool | None, kernel: bool | None) -> None:
    assert (answered(condition, FROM_USER), answered(condition, FROM_KERNEL)) == (user, kernel)


@pytest.mark.parametrize(
    ("whence", "always", "number"),
    [
        (Whence.USER, (), 1),
        (Whence.FORK, (), 1),
        (Whence.KERNEL, (), 4),
        (Whence.ANY, (), 5),
        (Whence.KERNEL, ("sync",), 2),
        (Whence.ANY, ("sync",), 3),
        (Whence.ANY, ("irq",), 5),
    ],
)
def test_what_a_path_can_interrupt(whence: Whence, always: tuple[str, ...], number: int) -> None:
    found = list(entries(replace(FAULT, whence=whence), frozenset(always)))
    assert len(found) == number
    assert (FROM_USER in found) == (whence is not Whence.KERNEL)


def test_only_an_edge_with_the_other_answer_is_not_taken() -> None:
    node = EntryNode(Ask("kernel_regs"), (EntryEdge(1, True), EntryEdge(2, False), EntryEdge(3)))
    assert [edge.target for edge in edges_on(node, FROM_USER)] == [2, 3]
    assert [edge.target for edge in edges_on(node, FROM_KERNEL)] == [1, 3]
    assert len(edges_on(node, {})) == 3


def test_the_windows_are_before_user_exit_and_behind_user_enter() -> None:
    graph = straight("lockdep_hardirqs_off", "user_exit_irqoff", "schedule", "user_enter_irqoff", "lockdep_hardirqs_on")
    assert inside(graph) == {
        "lockdep_hardirqs_off": Window.ENTRY,
        "user_exit_irqoff": Window.ENTRY,
        "lockdep_hardirqs_on": Window.EXIT,
        "return": Window.EXIT,
    }
    assert inside(graph, Whence.FORK) == {"lockdep_hardirqs_on": Window.EXIT, "return": Window.EXIT}
    assert inside(graph, Whence.KERNEL) == {}


def test_where_rcu_was_made_to_watch_is_not_in_a_window() -> None:
    """The brackets nest: RCU stops to watch at the outermost end."""
    graph = straight("ct_nmi_enter", "ct_irq_enter", "ct_irq_exit", "schedule", "ct_nmi_exit")
    assert set(inside(graph)) == {"ct_nmi_enter", "return"}


def test_the_windows_are_those_of_a_path_that_user_mode_entered() -> None:
    assert "schedule" not in inside(asked("kernel_regs", "schedule", "lockdep_hardirqs_off"))
    assert "schedule" in inside(asked("exit_work", "schedule", "lockdep_hardirqs_off"))


def test_a_question_with_one_answer_is_none() -> None:
    """What is left can be judged: an edge for one sort of pt_regs alone would lead nowhere with the other."""
    graph = pruned(asked("user_regs", "schedule", "lockdep_hardirqs_off"), [FROM_KERNEL])
    slim = slimmed(graph, lambda _, __: True)
    assert words(slim) == ["lockdep_hardirqs_off", "return"]
    path = replace(FAULT, body=(), graph=slim)
    assert judge(replace(TOY, paths={**TOY.paths, "fault": path})).compiled.positions["fault"]


def test_a_graph_that_leads_nowhere_is_an_end() -> None:
    """As after a question whose answers were all taken away."""
    slim = slimmed(EntryGraph((EntryNode(Ask("odd")),)), lambda _, __: True)
    assert [type(slim.nodes[number].item) for number in reachable(slim.nodes, slim.start)] == [End]
    path = replace(FAULT, body=(), graph=slim)
    judge(replace(TOY, paths={**TOY.paths, "fault": path}))


def test_a_way_to_where_nothing_runs_is_none() -> None:
    graph = asked("odd", "schedule", "lockdep_hardirqs_off")
    dead = (*graph.nodes[:2], EntryNode(End()), graph.nodes[3])
    assert words(slimmed(EntryGraph(dead), lambda _, __: True)) == ["schedule", "return"]


def test_a_question_that_decides_nothing_is_left_out() -> None:
    graph = asked("odd", "schedule", "lockdep_hardirqs_off")
    assert words(slimmed(graph, lambda _, node: str(node.item) == "return")) == ["return"]
    kept = slimmed(graph, lambda _, node: str(node.item) != "schedule")
    assert words(kept) == ["if: odd", "return", "lockdep_hardirqs_off"]


def test_questions_in_a_row_are_not_each_followed_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each asks what leads on to the same two steps; what is looked at grows as they do, not as their square."""

    def looked_at(number: int) -> int:
        draft = Draft(10_000)
        last = draft.add(
            EntryNode(Ask("it"), tuple(EntryEdge(draft.add(EntryNode(Step(w)))) for w in ("mask", "return")))
        )
        for _ in range(number):
            last = draft.add(EntryNode(Ask("guess"), (EntryEdge(last), EntryEdge(last))))
        looks = []

        def is_guess(node: EntryNode) -> bool:
            looks.append(node)
            return real(node)

        monkeypatch.setattr(reduce, "_is_guess", is_guess)
        slimmed(draft.graph(last)[0], lambda _, __: True)
        return len(looks)

    real = reduce._is_guess
    assert looked_at(800) < 3 * looked_at(400)


def test_only_what_passes_the_gate_is_left() -> None:
    graph = through(asked("odd", "schedule", "lockdep_hardirqs_off"), 2)
    assert words(graph) == ["if: odd", "lockdep_hardirqs_off", "return"]


def test_a_draft_has_no_joins_in_the_end() -> None:
    draft = Draft(10)
    join = draft.join()
    end = draft.add(EntryNode(Step("return")))
    draft.fill(join, EntryNode(Ask("odd"), (EntryEdge(draft.join(), True), EntryEdge(end, False))))
    graph, numbers = draft.graph(join, end)
    assert words(graph) == ["if: odd", "panic", "return"]
    assert numbers == (2,)


# Functions that are put where they are called.

HANDLES = EntryGraph((
    EntryNode(Ask("x"), (EntryEdge(1, True), EntryEdge(2, False))),
    EntryNode(Step("user_exit"), (EntryEdge(3),)),
    EntryNode(Exit(yes=False)),
    EntryNode(Exit(yes=True)),
))  # fmt: skip
"""A function that asks, does something if so, and says whether it did."""


def called_twice() -> EntryGraph:
    draft = Draft(100)
    end = draft.add(EntryNode(Step("return")))
    work = draft.add(EntryNode(Step("code"), (EntryEdge(end),)))
    first = draft.put(HANDLES, draft.put(HANDLES, end, work), work)
    return draft.graph(first)[0]


def test_a_function_ends_where_it_is_told_to() -> None:
    graph = called_twice()
    second = graph.nodes[graph.start].edges[1].target
    ways = {edge.answer: str(graph.nodes[edge.target].item) for edge in graph.nodes[second].edges}
    assert ways == {True: "user_exit", False: "return"}
    assert words(graph) == ["if: x", "user_exit", "if: x", "code", "user_exit", "return"]


def test_what_is_the_same_and_leads_to_the_same_is_one_node() -> None:
    graph = called_twice()
    single, apart = shared(graph)
    assert (words(single), apart) == (["if: x", "user_exit", "if: x", "code", "return"], -1)
    one = next(number for number, node in enumerate(graph.nodes) if str(node.item) == "user_exit")
    double, apart = shared(graph, one)
    assert (words(double), str(double.nodes[apart].item)) == (words(graph), "user_exit")


def test_answers_and_options_tell_nodes_apart() -> None:
    def asks(*edges: EntryEdge) -> int:
        asking = (EntryNode(Ask("x"), each) for each in ((EntryEdge(2, True), EntryEdge(3, False)), edges))
        begin = EntryNode(Ask("y"), (EntryEdge(1, True), EntryEdge(4, False)))
        first, second = asking
        nodes = (begin, first, EntryNode(Step("user_exit"), (EntryEdge(3),)), EntryNode(Step("return")), second)
        return len(shared(EntryGraph(nodes))[0].nodes)

    assert asks(EntryEdge(2, True), EntryEdge(3, False)) == 4
    assert asks(EntryEdge(3, True), EntryEdge(2, False)) == 5
    assert asks(EntryEdge(2, True, (frozenset({("CONFIG_X", True)}),)), EntryEdge(3, False)) == 5


def test_a_node_in_a_window_and_outside_is_told_apart() -> None:
    code = EntryNode(Step("code"), (EntryEdge(3),))
    begin = EntryNode(Ask("x"), (EntryEdge(1, True), EntryEdge(2, False)))
    graph = EntryGraph((begin, EntryNode(Step("user_exit"), (EntryEdge(2),)), code, EntryNode(Step("return"))))
    apart, windows = told_apart(graph, Whence.ANY, offstack=True)
    assert words(apart) == ["if: x", "user_exit", "code", "code", "return", "return"]
    assert sorted(str(apart.nodes[number].item) for number in windows) == ["code", "if: x", "return", "user_exit"]
    assert told_apart(graph, Whence.KERNEL, offstack=True) == (apart_of(graph), set())
    _, windows = told_apart(
        replace(graph, nodes=(begin._replace(item=Ask("user_regs")), *graph.nodes[1:])), Whence.ANY, True
    )
    assert len(windows) == 2


def apart_of(graph: EntryGraph) -> EntryGraph:
    """The graph in the order in which it is reached."""
    order = reachable(graph.nodes, graph.start)
    moved = {number: place for place, number in enumerate(order)}
    nodes = (graph.nodes[number] for number in order)
    return EntryGraph(
        tuple(node.leading(tuple(edge.leading_to(moved[edge.target]) for edge in node.edges)) for node in nodes)
    )
