"""The starter's inventory tables: organisations, funding and ties as the sources state them, and the neutral need links."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from attrs import evolve

from ecomap.io.inventory import RawTable, Surroundings, frame_of_texts, settle
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.inventory import table_spec
from ecomap.model.layer import NO_GEOMETRY, Layer
from ecomap.model.source import Source
from ecomap.model.terms import default_need_links, shipped_terms
from tools.starter.geometry import CRS
from tools.starter.inputs import RETRIEVED
from tools.starter.reviewed import read_reviewed
from tools.starter.writing import Compiled

ORGANISATIONS_TABLE = "organisations_reviewed.csv"
FUNDING_TABLE = "funding_reviewed.csv"
TIES_TABLE = "ties_reviewed.csv"
_QUOTED = "facts quoted from a public page or report"


def compile_inventory(folder: Path, schools: Any) -> list[Compiled]:
    """Organisations, funding, ties and need links; nothing that no source states."""
    names = dict(zip(schools[v.ID], schools[v.NAME]))
    organisations = read_reviewed(folder / ORGANISATIONS_TABLE)
    funding = read_reviewed(folder / FUNDING_TABLE)
    ties = read_reviewed(folder / TIES_TABLE)
    links = [{v.INDICATOR: one, v.FUNCTION: function, v.WEIGHT: f"{weight:g}", v.SOURCE: "EcoMap's neutral default"}
             for one, function, weight in default_need_links()]
    ended = [row[v.NAME] for row in organisations if row[v.STATUS] == "ended"]
    unknown = sum(not row[v.ADDRESS] for row in organisations)
    inferred = sum(bool(row[v.INFERRED]) for row in funding)
    per_school = sum(bool(row[v.SCHOOL_ID]) for row in funding)
    return [
        _table(v.ORGANISATION, organisations, names, _source(
            "Collaborating for Equity and later reports", "2015-2019", "partner organisations the sources name", ORGANISATIONS_TABLE,
        ), (
            "Partner organisations as the report of 2015 and later sources name them; what they do today is not confirmed.",
            f"Closed since: {', '.join(ended)} (25 October 2019).",
            f"{unknown} organisations are without an address: none was found in a source.",
        )),
        _table(v.FUNDING, funding, names, _source(
            "Grants and allocations the sources name", "2010-2020", "grants named in the sources, not all funding", FUNDING_TABLE,
        ), (
            f"{len(funding) - per_school} federal grants and {per_school} schools of cohort 1 of the Community Schools Initiative; all other funding is missing, "
            "which does not mean that there is none.",
            f"{inferred} rows hold a last day or an amount that is inferred, not stated; the column says which, and the detail why.",
        )),
        _table(v.TIE, ties, names, _source(
            "Collaborating for Equity: partnerships it states", "2015", "ties between organisations that the report of 2015 names on both sides", TIES_TABLE,
        ), (
            "What the report of 2015 says of who worked with whom, in EcoMap's words; whether it still holds today is not confirmed.",
            "Partners it does not name (four employers of coordinators, most of the 22 of Promesa Boyle Heights) are not in here.",
        )),
        _table(v.NEED_LINK, links, names, Source(
            "Neutral default of needs and functions", "EcoMap", "not stated: a starting point, not a finding", licence="part of EcoMap",
            universe="indicators of the need areas", retrieved=RETRIEVED,
        ), ("Which need calls for which function. Every link weighs 1: change it at the table.",)),
    ]


def _source(title: str, vintage: str, universe: str, file_name: str) -> Source:
    return Source(title, vintage=vintage, universe=universe, retrieved=RETRIEVED, licence=_QUOTED, file_name=file_name)


def _table(role: str, rows: list[dict[str, str]], schools: dict[str, str], source: Source, notes: tuple[str, ...]) -> Compiled:
    spec = table_spec(role)
    raw = RawTable(role, {name: [row.get(name, "") for row in rows] for name in spec.names}, len(rows))
    settled = settle(spec, raw, Surroundings(CRS, shipped_terms(), schools))
    wrong = [line for line in settled.lines if line.kind != "note"]
    if wrong:
        raise InputError(f"{source.file_name or spec.title}: {wrong[0].text} {', '.join(wrong[0].examples)}", "Correct the table.")
    frame = frame_of_texts(spec, settled.texts, CRS, shipped_terms())
    layer = Layer(spec.layer_id, spec.title, role, NO_GEOMETRY, sources=(source,), visible=False, group="Inventory", notes=notes)
    columns = tuple(column for column in spec.columns if column.name in frame.columns)
    return Compiled(evolve(layer, columns=columns), frame, (f"{len(rows)} rows, every one with its source",))
