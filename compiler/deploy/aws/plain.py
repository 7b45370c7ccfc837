"""
The port, answered by boto3 without stack sets: each is one plain stack of the same name.

What StackSets does is done by change sets, so that plan, execute, resume and destroy go on as they
are. The id of an operation is the name of its change set and the token with which that is carried
out: a run that was killed between the two goes on where it stopped, and AWS itself remembers, in
the stack's events, which operation was whose.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from compiler.deploy.aws.beside import Beside
from compiler.deploy.aws.drift import drift_of_stack
from compiler.deploy.aws.errors import translated
from compiler.deploy.aws.proposals import made_for_a_new_stack, request_of
from compiler.deploy.aws.rounds import token_of_a_new_stack
from compiler.deploy.aws.standing import (
    as_definition,
    as_instance,
    is_anything,
    is_for_work_under_way,
    tags_with_mark,
)
from compiler.deploy.port import (
    AwsBusyError,
    AwsError,
    Definition,
    Instance,
    Operation,
    OperationStatus,
    Place,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.deploy.answers import Drift
    from compiler.deploy.aws.rounds import Round
    from compiler.deploy.targets import Targets

_DETECTION: Mapping[str, OperationStatus] = {
    "DETECTION_COMPLETE": "SUCCEEDED",
    "DETECTION_FAILED": "FAILED",
    "DETECTION_IN_PROGRESS": "RUNNING",
}


def _refuse_targets(targets: Targets) -> None:
    """
    Refuse what only StackSets can do.

    Raises:
        ValueError: Stacks are to be fanned out, or AWS Organizations is to serve them.
    """
    if targets.accounts:
        message = "plain stacks stand in their own account only: accounts need stack sets"
        raise ValueError(message)
    if (
        targets.organizational_units
        or targets.permission_model == "SERVICE_MANAGED"
        or targets.call_as != "SELF"
    ):
        message = "organizational units need stack sets"
        raise ValueError(message)


class PlainStacks(Beside):
    """
    AWS as the deployer asks it, by change sets of one stack for each stack set.

    See `compiler.deploy.port.Aws`, which says what each method means. Whoever may only read through
    the role in another account cannot deploy there: here that role makes the stacks as well.
    """

    def __init__(self, *, places: Mapping[str, Place], **common: Any) -> None:  # noqa: ANN401 -- those of Beside
        """
        Take what `Beside` takes.

        Args:
            places: Where the stack of each stack set stands, by the name that they share.
            common: The rest.
        """
        super().__init__(**common)
        _refuse_targets(self._targets)
        self._places = dict(places)
        self._wanted: dict[str, Definition] = {}
        self._ids: dict[str, str] = {}
        self._idle: set[tuple[str, str]] = set()
        self._detections: dict[tuple[str, str], str] = {}

    def stack_set(self, name: str) -> Definition | None:
        """Return what the stack called *name* is, if there is one with anything in it."""
        found = self._described(name)
        if found is None:
            return None
        with translated("GetTemplate"):
            body = self._cloudformation(name).get_template(
                StackName=found["StackId"], TemplateStage="Original"
            )["TemplateBody"]
        return as_definition(name, found, body)

    def marked(self) -> Mapping[str, str]:
        """Return the marks of the stacks of ours, by name, and remember where each stands."""
        found: dict[str, str] = {}
        for place in sorted(set(self._places.values())):
            for name, mark in self._stacks(place).marked().items():
                self._places.setdefault(name, place)
                found[name] = mark
        return found

    def create_stack_set(self, definition: Definition, token: str) -> None:  # noqa: ARG002 -- the port's
        """Remember what the stack is to be: `create_instances` comes next, in the same process."""
        self._wanted[definition.name] = definition

    def update_stack_set(self, definition: Definition, operation: str) -> None:
        """Start to change a stack; a change set without changes is an operation that is over."""
        name = definition.name
        sets = self._change_sets(self._places[name])
        request = request_of(definition, self._stack_tags(definition))
        try:
            found = sets.make(name, operation, "UPDATE", request, may_be_there=True)
            if found.is_failed:
                sets.delete(name, operation)
            if found.is_empty:
                self._idle.add((name, operation))
            else:
                found.raise_if_failed()
                sets.execute(name, operation, operation)
        except AwsError as error:
            self._raise_unless_taken(name, operation, error)

    def delete_stack_set(self, name: str) -> None:
        """Forget it: without a stack there is nothing left."""
        self._wanted.pop(name, None)

    def instances(self, name: str) -> tuple[Instance, ...]:
        """Return the stack called *name*, if there is one with anything in it."""
        found = self._described(name)
        if found is None:
            return ()
        return (as_instance(self._places[name], found),)

    def create_instances(self, name: str, places: tuple[Place, ...], operation: str) -> None:
        """Start to create the stack that `create_stack_set` told of."""
        self._only_its_own(name, places)
        if name not in self._wanted:
            raise AwsError(
                code="StackSetNotFoundException",
                reason="nobody said what the stack is to be",
                call="CreateChangeSet",
            )
        definition = self._wanted[name]
        request = {
            **request_of(definition, self._stack_tags(definition)),
            "OnStackFailure": "ROLLBACK",
        }
        place = self._places[name]
        sets = self._change_sets(place)
        try:
            found = made_for_a_new_stack(
                sets, self._stacks(place), name, name=operation, kind="CREATE", request=request
            )
            self._ids[name] = found.stack_id
            sets.execute(name, operation, token_of_a_new_stack(operation, found.stack_id))
        except AwsError as error:
            self._raise_unless_taken(name, operation, error)

    def delete_instances(
        self, name: str, places: tuple[Place, ...], operation: str, *, retain: bool = False
    ) -> None:
        """Start to delete the stack; one that is to stay cannot be let go of."""
        self._only_its_own(name, places)
        if retain:
            raise AwsError(
                code="InvalidOperationException",
                reason="a plain stack has no stack set that could let go of it",
                call="DeleteStack",
            )
        found = self._described(name)
        if found is None:
            self._idle.add((name, operation))
            return
        try:
            self._stacks(self._places[name]).delete(str(found["StackId"]), (), operation)
        except AwsError as error:
            self._raise_unless_taken(name, operation, error)

    def operation(self, name: str, operation: str) -> Operation:
        """
        Return how far an operation is, by the events that carry its token.

        Raises:
            AwsBusyError: There are none: AWS tells them a moment later than it takes the request.
        """
        if (name, operation) in self._idle:
            return Operation(id=operation, status="SUCCEEDED")
        if (name, operation) in self._detections:
            return self._detection(name, operation)
        found = self._round(name, operation)
        if found is None:
            raise AwsBusyError(
                code="OperationNotFoundException",
                reason=f"no event of the stack {name} is of {operation}",
                call="DescribeStackEvents",
            )
        return replace(found.as_operation(self._places[name]), id=operation)

    def last_operation(self, name: str) -> Operation | None:
        """Return what was done to a stack last, by whomever."""
        found = self._round(name, None)
        return None if found is None or found.is_review else found.as_operation(self._places[name])

    def import_stack(self, name: str, place: Place, stack_id: str, operation: str) -> None:
        """Take a stack for a stack set's; it is one if it has its name."""
        self._only_its_own(name, (place,))
        if f":stack/{name}/" not in stack_id:
            raise AwsError(
                code="InvalidOperationException",
                reason=f"{stack_id} has another name, and CloudFormation renames no stack",
                call="ImportStacksToStackSet",
            )
        self._idle.add((name, operation))

    def detect_drift(self, name: str, operation: str) -> None:
        """Start to compare a stack with its template."""
        with translated("DetectStackDrift"):
            found = self._cloudformation(name).detect_stack_drift(
                StackName=self._ids.get(name, name)
            )
        self._detections[name, operation] = str(found["StackDriftDetectionId"])

    def drift(self, name: str) -> tuple[Drift, ...]:
        """Return what the newest comparison found."""
        found = self._described(name)
        if found is None:
            return ()
        return (drift_of_stack(self._cloudformation(name), self._places[name], found),)

    def overrides(self, name: str, place: Place) -> Mapping[str, str]:
        """Return nothing: there is no stack set from which the stack could differ."""
        self._only_its_own(name, (place,))
        return {}

    def _stack_tags(self, definition: Definition) -> Mapping[str, str]:
        return tags_with_mark(definition)

    def _described(self, name: str) -> Mapping[str, Any] | None:
        """Return what DescribeStacks says, unless there is nothing in the stack yet or any more."""
        found = self._stacks(self._places[name]).described(name)
        if found is None or not is_anything(found):
            return None
        # A deleted stack is known by its id alone.
        self._ids[name] = str(found["StackId"])
        return found

    def _round(self, name: str, operation: str | None) -> Round | None:
        """Return what *operation* did to a stack, or what was done last."""
        for found in self._stacks(self._places[name]).rounds(self._ids.get(name, name)):
            if operation is None or found.is_of(operation):
                return found
        return None

    def _detection(self, name: str, operation: str) -> Operation:
        with translated("DescribeStackDriftDetectionStatus"):
            found = self._cloudformation(name).describe_stack_drift_detection_status(
                StackDriftDetectionId=self._detections[name, operation]
            )
        return Operation(
            id=operation,
            status=_DETECTION[found["DetectionStatus"]],
            reason=found.get("DetectionStatusReason", ""),
        )

    def _raise_unless_taken(self, name: str, operation: str, error: AwsError) -> None:
        """
        Raise *error*, unless the operation is at work or done although it was refused.

        A request that is sent again, by botocore or by another run, finds the stack moved on.
        """
        if isinstance(error, AwsBusyError):
            raise error
        if self._round(name, operation) is not None:
            return
        if is_for_work_under_way(error.reason):
            # StackSets' own word for it, which the engine waits out or reports.
            raise AwsError(
                code="OperationInProgressException", reason=error.reason, call=error.call
            ) from error
        raise error

    def _only_its_own(self, name: str, places: tuple[Place, ...]) -> None:
        if places != (self._places[name],):
            message = f"the stack {name} stands in {self._places[name]}, not in {places}"
            raise ValueError(message)

    def _cloudformation(self, name: str) -> Any:  # noqa: ANN401 -- boto3 makes clients at run time
        return self._at("cloudformation", self._places[name])
