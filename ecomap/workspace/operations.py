"""One function per thing a planner does: a project in, a project out. The window and the command line call these.

Nothing here draws, asks or prints; every function that may take more than a moment takes ``progress`` and stops when
it is asked to.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve

from ecomap.model.clock import Ended, looked_at
from ecomap.model.errors import InputError
from ecomap.model.files import resolved
from ecomap.model.params import build_params, param_specs, plain_params
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project, View
from ecomap.model.recipe import with_recipe
from ecomap.model.report import ImportReport
from ecomap.model.result import Result
from ecomap.model.said import Said, say
from ecomap.model.said import name as kept
from ecomap.model.source import Source
from ecomap.model.vocabulary import GROUND, SCHOOL
from ecomap.workspace.answer_names import answer_of, keeping_name, rename_answer, with_answer_names
from ecomap.workspace.area_names import as_published, named_by_place
from ecomap.workspace.choices import choices, chosen_value
from ecomap.workspace.days import on_the_day_of_making, told_day
from ecomap.workspace.declaring import declare, signed
from ecomap.workspace.exports import ExportReport, export, export_noted, export_result, written
from ecomap.workspace.indicators import columns_meant, with_directions
from ecomap.workspace.inputs import Chosen, analysis_frames, chosen_layers, layers_by_params, with_provenance
from ecomap.workspace.known import forget as forget_known
from ecomap.workspace.known import lacking
from ecomap.workspace.known import state as state_known
from ecomap.workspace.layer_names import layer_id_for, layer_of
from ecomap.workspace.needs import refuse_elsewhere
from ecomap.workspace.own_files import as_told, own_table
from ecomap.workspace.page_order import in_told_order
from ecomap.workspace.pages import map_page
from ecomap.workspace.pins import pins_of
from ecomap.workspace.places import measure_as
from ecomap.workspace.recipes import remembered
from ecomap.workspace.releases import noted, printed, released_result, withdraw
from ecomap.workspace.result_layers import shown_again, with_result_layers

if TYPE_CHECKING:
    from ecomap.io.store import Finding, Mended
    from ecomap.io.understanding import Understood
    from ecomap.render.words.card import Card

__all__ = [
    "ExportReport",
    "answer_of",
    "card",
    "check",
    "declare",
    "export",
    "export_noted",
    "export_result",
    "forget_known",
    "guess_role",
    "import_file",
    "import_understood",
    "layer_id_for",
    "layer_of",
    "leave_out",
    "map_page",
    "mend",
    "new_project",
    "noted",
    "open_project",
    "printed",
    "refuse_to_lose",
    "released_result",
    "remove_layer",
    "remove_result",
    "rename_answer",
    "rename_layer",
    "reorder_layers",
    "restyle",
    "run_analysis",
    "save_project",
    "set_day",
    "set_ground",
    "set_names",
    "set_title",
    "set_view",
    "set_visible",
    "state_known",
    "understand",
    "withdraw",
    "written",
]

TOP_DRAWN = 25  # ranked places on the map where the analysis does not say how many


# --- the project ---------------------------------------------------------------------------------------------------


def new_project(starter: str = "", *, district: str = "", title: str = "", progress: Progress | None = None) -> Project:
    """An empty project, or one of the starters that ship with EcoMap (see `ecomap.io.starter.starters`).

    ``district``: of a starter that holds a whole state, the district to take, by name or code.
    """
    if not starter:
        if district:
            raise InputError(say("A district is taken out of a starter, and no starter was named."), say("Name the starter too, for example california."))
        return measure_as(on_the_day_of_making(Project(title=title or "Untitled")))
    from ecomap.io.starter import load_starter  # heavy

    project, _ = named_by_place(measure_as(on_the_day_of_making(load_starter(starter, district=district, progress=progress))))
    return evolve(project, title=title) if title else project


def open_project(path: Path | str, *, progress: Progress | None = None) -> Project:
    """The project in a ``.ecomap.gpkg`` file; ``faults`` of it say what of the file was not believed."""
    from ecomap.io import store  # heavy

    return with_answer_names(measure_as(store.open_project(Path(path), progress=progress)))


def save_project(
    project: Project, path: Path | str, *, previous: Project | None = None, over: bool = False, progress: Progress | None = None
) -> None:
    """Write the project; the file holds the old or the new state at any moment, never half of one.

    ``previous`` is the snapshot that the file holds now, if known: only what differs is written. ``over`` puts it over whatever
    is there; otherwise a file that another program has changed since this process opened or saved it is not overwritten.
    """
    from ecomap.io import store  # heavy

    store.save_project(project, Path(path), previous=previous, over=over, progress=progress)


def refuse_to_lose(project: Project, path: Path | str) -> None:
    """Refuse to change a project in its own file, before anything is computed, where saving would lose what could not be read."""
    from ecomap.io import store  # heavy

    store.refuse_to_lose(project, resolved(path))


def mend(path: Path | str, out: Path | str | None = None, *, progress: Progress | None = None) -> Mended:
    """Write a sound copy of a damaged project file, with what was lost taken from its earlier versions; the file stays as it is."""
    from ecomap.io import store  # heavy

    return store.mend_project(Path(path), out, progress=progress)


def check(path: Path | str) -> tuple[Finding, ...]:
    """What is sound and what is not in a project file: integrity, missing numbers, provenance."""
    from ecomap.io import store  # heavy

    return store.check_project(Path(path))


def set_title(project: Project, title: str) -> Project:
    return evolve(project, title=title.strip() or "Untitled")


def set_day(project: Project, day: str = "") -> Project:
    """Tell a project its day: a date or a year, "" or "today" for today. Answers stay as they are; questions asked from now on speak of it.

    Raises
    ------
    ParameterError
        If it is no date.
    """
    return told_day(project, day)


def set_view(project: Project, view: View) -> Project:
    return evolve(project, view=view)


# --- layers --------------------------------------------------------------------------------------------------------


def set_visible(project: Project, layer_id: str, visible: bool) -> Project:
    layer = project.layer(layer_id)
    return project if layer.visible == visible else project.with_layer_changed(evolve(layer, visible=visible))


def set_ground(project: Project, shown: bool) -> Project:
    """Show or hide the ground under the data: every layer of it."""
    for layer in project.layers_of(GROUND):
        project = set_visible(project, layer.id, shown)
    return project


def set_names(project: Project, shown: bool) -> Project:
    """Name places and schools on the map where there is room, or not."""
    return project if project.named == shown else project.with_names(shown)


def restyle(project: Project, layer_id: str, **changes: Any) -> Project:
    """Change how a layer is drawn: any field of `ecomap.model.style.LayerStyle`."""
    return project.with_layer_changed(project.layer(layer_id).with_style(**changes))


def rename_layer(project: Project, layer_id: str, name: str) -> Project:
    if not name.strip():
        raise InputError(say("A layer needs a name."), say("Give it a name that the others at the table will recognise."))
    return project.with_layer_changed(evolve(project.layer(layer_id), name=kept(name.strip())))


def with_other_names(project: Project, layer_id: str) -> Project:
    """Call the areas of a layer after the neighbourhoods and cities of the ground, or, where they are, as their publisher does.

    The same project where their names stay: they are no codes, or there is no ground with names.
    """
    back = as_published(project, layer_id)
    return named_by_place(project, layer_id)[0] if back is project else back


def remove_layer(project: Project, layer_id: str) -> Project:
    """Take a layer out of the project; what was made from it stays and says so when checked."""
    return project.without_layer(layer_id)


def reorder_layers(project: Project, layer_ids: Sequence[str]) -> Project:
    """Put the layers in this order, top of the map first."""
    return project.with_order(layer_ids)


def remove_result(project: Project, result_id: str) -> Project:
    """Drop a result and the layers it made."""
    project.result(result_id)
    return with_answer_names(project.without_result(result_id))


def leave_out(project: Project, result_ids: Collection[str]) -> Project:
    """Say which answers stay out of the pages that are shared; all others are in them."""
    results = tuple(one if one.left_out == (one.id in result_ids) else evolve(one, left_out=not one.left_out) for one in project.results)
    return evolve(project, results=results)


def order_answers(project: Project, result_ids: Sequence[str]) -> Project:
    """Tell the answers in this order in the files that are shared; those that are not named follow in theirs."""
    return in_told_order(project, result_ids)


def remove_results(project: Project, result_ids: Sequence[str]) -> Project:
    """Drop several results with the layers they made, as one change."""
    for result_id in result_ids:
        project = remove_result(project, result_id)
    return project


def show_result(project: Project, result_id: str) -> Project:
    """Put an answer that is switched off back on the map, in place of those that came after it."""
    from ecomap.analysis import registry  # heavy

    result = project.result(result_id)
    return shown_again(project, result, registry.analysis(result.analysis).step)


def card(project: Project, layer_id: str, feature_id: str, *, language: str = "en") -> Card:
    """What a click on a place says, in plain words."""
    from ecomap.render.words.card import project_card, spoken_card  # heavy
    from ecomap.render.words.language import language as language_of
    from ecomap.workspace.agreed_page import agreed_rows
    from ecomap.workspace.corrections.on_card import waiting_rows

    lacks = lacking(project, layer_id, (feature_id,)) if project.layer(layer_id).role == SCHOOL else {}
    found = project_card(project, layer_id, feature_id, lacks)
    return spoken_card(evolve(found, rows=(*waiting_rows(project, layer_id, feature_id), *agreed_rows(project, layer_id, feature_id), *found.rows)), language_of(language))


# --- bringing data in ----------------------------------------------------------------------------------------------


def guess_role(path: Path | str) -> str:
    """The role that a file most likely plays, from its columns."""
    from ecomap.io import importers  # heavy

    return importers.guess_role(Path(path))


def understand(
    project: Project,
    path: Path | str,
    role: str = "",
    *,
    name: str = "",
    mapping: Mapping[str, str] | None = None,
    constants: Mapping[str, str] | None = None,
    indicators: Mapping[str, int] | None = None,
    key: str = "",
    answers: Mapping[str, str] | None = None,
    crs: str = "",
    sublayer: str = "",
    recipes: bool = True,
    origin: Source | None = None,
    progress: Progress | None = None,
) -> Understood:
    """What EcoMap makes of a file, with evidence and doubts, and the rows as they would be kept; the project stays as it is.

    Parameters
    ----------
    role : str
        One of `ecomap.model.roles.ROLES`; "" lets EcoMap say which.
    mapping, constants, indicators, key, answers, crs, sublayer
        What is settled, as for `import_file`.
    recipes : bool
        Whether what was settled for earlier files of the kind holds for this one too.
    origin : Source, optional
        Where the file is from, where whoever fetched it knows more than it says itself.
    """
    from ecomap.io import understanding  # heavy
    from ecomap.workspace.vintages import carry_over

    columns = {**(mapping or {}), **{field: f"={value}" for field, value in (constants or {}).items()}}
    said = signed({**(answers or {}), **({"key": key} if key else {})})

    own = own_table(path, role, sublayer or said.get("layer", "")) if origin is None else None
    understood = understanding.understand(
        path, role or (own.told.layer.role if own is not None else ""), target_crs=project.crs, name=name, mapping=columns, answers=said, crs=crs,
        sublayer=own.sublayer if own is not None and own.raw is None else sublayer, project=project,
        carry=carry_over, recipes=project.recipes if recipes else (), indicators=indicators, raw=own.raw if own is not None else None, origin=origin,
        progress=progress,
    )
    return as_told(understood, own) if own is not None else understood


def import_understood(
    project: Project, understood: Understood, *, called: str = "", replace_layer: str = ""
) -> tuple[Project, ImportReport]:
    """Keep the rows of a file as they were understood, under a name; the file is not read again.

    Raises
    ------
    InputError
        If it could not be brought in as it stood.
    """
    from ecomap.workspace.arrivals import in_system_of, streets_too, with_arrival

    imported, settled = understood.imported, understood.settled
    if imported is None:
        raise understood.problem or InputError(understood.view.problem, understood.view.hint)
    if called and not imported.joins:
        layer = evolve(imported.layer, name=called if isinstance(called, Said) else kept(called), id=str(called))
        imported = evolve(imported, layer=layer)
    project = in_system_of(project, imported)
    after, report = with_arrival(project, imported, replace_layer)
    if understood.also is not None:
        after, walked = with_arrival(after, understood.also, "")
        report = evolve(report, lines=(*report.lines, streets_too(walked)))
    measure_as(after)
    if settled.indicators:
        after = with_directions(after, report.layer_id, columns_meant(settled.indicators, report.columns))
    recipe = remembered(understood)
    return evolve(after, recipes=with_recipe(after.recipes, recipe)) if recipe else after, report


def import_file(
    project: Project,
    path: Path | str,
    role: str,
    *,
    name: str = "",
    mapping: Mapping[str, str] | None = None,
    constants: Mapping[str, str] | None = None,
    indicators: Mapping[str, int] | None = None,
    key: str = "",
    answers: Mapping[str, str] | None = None,
    crs: str = "",
    sublayer: str = "",
    replace_layer: str = "",
    recipes: bool = True,
    progress: Progress | None = None,
) -> tuple[Project, ImportReport]:
    """Read a file into a layer, or into the place of an existing one.

    Parameters
    ----------
    role : str
        One of `ecomap.model.roles.ROLES`.
    mapping : mapping, optional
        Field of EcoMap -> column of the file, where the guess is to be corrected.
    constants : mapping, optional
        Field of EcoMap -> the value it has in every row ("level" -> "elementary").
    indicators : mapping, optional
        Column -> +1 where a higher value means more need, -1 where it means less, 0 where it is not to be counted; any column
        of numbers may be named.
    key : str
        ``COLUMN=FIELD``: by which column of the file its rows are joined, and to which column of the layer.
    answers : mapping, optional
        Code of a doubt (`ecomap.model.understanding.Doubt`) -> what is right.
    crs : str
        Coordinate system such as ``EPSG:2229``, where the file does not say it.
    sublayer : str
        Table or sheet of a file that holds several.
    replace_layer : str
        Id of the layer whose rows these replace; its style and place are kept.
    recipes : bool
        Whether what was settled for earlier files of the kind holds for this one too.

    Returns
    -------
    tuple of Project and ImportReport
        The report's numbers add up: read = kept + dropped + merged; every column is used, kept or left out.
    """
    progress = progress or silent()
    if replace_layer:
        project.layer(replace_layer)
    understood = understand(
        project, path, role, name=name, mapping=mapping, constants=constants, indicators=indicators, key=key, answers=answers, crs=crs,
        sublayer=sublayer, recipes=recipes, progress=progress.part(0.0, 0.9),
    )
    progress.at(0.9, say("Adding the layer"))
    return import_understood(project, understood, replace_layer=replace_layer)


def common_systems(project: Project) -> tuple[tuple[str, Said], ...]:
    """Coordinate systems in use where the project lies, for a file that does not say its own: code and name."""
    from ecomap.io.importers.columns.places import extent_of  # heavy
    from ecomap.io.table.places import known_systems

    return tuple(known_systems.common_systems(extent_of(project)))


# --- questions -----------------------------------------------------------------------------------------------------


def run_analysis(
    project: Project,
    name: str,
    given: Mapping[str, Any],
    *,
    layers: Chosen | None = None,
    replacing: str = "",
    ended: Sequence[Ended] | None = None,
    progress: Progress | None = None,
) -> tuple[Project, Result]:
    """Ask one question of the project and put the answer on the map.

    Parameters
    ----------
    name : str
        An analysis of `ecomap.analysis.registry`.
    given : mapping
        Parameter -> value, as plain values or text; what is not given takes its default.
    layers : mapping, optional
        Input name -> layer ids, where the first layer of the role is not the one meant.
    replacing : str
        Id of an earlier result that this answer takes the place of (a slider moved); "" keeps earlier answers.
    ended : sequence of Ended, optional
        Where the clock ended its searches when it was asked before, so that they end there again and not by the clock.

    Returns
    -------
    tuple of Project and Result
        The project with the result and its map layers; one that has no day yet has today's from then on. The same question to the same layers replaces its answer.
    """
    from ecomap.analysis import registry  # heavy
    from ecomap.analysis.ranges.asking import with_ranges

    progress = progress or silent()
    analysis = registry.analysis(name)
    project = project if project.day else on_the_day_of_making(project)
    measure_as(project)
    refuse_elsewhere(project, name)
    params = build_params(analysis.params, _as_listed(project, analysis.params, given, first=not layers))
    chosen = chosen_layers(project, analysis, {**layers_by_params(project, analysis, params), **(layers or {})})
    progress.at(0.0, analysis.title)
    frames = analysis_frames(project, chosen, analysis)
    params = registry.fitted(params, frames, project.day)
    with looked_at(ended) as looks:
        result = registry.run(name, frames, params, progress=progress.part(0.05, 0.6))
        result = with_ranges(name, frames, params, result, progress=progress.part(0.6, 0.9))
    result = keeping_name(project, with_provenance(project, analysis, params, chosen, result, looks.ended))
    progress.at(0.95, say("Putting the answer on the map"))
    if replacing and any(old.id == replacing for old in project.results):
        project = project.without_result(replacing)
    top = int(getattr(params, "top", TOP_DRAWN))
    pins = pins_of(plain_params(params))
    project = project if pins is None else project.with_pins(pins)
    project = with_answer_names(with_result_layers(project, result, chosen, analysis.step, top))
    return project, project.result(result.id)


def _as_listed(project: Project, params_class: type, given: Mapping[str, Any], *, first: bool) -> dict[str, Any]:
    """The given values with those that name an entry of a list written as the list writes them, and the first of it where none is named.

    So a question has one answer, whether what it begins with is named or not. Of layers that somebody named the first is not ours to say.
    """
    specs = param_specs(params_class)
    lists = {spec.name: spec.param.choices_from for spec in specs if spec.kind == "str"}
    begins = {spec.name: spec.param.choices_from for spec in specs if spec.param.first and first}
    meant = {**dict.fromkeys(begins, ""), **given}
    meant = {name: chosen_value(project, lists[name], value) if lists.get(name) and isinstance(value, str) else value for name, value in meant.items()}
    return meant | {name: choices(project, of)[0].value for name, of in begins.items() if meant[name] == ""}
