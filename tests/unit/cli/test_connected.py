"""Whom a verb talks to, and what cannot be had."""

from __future__ import annotations

from typing import Literal

import click
import pytest

from compiler.cli.aws import connected
from compiler.deploy.aws.adapter import Boto3Aws
from compiler.deploy.aws.plain import PlainStacks
from compiler.deploy.targets import Targets
from tests.fakes.migration import migration


@pytest.mark.parametrize(("via", "kind"), [("stacksets", Boto3Aws), ("stacks", PlainStacks)])
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
