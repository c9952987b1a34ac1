"""What a kernel that was booted complains of, in words."""

from __future__ import annotations

from gen.diagnostics import Said, rule


@rule()
def kernel_complains(what: str, times: int, during: str, way: str) -> Said:
    """a kernel that was booted complains

    The kernel was built with PROVE_LOCKING, PROVE_RCU, RCU_EQS_DEBUG, DEBUG_ATOMIC_SLEEP and context tracking forced
    on every CPU, and its first process crosses the boundary between user and kernel in every way that qemu has. What
    the kernel says then is its own verdict. The place is the check that failed; the functions behind it are where from.

    Instead: `gen verify` and `gen lint` show the entry path that is wrong; the console has the whole report.
    """
    often = f", {times} times" if times > 1 else ""
    behind = f", in {way}" if way else ""
    return Said(f"{what}{often}, first during `{during}`{behind}", "the console has the whole report")


@rule()
def objtool_complains(what: str) -> Said:
    """objtool complains of a kernel that was built

    It follows each noinstr function through the machine code: between user mode and user_exit, and behind user_enter,
    nothing may be called that can be instrumented, unless it stands between instrumentation_begin() and
    instrumentation_end(). A kernel with DEBUG_ENTRY has it do so (x86).

    Instead: `gen lint` shows the entry path and the line that it means.
    """
    return Said(f"objtool: {what}", "make the function noinstr, or put the call into instrumentable code")


@rule()
def boot_unfinished(why: str, during: str) -> Said:
    """a kernel that was booted does not come to the end of what its first process does

    It hangs, dies, is too slow, or has so much to complain of that nobody wants to hear more. What it did not do has
    not been checked.

    Instead: read the end of its console.
    """
    return Said(f"{why}, during `{during}`", "the console ends there; `--timeout` gives it longer")
