"""A cell that a reader calls wrong: which column the page's label meant, and what stands there now and would stand there."""

from __future__ import annotations

import math
import re
from typing import Any, Final

from attrs import frozen

from ecomap.model import vocabulary as v
from ecomap.model.correction import Correction
from ecomap.model.layer import Column, Layer
from ecomap.model.project import Project
from ecomap.model.said import Said, say
from ecomap.model.said import name as kept
from ecomap.render.words.card import card_columns
from ecomap.render.words.cells import format_value
from ecomap.render.words.language import language, languages

NAME_LABEL: Final = say("Name")
_FIXED: Final = (v.ID, v.GEOMETRY, v.CORRECTED, v.SOURCE, v.SCHOOL_ID, v.AREA_ID, v.STATUS, v.START, v.END)
_FREE: Final = (v.NAME, v.ADDRESS, v.CITY, v.POSTCODE, v.PHONE, v.WEBSITE, v.DETAIL)  # texts in which anything may stand
_NUMBER: Final = re.compile(r"[^\d\-+.,]*([-+]?\d[\d.,\u00a0 ]*)\s*(%?)\D*")
_SHARE: Final = "share"
_FLAG: Final = "flag"


@frozen
class Better:
    """What would stand in a cell.

    Parameters
    ----------
    column : Column
    value : str or float
        As the column holds it.
    said, before : Said
        The value and what stands there now, in words.
    margin : str
        The column with the margin of error, which the new number has none of; "" where there is none.
    """

    column: Column
    value: str | float
    said: Said
    before: Said
    margin: str = ""


def better_cell(project: Project, layer: Layer, position: int, one: Correction) -> Better | Said:
    """What a correction says should stand in a cell; or why nothing can change by itself."""
    frame = project.frame(layer.id)
    column = _column_called(layer, one.label)
    if not one.label:
        return say("The note does not say which number or word is wrong, so nothing can change by itself.")
    if column is None or column.name not in frame:
        return say("“{label}” is worked out, or not in {layer}: it changes when what it rests on does.", label=kept(one.label), layer=layer.name)
    if column.name in _FIXED or column.unit == _FLAG:
        return say("“{label}” cannot be changed by a note. Change it by hand, and say so here.", label=column.label)
    if not one.should:
        return say("The note does not say what “{label}” should be, so nothing can change by itself.", label=column.label)
    now = frame[column.name].iloc[position]
    before = format_value(now, column, frame[column.name + v.REASON_SUFFIX].iloc[position] if column.name + v.REASON_SUFFIX in frame else None)
    if frame[column.name].dtype.kind in "if":
        number = number_meant(one.should, column.unit)
        if number is None:
            return say("“{should}” is no number that “{label}” can be, so nothing can change by itself.", should=kept(one.should), label=column.label)
        margin = column.moe or next((i.moe_column for i in layer.indicators if i.column == column.name), "")
        return _unless_same(Better(column, number, format_value(number, column), before, margin if margin in frame else ""), now)
    text: str | None = " ".join(one.should.split())
    if column.name not in _FREE:
        text = _word_of(frame[column.name], column, one.should)
    if text is None:
        return say("“{should}” is no word that “{label}” has here. Change it by hand, and say so.", should=kept(one.should), label=column.label)
    return _unless_same(Better(column, text, format_value(text, column), before if before else say("empty")), now)


def _word_of(cells: Any, column: Column, wanted: str) -> str | None:
    """The cell that says what a reader wrote, in whichever language: other words would be counted by no question."""
    meant = " ".join(wanted.casefold().split())
    for cell in dict.fromkeys(cell for cell in cells if isinstance(cell, str) and cell):
        if any(" ".join(language(code).say(format_value(cell, column)).casefold().split()) == meant for code in languages()):
            return cell
    return None


def _unless_same(better: Better, now: Any) -> Better | Said:
    same = now == better.value if isinstance(better.value, str) else isinstance(now, float | int) and math.isclose(float(now), better.value, abs_tol=1e-12)
    return say("“{label}” is {value} here already.", label=better.column.label, value=better.said) if same else better


def _column_called(layer: Layer, label: str) -> Column | None:
    """The column that a page called so, in whichever language; None where none is, or more than one."""
    wanted = " ".join(label.casefold().split())
    columns = (Column(v.NAME, NAME_LABEL), *(column for column in card_columns(layer) if column.name != v.NAME))
    for code in languages():
        speak = language(code)
        found = [column for column in columns if " ".join(speak.say(column.label).casefold().split()) == wanted]
        if len(found) == 1:
            return found[0]
    return None


def number_meant(text: str, unit: str) -> float | None:
    """The number in what a reader wrote, as a column of a unit holds it; None where it is none, or could be two.

    >>> number_meant("1,250 pupils", "count"), number_meant("62.5 %", "share"), number_meant("about a third", "share")
    (1250.0, 0.625, None)
    >>> number_meant("62", "share"), number_meant("1.250", "count"), number_meant("10 or 12", "count"), number_meant("-4", "count")
    (None, None, None, None)
    """
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    digits = re.sub(r"[\u00a0 ]", "", found[1]).rstrip(".,")
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", digits):
        digits = digits.replace(",", "")
    elif not re.fullmatch(r"[-+]?\d+(\.\d+)?", digits) or re.fullmatch(r"[-+]?\d{1,3}\.\d{3}", digits):
        return None  # a comma, or a point before three digits, is read in two ways
    number = float(digits) / (100 if found[2] else 1)
    if unit == _SHARE:
        return number if (found[2] and 0 <= number <= 1) or (not found[2] and 0 <= number < 1) else None
    if found[2] or not math.isfinite(number) or (number < 0 and unit in ("count", "pupils", "usd", "m", "m2", "min")):
        return None
    return number
