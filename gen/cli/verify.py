"""The verb `verify`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from gen.cli.load import judged, loaded, written
from gen.cli.run import BAD_INPUT, CANNOT_TELL, CLEAN, FINDINGS, Run, write_out
from gen.cli.verify_tree import verify_tree

if TYPE_CHECKING:
    from gen.verify.notation import Configuration


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
    if run.options.tree:
        code = verify_tree(run, drawn)
        return _draw(run, drawn) or code
    specs, code = loaded(run)
    for spec in specs:
        model = spec.model.in_release(run.options.kernel or spec.kernel)
        if run.options.offstack is not None:
            model = replace(model, offstack=run.options.offstack)
        started = time.process_time()
        judgement = judged(run, spec, model, as_error=True)
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
    outcomes = written(run, Path(run.options.svg), {name: text.encode() for name, text in drawn.items()})
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
    drawn = dict(raw_picture(each) for each in answers if each.rows)
    verdicts = {each.verdict for each in answers}
    code = FINDINGS if "violated" in verdicts else CANNOT_TELL if "unknown" in verdicts else CLEAN
    return _draw(run, drawn) or code


def _raw_models(run: Run, file: str) -> tuple[Configuration, ...] | None:
    """The configurations of a file; None if it has none, which the sink then says."""
    from gen.diagnostics import Span
    from gen.kernel.json_text import JsonError, read_json
    from gen.kernel.tree import LARGEST_READ, too_large
    from gen.verify import rules as verify_rules
    from gen.verify.machine import MachineError
    from gen.verify.notation import read_configuration, read_file

    try:
        with Path(file).open("rb") as stream:
            content = stream.read(LARGEST_READ + 1)
        if len(content) > LARGEST_READ:
            run.sink.add(verify_rules.model_syntax.at(Span(file), f"this is {too_large(LARGEST_READ)}"))
            return None
        data = read_json(content)
    except OSError as error:
        from gen.spec import rules as spec_rules

        run.sink.add(spec_rules.unreadable_file.at(Span(file), (error.strerror or str(error)).lower()))
    except JsonError as error:
        span = Span(file, error.line, error.column, error.line, error.column + 1)
        run.sink.add(verify_rules.model_syntax.at(span, str(error)))
    else:
        try:
            whole = isinstance(data, dict) and "configs" in data
            return read_file(data) if whole else (read_configuration(data),)
        except MachineError as error:
            run.sink.extend(verify_rules.model_invalid.at(Span(file), problem) for problem in error.problems)
    return None
