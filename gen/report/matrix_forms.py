"""The matrix as text for a terminal, as Markdown, as data, and as a page where each cell opens its proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from gen.diagnostics import Span
from gen.kernel.tree import KernelTree
from gen.report.matrix import GENERIC, USES, Capability, Selected
from gen.report.shapes import clean

Place = tuple[Span | None, str]
"""Where something is said, in the tree or in a spec, and what."""


@dataclass(frozen=True)
class Cell:
    """One cell: what it says in a word or two, how good that is, and what it opens: places, and the proof if asked."""

    text: str
    mood: str = ""
    places: tuple[Place, ...] = ()
    proof: bool = False


@dataclass(frozen=True)
class Column:
    """One column: its heading, what it means, and its cell for an architecture."""

    name: str
    meaning: str
    cell: Callable[[Capability], Cell]


def _arch(each: Capability) -> Cell:
    named = "" if each.spec in {"", each.arch} else f" ({each.spec})"
    return Cell(f"{each.arch}{named}", places=tuple((note.span, note.message) for note in each.notes))


def _entry(each: Capability) -> Cell:
    if each.entry is None:
        return Cell("own")
    return Cell("generic", places=((each.entry.span, f"selects {GENERIC}"),))


def _selected(selected: Selected | None, always: str, never: str) -> Cell:
    if selected is None:
        return Cell(never)
    condition = f"if {selected.condition}" if selected.condition else "always"
    return Cell(selected.condition or always, "holds", ((selected.span, f"selected {condition}"),))


def _tracking(each: Capability) -> Cell:
    return _selected(each.tracking, "yes", "no")


def _features(each: Capability) -> Cell:
    if each.features is None:
        return Cell("no row", "warned")
    agrees = (each.features.status == "ok") == (each.tracking is not None) and each.features.arch == each.arch
    named = f"{each.features.arch}: {each.features.status}"
    return Cell(each.features.status, "" if agrees else "warned", ((each.features.span, named),))


def _declared(each: Capability) -> Cell:
    return _selected(each.declared, "yes", "no")


def _claimed(each: Capability) -> Cell:
    if each.claim is None:
        return Cell("no spec")
    return Cell("yes" if each.claimed else "no", places=((each.claim, f"offstack: {str(each.claimed).lower()}"),))


def _proved(each: Capability) -> Cell:
    if each.proved is None:
        return Cell("")
    if not each.proved:
        return Cell("no", "violated", proof=True)
    if not each.described:
        return Cell("other code", "warned", proof=True)
    warned = f", {', '.join(each.warned)} warned" if each.warned else ""
    return Cell(f"yes{warned}", "warned" if warned else "holds", proof=True)


def _pair(each: Capability) -> Cell:
    enter, leave = (each.uses[name] for name in USES[:2])
    places = tuple((span, name) for name in USES[:2] for span in each.uses[name])
    return Cell(f"{len(enter)} + {len(leave)}" if places else "", places=places)


def _schedule_user(each: Capability) -> Cell:
    spans = each.uses["schedule_user"]
    return Cell(str(len(spans)) if spans else "", places=tuple((span, "schedule_user") for span in spans))


def _obstacle(each: Capability) -> Cell:
    found = each.obstacle
    if found is None:
        text = "nothing" if each.declared else f"nothing: `gen patch {each.spec}` declares it"
        return Cell(text, "holds", proof=True)
    others = f"; {', '.join(found.others)} as well" if found.others else ""
    rule = f" [{found.rule}]" if found.rule else ""
    why = f"{found.sentence}{rule}{others}"
    return Cell(f"{found.sentence} ({place(found.span)})", places=((found.span, why),), proof=bool(found.rule))


COLUMNS = (
    Column("architecture", "the folder in arch/, and its spec if that is called otherwise", _arch),
    Column("entry", "the generic entry code, or code of its own", _entry),
    Column("tracking", "when Kconfig selects HAVE_CONTEXT_TRACKING_USER", _tracking),
    Column("features", "its row in Documentation/features", _features),
    Column("declared", "when Kconfig selects HAVE_CONTEXT_TRACKING_USER_OFFSTACK", _declared),
    Column("claimed", "whether its spec claims offstack", _claimed),
    Column("proved", "whether that would hold for its spec, for every nesting depth", _proved),
    Column("pair", "calls of exception_enter() + of exception_exit()", _pair),
    Column("schedule_user", "calls of schedule_user()", _schedule_user),
    Column("in the way of offstack", "the first thing that would have to change", _obstacle),
)


def place(span: Span) -> str:
    """File and line, as people name a place."""
    return f"{span.file}:{span.line}"


def _rows(matrix: Sequence[Capability]) -> list[list[str]]:
    return [[clean(column.cell(each).text) or "-" for column in COLUMNS] for each in matrix]


def _notes(matrix: Sequence[Capability]) -> Iterator[str]:
    for each in matrix:
        yield from (f"{place(note.span)}: {clean(note.message)} [{note.rule}]" for note in each.notes)


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
            "proved": each.proved,
            "tree_is_as_spec": each.described if each.spec else None,
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
    proofs = [each.judgement and proof_of(each.judgement, f"{each.spec}.yaml") for each in matrix]
    rows = list(zip(cells, proofs, strict=True))
    return standalone("matrix", version=tree.version, columns=COLUMNS, rows=rows, place=place)


FORMS: Mapping[str, Callable[[Sequence[Capability], KernelTree], str]] = MappingProxyType(
    {"text": text, "markdown": markdown, "json": as_json, "html": html}
)
"""To a format what makes it: text that ends with a line feed."""
