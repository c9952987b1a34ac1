"""A kernel C file to graphs: every function that mentions some names, in every view, or why it could not be read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from gen.csource.cfg import Graph, GraphError, Surroundings, build_graph
from gen.csource.conditions import Config
from gen.csource.headers import Header
from gen.csource.kernel_views import Answers, KernelView, TooManyViewsError, split_view, stretch_views, views_of
from gen.csource.lookup import (
    LEAVING,
    KnownMacro,
    Macros,
    aliases_of,
    bodies_in_view,
    known_macros,
    macros_using,
    words_in_view,
)
from gen.csource.outline import Function, Outline, functions_mentioning
from gen.csource.statements import Definition, Range, definitions, statements
from gen.csource.tokens import Place, Tokens, words_in


@dataclass(frozen=True, slots=True)
class Analysed:
    """A function in one view, with its graph; `condition` is empty if the view is the only one.

    `words` are those of the header (`static`, `noinstr`, ...). `macro` is the macro that the function is defined with.
    Of a macro whose body is statements `pseudo` is true; one that defines functions gives those, under the names that
    they have in its body. `answers` are those of the view, to be joined with those of others.
    """

    name: str
    macro: str
    condition: str
    place: Place
    words: frozenset[str]
    parameters: str
    graph: Graph
    pseudo: bool = False
    answers: Answers = ()


@dataclass(frozen=True, slots=True)
class NotAnalysed:
    """A function that has no graph, in one view or, with an empty condition, in any, and why."""

    name: str
    condition: str
    place: Place
    reason: str


Analysis = Analysed | NotAnalysed


@dataclass(frozen=True)
class KernelFile:
    """A file with what is known around it: headers for macros and aliases, what does not return, a .config."""

    outline: Outline
    headers: tuple[Outline, ...] = ()
    noreturn: frozenset[str] = frozenset()
    config: Config | None = field(default=None, repr=False)

    def analyses(self, names: Collection[str] | None = None) -> Iterator[Analysis]:
        """The functions and macros that mention one of the names, or an alias of one; None asks for all of them.

        They come in the order of the text, functions first, each once for every view that mentions a name.
        """
        return _Search(self, names).run()

    def functions_named(self, name: str) -> Iterator[Analysis]:
        """The definitions of one function, in the file and then in its headers, each once for every view."""
        for file in (self, *self.header_files):
            for function in file.outline.named(name):
                yield from file._whole.analyses_of(function)

    @cached_property
    def header_files(self) -> tuple[KernelFile, ...]:
        """The headers as files of their own, with each other around them."""
        return tuple(replace(self, outline=header) for header in self.headers)

    @cached_property
    def _whole(self) -> _Search:
        return _Search(self, None)

    def aliases(self, names: Collection[str]) -> Mapping[str, str]:
        """Other names of some functions, in this file and its headers."""
        return aliases_of((self.outline, *self.headers), self.macros, names)

    @cached_property
    def macros(self) -> Macros:
        """The macros of the file and its headers."""
        return known_macros((self.outline, *self.headers))


class _Search:
    """One question to a file."""

    def __init__(self, file: KernelFile, names: Collection[str] | None) -> None:
        self.file = file
        self.source = file.outline.source
        aliases = file.aliases(names) if names else {}
        # One that an #if defines in two ways is built in, or a view would have it both ways.
        self.aliases = {name: target for name, target in aliases.items() if len(file.macros.get(name, ())) < 2}
        self.wanted = frozenset(names or ()) | frozenset(self.aliases)
        self.mentioned = None if names is None else self.wanted | macros_using(file.macros, self.wanted)
        self.matter = macros_using(file.macros, self.wanted | LEAVING | file.noreturn) - self.wanted

    def run(self) -> Iterator[Analysis]:
        outline = self.file.outline
        asked = outline.functions if self.mentioned is None else functions_mentioning(outline, self.mentioned)
        for function in asked:
            yield from self.analyses_of(function)
        own = known_macros([self.file.outline])
        for known in (each for name in own for each in own[name]):
            if known.macro.parameters is not None and self._mentions(known.body.texts):
                yield from self._macro(known)

    def _mentions(self, texts: Iterable[str]) -> bool:
        return self.mentioned is None or not self.mentioned.isdisjoint(texts)

    def analyses_of(self, function: Function) -> Iterator[Analysis]:
        """A function in every view that mentions a name, or why not."""
        place = self.source.place(function.name_offset)
        if not function.complete:
            yield NotAnalysed(function.name, "", place, "its braces do not balance")
            return
        try:
            views = views_of(self.source, function, self.file.config)
        except TooManyViewsError as error:
            yield NotAnalysed(function.name, "", place, str(error))
            return
        for view in views:
            if self._mentions(view.tokens.texts):
                for each in self._split(view):
                    yield from self._view(function.name, each, place)

    def _split(self, view: KernelView) -> tuple[KernelView, ...]:
        """A view once for each way in which the macros that matter in it are defined."""
        used = self.matter.intersection(view.tokens.texts)
        while (
            more := {
                name
                for each in used
                for known in self.file.macros[each]
                for name in self.matter.intersection(known.body.texts)
            }
            - used
        ):
            used |= more
        arounds = {
            each.macro.around: None for name in sorted(used) for each in self.file.macros[name] if each.macro.around
        }
        return split_view(view, arounds, self.file.config) if arounds else (view,)

    def _macro(self, known: KnownMacro) -> Iterator[Analysis]:
        place = self.source.place(known.macro.name_offset)
        try:
            for view in stretch_views(Tokens([], []), known.macro.around, self.file.config):
                yield from self._macro_in(KernelView(view.answers, known.body), known, place)
        except TooManyViewsError as error:
            yield NotAnalysed(known.macro.name, "", place, str(error))

    def _macro_in(self, view: KernelView, known: KnownMacro, place: Place) -> Iterator[Analysis]:
        name, tokens = known.macro.name, known.body
        partners, lost = tokens.partners()
        if lost is not None:
            yield NotAnalysed(name, view.condition, place, f"no bracket matches its `{tokens.texts[lost]}`")
            return
        whole = Range(tokens, 0, len(tokens))
        defined = tuple(definitions(tokens, partners)) if not _is_statement(tokens) else ()
        for definition in defined:
            if self._mentions(tokens.texts[definition.code.start : definition.code.end]):
                yield self._graph(definition, partners, view, macro=name)
        if not defined:
            header = Header(name, "", 0, (0, 0))
            pseudo = Definition(header, Range(tokens, 0, 0), whole, statements(whole, partners))
            yield self._graph(pseudo, partners, view, parameters=", ".join(known.macro.parameters or ()), pseudo=place)

    def _view(self, name: str, view: KernelView, place: Place) -> Iterator[Analysis]:
        partners, lost = view.tokens.partners()
        if lost is not None:
            where = self.source.place(view.tokens.offsets[lost])
            yield NotAnalysed(name, view.condition, where, f"no bracket matches this `{view.tokens.texts[lost]}`")
            return
        found = False
        for definition in definitions(view.tokens, partners):
            found = True
            if self._mentions(view.tokens.texts[definition.head.start : definition.code.end]):
                yield self._graph(definition, partners, view)
        if not found:
            yield NotAnalysed(name, view.condition, place, "no function is defined in this view")

    def _graph(
        self,
        definition: Definition,
        partners: Mapping[int, int],
        view: KernelView,
        *,
        macro: str = "",
        parameters: str = "",
        pseudo: Place | None = None,
    ) -> Analysis:
        head, header = definition.head, definition.header
        offset = head.tokens.offsets[head.start + header.name_index] if len(head.tokens) else 0
        place = pseudo or self.source.place(offset)
        matter = self.matter | frozenset(self._given(definition.code, partners))
        bodies = bodies_in_view(self.file.macros, matter, view, self.file.config)
        try:
            words = partial(words_in_view, self.file.macros, view=view, config=self.file.config)
            around = Surroundings(self.file.noreturn.__contains__, self.aliases, bodies, words)
            graph = build_graph(self.source, definition, partners, around)
        except (GraphError, RecursionError) as error:
            reason = "it nests too deep" if isinstance(error, RecursionError) else str(error)
            return NotAnalysed(header.name, view.condition, place, reason)
        first, last = (head.start + index for index in header.parameters)
        declared = (*head.tokens.texts[head.start : first], *head.tokens.texts[last : head.end])
        return Analysed(
            header.name,
            macro or header.macro,
            view.condition,
            place,
            frozenset(words_in(declared)),
            parameters or head.tokens.text(first, last),
            graph,
            pseudo is not None,
            view.answers,
        )

    def _given(self, code: Range, partners: Mapping[int, int]) -> Iterator[str]:
        """The macros that get a wanted name in an argument, so that what they make of it matters."""
        texts = code.tokens.texts
        for index in range(code.start, code.end - 1) if self.wanted else ():
            is_macro = texts[index + 1] == "(" and texts[index] in self.file.macros
            if is_macro and not self.wanted.isdisjoint(texts[index + 2 : partners[index + 1]]):
                yield texts[index]


def _is_statement(tokens: Tokens) -> bool:
    return not tokens.texts or tokens.texts[0] in {"do", "(", "{", "if", "for", "while", "switch"}
