"""The report of a project: which answers are its chapters, and what stands in each; drawn and set elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ecomap.model.dates import first_day, today
from ecomap.model.params import param_specs
from ecomap.model.progress import Progress, silent
from ecomap.model.project import Project
from ecomap.model.record import Made
from ecomap.model.result import Result
from ecomap.model.said import Said, joined, name, say
from ecomap.model.units import METRIC, measured_in
from ecomap.workspace.answer_maps import alone_on_map, has_map
from ecomap.workspace.asked import same_value
from ecomap.workspace.days import passed_since
from ecomap.workspace.page_order import in_page_order
from ecomap.workspace.page_settings import page_settings
from ecomap.workspace.pages import cautions, map_page, source_lines, whole_extent
from ecomap.workspace.place_notes import LAYER as NOTES
from ecomap.workspace.place_notes import whose

if TYPE_CHECKING:
    from ecomap.render.report.description import Chapter, Report


def write_report(
    project: Project, path: Path, made: Made, *, people: tuple[Said, ...] = (), record: str = "", progress: Progress | None = None,
) -> tuple[Said, ...]:
    """Write the report of a project as PDF; see `report_of`. The file appears whole or not at all.

    Returns
    -------
    tuple of Said
        What it holds: the names of the answers, or of the layers on its map where there is no answer.

    Raises
    ------
    InputError
        If there is nothing to show, or the file cannot be written.
    """
    from ecomap.render.report.chapters import report_document  # heavy
    from ecomap.render.typeset.paper import write_paper  # heavy

    progress = progress or silent()
    report = report_of(project, made.title, made.subtitle, made.language, people=people, record=record, made_on=made.on)
    document = report_document(report, progress.part(0.1, 0.75))
    progress.at(0.75, say("Setting the pages"))
    write_paper(document, path)
    return tuple(result.title for result in in_page_order(project)) or tuple(one.layer.name for one in (report.map.layers if report.map else ()))


def report_of(
    project: Project, title: str = "", subtitle: str = "", language: str = "en", *, people: tuple[Said, ...] = (), record: str = "",
    made_on: str = "",
) -> Report:
    """The report of every answer in a project, in the order of the page's findings: the planner's own, else as they were asked.

    Parameters
    ----------
    project : Project
        As it leaves: small groups are hidden, answers that its readers do not need are out, notes on places are in where they were asked for.
    people : tuple of Said
        What was protected of the people in it.
    record : str
        Settings, sources and versions as JSON, to go along in the file.
    """
    from ecomap.render.report.description import Report  # heavy

    made_on = made_on or today().isoformat()
    chapters = tuple(_chapters(project, language, made_on))
    layers = [layer for layer in project.layers if not layer.result_id]
    own = {note.text for result in project.results for note in result.notes}
    return Report(
        title=name(title or project.title), subtitle=name(subtitle), chapters=chapters, language=language, made_on=made_on, as_of=project.day,
        cautions=tuple(line for line in cautions(project, layers) if line not in own), sources=source_lines(layers), people=people,
        notes=_notes(project) if project.has_layer(NOTES) else (), record=record, paper="a4" if measured_in() == METRIC else "letter",
        map=None if chapters else map_page(project, title, subtitle, language, brief=True, made_on=made_on),
    )


def _chapters(project: Project, language: str, made_on: str) -> list[Chapter]:
    from ecomap.render.report.description import Chapter  # heavy

    asked = page_settings(project)
    extent = whole_extent(project)
    until = max(day for text in (project.day, made_on) if (day := first_day(text)) is not None)
    made = []
    for result in in_page_order(project):
        page = map_page(alone_on_map(project, result), result.title, language=language, brief=True, made_on=made_on, extent=extent) if has_map(project, result) else None
        method, settings = asked.get(result.id, (result.title, ()))
        made.append(Chapter(result, page, method, settings, _as_usual(result), _sources(result), passed_since(project, result, until)))
    return made


def _notes(project: Project) -> tuple[Said, ...]:
    """The notes on places, each with who wrote it and when."""
    return tuple(joined([name(one.text), whose(one)], " · ") for one in project.notes)


def _as_usual(result: Result) -> frozenset[str]:
    """The labels of settings of the form's second level that nobody changed."""
    from ecomap.analysis import registry  # heavy

    if result.provenance is None or result.analysis not in registry.names():
        return frozenset()
    asked = result.provenance.params
    return frozenset(spec.param.label for spec in param_specs(registry.analysis(result.analysis).params)
                     if spec.param.advanced and same_value(asked.get(spec.name, spec.default), spec.default))


def _sources(result: Result) -> tuple[Said, ...]:
    """Who says so, in short: publisher and vintage, each once."""
    found = result.provenance.sources if result.provenance is not None else ()
    return tuple(dict.fromkeys(source.citation for source in found if source.citation))
