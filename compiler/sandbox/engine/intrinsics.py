"""
Resolves intrinsic functions and dynamic references.

A name that cannot be resolved is an error with a reason, never a literal that travels on.
"""

from __future__ import annotations

import base64
import ipaddress
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from compiler.sandbox.engine.errors import template_error
from compiler.sandbox.engine.parameters import starred
from compiler.sandbox.engine.references import SUBSTITUTION, split_attribute, substitution
from compiler.sandbox.engine.values import Json, Mark, has_unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from compiler.sandbox.handler import Created

_DYNAMIC = re.compile(r"\{\{resolve:([^{}]+)\}\}")
_IPV4_BITS = 32
_IPV6_BITS = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """
    What a template's functions may look at.

    Attributes:
        pseudo: Values of the pseudo parameters, by name with the `AWS::` prefix.
        parameters: Resolved values by name.
        mappings: The `Mappings` section.
        resources: What exists so far, by logical id; `Mark.UNKNOWN` for what will exist.
        zones: Availability zones of a region, in order.
    """

    pseudo: Mapping[str, Json]
    parameters: Mapping[str, Json]
    mappings: Mapping[str, Any]
    resources: Mapping[str, Created | Mark]
    zones: Callable[[str], Sequence[str]]


@dataclass(slots=True, kw_only=True)
class Secrets:
    """
    Resolves `{{resolve:…}}`, and remembers what was secret so that no event tells it.

    Attributes:
        lookup: Returns the value of a reference (without braces and the `resolve:` prefix), and
            whether it is secret.
        seen: Secret values that were handed out.
        unshown: Values of `NoEcho` parameters: resources may pass them on, events may not.
    """

    lookup: Callable[[str], tuple[str, bool]]
    seen: set[str] = field(default_factory=set)
    unshown: set[str] = field(default_factory=set)

    def resolve(self, value: Json) -> Json:
        """Return *value* with every dynamic reference replaced."""
        if isinstance(value, dict):
            return {key: self.resolve(part) for key, part in value.items()}
        if isinstance(value, list):
            return [self.resolve(part) for part in value]
        if isinstance(value, str) and "{{resolve:" in value:
            return _DYNAMIC.sub(self._one, value)
        return value

    def hide(self, text: str) -> str:
        """Return *text* with stars where something stood that must not be shown."""
        return starred(text, self.seen | self.unshown)

    def cover(self, created: Created) -> Created:
        """Return *created* with no secret among its attributes: outputs can show any of them."""
        return replace(
            created, attributes={name: self._covered(v) for name, v in created.attributes.items()}
        )

    def _covered(self, value: Json) -> Json:
        return starred(value, self.seen) if isinstance(value, str) else value

    def _one(self, match: re.Match[str]) -> str:
        found, is_secret = self.lookup(match[1])
        if is_secret and found:
            self.seen.add(found)
        return found


def has_dynamic_reference(value: Json) -> bool:
    """Tell whether *value* holds a `{{resolve:…}}`."""
    if isinstance(value, dict):
        return any(has_dynamic_reference(part) for part in value.values())
    if isinstance(value, list):
        return any(has_dynamic_reference(part) for part in value)
    return isinstance(value, str) and "{{resolve:" in value


def resolve(value: Json, around: Surroundings) -> Json:
    """
    Return *value* with every function evaluated; `AWS::NoValue` leaves its property out.

    Raises:
        ApiError: `ValidationError`: a function that cannot be evaluated, with the reason.
    """
    if isinstance(value, dict):
        if len(value) == 1:
            (name, argument) = next(iter(value.items()))
            if name == "Ref" or name.startswith("Fn::"):
                return _function(name, argument, around)
        made = {key: resolve(part, around) for key, part in value.items()}
        return {key: part for key, part in made.items() if part is not Mark.NO_VALUE}
    if isinstance(value, list):
        parts = [resolve(part, around) for part in value]
        return [part for part in parts if part is not Mark.NO_VALUE]
    return value


def _function(name: str, argument: Json, around: Surroundings) -> Json:
    if name == "Ref":
        return _ref(argument, around)
    if name == "Fn::GetAtt":
        return _get_att(argument, around)
    function = _FUNCTIONS.get(name)
    if function is None:
        message = f"the sandbox does not know the function {name}"
        raise template_error(message)
    if name == "Fn::Sub":
        return function(argument, around)
    inner = resolve(argument, around)
    return Mark.UNKNOWN if _blocks(name, inner) else function(inner, around)


def _blocks(name: str, inner: Json) -> bool:
    # Fn::Select of a known list with one unknown item elsewhere is known.
    if name == "Fn::Select" and isinstance(inner, list) and inner and isinstance(inner[-1], list):
        return has_unknown(inner[:-1])
    return has_unknown(inner)


def _ref(name: Json, around: Surroundings) -> Json:
    if not isinstance(name, str):
        message = "every Ref object must have a single String value."
        raise template_error(message)
    if name in around.pseudo:
        return around.pseudo[name]
    if name in around.parameters:
        return around.parameters[name]
    found = around.resources.get(name)
    if found is None:
        message = f"Ref {name}: there is no such parameter or resource yet"
        raise template_error(message)
    return Mark.UNKNOWN if isinstance(found, Mark) else found.physical_id


def _get_att(argument: Json, around: Surroundings) -> Json:
    split = split_attribute(argument)
    if split is None:
        message = "every Fn::GetAtt object requires two non-empty parameters"
        raise template_error(message)
    logical_id, attribute = split
    found = around.resources.get(logical_id)
    if found is None:
        message = f"Fn::GetAtt {logical_id}.{attribute}: there is no such resource yet"
        raise template_error(message)
    if isinstance(found, Mark):
        return Mark.UNKNOWN
    if attribute not in found.attributes:
        message = f"resource {logical_id} does not support attribute type {attribute} in Fn::GetAtt"
        raise template_error(message)
    return found.attributes[attribute]


def _sub(argument: Json, around: Surroundings) -> Json:
    text, named = substitution(argument)
    own = resolve(dict(named), around)
    parts: list[str] = []
    position = 0
    for match in SUBSTITUTION.finditer(text):
        parts.append(text[position : match.start()])
        position = match.end()
        if match[1]:
            parts.append(f"${{{match[2]}}}")
            continue
        name = match[2].strip()
        if name in own:
            found = own[name]
        elif "." in name:
            found = _get_att(name, around)
        else:
            found = _ref(name, around)
        if has_unknown(found):
            return Mark.UNKNOWN
        parts.append(_text("Fn::Sub", found))
    return "".join([*parts, text[position:]])


def _join(argument: Json, _: Surroundings) -> Json:
    delimiter, parts = _pair("Fn::Join", argument)
    if not isinstance(parts, list):
        message = "every Fn::Join object requires two parameters, (1) a string delimiter and (2) a "
        raise template_error(message + "list of strings to be joined")
    return str(delimiter).join(_text("Fn::Join", part) for part in parts)


def _select(argument: Json, _: Surroundings) -> Json:
    index, parts = _pair("Fn::Select", argument)
    if not isinstance(parts, list) or not str(index).isdigit() or int(index) >= len(parts):
        message = f"Fn::Select cannot select nonexistent value at index {index}"
        raise template_error(message)
    return parts[int(index)]


def _split(argument: Json, _: Surroundings) -> Json:
    delimiter, text = _pair("Fn::Split", argument)
    if not isinstance(delimiter, str) or not delimiter:
        message = "every Fn::Split object requires a delimiter that is not empty"
        raise template_error(message)
    return _text("Fn::Split", text).split(delimiter)


def _base64(argument: Json, _: Surroundings) -> Json:
    return base64.b64encode(_text("Fn::Base64", argument).encode()).decode()


def _find_in_map(argument: Json, around: Surroundings) -> Json:
    if not isinstance(argument, list) or len(argument) != 3:  # noqa: PLR2004 -- map and two keys
        message = "every Fn::FindInMap object requires three parameters"
        raise template_error(message)
    found: Any = around.mappings
    for key in argument:
        if not isinstance(found, dict) or not isinstance(key, str) or key not in found:
            message = f"Unable to get mapping for {'::'.join(map(str, argument))}"
            raise template_error(message)
        found = found[key]
    return found


def _cidr(argument: Json, _: Surroundings) -> Json:
    if not isinstance(argument, list) or len(argument) not in {2, 3}:
        message = "every Fn::Cidr object requires an ipBlock, a count and cidrBits"
        raise template_error(message)
    try:
        # Any other value, a number as well, would be taken for an address.
        block = ipaddress.ip_network(str(argument[0]), strict=False)
        count = int(argument[1])
        bits = int(argument[2]) if len(argument) > 2 else 8  # noqa: PLR2004 -- cidrBits left out
    except (TypeError, ValueError) as error:
        message = f"Fn::Cidr: {error}"
        raise template_error(message) from error
    whole = _IPV4_BITS if block.version == 4 else _IPV6_BITS  # noqa: PLR2004 -- IPv4
    prefix = whole - bits
    if prefix < block.prefixlen or count > 2 ** (prefix - block.prefixlen):
        message = f"Fn::Cidr: {block} does not hold {count} blocks of {bits} bits"
        raise template_error(message)
    found = block.subnets(new_prefix=prefix)
    return [str(next(found)) for _ in range(count)]


def _get_azs(argument: Json, around: Surroundings) -> Json:
    region = argument or around.pseudo["AWS::Region"]
    return list(around.zones(str(region)))


def _pair(name: str, argument: Json) -> tuple[Json, Json]:
    if not isinstance(argument, list) or len(argument) != 2:  # noqa: PLR2004 -- a pair
        message = f"every {name} object requires two parameters"
        raise template_error(message)
    return argument[0], argument[1]


def _text(name: str, value: Json) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    message = f"{name} needs text, not {value!r}"
    raise template_error(message)


_FUNCTIONS: Mapping[str, Callable[[Json, Surroundings], Json]] = {
    "Fn::Base64": _base64,
    "Fn::Cidr": _cidr,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAZs": _get_azs,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
}
