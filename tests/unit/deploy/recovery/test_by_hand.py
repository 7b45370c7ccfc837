"""What the operator types instead of stackferry."""

from __future__ import annotations

import json

from compiler.deploy.recovery.by_hand import removal_commands
from compiler.deploy.recovery.sightings import Sighting
from tests.fakes.migration import TARGET, migration, place

NETWORK = f"{TARGET}/network"


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
