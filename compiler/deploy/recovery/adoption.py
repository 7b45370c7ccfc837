"""
Taking over resources that exist: which can be, and the template that does it. Pure.

CloudFormation imports a resource that has a `DeletionPolicy`, by the identifier of its type, into a
stack whose template has nothing that is not imported, no outputs included (CloudFormation user
guide, "Import AWS resources into a CloudFormation stack", read 2026-11-24). So the stack begins
with the kept resources alone; the next deploy brings it to what was compiled.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from compiler.deploy.references import references

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.deploy.port import Definition

IDENTIFIERS = {
    "AWS::EC2::KeyPair": "KeyName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::Role": "RoleName",
    "AWS::KMS::Alias": "AliasName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::RDS::DBInstance": "DBInstanceIdentifier",
    "AWS::RDS::DBParameterGroup": "DBParameterGroupName",
    "AWS::RDS::DBSubnetGroup": "DBSubnetGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SSM::Parameter": "Name",
}
"""
The property that identifies a resource of a type, where the template itself may write it
(`primaryIdentifier` of the registry's schemas that is not read-only, read 2026-11-24). A key, a
secret or a hosted zone is identified by what AWS gives it, so no template knows it.
"""

_LASTING: Mapping[str, frozenset[str]] = {
    "AWS::Logs::LogGroup": frozenset({"LogGroupName", "LogGroupClass"}),
    "AWS::S3::Bucket": frozenset({"BucketName"}),
}
"""
What alone is told of a resource that is taken over, by its type: what no update can change
(CloudFormation template reference, "Update requires", read 2026-11-24).

An import does not compare what it is told with what is there (CloudFormation user guide, "Import
AWS resources into a CloudFormation stack", read 2026-11-24), and an update only sets what differs
from what was told before. So what is told at once stays as an earlier deploy made it: encrypted
with a key that is not this deploy's any more. Of other types all is told, since an update that adds
what cannot be changed replaces the resource.
"""

_ADOPTS = "; adopts "
"""Begins, in the description of a stack set, the list of what is being taken over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """
    By what a resource is known to AWS.

    Attributes:
        type: Its type.
        property: The property that identifies it.
        value: Its value.
    """

    type: str
    property: str
    value: str


def identifier_of(template: str, logical_id: str) -> Identifier | None:
    """Return by what AWS knows a resource of *template*, where its text says it."""
    resource = resource_of(template, logical_id)
    type_ = resource.get("Type", "")
    name = IDENTIFIERS.get(type_, "")
    value = resource.get("Properties", {}).get(name)
    if not isinstance(value, str):
        return None
    return Identifier(type=type_, property=name, value=value)


def resource_of(template: str, logical_id: str) -> Mapping[str, Any]:
    """Return what *template* says of a resource; nothing if it has none of that logical id."""
    found: Mapping[str, Any] = json.loads(template).get("Resources", {}).get(logical_id, {})
    return found


def adopting(definition: Definition, logical_ids: tuple[str, ...]) -> Definition:
    """
    Return *definition* with nothing but the resources *logical_ids*, and a word that says so.

    The word is in the description, where the next run finds it if this one is interrupted.
    """
    template = json.loads(definition.template)
    wanted = set(logical_ids)
    resources = {
        name: _alone(resource, wanted, set(template["Resources"]))
        for name, resource in template["Resources"].items()
        if name in wanted
    }
    named = set(references(resources))
    parameters = {
        name: one for name, one in template.get("Parameters", {}).items() if name in named
    }
    made = {
        key: value
        for key, value in template.items()
        if key not in {"Outputs", "Parameters", "Resources"}
    }
    if parameters:
        made["Parameters"] = parameters
    made["Resources"] = resources
    return replace(
        definition,
        description=with_word(definition.description, logical_ids),
        template=json.dumps(made, indent=1, sort_keys=True, ensure_ascii=False) + "\n",
        parameters={
            name: value for name, value in definition.parameters.items() if name in parameters
        },
        template_url="",
    )


def adopted_by(definition: Definition) -> tuple[str, ...]:
    """Return what an interrupted adoption was about to take over; nothing if there was none."""
    _, found, names = definition.description.partition(_ADOPTS)
    return tuple(names.split(", ")) if found else ()


def with_word(description: str, logical_ids: tuple[str, ...]) -> str:
    """Return a stack set's *description* with the word that *logical_ids* are being taken over."""
    return f"{without_word(description)}{_ADOPTS}{', '.join(logical_ids)}"


def without_word(description: str) -> str:
    """Return a stack set's *description* as it is when nothing is being taken over."""
    return description.partition(_ADOPTS)[0]


def _alone(
    resource: Mapping[str, Any], wanted: set[str], all_of_them: set[str]
) -> dict[str, object]:
    """Return *resource* without what refers to resources that are not *wanted*; it comes later."""
    strange = all_of_them - wanted
    given = resource.get("Properties", {})
    told = {
        name: value
        for name, value in given.items()
        if name in _LASTING.get(resource["Type"], given) and not strange & set(references(value))
    }
    made = {key: value for key, value in resource.items() if key not in {"DependsOn", "Properties"}}
    return {"DeletionPolicy": "Retain", **made, "Properties": told}
