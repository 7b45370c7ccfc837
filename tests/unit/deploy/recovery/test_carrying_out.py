"""Carrying out a way out: only what was shown, once, and from where an earlier run stopped."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count

import pytest

from compiler.deploy.lease import lock_name
from compiler.deploy.recovery.steps import Choice
from tests.fakes.aws import Failing
from tests.fakes.migration import SOURCE, TARGET
from tests.unit.deploy.recovery.recovering import (
    DATABASE,
    DATABASE_SET,
    NETWORK,
    NETWORK_SET,
    SERVICE,
    SERVICE_SET,
    Recovering,
    compiled,
    without_retained,
)


@pytest.fixture
def operator() -> Recovering:
    return Recovering()


def test_a_rollback_is_gone_on_with_and_the_stack_is_deployable_again(operator: Recovering) -> None:
    operator.with_a_failed_rollback()
    stack_id = operator.instance(NETWORK_SET).stack_id

    result = operator.recover(Choice(option="continue-rollback", stack=NETWORK))

    assert result.exit_code == 0
    assert operator.aws.writes == [("continue_rollback", SOURCE, stack_id)]
    assert operator.aws.statuses[stack_id] == "UPDATE_ROLLBACK_COMPLETE"
    assert [(one.kind, one.says) for one in result.after] == [
        ("not current", "OUTDATED, FAILED, UPDATE_ROLLBACK_COMPLETE")
    ]
    assert operator.deploy().exit_code == 0


def test_what_the_rollback_failed_at_is_skipped(operator: Recovering) -> None:
    operator.with_a_failed_rollback()
    stack_id = operator.instance(NETWORK_SET).stack_id

    result = operator.recover(Choice(option="continue-rollback-skipping"))

    assert result.exit_code == 0
    assert operator.aws.writes == [("continue_rollback", SOURCE, stack_id, "Vpc")]


def test_nothing_else_is_skipped(operator: Recovering) -> None:
    operator.with_a_failed_rollback()

    result = operator.recover(Choice(option="continue-rollback-skipping", skip=("Other",)))

    assert (result.exit_code, [one.code for one in result.findings]) == (1, ["SF558"])
    assert result.findings[0].detail == (
        f"Other cannot be skipped: the rollback of {NETWORK} failed at Vpc."
    )
    assert operator.aws.writes == []


def test_a_rollback_that_fails_again_is_explained(operator: Recovering) -> None:
    operator.with_a_failed_rollback()
    stack_id = operator.instance(NETWORK_SET).stack_id
    operator.aws.stuck[stack_id] = Failing("Vpc", reason="still no range", kind="rollback")

    result = operator.recover(Choice(option="continue-rollback"))

    assert result.exit_code == 3
    assert result.outcome is not None
    (failure,) = result.outcome.failures
    assert (failure.resource, failure.reason) == ("Vpc", "still no range")
    assert failure.next_command == f"stackferry recover FOLDER --stack {NETWORK}"
    assert [one.kind for one in result.after] == ["rollback failed"]


def test_the_same_choice_can_be_made_again_after_it_failed(operator: Recovering) -> None:
    operator.with_a_failed_rollback()
    stack_id = operator.instance(NETWORK_SET).stack_id
    operator.aws.stuck[stack_id] = Failing("Vpc", reason="still no range", kind="rollback")
    operator.recover(Choice(option="continue-rollback"))
    del operator.aws.stuck[stack_id]

    assert operator.recover(Choice(option="continue-rollback")).exit_code == 0


def test_an_inoperable_stack_is_let_go_of_and_stands_alone(operator: Recovering) -> None:
    operator.with_an_inoperable(SERVICE_SET)
    stack_id = operator.instance(SERVICE_SET).stack_id

    result = operator.recover(Choice(option="let-go"))

    assert (result.exit_code, result.after) == (0, ())
    assert operator.aws.writes == [("delete_instances", SERVICE_SET)]
    assert operator.aws.statuses[stack_id] == "DELETE_FAILED"
    assert operator.aws.stack_sets[SERVICE_SET].instances == {}


def test_an_inoperable_stack_is_deleted_before_it_is_forgotten(operator: Recovering) -> None:
    operator.with_an_inoperable(SERVICE_SET)
    stack_id = operator.instance(SERVICE_SET).stack_id

    result = operator.recover(Choice(option="let-go-and-delete"))

    assert (result.exit_code, result.after) == (0, ())
    assert operator.aws.writes == [
        ("delete_stack", TARGET, stack_id),
        ("delete_instances", SERVICE_SET),
    ]
    assert operator.aws.statuses[stack_id] == "DELETE_COMPLETE"


def test_what_cannot_be_deleted_is_left_out_as_asked_for(operator: Recovering) -> None:
    operator.with_an_inoperable(SERVICE_SET)
    stack_id = operator.instance(SERVICE_SET).stack_id

    operator.recover(Choice(option="let-go-and-delete", keep=("Group",)))

    assert operator.aws.writes[0] == ("delete_stack", TARGET, stack_id, "Group")


def test_what_cannot_be_made_again_goes_only_if_it_is_named(operator: Recovering) -> None:
    operator.with_an_inoperable(DATABASE_SET)
    choice = Choice(option="let-go-and-delete", stack=DATABASE)

    refused = operator.recover(choice)
    untouched = operator.aws.writes
    allowed = operator.recover(replace(choice, allow_loss=("Database",)))

    assert (refused.exit_code, [one.code for one in refused.findings]) == (1, ["SF557"])
    assert refused.findings[0].detail == (
        f'"let-go-and-delete" of {DATABASE} would delete {DATABASE_SET}-Database '
        "(AWS::RDS::DBInstance), which cannot be made again."
    )
    assert untouched == []
    assert allowed.exit_code == 0


def test_a_retained_resource_needs_no_word(operator: Recovering) -> None:
    operator.with_an_inoperable(SERVICE_SET)

    refused = operator.recover(
        Choice(option="let-go-and-delete"), what=without_retained(compiled(), SERVICE)
    )
    allowed = operator.recover(Choice(option="let-go-and-delete"))

    assert [one.code for one in refused.findings] == ["SF557"]
    assert allowed.exit_code == 0


def test_what_exists_is_taken_over_and_a_deploy_goes_on(operator: Recovering) -> None:
    operator.with_a_taken_name()

    result = operator.recover(Choice(option="adopt"))

    assert (result.exit_code, result.findings, result.after) == (0, (), ())
    assert [call[0] for call in operator.aws.writes] == [
        "delete_instances",
        "update_stack_set",
        "adopt",
        "import_stack",
    ]
    assert operator.aws.writes[2] == ("adopt", TARGET, SERVICE_SET, "Logs")
    deployed = operator.deploy()
    assert deployed.exit_code == 0
    definition = operator.aws.stack_sets[SERVICE_SET].definition
    assert definition.description == f"stackferry: {SERVICE} of shop-prod"
    assert json.loads(definition.template) == json.loads(compiled().templates[SERVICE])


def test_a_plain_stack_is_deleted_and_made_of_what_exists() -> None:
    operator = Recovering("stacks").with_a_taken_name()
    stack_id = operator.instance(SERVICE_SET).stack_id

    result = operator.recover(Choice(option="adopt"))

    assert result.findings == ()
    assert operator.aws.writes == [
        ("delete_stack", TARGET, stack_id),
        ("adopt", TARGET, SERVICE_SET, "Logs"),
    ]


def test_a_plain_stack_that_never_came_to_be_is_deleted() -> None:
    operator = Recovering("stacks")
    operator.aws.failing[SERVICE_SET] = Failing("Group", "AWS::EC2::VPC", "no capacity")
    operator.deploy()
    stack_id = operator.instance(SERVICE_SET).stack_id

    result = operator.recover(Choice(option="delete-failed-stack", stack=SERVICE))

    assert result.outcome is not None
    assert result.outcome.failures == ()
    assert operator.aws.writes == [("delete_stack", TARGET, stack_id)]


def test_a_stack_that_somebody_deleted_is_forgotten_and_made_anew(operator: Recovering) -> None:
    operator.with_a_deleted_stack()

    result = operator.recover(Choice(option="forget"))

    assert (result.exit_code, result.after) == (0, ())
    assert operator.deploy().exit_code == 0


def test_nothing_is_done_without_consent(operator: Recovering) -> None:
    operator.with_an_inoperable(SERVICE_SET)
    operator.says = False

    result = operator.recover(Choice(option="let-go-and-delete"))

    assert (result.exit_code, operator.aws.writes, len(operator.shown)) == (1, [], 1)


def test_a_way_out_that_is_not_offered_is_a_finding(operator: Recovering) -> None:
    operator.with_an_inoperable(SERVICE_SET)

    result = operator.recover(Choice(option="continue-rollback", stack=SERVICE))

    assert result.exit_code == 1
    assert [(one.code, one.detail, one.way_out) for one in result.findings] == [
        (
            "SF558",
            f'There is no way out "continue-rollback" of {SERVICE} now.',
            "There is let-go, let-go-and-delete.",
        )
    ]


def test_a_way_out_that_fits_several_stacks_wants_one_named(operator: Recovering) -> None:
    operator.with_an_inoperable(SERVICE_SET).with_an_inoperable(NETWORK_SET, "Vpc")

    result = operator.recover(Choice(option="let-go"))

    assert [one.code for one in result.findings] == ["SF558"]
    assert SERVICE in result.findings[0].detail
    assert operator.aws.writes == []


def test_what_is_for_the_operator_is_not_done(operator: Recovering) -> None:
    operator.with_a_taken_name()

    result = operator.recover(Choice(option="remove-by-hand"))

    assert [one.code for one in result.findings] == ["SF558"]
    assert operator.aws.writes == []


def test_two_operators_cannot_recover_at_once(operator: Recovering) -> None:
    operator.with_an_inoperable(SERVICE_SET)
    operator.aws.parameters[lock_name(compiled().manifest)] = "somebody's"

    result = operator.recover(Choice(option="let-go"))

    assert (result.exit_code, [one.code for one in result.findings]) == (4, ["SF514"])
    assert operator.aws.writes == []


def test_the_lock_is_given_back(operator: Recovering) -> None:
    operator.with_an_inoperable(SERVICE_SET)

    operator.recover(Choice(option="let-go"))

    assert operator.aws.parameters == {}


class _KilledError(BaseException):
    pass


# Others measure what runs here again and again; tracing it takes longer than it does itself.
@pytest.mark.no_cover
# One call of three in CI, each of them in the slow suite.
@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    ("option", "trouble"),
    [
        ("continue-rollback-skipping", "with_a_failed_rollback"),
        ("let-go", "with_an_inoperable"),
        ("let-go-and-delete", "with_an_inoperable"),
        ("adopt", "with_a_taken_name"),
        ("forget", "with_a_deleted_stack"),
    ],
)
def test_killed_at_any_call_the_next_run_finishes_and_nothing_is_done_twice(
    option: str, trouble: str, every: int, *, after: bool
) -> None:
    for number in count(1, every):
        operator = Recovering()
        arguments = (SERVICE_SET,) if trouble == "with_an_inoperable" else ()
        getattr(operator, trouble)(*arguments)
        operator.aws.calls.clear()
        operator.aws.kill(_KilledError(), number, after=after)
        try:
            operator.recover(Choice(option=option))
        except _KilledError:
            pass
        else:
            # It needs no more calls than that.
            assert number > 10
            return
        operator.aws.parameters.clear()
        operator.clock.time += operator.aws.stack_takes * 10
        _finish(operator, option)

        adopted = [one for one in operator.aws.templates if f":stack/{SERVICE_SET}/" in one]
        assert len(adopted) <= 1
        assert operator.deploy().exit_code == 0 or option == "let-go", (number, after)


def _finish(operator: Recovering, option: str) -> None:
    """Do what the tool itself offers until nothing is in trouble."""
    for _ in range(5):
        troubles = operator.recover().troubles
        offered = [
            way.name for one in troubles for way in one.options if way.is_ours and not way.refusal
        ]
        if not offered:
            return
        choice = option if option in offered else offered[0]
        assert operator.recover(Choice(option=choice)).exit_code == 0
    raise AssertionError(offered)
