"""Kconfig of a kernel tree for one architecture: which symbols are defined, selected and on by default, and when.

`KconfigReader` follows `source` from a root file, with the variables that kbuild would set for the architecture. What
an unconfigured tree cannot tell (`$(...)` in a condition) stays unknown. What is not understood, not there, or in a
circle is reported beside the rest, and never ends the reading. Source: Documentation/kbuild/kconfig-language.rst.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from gen.diagnostics import Span
from gen.kernel.expression import (
    ALWAYS,
    NEVER,
    Expression,
    ExpressionError,
    Macro,
    Symbol,
    Token,
    all_of,
    any_of,
    negation,
    parsed_tokens,
    reduced,
    shortened,
)
from gen.kernel.statements import NotUnderstood, Statement, read_statements
from gen.kernel.tree import KernelTree, Unreadable

ROOT = "arch/Kconfig"
"""Reads the architecture's own file first, and then what is common to all of them."""
DEEPEST_SOURCE = 50
MOST_FILES = 10_000
"""Files read for one root, each as often as it is named; the whole of 6.12 has 1,812."""


@dataclass(frozen=True)
class Condition:
    """A condition as it is written (blanks folded), what it means, and where it stands."""

    text: str
    expression: Expression
    span: Span


@dataclass(frozen=True)
class Select:
    """One `select` (or `imply`): `by` is the config it stands in, `span` the selected symbol, `line` all of it.

    `own` is its `if`; `enclosing` are the `if` and `depends on` of the blocks around `by`, outermost first.
    """

    symbol: str
    by: str
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

    @property
    def turns_on(self) -> Expression:
        """When this default makes a boolean symbol y, as far as it is the one that counts."""
        return all_of([self.value, self.own.expression if self.own else ALWAYS])


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

    @property
    def always_on(self) -> bool:
        """Whether it is y whatever the configuration: an architecture's own symbol, mostly."""
        if self.prompted or self.available != ALWAYS or not self.defaults:
            return False
        return self.defaults[0].turns_on == ALWAYS


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
        """Every `select` of one of the symbols, in the order in which they were read; with `imply` if asked."""
        found = (select for symbol in dict.fromkeys(symbols) for select in self._selects.get(symbol, ()))
        return tuple(select for select in found if implied or not select.implied)

    def always_on(self, symbol: str) -> bool:
        """Whether some config of the symbol makes it y whatever the configuration."""
        return any(config.always_on for config in self.by_name.get(symbol, ()))

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
        defaults = [
            all_of([default.turns_on, config.available])
            for config in self.by_name.get(symbol, ())
            for default in config.defaults
        ]
        absent = {name: False for name in _ARCHITECTURES_OWN if name not in self.by_name}
        return reduced(any_of([*defaults, self.selected(symbol)]), absent)

    def select_list(self, symbol: str) -> SelectList | None:
        """The longest list of selects in a config of the symbol, or None if there is none."""
        lists = [config.selects for config in self.by_name.get(symbol, ()) if config.selects]
        return SelectList(max(lists, key=len)) if lists else None

    def root_list(self) -> SelectList | None:
        """The longest list of an always-on symbol in the architecture's own Kconfig file."""
        own = f"arch/{self.arch}/Kconfig"
        lists = [config.selects for config in self.configs if config.always_on and config.span.file == own]
        longest = max(lists, key=len, default=())
        return SelectList(longest) if longest else None


_ARCHITECTURES_OWN = frozenset({"64BIT"})


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

        In a sorted list that is where the fewest others are out of order, the later place of two. In any other list it
        is after `beside` if that is selected there, else at the end.
        """
        if not self.is_sorted:
            return next((each for each in self.selects if each.symbol == beside), self.selects[-1])
        before = after = 0
        least, best = 0, None
        for select in self.selects:
            after += select.symbol < symbol
            before += select.symbol > symbol
            if before - after <= least:
                least, best = before - after, select
        return best


_SORTED = 0.85


# Reading


def variables_of(arch: str) -> dict[str, str]:
    """What kbuild's variables say for an architecture; user-mode Linux uses files of its host, of which x86 is one."""
    header = "x86" if arch == "um" else arch
    return {"SRCARCH": arch, "ARCH": arch, "HEADER_ARCH": header, "SUBARCH": header, "srctree": "."}


class KconfigReader:
    """Reads the Kconfig of one tree; a file is parsed once, for however many architectures."""

    def __init__(self, tree: KernelTree) -> None:
        self._tree = tree
        self._parsed: dict[str, _Parsed] = {}

    def read(self, arch: str, root: str = ROOT, *, follow: bool = True) -> Kconfig:
        """What `root` says for `arch`, and with `follow` all files that it names by `source`."""
        walk = _Walk(self._statements, variables_of(arch), follow)
        walk.file(root, Span(root))
        return Kconfig(arch, tuple(walk.configs), tuple(walk.files), tuple(sorted(walk.problems)))

    def _statements(self, file: str) -> _Parsed:
        if file not in self._parsed:
            content = self._tree.read(file)
            self._parsed[file] = content if isinstance(content, Unreadable) else read_statements(file, content)
        return self._parsed[file]


_Parsed = tuple[list[Statement], list[NotUnderstood]] | Unreadable


@dataclass
class _Block:
    """An open `if`, `menu` or `choice`, and what it asks for so far."""

    keyword: str
    span: Span
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
        self._enclosing: tuple[Condition, ...] = ()
        self._entry: _Building | _Block | None = None
        self._read = 0
        self.configs: list[Config] = []
        self.files: dict[str, None] = {}
        self.problems: set[NotUnderstood] = set()

    def file(self, name: str, named_at: Span) -> None:
        """Goes through a file that is named at a place."""
        parsed = self._parsed(name)
        if isinstance(parsed, Unreadable):
            return self._puzzled(named_at, f"{shortened(name)} cannot be read: {parsed.reason}")
        self._read += 1
        self.files[name] = None
        self._open.append(name)
        outer = len(self._blocks)
        statements, problems = parsed
        self.problems.update(problems)
        for statement in statements:
            try:
                _HANDLERS.get(statement.keyword, _ignored)(self, statement)
            except ExpressionError as error:
                self._puzzled(statement.span, str(error))
        self._end_entry()
        for block in self._blocks[outer:]:
            self._puzzled(block.span, f"`{block.keyword}` without its `end{block.keyword}`")
        self._blocks[outer:] = []
        self._update_enclosing()
        self._open.pop()
        return None

    def _puzzled(self, span: Span, reason: str) -> None:
        self.problems.add(NotUnderstood(span, reason))

    def _end_entry(self) -> None:
        if isinstance(self._entry, _Building):
            self.configs.append(self._entry.built())
        self._entry = None

    def _update_enclosing(self) -> None:
        self._enclosing = tuple(each for block in self._blocks for each in block.conditions)
