"""A series as mail: numbered files with a cover letter, by git format-patch, and the patches as one mbox."""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from pathlib import Path

from gen import __version__
from gen.patch.scratch import Author, Repository
from gen.patch.series import Patch, Series
from gen.patch.words import message

MBOX = "series.mbox"
_BLURB, _SUBJECT = "*** BLURB HERE ***", "*** SUBJECT HERE ***"
_FROM = re.compile(r"^From: .*(?:\n[ \t].*)*", re.MULTILINE)
_ABOUT = re.compile(r"^Subject: .*(?:\n[ \t].*)*", re.MULTILINE)
_UTF_8 = "MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n"


@dataclass(frozen=True)
class Letter:
    """What a mail says beside the patches: who it is from and goes to, its version, and what is new in it.

    `date` is in seconds since the epoch. `footer` are the last lines of the cover letter: base-commit and change-id.
    """

    author: Author
    date: int
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    version: int = 1
    resend: bool = False
    changes: str = ""
    signoff: bool = False
    trailers: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()


def change_id(series: Series) -> str:
    """An id that stays the same from version to version, as b4 keeps one."""
    digest = hashlib.sha256(f"gen/{series.name}".encode()).hexdigest()
    return f"{series.name}-{digest[:12]}"


def mails(series: Series, letter: Letter, cover: str, folder: Path) -> dict[str, bytes]:
    """The files of a series: a cover letter, a file a patch, and the mbox, made in a scratch folder; GitError.

    The mbox is for git am, which stops at a mail without a patch: the cover letter is not in it. A single patch has
    what the letter says below its `---`, where git am leaves it out.
    """
    repository = Repository(folder / "compose", letter.author, letter.date)
    repository.begin(series.before)
    for patch in series.patches:
        repository.write({change.path: change.after for change in patch.changes})
        repository.commit(f"{patch.summary}\n\n{_body(patch, letter)}")
    made = folder / "mails"
    repository.git("format-patch", *_options(series, letter), "-o", str(made), f"-{len(series.patches)}")
    files = {path.name: path.read_bytes() for path in sorted(made.iterdir())}
    if series.is_single:
        (name,) = files
        files[name] = _commented(files[name], cover)
        return {**files, MBOX: files[name]}
    first, second, *_ = sorted(files)
    head = files[second].partition(b"\n\n")[0]
    files[first] = _covered(files[first].decode(), head.decode(), series, cover).encode(errors="backslashreplace")
    return {**files, MBOX: b"".join(files[name] for name in sorted(files) if name != first)}


def _body(patch: Patch, letter: Letter) -> str:
    trailers = [*patch.trailers, *letter.trailers]
    trailers += [f"Signed-off-by: {letter.author}"] if letter.signoff else []
    return message(patch.body, trailers)


def _options(series: Series, letter: Letter) -> Iterator[str]:
    prefix = " ".join([*(["RFC"] if series.rfc else []), "PATCH", *(["RESEND"] if letter.resend else [])])
    yield from (
        "-q",
        *(("--no-cover-letter", "--no-numbered") if series.is_single else ("--cover-letter", "--numbered")),
        "--zero-commit",
        "--no-thread",
        "--no-attach",
        "--no-renames",
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        "--full-index",
        "--diff-algorithm=histogram",
        "--unified=3",
        "--stat=75",
        "--src-prefix=a/",
        "--dst-prefix=b/",
        "--filename-max-length=64",
        f"--subject-prefix={prefix}",
        f"--signature=offstack {__version__}",
    )
    if letter.version > 1:
        yield f"--reroll-count={letter.version}"
    yield from (f"--to={_encoded(each)}" for each in letter.to)
    yield from (f"--cc={_encoded(each)}" for each in letter.cc)


def _encoded(address: str) -> str:
    """An address as a header may hold it, which git leaves to us."""
    name, mailbox = parseaddr(address)
    return address if address.isascii() or not mailbox.isascii() else formataddr((name, mailbox), "utf-8")


def _covered(template: str, head_of_a_patch: str, series: Series, cover: str) -> str:
    """The cover letter that git made, with its own words; it is from whom a patch is from."""
    head, found, rest = template.partition(_BLURB)
    if not found or _SUBJECT not in head:
        raise ValueError("git format-patch makes another cover letter than it did")
    head = _ABOUT.sub(lambda found: _folded(found[0].replace(_SUBJECT, series.summary)), head, count=1)
    # Not every git encodes a name in a cover letter.
    head = _FROM.sub(lambda _: _FROM.findall(head_of_a_patch)[0], head, count=1)
    return _readable(head, cover) + cover.rstrip("\n") + rest


def _readable(head: str, words: str) -> str:
    """The beginning of a mail that says in what its words are, which git has not seen."""
    if words.isascii() or "\nMIME-Version:" in head:
        return head
    return head.replace("\n\n", f"\n{_UTF_8}\n", 1)


def _commented(mail: bytes, words: str) -> bytes:
    """A patch with words for its readers, and not for the log. The patch may be in any encoding."""
    message, line, change = mail.partition(b"\n---\n")
    if not line:
        raise ValueError("git format-patch makes another mail than it did")
    text = _readable(message.decode() + "\n---\n", words) + words.rstrip("\n") + "\n\n"
    return text.encode(errors="backslashreplace") + change


def _folded(header: str) -> str:
    return textwrap.fill(" ".join(header.split()), 76, subsequent_indent=" ", break_on_hyphens=False)
