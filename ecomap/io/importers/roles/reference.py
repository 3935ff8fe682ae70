"""Reference: whatever helps to find one's way; parks, stations, council districts."""

from __future__ import annotations

from attrs import evolve

from ecomap.io.importers.columns.places import LATITUDE, LONGITUDE, id_field, name_field
from ecomap.io.importers.roles.district import prepare as with_names
from ecomap.io.importers.spec import Draft, Importer
from ecomap.model.layer import LINE, POINT, POLYGON
from ecomap.model.style import LayerStyle
from ecomap.model.vocabulary import REFERENCE

STYLES = {
    POLYGON: LayerStyle(fill="#C9DDC1", fill_opacity=0.5, line="#67737F", line_width=0.8),
    LINE: LayerStyle(line="#67737F", line_width=1.4),
    POINT: LayerStyle(fill="#67737F", line="#FFFFFF", line_width=0.8, shape="triangle", size=6.0),
}


def finish(draft: Draft) -> Draft:
    shapes = next(iter(draft.frame.geometry.geom_type.dropna()), "Point")
    kind = POLYGON if "Polygon" in shapes else LINE if "Line" in shapes else POINT
    return evolve(draft, layer={**draft.layer, "style": STYLES[kind]})


IMPORTER = Importer(
    role=REFERENCE,
    fields=(
        name_field("park_name", "stop_name", "station", "district_name", "spa_name", patterns=(r"^city$",)),
        id_field(),
        LONGITUDE, LATITUDE,
    ),
    style=STYLES[POLYGON],
    prepare=with_names,
    finish=finish,
)
