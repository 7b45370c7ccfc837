"""What serves users: each template place that changes with a value leads back to its key."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from compiler.components import access, alarms, cdn, dns, load_balancer, logs, service, storage
from spec.model import Spec
from tests.unit.compiler.components.media import MEDIA
from tests.unit.compiler.components.places import built, leaves, moved, origin, with_leaf
from tests.unit.compiler.components.traffic import CERTIFICATES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.symbols import Address, Resource
    from spec.findings import Path

COMPONENTS = (logs, storage, load_balancer, service, access, cdn, dns, alarms)

FULL: Mapping[str, Any] = {
    **MEDIA,
    "databases": {
        "catalog": {**MEDIA["databases"]["catalog"], "port": 6432, "database": "films"},
        "orders": {**MEDIA["databases"]["catalog"]},
    },
    "buckets": {
        "media": {
            "versioning": True,
            "replication": {"time_control": True, "delete_markers": True, "prefix": "videos/"},
            "expire_versions_days": 90,
        },
        "archive": {"replication": False, "versioning": True},
    },
    "services": {
        "web": {
            **MEDIA["services"]["web"],
            "count": 4,
            "minimum": 2,
            "maximum": 8,
            "cpu_target_percent": 60,
            "port": 8080,
            "health_check": {
                "path": "/health",
                "port": 8081,
                "interval_seconds": 15,
                "timeout_seconds": 10,
                "healthy_threshold": 3,
                "unhealthy_threshold": 4,
                "codes": "200-299",
                "grace_seconds": 600,
            },
            "uses": ["catalog", "media"],
            "environment": {"LOG_LEVEL": "info"},
            "secrets": {"API_KEY": "shop/api-key"},
            "volume_gib": 50,
            "target": {"instance_type": "t3.small", "count": 3, "minimum": 1, "maximum": 6},
        },
        "api": {
            "instance_type": "t3.medium",
            "image": {"source": "ami-0123456789abcdef0", "target": "ami-0fedcba9876543210"},
            "hosts": ["api.example.com"],
            "paths": ["/api/*"],
            "user_data": "#!/bin/bash\nsystemctl start shop\n",
        },
        "search": {
            "instance_type": "t3.medium",
            "image": {"source": "ami-0123456789abcdef0", "target": "ami-0fedcba9876543210"},
        },
    },
    "cdn": {
        "default": "web",
        "paths": {"/static/*": "media", "/search/*": "search"},
        "price_class": "PriceClass_100",
    },
    "certificates": CERTIFICATES,
    "alarms": {
        "email": "ops@example.com",
        "database_cpu_percent": 80,
        "replica_lag_minutes": 15,
        "free_storage_percent": 10,
    },
}

WEB: Path = ("services", "web")
CHECK: Path = (*WEB, "health_check")

LEAVES: Mapping[Path, object] = {
    ("tags", "CostCenter"): "4712",
    ("source", "vpc", "zones", 1): "us-east-1c",
    ("databases", "catalog", "port"): 6433,
    ("databases", "catalog", "database"): "series",
    ("buckets", "media", "versioning"): False,
    ("buckets", "media", "replication", "delete_markers"): False,
    ("buckets", "media", "replication", "time_control"): False,
    ("buckets", "media", "replication", "prefix"): "music/",
    ("buckets", "media", "expire_versions_days"): 30,
    ("buckets", "archive", "versioning"): False,
    (*WEB, "instance_type"): "t3.large",
    (*WEB, "image", "ssm"): "/aws/service/other",
    (*WEB, "count"): 5,
    (*WEB, "minimum"): 3,
    (*WEB, "maximum"): 9,
    (*WEB, "cpu_target_percent"): 50,
    (*WEB, "port"): 9090,
    (*CHECK, "path"): "/alive",
    (*CHECK, "port"): 9091,
    (*CHECK, "interval_seconds"): 20,
    (*CHECK, "timeout_seconds"): 9,
    (*CHECK, "healthy_threshold"): 4,
    (*CHECK, "unhealthy_threshold"): 5,
    (*CHECK, "codes"): "204",
    (*CHECK, "grace_seconds"): 500,
    (*WEB, "uses", 1): "archive",
    (*WEB, "environment", "LOG_LEVEL"): "debug",
    (*WEB, "secrets", "API_KEY"): "shop/other-key",
    (*WEB, "volume_gib"): 60,
    (*WEB, "target", "instance_type"): "t3.micro",
    (*WEB, "target", "minimum"): 2,
    (*WEB, "target", "maximum"): 7,
    ("services", "api", "image", "source"): "ami-1123456789abcdef0",
    ("services", "api", "image", "target"): "ami-1fedcba9876543210",
    ("services", "api", "user_data"): "#!/bin/bash\nsystemctl start other\n",
    ("services", "api", "count"): 3,
    ("cdn", "default"): "api",
    ("cdn", "price_class"): "PriceClass_200",
    ("cdn", "paths", "/static/*"): "archive",
    ("dns", "record"): "www",
    ("dns", "hosted_zone_id"): "Z0123456789ABCDEFGHIJ",
    ("certificates", "cdn"): CERTIFICATES["cdn"].replace("1111-1", "2222-1"),
    ("certificates", "source"): CERTIFICATES["source"].replace("2222-2", "1111-2"),
    ("certificates", "target"): CERTIFICATES["target"].replace("3333-3", "1111-3"),
    ("alarms", "email"): "others@example.com",
    ("alarms", "database_cpu_percent"): 90,
    ("alarms", "replica_lag_minutes"): 5,
    ("alarms", "free_storage_percent"): 20,
}


@cache
def full() -> Mapping[Address, Resource]:
    return built(Spec.model_validate(FULL, strict=False), *COMPONENTS)


def differences(path: Path, value: object) -> Mapping[str, Path]:
    after = Spec.model_validate(with_leaf(FULL, path, value), strict=False)
    return moved(full(), built(after, *COMPONENTS))


@pytest.mark.parametrize("path", LEAVES, ids=lambda path: ".".join(map(str, path)))
def test_what_changes_with_a_value_leads_back_to_its_key(path: Path) -> None:
    changed = differences(path, LEAVES[path])

    assert changed
    assert changed == dict.fromkeys(changed, path)


def backwards(value: Any) -> Any:  # noqa: ANN401 - a piece of a spec
    """Return *value* with mappings in the opposite order; but the order of paths is theirs."""
    if isinstance(value, dict):
        return {
            key: value[key] if key == "paths" else backwards(value[key]) for key in reversed(value)
        }
    return [backwards(item) for item in value] if isinstance(value, list) else value


def test_the_order_of_keys_in_the_file_changes_nothing() -> None:
    spec = with_leaf(FULL, (*WEB, "environment"), {"A": "1", "B": "2"})
    spec = with_leaf(spec, (*WEB, "secrets"), {"C": "3", "D": "4"})
    spec = with_leaf(spec, ("services", "api", "hosts"), ["a.streaming.example.com"])
    spec = with_leaf(spec, ("services", "search", "hosts"), ["s.streaming.example.com"])

    there = built(Spec.model_validate(spec, strict=False), *COMPONENTS)
    back = built(Spec.model_validate(backwards(spec), strict=False), *COMPONENTS)

    assert {address: leaves(one) for address, one in there.items()} == {
        address: leaves(one) for address, one in back.items()
    }
    assert {address: dict(one.origins) for address, one in there.items()} == {
        address: dict(one.origins) for address, one in back.items()
    }


def test_a_threshold_that_follows_from_two_values_leads_back_to_the_alarms() -> None:
    changed = differences(("databases", "orders", "storage_gib"), 500)

    place = "alarms/DatabaseStorageOrders/Properties.Threshold"
    path = ("alarms", "free_storage_percent")
    assert changed == {f"source/{place}": path, f"target/{place}": path}


def test_a_changed_zone_leads_back_to_the_zone_or_to_the_record_in_it() -> None:
    changed = differences(("dns", "zone"), "other.example.com")

    assert changed == {
        "global/dns/HostedZone/Properties.Name": ("dns", "zone"),
        "global/dns/OriginSource/Properties.Name": ("dns", "zone"),
        "global/dns/OriginTarget/Properties.Name": ("dns", "zone"),
        "global/dns/PublicNameA/Properties.Name": ("dns", "record"),
        "global/dns/PublicNameAAAA/Properties.Name": ("dns", "record"),
        "global/cdn/Distribution/Properties.DistributionConfig.Aliases.0": ("dns", "record"),
        "global/cdn/Distribution/Properties.DistributionConfig.Origins.0.DomainName": (
            *("dns", "zone"),
        ),
    }


def test_ranges_that_rules_admit_lead_back_to_the_vpc() -> None:
    found = {
        (address.stack.side, address.stack.name): origin(resource, "Properties.CidrIp")
        for address, resource in full().items()
        if "Peer" in address.logical_id
    }

    assert found == {
        ("source", "access"): ("target", "vpc", "cidr"),
        ("source", "service-web"): ("target", "vpc", "cidr"),
        ("target", "service-web"): ("source", "vpc", "cidr"),
    }


def test_the_other_account_leads_back_to_the_accounts() -> None:
    plain = {
        **MEDIA,
        "accounts": {"source": "111122223333", "target": "444455556666"},
        "databases": {},
        "services": {},
        "cdn": None,
    }
    found = built(Spec.model_validate(plain, strict=False), storage, alarms)

    places = {
        (address.stack.side, address.logical_id, place): path
        for address, resource in found.items()
        for place, path in resource.origins.items()
        if path[0] == "accounts"
    }
    destination = "Properties.ReplicationConfiguration.Rules.0.Destination"
    condition = "Properties.PolicyDocument.Statement.0.Condition"
    assert places == {
        ("source", "Bucket", f"{destination}.AccessControlTranslation"): ("accounts", "target"),
        ("source", "Bucket", f"{destination}.Account"): ("accounts", "target"),
        ("source", "TopicPolicy", condition): ("accounts", "source"),
        ("target", "TopicPolicy", condition): ("accounts", "target"),
    }
