"""Cards about what the world sees: names, the cdn, certificates."""

from __future__ import annotations

from spec.codes.card import Card

_CDN_CERTIFICATES = (
    'CloudFront developer guide, "Requirements for using SSL/TLS certificates", 2026-11'
)

PUBLIC: tuple[Card, ...] = (
    Card(
        code="SF272",
        title="Public name leads nowhere",
        why=(
            "A name needs a load balancer, which services have, or a distribution with a"
            " certificate."
        ),
        fix="Remove the name, or add what it leads to.",
        example="{dns: {}, buckets: {}}    # wrong\n{dns: {}, services: {}}   # right",
    ),
    Card(
        code="SF273",
        title="Number is out of bounds",
        why=(
            "AWS refuses it, or it would mean nothing: an alarm above 100 percent never rings, a"
            " root volume below 8 GiB holds no image. Source: the API references of EC2 Auto"
            " Scaling, S3, Route 53 and CloudWatch, 2026-11."
        ),
        fix="Choose a number in the bounds.",
        example="alarms: {database_cpu_percent: 120}   # wrong\n"
        "alarms: {database_cpu_percent: 80}    # right",
    ),
    Card(
        code="SF274",
        title="Cdn leads to something undeclared",
        why="An origin of the distribution is a service or a bucket of the spec.",
        fix="Declare it, or correct its name.",
        example="{services: {web: {}}, cdn: {default: webb}}   # wrong\n"
        "{services: {web: {}}, cdn: {default: web}}    # right",
        aws_says="One or more of your origins or origin groups do not exist",
    ),
    Card(
        code="SF275",
        title="Path pattern of the cdn is malformed",
        why=(
            "A pattern has 255 characters at most, matches less than everything, and is there once."
            " Source: CloudFront API reference, `CacheBehavior`, 2026-11."
        ),
        fix="Write it like /static/*.",
        example='paths: {"/*": media}          # wrong\npaths: {"/static/*": media}   # right',
        aws_says="The parameter PathPattern contains invalid characters",
    ),
    Card(
        code="SF276",
        title="Cdn has many paths",
        why=(
            "A distribution has 75 behaviours unless the quota was raised. Source: CloudFront"
            ' developer guide, "Quotas", 2026-11.'
        ),
        fix="Join paths with stars, or have the quota raised.",
        example=(
            'paths: {"/img/a/*": media, "/img/b/*": media}   # two\npaths: {"/img/*": media}   #'
            " one"
        ),
        severity="warning",
        aws_says="Your request contains more CacheBehaviors than are allowed per distribution",
    ),
    Card(
        code="SF277",
        title="Partition has no such cdn",
        why=(
            "GovCloud has no CloudFront. In China it has no origin access control, and"
            " certificates of IAM only. Source: registry schemas in cfn-lint 1.58.0, and Amazon"
            " CloudFront in China, 2026-11."
        ),
        fix="Leave the cdn out; the public name leads to the load balancers.",
        example="{source: {region: us-gov-west-1}, cdn: {default: web}}   # wrong",
        aws_says="InvalidOriginAccessIdentity",
    ),
    Card(
        code="SF278",
        title="Cdn does not have the public name",
        why=(
            "A distribution answers under a name of yours only with a certificate for it. Source:"
            f" {_CDN_CERTIFICATES}."
        ),
        fix="Add the name and a certificate for it, or link to the distribution's own name.",
        example="{cdn: {default: web}, certificates: {source: …, target: …}}             # warns\n"
        "{cdn: {default: web}, dns: {…}, certificates: {cdn: …, source: …, target: …}}   # right",
        severity="warning",
    ),
    Card(
        code="SF279",
        title="Certificate is malformed",
        why="Certificates are taken from ACM, by ARN, so that they renew themselves.",
        fix="Copy the ARN from `aws acm list-certificates --region <region>`.",
        example="cdn: example.com   # wrong\n"
        "cdn: arn:aws:acm:us-east-1:111122223333:certificate/<id>   # right",
        aws_says="is not a valid certificate ARN",
    ),
    Card(
        code="SF280",
        title="Certificate of the cdn is in another region",
        why=(
            "CloudFront is at home in us-east-1, and takes certificates from there only. Source:"
            f" {_CDN_CERTIFICATES}."
        ),
        fix="Request or import the certificate in us-east-1 too.",
        example="cdn: arn:aws:acm:eu-west-1:…   # wrong\ncdn: arn:aws:acm:us-east-1:…   # right",
        aws_says="InvalidViewerCertificate",
    ),
    Card(
        code="SF281",
        title="Certificate of a load balancer is in another region",
        why=(
            "A load balancer takes certificates of its own region. Source: Application Load"
            ' Balancers user guide, "SSL certificates", 2026-11.'
        ),
        fix="Request or import the certificate in each region.",
        example="target: arn:aws:acm:us-east-1:…      # wrong for eu-central-1\n"
        "target: arn:aws:acm:eu-central-1:…   # right",
        aws_says="Certificate ARN is not valid",
    ),
    Card(
        code="SF282",
        title="Certificate is of another account",
        why=(
            "ACM shares no certificates between accounts or partitions; the distribution is the"
            " target's."
        ),
        fix="Request or import the certificate in that account.",
        example="source: arn:aws:acm:us-east-1:999999999999:…   # wrong\n"
        "source: arn:aws:acm:us-east-1:111122223333:…   # right",
        aws_says="Certificate not found",
    ),
    Card(
        code="SF283",
        title="Certificate is not used",
        why="A certificate that nothing uses is a sign that something was forgotten.",
        fix="Remove it, or add what uses it.",
        example="{certificates: {cdn: …}}                              # warns\n"
        "{certificates: {cdn: …}, cdn: {default: web}, dns: {…}}   # right",
        severity="warning",
    ),
    Card(
        code="SF284",
        title="No certificates",
        why=(
            "Then there is plain HTTP between users and load balancers, and the cdn, if there is"
            " one, has its own name and certificate. Good for a try, not for passwords."
        ),
        fix="Request certificates in ACM, one for each place that answers TLS.",
        example="certificates: {source: …, target: …}   # right",
        severity="warning",
    ),
    Card(
        code="SF285",
        title="Load balancer has no certificate",
        why=(
            "Users, or the distribution for them, would talk to it in plain HTTP; and after the"
            " switch HTTPS would stop working where only the source has one."
        ),
        fix="Give a certificate for each side.",
        example=(
            "certificates: {source: …}              # warns\ncertificates: {source: …, target:"
            " …}   # right"
        ),
        severity="warning",
    ),
    Card(
        code="SF286",
        title="Zone name is malformed",
        why=(
            "A public zone is a domain below a top-level domain. Source: Route 53 developer guide,"
            ' "DNS domain name format", 2026-11.'
        ),
        fix="Write it in lower case, without a dot at the end.",
        example="zone: Example.com.   # wrong\nzone: example.com    # right",
        aws_says="InvalidDomainName",
    ),
    Card(
        code="SF287",
        title="Record name is malformed or taken",
        why=(
            "The record is written without its zone. `origin` is where the distribution finds"
            " the load balancers."
        ),
        fix='Write "app" for app.example.com, "@" for example.com.',
        example="{zone: example.com, record: app.example.com}   # wrong\n"
        "{zone: example.com, record: app}               # right",
        aws_says="RRSet with DNS name is not permitted in zone",
    ),
    Card(
        code="SF288",
        title="Hosted zone id is malformed",
        why="An id begins with Z; consoles and APIs show it behind /hostedzone/.",
        fix="Write the id alone.",
        example=(
            "hosted_zone_id: /hostedzone/Z0123456789   # wrong\nhosted_zone_id: Z0123456789     "
            "          # right"
        ),
        aws_says="No hosted zone found with ID",
    ),
    Card(
        code="SF289",
        title="Zone is new, and certificates are given",
        why=(
            "A certificate that is validated by a record in a zone stays pending until the zone's"
            ' parent delegates to it, and fails after 72 hours. Source: ACM user guide, "DNS'
            ' validation", 2026-11.'
        ),
        fix="Delegate the zone, then give its id; or make sure that the certificates are issued.",
        example="dns: {zone: example.com, record: app}                                # warns\n"
        "dns: {zone: example.com, record: app, hosted_zone_id: Z0123456789}   # right",
        severity="warning",
    ),
    Card(
        code="SF290",
        title="Partition has no public zones",
        why="GovCloud's Route 53 has private zones only (GovCloud user guide, Route 53, 2026-11).",
        fix="Point a name of your own DNS at the load balancers.",
        example=(
            "{source: {region: us-gov-west-1}, dns: {zone: example.com, record: app}}   # wrong"
        ),
        aws_says="Public hosted zones are not supported",
    ),
)
"""SF272 to SF290."""
