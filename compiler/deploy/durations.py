"""
How long a stack is expected to take: for the progress, the order of work, and the benchmark. Pure.

Creation times are ranges of what people's logs show: the lines "Creation complete after" of
Terraform runs in public repositories, some twenty for load balancers, NAT gateways, databases and
distributions (read 2026-11-23). CloudFormation waits longer than Terraform until it believes a
resource is there, so they are lower bounds. For a database replica in another region no log was
found; its range is an estimate, for the copy grows with the data. Of updates and deletions there
are no samples at all: a type that is slow to create is taken to be as slow to delete, and what an
update touches is taken for a creation where the service rolls it out anew (distributions, groups of
instances, databases), else for seconds.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from compiler.deploy.references import references
from compiler.deploy.timeline import Schedule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.deploy.folder import Compiled
    from compiler.deploy.plan import Plan, Step
    from compiler.deploy.removal import RemovalPlan

Work: TypeAlias = Literal["create", "update", "delete"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """
    Between what and what a duration lies.

    Attributes:
        low: Seconds.
        high: Seconds.
    """

    low: float
    high: float

    @property
    def middle(self) -> timedelta:
        """Half-way: what is told when one number is wanted."""
        return timedelta(seconds=(self.low + self.high) / 2)


OVERHEAD = Range(low=10, high=60)
"""
What an operation of StackSets takes beside the resources.

A failing operation on three stacks takes 41 s in an example of the StackSets guide (CloudFormation
user guide, 2023).
"""

CREATION: dict[str, Range] = {
    "AWS::AutoScaling::AutoScalingGroup": Range(low=20, high=140),
    "AWS::CloudFront::Distribution": Range(low=150, high=480),
    "AWS::EC2::NatGateway": Range(low=85, high=125),
    "AWS::EC2::VPCEndpoint": Range(low=10, high=120),
    "AWS::EC2::VPCPeeringConnection": Range(low=5, high=60),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Range(low=130, high=190),
    "AWS::KMS::Key": Range(low=1, high=20),
    "AWS::RDS::DBInstance": Range(low=300, high=1020),
    "AWS::Route53::HostedZone": Range(low=30, high=60),
    "AWS::Route53::RecordSet": Range(low=30, high=60),
    "AWS::S3::Bucket": Range(low=1, high=20),
}
"""
Types that take their time. Records and zones wait until all name servers know: Route 53 answers
within 60 s (Route 53 developer guide, "Change propagation", read 2026-11-24).
"""

REPLICA = Range(low=900, high=3600)
"""A database instance that is a copy of one in another region; an estimate."""

PROMOTION = Range(low=180, high=900)
"""
A replica that becomes a database of its own.

"Several minutes or longer", depending on its size, a reboot included (RDS user guide, "Promoting a
read replica to be a standalone DB instance", read 2026-11-24); several is taken for three, and
longer for a quarter of an hour.
"""

_QUICK = Range(low=1, high=10)
"""Every other type: a call or two, and a look whether it worked."""

_ROLLED_OUT = frozenset(
    {
        "AWS::AutoScaling::AutoScalingGroup",
        "AWS::CloudFront::Distribution",
        "AWS::RDS::DBInstance",
        "AWS::Route53::HostedZone",
        "AWS::Route53::RecordSet",
    }
)
"""Types whose service rolls a change out anew."""


def expected(template: str, work: Work, *, touched: frozenset[str] | None = None) -> timedelta:
    """
    Return how long *work* on a stack is expected to take.

    Resources that do not need each other are dealt with side by side, so it is the longest chain
    of references in the template that counts.

    Args:
        template: The template's text.
        work: What is done.
        touched: Logical ids of the resources that an update touches; every one if not told.
    """
    resources = _resources(template)
    sorter = TopologicalSorter(
        {name: _needs(body) & resources.keys() for name, body in resources.items()}
    )
    try:
        order = tuple(sorter.static_order())
    except CycleError:
        # Not a template that CloudFormation takes; it will say so within seconds.
        return OVERHEAD.middle
    chains: dict[str, timedelta] = {}
    for name in order:
        before = (chains[one] for one in _needs(resources[name]) if one in chains)
        is_touched = touched is None or name in touched
        own = _takes(resources[name], work) if is_touched else timedelta()
        chains[name] = max(before, default=timedelta()) + own
    return OVERHEAD.middle + max(chains.values(), default=timedelta())


def promoting() -> timedelta:
    """Return how long the update is expected to take that promotes the replica in a stack."""
    return OVERHEAD.middle + PROMOTION.middle


def deploy_schedule(
    compiled: Compiled,
    plan: Plan,
    needs: Mapping[str, frozenset[str]],
    beside: Mapping[str, timedelta] | None = None,
) -> Schedule:
    """
    Return what a deploy is about to do, and how long each part is expected to take.

    Args:
        compiled: What was compiled.
        plan: What is to be done.
        needs: For each node about which something is to be done, those that come first; in an
            order in which it could be done.
        beside: How long each node that is no step is expected to take.
    """
    return Schedule(
        nodes=tuple(needs),
        needs=needs,
        expected={
            **{
                step.stack.id: _of_step(step, compiled.templates[step.stack.id])
                for step in plan.steps
                if step.stack.id in needs
            },
            **(beside or {}),
        },
    )


def removal_schedule(
    compiled: Compiled, plan: RemovalPlan, needs: Mapping[str, frozenset[str]]
) -> Schedule:
    """Return what a destroy is about to do; the arguments are as for `deploy_schedule`."""
    ids = tuple(step.stack.id for step in plan.steps)
    return Schedule(
        nodes=ids,
        needs=needs,
        expected={id_: expected(compiled.templates[id_], "delete") for id_ in ids},
    )


def _of_step(step: Step, template: str) -> timedelta:
    match step.action:
        case "create" | "add" | "follow":
            return expected(template, "create")
        case "update" if step.stack.keeps_tags:
            return promoting()
        case "update":
            changes = [change for preview in step.previews for change in preview.changes]
            touched = frozenset(change.logical_id for change in changes)
            return expected(template, "update", touched=touched if changes else None)
        case "remove":
            return expected(template, "delete")
        case "check" | "skip" | "wait":
            return timedelta(seconds=1)


def _takes(resource: Mapping[str, Any], work: Work) -> timedelta:
    kind = str(resource.get("Type", ""))
    if work == "update" and kind not in _ROLLED_OUT:
        return _QUICK.middle
    properties = resource.get("Properties", {})
    if (
        work == "create"
        and isinstance(properties, dict)
        and ("SourceDBInstanceIdentifier" in properties)
    ):
        return REPLICA.middle
    return CREATION.get(kind, _QUICK).middle


def _resources(template: str) -> dict[str, dict[str, Any]]:
    # Any: JSON.
    try:
        found = json.loads(template)["Resources"]
    except (ValueError, LookupError, TypeError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: body for name, body in sorted(found.items()) if isinstance(body, dict)}


def _needs(resource: Mapping[str, Any]) -> set[str]:
    named = resource.get("DependsOn", [])
    return {*([named] if isinstance(named, str) else named), *references(resource)}
