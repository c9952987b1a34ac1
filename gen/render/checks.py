"""What rendered files have to be before they are written: read back with pycparser and compared with the spec.

No compiler and no preprocessor is needed. Every finding names the template's line that made the rendered line, and the
spec's line behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gen.csource.functions import CFunction, CIf, CItem, CStatement, CSyntaxError, CUnit, CWhile, normalised, read_unit
from gen.csource.views import View, ViewError, guard_of, views, without_comments
from gen.diagnostics import Diagnostic, Span
from gen.kernel.names import CONFIGURED, ENTER, OFFSTACK, PAIR, TRACKING
from gen.model.entry import Block, Branch, EntryModel, Item, Loop, Step
from gen.model.normal import normal
from gen.model.release import Release, spelled
from gen.model.vocabulary import WORDS, Word
from gen.render import rules
from gen.render.marks import RenderedFile
from gen.render.plan import CNames, irq_constant
from gen.render.readback import Reader
from gen.spec.archspec import ArchSpec

GENERIC_GUARD = "_LINUX_CONTEXT_TRACKING_H"


@dataclass(frozen=True)
class Checked:
    """What was checked, for the sentence that tells the user; `model` is what the C says, if nothing was found."""

    views: int
    functions: int
    steps: int
    model: EntryModel


@dataclass(frozen=True)
class _Face:
    """One view of one file, parsed."""

    file: RenderedFile
    view: View
    unit: CUnit


@dataclass(frozen=True)
class _Context:
    """What every check needs to know."""

    spec: ArchSpec
    model: EntryModel
    names: CNames
    release: Release

    @property
    def tracking(self) -> str:
        """The symbol that compiles context tracking in."""
        return f"CONFIG_{spelled(CONFIGURED, self.release)}"


def check_rendered(spec: ArchSpec, release: Release, files: list[RenderedFile]) -> tuple[list[Diagnostic], Checked]:
    """All that is wrong with the rendered files, and how much was looked at."""
    context = _Context(spec, spec.model.in_release(release), CNames(spec.arch, release), release)
    if unrenderable := list(_unrenderable(context)):
        return unrenderable, Checked(0, 0, 0, context.model)
    by_path = {file.path: file for file in files}
    header = by_path["include/asm/context_tracking.h"]
    stubs = by_path["kernel/entry-stubs.c"]
    found = [*_guard(context, header), *_selects(context, by_path["Kconfig.context_tracking"])]
    faces: list[_Face] = []
    for file in (header, stubs):
        parsed, problems = _faces(file)
        faces += parsed
        found += problems
    heads = [face for face in faces if face.file is header]
    bodies = [face for face in faces if face.file is stubs]
    for file in (header, stubs):
        found += _macros(context, file)
    for face in faces:
        found += _pair(context, face)
        found += _declarations(context, face)
    found += _same_names(heads)
    for face in heads:
        found += _helpers(context, face)
    for face in bodies:
        found += _functions(context, face)
    steps = sum(1 for _ in context.model.items())
    functions = len(context.model.paths) + len(context.model.sequences)
    model = context.model if found else _model_in_c(context, bodies[0])
    return found, Checked(len(faces), functions, steps, model)


def _model_in_c(context: _Context, face: _Face) -> EntryModel:
    """The entry model as the rendered C has it; its spans are lines of the C."""
    model, prefix = context.model, context.names.prefix
    reader = Reader(model, context.release, prefix, face.file.path)
    functions = face.unit.functions
    return replace(
        model,
        sequences={
            name: replace(each, body=reader.block(functions[prefix + name], False))
            for name, each in model.sequences.items()
        },
        paths={
            name: replace(each, body=reader.block(functions[prefix + name], True)) for name, each in model.paths.items()
        },
    )


def _at(file: RenderedFile, line: int) -> Span:
    return _visible(file.origin(line).template)


def _visible(template: Span) -> Span:
    """A template's line as a span of its visible part; the mark of a line has no width."""
    try:
        lines = Path(template.file).read_text(encoding="utf-8").split("\n")
    except OSError:
        return template
    return Span.of_line(template.file, template.line, lines[template.line - 1] if template.line <= len(lines) else "")


def _faces(file: RenderedFile) -> tuple[list[_Face], list[Diagnostic]]:
    faces: list[_Face] = []
    problems: dict[int, Diagnostic] = {}
    units: dict[str, CUnit] = {}
    try:
        for view in views(file.text):
            try:
                if view.text not in units:
                    units[view.text] = read_unit(view.text)
                faces.append(_Face(file, view, units[view.text]))
            except CSyntaxError as error:
                problems.setdefault(error.line, _syntax(file, error, str(view)))
    except ViewError as error:
        problems[error.line] = _syntax(file, error, "")
    return faces, list(problems.values())


def _syntax(file: RenderedFile, error: CSyntaxError | ViewError, view: str) -> Diagnostic:
    spec = file.origin(error.line).spec
    return rules.rendered_syntax.at(_at(file, error.line), str(error), file.path, error.line, view, spec)


def _unrenderable(context: _Context) -> Iterator[Diagnostic]:
    for item in context.model.items():
        if isinstance(item, Step) and not item.row.renders:
            yield rules.not_renderable.at(item.span, item.word)


def _guard(context: _Context, header: RenderedFile) -> Iterator[Diagnostic]:
    found = guard_of(header.text)
    if found != context.names.guard:
        problem = f"it has `{found}`" if found else "it does not begin with #ifndef and #define of one name"
        yield rules.include_guard.at(_at(header, 1), header.path, context.names.guard, problem)


def _selects(context: _Context, fragment: RenderedFile) -> Iterator[Diagnostic]:
    release, kconfig = context.release, context.spec.kconfig
    wanted = [spelled(TRACKING, release)]
    if context.spec.model.offstack:
        wanted.append(spelled(OFFSTACK, release))
    under = kconfig.condition_in(release)
    condition = f" if {under}" if under else ""
    expected = [f"config {kconfig.symbol}", *(f"select {name}{condition}" for name in wanted)]
    lines = [line.strip() for line in fragment.text.split("\n")]
    found = [line for line in lines if line and not line.startswith("#")]
    if found != expected:
        line = next((lines.index(line) + 1 for line in found if line not in expected), 1)
        span = context.spec.offstack_span
        yield rules.selects_differ.at(_at(fragment, line), fragment.path, expected, found, span)


# What stands around the steps.

_DEFINE = re.compile(r"\s*#\s*define\s+(\w+)(.*)")


def _macros(context: _Context, file: RenderedFile) -> Iterator[Diagnostic]:
    """Every macro is the guard, which has a check of its own, the bit of a class, or says that the pair is there."""
    maskable = [row.name for row in context.model.classes.values() if row.maskable]
    wanted = {context.names.constant(name): f"BIT({number})" for number, name in enumerate(maskable)}
    wanted |= {half: half for half in PAIR}
    guarded = file.path.endswith(".h")
    for number, line in enumerate(without_comments(file.text).split("\n"), 1):
        match = _DEFINE.match(line)
        if match and not guarded and wanted.get(match[1]) != match[2].strip():
            yield rules.macro_unknown.at(_at(file, number), line.strip(), file.path, number)
        guarded = guarded and not match


def _declarations(context: _Context, face: _Face) -> Iterator[Diagnostic]:
    """No state outside the stack, and no function that can be instrumented where the spec does not say so."""
    file, model, prefix = face.file, context.model, context.names.prefix
    for name, line in face.unit.variables.items():
        yield rules.variable_unknown.at(_at(file, line), name, file.path, line)
    lines = file.text.split("\n")
    for name, function in face.unit.functions.items():
        words = lines[function.line - 1].split()
        path = model.paths.get(name.removeprefix(prefix)) if file.path.endswith(".c") else None
        if path is not None and ("noinstr" in words) != path.noinstr:
            wanted = "noinstr" if path.noinstr else "not noinstr"
            yield rules.annotation_differs.at(
                _at(file, function.line), name, file.path, function.line, wanted, path.span
            )
        elif path is None and name.startswith(prefix) and "__always_inline" not in words:
            wanted = "__always_inline"
            yield rules.annotation_differs.at(_at(file, function.line), name, file.path, function.line, wanted, None)


# The pair.


def _pair(context: _Context, face: _Face) -> Iterator[Diagnostic]:
    file, view = face.file, face.view
    is_header = file.path.endswith(".h")
    for name in PAIR:
        line = face.view.macros.get(name) or face.unit.identifiers.get(name)
        if context.model.offstack:
            if line:
                span = context.spec.offstack_span
                yield rules.pair_left_in.at(_at(file, line), name, file.path, line, str(view), span)
        elif is_header:
            yield from _pair_in_header(context, face, name)


def _pair_in_header(context: _Context, face: _Face, name: str) -> Iterator[Diagnostic]:
    file, view = face.file, face.view
    provided = view.assumed.get(GENERIC_GUARD, False) or any(view.assumed.get(half, False) for half in PAIR)
    definition = face.unit.functions.get(name)
    if definition is None:
        if not provided:
            yield rules.pair_missing.at(_at(file, 1), name, file.path, str(view), context.spec.offstack_span)
        return
    if provided:
        yield rules.pair_defined_twice.at(_at(file, definition.line), name, file.path, definition.line, str(view))
    on = view.assumed.get(context.tracking, False)
    yield from _same_body(face, definition, _pair_body(context.release, name, on), context.spec.offstack_span)


def _pair_body(release: Release, name: str, on: bool) -> tuple[str, ...]:
    """What half of the pair has to be, as flat text: keep the state, go to KERNEL; or go back to the one kept."""
    user, kernel = spelled("CT_STATE_USER", release), spelled("CT_STATE_KERNEL", release)
    state = spelled("__ct_state", release)
    match name == ENTER, on:
        case True, True:
            kept = f"enum ctx_state prev_state = {state}()"
            return (kept, f"if (prev_state == {user}) {{ user_exit() }}", "return prev_state")
        case True, False:
            return (f"return {kernel}",)
        case _, True:
            return (f"if (prev_state == {user}) {{ user_enter() }}",)
        case _:
            return ()


# The header.


def _same_names(heads: list[_Face]) -> Iterator[Diagnostic]:
    """A name that one view has and another one lacks; the pair has rules of its own."""
    places: dict[str, Span] = {}
    for face in heads:
        for name, function in face.unit.functions.items():
            places.setdefault(name, _at(face.file, function.line))
    for name, place in places.items():
        for face in heads:
            if name not in PAIR and name not in face.unit.functions:
                yield rules.branch_lacks_name.at(place, name, face.file.path, str(face.view), place)
                break


def _helpers(context: _Context, face: _Face) -> Iterator[Diagnostic]:
    """Each function of the header is one that the steps need, and does what the vocabulary says in this view."""
    wanted = dict(_wanted_helpers(context, face))
    for name, (expected, word) in wanted.items():
        definition = face.unit.functions.get(name)
        if definition is None:
            line = _first_line_of(face.file, context.tracking)
            where, use = face.file.path + str(face.view), _use(context, word)
            yield rules.function_missing.at(_at(face.file, line), name, where, use)
        else:
            yield from _same_body(face, definition, expected, _use(context, word))
    for name, function in face.unit.functions.items():
        if name not in wanted and name not in PAIR:
            yield rules.function_unknown.at(_at(face.file, function.line), name, face.file.path, function.line)


def _wanted_helpers(context: _Context, face: _Face) -> Iterator[tuple[str, tuple[tuple[str, ...], Word]]]:
    """The functions that the header defines in this view: by name, what each does, and the word that it stands for."""
    on = face.view.assumed.get(context.tracking, False)
    used = {item.word for item in context.model.items() if isinstance(item, Step)}
    irq = irq_constant(context.model, context.names)
    for word in WORDS.values():
        name = context.names.prefix + word.name
        if word.name in used and word.tracking:
            yield name, (_helper_body(word, context.release, on), word)
        elif word.name in used and irq and word.name in _IRQ_CALLS:
            yield name, ((f"if (classes & {irq}) {{ {_IRQ_CALLS[word.name]} }}",), word)


_IRQ_CALLS = {"mask": "raw_local_irq_disable()", "unmask": "raw_local_irq_enable()"}


def _first_line_of(file: RenderedFile, text: str) -> int:
    return next((number for number, line in enumerate(file.text.split("\n"), 1) if text in line), 1)


def _use(context: _Context, word: Word) -> Span:
    uses = (item.span for item in context.model.items() if isinstance(item, Step) and item.word == word.name)
    return next(uses, context.spec.offstack_span)


def _helper_body(word: Word, release: Release, on: bool) -> tuple[str, ...]:
    statements = word.statements(release) if on else tuple(word.c_off.splitlines())
    return tuple(map(normalised, statements))


def _same_body(face: _Face, definition: CFunction, expected: tuple[str, ...], spec: Span) -> Iterator[Diagnostic]:
    found = tuple(_flat(definition.body))
    if found == expected:
        return
    file, view = face.file, str(face.view)
    wanted, has = "; ".join(expected) or "nothing", "; ".join(found) or "nothing"
    line = definition.line
    yield rules.helper_differs.at(_at(file, line), definition.name, file.path, line, view, wanted, has, spec)


def _flat(body: tuple[CItem, ...]) -> Iterator[str]:
    for item in body:
        match item:
            case CStatement():
                yield item.text
            case CWhile():
                yield f"while ({item.question}) {_braced(item.body)}"
            case CIf():
                otherwise = f" else {_braced(item.otherwise)}" if item.otherwise else ""
                yield f"if ({item.question}) {_braced(item.then)}{otherwise}"


def _braced(body: tuple[CItem, ...]) -> str:
    return f"{{ {'; '.join(_flat(body))} }}"


# The stubs.


def _functions(context: _Context, face: _Face) -> Iterator[Diagnostic]:
    file, prefix, model = face.file, context.names.prefix, context.model
    wanted: Mapping[str, tuple[Block, bool, Span]] = {
        **{prefix + name: (holder.body, False, holder.span) for name, holder in model.sequences.items()},
        **{prefix + name: (holder.body, True, holder.span) for name, holder in model.paths.items()},
    }
    for name, (_, _, span) in wanted.items():
        if name not in face.unit.functions:
            yield rules.function_missing.at(_at(file, 1), name, file.path, span)
    for name, function in face.unit.functions.items():
        if name not in wanted:
            yield rules.function_unknown.at(_at(file, function.line), name, file.path, function.line)
            continue
        body, is_path, span = wanted[name]
        yield from _same_steps(context, face, function, body, is_path, span)


def _same_steps(
    context: _Context, face: _Face, function: CFunction, body: Block, is_path: bool, span: Span
) -> Iterator[Diagnostic]:
    file = face.file
    reader = Reader(context.model, context.release, context.names.prefix, file.path)
    read = normal(reader.block(function, is_path))
    for foreign in reader.foreign:
        yield rules.foreign_statement.at(_at(file, foreign.line), function.name, file.path, foreign.line, foreign.text)
    difference = None if reader.foreign else first_difference(normal(body), read)
    if difference is None:
        return
    expected, found = difference
    line = found.span.line if found else _end_line(function, file)
    place = expected.span if expected else span
    said_expected = f"`{expected}`" if expected else "its end"
    said_found = f"`{found}`" if found else "nothing more"
    yield rules.steps_differ.at(_at(file, line), function.name, file.path, line, said_expected, said_found, place)


def _end_line(function: CFunction, file: RenderedFile) -> int:
    lines = file.text.split("\n")
    return next((number for number in range(function.line + 1, len(lines)) if lines[number - 1] == "}"), function.line)


def first_difference(expected: Block, found: Block) -> tuple[Item | None, Item | None] | None:
    """The first items that differ, None on the side that ends first; None if the blocks do the same."""
    for wanted, has in zip(expected, found, strict=False):
        if wanted == has:
            continue
        inner = _inner_difference(wanted, has)
        return inner if inner is not None else (wanted, has)
    if len(expected) == len(found):
        return None
    shorter = min(len(expected), len(found))
    return next(iter(expected[shorter:]), None), next(iter(found[shorter:]), None)


def _inner_difference(wanted: Item, has: Item) -> tuple[Item | None, Item | None] | None:
    """The first difference inside two branches or loops that ask the same; None if the items themselves differ."""
    match wanted, has:
        case Branch(), Branch() if wanted.condition == has.condition:
            return first_difference(wanted.then, has.then) or first_difference(wanted.otherwise, has.otherwise)
        case Loop(), Loop() if wanted.condition == has.condition:
            return first_difference(wanted.body, has.body)
    return None
