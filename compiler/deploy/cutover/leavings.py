"""
What is left of the source once it is retired, read back from AWS.

What deletions kept on purpose is known by the templates: final snapshots, buckets, keys, and what
else is retained. Each is looked for where it stood, and told as it is found.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from compiler.deploy.cutover.course import Crossed
from compiler.deploy.left_behind import SNAPSHOT_COST, cost_of
from compiler.deploy.outcome import Done
from compiler.deploy.port import AwsError, StackResource
from compiler.deploy.wanted import place_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from compiler.deploy.cutover.course import Chapter
    from compiler.deploy.folder import Compiled
    from compiler.deploy.gates.port import Running
    from compiler.deploy.port import Place
    from compiler.manifest import Manifest

Found: TypeAlias = Literal["there", "not found", "not told"]
"""Whether AWS has it; not told: AWS refused, or there is no way to ask for that type."""

SNAPSHOT = "snapshot"
"""The type of a snapshot, which is no resource of CloudFormation's."""

_NAMES = {
    "AWS::RDS::DBInstance": "DBInstanceIdentifier",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SecretsManager::Secret": "Name",
}
"""The property by which a template chooses what the service calls a resource."""

_UNKNOWN = "its id was known to the run that deleted its stack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """
    One thing that is left.

    Attributes:
        type: Its type, or `snapshot`.
        name: What its service calls it.
        region: Where it is.
        account: In whose account.
        found: Whether AWS has it.
        says: What was read about it.
        cost: The kind of cost that it goes on making.
    """

    type: str
    name: str
    region: str
    account: str
    found: Found
    says: str
    cost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """
    What a deletion left behind.

    Attributes:
        resource: The resource.
        place: Where its stack stood.
        is_snapshot: Whether only a snapshot of it stays.
    """

    resource: StackResource
    place: Place
    is_snapshot: bool = False


def leavings(running: Running, kept: Sequence[Kept]) -> tuple[Leaving, ...]:
    """
    Read back what deletions left behind.

    Args:
        running: Whom to ask.
        kept: What was kept.

    Returns:
        In the order of *kept*; of a database every snapshot that there is of it.
    """
    return tuple(leaving for one in kept for leaving in _read(running, one))


def kept_by(left: Compiled, reached: Manifest, chapters: Sequence[Chapter]) -> tuple[Kept, ...]:
    """
    Return what the deletions of a retirement left behind.

    Args:
        left: The state in which the source stands.
        reached: The state in which it does not.
        chapters: What was done: it tells what AWS called what was kept. Of what an earlier run
            deleted, the templates tell the name where they choose it.

    Returns:
        In the order of the stacks, each once.
    """
    stays = {stack.id for stack in reached.stacks}
    told = {
        (id_, resource.logical_id): resource
        for chapter in chapters
        if isinstance(chapter, Crossed) and chapter.walked.result.outcome is not None
        for id_, end in chapter.walked.result.outcome.ends.items()
        if isinstance(end, Done)
        for resource in (*end.left, *end.snapshots)
    }
    found = []
    for stack in left.manifest.stacks:
        if stack.id in stays:
            continue
        resources = json.loads(left.templates[stack.id])["Resources"]
        for logical_id in (*stack.retained, *stack.snapshotted):
            resource = told.get((stack.id, logical_id)) or _named(logical_id, resources)
            if resource is not None:
                found.append(
                    Kept(
                        resource=resource,
                        place=place_of(stack),
                        is_snapshot=logical_id in stack.snapshotted,
                    )
                )
    return tuple(found)


def _named(logical_id: str, resources: Mapping[str, Any]) -> StackResource | None:
    # Any: JSON.
    body = resources.get(logical_id)
    if body is None:
        return None
    name = body.get("Properties", {}).get(_NAMES.get(body["Type"], ""))
    # An id that only AWS knew is empty: it is told that it cannot be asked for.
    return StackResource(
        logical_id=logical_id,
        type=body["Type"],
        physical_id=name if isinstance(name, str) else "",
    )


def _read(running: Running, kept: Kept) -> Iterator[Leaving]:
    try:
        yield from _told(running, kept)
    except AwsError as error:
        if error.code == "NoSuchBucket":
            yield _leaving(kept, "not found", "there is no such bucket")
        else:
            yield _leaving(kept, "not told", f"AWS refused {error}")


def _told(running: Running, kept: Kept) -> Iterator[Leaving]:
    name, place = kept.resource.physical_id, kept.place
    if not name:
        yield _leaving(kept, "not told", _UNKNOWN, name=kept.resource.logical_id)
    elif kept.is_snapshot:
        found = running.snapshots(place, name)
        if not found:
            yield _leaving(kept, "not found", f"there is no snapshot of {name}")
        for snapshot in found:
            says = f"of {name}, {snapshot.status}"
            yield _leaving(kept, "there", says, name=snapshot.id)
    elif kept.resource.type == "AWS::S3::Bucket":
        holds = next(iter(running.objects(place, name, "")), None) is not None
        yield _leaving(kept, "there", "holds objects" if holds else "holds no present object")
    elif kept.resource.type == "AWS::KMS::Key":
        state = running.key_state(place, name)
        yield _leaving(kept, "there" if state else "not found", state or "there is no such key")
    elif kept.resource.type == "AWS::RDS::DBInstance":
        database = running.database(place, name)
        says = database.status if database else "there is no such database"
        yield _leaving(kept, "there" if database else "not found", says)
    elif kept.resource.type == "AWS::SecretsManager::Secret":
        secret = running.secret(place, name)
        says = "its value is not read" if secret else "there is no such secret"
        yield _leaving(kept, "there" if secret else "not found", says)
    else:
        yield _leaving(kept, "not told", "not supported: it is not looked for")


def _leaving(kept: Kept, found: Found, says: str, *, name: str = "") -> Leaving:
    return Leaving(
        type=SNAPSHOT if kept.is_snapshot else kept.resource.type,
        name=name or kept.resource.physical_id,
        region=kept.place.region,
        account=kept.place.account,
        found=found,
        says=says,
        cost=SNAPSHOT_COST if kept.is_snapshot else cost_of(kept.resource.type),
    )
