"""Render: from a checked spec to files in memory that have passed every check."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gen.diagnostics import Diagnostic, Sink, Span
from gen.model.entry import EntryModel
from gen.model.normal import normal_model
from gen.model.release import Release
from gen.render import rules
from gen.render.checks import Checked, check_rendered
from gen.render.environment import TEMPLATES, render_files
from gen.render.marks import RenderedFile
from gen.render.plan import Plan, make_plan
from gen.render.writer import RefusedError, read_current
from gen.spec.archspec import ArchSpec
from gen.verify.compile import compile_model
from gen.verify.unfold import TooLargeError

DEFAULT_OUTPUT = Path("out")
"""Where files go unless `-o` says otherwise."""


@dataclass(frozen=True)
class Rendered:
    """The files of one architecture, and what was checked in them."""

    spec: ArchSpec
    plan: Plan
    files: tuple[RenderedFile, ...]
    checked: Checked

    def contents(self) -> dict[str, bytes]:
        """The bytes of each file by its path below the output directory."""
        return {f"{self.spec.arch}/{file.path}": file.text.encode() for file in self.files}

    def command(self, root: Path) -> str:
        """What renders these files below `root`."""
        kernel = [] if self.plan.release == self.spec.kernel else ["--kernel", str(self.plan.release)]
        output = [] if root == DEFAULT_OUTPUT else ["-o", str(root)]
        return shlex.join(["gen", "render", self.spec.file, *kernel, *output])


def render_spec(
    spec: ArchSpec, release: Release | None, templates: Path, sink: Sink, *, proved: bool
) -> Rendered | None:
    """The files of one spec for `release` (the spec's own by default); None if a template or a check failed.

    Unless `proved`, the files say that the verifier found a violation.
    """
    plan = make_plan(spec, release or spec.kernel, proved=proved)
    files = render_files(plan, spec.file, templates, sink)
    if len(files) < len(TEMPLATES):
        return None
    found, checked = check_rendered(spec, plan.release, files)
    if not found and not _same_machine(spec.model.in_release(plan.release), checked.model):
        found = [rules.machine_differs.at(spec.offstack_span)]
    sink.extend(found)
    return None if found else Rendered(spec, plan, tuple(files), checked)


def _same_machine(spec: EntryModel, c: EntryModel) -> bool:
    """Whether the C that was read back is the machine that was proved, node by node; too large a one never is."""
    try:
        return compile_model(normal_model(spec)).machine == compile_model(normal_model(c)).machine
    except TooLargeError:
        return True


@dataclass(frozen=True)
class Difference:
    """A file on disk that is not what was rendered: its finding, and the unified diff from disk to rendered."""

    finding: Diagnostic
    diff: str


def differences(rendered: Rendered, root: Path) -> Iterator[Difference]:
    """Every file below `root` that differs from what was rendered."""
    for name, content in rendered.contents().items():
        current = _current(root / name)
        if current != content:
            yield _difference(root / name, current, content.decode(), rendered.command(root))


def _current(target: Path) -> bytes | None:
    try:
        return read_current(target)
    except OSError as error:
        raise RefusedError(f"cannot read {target}: {(error.strerror or str(error)).lower()}") from error


def _difference(target: Path, current: bytes | None, new: str, command: str) -> Difference:
    old = None if current is None else current.decode("utf-8", "replace")
    before = [] if old is None else old.splitlines(keepends=True)
    after = new.splitlines(keepends=True)
    origin = "/dev/null" if old is None else f"a/{target}"
    diff = "".join(_with_newlines(difflib.unified_diff(before, after, origin, f"b/{target}")))
    if old is None:
        finding = rules.stale_output.at(Span(str(target)), "this file is missing", command)
    else:
        line = next((n for n, (a, b) in enumerate(zip(before, after, strict=False), 1) if a != b), None)
        line = line or min(len(before), len(after)) + 1
        text = before[line - 1].rstrip("\n") if line <= len(before) else ""
        problem = "this file is not what its spec renders to; the first difference is here"
        finding = rules.stale_output.at(Span.of_line(str(target), line, text), problem, command)
    return Difference(finding, diff)


def _with_newlines(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
