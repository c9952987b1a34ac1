"""The skeleton of a spec: what a tree shows of an architecture's entry code, and a marker for all that it does not.

Its paths are the entry points that `gen.recover.discover` finds, but for what assembly calls: that is in the path of
the label. Where the tree selects the generic entry code, its functions are shared sequences that the paths call.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from gen.diagnostics import Sink
from gen.diagnostics.printers.text import visible
from gen.facts.loader import releases
from gen.kernel.expression import NEVER
from gen.kernel.kconfig import KconfigReader
from gen.kernel.tree import KernelTree
from gen.model.vocabulary import CONDITIONS, WORDS
from gen.recover.discover import Discovery
from gen.recover.entry_point import EntryPoint, How
from gen.recover.entry_words import entry_words
from gen.recover.generic import GenericEntry, GenericFunction, Transcript
from gen.recover.tree_reader import TreeReader
from gen.spec.fill_in import marker_name
from gen.spec.loader import SpecLoader
from gen.spec.rules import to_be_filled_in, unused_class

MOST_HANDLERS = 8
"""How many of the C functions that a label calls are written down."""

MOST_PATHS = 1000
"""Entries of a draft; x86 has 115."""

MOST_UNREAD = 20
"""How many files that are not read are written down."""

_BEGINS = frozenset({How.LABEL, How.VECTOR, How.MACRO, How.DISPATCHED, How.HANDLER})
"""What makes an entry point a path of its own."""


class NoSkeletonError(Exception):
    """The tree shows too little of an architecture; the message says what is missing."""


@dataclass(frozen=True)
class _Path:
    """An entry point that is written down: its handlers, and the generic functions that its C calls, in two parts."""

    point: EntryPoint
    handlers: tuple[str, ...]
    before: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Sequence:
    """A function of the generic entry code that is written down."""

    name: str
    function: GenericFunction
    transcript: Transcript


def skeleton(arch: str, tree: KernelTree) -> str:
    """The text of a spec whose only findings are that things are to be filled in. Raises NoSkeletonError."""
    release = tree.release
    if release < releases().oldest:
        raise NoSkeletonError(f"Linux {release} is not a release that gen knows")
    reader = TreeReader(tree)
    generic = GenericEntry(reader, entry_words()) if _is_generic(arch, tree) else None
    paths = tuple(_found(Discovery(reader, arch), generic))
    if len(paths) > MOST_PATHS:
        raise NoSkeletonError(f"arch/{arch} shows {len(paths)} entries, and a spec has no more than {MOST_PATHS} paths")
    if not paths:
        raise NoSkeletonError(f"nothing in arch/{arch} looks like an entry: no C function that takes pt_regs")
    file, symbol = f"arch/{arch}/Kconfig", _own_symbol(arch, tree)
    sequences = tuple(_sequences(generic, paths)) if generic else ()
    text = "\n".join((
        *_head(arch, str(release), file, symbol, paths, reader.unread),
        *_conditions(sequences),
        *_shared(sequences),
        "paths:",
        *_written(paths, sequences),
    ))  # fmt: skip
    problem = _problem(arch, text)
    if problem:
        raise NoSkeletonError(f"the skeleton would not be a spec: {problem}")
    return text


def _is_generic(arch: str, tree: KernelTree) -> bool:
    """Whether any build of the architecture selects the generic entry code."""
    options = entry_words().generic_options
    kconfig = KconfigReader(tree, options).read(arch)
    return any(kconfig.selected(option) != NEVER for option in options)


def _own_symbol(arch: str, tree: KernelTree) -> str:
    kconfig = KconfigReader(tree).read(arch, f"arch/{arch}/Kconfig", follow=False)
    own = kconfig.root_list()
    named = [own.selects[0].by] if own else [each.name for each in kconfig.configs if kconfig.always_on(each.name)]
    if not named:
        raise NoSkeletonError(f"arch/{arch}/Kconfig has no config that is always on, where the selects would go")
    return named[0]


def _problem(arch: str, text: str) -> str:
    sink = Sink()
    # No spec can name a file whose name is no UTF-8.
    SpecLoader(sink, tells_all=True).parse(f"{arch}.yaml", text.encode("utf-8", "backslashreplace"))
    expected = {to_be_filled_in.id, unused_class.id}
    others = (each for each in sink.findings if each.rule not in expected)
    return next((f"line {each.span.line}: {each.statement}" for each in others), "")


def _found(discovery: Discovery, generic: GenericEntry | None) -> Iterator[_Path]:
    words = entry_words()
    between = {name for each in discovery.points if each.how is How.DISPATCHED for name in each.by}
    for point in discovery.points:
        if point.how not in _BEGINS or (point.how is How.DISPATCHED and point.symbol in between):
            continue
        handlers = tuple(name for name in point.calls if not words.matches("way_out", name))[:MOST_HANDLERS]
        if point.is_assembly:
            calls = [call for name in point.calls for call in discovery.calls(name)]
        else:
            calls = list(discovery.calls(point.symbol, point.file))
        called = generic.among(calls) if generic else ()
        before = tuple(name for name in called if generic and generic.enters(name))
        yield _Path(point, handlers, before, tuple(name for name in called if name not in before))


def _sequences(generic: GenericEntry, paths: Sequence[_Path]) -> Iterator[_Sequence]:
    """The generic functions that paths call, and those that these call, callees first."""
    reached = generic.reached(name for each in paths for name in (*each.before, *each.behind))
    names: dict[str, str] = {}
    for name in reached:
        names[name] = _short_name(name, {*WORDS, *CONDITIONS, *names.values()})
    made = {
        names[name]: _Sequence(names[name], generic.functions[name], generic.transcript(name, names))
        for name in reached
    }
    # What cannot be told in steps calls nothing.
    called = [names[name] for each in paths for name in (*each.before, *each.behind)]
    for name in called:
        called += [each for each in made[name].transcript.called if each not in called]
    yield from (each for name, each in made.items() if name in called)


# What is written.

_CLASSES = {
    "interrupt": '  irq: {title: "interrupt", maskable: true}',
    "nmi": '  nmi: {title: "NMI", maskable: false}',
    "exception": '  sync: {title: "exception of the instruction", maskable: false, synchronous: true}',
}
_CLASS_OF = {"interrupt": "irq", "nmi": "nmi", "exception": "sync"}


def _head(
    arch: str, release: str, file: str, symbol: str, paths: Sequence[_Path], unread: Mapping[str, str]
) -> Iterator[str]:
    yield f"# {arch}, begun by `gen new` from a tree of Linux {release}. Each fill_in_... stands for what only a"
    yield "# person can know; `gen check` says what, and where to look. Kinds, classes and where a path comes from are"
    yield "# guesses by names, a path may be no entry, and an entry may be missing."
    for name, reason in list(unread.items())[:MOST_UNREAD]:
        yield f"# Not read, so that what enters there is missing: {visible(name)} ({visible(reason)})"
    if len(unread) > MOST_UNREAD:
        yield f"# and {len(unread) - MOST_UNREAD} other files"
    yield ""
    yield "spec: 1"
    yield f"arch: {arch}"
    yield f'title: "{arch}: entry code of Linux {release}"'
    yield f'kernel: "{release}"'
    yield f"kconfig: {{file: {file}, symbol: {symbol}}}"
    yield "offstack: false"
    yield ""
    yield "evidence:"
    yield "  - claim: the architecture selects its features here"
    yield f"    file: {file}"
    yield f"    text: config {symbol}"
    yield ""
    yield "classes:"
    kinds = {each.point.kind for each in paths}
    # A spec has at least one class; one that nothing enters is a warning. The generic entry code masks interrupts.
    if any(each.before or each.behind for each in paths):
        kinds.add("interrupt")
    yield from [line for kind, line in _CLASSES.items() if kind in kinds] or _CLASSES.values()
    yield ""


def _conditions(sequences: Sequence[_Sequence]) -> Iterator[str]:
    found = {name: text for each in sequences for name, text in each.transcript.conditions.items()}
    if found:
        yield "conditions:"
        yield from (f'  {name}: "{text}"' for name, text in found.items())
        yield ""


def _shared(sequences: Sequence[_Sequence]) -> Iterator[str]:
    if sequences:
        yield "# The generic entry code, as the tree's headers and kernel/entry/ have it."
        yield "sequences:"
    for each in sequences:
        yield f"  {each.name}:"
        yield f'    title: "generic entry code: {each.function.name}()"'
        yield f"    symbol: {each.function.name}"
        yield f"    file: {each.function.span.file}"
        yield "    steps:"
        yield from (f"      {line}" for line in each.transcript.lines)
        yield ""


def _written(paths: Sequence[_Path], sequences: Sequence[_Sequence]) -> Iterator[str]:
    names = {each.function.name: each.name for each in sequences}
    taken = {*WORDS, *CONDITIONS, *names.values(), *(name for each in paths for name in each.handlers)}
    taken.update(name for each in sequences for name in (*each.transcript.handlers, *each.transcript.conditions))
    for number, each in enumerate(paths):
        name = _short_name(each.point.symbol, taken)
        taken.add(name)
        yield f"  {name}:"
        yield from _path(each, names, [*(["classes"] if number == 0 else []), "kind", "masked", "noinstr", "steps"])


def _path(each: _Path, names: dict[str, str], topics: list[str]) -> Iterator[str]:
    point = each.point
    if point.condition:
        yield f"    # Built where {point.condition}."
    yield f'    title: "what enters at {point.symbol}"'
    yield f"    kind: {point.kind}"
    if point.kind in _CLASS_OF:
        yield f"    class: {_CLASS_OF[point.kind]}"
    yield f"    whence: {point.whence.value}"
    yield "    masked: []"
    yield f"    code: {'mixed' if point.is_assembly else 'c'}"
    yield "    noinstr: false"
    yield f"    symbol: {point.symbol}"
    yield f"    file: {point.file}"
    yield "    steps:"
    for topic in (*topics, *(["handlers"] if each.handlers else [])):
        yield f"      - code: {{calls: {marker_name(topic, point.line)}}}"
    yield from (f"      - call: {names[name]}" for name in each.before)
    yield from (f"      - work: {{calls: {name}}}" for name in each.handlers)
    yield from (f"      - call: {names[name]}" for name in each.behind)
    yield "      - return"
    yield ""


def _short_name(symbol: str, taken: set[str]) -> str:
    base = re.sub(r"^[^a-z]+", "", symbol.lower()) or "entry"
    names = chain((base[:32], f"{base[:26]}_entry"), (f"{base[:27]}_{number}" for number in range(2, 2 + MOST_PATHS)))
    return next(name for name in names if name not in taken)
