"""Nothing is called gone that only stands the other way."""

from __future__ import annotations

from compiler.deploy.otherwise import standing_otherwise
from compiler.deploy.port import AwsError
from spec.findings import Finding, at
from tests.fakes.migration import migration
from tests.fakes.operator import Operator


def test_what_stands_the_other_way_is_named_with_the_option_that_finds_it() -> None:
    operator = Operator(via="stacks")
    operator.deploy()

    assert standing_otherwise(operator.aws, migration().manifest, "stacks") == (
        Finding(
            code="SF565",
            where=at(),
            detail=(
                "Nothing of this migration stands the way that was asked for, but it stands as "
                "plain stacks: eu-central-1/database-catalog and 5 more. Nothing was touched."
            ),
            way_out="Run the same with --via stacks.",
        ),
    )


def test_nothing_is_said_where_nothing_stands_or_aws_does_not_tell() -> None:
    operator = Operator()
    manifest = migration().manifest
    assert standing_otherwise(operator.aws, manifest, "stacksets") == ()

    operator.deploy()
    operator.aws.refuses["marked"] = AwsError(code="AccessDenied", reason="no", call="List")
    assert standing_otherwise(operator.aws, manifest, "stacksets") == ()
