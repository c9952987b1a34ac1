"""What a series has to pass before it is written: applied patch by patch, and parsed.

Each check yields sentences about what is wrong; none raises for what a tree or a patch may be like.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from gen.csource.kernel_file import KernelFile
from gen.csource.outline import read_outline
from gen.csource.tokens import Source, decoded
from gen.kernel.git import GitError
from gen.kernel.statements import read_statements
from gen.patch.scratch import Author, Repository
from gen.patch.series import FileChange, Series


def applied(series: Series, mails: Mapping[str, bytes], folder: Path, date: int) -> Iterator[str]:
    """What is wrong when the patches are applied with git am, one after the other, to the files as they are."""
    repository = Repository(folder / "apply", Author("gen", "gen@localhost"), date)
    repository.begin(series.before)
    for patch, name in zip(series.patches, patch_names(mails), strict=True):
        try:
            repository.git("am", "-q", "--keep-cr", "--no-gpg-sign", "-", text=mails[name])
        except GitError as error:
            yield f"{name} does not apply: {str(error).splitlines()[0]}"
            return
        have = repository.read([change.path for change in patch.changes])
        for change in patch.changes:
            if have.get(change.path) != change.after:
                yield f"{name} leaves another {change.path} than it should"
            yield from (f"{name}: {problem}" for problem in _parsed(change))


def patch_names(mails: Mapping[str, bytes]) -> list[str]:
    """The files with a patch in them, in order: all mails but the cover letter."""
    return [name for name in sorted(mails) if name.endswith(".patch") and "0000-" not in name]


def _parsed(change: FileChange) -> Iterator[str]:
    """Whether a changed file reads as it did."""
    if change.path.endswith((".c", ".h")):
        for name, doubts in _doubts(change.after).items():
            if change.before is None or len(doubts) > len(_doubts(change.before).get(name, ())):
                yield f"{change.path}: {name}() is no longer understood: {doubts[0]}"
    elif "Kconfig" in change.path:
        _, problems = read_statements(change.path, change.after)
        _, known = read_statements(change.path, change.before or b"")
        if len(problems) > len(known):
            yield f"{problems[0].span}: {problems[0].reason}"


def _doubts(content: bytes) -> dict[str, list[str]]:
    """What is not understood in each function of a file that is."""
    found: dict[str, list[str]] = {}
    for each in KernelFile(read_outline(Source(decoded(content)))).analyses():
        doubts = [doubt.reason for doubt in each.graph.doubts] if hasattr(each, "graph") else [each.reason]
        if doubts:
            found.setdefault(each.name, []).extend(doubts)
    return found
