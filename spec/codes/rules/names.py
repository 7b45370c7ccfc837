"""Cards about names, tags and quotas."""

from __future__ import annotations

from spec.codes.card import Card

_TAGS = 'Tagging AWS Resources user guide, "Tag naming limits and requirements", 2026-11'

NAMES: tuple[Card, ...] = (
    Card(
        code="SF291",
        title="Physical names collide",
        why=(
            "Names are `<name>-<environment>-<component>`, shortened with a hash where AWS's"
            " limit is passed, and each is unique in its region, account or partition. Names"
            " inside of a template have no hyphens, so `a1` and `a-1` are one there."
        ),
        fix="Rename the component; each side has a bucket for logs already.",
        example="buckets: {logs: {}}       # wrong\nbuckets: {app-logs: {}}   # right",
        aws_says="Resource already exists",
    ),
    Card(
        code="SF292",
        title="Stack names collide",
        why=(
            "A component has one stack or more, called after it: `database-a` and"
            ' `database-a-groups` for "a".'
        ),
        fix="Rename one of the components before anything is deployed.",
        example=(
            "databases: {a: {}, a-groups: {}}   # wrong\ndatabases: {a: {}, groups: {}}     # right"
        ),
        aws_says="Stack [database-a-groups] already exists",
    ),
    Card(
        code="SF293",
        title="Many elastic IP addresses",
        why=(
            "Each NAT gateway has one; an account has five per region unless the quota was raised."
            ' Source: EC2 user guide, "Elastic IP addresses", 2026-11.'
        ),
        fix="Use fewer zones or one gateway, or have the quota raised.",
        example="{nat: per_zone, zones: [a, b, c, d, e, f]}   # warns",
        severity="warning",
        aws_says="The maximum number of addresses has been reached",
    ),
    Card(
        code="SF294",
        title="Tag is reserved",
        why=(
            "aws: is AWS's; Name, Environment, MigrationPhase, SourceRegion, TargetRegion and"
            " Timestamp are set by stackferry. IAM takes no two that differ in case. Source:"
            f" {_TAGS}."
        ),
        fix="Choose another key.",
        example="tags: {environment: blue}   # wrong\ntags: {Colour: blue}        # right",
        aws_says="aws: prefixed tag key names are not allowed for external use",
    ),
    Card(
        code="SF295",
        title="Tag is malformed",
        why=(
            "A key has 1 to 128 characters, a value 256 at most, of letters, digits, spaces and"
            f" _ . : / = + @ -. Source: {_TAGS}."
        ),
        fix="Shorten it, and use these characters only.",
        example='tags: {Owner: "a&b"}       # wrong\ntags: {Owner: "a and b"}   # right',
        aws_says="Tag value contains invalid characters",
    ),
    Card(
        code="SF296",
        title="Too many tags",
        why=f"A resource takes fifty tags, and stackferry sets six. Source: {_TAGS}.",
        fix="Keep 44 or fewer.",
        example="tags: {}   # up to 44",
        aws_says="Tag quota exceeded",
    ),
    Card(
        code="SF297",
        title="E-mail address is malformed",
        why="AWS sends a message to this address that somebody has to confirm.",
        fix="Write one address.",
        example="email: ops            # wrong\nemail: ops@example.com   # right",
        aws_says="Invalid parameter: Email address",
    ),
    Card(
        code="SF298",
        title="Logs are not kept for such a time",
        why=(
            "CloudWatch Logs offers certain periods. Source: CloudWatch Logs API reference,"
            " `PutRetentionPolicy`, 2026-11."
        ),
        fix="Choose one of the periods.",
        example=(
            "flow_logs: {retention_days: 31}   # wrong\nflow_logs: {retention_days: 30}   # right"
        ),
        aws_says="is not a valid retention value",
    ),
    Card(
        code="SF299",
        title="Name begins as AWS's do",
        why=(
            "Every name begins with name and environment. Load balancers may not begin with"
            " internal-, parameters with aws or ssm, buckets with sthree- or amzn-s3-demo-."
            " Source: the services' API references, 2026-11."
        ),
        fix="Choose another name.",
        example="name: internal   # wrong\nname: intranet   # right",
        aws_says="The load balancer name 'internal-staging' cannot begin with 'internal-'",
    ),
)
"""SF291 to SF299."""
