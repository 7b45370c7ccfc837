"""
The file that holds a plan: its format, and the door through which one is read.

The file may come from anywhere, so it is checked key by key, and nothing in it is carried out: it
is only compared with a plan that is made anew (`compiler.deploy.saved_plan`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from compiler.deploy.kept import flaw
from compiler.deploy.port import Place
from compiler.deploy.targets import CallAs, PermissionModel, Via
from spec.findings import Finding, at

VERSION: Literal[2] = 2
"""Of the file's format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedChange:
    """
    What an update would do to one resource.

    Attributes:
        logical_id: Its key in the template.
        type: `AWS::RDS::DBInstance`.
        action: `Add`, `Modify`, `Remove`, `Import` or `Dynamic`.
        replacement: `True`, `False` or `Conditional`; empty where CloudFormation does not say.
        policy_action: What becomes of the old one; empty likewise.
        physical_id: What its service calls it; empty for a new one.
        properties: Names of the properties that change, sorted.
    """

    logical_id: str
    type: str
    action: str
    replacement: str
    policy_action: str
    physical_id: str
    properties: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPreview:
    """
    What CloudFormation says an update of one stack would do.

    Attributes:
        place: Where the stack stands.
        changes: Sorted by logical id.
        assumed: Parameters whose new value is not known yet, for which the present one was taken.
        refusal: Why CloudFormation could not tell; empty if it did.
    """

    place: Place
    changes: tuple[SavedChange, ...]
    assumed: tuple[str, ...]
    refusal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedValue:
    """
    The value of a parameter.

    Attributes:
        value: The value; null if it is not known yet.
        known_after: Id of the stack after which it is known; null if it is.
        output: The output of that stack that it is; null likewise.
    """

    value: str | None
    known_after: str | None
    output: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedStep:
    """
    What is to be done about one stack.

    Attributes:
        stack: Its id, `<region>/<name>`.
        action: `create`, `update`, `add`, `remove`, `follow`, `check`, `skip` or `wait`.
        reasons: Why, in words.
        values: The value of each parameter, by its name.
        places: Where it is to stand, sorted.
        adds: Where a stack is to be created.
        removes: Where a stack is to be deleted.
        stateful: Logical ids of its resources that hold what cannot be made again.
        previews: What CloudFormation says an update would do; none where it was not asked.
    """

    stack: str
    action: str
    reasons: tuple[str, ...]
    values: Mapping[str, SavedValue]
    places: tuple[Place, ...]
    adds: tuple[Place, ...]
    removes: tuple[Place, ...]
    stateful: tuple[str, ...]
    previews: tuple[SavedPreview, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedWish:
    """
    What was asked for.

    Attributes:
        region: Deploy in this region only; null for all.
        only: Deploy these stacks only; all if empty.
        accounts: Accounts that stacks are fanned out to; null for those in which they stand.
        organizational_units: The units that hold the accounts.
        in_all_units: Whether it is every account of the units.
        permission_model: Who makes the roles of stack sets.
        call_as: For whom stack sets are asked for.
        failure_tolerance: In how many accounts an operation may fail before it stops.
        max_concurrent: In how many accounts an operation works at the same time.
        administration_role: ARN of the role with which StackSets comes to the accounts.
        execution_role: Name of the role in each account.
        refresh_images: Whether images are looked up anew.
        allowed_replacements: Resources that may be lost, as they were named.
        is_previewed: Whether CloudFormation is asked what updates would do.
        via: How stacks are brought about.
    """

    region: str | None
    only: tuple[str, ...]
    accounts: tuple[str, ...] | None
    organizational_units: tuple[str, ...]
    in_all_units: bool
    permission_model: PermissionModel
    call_as: CallAs
    failure_tolerance: int
    max_concurrent: int
    administration_role: str
    execution_role: str
    refresh_images: bool
    allowed_replacements: tuple[str, ...]
    is_previewed: bool
    via: Via


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSight:
    """
    Digests of what AWS had of one stack.

    Attributes:
        definition: Of its stack set; empty if there was none.
        stacks: Of the stacks of that stack set.
        outputs: Of its outputs.
    """

    definition: str
    stacks: str
    outputs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedDeed:
    """
    Something that is done beside stacks.

    Attributes:
        node: What it is called among the stacks of a run.
        says: What is done, in words.
        is_undone: Whether it is taken back.
    """

    node: str
    says: str
    is_undone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedTransition:
    """
    From one phase to another.

    Attributes:
        origin: The phase that it comes from; null if none stands.
        to: The phase that it leads to.
        door: `reversible`, `loses the replica`, `one-way for data` or `one-way`.
        removes: Ids of the stacks that the state no longer has, in the order of their removal.
        deeds: What is done beside stacks.
        gates: Of what there must be fresh evidence, in words.
        aside: Ids of the stacks that are left as they are, since their database was promoted.
    """

    origin: str | None
    to: str
    door: str
    removes: tuple[str, ...]
    deeds: tuple[SavedDeed, ...]
    gates: tuple[str, ...]
    aside: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPlan:
    """
    A plan and everything that it depends on.

    Attributes:
        version: Of the format.
        folder: The compiled folder, as it was named.
        manifest_sha256: Digest of its manifest, and so of every template.
        wish: What was asked for.
        steps: In an order in which they could be done.
        seen: What AWS had of each stack, by its id.
        transition: What is done beside the steps; null where it leads from no phase to another.
    """

    folder: str
    manifest_sha256: str
    wish: SavedWish
    steps: tuple[SavedStep, ...]
    seen: Mapping[str, SavedSight]
    transition: SavedTransition | None = None
    version: Literal[2] = VERSION


def to_text(plan: SavedPlan) -> str:
    """Return *plan* as JSON text, so that equal plans are equal texts: sorted keys, ASCII only."""
    return json.dumps(asdict(plan), indent=1, sort_keys=True) + "\n"


def read_plan(path: Path) -> SavedPlan | Finding:
    """Return the plan in the file at *path*, or why it is none."""
    try:
        text = path.read_bytes()
    except OSError as error:
        return _unreadable(f'"{path}" cannot be read: {error.strerror}.')
    try:
        plan = TypeAdapter(SavedPlan).validate_json(text)
    except ValidationError as error:
        return _unreadable(f'"{path}" is no saved plan of this version ({flaw(error)}).')
    # Keys that no plan has, or a text where a number belongs: pydantic would let them pass.
    if json.loads(text) != json.loads(to_text(plan)):
        return _unreadable(f'"{path}" says more than a saved plan does.')
    return plan


def _unreadable(detail: str) -> Finding:
    return Finding(
        code="SF511",
        where=at(),
        detail=detail,
        way_out="Name a file that `stackferry plan --out` of this version wrote.",
    )
