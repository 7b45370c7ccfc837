"""What is deployed, as a state that the prover can compare with a compiled one."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from compiler.deploy.exit_codes import FINDINGS, REFUSED
from compiler.deploy.observe import Refusal, account_refusal, error_finding, observe
from compiler.deploy.orphans import orphans
from compiler.deploy.otherwise import standing_otherwise
from compiler.deploy.path.standing import standing_of
from compiler.deploy.path.states import everything
from compiler.deploy.port import AwsError
from compiler.deploy.wanted import digest_of, place_of
from compiler.manifest import FromOutput
from compiler.prove import State
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from compiler.deploy.flow import Pool
    from compiler.deploy.orphans import Orphans
    from compiler.deploy.otherwise import OtherWay
    from compiler.deploy.path.standing import Standing
    from compiler.deploy.plan import Seen
    from compiler.deploy.port import Aws
    from compiler.manifest import Manifest, ParameterSource, Stack


def deployed_state(
    manifests: Sequence[Manifest], seen: Mapping[str, Seen]
) -> tuple[State, tuple[Finding, ...]]:
    """
    Return what is deployed of a migration as a state, and what of it cannot be compared.

    What AWS has of a stack are its template and the values of its parameters. Where a value comes
    from is taken from the compiled states, whose names of parameters tell it; one that is not the
    value that there is now counts for itself.

    Args:
        manifests: Every compiled state, in the order of phases; at least one.
        seen: What AWS has of each of their stacks, by its id; with outputs.
    """
    forms: dict[str, list[Stack]] = {}
    for manifest in manifests:
        for stack in manifest.stacks:
            forms.setdefault(stack.id, []).append(stack)
    stacks, templates, values, findings = [], {}, {}, []
    for id_, known in forms.items():
        definition = seen[id_].definition
        if definition is None or seen[id_].instance(place_of(known[0])) is None:
            continue
        template = _parsed(definition.template)
        if template is None:
            findings.append(_no_template_of_ours(known[-1]))
            continue
        sources = {name: source for form in known for name, source in form.parameters.items()}
        stacks.append(replace(_form(known, definition.template), parameters=sources))
        templates[id_] = template
        values[id_] = {
            name: value
            for name, value in definition.parameters.items()
            if not _stands_for(sources.get(name), value, seen)
        }
    manifest = replace(manifests[-1], stacks=tuple(stacks), batches=())
    return State(manifest=manifest, templates=templates, values=values), tuple(findings)


def _form(forms: Sequence[Stack], template: str) -> Stack:
    """Return the form that is deployed, or, of none of ours, the last one."""
    ours = (form for form in reversed(forms) if digest_of(template, form.sha256) == form.sha256)
    return next(ours, forms[-1])


def _stands_for(source: ParameterSource | None, value: str, seen: Mapping[str, Seen]) -> bool:
    """Tell whether *value* is what its source gives now; what was looked up is kept as it is."""
    if isinstance(source, FromOutput):
        giver = seen.get(source.stack)
        # Of a stack that is not current no outputs are read: then the name is all there is.
        return giver is None or giver.outputs is None or giver.outputs.get(source.output) == value
    return source is not None


def _parsed(text: str) -> Mapping[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _no_template_of_ours(stack: Stack) -> Finding:
    return Finding(
        code="SF412",
        where=at(*stack.component),
        detail=(
            f'The template that AWS has of "{stack.id}" is no JSON, so somebody else wrote it, and'
            " it cannot be compared."
        ),
        way_out="See what was changed there, and deploy what was compiled before this.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """
    What is deployed of a migration.

    Attributes:
        standing: Where it stands.
        state: What is deployed.
        findings: What of it cannot be compared.
        orphans: What stands beside it, and no compiled state names; no deploy touches it.
    """

    standing: Standing
    state: State
    findings: tuple[Finding, ...]
    orphans: Orphans


def look_at_deployed(
    aws: Aws, manifests: Sequence[Manifest], pool: Pool, other: OtherWay | None = None
) -> Deployed | Refusal:
    """
    Ask AWS what is deployed of a migration; nothing is changed.

    Args:
        aws: Whom to ask.
        manifests: Every compiled state, in the order of phases; at least one.
        pool: Makes the calls.
        other: The way that was not asked for: what stands that way is not called absent.

    Returns:
        What is deployed; or why there is no telling.
    """
    whole = everything(manifests)
    refusal = account_refusal(aws, whole)
    if refusal is not None:
        return refusal
    try:
        seen = observe(aws, whole, pool)
        for finding in standing_otherwise(aws, whole, other, seen.values()):
            return Refusal(exit_code=FINDINGS, finding=finding)
        where = standing_of(aws, manifests, seen)
    except AwsError as error:
        return Refusal(exit_code=REFUSED, finding=error_finding(error))
    state, findings = deployed_state(manifests, seen)
    return Deployed(standing=where, state=state, findings=findings, orphans=orphans(aws, whole))
