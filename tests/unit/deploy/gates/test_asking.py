"""Each kind of gate, asked of a running system: the right things at the right places."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from compiler.deploy.facts import Fact
from compiler.deploy.gates.answer import green, unknown
from compiler.deploy.gates.asking import Answer, Question, ask, questions
from compiler.deploy.gates.readings import READERS
from compiler.deploy.gates.system import (
    Alarm,
    BatchJob,
    Certificate,
    Database,
    Record,
    Rule,
    Sample,
    Secret,
    Snapshot,
    StoredObject,
    Target,
)
from compiler.deploy.port import AwsError
from compiler.kinds import GateKind
from compiler.manifest import Computed, FromOutput
from tests.fakes.clock import CallingPool
from tests.fakes.migration import ACCOUNT, SOURCE, TARGET, migration
from tests.fakes.operator import Operator
from tests.fakes.running import FakeRunning
from tests.unit.deploy.gates.asked import FENCE, MINUTE, NOW, gate, judged, question

ORDERS = "shop-prod-orders"
REPLICA = Database(
    status="available",
    pending=(),
    parameter_groups={"shop-orders": "in-sync"},
    backup_window="03:00-03:30",
    replicates=ORDERS,
)


def sample(minutes_ago: int, value: float) -> Sample:
    return Sample(
        at=NOW - minutes_ago * MINUTE, lasts=MINUTE, lowest=value, highest=value, total=value
    )


def test_there_is_a_reader_for_each_kind() -> None:
    assert set(READERS) == set(get_args(GateKind))


def test_an_answer_says_what_was_asked_and_when() -> None:
    asked = question("secret present", **SECRET)
    running = FakeRunning(
        secrets={(TARGET, "shop/orders"): Secret(is_leaving=False, has_value=True)}
    )

    assert ask(asked, running, FENCE, NOW) == Answer(
        gate=asked.gate,
        judgement=green("shop/orders is there", "a secret with a value in eu-central-1"),
        at=NOW,
    )


def test_lags_are_those_of_the_replica_in_its_region() -> None:
    running = FakeRunning(
        databases={(TARGET, ORDERS): REPLICA},
        metrics={(TARGET, "ReplicaLag", ORDERS): [sample(40, 9000), sample(2, 1)]},
    )

    assert judged(
        running, "replica streams", database=ORDERS, engine="mysql", max_lag_seconds="30"
    ) == green("a lag of 1 s at 11:58:00 UTC", "a lag of at most 30 s")
    assert judged(running, "replica drained", database=ORDERS, engine="mysql") == green(
        "replayed up to 11:57:59 UTC: a lag of 1 s at 11:58:00 UTC",
        "all that was written before 11:56:00 UTC is replayed",
    )


def test_a_promotion_is_asked_of_the_database_and_its_backups() -> None:
    backup = Snapshot(
        id="rds:orders", status="available", at=NOW - 540 * MINUTE, key="", is_automatic=True
    )
    running = FakeRunning(
        databases={(TARGET, ORDERS): REPLICA}, all_snapshots={(TARGET, ORDERS): (backup,)}
    )

    assert judged(
        running, "replica promotable", database=ORDERS, parameter_group="shop-orders"
    ).measured == ("available, a replica, backed up at 2026-11-24 03:00:00 UTC")
    assert judged(running, "replica promotable", database=ORDERS, parameter_group="old").measured
    assert judged(running, "database writable", database=ORDERS).measured == (
        "it still replicates shop-prod-orders"
    )


def test_connections_are_counted_in_the_source_since_its_access_was_closed() -> None:
    running = FakeRunning(
        metrics={(SOURCE, "DatabaseConnections", ORDERS): [sample(7, 9), sample(1, 0)]}
    )

    assert judged(running, "connections gone", database=ORDERS) == green(
        "0 connections at 11:59:00 UTC", "no connection"
    )


SECRET = {"secret": "shop/orders"}
BUCKETS = {
    "bucket": "shop-source",
    "destination_bucket": "shop-target",
    "destination_region": TARGET,
    "destination_account": ACCOUNT,
}


def test_replication_is_asked_of_the_source_s_bucket_its_jobs_and_its_metrics() -> None:
    rule = Rule(id="media", destination="shop-target", is_enabled=True, is_measured=True)
    job = BatchJob(id="job-1", status="Complete", made=NOW - 60 * MINUTE, succeeded=1, failed=0)
    running = FakeRunning(
        rules={(SOURCE, "shop-source"): (rule,)},
        jobs={(SOURCE, "shop-source"): (job,)},
        stored={(SOURCE, "shop-source"): [StoredObject(key="a", size=1, at=NOW)]},
        metrics={
            # The first was mended by the job.
            (SOURCE, "OperationsFailedReplication", "shop-source"): [sample(90, 5), sample(9, 0)],
            (SOURCE, "BytesPendingReplication", "shop-source"): [sample(3, 10)],
        },
    )

    assert judged(running, "objects replicated", rule="media", **BUCKETS) == green(
        "0 failed operations, 1 object copied by job job-1",
        "no failed operation, and what was there before copied",
        "10 bytes pending at 11:57:00 UTC; not waited for.",
    )


def test_without_a_job_what_is_older_than_a_quarter_of_an_hour_must_be_there() -> None:
    rule = Rule(id="media", destination="shop-target", is_enabled=True, is_measured=True)
    young = StoredObject(key="a", size=1, at=NOW - 14 * MINUTE)
    old = StoredObject(key="b", size=1, at=NOW - 16 * MINUTE)
    running = FakeRunning(
        rules={(SOURCE, "shop-source"): (rule,)}, stored={(SOURCE, "shop-source"): [young, old]}
    )

    left = judged(running, "objects replicated", rule="media", **BUCKETS)
    running.stored[TARGET, "shop-target"] = [old]

    assert left.measured == (
        "no job is known that copied what was there before the replication, and 1 object of 1 that "
        "were written more than 15 minutes ago are not in the destination (b)"
    )
    assert judged(running, "objects replicated", rule="media", **BUCKETS).verdict == "green"


def test_objects_are_compared_beneath_the_prefix_in_both_regions() -> None:
    running = FakeRunning(
        stored={
            (SOURCE, "shop-source"): [
                StoredObject(key="in/a", size=1, at=NOW),
                StoredObject(key="out/b", size=1, at=NOW),
            ],
            (TARGET, "shop-target"): [StoredObject(key="in/a", size=1, at=NOW)],
        }
    )

    assert judged(running, "objects equal", prefix="in/", **BUCKETS) == green(
        "1 object in the source, 1 in the destination", "the same objects on both sides"
    )
    assert judged(running, "objects equal", **BUCKETS).verdict == "red"


def test_targets_and_alarms_are_those_that_the_facts_name() -> None:
    running = FakeRunning(
        registered={(TARGET, "arn:tg"): (Target(id="i-1", state="healthy"),)},
        all_alarms={
            (TARGET, "cpu"): Alarm(name="cpu", state="OK"),
            (TARGET, "lag"): Alarm(name="lag", state="OK"),
            (TARGET, "other"): Alarm(name="other", state="ALARM"),
        },
    )

    assert judged(running, "targets healthy", target_group="arn:tg", healthy_at_least="1") == green(
        "1 healthy of 1 target", "at least 1 healthy"
    )
    assert judged(running, "alarms quiet", names="cpu,lag") == green(
        "2 alarms quiet", "2 alarms quiet"
    )


def test_a_certificate_of_another_region_is_not_even_asked_for() -> None:
    arn = f"arn:aws:acm:{TARGET}:{ACCOUNT}:certificate/1"
    running = FakeRunning(certificates={(TARGET, arn): Certificate(status="ISSUED")})

    assert judged(running, "certificate present", certificate=arn).verdict == "green"
    running.refused.add("certificate")
    assert judged(
        running, "certificate present", certificate=arn.replace(TARGET, SOURCE)
    ).measured == (f"{arn.replace(TARGET, SOURCE)} is of us-east-1")


def test_an_image_is_given_by_its_id_or_named_by_a_parameter() -> None:
    running = FakeRunning(
        images={(TARGET, "ami-1"): "available"}, parameters={(TARGET, "/al2023"): "ami-1"}
    )

    assert judged(running, "image present", image="ami-1").measured == "ami-1 is available"
    assert judged(running, "image present", image_parameter="/al2023").measured == (
        "ami-1 is available"
    )
    assert judged(running, "image present", image_parameter="/none").measured == (
        "there is no parameter /none in eu-central-1"
    )


def test_the_last_gate_looks_at_all_that_its_facts_name() -> None:
    key = f"arn:aws:kms:{SOURCE}:{ACCOUNT}:key/1"
    snapshot = Snapshot(id="kept", status="available", at=NOW, key=f"{key}2", is_automatic=False)
    running = FakeRunning(
        zones={
            "Z1": (Record(name="app.example.com", type="A", values=("lb-1",), weight=0),),
            "Z2": (Record(name="orders.internal", type="CNAME", values=("db-1",)),),
        },
        secrets={(TARGET, "shop/orders"): Secret(is_leaving=False, has_value=True)},
        all_snapshots={(SOURCE, ORDERS): (snapshot,)},
        keys={(SOURCE, key): "Enabled"},
    )

    found = judged(
        running,
        "nothing points at source",
        source_region=SOURCE,
        source_account=ACCOUNT,
        home_region=SOURCE,
        public_zone="Z1",
        public_records="app.example.com",
        source_load_balancer="lb-1",
        private_zone="Z2",
        source_address_orders="db-1",
        source_databases=ORDERS,
        target_buckets="shop-target",
        source_buckets="shop-source",
        target_vpc="vpc-1",
        peering="pcx-1",
        secrets="shop/orders",
        key_databases=key,
    )

    assert found.measured == (
        f"the record orders.internal leads to db-1, the key {key}2 is not there"
    )


def test_what_aws_refuses_to_tell_is_unknown_and_says_so() -> None:
    running = FakeRunning(refused={"secret"})

    assert judged(running, "secret present", **SECRET) == replace(
        unknown(
            "AWS refused secret: AccessDenied: not authorized",
            "an answer",
            judged(running, "secret present", **SECRET).remedy,
        ),
        is_refused=True,
    )


@pytest.mark.parametrize("kind", ["connections gone", "replica drained"])
def test_without_the_fence_only_what_depends_on_it_is_refused(kind: GateKind) -> None:
    refusal = AwsError(code="AccessDenied", reason="not authorized", call="DescribeStackEvents")
    running = FakeRunning(databases={(TARGET, ORDERS): REPLICA})

    fenced = ask(question(kind, database=ORDERS, engine="mysql"), running, refusal, NOW).judgement
    other = ask(question("database writable", database=ORDERS), running, refusal, NOW).judgement

    assert (fenced.verdict, fenced.is_refused) == ("unknown", True)
    assert (other.verdict, other.is_refused) == ("red", False)


def test_a_fact_that_is_not_known_or_not_there_makes_the_answer_unknown() -> None:
    asked = Question(
        gate=gate("targets healthy"),
        facts={"target_group": Fact(value=None, reason="eu-central-1/service-web is OUTDATED")},
    )

    assert ask(asked, FakeRunning(), FENCE, NOW).judgement == unknown(
        "not known: healthy_at_least: it is not among the facts of the manifest; compile again; "
        "target_group: eu-central-1/service-web is OUTDATED",
        "an answer",
        "Bring the stacks that it is read from into their form, and ask again.",
    )


def test_facts_are_read_from_the_outputs_of_the_stacks() -> None:
    operator = Operator()
    assert operator.deploy().exit_code == 0
    asked = replace(
        gate("targets healthy", healthy_at_least="1"),
        facts={
            "healthy_at_least": Computed(value="1"),
            "target_group": FromOutput(stack=f"{TARGET}/network", output="VpcId"),
        },
    )

    (found,) = questions(operator.aws, migration().manifest, (asked,), CallingPool())

    assert found == Question(
        gate=asked,
        facts={"healthy_at_least": Fact(value="1"), "target_group": Fact(value="vpc-target")},
    )
