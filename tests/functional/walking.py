"""Walks a compiled migration through the sandbox's CloudFormation, state by state."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from compiler.deploy.folder import Compiled, read_folder, read_itinerary
from compiler.manifest import FromOutput, ParameterSource, Stack
from compiler.sandbox.prerequisites import Deployable, provide

if TYPE_CHECKING:
    from pathlib import Path

    from compiler.phases import PhaseName
    from compiler.sandbox.embedded import Sandbox

PREFIX_LIST = "com.amazonaws.global.cloudfront.origin-facing"
FINE = ("CREATE_COMPLETE", "DELETE_COMPLETE", "UPDATE_COMPLETE")


def phases_of(folder: Path) -> tuple[PhaseName, ...]:
    found = read_itinerary(folder)
    assert not isinstance(found, tuple), found
    return found.phases


@dataclass(slots=True, kw_only=True)
class Walk:
    """
    The stacks of a migration, named after their files.

    Attributes:
        box: Where they stand.
        folder: What was compiled.
        state: What stands.
        outputs: By stack and name.
        problems: What did not end well: the stack, its status and the reasons of its resources.
    """

    box: Sandbox
    folder: Path
    state: Compiled | None = None
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def to(self, phase: PhaseName) -> None:
        """Deploy what *phase* adds and changes, then delete what it no longer has."""
        found = read_folder(self.folder, phase)
        assert isinstance(found, Compiled), found
        provide(
            self.box,
            [
                Deployable(
                    account=stack.account,
                    region=stack.region,
                    template=json.loads(found.templates[stack.id]),
                )
                for stack in found.manifest.stacks
            ],
        )
        before = () if self.state is None else self.state.manifest.stacks
        standing = {stack.id for stack in before}
        for stack in found.manifest.stacks:
            self._deploy(found, stack, is_new=stack.id not in standing)
        left = {stack.id for stack in found.manifest.stacks}
        for stack in reversed(before):
            if stack.id not in left:
                self._delete(stack)
        self.state = found

    def physical(self, stack: str, kind: str) -> str:
        """Return the physical id of a stack's one resource of a type."""
        assert self.state is not None
        (found,) = (one for one in self.state.manifest.stacks if one.id == stack)
        answer = self._client(found).describe_stack_resources(StackName=_name(found))
        (resource,) = (one for one in answer["StackResources"] if one["ResourceType"] == kind)
        return str(resource["PhysicalResourceId"])

    def _deploy(self, found: Compiled, stack: Stack, *, is_new: bool) -> None:
        client = self._client(stack)
        asked: dict[str, Any] = {
            "StackName": _name(stack),
            "TemplateBody": found.templates[stack.id],
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            "Parameters": [
                {"ParameterKey": key, "ParameterValue": self._value(stack, source)}
                for key, source in stack.parameters.items()
            ],
        }
        if not stack.keeps_tags:
            tags = {**found.manifest.tags, "MigrationPhase": stack.phase}
            asked["Tags"] = [{"Key": key, "Value": value} for key, value in tags.items()]
        try:
            (client.create_stack if is_new else client.update_stack)(**asked)
        except ClientError as error:
            if "No updates are to be performed" in str(error):
                return
            raise
        told = self._check(stack, _name(stack))
        self.outputs[stack.id] = {
            one["OutputKey"]: one["OutputValue"] for one in told.get("Outputs", [])
        }

    def _delete(self, stack: Stack) -> None:
        client = self._client(stack)
        (told,) = client.describe_stacks(StackName=_name(stack))["Stacks"]
        client.delete_stack(StackName=_name(stack))
        self._check(stack, told["StackId"])

    def _check(self, stack: Stack, name: str) -> dict[str, Any]:
        client = self._client(stack)
        (told,) = client.describe_stacks(StackName=name)["Stacks"]
        if told["StackStatus"] not in FINE:
            events = client.describe_stack_events(StackName=name)["StackEvents"]
            failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
            reasons = [str(event.get("ResourceStatusReason")) for event in failed]
            self.problems.append(f"{stack.id} {told['StackStatus']}: {'; '.join(reasons)}")
        return dict(told)

    def _value(self, stack: Stack, source: ParameterSource) -> str:
        if isinstance(source, FromOutput):
            return self.outputs[source.stack][source.output]
        if source.kind == "prefix_list":
            named = [{"Name": "prefix-list-name", "Values": [PREFIX_LIST]}]
            ec2 = self.box.client("ec2", stack.region, stack.account)
            lists = ec2.describe_managed_prefix_lists(Filters=named)["PrefixLists"]
            return str(lists[0]["PrefixListId"])
        ssm = self.box.client("ssm", stack.region, stack.account)
        return str(ssm.get_parameter(Name=source.name)["Parameter"]["Value"])

    def _client(self, stack: Stack) -> Any:  # noqa: ANN401 -- boto3 makes clients at run time
        return self.box.client("cloudformation", stack.region, stack.account)


def _name(stack: Stack) -> str:
    return stack.id.replace("/", "-")
