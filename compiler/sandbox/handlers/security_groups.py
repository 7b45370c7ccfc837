"""
Security groups and their rules, inside the group's resource or standing alone.

A group without egress rules allows everything out; the first rule of its own takes that away, and
it comes back when the inline rules leave. Source: CloudFormation template reference,
"AWS::EC2::SecurityGroup", 2026-11-23.
"""

from __future__ import annotations

from typing import Any

from compiler.sandbox.handler import Created, Handler, Properties, Refused, Scope
from compiler.sandbox.handlers.dependents import of_security_group
from compiler.sandbox.handlers.identity import physical_name, without_system
from compiler.sandbox.handlers.replies import ask, ask_or_none, refuse
from compiler.sandbox.handlers.security_group_rules import (
    ALL_OUT,
    authorize,
    described,
    revoke,
    rules_of,
)
from compiler.sandbox.handlers.tagging import retag, specification

_ABSENT = "InvalidGroup.NotFound"


class SecurityGroupHandler:
    """Security groups of a VPC, with their inline rules."""

    type_name = "AWS::EC2::SecurityGroup"
    supported = frozenset(
        {
            "GroupDescription",
            "GroupName",
            "VpcId",
            "SecurityGroupIngress",
            "SecurityGroupEgress",
            "Tags",
        }
    )

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create the group with its rules, or not at all."""
        name = properties.get("GroupName") or physical_name(scope)
        self._refuse_name(scope, name, properties)
        group_id = ask(
            scope.client("ec2"),
            "create_security_group",
            GroupName=name,
            Description=properties["GroupDescription"],
            VpcId=properties.get("VpcId"),
            TagSpecifications=specification(scope, properties.get("Tags"), "security-group"),
        )["GroupId"]
        try:
            self._set(scope, group_id, {}, properties)
        except Refused:
            ask(scope.client("ec2"), "delete_security_group", GroupId=group_id)
            raise
        return self._described(scope, group_id)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Add and remove inline rules, leaving those that stand alone, and set the tags."""
        self._set(scope, physical_id, old, new)
        retag(scope, physical_id, new.get("Tags"))
        return self._described(scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete a group that nothing uses."""
        del properties
        if self._find(scope, physical_id) is None:
            return
        if of_security_group(scope, physical_id):
            refuse("DependencyViolation", f"resource {physical_id} has a dependent object")
        ask(scope.client("ec2"), "delete_security_group", GroupId=physical_id)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """
        Read the group and its rules.

        EC2 does not tell inline rules from those that stand alone, so all are listed; the rule that
        allows everything out is left out while it is the only one, as the default that it then is.
        """
        group = self._find(scope, physical_id)
        if group is None:
            return None
        told: dict[str, Any] = {
            "GroupName": group["GroupName"],
            "GroupDescription": group["Description"],
            "VpcId": group["VpcId"],
            "Tags": without_system(group.get("Tags", ())),
        }
        ingress = [described(rule) for rule in rules_of(scope, physical_id, egress=False)]
        egress = [described(rule) for rule in rules_of(scope, physical_id, egress=True)]
        if ingress:
            told["SecurityGroupIngress"] = ingress
        if egress and egress != [dict(ALL_OUT)]:
            told["SecurityGroupEgress"] = egress
        return told

    def _set(self, scope: Scope, group_id: str, old: Properties, new: Properties) -> None:
        for name, egress in (("SecurityGroupIngress", False), ("SecurityGroupEgress", True)):
            before, after = old.get(name, []), new.get(name, [])
            if before == after:
                continue
            if egress and not before:
                revoke(scope, group_id, ALL_OUT, egress=True)
            for rule in before:
                if rule not in after:
                    revoke(scope, group_id, rule, egress=egress)
            for rule in after:
                if rule not in before:
                    authorize(scope, group_id, rule, egress=egress)
            if egress and not after:
                authorize(scope, group_id, ALL_OUT, egress=True)

    def _refuse_name(self, scope: Scope, name: str, properties: Properties) -> None:
        if name.lower().startswith("sg-"):
            refuse(
                "InvalidParameterValue",
                f"Value ({name}) for parameter groupName is invalid. "
                "Group names may not start with sg-",
            )
        if "VpcId" not in properties:
            return
        # moto makes groups of any VPC, there or not.
        ask(scope.client("ec2"), "describe_vpcs", VpcIds=[properties["VpcId"]])
        inside = [{"Name": "vpc-id", "Values": [properties["VpcId"]]}]
        taken = ask(scope.client("ec2"), "describe_security_groups", Filters=inside)
        # Group names are unique in a VPC whatever their case; moto compares them as written.
        if any(g["GroupName"].lower() == name.lower() for g in taken["SecurityGroups"]):
            refuse(
                "InvalidGroup.Duplicate",
                f"The security group '{name}' already exists for VPC '{properties['VpcId']}'",
            )

    def _find(self, scope: Scope, group_id: str) -> dict[str, Any] | None:
        answer = ask_or_none(
            scope.client("ec2"),
            "describe_security_groups",
            _ABSENT,
            "InvalidGroupId.Malformed",
            GroupIds=[group_id],
        )
        return answer["SecurityGroups"][0] if answer and answer["SecurityGroups"] else None

    def _described(self, scope: Scope, group_id: str) -> Created:
        group = self._find(scope, group_id) or {}
        return Created(
            physical_id=group_id,
            attributes={"GroupId": group_id, "Id": group_id, "VpcId": group.get("VpcId", "")},
        )


class RuleHandler:
    """A rule that stands alone: `AWS::EC2::SecurityGroupIngress` or `…Egress`."""

    def __init__(self, *, egress: bool) -> None:
        """Play the type for traffic out (*egress*) or in."""
        self._egress = egress
        self._peer = "Destination" if egress else "Source"
        self.type_name = f"AWS::EC2::SecurityGroup{'Egress' if egress else 'Ingress'}"
        self.supported = frozenset(
            {
                "GroupId",
                "IpProtocol",
                "FromPort",
                "ToPort",
                "CidrIp",
                "CidrIpv6",
                "Description",
                f"{self._peer}PrefixListId",
                f"{self._peer}SecurityGroupId",
            }
            | (set() if egress else {"SourceSecurityGroupOwnerId"})
        )

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Add the rule; an egress rule takes the one that allows everything out away."""
        group_id = properties["GroupId"]
        if self._egress:
            # The registry's create handler holds ec2:RevokeSecurityGroupEgress for this.
            revoke(scope, group_id, ALL_OUT, egress=True)
        rule_id = authorize(scope, group_id, properties, egress=self._egress)
        return Created(physical_id=rule_id, attributes={"Id": rule_id})

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Change the description, which is all that does not replace the rule."""
        if old.get("Description") != new.get("Description"):
            revoke(scope, new["GroupId"], old, egress=self._egress)
            again = authorize(scope, new["GroupId"], new, egress=self._egress, rule_id=physical_id)
            return Created(physical_id=again, attributes={"Id": again})
        return Created(physical_id=physical_id, attributes={"Id": physical_id})

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Take the rule away."""
        del properties
        rule = self._find(scope, physical_id)
        if rule is not None:
            ask(
                scope.client("ec2"),
                f"revoke_security_group_{'egress' if self._egress else 'ingress'}",
                GroupId=rule["GroupId"],
                SecurityGroupRuleIds=[physical_id],
            )

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the rule."""
        rule = self._find(scope, physical_id)
        return None if rule is None else {"GroupId": rule["GroupId"], **described(rule)}

    def _find(self, scope: Scope, rule_id: str) -> dict[str, Any] | None:
        answer = ask_or_none(
            scope.client("ec2"),
            "describe_security_group_rules",
            "InvalidSecurityGroupRuleId.NotFound",
            SecurityGroupRuleIds=[rule_id],
        )
        return answer["SecurityGroupRules"][0] if answer and answer["SecurityGroupRules"] else None


HANDLERS: tuple[Handler, ...] = (
    SecurityGroupHandler(),
    RuleHandler(egress=False),
    RuleHandler(egress=True),
)
