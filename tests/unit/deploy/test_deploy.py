"""Deploying, on an AWS that is slow and fails, by a clock that runs as fast as it is told to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.flow import run
from compiler.deploy.outcome import (
    Done,
    Failed,
    Failure,
    NeverStarted,
    StillRunning,
)
from compiler.deploy.port import AwsError
from compiler.deploy.run import DeployResult, deploy
from tests.fakes.aws import Failing, FakeAws
from tests.fakes.clock import CallingPool, SimulatedClock
from tests.fakes.listener import Heard
from tests.fakes.migration import SOURCE, TARGET, TEXTS, migration, place, template

if TYPE_CHECKING:
    from compiler.deploy.plan import Plan

DATABASE, REPLICA = f"{SOURCE}/database-catalog", f"{TARGET}/database-catalog"
SERVICE, PEERING = f"{TARGET}/service-web", f"{SOURCE}/peering"


class Operator:
    """The operator's side of a deploy."""

    def __init__(self) -> None:
        self.clock = SimulatedClock()
        self.aws = FakeAws(self.clock)
        self.heard = Heard()
        self.shown: list[Plan] = []

    def agree(self, plan: Plan) -> bool:
        self.shown.append(plan)
        return True

    def deploy(
        self,
        changed: dict[str, str] | None = None,
        *,
        region: str | None = None,
        image: str = "/al2023",
        refresh_images: bool = False,
        parallel: int = 8,
    ) -> DeployResult:
        return deploy(
            migration(changed, image=image),
            aws=self.aws,
            clock=self.clock,
            listener=self.heard,
            confirm=self.agree,
            region=region,
            refresh_images=refresh_images,
            parallel=parallel,
            pool=CallingPool(),
        )

    def actions(self) -> dict[str, str]:
        return {step.stack.id: step.action for step in self.shown[-1].steps}

    def parameters(self, id_: str) -> dict[str, str]:
        region, name = id_.split("/")
        return dict(self.aws.stack_sets[f"shop-prod-{region}-{name}"].definition.parameters)


@pytest.fixture
def operator() -> Operator:
    return Operator()


def ends(result: DeployResult) -> dict[str, str]:
    assert result.outcome is not None
    return {
        id_: end.what if isinstance(end, Done) else type(end).__name__
        for id_, end in result.outcome.ends.items()
    }


def test_every_stack_is_created_and_reads_the_outputs_of_those_before_it(
    operator: Operator,
) -> None:
    result = operator.deploy()

    assert result.exit_code == 0
    assert ends(result) == dict.fromkeys(TEXTS, "created")
    assert operator.parameters(PEERING) == {"PeerVpcId": "vpc-target", "VpcId": "vpc-source"}
    assert operator.parameters(SERVICE) == {
        "ImageId": "ami-0000000000000001",
        "VpcId": "vpc-target",
    }


def test_what_exists_is_read_back(operator: Operator) -> None:
    result = operator.deploy()

    assert {one.stack: one.status for one in result.standing} == dict.fromkeys(
        TEXTS, "CURRENT (CREATE_COMPLETE)"
    )


def test_a_second_run_writes_nothing_and_asks_for_no_consent(operator: Operator) -> None:
    operator.deploy()
    operator.aws.calls.clear()
    operator.shown.clear()
    operator.aws.images["/al2023"] = "ami-0000000000000002"
    operator.clock.time += timedelta(days=30)

    result = operator.deploy()

    assert result.exit_code == 0
    assert operator.aws.writes == []
    assert operator.shown == []
    assert not [call for call in operator.aws.calls if call[0] == "image"]


def test_the_timestamp_is_a_tag_of_the_stack_sets_that_a_deploy_changes(
    operator: Operator,
) -> None:
    operator.deploy()
    first = operator.aws.stack_sets[f"shop-prod-{SOURCE}-network"].definition.tags
    operator.clock.time += timedelta(days=1)

    operator.deploy(
        {DATABASE: template({"Database": "AWS::RDS::DBInstance"}, parameters=("VpcId", "X"))}
    )

    assert first == {"Environment": "prod", "Timestamp": "2026-11-24T12:00:00Z"}
    assert operator.aws.stack_sets[f"shop-prod-{SOURCE}-network"].definition.tags == first
    changed = operator.aws.stack_sets[f"shop-prod-{SOURCE}-database-catalog"].definition.tags
    assert changed["Timestamp"].startswith("2026-11-25T12:")


def test_independent_stacks_are_created_side_by_side(operator: Operator) -> None:
    operator.aws.takes = {
        "shop-prod-us-east-1-network": timedelta(minutes=2),
        "shop-prod-eu-central-1-network": timedelta(minutes=3),
        "shop-prod-us-east-1-database-catalog": timedelta(minutes=10),
        "shop-prod-eu-central-1-database-catalog": timedelta(minutes=30),
        "shop-prod-eu-central-1-service-web": timedelta(minutes=5),
    }

    result = operator.deploy()

    critical_path = timedelta(minutes=2 + 10 + 30)
    assert result.outcome is not None
    assert critical_path <= result.outcome.took <= critical_path * 1.05


def test_no_more_stacks_than_allowed_are_dealt_with_at_a_time(operator: Operator) -> None:
    result = operator.deploy(parallel=1)

    assert result.exit_code == 0
    started = [line.split()[0] for line in operator.heard.lines if line.endswith(" started")]
    ended = [line.split()[0] for line in operator.heard.lines if line.endswith(" Done")]
    assert started == ended


def test_a_failure_stops_what_needs_it_and_nothing_else(operator: Operator) -> None:
    operator.aws.failing["shop-prod-us-east-1-database-catalog"] = Failing(
        "Database", "AWS::RDS::DBInstance", "KMSKeyNotAccessibleFault: The specified KMS key"
    )

    result = operator.deploy()

    assert result.exit_code == 3
    assert ends(result) == {
        f"{SOURCE}/network": "created",
        f"{TARGET}/network": "created",
        PEERING: "created",
        DATABASE: "Failed",
        REPLICA: "NeverStarted",
        SERVICE: "created",
    }
    assert result.outcome is not None
    assert result.outcome.ends[REPLICA] == NeverStarted(because=(DATABASE,))
    assert f"shop-prod-{TARGET}-database-catalog" not in operator.aws.stack_sets


def test_a_failure_is_walked_down_to_the_resource_and_its_place_in_the_spec(
    operator: Operator,
) -> None:
    operator.aws.failing[f"shop-prod-{TARGET}-network"] = Failing(
        "Vpc", "AWS::EC2::VPC", "The maximum number of VPCs has been reached."
    )

    result = operator.deploy()

    assert result.outcome is not None
    (failure,) = result.outcome.failures
    operation = next(iter(operator.aws.stack_sets[f"shop-prod-{TARGET}-network"].operations))
    assert failure == Failure(
        stack=f"{TARGET}/network",
        place=place(f"{TARGET}/network"),
        stack_set=f"shop-prod-{TARGET}-network",
        operation=operation,
        stack_id=failure.stack_id,
        resource="Vpc",
        type="AWS::EC2::VPC",
        reason="The maximum number of VPCs has been reached.",
        code="SF524",
        way_out=failure.way_out,
        path=("target", "vpc", "cidr"),
    )
    assert failure.way_out.startswith("Ask for more in Service Quotas")


def test_the_stack_sets_own_word_serves_where_there_are_no_events(operator: Operator) -> None:
    operator.aws.failing[f"shop-prod-{TARGET}-network"] = Failing(
        "Vpc", "AWS::EC2::VPC", "nobody knows this one", kind="no events"
    )

    result = operator.deploy()

    assert result.outcome is not None
    (failure,) = result.outcome.failures
    assert (failure.resource, failure.reason, failure.code) == (
        "Vpc",
        "nobody knows this one",
        "SF530",
    )


def test_an_operation_that_succeeds_with_an_outdated_stack_is_a_failure(
    operator: Operator,
) -> None:
    operator.aws.failing[f"shop-prod-{TARGET}-network"] = Failing(kind="lie")

    result = operator.deploy()

    assert result.outcome is not None
    (failure,) = result.outcome.failures
    assert failure.reason == "the operation ended as SUCCEEDED, but the stack is OUTDATED"
    assert isinstance(result.outcome.ends[SERVICE], NeverStarted)


def test_what_failed_is_tried_again_by_the_next_run(operator: Operator) -> None:
    operator.aws.failing["shop-prod-us-east-1-database-catalog"] = Failing("Database")
    operator.deploy()
    operator.aws.calls.clear()

    result = operator.deploy()

    assert result.exit_code == 0
    assert operator.aws.writes == [
        ("update_stack_set", f"shop-prod-{SOURCE}-database-catalog"),
        ("create_stack_set", f"shop-prod-{TARGET}-database-catalog"),
        ("create_instance", f"shop-prod-{TARGET}-database-catalog"),
    ]


def test_a_poll_that_is_throttled_is_asked_again_at_the_next_interval(operator: Operator) -> None:
    operator.aws.busy = {"operation": 3}

    assert operator.deploy().exit_code == 0


def test_a_write_that_stays_throttled_fails_its_stack_and_the_next_run_goes_on(
    operator: Operator,
) -> None:
    operator.aws.busy = {"create_instance": 1}

    result = operator.deploy()

    assert result.exit_code == 3
    assert result.outcome is not None
    assert {one.code for one in result.outcome.failures} == {"SF525"}
    assert operator.deploy().exit_code == 0


def test_a_changed_output_is_handed_on_and_an_unchanged_one_changes_nothing(
    operator: Operator,
) -> None:
    operator.deploy()
    operator.aws.calls.clear()

    result = operator.deploy(
        {
            f"{SOURCE}/network": template({"Vpc": "AWS::EC2::VPC"}, outputs={"VpcId": "vpc-new"}),
            f"{TARGET}/network": template(
                {"Vpc": "AWS::EC2::VPC", "More": "AWS::EC2::Subnet"},
                outputs={"VpcId": "vpc-target"},
            ),
        }
    )

    assert operator.actions() == {
        f"{SOURCE}/network": "update",
        f"{TARGET}/network": "update",
        PEERING: "check",
        DATABASE: "check",
        REPLICA: "check",
        SERVICE: "check",
    }
    assert ends(result) == {
        f"{SOURCE}/network": "updated",
        f"{TARGET}/network": "updated",
        PEERING: "updated",
        DATABASE: "updated",
        REPLICA: "unchanged",
        SERVICE: "unchanged",
    }
    assert operator.parameters(PEERING)["VpcId"] == "vpc-new"


def test_another_image_name_in_the_spec_is_looked_up_although_one_is_in_use(
    operator: Operator,
) -> None:
    operator.deploy()
    operator.aws.images["/arm"] = "ami-arm"
    changed = TEXTS[SERVICE].replace("The ImageId", "The image of /arm")

    operator.deploy({SERVICE: changed}, image="/arm")

    assert operator.parameters(SERVICE)["ImageId"] == "ami-arm"


def test_images_are_refreshed_on_request(operator: Operator) -> None:
    operator.deploy()
    operator.aws.images["/al2023"] = "ami-0000000000000002"

    operator.deploy(refresh_images=True)

    assert operator.parameters(SERVICE)["ImageId"] == "ami-0000000000000002"
    assert operator.shown[-1].steps[-1].reasons == (
        "ImageId becomes ami-0000000000000002, was ami-0000000000000001",
    )


def test_an_image_that_cannot_be_looked_up_is_a_finding_before_anything_is_touched(
    operator: Operator,
) -> None:
    result = operator.deploy(image="/nothing")

    assert result.exit_code == 1
    assert [(one.code, one.where) for one in result.findings] == [
        ("SF506", result.findings[0].where)
    ]
    assert operator.aws.writes == []


def test_one_region_deploys_what_is_ready_there_and_says_what_waits(operator: Operator) -> None:
    result = operator.deploy(region=TARGET)

    assert result.plan is not None
    assert [(step.stack.id, step.action, step.reasons) for step in result.plan.steps] == [
        (f"{TARGET}/network", "create", ("it is not there yet",)),
        (REPLICA, "wait", (f"needs {DATABASE}, which is not deployed yet",)),
        (SERVICE, "create", ("it is not there yet",)),
    ]
    assert ends(result) == {f"{TARGET}/network": "created", SERVICE: "created"}


def test_regions_in_turn_come_to_the_same_as_all_at_once(operator: Operator) -> None:
    for region in (TARGET, SOURCE, TARGET):
        assert operator.deploy(region=region).exit_code == 0
    operator.aws.calls.clear()

    result = operator.deploy()

    assert result.plan is not None
    assert result.plan.is_idle
    assert operator.aws.writes == []


def test_credentials_of_another_account_are_refused(operator: Operator) -> None:
    operator.aws.own_account = "999988887777"

    result = operator.deploy()

    assert (result.exit_code, [one.code for one in result.findings]) == (1, ["SF503"])
    assert operator.aws.calls == [("account",)]


def test_credentials_that_aws_refuses_are_explained(operator: Operator) -> None:
    operator.aws.refuses["account"] = AwsError(
        code="InvalidClientTokenId",
        reason="The security token included in the request is invalid.",
        call="GetCallerIdentity",
    )

    result = operator.deploy()

    assert (result.exit_code, [one.code for one in result.findings]) == (3, ["SF522"])


def test_a_stack_set_of_somebody_else_is_not_touched(operator: Operator) -> None:
    operator.deploy()
    found = operator.aws.stack_sets[f"shop-prod-{TARGET}-network"]
    object.__setattr__(found.definition, "description", "the payroll's network")
    operator.aws.calls.clear()

    result = operator.deploy({f"{TARGET}/network": template({"Vpc": "AWS::EC2::VPC"})})

    assert (result.exit_code, [one.code for one in result.findings]) == (1, ["SF505"])
    assert operator.aws.writes == []


def test_an_interrupt_says_what_aws_still_does_and_the_next_run_follows_it(
    operator: Operator,
) -> None:
    operator.clock.interrupt_at = operator.clock.time + timedelta(seconds=20)

    result = operator.deploy()

    assert result.exit_code == 130
    assert result.outcome is not None
    assert result.outcome.ends[f"{SOURCE}/network"] == StillRunning(doing="creating")
    assert result.outcome.ends[REPLICA] == NeverStarted(because=())

    operator.aws.calls.clear()
    again = operator.deploy()

    assert again.exit_code == 0
    assert operator.actions()[f"{SOURCE}/network"] == "follow"
    assert ("create_stack_set", f"shop-prod-{SOURCE}-network") not in operator.aws.calls


def test_a_run_that_died_between_stack_set_and_stack_is_continued(operator: Operator) -> None:
    operator.aws.busy = {"create_instance": 2}
    operator.deploy()
    changed = {f"{SOURCE}/network": TEXTS[f"{SOURCE}/network"].replace("vpc-source", "vpc-other")}

    result = operator.deploy(changed)

    assert result.exit_code == 0
    assert operator.parameters(DATABASE) == {"VpcId": "vpc-other"}


def test_a_mistake_of_ours_surfaces_with_the_stack_it_came_from(operator: Operator) -> None:
    operator.aws.breaks["create_instance"] = ZeroDivisionError("our bug")

    with pytest.raises(ZeroDivisionError, match="our bug") as raised:
        operator.deploy()

    assert raised.value.__notes__ == [
        f'While the stack "{SOURCE}/network" was dealt with (starting).'
    ]


def test_jobs_that_need_each_other_are_our_bug_and_do_not_hang() -> None:
    with pytest.raises(RuntimeError, match="need each other"):
        run(
            ("a", "b"),
            needs={"a": frozenset({"b"}), "b": frozenset({"a"})},
            start=lambda _node, _given: iter(()),  # type: ignore[arg-type, return-value] # never called
            listener=Heard(),
            clock=SimulatedClock(),
            pool=CallingPool(),
            parallel=8,
        )


def test_a_failed_end_carries_how_long_it_took(operator: Operator) -> None:
    operator.aws.failing[f"shop-prod-{TARGET}-network"] = Failing()

    result = operator.deploy()

    assert result.outcome is not None
    end = result.outcome.ends[f"{TARGET}/network"]
    assert isinstance(end, Failed)
    assert timedelta(seconds=30) <= end.took <= timedelta(seconds=35)
