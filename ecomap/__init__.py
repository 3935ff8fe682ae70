"""EcoMap: children's need against the schools, supports and services around them.

The program's questions from Python, over the same operations as the window and the command line:

    project = ecomap.new(starter="los-angeles")
    project, result = ecomap.run(project, "coverage-gap", target="service:Mental Health", radius="1mi")
    ecomap.export(project, "meeting.html")

The measures behind the questions, on frames of your own, are in `ecomap.measures`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecomap.model.stored_texts import keep_python_texts
from ecomap.model.version import VERSION

if TYPE_CHECKING:
    from ecomap.model.project import Project
    from ecomap.model.report import ImportReport
    from ecomap.model.result import Result

keep_python_texts()
os.environ.setdefault("OPENPYXL_LXML", "False")  # with lxml, which python-docx brings, openpyxl passes over declared entities; without it they are refused
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small products: a second thread mostly waits, and would add up in another order
__version__ = VERSION
__all__ = ["export", "export_noted", "import_file", "new", "open", "run", "save"]


def new(*, starter: str = "", district: str = "", title: str = "", as_of: str = "") -> Project:
    """A project: empty, or one of the places that ship with EcoMap ("los-angeles").

    The starter "california" holds the schools of the whole state and takes a ``district``, by name or code ("Oakland Unified").

    ``as_of`` is the day its questions speak of that name no other, like "2026-06-30"; today where it is not given. It stays
    until it is changed.

    Returns
    -------
    Project
        An immutable snapshot; every function below gives a new one.

    Raises
    ------
    EcoMapError
        If there is no starter or district of that name, or the day is no date.
    """
    from ecomap.workspace import operations

    made = operations.new_project(starter, district=district, title=title)
    return operations.set_day(made, as_of) if as_of else made


def open(path: Path | str) -> Project:
    """The project in a ``.ecomap.gpkg`` file.

    Raises
    ------
    EcoMapError
        If the file is not there, is damaged or is no project.
    """
    from ecomap.workspace import operations

    return operations.open_project(path)


def save(project: Project, path: Path | str) -> None:
    """Write a project; the file holds its old or its new state at any moment, never half of one."""
    from ecomap.workspace import operations

    operations.save_project(project, path)


def import_file(
    project: Project,
    path: Path | str,
    role: str,
    *,
    layer: str = "",
    columns: Mapping[str, str] | None = None,
    constants: Mapping[str, str] | None = None,
    indicators: Mapping[str, int] | None = None,
    key: str = "",
    answers: Mapping[str, str] | None = None,
    table: str = "",
    crs: str = "",
) -> tuple[Project, ImportReport]:
    """Bring a file into a project.

    Parameters
    ----------
    role : str
        What its rows are: need_area, attendance_area, district, zone, school, site, service, reference, ...
    layer : str
        Name of the layer; "" takes the file's.
    columns : mapping, optional
        Field of EcoMap -> column of the file, where the guess is to be corrected.
    constants : mapping, optional
        Field of EcoMap -> the value it has in every row.
    indicators : mapping, optional
        Column -> +1 where a higher value means more need, -1 where it means less, 0 where it is not to be counted.
    key : str
        ``COLUMN=FIELD``: by which column of the file its rows are joined, and to which column of the layer.
    answers : mapping, optional
        Code of a doubt -> what is right; the report lists the doubts.
    table : str
        Table or sheet of a file that holds several.
    crs : str
        Coordinate system such as "EPSG:2229", where the file does not say it.

    Returns
    -------
    tuple of Project and ImportReport
        The report's numbers add up: read = kept + dropped + merged.

    Raises
    ------
    EcoMapError
        If the file cannot be read as that role, saying why and what to do.
    """
    from ecomap.workspace import operations

    return operations.import_file(project, path, role, name=layer, mapping=columns, constants=constants, indicators=indicators,
                                  key=key, answers=answers, sublayer=table, crs=crs)


def run(project: Project, question: str, *, layers: Mapping[str, Any] | None = None, **settings: Any) -> tuple[Project, Result]:
    """Ask a question of a project.

    Parameters
    ----------
    question : str
        A name of ``ecomap analyses``: "need-index", "coverage-gap", "priority", "plan", ...
    layers : mapping, optional
        Input of the question -> layer ids, where the first layer of its role is not the one meant.
    **settings
        The question's parameters as ``ecomap describe`` lists them, with or without the unit in their name; lengths, times
        and money may carry their unit ("1mi", "15min", "$6million").

    Returns
    -------
    tuple of Project and Result
        The project with the answer and its map layers, and the answer: its tables, figures, notes and trail.

    Raises
    ------
    EcoMapError
        If a setting is unknown or out of bounds, or the project lacks what the question needs.
    """
    from ecomap.analysis import registry
    from ecomap.model.params import settings_in_units
    from ecomap.workspace import operations

    given = settings_in_units(registry.analysis(question).params, settings)
    return operations.run_analysis(project, question, given, layers=layers)


def export(project: Project, path: Path | str, *, layer: str = "", title: str = "", language: str = "en") -> Path:
    """Write a file to share; its ending says what: .html .pdf .png .svg .gpkg .geojson .csv .xlsx.

    The project does not remember it: where a later file is made after the data have changed, use `export_noted`.

    Parameters
    ----------
    layer : str
        Id or name of one layer, or id of one answer; "" is all of them (a .csv or .geojson: the latest answer).
    language : str
        "en" or "es".

    Returns
    -------
    Path
        The file.

    Raises
    ------
    EcoMapError
        If the ending is unknown, the folder is not there, or there is nothing to write.
    """
    from ecomap.workspace import operations

    operations.export(project, path, layer=layer, title=title, language=language)
    return Path(path)


def export_noted(project: Project, path: Path | str, *, layer: str = "", title: str = "", language: str = "en") -> tuple[Project, Path]:
    """Write a file to share as `export` does, and note in the project what left: later files give no small group away together with it.

    Returns
    -------
    tuple of Project and Path
        The project with the file in its ledger; keep it and save it. And the file.

    Raises
    ------
    EcoMapError
        As `export`, or if what has left this project cannot be read.
    """
    from ecomap.workspace import operations

    project, _ = operations.export_noted(project, path, layer=layer, title=title, language=language)
    return project, Path(path)
