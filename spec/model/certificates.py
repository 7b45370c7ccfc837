"""ACM certificates, by ARN: one per place that answers TLS."""

from pydantic import Field

from spec.model.base import Model

_EXAMPLE = "arn:aws:acm:us-east-1:111122223333:certificate/11111111-1111-1111-1111-111111111111"


class Certificates(Model):
    """Issued certificates; stackferry makes none, since a new zone could not validate it."""

    cdn: str | None = Field(
        default=None,
        description="For CloudFront: in us-east-1, or the partition's equivalent.",
        examples=[_EXAMPLE],
    )
    source: str | None = Field(
        default=None,
        description="For the load balancer of the source: in the source region.",
        examples=[_EXAMPLE],
    )
    target: str | None = Field(
        default=None,
        description="For the load balancer of the target: in the target region.",
        examples=[_EXAMPLE.replace("us-east-1", "eu-central-1")],
    )
