"""`gen diff ARCH --tree OLD --tree NEW`: which entry paths of two trees do the same in the same order."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from browser import evaluated
from hostile_git import forget, hostile
from order_cases import FILE as C
from order_cases import USUAL_C, read_toy
from support import BAD_INPUT, CANNOT_TELL, CLEAN, FINDINGS, NO_MATCH, Result, environment, run, run_json, snapshot
from trees import newest_tree, newest_workspace, older_tree

from gen.kernel.revision import write_revision
from gen.kernel.tree import LARGEST_READ
from gen.recover.changed import Change, compared

OPENS = "\tlocal_irq_enable();\n"
TO_KERNEL = "\tuser_exit_irqoff();\n"
TO_USER = "\tuser_enter_irqoff();\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one tree, of which the C is what the spec says."""
    read_toy(tmp_path, "old")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def diff(here: Path, text: str, *arguments: str, **files: str | None) -> Result:
    """The old tree and one with another text of the entry code."""
    read_toy(here, "new", {C: text, **files})
    return run("diff", "toy.yaml", "--tree", "old", "--tree", "new", *arguments)


def test_a_tree_and_itself(here: Path) -> None:
    result = diff(here, USUAL_C)
    assert (result.code, result.err) == (CLEAN, "")
    assert result.out == (
        "toy, Linux 6.12.3 and Linux 6.12.3: 1 entry path, all the same\n"
        "as it is: holds, as before; without the pair: holds, as before\n"
        "1 of them is compared from its C on: what assembly does around it is the spec's word\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        # What masks twice, what asks and does the same, brackets around nothing, and a helper.
        USUAL_C.replace("\tlocal_irq_disable();\n", "\tlocal_irq_disable();\n\tlocal_irq_disable();\n"),
        USUAL_C.replace("\tdo_work(regs);\n", "\tif (trouble(regs))\n\t\tdo_work(regs);\n\telse\n\t\tdo_more(regs);\n"),
        USUAL_C.replace(OPENS, f"\tinstrumentation_begin();\n\tinstrumentation_end();\n{OPENS}"),
        USUAL_C.replace(f"{TO_USER}\tlockdep_hardirqs_on(CALLER_ADDR0);\n", "\tleave();\n").replace(
            "noinstr void do_entry",
            "static __always_inline void leave(void)\n"
            f"{{\n{TO_USER}\tlockdep_hardirqs_on(CALLER_ADDR0);\n}}\n\nnoinstr void do_entry",
        ),
    ],
)
def test_what_does_the_same_is_the_same(text: str, here: Path) -> None:
    assert text != USUAL_C
    result = diff(here, text)
    assert (result.code, "1 entry path, all the same" in result.out) == (CLEAN, True)


def test_an_order_of_two_subjects(here: Path) -> None:
    """Each alone is as before: what is masked, and how the state moves."""
    result = diff(here, USUAL_C.replace(OPENS, "").replace(TO_KERNEL, OPENS + TO_KERNEL))
    assert result.code == FINDINGS
    head, verdicts, _, _, changed, *lines = result.out.splitlines()
    assert head == "toy, Linux 6.12.3 and Linux 6.12.3: 1 entry path: 1 changed"
    assert verdicts.startswith("as it is: holds before, violated after;")
    assert changed == "changed: do_entry"
    assert [re.split(r"  +\|? *", line.strip()) for line in lines[:3]] == [
        ["the order of tracking and masks, from user mode"],
        ["user_exit_irqoff", "unmask: [irq]"],
        [f"{C}:4:2", f"{C}:4:2"],
    ]
    assert "  the order of masks and lockdep, from user mode" in lines
    assert max(map(len, lines)) <= 120


@pytest.mark.parametrize(
    ("old", "new", "subject", "before", "after"),
    [
        (TO_KERNEL, "", "tracking", "user_exit_irqoff", "user_enter_irqoff"),
        ("\tlocal_irq_disable();\n", "", "masks", "mask: [irq]", "return"),
        ("\ttrace_hardirqs_off_finish();\n", "", "lockdep", "trace_hardirqs_off_finish", "trace_hardirqs_on_prepare"),
        ("\tdo_work(regs);\n", "\tif (x())\n\t\tschedule();\n", "scheduling", "return", "schedule"),
        (TO_KERNEL, f"\tct_nmi_enter();\n\tct_nmi_exit();\n{TO_KERNEL}", "rcu", "return", "ct_nmi_enter"),
        ("\tdo_work(regs);\n", "\tirq_enter_rcu();\n\tirq_exit_rcu();\n", "nesting", "return", "irq_enter_rcu"),
    ],
)
def test_one_subject_alone(old: str, new: str, subject: str, before: str, after: str, here: Path) -> None:
    text = USUAL_C.replace(old, new, 1)
    result = diff(here, text)
    lines = result.out.splitlines()
    at = lines.index(f"  {subject}, from user mode")
    parted = next(line for line in lines[at:] if line[61:62] == "|")
    assert (result.code, parted[4:61].strip(), parted[62:].strip()) == (FINDINGS, before, after)
    assert diff(here, text, "--only", subject).code == FINDINGS
    other = "masks" if subject != "masks" else "lockdep"
    assert diff(here, text, "--only", other).code == CLEAN


def test_what_leads_to_more_is_named(here: Path) -> None:
    result = diff(here, USUAL_C.replace("\tdo_work(regs);\n", "\tif (x())\n\t\tschedule();\n"))
    assert f"      where `x()` is asked: {C}:7:6\n" in result.out


def test_what_runs_in_a_window(here: Path) -> None:
    text = USUAL_C.replace(TO_KERNEL, f"\tlook_at(regs);\n{TO_KERNEL}")
    result = diff(here, text)
    assert result.code == FINDINGS
    said = f"runs in a critical window: look_at() ({C}:4:2); what look_at() does is not known"
    assert f"  {said}\n" in result.out
    assert diff(here, text, "--only", "tracking,masks").code == CLEAN
    assert diff(here, text, "--only", "instrumentation").code == FINDINGS
    read_toy(here, "old", {C: text})
    assert "  no longer runs in a critical window: look_at() (" in diff(here, USUAL_C).out


@pytest.mark.parametrize("end", ['panic("x");', "for (;;)\n\t\tdo_work(regs);"])
def test_a_path_that_does_not_come_to_its_end(end: str, here: Path) -> None:
    for arguments in ((), ("--only", "masks"), ("--format", "json"), ("--format", "html")):
        result = diff(here, USUAL_C.replace("do_work(regs);", end), *arguments)
        assert (result.code, result.err) == (FINDINGS, ""), result.out


def test_what_was_not_found_may_do_what_is_missing(here: Path) -> None:
    result = diff(here, USUAL_C.replace("user_exit_irqoff", "port_exit"))
    assert result.code == CANNOT_TELL
    said = "what port_exit() does is not known, and it may do what is missing"
    assert f"\ncannot tell: {said}: do_entry\n" in result.out
    assert "  tracking, from user mode, unless port_exit() does that, which is not known\n" in result.out
    (path,) = run_json("diff", "toy.yaml", "--tree", "new", "--tree", "old").document["paths"]
    assert [each["doubt"] for each in path["partings"]] == ["port_exit"] * len(path["partings"])
    assert (path["change"], path["reason"]) == ("cannot tell", said)


def test_what_left_its_brackets(here: Path) -> None:
    begin, end = "\tinstrumentation_begin();\n", "\tinstrumentation_end();\n"
    text = USUAL_C.replace("\tdo_work(regs);\n", f"{begin}\tdo_work(regs);\n{end}")
    read_toy(here, "old", {C: text})
    result = diff(here, USUAL_C)
    assert result.code == FINDINGS
    said = f"runs outside of instrumentation_begin() and instrumentation_end(): do_work() ({C}:7:2)"
    assert f"  {said}\n" in result.out
    assert diff(here, USUAL_C, "--only", "masks").code == CLEAN
    assert diff(here, text).code == CLEAN


@pytest.mark.parametrize("name", ["local_irq_enable", "arch_local_irq_enable"])
def test_a_word_that_means_something_else_is_not_the_same(name: str, here: Path) -> None:
    """What it does is not looked into; another comment is no other definition."""
    header = "arch/toy/include/asm/irqflags.h"
    text = f"static inline void {name}(void)\n{{\n\t/* now */\n\topen();\n}}\n#define {name} {name}\n"
    read_toy(here, "old", {header: text})
    assert diff(here, USUAL_C, **{header: text.replace("now", "later").replace("\t", " ")}).code == CLEAN
    result = diff(here, USUAL_C, **{header: text.replace("open", "close")})
    said = f"cannot tell: after: {header}:1:20: {name} is defined otherwise than before, and what it does is gen's word"
    assert (result.code, said in " ".join(result.out.split())) == (CANNOT_TELL, True), result.out


def test_a_lock_that_opens_interrupts(here: Path) -> None:
    text = USUAL_C.replace("\tlocal_irq_disable();\n", "\traw_spin_lock_irq(&x);\n\traw_spin_unlock_irq(&x);\n")
    result = diff(here, text)
    assert (result.code, "  masks, from user mode\n" in result.out) == (FINDINGS, True), result.out
    assert "as it is: holds before, violated after;" in result.out


def test_what_cannot_be_read_is_not_gone(here: Path) -> None:
    read_toy(here, "new", {C: None})
    (here / "new" / C).parent.mkdir(parents=True)
    os.mkfifo(here / "new" / C)
    result = run("diff", "toy.yaml", "--tree", "old", "--tree", "new")
    assert (result.code, "gone" in result.out) == (CANNOT_TELL, False), result.out
    assert f"{C} cannot be read: not a regular file" in result.out


def test_what_is_not_read_is_not_the_same(here: Path) -> None:
    """Although both are not read for the same reason."""
    text = USUAL_C.replace("do_work(regs);", "do_entry(regs);")
    result = diff(here, text)
    assert result.code == CANNOT_TELL
    assert "cannot tell: after: do_entry() calls itself: do_entry\n" in result.out
    read_toy(here, "old", {C: text})
    result = diff(here, text)
    assert (result.code, "cannot tell: before:" in result.out) == (CANNOT_TELL, True)


def test_an_entry_of_which_nobody_knows_what_enters_there(here: Path) -> None:
    """It may be a path that is compared with nothing, in both trees or in one."""
    calls = "\tcall do_entry\n\tcall do_other\n"
    text = f"{USUAL_C}\n{USUAL_C.replace('do_entry', 'do_other')}"
    read_toy(here, "new", {C: text, "arch/toy/kernel/entry.S": calls})
    result = run("diff", "toy.yaml", "--tree", "old", "--tree", "new")
    said = f"{C}:14:14: it is not known what enters by do_other()"
    assert (result.code, f"\ncannot tell: after: {said}\n" in result.out) == (CANNOT_TELL, True), result.out
    result = run("diff", "toy.yaml", "--tree", "new", "--tree", "new")
    assert (result.code, f"\ncannot tell: {said}\n" in result.out) == (CANNOT_TELL, True), result.out


def test_the_same_as_data(here: Path) -> None:
    read_toy(here, "new", {C: USUAL_C.replace(OPENS, "").replace(TO_KERNEL, OPENS + TO_KERNEL)})
    result = run_json("diff", "toy.yaml", "--tree", "old", "--tree", "new", "--path", "do_entry")
    assert (result.code, result.document["version"], result.document["arch"]) == (FINDINGS, 1, "toy")
    assert result.document["old"] == {
        "tree": "Linux 6.12.3",
        "verdict": "holds",
        "without_pair": "holds",
        "using_rcu": [],
        "left_out": [],
    }
    (path,) = result.document["paths"]
    assert (path["name"], path["change"], path["came"]) == ("entry", "changed", [])
    assert path["new"] == {"symbol": "do_entry", "file": C, "how": "read in C"}
    first = path["partings"][0]
    assert (first["subjects"], first["before"], first["interrupted"]["user_regs"]) == (["tracking", "masks"], [], True)
    assert first["old"] == {"text": "user_exit_irqoff", "function": "do_entry", "file": C, "line": 4, "column": 2}
    assert (first["new"]["text"], first["new"]["line"]) == ("unmask: [irq]", 4)


def test_a_page_of_its_own(here: Path) -> None:
    """What changed, and all that both do; nothing is loaded or run, and what a tree brings is text."""
    result = diff(here, USUAL_C.replace(TO_KERNEL, f"\tlook_at(regs);\n{TO_KERNEL}"), "-o", "page.html")
    assert (result.code, result.out) == (FINDINGS, "wrote page.html\n")
    page = (here / "page.html").read_text(encoding="utf-8")
    assert "<title>Entry code of toy: Linux 6.12.3 and Linux 6.12.3</title>" in page
    assert "<h2>1 changed</h2>" in page
    assert f"<li><code>{C}:4:2</code> look_at(): what look_at() does is not known</li>" in page
    row = re.search(r'<tr class="other"><td>nothing</td><td><code>runs look_at\(\)</code>.*?</tr>', page)
    assert row is not None and "entry window" in row[0]
    assert '<tr class="same"><td><code>to KERNEL user_exit_irqoff</code>' in page
    assert "default-src 'none'" in page
    assert not re.search(r"<script|<img|<link|https?:|url\(|\son\w+=", page)
    text = USUAL_C.replace(OPENS, '\tif (x("</p><script>alert(1)</script>"))\n\t\tschedule();\n')
    page = diff(here, text, "--format", "html").out
    assert "<script" not in page


@pytest.mark.parametrize("width", [400, 1400])
def test_the_page_fits_its_window(width: int, here: Path) -> None:
    page = diff(here, USUAL_C.replace(OPENS, "").replace(TO_KERNEL, OPENS + TO_KERNEL), "--format", "html").out
    script = (
        "const page = document.documentElement;"
        "return [page.scrollWidth, page.clientWidth, document.querySelectorAll('.sides tr.other').length]"
    )
    needed, there, rows = evaluated(here / "page.html", page, script, width=width)
    assert (needed <= there, rows > 2) == (True, True)


PATCH = """\
From: A <a@b>
Date: Tue, 1 Dec 2026 00:00:00 +0000
Subject: [PATCH] toy: open interrupts first

---
 arch/toy/kernel/entry.c | 2 +-
 1 file changed, 1 insertion(+), 1 deletion(-)

diff --git a/arch/toy/kernel/entry.c b/arch/toy/kernel/entry.c
--- a/arch/toy/kernel/entry.c
+++ b/arch/toy/kernel/entry.c
@@ -1,9 +1,9 @@
 noinstr void do_entry(struct pt_regs *regs)
 {
 \tlockdep_hardirqs_off(CALLER_ADDR0);
-\tuser_exit_irqoff();
 \ttrace_hardirqs_off_finish();
 \tlocal_irq_enable();
+\tuser_exit_irqoff();
 \tdo_work(regs);
 \tlocal_irq_disable();
 \ttrace_hardirqs_on_prepare();
--
2.39
"""


def test_a_tree_before_and_behind_a_series(here: Path) -> None:
    (here / "series").mkdir()
    (here / "series" / "0001-toy.patch").write_text(PATCH)
    before = (here / "old" / C).read_bytes()
    result = run("diff", "toy.yaml", "--tree", "old", "--series", "series")
    assert (result.code, result.err) == (FINDINGS, "")
    assert result.out.startswith("toy, Linux 6.12.3 and Linux 6.12.3 with series: 1 entry path: 1 changed\n")
    assert "  the order of tracking and masks, from user mode\n" in result.out
    assert (here / "old" / C).read_bytes() == before
    (here / "series" / "0001-toy.patch").write_text(PATCH.replace("+\tuser_exit_irqoff()", "+\tnothing"))
    assert "  tracking, from user mode\n" in run("diff", "toy.yaml", "--tree", "old", "--series", "series").out


def git(folder: Path, *arguments: str, text: str = "") -> str:
    author = ("-c", "user.name=A", "-c", "user.email=a@b", "-c", "commit.gpgSign=false")
    return subprocess.run(
        ["git", *author, *arguments],
        cwd=folder,
        env=environment(),
        check=True,
        capture_output=True,
        text=True,
        input=text,
    ).stdout


@pytest.fixture
def checkout(here: Path) -> Path:
    """A repository with two commits, the tags `one` and `two`, of which the second opens interrupts first."""
    git(here / "old", "init", "-q")
    for tag, text in (("one", USUAL_C), ("two", USUAL_C.replace(OPENS, "").replace(TO_KERNEL, OPENS + TO_KERNEL))):
        (here / "old" / C).write_text(text)
        git(here / "old", "add", "-A")
        git(here / "old", "commit", "-q", "-m", tag)
        git(here / "old", "tag", tag)
    return here / "old"


def test_two_revisions_of_a_tree(checkout: Path) -> None:
    result = run("diff", "toy.yaml", "--tree", "old", "--rev", "one..two")
    assert (result.code, result.err) == (FINDINGS, "")
    assert result.out.startswith("toy, Linux 6.12.3 (one) and Linux 6.12.3 (two): 1 entry path: 1 changed\n")
    assert "  the order of tracking and masks, from user mode\n" in result.out
    assert run("diff", "toy.yaml", "--tree", "old", "--rev", "one..one").code == CLEAN


def test_a_revision_is_read_as_well(checkout: Path) -> None:
    for revision, line in (("one", 4), ("two", 5)):
        result = run_json("read", "toy.yaml", "--tree", "old", "--rev", revision)
        first = result.document["paths"][0]["events"]
        assert result.document["release"] == f"6.12.3 ({revision})"
        assert next(each["line"] for each in first if each["what"] == "to KERNEL") == line
    assert run("read", "toy.yaml", "--tree", "old", "--rev", "one", "--check").code == CLEAN
    assert run("read", "toy.yaml", "--tree", "old", "--rev", "two", "--check").code == FINDINGS
    assert run("read", "toy.yaml", "--tree", "old", "--rev", "gone").err == "gen read: gone: no such revision\n"
    assert run("read", "toy.yaml", "--tree", "old", "--rev", "one..two").code == BAD_INPUT


def test_a_revision_and_what_is_there_now(checkout: Path) -> None:
    assert run("diff", "toy.yaml", "--tree", "old", "--rev", "two").code == CLEAN
    assert run("diff", "toy.yaml", "--tree", "old", "--rev", "one").code == FINDINGS
    (checkout / C).write_text(USUAL_C)
    assert run("diff", "toy.yaml", "--tree", "old", "--rev", "one").code == CLEAN


def test_a_revision_is_read_without_running_or_writing_anything(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is anything left behind, or a link of the revision followed."""
    scratch = tmp_path_factory.mktemp("scratch")
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    (checkout / "include").mkdir()
    (checkout / "include" / "link.h").symlink_to("/etc/passwd")
    git(checkout, "add", "-A")
    git(checkout, "commit", "-q", "-m", "link")
    marker = hostile(checkout)
    before = snapshot(checkout)
    result = run("diff", "toy.yaml", "--tree", "old", "--rev", "one..HEAD")
    assert (result.code, marker.exists(), [*scratch.iterdir()]) == (FINDINGS, False, [])
    assert snapshot(checkout) == before


def test_what_a_partial_clone_lacks(checkout: Path) -> None:
    hostile(checkout)
    forget(checkout, f"one:{C}")
    result = run("diff", "toy.yaml", "--tree", "old", "--rev", "one..two")
    assert (result.code, result.out) == (BAD_INPUT, "")
    assert result.err.startswith("gen diff: one: the repository does not have ")


def test_a_revision_writes_nothing_outside_of_its_folder(checkout: Path) -> None:
    """Nor does it end in a bug where a name is a file and a folder; git itself makes no such trees."""
    blob = git(checkout, "rev-parse", f"one:{C}").strip()
    include = git(checkout, "mktree", text=f"100644 blob {blob}\toutside.h\n").strip()
    above = git(checkout, "mktree", text=f"040000 tree {include}\t..\n").strip()
    top = git(checkout, "ls-tree", "one^{tree}") + f"040000 tree {above}\tinclude\n100644 blob {blob}\tKconfig.x\n"
    commit = git(checkout, "commit-tree", "-m", "above", git(checkout, "mktree", text=top).strip()).strip()
    place = checkout.parent / "place" / "inner"
    place.mkdir(parents=True)
    write_revision(checkout, commit, ("toy",), place)
    assert (place / C).read_text() == USUAL_C
    assert [each.name for each in place.parent.iterdir()] == ["inner"]
    assert not any(each.name == "outside.h" for each in place.rglob("*"))
    both = git(checkout, "mktree", text=f"100644 blob {blob}\tx.h\n040000 tree {include}\tx.h\n").strip()
    top = git(checkout, "ls-tree", "one^{tree}") + f"040000 tree {both}\tinclude\n"
    commit = git(checkout, "commit-tree", "-m", "twice", git(checkout, "mktree", text=top).strip()).strip()
    result = run("diff", "toy.yaml", "--tree", "old", "--rev", commit)
    assert (result.code, "it has a file that is a folder, too" in result.err) == (BAD_INPUT, True)


def test_a_revision_without_end_is_too_much(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few trees can name any number of files: what git says of them is not kept."""
    monkeypatch.setattr("gen.kernel.git.MOST_SAID", 1 << 20)
    blob = git(checkout, "rev-parse", f"one:{C}").strip()
    tree = git(checkout, "mktree", text="".join(f"100644 blob {blob}\t{name}.h\n" for name in range(100, 160))).strip()
    for _ in range(3):
        names = (f"040000 tree {tree}\t{name}\n" for name in range(100, 160))
        tree = git(checkout, "mktree", text="".join(names)).strip()
    top = git(checkout, "ls-tree", "one^{tree}") + f"040000 tree {tree}\tinclude\n"
    commit = git(checkout, "commit-tree", "-m", "many", git(checkout, "mktree", text=top).strip()).strip()
    result = run("diff", "toy.yaml", "--tree", "old", "--rev", commit)
    assert (result.code, result.err) == (BAD_INPUT, f"gen diff: {commit}: git ls-tree says more than 1 MiB\n")


def test_what_is_too_large_or_a_link_in_a_revision_is_so_on_disk(checkout: Path) -> None:
    """As in a tree that is checked out: the link is followed inside of it, and the rest is said to be not read."""
    helper = "static __always_inline void leave(void)\n{\n\tuser_enter_irqoff();\n}\n"
    (checkout / "arch/toy/include/asm").mkdir(parents=True)
    (checkout / "arch/toy/include/asm/real.h").write_text(helper)
    (checkout / "arch/toy/include/asm/leave.h").symlink_to("real.h")
    text = f"#include <asm/leave.h>\n{USUAL_C.replace('user_enter_irqoff', 'leave')}"
    (checkout / C).write_text(text)
    git(checkout, "add", "-A")
    git(checkout, "commit", "-q", "-m", "link")
    assert run("diff", "toy.yaml", "--tree", "old", "--rev", "HEAD").code == CLEAN
    assert run("diff", "toy.yaml", "--tree", "old", "--rev", "one..HEAD").code == CLEAN
    with (checkout / C).open("a") as file:
        file.write("//" + "x" * LARGEST_READ + "\n")
    git(checkout, "commit", "-q", "-a", "-m", "large")
    result = run("diff", "toy.yaml", "--tree", "old", "--rev", "one..HEAD")
    assert (result.code, f"{C} cannot be read: larger than 4 MiB" in result.out) == (CANNOT_TELL, True), result.out


@pytest.mark.parametrize(
    ("revisions", "said"),
    [
        ("one..gone", "gen diff: gone: no such revision\n"),
        ("one...two", "`one...two` is neither a revision nor two of them"),
        ("..two", "`..two` is neither a revision nor two of them"),
        ("one..--all", "`one..--all` is neither a revision nor two of them"),
    ],
)
def test_what_is_no_revision(revisions: str, said: str, checkout: Path) -> None:
    result = run("diff", "toy.yaml", "--tree", "old", "--rev", revisions)
    assert (result.code, said in result.err) == (BAD_INPUT, True), result.err


def test_a_tree_that_git_does_not_know(here: Path) -> None:
    result = run("diff", "toy.yaml", "--tree", "old", "--rev", "one")
    assert (result.code, result.out) == (BAD_INPUT, "")
    assert result.err.startswith("gen diff: one: ")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("toy.yaml", "--tree", "old", "--series", "gone"), BAD_INPUT, "gen diff: gone is not a folder of patches\n"),
        (("toy.yaml", "--tree", "old", "--series", "old"), BAD_INPUT, "gen diff: old has no patch: "),
        (("toy.yaml", "--tree", "old", "--series", "bad"), BAD_INPUT, "1.patch does not apply to this tree: "),
        (("toy.yaml", "--tree", "old", "--series", "odd"), BAD_INPUT, "1.patch has a file with a name in quotes"),
        (("toy.yaml", "--tree", "old", "--series", "fifo"), BAD_INPUT, "1.patch cannot be read: not a regular file\n"),
        (("toy.yaml", "--tree", "old"), BAD_INPUT, "gen diff compares two trees: --tree OLD --tree NEW"),
        (("toy.yaml", *("--tree", "old") * 3), BAD_INPUT, "gen diff compares two trees"),
        (("toy.yaml", "--tree", "old", "--tree", "gone"), BAD_INPUT, "gen diff: gone is not a kernel tree"),
        (("tox", *("--tree", "old") * 2), BAD_INPUT, "tox:1:1: error: there is no spec `tox`"),
        (("toy.yaml", *("--tree", "old") * 2, "--only", "maks"), BAD_INPUT, "did you mean `masks`?"),
        (
            ("toy.yaml", *("--tree", "old") * 2, "--path", "entry", "--path", "gone"),
            NO_MATCH,
            "gen diff: neither tree has an entry path or function `gone` of toy\n",
        ),
    ],
)
def test_what_is_asked_wrongly(arguments: tuple[str, ...], code: int, said: str, here: Path) -> None:
    for name in ("bad", "odd", "fifo"):
        (here / name).mkdir()
    (here / "bad" / "1.patch").write_text(PATCH.replace("lockdep", "lookdep"))
    quoted = PATCH.replace("a/arch/toy/kernel/entry.c b/arch/toy/kernel/entry.c", '"a/\\033.c" "b/\\033.c"')
    (here / "odd" / "1.patch").write_text(quoted)
    os.mkfifo(here / "fifo" / "1.patch")
    result = run("diff", *arguments)
    assert (result.code, said in result.out + result.err) == (code, True), result.out + result.err
    assert "do_entry" not in result.out


def paths_of(result: Result) -> dict[str, dict[str, Any]]:
    """What became of each path, by the name of its function."""
    return {(each["new"] or each["old"])["symbol"]: each for each in result.document["paths"]}


@pytest.mark.tree
def test_what_changed_between_two_stable_trees(tree: Path) -> None:
    """From 6.1 to 6.12 arm64 closes interrupts alone before it looks for work, and debug exceptions are apart."""
    result = run_json("diff", "arm64", "--tree", older_tree(), "--tree", tree)
    found = paths_of(result)
    assert (result.code, result.document["old"]["verdict"], result.document["new"]["verdict"]) == (
        FINDINGS,
        "holds",
        "holds",
    )
    assert found["el0_dbg"]["change"] == "gone"
    assert found["el0_breakpt"]["change"] == "new"
    (parting,) = found["el0_da"]["partings"]
    assert parting["subjects"] == ["masks"]
    assert (parting["old"]["text"], parting["new"]["text"]) == (
        "mask: [debug, serror, irq, fiq, pseudo_nmi]",
        "mask: [irq, fiq]",
    )
    assert found["el1_abort"]["change"] == "same"


@pytest.mark.tree
@pytest.mark.parametrize(
    ("arch", "path", "subjects"),
    [
        # They came to the generic entry code: the irqsoff tracer is told in brackets, and any exception may preempt.
        ("arm64", "el0_da", {("lockdep", "instrumentation")}),
        ("arm64", "el1_abort", {("masks",), ("lockdep",), ("scheduling",)}),
        ("powerpc", "do_page_fault", {("tracking",), ("rcu",), ("lockdep",), ("scheduling",)}),
        # hrtimers are armed again at the way out.
        ("x86", "sysvec_apic_timer_interrupt", {("lockdep",)}),
        ("loongarch", "do_vint", {("lockdep",)}),
    ],
)
def test_what_changed_since(arch: str, path: str, subjects: set[tuple[str, ...]], tree: Path) -> None:
    result = run_json("diff", arch, "--tree", tree, "--tree", newest_tree())
    found = paths_of(result)[path]
    assert (result.code, found["change"]) == (FINDINGS, "changed")
    assert subjects <= {tuple(each["subjects"]) for each in found["partings"]}
    if arch == "arm64" and path == "el0_da":
        assert [each["name"] for each in found["went"]] == ["ct_state()"]


@pytest.mark.tree
@pytest.mark.parametrize("arch", ["arm", "csky", "mips"])
def test_what_stayed_the_same_since(arch: str, tree: Path) -> None:
    """Its order did, in all paths that are read, and tracing became something else."""
    result = run_json("diff", arch, "--tree", tree, "--tree", newest_tree(), "--only", "tracking,rcu,masks,scheduling")
    changes = {each["change"] for each in result.document["paths"]}
    assert changes <= {"same", "cannot tell"}
    assert result.code == (CANNOT_TELL if "cannot tell" in changes else CLEAN)
    assert not result.document["old"]["using_rcu"]
    assert "trace_hardirqs_on" in result.document["new"]["using_rcu"]


@pytest.mark.tree
def test_what_was_renamed_and_moved_is_the_same() -> None:
    """The C functions of arm64's entry code under other names, and its helpers in a header."""
    file = "arch/arm64/kernel/entry-common.c"
    text = (newest_tree() / file).read_text()
    names = ("arm64_enter_from_user_mode", "arm64_exit_to_user_mode", "__el1_irq", "el0_interrupt")
    assert all(name in text for name in names)
    other = re.sub(rf"\b({'|'.join(names)})\b", r"port_\1", text)
    old = newest_workspace("arm64", {}).recovered("arm64")
    found = compared(old, newest_workspace("arm64", {file: other}).recovered("arm64"))
    assert {each.change for each in found} == {Change.SAME}
    other = re.sub(r"\bel1_abort\b", "el1_memory_abort", other)
    found = compared(old, newest_workspace("arm64", {file: other}).recovered("arm64"))
    moved = [each for each in found if each.change is not Change.SAME]
    assert [(each.change, each.path.symbol) for each in moved] == [(Change.MOVED, "el1_memory_abort")], moved


@pytest.mark.tree
def test_a_fix_of_gen_changes_one_path_and_its_select_changes_none(tree: Path, tmp_path: Path) -> None:
    fixed = run("patch", "mips", "--fix", "exception-exit-missing", "--tree", tree, "-o", tmp_path / "fix")
    selected = run("patch", "arm64", "--tree", tree, "-o", tmp_path / "select")
    assert (fixed.code, selected.code) == (CLEAN, CLEAN)
    result = run_json("diff", "mips", "--tree", tree, "--series", tmp_path / "fix")
    changed = {name: each for name, each in paths_of(result).items() if each["change"] != "same"}
    assert (result.code, [*changed]) == (FINDINGS, ["do_ade"])
    assert changed["do_ade"]["partings"][0]["new"]["text"] == "exception_exit"
    result = run_json("diff", "arm64", "--tree", tree, "--series", tmp_path / "select")
    assert (result.code, {each["change"] for each in result.document["paths"]}) == (CLEAN, {"same"})
