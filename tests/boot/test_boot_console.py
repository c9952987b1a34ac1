"""What is heard on a console: short pieces of those of a Linux 6.12 with changed entry code, and made-up ones."""

from __future__ import annotations

import re

import pytest

from gen.boot.console import Complaint, read_console


def spoken(text: str, speaker: str = "T1") -> str:
    """Lines as the kernel's log has them when one process speaks."""
    return "".join(f"[    1.{number:06}][{speaker:>5}] {line}\n" for number, line in enumerate(text.splitlines()))


TRACEPOINT = """\
------------[ cut here ]------------
RCU not watching for tracepoint
WARNING: CPU: 1 PID: 1 at include/trace/events/preemptirq.h:36 trace_hardirqs_off.part.0+0xe8/0x168
CPU: 1 UID: 0 PID: 1 Comm: init Not tainted 6.12.117 #3
pc : trace_hardirqs_off.part.0+0xe8/0x168
x29: ffff000001543e10 x28: ffff000001530000 x27: 0000000000000000
Call trace:
 trace_hardirqs_off.part.0+0xe8/0x168
 trace_hardirqs_off_finish+0x60/0x6c
 el0_ia+0x6c/0x224
 el0t_64_sync_handler+0xa0/0xd4
irq event stamp: 12100
hardirqs last  enabled at (12099): [<ffff800080013cd8>] ret_from_fork+0x1c/0x20
---[ end trace 0000000000000000 ]---
"""
SUSPICIOUS = """\

=============================
WARNING: suspicious RCU usage
6.12.117 #3 Tainted: G        W
-----------------------------
include/linux/rcupdate.h:850 rcu_read_lock() used illegally while idle!

other info that might help us debug this:

1 lock held by init/1:
 #0: ffff800080470060 (rcu_read_lock){....}-{1:2}, at: lock_vma_under_rcu+0x0/0x3f8

stack backtrace:
CPU: 1 UID: 0 PID: 1 Comm: init Tainted: G        W          6.12.117 #3
Call trace:
 dump_backtrace+0xa4/0xe0
 show_stack+0x14/0x1c
 dump_stack_lvl+0xc4/0x13c
 lockdep_rcu_suspicious+0x14c/0x238
 lock_vma_under_rcu+0x280/0x3f8
 do_page_fault+0x1a0/0x660
"""

FIRST = Complaint(
    "RCU not watching for tracepoint",
    3,
    "include/trace/events/preemptirq.h",
    36,
    "trace_hardirqs_off",
    ("trace_hardirqs_off", "trace_hardirqs_off_finish", "el0_ia", "el0t_64_sync_handler"),
    "booting",
)
SECOND = Complaint(
    "suspicious RCU usage: rcu_read_lock() used illegally while idle",
    3,
    "include/linux/rcupdate.h",
    850,
    "",
    ("lock_vma_under_rcu", "do_page_fault"),
    "booting",
)


def test_a_warning_with_words() -> None:
    assert read_console(spoken(TRACEPOINT)).complaints == (FIRST,)


OF_NEW_RELEASES = "WARNING: include/trace/events/preemptirq.h:36 at trace_hardirqs_off.part.0+0xe8/0x168, CPU#1: init/1"
"""How the newest releases begin what TRACEPOINT says."""
NEWER = re.sub("WARNING:.*", OF_NEW_RELEASES, TRACEPOINT)


def test_a_warning_of_a_new_release_is_the_same() -> None:
    assert read_console(spoken(NEWER)).complaints == (FIRST,)


@pytest.mark.parametrize("report", [TRACEPOINT, NEWER], ids=["old", "new"])
def test_the_words_of_a_warning_are_said_by_the_task_and_the_rest_by_the_cpu(report: str) -> None:
    cut, words, *rest = report.splitlines(keepends=True)
    (found,) = read_console(spoken(cut + words, "T1") + spoken("".join(rest), "C1")).complaints
    assert found == FIRST


def test_the_words_of_a_warning_whose_beginning_was_lost_are_not_those_of_the_next() -> None:
    lost = "\n".join(line for line in TRACEPOINT.splitlines() if not line.startswith("WARNING"))
    (found,) = read_console(spoken(f"{lost}\nWARNING: CPU: 1 PID: 1 at a.c:2 f+0x1/0x2\n")).complaints
    assert found.what == "WARN_ON"


def test_a_report_of_lockdep_has_its_place_below() -> None:
    assert read_console(spoken(SUSPICIOUS)).complaints == (SECOND,)


def test_two_cpus_speak_at_a_time() -> None:
    one = spoken(TRACEPOINT, "T1").splitlines(keepends=True)
    other = spoken(SUSPICIOUS, "C0").splitlines(keepends=True)
    mixed = "".join(line for pair in zip(one, other, strict=False) for line in pair) + "".join(other[len(one) :])
    found = {each.what: (each.file, each.line, each.way) for each in read_console(mixed).complaints}
    assert found == {each.what: (each.file, each.line, each.way) for each in (FIRST, SECOND)}


def test_what_is_said_again_is_counted() -> None:
    console = read_console(spoken(TRACEPOINT + SUSPICIOUS + TRACEPOINT))
    assert [(each.what, times) for each, times in console.grouped] == [(FIRST.what, 2), (SECOND.what, 1)]


def test_the_same_of_another_process_is_the_same() -> None:
    console = read_console(spoken("".join(f"BUG: scheduling while atomic: sh/{pid}/0x00000002\n" for pid in (7, 8))))
    assert [(each.what, times) for each, times in console.grouped] == [("scheduling while atomic: sh/7/0x00000002", 2)]


def test_what_the_first_process_does() -> None:
    console = read_console(
        spoken(
            "gen-init: system calls\ngen-init: perf\ngen-init: cannot be: this machine counts no cycles\n"
            f"{TRACEPOINT}gen-init: counted: 993 NMIs from outside\ngen-init: done\n"
        )
    )
    assert console.exercises == ("system calls", "perf", "done")
    assert console.impossible == ("this machine counts no cycles",)
    assert console.counted == ("993 NMIs from outside",)
    assert [each.during for each in console.complaints] == ["perf"]


@pytest.mark.parametrize(
    ("line", "what", "file", "number"),
    [
        ("WARNING: CPU: 0 PID: 0 at kernel/context_tracking.c:128 ct_kernel_exit+0x1/0x2", "WARN_ON",
         "kernel/context_tracking.c", 128),
        ("WARNING: kernel/context_tracking.c:128 at ct_kernel_exit+0x1/0x2, CPU#0: swapper/0/0", "WARN_ON",
         "kernel/context_tracking.c", 128),
        ("kernel BUG at mm/slub.c:42!", "BUG_ON", "mm/slub.c", 42),
        ("BUG: sleeping function called from invalid context at kernel/locking/mutex.c:585",
         "sleeping function called from invalid context", "kernel/locking/mutex.c", 585),
        ("BUG: scheduling while atomic: init/1/0x00000002", "scheduling while atomic: init/1/0x00000002", "", 0),
        ("BUG: using smp_processor_id() in preemptible [00000000] code: init/23",
         "using smp_processor_id() in preemptible [00000000] code: init/23", "", 0),
        ("WARNING: inconsistent lock state", "inconsistent lock state", "", 0),
        ("rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:", "rcu_preempt detected stalls", "", 0),
        ("watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [init:1]", "soft lockup", "", 0),
        ("Internal error: Oops: 0000000096000004 [#1] SMP", "Internal error: Oops: 0000000096000004 [#1] SMP", "", 0),
        ("Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b",
         "Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b", "", 0),
    ],
)  # fmt: skip
def test_each_kind_of_complaint(line: str, what: str, file: str, number: int) -> None:
    (found,) = read_console(spoken(line)).complaints
    assert (found.what, found.file, found.line) == (what, file, number)


@pytest.mark.parametrize(
    ("trace", "way"),
    [
        ("Call Trace:\n <TASK>\n dump_stack_lvl+0x1/0x2\n ? stale+0x1/0x2\n do_syscall_64+0x3/0x4\n </TASK>\n",
         ("do_syscall_64",)),
        ("Call Trace:\n[<ffffffff80004f5e>] dump_backtrace+0x1c/0x24\n[<ffffffff801d4b5e>] do_trap_ecall_u+0x3/0x4\n",
         ("do_trap_ecall_u",)),
        ("Call trace: \n unwind_backtrace from show_stack+0x1/0x2\n __warn from warn_slowpath_fmt+0x1/0x2\n"
         " warn_slowpath_fmt from __ct_user_enter+0x3/0x4\n __ct_user_enter from no_work_pending+0x5/0x6\n",
         ("__ct_user_enter", "no_work_pending")),
        ("Call Trace:\n[c000000002387a50] [c0000000003aacd8] dump_stack_lvl+0x1/0x2 (unreliable)\n"
         "[c000000002387a80] [c000000000088674] syscall_exit_prepare+0x3/0x4\n",
         ("syscall_exit_prepare",)),
    ],
    ids=["x86", "riscv", "arm", "powerpc"],
)  # fmt: skip
def test_the_traces_of_other_architectures(trace: str, way: tuple[str, ...]) -> None:
    (found,) = read_console(spoken(f"WARNING: bad unlock balance detected!\n{trace}end\n")).complaints
    assert found.way == way


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SeaBIOS (version 1.16.2)\n",
        "[    1.0] WARNING: CPU: 0 PID: 0 at a.c:1 f+0x1/0x2\n",
        spoken("hrtimer: interrupt took 110422288 ns"),
        spoken("Kernel command line: console=ttyAMA0 panic=-1"),
        spoken("rcu: \tRCU debug extended QS entry/exit."),
        spoken("Uhhuh. NMI received for unknown reason 31 on CPU 1.\nDazed and confused, but trying to continue", "C1"),
        spoken("unknown_nmi_error: 942 callbacks suppressed"),
    ],
)
def test_what_is_no_complaint(text: str) -> None:
    assert read_console(text).complaints == ()
