"""School districts and board districts."""

from __future__ import annotations

from attrs import evolve

from ecomap.io.importers.columns.fields import original_name
from ecomap.io.importers.columns.guessing import plain
from ecomap.io.importers.columns.names import with_names
from ecomap.io.importers.columns.places import id_field, name_field
from ecomap.io.importers.spec import Draft, Importer
from ecomap.model.said import name as named
from ecomap.model.said import say
from ecomap.model.style import LayerStyle
from ecomap.model.vocabulary import DISTRICT, NAME


def prepare(draft: Draft) -> Draft:
    """Where the only name is a number ("4"), say what it numbers."""
    frame = draft.frame
    if NAME not in frame.columns:
        draft = with_names(draft)
        frame = draft.frame
    if NAME not in frame.columns:
        number = next((c for c in draft.rest if plain(original_name(c)) in ("district", "dist", "number", "trustee_ar")), None)
        if number is not None:
            frame = frame.assign(**{NAME: frame[number].astype("str").str.lstrip("0").astype(object).map(
                lambda text: say("District {number}", number=named(text)))})
    return evolve(draft, frame=frame)


def finish(draft: Draft) -> Draft:
    return evolve(draft, layer={**draft.layer, "boundary": "official"})


IMPORTER = Importer(
    role=DISTRICT,
    fields=(
        name_field("label", "district_n", "district_name", "distname", "districtname", "spa_name", "nombre_distrito"),
        id_field("cds", "district_id", "leaid"),
    ),
    style=LayerStyle(line="#67737F", line_width=1.4, label_column=NAME),
    prepare=prepare,
    finish=finish,
)
