"""From actions and gates before linking to what the manifest says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.kinds import ACTION_KINDS
from compiler.link.endpoints import fact_source
from compiler.link.objects import LinkError
from compiler.manifest import Action, Gate
from compiler.symbols import Address, StackKey, Symbol, Task

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from compiler.kinds import Side
    from compiler.link.endpoints import Read


def read_by(tasks: tuple[Task, ...], known: Container[Address]) -> frozenset[Read]:
    """
    Return what the stacks must give as outputs for *tasks*.

    Raises:
        LinkError: A task reads of, or waits for, a resource that is not *known*.
    """
    for task in tasks:
        for address in (*(symbol.address for symbol in _symbols(task)), *task.after):
            if address not in known:
                message = f"{task.kind!r} of {task.key!r} needs {address}, which nobody makes"
                raise LinkError(message)
    return frozenset(
        (symbol.address, symbol.attribute) for task in tasks for symbol in _symbols(task)
    )


def _symbols(task: Task) -> Iterator[Symbol]:
    return (fact for fact in task.facts.values() if isinstance(fact, Symbol))


def linked_tasks(
    tasks: tuple[Task, ...],
    homes: Mapping[Address, StackKey],
    regions: Mapping[Side, str],
    accounts: Mapping[Side, str],
) -> tuple[tuple[Action, ...], tuple[Gate, ...]]:
    """
    Link *tasks*.

    Args:
        tasks: Actions and gates.
        homes: The stack in which each resource lives.
        regions: Region of each side.
        accounts: Account of each side.

    Returns:
        The actions and the gates, each in the order given.
    """
    ids = {address: _id(home, regions) for address, home in homes.items()}
    actions: list[Action] = []
    gates: list[Gate] = []
    for task in tasks:
        shared: dict[str, Any] = {
            "kind": task.kind,
            "key": task.key,
            "side": task.side,
            "region": regions[task.side],
            "account": accounts[task.side],
            "component": task.component,
            "facts": {name: fact_source(fact, ids) for name, fact in task.facts.items()},
        }
        if task.kind not in ACTION_KINDS:
            gates.append(Gate(**shared))
            continue
        actions.append(
            Action(
                **shared,
                after=tuple(sorted({ids[address] for address in task.after})),
                before=tuple(
                    sorted(
                        # What goes in this phase has no home in it any more.
                        {ids.get(address) or _id(address.stack, regions) for address in task.before}
                    )
                ),
            )
        )
    return tuple(actions), tuple(gates)


def _id(home: StackKey, regions: Mapping[Side, str]) -> str:
    return f"{regions[home.side]}/{home.name}"
