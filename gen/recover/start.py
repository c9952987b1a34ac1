"""Where the C of an entry path begins, and what assembly does around it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gen.facts.loader import marks
from gen.model.entry import Block, Call, EntryModel, EntryPath, Sequence, Step
from gen.model.vocabulary import Effect
from gen.recover.bodies import Body, NotRebuiltError
from gen.recover.files import Found
from gen.recover.port import Port

_MADE_BY_ASSEMBLY = {Effect.MASK, Effect.UNMASK, Effect.INHERIT, Effect.BOOKKEEPING}


@dataclass(frozen=True)
class Start:
    """The function that a path begins in, and the parts of the spec's block that assembly runs before and behind it.

    `inlined` says that the function is a caller, and that the path is what passes the symbol: code that is inlined in
    its only caller begins where that does.
    """

    bodies: tuple[Body, ...]
    prefix: Block = ()
    suffix: Block = ()
    inlined: bool = False


class InAssemblyError(NotRebuiltError):
    """Entry code that is assembly, as the spec has it."""


class NotBuiltError(NotRebuiltError):
    """Entry code that is there for other configurations than those that are read."""


def start_of(port: Port, path: EntryPath | Sequence, around: tuple[Block, Block] | None = None) -> Start:
    """Where a path, or a sequence, begins; NotRebuiltError. `around` is assembly around one without a body."""
    if path.is_assembly:
        raise InAssemblyError("it is assembly")
    if port.files.text(path.file) is None:
        raise NotRebuiltError(f"this tree has no {path.file}")
    prefix, suffix = around if around is not None else assembly_around(port.model, path.body)
    if isinstance(path, EntryPath) and path.code == "mixed" and (step := _first_in_assembly(path.body[len(prefix) :])):
        raise InAssemblyError(f"its first steps, from `{step}`, are assembly")
    found = _definitions(port, path)
    bodies = _bodies(port, path, found)
    caller = _only_caller(port, found[0]) if len(found) == 1 else None
    if caller is not None:
        return Start(port.bodies.of(caller), prefix, suffix, inlined=True)
    return Start(bodies, prefix, suffix)


def bodies_of(port: Port, path: EntryPath) -> tuple[Body, ...]:
    """The function of C that a path is of, in each of its views; NotRebuiltError."""
    return _bodies(port, path, _definitions(port, path))


def _bodies(port: Port, path: EntryPath | Sequence, found: tuple[Found, ...]) -> tuple[Body, ...]:
    bodies = tuple(body for each in found for body in port.bodies.of(each))
    macro = path.macro if isinstance(path, EntryPath) and path.macro else path.symbol
    bodies = bodies or port.bodies.of_macro(path.file, macro)
    if not bodies:
        is_there = any(port.files.defined(path.file, lambda each: each.name == path.symbol))
        raise (NotBuiltError if is_there else NotRebuiltError)(f"{path.file} has no {path.symbol}()")
    return bodies


def assembly_around(model: EntryModel, body: Block) -> tuple[Block, Block]:
    """The shared sequences in assembly that a path begins with, and those that it ends with before its `return`."""

    def calls_assembly(item: object) -> bool:
        return isinstance(item, Call) and model.sequences[item.sequence].is_assembly

    first = next((index for index, item in enumerate(body) if not calls_assembly(item)), len(body))
    last = len(body) - 1
    while last > first and calls_assembly(body[last - 1]):
        last -= 1
    return body[:first], body[last:-1]


def _first_in_assembly(body: Block) -> Step | None:
    """The first step, if it is one of those that the assembly before a C handler does: C begins with its own."""
    first = body[0] if body else None
    return first if isinstance(first, Step) and first.row.effect in _MADE_BY_ASSEMBLY else None


def _definitions(port: Port, path: EntryPath | Sequence) -> tuple[Found, ...]:
    """The definitions of a path's symbol: of the function, or of the only one that a macro of that name defines."""
    macro = path.macro if isinstance(path, EntryPath) else ""
    named = port.files.defined(
        path.file,
        lambda each: each.name == path.symbol and each.macro not in port.symbols and (not macro or each.macro == macro),
    )
    pasted = port.files.pasted(path.file, macro, path.symbol)
    made = port.files.defined(path.file, lambda each: each.macro == path.symbol)
    found = [each for each in list(named) or list(pasted) or list(made) if port.bodies.of(each)]
    makers = list(dict.fromkeys(each.function.macro for each in found))
    if len(makers) > 1:
        raise NotRebuiltError(f"{', '.join(makers[:-1])} and {makers[-1]} define {path.symbol}()")
    return tuple(found)


def _only_caller(port: Port, found: Found) -> Found | None:
    """The caller of a function that is inlined in it, if there is no other one."""
    inlined = {row.word for row in marks() if row.inlined == "always"}
    if "static" not in found.function.words or inlined.isdisjoint(found.function.words):
        return None
    called = re.compile(rf"\b{re.escape(found.function.name)}\s*\(")
    others = port.files.defined(found.file, lambda each: each is not found.function)
    calls = [each for each in others for _ in called.finditer(each.text)]
    return calls[0] if len(calls) == 1 else None
