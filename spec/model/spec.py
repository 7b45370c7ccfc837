"""The root: one migration."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from spec.model.alarms import Alarms
from spec.model.base import Key, Model
from spec.model.bucket import Bucket
from spec.model.cdn import Cdn
from spec.model.certificates import Certificates
from spec.model.cutover import Cutover
from spec.model.database import Database
from spec.model.dns import Dns
from spec.model.network import Side
from spec.model.service import Service


def _only_integers(version: object) -> object:
    """Refuse `true` and `1.0`, which equal 1 in Python."""
    if type(version) is not int:
        kind, message = "int_type", "Input should be a valid integer"
        raise PydanticCustomError(kind, message)
    return version


class Accounts(Model):
    """Which account each side lives in."""

    source: str = Field(
        description="Account of the source; twelve digits, in quotes.", examples=["111122223333"]
    )
    target: str = Field(
        description="Account of the target; twelve digits, in quotes.", examples=["111122223333"]
    )
    peering_role: str | None = Field(
        default=None,
        description="Role in the target account that may accept the peering; needed where the two"
        " accounts differ.",
        examples=["arn:aws:iam::444455556666:role/AcceptPeering"],
    )


class Keys(Model):
    """Who administers the KMS keys."""

    administrators: tuple[str, ...] = Field(
        default=(),
        description="IAM roles that administer the keys of their own account; default: whoever the"
        " account's IAM policies allow.",
        examples=[["arn:aws:iam::111122223333:role/KeyAdmin"]],
    )


class Spec(Model):
    """What the system is, and where it goes."""

    version: Annotated[Literal[1], BeforeValidator(_only_integers)] = Field(
        description="Version of this language.", examples=[1]
    )
    name: Key = Field(description="Name of the system; part of every name.", examples=["streaming"])
    environment: Key = Field(
        description="Which of its environments; part of every name.", examples=["staging"]
    )
    accounts: Accounts = Field(
        description="AWS accounts; the same one twice where the migration stays in one.",
        examples=[{"source": "111122223333", "target": "111122223333"}],
    )
    tags: dict[str, str] = Field(
        default={},
        description="Tags of your own, on everything that can carry tags.",
        examples=[{"CostCenter": "4711"}],
    )
    keys: Keys = Field(
        default=Keys.model_construct(administrators=()),
        description="KMS keys; each region has its own.",
        examples=[{"administrators": ["arn:aws:iam::111122223333:role/KeyAdmin"]}],
    )
    source: Side = Field(
        description="The region moved from.",
        examples=[
            {
                "region": "us-east-1",
                "vpc": {"cidr": "10.0.0.0/16", "zones": ["us-east-1a", "us-east-1b"]},
            }
        ],
    )
    target: Side = Field(
        description="The region moved to.",
        examples=[
            {
                "region": "eu-central-1",
                "vpc": {"cidr": "10.1.0.0/16", "zones": ["eu-central-1a", "eu-central-1b"]},
            }
        ],
    )
    databases: dict[Key, Database] = Field(
        default={},
        description="Databases by name.",
        examples=[
            {
                "catalog": {
                    "engine": "postgres",
                    "version": "16.13",
                    "instance_class": "db.t3.medium",
                    "storage_gib": 100,
                }
            }
        ],
    )
    buckets: dict[Key, Bucket] = Field(
        default={}, description="Buckets by name.", examples=[{"media": {"versioning": True}}]
    )
    services: dict[Key, Service] = Field(
        default={},
        description="Services by name.",
        examples=[
            {
                "web": {
                    "instance_type": "t3.medium",
                    "image": {"source": "ami-0123456789abcdef0", "target": "ami-0fedcba9876543210"},
                }
            }
        ],
    )
    cdn: Cdn | None = Field(
        default=None, description="CloudFront in front of it.", examples=[{"default": "web"}]
    )
    dns: Dns | None = Field(
        default=None,
        description="The public name.",
        examples=[{"zone": "streaming.example.com", "record": "app"}],
    )
    certificates: Certificates = Field(
        default=Certificates.model_construct(cdn=None, source=None, target=None),
        description="ACM certificates by ARN; without them, plain HTTP and a warning.",
        examples=[
            {
                "source": "arn:aws:acm:us-east-1:111122223333:certificate/"
                "22222222-2222-2222-2222-222222222222"
            }
        ],
    )
    alarms: Alarms | None = Field(
        default=None, description="Alarms by e-mail.", examples=[{"email": "ops@example.com"}]
    )
    cutover: Cutover = Field(
        default=Cutover.model_construct(
            max_downtime="30m", max_lag_seconds=60, evidence_lifetime="30m", gates={}
        ),
        description="What must hold before and during the cutover.",
        examples=[{"max_downtime": "15m"}],
    )
