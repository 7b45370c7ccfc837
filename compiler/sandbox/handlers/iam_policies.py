"""IAM policies that are resources of their own: inline ones, and managed ones."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from compiler.sandbox.handler import Created, Handler, Properties, Refused, Scope
from compiler.sandbox.handlers.iam import attach
from compiler.sandbox.handlers.identity import physical_name
from compiler.sandbox.handlers.replies import ask, ask_or_none, beneath, document, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

_ABSENT = "NoSuchEntity"
_HOLDERS = (("Roles", "role"), ("Groups", "group"), ("Users", "user"))
"""Property of a policy, and what IAM's operations call one of them."""


class RolePolicyHandler:
    """One inline policy of one role. The physical id is `<policy>|<role>`."""

    type_name = "AWS::IAM::RolePolicy"
    supported = frozenset({"PolicyName", "RoleName", "PolicyDocument"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Put the policy; refuse one that the role has already."""
        name, role = properties["PolicyName"], properties["RoleName"]
        if self.read(scope, f"{name}|{role}") is not None:
            refuse("AlreadyExists", f"The policy {name} already exists on the role {role}.")
        return self.update(scope, f"{name}|{role}", {}, properties)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Put the document."""
        del old
        ask(
            scope.client("iam"),
            "put_role_policy",
            RoleName=new["RoleName"],
            PolicyName=new["PolicyName"],
            PolicyDocument=document(new["PolicyDocument"]),
        )
        return Created(physical_id=physical_id, attributes={})

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete the policy."""
        del properties
        name, role = physical_id.split("|")
        ask_or_none(
            scope.client("iam"), "delete_role_policy", _ABSENT, RoleName=role, PolicyName=name
        )

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the document."""
        name, role = physical_id.split("|")
        told = ask_or_none(
            scope.client("iam"), "get_role_policy", _ABSENT, RoleName=role, PolicyName=name
        )
        if told is None:
            return None
        return {
            "PolicyName": name,
            "RoleName": role,
            "PolicyDocument": told["PolicyDocument"],
        }


class PolicyHandler:
    """
    One inline policy in several roles, groups and users.

    The physical id is made up, as CloudFormation's is; since IAM has no such thing, the holders are
    found again by the policy's name, which moto's backend keeps beside the id.
    """

    type_name = "AWS::IAM::Policy"
    supported = frozenset({"PolicyName", "PolicyDocument", "Roles", "Groups", "Users"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Put the policy into every holder, or into none."""
        physical_id = physical_name(scope, limit=64)
        if not any(properties.get(name) for name, _ in _HOLDERS):
            refuse("ValidationError", "At least one of [Groups,Roles,Users] must be non-empty.")
        try:
            self._put(scope, properties)
        except Refused:
            self._remove(scope, properties["PolicyName"], list(_holders(properties)))
            raise
        _kept(scope)[physical_id] = properties["PolicyName"]
        return Created(physical_id=physical_id, attributes={"Id": physical_id})

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Put the document under its new name and into its new holders, and leave the others."""
        self._put(scope, new)
        renamed = old["PolicyName"] != new["PolicyName"]
        stay = [] if renamed else list(_holders(new))
        gone = [holder for holder in _holders(old) if holder not in stay]
        self._remove(scope, old["PolicyName"], gone)
        _kept(scope)[physical_id] = new["PolicyName"]
        return Created(physical_id=physical_id, attributes={"Id": physical_id})

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete the policy from every holder that still exists."""
        name = _kept(scope).pop(physical_id, None)
        if name is not None:
            self._remove(scope, name, list(_holders(properties)))

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read document and holders."""
        name = _kept(scope).get(physical_id)
        if name is None:
            return None
        iam = scope.client("iam")
        told: dict[str, Any] = {"PolicyName": name}
        for (prop, kind), plural in zip(_HOLDERS, ("Roles", "Groups", "Users"), strict=True):
            label = f"{kind.capitalize()}Name"
            for holder in sorted(ask(iam, f"list_{kind}s")[plural], key=itemgetter(label)):
                found = ask_or_none(
                    iam,
                    f"get_{kind}_policy",
                    _ABSENT,
                    PolicyName=name,
                    **{label: holder[label]},
                )
                if found is not None:
                    told["PolicyDocument"] = found["PolicyDocument"]
                    told.setdefault(prop, []).append(holder[label])
        return told if "PolicyDocument" in told else None

    def _put(self, scope: Scope, properties: Properties) -> None:
        for kind, holder in _holders(properties):
            ask(
                scope.client("iam"),
                f"put_{kind}_policy",
                PolicyName=properties["PolicyName"],
                PolicyDocument=document(properties["PolicyDocument"]),
                **{f"{kind.capitalize()}Name": holder},
            )

    def _remove(self, scope: Scope, name: str, holders: list[tuple[str, str]]) -> None:
        for kind, holder in holders:
            ask_or_none(
                scope.client("iam"),
                f"delete_{kind}_policy",
                _ABSENT,
                PolicyName=name,
                **{f"{kind.capitalize()}Name": holder},
            )


class ManagedPolicyHandler:
    """Customer managed policies; `Ref` gives the ARN."""

    type_name = "AWS::IAM::ManagedPolicy"
    supported = frozenset(
        {
            "ManagedPolicyName",
            "Path",
            "Description",
            "PolicyDocument",
            "Roles",
            "Groups",
            "Users",
        }
    )

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create the policy and attach it, or do neither."""
        made = ask(
            scope.client("iam"),
            "create_policy",
            PolicyName=properties.get("ManagedPolicyName") or physical_name(scope, limit=128),
            Path=properties.get("Path"),
            Description=properties.get("Description"),
            PolicyDocument=document(properties["PolicyDocument"]),
        )["Policy"]
        try:
            self._attach(scope, made["Arn"], [], list(_holders(properties)))
        except Refused:
            self.delete(scope, made["Arn"], properties)
            raise
        return _managed(made)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Make a new default version of the document, and attach and detach."""
        iam = scope.client("iam")
        if old["PolicyDocument"] != new["PolicyDocument"]:
            ask(
                iam,
                "create_policy_version",
                PolicyArn=physical_id,
                PolicyDocument=document(new["PolicyDocument"]),
                SetAsDefault=True,
            )
            # IAM keeps five versions; CloudFormation keeps the default one.
            for version in ask(iam, "list_policy_versions", PolicyArn=physical_id)["Versions"]:
                if not version["IsDefaultVersion"]:
                    ask(
                        iam,
                        "delete_policy_version",
                        PolicyArn=physical_id,
                        VersionId=version["VersionId"],
                    )
        self._attach(scope, physical_id, list(_holders(old)), list(_holders(new)))
        return _managed(ask(iam, "get_policy", PolicyArn=physical_id)["Policy"])

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Detach the policy from its own holders and delete it."""
        iam = scope.client("iam")
        if ask_or_none(iam, "get_policy", _ABSENT, PolicyArn=physical_id) is None:
            return
        self._attach(scope, physical_id, list(_holders(properties)), [])
        ask(iam, "delete_policy", PolicyArn=physical_id)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the default version and who holds the policy."""
        iam = scope.client("iam")
        answer = ask_or_none(iam, "get_policy", _ABSENT, PolicyArn=physical_id)
        if answer is None:
            return None
        policy = answer["Policy"]
        version = ask(
            iam,
            "get_policy_version",
            PolicyArn=physical_id,
            VersionId=policy["DefaultVersionId"],
        )["PolicyVersion"]
        told: dict[str, Any] = {
            "ManagedPolicyName": policy["PolicyName"],
            "Path": policy["Path"],
            "PolicyDocument": version["Document"],
        }
        if policy.get("Description"):
            told["Description"] = policy["Description"]
        held = ask(iam, "list_entities_for_policy", PolicyArn=physical_id)
        for prop, kind in _HOLDERS:
            names = sorted(one[f"{kind.capitalize()}Name"] for one in held[f"Policy{prop}"])
            if names:
                told[prop] = names
        return told

    def _attach(
        self,
        scope: Scope,
        arn: str,
        before: list[tuple[str, str]],
        after: list[tuple[str, str]],
    ) -> None:
        for kind, holder in before:
            if (kind, holder) not in after:
                ask_or_none(
                    scope.client("iam"),
                    f"detach_{kind}_policy",
                    _ABSENT,
                    PolicyArn=arn,
                    **{f"{kind.capitalize()}Name": holder},
                )
        for kind, holder in after:
            if (kind, holder) not in before:
                attach(scope, kind, holder, arn)


def _holders(properties: Properties) -> Iterator[tuple[str, str]]:
    for name, kind in _HOLDERS:
        for holder in properties.get(name, ()):
            yield kind, holder


def _kept(scope: Scope) -> dict[str, str]:
    """Return the policy names by physical id, kept on moto's backend so that they go with it."""
    held = beneath("iam", scope.account, scope.partition)
    names: dict[str, str] = held.__dict__.setdefault("kept_inline_policies", {})
    return names


def _managed(policy: dict[str, Any]) -> Created:
    return Created(
        physical_id=policy["Arn"],
        attributes={
            "PolicyArn": policy["Arn"],
            "PolicyId": policy["PolicyId"],
            "DefaultVersionId": policy["DefaultVersionId"],
        },
    )


HANDLERS: tuple[Handler, ...] = (RolePolicyHandler(), PolicyHandler(), ManagedPolicyHandler())
