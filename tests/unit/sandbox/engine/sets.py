"""Calls on the stack set `net`, put short."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.sandbox.engine.values import Json
    from tests.unit.sandbox.engine.shelf import Client, Shelf

HOME = "111122223333"

OTHER = "444455556666"

EAST, WEST = "eu-central-1", "eu-west-1"


def template(value: Json = {"Ref": "Size"}, **more: Json) -> str:  # noqa: B006 -- never changed
    properties = {"Type": "String", "Value": value}
    return json.dumps(
        {
            "Parameters": {"Size": {"Type": "String", "Default": "small"}},
            "Resources": {"P": {"Type": "AWS::SSM::Parameter", "Properties": properties, **more}},
            "Outputs": {"Name": {"Value": {"Ref": "P"}}},
        }
    )


def overrides(**values: str) -> list[dict[str, str]]:
    return [{"ParameterKey": k, "ParameterValue": v} for k, v in values.items()]


def create(sets: Client, *regions: str, accounts: tuple[str, ...] = (HOME,), **more: Json) -> Json:
    made = sets.create_stack_instances(
        StackSetName="net", Accounts=list(accounts), Regions=list(regions), **more
    )
    return operation(sets, made["OperationId"])


def operation(sets: Client, operation_id: str) -> Json:
    answer = sets.describe_stack_set_operation(StackSetName="net", OperationId=operation_id)
    return answer["StackSetOperation"]


def results(sets: Client, operation_id: str) -> dict[tuple[str, str], tuple[str, str]]:
    found = sets.list_stack_set_operation_results(StackSetName="net", OperationId=operation_id)
    return {
        (r["Account"], r["Region"]): (r["Status"], r.get("StatusReason", ""))
        for r in found["Summaries"]
    }


def instance(sets: Client, region: str = EAST, account: str = HOME) -> Json:
    answer = sets.describe_stack_instance(
        StackSetName="net", StackInstanceAccount=account, StackInstanceRegion=region
    )
    return answer["StackInstance"]


def values(shelf: Shelf) -> list[str]:
    return sorted(thing.properties["Value"] for thing in shelf.things.values())
