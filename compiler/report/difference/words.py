"""What the change of a resource means, in sentences without their subject, the component."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.prove.changes import ABSENT
from compiler.prove.values import REFERENCE
from compiler.report.difference.components import of_stack
from compiler.report.difference.nouns import noun, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from compiler.prove.changes import Json
    from compiler.prove.differing import Difference, Value

_CLOSED = "ClosedToWriters"
"""The statement of a bucket's policy that lets nobody write but replication."""


def sentences(difference: Difference) -> tuple[str, ...]:
    """
    Return what happens to a resource; of a change at least one sentence.

    None for a resource that comes or goes and is told by its kind alone.
    """
    match difference.event:
        case "created":
            return tuple(_CAME.get(difference.type, _nothing)(difference.after, difference))
        case "removed":
            told = tuple(_WENT.get(difference.type, _nothing)(difference.before, difference))
            return told or tuple(_left(difference))
        case "changed":
            told = tuple(
                _CHANGED.get(difference.type, _plainly)(value, difference) or _plain(value)
                for value in difference.values
            )
            return tuple(dict.fromkeys(told))


# What comes


def _nothing(_: Mapping[str, Json], __: Difference) -> Iterator[str]:
    return iter(())


def _database_came(after: Mapping[str, Json], difference: Difference) -> Iterator[str]:
    if difference.is_derived:
        yield f"a replica is seeded, which follows {_last(after['SourceDBInstanceIdentifier'])}"
    else:
        yield "the database is made"


def _group_came(after: Mapping[str, Json], _: Difference) -> Iterator[str]:
    wanted = after.get("DesiredCapacity", after.get("MinSize", "0"))
    yield f"{wanted} to {after.get('MaxSize', wanted)} instances run"


def _rule_came(after: Mapping[str, Json], _: Difference) -> Iterator[str]:
    if _refuses(after):
        yield "answers 503 to everybody"


def _ingress_came(after: Mapping[str, Json], _: Difference) -> Iterator[str]:
    yield f"lets {_who(after)} in on port {_ports(after)}"


def _record_came(after: Mapping[str, Json], _: Difference) -> Iterator[str]:
    weight = f", with weight {after['Weight']}" if "Weight" in after else ""
    yield f"{after.get('Name', 'a name')} leads to {_leads_to(after)}{weight}"


def _alarm_came(after: Mapping[str, Json], difference: Difference) -> Iterator[str]:
    yield f"alarm {after.get('AlarmName', difference.key.logical_id)} is set"


def _bucket_came(after: Mapping[str, Json], difference: Difference) -> Iterator[str]:
    yield f"{_called(after, difference)} is made"


_CAME: Mapping[str, Callable[[Mapping[str, Json], Difference], Iterator[str]]] = {
    "AWS::AutoScaling::AutoScalingGroup": _group_came,
    "AWS::CloudWatch::Alarm": _alarm_came,
    "AWS::EC2::SecurityGroupIngress": _ingress_came,
    "AWS::ElasticLoadBalancingV2::ListenerRule": _rule_came,
    "AWS::RDS::DBInstance": _database_came,
    "AWS::Route53::RecordSet": _record_came,
    "AWS::S3::Bucket": _bucket_came,
}


# What goes


def _left(difference: Difference) -> Iterator[str]:
    """Say what becomes of what holds what cannot be made again."""
    if not difference.is_stateful:
        return
    what = _called(difference.before, difference)
    match difference.policy:
        case "Retain":
            yield f"{what} goes out of its stack, and stays"
        case "Snapshot":
            yield f"{what} is deleted; a final snapshot of it is left"
        case "Delete":
            yield f"{what} is deleted with all that it holds"


def _database_went(_: Mapping[str, Json], difference: Difference) -> Iterator[str]:
    if difference.is_derived:
        yield "the replica goes; it can be seeded anew"


def _group_went(_: Mapping[str, Json], __: Difference) -> Iterator[str]:
    yield "no instance runs any more"


def _rule_went(before: Mapping[str, Json], difference: Difference) -> Iterator[str]:
    if _refuses(before) and not difference.with_stack:
        yield "answers 503 no longer: lets everybody in"


def _ingress_went(before: Mapping[str, Json], _: Difference) -> Iterator[str]:
    yield f"no longer lets {_who(before)} in on port {_ports(before)}"


def _record_went(before: Mapping[str, Json], _: Difference) -> Iterator[str]:
    yield f"{before.get('Name', 'a name')} leads to {_leads_to(before)} no longer"


def _alarm_went(before: Mapping[str, Json], difference: Difference) -> Iterator[str]:
    yield f"alarm {before.get('AlarmName', difference.key.logical_id)} goes"


_WENT: Mapping[str, Callable[[Mapping[str, Json], Difference], Iterator[str]]] = {
    "AWS::AutoScaling::AutoScalingGroup": _group_went,
    "AWS::CloudWatch::Alarm": _alarm_went,
    "AWS::EC2::SecurityGroupIngress": _ingress_went,
    "AWS::ElasticLoadBalancingV2::ListenerRule": _rule_went,
    "AWS::RDS::DBInstance": _database_went,
    "AWS::Route53::RecordSet": _record_went,
}
"""Words for what goes, by type; whatever holds data has its own."""


# What changes


def _plainly(_: Value, __: Difference) -> str:
    return ""


def _plain(value: Value) -> str:
    place = ".".join(str(part) for part in value.place)
    return f"{place}: {shown(value.before)} -> {shown(value.after)}"


_OF_DATABASES: Mapping[str, str] = {
    "BackupRetentionPeriod": "keeps backups for {0} days instead of {1}",
    "DBInstanceClass": "runs on {0} instead of {1}",
}

_OF_GROUPS: Mapping[str, str] = {
    "DesiredCapacity": "wants {0} running instead of {1}",
    "MaxSize": "has at most {0} running instead of {1}",
    "MinSize": "has at least {0} running instead of {1}",
}


def _database(value: Value, _: Difference) -> str:
    match value.place, value.after:
        case ("SourceDBInstanceIdentifier",), after if after is ABSENT:
            return "stops following its source: it is promoted"
        case ("DeletionProtection",), True:
            return "refuses to be deleted"
        case ("DeletionProtection",), _:
            return "may be deleted: its protection is off"
        case ("PreferredBackupWindow",), after if value.before is ABSENT:
            return f"is backed up at {shown(after)}"
        case _:
            return _instead(_OF_DATABASES, value)


def _group(value: Value, _: Difference) -> str:
    return _instead(_OF_GROUPS, value)


def _instead(words: Mapping[str, str], value: Value) -> str:
    """Return the words for a property that has another value than before, if there are any."""
    if len(value.place) != 1 or value.before is ABSENT or value.after is ABSENT:
        return ""
    found = words.get(str(value.place[0]), "")
    return found.format(shown(value.after), shown(value.before))


def _bucket(value: Value, _: Difference) -> str:
    if value.place != ("ReplicationConfiguration",):
        return ""
    if value.after is ABSENT:
        return "replicates no longer"
    if value.before is ABSENT:
        return f"replicates to {_destinations(value.after)}"
    return ""


def _policy(value: Value, difference: Difference) -> str:
    match value.place:
        case ("PolicyDocument" | "KeyPolicy", "Statement", str() as sid, *inside):
            words = _WRITERS if sid == _CLOSED and not inside else _STATEMENT
            is_key = difference.type == "AWS::KMS::Key"
            policy = f"the policy of {difference.key.logical_id}" if is_key else "its policy"
            event = (
                "with other words" if inside else "too" if value.before is ABSENT else "no longer"
            )
            return words[event].format(policy, sid)
        case _:
            return ""


_STATEMENT: Mapping[str, str] = {
    "with other words": '{0} says "{1}" with other words',
    "too": '{0} says "{1}", too',
    "no longer": '{0} says "{1}" no longer',
}

_WRITERS: Mapping[str, str] = {
    "too": "nobody but replication may write",
    "no longer": "may be written",
}
"""Words for the statement that closes a bucket."""


def _record(value: Value, difference: Difference) -> str:
    name = shown(difference.after.get("Name", "a name"))
    match value.place:
        case ("Weight",):
            side = shown(difference.after.get("SetIdentifier", ""))
            weights = f"{shown(value.after)} instead of {shown(value.before)}"
            return f"{name} leads to {side} with weight {weights}"
        case ("ResourceRecords" | "AliasTarget", *_):
            return f"{name} leads to {_leads_to(difference.after)}"
        case _:
            return ""


def _distribution(value: Value, _: Difference) -> str:
    match value.place:
        case ("DistributionConfig", "Origins", str() as origin, "DomainName"):
            return f"reads {origin} from {shown(value.after)}, not from {shown(value.before)}"
        case _:
            return ""


def _secret(value: Value, _: Difference) -> str:
    if value.place != ("ReplicaRegions",) or value.after is not ABSENT:
        return ""
    regions = ", ".join(shown(replica.get("Region", "")) for replica in value.before)
    return f"its password is known in {regions} no longer"


def _zone(value: Value, difference: Difference) -> str:
    if value.place[:1] != ("VPCs",):
        return ""
    regions = [shown(vpc.get("VPCRegion", "")) for vpc in difference.after.get("VPCs", ())]
    return f"is answered in {' and '.join(regions)} only" if len(regions) == 1 else ""


def _parameter(value: Value, difference: Difference) -> str:
    name = shown(difference.after.get("Name", ""))
    return f"{name} says {shown(value.after)}" if value.place == ("Value",) else ""


_CHANGED: Mapping[str, Callable[[Value, Difference], str]] = {
    "AWS::AutoScaling::AutoScalingGroup": _group,
    "AWS::CloudFront::Distribution": _distribution,
    "AWS::KMS::Key": _policy,
    "AWS::RDS::DBInstance": _database,
    "AWS::Route53::HostedZone": _zone,
    "AWS::Route53::RecordSet": _record,
    "AWS::S3::Bucket": _bucket,
    "AWS::S3::BucketPolicy": _policy,
    "AWS::SSM::Parameter": _parameter,
    "AWS::SecretsManager::Secret": _secret,
}
"""Words for a value that changes, by type; what has none is told as it is."""


# Parts of sentences


def _called(properties: Mapping[str, Json], difference: Difference) -> str:
    """Return what a resource is called, or what it is and its logical id."""
    for name in ("BucketName", "DBInstanceIdentifier", "Name"):
        if isinstance(properties.get(name), str):
            return str(properties[name])
    return f"the {noun(difference.type)} {difference.key.logical_id}"


def _refuses(properties: Mapping[str, Json]) -> bool:
    """Tell whether a listener's rule answers that the service is not there."""
    return any(
        isinstance(action, dict)
        and action.get("FixedResponseConfig", {}).get("StatusCode") == "503"
        for action in properties.get("Actions", ())
    )


def _who(properties: Mapping[str, Json]) -> str:
    group = properties.get("SourceSecurityGroupId")
    if isinstance(group, dict) and REFERENCE in group:
        stack = group[REFERENCE][0]
        return of_stack(stack) or f"the {stack.rpartition('/')[2].replace('-', ' ')}"
    for name in ("CidrIp", "CidrIpv6", "SourcePrefixListId"):
        if name in properties:
            return shown(properties[name])
    return "others"


def _ports(properties: Mapping[str, Json]) -> str:
    first, last = shown(properties.get("FromPort")), shown(properties.get("ToPort"))
    return first if first == last else f"{first} to {last}"


def _leads_to(properties: Mapping[str, Json]) -> str:
    alias = properties.get("AliasTarget")
    if isinstance(alias, dict):
        return shown(alias.get("DNSName"))
    return ", ".join(shown(record) for record in properties.get("ResourceRecords", ()))


def _destinations(configuration: Json) -> str:
    rules = configuration.get("Rules", ()) if isinstance(configuration, dict) else ()
    found = (rule.get("Destination", {}).get("Bucket") for rule in rules)
    return ", ".join(dict.fromkeys(_last(bucket) for bucket in found)) or "nothing"


def _last(arn: Json) -> str:
    """Return the name at the end of an ARN."""
    return arn.rpartition(":")[2] if isinstance(arn, str) else shown(arn)
