"""Targets are healthy unless asked otherwise, and CloudWatch counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.sandbox.behaviour_ground import behaving
from tests.unit.sandbox.handlers_ground import scope_in

if TYPE_CHECKING:
    from compiler.sandbox.handler import Scope

HERE = scope_in()


def target_group(scope: Scope) -> tuple[str, str]:
    """Make a load balancer with one target; return the group's ARN and the balancer's."""
    ec2, elb = scope.client("ec2"), scope.client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"{scope.region}{zone}"
        )["Subnet"]["SubnetId"]
        for n, zone in enumerate("ab")
    ]
    balancer = elb.create_load_balancer(Name="shop", Subnets=subnets)["LoadBalancers"][0]
    group = elb.create_target_group(
        Name="web", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    return group, balancer["LoadBalancerArn"]


def test_unhealthy_targets_are_told_and_counted() -> None:
    with behaving() as elb:
        group, balancer = target_group(HERE)
        names = {
            "TargetGroup": group.rpartition(":")[2],
            "LoadBalancer": balancer.partition(":loadbalancer/")[2],
        }
        elb.wait()
        HERE.client("elbv2").register_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.7"}])
        elb.wait()
        elb.faults.ask("unhealthy", "web")
        elb.wait()
        (told,) = HERE.client("elbv2").describe_target_health(TargetGroupArn=group)[
            "TargetHealthDescriptions"
        ]
        healthy, unhealthy = (
            elb.samples(HERE, f"AWS/ApplicationELB {name}", names)
            for name in ("HealthyHostCount", "UnHealthyHostCount")
        )

    assert told["TargetHealth"] == {
        "State": "unhealthy",
        "Reason": "Target.Timeout",
        "Description": "Request timed out",
    }
    # Nothing is told of a group without targets.
    assert (healthy, unhealthy) == ([1, 0], [0, 1])
