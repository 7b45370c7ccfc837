"""Looking for drift: side by side, under the lock, and what is no drift left out."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.answers import Drift, DriftedResource
from compiler.deploy.attached import without_attached
from compiler.deploy.drifting import DriftResult, look_for_drift
from compiler.deploy.lease import Holder, Taker, lock_name
from compiler.deploy.origins import origin, pointer_of
from compiler.deploy.outcome import Done, Failed, NeverStarted
from compiler.deploy.port import AwsError
from compiler.deploy.targets import EVERYTHING, Scope
from compiler.report.documents import render
from compiler.report.documents.drift import document
from tests.fakes.clock import CallingPool
from tests.fakes.listener import Throttling
from tests.fakes.migration import TARGET, TEXTS, migration, place
from tests.fakes.operator import Operator
from tests.functional.documents import valid

if TYPE_CHECKING:
    from compiler.manifest import Stack

NETWORK, SERVICE = f"{TARGET}/network", f"{TARGET}/service-web"
NETWORK_SET = f"shop-prod-{TARGET}-network"
TAKER = Taker(owner="ana@laptop", run="run-1")


@pytest.fixture
def operator() -> Operator:
    return Operator()


class Looked:
    """A search for drift, and what was announced before it."""

    def __init__(self, operator: Operator, scope: Scope = EVERYTHING, parallel: int = 8) -> None:
        self.announced: list[str] = []
        self.result = look_for_drift(
            migration(),
            aws=operator.aws,
            clock=operator.clock,
            listener=operator.heard,
            taker=TAKER,
            announce=self._hear,
            scope=scope,
            parallel=parallel,
            pool=CallingPool(),
        )

    def _hear(self, stacks: tuple[Stack, ...]) -> None:
        self.announced.extend(stack.id for stack in stacks)


def drifted(id_: str, *resources: DriftedResource) -> Drift:
    return Drift(place=place(id_), status="DRIFTED", resources=resources)


VPC = DriftedResource(
    logical_id="Vpc",
    type="AWS::EC2::VPC",
    physical_id="vpc-target",
    status="MODIFIED",
    differences=("/CidrBlock: 10.0.0.0/16 expected, 10.1.0.0/16 found",),
)


def test_what_is_in_sync_ends_well_and_changes_nothing_but_compares(operator: Operator) -> None:
    operator.deploy()
    before = len(operator.aws.writes)

    looked = Looked(operator)

    assert looked.announced == list(TEXTS)
    assert looked.result.exit_code == 0
    assert {call[0] for call in operator.aws.writes[before:]} == {"detect_drift"}
    assert len(operator.aws.writes) - before == len(TEXTS)
    assert operator.aws.parameters == {}


def test_stacks_are_compared_side_by_side_and_no_more_than_allowed(operator: Operator) -> None:
    operator.deploy()

    assert took(Looked(operator).result) < timedelta(minutes=1)
    assert took(Looked(operator, parallel=1).result) > timedelta(seconds=30) * len(TEXTS)


def took(result: DriftResult) -> timedelta:
    assert result.outcome is not None
    return result.outcome.took


def test_what_drifted_is_told_with_its_place_in_the_spec(operator: Operator) -> None:
    operator.deploy()
    operator.aws.drifts[NETWORK_SET] = (drifted(NETWORK, VPC),)

    result = Looked(operator).result

    assert result.exit_code == 1
    told = valid("drift", render(document(result, migration().manifest, None, folder="out")))
    (network,) = (one for one in told["stacks"] if one["status"] == "DRIFTED")
    assert network["stack"] == NETWORK
    assert network["resources"][0]["path"] == "target.vpc.cidr"
    assert len(told["stacks"]) == len(TEXTS)


def test_one_stack_only(operator: Operator) -> None:
    operator.deploy()
    before = len(operator.aws.writes)

    looked = Looked(operator, Scope(stacks=(SERVICE,)))

    assert looked.announced == [SERVICE]
    assert operator.aws.writes[before:] == [("detect_drift", f"shop-prod-{TARGET}-service-web")]


def test_where_nothing_is_deployed_nothing_is_compared(operator: Operator) -> None:
    result = Looked(operator).result

    assert (result.exit_code, result.outcome) == (0, None)
    assert [stack.id for stack in result.absent] == list(TEXTS)
    assert operator.aws.writes == []


def test_somebody_at_work_keeps_it_off(operator: Operator) -> None:
    operator.deploy()
    now = operator.clock.now()
    holder = Holder(
        owner="bob@ci", run="2", verb="deploy", since=now, until=now + timedelta(minutes=2)
    )
    operator.aws.parameters[lock_name(migration().manifest)] = holder.text()
    before = len(operator.aws.writes)

    result = Looked(operator).result

    assert (result.exit_code, [one.code for one in result.findings]) == (4, ["SF514"])
    assert operator.aws.writes[before:] == []


def test_an_operation_of_somebody_elses_is_a_failure_of_that_stack(operator: Operator) -> None:
    operator.deploy()
    operator.aws.takes[NETWORK_SET] = timedelta(hours=1)
    operator.aws.somebody_elses_operation(NETWORK_SET)

    result = Looked(operator).result

    assert result.exit_code == 3
    assert result.outcome is not None
    end = result.outcome.ends[NETWORK]
    assert isinstance(end, Failed)
    assert "stackferry did not start it" in end.failure.reason
    assert len(result.found) == len(TEXTS) - 1
    told = valid("drift", render(document(result, migration().manifest, None, folder="out")))
    assert [one["stack"] for one in told["failures"]] == [NETWORK]


def test_an_interrupted_search_is_taken_up_again(operator: Operator) -> None:
    operator.deploy()
    operator.aws.takes = {name: timedelta(minutes=3) for name in operator.aws.stack_sets}
    operator.clock.interrupt_at = operator.clock.now() + timedelta(minutes=1)

    first = Looked(operator).result
    started = len(operator.aws.writes)
    second = Looked(operator).result

    assert (first.exit_code, second.exit_code) == (130, 0)
    assert len(operator.aws.writes) == started
    assert operator.aws.parameters == {}


def test_a_stack_that_could_not_be_compared_is_not_in_sync(operator: Operator) -> None:
    operator.deploy()
    operator.aws.drifts[NETWORK_SET] = (Drift(place=place(NETWORK), status="UNKNOWN"),)

    assert Looked(operator).result.exit_code == 3


def test_a_refused_call_is_a_failure_of_that_stack(operator: Operator) -> None:
    operator.deploy()
    operator.aws.refuses["detect_drift"] = AwsError(
        code="AccessDenied", reason="not you", call="DetectStackSetDrift"
    )

    result = Looked(operator).result

    assert result.exit_code == 3
    assert result.outcome is not None
    assert not any(isinstance(end, Done | NeverStarted) for end in result.outcome.ends.values())


@pytest.mark.parametrize("method", ["stack_set", "last_operation", "detect_drift", "operation"])
def test_a_call_that_is_throttled_is_waited_out(operator: Operator, method: str) -> None:
    operator.deploy()
    operator.heard = Throttling(operator.aws, {method: 10})

    result = Looked(operator).result

    assert result.exit_code == 0
    assert operator.aws.busy == {method: 0}


def test_results_that_cannot_be_read_are_a_finding(operator: Operator) -> None:
    operator.deploy()
    operator.aws.refuses["drift"] = AwsError(code="AccessDenied", reason="not you", call="List")

    result = Looked(operator).result

    assert result.exit_code == 3
    assert len(result.findings) == 1


def test_credentials_of_another_account_are_refused(operator: Operator) -> None:
    operator.aws.own_account = "999999999999"

    result = Looked(operator).result

    assert (result.exit_code, [one.code for one in result.findings]) == (1, ["SF503"])


def test_no_credentials_are_told(operator: Operator) -> None:
    operator.aws.refuses["account"] = AwsError(code="NoCredentials", reason="none", call="Who")

    assert Looked(operator).result.exit_code == 3


def test_a_stack_set_of_somebody_elses_is_left_alone(operator: Operator) -> None:
    operator.deploy()
    found = operator.aws.stack_sets[NETWORK_SET]
    found.definition = replace(found.definition, description="mine")
    before = len(operator.aws.writes)

    result = Looked(operator).result

    assert (result.exit_code, [one.code for one in result.findings]) == (1, ["SF505"])
    assert operator.aws.writes[before:] == []


RULE = {
    "Description": "Service web, traffic",
    "FromPort": 8080,
    "IpProtocol": "tcp",
    "ToPort": 8080,
}
GROUP = DriftedResource(
    logical_id="SecurityGroup",
    type="AWS::EC2::SecurityGroup",
    physical_id="sg-1",
    status="MODIFIED",
    differences=(
        (
            "/SecurityGroupEgress/1: nothing expected, "
            f"{json.dumps({**RULE, 'DestinationSecurityGroupId': 'sg-2'})} found"
        ),
    ),
)


def beside(rule: dict[str, object]) -> Drift:
    """What is left of the drift of the network when the service's stack makes *rule*."""
    body = {"Type": "AWS::EC2::SecurityGroupEgress", "Properties": rule}
    compiled = migration({SERVICE: json.dumps({"Resources": {"Rule": body}, "Outputs": {}})})
    network = next(one for one in compiled.manifest.stacks if one.id == NETWORK)
    return without_attached(compiled, network, drifted(NETWORK, GROUP))


def test_a_rule_that_another_stack_of_ours_adds_is_no_drift() -> None:
    assert beside({**RULE, "DestinationSecurityGroupId": {"Ref": "Group"}}) == Drift(
        place=place(NETWORK), status="IN_SYNC"
    )


def test_a_rule_that_nobody_wrote_is_drift() -> None:
    assert beside({**RULE, "FromPort": 22}) == drifted(NETWORK, GROUP)


def test_what_else_differs_in_a_group_or_beside_it_stays_drift() -> None:
    both = replace(GROUP, differences=(*GROUP.differences, "/GroupName: a expected, b found"))
    body = {"Type": "AWS::EC2::SecurityGroupEgress", "Properties": RULE}
    compiled = migration({SERVICE: json.dumps({"Resources": {"Rule": body}, "Outputs": {}})})
    network = next(one for one in compiled.manifest.stacks if one.id == NETWORK)

    assert without_attached(compiled, network, drifted(NETWORK, both, VPC)) == drifted(
        NETWORK, replace(GROUP, differences=("/GroupName: a expected, b found",)), VPC
    )


def test_rules_in_words_that_are_no_json_stay_drift() -> None:
    strange = replace(
        GROUP, differences=("/SecurityGroupEgress/1: nothing expected, {a rule} found",)
    )
    compiled = migration()
    network = next(one for one in compiled.manifest.stacks if one.id == NETWORK)

    assert without_attached(compiled, network, drifted(NETWORK, strange)).resources == (strange,)


def test_a_property_comes_from_its_nearest_place_in_the_spec() -> None:
    network = next(one for one in migration().manifest.stacks if one.id == NETWORK)

    assert origin(network, "Vpc", "/CidrBlock") == ("target", "vpc", "cidr")
    assert origin(network, "Vpc") == ("target", "vpc", "cidr")
    assert origin(network, "Other") == ("target", "vpc")


def test_the_property_stands_before_the_colon() -> None:
    assert pointer_of("/A/0/B: 1 expected, 2 found") == "/A/0/B"
    assert pointer_of("deleted") == ""
