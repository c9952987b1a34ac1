"""Tokens: what is one, where it is, and that no text is lost."""

from __future__ import annotations

import pytest

from gen.csource.tokens import Place, Source, decoded, directive_rest, directive_word, tokenize


def texts(code: str, *, in_macro: bool = False) -> list[str]:
    return list(tokenize(code, in_macro=in_macro).texts)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("a->b++ << 3u;", ["a", "->", "b", "++", "<<", "3u", ";"]),
        ("x <<= 1e+3 + .5f", ["x", "<<=", "1e+3", "+", ".5f"]),
        ("case 1 ... 3:", ["case", "1", "...", "3", ":"]),
        ("a /* b */ c // d\ne", ["a", "c", "e"]),
        ("a /* b", ["a"]),
        ("a // b \\\n c\nd", ["a", "d"]),
        ('"/*" x "a\\"b" y', ['"/*"', "x", '"a\\"b"', "y"]),
        ('"open\nnext', ['"open', "next"]),
        ("'\"' x '\\'' y", ["'\"'", "x", "'\\''", "y"]),
        ("don't\nstop", ["don", "'t", "stop"]),
        ("#if A \\\n && B\nx", ["#if A \\\n && B", "x"]),
        ("#if A \\\r\n && B\r\nx\r\n", ["#if A \\\r\n && B\r", "x"]),
        ("#define A /* over\nlines */ 1\nx", ["#define A /* over\nlines */ 1", "x"]),
        ('#define A "/*"\nx', ['#define A "/*"', "x"]),
        ("  # ifdef A\nx", ["# ifdef A", "x"]),
        ("a\0b", ["a", "\0", "b"]),
        ("überall = €;", ["überall", "=", "€", ";"]),
        ("x \\\n y", ["x", "y"]),
        ("", []),
    ],
)
def test_tokens(code: str, expected: list[str]) -> None:
    assert texts(code) == expected


def test_in_a_macro_hashes_are_operators() -> None:
    assert texts("#x a ## b \\\n c", in_macro=True) == ["#", "x", "a", "##", "b", "c"]


def test_places_count_code_points_from_one() -> None:
    source = Source("é\n\tüx;\r\ny")
    tokens = tokenize(source.text)
    places = [source.place(offset) for offset in tokens.offsets]
    assert places == [Place(1, 1), Place(2, 2), Place(2, 4), Place(3, 1)]


def test_a_range_reads_as_one_line() -> None:
    assert tokenize("prev_state\n\t= exception_enter( /* why */ );").text() == "prev_state = exception_enter( );"


def test_partners_are_of_one_kind() -> None:
    partners, lost = tokenize("f(a[1], {b})").partners()
    assert (partners, lost) == ({3: 5, 7: 9, 1: 10}, None)
    assert tokenize("f(a]").partners()[1] == 3
    assert tokenize("f((a)").partners()[1] == 1


def test_a_directive_says_what_it_does() -> None:
    assert directive_word("#  /* x */ ifdef A") == "ifdef"
    assert directive_rest("#if defined(A) /* x */ && \\\n B // y") == "defined(A) && B"
    assert directive_word("#") == ""


def test_bytes_that_are_no_utf8_are_not_lost() -> None:
    assert decoded("ü".encode()) == "ü"
    assert decoded(b"\xfcx") == "\xfcx"
