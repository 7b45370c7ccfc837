"""Secrets of Secrets Manager, and their replicas in other regions."""

from __future__ import annotations

import json
from typing import Any

from moto.secretsmanager.models import ReplicaSecret

from compiler.sandbox.handler import Created, Handler, Properties, Refused, Scope
from compiler.sandbox.handlers.identity import as_pairs, merged, physical_name, without_system
from compiler.sandbox.handlers.key_lookup import find_key, is_usable
from compiler.sandbox.handlers.replies import Backend, ask, ask_or_none, beneath, refuse
from compiler.sandbox.handlers.tagging import changes

_ABSENT = "ResourceNotFoundException"
_OWN_KEY = "alias/aws/secretsmanager"
_GENERATED = (
    "ExcludeCharacters",
    "ExcludeLowercase",
    "ExcludeNumbers",
    "ExcludePunctuation",
    "ExcludeUppercase",
    "IncludeSpace",
    "PasswordLength",
    "RequireEachIncludedType",
)


class KeyedReplica(ReplicaSecret):
    """
    A replica under a key of its own.

    moto tells the primary's key and the primary's list of replicas for a replica.
    """

    def __init__(self, source: Backend, region: str, kms_key_id: str) -> None:
        """Replicate *source* into *region* under *kms_key_id*, any name of a key of that region."""
        super().__init__(source, region)
        self.kms_key_id = kms_key_id
        self.config["KmsKeyId"] = kms_key_id

    def to_dict(self) -> dict[str, Any]:
        """Tell the replica as DescribeSecret does in its own region."""
        told = super().to_dict()
        told.pop("ReplicationStatus", None)
        told.pop("KmsKeyId", None)
        if self.kms_key_id != _OWN_KEY:
            told["KmsKeyId"] = self.kms_key_id
        return told


class SecretHandler:
    """Secrets with a given or a generated value; `Ref` gives the ARN."""

    type_name = "AWS::SecretsManager::Secret"
    supported = frozenset(
        {
            "Name",
            "Description",
            "KmsKeyId",
            "SecretString",
            "GenerateSecretString",
            "ReplicaRegions",
            "Tags",
        }
    )

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create the secret, then its replicas; none of them stays where one is refused."""
        if "SecretString" in properties and "GenerateSecretString" in properties:
            refuse(
                "InvalidRequest", "You can't specify both SecretString and GenerateSecretString."
            )
        _refuse_key(scope, properties.get("KmsKeyId"), scope.region)
        name = properties.get("Name") or physical_name(scope, limit=512)
        value = properties.get("SecretString")
        if value is None:
            value = self._generated(scope, properties.get("GenerateSecretString") or {})
        arn = ask(
            scope.client("secretsmanager"),
            "create_secret",
            Name=name,
            Description=properties.get("Description"),
            KmsKeyId=properties.get("KmsKeyId"),
            SecretString=value,
            Tags=as_pairs(merged(scope, properties.get("Tags"))),
        )["ARN"]
        try:
            self._replicate(scope, arn, properties)
        except Refused:
            self.delete(scope, arn, properties)
            raise
        return Created(physical_id=arn, attributes={"Id": arn})

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """
        Change key, description, replicas and tags.

        A new value is put where the template's value or its way of generating one changed, as
        CloudFormation does.
        """
        _refuse_key(scope, new.get("KmsKeyId"), scope.region)
        manager = scope.client("secretsmanager")
        names = ("SecretString", "GenerateSecretString")
        if any(old.get(name) != new.get(name) for name in names):
            value = new.get("SecretString")
            if value is None:
                value = self._generated(scope, new.get("GenerateSecretString") or {})
            ask(manager, "put_secret_value", SecretId=physical_id, SecretString=value)
        held = _held(scope, physical_id)
        # moto's UpdateSecret cannot take a key or a description away.
        held.kms_key_id = new.get("KmsKeyId")
        held.description = new.get("Description")
        self._replicate(scope, physical_id, new)
        have = ask(manager, "describe_secret", SecretId=physical_id).get("Tags", ())
        added, removed = changes(
            {tag["Key"]: tag["Value"] for tag in have}, merged(scope, new.get("Tags"))
        )
        if removed:
            ask(manager, "untag_resource", SecretId=physical_id, TagKeys=removed)
        if added:
            ask(manager, "tag_resource", SecretId=physical_id, Tags=as_pairs(added))
        return Created(physical_id=physical_id, attributes={"Id": physical_id})

    def adopt(self, scope: Scope, physical_id: str) -> Created:
        """Put the stack's tags on a secret that exists."""
        manager, tags = scope.client("secretsmanager"), as_pairs(scope.tags)
        ask(manager, "tag_resource", SecretId=physical_id, Tags=tags)
        return Created(physical_id=physical_id, attributes={"Id": physical_id})

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete the secret for good, its replicas first."""
        del properties
        told = _find(scope, physical_id)
        if told is None:
            return
        for replica in list(_held(scope, physical_id).replicas):
            _drop(scope, replica)
        _held(scope, physical_id).replicas = []
        ask(
            scope.client("secretsmanager"),
            "delete_secret",
            SecretId=physical_id,
            ForceDeleteWithoutRecovery=True,
        )

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read all but the value and the way it was generated, which no service tells."""
        told = _find(scope, physical_id)
        if told is None:
            return None
        read: dict[str, Any] = {
            "Name": told["Name"],
            "Tags": without_system(told.get("Tags") or ()),
        }
        for name in ("Description", "KmsKeyId"):
            if told.get(name):
                read[name] = told[name]
        replicas = [
            {"Region": replica["Region"]}
            | ({} if replica["KmsKeyId"] == _OWN_KEY else {"KmsKeyId": replica["KmsKeyId"]})
            for replica in told.get("ReplicationStatus", ())
        ]
        if replicas:
            read["ReplicaRegions"] = replicas
        return read

    def _generated(self, scope: Scope, wanted: Properties) -> str:
        """Generate a password, alone or as one key of a JSON template."""
        template, key = wanted.get("SecretStringTemplate"), wanted.get("GenerateStringKey")
        if (template is None) != (key is None):
            refuse(
                "InvalidRequest",
                "SecretStringTemplate and GenerateStringKey must be specified together.",
            )
        password: str = ask(
            scope.client("secretsmanager"),
            "get_random_password",
            **{name: wanted.get(name) for name in _GENERATED},
        )["RandomPassword"]
        if template is None:
            return password
        try:
            parsed = json.loads(template)
        except ValueError:
            refuse("InvalidRequest", "Could not parse SecretStringTemplate JSON.")
        return json.dumps({**parsed, str(key): password})

    def _replicate(self, scope: Scope, arn: str, properties: Properties) -> None:
        """Bring the replicas to what the template lists; refuse before anything is made."""
        held = _held(scope, arn)
        wanted = {
            str(replica["Region"]): str(replica.get("KmsKeyId", _OWN_KEY))
            for replica in properties.get("ReplicaRegions", ())
        }
        have = {replica.region: replica for replica in held.replicas}
        for region, key in wanted.items():
            if region == scope.region:
                refuse("InvalidParameterException", "Invalid replica region.")
            _refuse_key(scope, None if key == _OWN_KEY else key, region)
            there = beneath("secretsmanager", scope.account, region).secrets
            if region not in have and held.name in there:
                refuse(
                    "InvalidRequestException",
                    f"Replication failed: Secret name {held.name} already exists in region "
                    f"{region}.",
                )
        for region, replica in have.items():
            if region not in wanted or replica.config["KmsKeyId"] != wanted[region]:
                _drop(scope, replica)
        kept = {replica.region: replica for replica in held.replicas if _stands(scope, replica)}
        held.replicas = [
            kept.get(region) or _add(scope, held, region, key) for region, key in wanted.items()
        ]


def _add(scope: Scope, held: Backend, region: str, key: str) -> KeyedReplica:
    replica = KeyedReplica(held, region, key)
    beneath("secretsmanager", scope.account, region).secrets[replica.arn] = replica
    return replica


def _drop(scope: Scope, replica: Backend) -> None:
    store = beneath("secretsmanager", scope.account, replica.region).secrets
    # moto's own `pop` looks under the secret's name, but keeps a replica under its ARN.
    dict.pop(store, replica.arn, None)


def _stands(scope: Scope, replica: Backend) -> bool:
    store = beneath("secretsmanager", scope.account, replica.region).secrets
    return dict.get(store, replica.arn) is replica


def _refuse_key(scope: Scope, given: str | None, region: str) -> None:
    if given is None:
        return
    key = find_key(scope, given, region=region)
    if key is not None and key.key_state == "PendingDeletion":
        refuse("KMSInvalidStateException", f"{key.arn} is pending deletion.")
    if not is_usable(key):
        refuse(
            "EncryptionFailure",
            "Secrets Manager can't encrypt the protected secret text using the provided KMS key. "
            f"Check that the KMS key is available, enabled, and not in an invalid state: {given}",
        )


def _held(scope: Scope, arn: str) -> Backend:
    return beneath("secretsmanager", scope.account, scope.region).secrets[arn]


def _find(scope: Scope, arn: str) -> dict[str, Any] | None:
    told = ask_or_none(scope.client("secretsmanager"), "describe_secret", _ABSENT, SecretId=arn)
    return None if told is None or told.get("DeletedDate") else told


HANDLERS: tuple[Handler, ...] = (SecretHandler(),)
