"""The language reference: prose about the whole, and one table per model, made from the models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from spec.model import Model, Spec
from spec.shape import Shape, alternatives, as_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

_INTRODUCTION = """\
# The spec

One YAML file says what the system is and where it goes. It is read as YAML 1.2: `yes`, `no`, `on`
and `off` are texts, `true` and `false` are not. What looks like a number and is none stands in
quotes: an unquoted engine version 16.10 is 16.1, and an account id loses its leading zero. Keys
that are not listed here are refused, and so are merge keys (`<<`), tags, directives and a second
document; anchors and aliases are fine.

Everything has one name and is described once. Where the target differs, the component's own
`target:` says how. What a table calls *required* has no default; everything else may be left out,
and the default is the safe choice.

`stackferry validate` says everything that is wrong at once, each with its place and the way out;
`stackferry explain SF203` tells more about a code. `stackferry init` writes a commented file to
begin with, `stackferry schema` prints this reference as a JSON Schema for editors.

## A complete example

```yaml
{example}```

## Subnets

Each zone gets a private subnet (services), a database subnet (no route to the internet) and a
public one (load balancers and NAT gateways). They are carved from the VPC's `cidr` like this, and
no subnet ever moves when a zone is added:

1. The range is cut into eight equal slots, one for each letter that a zone's name can end with:
   `a` has the first, `h` the eighth.
2. In its slot, the private subnet takes the first half, the database subnet the third quarter and
   the public subnet the seventh eighth. The last eighth stays free.

| range | slot of a zone | private | database | public | free |
|---|---|---|---|---|---|
| whole | 1/8 | 1/2 of the slot | 1/4 | 1/8 | 1/8 |
| /16 | /19 | /20 | /21 | /22 | /22 |
| /20 | /23 | /24 | /25 | /26 | /26 |

In `10.0.0.0/16`, zone `b` has the slot `10.0.32.0/19`: private `10.0.32.0/20`, database
`10.0.48.0/21`, public `10.0.56.0/22`, and `10.0.60.0/22` stays free. A subnet given by `subnets`
takes the place of the carved one of its tier and zone, in any size, also from a secondary range.

## What is not covered

Aurora, Multi-AZ DB clusters, DynamoDB, ElastiCache, EFS, queues and topics, ECS, EKS and Lambda
are not migrated. RDS has no read replica in another account, so databases are refused where the
two accounts differ. The way out is the same for all of them: a CloudFormation template of your
own for each region, which takes what it needs (the VPC, subnets, keys, names) from the parameters
and names of the compiled templates.

# Reference
"""


def reference(example: str) -> str:
    """Return the text of SPEC.md, with *example* as the complete example."""
    parts = [_INTRODUCTION.format(example=example)]
    parts.extend(_section(model, paths) for model, paths in _models().items())
    return "\n".join(parts)


def _models() -> dict[type[Model], list[str]]:
    """Return every model with the paths at which it may stand, in the order of the file."""
    found: dict[type[Model], list[str]] = {}

    def visit(model: type[Model], path: str) -> None:
        found.setdefault(model, []).append(path)
        for name, field in model.model_fields.items():
            for inner, suffix in _inner_models(field.annotation):
                visit(inner, ".".join(filter(None, (path, name))) + suffix)

    visit(Spec, "")
    return found


def _inner_models(annotation: Any) -> Iterator[tuple[type[Model], str]]:  # noqa: ANN401 - a type form
    for part in alternatives(annotation):
        if isinstance(part, type) and issubclass(part, Model):
            yield part, ""
        elif get_origin(part) is dict:
            for model, suffix in _inner_models(get_args(part)[1]):
                yield model, f".<name>{suffix}"


def _section(model: type[Model], paths: list[str]) -> str:
    heading = " and ".join(f"`{path}`" for path in paths) if paths != [""] else "The file itself"
    lines = [
        f'<a id="{model.__name__.lower()}"></a>',
        "",
        f"## {heading}",
        "",
        str(model.__doc__).strip(),
        "",
        "| key | type | unit | default | example | meaning |",
        "|---|---|---|---|---|---|",
        *(_row(name, model) for name in model.model_fields),
        "",
    ]
    return "\n".join(lines)


def _row(name: str, model: type[Model]) -> str:
    field = model.model_fields[name]
    shape = Shape(annotation=field.annotation, field=field)
    cells = (
        f"`{name}`",
        _type(field.annotation),
        shape.unit or "",
        "*required*" if field.is_required() else _default(field.default),
        _code(as_yaml(shape.example)),
        field.description or "",
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _default(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, Model):
        return "its defaults"
    return _code(as_yaml(value))


def _code(text: str) -> str:
    return f"`{text}`"


def _type(annotation: Any) -> str:  # noqa: ANN401 - a type form
    parts = (part for part in alternatives(annotation) if part is not type(None))
    return " or ".join(dict.fromkeys(_one_type(part) for part in parts))


_NAMES: dict[object, str] = {str: "text", int: "whole number", bool: "true or false"}


def _one_type(annotation: Any) -> str:  # noqa: ANN401 - a type form
    if annotation in _NAMES:
        return _NAMES[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " or ".join(_code(as_yaml(choice)) for choice in arguments)
    if origin is tuple:
        return f"list of {_type(arguments[0])}"
    if origin is dict:
        return f"mapping of name to {_type(arguments[1])}"
    return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
