"""The proof: what becomes of each resource between two states. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.kinds import is_stateful
from compiler.manifest import origin_of
from compiler.prove import rules
from compiler.prove.changes import differing
from compiler.prove.following import follow
from compiler.prove.going import gone
from compiler.prove.own_names import kept_name, name_properties, own_name
from compiler.prove.registry import registered_types
from compiler.prove.states import derived, policy_of
from compiler.prove.values import Shaken
from compiler.prove.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from compiler.manifest import Stack
    from compiler.prove.changes import Effect, PropertyChange
    from compiler.prove.following import FollowedState
    from compiler.prove.states import Key, State
    from compiler.prove.verdicts import Fate


def prove(before: State, after: State) -> tuple[Verdict, ...]:
    """
    Return what becomes of resources between two states, by the order of the later manifest.

    Every stateful resource of either state has a verdict. So has any other that is replaced, may
    be, or stands in the way of its own replacement, since users want to know; those fail only where
    AWS refuses.
    """
    was = follow(before)
    return prove_followed(was, follow(after, was))


def prove_followed(was: FollowedState, now: FollowedState) -> tuple[Verdict, ...]:
    """Do as `prove`, where references are followed already: of a path, each state's only once."""
    found = changes_between(was, now)
    return (*_verdicts(was.state, now.state, found), *gone(was.state, now.state))


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """
    A resource that is in both states, and differs.

    Attributes:
        before: Its properties before, references followed.
        after: Its properties after, likewise; what is another value by then is marked.
        changes: What differs, by name.
    """

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    changes: tuple[PropertyChange, ...]


def changes_between(was: FollowedState, now: FollowedState) -> Mapping[Key, Differing]:
    """
    Return what differs in the resources that are in both states, by resource.

    Whatever is replaced gives new values to what refers to it, which may then be replaced too: so
    that is looked at until nothing more changes.
    """
    both = [
        key
        for key in now.resources
        if key in was.resources and _type(was.state, key) == _type(now.state, key)
    ]
    shaken = Shaken()
    while True:
        found = _differing(both, was, now, shaken)
        effects = {key: rules.worst(one.changes) for key, one in found.items()}
        again = Shaken(
            new=frozenset(key for key, effect in effects.items() if effect == "replaces"),
            maybe=frozenset(key for key, effect in effects.items() if effect == "unknown"),
            changed=frozenset(found),
        )
        if again == shaken:
            return found
        shaken = again


def _differing(
    both: list[Key], was: FollowedState, now: FollowedState, shaken: Shaken
) -> Mapping[Key, Differing]:
    differ = {}
    for key in both:
        before, after = was.resources[key], now.resources[key]
        is_shaken = not shaken.changed.isdisjoint(after.refers)
        if before is after and not is_shaken:
            continue
        new = shaken.shake(after.properties) if is_shaken else after.properties
        if names := differing(before.properties, new):
            differ[key] = (before.properties, new, names)
    registered, stacks = registered_types(), now.state.stacks()
    crowded = [key.stack for key in differ]
    return {
        key: Differing(
            before=old,
            after=new,
            changes=rules.changes(
                rules.Subject(
                    type=_type(now.state, key),
                    registered=registered.get(_type(now.state, key)),
                    before=old,
                    after=new,
                    changed=names,
                    keeps_tags=stacks[key.stack].keeps_tags,
                    is_alone=crowded.count(key.stack) == 1,
                )
            ),
        )
        for key, (old, new, names) in differ.items()
    }


def _verdicts(before: State, after: State, found: Mapping[Key, Differing]) -> Iterator[Verdict]:
    stacks, stood = after.stacks(), before.stacks()
    for key, body in after.resources():
        stack, was = stacks[key.stack], before.resource(key)
        if was is not None and is_stateful(was) and stood[key.stack].account != stack.account:
            yield _verdict(
                key,
                body,
                stack,
                fate="replaced",
                reason=f"its stack moves to {stack.account}, and makes a new one there.",
                code="SF415",
            )
        elif was is None or was["Type"] != body["Type"]:
            if is_stateful(body):
                yield _created(key, body, stack)
        elif key in found:
            verdict = _changed(key, was, body, found[key], stack)
            if verdict.is_stateful or verdict.fate != "in place":
                yield verdict
        elif is_stateful(body):
            yield _verdict(key, body, stack, fate="unchanged")


def _created(key: Key, body: Mapping[str, Any], stack: Stack) -> Verdict:
    return _verdict(
        key,
        body,
        stack,
        fate="created",
        reason="it follows its source, and so is derived data." if derived(body) else "",
    )


def _changed(
    key: Key, was: Mapping[str, Any], body: Mapping[str, Any], found: Differing, stack: Stack
) -> Verdict:
    effect = rules.worst(found.changes)
    culprits = tuple(change for change in found.changes if change.effect == effect)
    type_, registered = body["Type"], registered_types().get(body["Type"])
    named = kept_name(type_, registered, found.before, found.after)
    reason = [_because(culprits, effect)]
    if effect == "replaces":
        if named:
            reason.append(
                f'CloudFormation refuses that as long as it is called "{named}", as the new one'
                " would be."
            )
        else:
            if {change.name for change in culprits} & set(name_properties(type_, registered)):
                reason.append("What it is called never changes between states.")
            reason.append(_OLD_ONE[body.get("UpdateReplacePolicy", "Delete")])
    stateful = is_stateful(body) or is_stateful(was)
    fate, code = _fate(effect, stateful=stateful, named=bool(named))
    place = ("Properties", *culprits[0].place) if len(culprits) == 1 else ()
    return _verdict(
        key,
        body,
        stack,
        fate=fate,
        changes=found.changes,
        reason=" ".join(reason),
        place=place,
        code=code,
    )


def _fate(effect: Effect, *, stateful: bool, named: bool) -> tuple[Fate, str]:
    """Return what becomes of a resource, and with which code the proof fails, if it does."""
    match effect:
        case "in place":
            return "in place", ""
        case "refused":
            return "refused", "SF413"
        case "unknown":
            return "unknown", "SF412" if stateful else ""
        case "overwrites":
            return "overwritten", "SF410" if stateful else ""
        case "replaces" if stateful:
            return "replaced", "SF410"
        case "replaces":
            return ("refused", "SF414") if named else ("replaced", "")


def _because(culprits: Sequence[PropertyChange], effect: Effect) -> str:
    whys = tuple(dict.fromkeys(change.why for change in culprits))
    names = ", ".join(change.name for change in culprits)
    change = f"{names} {'changes' if len(culprits) == 1 else 'change'}"
    return f"{change}, and that {_DOES[effect]} ({'; '.join(whys)})."


_DOES: Mapping[Effect, str] = {
    "in place": "is done in place",
    "overwrites": "writes over what it holds",
    "replaces": "takes a new resource",
    "refused": "is refused",
    "unknown": "may take a new resource",
}

_OLD_ONE: Mapping[str, str] = {
    "Delete": "The old one is deleted.",
    "Retain": "The old one stays, but outside of the stack.",
    "Snapshot": "The old one is deleted, and a final snapshot of it is left.",
}
"""By UpdateReplacePolicy; Delete by default (CloudFormation user guide, 2026-11)."""


def _verdict(  # noqa: PLR0913 -- the parts of a verdict that differ
    key: Key,
    body: Mapping[str, Any],
    stack: Stack,
    *,
    fate: Fate,
    changes: tuple[PropertyChange, ...] = (),
    reason: str = "",
    place: tuple[str | int, ...] = (),
    code: str = "",
) -> Verdict:
    type_ = body["Type"]
    return Verdict(
        key=key,
        type=type_,
        name=own_name(type_, registered_types().get(type_), body.get("Properties", {})),
        fate=fate,
        is_stateful=is_stateful(body),
        is_derived=derived(body),
        policy=policy_of(body),
        changes=changes,
        reason=reason,
        path=origin_of(stack, ("Resources", key.logical_id, *place)),
        code=code,
    )


def _type(state: State, key: Key) -> str:
    body = state.resource(key)
    return str(body["Type"]) if body is not None else ""
