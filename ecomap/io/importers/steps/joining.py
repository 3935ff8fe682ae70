"""Rows without a place, joined by their code to a layer that has one: they bring columns, not rows."""

from __future__ import annotations

from typing import Any

from attrs import evolve, frozen

from ecomap.io.importers.columns.need.census import (
    CARRY_OVER,
    SAME_CENSUS,
    census_of_areas,
    census_of_draft,
    redrawn_counties,
)
from ecomap.io.importers.spec import CONSTANT, Draft, Importer
from ecomap.model.errors import InputError
from ecomap.model.layer import Column, Layer
from ecomap.model.project import Project
from ecomap.model.report import ReportLine
from ecomap.model.roles import role
from ecomap.model.said import Said, say
from ecomap.model.said import joined as in_a_row
from ecomap.model.said import name as named
from ecomap.model.units import format_number
from ecomap.model.vocabulary import (
    ID,
    MOE_SUFFIX,
    NAME,
    NEED_AREA,
    REASON_SUFFIX,
    TRACT_RELATIONSHIP,
)


@frozen
class Target:
    """The layer that is joined to, and the share of the file's codes it knows."""

    layer: Layer
    frame: Any
    matched: int


def require_key(draft: Draft, importer: Importer) -> None:
    """Refuse a file that has neither places nor codes to join by.

    Raises
    ------
    InputError
        In one sentence, with what to do.
    """
    name = draft.raw.path.name
    if importer.joins and importer.join_key in draft.frame.columns and draft.frame[importer.join_key].notna().any():
        return
    if not importer.takes_points:
        what = say("{file} has no shapes, so it cannot be placed on the map.", file=named(name))
        if importer.joins:
            what = say("{file} has no shapes and no column with {codes}, so it cannot be placed on the map.", file=named(name),
                       codes=role(importer.joins).key)
        raise InputError(what, say("Import a file with boundaries (GeoJSON, GeoPackage or shapefile)."))
    if (draft.raw.path.parent / "locations.csv").is_file():
        hint = say("It looks like one table of a service directory: import locations.csv from the same folder.")
    elif "address" in draft.frame.columns:
        hint = say("It has addresses: import the address ranges of its county first (role address_range), then this file again; no address leaves this "
                   "computer. Or name the columns that hold longitude and latitude.")
    else:
        hint = say("Name the columns that hold longitude and latitude, or import another file.")
    what = say("{file} has no columns with longitude and latitude, so it cannot be placed on the map.", file=named(name))
    if importer.joins:
        what = say("{file} has no columns with longitude and latitude and no column with {codes}, so it cannot be placed on the map.",
                   file=named(name), codes=role(importer.joins).key)
    raise InputError(what, hint, {"fields": ["longitude", "latitude"]})


def find_target(draft: Draft, importer: Importer) -> Target:
    """The layer of the project that knows most of the file's codes.

    Raises
    ------
    InputError
        If there is no such layer, or none of its codes is in the file.
    """
    name = draft.raw.path.name
    project: Project | None = draft.project
    layers = project.layers_of(importer.joins) if project is not None else ()
    if project is None or not layers:
        raise InputError(
            say("{file} has {codes} but no shapes or coordinates, and there is no layer to join it to.", file=named(name), codes=role(importer.joins).key),
            role(importer.joins).first,
        )
    codes = set(draft.frame[importer.join_key].dropna())
    targets = [
        Target(layer, project.frame(layer.id), int(project.frame(layer.id)[ID].isin(codes).sum())) for layer in layers
    ]
    best = max(targets, key=lambda target: (_fits(draft, importer, target), target.matched))
    if best.matched == 0:
        redrawn = redrawn_counties(codes, set(best.frame[ID].astype(str)))
        if redrawn:
            raise InputError(
                say("The codes in {file} (such as {example}) are of {file_counties}, those on the map of {map_counties}: {state} redrew its counties in {year}, "
                    "so no code is in both.", file=named(name), example=named(min(codes)), file_counties=redrawn.file_counties,
                    map_counties=redrawn.map_counties, state=named(redrawn.state), year=redrawn.year),
                say("Import boundaries of the same years as the file, or a file of the years of the map."), {"counties": [redrawn.state]},
            )
        raise InputError(
            say("None of the {count} codes in {file} (such as {example}) is in the layer '{layer}'.", count=format_number(len(codes)), file=named(name), example=named(min(codes)), layer=best.layer.name),
            say("It is probably of another year or place: import the boundaries that belong to it first.") if importer.joins == NEED_AREA else
            say("It is probably of another numbering, year or place: name the columns that belong together, or import the "
                "schools with these codes first."),
        )
    return best


def _fits(draft: Draft, importer: Importer, target: Target) -> int:
    """Of layers of several censuses the file's own comes first, or the other one where its numbers are to be carried over."""
    if importer.joins != NEED_AREA or not target.matched:
        return 0
    of_file, of_map = census_of_draft(draft).value, census_of_areas(target.frame).value
    return int(bool(of_file and of_map) and (of_file == of_map) != carries_over(draft))


def carries_over(draft: Draft) -> bool:
    """Whether the planner chose to carry the numbers over."""
    return bool(draft.mapping.get(CARRY_OVER) == CONSTANT + "yes")


def one_row_per_code(draft: Draft, importer: Importer) -> Draft:
    """Rows that repeat a code are merged; where they differ the first one counts, and that is said."""
    key = importer.join_key
    frame, lines = draft.frame, list(draft.lines)
    without = frame[key].isna().to_numpy()
    if without.any():
        lines.append(ReportLine("dropped", say("Rows without a code to join by."), int(without.sum())))
        frame = frame[~without]
    repeated = frame[key].duplicated().to_numpy()
    if repeated.any():
        identical = frame.astype(object).fillna("").duplicated().to_numpy()
        numbers = _number_columns(frame, draft)
        agreeing = frame[[key, *numbers]].astype(object).fillna("").duplicated().to_numpy() if numbers else repeated
        same = repeated & (identical | agreeing)
        differing = repeated & ~same
        if same.any():
            lines.append(ReportLine(
                "merged", say("Rows with the same code and the same numbers as an earlier one."), int(same.sum()),
                tuple(frame[key][same].head(5)),
            ))
        if differing.any():
            lines.append(ReportLine(
                "dropped", say("Rows that repeat a code with other numbers: the first row of each code was used."),
                int(differing.sum()), tuple(frame[key][differing].head(5)),
            ))
        frame = frame[~repeated]
    return evolve(draft, frame=frame.reset_index(drop=True), lines=tuple(lines))


def _number_columns(frame: Any, draft: Draft) -> list[str]:
    from ecomap.io.table import looks_numeric

    return [column for column in draft.rest if looks_numeric(frame[column])]


def only_matching(draft: Draft, importer: Importer, target: Target) -> Draft:
    """Leave out the rows whose code the layer does not know, and say what the layer lacks."""
    known = draft.frame[importer.join_key].isin(target.frame[ID]).to_numpy()
    lines = list(draft.lines)
    if (~known).any():
        missed = draft.frame[~known]
        lines.append(ReportLine(
            "dropped", say("Rows whose code is not in the layer '{layer}'.", layer=target.layer.name), int((~known).sum()),
            tuple(str(code) for code in missed[importer.join_key].head(5)),
        ))
    lacking = target.frame[~target.frame[ID].isin(draft.frame[importer.join_key])]
    if _of_another_census(draft, importer, target, len(lacking)):
        raise _refused(draft, target, lacking)
    if len(lacking):
        lines.append(ReportLine(
            "caution", _lacking(importer.joins, len(target.frame)), len(lacking), tuple(str(name) for name in lacking[NAME].head(5)),
        ))
    return evolve(draft, frame=draft.frame[known].reset_index(drop=True), lines=tuple(lines))


def _lacking(joins: str, count: int) -> Said:
    if joins == NEED_AREA:
        return say("Of the {count} need areas in the layer, some have no row in this file; their new columns are missing (not reported).",
                   count=format_number(count))
    return say("Of the {count} schools in the layer, some have no row in this file; their new columns are missing (not reported).",
               count=format_number(count))


def _of_another_census(draft: Draft, importer: Importer, target: Target, lacking: int) -> bool:
    """Whether a file of census codes was made for other boundaries than the map's.

    Codes change where tracts are split or redrawn every ten years; many others are used again for another outline. Where the
    census of both is certain, it decides. Else a file with at least as many rows in the map's counties as the map has
    areas should know nearly all of them.
    """
    codes = target.frame[ID].astype(str)
    if importer.joins != NEED_AREA or not codes.str.fullmatch(r"\d{11,12}").all():
        return False
    if draft.mapping.get(SAME_CENSUS) == CONSTANT + "yes":
        return False
    of_file, of_map = census_of_draft(draft), census_of_areas(target.frame)
    if of_file.sure and of_map.sure:
        return of_file.value != of_map.value
    counties = set(codes.str[:5])
    near = draft.frame[importer.join_key].astype(str).str[:5].isin(counties)
    return int(near.sum()) >= len(codes) and lacking > 0.03 * len(codes)


def _refused(draft: Draft, target: Target, lacking: Any) -> InputError:
    """Why the file cannot be joined as it is, and the ways out."""
    name, of_file, of_map = draft.raw.path.name, census_of_draft(draft), census_of_areas(target.frame)
    why = say("its codes are of another census (2010 or 2020)")
    if of_file.value and of_map.value and of_file.value != of_map.value:
        why = say("its tracts are of {census} ({why}), those on the map of {other}", census=named(of_file.value), why=of_file.why,
                  other=named(of_map.value))
    project = draft.project
    has_table = project is not None and bool(project.layers_of(TRACT_RELATIONSHIP))
    carry = say("Choose 'Carry over to the map's census'.") if has_table else say(
        "Import a relationship file of the Census Bureau as '{role}' (role {word}), then this file again and choose "
        "'Carry over to the map's census'.", role=role(TRACT_RELATIONSHIP).label, word=named(TRACT_RELATIONSHIP))
    return InputError(
        say("{lacking} of the {count} need areas on the map are not in {file}: {why}, and one code can mean two different places.",
            lacking=format_number(len(lacking)), count=format_number(len(target.frame)), file=named(name), why=why),
        in_a_row([carry, say("Or import the boundaries of the file's own census; or, if you are sure that the codes mean the same "
                           "places, choose 'Codes are of the map's census'.")]),
        {"fields": [CARRY_OVER, SAME_CENSUS], "example": "yes", "missing": len(lacking), "codes": [str(code) for code in lacking[ID].head(5)], "census": [of_file.value, of_map.value]},
    )


def joined(target: Target, key: Any, values: dict[str, Any], columns: tuple[Column, ...]) -> tuple[Any, dict[str, str]]:
    """The layer's rows with the new columns, by code; and new name of each column.

    A column whose name the layer has already gets a number behind it: nothing is overwritten.
    """
    import geopandas as gpd  # heavy
    import pandas as pd  # heavy

    taken = set(target.frame.columns)
    renamed = {name: _free(name, taken, set(values)) for name in values if not _companion(name, values)}
    for name in values:
        owner = _companion(name, values)
        if owner:
            renamed[name] = renamed[owner] + name.removeprefix(owner)
    table = pd.DataFrame({renamed[name]: series.to_numpy() for name, series in values.items()}, index=key.to_numpy())
    table = table.reindex(target.frame[ID].to_numpy())
    absent = ~target.frame[ID].isin(key).to_numpy()
    units = {column.name: column.unit for column in columns}
    for name in values:
        if pd.api.types.is_float_dtype(values[name].dtype) and not name.endswith(MOE_SUFFIX):
            reason = renamed[name] + REASON_SUFFIX
            told = table[reason].fillna("") if reason in table.columns else pd.Series("", index=table.index, dtype="str")
            if absent.any() or reason in table.columns:
                table[reason] = told.where(~absent, "not_reported")
        elif not pd.api.types.is_float_dtype(values[name].dtype) and units.get(name) != "flag":
            table[renamed[name]] = table[renamed[name]].fillna("")
    shapes = target.frame.geometry
    rows = pd.DataFrame(target.frame.drop(columns=shapes.name)).reset_index(drop=True)
    together = pd.concat([rows, table.reset_index(drop=True)], axis=1)
    return gpd.GeoDataFrame(together, geometry=shapes.to_numpy(), crs=target.frame.crs), renamed


def named_by_file(frame: Any, draft: Draft, importer: Importer) -> tuple[Any, list[ReportLine]]:
    """The rows with the names that a file has for them, where the layer calls them by their codes only."""
    if NAME not in draft.frame or NAME not in frame:
        return frame, []
    told = dict(zip(draft.frame[importer.join_key].astype(str), draft.frame[NAME], strict=True))
    names = frame[ID].astype(str).map(told)
    nameless = (frame[NAME].astype(str) == frame[ID].astype(str)) & names.notna() & (names.fillna("") != "") & (names.fillna("") != frame[ID].astype(str))
    if not nameless.any():
        return frame, []
    line = ReportLine("note", say("Places without a name got theirs from the column {column}.", column=named(draft.mapping.get(NAME, NAME))), int(nameless.sum()),
                      tuple(str(one) for one in names[nameless].head(3)))
    return frame.assign(**{NAME: frame[NAME].where(~nameless, names)}), [line]


def _companion(name: str, values: dict[str, Any]) -> str:
    """The column a margin or a reason belongs to, "" if it stands for itself."""
    for suffix in (MOE_SUFFIX, REASON_SUFFIX):
        if name.endswith(suffix) and name.removesuffix(suffix) in values:
            return name.removesuffix(suffix)
    return ""


def _free(name: str, taken: set[str], new: set[str]) -> str:
    wanted, number = name, 2
    while any(wanted + suffix in taken for suffix in ("", MOE_SUFFIX, REASON_SUFFIX)) or (wanted != name and wanted in new):
        wanted, number = f"{name}_{number}", number + 1
    taken.add(wanted)
    return wanted
