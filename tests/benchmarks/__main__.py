"""
Prints every ratio that the project promises, each beside its limit. Nothing is asserted.

Whole processes, in pairs in one run: seconds depend on the machine, ratios hardly. Takes a few
minutes.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from ipaddress import IPv4Network
from pathlib import Path

from compiler.deploy.folder import Compiled, read_folder
from spec.rules.addresses import overlaps
from tests.benchmarks.larger import EXAMPLE, larger
from tests.benchmarks.makespan import makespan
from tests.benchmarks.plain import script
from tests.benchmarks.process import Command, Ratio, compare, run

FLOOR = "from pydantic import BaseModel; from ruamel.yaml import YAML"


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("--pairs", type=int, default=7, help="runs of each pair (default 7)")
    pairs = parser.parse_args().pairs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _validate(folder, pairs)
        _compile(folder, pairs)
        _lint(folder, pairs)
        _growth(folder, pairs)
        _calls(folder)
    _makespans()
    _overlaps()


def _validate(folder: Path, pairs: int) -> None:
    floor = _python("-c", FLOOR)
    for times, limit in ((1, 1.6), (10, 2.2), (100, 6.0)):
        spec = _spec(folder, times)
        ratio = compare(_stackferry("validate", str(spec)), floor, pairs)
        _row(f"validate, {times} x the spec / import pydantic and ruamel.yaml", ratio, cpu=limit)
        if times == 100:
            _say(f"{ratio.cost.peak_mib:8.0f}  at most   150  its peak memory (MiB)")


def _compile(folder: Path, pairs: int) -> None:
    out = folder / "out"
    command = _stackferry("compile", "--no-lint", "--out", str(out), str(EXAMPLE))
    compare(command, command, 1)
    templates = sorted(path for path in out.rglob("*.json") if path.name != "manifest.json")
    built = folder / "plain"
    built.mkdir()
    plain = folder / "plain.py"
    plain.write_text(script(templates, built))
    _row(
        "compile --no-lint / plain troposphere",
        compare(command, _python(str(plain)), pairs),
        cpu=2.2,
    )


def _lint(folder: Path, pairs: int) -> None:
    out = folder / "out"
    cache = folder / "cache"
    templates = sorted(str(path) for path in out.rglob("*.json") if path.name != "manifest.json")
    regions = sorted({Path(path).parent.name for path in templates})
    cfn_lint = Command(
        argv=[str(Path(sys.executable).with_name("cfn-lint")), "-r", *regions, "-t", *templates]
    )
    again = _stackferry("compile", "--out", str(out), "--cache", str(cache), str(EXAMPLE))
    cold = Command(argv=again.argv, before=lambda: shutil.rmtree(cache, ignore_errors=True))
    _row("compile, cold / cfn-lint", compare(cold, cfn_lint, pairs), cpu=0.9, wall=0.75)
    _row("compile, nothing changed / cfn-lint", compare(again, cfn_lint, pairs), cpu=0.15)


def _growth(folder: Path, pairs: int) -> None:
    start = _stackferry("--version")
    for verb in (["validate"], ["compile", "--no-lint", "--out", str(folder / "growth")]):
        above = []
        for times in (1, 10):
            ratio = compare(_stackferry(*verb, str(_spec(folder, times))), start, pairs)
            above.append(ratio.cost.cpu - _imports(verb[0], pairs))
        title = f"{verb[0]}, 10 x the spec / 1 x, both above their start-up"
        _say(f"{above[1] / above[0]:8.2f}  at most 11.00  {title} (CPU)")


def _imports(verb: str, pairs: int) -> float:
    """Return the CPU seconds that *verb* takes before it has read anything."""
    rooms = {
        "validate": "spec.load, compiler.report.text",
        "compile": "spec.load, compiler.report.text, compiler.pipeline, compiler.outdir",
    }
    begin = "from compiler.cli.startup import end_light, start_light; start_light()"
    start = _python("-c", f"{begin}; import compiler.cli, {rooms[verb]}; end_light(0)")
    return compare(start, start, pairs).cost.cpu


def _makespans() -> None:
    for path in sorted(Path("templates_out").iterdir()):
        compiled = _compiled(path)
        for spread, words in ((0.0, "as expected"), (0.4, "up to 40 % off")):
            ratio = makespan(compiled, spread=spread).ratio
            title = f"deploy of {path.name}, stacks {words} / its critical path"
            _say(f"{ratio:8.3f}  at most 1.050  {title}")


def _calls(folder: Path) -> None:
    per_stack = []
    for times in (1, 10):
        out = folder / f"calls-{times}"
        run(_stackferry("compile", "--no-lint", "--out", str(out), str(_spec(folder, times))))
        per_stack.append(makespan(_compiled(next(out.iterdir()))).calls_per_stack)
    _say(f"{per_stack[0]:8.1f}                calls of AWS per stack of a first deploy")
    title = "calls of AWS per stack, 10 x the spec / 1 x"
    _say(f"{per_stack[1] / per_stack[0]:8.2f}  at most  1.10  {title}")


def _compiled(folder: Path) -> Compiled:
    found = read_folder(folder)
    if not isinstance(found, Compiled):
        raise NotADirectoryError(folder)
    return found


def _overlaps() -> None:
    networks = [IPv4Network((number * 256, 24)) for number in range(100_000)]
    started = time.perf_counter()
    overlaps(networks)
    seconds = time.perf_counter() - started
    _say(f"{seconds:8.2f}  at most  1.00  overlap of 100,000 networks (seconds)")


def _spec(folder: Path, times: int) -> Path:
    path = folder / f"times-{times}.yaml"
    path.write_text(larger(times))
    return path


def _python(*arguments: str) -> Command:
    return Command(argv=[sys.executable, *arguments])


def _stackferry(*arguments: str) -> Command:
    return Command(argv=[str(Path(sys.executable).with_name("stackferry")), *arguments])


def _row(title: str, ratio: Ratio, *, cpu: float, wall: float | None = None) -> None:
    _say(f"{ratio.cpu:8.2f}  at most {cpu:5.2f}  {title} (CPU)")
    if wall is not None:
        _say(f"{ratio.wall:8.2f}  at most {wall:5.2f}  {title} (wall)")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
