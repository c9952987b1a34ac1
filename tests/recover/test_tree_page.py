"""docs/trees.md: it is what was seen, and a tree of a release that it tells of still says the same."""

from __future__ import annotations

import pytest
from support import SHIPPED
from tree_page import ARCHITECTURES, PAGE, load_results, page
from trees import load_spec, newest_tree

from gen.kernel.tree import find_tree
from gen.lint.recovered import verdict
from gen.lint.workspace import Workspace, folder_of
from gen.recover.how import How
from gen.report.tree_verdict import said
from gen.verify.judge import Verdict

RESULTS = load_results()
READ = {How.C, How.ASSEMBLY}


def test_the_page_is_what_was_seen() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(RESULTS)


def test_every_architecture_with_a_spec_is_told_of() -> None:
    assert tuple(path.stem for path in SHIPPED) == ARCHITECTURES
    assert all(tuple(seen) == ARCHITECTURES for seen in RESULTS["trees"].values())


@pytest.mark.tree
@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_the_newest_tree_says_what_the_page_says(arch: str) -> None:
    """The page is of one release; what a later one says is compared with nothing but that it can be told."""
    tree = find_tree(newest_tree())
    assert tree is not None
    spec = load_spec(next(path for path in SHIPPED if path.stem == arch))
    folder = folder_of(spec.kconfig.file)
    found = verdict(Workspace(tree, (), {folder: spec}), folder)
    assert all(each.how is not How.UNREAD for each in found.recovered.paths)
    # Where the code is C, it is read, and no spec stands for it as assembly.
    declared = (each.written for each in found.recovered.paths if each.how is How.DECLARED)
    assert [each.symbol for each in declared if each.code == "asm" and each.file.endswith(".c")] == []
    assert [each.message for each in said(found, tree).findings if not (each.span.file and each.span.line)] == []
    known = RESULTS["trees"].get(tree.version)
    if known:
        answers = (found.as_it_is.verdict.value, found.offstack.verdict.value)
        assert answers == (known[arch]["as it is"], known[arch]["without the pair"])


@pytest.mark.tree
@pytest.mark.parametrize("arch", ["arm64", "loongarch", "riscv", "x86", "powerpc"])
def test_c_is_read_without_a_spec(arch: str) -> None:
    tree = find_tree(newest_tree())
    assert tree is not None
    read = Workspace(tree, (), {}).recovered(arch)
    assert read.paths
    assert [each.path.symbol for each in read.paths if each.how not in READ and not each.path.is_assembly] == []


@pytest.mark.tree
def test_assembly_is_read_without_a_spec() -> None:
    """csky is assembly: what is found without its spec stands at the instruction, and is what the spec's word says."""
    tree = find_tree(newest_tree())
    assert tree is not None
    found = verdict(Workspace(tree, (), {}), "csky")
    paths = {each.path.symbol: each.how for each in found.recovered.paths}
    assert paths.keys() >= {"csky_systemcall", "csky_pagefault", "csky_trap", "csky_irq", "ret_from_fork"}
    assert set(paths.values()) == {How.ASSEMBLY}
    assert found.as_it_is.verdict is Verdict.VIOLATED
    (broken,) = found.as_it_is.violations
    assert {place.span.file for place in broken.places} == {"arch/csky/kernel/entry.S"}
    assert next(each.what for each in found.offstack.doubts) == "no spec says whether that is all that enters"
