"""The command line: which verbs there are, in which module, and what each takes.

A verb's module is imported when it is run, so that `gen --help` costs nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn, cast

from gen import __version__
from gen.cli.run import BAD_INPUT, Run, complain
from gen.diagnostics.printers import FORMATS
from gen.lint.fixable import FIXABLE

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

    from gen.model.release import Release

_Adder = Callable[[argparse.ArgumentParser], None]


@dataclass(frozen=True)
class Verb:
    """One verb: its module in gen.cli, which has a function of its name, what it does, and its own options."""

    name: str
    module: str
    summary: str
    add_options: _Adder
    reports: bool = True
    short_verbose: bool = True
    formats: tuple[str, ...] = FORMATS
    format_help: str = "human on a terminal, else short"

    def function(self) -> Callable[[Run], int]:
        """The function that runs it."""
        return cast("Callable[[Run], int]", getattr(import_module(f"gen.cli.{self.module}"), self.name))


# What values may be.


def _release(text: str) -> Release:
    from gen.model.release import Release, oldest

    try:
        release = Release.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if release < oldest():
        raise argparse.ArgumentTypeError(f"`{text}` is not known; {oldest()} and later are")
    return release


def _truth(text: str) -> bool:
    if text not in {"true", "false"}:
        raise argparse.ArgumentTypeError(f"`{text}` is neither true nor false")
    return text == "true"


def _rule_list(text: str) -> frozenset[str]:
    from gen.diagnostics import rule_book
    from gen.spec.suggest import nearest

    names = frozenset(filter(None, text.split(",")))
    for name in sorted(names):
        if name not in rule_book.all_rules():
            guess = nearest(name, rule_book.all_rules())
            hint = f"; did you mean `{guess}`?" if guess else "; `gen rules` lists them"
            raise argparse.ArgumentTypeError(f"there is no rule `{name}`{hint}")
    return names


_WINDOWS_HELP = (
    "open windows: none (default), all, exceptions, irqs, exception-2-3, irq-2-3, exception-5-6, irq-5-6, with commas"
)


def _windows(text: str) -> tuple[Any, ...]:
    from gen.verify.policies import WINDOWS

    names = text.split(",")
    for name in names:
        if name not in WINDOWS:
            raise argparse.ArgumentTypeError(f"`{name}` is no window; {_WINDOWS_HELP}")
    return tuple(WINDOWS[name] for name in names)


# The options of each verb.


def _of_common(parser: argparse.ArgumentParser, verb: Verb) -> None:
    group = parser.add_argument_group("output")
    group.add_argument("--format", choices=verb.formats, help=verb.format_help)
    group.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="NO_COLOR and FORCE_COLOR are heeded"
    )
    group.add_argument(
        "--select", type=_rule_list, default=frozenset(), metavar="RULE,...", help="only these warnings and notes"
    )
    group.add_argument(
        "--ignore", type=_rule_list, default=frozenset(), metavar="RULE,...", help="without these warnings and notes"
    )
    group.add_argument("-q", "--quiet", action="store_true", help="findings only")
    verbose = ("-v", "--verbose") if verb.short_verbose else ("--verbose",)
    group.add_argument(*verbose, action="store_true", help="the traceback too, if gen itself fails")


def _spec_options(sub: argparse.ArgumentParser, *, optional: bool = False) -> None:
    sub.add_argument(
        "spec",
        nargs="*" if optional else "+",
        metavar="SPEC",
        help="a file, a name such as arm64, or a pattern in quotes",
    )
    sub.add_argument(
        "--kernel", type=_release, metavar="REL", help="for this release, 5.11 or later (default: the spec's)"
    )
    sub.add_argument("--templates", metavar="DIR", help="templates other than those of gen")


def _of_render(sub: argparse.ArgumentParser) -> None:
    _spec_options(sub)
    sub.add_argument("-o", "--output", metavar="DIR", default="out", help="where the files go (default: out)")
    sub.add_argument("--force", action="store_true", help="render although the claim is not proved; exit 1")
    sub.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file on disk differs")
    sub.add_argument("--diff", action="store_true", help="write nothing; show how the files on disk would change")


def _of_verify(sub: argparse.ArgumentParser) -> None:
    _spec_options(sub, optional=True)
    sub.add_argument(
        "--tree", metavar="DIR", help="prove the entry code of this kernel tree; SPEC may be a folder of arch/"
    )
    _no_cache(sub)
    group = sub.add_argument_group("lesson", "how a handler may keep the state, instead of specs")
    names = ("none", "pt_regs", "force", "per-cpu", "per-task", "stack", "offstack")
    group.add_argument("--policy", choices=names, help="replay this way of keeping the state")
    group.add_argument("--windows", type=_windows, default=(), metavar="LIST", help=_WINDOWS_HELP)
    nmis = ("none", "nmi_enter", "bare", "schedules", "pt_regs", "user_exit")
    group.add_argument("--nmi", choices=nmis, default="none", help="what an NMI does (default: there is none)")
    group.add_argument("--lesson", action="store_true", help="print docs/lesson.md: every sentence, replayed")
    sub.add_argument("--model", metavar="FILE", help="a model in the raw notation (JSON) instead of specs")
    sub.add_argument("--offstack", type=_truth, metavar="true|false", help="what if the spec claimed this?")
    sub.add_argument("--svg", metavar="DIR", help="draw each timeline into this directory")
    sub.add_argument("--strict", action="store_true", help="warnings about the requirements are errors")


def _of_lint(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "path",
        nargs="*",
        metavar="PATH",
        help="a file or folder of a kernel tree, which is found upwards, or outside of any; - is standard input",
    )
    sub.add_argument("--tree", metavar="DIR", help="the tree: all of it, or what PATHs and --arch name in it")
    sub.add_argument(
        "--arch", action="append", default=[], metavar="A", help="only arch/A of the tree; may be repeated"
    )
    sub.add_argument(
        "--kernel",
        type=_release,
        metavar="REL",
        help="the release of files outside of a tree (default: the newest that is known)",
    )
    sub.add_argument("--config", metavar="FILE", help="a .config that decides the #if lines")
    group = sub.add_argument_group("what is new")
    group.add_argument("--changed", metavar="BASE", help="only findings on lines changed since this git revision")
    group.add_argument("--baseline", metavar="FILE", help="leave out the findings that this file lists")
    group.add_argument("--write-baseline", metavar="FILE", help="list today's findings in this file; exit 0")
    _no_cache(sub)


def _no_cache(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--no-cache", action="store_true", help="neither use nor keep what is remembered of the tree")


def _of_patch(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("spec", nargs=1, metavar="SPEC", help="a file, or a name such as arm64")
    sub.add_argument("--tree", metavar="DIR", required=True, help="the kernel tree, which is only read")
    sub.add_argument("-o", "--output", metavar="DIR", default="series", help="where the series goes (default: series)")
    sub.add_argument("--offstack", type=_truth, metavar="true|false", help="what if the spec claimed this?")
    sub.add_argument("--fix", metavar="RULE", choices=FIXABLE, help="mend what this rule finds instead")
    group = sub.add_argument_group("mail")
    group.add_argument("--rfc", action="store_true", help="ask for comments; needed where the proof does not hold")
    group.add_argument("-v", "--reroll-count", type=_version, default=1, metavar="N", help="version of the series")
    group.add_argument("--resend", action="store_true", help="sent again unchanged")
    group.add_argument("--changes", metavar="FILE", help="what is new in this version, for the cover letter")
    group.add_argument("--signoff", action="store_true", help="add your Signed-off-by: you certify the origin")
    for name, what in (("link", "URL"), ("fixes", "COMMIT"), ("suggested-by", "PERSON"), ("assisted-by", "TOOL")):
        trailer = name[0].upper() + name[1:]
        group.add_argument(f"--{name}", action="append", default=[], metavar=what, help=f"add a trailer {trailer}:")
    group = sub.add_argument_group("code of the tree, which runs only if one of these asks for it")
    group.add_argument("--verify-objects", action="store_true", help="build the objects before and after, and compare")
    group.add_argument(
        "--run-tree-scripts", action="store_true", help="run its scripts/checkpatch.pl and scripts/get_maintainer.pl"
    )
    sub.add_argument("--check", action="store_true", help="write nothing; exit 1 if the series on disk differs")
    sub.add_argument("--dry-run", action="store_true", help="write nothing; show the diffstat")
    sub.add_argument("--force", action="store_true", help="overwrite what was changed by hand in the output folder")


def _version(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 999:
        raise argparse.ArgumentTypeError(f"`{text}` is no version such as 2")
    return int(text)


def _of_boot(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("arch", metavar="ARCH", help="arm, arm64, mips, powerpc, riscv or x86: a folder in arch/")
    sub.add_argument("--tree", metavar="DIR", required=True, help="the kernel tree, which is only read")
    sub.add_argument("--series", metavar="DIR", help="with the patches of this folder, as `git am` applies them")
    sub.add_argument(
        "--timeout", type=_seconds, default=300, metavar="S", help="seconds that the machine may run (default: 300)"
    )
    sub.add_argument("--append", default="", metavar="WORDS", help="more words for the command line of the kernel")


def _seconds(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 86400:
        raise argparse.ArgumentTypeError(f"`{text}` is no number of seconds from 1 to 86400")
    return int(text)


def _of_read(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("arch", metavar="ARCH", help="an architecture that gen knows, a spec, or a folder of arch/")
    sub.add_argument("--tree", metavar="DIR", required=True, help="the kernel tree, which is only read")
    sub.add_argument("--rev", type=_revision, metavar="REV", help="a revision of it in git, instead of its files")
    sub.add_argument(
        "--path", action="append", default=[], metavar="NAME", help="only this entry path or function; may be repeated"
    )
    group = sub.add_mutually_exclusive_group()
    group.add_argument("--check", action="store_true", help="say instead which paths the spec has otherwise; exit 1")
    group.add_argument("--diff", action="store_true", help="the same, and where spec and tree part")


def _of_diff(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("arch", metavar="ARCH", help="an architecture that gen knows, a spec, or a folder of arch/")
    sub.add_argument(
        "--tree", action="append", default=[], metavar="DIR", required=True, help="the older tree, then the newer one"
    )
    group = sub.add_mutually_exclusive_group()
    group.add_argument("--series", metavar="DIR", help="one tree, before and behind the patches of this folder")
    group.add_argument(
        "--rev",
        type=_revisions,
        metavar="A..B",
        help="two revisions of one tree in git; A alone is compared with its files",
    )
    sub.add_argument(
        "--path", action="append", default=[], metavar="NAME", help="only this entry path or function; may be repeated"
    )
    sub.add_argument(
        "--only",
        type=_aspects,
        default=(),
        metavar="LIST",
        help="with commas: tracking, rcu, masks, lockdep, instrumentation, nesting, scheduling",
    )
    sub.add_argument("-o", "--output", metavar="FILE", help="write it there, not to standard output (-)")


def _revision(text: str) -> str:
    if not text or ".." in text or text.startswith("-"):
        raise argparse.ArgumentTypeError(f"`{text}` is not a revision")
    return text


def _revisions(text: str) -> str:
    parts = text.split("..")
    if len(parts) > 2 or not all(parts) or any(each.startswith((".", "-")) for each in parts):
        raise argparse.ArgumentTypeError(f"`{text}` is neither a revision nor two of them, as in v6.12..v7.3")
    return text


def _aspects(text: str) -> tuple[Any, ...]:
    from gen.model.aspects import Aspect
    from gen.spec.suggest import nearest

    known = {each.value: each for each in Aspect}
    for name in (names := text.split(",")):
        if name not in known:
            guess = nearest(name, known)
            hint = f"; did you mean `{guess}`?" if guess else f"; it is one of {', '.join(known)}"
            raise argparse.ArgumentTypeError(f"there is no subject `{name}`{hint}")
    return tuple(known[name] for name in names)


def _of_matrix(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--tree", metavar="DIR", required=True, help="the kernel tree, which is only read")
    sub.add_argument("--arch", action="append", default=[], metavar="A", help="only arch/A; may be repeated")
    sub.add_argument("-o", "--output", metavar="FILE", help="write it there, not to standard output (-)")


def _of_new(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("arch", metavar="ARCH", help="an architecture of the tree, its folder in arch/")
    sub.add_argument("--tree", metavar="DIR", required=True, help="the kernel tree, which is only read")
    sub.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="where the spec goes, - for standard output (default: arch_specs/ARCH.yaml)",
    )


def _of_explain(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("rule", metavar="RULE", help="the id in brackets behind a finding")


def _of_nothing(_sub: argparse.ArgumentParser) -> None:
    """A verb without options of its own."""


VERBS = (
    Verb("render", "render", "Render specs to headers, stubs and Kconfig fragments.", _of_render),
    Verb("check", "render", "Check specs and what they render to; write nothing.", _spec_options),
    Verb(
        "verify",
        "verify",
        "Prove the entry paths of specs for every nesting depth, or show the shortest way in which they break.",
        _of_verify,
    ),
    Verb(
        "read",
        "read",
        "Show what is read of a tree's entry code: which line opens and closes what, and what runs in windows.",
        _of_read,
        reports=False,
        formats=("text", "json"),
        format_help="text by default",
    ),
    Verb(
        "diff",
        "diff",
        "Say of each entry path whether two trees do the same in the same order, or where they part.",
        _of_diff,
        reports=False,
        formats=("text", "json", "html"),
        format_help="text, or what the suffix of -o says (.json, .html)",
    ),
    Verb("lint", "lint", "Say what is wrong in a kernel tree, or in single files of one.", _of_lint),
    Verb(
        "patch",
        "patch",
        "Generate the series that brings a tree to its spec, or that mends what lint found.",
        _of_patch,
        short_verbose=False,  # -v is the version of a series, as git format-patch has it
    ),
    Verb("boot", "boot", "Boot a kernel with every check of context tracking, and say what it complains of.", _of_boot),
    Verb(
        "matrix",
        "matrix",
        "Show what each architecture of a tree can do, and what stands in the way of offstack.",
        _of_matrix,
        reports=False,
        formats=("text", "markdown", "json", "html"),
        format_help="text, or what the suffix of -o says (.md, .json, .html)",
    ),
    Verb(
        "new",
        "new",
        "Begin the spec of an architecture with the entries that a tree shows.",
        _of_new,
        reports=False,
    ),
    Verb(
        "explain",
        "explain",
        "Say what a rule means, why it matters and what to write instead.",
        _of_explain,
        reports=False,
    ),
    Verb("rules", "explain", "List every rule with its severity and summary.", _of_nothing, reports=False),
    Verb("schema", "explain", "Print the JSON Schema of a spec.", _of_nothing, reports=False),
)
"""Every verb, in the order in which `gen --help` lists them."""


class _Parser(argparse.ArgumentParser):
    """One whose complaints a terminal can be trusted with, whatever it was given; its help is not lost quietly."""

    def error(self, message: str) -> NoReturn:
        complain(f"{self.format_usage()}{self.prog}: error: {message}")
        raise SystemExit(BAD_INPUT)

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        (file or sys.stdout).write(self.format_help())


class _Version(argparse.Action):
    """`--version`, which fails where it cannot be printed."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        sys.stdout.write(f"gen {__version__}\n")
        parser.exit()


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; the verb is in `verb`."""
    made = _Parser(
        prog="gen",
        description="Context-tracking entry code for Linux architectures: from a spec to checked C.",
        epilog="Exit: 0 clean, 1 findings or stale files, 2 usage or bad input, 3 nothing matched, 4 cannot tell, "
        "70 a bug in gen, 74 output that could not be written.",
    )
    made.add_argument("--version", action=_Version, nargs=0, help="print the version")
    subs = made.add_subparsers(dest="verb", metavar="VERB", required=True)
    for verb in VERBS:
        summary = verb.summary.rstrip(".")
        sub = subs.add_parser(verb.name, help=summary[:1].lower() + summary[1:], description=verb.summary)
        _of_common(sub, verb)
        sub.set_defaults(verb=verb)
        verb.add_options(sub)
    return made


def complaint(options: argparse.Namespace) -> str:
    """What is wrong with options that only make sense together; nothing if all is well."""
    if options.verb.name == "verify":
        asked = (options.spec, options.model, options.policy, options.lesson)
        if sum(map(bool, asked)) != 1:
            return "gen verify takes specs, or --model FILE, or --policy NAME, or --lesson"
        if options.tree and not options.spec:
            return "--tree goes with the architectures to prove, such as arm64"
    if options.verb.name == "diff" and len(options.tree) + bool(options.series or options.rev) != 2:
        return "gen diff compares two trees: --tree OLD --tree NEW, or --tree DIR with --series DIR or --rev A..B"
    if options.verb.name == "lint":
        if not options.path and options.tree is None:
            return "gen lint takes paths, or --tree DIR"
        if options.baseline and options.write_baseline:
            return "--baseline leaves findings out and --write-baseline lists them all: one at a time"
    return ""
