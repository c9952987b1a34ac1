"""Which variables only save the state for exception_exit(), and their declarations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from gen.csource.lookup import Macros
from gen.csource.statements import Declaration, Range
from gen.csource.tokens import Tokens
from gen.facts.loader import marks
from gen.patch.bodies import Declarator, View, declarators, declared
from gen.patch.edits import Draft, Why, end_of, offsets_of
from gen.patch.refusals import RefusedError, mentions

STATE_TYPE = "ctx_state"


def is_constant(texts: Iterable[str]) -> bool:
    """Whether a value is one number or one name in capitals, such as CT_STATE_KERNEL, with a sign or without."""
    value = [text for text in texts if text not in {"-", "(", ")"}]
    return len(value) == 1 and (value[0][0].isdigit() or (value[0].isupper() and value[0].isidentifier()))


def unused_states(view: View) -> Iterator[str]:
    """The variables of type `enum ctx_state` that a view declares and does not use."""
    names = Counter(each.name for statement, each in declared(view) if STATE_TYPE in texts_of(statement.code))
    used = Counter(view.tokens.texts[index] for index in mentions(view, frozenset(names)))
    return (name for name, times in names.items() if used[name] == times)


def must_stay_used(draft: Draft, view: View) -> None:
    """Refuses what would leave a variable that nothing uses any more, of which the compiler warns."""
    for statement, each in declared(view):
        if any(row.may_be_unused and row.word in texts_of(statement.code) for row in marks()):
            continue
        place = view.tokens.offsets[each.code.start]
        uses = [view.tokens.offsets[index] for index in mentions(view, frozenset({each.name}))]
        others = [offset for offset in uses if not _is_inside(offset, statement.code)]
        if others and not draft.changes(place) and all(map(draft.changes, others)):
            raise RefusedError(place, f"nothing would use `{each.name}` any more")


def _is_inside(offset: int, code: Range) -> bool:
    return code.offset <= offset < code.tokens.offsets[code.end - 1] + 1


def texts_of(code: Range) -> list[str]:
    """The tokens of a range."""
    return list(code.tokens.texts[code.start : code.end])


def must_be_local(view: View, name: str, offset: int, macros: Macros) -> None:
    """Refuses a variable that saves a state and is not a plain local one of a function."""
    saved = f"the saved state `{name}`"
    statements = [statement for statement, each in declared(view) if each.name == name]
    header = view.definition
    first, last = (header.head.start + index for index in header.header.parameters)
    if name in view.tokens.texts[first:last]:
        raise RefusedError(offset, f"{saved} comes from the caller")
    if not statements:
        raise RefusedError(offset, f"{saved} outlives the function")
    for statement in statements:
        if "static" in texts_of(statement.code):
            raise RefusedError(statement.code.offset, f"{saved} outlives the function")
    used = frozenset(view.tokens.texts)
    for macro in (each for key, known in macros.items() if key in used for each in known):
        if name in macro.body.texts and name not in (macro.macro.parameters or ()):
            raise RefusedError(macro.macro.name_offset, f"{saved} is hidden in the macro {macro.macro.name}()")


def drop_declarators(draft: Draft, view: View, statement: Declaration, names: frozenset[str], enter: list[str]) -> None:
    """Takes out of a declaration what declares one of the names and does nothing else but call `enter`."""
    every = tuple(declarators(statement, view.partners))
    going = [each for each in every if each.name in names and _does_nothing_else(each, enter)]
    if len(going) == len(every):
        draft.drop(offsets_of(view.extent(statement)), Why.DECLARATION)
        return
    for run in _runs(every, going):
        _drop_run(draft, view.tokens, run)


def _runs(every: tuple[Declarator, ...], going: list[Declarator]) -> Iterator[tuple[int, int]]:
    """The tokens that go with each declarator: a comma behind it up to the first one that stays, else before it."""
    first = next(number for number, each in enumerate(every) if each not in going)
    if first:
        yield every[0].code.start, every[first].code.start
    yield from ((each.code.start - 1, each.code.end) for each in every[first:] if each in going)


def _drop_run(draft: Draft, tokens: Tokens, run: tuple[int, int]) -> None:
    start, end = run
    offsets = tokens.offsets[start:end]
    comma_first = tokens.texts[start] == ","
    first = tokens.offsets[start - 1] if comma_first else offsets[0]
    last = offsets[-1] if comma_first else tokens.offsets[end]
    if draft.comment_between(first, last):
        draft.drop(offsets, Why.DECLARATION)
    elif comma_first:
        draft.replace(end_of(tokens, start - 1), end_of(tokens, end - 1), "", Why.DECLARATION)
    else:
        draft.replace(first, last, "", Why.DECLARATION)


def _does_nothing_else(each: Declarator, enter: list[str]) -> bool:
    if each.value is None:
        return True
    value = texts_of(each.value)
    return value == enter or is_constant(value)
