"""A way out of a trouble."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """
    A way out.

    Attributes:
        name: How it is named on the command line.
        does: What it does.
        risks: What may come of it; empty where there is no risk.
        will_not: What it will not do.
        refusal: Why it cannot be chosen now; empty if it can.
        commands: What the operator types instead, where stackferry does not do it itself.
        is_ours: Whether stackferry carries it out.
        deletes: Whether something is deleted, so that consent is typed.
    """

    name: str
    does: str
    will_not: str
    risks: str = ""
    refusal: str = ""
    commands: tuple[str, ...] = ()
    is_ours: bool = True
    deletes: bool = False
