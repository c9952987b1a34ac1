"""Kconfig expressions: read, shown, evaluated with unknowns."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gen.kernel.expression import (
    ALWAYS,
    DEEPEST,
    LONGEST,
    NEVER,
    And,
    Comparison,
    Constant,
    Expression,
    ExpressionError,
    Macro,
    Not,
    Or,
    Symbol,
    all_of,
    any_of,
    evaluated,
    negation,
    parsed,
    reduced,
    shown,
    symbols_of,
    tokens,
)

A, B, C = Symbol("A"), Symbol("B"), Symbol("C")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("A", A),
        ("64BIT", Symbol("64BIT")),
        ("y", ALWAYS),
        ('"n"', NEVER),
        ("m", Constant("m")),
        ("!A", Not(A)),
        ("!!A", A),
        ("! A", Not(A)),
        ("A && B && C", And((A, B, C))),
        ("A && (B && C)", And((A, B, C))),
        ("A||B", Or((A, B))),
        ("A || B && C", Or((A, And((B, C))))),
        ("(A || B) && C", And((Or((A, B)), C))),
        ("!A || B", Or((Not(A), B))),
        ("!(A || B)", Not(Or((A, B)))),
        ("A && A", A),
        ("A && n", NEVER),
        ("A || y", ALWAYS),
        ("A=y", Comparison(A, "=", Constant("y"))),
        ("A != n", Comparison(A, "!=", Constant("n"))),
        ("!A = B", Not(Comparison(A, "=", B))),
        ("GCC_VERSION >= 110200", Comparison(Symbol("GCC_VERSION"), ">=", Constant("110200"))),
        ("A < 0x10", Comparison(A, "<", Constant("0x10"))),
        ("\"$(ARCH)\" = 'x86'", Comparison(Macro('"$(ARCH)"'), "=", Constant("x86", "'"))),
        ("$(cc-option,-mfoo -bar(1))", Macro("$(cc-option,-mfoo -bar(1))")),
        ("!$(as-instr,1:\\n.inst 0 # x)", Not(Macro("$(as-instr,1:\\n.inst 0 # x)"))),
        ("$(a)-B", Macro("$(a)-B")),
        ("A # && B", A),
        ("A && \\\n\tB", And((A, B))),
        ("A && \\\r\n B", And((A, B))),
        ('A = "a \\" # b"', Comparison(A, "=", Constant('a \\" # b', '"'))),
    ],
)
def test_text_becomes_a_tree(text: str, tree: Expression) -> None:
    assert parsed(text) == tree


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "where a symbol should be"),
        ("A B", "unexpected `B`"),
        ("A &&", "where a symbol should be"),
        ("|| A", "`||` where a symbol should be"),
        ("(A", "where a bracket should close"),
        ("A)", "unexpected `)`"),
        ("A = B = C", "unexpected `=`"),
        ("A & B", "unexpected character '&'"),
        ("A.B", "unexpected character '.'"),
        ("\x1b[31m", "unexpected character '\\x1b'"),
        ("\udc80", "unexpected character '\\udc80'"),
        ('"A', "without its closing quote"),
        ('"A\n"', "without its closing quote"),
        ("$(A", "without its closing bracket"),
        ('"$(A"', "without its closing bracket"),
        ("$(A\n)", "without its closing bracket"),
        ("!" * (DEEPEST + 1) + "A", f"more than {DEEPEST} brackets"),
        ("(" * 100_000, f"more than {LONGEST} words"),
        ("(" * (DEEPEST + 1) + "A" + ")" * (DEEPEST + 1), f"more than {DEEPEST} brackets"),
        ("A " * (LONGEST + 1), f"more than {LONGEST} words"),
        ("A " + "B" * 1000, "unexpected `" + "B" * 57 + "...`"),
    ],
)
def test_what_is_no_expression_is_said(text: str, why: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parsed(text)
    assert why in str(error.value)


def test_the_deepest_expression_can_be_read_shown_and_reduced() -> None:
    text = "A || B && (" * (DEEPEST - 1) + "!C || A" + ")" * (DEEPEST - 1)
    tree = parsed(text)
    assert shown(tree) == text
    assert evaluated(tree, {"A": False, "B": True, "C": False}) is True


def test_tokens_know_their_places() -> None:
    found = tokens('x A \\\n "b c"=$(d e)f # g', 1)
    assert [(each.kind, each.text, each.start, each.end) for each in found] == [
        ("word", "A", 2, 3),
        ("string", "b c", 7, 12),
        ("sign", "=", 12, 13),
        ("word", "$(d e)f", 13, 20),
        ("end", "the end of the line", 21, 21),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "A && B || C",
        "A && (B || C)",
        "!(A && B)",
        "!(A = B)",
        "!A && !B",
        "A = y",
        "A != 'it\"s'",
        'A = "it\'s"',
        "A >= 0x10",
        '"$(ARCH)" = "x86"',
        "$(cc-option,-m)",
        "y",
        "n",
        "m",
    ],
)
def test_a_tree_is_shown_as_it_is_written(text: str) -> None:
    assert shown(parsed(text)) == text


values = st.one_of(
    st.sampled_from([A, B, C, Symbol("64BIT")]),
    st.builds(Constant, st.sampled_from(["1", "0x2", "-3"])),
    st.builds(Constant, st.sampled_from(["x", "", "it's no #"]), st.just('"')),
    st.builds(Macro, st.sampled_from(["$(a,b (c))", '"$(d)"'])),
)
leaves = values | st.builds(Comparison, values, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), values)
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(negation, inner), st.builds(all_of, st.lists(inner)), st.builds(any_of, st.lists(inner))
    ),
)


@given(expressions)
def test_what_is_shown_reads_back_as_the_same_tree(tree: Expression) -> None:
    assert parsed(shown(tree)) == tree


@given(st.text() | st.text("()!&|=<>AB$\"' \\\n#"))
def test_any_text_is_an_expression_or_an_error(text: str) -> None:
    try:
        tree = parsed(text)
    except ExpressionError:
        return
    assert parsed(shown(tree)) == tree


def answer(tree: Expression, known: dict[str, bool]) -> bool:
    """The same language, once more and in another way: by Python's own operators."""
    match tree:
        case Symbol(name):
            return known[name]
        case Not(of):
            return not answer(of, known)
        case And(parts):
            return all(answer(part, known) for part in parts)
        case Or(parts):
            return any(answer(part, known) for part in parts)
        case Comparison(Symbol(left), sign, Symbol(right)):
            return (known[left] == known[right]) == (sign == "=")
    raise AssertionError(tree)


symbols = st.sampled_from([A, B, C])
booleans = st.recursive(
    symbols | st.builds(Comparison, symbols, st.sampled_from(["=", "!="]), symbols),
    lambda inner: st.one_of(
        st.builds(Not, inner), st.builds(all_of, st.lists(inner)), st.builds(any_of, st.lists(inner))
    ),
)


@given(booleans, st.dictionaries(st.sampled_from("ABC"), st.booleans()))
def test_what_is_known_holds_whatever_the_unknowns_are(tree: Expression, known: dict[str, bool]) -> None:
    unknown = sorted(set("ABC") - set(known))
    worlds = [
        {**known, **dict(zip(unknown, rest, strict=True))} for rest in product([False, True], repeat=len(unknown))
    ]
    answers = {answer(tree, world) for world in worlds}
    if not unknown or evaluated(tree, known) is not None:
        assert {evaluated(tree, known)} == answers
    left = reduced(tree, known)
    assert all(answer(left, world) == answer(tree, world) for world in worlds)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A", True),
        ("B", False),
        ("X", None),
        ("A || X", True),
        ("A && X", None),
        ("B && X", False),
        ("!X", None),
        ("A = y", True),
        ("A != y", False),
        ("A = B", False),
        ("A = X", None),
        ("A = m", False),
        ("m", None),
        ("2 < 10", True),
        ("10 < 2", False),
        ("2 <= 2", True),
        ("2 > 2", False),
        ("0x10 >= 16", True),
        ('"2" > "a"', None),
        ('"x86" = "x86"', True),
        ('"$(ARCH)" = "x86"', None),
        ("$(cc-option,-m) || A", True),
    ],
)
def test_a_condition_is_true_false_or_unknown(text: str, value: bool | None) -> None:
    assert evaluated(parsed(text), {"A": True, "B": False}) is value


def test_the_symbols_of_an_expression_come_in_its_order() -> None:
    assert list(symbols_of(parsed("!B && (A = C || B) && 3 < X && $(Y) && 'Z' = ''"))) == ["B", "A", "C", "B", "X"]
