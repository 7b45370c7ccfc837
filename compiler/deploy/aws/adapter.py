"""The port, answered by boto3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.deploy.aws.errors import translated
from compiler.deploy.aws.stack_sets import StackSets
from compiler.deploy.port import (
    AwsError,
    Definition,
    Event,
    Instance,
    Operation,
    Place,
    StackResource,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.deploy.answers import Drift, Preview
    from compiler.deploy.aws.clients import Clients


class Boto3Aws:
    """
    AWS as the deployer asks it.

    See `compiler.deploy.port.Aws`, which says what each method means.
    """

    def __init__(self, *, clients: Clients, home: str) -> None:
        """Ask *clients*; stack sets live in the region *home*."""
        self._clients = clients
        self._home = home

    def account(self) -> str:
        """Return the account of the credentials."""
        with translated("GetCallerIdentity"):
            return self._clients.account(self._home)

    def stack_set(self, name: str) -> Definition | None:
        """Return the stack set called *name*, if there is one."""
        return self._stack_sets().describe(name)

    def create_stack_set(self, definition: Definition, token: str) -> None:
        """Create a stack set without stacks."""
        self._stack_sets().create(definition, token)

    def update_stack_set(self, definition: Definition, operation: str) -> None:
        """Start to change a stack set and its stacks."""
        self._stack_sets().update(definition, operation)

    def delete_stack_set(self, name: str) -> None:
        """Delete a stack set that has no stacks."""
        self._stack_sets().delete(name)

    def instances(self, name: str) -> tuple[Instance, ...]:
        """Return the stacks of a stack set."""
        return self._stack_sets().instances(name)

    def create_instances(self, name: str, places: tuple[Place, ...], operation: str) -> None:
        """Start to create stacks."""
        self._stack_sets().create_instances(name, places, operation)

    def delete_instances(
        self, name: str, places: tuple[Place, ...], operation: str, *, retain: bool = False
    ) -> None:
        """Start to delete stacks."""
        self._stack_sets().delete_instances(name, places, operation, retain=retain)

    def operation(self, name: str, operation: str) -> Operation:
        """Return how far an operation is."""
        return self._stack_sets().operation(name, operation)

    def last_operation(self, name: str) -> Operation | None:
        """Return the newest operation on a stack set."""
        return self._stack_sets().last_operation(name)

    def outputs(self, place: Place, stack_id: str) -> Mapping[str, str]:
        """Return the outputs of a stack."""
        with translated("DescribeStacks"):
            found = self._at("cloudformation", place).describe_stacks(StackName=stack_id)["Stacks"]
        return {
            one["OutputKey"]: one["OutputValue"]
            for stack in found
            for one in stack.get("Outputs", ())
        }

    def stack_status(self, place: Place, stack_id: str) -> str:
        """Return the status of a stack; empty if AWS has forgotten it."""
        try:
            with translated("DescribeStacks"):
                found = self._at("cloudformation", place).describe_stacks(StackName=stack_id)
        except AwsError as error:
            if _is_forgotten(error):
                return ""
            raise
        return str(found["Stacks"][0]["StackStatus"]) if found["Stacks"] else ""

    def events(self, place: Place, stack_id: str) -> tuple[Event, ...]:
        """Return the history of a stack, oldest first."""
        with translated("DescribeStackEvents"):
            pages = self._at("cloudformation", place).get_paginator("describe_stack_events")
            found = [
                Event(
                    at=one["Timestamp"],
                    logical_id=one["LogicalResourceId"],
                    type=one["ResourceType"],
                    status=one["ResourceStatus"],
                    reason=one.get("ResourceStatusReason", ""),
                )
                for page in pages.paginate(StackName=stack_id)
                for one in page["StackEvents"]
            ]
        # AWS tells the newest first; events of one moment keep their order when turned round.
        return tuple(reversed(found))

    def resources(self, place: Place, stack_id: str) -> tuple[StackResource, ...]:
        """Return the resources of a stack; none of one that AWS has forgotten."""
        try:
            with translated("ListStackResources"):
                pages = self._at("cloudformation", place).get_paginator("list_stack_resources")
                found = [
                    StackResource(
                        logical_id=one["LogicalResourceId"],
                        type=one["ResourceType"],
                        physical_id=one.get("PhysicalResourceId", ""),
                    )
                    for page in pages.paginate(StackName=stack_id)
                    for one in page["StackResourceSummaries"]
                    if one["ResourceStatus"] != "DELETE_COMPLETE"
                ]
        except AwsError as error:
            if _is_forgotten(error):
                return ()
            raise
        return tuple(sorted(found, key=lambda one: one.logical_id))

    def is_protected(self, place: Place, database: str) -> bool:
        """Tell whether a database instance refuses to be deleted."""
        try:
            with translated("DescribeDBInstances"):
                found = self._at("rds", place).describe_db_instances(DBInstanceIdentifier=database)
        except AwsError as error:
            if error.code.startswith("DBInstanceNotFound"):
                return False
            raise
        return any(one.get("DeletionProtection", False) for one in found["DBInstances"])

    def is_filled(self, place: Place, bucket: str) -> bool:
        """Tell whether a bucket holds an object, or an old version or delete marker of one."""
        try:
            with translated("ListObjectVersions"):
                found = self._at("s3", place).list_object_versions(Bucket=bucket, MaxKeys=1)
        except AwsError as error:
            if error.code == "NoSuchBucket":
                return False
            raise
        return bool(found.get("Versions") or found.get("DeleteMarkers"))

    def image(self, place: Place, name: str) -> str:
        """Return the image id that a public SSM parameter holds."""
        with translated("GetParameter"):
            found = self._at("ssm", place).get_parameter(Name=name)
        return str(found["Parameter"]["Value"])

    def prefix_list(self, place: Place, name: str) -> str:
        """Return the id of an AWS-managed prefix list."""
        with translated("DescribeManagedPrefixLists"):
            found = self._at("ec2", place).describe_managed_prefix_lists(
                Filters=[{"Name": "prefix-list-name", "Values": [name]}]
            )["PrefixLists"]
        if not found:
            raise AwsError(
                code="PrefixListNotFound",
                reason="there is none of that name",
                call="DescribeManagedPrefixLists",
            )
        return str(found[0]["PrefixListId"])

    def import_stack(self, name: str, place: Place, stack_id: str, operation: str) -> None:
        """Make a stack one of a stack set's."""
        raise NotImplementedError

    def detect_drift(self, name: str, operation: str) -> None:
        """Start to compare stacks with their templates."""
        raise NotImplementedError

    def drift(self, name: str) -> tuple[Drift, ...]:
        """Return what the newest comparison found."""
        raise NotImplementedError

    def overrides(self, name: str, place: Place) -> Mapping[str, str]:
        """Return the parameters that a stack has instead of its stack set's."""
        return self._stack_sets().overrides(name, place)

    def accounts_in(self, organizational_unit: str) -> tuple[str, ...]:
        """Return the accounts in an organizational unit."""
        raise NotImplementedError

    def preview(
        self,
        place: Place,
        stack_id: str,
        definition: Definition,
        assumed: tuple[str, ...],
        name: str,
    ) -> Preview:
        """Ask what an update would do."""
        raise NotImplementedError

    def continue_rollback(
        self, place: Place, stack_id: str, skip: tuple[str, ...], token: str
    ) -> None:
        """Go on with a failed rollback."""
        raise NotImplementedError

    def delete_stack(
        self, place: Place, stack_id: str, retain: tuple[str, ...], token: str
    ) -> None:
        """Delete a stack that no stack set has."""
        raise NotImplementedError

    def adopt(
        self,
        place: Place,
        stack_name: str,
        definition: Definition,
        resources: Mapping[str, Mapping[str, str]],
        token: str,
    ) -> str:
        """Make a stack of resources that exist."""
        raise NotImplementedError

    def upload(self, bucket: str, region: str, key: str, text: str) -> str:
        """Put a text into a bucket."""
        raise NotImplementedError

    def has_bucket(self, bucket: str, region: str) -> bool:
        """Tell whether a bucket exists."""
        raise NotImplementedError

    def empty(self, place: Place, bucket: str) -> int:
        """Empty a bucket."""
        raise NotImplementedError

    def parameter(self, name: str) -> str | None:
        """Return the value of an SSM parameter."""
        raise NotImplementedError

    def create_parameter(self, name: str, value: str) -> bool:
        """Write a new SSM parameter."""
        raise NotImplementedError

    def replace_parameter(self, name: str, value: str) -> None:
        """Write an SSM parameter."""
        raise NotImplementedError

    def delete_parameter(self, name: str) -> None:
        """Delete an SSM parameter."""
        raise NotImplementedError

    def _stack_sets(self) -> StackSets:
        with translated("CloudFormation"):
            return StackSets(self._clients.own("cloudformation", self._home))

    def _at(self, service: str, place: Place) -> Any:  # boto3 makes clients at run time  # noqa: ANN401 -- boto3 makes clients at run time
        return self._clients.at(service, place.region, place.account)


def _is_forgotten(error: AwsError) -> bool:
    """Tell whether there is no such stack; AWS forgets a deleted one after 90 days."""
    return error.code == "ValidationError" and "does not exist" in error.reason
