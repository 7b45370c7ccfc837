"""
The proof that no step of a migration replaces or deletes what cannot be made again.

Two states go in, each a manifest with its templates; out comes a verdict on every stateful
resource. What decides is the CloudFormation registry (`registry`, an extract of the schemas inside
cfn-lint), and where that leaves it open, rules written by hand that name their source (`rules`).
What no rule decides is unknown, and fails. Pure: no file but the extract, no clock, no network.
"""

from __future__ import annotations

from compiler.prove.path import Transition, path_findings, transition, transitions
from compiler.prove.proof import prove
from compiler.prove.states import State, state_of, states_of
from compiler.prove.verdicts import Verdict

__all__ = [
    "State",
    "Transition",
    "Verdict",
    "path_findings",
    "prove",
    "state_of",
    "states_of",
    "transition",
    "transitions",
]
