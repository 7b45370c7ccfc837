"""Specs that the rules accept, made up by hypothesis: any components, any of their settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT = "111122223333"
AL2023 = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-"
SIDES = (
    ("us-east-1", ("us-east-1a", "us-east-1b", "us-east-1c")),
    ("eu-central-1", ("eu-central-1a", "eu-central-1b", "eu-central-1c")),
    ("us-west-2", ("us-west-2a", "us-west-2b", "us-west-2d")),
    ("ap-southeast-2", ("ap-southeast-2a", "ap-southeast-2b", "ap-southeast-2c")),
)
DATABASES = ("orders", "catalog", "user-data")
BUCKETS = ("media", "invoices-2", "logs-archive")
SERVICES = ("web", "api", "admin")


def mapping_of(keys: tuple[str, ...], value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(st.sampled_from(keys), unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries(dict.fromkeys(chosen, value))
    )


def vpc(cidr: str, zones: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "cidr": st.just(cidr),
            "zones": st.sampled_from([list(zones[:2]), list(zones), [zones[2], zones[0]]]),
        },
        optional={
            "nat": st.sampled_from(["one", "per_zone"]),
            "endpoints": st.lists(
                st.sampled_from(["s3", "ssm", "secretsmanager", "logs"]), unique=True
            ),
            "public_addresses": st.booleans(),
            "flow_logs": st.sampled_from([False, {"retention_days": 90}]),
        },
    )


databases = st.sampled_from(
    [
        {"engine": "postgres", "version": "16.13", "instance_class": "db.t3.medium"},
        {"engine": "postgres", "version": "17.6", "instance_class": "db.r6g.large"},
        {"engine": "mysql", "version": "8.4.9", "instance_class": "db.m6g.large"},
        {"engine": "mariadb", "version": "11.4.9", "instance_class": "db.t3.medium"},
    ]
).flatmap(
    lambda engine: st.fixed_dictionaries(
        {**{key: st.just(value) for key, value in engine.items()}, "storage_gib": st.just(100)},
        optional={
            "multi_az": st.booleans(),
            "max_storage_gib": st.just(500),
            "port": st.integers(2000, 9000),
            "backup_retention_days": st.integers(1, 35),
            "backup_window": st.just("03:00-04:00"),
            "maintenance_window": st.just("sun:05:00-sun:06:00"),
            "deletion_protection": st.booleans(),
            "target": st.sampled_from([{"multi_az": False}, {"instance_class": "db.m5.large"}]),
        },
    )
)

buckets = st.fixed_dictionaries(
    {},
    optional={
        "replication": st.sampled_from(
            [False, {"time_control": False}, {"delete_markers": False, "prefix": "public/"}]
        ),
        "expire_versions_days": st.integers(1, 400),
    },
)


def service(key: str, uses: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "instance_type": st.just("t3.medium"),
            "image": st.sampled_from(
                [
                    {"ssm": f"{AL2023}x86_64"},
                    {"source": "ami-0123456789abcdef0", "target": "ami-0fedcba9876543210"},
                ]
            ),
            # At most one service may answer what no path names.
            "paths": st.just([f"/{key}/*"]),
        },
        optional={
            "count": st.integers(1, 6),
            "port": st.integers(80, 9000),
            "cpu_target_percent": st.integers(20, 90),
            "health_check": st.sampled_from([{"path": "/health", "codes": "200-299"}, {}]),
            "uses": st.lists(st.sampled_from(uses), unique=True) if uses else st.just([]),
            "environment": st.just({"LOG_LEVEL": "info"}),
            "secrets": st.just({"API_KEY": "shop/api-key"}),
            "user_data": st.just("#!/bin/bash\nsystemctl start shop\n"),
            "volume_gib": st.integers(8, 100),
            "target": st.just({"minimum": 1}),
        },
    )


def certificate(region: str) -> str:
    return f"arn:aws:acm:{region}:{ACCOUNT}:certificate/11111111-1111-1111-1111-111111111111"


@st.composite
def specs(draw: Callable[[st.SearchStrategy[Any]], Any]) -> dict[str, Any]:
    """Make up the values of a spec, as they would be read from its file."""
    source, target = draw(st.permutations(SIDES))[:2]
    values: dict[str, Any] = {
        "version": 1,
        "name": draw(st.sampled_from(["shop", "a-rather-long-name-of-a-system"])),
        "environment": draw(st.sampled_from(["prod", "staging-2"])),
        "accounts": {"source": ACCOUNT, "target": ACCOUNT},
        "source": {"region": source[0], "vpc": draw(vpc("10.0.0.0/16", source[1]))},
        "target": {"region": target[0], "vpc": draw(vpc("10.1.0.0/16", target[1]))},
        "databases": draw(mapping_of(DATABASES, databases)),
        "buckets": draw(mapping_of(BUCKETS, buckets)),
    }
    used = [*values["databases"], *values["buckets"]]
    chosen = draw(st.lists(st.sampled_from(SERVICES), unique=True))
    values["services"] = {key: draw(service(key, used)) for key in chosen}
    if draw(st.booleans()):
        values["alarms"] = {"email": "ops@example.com"}
    if draw(st.booleans()):
        values["tags"] = {"CostCenter": "4711"}
    targets = [*values["services"], *values["buckets"]]
    if targets and draw(st.booleans()):
        values["cdn"] = {
            "default": draw(st.sampled_from(targets)),
            "paths": {f"/{key}/*": key for key in draw(st.sets(st.sampled_from(targets)))},
        }
    has_certificates = draw(st.booleans())
    # A name must lead somewhere: to a load balancer, or to a distribution that has a certificate.
    leads = values["services"] or ("cdn" in values and has_certificates)
    if leads and draw(st.booleans()):
        values["dns"] = {"zone": "shop.example.com", "record": "app"}
    if has_certificates:
        places = {"source": source[0], "target": target[0]} if values["services"] else {}
        if "cdn" in values and "dns" in values:
            places["cdn"] = "us-east-1"
        if places:
            values["certificates"] = {key: certificate(region) for key, region in places.items()}
    return values
