"""The tables of an answer: their sheets, their first order, their words on a tab."""

from __future__ import annotations

from PySide6.QtCore import Qt

from ecomap.model.project import Project
from ecomap.model.result import Output, Result
from ecomap.model.said import NOTHING, joined, name
from ecomap.model.vocabulary import ID, NAME
from ecomap.render.first_rows import EITHER, LARGEST, order_of
from ecomap.render.words.card import outputs_about
from ecomap.ui.models.table import FrameModel, Sheet

ROWS = "rows"  # column with the references of the rows behind a number
NET = "net"  # of a comparison: how many have it more, or fewer
COMPARISON = "comparison"  # see `ecomap.workspace.scenarios.comparing`


def result_tables(project: Project, result_id: str) -> dict[str, tuple[Result, Output]]:
    """The tables of one result by the key of their sheet; of the latest one if that is gone."""
    found = next((result for result in project.results if result.id == result_id), None)
    result = found or (project.results[-1] if project.results else None)
    return {f"result:{result.id}:{output.name}": (result, output) for output in result.outputs} if result else {}


def result_sheets(project: Project, result_id: str) -> list[Sheet]:
    """The same as sheets."""
    return [output_sheet(project, *answer) for answer in result_tables(project, result_id).values()]


def first_order(model: FrameModel) -> tuple[int, Qt.SortOrder]:
    """How a table stands when it is first opened: by what decides (`ecomap.render.first_rows`), a layer by name; an answer
    without any of these keeps its own order.

    A table sorts by one column from one end: of changes that count in either direction, by rank, or who loses most stands first.
    """
    up, down = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
    columns = [described.name for described in model.columns]
    order = model.sheet.order
    if order.first == EITHER and order.ties in columns:
        return columns.index(order.ties), up
    if order.column is not None and order.column.name in columns:
        return columns.index(order.column.name), down if order.first == LARGEST else up
    if model.sheet.key.startswith("layer:") and NAME in columns:
        return columns.index(NAME), up
    return -1, up


def row_of_bar(result: Result, words: str) -> tuple[str, str]:
    """The table of an answer and the row in it that a bar of its chart stands for; "" where none bears its words.

    A bar may say more than the row is called ("Highest need (20 % of pupils)").
    """
    wanted = words.casefold()
    found: list[tuple[bool, int, str, str]] = []
    for output in result.outputs:
        if NAME not in output.frame:
            continue
        for key, called in zip(output.frame[ID], output.frame[NAME].astype(str)):
            if called and (wanted == called.casefold() or wanted.startswith(f"{called.casefold()} (")):
                found.append((ROWS in output.frame, len(called), output.name, str(key)))
    best = max(found, key=lambda item: item[:2], default=None)
    return ("", "") if best is None else best[2:]


def output_sheet(project: Project, result: Result, output: Output) -> Sheet:
    own = [layer.id for layer in project.layers if layer.result_id == result.id and layer.what == output.title]
    about = [layer.id for layer in project.layers if output in outputs_about(layer, (result,))]
    changes = [column.name for column in output.columns if column.name == NET or column.name.endswith("_change")] if result.analysis == COMPARISON else []
    return Sheet(
        f"result:{result.id}:{output.name}", output.title, output.frame, output.columns, (*own, *about),
        joined([name(source.citation) for source in result.provenance.sources[:3]], ", ") if result.provenance else NOTHING,
        result.title, frozenset(changes), order_of(output),
    )
