"""The functions of an object as instructions that say the same wherever the object's pieces lie.

objdump prints addresses, and offsets into sections for whatever is local. Both move when a neighbour shrinks. Here a
place in the same function is a label, another function or datum is its name without the compiler's number, a string is
its text. Padding counts as one nop, and behind a function as none.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

OPTIONS = ("-t", "-s", "-d", "-r", "-z", "--special-syms", "--no-show-raw-insn")
"""What objdump is to print: symbols (riscv's labels too), contents (for strings), code with relocations and zeros."""

_SYMBOL = re.compile(r"([0-9a-f]+) .{7} (\S+)\t[0-9a-f]+ +(?:(?:\.\w+|0x[0-9a-f]+|\[.*\]) +)*(\S+) ?")
_CONTENTS = re.compile(r"Contents of section (\S+):")
_BYTES = re.compile(r" [0-9a-f]+ ((?:[0-9a-f]{2,8} ){1,4}) .*")
_SECTION = re.compile(r"Disassembly of section (\S+):")
_HEADING = re.compile(r"([0-9a-f]+) <(.+)>:")
_INSTRUCTION = re.compile(r" *([0-9a-f]+):\t(.*?)\s*")
_RELOCATION = re.compile(r"\t+([0-9a-f]+): (R_\w+)\s*(.*?)\s*")
# Slots that mips does not use, and what is only there for a linker that makes code shorter.
_MEANINGLESS = re.compile(r"R_MIPS_NONE|R_(RISCV|LARCH)_RELAX")


@dataclass
class _Instruction:
    address: int
    text: str
    relocations: list[tuple[int, str, str]] = field(default_factory=list)


@dataclass
class _Function:
    name: str
    section: str
    instructions: list[_Instruction] = field(default_factory=list)


@dataclass
class _Listing:
    """What objdump said: functions in their order, symbols by section and by name, bytes by section."""

    functions: list[_Function] = field(default_factory=list)
    symbols: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    contents: dict[str, bytearray] = field(default_factory=dict)


def functions_of(listing: str) -> Mapping[str, tuple[str, ...]]:
    """The lines of each function, from what objdump prints with OPTIONS, by name and in the order of the object.

    Code without a name, such as what is patched in at run time, has the name of its section.
    """
    read = _read(listing)
    found: dict[str, tuple[str, ...]] = {}
    for function in read.functions:
        found[function.name] = (*found.get(function.name, ()), *_Writer(read, function).lines())
    return found


# Reading.


def _read(listing: str) -> _Listing:
    read = _Listing()
    contents: bytearray | None = None
    section = ""
    for line in listing.splitlines():
        if match := _SYMBOL.fullmatch(line):
            _add_symbol(read, match[3], match[2], int(match[1], 16))
        elif match := _CONTENTS.fullmatch(line):
            contents = read.contents.setdefault(match[1], bytearray())
        elif contents is not None and (match := _BYTES.fullmatch(line)):
            contents += bytes.fromhex(match[1])
        elif match := _SECTION.fullmatch(line):
            section, contents = match[1], None
        elif match := _HEADING.fullmatch(line):
            _add_function(read, match[2], section)
        elif match := _INSTRUCTION.fullmatch(line):
            read.functions[-1].instructions.append(_Instruction(int(match[1], 16), match[2]))
        elif (match := _RELOCATION.fullmatch(line)) and not _MEANINGLESS.fullmatch(match[2]):
            read.functions[-1].instructions[-1].relocations.append((int(match[1], 16), match[2], match[3]))
    for symbols in read.symbols.values():
        symbols.sort()
    return read


def _add_symbol(read: _Listing, name: str, section: str, value: int) -> None:
    read.places.setdefault(name, (section, value))
    # Sections, labels and marks of the assembler name nothing.
    if not name.startswith((".", "$")):
        read.symbols.setdefault(section, []).append((value, name))


def _add_function(read: _Listing, name: str, section: str) -> None:
    inside = read.functions and read.functions[-1].section == section
    if not (inside and name.startswith((".L", "$"))):
        read.functions.append(_Function(name, section))


# Writing.

_STRINGS = re.compile(r"\.str\d+\.\d+$")
_TARGET = re.compile(r"\b(?:0x)?([0-9a-f]+) <[^>]*>")
_NOTE = re.compile(r"\s+(?:# [0-9a-f]+ <[^>]*>|! .*)$")
# A distance with its target in a note: x86 has it before its register, loongarch at the end of a branch.
_DISTANCE = re.compile(r"(?:-?0x[0-9a-f]+(?=\(%rip\))|(?<=[ \t])-?\d+(?=\s+#))(?=.*# ([0-9a-f]+) <)")
_MAY_HAVE_DISTANCE = re.compile(r"b|.*\(%rip\)")
_FROM_THE_NEXT = re.compile(r"R_X86_64_(?:PC32|PLT32|GOTPCREL\w*)")
_REFERENCE = re.compile(r"(.*?)([+-]0x[0-9a-f]+)?")
_NUMBER = re.compile(r"\.\d+$")
# Which of two registers is compared with which is an accident of the compiler's numbers.
_SYMMETRIC = re.compile(r"^(beq|bne)\t([\w$]+),( ?)([\w$]+)(?=,)")


class _Writer:
    """One function, in words that do not depend on where it lies."""

    def __init__(self, read: _Listing, function: _Function) -> None:
        self.read = read
        self.function = function
        self.addresses = [each.address for each in function.instructions]
        self.inside = frozenset(self.addresses[1:])
        self.labels: set[int] = set()

    def lines(self) -> list[str]:
        """The instructions with labels, and each relocation below its own, indented."""
        written = [(each.address, list(self._instruction(each))) for each in self.function.instructions]
        # Labels are numbered when all are known.
        numbers = {address: f".L{number}" for number, address in enumerate(sorted(self.labels), 1)}
        lines: list[str] = []
        for address, texts in written:
            lines += [f"{numbers[address]}:"] if address in numbers else []
            if texts != ["nop"] or lines[-1:] != ["nop"]:
                lines += [re.sub("\0([0-9]+)\0", lambda match: numbers[int(match[1])], text) for text in texts]
        return lines[:-1] if lines[-1:] == ["nop"] else lines

    def _instruction(self, each: _Instruction) -> Iterator[str]:
        text = _SYMMETRIC.sub(_in_order, each.text)
        if each.relocations:
            # The operand is what the linker will overwrite.
            text = _TARGET.sub("", _NOTE.sub("", text))
        else:
            text = _DISTANCE.sub(self._target, text) if _MAY_HAVE_DISTANCE.match(text) else text
            text = _TARGET.sub(self._target, _NOTE.sub("", text))
        yield text.replace("\t", " ").rstrip()
        for address, kind, reference in each.relocations:
            bias = self._end(each) - address if _FROM_THE_NEXT.fullmatch(kind) else 0
            yield f"    {kind} {self._reference(reference, bias)}"

    def _end(self, each: _Instruction) -> int:
        index = bisect_right(self.addresses, each.address)
        # The last one of a function is a call or jump, and ends with these four bytes.
        return self.addresses[index] if index < len(self.addresses) else each.relocations[-1][0] + 4

    def _target(self, match: re.Match[str]) -> str:
        return self._place(self.function.section, int(match[1], 16))

    def _reference(self, reference: str, bias: int) -> str:
        match = _REFERENCE.fullmatch(reference)
        name, offset = (match[1], int(match[2] or "0", 16) + bias) if match else (reference, bias)
        section, value = self.read.places.get(name, ("", 0))
        # Every instruction that another one completes is called .L0 with riscv.
        if name != ".L0" and (name == section or name.startswith(".L")):
            return self._place(section, value + offset)
        return self._named(name, offset)

    def _place(self, section: str, address: int) -> str:
        """A place in a section: a label of this function, a string, or the symbol that it belongs to."""
        if section == self.function.section and address in self.inside:
            self.labels.add(address)
            return f"\0{address}\0"
        if _STRINGS.search(section):
            text = self.read.contents.get(section, bytearray())[address:].split(b"\0")[0]
            return json.dumps(text.decode("latin-1"))
        symbols = self.read.symbols.get(section, [])
        index = bisect_right(symbols, address, key=lambda symbol: symbol[0]) - 1
        start, name = symbols[index] if index >= 0 else (0, section)
        return self._named(name, address - start)

    def _named(self, name: str, offset: int) -> str:
        is_function = any(each.name == name for each in self.read.functions)
        return f"{name if is_function else _NUMBER.sub('', name)}{f'{offset:+#x}' if offset else ''}"


def _in_order(match: re.Match[str]) -> str:
    first, second = sorted(match.group(2, 4))
    return f"{match[1]}\t{first},{match[3]}{second}"
