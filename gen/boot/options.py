"""What a kernel that is booted is asked for, as its tree spells it, and what of that it does not have."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from gen.boot.targets import Target
from gen.facts.loader import BootOption, boot_options, renames
from gen.kernel.kconfig import KconfigReader, Readable

KCONFIG = "Kconfig"


@dataclass(frozen=True)
class Wish:
    """An option with the name that the tree has for it; `known` says whether it has one."""

    option: BootOption
    name: str
    known: bool

    @property
    def line(self) -> str:
        """Its line of .config."""
        return f"CONFIG_{self.name}=y"


def wishes(target: Target, tree: Readable) -> tuple[Wish, ...]:
    """Everything that is asked of a kernel, by the names that the tree's Kconfig has; the newest where it has none."""
    options = _options(target)
    names = {name for option in options for name in spellings(option.symbol)}
    defined = KconfigReader(tree, names).read(target.arch, KCONFIG).by_name
    return tuple(_wish(option, defined) for option in options)


def lost(asked: Iterable[Wish], configured: Collection[str]) -> tuple[Wish, ...]:
    """The wishes that a configuration does not grant: Kconfig drops what it cannot have without a word."""
    return tuple(wish for wish in asked if wish.line not in configured)


def spellings(symbol: str) -> tuple[str, ...]:
    """The names of a config symbol in all releases, the newest first."""
    row = renames().get(symbol)
    return tuple(each.spelling for each in reversed(row.spellings)) if row else (symbol,)


def _options(target: Target) -> tuple[BootOption, ...]:
    own = (BootOption(symbol=symbol) for symbol in target.machine.options)
    serial = (BootOption(symbol=symbol, needed=True) for symbol in target.boot.serial)
    return (*own, *boot_options(), *serial)


def _wish(option: BootOption, defined: Collection[str]) -> Wish:
    names = spellings(option.symbol)
    known = [name for name in names if name in defined]
    return Wish(option, (known or list(names))[0], bool(known))
