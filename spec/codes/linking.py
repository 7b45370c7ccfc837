"""SF3nn: linking stacks."""

from __future__ import annotations

from spec.codes.card import Card

LINKING: tuple[Card, ...] = (
    Card(
        code="SF301",
        title="Components need each other",
        why="Each needs the next one to exist first, so none can be created (CloudFormation user"
        ' guide, "DependsOn attribute", 2026-11).',
        fix="Take one of the references in the loop out of the spec.",
        aws_says="Circular dependency between resources",
    ),
    Card(
        code="SF302",
        title="Stacks need each other",
        why="No resource waits for itself, but the stacks that they live in wait for each other: a"
        " stack is deployed as a whole.",
        fix="Take one of the references in the loop out of the spec.",
    ),
    Card(
        code="SF303",
        title="Stack is too large",
        why="CloudFormation takes 500 resources, 200 parameters, 200 outputs and 1 MB in a template"
        ' (CloudFormation user guide, "Understand CloudFormation quotas", 2026-11). What can be'
        " split along components has been split already.",
        fix="Make the component smaller, or cut it into two.",
    ),
)
"""In order of their codes."""
