"""Change sets: made, waited for, read, carried out, deleted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from compiler.deploy.answers import Change
from compiler.deploy.aws.errors import translated
from compiler.deploy.port import AwsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Kind: TypeAlias = Literal["CREATE", "UPDATE", "IMPORT"]

_EXISTS = "AlreadyExistsException"

_NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
"""How CloudFormation says that there is nothing to do (AWS CLI, deploy command, 2026-11-24)."""

_PAUSES = (0.5, 1.0, 1.0, 2.0, 2.0, 3.0, *(5.0,) * 120)
"""Seconds between two looks at a change set in the making: ten minutes in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSet:
    """
    A change set as CloudFormation tells it.

    Attributes:
        stack_id: ARN of the stack.
        status: `CREATE_COMPLETE`, or `FAILED`.
        execution: `AVAILABLE`, `UNAVAILABLE`, `OBSOLETE`, `EXECUTE_COMPLETE`, …
        reason: Why it is as it is; empty if there is nothing to say.
        changes: Sorted by logical id.
    """

    stack_id: str
    status: str
    execution: str
    reason: str = ""
    changes: tuple[Change, ...] = field(default=())

    @property
    def is_failed(self) -> bool:
        """Whether nothing can be done with it."""
        return self.status == "FAILED"

    @property
    def is_empty(self) -> bool:
        """Whether it failed because there is nothing to do."""
        return self.is_failed and any(words in self.reason for words in _NO_CHANGES)

    def raise_if_failed(self) -> None:
        """Raise what AWS says against it as a refusal."""
        if self.is_failed:
            raise AwsError(code="ChangeSetFailed", reason=self.reason, call="CreateChangeSet")

    @property
    def is_usable(self) -> bool:
        """Whether it may be carried out, or was."""
        return not self.is_failed and self.execution not in {"OBSOLETE", "UNAVAILABLE"}


class ChangeSets:
    """The change sets of one account and region, over its CloudFormation client."""

    def __init__(self, client: Any, sleep: Callable[[float], None]) -> None:  # noqa: ANN401 -- boto3 makes clients at run time
        """Ask *client*; wait by *sleep*, which takes seconds."""
        self._client = client
        self._sleep = sleep

    def make(
        self,
        stack: str,
        name: str,
        kind: Kind,
        request: Mapping[str, object],
        *,
        may_be_there: bool = False,
    ) -> ChangeSet:
        """
        Make a change set and wait until it can be read.

        Args:
            stack: Name or ARN of the stack.
            name: Of the change set.
            kind: What it is for.
            request: The rest of the request.
            may_be_there: Whether one of that name, made by a request that was lost or by an earlier
                run, does as well if it can be carried out. Any other is deleted and made anew.

        Raises:
            AwsError: AWS refused it.
        """
        given = {
            "StackName": stack,
            "ChangeSetName": name,
            "ChangeSetType": kind,
            **request,
        }
        try:
            self._create(given)
        except AwsError as error:
            if error.code != _EXISTS:
                raise
            if may_be_there:
                found = self.read(stack, name)
                if found.is_usable:
                    return found
            self.delete(stack, name)
            # There was room now: what is there again was made by this request, whose answer was
            # lost.
            self._create(given, fine=frozenset({_EXISTS}))
        return self.read(stack, name)

    def read(self, stack: str, name: str) -> ChangeSet:
        """
        Return a change set with all its changes, once CloudFormation is ready with it.

        The values of properties are not asked for: they may be nobody's business.

        Raises:
            AwsError: AWS refused to tell, there is no such change set, or it took ten minutes.
        """
        page = self._page(stack, name)
        for pause in _PAUSES:
            if not _is_in_the_making(page):
                break
            self._sleep(pause)
            page = self._page(stack, name)
        else:
            raise AwsError(
                code="Timeout",
                reason=f"the change set {name} is still not ready",
                call="DescribeChangeSet",
            )
        first, changes = page, list(page.get("Changes", ()))
        while page.get("NextToken"):
            page = self._page(stack, name, NextToken=page["NextToken"])
            changes += page.get("Changes", ())
        return ChangeSet(
            stack_id=str(first["StackId"]),
            status=str(first["Status"]),
            execution=str(first.get("ExecutionStatus", "")),
            reason=str(first.get("StatusReason", "")),
            changes=changes_of(changes),
        )

    def delete(self, stack: str, name: str) -> None:
        """Delete a change set; nothing happens if there is none."""
        with translated("DeleteChangeSet", fine=frozenset({"ChangeSetNotFound"})):
            self._client.delete_change_set(StackName=stack, ChangeSetName=name)

    def execute(self, stack: str, name: str, token: str) -> None:
        """
        Start to do what a change set says; once per token.

        Raises:
            AwsError: AWS refused it.
        """
        fine = frozenset({"TokenAlreadyExistsException"})
        try:
            with translated("ExecuteChangeSet", fine=fine):
                self._client.execute_change_set(
                    StackName=stack, ChangeSetName=name, ClientRequestToken=token
                )
        except AwsError as error:
            # A request that was taken and is sent again finds its change set at work.
            if error.code != "InvalidChangeSetStatus" or not self._was_executed(stack, name):
                raise

    def _was_executed(self, stack: str, name: str) -> bool:
        return self.read(stack, name).execution.startswith("EXECUTE_")

    def _create(self, given: Mapping[str, object], *, fine: frozenset[str] = frozenset()) -> None:
        with translated("CreateChangeSet", fine=fine):
            self._client.create_change_set(**given)

    def _page(self, stack: str, name: str, **more: str) -> Mapping[str, Any]:
        with translated("DescribeChangeSet"):
            found: Mapping[str, Any] = self._client.describe_change_set(
                StackName=stack, ChangeSetName=name, **more
            )
        return found


def _is_in_the_making(page: Mapping[str, Any]) -> bool:
    return page["Status"] in {"CREATE_PENDING", "CREATE_IN_PROGRESS"}


def changes_of(found: Iterable[Mapping[str, Any]]) -> tuple[Change, ...]:
    """Return the changes of a change set as the port has them, sorted by logical id."""
    changes = (_change(one["ResourceChange"]) for one in found if "ResourceChange" in one)
    return tuple(sorted(changes, key=lambda one: one.logical_id))


def _change(found: Mapping[str, Any]) -> Change:
    targets = [one["Target"] for one in found.get("Details", ()) if "Target" in one]
    return Change(
        logical_id=found["LogicalResourceId"],
        type=found["ResourceType"],
        action=found["Action"],
        replacement=found.get("Replacement", ""),
        policy_action=found.get("PolicyAction", ""),
        physical_id=found.get("PhysicalResourceId", ""),
        properties=_names(targets),
        recreating=_names(
            target for target in targets if target.get("RequiresRecreation", "Never") != "Never"
        ),
    )


def _names(targets: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return what they are about; of anything but a property that is its attribute: `Tags`."""
    names = {target.get("Name") or target.get("Attribute", "") for target in targets}
    return tuple(sorted(names - {""}))
