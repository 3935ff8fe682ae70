"""The command that asks who reaches how much of data larger than memory: ``spread``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ecomap.cli.arguments import JSON, metres_given
from ecomap.cli.printing import progress_bar, rows, tell_json
from ecomap.cli.speech import SpokenCommand, option, tell
from ecomap.model.said import name, say

_FILE = click.Path(path_type=Path)


@click.command(cls=SpokenCommand, help=say(
    "Say who reaches how much, of places that are more than one memory holds: part by part of the ground, on worker processes of this "
    "machine or on a cluster.\n\nAREAS and SITES are Parquet files: GeoParquet in a projected system, or columns x and y. Stopped, it goes "
    "on from the finished parts when it is asked again. The rows of all places come out as Parquet files in the folder."))
@click.argument("areas", type=_FILE)
@click.argument("sites", type=_FILE)
@option("--out", required=True, type=_FILE, metavar="FOLDER", help=say("The folder of the parts and of what comes out."))
@option("--people", default="people", show_default=True, metavar="COLUMN", help=say("Who is counted."))
@option("--moe", default="", metavar="COLUMN", help=say("The margin of error of that count (90 %)."))
@option("--capacity", default="", metavar="COLUMN", help=say("The places of a site; without it every site counts as one."))
@option("--key", default="id", show_default=True, metavar="COLUMN", help=say("What the places go by."))
@option("--group", default="", metavar="COLUMN", help=say("Count people by this column too; small groups are hidden."))
@option("--into", type=_FILE, default=None, metavar="FILE", help=say("GeoParquet of areas that the people are carried to."))
@option("--by-ground", is_flag=True, help=say("The places are areas: their people are carried by the ground they share, not from one point."))
@option("--distance", default="1mi", show_default=True, metavar="LENGTH", help=say("How far is in reach, such as 800m or 1mi."))
@option("--detour", default=1.3, show_default=True, help=say("What a straight line is multiplied with to estimate the way."))
@option("--decay", type=click.Choice(["none", "steps", "gaussian", "dai"]), default="steps", show_default=True,
        help=say("How distance counts."))
@option("--width-share", default=0.5, show_default=True, help=say("Width of a Gaussian, as a share of the distance."))
@option("--draws", default=0, help=say("Draw the people out of reach so often within their margins of error."))
@option("--seed", default=0, help=say("Where the draws start."))
@option("--parts", default=0, help=say("Into how many parts the ground is cut; as many as there is need of, if not said."))
@option("--workers", default=2, show_default=True, help=say("Worker processes on this machine; 0 works in this one."))
@option("--cluster", default="", metavar="ADDRESS", help=say("A Dask scheduler that runs already, such as tcp://10.0.0.5:8786."))
@option("--memory", "memory_gb", default=4.0, show_default=True, metavar="GB", help=say("Memory of all worker processes on this machine together."))
@JSON
def spread(
    areas: Path, sites: Path, out: Path, distance: str, workers: int, cluster: str, memory_gb: float, as_json: bool, **given: Any
) -> None:
    from ecomap.workspace.spread.running import run_spread  # heavy
    from ecomap.workspace.spread.settings import SpreadParams
    from ecomap.workspace.spread.workers import crew

    params = SpreadParams(areas, sites, out, radius_m=metres_given(distance, say("Distance")), **given)
    with progress_bar() as progress, crew(workers=0 if cluster else workers, address=cluster, memory_gb=memory_gb) as hands:
        result = run_spread(params, hands, progress=progress)
    if as_json:
        tell_json({"sentence": result.sentence, **result.as_data(), "out": str(result.out),
                   "groups": [] if result.groups is None else rows(result.groups),
                   "into": [] if result.into is None else rows(result.into)})
        return
    tell(result.sentence)
    tell(say("The rows of all places are in {folder}.", folder=name(result.out / "reached")))
