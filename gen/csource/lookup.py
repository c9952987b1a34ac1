"""What a file and its headers say about the functions in it: aliases, macros that matter, what does not return."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain

from gen.csource.cfg import MacroBody
from gen.csource.conditions import Config
from gen.csource.headers import read_header
from gen.csource.kernel_views import KernelView
from gen.csource.outline import Function, Macro, Outline
from gen.csource.tokens import COMMENT, DIRECTIVE, QUOTED, Place, Source, Tokens, is_word, tokenize
from gen.facts.loader import marks

_NORETURN_WORDS = frozenset({"__noreturn", "_Noreturn", "noreturn", "__noreturn__"})
_PIECE = re.compile(rf"""[^;{{}}/"'#]++|[;{{}}]|{COMMENT}|{QUOTED}|{DIRECTIVE}|[\s\S]""")
_NOTHING = Tokens((), ())


def noreturn_names(texts: Iterable[str]) -> frozenset[str]:
    """The functions that some texts declare or define as __noreturn, in any arm of an #if.

    What a release or one architecture declares is not true of another one: give the texts of one.
    """
    return frozenset(chain.from_iterable(map(_noreturn_in, texts)))


def _noreturn_in(text: str) -> Iterator[str]:
    if not _may_say_noreturn(text):
        return
    start, offset, may_say_so = 0, 0, False
    for piece in _PIECE.findall(text):
        if piece[0] in ";{}#":
            declaration = tokenize(text, start, offset) if may_say_so else _NOTHING
            if not _NORETURN_WORDS.isdisjoint(declaration.texts) and (header := read_header(declaration)):
                yield header.name
            start, may_say_so = offset + len(piece), False
        elif _may_say_noreturn(piece) and piece[0] not in "/\"'":
            may_say_so = True
        offset += len(piece)


def _may_say_noreturn(text: str) -> bool:
    return "noreturn" in text or "_Noreturn" in text


def macro_tokens(source: Source, macro: Macro) -> Tokens:
    """The body of a macro; what `##` joins is one token, with the `##` in it."""
    plain = tokenize(source.text, macro.start, macro.end, in_macro=True)
    texts: list[str] = []
    offsets: list[int] = []
    joins = False
    for text, offset in zip(plain.texts, plain.offsets, strict=True):
        if texts and (text == "##" or joins):
            texts[-1] += text
        else:
            texts.append(text)
            offsets.append(offset)
        joins = text == "##"
    return Tokens(texts, offsets)


@dataclass(frozen=True, slots=True)
class KnownMacro:
    """A macro with the file that it is in and its body."""

    macro: Macro
    source: Source
    body: Tokens


Macros = Mapping[str, tuple[KnownMacro, ...]]
"""The macros of some files by name, with every definition of each."""


def known_macros(outlines: Iterable[Outline]) -> Macros:
    """Every macro of some files by name, with every definition."""
    found: dict[str, tuple[KnownMacro, ...]] = {}
    for outline in outlines:
        for macro in outline.macros:
            known = KnownMacro(macro, outline.source, macro_tokens(outline.source, macro))
            found[macro.name] = (*found.get(macro.name, ()), known)
    return found


LEAVING = frozenset({"return", "goto"})
"""What makes a macro one that may leave the function that uses it."""


def macros_using(macros: Macros, words: Collection[str]) -> frozenset[str]:
    """The macros whose bodies have one of the words, or use another such macro."""
    found: set[str] = set()
    wanted = frozenset(words)
    # Each round looks for what the last one found.
    while wanted:
        users = {
            name for name, known in macros.items() if any(not wanted.isdisjoint(each.body.texts) for each in known)
        }
        wanted = frozenset(users - found)
        found |= users
    return frozenset(found)


def bodies_in_view(
    macros: Macros, matter: Iterable[str], view: KernelView, config: Config | None
) -> dict[str, tuple[MacroBody, ...]]:
    """What the macros that matter may expand to where a view holds."""
    return {
        name: tuple(
            MacroBody(each.macro.parameters, each.body)
            for each in macros[name]
            if view.allows(each.macro.around, config)
        )
        for name in matter
    }


def words_in_view(macros: Macros, name: str, view: KernelView, config: Config | None) -> tuple[str, ...]:
    """The words that a macro without parameters may stand for where a view holds."""
    return tuple(
        each.body.texts[0]
        for each in macros.get(name, ())
        if each.macro.parameters is None and len(each.body) == 1 and view.allows(each.macro.around, config)
    )


def aliases_of(outlines: Collection[Outline], macros: Macros, names: Collection[str]) -> dict[str, str]:
    """Other names for some functions: `#define other name`, and inline functions that do nothing but call one."""
    found: dict[str, str] = {}
    targets = frozenset(names)
    # Each round finds the aliases of the aliases of the last one.
    while targets:
        new = dict(chain(_macro_aliases(macros, targets), _inline_aliases(outlines, targets)))
        fresh = {
            name: found.get(target, target) for name, target in new.items() if name not in found and name not in names
        }
        found.update(fresh)
        targets = frozenset(fresh)
    return found


def _macro_aliases(macros: Macros, targets: frozenset[str]) -> Iterator[tuple[str, str]]:
    for name, known in macros.items():
        for each in known:
            target = _only_call(each.body, each.macro.parameters)
            if target in targets and target != name:
                yield name, target


@cache
def _inlining() -> frozenset[str]:
    return frozenset(row.word for row in marks() if row.inlined)


def _inline_aliases(outlines: Iterable[Outline], targets: frozenset[str]) -> Iterator[tuple[str, str]]:
    called = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(targets)))})\b")
    for outline in outlines:
        for function in outline.functions:
            if function.words.isdisjoint(_inlining()):
                continue
            if not called.search(outline.source.text, function.start, function.end):
                continue
            tokens = tokenize(outline.source.text, function.start, function.end)
            brace = tokens.texts.index("{") if "{" in tokens.texts else len(tokens)
            parameters = tuple(_parameter_names(function.parameters))
            target = _only_call(tokens.slice(brace + 1, len(tokens) - 1), parameters)
            if target in targets and target != function.name:
                yield function.name, target


def _parameter_names(text: str) -> Iterator[str]:
    for declared in text.split(","):
        words = re.findall(r"\w+", declared)
        if words and words != ["void"]:
            yield words[-1]


def _only_call(body: Tokens, parameters: tuple[str, ...] | None) -> str:
    """The function that a body only calls, with its own parameters or none; nothing if it does more."""
    texts = list(body.texts)
    while texts[-1:] == [";"]:
        texts.pop()
    if texts[:1] == ["return"]:
        texts.pop(0)
    while len(texts) > 2 and texts[0] == "(" and texts[-1] == ")" and _is_one_group(texts):
        texts = texts[1:-1]
    match texts:
        case [name] if parameters is None and is_word(name):
            return name
        case [name, "(", *arguments, ")"] if is_word(name) and parameters is not None:
            plain = arguments[::2] == list(parameters) and all(sign == "," for sign in arguments[1::2])
            return name if not arguments or plain else ""
    return ""


def _is_one_group(texts: list[str]) -> bool:
    """Whether the first parenthesis closes with the last token."""
    depth = 0
    for index, text in enumerate(texts):
        depth += (text == "(") - (text == ")")
        if depth == 0:
            return index == len(texts) - 1
    return False


_BEFORE_CALLS = frozenset({"return", "else", "do", "case", "sizeof", "typeof", "__typeof__"})
"""Words that a call may stand behind: any other one is the type of what is declared or defined."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A name in the code of a file, in macros too, not in comments and strings; `function` is where, or nothing.

    `called` is false of what is declared or defined, and of a member of that name.
    """

    name: str
    place: Place
    called: bool
    function: str


def occurrences(outline: Outline, names: Collection[str]) -> Iterator[Occurrence]:
    """Every use of some names in a file, whatever the configuration, in the order of the text."""
    wanted = frozenset(names)
    source = outline.source
    found: list[tuple[int, Occurrence]] = []
    code = tokenize(source.text)
    runs = [code, *(macro_tokens(source, macro) for macro in outline.macros)]
    for tokens in runs:
        for index in (index for index, text in enumerate(tokens.texts) if text in wanted):
            offset = tokens.offsets[index]
            function = _function_at(outline, offset)
            called = tokens.texts[index + 1 : index + 2] == ["("] and _may_be_called(tokens, index, bool(function))
            at = Occurrence(tokens.texts[index], source.place(offset), called, function)
            found.append((offset, at))
    return (occurrence for _, occurrence in sorted(found, key=lambda each: each[0]))


def _may_be_called(tokens: Tokens, index: int, inside: bool) -> bool:
    """Whether what stands before a name lets it be a call, inside of a function or macro or not."""
    before = tokens.texts[index - 1] if index else ""
    if before and is_word(before):
        return before in _BEFORE_CALLS
    return before not in {"->", "."} and (inside or before != "*")


def _function_at(outline: Outline, offset: int) -> str:
    inside: tuple[Function | Macro, ...] = (*outline.functions, *outline.macros)
    return next((each.name for each in inside if each.start <= offset < each.end), "")
