"""What a planner does once she knows what is new: put the newer list in the place of the layer, or keep both."""

from __future__ import annotations

from attrs import evolve

from ecomap.model.errors import InputError
from ecomap.model.project import Project
from ecomap.model.recipe import with_recipe
from ecomap.model.report import ImportReport, ReportLine
from ecomap.model.said import name as kept
from ecomap.model.said import say
from ecomap.workspace import operations
from ecomap.workspace.newer.news import News
from ecomap.workspace.newer.words import leaning_lines
from ecomap.workspace.recipes import remembered


def replace_layer(project: Project, news: News) -> tuple[Project, ImportReport]:
    """The project with the newer list in the place of the layer; one step of undo brings the former rows back.

    What leans on rows that are gone stays as it is and is listed in the report. Answers stay as they were asked.

    Raises
    ------
    InputError
        If the project is no longer the one that was compared.
    """
    if news.candidate is None or news.report is None or project is not news.base:
        raise InputError(say("The project has changed since the comparison."), say("Compare again, then replace."))
    after = news.candidate
    if news.understood is not None and (recipe := remembered(news.understood)) is not None:
        after = evolve(after, recipes=with_recipe(after.recipes, recipe))
    layer = after.layer(news.layer_id)
    lines = (*news.report.lines, ReportLine("note", say("Replaces the rows of '{name}'.", name=news.layer_name)), *leaning_lines(news))
    return after, evolve(news.report, layer_id=layer.id, layer_name=layer.name, lines=lines)


def keep_both(project: Project, news: News, called: str = "") -> tuple[Project, ImportReport]:
    """The project with the newer list as a layer of its own beside the former one.

    Raises
    ------
    InputError
        If both are layers of the project already.
    """
    if news.understood is None:
        raise InputError(say("Both are layers of the project already."), say("Nothing needs to be done to keep both."))
    if news.understood.imported is not None and news.understood.imported.joins:
        raise InputError(say("A table without places cannot stand beside the layer as a layer of its own."),
                         say("Import the table: its columns are added to the layer, beside the former ones."))
    name = called or str(kept(news.understood.view.file_name.rpartition(".")[0] or news.understood.view.file_name))
    return operations.import_understood(project, news.understood, called=name)
