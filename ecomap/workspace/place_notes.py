"""Notes pinned on places: written, settled, taken away, and laid on a page when that is asked for."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from ecomap.model import vocabulary as v
from ecomap.model.dates import today
from ecomap.model.errors import InputError
from ecomap.model.judgement import NOBODY, Judgement
from ecomap.model.layer import POINT, Column, Layer
from ecomap.model.place_note import LONGEST_TEXT, PlaceNote
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.model.said import name as kept
from ecomap.model.style import LayerStyle
from ecomap.render.words.cells import format_date

LAYER: Final = "place-notes"
_TITLE = 60  # letters of a note that name it in a list


def pin(project: Project, text: str, x: float, y: float, *, author: str = "", settled: bool = False) -> Project:
    """Pin a note on a place, as written today.

    Raises
    ------
    InputError
        If it says nothing or too much.
    """
    number = 1 + max((int(one.id.rpartition("-")[2]) for one in project.notes if one.id.rpartition("-")[2].isdigit()), default=0)
    made = _checked(PlaceNote(f"note-{number}", text.strip(), float(x), float(y), author.strip(), today().isoformat(), settled))
    return evolve(project, notes=(*project.notes, made))


def change(project: Project, note_id: str, *, text: str | None = None, author: str | None = None, settled: bool | None = None) -> Project:
    """Write a note otherwise, or settle it; the same project where nothing is different."""
    found = note(project, note_id)
    changed = _checked(evolve(found, text=found.text if text is None else text.strip(), author=found.author if author is None else author.strip(),
                              settled=found.settled if settled is None else settled))
    return project if changed == found else evolve(project, notes=tuple(changed if one.id == note_id else one for one in project.notes))


def remove(project: Project, note_id: str) -> Project:
    """Take a note away."""
    note(project, note_id)
    return evolve(project, notes=tuple(one for one in project.notes if one.id != note_id))


def note(project: Project, note_id: str) -> PlaceNote:
    """A note by its id.

    Raises
    ------
    InputError
        If the project has none of this id.
    """
    found = next((one for one in project.notes if one.id == note_id), None)
    if found is None:
        raise InputError(say("The project has no such note any more."), say("Choose another one from the list."))
    return found


def short(told: PlaceNote) -> str:
    """The beginning of a note on one line.

    >>> short(PlaceNote("a", "Ask the school\\nabout the gate", 0.0, 0.0))
    'Ask the school about the gate'
    """
    line = " ".join(told.text.split())
    return line if len(line) <= _TITLE else line[: _TITLE - 1].rstrip() + "…"


def whose(told: PlaceNote) -> Said:
    """Who wrote a note and when, and whether it is settled."""
    return joined([kept(told.author) if told.author else NOTHING, format_date(told.day) if told.day else NOTHING,
                   say("settled", context="note") if told.settled else say("open", context="note")], " · ")


def with_notes(project: Project) -> Project:
    """The project with its notes as a layer of points on top, for a page on which they were asked for."""
    if not project.notes:
        return project
    import geopandas as gpd  # heavy

    notes = project.notes
    frame = gpd.GeoDataFrame(
        {v.ID: [one.id for one in notes], v.NAME: [short(one) for one in notes], "text": [one.text for one in notes],
         "author": [one.author for one in notes], "day": [one.day for one in notes], "settled": [one.settled for one in notes]},
        geometry=gpd.points_from_xy([one.x for one in notes], [one.y for one in notes]), crs=project.crs)
    free = Judgement(NOBODY)  # the planner asked for the notes, whoever they name
    columns = (Column("text", say("Note"), judgement=free), Column("author", say("Written by"), judgement=free), Column("day", say("Date"), "date", judgement=free),
               Column("settled", say("Settled"), "flag", judgement=free))
    layer = Layer(LAYER, say("Notes"), v.REFERENCE, POINT, columns=columns, style=LayerStyle(shape="square", size=11.0, fill="#26323F"))
    return project.with_layer(layer, frame)


def _checked(made: PlaceNote) -> PlaceNote:
    if not made.text:
        raise InputError(say("A note needs words."), say("Write what is to be known or done about this place."))
    if not made.sound:
        raise InputError(say("This note cannot be kept."), say("A note has at most {n} letters.", n=LONGEST_TEXT))
    return made
