"""What is said about who is where: the answer in a sentence, its key figures and what has to be kept in mind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.presence import NO_APPROACH, Presence, on_record
from ecomap.analysis.assets.words import date_note
from ecomap.analysis.notes import count_note
from ecomap.analysis.people import EACH_AREA, counted_in, stand_in_note, who_is_counted
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.result import KeyFigure, Note
from ecomap.model.said import NOTHING, Said, joined, name, plural, say
from ecomap.model.units import format_given, format_number

CO_LOCATION: Final = say("Co-location: the same work in the same place. Only the partners can say whether it is duplication; nothing "
                         "here says that the same children are served twice.")


_NOT_ALL: Final = say("Cannot be said: not all of them are on record.")
_NO_FIFTH: Final = say("Cannot be said: no school is in a need fifth.")
_NO_WORK: Final = say("Cannot be said: neither services nor people in roles are on record.")


def figures(frames: Frames, schools: Any, found: Presence, fifth: np.ndarray) -> tuple[KeyFigure, ...]:
    """The numbers that answer the question, out of the table of schools; None where what they count is not on record at all."""
    recorded, ranked = on_record(frames, found) & set(v.APPROACHES), bool((fifth == 5).any())
    work = "services" in frames or "roles" in frames
    none, every = schools[a.APPROACH_COUNT] == 0, schools[a.APPROACH_COUNT] >= len(v.APPROACHES)
    return (
        KeyFigure("schools_without_approach", say("Schools in none of the approaches"), float(none.sum()) if recorded else None,
                  note=NOTHING if recorded else NO_APPROACH),
        KeyFigure("high_need_without_approach", say("Of these in the highest-need fifth"),
                  float((none & (fifth == 5)).sum()) if recorded and ranked else None,
                  note=NOTHING if recorded and ranked else _NO_FIFTH if recorded else NO_APPROACH),
        KeyFigure("schools_with_all", say("Schools in all three approaches"), float(every.sum()) if len(recorded) == len(v.APPROACHES) else None,
                  note=NOTHING if len(recorded) == len(v.APPROACHES) else _NOT_ALL),
        KeyFigure("schools_co_located", say("Schools where two or more do the same"),
                  float((schools["co_located_count"] > 0).sum()) if work else None, note=CO_LOCATION if work else _NO_WORK),
        KeyFigure("schools_with_nothing", say("Schools with nothing on record"), float(schools[a.NOTHING].sum())),
        KeyFigure("high_need_with_nothing", say("High-need schools with nothing on record"),
                  float((schools[a.NOTHING] & (fifth == 5)).sum()) if ranked else None,
                  note=say("In the highest-need fifth: no approach, nobody at the school, no service in reach.") if ranked else _NO_FIFTH),
        KeyFigure("schools_total", say("Schools asked about"), float(len(schools))),
        KeyFigure("rows_at_work", say("Rows at work that day"), float(len(found.actors))),
    )


def bars(sets: pd.DataFrame) -> tuple[tuple[Said, float, float | None], ...]:
    """Share of schools with each combination of approaches that some school has."""
    total = max(int(sets[a.SCHOOLS].sum()), 1)
    return tuple((name(label), float(count) / total, None) for label, count in zip(sets[v.NAME], sets[a.SCHOOLS], strict=True) if count)


def sentence(found: Presence, told: tuple[KeyFigure, ...]) -> Said:
    """The answer in one sentence."""
    if not len(found.actors):
        return say("Nothing on record is at work on that day: approaches, services and roles are not reported.")
    number = {figure.name: format_number(figure.value) for figure in told}
    unknown = {figure.name for figure in told if figure.value is None}
    if unknown:
        return _in_parts(number, unknown)
    return say("{without} of {schools} schools take part in none of the approaches on record, {needy} of them in the highest-need "
               "fifth; {nothing} of that fifth have nothing on record at all; {every} take part in all three, and at {co_located} "
               "two or more organisations do the same work.",
               without=number["schools_without_approach"], schools=number["schools_total"],
               needy=number["high_need_without_approach"], nothing=number["high_need_with_nothing"],
               every=number["schools_with_all"], co_located=number["schools_co_located"])


def _in_parts(number: Mapping[str, Said], unknown: set[str]) -> Said:
    """The answer where something it would count is not on record: without the parts that cannot be said."""
    schools, nothing = number["schools_total"], number["schools_with_nothing"]
    if "schools_without_approach" in unknown:
        first = say("No approach is on record at any of {schools} schools; {nothing} have nothing on record at all.", schools=schools, nothing=nothing)
    elif "high_need_without_approach" in unknown:
        first = say("{without} of {schools} schools take part in none of the approaches on record; {nothing} have nothing on record at all.",
                    without=number["schools_without_approach"], schools=schools, nothing=nothing)
    else:
        first = say("{without} of {schools} schools take part in none of the approaches on record, {needy} of them in the highest-need fifth; "
                    "{nothing} of that fifth have nothing on record at all.", without=number["schools_without_approach"], schools=schools,
                    needy=number["high_need_without_approach"], nothing=number["high_need_with_nothing"])
    every = NOTHING if "schools_with_all" in unknown else say("{every} take part in all three.", every=number["schools_with_all"])
    work = NOTHING if "schools_co_located" in unknown else say("At {co_located} two or more organisations do the same work.",
                                                               co_located=number["schools_co_located"])
    return joined([first, every, work])


def notes(frames: Frames, found: Presence, left_out: int, pairs: int, detour: float) -> tuple[Note, ...]:
    """What was not counted, and how the rest was."""
    said = [Note("caution", CO_LOCATION), date_note(found.day)]
    silent = int((~found.reported).sum())
    if silent:
        said.append(count_note(plural(
            "{n} school has no row of their own: what is there is not reported, which is not the same as nobody.",
            "{n} schools have no row of their own: what is there is not reported, which is not the same as nobody.", silent)))
    said += [Note("caution", not_there) for not_there in _not_there(frames)]
    if left_out:
        said.append(count_note(plural(
            "{n} pair of organisations shares ground and fewer {who}, roughly counted, than the {pairs} measured.",
            "{n} pairs of organisations share ground and fewer {who}, roughly counted, than the {pairs} measured.", left_out,
            pairs=format_number(pairs), who=who_is_counted(counted_in(frames["areas"]) or EACH_AREA if "areas" in frames else v.CHILDREN))))
    if "areas" not in frames:
        said.append(Note("caution", say("Without need areas the children in overlaps are not counted.")))
    else:
        said += stand_in_note(counted_in(frames["areas"]) or EACH_AREA)
    said.append(Note("method", say("A service reaches a school by a straight line times {detour}, an estimated way; people and "
                                   "approaches count only at their own school.", detour=format_given(detour))))
    return tuple(said)


def _not_there(frames: Frames) -> list[Said]:
    found = []
    if "roles" not in frames:
        found.append(say("The project has no people in roles: not reported, so nothing here speaks of them."))
    if "services" not in frames:
        found.append(say("The project has no services: not reported, so nothing here speaks of them."))
    if "participations" not in frames and "sites" not in frames:
        found.append(say("The project has no approaches at schools: not reported, so nothing here speaks of them."))
    return found
