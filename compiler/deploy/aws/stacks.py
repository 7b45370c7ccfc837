"""What is asked of CloudFormation about one stack, where it stands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from compiler.deploy.aws.errors import translated
from compiler.deploy.aws.requests import tags_in
from compiler.deploy.aws.rounds import Round, rounds
from compiler.deploy.aws.standing import is_anything
from compiler.deploy.port import MARK_TAG, AwsError, Event, StackResource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TAKEN = frozenset({"TokenAlreadyExistsException"})
"""The same request came twice: it was taken the first time."""


class Stacks:
    """
    The part of the port that is about single stacks, over CloudFormation where they stand.

    Every write carries a token, by which AWS knows a request that comes twice.
    """

    def __init__(self, client: Any) -> None:  # noqa: ANN401 -- boto3 makes clients at run time
        """Ask *client*, which is that of the stack's account and region."""
        self._client = client

    def outputs(self, stack_id: str) -> Mapping[str, str]:
        """Return the outputs of a stack; none of a deleted one."""
        found = self.described(stack_id)
        if found is None or found["StackStatus"] == "DELETE_COMPLETE":
            return {}
        return {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", ())}

    def described(self, name: str) -> Mapping[str, Any] | None:
        """Return what DescribeStacks says of a stack; nothing if AWS has forgotten it."""
        try:
            with translated("DescribeStacks"):
                found = self._client.describe_stacks(StackName=name)["Stacks"]
        except AwsError as error:
            if is_forgotten(error):
                return None
            raise
        return found[0] if found else None

    def template(self, stack_id: str) -> str:
        """Return the template of a stack as JSON; boto3 reads JSON for us."""
        with translated("GetTemplate"):
            body = self._client.get_template(StackName=stack_id, TemplateStage="Original")
        found = body["TemplateBody"]
        return found if isinstance(found, str) else json.dumps(found)

    def marked(self) -> Mapping[str, str]:
        """Return the marks of the stacks of ours, by name."""
        with translated("DescribeStacks"):
            pages = self._client.get_paginator("describe_stacks").paginate()
            return {
                stack["StackName"]: mark
                for page in pages
                for stack in page["Stacks"]
                if is_anything(stack) and (mark := tags_in(stack).get(MARK_TAG)) is not None
            }

    def status(self, stack_id: str) -> str:
        """Return the status of a stack; empty if AWS has forgotten it."""
        found = self.described(stack_id)
        return str(found["StackStatus"]) if found else ""

    def events(self, stack_id: str) -> tuple[Event, ...]:
        """Return the history of a stack, oldest first."""
        with translated("DescribeStackEvents"):
            pages = self._client.get_paginator("describe_stack_events")
            found = [
                event_of(one)
                for page in pages.paginate(StackName=stack_id)
                for one in page["StackEvents"]
            ]
        # AWS tells the newest first; events of one moment keep their order when turned round.
        return tuple(reversed(found))

    def rounds(self, stack_id: str) -> Iterator[Round]:
        """Yield what was done to a stack, newest first, reading no more than is asked for."""
        yield from rounds(self._newest_first(stack_id))

    def _newest_first(self, stack_id: str) -> Iterator[Mapping[str, Any]]:
        pages = self._client.get_paginator("describe_stack_events").paginate(StackName=stack_id)
        try:
            with translated("DescribeStackEvents"):
                for page in pages:
                    yield from page["StackEvents"]
        except AwsError as error:
            if not is_forgotten(error):
                raise

    def resources(self, stack_id: str) -> tuple[StackResource, ...]:
        """Return the resources of a stack; none of one that AWS has forgotten."""
        try:
            with translated("ListStackResources"):
                pages = self._client.get_paginator("list_stack_resources")
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
            if is_forgotten(error):
                return ()
            raise
        return tuple(sorted(found, key=lambda one: one.logical_id))

    def continue_rollback(self, stack_id: str, skip: tuple[str, ...], token: str) -> None:
        """Start to go on with an update's failed rollback."""
        with translated("ContinueUpdateRollback", fine=_TAKEN):
            self._client.continue_update_rollback(
                StackName=stack_id, ResourcesToSkip=list(skip), ClientRequestToken=token
            )

    def delete(self, stack_id: str, retain: tuple[str, ...], token: str) -> None:
        """
        Start to delete a stack.

        By its id, not by its name: a stack of the same name that came after it stays.
        """
        # CloudFormation refuses the word for stacks whose deletion did not fail, be the list empty.
        kept = {"RetainResources": list(retain)} if retain else {}
        with translated("DeleteStack", fine=_TAKEN):
            self._client.delete_stack(StackName=stack_id, **kept, ClientRequestToken=token)


def event_of(one: Mapping[str, Any]) -> Event:
    """Return an event as the port has it."""
    return Event(
        at=one["Timestamp"],
        logical_id=one["LogicalResourceId"],
        type=one["ResourceType"],
        status=one["ResourceStatus"],
        reason=one.get("ResourceStatusReason", ""),
    )


def is_forgotten(error: AwsError) -> bool:
    """Tell whether there is no such stack; AWS forgets a deleted one after 90 days."""
    return error.code == "ValidationError" and "does not exist" in error.reason
