"""The architectures that can be booted: what builds each one's kernel, and its machine of qemu."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from gen.facts.loader import Boot, architecture, architectures
from gen.patch.building import Machine, built


@dataclass(frozen=True)
class Target:
    """How one architecture is built and booted."""

    machine: Machine
    boot: Boot

    @property
    def arch(self) -> str:
        """Its folder in arch/."""
        return self.machine.arch

    @property
    def goal(self) -> str:
        """What make is told to make."""
        return self.boot.image.rpartition("/")[2]

    def told(self, words: Iterable[str]) -> Target:
        """The same with more words on the command line of its kernel."""
        return replace(self, boot=replace(self.boot, kernel=(*self.boot.kernel, *words)))


@cache
def targets() -> Mapping[str, Target]:
    """The architectures that can be booted, by their folder in arch/."""
    known = map(architecture, architectures())
    return {
        each.arch: Target(built(each, each.compiler, each.boot.options), each.boot)
        for each in known
        if each.compiler and each.boot
    }
