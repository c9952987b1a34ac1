"""Writes docs/trees.md: what `gen` reads of each tree, what it says of it, and what that rests on.

make trees      asks the trees that KERNEL_TREE_* name, and writes the page again
"""

from __future__ import annotations

import argparse
import os
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml
from support import ROOT, run
from trees import load_spec

from gen.diagnostics import Diagnostic
from gen.kernel.tree import KernelTree, find_tree
from gen.lint.recovered import TreeVerdict, verdict
from gen.lint.workspace import Workspace, folder_of
from gen.model.entry import Step
from gen.model.vocabulary import TO_KERNEL, TO_USER
from gen.recover.files import TreeFiles
from gen.recover.how import How
from gen.recover.recover import Recovered
from gen.report.tree_verdict import read_counts
from gen.spec.archspec import ArchSpec
from gen.verify.judge import Answer, Judgement, Verdict, doubtful_steps
from gen.verify.story import requirement_findings, violation_finding

PAGE = ROOT / "docs" / "trees.md"
_HERE = Path(__file__).resolve().parent
RESULTS = _HERE / "trees.yaml"
TREES = ("KERNEL_TREE_NEWEST", "KERNEL_TREE_PREVIOUS", "KERNEL_TREE_6_12", "KERNEL_TREE_6_1")
Results = dict[str, Any]

ARCHITECTURES = ("arm", "arm64", "csky", "loongarch", "mips", "powerpc", "riscv", "sparc64", "x86", "xtensa")


def seen(tree: KernelTree, arch: str) -> Results:
    """What is said of one architecture of a tree."""
    spec = load_spec(Path("arch_specs") / f"{arch}.yaml")
    folder = folder_of(spec.kconfig.file)
    found = verdict(Workspace(tree, (), {folder: spec}), folder)
    alone = Workspace(tree, (), {}).recovered(folder)
    return {
        "read": read_counts(found.recovered),
        "as it is": found.as_it_is.verdict.value,
        "without the pair": found.offstack.verdict.value,
        "why": why(found, spec),
        "without a spec": {**_of_c(alone), "in doubt": in_doubt(alone)},
    }


def why(found: TreeVerdict, spec: ArchSpec) -> str:
    """The verdict in a sentence, with a place."""
    for judgement in (found.as_it_is, found.offstack):
        if judgement.verdict is Verdict.VIOLATED:
            return _broken(judgement, spec, found.recovered.files)
    if found.offstack.doubts:
        doubt = found.offstack.doubts[0]
        return f"{doubt.what} ({doubt.span})"
    places = " and ".join(f"{word} ({place})" for word, place in transitions(found.recovered))
    return f"whatever can be masked is masked around {places}"


def _broken(judgement: Judgement, spec: ArchSpec, files: TreeFiles) -> str:
    for violation in judgement.violations:
        return _told(violation_finding(judgement, violation, spec.offstack_span), files)
    wrong = [each for each in judgement.requirements if each.answer is Answer.VIOLATED]
    found = [finding for each in wrong for finding in requirement_findings(each)] or list(judgement.misplaced)
    return _told(found[0], files)


def _told(finding: Diagnostic, files: TreeFiles) -> str:
    """The message with its place in the tree; what only a spec says is where the path that it names begins."""
    if finding.span.file.startswith("arch/"):
        return f"{finding.message} ({finding.span})"
    named = re.search(r"\bin (\w+) \((arch/[^)]+)\)|\bin ()(arch/\S+)$", finding.message)
    if named is None:
        return finding.message
    symbol, file = (named[1], named[2]) if named[1] else (finding.message.split()[0], named[4])
    lines = (files.text(file) or "").split("\n")
    line = next((number for number, text in enumerate(lines, 1) if re.search(rf"\b{symbol}\b", text)), 1)
    return finding.message.replace(file, f"{file}:{line}")


def transitions(read: Recovered) -> Iterator[tuple[str, str]]:
    """Where most paths enter the KERNEL state, and where they leave it."""
    for effects in (TO_KERNEL, TO_USER):
        counted = Counter(
            (node.item.word, str(node.item.span))
            for each in read.paths
            for node in (each.path.graph.nodes if each.path.graph else ())
            if isinstance(node.item, Step) and node.item.row.effect in effects
        )
        if counted:
            yield counted.most_common(1)[0][0]


def _of_c(read: Recovered) -> Results:
    in_c = [each for each in read.paths if not each.path.is_assembly]
    return {"paths": len(in_c), "c": sum(each.how in {How.C, How.ASSEMBLY} for each in in_c)}


def in_doubt(read: Recovered) -> list[str]:
    """The C paths with a step in a window of which it is not known what it does, each with the first such step."""
    first: dict[str, str] = {}
    for doubt in doubtful_steps(read.model):
        what, _, path = doubt.what.rpartition(", in ")
        first.setdefault(path, f"{path}: {what} ({doubt.span})")
    return list(first.values())


def measure(asked: list[str]) -> Results:
    """What is said of every tree there is."""
    results: Results = {"date": time.strftime("%Y-%m-%d", time.gmtime()), "trees": {}, "runs": {}}
    for number, name in enumerate(each for each in TREES if os.environ.get(each)):
        tree = find_tree(Path(os.environ[name]))
        assert tree is not None
        results["trees"][tree.version] = {arch: seen(tree, arch) for arch in asked}
        if number == 0:
            broken = [arch for arch, said in results["trees"][tree.version].items() if said["as it is"] == "violated"]
            results["runs"] = {arch: told(arch, tree) for arch in broken}
    return results


def told(arch: str, tree: KernelTree) -> str:
    """The first run that shows what is wrong as a tree is, as `gen verify` prints it."""
    lines = run("verify", arch, "--tree", tree.root).out.split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith("        what the CPU does"))
    first = max(number for number in range(start) if not lines[number].strip())
    end = next(
        number for number in range(start, len(lines)) if not lines[number].strip().startswith(tuple("w0123456789"))
    )
    return "\n".join(line.rstrip() for line in lines[first + 1 : end])


_SAID = {"holds": "holds", "violated": "**violated**", "unknown": "cannot tell"}


def page(results: Results) -> str:
    """docs/trees.md."""
    newest, *others = results["trees"]
    now = results["trees"][newest]
    return (
        (_HERE / "trees.md.in")
        .read_text(encoding="utf-8")
        .format(
            newest=newest,
            date=results["date"],
            rows="\n".join(_row(arch, said) for arch, said in now.items()),
            others=" | ".join(others),
            lines="|".join("---" for _ in others),
            older="\n".join(_cells([arch, *(_older(results["trees"][each][arch]) for each in others)]) for arch in now),
            alone="\n".join(_alone(arch, said["without a spec"]) for arch, said in now.items()),
            runs="\n\n".join(f"### {arch}\n\n```\n{_shortened(text)}\n```" for arch, text in results["runs"].items()),
        )
    )


MOST_PLACES = 8
"""Places of one property that are listed; `gen verify` lists all of them."""


def _shortened(text: str) -> str:
    lines = text.split("\n")
    places = [number for number, line in enumerate(lines) if re.match(r"    \w+/", line)]
    left = places[MOST_PLACES:]
    if left:
        lines[left[0] : left[-1] + 1] = [f"    ... and {len(left)} more"]
    return "\n".join(lines)


def _cells(cells: Iterable[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _row(arch: str, said: Results) -> str:
    return _cells([arch, _share(said["read"]), _SAID[said["as it is"]], _SAID[said["without the pair"]], said["why"]])


def _alone(arch: str, said: Results) -> str:
    doubts = said["in doubt"]
    return _cells([arch, said["paths"], said["c"], len(doubts), "; ".join(doubts[:3]) or "-"])


def _share(read: Results) -> str:
    parts = (("c", "in C"), ("assembly", "in assembly"), ("declared", "declared"))
    kinds = ", ".join(f"{read[key]} {words}" for key, words in parts if read[key])
    return f"{read['paths'] - read['unread']} of {read['paths']}: {kinds}"


def _older(said: Results) -> str:
    return f"{_share(said['read'])}; {_SAID[said['as it is']]}, {_SAID[said['without the pair']]} without the pair"


def load_results() -> Results:
    """The results on disk."""
    loaded: Results = yaml.safe_load(RESULTS.read_text(encoding="utf-8"))
    return loaded


def main() -> None:
    """Does what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the page from what was seen")
    options = parser.parse_args()
    if not options.write:
        text = yaml.safe_dump(measure(list(ARCHITECTURES)), sort_keys=False, width=120, allow_unicode=True)
        RESULTS.write_text(f"# What tests/recover/tree_page.py has seen; docs/trees.md is written from it.\n{text}")
    PAGE.write_text(page(load_results()), encoding="utf-8")


if __name__ == "__main__":
    main()
