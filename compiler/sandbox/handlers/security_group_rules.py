"""One rule of a security group, in a template's spelling and in EC2's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.handlers.replies import Backend, ask, beneath, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.handler import Properties, Scope

ALL_OUT: Mapping[str, Any] = {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}
"""The rule that a group has while it has no egress rule of its own."""

_NUMBERED = {"6": "tcp", "17": "udp", "1": "icmp"}


def authorize(
    scope: Scope,
    group_id: str,
    rule: Properties,
    *,
    egress: bool,
    rule_id: str | None = None,
) -> str:
    """
    Add *rule* to a group.

    Args:
        scope: Where the group is.
        group_id: The group.
        rule: In a template's spelling.
        egress: Whether it is about traffic out.
        rule_id: An id to keep, for a rule that is taken away and put back.

    Returns:
        The rule's id.

    Raises:
        Refused: For a rule that exists, that names no peer or several, or a group of elsewhere.
    """
    permission = _permission(rule, egress=egress)
    answer = ask(
        scope.client("ec2"),
        f"authorize_security_group_{'egress' if egress else 'ingress'}",
        GroupId=group_id,
        IpPermissions=[permission],
    )
    given = str(answer["SecurityGroupRules"][0]["SecurityGroupRuleId"])
    held = _held(scope, group_id, given, egress=egress)
    if "Description" in rule:
        # moto tells a rule's description from its address range only, and forgets that of a prefix
        # list.
        held.ip_range["Description"] = rule["Description"]
    if rule_id is not None:
        held.id = rule_id
    return rule_id or given


def revoke(scope: Scope, group_id: str, rule: Properties, *, egress: bool) -> None:
    """Take *rule* away from a group; one that is gone already is no error."""
    wanted = _comparable(rule)
    for have in rules_of(scope, group_id, egress=egress):
        if _comparable(described(have)) == wanted:
            ask(
                scope.client("ec2"),
                f"revoke_security_group_{'egress' if egress else 'ingress'}",
                GroupId=group_id,
                SecurityGroupRuleIds=[have["SecurityGroupRuleId"]],
            )


def rules_of(scope: Scope, group_id: str, *, egress: bool) -> list[dict[str, Any]]:
    """Return a group's rules of one direction, in EC2's spelling and the order of their making."""
    answer = ask(
        scope.client("ec2"),
        "describe_security_group_rules",
        Filters=[{"Name": "group-id", "Values": [group_id]}],
    )
    return [rule for rule in answer["SecurityGroupRules"] if rule["IsEgress"] is egress]


def described(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Spell a rule of EC2's as a template does; `IpProtocol` -1 has no ports."""
    side = "Destination" if rule["IsEgress"] else "Source"
    told: dict[str, Any] = {"IpProtocol": rule["IpProtocol"]}
    if rule["IpProtocol"] != "-1":
        told |= {name: rule[name] for name in ("FromPort", "ToPort") if name in rule}
    for theirs, ours in (
        ("CidrIpv4", "CidrIp"),
        ("CidrIpv6", "CidrIpv6"),
        ("PrefixListId", f"{side}PrefixListId"),
        ("Description", "Description"),
    ):
        if rule.get(theirs):
            told[ours] = rule[theirs]
    if rule.get("ReferencedGroupInfo"):
        told[f"{side}SecurityGroupId"] = rule["ReferencedGroupInfo"]["GroupId"]
        if side == "Source":
            told["SourceSecurityGroupOwnerId"] = rule["ReferencedGroupInfo"]["UserId"]
    return told


def _permission(rule: Properties, *, egress: bool) -> dict[str, Any]:
    side = "Destination" if egress else "Source"
    description = {"Description": rule["Description"]} if "Description" in rule else {}
    protocol = str(rule["IpProtocol"])
    permission: dict[str, Any] = {"IpProtocol": protocol}
    if protocol not in {"-1", "all"}:
        if protocol in {"tcp", "udp", "6", "17"} and not {"FromPort", "ToPort"} <= set(rule):
            refuse(
                "InvalidParameterValue",
                "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.",
            )
        permission["FromPort"] = rule.get("FromPort", -1)
        permission["ToPort"] = rule.get("ToPort", -1)
    if "CidrIp" in rule:
        permission["IpRanges"] = [{"CidrIp": rule["CidrIp"], **description}]
    if "CidrIpv6" in rule:
        permission["Ipv6Ranges"] = [{"CidrIpv6": rule["CidrIpv6"], **description}]
    if f"{side}PrefixListId" in rule:
        permission["PrefixListIds"] = [{"PrefixListId": rule[f"{side}PrefixListId"], **description}]
    if f"{side}SecurityGroupId" in rule:
        pair = {"GroupId": rule[f"{side}SecurityGroupId"], **description}
        owner = rule.get("SourceSecurityGroupOwnerId")
        permission["UserIdGroupPairs"] = [pair | ({"UserId": owner} if owner else {})]
    peers = set(permission) & {"IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs"}
    if len(peers) != 1:
        refuse(
            "InvalidParameterValue",
            "Only one of CidrIp, CidrIpv6, "
            f"{side}PrefixListId and {side}SecurityGroupId can be specified for a rule.",
        )
    return permission


def _comparable(rule: Properties) -> dict[str, Any]:
    """Leave only what tells one rule of a group from another, in one spelling."""
    kept = {
        name: str(value)
        for name, value in rule.items()
        if name not in {"Description", "GroupId", "SourceSecurityGroupOwnerId"}
    }
    kept["IpProtocol"] = _NUMBERED.get(kept["IpProtocol"], kept["IpProtocol"])
    if kept["IpProtocol"] in {"-1", "all"}:
        kept["IpProtocol"] = "-1"
        for port in ("FromPort", "ToPort"):
            kept.pop(port, None)
    return kept


def _held(scope: Scope, group_id: str, rule_id: str, *, egress: bool) -> Backend:
    group = beneath("ec2", scope.account, scope.region).get_security_group_from_id(group_id)
    rules = group.egress_rules if egress else group.ingress_rules
    return next(rule for rule in rules if rule.id == rule_id)
