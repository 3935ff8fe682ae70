"""What accepting a correction would change: in words, and as the project would be. Nothing here keeps anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from attrs import evolve, frozen

from ecomap.model import vocabulary as v
from ecomap.model.correction import CLOSED, IDEA, MISSING, MOVED, WRONG, Correction
from ecomap.model.dates import ENDED, first_day, today
from ecomap.model.judgement import NOBODY, Judgement
from ecomap.model.layer import POINT, Column, Layer
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.model.said import name as kept
from ecomap.model.scenario import MOVE, Change, Scenario
from ecomap.model.source import Source
from ecomap.model.units import format_number
from ecomap.render.words.cells import format_date
from ecomap.workspace.corrections.number import Better, better_cell
from ecomap.workspace.corrections.subject import Subject, layer_missing_from, subject_of

KIND_WORDS: Final[Mapping[str, Said]] = {
    CLOSED: say("Closed", context="note"), MOVED: say("Moved", context="note"), MISSING: say("Missing", context="note"),
    WRONG: say("Wrong", context="note"), IDEA: say("Idea", context="note"),
}
ENDS: Final = (v.SCHOOL, v.SITE, v.SERVICE, v.ZONE)         # rows that questions no longer count once they have ended
_TOGETHER: Final = (v.SCHOOL, v.SITE, v.SERVICE)            # rows that may be said in more than one layer
_SAME_PLACE_M: Final = 200.0
_UNTIL: Final = Column(v.END, say("Until"))


@frozen
class Effect:
    """What accepting would do.

    Parameters
    ----------
    words : Said
        What would change; or why nothing can by itself.
    make : callable, optional
        The project as it would be; None where nothing can change by itself.
    told : Said
        What a page made afterwards may say of it: no number, since it may count a few people, and no words of the reader.
    doubt : Said
        What the planner should look at first.
    """

    words: Said
    make: Callable[[], Project] | None = None
    told: Said = NOTHING
    doubt: Said = NOTHING


def effect_of(project: Project, one: Correction) -> Effect:
    """What accepting a correction would change in the project as it is now."""
    if one.kind == IDEA:
        return Effect(say("An idea changes nothing by itself. Keep it as a note, or decline it."))
    if one.kind == MISSING:
        return _added(project, one)
    found = subject_of(project, one)
    if found is None and _is_answer(project, one):
        return Effect(say("“{about}” is part of an answer: it changes when what it rests on does.", about=kept(one.about)))
    if found is None:
        return Effect(say("“{about}” is not in this project, or not any more, so nothing can change by itself.", about=kept(one.about)) if one.about else
                      say("It is about no place that the project knows, so nothing can change by itself."))
    effect = {CLOSED: _ended, MOVED: _moved, WRONG: _mended}[one.kind](project, one, found)
    if one.about and found.name != one.about and one.language in ("", "en"):
        called = say("The note calls it “{about}”; here it is “{name}”.", about=kept(one.about), name=found.name)
        return evolve(effect, doubt=called)
    return effect


def _is_answer(project: Project, one: Correction) -> bool:
    """Whether it is about an answer, or about ground that only an answer has made."""
    made = project.has_layer(one.layer) and bool(project.layer(one.layer).result_id)
    return made or (not one.feature and any(result.title == one.about for result in project.results))


# --- closed --------------------------------------------------------------------------------------------------------


def _ended(project: Project, one: Correction, found: Subject) -> Effect:
    from ecomap.analysis.at_work import state_of  # heavy

    if found.layer.role not in ENDS:
        return Effect(say("Rows of {layer} do not end, so nothing can change by itself.", layer=found.layer.name))
    day = one.since or one.day or today().isoformat()
    last = first_day(day)
    row = project.frame(found.layer.id).iloc[[found.position]]
    if last is not None and state_of(row, found.layer.role, last)[0] == ENDED:
        return Effect(say("“{name}” has ended here already.", name=found.name))
    when = format_date(day)
    words = (say("“{name}” ends: {day}, as the note says.", name=found.name, day=when) if one.since else
             say("“{name}” ends: {day}, the day the note was written.", name=found.name, day=when) if one.day else
             say("“{name}” ends: {day}, today.", name=found.name, day=when))
    return Effect(words, partial(_with_end, project, one, found, day), say("“{name}” counts as ended from {day} on.", name=found.name, day=when))


def _with_end(project: Project, one: Correction, found: Subject, day: str) -> Project:
    for layer, which in _rows_of(project, found):
        frame = with_text(project.frame(layer.id), which, v.END, day)
        if v.STATUS in frame:
            frame = with_text(frame, which, v.STATUS, ENDED)
        project = stamped(project, layer, frame, which, one, _UNTIL)
    return project


# --- moved ---------------------------------------------------------------------------------------------------------


def _moved(project: Project, one: Correction, found: Subject) -> Effect:
    if one.place is None:
        return Effect(say("The note does not say where “{name}” is now, so nothing can change by itself.", name=found.name))
    if found.layer.geometry != POINT:
        return Effect(say("“{name}” is no point on the map and cannot be moved.", name=found.name))
    shape = project.frame(found.layer.id).geometry.iloc[found.position]
    if shape is None or shape.is_empty:
        words = say("“{name}” gets a place on the map.", name=found.name)
        return Effect(words, partial(_with_place, project, one, found), say("“{name}” was put on the map.", name=found.name))
    far = ((shape.x - one.place[0]) ** 2 + (shape.y - one.place[1]) ** 2) ** 0.5
    if far < 1.0:
        return Effect(say("“{name}” stands at this place already.", name=found.name))
    words = say("“{name}” moves by {distance}.", name=found.name, distance=format_number(far, "m"))
    return Effect(words, partial(_with_place, project, one, found), say("“{name}” was moved by {distance}.", name=found.name, distance=format_number(far, "m")))


def _with_place(project: Project, one: Correction, found: Subject) -> Project:
    from ecomap.analysis.scenarios.rows import with_place  # heavy
    from ecomap.workspace.scenarios.happening import happened

    rows = _rows_of(project, found)
    if found.layer.role in _TOGETHER:  # what is at a school goes with it, as in a scenario
        project = happened(project, Scenario("note", "note", (Change(MOVE, found.layer.id, found.row, place=one.place),))).project
    else:
        project = project.with_layer(found.layer, with_place(project.frame(found.layer.id), rows[0][1], one.place or (0.0, 0.0)))
    for layer, which in rows:
        project = stamped(project, layer, project.frame(layer.id), which, one)
    return project


# --- missing -------------------------------------------------------------------------------------------------------


def _added(project: Project, one: Correction) -> Effect:
    layer = layer_missing_from(project, one)
    if layer is None or not one.about:
        return Effect(say("The note does not say of which list it is missing, or what it is called, so nothing can change by itself."))
    if one.place is None:
        return Effect(say("The note does not say where “{name}” is, so nothing can change by itself.", name=kept(one.about)))
    frame = project.frame(layer.id)
    if len(frame) and (_same_name(frame, one.about) & (frame.geometry.distance(_point(one)) <= _SAME_PLACE_M).to_numpy()).any():
        return Effect(say("“{name}” is in {layer} already.", name=kept(one.about), layer=layer.name))
    return Effect(say("“{name}” is added to {layer}, with its name and place alone: what it is and does is still to be said.",
                      name=kept(one.about), layer=layer.name), partial(_with_row, project, one, layer),
                  say("“{name}” was added to {layer}.", name=kept(one.about), layer=layer.name))


def _with_row(project: Project, one: Correction, layer: Layer) -> Project:
    import numpy as np  # heavy

    from ecomap.analysis.scenarios.rows import with_row

    frame = project.frame(layer.id)
    dtypes = frame.dtypes
    taken, row_id, number = set(frame[v.ID].astype(str)), f"note-{one.id}", 2
    while row_id in taken:
        row_id, number = f"note-{one.id}-{number}", number + 1
    values: dict[str, Any] = {v.ID: row_id, v.NAME: one.about}
    if v.SOURCE in frame:
        values[v.SOURCE] = str(_source_title())
    made = with_row(frame, values, _point(one))
    for column in made.columns:  # the kinds of columns stay: an empty text is "", an unknown flag is False, a number is missing
        kind = dtypes.get(column)
        if column == v.GEOMETRY or kind is None:
            continue
        flags = kind.kind == "b"
        if flags or str(kind) in ("str", "string"):
            made[column] = made[column].where(made[column].notna(), False if flags else "")
        if made[column].dtype != kind:
            made[column] = made[column].astype(kind)
    which = np.zeros(len(made), dtype=bool)
    which[-1] = True
    return stamped(project, layer, made, which, one)


def _point(one: Correction) -> Any:
    from shapely import Point  # heavy

    return Point(one.place)


def _same_name(frame: Any, called: str) -> Any:
    wanted = " ".join(called.casefold().split())
    return (frame[v.NAME].astype(str).str.casefold().str.split().str.join(" ") == wanted).to_numpy()


# --- wrong ---------------------------------------------------------------------------------------------------------


def _mended(project: Project, one: Correction, found: Subject) -> Effect:
    better = better_cell(project, found.layer, found.position, one)
    if not isinstance(better, Better):
        return Effect(better)
    words = say("“{label}” of “{name}” becomes {value}; now it is {before}.", label=better.column.label, name=found.name,
                value=better.said, before=better.before)
    if better.margin:
        words = joined([words, say("Its margin of error is then not known.")])
    return Effect(words, partial(_with_cell, project, one, found, better), say("“{label}” of “{name}” was changed.", label=better.column.label, name=found.name))


def _with_cell(project: Project, one: Correction, found: Subject, better: Better) -> Project:
    import numpy as np  # heavy

    from ecomap.analysis.scenarios.rows import with_value

    frame = project.frame(found.layer.id)
    which = np.zeros(len(frame), dtype=bool)
    which[found.position] = True
    column = better.column.name
    frame = with_text(frame, which, column, better.value) if isinstance(better.value, str) else with_value(frame, which, column, better.value)
    if better.margin:
        frame = with_value(frame, which, better.margin, float("nan"))
    if column + v.REASON_SUFFIX in frame:
        frame = with_text(frame, which, column + v.REASON_SUFFIX, "")
    return stamped(project, found.layer, frame, which, one)


# --- what every change leaves --------------------------------------------------------------------------------------


def _source_title() -> Said:
    return say("Notes of readers of the meeting page")


def stamped(project: Project, layer: Layer, frame: Any, which: Any, one: Correction, *described: Column) -> Project:
    """The project with other rows of a layer, each of those changed saying so, and the layer naming the notes as a source."""
    what = say("{label} corrected", label=kept(one.label)) if one.kind == WRONG and one.label else KIND_WORDS[one.kind]
    accepted = format_date(today().isoformat())
    told = (say("{what}, by a reader's note of {written}, accepted on {day}", what=what, written=format_date(one.day), day=accepted) if one.day else
            say("{what}, by a reader's note, accepted on {day}", what=what, day=accepted))
    columns = (*described, Column(v.CORRECTED, say("Corrected"), help=say("What a note of a reader changed, and when it was accepted"), judgement=Judgement(NOBODY)))
    known = {column.name for column in layer.columns}
    layer = evolve(layer, columns=(*layer.columns, *(column for column in columns if column.name not in known)),
                   sources=_with_source(layer.sources, one))
    return project.with_layer(layer, _told_in_rows(frame, which, told))


def _told_in_rows(frame: Any, which: Any, told: Said) -> Any:
    """The frame with a sentence added in the rows that were changed; what was said of them before stays."""
    import pandas as pd  # heavy

    before = frame[v.CORRECTED].astype(object) if v.CORRECTED in frame else [NOTHING] * len(frame)
    cells = [text if isinstance(text, str) else NOTHING for text in before]
    cells = [joined([text, told] if text else [told], "; ") if here and told not in text else text for text, here in zip(cells, which)]
    return frame.assign(**{v.CORRECTED: pd.Series(cells, index=frame.index, dtype=object)})


def _with_source(sources: tuple[Source, ...], one: Correction) -> tuple[Source, ...]:
    """The notes once among the sources, speaking of the years they were written in. Who wrote them stays in the project's own list."""
    title = _source_title()
    years = {one.day[:4]} if one.day else set()
    others = []
    for source in sources:
        if source.title == title:
            years |= {year for year in source.vintage.split("-") if year}
        else:
            others.append(source)
    vintage = "-".join(dict.fromkeys([min(years), max(years)])) if years else ""
    return (*others, Source(title, vintage=kept(vintage), retrieved=today().isoformat()))


def with_text(frame: Any, which: Any, column: str, text: str) -> Any:
    """The frame with a text in a column of some rows; a column that is new is empty elsewhere."""
    import pandas as pd  # heavy

    if column not in frame:
        return frame.assign(**{column: pd.Series([text if one else "" for one in which], index=frame.index, dtype="str")})
    kind = frame[column].dtype
    cells = frame[column].astype(object).to_numpy(copy=True)
    cells[which] = text
    return frame.assign(**{column: pd.Series(cells, index=frame.index, dtype=kind if str(kind) in ("str", "string") else object)})


def _rows_of(project: Project, found: Subject) -> list[tuple[Layer, Any]]:
    """Which rows of which layers say the same thing as the one that was found."""
    import numpy as np  # heavy

    from ecomap.workspace.scenarios.happening import entries

    if found.layer.role in _TOGETHER and (rows := entries(project, found.layer, found.row)):
        return rows
    which = np.zeros(len(project.frame(found.layer.id)), dtype=bool)
    which[found.position] = True
    return [(found.layer, which)]
