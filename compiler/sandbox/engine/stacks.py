"""The calls on stacks and change sets: what they admit, and what they start."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from compiler.sandbox.engine.change_sets import size_of
from compiler.sandbox.engine.creation import create_stack
from compiler.sandbox.engine.deletion import delete_stack, refuse_deletion
from compiler.sandbox.engine.errors import (
    already_exists,
    insufficient_capabilities,
    invalid,
)
from compiler.sandbox.engine.lookups import exists, ssm_value
from compiler.sandbox.engine.pace import abandon, begin
from compiler.sandbox.engine.parameters import bind
from compiler.sandbox.engine.records import Desired, Stack
from compiler.sandbox.engine.schemas import is_known
from compiler.sandbox.engine.template import Template, read_template, refuse_too_large
from compiler.sandbox.engine.template_urls import template_from_url
from compiler.sandbox.engine.updating import refuse_state, refuse_update, update_stack
from compiler.sandbox.engine.work import Work
from compiler.sandbox.engine.world import Place, World, partition_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from compiler.sandbox.engine.pace import Steps
    from compiler.sandbox.engine.values import Json

_BOTH = "You must specify either Template URL or Template Body, but not both."

_IAM_NAMES: Mapping[str, str] = {
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Policy": "",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::IAM::AccessKey": "",
    "AWS::IAM::UserToGroupAddition": "",
}
"""
Types that need a capability, and the property that makes it `CAPABILITY_NAMED_IAM`.

Source: CloudFormation API Reference, CreateStack, Capabilities, 2026-11-23.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """
    What a call says a stack should be, before it is read.

    Attributes:
        template_body: The text, if given inline.
        template_url: Its address in S3, if given so.
        use_previous: Whether the stack's present template is meant.
        template: A template that was read already (a stack set's).
        parameters: As in the API.
        tags: `None` where the call leaves them as they are.
        capabilities: What the caller acknowledged.
    """

    template_body: str | None = None
    template_url: str | None = None
    use_previous: bool = False
    template: Template | None = None
    parameters: Sequence[Mapping[str, Any]] = ()
    tags: Mapping[str, str] | None = None
    capabilities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSettings:
    """
    How a stack is created, beside what it is made from.

    Attributes:
        on_failure: `ROLLBACK`, `DELETE` or `DO_NOTHING`.
        retain_except_on_create: As in the API.
        is_protected: Termination protection.
        token: The client's request token; shown in events.
        shown: What is only given back (`RoleARN`, `NotificationARNs`, `TimeoutInMinutes`).
    """

    on_failure: str = "ROLLBACK"
    retain_except_on_create: bool = False
    is_protected: bool = False
    token: str = ""
    shown: Mapping[str, Any] = field(default_factory=dict)


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


def required_capabilities(template: Template) -> tuple[tuple[str, ...], str]:
    """Return the capabilities that *template* asks for, and AWS's reason."""
    iam = [r for r in template.resources.values() if r.type_name in _IAM_NAMES]
    if not iam:
        return (), ""
    named = [r for r in iam if _IAM_NAMES[r.type_name] and _IAM_NAMES[r.type_name] in r.properties]
    wanted = "CAPABILITY_NAMED_IAM" if named else "CAPABILITY_IAM"
    types = ", ".join(sorted({resource.type_name for resource in named or iam}))
    return (wanted,), f"The following resource(s) require capabilities: [{types}]"


def refuse_capabilities(template: Template, given: Sequence[str]) -> None:
    """
    Refuse a template with IAM resources that the caller did not acknowledge.

    Raises:
        ApiError: `InsufficientCapabilitiesException`.
    """
    (wanted, _) = required_capabilities(template)
    if wanted and "CAPABILITY_NAMED_IAM" not in given and wanted[0] not in given:
        message = f"Requires capabilities : [{wanted[0]}]"
        raise insufficient_capabilities(message)


def read_request(world: World, place: Place, request: Request, previous: Desired | None) -> Desired:
    """
    Read what a call asks for.

    Raises:
        ApiError: It is refused.
    """
    account, region = place
    clients = world.clients(account, region)
    template = template_of(world, place, request, previous)
    refuse_capabilities(template, request.capabilities)
    values = bind(
        template.parameters,
        request.parameters,
        previous=None if previous is None else previous.values.given,
        exists=partial(exists, clients=clients),
        read_ssm=partial(ssm_value, clients=clients),
    )
    tags = request.tags
    if tags is None:
        tags = {} if previous is None else previous.tags
    return Desired(template=template, values=values, tags=tags, capabilities=request.capabilities)


def template_of(world: World, place: Place, request: Request, previous: Desired | None) -> Template:
    """
    Return the template that a call asks for.

    Raises:
        ApiError: It names none or more than one, or one that cannot be deployed.
    """
    account, region = place
    if request.template is not None:
        return request.template
    if request.use_previous:
        if previous is None or request.template_body or request.template_url:
            message = (
                "You cannot specify both usePreviousTemplate and Template Body/Template URL."
                if previous is not None
                else "UsePreviousTemplate needs a stack that has a template."
            )
            raise invalid(message)
        return previous.template
    if request.template_body is not None and request.template_url is not None:
        raise invalid(_BOTH)
    if request.template_body is not None:
        return _admit(world, region, request.template_body)
    if request.template_url is None:
        message = "Either Template URL or Template Body must be specified."
        raise invalid(message)
    body = template_from_url(request.template_url, world.clients(account, region))
    return _admit(world, region, body, inline=False)


def _admit(world: World, region: str, body: str, *, inline: bool = True) -> Template:
    refuse_too_large(body, inline=inline)
    return read_template(body, lambda name: name in world.handlers and is_known(name, region))


def start_stack(
    world: World, place: Place, name: str, request: Request, settings: CreateSettings
) -> Stack:
    """
    Create a stack and all that is in it.

    Raises:
        ApiError: `AlreadyExistsException`, or the template or parameters are refused. A resource
            that fails is no error of the call: the stack's status tells.
    """
    found = world.find_or_none(place, name)
    if found is not None:
        message = f"Stack [{name}] already exists"
        raise already_exists(message)
    desired = read_request(world, place, request, None)
    stack = new_stack(world, place, name)
    settle(stack, settings)
    stack.desired = desired
    steps = create_stack(Work(world=world, stack=stack, desired=desired))
    begin(world, stack.stack_id, steps, size=len(desired.template.resources))
    return stack


def new_stack(world: World, place: Place, name: str) -> Stack:
    """Enter an empty stack under *name*."""
    account, region = place
    stack = Stack(
        name=name,
        stack_id=(
            f"arn:{partition_of(region)}:cloudformation:{region}:{account}:stack/{name}/"
            f"{world.new_id()}"
        ),
        account=account,
        region=region,
        created_at=world.now(),
        desired=None,
        status="REVIEW_IN_PROGRESS",
    )
    world.of_place(place).append(stack)
    return stack


def change_stack(
    world: World, place: Place, name: str, request: Request, settings: CreateSettings
) -> Stack:
    """
    Update a stack.

    Raises:
        ApiError: Wrong state, nothing to do, or the template or parameters are refused.
    """
    stack = world.find(place, name)
    refuse_state(stack)
    desired = read_request(world, place, request, stack.desired)
    refuse_update(stack, desired)
    stays_failed = settings.on_failure == "DO_NOTHING"
    steps, size = update_steps(world, stack, desired, settings, stays_failed=stays_failed)
    begin(world, stack.stack_id, steps, size=size)
    return stack


def update_steps(
    world: World,
    stack: Stack,
    desired: Desired,
    settings: CreateSettings,
    *,
    stays_failed: bool,
) -> tuple[Steps[None], int]:
    """Return the steps of an update that was admitted, and how many they are about."""
    stack.token = settings.token
    stack.retain_except_on_create = settings.retain_except_on_create
    overtake(stack)
    size = size_of(world, stack, desired)
    return update_stack(world, stack, desired, stays_failed=stays_failed), size


def overtake(stack: Stack) -> None:
    """Let no change set be executed that was proposed for the stack as it was."""
    for change_set in stack.change_sets:
        if change_set.execution_status == "AVAILABLE" or change_set.is_pending:
            change_set.execution_status = "OBSOLETE"


def remove_stack(  # noqa: PLR0913 -- what the call says
    world: World,
    place: Place,
    name: str,
    *,
    retained: Sequence[str] = (),
    is_forced: bool = False,
    token: str = "",
) -> None:
    """
    Delete a stack; one that does not exist is no error.

    Args:
        world: Everything else.
        place: The caller's account and region.
        name: The stack.
        retained: `RetainResources`: what to leave alone after a deletion that failed.
        is_forced: `FORCE_DELETE_STACK`: whether all that cannot be deleted is left alone.
        token: Shown in events.

    Raises:
        ApiError: It is protected, busy, or asked to leave resources behind too early.
    """
    stack = world.find_or_none(place, name)
    if stack is None or stack.is_deleted:
        return
    refuse_deletion(stack)
    if stack.status == "DELETE_IN_PROGRESS":
        return
    if (retained or is_forced) and stack.status != "DELETE_FAILED":
        what = "RetainResources" if retained else "DeletionMode FORCE_DELETE_STACK"
        message = (
            f"Invalid operation on stack [{stack.stack_id}]. {what} is only valid for a stack in "
            "the DELETE_FAILED state"
        )
        raise invalid(message)
    if unknown := sorted(set(retained) - stack.resources.keys()):
        message = (
            f"Invalid operation on stack [{stack.stack_id}]. Resources [{', '.join(unknown)}] to "
            "retain do not exist"
        )
        raise invalid(message)
    stack.token = token
    if stack.desired is None:
        stack.deleted_at = world.now()
        stack.status = "DELETE_COMPLETE"
        return
    # A creation may be going on: it goes no further.
    abandon(world, stack.stack_id)
    work = Work(world=world, stack=stack, desired=stack.desired)
    steps = delete_stack(work, retained=frozenset(retained), is_forced=is_forced)
    begin(world, stack.stack_id, steps, size=sum(1 for _ in stack.live()))


def settle(stack: Stack, settings: CreateSettings) -> None:
    """Let *stack* remember how it is to be created."""
    stack.on_failure = settings.on_failure
    stack.retain_except_on_create = settings.retain_except_on_create
    stack.is_protected = settings.is_protected
    stack.token = settings.token
    stack.settings.update(settings.shown)


def tags_of(listed: Sequence[Mapping[str, Json]] | None) -> dict[str, str] | None:
    """
    Return the API's list of tags by key; nothing given stays nothing.

    Raises:
        ApiError: `ValidationError`: a reserved key, or one key twice.
    """
    if listed is None:
        return None
    found: dict[str, str] = {}
    for tag in listed:
        key = str(tag["Key"])
        if key.lower().startswith("aws:"):
            message = f"aws: prefixed tag key names are not allowed for external use. ({key})"
            raise invalid(message)
        if key in found:
            message = f"Duplicate tag key {key}"
            raise invalid(message)
        found[key] = str(tag["Value"])
    return found
