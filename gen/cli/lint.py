"""The verb `lint`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gen.cli.progress import Progress
from gen.cli.run import BAD_INPUT, CLEAN, FINDINGS, NO_MATCH, Run, complain
from gen.csource.conditions import Config
from gen.csource.kernel_views import read_config
from gen.csource.tokens import decoded
from gen.diagnostics import Diagnostic, Severity, Sink, Span
from gen.diagnostics.printers import counted
from gen.diagnostics.suppress import sifted
from gen.kernel.index import cache_folder, mentions
from gen.kernel.search import find_ripgrep
from gen.kernel.tree import KernelTree, Unreadable, files_below, find_tree, read_bytes
from gen.lint import baseline
from gen.lint.changed import GitError, Lines, changed_lines, is_about
from gen.lint.fixable import FIXABLE
from gen.lint.names import Names, Top
from gen.lint.rules.unreadable_source import unreadable_source
from gen.lint.run import PathOutcome, lint_file, lint_tree
from gen.lint.scope import Scope, has_source
from gen.lint.source import SourceFile
from gen.lint.workspace import SOURCE_SUFFIXES, Workspace, folder_of, searched_names, specs_by_folder
from gen.model.release import NEWEST
from gen.spec.loader import SpecLoader, known_specs

if TYPE_CHECKING:
    from gen.spec.archspec import ArchSpec

STDIN = "<stdin>"


class UsageError(Exception):
    """What the user asked for cannot be done; the message says why, `code` is the exit status."""

    def __init__(self, problem: str, code: int = BAD_INPUT) -> None:
        super().__init__(problem)
        self.code = code


@dataclass
class _Target:
    """A tree and what of it is linted."""

    tree: KernelTree
    top: Top
    paths: list[str] = field(default_factory=list)

    def add(self, path: str) -> None:
        """Lints a path, too, if there is anything in it to lint."""
        if has_source(self.tree, path):
            self.paths.append(path)

    @property
    def scope(self) -> Scope:
        return Scope(tuple(dict.fromkeys(self.paths)))


@dataclass
class _Found:
    """The findings so far, with the texts around them, and how files are named.

    `comments` are the texts whose suppressions count, `complete` the files in which everything was looked for.
    """

    findings: list[Diagnostic] = field(default_factory=list)
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    comments: dict[str, tuple[str, ...]] = field(default_factory=dict)
    complete: set[str] = field(default_factory=set)
    looked_at: list[str] = field(default_factory=list)
    own_names: dict[str, str] = field(default_factory=dict)
    whole_names: dict[str, str] = field(default_factory=dict)
    specs: dict[str, str] = field(default_factory=dict)
    top: str = "."

    def within(self, shown: str) -> str:
        """What a file is called in its tree."""
        return self.own_names.get(shown, shown)

    def order(self, shown: str) -> str:
        """What a file is put in order by, which is the same wherever the user is."""
        return self.whole_names.get(shown, shown)


def lint(run: Run) -> int:
    """Say what is wrong in a kernel tree, or in single files of one."""
    try:
        return _lint(run)
    except UsageError as error:
        complain(f"gen lint: {error}")
        return error.code


def _lint(run: Run) -> int:
    asked = _asked(run)
    found = _Found()
    for target in asked.targets:
        _lint_target(run, target, asked.config, found)
    for file in asked.lone:
        _lint_lone(run, file, asked.config, found)
    run.texts |= found.texts
    run.sink.order = found.order
    broken = run.sink.failed  # a spec, so far
    left = sifted(dict.fromkeys(found.findings), found.comments, () if asked.config is not None else found.complete)
    sink, silenced = (Sink(run.options.select, run.options.ignore, hides_errors=True) for _ in range(2))
    sink.extend(left.findings)
    silenced.extend(left.silenced)
    findings, known = _new(run, sink.findings, asked, found)
    if findings is None:
        return BAD_INPUT if broken else CLEAN
    run.sink.extend(findings)
    _close(run, found, len(silenced.findings), known)
    bad = any(each.severity is not Severity.NOTE for each in run.sink.findings)
    return BAD_INPUT if broken else FINDINGS if bad else CLEAN


def _new(
    run: Run, findings: Sequence[Diagnostic], asked: _Asked, found: _Found
) -> tuple[Sequence[Diagnostic] | None, int]:
    """The findings that the user has not asked to leave out, and how many a baseline knew; None if it is written."""
    options, known = run.options, 0

    def looked_for(entry: baseline.Known) -> bool:
        wanted = entry.rule not in options.ignore and (not options.select or entry.rule in options.select)
        return wanted and (entry.file in found.comments or any(each.scope.covers(entry.file) for each in asked.targets))

    if asked.listed is not None:
        compared = baseline.compared(findings, asked.listed, options.baseline, run.source, found.within, looked_for)
        findings, known = compared.new, compared.known
    if asked.lines is not None:
        findings = [each for each in findings if is_about(each, asked.lines)]
    if options.write_baseline is not None:
        _write_baseline(run, options.write_baseline, findings, found)
        return None, 0
    return findings, known


def _write_baseline(run: Run, file: str, findings: Sequence[Diagnostic], found: _Found) -> None:
    from gen.render.writer import RefusedError, write_files

    path = Path(file)
    text = baseline.written(findings, run.source, found.within)
    try:
        write_files(path.parent, {path.name: text.encode()})
    except RefusedError as error:
        raise UsageError(str(error)) from error
    run.closing.append(f"wrote {file}: {counted(len(findings), 'finding')}")


# What is linted, and what it is compared with.


@dataclass(frozen=True)
class _Asked:
    """What the user asks for, all of it read before any work begins.

    `lone` are the files outside of any tree, `listed` is the baseline, `lines` are those that have changed.
    """

    config: Config | None
    targets: Sequence[_Target]
    lone: Sequence[str]
    listed: Sequence[baseline.Known] | None
    lines: Mapping[str, Lines] | None


def _asked(run: Run) -> _Asked:
    options = run.options
    targets, lone = _targets(run)
    return _Asked(
        None if options.config is None else read_config(_text(options.config)),
        targets,
        lone,
        None if options.baseline is None else _baseline(options.baseline),
        None if options.changed is None else _changed_lines(options.changed, targets, lone),
    )


def _baseline(file: str) -> Sequence[baseline.Known]:
    try:
        return baseline.read(_text(file))
    except baseline.BaselineError as error:
        raise UsageError(f"{file}:{error.line}: {error}") from error


def _changed_lines(base: str, targets: Sequence[_Target], lone: Sequence[str]) -> Mapping[str, Lines]:
    if lone:
        raise UsageError(f"--changed: {lone[0]} is in no kernel tree")
    lines: dict[str, Lines] = {}
    for target in targets:
        try:
            changed = changed_lines(target.tree.root, base)
        except GitError as error:
            raise UsageError(f"--changed {base}: {error}") from error
        lines |= {target.top.shown(file): each for file, each in changed.items()}
    return lines


def _targets(run: Run) -> tuple[list[_Target], list[str]]:
    """The trees with what is linted of each, and the files outside of any tree."""
    options = run.options
    if options.tree is not None:
        return [_tree_target(options.tree, options.path, options.arch)], []
    if options.arch:
        raise UsageError("--arch goes with --tree DIR")
    targets: dict[Path, _Target] = {}
    lone: dict[str, None] = {}
    for name in options.path:
        if name != "-" and not (name and Path(name).exists()):
            raise UsageError(f"{name}: no such file or directory")
        tree = find_tree(Path(name)) if name != "-" else None
        if tree is None:
            lone |= dict.fromkeys(_lone_files(name))
        else:
            target = targets.setdefault(tree.root, _Target(tree, Top.found(tree.root)))
            target.add(tree.relative(Path(name)) or "")
    found = [target for target in targets.values() if target.paths]
    if not found and not lone:
        raise _nothing(options.path)
    return found, list(lone)


def _tree_target(folder: str, paths: Sequence[str], archs: Sequence[str]) -> _Target:
    tree = find_tree(Path(folder))
    if tree is None or tree.root != Path(folder).resolve():
        raise UsageError(f"{folder} is no kernel tree: it has no Makefile with a VERSION, Kconfig and arch/")
    prefix = "" if folder in {".", "./"} else f"{folder.rstrip('/')}/"
    target = _Target(tree, Top(prefix))
    known = tree.architectures()
    for arch in archs:
        if arch not in known:
            raise UsageError(f"arch/{arch} is no architecture of this tree; it has {', '.join(known)}")
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
    content = read_bytes(file)
    if isinstance(content, Unreadable):
        raise UsageError(f"{file}: {content.reason.lower()}")
    return decoded(content)


# Linting it.


def _lint_target(run: Run, target: _Target, config: Config | None, found: _Found) -> None:
    tree, scope = target.tree, target.scope
    progress = Progress()
    # The search runs beside the loading of the specs where ripgrep does it.
    specs = specs_by_folder(list(_specs(run, tree, scope)))
    files: dict[str, None] = {}
    unreadable: dict[str, Unreadable] = {}
    for below in _searched_below(scope, tree):
        progress(f"searching {target.top.shown(below)}")
        cache = None if run.options.no_cache else cache_folder()
        mentioned = mentions(tree.root, searched_names(tree), below, cache=cache, ripgrep=find_ripgrep())
        files |= dict.fromkeys(mentioned.files)
        unreadable |= {each.file: each for each in mentioned.unreadable}
    files |= dict.fromkeys(path for path in scope.paths if not (tree.root / path).is_dir())
    work = Workspace(tree, tuple(files), specs, config, unreadable)
    found.specs |= {folder: spec.arch for folder, spec in specs.items()}
    found.top = target.top.prefix or "."
    names = Names(target.top, frozenset(spec.file for spec in specs.values()))
    linted = lint_tree(work, scope, progress)
    found.findings += map(names.diagnostic, linted.findings)
    covered = {file for file in files if scope.covers(file)}
    places = (
        span for each in linted.findings for span in (each.span, *(at.span for at in (*each.related, *each.flow)))
    )
    told = {span.file for span in places}
    for file in covered | {each.span.file for each in linted.findings} - names.others:
        shown, text = names.shown(file), work.text(file) or ""
        found.own_names[shown], found.whole_names[shown] = file, f"{tree.root}/{file}"
        # The lines of all files would be half of the memory.
        found.comments[shown] = tuple(text.split("\n")) if file in told or "gen:" in text else ()
        if file in told:
            found.texts[shown] = found.comments[shown]
    found.comments |= {file: run.texts[file] for file in names.others}
    found.complete |= {names.shown(file) for file in covered}
    architectures = sum(scope.covers_architecture(arch) for arch in work.architectures)
    looked_at = counted(sum(map(scope.covers, files)), "file") + " with names of context tracking"
    whole = f", and {counted(architectures, 'architecture')} as a whole" if architectures else ""
    found.looked_at.append(f"Linux {tree.version}: {looked_at}{whole}")
    _read_back(run, linted.outcomes, found)
    progress.done()


def _read_back(run: Run, outcomes: Sequence[PathOutcome], found: _Found) -> None:
    """Says how many entry paths of each spec were rebuilt from C, and in data why the others were not."""
    run.data.setdefault("entries", []).extend(map(asdict, outcomes))
    paths: dict[str, list[bool]] = {}
    for each in sorted(outcomes, key=lambda each: each.arch):
        paths.setdefault(each.arch, []).append(each.outcome == "rebuilt")
    told = [f"{arch} {sum(rebuilt)} of {len(rebuilt)}" for arch, rebuilt in paths.items() if any(rebuilt)]
    if told:
        found.looked_at.append(f"entry paths read back from C that are the spec's: {', '.join(told)}")


def _searched_below(scope: Scope, tree: KernelTree) -> Iterator[str]:
    """Where to search: what is linted, and all of an architecture of which something is."""
    below = {f"arch/{arch}" if (arch := folder_of(path)) else path for path in scope.paths}
    for path in sorted(below):
        if not any(other != path and Scope((other,)).covers(path) for other in below) and (tree.root / path).is_dir():
            yield path


def _specs(run: Run, tree: KernelTree, scope: Scope) -> Iterator[ArchSpec]:
    """The specs of the tree's architectures. Errors of any spec are said, and warnings of those that are linted."""
    for name in known_specs():
        sink = Sink(run.options.select, run.options.ignore)
        spec = SpecLoader(sink, run.texts).load(name)
        here = spec is not None and (tree.root / spec.kconfig.file).exists()
        if spec is None or (here and scope.touches(folder_of(spec.kconfig.file))):
            run.sink.extend(sink.findings)
        if spec is not None and here:
            yield spec


def _lint_lone(run: Run, name: str, config: Config | None, found: _Found) -> None:
    shown = STDIN if name == "-" else name
    content = _standard_input() if name == "-" else read_bytes(name)
    if isinstance(content, Unreadable):
        found.findings.append(unreadable_source.at(Span(shown), content.reason))
        return
    release = run.options.kernel or NEWEST
    file = SourceFile(shown, decoded(content), release=release, config=config, in_tree=False)
    found.findings += lint_file(file, None)
    found.texts[shown] = found.comments[shown] = file.lines


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise UsageError("standard input is closed")
    return sys.stdin.buffer.read()


def _next_steps(run: Run, found: _Found) -> Iterator[str]:
    """The commands that mend what was found, where gen can."""
    mendable: dict[tuple[str, str, str], int] = {}
    for each in run.sink.findings:
        arch = found.specs.get(folder_of(found.within(each.span.file)), "")
        if each.rule in FIXABLE and arch:
            key = (arch, each.rule, found.top)
            mendable[key] = mendable.get(key, 0) + 1
    for (arch, rule, top), number in mendable.items():
        them = "it" if number == 1 else f"these {number}"
        yield f"`gen patch {arch} --fix {rule} --tree {top} -o series/` mends {them}"


def _close(run: Run, found: _Found, silenced: int, known: int) -> None:
    sink = run.sink
    run.closing += found.looked_at
    levels = (Severity.ERROR, Severity.WARNING, Severity.NOTE)
    counts = ", ".join(counted(sink.count(level), level.word) for level in levels)
    silent = [f"{silenced} silenced by comments"] if silenced else []
    silent += [f"{known} in the baseline"] if known else []
    run.closing.append(counts + (f" ({', '.join(silent)})" if silent else ""))
    run.closing += _next_steps(run, found)
    worst = next((each for each in sink.findings if each.severity is not Severity.NOTE), None)
    if worst is not None:
        run.closing.append(f"`gen explain {worst.rule}` says why a rule matters and what to write instead")
    run.data["lint"] = {"trees": found.looked_at, "silenced": silenced, "baseline": known}
