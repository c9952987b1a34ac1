"""Assembly as the assembler sees it: macros, what chooses among lines, and labels."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping

import pytest

from gen.csource import asm_program
from gen.csource.asm_program import Kind, Program, TooLongError, program_of
from gen.csource.asm_text import dialect_of
from gen.csource.conditions import spelled
from gen.csource.gas import NotGasError, Text, read_gas
from gen.csource.tokens import Source

FILE = "arch/toy/kernel/entry.S"


def program(text: str, header: str = "", arch: str = "toy", decided: Mapping[str, bool] | None = None) -> Program:
    dialect = dialect_of(arch)
    read = [read_gas(Text(file, Source(each)), dialect) for file, each in ((FILE, text), ("entry.h", header))]
    return program_of(FILE, read[0], [read[1]], dialect, decided or {})


def lines(text: str, header: str = "", arch: str = "toy", decided: Mapping[str, bool] | None = None) -> list[str]:
    """The instructions, and what forks ask."""
    kept = (each for each in program(text, header, arch, decided).lines if each.kind in {Kind.CODE, Kind.FORK})
    return [f"#if {spelled(each.asks)}" if each.kind is Kind.FORK else " ".join(each.text.split()) for each in kept]


WITH_IF = ".macro m a, irq = 0\n\t.if \\irq != 0\n\tone \\a\n\t.else\n\ttwo\n\t.endif\n.endm\n"
OF_EACH_CONDITION = ".irp c,,eq,ne\n.macro ret\\c, reg\n\tmov\\c pc, \\reg\n.endm\n.endr\n"


@pytest.mark.parametrize(
    ("macros", "use", "made"),
    [
        (".macro m a, b=2\n\top \\a, \\b\n.endm\n", "m r1", ["op r1, 2"]),
        (".macro m a, b=2\n\top \\a, \\b\n.endm\n", "m b=r1, a=3", ["op 3, r1"]),
        (".macro m a, b\n\top \\a, \\b\n.endm\n", "m , r2", ["op , r2"]),
        (WITH_IF, "m r1", ["two"]),
        (WITH_IF, "m r1, irq = 1", ["one r1"]),
        (".macro m a\n\top\\a\\()x\n.endm\n", "m 1", ["op1x"]),
        (".macro m a\n\t.ifb \\a\n\tnone\n\t.endif\n\t.ifnb \\a\n\tsome\n\t.endif\n.endm\n", "m", ["none"]),
        (".macro m a\n\t.ifc \\a, x\n\tis\n\t.elseif 1\n\tother\n\t.endif\n.endm\n", "m x\n\tm y", ["is", "other"]),
        ('.macro m a\n\t.ifeqs "\\a", "lr"\n\tbx\n\t.else\n\tmov\n\t.endif\n.endm\n', "m lr\n\tm r1", ["bx", "mov"]),
        (OF_EACH_CONDITION, "ret lr\n\tretne r1", ["mov pc, lr", "movne pc, r1"]),
        (".macro m\n\tn\n.endm\n.macro n\n\top\n.endm\n", "m", ["op"]),
        ("#define CLI mask; \\\n\tsync\n", "CLI", ["mask", "sync"]),
        ("#define TWO(a, b) op a; op b ## x\n", "TWO(r1, r2)", ["op r1", "op r2x"]),
        ("#define ARM(x...) x\n#define THUMB(x...)\n", "ARM( stm sp, {r0, r1} )\n\tTHUMB( nop )", ["stm sp,{r0,r1}"]),
        ("#define read(x) op x\n", "read r1\n\tread(r2)", ["read r1", "op r2"]),
        (".macro m\n\t.rept 2\n\top\n\t.endr\n.endm\n", "m", ["op", "op"]),
        (".macro m\n\tm\n.endm\n", "m", ["m"]),
    ],
)  # fmt: skip
def test_what_a_macro_stands_for(macros: str, use: str, made: list[str]) -> None:
    assert lines(f"\t{use}\n", macros) == made
    assert lines(f"{macros}\t{use}\n") == made


def test_a_label_of_a_macro_is_another_one_in_each_use() -> None:
    made = program("\tm\n\tm\n", ".macro m\n\tbne .Lout\\@\n.Lout\\@:\n\top\n.endm\n")
    assert [each.text for each in made.lines] == ["bne .Lout1", "op", "bne .Lout2", "op", ""]
    assert made.labels == {".Lout1": (1,), ".Lout2": (3,)}


def test_what_the_configuration_decides_is_no_fork() -> None:
    text = "#ifdef CONFIG_A\n\tone\n#elif defined(CONFIG_B) || \\\n\tdefined(CONFIG_C)\n\ttwo\n#else\n\tthree\n#endif\n"
    assert lines(text) == ["#if CONFIG_A", "one", "#if CONFIG_B || CONFIG_C", "two", "three"]
    assert lines(text, decided={"CONFIG_A": True}) == ["one"]
    assert lines(text, decided={"CONFIG_A": False, "CONFIG_C": True}) == ["two"]
    assert lines("#ifdef __ASSEMBLY__\n\tone\n#else\nint f(void);\n#endif\n") == ["one"]


def test_forks_lead_past_the_other_arms() -> None:
    made = program("#ifdef A\n\tone\n#else\n\ttwo\n#endif\n\tthree\n").lines
    fork, one, jump, two, three, _ = made
    assert (fork.kind, one.text, jump.kind, two.text, three.text) == (Kind.FORK, "one", Kind.JUMP, "two", "three")
    assert (made[fork.other], made[jump.other]) == (two, three)
    assert fork.source is not None
    assert fork.source.place(fork.offset).line == 1


def test_definitions_of_one_name_are_chosen_where_it_is_used() -> None:
    header = "#ifndef _H\n#define _H\n#ifdef A\n.macro m\n\tone\n.endm\n#else\n.macro m\n\ttwo\n.endm\n#endif\n#endif\n"
    assert lines("\tm\n", header) == ["#if A", "one", "two"]
    assert lines("\tm\n", header, decided={"A": False}) == ["two"]
    assert lines("\tm\n", header.replace("#ifdef A", "#ifdef __KERNEL__")) == ["one"]


@pytest.mark.parametrize(
    "way",
    [
        (".pushsection .text.cold", ".popsection"),
        (".subsection 1", ".previous"),
        (".section .fixup", ".previous"),
        (".data", ".text"),
    ],
)
def test_text_that_goes_elsewhere_is_not_fallen_into(way: tuple[str, str]) -> None:
    made = program(f"\tone\n\t{way[0]}\n2:\ttwo\n\tb 1f\n\t{way[1]}\n1:\tthree\n")
    assert [each.text or each.kind.value for each in made.lines] == ["one", "three", "stop", "two", "b 1f", "stop"]
    # A number is looked for in the order in which text is written, whatever the section, as gas does.
    assert (made.places("2b", 1), made.places("1f", 4)) == ((3,), (1,))
    assert made.labels == {"2": (3,), "1": (1,)}


def test_where_labels_are() -> None:
    made = program("ENTRY(f)\n1:\tone\n\tb 1b\n\tb 1f\n1: g:\ttwo\n\tb 1b\nEND(f)\n")
    assert (made.places("1b", 1), made.places("1f", 2), made.places("1b", 4)) == ((0,), (3,), (3,))
    assert (made.places("f", 0), made.places("g", 0), made.places("nowhere", 0)) == ((0,), (3,), ())
    assert made.places("1", 0) == ()


def test_what_makes_no_code() -> None:
    text = "tsk .req r9\n\t.align 5\n\t.globl f\nf:\n\top @ comment\n\t.word 1\nENDPROC(f)\n"
    assert lines(text, arch="arm") == ["op", ".word 1"]


def test_places_are_those_of_the_file_itself_also_of_what_a_macro_of_a_header_has() -> None:
    text = "#define CLI op\n\n\tm\n\tCLI\n.macro own\n\n\tone\n\tm\n.endm\n\town\n"
    header = "\n.macro m\n\tinner\n.endm\n.macro inner\n#ifdef A\n\ttwo\n#endif\n.endm\n"
    made = [each for each in program(text, header).lines if each.source]
    places = [(each.text, each.source.file, each.source.place(each.offset).line) for each in made if each.source]
    assert places == [
        ("#if", FILE, 3),
        ("two", FILE, 3),
        ("op", FILE, 1),
        ("one", FILE, 7),
        ("#if", FILE, 8),
        ("two", FILE, 8),
    ]


def test_what_a_section_has_stands_together() -> None:
    text = "\tone\n\t.section .entry\n\ttwo\n\t.pushsection .cold\n\tthree\n\t.popsection\n\tfour\n\t.text\n\tfive\n"
    made = [each.text or each.kind.value for each in program(text).lines]
    assert made == ["one", "five", "stop", "two", "four", "stop", "three", "stop"]


@pytest.mark.parametrize(
    "text",
    [
        "\t.irpc c,abc\n\top\\c\n\t.endr\n",
        "\t.inst.w 1\n",
        "\t.insn i 0\n",
        '\t.include "more.S"\n',
    ],
)
def test_what_may_be_code_and_is_not_known_stays(text: str) -> None:
    """An instruction that nobody knows, and not nothing."""
    (only,) = lines(text)
    assert only.split()[0] == text.split()[0]


def test_what_is_repeated_an_unknown_number_of_times_is_there_once() -> None:
    """Behind what says so, of which it is asked whether that is known."""
    assert lines("\t.rept COUNT\n\top a\n\t.endr\n") == [".rept COUNT", "op a"]


@pytest.mark.parametrize("text", ["\top a, \\\n\t\tb\n", "#define two op a, \\\n\tb\n\ttwo\n"])
def test_a_line_that_is_continued_ends_no_instruction(text: str) -> None:
    assert [" ".join(each.split()) for each in lines(text)] == ["op a, b"]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("\n#endif\n", 2, "has a #endif that is in nothing"),
        (".macro m\n#ifdef A\n.endm\n#endif\n", 3, "has a .endm that is in nothing"),
        ("\n\n#ifdef A\n", 3, "is not closed"),
        (".macro\n.endm\n", 1, "is no .macro"),
    ],
)
def test_what_does_not_nest_is_not_read(text: str, line: int, why: str) -> None:
    with pytest.raises(NotGasError, match=f"line {line} of {FILE} {why}"):
        program(text)


@pytest.mark.parametrize(
    "text",
    [
        "".join(f".macro m{n}\n\tm{n + 1}\n\tm{n + 1}\n.endm\n" for n in range(23)) + "\tm0\n",
        "".join(f".macro m{n} a\n\tm{n + 1} \\a\\a\n.endm\n" for n in range(23)) + "\tm0 abcdefgh\n",
        "".join(f"#define M{n}(a) M{n + 1}(a a)\n" for n in range(23)) + "\tM0(abcdefgh)\n",
        "\t.rept 100000\n\t.rept 100000\n\top\n\t.endr\n\t.endr\n",
        "\tm " + "a, " * 100_000 + "\n.macro m\n.endm\n",
    ],
    ids=["exponential", "arguments", "defines", "repeats", "long"],
)
def test_a_program_has_an_end(text: str) -> None:
    with contextlib.suppress(TooLongError):
        made = program(text)
        assert len(made.lines) <= asm_program.MOST_LINES + 2
        assert max(len(each.text) for each in made.lines) < 400_000


@pytest.mark.parametrize(
    "text",
    [
        ".rept 1000\n" * 5 + ".endr\n" * 5,
        ".rept 1000\n" * 3 + "1:\n" + ".endr\n" * 3,
        ".macro m\n" + "1:\n" * 1_000 + ".endm\n" + "\tm\n" * 5_000,
        "#define m(a) " + "a " * 900 + "\n.rept 1000\n\tm(" + "x" * 1_900 + ")\n.endr\n",
        "".join(f"#ifdef A{n}\n#define x .endr\n#endif\n" for n in range(1_000)) + "\tx\n" * 5_000,
        "".join(f"#ifdef A{n}\n#define lb x{n}\n#endif\n" for n in range(1_000)) + "lb:\n" * 5_000,
        ".macro m a\n\tnop " + "\\a " * 900 + "\n.endm\n.rept 1000\n\tm " + "x" * 1_900 + "\n.endr\n",
    ],
    ids=["repetitions", "labels", "labels of a macro", "pasted", "definitions", "other names", "arguments"],
)
def test_what_would_be_too_much_is_too_long(text: str) -> None:
    began = time.process_time()
    with pytest.raises(TooLongError):
        program(text)
    with pytest.raises(TooLongError):  # in a header, if it defines anything
        program("\tm\n\tx\nlb:\n" * 70_000, text)
    assert time.process_time() - began < 20


@pytest.mark.parametrize("times", ["\u00b2", "0" * 5_000 + "1", "-1", "1001", "n"])
def test_a_number_of_repetitions_that_is_none_is_an_instruction_that_nobody_knows(times: str) -> None:
    assert lines(f".rept {times}\n\tnop\n.endr\n")[0].startswith(".rept ")


def test_what_stands_behind_too_many_labels_is_not_known() -> None:
    made = program("a:" * 200_000 + "\top\n").lines
    assert made[0].text.startswith("... a:")


@pytest.mark.parametrize("use", ["m x", "m " + "x" * 100])
def test_an_instruction_of_which_not_all_is_read_is_not_known(use: str) -> None:
    """Not even where what is left of it is one that is."""
    made = program(f".macro m a\n\tnop \\a, {'b' * 4_000}\n.endm\n\t{use}\n").lines
    assert [each.text.split()[0] for each in made if each.text] == ["..."]
