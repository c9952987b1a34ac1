"""Every C file, header and assembly file of both trees goes through the lint of one file, and none of them breaks it.

Each file is read, its outline is made, and every rule about files is asked. Nearly all of them would be turned away
there by a first look, as they mention no name of context tracking. So a sample is not looked at first, and has its
functions walked as if they used the pair: those with an `if`, and memory is allocated and freed like a saved state. The
sample is what does use the pair, a quarter of arch/ (as files of their tree, and as files of none) and a thirty-second
part of the rest, other files of each tree: 30,000 of 777,000 functions. To read every file takes half of the time.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from zlib import crc32

import pytest
from trees import TREE_RELEASE, kernel_tree, older_tree

from gen.csource.conditions import Config
from gen.csource.kernel_file import Analysed
from gen.diagnostics import Sink
from gen.kernel.names import PAIR
from gen.kernel.tree import files_below, find_tree
from gen.lint import source as lint_source
from gen.lint.pair import Helper, Helpers, PairUse, Role
from gen.lint.pair_walk import pair_use
from gen.lint.run import lint_file
from gen.lint.source import SourceFile
from gen.lint.workspace import SOURCE_SUFFIXES, Workspace, specs_by_folder
from gen.spec.loader import SpecLoader, known_specs

pytestmark = pytest.mark.tree

HELPERS: Helpers = {
    "kzalloc": Helper(Role.OPENS),
    "kmalloc": Helper(Role.OPENS),
    "kcalloc": Helper(Role.OPENS),
    "kfree": Helper(Role.CLOSES),
}
WATCHED = frozenset({*HELPERS, *PAIR, "if"})
OF_ARCH, OF_REST = 4, 32
"""Every how many files of arch/, and of the rest, one is in the sample."""
CHUNK = 64

Seen = tuple[Counter[str], list[str]]
"""What was counted, and which file broke the lint, and how."""

inherited: list[Workspace] = []
"""The tree that is looked at, which the processes of the pool inherit."""


@pytest.fixture(params=["6.12", "6.1"])
def any_tree(request: pytest.FixtureRequest) -> Path:
    """Each tree that there is; KERNEL_TREE_6_1 names the older one."""
    return kernel_tree(f"tests/lint/{request.path.name}") if request.param == "6.12" else older_tree()


def is_in_sample(file: SourceFile) -> bool:
    """Whether all of it is done to a file."""
    mine = 0 if file.release == TREE_RELEASE else 1
    drawn = crc32(file.name.encode()) % (OF_ARCH if file.name.startswith("arch/") else OF_REST) == mine
    using = any(name in file.text for name in PAIR)
    return (drawn or using) and (file.is_assembly or bool(file.outline.functions))


def use_of_memory(function: Analysed, helpers: Helpers, config: Config | None) -> PairUse:
    """What a function does with the pair, or with memory."""
    return pair_use(function, {**HELPERS, **helpers}, config)


def as_it_is_linted(around: Workspace, path: str) -> Iterator[SourceFile]:
    """A file as one of its tree, and in arch/ as one outside of any tree, too."""
    file = around.source(path)
    if file is not None:
        yield file
        if file.arch:
            yield SourceFile(file.name, file.text, naming=file.naming, in_tree=False)


def look(paths: list[str]) -> Seen:
    """Lints some files, each as one."""
    seen: Counter[str] = Counter()
    broken: list[str] = []
    around = inherited[-1].alone()
    for path in paths:
        try:
            for file in as_it_is_linted(around, path):
                seen["findings"] += sum(1 for _ in lint_file(file, around.facts(file.arch)))
                seen["functions"] += len(file.outline.functions)
                seen["walked"] += len({use.function.name for use in file.pair_uses})
                seen["pairs"] += sum(use.matters for use in file.pair_uses)
            seen["files"] += 1
        except Exception as error:  # whatever it is, the other files are looked at, too
            broken.append(f"{path}: {type(error).__name__}: {error}")
    return seen, broken


def test_no_file_breaks_the_lint_of_one_file(any_tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = find_tree(any_tree)
    assert tree is not None
    specs = [spec for name in known_specs() if (spec := SpecLoader(Sink()).load(name))]
    inherited.append(Workspace(tree, (), specs_by_folder(specs)))
    mentions = SourceFile.mentions
    monkeypatch.setattr(
        SourceFile,
        "mentions",
        lambda file, names: is_in_sample(file) or (not WATCHED.issubset(names) and mentions(file, names)),
    )
    monkeypatch.setattr(lint_source, "WATCHED", WATCHED)
    monkeypatch.setattr(lint_source, "pair_use", use_of_memory)

    files = [path for path in files_below(any_tree).files if path.endswith(SOURCE_SUFFIXES)]
    chunks = [files[start : start + CHUNK] for start in range(0, len(files), CHUNK)]
    seen: Counter[str] = Counter()
    broken: list[str] = []
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), get_context("fork")) as pool:
        for counted, failed in pool.map(look, chunks):
            seen += counted
            broken += failed
    assert not broken
    assert seen["files"] == len(files) > 55_000
    assert seen["functions"] > 500_000
    assert seen["walked"] > 20_000
