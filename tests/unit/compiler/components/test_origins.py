"""Whatever the user changes, each template place that changes with it leads back to that key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.components import database, keys, network, peering, private_dns, secrets
from spec.model import Spec
from tests.unit.compiler.components.media import MEDIA, side
from tests.unit.compiler.components.places import built, moved, with_leaf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spec.findings import Path

COMPONENTS = (network, peering, keys, secrets, database, private_dns)

FULL: Mapping[str, Any] = {
    **MEDIA,
    "keys": {"administrators": ["arn:aws:iam::111122223333:role/KeyAdmin"]},
    "source": side(
        "us-east-1",
        "10.0.0.0/16",
        secondary_cidrs=["10.2.0.0/16"],
        subnets={
            "public": {"us-east-1a": "10.0.24.0/24"},
            "private": {"us-east-1a": "10.2.0.0/20"},
            "database": {"us-east-1a": "10.0.16.0/24"},
        },
        nat="per_zone",
        endpoints=["s3", "ssm", "secretsmanager", "logs"],
        public_addresses=True,
        flow_logs={"retention_days": 90},
    ),
    "databases": {
        "catalog": {
            "engine": "postgres",
            "version": "16.13",
            "instance_class": "db.m6g.large",
            "storage_gib": 400,
            "max_storage_gib": 800,
            "storage_type": "io2",
            "iops": 3000,
            "throughput_mibps": 500,
            "multi_az": True,
            "port": 6432,
            "database": "films",
            "user": "catalog_admin",
            "parameters": {"log_min_duration_statement": "500"},
            "backup_retention_days": 14,
            "backup_window": "03:00-04:00",
            "maintenance_window": "sun:05:00-sun:06:00",
            "log_exports": ["postgresql", "upgrade"],
            "deletion_protection": True,
            "target": {"instance_class": "db.m6g.medium", "multi_az": False},
        }
    },
    "dns": {"zone": "streaming.example.com", "record": "app", "ttl_seconds": 30},
}

LEAVES: Mapping[Path, object] = {
    ("tags", "CostCenter"): "4712",
    ("keys", "administrators", 0): "arn:aws:iam::111122223333:role/Other",
    ("source", "vpc", "cidr"): "10.4.0.0/16",
    ("source", "vpc", "subnets", "public", "us-east-1a"): "10.0.25.0/24",
    ("source", "vpc", "subnets", "private", "us-east-1a"): "10.2.16.0/20",
    ("source", "vpc", "subnets", "database", "us-east-1a"): "10.0.17.0/24",
    ("source", "vpc", "public_addresses"): False,
    ("source", "vpc", "flow_logs", "retention_days"): 30,
    ("source", "vpc", "zones", 1): "us-east-1c",
    ("target", "vpc", "cidr"): "10.5.0.0/16",
    ("target", "vpc", "nat"): "per_zone",
    ("target", "vpc", "public_addresses"): True,
    ("target", "vpc", "zones", 1): "eu-central-1c",
    ("databases", "catalog", "version"): "17.2",
    ("databases", "catalog", "instance_class"): "db.m6g.xlarge",
    ("databases", "catalog", "storage_gib"): 500,
    ("databases", "catalog", "max_storage_gib"): 900,
    ("databases", "catalog", "storage_type"): "gp3",
    ("databases", "catalog", "iops"): 4000,
    ("databases", "catalog", "throughput_mibps"): 600,
    ("databases", "catalog", "multi_az"): False,
    ("databases", "catalog", "port"): 6433,
    ("databases", "catalog", "database"): "series",
    ("databases", "catalog", "user"): "other",
    ("databases", "catalog", "parameters", "log_min_duration_statement"): "600",
    ("databases", "catalog", "backup_retention_days"): 7,
    ("databases", "catalog", "backup_window"): "04:00-05:00",
    ("databases", "catalog", "maintenance_window"): "mon:05:00-mon:06:00",
    ("databases", "catalog", "deletion_protection"): False,
    ("databases", "catalog", "target", "instance_class"): "db.m6g.large",
    ("databases", "catalog", "target", "multi_az"): True,
    ("dns", "ttl_seconds"): 20,
}


def differences(path: Path, value: object) -> Mapping[str, Path]:
    before = Spec.model_validate(FULL, strict=False)
    after = Spec.model_validate(with_leaf(FULL, path, value), strict=False)
    return moved(built(before, *COMPONENTS), built(after, *COMPONENTS))


@pytest.mark.parametrize("path", LEAVES, ids=lambda path: ".".join(map(str, path)))
def test_what_changes_with_a_value_leads_back_to_its_key(path: Path) -> None:
    changed = differences(path, LEAVES[path])

    assert changed
    assert changed == dict.fromkeys(changed, path)


def test_a_changed_list_of_logs_leads_back_to_the_list() -> None:
    path: Path = ("databases", "catalog", "log_exports")

    changed = differences(path, ["postgresql", "iam-db-auth-error"])

    assert changed == {
        f"{place}/Database/Properties.EnableCloudwatchLogsExports.1": path
        for place in ("source/database-catalog", "target/database-catalog")
    }


def test_a_changed_engine_leads_back_to_what_names_the_version_or_the_engine() -> None:
    before = with_leaf(FULL, ("databases", "catalog", "port"), None)
    after = with_leaf(before, ("databases", "catalog", "engine"), "mysql")

    changed = moved(
        built(Spec.model_validate(before, strict=False), *COMPONENTS),
        built(Spec.model_validate(after, strict=False), *COMPONENTS),
    )

    groups = "database-catalog-groups/ParameterGroup/Properties.Family"
    assert changed == {
        "source/database-catalog/Database/Properties.Engine": ("databases", "catalog", "engine"),
        "source/database-catalog/Database/Properties.Port": ("databases", "catalog", "engine"),
        f"source/{groups}": ("databases", "catalog", "version"),
        f"target/{groups}": ("databases", "catalog", "version"),
    }


@pytest.mark.parametrize("which", ["source", "target"])
def test_an_account_is_found_wherever_a_policy_or_an_arn_holds_it(which: str) -> None:
    plain = {key: value for key, value in FULL.items() if key != "keys"}
    after = with_leaf(plain, ("accounts", which), "444455556666")

    changed = moved(
        built(Spec.model_validate(plain, strict=False), *COMPONENTS),
        built(Spec.model_validate(after, strict=False), *COMPONENTS),
    )

    # An ARN holds region and account, and can lead to one of them only.
    assert set(changed.values()) == {("accounts", which), (which, "region")} | (
        {("accounts", "target")} if which == "source" else set()
    )


@pytest.mark.parametrize(("which", "region"), [("source", "eu-west-1"), ("target", "eu-south-1")])
def test_a_region_is_found_wherever_a_policy_an_arn_or_a_tag_holds_it(
    which: str, region: str
) -> None:
    before = {
        **MEDIA,
        which: side(f"{'us-east' if which == 'source' else 'eu-central'}-1", "10.0.0.0/16"),
    }
    after = {**MEDIA, which: side(region, "10.0.0.0/16")}

    changed = moved(
        built(Spec.model_validate(before, strict=False), *COMPONENTS),
        built(Spec.model_validate(after, strict=False), *COMPONENTS),
    )

    stray = {
        place: path
        for place, path in changed.items()
        if path not in {(which, "region"), ("accounts", which)} and path[:2] != (which, "vpc")
    }
    assert stray == {}
    assert {path for path in changed.values() if path[:2] == (which, "vpc")} == {
        # Zones and service names of endpoints begin with the region.
        (which, "vpc", "endpoints", 0),
        (which, "vpc", "zones", 0),
        (which, "vpc", "zones", 1),
    }
