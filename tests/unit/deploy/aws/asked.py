"""The running system over one client that asks nobody."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from compiler.deploy.aws.clients import Clients
from compiler.deploy.aws.running import AwsRunning
from tests.unit.deploy.aws.stubbed import ACCOUNT, REGION, stubbed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.stub import Stubber


class _One(Clients):
    """Has the client of one service in one place."""

    def __init__(self, service: str, client: Any) -> None:  # noqa: ANN401 -- boto3 makes clients at run time
        super().__init__()
        self._known = (service, REGION, ACCOUNT)
        self._one = client

    def at(self, service: str, region: str, account: str) -> Any:  # noqa: ANN401 -- boto3 makes clients at run time
        assert (service, region, account) == self._known
        return self._one


@contextmanager
def asked(service: str) -> Iterator[tuple[AwsRunning, Stubber]]:
    with stubbed(service) as (client, stub):
        yield AwsRunning(_One(service, client)), stub
