"""Log groups of CloudWatch Logs."""

from __future__ import annotations

from typing import Any

from compiler.sandbox.handler import Created, Handler, Properties, Scope
from compiler.sandbox.handlers.identity import as_pairs, merged, physical_name
from compiler.sandbox.handlers.key_lookup import admits, find_key, is_usable
from compiler.sandbox.handlers.replies import Backend, ask, beneath, refuse
from compiler.sandbox.handlers.tagging import SYSTEM, changes

_RETENTION = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922}
    | {3288, 3653}
)
"""Days that PutRetentionPolicy takes. Source: CloudWatch Logs API reference, 2026-11-23."""


class LogGroupHandler:
    """Log groups of the standard class or of infrequent access."""

    type_name = "AWS::Logs::LogGroup"
    supported = frozenset(
        {
            "LogGroupName",
            "KmsKeyId",
            "RetentionInDays",
            "LogGroupClass",
            "DeletionProtectionEnabled",
            "Tags",
        }
    )

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create the group; refuse a key that does not admit the Logs service."""
        name = properties.get("LogGroupName") or physical_name(scope, limit=512)
        if self._find(scope, name) is not None:
            refuse("ResourceAlreadyExistsException", "The specified log group already exists")
        _refuse_retention(properties)
        key = properties.get("KmsKeyId")
        if key is not None:
            _refuse_key(scope, name, key)
        ask(
            scope.client("logs"),
            "create_log_group",
            logGroupName=name,
            kmsKeyId=key,
            tags=merged(scope, properties.get("Tags")) or None,
        )
        self._set(scope, name, properties)
        return self._described(scope, name)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Change key, retention, class, protection and tags."""
        _refuse_retention(new)
        key = new.get("KmsKeyId")
        if key != old.get("KmsKeyId"):
            if key is not None:
                _refuse_key(scope, physical_id, key)
            # moto has neither AssociateKmsKey nor DisassociateKmsKey.
            _held(scope, physical_id).kms_key_id = key
        self._set(scope, physical_id, new)
        return self._described(scope, physical_id)

    def adopt(self, scope: Scope, physical_id: str) -> Created:
        """Put the stack's tags on a group that exists."""
        arn = _arn(scope, physical_id)
        ask(scope.client("logs"), "tag_resource", resourceArn=arn, tags=dict(scope.tags))
        return self._described(scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete the group, unless it is protected."""
        del properties
        if self._find(scope, physical_id) is None:
            return
        if getattr(_held(scope, physical_id), "deletion_protection", False):
            refuse(
                "ValidationException",
                f"The log group {physical_id} cannot be deleted because deletion protection is "
                "enabled.",
            )
        ask(scope.client("logs"), "delete_log_group", logGroupName=physical_id)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the group; class and protection, which moto does not know, are kept on its group."""
        group = self._find(scope, physical_id)
        if group is None:
            return None
        held = _held(scope, physical_id)
        told: dict[str, Any] = {
            "LogGroupName": group["logGroupName"],
            "LogGroupClass": getattr(held, "kept_class", "STANDARD"),
            "DeletionProtectionEnabled": getattr(held, "deletion_protection", False),
        }
        if "retentionInDays" in group:
            told["RetentionInDays"] = int(group["retentionInDays"])
        if "kmsKeyId" in group:
            told["KmsKeyId"] = group["kmsKeyId"]
        tags = self._tags(scope, physical_id)
        told["Tags"] = as_pairs(
            {key: value for key, value in sorted(tags.items()) if not key.startswith(SYSTEM)}
        )
        return told

    def _set(self, scope: Scope, name: str, properties: Properties) -> None:
        logs = scope.client("logs")
        days = properties.get("RetentionInDays")
        if days is None:
            ask(logs, "delete_retention_policy", logGroupName=name)
        else:
            ask(logs, "put_retention_policy", logGroupName=name, retentionInDays=days)
        held = _held(scope, name)
        held.kept_class = properties.get("LogGroupClass", "STANDARD")
        protected = properties.get("DeletionProtectionEnabled", False)
        held.deletion_protection = str(protected).lower() == "true"
        added, removed = changes(self._tags(scope, name), merged(scope, properties.get("Tags")))
        arn = _arn(scope, name)
        if removed:
            ask(logs, "untag_resource", resourceArn=arn, tagKeys=removed)
        if added:
            ask(logs, "tag_resource", resourceArn=arn, tags=added)

    def _tags(self, scope: Scope, name: str) -> dict[str, str]:
        tags: dict[str, str] = ask(
            scope.client("logs"), "list_tags_for_resource", resourceArn=_arn(scope, name)
        )["tags"]
        return tags

    def _find(self, scope: Scope, name: str) -> dict[str, Any] | None:
        answer = ask(scope.client("logs"), "describe_log_groups", logGroupNamePrefix=name)
        for group in answer["logGroups"]:
            if group["logGroupName"] == name:
                found: dict[str, Any] = group
                return found
        return None

    def _described(self, scope: Scope, name: str) -> Created:
        # The one ARN that ends in `:*`, as the registry's read handler returns it.
        return Created(physical_id=name, attributes={"Arn": f"{_arn(scope, name)}:*"})


def _arn(scope: Scope, name: str) -> str:
    return f"arn:{scope.partition}:logs:{scope.region}:{scope.account}:log-group:{name}"


def _held(scope: Scope, name: str) -> Backend:
    return beneath("logs", scope.account, scope.region).groups[name]


def _refuse_retention(properties: Properties) -> None:
    days = properties.get("RetentionInDays")
    if days is not None and int(days) not in _RETENTION:
        refuse(
            "InvalidParameterException",
            f"1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy "
            f"constraint: Member must satisfy enum value set: {sorted(_RETENTION)}",
        )


def _refuse_key(scope: Scope, name: str, given: str) -> None:
    """
    Refuse a key that Logs cannot use for this very group.

    Source: CloudWatch Logs user guide, "Encrypt log data using AWS KMS", 2026-11-23.
    """
    code = "InvalidParameterException"
    if not given.startswith("arn:"):
        refuse(code, "The specified KMS Key Id is not an ARN.")
    key = find_key(scope, given)
    arn = _arn(scope, name)
    suffix = "amazonaws.com.cn" if scope.partition == "aws-cn" else "amazonaws.com"
    services = {f"logs.{scope.region}.amazonaws.com", f"logs.{scope.region}.{suffix}"}
    context = {"kms:EncryptionContext:aws:logs:arn": arn}
    if (
        key is None
        or not is_usable(key)
        or not any(admits(key, service, "kms:GenerateDataKey", context) for service in services)
    ):
        refuse(
            code,
            "The specified KMS key does not exist or is not allowed to be used with LogGroup "
            f"'{arn}'",
        )


HANDLERS: tuple[Handler, ...] = (LogGroupHandler(),)
