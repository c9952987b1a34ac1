"""Labels whose code was the exit, the gotos to them, and what a label needs behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from gen.csource.lookup import Macros
from gen.csource.statements import Jump, Label, Range, Statement
from gen.csource.tokens import is_word, tokenize
from gen.patch.bodies import FunctionCode, View, declared, gotos
from gen.patch.declarations import texts_of
from gen.patch.edits import Draft, Why, end_of, offsets_of


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label in one view.

    `first` is the first statement behind it that goes, `then` the first one that stays, if there are such. `outermost`
    says that the function ends where its row of statements does.
    """

    view: View
    label: Label
    first: Statement | None
    then: Statement | None
    outermost: bool

    @property
    def returns(self) -> str | None:
        """The value that is returned there and then, empty for none; None if something else is done."""
        if self.then is None:
            return "" if self.outermost and self.view.returns_nothing is not False else None
        if not isinstance(self.then, Jump) or self.then.word != "return":
            return None
        return self.then.operand.text if _is_simple(texts_of(self.then.operand)) else None


def _is_simple(value: list[str]) -> bool:
    """Whether a value is nothing, a name, a number, or one with a sign, so that it may be returned in many places."""
    names = value[1:] if value[:1] == ["-"] else value
    return not value or (len(names) == 1 and (is_word(names[0]) or names[0][0].isdigit()))


def labelled(draft: Draft, view: View) -> Iterator[Labelled]:
    """Every label of a view, `case` and `default` too, with what is left behind it."""
    for body, outermost in view.bodies():
        for number, statement in enumerate(body):
            if isinstance(statement, Label):
                rest = [each for each in body[number + 1 :] if not isinstance(each, Label) or each.case]
                going, staying = _split(draft, view, rest)
                yield Labelled(view, statement, going, staying, outermost)


def _split(draft: Draft, view: View, rest: list[Statement]) -> tuple[Statement | None, Statement | None]:
    first: Statement | None = None
    for each in rest:
        if not draft.has_gone(view.extent(each)):
            return first, each
        first = first or each
    return first, None


def resolve_labels(draft: Draft, code: FunctionCode, macros: Macros) -> None:
    """Turns `goto out` into `return` where nothing is left to do there, and keeps a statement behind what stays."""
    places = [each for view in code.views for each in labelled(draft, view)]
    for name in dict.fromkeys(each.label.name for each in places if not each.label.case):
        value = _value_at(code, [each for each in places if each.label.name == name], macros)
        if value is not None:
            _return_instead(draft, code, name, value)
    _drop_unreachable(draft, code)
    _drop_trailing_returns(draft, code)
    _fill(draft, places)


def _value_at(code: FunctionCode, places: list[Labelled], macros: Macros) -> str | None:
    """What every `goto` to a label can return instead, or None."""
    values = {each.returns for each in places}
    value = values.pop()
    if values or value is None or not any(each.first for each in places):
        return None
    name = places[0].label.name
    if any(_used_otherwise(view, name, macros) or _hidden(view, name, value.removeprefix("-")) for view in code.views):
        return None
    return value


def _used_otherwise(view: View, name: str, macros: Macros) -> bool:
    """Whether a label is used by anything but a plain `goto`: its address, or a macro that jumps."""
    texts = view.tokens.texts
    plain = {index for jump in gotos(view) for index in range(jump.code.start, jump.code.end)}
    plain |= {each.code.start for body, _ in view.bodies() for each in body if isinstance(each, Label)}
    others = [texts[index - 1] for index, text in enumerate(texts) if text == name and index not in plain]
    # Members and variables have names of their own.
    if any(each.name == name for _, each in declared(view)):
        others = [before for before in others if before == "&&"]
    if any(before not in {".", "->"} for before in others):
        return True
    used = frozenset(texts)
    return any(name in each.body.texts for key, known in macros.items() if key in used for each in known)


def _hidden(view: View, label: str, value: str) -> bool:
    """Whether a variable means something else, or nothing yet, at a `goto`."""
    outermost = {id(each) for each in view.body}
    declarations = [statement for statement, each in declared(view) if each.name == value]
    first = min(
        (jump.code.offset for jump in gotos(view) if jump.operand.text == label), default=view.tokens.offsets[-1]
    )
    return any(id(each) not in outermost or each.code.offset > first for each in declarations)


def _return_instead(draft: Draft, code: FunctionCode, name: str, value: str) -> None:
    for view in code.views:
        for jump in gotos(view):
            if jump.operand.text == name and not draft.has_gone(jump.code):
                _replace_goto(draft, jump, value)
        for body, _ in view.bodies():
            for each in body:
                if isinstance(each, Label) and each.name == name:
                    draft.drop(offsets_of(each.code), Why.LABEL)


def _replace_goto(draft: Draft, jump: Jump, value: str) -> None:
    tokens = jump.code.tokens
    start, operand = jump.code.offset, jump.operand.offset
    between = draft.text[start + len("goto") : operand]
    end = end_of(tokens, jump.operand.end - 1)
    if not value and "//" not in between:
        between = between.rstrip()
    elif not value and draft.text[end:].lstrip(" \t")[:1] in {"\r", "\n"}:
        between = between.rstrip(" \t")  # the label was the last on its line
    text = f"return{between}{value}"
    draft.replace(start, end, text, Why.GOTO)


def _drop_unreachable(draft: Draft, code: FunctionCode) -> None:
    """A `return` goes if what stands before it jumps away, and only labels that have gone were between the two."""
    _drop_if_agreed(draft, code, [list(_unreachable(draft, view)) for view in code.views], Why.UNREACHABLE)


def _unreachable(draft: Draft, view: View) -> Iterator[Range]:
    for body, _ in view.bodies():
        left = [number for number, each in enumerate(body) if not draft.has_gone(view.extent(each))]
        for number, following in pairwise(left):
            then = body[following]
            labels = any(isinstance(each, Label) for each in body[number + 1 : following])
            if labels and isinstance(body[number], Jump) and isinstance(then, Jump) and then.word == "return":
                yield view.extent(then)


def _drop_trailing_returns(draft: Draft, code: FunctionCode) -> None:
    """A `return;` at the end of the function that the removal has put there, or has left alone there, goes."""
    _drop_if_agreed(draft, code, [list(_trailing(draft, view)) for view in code.views], Why.RETURN)


def _drop_if_agreed(draft: Draft, code: FunctionCode, found: list[list[Range]], why: Why) -> None:
    """Drops the statements that every view would drop that has them."""
    offsets = [{each.offset for each in ranges} for ranges in found]
    for each in (each for ranges in found for each in ranges):
        pairs = zip(code.views, offsets, strict=True)
        if all(each.offset in here or each.offset not in view.offsets for view, here in pairs):
            draft.replaced.pop(each.offset, None)
            draft.drop(offsets_of(each), why)


def _trailing(draft: Draft, view: View) -> Iterator[Range]:
    left = [number for number, each in enumerate(view.body) if not draft.has_gone(view.extent(each))]
    if not left or view.returns_nothing is False:
        return
    last, number = view.body[left[-1]], left[-1]
    if not isinstance(last, Jump) or (len(left) > 1 and isinstance(view.body[left[-2]], Label)):
        return
    replaced = draft.replaced.get(last.code.offset)
    bare = last.word == "return" and not texts_of(last.operand)
    if tokenize(replaced.text).texts == ["return"] if replaced else bare and left[-2:-1] != [number - 1]:
        yield view.extent(last)


def _fill(draft: Draft, places: list[Labelled]) -> None:
    """A label that stays and has nothing behind it any more gets a statement in the place of the one that went."""
    fillers: dict[int, set[str]] = {}
    stretches: dict[int, Range] = {}
    for each in places:
        if draft.has_gone(each.label.code) or each.first is None:
            continue
        whole = each.view.extent(each.first)
        stretches[whole.offset] = whole
        fillers.setdefault(whole.offset, set()).add("" if each.then else _filler(each))
    for offset, texts in fillers.items():
        if texts != {""}:
            (text,) = texts if len(texts) == 1 else {";"}
            whole = stretches[offset]
            draft.replace(offset, end_of(whole.tokens, whole.start), text, Why.FILLER)


def _filler(each: Labelled) -> str:
    if each.label.case:
        return "break;"
    return "return;" if each.outermost and each.view.returns_nothing else ";"
