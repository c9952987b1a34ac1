"""The matrix as text for a terminal, as Markdown, as data, and as a page where each cell opens its proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from gen.diagnostics import Span
from gen.kernel.tree import KernelTree
from gen.report.matrix import Capability, Selected, Verdict
from gen.report.matrix_cells import COLUMNS, place
from gen.report.shapes import clean


def _rows(matrix: Sequence[Capability]) -> list[list[str]]:
    return [[clean(column.cell(each).text) or "-" for column in COLUMNS] for each in matrix]


def _notes(matrix: Sequence[Capability]) -> Iterator[str]:
    """What is noted of any architecture, once."""
    notes = (note for each in matrix for note in each.notes)
    return iter(dict.fromkeys(f"{place(note.span)}: {clean(note.message)} [{note.rule}]" for note in notes))


def text(matrix: Sequence[Capability], tree: KernelTree) -> str:
    """A table for a terminal, with the contradictions below it."""
    rows = [[column.name for column in COLUMNS], *_rows(matrix)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "".join(f"{line}\n" for line in (f"Linux {tree.version}", *lines, *_notes(matrix)))


def markdown(matrix: Sequence[Capability], tree: KernelTree) -> str:
    """The same table as Markdown has them."""
    rows = [[column.name for column in COLUMNS], *_rows(matrix)]
    lines = [f"| {' | '.join(map(_escaped, row))} |" for row in rows]
    lines.insert(1, "|---" * len(COLUMNS) + "|")
    notes = [f"- {_escaped(note)}" for note in _notes(matrix)]
    return "".join(f"{line}\n" for line in (f"Linux {tree.version}:", "", *lines, *([""] if notes else []), *notes))


def _escaped(cell: str) -> str:
    return cell.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


# Data.


def data(matrix: Sequence[Capability], tree: KernelTree) -> dict[str, Any]:
    """The same for programs."""
    return {
        "version": 1,
        "tree": {"version": tree.version, "release": str(tree.release)},
        "architectures": [_as_data(each) for each in matrix],
    }


def _as_data(each: Capability) -> dict[str, Any]:
    return {
        "arch": each.arch,
        "spec": each.spec or None,
        "entry": "own" if each.entry is None else "generic",
        "tracking": _selected_data(each.tracking),
        "features": each.features and {"status": each.features.status, **_place_data(each.features.span)},
        "offstack": {
            "declared": _selected_data(each.declared),
            "claimed": each.claimed,
            "verdict": each.verdict and each.verdict.value,
            "read": each.share and each.share.data(),
            "warned": list(each.warned),
            "in_the_way": each.obstacle
            and {
                "sentence": each.obstacle.sentence,
                "rule": each.obstacle.rule or None,
                "others": list(each.obstacle.others),
                **_place_data(each.obstacle.span),
            },
        },
        "uses": {name: [_place_data(span) for span in spans] for name, spans in each.uses.items()},
        "contradictions": [
            {"rule": note.rule, "message": note.message, **_place_data(note.span)} for note in each.notes
        ],
    }


def _selected_data(selected: Selected | None) -> dict[str, Any] | None:
    if selected is None:
        return None
    return {"condition": selected.condition or None, **_place_data(selected.span)}


def _place_data(span: Span) -> dict[str, Any]:
    return {"file": span.file, "line": span.line, "column": span.column}


def as_json(matrix: Sequence[Capability], tree: KernelTree) -> str:
    """The data as a JSON document."""
    import json

    return json.dumps(data(matrix, tree), indent=1, ensure_ascii=False) + "\n"


# The page.


def html(matrix: Sequence[Capability], tree: KernelTree) -> str:
    """One page that needs nothing else: each cell opens what it says so by, a proof or a timeline too."""
    from gen.report.page import proof_of, standalone

    cells = [[column.cell(each) for column in COLUMNS] for each in matrix]
    known = [each.judgement if each.verdict is not Verdict.UNKNOWN else None for each in matrix]
    proofs = [judged and proof_of(judged, f"{each.spec}.yaml") for each, judged in zip(matrix, known, strict=True)]
    rows = list(zip(cells, proofs, strict=True))
    return standalone("matrix", version=tree.version, columns=COLUMNS, rows=rows, place=place)


FORMS: Mapping[str, Callable[[Sequence[Capability], KernelTree], str]] = MappingProxyType(
    {"text": text, "markdown": markdown, "json": as_json, "html": html}
)
"""To a format what makes it: text that ends with a line feed."""
