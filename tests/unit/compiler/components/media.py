"""The media-streaming example, and variations of it, for tests of the components."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spec.model import Spec

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCOUNT = "111122223333"


def media(**changes: Any) -> Spec:  # noqa: ANN401 - pieces of a spec, as YAML would give them
    """
    Return the media-streaming example.

    Args:
        changes: Top-level keys to replace.
    """
    return Spec.model_validate({**MEDIA, **changes}, strict=False)


def side(region: str, cidr: str, **vpc: Any) -> Mapping[str, Any]:  # noqa: ANN401 - as above
    """Return a side in two zones of *region*; *vpc* adds to its network."""
    return {
        "region": region,
        "vpc": {"cidr": cidr, "zones": [f"{region}a", f"{region}b"], **vpc},
    }


MEDIA: Mapping[str, Any] = {
    "version": 1,
    "name": "streaming",
    "environment": "staging",
    "accounts": {"source": ACCOUNT, "target": ACCOUNT},
    "tags": {"CostCenter": "4711"},
    "source": side("us-east-1", "10.0.0.0/16"),
    "target": side("eu-central-1", "10.1.0.0/16"),
    "databases": {
        "catalog": {
            "engine": "postgres",
            "version": "16.4",
            "instance_class": "db.t3.medium",
            "storage_gib": 100,
            "multi_az": True,
        }
    },
    "buckets": {"media": {"versioning": True, "replication": {"time_control": True}}},
    "services": {
        "web": {
            "instance_type": "t3.medium",
            "image": {
                "ssm": "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
            },
            "count": 3,
            "port": 80,
            "health_check": {"path": "/health"},
            "uses": ["catalog", "media"],
        }
    },
    "cdn": {"default": "web", "paths": {"/static/*": "media"}},
    "dns": {"zone": "streaming.example.com", "record": "app"},
    "alarms": {"email": "ops@example.com"},
}
