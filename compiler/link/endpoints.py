"""From what is published of resources to outputs, and to what the manifest says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from compiler.link.objects import LinkError
from compiler.link.parameters import output_name
from compiler.manifest import Computed, Endpoint, FactSource, FromOutput
from compiler.symbols import Address, Published, Symbol

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

Read: TypeAlias = tuple[Address, str | None]
"""An attribute of a resource that is read from outside its stack; `None` for its `Ref`."""


def asked_of(published: tuple[Published, ...], known: Container[Address]) -> frozenset[Read]:
    """
    Return what the stacks must give as outputs for what is *published*.

    Raises:
        LinkError: A component publishes a resource that is not *known*.
    """
    for one in published:
        symbols = (fact for fact in one.facts.values() if isinstance(fact, Symbol))
        for address in (one.address, *(symbol.address for symbol in symbols)):
            if address not in known:
                message = f"the {one.kind} {one.key!r} publishes {address}, which nobody makes"
                raise LinkError(message)
    return frozenset(
        (fact.address, fact.attribute)
        for one in published
        for fact in one.facts.values()
        if isinstance(fact, Symbol)
    )


def endpoint(published: Published, stacks: Mapping[Address, str]) -> Endpoint:
    """Return what the manifest says of *published*; *stacks* are the ids of where each lives."""
    return Endpoint(
        kind=published.kind,
        key=published.key,
        side=published.address.stack.side,
        stack=stacks[published.address],
        component=published.component,
        facts={name: fact_source(fact, stacks) for name, fact in published.facts.items()},
    )


def fact_source(fact: str | Symbol, stacks: Mapping[Address, str]) -> FactSource:
    """Return where *fact* comes from; *stacks* are the ids of where each resource lives."""
    if isinstance(fact, Symbol):
        name = output_name(fact.address, fact.attribute)
        return FromOutput(stack=stacks[fact.address], output=name)
    return Computed(value=fact)
