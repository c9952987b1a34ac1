"""The verb `lint`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from gen.cli.asked import Asked, Target, what_is_asked
from gen.cli.progress import Progress
from gen.cli.run import (
    BAD_INPUT,
    CANNOT_TELL,
    CLEAN,
    FINDINGS,
    Run,
    UsageError,
    keep_what_is_made,
    refused,
    too_many_architectures,
)
from gen.csource.conditions import Config
from gen.csource.tokens import decoded
from gen.diagnostics import Diagnostic, Severity, Sink, Span
from gen.diagnostics.printers import counted
from gen.diagnostics.suppress import sifted
from gen.kernel.git import GitError
from gen.kernel.index import mentions
from gen.kernel.naming import Naming
from gen.kernel.remembered import cache_folder
from gen.kernel.search import Mentions, find_ripgrep
from gen.kernel.sharing import Beside
from gen.kernel.tree import LARGEST_READ, KernelTree, Unreadable, read_bytes, too_large
from gen.lint import baseline
from gen.lint.changed import Lines, is_about
from gen.lint.fixable import FIXABLE
from gen.lint.linted import PathOutcome
from gen.lint.names import Names
from gen.lint.rules import is_unsure
from gen.lint.rules.unreadable_source import unreadable_source
from gen.lint.run import lint_file, lint_tree, load_rules
from gen.lint.scope import Scope
from gen.lint.share import Share
from gen.lint.source import SourceFile
from gen.lint.workspace import Workspace, folder_of, searched_names, specs_by_folder
from gen.model.release import newest
from gen.spec.loader import SpecLoader, known_specs

if TYPE_CHECKING:
    from gen.spec.archspec import ArchSpec

STDIN = "<stdin>"


@dataclass
class _Found:
    """The findings so far, with the texts around them, and how files are named.

    `comments` are the texts whose suppressions count, `complete` the files in which everything was looked for, `lines`
    those that have changed.
    """

    findings: list[Diagnostic] = field(default_factory=list)
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    comments: dict[str, tuple[str, ...]] = field(default_factory=dict)
    complete: set[str] = field(default_factory=set)
    looked_at: list[str] = field(default_factory=list)
    own_names: dict[str, str] = field(default_factory=dict)
    whole_names: dict[str, str] = field(default_factory=dict)
    specs: dict[str, str] = field(default_factory=dict)
    lines: dict[str, Lines] = field(default_factory=dict)
    top: str = "."

    def within(self, shown: str) -> str:
        """What a file is called in its tree."""
        return self.own_names.get(shown, shown)

    def order(self, shown: str) -> str:
        """What a file is put in order by, which is the same wherever the user is."""
        return self.whole_names.get(shown, shown)


def lint(run: Run) -> int:
    """Say what is wrong in a kernel tree, or in single files of one."""
    keep_what_is_made()
    progress = Progress()
    try:
        return _lint(run, progress)
    except UsageError as error:
        return refused(run, error)
    finally:
        progress.done()


def _lint(run: Run, progress: Progress) -> int:
    asked = what_is_asked(run)
    found = _Found()
    for target in asked.targets:
        run.meets(target.tree.release)
        _lint_target(run, target, asked.config, found, progress)
    for file in asked.lone:
        _lint_lone(run, file, asked.config, found)
    run.texts |= found.texts
    run.sink.order = found.order
    run.lasting = found.within
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
    unsure = any(map(is_unsure, run.sink.findings))
    return BAD_INPUT if broken else FINDINGS if bad else CANNOT_TELL if unsure else CLEAN


def _new(
    run: Run, findings: Sequence[Diagnostic], asked: Asked, found: _Found
) -> tuple[Sequence[Diagnostic] | None, int]:
    """The findings that the user has not asked to leave out, and how many a baseline knew; None if it is written."""
    options, known = run.options, 0
    looked_at = set(map(found.within, found.comments))

    def looked_for(entry: baseline.Known) -> bool:
        wanted = entry.rule not in options.ignore and (not options.select or entry.rule in options.select)
        return wanted and (entry.file in looked_at or any(each.scope.covers(entry.file) for each in asked.targets))

    if asked.listed is not None:
        compared = baseline.compared(findings, asked.listed, options.baseline, run.source, found.within, looked_for)
        findings, known = compared.new, compared.known
    if asked.only_changed:
        findings = [each for each in findings if is_about(each, found.lines)]
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


def _lint_target(run: Run, target: Target, config: Config | None, found: _Found, progress: Progress) -> None:
    tree, scope = target.tree, target.scope
    if trouble := too_many_architectures(sum(map(scope.touches, tree.architectures()))):
        raise UsageError(trouble)
    with Beside(lambda: _searched(run, tree, scope)) as searching:
        specs = specs_by_folder(list(_specs(run, tree, scope)))
        if searching.is_busy:
            load_rules()
        progress(f"searching {target.top.prefix}")
        mentioned = searching.result()
    files = dict.fromkeys(file for each in mentioned for file in each.files)
    unreadable = {unread.file: unread for each in mentioned for unread in each.unreadable}
    files |= dict.fromkeys(path for path in scope.paths if not (tree.root / path).is_dir())
    work = Workspace(tree, tuple(files), specs, config, unreadable)
    found.specs |= {folder: spec.arch for folder, spec in specs.items()}
    found.top = target.top.prefix or "."
    names = Names(target.top, frozenset(spec.file for spec in specs.values()))
    linted = lint_tree(work, scope, progress, None if run.options.no_cache else cache_folder("lint"))
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
    if target.since is not None:
        # What is said of a file is about a place that a finding names, or about a comment.
        asked = told | {file for file in covered if found.comments[names.shown(file)]}
        try:
            changed = target.since.lines(asked - names.others)
        except GitError as error:
            raise UsageError(f"--changed {run.options.changed}: {error.short}") from error
        found.lines |= {names.shown(file): lines for file, lines in changed.items()}
    found.comments |= {file: run.texts[file] for file in names.others}
    found.own_names |= {file: PurePath(file).name for file in names.others}
    found.complete |= {names.shown(file) for file in covered}
    architectures = sum(scope.covers_architecture(arch) for arch in work.architectures)
    looked_at = counted(sum(map(scope.covers, files)), "file") + " with names of context tracking"
    whole = f", and {counted(architectures, 'architecture')} as a whole" if architectures else ""
    found.looked_at.append(f"Linux {tree.version}: {looked_at}{whole}")
    _read_back(run, linted.outcomes, found)


def _read_back(run: Run, outcomes: Sequence[PathOutcome], found: _Found) -> None:
    """Says what share of the entry paths of each spec was read, and in data why the others were not."""
    run.data.setdefault("entries", []).extend(map(asdict, outcomes))
    paths: dict[str, list[tuple[str, str]]] = {}
    for each in sorted(outcomes, key=lambda each: each.arch):
        paths.setdefault(each.arch, []).append((each.ground, each.outcome))
    found.looked_at += [f"{arch}: {Share.of(pairs)}" for arch, pairs in paths.items()]


def _searched(run: Run, tree: KernelTree, scope: Scope) -> list[Mentions]:
    """What is mentioned in what is linted, and in all of an architecture of which something is."""
    names, ripgrep = searched_names(tree), find_ripgrep()
    cache = None if run.options.no_cache else cache_folder()
    return [mentions(tree.root, names, below, cache=cache, ripgrep=ripgrep) for below in _searched_below(scope, tree)]


def _searched_below(scope: Scope, tree: KernelTree) -> Iterator[str]:
    """Where to search: what is linted, and all of an architecture of which something is."""
    below = {f"arch/{arch}" if (arch := folder_of(path)) else path for path in scope.paths}
    for path in sorted(below):
        if not any(other != path and Scope((other,)).covers(path) for other in below) and (tree.root / path).is_dir():
            yield path


def _specs(run: Run, tree: KernelTree, scope: Scope) -> Iterator[ArchSpec]:
    """The specs of the architectures that are linted, and of no other one: a spec is slow to check."""
    folders = [f"arch/{arch}/" for arch in tree.architectures() if scope.touches(arch)]
    for name in known_specs():
        if not SpecLoader(Sink(), {}).mentions(name, folders):
            continue
        sink = Sink(run.options.select, run.options.ignore)
        spec = SpecLoader(sink, run.texts).load(name)
        if spec is None:
            run.sink.extend(sink.findings)
        elif any(map(spec.kconfig.file.startswith, folders)) and (tree.root / spec.kconfig.file).exists():
            run.sink.extend(sink.findings)
            yield spec


def _lint_lone(run: Run, name: str, config: Config | None, found: _Found) -> None:
    shown = STDIN if name == "-" else name
    content = _standard_input() if name == "-" else read_bytes(name, LARGEST_READ)
    if isinstance(content, Unreadable):
        found.findings.append(unreadable_source.at(Span(shown), content.reason))
        return
    release = run.options.kernel or newest()
    file = SourceFile(shown, decoded(content), naming=Naming(release), config=config, in_tree=False)
    found.findings += lint_file(file, None)
    found.texts[shown] = found.comments[shown] = file.lines


def _standard_input() -> bytes | Unreadable:
    if sys.stdin is None:
        raise UsageError("standard input is closed")
    content = sys.stdin.buffer.read(LARGEST_READ + 1)
    return content if len(content) <= LARGEST_READ else Unreadable(STDIN, too_large(LARGEST_READ))


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
