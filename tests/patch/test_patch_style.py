"""What gen looks at in the form of a patch, on patches that somebody else might have made."""

from __future__ import annotations

import pytest

from gen.patch.style import objections

HEAD = "From 0 Mon Sep 17 00:00:00 2001\nFrom: A <a@b>\nSubject: [PATCH] toy: x\n\n{}\n---\n a.c | 2 +-\n\n"
DIFF = "diff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -4,2 +4,3 @@ int f(void)\n \tint a;\n{}\n \tint b;\n--\ng 1\n"


def said(log: str, line: str) -> list[str]:
    return list(objections("0001.patch", (HEAD.format(log) + DIFF.format(line)).encode()))


@pytest.mark.parametrize(
    ("log", "line", "why"),
    [
        ("words " * 13, "+\ta;", "a line of the log has 78 characters, more than 75: `words words words"),
        ("a word ", "+\ta;", "a line of the log ends in a space: `a word`"),
        ("x", "+" + "\t" * 12 + "a = b;", "a.c:5: the line has 102 columns, more than 100"),
        ("x", "+\ta; ", "a.c:5: the line ends in white space"),
        ("x", "+ \ta;", "a.c:5: a space comes before a tab"),
        ("x", "+\t        a;", "a.c:5: the line is indented with spaces"),
        ("x", "+\ta;\r", "a.c:5: the line ends in a carriage return, and the one above does not"),
        ("x", "+\n+", "a.c:6: there are two empty lines in a row"),
    ],
)
def test_what_is_objected_to(log: str, line: str, why: str) -> None:
    assert any(each.startswith(f"0001.patch: {why}") for each in said(log, line)), said(log, line)


@pytest.mark.parametrize(
    ("log", "line"),
    [
        ("words " * 12 + "end", "+\ta;"),
        (f"Link: https://example.org/{'x' * 80}", "+\ta;"),
        (f"  $ {'word ' * 20}end", "+\ta;"),
        ("x" * 90, "+\ta;"),
        ("x", "-\ta; "),
        ("x", f"-\t{'a' * 120}(b, c, d);\n+\t{'a' * 120}(c, d);"),
        ("x", f"+\t{'a' * 120}();"),
        ("x", " \ta; "),
        ("x", "+"),
        ("x", "-\ta;\n\\ No newline at end of file\n+\tb;"),
    ],
)
def test_what_is_let_be(log: str, line: str) -> None:
    assert said(log, line) == []


def test_a_file_with_carriage_returns_keeps_them() -> None:
    diff = DIFF.replace(" \tint a;", " \tint a;\r").format("+\ta;\r")
    assert list(objections("0001.patch", (HEAD.format("x") + diff).encode())) == []
