from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.itinerary import Itinerary, from_bytes, itinerary
from compiler.manifest import Manifest, Stack, to_bytes
from compiler.outdir import differences, folder_name, write

if TYPE_CHECKING:
    from pathlib import Path


def stack(name: str) -> Stack:
    return Stack(
        id=f"us-east-1/{name}",
        side="source",
        name=name,
        region="us-east-1",
        account="111122223333",
        file=f"us-east-1/{name}.json",
        stack_set=f"shop-prod-us-east-1-{name}",
        sha256="0" * 64,
        size_bytes=2,
        needs_artifact_bucket=False,
        capabilities=(),
        component=(),
        parameters={},
        outputs=(),
        after=(),
        stateful=(),
        retained=(),
        origins={},
        phase="prepare",
    )


def compiled(*names: str) -> Itinerary:
    return itinerary([manifest(*names)])


def manifest(*names: str) -> Manifest:
    return Manifest(
        name="shop",
        environment="prod",
        phase="replicate",
        spec_file="migration.yaml",
        spec_sha256="0" * 64,
        source_region="us-east-1",
        target_region="eu-central-1",
        home_region="us-east-1",
        target_account="111122223333",
        tags={},
        stacks=tuple(stack(name) for name in names),
        batches=(tuple(f"us-east-1/{name}" for name in names),),
    )


def files(*names: str) -> dict[str, bytes]:
    return {
        "manifest.json": to_bytes(compiled(*names)),
        **{f"us-east-1/{name}.json": b"{}" for name in names},
    }


def names_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_what_was_written_is_read_back_and_differs_in_nothing(tmp_path: Path) -> None:
    write(tmp_path, files("network", "keys"))

    assert from_bytes((tmp_path / "manifest.json").read_bytes()) == compiled("network", "keys")
    assert differences(tmp_path, files("network", "keys")) == ()


def test_a_stack_that_left_the_spec_leaves_the_folder_and_a_users_file_stays(
    tmp_path: Path,
) -> None:
    write(tmp_path, files("network", "keys"))
    (tmp_path / "us-east-1" / "notes.txt").write_text("mine")

    write(tmp_path, files("network"))

    assert names_in(tmp_path) == ["manifest.json", "us-east-1/network.json", "us-east-1/notes.txt"]


def test_a_region_that_is_empty_now_leaves_no_folder(tmp_path: Path) -> None:
    write(tmp_path, files("network"))
    write(tmp_path, {"manifest.json": to_bytes(manifest())})

    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


def test_every_kind_of_difference_is_told(tmp_path: Path) -> None:
    write(tmp_path, files("network", "keys"))
    (tmp_path / "us-east-1" / "network.json").write_text("[]")

    assert differences(tmp_path, files("network", "peering")) == (
        "differs: manifest.json",
        "differs: us-east-1/network.json",
        "left over: us-east-1/keys.json",
        "missing: us-east-1/peering.json",
    )


def test_a_file_outside_that_a_tampered_manifest_names_is_not_removed(tmp_path: Path) -> None:
    victim = tmp_path / "victim.json"
    victim.write_text("precious")
    folder = tmp_path / "shop-prod"
    write(folder, files("network"))
    text = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(text.replace("us-east-1/network.json", "../victim.json"))

    write(folder, {"manifest.json": to_bytes(manifest())})

    assert victim.read_text() == "precious"


def test_a_manifest_that_cannot_be_read_names_nothing_to_remove(tmp_path: Path) -> None:
    write(tmp_path, files("network"))
    (tmp_path / "manifest.json").write_text("{")

    write(tmp_path, {"manifest.json": to_bytes(manifest())})

    assert names_in(tmp_path) == ["manifest.json", "us-east-1/network.json"]


def test_a_migration_has_a_folder_of_its_own() -> None:
    assert folder_name(compiled()) == "shop-prod"
