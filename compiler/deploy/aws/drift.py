"""How far stacks are from their templates, as StackSets and as CloudFormation tell it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from compiler.deploy.answers import Drift, DriftedResource
from compiler.deploy.aws.errors import translated
from compiler.deploy.port import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_DIFFERENT = ["MODIFIED", "DELETED"]


def drift_of_instances(
    client: Any,  # noqa: ANN401 -- boto3 makes clients at run time
    name: str,
    instances: Sequence[Mapping[str, Any]],
    operation: str,
    as_whom: Mapping[str, object],
) -> tuple[Drift, ...]:
    """
    Return what a comparison found.

    Args:
        client: CloudFormation's, in the stack sets' region.
        name: Of the stack set.
        instances: The summaries of its stacks, in the order wanted.
        operation: The comparison; none was made if empty.
        as_whom: `CallAs`, where it is needed.

    Raises:
        AwsError: AWS refused to tell.
    """
    found = []
    for one in instances:
        status = str(one.get("DriftStatus", "NOT_CHECKED")) if operation else "NOT_CHECKED"
        resources: tuple[DriftedResource, ...] = ()
        if status == "DRIFTED":
            resources = _resources_of_instance(client, name, one, operation, as_whom)
        place = Place(account=one["Account"], region=one["Region"])
        checked = one.get("LastDriftCheckTimestamp") if operation else None
        found.append(Drift(place=place, status=status, resources=resources, checked=checked))
    return tuple(found)


def _resources_of_instance(
    client: Any,  # noqa: ANN401 -- boto3 makes clients at run time
    name: str,
    instance: Mapping[str, Any],
    operation: str,
    as_whom: Mapping[str, object],
) -> tuple[DriftedResource, ...]:
    return _read(
        "ListStackInstanceResourceDrifts",
        "Summaries",
        partial(
            client.list_stack_instance_resource_drifts,
            StackSetName=name,
            StackInstanceAccount=instance["Account"],
            StackInstanceRegion=instance["Region"],
            StackInstanceResourceDriftStatuses=_DIFFERENT,
            OperationId=operation,
            **as_whom,
        ),
    )


def drift_of_stack(client: Any, place: Place, stack: Mapping[str, Any]) -> Drift:  # noqa: ANN401 -- boto3 makes clients at run time
    """
    Return what the newest comparison of one stack found.

    Args:
        client: CloudFormation's, where the stack stands.
        place: Where it stands.
        stack: What DescribeStacks says of it.

    Raises:
        AwsError: AWS refused to tell.
    """
    told = stack.get("DriftInformation", {})
    status = str(told.get("StackDriftStatus", "NOT_CHECKED"))
    found = Drift(place=place, status=status, checked=told.get("LastCheckTimestamp"))
    if status != "DRIFTED":
        return found
    resources = _read(
        "DescribeStackResourceDrifts",
        "StackResourceDrifts",
        partial(
            client.describe_stack_resource_drifts,
            StackName=stack["StackId"],
            StackResourceDriftStatusFilters=_DIFFERENT,
        ),
    )
    return replace(found, resources=resources)


def _read(
    call: str, key: str, ask: Callable[..., Mapping[str, Any]]
) -> tuple[DriftedResource, ...]:
    """Return what all pages of *call* have under *key*; boto3 has no paginator for these calls."""
    drifts: list[Mapping[str, Any]] = []
    more: dict[str, str] = {}
    while True:
        with translated(call):
            page = ask(**more)
        drifts.extend(page[key])
        if not page.get("NextToken"):
            return _sorted(drifts)
        more = {"NextToken": page["NextToken"]}


def _sorted(drifts: Iterable[Mapping[str, Any]]) -> tuple[DriftedResource, ...]:
    found = (
        DriftedResource(
            logical_id=one["LogicalResourceId"],
            type=one["ResourceType"],
            physical_id=one.get("PhysicalResourceId", ""),
            status=one["StackResourceDriftStatus"],
            differences=tuple(sorted(map(_difference, one.get("PropertyDifferences", ())))),
        )
        for one in drifts
        # Said by the filter as well; the sandbox of somebody else may not know it.
        if one["StackResourceDriftStatus"] in _DIFFERENT
    )
    return tuple(sorted(found, key=lambda one: one.logical_id))


def _difference(one: Mapping[str, Any]) -> str:
    path, expected, actual = one["PropertyPath"], one["ExpectedValue"], one["ActualValue"]
    match one["DifferenceType"]:
        case "ADD":
            return f"{path}: nothing expected, {actual} found"
        case "REMOVE":
            return f"{path}: {expected} expected, nothing found"
        case _:
            return f"{path}: {expected} expected, {actual} found"
