"""What making and reading stacks takes: CloudFormation itself, StackSets, and the deployer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.bootstrap.buckets import artifact_regions
from compiler.bootstrap.ground import accounts
from compiler.bootstrap.patterns import arns, beginning_of_stacks
from compiler.bootstrap.statements import Statement, in_regions
from compiler.deploy.artifacts import artifact_bucket
from compiler.manifest import FromLookup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.bootstrap.ground import Ground

_ON_STACKS = tuple(
    f"cloudformation:{verb}"
    for verb in (
        "CancelUpdateStack",
        "ContinueUpdateRollback",
        "CreateChangeSet",
        "CreateStack",
        "DeleteChangeSet",
        "DeleteStack",
        "DescribeChangeSet",
        "DescribeStackEvents",
        "DescribeStackResource",
        "DescribeStackResourceDrifts",
        "DescribeStackResources",
        "DescribeStacks",
        "DetectStackDrift",
        "DetectStackResourceDrift",
        "ExecuteChangeSet",
        "GetStackPolicy",
        "GetTemplate",
        "GetTemplateSummary",
        "ListChangeSets",
        "ListStackResources",
        "RollbackStack",
        "SetStackPolicy",
        "SignalResource",
        "TagResource",
        "UntagResource",
        "UpdateStack",
        "UpdateTerminationProtection",
    )
)
"""
Every action on one stack.

StackSets ask for all of CloudFormation (user guide, "Grant self-managed permissions", 2026-11-23);
these are the ones that deal with a stack, and only the migration's stacks are given.
"""

_WITHOUT_A_STACK = (
    "cloudformation:DescribeStackDriftDetectionStatus",
    "cloudformation:ListStacks",
    "cloudformation:ValidateTemplate",
)
"""Actions that IAM cannot narrow to a stack."""


def statements(ground: Ground) -> Iterator[Statement]:
    """Yield what making and reading the migration's stacks takes."""
    yield Statement(sid="StacksOfTheMigration", actions=_ON_STACKS, resources=_stacks(ground))
    yield Statement(
        sid="StacksAreListedAsAWhole",
        actions=_WITHOUT_A_STACK,
        condition=in_regions(ground.regions),
    )
    yield Statement(
        sid="LargeTemplates",
        actions=("s3:GetObject",),
        resources=tuple(
            f"arn:{ground.partition}:s3:::{artifact_bucket(ground.manifest, region)}/*"
            for region in artifact_regions(ground, ground.stacks)
        ),
    )
    if ground.wish.via_stack_sets:
        yield _of_aws(ground)
    if not ground.is_target:
        yield from _read_by_the_deployer(ground)


def _stacks(ground: Ground) -> tuple[str, ...]:
    beginning = beginning_of_stacks(ground.manifest, ground.wish)
    return tuple(
        f"arn:{ground.partition}:cloudformation:{region}:{ground.account}:stack/{beginning}*/*"
        for region in ground.regions
    )


def _of_aws(ground: Ground) -> Statement:
    """
    Let StackSets fetch templates and tell of states, which lie with AWS and not in our accounts.

    The user guide asks for all of S3 here, and once did for all of SNS ("Grant self-managed
    permissions", 2023-01 and 2026-11-23). Nothing in the migration's accounts is opened by it.
    """
    return Statement(
        sid="StackSetsKeepTheirsWithAws",
        actions=("s3:GetObject", "sns:Publish"),
        # Not `*`: that would let it send text messages, which belong to no account.
        resources=(f"arn:{ground.partition}:s3:::*", f"arn:{ground.partition}:sns:*:*:*"),
        condition={
            "StringNotEquals": {"aws:ResourceAccount": accounts(ground.manifest, ground.wish)}
        },
    )


def _read_by_the_deployer(ground: Ground) -> Iterator[Statement]:
    """Let who deploys read here what it reads in its own account with its own credentials."""
    if "AWS::S3::Bucket" in ground.places():
        yield Statement(
            sid="TellWhetherABucketIsEmpty",
            actions=("s3:ListBucketVersions",),
            resources=arns(ground, "s3", ("bucket",), ()),
        )
    asked = {
        (source.kind, stack.region)
        for stack in ground.stacks
        for source in stack.parameters.values()
        if isinstance(source, FromLookup)
    }
    if images := sorted(region for kind, region in asked if kind == "image"):
        yield Statement(
            sid="LookUpPublicImages",
            actions=("ssm:GetParameter",),
            resources=tuple(
                f"arn:{ground.partition}:ssm:{region}::parameter/aws/service/*" for region in images
            ),
        )
    if lists := sorted(region for kind, region in asked if kind == "prefix_list"):
        yield Statement(
            sid="LookUpPrefixLists",
            actions=("ec2:DescribeManagedPrefixLists",),
            condition=in_regions(lists),
        )
