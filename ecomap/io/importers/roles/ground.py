"""Ground: what a map is recognised by, whatever its file: coast, water, roads, names of places, parks."""

from __future__ import annotations

from typing import Any, Final

from attrs import evolve

from ecomap.io.importers.columns.fields import original_name
from ecomap.io.importers.columns.ground.kinds import Kinds, is_kind, kind_by_name, kinds_of
from ecomap.io.importers.columns.ground.ranks import ranked
from ecomap.io.importers.columns.ground.shields import shield_of
from ecomap.io.importers.columns.places import LATITUDE, LONGITUDE, id_field, name_field
from ecomap.io.importers.spec import Draft, FieldSpec, Importer
from ecomap.io.reading.layers import MAP_LAYER
from ecomap.io.reading.pictures import FORMAT as PICTURES
from ecomap.io.table import parse_numbers, text_of
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.layer import Column
from ecomap.model.report import ReportLine
from ecomap.model.said import Said, joined, plural, say
from ecomap.model.said import name as named
from ecomap.model.style import LayerStyle
from ecomap.model.understanding import Doubt, Option
from ecomap.model.units import format_number

ASKED: Final = "ground_kind"    # the doubt of a file whose rows nobody says what they are
WALKING: Final = "walking"      # the doubt whether its streets are walked along too
_PEOPLE: Final = "people"
_WALKED: Final = (v.MAIN_ROAD, v.ROAD, v.SMALL_STREET)
_ROADS: Final = (v.FREEWAY, v.MAIN_ROAD, v.ROAD, v.SMALL_STREET)
LANGUAGES: Final = {"es": say("Name in Spanish"), "en": say("Name in English")}


def prepare(draft: Draft) -> Draft:
    """Kind, number and rank of every row; rows that are no ground are left out, lines of one road become one row."""
    if draft.raw.format == PICTURES:
        return _pictures(draft)
    frame, lines = draft.frame, list(draft.lines)
    found = _kinds(draft)
    known = found.kind != ""
    if not known.any():
        raise _unknown(draft)
    if (~known).any():
        lines.append(ReportLine("dropped", say("Rows that are nothing one finds one's way by: buildings, shops, land use and the like."), int((~known).sum())))
    if found.schema and found.schema != "EcoMap":
        lines.append(ReportLine("note", say("What each row is was told by the words of {schema}.", schema=named(found.schema))))
    people = parse_numbers(frame[_PEOPLE]).values.to_numpy(dtype=float) if _PEOPLE in frame.columns else found.rank * float("nan")
    frame = frame.assign(**{v.KIND: found.kind, v.RANK: found.rank, _PEOPLE: people})
    frame = _with_numbers(frame)[known]
    keep = [v.ID, v.NAME, v.KIND, v.SHIELD, v.RANK, _PEOPLE, *(v.NAME_IN + language for language in LANGUAGES), v.GEOMETRY]
    frame = frame[[column for column in keep if column in frame.columns]]
    frame, merged = _one_row_per_road(frame)
    lines.extend(merged)
    return evolve(draft, frame=frame, rest=(), lines=tuple(lines), columns=_columns(frame), worked=(MAP_LAYER, *map(original_name, found.columns)),
                  doubts=(*draft.doubts, *walking(found.kind[known])))


def _pictures(draft: Draft) -> Draft:
    """Tiles that are pictures: a backdrop, kept as it is."""
    picture = next(column for column in draft.rest if original_name(column) == v.PICTURE)
    frame = draft.frame.rename(columns={picture: v.PICTURE})
    frame = frame.assign(**{v.NAME: "", v.KIND: v.PICTURE, v.SHIELD: "", v.RANK: 1.0, _PEOPLE: float("nan")})
    frame = frame[[v.ID, v.NAME, v.KIND, v.SHIELD, v.RANK, _PEOPLE, v.PICTURE, v.GEOMETRY]]
    return evolve(draft, frame=frame, rest=(), worked=(v.PICTURE,),
                  columns=(*_columns(frame), Column(v.PICTURE, say("Picture of the map"), hidden=True)))


def walking(kind: Any) -> tuple[Doubt, ...]:
    """The question whether people walk along the streets of this ground, where it has any."""
    streets = int(sum((kind == one).sum() for one in _WALKED))
    if not streets:
        return ()
    evidence = plural("It has {n} street or road, which travel on foot can follow.", "It has {n} streets and roads, which travel on foot can follow.", streets)
    return (Doubt(WALKING, say("Shall its streets also be a layer for walking?"), (evidence,),
                  (Option("yes", say("Yes, keep its streets for walking too")), Option("no", say("No, only as ground"))), "no"),)


def _kinds(draft: Draft) -> Kinds:
    """What the rows are: as a person says of the file, by the words of its columns, else by its name."""
    import numpy as np

    frame = draft.frame
    said = draft.answers.get(ASKED, "")
    if v.KIND in frame.columns or said in v.GROUND_KINDS:
        kind = text_of(frame[v.KIND]).fillna("").str.strip().to_numpy(dtype=object) if v.KIND in frame.columns else np.full(len(frame), said, dtype=object)
        told = kinds_of(frame.assign(kind=kind)[["kind"]])
        return told if draft.mapping.get(v.KIND, "=").startswith("=") or told.share == 1.0 else kinds_of(_with_its_words(draft), draft.raw.sublayer)
    found = kinds_of(frame, draft.raw.sublayer)
    if found.share > 0:
        return found
    by_name = kind_by_name(f"{draft.raw.path.stem} {draft.raw.sublayer}", _main_shape(frame))
    return kinds_of(frame.assign(kind=by_name)[["kind"]]) if by_name else found


def _with_its_words(draft: Draft) -> Any:
    """The rows with the column of kinds under its own name again, where its words are those of another schema."""
    return draft.frame.rename(columns={v.KIND: f"\x01{draft.mapping[v.KIND]}"})


def _main_shape(frame: Any) -> str:
    if v.GEOMETRY not in frame.columns or not hasattr(type(frame), "crs") or frame.geometry.isna().all():
        return "point"
    kind = str(frame.geometry.geom_type.dropna().mode().iloc[0])
    return "polygon" if "Polygon" in kind else "line" if "Line" in kind else "point"


def _unknown(draft: Draft) -> InputError:
    doubt = Doubt(
        ASKED, say("What are the rows of {file} on a map?", file=named(draft.raw.path.name)),
        (say("None of its columns has words that EcoMap knows for streets, water, places or parks."),),
        tuple(Option(kind, label) for kind, label in v.GROUND_KINDS.items()), needed=True,
    )
    return InputError(say("{file} does not say what its rows are on a map.", file=named(draft.raw.path.name)),
                      say("Say which kind of ground they are: {kinds}.", kinds=joined(v.GROUND_KINDS.values(), ", ")), {"field": v.KIND}, doubts=(doubt,))


def _with_numbers(frame: Any) -> Any:
    """The numbers of roads from their own column, else from names that are nothing but a number; and all names as text."""
    road = frame[v.KIND].isin(_ROADS)
    names = text_of(frame[v.NAME]).fillna("").astype(object) if v.NAME in frame.columns else frame[v.KIND].map(lambda _: "")
    by_name = names.where(road, "").map(lambda text: shield_of(text, named=True))
    shields = text_of(frame[v.SHIELD]).where(road).map(shield_of).astype(object) if v.SHIELD in frame.columns else by_name
    shields = shields.where(shields != "", by_name)
    bare = (by_name != "") & names.str.fullmatch(r"\D{0,12}\s*\d+\s*[A-Za-z]?").fillna(False).astype(bool)
    others = {v.NAME_IN + language: text_of(frame[v.NAME_IN + language]).fillna("") for language in LANGUAGES if v.NAME_IN + language in frame.columns}
    others = {column: cells.where(cells != names, "") for column, cells in others.items()}
    return frame.drop(columns=[column for column in frame.columns if str(column).startswith(v.NAME_IN) and column not in others]).assign(
        **{v.NAME: names.where(~bare, ""), v.SHIELD: shields, **others})


def _one_row_per_road(frame: Any) -> tuple[Any, list[ReportLine]]:
    """Lines of one kind, number and name become one row, which is named once; roads without either stay as they are."""
    import shapely

    if v.GEOMETRY not in frame.columns or not hasattr(type(frame), "crs"):
        return frame, []
    line = frame[v.KIND].isin([*_ROADS, v.RAIL]) & (shapely.get_dimensions(frame.geometry.to_numpy()) == 1) & ((frame[v.NAME] != "") | (frame[v.SHIELD] != ""))
    groups = frame[line].groupby([v.KIND, v.SHIELD, v.NAME], sort=False).indices
    shapes, places = frame.geometry.to_numpy().copy(), frame.index[line].to_numpy()
    gone: list[Any] = []
    position = {label: number for number, label in enumerate(frame.index)}
    for members in groups.values():
        if len(members) > 1:
            rows = [position[label] for label in places[members]]
            shapes[rows[0]] = shapely.line_merge(shapely.multilinestrings(shapely.get_parts(shapely.force_2d(shapes[rows]))))
            gone.extend(frame.index[rows[1:]])
    if not gone:
        return frame, []
    text = say("Pieces of a road that has a row already; they were put together.")
    return frame.set_geometry(shapes, crs=frame.crs).drop(index=gone), [ReportLine("merged", text, len(gone))]


def _columns(frame: Any) -> tuple[Column, ...]:
    labels: dict[str, Said] = {v.ID: say("Code"), v.NAME: say("Name"), v.KIND: say("Kind of ground"), v.SHIELD: say("Road number"),
                               v.RANK: say("Seen from")}
    labels |= {v.NAME_IN + language: label for language, label in LANGUAGES.items()}
    hidden = (v.RANK, *(v.NAME_IN + language for language in LANGUAGES))
    return tuple(Column(column, label, hidden=column in hidden) for column, label in labels.items() if column in frame.columns)


def finish(draft: Draft) -> Draft:
    """Ranks by the size of parks, waters and cities, now that lengths are in metres; and what there is of each kind."""
    import numpy as np
    import shapely

    frame = draft.frame
    area = np.asarray(shapely.area(frame.geometry.to_numpy()), dtype=float)
    ranks = ranked(frame[v.KIND].to_numpy(dtype=object), frame[v.RANK].to_numpy(dtype=float), area, frame[_PEOPLE].to_numpy(dtype=float))
    frame = frame.assign(**{v.RANK: ranks}).drop(columns=_PEOPLE)
    counts = frame[v.KIND].value_counts()
    told = [say("{kind}: {n}", kind=label, n=format_number(int(counts[kind]))) for kind, label in v.GROUND_KINDS.items() if kind in counts]
    lines = [ReportLine("note", say("Ground: {kinds}.", kinds=joined(told, ", ")))] if told else []
    return evolve(draft, frame=frame, lines=(*draft.lines, *lines))


def _language_field(language: str, label: Said) -> FieldSpec:
    column = v.NAME_IN + language
    return FieldSpec(column, label, aliases=(column, f"name_{language}_", {"es": "nombre_es", "en": "name_eng"}[language]))


IMPORTER = Importer(
    role=v.GROUND,
    fields=(
        name_field("fullname", "street_name", "st_name", "park_name", "neighborhood", "s_hood", "l_hood"),
        id_field("osm_id", "linearid", "hydroid", "placens"),
        FieldSpec(v.KIND, say("Kind of ground"), aliases=("kind",), test=is_kind, choices=tuple(v.GROUND_KINDS),
                  help=say("Needed where no column of the file says what its rows are.")),
        FieldSpec(v.SHIELD, say("Road number"), aliases=("shield", "ref", "shield_text", "route_num", "rtenumber"), help=say("As on its sign, such as I-110.")),
        FieldSpec(_PEOPLE, say("Residents"), aliases=("population", "pop", "population_total"), help=say("Places with many people are named from afar.")),
        *(_language_field(language, label) for language, label in LANGUAGES.items()),
        LONGITUDE, LATITUDE,
    ),
    style=LayerStyle(line="#8A94A0", line_width=0.8),
    prepare=prepare,
    finish=finish,
    leaves=say("A ground keeps names, kinds and road numbers only."),
)
