"""A service made of a dictionary, so that tests of the engine see only the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from compiler.sandbox.handler import Created, Properties, Refused, Scope

Client = Any
"""Any: boto3 makes its clients at run time."""

Deploy = Callable[..., str]
"""Creates or updates the stack `app` and tells its status; see the fixture."""

Events = Callable[[], list[str]]
"""Reads the events of the stack `app`; see the fixture."""

TYPES = (
    "AWS::EC2::VPC",
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::IAM::Role",
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::SNS::Topic",
    "AWS::SSM::Parameter",
)


@dataclass(slots=True)
class Thing:
    """What the service has."""

    properties: Properties
    tags: Mapping[str, str]


@dataclass(slots=True)
class Shelf:
    """
    The service.

    Attributes:
        things: What there is, by physical id.
        log: Every call, in order: `create Topic`, `delete sns-1`.
        refusals: By `verb logical_id`: what the service says no to; a number counts down.
    """

    things: dict[str, Thing] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    made: int = 0

    def meet(self, verb: str, scope: Scope, thing: str) -> None:
        self.log.append(f"{verb} {thing}")
        reason = self.refusals.get(f"{verb} {scope.logical_id}")
        if reason == "bug":
            raise KeyError(verb)
        if reason is not None:
            code = "NotAllowed"
            raise Refused(code, reason)


@dataclass(slots=True)
class ShelfHandler:
    """A handler of any type, on the shelf."""

    type_name: str
    shelf: Shelf
    supported: frozenset[str]

    def create(self, scope: Scope, properties: Properties) -> Created:
        self.shelf.meet("create", scope, scope.logical_id)
        self.shelf.made += 1
        physical_id = f"{scope.logical_id.lower()}-{self.shelf.made}"
        self.shelf.things[physical_id] = Thing(properties, scope.tags)
        return self._created(physical_id, properties)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        self.shelf.meet("update", scope, physical_id)
        assert self.shelf.things[physical_id].properties == old
        self.shelf.things[physical_id] = Thing(new, scope.tags)
        return self._created(physical_id, new)

    def adopt(self, scope: Scope, physical_id: str) -> Created:
        self.shelf.meet("adopt", scope, physical_id)
        thing = self.shelf.things[physical_id]
        thing.tags = scope.tags
        return self._created(physical_id, thing.properties)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        del properties
        self.shelf.meet("delete", scope, physical_id)
        self.shelf.things.pop(physical_id, None)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        del scope
        thing = self.shelf.things.get(physical_id)
        return None if thing is None else thing.properties

    @staticmethod
    def _created(physical_id: str, properties: Properties) -> Created:
        attributes = {"Arn": f"arn:{physical_id}", "List": ["a", "b"], **properties}
        return Created(physical_id=physical_id, attributes=attributes)
