"""The adapter of actions over one client that asks nobody."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from compiler.deploy.aws.actions import AwsActions
from compiler.deploy.aws.clients import Clients
from tests.unit.deploy.aws.stubbed import ACCOUNT, REGION, stubbed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.stub import Stubber

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class _One(Clients):
    """Has one client, of the account's own."""

    def __init__(self, service: str, client: Any) -> None:  # noqa: ANN401 -- boto3 makes clients at run time
        super().__init__()
        self._only = service, client

    def at(self, service: str, region: str, account: str) -> Any:  # noqa: ANN401 -- boto3 makes clients at run time
        assert (service, region, account) == (self._only[0], REGION, ACCOUNT)
        return self._only[1]


@contextmanager
def port(service: str) -> Iterator[tuple[AwsActions, Stubber]]:
    with stubbed(service) as (client, stub):
        yield AwsActions(_One(service, client)), stub
