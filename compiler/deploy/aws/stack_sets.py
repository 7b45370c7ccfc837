"""Stack sets, their stacks and their operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.deploy.aws.errors import translated
from compiler.deploy.port import AwsError, Definition, Instance, Operation, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TAKEN = frozenset({"OperationIdAlreadyExistsException"})
"""The same request came twice: it was taken the first time."""

_GONE = "StackSetNotFoundException"

_PREFERENCES = {
    "FailureToleranceCount": 0,
    "MaxConcurrentCount": 1,
    "RegionConcurrencyType": "PARALLEL",
}


class StackSets:
    """The part of the port that is about stack sets, over one CloudFormation client."""

    def __init__(self, client: Any) -> None:  # boto3 makes clients at run time  # noqa: ANN401 -- boto3 makes clients at run time
        """Ask *client*, which is that of the region in which the stack sets live."""
        self._client = client

    def describe(self, name: str) -> Definition | None:
        """Return the stack set called *name*, if there is one."""
        try:
            with translated("DescribeStackSet"):
                found = self._client.describe_stack_set(StackSetName=name)["StackSet"]
        except AwsError as error:
            if error.code == _GONE:
                return None
            raise
        if found.get("Status", "ACTIVE") != "ACTIVE":
            return None
        return Definition(
            name=name,
            description=found.get("Description", ""),
            template=found.get("TemplateBody", ""),
            parameters={
                one["ParameterKey"]: one.get("ParameterValue", "")
                for one in found.get("Parameters", ())
            },
            tags={one["Key"]: one["Value"] for one in found.get("Tags", ())},
            capabilities=tuple(found.get("Capabilities", ())),
        )

    def create(self, definition: Definition, token: str) -> None:
        """Create a stack set without stacks."""
        with translated("CreateStackSet"):
            self._client.create_stack_set(
                **_request(definition),
                PermissionModel="SELF_MANAGED",
                ManagedExecution={"Active": True},
                ClientRequestToken=token,
            )

    def update(self, definition: Definition, operation: str) -> None:
        """Start to change a stack set and its stacks."""
        with translated("UpdateStackSet", fine=_TAKEN):
            self._client.update_stack_set(
                **_request(definition),
                OperationId=operation,
                OperationPreferences=_PREFERENCES,
            )

    def delete(self, name: str) -> None:
        """Delete a stack set that has no stacks."""
        with translated("DeleteStackSet", fine=frozenset({_GONE})):
            self._client.delete_stack_set(StackSetName=name)

    def instances(self, name: str) -> tuple[Instance, ...]:
        """Return the stacks of a stack set, sorted by place."""
        try:
            with translated("ListStackInstances"):
                found = [
                    _instance(one)
                    for page in self._client.get_paginator("list_stack_instances").paginate(
                        StackSetName=name
                    )
                    for one in page["Summaries"]
                ]
        except AwsError as error:
            if error.code == _GONE:
                return ()
            raise
        return tuple(sorted(found, key=lambda one: one.place))

    def overrides(self, name: str, place: Place) -> Mapping[str, str]:
        """Return the parameters that the stack at *place* has instead of its stack set's."""
        with translated("DescribeStackInstance"):
            found = self._client.describe_stack_instance(
                StackSetName=name,
                StackInstanceAccount=place.account,
                StackInstanceRegion=place.region,
            )["StackInstance"]
        return {
            one["ParameterKey"]: one.get("ParameterValue", "")
            for one in found.get("ParameterOverrides", ())
        }

    def create_instances(self, name: str, places: tuple[Place, ...], operation: str) -> None:
        """Start to create stacks."""
        with translated("CreateStackInstances", fine=_TAKEN):
            self._client.create_stack_instances(
                StackSetName=name,
                **_where(places),
                OperationId=operation,
                OperationPreferences=_PREFERENCES,
            )

    def delete_instances(
        self, name: str, places: tuple[Place, ...], operation: str, *, retain: bool
    ) -> None:
        """Start to delete stacks, or to let go of them."""
        with translated("DeleteStackInstances", fine=_TAKEN):
            self._client.delete_stack_instances(
                StackSetName=name,
                **_where(places),
                RetainStacks=retain,
                OperationId=operation,
                OperationPreferences=_PREFERENCES,
            )

    def operation(self, name: str, operation: str) -> Operation:
        """Return how far an operation is; its results are asked for once it failed."""
        with translated("DescribeStackSetOperation"):
            found = self._client.describe_stack_set_operation(
                StackSetName=name, OperationId=operation
            )["StackSetOperation"]
        return Operation(
            id=operation,
            status=found["Status"],
            reason=found.get("StatusReason", ""),
            started=found.get("CreationTimestamp"),
            results=dict(self._results(name, operation))
            if found["Status"] in {"FAILED", "STOPPED"}
            else {},
        )

    def last_operation(self, name: str) -> Operation | None:
        """Return the newest operation on a stack set."""
        with translated("ListStackSetOperations"):
            found = self._client.list_stack_set_operations(StackSetName=name)["Summaries"]
        newest = max(found, key=lambda one: one["CreationTimestamp"], default=None)
        if newest is None:
            return None
        return Operation(
            id=newest["OperationId"],
            status=newest["Status"],
            reason=newest.get("StatusReason", ""),
            started=newest["CreationTimestamp"],
        )

    def _results(self, name: str, operation: str) -> Iterator[tuple[Place, str]]:
        with translated("ListStackSetOperationResults"):
            for page in self._client.get_paginator("list_stack_set_operation_results").paginate(
                StackSetName=name, OperationId=operation
            ):
                for one in page["Summaries"]:
                    if one.get("Status") != "SUCCEEDED":
                        yield _place(one), one.get("StatusReason", "")


def _where(places: tuple[Place, ...]) -> dict[str, object]:
    return {
        "Accounts": sorted({place.account for place in places}),
        "Regions": sorted({place.region for place in places}),
    }


def _request(definition: Definition) -> dict[str, object]:
    return {
        "StackSetName": definition.name,
        "Description": definition.description,
        "TemplateBody": definition.template,
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in sorted(definition.parameters.items())
        ],
        "Tags": [{"Key": key, "Value": value} for key, value in sorted(definition.tags.items())],
        "Capabilities": list(definition.capabilities),
    }


def _instance(found: Mapping[str, Any]) -> Instance:
    return Instance(
        place=_place(found),
        status=found["Status"],
        detailed=found.get("StackInstanceStatus", {}).get("DetailedStatus", ""),
        reason=found.get("StatusReason", ""),
        stack_id=found.get("StackId", ""),
    )


def _place(found: Mapping[str, Any]) -> Place:
    return Place(account=found["Account"], region=found["Region"])
