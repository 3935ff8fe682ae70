"""Services: who offers what to families, and where."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from attrs import evolve

from ecomap.io.hsds.entities import KINDS
from ecomap.io.hsds.places import places_of
from ecomap.io.hsds.tabular import entities_of_folder, is_hsds_folder
from ecomap.io.importers.columns.fields import is_flag, original_name
from ecomap.io.importers.columns.guessing import is_number, plain
from ecomap.io.importers.columns.known import KNOWN_FIELDS
from ecomap.io.importers.columns.names import with_names
from ecomap.io.importers.columns.places import (
    ADDRESS,
    CITY,
    LATITUDE,
    LONGITUDE,
    POSTCODE,
    id_field,
    name_field,
)
from ecomap.io.importers.columns.repeats import with_repeats
from ecomap.io.importers.columns.status import status_counted, status_fields, with_status
from ecomap.io.importers.spec import Draft, FieldSpec, Importer
from ecomap.io.reading import RawSource
from ecomap.io.reading.staging import unpacked
from ecomap.io.table import text_of
from ecomap.model.layer import Column
from ecomap.model.report import ReportLine
from ecomap.model.said import joined, say
from ecomap.model.said import name as named
from ecomap.model.style import LayerStyle
from ecomap.model.understanding import Doubt, Option
from ecomap.model.vocabulary import (
    ADDRESS as ADDRESS_COLUMN,
)
from ecomap.model.vocabulary import (
    CAPACITY,
    CATEGORY,
    DETAIL,
    NAME,
    ONLINE_ONLY,
    ORGANISATION,
    PHONE,
    SERVICE,
    WEBSITE,
)

# Words that say that nobody has sorted a service: no kind of work.
_NO_CATEGORY: Final = re.compile(r"^(not sorted|unsorted|uncategori[sz]ed|not categori[sz]ed|unclassified|unknown|none|null|n/?a|not available|tbd|-+|sin "
                                 r"(categoria|clasificar)|no clasificado)$", re.IGNORECASE)
DIRECTORIES: Final = ("HSDS JSON", "HSDS tables", "Ohana tables")
_PLACELESS: Final = "\x03placeless"   # rows that stay without a place: online only, or of a directory
_FEW: Final = 40          # different words: a column of more is no list of kinds


def prepare(draft: Draft) -> Draft:
    """A name from the organisation where the service has none; an online flag; what is not sorted has no category."""
    named_by_organisation = ORGANISATION in draft.frame.columns and NAME not in draft.frame.columns
    draft = with_status(_with_answered_category(draft if named_by_organisation else with_names(draft)))
    frame, lines, doubts = draft.frame, list(draft.lines), list(draft.doubts)
    if NAME not in frame.columns and ORGANISATION in frame.columns:
        frame = frame.assign(**{NAME: frame[ORGANISATION]})
    elif {NAME, ORGANISATION} <= set(frame.columns):
        frame = frame.assign(**{NAME: frame[NAME].where(frame[NAME].notna(), frame[ORGANISATION])})
    if ONLINE_ONLY not in frame.columns:
        frame = frame.assign(**{ONLINE_ONLY: False})
    if CATEGORY in frame.columns:
        nothing = [text for text in frame[CATEGORY].dropna().unique() if isinstance(text, str) and _NO_CATEGORY.match(text)]
        kinds = frame[CATEGORY].mask(frame[CATEGORY].isin(nothing)).astype("str")
        frame = frame.assign(**{CATEGORY: kinds})
        if kinds.isna().any():
            lines.append(ReportLine("note", say("Services that name no kind of service: kept, counted as no kind of work."), int(kinds.isna().sum())))
    else:
        frame = frame.assign(**{CATEGORY: ""})
        lines.append(ReportLine("note", say("No column says what kind of service each row is: all are kept, and counted as no kind of work.")))
        doubts += _category_doubt(draft)
    if draft.raw.format in DIRECTORIES:  # a directory's services are kept without a place, as its inventory keeps them
        frame = frame.assign(**{_PLACELESS: True})
        if "longitude" not in draft.mapping:
            frame = _nowhere(frame)
    else:
        frame = frame.assign(**{_PLACELESS: frame[ONLINE_ONLY]})
    return evolve(draft, frame=frame, lines=tuple(lines), doubts=tuple(doubts))


def _nowhere(frame: Any) -> Any:
    """Rows none of which has a place."""
    import geopandas as gpd  # heavy

    return gpd.GeoDataFrame(frame, geometry=[None] * len(frame), crs="EPSG:4326")


def _with_answered_category(draft: Draft) -> Draft:
    """The category from the column that a person chose."""
    chosen = draft.answers.get("category", "")
    column = next((c for c in draft.rest if original_name(c) == chosen), "")
    if not column or CATEGORY in draft.frame.columns:
        return draft
    frame = draft.frame.assign(**{CATEGORY: text_of(draft.frame[column])})
    return evolve(draft, frame=frame, columns=(*draft.columns, Column(CATEGORY, say("Category"))))


def _category_doubt(draft: Draft) -> list[Doubt]:
    """Which of the file's own columns could say the kind of service: few different words that many rows share."""
    found = []
    for column in draft.rest:
        cells = text_of(draft.frame[column]).dropna()
        different = cells.nunique()
        if 2 <= different <= _FEW and different * 2 <= len(cells) and not cells.str.match(r"^[\d.,%\s/:-]+$").mean() > 0.5 and cells.str.len().max() <= 80:
            found.append((original_name(column), cells.value_counts()))
    if not found:
        return []
    evidence = tuple(say("{column}: {words}", column=named(column), words=joined(map(named, counts.index[:4]), ", ")) for column, counts in found[:6])
    options = (*(Option(column, named(column)) for column, _ in found[:6]), Option("none", say("None of them")))
    return [Doubt("category", say("Which column says what kind of service each row is?"), evidence, options, "none")]


def finish(draft: Draft) -> Draft:
    """Sites in several spellings looked for; said where one place offers several kinds of service: those rows are no duplicates."""
    draft = status_counted(with_repeats(draft))
    frame = draft.frame.drop(columns=[_PLACELESS])
    lines = list(draft.lines)
    keys = [column for column in (NAME, ADDRESS_COLUMN) if column in frame.columns]
    place = frame.geometry.to_wkb().map(lambda wkb: wkb or b"")
    again = frame[keys].fillna("").assign(place=place).duplicated().sum() if NAME in frame.columns else 0
    if again:
        lines.append(ReportLine(
            "note", say("Further rows name a place that is already listed, under another category: they are services of their "
            "own and were kept."), int(again),
        ))
    columns = [*draft.columns]
    described = {column.name for column in columns}
    for name, label in ((CATEGORY, say("Category")), (ONLINE_ONLY, say("Online only")), (NAME, say("Name"))):
        if name not in described:
            columns.append(Column(name, label, "flag" if name == ONLINE_ONLY else ""))
    return evolve(draft, frame=frame, columns=tuple(columns), lines=tuple(lines))


def are_kinds(cells: Any) -> bool:
    """True if the cells are words that can sort services, not numbers."""
    return len(cells) > 0 and not bool(cells.str.match(r"^[\d.,%\s/:-]+$").mean() > 0.5)


def with_neighbours(raw: RawSource) -> RawSource:
    """One of the tables of an Open Referral directory stands for the whole: a row per service at a place, from the tables
    beside it, in the same folder or the same zip. Any other file is as it is."""
    suffix = raw.path.suffix.lower()
    if suffix == ".zip" and KINDS.get(Path(raw.sublayer).stem.lower()):
        with unpacked(raw.path) as (folder, _):
            inside = [one for one in (folder, *sorted(folder.rglob("*"))) if one.is_dir() and is_hsds_folder(one)]
            return _directory(raw, inside[0]) if inside else raw
    if raw.path.is_dir():
        return _directory(raw, raw.path) if is_hsds_folder(raw.path) else raw
    if suffix != ".csv" or not _is_one_of_its_tables(raw) or not is_hsds_folder(raw.path.parent):
        return raw
    return _directory(raw, raw.path.parent)


def _is_one_of_its_tables(raw: RawSource) -> bool:
    """True for the table of locations, and for another one whose columns link it to further tables."""
    kind = KINDS.get(raw.path.stem.lower(), "")
    columns = {plain(str(column)) for column in raw.frame.columns}
    linked = "id" in columns and bool(columns & {"organization_id", "service_id", "location_id"})
    return kind == "locations" or (kind in ("services", "links") and linked) or (kind == "organizations" and "id" in columns)


def _directory(raw: RawSource, folder: Path) -> RawSource:
    import pandas as pd  # heavy

    entities = entities_of_folder(folder)
    rows, lines = places_of(entities)
    if not rows:
        return raw
    tables = sorted(path.name for path in folder.glob("*.csv") if KINDS.get(path.stem.lower()) and path.name != raw.path.name)
    note = ReportLine("note", say("Names, addresses and kinds of service were taken from the tables beside it."), None, tuple(tables[:5]))
    kept = tuple(line for line in raw.notes if not line.text.key.startswith("Read the layer"))
    return evolve(raw, format=entities.format, frame=pd.DataFrame(rows, dtype=object), read=len(rows), notes=(*kept, note, *lines), labels={})


IMPORTER = Importer(
    role=SERVICE,
    fields=(
        name_field("service_name", "organization_agency", "site_name", "hospital", "vendor", "nombre_servicio", "name_x", "publicname", "public_name",
                   "program_name", "facilityname", "facility_name", "facilityna", "facility_n", "agency_name", "name_of_service", "location_name",
                   "provider_name", "center_name", "resource_name", "title", "servicename", "programname", "sitename", "servicio", "nombre_del_servicio",
                   "recurso", "nombre_del_recurso", "denominacion", "nom", "nom_du_service", "bezeichnung", "angebot", "nome", "servico",
                   "nome_do_servico", "denominazione"),
        id_field("service_id"),
        FieldSpec(ORGANISATION, say("Organisation"), aliases=(
            "organisation", "organization", "organization_name", "org_name", "agency", "provider", "organizacion", "mng_agency",
            "parentagency", "parent_agency", "agency_name", "provider_name", "operator", "organizationname", "parent_organization", "sponsor",
            "lead_agency", "nombre_organizacion", "managing_agency", "org", "entidad", "entidad_responsable", "entidad_titular", "institucion",
            "organismo", "prestador", "proveedor", "organisme", "structure", "trager", "traeger", "anbieter", "instituicao", "entidade", "ente",
        ), patterns=(r"^org(_|anization|anisation)", r"agency$")),
        FieldSpec(CATEGORY, say("Category"), aliases=(
            "category", "partner_type", "service_type", "cat3", "cat2", "type", "categoria", "tipo", "taxonomy", "taxonomy_name",
            "service_category", "servicecategory", "primaryservices", "primary_services", "primary_service", "primaryservice", "program_type",
            "programtype", "type_of_service", "service_types", "services", "services_offered", "servicetype", "tipo_de_servicio", "tipo_servicio",
            "resource_type", "facility_type", "factype", "facilitytype", "categories", "main_category", "subcategory", "sub_category", "topic",
            "focus_area", "service_area_type", "group", "kind", "amenity", "social_facility", "categorie", "type_de_service", "taxonomy_term",
            "tipo_de_recurso", "tipo_recurso", "ambito", "rubro", "kategorie", "art_des_angebots", "angebotsart", "domaine", "thematique",
            "tipo_de_servico", "tipo_servico",
        ), patterns=(r"categor", r"(^|_)(service|program|resource|facility)_?types?(_|$)", r"(^|_)type$", r"tipo_", r"taxonom"), test=are_kinds),
        *status_fields(),
        FieldSpec(ONLINE_ONLY, say("Online only"), "flag", aliases=(
            "online_only", "online", "virtual", "location_type", "en_linea",
        ), test=is_flag),
        LONGITUDE, LATITUDE, ADDRESS, CITY, POSTCODE,
        FieldSpec(PHONE, say("Phone"), aliases=("phone", "phones", "phone_number", "telephone", "telefono"), patterns=(r"phone", r"telef")),
        FieldSpec(WEBSITE, say("Website"), aliases=("website", "url", "contact_link", "link", "sitio_web", "web")),
        FieldSpec(CAPACITY, say("Places", context="capacity"), "number", aliases=("capacity", "slots", "capacidad", "places", "plazas", "cupo", "cupos", "aforo", "capacite", "kapazitat", "platze", "plaetze",
                                                                                    "vagas", "capacidade", "posti"), test=is_number, unit="count"),
        FieldSpec(DETAIL, say("Detail"), aliases=("detail", "description", "short_desc", "notes", "descripcion", "info1", "beschreibung", "descricao")), *KNOWN_FIELDS,
    ),
    style=LayerStyle(fill="#26323F", line="#FFFFFF", line_width=1.0, shape="square", size=7.0),
    prepare=prepare,
    finish=finish,
    same=(NAME, ADDRESS_COLUMN, CATEGORY),
    keep_placeless=_PLACELESS,
    enrich=with_neighbours,
)
