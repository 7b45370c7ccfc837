"""
The tags that everything carries that can carry tags, in each shape that AWS types want.

Stack tags do not reach routes, launch templates, aliases and more, so what accepts tags carries
them in its template. `Timestamp` is not among them: it changes with each deploy, so the deployer
passes it as a tag of the stack set, and templates stay repeatable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Tags

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.phases import Phase
    from spec.findings import Path
    from spec.model import Spec

_OWN: Mapping[str, Path] = {
    "Environment": ("environment",),
    "SourceRegion": ("source", "region"),
    "TargetRegion": ("target", "region"),
}
"""The migration's tags whose value stands in the spec, and where."""


def tags(spec: Spec, phase: Phase) -> tuple[tuple[str, str], ...]:
    """
    Return the user's tags and the migration's, as key and value.

    Returns:
        Sorted by key, in code point order. The migration's win over a user's of the same key, which
        the rules refuse.
    """
    return tuple(
        sorted(
            {
                **spec.tags,
                "Environment": spec.environment,
                "MigrationPhase": phase.tag or phase.name,
                "SourceRegion": spec.source.region,
                "TargetRegion": spec.target.region,
            }.items()
        )
    )


def _with_name(spec: Spec, phase: Phase, name: str | None) -> tuple[tuple[str, str], ...]:
    own = tags(spec, phase)
    return own if name is None else tuple(sorted({**dict(own), "Name": name}.items()))


def tag_list(spec: Spec, phase: Phase, name: str | None = None) -> Tags:
    """
    Return the tags as most types take them: a list of `Key` and `Value`, sorted by key.

    Args:
        spec: The migration.
        phase: The state that is compiled.
        name: The resource's `Name` tag, if it has one of its own.
    """
    return Tags(dict(_with_name(spec, phase, name)))


def tag_mapping(spec: Spec, phase: Phase) -> dict[str, str]:
    """Return the tags as `AWS::SSM::Parameter` takes them: values by key."""
    return dict(tags(spec, phase))


def propagated_tags(
    spec: Spec, phase: Phase, name: str | None = None
) -> list[dict[str, str | bool]]:
    """Return the tags as an Auto Scaling group takes them, handed on to its instances."""
    return [
        {"Key": key, "PropagateAtLaunch": True, "Value": value}
        for key, value in _with_name(spec, phase, name)
    ]


def tag_origins(
    spec: Spec, phase: Phase, name: str | None = None, at: str = "Properties.Tags"
) -> dict[str, Path]:
    """
    Return where the tags of a list come from.

    Args:
        spec: The migration.
        phase: The state that is compiled.
        name: What was passed to `tag_list` or `propagated_tags`; it moves the positions.
        at: The dotted path of the list inside the resource.

    Returns:
        Spec paths by dotted path of the tag. `MigrationPhase` and `Name` stand nowhere in a spec,
        so they are left out and fall back to the resource's component.
    """
    return {
        f"{at}.{position}": origin
        for position, (key, _) in enumerate(_with_name(spec, phase, name))
        if (origin := _origin(key, name))
    }


def tag_mapping_origins(spec: Spec, phase: Phase, at: str = "Properties.Tags") -> dict[str, Path]:
    """Return where the tags of `tag_mapping` come from; *at* is the mapping's dotted path."""
    return {f"{at}.{key}": origin for key, _ in tags(spec, phase) if (origin := _origin(key, None))}


def _origin(key: str, name: str | None) -> Path | None:
    if key in _OWN:
        return _OWN[key]
    if key == "MigrationPhase" or (key == "Name" and name is not None):
        return None
    return ("tags", key)
