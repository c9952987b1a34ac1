"""The verb `patch`."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from gen.cli.load import judged, loaded, written
from gen.cli.opened import tree_at
from gen.cli.progress import Progress
from gen.cli.run import BAD_INPUT, CANNOT_TELL, CLEAN, FINDINGS, Run, UsageError, keep_what_is_made, refused
from gen.diagnostics import Severity, Sink, Span
from gen.diagnostics.printers import counted
from gen.kernel.index import mentions
from gen.kernel.names import OFFSTACK
from gen.kernel.remembered import cache_folder
from gen.kernel.search import find_ripgrep
from gen.kernel.tree import LARGEST_READ, KernelTree, too_large
from gen.lint.facts import ArchFacts
from gen.lint.names import Names, Top
from gen.lint.workspace import Workspace, folder_of, searched_names
from gen.patch import rules
from gen.patch.mail import MBOX
from gen.patch.making import REVIEW, Built, Job, Request, Result, make
from gen.patch.scratch import configured_author
from gen.patch.series import Series
from gen.patch.sums import edited
from gen.patch.words import listed
from gen.render.writer import read_current
from gen.spec.archspec import ArchSpec
from gen.verify.judge import Answer, Judgement, Requirement

_TRAILERS = {
    "fixes": ("Fixes", re.compile(r'[0-9a-f]{12} \("[^\x00-\x1f]+"\)')),
    "suggested_by": ("Suggested-by", re.compile(r"[^<>\x00-\x1f]+ <[^<>@\s]+@[^<>@\s]+>")),
    "assisted_by": ("Assisted-by", re.compile(r"[^\x00-\x1f]{3,200}")),
    "link": ("Link", re.compile(r"https?://[!-~]+")),
}
"""To an option its trailer, and what its value has to look like (Documentation/process/submitting-patches.rst).

They come in this order, and a Signed-off-by last.
"""

_LIKE = {
    "link": "an address such as https://lore.kernel.org/r/...",
    "fixes": 'the first 12 digits of the commit and its summary: 179a9cf79212 ("context_tracking: ...")',
    "suggested_by": "a name and an address: Ada Author <ada@example.org>",
    "assisted_by": "a tool with its version",
}

_ASKED = ("rfc", "verify_objects", "run_tree_scripts")
"""The flags that decide what a letter says."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def patch(run: Run) -> int:
    """Generate the series that brings a tree to its spec, or that mends what lint found."""
    keep_what_is_made()
    try:
        return _patch(run)
    except UsageError as error:
        return refused(run, error)


def _patch(run: Run) -> int:
    options = run.options
    trailers = tuple(_trailers(options))
    changes = _changes(options.changes)
    run.options.kernel = None
    specs, code = loaded(run)
    if code != CLEAN:
        return code
    if len(specs) > 1:
        raise UsageError(f"a series is for one architecture, and these are {listed(spec.arch for spec in specs)}")
    spec = specs[0]
    tree = tree_at(options.tree)
    run.meets(tree.release)
    if shutil.which("git") is None:
        raise UsageError("git is not there, and makes the mails")
    author = configured_author()
    if author is None:
        raise UsageError("who is it from? set git's user.name and user.email, or GIT_AUTHOR_NAME and GIT_AUTHOR_EMAIL")
    work, names = _workspace(run, spec, tree)
    facts = _facts(work, spec, options.tree)
    claimed = spec.model.offstack if options.offstack is None else options.offstack
    if not claimed and not options.fix and facts.tracking is not None:
        return _nothing_claimed(run, spec, facts, names)
    judgement = None if options.fix else _judgement(run, spec, facts, work, offstack=claimed)
    if judgement is None and not options.fix:
        return FINDINGS
    request = Request(
        spec, _spec_bytes(spec), options.fix or "", options.rfc, _command(options), options.reroll_count,
        options.resend, changes, options.signoff, trailers, options.run_tree_scripts,
    )  # fmt: skip
    progress = Progress()

    def build(series: Series) -> Built:
        return _built(run, tree, facts.name, series, progress)

    result = make(Job(request, facts, work, judgement, author, progress, build if options.verify_objects else None))
    progress.done()
    run.texts |= {names.shown(file): tuple(text.split("\n")) for file, text in work.known_texts()}
    run.sink.extend(names.diagnostic(each) for each in result.findings)
    if result.series is None or run.sink.failed:
        run.closing += [result.unsure] if result.unsure else []
        _close_refused(run)
        unsure = all(each.rule == rules.proof_of_other_code.id for each in run.sink.findings)
        return CANNOT_TELL if unsure else BAD_INPUT
    return _deliver(run, spec, result)


def _facts(work: Workspace, spec: ArchSpec, tree: str) -> ArchFacts:
    """What is known of the spec's architecture; UsageError if that is not even what it selects."""
    facts = work.facts(folder_of(spec.kconfig.file))
    if facts is None:
        raise UsageError(f"{tree} has no {spec.kconfig.file}, which the spec names")
    if not facts.is_kconfig_read:
        found = (each.reason for each in facts.kconfig.not_understood if facts.own_kconfig in each.reason)
        why = next(found, "nothing leads to it")
        raise UsageError(f"{tree.rstrip('/')}/{facts.own_kconfig} is not read: {why}")
    return facts


def _built(run: Run, tree: KernelTree, folder: str, series: Series, progress: Progress) -> Built:
    """Builds what a series changes before and after; a removal that changes an instruction has a finding for it."""
    from gen.patch.objects import NotCompared, compare_objects

    compared = compare_objects(tree.root, folder, series.before, series.after, say=progress)
    if isinstance(compared, NotCompared):
        progress.done()
        raise UsageError(f"--verify-objects: {compared.reason}; {compared.hint}")
    run.data["objects"] = [{"file": each.file, "verdict": each.verdict, "said": each.said} for each in compared.objects]
    if not compared.objects:
        return Built(said=("no object is built: no C or assembly file changes",))
    said = [f"object of {each.file}: {each.said}" for each in compared.objects]
    said += [f"new: {warning}" for warning in compared.warnings]
    findings = tuple(
        rules.object_differs.at(Span(each.file), each.said)
        for each in compared.objects
        if each.error.startswith("after: ") or (each.changed and not run.options.fix)
    )
    return Built(compared.sentence, tuple(said), findings)


def _judgement(run: Run, spec: ArchSpec, facts: ArchFacts, work: Workspace, *, offstack: bool) -> Judgement | None:
    """The judgement of the tree's own entry code; of a port that is to be, of its spec. None if it is too large."""
    if facts.tracking is not None:
        found = work.verdict(facts.name)
        if found is not None:
            return _without_the_pair(found.offstack) if offstack else found.as_it_is
    quiet = Run(run.options, Sink())
    judgement = judged(quiet, spec, replace(spec.model.in_release(facts.release), offstack=offstack), as_error=True)
    if judgement is None:
        run.sink.extend(quiet.sink.findings)
    return judgement


def _without_the_pair(judgement: Judgement) -> Judgement:
    """The judgement on a tree of which a series takes the pair out: that there is one is not in the way then."""

    def answered(each: Requirement) -> Requirement:
        if each.name != "R1" or each.answer is not Answer.VIOLATED:
            return each
        return replace(each, answer=Answer.HOLDS, why="this series takes the pair out", places=())

    return replace(judgement, requirements=tuple(map(answered, judgement.requirements)))


def _nothing_claimed(run: Run, spec: ArchSpec, facts: ArchFacts, names: Names) -> int:
    """Where offstack is not declared a tree needs nothing, unless it declares it all the same."""
    selected = facts.select(OFFSTACK)
    why = "the spec says `offstack: false`" if run.options.offstack is None else "`--offstack false` was asked for"
    if selected is not None:
        place = f"{names.shown(selected.span.file)}:{selected.span.line}"
        raise UsageError(f"{place}: {selected.symbol} is selected, and {why}; one of them has to be changed by hand")
    run.closing.append(f"{spec.arch}: nothing to do: {why}")
    lacking = facts.naming.cannot_declare(OFFSTACK)
    run.closing.append(f"  {lacking}" if lacking else "  `--offstack true --rfc` asks what it would take")
    return CLEAN


def _deliver(run: Run, spec: ArchSpec, result: Result) -> int:
    """Writes the series, shows what it would change, or compares it with what is on disk."""
    options = run.options
    series = result.series
    if series is None or not series.patches:
        why = f"gen lint finds no {options.fix}" if options.fix else "the tree is as the spec wants it"
        run.closing.append(f"{spec.arch}: {result.unsure or f'nothing to do: {why}'}")
        return CANNOT_TELL if result.unsure else CLEAN
    run.data["patches"] = [patch.summary for patch in series.patches]
    run.closing += [f"{spec.arch}: {counted(len(series.patches), 'patch').replace('patchs', 'patches')}"]
    run.closing += [f"  {patch.summary}" for patch in series.patches]
    run.closing += [f"  {each}" for each in result.said]
    run.closing += [result.unsure] if result.unsure else []
    passed = CANNOT_TELL if result.unsure else CLEAN
    if options.dry_run:
        run.closing += list(_diffstat(result))
        return passed
    root = Path(options.output)
    strays = [path for path in sorted(root.glob(_numbered(options))) if path.name not in result.files]
    if options.check:
        return _compared(run, root, result, strays) or passed
    changed = [] if options.force else _edited(root, result)
    if strays or changed:
        run.sink.extend(rules.stray_patch.at(Span(str(path)), path.name) for path in strays)
        run.sink.extend(rules.edited_patch.at(Span(str(root / name)), name) for name in changed)
        _close_refused(run)
        return BAD_INPUT
    outcomes = written(run, root, dict(result.files))
    if outcomes is None:
        return BAD_INPUT
    run.data["files"] = [{"file": name, "outcome": outcome} for name, outcome in sorted(outcomes.items())]
    run.closing += [f"  {outcome:9} {name}" for name, outcome in sorted(outcomes.items())]
    run.closing.append(_next_steps(options, root, result))
    return passed


def _edited(root: Path, result: Result) -> list[str]:
    """What somebody has changed; a place that is no file is for the writer to refuse."""
    try:
        return edited(root, result.files)
    except OSError:
        return []


def _next_steps(options: object, root: Path, result: Result) -> str:
    """What to do with the series, in commands that a shell takes as they are."""
    keep = " --keep-cr" if b"\r\n" in result.files[MBOX] else ""
    apply = f"git am{keep} {shlex.quote(str(root / MBOX))}"
    send = f"git send-email {shlex.quote(str(root))}/{_numbered(options)}"
    return f"read {root / REVIEW} first; `{apply}` applies it, `{send}` sends it"


def _numbered(options: object) -> str:
    """What the mails of this version of a series are called, and those of others are not."""
    version = getattr(options, "reroll_count", 1)
    return f"v{version}-*.patch" if version > 1 else "0*.patch"


def _compared(run: Run, root: Path, result: Result, strays: Sequence[Path]) -> int:
    try:
        stale = [root / name for name, content in result.files.items() if read_current(root / name) != content]
    except OSError as error:
        raise UsageError(f"{error.filename}: {(error.strerror or str(error)).lower()}") from error
    run.sink.extend(rules.patch_stale.at(Span(str(path)), str(path)) for path in (*stale, *strays))
    return FINDINGS if stale or strays else CLEAN


def _diffstat(result: Result) -> Iterator[str]:
    """The diffstat of the cover letter, which git has made."""
    first = min(name for name in result.files if name.endswith(".patch"))
    lines = result.files[first].decode().split("\n")
    yield from (line for line in lines if re.match(r" \S.* \| +\d+ |^ \d+ files? changed", line))


def _close_refused(run: Run) -> None:
    errors = run.sink.count(Severity.ERROR)
    run.closing.append(f"{counted(errors, 'error')}; nothing is written")


# What is asked for.


def _trailers(options: object) -> Iterator[str]:
    for name, (trailer, shape) in _TRAILERS.items():
        for value in getattr(options, name):
            if not shape.fullmatch(value):
                raise UsageError(f"--{name.replace('_', '-')} `{value}`: this takes {_LIKE[name]}")
            yield f"{trailer}: {value}"


def _changes(file: str | None) -> str:
    if file is None:
        return ""
    try:
        with Path(file).open("rb") as stream:  # it may be a pipe
            content = stream.read(LARGEST_READ + 1)
        if len(content) > LARGEST_READ:
            raise UsageError(f"{file}: {too_large(LARGEST_READ)}")
        text = content.decode("utf-8").replace("\r\n", "\n")
    except OSError as error:
        raise UsageError(f"{file}: {(error.strerror or str(error)).lower()}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: this is not UTF-8") from error
    if _CONTROL.search(text):
        raise UsageError(f"{file}: this is no text: it has control characters")
    return text


def _workspace(run: Run, spec: ArchSpec, tree: KernelTree) -> tuple[Workspace, Names]:
    folder = folder_of(spec.kconfig.file)
    below = f"arch/{folder}"
    found = mentions(tree.root, searched_names(tree), below, cache=cache_folder(), ripgrep=find_ripgrep())
    top = run.options.tree.rstrip("/")
    names = Names(Top("" if top in {".", ""} else f"{top}/"), frozenset({spec.file}))
    return Workspace(tree, found.files, {folder: spec}), names


def _spec_bytes(spec: ArchSpec) -> bytes:
    return "\n".join(spec.lines).encode()


def _command(options: object) -> str:
    """The command that makes the series again, without the folders of this machine."""
    words = ["gen", "patch", *(Path(name).name for name in getattr(options, "spec", ()))]
    if getattr(options, "offstack", None) is not None:
        words += ["--offstack", "true" if getattr(options, "offstack", False) else "false"]
    words += ["--fix", str(getattr(options, "fix", ""))] if getattr(options, "fix", "") else []
    words += [f"--{flag.replace('_', '-')}" for flag in _ASKED if getattr(options, flag, False)]
    return shlex.join([*words, "--tree", "linux/", "-o", "series/"])
