"""Which functions and macros a file defines."""

from __future__ import annotations

import pytest
from reading import analysed, analyses, outline

from gen.csource.kernel_file import KernelFile, NotAnalysed
from gen.csource.lookup import noreturn_names, occurrences
from gen.csource.tokens import Place


@pytest.mark.parametrize(
    ("code", "name", "macro"),
    [
        ("int f(void) { }", "f", ""),
        ("static __always_inline int\nf(void)\n{ }", "f", ""),
        ("asmlinkage void noinstr f(struct pt_regs *regs) { }", "f", ""),
        ("struct foo *f(struct bar *b) { }", "f", ""),
        ("void (*f(int x))(int) { }", "f", ""),
        ("int (f)(int x) { }", "f", ""),
        ("__attribute__((noinline)) static int f(int x) { }", "f", ""),
        ("static __printf(1, 2) int f(const char *x, ...) { }", "f", ""),
        ("static void f(int x) __acquires(lock) { }", "f", ""),
        ('void __section(".entry") f(void) { }', "f", ""),
        ("int f(a, b) int a; char *b; { }", "f", ""),
        ("f(a) { }", "f", ""),
        ("int f(int x[static 3], void (*g)(int)) { }", "f", ""),
        ("DEFINE_IDTENTRY(exc_divide_error) { }", "exc_divide_error", "DEFINE_IDTENTRY"),
        ("SYSCALL_DEFINE1(exit, int, code) { }", "exit", "SYSCALL_DEFINE1"),
        ("static void UNWIND(int x) { }", "UNWIND", ""),
        ("NOKPROBE_SYMBOL(g)\nint f(void) { }", "f", ""),
        ("EXPORT_SYMBOL(g);\n#include <x.h>\nint f(void) { }", "f", ""),
        ("static struct s x = { .a = { 1 } };\nint f(void) { }", "f", ""),
        ("enum e { A, B };\nint f(void) { }", "f", ""),
        ("struct s { int a; } __packed;\nint f(void) { }", "f", ""),
        ('extern "C" {\nint f(void) { }\n}', "f", ""),
        ("int x = ({ 1; });\nint f(void) { }", "f", ""),
    ],
)
def test_a_definition(code: str, name: str, macro: str) -> None:
    assert [(each.name, each.macro) for each in outline(code).functions] == [(name, macro)]
    assert [each.name for each in analyses(code, None)] == [name]


@pytest.mark.parametrize(
    "code",
    [
        "int f(void);",
        "struct s { int (*f)(void); };",
        "struct s __aligned(8) { int a; };",
        "static int a[] = { f(1) };",
        "enum { A = f(1) };",
        "/* int f(void) { } */",
        'char *s = "int f(void) { }";',
        "#define f(x) { x }",
        "typedef struct { int a; } t;",
        "struct s x = (struct s) { 1 };",
    ],
)
def test_no_definition(code: str) -> None:
    assert outline(code).functions == ()


def test_what_a_header_says() -> None:
    found = analysed("static void noinstr __noreturn f(struct pt_regs *regs,\n\t\tint code) __cold\n{ }")
    assert {"static", "noinstr", "__noreturn", "__cold"} <= found.words
    assert "regs" not in found.words
    assert (found.parameters, found.place) == ("struct pt_regs *regs, int code", Place(1, 32))


def test_a_function_that_no_configuration_has_is_no_function() -> None:
    for wrapped in ("#if 0\n{}\n#endif", "#ifdef __ASSEMBLY__\n{}\n#endif", "#ifndef __KERNEL__\n{}\n#endif"):
        assert analyses(wrapped.replace("{}", "void f(void) { exception_enter(); }")) == []


def test_two_definitions_are_two() -> None:
    found = analyses("#ifdef A\nvoid f(void) { x(); }\n#else\nvoid f(void) { y(); }\n#endif\n", None)
    assert [(each.name, each.condition) for each in found] == [("f", "A"), ("f", "!A")]


def test_a_header_that_an_if_decides() -> None:
    found = analyses(
        "static int\n#ifdef A\nf(int a) {\n#else\nf(int a, int b) {\n#endif\n\tx();\n}\nint g(void) { }\n", None
    )
    assert [(each.name, each.condition) for each in found] == [("f", "A"), ("f", "!A"), ("g", "")]


def test_an_end_that_an_if_decides() -> None:
    code = "int f(void)\n{\n\tx();\n#ifdef A\n\ty();\n}\n#else\n}\n#endif\nint g(void) { }\n"
    assert [(each.name, each.condition) for each in analyses(code, None)] == [("f", "A"), ("f", "!A"), ("g", "")]


def test_include_guards_are_no_condition() -> None:
    code = "#ifndef _ASM_X_H\n#define _ASM_X_H\nint f(void) { }\n#endif /* _ASM_X_H */\n"
    assert [(each.name, each.condition) for each in analyses(code, None)] == [("f", "")]


def test_a_brace_too_few_costs_one_function() -> None:
    code = "int f(void)\n{\n\tif (x) {\n\ty();\n}\n\nint g(void)\n{\n\tz();\n}\n"
    found = analyses(code, None)
    assert [each.name for each in found] == ["f", "g"]
    assert isinstance(found[0], NotAnalysed)
    assert "`{`" in found[0].reason
    assert not isinstance(found[1], NotAnalysed)


def test_a_text_that_ends_early_is_said() -> None:
    (found,) = analyses("int f(void)\n{\n\texception_enter();\n")
    assert isinstance(found, NotAnalysed)
    assert (found.name, found.reason, found.place) == ("f", "its braces do not balance", Place(1, 5))


def test_crlf_is_only_whitespace() -> None:
    code = "#ifdef A\r\nint f(void)\r\n{\r\n\tx();\r\n}\r\n#endif\r\n"
    assert [(each.name, each.condition) for each in analyses(code, None)] == [("f", "A")]


def test_only_functions_that_mention_a_name_are_read() -> None:
    code = 'void f(void) { /* exception_enter() */ s("exception_enter"); }\nvoid g(void) { exception_enter(); }\n'
    assert [each.name for each in analyses(code)] == ["g"]


def test_macros_with_bodies_are_pseudo_functions() -> None:
    code = "#define ENTER(x) \\\ndo { \\\n\tx = exception_enter(); \\\n} while (0)\n"
    found = analysed(code, {"exception_enter"})
    assert (found.name, found.parameters, found.pseudo) == ("ENTER", "x", True)
    ((_, call),) = found.graph.calls()
    assert (call.assigned, call.place) == ("x", Place(3, 6))


def test_a_macro_that_defines_a_function_gives_it() -> None:
    code = """#define DEFINE_H(func) \\
long func(struct pt_regs *regs) \\
{ \\
	return ____##func(exception_enter()); \\
}
"""
    found = analysed(code, {"exception_enter"})
    assert (found.name, found.macro, found.pseudo) == ("func", "DEFINE_H", False)
    assert [call.name for _, call in found.graph.calls()] == ["exception_enter", "____##func"]


def test_aliases_by_macro_and_by_inline_function() -> None:
    code = """
#define enter1 exception_enter
#define enter2() exception_enter()
#define leave(p) (exception_exit(p))
#define other(p) exception_exit((p)->state)
static inline enum ctx_state enter3(void) { return exception_enter(); }
static inline void more(void) { exception_enter(); x(); }
#define enter4() enter3()
"""
    names = {"exception_enter", "exception_exit"}
    aliases = KernelFile(outline(code)).aliases(names)
    assert aliases == {
        "enter1": "exception_enter",
        "enter2": "exception_enter",
        "enter3": "exception_enter",
        "enter4": "exception_enter",
        "leave": "exception_exit",
    }
    found = analysed("void f(void) { int p = enter4(); leave(p); }", names, header=code)
    calls = [(call.name, call.spelled, call.assigned) for _, call in found.graph.calls()]
    assert calls == [("exception_enter", "enter4", "p"), ("exception_exit", "leave", "")]


def test_noreturn_is_found_where_it_is_declared() -> None:
    code = """
void __noreturn die(const char *s);
extern void do_exit(long) __noreturn;
__noreturn void panic(const char *fmt, ...) { }
void cpu_die(void) __attribute__((noreturn));
void returns(void);
/* void __noreturn not_this(void); */
#define __noreturn __attribute__((__noreturn__))
"""
    assert noreturn_names([code]) == {"die", "do_exit", "panic", "cpu_die"}


def test_occurrences_leave_out_comments_strings_and_lookalikes() -> None:
    code = """/* exception_enter() */
int debug_exception_enter(void);
#define E() exception_enter()
void f(void)
{
	printk("exception_enter()");
	g(exception_enter);
	p = exception_enter();
}
"""
    found = [(each.place, each.called, each.function) for each in occurrences(outline(code), {"exception_enter"})]
    assert found == [(Place(3, 13), True, "E"), (Place(7, 4), False, "f"), (Place(8, 6), True, "f")]


def test_a_helper_is_looked_up_in_the_file_and_its_headers() -> None:
    header = outline("static inline void leave(int p) { x(); exception_exit(p); }\n")
    file = KernelFile(outline("static void leave(int p) { y(); }\nvoid f(void) { leave(1); }\n"), (header,))
    calls = [
        [call.name for _, call in each.graph.calls()]
        for each in file.functions_named("leave")
        if not isinstance(each, NotAnalysed)
    ]
    assert calls == [["y"], ["x", "exception_exit"]]
