"""Approach sites and zones, from the reviewed tables and the estimated areas."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from attrs import frozen

from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.known import KnownOf
from ecomap.model.layer import POINT, POLYGON, Column, Layer
from ecomap.model.source import Source
from ecomap.model.style import LayerStyle
from tools.starter.geometry import CRS, GRID_M, simplified
from tools.starter.inputs import RETRIEVED, Originals
from tools.starter.reviewed import known_of, read_reviewed
from tools.starter.writing import Compiled, counted

SITES_TABLE = "approach_sites_reviewed.csv"
MEMBERS_TABLE = "zone_members_reviewed.csv"
_LEADS = {"community_school": "Los Angeles Unified School District",
          "linked_learning": "Los Angeles Unified School District"}
_SITE_COLUMNS = (
    Column(v.APPROACH, "Approach"), Column(v.SCHOOL_ID, "School"), Column(v.STATUS, "Status"),
    Column(v.START, "Since"), Column(v.END, "Until"), Column(v.LEAD_ORGANISATION, "Lead organisation"),
    Column(v.DETAIL, "Detail"), Column(v.SOURCE, "Source"),
)


def compile_sites(folder: Path, schools: Any) -> list[Compiled]:
    """One layer of sites for each approach that works in schools, at the schools' points."""
    table = read_reviewed(folder / SITES_TABLE)
    points = dict(zip(schools[v.ID], schools.geometry))
    names = dict(zip(schools[v.ID], schools[v.NAME]))
    unknown = [row["school_id"] for row in table if row["school_id"] and row["school_id"] not in points]
    if unknown:
        raise InputError(f"{SITES_TABLE} names the school {unknown[0]}, which is not in the schools layer.",
                         "Correct the code in the table, or leave it blank and say why.")
    styles = {
        "community_school": ("community_schools", LayerStyle(
            fill="#0072B2", line="#FFFFFF", line_width=1.5, shape="circle", size=10.0)),
        "linked_learning": ("linked_learning", LayerStyle(
            fill="#E69F00", line="#FFFFFF", line_width=1.5, shape="diamond", size=11.0)),
    }
    return [
        _site_layer(approach, layer_id, style, [row for row in table if row["approach"] == approach], names, points,
                    known_of(folder, layer_id))
        for approach, (layer_id, style) in styles.items()
    ]


def _site_layer(approach: str, layer_id: str, style: LayerStyle, table: list[dict[str, str]],
                names: dict[str, str], points: dict[str, Any], stated: tuple[KnownOf, ...]) -> Compiled:
    matched: dict[str, dict[str, str]] = {}
    for row in table:
        if row["school_id"]:
            matched.setdefault(row["school_id"], row)
    named = sum(1 for row in table if row["school_id"])
    unmatched = [f"{row['source_name']} - {_unmatched(row)}" for row in table if not row["school_id"]]
    rows = [{
        v.ID: f"{approach}:{school}", v.NAME: names[school], v.APPROACH: approach, v.SCHOOL_ID: school,
        v.STATUS: "active", v.START: row["start"], v.END: "", v.LEAD_ORGANISATION: _LEADS[approach],
        v.DETAIL: row["detail"], v.SOURCE: row["source"], v.GEOMETRY: points[school],
    } for school, row in matched.items()]
    frame = gpd.GeoDataFrame(rows, geometry=v.GEOMETRY, crs=CRS)
    universe = {"community_school": "schools named in the sources for cohorts 1, 2, 3, 5 and 6",
                "linked_learning": "pathways named as Gold certified in 2019, 2021 and 2022"}[approach]
    layer = Layer(
        layer_id, v.APPROACH_LABELS[approach], v.SITE, POINT, _SITE_COLUMNS, (),
        _table_sources(table, universe), style, visible=True, group="Sites",
        notes=(
            f"{len(frame)} schools, from {named} names in the sources matched one by one to the state's codes"
            + (f"; {named - len(frame)} name stands for a school already listed." if named > len(frame) else "."),
            *(f"Not on the map: {text}." for text in unmatched),
            "Shown as active as the source describes them; today's state is not confirmed.",
            *(("The start year of cohort 2 is not confirmed and that of cohort 3 is not stated.",)
              if approach == "community_school" else
              ("Since is the year of certification; the pathway itself is older.",)),
        ),
        known_of=stated,
    )
    return Compiled(layer, frame, (
        f"{named} names matched to {len(frame)} schools", *(f"unmatched: {text}" for text in unmatched)))


def _unmatched(row: dict[str, str]) -> str:
    return row["note"].removeprefix("Unmatched: ")


def _table_sources(table: Iterable[dict[str, str]], universe: str) -> tuple[Source, ...]:
    said: dict[str, list[str]] = {}
    for row in table:
        said.setdefault(row["source"], []).append(row["start"])
    return tuple(
        Source(title, vintage=_span(years), universe=universe, retrieved=RETRIEVED,
               licence="facts quoted from a public page", file_name=SITES_TABLE)
        for title, years in said.items()
    )


def _span(years: list[str]) -> str:
    known = sorted({year for year in years if year})
    if not known:
        return "not stated"
    return known[0] if len(known) == 1 else f"{known[0]}-{known[-1]}"


@frozen
class Neighborhood:
    """One Promise Neighborhood and what the sources say of it."""

    id: str
    name: str
    lead: str
    start: str
    end: str
    status: str
    detail: str


NEIGHBORHOODS = (
    Neighborhood("lapn-1-pacoima", "Los Angeles Promise Neighborhood (Pacoima)", "Youth Policy Institute",
                 "2012-12", "2019-10-25", "ended",
                 "Federal implementation grant of December 2012 ($30 million). The lead agency closed on 25 October "
                 "2019; that this ended the zone is inferred. The Hollywood side of this grant is not drawn: its schools are not named in the sources."),
    Neighborhood("lapn-2", "Los Angeles Promise Neighborhood II (Pico-Union and Hollywood)",
                 "Youth Policy Institute", "2017-01", "2019-10-25", "ended",
                 "Federal grant of January 2017 ($30 million over five years). The lead agency closed on 25 October "
                 "2019; that this ended the zone is inferred."),
    Neighborhood("promesa-boyle-heights", "Promesa Boyle Heights", "Proyecto Pastoral", "2010", "", "active",
                 "Planning grant 2010; the implementation grant was not awarded (19 December 2011); work has gone on "
                 "with other funds. The sources speak of a thirty-block area around Hollenbeck Middle, Mendez High and "
                 "Pico-Aliso: the footprint drawn is larger."),
)
_ZONE_COLUMNS = (
    Column(v.KIND, "Kind"), Column(v.APPROACH, "Approach"), Column(v.LEAD_ORGANISATION, "Lead organisation"),
    Column(v.STATUS, "Status"), Column(v.START, "Since"), Column(v.END, "Until"), Column(v.BOUNDARY, "Boundary"),
    Column(v.DETAIL, "Detail"), Column(v.SOURCE, "Source"),
)


def compile_neighborhoods(folder: Path, areas: Any, links: Any) -> Compiled:
    """Promise Neighborhood footprints: the estimated areas, of every level, of the schools the sources name."""
    members = read_reviewed(folder / MEMBERS_TABLE)
    shapes = dict(zip(areas[v.ID], areas.geometry))
    rows, faults = [], []
    for place in NEIGHBORHOODS:
        ours = [row for row in members if row["zone_id"] == place.id]
        schools = {row["school_id"] for row in ours if row["school_id"]}
        served = links[links[v.SCHOOL_ID].isin(schools)]
        shape = shapely.normalize(shapely.union_all(
            [shapes[area] for area in sorted(set(served[v.AREA_ID]))], grid_size=GRID_M))
        without = len(schools - set(served[v.SCHOOL_ID]))
        faults.append(f"{place.name}: {counted(len(schools), 'member school')}, {without} of them without an area")
        faults += [f"{place.name}: {row['source_name']} - {_unmatched(row)}" for row in ours if not row["school_id"]]
        rows.append({
            v.ID: place.id, v.NAME: place.name, v.KIND: "promise_neighborhood", v.APPROACH: "promise_neighborhood",
            v.LEAD_ORGANISATION: place.lead, v.STATUS: place.status, v.START: place.start, v.END: place.end,
            v.BOUNDARY: "approximate", v.DETAIL: place.detail, v.SOURCE: ours[0]["source"], v.GEOMETRY: shape,
        })
    frame = gpd.GeoDataFrame(rows, geometry=v.GEOMETRY, crs=CRS)
    sources = tuple(
        Source(title, vintage=vintage, universe="member schools named by the source", retrieved=RETRIEVED,
               licence="facts quoted from a public page", file_name=MEMBERS_TABLE)
        for title, vintage in zip(dict.fromkeys(row["source"] for row in members), ("2013", "2017", "2010-2020"))
    )
    layer = Layer(
        "promise_neighborhoods", "Promise Neighborhoods (approximate)", v.ZONE, POLYGON, _ZONE_COLUMNS, (), sources,
        LayerStyle(line="#007A66", line_width=2.4, dash=True, fill="#007A66", fill_opacity=0.08),
        visible=True, boundary="approximate", group="Areas",
        notes=("No boundary is published. The footprint is the union of the estimated attendance areas, of every "
               "level, of the member schools the sources name; charter members have no area. A high school's area reaches far, so the "
               "footprints are larger than the neighborhoods people know.",
               *(f"{fault}." for fault in faults)),
    )
    return Compiled(layer, frame, tuple(faults))


def compile_promise_zone(originals: Originals) -> Compiled:
    """HUD's Los Angeles Promise Zone, which is not a Promise Neighborhood."""
    import json

    records = json.loads(originals.path("promise_zone").read_text(encoding="utf-8"))
    record = next(row for row in records if row["pz_name"].startswith("Los Angeles"))
    shape = gpd.GeoSeries([shapely.from_geojson(json.dumps(record["the_geom"]))], crs="EPSG:4326").to_crs(CRS)
    source = originals.source("promise_zone")
    frame = gpd.GeoDataFrame({
        v.ID: ["la-promise-zone"], v.NAME: ["Los Angeles Promise Zone"], v.KIND: ["promise_zone"], v.APPROACH: [""],
        v.LEAD_ORGANISATION: [record["lead_org"]], v.STATUS: [""], v.START: ["2014-01"], v.END: [""],
        v.BOUNDARY: ["official"],
        v.DETAIL: ["Designated January 2014: Hollywood, East Hollywood, Koreatown, Pico-Union and Westlake. Today's "
                   "state is not confirmed. Not a Promise Neighborhood."],
        v.SOURCE: [source.citation], v.GEOMETRY: simplified(shape, 5.0),
    }, geometry=v.GEOMETRY, crs=CRS)
    layer = Layer(
        "promise_zone", "Los Angeles Promise Zone", v.ZONE, POLYGON, _ZONE_COLUMNS, (), (source,),
        LayerStyle(line="#7A5C00", line_width=1.8), visible=True, boundary="official", group="Areas",
        notes=("A federal place designation; separate from the Promise Neighborhood grants.",),
    )
    return Compiled(layer, frame, (f"{len(records)} zones read, 1 of them in Los Angeles",))
