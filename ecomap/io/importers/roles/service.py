"""Services: who offers what to families, and where."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from ecomap.io.hsds.entities import KINDS
from ecomap.io.hsds.places import places_of
from ecomap.io.hsds.tabular import entities_of_folder, is_hsds_folder
from ecomap.io.importers.columns.fields import is_flag
from ecomap.io.importers.columns.guessing import is_number
from ecomap.io.importers.columns.places import (
    ADDRESS,
    CITY,
    LATITUDE,
    LONGITUDE,
    POSTCODE,
    id_field,
    name_field,
)
from ecomap.io.importers.spec import Draft, FieldSpec, Importer
from ecomap.io.reading import RawSource
from ecomap.model.layer import Column
from ecomap.model.report import ReportLine
from ecomap.model.said import say
from ecomap.model.style import LayerStyle
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

UNSORTED: Final = say("Not sorted")


def prepare(draft: Draft) -> Draft:
    """A name from the organisation where the service has none; every service has a category and an online flag."""
    frame, lines = draft.frame, list(draft.lines)
    if NAME not in frame.columns and ORGANISATION in frame.columns:
        frame = frame.assign(**{NAME: frame[ORGANISATION]})
    if ONLINE_ONLY not in frame.columns:
        frame = frame.assign(**{ONLINE_ONLY: False})
    if CATEGORY in frame.columns:
        blank = frame[CATEGORY].isna()
        frame = frame.assign(**{CATEGORY: frame[CATEGORY].astype(object).where(~blank, UNSORTED)})
        if blank.any():
            lines.append(ReportLine("note", say("Services without a category are listed as 'not sorted'."), int(blank.sum())))
    else:
        frame = frame.assign(**{CATEGORY: UNSORTED})
        lines.append(ReportLine("note", say("No column with a category was found; all services are listed as 'not sorted'.")))
    return evolve(draft, frame=frame, lines=tuple(lines))


def finish(draft: Draft) -> Draft:
    """Say where one place offers several kinds of service: those rows are no duplicates."""
    frame = draft.frame
    lines = list(draft.lines)
    keys = [column for column in (NAME, ADDRESS_COLUMN) if column in frame.columns]
    place = frame.geometry.to_wkb().map(lambda wkb: wkb or b"")
    again = frame[keys].fillna("").assign(place=place).duplicated().sum()
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
    return evolve(draft, columns=tuple(columns), lines=tuple(lines))


def with_neighbours(raw: RawSource) -> RawSource:
    """The locations.csv of an Open Referral directory stands for the whole: a row per service at a place, from the tables
    beside it. Any other file is as it is."""
    folder = raw.path.parent
    if raw.path.suffix.lower() != ".csv" or KINDS.get(raw.path.stem.lower()) != "locations" or not is_hsds_folder(folder):
        return raw
    import pandas as pd  # heavy

    rows, lines = places_of(entities_of_folder(folder))
    tables = sorted(path.name for path in folder.glob("*.csv") if KINDS.get(path.stem.lower()) and path != raw.path)
    note = ReportLine("note", say("Names, addresses and kinds of service were taken from the tables beside it."), None, tuple(tables[:5]))
    frame = pd.DataFrame(rows, dtype=object)
    return evolve(raw, frame=frame, read=len(frame), notes=(*raw.notes, note, *lines), labels={})


IMPORTER = Importer(
    role=SERVICE,
    fields=(
        name_field("service_name", "organization_agency", "site_name", "hospital", "vendor", "nombre_servicio", "name_x"),
        id_field("service_id"),
        FieldSpec(ORGANISATION, say("Organisation"), aliases=(
            "organisation", "organization", "organization_name", "org_name", "agency", "provider", "organizacion", "mng_agency",
        ), patterns=(r"^org(_|anization|anisation)", r"agency$")),
        FieldSpec(CATEGORY, say("Category"), aliases=(
            "category", "partner_type", "service_type", "cat3", "cat2", "type", "categoria", "tipo", "taxonomy", "taxonomy_name",
        ), patterns=(r"categor", r"(^|_)type$")),
        FieldSpec(ONLINE_ONLY, say("Online only"), "flag", aliases=(
            "online_only", "online", "virtual", "location_type", "en_linea",
        ), test=is_flag),
        LONGITUDE, LATITUDE, ADDRESS, CITY, POSTCODE,
        FieldSpec(PHONE, say("Phone"), aliases=("phone", "phones", "phone_number", "telephone", "telefono"), patterns=(r"phone", r"telef")),
        FieldSpec(WEBSITE, say("Website"), aliases=("website", "url", "contact_link", "link", "sitio_web", "web")),
        FieldSpec(CAPACITY, say("Places", context="capacity"), "number", aliases=("capacity", "slots", "capacidad", "places"), test=is_number, unit="count"),
        FieldSpec(DETAIL, say("Detail"), aliases=("detail", "description", "short_desc", "notes", "descripcion", "info1")),
    ),
    style=LayerStyle(fill="#26323F", line="#FFFFFF", line_width=1.0, shape="square", size=7.0),
    prepare=prepare,
    finish=finish,
    same=(NAME, ADDRESS_COLUMN, CATEGORY),
    keep_placeless=ONLINE_ONLY,
    enrich=with_neighbours,
)
