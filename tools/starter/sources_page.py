"""The page that says where every layer is from."""

from __future__ import annotations

from ecomap.model.layer import Layer
from ecomap.model.source import Source
from ecomap.model.vocabulary import BOUNDARY_LABELS
from tools.starter.writing import Compiled, counted

_INTRO = """# Where the starter's layers are from

Compiled by `tools/compile_starter.py` out of the publishers' files; this page is written by the same program.
The publishers' files themselves are not here: every layer has its own columns and its own generalised geometry
(EPSG:3310, whole metres; neighbours share their borders). Addresses marked *not verified* were written down from
documentation and not opened.

These tables were reviewed by hand, row by row, and are part of the repository:

- `approach_sites_reviewed.csv` - community schools and Linked Learning pathways, as the sources write them, with the
  state's school code (CDS), the source and the day it was checked. A row without a code could not be matched; it says
  why and is not on the map.
- `zone_members_reviewed.csv` - the schools the sources name as members of each Promise Neighborhood.
- `organisations_reviewed.csv` and `funding_reviewed.csv` - partner organisations, grants and allocations as the
  sources name them; what no source states is left empty.
- `point_corrections_reviewed.csv` - schools whose published point is wrong.
- `point_moves_reviewed.csv` - every school whose point moved by more than 500 m between the county's list of March 2025
  (corrected) and the state's of 2025-26: whose point is used, and why.
- `schools_unlisted_reviewed.csv` - schools of the county's list that the state's does not have, and what became of them.
- `known_of_reviewed.csv` - how many community schools and pathways there are in reality, known by name or not, and who says so.
- `ground_roads_reviewed.csv` - which line of the roads is which freeway or main road, line by line, with the box it lies in: a
  line that is elsewhere in a newer file stops the compiler.
- `ground_streets_reviewed.csv` - the course of each main street that has its name on the map, how many addresses on it were
  looked at and how many of them stand beside its line.

Reading the tables in `los-angeles/` and `california/`: one CSV per layer (packed with gzip where it is long), geometry as well-known text; `_moe` is the 90 % margin of
error in the unit of its column; `_reason` says why a number is missing; an empty number is never zero. Shares are
0 to 1. `starter.json` describes every layer and column.
"""

_STATE = """# California

The folder `california/` holds the schools of the whole state; a new project takes those of one district.
`districts.csv` lists the districts: the state's code, name, county, the federal code (NCES) where the state's
funding file gives one, schools and pupils.
"""


def sources_page(layers: list[Compiled], state: Compiled) -> str:
    """Publisher, vintage, licence, universe, counts and known faults of each layer, as Markdown; then of the state's schools."""
    return "\n".join([_INTRO, *(_section(compiled) for compiled in layers), _STATE, _section(state)])


def _section(compiled: Compiled) -> str:
    layer = compiled.layer
    lines = [f"## {layer.name} (`{layer.id}`)", "", f"{counted(len(compiled.frame), 'row')}{_kind(layer)}.", ""]
    for source in layer.sources:
        lines += _source_lines(source)
    lines += ["", "Notes and known faults:", "", *(f"- {note}" for note in layer.notes)]
    if layer.indicators:
        lines += ["", "| column | what it says | unit | more means | margin | universe |", "|---|---|---|---|---|---|"]
        lines += [
            f"| `{i.column}` | {i.label} | {i.unit} | {'more' if i.direction > 0 else 'less'} need "
            f"| {'yes' if i.moe_column else 'none published'} | {i.universe} |"
            for i in layer.indicators
        ]
    return "\n".join([*lines, ""])


def _kind(layer: Layer) -> str:
    return f", {BOUNDARY_LABELS[layer.boundary]}" if layer.boundary else ""


def _source_lines(source: Source) -> list[str]:
    head = f"- **{source.title}**" + (f" - {source.publisher}" if source.publisher else "")
    lines = [f"{head}. Vintage: {source.vintage}. Universe: {source.universe}. Licence: {source.licence}."]
    if source.note:
        lines.append(f"  {source.note}")
    if source.url:
        lines.append(f"  <{source.url}> (not verified); read {source.retrieved}.")
    return lines
