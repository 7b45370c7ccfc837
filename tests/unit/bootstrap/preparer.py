"""Who prepares the accounts of a small migration, in an AWS that the fake plays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.bootstrap.build import Bootstrap, build
from compiler.bootstrap.ground import Wish
from compiler.bootstrap.run import Brought, bring
from tests.fakes.aws import FakeAws
from tests.fakes.clock import CallingPool, SimulatedClock
from tests.fakes.listener import Heard
from tests.fakes.taker import new_taker
from tests.unit.bootstrap.two_accounts import TARGET, compiled_from, spec_of_two_accounts

if TYPE_CHECKING:
    from compiler.deploy.plan import Plan
    from compiler.manifest import Manifest

WISH = Wish(operators=(f"arn:aws:iam::{TARGET}:role/ops",), with_buckets=True)


def made(wish: Wish = WISH) -> Bootstrap:
    compiled = compiled_from(spec_of_two_accounts())
    return build(compiled.manifest, compiled.templates, wish)


class Preparer:
    """Who prepares the accounts of the small migration, and agrees to every plan."""

    def __init__(self, account: str = TARGET) -> None:
        self.clock = SimulatedClock()
        self.aws = FakeAws(self.clock, via="stacks")
        self.aws.own_account = account
        self.shown: list[Plan] = []
        self.agrees = True

    def connect(self, manifest: Manifest) -> FakeAws:
        assert {stack.account for stack in manifest.stacks} == {self.aws.own_account}
        return self.aws

    def confirm(self, plan: Plan) -> bool:
        self.shown.append(plan)
        return self.agrees

    def bring(self, wish: Wish = WISH) -> Brought:
        return bring(
            made(wish),
            compiled_from(spec_of_two_accounts()).manifest,
            wish,
            identity=self.aws,
            connect=self.connect,
            clock=self.clock,
            listener=Heard(),
            taker=new_taker(),
            confirm=self.confirm,
            pool=CallingPool(),
        )
