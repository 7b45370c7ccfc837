"""Outputs that are added, and who reads them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.answers import Change, Preview
from compiler.deploy.plan import ASIDE, Known, KnownAfter, Seen, plan
from compiler.deploy.port import Instance
from compiler.deploy.wanted import definition_of
from compiler.manifest import FromOutput
from tests.fakes.migration import SOURCE, TARGET, TEXTS, migration, place, template
from tests.fakes.operator import Operator, ends

if TYPE_CHECKING:
    from compiler.deploy.folder import Compiled

NETWORK, SERVICE = f"{TARGET}/network", f"{TARGET}/service-web"
SERVICE_SET = "shop-prod-eu-central-1-service-web"


@pytest.fixture
def operator() -> Operator:
    operator = Operator()
    operator.deploy()
    operator.aws.calls.clear()
    return operator


def with_a_subnet() -> Compiled:
    """The migration, with one output more in a network, which a service reads."""
    network = template(
        {"Vpc": "AWS::EC2::VPC"}, outputs={"SubnetId": "subnet-1", "VpcId": "vpc-target"}
    )
    service = template(
        {"Group": "AWS::AutoScaling::AutoScalingGroup", "Logs": "AWS::S3::Bucket"},
        parameters=("ImageId", "SubnetId", "VpcId"),
    )
    compiled = migration({NETWORK: network, SERVICE: service})
    read = FromOutput(stack=NETWORK, output="SubnetId")
    stacks = tuple(
        replace(
            stack,
            sha256=hashlib.sha256(compiled.templates[stack.id].encode()).hexdigest(),
            parameters={**stack.parameters, "SubnetId": read},
        )
        if stack.id == SERVICE
        else stack
        for stack in compiled.manifest.stacks
    )
    return replace(compiled, manifest=replace(compiled.manifest, stacks=stacks))


def test_an_added_output_is_a_change_and_reaches_who_reads_it(operator: Operator) -> None:
    result = operator.deploy_this(with_a_subnet())

    assert ends(result) == {
        NETWORK: "updated",
        f"{TARGET}/database-catalog": "unchanged",
        SERVICE: "updated",
        f"{SOURCE}/peering": "unchanged",
    }
    assert operator.parameters(SERVICE)["SubnetId"] == "subnet-1"


def test_a_new_value_is_shown_as_unknown_and_asked_about_once_it_is_known(
    operator: Operator,
) -> None:
    operator.deploy_this(with_a_subnet())

    (step,) = [step for step in operator.shown[-1].steps if step.stack.id == SERVICE]
    assert step.values == {
        "ImageId": Known(value="ami-0000000000000001"),
        "SubnetId": KnownAfter(stack=NETWORK, output="SubnetId"),
        "VpcId": KnownAfter(stack=NETWORK, output="VpcId"),
    }
    assert [preview.is_early for preview in step.previews] == [True]
    assert [call for call in operator.aws.calls if call[0] == "preview"] == [
        ("preview", TARGET, "shop-prod-eu-central-1-network"),
        ("preview", TARGET, SERVICE_SET),
    ]


def test_a_loss_that_shows_only_once_a_value_is_known_stops_its_own_step(
    operator: Operator,
) -> None:
    operator.aws.previews[SERVICE_SET] = Preview(
        place=place(SERVICE),
        changes=(
            Change(logical_id="Logs", type="AWS::S3::Bucket", action="Modify", replacement="True"),
        ),
    )

    result = operator.deploy_this(with_a_subnet())

    assert result.exit_code == 3
    assert ends(result)[SERVICE] == "Failed"
    assert ends(result)[NETWORK] == "updated"
    assert result.outcome is not None
    assert [(one.stack, one.code) for one in result.outcome.failures] == [(SERVICE, "SF512")]
    assert ("update_stack_set", SERVICE_SET) not in operator.aws.writes


def test_an_added_output_that_nobody_reads_changes_nothing_else(operator: Operator) -> None:
    more = json.loads(TEXTS[NETWORK])
    more["Outputs"]["Spare"] = {"Value": "x"}

    result = operator.deploy({NETWORK: json.dumps(more)})

    assert ends(result)[NETWORK] == "updated"
    assert {end for id_, end in ends(result).items() if id_ != NETWORK} == {"unchanged"}


def test_who_reads_a_stack_that_is_set_aside_keeps_what_it_has_read() -> None:
    # A promotion that failed half-way leaves the stack of its database without outputs.
    compiled = with_a_subnet()
    has = {"ImageId": "ami-1", "SubnetId": "subnet-0", "VpcId": "vpc-0"}
    seen = {
        stack.id: Seen(
            definition=definition_of(
                compiled.manifest,
                stack,
                compiled.templates[stack.id],
                {name: value for name, value in has.items() if name in stack.parameters},
                "",
            ),
            instances=(Instance(place=place(stack.id), stack_id=stack.id, status="CURRENT"),),
            outputs={},
        )
        for stack in compiled.manifest.stacks
    }

    steps = {step.stack.id: step for step in plan(compiled, seen, {}, aside=(NETWORK,)).steps}

    assert (steps[NETWORK].action, steps[NETWORK].reasons) == ("skip", (ASIDE,))
    assert (steps[SERVICE].action, steps[SERVICE].reasons) == ("skip", ("unchanged",))
    assert steps[SERVICE].values == {name: Known(value=value) for name, value in has.items()}
