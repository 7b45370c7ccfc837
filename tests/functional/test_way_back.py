"""The shop after it was destroyed: deployed again out of what the deletion kept."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compiler.deploy.aws import connect
from compiler.deploy.clock import WallClock
from compiler.deploy.deploying import DeployResult, deploy
from compiler.deploy.destroying import DestroyResult, destroy
from compiler.deploy.recovery.frame import RecoverResult, recover
from compiler.deploy.recovery.steps import Adopt, Choice
from compiler.deploy.wanted import place_of
from compiler.deploy.wish import Wish
from compiler.report.plain import PlainProgress
from compiler.sandbox.embedded import Served, serve
from tests.fakes.taker import new_taker
from tests.functional.standing import compiled_in, provided, templates_of

if TYPE_CHECKING:
    from compiler.deploy.folder import Compiled
    from compiler.deploy.port import Aws
    from compiler.deploy.recovery.troubles import Trouble
    from compiler.deploy.targets import Via
    from tests.functional.served_clients import Client


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Somebody who has a migration brought back, and does what is said on the way."""

    what: Compiled
    via: Via
    served: Served
    stood_in_the_way: list[str] = field(default_factory=list)
    adopted: set[tuple[str, str]] = field(default_factory=set)
    typed: list[str] = field(default_factory=list)

    def aws(self) -> Aws:
        manifest = self.what.manifest
        return connect(
            region=manifest.target_region,
            via=self.via,
            places={one.stack_set: place_of(one) for one in manifest.stacks},
        )

    def deploy(self) -> DeployResult:
        return deploy(
            self.what,
            aws=self.aws(),
            clock=WallClock(),
            listener=PlainProgress(io.StringIO()),
            taker=new_taker(),
            confirm=lambda _: True,
            wish=Wish(via=self.via),
        )

    def destroy(self) -> DestroyResult:
        return destroy(
            self.what,
            aws=self.aws(),
            clock=WallClock(),
            listener=PlainProgress(io.StringIO()),
            taker=new_taker(),
            confirm=lambda _: True,
            unprotect=True,
        )

    def recover(self, option: str = "", stack: str = "") -> RecoverResult:
        return recover(
            self.what,
            aws=self.aws(),
            clock=WallClock(),
            listener=PlainProgress(io.StringIO()),
            taker=new_taker(),
            confirm=lambda _: True,
            choice=Choice(option=option, stack=stack) if option else None,
            only=stack or None,
            via=self.via,
        )

    def clear(self, trouble: Trouble) -> None:
        """Take over what stands in the way; what cannot be is removed as the commands say."""
        self.stood_in_the_way.append(trouble.stack)
        ways = {one.name: one for one in trouble.options}
        if not ways["adopt"].refusal:
            done = self.recover("adopt", trouble.stack)
            assert (done.exit_code, done.after) == (0, ())
            assert done.plan is not None
            self.adopted.update(
                (trouble.stack, name)
                for step in done.plan.steps
                if isinstance(step, Adopt)
                for name in step.resources
            )
            return
        commands = ways["remove-by-hand"].commands
        self.typed.extend(one for one in commands if not one.startswith("stackferry "))
        self.type("\n".join(one for one in commands if not one.startswith("stackferry ")))
        for command in commands:
            if " --option " in command:
                assert self.recover(command.split()[-1], trouble.stack).exit_code == 0

    def type(self, commands: str) -> None:
        subprocess.run(
            ["/bin/sh", "-eu"],
            input=commands,
            text=True,
            capture_output=True,
            check=True,
            env={
                **os.environ,
                **self.served.environment(),
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            },
        )

    def retained(self, *types: str) -> set[tuple[str, str]]:
        """Return each resource of *types* that no deletion takes away: its stack and logical id."""
        templates = templates_of(self.what)
        return {
            (stack.id, name)
            for stack in self.what.manifest.stacks
            for name in stack.retained
            if templates[stack.id]["Resources"][name]["Type"] in types
        }


@pytest.mark.slow
@pytest.mark.parametrize("via", ["stacks", "stacksets"])
def test_a_destroyed_shop_comes_back_with_what_was_kept(via: Via) -> None:
    what = compiled_in("shop-prod")
    with serve(account=what.manifest.target_account) as served:
        provided(served.sandbox, what)
        operator = Operator(what=what, via=via, served=served)
        s3 = served.sandbox.client("s3")
        assert operator.deploy().exit_code == 0
        buckets = [one["Name"] for one in s3.list_buckets()["Buckets"]]
        # Those of the target are closed to writers as long as the source has the users.
        written = [one for one in buckets if one.endswith(f"-{what.manifest.source_region}")]
        for bucket in written:
            s3.put_object(Bucket=bucket, Key="kept", Body=b"x")
        assert operator.destroy().exit_code == 0

        while (deployed := operator.deploy()).exit_code != 0:
            assert deployed.outcome is not None
            assert {one.code for one in deployed.outcome.failures} == {"SF550"}
            troubles = operator.recover().troubles
            assert [one.stack for one in troubles] == [
                one.stack for one in deployed.outcome.failures
            ]
            for trouble in troubles:
                operator.clear(trouble)
        again, troubles = operator.deploy(), operator.recover().troubles

        assert [one for one in written if "kept" not in _keys(s3, one)] == []
        assert [one["Name"] for one in s3.list_buckets()["Buckets"]] == buckets

    # What has a name is taken over, or removed as it is told to be, in one round for each stack.
    assert operator.adopted == operator.retained("AWS::S3::Bucket", "AWS::Logs::LogGroup")
    secrets = operator.retained("AWS::SecretsManager::Secret")
    assert len([one for one in operator.typed if " delete-secret " in one]) == len(secrets)
    assert sorted(operator.stood_in_the_way) == sorted(
        {stack for stack, _ in operator.adopted | secrets}
    )
    assert again.plan is not None
    assert (again.exit_code, again.plan.is_idle, troubles) == (0, True, ())


def _keys(s3: Client, bucket: str) -> list[str]:
    return [one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"]]
