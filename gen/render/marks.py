"""Where each rendered line came from.

While a template is compiled, an extension puts an invisible mark in front of whatever each of its lines produces;
values that know their place in the spec bring a second mark. `resolve` takes the marks out again and keeps, for every
line of the result, the line of the template and the place in the spec.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from gen.diagnostics import Span

_TEMPLATE, _SPEC, _END = "\x01", "\x02", "\x03"
_MARK = re.compile(f"([{_TEMPLATE}{_SPEC}])([^{_END}]*){_END}")


@dataclass(frozen=True)
class Origin:
    """What made a rendered line: a place in a template and, where one is known, the place in the spec."""

    template: Span
    spec: Span | None = None


@dataclass(frozen=True)
class RenderedFile:
    """One file in memory: its path below the output folder of its architecture, its text, an origin for each line."""

    path: str
    text: str
    origins: tuple[Origin, ...]

    def origin(self, line: int) -> Origin:
        """The origin of a line, counted from 1; that of the last line for one behind the end."""
        return self.origins[min(max(line, 1), len(self.origins)) - 1]


class SpecText(str):
    """Text that knows where in the spec it comes from."""

    span: Span

    def __new__(cls, text: str, span: Span) -> SpecText:
        made = super().__new__(cls, text)
        made.span = span
        return made


def marked(value: Any) -> Any:
    """The value as it goes into the output: text from a spec brings its mark along. For jinja2's `finalize`."""
    if isinstance(value, SpecText):
        span = value.span
        return f"{_SPEC}{span.line}:{span.column}:{span.end_line}:{span.end_column}{_END}{value}"
    return value


class LineMarks(Extension):
    """Marks what each template line produces with the template's name and that line's number."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Adds the marks to the template's text, and in front of each expression."""
        name = stream.name or "template"
        for token in stream:
            if token.type == "data":
                yield Token(token.lineno, "data", _with_marks(name, token.lineno, token.value))
            else:
                if token.type == "variable_begin":
                    yield Token(token.lineno, "data", _mark(name, token.lineno))
                yield token


def _mark(name: str, line: int) -> str:
    return f"{_TEMPLATE}{name}:{line}{_END}"


def _with_marks(name: str, first: int, text: str) -> str:
    lines = text.split("\n")
    return "\n".join(_mark(name, first + offset) + line for offset, line in enumerate(lines))


def resolve(path: str, marked_text: str, spec_file: str) -> RenderedFile:
    """The file without its marks and without blank lines at its end, and the origin of each of its lines."""
    lines, origins = [], []
    last = Origin(Span("template"))
    for marked_line in marked_text.split("\n"):
        last = _origin(marked_line, spec_file, last)
        lines.append(_MARK.sub("", marked_line).rstrip())
        origins.append(last)
    while len(lines) > 1 and not lines[-1]:  # a mark may stand behind the last line
        del lines[-1], origins[-1]
    return RenderedFile(path, "\n".join(lines) + "\n", tuple(origins))


def _origin(marked_line: str, spec_file: str, before: Origin) -> Origin:
    """The last template mark before the first visible character, and the first spec mark of the line."""
    template, spec = before.template, None
    visible = False
    position = 0
    for match in _MARK.finditer(marked_line):
        visible = visible or bool(marked_line[position : match.start()].strip())
        position = match.end()
        if match[1] == _SPEC:
            spec = spec or Span(spec_file, *map(int, match[2].split(":")))
        elif not visible:
            name, _, line = match[2].rpartition(":")
            template = Span(name, int(line), 1, int(line), 1)
    return Origin(template, spec)
