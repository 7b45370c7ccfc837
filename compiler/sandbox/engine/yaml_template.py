"""Templates in YAML, with CloudFormation's short tags (`!Ref`, `!GetAtt`, `!Sub`, …)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from compiler.sandbox.engine.errors import template_format_error

if TYPE_CHECKING:
    from compiler.sandbox.engine.values import Json


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader, to which the short tags and plain dates are added."""


def _short_tag(loader: _Loader, suffix: str, node: yaml.Node) -> Json:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}  # type: ignore[arg-type] # the third


def _text(loader: _Loader, node: yaml.ScalarNode) -> Any:  # noqa: ANN401 -- what PyYAML hands back
    return loader.construct_scalar(node)


_Loader.add_multi_constructor("!", _short_tag)
# CloudFormation reads 2012-10-17 as text.
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _text)


def read_yaml(body: str) -> Json:
    """
    Read a YAML template into JSON values, short tags in their long form.

    Raises:
        ApiError: `ValidationError` for what is no YAML.
    """
    try:
        return yaml.load(body, Loader=_Loader)  # noqa: S506 -- _Loader is a SafeLoader
    except yaml.YAMLError as error:
        message = f"YAML not well-formed. ({error})"
        raise template_format_error(message) from error
