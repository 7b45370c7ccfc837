"""An operator with stacks in trouble: how each trouble comes about, on the port-level fake."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from compiler.deploy.deploying import DeployResult, deploy
from compiler.deploy.recovery.frame import RecoverResult, recover
from compiler.deploy.wish import Wish
from tests.fakes.aws import Failing, FakeAws
from tests.fakes.clock import CallingPool, SimulatedClock
from tests.fakes.listener import Heard
from tests.fakes.migration import SOURCE, TARGET, migration
from tests.fakes.taker import new_taker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.deploy.folder import Compiled
    from compiler.deploy.port import Instance
    from compiler.deploy.recovery.steps import Choice, RecoveryPlan

NETWORK, SERVICE = f"{SOURCE}/network", f"{TARGET}/service-web"
DATABASE = f"{SOURCE}/database-catalog"
SERVICE_SET = f"shop-prod-{TARGET}-service-web"
DATABASE_SET = f"shop-prod-{SOURCE}-database-catalog"
NETWORK_SET = f"shop-prod-{SOURCE}-network"

SERVICE_TEXT = json.dumps(
    {
        "Parameters": {
            "ImageId": {"Type": "String", "Description": "The ImageId"},
            "VpcId": {"Type": "String", "Description": "The VpcId"},
        },
        "Resources": {
            "Group": {"Type": "AWS::AutoScaling::AutoScalingGroup", "Properties": {}},
            "Logs": {
                "Type": "AWS::S3::Bucket",
                "DeletionPolicy": "RetainExceptOnCreate",
                "DependsOn": "Group",
                "Properties": {
                    "BucketName": "shop-prod-logs",
                    "Tags": [
                        {"Key": "Vpc", "Value": {"Ref": "VpcId"}},
                    ],
                    "NotificationConfiguration": {"Topic": {"Ref": "Group"}},
                },
            },
        },
        "Outputs": {"Name": {"Value": "shop-prod-logs"}},
    },
    indent=1,
    sort_keys=True,
)


def compiled(changed: Mapping[str, str] | None = None) -> Compiled:
    """The small migration; the service has a bucket with a name, which its stack retains."""
    return migration({SERVICE: SERVICE_TEXT, **(changed or {})})


class Recovering:
    """The operator's side."""

    def __init__(self, via: Literal["stacksets", "stacks"] = "stacksets") -> None:
        self.via = via
        self.clock = SimulatedClock()
        self.aws = FakeAws(self.clock, via=via)
        self.heard = Heard()
        self.shown: list[RecoveryPlan] = []
        self.says = True

    def deploy(self, changed: Mapping[str, str] | None = None) -> DeployResult:
        return deploy(
            compiled(changed),
            aws=self.aws,
            clock=self.clock,
            listener=Heard(),
            taker=new_taker(),
            confirm=lambda _: True,
            wish=Wish(via=self.via),
            pool=CallingPool(),
        )

    def recover(
        self, choice: Choice | None = None, *, what: Compiled | None = None
    ) -> RecoverResult:
        self.aws.calls.clear()
        return recover(
            what or compiled(),
            aws=self.aws,
            clock=self.clock,
            listener=self.heard,
            taker=new_taker(),
            confirm=self.agree,
            choice=choice,
            only=choice.stack or None if choice else None,
            via=self.via,
            pool=CallingPool(),
        )

    def agree(self, plan: RecoveryPlan) -> bool:
        self.shown.append(plan)
        return self.says

    def instance(self, stack_set: str) -> Instance:
        (instance,) = self.aws.stack_sets[stack_set].instances.values()
        return instance

    def with_a_failed_rollback(self) -> Recovering:
        """An update of the network failed, and so did going back."""
        self.deploy()
        self.aws.failing[NETWORK_SET] = Failing("Vpc", reason="no such range", kind="rollback")
        self.deploy({NETWORK: compiled().templates[NETWORK].replace("vpc-source", "vpc-new")})
        return self

    def with_an_inoperable(
        self, stack_set: str, what: str = "Group", type_: str = "AWS::EC2::SecurityGroup"
    ) -> Recovering:
        """A deletion of a stack failed."""
        self.deploy()
        (place,) = self.aws.stack_sets[stack_set].instances
        self.aws.failing[stack_set] = Failing(what, type_, "sg-1 has a dependent object")
        self.aws.delete_instances(stack_set, (place,), "by-hand")
        self.clock.time += self.aws.stack_takes * 10
        return self

    def with_a_taken_name(self) -> Recovering:
        """The service's bucket exists, since an earlier deletion kept it."""
        self.aws.failing[SERVICE_SET] = Failing(
            "Logs", "AWS::S3::Bucket", "shop-prod-logs already exists"
        )
        self.deploy()
        return self

    def with_a_deleted_stack(self) -> Recovering:
        """Somebody deleted the service's stack behind the stack set's back."""
        self.deploy()
        self.aws.statuses[self.instance(SERVICE_SET).stack_id] = "DELETE_COMPLETE"
        return self


def without_retained(what: Compiled, stack: str) -> Compiled:
    """*what*, where a deletion of *stack* leaves nothing."""
    stacks = tuple(
        replace(one, retained=(), stateful=("Logs",)) if one.id == stack else one
        for one in what.manifest.stacks
    )
    return replace(what, manifest=replace(what.manifest, stacks=stacks))
