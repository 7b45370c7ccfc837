"""A path of states: findings of its steps, and outputs that go too early."""

from __future__ import annotations

import pytest

from compiler.manifest import FromOutput
from compiler.prove import State, path_findings, transitions
from spec.codes import CARDS
from spec.codes.proving import PROVING
from spec.findings import Finding, at
from tests.fakes.migration import TARGET
from tests.unit.prove.bodies import BUCKET, DATABASE, GROUPS, PROMOTED, REPLICA, with_
from tests.unit.prove.states import state


def test_a_path_that_replaces_something_says_what_where_and_what_to_do() -> None:
    path = (
        state({DATABASE: {"It": BUCKET}}, phase="warm"),
        state({DATABASE: {"It": with_(BUCKET, BucketName="shop-prod-films")}}, phase="fence"),
    )

    assert path_findings(path) == (
        Finding(
            code="SF410",
            where=at("database"),
            detail='"eu-central-1/database:It" (shop-prod-films), AWS::S3::Bucket, from warm to'
            " fence: BucketName changes, and that takes a new resource (createOnlyProperties of its"
            " registry schema). What it is called never changes between states. The old one stays,"
            " but outside of the stack.",
            way_out="Take the change back. What must become another one gets a name of its own,"
            " beside the old one, and its data is moved.",
        ),
    )


def test_each_step_has_its_door_and_its_verdicts() -> None:
    path = (
        state({DATABASE: {"It": REPLICA}}, phase="fence"),
        state({DATABASE: {"It": PROMOTED}}, phase="promote", keeps_tags=True),
        state({DATABASE: {"It": PROMOTED}}, phase="switch"),
    )

    assert [
        (step.words, step.door, [one.fate for one in step.verdicts]) for step in transitions(path)
    ] == [
        ("from fence to promote", "loses the replica", ["in place"]),
        ("from promote to switch", "one-way for data", ["unchanged"]),
    ]


def reading(*, reads: bool, gives: bool, phase: str) -> State:
    parameters = {DATABASE: {"Key": FromOutput(stack=GROUPS, output="KeyArn")}} if reads else {}
    outputs = {GROUPS: {"KeyArn": {"Fn::GetAtt": ["Key", "Arn"]}}} if gives else {}
    return state(
        {
            GROUPS: {"Key": {"Type": "AWS::KMS::Key", "Properties": {}}},
            DATABASE: {"It": {"Type": "AWS::SSM::Parameter", "Properties": {}}},
        },
        phase=phase,  # type: ignore[arg-type] # one of the phases
        parameters=parameters,
        outputs=outputs,
    )


def test_an_output_stays_one_state_longer_than_its_last_reader() -> None:
    read = reading(reads=True, gives=True, phase="warm")
    kept = reading(reads=False, gives=True, phase="fence")
    dropped = reading(reads=False, gives=False, phase="promote")

    assert path_findings((read, kept, dropped)) == ()
    assert path_findings((read, dropped)) == (
        Finding(
            code="SF416",
            where=at("groups"),
            detail='The output "KeyArn" of "eu-central-1/groups" is read by "eu-central-1/database"'
            ' in "warm", and is gone in "promote". The reader takes its new form only after that,'
            " or has to take its old one again.",
            way_out="This is a bug in stackferry: an output stays one phase longer than its last"
            " reader. Please report it with the spec.",
        ),
    )


def test_an_output_may_go_with_its_whole_stack() -> None:
    read = reading(reads=True, gives=True, phase="warm")
    gone = state({DATABASE: {"It": BUCKET}}, phase="fence")

    assert [one.code for one in path_findings((read, gone))] == ["SF411"]


@pytest.mark.parametrize("card", PROVING, ids=[card.code for card in PROVING])
def test_every_code_of_the_proof_has_its_card(card: object) -> None:
    assert card in CARDS.values()


def test_a_state_is_a_path_without_steps() -> None:
    assert path_findings((state({f"{TARGET}/a": {"It": BUCKET}}),)) == ()
