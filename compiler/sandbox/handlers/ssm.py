"""Parameters of Systems Manager."""

from __future__ import annotations

import re

from compiler.sandbox.handler import Created, Handler, Properties, Scope
from compiler.sandbox.handlers.identity import as_pairs, merged, physical_name
from compiler.sandbox.handlers.replies import ask, ask_or_none, refuse
from compiler.sandbox.handlers.tagging import SYSTEM, changes

_TYPES = frozenset({"String", "StringList"})


class ParameterHandler:
    """Parameters of plain text: CloudFormation creates no `SecureString`."""

    type_name = "AWS::SSM::Parameter"
    supported = frozenset(
        {"Name", "Type", "Value", "Description", "AllowedPattern", "DataType", "Tier", "Tags"}
    )

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create the parameter; refuse a name that is taken."""
        name = properties.get("Name") or f"CFN-{physical_name(scope, limit=200)}"
        _refuse(name, properties)
        self._put(scope, name, properties, overwrite=False)
        self._retag(scope, name, properties)
        return _described(scope, name, properties)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Put the value anew, and set the tags; a change of type is one too."""
        del old
        _refuse(physical_id, new)
        self._put(scope, physical_id, new, overwrite=True)
        self._retag(scope, physical_id, new)
        return _described(scope, physical_id, new)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete the parameter."""
        del properties
        ask_or_none(scope.client("ssm"), "delete_parameter", "ParameterNotFound", Name=physical_id)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read value, description and tags."""
        ssm = scope.client("ssm")
        found = ask_or_none(ssm, "get_parameter", "ParameterNotFound", Name=physical_id)
        if found is None:
            return None
        parameter = found["Parameter"]
        told = {name: parameter[name] for name in ("Name", "Type", "Value")}
        wanted = [{"Key": "Name", "Option": "Equals", "Values": [physical_id]}]
        described = ask(ssm, "describe_parameters", ParameterFilters=wanted)["Parameters"][0]
        for name in ("Description", "AllowedPattern", "DataType", "Tier"):
            if described.get(name):
                told[name] = described[name]
        told["Tags"] = dict(
            sorted((k, v) for k, v in self._tags(scope, physical_id).items() if k[:4] != SYSTEM)
        )
        return told

    def _put(self, scope: Scope, name: str, properties: Properties, *, overwrite: bool) -> None:
        ask(
            scope.client("ssm"),
            "put_parameter",
            Name=name,
            Type=properties["Type"],
            Value=properties["Value"],
            # Said even where they are not given: moto keeps what an earlier call said.
            Description=properties.get("Description", ""),
            AllowedPattern=properties.get("AllowedPattern", ""),
            DataType=properties.get("DataType", "text"),
            Tier=properties.get("Tier", "Standard"),
            Overwrite=overwrite,
        )

    def _retag(self, scope: Scope, name: str, properties: Properties) -> None:
        # This one type spells its tags as a mapping.
        own = as_pairs(properties.get("Tags") or {})
        added, removed = changes(self._tags(scope, name), merged(scope, own))
        ssm = scope.client("ssm")
        where = {"ResourceType": "Parameter", "ResourceId": name}
        if removed:
            ask(ssm, "remove_tags_from_resource", **where, TagKeys=removed)
        if added:
            ask(ssm, "add_tags_to_resource", **where, Tags=as_pairs(added))

    def _tags(self, scope: Scope, name: str) -> dict[str, str]:
        answer = ask(
            scope.client("ssm"),
            "list_tags_for_resource",
            ResourceType="Parameter",
            ResourceId=name,
        )
        return {tag["Key"]: tag["Value"] for tag in answer["TagList"]}


def _refuse(name: str, properties: Properties) -> None:
    code = "ValidationException"
    if properties["Type"] not in _TYPES:
        refuse(code, f"Invalid parameter type: {properties['Type']}")
    if re.match(r"/?(aws|ssm)", name, re.IGNORECASE):
        refuse(
            code,
            f'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive): {name}',
        )
    pattern = properties.get("AllowedPattern")
    if pattern and not re.search(pattern, str(properties["Value"])):
        refuse(
            "ParameterPatternMismatchException",
            f"Parameter value, cannot be validated against allowedPattern: {pattern}",
        )


def _described(scope: Scope, name: str, properties: Properties) -> Created:
    start = f"arn:{scope.partition}:ssm:{scope.region}:{scope.account}:parameter/"
    attributes = {
        "Arn": start + name.removeprefix("/"),
        "Type": properties["Type"],
        "Value": str(properties["Value"]),
    }
    return Created(physical_id=name, attributes=attributes)


HANDLERS: tuple[Handler, ...] = (ParameterHandler(),)
