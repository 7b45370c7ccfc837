"""
SF5nn: deploying.

SF50n is what the deployer refuses before it touches anything; SF52n what AWS says about
credentials, roles, limits and offers; SF530 and up what AWS says about a resource, by its own
words.
"""

from __future__ import annotations

from spec.codes.card import Card

DEPLOYING: tuple[Card, ...] = (
    Card(
        code="SF501",
        title="No compiled migration in the folder",
        why=(
            "The deployer reads nothing but the manifest that `compile` writes, and the templates "
            "beside it."
        ),
        fix="Run `stackferry compile` and name the folder that it writes.",
    ),
    Card(
        code="SF502",
        title="Template is not the compiled one",
        why=(
            "The manifest holds a digest of each template. A template that was edited by hand was "
            "neither linted nor reviewed, and the next compile would undo the edit."
        ),
        fix=(
            "Change the spec instead and compile again, or restore the folder from your repository."
        ),
    ),
    Card(
        code="SF503",
        title="Credentials are of another account",
        why=(
            "Stack sets and their administration live in the target account. With credentials of "
            "another one, the whole system would be built a second time, in the wrong place."
        ),
        fix=(
            "Choose the profile of the target account with AWS_PROFILE, or correct "
            "`accounts.target`."
        ),
    ),
    Card(
        code="SF504",
        title="Template is too large for a request",
        why=(
            "StackSets take templates of at most 51,200 bytes in a request (CloudFormation API "
            "reference, CreateStackSet, read 2026-11-23). Larger ones must come from an S3 bucket,"
            " which deploy does not use yet."
        ),
        fix=(
            "Make the component smaller, or run the script that `stackferry export cli` prints, "
            "with ARTIFACT_BUCKET set."
        ),
    ),
    Card(
        code="SF505",
        title="Stack set belongs to something else",
        why=(
            "A stack set of that name exists, but its description or its stacks are not those of "
            "this migration. To update it would overwrite somebody else's stacks."
        ),
        fix="Give the migration another name or environment, or delete that stack set.",
    ),
    Card(
        code="SF506",
        title="Value cannot be looked up",
        why=(
            "Images and managed prefix lists are looked up in each region just before a stack is "
            "made. AWS has none of that name there, or does not show it."
        ),
        fix=(
            "Name a parameter that exists in every region that uses it, or give the image by its "
            "id."
        ),
    ),
    Card(
        code="SF507",
        title="Stack is INOPERABLE",
        why=(
            "A deletion of the stack failed. StackSets leaves such a stack out of every later "
            "update (CloudFormation API reference, StackInstance, read 2026-11-23)."
        ),
        fix=(
            "Find in the stack's events why its deletion failed and remove that, delete the stack "
            "instance with retained stacks, delete the stack, and deploy again."
        ),
    ),
    Card(
        code="SF508",
        title="Database is protected from deletion",
        why=(
            "The database has deletion protection on, so its stack cannot be deleted, and whatever"
            " stands below it (its network) could not either. Nothing was touched."
        ),
        fix=(
            "Make sure that nothing needs the database. Then run destroy with --unprotect: the "
            "plan shows the step that turns the protection off."
        ),
    ),
    Card(
        code="SF509",
        title="Bucket is not empty",
        why=(
            "CloudFormation does not delete a bucket that holds objects, old versions or delete "
            "markers. stackferry empties no bucket. Nothing was touched."
        ),
        fix="Move or delete the objects with all their versions, then run destroy again.",
    ),
    Card(
        code="SF510",
        title="Stack lacks an output",
        why=(
            "StackSets says that the stack is CURRENT, but an output of its template is missing. "
            "Somebody changed the stack itself, past its stack set. Without the value nothing that "
            "reads it can be deployed."
        ),
        fix=(
            "Find out who updates the stack directly. Then update the stack once more with the "
            "template of its stack set, and deploy again."
        ),
    ),
    Card(
        code="SF520",
        title="No credentials",
        why="No credentials were found where the AWS tools look for them.",
        fix="Set AWS_PROFILE, or run `aws sso login`, or use --sandbox.",
        aws_says="Unable to locate credentials",
    ),
    Card(
        code="SF521",
        title="Credentials have expired",
        why=(
            "Temporary credentials end after some hours. What was started in AWS goes on without "
            "them."
        ),
        fix="Log in again and run the same command: it goes on where it stopped.",
        aws_says="The security token included in the request is expired",
    ),
    Card(
        code="SF522",
        title="Region is not enabled in the account",
        why=(
            "Opt-in regions refuse every credential until the account has enabled them (Account "
            "Management guide, read 2026-11-23). The message speaks of the token, not of the "
            "region."
        ),
        fix=(
            "Enable the region in the account with `aws account enable-region --region-name "
            "REGION`, wait until it is ENABLED, and run the command again. For any other region "
            "check the credentials."
        ),
        aws_says="The security token included in the request is invalid",
    ),
    Card(
        code="SF523",
        title="StackSets role is missing or not trusted",
        why=(
            "Self-managed StackSets need the role AWSCloudFormationStackSetAdministrationRole in "
            "the account of the stack sets and AWSCloudFormationStackSetExecutionRole in every "
            "account with stacks, the same one included (CloudFormation user guide, read "
            "2026-11-23)."
        ),
        fix=(
            'Create both roles as the CloudFormation user guide says under "Grant self-managed '
            'permissions", let the execution role trust the target account, and run the command '
            "again."
        ),
        aws_says="Account should have 'AWSCloudFormationStackSetExecutionRole' role",
    ),
    Card(
        code="SF524",
        title="Quota is used up",
        why="The account may have only so many of that resource in that region.",
        fix=(
            "Ask for more in Service Quotas, in the region named above, or delete what is not "
            "used; then run the command again."
        ),
        aws_says="LimitExceeded",
    ),
    Card(
        code="SF525",
        title="AWS is busy",
        why="AWS throttled the request or could not be reached, also after every retry.",
        fix="Run the same command again: it goes on where it stopped.",
        aws_says="Rate exceeded",
    ),
    Card(
        code="SF526",
        title="Image does not exist in the region",
        why="Image ids are of one region. The same id means nothing in another.",
        fix=(
            "Give the service one image per region, or a public SSM parameter that has one "
            "everywhere."
        ),
        aws_says="The image id '[ami-…]' does not exist",
    ),
    Card(
        code="SF527",
        title="Engine version is not offered",
        why="The region does not offer that version of the engine, or no longer.",
        fix=(
            "List what it offers with `aws rds describe-db-engine-versions --engine ENGINE "
            "--region REGION` and set `version` to one that both regions have."
        ),
        aws_says="Cannot find version 16.4 for postgres",
    ),
    Card(
        code="SF528",
        title="Class or type is not offered",
        why="The region or zone has none of that instance class now, or never had.",
        fix="Choose another `instance_class`, `instance_type` or other zones for that region.",
        aws_says="InsufficientDBInstanceCapacity",
    ),
    Card(
        code="SF529",
        title="Permission is missing",
        why=(
            "The credentials, the execution role, or a policy of the organization do not allow the"
            " call. A replica needs permissions in both regions, and a policy on "
            "aws:RequestedRegion must name both."
        ),
        fix="Allow the action that AWS names above to that role, and run the command again.",
        aws_says="is not authorized to perform",
    ),
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
            "If it is yours and not needed, delete it; if it is somebody else's, choose another "
            "name or environment. Then deploy again."
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
        fix="Move or delete the objects with all their versions, then run destroy again.",
        aws_says="The bucket you tried to delete is not empty",
    ),
)
"""In order of their codes."""
