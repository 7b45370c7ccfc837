"""IAM roles and instance profiles, which are global in an account."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy

from compiler.sandbox.handler import Created, Handler, Properties, Refused, Scope
from compiler.sandbox.handlers.grants import principals, statements
from compiler.sandbox.handlers.identity import as_pairs, merged, physical_name, without_system
from compiler.sandbox.handlers.replies import JSON, ask, ask_or_none, beneath, document, refuse
from compiler.sandbox.handlers.tagging import changes, without_system_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

_ABSENT = "NoSuchEntity"
_LONGEST_ROLE = 64
_HOUR = 3600


class RoleHandler:
    """
    Roles with their inline and attached policies.

    IAM roles get the stack's tags but none of the `aws:cloudformation:` ones.
    Source: registry schema of `AWS::IAM::Role`, 2026-10-20.
    """

    type_name = "AWS::IAM::Role"
    supported = frozenset(
        {
            "RoleName",
            "Path",
            "Description",
            "AssumeRolePolicyDocument",
            "Policies",
            "ManagedPolicyArns",
            "MaxSessionDuration",
            "PermissionsBoundary",
            "Tags",
        }
    )

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create the role with all its policies, or not at all."""
        name = properties.get("RoleName") or physical_name(scope, limit=_LONGEST_ROLE)
        self._refuse(scope, name, properties)
        ask(
            scope.client("iam"),
            "create_role",
            RoleName=name,
            Path=properties.get("Path"),
            Description=properties.get("Description"),
            AssumeRolePolicyDocument=document(properties["AssumeRolePolicyDocument"]),
            MaxSessionDuration=properties.get("MaxSessionDuration"),
            PermissionsBoundary=properties.get("PermissionsBoundary"),
        )
        try:
            self._set(scope, name, {}, properties)
        except Refused:
            self.delete(scope, name, properties)
            raise
        return self._described(scope, name)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Change trust, description, duration, boundary, policies and tags."""
        self._refuse(scope, None, new)
        iam = scope.client("iam")
        ask(
            iam,
            "update_assume_role_policy",
            RoleName=physical_id,
            PolicyDocument=document(new["AssumeRolePolicyDocument"]),
        )
        ask(
            iam,
            "update_role",
            RoleName=physical_id,
            Description=new.get("Description", ""),
            MaxSessionDuration=new.get("MaxSessionDuration", _HOUR),
        )
        before, after = (part.get("PermissionsBoundary") for part in (old, new))
        if after is not None and after != before:
            ask(
                iam,
                "put_role_permissions_boundary",
                RoleName=physical_id,
                PermissionsBoundary=after,
            )
        if after is None and before is not None:
            ask(iam, "delete_role_permissions_boundary", RoleName=physical_id)
        self._set(scope, physical_id, old, new)
        return self._described(scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete the role and the policies that its own template gave it."""
        iam = scope.client("iam")
        if self._find(scope, physical_id) is None:
            return
        for policy in properties.get("Policies", ()):
            ask_or_none(
                iam,
                "delete_role_policy",
                _ABSENT,
                RoleName=physical_id,
                PolicyName=policy["PolicyName"],
            )
        for arn in properties.get("ManagedPolicyArns", ()):
            ask_or_none(iam, "detach_role_policy", _ABSENT, RoleName=physical_id, PolicyArn=arn)
        ask(iam, "delete_role", RoleName=physical_id)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the role; inline policies of other resources are among those read."""
        role = self._find(scope, physical_id)
        if role is None:
            return None
        iam = scope.client("iam")
        told: dict[str, Any] = {
            "RoleName": role["RoleName"],
            "Path": role["Path"],
            "AssumeRolePolicyDocument": role["AssumeRolePolicyDocument"],
            "MaxSessionDuration": role["MaxSessionDuration"],
            "Tags": without_system(role.get("Tags", ())),
        }
        if role.get("Description"):
            told["Description"] = role["Description"]
        if role.get("PermissionsBoundary"):
            told["PermissionsBoundary"] = role["PermissionsBoundary"]["PermissionsBoundaryArn"]
        names = ask(iam, "list_role_policies", RoleName=physical_id)["PolicyNames"]
        inline = [
            {
                "PolicyName": name,
                "PolicyDocument": ask(
                    iam, "get_role_policy", RoleName=physical_id, PolicyName=name
                )["PolicyDocument"],
            }
            for name in sorted(names)
        ]
        attached = ask(iam, "list_attached_role_policies", RoleName=physical_id)
        arns = sorted(policy["PolicyArn"] for policy in attached["AttachedPolicies"])
        return (
            told
            | ({"Policies": inline} if inline else {})
            | ({"ManagedPolicyArns": arns} if arns else {})
        )

    def _refuse(self, scope: Scope, name: str | None, properties: Properties) -> None:
        if name is not None:
            if not re.fullmatch(r"[\w+=,.@-]{1,64}", name):
                refuse("ValidationError", f"The specified value for roleName is invalid: {name}")
            # Names are unique whatever their case; moto compares them as written.
            held = beneath("iam", scope.account, scope.partition).roles.values()
            if any(role.name.lower() == name.lower() for role in held):
                refuse("EntityAlreadyExists", f"Role with name {name} already exists.")
        _refuse_trust(scope, properties["AssumeRolePolicyDocument"])

    def _set(self, scope: Scope, name: str, old: Properties, new: Properties) -> None:
        iam = scope.client("iam")
        before, after = (
            {p["PolicyName"]: p["PolicyDocument"] for p in part.get("Policies", ())}
            for part in (old, new)
        )
        for policy in before:
            if policy not in after:
                ask_or_none(iam, "delete_role_policy", _ABSENT, RoleName=name, PolicyName=policy)
        for policy, body in after.items():
            ask(
                iam,
                "put_role_policy",
                RoleName=name,
                PolicyName=policy,
                PolicyDocument=document(body),
            )
        had, wants = (part.get("ManagedPolicyArns", ()) for part in (old, new))
        for arn in had:
            if arn not in wants:
                ask_or_none(iam, "detach_role_policy", _ABSENT, RoleName=name, PolicyArn=arn)
        for arn in wants:
            if arn not in had:
                attach(scope, "role", name, arn)
        have = ask(iam, "list_role_tags", RoleName=name)["Tags"]
        added, removed = changes(
            {tag["Key"]: tag["Value"] for tag in have},
            without_system_keys(merged(scope, new.get("Tags"))),
        )
        if removed:
            ask(iam, "untag_role", RoleName=name, TagKeys=removed)
        if added:
            ask(iam, "tag_role", RoleName=name, Tags=as_pairs(added))

    def _find(self, scope: Scope, name: str) -> dict[str, Any] | None:
        answer = ask_or_none(scope.client("iam"), "get_role", _ABSENT, RoleName=name)
        return answer["Role"] if answer else None

    def _described(self, scope: Scope, name: str) -> Created:
        role = ask(scope.client("iam"), "get_role", RoleName=name)["Role"]
        return Created(physical_id=name, attributes={"Arn": role["Arn"], "RoleId": role["RoleId"]})


class InstanceProfileHandler:
    """Instance profiles, each with one role."""

    type_name = "AWS::IAM::InstanceProfile"
    supported = frozenset({"InstanceProfileName", "Path", "Roles"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create the profile and put its role in, or do neither."""
        name = properties.get("InstanceProfileName") or physical_name(scope, limit=128)
        iam = scope.client("iam")
        ask(iam, "create_instance_profile", InstanceProfileName=name, Path=properties.get("Path"))
        try:
            self._set(scope, name, (), properties["Roles"])
        except Refused:
            ask(iam, "delete_instance_profile", InstanceProfileName=name)
            raise
        return self._described(scope, name)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Exchange the role."""
        self._set(scope, physical_id, old["Roles"], new["Roles"])
        return self._described(scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Take the role out and delete the profile."""
        del properties
        found = self.read(scope, physical_id)
        if found is None:
            return
        self._set(scope, physical_id, found["Roles"], ())
        ask(scope.client("iam"), "delete_instance_profile", InstanceProfileName=physical_id)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read path and role."""
        answer = ask_or_none(
            scope.client("iam"), "get_instance_profile", _ABSENT, InstanceProfileName=physical_id
        )
        if answer is None:
            return None
        profile = answer["InstanceProfile"]
        return {
            "InstanceProfileName": profile["InstanceProfileName"],
            "Path": profile["Path"],
            "Roles": [role["RoleName"] for role in profile["Roles"]],
        }

    def _set(self, scope: Scope, name: str, old: JSON, new: JSON) -> None:
        iam = scope.client("iam")
        if len(new) > 1:
            refuse("LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
        for role in new:
            ask(iam, "get_role", RoleName=role)
        for role in old:
            if role not in new:
                ask(
                    iam,
                    "remove_role_from_instance_profile",
                    InstanceProfileName=name,
                    RoleName=role,
                )
        for role in new:
            if role not in old:
                ask(iam, "add_role_to_instance_profile", InstanceProfileName=name, RoleName=role)

    def _described(self, scope: Scope, name: str) -> Created:
        profile = ask(scope.client("iam"), "get_instance_profile", InstanceProfileName=name)[
            "InstanceProfile"
        ]
        return Created(physical_id=name, attributes={"Arn": profile["Arn"]})


def attach(scope: Scope, kind: str, name: str, arn: str) -> None:
    """
    Attach a managed policy to a role, group or user (*kind*).

    AWS's own policies all exist; moto brings their documents but loads them only where it is told
    to, all at once, so each is loaded here the first time that somebody attaches it.
    """
    held = beneath("iam", scope.account, scope.partition)
    start = f"arn:{scope.partition}:iam::aws:policy/"
    policy = _of_aws().get(arn.rsplit("/", 1)[-1]) if arn.startswith(start) else None
    if policy is not None and arn not in held.managed_policies:
        made = AWSManagedPolicy.from_data(
            arn.rsplit("/", 1)[-1], scope.account, scope.partition, policy
        )
        held.managed_policies[made.arn] = made
    ask(
        scope.client("iam"),
        f"attach_{kind}_policy",
        PolicyArn=arn,
        **{f"{kind.capitalize()}Name": name},
    )


@cache
def _of_aws() -> dict[str, Any]:
    """Return AWS's managed policies by name; cached, since there are more than a thousand."""
    policies: dict[str, Any] = json.loads(aws_managed_policies_data)
    return policies


def _refuse_trust(scope: Scope, policy: Mapping[str, Any]) -> None:
    """Refuse a trust policy that names a role or user that does not exist."""
    for statement in statements(policy):
        for kind, name in principals(statement):
            found = re.fullmatch(r"arn:(aws[a-z-]*):iam::(\d{12}):((?:role|user)/.+)", name)
            if kind != "AWS" or found is None:
                continue
            held = beneath("iam", found[2], scope.partition)
            known = (*held.roles.values(), *held.users.values())
            if not any(one.arn == name for one in known):
                refuse("MalformedPolicyDocument", f'Invalid principal in policy: "AWS":"{name}"')


HANDLERS: tuple[Handler, ...] = (RoleHandler(), InstanceProfileHandler())
