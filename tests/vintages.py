"""Small made-up trees of old releases and of vendors: what their Kconfig and headers call context tracking.

All of it is invented text; only the names are those of the kernel.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from gen.diagnostics import Span
from gen.model.entry import Whence
from gen.recover import known
from gen.spec.entry_facts import EntryFacts, EntryRow, Machine, entry_facts

FEATURES = "Documentation/features/time/context-tracking/arch-support.txt"
PAIR_HEADER = "include/linux/context_tracking.h"
STATE_HEADER = "include/linux/context_tracking_state.h"


@dataclass(frozen=True)
class Vintage:
    """A tree by its names. `version` is what its Makefile says; `offstack` is the option, empty if there is none.

    `heeds` says whether exception_enter() looks at that option. `after` is when the names of v6.0 are there, `states`
    are the constants for user and kernel.
    """

    version: str
    tracking: str
    offstack: str
    states: tuple[str, str]
    after_6_0: bool
    heeds: bool = True
    tif_nohz: bool = True
    own_file_first: bool = True

    def either(self, old: str, new: str) -> str:
        """The name before or after the rename of v6.0."""
        return new if self.after_6_0 else old

    @property
    def symbols(self) -> tuple[str, ...]:
        """The options of arch/Kconfig."""
        return tuple(filter(None, (self.tracking, self.offstack, "HAVE_TIF_NOHZ" if self.tif_nohz else "")))

    def files(self, arch: str = "toy", more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The tree, with one architecture that tracks and keeps the state with the pair."""
        major, minor = self.version.split(".")
        source = 'source "arch/$(SRCARCH)/Kconfig"\n' if self.own_file_first else ""
        whole = "".join(f"\nconfig {name}\n\tbool\n" for name in self.symbols)
        user = ("CONTEXT_TRACKING_USER", "CONTEXT_TRACKING_USER_FORCE")
        own_options = ("CONTEXT_TRACKING", *(user if self.after_6_0 else ("CONTEXT_TRACKING_FORCE",)))
        own = f"config {arch.upper()}\n\tdef_bool y\n\tselect {self.tracking}\n"
        return {
            "Makefile": f"VERSION = {major}\nPATCHLEVEL = {minor}\nSUBLEVEL = 7\nEXTRAVERSION =\n",
            "Kconfig": "" if self.own_file_first else 'source "arch/$SRCARCH/Kconfig"\n',
            "arch/Kconfig": source + whole,
            "kernel/time/Kconfig": "".join(f"config {name}\n\tbool\n\n" for name in own_options),
            PAIR_HEADER: self._pair_header(),
            STATE_HEADER: self._state_header(),
            "include/linux/rcutree.h": self._rcu_header(),
            FEATURES: f"#\n# Feature name: context-tracking\n#\n    |         {arch}: |  ok  |\n",
            f"arch/{arch}/Kconfig": own if self.own_file_first else f'{own}source "arch/Kconfig"\n',
            f"arch/{arch}/kernel/traps.c": self.handlers(),
            **(more or {}),
        }

    def handlers(self) -> str:
        """C that uses the pair as it should, and every name of this tree."""
        user, kernel = self.states
        return f"""\
void do_trap(struct pt_regs *regs)
{{
	enum ctx_state prev_state = exception_enter();

	handle(regs);
	exception_exit(prev_state);
}}

#ifdef CONFIG_{self.either("CONTEXT_TRACKING", "CONTEXT_TRACKING_USER")}
static int where(void)
{{
	return {self.either("ct_state", "__ct_state")}() == {user} || something() != {kernel};
}}
#endif

void do_nmi(struct pt_regs *regs)
{{
	{self.either("rcu_nmi_enter", "ct_nmi_enter")}();
	handle(regs);
	{self.either("rcu_nmi_exit", "ct_nmi_exit")}();
}}
"""

    def _pair_header(self) -> str:
        guard = f"IS_ENABLED(CONFIG_{self.offstack}) || " if self.offstack and self.heeds else ""
        return f"""\
/* Not names of this tree: CT_STATE_USER CONTEXT_USER rcu_nmi_enter ct_nmi_enter __ct_state CONFIG_HAVE_X_OFFSTACK */
void {self.either("context_tracking_user_enter", "user_enter_callable")}(void);
void {self.either("context_tracking_user_exit", "user_exit_callable")}(void);
void {self.either("context_tracking_cpu_set", "ct_cpu_track_user")}(int cpu);
void {self.either("context_tracking_enter", "ct_user_enter")}(enum ctx_state to);
void {self.either("context_tracking_exit", "ct_user_exit")}(enum ctx_state from);

static inline enum ctx_state exception_enter(void)
{{
	enum ctx_state was;

	if ({guard}!context_tracking_enabled())
		return 0;
	was = this_state();
	if (was != {self.states[1]})
		{self.either("context_tracking_exit", "ct_user_exit")}(was);
	return was;
}}

static inline void exception_exit(enum ctx_state was) {{ back_to(was); }}
"""

    def _state_header(self) -> str:
        user, kernel = self.states
        plain = "" if not self.after_6_0 else "static inline int __ct_state(void) { return 0; }\n"
        return f"enum ctx_state {{ {kernel}, {user} }};\n{plain}static inline int ct_state(void) {{ return 0; }}\n"

    def _rcu_header(self) -> str:
        kinds = [f"{kind}_{way}" for kind in ("nmi", "irq", "idle") for way in ("enter", "exit")]
        return "".join(f"void {self.either('rcu', 'ct')}_{kind}(void);\n" for kind in kinds)


_OLD = Vintage(
    "5.15",
    "HAVE_CONTEXT_TRACKING",
    "HAVE_CONTEXT_TRACKING_OFFSTACK",
    ("CONTEXT_USER", "CONTEXT_KERNEL"),
    after_6_0=False,
)
_NEW = Vintage(
    "6.12",
    "HAVE_CONTEXT_TRACKING_USER",
    "HAVE_CONTEXT_TRACKING_USER_OFFSTACK",
    ("CT_STATE_USER", "CT_STATE_KERNEL"),
    after_6_0=True,
)

VINTAGES = {
    "4.14": replace(_OLD, version="4.14", offstack="", tif_nohz=False, own_file_first=False),
    "4.19": replace(_OLD, version="4.19", offstack="", tif_nohz=False),
    "5.10": replace(_OLD, version="5.10", offstack=""),
    "5.15": _OLD,
    "6.1": replace(_NEW, version="6.1", states=_OLD.states),
    "6.12": _NEW,
    "5.10 with offstack": replace(_OLD, version="5.10"),
    "5.10 with offstack, half": replace(_OLD, version="5.10", heeds=False),
    "4.19 with all of 6.12": replace(_NEW, version="4.19"),
    "6.6 with old names": replace(_OLD, version="6.6"),
    "6.6 without offstack": replace(_NEW, version="6.6", states=_OLD.states, offstack=""),
}
"""Trees by what is special in them: releases, and what vendors have."""


def know_the_handlers(monkeypatch: pytest.MonkeyPatch, handlers: str = "do_trap|do_nmi") -> None:
    """Gives the toy what every shipped architecture has: facts that say that the handlers are parts of its paths."""
    row = EntryRow(
        symbol=re.compile(handlers),
        macro=None,
        file=None,
        kind="",
        whence=Whence.ANY,
        interrupt_class="",
        masked=(),
        dispatches=False,
        inner=False,
        part=True,
        span=Span("toy"),
    )
    facts = EntryFacts("toy", "toy", classes={}, calls=(), rows=(row,), config={}, machine=Machine())
    monkeypatch.setattr(known, "entry_facts", lambda arch: facts if arch == "toy" else entry_facts(arch))
