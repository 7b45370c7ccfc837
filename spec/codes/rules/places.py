"""Cards about zones, regions and accounts."""

from __future__ import annotations

from spec.codes.card import Card

PLACES: tuple[Card, ...] = (
    Card(
        code="SF215",
        title="Zone is not one of the region",
        why=(
            "Each region has zones of its own, and an account sees some of their letters. Zones are"
            " pinned, since a list that AWS chooses may change and then replaces subnets. Source:"
            ' EC2 user guide, "Regions and Zones", 2026-11.'
        ),
        fix="Run `aws ec2 describe-availability-zones --region <region>` and name what it lists.",
        example="{region: eu-west-1, zones: [us-east-1a]}   # wrong\n"
        "{region: eu-west-1, zones: [eu-west-1a]}   # right",
        aws_says="Subnets can currently only be created in the following availability zones",
    ),
    Card(
        code="SF216",
        title="Zone is listed twice",
        why="A zone has one subnet of each tier, and two zones are two only if they differ.",
        fix="Remove it, or name another zone.",
        example=(
            "zones: [us-east-1a, us-east-1a]   # wrong\nzones: [us-east-1a, us-east-1b]   # right"
        ),
        aws_says="A load balancer cannot be attached to multiple subnets in the same Availability"
        " Zone",
    ),
    Card(
        code="SF217",
        title="Fewer than two zones",
        why=(
            "DB subnet groups and load balancers span two zones or more, even for a single"
            ' instance. Source: RDS user guide, "Working with a DB instance in a VPC";'
            ' Application Load Balancers user guide, "Subnets for your load balancer"; 2026-11.'
        ),
        fix="Name two zones or more on both sides.",
        example=(
            "zones: [us-east-1a]               # wrong\nzones: [us-east-1a, us-east-1b]   # right"
        ),
        aws_says="DB subnet group must have subnets in at least 2 availability zones",
    ),
    Card(
        code="SF218",
        title="Subnet of a zone that is not used",
        why="Subnets are made for the zones of the VPC; this one would be left out in silence.",
        fix="Add the zone, or remove the subnet.",
        example=(
            "{zones: [us-east-1a], subnets: {public: {us-east-1c: 10.0.9.0/24}}}   # wrong\n"
            "{zones: [us-east-1c], subnets: {public: {us-east-1c: 10.0.9.0/24}}}   # right"
        ),
    ),
    Card(
        code="SF219",
        title="Services have no way out",
        why=(
            "Without NAT an instance in a private subnet reaches what has an endpoint in the VPC"
            ' and nothing else. Source: VPC user guide, "NAT gateways", and Systems Manager user'
            ' guide, "VPC endpoints", 2026-11.'
        ),
        fix="Add the endpoints, or NAT; put everything else that is needed into the image.",
        example="{nat: none, endpoints: [s3]}                             # warns\n"
        "{nat: none, endpoints: [s3, ssm, secretsmanager, logs]}   # right",
        severity="warning",
    ),
    Card(
        code="SF220",
        title="Region does not exist",
        why=(
            "Every ARN, endpoint and zone follows from the region. Source: botocore 1.44.8,"
            " 2026-11."
        ),
        fix="Name a region of aws, aws-cn or aws-us-gov; others are not covered.",
        example="region: eu-centrale-1   # wrong\nregion: eu-central-1    # right",
        aws_says="The region 'eu-centrale-1' is not supported for this operation",
    ),
    Card(
        code="SF221",
        title="Source and target are one region",
        why=(
            "Names of databases, load balancers and stacks are unique in a region, and a"
            " cross-region replica needs two."
        ),
        fix="Name the region that the system moves to.",
        example="{source: {region: us-east-1}, target: {region: us-east-1}}   # wrong\n"
        "{source: {region: us-east-1}, target: {region: us-east-2}}   # right",
        aws_says="Resource already exists",
    ),
    Card(
        code="SF222",
        title="Regions are of two partitions",
        why=(
            "Partitions are separate AWS's: accounts, ARNs, peering, replicas and replication"
            ' end at their border. Source: AWS fault isolation boundaries, "Partitions", 2026-11.'
        ),
        fix="Choose two regions of one partition.",
        example="{source: {region: us-east-1}, target: {region: cn-north-1}}   # wrong\n"
        "{source: {region: cn-northwest-1}, target: {region: cn-north-1}}   # right",
        aws_says="The security token included in the request is invalid",
    ),
    Card(
        code="SF223",
        title="Region has to be enabled first",
        why=(
            "Regions opened since 2019 are off in an account, and StackSets need them on in the"
            ' administering account too. Source: Account Management guide, "Enable or disable'
            ' Regions", 2026-11.'
        ),
        fix="Enable it in every account of the migration; then the warning has done its work.",
        example="region: eu-south-1   # warns: opt-in",
        severity="warning",
        aws_says="The security token included in the request is invalid",
    ),
    Card(
        code="SF224",
        title="Region cannot be linted fully",
        why=(
            "cfn-lint 1.58.0 ships no resource schemas of it, so it cannot say what is missing"
            " there."
        ),
        fix="Review its templates with more care.",
        example="region: me-south-1   # warns",
        severity="warning",
    ),
    Card(
        code="SF225",
        title="Account id is malformed",
        why="An account id has twelve digits, zeros in front among them.",
        fix="Write it in quotes: unquoted, YAML makes a number of it.",
        example='source: "1234-5678-9012"   # wrong\nsource: "123456789012"     # right',
    ),
    Card(
        code="SF226",
        title="Nobody accepts the peering",
        why=(
            "Between two accounts a peering waits in pending-acceptance until a role of the"
            " accepting account takes it; after a week it expires, and no route over it works."
            ' Source: CloudFormation user guide, "Peer with a VPC in another AWS account",'
            " 2026-11."
        ),
        fix="Make a role there that trusts the source account and may accept peerings; name it.",
        example=(
            'accounts: {source: "111122223333", target: "444455556666"}   # wrong\n'
            'accounts: {source: "111122223333", target: "444455556666",\n'
            '           peering_role: "arn:aws:iam::444455556666:role/AcceptPeering"}   # right'
        ),
        aws_says="VpcPeeringConnection is in pending-acceptance state",
    ),
    Card(
        code="SF227",
        title="Peering role is not used",
        why="Inside of one account CloudFormation accepts the peering that it asks for.",
        fix="Remove it.",
        example='{source: "111122223333", target: "111122223333"}   # right: no role',
        severity="warning",
    ),
    Card(
        code="SF228",
        title="Peering role is not of the target account",
        why=(
            "The VPC of the target accepts, so the role is in its account. Source: CloudFormation"
            ' user guide, "Peer with a VPC in another AWS account", 2026-11.'
        ),
        fix="Name a role of the target account, by ARN.",
        example='peering_role: "arn:aws:iam::111122223333:role/R"   # wrong: the source\'s\n'
        'peering_role: "arn:aws:iam::444455556666:role/R"   # right',
        aws_says="is not authorized to perform: sts:AssumeRole",
    ),
    Card(
        code="SF229",
        title="Administrator is not of the migration's accounts",
        why=(
            "KMS refuses a policy that names a principal which does not exist, and a key that"
            ' nobody administers cannot be repaired. Source: KMS developer guide, "Key'
            ' policies", 2026-11.'
        ),
        fix="Name roles of the source's and the target's account, by ARN.",
        example="administrators: [KeyAdmin]                                 # wrong\n"
        "administrators: ['arn:aws:iam::111122223333:role/KeyAdmin']   # right",
        aws_says="Policy contains a statement with one or more invalid principals",
    ),
)
"""SF215 to SF229."""
