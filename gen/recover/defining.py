"""Macros that define handlers, such as DEFINE_IDTENTRY(): asked of the tree, and where they are used.

A macro defines a handler if its body has a function that takes pt_regs and whose name is made of the macro's
parameters, or if it uses another such macro.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from gen.csource.asm_text import blanked
from gen.csource.lookup import KnownMacro, Macros, known_macros
from gen.csource.outline import Outline
from gen.csource.tokens import Tokens, is_word, words_in
from gen.recover.c_function import CFunction
from gen.recover.entry_words import EntryWords

_KEEPS_OUT = frozenset({"static", "typedef", "extern"})
_ENDS = frozenset({";", "{", "}"})
_USE = re.compile(r"^([A-Za-z_]\w*)\s*\(([^()]*)\)\s*(\{?)", re.MULTILINE)


@dataclass(frozen=True)
class _Template:
    """A function that a macro makes: its name, and whether a body has to follow the use.

    The name is of pieces that `##` joins: text, or the number of a parameter.
    """

    pieces: tuple[str | int, ...]
    open: bool

    def filled(self, arguments: Sequence[str]) -> tuple[str, ...]:
        """The pieces with the parameters replaced; those that are not given are nothing."""
        return tuple(
            each if isinstance(each, str) else arguments[each] if each < len(arguments) else "" for each in self.pieces
        )


def defined_by_macros(file: str, outline: Outline, header_macros: Macros, words: EntryWords) -> Iterator[CFunction]:
    """Every handler of a C file that a macro defines, of the file or of the architecture's headers."""
    macros = {**header_macros, **known_macros([outline])}
    templates = _Templates(macros, words)
    named = {each.name_offset: each for each in outline.functions if each.macro}
    for use in _USE.finditer(blanked(outline.source.text)):
        for template in templates.of(use[1]):
            name = "".join(template.filled(_listed(use[2])))
            if bool(use[3]) >= template.open and re.fullmatch(r"[A-Za-z_]\w*", name):
                offset = use.start(2) + len(use[2]) - len(use[2].lstrip())
                around = templates.names(use[1])
                yield CFunction(file, outline.source, name, offset, "regs", named.get(offset), use[1], around)


def defining_names(macros: Macros, words: EntryWords) -> tuple[str, ...]:
    """The macros that define handlers."""
    templates = _Templates(macros, words)
    return tuple(name for name in macros if templates.of(name))


class _Templates:
    """The handlers that macros make, each asked once."""

    def __init__(self, macros: Macros, words: EntryWords) -> None:
        self._macros = macros
        self._words = words
        self._known: dict[str, tuple[_Template, ...]] = {}

    def of(self, name: str) -> tuple[_Template, ...]:
        """What a macro defines; nothing if it is none, or none that defines a handler."""
        if name not in self._known:
            self._known[name] = ()  # one that uses itself defines nothing by that
            found = (each for known in self._macros.get(name, ()) for each in self._templates(known))
            self._known[name] = tuple(dict.fromkeys(found))
        return self._known[name]

    def names(self, name: str) -> tuple[str, ...]:
        """The names in a macro, and behind each that is a macro those in that one."""
        found: dict[str, None] = {}
        waiting = [name]
        while waiting:
            new = waiting.pop()
            bodies = (known.body.texts for known in self._macros.get(new, ()))
            inner = [each for each in words_in(chain.from_iterable(bodies)) if each not in found]
            found[new] = None
            waiting += reversed(list(dict.fromkeys(inner)))
        return tuple(found)

    def _templates(self, known: KnownMacro) -> Iterator[_Template]:
        body, parameters = known.body, known.macro.parameters
        if parameters is None:
            if len(body) == 1 and body.texts[0] in self._macros:
                yield from self.of(body.texts[0])
            return
        partners, lost = body.partners()
        for index, text in enumerate(body.texts if lost is None else ()):
            if body.texts[index + 1 : index + 2] != ["("] or not is_word(text):
                continue
            end = partners[index + 1]
            arguments = body.text(index + 2, end)
            behind = body.texts[end + 1] if end + 1 < len(body) else "{"
            if set(text.split("##")).isdisjoint(parameters):
                yield from self._used(text, _listed(arguments), parameters, end + 1 == len(body))
            elif self._words.argument.search(arguments) and behind == "{" and not _kept_out(body, index):
                yield _Template(_pieces([text], parameters), open=end + 1 == len(body))

    def _used(
        self, name: str, arguments: Sequence[str], parameters: tuple[str, ...], last: bool
    ) -> Iterator[_Template]:
        """What another macro defines that is used here: by its own parameters, in the words of this one's."""
        for inner in self.of(name) if name in self._macros else ():
            yield _Template(_pieces(inner.filled(arguments), parameters), inner.open and last)


def _kept_out(body: Tokens, index: int) -> bool:
    """Whether the declaration that a name stands in makes it no symbol that assembly could call."""
    start = index
    while start and body.texts[start - 1] not in _ENDS:
        start -= 1
    return not _KEEPS_OUT.isdisjoint(body.texts[start:index])


def _pieces(texts: Iterable[str], parameters: tuple[str, ...]) -> tuple[str | int, ...]:
    pieces = [piece for text in texts for piece in text.split("##")]
    return tuple(parameters.index(piece) if piece in parameters else piece for piece in pieces)


def _listed(arguments: str) -> list[str]:
    """Arguments, of each its last word: arc has `__weak do_memory_error`."""
    return [(each.split() or [""])[-1] for each in re.sub(r"\s*##\s*", "##", arguments).split(",")]
