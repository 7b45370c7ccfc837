"""
Stack sets: what they are, and the calls on them.

A stack set lives in the account and region of its administrator; its instances' stacks live in
theirs. What an operation does is in `set_operations`, how it goes on in `set_running`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from compiler.sandbox.engine.errors import (
    invalid,
    invalid_operation,
    name_already_exists,
    operation_in_progress,
    stack_instance_not_found,
    stack_set_not_empty,
    stack_set_not_found,
)
from compiler.sandbox.engine.parameters import Values, bind
from compiler.sandbox.engine.records import Desired
from compiler.sandbox.engine.set_imports import find_stack
from compiler.sandbox.engine.set_organizations import refuse_outsider
from compiler.sandbox.engine.set_records import (
    SELF_MANAGED,
    SERVICE_MANAGED,
    Instance,
    StackSet,
)
from compiler.sandbox.engine.set_roles import ADMINISTRATION_ROLE, EXECUTION_ROLE
from compiler.sandbox.engine.stacks import (
    Request,
    refuse_capabilities,
    request_of,
    template_of,
)
from compiler.sandbox.engine.world import Place, World, partition_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from compiler.sandbox.engine.template import Template

_ROLES = ("AdministrationRoleARN", "ExecutionRoleName")


def create_stack_set(
    world: World, home: Place, given: Mapping[str, Any], caller: Place
) -> StackSet:
    """
    Create a stack set without instances.

    Args:
        world: What there is.
        home: Where the stack set lives; see `set_organizations.home_of`.
        given: The call.
        caller: Whose rights read a template in S3.

    Raises:
        ApiError: `NameAlreadyExistsException`, or the template, the parameters or the permission
            model are refused.
    """
    name, token = str(given["StackSetName"]), str(given.get("ClientRequestToken", ""))
    for found in world.stack_sets.get(home, []):
        if found.name == name and found.status == "ACTIVE":
            if token and found.token == token:
                return found
            message = f"StackSet {name} already exists"
            raise name_already_exists(message)
    model = str(given.get("PermissionModel", SELF_MANAGED))
    _refuse_model(world, home, model, given)
    if model == SERVICE_MANAGED and not given.get("AutoDeployment"):
        message = "AutoDeployment is required for stack sets with SERVICE_MANAGED permissions."
        raise invalid(message)
    request = request_of(given)
    like = _like_a_stack(world, given)
    template = _template(world, caller, request, None) if like is None else like.template
    parameters = request.parameters
    if like is not None:
        asked = {entry["ParameterKey"] for entry in parameters}
        kept = like.values.given.items()
        parameters = [
            *parameters,
            *({"ParameterKey": k, "ParameterValue": v} for k, v in kept if k not in asked),
        ]
    refuse_capabilities(template, request.capabilities)
    account, region = home
    stack_set_id = f"{name}:{world.new_id()}"
    stack_set = StackSet(
        name=name,
        stack_set_id=stack_set_id,
        arn=f"arn:{partition_of(region)}:cloudformation:{region}:{account}:stackset/{stack_set_id}",
        place=home,
        description=given.get("Description"),
        definition=Desired(
            template=template,
            values=_values(template, parameters, None),
            tags=request.tags or {},
            capabilities=request.capabilities,
        ),
        permission_model=model,
        auto_deployment=_auto_deployment(given),
        roles=_roles(home, given) if model == SELF_MANAGED else {},
        is_queueing=_is_queueing(given),
        token=token,
    )
    world.stack_sets.setdefault(home, []).append(stack_set)
    return stack_set


def redefine(world: World, stack_set: StackSet, given: Mapping[str, Any], caller: Place) -> None:
    """
    Change a stack set's definition; its stacks follow by an operation.

    Raises:
        ApiError: The template or parameters are refused; nothing has changed then.
    """
    if given.get("PermissionModel", stack_set.permission_model) != stack_set.permission_model:
        message = "The permission model of a stack set with stack instances cannot be changed."
        if stack_set.instances:
            raise invalid_operation(message)
    model = str(given.get("PermissionModel", stack_set.permission_model))
    _refuse_model(world, stack_set.place, model, given)
    is_queueing = _is_queueing(given) if "ManagedExecution" in given else stack_set.is_queueing
    if is_queueing != stack_set.is_queueing and stack_set.under_way():
        message = (
            "The execution configuration of a stack set cannot be modified while it has running "
            "or queued operations."
        )
        raise invalid_operation(message)
    request = request_of(given)
    before = stack_set.definition
    template = _template(world, caller, request, before)
    refuse_capabilities(template, request.capabilities)
    stack_set.definition = replace(
        before,
        template=template,
        values=_values(template, request.parameters, before.values.given),
        tags=before.tags if request.tags is None else request.tags,
        capabilities=request.capabilities,
    )
    stack_set.permission_model = model
    stack_set.roles = _roles(stack_set.place, given) if model == SELF_MANAGED else {}
    if model == SELF_MANAGED or "AutoDeployment" in given:
        stack_set.auto_deployment = _auto_deployment(given)
    if "Description" in given:
        stack_set.description = given["Description"]
    stack_set.is_queueing = is_queueing


def find_stack_set(
    world: World, home: Place, name_or_id: str, *, is_delegate: bool = False
) -> StackSet:
    """
    Return an active stack set by name, or any by id.

    Args:
        world: What there is.
        home: Where it lives.
        name_or_id: Its name, id or ARN.
        is_delegate: Whether a delegated administrator asks, who sees service-managed ones only.

    Raises:
        ApiError: `StackSetNotFoundException`.
    """
    for stack_set in reversed(world.stack_sets.get(home, [])):
        if is_delegate and not stack_set.is_service_managed:
            continue
        if name_or_id in {stack_set.stack_set_id, stack_set.arn} or (
            name_or_id == stack_set.name and stack_set.status == "ACTIVE"
        ):
            return stack_set
    message = f"StackSet {name_or_id} not found"
    raise stack_set_not_found(message)


def remove_stack_set(stack_set: StackSet) -> None:
    """
    Delete an empty stack set.

    Raises:
        ApiError: `StackSetNotEmptyException`, `OperationInProgressException`.
    """
    if stack_set.instances:
        message = "StackSet is not empty"
        raise stack_set_not_empty(message)
    if stack_set.under_way():
        message = f"Another Operation on StackSet {stack_set.arn} is in progress"
        raise operation_in_progress(message)
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


def _template(world: World, caller: Place, request: Request, previous: Desired | None) -> Template:
    if not request.use_previous and request.template_body is None and request.template_url is None:
        message = "Either TemplateBody, TemplateURL or UsePreviousTemplate must be specified."
        raise invalid(message)
    return template_of(world, caller, request, previous)


def _like_a_stack(world: World, given: Mapping[str, Any]) -> Desired | None:
    """
    Return what the stack is made from that a new stack set is to be like, if one is named.

    Raises:
        ApiError: `StackNotFoundException`; `ValidationError`: a template is given as well.
    """
    if not given.get("StackId"):
        return None
    if given.get("TemplateBody") or given.get("TemplateURL"):
        message = "Specify either StackId or a template, but not both."
        raise invalid(message)
    return find_stack(world, str(given["StackId"])).desired


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
    return bool((given.get("ManagedExecution") or {}).get("Active", False))


def _auto_deployment(given: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        name: value
        for name, value in (given.get("AutoDeployment") or {}).items()
        if value is not None
    }


def _refuse_model(world: World, home: Place, model: str, given: Mapping[str, Any]) -> None:
    """
    Refuse what does not go with the permission model.

    Raises:
        ApiError: `ValidationError`.
    """
    if model == SERVICE_MANAGED:
        refuse_outsider(world, home)
        if roles := [name for name in _ROLES if given.get(name)]:
            message = (
                f"{roles[0]} cannot be specified for stack sets with SERVICE_MANAGED permissions."
            )
            raise invalid(message)
        return
    if given.get("AutoDeployment"):
        message = "AutoDeployment is only for stack sets with SERVICE_MANAGED permissions."
        raise invalid(message)
    if given.get("CallAs", "SELF") != "SELF":
        message = "CallAs DELEGATED_ADMIN is only for stack sets with SERVICE_MANAGED permissions."
        raise invalid(message)
