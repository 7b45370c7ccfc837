"""
Stack sets: what they are, and the calls on them.

A stack set lives in the account and region of its administrator; its instances' stacks live in
theirs. How an operation moves on is in `set_operations`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from compiler.sandbox.engine.errors import (
    ApiError,
    invalid,
    name_already_exists,
    stack_instance_not_found,
    stack_set_not_empty,
    stack_set_not_found,
    unsupported,
)
from compiler.sandbox.engine.lookups import template_from_url
from compiler.sandbox.engine.parameters import Values, bind
from compiler.sandbox.engine.stacks import (
    Request,
    admit_template,
    refuse_capabilities,
    tags_of,
)
from compiler.sandbox.engine.world import Place, World, partition_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from compiler.sandbox.engine.set_operations import Operation
    from compiler.sandbox.engine.template import Template

ADMINISTRATION_ROLE = "AWSCloudFormationStackSetAdministrationRole"
EXECUTION_ROLE = "AWSCloudFormationStackSetExecutionRole"
"""Names that AWS assumes where a call gives none.

Source: CloudFormation User Guide, prerequisites for self-managed permissions, 2026-11-23.
"""


@dataclass(slots=True, kw_only=True)
class Instance:
    """
    A stack set's stack in one account and region.

    Attributes:
        account: Where the stack lives.
        region: Where the stack lives.
        stack_id: Of the stack last made for it, also when that stack is gone; may be empty.
        overrides: Parameter values of its own.
        status: `CURRENT`, `OUTDATED` or `INOPERABLE`.
        detailed_status: As in `StackInstanceStatus.DetailedStatus`.
        reason: Why it is not current; may be empty.
        operation_id: The last operation that touched it; may be empty.
    """

    account: str
    region: str
    stack_id: str = ""
    overrides: dict[str, str] = field(default_factory=dict)
    status: str = "OUTDATED"
    detailed_status: str = "PENDING"
    reason: str = ""
    operation_id: str = ""

    @property
    def place(self) -> Place:
        """Account and region."""
        return self.account, self.region


@dataclass(slots=True, kw_only=True)
class StackSet:
    """
    A stack set.

    Attributes:
        name: Unique among the active ones of its administrator's account and region.
        stack_set_id: Name and a UUID.
        arn: Its ARN.
        place: The administrator's account and region.
        template: What its stacks are made from.
        values: Its parameters.
        tags: Passed to its stacks.
        capabilities: What the caller acknowledged.
        roles: `AdministrationRoleARN` and `ExecutionRoleName`: given back, not checked.
        is_queueing: `ManagedExecution.Active`.
        instances: By account and region.
        operations: By id, oldest first.
        status: `ACTIVE` or `DELETED`.
        token: The request token it was created with.
    """

    name: str
    stack_set_id: str
    arn: str
    place: Place
    description: str | None
    template: Template
    values: Values
    tags: Mapping[str, str]
    capabilities: tuple[str, ...]
    roles: Mapping[str, str]
    is_queueing: bool
    token: str
    status: str = "ACTIVE"
    instances: dict[Place, Instance] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)


def create_stack_set(world: World, place: Place, given: Mapping[str, Any]) -> StackSet:
    """
    Create a stack set without instances.

    Raises:
        ApiError: `NameAlreadyExistsException`, or the template or parameters are refused.
    """
    _refuse_service_managed(given)
    name, token = str(given["StackSetName"]), str(given.get("ClientRequestToken", ""))
    for found in world.stack_sets.get(place, []):
        if found.name == name and found.status == "ACTIVE":
            if token and found.token == token:
                return found
            message = f"StackSet {name} already exists"
            raise name_already_exists(message)
    request = request_of(given)
    template = _template(world, place, request, None)
    refuse_capabilities(template, request.capabilities)
    account, region = place
    stack_set_id = f"{name}:{world.new_id()}"
    stack_set = StackSet(
        name=name,
        stack_set_id=stack_set_id,
        arn=f"arn:{partition_of(region)}:cloudformation:{region}:{account}:stackset/{stack_set_id}",
        place=place,
        description=given.get("Description"),
        template=template,
        values=_values(template, request.parameters, None),
        tags=request.tags or {},
        capabilities=request.capabilities,
        roles=_roles(place, given),
        is_queueing=_is_queueing(given),
        token=token,
    )
    world.stack_sets.setdefault(place, []).append(stack_set)
    return stack_set


def redefine(world: World, stack_set: StackSet, given: Mapping[str, Any]) -> None:
    """
    Change a stack set's definition; its stacks follow by an operation.

    Raises:
        ApiError: The template or parameters are refused; nothing has changed then.
    """
    _refuse_service_managed(given)
    request = request_of(given)
    template = _template(world, stack_set.place, request, stack_set.template)
    refuse_capabilities(template, request.capabilities)
    stack_set.values = _values(template, request.parameters, stack_set.values.given)
    stack_set.template = template
    stack_set.capabilities = request.capabilities
    stack_set.roles = _roles(stack_set.place, given)
    if request.tags is not None:
        stack_set.tags = request.tags
    if "Description" in given:
        stack_set.description = given["Description"]
    if "ManagedExecution" in given:
        stack_set.is_queueing = _is_queueing(given)


def find_stack_set(world: World, place: Place, name_or_id: str) -> StackSet:
    """
    Return an active stack set by name, or any by id.

    Raises:
        ApiError: `StackSetNotFoundException`.
    """
    for stack_set in reversed(world.stack_sets.get(place, [])):
        if name_or_id in {stack_set.stack_set_id, stack_set.arn} or (
            name_or_id == stack_set.name and stack_set.status == "ACTIVE"
        ):
            return stack_set
    message = f"StackSet {name_or_id} not found"
    raise stack_set_not_found(message)


def remove_stack_set(world: World, place: Place, name: str) -> None:
    """
    Delete an empty stack set; one that does not exist is no error.

    Raises:
        ApiError: `StackSetNotEmptyException`.
    """
    try:
        stack_set = find_stack_set(world, place, name)
    except ApiError:
        return
    if stack_set.instances:
        message = "StackSet is not empty"
        raise stack_set_not_empty(message)
    stack_set.status = "DELETED"


def find_instance(stack_set: StackSet, account: str, region: str) -> Instance:
    """
    Return an instance.

    Raises:
        ApiError: `StackInstanceNotFoundException`.
    """
    found = stack_set.instances.get((account, region))
    if found is None:
        message = (
            f"Stack instance for account {account} and region {region} does not exist in stack "
            f"set {stack_set.name}"
        )
        raise stack_instance_not_found(message)
    return found


def refuse_overrides(stack_set: StackSet, overrides: Sequence[Mapping[str, Any]]) -> None:
    """
    Refuse overrides of parameters that the stack set does not have.

    Raises:
        ApiError: `ValidationError`.
    """
    names = [str(entry["ParameterKey"]) for entry in overrides]
    if unknown := [name for name in names if name not in stack_set.template.parameters]:
        message = f"Parameters: [{', '.join(unknown)}] do not exist in the template"
        raise invalid(message)


def request_of(given: Mapping[str, Any]) -> Request:
    """Return the parts of a call that say what stacks should be."""
    return Request(
        template_body=given.get("TemplateBody"),
        template_url=given.get("TemplateURL"),
        use_previous=bool(given.get("UsePreviousTemplate")),
        parameters=given.get("Parameters") or (),
        tags=tags_of(given.get("Tags")),
        capabilities=tuple(given.get("Capabilities") or ()),
    )


def _template(world: World, place: Place, request: Request, previous: Template | None) -> Template:
    account, region = place
    if request.use_previous and previous is not None:
        return previous
    if request.template_body is not None:
        return admit_template(world, region, request.template_body)
    if request.template_url is not None:
        body = template_from_url(request.template_url, world.clients(account, region))
        return admit_template(world, region, body, inline=False)
    message = "Either TemplateBody, TemplateURL or UsePreviousTemplate must be specified."
    raise invalid(message)


def _values(
    template: Template,
    parameters: Sequence[Mapping[str, Any]],
    previous: Mapping[str, str] | None,
) -> Values:
    # What the values name is looked up where the stacks are, not here.
    return bind(
        template.parameters,
        parameters,
        previous=previous,
        exists=lambda _kind, _value: True,
        read_ssm=lambda name: name,
    )


def _roles(place: Place, given: Mapping[str, Any]) -> Mapping[str, str]:
    account, region = place
    default = f"arn:{partition_of(region)}:iam::{account}:role/{ADMINISTRATION_ROLE}"
    return {
        "AdministrationRoleARN": given.get("AdministrationRoleARN", default),
        "ExecutionRoleName": given.get("ExecutionRoleName", EXECUTION_ROLE),
    }


def _is_queueing(given: Mapping[str, Any]) -> bool:
    return bool(given.get("ManagedExecution", {}).get("Active", False))


def _refuse_service_managed(given: Mapping[str, Any]) -> None:
    if given.get("PermissionModel", "SELF_MANAGED") != "SELF_MANAGED":
        what = "stack sets with the permission model SERVICE_MANAGED"
        raise unsupported(what)
    if given.get("CallAs", "SELF") != "SELF":
        what = "stack sets on behalf of a delegated administrator"
        raise unsupported(what)
