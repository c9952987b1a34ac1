"""Views: which there are, what they are called, and that a .config pins them."""

from __future__ import annotations

import pytest
from reading import Leak, analyses, leaks

from gen.csource.kernel_file import NotAnalysed
from gen.csource.kernel_views import MAX_VIEWS, read_config


def views(body: str, config: str | None = None) -> list[tuple[str, list[str]]]:
    """Condition and calls of each view of a function."""
    pinned = None if config is None else read_config(config)
    found = analyses(f"void f(void)\n{{\n{body}\n}}\n", None, config=pinned)
    return [
        (each.condition, [call.name for _, call in each.graph.calls()])
        for each in found
        if not isinstance(each, NotAnalysed)
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a();", [("", ["a"])]),
        ("#ifdef A\na();\n#endif", [("A", ["a"]), ("!A", [])]),
        ("#ifndef A\na();\n#else\nb();\n#endif", [("A", ["b"]), ("!A", ["a"])]),
        ("#if 0\na();\n#else\nb();\n#endif", [("", ["b"])]),
        ("#if 1 || A\na();\n#endif", [("", ["a"])]),
        ("#if defined(A) && !defined(B)\na();\n#endif", [("A && !B", ["a"]), ("B || !A", [])]),
        ("#if defined(A) || IS_ENABLED(B)\na();\n#endif", [("A || B", ["a"]), ("!A && !B", [])]),
        (
            "#ifdef A\na();\n#elif defined(B)\nb();\n#else\nc();\n#endif",
            [("A", ["a"]), ("!A && B", ["b"]), ("!A && !B", ["c"])],
        ),
        ("#ifdef A\na();\n#ifdef B\nb();\n#endif\n#endif", [("A && B", ["a", "b"]), ("A && !B", ["a"]), ("!A", [])]),
        # A condition that is asked twice is decided once.
        ("#ifdef A\na();\n#endif\n#ifdef A\nb();\n#endif", [("A", ["a", "b"]), ("!A", [])]),
        # What decides nothing is no view.
        ("#ifdef A\n#define X 1\n#endif\na();", [("", ["a"])]),
        ("#if A > 2\na();\n#endif", [("A > 2", ["a"]), ("!(A > 2)", [])]),
        ("#ifdef __ASSEMBLY__\na();\n#endif\nb();", [("", ["b"])]),
        # Braces may differ in every arm.
        ("#ifdef A\nif (x) {\n#else\nif (y) {\n#endif\na();\n}", [("A", ["a"]), ("!A", ["a"])]),
        ("if (x) {\na();\n#ifdef A\n} else if (y) {\n#endif\nb();\n}", [("A", ["a", "b"]), ("!A", ["a", "b"])]),
        # An #endif too much, and #else too often.
        ("#endif\na();", [("", ["a"])]),
        ("#ifdef A\na();\n#else\nb();\n#else\nc();\n#endif", [("A", ["a"]), ("!A", ["b"])]),
    ],
)
def test_views(body: str, expected: list[tuple[str, list[str]]]) -> None:
    assert sorted(views(body)) == sorted(expected)


@pytest.mark.parametrize(
    ("condition", "config", "compiled"),
    [
        ("#ifdef CONFIG_A", "CONFIG_A=y", True),
        ("#ifdef CONFIG_A", "# CONFIG_A is not set", False),
        ("#ifdef CONFIG_A", "", False),
        ("#ifdef CONFIG_A", "CONFIG_A=m", False),
        ("#ifdef CONFIG_A_MODULE", "CONFIG_A=m", True),
        ("#if IS_ENABLED(CONFIG_A)", "CONFIG_A=m", True),
        ("#if IS_BUILTIN(CONFIG_A)", "CONFIG_A=m", False),
        ("#if IS_MODULE(CONFIG_A)", "CONFIG_A=m", True),
        ("#if CONFIG_LEVELS > 3", "CONFIG_LEVELS=4", True),
        ("#if CONFIG_LEVELS == 3", "CONFIG_LEVELS=4", False),
        ("#if CONFIG_LEVELS", "", False),
    ],
)
def test_a_config_pins(condition: str, config: str, compiled: bool) -> None:
    assert views(f"{condition}\na();\n#endif", config) == [("", ["a"] if compiled else [])]


def test_a_config_leaves_other_names_open() -> None:
    assert views("#if defined(CONFIG_A) && defined(DEBUG)\na();\n#endif", "CONFIG_A=y") == [
        ("DEBUG", ["a"]),
        ("!DEBUG", []),
    ]


def test_what_stands_around_a_function_begins_its_condition() -> None:
    code = """#ifdef A
#else
#if defined(B)
void f(void)
{
	exception_enter();
#ifdef C
	g();
#endif
}
#endif
#endif
"""
    assert [each.condition for each in analyses(code)] == ["!A && B && C", "!A && B && !C"]


def test_too_many_views_are_said() -> None:
    body = "".join(f"#ifdef A{number}\nx({number});\n#endif\n" for number in range(7))
    (found,) = analyses(f"void f(void)\n{{\nexception_enter();\n{body}}}\n")
    assert isinstance(found, NotAnalysed)
    assert found.reason == f"its #if lines make more than {MAX_VIEWS} variants"


def test_a_leak_names_its_condition() -> None:
    code = """void f(void)
{
	prev = exception_enter();
#ifdef CONFIG_A
	if (x)
		return;
#endif
	exception_exit(prev);
}
"""
    assert leaks(code) == [Leak("f", "CONFIG_A", (3, 5, 6))]


def test_pair_under_one_condition_is_whole() -> None:
    code = "void f(void)\n{\n#ifdef A\np = exception_enter();\n#endif\nx();\n#ifdef A\nexception_exit(p);\n#endif\n}\n"
    assert leaks(code) == []


def test_a_view_without_matching_brackets_is_said() -> None:
    code = "void f(void)\n{\n#ifdef A\n\tif (x) {\n#endif\n\texception_enter();\n#ifdef B\n\t}\n#endif\n}\n"
    found = {each.condition: each for each in analyses(code)}
    assert set(found) == {"A && B", "A && !B", "!A && B", "!A && !B"}
    broken = {condition for condition, each in found.items() if isinstance(each, NotAnalysed)}
    assert broken == {"A && !B", "!A && B"}
