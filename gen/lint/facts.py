"""What is known about one architecture of a tree before any of its code is read: Kconfig, features table, spec."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from gen.csource.conditions import Config
from gen.diagnostics import Span
from gen.kernel.expression import ALWAYS, Symbol, shown
from gen.kernel.features import Features, Support
from gen.kernel.kconfig import Kconfig, Select
from gen.kernel.names import OFFSTACK, TRACKING
from gen.kernel.naming import Naming
from gen.kernel.tree import KernelTree
from gen.model.release import Release

if TYPE_CHECKING:
    from gen.spec.archspec import ArchSpec


@dataclass(frozen=True)
class Declaration:
    """Where offstack is declared: by a `select` of the tree, or by a spec that claims it; `words` say which."""

    span: Span
    words: str


@dataclass(frozen=True)
class ArchFacts:
    """One architecture. `name` is its folder in arch/, `spec` the spec whose Kconfig file is there, if there is one.

    `config` are the symbols of a .config, if there is one: it decides whether offstack is declared.
    """

    name: str
    tree: KernelTree
    naming: Naming
    kconfig: Kconfig
    features: Features | None
    spec: ArchSpec | None
    config: Config | None = field(default=None, repr=False)

    @property
    def release(self) -> Release:
        """The release of the tree."""
        return self.tree.release

    @property
    def own_kconfig(self) -> str:
        """The architecture's own Kconfig file, which selects what it has."""
        return f"arch/{self.name}/Kconfig"

    @property
    def is_kconfig_read(self) -> bool:
        """Whether that file was read: what it selects is not known otherwise, and nothing is said to be missing."""
        return self.own_kconfig in self.kconfig.files

    def spelled(self, symbol: str) -> str:
        """How the tree spells what the newest calls `symbol`."""
        return self.naming.spelled(symbol)

    def select(self, symbol: str) -> Select | None:
        """The first `select` of what the newest calls `symbol`; None if the tree has no such option, too."""
        selects = self.kconfig.selects([self.spelled(symbol)]) if self.naming.has(symbol) else ()
        return next(iter(selects), None)

    @cached_property
    def tracking(self) -> Select | None:
        """The `select` that says that the entry code tracks user context."""
        return self.select(TRACKING)

    @cached_property
    def declaration(self) -> Declaration | None:
        """Who says that the architecture does without the pair; the tree's word counts before the spec's."""
        if not self.may_be_offstack:
            return None
        selected = self.select(OFFSTACK)
        if selected is not None:
            return Declaration(selected.span, f"selects {selected.symbol}{self._condition(selected)}")
        if self.spec is not None and self.spec.model.offstack:
            return Declaration(self.spec.offstack_span, "claims offstack in its spec")
        return None

    @cached_property
    def is_offstack_always(self) -> bool:
        """Whether every build that tracks user context is one with offstack, by what the tree selects."""
        if self.declaration is None or self.select(OFFSTACK) is None:
            return False
        tracking = self.spelled(TRACKING)
        when = self.kconfig.selected(self.spelled(OFFSTACK))
        return when in (ALWAYS, Symbol(tracking), self.kconfig.selected(tracking))

    @property
    def may_be_offstack(self) -> bool:
        """Whether the tree has the option, and no .config says that this is a build without it."""
        there = self.naming.has(OFFSTACK)
        return there and (self.config is None or f"CONFIG_{self.spelled(OFFSTACK)}" in self.config)

    @property
    def lives_by_the_pair(self) -> bool:
        """Whether its handlers keep the state with exception_enter(): it tracks, and nobody says that it need not."""
        return self.tracking is not None and self.declaration is None

    @property
    def row(self) -> Support | None:
        """Its row in the features table."""
        return self.features.rows.get(self.name) if self.features else None

    @property
    def stray_row(self) -> Support | None:
        """A row of the features table that is meant for it and spells it otherwise, such as `loong` up to 6.1."""
        known = self.tree.architectures()
        rows = self.features.rows.values() if self.features and self.row is None else ()
        return next((row for row in rows if row.arch not in known and self.name.startswith(row.arch)), None)

    def _condition(self, select: Select) -> str:
        return f" if {shown(select.own.expression)}" if select.own else ""
