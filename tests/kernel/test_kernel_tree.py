"""Finding a tree, reading what is in it, and never falling over it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from kernel_trees import MAKEFILE, made

from gen.kernel.tree import Listing, Unreadable, files_below, find_tree, is_source, read_bytes
from gen.model.release import Release


def test_a_tree_is_found_from_anywhere_in_it(tmp_path: Path) -> None:
    tree = made(tmp_path / "linux", {"arch/toy/kernel/traps.c": ""})
    assert (tree.root, tree.release, tree.version) == ((tmp_path / "linux").resolve(), Release(6, 12), "6.12.3")
    for place in ("", "arch", "arch/toy/kernel/traps.c", "not/there.c", "arch/toy/../../Makefile"):
        assert find_tree(tmp_path / "linux" / place) == tree


def test_a_tree_is_found_through_a_link_and_from_a_relative_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = made(tmp_path / "linux", {})
    (tmp_path / "link").symlink_to("linux/arch")
    monkeypatch.chdir(tmp_path / "linux/arch/toy")
    assert find_tree(tmp_path / "link/toy/Kconfig") == find_tree(Path()) == tree


@pytest.mark.parametrize("missing", ["Makefile", "Kconfig", "arch"])
def test_without_its_marks_it_is_no_tree(tmp_path: Path, missing: str) -> None:
    made(tmp_path / "linux", {})
    (tmp_path / "linux" / missing).rename(tmp_path / "away")
    assert find_tree(tmp_path / "linux/init") is None


@pytest.mark.parametrize(
    ("makefile", "version"),
    [
        (MAKEFILE, "6.12.3"),
        (MAKEFILE.replace("EXTRAVERSION =", "EXTRAVERSION = -rc1"), "6.12.3-rc1"),
        (MAKEFILE.replace("SUBLEVEL = 3\n", ""), "6.12.0"),
        (MAKEFILE.replace("\n", "\r\n"), "6.12.3"),
        (MAKEFILE.replace("VERSION = 6", "VERSION=6"), "6.12.3"),
        (MAKEFILE.replace("PATCHLEVEL = 12\n", ""), None),
        (MAKEFILE.replace("VERSION = 6", "VERSION = six"), None),
        (MAKEFILE.replace("VERSION = 6", "  VERSION = 6"), None),
        ("all:\n", None),
        (b"\xff\xfe\0", None),
        (b"#" * (1 << 20) + b"\n" + MAKEFILE.encode(), None),
    ],
)
def test_the_release_is_what_the_makefile_says(tmp_path: Path, makefile: str | bytes, version: str | None) -> None:
    made(tmp_path, {})
    (tmp_path / "Makefile").write_bytes(makefile if isinstance(makefile, bytes) else makefile.encode())
    tree = find_tree(tmp_path)
    assert (tree.version if tree else None) == version


def test_a_makefile_that_is_a_fifo_is_not_waited_for(tmp_path: Path) -> None:
    made(tmp_path, {})
    (tmp_path / "Makefile").unlink()
    os.mkfifo(tmp_path / "Makefile")
    assert find_tree(tmp_path) is None


@pytest.mark.parametrize(("place", "counts"), [("tree/scripts/top", True), ("top", False)])
def test_a_makefile_that_is_a_link_out_of_its_folder_is_not_read(tmp_path: Path, place: str, counts: bool) -> None:
    """What it leads to is not the tree's; a link within the tree is."""
    made(tmp_path / "tree", {"scripts/top": "", "top": ""})
    makefile = tmp_path / "tree" / "Makefile"
    (tmp_path / place).write_bytes(makefile.read_bytes())
    makefile.unlink()
    makefile.symlink_to(tmp_path / place)
    assert (find_tree(tmp_path / "tree") is not None) is counts


def test_the_innermost_tree_counts(tmp_path: Path) -> None:
    made(tmp_path, {})
    inner = made(tmp_path / "drivers/linux", {})
    assert find_tree(tmp_path / "drivers/linux/Kconfig") == inner


def test_odd_paths_are_in_no_tree(tmp_path: Path) -> None:
    (tmp_path / "ring").symlink_to("ring")
    assert find_tree(tmp_path / "ring") is None
    assert find_tree(tmp_path / "nul\0") is None
    assert find_tree(tmp_path / ("long" * 2000)) is None


@pytest.mark.parametrize(("git", "checkout"), [("folder", True), ("file", True), ("", False)])
def test_a_checkout_has_a_git_folder_or_is_a_worktree(tmp_path: Path, git: str, checkout: bool) -> None:
    if git == "folder":
        (tmp_path / ".git").mkdir()
    elif git:
        (tmp_path / ".git").write_text("gitdir: elsewhere\n")
    assert made(tmp_path, {}).checkout is checkout


def test_architectures_are_the_folders_with_a_kconfig_in_order(tmp_path: Path) -> None:
    tree = made(
        tmp_path, {"arch/x86/Kconfig": "", "arch/arm/Kconfig": "", "arch/empty/Makefile": "", "arch/Kconfig": ""}
    )
    assert tree.architectures() == ("arm", "toy", "x86")


def test_an_architecture_that_is_a_link_out_of_the_tree_has_no_files(tmp_path: Path) -> None:
    """Nothing in it is listed, or looked into for names."""
    put = tmp_path / "outside" / "kernel"
    put.mkdir(parents=True)
    (put / "secret.c").write_text("void secret(void) { user_exit(); }\n")
    (put.parent / "Kconfig").write_text("")
    tree = made(tmp_path / "linux", {"arch/toy/kernel/traps.c": ""})
    (tree.root / "arch" / "other").symlink_to(put.parent)
    (tree.root / "arch" / "same").symlink_to("toy")
    tree = find_tree(tree.root) or tree
    assert tree.architectures() == ("other", "same", "toy")
    assert isinstance(tree.read("arch/other/Kconfig"), Unreadable)
    assert files_below(tree.root, "arch/same") == Listing(("arch/same/Kconfig", "arch/same/kernel/traps.c"))
    assert files_below(tree.root, "arch/other") == Listing(())
    assert files_below(tree.root, "arch/other/kernel/secret.c") == Listing(())


def test_a_file_is_read_by_its_path_from_the_top(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    tree = made(tmp_path / "linux", {"a/b": b"\0content\xff"})
    (tree.root / "in").symlink_to("a/b")
    (tree.root / "out").symlink_to(tmp_path / "secret")
    assert tree.read("a/b") == tree.read("in") == b"\0content\xff"
    for outside in ("out", "../secret", str(tmp_path / "secret"), "nul\0"):
        assert tree.read(outside) == Unreadable(outside, "outside the tree")
    assert tree.read("none") == Unreadable("none", "No such file or directory")
    assert tree.read("a") == Unreadable("a", "not a regular file")
    (tree.root / "large").write_bytes(bytes(1 << 19 | 1))
    assert tree.read("large", 1 << 19) == Unreadable("large", "larger than 0.5 MiB")


def test_paths_are_told_from_the_top(tmp_path: Path) -> None:
    tree = made(tmp_path / "linux", {"a/b": ""})
    assert [tree.relative(tree.root / path) for path in ("a/b", "a/../x", ".", "..")] == ["a/b", "x", "", None]


def test_nothing_that_is_not_a_regular_file_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.fspath(tmp_path / "socket"))
        for name in ("fifo", "socket", ".", "nul\0"):
            assert isinstance(read_bytes(f"{tmp_path}/{name}"), Unreadable)
    assert isinstance(read_bytes("/dev/zero"), Unreadable)


@pytest.mark.parametrize(
    "name", ["a.c", "a.h", "a.S", "a.lds.S", ".c", "..c", "Kconfig", "Kconfig.debug", "Kconfig-nommu"]
)
def test_sources_are_c_assembly_and_kconfig(name: str) -> None:
    assert is_source(name)


@pytest.mark.parametrize("name", ["a.s", "a.rs", "a.c~", "a.C", "c", "", "Makefile", "kconfig", "aKconfig", "Kconfig."])
def test_nothing_else_is_a_source(name: str) -> None:
    assert not is_source(name)


def test_files_are_listed_in_the_order_of_their_bytes_without_links(tmp_path: Path) -> None:
    made(
        tmp_path,
        {"b.c": "", "a/z.h": "", "a-b.c": "", "\u00fc.c": "", "a/note.txt": "", ".git/x.c": "", ".hidden/y.c": ""},
    )
    (tmp_path / "link.c").symlink_to("b.c")
    (tmp_path / "linked").symlink_to("a")
    (tmp_path / "up").symlink_to("..")
    (tmp_path / "folder.c").mkdir()
    os.mkfifo(tmp_path / "fifo.c")
    odd = os.fsdecode(b"\xff.c")
    (tmp_path / odd).write_text("")
    names = (".hidden/y.c", "Kconfig", "a-b.c", "a/z.h", "arch/toy/Kconfig", "b.c", "\u00fc.c", odd)
    assert files_below(tmp_path) == Listing(names)
    assert files_below(tmp_path, "a") == Listing(("a/z.h",))
    assert files_below(tmp_path, "a", lambda name: True) == Listing(("a/note.txt", "a/z.h"))
    assert files_below(tmp_path, "a/note.txt") == Listing(("a/note.txt",))
    assert files_below(tmp_path, "none") == Listing((), (Unreadable("none", "No such file or directory"),))
