"""SF4nn: lint."""

from __future__ import annotations

from spec.codes.card import Card

LINTING: tuple[Card, ...] = (
    Card(
        code="SF401",
        title="Template would be refused",
        why="cfn-lint compares each template with the resource schemas that AWS publishes for its"
        " own region. What it calls an error fails at the deploy.",
        fix="Change the value that the finding points at. `cfn-lint --list-rules` tells more about"
        " the rule it names.",
    ),
    Card(
        code="SF402",
        title="Template is doubtful",
        why="cfn-lint calls it a warning: AWS takes it, but seldom is it what was meant.",
        fix="Read the rule that the finding names, and change the value that it points at.",
        severity="warning",
    ),
    Card(
        code="SF403",
        title="Region cannot be linted",
        why="The installed cfn-lint has no resource schemas of this region, so its templates were"
        " checked by stackferry's own rules only.",
        fix="Try a newer cfn-lint, or look at the templates yourself before you deploy them.",
        severity="warning",
    ),
)
"""In order of their codes."""
