"""Assembly: uses of names, by what they stand with and where; comments, strings and lookalikes left out."""

from __future__ import annotations

import pytest
from reading import uses

from gen.csource.asm import Use
from gen.csource.tokens import Place


@pytest.mark.parametrize(
    ("line", "operation"),
    [
        ("\tbl\tuser_exit", "bl"),
        ("\tjal user_exit", "jal"),
        ("1:\tcall\tuser_exit ; nop", "call"),
        ("\tjbsr\tuser_exit", "jbsr"),
        ("\ttail user_exit", "tail"),
        ("\tPTR_LA\tt9, user_exit", "PTR_LA"),
        ("\tabi_call\tuser_exit", "abi_call"),
        ("\tcall *user_exit(%rip)", "call"),
        ("\tbl\tCFUNC(user_exit)", "bl"),
        ("\t.long user_exit", ".long"),
        ("\tnop; bl user_exit", "bl"),
    ],
)
def test_an_operand(line: str, operation: str) -> None:
    (found,) = uses(f"ENTRY(handler)\n{line}\nEND(handler)\n", {"user_exit"}, "mips")
    assert (found.use, found.operation, found.label) == (Use.OPERAND, operation, "handler")
    assert found.place == Place(2, line.index("user_exit") + 1)


@pytest.mark.parametrize(
    ("line", "architecture"),
    [
        ("/* bl user_exit */", ""),
        ("\tnop // bl user_exit", "arm64"),
        ("\tnop # bl user_exit", "mips"),
        ("\tnop @ bl user_exit", "arm"),
        ("\tnop ; bl user_exit", "arc"),
        ("\tnop ! bl user_exit", "sparc"),
        ("\tnop | bl user_exit", "m68k"),
        ("# bl user_exit", ""),
        ('\t.ascii "user_exit"', "mips"),
        ("\tbl user_exit_irqoff", "arm"),
        ("\tbl my_user_exit", "arm"),
        ("\tbl user_exit.part", "arm"),
        ("/* open\n bl user_exit", ""),
    ],
)
def test_no_use(line: str, architecture: str) -> None:
    assert uses(line, {"user_exit"}, architecture) == []


def test_an_immediate_is_no_comment() -> None:
    assert [each.operation for each in uses("\tmov r0, #1 ; bl user_exit\n", {"user_exit"}, "arm")] == ["bl"]
    assert [each.operation for each in uses("\tmov d0, #user_exit\n", {"user_exit"}, "m68k")] == ["mov"]


def test_macros_and_definitions() -> None:
    code = """	.macro ct_user_exit, save = 1
	bl	user_exit_callable
	.endm
SYM_CODE_START(vector_swi)
	ct_user_exit save=0
SYM_CODE_END(vector_swi)
	.globl	ct_user_exit
#define CT_EXIT \\
	bl user_exit_callable
user_exit_callable:
"""
    found = uses(code, {"ct_user_exit", "user_exit_callable"}, "arm")
    assert [(each.name, each.use, each.label, each.place.line) for each in found] == [
        ("ct_user_exit", Use.DEFINED, "ct_user_exit", 1),
        ("user_exit_callable", Use.OPERAND, "ct_user_exit", 2),
        ("ct_user_exit", Use.MACRO, "vector_swi", 5),
        ("ct_user_exit", Use.DECLARED, "", 7),
        ("user_exit_callable", Use.OPERAND, "CT_EXIT", 9),
        ("user_exit_callable", Use.DEFINED, "user_exit_callable", 10),
    ]


def test_a_define_that_stands_for_a_name() -> None:
    code = """#ifdef CONFIG_A
# define SCHEDULE_USER schedule_user
#else
# define SCHEDULE_USER schedule
#endif
	call SCHEDULE_USER
"""
    found = uses(code, {"SCHEDULE_USER", "schedule_user"}, "sparc")
    assert [(each.name, each.use, each.place) for each in found] == [
        ("SCHEDULE_USER", Use.DEFINED, Place(2, 10)),
        ("schedule_user", Use.OPERAND, Place(2, 24)),
        ("SCHEDULE_USER", Use.DEFINED, Place(4, 10)),
        ("SCHEDULE_USER", Use.OPERAND, Place(6, 7)),
    ]


TABLE = """	.macro __BUILD_HANDLER exception handler ext
	NESTED(handle_\\exception, PT_SIZE, sp)
	jal	do_\\handler
	END(handle_\\exception)
	.endm
	.macro BUILD_HANDLER exception handler clear=cli
	__BUILD_HANDLER \\exception \\handler _int
	.endm

	BUILD_HANDLER adel ade cli	/* #4 */
	BUILD_HANDLER exception=bp, handler=bp
"""


def test_a_table_of_handlers() -> None:
    found = uses(TABLE, {"do_ade", "do_bp"}, "mips")
    via = ("BUILD_HANDLER", "__BUILD_HANDLER")
    assert [(each.name, each.operation, each.label, each.place, each.via) for each in found] == [
        ("do_ade", "jal", "handle_adel", Place(10, 2), via),
        ("do_bp", "jal", "handle_bp", Place(11, 2), via),
    ]


def test_macros_that_use_each_other_end() -> None:
    wide = "".join(f".macro m{n} a\n" + f"m{n + 1} \\a\n" * 30 + ".endm\n" for n in range(12))
    assert uses(f".macro m a\nm \\a\n.endm\nm do_bp\n{wide}m0 x\n", {"do_bp"}) != []
