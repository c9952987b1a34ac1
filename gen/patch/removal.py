"""exception_enter() and exception_exit() taken out of a kernel C file, as a person would do it.

text --calls.py, declarations.py--> tokens that go, in every function and view
     --labels.py, wrappers.py, includes.py, conditionals.py, braces.py--> what they leave superfluous
     --layout.py--> edits of lines --checks.py--> the new text, or the reasons to refuse
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gen.csource.kernel_file import Analysed, KernelFile, NotAnalysed
from gen.csource.kernel_views import TooManyViewsError
from gen.csource.lookup import known_macros
from gen.csource.outline import Function, Outline, read_outline
from gen.csource.tokens import Source, directive_rest, directive_word
from gen.patch.bodies import FunctionCode, function_code
from gen.patch.braces import drop_braces
from gen.patch.calls import drop_calls
from gen.patch.change import Change
from gen.patch.checks import complaints, pair_is_left
from gen.patch.conditionals import drop_empty_conditionals
from gen.patch.declarations import must_stay_used
from gen.patch.edits import Draft
from gen.patch.includes import drop_include
from gen.patch.labels import resolve_labels
from gen.patch.layout import edits_of
from gen.patch.refusals import PAIR, Refusal, RefusedError
from gen.patch.wrappers import Fold, called_alone, fold_wrapper

_NAMES = re.compile(r"\b(?:exception_enter|exception_exit)\b")


def removal(text: str, file: str, headers: Sequence[str] = ()) -> Change | tuple[Refusal, ...]:
    """The change that takes the pair out of a file, without edits if it is not there; or every reason not to.

    `headers` are the texts of include/linux/context_tracking.h and what it includes for its own names; the #include
    stays if there is none.
    """
    if not _NAMES.search(text):
        return Change(file, text)
    outline = read_outline(Source(text))
    work = _Removal(outline, file)
    work.functions()
    work.rest()
    if work.refusals:
        return tuple(sorted(work.refusals))
    change = work.change(headers)
    wrong = [] if not change.edits else list(_complaints(outline, change))
    return tuple(Refusal(file, 1, 1, f"the result would be wrong: {each}") for each in wrong) or change


def _complaints(outline: Outline, change: Change) -> Iterator[str]:
    folds = {fold.inner.name: fold.outer.name for fold in change.folds}
    yield from complaints(outline, change.after, change.functions, folds)
    yield from pair_is_left(change.after)


class _Removal:
    """The work on one file."""

    def __init__(self, outline: Outline, file: str) -> None:
        self.outline = outline
        self.source = outline.source
        self.file = file
        self.draft = Draft(outline.source.text)
        self.kernel_file = KernelFile(outline)
        tokens = self.draft.tokens
        self.mentions = [at for at, text in zip(tokens.offsets, tokens.texts, strict=True) if text in PAIR]
        self.codes: list[FunctionCode] = []
        self.refusals: set[Refusal] = set()

    def functions(self) -> None:
        """Every function that mentions the pair, on its own."""
        for function in self.outline.functions:
            if not any(function.start <= offset < function.end for offset in self.mentions):
                continue
            try:
                self._function(function)
            except RefusedError as refused:
                self._refuse(refused, function.name)

    def _refuse(self, refused: RefusedError, function: str = "") -> None:
        self.refusals.add(refused.refusal(self.file, self.source, function))

    def _function(self, function: Function) -> None:
        self._must_be_understood(function)
        code = function_code(self.source, function)
        for view in code.views:
            head = view.definition.head
            if ";" in view.tokens.texts[head.start + view.definition.header.parameters[1] : head.end]:
                raise RefusedError(function.name_offset, "its parameters are declared in the old style")
        drop_calls(self.draft, code, self.kernel_file)
        resolve_labels(self.draft, code, self.kernel_file.macros)
        for view in code.views:
            must_stay_used(self.draft, view)
        self.codes.append(code)

    def _must_be_understood(self, function: Function) -> None:
        if function.name in PAIR:
            raise RefusedError(function.name_offset, "the pair itself is defined here")
        for each in self.kernel_file.functions_named(function.name):
            if isinstance(each, NotAnalysed):
                raise RefusedError(each.place, f"it is not understood: {each.reason}")
            if isinstance(each, Analysed) and each.graph.doubts:
                doubt = each.graph.doubts[0]
                raise RefusedError(doubt.place, f"it is not understood: {doubt.reason}")

    def rest(self) -> None:
        """Whatever mentions the pair outside of the functions that were changed."""
        refused = {each.function for each in self.refusals}
        for offset in self.mentions:
            inside = next((each.name for each in self.outline.functions if each.start <= offset < each.end), "")
            if not self.draft.changes(offset) and inside not in refused:
                reason = "no configuration compiles this" if inside else "it is not in a function"
                self._refuse(RefusedError(offset, reason, inside))
        for known in (each for several in known_macros([self.outline]).values() for each in several):
            if known.macro.name in PAIR:
                self._refuse(RefusedError(known.macro.name_offset, "the pair itself is defined here"))
            for text, offset in zip(known.body.texts, known.body.offsets, strict=True):
                if not PAIR.isdisjoint(text.split("##")):
                    self._refuse(RefusedError(offset, f"{text}() is hidden in the macro {known.macro.name}()"))
        for text, offset in zip(self.draft.tokens.texts, self.draft.tokens.offsets, strict=True):
            asked = directive_rest(text) if text[0] == "#" and directive_word(text) != "define" else ""
            if match := _NAMES.search(asked):
                self._refuse(RefusedError(offset, f"the preprocessor is asked about {match[0]}()"))

    def change(self, headers: Sequence[str]) -> Change:
        """What the removal comes to."""
        folds = tuple(fold for code in self.codes if (fold := self._fold(code)))
        if self.codes:
            drop_include(self.draft, headers)
        drop_empty_conditionals(self.draft)
        for code in self.codes:
            drop_braces(self.draft, code)
        names = dict.fromkeys(code.name for code in self.codes)
        return Change(self.file, self.source.text, edits_of(self.draft), tuple(names), folds)

    def _fold(self, code: FunctionCode) -> Fold | None:
        named = self.outline.named(called_alone(self.draft, code))
        if len(named) != 1 or len(self.outline.named(code.name)) != 1 or named[0] == code.function:
            return None
        try:
            inner = function_code(self.source, named[0])
        except TooManyViewsError:  # what has so many is not looked into
            return None
        return fold_wrapper(self.draft, self.outline, code, inner)
