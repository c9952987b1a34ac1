"""A function of the tree as graphs: one for each view that counts, and what a macro wraps around it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from gen.csource.cfg import Graph, GraphError, Surroundings, build_graph
from gen.csource.kernel_views import Answers, KernelView, TooManyViewsError, split_view, stretch_views, views_of
from gen.csource.lookup import LEAVING, KnownMacro, Macros, bodies_in_view, macros_using, words_in_view
from gen.csource.statements import Definition, definitions
from gen.csource.tokens import Place, Source, Tokens, words_in
from gen.recover.call_facts import NEVER_TRACED
from gen.recover.files import Found, TreeFiles
from gen.recover.questions import Condition, conditions

MOST_MACROS = 6
"""How many macros may stand behind each other in a header: DEFINE_IDTENTRY_DEBUG is _IST is _RAW."""


class NotRebuiltError(Exception):
    """Entry code that is not read back, with the reason in one phrase."""


@dataclass(frozen=True)
class Body:
    """One view of a function: `file` is where its text is, `place` where its name stands.

    `wrapped` is the function whose braces a macro's body calls by a pasted name; `traceable` whether ftrace and
    kprobes can get into the function itself. `answers` are those of the view.
    """

    name: str
    file: str
    source: Source
    place: Place
    graph: Graph
    conditions: Mapping[int, Condition]
    traceable: bool
    answers: Answers = ({},)
    wrapped: Found | None = field(default=None, compare=False)


@dataclass(frozen=True)
class _Text:
    """A file or macro that a definition is read from, and the macros that are built in there."""

    file: str
    source: Source
    macros: Macros
    matter: frozenset[str]


class Bodies:
    """Gives the bodies of functions, each read once.

    Macros are built in that lead to an `interesting` name, or leave the function, and are not `known` themselves;
    `leading` says which of some words a file means for functions that lead there. With
    `by_option` every definition of such a macro makes views of its own, and IS_ENABLED() counts wherever it is asked.
    """

    def __init__(
        self,
        files: TreeFiles,
        interesting: frozenset[str],
        known: frozenset[str],
        noreturn: frozenset[str],
        pins: Mapping[str, bool],
        leading: Callable[[frozenset[str], str], frozenset[str]],
        *,
        by_option: bool = False,
    ) -> None:
        self.files = files
        self._leading = leading
        self._wanted = interesting | LEAVING | noreturn
        self._known = known
        self._noreturn = noreturn
        self._pins = pins
        self._by_option = by_option
        self._matter: dict[str, frozenset[str]] = {}
        self._bodies: dict[tuple[str, int, bool], tuple[Body, ...]] = {}

    def of(self, found: Found, *, inner: bool = False) -> tuple[Body, ...]:
        """The bodies of a function in the views that count, none if it is never compiled; NotRebuiltError.

        Of a function that a macro defines it is the macro's body, and what stands in the braces is the `inner` one.
        """
        key = (found.file, found.function.start, inner)
        if key not in self._bodies:
            self._bodies[key] = tuple(self._read(found, inner))
        return self._bodies[key]

    def of_macro(self, file: str, name: str) -> tuple[Body, ...]:
        """The bodies that a macro of a file gives to the functions it defines, if it does; NotRebuiltError."""
        return tuple(self._in_macros(name, self._counting(file, name), None, file))

    def _read(self, found: Found, inner: bool) -> Iterator[Body]:
        function = found.function
        if not function.complete:
            raise NotRebuiltError(f"the braces of {function.name}() do not balance")
        macros = self._macros_behind(found.file, function.macro)
        wrapping = () if inner else tuple(self._in_macros(function.name, macros, found, found.file))
        if wrapping:
            yield from wrapping
            return
        text = self._text(found.file, found.source, found.file)
        words = function.words.union(*(words_in(known.body.texts) for known in macros))
        try:
            views = [view for each in views_of(text.source, function) for view in self._split(text, each)]
        except TooManyViewsError as error:
            raise NotRebuiltError(f"{function.name}() has {error}") from error
        for view in filter(self._counts, views):
            partners, lost = view.tokens.partners()
            found_here = () if lost is not None else tuple(definitions(view.tokens, partners))
            for definition in found_here:
                if function.name in (definition.header.name, definition.head.text):
                    yield self._body(function.name, text, definition, partners, view, words)

    def _text(self, file: str, source: Source, asking: str) -> _Text:
        macros = self.files.macros(asking)
        if asking not in self._matter:
            words = frozenset(words_in(text for each in macros.values() for known in each for text in known.body.texts))
            wanted = self._wanted | self._leading(words, asking)
            self._matter[asking] = macros_using(macros, wanted) - self._known
        return _Text(file, source, macros, self._matter[asking])

    def _split(self, text: _Text, view: KernelView) -> tuple[KernelView, ...]:
        used = _used(text, view.tokens) if self._by_option else frozenset[str]()
        arounds = {known.macro.around: None for name in sorted(used) for known in text.macros[name]}
        return split_view(view, arounds, None) if any(arounds) else (view,)

    def _counts(self, view: KernelView) -> bool:
        """Whether a view goes with the configuration that entry code is read for."""
        return any(all(self._pins.get(name, answer) == answer for name, answer in way.items()) for way in view.answers)

    def _counting(self, file: str, name: str) -> tuple[KnownMacro, ...]:
        """The definitions of a macro that go with the configuration."""
        return tuple(each for each in self.files.macros(file).get(name, ()) if self._is_counted(each))

    def _is_counted(self, known: KnownMacro) -> bool:
        try:
            return any(map(self._counts, stretch_views(Tokens([], []), known.macro.around)))
        except TooManyViewsError:  # it may well be
            return True

    def _macros_behind(self, file: str, name: str) -> tuple[KnownMacro, ...]:
        """The macros that make a header, outermost first."""
        found: list[KnownMacro] = []
        for _ in range(MOST_MACROS):
            known = self._counting(file, name) if name else ()
            found += known
            texts = known[0].body.texts if known else ()
            name = texts[0] if len(texts) == 1 or "(" in texts[1:2] else ""
        return tuple(found)

    def _in_macros(
        self, name: str, macros: Collection[KnownMacro], wrapped: Found | None, asking: str
    ) -> Iterator[Body]:
        """The functions that macros define under the name of one of their parameters."""
        for known in macros:
            partners, lost = known.body.partners()
            if lost is not None or "{" not in known.body.texts:
                continue
            text = self._text(self._file_of(known, asking), known.source, asking)
            found = tuple(definitions(known.body, partners))
            named = tuple(each for each in found if each.header.name in (known.macro.parameters or ()))
            # A name that is pasted together is that of the only function.
            for definition in named or (found if len(found) == 1 else ()):
                view = KernelView(({},), known.body)
                yield self._body(name, text, definition, partners, view, frozenset(), wrapped)

    def _file_of(self, known: KnownMacro, asking: str) -> str:
        around = (asking, *self.files.named_headers)
        return next(file for file in around if (o := self.files.outline(file)) and o.source is known.source)

    def _body(
        self,
        name: str,
        text: _Text,
        definition: Definition,
        partners: Mapping[int, int],
        view: KernelView,
        words: frozenset[str],
        wrapped: Found | None = None,
    ) -> Body:
        bodies = bodies_in_view(text.macros, _used(text, view.tokens), view, None)
        labels = partial(words_in_view, text.macros, view=view, config=None)
        around = Surroundings(self._noreturn.__contains__, {}, bodies, labels)
        try:
            graph = build_graph(text.source, definition, partners, around)
        except (GraphError, RecursionError) as error:
            raise NotRebuiltError(f"{name}() has {error or 'statements that nest too deep'}") from error
        head = definition.head
        place = text.source.place(head.tokens.offsets[head.start + definition.header.name_index])
        traceable = NEVER_TRACED.isdisjoint(words | _header_words(definition, text.macros))
        asked = conditions(graph, partners, text.matter, self._pins, keeps_options=self._by_option)
        return Body(name, text.file, text.source, place, graph, asked, traceable, view.answers, wrapped)


def _used(text: _Text, tokens: Tokens) -> frozenset[str]:
    """The macros to build in that some code uses, with those that they use."""
    found: set[str] = set()
    new = text.matter.intersection(tokens.texts)
    while new:
        found |= new
        used = (known.body.texts for name in new for known in text.macros[name])
        new = frozenset().union(*(text.matter.intersection(texts) for texts in used)) - found
    return frozenset(found)


def _header_words(definition: Definition, macros: Macros) -> frozenset[str]:
    """The words of a header, with those that macros such as `__trap_section` among them stand for."""
    head = definition.head
    first, last = (head.start + index for index in definition.header.parameters)
    words = frozenset(words_in((*head.tokens.texts[head.start : first], *head.tokens.texts[last : head.end])))
    return words.union(*(words_in(known.body.texts) for word in words for known in macros.get(word, ())))
