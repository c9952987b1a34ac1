"""Statements, and the control-flow graph: small functions, each with a trap, and the runs that they allow."""

from __future__ import annotations

import pytest
from reading import analysed, call_names, graph, in_function, kinds, leaks, statements

from gen.csource.cfg import Assignment, Call, Kind
from gen.csource.statements import Asm, Label, Loop
from gen.csource.tokens import Place

ENTER = "enum ctx_state prev = exception_enter();\n"  # line 3 of a function of `in_function`


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("int a, *b = c; d e; f *g; h * 2;", ["Declaration", "Declaration", "Declaration", "Expression"]),
        ("a = b; (void)c; d(); ;", ["Expression"] * 4),
        ("if (a) b; else if (c) d; else e;", ["If", "Expression", "If", "Expression", "Expression"]),
        ("for (int i = 0; i < 3; i++) a;", ["Loop", "Expression"]),
        ("for (;;) ;", ["Loop", "Expression"]),
        ("do a; while (0);", ["Loop", "Expression"]),
        ("do { a; } while (0)\nb;", ["Loop", "Expression", "Expression"]),
        ("list_for_each_entry(a, b, c) d;", ["Loop", "Expression"]),
        ("list_for_each_entry(a, b, c) { d; }", ["Loop", "Expression"]),
        ("scoped_guard(lock, x) { d; }", ["Loop", "Expression"]),
        ("BUILD(x)\na = b;", ["Expression", "Expression"]),
        (
            "switch (a) { case 1: case 'a' ... 'z': b; default: c; }",
            ["Switch", "Label", "Label", "Expression", "Label", "Expression"],
        ),
        ("case a ? b : c: d;", ["Label", "Expression"]),
        ("out: return; err:", ["Label", "Jump", "Label"]),
        ("{ { a; } }", ["Block", "Block", "Expression"]),
        ('asm volatile ("nop" : : : "memory");', ["Asm"]),
        ("struct s { int a; } x = { 1 }, y;", ["Declaration"]),
        ("typeof(a) b = c;", ["Declaration"]),
        ("else a;", ["Opaque", "Expression"]),
        ("if a; b;", ["Opaque", "Expression"]),
        ("int a = b for (;;) c;", ["Opaque", "Loop", "Expression"]),
        ("for (a) b;", ["Opaque"]),
        ("do a; b;", ["Opaque", "Expression"]),
        ("case a; b;", ["Opaque", "Expression", "Expression"]),
    ],
)
def test_statements(body: str, expected: list[str]) -> None:
    assert kinds(statements(body)) == expected


def test_asm_goto_names_its_labels() -> None:
    (found,) = statements('asm goto("b %l[out]" : : "r"(x) : "memory" : out, err);')
    assert isinstance(found, Asm)
    assert found.labels == ("out", "err")


def test_parts_of_a_for() -> None:
    (found,) = statements("for (i = f(a, b); i; i++) ;")
    assert isinstance(found, Loop)
    assert found.first and found.step
    assert (found.first.text, found.condition.text, found.step.text) == ("i = f(a, b)", "i", "i++")


def test_a_case_range_is_one_label() -> None:
    switch = statements("switch (a) { case 1 ... 3: }")
    assert [each.name for each in switch[0].body if isinstance(each, Label)] == ["case 1 ... 3"]  # type: ignore[union-attr]


INNOCENT = {
    "straight": "x(); exception_exit(prev);",
    "both arms": "if (x) { exception_exit(prev); return; } exception_exit(prev);",
    "panic tail": 'if (x) panic("no"); exception_exit(prev);',
    "always panic": 'show(); panic("no");',
    "panic in an arm": "if (x) exception_exit(prev); else BUG();",
    "panic right of ||": 'x || (panic("no"), 0); exception_exit(prev);',
    "goto exit": "if (x) goto out; y(); out: exception_exit(prev);",
    "label before brace": "exception_exit(prev); out: ;",
    "for ever": "for (;;) cpu_relax();",
    "while 1": "while (1) { if (x) { exception_exit(prev); return; } }",
    "do while 0": "do { exception_exit(prev); } while (0);",
    "while true": "while (true) cpu_relax();",
    "do while 1": "do { x(); } while (1);",
    "loop after exit": "exception_exit(prev); while (x) y();",
    "every case": "switch (x) { case 1: a(); break; default: b(); } exception_exit(prev);",
    "case with default": 'switch (x) { case 1: exception_exit(prev); break; default: panic("no"); }',
    "fall through": "switch (x) { case 1: a(); case 2: exception_exit(prev); return; } exception_exit(prev);",
    "in a condition": "if (exception_exit(prev), x) y();",
    "in a return": "return exception_exit(prev);",
    "as an argument": "x(exception_exit(prev));",
    "statement expression": "x = ({ exception_exit(prev); 1; });",
    "backward goto": "again: if (x) goto again; exception_exit(prev);",
    "both arms of ?:": "x ? exception_exit(prev) : exception_exit(prev);",
    "dead code": "exception_exit(prev); return; y(); return;",
    "guard": "scoped_guard(irq) { exception_exit(prev); }",
    "if 1": "if (1) exception_exit(prev);",
    "comment": "if (x) { exception_exit(prev); /* } */ return; } exception_exit(prev);",
    "computed goto": "goto *x; a: b: exception_exit(prev);",
}

GUILTY = {
    "falls off the end": ("x();", (3, 4, 5)),
    "early return": ("if (x)\nreturn;\nexception_exit(prev);", (3, 4, 5)),
    "return with a value": ("if (x)\nreturn y();\nexception_exit(prev);", (3, 4, 5)),
    "goto past it": ("if (x)\ngoto out;\nexception_exit(prev);\nout:\nreturn;", (3, 4, 5, 7, 8)),
    "goto past it to the end": ("if (x)\ngoto out;\nexception_exit(prev);\nout: ;", (3, 4, 5, 7, 8)),
    "return in a loop": ("while (x)\nif (y)\nreturn;\nexception_exit(prev);", (3, 4, 5, 6)),
    "return in for_each": ("for_each_cpu(c, m)\nif (y)\nreturn;\nexception_exit(prev);", (3, 4, 5, 6)),
    "exit only in a loop": ("while (x)\nexception_exit(prev);", (3, 4, 6)),
    "exit only in for_each": ("for_each_cpu(c, m) {\nexception_exit(prev);\n}", (3, 4, 7)),
    "break out of for ever": ("for (;;) {\nif (x)\nbreak;\n}", (3, 4, 5, 6, 8)),
    "case without it": ("switch (x) {\ncase 1:\nreturn;\n}\nexception_exit(prev);", (3, 4, 5, 6)),
    "no default": ("switch (x) {\ncase 1:\ndefault_(prev);\n}", (3, 4, 8)),
    "else without it": ("if (x)\nexception_exit(prev);\nelse\ny();", (3, 4, 7, 8)),
    "only right of &&": ("x && exception_exit(prev);", (3, 4, 5)),
    "one arm of ?:": ("x ? exception_exit(prev) : y();", (3, 4, 5)),
    "return in a statement expression": ("x = ({ if (y)\nreturn; 1; });\nexception_exit(prev);", (3, 4, 5)),
    "continue past it": ("do {\nif (x)\ncontinue;\nexception_exit(prev);\n} while (0);", (3, 4, 5, 6, 8, 9)),
    "if 0": ("if (0)\nexception_exit(prev);", (3, 4, 6)),
    "panic in one arm": ('if (x)\npanic("no");', (3, 4, 6)),
    "panic right of &&": ('x && panic("no");', (3, 4, 5)),
    "label argument": (
        "unsafe_get_user(x, p, efault);\nexception_exit(prev);\nreturn;\nefault:\nreturn;",
        (3, 4, 7, 8),
    ),
    "asm goto": ('asm goto("" : : : : out);\nexception_exit(prev);\nout: ;', (3, 4, 6, 7)),
    "return in an argument": ("TRY(x, return);\nexception_exit(prev);", (3, 4)),
    "in sizeof": ("x = sizeof(exception_exit(prev));", (3, 4, 5)),
    "through a member": ("ops->exception_exit(prev);", (3, 4, 5)),
    "a lookalike": ("my_exception_exit(prev);", (3, 4, 5)),
    "a string": ('x("exception_exit(prev)");', (3, 4, 5)),
    "computed goto": ("goto *x;\na: exception_exit(prev); return;\nb: return;", (3, 4, 6)),
}


@pytest.mark.parametrize("body", INNOCENT.values(), ids=INNOCENT)
def test_no_run_misses_the_exit(body: str) -> None:
    assert leaks(in_function(ENTER + body)) == []


@pytest.mark.parametrize(("body", "lines"), GUILTY.values(), ids=GUILTY)
def test_the_shortest_run_that_misses_the_exit(body: str, lines: tuple[int, ...]) -> None:
    assert [each.lines for each in leaks(in_function(ENTER + body))] == [lines]


MACRO = """#define LEAVE_IF(x) do { \\
	if (x) \\
		return; \\
} while (0)
#define CLOSE(p) do { exception_exit(p); return; } while (0)
#define OUT goto out
#define DIE() panic("no")
#define VIA(x) LEAVE_IF(x)
#define TARGET out
"""


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("LEAVE_IF(x);\nexception_exit(prev);", (3, 4)),
        ("VIA(x);\nexception_exit(prev);", (3, 4)),
        ("if (x)\nCLOSE(prev);\nexception_exit(prev);", None),
        ("if (x)\nOUT;\nexception_exit(prev);\nout:\nreturn;", (3, 4, 5, 7, 8)),
        ("if (x)\nDIE();\nexception_exit(prev);", None),
        ("goto TARGET;\nreturn;\nout: exception_exit(prev);", None),
    ],
)
@pytest.mark.parametrize("in_header", [False, True])
def test_macros_are_built_in(body: str, lines: tuple[int, ...] | None, in_header: bool) -> None:
    code = in_function(ENTER + body)
    found = leaks(code, header=MACRO) if in_header else leaks(code + MACRO)
    assert [each.lines for each in found] == ([] if lines is None else [lines])


def test_calls_in_a_macro_are_where_it_is_used() -> None:
    (each,) = (
        call
        for _, call in analysed(in_function("CLOSE(prev);"), None, header=MACRO).graph.calls()
        if call.name == "exception_exit"
    )
    assert (each.place, each.via, each.arguments) == (Place(3, 1), ("CLOSE",), ("prev",))


def test_pasted_names_are_joined() -> None:
    header = "#define CALL(x) do { do_##x(1); return; } while (0)\n"
    assert call_names(in_function("CALL(work);")) == ["CALL"]
    found = analysed(in_function("CALL(work);"), None, header=header)
    assert [call.name for _, call in found.graph.calls()] == ["CALL", "do_work"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a(b(c()), d());", ["c", "b", "d", "a"]),
        ("x = a() + b() * c();", ["a", "b", "c"]),
        ("p->a(b());", ["b", "->a"]),
        ("x[a()].f(b());", ["a", "b", ".f"]),
        ("if (a()) b(); else c();", ["a", "b", "c"]),
        ("for (a(); b(); c()) d();", ["a", "b", "d", "c"]),
        ("int x = a(), y[] = { b(), c() };", ["a", "b", "c"]),
        ("x = (int)a() ? b() : c();", ["a", "b", "c"]),
        ("return ({ a(); b(); });", ["a", "b"]),
        ("typeof(a()) x = b();", ["b"]),
        ("switch (a()) { case 1: b(); }", ["a", "b"]),
        ("do a(); while (b());", ["a", "b"]),
        ("__attribute__((fallthrough));", []),
        ("extern void a(void); int b(int c); t (*d)(int e);", []),
        ('asm volatile("nop" : "=r" (x[a()]) : "r" (b(c())) : "memory");', ["a", "c", "b"]),
    ],
)
def test_calls_are_in_the_order_of_evaluation(body: str, expected: list[str]) -> None:
    assert [call.name for _, call in graph(body).calls()] == expected


@pytest.mark.parametrize(
    ("body", "assigned"),
    [
        ("enum ctx_state prev = exception_enter();", "prev"),
        ("enum ctx_state a, prev = exception_enter(), b;", "prev"),
        ("prev = exception_enter();", "prev"),
        ("a = prev = exception_enter();", "prev"),
        ("s->prev = exception_enter();", "s->prev"),
        ("prev = (enum ctx_state)exception_enter();", "prev"),
        ("prev = (exception_enter());", "prev"),
        ("if ((prev = exception_enter())) x();", "prev"),
        ("exception_enter();", ""),
        ("(void)exception_enter();", ""),
        ("prev = x + exception_enter();", ""),
        ("for (int prev = exception_enter(); ;) ;", "prev"),
    ],
)
def test_what_gets_the_result(body: str, assigned: str) -> None:
    (call,) = (call for _, call in graph(body).calls() if call.name == "exception_enter")
    assert call.assigned == assigned


def test_assignments_and_declarations_are_events() -> None:
    found = graph("int a, *b = &a, c[3];\na = 1;\nb->x += f(a);\nc[0]++;\nint (*fn)(void) = g;")
    events = [
        (each.target, each.sign, each.value, each.declared) if isinstance(each, Assignment) else each.name
        for node in found.nodes
        for each in node.events
    ]
    assert events == [
        ("a", "", "", True),
        ("b", "=", "&a", True),
        ("c", "", "", True),
        ("a", "=", "1", False),
        "f",
        ("b->x", "+=", "f(a)", False),
        ("fn", "=", "g", True),
    ]


def test_a_call_says_all_about_itself() -> None:
    found = graph("x = ok && \t/* so */ f(a,\n  b->c [ 1 ]);")
    ((_, call),) = found.calls()
    assert call == Call("f", "f", call.operands, "", Place(3, 21), conditional=True)
    assert call.arguments == ("a", "b->c [ 1 ]")


def test_branches_say_what_they_ask_and_which_way_they_go() -> None:
    found = graph("if (user_mode(regs))\na();\nelse\nb();")
    (branch,) = (node for node in found.nodes if node.kind is Kind.BRANCH)
    assert (branch.text, branch.place) == ("user_mode(regs)", Place(3, 5))
    assert [(edge.label, found.nodes[edge.to].text) for edge in branch.successors] == [
        ("true", "a()"),
        ("false", "b()"),
    ]


def test_exits_are_returns_and_the_end() -> None:
    found = graph('if (a)\nreturn 1 + f();\nif (b)\npanic("x");')
    exits = [(found.nodes[index].kind, found.nodes[index].place, found.nodes[index].text) for index in found.exits]
    assert exits == [(Kind.RETURN, Place(4, 1), "1 + f()"), (Kind.END, Place(7, 1), "")]
    assert [node.place.line for node in found.nodes if node.kind is Kind.NORETURN] == [6]


def test_a_function_that_never_returns_has_no_way_to_an_exit() -> None:
    found = graph("while (1) { x(); }")
    assert not found.reachable().intersection(found.exits)


def test_code_that_is_never_reached_is_there() -> None:
    found = graph("return;\nx();")
    ((index, call),) = found.calls()
    assert call.name == "x"
    assert index not in found.reachable()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("goto nowhere;", "`nowhere` is no label of this function"),
        ("goto *x; a: ;", "a computed goto may go to any label"),
        ("break;", "`break` outside a loop"),
        ("case 1: ;", "`case 1` outside a switch"),
        ("else x();", "`else` without `if`"),
        ("int a = b if (c) d();", "no semicolon before `if`"),
        ("{" * 60 + "x();" + "}" * 60, "statements nest deeper than 40"),
    ],
)
def test_doubts_are_said(body: str, reason: str) -> None:
    assert reason in [doubt.reason for doubt in graph(body).doubts]


def test_a_long_chain_of_else_is_read() -> None:
    found = graph("".join(f"if (a == {n}) f{n}();\nelse " for n in range(2000)) + ";")
    assert len(list(found.calls())) == 2000
    assert found.doubts == ()


def test_old_style_parameters_are_read() -> None:
    assert call_names("int f(a, b) int a; char *b; { x(); }") == ["x"]


def test_duffs_device() -> None:
    found = graph("switch (n % 2) {\ncase 0: do { a();\ncase 1: b(); } while (--n > 0);\n}")
    lines = found.shortest_path(0, lambda index: any(call.name == "b" for call in found.nodes[index].calls))
    assert lines and "a" not in [call.name for index in lines for call in found.nodes[index].calls]
    (after_b,) = (index for index, call in found.calls() if call.name == "b")
    assert any(index in found.reachable(after_b) for index, call in found.calls() if call.name == "a")
