"""From a spec and a tree to the files of a series: planned, judged, worded, composed and checked, all in memory."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gen.diagnostics import Diagnostic, Span
from gen.lint.facts import ArchFacts
from gen.lint.run import lint_tree
from gen.lint.scope import Scope
from gen.lint.workspace import Workspace
from gen.patch import rules
from gen.patch.checking import applied, checkpatched
from gen.patch.cover import Made, cover_letter
from gen.patch.fixing import fix_series
from gen.patch.mail import Letter, change_id, mails
from gen.patch.offstack import Planned, doubts_of, offstack_series
from gen.patch.port import port_series
from gen.patch.recipients import recipients
from gen.patch.review import ReviewFacts, page
from gen.patch.scratch import Author, GitFailedError, scratch_folder
from gen.patch.semantic import semantic_patch
from gen.patch.series import Series
from gen.spec.archspec import ArchSpec
from gen.verify.judge import Judgement

REVIEW = "review.html"
WITHOUT_SIGNOFF = ("MISSING_SIGN_OFF",)
"""What checkpatch.pl may object to where nobody has signed off yet: only a person can."""

WITHOUT_COMMITS = ("UNKNOWN_COMMIT_ID",)
"""What it cannot look up where git does not know the tree."""

LATEST = 4_102_444_799
"""The last second that git am takes: the end of 2099."""


@dataclass(frozen=True)
class Request:
    """What is asked for: the spec as it is to be claimed, a rule to mend findings of, and what goes into the mails."""

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


@dataclass(frozen=True)
class Result:
    """What came of it: the files to write, or findings that say why not; `series` is None where there are some.

    An empty series has no files: there is nothing to do. `said` are sentences for the user.
    """

    series: Series | None
    files: Mapping[str, bytes]
    findings: tuple[Diagnostic, ...] = ()
    judgement: Judgement | None = None
    said: tuple[str, ...] = ()


def plan(request: Request, facts: ArchFacts, work: Workspace, judgement: Judgement | None) -> Planned:
    """The series that is asked for, without its mails."""
    if request.fix:
        return fix_series(request.fix, _findings(work, facts.name, request.fix), facts, work)
    if judgement is None:
        raise ValueError("offstack is judged before it is declared")
    doubts = tuple(doubts_of(request.spec, judgement))
    if facts.tracking is None:
        return port_series(replace(request.spec, model=judgement.model), facts, work, doubts)
    if not judgement.model.offstack:
        return Planned(Series(f"{facts.name}-port", "", (), ()))
    return offstack_series(request.spec, facts, work, judgement, doubts)


def _findings(work: Workspace, arch: str, rule: str) -> list[Diagnostic]:
    found = lint_tree(work, Scope((f"arch/{arch}",)), lambda _: None).findings
    return [each for each in found if each.rule == rule]


def make(
    request: Request,
    facts: ArchFacts,
    work: Workspace,
    judgement: Judgement | None,
    author: Author,
    progress: Callable[[str], None],
) -> Result:
    """The files of the series, checked, or why there are none. Raises nothing for what a tree may be like."""
    progress("planning")
    planned = plan(request, facts, work, judgement)
    refused = [
        rules.patch_refused.at(
            Span(each.file, each.line, each.column, each.line, each.column), each.reason, each.function
        )
        for each in planned.refusals
    ]
    series = planned.series
    if series is None or refused:
        return Result(None, {}, tuple(refused), judgement)
    if not series.patches:
        return Result(series, {}, (), judgement)
    if series.doubts and not request.rfc:
        if facts.tracking is None:
            refusal = rules.port_is_a_draft.at(request.spec.offstack_span, facts.name)
        else:
            what = f"{request.spec.arch} does not keep the promise: {series.doubts[0]}"
            refusal = rules.claim_not_proved.at(request.spec.offstack_span, what)
        return Result(None, {}, (refusal,), judgement)
    series = replace(series, rfc=request.rfc)
    with scratch_folder() as scratch:
        return _composed(request, series, facts, work, judgement, author, scratch, progress)


def _composed(
    request: Request,
    series: Series,
    facts: ArchFacts,
    work: Workspace,
    judgement: Judgement | None,
    author: Author,
    scratch: Path,
    progress: Callable[[str], None],
) -> Result:
    tree = work.tree
    date = date_of(tree.root)
    asked = recipients(tree, sorted(series.before) or [f"arch/{facts.name}/Kconfig"])
    letter = Letter(
        author, date, asked.to, asked.cc, request.version, request.resend, request.changes, request.signoff,
        request.trailers, (f"change-id: {change_id(series)}", *base_of(work, series)),
    )  # fmt: skip
    progress("composing")
    tested = ["git am, patch by patch, to a scratch copy of the files; the result of each patch is parsed"]
    said = [f"no recipients: {asked.problem}"] if asked.problem else []
    problems: list[str] = []
    try:
        # The checks read the patches, which do not depend on the cover letter that tells of them.
        draft = mails(series, letter, "", scratch / "draft")
        problems += applied(series, draft, scratch, date)
        progress("running checkpatch.pl")
        beyond = (*(() if request.signoff else WITHOUT_SIGNOFF), *(() if tree.checkout else WITHOUT_COMMITS))
        objections = checkpatched(tree, draft, scratch, beyond)
        if objections is None:
            said.append("not read by checkpatch.pl: the tree has none, or perl is not there")
        else:
            problems += objections
            tested.append("scripts/checkpatch.pl --strict has no objection")
        progress("linting the result")
        problems += _lasting(request, facts, work, series, judgement)
        tested.append(
            "planned again on the patched tree, there is nothing left to do; gen lint finds nothing new in it"
        )
        if problems:
            return _failed(request, judgement, *problems)
        made = Made(request.command, tree.version, _spec_name(request), _hash(request.spec_bytes), tuple(tested))
        worded = replace(series, purpose=(*series.purpose, *_reservations(request, facts, work)))
        cover = cover_letter(worded, judgement, made, changes=request.changes, footer=letter.footer)
        files = mails(series, letter, cover, scratch / "final")
        facts_shown = ReviewFacts(request.command, _spec_name(request), tree.version, judgement, tuple(tested))
        files[REVIEW] = page(worded, facts_shown).encode()
    except GitFailedError as error:
        return _failed(request, judgement, f"git: {error}")
    files |= {_spec_name(request): request.spec_bytes}
    if not request.fix and any(path.endswith(".c") for path in series.before):
        files |= {"removal.cocci": semantic_patch("removal.cocci").encode()}
    return Result(series, files, (), judgement, tuple(said))


def _failed(request: Request, judgement: Judgement | None, *problems: str) -> Result:
    """A series that is not fit to be written; all that exists of it is what it was made from."""
    findings = tuple(rules.patch_check_failed.at(request.spec.offstack_span, each) for each in problems)
    return Result(None, {}, findings, judgement)


def _reservations(request: Request, facts: ArchFacts, work: Workspace) -> Iterator[str]:
    """What a reader has to know where the spec describes another release than the tree's."""
    spec = request.spec
    if request.fix or spec.kernel == facts.release:
        return
    evidence, entries = work.evidence(facts.name), work.entries(facts.name)
    yield (
        f"The spec describes Linux {spec.kernel}, and this is Linux {facts.release}: {len(evidence.missing)} of the "
        f"{evidence.looked_up} things that it names are not in this tree, and {len(entries.differing)} of "
        f"{len(entries.paths)} entry paths were seen to be in another order. The proof is about the spec."
    )


def _spec_name(request: Request) -> str:
    return f"{request.spec.arch}.yaml"


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _lasting(
    request: Request, facts: ArchFacts, work: Workspace, series: Series, judgement: Judgement | None
) -> Iterator[str]:
    """What is wrong with the tree as the series leaves it: something left to do, or a finding that was not there."""
    patched = Workspace(replace(work.tree, overlay=dict(series.after)), work.mentions, work.specs, work.config)
    after = patched.facts(facts.name)
    if after is None:
        yield f"arch/{facts.name} is no architecture any more"
        return
    again = plan(request, after, patched, judgement)
    if again.series is None or again.series.patches:
        yield "a second run on the patched tree is not empty"
    # What the spec says and this series is to change is no finding against the series.
    answered = {"spec-mismatch"} if series.doubts or not request.spec.model.offstack else set()
    whole = Scope((f"arch/{facts.name}",))
    before = {_mark(each) for each in lint_tree(work, whole, lambda _: None).findings}
    for found in lint_tree(patched, whole, lambda _: None).findings:
        if _mark(found) not in before and found.rule not in answered:
            yield f"gen lint finds something new: {found.span}: {found.message} [{found.rule}]"


def _mark(found: Diagnostic) -> tuple[str, str, str]:
    """What a finding is known by when lines have moved."""
    digits = str.maketrans("", "", "0123456789")
    return found.rule, found.function, found.message.translate(digits)


def date_of(top: Path) -> int:
    """The time that mails carry: SOURCE_DATE_EPOCH, else when the tree's Makefile was written, which tar keeps."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    date = int(given) if re.fullmatch("[0-9]{1,12}", given) else int((top / "Makefile").stat().st_mtime)
    return min(max(date, 0), LATEST)


def base_of(work: Workspace, series: Series) -> Iterator[str]:
    """What a series applies to: a commit where git has the files as they are, else the release and their hashes."""
    blobs = {path: _blob(content) for path, content in sorted(series.before.items())}
    commit = _head(work.tree.root, blobs) if work.tree.checkout else ""
    if commit:
        yield f"base-commit: {commit}"
        return
    yield f"base: Linux {work.tree.version}"
    yield from (f"base-blob: {blob} {path}" for path, blob in blobs.items())


def _blob(content: bytes) -> str:
    """What git calls a file of this content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


_ELSEWHERE = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"})
"""What leads git to another repository; its hooks set them."""


def _head(top: Path, blobs: Mapping[str, str]) -> str:
    """The commit that is checked out, if it has these files; nothing otherwise.

    Git is asked for objects only: to look at the working tree it would write its index.
    """
    done = subprocess.run(  # noqa: S603, a list of arguments without a shell
        ["git", "-C", str(top), "rev-parse", "HEAD", *(f"HEAD:{path}" for path in blobs)],  # noqa: S607, the user's git
        env={name: value for name, value in os.environ.items() if name not in _ELSEWHERE},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    head, *objects = done.stdout.decode(errors="replace").split() or [""]
    return head if done.returncode == 0 and objects == list(blobs.values()) else ""
