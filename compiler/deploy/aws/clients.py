"""Clients by service, region and account, made once and shared by all threads."""

from __future__ import annotations

import re
import threading
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.config import Config

from compiler.deploy.targets import EXECUTION_ROLE

if TYPE_CHECKING:
    from botocore.loaders import Loader

_CONFIG = Config(
    retries={"mode": "adaptive", "total_max_attempts": 11},
    connect_timeout=10,
    read_timeout=60,
    max_pool_connections=32,
    user_agent_extra="stackferry",
)
"""
How often, and how, every request is sent again.

`standard`, as botocore 1.44.8 has it (`retries/standard.py`, `ExponentialBackoff.delay_amount`), is
exponential with full jitter: before the attempt i + 1 it waits a share, drawn anew from 0 to 1, of
2^(i-1) s after throttling, of a twentieth of that after any other fault, and of 20 s at the most.
It gives up early when the client's quota of retries is used up; then the engine asks again at its
next poll.

`adaptive` (`retries/adaptive.py`) is `standard` and a limit of one's own rate, which a deploy of
many stacks needs: once throttled, all threads that share a client share a bucket of tokens, filled
as fast as AWS lately took requests. Clients are made per service, region and account, which is
what AWS counts by, so nobody is slowed down for another's sake.

To send a request again does no harm: see the rooms `stack_sets`, `stacks` and `parameters`.
"""

_REGIONAL = _CONFIG.merge(
    Config(s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"})
)
"""Else the addresses of objects that boto3 makes name no region (seen in botocore 1.44.8)."""

_FIRST = _CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 5}))
"""For the first question of a run, who one is: a wrong address is to be told soon."""


_OF_ACCOUNT = re.compile(r"\d{12}\.(?!s3-control[.-])(.+)")


def _without_account(request: Any, **_: object) -> None:  # boto3 makes requests at run time  # noqa: ANN401 -- boto3 makes requests at run time
    """
    Take the account off an address that is not AWS's own, which has no name for each account.

    boto3 puts it before the host of every request to S3 control, whatever the host is.
    """
    address = urlsplit(request.url)
    if found := _OF_ACCOUNT.fullmatch(address.netloc):
        request.url = address._replace(netloc=found[1]).geturl()


class Clients:
    """
    Makes clients and keeps them.

    A boto3 client may be used by several threads, a session may not (boto3 guide, "Multithreading",
    read 2026-11-23), so only their making is guarded.
    """

    def __init__(self, *, endpoint_url: str | None = None, read_role: str = EXECUTION_ROLE) -> None:
        """Ask *endpoint_url* if given; read other accounts through *read_role*."""
        self._endpoint_url = endpoint_url
        self._read_role = read_role
        self._lock = threading.RLock()
        self._home: Any = None
        self._own_account = ""
        self._clients: dict[tuple[str, str, str], Any] = {}

    def own(self, service: str, region: str) -> Any:  # boto3 makes clients at run time  # noqa: ANN401 -- boto3 makes clients at run time
        """Return the client of *service* in *region* with the operator's own credentials."""
        return self._client(service, region, "")

    def account(self, region: str) -> str:
        """Return the account of the operator's own credentials."""
        with self._lock:
            if not self._own_account:
                identity = self.own("sts", region).get_caller_identity()
                self._own_account = str(identity["Account"])
            return self._own_account

    def at(self, service: str, region: str, account: str) -> Any:  # as above  # noqa: ANN401 -- boto3 makes clients at run time
        """Return the client of *service* in *region* of *account*, through the role if need be."""
        return self._client(service, region, "" if account == self.account(region) else account)

    def _client(self, service: str, region: str, account: str) -> Any:  # as above  # noqa: ANN401 -- boto3 makes clients at run time
        with self._lock:
            key = (service, region, account)
            if key not in self._clients:
                session = self._assumed(region, account) if account else self._session()
                client = session.client(
                    service,
                    region_name=region,
                    endpoint_url=self._endpoint_url,
                    # Another address than AWS's own may have no name for each bucket.
                    config=self._config(service),
                )
                if service == "s3control":
                    client.meta.events.register("before-sign.s3-control", _without_account)
                self._clients[key] = client
            return self._clients[key]

    def _config(self, service: str) -> Config:
        if service == "sts":
            return _FIRST
        return _CONFIG if self._endpoint_url else _REGIONAL

    def _session(self) -> Any:  # as above  # noqa: ANN401 -- boto3 makes clients at run time
        if self._home is None:
            self._home = boto3.Session(botocore_session=_core())
        return self._home

    def _assumed(self, region: str, account: str) -> Any:  # as above  # noqa: ANN401 -- boto3 makes clients at run time
        """Return a session in *account* whose credentials renew themselves."""
        from botocore.credentials import (  # only where two accounts are used  # noqa: PLC0415 -- only where two accounts are used
            AssumeRoleCredentialFetcher,
            DeferredRefreshableCredentials,
        )

        home = self._session()
        partition = home.get_partition_for_region(region)
        fetcher = AssumeRoleCredentialFetcher(
            client_creator=lambda service, **options: home.client(
                service,
                **{**options, "region_name": region, "endpoint_url": self._endpoint_url},
            ),
            source_credentials=home.get_credentials(),
            role_arn=f"arn:{partition}:iam::{account}:role/{self._read_role}",
            extra_args={"RoleSessionName": "stackferry"},
        )
        inner = _core()
        # botocore has no public door for credentials that renew themselves; its own profiles do the
        # same.
        inner._credentials = DeferredRefreshableCredentials(  # type: ignore[attr-defined]  # noqa: SLF001 -- see above
            method="assume-role", refresh_using=fetcher.fetch_credentials
        )
        return boto3.Session(botocore_session=inner)


def _core() -> botocore.session.Session:
    core = botocore.session.Session()
    core.register_component("data_loader", _descriptions())
    return core


@cache
def _descriptions() -> Loader:
    """Return the one loader of service descriptions: each account's session would parse its own."""
    loader: Loader = botocore.session.Session().get_component("data_loader")
    return loader
