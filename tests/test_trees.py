"""Where other tests have their kernel trees from: scripts/prepare-trees, with an archive made up here, and trees.py."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support import ROOT
from trees import newest_tree, older_tree, previous_tree, release_of, renumbered_tree

from gen.model.release import Release

needs_dpkg = pytest.mark.skipif(
    shutil.which("dpkg-deb") is None or shutil.which("xz") is None, reason="no dpkg-deb or no xz; this is no Debian"
)

MAKEFILE = "# SPDX\nVERSION = {}\nPATCHLEVEL = {}\nSUBLEVEL = 3\n"
MACHINE = {
    "dpkg-query": "printf installed",
    "apt-get": """
        case " $* " in
        *" indextargets "*) echo https://archive.invalid/debian ;;
        *" update "*) exit ${UPDATE:-0} ;;
        *" download "*) for last; do :; done; echo "$last" >>"$ARCHIVE/downloads"; cp "$ARCHIVE/${last%%=*}.deb" . ;;
        *) exit 9 ;;
        esac""",
    "apt-cache": """
        for last; do :; done
        case " $* " in
        *" search "*) cd "$ARCHIVE" && for each in *.deb; do echo "${each%.deb} - Linux kernel source"; done ;;
        *" show "*) dpkg-deb -f "$ARCHIVE/$last.deb" ;;
        *) exit 9 ;;
        esac""",
}


class Archive:
    """A Debian of a few small packages, asked by programs that are called like those of apt."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.trees = top / "trees"
        for name, text in MACHINE.items():
            program = top / "bin" / name
            program.parent.mkdir(parents=True, exist_ok=True)
            program.write_text(f"#!/bin/bash\n{text}\n", encoding="utf-8")
            program.chmod(0o755)
        self.folder = top / "archive"
        self.folder.mkdir()
        self.unpacked("6.12")

    def unpacked(self, release: str) -> None:
        """A release that is a package of the machine, and is unpacked already."""
        tarball = Path(f"/usr/src/linux-source-{release}.tar.xz")
        stamp = "gone"
        if tarball.exists():
            stamp = f"{tarball.stat().st_size} {int(tarball.stat().st_mtime)}"
        (self.trees / f"linux-source-{release}").mkdir(parents=True)
        (self.trees / f".linux-source-{release}.stamp").write_text(f"{stamp}\n", encoding="utf-8")

    def offers(self, release: str, version: str) -> None:
        """The archive has this version of a release's package from now on."""
        name = f"linux-source-{release}"
        package = self.top / "package"
        source = package / "usr/src" / name
        source.mkdir(parents=True)
        (source / "Makefile").write_text(MAKEFILE.format(*release.split(".")) + f"# {version}\n", encoding="utf-8")
        subprocess.run(["tar", "-C", source.parent, "-cJf", f"{source}.tar.xz", name], check=True)
        shutil.rmtree(source)
        (package / "DEBIAN").mkdir()
        control = f"Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: x <x@y>\nDescription: x\n"
        (package / "DEBIAN/control").write_text(control, encoding="utf-8")
        subprocess.run(["dpkg-deb", "-b", package, self.folder / f"{name}.deb"], check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(package)

    def prepare(self, *arguments: str, code: int = 0, update: int = 0) -> tuple[dict[str, str], str]:
        """Which tree each variable names, and what was said."""
        path = f"{self.top / 'bin'}:{os.environ['PATH']}"
        done = subprocess.run(
            [ROOT / "scripts/prepare-trees", *arguments, self.trees],
            env={**os.environ, "PATH": path, "ARCHIVE": str(self.folder), "UPDATE": str(update)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        named = (line.removeprefix("export ").split("=") for line in done.stdout.splitlines())
        return {name: Path(tree).name for name, tree in named}, done.stderr

    def downloads(self) -> list[str]:
        """What was downloaded up to now."""
        log = self.folder / "downloads"
        return log.read_text(encoding="utf-8").split() if log.exists() else []


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


@needs_dpkg
def test_the_newest_and_the_one_before_are_found_by_version(archive: Archive) -> None:
    for release in ("8.9", "8.10", "8.2"):
        archive.offers(release, f"{release}.1-1")
    named, _ = archive.prepare("--newest")
    assert named == {
        "KERNEL_TREE_6_12": "linux-source-6.12",
        "KERNEL_TREE_NEWEST": "linux-source-8.10",
        "KERNEL_TREE_PREVIOUS": "linux-source-8.9",
    }
    assert release_of(archive.trees / "linux-source-8.10") == Release(8, 10)
    assert archive.downloads() == ["linux-source-8.10=8.10.1-1", "linux-source-8.9=8.9.1-1"]
    assert not list(archive.trees.glob("**/*.deb"))
    assert archive.prepare("--newest") == (named, "")
    assert len(archive.downloads()) == 2, "downloaded again although nothing changed"


@needs_dpkg
def test_a_new_version_or_a_tree_without_its_stamp_is_unpacked_again(archive: Archive) -> None:
    archive.offers("8.2", "8.2.1-1")
    archive.offers("8.3", "8.3.1-1")
    archive.prepare("--newest")
    archive.offers("8.3", "8.3.2-1")
    (archive.trees / ".linux-source-8.2.stamp").unlink()
    (archive.trees / "linux-source-8.2/left-by-hand").touch()
    archive.prepare("--newest")
    assert archive.downloads()[2:] == ["linux-source-8.3=8.3.2-1", "linux-source-8.2=8.2.1-1"]
    assert "# 8.3.2-1" in (archive.trees / "linux-source-8.3/Makefile").read_text(encoding="utf-8")
    assert not (archive.trees / "linux-source-8.2/left-by-hand").exists()


@needs_dpkg
def test_where_debian_has_one_the_one_before_is_what_is_unpacked(archive: Archive) -> None:
    archive.offers("8.2", "8.2.1-1")
    assert archive.prepare("--newest")[0]["KERNEL_TREE_PREVIOUS"] == "linux-source-6.12"
    (archive.folder / "linux-source-8.2.deb").unlink()
    archive.offers("8.3", "8.3.1-1")
    named, _ = archive.prepare("--newest")
    assert (named["KERNEL_TREE_NEWEST"], named["KERNEL_TREE_PREVIOUS"]) == ("linux-source-8.3", "linux-source-8.2")


@needs_dpkg
def test_what_cannot_be_downloaded_leaves_nothing_that_looks_ready(archive: Archive) -> None:
    archive.offers("8.2", "8.2.1-1")
    archive.offers("8.3", "8.3.1-1")
    package = archive.folder / "linux-source-8.3.deb"
    whole = package.read_bytes()
    os.truncate(package, len(whole) - 100)
    named, _ = archive.prepare("--newest", code=2)
    assert list(named) == ["KERNEL_TREE_6_12"]
    assert not (archive.trees / "linux-source-8.3").exists()
    package.write_bytes(whole)
    assert archive.prepare("--newest")[0]["KERNEL_TREE_NEWEST"] == "linux-source-8.3"
    assert not list(archive.trees.glob(".*.new.*")), "what the failed run left is not cleaned up"


@needs_dpkg
def test_without_a_network_the_last_answer_counts_and_without_one_it_fails(archive: Archive) -> None:
    named, said = archive.prepare("--newest", code=1, update=1)
    assert "found no kernel source in" in said
    assert "KERNEL_TREE_NEWEST" not in named
    archive.offers("8.2", "8.2.1-1")
    named, said = archive.prepare("--newest", update=1)
    assert "goes by the last answer" in said
    assert named["KERNEL_TREE_NEWEST"] == "linux-source-8.2"


def test_a_tree_under_another_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CTGEN_SCRATCH", str(tmp_path / "scratch"))
    tree = tmp_path / "linux"
    (tree / "arch/toy").mkdir(parents=True)
    (tree / "Makefile").write_text(MAKEFILE.format(7, 3), encoding="utf-8")
    (tree / "arch/toy/Makefile").write_text("obj-y := entry.o\n", encoding="utf-8")
    (tree / "arch/link").symlink_to("toy")
    copy = renumbered_tree(tree, Release(8, 4))
    assert (release_of(copy), release_of(tree)) == (Release(8, 4), Release(7, 3))
    assert (copy / "Makefile").read_text(encoding="utf-8") == MAKEFILE.format(8, 4)
    assert (copy / "arch/toy/Makefile").read_text(encoding="utf-8") == "obj-y := entry.o\n"
    assert (copy / "arch/link").readlink() == Path("toy")
    # An interrupted copy has no Makefile yet.
    (copy / "Makefile").unlink()
    (copy / "arch/toy/Makefile").unlink()
    assert renumbered_tree(tree, Release(8, 4)) == copy
    assert (copy / "arch/toy/Makefile").exists()


def test_without_a_tree_a_test_is_skipped_with_the_command_that_would_run_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("KERNEL_TREE_6_1", "KERNEL_TREE_NEWEST", "KERNEL_TREE_PREVIOUS"):
        monkeypatch.delenv(variable, raising=False)
    for tree, option in ((older_tree, "--all"), (newest_tree, "--newest"), (previous_tree, "--newest")):
        with pytest.raises(pytest.skip.Exception, match=rf"scripts/prepare-trees {option}"):
            tree()


def test_a_variable_that_names_no_tree_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KERNEL_TREE_NEWEST", str(tmp_path))
    with pytest.raises(AssertionError, match="which is not a kernel tree"):
        newest_tree()


@pytest.mark.tree
def test_the_newest_tree_is_newer_than_the_one_before() -> None:
    newest, previous = release_of(newest_tree()), release_of(previous_tree())
    assert newest is not None
    assert previous is not None
    assert newest > previous
