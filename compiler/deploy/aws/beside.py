"""What both back ends have in common: all that is asked at a place, or beside any stack."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from compiler.deploy.aws import lookups, organization, proposals
from compiler.deploy.aws.buckets import Buckets
from compiler.deploy.aws.change_sets import ChangeSets
from compiler.deploy.aws.errors import translated
from compiler.deploy.aws.parameters import Parameters
from compiler.deploy.aws.stacks import Stacks
from compiler.deploy.targets import OWN_ACCOUNTS, Targets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from compiler.deploy.answers import Preview
    from compiler.deploy.aws.clients import Clients
    from compiler.deploy.port import Definition, Event, Place, StackResource


class Beside:
    """
    The part of the port in which stack sets have no part.

    See `compiler.deploy.port.Aws`, which says what each method means.
    """

    def __init__(
        self,
        *,
        clients: Clients,
        home: str,
        targets: Targets = OWN_ACCOUNTS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """
        Ask *clients*.

        Args:
            clients: Makes the clients.
            home: The region of stack sets and parameters.
            targets: Into which accounts stacks go, and how.
            sleep: Waits the given seconds between two looks at a change set.
        """
        self._clients = clients
        self._home = home
        self._targets = targets
        self._sleep = sleep

    def account(self) -> str:
        """Return the account of the credentials."""
        with translated("GetCallerIdentity"):
            return self._clients.account(self._home)

    def accounts_in(self, organizational_unit: str) -> tuple[str, ...]:
        """Return the accounts in an organizational unit and those beneath it."""
        return organization.accounts_in(
            self._own("organizations", self._home),
            organizational_unit,
            with_management=self._targets.permission_model == "SELF_MANAGED",
        )

    def preview(
        self,
        place: Place,
        stack_id: str,
        definition: Definition,
        assumed: tuple[str, ...],
        name: str,
    ) -> Preview:
        """Ask what an update would do."""
        return proposals.preview(
            lambda: self._change_sets(place),
            place,
            stack_id,
            proposals.request_of(definition, self._stack_tags(definition), assumed),
            assumed=assumed,
            name=name,
        )

    def continue_rollback(
        self, place: Place, stack_id: str, skip: tuple[str, ...], token: str
    ) -> None:
        """Go on with a failed rollback."""
        self._stacks(place).continue_rollback(stack_id, skip, token)

    def delete_stack(
        self, place: Place, stack_id: str, retain: tuple[str, ...], token: str
    ) -> None:
        """Delete a stack that no stack set has."""
        self._stacks(place).delete(stack_id, retain, token)

    def adopt(
        self,
        place: Place,
        stack_name: str,
        definition: Definition,
        resources: Mapping[str, Mapping[str, str]],
        token: str,
    ) -> str:
        """Make a stack of resources that exist."""
        return proposals.adopt(
            self._change_sets(place),
            self._stacks(place),
            stack_name=stack_name,
            definition=definition,
            tags=self._stack_tags(definition),
            resources=resources,
            token=token,
        )

    def outputs(self, place: Place, stack_id: str) -> Mapping[str, str]:
        """Return the outputs of a stack; none of a deleted one."""
        return self._stacks(place).outputs(stack_id)

    def stack_status(self, place: Place, stack_id: str) -> str:
        """Return the status of a stack; empty if AWS has forgotten it."""
        return self._stacks(place).status(stack_id)

    def template(self, place: Place, stack_id: str) -> str:
        """Return the template that a stack itself has."""
        return self._stacks(place).template(stack_id)

    def events(self, place: Place, stack_id: str) -> tuple[Event, ...]:
        """Return the history of a stack, oldest first."""
        return self._stacks(place).events(stack_id)

    def resources(self, place: Place, stack_id: str) -> tuple[StackResource, ...]:
        """Return the resources of a stack; none of one that AWS has forgotten."""
        return self._stacks(place).resources(stack_id)

    def upload(self, bucket: str, region: str, key: str, text: str) -> str:
        """Put a text into a bucket of the operator's account."""
        return self._own_buckets(region).upload(bucket, key, text)

    def has_bucket(self, bucket: str, region: str) -> bool:
        """Tell whether the operator's account has a bucket."""
        return self._own_buckets(region).exists(bucket)

    def has_role(self, name: str) -> bool:
        """Tell whether the operator's account has an IAM role."""
        return lookups.has_role(self._own("iam", self._home), name)

    def versions(self, place: Place, bucket: str) -> int:
        """Count the versions of objects, and the delete markers, in a bucket."""
        return Buckets(self._at("s3", place), place.account).versions(bucket)

    def empty(self, place: Place, bucket: str) -> int:
        """Delete every version of every object in a bucket."""
        return Buckets(self._at("s3", place), place.account).empty(bucket)

    def is_filled(self, place: Place, bucket: str) -> bool:
        """Tell whether a bucket holds an object, or an old version or delete marker of one."""
        return Buckets(self._at("s3", place), place.account).is_filled(bucket)

    def is_protected(self, place: Place, database: str) -> bool:
        """Tell whether a database instance refuses to be deleted."""
        return lookups.is_protected(self._at("rds", place), database)

    def image(self, place: Place, name: str) -> str:
        """Return the image id that a public SSM parameter holds."""
        return lookups.image(self._at("ssm", place), name)

    def prefix_list(self, place: Place, name: str) -> str:
        """Return the id of an AWS-managed prefix list."""
        return lookups.prefix_list(self._at("ec2", place), name)

    def parameter(self, name: str) -> str | None:
        """Return the value of an SSM parameter."""
        return self._parameters().value(name)

    def create_parameter(self, name: str, value: str) -> bool:
        """Write a new SSM parameter."""
        return self._parameters().create(name, value)

    def replace_parameter(self, name: str, value: str) -> None:
        """Write an SSM parameter."""
        self._parameters().replace(name, value)

    def delete_parameter(self, name: str) -> None:
        """Delete an SSM parameter."""
        self._parameters().delete(name)

    def _stack_tags(self, definition: Definition) -> Mapping[str, str]:
        """Return the tags that a stack is to have: those of its stack set."""
        return definition.tags

    def _stacks(self, place: Place) -> Stacks:
        return Stacks(self._at("cloudformation", place))

    def _change_sets(self, place: Place) -> ChangeSets:
        return ChangeSets(self._at("cloudformation", place), self._sleep)

    def _own_buckets(self, region: str) -> Buckets:
        return Buckets(self._own("s3", region), self.account())

    def _parameters(self) -> Parameters:
        return Parameters(self._own("ssm", self._home))

    def _own(self, service: str, region: str) -> Any:  # noqa: ANN401 -- boto3 makes clients at run time
        with translated(service):
            return self._clients.own(service, region)

    def _at(self, service: str, place: Place) -> Any:  # noqa: ANN401 -- boto3 makes clients at run time
        with translated("AssumeRole"):
            return self._clients.at(service, place.region, place.account)
