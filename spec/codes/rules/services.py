"""Cards about buckets and services."""

from __future__ import annotations

from spec.codes.card import Card

_TARGETS = "Elastic Load Balancing API reference, `CreateTargetGroup`, 2026-11"
_LISTENER = 'Application Load Balancers user guide, "Condition types for listener rules", 2026-11'

SERVICES: tuple[Card, ...] = (
    Card(
        code="SF248",
        title="Replicated bucket has no versioning",
        why=(
            "S3 replicates versions, so both buckets keep them. Source: S3 user guide,"
            ' "Requirements and considerations for replication", 2026-11.'
        ),
        fix="Turn versioning on, or replication off.",
        example="media: {versioning: false}                       # wrong\n"
        "media: {versioning: false, replication: false}   # right",
        aws_says="Versioning must be 'Enabled' on the source bucket",
    ),
    Card(
        code="SF249",
        title="Bucket is named like another component",
        why=(
            '"uses" and "cdn" name components by their key alone, so a key has to mean one of them.'
        ),
        fix="Rename one of them.",
        example="{databases: {media: {}}, buckets: {media: {}}}          # wrong\n"
        "{databases: {media: {}}, buckets: {media-files: {}}}   # right",
    ),
    Card(
        code="SF250",
        title="Count is not between minimum and maximum",
        why=(
            "An Auto Scaling group runs between its bounds. Source: EC2 Auto Scaling API reference,"
            " `CreateAutoScalingGroup`, 2026-11."
        ),
        fix="Put them in ascending order, on each side.",
        example="{count: 3, maximum: 2}   # wrong\n{count: 3, maximum: 6}   # right",
        aws_says="Desired capacity:3 must be between the specified min size:1 and max size:2",
    ),
    Card(
        code="SF251",
        title="Instance type is malformed",
        why="An instance type is a family, a dot and a size. Source: EC2 user guide, 2026-11.",
        fix="Write it like t3.medium.",
        example="instance_type: db.t3.medium   # wrong\ninstance_type: t3.medium      # right",
        aws_says="Invalid instance type",
    ),
    Card(
        code="SF252",
        title="Image is malformed",
        why=(
            "An image is an AMI id in each region, or the bare name of an SSM parameter that holds"
            " one."
        ),
        fix="Write ami- and 17 hexadecimal digits, or the parameter's name.",
        example="image: {source: ami-123, target: ami-456}   # wrong\n"
        "image: {source: ami-0123456789abcdef0, target: ami-0fedcba9876543210}   # right",
        aws_says='Invalid id: "ami-123"',
    ),
    Card(
        code="SF253",
        title="Image exists in one region only",
        why=(
            "An AMI belongs to a region; a copy in another one has another id, and is encrypted"
            ' with a key of that region. Source: EC2 user guide, "Copy an Amazon EC2 AMI",'
            " 2026-11."
        ),
        fix="Copy the image to the target and give the copy's id.",
        example="image: {source: ami-0123456789abcdef0, target: ami-0123456789abcdef0}   # wrong",
        aws_says="The image id '[ami-0123456789abcdef0]' does not exist",
    ),
    Card(
        code="SF254",
        title="Image is of another architecture",
        why=(
            "Graviton instances (a g after the number of the family) run ARM images, the others"
            " x86_64. Source: EC2 instance types guide, 2026-11."
        ),
        fix="Choose instance type and image of one architecture.",
        example="{instance_type: t4g.small, image: {ssm: /aws/service/…-x86_64}}   # wrong\n"
        "{instance_type: t4g.small, image: {ssm: /aws/service/…-arm64}}    # right",
        aws_says="The architecture 'arm64' of the specified instance type does not match",
    ),
    Card(
        code="SF255",
        title="Image parameter is not public",
        why=(
            "Public parameters exist in every region; one of your own exists where you made it."
            ' Source: Systems Manager user guide, "Working with public parameters", 2026-11.'
        ),
        fix="Make it in both regions before the first deploy.",
        example="image: {ssm: /golden/ami}   # warns",
        severity="warning",
        aws_says="Unable to fetch parameters [/golden/ami] from parameter store",
    ),
    Card(
        code="SF256",
        title="Health check path is malformed",
        why=(
            "The path begins with a slash and has 1024 plain characters at most. Source:"
            f" {_TARGETS}."
        ),
        fix="Write the path alone, without scheme and host.",
        example="health_check: {path: health}    # wrong\nhealth_check: {path: /health}   # right",
        aws_says="Health check path must be valid",
    ),
    Card(
        code="SF257",
        title="Health check is out of bounds",
        why=(
            "Interval 5 to 300 seconds, timeout 2 to 120, thresholds 2 to 10 checks. Source:"
            f" {_TARGETS}. A grace period over two hours hides instances that never start."
        ),
        fix="Choose numbers in these bounds.",
        example="health_check: {healthy_threshold: 1}   # wrong\n"
        "health_check: {healthy_threshold: 2}   # right",
        aws_says="Health check interval must be between",
    ),
    Card(
        code="SF258",
        title="Health check timeout is not below its interval",
        why=f"A check ends before the next one begins. Source: {_TARGETS}.",
        fix="Lower the timeout or raise the interval.",
        example="health_check: {interval_seconds: 5, timeout_seconds: 5}   # wrong\n"
        "health_check: {interval_seconds: 10, timeout_seconds: 5}   # right",
        aws_says="Health check timeout must be smaller than the interval",
    ),
    Card(
        code="SF259",
        title="Healthy codes are malformed",
        why=f"Codes are 200 to 499: one, a list with commas, or a range. Source: {_TARGETS}.",
        fix="Write 200, 200,302 or 200-299.",
        example='codes: "2xx"       # wrong\ncodes: "200-299"   # right',
        aws_says="Health check matcher HTTP code must be within",
    ),
    Card(
        code="SF260",
        title="Port is out of bounds",
        why="TCP has ports from 1 to 65535.",
        fix="Choose one of them.",
        example="port: 80800   # wrong\nport: 8080    # right",
        aws_says="Port must be between 1 and 65535",
    ),
    Card(
        code="SF261",
        title="Service uses something undeclared",
        why=(
            "What a service may reach follows from what it uses; a typo would close a door"
            " silently."
        ),
        fix="Declare it, correct its name, or remove it.",
        example="{buckets: {media: {}}, services: {web: {uses: [medai]}}}   # wrong\n"
        "{buckets: {media: {}}, services: {web: {uses: [media]}}}   # right",
        aws_says="InvalidParameter.NotFound: The specified resource does not exist",
    ),
    Card(
        code="SF262",
        title="Listed twice",
        why="Once is enough; a second time may be a typo of something else.",
        fix="Remove one of them.",
        example="uses: [media, media]   # wrong\nuses: [media]          # right",
    ),
    Card(
        code="SF263",
        title="Two services answer one route",
        why=(
            "The services of a side share a load balancer, and of two rules that match, the"
            f" first one answers always. Source: {_LISTENER}."
        ),
        fix="Give them different hosts or paths.",
        example="{web: {paths: [/api/*]}, api: {paths: [/api/*]}}    # wrong\n"
        "{web: {paths: [/web/*]}, api: {paths: [/api/*]}}   # right",
    ),
    Card(
        code="SF264",
        title="Two services answer everything",
        why=(
            "A service without hosts and paths answers what no other one does; the load balancer of"
            " a side has room for one such."
        ),
        fix='Give all but one of them "hosts" or "paths".',
        example=(
            "{web: {}, api: {}}                  # wrong\n{web: {}, api: {paths: [/api/*]}}   #"
            " right"
        ),
    ),
    Card(
        code="SF265",
        title="Host or path pattern is malformed",
        why=(
            "Hosts are names with a dot, paths begin with a slash or a star, both of 128"
            f" characters at most; neither is a URL. Source: {_LISTENER}."
        ),
        fix="Write api.example.com, or /api/*.",
        example=(
            "paths: [https://example.com/api]   # wrong\npaths: [/api/*]                    # right"
        ),
        aws_says="Condition value contains a character that is not valid",
    ),
    Card(
        code="SF266",
        title="Load balancer has many rules",
        why=(
            "A load balancer has a hundred rules unless the quota was raised; each path takes"
            ' one for every four hosts. Source: Application Load Balancers user guide, "Quotas",'
            " 2026-11."
        ),
        fix="Join paths with stars, or have the quota raised in both regions.",
        example="paths: [/img/a/*, /img/b/*]   # two rules\npaths: [/img/*]               # one",
        severity="warning",
        aws_says="TooManyRules",
    ),
    Card(
        code="SF267",
        title="User data would not run",
        why=(
            "EC2 takes 16 KiB, and cloud-init ignores a script without an interpreter: the"
            ' instance starts, but nobody answers its health check. Source: EC2 user guide, "Run'
            ' commands when you launch an EC2 instance", 2026-11.'
        ),
        fix="Begin it with #!, and keep it small: bake the rest into the image.",
        example='user_data: "systemctl start shop"                # wrong\n'
        'user_data: "#!/bin/bash\\nsystemctl start shop"   # right',
        aws_says="TargetNotInService",
    ),
    Card(
        code="SF268",
        title="Environment variable is malformed",
        why="The environment is a file of lines; a name has letters, digits and underscores.",
        fix="Rename it, or write its value in one line.",
        example=(
            "environment: {log-level: info}   # wrong\nenvironment: {LOG_LEVEL: info}   # right"
        ),
    ),
    Card(
        code="SF269",
        title="Environment holds a secret",
        why=(
            "Specs, templates and launch templates are read by many, and versions of them are kept."
            ' Source: Secrets Manager user guide, "Best practices", 2026-11.'
        ),
        fix="Keep it in Secrets Manager, in both regions, and name it under secrets.",
        example=(
            'environment: {API_KEY: "4f9a…"}   # warns\nsecrets: {API_KEY: shop/api-key}   # right'
        ),
        severity="warning",
    ),
    Card(
        code="SF270",
        title="Secret name is malformed",
        why=(
            "A secret has one name in both regions, and an ARN in each. Source: Secrets Manager API"
            " reference, `CreateSecret`, 2026-11."
        ),
        fix="Write the name.",
        example=(
            'secrets: {API_KEY: "shop/api key"}   # wrong\nsecrets: {API_KEY: shop/api-key}    '
            " # right"
        ),
        aws_says="Invalid name. Must be a valid name containing alphanumeric characters",
    ),
    Card(
        code="SF271",
        title="Variable is set twice",
        why=(
            "Environment and secrets are one environment, in which stackferry also sets"
            " AWS_REGION, and for each thing that is used <NAME>_HOST, _PORT, _NAME, _SECRET or"
            " _BUCKET: another value would name the same thing on both sides, and break at the"
            " switch."
        ),
        fix="Remove one of them, or choose another name.",
        example="{environment: {KEY: a}, secrets: {KEY: shop/key}}   # wrong\n"
        "{secrets: {KEY: shop/key}}                         # right",
    ),
)
"""SF248 to SF271."""
