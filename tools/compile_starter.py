"""Compile the Los Angeles starter, and the schools of California, out of the publishers' files.

    python tools/compile_starter.py --from DIR [--out data/boundaries]

Reads the originals, writes own columns and own generalised geometry: one CSV per layer and a description. The same
originals always give the same bytes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import pandas as pd  # noqa: E402
import shapely  # noqa: E402

from ecomap.model.errors import EcoMapError  # noqa: E402
from tools.starter.approaches import compile_neighborhoods, compile_promise_zone, compile_sites  # noqa: E402
from tools.starter.areas import compile_county, compile_districts  # noqa: E402
from tools.starter.attendance import compile_attendance  # noqa: E402
from tools.starter.ground import compile_ground  # noqa: E402
from tools.starter.inputs import Originals, help_text  # noqa: E402
from tools.starter.inventory import compile_inventory  # noqa: E402
from tools.starter.need import compile_need_areas  # noqa: E402
from tools.starter.outcomes import compile_outcomes  # noqa: E402
from tools.starter.reference import compile_parks  # noqa: E402
from tools.starter.schools import compile_schools  # noqa: E402
from tools.starter.services import compile_services  # noqa: E402
from tools.starter.sources_page import sources_page  # noqa: E402
from tools.starter.staff import compile_staff_roles  # noqa: E402
from tools.starter.state_districts import NAME as STATE_NAME  # noqa: E402
from tools.starter.state_districts import write_state_districts  # noqa: E402
from tools.starter.state_funding import compile_state_funding  # noqa: E402
from tools.starter.tracts_2020 import compile_tracts_2020  # noqa: E402
from tools.starter.transit import compile_bus_stops, compile_rail_stations  # noqa: E402
from tools.starter.writing import Compiled, write_description, write_layer  # noqa: E402

NAME = "los-angeles"
TITLE = "Los Angeles"
VIEW_HEIGHT_PX = 780
# Top of the map first.
ORDER = (
    "community_schools", "linked_learning", "services", "schools", "rail_stations", "bus_stops", "promise_neighborhoods",
    "promise_zone", "attendance_elementary", "attendance_middle", "attendance_high", "district", "board_districts",
    "parks", "need_areas", "tracts_2020", "county", "ground", "area_links", "outcomes", "state_funding", "organisations", "staff_roles", "funding",
    "ties", "need_links",
)


def compile_layers(originals: Originals, reviewed: Path) -> list[Compiled]:
    """Every layer of the starter, top of the map first; `reviewed` is the folder of the reviewed tables."""
    districts = compile_districts(originals)
    schools = compile_schools(originals, reviewed, districts.boards.frame)
    attendance = compile_attendance(originals, schools.frame, districts.outline)
    areas = pd.concat([compiled.frame for compiled in attendance[:-1]], ignore_index=True)
    layers = [
        compile_need_areas(originals, districts.full), schools, *attendance, *compile_sites(reviewed, schools.frame),
        compile_neighborhoods(reviewed, areas, attendance[-1].frame), compile_promise_zone(originals),
        compile_services(originals), districts.district, districts.boards,
        compile_county(originals),
        compile_parks(originals, districts.full), compile_rail_stations(originals, districts.full),
        compile_bus_stops(originals, districts.full), compile_tracts_2020(originals, districts.full),
        compile_outcomes(originals, schools.frame), compile_state_funding(originals), compile_staff_roles(originals, schools.frame),
        *compile_inventory(reviewed, schools.frame), compile_ground(originals, reviewed),
    ]
    by_id = {compiled.layer.id: compiled for compiled in layers}
    return [by_id[layer_id] for layer_id in ORDER]


def write_starter(layers: list[Compiled], out: Path) -> Path:
    """Write the starter below a folder and return where it is."""
    folder = out / NAME
    folder.mkdir(parents=True, exist_ok=True)
    for compiled in layers:
        write_layer(compiled, folder)
    write_description(TITLE, layers, _view(layers), folder)
    return folder


def _view(layers: list[Compiled]) -> dict[str, float]:
    """The first look: the whole district, at a scale that fits it into a usual window."""
    district = next(compiled for compiled in layers if compiled.layer.id == "district")
    mainland = max(shapely.get_parts(district.frame.geometry.iloc[0]), key=shapely.area)  # without San Clemente Island
    left, bottom, right, top = mainland.bounds
    return {
        "x": round((left + right) / 2), "y": round((bottom + top) / 2),
        "px_per_m": round(VIEW_HEIGHT_PX / (top - bottom), 5),
    }


def main(arguments: list[str] | None = None) -> int:
    """Compile, and say what was found. Returns 0, or 1 with one sentence on stderr."""
    parser = argparse.ArgumentParser(
        description="Compile the Los Angeles starter out of the publishers' files.", epilog=help_text(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--from", dest="folder", type=Path, required=True, metavar="DIR",
                        help="folder with the publishers' files listed below")
    parser.add_argument("--out", type=Path, default=ROOT / "data" / "boundaries", metavar="DIR",
                        help="where to write (default: data/boundaries)")
    given = parser.parse_args(arguments)
    try:
        originals = Originals(given.folder)
        layers = compile_layers(originals, ROOT / "data" / "boundaries")
    except EcoMapError as problem:
        print(problem, file=sys.stderr)
        return 1
    folder = write_starter(layers, given.out)
    state = write_state_districts(originals, given.out)
    (given.out / "SOURCES.md").write_text(sources_page(layers, state), encoding="utf-8")
    for compiled in (*layers, state):
        print(f"{compiled.layer.id:24} {len(compiled.frame):>6,} rows")
        for fault in compiled.faults:
            print(f"{'':24}        {fault}")
    for path in (folder, given.out / STATE_NAME):
        size = sum(file.stat().st_size for file in path.iterdir())
        print(f"Wrote {path}: {len(list(path.glob('*.csv*')))} tables, {size / 1e6:.2f} MB.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
