"""SF620 to SF630: what is done beside stacks in a transition, and did not come about."""

from __future__ import annotations

from spec.codes.card import Card

ACTIONS: tuple[Card, ...] = (
    Card(
        code="SF620",
        title="What an action needs is not known",
        why=(
            "Beside stacks, a transition does what CloudFormation cannot do. What has to be known "
            "for it, such as the id of a peering, is read from the outputs of stacks that stand "
            "as compiled; of any other stack nothing is read, since it may be gone with the next "
            "rollback."
        ),
        fix="Bring the stack that is named into its form with `stackferry deploy`.",
    ),
    Card(
        code="SF621",
        title="Peering is not active",
        why=(
            "Only an active peering takes the option by which names resolve to private addresses "
            '(VPC peering guide, "Enable DNS resolution for a VPC peering connection", read '
            "2026-11-24). A request is accepted within seconds where both VPCs are the "
            "migration's; it fails where their address ranges overlap, and expires after a week."
        ),
        fix=(
            "Look at it with `aws ec2 describe-vpc-peering-connections`. Accept one that waits; of "
            "one that failed, deploy the stack anew once its cause was corrected."
        ),
        aws_says="Peering options can be added only to active peerings",
    ),
    Card(
        code="SF622",
        title="Peering option does not show",
        why=(
            "AWS took the option and does not show it when it is read back. Until it is on, names "
            "of one VPC resolve to public addresses in the other, which no route leads to."
        ),
        fix="Run the same command again: it reads the option, and sets it only if it is off.",
    ),
    Card(
        code="SF623",
        title="Copy of existing objects failed",
        why=(
            "Replication is about what is written after its rule. What a bucket held before is "
            "copied by a job of S3 Batch Replication, and that job failed: mostly because the role "
            "is not trusted by batchoperations.s3.amazonaws.com, or may not do what S3 needs "
            '(S3 user guide, "Configuring an IAM role for S3 Batch Replication", read 2026-11-24).'
        ),
        fix=(
            "Correct what the job says, and run the same command again: a new job is started, "
            "which copies what is missing."
        ),
    ),
    Card(
        code="SF624",
        title="Some existing objects were not copied",
        why=(
            "The job that copies what a bucket held before it replicated is through, and S3 "
            "refused some of the objects: mostly the role may not read them, or not use the key "
            'that encrypts them (S3 user guide, "Amazon S3 replication failure reasons", read '
            "2026-11-24)."
        ),
        fix=(
            "Give the role what it lacks, and run the same command again: only what is missing is "
            "copied."
        ),
    ),
    Card(
        code="SF625",
        title="Database cannot be rebooted",
        why=(
            "Connections that were open before a fence are ended by a reboot, and RDS reboots only "
            "what is available (RDS API reference, RebootDBInstance, read 2026-11-24). A backup, a "
            "maintenance or a change is in the way, or the database is broken. As long as old "
            "connections are open, they may write."
        ),
        fix=(
            "Take the fence back, so that the source serves, and begin the transition anew outside "
            "the backup and maintenance windows of the database."
        ),
        aws_says="Instance is not in available state",
    ),
    Card(
        code="SF626",
        title="Database does not come back from its reboot",
        why=(
            "A reboot takes as long as the crash recovery of the database, mostly less than two "
            "minutes. This one takes longer than a fence may stand without anybody knowing why, so "
            "the fence is taken back."
        ),
        fix=(
            "Read the events of the database with `aws rds describe-events`, and its log. Begin "
            "the transition anew once it is available."
        ),
    ),
    Card(
        code="SF627",
        title="Replica does not follow any more",
        why=(
            "After the reboot that ends open connections the replica must follow its source again, "
            "or the last writes never arrive, and promoting it would lose them. Nobody is served "
            "while the fence stands, so it is taken back at once; nothing was lost."
        ),
        fix=(
            "Look at the replica with `aws rds describe-db-instances` (its StatusInfos), repair "
            "or replace it, let it catch up, and begin the transition anew."
        ),
    ),
    Card(
        code="SF628",
        title="CloudFront has not forgotten yet",
        why=(
            "After the switch, CloudFront is asked to forget what it has cached of the source; "
            "mostly that takes a minute or two. Others may be at work on the same distribution: it "
            "takes 15 invalidations with a wildcard at a time (CloudFront developer guide, "
            '"Quotas", read 2026-11-24).'
        ),
        fix="Run the same command again: it goes on with the same invalidation.",
        aws_says="TooManyInvalidationsInProgress",
    ),
    Card(
        code="SF629",
        title="Bucket holds something again",
        why=(
            "The bucket was emptied as the plan said, and somebody has written into it since. S3 "
            "deletes no bucket that holds something."
        ),
        fix=(
            "Find out who writes into it, since nothing should use the source any more, and run "
            "the same command again."
        ),
    ),
    Card(
        code="SF630",
        title="Bucket may not be emptied",
        why=(
            "What is in a bucket is deleted only when the source goes, only where the spec gives "
            "that bucket up, and only if a plan has named it beforehand. The compiled files say "
            "something else."
        ),
        fix=(
            "Compile again and read the plan. If nothing in the bucket is needed any more, it can "
            "be emptied by hand."
        ),
    ),
)
"""In order."""
