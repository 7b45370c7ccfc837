"""What the functions of a stack's template can look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.sandbox.engine.intrinsics import Surroundings
from compiler.sandbox.engine.lookups import zones_of
from compiler.sandbox.engine.values import Mark
from compiler.sandbox.engine.world import partition_of, url_suffix_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.engine.records import Desired, Stack
    from compiler.sandbox.engine.world import World
    from compiler.sandbox.handler import Created


def surroundings(
    world: World, stack: Stack, desired: Desired, resources: Mapping[str, Created | Mark]
) -> Surroundings:
    """Return what the functions of *desired* can look at, given these *resources*."""
    clients = world.clients(stack.account, stack.region)
    return Surroundings(
        pseudo={
            "AWS::AccountId": stack.account,
            "AWS::NoValue": Mark.NO_VALUE,
            "AWS::NotificationARNs": stack.settings.get("NotificationARNs", []),
            "AWS::Partition": partition_of(stack.region),
            "AWS::Region": stack.region,
            "AWS::StackId": stack.stack_id,
            "AWS::StackName": stack.name,
            "AWS::URLSuffix": url_suffix_of(stack.region),
        },
        parameters=desired.values.resolved,
        mappings=desired.template.mappings,
        resources=resources,
        zones=lambda region: zones_of(region, clients),
    )
