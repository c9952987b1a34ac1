"""What can be wrong with templates, with rendered files and with the place they go to."""

from __future__ import annotations

from collections.abc import Iterable

from gen.diagnostics import Related, Said, Span, rule

_BUG = "the template has to be mended; `gen schema` and docs/ say what it may rely on"


def _in_spec(spec: Span | None) -> list[Related]:
    return [Related(spec, "this is what the spec says")] if spec else []


# Templates.


@rule()
def missing_template(directory: str) -> Said:
    """a template that is not there

    The templates belong to gen; without one of them no file is rendered, so that none is missing later.

    Instead: install gen again, or name a directory that holds all templates with `--templates`.
    """
    return Said(f"this template is missing in {directory}", "install gen again, or name another directory")


@rule()
def template_error(problem: str) -> Said:
    """a template that fails

    It asks for something that is not defined, or is not valid Jinja2. An undefined name is an error and never an
    empty text.

    Instead: mend the template at the line that is shown.
    """
    return Said(f"the template fails here: {problem}", "nothing was written; mend the template")


# The rendered C.


@rule()
def rendered_syntax(problem: str, path: str, line: int, view: str, spec: Span | None) -> Said:
    """rendered C that does not parse

    pycparser reads every rendered C file once per CONFIG branch before it is written.

    Instead: mend the template at the line that is shown.
    """
    return Said(f"{path}:{line} is not valid C{view}: {problem}", _BUG, _in_spec(spec))


@rule()
def include_guard(path: str, guard: str, problem: str) -> Said:
    """a header without a working include guard

    A header that is included twice would define its functions twice.

    Instead: `#ifndef G` and `#define G` around the whole header, with the name that the message gives.
    """
    return Said(f"{path} has no include guard `{guard}`: {problem}", _BUG)


@rule()
def pair_left_in(name: str, path: str, line: int, view: str, spec: Span) -> Said:
    """exception_enter or exception_exit in the files of a port that declares offstack

    With offstack selected both are no-ops; code that calls them relies on something that does not happen.

    Instead: leave the pair out, in every CONFIG branch.
    """
    return Said(
        f"`{name}` in {path}:{line}{view}, although the port declares offstack",
        "leave the pair out of the template when `offstack` is true",
        [Related(spec, "declared here")],
    )


@rule()
def pair_missing(name: str, path: str, view: str, spec: Span) -> Said:
    """no exception_enter or exception_exit in the header of a port that needs them

    A port that does not declare offstack lives by the pair; where the generic header has none, this one provides it.

    Instead: define both, in every CONFIG branch.
    """
    return Said(
        f"{path} does not provide `{name}`{view}, although the port does not declare offstack",
        "define both halves of the pair in every CONFIG branch",
        [Related(spec, "declared here")],
    )


@rule()
def pair_defined_twice(name: str, path: str, line: int, view: str) -> Said:
    """exception_enter or exception_exit where the generic header has them already

    include/linux/context_tracking.h defines the pair up to the newest release; a second definition does not compile.

    Instead: define the pair only where neither `_LINUX_CONTEXT_TRACKING_H` nor the name itself is defined.
    """
    return Said(
        f"{path}:{line} defines `{name}` a second time{view}",
        "guard it with `!defined(_LINUX_CONTEXT_TRACKING_H) && !defined(exception_enter)`",
    )


@rule()
def branch_lacks_name(name: str, path: str, view: str, other: Span) -> Said:
    """a CONFIG branch that lacks a function which another has

    The stubs call it whatever the configuration; in that branch they would not compile.

    Instead: define it in every branch, empty where it has nothing to do.
    """
    return Said(
        f"{path} does not define `{name}`{view}",
        "define it in every CONFIG branch",
        [Related(other, "another branch defines it here")],
    )


@rule()
def helper_differs(name: str, path: str, line: int, view: str, expected: str, found: str, spec: Span) -> Said:
    """a function of the header that does not do what its word means

    The vocabulary says which kernel functions a step stands for in each release, and what is left of it when context
    tracking is configured out.

    Instead: the statements that the message gives.
    """
    return Said(f"`{name}` in {path}:{line}{view} does `{found}`, not `{expected}`", _BUG, _in_spec(spec))


@rule()
def steps_differ(name: str, path: str, line: int, expected: str, found: str, spec: Span) -> Said:
    """a function that does not do the spec's steps in the spec's order

    Every rendered path is read back from the C and compared with the spec, branches and loops included: what is
    compiled has to be what was proved.

    Instead: mend the template; the spec's place is shown as well.
    """
    return Said(f"`{name}` does {found} in {path}:{line} where the spec has {expected}", _BUG, _in_spec(spec))


@rule()
def machine_differs() -> Said:
    """rendered C that is another machine than the one that was proved

    The proof is about the spec. The C that was read back is compiled to the same machine and compared with it node by
    node, so that the proof is about the C as well.

    Instead: report it: the check of the steps should have found the difference.
    """
    return Said("the rendered C is not the machine that was proved", "please report this with the spec")


@rule()
def function_missing(name: str, path: str, spec: Span) -> Said:
    """an entry path or sequence without a function

    What the spec describes and the C leaves out would be proved for nothing.

    Instead: render a function for each path and each sequence.
    """
    return Said(f"{path} has no function `{name}`", _BUG, _in_spec(spec))


@rule()
def function_unknown(name: str, path: str, line: int) -> Said:
    """a function that no path or sequence of the spec stands behind

    Code that the spec does not describe is code that nobody has proved.

    Instead: describe it in the spec, or take it out of the template.
    """
    return Said(f"{path}:{line} defines `{name}`, which the spec does not have", _BUG)


@rule()
def macro_unknown(text: str, path: str, line: int) -> Said:
    """a macro that is neither the include guard nor the bit of a class

    It could define away what the steps call, or give two classes one bit, and reading the C back would not see it.

    Instead: no macros but constants, `BIT(n)` with one bit a class in the spec's order.
    """
    return Said(f"{path}:{line} has `{text}`, which is not a macro that belongs there", _BUG)


@rule()
def variable_unknown(name: str, path: str, line: int) -> Said:
    """a variable outside of every function

    What was before an exception is kept on the stack. Anywhere else the next exception, or the next task, overwrites
    it, which is the failure that all of this is about.

    Instead: a local variable of the path.
    """
    return Said(f"{path}:{line} defines the variable `{name}` outside of every function", _BUG)


@rule()
def annotation_differs(name: str, path: str, line: int, wanted: str, spec: Span | None) -> Said:
    """a function that can be instrumented where it must not, or the other way round

    `noinstr` is what the spec says of a path's own code, and what the proof of requirement R6 rests on. Sequences and
    helpers are `__always_inline`, so that they are part of the path that calls them.

    Instead: the annotation that the message gives.
    """
    return Said(f"`{name}` in {path}:{line} has to be {wanted}", _BUG, _in_spec(spec))


@rule()
def foreign_statement(name: str, path: str, line: int, text: str) -> Said:
    """a statement in a rendered function that is no step

    Rendered functions hold steps, branches and loops only; anything else cannot be compared with the spec.

    Instead: take it out of the template, or make it a step of the vocabulary.
    """
    return Said(f"`{name}` in {path}:{line} has a statement that is no step: `{text}`", _BUG)


@rule()
def not_renderable(word: str) -> Said:
    """a step that exists for the verifier only

    `save` and `restore` keep the state per CPU or per task, the two ways that fail; there is no C for them.

    Instead: exception_enter and exception_exit, or see how it fails with `gen verify`.
    """
    return Said(f"`{word}` cannot be rendered: it only shows what goes wrong", "use exception_enter and exception_exit")


@rule()
def selects_differ(path: str, expected: Iterable[str], found: Iterable[str], spec: Span) -> Said:
    """a Kconfig fragment that does not select what the spec declares

    The select is the claim: with it the kernel builds the pair and schedule_user() out.

    Instead: the selects that the message gives.
    """
    return Said(
        f"{path} has `{', '.join(found) or 'no select'}` where the spec declares `{', '.join(expected)}`",
        _BUG,
        [Related(spec, "declared here")],
    )


# Where files go.


@rule()
def stale_output(problem: str, command: str) -> Said:
    """a rendered file that is not what its spec renders to

    Rendered files are committed; one that was edited by hand, or whose spec has changed since, says something else
    than what was checked.

    Instead: run the command that the hint gives and commit the result.
    """
    return Said(problem, f"run `{command}`")


@rule()
def same_arch_twice(arch: str, first: Span) -> Said:
    """two specs of one architecture in one run

    Both would be rendered into the same folder, and the second would replace the first.

    Instead: one run for each, with different `-o` directories.
    """
    return Said(
        f"`{arch}` is rendered from another spec in the same run",
        "render them one by one, into different directories",
        [Related(first, "the first one")],
    )


@rule()
def output_refused(problem: str) -> Said:
    """a place where nothing can be written

    The output directory is a file, is read-only, is full, or leads elsewhere by a symbolic link. All files that were
    there before are still as they were.

    Instead: another directory with `-o`, or mend the one that is named.
    """
    return Said(problem, "no file was changed; name another directory with `-o` or mend this one")
