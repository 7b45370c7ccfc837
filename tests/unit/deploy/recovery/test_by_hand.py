"""What the operator types instead of stackferry."""

from __future__ import annotations

import json
from dataclasses import replace

from compiler.deploy.recovery.by_hand import removal_commands
from compiler.deploy.recovery.sightings import Sighting
from tests.fakes.migration import TARGET, migration, place

NETWORK = f"{TARGET}/network"


def test_what_an_earlier_deletion_kept_beside_it_is_told_in_the_same_round() -> None:
    (stack,) = (one for one in migration().manifest.stacks if one.id == NETWORK)
    seen = Sighting(
        stack=replace(stack, retained=("Bucket", "Flows", "Key", "Orders", "Reviews")),
        place=place(NETWORK),
        existing=("Orders",),
    )
    resources = {
        # AWS was asked of it.
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "shop-media"}},
        "Flows": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/shop/flows"}},
        # Its name is AWS's own, so it takes none.
        "Key": {"Type": "AWS::KMS::Key", "Properties": {}},
        "Orders": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "shop/orders"}},
        "Reviews": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "shop/reviews"}},
    }

    assert removal_commands(seen, json.dumps({"Resources": resources})) == (
        (
            "aws secretsmanager delete-secret --secret-id shop/orders "
            f"--force-delete-without-recovery --region {TARGET}"
        ),
        "# Flows, only if it exists as well:",
        f"aws logs delete-log-group --log-group-name /shop/flows --region {TARGET}",
        "# Reviews, only if it exists as well:",
        (
            "aws secretsmanager delete-secret --secret-id shop/reviews "
            f"--force-delete-without-recovery --region {TARGET}"
        ),
    )


def test_a_secret_is_removed_with_its_replicas_and_gives_its_name_back() -> None:
    secret = {
        "Type": "AWS::SecretsManager::Secret",
        "Properties": {"Name": "shop/prod/orders", "ReplicaRegions": [{"Region": "us-west-2"}]},
    }
    (stack,) = (one for one in migration().manifest.stacks if one.id == NETWORK)
    seen = Sighting(stack=stack, place=place(NETWORK), existing=("Secret",))

    assert removal_commands(seen, json.dumps({"Resources": {"Secret": secret}})) == (
        (
            "aws secretsmanager remove-regions-from-replication --secret-id shop/prod/orders "
            f"--remove-replica-regions us-west-2 --region {TARGET}"
        ),
        (
            "aws secretsmanager delete-secret --secret-id shop/prod/orders "
            f"--force-delete-without-recovery --region {TARGET}"
        ),
    )
