"""What actions ask of the services: each request as AWS takes it, each answer in our words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.actions.port import Database, Invalidation, Peering
from compiler.deploy.port import Place
from tests.unit.deploy.aws.stubbed import ACCOUNT, HERE, OTHER, REGION
from tests.unit.deploy.aws.stubbed_actions import NOW, port

if TYPE_CHECKING:
    from compiler.deploy.actions.port import Role

STACK = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/shop-access/1"


def event(status: str, at: datetime, *, of: str = STACK) -> dict[str, object]:
    return {
        "StackId": STACK,
        "EventId": f"{status}-{at:%H%M%S}",
        "StackName": "shop-access",
        "PhysicalResourceId": of,
        "ResourceStatus": status,
        "Timestamp": at,
    }


def test_a_stack_took_its_form_when_its_last_operation_ended() -> None:
    with port("cloudformation") as (actions, stub):
        stub.add_response(
            "describe_stack_events",
            {
                "StackEvents": [
                    event("UPDATE_COMPLETE", NOW + timedelta(seconds=9), of="sgr-1"),
                    event("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", NOW + timedelta(seconds=8)),
                    event("UPDATE_COMPLETE", NOW),
                    event("CREATE_COMPLETE", NOW - timedelta(days=1)),
                ]
            },
            {"StackName": STACK},
        )

        assert actions.formed(HERE, STACK) == NOW


@pytest.mark.parametrize("last", [NOW, None])
def test_a_stack_whose_events_are_forgotten_tells_it_itself(last: datetime | None) -> None:
    created = NOW - timedelta(days=100)
    told = {"LastUpdatedTime": last} if last else {}
    with port("cloudformation") as (actions, stub):
        stub.add_response("describe_stack_events", {"StackEvents": []}, {"StackName": STACK})
        stub.add_response(
            "describe_stacks",
            {
                "Stacks": [
                    {
                        "StackName": "shop-access",
                        "CreationTime": created,
                        "StackStatus": "UPDATE_COMPLETE",
                        **told,
                    }
                ]
            },
            {"StackName": STACK},
        )

        assert actions.formed(HERE, STACK) == (last or created)


def peerings(requester: object, accepter: object) -> dict[str, object]:
    return {
        "VpcPeeringConnections": [
            {
                "VpcPeeringConnectionId": "pcx-1",
                "Status": {"Code": "active", "Message": "Active"},
                "RequesterVpcInfo": requester,
                "AccepterVpcInfo": accepter,
            }
        ]
    }


ON = {"PeeringOptions": {"AllowDnsResolutionFromRemoteVpc": True}}
OFF = {"PeeringOptions": {"AllowDnsResolutionFromRemoteVpc": False}}


@pytest.mark.parametrize(
    ("requester", "accepter", "resolves"),
    [(ON, {}, {"requester"}), (OFF, ON, {"accepter"}), ({}, {}, set())],
)
def test_a_peering_tells_which_sides_names_resolve(
    requester: object, accepter: object, resolves: set[Role]
) -> None:
    with port("ec2") as (actions, stub):
        stub.add_response(
            "describe_vpc_peering_connections",
            peerings(requester, accepter),
            {"VpcPeeringConnectionIds": ["pcx-1"]},
        )

        assert actions.peering(HERE, "pcx-1") == Peering(
            status="active", message="Active", resolves=frozenset(resolves)
        )


def test_a_peering_that_is_not_known_there_is_none() -> None:
    with port("ec2") as (actions, stub):
        stub.add_client_error(
            "describe_vpc_peering_connections", "InvalidVpcPeeringConnectionID.NotFound"
        )

        assert actions.peering(HERE, "pcx-1") is None


@pytest.mark.parametrize(
    ("role", "options"),
    [
        ("requester", "RequesterPeeringConnectionOptions"),
        ("accepter", "AccepterPeeringConnectionOptions"),
    ],
)
@pytest.mark.parametrize("on", [True, False])
def test_a_sides_option_is_set_and_no_other(role: Role, options: str, *, on: bool) -> None:
    with port("ec2") as (actions, stub):
        stub.add_response(
            "modify_vpc_peering_connection_options",
            {},
            {
                "VpcPeeringConnectionId": "pcx-1",
                options: {"AllowDnsResolutionFromRemoteVpc": on},
            },
        )

        actions.resolve_over(HERE, "pcx-1", role, on=on)


def test_a_database_names_its_replicas_elsewhere() -> None:
    replica = f"arn:aws:rds:us-east-1:{OTHER}:db:shop-replica"
    with port("rds") as (actions, stub):
        stub.add_response(
            "describe_db_instances",
            {
                "DBInstances": [
                    {
                        "DBInstanceStatus": "available",
                        "ReadReplicaDBInstanceIdentifiers": ["shop-near", replica],
                    }
                ]
            },
            {"DBInstanceIdentifier": "shop"},
        )

        assert actions.database(HERE, "shop") == Database(
            status="available",
            replicas=((Place(account=OTHER, region="us-east-1"), "shop-replica"),),
        )


def test_a_replica_tells_how_it_follows() -> None:
    with port("rds") as (actions, stub):
        stub.add_response(
            "describe_db_instances",
            {
                "DBInstances": [
                    {
                        "DBInstanceStatus": "available",
                        "StatusInfos": [
                            {
                                "StatusType": "read replication",
                                "Normal": False,
                                "Status": "error",
                                "Message": "the log is gone",
                            }
                        ],
                    }
                ]
            },
        )

        assert actions.database(HERE, "shop") == Database(
            status="available", replication="error", message="the log is gone"
        )


def test_a_database_that_is_not_there_is_none() -> None:
    with port("rds") as (actions, stub):
        stub.add_client_error("describe_db_instances", "DBInstanceNotFound")

        assert actions.database(HERE, "shop") is None


@pytest.mark.parametrize(
    ("message", "seconds", "has_restarted"),
    [
        ("DB instance restarted", 0, True),
        ("DB instance restarted", -1, False),
        ("DB instance shutdown", 5, False),
    ],
)
def test_a_restart_is_seen_in_the_events(
    message: str, seconds: int, *, has_restarted: bool
) -> None:
    told = {
        "SourceIdentifier": "shop",
        "SourceType": "db-instance",
        "Message": message,
        "EventCategories": ["availability"],
        "Date": NOW + timedelta(seconds=seconds),
    }
    with port("rds") as (actions, stub):
        stub.add_response(
            "describe_events",
            {"Events": [told]},
            {"SourceIdentifier": "shop", "SourceType": "db-instance", "Duration": 20160},
        )

        assert actions.has_restarted(HERE, "shop", NOW) == has_restarted


def test_a_reboot_asks_for_no_failover() -> None:
    with port("rds") as (actions, stub):
        stub.add_response(
            "reboot_db_instance", {}, {"DBInstanceIdentifier": "shop", "ForceFailover": False}
        )

        actions.reboot(HERE, "shop")


def made(id_: str, reference: str, status: str = "InProgress") -> dict[str, object]:
    return {
        "Invalidation": {
            "Id": id_,
            "Status": status,
            "CreateTime": NOW,
            "InvalidationBatch": {
                "Paths": {"Quantity": 1, "Items": ["/*"]},
                "CallerReference": reference,
            },
        }
    }


def invalidations(*found: tuple[str, datetime]) -> dict[str, object]:
    return {
        "InvalidationList": {
            "Marker": "",
            "MaxItems": 100,
            "IsTruncated": False,
            "Quantity": len(found),
            "Items": [{"Id": id_, "CreateTime": at, "Status": "InProgress"} for id_, at in found],
        }
    }


@pytest.mark.parametrize("status", ["InProgress", "Completed"])
def test_an_invalidation_is_found_by_its_reference(status: str) -> None:
    with port("cloudfront") as (actions, stub):
        stub.add_response(
            "list_invalidations",
            # Made in the second before, as CloudFront has it, which cuts parts of seconds off.
            invalidations(("I2", NOW), ("I1", NOW - timedelta(seconds=1))),
            {"DistributionId": "E1"},
        )
        stub.add_response(
            "get_invalidation", made("I2", "other"), {"DistributionId": "E1", "Id": "I2"}
        )
        stub.add_response(
            "get_invalidation", made("I1", "mine", status), {"DistributionId": "E1", "Id": "I1"}
        )

        assert actions.invalidation(HERE, "E1", "mine", NOW) == Invalidation(
            id="I1", is_complete=status == "Completed"
        )


def test_invalidations_from_before_are_not_looked_into() -> None:
    with port("cloudfront") as (actions, stub):
        stub.add_response("list_invalidations", invalidations(("I1", NOW - timedelta(seconds=61))))

        assert actions.invalidation(HERE, "E1", "mine", NOW) is None


def test_an_invalidation_names_its_reference() -> None:
    with port("cloudfront") as (actions, stub):
        stub.add_response(
            "create_invalidation",
            {"Location": "https://…", **made("I1", "mine")},
            {
                "DistributionId": "E1",
                "InvalidationBatch": {
                    "Paths": {"Quantity": 2, "Items": ["/a", "/b"]},
                    "CallerReference": "mine",
                },
            },
        )

        assert actions.invalidate(HERE, "E1", ("/a", "/b"), "mine") == Invalidation(
            id="I1", is_complete=False
        )
