"""Linux 6.12 and 6.1 as they are, against kconfig_facts.md, which was read by hand."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from trees import older_tree

from gen.kernel.expression import ALWAYS, NEVER, shown
from gen.kernel.features import CONTEXT_TRACKING, STATUSES, read_features
from gen.kernel.index import mentions
from gen.kernel.kconfig import Kconfig, KconfigReader
from gen.kernel.names import all_spellings, entry_symbols
from gen.kernel.naming import naming_of
from gen.kernel.search import find_ripgrep, search
from gen.kernel.tree import KernelTree, find_tree
from gen.model.release import Release

pytestmark = pytest.mark.tree

FACTS = Path(__file__).with_name("kconfig_facts.md")
EFFECTIVE = "HAVE_VIRT_CPU_ACCOUNTING_GEN"
ALIASES = {"loong": "loongarch"}
"""What the tables of 6.1 call an architecture."""


@pytest.fixture(params=["6.12", "6.1"])
def real(request: pytest.FixtureRequest) -> KernelTree:
    """Each of the two trees."""
    root = request.getfixturevalue("tree") if request.param == "6.12" else older_tree()
    found = find_tree(root)
    assert found is not None
    return found


def facts(release: Release) -> dict[str, dict[str, str]]:
    """The cells of a release: architecture, symbol, what is written there."""
    section = FACTS.read_text(encoding="utf-8").partition(f"### {release}\n")[2].partition("###")[0]
    table = [_cells(line) for line in section.splitlines() if line.startswith("|")]
    symbols = [name.partition(" ")[0].replace("...", "HAVE_CONTEXT_TRACKING_USER") for name in table[0][1:]]
    return {row[0]: dict(zip(symbols, row[1:], strict=True)) for row in table[2:]}


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


@cache
def kconfigs(tree: KernelTree) -> dict[str, Kconfig]:
    """What is read when only those matter."""
    reader = KconfigReader(tree, entry_symbols())
    return {arch: reader.read(arch) for arch in tree.architectures()}


def cell(kconfig: Kconfig, symbol: str) -> str:
    """What the table should say about a symbol."""
    selects = kconfig.selects([symbol])
    assert {select.span.file for select in selects} <= {f"arch/{kconfig.arch}/Kconfig"}
    lines = f" ({', '.join(str(select.span.line) for select in selects)})" if selects else ""
    when = kconfig.on(symbol) if symbol == EFFECTIVE else kconfig.selected(symbol)
    return ("always" if when == ALWAYS else "no" if when == NEVER else shown(when)) + lines


def test_the_facts_are_of_every_architecture_and_symbol(real: KernelTree) -> None:
    table = facts(real.release)
    assert tuple(sorted(table)) == real.architectures()
    assert {tuple(sorted(row)) for row in table.values()} == {tuple(sorted(entry_symbols()))}
    naming = naming_of(real.read, real.release)
    assert [naming.spelled(symbol) for symbol in entry_symbols()] == list(entry_symbols())


def test_every_cell_of_the_table_is_what_is_read(real: KernelTree) -> None:
    read = {arch: {symbol: cell(each, symbol) for symbol in entry_symbols()} for arch, each in kconfigs(real).items()}
    assert read == facts(real.release)


def test_every_kconfig_is_understood(real: KernelTree) -> None:
    reader = KconfigReader(real)
    for arch in real.architectures():
        assert reader.read(arch).not_understood == (), arch
    whole = reader.read("x86", "Kconfig")
    assert whole.not_understood == ()
    assert len(whole.files) > 1400
    assert len(whole.configs) > 15_000


def test_reading_about_some_symbols_says_the_same_of_them(real: KernelTree) -> None:
    reader = KconfigReader(real)
    for arch, some in kconfigs(real).items():
        every = reader.read(arch)
        assert some.selects(entry_symbols()) == every.selects(entry_symbols())
        assert [cell(some, symbol) for symbol in entry_symbols()] == [cell(every, symbol) for symbol in entry_symbols()]


def test_every_select_that_a_pattern_finds_is_found_in_the_same_place(real: KernelTree) -> None:
    pattern = re.compile(rf"^[ \t]+select[ \t]+({'|'.join(entry_symbols())})(?!\S)")
    expected = set()
    for file in {file for each in kconfigs(real).values() for file in each.files}:
        content = real.read(file)
        assert isinstance(content, bytes)
        for number, line in enumerate(content.decode().split("\n"), 1):
            if match := pattern.match(line):
                expected.add((file, number, match.start(1) + 1, match[1]))
    places = [(each, each.span) for kconfig in kconfigs(real).values() for each in kconfig.selects(entry_symbols())]
    assert {(span.file, span.line, span.column, each.symbol) for each, span in places} == expected
    assert len(expected) > 30


@pytest.mark.parametrize(
    ("arch", "after"),
    [
        ("arm", "HAVE_CONTEXT_TRACKING_USER"),
        ("arm64", "HAVE_CONTEXT_TRACKING_USER"),
        ("loongarch", "HAVE_CONTEXT_TRACKING_USER"),
        ("mips", "HAVE_CONTEXT_TRACKING_USER"),
        ("powerpc", "HAVE_CONTEXT_TRACKING_USER"),
        ("riscv", "HAVE_CONTEXT_TRACKING_USER"),
        ("s390", "HAVE_CMPXCHG_LOCAL"),
        ("xtensa", "HAVE_CONTEXT_TRACKING_USER"),
    ],
)
def test_a_new_select_goes_where_a_maintainer_would_put_it(real: KernelTree, arch: str, after: str) -> None:
    found = kconfigs(real)[arch].root_list()
    assert found is not None
    assert found.is_sorted
    place = found.predecessor("HAVE_CONTEXT_TRACKING_USER_OFFSTACK")
    assert place is not None
    assert place.symbol == after


def test_unsorted_lists_are_known(real: KernelTree) -> None:
    lists = {arch: each.root_list() for arch, each in kconfigs(real).items()}
    unsorted = {arch for arch, found in lists.items() if found and not found.is_sorted}
    assert unsorted - {"ia64"} == {"hexagon", "openrisc", "parisc", "sparc", "um"}


def test_every_features_table_is_understood(real: KernelTree) -> None:
    tables = sorted((real.root / "Documentation/features").rglob("*/arch-support.txt"))
    assert len(tables) > 30
    for file in tables:
        name = file.relative_to(real.root).as_posix()
        content = real.read(name)
        assert isinstance(content, bytes)
        found = read_features(name, content)
        assert found.not_understood == ()
        assert found.name
        assert found.kconfig
        assert {row.status for row in found.rows.values()} <= STATUSES
        assert set(real.architectures()) <= {ALIASES.get(arch, arch) for arch in found.rows}, name


def test_the_table_of_context_tracking_says_what_kconfig_says(real: KernelTree) -> None:
    content = real.read(CONTEXT_TRACKING)
    assert isinstance(content, bytes)
    found = read_features(CONTEXT_TRACKING, content)
    assert found.kconfig == "HAVE_CONTEXT_TRACKING_USER"
    selecting = {arch for arch, each in kconfigs(real).items() if each.selects([found.kconfig])}
    assert {ALIASES.get(arch, arch) for arch, row in found.rows.items() if row.status == "ok"} == selecting


def test_all_engines_and_the_index_find_the_same_files(real: KernelTree, tmp_path: Path) -> None:
    names = all_spellings()
    plain = search(real.root, names)
    assert plain.unreadable == ()
    assert {"kernel/context_tracking.c", "arch/mips/kernel/traps.c", "include/linux/context_tracking.h"} <= set(
        plain.files
    )
    assert 40 < len(plain.files) < 80
    assert mentions(real.root, names, cache=tmp_path) == plain
    assert mentions(real.root, names, cache=tmp_path) == plain
    arch = tuple(file for file in plain.files if file.startswith("arch/"))
    assert mentions(real.root, names, "arch", cache=tmp_path).files == search(real.root, names, "arch").files == arch
    if ripgrep := find_ripgrep():
        assert search(real.root, names, ripgrep=ripgrep) == plain
        assert mentions(real.root, names, cache=tmp_path / "other", ripgrep=ripgrep) == plain
