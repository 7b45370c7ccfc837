"""The port, answered by boto3 with stack sets."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from compiler.deploy.aws.beside import Beside
from compiler.deploy.aws.drift import drift_of_instances
from compiler.deploy.aws.errors import translated
from compiler.deploy.aws.requests import (
    as_whom,
    definition_of,
    preferences,
    tags_in,
    values_of,
    where,
)
from compiler.deploy.port import MARK, AwsError, Definition, Instance, Operation, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.deploy.answers import Drift

_TAKEN = frozenset({"OperationIdAlreadyExistsException"})
"""The same request came twice: it was taken the first time."""

_IN_PROGRESS = "OperationInProgressException"

_GONE = "StackSetNotFoundException"


class StackSets(Beside):
    """
    AWS as the deployer asks it, by StackSets.

    See `compiler.deploy.port.Aws`, which says what each method means. Every operation carries its
    id, by which AWS knows a request that comes twice. So a request may be sent again after the
    connection was lost, by botocore or by another run.
    """

    def stack_set(self, name: str) -> Definition | None:
        """Return the stack set called *name*, if there is one."""
        found = self._described(name)
        if found is None or found.get("Status", "ACTIVE") != "ACTIVE":
            return None
        return Definition(
            name=name,
            description=found.get("Description", ""),
            template=found.get("TemplateBody", ""),
            parameters=values_of(found.get("Parameters", ())),
            tags=tags_in(found),
            capabilities=tuple(found.get("Capabilities", ())),
        )

    def marked(self) -> Mapping[str, str]:
        """Return the descriptions of the stack sets of ours, by name."""
        with translated("ListStackSets"):
            pages = self._client.get_paginator("list_stack_sets").paginate(
                Status="ACTIVE", **as_whom(self._targets)
            )
            return {
                one["StackSetName"]: one["Description"]
                for page in pages
                for one in page["Summaries"]
                if one.get("Description", "").startswith(MARK)
            }

    def create_stack_set(self, definition: Definition, token: str) -> None:
        """Create a stack set without stacks."""
        with translated("CreateStackSet"):
            self._client.create_stack_set(
                **definition_of(definition, self._targets),
                ManagedExecution={"Active": True},
                ClientRequestToken=token,
            )

    def update_stack_set(self, definition: Definition, operation: str) -> None:
        """Start to change a stack set and its stacks."""
        with self._once("UpdateStackSet", definition.name, operation):
            request = definition_of(definition, self._targets)
            if definition.keeps_tags:
                # Left out means unchanged (API reference, UpdateStackSet, Tags, read 2026-11-24).
                del request["Tags"]
            self._client.update_stack_set(
                **request,
                OperationId=operation,
                OperationPreferences=preferences(self._targets),
            )

    def delete_stack_set(self, name: str) -> None:
        """Delete a stack set that has no stacks."""
        with translated("DeleteStackSet", fine=frozenset({_GONE})):
            self._client.delete_stack_set(StackSetName=name, **as_whom(self._targets))

    def instances(self, name: str) -> tuple[Instance, ...]:
        """Return the stacks of a stack set, sorted by place."""
        found = (_instance(one) for one in self._summaries(name))
        return tuple(sorted(found, key=lambda one: one.place))

    def overrides(self, name: str, place: Place) -> Mapping[str, str]:
        """Return the parameters that the stack at *place* has instead of its stack set's."""
        with translated("DescribeStackInstance"):
            found = self._client.describe_stack_instance(
                StackSetName=name,
                StackInstanceAccount=place.account,
                StackInstanceRegion=place.region,
                **as_whom(self._targets),
            )["StackInstance"]
        return values_of(found.get("ParameterOverrides", ()))

    def create_instances(self, name: str, places: tuple[Place, ...], operation: str) -> None:
        """Start to create stacks."""
        with self._once("CreateStackInstances", name, operation):
            self._client.create_stack_instances(
                StackSetName=name,
                **where(places, self._targets, self._targets.organizational_units),
                **self._operation(operation),
            )

    def delete_instances(
        self, name: str, places: tuple[Place, ...], operation: str, *, retain: bool = False
    ) -> None:
        """
        Start to delete stacks, or to let go of them.

        Service-managed stacks are asked for by the units through which they came, whatever the
        targets say today.
        """
        units = self._targets.organizational_units
        if self._targets.permission_model == "SERVICE_MANAGED":
            came_by = {
                str(one["OrganizationalUnitId"])
                for one in self._summaries(name)
                if _place(one) in places and one.get("OrganizationalUnitId")
            }
            units = tuple(sorted(came_by)) or units
        with self._once("DeleteStackInstances", name, operation):
            self._client.delete_stack_instances(
                StackSetName=name,
                **where(places, self._targets, units),
                RetainStacks=retain,
                **self._operation(operation),
            )

    def import_stack(self, name: str, place: Place, stack_id: str, operation: str) -> None:
        """
        Start to make a stack that stands one of a stack set's.

        AWS reads the place off the stack's ARN, so one that stands elsewhere is our bug.
        """
        if place.region not in stack_id or place.account not in stack_id:
            message = f"{stack_id} does not stand in {place.region} of {place.account}"
            raise ValueError(message)
        units: dict[str, object] = {}
        if self._targets.permission_model == "SERVICE_MANAGED":
            units = {"OrganizationalUnitIds": sorted(self._targets.organizational_units)}
        with self._once("ImportStacksToStackSet", name, operation):
            self._client.import_stacks_to_stack_set(
                StackSetName=name, StackIds=[stack_id], **units, **self._operation(operation)
            )

    def detect_drift(self, name: str, operation: str) -> None:
        """Start to compare stacks with their templates."""
        with self._once("DetectStackSetDrift", name, operation):
            self._client.detect_stack_set_drift(StackSetName=name, **self._operation(operation))

    def drift(self, name: str) -> tuple[Drift, ...]:
        """Return what the newest finished comparison found, sorted by place."""
        compared = max(
            (
                one
                for one in self._operations(name)
                if one.get("Action") == "DETECT_DRIFT" and one["Status"] in {"SUCCEEDED", "FAILED"}
            ),
            key=lambda one: one["CreationTimestamp"],
            default=None,
        )
        return drift_of_instances(
            self._client,
            name,
            sorted(self._summaries(name), key=_place),
            "" if compared is None else str(compared["OperationId"]),
            as_whom(self._targets),
        )

    def operation(self, name: str, operation: str) -> Operation:
        """
        Return how far an operation is.

        Its results are asked for where there is something to tell: it failed or was stopped, or it
        succeeded although stacks failed, within the tolerance.
        """
        with translated("DescribeStackSetOperation"):
            found = self._client.describe_stack_set_operation(
                StackSetName=name, OperationId=operation, **as_whom(self._targets)
            )["StackSetOperation"]
        failed = found.get("StatusDetails", {}).get("FailedStackInstancesCount", 0)
        return Operation(
            id=operation,
            status=found["Status"],
            reason=found.get("StatusReason", ""),
            started=found.get("CreationTimestamp"),
            results=dict(self._results(name, operation))
            if found["Status"] in {"FAILED", "STOPPED"}
            or (found["Status"] == "SUCCEEDED" and failed)
            else {},
        )

    def last_operation(self, name: str) -> Operation | None:
        """Return the newest operation on a stack set."""
        newest = max(self._operations(name), key=lambda one: one["CreationTimestamp"], default=None)
        if newest is None:
            return None
        return Operation(
            id=newest["OperationId"],
            status=newest["Status"],
            reason=newest.get("StatusReason", ""),
            started=newest["CreationTimestamp"],
        )

    @property
    def _client(self) -> Any:  # noqa: ANN401 -- boto3 makes clients at run time
        return self._own("cloudformation", self._home)

    @contextmanager
    def _once(self, call: str, name: str, operation: str) -> Iterator[None]:
        """
        Let the request for *operation* come twice.

        A request that is sent again may find its own first sending at work: without an answer to
        the first one nobody else can tell whose operation that is.
        """
        try:
            with translated(call, fine=_TAKEN):
                yield
        except AwsError as error:
            if error.code != _IN_PROGRESS or not self._is_taken(name, operation):
                raise

    def _is_taken(self, name: str, operation: str) -> bool:
        try:
            self.operation(name, operation)
        except AwsError:
            return False
        return True

    def _operation(self, operation: str) -> dict[str, object]:
        return {
            "OperationId": operation,
            "OperationPreferences": preferences(self._targets),
            **as_whom(self._targets),
        }

    def _described(self, name: str) -> Mapping[str, Any] | None:
        try:
            with translated("DescribeStackSet"):
                found: Mapping[str, Any] = self._client.describe_stack_set(
                    StackSetName=name, **as_whom(self._targets)
                )["StackSet"]
        except AwsError as error:
            if error.code == _GONE:
                return None
            raise
        return found

    def _summaries(self, name: str) -> list[Mapping[str, Any]]:
        try:
            return list(self._pages("list_stack_instances", "ListStackInstances", name))
        except AwsError as error:
            if error.code == _GONE:
                return []
            raise

    def _operations(self, name: str) -> list[Mapping[str, Any]]:
        return list(self._pages("list_stack_set_operations", "ListStackSetOperations", name))

    def _results(self, name: str, operation: str) -> Iterator[tuple[Place, str]]:
        for one in self._pages(
            "list_stack_set_operation_results",
            "ListStackSetOperationResults",
            name,
            OperationId=operation,
        ):
            if one.get("Status") != "SUCCEEDED":
                yield _place(one), one.get("StatusReason", "")

    def _pages(self, method: str, call: str, name: str, **more: str) -> Iterator[Mapping[str, Any]]:
        with translated(call):
            for page in self._client.get_paginator(method).paginate(
                StackSetName=name, **more, **as_whom(self._targets)
            ):
                yield from page["Summaries"]


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
