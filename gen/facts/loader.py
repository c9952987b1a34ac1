"""Reads the rows of facts, each file when it is first asked for; a test holds the files against the schema."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast, get_args, get_type_hints

from gen.facts.release import Release, is_between

FOLDER = Path(__file__).parent
SCHEMA_FILE = FOLDER / "schema.json"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A row: `since` and `until` are the first and the last release of which it is true, `source` says where from."""

    since: Release | None = None
    until: Release | None = None
    source: str = ""

    def holds(self, release: Release) -> bool:
        """Whether it is true of a release; the newest facts are taken to stay true."""
        return is_between(release, self.since, self.until)


@dataclass(frozen=True, kw_only=True)
class Releases:
    """The releases that the rows know of: the first one, and the last one whose tree was looked at."""

    oldest: Release
    newest: Release


@dataclass(frozen=True, kw_only=True)
class Spelling(Fact):
    """What some releases call a thing; one that `stays` means another thing in later ones."""

    spelling: str
    stays: bool = False


@dataclass(frozen=True, kw_only=True)
class Rename:
    """A thing by its newest name, with every spelling, oldest first."""

    name: str
    spellings: tuple[Spelling, ...]


@dataclass(frozen=True, kw_only=True)
class Replaced(Fact):
    """A name that another one replaced."""

    name: str
    by: str
    since: Release


@dataclass(frozen=True, kw_only=True)
class Call(Fact):
    """What some calls mean to entry code; a call may be in several rows.

    `means` are steps, none for a call of no interest; `saves` are steps of one that remembers what was before. A call
    comes out at another (`same_as`), or calls the argument with a number. Nothing runs behind one that `ends`, where it
    does not return. `asks_argument` is of a macro that asks what its argument asks, `only_asks` of what only asks.
    What `writes` a register that its arguments name does nothing of interest unless that one controls interrupts.
    """

    calls: tuple[str, ...]
    means: tuple[str, ...] | None = None
    saves: tuple[str, ...] = ()
    same_as: str = ""
    calls_argument: int | None = None
    returns: bool = True
    ends: bool = False
    asks_argument: bool = False
    only_asks: bool = False
    writes: bool = False


@dataclass(frozen=True, kw_only=True)
class Question(Fact):
    """What C asks, without blanks, and the built-in condition that it asks for, or the opposite of it."""

    asks: str
    condition: str
    opposite: bool = False


@dataclass(frozen=True, kw_only=True)
class Answered(Fact):
    """What is not asked."""

    asks: str
    answer: bool


@dataclass(frozen=True, kw_only=True)
class NeedsRcu(Fact):
    """Words of a spec that use RCU, where a file of the tree does not mention what would bring it along.

    They do not on an architecture that selects `unless`.
    """

    words: tuple[str, ...]
    file: str
    without: str
    unless: str


@dataclass(frozen=True, kw_only=True)
class Symbol(Fact):
    """A config symbol without CONFIG_, as the newest release spells it.

    Some say what an architecture's entry code is like; some have one value wherever entry code is of interest. One that
    is `per_architecture` is n where the architecture does not define it. One that came late has an older one `beside`
    it in its file.
    """

    symbol: str
    describes_entry: bool = False
    taken_as: bool | None = None
    excludes: str = ""
    per_architecture: bool = False
    beside: str = ""


@dataclass(frozen=True, kw_only=True)
class State(Fact):
    """A value of enum ctx_state by all its names; exception_exit() does nothing for one that is `left_alone`."""

    names: tuple[str, ...]
    value: int
    left_alone: bool = False


@dataclass(frozen=True, kw_only=True)
class Mark(Fact):
    """A word in the header of a function or a variable.

    Of a function: one that is `untraced`, `inlined` always or if the compiler likes, a `specifier` before its type, of
    its `linkage`, gone if it `folds` into its only caller, or there only while the kernel `boots`. Of a variable: an
    attribute, with arguments or not, that stands behind its name, lets nothing use it, or has something called at the
    end of its scope.
    """

    word: str
    untraced: bool = False
    inlined: str = ""
    specifier: bool = False
    folds: bool = False
    linkage: bool = False
    boots: bool = False
    takes_arguments: bool = False
    behind_name: bool = False
    may_be_unused: bool = False
    cleans_up: bool = False


@dataclass(frozen=True, kw_only=True)
class WordText:
    """What a word of a spec is in C as the newest release writes it: statements, and the headers that declare them.

    `otherwise` is what a wrapper of it does when context tracking is configured out.
    """

    word: str
    c: tuple[str, ...]
    otherwise: str = ""
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ConditionText:
    """What asks a condition of a spec in C, and the headers that declare it."""

    condition: str
    c: str
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EntryMacro(Fact):
    """A macro of assembly that begins a function, as a pattern; the label is its first argument, or the last."""

    macro: str
    label_last: bool = False


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """Macros that assembly has on every architecture, as patterns: what begins, ends and declares a symbol."""

    entry_macros: tuple[EntryMacro, ...]
    inner_macros: tuple[str, ...]
    end_macros: tuple[str, ...]
    declaring: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Compiler:
    """What builds an architecture's kernel.

    `prefix` is CROSS_COMPILE, but nothing on a machine that is `native`; `package` is Debian's; `make` is what else
    make is told.
    """

    prefix: str
    package: str
    native: str = ""
    make: tuple[str, ...] = ()
    llvm: Llvm | None = None


@dataclass(frozen=True, kw_only=True)
class Llvm:
    """LLVM's programs where Debian's oldest GCC cannot build a kernel: their suffix, and the packages."""

    suffix: str
    package: str


@dataclass(frozen=True, kw_only=True)
class Objects:
    """Objects of an architecture can be compared: the config symbols that are y then."""

    options: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Boot:
    """How qemu boots an architecture's kernel.

    `options` and, for its console, `serial` are its config symbols; `image` is what qemu starts, `program` is qemu with
    its Debian `package`, `arguments` name the machine, `console` the serial line as the kernel knows it and `kernel`
    more of its arguments. `compiler` is what the first process needs, `cpus` how qemu is told of two, `nmis` how many
    NMIs a second are sent to each from outside.
    """

    options: tuple[str, ...]
    serial: tuple[str, ...]
    image: str
    program: str
    package: str
    arguments: tuple[str, ...]
    console: str
    kernel: tuple[str, ...] = ()
    compiler: tuple[str, ...] = ()
    cpus: str = "2"
    nmis: int = 0


@dataclass(frozen=True, kw_only=True)
class AskedOption:
    """A config symbol that a kernel is asked for, as the newest release spells it, and its value.

    Without one that is `needed` the kernel would say nothing of context tracking; one that `checks` is what complains.
    """

    symbol: str
    value: str = "y"
    needed: bool = False
    checks: bool = False


@dataclass(frozen=True, kw_only=True)
class ConsoleComplaint(Fact):
    """How a line of a console begins that complains, as a pattern; `says` is for one without the group `what`."""

    line: str
    says: str = ""


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """A folder of arch/.

    `host` is the folder whose files it uses, if it runs on another kernel. A character of `comment` begins one in its
    assembly, beside `//`, one of `separators` ends a statement. `choices` are macros that are like #if lines, those
    that `quoting` means have code in strings, and `alternatives` choose among such code. `subject` is how the summaries
    of its patches begin.
    """

    arch: str
    host: str = ""
    subject: str = ""
    comment: str = ""
    separators: str = ";"
    entry_macros: tuple[EntryMacro, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    quoting: str = ""
    alternatives: str = ""
    compiler: Compiler | None = None
    objects: Objects | None = None
    boot: Boot | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What tells entry code from other code by its names; schema.json says what each row is."""

    arguments: tuple[str, ...]
    sought: tuple[str, ...]
    for_assembly: str
    aside: tuple[str, ...]
    data: tuple[str, ...]
    opens: str
    no_slot: str
    way_out: str
    way_in: str
    way_out_label: str
    no_label: str
    no_handler: str
    new_task: str
    label: str
    c_handler: str
    marks: Mapping[str, str]
    kinds: Mapping[str, str]
    whence: Mapping[str, str]
    whence_calls: Mapping[str, tuple[str, ...]]
    enters: str
    telling: tuple[str, ...]
    watching: tuple[str, ...]
    irq_word: str
    harmless: str
    pasted_call: str
    generic_options: tuple[str, ...]
    generic_files: tuple[str, ...]
    own_masks: tuple[str, ...]
    generic: Mapping[str, str]


_Row = TypeVar("_Row")


@cache
def releases() -> Releases:
    """Which releases the facts are of."""
    return _made(Releases, _kernel("releases")["releases"])


@cache
def renames() -> dict[str, Rename]:
    """What has had more than one name, by the newest."""
    return {row.name: row for row in _rows(Rename, "renames", "renames")}


@cache
def replaced() -> tuple[Replaced, ...]:
    """Names that went, beside the spellings of what was renamed."""
    return tuple(_rows(Replaced, "renames", "replaced"))


@cache
def calls() -> tuple[Call, ...]:
    """What calls mean."""
    return tuple(_rows(Call, "calls", "calls"))


def calls_that(holds: Callable[[Call], bool]) -> frozenset[str]:
    """The names of the calls whose row is so."""
    return frozenset(name for row in calls() if holds(row) for name in row.calls)


@cache
def questions() -> tuple[Question, ...]:
    """What C asks."""
    return tuple(_rows(Question, "questions", "questions"))


@cache
def answered() -> tuple[Answered, ...]:
    """What C does not ask."""
    return tuple(_rows(Answered, "questions", "answered"))


@cache
def needs_rcu() -> tuple[NeedsRcu, ...]:
    """Words that use RCU in some trees."""
    return tuple(_rows(NeedsRcu, "tracing", "needs_rcu"))


@cache
def symbols() -> tuple[Symbol, ...]:
    """Config symbols that are known by name."""
    return tuple(_rows(Symbol, "symbols", "symbols"))


@cache
def readers() -> tuple[str, ...]:
    """Patterns of the names of calls that get a value and do nothing to it."""
    return tuple(_kernel("calls")["readers"])


@cache
def states() -> tuple[State, ...]:
    """The values of enum ctx_state."""
    return tuple(_rows(State, "states", "states"))


@cache
def marks() -> tuple[Mark, ...]:
    """Words that say how something is built."""
    return tuple(_rows(Mark, "marks", "marks"))


@cache
def entry() -> Entry:
    """What tells entry code from other code."""
    return _made(Entry, _kernel("entry")["entry"])


@cache
def word_texts() -> dict[str, WordText]:
    """What words of a spec are in C, by word."""
    return {row.word: row for row in _rows(WordText, "vocabulary", "words")}


@cache
def condition_texts() -> dict[str, ConditionText]:
    """What conditions of a spec are in C, by condition."""
    return {row.condition: row for row in _rows(ConditionText, "vocabulary", "conditions")}


@cache
def architectures() -> tuple[str, ...]:
    """The folders of arch/ of which something is known."""
    return tuple(sorted(path.stem for path in (FOLDER / "arch").glob("*.yaml")))


@cache
def architecture(folder: str) -> Architecture:
    """What is known of a folder of arch/; of one without a file only its name."""
    if folder not in architectures():
        return Architecture(arch=folder)
    return _made(Architecture, read_facts(FOLDER / "arch" / f"{folder}.yaml"))


@cache
def boot_options() -> tuple[AskedOption, ...]:
    """What every kernel that is booted is asked for."""
    return tuple(_rows(AskedOption, "boot", "boot_options"))


@cache
def object_options() -> tuple[AskedOption, ...]:
    """What every kernel is asked for whose objects are compared."""
    return tuple(_rows(AskedOption, "objects", "object_options"))


@cache
def complaints() -> tuple[ConsoleComplaint, ...]:
    """What a console complains of; the first that a line begins with is it."""
    return tuple(_rows(ConsoleComplaint, "boot", "complaints"))


@cache
def printers() -> tuple[str, ...]:
    """Patterns of the functions that only print a trace."""
    return tuple(_kernel("boot")["printers"])


@cache
def assembly() -> Assembly:
    """The macros of every architecture's assembly."""
    return _made(Assembly, _kernel("assembly")["assembly"])


def _rows(kind: type[_Row], file: str, key: str) -> Iterator[_Row]:
    """The rows of a list in a file of kernel/."""
    return (_made(kind, row) for row in _kernel(file)[key])


def _made(kind: type[_Row], row: dict[str, Any]) -> _Row:
    """A row as its dataclass."""
    hints = _hints(cast(Hashable, kind))
    return kind(**{key: _value(hints[key], value) for key, value in row.items()})


@cache
def _hints(kind: Hashable) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(hint: Any, value: Any) -> Any:
    """A value as its field has it: a release, a dataclass, a tuple of values, or what it is."""
    of = [each for each in get_args(hint) if each not in {type(None), ...}]
    if isinstance(value, list):
        return tuple(_value(of[0], each) for each in value)
    inner = of[0] if of else hint
    if inner is Release:
        return Release.parse(value)
    return _made(inner, value) if isinstance(inner, type) and is_dataclass(inner) else value


@cache
def _kernel(name: str) -> dict[str, Any]:
    return read_facts(FOLDER / "kernel" / f"{name}.yaml")


def read_facts(path: Path) -> dict[str, Any]:
    """A file of facts as plain data."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml may be missing
    data: dict[str, Any] = yaml.load(path.read_bytes(), Loader=loader)  # noqa: S506  either is a safe loader
    return data
