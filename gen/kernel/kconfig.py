"""Kconfig of a kernel tree for one architecture: which symbols are defined, selected and on by default, and when.

`KconfigReader` follows `source` from a root file, with the variables that kbuild would set for the architecture. What
an unconfigured tree cannot tell (`$(...)` in a condition) stays unknown. What is not understood, not there, or in a
circle is reported beside the rest, and never ends the reading. Source: Documentation/kbuild/kconfig-language.rst.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise
from typing import Protocol

from gen.diagnostics import Span
from gen.facts.loader import architecture, symbols
from gen.kernel.expression import (
    ALWAYS,
    Expression,
    ExpressionError,
    Macro,
    Symbol,
    Token,
    all_of,
    any_of,
    negation,
    reduced,
    shortened,
)
from gen.kernel.names import in_common
from gen.kernel.statements import Condition, Statement, read_statements
from gen.kernel.tree import NotUnderstood, Unreadable

ROOT = "arch/Kconfig"
"""Reads the architecture's own file first, and then what is common to all of them."""
LARGEST = 1 << 20
"""Bytes of a file that is read; the kernel's own largest has 0.1 MB."""
DEEPEST_SOURCE = 50
"""Files that `source` each other; the kernel's own deepest is 7."""
DEEPEST_BLOCK = 100
"""Blocks inside each other that are told apart, files included; the kernel's own deepest is about 10."""
MOST_TIMES = 10
"""That one file is read for one root; the kernel's own names each once."""
MOST_DEFAULTS = 200
"""Of one symbol; the kernel's own most are some 20."""
MOST_PROBLEMS = 1000
MOST_STATEMENTS = 300_000
"""Read for one root, each as often as its file is named; the whole of 6.12 has about 130,000."""


@dataclass(frozen=True)
class Select:
    """One `select` (or `imply`): `span` is the selected symbol, `statement` all of it.

    `by` is the config that it stands in, and `by_span` that one's name; `own` is its `if`; `enclosing` are the `if` and
    `depends on` of the blocks around the config, outermost first.
    """

    symbol: str
    by: str
    by_span: Span
    span: Span
    statement: Span
    own: Condition | None
    enclosing: tuple[Condition, ...]
    implied: bool = False


@dataclass(frozen=True)
class Default:
    """One `default` or `def_bool`: its value, and its own `if`."""

    value: Expression
    span: Span
    own: Condition | None


@dataclass(frozen=True)
class Config:
    """One `config NAME` of perhaps several; `span` is the name. `prompted` says whether a user may ever decide."""

    name: str
    span: Span
    enclosing: tuple[Condition, ...]
    depends: tuple[Condition, ...]
    selects: tuple[Select, ...]
    defaults: tuple[Default, ...]
    prompted: bool

    @property
    def available(self) -> Expression:
        """When it exists: everything that it and the blocks around it depend on."""
        return all_of(condition.expression for condition in (*self.enclosing, *self.depends))


@dataclass(frozen=True)
class Kconfig:
    """What was read for one architecture. `files` are all files read, in order, each once."""

    arch: str
    configs: tuple[Config, ...]
    files: tuple[str, ...]
    not_understood: tuple[NotUnderstood, ...]

    @cached_property
    def by_name(self) -> Mapping[str, tuple[Config, ...]]:
        """The configs of each symbol, in the order in which they were read."""
        named: dict[str, list[Config]] = {}
        for config in self.configs:
            named.setdefault(config.name, []).append(config)
        return {name: tuple(configs) for name, configs in named.items()}

    @cached_property
    def _selects(self) -> Mapping[str, tuple[Select, ...]]:
        found: dict[str, list[Select]] = {}
        for config in self.configs:
            for select in config.selects:
                found.setdefault(select.symbol, []).append(select)
        return {symbol: tuple(selects) for symbol, selects in found.items()}

    def selects(self, symbols: Iterable[str], *, implied: bool = False) -> tuple[Select, ...]:
        """Every `select` of the symbols, one symbol after the other, in reading order; with `imply` if asked."""
        found = (select for symbol in dict.fromkeys(symbols) for select in self._selects.get(symbol, ()))
        return tuple(select for select in found if implied or not select.implied)

    def always_on(self, symbol: str) -> bool:
        """Whether it is y whatever the configuration, as an architecture's own symbol is."""
        configs = self.by_name.get(symbol, ())
        return self.by_default(symbol) == ALWAYS and not any(config.prompted for config in configs)

    @cached_property
    def _by_default(self) -> dict[str, Expression]:
        return {}

    def by_default(self, symbol: str) -> Expression:
        """When a boolean symbol is y by its defaults, of which the first counts whose condition holds.

        What comes behind MOST_DEFAULTS of them is not known.
        """
        if symbol not in self._by_default:
            self._by_default[symbol] = any_of(self._cases(symbol))
        return self._by_default[symbol]

    def _cases(self, symbol: str) -> Iterator[Expression]:
        so_far, number = ALWAYS, 0
        for config in self.by_name.get(symbol, ()):
            for default in config.defaults:
                if number == MOST_DEFAULTS:
                    yield all_of([so_far, Macro("...")])
                    return
                here = all_of([default.own.expression if default.own else ALWAYS, config.available])
                yield all_of([so_far, here, default.value])
                so_far = all_of([so_far, negation(here)])
                number += 1

    def condition(self, select: Select) -> Expression:
        """When a select is in force: its own `if`, and the symbol that it stands in unless that is always on.

        What surrounds that symbol is not repeated: a symbol that is on has what it depends on.
        """
        selector = ALWAYS if self.always_on(select.by) else Symbol(select.by)
        return all_of([selector, select.own.expression if select.own else ALWAYS])

    def selected(self, symbol: str) -> Expression:
        """When something selects the symbol; NEVER if nothing does."""
        return any_of(self.condition(select) for select in self.selects([symbol]))

    def on(self, symbol: str) -> Expression:
        """When the symbol is y without anybody's choice: by a default, or because it is selected.

        A symbol that only architectures define, and this one does not, counts as n.
        """
        absent = {name: False for name in _architectures_own() if name not in self.by_name}
        return reduced(any_of([self.by_default(symbol), self.selected(symbol)]), absent)

    def select_list(self, symbol: str) -> SelectList | None:
        """The longest list of selects in a config of the symbol, or None if there is none."""
        lists = [config.selects for config in self.by_name.get(symbol, ()) if config.selects]
        return SelectList(max(lists, key=len)) if lists else None

    def root_list(self) -> SelectList | None:
        """The longest list of an always-on symbol in the architecture's own Kconfig file."""
        own = f"arch/{self.arch}/Kconfig"
        lists = [config.selects for config in self.configs if config.span.file == own and self.always_on(config.name)]
        longest = max(lists, key=len, default=())
        return SelectList(longest) if longest else None


@cache
def _architectures_own() -> frozenset[str]:
    return frozenset(row.symbol for row in symbols() if row.per_architecture)


@dataclass(frozen=True)
class SelectList:
    """The selects of one config, in the order of the file; never empty."""

    selects: tuple[Select, ...]

    @property
    def order(self) -> float:
        """Which share of the neighbours is in alphabetical order, 0 to 1."""
        names = [select.symbol for select in self.selects]
        pairs = [one <= other for one, other in pairwise(names)]
        return sum(pairs) / len(pairs) if pairs else 1.0

    @property
    def is_sorted(self) -> bool:
        """Whether the list is kept in order; a tree's sorted lists have a few slips."""
        return self.order >= _SORTED

    def predecessor(self, symbol: str, beside: str = "") -> Select | None:
        """The select after which one of `symbol` should stand; None: before the first.

        In a sorted list that is where the fewest others are out of order. In any other list it is after `beside` if
        that is selected there, else at the end.
        """
        if not self.is_sorted:
            return next((each for each in self.selects if each.symbol == beside), self.selects[-1])
        # Slips out of order behind the new line, less those before it, as it moves down; ties go to the closest kin.
        balance = 0
        best, least = None, (0, 0)
        for select in self.selects:
            balance += (select.symbol > symbol) - (select.symbol < symbol)
            rank = (balance, -in_common(select.symbol, symbol))
            if rank <= least:
                best, least = select, rank
        return best


_SORTED = 0.8
"""Lists that somebody sorts have 0.81 to 1.0 in both trees, the others 0.6 to 0.75."""


# Reading


Known = tuple[bytes, tuple[list[Statement], list[NotUnderstood]]]
"""The bytes of a file, and what they say."""

_Parsed = tuple[list[Statement], list[NotUnderstood]] | Unreadable


class Readable(Protocol):
    """A tree, as far as it is asked for files."""

    def read(self, file: str, most: int = LARGEST, /) -> bytes | Unreadable:
        """The content of a file named by its path from the top."""


def variables_of(arch: str) -> dict[str, str]:
    """What kbuild's variables say for an architecture; user-mode Linux uses files of its host."""
    header = architecture(arch).host or arch
    return {"SRCARCH": arch, "ARCH": arch, "HEADER_ARCH": header, "SUBARCH": header, "srctree": "."}


class KconfigReader:
    """Reads the Kconfig of one tree; a file that no architecture has for itself is parsed once for all of them.

    What is known of those may be shared by readers of one tree, or of several.
    With `about`, files that neither hold one of these symbols nor lead to other files are not looked into. That is
    several times as fast, and changes nothing in what is said about them (but in what is not understood elsewhere).
    """

    def __init__(self, tree: Readable, about: Iterable[str] = (), known: dict[str, Known] | None = None) -> None:
        self._tree = tree
        self._known = {} if known is None else known
        wanted = tuple(about)
        self._about = tuple(symbol.encode() for symbol in (*wanted, *_architectures_own())) if wanted else ()

    def read(self, arch: str, root: str = ROOT, *, follow: bool = True) -> Kconfig:
        """What `root` says for `arch`, and with `follow` all files that it names by `source`."""
        walk = self._walked(arch, root, follow)
        own = f"arch/{arch}/Kconfig"
        if root == ROOT and follow and own not in walk.files:
            # Until 4.18 the architecture's file is the top, and leads to the common ones itself.
            top = self._walked(arch, own, follow)
            if ROOT not in top.files:
                top.file(ROOT, Span(ROOT))
            if own in top.files:
                walk = top
            elif not any(own in each.reason for each in walk.problems):
                walk.problems |= top.problems
        return Kconfig(arch, tuple(walk.configs), tuple(walk.files), tuple(sorted(walk.problems)))

    def _walked(self, arch: str, root: str, follow: bool) -> _Walk:
        walk = _Walk(self._statements, variables_of(arch), follow)
        walk.file(root, Span(root))
        return walk

    def _statements(self, file: str) -> _Parsed:
        content = self._tree.read(file, LARGEST)
        if isinstance(content, Unreadable):
            return content
        known, parsed = self._known.get(file, (b"", None))
        if parsed is None or known != content:
            parsed = self._parse(file, content)
            if not _OWN_FILE.match(file):
                self._known[file] = content, parsed
        return parsed

    def _parse(self, file: str, content: bytes) -> tuple[list[Statement], list[NotUnderstood]]:
        if not self._about or _SOURCE.search(content) or any(symbol in content for symbol in self._about):
            return read_statements(file, content)
        return [], []


_OWN_FILE = re.compile(r"arch/\w+/")
_SOURCE = re.compile(rb"source\s+[\"']")


@dataclass
class _Block:
    """An open `if`, `menu` or `choice`: what is asked for around it, and what it asks for so far."""

    keyword: str
    span: Span
    outer: tuple[Condition, ...] = ()
    conditions: list[Condition] = field(default_factory=list)


@dataclass
class _Building:
    """A config whose attributes are being read."""

    name: str
    span: Span
    enclosing: tuple[Condition, ...]
    depends: list[Condition] = field(default_factory=list)
    selects: list[Select] = field(default_factory=list)
    defaults: list[Default] = field(default_factory=list)
    prompted: bool = False

    def built(self) -> Config:
        lists = (tuple(self.depends), tuple(self.selects), tuple(self.defaults))
        return Config(self.name, self.span, self.enclosing, *lists, self.prompted)


class _Walk:
    """Goes through statements in order and keeps what is open: files, blocks, and the config being read."""

    def __init__(self, parsed: Callable[[str], _Parsed], variables: Mapping[str, str], follow: bool) -> None:
        self._parsed = parsed
        self._variables = variables
        self._follow = follow
        self._open: list[str] = []
        self._blocks: list[_Block] = []
        self._outer = 0
        self._known_enclosing: tuple[Condition, ...] | None = ()
        self._entry: _Building | _Block | None = None
        self._read = 0
        self.configs: list[Config] = []
        self.files: dict[str, int] = {}
        self.problems: set[NotUnderstood] = set()

    def file(self, name: str, named_at: Span) -> None:
        """Goes through a file that is named at a place; its blocks end with it."""
        parsed = self._parsed(name)
        if isinstance(parsed, Unreadable):
            self._puzzled(named_at, f"{shortened(name)} cannot be read: {parsed.reason}")
            return
        statements, problems = parsed
        self._read += len(statements) + 1
        self.files[name] = self.files.get(name, 0) + 1
        self.problems.update(problems)
        outer, self._outer = self._outer, len(self._blocks)
        self._open.append(name)
        for statement in statements:
            self._statement(statement)
        self._end_entry()
        for block in self._blocks[self._outer :]:
            self._puzzled(block.span, f"`{block.keyword}` without its `end{block.keyword}`")
        self._close(self._outer)
        self._outer = outer
        self._open.pop()

    def _statement(self, statement: Statement) -> None:
        try:
            _HANDLERS.get(statement.keyword, _Walk._ignored)(self, statement)
        except ExpressionError as error:
            self._puzzled(statement.span, statement.broken or str(error))

    def _puzzled(self, span: Span, reason: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.add(NotUnderstood(span, reason))

    def _ignored(self, statement: Statement) -> None:
        if statement.broken:
            raise ExpressionError

    # What is open

    def _end_entry(self) -> None:
        if isinstance(self._entry, _Building):
            self.configs.append(self._entry.built())
        self._entry = None

    def _begin(self, keyword: str, span: Span) -> _Block:
        self._end_entry()
        outer = self._enclosing
        if len(self._blocks) == DEEPEST_BLOCK:
            self._puzzled(span, f"more than {DEEPEST_BLOCK} blocks inside each other")
            outer = (*outer, Condition("...", Macro("..."), span))
        self._blocks.append(_Block(keyword, span, outer))
        self._known_enclosing = None
        return self._blocks[-1]

    def _close(self, first: int) -> None:
        del self._blocks[first:]
        self._known_enclosing = None

    def _add_condition(self, block: _Block, condition: Condition) -> None:
        if len(self._blocks) <= DEEPEST_BLOCK:
            block.conditions.append(condition)
            self._known_enclosing = None

    @property
    def _enclosing(self) -> tuple[Condition, ...]:
        if self._known_enclosing is None:
            block = self._blocks[-1] if self._blocks else None
            self._known_enclosing = (*block.outer, *block.conditions) if block else ()
        return self._known_enclosing

    def _config(self) -> _Building:
        if not isinstance(self._entry, _Building):
            raise ExpressionError("outside a config")
        return self._entry

    # Parts of a statement

    def _condition(self, statement: Statement, words: list[Token]) -> Condition:
        """The condition that the words are; one that nobody can read is unknown, not absent."""
        condition, problem = statement.condition(words)
        if problem:
            self._puzzled(statement.span, problem)
        return condition

    def _suffix(self, statement: Statement, words: list[Token]) -> tuple[list[Token], Condition | None]:
        """The words before an `if`, with an end, and what is after it."""
        for place, word in enumerate(words):
            if word.kind == "word" and word.text == "if":
                before = [*words[:place], Token("end", "`if`", word.start, word.start)]
                return before, self._condition(statement, words[place + 1 :])
        return words, None

    # Statements

    def _begins_config(self, statement: Statement) -> None:
        self._end_entry()
        self._entry = _Block("comment", statement.span)  # takes what follows if the name is no name
        name = _single_word(statement.words)
        self._entry = _Building(name.text, statement.span_of(name), self._enclosing)

    def _begins_comment(self, statement: Statement) -> None:
        self._end_entry()
        self._entry = _Block("comment", statement.span)

    def _begins_if(self, statement: Statement) -> None:
        block = self._begin("if", statement.span)
        self._add_condition(block, self._condition(statement, statement.words))

    def _begins_menu(self, statement: Statement) -> None:
        self._entry = self._begin(statement.keyword, statement.span)
        self._ignored(statement)

    def _ends_block(self, statement: Statement) -> None:
        self._end_entry()
        keyword = statement.keyword.removeprefix("end")
        innermost = len(self._blocks) - 1
        for place in range(innermost, max(self._outer, innermost - DEEPEST_BLOCK) - 1, -1):
            if self._blocks[place].keyword == keyword:
                for block in self._blocks[place + 1 :]:
                    self._puzzled(block.span, f"`{block.keyword}` without its `end{block.keyword}`")
                return self._close(place)
        raise ExpressionError(f"`{statement.keyword}` without its `{keyword}`")

    def _depends(self, statement: Statement) -> None:
        words = statement.words
        if not statement.broken and words[0].text != "on":
            raise ExpressionError("`depends` without `on`")
        wanted, own = self._suffix(statement, words if statement.broken else words[1:])
        condition = self._condition(statement, wanted)
        if own:  # since v6.19: what is wanted only under a condition
            either = any_of([negation(own.expression), condition.expression])
            condition = Condition(f"{condition.text} if {own.text}", either, condition.span)
        if isinstance(self._entry, _Building):
            self._entry.depends.append(condition)
        elif self._entry:
            self._add_condition(self._entry, condition)
        else:
            raise ExpressionError("outside an entry")

    def _selects(self, statement: Statement) -> None:
        config = self._config()
        words, own = self._suffix(statement, statement.words)
        symbol = _single_word(words)
        span, implied = statement.span_of(symbol), statement.keyword == "imply"
        config.selects.append(
            Select(symbol.text, config.name, config.span, span, statement.span, own, self._enclosing, implied)
        )

    def _defaults(self, statement: Statement) -> None:
        words, own = self._suffix(statement, statement.words)
        value = self._condition(statement, words)
        if isinstance(self._entry, _Building):
            self._entry.defaults.append(Default(value.expression, value.span, own))

    def _types(self, statement: Statement) -> None:
        self._ignored(statement)
        if isinstance(self._entry, _Building) and (len(statement.words) > 1 or statement.keyword == "prompt"):
            self._entry.prompted = True

    def _visible(self, statement: Statement) -> None:
        # It hides prompts; a select in a hidden menu selects all the same.
        self._suffix(statement, statement.words)

    def _sources(self, statement: Statement) -> None:
        self._end_entry()
        if not self._follow:
            return
        words = statement.words
        if statement.broken or len(words) != 2 or words[0].kind not in ("string", "word"):
            raise ExpressionError("`source` without one path")
        name = _VARIABLE.sub(lambda found: self._variables.get(found[1] or found[2], found[0]), words[0].text)
        if "$" in name:
            raise ExpressionError(f"{shortened(name)} has a variable that is not known here")
        if name in self._open:
            raise ExpressionError(f"{shortened(name)} is being read already: a circle")
        if self.files.get(name) == MOST_TIMES:
            raise ExpressionError(f"{shortened(name)} is not read again: it was {MOST_TIMES} times")
        if len(self._open) == DEEPEST_SOURCE or self._read > MOST_STATEMENTS:
            raise ExpressionError(f"{shortened(name)} is not read: there is too much")
        self.file(name, statement.span)


_VARIABLE = re.compile(r"\$(?:\((\w+)\)|(\w+))", re.ASCII)
"""$(NAME), and $NAME until 4.17."""


def _single_word(words: list[Token]) -> Token:
    if len(words) != 2 or words[0].kind != "word" or "$" in words[0].text:
        raise ExpressionError("one symbol is expected here")
    return words[0]


_HANDLERS: dict[str, Callable[[_Walk, Statement], None]] = {
    "config": _Walk._begins_config,
    "menuconfig": _Walk._begins_config,
    "comment": _Walk._begins_comment,
    "if": _Walk._begins_if,
    "menu": _Walk._begins_menu,
    "choice": _Walk._begins_menu,
    **dict.fromkeys(("endif", "endmenu", "endchoice"), _Walk._ends_block),
    "depends": _Walk._depends,
    **dict.fromkeys(("select", "imply"), _Walk._selects),
    **dict.fromkeys(("default", "def_bool", "def_tristate"), _Walk._defaults),
    **dict.fromkeys(("bool", "tristate", "int", "hex", "string", "prompt"), _Walk._types),
    "visible": _Walk._visible,
    "source": _Walk._sources,
}
