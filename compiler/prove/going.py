"""What becomes of the stateful resources that the later of two states does not have. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.manifest import Computed, origin_of
from compiler.phases import PHASES
from compiler.prove.own_names import own_name
from compiler.prove.registry import registered_types
from compiler.prove.states import derived, policy_of
from compiler.prove.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.prove.states import Key, State
    from compiler.prove.verdicts import Fate


def gone(before: State, after: State) -> Iterator[Verdict]:
    """Yield a verdict on each stateful resource that only *before* has, in its order."""
    for key, body in before.stateful():
        now = after.resource(key)
        if now is None or now["Type"] != body["Type"]:
            yield _verdict(key, body, before, after)


def _verdict(key: Key, body: Mapping[str, Any], before: State, after: State) -> Verdict:
    fate, code, reason = _fate(key, body, before, after)
    stack = before.stacks()[key.stack]
    return Verdict(
        key=key,
        type=body["Type"],
        name=_name(body),
        fate=fate,
        is_stateful=True,
        is_derived=derived(body),
        policy=policy_of(body),
        reason=reason,
        path=origin_of(stack, ("Resources", key.logical_id)),
        code=code,
    )


def _fate(key: Key, body: Mapping[str, Any], before: State, after: State) -> tuple[Fate, str, str]:
    """Return what becomes of a resource, the code with which that fails, and why."""
    moved_to = _moved_to(key, body, before, after)
    if moved_to is not None:
        return "replaced", "SF415", _moved(key, moved_to)
    if policy_of(body) != "Retain" and _is_locked(body):
        return "refused", "SF413", _LOCKED
    if derived(body):
        return "deleted", "", "it goes; it is derived data, and can be seeded anew."
    return _goes(key, body, before, after)


_LOCKED = (
    "it would go with DeletionProtection on, and a protected database refuses to be deleted"
    " (DeletionProtection in the registry schema)."
)


def _goes(key: Key, body: Mapping[str, Any], before: State, after: State) -> tuple[Fate, str, str]:
    """Decide over a resource that goes and is no derived data."""
    phase = after.manifest.phase
    retires = (
        phase != "bootstrap"
        and not PHASES[phase].stands("source")
        and before.stacks()[key.stack].side == "source"
    )
    policy = policy_of(body)
    is_meant = policy != "Delete" or _is_emptied(body, after)
    code = "" if retires and is_meant else "SF411"
    where = "with its stack" if key.stack not in after.stacks() else "from its template"
    match policy:
        case "Retain":
            return "kept", code, f"it goes {where}, and stays where it is by its DeletionPolicy."
        case "Snapshot":
            left = f"it goes {where}; a final snapshot of it is left by its DeletionPolicy."
            return "deleted with snapshot", code, left
        case "Delete":
            if _is_emptied(body, after):
                return "deleted", code, f"it goes {where}; the spec says to empty and delete it."
            return "deleted", code, f"it goes {where} with all that it holds."


def _is_emptied(body: Mapping[str, Any], after: State) -> bool:
    """Tell whether the spec says that a bucket is emptied, and so deleted."""
    name = _name(body)
    return bool(name) and any(
        action.kind == "empty bucket" and action.facts.get("bucket") == Computed(value=name)
        for action in after.manifest.actions
    )


def _is_locked(body: Mapping[str, Any]) -> bool:
    """Tell whether a database refuses to be deleted."""
    return body["Type"] == "AWS::RDS::DBInstance" and bool(
        body.get("Properties", {}).get("DeletionProtection", False)
    )


def _moved_to(key: Key, body: Mapping[str, Any], before: State, after: State) -> Key | None:
    """Return where the same thing is after all, in another stack or under another logical id."""
    side = before.stacks()[key.stack].side
    component = origin_of(before.stacks()[key.stack], ("Resources", key.logical_id))
    stacks = after.stacks()
    for other, candidate in after.stateful():
        if before.resource(other) is not None or candidate["Type"] != body["Type"]:
            continue
        if stacks[other.stack].side != side or _name(candidate) != _name(body):
            continue
        is_named = bool(_name(body))
        of_same = origin_of(stacks[other.stack], ("Resources", other.logical_id)) == component
        if is_named or (
            of_same and (other.logical_id == key.logical_id or other.stack == key.stack)
        ):
            return other
    return None


def _moved(key: Key, to: Key) -> str:
    if key.stack == to.stack:
        return (
            f'its logical id becomes "{to.logical_id}", and to CloudFormation that is another'
            " resource: it makes a new one and lets this one go."
        )
    return (
        f'it moves to "{to}", and to CloudFormation that is another resource: it makes a new one'
        " there and lets this one go."
    )


def _name(body: Mapping[str, Any]) -> str:
    type_ = body["Type"]
    return own_name(type_, registered_types().get(type_), body.get("Properties", {}))
