"""A service: instances behind the side's load balancer."""

from typing import Annotated, TypeAlias

from pydantic import Discriminator, Field, Tag

from spec.model.base import Model


class ImageFromParameter(Model):
    """An image by public SSM parameter, resolved once at the first deploy and then kept."""

    ssm: str = Field(
        description="Name of the SSM parameter; it must exist in both regions.",
        examples=["/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"],
    )


class ImageByRegion(Model):
    """One AMI id per region: an AMI exists in one region only."""

    source: str = Field(description="AMI in the source region.", examples=["ami-0123456789abcdef0"])
    target: str = Field(description="AMI in the target region.", examples=["ami-0fedcba9876543210"])


def _image_kind(value: object) -> str | None:
    """Tell which kind of image *value* is written as; a union tag is never a key of the spec."""
    if isinstance(value, ImageFromParameter) or (isinstance(value, dict) and "ssm" in value):
        return "<ssm>"
    if isinstance(value, ImageByRegion):
        return "<regions>"
    is_by_region = isinstance(value, dict) and ("source" in value or "target" in value)
    return "<regions>" if is_by_region else None


Image: TypeAlias = Annotated[
    Annotated[ImageFromParameter, Tag("<ssm>")] | Annotated[ImageByRegion, Tag("<regions>")],
    Discriminator(_image_kind),
]
"""What a service's instances start from."""


class HealthCheck(Model):
    """How the load balancer finds out whether an instance may get requests."""

    path: str = Field(
        default="/",
        description="Path that is asked for; it answers without a database, since during the"
        " cutover both sides are cut off from theirs and must stay healthy.",
        examples=["/health"],
    )
    port: int | None = Field(
        default=None,
        description="Port that is asked; default: the service's.",
        examples=[8081],
        json_schema_extra={"unit": "TCP port"},
    )
    interval_seconds: int = Field(
        default=30,
        description="Time between two checks, 5 to 300.",
        examples=[15],
        json_schema_extra={"unit": "seconds"},
    )
    timeout_seconds: int = Field(
        default=5,
        description="A check without an answer fails after this; below the interval, 2 to 120.",
        examples=[10],
        json_schema_extra={"unit": "seconds"},
    )
    healthy_threshold: int = Field(
        default=2,
        description="Good checks in a row until an instance gets requests, 2 to 10.",
        examples=[3],
        json_schema_extra={"unit": "checks"},
    )
    unhealthy_threshold: int = Field(
        default=3,
        description="Failed checks in a row until it gets none, 2 to 10.",
        examples=[2],
        json_schema_extra={"unit": "checks"},
    )
    codes: str = Field(
        default="200",
        description="HTTP codes that count as healthy: one, a list, or a range.",
        examples=["200-299"],
    )
    grace_seconds: int = Field(
        default=300,
        description="How long a new instance may take to become healthy before it is replaced.",
        examples=[600],
        json_schema_extra={"unit": "seconds"},
    )


class ServiceInTarget(Model):
    """What differs in the target."""

    instance_type: str | None = Field(
        default=None,
        description="Instance type; default: that of the source.",
        examples=["t3.small"],
    )
    count: int | None = Field(
        default=None,
        description="Instances; default: as in the source.",
        examples=[2],
        json_schema_extra={"unit": "instances"},
    )
    minimum: int | None = Field(
        default=None,
        description="Fewest instances; default: as in the source.",
        examples=[1],
        json_schema_extra={"unit": "instances"},
    )
    maximum: int | None = Field(
        default=None,
        description="Most instances; default: as in the source.",
        examples=[6],
        json_schema_extra={"unit": "instances"},
    )


class Service(Model):
    """Instances in the private subnets, in an Auto Scaling group behind the load balancer."""

    instance_type: str = Field(description="Instance type.", examples=["t3.medium"])
    image: Image = Field(
        description="The AMI: `ssm:` a public parameter, or `source:` and `target:` ids.",
        examples=[{"ssm": "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"}],
    )
    count: int = Field(
        default=2,
        description="Instances wanted.",
        examples=[3],
        json_schema_extra={"unit": "instances"},
    )
    minimum: int | None = Field(
        default=None,
        description="Fewest instances; default: 1, or 0 where `count` is 0.",
        examples=[2],
        json_schema_extra={"unit": "instances"},
    )
    maximum: int | None = Field(
        default=None,
        description="Most instances; default: twice `count`.",
        examples=[10],
        json_schema_extra={"unit": "instances"},
    )
    cpu_target_percent: int | None = Field(
        default=None,
        description="Scales so that the average CPU stays near this; default: no scaling.",
        examples=[60],
        json_schema_extra={"unit": "percent"},
    )
    port: int = Field(
        default=80,
        description="Port on which the instances answer HTTP.",
        examples=[8080],
        json_schema_extra={"unit": "TCP port"},
    )
    health_check: HealthCheck = Field(
        default=HealthCheck.model_construct(
            path="/",
            port=None,
            interval_seconds=30,
            timeout_seconds=5,
            healthy_threshold=2,
            unhealthy_threshold=3,
            codes="200",
            grace_seconds=300,
        ),
        description="How the load balancer checks an instance.",
        examples=[{"path": "/health"}],
    )
    uses: tuple[str, ...] = Field(
        default=(),
        description="Databases and buckets that it may reach, by name.",
        examples=[["catalog", "media"]],
    )
    hosts: tuple[str, ...] = Field(
        default=(),
        description="Host names that are routed to this service; default: every host.",
        examples=[["api.example.com"]],
    )
    paths: tuple[str, ...] = Field(
        default=(),
        description="Paths that are routed to this service; default: every path.",
        examples=[["/api/*"]],
    )
    user_data: str | None = Field(
        default=None,
        description="Script run at the first start; default: one that answers the health path.",
        examples=["#!/bin/bash\nsystemctl start shop\n"],
    )
    environment: dict[str, str] = Field(
        default={},
        description="Environment variables, in /etc/stackferry/environment; never a secret.",
        examples=[{"LOG_LEVEL": "info"}],
    )
    secrets: dict[str, str] = Field(
        default={},
        description="Secrets Manager secrets by name, which exist in both regions; the instance may"
        " read them, and finds their names under these variables.",
        examples=[{"API_KEY": "shop/api-key"}],
    )
    volume_gib: int = Field(
        default=20,
        description="Encrypted root volume.",
        examples=[50],
        json_schema_extra={"unit": "GiB"},
    )
    target: ServiceInTarget = Field(
        default=ServiceInTarget.model_construct(
            instance_type=None, count=None, minimum=None, maximum=None
        ),
        description="What differs in the target.",
        examples=[{"count": 2}],
    )
