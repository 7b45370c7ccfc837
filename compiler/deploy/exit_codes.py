"""What the commands that talk to AWS end with."""

DONE = 0
"""Everything is as it should be."""

FINDINGS = 1
"""Something speaks against it, or the operator said no."""

REFUSED = 3
"""AWS refused or failed."""

LOCKED = 4
"""Somebody else is at work on the migration."""

INTERRUPTED = 130
"""The operator stopped it."""
