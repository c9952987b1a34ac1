"""What a kernel that is booted is asked for, as its tree spells it, and what of that it does not have."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from gen.boot.targets import Target
from gen.facts.loader import AskedOption, boot_options
from gen.kernel.kconfig import KconfigReader, Readable
from gen.kernel.names import spellings

KCONFIG = "Kconfig"


@dataclass(frozen=True)
class Wish:
    """An option with the name that the tree has for it; `known` says whether it has one."""

    option: AskedOption
    name: str
    known: bool

    @property
    def line(self) -> str:
        """Its line of .config."""
        return f"CONFIG_{self.name}={self.option.value}"


def wishes(target: Target, tree: Readable, initramfs: Path) -> tuple[Wish, ...]:
    """Everything that is asked of a kernel, by the names that the tree's Kconfig has; the newest where it has none.

    `initramfs` says what files it has when it boots.
    """
    options = [replace(each, value=each.value.format(initramfs=initramfs)) for each in _options(target)]
    names = {name for option in options for name in spellings(option.symbol)}
    defined = KconfigReader(tree, names).read(target.arch, KCONFIG).by_name
    return tuple(_wish(option, defined) for option in options)


def lost(asked: Iterable[Wish], configured: Collection[str]) -> tuple[Wish, ...]:
    """The wishes that a configuration does not grant: Kconfig drops what it cannot have without a word."""
    return tuple(wish for wish in asked if wish.line not in configured)


def _options(target: Target) -> tuple[AskedOption, ...]:
    own = (AskedOption(symbol=symbol) for symbol in target.machine.options)
    serial = (AskedOption(symbol=symbol, needed=True) for symbol in target.boot.serial)
    return (*own, *boot_options(), *serial)


def _wish(option: AskedOption, defined: Collection[str]) -> Wish:
    known = [name for name in spellings(option.symbol) if name in defined]
    return Wish(option, known[-1] if known else option.symbol, bool(known))
