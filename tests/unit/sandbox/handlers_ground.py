"""Ground for the tests of handlers: a scope on moto, and the walk through a resource's life."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from compiler.sandbox.engine.schemas import resource_schema
from compiler.sandbox.handler import Created, Handler, Properties, Refused, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ACCOUNT = "123456789012"
SYSTEM_TAGS = {
    "aws:cloudformation:stack-name": "shop",
    "aws:cloudformation:logical-id": "Thing",
}
STACK_TAGS = {"Environment": "staging", "Owner": "stack"}


@cache
def _client(service: str, region: str) -> Any:  # noqa: ANN401 -- boto3
    # Shared by all tests: building a client takes longer than a test does.
    session: Any = boto3  # its stubs know no service whose name is not written out
    return session.client(
        service,
        region_name=region,
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",  # noqa: S106 -- the manual's example
    )


@contextmanager
def services() -> Iterator[None]:
    """Run moto's services without the thousand images that each region's EC2 would begin with."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
        with mock_aws():
            yield


@dataclass(frozen=True, slots=True)
class SandboxClients:
    """boto3 clients against moto."""

    region: str

    def __call__(self, service: str, region: str | None = None) -> Any:  # noqa: ANN401 -- boto3
        return _client(service, region or self.region)


def scope_in(region: str = "us-east-1", logical_id: str = "Thing") -> Scope:
    return Scope(
        account=ACCOUNT,
        region=region,
        stack_name="shop",
        stack_id=f"arn:aws:cloudformation:{region}:{ACCOUNT}:stack/shop/1",
        logical_id=logical_id,
        tags={**STACK_TAGS, **SYSTEM_TAGS},
        client=SandboxClients(region),
    )


def named(scope: Scope, logical_id: str) -> Scope:
    return replace(scope, logical_id=logical_id)


def tags(*own: tuple[str, str]) -> list[dict[str, str]]:
    """Return tags as a resource is expected to show them: its own over the stack's, sorted."""
    merged = {**STACK_TAGS, **dict(own)}
    return [{"Key": key, "Value": value} for key, value in sorted(merged.items())]


def pairs(*own: tuple[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in own]


def assert_refused(
    code: str, part: str, handler: Handler, scope: Scope, properties: Properties
) -> None:
    with pytest.raises(Refused) as refused:
        handler.create(scope, properties)
    said = refused.value
    assert said.code == code, str(said)
    assert part in said.reason, str(said)


def assert_read(
    handler: Handler, scope: Scope, created: Created, expected: Mapping[str, Any]
) -> None:
    """Compare each expected property with what the service tells."""
    told = handler.read(scope, created.physical_id)
    assert told is not None
    found = {key: told.get(key) for key in expected}
    assert found == dict(expected), f"{found}\n  is not\n{dict(expected)}"


@dataclass(frozen=True, slots=True, eq=False)
class Has:
    """Equals any list of keys and values that holds these: services fill in all the others."""

    pairs: list[dict[str, str]]

    __hash__ = None  # type: ignore[assignment]  # equality alone is what it is for

    def __eq__(self, other: object) -> bool:
        return isinstance(other, list) and all(pair in other for pair in self.pairs)


def changeable(handler: Handler) -> frozenset[str]:
    """Return the properties that the registry lets be changed in place."""
    create_only = resource_schema(handler.type_name, "us-east-1").create_only
    return frozenset(name for name in handler.supported if (name,) not in create_only)


def live(  # noqa: PLR0913 -- a resource's life has as many parts
    handler: Handler,
    scope: Scope,
    properties: Mapping[str, Any],
    changes: Mapping[str, tuple[Any, Any]],
    *,
    write_only: frozenset[str] = frozenset(),
    elsewhere: frozenset[str] = frozenset(),
) -> None:
    """
    Create, change one property after the other, put everything back, delete; read after each step.

    *changes* holds for each property its new value, and what shall be read then: every property
    that can be changed in place, but for those whose change is shown *elsewhere*.
    """
    missed = changeable(handler) - elsewhere - set(changes)
    assert not missed, f"nothing changes {sorted(missed)}"
    created = handler.create(scope, properties)
    readable = set(properties) - write_only
    first = handler.read(scope, created.physical_id)
    assert first is not None
    assert readable <= set(first) <= handler.supported

    now = dict(properties)
    for name, (value, told) in changes.items():
        after = {**now, name: value}
        changed = handler.update(scope, created.physical_id, now, after)
        assert changed.physical_id == created.physical_id
        now = after
        if name not in write_only:
            assert_read(handler, scope, changed, {name: told})

    again = handler.update(scope, created.physical_id, now, properties)
    assert set(again.attributes) == set(created.attributes)
    assert_read(handler, scope, created, {key: first[key] for key in first.keys() & readable})

    handler.delete(scope, created.physical_id, properties)
    assert handler.read(scope, created.physical_id) is None
    handler.delete(scope, created.physical_id, properties)
