"""The checkout as a whole: layers, packages, what a wheel holds, what a verb imports, and no traces of a machine."""

from __future__ import annotations

import fnmatch
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from support import CLEAN, DATA, ROOT, SHIPPED, command, environment, run, snapshot

import gen
from gen.diagnostics import rule_book
from gen.spec.schema import SCHEMA_FILE

PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES: list[str] = PYPROJECT["tool"]["setuptools"]["packages"]
FOLDERS = {"gen.arch_specs": "arch_specs", "gen.templates": "templates"}
"""Where packages are that do not stand below gen/."""


def tracked() -> list[Path]:
    """The files that git tracks and that are there, relative to the checkout."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("this is not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    names = [Path(name.decode()) for name in listed.split(b"\0") if name]
    return [name for name in names if (ROOT / name).is_file()]


def folder_of(package: str) -> Path:
    """Where a package stands in the checkout."""
    return ROOT / FOLDERS.get(package, package.replace(".", "/"))


# Layers.


def test_imports_run_downwards() -> None:
    if find_spec("importlinter") is None:
        pytest.skip("import-linter is not installed")
    script = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_room_has_its_layer() -> None:
    (contract,) = PYPROJECT["tool"]["importlinter"]["contracts"]
    layered = {name.strip() for layer in contract["layers"] for name in re.split("[:|]", layer)}
    rooms = {f"gen.{path.parent.name}" for path in (ROOT / "gen").glob("*/__init__.py")}
    assert rooms <= layered


HEAVY = ("yaml", "jinja2", "jsonschema", "pycparser", "difflib")


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (("--help",), HEAVY),
        (("--version",), HEAVY),
        (("check", "--help"), HEAVY),
        (("explain", "tab"), ("jinja2", "jsonschema", "pycparser", "yaml")),
        (("rules",), ("jinja2", "jsonschema", "pycparser", "yaml")),
        (("verify", "toy.yaml"), ("jinja2", "pycparser", "difflib")),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_a_verb_imports_only_its_own_rooms(
    arguments: tuple[str, ...], unwanted: tuple[str, ...], tmp_path: Path
) -> None:
    shutil.copy(DATA / "toy.yaml", tmp_path)
    script = (
        "import sys\nfrom gen.cli import main\n"
        "try: main(sys.argv[1:])\nexcept SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    loaded = set(done.stderr.split())
    assert "gen.cli" in loaded
    assert loaded & set(unwanted) == set()


# Packages.


def test_no_module_is_missing_from_the_package_list() -> None:
    found = {str(path.parent.relative_to(ROOT)).replace("/", ".") for path in (ROOT / "gen").rglob("*.py")}
    assert set(PACKAGES) == found | set(FOLDERS)
    assert sorted(PACKAGES) == PACKAGES
    assert all((folder_of(package) / "__init__.py").is_file() for package in found)


def packaged(name: str) -> str | None:
    """Where a file of the checkout is in a wheel; None if it does not belong there."""
    path = Path(name)
    top = {folder: package.replace(".", "/") for package, folder in FOLDERS.items()}.get(path.parts[0])
    return f"{top}/{path.relative_to(path.parts[0])}" if top else name if path.parts[0] == "gen" else None


def test_every_file_has_a_place_in_its_package() -> None:
    data: dict[str, list[str]] = PYPROJECT["tool"]["setuptools"]["package-data"]
    for path in tracked():
        place = packaged(str(path))
        if place is None or path.suffix == ".py":
            continue
        package = next(folder for folder in Path(place).parents if str(folder).replace("/", ".") in PACKAGES)
        patterns = data.get(str(package).replace("/", "."), [])
        assert any(fnmatch.fnmatch(str(Path(place).relative_to(package)), pattern) for pattern in patterns), path


def test_a_wheel_from_the_sdist(tmp_path: Path) -> None:
    """Built as a distribution would, from a copy of the tracked files; one test, since building takes its time."""
    if find_spec("build") is None:
        pytest.skip("the package `build` is not installed")
    for name in tracked():
        (tmp_path / "checkout" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / "checkout" / name)
    done = subprocess.run(
        [sys.executable, "-m", "build", "--outdir", tmp_path / "dist", tmp_path / "checkout"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if "No matching distribution found for setuptools" in done.stdout + done.stderr:
        pytest.skip("setuptools cannot be had here")
    assert done.returncode == 0, done.stdout + done.stderr
    (sdist,), (wheel,) = (tmp_path / "dist").glob("*.tar.gz"), (tmp_path / "dist").glob("*.whl")
    check_sdist(sdist)
    check_metadata(wheel)
    check_contents(wheel)
    check_that_it_works(wheel, tmp_path)


def check_sdist(path: Path) -> None:
    """Whatever a wheel is made of is in the sdist."""
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {str(name) for name in tracked() if packaged(str(name))} <= names


def check_contents(wheel: Path) -> None:
    """Exactly the files that git tracks for it."""
    expected = {place for path in tracked() if (place := packaged(str(path)))}
    assert {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name} == expected


def check_metadata(wheel: Path) -> None:
    """The version and the command."""
    archive = zipfile.ZipFile(wheel)
    about = {name.rpartition("/")[2]: name for name in archive.namelist() if ".dist-info/" in name}
    assert f"Version: {gen.__version__}\n" in archive.read(about["METADATA"]).decode()
    assert "gen = gen.__main__:command" in archive.read(about["entry_points.txt"]).decode()


def check_that_it_works(wheel: Path, place: Path) -> None:
    """Without the checkout, from the wheel's own spec and templates, the files are the same."""
    zipfile.ZipFile(wheel).extractall(place / "site")
    (place / "work").mkdir()
    done = subprocess.run(
        command("render", "arm64.yaml"),
        cwd=place / "work",
        env=environment(PYTHONPATH=str(place / "site")),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == CLEAN, done.stdout + done.stderr
    assert run("render", ROOT / "arch_specs" / "arm64.yaml", "-o", place / "again").code == CLEAN
    assert snapshot(place / "work" / "out") == snapshot(place / "again")


def test_the_version() -> None:
    result = run("--version")
    assert (result.code, result.out) == (CLEAN, f"gen {gen.__version__}\n")
    assert re.fullmatch(r"\d+\.\d+\.\d+", gen.__version__)


def test_the_oldest_libraries_are_the_lower_bounds() -> None:
    lines = (ROOT / "tests" / "oldest.txt").read_text(encoding="utf-8").splitlines()
    oldest = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    for bound in PYPROJECT["project"]["dependencies"]:
        name, _, version = bound.partition(">=")
        assert oldest[name] == version


# Rooms with rules.


def test_every_room_with_rules_is_in_the_book() -> None:
    rooms = {f"gen.{path.parent.name}.rules" for path in (ROOT / "gen").glob("*/rules.py")}
    assert set(rule_book.ROOMS) >= rooms
    for room in rule_book.ROOMS:
        import_module(room)


# Specs.


@pytest.mark.parametrize("path", [*SHIPPED, *sorted(DATA.glob("*.yaml"))], ids=lambda path: path.stem)
def test_editors_find_the_schema(path: Path) -> None:
    first = path.read_text(encoding="utf-8").split("\n")[0]
    match = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert match, first
    assert (path.parent / match[1]).resolve() == SCHEMA_FILE


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_spec_is_called_after_its_architecture(path: Path) -> None:
    assert f"\narch: {path.stem}\n" in path.read_text(encoding="utf-8")


# No traces of a machine.

_TRACES = re.compile(r"""(?:^|[\s"'`=(:<>])(/(?:home|root|work|Users|opt|mnt|media)/[\w.-]+|[A-Z]:\\\\?[A-Z])""")


ODD_ON_PURPOSE = ("tests/lint/corpus/", "tests/patch/corpus/")
"""Folders of files with line ends and encodings that are part of a test."""


def texts() -> Iterator[tuple[Path, str]]:
    """The tracked files that are text."""
    for path in tracked():
        if str(path).startswith(ODD_ON_PURPOSE):
            continue
        data = (ROOT / path).read_bytes()
        if b"\0" not in data:
            yield path, data.decode("utf-8")


def test_no_path_of_a_machine_is_in_the_files() -> None:
    this = Path(__file__).relative_to(ROOT)
    found = [
        f"{path}:{number}: {match[1]}"
        for path, text in texts()
        if path != this
        for number, line in enumerate(text.split("\n"), 1)
        if (match := _TRACES.search(line))
    ]
    assert not found


def test_text_files_end_in_one_line_end() -> None:
    for path, text in texts():
        assert not text or (text.endswith("\n") and not text.endswith("\n\n")), path
        assert "\r" not in text, path


def test_json_files_are_json() -> None:
    found = [json.loads(text) for path, text in texts() if path.suffix == ".json"]
    assert len(found) > 2
    assert all(isinstance(each, dict) for each in found)
