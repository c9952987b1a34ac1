"""A function that only called another one between the pair: that one takes its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from gen.csource.headers import read_header
from gen.csource.lookup import known_macros
from gen.csource.outline import Function, Outline
from gen.csource.statements import Declaration, Expression, Jump, Range, Statement
from gen.csource.tokens import is_word, tokenize
from gen.facts.loader import marks
from gen.patch.bodies import FunctionCode, View
from gen.patch.declarations import texts_of
from gen.patch.edits import Draft, Why, end_of, has_comment
from gen.patch.lines import line_end, line_stop

_TAB = 8
_COLUMNS = 100


@cache
def _folding() -> frozenset[str]:
    """What says something about a function that is called from one place, and nothing about the one it becomes."""
    return frozenset(row.word for row in marks() if row.folds) | {"static"}


@dataclass(frozen=True, slots=True)
class Fold:
    """`inner` takes the name and the qualifiers of `outer`, which goes."""

    outer: Function
    inner: Function


def fold_wrapper(draft: Draft, outline: Outline, code: FunctionCode, inner: FunctionCode) -> Fold | None:
    """Puts the only function that a wrapper still calls in its place, if that can be done without guessing."""
    fold = Fold(code.function, inner.function)
    heads = {tuple(view.tokens.texts[: view.definition.head.end]) for view in inner.views}
    if len(code.views) != 1 or len(heads) != 1 or not _stands_alone(draft, fold):
        return None
    outer_view, inner_view = code.views[0], inner.views[0]
    if not _same_head(outer_view, inner_view):
        return None
    places = _Places(draft, outline, fold)
    if not places.found():
        return None
    _fold(draft, fold, outer_view, inner_view, places)
    return fold


def called_alone(draft: Draft, code: FunctionCode) -> str:
    """The name of the function that a wrapper does nothing but call, with its own parameters; empty if it does more."""
    if len(code.views) != 1:
        return ""
    view = code.views[0]
    left = [each for each in view.body if not draft.has_gone(view.extent(each))]
    name, arguments = _call(left)
    return name if arguments == parameter_names(view) else ""


def _call(left: list[Statement]) -> tuple[str, list[str] | None]:
    match left:
        case [Expression(code)] | [Expression(code), Jump("return", _, _)]:
            return _named_call(texts_of(code))
        case [Jump("return", _, operand)]:
            return _named_call(texts_of(operand))
        case [Declaration(declaration), Expression(code), Jump("return", _, operand)]:
            value, texts = texts_of(operand), texts_of(code)
            if len(value) == 1 and texts[:2] == [*value, "="] and texts_of(declaration)[-1:] == value:
                return _named_call(texts[2:])
        case [Declaration(declaration), Jump("return", _, operand)]:
            value, texts = texts_of(operand), texts_of(declaration)
            if len(value) == 1 and "=" in texts and texts[texts.index("=") - 1 : texts.index("=")] == value:
                return _named_call(texts[texts.index("=") + 1 :])
    return "", None


def _named_call(texts: list[str]) -> tuple[str, list[str] | None]:
    if len(texts) < 3 or not is_word(texts[0]) or texts[1] != "(" or texts[-1] != ")":
        return "", None
    arguments = texts[2:-1]
    if any(each != "," for each in arguments[1::2]) or (len(arguments) % 2 == 0 and arguments):
        return "", None
    return texts[0], arguments[::2]


def _parameters(view: View) -> list[list[str]]:
    first, last = (view.definition.head.start + index for index in view.definition.header.parameters)
    found: list[list[str]] = [[]]
    index = first
    while index < last:
        closing = view.partners.get(index, index)
        if view.tokens.texts[index] == ",":
            found.append([])
        else:
            found[-1] += view.tokens.texts[index : closing + 1]
        index = closing + 1
    return [] if found in ([[]], [["void"]]) else found


def parameter_names(view: View) -> list[str]:
    """The names of a function's parameters; of one that is a pointer to a function, nothing sensible."""
    return [next((text for text in reversed(each) if is_word(text)), "") for each in _parameters(view)]


def _same_head(outer: View, inner: View) -> bool:
    """Whether two functions have the same parameters, return the same, and `outer` is qualified like `inner`."""
    types = [[each[:-1] for each in _parameters(view)] for view in (outer, inner)]
    if types[0] != types[1] or outer.definition.header.macro or inner.definition.header.macro:
        return False
    heads = []
    for view in (outer, inner):
        head = view.definition.head
        behind = texts_of(head)[view.definition.header.parameters[1] + 1 :]
        heads.append([*texts_of(head)[: view.definition.header.name_index], *behind])
    ours, theirs = ([text for text in head if text not in _folding()] for head in heads)
    return "static" in heads[1] and set(theirs) <= set(ours) and _result(heads[0]) == _result(heads[1])


def _result(head: list[str]) -> list[str]:
    linkage = {row.word for row in marks() if row.linkage}
    return [text for text in head if text not in _folding() | linkage and not text.startswith("__")]


def _stands_alone(draft: Draft, fold: Fold) -> bool:
    """Whether a wrapper has no comment in it or above it, and no #if line comes between the two functions."""
    outer = fold.outer
    inside = [index for index, offset in enumerate(draft.tokens.offsets) if outer.start <= offset < outer.end]
    if any(has_comment(draft.gap(index)) or draft.tokens.texts[index][0] == "#" for index in inside):
        return False
    return outer.around == fold.inner.around


class _Places:
    """Where the two names stand at the top level: declarations of the inner function, and `MACRO(name);` of both."""

    def __init__(self, draft: Draft, outline: Outline, fold: Fold) -> None:
        self.draft = draft
        self.outline = outline
        self.fold = fold
        self.prototypes: list[Range] = []
        self.notes: dict[str, dict[str, Range]] = {fold.inner.name: {}, fold.outer.name: {}}

    def found(self) -> bool:
        """Whether every mention of the inner function is understood, and none of the outer one gets in the way."""
        own = known_macros([self.outline])
        if any(self.fold.inner.name in each.body.texts for known in own.values() for each in known):
            return False
        return all(self._understood(index) for index in self._mentions())

    def _mentions(self) -> Iterator[int]:
        names = {self.fold.inner.name, self.fold.outer.name}
        return (index for index, text in enumerate(self.draft.tokens.texts) if text in names)

    def _understood(self, index: int) -> bool:
        tokens = self.draft.tokens
        name, offset = tokens.texts[index], tokens.offsets[index]
        inner, outer = self.fold.inner, self.fold.outer
        if outer.start <= offset < outer.end or offset == inner.name_offset:
            return True
        alone = tokens.texts[index - 1] == "(" and list(tokens.texts[index + 1 : index + 3]) == [")", ";"]
        if alone and (tokens.texts[index - 3] in {";", "}"} or tokens.texts[index - 3][0] == "#"):
            self.notes[name][tokens.texts[index - 2]] = Range(tokens, index - 2, index + 3)
            return True
        if name == outer.name:
            # A mention between the two would come before the definition, or far behind it, with no declaration.
            return inner.start < outer.start or not outer.end <= offset < inner.start
        return self._prototype(index)

    def _prototype(self, index: int) -> bool:
        """Whether a declaration of the inner function stands here, which is then not needed."""
        tokens = self.draft.tokens
        first, last = index, index
        while first and not _ends_declaration(tokens.texts[first - 1]):
            first -= 1
        while last < len(tokens) and not _ends_declaration(tokens.texts[last]):
            last += 1
        declaration = tokens.slice(first, last)
        header = read_header(declaration)
        if header is None or header.name != self.fold.inner.name or tokens.texts[last : last + 1] != [";"]:
            return False
        if declaration.texts[0] != "static" or header.name_index != index - first:
            return False
        self.prototypes.append(Range(tokens, first, last + 1))
        return True


def _ends_declaration(text: str) -> bool:
    return text in {";", "{", "}"} or text[0] == "#"


def _fold(draft: Draft, fold: Fold, outer: View, inner: View, places: _Places) -> None:
    head = outer.definition.head
    name = head.start + outer.definition.header.name_index
    start, end = (outer.tokens.offsets[index] for index in (head.start, name))
    renamed = f"{draft.text[start:end]}{fold.outer.name}"
    draft.replace(fold.inner.start, fold.inner.name_offset + len(fold.inner.name), renamed, Why.WRAPPER)
    _align(draft, inner, _column(renamed) + 1)
    draft.drop((each for each in draft.tokens.offsets if fold.outer.start <= each < fold.outer.end), Why.WRAPPER)
    for each in places.prototypes:
        draft.drop(each.tokens.offsets[each.start : each.end], Why.WRAPPER)
    _rename_notes(draft, fold, places.notes)


def _rename_notes(draft: Draft, fold: Fold, notes: dict[str, dict[str, Range]]) -> None:
    """NOKPROBE_SYMBOL(inner) becomes NOKPROBE_SYMBOL(outer), and what only the outer one had comes behind it."""
    theirs, ours = notes[fold.inner.name], notes[fold.outer.name]
    behind = max((end_of(each.tokens, each.end - 1) for each in theirs.values()), default=fold.inner.end)
    for each in theirs.values():
        offset = each.tokens.offsets[each.start + 2]
        draft.replace(offset, offset + len(fold.inner.name), fold.outer.name, Why.WRAPPER)
    stop = line_stop(draft.text, behind)
    behind = behind if len(tokenize(draft.text, behind, stop)) else stop
    new_line = line_end(draft.text, behind)
    missing = [each for macro, each in ours.items() if macro not in theirs]
    for each in ours.values():
        draft.drop(each.tokens.offsets[each.start : each.end], Why.WRAPPER)
    if missing:
        draft.replace(behind, behind, "".join(f"{new_line}{each.text}" for each in missing), Why.WRAPPER)


def _column(text: str) -> int:
    """How wide the last line of a text is."""
    return len(text[text.rfind("\n") + 1 :].expandtabs(_TAB))


def _align(draft: Draft, inner: View, column: int) -> None:
    """Aligns the further lines of a parameter list to its parenthesis, in tabs if they have any now, if all fit."""
    first, last = (inner.definition.head.start + index for index in inner.definition.header.parameters)
    found: list[tuple[int, str]] = []
    for index in range(first, last):
        offset = inner.tokens.offsets[index]
        gap = draft.gap(draft.number[offset])
        indent = gap[gap.rfind("\n") + 1 :]
        if "\n" in gap and not indent.strip():
            found.append((offset, indent))
    if any(column + line_stop(draft.text, offset) - offset > _COLUMNS for offset, _ in found):
        return
    for offset, indent in found:
        aligned = "\t" * (column // _TAB) + " " * (column % _TAB) if "\t" in indent else " " * column
        draft.replace(offset - len(indent), offset, aligned, Why.WRAPPER)
