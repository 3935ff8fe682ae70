"""What EcoMap makes of a file: role, columns and places with their evidence, doubts to be settled; nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from attrs import evolve, field, frozen

from ecomap.io.importers.columns.ground.kinds import ENOUGH, kinds_of
from ecomap.io.importers.columns.ground.walked import streets_of
from ecomap.io.importers.columns.guessing import understood
from ecomap.io.importers.registry import importer_for
from ecomap.io.importers.roles.ground import WALKING
from ecomap.io.importers.spec import CONSTANT, FieldSpec, Imported, Importer
from ecomap.io.importers.steps.carrying_over import Carry
from ecomap.io.importers.steps.preview import geometry_of, role_and_why
from ecomap.io.importers.steps.running import import_rows
from ecomap.io.reading import RawSource, read_apart
from ecomap.io.reading.pictures import FORMAT as PICTURES
from ecomap.io.recipes import Settled, settled_by
from ecomap.io.table import text_of
from ecomap.io.table.places.crs import corners_in_degrees, crs_name
from ecomap.model.errors import InputError
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.recipe import Recipe
from ecomap.model.said import NOTHING, Said, say
from ecomap.model.said import name as named
from ecomap.model.source import Source
from ecomap.model.understanding import USED, ColumnUse, FieldUse
from ecomap.model.understood import Understanding
from ecomap.model.units import format_number
from ecomap.model.vocabulary import GEOMETRY, GROUND, STREET

SAMPLES = 5
_LOOKED_AT = 200
MAPS_OF_EVERYTHING: Final = ("OpenStreetMap", "MBTiles", "PMTiles")   # formats in which streets, water, shops and places come together


@frozen
class Understood:
    """What a planner is shown, and the rows as they would be kept; none where the file cannot be brought in as it is."""

    view: Understanding
    imported: Imported | None = field(default=None, repr=False, eq=False)
    settled: Settled = field(factory=Settled)
    raw: RawSource | None = field(default=None, repr=False, eq=False)
    problem: InputError | None = field(default=None, repr=False, eq=False)
    also: Imported | None = field(default=None, repr=False, eq=False)   # the streets for walking of the same file, where they are wanted


def understand(
    path: Path | str,
    role: str = "",
    *,
    target_crs: str,
    name: str = "",
    mapping: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
    crs: str = "",
    sublayer: str = "",
    project: Project | None = None,
    carry: Carry | None = None,
    recipes: Sequence[Recipe] = (),
    indicators: Mapping[str, int] | None = None,
    raw: RawSource | None = None,
    origin: Source | None = None,
    progress: Progress | None = None,
) -> Understood:
    """Read a file as an import would, and tell what would become of it.

    Parameters
    ----------
    role : str
        What its rows are; "" lets EcoMap guess, and say why.
    mapping, answers, crs, sublayer
        What a person settled already, as for `ecomap.io.importers.import_file`.
    recipes : sequence of Recipe
        How earlier files were understood; the most alike is used for what is not settled here.
    indicators : mapping, optional
        Column -> +1, -1 or 0, as a person said.
    raw : RawSource, optional
        The file as it was read before, so that it is not read again.
    origin : Source, optional
        Where the file is from, where that is known better than it says itself.

    Raises
    ------
    InputError
        If the file cannot be read at all. A file that can be read but not brought in is no error: ``view.problem`` says why.
    """
    path, progress = Path(path), progress or silent()
    progress.at(0.0, say("Reading {file}", file=named(path.name)))
    wanted = importer_for(role).wanted if role else None
    raw = raw or read_apart(path, sublayer or (answers or {}).get("layer", ""), prefer=wanted, progress=progress)
    settled = settled_by(recipes, raw, Settled(role, dict(mapping or {}), dict(answers or {}), dict(indicators or {}), crs, sublayer))
    table = settled.sublayer or settled.answers.get("layer", "")
    if table and table != raw.sublayer:
        raw = read_apart(path, table, progress=progress)
    raw, evidence = as_ground(path, raw, settled.role, table, progress)
    raw = raw if origin is None else evolve(raw, origin=origin)
    role, why = settled.role, say("As you chose.") if role else say("As for {file}.", file=named(settled.recipe.file_name)) if settled.recipe else NOTHING
    geometry = geometry_of(raw)
    if not role:
        role, why = (GROUND, evidence) if evidence else role_and_why(raw)
    def kept() -> Imported:
        return import_rows(raw, role, target_crs=target_crs, name=name, mapping=settled.mapping, crs=settled.crs, project=project, carry=carry,
                           answers=settled.all_answers, lines=settled.lines, progress=progress.part(0.35, 1.0))

    problem: InputError | None = None
    imported: Imported | None = None
    while imported is None and problem is None:
        try:
            imported = kept()
        except InputError as refused:
            problem = refused
        raised = [doubt.code for doubt in (problem.doubts if problem is not None else imported.doubts if imported is not None else ())]
        if any(code in settled.waiting for code in raised):  # as it was meant then, and open now: answered, and looked at again
            settled, imported, problem = settled.heard(raised), None, None
    view = Understanding(
        file_name=raw.path.name, format=raw.format, role=role, role_why=why, rows=raw.read, geometry=geometry,
        crs=named(crs_name(raw.crs)) if raw.crs is not None else say("not stated"), sublayers=raw.sublayers, sublayer=raw.sublayer,
        lines=(*settled.lines, *raw.notes), samples=samples_of(raw.frame), answers=settled.all_answers,
        recipe=settled.lines[0].text if settled.lines else NOTHING,
    )
    if problem is not None or imported is None:
        told = problem or InputError(say("Not looked at until what stands in the way is settled."))
        return Understood(_refused(view, raw, importer_for(role), settled.mapping, told), None, settled, raw, told)
    report = imported.report
    view = evolve(
        view, fields=_fields(imported, importer_for(role)), columns=imported.uses, doubts=imported.doubts, lines=report.lines, crs=report.crs,
        mapping=dict(report.mapping), box=_box(imported.frame),
    )
    also = None
    if role == GROUND and settled.all_answers.get(WALKING) == "yes":
        also = import_rows(streets_of(raw), STREET, target_crs=str(imported.frame.crs), crs=settled.crs, project=project, progress=progress)
        also = evolve(also, layer=evolve(also.layer, id="streets", name=say("Streets of {ground}", ground=imported.layer.name)))
    return Understood(view, imported, settled, raw, also=also)


def as_ground(path: Path, raw: RawSource, role: str, table: str, progress: Progress) -> tuple[RawSource, Said]:
    """All layers of a map of everything, and what speaks for its being one; the file as it was read, and nothing, where it is none."""
    if role not in ("", GROUND) or table or (not role and raw.format not in (*MAPS_OF_EVERYTHING, PICTURES)):
        return raw, NOTHING
    if raw.format == PICTURES:
        return raw, NOTHING if role else say("It is a picture of a map, in tiles.")
    whole = raw
    if len(raw.layers) > 1 and raw.sublayer:
        whole = read_apart(path, prefer=importer_for(GROUND).wanted, progress=progress)
    if role:
        return whole, NOTHING
    found = kinds_of(whole.frame, whole.sublayer)
    if found.share < ENOUGH:
        return raw, NOTHING
    return whole, say("It is a map of everything: {share} of its rows are roads, water, places or parks in the words of {schema}.",
                      share=format_number(found.share, "share"), schema=named(found.schema))


def _fields(imported: Imported, importer: Importer) -> tuple[FieldUse, ...]:
    """What the role takes, with the column of each; in the role's order."""
    found = {use.field: use for use in imported.fields}
    mapping = dict(imported.report.mapping)
    return tuple(_described(spec, found.get(spec.name) or FieldUse(spec.name, spec.label, mapping.get(spec.name, ""))) for spec in importer.fields)


def _described(spec: FieldSpec, use: FieldUse) -> FieldUse:
    """With what the role says of the field, for a form."""
    return evolve(use, help=spec.help, required=spec.required, decision=spec.decision, choices=spec.choices)


def _refused(view: Understanding, raw: RawSource, importer: Importer, given: Mapping[str, str], problem: InputError) -> Understanding:
    """What can be told of a file that cannot be brought in as it stands."""
    guess = understood(importer, raw.frame)
    uses = {use.field: use for use in guess.fields}
    mapping = {**guess.mapping, **given}
    labels = {spec.name: spec.label for spec in importer.fields}
    taken = {column: name for name, column in mapping.items() if name in labels and column and not column.startswith(CONSTANT)}
    details = dict(problem.details)
    wanted = tuple(str(one) for one in (details.get("field"), *details.get("fields", ())) if one)
    columns = tuple(
        ColumnUse(str(column), USED, taken[column], labels[taken[column]],
                  uses[taken[column]].why or say("Recognised by its name and its cells.")) if column in taken
        else ColumnUse(str(column), "", why=say("Not looked at until what stands in the way is settled."))
        for column in raw.frame.columns if column != GEOMETRY
    )
    fields = tuple(
        _described(spec, evolve(uses.get(spec.name) or FieldUse(spec.name, spec.label), column=mapping.get(spec.name, "")))
        for spec in importer.fields
    )
    return evolve(view, problem=problem.message, hint=problem.hint, problem_fields=wanted, columns=columns, fields=fields, mapping=mapping,
                  doubts=problem.doubts)


def samples_of(frame: Any) -> dict[str, tuple[str, ...]]:
    """Column -> up to five different cells of it, as text."""
    return {
        str(column): tuple(text[:80] for text in text_of(_first_told(frame[column])).dropna().drop_duplicates().head(SAMPLES))
        for column in frame.columns if column != GEOMETRY
    }


def _first_told(cells: Any) -> Any:
    """The first cells that are not missing; only where those at the top do not do is the whole column looked at."""
    top = cells.head(10 * _LOOKED_AT).dropna()
    return (top if len(top) >= _LOOKED_AT else cells.dropna()).head(_LOOKED_AT)


def _box(frame: Any) -> tuple[float, float, float, float] | None:
    """West, south, east, north of the rows in degrees."""
    import numpy as np

    if getattr(frame, "crs", None) is None or frame.geometry.isna().all():
        return None
    corners, _ = corners_in_degrees(frame.geometry.to_numpy(), frame.crs)
    corners = corners[np.isfinite(corners).all(axis=1)]
    (west, south), (east, north) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return west, south, east, north
