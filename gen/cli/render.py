"""The verbs `render` and `check`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gen.cli.load import judged, loaded, refuse, written
from gen.cli.run import BAD_INPUT, CLEAN, FINDINGS, Run, write_out
from gen.diagnostics.diagnostic import Severity
from gen.diagnostics.printers import counted

if TYPE_CHECKING:
    from gen.render.pipeline import Difference, Rendered
    from gen.spec.archspec import ArchSpec


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
        refuse(run, root, error)
        return BAD_INPUT
    outcomes = written(run, root, {name: content for each in made for name, content in each.contents().items()})
    if outcomes is None:
        return BAD_INPUT
    _summarise(run, made, outcomes)
    return FINDINGS if run.sink.failed else CLEAN


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


def _rendered(run: Run) -> tuple[list[Rendered], int]:
    """Every spec that was named, rendered in memory, and the exit code so far."""
    from gen.render.pipeline import render_spec
    from gen.resources import templates_directory

    templates = Path(run.options.templates) if run.options.templates else templates_directory()
    specs, code = loaded(run)
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
    judgement = judged(run, spec, model, as_error=model.offstack)
    if judgement is None:
        return False
    if model.offstack and not judgement.holds:
        run.closing += told(judgement)
        return False
    run.proofs[spec.arch] = list(proved_sentences(judgement))
    return True


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
