"""What has to be true of a changed file before anybody sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from gen.csource.kernel_file import Analysed, KernelFile
from gen.csource.lookup import occurrences
from gen.csource.outline import Outline, read_outline
from gen.csource.statements import Label
from gen.csource.tokens import Source
from gen.patch.bodies import View, function_code, gotos
from gen.patch.declarations import unused_states
from gen.patch.refusals import PAIR


def complaints(before: Outline, text: str, functions: Collection[str], folds: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with a changed text that was not so before.

    `functions` are those that were changed, by their names before; `folds` says whose name some of them have taken.
    """
    after = read_outline(Source(text))
    expected = Counter(each.name for each in before.functions) - Counter(folds.keys())
    if expected != Counter(each.name for each in after.functions):
        yield "the file does not define the same functions"
    then = {folds.get(name, name): frozenset(_about(before, name)) for name in (*functions, *folds)}
    for name in then:
        new = frozenset(_about(after, name)) - then[name] - frozenset(_about(before, name))
        yield from (f"in {name}() {reason}" for reason in sorted(new))


def pair_is_left(text: str) -> Iterator[str]:
    """Where a changed text still uses the pair."""
    found = occurrences(read_outline(Source(text)), PAIR)
    return (f"{each.name}() is left in line {each.place.line}" for each in found)


def _about(outline: Outline, name: str) -> Iterator[str]:
    for each in KernelFile(outline).functions_named(name):
        if isinstance(each, Analysed):
            yield from (doubt.reason for doubt in each.graph.doubts)
        else:
            yield f"a view cannot be read: {each.reason}"
            return
    for function in outline.named(name):
        for view in function_code(outline.source, function).views:
            yield from _in_view(view)


def _in_view(view: View) -> Iterator[str]:
    used = {jump.operand.text for jump in gotos(view)}
    for body, _ in view.bodies():
        for number, statement in enumerate(body):
            if isinstance(statement, Label):
                if number + 1 == len(body):
                    yield f"the label `{statement.name}` has no statement behind it"
                if not statement.case and not (statement.name in used or view.tokens.texts.count(statement.name) > 1):
                    yield f"the label `{statement.name}` is not used"
    yield from (f"the variable `{each}` is not used" for each in unused_states(view))
