"""What a project holds of the inventory: its tables as rows, as texts, and put back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import evolve

from ecomap.model import vocabulary as v
from ecomap.model.inventory import LATITUDE, LONGITUDE, TableSpec, table_spec
from ecomap.model.layer import NO_GEOMETRY, Layer
from ecomap.model.project import Project
from ecomap.model.said import name as kept
from ecomap.model.said import say
from ecomap.model.source import Source
from ecomap.model.style import LayerStyle
from ecomap.model.terms import Terms, shipped_terms

if TYPE_CHECKING:
    from ecomap.io.inventory import Surroundings, Texts

GROUP = say("Inventory")
_SERVICE_STYLE = LayerStyle(fill="#26323F", line="#FFFFFF", line_width=1.0, shape="square", size=7.0)


def project_terms(project: Project) -> Terms:
    """The vocabularies with the words that the project added."""
    terms = shipped_terms()
    for layer in project.layers_of(v.TERM):
        frame = project.frame(layer.id)
        terms = terms.with_own(
            (str(row[v.VOCABULARY]), str(row[v.CODE]), str(row[v.LABEL]), str(row.get(v.PARENT, "")))
            for row in frame.to_dict("records")
        )
    return terms


def inventory_layer(project: Project, role: str) -> Layer | None:
    """The layer that holds a table of the inventory; None if the project has none yet."""
    layers = project.layers_of(role)
    return layers[0] if layers else None


def inventory_rows(project: Project, role: str) -> Any:
    """The rows of a table; an empty frame with all its columns if the project has none yet."""
    layer = inventory_layer(project, role)
    return project.frame(layer.id) if layer is not None else frame_of(table_spec(role), {}, project)


def project_schools(project: Project) -> dict[str, str]:
    found: dict[str, str] = {}
    for layer in project.layers_of(v.SCHOOL):
        frame = project.frame(layer.id)
        found |= dict(zip(frame[v.ID].astype(str), frame[v.NAME].astype(str)))
    return found


def surroundings(project: Project, own: Iterable[tuple[str, str, str, str]] = ()) -> Surroundings:
    from ecomap.io.inventory import Surroundings  # heavy

    return Surroundings(project.crs, project_terms(project).with_own(own), project_schools(project))


def table_texts(project: Project, role: str) -> Texts:

    from ecomap.io.inventory import texts_of_frame  # heavy

    spec, layer = table_spec(role), inventory_layer(project, role)
    return {name: [] for name in spec.names} if layer is None else texts_of_frame(spec, project.frame(layer.id), project.crs)


def frame_of(spec: TableSpec, texts: Mapping[str, Sequence[str]], project: Project, terms: Terms | None = None) -> Any:
    from ecomap.io.inventory import frame_of_texts  # heavy

    whole = {name: list(texts.get(name, ())) for name in spec.names}
    schools = project_schools(project) if v.SCHOOL_ID in spec.named else {}
    return frame_of_texts(spec, whole, project.crs, terms or project_terms(project), schools)


def with_rows(project: Project, role: str, frame: Any, source: Source | None = None) -> Project:
    """Put rows in the place of a table's rows; the layer is made if the project has none."""
    layer = inventory_layer(project, role)
    if layer is None:
        from ecomap.workspace.layer_names import layer_id_for

        layer = new_layer(role)
        layer = evolve(layer, id=layer_id_for(project, layer.id)) if project.has_layer(layer.id) else layer
    described = {column.name for column in layer.columns}
    new = tuple(column for column in table_spec(role).columns if column.name not in described and column.name != v.NAME)
    sources = layer.sources
    if source is not None and all((old.file_name, old.sha256) != (source.file_name, source.sha256) for old in sources):
        sources = (*sources, source)
    layer = evolve(layer, columns=(*layer.columns, *new), sources=sources)
    return project.with_layer(layer, frame, 0 if layer.geometry != NO_GEOMETRY else len(project.layers))


def new_layer(role: str) -> Layer:
    """The description of a table that has no rows yet."""
    spec = table_spec(role)
    style = _SERVICE_STYLE if spec.geometry != NO_GEOMETRY else LayerStyle()
    group = say("Sites") if spec.geometry != NO_GEOMETRY else GROUP
    return Layer(spec.layer_id, kept(spec.title), role, spec.geometry, spec.columns, style=style, group=group,
                 visible=spec.geometry != NO_GEOMETRY)


def with_changes(
    project: Project, spec: TableSpec, theirs: Texts, changed: Mapping[int, Mapping[str, str]], added: Texts, terms: Terms
) -> Any:
    """The table's rows with some changed and some added, in the order of their ids."""
    import pandas as pd  # heavy

    layer = inventory_layer(project, spec.role)
    new = frame_of(spec, added, project, terms)
    if layer is None:
        return new.sort_values(v.ID, kind="stable", ignore_index=True)
    frame = project.frame(layer.id)
    if changed:
        rows = sorted(changed)
        texts = {name: [changed[n].get(name, column[n]) for n in rows] for name, column in theirs.items()}
        moved = [bool({LONGITUDE, LATITUDE} & set(changed[n])) for n in rows]
        frame = _overwritten(frame, rows, frame_of(spec, texts, project, terms), moved)
    if len(new):
        frame = pd.concat([_like(frame, new), _like(new, frame)[_like(frame, new).columns]], ignore_index=True)
    return frame.sort_values(v.ID, kind="stable", ignore_index=True)


def _overwritten(frame: Any, rows: Sequence[int], better: Any, moved: Sequence[bool]) -> Any:
    """A copy with some rows' columns written over; other columns stay, and so do places that were not `moved`."""
    out = _like(frame, better).copy()
    for column in better.columns:
        if column == v.GEOMETRY:
            shapes = out.geometry.to_numpy().copy()
            for n, shape, anew in zip(rows, better.geometry.to_numpy(), moved):
                shapes[n] = shape if anew else shapes[n]
            out = out.set_geometry(_shapes(shapes, out.crs))
        else:
            values = out[column].to_numpy(dtype=object, copy=True)
            values[list(rows)] = better[column].to_numpy(dtype=object)
            out[column] = _series(values, out[column].dtype)
    return out


def _shapes(shapes: Any, crs: Any) -> Any:
    import geopandas as gpd  # heavy

    return gpd.GeoSeries(shapes, crs=crs)


def _series(values: Any, dtype: Any) -> Any:
    import pandas as pd  # heavy

    return pd.Series(values).astype(dtype)


def _like(frame: Any, other: Any) -> Any:
    """A frame with the columns of another that it lacks, empty in the way of their kind; no missing texts."""
    import pandas as pd  # heavy

    more: dict[str, Any] = {}
    for name in other.columns:
        if name not in frame.columns:
            kind = other[name].dtype
            empty = float("nan") if pd.api.types.is_float_dtype(kind) else False if pd.api.types.is_bool_dtype(kind) else ""
            more[name] = pd.Series([empty] * len(frame), dtype=kind, index=frame.index)
    return frame.assign(**more) if more else frame


def with_organisations_linked(project: Project) -> Project:
    """Services that name an organisation of the project get its id, where they have none."""
    from ecomap.io.inventory.settling import key_text  # heavy

    layer, organisations = inventory_layer(project, v.SERVICE), inventory_layer(project, v.ORGANISATION)
    if layer is None or organisations is None:
        return project
    rows, frame = project.frame(organisations.id), project.frame(layer.id)
    if v.ORGANISATION not in frame.columns or not len(rows):
        return project
    by_name = {key_text(v.NAME, name): row_id for row_id, name in zip(rows[v.ID], rows[v.NAME])}
    named = {name: by_name.get(key_text(v.NAME, str(name)), "") for name in set(frame[v.ORGANISATION].dropna())}
    known = frame[v.ORGANISATION_ID] if v.ORGANISATION_ID in frame.columns else frame[v.ORGANISATION].map(lambda _: "").astype("str")
    found = frame[v.ORGANISATION].map(named).fillna("").astype("str")
    better = known.where(known != "", found)
    if not (better != known).any():
        return project
    return with_rows(project, v.SERVICE, frame.assign(**{v.ORGANISATION_ID: better}))
