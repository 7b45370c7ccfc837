"""What is refused before anything is touched."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.port import AwsError, Instance, Place
from compiler.deploy.wish import Wish
from spec.findings import at
from tests.fakes.aws import Failing
from tests.fakes.migration import ACCOUNT, SOURCE, TARGET, migration, template
from tests.fakes.operator import Operator

if TYPE_CHECKING:
    from compiler.deploy.folder import Compiled


@pytest.fixture
def operator() -> Operator:
    return Operator()


def test_an_image_that_cannot_be_looked_up_is_a_finding_before_anything_is_touched(
    operator: Operator,
) -> None:
    result = operator.deploy(image="/nothing")

    assert result.exit_code == 1
    assert [(one.code, one.where) for one in result.findings] == [
        ("SF506", result.findings[0].where)
    ]
    assert operator.aws.writes == []


def test_credentials_of_another_account_are_refused(operator: Operator) -> None:
    operator.aws.own_account = "999988887777"

    result = operator.deploy()

    assert (result.exit_code, [one.code for one in result.findings]) == (1, ["SF503"])
    assert operator.aws.calls == [("account",)]


def test_credentials_that_aws_refuses_are_explained(operator: Operator) -> None:
    operator.aws.refuses["account"] = AwsError(
        code="InvalidClientTokenId",
        reason="The security token included in the request is invalid.",
        call="GetCallerIdentity",
    )

    result = operator.deploy()

    assert (result.exit_code, [one.code for one in result.findings]) == (3, ["SF522"])


def test_a_stack_set_of_somebody_else_is_not_touched(operator: Operator) -> None:
    operator.deploy()
    found = operator.aws.stack_sets[f"shop-prod-{TARGET}-network"]
    object.__setattr__(found.definition, "description", "the payroll's network")
    operator.aws.calls.clear()

    result = operator.deploy({f"{TARGET}/network": template({"Vpc": "AWS::EC2::VPC"})})

    assert (result.exit_code, [one.code for one in result.findings]) == (1, ["SF505"])
    assert operator.aws.writes == []


def with_a_large_template() -> Compiled:
    first, *rest = migration().manifest.stacks
    large = replace(first, needs_artifact_bucket=True, size_bytes=60_000)
    return replace(migration(), manifest=replace(migration().manifest, stacks=(large, *rest)))


def test_a_template_that_needs_a_bucket_that_is_not_there_is_refused_and_told_the_way_out(
    operator: Operator,
) -> None:
    result = operator.deploy_this(with_a_large_template())

    assert (result.exit_code, [one.code for one in result.findings]) == (1, ["SF504"])
    assert result.findings[0].detail == (
        f'The template "{SOURCE}/network.json" has 60,000 bytes. StackSets take 51,200 in a '
        "request; a larger one is read from the bucket "
        f'"stackferry-shop-prod-{ACCOUNT}-{TARGET}" in {TARGET}, which is not there.'
    )
    assert result.findings[0].way_out == (
        "Run `stackferry bootstrap`, which makes it, or make the component smaller."
    )
    assert operator.aws.writes == []


def test_a_template_that_needs_a_bucket_goes_through_it(operator: Operator) -> None:
    bucket = f"stackferry-shop-prod-{ACCOUNT}-{TARGET}"
    operator.aws.buckets = {bucket}

    result = operator.deploy_this(with_a_large_template())

    assert result.exit_code == 0
    assert [url.rpartition("/")[0] for url in operator.aws.uploads] == [
        f"https://{bucket}.s3.{TARGET}.amazonaws.com"
    ]


def test_a_stack_that_is_up_to_date_needs_no_bucket(operator: Operator) -> None:
    operator.deploy()

    result = operator.deploy_this(with_a_large_template())

    assert result.exit_code == 0


def test_a_stack_that_stacksets_cannot_update_is_told_with_its_cure(operator: Operator) -> None:
    operator.deploy()
    found = operator.aws.stack_sets[f"shop-prod-{TARGET}-network"]
    found.instances = {
        where: replace(one, status="INOPERABLE", reason="deletion failed")
        for where, one in found.instances.items()
    }
    operator.aws.calls.clear()

    result = operator.deploy()

    assert (result.exit_code, [one.code for one in result.findings]) == (1, ["SF507"])
    assert result.findings[0].way_out == (
        f"Run `stackferry recover --stack {TARGET}/network` on the compiled folder: it tells why "
        "it failed, and carries out the way out that you choose."
    )
    assert operator.aws.writes == []


def test_a_plain_stack_that_never_came_to_be_is_told_with_the_way_it_was_made() -> None:
    operator = Operator(via="stacks")
    operator.aws.failing[f"shop-prod-{TARGET}-network"] = Failing("Vpc", reason="no more of them")
    operator.wish(Wish(via="stacks"))

    result = operator.wish(Wish(via="stacks"))

    assert [one.code for one in result.findings] == ["SF507"]
    assert result.findings[0].way_out == (
        f"Run `stackferry recover --stack {TARGET}/network --via stacks` on the compiled folder: "
        "it tells why it failed, and carries out the way out that you choose."
    )


def test_a_stack_in_another_region_of_the_stack_set_is_not_touched(operator: Operator) -> None:
    operator.deploy()
    found = operator.aws.stack_sets[f"shop-prod-{TARGET}-network"]
    elsewhere = Place(account=ACCOUNT, region="eu-west-3")
    found.instances[elsewhere] = Instance(place=elsewhere, status="CURRENT")

    result = operator.deploy()

    assert (result.exit_code, [one.code for one in result.findings]) == (1, ["SF505"])


def test_a_stack_that_was_changed_past_its_stack_set_gives_no_value(operator: Operator) -> None:
    operator.deploy()
    operator.aws.hides_outputs = True
    operator.aws.calls.clear()

    result = operator.deploy()

    assert (result.exit_code, {one.code for one in result.findings}) == (1, {"SF510"})
    assert operator.aws.writes == []


def test_a_stack_that_was_deleted_past_its_stack_set_is_no_unchanged_one(
    operator: Operator,
) -> None:
    operator.deploy()
    network = f"{TARGET}/network"
    (instance,) = operator.aws.stack_sets[f"shop-prod-{TARGET}-network"].instances.values()
    operator.aws.statuses[instance.stack_id] = "DELETE_COMPLETE"

    result = operator.deploy()

    assert result.exit_code == 1
    assert [(one.code, one.where, one.detail) for one in result.findings] == [
        (
            "SF556",
            at("target", "vpc"),
            (
                f'The stack of "{network}" is CURRENT to its stack set, but somebody deleted it '
                "past that, so no update would bring it back."
            ),
        )
    ]
