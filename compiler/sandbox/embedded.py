"""
The two doors of the sandbox: inside this process, and over HTTP.

Both start moto's services, put the sandbox's CloudFormation in the place of moto's, and take
everything back at the end.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import moto.iam.models
from moto import mock_aws
from moto.cloudformation import urls
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.server import ThreadedMotoServer

from compiler.sandbox.accounts import with_accounts_apart
from compiler.sandbox.api.responses import bound_to
from compiler.sandbox.behaviour.installation import with_behaviour
from compiler.sandbox.clients import ClientPool, PlaceClients, account_of, environment_of
from compiler.sandbox.engine.world import World, present
from compiler.sandbox.faults import Faults
from compiler.sandbox.looking import with_time_passing
from compiler.sandbox.organizations import with_delegated_stack_sets
from compiler.sandbox.partitions import with_every_partition
from compiler.sandbox.public_images import with_public_images
from compiler.sandbox.registry import all_handlers
from compiler.sandbox.symmetric_keys import with_one_unused_pair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from compiler.sandbox.handler import Handler

ACCOUNT = "111122223333"
"""The account of whoever calls without credentials of the sandbox."""

REGION = "us-east-1"

_USERS_OWN = (
    "AWS_ACCESS_KEY_ID",
    "AWS_CONFIG_FILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_DEFAULT_REGION",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_ENDPOINT_URL",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_TOKEN",
    "AWS_SHARED_CREDENTIALS_FILE",
    "MOTO_ACCOUNT_ID",
)
"""Variables that would lead boto3 (or moto) out of the sandbox; set aside while it runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """
    A running sandbox.

    Attributes:
        account: Whose calls those of unknown credentials are.
        world: What its CloudFormation knows.
        pool: The clients that it makes.
    """

    account: str
    world: World
    pool: ClientPool

    def client(self, service: str, region: str = REGION, account: str | None = None) -> Any:  # noqa: ANN401 -- boto3
        """Return a boto3 client that talks to the sandbox inside this process."""
        return self.pool.get(account or self.account, service, region)

    @property
    def faults(self) -> Faults:
        """What is to go wrong; more may be asked for while it runs."""
        return self.world.faults

    def environment(self, region: str = REGION, account: str | None = None) -> Mapping[str, str]:
        """Return the credentials of *account* as environment variables of the AWS SDKs."""
        return environment_of(account or self.account, region)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """
    A sandbox that answers over HTTP.

    Attributes:
        url: Its address: an `--endpoint-url`.
        sandbox: The same sandbox, from inside.
    """

    url: str
    sandbox: Sandbox

    def environment(self, region: str = REGION, account: str | None = None) -> Mapping[str, str]:
        """Return the variables that lead the AWS CLI and SDKs here, as *account*."""
        return {**self.sandbox.environment(region, account), "AWS_ENDPOINT_URL": self.url}


class Settings(TypedDict, total=False):
    """
    How a sandbox is to be; whatever is left out is as plain as can be.

    Attributes:
        account: Whose calls those without credentials of the sandbox are; `ACCOUNT`.
        handlers: By resource type; all that the sandbox has.
        clock: Tells the time; the machine's.
        seconds_per_stack: See `World.seconds_per_stack`.
        seconds_per_instance: See `World.seconds_per_instance`.
        needs_roles: See `World.needs_roles`.
        faults: What is to go wrong; nothing.
    """

    account: str
    handlers: Mapping[str, Handler]
    clock: Callable[[], datetime]
    seconds_per_stack: float
    seconds_per_instance: float
    needs_roles: bool
    faults: Faults


@contextmanager
def embedded(**settings: Unpack[Settings]) -> Iterator[Sandbox]:
    """
    Run the sandbox in this process: every boto3 client made meanwhile talks to it.

    Raises:
        RuntimeError: Another one runs: moto's services are those of the whole process.
    """
    account = settings.get("account", ACCOUNT)
    handlers = settings.get("handlers")
    pool = ClientPool()
    world = World(
        handlers=all_handlers() if handlers is None else handlers,
        clients=lambda owner, region: PlaceClients(pool, owner, region),
        clock=settings.get("clock", present),
        seconds_per_stack=settings.get("seconds_per_stack", 0),
        seconds_per_instance=settings.get("seconds_per_instance", 0),
        needs_roles=settings.get("needs_roles", False),
        faults=settings.get("faults") or Faults(),
    )
    with ExitStack() as stack:
        stack.enter_context(_the_only_one())
        stack.enter_context(_environment(environment_of(account, REGION)))
        # Outside of moto's own start and end: both make every backend anew.
        stack.enter_context(with_public_images())
        stack.enter_context(with_behaviour(world))
        # Our own credentials are in place already; moto's would hide the account.
        mock = mock_aws(config={"core": {"mock_credentials": False}})
        stack.enter_context(mock)
        stack.enter_context(_installed(world, account))
        stack.enter_context(with_one_unused_pair())
        stack.enter_context(with_every_partition())
        stack.enter_context(with_delegated_stack_sets())
        stack.enter_context(with_accounts_apart(world))
        stack.enter_context(with_time_passing(world))
        yield Sandbox(account=account, world=world, pool=pool)


_ONE = threading.Lock()


@contextmanager
def _the_only_one() -> Iterator[None]:
    if not _ONE.acquire(blocking=False):
        message = "a sandbox runs in this process already"
        raise RuntimeError(message)
    try:
        yield
    finally:
        _ONE.release()


@contextmanager
def serve(host: str = "127.0.0.1", port: int = 0, **settings: Unpack[Settings]) -> Iterator[Served]:
    """
    Run the sandbox behind an HTTP address, for the AWS CLI and for other processes.

    Args:
        host: The address to listen on.
        port: 0 takes a free one.
        settings: As of `embedded`.

    Raises:
        OSError: The address cannot be listened on.
    """
    _refuse_taken(host, port)
    with (
        embedded(**settings) as sandbox,
        _quiet("werkzeug"),
    ):
        server = ThreadedMotoServer(ip_address=host, port=port, verbose=False)
        server.start()
        try:
            found_host, found_port = server.get_host_and_port()
            yield Served(url=f"http://{found_host}:{found_port}", sandbox=sandbox)
        finally:
            server.stop()


def _refuse_taken(host: str, port: int) -> None:
    # moto's server would end its thread without a word, and its starter would wait for ever.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        attempt.bind((host, port))


@contextmanager
def _installed(world: World, default: str) -> Iterator[None]:
    """Answer CloudFormation's calls ourselves, and read the account off the sandbox's keys."""
    key = "{0}/$"
    paths: dict[str, Any] = urls.url_paths
    before: Callable[..., Any] = paths[key]
    by_moto = moto.iam.models.get_account_id_from

    def account_id(access_key: str) -> str:
        ours = account_of(access_key)
        if ours is not None:
            return ours
        found = by_moto(access_key)
        return default if found == DEFAULT_ACCOUNT_ID else found

    paths[key] = bound_to(world).dispatch
    moto.iam.models.get_account_id_from = account_id
    try:
        yield
    finally:
        paths[key] = before
        moto.iam.models.get_account_id_from = by_moto


@contextmanager
def _environment(ours: Mapping[str, str]) -> Iterator[None]:
    names = {*_USERS_OWN, *ours, *(n for n in os.environ if n.startswith("AWS_ENDPOINT_URL"))}
    before = {name: os.environ.pop(name, None) for name in sorted(names)}
    # No file of the user's is read: not even to find a region.
    os.environ |= {
        **ours,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(before)
