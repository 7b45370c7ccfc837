from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.handler import Refused
from compiler.sandbox.handlers.kms import KeyHandler
from compiler.sandbox.handlers.secrets import SecretHandler
from compiler.sandbox.handlers.ssm import ParameterHandler
from tests.unit.sandbox.handlers_ground import assert_refused, pairs, scope_in, services
from tests.unit.sandbox.handlers_lives import Life, lived

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Properties, Scope

SECRETS = SecretHandler()
PARAMETERS = ParameterHandler()
KEYS = KeyHandler()
GENERATED: dict[str, Any] = {
    "SecretStringTemplate": '{"username": "shop"}',
    "GenerateStringKey": "password",
    "PasswordLength": 24,
    "ExcludeCharacters": "\"@/\\' ",
}


@pytest.fixture(name="scope")
def _scope() -> Iterator[Scope]:
    with services():
        yield scope_in()


@pytest.fixture(name="there")
def _there(scope: Scope) -> Scope:
    assert scope.region == "us-east-1"
    return scope_in("eu-west-1")


def key_in(scope: Scope) -> str:
    return str(KEYS.create(scope, {}).attributes["Arn"])


def value_in(scope: Scope, secret: str) -> Any:  # noqa: ANN401 -- JSON
    answer = scope.client("secretsmanager").get_secret_value(SecretId=secret)
    return json.loads(answer["SecretString"])


def test_a_secret_lives(scope: Scope, there: Scope) -> None:
    key, other = key_in(there), key_in(there)
    life = Life(
        handler=SECRETS,
        scope=scope,
        start={
            "Name": "shop/db",
            "Description": "one",
            "KmsKeyId": key_in(scope),
            "GenerateSecretString": GENERATED,
            "ReplicaRegions": [{"Region": "eu-west-1", "KmsKeyId": key}],
            "Tags": pairs(("Name", "one")),
        },
        changes={
            "Description": None,
            "KmsKeyId": None,
            "ReplicaRegions": [
                {"Region": "eu-west-1", "KmsKeyId": other},
                {"Region": "us-west-2"},
            ],
            "Tags": pairs(("Name", "two")),
        },
        untold=frozenset({"GenerateSecretString"}),
        elsewhere=frozenset({"GenerateSecretString", "SecretString"}),  # see below
    )
    assert life.covered | {"SecretString"} == SECRETS.supported
    lived(life)


def test_a_generated_value_fits_its_template(scope: Scope) -> None:
    secret = SECRETS.create(scope, {"GenerateSecretString": GENERATED})

    value = value_in(scope, secret.physical_id)

    assert value["username"] == "shop"
    assert len(value["password"]) == 24
    assert not set(value["password"]) & set(GENERATED["ExcludeCharacters"])
    assert secret.attributes == {"Id": secret.physical_id}


def test_an_update_keeps_the_value_unless_its_making_changed(scope: Scope) -> None:
    old = {"Name": "a", "GenerateSecretString": GENERATED}
    described = {**old, "Description": "two"}
    longer = {**described, "GenerateSecretString": {**GENERATED, "PasswordLength": 30}}
    secret = SECRETS.create(scope, old).physical_id
    before = value_in(scope, secret)

    SECRETS.update(scope, secret, old, described)
    same = value_in(scope, secret)
    SECRETS.update(scope, secret, described, longer)

    assert same == before
    assert len(value_in(scope, secret)["password"]) == 30


def test_a_given_value_can_be_changed(scope: Scope) -> None:
    old, new = {"SecretString": "[1]"}, {"SecretString": "[2]"}
    secret = SECRETS.create(scope, old).physical_id

    SECRETS.update(scope, secret, old, new)

    assert value_in(scope, secret) == [2]


def test_a_replica_is_read_in_its_own_region_under_its_own_key(scope: Scope, there: Scope) -> None:
    key = key_in(there)
    given = {
        "Name": "shop/db",
        "GenerateSecretString": GENERATED,
        "KmsKeyId": key_in(scope),
        "ReplicaRegions": [{"Region": "eu-west-1", "KmsKeyId": key}],
    }

    secret = SECRETS.create(scope, given).physical_id

    told = there.client("secretsmanager").describe_secret(SecretId="shop/db")
    assert told["ARN"] == secret.replace("us-east-1", "eu-west-1")
    assert told["KmsKeyId"] == key
    assert told["PrimaryRegion"] == "us-east-1"
    assert value_in(there, "shop/db") == value_in(scope, "shop/db")


def test_a_deleted_secret_takes_its_replicas_along_and_frees_its_name(
    scope: Scope, there: Scope
) -> None:
    given = {"Name": "shop/db", "ReplicaRegions": [{"Region": "eu-west-1"}]}
    secret = SECRETS.create(scope, given).physical_id

    SECRETS.delete(scope, secret, given)

    assert there.client("secretsmanager").list_secrets()["SecretList"] == []
    assert SECRETS.create(there, {"Name": "shop/db"}).physical_id


def test_a_replica_that_left_the_template_is_gone(scope: Scope, there: Scope) -> None:
    old = {"Name": "shop/db", "ReplicaRegions": [{"Region": "eu-west-1"}]}
    secret = SECRETS.create(scope, old).physical_id

    SECRETS.update(scope, secret, old, {"Name": "shop/db"})

    assert there.client("secretsmanager").list_secrets()["SecretList"] == []
    assert "ReplicaRegions" not in (SECRETS.read(scope, secret) or {})


@pytest.mark.parametrize(
    ("code", "part", "changed"),
    [
        ("ResourceExistsException", "already exists", {}),
        ("EncryptionFailure", "KMS key", {"Name": "b", "KmsKeyId": "alias/missing"}),
        (
            "EncryptionFailure",
            "KMS key",
            {"Name": "b", "ReplicaRegions": [{"Region": "eu-west-1", "KmsKeyId": "missing"}]},
        ),
        (
            "InvalidParameterException",
            "Invalid replica region",
            {"Name": "b", "ReplicaRegions": [{"Region": "us-east-1"}]},
        ),
        ("InvalidRequest", "both", {"Name": "b", "SecretString": "x"}),
        (
            "InvalidRequest",
            "together",
            {"Name": "b", "GenerateSecretString": {"GenerateStringKey": "password"}},
        ),
        (
            "InvalidRequest",
            "Could not parse",
            {
                "Name": "b",
                "GenerateSecretString": {
                    "GenerateStringKey": "password",
                    "SecretStringTemplate": "{",
                },
            },
        ),
    ],
)
def test_a_wrong_secret_is_refused_and_leaves_nothing(
    scope: Scope, code: str, part: str, changed: Properties
) -> None:
    given = {"Name": "a", "GenerateSecretString": GENERATED}
    SECRETS.create(scope, given)

    assert_refused(code, part, SECRETS, scope, {**given, **changed})

    names = scope.client("secretsmanager").list_secrets()["SecretList"]
    assert [secret["Name"] for secret in names] == ["a"]


def test_a_key_of_another_region_encrypts_no_replica(scope: Scope) -> None:
    replicas = [{"Region": "eu-west-1", "KmsKeyId": key_in(scope)}]

    assert_refused("EncryptionFailure", "", SECRETS, scope, {"ReplicaRegions": replicas})


def test_a_dying_key_encrypts_no_secret(scope: Scope) -> None:
    key = key_in(scope)
    KEYS.delete(scope, key.rsplit("/", 1)[-1], {})

    assert_refused("KMSInvalidStateException", "pending", SECRETS, scope, {"KmsKeyId": key})


def test_a_name_that_is_taken_over_there_is_refused(scope: Scope, there: Scope) -> None:
    SECRETS.create(there, {"Name": "shop/db"})
    given = {"Name": "shop/db", "ReplicaRegions": [{"Region": "eu-west-1"}]}

    assert_refused("InvalidRequestException", "already exists in region", SECRETS, scope, given)

    assert scope.client("secretsmanager").list_secrets()["SecretList"] == []


def test_a_parameter_lives(scope: Scope) -> None:
    life = Life(
        handler=PARAMETERS,
        scope=scope,
        start={
            "Name": "/shop/db/endpoint",
            "Type": "String",
            "Value": "db.example.com",
            "Description": "where",
            "AllowedPattern": "^[a-z,.]+$",
            "DataType": "text",
            "Tier": "Standard",
            "Tags": {"Name": "one"},
        },
        changes={
            "Value": "a,b",
            "Type": "StringList",
            "Description": None,
            "AllowedPattern": "^[a-z,]+$",
            "Tier": "Advanced",
            "Tags": {"Name": "two", "Extra": "three"},
        },
        elsewhere=frozenset({"DataType"}),  # "text" is the only one that is played
    )
    assert life.covered == PARAMETERS.supported
    lived(life)


def test_a_parameter_without_a_name_gets_one(scope: Scope) -> None:
    parameter = PARAMETERS.create(scope, {"Type": "String", "Value": "1"})

    assert parameter.physical_id.startswith("CFN-shop-Thing-")
    assert parameter.attributes == {
        "Arn": f"arn:aws:ssm:us-east-1:123456789012:parameter/{parameter.physical_id}",
        "Type": "String",
        "Value": "1",
    }


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("ParameterAlreadyExists", {}),
        ("ValidationException", {"Name": "/b", "Type": "SecureString"}),
        ("ValidationException", {"Name": "/aws/b"}),
        ("ParameterPatternMismatchException", {"Name": "/b", "AllowedPattern": "^[0-9]$"}),
    ],
)
def test_a_wrong_parameter_is_refused(scope: Scope, code: str, changed: Properties) -> None:
    given = {"Name": "/a", "Type": "String", "Value": "one"}
    PARAMETERS.create(scope, given)

    assert_refused(code, "", PARAMETERS, scope, {**given, **changed})


def test_a_value_that_no_longer_fits_its_pattern_is_refused(scope: Scope) -> None:
    old = {"Name": "/a", "Type": "String", "Value": "1", "AllowedPattern": "^[0-9]$"}
    PARAMETERS.create(scope, old)

    with pytest.raises(Refused, match="allowedPattern"):
        PARAMETERS.update(scope, "/a", old, {**old, "Value": "x"})

    assert (PARAMETERS.read(scope, "/a") or {})["Value"] == "1"
