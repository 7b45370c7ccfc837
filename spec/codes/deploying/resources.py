"""SF530 and up: what AWS says about a resource, by its own words."""

from __future__ import annotations

from spec.codes.card import Card

RESOURCES: tuple[Card, ...] = (
    Card(
        code="SF530",
        title="AWS refused a resource",
        why="AWS gave a reason that stackferry has no better words for.",
        fix="Correct what AWS names, in the spec line above; compile, and deploy again.",
    ),
    Card(
        code="SF531",
        title="Region does not support the operation",
        why="The service, or this part of it, is not offered in the region.",
        fix=(
            "Check the service in the region, and choose another region or leave the component out."
        ),
        aws_says="The region is not supported for this operation",
    ),
    Card(
        code="SF532",
        title="Address ranges of the VPCs overlap",
        why=(
            "VPCs whose ranges overlap, secondary ones included, cannot be peered (VPC peering "
            "guide)."
        ),
        fix="Choose a CIDR for the target that overlaps none of the source's.",
        aws_says="VPC CIDR blocks overlap",
    ),
    Card(
        code="SF533",
        title="Peering was never accepted",
        why="Routes and DNS settings work only on a peering that the other side accepted.",
        fix=(
            "Accept it in the target region with `aws ec2 accept-vpc-peering-connection`; between "
            "accounts, give the peering the role that may accept it. Then deploy again."
        ),
        aws_says="VpcPeeringConnection is in pending-acceptance state",
    ),
    Card(
        code="SF534",
        title="Database subnets are in one zone",
        why=(
            "A DB subnet group must cover two availability zones, whether the database does or not."
        ),
        fix="Give the VPC at least two zones that the account really has in that region.",
        aws_says="DB subnet group must have subnets in at least 2 availability zones",
    ),
    Card(
        code="SF535",
        title="Replica names what its source decides",
        why="A replica takes storage, engine and user from its source; naming them is refused.",
        fix=(
            "Compile again with this version: its replicas name none of them. Look for a hand-made"
            " edit."
        ),
        aws_says="Cannot specify both replicateSourceDb and allocatedStorage",
    ),
    Card(
        code="SF536",
        title="Database cannot use the key",
        why=(
            "The key is missing, disabled, in another region, or its policy does not let RDS "
            "create a grant. A replica in another region needs a key of its own region."
        ),
        fix="Enable the key, and see that the keys stack of that region is deployed as compiled.",
        aws_says="KMSKeyNotAccessibleFault",
    ),
    Card(
        code="SF537",
        title="Versioning is off on a replicated bucket",
        why="S3 replicates only between two buckets that both have versioning on.",
        fix=(
            "Set `versioning: true` on the bucket, and turn it on again where it was suspended by "
            "hand."
        ),
        aws_says="Versioning must be 'Enabled' on the source bucket",
    ),
    Card(
        code="SF538",
        title="Replication role has no permission",
        why=(
            "S3 looks at the role when the rule is set: it must be able to read here and write "
            "there."
        ),
        fix=(
            "See that the role's stack is deployed as compiled, and that no policy above it denies."
        ),
        aws_says="Replication configuration cannot be applied. The role does not have permission",
    ),
    Card(
        code="SF539",
        title="Replication goes to a bucket that is not there",
        why="The destination must exist, with versioning on, before the rule is set.",
        fix=(
            "Deploy the target's bucket stack first, or give back the bucket that was deleted by "
            "hand."
        ),
        aws_says="Invalid replication destination bucket arn",
    ),
    Card(
        code="SF540",
        title="Something still uses it",
        why=(
            "A network interface, a rule or a resource that no stack knows still refers to it, so "
            "AWS does not delete it."
        ),
        fix=(
            "Find it with `aws ec2 describe-network-interfaces --filters "
            "Name=group-id,Values=GROUP`, remove it, and run the command again."
        ),
        aws_says="DependencyViolation: resource has a dependent object",
    ),
    Card(
        code="SF541",
        title="Internet gateway is not attached",
        why="A route to an internet gateway needs the gateway attached to the same VPC first.",
        fix="Deploy again; if it was detached by hand, attach it to the VPC of the network stack.",
        aws_says="Route table does not have an internet gateway attached",
    ),
    Card(
        code="SF542",
        title="Internet gateway is in use",
        why="A public address in the VPC (a load balancer, a NAT gateway) still goes through it.",
        fix="Remove what holds a public address and was made outside of the stacks; run it again.",
        aws_says="Cannot delete internet gateway while in use",
    ),
    Card(
        code="SF543",
        title="Key is disabled or waits for its deletion",
        why="Nothing can be encrypted or decrypted with such a key, nor with what it protects.",
        fix=(
            "Run `aws kms cancel-key-deletion` and `aws kms enable-key` for it in its region, and "
            "deploy again."
        ),
        aws_says="KMSInvalidStateException: The key is not available for use",
    ),
    Card(
        code="SF544",
        title="Key no longer exists",
        why=(
            "What was encrypted with a deleted key, or with a key of another region, cannot be "
            "read."
        ),
        fix=(
            "Restore from a copy under another key. See that nothing outside deletes the keys "
            "stack's keys."
        ),
        aws_says="The ciphertext refers to a customer master key that does not exist",
    ),
    Card(
        code="SF545",
        title="Service did not become healthy",
        why="The instances started, but did not answer the health check in time.",
        fix=(
            "Look at the instance's log, check port, path and user data, and that the instances "
            "reach what they need at the start; then deploy again."
        ),
        aws_says="TargetNotInService",
    ),
    Card(
        code="SF546",
        title="Health check path is not valid",
        why="A path begins with a slash and is at most 1,024 characters long.",
        fix="Correct `health_check.path`.",
        aws_says="Health check path must be valid",
    ),
    Card(
        code="SF547",
        title="CDN origin's access identity is refused",
        why=(
            "CloudFront does not know the origin access control, or it does not fit the origin's "
            "kind."
        ),
        fix="Deploy again as compiled; look for an access control that was deleted by hand.",
        aws_says="InvalidOriginAccessIdentity",
    ),
    Card(
        code="SF548",
        title="Certificate is refused",
        why=(
            "CloudFront takes certificates of its home region only, a load balancer of its own. "
            "They must be issued, trusted, and have the names that are served on them."
        ),
        fix=(
            "Under `certificates`, give for that place the ARN of an issued certificate of its "
            "region, with the public name on it."
        ),
        aws_says="InvalidViewerCertificate",
    ),
    Card(
        code="SF549",
        title="Something that is named does not exist",
        why=(
            "The resource refers to something that was deleted, or is in another region or account."
        ),
        fix="Correct the ARN or id in the spec line above, or give back what was deleted by hand.",
        aws_says="InvalidParameter.NotFound: The specified resource does not exist",
    ),
    Card(
        code="SF550",
        title="Name is taken",
        why=(
            "Something of that name exists: a resource that an earlier deletion kept on purpose, "
            "or somebody else's (bucket names are taken worldwide)."
        ),
        fix=(
            "If it is yours, `stackferry recover FOLDER` shows how to take it over or remove it; if"
            " it is somebody else's, choose another name or environment. Then deploy again."
        ),
        aws_says="Resource already exists",
    ),
    Card(
        code="SF551",
        title="Deletion protection is on",
        why="AWS deletes nothing that has deletion protection on.",
        fix="Run destroy with --unprotect: its plan shows the step that turns the protection off.",
        aws_says="Cannot delete protected DB Instance",
    ),
    Card(
        code="SF552",
        title="Bucket was filled meanwhile",
        why="A bucket that holds anything, old versions included, is not deleted.",
        fix=(
            "Move the objects with all their versions, or let destroy delete them with `--empty "
            "BUCKET`; then run destroy again."
        ),
        aws_says="The bucket you tried to delete is not empty",
    ),
)
"""In order of their codes."""
