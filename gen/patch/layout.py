"""From tokens that go to edits of the text: whole lines where nothing is left, and the blank lines around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from gen.csource.tokens import tokenize
from gen.patch.edits import Draft, Edit, Why, applied, end_of, has_comment

_LABEL = re.compile(r"\s*(?:case\b.*|\w+)\s*:")
_OPENS = re.compile(r"#\s*(?:if|el)")
_CLOSES = re.compile(r"\}|#\s*(?:e[ln])")

_AS_A_WHOLE = frozenset({Why.EMPTY, Why.WRAPPER})


def edits_of(draft: Draft) -> tuple[Edit, ...]:
    """The edits that a draft comes to, in order."""
    inside: list[Edit] = [*draft.replaced.values()]
    dead: list[Edit] = []
    for unit in _units(draft):
        if unit.is_dead(draft):
            dead.append(Edit(unit.start, unit.end, "", unit.spans[0].why))
        else:
            inside += (unit.trimmed(draft, span) for span in unit.spans)
    blank = [edit for block in _blocks(draft.text, dead) for edit in _blanks(draft.text, block, inside)]
    return tuple(sorted((*inside, *dead, *blank)))


@dataclass(frozen=True, slots=True)
class _Unit:
    """The lines, with the end of the last one, that some stretches that go are on."""

    start: int
    end: int
    spans: tuple[Edit, ...]

    def is_dead(self, draft: Draft) -> bool:
        """Whether nothing else is on these lines."""
        if any(self.start <= each < self.end for each in draft.replaced):
            return False
        return not self._around(draft, self.start, self.end).strip()

    def _around(self, draft: Draft, start: int, end: int) -> str:
        """What is left of a stretch of the lines."""
        pieces, position = [], start
        for span in self.spans:
            if start <= span.start and span.end <= end:
                pieces.append(draft.text[position : span.start])
                position = span.end
        return "".join((*pieces, draft.text[position:end]))

    def trimmed(self, draft: Draft, span: Edit) -> Edit:
        """A stretch with the whitespace that nobody needs then: at the end of a line before it, else behind it."""
        start, end = span.start, span.end
        if not self._around(draft, end, self.end).strip():
            while start > self.start and draft.text[start - 1] in " \t":
                start -= 1
        elif draft.text[start - 1 : start].isspace() or not start:
            while draft.text[end : end + 1] in {" ", "\t"}:
                end += 1
        return Edit(start, end, "", span.why)


def _units(draft: Draft) -> Iterator[_Unit]:
    start = end = 0
    spans: list[Edit] = []
    for span in _spans(draft):
        if spans and span.start >= end:
            yield _Unit(start, end, tuple(spans))
            spans = []
        if not spans:
            start = draft.text.rfind("\n", 0, span.start) + 1
        # The directive of an #include ends before its line does.
        line_end = draft.text.find("\n", max(span.start, span.end - 1))
        end = len(draft.text) if line_end < 0 else line_end + 1
        spans.append(span)
    if spans:
        yield _Unit(start, end, tuple(spans))


def _spans(draft: Draft) -> Iterator[Edit]:
    """The stretches that go: of tokens behind each other, with what is between them if that is no comment."""
    run: Edit | None = None
    for offset in sorted(draft.gone):
        index = draft.number[offset]
        end = end_of(draft.tokens, index)
        gap = draft.gap(index)
        joins = run is not None and run.end == offset - len(gap) and not has_comment(gap)
        # What has lines of its own goes for its own reason, and blank lines are looked at later.
        blank = gap.count("\n") > 1 and draft.gone[offset] not in _AS_A_WHOLE
        apart = "\n" in gap and run is not None and (run.why is not draft.gone[offset] or blank)
        if run is not None and joins and not apart:
            run = Edit(run.start, end, "", run.why)
            continue
        if run is not None:
            yield run
        run = Edit(offset, end, "", draft.gone[offset])
    if run is not None:
        yield run


def _blocks(text: str, dead: list[Edit]) -> Iterator[list[Edit]]:
    """Dead lines that have at most blank ones between them."""
    block: list[Edit] = []
    for edit in dead:
        if block and text[block[-1].end : edit.start].strip():
            yield block
            block = []
        block.append(edit)
    if block:
        yield block


def _blanks(text: str, block: list[Edit], inside: list[Edit]) -> Iterator[Edit]:
    """The blank lines around and between dead lines that go with them: one run of them stays where one is needed."""
    start = len(text[: block[0].start].rstrip(" \t\r\n"))
    start = text.find("\n", start, block[0].start) + 1 or block[0].start
    end = re.compile(r"(?:[^\S\n]*\n)*").match(text, block[-1].end)
    behind = end.end() if end else block[-1].end
    if behind == len(text) and not text.endswith("\n"):
        # The line that becomes the last one has no end, either.
        start = len(text[: block[0].start].rstrip("\r\n"))
    runs = [(start, block[0].start)]
    runs += [(one.end, other.start) for one, other in pairwise(block)]
    runs += [(block[-1].end, behind)]
    before = _live_line(text, max(start - 1, 0), inside) if start else ""
    after = _live_line(text, behind, inside)
    keep = _kept_run([first < last for first, last in runs], before, after, block)
    for number, (first, last) in enumerate(runs):
        if first < last and number not in keep:
            yield Edit(first, last, "", Why.BLANK)


def _kept_run(there: list[bool], before: str, after: str, block: list[Edit]) -> set[int]:
    """Which of the runs of blank lines stay; the first one is before the dead lines, the last one behind them."""
    returns = after.strip() == "return;" and any(edit.why is Why.LABEL for edit in block)
    if not after or _CLOSES.match(after.lstrip()) or returns:
        return set()
    if not before or before.rstrip().endswith("{") or _LABEL.fullmatch(before.rstrip()) or _OPENS.match(before):
        return {0}
    return {next((number for number, each in ((0, there[0]), *reversed(list(enumerate(there)))) if each), 0)}


def _live_line(text: str, offset: int, inside: list[Edit]) -> str:
    """The line at an offset as it will be, without comments; empty if there is none."""
    if not 0 <= offset < len(text):
        return ""
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    end = len(text) if end < 0 else end
    here = [
        Edit(edit.start - start, edit.end - start, edit.text, edit.why)
        for edit in inside
        if start <= edit.start and edit.end <= end
    ]
    line = applied(text[start:end], here)
    code = tokenize(line)
    return line if line.lstrip().startswith(("/*", "*", "//")) or not len(code) else code.text()
