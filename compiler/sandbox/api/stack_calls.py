"""The calls on stacks and change sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult, EmptyResult

from compiler.sandbox.api.calls import Calls
from compiler.sandbox.api.change_set_views import change_set_summary, change_set_view
from compiler.sandbox.api.views import (
    event_view,
    resource_view,
    stack_view,
    summary_view,
    template_view,
)
from compiler.sandbox.engine.errors import ApiError, invalid
from compiler.sandbox.engine.imports import identifier_of
from compiler.sandbox.engine.names import refuse_name
from compiler.sandbox.engine.proposals import Proposal, drop, execute, find_change_set, propose
from compiler.sandbox.engine.rollbacks import cancel_update, continue_rollback, roll_back
from compiler.sandbox.engine.stack_sets import find_stack_set
from compiler.sandbox.engine.stacks import (
    CreateSettings,
    change_stack,
    remove_stack,
    request_of,
    start_stack,
    template_of,
)
from compiler.sandbox.engine.tokens import once

if TYPE_CHECKING:
    from collections.abc import Callable

    from compiler.sandbox.engine.records import ChangeSet, ResourceRecord, Stack
    from compiler.sandbox.engine.template import Template

_SHOWN = ("NotificationARNs", "RoleARN", "TimeoutInMinutes")


class StackCalls(Calls):
    """Stacks and change sets."""

    def create_stack(self) -> ActionResult:
        """CreateStack."""
        name, settings = str(self.given["StackName"]), self._create_settings()

        def start() -> str:
            refuse_name(name)
            request = request_of(self.given)
            return start_stack(self.world, self.place, name, request, settings).stack_id

        return ActionResult({"StackId": self._once("CreateStack", start)})

    def update_stack(self) -> ActionResult:
        """UpdateStack."""
        name, settings = str(self.given["StackName"]), self._create_settings()

        def start() -> str:
            request = request_of(self.given)
            return change_stack(self.world, self.place, name, request, settings).stack_id

        return ActionResult({"StackId": self._once("UpdateStack", start)})

    def cancel_update_stack(self) -> ActionResult:
        """CancelUpdateStack."""
        name = str(self.given["StackName"])
        self._once(
            "CancelUpdateStack",
            lambda: cancel_update(self.world, self.place, name, token=self._token).stack_id,
        )
        return EmptyResult()

    def continue_update_rollback(self) -> ActionResult:
        """ContinueUpdateRollback."""
        given = self.given

        def start() -> str:
            return continue_rollback(
                self.world,
                self.place,
                str(given["StackName"]),
                skipped=given.get("ResourcesToSkip") or (),
                is_forced=bool(given.get("ForceRollback")),
                token=self._token,
            ).stack_id

        self._once("ContinueUpdateRollback", start)
        return ActionResult({})

    def rollback_stack(self) -> ActionResult:
        """RollbackStack."""
        given = self.given

        def start() -> str:
            return roll_back(
                self.world,
                self.place,
                str(given["StackName"]),
                retain_except_on_create=bool(given.get("RetainExceptOnCreate")),
                token=self._token,
            ).stack_id

        return ActionResult({"StackId": self._once("RollbackStack", start)})

    def delete_stack(self) -> ActionResult:
        """DeleteStack."""
        given, name = self.given, str(self.given["StackName"])

        def start() -> str:
            remove_stack(
                self.world,
                self.place,
                name,
                retained=given.get("RetainResources") or (),
                is_forced=given.get("DeletionMode") == "FORCE_DELETE_STACK",
                token=self._token,
            )
            return name

        self._once("DeleteStack", start)
        return EmptyResult()

    def update_termination_protection(self) -> ActionResult:
        """UpdateTerminationProtection."""
        stack = self.stack()
        stack.is_protected = bool(self.given["EnableTerminationProtection"])
        return ActionResult({"StackId": stack.stack_id})

    def describe_stacks(self) -> ActionResult:
        """DescribeStacks."""
        if "StackName" in self.given:
            return ActionResult({"Stacks": [stack_view(self.stack())]})
        stacks = [stack for stack in self._newest_first() if not stack.is_deleted]
        return self.page("Stacks", [stack_view(stack) for stack in stacks])

    def list_stacks(self) -> ActionResult:
        """ListStacks."""
        wanted = self.given.get("StackStatusFilter")
        stacks = [s for s in self._newest_first() if not wanted or s.status in wanted]
        return self.page("StackSummaries", [summary_view(stack) for stack in stacks])

    def describe_stack_events(self) -> ActionResult:
        """DescribeStackEvents."""
        stack = self.stack()
        return self.page("StackEvents", [event_view(stack, e) for e in reversed(stack.events)])

    def describe_stack_resources(self) -> ActionResult:
        """DescribeStackResources."""
        stack = self._stack_of_resource()
        logical_id = self.given.get("LogicalResourceId")
        found = [
            resource_view(stack, record)
            for record in stack.resources.values()
            if logical_id in {None, record.logical_id}
        ]
        if logical_id is not None and not found:
            raise _no_resource(str(logical_id), stack)
        return ActionResult({"StackResources": found})

    def describe_stack_resource(self) -> ActionResult:
        """DescribeStackResource."""
        stack = self.stack()
        record = _resource(stack, str(self.given["LogicalResourceId"]))
        view = resource_view(stack, record, time="LastUpdatedTimestamp")
        return ActionResult({"StackResourceDetail": view})

    def list_stack_resources(self) -> ActionResult:
        """ListStackResources."""
        stack = self.stack()
        records = stack.resources.values()
        return self.page(
            "StackResourceSummaries",
            [resource_view(stack, record, time="LastUpdatedTimestamp") for record in records],
        )

    def get_template(self) -> ActionResult:
        """GetTemplate."""
        if "ChangeSetName" in self.given:
            change_set, _ = self._change_set()
            return _template_answer(change_set.desired.template)
        stack = self.stack()
        return _template_answer(None if stack.desired is None else stack.desired.template)

    def validate_template(self) -> ActionResult:
        """ValidateTemplate."""
        return ActionResult(template_view(self._template(), full=False))

    def get_template_summary(self) -> ActionResult:
        """GetTemplateSummary."""
        if "StackSetName" in self.given:
            name = str(self.given["StackSetName"])
            return self._summary(find_stack_set(self.world, self.place, name).template)
        if "StackName" not in self.given:
            return self._summary(self._template())
        stack = self.stack()
        if stack.desired is None:
            message = "GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks."
            raise invalid(message)
        return self._summary(stack.desired.template)

    def create_change_set(self) -> ActionResult:
        """CreateChangeSet."""
        given = self.given
        proposal = Proposal(
            name=str(given["ChangeSetName"]),
            kind=str(given.get("ChangeSetType", "UPDATE")),
            description=given.get("Description"),
            on_failure=given.get("OnStackFailure"),
            imports=given.get("ResourcesToImport") or (),
            shown={key: given[key] for key in _SHOWN if key in given},
            token=str(given.get("ClientToken", "")),
        )
        stack_name, request = str(given["StackName"]), request_of(given)
        change_set, stack = propose(self.world, self.place, stack_name, proposal, request)
        return ActionResult({"Id": change_set.change_set_id, "StackId": stack.stack_id})

    def describe_change_set(self) -> ActionResult:
        """DescribeChangeSet."""
        change_set, stack = self._change_set()
        has_values = bool(self.given.get("IncludePropertyValues"))
        return ActionResult(change_set_view(change_set, stack, has_values=has_values))

    def list_change_sets(self) -> ActionResult:
        """ListChangeSets."""
        stack = self.stack()
        return self.page("Summaries", [change_set_summary(c, stack) for c in stack.change_sets])

    def execute_change_set(self) -> ActionResult:
        """ExecuteChangeSet."""
        given, settings = self.given, self._create_settings()

        def start() -> str:
            name, stack_name = str(given["ChangeSetName"]), given.get("StackName")
            return execute(self.world, self.place, name, stack_name, settings).stack_id

        self._once("ExecuteChangeSet", start)
        return ActionResult({})

    def delete_change_set(self) -> ActionResult:
        """DeleteChangeSet."""
        name, stack_name = str(self.given["ChangeSetName"]), self.given.get("StackName")
        try:
            drop(self.world, self.place, name, stack_name)
        except ApiError as error:
            if error.code != "ChangeSetNotFound":
                raise
        return ActionResult({})

    @property
    def _token(self) -> str:
        return str(self.given.get("ClientRequestToken", ""))

    def _once(self, action: str, start: Callable[[], str]) -> str:
        return once(self.world, self.place, action, self.given, start)

    def _create_settings(self) -> CreateSettings:
        given = self.given
        on_failure = given.get("OnFailure", "ROLLBACK")
        if given.get("DisableRollback"):
            if "OnFailure" in given:
                message = "You may specify either DisableRollback or OnFailure but not both."
                raise invalid(message)
            on_failure = "DO_NOTHING"
        shown: dict[str, Any] = {key: given[key] for key in _SHOWN if key in given}
        return CreateSettings(
            on_failure=str(on_failure),
            retain_except_on_create=bool(given.get("RetainExceptOnCreate")),
            is_protected=bool(given.get("EnableTerminationProtection")),
            token=self._token,
            shown=shown,
        )

    def _newest_first(self) -> list[Stack]:
        return self.world.of_place(self.place)[::-1]

    def _stack_of_resource(self) -> Stack:
        physical_id = self.given.get("PhysicalResourceId")
        if physical_id is None:
            return self.stack()
        for stack in self._newest_first():
            if any(record.physical_id == physical_id for record in stack.live()):
                return stack
        message = f"Stack for {physical_id} does not exist"
        raise invalid(message)

    def _template(self) -> Template:
        return template_of(self.world, self.place, request_of(self.given), None)

    def _summary(self, template: Template) -> ActionResult:
        view = template_view(template, full=True)
        by_type: dict[str, list[str]] = {}
        for resource in template.resources.values():
            by_type.setdefault(resource.type_name, []).append(resource.logical_id)
        view["ResourceIdentifierSummaries"] = [
            {"ResourceType": kind, "LogicalResourceIds": names, "ResourceIdentifiers": [name]}
            for kind, names in sorted(by_type.items())
            if (name := identifier_of(self.world, kind, self.region)) is not None
        ]
        return ActionResult(view)

    def _change_set(self) -> tuple[ChangeSet, Stack]:
        return find_change_set(
            self.world, self.place, str(self.given["ChangeSetName"]), self.given.get("StackName")
        )


def _template_answer(template: Template | None) -> ActionResult:
    if template is None:
        return ActionResult({"StagesAvailable": []})
    return ActionResult(
        {"TemplateBody": template.body, "StagesAvailable": ["Original", "Processed"]}
    )


def _resource(stack: Stack, logical_id: str) -> ResourceRecord:
    if logical_id not in stack.resources:
        raise _no_resource(logical_id, stack)
    return stack.resources[logical_id]


def _no_resource(logical_id: str, stack: Stack) -> ApiError:
    return invalid(f"Resource {logical_id} does not exist for stack {stack.name}")
