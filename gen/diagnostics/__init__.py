"""The one way in which anything is said to the user.

A *rule* (`rule.py`) words a *diagnostic* (`diagnostic.py`), a *sink* (`sink.py`) collects and orders them, and a
*printer* (`printers/`) turns them into bytes. Nothing in this package reads or writes a file.
"""

from gen.diagnostics.diagnostic import Diagnostic, Related, Severity, Span
from gen.diagnostics.rule import Rule, Said, rule
from gen.diagnostics.sink import Sink

__all__ = ["Diagnostic", "Related", "Rule", "Said", "Severity", "Sink", "Span", "rule"]
