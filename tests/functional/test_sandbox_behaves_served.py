"""What services do by themselves, over HTTP: for other processes, and with faults asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from compiler.cli.program import run
from compiler.cli.sandbox import command
from compiler.deploy.aws.clients import Clients
from compiler.sandbox.embedded import Served, serve
from compiler.sandbox.faults import read_faults
from tests.fakes.clock import SimulatedClock
from tests.functional.served_clients import HOME, REGION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

FAULTS = ("lag=orders-copy:90", "job-fails=orders-here", "unhealthy=*")
THERE = "eu-west-1"
MINUTE = timedelta(minutes=1)
MANIFEST = {
    "S3JobManifestGenerator": {
        "SourceBucket": "arn:aws:s3:::orders-here",
        "EnableManifestOutput": False,
    }
}


@pytest.fixture(name="clock")
def _clock() -> SimulatedClock:
    return SimulatedClock()


@pytest.fixture(name="served")
def _served(clock: SimulatedClock) -> Iterator[Served]:
    with serve(clock=clock.now, faults=read_faults(FAULTS)) as served:
        yield served


@pytest.fixture(name="client")
def _client(served: Served, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return what makes the clients that deploys and gates use, by an address."""
    for name, value in served.environment().items():
        if name != "AWS_ENDPOINT_URL":
            monkeypatch.setenv(name, value)
    clients = Clients(endpoint_url=served.url)
    return lambda service, region=REGION: clients.own(service, region)


def test_a_replica_is_followed_rebooted_and_promoted(
    client: Callable[..., Any], clock: SimulatedClock
) -> None:
    client("rds").create_db_instance(
        DBInstanceIdentifier="orders",
        DBInstanceClass="db.t4g.medium",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="shop",
        MasterUserPassword="long-enough",
    )
    there = client("rds", THERE)
    there.create_db_instance_read_replica(
        DBInstanceIdentifier="orders-copy",
        SourceDBInstanceIdentifier=f"arn:aws:rds:{REGION}:{HOME}:db:orders",
        DBParameterGroupName="default.postgres16",
    )
    first = lag(client, clock)
    client("rds").reboot_db_instance(DBInstanceIdentifier="orders")
    events = client("rds").describe_events(SourceIdentifier="orders", SourceType="db-instance")
    there.promote_read_replica(DBInstanceIdentifier="orders-copy")
    (promoted,) = there.describe_db_instances()["DBInstances"]

    assert first == [91]
    assert "DB instance restarted" in [event["Message"] for event in events["Events"]]
    assert promoted.get("ReadReplicaSourceDBInstanceIdentifier") is None


def lag(client: Callable[..., Any], clock: SimulatedClock) -> list[float]:
    began: datetime = clock.now()
    clock.sleep(MINUTE)
    metric = {
        "Namespace": "AWS/RDS",
        "MetricName": "ReplicaLag",
        "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": "orders-copy"}],
    }
    stat = {"Metric": metric, "Period": 60, "Stat": "Maximum"}
    answer = client("cloudwatch", THERE).get_metric_data(
        StartTime=began,
        EndTime=clock.now() + MINUTE,
        MetricDataQueries=[{"Id": "lag", "MetricStat": stat}],
    )
    values: list[float] = answer["MetricDataResults"][0]["Values"]
    return values


def test_a_batch_job_can_be_asked_for_though_the_address_knows_no_accounts(
    client: Callable[..., Any],
) -> None:
    client("s3").create_bucket(
        Bucket="orders-here", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    control = client("s3control")
    job = control.create_job(
        AccountId=HOME,
        ConfirmationRequired=False,
        Operation={"S3ReplicateObject": {}},
        Report={"Enabled": False},
        ClientRequestToken="once",
        Priority=1,
        RoleArn=f"arn:aws:iam::{HOME}:role/any",
        ManifestGenerator=MANIFEST,
    )["JobId"]

    assert control.describe_job(AccountId=HOME, JobId=job)["Job"]["Status"] == "Failed"
    assert [one["JobId"] for one in control.list_jobs(AccountId=HOME)["Jobs"]] == [job]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("sunny=day", "'sunny=day' is no fault; write KIND=NAME, with one of backing-up, idle,"),
        ("lag=orders", "'lag=orders' does not say how far behind; write lag=NAME:SECONDS"),
    ],
)
def test_a_fault_that_is_none_is_a_mistake_of_the_command_line(fault: str, said: str) -> None:
    result = CliRunner().invoke(command, ["--fault", fault])

    assert (result.exit_code, said in " ".join(result.output.split())) == (2, True)


def test_the_command_serves_with_faults() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "compiler", "sandbox", "--port", "0", "--fault", "stack-fails=app"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        lines = [process.stdout.readline() for _ in range(5)]
        environment = dict(line.strip().removeprefix("export ").split("=", 1) for line in lines)
        assert statuses(environment) == {"app": "ROLLBACK_COMPLETE", "other": "CREATE_COMPLETE"}
    finally:
        process.terminate()
        process.wait(timeout=60)
        process.stdout.close()


def test_the_command_leads_into_the_account_in_which_stack_sets_live(tmp_path: Path) -> None:
    case = Path(__file__).parents[1] / "cases" / "accept" / "two_accounts.yaml"
    folder = tmp_path / "shop-test"
    assert run(["compile", str(case), "--no-lint", "--out", str(tmp_path)]) == 0
    process = subprocess.Popen(  # noqa: S603 -- our own command
        [sys.executable, "-m", "compiler", "sandbox", str(folder), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "export AWS_ACCESS_KEY_ID=AKIASBOX444455556666\n"
    finally:
        process.terminate()
        process.wait(timeout=60)
        process.stdout.close()


def statuses(environment: Mapping[str, str]) -> dict[str, str]:
    """Create two stacks in another process; return how each ended."""
    code = (
        "import boto3, json\n"
        "asked = boto3.client('cloudformation')\n"
        'body = \'{"Resources": {"Log": {"Type": "AWS::Logs::LogGroup"}}}\'\n'
        "for name in ('app', 'other'):\n"
        "    asked.create_stack(StackName=name, TemplateBody=body)\n"
        "found = asked.describe_stacks()['Stacks']\n"
        "print(*(f\"{one['StackName']}={one['StackStatus']}\" for one in found))\n"
    )
    told = subprocess.run(  # noqa: S603 -- our own command
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return dict(item.split("=") for item in told.split())
