"""The verb `boot`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from gen.boot import rules
from gen.boot.console import Complaint, Console, read_console, stem
from gen.boot.kernel import Bench, Kernel, bench
from gen.boot.machine import Ended, Heard
from gen.boot.machine import boot as boot_machine
from gen.boot.targets import Target, targets
from gen.cli.opened import tree_at
from gen.cli.progress import Progress
from gen.cli.run import BAD_INPUT, CLEAN, FINDINGS, Run, UsageError, complain
from gen.diagnostics import Span
from gen.diagnostics.printers import counted
from gen.kernel.tree import KernelTree
from gen.patch.applied import SeriesError, files_after
from gen.patch.building import BuildError
from gen.spec.suggest import nearest

_SHOWN_WAY = 5
"""Functions of a trace that a finding names."""


def boot(run: Run) -> int:
    """Boot a kernel with every check of context tracking, and say what it complains of."""
    try:
        return _boot(run)
    except (UsageError, SeriesError) as error:
        complain(f"gen boot: {error}")
    except BuildError as error:
        complain(f"gen boot: {error.reason}; {error.hint}")
    return BAD_INPUT


def _boot(run: Run) -> int:
    options = run.options
    target = _target(options.arch)
    tree = tree_at(options.tree)
    run.meets(tree.release)
    if not (tree.root / "arch" / target.arch).is_dir():
        raise UsageError(f"{options.tree} has no arch/{target.arch}")
    changed = _changed(options.series, tree)
    progress = Progress()
    try:
        with bench(tree, target, progress) as place:
            kernel = place.kernel(changed, progress)
            heard = boot_machine(target.told(options.append.split()), kernel.image, options.timeout, progress)
            place.console.write_text(heard.text, encoding="utf-8")
    finally:
        progress.done()
    _judge(run, tree, place, kernel, heard)
    return FINDINGS if run.sink.failed else CLEAN


def _target(arch: str) -> Target:
    if arch not in targets():
        guess = nearest(arch, targets())
        hint = f"; did you mean `{guess}`?" if guess else f"; known are {', '.join(targets())}"
        raise UsageError(f"no machine is known for `{arch}`{hint}")
    return targets()[arch]


def _changed(series: str | None, tree: KernelTree) -> Mapping[str, bytes | None]:
    return {} if series is None else files_after(Path(series), tree)


def _judge(run: Run, tree: KernelTree, place: Bench, kernel: Kernel, heard: Heard) -> None:
    """Says what was heard: findings, and what was done."""
    for number, said in enumerate(kernel.objtool, 1):
        span = Span(str(place.objtool), number, 1, number, 1)
        run.sink.add(replace(rules.objtool_complains.at(span, said), function=stem(said.partition("+")[0])))
    console = read_console(heard.text)
    top = run.options.tree.rstrip("/")
    for complaint, times in console.grouped:
        span = _span(complaint, place, top)
        way = ", ".join(f"{each}()" for each in _way(complaint)[:_SHOWN_WAY])
        run.sink.add(
            replace(
                rules.kernel_complains.at(span, complaint.what, times, complaint.during, way),
                function=complaint.function,
            )
        )
    last = console.exercises[-1] if console.exercises else "booting"
    if heard.ended is not Ended.DONE:
        end = Span(str(place.console), max(heard.text.rstrip("\n").count("\n") + 1, 1))
        run.sink.add(rules.boot_unfinished.at(end, heard.ended.value, last))
    _close(run, tree, place, kernel, heard, console)


def _way(complaint: Complaint) -> list[str]:
    """From where, without the function that is the place itself."""
    return [each for each in complaint.way if each != complaint.function]


def _span(complaint: Complaint, place: Bench, top: str) -> Span:
    """The place in the tree, or the line on the console where the kernel names none."""
    if complaint.file:
        return Span(f"{top}/{complaint.file.removeprefix('./')}", complaint.line, 1, complaint.line, 1)
    return Span(str(place.console), complaint.at, 1, complaint.at, 1)


def _close(run: Run, tree: KernelTree, place: Bench, kernel: Kernel, heard: Heard, console: Console) -> None:
    arch, done = place.target.arch, [each for each in console.exercises if each != "done"]
    series = f" with {run.options.series}" if run.options.series else ""
    run.data["boot"] = {
        "arch": arch,
        "kernel": tree.version,
        "offstack": kernel.offstack,
        "ended": heard.ended.name.lower(),
        "exercises": done,
        "impossible": list(console.impossible),
        "counted": list(console.counted),
        "left_out": [wish.name for wish in kernel.left_out],
        "complaints": len(console.complaints),
        "objtool": len(kernel.objtool),
        "console": str(place.console),
    }
    run.closing += [
        f"{arch}: Linux {tree.version}{series}, offstack {'selected' if kernel.offstack else 'not selected'}",
        *_left_out(kernel),
        *([f"  objtool   {counted(len(kernel.objtool), 'complaint')}"] if kernel.objtool else []),
        f"  booted    in {place.target.boot.program}: {heard.ended.value}, in {heard.seconds:.0f} s",
        f"  did       {', '.join(done) or 'nothing'}",
        *(f"  not done  {each}" for each in console.impossible),
        *([f"  counted   {', '.join(console.counted)}"] if console.counted else []),
        f"  heard     {counted(len(console.complaints), 'complaint') if console.complaints else 'no complaint'}",
        f"  console   {place.console}",
    ]


def _left_out(kernel: Kernel) -> Iterator[str]:
    """What was asked of the kernel and is not in it, and why; where a check is not, silence says less."""
    for wish in kernel.left_out:
        label = "unchecked" if wish.option.checks else "left out "
        why = "something that it depends on is missing" if wish.known else "the tree does not have it"
        yield f"  {label} {wish.name}: {why}"
