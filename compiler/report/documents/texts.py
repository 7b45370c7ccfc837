"""The documents of the verbs whose result is a text: `export`, `init` and `explain`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from spec.codes import Card


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """
    A migration for another tool, or for people.

    Attributes:
        command: The verb.
        version: Of the documents.
        tool: For what it is.
        folder: The folder with the templates, as it was named.
        script: The text: a shell script, a runbook in Markdown, or a template in JSON.
    """

    folder: str
    script: str
    tool: Literal["cli", "runbook", "arc"] = "cli"
    command: Literal["export"] = "export"
    version: Literal[1] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """
    A spec to begin with.

    Attributes:
        command: The verb.
        version: Of the documents.
        path: Where it was written; null for the standard output, where it was not.
        text: The spec.
    """

    path: str | None
    text: str
    command: Literal["init"] = "init"
    version: Literal[1] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedCode:
    """
    The card of a code.

    Attributes:
        code: `SF###`.
        severity: Whether a finding of that code stops anything.
        title: What is wrong.
        why: Why it is wrong, with the source of the fact.
        fix: What to do.
        example: What it looks like; empty if nothing has to be shown.
        aws_says: What AWS would say without this check; empty where it would say nothing.
    """

    code: str
    severity: Literal["error", "warning"]
    title: str
    why: str
    fix: str
    example: str
    aws_says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """
    What codes mean.

    Attributes:
        command: The verb.
        version: Of the documents.
        codes: The one that was asked for, or all of them in their order.
    """

    codes: tuple[ExplainedCode, ...]
    command: Literal["explain"] = "explain"
    version: Literal[1] = 1


def explained(cards: tuple[Card, ...]) -> Explained:
    """Return what *cards* say."""
    return Explained(
        codes=tuple(
            ExplainedCode(
                code=card.code,
                severity=card.severity,
                title=card.title,
                why=card.why,
                fix=card.fix,
                example=card.example,
                aws_says=card.aws_says,
            )
            for card in sorted(cards, key=lambda card: card.code)
        )
    )
