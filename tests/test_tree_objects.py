"""Rendered files in a kernel tree that is otherwise unpatched: built, judged by objtool, Kconfig and checkpatch.pl."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePath
from typing import NamedTuple

import pytest
from support import SHIPPED, changed
from trees import (
    OLDER_RELEASE,
    PLAIN,
    TRACKING,
    TREE_RELEASE,
    Flavour,
    Made,
    Port,
    Scratch,
    configuration,
    folder_of,
    load_spec,
    needs_program,
    older_tree,
    port_of_spec,
    rendered,
    scratch,
)

from gen.model.entry import EntryModel, Step
from gen.model.release import Release
from gen.model.vocabulary import CONDITIONS

pytestmark = pytest.mark.tree

HEADER, STUBS, KCONFIG = "include/asm/context_tracking.h", "kernel/entry-stubs.c", "Kconfig.context_tracking"

every_spec = pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
every_flavour = pytest.mark.parametrize("flavour", [TRACKING, PLAIN], ids=lambda flavour: flavour.name)


def port_of(file: Path) -> Port:
    """How to build a spec's architecture; skips the test if that is not known or not possible here."""
    port = port_of_spec(file)
    if port is None:
        pytest.skip(f"Debian 12 has no compiler that builds a kernel of {file.stem}")
    port.skip_without_tools()
    return port


def shipped(arch: str) -> Path:
    """The spec of one architecture; skips the test if it is not shipped."""
    found = [file for file in SHIPPED if file.stem == arch]
    return found[0] if found else pytest.skip(f"{arch} has no spec here")


def model_of(file: Path) -> EntryModel:
    """What a spec describes in the tree's release."""
    return load_spec(file).model.in_release(TREE_RELEASE)


class Built(NamedTuple):
    """The object of the stubs: what its build said, and its symbols with nm's letters."""

    made: Made
    symbols: dict[str, str]

    @property
    def undefined(self) -> set[str]:
        """What it wants from the rest of the kernel."""
        return {name for name, letter in self.symbols.items() if letter == "U"}


def put_rendered(place: Scratch, file: Path, release: Release = TREE_RELEASE) -> None:
    """Puts header and stubs where a port has them."""
    text = rendered(file, release)
    place.put(place.port.header, text[HEADER])
    place.put(place.port.stubs, text[STUBS])


@cache
def built(tree: Path, file: Path, flavour: Flavour) -> Built:
    """The stubs of a spec, built in a configuration."""
    with scratch(tree, port_of(file)) as place:
        put_rendered(place, file)
        made = place.object(flavour, place.port.stubs)
        return Built(made, place.symbols(flavour, place.port.stubs) if made.code == 0 else {})


@every_flavour
@every_spec
def test_the_stubs_build_without_a_word(tree: Path, file: Path, flavour: Flavour) -> None:
    assert built(tree, file, flavour).made == Made(0, "")


@every_flavour
@pytest.mark.parametrize("arch", ["arm", "arm64", "riscv"])
def test_the_stubs_of_other_entry_code_build_in_its_tree(arch: str, flavour: Flavour) -> None:
    """6.1, where these have other sequences or paths of their own."""
    file = shipped(arch)
    with scratch(older_tree(), port_of(file), "objects") as place:
        put_rendered(place, file, OLDER_RELEASE)
        assert place.object(flavour, place.port.stubs) == Made(0, "")


@every_flavour
@every_spec
def test_every_path_is_a_function_for_assembly_to_call(tree: Path, file: Path, flavour: Flavour) -> None:
    symbols = built(tree, file, flavour).symbols
    paths = {f"{file.stem}_ct_{name}" for name in model_of(file).paths}
    assert {name for name, letter in symbols.items() if letter == "T"} == paths


CALLS = {
    "user_exit_irqoff": "__ct_user_exit",
    "user_enter_irqoff": "__ct_user_enter",
    "user_exit": "ct_user_exit",
    "user_enter": "ct_user_enter",
    "user_exit_callable": "user_exit_callable",
    "user_enter_callable": "user_enter_callable",
    "exception_enter": "ct_user_exit",
    "exception_exit": "ct_user_enter",
    "schedule_user": "schedule_user",
}
"""What each word of the vocabulary calls in kernel/context_tracking.c, once inline functions are inlined."""

PAIR = {"exception_enter", "exception_exit"}
OFFSTACK_SPECS = [file for file in SHIPPED if "\noffstack: true\n" in file.read_text(encoding="utf-8")]


def words_of(file: Path) -> set[str]:
    return {item.word for item in model_of(file).items() if isinstance(item, Step)}


@every_flavour
@every_spec
def test_the_stubs_call_context_tracking_as_the_spec_says(tree: Path, file: Path, flavour: Flavour) -> None:
    stubs = built(tree, file, flavour)
    expected = {CALLS[word] for word in words_of(file) & set(CALLS)} if flavour.tracking else set()
    assert stubs.symbols
    assert stubs.undefined & set(CALLS.values()) == expected


@every_flavour
@pytest.mark.parametrize("file", OFFSTACK_SPECS, ids=lambda file: file.stem)
def test_an_offstack_object_knows_nothing_of_the_pair(tree: Path, file: Path, flavour: Flavour) -> None:
    stubs = built(tree, file, flavour)
    assert stubs.symbols
    assert set(stubs.symbols) & PAIR == set()
    # What the pair turns into where it is inlined; the irqoff forms, which offstack ports use, do not come this way.
    other = {CALLS[word] for word in words_of(file) & set(CALLS) - PAIR}
    assert stubs.undefined & {CALLS[word] for word in PAIR} <= other


def test_the_tree_refuses_the_names_of_another_release(tree: Path) -> None:
    file = shipped("arm64")
    with scratch(tree, port_of(file)) as place:
        put_rendered(place, file, Release(6, 11))
        made = place.object(TRACKING, place.port.stubs)
    assert made.code != 0
    assert "CONTEXT_USER" in made.output


# objtool looks at noinstr code when it has everything that such code calls. The port's own functions are here what the
# spec says of them: ordinary code if it may be instrumented, else noinstr.

NOINSTR_FRIENDS = ("kernel/context_tracking.o", "kernel/locking/lockdep.o")
"""What noinstr code of the stubs calls that is noinstr, too."""


def hooks(model: EntryModel) -> Iterator[str]:
    """The functions that the port provides, as C."""
    prefix = f"{model.arch}_ct_"
    yield "#include <asm/context_tracking.h>"
    for handler in model.handlers().values():
        yield f"{'' if handler.traceable else 'noinstr '}void {prefix}{handler.name}(struct pt_regs *regs) {{ }}"
    for name in (*model.conditions, *(name for name, known in CONDITIONS.items() if not known.c)):
        yield f"noinstr bool {prefix}{name}(struct pt_regs *regs) {{ return regs; }}"
    yield f"noinstr void {prefix}inherit(const struct pt_regs *regs, unsigned long classes) {{ }}"


def objtool_on(place: Scratch, model: EntryModel) -> list[str]:
    """What objtool --noinstr says about the stubs, linked with what they call."""
    assert place.object(TRACKING, place.port.stubs).code == 0
    place.put(place.port.hooks, "\n".join((*hooks(model), "")))
    build = place.build(TRACKING)
    parts = [str(PurePath(source).with_suffix(".o")) for source in (place.port.stubs, place.port.hooks)]
    others = place.make(build, parts[1], *NOINSTR_FRIENDS)
    assert others.code == 0, others.output
    linked = "entry-linked.o"
    subprocess.run([f"{place.port.cross}ld", "-r", "-o", linked, *parts, *NOINSTR_FRIENDS], cwd=build, check=True)
    done = subprocess.run(
        ["tools/objtool/objtool", "--noinstr", "--link", linked],
        cwd=build,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    # The friends have friends of their own, who are not here.
    return [line for line in done.stdout.splitlines() if f"{model.arch}_ct_" in line]


def test_objtool_agrees_that_noinstr_paths_call_nothing_instrumented(tree: Path) -> None:
    file = shipped("x86")
    with scratch(tree, port_of(file)) as place:
        put_rendered(place, file)
        assert "CONFIG_NOINSTR_VALIDATION=y" in configuration(place.prepared(TRACKING))
        assert objtool_on(place, model_of(file)) == []


def test_objtool_sees_instrumentation_that_is_not_announced(tree: Path) -> None:
    file = shipped("x86")
    announced = re.compile(r"\t+instrumentation_(begin|end)\(\);\n")
    with scratch(tree, port_of(file)) as place:
        put_rendered(place, file)
        place.put(place.port.stubs, announced.sub("", rendered(file, TREE_RELEASE)[STUBS]))
        said = objtool_on(place, model_of(file))
    # It says one thing about a function, and the first that a path calls is this.
    assert any("call to trace_hardirqs_off_finish() leaves .noinstr.text section" in line for line in said)


# Kconfig.


OFFERED, OFFSTACK = "CONFIG_HAVE_CONTEXT_TRACKING_USER=y", "CONFIG_HAVE_CONTEXT_TRACKING_USER_OFFSTACK=y"
_SELECTS = re.compile(r"^\s*select HAVE_CONTEXT_TRACKING_USER(_OFFSTACK)?\b.*\n", re.MULTILINE)


def configured_by(file: Path) -> Port:
    """Whose compiler answers Kconfig's questions; to what is asked here, that of the host can, too."""
    needs_program("make", "make flex bison")
    port = port_of_spec(file)
    if port and shutil.which(port.compiler):
        return port
    needs_program("gcc", "gcc")
    return Port(folder_of(file), "", "gcc", ())


def selected(tree: Path, file: Path, fragment: str, arch: str = "") -> set[str]:
    """What is configured of the two options, where the fragment alone has a say."""
    with scratch(tree, configured_by(file), "kconfig") as place:
        own = f"arch/{place.port.arch}/{KCONFIG}"
        place.put(own, fragment)
        text = _SELECTS.sub("", (tree / load_spec(file).kconfig.file).read_text(encoding="utf-8"))
        place.put(load_spec(file).kconfig.file, f'{text}\nsource "{own}"\n')
        build = place.root / "build"
        build.mkdir(exist_ok=True)
        made = place.make(build, "alldefconfig", arch=arch or file.stem)
        assert made == Made(0, ""), made.output
        return configuration(build) & {OFFERED, OFFSTACK}


@every_spec
def test_the_fragment_selects_what_the_spec_declares(tree: Path, file: Path) -> None:
    expected = {OFFERED, OFFSTACK} if model_of(file).offstack else {OFFERED}
    assert selected(tree, file, rendered(file, TREE_RELEASE)[KCONFIG]) == expected


def test_an_empty_fragment_selects_nothing(tree: Path) -> None:
    assert selected(tree, shipped("arm64"), "") == set()


def test_the_fragment_of_x86_selects_nothing_on_32_bit(tree: Path) -> None:
    file = shipped("x86")
    assert selected(tree, file, rendered(file, TREE_RELEASE)[KCONFIG], arch="i386") == set()


# checkpatch.pl.

CHECKPATCH_OPTIONS = ("--strict", "--no-tree", "--show-types", "--quiet", "--no-summary")


def checkpatch(tree: Path, path: Path) -> str:
    """What the tree's own checkpatch.pl has against a file; nothing if it has no objection."""
    needs_program("perl", "perl")
    done = subprocess.run(
        ["perl", str(tree / "scripts/checkpatch.pl"), *CHECKPATCH_OPTIONS, "-f", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout if done.returncode == 0 else done.stdout or f"exit status {done.returncode}"


def write(folder: Path, name: str, text: str) -> Path:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return target


@every_spec
def test_checkpatch_has_no_objection(tree: Path, file: Path, tmp_path: Path) -> None:
    text = rendered(file, TREE_RELEASE)
    said = {name: checkpatch(tree, write(tmp_path, name, text[name])) for name in (HEADER, STUBS, KCONFIG)}
    assert said == {HEADER: "", STUBS: "", KCONFIG: ""}


@pytest.mark.parametrize(
    ("name", "old", "new", "rule"),
    [
        (HEADER, "struct pt_regs;\n", "struct pt_regs;\ntypedef int own_t;\n", "NEW_TYPEDEFS"),
        (STUBS, "\t\tif (need_resched())\n", "\t\tif(need_resched())\n", "SPACING"),
        (KCONFIG, "config ARM64\n", "config ARM64 \n", "TRAILING_WHITESPACE"),
    ],
)
def test_checkpatch_objects_when_it_should(
    tree: Path, tmp_path: Path, name: str, old: str, new: str, rule: str
) -> None:
    text = changed(rendered(shipped("arm64"), TREE_RELEASE)[name], old, new)
    assert rule in checkpatch(tree, write(tmp_path, name, text))
