"""For a person at a terminal: the source line, a caret, the hint, the second place."""

from __future__ import annotations

from collections.abc import Iterator

from gen.diagnostics.diagnostic import Diagnostic, Related, Severity, Span
from gen.diagnostics.printers import Report
from gen.diagnostics.printers.text import visible, width

_WINDOW = 120
_COLOURS = {
    "bold": "1",
    Severity.ERROR.word: "1;31",
    Severity.WARNING.word: "1;33",
    Severity.NOTE.word: "1;36",
    "frame": "34",
}


def chunks(report: Report) -> Iterator[str]:
    """One block a finding, then the closing sentence."""
    for found in report.findings:
        yield "\n".join(_block(found, report)) + "\n\n"
    if report.closing:
        yield report.closing + "\n"


def _paint(text: str, colour: str, report: Report) -> str:
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if report.colour and text else text


def _block(found: Diagnostic, report: Report) -> Iterator[str]:
    word = found.severity.word
    head = _paint(f"{word}[{found.rule}]", word, report)
    yield f"{head}: {_paint(visible(found.message), 'bold', report)}"
    yield from _excerpt(found.span, "^", word, report)
    for related in found.related:
        yield from _second_place(related, report)
    if found.condition:
        yield f"  {_paint('=', 'frame', report)} with: {visible(found.condition)}"
    if found.hint:
        yield f"  {_paint('=', 'frame', report)} hint: {visible(found.hint)}"


def _second_place(related: Related, report: Report) -> Iterator[str]:
    yield f"  {_paint('=', 'frame', report)} {visible(related.message)}"
    yield from _excerpt(related.span, "-", "frame", report)


def _excerpt(span: Span, mark: str, colour: str, report: Report) -> Iterator[str]:
    yield f"  {_paint('-->', 'frame', report)} {visible(str(span))}"
    lines = report.source(span.file)
    if not 1 <= span.line <= len(lines):
        return
    line = lines[span.line - 1]
    first, last = _window(span, line)
    number = str(span.line)
    gutter = _paint(" " * len(number) + " |", "frame", report)
    end = span.end_column if span.end_line == span.line else len(line) + 1
    before, marked = visible(line[first : span.column - 1]), visible(line[span.column - 1 : min(end - 1, last)])
    caret = " " * width(before) + mark * max(width(marked), 1)
    yield gutter
    yield f"{_paint(f'{number} |', 'frame', report)} {visible(line[first:last])}"
    yield f"{gutter} {_paint(caret, colour, report)}"


def _window(span: Span, line: str) -> tuple[int, int]:
    """The part of a long line that is shown, as a half-open range of code points around the span."""
    if len(line) <= _WINDOW:
        return 0, len(line)
    first = max(0, min(span.column - 1 - _WINDOW // 3, len(line) - _WINDOW))
    return first, first + _WINDOW
