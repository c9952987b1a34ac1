"""The command line: one function a verb, and a verb imports only its own rooms."""

from __future__ import annotations

import argparse
import contextlib
import glob
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gen import __version__
from gen.diagnostics.diagnostic import Severity
from gen.diagnostics.printers import FORMATS, Report, counted, printer
from gen.diagnostics.sink import Sink

if TYPE_CHECKING:
    from gen.model.entry import EntryModel
    from gen.model.release import Release
    from gen.render.pipeline import Difference, Rendered
    from gen.spec.archspec import ArchSpec
    from gen.spec.loader import SpecLoader
    from gen.verify.judge import Judgement
    from gen.verify.notation import Configuration

CLEAN, FINDINGS, BAD_INPUT, NO_MATCH, INTERNAL = 0, 1, 2, 3, 70
_INTERRUPTED, _BROKEN_PIPE = 130, 141


@dataclass
class Run:
    """One run of one verb: what the user asked for, and all that is said in answer."""

    options: argparse.Namespace
    sink: Sink
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    closing: list[str] = field(default_factory=list)
    proofs: dict[str, list[str]] = field(default_factory=dict)

    @property
    def format(self) -> str:
        """The format that was asked for, or the one that suits standard output."""
        return str(self.options.format or ("human" if sys.stdout.isatty() else "short"))

    def report(self) -> None:
        """Prints the findings and the closing sentences in the format that was asked for."""
        chosen = self.format
        closing = [] if self.options.quiet else self.closing
        report = Report(
            findings=self.sink.findings,
            source=self.source,
            closing="\n".join(closing),
            colour=chosen == "human" and _wants_colour(self.options.color),
            data=self.data,
        )
        for chunk in printer(chosen)(report):
            write_out(chunk)

    def source(self, file: str) -> tuple[str, ...]:
        """The lines of a file that a finding is about; none if it cannot be read."""
        if file not in self.texts:
            try:
                text = Path(file).read_bytes().decode("utf-8", "replace")
            except (OSError, ValueError):
                text = ""
            self.texts[file] = tuple(text.split("\n"))
        return self.texts[file]


def write_out(text: str) -> None:
    """Writes to standard output, in UTF-8 whatever the locale, as one write."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def complain(text: str) -> None:
    """Writes a line to standard error, if there is one: what went wrong without being a finding."""
    if sys.stderr is not None:
        sys.stderr.write(f"{text}\n")


def _wants_colour(choice: str) -> bool:
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


# The verbs.


def render(run: Run) -> int:
    """Render specs to headers, stubs and Kconfig fragments."""
    from gen.render.pipeline import differences
    from gen.render.writer import RefusedError

    made, code = _rendered(run)
    if code != CLEAN:
        return code
    root = Path(run.options.output)
    try:
        if run.options.check or run.options.diff:
            found = [difference for each in made for difference in differences(each, root)]
            _summarise(run, made, {})
            _show_differences(run, found)
            return FINDINGS if found else CLEAN
    except RefusedError as error:
        _refuse(run, root, error)
        return BAD_INPUT
    outcomes = _written(run, root, {name: content for each in made for name, content in each.contents().items()})
    if outcomes is None:
        return BAD_INPUT
    _summarise(run, made, outcomes)
    return FINDINGS if run.sink.failed else CLEAN


def _written(run: Run, root: Path, contents: dict[str, bytes]) -> dict[str, str] | None:
    """Writes files below a directory, all or none, and says what became of each; None if that cannot be done."""
    from gen.render.writer import RefusedError, write_files

    try:
        outcomes = write_files(root, contents)
    except RefusedError as error:
        _refuse(run, root, error)
        return None
    return {str(root / name): outcome.value for name, outcome in outcomes.items()}


def _refuse(run: Run, root: Path, error: Exception) -> None:
    from gen.diagnostics import Span
    from gen.render import rules

    run.sink.add(rules.output_refused.at(Span(str(root)), str(error)))


def _show_differences(run: Run, found: list[Difference]) -> None:
    """A diff is all that a person asked for who will pipe it into `patch`; a program gets findings, too."""
    for_people = run.format in {"human", "short"}
    if run.options.check or not for_people:
        run.sink.extend(difference.finding for difference in found)
    if not run.options.diff:
        return
    diff = "".join(difference.diff for difference in found)
    if for_people:
        write_out(diff)
        run.closing.clear()
    else:
        run.data["diff"] = diff


def check(run: Run) -> int:
    """Check specs and what they render to; write nothing."""
    made, code = _rendered(run)
    _summarise(run, made, {})
    return code


def verify(run: Run) -> int:
    """Prove the entry paths of specs for every nesting depth, or show the shortest way in which they break."""
    from dataclasses import replace

    from gen.report.judgement import as_data, pictures, told

    drawn: dict[str, str] = {}
    run.data["verdicts"] = []
    if run.options.model:
        return _verify_raw(run)
    if run.options.policy:
        return _verify_policy(run)
    if run.options.lesson:
        from gen.verify.lesson import page

        write_out(page())
        return CLEAN
    specs, code = _loaded(run)
    for spec in specs:
        model = spec.model.in_release(run.options.kernel or spec.kernel)
        if run.options.offstack is not None:
            model = replace(model, offstack=run.options.offstack)
        started = time.process_time()
        judgement = _judged(run, spec, model, as_error=True)
        if judgement is None:
            code = code or FINDINGS
            continue
        drawn.update(pictures(judgement))
        run.data["verdicts"].append(as_data(judgement, time.process_time() - started))
        run.closing += told(judgement)
        code = code or (CLEAN if judgement.holds else FINDINGS)
    return _draw(run, drawn) or code or (FINDINGS if run.sink.failed else CLEAN)


def _draw(run: Run, drawn: dict[str, str]) -> int:
    """Writes the pictures if they were asked for, all or none; BAD_INPUT if that cannot be done."""
    if not run.options.svg:
        return CLEAN
    outcomes = _written(run, Path(run.options.svg), {name: text.encode() for name, text in drawn.items()})
    if outcomes is None:
        return BAD_INPUT
    run.closing += [f"  {outcome:9} {name}" for name, outcome in sorted(outcomes.items())]
    return CLEAN


def _verify_policy(run: Run) -> int:
    """Replays one way of keeping the state, as the commit message of 179a9cf79212 argues it."""
    from gen.report.judgement import policy_as_data, policy_told
    from gen.verify.policies import Case, entry_code, replay

    options = run.options
    windows = frozenset().union(*options.windows)
    replayed = replay(Case(options.policy, entry_code(options.policy, windows, options.nmi)))
    run.data["verdicts"].append(policy_as_data(options.policy, replayed))
    run.closing += policy_told(options.policy, windows, options.nmi, replayed)
    return CLEAN if replayed.holds else FINDINGS


def _verify_raw(run: Run) -> int:
    """Answers every configuration of a file in the raw notation."""
    from gen.report.judgement import raw_as_data, raw_picture, raw_told
    from gen.verify.raw import answer

    configurations = _raw_models(run, run.options.model)
    if configurations is None:
        return BAD_INPUT
    answers = [answer(each) for each in configurations]
    for each in answers:
        run.data["verdicts"].append(raw_as_data(each))
        run.closing += raw_told(each)
    drawn = dict(raw_picture(each) for each in answers if not each.holds)
    return _draw(run, drawn) or (CLEAN if all(each.holds for each in answers) else FINDINGS)


def _raw_models(run: Run, file: str) -> tuple[Configuration, ...] | None:
    """The configurations of a file; None if it has none, which the sink then says."""
    import json

    from gen.diagnostics import Span
    from gen.verify import rules as verify_rules
    from gen.verify.machine import MachineError
    from gen.verify.notation import read_configuration, read_file

    try:
        data = json.loads(Path(file).read_bytes())
    except OSError as error:
        from gen.spec import rules as spec_rules

        run.sink.add(spec_rules.unreadable_file.at(Span(file), (error.strerror or str(error)).lower()))
    except json.JSONDecodeError as error:
        span = Span(file, error.lineno, error.colno, error.lineno, error.colno + 1)
        run.sink.add(verify_rules.model_syntax.at(span, error.msg.lower()))
    except (UnicodeDecodeError, RecursionError) as error:
        run.sink.add(verify_rules.model_syntax.at(Span(file), type(error).__name__))
    else:
        try:
            whole = isinstance(data, dict) and "configs" in data
            return read_file(data) if whole else (read_configuration(data),)
        except MachineError as error:
            run.sink.extend(verify_rules.model_invalid.at(Span(file), problem) for problem in error.problems)
    return None


def explain(run: Run) -> int:
    """Say what a rule means, why it matters and what to write instead."""
    from gen.diagnostics import rule_book

    rules = rule_book.all_rules()
    known = rules.get(run.options.rule)
    if known is None:
        from gen.spec.suggest import nearest

        guess = nearest(run.options.rule, rules)
        hint = f"did you mean `{guess}`?" if guess else "`gen rules` lists them all"
        complain(f"gen explain: there is no rule `{run.options.rule}`; {hint}")
        return BAD_INPUT
    write_out(f"{known.id} ({known.severity.word}): {known.summary}\n\n{known.text}\n")
    return CLEAN


def rules(_run: Run) -> int:
    """List every rule with its severity and summary."""
    from gen.diagnostics import rule_book

    known = rule_book.all_rules()
    width = max(map(len, known))
    write_out(
        "".join(f"{name:{width}}  {known[name].severity.word:7}  {known[name].summary}\n" for name in sorted(known))
    )
    return CLEAN


def schema(_run: Run) -> int:
    """Print the JSON Schema of a spec."""
    from gen.spec.schema import schema_text

    write_out(schema_text())
    return CLEAN


# What the verbs share.


def _judged(run: Run, spec: ArchSpec, model: EntryModel, *, as_error: bool) -> Judgement | None:
    """The judgement of a model, with its findings; None if it is too large, which is a finding, too.

    Where nothing is claimed (offstack false) and nobody asked, what breaks is a warning about the port as it is.
    """
    from dataclasses import replace

    from gen.verify import rules as verify_rules
    from gen.verify.judge import judge
    from gen.verify.story import requirement_findings, violation_finding
    from gen.verify.summaries import MOST_FACTS, TooManyFactsError
    from gen.verify.unfold import TooLargeError

    try:
        judgement = judge(model)
    except TooLargeError as error:
        run.sink.add(verify_rules.too_large.at(error.path.span, str(error)))
        return None
    except TooManyFactsError:
        what = f"the proof needs more than {MOST_FACTS:,} facts"
        run.sink.add(verify_rules.too_large.at(spec.offstack_span, what))
        return None
    for violation in judgement.violations:
        finding = violation_finding(judgement, violation, spec.offstack_span)
        run.sink.add(finding if as_error else replace(finding, severity=Severity.WARNING))
    for finding in judgement.brackets:
        run.sink.add(finding if as_error else replace(finding, severity=Severity.WARNING))
    strict = getattr(run.options, "strict", False)
    for requirement in judgement.requirements:
        for finding in requirement_findings(requirement):
            run.sink.add(replace(finding, severity=Severity.ERROR) if strict else finding)
    return judgement


def _rendered(run: Run) -> tuple[list[Rendered], int]:
    """Every spec that was named, rendered in memory, and the exit code so far."""
    from gen.render.pipeline import render_spec
    from gen.resources import templates_directory

    templates = Path(run.options.templates) if run.options.templates else templates_directory()
    specs, code = _loaded(run)
    made = []
    for spec in specs:
        proved = _proved(run, spec)
        if not proved and not getattr(run.options, "force", False):
            continue
        rendered = render_spec(spec, run.options.kernel, templates, run.sink, proved=proved)
        if rendered is not None:
            made.append(rendered)
    if code == CLEAN and len(made) < len(specs):
        stopped = {"missing-template", "template-error"}
        code = BAD_INPUT if any(found.rule in stopped for found in run.sink.findings) else FINDINGS
    return made, code


def _proved(run: Run, spec: ArchSpec) -> bool:
    """Whether nothing speaks against rendering a spec: what it claims is proved, and offstack false claims nothing."""
    from gen.report.judgement import proved_sentences, told

    model = spec.model.in_release(run.options.kernel or spec.kernel)
    judgement = _judged(run, spec, model, as_error=model.offstack)
    if judgement is None:
        return False
    if model.offstack and not judgement.holds:
        run.closing += told(judgement)
        return False
    run.proofs[spec.arch] = list(proved_sentences(judgement))
    return True


def _loaded(run: Run) -> tuple[list[ArchSpec], int]:
    """Every spec that was named, and BAD_INPUT or NO_MATCH if one of them is not to be had."""
    from gen.render import rules as render_rules
    from gen.spec.loader import SpecLoader

    loader = SpecLoader(run.sink, run.texts)
    code = CLEAN
    specs: dict[str, ArchSpec] = {}
    for name in run.options.spec:
        names = _expanded(name, loader)
        if not names:
            complain(f"gen: nothing matches `{name}`")
            code = code or NO_MATCH
        for each in names:
            spec = loader.load(each)
            if spec is None:
                code = BAD_INPUT
            elif spec.arch in specs and not _is_same_file(specs[spec.arch].file, spec.file):
                first = specs[spec.arch].offstack_span
                run.sink.add(render_rules.same_arch_twice.at(spec.offstack_span, spec.arch, first))
                code = BAD_INPUT
            else:
                specs[spec.arch] = spec
    return list(specs.values()), code


def _is_same_file(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _expanded(name: str, loader: SpecLoader) -> list[str]:
    """The specs that a pattern stands for, sorted; a plain name stands for itself."""
    if not glob.has_magic(name) or Path(name).exists():
        return [name]
    return loader.matching(name)


def _summarise(run: Run, made: list[Rendered], outcomes: dict[str, str]) -> None:
    run.data["rendered"] = [_summary(each) for each in made]
    if outcomes:
        run.data["files"] = [{"file": name, "outcome": outcome} for name, outcome in sorted(outcomes.items())]
    for each in made:
        run.closing += [*_closing(each), *run.proofs.get(each.spec.arch, ())]
    run.closing += [f"  {outcome:9} {name}" for name, outcome in sorted(outcomes.items())]
    errors = run.sink.count(Severity.ERROR)
    if errors:
        run.closing.append(f"{counted(errors, 'error')}, {counted(run.sink.count(Severity.WARNING), 'warning')}")


def _summary(each: Rendered) -> dict[str, Any]:
    checked = each.checked
    return {
        "arch": each.spec.arch,
        "kernel": str(each.plan.release),
        "offstack": each.spec.model.offstack,
        "paths": len(each.plan.paths),
        "sequences": len(each.plan.sequences),
        "views": checked.views,
        "steps": checked.steps,
    }


def _closing(each: Rendered) -> Iterator[str]:
    plan, checked = each.plan, each.checked
    claim = "declared" if plan.offstack else "not declared"
    yield f"{plan.arch}: {len(plan.paths)} entry paths for Linux {plan.release}, offstack {claim}"
    pair = "the pair is in none of them" if plan.offstack else "the pair is in each that needs it"
    yield f"  checked   {counted(checked.views, 'CONFIG view')} of the rendered C: {pair}"
    functions = counted(checked.functions, "function")
    yield f"  checked   {functions} read back from it: the spec's {checked.steps} steps, in the spec's order"


# The command line.


def _release(text: str) -> Release:
    from gen.model.release import NEWEST, OLDEST, RELEASES, Release

    try:
        release = Release.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if release not in RELEASES:
        raise argparse.ArgumentTypeError(f"`{text}` is not known; from {OLDEST} to {NEWEST}")
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gen",
        description="Context-tracking entry code for Linux architectures: from a spec to checked C.",
        epilog="Exit: 0 clean, 1 findings or stale files, 2 usage or bad input, 3 nothing matched, 70 a bug in gen.",
    )
    parser.add_argument("--version", action="version", version=f"gen {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    common = _common_options()
    with_specs = {render, check, verify}
    for verb in (render, check, verify, explain, rules, schema):
        summary = (verb.__doc__ or "").rstrip(".")
        sub = verbs.add_parser(
            verb.__name__, help=summary[:1].lower() + summary[1:], description=verb.__doc__, parents=[common]
        )
        sub.set_defaults(run=verb)
        if verb in with_specs:
            _spec_options(sub, optional=verb is verify)
        if verb is render:
            sub.add_argument("-o", "--output", metavar="DIR", default="out", help="where the files go (default: out)")
            sub.add_argument("--force", action="store_true", help="render although the claim is not proved; exit 1")
            sub.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file on disk differs")
            sub.add_argument(
                "--diff", action="store_true", help="write nothing; show how the files on disk would change"
            )
        if verb is verify:
            _policy_options(sub)
            sub.add_argument("--model", metavar="FILE", help="a model in the raw notation (JSON) instead of specs")
            sub.add_argument("--offstack", type=_truth, metavar="true|false", help="what if the spec claimed this?")
            sub.add_argument("--svg", metavar="DIR", help="draw each timeline into this directory")
            sub.add_argument("--strict", action="store_true", help="warnings about the requirements are errors")
        if verb is explain:
            sub.add_argument("rule", metavar="RULE", help="the id in brackets behind a finding")
    return parser


def _common_options() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    group = common.add_argument_group("output")
    group.add_argument("--format", choices=FORMATS, help="human on a terminal, else short")
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
    group.add_argument("-v", "--verbose", action="store_true", help="the traceback too, if gen itself fails")
    return common


def _policy_options(sub: argparse.ArgumentParser) -> None:
    group = sub.add_argument_group("lesson", "how a handler may keep the state, instead of specs")
    names = ("none", "pt_regs", "force", "per-cpu", "per-task", "stack", "offstack")
    group.add_argument("--policy", choices=names, help="replay this way of keeping the state")
    group.add_argument("--windows", type=_windows, default=(), metavar="LIST", help=_WINDOWS_HELP)
    nmis = ("none", "nmi_enter", "bare", "schedules", "pt_regs", "user_exit")
    group.add_argument("--nmi", choices=nmis, default="none", help="what an NMI does (default: there is none)")
    group.add_argument("--lesson", action="store_true", help="print docs/lesson.md: every sentence, replayed")


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


def _spec_options(sub: argparse.ArgumentParser, *, optional: bool) -> None:
    sub.add_argument(
        "spec",
        nargs="*" if optional else "+",
        metavar="SPEC",
        help="a file, a name such as arm64, or a pattern in quotes",
    )
    sub.add_argument(
        "--kernel", type=_release, metavar="REL", help="for this release, 5.11 to 6.12 (default: the spec's)"
    )
    sub.add_argument("--templates", metavar="DIR", help="templates other than those of gen")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one verb and gives the exit status: see CLEAN, FINDINGS, BAD_INPUT, NO_MATCH and INTERNAL."""
    if sys.stdout is None:
        complain("gen: standard output is closed")
        return BAD_INPUT
    parser = _parser()
    options = parser.parse_args(argv)
    if options.run is verify:
        asked = (options.spec, options.model, options.policy, options.lesson)
        if sum(map(bool, asked)) != 1:
            parser.error("gen verify takes specs, or --model FILE, or --policy NAME, or --lesson")
    run = Run(options, Sink(options.select, options.ignore))
    verb: Callable[[Run], int] = options.run
    try:
        code = verb(run)
        if verb in {render, check, verify} and not getattr(options, "lesson", False):
            run.report()
        return code
    except KeyboardInterrupt:
        complain("gen: interrupted")
        return _INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return _BROKEN_PIPE
    except OSError as error:
        _drop_output()
        complain(f"gen: {error.filename or 'standard output'}: {(error.strerror or str(error)).lower()}")
        return BAD_INPUT
    except Exception as error:
        return _internal_error(error, options.verbose)


def _drop_output() -> None:
    """Lets what could not be written go, or the interpreter would try again on its way out and exit otherwise."""
    with contextlib.suppress(OSError, ValueError):  # standard output may be no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _internal_error(error: Exception, verbose: bool) -> int:
    if verbose:
        import traceback

        traceback.print_exception(error)
    complain(f"gen: this is a bug in gen ({type(error).__name__}: {error}); please report it with `-v`")
    return INTERNAL
