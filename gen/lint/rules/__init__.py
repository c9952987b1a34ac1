"""One module a rule: its `@rule` function says what is wrong, its `on_...` functions find it.

A module is asked by the hooks that it has; a new rule is a new file, and nobody edits anything else for it:

- `on_function(use, file, facts)`: each function, in each view, that mentions the pair or schedule_user()
- `on_file(file, facts)`: each file that mentions a name of context tracking
- `on_architecture(facts, work)`: each architecture that is linted as a whole
- `on_entries(reading)`: the entry paths of an architecture, read from its C

`facts` (`ArchFacts`) is None outside of an architecture. A hook yields diagnostics whose files are named from the top
of the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from gen.diagnostics import Diagnostic, Severity

_UNSURE = frozenset({"path-not-read", "spec-mismatch"})

HOOKS = ("on_function", "on_file", "on_architecture", "on_entries")


@cache
def modules() -> tuple[ModuleType, ...]:
    """Every rule's module, by name."""
    names = sorted(module.name for module in iter_modules(__path__))
    return tuple(import_module(f"{__name__}.{name}") for name in names)


def hooks(name: str) -> Iterator[Callable[..., Iterator[Diagnostic]]]:
    """The functions of one of HOOKS, in the order of the rules."""
    for module in modules():
        hook: Any = getattr(module, name, None)
        if hook is not None:
            yield hook


def is_of_entries(found: Diagnostic) -> bool:
    """Whether a finding is about the order of entry code that was read, or about entry code that was not."""
    module = found.rule.replace("-", "_")
    asked = (each for each in modules() if each.__name__.rpartition(".")[2] == module)
    return found.rule in _UNSURE or any(hasattr(each, "on_entries") for each in asked)


def is_unsure(found: Diagnostic) -> bool:
    """Whether a finding says that gen cannot tell: a path that was not read, or a tree that its spec does not describe.

    Where a spec describes the tree's release, and the tree is not as it says, that is a warning, and sure.
    """
    return found.rule in _UNSURE and found.severity is Severity.NOTE
