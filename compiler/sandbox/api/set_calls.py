"""The calls on stack sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult, EmptyResult

from compiler.sandbox.api.calls import Calls
from compiler.sandbox.api.set_views import (
    instance_summary,
    instance_view,
    operation_summary,
    operation_view,
    result_view,
    stack_set_summary,
    stack_set_view,
)
from compiler.sandbox.engine.errors import unsupported
from compiler.sandbox.engine.set_operations import (
    Operation,
    create_instances,
    delete_instances,
    find_operation,
    look,
    stop,
    update_instances,
    update_set,
)
from compiler.sandbox.engine.stack_sets import (
    Instance,
    StackSet,
    create_stack_set,
    find_instance,
    find_stack_set,
    remove_stack_set,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


class SetCalls(Calls):
    """Stack sets, their instances and operations."""

    def create_stack_set(self) -> ActionResult:
        """CreateStackSet."""
        stack_set = create_stack_set(self.world, self.place, self.given)
        return ActionResult({"StackSetId": stack_set.stack_set_id})

    def update_stack_set(self) -> ActionResult:
        """UpdateStackSet."""
        return _started(update_set(self.world, self._stack_set(), self.given))

    def delete_stack_set(self) -> ActionResult:
        """DeleteStackSet."""
        remove_stack_set(self.world, self.place, str(self.given["StackSetName"]))
        return EmptyResult()

    def describe_stack_set(self) -> ActionResult:
        """DescribeStackSet."""
        return ActionResult({"StackSet": stack_set_view(self._looked_at())})

    def list_stack_sets(self) -> ActionResult:
        """ListStackSets."""
        status = self.given.get("Status")
        found = [
            stack_set_summary(stack_set)
            for stack_set in self.world.stack_sets.get(self.place, [])
            if status in {None, stack_set.status}
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

    def describe_stack_instance(self) -> ActionResult:
        """DescribeStackInstance."""
        stack_set = self._looked_at()
        account = str(self.given["StackInstanceAccount"])
        region = str(self.given["StackInstanceRegion"])
        instance = find_instance(stack_set, account, region)
        return ActionResult({"StackInstance": instance_view(stack_set, instance)})

    def list_stack_instances(self) -> ActionResult:
        """ListStackInstances."""
        stack_set = self._looked_at()
        found = [
            instance_summary(stack_set, instance)
            for instance in stack_set.instances.values()
            if _is_asked_for(instance, self.given)
        ]
        return self.page("Summaries", found)

    def describe_stack_set_operation(self) -> ActionResult:
        """DescribeStackSetOperation."""
        stack_set = self._looked_at()
        operation = find_operation(stack_set, str(self.given["OperationId"]))
        return ActionResult({"StackSetOperation": operation_view(stack_set, operation)})

    def list_stack_set_operations(self) -> ActionResult:
        """ListStackSetOperations."""
        newest_first = list(self._looked_at().operations.values())[::-1]
        return self.page("Summaries", [operation_summary(each) for each in newest_first])

    def list_stack_set_operation_results(self) -> ActionResult:
        """ListStackSetOperationResults."""
        operation = find_operation(self._looked_at(), str(self.given["OperationId"]))
        statuses = _filter_values(self.given, "OPERATION_RESULT_STATUS")
        found = [
            result_view(result)
            for result in operation.results.values()
            if not statuses or result.status in statuses
        ]
        return self.page("Summaries", found)

    def stop_stack_set_operation(self) -> ActionResult:
        """StopStackSetOperation."""
        stop(self.world, find_operation(self._stack_set(), str(self.given["OperationId"])))
        return ActionResult({})

    def _stack_set(self) -> StackSet:
        return find_stack_set(self.world, self.place, str(self.given["StackSetName"]))

    def _looked_at(self) -> StackSet:
        stack_set = self._stack_set()
        look(self.world, stack_set)
        return stack_set


def _started(operation: Operation) -> ActionResult:
    return ActionResult({"OperationId": operation.operation_id})


def _is_asked_for(instance: Instance, given: Mapping[str, Any]) -> bool:
    for name in (str(each["Name"]) for each in given.get("Filters") or ()):
        if name not in {"DETAILED_STATUS", "LAST_OPERATION_ID"}:
            what = f"the filter {name}"
            raise unsupported(what)
    detailed = _filter_values(given, "DETAILED_STATUS")
    operations = _filter_values(given, "LAST_OPERATION_ID")
    return (
        given.get("StackInstanceAccount") in {None, instance.account}
        and given.get("StackInstanceRegion") in {None, instance.region}
        and (not detailed or instance.detailed_status in detailed)
        and (not operations or instance.operation_id in operations)
    )


def _filter_values(given: Mapping[str, Any], name: str) -> set[str]:
    for each in given.get("Filters") or ():
        if each["Name"] == name:
            return {value.strip() for value in str(each["Values"]).split(",")}
    return set()
