"""The identity card of a code: what `stackferry explain` prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spec.findings import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """
    What one code means.

    Attributes:
        code: `SF###`: 1nn reading, 2nn rules, 3nn linking, 4nn lint and proof, 5nn deploying,
            6nn from phase to phase.
        title: Terse, the same words every time, no user-chosen names.
        why: Why it is a problem, with the source of the outside fact (document, date).
        fix: What to do, in the imperative.
        example: A few lines of spec, wrong and then right; empty where no spec line is at fault.
        severity: A warning does not stop anything.
        aws_says: The start of the message with which AWS would refuse it, for who searches by it;
            empty where AWS says nothing.
    """

    code: str
    title: str
    why: str
    fix: str
    example: str = ""
    severity: Severity = "error"
    aws_says: str = ""
