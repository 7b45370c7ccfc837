"""What may go wrong in a rehearsal, as a command line asks for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from compiler.rehearsal.faults import Fault, faults_of
from compiler.sandbox.faults import Faults
from tests.fakes.phases import SOURCE_ACCESS, states

if TYPE_CHECKING:
    from compiler.deploy.path.states import States


def without_gates() -> States:
    return {
        phase: replace(state, manifest=replace(state.manifest, gates=(), actions=()))
        for phase, state in states().items()
    }


def test_a_stack_fails_from_the_beginning_or_from_a_phase_on() -> None:
    name = {one.id: one.stack_set for one in states()["warm"].manifest.stacks}[SOURCE_ACCESS]

    found = faults_of(
        (f"stack-fails:{SOURCE_ACCESS}", f"stack-fails:{SOURCE_ACCESS}@fence"), states()
    )

    assert found == (
        Fault(kind="stack-fails", name=name, begins_before="prepare"),
        Fault(kind="stack-fails", name=name, begins_before="fence"),
    )


def test_a_replica_breaks_when_its_source_is_rebooted() -> None:
    (found,) = faults_of(("replica-broken",), states())

    assert found == Fault(kind="replica-breaks", name="*", begins_before="fence")


def test_a_fault_holds_in_the_sandbox_from_when_it_begins_to_its_end() -> None:
    asked = Faults()
    fault = Fault(kind="lag-grows", name="*", begins_before="fence")

    fault.begin(asked)
    holds = asked.holds("lag-grows", "orders")
    fault.end(asked)

    assert (holds, asked.holds("lag-grows", "orders")) == (True, False)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "rain",
            "'rain' is no fault; there is batch-job-fails, lag-grows, promotion-fails, ",
        ),
        ("stack-fails", "'stack-fails' is no fault"),
        ("stack-fails:web", "no stack is called web; there is us-east-1/network, "),
        (f"stack-fails:{SOURCE_ACCESS}@dawn", "'dawn' is no phase; there is prepare, replicate, "),
        (
            "replica-broken",
            (
                "replica-broken cannot happen here: no phase of the migration has a gate or an "
                'action "sever connections", at which it would show.'
            ),
        ),
    ],
)
def test_what_is_no_fault_of_this_migration_is_told(text: str, problem: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 -- the text is compared
        faults_of((text,), without_gates())

    assert str(refused.value).startswith(problem)
