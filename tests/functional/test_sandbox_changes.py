"""
Each type that the examples emit has a life among the tests of the handlers.

A life creates a resource, changes every property that the registry lets be changed in place, reads
each back through the service, and puts everything back; `live` and `lived` fail where a property is
changed by nobody. Here it is asserted that no emitted type goes without.
"""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from tests.functional.standing import MIGRATIONS, compiled_in, templates_of

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path("tests/unit/sandbox")
BY_HAND = {
    "AWS::CloudFront::Distribution": "test_each_part_of_a_distribution_changes_and_comes_back",
    "AWS::EC2::Route": "test_a_route_lives_through_all_its_targets",
}
"""Types with tests of their own: parts of one property, and properties that exclude each other."""


def emitted_types() -> set[str]:
    return {
        resource["Type"]
        for migration in MIGRATIONS
        for template in templates_of(compiled_in(migration)).values()
        for resource in template["Resources"].values()
    }


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield every function of the handlers' tests with the module that it stands in."""
    for path in sorted(TESTS.glob("test_handlers_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                yield f"tests.unit.sandbox.{path.stem}", node


def handlers_that_live() -> Iterator[str]:
    """Yield the types of the handlers that are given to `live`, or to a `Life`."""
    for module, function in functions():
        for call in ast.walk(function):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                continue
            if call.func.id == "live":
                given = call.args[0]
            elif call.func.id == "Life":
                (given,) = (word.value for word in call.keywords if word.arg == "handler")
            else:
                continue
            assert isinstance(given, ast.Name)
            names = [given.id] if given.id.isupper() else named_in(function.decorator_list)
            for name in names:
                yield getattr(import_module(module), name).type_name


def named_in(decorators: list[ast.expr]) -> list[str]:
    """Return the handlers that a parametrized test is given."""
    return [
        node.id
        for decorator in decorators
        for node in ast.walk(decorator)
        if isinstance(node, ast.Name) and node.id.isupper()
    ]


def test_every_emitted_type_has_a_life() -> None:
    lives = set(handlers_that_live())

    assert emitted_types() - lives - BY_HAND.keys() == set()
    assert lives & BY_HAND.keys() == set()


def test_the_tests_of_their_own_exist() -> None:
    names = {function.name for _, function in functions()}

    assert set(BY_HAND.values()) - names == set()
