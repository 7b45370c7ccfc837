"""What people type who do an action without stackferry: commands of the AWS CLI. Pure."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from compiler.deploy.actions.kinds import KINDS
from compiler.manifest import FromOutput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.manifest import Action, Manifest


def by_hand(action: Action, manifest: Manifest) -> tuple[str, ...]:
    """
    Return the lines of a shell that do *action*, with credentials of its account.

    Unlike what a deploy does, they do not look whether it was done before.

    Args:
        action: The action.
        manifest: The state that has it; its stacks are called as `stackferry export cli` calls
            them.
    """
    words: dict[str, str] = {}
    lines: list[str] = []
    for name, source in sorted(action.facts.items()):
        if isinstance(source, FromOutput):
            variable = name.upper()
            words[name] = f'"${variable}"'
            lines.extend(_read(variable, source, manifest))
        else:
            words[name] = shlex.quote(source.value)
    return (*lines, *KINDS[action.kind].by_hand(action, words))


def _read(variable: str, source: FromOutput, manifest: Manifest) -> Iterator[str]:
    stack = next(stack for stack in manifest.stacks if stack.id == source.stack)
    yield (
        f"{variable}=$(aws cloudformation describe-stacks --region {stack.region} --stack-name "
        f"{shlex.quote(stack.stack_set)} --output text --query "
        f"\"Stacks[0].Outputs[?OutputKey=='{source.output}'].OutputValue | [0]\")"
    )
