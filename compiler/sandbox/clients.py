"""boto3 clients that reach the sandbox inside its own process, for any account."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.loaders import Loader

SECRET_KEY = "sandbox"  # noqa: S105 -- no secret: it opens nothing but the sandbox
_KEY_PREFIX = "AKIASBOX"
_KEY_LENGTH = 20
_ACCOUNT_LENGTH = 12

# Whatever the user's environment points boto3 to, these calls stay in the process. A refusal is an
# answer to show, not one to try again.
_CONFIG = Config(
    ignore_configured_endpoint_urls=True,  # type: ignore[call-arg] # the stubs lack it
    retries={"max_attempts": 0},
)


def access_key_of(account: str) -> str:
    """Return the access key id that the sandbox takes for *account*'s."""
    return f"{_KEY_PREFIX}{account}"


def account_of(access_key: str) -> str | None:
    """Return the account that a key of `access_key_of` stands for; nothing for any other key."""
    account = access_key[-_ACCOUNT_LENGTH:]
    is_ours = (
        len(access_key) == _KEY_LENGTH and access_key.startswith(_KEY_PREFIX) and account.isdigit()
    )
    return account if is_ours else None


def environment_of(account: str, region: str) -> Mapping[str, str]:
    """Return the environment variables that make an AWS SDK or the AWS CLI speak as *account*."""
    return {
        "AWS_ACCESS_KEY_ID": access_key_of(account),
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
    }


class ClientPool:
    """Keeps each client that it made: making one takes longer than a dozen calls."""

    def __init__(self) -> None:
        """Start without clients."""
        self._sessions: dict[str, boto3.Session] = {}
        self._made: dict[tuple[str, str, str], Any] = {}
        self._lock = Lock()

    def get(self, account: str, service: str, region: str) -> Any:  # noqa: ANN401 -- see `Clients`
        """Return the client of *service* for *account* in *region*."""
        with self._lock:
            key = (account, service, region)
            if key not in self._made:
                make: Any = self._session(account).client
                self._made[key] = make(service, region_name=region, config=_CONFIG)
            return self._made[key]

    def _session(self, account: str) -> boto3.Session:
        if account not in self._sessions:
            core = botocore.session.Session()
            core.register_component("data_loader", _descriptions())
            self._sessions[account] = boto3.Session(
                aws_access_key_id=access_key_of(account),
                aws_secret_access_key=SECRET_KEY,
                botocore_session=core,
            )
        return self._sessions[account]


@cache
def _descriptions() -> Loader:
    """Return the one loader of service descriptions: parsing EC2's takes a tenth of a second."""
    loader: Loader = botocore.session.Session().get_component("data_loader")
    return loader


class PlaceClients:
    """The clients of one account, with one region as the default."""

    def __init__(self, pool: ClientPool, account: str, region: str) -> None:
        """Hand out from *pool*."""
        self._pool = pool
        self._account = account
        self._region = region

    def __call__(self, service: str, region: str | None = None) -> Any:  # noqa: ANN401 -- see `Clients`
        """Return the client of *service* in *region* (default: the place's own)."""
        return self._pool.get(self._account, service, region or self._region)
