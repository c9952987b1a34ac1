"""The verbs that describe `gen` itself: `explain`, `rules` and `schema`."""

from __future__ import annotations

from gen.cli.run import BAD_INPUT, CLEAN, Run, complain, write_out


def explain(run: Run) -> int:
    """Say what a rule means, why it matters and what to write instead."""
    from gen.diagnostics import rule_book

    rules = rule_book.all_rules()
    known = rules.get(run.options.rule)
    if known is None:
        from gen.spec.suggest import nearest

        guess = nearest(run.options.rule, rules)
        hint = f"did you mean `{guess}`?" if guess else "`gen rules` lists them all"
        complain(f"gen explain: there is no rule `{run.options.rule}`; {hint}")
        return BAD_INPUT
    write_out(f"{known.id} ({known.severity.word}): {known.summary}\n\n{known.text}\n")
    return CLEAN


def rules(_run: Run) -> int:
    """List every rule with its severity and summary."""
    from gen.diagnostics import rule_book

    known = rule_book.all_rules()
    width = max(map(len, known))
    write_out(
        "".join(f"{name:{width}}  {known[name].severity.word:7}  {known[name].summary}\n" for name in sorted(known))
    )
    return CLEAN


def schema(_run: Run) -> int:
    """Print the JSON Schema of a spec."""
    from gen.spec.schema import schema_text

    write_out(schema_text())
    return CLEAN
