"""What a user asks `lint` for: trees and what of them, single files, and what findings are compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gen.cli.opened import tree_at
from gen.cli.run import NO_MATCH, Run, UsageError, no_architecture
from gen.csource.conditions import Config
from gen.csource.kernel_views import read_config
from gen.csource.tokens import decoded
from gen.kernel.git import GitError
from gen.kernel.tree import LARGEST_READ, KernelTree, Unreadable, files_below, find_tree, read_bytes
from gen.lint import baseline
from gen.lint.changed import Since
from gen.lint.names import Top
from gen.lint.scope import Scope, has_source
from gen.lint.workspace import SOURCE_SUFFIXES


@dataclass
class Target:
    """A tree and what of it is linted: `paths` in the tree, "" for all of it; `since` is what it is compared with."""

    tree: KernelTree
    top: Top
    paths: list[str] = field(default_factory=list)
    since: Since | None = None

    def add(self, path: str) -> None:
        """Lints a path, too, if there is anything in it to lint."""
        if has_source(self.tree, path):
            self.paths.append(path)

    @property
    def scope(self) -> Scope:
        return Scope(tuple(dict.fromkeys(self.paths)))


@dataclass(frozen=True)
class Asked:
    """What the user asks for, all of it read before any work begins.

    `lone` are the files outside of any tree, `listed` is the baseline. With `only_changed` what counts is about lines
    that are not in the revision which their tree is compared with.
    """

    config: Config | None
    targets: Sequence[Target]
    lone: Sequence[str]
    listed: Sequence[baseline.Known] | None
    only_changed: bool


def what_is_asked(run: Run) -> Asked:
    """Reads all of it; raises UsageError for what is not there or cannot be."""
    options = run.options
    targets, lone = _targets(run)
    if options.kernel is not None and targets:
        top, tree = targets[0].top.prefix or "./", targets[0].tree
        raise UsageError(f"--kernel is for files outside of a tree; {top} is Linux {tree.version}")
    if options.changed is not None:
        _compare(options.changed, targets, lone)
    return Asked(
        None if options.config is None else read_config(_text(options.config)),
        targets,
        lone,
        None if options.baseline is None else _baseline(options.baseline),
        options.changed is not None,
    )


def _baseline(file: str) -> Sequence[baseline.Known]:
    try:
        return baseline.read(_text(file))
    except baseline.BaselineError as error:
        raise UsageError(f"{file}:{error.line}: {error}") from error


def _compare(base: str, targets: Sequence[Target], lone: Sequence[str]) -> None:
    """Has each tree compared with a revision of it."""
    if lone:
        raise UsageError(f"--changed: {lone[0]} is in no kernel tree")
    for target in targets:
        try:
            target.since = Since.of(target.tree.root, base)
        except GitError as error:
            raise UsageError(f"--changed {base}: {error.short}") from error


def _targets(run: Run) -> tuple[list[Target], list[str]]:
    """The trees with what is linted of each, and the files outside of any tree."""
    options = run.options
    if options.tree is not None:
        return [_tree_target(options.tree, options.path, options.arch)], []
    if options.arch:
        raise UsageError("--arch goes with --tree DIR")
    targets: dict[Path, Target] = {}
    lone: dict[str, None] = {}
    for name in options.path:
        if name != "-" and not (name and Path(name).exists()):
            raise UsageError(f"{name}: no such file or directory")
        tree = find_tree(Path(name)) if name != "-" else None
        if tree is None:
            lone |= dict.fromkeys(_lone_files(name))
        else:
            target = targets.setdefault(tree.root, Target(tree, Top.found(tree.root, name)))
            target.add(tree.relative(Path(name)) or "")
    found = [target for target in targets.values() if target.paths]
    if not found and not lone:
        raise _nothing(options.path)
    return found, list(lone)


def _tree_target(folder: str, paths: Sequence[str], archs: Sequence[str]) -> Target:
    tree = tree_at(folder)
    prefix = "" if folder in {".", "./"} else f"{folder.rstrip('/')}/"
    target = Target(tree, Top(prefix))
    known = tree.architectures()
    for arch in archs:
        if arch not in known:
            raise UsageError(no_architecture(arch, known))
        target.paths.append(f"arch/{arch}")
    for name in paths:
        there = [place for place in (Path(name), tree.root / name) if place.exists()]
        inside = next((path for place in there if (path := tree.relative(place)) is not None), None)
        if inside is None:
            missing = f"{name}: no such file or directory, neither here nor in {folder}"
            raise UsageError(f"{name} is not in {folder}" if there else missing)
        target.add(inside)
    if not target.paths and (archs or paths):
        raise _nothing(paths)
    target.paths = target.paths or [""]
    return target


def _lone_files(name: str) -> list[str]:
    if name == "-" or not Path(name).is_dir():
        return [name]
    return [f"{name.rstrip('/')}/{file}" for file in files_below(Path(name)).files if file.endswith(SOURCE_SUFFIXES)]


def _nothing(names: Sequence[str]) -> UsageError:
    return UsageError(f"nothing to lint in {', '.join(names)}: no C file, header or assembly", NO_MATCH)


def _text(file: str) -> str:
    content = read_bytes(file, LARGEST_READ)
    if isinstance(content, Unreadable):
        raise UsageError(f"{file}: {content.reason[:1].lower()}{content.reason[1:]}")
    return decoded(content)
