"""From a spec and a tree to the files of a series: planned, judged, worded, composed and checked, all in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from gen.diagnostics import Diagnostic, Span
from gen.diagnostics.printers import counted
from gen.kernel.git import GitError
from gen.kernel.scratch import scratch_folder
from gen.lint.facts import ArchFacts
from gen.lint.rules import is_of_entries
from gen.lint.rules.not_analysed import not_analysed
from gen.lint.rules.spec_mismatch import spec_mismatch
from gen.lint.rules.unreadable_source import unreadable_source
from gen.lint.run import lint_tree
from gen.lint.scope import Scope
from gen.lint.workspace import Workspace
from gen.patch import rules
from gen.patch.base import base_of, date_of
from gen.patch.checking import applied, patch_names
from gen.patch.cover import Made, cover_letter
from gen.patch.fixing import fix_series
from gen.patch.grounds import Grounds, grounds_of
from gen.patch.mail import Letter, change_id, mails
from gen.patch.matching import opcodes
from gen.patch.offstack import Planned, doubts_of, offstack_series
from gen.patch.option import without_option
from gen.patch.port import port_series
from gen.patch.recipients import recipients, recipients_said
from gen.patch.review import ReviewFacts, page
from gen.patch.scratch import Author
from gen.patch.semantic import semantic_patch
from gen.patch.series import Series
from gen.patch.style import objections
from gen.patch.sums import SUMS, sums
from gen.patch.tree_scripts import can_check, checkpatched
from gen.spec.archspec import ArchSpec
from gen.verify.judge import Judgement

REVIEW = "review.html"
MOST_TOLD = 10
"""Places that are named one by one."""
WITHOUT_SIGNOFF = ("MISSING_SIGN_OFF",)
"""What checkpatch.pl may object to where nobody has signed off yet: only a person can."""

WITHOUT_COMMITS = ("UNKNOWN_COMMIT_ID",)
"""What it cannot look up where git does not know the tree."""

WITH_NEW_FILES = ("FILE_PATH_CHANGES",)
"""What it asks of any new file, whether MAINTAINERS knows it: those of a port are in its folder, which that names."""


@dataclass(frozen=True)
class Request:
    """What is asked for: the spec as it is to be claimed, a rule to mend findings of, and what goes into the mails.

    `run_tree_scripts` says that the user trusts the tree's own checkpatch.pl and get_maintainer.pl.
    """

    spec: ArchSpec
    spec_bytes: bytes
    fix: str = ""
    rfc: bool = False
    command: str = ""
    version: int = 1
    resend: bool = False
    changes: str = ""
    signoff: bool = False
    trailers: tuple[str, ...] = ()
    run_tree_scripts: bool = False


@dataclass(frozen=True)
class Built:
    """What came of building a series: a sentence for its letter (empty: nothing was), lines for the user, findings."""

    tested: str = ""
    said: tuple[str, ...] = ()
    findings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class Result:
    """What came of it: the files to write, or findings that say why not; `series` is None where there are some.

    An empty series has no files: there is nothing to do. `said` are sentences for the user, and `unsure` is why nothing
    can be told of the tree, if so.
    """

    series: Series | None
    files: Mapping[str, bytes]
    findings: tuple[Diagnostic, ...] = ()
    judgement: Judgement | None = None
    said: tuple[str, ...] = ()
    unsure: str = ""


@dataclass(frozen=True)
class Job:
    """A series to be made: what is asked for, of which architecture of which tree, and what its claim is worth there.

    `judgement` and `grounds` are None where something is mended and nothing is claimed.
    """

    request: Request
    facts: ArchFacts
    work: Workspace
    judgement: Judgement | None
    author: Author
    progress: Callable[[str], None] = field(repr=False, compare=False)
    build: Callable[[Series], Built] | None = field(default=None, repr=False, compare=False)

    @property
    def grounds(self) -> Grounds | None:
        """How much of the tree's entry code is known."""
        return None if self.request.fix else grounds_of(self.facts, self.work)


def plan(job: Job) -> Planned:
    """The series that is asked for, without its mails."""
    request, facts, work, judgement = job.request, job.facts, job.work, job.judgement
    if request.fix:
        found = lint_tree(work, Scope((f"arch/{facts.name}",)), lambda _: None).findings
        planned = fix_series(request.fix, [each for each in found if each.rule == request.fix], facts, work)
        return replace(planned, unsure=tuple(_not_looked_at(facts.name, found)))
    grounds = job.grounds
    if judgement is None or grounds is None:
        raise ValueError("offstack is judged before it is declared")
    if judgement.model.offstack and (refusal := without_option(facts, work)):
        return Planned(None, (refusal,))
    broken = tuple(doubts_of(request.spec, judgement))
    if facts.tracking is None:
        spec = replace(request.spec, model=judgement.model)
        return port_series(spec, facts, work, broken, grounds.doubts)
    if not judgement.model.offstack:
        return Planned(Series(f"{facts.name}-port", "", (), ()))
    return offstack_series(request.spec, facts, work, judgement, grounds, (*broken, *grounds.doubts))


def _not_looked_at(arch: str, found: Sequence[Diagnostic]) -> Iterator[str]:
    """Where there may be more to mend: the first places where lint could not look."""
    unseen = [each for each in found if each.rule in {not_analysed.id, unreadable_source.id}]
    if unseen:
        yield f"cannot tell about all of arch/{arch}: {counted(len(unseen), 'place')} in it could not be looked at"
        yield from (f"{each.span}: {each.message}" for each in unseen[:MOST_TOLD])


def make(job: Job) -> Result:
    """The files of the series, checked, or why there are none. Raises nothing for what a tree may be like."""
    grounds = job.grounds
    unsure = ""
    if grounds and grounds.unsure:
        unsure = "\n  ".join((f"cannot tell about Linux {grounds.tree}: {grounds.share}", *grounds.doubts))
    made = _made(job)
    return replace(made, unsure=unsure or made.unsure)


def _made(job: Job) -> Result:
    job.progress("planning")
    planned = plan(job)
    return replace(_result(job, planned), unsure="\n  ".join(planned.unsure))


def _result(job: Job, planned: Planned) -> Result:
    series = planned.series
    if series is None or planned.refusals:
        refused = (_refused(each.file, each.line, each.column, each.reason, each.function) for each in planned.refusals)
        return Result(None, {}, tuple(refused), job.judgement)
    if not series.patches:
        return Result(series, {}, (), job.judgement)
    if series.doubts and not job.request.rfc:
        return Result(None, {}, tuple(_not_without_rfc(job)), job.judgement)
    series = replace(series, rfc=job.request.rfc)
    with scratch_folder() as scratch:
        return _composed(job, series, scratch)


def _refused(file: str, line: int, column: int, reason: str, function: str = "") -> Diagnostic:
    return rules.patch_refused.at(Span(file, line, column, line, column), reason, function)


def _not_without_rfc(job: Job) -> Iterator[Diagnostic]:
    """Why a series may only ask for comments."""
    spec = job.request.spec
    if job.facts.tracking is None:
        yield rules.port_is_a_draft.at(spec.offstack_span, job.facts.name)
        return
    broken = next(doubts_of(spec, job.judgement), "") if job.judgement else ""
    if broken:
        yield rules.claim_not_proved.at(spec.offstack_span, f"{spec.arch} does not keep the promise: {broken}")
    for doubt in job.grounds.doubts if job.grounds else ():
        yield rules.proof_of_other_code.at(spec.offstack_span, doubt)


def _composed(job: Job, series: Series, scratch: Path) -> Result:
    """The series as mail, if it passes every check: what is checked is what is written."""
    lasting = _lasting(job, series)
    if lasting.problems:
        return Result(None, {}, lasting.problems, job.judgement)
    built = job.build(series) if job.build else Built()
    if built.findings:
        return Result(None, {}, built.findings, job.judgement, built.said)
    job.progress("composing")
    request, tree = job.request, job.work.tree
    letter, problem = _letter(job, series)
    tested = tuple(_tested(job, built, lasting.following))
    said = [f"no recipients: {problem}"] if problem else []
    said += _not_checked(job)
    made = Made(
        request.command, tree.version, _spec_name(request), _hash(request.spec_bytes), tested, bool(built.tested)
    )
    cover = cover_letter(series, job.judgement, job.grounds, made, changes=request.changes, footer=letter.footer)
    try:
        files = mails(series, letter, cover, scratch)
        problems = (*applied(series, files, scratch, letter.date), *_ill_formed(job, series, files, scratch))
    except GitError as error:
        problems = (f"git: {error}",)
    if problems:
        return Result(None, {}, _failed(job, *problems), job.judgement)
    grounds = job.grounds
    share, unsure = (str(grounds.share), grounds.unsure) if grounds else ("", False)
    facts_shown = ReviewFacts(
        request.command, _spec_name(request), tree.version, job.judgement, tested, share=share, unsure=unsure
    )
    files |= {
        REVIEW: page(series, facts_shown).encode(errors="backslashreplace"),
        _spec_name(request): request.spec_bytes,
    }
    if not request.fix and any(path.endswith(".c") for path in series.before):
        files |= {"removal.cocci": semantic_patch("removal.cocci").encode()}
    files |= {SUMS: sums(files)}
    return Result(series, files, (), job.judgement, (*said, *built.said))


def _ill_formed(job: Job, series: Series, files: Mapping[str, bytes], scratch: Path) -> Iterator[str]:
    """What there is against the form of the patches, in the words of gen or of the tree's checkpatch.pl."""
    patches = {name: files[name] for name in patch_names(files)}
    for name, mail in patches.items():
        yield from objections(name, mail)
    if not _is_read_by_checkpatch(job):
        return
    job.progress("running checkpatch.pl")
    new_files = any(change.before is None for patch in series.patches for change in patch.changes)
    beyond = (
        *(() if job.request.signoff else WITHOUT_SIGNOFF),
        *(() if job.work.tree.checkout else WITHOUT_COMMITS),
        *(WITH_NEW_FILES if new_files else ()),
    )
    yield from checkpatched(job.work.tree, patches, scratch, beyond)


def _is_read_by_checkpatch(job: Job) -> bool:
    return job.request.run_tree_scripts and can_check(job.work.tree)


def _not_checked(job: Job) -> Iterator[str]:
    """What the user has to know of checkpatch.pl, if it did not read the patches."""
    if not can_check(job.work.tree):
        yield "not read by checkpatch.pl: the tree has none, or perl is not there"
    elif not job.request.run_tree_scripts:
        yield "not read by checkpatch.pl, which is code of the tree: `--run-tree-scripts` runs it and get_maintainer.pl"


def _letter(job: Job, series: Series) -> tuple[Letter, str]:
    """What every mail says of itself, and why it has no recipients, if so."""
    request, tree = job.request, job.work.tree
    whom = recipients_said if request.run_tree_scripts else recipients
    asked = whom(tree, sorted(series.before) or [f"arch/{job.facts.name}/Kconfig"])
    letter = Letter(
        job.author, date_of(tree.root), asked.to, asked.cc, request.version, request.resend, request.changes,
        request.signoff, request.trailers, (f"change-id: {change_id(series)}", *base_of(tree, series)),
    )  # fmt: skip
    return letter, asked.problem


def _tested(job: Job, built: Built, following: int) -> Iterator[str]:
    """What a series that is written has passed; `following` findings come of what the letter says is broken."""
    yield "git am, patch by patch, to a scratch copy of the files; the result of each patch is parsed"
    if _is_read_by_checkpatch(job):
        yield "scripts/checkpatch.pl --strict has no objection"
    places = f"{following} place{'' if following == 1 else 's'}"
    but = f" but {places} in the entry code, which follow from what is said above" if following else ""
    yield f"planned again on the patched tree, there is nothing left to do; gen lint finds nothing new in it{but}"
    if built.tested:
        yield built.tested


def _failed(job: Job, *problems: str) -> tuple[Diagnostic, ...]:
    """A series that is not fit to be written; all that exists of it is what it was made from."""
    return tuple(rules.patch_check_failed.at(job.request.spec.offstack_span, each) for each in problems)


def _spec_name(request: Request) -> str:
    return f"{request.spec.arch}.yaml"


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class _Lasting:
    """What is wrong with the tree as a series leaves it; `following` findings come of what it is known to break."""

    problems: tuple[Diagnostic, ...]
    following: int = 0


def _lasting(job: Job, series: Series) -> _Lasting:
    """What a series leaves: something left to do, or a finding that was not there.

    One that breaks the promise, and says so, changes what runs in which state. What the rules say of the order of the
    entry code then is counted; all other rules hold as ever.
    """
    job.progress("linting the result")
    work, name = job.work, job.facts.name
    patched = Workspace(replace(work.tree, overlay=dict(series.after)), work.mentions, work.specs, work.config)
    after = patched.facts(name)
    if after is None:
        return _Lasting(_failed(job, f"arch/{name} is no architecture any more"))
    again = plan(replace(job, facts=after, work=patched))
    problems: list[Diagnostic] = []
    if again.series is None or again.series.patches:
        problems += _failed(job, "a second run on the patched tree is not empty")
    whole = Scope((f"arch/{name}",))
    before = {_mark(each) for each in lint_tree(work, whole, lambda _: None).findings}
    new = [each for each in lint_tree(patched, whole, lambda _: None).findings if _mark(each) not in before]
    # What the spec says and this series is to change is no finding against the series.
    if series.doubts or not job.request.spec.model.offstack:
        new = [each for each in new if each.rule != spec_mismatch.id]
    broken = job.judgement is not None and any(doubts_of(job.request.spec, job.judgement))
    following = [each for each in new if is_of_entries(each)] if series.doubts and broken else []
    problems += [_brought(job, series, each) for each in new if each not in following]
    return _Lasting(tuple(problems), len(following))


def _brought(job: Job, series: Series, found: Diagnostic) -> Diagnostic:
    """A finding of lint that was not there: the tree's own line needs a person first, a line of ours is our mistake."""
    line = _line_before(series, found.span)
    if line:
        reason = f"with the series gen lint objects to this: {found.message} [{found.rule}]"
        return _refused(found.span.file, line, found.span.column, reason)
    return _failed(job, f"gen lint finds something new: {found.span}: {found.message} [{found.rule}]")[0]


def _line_before(series: Series, span: Span) -> int:
    """The line that a place of the patched tree had before; 0 if a patch has written it."""
    if span.file not in series.after:
        return span.line
    old, new = (each.get(span.file, b"").split(b"\n") for each in (series.before, series.after))
    for what, start, _, new_start, new_end in opcodes(old, new):
        if what == "equal" and new_start < span.line <= new_end:
            return start + span.line - new_start
    return 0


def _mark(found: Diagnostic) -> tuple[str, str, str]:
    """What a finding is known by when lines have moved."""
    digits = str.maketrans("", "", "0123456789")
    return found.rule, found.function, found.message.translate(digits)
