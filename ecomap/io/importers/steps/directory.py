"""The locations.csv of an Open Referral directory stands for the whole: the tables beside it are read with it."""

from __future__ import annotations

from attrs import evolve

from ecomap.io.hsds.entities import KINDS
from ecomap.io.hsds.places import places_of
from ecomap.io.hsds.tabular import entities_of_folder, is_hsds_folder
from ecomap.io.reading import RawSource
from ecomap.model.report import ReportLine
from ecomap.model.said import say


def with_neighbours(raw: RawSource) -> RawSource:
    """A row per service at a place, in the place of the rows of a locations.csv; any other file as it is."""
    folder = raw.path.parent
    if raw.path.suffix.lower() != ".csv" or KINDS.get(raw.path.stem.lower()) != "locations" or not is_hsds_folder(folder):
        return raw
    import pandas as pd  # heavy

    rows, lines = places_of(entities_of_folder(folder))
    tables = sorted(path.name for path in folder.glob("*.csv") if KINDS.get(path.stem.lower()) and path != raw.path)
    note = ReportLine("note", say("Names, addresses and kinds of service were taken from the tables beside it."), None, tuple(tables[:5]))
    frame = pd.DataFrame(rows, dtype=object)
    return evolve(raw, frame=frame, read=len(frame), notes=(*raw.notes, note, *lines), labels={})
