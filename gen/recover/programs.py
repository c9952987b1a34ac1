"""The assembly files of a tree that entry paths begin in, each expanded once with the headers that it includes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from copy import copy
from dataclasses import replace
from pathlib import PurePosixPath
from posixpath import normpath

from gen.csource.asm_program import Program, TooLongError, program_of
from gen.csource.asm_text import Dialect, dialect_of, normal
from gen.csource.gas import Item, NotGasError, Text, read_gas
from gen.csource.tokens import Source
from gen.model.entry import is_assembly
from gen.recover.bodies import NotRebuiltError
from gen.recover.operands import Operands
from gen.recover.port import Port
from gen.spec.instruction_set import InstructionSet

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+["<]([^">\n]+)[">]', re.MULTILINE)

MOST_READ = 4 << 20
"""Characters of assembly and its headers for one architecture; the most of a real one is 0.4 MiB."""

MOST_INSTRUCTIONS = 120_000
"""That the files of one architecture come to together; the most of a real one is 5,300."""


class Programs:
    """The assembly files of a port, each expanded once; `files` are those that its paths and sequences are in."""

    def __init__(self, port: Port, instructions: InstructionSet) -> None:
        self.port = port
        asks = tuple(row for row in instructions.asks if row.holds(port.files.text))
        self.instructions = replace(instructions, asks=asks)
        self.tied = instructions.tied
        files = {path.file for path in port.model.paths.values()} | {s.file for s in port.model.sequences.values()}
        self.files = tuple(sorted({*instructions.files, *(file for file in files if is_assembly(file))}))
        self._dialect: Dialect = dialect_of(port.known.folder)
        self._items: dict[str, tuple[Item, ...]] = {}
        self._programs: dict[str, Program | str] = {}
        self._operands: dict[str, Operands] = {}
        self._labelled: dict[str, Mapping[int, bool]] = {}
        self._characters = self._instructions = 0

    def of(self, port: Port) -> Programs:
        """The same programs for a port that looks into more C."""
        those = copy(self)
        those.port = port
        return those

    def program(self, file: str) -> Program:
        """A file; NotRebuiltError if it cannot be read."""
        if file not in self._programs:
            self._programs[file] = self._expanded(file)
        program = self._programs[file]
        if isinstance(program, str):
            raise NotRebuiltError(program)
        return program

    def _expanded(self, file: str) -> Program | str:
        """A file, or why it cannot be read."""
        if self.port.files.text(file) is None:
            return f"this tree has no {file}"
        texts = (file, *self._placed(file))
        seen = set(texts)
        try:
            included = (items for each in texts for items in self._included(each, seen))
            headers = (*self._headers(file, self.instructions.always, seen), *included)
            own, kept = [item for each in texts for item in self._read(each)], self.instructions.kept
            program = program_of(file, own, headers, self._dialect, self.port.pins, kept)
            self._instructions += len(program.lines)
            if self._instructions > MOST_INSTRUCTIONS:
                return f"of one architecture no more than {MOST_INSTRUCTIONS:,} instructions are followed"
            return program
        except RecursionError:
            return f"{file} nests too deep"
        except (NotGasError, TooLongError) as error:
            return str(error)

    def operands(self, file: str) -> Operands:
        """What the branches of a file ask."""
        if file not in self._operands:
            self._operands[file] = Operands(self.program(file), self.instructions)
        return self._operands[file]

    def told_apart(self, file: str) -> Mapping[int, bool]:
        """The lines of a file that have labels, and whether it matters from where those are come to."""
        if file not in self._labelled:
            apart, labels = self.instructions.told_apart, self.program(file).labels
            lines = {place: False for places in labels.values() for place in places}
            told = (name for name in labels if apart and apart.fullmatch(name))
            self._labelled[file] = lines | {place: True for name in told for place in labels[name]}
        return self._labelled[file]

    def having(self, label: str, first: str) -> str:
        """The file that has a label: the one that names it, or another one that is described; empty if none has."""
        for file in dict.fromkeys((first, *self.files)):
            with suppress(NotRebuiltError):
                if label in self.program(file).labels:
                    return file
        return ""

    def matching(self, labels: re.Pattern[str]) -> tuple[tuple[str, str], ...]:
        """The labels that a pattern means, each with the file that has it."""
        found = dict[str, str]()
        for file in self.files:
            with suppress(NotRebuiltError):
                found |= {name: file for name in self.program(file).labels if labels.fullmatch(name)}
        return tuple((file, name) for name, file in found.items())

    def called(self) -> frozenset[str]:
        """What the files call or jump to, and do not have themselves; nothing of those that cannot be read."""
        found: set[str] = set()
        for file in self.files:
            with suppress(NotRebuiltError):
                program = self.program(file)
                leads = (self.instructions.leads(normal(line.text)) for line in program.lines if line.text)
                found |= {each.to for each in leads if each and each.to and each.to not in program.labels}
        return frozenset(found)

    def _read(self, file: str) -> tuple[Item, ...]:
        if file not in self._items:
            text = self.port.files.text(file) or ""
            self._characters += len(text)
            if self._characters > MOST_READ:
                raise TooLongError(f"of one architecture no more than {MOST_READ >> 20} MiB of assembly are read")
            self._items[file] = read_gas(Text(file, Source(text)), self._dialect)
        return self._items[file]

    def _placed(self, file: str) -> tuple[str, ...]:
        """The headers of which the instructions stand in a file: nothing runs into them from before."""
        named = _INCLUDE.findall(self.port.files.text(file) or "") if self.instructions.placed else ()
        return tuple(filter(None, (self._header(name, file) for name in self.instructions.placed if name in named)))

    def _included(self, file: str, seen: set[str]) -> Iterator[tuple[Item, ...]]:
        yield from self._headers(file, _INCLUDE.findall(self.port.files.text(file) or ""), seen)

    def _headers(self, file: str, names: Iterable[str], seen: set[str]) -> Iterator[tuple[Item, ...]]:
        """Headers that a file includes, those that they include before them; one not understood defines nothing."""
        for name in names:
            header = self._header(name, file)
            if header and header not in seen:
                seen.add(header)
                yield from self._included(header, seen)
                with suppress(NotGasError):
                    yield self._read(header)

    def _header(self, name: str, file: str) -> str:
        """The header that a file includes by a name; empty if the tree does not have it."""
        return next((each for each in self._places(name, file) if self.port.files.text(each) is not None), "")

    def _places(self, name: str, file: str) -> Iterator[str]:
        """Where a header may be: beside the file, or in one of the architecture's folders."""
        beside = normpath(PurePosixPath(file).parent / name)
        if not beside.startswith("../"):
            yield beside
        if ".." not in PurePosixPath(name).parts:
            yield f"arch/{self.port.known.folder}/include/{name}"
            yield from (f"{folder}/{name}" for folder in self.instructions.include)
