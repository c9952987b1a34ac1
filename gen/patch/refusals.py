"""Why a file stays as it is: the pair, or the state that it saves, is used in a way that cannot simply go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gen.csource.headers import KEYWORDS
from gen.csource.tokens import Place, Source, is_word
from gen.kernel.names import ENTER, EXIT
from gen.patch.bodies import View

PAIR = frozenset({ENTER, EXIT})

_COMPARING = frozenset({"==", "!=", "<", ">", "<=", ">="})
_ASKING = frozenset({"if", "while", "switch", "for"})


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """A place in a file and why nothing was changed there; `function` is empty outside of one."""

    file: str
    line: int
    column: int
    reason: str
    function: str = ""


class RefusedError(Exception):
    """A place, by its offset or line and column, and the reason to refuse."""

    def __init__(self, where: int | Place, reason: str, function: str = "") -> None:
        super().__init__(reason)
        self.where = where
        self.reason = reason
        self.function = function

    def refusal(self, file: str, source: Source, function: str = "") -> Refusal:
        """The refusal that this comes to, in a function if nothing else was said."""
        place = source.place(self.where) if isinstance(self.where, int) else self.where
        return Refusal(file, place.line, place.column, self.reason, self.function or function)


def why_not(view: View, index: int, subject: str, *, state: bool) -> str:
    """Why the token number `index` of a view cannot go; `state` says that it holds the saved state, or is a call."""
    texts = view.tokens.texts
    what = f"the saved state `{subject}`" if state else f"the result of {subject}()"
    if not state and texts[index + 1 : index + 2] != ["("]:
        return f"{subject}() is not called here; what becomes of its address is not known"
    if state and _address_taken(view, index):
        return f"the address of {what} is taken"
    start = view.statement_start(index)
    for opening in view.enclosing(index):
        before = texts[opening - 1]
        if before in _ASKING:
            return f"{what} decides `{before}`" if state or subject == ENTER else f"{subject}() stands in `{before}`"
        if texts[opening] == "(" and is_word(before) and before not in KEYWORDS and opening > start:
            return f"{what} is passed on to {before}()"
    if texts[start] == "return":
        return f"{what} is returned" if state or subject == ENTER else f"{subject}() stands in `return`"
    if state and any(texts[near] in _COMPARING for near in (index - 1, index + 1)):
        return f"{what} is compared"
    return _as_a_value(view, index, start, what, subject, state=state)


def _as_a_value(view: View, index: int, start: int, what: str, subject: str, *, state: bool) -> str:
    texts = view.tokens.texts
    if texts[index - 1] == "=" and texts[start] not in KEYWORDS:
        target = view.tokens.text(start, index - 1)
        return f"{what} is copied to `{target}`" if state else f"{what} is stored in `{target}`"
    if state and texts[index + 1 : index + 2] == ["="]:
        return f"{what} gets a value from elsewhere"
    if state:
        return f"{what} is used for something else"
    return f"{subject}() stands in an expression that has other effects"


def _address_taken(view: View, index: int) -> bool:
    texts = view.tokens.texts
    if texts[index - 1] != "&":
        return False
    return not (is_word(texts[index - 2]) or texts[index - 2] in {")", "]"}) or texts[index - 2] in KEYWORDS


def mentions(view: View, names: frozenset[str]) -> Iterator[int]:
    """The tokens of a view that are one of the names, and no member of a structure."""
    texts = view.tokens.texts
    return (
        index
        for index, text in enumerate(texts)
        if text in names and (index == 0 or texts[index - 1] not in {".", "->"})
    )
