"""Everything that can be wrong with a spec, in words. Each function is one rule; its docstring is its documentation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gen.diagnostics import Related, Said, Severity, Span, rule
from gen.spec.suggest import listed, nearest


def _did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    guess = nearest(word, known)
    return f"did you mean `{guess}`?" if guess else otherwise


# The file.


@rule()
def unreadable_file(reason: str) -> Said:
    """a spec that cannot be read

    The file is missing a permission, is a directory, or went away while it was read. Nothing is written in that case.

    Instead: name a regular file that you can read.
    """
    return Said(f"cannot read this spec: {reason}", "name a regular file that you can read")


@rule()
def unknown_spec(name: str, known: Sequence[str], places: str) -> Said:
    """a spec that is neither a file nor one of the known names

    A SPEC is a path; a bare name such as `arm64` or `arm64.yaml` is also looked up in ./arch_specs and then among
    the specs that come with gen.

    Instead: one of the names that the message lists, or a path.
    """
    hint = _did_you_mean(name.removesuffix(".yaml"), known, f"specs that exist: {listed(known)}")
    return Said(f"there is no spec `{name}` (looked in {places})", hint)


@rule()
def not_utf8(position: int) -> Said:
    """a spec that is not UTF-8 text

    A spec is UTF-8. A binary file, or one in an older encoding, is refused before anything else looks at it.

    Instead: save the file as UTF-8; `file SPEC` tells what it is now.
    """
    return Said(f"this is not UTF-8 text (byte {position} cannot be decoded)", "save the file as UTF-8")


@rule()
def oversized_file(limit: int) -> Said:
    """a spec of more than 1 MiB

    The largest architecture needs about 40 KiB. The limit keeps a wrong file name from eating the machine's memory.

    Instead: check that the file is a spec at all.
    """
    return Said(f"a spec has at most {limit} bytes, this one has more", "is this a spec at all?")


@rule()
def too_many_errors(shown: int, more: int) -> Said:
    """a spec with more wrong in it than anybody reads

    Most of it has one cause: another kind of file, or a key at the wrong depth.

    Instead: mend the first ones, and check it again.
    """
    return Said(f"{more} more things are wrong than the {shown} that are shown", "mend the first ones first")


@rule()
def empty_spec() -> Said:
    """a spec with nothing in it

    The file is empty, or holds only comments.

    Instead: start from a shipped spec, for example arch_specs/riscv.yaml.
    """
    return Said("this spec is empty", "start from a shipped spec such as arch_specs/riscv.yaml")


@rule()
def control_character(code: int) -> Said:
    """a character that cannot be seen

    Control characters, bidirectional overrides, zero-width characters and Unicode line separators make a file read
    differently on a screen than to a program, and some of them would end a comment line in rendered C.

    Instead: delete the character.
    """
    return Said(f"an invisible character (U+{code:04X}) is not allowed in a spec", "delete it")


@rule()
def tab() -> Said:
    """a tab in a spec

    YAML forbids tabs in indentation, and a tab elsewhere moves every column that a message names.

    Instead: spaces.
    """
    return Said("a spec is indented with spaces, not tabs", "replace the tab with spaces")


# YAML.


@rule()
def yaml_syntax(problem: str, context: str = "", began: Span | None = None) -> Said:
    """text that is not YAML

    The parser could not make sense of the file from this place on; what follows is not looked at.

    Instead: look at the line before, too: an unclosed quote or bracket is noticed late.
    """
    related = [Related(began, context or "what it belongs to")] if began else []
    return Said(f"this is not valid YAML: {problem}", "an unclosed quote or bracket is noticed late", related)


@rule()
def duplicate_key(key: str, first: Span) -> Said:
    """the same key twice in one mapping

    YAML parsers let the last one win without a word, so that half of what was written is lost.

    Instead: keep one of the two.
    """
    return Said(f"the key `{key}` is here a second time", "keep one of the two", [Related(first, "the first one")])


@rule()
def anchor_or_alias(sigil: str) -> Said:
    """an anchor or alias

    `&name` and `*name` let a small file unfold into an enormous one, and hide where a value was written.

    Instead: repeat the value, or make a sequence and `call` it.
    """
    return Said(f"anchors and aliases (`{sigil}`) are not part of a spec", "make a sequence and `call` it")


@rule()
def yaml_tag(tag: str) -> Said:
    """a YAML tag

    `!tag` asks a parser to build something else than text, numbers, lists and mappings. A spec needs none of it.

    Instead: the plain value.
    """
    return Said(f"tags (`{tag}`) are not part of a spec", "write the plain value")


@rule()
def several_documents() -> Said:
    """more than one YAML document in a file

    One spec is one document; `---` in the middle starts another one that nobody would read.

    Instead: one file an architecture.
    """
    return Said("a spec is one YAML document, and here starts another", "one file an architecture")


@rule()
def key_not_text() -> Said:
    """a mapping key that is a list or a mapping

    Keys of a spec are words.

    Instead: put the list after the key.
    """
    return Said("a key has to be a word", "put lists and mappings after the key")


@rule()
def too_deep(limit: int) -> Said:
    """nesting beyond any use

    Branches in loops in branches go about ten levels deep in real entry code. The limit keeps a hostile file from
    exhausting the stack.

    Instead: move the inner steps to a sequence and `call` it.
    """
    return Said(f"a spec is nested at most {limit} levels deep", "move inner steps to a sequence and `call` it")


# The schema.


@rule()
def unknown_key(key: str, known: Sequence[str]) -> Said:
    """a key that the schema does not know

    A misspelt key would otherwise be ignored, and the spec would not say what its author thinks it says.

    Instead: one of the keys that the message lists; `gen schema` describes them.
    """
    return Said(f"unknown key `{key}`", _did_you_mean(key, known, f"known here: {listed(known)}"))


@rule()
def missing_key(key: str, description: str) -> Said:
    """a key that has to be there

    Nothing about an entry path is guessed: what the verifier needs has to be written down.

    Instead: add the key; the hint says what it means.
    """
    return Said(f"the key `{key}` is missing", description)


@rule()
def missing_partner(key: str, partner: str) -> Said:
    """half of an `if` or `while`

    `if` needs `then`, `while` needs `do`, and none of `then`, `else` and `do` stands alone.

    Instead: add the other half.
    """
    return Said(f"`{key}` needs `{partner}` beside it", f"add `{partner}:` with a list of steps")


@rule()
def wrong_type(expected: str, found: str, description: str) -> Said:
    """a value of the wrong type

    Types follow YAML 1.2: only `true` and `false` are booleans, and 6.10 without quotes is the number 6.1.

    Instead: a value of the type that the message names.
    """
    return Said(f"expected {expected}, found {found}", description)


@rule()
def unknown_value(value: str, known: Sequence[str], description: str) -> Said:
    """a value that is not in the list of allowed ones

    Also raised for a step that the vocabulary does not have.

    Instead: one of the values that the message lists; for steps, `gen schema` shows the vocabulary.
    """
    guess = nearest(value, known)
    allowed = f"did you mean `{guess}`?" if guess else f"allowed: {listed(known)}"
    return Said(
        f"`{value}` is not a value that is known here", f"{allowed} ({description})" if description else allowed
    )


@rule()
def bad_text(value: str, description: str) -> Said:
    """text with characters that cannot be there

    Every string of a spec may end up in a C comment, an identifier, a Kconfig line or a Markdown table, and its
    pattern keeps it from ending that place: no `*/`, no line breaks, no backslash, no preprocessor line.

    Instead: what the hint describes.
    """
    return Said(f"`{value}` cannot be written here", description)


@rule()
def bad_amount(problem: str, description: str) -> Said:
    """too few or too many

    A list without entries or a text without end says nothing that can be checked.

    Instead: what the hint describes.
    """
    return Said(problem, description)


@rule()
def repeated_item(value: str) -> Said:
    """the same entry twice in a list

    Masking a class twice in one step is most likely a typing error for another class.

    Instead: each entry once.
    """
    return Said(f"`{value}` is in this list twice", "write each entry once")


@rule()
def invalid_value(problem: str) -> Said:
    """a value that breaks the schema in another way

    The message is that of the JSON Schema; `gen schema` prints the schema.

    Instead: a value that the schema allows.
    """
    return Said(problem, "`gen schema` prints what is allowed")


# What the parts say about each other.


@rule()
def one_step_per_item(keys: Sequence[str]) -> Said:
    """two steps in one list item

    Steps are atomic and ordered; a mapping with two words does not say which comes first.

    Instead: one list item a step.
    """
    return Said(f"one list item is one step, this one has {listed(keys)}", "begin a new item with `- ` for each")


@rule()
def word_needs_value(word: str, takes: str) -> Said:
    """a step without what it takes

    `mask` alone does not say what is masked.

    Instead: `- word: value`.
    """
    return Said(f"`{word}` takes {takes}", f"write `- {word}: ...`")


@rule()
def unknown_sequence(name: str, known: Sequence[str]) -> Said:
    """a call of a sequence that is not there

    `call` runs one of the spec's own `sequences`.

    Instead: one of the names that exist, or add the sequence.
    """
    return Said(
        f"there is no sequence `{name}`",
        _did_you_mean(name, known, f"sequences of this spec: {listed(known)}"),
    )


@rule()
def recursive_sequence(route: Sequence[str], first: Span) -> Said:
    """a sequence that calls itself

    Sequences are inlined where they are called; one that reaches itself has no end.

    Instead: a `while` loop.
    """
    return Said(
        f"the sequence `{route[0]}` calls itself ({' > '.join(route)})",
        "write the repetition as `while`",
        [Related(first, "the sequence")],
    )


@rule()
def calls_too_deep(limit: int) -> Said:
    """sequences that call each other beyond any use

    Sequences call each other about four deep in real entry code. The limit keeps a hostile file from unfolding into
    an enormous one.

    Instead: move the steps to the sequence that calls.
    """
    return Said(f"sequences call each other at most {limit} deep", "move the steps to the sequence that calls")


@rule(Severity.WARNING)
def unused_sequence(name: str) -> Said:
    """a sequence that no path calls

    It is not verified and not rendered, so nothing keeps it true.

    Instead: call it, or delete it.
    """
    return Said(f"no path calls the sequence `{name}`", "call it or delete it")


@rule()
def unknown_class(name: str, known: Sequence[str]) -> Said:
    """an interrupt class that is not declared

    Only classes under `classes` take part in the verification; a misspelt one would never fire.

    Instead: one of the declared classes, or declare it.
    """
    return Said(
        f"there is no interrupt class `{name}`",
        _did_you_mean(name, known, f"classes of this spec: {listed(known)}"),
    )


@rule()
def unmaskable_class(name: str, declared: Span) -> Said:
    """mask or unmask of a class that software cannot mask

    An NMI that could be masked would be none, and a proof that relies on it would be worthless.

    Instead: leave the class out of the list, or set `maskable: true` where it is declared.
    """
    return Said(
        f"`{name}` cannot be masked by software",
        "leave it out, or declare the class `maskable: true`",
        [Related(declared, "declared here as not maskable")],
    )


@rule()
def maskable_and_synchronous(name: str) -> Said:
    """a synchronous class that is said to be maskable

    A synchronous exception is raised by the very instruction that runs; there is no mask for it.

    Instead: `maskable: false`.
    """
    return Said(f"the synchronous class `{name}` cannot be maskable", "write `maskable: false`")


@rule(Severity.WARNING)
def unused_class(name: str) -> Said:
    """an interrupt class that no path is entered by

    It can be masked and unmasked, but nothing ever comes of it: either a path is missing, or the class is.

    Instead: describe the path that it enters, or delete the class.
    """
    return Said(f"no path is entered by the class `{name}`", "describe its path or delete the class")


@rule()
def class_missing(kind: str) -> Said:
    """a path whose class is not given

    Only a system call and a new task come without an interrupt class; whether anything else can hit a critical window
    depends on its class being masked there.

    Instead: `class: NAME`, one of the spec's `classes`.
    """
    return Said(f"a path of kind `{kind}` needs a `class`", "name one of the spec's `classes`")


@rule()
def class_not_allowed(kind: str) -> Said:
    """a class on a path that no interrupt or exception enters

    A system call is the task's own doing, and a new task is entered by the scheduler.

    Instead: delete `class`, or choose another `kind`.
    """
    return Said(f"a path of kind `{kind}` has no `class`", "delete the key, or choose another `kind`")


@rule()
def kind_and_whence(kind: str, whence: str, allowed: Sequence[str]) -> Said:
    """a path whose kind cannot come from where it says

    A system call comes from user mode, a new task from `fork`, and nothing else does.

    Instead: one of the values that the hint lists.
    """
    return Said(f"a path of kind `{kind}` cannot come from `{whence}`", f"allowed: {listed(allowed)}")


@rule()
def unknown_condition(name: str, known: Sequence[str]) -> Said:
    """a condition that is neither built in nor declared

    The verifier follows both branches of a condition of the port's own, and decides `user_regs` and its like.

    Instead: one of the known conditions, or declare it under `conditions`.
    """
    return Said(f"there is no condition `{name}`", _did_you_mean(name, known, f"known: {listed(known)}"))


@rule(Severity.WARNING)
def unused_condition(name: str) -> Said:
    """a condition that nothing asks

    It would be rendered as a function that nobody calls.

    Instead: use it in `if` or `while`, or delete it.
    """
    return Said(f"nothing asks the condition `{name}`", "use it or delete it")


@rule()
def builtin_condition(name: str) -> Said:
    """a condition of the port with the name of a built-in one

    `user_regs`, `need_resched` and their like mean the same in every spec.

    Instead: another name.
    """
    return Said(f"the condition `{name}` is built in", "choose another name")


@rule()
def missing_return(path: str) -> Said:
    """a path that can end without `return` or `panic`

    Where a path leaves the kernel is where pt_regs is restored and the state has to be right; it is never implied.

    Instead: `- return` at the end of every branch that gets there, or `- panic`.
    """
    return Said(f"the path `{path}` can reach its end without `return` or `panic`", "add `- return` at the end")


@rule()
def return_in_sequence(sequence: str) -> Said:
    """a `return` inside a shared sequence

    A path leaves the kernel by pt_regs itself; a sequence ends where its steps end.

    Instead: `- return` in the path, after the call.
    """
    return Said(f"the sequence `{sequence}` cannot `return` for its path", "write `- return` in the path")


@rule()
def unreachable_step(before: Span) -> Said:
    """a step that nothing can reach

    It follows a `return` or `panic`, or an `if` both of whose branches end in one, so it says something about code
    that does not run.

    Instead: delete it, or move it before.
    """
    return Said("this step can never run", "delete it or move it up", [Related(before, "nothing gets past this")])


@rule()
def pair_in_sequence(word: str) -> Said:
    """exception_enter or exception_exit inside a shared sequence

    The saved state lives in the frame of the path. A sequence has no frame of its own to keep it in.

    Instead: write the two steps in the path, around the call.
    """
    return Said(f"`{word}` keeps its state in the path's frame", "write it in the path, around the call")


@rule()
def exit_without_enter(path: str) -> Said:
    """exception_exit that exception_enter does not precede on every way

    What it would restore was never saved: in C, a variable that is used before it is set.

    Instead: exception_enter before it, on every way that gets there.
    """
    return Said(
        f"in `{path}` this can run without exception_enter before it",
        "put `- exception_enter` before, on every way that gets here",
    )


@rule()
def pair_with_offstack(word: str, declared: Span) -> Said:
    """the exception pair in a port that declares offstack

    Requirement R1: with offstack selected both are no-ops, so a path that relies on them runs in the wrong state.

    Instead: user_exit_irqoff and user_enter_irqoff behind `if: user_regs`, or `offstack: false`.
    """
    return Said(
        f"`{word}` does nothing in a port that declares offstack",
        "use user_exit_irqoff/user_enter_irqoff, or declare `offstack: false`",
        [Related(declared, "declared here")],
    )


@rule()
def schedule_user_with_offstack(declared: Span) -> Said:
    """schedule_user in a port that declares offstack

    Requirement R2: schedule_user() is not built when offstack is selected, so the kernel would not link.

    Instead: schedule before user_enter, or `offstack: false`.
    """
    return Said(
        "schedule_user() does not exist in a port that declares offstack",
        "use `schedule` in the KERNEL state, or declare `offstack: false`",
        [Related(declared, "declared here")],
    )


@rule()
def handler_disagrees(name: str, first: Span) -> Said:
    """one handler with two meanings

    The same function cannot fault in one path and be unable to in another: the rendered C has one prototype for it,
    and what is read back from that C has to be what the spec says.

    Instead: the same flags everywhere, or two names.
    """
    return Said(
        f"the handler `{name}` is described differently elsewhere",
        "give both the same flags, or two names",
        [Related(first, "described here first")],
    )


@rule()
def name_collision(name: str, what: str, other: str, first: Span) -> Said:
    """two things that would have the same name in C

    Paths, sequences, handlers and conditions share one prefix in the rendered files.

    Instead: rename one of the two.
    """
    return Said(
        f"the {what} `{name}` would have the same name in C as a {other}",
        "rename one of the two",
        [Related(first, f"the {other}")],
    )


@rule()
def release_range(since: str, until: str) -> Said:
    """something that ends before it begins

    `since` and `until` are the first and the last release that has the path, sequence or evidence.

    Instead: swap the two.
    """
    return Said(f"no release is both since {since} and until {until}", "swap the two")


@rule()
def bounded_end(name: str) -> Said:
    """a sequence that nothing gets past, and that some releases do not have

    In a release outside of its `since` and `until` a call of a sequence is no step, so that a path which ends in this
    one would not end there.

    Instead: write the end into the paths, or give paths of their own to the releases.
    """
    return Said(
        f"no path would end in `{name}` in a release that does not have it",
        "write `return` or `panic` into the paths that call it",
    )


@rule()
def bounded_then(condition: str) -> Said:
    """a branch of which some releases would only have the `else`

    In a release outside of its `since` and `until` a call of a sequence is no step, and a branch needs one where its
    condition holds.

    Instead: put the whole branch into the sequence, or ask the opposite.
    """
    return Said(
        f"nothing may be left to do if `{condition}`: some releases have none of the sequences that `then` calls",
        "put the whole branch into the sequence, or ask the opposite",
    )


@rule()
def unknown_release(value: str, oldest: str) -> Said:
    """a kernel release that gen does not know

    Offstack came with 5.11. What is newer than the facts of gen is taken to be like the newest of them.

    Instead: that release or a later one, as `major.minor`.
    """
    return Said(f"`{value}` is not a release that gen knows", f"known: {oldest} and later, without a patch level")


@rule()
def to_be_filled_in(what: str, places: Sequence[str], how: str, number: tuple[int, int]) -> Said:
    """something that only a person can know is still to be filled in

    `gen new` writes a spec with what a tree shows, and a step `code: {calls: fill_in_...}` for each thing that it does
    not show. Nothing is proved or rendered while there is one; no handler may have a name that begins so. Each question
    is told of once, with the entries that it is asked of: those first of which the least is asked. The questions are
    numbered in the order in which they are best answered.

    Instead: read the code that the message names, write down what it does, and delete the step.
    """
    first, *others = places
    times = f", {len(places)} times" if others else ""
    asked = f" ({number[0]} of {number[1]}{times})" if number[1] > 1 else times
    then = f", then at {', '.join(others[:_MOST_PLACES])}" if others else ""
    more = f" and {len(others) - _MOST_PLACES} more" if len(others) > _MOST_PLACES else ""
    steps = "each of these steps" if others else "this step"
    return Said(f"to be filled in{asked}: {what}; look at {first}{then}{more}", f"{how}, and delete {steps}")


_MOST_PLACES = 3
"""Further places that a question names."""
