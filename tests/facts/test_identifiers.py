"""No name of the kernel and of an architecture decides anything in code: each is a row of facts, or stands here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import ROOT, SHIPPED

from gen.facts import loader
from gen.model.vocabulary import WORDS

MODULES = sorted((ROOT / "gen").rglob("*.py"))

ARCHITECTURES = {*loader.architectures(), *(path.stem for path in SHIPPED), "hexagon", "ia64"}

# Names that are words of C, of English or of gen's own language, too.
OTHER_WORDS = {
    "barrier", "cleanup", "die", "fallthrough", "inline", "max", "mb", "min", "offsetof", "panic", "return", "schedule",
    "typeof", "unreachable", "likely", "unlikely", "need_resched",
}  # fmt: skip


def identifiers() -> Iterator[str]:
    """What the facts and the vocabulary know by name."""
    for call in loader.calls():
        yield from (*call.calls, *filter(None, [call.same_as]))
    for rename in loader.renames().values():
        yield from (each.spelling for each in rename.spellings)
    for gone in loader.replaced():
        yield from (gone.name, gone.by)
    for state in loader.states():
        yield from state.names
    yield from (row.symbol for row in loader.symbols())
    yield from (row.word for row in loader.marks())
    yield from (name for name, word in WORDS.items() if word.c)


NAMES = {*identifiers()} - OTHER_WORDS
PATTERNS = re.compile(rf"\b_?(?:CONFIG|TIF)_[A-Z0-9]\w*|\barch/(?:{'|'.join(sorted(ARCHITECTURES))})\b")

ALLOWED: dict[str, tuple[set[str], str]] = {
    "gen/kernel/names.py": (
        {
            "exception_enter", "exception_exit", "schedule_user", "user_enter", "user_exit", "user_enter_irqoff",
            "user_exit_irqoff", "user_enter_callable", "user_exit_callable", "CONTEXT_TRACKING_USER", "GENERIC_ENTRY",
            "HAVE_CONTEXT_TRACKING_USER", "HAVE_CONTEXT_TRACKING_USER_OFFSTACK", "HAVE_TIF_NOHZ",
        },
        "the one home of what gen is about, by name",
    ),
    "gen/model/vocabulary.py": (
        {name for name, word in WORDS.items() if word.c} - OTHER_WORDS | {"TIF_NEED_RESCHED"},
        "the words of a spec, which are the tool's language; and what one means",
    ),
    "gen/verify/machine.py": (
        {"exception_enter", "exception_exit", "user_enter", "user_exit"},
        "kinds of a machine's operations, called after words",
    ),
    "gen/verify/policies.py": ({"nmi_enter", "user_exit"}, "names that the paper gives its events"),
    "gen/verify/lesson.py": ({"user_exit"}, "a label in a picture"),
    "gen/cli/options.py": ({"nmi_enter", "user_exit"}, "the same names, as choices of an option"),
    "gen/lint/rules/callable_helper.py": (
        {"user_enter_callable", "user_exit_callable", "user_enter_irqoff", "user_exit_irqoff"},
        "words of the rule's own hint",
    ),
    "gen/render/checks.py": (
        {"__always_inline", "noinstr", "__ct_state", "CT_STATE_KERNEL", "CT_STATE_USER"},
        "what the templates write, which is checked here",
    ),
    "gen/spec/notation.py": ({"noinstr"}, "a key of a spec"),
    "gen/spec/fill_in.py": ({"noinstr"}, "a key of a spec"),
    "gen/recover/skeleton.py": ({"noinstr"}, "a key of a spec"),
    "gen/report/matrix_cells.py": ({"schedule_user"}, "the head of a column"),
    "gen/csource/conditions.py": ({"IS_ENABLED", "IS_BUILTIN"}, "the language of conditions"),
    "gen/csource/views.py": ({"IS_ENABLED"}, "the language of conditions"),
    "gen/recover/questions.py": ({"IS_ENABLED", "IS_BUILTIN"}, "the language of conditions"),
    "gen/csource/expressions.py": ({"__attribute__"}, "C"),
}  # fmt: skip
"""Files, the names in them that stay there, and why."""

TO_BE_MOVED: dict[str, str] = {}
"""Files with names that are still to become rows, and which; a file without any is not to stand here."""


def found_in(path: Path) -> dict[str, int]:
    """The names in the strings of a module, with a line of each; docstrings and messages that mention them are free."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    free = {
        statement.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        for statement in node.body
        if isinstance(statement, ast.Expr)
    }
    found: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in free:
            exact = [node.value] if node.value in ARCHITECTURES | NAMES else []
            found |= dict.fromkeys((*exact, *PATTERNS.findall(node.value)), node.lineno)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_has_only_the_names_that_are_said_to_stay(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    if name not in TO_BE_MOVED:
        assert set(found_in(path)) == ALLOWED.get(name, (set(), ""))[0]


@pytest.mark.parametrize("name", TO_BE_MOVED)
def test_what_was_moved_is_off_the_list(name: str) -> None:
    assert found_in(ROOT / name)


def test_every_file_of_the_list_is_there() -> None:
    assert {*ALLOWED, *TO_BE_MOVED} <= {str(path.relative_to(ROOT)) for path in MODULES}


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ('"""x86 and CONFIG_SMP"""\ndef f():\n    """exception_enter"""\n', set()),
        ('f("it calls exception_enter() on x86")', set()),
        ('x == "x86"', {"x86"}),
        ('f"{y}/arch/arm64/kernel"', {"arch/arm64"}),
        ('{"local_irq_save"}', {"local_irq_save"}),
        ('re.compile(r"^CONFIG_SMP=y$")', {"CONFIG_SMP"}),
        ('x = "CONTEXT_TRACKING"\n"CT_STATE_USER"\n', {"CONTEXT_TRACKING"}),
    ],
)
def test_the_check_sees_names(code: str, names: set[str], tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(code, encoding="utf-8")
    assert set(found_in(module)) == names
