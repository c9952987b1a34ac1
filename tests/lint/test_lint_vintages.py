"""Trees of old releases, and of vendors that have names and options of other ones: each is linted by its own names."""

from __future__ import annotations

from dataclasses import replace

import pytest
from linting import KCONFIG, LEAK, TRAPS, TREE, Toy, places, toy_tree, wanted, write
from support import CLEAN, FINDINGS, changed, run, run_json
from support import TOY_ASM as TOY
from vintages import VINTAGES, Vintage

toy = pytest.fixture(toy_tree)

WITHOUT = [name for name, vintage in VINTAGES.items() if not vintage.offstack]
ENTRIES = """\
void from_user(void), user_work(void), to_user(void);
void do_syscall(void), do_fault(void), do_irq(void), do_nmi(void), ret_from_fork(void);
"""
"""What the spec refers to: assembly, which C only declares."""

CAME = "this tree has no such option: it came with Linux 5.11 (commit 179a9cf79212)"


def put(toy: Toy, vintage: Vintage, **more: str) -> None:
    """Writes the tree; `more` are files with `__` for a slash."""
    for name, text in vintage.files().items():
        write(toy.root / name, text)
    for name, text in more.items():
        write(toy.root / name.replace("__", "/").replace("_c", ".c"), text)


def select(toy: Toy, symbol: str) -> None:
    """Adds a select to the architecture's config."""
    kconfig = toy.root / KCONFIG
    text = kconfig.read_text(encoding="utf-8").replace("def_bool y\n", f"def_bool y\n\tselect {symbol}\n")
    kconfig.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", VINTAGES)
def test_code_with_the_trees_own_names_is_right(toy: Toy, name: str) -> None:
    put(toy, VINTAGES[name])
    result = run("lint", "--tree", TREE)
    assert (result.code, result.err) == (CLEAN, "")
    assert "0 errors, 0 warnings, 0 notes" in result.out


@pytest.mark.parametrize("name", VINTAGES)
def test_names_of_other_trees_are_stale(toy: Toy, name: str) -> None:
    here = VINTAGES[name]
    there = VINTAGES["5.15" if here.after_6_0 else "6.12"]
    put(toy, here, kernel__one_c=there.handlers())
    pairs = [
        (there.either("rcu_nmi_enter", "ct_nmi_enter"), here.either("rcu_nmi_enter", "ct_nmi_enter")),
        (there.either("rcu_nmi_exit", "ct_nmi_exit"), here.either("rcu_nmi_exit", "ct_nmi_exit")),
        *zip(there.states, here.states, strict=True),
    ]
    # The old ones live on in new trees, as something else: they are no proof that the new ones are not there.
    if there.after_6_0 and name != "6.6 with old names":
        pairs += [("__ct_state", "ct_state"), ("CONFIG_CONTEXT_TRACKING_USER", "CONFIG_CONTEXT_TRACKING")]
    found = run_json("lint", "--tree", TREE)
    said = sorted((each["rule"], each["file"], each["message"], each["hint"]) for each in found.findings)
    assert said == sorted(
        (
            "stale-name",
            f"{TREE}/kernel/one.c",
            f"this tree has no `{wrong}`",
            f"its headers and Kconfig call it `{right}`",
        )
        for wrong, right in pairs
        if wrong != right
    )


def test_of_what_a_tree_does_not_show_nothing_is_said(toy: Toy) -> None:
    """The tree has no rcutree.h in which the one or the other would be declared."""
    vintage = VINTAGES["5.15"]
    put(toy, vintage, kernel__one_c="void f(void)\n{\n\tct_irq_enter();\n\trcu_irq_enter();\n}\n")
    (toy.root / "include/linux/rcutree.h").unlink()
    assert run("lint", "--tree", TREE).code == CLEAN


def test_a_name_that_a_header_of_the_architecture_brings_is_not_stale(toy: Toy) -> None:
    code = '#include "compat.h"\nvoid f(void)\n{\n\tct_nmi_enter();\n\tct_nmi_exit();\n}\n'
    put(toy, VINTAGES["5.15"], arch__toy__kernel__one_c=code)
    write(toy.root / "arch/toy/kernel/compat.h", "#define ct_nmi_enter() rcu_nmi_enter()\n")
    found = run_json("lint", "--tree", TREE)
    assert [(each["rule"], each["message"]) for each in found.findings] == [
        ("stale-name", "this tree has no `ct_nmi_exit`")
    ]


# What offstack is where there is no such option.


@pytest.mark.parametrize("name", WITHOUT)
@pytest.mark.parametrize("symbol", ["HAVE_CONTEXT_TRACKING_OFFSTACK", "HAVE_CONTEXT_TRACKING_USER_OFFSTACK"])
def test_a_select_of_an_option_that_is_not_there_declares_nothing(toy: Toy, name: str, symbol: str) -> None:
    put(toy, VINTAGES[name])
    select(toy, symbol)
    (found,) = run_json("lint", "--tree", TREE).findings
    assert (found["rule"], found["severity"], found["file"], found["line"]) == (
        "stale-name", "warning", f"{TREE}/{KCONFIG}", 3,
    )  # fmt: skip
    assert (found["message"], found["hint"]) == (
        f"`{symbol}` is selected, and {CAME}",
        "drop the select, which does nothing",
    )


@pytest.mark.parametrize("name", WITHOUT)
def test_a_spec_cannot_claim_what_the_tree_does_not_have(toy: Toy, name: str) -> None:
    """The pair keeps the state there, whatever the spec says of 6.12: a leak is one, and schedule_user() is built."""
    toy.spec(TOY)
    put(toy, VINTAGES[name])
    write(toy.root / TRAPS, LEAK)
    write(toy.root / "arch/toy/kernel/signal.c", "void work(void)\n{\n\tschedule_user();\n}\n")
    result = run_json("lint", "--tree", TREE)
    assert places(result) == wanted(LEAK, f"{TREE}/{TRAPS}")
    assert not {"offstack-uses-exception-pair", "offstack-eligible"} & set(result.rules)


@pytest.mark.parametrize("name", VINTAGES)
def test_what_a_spec_says_of_kconfig_is_looked_for_in_the_trees_names(toy: Toy, name: str) -> None:
    """The spec has the line `select HAVE_CONTEXT_TRACKING_USER` for its evidence, of Linux 6.12."""
    toy.spec(TOY)
    put(toy, VINTAGES[name])
    write(toy.root / "arch/toy/kernel/entry.c", ENTRIES)
    assert "spec-mismatch" not in run_json("lint", "--tree", TREE).rules


@pytest.mark.parametrize("name", [name for name, each in VINTAGES.items() if each.offstack and each.heeds])
def test_with_the_option_the_pair_does_nothing(toy: Toy, name: str) -> None:
    put(toy, VINTAGES[name])
    select(toy, VINTAGES[name].offstack)
    result = run_json("lint", "--tree", TREE)
    assert [(each["rule"], each["message"]) for each in result.findings] == [
        ("offstack-uses-exception-pair", f"{call}() does nothing here: toy selects {VINTAGES[name].offstack}")
        for call in ("exception_enter", "exception_exit")
    ]
    assert result.code == FINDINGS


def test_a_pair_that_does_not_look_at_the_option_still_does_something(toy: Toy) -> None:
    """A vendor brought the option without what exception_enter() does with it: nothing may be said to do nothing."""
    vintage = VINTAGES["5.10 with offstack, half"]
    put(toy, vintage)
    select(toy, vintage.offstack)
    assert run("lint", "--tree", TREE).code == CLEAN
    write(toy.root / TRAPS, LEAK)
    assert places(run_json("lint", "--tree", TREE)) == wanted(LEAK, f"{TREE}/{TRAPS}")


def test_what_was_found_is_found_anew_when_the_tree_calls_it_otherwise(toy: Toy) -> None:
    """Nothing in the architecture changes between the two runs, and the cache is on."""
    old = VINTAGES["5.15"]
    put(toy, old)
    assert run("lint", "--tree", TREE).code == CLEAN
    moved = replace(old, states=VINTAGES["6.12"].states)
    for name, text in moved.files().items():
        if name.startswith("include/"):
            write(toy.root / name, text)
    found = run_json("lint", "--tree", TREE)
    assert [each["message"] for each in found.findings] == [f"this tree has no `{name}`" for name in old.states]


@pytest.mark.parametrize("name", VINTAGES)
def test_nobody_is_told_to_select_what_the_tree_does_not_have(toy: Toy, name: str) -> None:
    """Nothing uses the pair, and the spec's claim is proved: where there is the option it is a note."""
    vintage = VINTAGES[name]
    toy.spec(TOY)
    put(toy, vintage)
    (toy.root / TRAPS).unlink()
    write(toy.root / "arch/toy/kernel/entry.c", ENTRIES)
    found = run_json("lint", "--tree", TREE).findings
    said = [each["message"].partition(":")[0] for each in found if each["rule"] == "offstack-eligible"]
    assert said == ([f"toy could select {vintage.offstack}"] if vintage.offstack and vintage.heeds else [])


@pytest.mark.parametrize("name", VINTAGES)
def test_entry_code_is_read_back_by_the_trees_names(toy: Toy, name: str) -> None:
    """The spec has the steps of an NMI by the names of 6.12."""
    vintage = VINTAGES[name]
    enter, leave = vintage.either("rcu_nmi_enter", "ct_nmi_enter"), vintage.either("rcu_nmi_exit", "ct_nmi_exit")
    calls = ("__nmi_enter()", f"{enter}()", "handle_nmi(regs)", f"{leave}()", "__nmi_exit()")
    body = "".join(f"\t{call};\n" for call in calls)
    head = "    noinstr: true\n    symbol: do_nmi\n    file: arch/toy/kernel/entry.c\n"
    toy.spec(changed(TOY, f'    code: asm\n{head}    since: "5.11"\n', f"    code: c\n{head}"))
    put(toy, vintage)
    write(toy.root / "arch/toy/kernel/entry.c", f"{ENTRIES}void noinstr do_nmi(struct pt_regs *regs)\n{{\n{body}}}\n")
    read = {each["path"]: each["outcome"] for each in run_json("lint", "--tree", TREE).document["entries"]}
    assert read["nmi"] == "rebuilt"
