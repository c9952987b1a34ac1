"""How a tree defines what gen takes a meaning from its facts for: such a function is not looked into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gen.csource.outline import Function, Macro
from gen.csource.tokens import Source, tokenize
from gen.diagnostics import Span
from gen.facts.loader import calls_that, entry
from gen.recover.reader import Reader
from gen.recover.recover import Recovered


@dataclass(frozen=True)
class Definition:
    """A function or macro in a header of the architecture: its words, without blanks and comments, and its place."""

    name: str
    words: str
    span: Span


def defined_otherwise(old: Recovered, old_reader: Reader, new: Recovered, new_reader: Reader) -> Iterator[Definition]:
    """What both trees define in their architecture's headers, and not in the same words: as the new one has it."""
    before, after = _definitions(old, old_reader), _definitions(new, new_reader)
    for name, found in after.items():
        if name in before and {each.words for each in found} != {each.words for each in before[name]}:
            yield found[0]


def _definitions(read: Recovered, reader: Reader) -> dict[str, list[Definition]]:
    """The definitions of what calls mean by facts, by name; several where #if lines choose."""
    means = calls_that(lambda row: bool(row.means or row.saves))
    names = {*means, *entry().own_masks, *filter(str.isidentifier, read.known.calls)}
    found: dict[str, list[Definition]] = {}
    for file in reader.mentioning(f"arch/{read.known.folder}", ".h", *sorted(names)):
        if (outline := reader.outline(file)) is None:
            continue
        defined: list[Function | Macro] = [*outline.functions, *outline.macros]
        for each in (each for each in defined if each.name in names):
            found.setdefault(each.name, []).append(_definition(file, outline.source, each))
    return found


def _definition(file: str, source: Source, each: Function | Macro) -> Definition:
    place = source.place(each.name_offset)
    span = Span(file, place.line, place.column, place.line, place.column + len(each.name))
    return Definition(each.name, tokenize(source.text, each.start, each.end).text(), span)
