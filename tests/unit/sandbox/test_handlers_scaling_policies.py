from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.sandbox.handlers.images import import_image
from tests.unit.sandbox.handlers_auto_scaling import (
    ARM_IMAGE,
    CPU,
    GROUPS,
    IMAGE,
    POLICIES,
    REQUESTS,
    group,
    made_template,
)
from tests.unit.sandbox.handlers_ground import (
    ACCOUNT,
    assert_read,
    assert_refused,
    live,
    scope_in,
    services,
)
from tests.unit.sandbox.handlers_network import Network, network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Scope


@pytest.fixture
def scope() -> Iterator[Scope]:
    with services():
        import_image(IMAGE, account=ACCOUNT, region="us-east-1")
        import_image(ARM_IMAGE, account=ACCOUNT, region="us-east-1", architecture="arm64")
        scope = scope_in()
        scope.client("iam").create_instance_profile(InstanceProfileName="web")
        yield scope


@pytest.fixture
def net(scope: Scope) -> Network:
    return network(scope)


def test_a_scaling_policy_takes_every_property_and_changes_it(scope: Scope, net: Network) -> None:
    GROUPS.create(scope, group(net, made_template(scope, net)))
    first = {
        "AutoScalingGroupName": "web",
        "PolicyType": "TargetTrackingScaling",
        "EstimatedInstanceWarmup": 60,
        "TargetTrackingConfiguration": CPU,
    }
    assert set(first) == POLICIES.supported
    created = POLICIES.create(scope, first)
    assert created.attributes["Arn"] == created.physical_id
    assert_read(POLICIES, scope, created, first)
    POLICIES.delete(scope, created.physical_id, first)

    live(
        POLICIES,
        scope,
        first,
        {
            "EstimatedInstanceWarmup": (90, 90),
            "TargetTrackingConfiguration": (REQUESTS, REQUESTS),
        },
        # The sandbox plays one type.
        elsewhere=frozenset({"PolicyType"}),
    )


def test_a_scaling_policy_needs_its_group_and_a_target(scope: Scope, net: Network) -> None:
    wanted = {
        "AutoScalingGroupName": "web",
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingConfiguration": CPU,
    }
    assert_refused("ValidationError", "AutoScalingGroup not found", POLICIES, scope, wanted)
    GROUPS.create(scope, group(net, made_template(scope, net)))
    assert_refused(
        "ValidationError",
        "target tracking",
        POLICIES,
        scope,
        wanted | {"PolicyType": "StepScaling"},
    )
