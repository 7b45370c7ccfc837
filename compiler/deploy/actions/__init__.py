"""
What CloudFormation cannot do, so the deployer does it beside stacks in a transition.

Each kind has a room of its own with its check, its doing, its verifying and its undoing. There is
no record of what was done but AWS's own: an action is looked for before it is done, so that a run
that died at any call is followed by one that finishes and does nothing twice.

Who asks needs these rights, with the operator's own credentials in the target account, and through
the execution role in any other one, for which `stackferry bootstrap` gives them:

- peering dns: ec2:DescribeVpcPeeringConnections, ec2:ModifyVpcPeeringConnectionOptions
- copy existing objects: s3:CreateJob, s3:DescribeJob, s3:ListJobs, s3:UpdateJobStatus,
  s3:ListBucketVersions, and iam:PassRole on the replication's role to
  batchoperations.s3.amazonaws.com
- sever connections: rds:DescribeDBInstances (of replicas in the target region too),
  rds:DescribeEvents, rds:RebootDBInstance
- invalidate cache: cloudfront:CreateInvalidation, cloudfront:GetInvalidation,
  cloudfront:ListInvalidations
- empty bucket: s3:ListBucketVersions, s3:DeleteObjectVersion
- all that come after stacks: cloudformation:DescribeStackEvents, cloudformation:DescribeStacks
"""

from __future__ import annotations

from compiler.deploy.actions.asked import MustUndo
from compiler.deploy.actions.by_hand import by_hand
from compiler.deploy.actions.kinds import describe, describe_undo, expected
from compiler.deploy.actions.perform import Performing, is_done

__all__ = [
    "MustUndo",
    "Performing",
    "by_hand",
    "describe",
    "describe_undo",
    "expected",
    "is_done",
]
