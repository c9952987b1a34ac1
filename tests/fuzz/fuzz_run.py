"""Fuzzes for some time: `make fuzz`, or `python tests/fuzz/fuzz_run.py --seconds 3600 spec c`.

What ends in an exception, or takes longer than a reader may, is written to a folder with the seed of its random
numbers, made smaller; exit 1 then. It becomes a test: a file in tests/fuzz/found/ named after its target.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from types import FrameType

sys.path[:0] = [str(Path(__file__).parents[1])]

from fuzz_mutate import mutated  # noqa: E402, found through the line above
from fuzz_targets import Fuzzed, targets  # noqa: E402


class TooSlowError(Exception):
    """An input that takes longer than any may."""


def failure(target: Fuzzed, data: bytes) -> str:
    """What goes wrong with an input: the last line of the traceback and where; nothing if all is well."""

    def stop(_: int, frame: FrameType | None) -> None:
        raise TooSlowError

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, target.longest)
    try:
        target.run(data)
    except TooSlowError:
        return "too slow"
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} at {Path(last.filename).name}:{last.name}"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return ""


def _fails_so(target: Fuzzed, what: str, data: bytes) -> bool:
    return failure(target, data) == what


def smaller(data: bytes, fails: Callable[[bytes], bool], tries: int = 400) -> bytes:
    """An input without what does not matter (Zeller, Hildebrandt: Simplifying and isolating failure-inducing input)."""
    size = len(data) // 2
    while size and tries > 0:
        place = 0
        while place < len(data) and tries > 0:
            without = data[:place] + data[place + size :]
            tries -= 1
            if fails(without):
                data = without
            else:
                place += size
        size //= 2
    return data


def fuzz(target: Fuzzed, seconds: float, seed: int, found: dict[str, Path], folder: Path) -> int:
    """Runs one target for some time; the number of inputs. What goes wrong is kept once for each place."""
    random, seeds = Random(seed), target.seeds()
    end, count = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        data = mutated(seeds, random)
        count += 1
        what = failure(target, data)
        key = f"{target.name}: {what}"
        if what and key not in found:
            small = data if what == "too slow" else smaller(data, partial(_fails_so, target, what))
            place = folder / f"{target.name.replace(':', '-').replace('/', '-')}-{len(found)}"
            place.write_bytes(small)
            found[key] = place
            print(f"{key}: {place}", flush=True)
    return count


def main() -> int:
    """Fuzzes what is asked for; 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", nargs="*", help="default: all of them")
    parser.add_argument("--seconds", type=float, default=60, help="for each target (default: 60)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the random numbers (default: the time)")
    options = parser.parse_args()
    wanted = [each for each in targets() if not options.target or each.name.split(":")[0] in options.target]
    found: dict[str, Path] = {}
    folder = Path(tempfile.mkdtemp(prefix="fuzz-found-"))
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        for each in wanted:
            seconds = options.seconds / sum(other.name.split(":")[0] == each.name.split(":")[0] for other in wanted)
            count = fuzz(each, seconds, options.seed, found, folder)
            print(f"{each.name}: {count} inputs in {seconds:.0f} s, seed {options.seed}", flush=True)
    print(f"{len(found)} kinds of mistake found" + (f", in {folder}" if found else ""))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
