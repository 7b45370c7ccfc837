"""Who holds a lock, in documents."""

from __future__ import annotations

from compiler.deploy.lease import holder_of, lock_name
from compiler.report.documents.locks import FormerHolder, unlocked
from compiler.report.documents.status import SomebodyAtWork, document
from tests.fakes.migration import migration
from tests.fakes.operator import Operator

MANIFEST = migration().manifest


def test_a_lock_that_stackferry_did_not_write_has_no_times() -> None:
    operator = Operator()
    operator.aws.parameters[lock_name(MANIFEST)] = "{}"

    standing = document(operator.status(), MANIFEST, None, folder="out")
    ended = unlocked(MANIFEST, folder="out", exit_code=0, holder=holder_of(operator.aws, MANIFEST))

    assert standing.lock == SomebodyAtWork(
        owner="somebody unknown", run="", verb="", since=None, until=None, has_run_out=False
    )
    assert ended.holder == FormerHolder(
        owner="somebody unknown", run="", verb="", since=None, until=None
    )
