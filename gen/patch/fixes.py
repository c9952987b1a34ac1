"""The exception_exit() that a run misses on its way out of a function, put where a person would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from gen.csource.kernel_file import KernelFile
from gen.csource.outline import Function, Outline, read_outline
from gen.csource.statements import Body, Expression, If, Jump, Label, Loop, Range, Switch
from gen.csource.tokens import Place, Source, is_word
from gen.kernel.names import EXIT
from gen.patch.bodies import Arm, FunctionCode, View, function_code
from gen.patch.change import Change
from gen.patch.checks import complaints
from gen.patch.declarations import texts_of
from gen.patch.edits import Draft, Edit, Why, end_of
from gen.patch.leaks import Leak, leaking_places, must_be_a_leak
from gen.patch.lines import indent_of, line_end, line_start, line_stop
from gen.patch.refusals import Refusal, RefusedError


def missing_exits(
    text: str, file: str, leaks: Sequence[Leak], noreturn: frozenset[str] = frozenset()
) -> Change | tuple[Refusal, ...]:
    """The change that mends some leaks of a file, or every reason not to; `noreturn` are functions that do not return.

    A `return` becomes a `goto` where a label does just the exit and returns the same; else the exit comes before it.
    """
    outline = read_outline(Source(text))
    file_read = KernelFile(outline, noreturn=noreturn)
    edits: set[Edit] = set()
    refusals: list[Refusal] = []
    functions: dict[str, None] = {}
    for leak in leaks:
        function = _function_at(outline, leak.place)
        name = function.name if function else ""
        try:
            if function is None:
                raise RefusedError(leak.place, "this is not in a function")
            edits |= _mended(file_read, function, leak)
            functions[name] = None
        except RefusedError as refused:
            refusals.append(refused.refusal(file, outline.source, name))
    if refusals:
        return tuple(sorted(refusals))
    change = Change(file, text, tuple(sorted(edits)), tuple(functions))
    wrong = list(_complaints(outline, change, noreturn, len(set(leaks))))
    return tuple(Refusal(file, 1, 1, f"the result would be wrong: {each}") for each in wrong) or change


def _function_at(outline: Outline, place: Place) -> Function | None:
    lines = outline.source.text.split("\n")
    offset = sum(len(line) + 1 for line in lines[: place.line - 1]) + place.column - 1
    return next((each for each in outline.functions if each.start <= offset < each.end), None)


def _complaints(outline: Outline, change: Change, noreturn: frozenset[str], mended: int) -> Iterator[str]:
    wrong = list(complaints(outline, change.after, change.functions, {}))
    yield from wrong
    if wrong:
        return
    after = KernelFile(read_outline(Source(change.after)), noreturn=noreturn)
    before = KernelFile(outline, noreturn=noreturn)
    then, now = (sum(len(set(leaking_places(file, name))) for name in change.functions) for file in (before, after))
    if now != then - mended:
        yield f"{now} ways out of {then} would still miss exception_exit()"


def _mended(file: KernelFile, function: Function, leak: Leak) -> frozenset[Edit]:
    must_be_a_leak(file, function.name, leak)
    draft = Draft(file.outline.source.text)
    code = function_code(file.outline.source, function)
    found = [edits for view in code.views if (edits := _in_view(draft, code, view, leak))]
    if not found:
        raise RefusedError(leak.place, "there is no `return` here; a macro may hide it")
    if any(each != found[0] for each in found):
        raise RefusedError(leak.place, "the #if lines make it a part of different statements")
    return found[0]


def _in_view(draft: Draft, code: FunctionCode, view: View, leak: Leak) -> frozenset[Edit]:
    """The edits that a view asks for; nothing if the place is not in it."""
    place = Source(draft.text).place
    closing = view.definition.code.end
    if place(view.tokens.offsets[closing]) == leak.place:
        label = _label_for(code, view, leak.variable, "")
        what = f"goto {label}" if label else f"{EXIT}({leak.variable})"
        return frozenset({_before_the_end(draft.text, view.tokens.offsets[closing], f"{what};")})
    jumps = [each for body, _ in view.bodies() for each in body if isinstance(each, Jump) and each.word == "return"]
    here = [each for each in jumps if place(each.code.offset) == leak.place]
    return frozenset(edit for each in here for edit in _at_return(draft, code, view, each, leak.variable))


def _at_return(draft: Draft, code: FunctionCode, view: View, jump: Jump, variable: str) -> Iterator[Edit]:
    start, value = jump.code.offset, texts_of(jump.operand)
    label = _label_for(code, view, variable, jump.operand.text)
    if label:
        yield Edit(start, end_of(view.tokens, jump.code.end - 1), f"goto {label}", Why.EXIT)
        return
    if _does_something(value):
        raise RefusedError(start, f"the exit has to come behind what `{jump.operand.text}` does")
    exit_call = f"{EXIT}({variable});"
    arms = _unbraced(view, jump)
    if arms:
        yield from _with_braces(draft, view, arms, jump, exit_call)
        return
    line = line_start(draft.text, start)
    before = draft.text[line:start]
    if before.strip():
        below = f"{line_end(draft.text, start)}{indent_of(before)}\t"
        yield Edit(start, start, exit_call + (below if before.rstrip().endswith(":") else " "), Why.EXIT)
    else:
        yield Edit(line, line, f"{before}{exit_call}{line_end(draft.text, start)}", Why.EXIT)


def _does_something(value: list[str]) -> bool:
    """Whether a value calls or changes something."""
    calls = any(text == "(" and is_word(before) for before, text in pairwise(value))
    return calls or not {"=", "++", "--"}.isdisjoint(value)


def _label_for(code: FunctionCode, view: View, variable: str, value: str) -> str:
    """A label that does just the exit and returns the same, in every view that has this one's label."""
    names = [each.name for each in view.body if isinstance(each, Label)]
    for name in names:
        rows = [body for other in code.views for body in _behind(other.body, name)]
        if len(rows) == len(code.views) and all(_only_exits(row, variable, value) for row in rows):
            return name
    return ""


def _behind(body: Body, name: str) -> Iterator[Body]:
    for number, statement in enumerate(body):
        if isinstance(statement, Label) and statement.name == name:
            yield tuple(each for each in body[number + 1 :] if not isinstance(each, Label))[:2]


def _only_exits(row: Body, variable: str, value: str) -> bool:
    match row:
        case [Expression(code)]:
            return texts_of(code) == [EXIT, "(", variable, ")"] and not value
        case [Expression(code), Jump("return", _, operand)]:
            return texts_of(code) == [EXIT, "(", variable, ")"] and operand.text == value
    return False


def _unbraced(view: View, jump: Jump) -> tuple[Arm, ...]:
    """The arms of what controls a statement without braces, if something does; of `else if` from the first `if` on."""
    for body, _ in view.bodies():
        for statement in body:
            arms = view.arms(statement) if isinstance(statement, If | Loop | Switch) else ()
            if any(not arm.braces and arm.body == (jump,) for arm in arms):
                return arms
    return ()


def _with_braces(draft: Draft, view: View, arms: tuple[Arm, ...], jump: Jump, exit_call: str) -> Iterator[Edit]:
    """The exit and the return in braces, and every other arm of the same `if`, too."""
    text, tokens = draft.text, view.tokens
    start = tokens.offsets[arms[0].head.start]
    indent = indent_of(text[line_start(text, start) : start])
    for arm in arms:
        if arm.braces:
            continue
        if draft.directive_between(tokens.offsets[arm.head.start], tokens.offsets[arm.whole.end - 1]):
            raise RefusedError(jump.code.offset, "it needs braces, and #if lines are where they would be")
        end_of_head, first = end_of(tokens, arm.head.end - 1), tokens.offsets[arm.whole.start]
        gap = text[end_of_head:first]
        inner = gap[gap.rfind("\n") + 1 :] if "\n" in gap else f"{indent}\t"
        new_line = line_end(text, first)
        if "\n" in gap:
            yield Edit(end_of_head, end_of_head, " {", Why.EXIT)
        else:
            yield Edit(end_of_head, first, f" {{{new_line}{inner}", Why.EXIT)
        if arm.body == (jump,):
            yield Edit(first, first, f"{exit_call}{new_line}{inner}", Why.EXIT)
        yield _closed(text, view, arm.whole, indent)


def _closed(text: str, view: View, arm: Range, indent: str) -> Edit:
    """The closing brace behind an arm: before the `else` if there is one, or on a line of its own."""
    tokens = view.tokens
    end = end_of(tokens, arm.end - 1)
    if tokens.texts[arm.end : arm.end + 1] == ["else"]:
        following = tokens.offsets[arm.end]
        at = max(line_start(text, following), end)
        new_line = "" if at > end else line_end(text, end)
        return Edit(at, following, f"{new_line}{indent}}} ", Why.EXIT)
    new_line, at = line_end(text, end), line_stop(text, end)
    if arm.end < len(tokens) and tokens.offsets[arm.end] < at:
        return Edit(end, end, f"{new_line}{indent}}}{new_line}{indent}", Why.EXIT)
    return Edit(at, at, f"{new_line}{indent}}}", Why.EXIT)


def _before_the_end(text: str, brace: int, statement: str) -> Edit:
    line = line_start(text, brace)
    before = text[line:brace]
    if before.strip():
        return Edit(brace, brace, f"{statement} ", Why.EXIT)
    return Edit(line, line, f"{before}\t{statement}{line_end(text, brace)}", Why.EXIT)
