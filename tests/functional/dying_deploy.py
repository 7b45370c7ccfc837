"""A deploy in a process of its own, over HTTP, that is killed at one of its calls to AWS."""

from __future__ import annotations

import itertools
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

from compiler.deploy.aws import connect
from compiler.deploy.clock import WallClock
from compiler.deploy.deploying import deploy
from compiler.deploy.folder import Compiled, read_folder
from compiler.deploy.lease import Taker
from compiler.deploy.wanted import place_of
from compiler.deploy.wish import Wish
from compiler.report.plain import PlainProgress

if TYPE_CHECKING:
    from collections.abc import Callable

    from compiler.deploy.port import Aws
    from compiler.deploy.targets import Via


class Dying:
    """Hands every call on, until the one at which the process is killed."""

    def __init__(self, aws: Aws, number: int, moment: str) -> None:
        self.aws = aws
        self.numbers = itertools.count(1)
        self.last = (number, moment)

    def __getattr__(self, name: str) -> Callable[..., object]:
        method = getattr(self.aws, name)

        def call(*arguments: object, **options: object) -> object:
            number = next(self.numbers)
            self.perhaps_die(number, "before the call")
            answer = method(*arguments, **options)
            self.perhaps_die(number, "after the call")
            return answer

        return call

    def perhaps_die(self, number: int, moment: str) -> None:
        if self.last == (number, moment):
            os.kill(os.getpid(), signal.SIGKILL)


def main(folder: str, url: str, via: Via, number: str, moment: str) -> int:
    """Deploy, and print how many calls that took, if it comes so far."""
    compiled = read_folder(Path(folder))
    assert isinstance(compiled, Compiled)
    aws = Dying(
        connect(
            region=compiled.manifest.target_region,
            endpoint_url=url,
            via=via,
            places={one.stack_set: place_of(one) for one in compiled.manifest.stacks},
        ),
        int(number),
        moment,
    )
    result = deploy(
        compiled,
        aws=cast("Aws", aws),
        clock=WallClock(),
        listener=PlainProgress(sys.stderr),
        taker=Taker(owner="somebody", run=number + moment),
        confirm=lambda _: True,
        wish=Wish(via=via),
    )
    sys.stdout.write(f"{next(aws.numbers) - 1}\n")
    return result.exit_code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))  # type: ignore[arg-type] # of the test's own making
