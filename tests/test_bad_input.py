"""Mistakes, accidents and hostile surroundings: an exit status, a sentence, and no file changed."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from support import (
    BAD_INPUT,
    CLEAN,
    INTERNAL,
    MARK,
    NO_MATCH,
    OUTPUT_LOST,
    PAIR,
    ROOT,
    TEMPLATES,
    TOY,
    Case,
    changed,
    check_case,
    command,
    environment,
    line_of,
    readable,
    run,
    run_json,
    snapshot,
    spawn,
    write_spec,
)

from gen.spec.loader import known_specs


@pytest.fixture(autouse=True)
def _in_an_empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def refused(*arguments: object) -> str:
    """Renders where that cannot work: exit 2, one finding, the same files as before. Gives the message."""
    before = snapshot(Path())
    result = run_json("render", *arguments)
    assert (result.code, [found["rule"] for found in result.findings]) == (BAD_INPUT, ["output-refused"]), result.out
    assert snapshot(Path()) == before
    message: str = result.findings[0]["message"]
    return message


# Files that are no specs.


@pytest.mark.parametrize(
    ("data", "rule", "line"),
    [
        (b"", "empty-spec", 1),
        (b"\x7fELF\x02\x01\x01\0\0", "control-character", 1),
        (b"a: b\nc: \xff\xfe\n", "not-utf8", 2),
        (TOY.encode("utf-16"), "not-utf8", 1),
        (b"a:\n\tb: c\n", "tab", 2),
        (b"a: b\na: c\n", "duplicate-key", 2),
        (b"a: &x [b]\nc: [*x, *x]\n", "anchor-or-alias", 1),
        (b"a: !!python/object/apply:os.system [b]\n", "yaml-tag", 1),
        (b"[" * 100_000, "too-deep", 1),
        (b"- " * 100_000, "too-deep", 1),
        (b"{a: " * 100_000, "too-deep", 1),
        (b"[" * (10 << 20), "oversized-file", 1),
        (b"a: b: c: d\n", "yaml-syntax", 1),
        (b'"never closed\n', "yaml-syntax", 2),
        (b"%YAML 7.0\n---\na: b\n", "yaml-syntax", 1),
    ],
)
def test_what_is_no_spec(data: bytes, rule: str, line: int) -> None:
    result = run_json("render", write_spec(Path(), data))
    assert result.code == BAD_INPUT
    assert (rule, line) in {(found["rule"], found["line"]) for found in result.findings}
    assert not Path("out").exists()


def test_aliases_do_not_unfold() -> None:
    """Nine levels of nine aliases would be 387 million entries."""
    levels = "".join(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 10))
    result = run_json("check", write_spec(Path(), f"a0: &a0 [b]\n{levels}"))
    assert (result.code, result.rules) == (BAD_INPUT, {"anchor-or-alias"})


@pytest.mark.parametrize(
    "arch", ["../../x", "/etc/x", "..", ".", "a/b", "Toy", "toy-2", "2toy", "t", "a" * 17, "toy toy"]
)
def test_an_architecture_cannot_lead_out_of_the_directory(arch: str) -> None:
    case = Case("arch: toy\n", f"arch: {MARK}{arch}\n")
    check_case(case, "bad-text", Path())
    assert run("render", "spec.yaml").code == BAD_INPUT
    assert snapshot(Path()).keys() == {"spec.yaml"}


def test_a_directory_is_no_spec() -> None:
    Path("arm64.yaml").mkdir()
    result = run_json("check", "arm64.yaml")
    assert (result.code, result.places) == (BAD_INPUT, [("unreadable-file", 1, 1)])
    assert "it is a directory" in result.findings[0]["message"]


@pytest.mark.parametrize("name", ["pipe.yaml", "/dev/zero", "/dev/null", "/proc/self/mem"])
def test_what_is_no_regular_file_is_not_opened(name: str) -> None:
    """Reading a pipe that nobody writes to would hang, and /dev/zero has no end."""
    if name == "pipe.yaml":
        os.mkfifo(name)
    result = spawn("check", name, "--format", "json")
    assert result.code == BAD_INPUT
    assert result.rules == {"unreadable-file"}


@pytest.mark.parametrize("target", ["nowhere.yaml", "loop.yaml"])
def test_a_link_that_leads_nowhere(target: str) -> None:
    """By its path, and by the name that `known_specs` would guess."""
    Path("arch_specs").mkdir()
    for name in ("loop.yaml", "arch_specs/loop.yaml"):
        Path(name).symlink_to(target)
    for asked in ("loop.yaml", "arch_specs/loop.yaml", "loop"):
        result = run_json("check", asked)
        assert (result.code, result.rules) == (BAD_INPUT, {"unreadable-file"})
        assert "it is a symbolic link that leads nowhere" in result.findings[0]["message"]


@pytest.fixture
def without_rights(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A directory with a spec that cannot be read and a folder that cannot be written to, not even if root asks."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)
        monkeypatch.chdir(directory)
        write_spec(Path(), TOY)
        write_spec(Path(), TOY, "secret.yaml").chmod(0)
        Path("out").mkdir(0o555)
        run_json("render", "spec.yaml", "-o", "warm")  # imports everything, which other users may not be able to
        shutil.rmtree("warm")
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        try:
            if not readable(ROOT / "pyproject.toml"):
                pytest.skip("others may not read this checkout, so gen would not run for them at all")
            yield
        finally:
            os.seteuid(user)


@pytest.mark.usefixtures("without_rights")
def test_a_file_that_may_not_be_read() -> None:
    result = run_json("check", "secret.yaml")
    assert (result.code, result.places) == (BAD_INPUT, [("unreadable-file", 1, 1)])
    assert result.findings[0]["message"] == "cannot read this spec: permission denied"


# Names that are no specs.


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("arm46", "did you mean `arm64`?"),
        ("arm64.yml", "did you mean `arm64`?"),
        ("zzzzzz", "specs that exist: " + ", ".join(f"`{each}`" for each in known_specs())),
        ("nowhere/arm64.yaml", "did you mean `arm64`?"),
    ],
)
def test_an_unknown_spec_names_those_that_exist(name: str, answer: str) -> None:
    result = run_json("check", name)
    assert (result.code, result.places) == (BAD_INPUT, [("unknown-spec", 1, 1)])
    assert result.findings[0]["hint"] == answer


def test_a_name_is_a_file_first_then_of_this_project_then_of_gen() -> None:
    assert run_json("check", "arm64").document["rendered"][0]["arch"] == "arm64"
    Path("arch_specs").mkdir()
    write_spec(Path("arch_specs"), TOY, "arm64.yaml")
    assert run_json("check", "arm64").document["rendered"][0]["arch"] == "toy"
    assert run_json("check", "arm64.yaml").document["rendered"][0]["arch"] == "toy"
    write_spec(Path(), PAIR, "arm64.yaml")
    assert run_json("check", "arm64.yaml").document["rendered"][0]["arch"] == "pair"


@pytest.mark.parametrize("name", ["zzz*", "arm6[5-9]", "nowhere/*.yaml"])
def test_a_pattern_that_matches_nothing(name: str) -> None:
    result = run("render", name)
    assert (result.code, result.out) == (NO_MATCH, "")
    assert result.err == f"gen: nothing matches `{name}`\n"
    assert not Path("out").exists()


def test_a_pattern_that_matches_nothing_stops_the_others() -> None:
    write_spec(Path(), TOY, "toy.yaml")
    assert run("render", "toy.yaml", "zzz*").code == NO_MATCH
    assert not Path("out").exists()
    assert run("render", "zzz*", "arm46").code == BAD_INPUT


def test_a_pattern_stands_for_files_or_for_names() -> None:
    write_spec(Path(), TOY, "a1.yaml")
    write_spec(Path(), PAIR, "a2.yaml")
    assert [each["arch"] for each in run_json("check", "a?.yaml").document["rendered"]] == ["toy", "pair"]
    assert [each["arch"] for each in run_json("check", "arm6?").document["rendered"]] == ["arm64"]
    write_spec(Path(), TOY, "b[1].yaml")
    assert run("check", "b[1].yaml").code == CLEAN


def test_one_bad_spec_stops_the_good_ones() -> None:
    write_spec(Path(), TOY, "toy.yaml")
    write_spec(Path(), changed(PAIR, "offstack: false", "offstack: no"), "pair.yaml")
    result = run_json("render", "toy.yaml", "pair.yaml")
    assert (result.code, result.rules) == (BAD_INPUT, {"wrong-type"})
    assert not Path("out").exists()


def test_two_specs_of_one_architecture_would_overwrite_each_other() -> None:
    write_spec(Path(), TOY, "a.yaml")
    write_spec(Path(), TOY, "b.yaml")
    result = run_json("render", "a.yaml", "b.yaml")
    (found,) = result.findings
    line = line_of(TOY, "offstack: true")
    assert (result.code, found["rule"]) == (BAD_INPUT, "same-arch-twice")
    assert (found["file"], found["line"], found["related"][0]["file"]) == ("b.yaml", line, "a.yaml")
    assert not Path("out").exists()
    assert run("check", "a.yaml", "./a.yaml").code == CLEAN


# Where files go.


def test_the_output_directory_is_a_file() -> None:
    write_spec(Path(), TOY)
    Path("taken").write_text("mine")
    assert refused("spec.yaml", "-o", "taken") == "taken is not a directory"
    assert "not a directory" in refused("spec.yaml", "-o", "taken/deeper")


@pytest.mark.parametrize("link", ["toy", "toy/include", "toy/include/asm", "toy/README.md", "toy/kernel/entry-stubs.c"])
@pytest.mark.parametrize("target", ["elsewhere", "nowhere"])
def test_a_link_inside_the_output_directory_is_not_followed(link: str, target: str, tmp_path: Path) -> None:
    write_spec(Path(), TOY)
    Path("elsewhere").mkdir()
    Path("out", link).parent.mkdir(parents=True)
    Path("out", link).symlink_to(tmp_path / target)
    assert refused("spec.yaml") == f"out/{link} is a symbolic link and may lead out of out"
    assert list(Path("elsewhere").iterdir()) == []


def test_the_output_directory_itself_may_be_a_link() -> None:
    write_spec(Path(), TOY)
    Path("real").mkdir()
    Path("out").symlink_to("real")
    assert run("render", "spec.yaml").code == CLEAN
    assert Path("real/toy/README.md").is_file()


@pytest.mark.parametrize("option", [(), ("--check",), ("--diff",)])
@pytest.mark.parametrize("sort", ["pipe", "directory"])
def test_what_stands_in_the_way_of_a_file(sort: str, option: Sequence[str]) -> None:
    """Comparing with a pipe that nobody writes to would hang, so it is done in a process with a time limit."""
    write_spec(Path(), TOY)
    Path("out/toy").mkdir(parents=True)
    if sort == "pipe":
        os.mkfifo("out/toy/README.md")
    else:
        Path("out/toy/README.md").mkdir()
    result = spawn("render", "spec.yaml", *option, "--format", "json")
    assert (result.code, result.rules) == (BAD_INPUT, {"output-refused"})
    assert "out/toy/README.md" in result.findings[0]["message"]
    assert [path.name for path in Path("out/toy").iterdir()] == ["README.md"]


@pytest.mark.usefixtures("without_rights")
def test_a_directory_where_nothing_may_be_written() -> None:
    result = run_json("render", "spec.yaml")
    assert (result.code, result.places) == (BAD_INPUT, [("output-refused", 1, 1)])
    assert result.findings[0]["message"] == "cannot write out/toy/Kconfig.context_tracking: permission denied"
    assert list(Path("out").iterdir()) == []


def mounted(options: str, script: str) -> subprocess.CompletedProcess[bytes]:
    """Runs a shell script in a mount namespace of its own, where `out` is a small file system."""
    if shutil.which("unshare") is None:
        pytest.skip("unshare is not installed")
    unshare = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user", "--user"])]
    gen = " ".join(command())
    text = f'set -e\nmount -t tmpfs -o {options} tmpfs out\ngen() {{ {gen} "$@"; }}\n{script}'
    done = subprocess.run([*unshare, "sh", "-c", text], env=environment(), capture_output=True, timeout=60, check=False)
    if b"mount:" in done.stderr or b"unshare:" in done.stderr:
        pytest.skip("no file system can be mounted here")
    return done


def test_a_read_only_file_system() -> None:
    write_spec(Path(), TOY)
    Path("out").mkdir()
    done = mounted("size=1m", "mount -o remount,ro out\ngen render spec.yaml --format short || exit $?")
    assert done.returncode == BAD_INPUT, done.stderr
    assert done.stdout.startswith(
        b"out:1:1: error: cannot write out/toy/Kconfig.context_tracking: read-only file system"
    )
    assert done.stderr == b""


@pytest.mark.parametrize("left", [0, 2])
def test_a_full_disk_leaves_the_old_files(left: int) -> None:
    """So many pages are free, and each of the four new files needs one."""
    write_spec(Path(), TOY, "old.yaml")
    write_spec(Path(), changed(TOY, "toy: an architecture for tests", "toy: another title"), "new.yaml")
    Path("out").mkdir()
    done = mounted(
        "size=256k",
        "gen render old.yaml -q\n"
        "cp -a out/toy before\n"
        f"head -c {left * 4096} /dev/zero > out/reserve\n"
        "cat /dev/zero > out/filling 2>/dev/null || true\n"
        "rm out/reserve\n"
        "code=0; gen render new.yaml --format short || code=$?\n"
        "rm out/filling\n"
        "diff -r before out/toy >&2\n"
        "gen render new.yaml -q\n"
        "grep -q 'another title' out/toy/README.md\n"
        "exit $code",
    )
    assert done.returncode == BAD_INPUT, done
    assert done.stdout.startswith(b"out:1:1: error: cannot write out/toy/")
    assert b"no space left on device" in done.stdout
    assert done.stderr == b""


# Templates.


def broken_templates(name: str, text: str | None) -> Path:
    """A copy of the templates with one of them replaced or deleted."""
    shutil.copytree(TEMPLATES, "mine")
    if text is None:
        Path("mine", name).unlink()
    else:
        Path("mine", name).write_text(text, encoding="utf-8")
    return Path("mine")


PAGES = {path.name for path in TEMPLATES.iterdir() if path.name.endswith((".html.j2", ".css.j2"))}
"""Templates of pages that gen shows, which no port renders."""


@pytest.mark.parametrize("name", sorted({path.name for path in TEMPLATES.glob("*.j2")} - PAGES))
def test_a_missing_template(name: str) -> None:
    write_spec(Path(), TOY)
    result = run_json("render", "spec.yaml", "--templates", broken_templates(name, None))
    assert (result.code, result.places) == (BAD_INPUT, [("missing-template", 1, 1)])
    assert result.findings[0]["file"] == f"mine/{name}"
    assert not Path("out").exists()


def test_a_directory_without_templates() -> None:
    write_spec(Path(), TOY)
    for directory in ("nowhere", "spec.yaml"):
        result = run_json("render", "spec.yaml", "--templates", directory)
        assert (result.code, result.rules) == (BAD_INPUT, {"missing-template"})
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("first\n{{ nothing }}\n", 2, "'nothing' is undefined"),
        ("first\nsecond {{ arch.nothing }}\n", 2, "has no attribute 'nothing'"),
        ("{% for each in\npaths %}\n{{ each.nothing }}\n{% endfor %}\n", 3, "has no attribute 'nothing'"),
        ("{% if offstack %}\n", 1, "unexpected end of template"),
        ("\n\n{{ 1 / 0 }}\n", 3, "division by zero"),
        ("\n{{ paths[99].c_name }}\n", 2, "has no element 99"),
        ("\n{{ arch | nofilter }}\n", 2, "no filter named 'nofilter'"),
        ("\n{{ arch + 1 }}\n", 2, "can only concatenate str"),
        ("\n{% include 'nothing.j2' %}\n", None, ""),
    ],
)
def test_a_template_that_fails_is_shown_at_its_line(text: str, line: int | None, said: str) -> None:
    """An undefined name is an error and never an empty text."""
    write_spec(Path(), TOY)
    result = run_json("render", "spec.yaml", "--templates", broken_templates("README.md.j2", text))
    (found,) = result.findings
    assert result.code == BAD_INPUT
    if line is None:
        assert (found["rule"], found["file"]) == ("missing-template", "mine/nothing.j2")
    else:
        assert (found["rule"], found["file"], found["line"]) == ("template-error", "mine/README.md.j2", line)
        assert said in found["message"]
    assert not Path("out").exists()


def test_a_macro_that_fails_is_shown_where_it_stands() -> None:
    """Not where it is called."""
    write_spec(Path(), TOY)
    text = changed(
        (TEMPLATES / "steps.j2").read_text(encoding="utf-8"), "{{ line.c | wrapped", "{{ line.nothing | wrapped"
    )
    result = run_json("render", "spec.yaml", "--templates", broken_templates("steps.j2", text))
    (found,) = result.findings
    assert (result.code, found["rule"]) == (BAD_INPUT, "template-error")
    assert (found["file"], found["line"]) == ("mine/steps.j2", line_of(text, "line.nothing"))


@pytest.mark.parametrize("directory", ["mine", "./mine/", "../{}/mine", "{}"])
def test_a_failing_template_is_named_as_it_was_given(directory: str, tmp_path: Path) -> None:
    write_spec(Path(), TOY)
    mine = broken_templates("README.md.j2", "\n{{ nothing }}\n").resolve()
    given = directory.format(tmp_path.name) if ".." in directory else directory.format(mine)
    (found,) = run_json("render", "spec.yaml", "--templates", given).findings
    assert (Path(found["file"]).resolve(), found["line"]) == (mine / "README.md.j2", 2)


def test_a_template_in_another_encoding() -> None:
    write_spec(Path(), TOY)
    templates = broken_templates("README.md.j2", None)
    (templates / "README.md.j2").write_bytes(b"\xff\xfe")
    result = run_json("render", "spec.yaml", "--templates", templates)
    assert (result.code, result.places) == (BAD_INPUT, [("template-error", 1, 1)])


# Standard output and the command line.


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("--version",),
        ("lint", "--help"),
        ("rules",),
        ("schema",),
        ("explain", "rcu-watching"),
        ("check", "toy.yaml"),
        ("check", "toy.yaml", "--format", "json"),
        ("verify", "toy.yaml"),
        ("verify", "--lesson"),
        ("render", "toy.yaml"),
    ],
)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_standard_output(arguments: Sequence[str], unbuffered: str) -> None:
    write_spec(Path(), TOY, "toy.yaml")
    asked, around = command(*arguments), {**environment(), "PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(asked, env=around, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
        assert (done.returncode, done.stderr) == (OUTPUT_LOST, b"gen: standard output: no space left on device\n")
        done = subprocess.run(asked, env=around, stdout=full, stderr=full, timeout=60, check=False)
        assert done.returncode == OUTPUT_LOST


@pytest.mark.parametrize("arguments", [("check", "nowhere.yaml"), ("nonsense",), ("matrix", "--tree", "nowhere")])
def test_a_full_standard_error_changes_no_status(arguments: Sequence[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command(*arguments), env=environment(), stderr=full, stdout=subprocess.PIPE, check=False)
    assert done.returncode == BAD_INPUT
    assert b"Exception" not in done.stdout


def test_a_reader_that_has_seen_enough() -> None:
    """`gen rules | head -1`: no traceback, and an exit status like that of a program that SIGPIPE ended."""
    script = f"{' '.join(command('rules'))} 2>err | head -1 >first; exit ${{PIPESTATUS[0]}}"
    for _ in range(3):
        done = subprocess.run(["bash", "-c", script], env=environment(), timeout=60, check=False)
        assert done.returncode in {CLEAN, 141}
        assert Path("err").read_text() == ""
        assert Path("first").read_text().count("\n") == 1


def test_a_reader_that_is_gone() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        command("rules"), env=environment(), stdout=write_end, stderr=subprocess.PIPE, timeout=60, check=False
    )
    os.close(write_end)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize(
    ("redirection", "arguments", "code"),
    [
        (">&-", "rules", BAD_INPUT),
        (">&-", "check toy.yaml", BAD_INPUT),
        ("2>&-", "check toy.yaml", CLEAN),
        ("2>&-", "check zzz*", NO_MATCH),
        ("2>&-", "explain nothing", BAD_INPUT),
        ("<&-", "check toy.yaml", CLEAN),
    ],
)
def test_closed_standard_streams(redirection: str, arguments: str, code: int) -> None:
    write_spec(Path(), TOY, "toy.yaml")
    script = f"set -f; {' '.join(command())} {arguments} {redirection}"
    done = subprocess.run(["bash", "-c", script], env=environment(), capture_output=True, timeout=60, check=False)
    assert done.returncode == code, done.stderr
    assert b"Traceback" not in done.stderr


def test_a_working_directory_that_is_gone(tmp_path: Path) -> None:
    script = f"mkdir gone && cd gone && rmdir ../gone && {' '.join(command('check', 'arm64', '--format', 'short'))}"
    done = subprocess.run(["sh", "-c", script], env=environment(), capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (CLEAN, b"")
    assert done.stdout.startswith(b"arm64: ")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("rendre",),
        ("check",),
        ("check", "toy.yaml", "--kernel", "4.19"),
        ("check", "toy.yaml", "--kernel", "newest"),
        ("check", "toy.yaml", "--format", "xml"),
        ("check", "toy.yaml", "--colour"),
        ("explain",),
    ],
)
def test_usage(arguments: Sequence[str]) -> None:
    write_spec(Path(), TOY, "toy.yaml")
    result = run(*arguments)
    assert (result.code, result.out) == (BAD_INPUT, "")
    assert result.err.startswith("usage: gen")
    assert "gen" in result.err.splitlines()[-1] and "error: " in result.err.splitlines()[-1]


def test_a_bug_in_gen_is_called_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("unforeseen")

    write_spec(Path(), TOY)
    monkeypatch.setattr("gen.render.pipeline.make_plan", fails)
    result = run("render", "spec.yaml")
    assert (result.code, result.out) == (INTERNAL, "")
    assert result.err == "gen: this is a bug in gen (RuntimeError: unforeseen); please report it with `-v`\n"
    assert "Traceback" in run("render", "spec.yaml", "-v").err
    assert not Path("out").exists()


def test_a_terminal_gets_the_human_format() -> None:
    """For real: a process whose standard output is a terminal."""
    write_spec(Path(), changed(TOY, "arch: toy\n", "arch: Toy\n"))
    leader, follower = pty.openpty()
    done = subprocess.run(
        command("check", "spec.yaml"),
        env=environment(TERM="xterm"),
        stdout=follower,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(follower)
    out = os.read(leader, 1 << 16)
    os.close(leader)
    assert (done.returncode, done.stderr) == (BAD_INPUT, b"")
    assert out.startswith(b"\x1b[1;31merror[bad-text]\x1b[0m")
