"""What stands in the way of a series, in words."""

from __future__ import annotations

from gen.diagnostics import Said, rule


@rule()
def patch_refused(reason: str, function: str) -> Said:
    """code that no patch can be made for with certainty

    A series is made only of edits that are certain to be right. The saved state that is passed on, stored or compared,
    a call in a condition or a macro, code that is not understood in some configuration: a person has to look there.
    Nothing is written then.

    Instead: change this place by hand first, and run it again.
    """
    return Said(f"{reason}, in {function}()" if function else reason, "change this by hand first; nothing is written")


@rule()
def claim_not_proved(what: str) -> Said:
    """a series that would declare offstack where its proof does not hold

    The entry paths of the tree do not keep the promise of HAVE_CONTEXT_TRACKING_USER_OFFSTACK, so that a kernel with
    this series would be wrong. `--rfc` makes the series a request for comments, with the reasons in its cover letter.

    Instead: `gen verify ARCH --tree DIR --offstack true` shows how it breaks; `--rfc` to ask for comments all the same.
    """
    return Said(what, "`--rfc` makes the series a request for comments; `gen verify` shows the timelines")


@rule()
def proof_of_other_code(what: str) -> Said:
    """a series for entry code of which not all is known

    What is proved is the tree's own entry code. Where some of it was not read, or calls what is not found, or is
    entered in a way that nobody has described, a proof would leave that out, and a series that claims it would claim
    too much.

    Instead: `gen verify ARCH --tree DIR` says what is not known; describe it in the spec, or ask for comments with
    `--rfc`, and with this reason.
    """
    return Said(what, "no proof covers this; `--rfc` makes the series a request for comments")


@rule()
def port_is_a_draft(arch: str) -> Said:
    """a series that begins context tracking in an architecture that has none

    What is rendered from the spec are stubs: the functions of the port that they call are to be written by somebody
    who knows the hardware, and nothing builds or calls the stubs yet. Such a series can only ask for comments.

    Instead: `--rfc`.
    """
    return Said(
        f"arch/{arch} does not track user context yet, and what begins it is a draft", "ask for comments: `--rfc`"
    )


@rule()
def patch_check_failed(problem: str) -> Said:
    """a series that does not pass its own checks

    Before anything is written each patch is applied with git am to a scratch copy, parsed, and looked at for its form,
    with `--run-tree-scripts` by the tree's checkpatch.pl --strict; planning it again on the patched tree has to come
    out empty. A series that fails is not written.

    Instead: report it with the tree's version; it is a shortcoming of gen.
    """
    return Said(problem, "nothing is written; please report this")


@rule()
def object_differs(what: str) -> Said:
    """a removal that changes more than the pair

    Where offstack is declared exception_enter() and exception_exit() are nothing, so taking them out may not change
    an instruction. `--verify-objects` builds each file before and after, with the select on both sides, and compares
    the functions of the objects; or the file does not build any more.

    Instead: look at what differs, and report it with the tree's version.
    """
    return Said(what, "nothing is written; look at the two objects, and please report this")


@rule()
def stray_patch(name: str) -> Said:
    """a mail in the output folder that is not of the series

    A series is sent as all mails of its version in a folder. What an earlier run has left there, or somebody has put
    there, would be sent along; it may have been changed by hand, so it is not removed either.

    Instead: remove it, or write to another folder with -o.
    """
    return Said(
        f"{name} is of another series, and would be sent with this one", "remove it, or write elsewhere with -o"
    )


@rule()
def edited_patch(name: str) -> Said:
    """a file in the output folder that was changed since it was written

    SHA256SUMS says what was written there. A cover letter that somebody has worked on is not overwritten, nor is a file
    of that name that comes from elsewhere.

    Instead: `-v 2` for the next version, -o for another folder, or `--force` if the changes may go.
    """
    return Said(
        f"{name} was changed by hand, and would be overwritten", "write version 2 beside it (-v 2), or `--force`"
    )


@rule()
def patch_stale(file: str) -> Said:
    """a series on disk that is not the one that would be written now

    `gen patch --check` makes the series in memory and compares it with what is in the output folder.

    Instead: run it without `--check`.
    """
    return Said(f"{file} is not what would be written", "run it without --check")
