"""One architecture of one tree: its spec for the tree's release, its files, and what the calls of its C mean."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from gen.csource.headers import KEYWORDS
from gen.csource.inline_asm import instructions, templates
from gen.csource.statements import ASM_QUALIFIERS, ASM_WORDS
from gen.csource.tokens import Tokens, is_word, tokenize
from gen.kernel.naming import Naming
from gen.model.entry import Block, Call, EntryPath, Handler, Item, Step
from gen.model.release import Release
from gen.model.vocabulary import WORDS
from gen.recover.bodies import Bodies, NotRebuiltError
from gen.recover.call_facts import (
    CALLS_ARGUMENT,
    GENERIC_STEPS,
    INLINED,
    NEVER_TRACED,
    NOTHING,
    OPPOSITES,
    OTHER_NAMES,
    PINNED,
    SILENT_ENDS,
    WRITERS,
)
from gen.recover.files import Found, Read, TreeFiles
from gen.recover.known import Known
from gen.recover.questions import plain


@dataclass(frozen=True)
class Steps:
    """A call that is steps; a `return` in them says yes if the call is what is asked."""

    block: Block


@dataclass(frozen=True)
class Function:
    """A call of a function whose text is there, with its definitions."""

    name: str
    found: tuple[Found, ...]


@dataclass(frozen=True)
class Nothing:
    """A call of no interest."""


@dataclass(frozen=True)
class Unknown:
    """A call of a function that is not looked into, and that may be instrumented as far as is known.

    What is not C, as an instruction, is `quoted`.
    """

    name: str
    quoted: bool = False

    @property
    def text(self) -> str:
        """What is shown of it."""
        return f"`{self.name}`" if self.quoted else f"{self.name}()"


Meaning = Steps | Function | Nothing | Unknown


class Port:
    """Everything around the entry paths of one architecture in one tree.

    `entered` are symbols by which something enters, beside those of the paths, and `around` files whose functions and
    macros are looked into. `by_option` says that what is found has to be told with the configuration that it takes.
    Functions that are `inspected` are looked into although nothing in them tells. `unread` are the calls so far whose
    function was not found: whatever they do, they may do. `files` are those that were read before, if any were.
    """

    def __init__(
        self,
        known: Known,
        release: Release,
        read: Read,
        noreturn: Collection[str],
        *,
        around: Collection[str] = (),
        entered: Collection[str] = (),
        naming: Naming | None = None,
        by_option: bool = False,
        inspected: Collection[str] = (),
        files: TreeFiles | None = None,
    ) -> None:
        self.known = known
        self.inspected = frozenset(inspected)
        self.release = release
        self.naming = naming or Naming(release)
        self.model = known.model
        described = (
            *(path.file for path in self.model.paths.values()),
            *(s.file for s in self.model.sequences.values()),
        )
        named = (file for file in (*described, *around) if file.endswith((".c", ".h")))
        self.files = files.with_more(around) if files else TreeFiles(read, f"arch/{known.folder}", named)
        self.entered = frozenset(entered)
        # What is a sequence, or a path, is looked into, although its own entry, which may be traced, is a step as well.
        in_c = {name for name, each in self.model.sequences.items() if each.file.endswith(".c")}
        looked_into = {self.model.sequences[name].symbol for name in in_c}
        looked_into |= {each.symbol for each in self.model.paths.values() if _does_more(each, in_c)}
        steps_of_spec = (item for item in self.model.items() if isinstance(item, Step) and item.handler)
        self._handlers = {
            item.handler.name: item for item in steps_of_spec if item.handler and item.handler.name not in looked_into
        }
        self._steps = self._known_steps()
        self._interesting = frozenset({*self._steps, *self._handlers, *OTHER_NAMES.values()}) - NOTHING
        self._tells = self._interesting | (frozenset(noreturn) - SILENT_ENDS)
        self._leading: dict[tuple[str, int], bool] = {}
        steps = frozenset(self._steps).union(self._handlers, NOTHING, OTHER_NAMES)
        self.by_option = by_option
        self.bodies = Bodies(
            self.files,
            self._interesting,
            steps,
            frozenset(noreturn),
            self.pins,
            lambda words, asking: frozenset(
                found.function.name for found in self._called(words, asking) if self._leads_on(found)
            ),
            by_option=by_option,
        )
        self._meanings: dict[tuple[str, str, str], Meaning] = {}
        self._in_reach: dict[tuple[str, str], bool] = {}
        self.unread: set[str] = set()

    @cached_property
    def pins(self) -> dict[str, bool]:
        """What is known of the configuration: that context tracking is on, and what this port always has."""
        opposites = {OPPOSITES[name]: not yes for name, yes in self.known.config.items() if name in OPPOSITES}
        return {**PINNED, **self.known.config, **opposites}

    @cached_property
    def symbols(self) -> dict[str, str]:
        """The paths by the symbols that they stand for; of several the first."""
        return {path.symbol: name for name, path in reversed(tuple(self.model.paths.items()))}

    def _known_steps(self) -> dict[str, Block]:
        """What calls mean in steps, by name or by C text without blanks: the spec's word counts before the kernel's."""
        words = {self.naming.spelled(name): (Step(name),) for name, word in WORDS.items() if word.c}
        del words["return"]
        generic = {name: tuple(generic_step(text, name) for text in each) for name, each in GENERIC_STEPS.items()}
        return {**generic, **words, **{plain(text): body for text, body in self.known.calls.items()}}

    def is_panic(self, name: str) -> bool:
        """Whether a call is the step `panic` already."""
        return self._steps.get(name, ())[-1:] == (Step("panic"),)

    def question(self, text: str) -> Block | None:
        """What the spec says about a C question or call, by its text without blanks."""
        return self._steps.get(text)

    def meaning(self, name: str, arguments: tuple[str, ...], asking: str) -> Meaning:
        """What a call in the file `asking` is."""
        key = (name, ",".join(arguments), asking)
        if key not in self._meanings:
            self._meanings[key] = self._meaning(_real_name(name, arguments), key[1], asking)
        return self._meanings[key]

    def _meaning(self, name: str, arguments: str, asking: str) -> Meaning:
        for text in (plain(f"{name}({arguments})"), name):
            if text in self._steps:
                return Steps(self._steps[text])
        if name in self._handlers:
            return Steps((self._handlers[name],))
        if name in NOTHING:
            return Unknown(name) if name in WRITERS and self.known.machine.controls(arguments) else Nothing()
        found = self._found(name, asking) if name.isidentifier() else ()
        if not found:
            self.unread.add(name)
            return Unknown(name)
        if found[0].file in {asking, *self.files.generic, *self.files.named}:
            return Function(name, found) if any(map(self._is_looked_into, found)) else Unknown(name)
        if any(not self._interesting.isdisjoint(_words(each)) for each in found):
            return Function(name, found)
        return Function(name, found) if all(map(self._is_inlined, found)) else Unknown(name)

    def assembly(self, template: Tokens) -> Meaning:
        """What a template of inline assembly is: the steps of its instructions; unknown if one of them is."""
        found: list[Item] = []
        for text in instructions(template):
            block = self.known.machine.instruction(text)
            if block is None:
                return Unknown(text, quoted=True)
            found += block
        return Steps(tuple(found)) if found else Nothing()

    def _found(self, name: str, asking: str) -> tuple[Found, ...]:
        """The definitions of a function that a call in a file may mean: of an entry that which its own macro makes."""
        found = self.files.functions(name, asking)
        path = self.model.paths.get(self.symbols.get(name, ""))
        if path is None or not path.macro:
            return found
        made = tuple(each for each in found if each.function.macro == path.macro)
        return made or tuple(self.files.pasted(path.file, path.macro, name)) or found

    def _is_looked_into(self, found: Found) -> bool:
        """Whether a function leads to anything that tells, or may be one that nothing can be instrumented in.

        Of others it is enough to know that they can be instrumented themselves.
        """
        function = found.function
        if function.name in self.inspected:
            return True
        return bool(function.macro) or not _LOOKED_INTO.isdisjoint(function.words) or self._leads_on(found)

    def _leads_on(self, found: Found) -> bool:
        key = (found.file, found.function.start)
        if key not in self._leading:
            self._leading[key] = False  # what calls itself leads nowhere by that
            words = _words(found)
            self._leading[key] = not self._tells.isdisjoint(words) or any(
                map(self._leads_on, self._called(words, found.file))
            )
        return self._leading[key]

    def _called(self, words: frozenset[str], asking: str) -> Iterator[Found]:
        """The functions around the entry code that some words may call."""
        for file in dict.fromkeys((asking, *self.files.named, *self.files.generic)):
            for name in sorted(words & self.files.names(file)):
                yield from self.files.named_in(file, name)

    def _is_inlined(self, found: Found) -> bool:
        if not INLINED.isdisjoint(found.function.words):
            return True
        try:
            return not any(body.traceable for body in self.bodies.of(found))
        except NotRebuiltError:
            return False

    def counts(self, name: str, asking: str) -> bool:
        """Whether something that is not looked into counts in a window: it may be instrumented, or does more."""
        key = (name, asking)
        if key not in self._in_reach:
            self._in_reach[key] = self.may_be_instrumented(name, asking) or self.does_more(name, asking)
        return self._in_reach[key]

    def does_more(self, name: str, asking: str) -> bool:
        """Whether a macro or inlined function that is not looked into has steps in it, or assembly that is not known.

        What it calls is looked up as it is, in the headers that a file reaches.
        """
        waiting = [name]
        for each in waiting:
            texts = tuple(self._texts(each, asking))
            if not texts:
                return True
            for tokens in texts:
                assembly = tuple(templates(tokens))
                if any(not isinstance(self.assembly(template), Nothing) for template in assembly):
                    return True
                called = _called_in(tokens).difference(*(each.texts for each in assembly), _OF_ASM)
                if not called.isdisjoint(self._interesting):
                    return True
                waiting += sorted(called - NOTHING - KEYWORDS - frozenset(waiting))
        return False

    def _texts(self, name: str, asking: str) -> Iterator[Tokens]:
        """The text of a macro or function, in the nearest file that has it; several if #if lines choose."""
        for file in (asking, *self.files.reached_headers(asking)):
            if name in self.files.function_macros(file):
                yield from (known.body for known in self.files.macros(file).get(name, ()))
                return
            if found := self.files.named_in(file, name):
                yield from (tokenize(each.text) for each in found)
                return

    def may_be_instrumented(self, name: str, asking: str) -> bool:
        """Whether ftrace or kprobes may get into a function that is not looked into, as far as the headers tell.

        They cannot where it is a macro, or inlined. A name without a definition there may be anything.
        """
        if not name.isidentifier():
            return True
        for file in (asking, *self.files.reached_headers(asking)):
            if name in self.files.function_macros(file):
                return False
            if found := list(self.files.named_in(file, name)):
                return not all(map(self._is_inlined, found))
        return True


def _does_more(path: EntryPath, in_c: Collection[str]) -> bool:
    """Whether a path does more in C than to run its own function; `in_c` are the sequences that are C."""

    def is_more(item: Item) -> bool:
        if isinstance(item, Step):
            return item.word != "return" and not (item.handler and item.handler.name == path.symbol)
        return not isinstance(item, Call) or item.sequence in in_c

    return any(map(is_more, path.body))


_LOOKED_INTO = NEVER_TRACED | INLINED
_OF_ASM = ASM_WORDS | ASM_QUALIFIERS


def _called_in(tokens: Tokens) -> frozenset[str]:
    """The words of some C behind which arguments stand."""
    pairs = zip(tokens.texts, tokens.texts[1:], strict=False)
    return frozenset(word for word, after in pairs if after == "(" and is_word(word))


def _words(found: Found) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", found.text))


def _real_name(name: str, arguments: tuple[str, ...]) -> str:
    """The function that a call comes out at: static_call(f) calls f, call_on_irq_stack(regs, f) too."""
    if name == "static_call" and arguments:
        name = arguments[0]
    number = CALLS_ARGUMENT.get(name)
    if number is not None and number < len(arguments):
        name = arguments[number].lstrip("&")
    return OTHER_NAMES.get(name, name)


def generic_step(text: str, name: str = "") -> Step:
    """A step as facts write it: a word, with a class if it takes one; `code` and `work` are the call itself.

    As `code` it has no other effect, as `work` it faults and sleeps.
    """
    word, _, of_class = text.partition(" ")
    if word == "code":
        return Step(word, handler=Handler(name, traceable=True))
    if word == "work":
        return Step(word, handler=Handler(name, faults=True, schedules=True))
    return Step(word, classes=(of_class,) if of_class else ())
