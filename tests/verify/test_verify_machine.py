"""What the oracle's straight lines cannot show: branches, loops, any kinds, brackets within brackets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gen.verify.machine import Ct, Edge, Exposure, Keep, Kind, Machine, MachineError, Node, Op, Options, Regs
from gen.verify.properties import RCU_SAFETY, Property
from gen.verify.search import explore
from gen.verify.summaries import prove
from gen.verify.system import spare_task
from gen.verify.tables import tables
from gen.verify.verdict import verify

SHUT = Exposure()


def line(*ops: Op | Node, exposure: Exposure = SHUT) -> tuple[Node, ...]:
    """A straight line; an op stands for a node that goes on to the next."""
    return tuple(
        item
        if isinstance(item, Node)
        else Node(item, () if item in (Op.RETURN, Op.PANIC) else (Edge(index + 1),), exposure, exposure)
        for index, item in enumerate(ops)
    )


def open_to(*names: str) -> Exposure:
    return Exposure(frozenset(names))


def broken(machine: Machine) -> set[Property]:
    run = verify(machine).run
    return set(run.broken) if run else set()


SVC = Kind("el0_svc", line(Op.USER_EXIT, Op.RCU, Op.MAY_SCHEDULE, Op.USER_ENTER, Op.RETURN))


def test_a_branch_on_pt_regs_takes_the_edge_of_the_frame() -> None:
    """One handler for both: it leaves the state alone when it interrupted the kernel."""
    handler = line(
        Node(Op.BRANCH, (Edge(1, Regs.USER), Edge(4, Regs.KERNEL))),
        Op.USER_EXIT,
        Op.RCU,
        Op.USER_ENTER,
        Op.RETURN,
    )
    closed = Machine((SVC, Kind("el1_abort", handler, fault=True)))
    assert prove(closed).holds
    window = replace(SVC, nodes=line(*[op.op for op in SVC.nodes], exposure=open_to("el1_abort")))
    assert prove(replace(closed, kinds=(window, *closed.kinds[1:]))).holds
    swapped = line(Node(Op.BRANCH, (Edge(4, Regs.USER), Edge(1, Regs.KERNEL))), *[node.op for node in handler[1:]])
    other = Machine((window, Kind("el1_abort", swapped, fault=True)))
    assert not prove(other).holds


def test_a_choice_is_explored_both_ways_and_a_loop_comes_to_an_end() -> None:
    """The exit-work loop: it may run any number of times, and forgetting user_enter() in one arm is found."""
    loop = line(
        Op.USER_EXIT,
        Node(Op.BRANCH, (Edge(2), Edge(3))),
        Node(Op.MAY_SCHEDULE, (Edge(1),)),
        Op.USER_ENTER,
        Op.RETURN,
    )
    machine = Machine((Kind("syscall", loop),))
    assert prove(machine).holds and explore(machine).holds
    forgets = (*loop[:1], Node(Op.BRANCH, (Edge(2), Edge(3), Edge(4))), *loop[2:])
    assert broken(Machine((Kind("syscall", forgets),))) == {Property.I1, Property.I3}


@pytest.mark.parametrize("was_open", [False, True])
@pytest.mark.parametrize("asks_open", [False, True])
def test_a_condition_on_the_interrupted_code_decides_whether_a_fault_preempts(was_open: bool, asks_open: bool) -> None:
    """irqentry_exit() preempts only where the interrupted code had interrupts on; R3 hangs on that."""
    window = open_to("abort", "irq") if was_open else open_to("abort")
    call = line(Node(Op.USER_EXIT, (Edge(1),), window, window), Op.RCU, Op.USER_ENTER, Op.RETURN)
    if_open, if_closed = (1, 2) if asks_open else (2, 1)
    asking = Node(Op.BRANCH, (Edge(if_open, if_open="irq"), Edge(if_closed, if_closed="irq")))
    abort = line(asking, Op.MAY_SCHEDULE, Op.RETURN)
    irq = line(Op.RCU_IN, Op.RCU, Op.RCU_OUT, Op.RETURN)
    kinds = (Kind("call", call), Kind("abort", abort, from_user=False, fault=True), Kind("irq", irq))
    assert prove(Machine(kinds)).holds is (was_open is not asks_open)


def test_a_kind_that_user_mode_cannot_enter_needs_a_frame_below() -> None:
    careless = Kind("el1_irq", line(Op.RCU, Op.RETURN), from_user=False)
    assert prove(Machine((SVC, careless))).holds
    window = Node(Op.USER_EXIT, (Edge(1),), open_to("el1_irq"), SHUT)
    hit = Machine((replace(SVC, nodes=(window, *SVC.nodes[1:])), careless))
    proof = prove(hit)
    assert proof.smallest_depth == 2 and broken(hit) == {Property.I2R}


def test_a_fault_asks_the_top_frame_and_an_interrupt_all_of_them() -> None:
    """An NMI over a window closed to both: its body may fault there, but takes no interrupt."""
    call = Node(Op.USER_EXIT, (Edge(1),), open_to("nmi"), SHUT)
    body = open_to("fault", "irq")
    nmi = line(Op.RCU_IN, Node(Op.RCU, (Edge(2),), body, body), Op.RCU_OUT, Op.RETURN)
    careless = line(Op.MAY_SCHEDULE, Op.RETURN)
    for fault in (True, False):
        hitting = Kind("fault" if fault else "irq", careless, from_user=False, fault=fault)
        other = Kind("irq" if fault else "fault", line(Op.RETURN), from_user=False, fault=not fault)
        kinds = (
            replace(SVC, nodes=(call, *SVC.nodes[1:])),
            Kind("nmi", nmi, from_user=False),
            hitting,
            other,
        )
        proof = prove(Machine(kinds))
        assert proof.smallest_depth == (3 if fault else None)


def test_a_panic_ends_a_frame_without_a_return() -> None:
    machine = Machine((Kind("bad_mode", line(Op.USER_EXIT, Op.RCU, Op.PANIC)),))
    found = explore(machine)
    assert prove(machine).holds and (found.states, found.transitions) == (4, 3)


def test_brackets_within_brackets_need_slots_of_their_own() -> None:
    def handler(slot: int) -> Kind:
        inner = (Op.EXCEPTION_ENTER, Op.MAY_SCHEDULE, Op.EXCEPTION_EXIT)
        ops = (Op.EXCEPTION_ENTER, Op.RCU, *inner, Op.RCU, Op.EXCEPTION_EXIT, Op.RETURN)
        nodes = line(*ops)
        return Kind(
            "fault",
            tuple(replace(node, slot=slot) if 2 <= index <= 4 else node for index, node in enumerate(nodes)),
        )

    assert prove(Machine((handler(1),))).holds
    assert broken(Machine((handler(0),))) == {Property.I1, Property.I3}


def test_rcu_brackets_within_rcu_brackets_need_slots_of_their_own() -> None:
    ops = (Op.RCU_IN, Op.RCU_IN, Op.RCU_OUT, Op.RCU, Op.RCU_OUT, Op.RETURN)
    same = line(*ops)
    own = tuple(replace(node, slot=1) if index in (1, 2) else node for index, node in enumerate(same))
    assert prove(Machine((Kind("nmi", own),))).holds
    assert broken(Machine((Kind("nmi", same),))) == {Property.I3, Property.I5}


def test_an_unfinished_nmi_enter_breaks_parity_and_a_forgotten_exit_breaks_restoration() -> None:
    assert broken(Machine((Kind("nmi", line(Op.RCU_IN, Op.RCU, Op.RETURN)),))) == {Property.I3, Property.I5}
    assert broken(Machine((Kind("call", line(Op.USER_EXIT, Op.RCU, Op.RETURN)),))) == {
        Property.I1,
        Property.I3,
    }


def test_origins_are_carried_and_make_no_difference() -> None:
    here, there = Node(Op.RETURN, origin="a.S:1"), Node(Op.RETURN, origin=object())
    assert here == there and here.origin == "a.S:1"


@pytest.mark.parametrize(
    ("node", "problem"),
    [
        (Node(Op.RCU, (Edge(7),)), "goes to node 7, which is not there"),
        (
            Node(Op.RCU, (Edge(1),), open_to("fiq"), SHUT),
            "is open to `fiq`, which is no kind",
        ),
        (Node(Op.RCU, (Edge(1, Regs.USER),)), "may lead nowhere with kernel regs"),
        (Node(Op.RCU, (Edge(1, if_open="irq"),)), "may lead nowhere with user regs"),
        (Node(Op.RCU, (Edge(1), Edge(1, if_open="call"))), "asks about `call`, which is no interrupt"),
        (Node(Op.RETURN, (Edge(1),)), "goes on after its end"),
        (Node(Op.RCU, (Edge(1),), slot=-1), "has a negative slot"),
    ],
)
def test_what_is_no_machine_is_refused(node: Node, problem: str) -> None:
    kinds = (Kind("call", (node, Node(Op.RETURN)), fault=True), Kind("irq", (Node(Op.RETURN),)))
    with pytest.raises(MachineError) as caught:
        Machine(kinds)
    assert f"kind `call`, node 0 (`{node.op.value}`) {problem}" in caught.value.problems


def test_a_name_is_one_kind_and_a_kind_has_nodes() -> None:
    with pytest.raises(MachineError) as caught:
        Machine((Kind("irq", ()), Kind("irq", (Node(Op.RETURN),))))
    assert caught.value.problems == ("kind `irq` is there twice", "kind `irq` has no nodes")


def test_a_spare_task_waits_where_tasks_wait_or_where_they_could() -> None:
    """Two tasks on a CPU: the second comes in behind the scheduling point, or before user_enter()."""
    scheduling = Kind("exception", line(Op.USER_EXIT, Op.MAY_SCHEDULE, Op.USER_ENTER, Op.RETURN))
    quiet = Kind("syscall", line(Op.USER_EXIT, Op.RCU, Op.USER_ENTER, Op.RETURN))
    for kinds in ((scheduling,), (quiet, scheduling)):
        found = explore(Machine(kinds, Options(migrate=False)), tasks=2)
        assert found.holds and found.states > explore(Machine(kinds)).states


PEEKS = replace(Node(Op.EXCEPTION_ENTER_PEEK, (Edge(2),)), keep=Keep.CPU)


@pytest.mark.parametrize("reverse", [False, True])
def test_a_task_comes_in_on_what_others_left_before_it_and_after_it(reverse: bool) -> None:
    """One kind leaves the per-CPU variable at KERNEL, the other trusts that it still holds USER."""
    spoils = line(Op.USER_EXIT, PEEKS, Op.MAY_SCHEDULE, Op.USER_ENTER, Op.RETURN)
    trusts = tuple(
        replace(node, keep=Keep.CPU) for node in line(Op.EXCEPTION_ENTER, Op.MAY_SCHEDULE, Op.EXCEPTION_EXIT)
    )
    kinds = (Kind("spoils", spoils), Kind("trusts", (*trusts, Node(Op.RETURN))))
    order = kinds[::-1] if reverse else kinds
    machine = Machine((SVC, *order), Options(variable_initially=Ct.USER))
    assert broken(machine) == {Property.I1, Property.I3}


@pytest.mark.parametrize("reverse", [False, True])
def test_what_a_handler_returns_with_reaches_everybody_that_it_can_hit(reverse: bool) -> None:
    """Two entries are hit by the same handler in the same state; only one of them minds what it leaves."""
    window = Node(Op.BRANCH, (Edge(1),), open_to("fault"), SHUT)
    handler = line(replace(PEEKS, edges=(Edge(1),), keep=Keep.TASK), Op.RETURN)
    minds = (window, Node(Op.USER_EXIT_IF_PREV, (Edge(2),), keep=Keep.TASK), Node(Op.RETURN))
    kinds = (Kind("minds", minds), Kind("dies", (window, Node(Op.PANIC))))
    fault = Kind("fault", handler, from_user=False, fault=True)
    assert broken(Machine((*(kinds[::-1] if reverse else kinds), fault))) == {Property.I1, Property.I3}


def test_a_spare_task_counts_in_the_proof_even_where_it_merely_could_wait() -> None:
    """It finds the recursion guard that a task took along into schedule(), and its user_enter() is lost."""
    hit = Node(Op.RCU, (Edge(2),), open_to("timer"), SHUT)
    quiet = Kind("syscall", line(Op.USER_EXIT, hit, Op.USER_ENTER, Op.RETURN))
    takes_it_along = line(Op.RECURSION_ENTER, Op.MAY_SCHEDULE, Op.USER_EXIT_REENTRANT, Op.RETURN)
    machine = Machine((quiet, Kind("timer", takes_it_along, from_user=False)), Options(migrate=False))
    assert explore(machine, 1, 1, 2).holds
    assert explore(machine, 2, 1, 2).run
    assert prove(machine).smallest_depth == 2


def test_no_task_waits_where_none_goes_back_to_user() -> None:
    restores = tables(Machine((Kind("x", line(Op.EXCEPTION_EXIT, Op.RETURN)),)))
    assert spare_task(restores) is None


def test_a_run_breaks_only_what_was_asked_about() -> None:
    machine = Machine((Kind("nmi", line(Op.RCU_IN, Op.RCU, Op.RETURN)),))
    run = explore(machine, checked=RCU_SAFETY).run
    assert run and run.broken == {Property.I5}
