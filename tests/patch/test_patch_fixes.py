"""exception_exit() put where a run leaves without it."""

from __future__ import annotations

import pytest

from gen.csource.kernel_file import KernelFile
from gen.csource.outline import read_outline
from gen.csource.tokens import Place, Source
from gen.patch.change import Change
from gen.patch.fixes import missing_exits
from gen.patch.leaks import Leak, leaking_places
from gen.patch.refusals import Refusal

NORETURN = frozenset({"panic"})


def function(body: str, head: str = "void do_trap(struct pt_regs *regs)") -> str:
    """A function that saves its state in `prev`; the body's first line is line 5."""
    lines = body.strip("\n")
    return f"{head}\n{{\n\tenum ctx_state prev = exception_enter();\n\n{lines}\n}}\n"


def leaks(text: str) -> list[Leak]:
    read = read_outline(Source(text))
    file = KernelFile(read, noreturn=NORETURN)
    places = {place for each in read.functions for place in leaking_places(file, each.name)}
    return [Leak(each, "prev") for each in sorted(places, key=lambda place: (place.line, place.column))]


def mended(text: str) -> str:
    result = missing_exits(text, "traps.c", leaks(text), NORETURN)
    assert isinstance(result, Change), result
    assert leaks(result.after) == []
    assert len(result.functions) == 1
    return result.after


CASES = {
    "on a line of its own": (
        """
	if (user_mode(regs)) {
		handle(regs);
		return;
	}
	count(regs);
	exception_exit(prev);
""",
        """
	if (user_mode(regs)) {
		handle(regs);
		exception_exit(prev);
		return;
	}
	count(regs);
	exception_exit(prev);
""",
    ),
    "by a goto": (
        """
	if (user_mode(regs))
		return;
	if (notify(regs))
		goto out;
	handle(regs);
out:
	exception_exit(prev);
""",
        """
	if (user_mode(regs))
		goto out;
	if (notify(regs))
		goto out;
	handle(regs);
out:
	exception_exit(prev);
""",
    ),
    "by a goto backwards": (
        """
	if (notify(regs))
		goto bad;
	handle(regs);
out:
	exception_exit(prev);
	return;
bad:
	force_sig(SIGSEGV);
""",
        """
	if (notify(regs))
		goto bad;
	handle(regs);
out:
	exception_exit(prev);
	return;
bad:
	force_sig(SIGSEGV);
	goto out;
""",
    ),
    "where the label does more": (
        """
	if (user_mode(regs))
		return;
	if (notify(regs))
		goto out;
	handle(regs);
out:
	count(regs);
	exception_exit(prev);
""",
        """
	if (user_mode(regs)) {
		exception_exit(prev);
		return;
	}
	if (notify(regs))
		goto out;
	handle(regs);
out:
	count(regs);
	exception_exit(prev);
""",
    ),
    "at the end": (
        """
	if (user_mode(regs)) {
		exception_exit(prev);
		return;
	}
	handle(regs);
""",
        """
	if (user_mode(regs)) {
		exception_exit(prev);
		return;
	}
	handle(regs);
	exception_exit(prev);
""",
    ),
    "with braces": (
        """
	if (user_mode(regs))
		return;	/* done */

	while (pending(regs))
		return;
	panic("trap");
""",
        """
	if (user_mode(regs)) {
		exception_exit(prev);
		return;	/* done */
	}

	while (pending(regs)) {
		exception_exit(prev);
		return;
	}
	panic("trap");
""",
    ),
    "with braces for both arms": (
        """
	if (user_mode(regs))
		return;
	else
		handle(regs);
	if (regs->flags)
		count(regs);
	else if (regs->pc)
		return;
	else {
		count(regs);
		handle(regs);
	}
	exception_exit(prev);
""",
        """
	if (user_mode(regs)) {
		exception_exit(prev);
		return;
	} else {
		handle(regs);
	}
	if (regs->flags) {
		count(regs);
	} else if (regs->pc) {
		exception_exit(prev);
		return;
	} else {
		count(regs);
		handle(regs);
	}
	exception_exit(prev);
""",
    ),
    "in both arms": (
        """
	if (user_mode(regs))
		return;
	else
		return;
""",
        """
	if (user_mode(regs)) {
		exception_exit(prev);
		return;
	} else {
		exception_exit(prev);
		return;
	}
""",
    ),
    "on one line": (
        """
	if (user_mode(regs)) return;
	if (regs->flags) return; else handle(regs);
	if (regs->pc) { return; }
	switch (regs->code) {
	case 1:	return;
	case 2:
		return;
	}
	exception_exit(prev);
""",
        """
	if (user_mode(regs)) {
		exception_exit(prev);
		return;
	}
	if (regs->flags) {
		exception_exit(prev);
		return;
	} else {
		handle(regs);
	}
	if (regs->pc) { exception_exit(prev); return; }
	switch (regs->code) {
	case 1:	exception_exit(prev);
		return;
	case 2:
		exception_exit(prev);
		return;
	}
	exception_exit(prev);
""",
    ),
    "where one configuration has a label": (
        """
	if (user_mode(regs))
		return;
#ifdef CONFIG_X
	if (notify(regs))
		goto out;
	handle(regs);
out:
#endif
	exception_exit(prev);
""",
        """
	if (user_mode(regs)) {
		exception_exit(prev);
		return;
	}
#ifdef CONFIG_X
	if (notify(regs))
		goto out;
	handle(regs);
out:
#endif
	exception_exit(prev);
""",
    ),
    "between #if lines": (
        """
#ifdef CONFIG_X
	if (user_mode(regs))
		return;
#endif
	exception_exit(prev);
""",
        """
#ifdef CONFIG_X
	if (user_mode(regs)) {
		exception_exit(prev);
		return;
	}
#endif
	exception_exit(prev);
""",
    ),
}


@pytest.mark.parametrize("before, after", CASES.values(), ids=CASES)
def test_the_exit_is_put(before: str, after: str) -> None:
    assert mended(function(before)) == function(after)
    assert mended(function(before).replace("\n", "\r\n")) == function(after).replace("\n", "\r\n")
    assert mended(function(before).rstrip("\n")) == function(after).rstrip("\n")


VALUES = {
    "a label returns the same": (
        "\tint ret = 0;\n\n\tif (user_mode(regs))\n\t\treturn ret;\n\tret = handle(regs);\n\tif (ret)\n\t\tgoto out;\n"
        "\tcount(regs);\nout:\n\texception_exit(prev);\n\treturn ret;",
        "\tint ret = 0;\n\n\tif (user_mode(regs))\n\t\tgoto out;\n\tret = handle(regs);\n\tif (ret)\n\t\tgoto out;\n"
        "\tcount(regs);\nout:\n\texception_exit(prev);\n\treturn ret;",
    ),
    "a label returns nothing": (
        "\tif (user_mode(regs))\n\t\treturn 1;\n\tif (notify(regs))\n\t\tgoto out;\nout:\n\texception_exit(prev);",
        "\tif (user_mode(regs)) {\n\t\texception_exit(prev);\n\t\treturn 1;\n\t}\n\tif (notify(regs))\n\t\tgoto out;"
        "\nout:\n\texception_exit(prev);",
    ),
    "a label returns something else": (
        "\tif (user_mode(regs))\n\t\treturn -EFAULT;\n\tif (notify(regs))\n\t\tgoto out;\n\tcount(regs);\n"
        "out:\n\texception_exit(prev);\n\treturn 0;",
        "\tif (user_mode(regs)) {\n\t\texception_exit(prev);\n\t\treturn -EFAULT;\n\t}\n\tif (notify(regs))\n\t\t"
        "goto out;\n\tcount(regs);\nout:\n\texception_exit(prev);\n\treturn 0;",
    ),
}


@pytest.mark.parametrize("before, after", VALUES.values(), ids=VALUES)
def test_the_value_stays(before: str, after: str) -> None:
    head = "int do_trap(struct pt_regs *regs)"
    assert mended(function(before, head)) == function(after, head)


def test_a_function_on_one_line() -> None:
    text = "void f(void) { enum ctx_state prev = exception_enter(); handle(); }\n"
    assert mended(text) == text.replace("handle();", "handle(); exception_exit(prev);")


def test_only_what_was_asked_for_is_mended() -> None:
    text = function("\tif (a())\n\t\treturn;\n\tif (b())\n\t\treturn;\n\texception_exit(prev);")
    result = missing_exits(text, "traps.c", leaks(text)[1:])
    assert isinstance(result, Change)
    assert result.after == text.replace(
        "\tif (b())\n\t\treturn;\n", "\tif (b()) {\n\t\texception_exit(prev);\n\t\treturn;\n\t}\n"
    )


REFUSED = {
    "a call in the value": (
        "\tif (user_mode(regs))\n\t\treturn finish(regs);\n\texception_exit(prev);",
        Leak(Place(6, 3), "prev"),
        "the exit has to come behind what `finish(regs)` does",
    ),
    "another variable": (
        "\tif (user_mode(regs))\n\t\treturn;\n\texception_exit(prev);",
        Leak(Place(6, 3), "state"),
        "exception_enter() is not saved in `state`",
    ),
    "no way out": (
        "\tif (user_mode(regs))\n\t\treturn;\n\texception_exit(prev);",
        Leak(Place(5, 2), "prev"),
        "no run leaves the function here",
    ),
    "no leak": (
        "\thandle(regs);\n\texception_exit(prev);\n\treturn;",
        Leak(Place(7, 2), "prev"),
        "a run comes here that has called exception_exit()",
    ),
    "a leak for some": (
        "\tif (user_mode(regs))\n\t\texception_exit(prev);",
        Leak(Place(7, 1), "prev"),
        "a run comes here that has called exception_exit()",
    ),
    "the head": ("\thandle(regs);", Leak(Place(1, 1), "prev"), "no run leaves the function here"),
    "no function": ("\thandle(regs);", Leak(Place(60, 1), "prev"), "this is not in a function"),
    "an else in one configuration": (
        "\tif (user_mode(regs))\n\t\treturn;\n#ifdef CONFIG_X\n\telse\n\t\tcount(regs);\n#endif"
        "\n\texception_exit(prev);",
        Leak(Place(6, 3), "prev"),
        "the #if lines make it a part of different statements",
    ),
    "different statements": (
        "\tif (user_mode(regs))\n#ifdef CONFIG_X\n\t\treturn;\n#else\n\t\tcount(regs);\n\tif (regs->flags)\n\t\treturn;"
        "\n#endif\n\texception_exit(prev);",
        Leak(Place(7, 3), "prev"),
        "it needs braces, and #if lines are where they would be",
    ),
}


@pytest.mark.parametrize("body, leak, reason", REFUSED.values(), ids=REFUSED)
def test_refused(body: str, leak: Leak, reason: str) -> None:
    result = missing_exits(function(body), "traps.c", [leak], NORETURN)
    name = "" if leak.place.line == 60 else "do_trap"
    assert result == (Refusal("traps.c", leak.place.line, leak.place.column, reason, name),)


def test_a_run_that_has_not_entered() -> None:
    text = (
        "void do_trap(struct pt_regs *regs)\n{\n\tenum ctx_state prev;\n\n\tif (early(regs))\n\t\tgoto out;\n"
        "\tprev = exception_enter();\n\thandle(regs);\nout:\n\treturn;\n}\n"
    )
    result = missing_exits(text, "traps.c", leaks(text))
    assert result == (Refusal("traps.c", 10, 2, "a run comes here that has not called exception_enter()", "do_trap"),)


def test_a_return_in_a_macro() -> None:
    text = "#define leave() return\n\n" + function("\tif (user_mode(regs))\n\t\tleave();\n\texception_exit(prev);")
    (leak,) = leaks(text)
    result = missing_exits(text, "traps.c", [leak])
    assert isinstance(result, tuple)
    assert [each.reason for each in result] == ["there is no `return` here; a macro may hide it"]


def test_a_function_that_is_not_understood() -> None:
    text = function("\tif (user_mode(regs) {\n\t\treturn;\n\t}\n\texception_exit(prev);")
    result = missing_exits(text, "traps.c", [Leak(Place(6, 3), "prev")])
    assert result == (Refusal("traps.c", 9, 1, "it is not understood: no bracket matches this `}`", "do_trap"),)
