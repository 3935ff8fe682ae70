"""Where a school stands: its pupils, and the need of the people around it, each with its margin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ecomap.model import vocabulary as v
from ecomap.model.layer import Column
from ecomap.model.said import NOTHING, Said, joined, name, say
from ecomap.model.units import format_number, format_with_margin
from ecomap.render.typeset.document import (
    Block,
    Figure,
    Heading,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Table,
    TableColumn,
)
from ecomap.render.words.card import rank_band
from ecomap.render.words.cells import format_value, is_missing, number_of
from ecomap.render.words.closed import word
from ecomap.workspace.briefs.asking import AREAS, NEED
from ecomap.workspace.briefs.facts import Facts, Row

_ABOVE: Final = (v.LEVELS, v.GOVERNANCE, v.SCHOOL_TYPE)
_ADDRESS: Final = (v.ADDRESS, v.CITY, v.POSTCODE)
_OF_SCHOOL: Final = (Column(v.ENROLLMENT, say("Pupils"), "count"), Column(v.FRPM_SHARE, say("Eligible for free or reduced-price meals"), "share"))
_NOT_PUPILS: Final = frozenset((v.GRADES_LOW, v.GRADES_HIGH, v.STATUS, v.NAME, v.ID, *_ABOVE, *_ADDRESS))


def about(facts: Facts, school: str) -> Said:
    """What kind of school it is, and its address, in one line."""
    row = facts.schools[school]
    grades = joined(dict.fromkeys(str(row[part]) for part in (v.GRADES_LOW, v.GRADES_HIGH) if _told(row, part)), "-")
    kinds = [word(row[part], part) for part in _ABOVE if _told(row, part)]
    address = joined([str(row[part]) for part in _ADDRESS if _told(row, part)], ", ")
    return joined([*kinds, say("grades {grades}", grades=grades) if grades else NOTHING, address, say("code {code}", code=name(school))], " · ")


def where_it_stands(facts: Facts, school: str, figure: Figure | None, level: int = 1) -> tuple[Block, ...]:
    """The map, who lives around it, and their need beside the middle of all need areas."""
    said: list[Block] = [Heading(say("Where it stands"), level), KeyFigures(tuple(_key_figures(facts, school)))]
    if school not in facts.places:
        said.append(Paragraph(say("The school has no place on the map, so nothing can be said of what is around it."), "caution"))
    elif figure is not None:
        said.append(figure)
    return (*said, *_need(facts, school))


def _key_figures(facts: Facts, school: str) -> Iterator[KeyFigure]:
    row, around, area = facts.schools[school], facts.around.get(school), facts.area.get(school)
    columns = {column.name: column for column in facts.layer.columns}
    for plain in _OF_SCHOOL:
        if plain.name in row:
            column = columns.get(plain.name, plain)
            yield KeyFigure(format_value(row[plain.name], column, row.get(plain.name + v.REASON_SUFFIX)), column.label)
    if around is not None and v.CHILDREN in around:
        yield KeyFigure(_measured(around, Column(v.CHILDREN, NOTHING, "count", moe=f"{v.CHILDREN}_moe")),
                        say("Children who live within {radius}, in a straight line", radius=_radius(facts)))
    if area is not None:
        rank = number_of(area.get("rank"))
        value = say("no rank") if rank is None else say("{rank} of {all}", rank=format_number(rank), all=format_number(facts.areas))
        yield KeyFigure(value, say("Need rank of the area it stands in: {area}", area=name(str(area.get(v.NAME) or area[v.ID]))),
                        rank_band(area, Column("rank", NOTHING, "rank", low="rank_low", high="rank_high")))


def _need(facts: Facts, school: str) -> tuple[Block, ...]:
    """Every indicator around the school with its margin, beside the middle of all need areas."""
    result, around = facts.asked.answers.get(AREAS), facts.around.get(school)
    if result is None:
        why = facts.asked.refused.get(AREAS) or facts.asked.refused.get(NEED) or NOTHING
        return (Paragraph(joined([say("What the people around the school need is not known here."), why])),)
    if around is None:
        return (Paragraph(say("No need area lies within {radius} of the school.", radius=_radius(facts))),)
    layers = [layer for layer in facts.project.layers_of(v.NEED_AREA) if not layer.result_id]
    rows = []
    for one in layers[0].indicators if layers else ():
        column = Column(one.column, one.label, one.unit, moe=f"{one.column}_moe")
        middle = facts.middles.get(one.column)
        rows.append((one.label, _measured(around, column), format_number(middle, one.unit), one.source.spoken_vintage))
    if not rows:
        return (Paragraph(say("The need areas come without indicators.")),)
    columns = (TableColumn(say("People who live around it"), share=2.4), TableColumn(say("Within {radius}", radius=_radius(facts)), True),
               TableColumn(say("Middle of all areas"), True), TableColumn(say("Years"), share=0.9))
    note = joined([
        say("Residents, not pupils: need areas laid on a circle of {radius} around the school. Behind ± stands the margin of error of the survey (90 %); where there is none, none is known.",
            radius=_radius(facts)),
        say("Half of all need areas lie below the middle, half above.")])
    return (Table(columns, tuple(rows), say("Need around the school"), note),)


def pupils(facts: Facts, school: str, level: int = 1) -> tuple[Block, ...]:
    """Every number that the list of schools holds of its pupils."""
    row = facts.schools[school]
    shown = [column for column in facts.layer.columns if column.unit in ("count", "share", "pupils") and not column.hidden
             and column.name not in _NOT_PUPILS and column.name in row and not column.name.endswith(v.REASON_SUFFIX)]
    if not shown:
        return (Heading(say("Pupils"), level), Paragraph(say("The list of schools holds no number of pupils.")))
    cells = tuple((column.label, format_value(row.get(column.name), column, row.get(column.name + v.REASON_SUFFIX))) for column in shown)
    return (Heading(say("Pupils"), level), Table((TableColumn(say("Pupils of the school"), share=3), TableColumn(say("Number"), True)), cells))


def _measured(row: Row, column: Column) -> Said:
    """A number with its margin, or why there is none."""
    number = number_of(row.get(column.name))
    if number is None:
        return format_value(row.get(column.name), column, row.get(column.name + v.REASON_SUFFIX))
    return format_with_margin(number, number_of(row.get(column.moe)), column.unit, column.digits or None)


def _radius(facts: Facts) -> Said:
    return format_number(facts.radius_m, "m", 1)


def _told(row: Row, column: str) -> bool:
    value: Any = row.get(column)
    return not is_missing(value) and value != ""
