"""Tests of the databases' secrets."""

from __future__ import annotations

from compiler.components import addresses, secrets
from tests.unit.compiler.components.media import MEDIA, media
from tests.unit.compiler.components.places import built, symbol, tagged


def test_a_secret_is_at_home_in_the_target_and_replicated_to_the_source() -> None:
    found = built(media(), secrets)

    assert {address: resource.body.to_dict() for address, resource in found.items()} == {
        addresses.secret("catalog"): {
            "Type": "AWS::SecretsManager::Secret",
            "DeletionPolicy": "RetainExceptOnCreate",
            "UpdateReplacePolicy": "Retain",
            "Properties": {
                "Description": "Master user of the database catalog",
                "GenerateSecretString": {
                    "ExcludeCharacters": " \"/@'\\",
                    "GenerateStringKey": "password",
                    "PasswordLength": 32,
                    "SecretStringTemplate": '{"username": "stackferry"}',
                },
                "KmsKeyId": symbol(addresses.key("target", "secrets"), "Arn"),
                "Name": "streaming/staging/catalog",
                "ReplicaRegions": [
                    {
                        "KmsKeyId": symbol(addresses.key("source", "secrets"), "Arn"),
                        "Region": "us-east-1",
                    }
                ],
                "Tags": tagged(),
            },
        }
    }


def test_each_database_has_a_secret_and_may_stand_in_a_part_of_its_own() -> None:
    database = MEDIA["databases"]["catalog"]
    spec = media(databases={"catalog": database, "order-items": {**database, "user": "orders"}})

    found = built(spec, secrets)

    assert {address.logical_id: resource.part for address, resource in found.items()} == {
        "SecretCatalog": "catalog",
        "SecretOrderItems": "order-items",
    }
