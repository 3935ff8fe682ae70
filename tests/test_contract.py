"""The names that other programs may rely on, and the wheel that carries them."""

from __future__ import annotations

import inspect
import subprocess
import sys
import zipfile
from importlib import import_module
from pathlib import Path

import pytest

from ecomap.cli.program import program
from ecomap.model.roles import ROLES

ROOT = Path(__file__).resolve().parents[1]

# module -> name -> parameters that callers may pass by these names
CONTRACT: dict[str, dict[str, tuple[str, ...]]] = {
    "ecomap.analysis.travel.pairs": {
        "travel_costs": ("cutoff_m", "metric", "detour", "network"),
    },
    "ecomap.analysis.travel.costs": {
        "TravelCosts.from_table": ("frame", "demand", "supply", "cost"),
    },
    "ecomap.analysis.need.scaling": {"percentile_rank": ("values",)},
    "ecomap.analysis.need.scoring": {
        "need_index": ("frame", "indicators", "scaling", "aggregation", "minimum_present"),
    },
    "ecomap.analysis.statistics.error": {
        "moe_of_sum": ("estimates", "moes"),
        "moe_of_proportion": ("x", "moe_x", "y", "moe_y"),
        "moe_of_ratio": ("x", "moe_x", "y", "moe_y"),
        "moe_of_product": ("x", "moe_x", "y", "moe_y"),
        "coefficient_of_variation": ("estimate", "moe"),
        "reliability": ("estimate", "moe", "thresholds"),
    },
    "ecomap.analysis.ground.interpolation": {
        "interpolate": ("source", "target", "extensive", "intensive", "margins", "weights", "allocate_total"),
    },
}


@pytest.mark.parametrize(("module", "name"), [(m, n) for m, names in CONTRACT.items() for n in names])
def test_function_takes_the_parameters_it_promises(module: str, name: str) -> None:
    found = import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    taken = inspect.signature(found).parameters  # type: ignore[arg-type]
    assert set(CONTRACT[module][name]) <= set(taken)


@pytest.mark.parametrize(("command", "options"), [
    ("demo", {"--out"}),
    ("new", {"--starter"}),
    ("import", {"--role", "--layer", "--column", "--crs", "--json"}),
    ("list", {"--json"}),
    ("analyses", set()),
    ("describe", set()),
    ("export", set()),
    ("check", set()),
    ("fetch", set()),
    ("run", set()),
])
def test_command_takes_the_options_it_promises(command: str, options: set[str]) -> None:
    assert options <= {option for parameter in program.commands[command].params for option in parameter.opts}


def test_roles_are_those_of_the_contract() -> None:
    assert set(ROLES) == {
        "need_area", "attendance_area", "district", "zone", "school", "site", "service", "reference", "street",
        "travel_cost", "tract_relationship",
    }


@pytest.mark.package
def test_wheel_carries_the_resources_and_the_starter(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)],
        check=True, capture_output=True,
    )
    wheel = next(tmp_path.glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
        archive.extractall(tmp_path / "site")
    for folder, inside in (("resources", "ecomap/resources"), ("data/boundaries", "ecomap/boundaries")):
        shipped = {path.relative_to(ROOT / folder).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
        shipped = {name for name in shipped if "__pycache__" not in name}
        assert shipped
        assert {f"{inside}/{name}" for name in shipped} <= held
    done = subprocess.run(
        [sys.executable, "-m", "ecomap", "new", "la", "--starter", "los-angeles"], cwd=tmp_path / "site",
        capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "layers in la.ecomap.gpkg" in done.stdout
