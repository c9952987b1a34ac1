"""Context-tracking entry code for Linux architectures: described, proved, rendered, linted, mailed."""

__version__ = "0.1.0"
