"""The places of a file put into parts by ground, without ever holding all of them: bounds, counts of cells, then parts."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from attrs import frozen

from ecomap.analysis.spread.ground_order import along_the_curve, cuts, part_of
from ecomap.io.parts import Source, is_whole, read_group, source_of, write_part
from ecomap.model.errors import InputError
from ecomap.model.files import checksum_of
from ecomap.model.progress import Progress
from ecomap.model.said import name, say
from ecomap.workspace.spread.settings import SpreadParams, named
from ecomap.workspace.spread.workers import Crew

PART_ROWS = 125_000
_FINE = 20  # bits of the order within a part
_FORM = 1   # of the files of parts


@frozen
class Plan:
    """How the ground is cut, as every worker reads it: parts, their pieces, and the names of the work."""

    params: SpreadParams
    work: str
    site_work: str
    parts: int
    chunks: int
    low: tuple[float, float]
    high: tuple[float, float]
    ends: tuple[int, ...]
    unit: float
    homeless: int  # rows without a place

    @property
    def out(self) -> Path:
        return self.params.out

    def chunk(self, number: int) -> Path:
        return self.out / "ground" / f"chunk-{number:05d}.parquet"

    def file(self, folder: str, part: int, suffix: str = ".parquet") -> Path:
        return self.out / folder / f"part-{part:05d}{suffix}"

    @property
    def columns(self) -> list[str]:
        """What is kept of every place."""
        return [one for one in dict.fromkeys((self.params.key, self.params.people, self.params.moe, self.params.group)) if one]


def plan_of(folder: str) -> Plan:
    """The plan that stands in a folder of parts."""
    told = json.loads((Path(folder) / "plan.json").read_text(encoding="utf-8"))
    return Plan(**{**told, "params": SpreadParams.of_data(told["params"]), "low": tuple(told["low"]), "high": tuple(told["high"]),
                   "ends": tuple(told["ends"])})


def lay_out(params: SpreadParams, site_work: str, unit: float, crew: Crew, progress: Progress) -> Plan:
    """Cut the ground into parts, and put the places there; what stands there already is kept.

    Raises
    ------
    InputError
        If a column is not in the file, or no row of it has a place.
    """
    source = source_of(params.areas)
    absent = [one for one in (params.key, params.people, params.moe, params.group) if one and one not in source.columns]
    if absent:
        raise InputError(say("{file} has no column '{column}'.", file=name(params.areas.name), column=name(absent[0])),
                         say("Name its columns."))
    parts = params.parts or max(1, -(-source.rows // PART_ROWS))
    work = named("ground", _FORM, checksum_of(params.areas), [params.key, params.people, params.moe, params.group], params.by_ground, parts)
    jobs = [(str(params.areas), number) for number in range(source.groups)]
    bounds = [found for found in crew.each(bounds_of, jobs, progress.part(0.0, 0.2), say("Finding where the places are")) if found[0]]
    if not bounds:
        raise InputError(say("No row of {file} has a place.", file=name(params.areas.name)), say("Check its coordinates."))
    low = tuple(min(found[1][axis] for found in bounds) for axis in (0, 1))
    high = tuple(max(found[2][axis] for found in bounds) for axis in (0, 1))
    counted = crew.each(cells_of, [(*job, low, high) for job in jobs], progress.part(0.2, 0.5), say("Counting the places by ground"))
    cells, place = np.unique(np.concatenate([found[0] for found in counted]), return_inverse=True)
    counts = np.bincount(place, np.concatenate([found[1] for found in counted]), len(cells)).astype(np.int64)
    ends = tuple(int(end) for end in cuts(cells, counts, parts))
    plan = Plan(params, work, site_work, len(ends) + 1, source.groups, low, high, ends, unit, source.rows - sum(found[0] for found in bounds))
    _write_plan(plan)
    crew.each(place_chunk, [(str(params.out), number) for number in range(source.groups)], progress.part(0.5, 1.0),
              say("Putting the places into parts"))
    return plan


def _write_plan(plan: Plan) -> None:
    from ecomap.model.files import write_whole

    told = {"params": plan.params.as_data(), "work": plan.work, "site_work": plan.site_work, "parts": plan.parts, "chunks": plan.chunks,
            "low": plan.low, "high": plan.high, "ends": plan.ends, "unit": plan.unit, "homeless": plan.homeless}
    plan.out.mkdir(parents=True, exist_ok=True)
    write_whole(plan.out / "plan.json", json.dumps(told).encode())


def bounds_of(path: str, number: int) -> tuple[int, tuple[float, ...], tuple[float, ...]]:
    """How many rows of one piece of a file have a place, and the box around them."""
    xy = _placed(source_of(Path(path)), number)
    if not len(xy):
        return 0, (), ()
    return len(xy), tuple(map(float, xy.min(axis=0))), tuple(map(float, xy.max(axis=0)))


def cells_of(path: str, number: int, low: tuple[float, float], high: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """The cells of the ground that one piece of a file has places in, and how many in each."""
    xy = _placed(source_of(Path(path)), number)
    cells, counts = np.unique(along_the_curve(xy, np.array(low), np.array(high)), return_counts=True)
    return cells, counts


def place_chunk(folder: str, number: int) -> int:
    """Sort one piece of the file by part, and write it with a row group for each."""
    plan = plan_of(folder)
    if is_whole(plan.chunk(number), plan.work):
        return number
    source = source_of(plan.params.areas)
    rows = source.group(number, plan.columns)
    xy = rows.pop("xy")
    if plan.params.by_ground:
        import shapely  # heavy

        rows["shape"] = np.asarray(shapely.to_wkb(source.shapes(number)), dtype=object)
    there = np.flatnonzero(np.isfinite(xy).all(axis=1))
    part = part_of(along_the_curve(xy[there], np.array(plan.low), np.array(plan.high)), np.array(plan.ends, dtype=np.int64))
    order = there[np.argsort(part, kind="stable")]
    columns = {one: values[order] for one, values in rows.items()} | {"x": xy[order, 0] * plan.unit, "y": xy[order, 1] * plan.unit}
    write_part(plan.chunk(number), columns, plan.work, groups=np.bincount(part, minlength=plan.parts).tolist())
    return number


def places_of(plan: Plan, part: int) -> dict[str, np.ndarray]:
    """The places of one part, in the order of the ground: the columns of the plan, and ``xy`` in metres."""
    pieces = [piece for piece in (read_group(plan.chunk(number), part) for number in range(plan.chunks)) if piece is not None]
    columns = {one: np.concatenate([piece[one] for piece in pieces]) for one in pieces[0]}
    xy = np.stack([columns.pop("x"), columns.pop("y")], axis=1)
    along = along_the_curve(xy, np.array(plan.low) * plan.unit, np.array(plan.high) * plan.unit, bits=_FINE)
    order = np.argsort(along, kind="stable")
    return {one: values[order] for one, values in columns.items()} | {"xy": xy[order]}


def _placed(source: Source, number: int) -> np.ndarray:
    xy = source.group(number, [])["xy"]
    found: np.ndarray = xy[np.isfinite(xy).all(axis=1)]
    return found
