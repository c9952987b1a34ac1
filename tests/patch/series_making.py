"""Small made-up kernel trees of one architecture, `toy`, and the series that gen patch makes for them."""

from __future__ import annotations

import email
import email.policy
import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest
from support import BAD_INPUT, CANNOT_TELL, CLEAN, Result, changed, environment, run, run_json, snapshot
from support import PAIR_ASM as PAIR
from support import TOY_ASM as TOY
from vintages import know_the_handlers

TREE = "linux"
"""What the tree is called, in the working directory."""

KCONFIG = "arch/toy/Kconfig"
TRAPS = "arch/toy/kernel/traps.c"
FAULT = "arch/toy/mm/fault.c"
ENTRY = "arch/toy/kernel/entry.S"
FEATURES = "Documentation/features/time/context-tracking/arch-support.txt"
MAINTAINER_SCRIPT = "scripts/get_maintainer.pl"
CHECKPATCH = "scripts/checkpatch.pl"

OFFSTACK = "HAVE_CONTEXT_TRACKING_USER_OFFSTACK"
RULE = "exception-exit-missing"

SORTED = """\
config TOY
	def_bool y
	select GENERIC_ENTRY
	select HAVE_CONTEXT_TRACKING_USER
	select HAVE_DEBUG_KMEMLEAK
	select HAVE_TIF_NOHZ
	select MMU_GATHER
"""
"""A Kconfig whose selects are in order."""

OPTIONS = 'source "arch/$(SRCARCH)/Kconfig"\n' + "".join(
    f"\nconfig {name}\n\tbool\n" for name in ("HAVE_CONTEXT_TRACKING_USER", OFFSTACK, "HAVE_TIF_NOHZ")
)
"""What every architecture has in common."""

DECLARED = SORTED.replace("_USER\n", f"_USER\n\tselect {OFFSTACK}\n")
UNTRACKED = SORTED.replace("\tselect HAVE_CONTEXT_TRACKING_USER\n", "")

HEADER = """\
/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_CONTEXT_TRACKING_H
#define _LINUX_CONTEXT_TRACKING_H

static inline enum ctx_state exception_enter(void)
{
	return IS_ENABLED(CONFIG_HAVE_CONTEXT_TRACKING_USER_OFFSTACK) ? 0 : ct_now();
}
static inline void exception_exit(enum ctx_state prev) { }

#endif
"""

ENTRIES = """\
/* SPDX-License-Identifier: GPL-2.0 */
void from_user(void), user_work(void), to_user(void);
void do_syscall(void), do_fault(void), do_irq(void), do_nmi(void), do_fiq(void), ret_from_fork(void);
"""
"""What the specs name in entry.c, without a body that could be read back."""

HANDLERS = """\
// SPDX-License-Identifier: GPL-2.0
#include <linux/context_tracking.h>
#include <linux/sched.h>

/* Not a word of this comment goes. */
void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev_state;

	prev_state = exception_enter();
	if (fixup(regs))
		goto out;
	die("trap", regs);
out:
	exception_exit(prev_state);
}

void do_step(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	step(regs);
	exception_exit(prev);
}
"""

FAULTS = """\
// SPDX-License-Identifier: GPL-2.0
#include <linux/context_tracking.h>
#include <linux/mm.h>

int do_fault(struct pt_regs *regs, unsigned long address)
{
	enum ctx_state prev_state = exception_enter();
	int ret;

	ret = handle(regs, address);
	exception_exit(prev_state);
	return ret;
}
"""

ASSEMBLY = """\
/* SPDX-License-Identifier: GPL-2.0 */
#include <asm/asm.h>

#ifdef CONFIG_CONTEXT_TRACKING_USER
#define SCHEDULE schedule_user
#else
#define SCHEDULE schedule
#endif

ENTRY(ret_to_user)
	call	SCHEDULE	/* SCHEDULE is one of two */
	b	ret_to_user
END(ret_to_user)
"""

LEAKS = """\
// SPDX-License-Identifier: GPL-2.0
#include <linux/context_tracking.h>

void do_first(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (fixup(regs))
		return;
	die("first", regs);
	exception_exit(prev);
}

void do_second(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (fixup(regs))
		return;
	if (!user_mode(regs))
		goto out;
	die("second", regs);
out:
	exception_exit(prev);
}
"""
"""Two functions that leak, of which the second has a label to go to."""

MAINTAINERS = """\
List of maintainers
===================

	M: *Mail* patches to: FullName <address@domain>

CONTEXT TRACKING
M:	Con Text <context@example.org>
S:	Maintained
F:	kernel/context_tracking.c

TOY PORT (TOY ARCHITECTURE)
M:	Theodora Toy <theodora@example.org>
R:	Rev Iewer <rev@example.org>
L:	linux-toy@example.org
S:	Maintained
F:	arch/toy/

THE REST
M:	A Penguin <penguin@example.org>
L:	linux-kernel@example.org
S:	Buried alive in reporters
F:	*
F:	*/
"""

MAINTAINER_PERL = """\
#!/usr/bin/perl
die "configured\\n" if -e "$ENV{HOME}/.get_maintainer.conf";
my %people = (
	'arch/toy/' => [
		'Theodora Toy <theodora@example.org> (maintainer:TOY PORT (TOY ARCHITECTURE))',
		'Rev Iewer <rev@example.org> (reviewer:TOY PORT (TOY ARCHITECTURE))',
		'linux-toy@example.org (open list:TOY PORT (TOY ARCHITECTURE))',
	],
	'kernel/context_tracking.c' => [
		'Con Text <context@example.org> (maintainer:CONTEXT TRACKING)',
	],
);
foreach my $start (sort keys %people) {
	print "$_\\n" foreach grep { $used = grep { index($_, $start) == 0 } @ARGV } @{$people{$start}};
}
print "linux-kernel\\@example.org (open list)\\n";
"""
"""What stands in for get_maintainer.pl."""

SILENT = """\
#!/usr/bin/perl
die "configured\\n" if -e "$ENV{HOME}/.checkpatch.conf";
"""
"""A checkpatch.pl that likes everything."""

SOMEBODY = {
    "GIT_AUTHOR_NAME": "A U Thor",
    "GIT_AUTHOR_EMAIL": "author@example.com",
    "GIT_COMMITTER_NAME": "C O Mitter",
    "GIT_COMMITTER_EMAIL": "committer@example.com",
}
_NO_CONFIGURATION = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}

DATE = 1_700_000_000
"""When the trees were made: Tue, 14 Nov 2023 22:13:20 +0000."""

NOT_CLAIMED = changed(TOY, "offstack: true", "offstack: false")
"""The spec of a port that could do without the pair, and does not say so."""

WAY_OUT = """\
      - call: user_work
      - trace_hardirqs_on_prepare
      - user_enter_irqoff
"""
"""What the toy does on its way out, in the order that is right."""

BROKEN = changed(TOY, WAY_OUT, "".join(reversed(WAY_OUT.splitlines(keepends=True))))
"""A spec that claims offstack and works after user_enter: the proof fails."""


@dataclass(frozen=True)
class Toy:
    """A tree called `linux` and a spec, toy.yaml, in a working directory that holds nothing else."""

    here: Path

    @property
    def root(self) -> Path:
        """The top of the tree."""
        return self.here / TREE

    def add(self, files: Mapping[str, str | bytes], *, release: str = "6.12") -> None:
        """Writes files into the tree; a small tree of a release it is in any case."""
        version, patchlevel = release.split(".")
        whole = {
            "Kconfig": "",
            "arch/Kconfig": OPTIONS,
            "include/linux/context_tracking.h": HEADER,
            "MAINTAINERS": MAINTAINERS,
            MAINTAINER_SCRIPT: MAINTAINER_PERL,
            CHECKPATCH: SILENT,
            KCONFIG: SORTED,
            "arch/toy/kernel/entry.c": ENTRIES,
            **files,
            "Makefile": f"VERSION = {version}\nPATCHLEVEL = {patchlevel}\nSUBLEVEL = 3\nEXTRAVERSION =\n",
        }
        for name, content in whole.items():
            place = self.root / name
            if name in {*files, "Makefile"} or not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content if isinstance(content, bytes) else content.encode())
        os.utime(self.root / "Makefile", (DATE, DATE))

    def spec(self, text: str) -> None:
        """Writes another toy.yaml."""
        (self.here / "toy.yaml").write_text(text, encoding="utf-8")

    def run(self, *options: object) -> Result:
        """Runs gen patch, whose output folder is `series`; the tree has to be as it was."""
        before = snapshot(self.root)
        result = run("patch", "toy.yaml", "--tree", TREE, *options)
        assert snapshot(self.root) == before, "the tree was written to"
        return result

    def json(self, *options: object) -> Result:
        """The same with `--format json`."""
        before = snapshot(self.root)
        result = run_json("patch", "toy.yaml", "--tree", TREE, *options)
        assert snapshot(self.root) == before, "the tree was written to"
        return result

    def made(self, *options: object, folder: str = "series") -> Made:
        """The series that is written; where the tree is not known to be as the spec has it the exit status says so."""
        result = self.run(*options, "-o", folder)
        code = CANNOT_TELL if "cannot tell about Linux" in result.out else CLEAN
        assert (result.code, result.err) == (code, ""), result.out + result.err
        return Made(self.here / folder, result)

    def refused(self, *options: object) -> list[tuple[str, str, int, int, str]]:
        """Rule, file, line, column and message of what stands in the way of a series; nothing was written."""
        result = self.json(*options)
        unsure = {each["rule"] for each in result.findings} == {"proof-of-other-code"}
        assert (result.code, result.err) == (CANNOT_TELL if unsure else BAD_INPUT, ""), result.out + result.err
        assert not (self.here / "series").exists()
        return [(each["rule"], each["file"], each["line"], each["column"], each["message"]) for each in result.findings]

    def text(self, name: str) -> str:
        """A file of the tree."""
        return (self.root / name).read_bytes().decode()

    def files(self, names: Iterable[str]) -> dict[str, bytes]:
        """Some files of the tree."""
        return {name: (self.root / name).read_bytes() for name in names if (self.root / name).exists()}

    def as_left_by(self, made: Made) -> None:
        """Puts a series into the tree."""
        for name, content in made.applied(self).items():
            self.add({name: content})


@dataclass(frozen=True)
class Made:
    """A series on disk, and what was said when it was written."""

    folder: Path
    result: Result

    @property
    def names(self) -> list[str]:
        """The cover letter, if there is one, and the patches, in the order in which they are sent."""
        return sorted(path.name for path in self.folder.glob("*.patch"))

    @property
    def has_letter(self) -> bool:
        """Whether the first of them is a cover letter."""
        return "0000-cover-letter" in self.names[0]

    @property
    def files(self) -> dict[str, bytes]:
        """Everything in the folder."""
        return {path.name: path.read_bytes() for path in sorted(self.folder.iterdir())}

    @property
    def mails(self) -> list[EmailMessage]:
        """The same, read."""
        return [parsed((self.folder / name).read_bytes()) for name in self.names]

    @property
    def subjects(self) -> list[str]:
        """What they are about."""
        return [subject(each) for each in self.mails]

    @property
    def cover(self) -> str:
        """The text of the cover letter; of a single patch, which has none, what stands below the first `---`."""
        text = body(self.mails[0])
        return text if self.has_letter else text.partition("\n---\n")[2]

    @property
    def patches(self) -> list[str]:
        """The text of each patch, with the change."""
        return [body(each) for each in self.mails[self.has_letter :]]

    @property
    def messages(self) -> list[str]:
        """What each commit says below its summary."""
        return [each.partition("\n---\n")[0] for each in self.patches]

    @property
    def mbox(self) -> bytes:
        """What is there for git am."""
        return (self.folder / "series.mbox").read_bytes()

    @property
    def touched(self) -> list[str]:
        """The files that the series changes, in order."""
        return sorted(set(re.findall(r"^diff --git a/(\S+) b/", self.mbox.decode("utf-8", "replace"), re.MULTILINE)))

    def applied(self, toy: Toy) -> dict[str, bytes]:
        """The files that change, as git am leaves them in the folder `applied`."""
        place = toy.here / "applied"
        if not place.exists():
            applied(self.mbox, toy.files(self.touched), place)
        return {name: (place / name).read_bytes() for name in self.touched if (place / name).exists()}


def toy_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toy:
    """A tree and a spec in an empty working directory, where git is not configured: make it a fixture."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in {**SOMEBODY, **_NO_CONFIGURATION}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    know_the_handlers(monkeypatch, r"do_\w+")
    toy = Toy(tmp_path)
    toy.add({})
    toy.spec(TOY)
    return toy


# Git and mail.


def git(folder: Path, *arguments: str, text: bytes = b"", env: Mapping[str, str] | None = None) -> str:
    """Runs git in a folder, as somebody without configuration."""
    surroundings = environment(**SOMEBODY, **(_NO_CONFIGURATION if env is None else env))
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=surroundings, input=text, capture_output=True, check=False
    )
    assert done.returncode == 0, f"git {' '.join(arguments)}: {(done.stdout + done.stderr).decode()}"
    return done.stdout.decode().strip()


def applied(mbox: bytes, files: Mapping[str, bytes], place: Path, env: Mapping[str, str] | None = None) -> None:
    """Applies a series with git am, in a repository of these files."""
    place.mkdir()
    git(place, "init", "-q")
    for name, content in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    git(place, "add", "-A", "-f")
    git(place, "commit", "-q", "--allow-empty", "-m", "base")
    git(place, "am", "-q", *(["--keep-cr"] if b"\r\n" in mbox else []), "-", text=mbox, env=env)


def flat(text: str) -> str:
    """A text as one line, however it was wrapped."""
    return " ".join(text.split())


def parsed(content: bytes) -> EmailMessage:
    """A mail as Python's library reads it; it must find nothing wrong."""
    first, _, mail = content.partition(b"\n")
    assert re.fullmatch(rb"From 0{40} Mon Sep 17 00:00:00 2001", first)
    message = email.message_from_bytes(mail, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    for name, value in message.items():
        assert not value.defects, (name, value, value.defects)
    return message


def subject(mail: EmailMessage) -> str:
    """What a mail is about, unfolded."""
    return " ".join(str(mail["Subject"]).split())


def body(mail: EmailMessage) -> str:
    """The text of a mail."""
    content = mail.get_payload(decode=True)
    assert isinstance(content, bytes)
    return str(content, "utf-8")


def pair_spec() -> str:
    """A spec of the toy that lives by the pair."""
    return PAIR.replace("arch/pair", "arch/toy").replace("arch: pair", "arch: toy").replace("PAIR", "TOY")
