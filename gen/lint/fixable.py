"""The rules whose findings `gen patch --fix RULE` can mend."""

FIXABLE = ("exception-exit-missing",)
