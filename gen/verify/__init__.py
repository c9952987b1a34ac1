"""Is the state restored, and does RCU watch? A proof for every depth, or a shortest run that says no.

A `machine` is what is judged; `notation` reads one, and other rooms make theirs from specs and C. `steps`,
`semantics` and `system` say what may happen, `properties` what must not. `summaries` decides, `search`
finds the shortest run, `verdict` is both in one answer, `timeline` shows a run, and `promela` is for spin,
which knows nothing of all that. Nothing here reads, writes or prints.
"""
