"""Finds the entry points of an architecture in a tree: what hardware, and the assembly that it comes to, goes to.

Assembly comes first: the labels under which C functions that take pt_regs are named, those that tables of vectors
name, and those that are called handlers; and the C functions themselves. Then the handlers that macros define, and
what all these hand on to. A port without such assembly has its C handlers instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from gen.csource.asm import AsmUse, Use
from gen.csource.tokens import words_in
from gen.diagnostics import Span
from gen.facts.loader import marks
from gen.model.entry import Whence
from gen.recover.built import Built, shown
from gen.recover.c_function import CFunction
from gen.recover.dispatch import handed_on
from gen.recover.entry_point import EntryPoint, How
from gen.recover.entry_words import OTHER, EntryWords, entry_words
from gen.recover.labels import SYMBOL, macro_names, with_entry_labels
from gen.recover.reader import Reader
from gen.recover.sources import Assembly, Sources
from gen.recover.tables import c_tables
from gen.recover.vectors import vectors

DEEPEST = 4
"""How deep functions of a file are looked into."""

CALL = re.compile(r"(?<![\w.>])([A-Za-z_]\w*)\s*\(")


def discover(reader: Reader, arch: str, words: EntryWords | None = None) -> tuple[EntryPoint, ...]:
    """The entry points of a folder of arch/, each symbol once a file, in the order of files and lines."""
    return Discovery(reader, arch, words).points


class Discovery:
    """The entry points of one architecture, and the C behind them."""

    def __init__(self, reader: Reader, arch: str, words: EntryWords | None = None) -> None:
        self._reader = reader
        search = _Search(Sources(arch, reader, words or entry_words()))
        search.run()
        self.points = tuple(sorted(search.found.values(), key=lambda each: (each.span, each.symbol)))
        self.functions: Mapping[tuple[str, str], CFunction] = search.functions

    def calls(self, symbol: str, file: str = "") -> tuple[str, ...]:
        """What the C functions of a name that are entry points call, in the order of the text, each once.

        What the macro puts around one comes first, and functions of the same file are looked into: arm64 has
        arm64_enter_from_user_mode() around enter_from_user_mode().
        """
        found: dict[str, None] = {}
        for point in self.points:
            function = self.functions.get((point.symbol, point.file))
            if function and point.symbol == symbol and point.file.startswith(file):
                found.update(dict.fromkeys((*function.around, *self._called(function.file, symbol, function.text))))
        return tuple(found)

    def _called(self, file: str, name: str, text: str, route: tuple[str, ...] = ()) -> Iterator[str]:
        outline = self._reader.outline(file)
        for called in dict.fromkeys(CALL.findall(text)):
            yield called
            if outline and len(route) < DEEPEST and called not in (*route, name):
                for each in outline.named(called):
                    yield from self._called(file, called, outline.source.text[each.start : each.end], (*route, name))


@dataclass
class _Label:
    """What is known of the code under an entry label; with what it names the nearest label."""

    span: Span | None = None
    names: dict[str, str] = field(default_factory=dict)
    without: dict[str, None] = field(default_factory=dict)


class _Search:
    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.words = sources.words
        self.built = Built(sources.reader.text)
        self.found: dict[tuple[str, str], EntryPoint] = {}
        self.functions: dict[tuple[str, str], CFunction] = {}

    def run(self) -> None:
        for each in self.sources.assembly:
            self._assembly(each)
        for each in (*self.sources.assembly, *self.sources.headers_of_assembly):
            self._macro_bodies(each)
        for each in self.sources.assembly:
            for name in dict.fromkeys(vectors(each.source.text, each.uses, self.sources.arch, self.words)):
                self._named(name, How.VECTOR, (each.file,), self.sources.labels)
        for file, name in c_tables(self.sources):
            self._named(name, How.VECTOR, (file,), self.sources.labels, static=True)
        for functions in self.sources.handlers.values():
            self._all((each for each in functions if each.macro), How.MACRO, ())
        if not self.found:
            for name, functions in self.sources.handlers.items():
                if self.words.matches("c_handler", name) and self._begins(name):
                    self._all(functions, How.HANDLER, ())
        self._dispatched()

    # What assembly names.

    def _assembly(self, file: Assembly) -> None:
        labels: dict[str, _Label] = {}
        for use, label in with_entry_labels(file.uses, self.words):
            about = labels.setdefault(label, _Label())
            if (label == use.name or use.via) and about.span is None:
                about.span = file.span(use)
            if use.use is Use.OPERAND:
                self._operand(file, use, about)
        for name, about in labels.items():
            if about.span and SYMBOL.fullmatch(name):
                self._label(name, about, about.span)
            for called, nearest in about.names.items():
                self._called(called, name or file.file, nearest, self.words.kind(name, about.names))
            for called in about.without if self.words.matches("label", name) else ():
                self._all(self.sources.without_regs[called], How.CALLED_IN, (name,))

    def _macro_bodies(self, file: Assembly) -> None:
        """C functions that the body of a macro names whatever its arguments are."""
        bodies = macro_names(file.uses, self.words)
        for use in file.uses:
            if use.label in bodies and use.use is Use.OPERAND and not use.via and use.name in self.sources.handlers:
                self._called(use.name, use.label, use.label, self.words.kind(use.label))

    def _operand(self, file: Assembly, use: AsmUse, about: _Label) -> None:
        is_mark = use.name in self.words.marks
        if use.operation in self.words.data and not is_mark and self._begins(use.name):
            self._named(use.name, How.VECTOR, (file.file,), {})
        elif is_mark or use.name in self.sources.handlers:
            about.names.setdefault(use.name, use.label)
        elif use.name in self.sources.without_regs:
            about.without[use.name] = None

    def _label(self, name: str, about: _Label, span: Span) -> None:
        words = self.words
        leads = any(self._begins(each) for each in about.names)
        named = words.matches("new_task", name) or words.matches("label", name)
        if (leads or named) and not words.matches("no_label", name):
            calls = tuple(each for each in about.names if each in self.sources.handlers)
            kind = words.kind(name, about.names)
            self._add(EntryPoint(name, span, How.LABEL, kind, *self._whence(name, kind), calls=calls))

    def _begins(self, name: str) -> bool:
        """Whether the code that names this is an entry, and not its way out."""
        return name in self.words.marks or not any(self.words.matches(row, name) for row in ("no_label", "way_out"))

    def _called(self, name: str, label: str, nearest: str, kind: str) -> None:
        """A C function that is named under an entry label of some kind, and the nearest label of any sort."""
        goes_in = self.words.matches("way_in", name) or not self.words.matches("way_out_label", nearest)
        leaves = self.words.matches("way_out", name) or not goes_in
        how = How.CALLED_OUT if leaves else How.CALLED_IN
        label = nearest if leaves and nearest else label
        self._all(self.sources.handlers.get(name, ()), how, (label,), kind)
        file = self.words.generic.get(name, "")
        if file and (outline := self.sources.reader.outline(file)):
            for function in outline.named(name):
                found = CFunction(file, outline.source, name, function.name_offset, "regs", function)
                self._all((found,), how, (label,), kind)

    def _named(
        self, name: str, how: How, by: tuple[str, ...], labels: Mapping[str, tuple[Span, ...]], *, static: bool = False
    ) -> None:
        """A C handler, or one of some labels, that a table names: something comes to it by its number."""
        functions = (self.sources.functions if static else self.sources.handlers).get(name, ())
        if functions and not self.words.matches("way_out", name):
            self._all(functions, how, by)
        elif not self.words.matches("no_label", name):
            for span in labels.get(name, ()):
                kind = self.words.kind(name)
                self._add(EntryPoint(name, span, how, kind, *self._whence(name, kind), by=by))

    # C.

    def _all(self, functions: Iterable[CFunction], how: How, by: tuple[str, ...], kind: str = OTHER) -> None:
        """Functions of one name; `kind` is that of who leads to them, where their name says nothing.

        What is gone once the kernel has booted interrupts no user code, and no window.
        """
        for function in functions:
            if function.function and not _BOOTS.isdisjoint(function.function.words):
                continue
            own = "" if how is How.CALLED_OUT else self.words.kind(function.name)
            own = kind if own == OTHER and kind in _KINDS_WHENCE else own
            self._c(function, how, by, own, self._whence(function.name, own, function))

    def _c(self, function: CFunction, how: How, by: tuple[str, ...], kind: str, whence: tuple[Whence, str]) -> None:
        self._add(EntryPoint(function.name, function.span, how, kind, *whence, by=by), function)

    def _dispatched(self) -> None:
        """What entry points in C hand on to, and what that does, until there is nothing new."""
        waiting = [key for key in self.functions if self.found[key].how is not How.CALLED_OUT]
        for key in waiting:
            said = self.found[key]
            for inner in self._handed_on(self.functions[key]):
                if (inner.name, inner.file) not in self.found:
                    waiting.append((inner.name, inner.file))
                    kind = self.words.kind(inner.name)
                    kind = said.kind if kind == OTHER else kind
                    own = self._whence(inner.name, kind, inner)
                    whence = (said.whence, said.because) if said.because else own
                    self._c(inner, How.DISPATCHED, (said.symbol,), kind, whence)

    def _handed_on(self, function: CFunction) -> Iterator[CFunction]:
        own = self._in_file.get(function.file, {})
        names = handed_on(function, self.sources.functions, self.words)
        yield from (own[name] for name in names if name in own)

    @cached_property
    def _in_file(self) -> Mapping[str, Mapping[str, CFunction]]:
        """The functions that take pt_regs, by file and name."""
        found: dict[str, dict[str, CFunction]] = {}
        for name, functions in self.sources.functions.items():
            for each in functions if not self.words.matches("no_handler", name) else ():
                found.setdefault(each.file, {})[name] = each
        return found

    # What is known of one.

    def _add(self, point: EntryPoint, function: CFunction | None = None) -> None:
        key = (point.symbol, point.file)
        known = self.found.get(key)
        if known is None:
            in_c = function.function if function else None
            groups = in_c.around if in_c else self.built.asked(point.file, point.line) if point.is_assembly else ()
            condition = " && ".join(filter(None, (self.built.condition(point.file), shown(groups))))
            self.found[key] = replace(point, condition=condition, macro=function.macro if function else "")
            if function:
                self.functions[key] = function
        elif point.how is How.VECTOR and known.how in {How.CALLED_IN, How.LABEL}:
            self.found[key] = replace(known, how=How.VECTOR, by=point.by)
        elif known.how is point.how:
            self.found[key] = replace(known, by=tuple(dict.fromkeys((*known.by, *point.by))))

    def _whence(self, name: str, kind: str, function: CFunction | None = None) -> tuple[Whence, str]:
        """What an entry can interrupt, and what says so."""
        if kind in _KINDS_WHENCE:
            return _KINDS_WHENCE[kind], f"a {kind} entry"
        said = self.words.whence_of(name)
        if said:
            return Whence(said[0]), f"`{said[1]}` in its name"
        if function:
            texts = {*words_in(function.around), *re.findall(r"\w+(?=\s*\()", function.text)}
            for whence, calls in self.words.whence_calls.items():
                if called := next((each for each in calls if each in texts), ""):
                    return Whence(whence), f"{called}()"
        return Whence.ANY, ""


_BOOTS = frozenset(row.word for row in marks() if row.boots)
_KINDS_WHENCE = {"syscall": Whence.USER, "fork": Whence.FORK}
"""Kinds that come from one place only."""
