"""Whatever the text is, the reader ends and does not raise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import everything

from gen.csource.tokens import decoded, tokenize

FUNCTION = """#define LEAVE(x) do { if (x) return; } while (0)
#ifdef CONFIG_A
asmlinkage void noinstr handler(struct pt_regs *regs, int a[3])
{
	enum ctx_state prev = exception_enter(); /* "comment' */
	char *s = "a\\"b", c = '\\'';

	LEAVE(a);
#if defined(CONFIG_B) && !IS_ENABLED(CONFIG_C)
	switch (x ? f(1) : g(2)) {
	case 1 ... 3:
		goto out;
	default:
		for (int i = 0; i < 3 && h(i); i++)
			continue;
	}
#else
	do {
		asm goto("nop" : : "r"(x) : : out);
	} while (0);
#endif
	x = ({ y(); 1; });
	list_for_each_entry(p, q, r)
		panic("no");
out:
	exception_exit(prev);
}
#endif
SYM_CODE_START(entry)
	.macro build a, b=1
	bl	do_\\a
	.endm
	build exception_enter
"""

PIECES = (
    *"{}()[];:?#\\\"'/*,=\n\t\0",
    *(
        "/*",
        "*/",
        "//",
        "#if A\n",
        "#else\n",
        "#elif B\n",
        "#endif\n",
        "#if 0\n",
        "\\\n",
        "\r\n",
        "({",
        "})",
        "&&",
        "||",
    ),
    *("if ", "else ", "do ", "while(", "for(", "switch(", "case ", "default:", "goto ", "return ", "asm(", "##", "a "),
    *("#define x(", "#define y ", "exception_enter()", "panic()", ".macro m a\n", ".endm\n", "m 1\n", 'extern "C" {'),
)


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    everything(decoded(data))


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    everything(text)


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_pieces_of_c(pieces: list[str]) -> None:
    everything("".join(pieces))
    everything("void f(void)\n{\n" + "".join(pieces) + "\n}\n")


@given(
    st.lists(st.tuples(st.integers(0, len(FUNCTION)), st.integers(0, 30), st.sampled_from(("", *PIECES))), max_size=8)
)
def test_a_function_with_mutations(edits: list[tuple[int, int, str]]) -> None:
    text = FUNCTION
    for start, length, piece in edits:
        text = text[:start] + piece + text[start + length :]
    everything(text)


@given(st.text(alphabet="ab1 \n\t\r/*\"'#\\.<>=+-&|\0é", max_size=80))
def test_no_code_is_lost(text: str) -> None:
    tokens = tokenize(text)
    for piece, offset in zip(tokens.texts, tokens.offsets, strict=True):
        assert text[offset : offset + len(piece)] == piece
    assert list(tokens.offsets) == sorted(tokens.offsets)


MANY = 5000
HEAD, TAIL = "void f(void)\n{\n", "\n}\n"


def exploding(depth: int, times: int) -> str:
    """Macros each of which is so many times the next."""
    macros = "".join(f"#define M{n}(x) " + f"M{n + 1}(x x); " * times + "\n" for n in range(depth))
    return f"{macros}#define M{depth}(x) return\n{HEAD}M0(a);{TAIL}"


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "x(" * MANY + ")" * MANY + ";" + TAIL,
        HEAD + "{" * MANY + "}" * MANY + TAIL,
        "(" * MANY,
        "{" * MANY,
        "}" * MANY,
        HEAD + "if (a) " * MANY + "x();" + TAIL,
        HEAD + "do " * MANY + "x();" + " while (0);" * MANY + TAIL,
        HEAD + "x = " + " && ".join(["a()"] * MANY) + ";" + TAIL,
        HEAD + "x = " + "a ? b() : " * MANY + "c();" + TAIL,
        HEAD + "x = " + "a ? " * MANY + "c;" + TAIL,
        HEAD + "a = " * MANY + "b();" + TAIL,
        HEAD + "x = " + "({" * 2000 + "y();" + "})" * 2000 + ";" + TAIL,
        HEAD + "".join(f"#if A{number}\nx();\n#endif\n" for number in range(MANY)) + TAIL,
        "#if A\n" * MANY + "void f(void) { x(); }\n" + "#endif\n" * MANY,
        "#if " + "!" * MANY + "A\nvoid f(void) { x(); }\n#endif",
        "#if " + "(" * MANY + "A" + ")" * MANY + "\nvoid f(void) { x(); }\n#endif",
        "#if " + " && ".join(f"A{number}" for number in range(MANY)) + "\nvoid f(void) { x(); }\n#endif",
        "int f(a) " + "int a; " * MANY + "{ }",
        HEAD + "goto *x;" * 1000 + "".join(f"l{number}:" for number in range(1000)) + TAIL,
        exploding(6, 10),
        pytest.param(exploding(12, 20), marks=pytest.mark.slow),
        "\\" * MANY,
        '"' * MANY,
        "/*" * MANY,
        "#" * MANY,
    ],
    ids=range(25),
)
def test_what_nests_or_repeats_ends_soon(text: str) -> None:
    everything(text)
