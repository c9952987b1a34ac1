"""Rules: an id, a severity, the documentation and the wording of a finding, all in one function."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, ParamSpec

from gen.diagnostics.diagnostic import Diagnostic, Related, Severity, Span

P = ParamSpec("P")


@dataclass(frozen=True)
class Said:
    """What a rule says about one finding; the place is added by `Rule.at`."""

    message: str
    hint: str = ""
    related: Iterable[Related] = ()


@dataclass(frozen=True)
class Rule(Generic[P]):
    """A rule with its wording function; `gen explain` prints `text`, which is that function's docstring."""

    id: str
    severity: Severity
    summary: str
    text: str
    say: Callable[P, Said]

    def at(self, span: Span, /, *args: P.args, **kwargs: P.kwargs) -> Diagnostic:
        """The diagnostic for a finding at `span`; the other arguments are those of the wording function."""
        said = self.say(*args, **kwargs)
        return Diagnostic(self.id, self.severity, span, said.message, said.hint, tuple(said.related))


RULES: dict[str, Rule[...]] = {}


def rule(severity: Severity = Severity.ERROR) -> Callable[[Callable[P, Said]], Rule[P]]:
    """Make a rule of a function that words it.

    The id is the function's name with hyphens. The docstring's first line is the summary; the paragraphs after it say
    what is wrong, why it matters, and what to write instead.
    """

    def register(say: Callable[P, Said]) -> Rule[P]:
        name = say.__name__.replace("_", "-")
        summary, _, text = inspect.cleandoc(say.__doc__ or "").partition("\n\n")
        made = Rule(name, severity, summary, text, say)
        if RULES.setdefault(name, made) is not made:
            raise ValueError(f"two rules are called {name}")
        return made

    return register
