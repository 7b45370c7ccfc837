"""How a migration stands, asked of an AWS that is slow and fails."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from compiler.deploy.answers import Drift, DriftedResource
from compiler.deploy.lease import Holder, lock_name
from compiler.deploy.observe import Refusal
from compiler.deploy.port import AwsBusyError, AwsError
from compiler.deploy.status import Question, Status, status, until_settled
from compiler.deploy.wanted import digest_of
from compiler.report.documents import render
from compiler.report.documents.status import document
from compiler.report.status_text import status_text
from tests.fakes.aws import Failing
from tests.fakes.clock import CallingPool
from tests.fakes.migration import SOURCE, TARGET, TEXTS, migration, place, template
from tests.fakes.operator import Operator
from tests.functional.documents import valid

NETWORK, SERVICE = f"{TARGET}/network", f"{TARGET}/service-web"
SERVICE_SET, NETWORK_SET = f"shop-prod-{TARGET}-service-web", f"shop-prod-{TARGET}-network"


@pytest.fixture
def operator() -> Operator:
    return Operator()


def states(told: Status) -> dict[str, str]:
    return {one.stack.id: one.state for one in told.stacks}


def test_nothing_deployed_is_absent_and_changes_nothing(operator: Operator) -> None:
    told = operator.status()

    assert states(told) == dict.fromkeys(TEXTS, "absent")
    assert (told.is_as_compiled, told.is_settled, told.exit_code) == (False, True, 1)
    assert operator.aws.writes == []


def test_what_was_deployed_is_as_compiled_and_asking_takes_no_lock(operator: Operator) -> None:
    operator.deploy()
    calls = len(operator.aws.calls)

    told = operator.status()

    assert states(told) == dict.fromkeys(TEXTS, "as compiled")
    assert (told.is_as_compiled, told.exit_code, told.lock) == (True, 0, None)
    asked = {call[0] for call in operator.aws.calls[calls:]}
    assert asked == {
        "account",
        "instances",
        "last_operation",
        "marked",
        "outputs",
        "parameter",
        "stack_set",
        "stack_status",
    }


def test_plain_stacks_stand_as_well_as_those_of_stack_sets() -> None:
    operator = Operator(via="stacks")
    operator.deploy()

    assert states(operator.status(drift=True, values=True)) == dict.fromkeys(TEXTS, "as compiled")


def test_a_stack_that_is_gone_from_its_own_account_differs(operator: Operator) -> None:
    operator.deploy()
    found = operator.aws.stack_sets[SERVICE_SET]
    elsewhere = replace(place(SERVICE), account="444455556666")
    found.instances = {elsewhere: replace(found.instances[place(SERVICE)], place=elsewhere)}

    told = {one.stack.id: one for one in operator.status().stacks}[SERVICE]

    assert (told.state, told.reasons) == ("differs", ("it does not stand in 111122223333",))
    assert "        in 444455556666: CURRENT\n" in status_text(operator.status(), str)


def test_a_stack_set_without_stacks_is_absent(operator: Operator) -> None:
    operator.deploy()
    operator.aws.stack_sets[SERVICE_SET].instances = {}

    told = {one.stack.id: one for one in operator.status().stacks}[SERVICE]

    assert (told.state, told.reasons) == ("absent", ("its stack set has no stack",))


def test_a_stack_set_of_somebody_elses_differs(operator: Operator) -> None:
    operator.deploy()
    found = operator.aws.stack_sets[SERVICE_SET]
    found.definition = replace(found.definition, description="mine")

    told = {one.stack.id: one for one in operator.status().stacks}[SERVICE]

    assert told.reasons == ("the stack set of that name was not made for this migration",)


def test_a_cause_that_cannot_be_read_is_told_beside_the_failure(operator: Operator) -> None:
    operator.aws.failing[SERVICE_SET] = Failing(resource="Group", reason="no capacity")
    operator.deploy()
    operator.aws.refuses["operation"] = AwsError(code="AccessDenied", reason="no", call="Tell")

    told = {one.stack.id: one for one in operator.status().stacks}[SERVICE]

    assert (told.state, told.failure) == ("failed", None)
    assert told.reasons[-1] == "AWS refused Tell: AccessDenied: no"


def test_a_changed_template_differs_and_both_digests_are_told(operator: Operator) -> None:
    operator.deploy()
    other = template({"Group": "AWS::AutoScaling::AutoScalingGroup"}, parameters=("ImageId",))

    told = operator.status({SERVICE: other})

    (differing,) = (one for one in told.stacks if one.state != "as compiled")
    assert (differing.stack.id, differing.state) == (SERVICE, "differs")
    assert differing.reasons == ("the template changed",)
    assert differing.digest != differing.stack.sha256
    assert told.exit_code == 1


def test_a_value_that_is_not_the_one_of_the_stack_it_is_read_from_differs(
    operator: Operator,
) -> None:
    operator.deploy()
    moved = template({"Vpc": "AWS::EC2::VPC"}, outputs={"VpcId": "vpc-moved"})
    operator.aws.templates = {
        stack: replace(definition, template=moved) if definition.name == NETWORK_SET else definition
        for stack, definition in operator.aws.templates.items()
    }

    told = {one.stack.id: one.reasons for one in operator.status().stacks if one.state == "differs"}

    assert told[SERVICE] == ("VpcId becomes vpc-moved, was vpc-target",)


def test_a_stack_that_is_worked_on_tells_since_when(operator: Operator) -> None:
    operator.deploy()
    operator.aws.takes[SERVICE_SET] = timedelta(minutes=9)
    operator.aws.somebody_elses_operation(SERVICE_SET)
    operator.clock.sleep(timedelta(minutes=4))
    operator.aws.let_time_tell()

    told = operator.status()

    (working,) = (one for one in told.stacks if one.state == "at work")
    assert working.operation is not None
    assert (working.operation.id, working.operation.status) == ("by-hand", "RUNNING")
    assert working.operation.started == told.asked - timedelta(minutes=4)
    assert (told.is_settled, told.exit_code) == (False, 1)


def test_a_failure_is_told_down_to_its_cause(operator: Operator) -> None:
    operator.aws.failing[SERVICE_SET] = Failing(resource="Group", reason="no capacity")
    operator.deploy()

    told = operator.status()

    (failed,) = (one for one in told.stacks if one.state == "failed")
    assert failed.failure is not None
    assert (failed.failure.resource, failed.failure.reason) == ("Group", "no capacity")
    assert failed.failure.path == ("services", "web")
    assert told.exit_code == 1


def test_what_cannot_be_read_of_one_stack_hides_no_other(operator: Operator) -> None:
    operator.deploy()
    operator.aws.refuses["outputs"] = AwsError(
        code="AccessDenied", reason="not you", call="DescribeStacks"
    )

    told = operator.status()

    unreadable = [one.stack.id for one in told.stacks if one.state == "unreadable"]
    assert unreadable == [f"{SOURCE}/network", NETWORK, f"{SOURCE}/peering"]
    assert told.stacks[0].reasons == ("AWS refused DescribeStacks: AccessDenied: not you",)
    assert states(told)[SERVICE] == "as compiled"
    assert (told.exit_code, told.is_settled) == (3, True)


def test_a_busy_aws_is_not_settled(operator: Operator) -> None:
    operator.deploy()
    operator.aws.refuses["stack_set"] = AwsBusyError(code="Throttling", reason="slow", call="D")

    told = operator.status()

    assert (told.exit_code, told.is_settled) == (3, False)


def test_credentials_of_another_account_are_refused(operator: Operator) -> None:
    operator.aws.own_account = "999999999999"

    told = status(operator.aws, migration().manifest, CallingPool(), operator.clock)

    assert isinstance(told, Refusal)
    assert (told.exit_code, told.finding.code) == (1, "SF503")
    text = render(document(told, migration().manifest, None, folder="out"))
    assert valid("status", text)["findings"][0]["code"] == "SF503"


def test_no_credentials_are_a_refusal(operator: Operator) -> None:
    operator.aws.refuses["account"] = AwsError(code="NoCredentials", reason="none", call="Who")

    told = status(operator.aws, migration().manifest, CallingPool(), operator.clock)

    assert isinstance(told, Refusal)
    assert told.exit_code == 3


def test_who_holds_the_lock_is_told_and_may_go_on_with_the_next_stack(operator: Operator) -> None:
    operator.deploy()
    now = operator.clock.now()
    holder = Holder(
        owner="ana@laptop", run="1", verb="deploy", since=now, until=now + timedelta(minutes=2)
    )
    operator.aws.parameters[lock_name(migration().manifest)] = holder.text()

    told = operator.status()

    assert (told.lock, told.is_as_compiled) == (holder, True)
    # Between two of its stacks nothing is at work for a moment.
    assert not told.is_settled
    operator.clock.sleep(timedelta(minutes=4))
    assert operator.status().is_settled


def test_a_lock_that_cannot_be_read_is_told_and_is_no_failure(operator: Operator) -> None:
    operator.deploy()
    operator.aws.refuses["parameter"] = AwsError(code="AccessDenied", reason="no", call="Get")

    told = operator.status()

    assert (told.lock, told.lock_refusal) == (None, "AWS refused Get: AccessDenied: no")
    assert told.exit_code == 0


def test_values_drift_and_phase_are_told_when_asked_for(operator: Operator) -> None:
    operator.deploy()
    drifted = Drift(
        place=place(SERVICE),
        status="DRIFTED",
        resources=(
            DriftedResource(
                logical_id="Group",
                type="AWS::AutoScaling::AutoScalingGroup",
                physical_id="g",
                status="MODIFIED",
                differences=("/MaxSize: 3 expected, 4 found",),
            ),
        ),
        checked=operator.clock.now(),
    )
    operator.aws.drifts[SERVICE_SET] = (drifted,)
    operator.aws.overridden[SERVICE_SET] = {"ImageId": "ami-of-my-own"}

    plain = {one.stack.id: one for one in operator.status().stacks}[SERVICE]
    told = operator.status(drift=True, values=True)
    asked = {one.stack.id: one for one in told.stacks}[SERVICE]

    assert (plain.values, plain.overrides, plain.drift) == ({}, {}, None)
    assert asked.values == {"ImageId": "ami-0000000000000001", "VpcId": "vpc-target"}
    assert asked.overrides == {place(SERVICE): {"ImageId": "ami-of-my-own"}}
    assert asked.drift == (drifted,)
    told_as_document = valid(
        "status", render(document(told, migration().manifest, None, folder="out"))
    )
    (service,) = (one for one in told_as_document["stacks"] if one["stack"] == SERVICE)
    assert service["drift"][0]["resources"][0]["differences"] == [
        {
            "difference": "/MaxSize: 3 expected, 4 found",
            "path": "services.web",
            "property": "/MaxSize",
        }
    ]


def test_a_rule_that_another_stack_adds_is_no_drift_where_the_templates_are_at_hand(
    operator: Operator,
) -> None:
    rule = {"Description": "web", "FromPort": 80, "IpProtocol": "tcp", "ToPort": 80}
    body = {"Type": "AWS::EC2::SecurityGroupEgress", "Properties": rule}
    compiled = migration({SERVICE: json.dumps({"Resources": {"Rule": body}, "Outputs": {}})})
    group = DriftedResource(
        logical_id="SecurityGroup",
        type="AWS::EC2::SecurityGroup",
        physical_id="sg-1",
        status="MODIFIED",
        differences=(f"/SecurityGroupEgress/1: nothing expected, {json.dumps(rule)} found",),
    )
    drifted = Drift(place=place(NETWORK), status="DRIFTED", resources=(group,))
    operator.deploy()
    operator.aws.drifts[NETWORK_SET] = (drifted,)

    def drift_with(question: Question) -> tuple[Drift, ...] | None:
        told = status(operator.aws, compiled.manifest, CallingPool(), operator.clock, question)
        assert isinstance(told, Status)
        return {one.stack.id: one for one in told.stacks}[NETWORK].drift

    assert drift_with(Question(drift=True)) == (drifted,)
    assert drift_with(Question(drift=True, compiled=compiled)) == (
        replace(drifted, status="IN_SYNC", resources=()),
    )


def test_a_stack_that_was_deleted_past_its_stack_set_is_absent(operator: Operator) -> None:
    operator.deploy()
    instance = operator.aws.stack_sets[SERVICE_SET].instances[place(SERVICE)]
    operator.aws.statuses[instance.stack_id] = "DELETE_COMPLETE"

    told = operator.status()
    (service,) = (one for one in told.stacks if one.stack.id == SERVICE)

    assert (service.state, service.instances, told.exit_code) == ("absent", (), 1)
    assert (
        "no stack\n        it was deleted past its stack set; `stackferry recover` shows the way\n"
        "          back\n"
    ) in status_text(told, str)


def test_looking_goes_on_until_nothing_is_at_work(operator: Operator) -> None:
    operator.deploy()
    operator.aws.takes[SERVICE_SET] = timedelta(seconds=25)
    operator.aws.somebody_elses_operation(SERVICE_SET)

    told = list(until_settled(operator.status, operator.clock, timedelta(seconds=10)))

    assert [states(one)[SERVICE] for one in told if isinstance(one, Status)] == [
        "at work",
        "at work",
        "at work",
        "as compiled",
    ]


def test_a_text_in_another_layout_has_the_digest_of_what_was_compiled() -> None:
    compiled = '{\n "a": 1\n}\n'
    digest = hashlib.sha256(compiled.encode()).hexdigest()

    assert digest_of('{"a":1}', digest) == digest
    assert digest_of(compiled.replace("\n", "\r\n"), digest) == digest
    assert digest_of('{"a":2}', digest) == hashlib.sha256(b'{"a":2}').hexdigest()
    assert digest_of("Resources: {}", digest) == hashlib.sha256(b"Resources: {}").hexdigest()
