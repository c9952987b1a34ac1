"""The index: as right as a search, whatever happened to the tree or to the index."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

import gen.kernel.index as index
from gen.kernel.index import KEPT, mentions
from gen.kernel.remembered import cache_folder, digest
from gen.kernel.search import Mentions, find_ripgrep, scan, search
from gen.kernel.tree import Folder, Unreadable

NAMES = ("exception_enter", "user_exit")
HIT, MISS = b"user_exit();\n", b"user_none();\n"


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree of which a quarter mentions a name, and which counts as old enough to be remembered."""
    monkeypatch.setattr(index, "SLACK", -(10**12))
    folder = tmp_path / "tree"
    for number in range(40):
        place = folder / f"d{number % 4}/e{number % 3}/{number}.c"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(HIT if number % 4 == 0 else MISS)
    (folder / "Kconfig").write_bytes(MISS)
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "offstack" / "search"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is read because the index does not know it."""
    files: list[str] = []

    def noted(top: Path, wanted: list[str], names: tuple[str, ...]) -> Mentions:
        files.extend(wanted)
        return scan(top, wanted, names)

    monkeypatch.setattr(index, "scan", noted)
    return files


def folders_of(files: list[str]) -> set[str]:
    return {name.rpartition("/")[0] for name in files}


def files_of(cache: Path) -> list[str]:
    return sorted(entry.name for entry in cache.iterdir()) if cache.exists() else []


def test_an_unchanged_tree_is_not_read_again(top: Path, cache: Path, read: list[str]) -> None:
    first = mentions(top, NAMES, cache=cache)
    assert len(read) == 41
    read.clear()
    assert mentions(top, NAMES, cache=cache) == first == search(top, NAMES)
    assert read == []
    assert len(first.files) == 10
    assert len(files_of(cache)) == 1


def test_only_what_is_in_a_changed_folder_is_read_again(top: Path, cache: Path, read: list[str]) -> None:
    mentions(top, NAMES, cache=cache)
    read.clear()
    (top / "d1/e1/1.c").write_bytes(HIT)
    found = mentions(top, NAMES, cache=cache)
    assert "d1/e1/1.c" in found.files
    assert folders_of(read) == {"d1/e1"}


def same_size(top: Path) -> None:
    assert len(HIT) == len(MISS)
    (top / "d1/e1/1.c").write_bytes(HIT)


def same_size_and_time(top: Path) -> None:
    file = top / "d1/e1/1.c"
    before = file.stat()
    file.write_bytes(HIT)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def swapped(top: Path) -> None:
    (top / "d0/e0/0.c").rename(top / "swap")
    (top / "d1/e1/1.c").rename(top / "d0/e0/0.c")
    (top / "swap").rename(top / "d1/e1/1.c")


def renamed_folders(top: Path) -> None:
    (top / "d0").rename(top / "swap")
    (top / "d1").rename(top / "d0")
    (top / "swap").rename(top / "d1")


def file_becomes_folder(top: Path) -> None:
    (top / "d0/e0/0.c").unlink()
    (top / "d0/e0/0.c").mkdir()
    (top / "d0/e0/0.c/x.h").write_bytes(HIT)


def file_becomes_link(top: Path) -> None:
    (top / "d0/e0/0.c").unlink()
    (top / "d0/e0/0.c").symlink_to("12.c")


CHANGES: list[Callable[[Path], object]] = [
    same_size,
    same_size_and_time,
    swapped,
    renamed_folders,
    file_becomes_folder,
    file_becomes_link,
    lambda top: (top / "d0/e0/0.c").unlink(),
    lambda top: (top / "d0/e0/0.c").write_bytes(b""),
    lambda top: (top / "d0/e0/0.c").rename(top / "d0/e0/0.txt"),
    lambda top: (top / "d0/e0/new.h").write_bytes(HIT),
    lambda top: (top / "new.h").write_bytes(HIT),
    lambda top: shutil.rmtree(top / "d0"),
    lambda top: shutil.copytree(top / "d0", top / "d9"),
    lambda top: shutil.rmtree(top),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("with_ripgrep", [False, True], ids=["python", "ripgrep"])
def test_every_change_is_seen(top: Path, cache: Path, change: Callable[[Path], object], with_ripgrep: bool) -> None:
    ripgrep = find_ripgrep() if with_ripgrep else None
    before = mentions(top, NAMES, cache=cache, ripgrep=ripgrep)
    change(top)
    after = mentions(top, NAMES, cache=cache, ripgrep=ripgrep)
    assert after == search(top, NAMES) == mentions(top, NAMES, cache=cache)
    assert after != before


def test_another_file_of_the_same_name_size_and_times_is_another_file(tmp_path: Path) -> None:
    def digest(inode: int) -> str:
        facts = SimpleNamespace(st_size=1, st_mtime_ns=2, st_ctime_ns=3, st_ino=inode)
        entry = SimpleNamespace(name="a.c", stat=lambda follow_symlinks: facts)
        return index._seen(Folder("d", [cast("os.DirEntry[str]", entry)])).digest

    assert digest(4) == digest(4) != digest(5)


def test_many_changes_are_left_to_ripgrep(
    top: Path, cache: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not find_ripgrep():
        pytest.skip("no rg; pip install ripgrep")
    mentions(top, NAMES, "d0", cache=cache)
    monkeypatch.setattr(index, "MANY", 10)
    read.clear()
    assert mentions(top, NAMES, cache=cache, ripgrep=find_ripgrep()) == search(top, NAMES)
    assert read == []


def test_what_changed_just_now_is_not_remembered(
    top: Path, cache: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "SLACK", 10**9)
    found = mentions(top, NAMES, cache=cache)
    read.clear()
    assert mentions(top, NAMES, cache=cache) == found
    assert len(read) == 41
    later = time.time_ns() + 10**10
    monkeypatch.setattr(time, "time_ns", lambda: later)
    mentions(top, NAMES, cache=cache)
    read.clear()
    mentions(top, NAMES, cache=cache)
    assert read == []


def test_a_part_of_a_tree_and_all_of_it_share_an_index(top: Path, cache: Path, read: list[str]) -> None:
    part = mentions(top, NAMES, "d0", cache=cache)
    assert part == search(top, NAMES, "d0")
    read.clear()
    assert mentions(top, NAMES, cache=cache) == search(top, NAMES)
    assert not [name for name in read if name.startswith("d0/")]
    read.clear()
    assert mentions(top, NAMES, "d0", cache=cache) == part
    assert mentions(top, NAMES, cache=cache) == search(top, NAMES)
    assert read == []


def test_other_names_and_other_trees_have_an_index_of_their_own(top: Path, cache: Path, tmp_path: Path) -> None:
    mentions(top, NAMES, cache=cache)
    assert mentions(top, ("user_none",), cache=cache) == search(top, ("user_none",))
    shutil.copytree(top / "d0", tmp_path / "other/d1")
    assert mentions(tmp_path / "other", NAMES, cache=cache) == search(tmp_path / "other", NAMES)
    assert len(files_of(cache)) == 3


def test_another_version_of_gen_begins_anew(
    top: Path, cache: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    mentions(top, NAMES, cache=cache)
    monkeypatch.setattr(index, "__version__", "99")
    read.clear()
    mentions(top, NAMES, cache=cache)
    assert len(read) == 41


def rewritten(change: Callable[[dict[str, object]], object]) -> Callable[[bytes], bytes]:
    """An index that is whole, but does not say what it should."""

    def make(content: bytes) -> bytes:
        said = json.loads(content.partition(b"\n")[2])
        payload = json.dumps(change(said) or said).encode()
        return digest(payload).encode() + b"\n" + payload

    return make


DAMAGE: list[Callable[[bytes], bytes]] = [
    lambda content: b"",
    lambda content: content[:-1],
    lambda content: content[: len(content) // 2],
    lambda content: content.replace(b"e0", b"e9"),
    lambda content: b"\0" * len(content),
    lambda content: content + b" ",
    lambda content: b"x" + content,
    rewritten(lambda said: {"key": said["key"]}),
    rewritten(lambda said: said.update(key="other")),
    rewritten(lambda said: said.update(folders=[1, 2])),
    rewritten(lambda said: said.update(folders={"d0/e0": 5})),
    rewritten(lambda said: said.update(folders={"d0/e0": ["x", None]})),
    rewritten(lambda said: said.update(folders={"d0/e0": ["x", [None, {}]]})),
    rewritten(lambda said: said.update(folders={"nowhere": ["x", ["../../../etc/passwd"]]})),
    rewritten(lambda said: [1]),
    lambda content: digest(b"[" * 100_000).encode() + b"\n" + b"[" * 100_000,
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_index_is_built_anew(
    top: Path, cache: Path, read: list[str], damage: Callable[[bytes], bytes]
) -> None:
    good = mentions(top, NAMES, cache=cache)
    (name,) = files_of(cache)
    whole = (cache / name).read_bytes()
    (cache / name).write_bytes(damage(whole))
    assert mentions(top, NAMES, cache=cache) == good
    assert (cache / name).read_bytes() == whole
    read.clear()
    mentions(top, NAMES, cache=cache)
    assert read == []


def test_names_that_are_not_in_their_folder_are_never_said(top: Path, cache: Path) -> None:
    good = mentions(top, NAMES, cache=cache)
    (name,) = files_of(cache)

    def lie(said: dict[str, object]) -> None:
        folders = said["folders"]
        assert isinstance(folders, dict)
        folders["d0/e0"][1].append("../../../etc/passwd")

    (cache / name).write_bytes(rewritten(lie)((cache / name).read_bytes()))
    assert mentions(top, NAMES, cache=cache) == good


@pytest.mark.parametrize("place", [".", ".."])
@pytest.mark.parametrize("others", ["mode", "owner", "link"])
def test_a_cache_that_others_may_write_is_neither_read_nor_written(
    top: Path, cache: Path, place: str, others: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in it would be believed: nothing but a digest, which anybody can make, says that it is ours."""
    good = mentions(top, NAMES, cache=cache)
    (name,) = files_of(cache)

    def lie(said: dict[str, object]) -> None:
        folders = said["folders"]
        assert isinstance(folders, dict)
        folders["d0/e0"][1].clear()

    poisoned = rewritten(lie)((cache / name).read_bytes())
    (cache / name).write_bytes(poisoned)
    assert mentions(top, NAMES, cache=cache) != good
    folder = cache if place == "." else cache.parent
    if others == "mode":
        folder.chmod(0o777)
    elif others == "link":
        folder.rename(tmp_path / "moved")
        folder.symlink_to(tmp_path / "moved")
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert mentions(top, NAMES, cache=cache) == good
    assert (cache / name).read_bytes() == poisoned


def no_folder(cache: Path) -> None:
    cache.parent.mkdir(parents=True)
    cache.write_text("a file where the folder should be")


def odd_file(cache: Path) -> None:
    cache.mkdir(parents=True)
    (cache / f"{digest(b'')}.json").mkdir()


@pytest.mark.parametrize("trouble", [no_folder, odd_file])
def test_a_cache_that_cannot_be_used_is_no_error(top: Path, cache: Path, trouble: Callable[[Path], None]) -> None:
    trouble(cache)
    for _ in range(2):
        assert mentions(top, NAMES, cache=cache) == search(top, NAMES)


def test_an_index_that_is_a_folder_or_a_fifo_is_no_error(top: Path, cache: Path) -> None:
    mentions(top, NAMES, cache=cache)
    (name,) = files_of(cache)
    (cache / name).unlink()
    os.mkfifo(cache / name)
    assert mentions(top, NAMES, cache=cache) == search(top, NAMES)
    (cache / name).unlink()
    (cache / name).mkdir()
    assert mentions(top, NAMES, cache=cache) == search(top, NAMES)
    assert files_of(cache) == [name]


@pytest.mark.parametrize("failing", ["mkdir", "replace"])
def test_a_read_only_cache_is_no_error_and_leaves_nothing(
    top: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, failing, refused)
    assert mentions(top, NAMES, cache=cache) == search(top, NAMES)
    assert files_of(cache) == []


def test_without_a_cache_nothing_is_written(top: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    assert mentions(top, NAMES, cache=None) == search(top, NAMES)
    assert sorted(tmp_path.iterdir()) == before


def test_an_unchanged_index_is_not_written_again(top: Path, cache: Path) -> None:
    mentions(top, NAMES, cache=cache)
    (name,) = files_of(cache)
    before = (cache / name).stat()
    mentions(top, NAMES, cache=cache)
    assert (cache / name).stat().st_ino == before.st_ino


def test_what_could_not_be_read_is_not_remembered(
    top: Path, cache: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = os.open

    def refuses(path: str, *rest: int, **more: int) -> int:
        if str(path).endswith("/d1/e1/1.c"):
            raise PermissionError(13, "Permission denied")
        return opened(path, *rest, **more)

    monkeypatch.setattr(os, "open", refuses)
    for _ in range(2):
        read.clear()
        assert mentions(top, NAMES, cache=cache).unreadable == (Unreadable("d1/e1/1.c", "Permission denied"),)
    assert folders_of(read) == {"d1/e1"}


def test_old_indexes_and_what_killed_runs_left_are_dropped(top: Path, cache: Path) -> None:
    cache.mkdir(parents=True)
    for number in range(KEPT + 5):
        (cache / f"{number}.json").write_text("")
        os.utime(cache / f"{number}.json", (number, number))
    (cache / "old.tmp").write_text("")
    os.utime(cache / "old.tmp", (0, 0))
    (cache / "new.tmp").write_text("")
    mentions(top, NAMES, cache=cache)
    left = files_of(cache)
    assert len(left) == KEPT + 1
    assert {"new.tmp", f"{KEPT + 4}.json"} <= set(left)
    assert not {"old.tmp", "5.json"} & set(left)


def _search_again_and_again(top: Path, cache: Path, answers: multiprocessing.Queue[Mentions]) -> None:
    for _ in range(20):
        answers.put(mentions(top, NAMES, cache=cache))


def test_runs_beside_each_other_and_killed_ones_do_no_harm(top: Path, cache: Path) -> None:
    context = multiprocessing.get_context("fork")
    answers: multiprocessing.Queue[Mentions] = context.Queue()
    for number in range(30, 40):
        shutil.rmtree(cache, ignore_errors=True)
        killed = context.Process(target=_search_again_and_again, args=(top, cache, context.Queue()))
        killed.start()
        time.sleep(random.Random(number).random() / 50)
        killed.kill()
        killed.join()
    runs = [context.Process(target=_search_again_and_again, args=(top, cache, answers)) for _ in range(4)]
    for run in runs:
        run.start()
    said = [answers.get(timeout=60) for _ in range(80)]
    for run in runs:
        run.join()
    assert set(said) == {search(top, NAMES)}
    assert mentions(top, NAMES, cache=cache) == search(top, NAMES)


@pytest.mark.parametrize("seed", range(4))
def test_an_index_is_right_through_many_changes(top: Path, cache: Path, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(25):
        places = [place for place in sorted(top.rglob("*.c")) if place.is_file()]
        place = dice.choice(places)
        match dice.randrange(3):
            case 0:
                place.unlink()
            case 1:
                place.write_bytes(HIT)
            case 2:
                place.with_name("n.h").write_bytes(HIT)
        below = dice.choice(["", "", "d1", "d2/e0"])
        assert mentions(top, NAMES, below, cache=cache) == search(top, NAMES, below)


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"XDG_CACHE_HOME": "/x", "HOME": "/h"}, Path("/x/offstack/search")),
        ({"XDG_CACHE_HOME": "", "HOME": "/h"}, Path("/h/.cache/offstack/search")),
        ({"XDG_CACHE_HOME": "relative", "HOME": "/h"}, Path("/h/.cache/offstack/search")),
        ({"HOME": "relative"}, None),
    ],
)
def test_the_cache_is_where_the_xdg_specification_says(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], folder: Path | None
) -> None:
    for name in ("XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert cache_folder() == folder
