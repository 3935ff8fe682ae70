"""An imported layer taking its place in a project, and the links between areas and schools made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve

from ecomap.model.dates import day_of
from ecomap.model.layer import NO_GEOMETRY, POLYGON, Layer
from ecomap.model.project import Project
from ecomap.model.report import ImportReport, ReportLine
from ecomap.model.said import plural, say
from ecomap.model.units import format_number
from ecomap.model.vocabulary import (
    AREA_ID,
    AREA_LINK,
    ATTENDANCE_AREA,
    GROUND,
    ID,
    KIND,
    LEVEL,
    LEVELS,
    NAME,
    NEED_AREA,
    RESIDENTIAL_INTAKE,
    SCHOOL,
    SCHOOL_ID,
    STREET,
)
from ecomap.workspace.area_names import named_by_place
from ecomap.workspace.declaring import kept_declarations
from ecomap.workspace.signs import told_apart

if TYPE_CHECKING:
    from ecomap.io.importers import Imported

NAMED_IN_SOURCE = "source"     # the file itself names the school of the area
SCHOOL_INSIDE = "inside"       # the school of that level stands inside the area
NEAR_ITS_AREA_M = 2_000.0     # a school that stands this near to its area may be its school
FEW_NEAR = 0.25               # share of the schools near their areas, below which the codes met by chance
ENOUGH_CODES = 0.9             # share of the areas' school codes that are ids of schools, below which other codes are tried
ENOUGH_GROUND = 0.5            # share of the estimated areas' ground from which better areas take their place


def with_arrival(project: Project, imported: Imported, replace_layer: str = "") -> tuple[Project, ImportReport]:
    """Put an imported layer where it belongs.

    It takes the place of ``replace_layer`` if one is named, and of the layer it adds columns to if it is a table
    without places. Attendance areas that are not estimated take the place of the estimated ones of their level if
    they cover half of their ground, and the report says so. Links between areas and schools are made again where
    either side is new. Areas that only have codes are called after the neighbourhoods and cities of the ground.
    """
    from ecomap.workspace.layer_names import layer_id_for

    layer, frame, report = imported.layer, imported.frame, imported.report
    notes: list[ReportLine] = []
    if imported.joins:
        layer = evolve(layer, id=imported.joins)
        project = project.with_layer(layer, frame)
    elif replace_layer:
        old = project.layer(replace_layer)
        layer = evolve(layer, id=old.id, name=layer.name or old.name, style=old.style, group=old.group or layer.group)
        layer = kept_declarations(old, layer)
        layer = evolve(layer, known_of=layer.known_of or (old.known_of if layer.role == old.role else ()))
        project = project.with_layer(layer, frame)
        notes.append(ReportLine("note", say("Replaces the rows of '{name}'.", name=old.name)))
    else:
        position = _position(project, layer)
        project, stepped_down, position = _without_estimated(project, layer, frame, position)
        notes.extend(stepped_down)
        layer = evolve(layer, id=layer_id_for(project, layer.id or layer.name), style=told_apart(project, layer))
        project = project.with_layer(layer, frame, position)
    if layer.role in (ATTENDANCE_AREA, SCHOOL):
        project, said = _with_links(project)
        notes.extend(said)
    if layer.role in (NEED_AREA, GROUND) and not imported.joins:
        project, called = named_by_place(project, *([layer.id] if layer.role == NEED_AREA else []))
        notes.extend(called)
    report = evolve(report, layer_id=layer.id, layer_name=layer.name, lines=(*report.lines, *notes))
    return project, report


def streets_too(walked: ImportReport) -> ReportLine:
    """What a report on a ground says of the streets that came with it."""
    return ReportLine("note", plural("Its streets are a layer too, '{layer}': {n} line to walk along.",
                                     "Its streets are a layer too, '{layer}': {n} lines to walk along.", walked.kept, layer=walked.layer_name))


def fitting_crs(project: Project, frame: Any) -> str:
    """The CRS to measure in: the project's, but a project without places yet takes one that fits its first layer.

    That is the project's own where the bulk of the layer lies in its area of use, else the UTM zone of the bulk's middle.
    """
    placed = any(layer.geometry != NO_GEOMETRY for layer in project.layers)
    if placed or getattr(frame, "crs", None) is None or frame.geometry.isna().all():
        return project.crs
    from ecomap.io.table.places.bulk import find_bulk, fitting_system  # heavy

    box = frame.geometry.to_crs("EPSG:4326").bounds
    bulk = find_bulk(((box["minx"] + box["maxx"]) / 2).to_numpy(), ((box["miny"] + box["maxy"]) / 2).to_numpy())
    return project.crs if bulk is None else fitting_system(bulk, project.crs)


def in_system_of(project: Project, imported: Imported) -> Project:
    """The project in the system that was chosen for its first places."""
    chosen = getattr(imported.frame, "crs", None)
    if chosen is None or any(layer.geometry != NO_GEOMETRY for layer in project.layers) or str(chosen) == project.crs:
        return project
    return evolve(project, crs=str(chosen))


def _position(project: Project, layer: Layer) -> int:
    """Points and lines on top; areas, and streets over them, above the topmost area; ground below all, tables last."""
    if layer.geometry == NO_GEOMETRY:
        return len(project.layers)
    if layer.role == GROUND:
        return max((n + 1 for n, other in enumerate(project.layers) if other.geometry != NO_GEOMETRY), default=0)
    if layer.geometry != POLYGON and layer.role != STREET:
        return 0
    areas = [n for n, other in enumerate(project.layers) if other.geometry == POLYGON and not other.result_id]
    return min(areas) if areas else len(project.layers)


def _without_estimated(
    project: Project, layer: Layer, frame: Any, position: int
) -> tuple[Project, list[ReportLine], int]:
    """Take out the estimated areas of a level for which better ones arrive, if these cover their ground."""
    if layer.role != ATTENDANCE_AREA or layer.boundary == "estimated":
        return project, [], position
    notes = []
    for old in project.layers_of(ATTENDANCE_AREA):
        better = _of_level(layer, frame, old.level)
        if old.boundary != "estimated" or not old.level or not len(better):
            continue
        covered = _share_covered(project.frame(old.id), better)
        if covered < ENOUGH_GROUND:
            notes.append(ReportLine("caution", say("Covers {share} of the ground of '{name}'; the estimated areas stay.",
                                                   share=format_number(covered, "share"), name=old.name)))
            continue
        position = [other.id for other in project.layers].index(old.id)
        count = len(project.frame(old.id))
        notes.append(
            ReportLine("note", say("Takes the place of '{name}': {count} estimated areas left the project.", name=old.name, count=format_number(count)))
        )
        project = project.without_layer(old.id)
    return project, notes, min(position, len(project.layers))


def _of_level(layer: Layer, frame: Any, level: str) -> Any:
    """The areas of a level, among which are those of several levels."""
    if layer.level or LEVEL not in frame:
        return frame if layer.level == level else frame.iloc[:0]
    return frame[frame[LEVEL].fillna("").astype(str).str.split("+").map(lambda levels: level in levels).astype(bool)]


def _share_covered(old: Any, new: Any) -> float:
    """Part of the ground of the old areas (0-1) that lies in new ones."""
    import shapely  # heavy

    ground = shapely.union_all(old.geometry.to_numpy())
    if ground.is_empty:
        return 1.0
    return float(shapely.intersection(ground, shapely.union_all(new.geometry.to_numpy())).area / ground.area)


def _with_links(project: Project) -> tuple[Project, list[ReportLine]]:
    """Links whose area and school are still there stay; areas without any get theirs."""
    areas, schools = project.layers_of(ATTENDANCE_AREA), project.layers_of(SCHOOL)
    if not areas or not schools:
        return project, []
    known = project.layers_of(AREA_LINK)
    layer = known[0] if known else Layer(
        id="area-links", name=say("Links between areas and schools"), role=AREA_LINK, geometry=NO_GEOMETRY, visible=False
    )
    links = _links(project, areas, schools, project.frame(layer.id) if known else None)
    said = [ReportLine("note", say("Areas and schools linked again: {links} links.", links=format_number(len(links))))]
    if any(_met_by_chance(project.frame(area.id), project, schools) for area in areas):
        said.append(ReportLine("caution", say("The school codes of the areas are codes of schools that stand elsewhere: two lists whose numbers met by "
                                              "chance. They were linked by place instead.")))
    without = sum((~project.frame(area.id)[ID].isin(links[AREA_ID])).sum() for area in areas)
    if without:
        said.append(ReportLine("caution", say("{without} attendance areas have no school of their level.", without=format_number(without)), int(without)))
    return project.with_layer(layer, links, len(project.layers)), said


def _met_by_chance(frame: Any, project: Project, schools: tuple[Layer, ...]) -> bool:
    """Whether an area layer names codes of schools, and none of these pairs can be believed."""
    named = _named_pairs(frame, _every_school(project, schools), schools[0]) if SCHOOL_ID in frame else ()
    return len(named) > 0 and not len(_standing_there(named, frame, _every_school(project, schools)))


def _every_school(project: Project, schools: tuple[Layer, ...]) -> Any:
    import pandas as pd  # heavy

    return pd.concat([_open_then(project.frame(layer.id), project.day) for layer in schools], ignore_index=True).drop_duplicates(ID)


def _links(project: Project, areas: tuple[Layer, ...], schools: tuple[Layer, ...], before: Any) -> Any:
    import pandas as pd  # heavy

    every = _every_school(project, schools)
    parts = []
    for area in areas:
        frame = project.frame(area.id)
        kept = None
        if before is not None:
            kept = before[before[AREA_ID].isin(frame[ID]) & before[SCHOOL_ID].isin(every[ID])]
            if len(kept) and (kept[KIND] == SCHOOL_INSIDE).all() and _now_named(frame, area, every, schools[0]):
                kept = None  # the schools that the areas name have come since
        parts.append(kept if kept is not None and len(kept) else _links_of(frame, area, every, schools[0]))
    parts = [part for part in parts if len(part)] or parts[:1]
    return pd.concat(parts, ignore_index=True).drop_duplicates(ID, ignore_index=True)


def _open_then(schools: Any, day: str) -> Any:
    """The schools that, on the day of the project, an address can belong to: those that have closed, or are still to open, are none of them."""
    from ecomap.analysis.at_work import open_on  # heavy

    return schools[open_on(schools, day_of(day))]


def _links_of(frame: Any, area: Layer, schools: Any, layer: Layer) -> Any:
    """(area, school) pairs of one layer: as its rows name them, by code or by name, else the schools that stand inside the area.

    Inside counts schools of the area's level that take pupils by home address.
    """
    pairs = _standing_there(_named_pairs(frame, schools, layer), frame, schools) if SCHOOL_ID in frame else None
    kind = area.boundary or NAMED_IN_SOURCE
    kinds: Any = kind
    if pairs is None or not len(pairs):
        pairs, kinds = _pairs_by_name_or_place(frame, area, schools, kind)
    by_area = frame.set_index(ID)
    links = pairs.assign(**{LEVEL: by_area[LEVEL].reindex(pairs[AREA_ID]).to_numpy() if LEVEL in frame else area.level, KIND: kinds,
                            NAME: by_area[NAME].reindex(pairs[AREA_ID]).to_numpy()})
    links[ID] = links[AREA_ID].astype(str) + ">" + links[SCHOOL_ID].astype(str)
    return links[[ID, NAME, AREA_ID, SCHOOL_ID, LEVEL, KIND]].reset_index(drop=True)


def _now_named(frame: Any, area: Layer, schools: Any, layer: Layer) -> bool:
    """Whether schools are there now that the areas name by a code or are called after."""
    if SCHOOL_ID in frame and len(_standing_there(_named_pairs(frame, schools, layer), frame, schools)):
        return True
    return _pairs_by_name(frame, area, schools) is not None


def _named_pairs(frame: Any, schools: Any, layer: Layer) -> Any:
    """Areas and the schools they name: by the schools' ids, or by whichever other code of theirs most of the areas use."""
    from ecomap.io.importers.columns.keys.matching import Book, best_match

    named = frame[[ID, SCHOOL_ID]].rename(columns={ID: AREA_ID})
    told = named[SCHOOL_ID].replace("", None).dropna()
    known = told.isin(schools[ID])
    if len(told) and known.mean() < ENOUGH_CODES:
        found = best_match(told.astype(str), Book(schools, layer), parts=True)
        if found is not None and found.matched > told[known].nunique():
            named = named.assign(**{SCHOOL_ID: named[SCHOOL_ID].map(found.ids)})
    return named[named[SCHOOL_ID].isin(schools[ID])]


def _standing_there(pairs: Any, frame: Any, schools: Any) -> Any:
    """The pairs, or none of them where hardly a school stands in its area or near it: the codes of two lists met by chance.

    Running numbers meet anywhere: a county's list of schools numbers them from 1 up, and a district's areas name theirs by another list's numbers.
    """
    if not len(pairs):
        return pairs
    areas = frame.set_index(ID).geometry.reindex(pairs[AREA_ID])
    places = schools.set_index(ID).geometry.reindex(pairs[SCHOOL_ID])
    apart = areas.reset_index(drop=True).distance(places.reset_index(drop=True).set_crs(areas.crs, allow_override=True), align=False)
    known = apart.dropna()
    return pairs if not len(known) or (known <= NEAR_ITS_AREA_M).mean() >= FEW_NEAR else pairs.iloc[:0]


def _pairs_by_name_or_place(frame: Any, area: Layer, schools: Any, kind: str) -> tuple[Any, Any]:
    """Areas and the schools they are called after, the others with those inside them; and what every link rests on."""
    import pandas as pd  # heavy

    inside, called = _pairs_inside(frame, area, schools), _pairs_by_name(frame, area, schools)
    if called is None:
        return inside, SCHOOL_INSIDE
    pairs = pd.concat([called, inside[~inside[AREA_ID].isin(called[AREA_ID])]], ignore_index=True)
    stand_inside = set(zip(inside[AREA_ID], inside[SCHOOL_ID]))
    return pairs, [SCHOOL_INSIDE if pair in stand_inside else kind for pair in zip(pairs[AREA_ID], pairs[SCHOOL_ID])]


def _at_home(schools: Any) -> Any:
    """The schools that take pupils by home address."""
    return schools[schools[RESIDENTIAL_INTAKE].fillna(False).astype(bool)] if RESIDENTIAL_INTAKE in schools else schools


def _pairs_by_name(frame: Any, area: Layer, schools: Any) -> Any:
    """Areas and the schools they are called after, where most are called after one; None else."""
    import pandas as pd  # heavy

    from ecomap.io.importers.columns.keys.school_codes import schools_of_names

    levels = frame[LEVEL] if LEVEL in frame else pd.Series(area.level, index=frame.index, dtype="str")
    ids = schools_of_names(frame[NAME], levels, _at_home(schools))
    return None if ids is None else pd.DataFrame({AREA_ID: frame[ID].astype(str), SCHOOL_ID: ids})[ids.notna()]


def _pairs_inside(frame: Any, area: Layer, schools: Any) -> Any:
    import geopandas as gpd  # heavy

    here = _at_home(schools)
    taught = here[LEVELS].fillna("").astype(str).to_numpy() if LEVELS in here else ""
    points = gpd.GeoDataFrame({SCHOOL_ID: here[ID].to_numpy(), LEVELS: taught}, geometry=here.geometry.to_numpy(), crs=frame.crs)
    places = frame[[ID, frame.geometry.name]].rename(columns={ID: AREA_ID})
    places[LEVEL] = frame[LEVEL].fillna("").astype(str) if LEVEL in frame else area.level
    pairs = gpd.sjoin(points, places, predicate="within")
    if LEVELS in here:
        shared = [not level or bool(set(level.split("+")) & set(levels.split("+"))) for level, levels in zip(pairs[LEVEL], pairs[LEVELS])]
        pairs = pairs.loc[[bool(one) for one in shared]] if shared else pairs
    return pairs[[AREA_ID, SCHOOL_ID]]
