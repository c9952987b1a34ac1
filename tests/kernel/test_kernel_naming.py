"""What a tree calls things, asked of its Kconfig and headers; the release is only asked where these show nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from kernel_trees import made
from vintages import PAIR_HEADER, VINTAGES

from gen.kernel.kconfig import KconfigReader
from gen.kernel.naming import Naming, naming_of
from gen.model.release import Release

TRACKING, OFFSTACK = "HAVE_CONTEXT_TRACKING_USER", "HAVE_CONTEXT_TRACKING_USER_OFFSTACK"
NAMES = {
    # The newest name, and what it is before v6.0.
    "user_exit_callable": "context_tracking_user_exit",
    "ct_nmi_enter": "rcu_nmi_enter",
    "ct_irq_exit": "rcu_irq_exit",
    "__ct_state": "ct_state",
}


def names_of(top: Path, vintage: str, **replaced: str) -> Naming:
    files = {**VINTAGES[vintage].files(), **{name.replace("__", "/"): text for name, text in replaced.items()}}
    tree = made(top, files)
    return naming_of(tree.read, tree.release)


@pytest.mark.parametrize("vintage", VINTAGES)
def test_each_name_is_the_trees_own(tmp_path: Path, vintage: str) -> None:
    naming, asked = names_of(tmp_path, vintage), VINTAGES[vintage]
    assert naming.spelled(TRACKING) == asked.tracking
    assert naming.spelled("CT_STATE_USER") == asked.states[0]
    assert {name: naming.spelled(name) for name in NAMES} == {
        name: asked.either(old, name) for name, old in NAMES.items()
    }
    assert naming.respelled(f"select {TRACKING} if ct_nmi_enter && MMU") == (
        f"select {asked.tracking} if {asked.either('rcu_nmi_enter', 'ct_nmi_enter')} && MMU"
    )


@pytest.mark.parametrize("vintage", VINTAGES)
def test_whether_there_is_offstack(tmp_path: Path, vintage: str) -> None:
    naming, asked = names_of(tmp_path, vintage), VINTAGES[vintage]
    assert naming.has(OFFSTACK) == bool(asked.offstack)
    assert naming.lacks(OFFSTACK) == (
        "" if asked.offstack else "this tree has no such option: it came with Linux 5.11 (commit 179a9cf79212)"
    )
    assert naming.ends_the_pair(OFFSTACK) == (bool(asked.offstack) and asked.heeds)
    if asked.offstack:
        assert naming.spelled(OFFSTACK) == asked.offstack


@pytest.mark.parametrize(
    ("release", "tracking", "state", "offstack"),
    [
        ("4.4", "HAVE_CONTEXT_TRACKING", "CONTEXT_USER", False),
        ("5.10", "HAVE_CONTEXT_TRACKING", "CONTEXT_USER", False),
        ("5.11", "HAVE_CONTEXT_TRACKING", "CONTEXT_USER", True),
        ("6.1", TRACKING, "CONTEXT_USER", True),
        ("6.12", TRACKING, "CT_STATE_USER", True),
    ],
)
def test_where_nothing_is_shown_the_release_says_it(release: str, tracking: str, state: str, offstack: bool) -> None:
    naming = Naming(Release.parse(release))
    assert (naming.spelled(TRACKING), naming.spelled("CT_STATE_USER")) == (tracking, state)
    assert naming.has(OFFSTACK) == offstack
    assert naming.ends_the_pair(OFFSTACK)


def test_a_name_in_a_comment_or_a_string_is_none(tmp_path: Path) -> None:
    text = '/* ct_nmi_enter() */\n// CT_STATE_USER\n#define TEXT "a\\"b __ct_state"\nint ct_state(void);\n'
    naming = names_of(tmp_path, "6.12", include__linux__context_tracking_state_h="")
    assert naming.spelled("CT_STATE_USER") == "CT_STATE_USER"
    tree = made(tmp_path / "other", {"include/linux/context_tracking_state.h": text})
    naming = naming_of(tree.read, Release(5, 15))
    assert [naming.spelled(name) for name in ("ct_nmi_enter", "CT_STATE_USER", "__ct_state")] == [
        "rcu_nmi_enter",
        "CONTEXT_USER",
        "ct_state",
    ]
    assert naming.shown == {"define", "TEXT", "int", "ct_state", "void"}


def test_of_two_spellings_the_newer_one_counts(tmp_path: Path) -> None:
    text = VINTAGES["6.12"].files()[PAIR_HEADER] + "#define CONTEXT_USER CT_STATE_USER\n"
    tree = made(tmp_path, {**VINTAGES["6.12"].files(), PAIR_HEADER: text})
    assert naming_of(tree.read, Release(5, 4)).spelled("CT_STATE_USER") == "CT_STATE_USER"


@pytest.mark.parametrize("vintage", VINTAGES)
def test_what_an_architecture_selects_is_found_whichever_file_leads_to_the_other(tmp_path: Path, vintage: str) -> None:
    """Until 4.18 arch/Kconfig does not lead to the architecture's own file, which is the top with $SRCARCH for it."""
    asked = VINTAGES[vintage]
    kconfig = KconfigReader(made(tmp_path, asked.files())).read("toy")
    (select,) = kconfig.selects([asked.tracking])
    assert (select.span.file, select.span.line) == ("arch/toy/Kconfig", 3)
    assert sorted(kconfig.files) == ["arch/Kconfig", "arch/toy/Kconfig"]
    assert [each.name for each in kconfig.configs if each.name == asked.tracking] == [asked.tracking]
    assert not kconfig.not_understood


def test_a_variable_as_it_was_written_until_4_17(tmp_path: Path) -> None:
    files = {
        "arch/toy/Kconfig": 'source "arch/$SRCARCH/more/Kconfig"\nsource "$UNKNOWN/Kconfig"\n',
        "arch/toy/more/Kconfig": "config MORE\n\tbool\n",
    }
    kconfig = KconfigReader(made(tmp_path, files)).read("toy", "arch/toy/Kconfig")
    assert "MORE" in kconfig.by_name
    assert [str(each.span) for each in kconfig.not_understood] == ["arch/toy/Kconfig:2:1"]
