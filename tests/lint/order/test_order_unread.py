"""Entry code of Linux 6.12 that moves no state, or cannot be read: it is told, and nothing is claimed of it.

The last tests ask the verbs, in a copy of what they read of the tree.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import pytest
from order_cases import findings
from order_mutations import ARM64, TRAPS
from order_trees import Change, Mutation, dropped, have_tree, mutated, read_tree, reworded, spec_of, text_of
from support import BAD_INPUT, CANNOT_TELL, CLEAN, FINDINGS, run, run_json
from trees import TREE_RELEASE

from gen.lint.evidence import evidence_in
from gen.lint.order.entries import EntryReading, Outcome
from gen.lint.share import share_of, unread_paths

IGNORED = ("--ignore", "kconfig-not-read,instrumentable-before-user-exit,instrumentable-after-user-enter")
"""What arm64 of 6.12 is told of anyway."""

pytestmark = pytest.mark.tree

X86, RISCV = "arch/x86/entry/common.c", "arch/riscv/kernel/traps.c"
DATA = "page_fault_data"
LOONGARCH = "arch/loongarch/kernel/traps.c"


@pytest.fixture(autouse=True)
def _trees(tree: Path) -> None:
    have_tree(TREE_RELEASE, tree)


def without(*words: str) -> Change:
    """Without the first line of each of some words."""
    return lambda lines: reduce(lambda left, word: dropped(word)(left), words, lines)


def read(arch: str, *mutations: Mutation) -> EntryReading:
    changed: dict[str, str] = {}
    for each in mutations:
        changed[each.file] = mutated(TREE_RELEASE, each)
    return read_tree(TREE_RELEASE, arch, changed)


@dataclass(frozen=True)
class Silent:
    """A function of 6.12 that loses both of its calls, and the paths that then move no state."""

    arch: str
    file: str
    function: str
    words: tuple[str, str]
    paths: tuple[str, ...]


SILENT = [
    Silent("arm64", ARM64, "el0_svc", ("enter_from_user_mode", "exit_to_user_mode"), ("syscall",)),
    Silent("x86", X86, "do_syscall_64", ("syscall_enter_from_user_mode", "syscall_exit_to_user_mode"), ("syscall",)),
    Silent("riscv", RISCV, "do_page_fault", ("irqentry_enter", "irqentry_exit"), ("page_fault",)),
    Silent("riscv", RISCV, "do_irq", ("irqentry_enter", "irqentry_exit"), ("irq",)),
    Silent("loongarch", LOONGARCH, "do_ade", ("irqentry_enter", "irqentry_exit"), ("ade",)),
]


@pytest.mark.parametrize("silent", SILENT, ids=lambda each: f"{each.arch}: {each.function}")
def test_a_path_that_moves_no_state_differs(silent: Silent) -> None:
    mutation = Mutation(silent.arch, silent.file, silent.function, without(*silent.words), ())
    reading = read(silent.arch, mutation)
    assert [each.path.name for each in reading.differing] == list(silent.paths)
    assert "spec-mismatch" in {each.rule for each in findings(reading)}
    share = share_of(reading, evidence_in(reading.spec, TREE_RELEASE, lambda file: text_of(TREE_RELEASE, file)))
    assert (share.is_whole, share.differing) == (True, len(silent.paths))


@pytest.mark.parametrize(
    ("arch", "file", "function", "old", "new", "path", "reason"),
    [
        ("arm64", ARM64, "el0_da", "do_mem_abort(", "el0_da(regs, esr); do_mem_abort(", DATA, "calls itself"),
        ("arm64", ARM64, "el0_da", "do_mem_abort(", "@else do_mem_abort(", DATA, "not understood"),
        ("mips", TRAPS, "do_ov", "exception_exit(", "do_ov(regs); exception_exit(", "overflow", "calls itself"),
    ],
)  # fmt: skip
def test_a_path_that_is_not_read_is_told(
    arch: str, file: str, function: str, old: str, new: str, path: str, reason: str
) -> None:
    def change(lines: list[str]) -> list[str]:
        assert any(old in line for line in lines)
        return [line.replace(old, new, 1) for line in lines]

    reading = read(arch, Mutation(arch, file, function, change, ()))
    evidence = evidence_in(reading.spec, TREE_RELEASE, lambda name: text_of(TREE_RELEASE, name))
    (unread,) = unread_paths(reading, evidence)
    assert unread.reading.path.name == path
    assert reason in unread.reason


def test_both_calls_of_all_paths_are_missed(tree: Path) -> None:
    """The calls that all paths come to: nothing of arm64 is what it was."""
    text = text_of(TREE_RELEASE, ARM64) or ""
    changed = text.replace("\tuser_exit_irqoff();\n", "").replace("\tuser_enter_irqoff();\n", "")
    reading = read_tree(TREE_RELEASE, "arm64", {ARM64: changed})
    assert {each.path.whence.value for each in reading.differing} == {"user", "any", "fork"} & {
        each.path.whence.value for each in reading.differing
    }
    assert len(reading.differing) > 20


# Assembly.


def test_what_assembly_no_longer_calls_is_not_found_there(tree: Path) -> None:
    """The hint of schedule-in-user-state, followed: mips calls schedule_user() in entry.S."""
    entry = "arch/mips/kernel/entry.S"
    (before,) = (each for each in findings(read_tree(TREE_RELEASE, "mips")) if each.rule == "schedule-in-user-state")
    assert before.hint.endswith("or schedule_user() in its place")
    text = (text_of(TREE_RELEASE, entry) or "").replace("jal\tschedule\n", "jal\tschedule_user\n")
    after = read_tree(TREE_RELEASE, "mips", {entry: text})
    assert {each.rule for each in findings(after)} == {"spec-mismatch"}
    evidence = evidence_in(
        after.spec, TREE_RELEASE, lambda name: text if name == entry else text_of(TREE_RELEASE, name)
    )
    assert [each.what for each in evidence.missing] == ["a call of schedule() in `task_work`"]


# The verbs.


Copy = Callable[[str, dict[str, str]], Path]


@pytest.fixture
def copied(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Copy:
    """Makes a copy of what is read of one architecture, with other texts in the place of some."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    for name, value in {"NAME": "A U Thor", "EMAIL": "author@example.com"}.items():
        monkeypatch.setenv(f"GIT_AUTHOR_{name}", value)
        monkeypatch.setenv(f"GIT_COMMITTER_{name}", value)

    def make(arch: str, changed: dict[str, str]) -> Path:
        root = tmp_path / "linux"
        for folder in (f"arch/{arch}", "kernel/entry", "Documentation/features/time"):
            ignored = shutil.ignore_patterns("boot", "configs", "crypto", "kvm")
            shutil.copytree(tree / folder, root / folder, symlinks=True, ignore=ignored)
        headers = ("entry-common.h", "context_tracking.h", "context_tracking_state.h")
        for file in ("Makefile", "Kconfig", "arch/Kconfig", *(f"include/linux/{name}" for name in headers)):
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(tree / file, root / file)
        for file, text in changed.items():
            (root / file).write_text(text, encoding="utf-8")
        return root

    return make


def test_no_verb_says_yes_to_code_that_moves_no_state(copied: Copy, tmp_path: Path) -> None:
    text = text_of(TREE_RELEASE, ARM64) or ""
    changed = text.replace("\tuser_exit_irqoff();\n", "").replace("\tuser_enter_irqoff();\n", "")
    root = copied("arm64", {ARM64: changed})
    linted = run_json("lint", "--tree", root, "arch/arm64", "--ignore", "kconfig-not-read")
    assert linted.code == FINDINGS
    named = {each["rule"] for each in linted.findings}
    assert "spec-mismatch" in named
    assert not named & {"offstack-eligible", "path-not-read"}
    asked = run("matrix", "--tree", root, "--format", "json", "--arch", "arm64")
    (arch,) = asked.document["architectures"]
    # All of the kernel is one window then.
    assert (asked.code, arch["offstack"]["verdict"]) == (CLEAN, "violated")
    assert arch["offstack"]["in_the_way"]["rule"] == "schedule-in-kernel-state"
    refused = run("patch", "arm64", "--tree", root, "-o", tmp_path / "series")
    assert refused.code == BAD_INPUT
    assert "arm64 does not keep the promise" in refused.out
    assert not (tmp_path / "series").exists()
    asking = run("patch", "arm64", "--tree", root, "-o", tmp_path / "series", "--rfc")
    assert asking.code == CLEAN
    page = (tmp_path / "series" / "review.html").read_text(encoding="utf-8")
    assert '<p class="verdict violated">arm64' in page
    assert ">holds<" not in page
    assert "claimed: holds" not in page


@pytest.mark.parametrize(
    ("added", "reason", "code", "refused"),
    [
        ("goto *(void *)esr;", "line 669 of el0_da() is not understood", CANNOT_TELL, CANNOT_TELL),
        # What was read up to there leaves the USER state twice, whatever comes behind it.
        ("el0_da(regs, esr);", "el0_da() calls itself", FINDINGS, BAD_INPUT),
    ],
)
def test_a_path_that_is_not_read_is_neither_right_nor_wrong(
    added: str, reason: str, code: int, refused: int, copied: Copy, tmp_path: Path
) -> None:
    mutation = Mutation("arm64", ARM64, "el0_da", reworded("do_mem_abort", f"{added} do_mem_abort"), ())
    root = copied("arm64", {ARM64: mutated(TREE_RELEASE, mutation)})
    linted = run_json("lint", "--tree", root, "arch/arm64", *IGNORED)
    assert linted.code == code, linted.findings
    (found,) = (each for each in linted.findings if each["rule"] == "path-not-read")
    assert (found["severity"], found["file"].endswith(ARM64)) == ("note", True)
    assert found["message"] == f"`page_fault_data` is not read: {reason}"
    assert found["function"] == "el0_da"
    said = run("lint", "--tree", root, "arch/arm64", "--ignore", "kconfig-not-read").out
    assert "arm64: 52 of 53 entry paths read, 33 in C, 19 in assembly\n" in said
    assert run("patch", "arm64", "--tree", root, "-o", tmp_path / "series").code == refused


def test_the_tree_as_it_is_keeps_its_verdict(copied: Copy, tmp_path: Path) -> None:
    root = copied("arm64", {})
    linted = run("lint", "--tree", root, "arch/arm64", *IGNORED)
    assert linted.code == CLEAN
    assert "arm64: 53 of 53 entry paths read, 34 in C, 19 in assembly\n" in linted.out
    assert run("matrix", "--tree", root, "--arch", "arm64").code == CLEAN
    assert run("patch", "arm64", "--tree", root, "-o", tmp_path / "series").code == CLEAN


def test_what_a_fix_of_gen_changes_is_not_remarked_on(copied: Copy) -> None:
    """A spec has the leaks of its release; a tree without them is not wrong for that."""
    for arch, folder in (("mips", "mips"), ("sparc64", "sparc")):
        file = {"mips": "arch/mips/kernel/unaligned.c", "sparc64": "arch/sparc/kernel/traps_64.c"}[arch]
        assert folder in file
        text = text_of(TREE_RELEASE, file) or ""
        fixed = fixed_by_gen(arch, file, text)
        reading = read_tree(TREE_RELEASE, arch, {file: fixed})
        assert reading.differing
        assert not reading.wrong
        assert all(each.outcome is Outcome.DIFFERS for each in reading.differing)
        known = {each.message for each in findings(read_tree(TREE_RELEASE, arch))}
        assert {each.message for each in findings(reading)} <= known


def fixed_by_gen(arch: str, file: str, text: str) -> str:
    """The text with what gen patch --fix exception-exit-missing adds."""
    from gen.kernel.naming import Naming
    from gen.lint.source import SourceFile, never_returning
    from gen.patch.change import Change as Changed
    from gen.patch.fixes import missing_exits
    from gen.patch.leaks import Leak

    for _ in range(8):
        source = SourceFile(file, text, arch, Naming(TREE_RELEASE))
        leaks = [
            (use.function.name, Leak(use.graph.nodes[each.leaving].place, each.site.saved))
            for use in source.pair_uses
            for each in use.leaks
        ]
        if not leaks:
            return text
        first = leaks[0][0]
        change = missing_exits(
            text, file, list(dict.fromkeys(leak for name, leak in leaks if name == first)), never_returning()
        )
        assert isinstance(change, Changed), change
        text = change.after
    raise AssertionError("it does not come to an end")


def test_specs_say_which_paths_they_stand_for(tree: Path) -> None:
    """And gen's reason is the one that they give, on one of their releases at least."""
    evidence = evidence_in(spec_of("x86"), TREE_RELEASE, lambda name: text_of(TREE_RELEASE, name))
    share = share_of(read_tree(TREE_RELEASE, "x86"), evidence)
    assert str(share) == "23 of 23 entry paths read, 8 in C, 11 in assembly, 4 as the spec describes them"


def test_a_dispatcher_around_which_assembly_does_more_is_not_read(copied: Copy, tree: Path) -> None:
    """What each handler does is read in C alone: nothing may come between it and its label."""
    entry = "arch/arm64/kernel/entry.S"
    call = "\tbl\tel\\el\\ht\\()_\\regsize\\()_\\label\\()_handler\n"
    text = (tree / entry).read_text(encoding="utf-8")
    assert call in text
    more = f"{call}\t.ifc\t\\label, sync\n\tbl\tschedule\n\t.endif\n"
    root = copied("arm64", {entry: text.replace(call, more)})
    result = run("verify", "arm64", "--tree", root)
    assert result.code == CANNOT_TELL
    assert "el0t_64_sync_handler() is not read: it begins in assembly: it hands on to" in result.out
    assert "and does `schedule` itself" in result.out
