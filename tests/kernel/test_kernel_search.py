"""The search for bytes: ripgrep and Python find the same, whatever lies about in a tree."""

from __future__ import annotations

import os
import random
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import ROOT, readable

import gen.kernel.search as engine
from gen.kernel import sharing
from gen.kernel.names import PAIR, all_spellings
from gen.kernel.search import BUFFER, Mentions, find_ripgrep, search, stems
from gen.kernel.tree import Unreadable

NAMES = ("exception_enter", "user_exit")

with_and_without_ripgrep = pytest.mark.parametrize("with_ripgrep", [False, True], ids=["python", "ripgrep"])


def found(top: Path, below: str = "", *, with_ripgrep: bool) -> Mentions:
    ripgrep = find_ripgrep() if with_ripgrep else None
    if with_ripgrep and not ripgrep:
        pytest.skip("no rg; pip install ripgrep")
    return search(top, NAMES, below, ripgrep=ripgrep)


def put(top: Path, *names: str | bytes, content: bytes = b"user_exit();\n") -> None:
    for name in names:
        place = top / os.fsdecode(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


@contextmanager
def nobody() -> Iterator[None]:
    """Lets the test, and what it starts, read only what everyone may."""
    if os.geteuid() == 0:
        os.seteuid(65534)
        try:
            if not readable(ROOT / "pyproject.toml"):
                pytest.skip("others may not read this checkout")
            yield
        finally:
            os.seteuid(0)
    else:
        yield


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that even nobody can look into."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@with_and_without_ripgrep
def test_odd_names_and_odd_contents_are_found(tmp_path: Path, with_ripgrep: bool) -> None:
    hits = [
        "Kconfig", "Kconfig.a b", "Kconfig.x.y", "Kconfig\n", "a.S", "a.c", "a.h", "deep/er/x.c", "dir.c/in.c",
        "x.c/Kconfig", ".h.c", ".hidden/h.c", ".git2/a.c", "ignored.c", "build/k.c", "-e.c", "--x.c", "*.c", "[a].c",
        "$(x).c", "\\.c", " .c", "quote'\".c", "tab\there.c", "new\nline.c", "\x1b[31m.c", "\u00fc.c",
        os.fsdecode(b"\xff\xfe.c"), os.fsdecode(b"\x80/\x81.h"), os.fsdecode(b"{\nh\xff.c/Kconfig *"),
    ]  # fmt: skip
    put(tmp_path, *hits)
    put(tmp_path, "binary.c", content=b"\0\0\x7fELF\0user_exit\0")
    put(tmp_path, "utf16.h", content=b"\xff\xfeuser_exit")
    put(tmp_path, "utf16be.h", content=b"\xfe\xff\0user_exit")
    put(tmp_path, "inside.c", content=b"xexception_enterx")
    put(tmp_path, "latin.c", content=b"/* \xe9 */ user_exit\r\n")
    put(tmp_path, "no.c", content=b"USER_EXIT user_\nexit exception-enter user__exit")
    put(tmp_path, "wide.h", content="\ufeffuser_exit".encode("utf-16"))
    put(tmp_path, "empty.c", content=b"")
    put(tmp_path, "a.txt", "a.cc", "kconfig", "Makefile", "c", ".git/a.c", "sub/.git/b.c", "a.rs", "a.C", "Kconfig.")
    for name in (".gitignore", ".ignore", ".rgignore"):
        put(tmp_path, name, content=b"ignored.c\nbuild/\n*.h\n")
    (tmp_path / "link.c").symlink_to("a.c")
    (tmp_path / "linked").symlink_to("deep")
    (tmp_path / "loop").symlink_to(".")
    (tmp_path / "dangling.c").symlink_to("nowhere")
    os.mkfifo(tmp_path / "fifo.c")
    (tmp_path / "folder.h").mkdir()
    everything = [*hits, "binary.c", "utf16.h", "utf16be.h", "inside.c", "latin.c"]
    assert found(tmp_path, with_ripgrep=with_ripgrep) == Mentions(tuple(sorted(everything, key=os.fsencode)))


@with_and_without_ripgrep
def test_users_settings_change_nothing(tmp_path: Path, with_ripgrep: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a/b/c/d.c")
    settings = tmp_path / "rg.conf"
    settings.write_text("--max-depth=1\n--ignore-case\n--invert-match\n")
    monkeypatch.setenv("RIPGREP_CONFIG_PATH", str(settings))
    assert found(tmp_path, with_ripgrep=with_ripgrep).files == ("a/b/c/d.c",)


@with_and_without_ripgrep
@pytest.mark.parametrize(
    ("below", "files"),
    [
        ("", ("a/b.c", "a/d/e.c", "ab/c.c", "z.c")),
        ("a", ("a/b.c", "a/d/e.c")),
        ("a/d", ("a/d/e.c",)),
        ("z.c", ("z.c",)),
        ("note", ("note",)),
        ("other.c", ()),
    ],
)
def test_a_search_can_be_of_one_folder_or_file(
    tmp_path: Path, with_ripgrep: bool, below: str, files: tuple[str, ...]
) -> None:
    put(tmp_path, "a/b.c", "a/d/e.c", "ab/c.c", "z.c", "note")
    put(tmp_path, "other.c", content=b"")
    assert found(tmp_path, below, with_ripgrep=with_ripgrep) == Mentions(files)


@with_and_without_ripgrep
def test_what_cannot_be_read_is_said(public: Path, with_ripgrep: bool) -> None:
    put(public, "a.c", "locked.c", "shut/b.c", "open/c.c")
    found(public, with_ripgrep=with_ripgrep)  # imports everything, which nobody may not be able to
    (public / "locked.c").chmod(0)
    (public / "shut").chmod(0)
    try:
        with nobody():
            answer = found(public, with_ripgrep=with_ripgrep)
    finally:
        (public / "shut").chmod(0o755)
    reasons = (Unreadable("locked.c", "Permission denied"), Unreadable("shut", "Permission denied"))
    assert answer == Mentions(("a.c", "open/c.c"), reasons)


@with_and_without_ripgrep
def test_a_folder_that_is_not_there_is_said(tmp_path: Path, with_ripgrep: bool) -> None:
    answer = found(tmp_path, "none", with_ripgrep=with_ripgrep)
    assert answer == Mentions((), (Unreadable("none", "No such file or directory"),))


@pytest.mark.parametrize("script", ["exit 3", "echo trouble >&2; exit 0", "kill -9 $$", "printf x.c; exit 2"])
def test_without_a_good_ripgrep_python_answers(tmp_path: Path, script: str) -> None:
    put(tmp_path, "a.c")
    program = tmp_path / "rg"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    assert search(tmp_path, NAMES, ripgrep=str(program)).files == ("a.c",)
    assert search(tmp_path, NAMES, ripgrep=str(tmp_path / "none")).files == ("a.c",)


@with_and_without_ripgrep
@pytest.mark.parametrize(
    "place", [0, 1, BUFFER - 16, BUFFER - 15, BUFFER - 1, BUFFER, BUFFER + 1, 2 * BUFFER - 20, 5 * BUFFER]
)
@pytest.mark.parametrize("rest", [0, 1])
def test_a_name_across_the_border_of_the_buffer_is_found(
    tmp_path: Path, with_ripgrep: bool, place: int, rest: int
) -> None:
    put(tmp_path, "a.c", content=b"x" * place + b"exception_enter" + b"y" * rest)
    put(tmp_path, "b.c", content=b"exception_ente" + b"x" * place + b"-r")
    assert found(tmp_path, with_ripgrep=with_ripgrep).files == ("a.c",)


@pytest.mark.parametrize("names", [[], [""], ["a b"], ["a", "b\nc"], ["-e"], ["\u00fc"], ["1a"]])
def test_only_identifiers_are_searched_for(tmp_path: Path, names: list[str]) -> None:
    with pytest.raises(ValueError, match=r"name to search|not an identifier"):
        search(tmp_path, names)


def test_stems_are_few() -> None:
    assert stems([name.encode() for name in all_spellings()]) == [b"exception_e", b"schedule_user", b"user_e"]
    assert stems([b"abcd_x", b"abcd_y", b"abcd_x_z"]) == [b"abcd_"]
    assert stems([b"abcd_x", b"abcd_y", b"abcd_x_z"], 6) == [b"abcd_x", b"abcd_y"]
    assert stems([b"abcd_x", b"abcd_y", b"in_abcd_z"]) == [b"abcd_"]


@given(
    st.lists(st.text("ab_", min_size=1, max_size=12).map(str.encode), min_size=1),
    st.text("ab_").map(str.encode),
    st.integers(1, 9),
)
def test_what_a_name_is_in_a_stem_is_in(names: list[bytes], text: bytes, shortest: int) -> None:
    assert not any(name in text for name in names) or any(stem in text for stem in stems(names, shortest))


@with_and_without_ripgrep
def test_a_stem_alone_is_no_mention(tmp_path: Path, with_ripgrep: bool) -> None:
    names = ("abcdefghi_enter", "abcdefghi_exit", "other")
    for name, text in {
        "a.c": "abcdefghi_e",
        "b.c": "abcdefghi_exit",
        "c.c": "in_abcdefghi_enter(",
        "d.c": "othe",
    }.items():
        (tmp_path / name).write_text(text)
    ripgrep = find_ripgrep() if with_ripgrep else None
    assert search(tmp_path, names, ripgrep=ripgrep).files == ("b.c", "c.c")


# Two processes


@pytest.fixture
def forest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enough files for two processes, of which every seventh mentions a name."""
    monkeypatch.setattr(engine, "LARGE", 100)
    monkeypatch.setattr(engine, "_CHUNK", 8)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    for number in range(300):
        put(tmp_path, f"{number % 5}/{number}.c", content=b"user_exit" if number % 7 == 0 else b"nothing")
    return tmp_path


def every_seventh() -> tuple[str, ...]:
    return tuple(sorted(f"{number % 5}/{number}.c" for number in range(0, 300, 7)))


def test_two_processes_find_what_one_finds(forest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forks = []
    fork = os.fork

    def counted() -> int:
        forks.append(1)
        return fork()

    monkeypatch.setattr(os, "fork", counted)
    assert search(forest, NAMES).files == every_seventh()
    assert forks == [1]


@pytest.mark.parametrize(
    "ends",
    [lambda *_: os._exit(1), lambda *_: os.kill(os.getpid(), 9), lambda *_: 1 / 0],
    ids=["exit", "kill", "error"],
)
def test_what_a_lost_child_had_taken_is_searched_again(
    forest: Path, monkeypatch: pytest.MonkeyPatch, ends: Callable[..., object]
) -> None:
    take = sharing._taken
    parent = os.getpid()

    def child_takes_some_and_dies(tickets: int) -> Iterator[int]:
        mine = take(tickets)
        if os.getpid() != parent:
            next(mine, None)
            ends()
        yield from mine

    monkeypatch.setattr(sharing, "_taken", child_takes_some_and_dies)
    assert search(forest, NAMES).files == every_seventh()


def test_an_interrupted_search_leaves_no_child(forest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parent = os.getpid()

    def interrupted(*_: object) -> Iterator[int]:
        if os.getpid() == parent:
            raise KeyboardInterrupt
        threading.Event().wait(60)
        yield 0

    monkeypatch.setattr(sharing, "_taken", interrupted)
    with pytest.raises(KeyboardInterrupt):
        search(forest, NAMES)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_beside_other_threads_nothing_is_forked(forest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("forked"))
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        assert search(forest, NAMES).files == every_seventh()
    finally:
        done.set()
        other.join()


@pytest.mark.parametrize("seed", range(12))
def test_ripgrep_and_python_agree_on_random_trees(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    letters = [b"a", b".", b"c", b"h", b" ", b"\n", b"\xff", b"\xc3\xbc", b"-", b"{", b"*", b"Kconfig"]
    for _ in range(200):
        parts = [
            b"".join(dice.choices(letters, k=dice.randint(1, 6))) + dice.choice([b"", b".c", b".h"]) for _ in range(2)
        ]
        place = tmp_path / os.fsdecode(b"/".join(parts))
        if {b".", b".."} & set(parts) or place.exists() or place.parent.is_file():
            continue
        put(
            tmp_path,
            os.fsencode(place),
            content=dice.choice([b"user_exit", b"\0user_exit\0", b"user_", b"\xfe\xffuser_exit"]),
        )
    assert found(tmp_path, with_ripgrep=True) == found(tmp_path, with_ripgrep=False)
    assert len(found(tmp_path, with_ripgrep=False).files) > 20


def test_the_pair_is_among_the_names() -> None:
    assert set(PAIR) <= all_spellings()
