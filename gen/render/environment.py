"""Templates to text: a Jinja2 environment that refuses what is undefined and knows where each line came from."""

from __future__ import annotations

import traceback
from dataclasses import fields
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError

from gen.diagnostics import Sink, Span
from gen.render import rules
from gen.render.marks import LineMarks, RenderedFile, SpecText, marked, resolve
from gen.render.plan import Plan

TEMPLATES = {
    "context_tracking.h.j2": "include/asm/context_tracking.h",
    "entry-stubs.c.j2": "kernel/entry-stubs.c",
    "Kconfig.context_tracking.j2": "Kconfig.context_tracking",
    "README.md.j2": "README.md",
}
"""Each template and the file that it makes, below the output folder of its architecture."""

_WIDTH, _TAB = 80, 8


def render_files(plan: Plan, spec_file: str, templates: Path, sink: Sink) -> list[RenderedFile]:
    """Every file of one architecture, in memory; what a template does wrong goes to the sink."""
    environment = Environment(
        loader=FileSystemLoader(templates),
        extensions=[LineMarks],
        finalize=marked,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters["wrapped"] = wrapped
    given = {field.name: getattr(plan, field.name) for field in fields(plan)}
    rendered = []
    for template, path in TEMPLATES.items():
        try:
            text = environment.get_template(template).render(given)
        except TemplateNotFound as error:
            sink.add(rules.missing_template.at(Span(str(templates / (error.name or template))), str(templates)))
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
            sink.add(rules.template_error.at(_place(error, templates, template), _said(error)))
        else:
            rendered.append(_with_full_names(resolve(path, text, spec_file), templates))
    return rendered


def wrapped(statement: str, depth: int) -> str:
    """The statement broken at ` | ` where it would pass column 80, aligned below its first argument.

    `depth` is the number of tabs that it is indented by.
    """
    indent = depth * _TAB
    if indent + len(statement) <= _WIDTH or " | " not in statement:
        return statement
    column = indent + statement.index("(") + 1
    pieces = statement.split(" | ")
    lines, line = [], pieces[0]
    start = indent
    for piece in pieces[1:]:
        if start + len(line) + len(f" | {piece} |") > _WIDTH:
            lines.append(f"{line} |")
            line, start = piece, column
        else:
            line = f"{line} | {piece}"
    margin = "\t" * (column // _TAB) + " " * (column % _TAB)
    text = f"\n{margin}".join([*lines, line])
    return SpecText(text, statement.span) if isinstance(statement, SpecText) else text


def _with_full_names(file: RenderedFile, templates: Path) -> RenderedFile:
    """The origins name templates as the user would open them."""
    from dataclasses import replace

    origins = tuple(
        replace(origin, template=replace(origin.template, file=str(templates / origin.template.file)))
        for origin in file.origins
    )
    return replace(file, origins=origins)


def _said(error: Exception) -> str:
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return text[0].lower() + text[1:]


def _place(error: Exception, templates: Path, template: str) -> Span:
    """The template line that failed: a syntax error carries it, any other error has it in its last template frame."""
    if isinstance(error, TemplateSyntaxError):
        return _line_span(templates / (error.name or template), error.lineno)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).parent == templates]
    if not frames:
        return Span(str(templates / template))
    return _line_span(Path(frames[-1].filename), frames[-1].lineno or 1)


def _line_span(path: Path, line: int) -> Span:
    lines: Any = path.read_text(encoding="utf-8").split("\n")
    return Span.of_line(str(path), line, lines[line - 1] if line <= len(lines) else "")
