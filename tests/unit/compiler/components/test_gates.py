"""Tests of what is asked before each transition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.components.addresses import (
    database,
    database_parameter_group,
    hosted_zone,
    key_arn,
    load_balancer,
    peering,
    private_zone,
    target_group,
    vpc,
)
from compiler.components.gates import gates
from compiler.phases import ORDER, PHASES
from tests.unit.compiler.components.media import ACCOUNT, MEDIA, media
from tests.unit.compiler.components.places import symbol, told
from tests.unit.compiler.components.traffic import CERTIFICATES

if TYPE_CHECKING:
    from compiler.phases import PhaseName
    from spec.model import Spec

SOURCE = "streaming-staging-media-111122223333-us-east-1"
TARGET = "streaming-staging-media-111122223333-eu-central-1"
CATALOG = "streaming-staging-catalog"
DATABASE = MEDIA["databases"]["catalog"]
WEB = MEDIA["services"]["web"]
FULL = media(
    certificates=CERTIFICATES,
    buckets={"media": {"replication": {"prefix": "videos/"}}, "plain": {"replication": False}},
    services={"web": {**WEB, "secrets": {"API_KEY": "shop/api-key"}, "minimum": 2}},
)


def asked(phase: PhaseName, spec: Spec = FULL) -> list[dict[str, Any]]:
    """Return the gates without what all of them have: a lifetime, and no place in an order."""
    found = []
    for gate in map(told, gates(spec, PHASES[phase])):
        assert (gate.pop("after"), gate.pop("before")) == ((), ())
        assert gate["facts"].pop("evidence_lifetime_seconds") == "1800"
        found.append(gate)
    return found


def one(kind: str, phase: PhaseName, spec: Spec = FULL) -> dict[str, Any]:
    (found,) = (gate for gate in asked(phase, spec) if gate["kind"] == kind)
    return found


def test_each_transition_has_its_questions() -> None:
    assert {
        phase: [(gate["kind"], gate["side"], gate["key"]) for gate in asked(phase)]
        for phase in ORDER
    } == {
        "prepare": [
            ("secret present", "target", "streaming/staging/catalog"),
            ("secret present", "target", "shop/api-key"),
            ("certificate present", "global", ""),
            ("certificate present", "target", ""),
            ("image present", "target", "web"),
        ],
        "replicate": [
            ("replica streams", "target", "catalog"),
            ("objects replicated", "source", "media"),
        ],
        "warm": [
            ("replica streams", "target", "catalog"),
            ("targets healthy", "target", "web"),
            ("objects replicated", "source", "media"),
            ("alarms quiet", "target", ""),
        ],
        "fence": [
            ("replica drained", "target", "catalog"),
            ("replica promotable", "target", "catalog"),
            ("connections gone", "source", "catalog"),
            ("objects replicated", "source", "media"),
            ("objects equal", "source", "media"),
        ],
        "promote": [
            ("database writable", "target", "catalog"),
            ("targets healthy", "target", "web"),
        ],
        "switch": [
            ("targets healthy", "target", "web"),
            ("alarms quiet", "target", ""),
        ],
        "settle": [
            ("alarms quiet", "target", ""),
            ("objects equal", "target", "media"),
            ("targets healthy", "target", "web"),
        ],
        "unprotect": [
            ("nothing points at source", "target", ""),
            ("alarms quiet", "target", ""),
        ],
        "retire": [],
    }


def test_what_the_target_needs_from_elsewhere_is_looked_for_before_anything_is_copied() -> None:
    assert asked("prepare") == [
        {
            "kind": "secret present",
            "key": "streaming/staging/catalog",
            "side": "target",
            "component": ("databases", "catalog"),
            "facts": {"secret": "streaming/staging/catalog"},
        },
        {
            "kind": "secret present",
            "key": "shop/api-key",
            "side": "target",
            "component": ("services", "web", "secrets", "API_KEY"),
            "facts": {"secret": "shop/api-key"},
        },
        {
            "kind": "certificate present",
            "key": "",
            "side": "global",
            "component": ("certificates", "cdn"),
            "facts": {"certificate": CERTIFICATES["cdn"]},
        },
        {
            "kind": "certificate present",
            "key": "",
            "side": "target",
            "component": ("certificates", "target"),
            "facts": {"certificate": CERTIFICATES["target"]},
        },
        {
            "kind": "image present",
            "key": "web",
            "side": "target",
            "component": ("services", "web", "image"),
            "facts": {"image_parameter": WEB["image"]["ssm"]},
        },
    ]


def test_the_image_that_is_looked_for_is_the_targets() -> None:
    image = {"source": "ami-0123456789abcdef0", "target": "ami-0fedcba9876543210"}
    spec = media(services={"web": {**WEB, "image": image}})

    assert one("image present", "prepare", spec)["facts"] == {"image": image["target"]}


def test_a_replica_is_asked_about_with_its_source_and_the_lag_that_the_spec_allows() -> None:
    spec = media(cutover={"max_lag_seconds": 30})

    assert one("replica streams", "warm", spec) == {
        "kind": "replica streams",
        "key": "catalog",
        "side": "target",
        "component": ("databases", "catalog"),
        "facts": {
            "database": CATALOG,
            "engine": "postgres",
            "max_lag_seconds": "30",
            "source_database": CATALOG,
            "source_region": "us-east-1",
        },
    }


def test_the_replica_of_a_later_generation_is_asked_about_by_its_own_name() -> None:
    spec = media(databases={"catalog": {**DATABASE, "generation": 2}})

    facts = one("database writable", "promote", spec)["facts"]
    assert (facts["database"], facts["source_database"]) == (f"{CATALOG}-g2", CATALOG)


def test_a_replica_is_promotable_outside_its_backup_window_with_its_parameters_in_force() -> None:
    windowed = media(databases={"catalog": {**DATABASE, "backup_window": "03:00-04:00"}})
    group = symbol(database_parameter_group("target", "catalog"))
    facts = {
        "database": CATALOG,
        "engine": "postgres",
        "parameter_group": group,
        "source_database": CATALOG,
        "source_region": "us-east-1",
    }

    assert one("replica promotable", "fence")["facts"] == facts
    assert one("replica promotable", "fence", windowed)["facts"] == {
        **facts,
        "backup_window": "03:00-04:00",
    }


def test_connections_are_counted_at_the_source() -> None:
    assert one("connections gone", "fence") == {
        "kind": "connections gone",
        "key": "catalog",
        "side": "source",
        "component": ("databases", "catalog"),
        "facts": {"database": CATALOG, "engine": "postgres"},
    }


def test_objects_are_compared_there_and_back() -> None:
    base = {
        "key": "media",
        "side": "source",
        "component": ("buckets", "media", "replication"),
    }
    pair = {"bucket": SOURCE, "destination_bucket": TARGET}
    place = {"destination_account": ACCOUNT, "prefix": "videos/"}

    assert one("objects replicated", "fence") == {
        "kind": "objects replicated",
        **base,
        "facts": {**pair, **place, "destination_region": "eu-central-1", "rule": "media"},
    }
    assert one("objects equal", "fence") == {
        "kind": "objects equal",
        **base,
        "facts": {**pair, **place, "destination_region": "eu-central-1"},
    }
    assert one("objects equal", "settle") == {
        "kind": "objects equal",
        **base,
        "side": "target",
        "facts": {
            "bucket": TARGET,
            "destination_bucket": SOURCE,
            **place,
            "destination_region": "us-east-1",
        },
    }


def test_as_many_targets_are_healthy_as_may_not_be_fewer() -> None:
    facts = {
        "load_balancer": symbol(load_balancer("target"), "LoadBalancerFullName"),
        "target_group": symbol(target_group("target", "web")),
    }

    assert one("targets healthy", "warm") == {
        "kind": "targets healthy",
        "key": "web",
        "side": "target",
        "component": ("services", "web"),
        "facts": {**facts, "healthy_at_least": "3"},
    }
    assert [one("targets healthy", phase)["facts"]["healthy_at_least"] for phase in HEALTHY] == [
        *("3", "3", "3", "2")
    ]


HEALTHY: tuple[PhaseName, ...] = ("warm", "promote", "switch", "settle")


def test_a_service_without_instances_is_not_asked_about() -> None:
    spec = media(services={"web": {**WEB, "count": 0}})

    assert "targets healthy" not in {gate["kind"] for gate in asked("warm", spec)}


def test_every_alarm_of_the_target_is_quiet_and_none_of_the_source_is_asked() -> None:
    assert one("alarms quiet", "switch") == {
        "kind": "alarms quiet",
        "key": "",
        "side": "target",
        "component": ("alarms",),
        "facts": {
            "names": "streaming-staging-catalog-database-cpu,"
            "streaming-staging-catalog-database-storage,"
            "streaming-staging-web-unhealthy-hosts"
        },
    }
    assert "alarms quiet" not in {gate["kind"] for gate in asked("switch", media(alarms=None))}


def test_before_the_source_goes_everything_that_may_point_at_it_is_looked_at() -> None:
    assert one("nothing points at source", "unprotect") == {
        "kind": "nothing points at source",
        "key": "",
        "side": "target",
        "component": ("source",),
        "facts": {
            "home_region": "us-east-1",
            "key_buckets": key_arn("source", "buckets").to_dict(),
            "key_databases": key_arn("source", "databases").to_dict(),
            "own_routes": "10.0.0.0/16",
            "peering": symbol(peering()),
            "private_records": "catalog.staging.streaming.internal",
            "private_zone": symbol(private_zone()),
            "public_records": "origin.streaming.example.com",
            "public_zone": symbol(hosted_zone()),
            "secrets": "streaming/staging/catalog,shop/api-key",
            "source_account": ACCOUNT,
            "source_address_catalog": symbol(
                database(FULL, "source", "catalog"), "Endpoint.Address"
            ),
            "source_buckets": f"{SOURCE},{SOURCE.replace('media', 'plain')}",
            "source_databases": CATALOG,
            "source_load_balancer": symbol(load_balancer("source"), "DNSName"),
            "source_region": "us-east-1",
            "target_buckets": f"{TARGET},{TARGET.replace('media', 'plain')}",
            "target_vpc": symbol(vpc("target")),
        },
    }


def test_what_a_system_does_not_have_is_not_looked_at() -> None:
    spec = media(
        databases={},
        buckets={},
        services={},
        cdn=None,
        dns=None,
        alarms=None,
    )

    assert {phase: [gate["kind"] for gate in asked(phase, spec)] for phase in ORDER} == {
        **{phase: [] for phase in ORDER},
        "unprotect": ["nothing points at source"],
    }
    assert sorted(one("nothing points at source", "unprotect", spec)["facts"]) == [
        "own_routes",
        "peering",
        "source_account",
        "source_region",
        "target_vpc",
    ]


def test_evidence_lives_as_long_as_the_spec_says() -> None:
    spec = media(cutover={"evidence_lifetime": "1h30m"})

    lifetimes = {
        gate.facts["evidence_lifetime_seconds"]
        for phase in PHASES.values()
        for gate in gates(spec, phase)
    }
    assert lifetimes == {"5400"}
