"""A side of the migration: a region and the VPC in it."""

from typing import Literal

from pydantic import Field

from spec.model.base import Model, OrOff

Tier = Literal["public", "private", "database"]
"""Load balancers and NAT; services; databases."""

TIERS: tuple[Tier, ...] = ("public", "private", "database")
"""Every tier, in the order in which they are shown."""


class Subnets(Model):
    """Subnets given one by one; what is not given is carved from the VPC's CIDR."""

    public: dict[str, str] = Field(
        default={},
        description="CIDR of the public subnet of each zone: load balancers and NAT gateways.",
        examples=[{"us-east-1a": "10.0.24.0/24"}],
    )
    private: dict[str, str] = Field(
        default={},
        description="CIDR of the private subnet of each zone: services.",
        examples=[{"us-east-1a": "10.0.0.0/20"}],
    )
    database: dict[str, str] = Field(
        default={},
        description="CIDR of the database subnet of each zone: no route to the internet.",
        examples=[{"us-east-1a": "10.0.16.0/24"}],
    )


class FlowLogs(Model):
    """The VPC's flow logs, in CloudWatch Logs."""

    retention_days: int = Field(
        default=30,
        description="How long they are kept; one of the periods that CloudWatch Logs offers.",
        examples=[90],
        json_schema_extra={"unit": "days"},
    )


class Vpc(Model):
    """A VPC over two or more zones, with a public, a private and a database subnet in each."""

    cidr: str = Field(
        description="Primary IPv4 range, /16 to /28. No range of the two VPCs may overlap.",
        examples=["10.0.0.0/16"],
    )
    secondary_cidrs: tuple[str, ...] = Field(
        default=(),
        description="More IPv4 ranges; subnets given one by one may lie in them.",
        examples=[["10.2.0.0/16"]],
    )
    zones: tuple[str, ...] = Field(
        description="Availability zones by name, two or more; pinned, so that nothing moves.",
        examples=[["us-east-1a", "us-east-1b"]],
    )
    subnets: Subnets = Field(
        default=Subnets.model_construct(public={}, private={}, database={}),
        description="Subnets given one by one, by tier and zone, in any sizes.",
        examples=[{"public": {"us-east-1a": "10.0.24.0/24"}}],
    )
    nat: Literal["one", "per_zone", "none"] = Field(
        default="one",
        description="NAT gateways: one for the VPC, one per zone (a zone may fail), or none.",
        examples=["per_zone"],
    )
    endpoints: tuple[Literal["s3", "ssm", "secretsmanager", "logs"], ...] = Field(
        default=("s3",),
        description="VPC endpoints. `s3` is a free gateway; the others are billed by the hour.",
        examples=[["s3", "ssm"]],
    )
    public_addresses: bool = Field(
        default=False,
        description="Whether the public subnets give a public address to what starts in them.",
        examples=[True],
    )
    flow_logs: OrOff[FlowLogs] = Field(
        default=FlowLogs.model_construct(retention_days=30),
        description="Flow logs of the VPC, encrypted; `false` for none.",
        examples=[{"retention_days": 90}],
    )


class Side(Model):
    """The region moved from, or the region moved to."""

    region: str = Field(description="AWS region.", examples=["us-east-1"])
    vpc: Vpc = Field(
        description="The network of this side.",
        examples=[{"cidr": "10.0.0.0/16", "zones": ["us-east-1a", "us-east-1b"]}],
    )
