"""The two roles as templates."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from troposphere import Ref, Tags, Template, iam

from compiler.bootstrap import acting, asking, beyond, handlers, stacks
from compiler.bootstrap.ground import accounts
from compiler.bootstrap.packing import TRUST_SIZE, TooLargeError, pack
from compiler.bootstrap.statements import Statement, one_or_all, policy
from spec import regions
from spec.names import shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.bootstrap.ground import Ground
    from compiler.bootstrap.handlers import Needs


def administration(ground: Ground, tags: Mapping[str, str]) -> Template:
    """
    Return the template of the role with which StackSets comes to the accounts.

    Only CloudFormation may take it, on behalf of this migration's stack sets, and it may do nothing
    but take the execution roles of the migration's accounts (CloudFormation user guide, "Set up
    global keys to mitigate confused deputy problems", 2023-01). Regions that an account has to
    enable have a service principal of their own ("Prerequisites for stack sets", 2026-11-23).
    """
    manifest, wish = ground.manifest, ground.wish
    opt_in = sorted({one.region for one in manifest.stacks if regions.opt_in(one.region)})
    account = ground.account
    template = Template(
        Description=f"StackSets of {ground.prefix}: the role that comes to the accounts."
    )
    template.add_resource(
        iam.Role(
            "AdministrationRole",
            RoleName=wish.administration_role,
            Description=f"Takes {wish.execution_role} for the stack sets of {ground.prefix}.",
            AssumeRolePolicyDocument=_trust(
                {
                    "Service": one_or_all(
                        (
                            "cloudformation.amazonaws.com",
                            *(f"cloudformation.{region}.amazonaws.com" for region in opt_in),
                        )
                    )
                },
                {
                    "StringEquals": {"aws:SourceAccount": account},
                    "ArnLike": {
                        "aws:SourceArn": f"arn:{ground.partition}:cloudformation:*:{account}:"
                        f"stackset/{ground.prefix}-*"
                    },
                },
            ),
            Policies=[
                iam.Policy(
                    PolicyName="take-execution-roles",
                    PolicyDocument=policy(
                        [
                            Statement(
                                sid="TheMigrationsAccounts",
                                actions=("sts:AssumeRole",),
                                resources=tuple(
                                    ground.role(one, wish.execution_role)
                                    for one in sorted(accounts(manifest, wish))
                                ),
                            )
                        ]
                    ),
                )
            ],
            Tags=Tags(**tags),
            **_boundary(ground),
        )
    )
    return template


def execution(ground: Ground, needs: Needs, tags: Mapping[str, str]) -> Template:
    """
    Return the template of the role that makes the migration's stacks in one account.

    Raises:
        TooLargeError: What it needs, or who may take it, does not fit into one role.
    """
    packed = pack(
        (
            *stacks.statements(ground),
            *beyond.statements(ground),
            *acting.statements(ground),
            *asking.statements(ground),
            *handlers.statements(ground, needs),
        )
    )
    wish = ground.wish
    template = Template(
        Description=f"{ground.prefix}: the role that makes stacks in {ground.account}."
    )
    titles = []
    for number, statements in enumerate(packed.managed, 1):
        titles.append(f"Policy{number}")
        template.add_resource(
            iam.ManagedPolicy(
                titles[-1],
                ManagedPolicyName=shortened(f"stackferry-{ground.prefix}-{number}", 128),
                Description=f"What {wish.execution_role} may do, part {number}.",
                PolicyDocument=policy(statements),
            )
        )
    inline: dict[str, Any] = (
        {"Policies": [iam.Policy(PolicyName="more", PolicyDocument=policy(packed.inline))]}
        if packed.inline
        else {}
    )
    template.add_resource(
        iam.Role(
            "ExecutionRole",
            RoleName=wish.execution_role,
            Description=f"Makes the stacks of {ground.prefix}.",
            # The account with a condition, not the role itself: IAM keeps a role in a trust policy
            # by its id, which another role of the same name does not have (IAM user guide, "AWS
            # JSON policy elements: Principal", 2026-11-24).
            AssumeRolePolicyDocument=_trust(
                {"AWS": f"arn:{ground.partition}:iam::{ground.manifest.target_account}:root"},
                {"ArnLike": {"aws:PrincipalArn": one_or_all(callers(ground))}},
            ),
            ManagedPolicyArns=[Ref(title) for title in titles],
            Tags=Tags(**tags),
            **inline,
            **_boundary(ground),
        )
    )
    return template


def callers(ground: Ground) -> tuple[str, ...]:
    """Return the ARNs of who may take the execution role, sorted."""
    wish, manifest = ground.wish, ground.manifest
    own = ground.role(manifest.target_account, wish.administration_role)
    return tuple(sorted({*wish.operators, *((own,) if wish.via_stack_sets else ())}))


def _trust(principal: Mapping[str, Any], condition: Mapping[str, Any]) -> dict[str, Any]:
    made = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": dict(principal),
                "Action": "sts:AssumeRole",
                "Condition": dict(condition),
            }
        ],
    }
    size = len(json.dumps(made, separators=(",", ":")))
    if size > TRUST_SIZE:
        detail = f"A trust policy would have {size:,} characters; IAM takes {TRUST_SIZE:,}."
        way_out = "Name fewer operators, or several by one ARN with a wildcard."
        raise TooLargeError(detail, way_out)
    return made


def _boundary(ground: Ground) -> dict[str, Any]:
    boundary = ground.wish.permissions_boundary
    return {"PermissionsBoundary": boundary} if boundary else {}
