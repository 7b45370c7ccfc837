"""
cfn-lint, in process: each template in its own region, its findings on the user's own lines.

The rules are built once; workers are forked after that, so that they share them. Verdicts are kept
by a digest of all that they depend on, and cfn-lint is not even imported where every verdict is
known. No rule of cfn-lint is switched off.
"""

from __future__ import annotations

import functools
import hashlib
import json
import multiprocessing
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from importlib.metadata import version
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from compiler.manifest import origin_of
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from compiler.itinerary import Itinerary
    from compiler.manifest import Manifest, Stack

_FORMAT = "1"
"""Of the cached verdicts; a change here makes all of them unknown."""

_LEAST = 1_000
"""What looking at the smallest template takes, in bytes of a large one (measured 2026-11)."""

_ARGUMENTS = ["--config-file", os.devnull]
"""A .cfnlintrc of the user's could switch rules off, and the verdict would be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """
    What cfn-lint says of one place.

    Attributes:
        rule: Id of its rule: `E3012`.
        message: Its sentence.
        place: Keys and list positions from the template's root.
    """

    rule: str
    message: str
    place: tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """One template to look at: its text, and the region that it is meant for."""

    text: bytes
    region: str


def lint(
    compiled: Itinerary | Manifest,
    texts: Mapping[str, bytes],
    *,
    cache: Path | None,
    workers: int | None = None,
) -> tuple[Finding, ...]:
    """
    Lint every template of what was *compiled*: all forms of each stack, or those of one state.

    Args:
        compiled: What was compiled.
        texts: Bytes of each template, by its file.
        cache: Folder of known verdicts, made if needed; `None` to look at every template anew.
        workers: Processes; default: one for each core that this process may use.

    Returns:
        Findings in the order of its stacks: SF401 for errors, SF402 for warnings, SF403 for a
        region that cfn-lint does not know.
    """
    jobs = {
        stack.file: _Job(text=texts[stack.file], region=stack.region) for stack in compiled.stacks
    }
    known = {key: _recall(cache, job) for key, job in jobs.items()}
    unknown = [key for key, remarks in known.items() if remarks is None]
    unlinted: set[str] = set()
    if unknown:
        import cfnlint.helpers  # noqa: PLC0415 -- half a second, and mostly not needed

        unlinted = {stack.region for stack in compiled.stacks} - set(cfnlint.helpers.REGIONS)
        todo = [key for key in unknown if jobs[key].region not in unlinted]
        count = workers if workers is not None else len(os.sched_getaffinity(0))
        for key, remarks in zip(todo, _run([jobs[key] for key in todo], count), strict=True):
            known[key] = remarks
            _keep(cache, jobs[key], remarks)
    findings = [
        _finding(stack, remark, texts[stack.file])
        for stack in compiled.stacks
        for remark in known[stack.file] or ()
    ]
    findings.extend(_unlinted(compiled, region) for region in sorted(unlinted))
    return tuple(findings)


def _finding(stack: Stack, remark: Remark, text: bytes) -> Finding:
    place = ".".join(str(part) for part in remark.place)
    return Finding(
        code="SF401" if remark.rule.startswith("E") else "SF402",
        where=at(*origin_of(stack, _narrowed(remark, text))),
        detail=f"{remark.message} ({remark.rule}), in {stack.file} at {place or 'its root'}.",
        way_out="Change this value; if it is right, the template that was made of it is wrong, and"
        " that is a bug in stackferry.",
    )


def _narrowed(remark: Remark, text: bytes) -> tuple[str | int, ...]:
    """
    Return the place that *remark* is about.

    A rule that weighs several properties against each other points at what holds them all; the
    value that its sentence quotes first is the one that it complains of.
    """
    try:
        value: Any = json.loads(text)
        for part in remark.place:
            value = value[part]
    except (ValueError, LookupError, TypeError):
        return remark.place
    quoted = [
        (position, place)
        for place, leaf in _leaves(value, remark.place)
        if (position := remark.message.find(f"'{leaf}'")) >= 0
    ]
    return min(quoted, default=(0, remark.place), key=lambda item: (item[0], str(item[1])))[1]


def _leaves(
    value: object, place: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], object]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*place, key))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _leaves(item, (*place, position))
    else:
        yield place, value


def _unlinted(compiled: Itinerary | Manifest, region: str) -> Finding:
    side = "source" if region == compiled.source_region else "target"
    return Finding(
        code="SF403",
        where=at(side, "region"),
        detail=f"The installed cfn-lint {_cfn_lint_version()} has no schemas of {region}.",
        way_out="Try a newer cfn-lint, or read this region's templates before you deploy them.",
    )


@functools.cache
def _cfn_lint_version() -> str:
    return version("cfn-lint")


def _key(job: _Job) -> str:
    parts = (_FORMAT.encode(), _cfn_lint_version().encode(), job.region.encode(), job.text)
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _recall(cache: Path | None, job: _Job) -> tuple[Remark, ...] | None:
    if cache is None:
        return None
    try:
        kept = json.loads((cache / f"{_key(job)}.json").read_bytes())
        return tuple(
            Remark(rule=item["rule"], message=item["message"], place=tuple(item["place"]))
            for item in kept
        )
    except (OSError, ValueError, KeyError, TypeError):
        # A verdict that cannot be read is one that is not known.
        return None


def _keep(cache: Path | None, job: _Job, remarks: tuple[Remark, ...]) -> None:
    if cache is None:
        return
    path = cache / f"{_key(job)}.json"
    part = path.with_suffix(f".{os.getpid()}")
    try:
        cache.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps([asdict(remark) for remark in remarks]))
        part.replace(path)
    except OSError:
        # A cache that cannot be written makes the next run slower, and nothing else.
        return


def _run(jobs: Sequence[_Job], workers: int) -> list[tuple[Remark, ...]]:
    from cfnlint.runner import Runner  # noqa: PLC0415 -- as above

    if not jobs:
        return []
    config = _settled(jobs[0].region)
    every = Runner(config).rules
    # Those that cfn-lint leaves out by default (informational ones) it runs all the same, only to
    # throw away what they say.
    rules = type(every)()
    rules.extend([rule for rule in every.data.values() if every.is_rule_enabled(rule, config)])
    if "E1101" in rules:
        _index(rules["E1101"])
    with suppress(ImportError):
        _know_fields()
    look = _Look(rules)
    positions = _shares(jobs, workers)
    shares = [[jobs[index] for index in share] for share in positions]
    if len(shares) > 1:
        # fork: a worker starts with the rules built, which take as long as several templates. This
        # process does its own share meanwhile: each further one pays for its copy of the memory.
        global _shared  # noqa: PLW0603 -- the only way to hand a forked worker what cannot be pickled
        _shared = look
        with multiprocessing.get_context("fork").Pool(len(shares) - 1) as pool:
            others = pool.map_async(_look_at, shares[1:])
            found = [_look_at(shares[0]), *others.get()]
        _shared = None
    else:
        found = [[look(job) for job in share] for share in shares]
    verdicts = {
        index: remarks
        for share, seen in zip(positions, found, strict=True)
        for index, remarks in zip(share, seen, strict=True)
    }
    return [verdicts[index] for index in range(len(jobs))]


def _know_fields() -> None:
    """
    Let cfn-lint remember the fields of its dataclasses.

    It copies three of them at every place of a template, and has the standard library work out
    each time which fields they have.
    """
    from cfnlint.context import context  # noqa: PLC0415 -- as above
    from cfnlint.jsonschema import _filter, validators  # noqa: PLC0415 -- as above

    known = functools.cache(fields)
    for module in (context, _filter, validators):
        # Only a name that the module looks up; one that is gone in a later version harms nothing.
        module.fields = known  # type: ignore[attr-defined] # imported there, not re-exported


def _index(rule: Any) -> None:  # noqa: ANN401 -- cfn-lint is untyped
    """
    Let the rule E1101 ask those of its children that know a keyword, instead of all of them.

    At every place of a template it hands each keyword of the schema to some four hundred rules, of
    which one or two know it. Which ones is the same throughout, so it is found out once.
    """
    ask = type(rule).cfnLint
    known: dict[tuple[str, ...], SimpleNamespace] = {}

    def narrowed(
        validator: object, keywords: Sequence[str], instance: object, schema: object
    ) -> Iterator[Any]:
        wanted = tuple(keywords)
        if wanted not in known:
            known[wanted] = SimpleNamespace(
                child_rules={
                    id_: child
                    for id_, child in rule.child_rules.items()
                    if child is not None and not set(wanted).isdisjoint(child.keywords)
                }
            )
        yield from ask(known[wanted], validator, keywords, instance, schema)

    rule.cfnLint = narrowed


def _shares(jobs: Sequence[_Job], workers: int) -> list[list[int]]:
    """
    Cut *jobs* into shares of like size, at most *workers*, as positions.

    By region, since each worker reads the schemas of the regions that it meets; what a template
    takes grows with its size, and is never nothing.
    """
    order = sorted(range(len(jobs)), key=lambda index: (jobs[index].region, index))
    costs = [len(jobs[index].text) + _LEAST for index in order]
    share = sum(costs) / max(1, min(workers, len(jobs)))
    cut: dict[int, list[int]] = {}
    done = 0
    for index, cost in zip(order, costs, strict=True):
        cut.setdefault(int((done + cost / 2) / share), []).append(index)
        done += cost
    return list(cut.values())


_shared: _Look | None = None


def _look_at(jobs: list[_Job]) -> list[tuple[Remark, ...]]:
    assert _shared is not None  # noqa: S101 -- set before the fork
    return [_shared(job) for job in jobs]


class _Look:
    """Looks at one template after another with rules that were built once."""

    def __init__(self, rules: Any) -> None:  # noqa: ANN401 -- cfn-lint is untyped
        self._rules = rules
        self._configs: dict[str, Any] = {}

    def __call__(self, job: _Job) -> tuple[Remark, ...]:
        from cfnlint.decode.utils import convert_dict  # noqa: PLC0415 -- as above
        from cfnlint.runner.template import run_template_by_data  # noqa: PLC0415 -- as above

        try:
            # Its own decoder also notes the line of every value, which nobody asks for here.
            template = convert_dict(json.loads(job.text))  # type: ignore[no-untyped-call] # has no types
        except ValueError as error:
            return (Remark(rule="E0000", message=f"This is no JSON: {error}", place=()),)
        if job.region not in self._configs:
            self._configs[job.region] = _settled(job.region)
        config = self._configs[job.region]
        return tuple(sorted(_remarks(run_template_by_data(template, config, self._rules)), key=str))


def _settled(region: str) -> Any:  # noqa: ANN401 -- cfn-lint is untyped
    """
    Return cfn-lint's settings for *region*, each read once.

    cfn-lint works every setting out anew whenever it asks, which is for each rule in each template.
    """
    from cfnlint.config import ConfigMixIn  # noqa: PLC0415 -- as above

    config = ConfigMixIn(cli_args=_ARGUMENTS, regions=[region])
    names = [name for name in dir(ConfigMixIn) if isinstance(getattr(ConfigMixIn, name), property)]
    settings = {name: getattr(config, name) for name in names}
    return type("Settled", (ConfigMixIn,), settings)(cli_args=_ARGUMENTS, regions=[region])


def _remarks(matches: Iterable[Any]) -> Iterable[Remark]:
    for match in matches:
        yield Remark(
            rule=match.rule.id,
            message=match.message.rstrip("."),
            # cfn-lint's own strings know their place in the file, and cannot leave the process.
            place=tuple(
                part if isinstance(part, int) else str(part)
                for part in getattr(match, "path", None) or ()
            ),
        )
