"""Boots every kernel of `boot_mutations`, keeps what was seen in results.yaml, and writes docs/boot.md from that.

python tests/boot/boot_matrix.py            boots what has no result yet
python tests/boot/boot_matrix.py --again    boots everything
python tests/boot/boot_matrix.py --only ARCH|NAME...
python tests/boot/boot_matrix.py --write    only writes docs/boot.md again
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from boot_mutations import CASES, Case
from order_cases import findings
from order_trees import Mutation, have_tree, mutated, read_tree, text_of, unchanged
from support import ROOT, run_json
from trees import TREE_RELEASE, kernel_tree

from gen.boot.console import read_console
from gen.boot.kernel import bench
from gen.boot.machine import Ended, boot
from gen.boot.targets import targets
from gen.kernel.tree import find_tree
from gen.patch.applied import files_after

_TESTS = ROOT / "tests"
RESULTS = _TESTS / "boot" / "results.yaml"
PAGE = ROOT / "docs" / "boot.md"
_PATIENCE = 240
_PLACES = 4
"""Complaints that are kept of a boot."""

Results = dict[str, Any]


# What is booted.


def changed_files(case: Case, tree: Path) -> dict[str, bytes | None]:
    """The files in which a case is not the tree, as `Bench.kernel` takes them."""
    have_tree(TREE_RELEASE, tree)
    if case.mutation is not None:
        return {case.mutation.file: mutated(TREE_RELEASE, case.mutation).encode("utf-8")}
    return _series(case.arch, tree) if case.series else {}


def _series(arch: str, tree: Path) -> dict[str, bytes | None]:
    known = find_tree(tree)
    assert known is not None
    with tempfile.TemporaryDirectory() as folder:
        asked = (
            ()
            if _verified(arch, offstack=True)["verdicts"][0]["verdict"] == "holds"
            else ("--offstack", "true", "--rfc")
        )
        command = [sys.executable, "-m", "gen", "patch", arch, *asked, "--tree", str(tree), "-o", folder]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return files_after(Path(folder), known)


def said_by_gen(case: Case, tree: Path) -> list[str]:
    """The rules that are broken: of a mutation as lint reads it back, else of the spec as it is shipped."""
    return said_by_lint(case.mutation, case.arch, tree) if case.mutation else said_by_verify(case)


def said_by_verify(case: Case) -> list[str]:
    """The rules that the spec breaks, with a series as if it were applied; what may be instrumented is none."""
    findings = _verified(case.arch, offstack=case.series or None)["findings"]
    return sorted({each["rule"] for each in findings if not each["rule"].startswith("offstack-")})


def _verified(arch: str, offstack: bool | None) -> Results:
    asked = () if offstack is None else ("--offstack", str(offstack).lower())
    return dict(run_json("verify", arch, *asked).document)


def said_by_lint(mutation: Mutation, arch: str, tree: Path) -> list[str]:
    """The rules that find a mutation when the C is read back and what was read is verified."""
    have_tree(TREE_RELEASE, tree)
    changed = {mutation.file: mutated(TREE_RELEASE, mutation)}

    def lines(texts: Mapping[str, str], mutant: bool) -> set[tuple[str, str]]:
        reading = read_tree(TREE_RELEASE, arch, dict(texts)) if mutant else unchanged(TREE_RELEASE, arch)
        found = set()
        for each in findings(reading):
            text = texts.get(each.span.file) or text_of(TREE_RELEASE, each.span.file) or ""
            found.add((each.rule, text.split("\n")[each.span.line - 1].strip()))
        return found

    return sorted({rule for rule, _ in lines(changed, True) - lines({}, False)})


def said_by_the_kernel(case: Case, tree: Path) -> Results:
    """What a kernel says when it is built and booted."""
    target = targets()[case.arch]
    target = replace(target, boot=replace(target.boot, kernel=())) if case.plain else target
    started = time.monotonic()
    known = find_tree(tree)
    assert known is not None
    with bench(known, target, str) as place:
        kernel = place.kernel(changed_files(case, tree), str)
        built = time.monotonic() - started
        heard = boot(target, kernel.image, _PATIENCE, str)
        place.console.write_text(heard.text, encoding="utf-8")
    console = read_console(heard.text)
    return {
        "objtool": _grouped(kernel.objtool),
        "ended": heard.ended.name.lower(),
        "at": console.exercises[-1] if console.exercises else "booting",
        "counted": list(console.counted),
        "complaints": len(console.complaints),
        "first": [
            {
                "what": each.what,
                "times": times,
                "place": f"{each.file}:{each.line}" if each.file else "",
                "way": [name for name in each.way if name != each.function][:3],
            }
            for each, times in console.grouped[:_PLACES]
        ],
        "offstack": kernel.offstack,
        "built": round(built),
        "booted": round(heard.seconds),
    }


def _grouped(objtool: tuple[str, ...]) -> dict[str, int]:
    """What objtool says, without the place of each, and how often."""
    return dict(Counter(said.partition(": ")[2] or said for said in objtool).most_common())


# What was seen.


def load_results() -> Results:
    """The results on disk."""
    loaded: Results = yaml.safe_load(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    return loaded or {"cases": {}}


def save_results(results: Results) -> None:
    """Keeps results, in the order of the cases."""
    order = {case.name: number for number, case in enumerate(CASES)}
    cases = {name: found for name, found in results["cases"].items() if name in order}
    results["cases"] = dict(sorted(cases.items(), key=lambda item: order[item[0]]))
    text = yaml.safe_dump(results, sort_keys=False, width=120, allow_unicode=True)
    RESULTS.write_text(f"# What tests/boot/boot_matrix.py has seen; docs/boot.md is written from it.\n{text}")


def measure(cases: list[Case], tree: Path) -> None:
    """Boots cases one after the other; each result is kept at once."""
    known = find_tree(tree)
    assert known is not None
    for number, case in enumerate(cases, 1):
        print(f"[{number}/{len(cases)}] {case.name}", flush=True)
        seen = {"gen": said_by_gen(case, tree), "kernel": said_by_the_kernel(case, tree)}
        results = load_results()
        results["release"] = known.version
        results["date"] = time.strftime("%Y-%m-%d", time.gmtime())
        results["qemu"] = _version(targets()[case.arch].boot.program)
        results["compiler"] = _version(f"{targets()[case.arch].machine.prefix}gcc")
        results["cases"][case.name] = seen
        save_results(results)
        print(f"    {verdicts(case, seen)}", flush=True)


def _version(program: str) -> str:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split("\n")[0]
    match = re.search(r"\d+\.\d+\.\d+", said)
    return match[0] if match else said


# What is written.


def agree(found: Results) -> bool:
    """Whether reader and kernel say the same of a case: something, or nothing."""
    kernel = found["kernel"]
    complains = bool(kernel.get("objtool")) or bool(kernel["complaints"]) or kernel["ended"] != "done"
    return bool(found["gen"]) == complains


def verdicts(case: Case, found: Results) -> str:
    """A row of the table."""
    rules = ", ".join(f"`{rule}`" for rule in found["gen"]) or "nothing"
    same = "yes" if agree(found) else f"no: {case.why}"
    return f"| {case.name} | {rules} | {_heard(found['kernel'])} | {same} |"


_SHOWN = 2
"""Complaints that the table shows."""


def _heard(kernel: Results) -> str:
    shown = kernel["first"][:_SHOWN]
    left = kernel["complaints"] - sum(each["times"] for each in shown)
    built = [f"objtool: {what}{_times(times)}" for what, times in kernel.get("objtool", {}).items()]
    said = built[:_SHOWN] + ([f"{len(built) - _SHOWN} more of objtool"] if len(built) > _SHOWN else [])
    said += [_complaint(each) for each in shown] + ([f"{left} more"] if left else [])
    if kernel["ended"] != "done":
        said.append(f"**{Ended[kernel['ended'].upper()].value}**, during `{kernel['at']}`")
    return "; ".join(said) or "silent"


def _complaint(said: Results) -> str:
    place = f" at {said['place']}" if said["place"] else ""
    return f"{said['what']}{place}{_times(said['times'])}"


def _times(times: int) -> str:
    return f", {times} times" if times > 1 else ""


def page(results: Results) -> str:
    """docs/boot.md."""
    rows = [verdicts(case, results["cases"][case.name]) for case in CASES if case.name in results["cases"]]
    return (
        (_TESTS / "boot" / "boot.md.in")
        .read_text(encoding="utf-8")
        .format(rows="\n".join(rows), **{key: results[key] for key in ("release", "date", "qemu", "compiler")})
    )


def main() -> None:
    """Does what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", nargs="+", default=[])
    options = parser.parse_args()
    if not options.write:
        tree = kernel_tree("tests/boot")
        known = load_results()["cases"]
        asked = [case for case in CASES if not options.only or {case.name, case.arch} & set(options.only)]
        measure([case for case in asked if options.again or case.name not in known], tree)
    PAGE.write_text(page(load_results()), encoding="utf-8")


if __name__ == "__main__":
    main()
