"""The calls on stack sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult, EmptyResult

from compiler.sandbox.api.calls import Calls
from compiler.sandbox.api.set_views import (
    drift_status,
    drift_views,
    instance_summary,
    instance_view,
    operation_summary,
    operation_view,
    result_view,
    stack_set_summary,
    stack_set_view,
)
from compiler.sandbox.engine.errors import ApiError, invalid
from compiler.sandbox.engine.set_following import follow_accounts, units_followed
from compiler.sandbox.engine.set_operations import (
    create_instances,
    delete_instances,
    detect_drift,
    find_operation,
    import_stacks,
    update_instances,
    update_set,
)
from compiler.sandbox.engine.set_organizations import give_access, has_access, home_of
from compiler.sandbox.engine.set_running import stop
from compiler.sandbox.engine.stack_sets import (
    create_stack_set,
    find_instance,
    find_stack_set,
    remove_stack_set,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.engine.set_records import Instance, Operation, StackSet
    from compiler.sandbox.engine.world import Place


class SetCalls(Calls):
    """Stack sets, their instances and operations."""

    def create_stack_set(self) -> ActionResult:
        """CreateStackSet."""
        stack_set = create_stack_set(self.world, self._home(), self.given, self.place)
        return ActionResult({"StackSetId": stack_set.stack_set_id})

    def update_stack_set(self) -> ActionResult:
        """UpdateStackSet."""
        return _started(update_set(self.world, self._stack_set(), self.given, self.place))

    def delete_stack_set(self) -> ActionResult:
        """DeleteStackSet: one that does not exist is no error."""
        try:
            stack_set = self._stack_set()
        except ApiError as error:
            if error.code == "StackSetNotFoundException":
                return EmptyResult()
            raise
        remove_stack_set(stack_set)
        return EmptyResult()

    def describe_stack_set(self) -> ActionResult:
        """DescribeStackSet."""
        return ActionResult({"StackSet": stack_set_view(self._stack_set())})

    def list_stack_sets(self) -> ActionResult:
        """ListStackSets."""
        status, home = self.given.get("Status"), self._home()
        found = [
            stack_set_summary(stack_set)
            for stack_set in self.world.stack_sets.get(home, [])
            if status in {None, stack_set.status}
            and (stack_set.is_service_managed or not self._is_delegate)
        ]
        return self.page("Summaries", found)

    def create_stack_instances(self) -> ActionResult:
        """CreateStackInstances."""
        return _started(create_instances(self.world, self._stack_set(), self.given))

    def update_stack_instances(self) -> ActionResult:
        """UpdateStackInstances."""
        return _started(update_instances(self.world, self._stack_set(), self.given))

    def delete_stack_instances(self) -> ActionResult:
        """DeleteStackInstances."""
        return _started(delete_instances(self.world, self._stack_set(), self.given))

    def detect_stack_set_drift(self) -> ActionResult:
        """DetectStackSetDrift."""
        return _started(detect_drift(self.world, self._stack_set(), self.given))

    def list_stack_instance_resource_drifts(self) -> ActionResult:
        """ListStackInstanceResourceDrifts."""
        stack_set, instance = self._instance()
        operation = find_operation(stack_set, str(self.given["OperationId"]))
        if operation.action != "DETECT_DRIFT":
            message = f"Operation {operation.operation_id} is no drift detection operation"
            raise invalid(message)
        stack = self.world.find(instance.place, instance.stack_id)
        statuses = self.given.get("StackInstanceResourceDriftStatuses")
        return self.page(
            "Summaries",
            [
                view
                for view in drift_views(stack, operation)
                if not statuses or view["StackResourceDriftStatus"] in statuses
            ],
        )

    def import_stacks_to_stack_set(self) -> ActionResult:
        """ImportStacksToStackSet."""
        return _started(import_stacks(self.world, self._stack_set(), self.given))

    def describe_stack_instance(self) -> ActionResult:
        """DescribeStackInstance."""
        stack_set, instance = self._instance()
        return ActionResult({"StackInstance": instance_view(stack_set, instance)})

    def list_stack_instances(self) -> ActionResult:
        """ListStackInstances."""
        stack_set = self._stack_set()
        found = [
            instance_summary(stack_set, instance)
            for instance in stack_set.instances.values()
            if _is_asked_for(instance, self.given)
        ]
        return self.page("Summaries", found)

    def describe_stack_set_operation(self) -> ActionResult:
        """DescribeStackSetOperation."""
        stack_set = self._stack_set()
        operation = find_operation(stack_set, str(self.given["OperationId"]))
        return ActionResult({"StackSetOperation": operation_view(stack_set, operation)})

    def list_stack_set_operations(self) -> ActionResult:
        """ListStackSetOperations."""
        newest_first = list(self._stack_set().operations.values())[::-1]
        return self.page("Summaries", [operation_summary(each) for each in newest_first])

    def list_stack_set_operation_results(self) -> ActionResult:
        """ListStackSetOperationResults."""
        operation = find_operation(self._stack_set(), str(self.given["OperationId"]))
        statuses = _filter_values(self.given, "OPERATION_RESULT_STATUS")
        found = [
            result_view(result)
            for result in operation.results.values()
            if not statuses or result.status in statuses
        ]
        return self.page("Summaries", found)

    def stop_stack_set_operation(self) -> ActionResult:
        """StopStackSetOperation."""
        stack_set = self._stack_set()
        stop(self.world, stack_set, find_operation(stack_set, str(self.given["OperationId"])))
        return ActionResult({})

    def list_stack_set_auto_deployment_targets(self) -> ActionResult:
        """ListStackSetAutoDeploymentTargets."""
        found = units_followed(self._stack_set())
        return self.page(
            "Summaries",
            [{"OrganizationalUnitId": unit, "Regions": places} for unit, places in found.items()],
        )

    def activate_organizations_access(self) -> ActionResult:
        """ActivateOrganizationsAccess."""
        give_access(self.world, self.place)
        return ActionResult({})

    def describe_organizations_access(self) -> ActionResult:
        """DescribeOrganizationsAccess."""
        is_given = has_access(self.world, self._home())
        return ActionResult({"Status": "ENABLED" if is_given else "DISABLED"})

    @property
    def _is_delegate(self) -> bool:
        return bool(self.given.get("CallAs") == "DELEGATED_ADMIN")

    def _home(self) -> Place:
        return home_of(self.world, self.place, self.given)

    def _stack_set(self) -> StackSet:
        name = str(self.given["StackSetName"])
        found = find_stack_set(self.world, self._home(), name, is_delegate=self._is_delegate)
        follow_accounts(self.world, found)
        return found

    def _instance(self) -> tuple[StackSet, Instance]:
        stack_set = self._stack_set()
        account = str(self.given["StackInstanceAccount"])
        region = str(self.given["StackInstanceRegion"])
        return stack_set, find_instance(stack_set, account, region)


def _started(operation: Operation) -> ActionResult:
    return ActionResult({"OperationId": operation.operation_id})


def _is_asked_for(instance: Instance, given: Mapping[str, Any]) -> bool:
    for name in (str(each["Name"]) for each in given.get("Filters") or ()):
        if name not in {"DETAILED_STATUS", "DRIFT_STATUS", "LAST_OPERATION_ID"}:
            message = f"Invalid filter name: {name}"
            raise invalid(message)
    drifts = _filter_values(given, "DRIFT_STATUS")
    detailed = _filter_values(given, "DETAILED_STATUS")
    operations = _filter_values(given, "LAST_OPERATION_ID")
    return (
        given.get("StackInstanceAccount") in {None, instance.account}
        and given.get("StackInstanceRegion") in {None, instance.region}
        and (not detailed or instance.detailed_status in detailed)
        and (not operations or instance.operation_id in operations)
        and (not drifts or drift_status(instance) in drifts)
    )


def _filter_values(given: Mapping[str, Any], name: str) -> set[str]:
    for each in given.get("Filters") or ():
        if each["Name"] == name:
            return {value.strip() for value in str(each["Values"]).split(",")}
    return set()
