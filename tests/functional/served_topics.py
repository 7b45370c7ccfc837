"""A migration of three topics, compiled for any account, and typed at a sandbox that is served."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.itinerary import itinerary
from compiler.manifest import FromOutput, to_bytes
from tests.fakes.migration import SOURCE, TARGET, migration, stack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.embedded import Served

ALONE, READ, READER = f"{TARGET}/alone", f"{SOURCE}/read", f"{TARGET}/reader"
"""The ids of the stacks: the last reads the name of the second one's topic."""

STACKFERRY = str(Path(sys.executable).with_name("stackferry"))


def compiled(folder: Path, *, account: str, display: str = "Orders") -> str:
    """Write the migration into *folder* as if compiled for *account*, and return its name."""
    texts = {
        ALONE: _template("alone", display),
        READ: _template("read", display, Name={"Value": {"Fn::GetAtt": ["Topic", "TopicName"]}}),
        READER: _template("reader", {"Ref": "Name"}),
    }
    stacks = (
        stack(TARGET, "alone", texts[ALONE], component=("topics",)),
        stack(SOURCE, "read", texts[READ], component=("topics",)),
        stack(
            TARGET,
            "reader",
            texts[READER],
            component=("topics",),
            parameters={"Name": FromOutput(stack=READ, output="Name")},
        ),
    )
    for one in stacks:
        file = folder / one.file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(texts[one.id], encoding="utf-8")
    manifest = replace(
        migration().manifest,
        target_account=account,
        stacks=tuple(replace(one, account=account) for one in stacks),
    )
    (folder / "manifest.json").write_bytes(to_bytes(itinerary([manifest])))
    return str(folder)


def _template(name: str, display: str | Mapping[str, str], **outputs: object) -> str:
    properties = {"TopicName": name, "DisplayName": display}
    asked = {"Parameters": {"Name": {"Type": "String"}}} if isinstance(display, dict) else {}
    resources = {"Topic": {"Type": "AWS::SNS::Topic", "Properties": properties}}
    return json.dumps({**asked, "Resources": resources, "Outputs": outputs})


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """
    Somebody at a terminal, with the credentials of an account.

    Attributes:
        served: What he talks to, over HTTP.
        account: Whose credentials he has.
    """

    served: Served
    account: str

    def types(self, *arguments: str, code: int = 0) -> str:
        """Run the command in a process of its own; return what it says, without times and bars."""
        environment = {**os.environ, **self.served.environment(TARGET, self.account)}
        done = subprocess.run(  # noqa: S603 -- our own command
            [STACKFERRY, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert (done.returncode, done.stderr) == (code, ""), done.stdout + done.stderr
        return without_times(done.stdout)

    def topics(self, region: str = TARGET) -> list[str]:
        """Return the names of the topics of the account in *region*."""
        sns = self.served.sandbox.client("sns", region, self.account)
        return sorted(each["TopicArn"].rpartition(":")[2] for each in sns.list_topics()["Topics"])


def without_times(text: str) -> str:
    """Return *text* without its lines of progress and bars, and without how long it took."""
    lines = (
        re.sub(r"(  |in )[0-9.]+ m?s\b", r"\1…", line)
        for line in text.splitlines()
        if not re.match(r"\d\d:\d\d:\d\d |.*█|\s+0 ", line)
    )
    return "".join(f"{line}\n" for line in lines)
