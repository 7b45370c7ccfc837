"""What the application has to find, asked of an AWS where some of it is missing; and as text."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.endpoints import FoundEndpoint, FoundEndpoints, find_endpoints
from compiler.deploy.facts import Fact
from compiler.deploy.port import AwsError
from compiler.manifest import Computed, Endpoint, FromOutput
from compiler.report.documents import render
from compiler.report.documents.outputs import document
from compiler.report.outputs_text import outputs_env, outputs_text
from tests.fakes.clock import CallingPool
from tests.fakes.migration import ACCOUNT, SOURCE, TARGET, migration, template
from tests.fakes.operator import Operator
from tests.functional.documents import valid

if TYPE_CHECKING:
    from compiler.deploy.folder import Compiled

DATABASE = f"{TARGET}/database-catalog"
ADDRESS = "shop-prod-catalog.abcdefghijkl.eu-central-1.rds.amazonaws.com"
CHANGED = {
    DATABASE: template(
        {"Database": "AWS::RDS::DBInstance"},
        parameters=("VpcId",),
        outputs={"DatabaseEndpointAddress": ADDRESS},
    )
}
ENDPOINTS = (
    Endpoint(
        kind="public name",
        key="app.example.com",
        side="global",
        stack=f"{SOURCE}/network",
        component=("dns", "record"),
        facts={
            "leads_to": Computed(value="load balancer"),
            "name": Computed(value="app.example.com"),
            "url": Computed(value="https://app.example.com"),
        },
    ),
    Endpoint(
        kind="database",
        key="catalog",
        side="target",
        stack=DATABASE,
        component=("databases", "catalog"),
        facts={
            "address": FromOutput(stack=DATABASE, output="DatabaseEndpointAddress"),
            "port": Computed(value="5432"),
            "private_name": Computed(value="catalog.prod.shop.internal"),
            "secret": Computed(value="shop/prod/catalog"),
            "secret_arn": FromOutput(stack=f"{SOURCE}/peering", output="Missing"),
        },
    ),
)


def compiled() -> Compiled:
    made = migration(CHANGED)
    return replace(made, manifest=replace(made.manifest, endpoints=ENDPOINTS))


@pytest.fixture
def operator() -> Operator:
    return Operator()


def find(operator: Operator) -> FoundEndpoints:
    return find_endpoints(operator.aws, compiled().manifest, CallingPool())


def told(found: FoundEndpoints) -> str:
    return outputs_text(found, compiled().manifest)


NOTHING_THERE = """\
shop-prod, compiled as replicate

public

  public name app.example.com: us-east-1/network is not deployed yet
      url           https://app.example.com
      leads to      load balancer

eu-central-1, the target

  database catalog: eu-central-1/database-catalog is not deployed yet
      private name  catalog.prod.shop.internal
      address       not known yet
      port          5432
      secret        shop/prod/catalog
      its ARN       not known: us-east-1/peering is not deployed yet

Nothing of it is there yet. The names are those that it will have.
"""

ALL_BUT_ONE = """\
shop-prod, compiled as replicate

public

  public name app.example.com
      url           https://app.example.com
      leads to      load balancer

eu-central-1, the target

  database catalog
      private name  catalog.prod.shop.internal
      address
        shop-prod-catalog.abcdefghijkl.eu-central-1.rds.amazonaws.com
      port          5432
      secret        shop/prod/catalog
      its ARN       not known: us-east-1/peering has no output Missing; deploy
          it

All of it is there; what is not known of it: 1.
"""


def test_what_can_be_computed_is_told_before_anything_is_there(operator: Operator) -> None:
    found = find(operator)

    assert found.exit_code == 1
    assert told(found) == NOTHING_THERE
    assert operator.aws.writes == []


def test_what_only_aws_knows_is_read_once_it_is_there(operator: Operator) -> None:
    operator.deploy_this(compiled())

    found = find(operator)

    assert found.exit_code == 1
    assert told(found) == ALL_BUT_ONE
    assert max(map(len, told(found).splitlines())) <= 80


def test_lines_for_a_shell_hold_what_is_known_and_comment_what_is_not(operator: Operator) -> None:
    operator.deploy_this(compiled())

    assert outputs_env(find(operator)) == (
        "PUBLIC_NAME_APP_EXAMPLE_COM_LEADS_TO='load balancer'\n"
        "PUBLIC_NAME_APP_EXAMPLE_COM_NAME=app.example.com\n"
        "PUBLIC_NAME_APP_EXAMPLE_COM_URL=https://app.example.com\n"
        f"DATABASE_CATALOG_TARGET_ADDRESS={ADDRESS}\n"
        "DATABASE_CATALOG_TARGET_PORT=5432\n"
        "DATABASE_CATALOG_TARGET_PRIVATE_NAME=catalog.prod.shop.internal\n"
        "DATABASE_CATALOG_TARGET_SECRET=shop/prod/catalog\n"
        "# DATABASE_CATALOG_TARGET_SECRET_ARN: us-east-1/peering has no output Missing; deploy it\n"
    )


def test_what_is_not_there_is_no_value_for_a_shell(operator: Operator) -> None:
    lines = outputs_env(find(operator)).splitlines()

    assert len(lines) == 8
    assert all(line.startswith("# ") and "not deployed yet" in line for line in lines)


def test_names_that_are_one_word_to_a_shell_stay_apart() -> None:
    def named(key: str) -> FoundEndpoint:
        return FoundEndpoint(
            endpoint=replace(ENDPOINTS[0], key=key),
            region=SOURCE,
            account=ACCOUNT,
            reason="",
            facts={"url": Fact(value=f"https://{key}/?a b")},
        )

    text = outputs_env(
        FoundEndpoints(
            exit_code=0, endpoints=(named("a.b.example"), named("a-b.example"), named("*.example"))
        )
    )

    names = [line.partition("=")[0] for line in text.splitlines()]
    assert names == [
        "PUBLIC_NAME_A_B_EXAMPLE_URL",
        "PUBLIC_NAME_A_B_EXAMPLE_URL_2",
        "PUBLIC_NAME_ANY_EXAMPLE_URL",
    ]
    assert shlex.split(text)[0] == "PUBLIC_NAME_A_B_EXAMPLE_URL=https://a.b.example/?a b"


def test_no_output_is_read_of_a_stack_that_is_not_current(operator: Operator) -> None:
    operator.deploy_this(compiled())
    found = operator.aws.stack_sets[f"shop-prod-{TARGET}-database-catalog"]
    found.instances = {
        place: replace(one, status="OUTDATED") for place, one in found.instances.items()
    }

    database = find(operator).endpoints[1]

    assert database.reason == f"{DATABASE} is OUTDATED"
    assert database.facts["address"] == Fact(value=None, reason=f"{DATABASE} is OUTDATED")


def test_what_aws_refuses_is_told_of_what_it_concerns(operator: Operator) -> None:
    operator.deploy_this(compiled())
    operator.aws.refuses["outputs"] = AwsError(
        code="AccessDenied", reason="not you", call="DescribeStacks"
    )

    found = find(operator)

    assert found.exit_code == 3
    reason = "AWS refused DescribeStacks: AccessDenied: not you"
    assert [one.reason for one in found.endpoints] == [reason, reason]


@pytest.mark.parametrize("is_there", [True, False])
def test_the_document_says_all_of_it(operator: Operator, *, is_there: bool) -> None:
    if is_there:
        operator.deploy_this(compiled())

    text = render(document(find(operator), compiled().manifest, None))

    database = valid("outputs", text)["endpoints"][1]
    assert (database["is_there"], database["path"]) == (is_there, "databases.catalog")
    assert database["facts"]["address"]["value"] == (ADDRESS if is_there else None)


def test_credentials_of_another_account_are_refused(operator: Operator) -> None:
    operator.aws.own_account = "999999999999"

    found = find(operator)

    assert (found.exit_code, [one.code for one in found.findings]) == (1, ["SF503"])


def test_no_credentials_are_told(operator: Operator) -> None:
    operator.aws.refuses["account"] = AwsError(code="NoCredentials", reason="none", call="Who")

    assert find(operator).exit_code == 3


def test_a_migration_compiled_before_there_were_endpoints_says_so(operator: Operator) -> None:
    manifest = migration().manifest

    found = find_endpoints(operator.aws, manifest, CallingPool())

    assert (found.exit_code, outputs_env(found)) == (0, "")
    assert "compile again with this version" in outputs_text(found, manifest)
