"""The reader on real trees, and beside tree-sitter."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from reading import PAIR, everything
from trees import older_tree

from gen.csource.asm import asm_uses
from gen.csource.cfg import Kind
from gen.csource.kernel_file import Analysed, KernelFile, NotAnalysed
from gen.csource.lookup import noreturn_names
from gen.csource.outline import Outline, read_outline
from gen.csource.tokens import Source, decoded

pytestmark = pytest.mark.tree

OUTLINE_SECONDS = 30.0
"""CPU time for the outlines of all of arch/; it takes 4 to 5 where it was measured, and this is no benchmark."""

GRAPHS_SECONDS = 240.0
"""CPU time for every graph of all of arch/; it takes 30 to 40."""

TRACKING = re.compile(rb"\b(?:exception_enter|exception_exit|user_enter|user_exit|schedule_user)\b")
DEFINITION = re.compile(r"^(?:[A-Za-z_][\w \t*]*[ \t*])(\w+)\([^;{}#()]*\)\s*?\n\{", re.MULTILINE)
"""What looks like the head of a function in kernel style, for a count that knows nothing of C."""

LEAKING = {
    "arch/mips/kernel/unaligned.c": {"do_ade"},
    "arch/sparc/kernel/traps_64.c": {"spitfire_data_access_exception", "mem_address_unaligned", "sun4v_resum_error"},
    "arch/sparc/mm/fault_64.c": {"do_sparc64_fault"},
}
"""The functions that a run leaves without exception_exit(), in Linux 6.1 and 6.12: atlas, sections 4.9 and 4.10."""


@pytest.fixture(params=["6.12", "6.1"])
def any_tree(request: pytest.FixtureRequest) -> Path:
    """Each tree that there is; KERNEL_TREE_6_1 names the older one."""
    if request.param == "6.12":
        named: Path = request.getfixturevalue("tree")
        return named
    return older_tree()


def files(tree: Path, *suffixes: str) -> Iterator[Path]:
    for file in sorted((tree / "arch").rglob("*")):
        if file.suffix in suffixes and file.is_file() and not file.is_symlink():
            yield file


def outline(file: Path) -> Outline:
    return read_outline(Source(decoded(file.read_bytes())))


def test_every_function_of_arch_is_seen(any_tree: Path) -> None:
    start = time.process_time()
    seen: Counter[str] = Counter()
    expected: Counter[str] = Counter()
    missing: list[str] = []
    for file in files(any_tree, ".c", ".h"):
        read = outline(file)
        names = {function.name for function in read.functions} | {function.macro for function in read.functions}
        seen["functions"] += len(read.functions)
        seen["incomplete"] += sum(not function.complete for function in read.functions)
        for match in DEFINITION.finditer(read.source.text):
            expected["functions"] += 1
            if match[1] not in names and "#define" not in read.source.text[max(0, match.start() - 200) : match.start()]:
                missing.append(f"{file.name}: {match[1]}")
    assert time.process_time() - start < OUTLINE_SECONDS
    assert seen["incomplete"] == 0
    assert seen["functions"] >= expected["functions"] > 50_000
    assert " ".join(missing) == ""


def test_every_graph_of_arch_can_be_made(any_tree: Path) -> None:
    start = time.process_time()
    found: Counter[str] = Counter()
    for file in files(any_tree, ".c", ".h", ".S"):
        for each in KernelFile(outline(file)).analyses():
            found[type(each).__name__] += 1
            if isinstance(each, Analysed):
                found["doubts"] += 0 if each.pseudo else len(each.graph.doubts)
                assert each.graph.nodes[0].kind is Kind.ENTRY
    assert time.process_time() - start < GRAPHS_SECONDS
    assert found["Analysed"] > 80_000
    # What is not analysed: 25 functions with more than 64 views, and macros that are half a construct.
    assert found["NotAnalysed"] < 80
    assert found["doubts"] < 30


def test_every_assembly_file_is_read(any_tree: Path) -> None:
    uses = [
        (each.name, each.label)
        for file in files(any_tree, ".S")
        for each in asm_uses(
            Source(decoded(file.read_bytes())),
            {"do_bp", "user_exit_callable", "schedule_user"},
            file.relative_to(any_tree / "arch").parts[0],
        )
    ]
    assert ("do_bp", "handle_bp_int") in uses
    assert ("schedule_user", "SCHEDULE_USER") in uses
    assert {name for name, _ in uses} == {"do_bp", "user_exit_callable", "schedule_user"}


def test_the_known_leaks_are_found_and_no_others(any_tree: Path) -> None:
    leaking: dict[str, set[str]] = {}
    for architecture in ("mips", "sparc"):
        base = any_tree / "arch" / architecture
        noreturn = noreturn_names(
            decoded(file.read_bytes())
            for file in (*base.rglob("*.h"), any_tree / "include/linux/panic.h", any_tree / "include/linux/kernel.h")
            if file.is_file()
        )
        for file in sorted(base.rglob("*.c")):
            if TRACKING.search(file.read_bytes()):
                found = _leaking(KernelFile(outline(file), noreturn=noreturn | {"BUG"}))
                if found:
                    leaking[str(file.relative_to(any_tree))] = found
    assert leaking == LEAKING


def _leaking(file: KernelFile) -> set[str]:
    found: set[str] = set()
    for each in file.analyses(PAIR):
        assert not isinstance(each, NotAnalysed)
        graph = each.graph
        closing = {index for index, call in graph.calls() if call.name == "exception_exit"}
        for index, call in graph.calls():
            leaves = graph.shortest_path(index, frozenset(graph.exits).__contains__, closing.__contains__)
            if call.name == "exception_enter" and leaves:
                found.add(each.name)
    return found


def test_real_code_with_mutations_is_read(tree: Path) -> None:
    text = decoded((tree / "arch/mips/kernel/unaligned.c").read_bytes())
    for start in range(0, len(text), 3001):
        everything(text[start : start + 4000])
        everything(text[:start][-2000:] + text[start + 37 : start + 2000])


def test_agrees_with_tree_sitter(tree: Path) -> None:
    """Every function and call that tree-sitter reads without an error, in files that mention context tracking."""
    tree_sitter = pytest.importorskip("tree_sitter", reason="pip install tree-sitter tree-sitter-c")
    grammar = pytest.importorskip("tree_sitter_c", reason="pip install tree-sitter tree-sitter-c")
    parser = tree_sitter.Parser(tree_sitter.Language(grammar.language()))
    compared = 0
    for file in files(tree, ".c", ".h"):
        data = file.read_bytes()
        if not TRACKING.search(data):
            continue
        read = outline(file)
        ours = {each.name: each for each in KernelFile(read).analyses() if isinstance(each, Analysed)}
        for name, calls in _by_tree_sitter(parser.parse(data).root_node):
            if len(read.named(name)) != 1:
                continue
            compared += 1
            own = [call for _, call in ours[name].graph.calls() if call.operands is not None and not call.via]
            assert Counter(call.spelled for call in own if call.spelled[0] not in ".-") == calls, (file, name)
    assert compared > 100


def _by_tree_sitter(root: object) -> Iterator[tuple[str, Counter[str]]]:
    waiting: list[object] = [root]
    while waiting:
        node = waiting.pop()
        waiting += node.children  # type: ignore[attr-defined]
        if node.type != "function_definition" or node.has_error or b"#if" in node.text:  # type: ignore[attr-defined]
            continue
        declarator = node.child_by_field_name("declarator")  # type: ignore[attr-defined]
        while declarator is not None and declarator.type != "identifier":
            declarator = declarator.child_by_field_name("declarator")
        if declarator is not None:
            yield declarator.text.decode(), Counter(_calls(node))


def _calls(node: object) -> Iterator[str]:
    waiting: list[object] = [node]
    while waiting:
        each = waiting.pop()
        waiting += each.children  # type: ignore[attr-defined]
        if each.type == "call_expression":  # type: ignore[attr-defined]
            called = each.child_by_field_name("function")  # type: ignore[attr-defined]
            if called.type == "identifier":
                yield called.text.decode()
