"""Whom a verb talks to, and what cannot be had."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, ClassVar, Literal
from urllib.parse import parse_qs

import click
import pytest

from compiler.cli.aws import connected
from compiler.deploy.aws.plain import PlainStacks
from compiler.deploy.aws.stack_sets import StackSets
from compiler.deploy.port import AwsError, Place
from compiler.deploy.targets import EXECUTION_ROLE, Targets
from tests.fakes.migration import SOURCE, migration

if TYPE_CHECKING:
    from collections.abc import Iterator


_IDENTITY = (
    b"<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account>"
    b"</GetCallerIdentityResult></GetCallerIdentityResponse>"
)
_REFUSAL = b"<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>"


class _Refusing(BaseHTTPRequestHandler):
    """An address at which no role may be assumed."""

    roles: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.roles.extend(asked.get("RoleArn", ()))
        is_known = asked["Action"] == ["GetCallerIdentity"]
        self.send_response(200 if is_known else 403)
        text = _IDENTITY if is_known else _REFUSAL
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(name="refusing")
def _refusing(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setattr(_Refusing, "roles", [])
    server = HTTPServer(("127.0.0.1", 0), _Refusing)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(("via", "kind"), [("stacksets", StackSets), ("stacks", PlainStacks)])
def test_each_way_of_bringing_stacks_about_has_its_own_back_end(
    via: Literal["stacksets", "stacks"], kind: type
) -> None:
    found = connected(migration().manifest, endpoint_url=None, read_role="reader", via=via)

    assert isinstance(found, kind)


def test_what_only_stack_sets_can_do_is_a_mistake_in_usage() -> None:
    with pytest.raises(click.UsageError) as raised:
        connected(
            migration().manifest,
            endpoint_url=None,
            read_role="reader",
            via="stacks",
            targets=Targets(accounts=("222233334444",)),
        )

    assert raised.value.message == (
        "plain stacks stand in their own account only: accounts need stack sets; "
        "give --via stacksets."
    )


@pytest.mark.parametrize(
    ("read_role", "execution_role", "assumed"),
    [
        (EXECUTION_ROLE, "", EXECUTION_ROLE),
        (EXECUTION_ROLE, "maker", "maker"),
        ("reader", "maker", "reader"),
    ],
)
def test_who_makes_the_stacks_reads_them_unless_another_role_is_named(
    refusing: str, read_role: str, execution_role: str, assumed: str
) -> None:
    aws = connected(
        migration().manifest,
        endpoint_url=refusing,
        read_role=read_role,
        via="stacks",
        targets=Targets(execution_role=execution_role),
    )

    with pytest.raises(AwsError):
        aws.stack_status(Place(account="444455556666", region=SOURCE), "shop-prod-network")

    assert _Refusing.roles == [f"arn:aws:iam::444455556666:role/{assumed}"]
