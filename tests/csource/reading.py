"""What the tests of the reader ask it: views, graphs, and the runs that leave a function without the exit."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from gen.csource.asm import AsmUse, asm_uses
from gen.csource.cfg import Graph
from gen.csource.conditions import Config
from gen.csource.kernel_file import Analysed, Analysis, KernelFile, NotAnalysed
from gen.csource.lookup import noreturn_names, occurrences
from gen.csource.outline import Outline, read_outline
from gen.csource.statements import Block, Body, If, Loop, Statement, Switch, definitions
from gen.csource.tokens import Source, tokenize

PAIR = frozenset({"exception_enter", "exception_exit"})
NORETURN = frozenset({"panic", "BUG", "die"})


def outline(text: str) -> Outline:
    return read_outline(Source(text))


def analyses(
    text: str, names: Collection[str] | None = PAIR, *, config: Config | None = None, header: str = ""
) -> list[Analysis]:
    headers = (outline(header),) if header else ()
    return list(KernelFile(outline(text), headers, NORETURN, config).analyses(names))


def analysed(text: str, names: Collection[str] | None = None, **around: str) -> Analysed:
    """The only function of a text in its only view."""
    found = analyses(text, names, **around)  # type: ignore[arg-type]
    assert len(found) == 1, found
    assert isinstance(found[0], Analysed), found
    return found[0]


def in_function(body: str) -> str:
    """A function with a body; the body's first line is line 3."""
    return f"void handler(struct pt_regs *regs)\n{{\n{body}\n}}\n"


def graph(body: str) -> Graph:
    return analysed(in_function(body)).graph


def call_names(text: str, names: Collection[str] | None = None) -> list[str]:
    return [call.name for _, call in analysed(text, names).graph.calls()]


def statements(body: str) -> Body:
    tokens = tokenize(in_function(body))
    partners, lost = tokens.partners()
    assert lost is None
    (definition,) = definitions(tokens, partners)
    return definition.body


def kinds(body: Body) -> list[str]:
    return [type(statement).__name__ for statement in flat(body)]


def flat(body: Body) -> Iterator[Statement]:
    for statement in body:
        yield statement
        match statement:
            case Block(_, inner) | Switch(_, _, inner):
                yield from flat(inner)
            case If(_, _, then, otherwise):
                yield from flat((*then, *otherwise))
            case Loop():
                yield from flat(statement.body)


@dataclass(frozen=True)
class Leak:
    """A run from exception_enter() out of a function: the condition of its view, and its lines."""

    function: str
    condition: str
    lines: tuple[int, ...]


def leaks(text: str, header: str = "") -> list[Leak]:
    """Every view of a function with a run that leaves it without exception_exit(), and the shortest one."""
    return [
        Leak(each.name, each.condition, lines)
        for each in analyses(text, header=header)
        if isinstance(each, Analysed) and not each.pseudo
        for lines in [_leak(each.graph)]
        if lines
    ]


def _leak(found: Graph) -> tuple[int, ...]:
    exits = frozenset(found.exits)

    def closes(index: int) -> bool:
        return any(call.name == "exception_exit" for call in found.nodes[index].calls)

    for index, call in found.calls():
        if call.name == "exception_enter" and index in found.reachable() and not closes(index):
            path = found.shortest_path(index, exits.__contains__, closes)
            if path or index in exits:
                return found.lines(path or (index,))
    return ()


def everything(text: str) -> None:
    """Asks the reader all it can be asked about a text, as C and as assembly."""
    source = Source(text)
    read = read_outline(source)
    for names in (None, PAIR):
        for each in KernelFile(read, (), NORETURN).analyses(names):
            assert isinstance(each, NotAnalysed) or each.graph.nodes
    list(KernelFile(read, (), NORETURN, {}).analyses(PAIR))
    list(occurrences(read, PAIR))
    noreturn_names([text])
    for architecture in ("", "arm", "mips", "x86"):
        list(asm_uses(source, PAIR, architecture))


def uses(text: str, names: Collection[str], architecture: str = "") -> list[AsmUse]:
    return list(asm_uses(Source(text), names, architecture))
