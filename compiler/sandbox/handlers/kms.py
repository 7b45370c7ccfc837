"""
KMS keys and their aliases.

moto refuses to decrypt what a key of another region encrypted, but leaves out KMS's sentence;
importing this module makes it say it.
"""

from __future__ import annotations

import json
import re
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.kms.exceptions import AccessDeniedException

from compiler.sandbox.handler import Created, Handler, Properties, Scope
from compiler.sandbox.handlers.grants import listed, matches, principals, statements
from compiler.sandbox.handlers.identity import merged, without_system
from compiler.sandbox.handlers.key_lookup import find_key
from compiler.sandbox.handlers.replies import JSON, Backend, ask, beneath, document, refuse
from compiler.sandbox.handlers.tagging import changes, without_system_keys

_PENDING_DAYS = 30
_ROTATION_DAYS = 365
_FIXED = ("KeySpec", "KeyUsage", "Origin", "MultiRegion")
"""What an update may not change. Source: registry schema of `AWS::KMS::Key`, 2026-10-20."""

_EXECUTION_ROLE = "role/AWSCloudFormationStackSetExecutionRole"
"""The role under which StackSets, and so every caller here, creates resources."""


class KeyHandler:
    """
    Single-region keys with material of KMS's own.

    KMS keys get the stack's tags but none of the `aws:cloudformation:` ones.
    Source: registry schema of `AWS::KMS::Key`, 2026-10-20.
    """

    type_name = "AWS::KMS::Key"
    supported = frozenset(
        {
            "Description",
            "KeyPolicy",
            "EnableKeyRotation",
            "RotationPeriodInDays",
            "PendingWindowInDays",
            "Enabled",
            "KeySpec",
            "KeyUsage",
            "MultiRegion",
            "Tags",
        }
    )

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create the key; refuse a policy that names nobody or locks its maker out."""
        _refuse_multi_region(properties)
        policy = properties.get("KeyPolicy")
        if policy is not None:
            _refuse_policy(scope, policy)
        _refuse_days(properties)
        kms = scope.client("kms")
        key_id = ask(
            kms,
            "create_key",
            Description=properties.get("Description"),
            Policy=None if policy is None else document(policy),
            KeySpec=properties.get("KeySpec"),
            KeyUsage=properties.get("KeyUsage", "ENCRYPT_DECRYPT"),
        )["KeyMetadata"]["KeyId"]
        self._set(scope, key_id, properties)
        return self._described(scope, key_id)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Change policy, description, rotation, state and tags."""
        for name in _FIXED:
            if old.get(name) != new.get(name):
                refuse(
                    "NotUpdatable",
                    f"You cannot change the {name} property of an existing KMS key. "
                    "Create a new key instead.",
                )
        _refuse_days(new)
        policy = new.get("KeyPolicy") or _default_policy(scope)
        _refuse_policy(scope, policy)
        kms = scope.client("kms")
        ask(kms, "put_key_policy", KeyId=physical_id, PolicyName="default", Policy=document(policy))
        ask(
            kms,
            "update_key_description",
            KeyId=physical_id,
            Description=new.get("Description", ""),
        )
        self._set(scope, physical_id, new)
        return self._described(scope, physical_id)

    def adopt(self, scope: Scope, physical_id: str) -> Created:
        """Put the stack's tags on a key that exists."""
        tags = without_system_keys(scope.tags)
        if tags:
            pairs = [{"TagKey": key, "TagValue": value} for key, value in tags.items()]
            ask(scope.client("kms"), "tag_resource", KeyId=physical_id, Tags=pairs)
        return self._described(scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Schedule the deletion: no template can take it back."""
        key = self._find(scope, physical_id)
        if key is None:
            return
        waits = getattr(key, "pending_window", _PENDING_DAYS)
        days = int(properties.get("PendingWindowInDays", waits))
        ask(
            scope.client("kms"),
            "schedule_key_deletion",
            KeyId=physical_id,
            PendingWindowInDays=days,
        )

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """
        Read the key; one that waits for its deletion no longer exists for CloudFormation.

        moto keeps neither the window nor the rotation period, so both are kept on moto's key.
        """
        key = self._find(scope, physical_id)
        if key is None:
            return None
        kms = scope.client("kms")
        told = ask(kms, "describe_key", KeyId=physical_id)["KeyMetadata"]
        policy = ask(kms, "get_key_policy", KeyId=physical_id, PolicyName="default")["Policy"]
        rotation = ask(kms, "get_key_rotation_status", KeyId=physical_id)["KeyRotationEnabled"]
        tags = ask(kms, "list_resource_tags", KeyId=physical_id)["Tags"]
        return {
            "Description": told["Description"],
            "KeyPolicy": json.loads(policy),
            "EnableKeyRotation": rotation,
            "RotationPeriodInDays": getattr(key, "rotation_period", _ROTATION_DAYS),
            "PendingWindowInDays": getattr(key, "pending_window", _PENDING_DAYS),
            "Enabled": told["Enabled"],
            "KeySpec": told.get("KeySpec", "SYMMETRIC_DEFAULT"),
            "KeyUsage": told.get("KeyUsage", "ENCRYPT_DECRYPT"),
            "MultiRegion": told.get("MultiRegion", False),
            "Tags": without_system({"Key": t["TagKey"], "Value": t["TagValue"]} for t in tags),
        }

    def _find(self, scope: Scope, key_id: str) -> Backend | None:
        key = beneath("kms", scope.account, scope.region).keys.get(key_id)
        return None if key is None or key.key_state == "PendingDeletion" else key

    def _set(self, scope: Scope, key_id: str, properties: Properties) -> None:
        kms = scope.client("kms")
        held = beneath("kms", scope.account, scope.region).keys[key_id]
        held.rotation_period = int(properties.get("RotationPeriodInDays", _ROTATION_DAYS))
        held.pending_window = int(properties.get("PendingWindowInDays", _PENDING_DAYS))
        rotates = _truth(properties.get("EnableKeyRotation", False))
        ask(kms, "enable_key_rotation" if rotates else "disable_key_rotation", KeyId=key_id)
        enabled = _truth(properties.get("Enabled", True))
        ask(kms, "enable_key" if enabled else "disable_key", KeyId=key_id)
        have = ask(kms, "list_resource_tags", KeyId=key_id)["Tags"]
        added, removed = changes(
            {tag["TagKey"]: tag["TagValue"] for tag in have},
            without_system_keys(merged(scope, properties.get("Tags"))),
        )
        if removed:
            ask(kms, "untag_resource", KeyId=key_id, TagKeys=removed)
        if added:
            pairs = [{"TagKey": key, "TagValue": value} for key, value in added.items()]
            ask(kms, "tag_resource", KeyId=key_id, Tags=pairs)

    def _described(self, scope: Scope, key_id: str) -> Created:
        arn = beneath("kms", scope.account, scope.region).keys[key_id].arn
        return Created(physical_id=key_id, attributes={"Arn": arn, "KeyId": key_id})


class AliasHandler:
    """Aliases, unique in account and region."""

    type_name = "AWS::KMS::Alias"
    supported = frozenset({"AliasName", "TargetKeyId"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create the alias of a key that is not waiting for its deletion."""
        name = properties["AliasName"]
        if not re.fullmatch(r"alias/[a-zA-Z0-9:/_-]{1,250}", name) or name.startswith("alias/aws/"):
            code = (
                "NotAuthorizedException" if name.startswith("alias/aws/") else "ValidationException"
            )
            refuse(code, f"Alias name {name} is not valid")
        if self.read(scope, name) is not None:
            code = "AlreadyExistsException"
            arn = f"arn:{scope.partition}:kms:{scope.region}:{scope.account}:{name}"
            refuse(code, f"An alias with the name {arn} already exists")
        key = self._target(scope, properties["TargetKeyId"])
        ask(scope.client("kms"), "create_alias", AliasName=name, TargetKeyId=key.id)
        return Created(physical_id=name, attributes={"AliasName": name})

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Point the alias at another key."""
        del old
        key = self._target(scope, new["TargetKeyId"])
        ask(scope.client("kms"), "update_alias", AliasName=physical_id, TargetKeyId=key.id)
        return Created(physical_id=physical_id, attributes={"AliasName": physical_id})

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete the alias, not its key."""
        del properties
        if self.read(scope, physical_id) is not None:
            ask(scope.client("kms"), "delete_alias", AliasName=physical_id)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the id of the alias's key."""
        for alias in ask(scope.client("kms"), "list_aliases")["Aliases"]:
            if alias["AliasName"] == physical_id:
                return {"AliasName": physical_id, "TargetKeyId": alias["TargetKeyId"]}
        return None

    def _target(self, scope: Scope, given: str) -> Backend:
        key = find_key(scope, given)
        if key is None:
            code = "NotFoundException"
            arn = f"arn:{scope.partition}:kms:{scope.region}:{scope.account}:key/{given}"
            refuse(code, f"Key '{given if given.startswith('arn:') else arn}' does not exist")
        if key.key_state == "PendingDeletion":
            refuse("KMSInvalidStateException", f"{key.arn} is pending deletion.")
        return key


def _refuse_multi_region(properties: Properties) -> None:
    if _truth(properties.get("MultiRegion", False)):
        refuse(
            "UnsupportedOperationException",
            "The sandbox does not play multi-Region keys: services at rest treat them as "
            "single-Region keys.",
        )


def _refuse_days(properties: Properties) -> None:
    """Refuse windows and periods out of range. Source: KMS API reference, 2026-11-23."""
    for name, least, most in (("PendingWindowInDays", 7, 30), ("RotationPeriodInDays", 90, 2560)):
        if name in properties and not least <= int(properties[name]) <= most:
            refuse("ValidationException", f"{name} must be between {least} and {most}.")


def _refuse_policy(scope: Scope, policy: JSON) -> None:
    """
    Refuse what KMS calls malformed: unknown principals, and a policy nobody could change again.

    Source: KMS developer guide, "Key policies", and the CloudFormation template reference of
    `AWS::KMS::Key`, 2026-11-23.
    """
    code = "MalformedPolicyDocumentException"
    changeable = False
    for statement in statements(policy):
        for kind, name in principals(statement):
            if kind == "AWS" and not _exists(scope, name):
                refuse(
                    code,
                    "Policy contains a statement with one or more invalid principals.",
                )
        changeable = changeable or _lets_maker_change(scope, statement)
    if not changeable:
        refuse(
            code,
            "The new key policy will not allow you to update the key policy in the future.",
        )


def _lets_maker_change(scope: Scope, statement: JSON) -> bool:
    # A statement with a condition counts for nothing here: KMS checks a plain request of the
    # caller's.
    if statement.get("Effect") != "Allow" or statement.get("Condition"):
        return False
    actions = listed(statement.get("Action"))
    if not any(matches(str(action).lower(), "kms:putkeypolicy") for action in actions):
        return False
    account = f"arn:{scope.partition}:iam::{scope.account}:"
    makers = {"*", scope.account, f"{account}root", f"{account}{_EXECUTION_ROLE}"}
    return any(kind == "AWS" and name in makers for kind, name in principals(statement))


def _exists(scope: Scope, principal: str) -> bool:
    if principal == "*" or re.fullmatch(r"\d{12}", principal):
        return True
    found = re.fullmatch(r"arn:(aws[a-z-]*):iam::(\d{12}):(root|role/.+|user/.+)", principal)
    if found is None or found[1] != scope.partition:
        return False
    if found[3] == "root":
        return True
    held = beneath("iam", found[2], scope.partition)
    return any(one.arn == principal for one in (*held.roles.values(), *held.users.values()))


def _default_policy(scope: Scope) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Id": "key-default-1",
        "Statement": [
            {
                "Sid": "Enable IAM User Permissions",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:{scope.partition}:iam::{scope.account}:root"},
                "Action": "kms:*",
                "Resource": "*",
            }
        ],
    }


def _truth(value: JSON) -> bool:
    return str(value).lower() == "true"


def _say_why(self: AccessDeniedException, message: str) -> None:
    JsonRESTError.__init__(self, "AccessDeniedException", message)


AccessDeniedException.__init__ = _say_why  # type: ignore[method-assign]  # see the module


HANDLERS: tuple[Handler, ...] = (KeyHandler(), AliasHandler())
