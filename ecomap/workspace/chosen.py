"""Choosing places: by what was drawn, by a value, by distance; and what is chosen comes to, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from ecomap.model import vocabulary as v
from ecomap.model.dates import first_day, today
from ecomap.model.figures import digits_known
from ecomap.model.layer import NO_GEOMETRY, POINT, POLYGON, Layer
from ecomap.model.project import Project
from ecomap.model.said import NOTHING, Said, joined, listed, name, plural, say
from ecomap.model.style import GRADUATED
from ecomap.model.units import format_number, format_with_margin, missing

if TYPE_CHECKING:
    from ecomap.analysis.chosen.sums import Rate, Sums, Total
    from ecomap.analysis.chosen.values import Condition

NEW, ADD, AWAY, KEEP = "new", "add", "away", "keep"
MANNERS: Final[Mapping[str, Said]] = {
    NEW: say("Choose these"), ADD: say("Add these to what is chosen"), AWAY: say("Take these away from what is chosen"),
    KEEP: say("Keep only these of what is chosen"),
}
_STANDING: Final = (v.SCHOOL, v.SITE, v.SERVICE)
_TRACT_ID, _BLOCK_GROUP_ID = 11, 12
_MOST_TOTALS: Final = 2


@frozen
class Line:
    """One number of what is chosen: what it is, the number, and what is to be known of it. ``alone``: it is of each place, not of all."""

    label: Said
    value: Said
    quiet: Said = NOTHING
    alone: bool = False


@frozen
class Told:
    """What is chosen comes to: a sentence for the foot of the map, its first part where there is little room, and every number."""

    sentence: Said
    lines: tuple[Line, ...] = ()
    short: Said = NOTHING


# --- which -----------------------------------------------------------------------------------------------------------


def choosable(project: Project) -> tuple[Layer, ...]:
    """The layers whose places can be chosen: those on the map, but for the ground; top of the map first."""
    return tuple(layer for layer in project.layers
                 if layer.visible and layer.geometry != NO_GEOMETRY and layer.role not in (v.GROUND, v.AREA_LINK) and len(project.frame(layer.id)))


def layer_meant(project: Project, asked: str = "") -> str:
    """The layer that a drawn shape chooses in: the one that was asked for, else need areas or the map of need that an answer made of
    them, else the first of areas, else the first. The ground of a gap is one shape or two: a box in it holds none of it."""
    layers = choosable(project)
    ids = [layer.id for layer in layers]
    if asked in ids:
        return asked
    need = [layer.id for layer in layers if layer.role == v.NEED_AREA]
    areas = [layer.id for layer in layers if layer.geometry == POLYGON]
    coloured = [layer.id for layer in layers if layer.id in areas and layer.style.kind == GRADUATED]
    return next(iter((*need, *coloured, *areas, *ids)), "")


def by_shape(project: Project, layer_id: str, corners: Any, how: str) -> tuple[str, ...]:
    """Ids of the places of a layer that lie in what was drawn (see `ecomap.analysis.chosen.inside`)."""
    from ecomap.analysis.chosen.inside import drawn_shape, inside  # heavy

    frame = project.frame(layer_id)
    return _ids(frame, inside(frame.geometry.to_numpy(), drawn_shape(corners), how))


def by_value(project: Project, layer_id: str, condition: Condition) -> tuple[str, ...]:
    """Ids of the places of a layer that meet a condition; what has no number meets no comparison of numbers."""
    from ecomap.analysis.chosen.values import meets  # heavy

    frame = project.frame(layer_id)
    return _ids(frame, meets(frame[condition.column], condition))


def by_distance(project: Project, layer_id: str, of: tuple[str, Sequence[str]], reach_m: float, how: str) -> tuple[str, ...]:
    """Ids of the places of a layer within a distance of places that are chosen, in a straight line; those themselves included."""
    from ecomap.analysis.chosen.inside import within_reach  # heavy

    chosen = project.frame(of[0])
    places = chosen.geometry.to_numpy()[chosen[v.ID].astype(str).isin([str(one) for one in of[1]]).to_numpy()]
    frame = project.frame(layer_id)
    return _ids(frame, within_reach(frame.geometry.to_numpy(), places, reach_m, how))


def combined(before: tuple[str, Sequence[str]], layer_id: str, found: Sequence[str], manner: str) -> tuple[str, ...]:
    """What is chosen after a choice: instead of, with, without or only within what was chosen before in the same layer.

    >>> combined(("a", ("1", "2")), "a", ("2", "3"), ADD), combined(("a", ("1", "2")), "a", ("2", "3"), AWAY), combined(("b", ("1",)), "a", ("2",), ADD)
    (('1', '2', '3'), ('1',), ('2',))
    """
    had = list(before[1]) if before[0] == layer_id else []
    new = set(found)
    if manner == ADD:
        return tuple(dict.fromkeys([*had, *found]))
    if manner == AWAY:
        return tuple(one for one in had if one not in new)
    if manner == KEEP:
        return tuple(one for one in had if one in new)
    return tuple(found)


def _ids(frame: Any, found: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in frame[v.ID].to_numpy()[found])


# --- what they come to -----------------------------------------------------------------------------------------------


def told(project: Project, layer_id: str, ids: Sequence[str], how: Said = NOTHING) -> Told:
    """What the chosen places of a layer come to.

    Parameters
    ----------
    how : Said
        How areas were chosen ("most of their ground inside"), where something was drawn.
    """
    import numpy as np

    from ecomap.analysis.chosen.inside import share_ground  # heavy
    from ecomap.analysis.chosen.sums import sums_of  # heavy

    layer, frame = project.layer(layer_id), project.frame(layer_id)
    rows = np.flatnonzero(frame[v.ID].astype(str).isin([str(one) for one in ids]).to_numpy())
    shapes = frame.geometry.to_numpy()[rows] if layer.geometry != NO_GEOMETRY else []
    sums = sums_of(layer, frame, rows, overlapping=layer.geometry == POLYGON and share_ground(shapes))
    places = _places(_known_as(project, layer, frame), frame, sums.rows)
    standing = _standing(project, layer, shapes)
    parts = [_counted(sums, places)]
    if standing:
        parts.append(joined(standing, ", "))
    if how and layer.geometry != POINT:
        parts.append(how)
    return Told(joined(parts, " · "), (*map(_total_line, sums.totals), *map(_rate_line, sums.rates)), parts[0])


def _counted(sums: Sums, places: Said) -> Said:
    """Who lives in the chosen places, and how many of those have no figure."""
    if sums.overlapping:
        return say("{places}; they lie over each other, so nothing is added up", places=places)
    known = [total for total in sums.totals if total.counted][:_MOST_TOTALS]
    if not known:
        return say("{places}; none has a figure that can be added up", places=places) if sums.totals else places
    people = say("{sums} in {places}", sums=listed([_sum_words(total) for total in known]), places=places)
    gone = [(total.missing, total) for total in known if total.missing]
    if not gone:
        return people
    same = len({count for count, _ in gone}) == 1 and len(gone) == len(known)
    without = (plural("{n} has no figure", "{n} have no figure", gone[0][0]) if same
               else joined([plural("{n} has no figure for {what}", "{n} have no figure for {what}", count, what=_who(total)) for count, total in gone], ", "))
    return joined([people, without], "; ")


def _sum_words(total: Total) -> Said:
    return say("{number} {who}", number=_number(total), who=_who(total))


def _who(total: Total) -> Said:
    """Whom a column counts, within a sentence; what is no count of people EcoMap knows goes by its heading."""
    from ecomap.analysis.people import WHO  # heavy

    return WHO[total.column] if total.column in WHO else total.label.small()


def _number(total: Total) -> Said:
    moe = None if missing(total.moe) else total.moe
    return format_with_margin(total.value, moe, total.unit, digits_known(total.value, moe or 0.0, "count"))


def _total_line(total: Total) -> Line:
    notes = [plural("{n} has no figure", "{n} have no figure", total.missing)] if total.missing else []
    if total.counted and total.surveyed and missing(total.moe):
        notes.append(say("margin not known"))
    return Line(total.label, _number(total) if total.counted else say("no figure"), joined(notes, " · "))


def _rate_line(rate: Rate) -> Line:
    """A rate of all together with what it is a rate of; where nothing says of how many it is, its ends among the rows."""
    notes = [plural("{n} has no figure", "{n} have no figure", rate.missing)] if rate.missing else []
    digits = rate.digits or None
    if not missing(rate.value):
        moe = None if missing(rate.moe) else rate.moe
        shown = 1 if digits is None and moe is not None and moe < 0.1 and rate.unit == "share" else digits
        notes += [say("margin not known")] if moe is None and rate.surveyed else []
        return Line(rate.label, format_with_margin(rate.value, moe, rate.unit, shown), joined(notes, " · "))
    if missing(rate.low):
        return Line(rate.label, say("no figure"), joined(notes, " · "), alone=True)
    ends = say("{low} to {high}", low=format_number(rate.low, rate.unit, digits), high=format_number(rate.high, rate.unit, digits))
    return Line(rate.label, ends, joined(notes, " · "), alone=True)


def _known_as(project: Project, layer: Layer, frame: Any) -> Layer:
    """Whose words count the rows of a layer: an answer about schools or need areas counts schools or need areas."""
    if not layer.result_id:
        return layer
    ids = set(frame[v.ID].astype(str))
    own = (other for role in (v.NEED_AREA, v.SCHOOL, v.SERVICE, v.ATTENDANCE_AREA, v.DISTRICT) for other in project.layers_of(role))
    return next((other for other in own if not other.result_id and ids <= set(project.frame(other.id)[v.ID].astype(str))), layer)


def _places(layer: Layer, frame: Any, count: int) -> Said:
    """How many places, in the words of what they are."""
    if layer.role == v.NEED_AREA:
        lengths = set(frame[v.ID].astype(str).str.len()) if frame[v.ID].astype(str).str.isdigit().all() else set()
        if lengths == {_TRACT_ID}:
            return plural("{n} tract", "{n} tracts", count)
        if lengths == {_BLOCK_GROUP_ID}:
            return plural("{n} block group", "{n} block groups", count)
        return plural("{n} area", "{n} areas", count)
    return places_of(layer.role, layer.name, count)


def places_of(role: str, called: Said, count: int) -> Said:
    """How many of a role; of a role without a word of its own, of the layer by its name.

    >>> places_of("school", name("Schools"), 2), places_of("reference", name("Parks"), 1)
    ('2 schools', '1 in “Parks”')
    """
    if role == v.SCHOOL:
        return plural("{n} school", "{n} schools", count)
    if role == v.SERVICE:
        return plural("{n} service", "{n} services", count)
    if role == v.ATTENDANCE_AREA:
        return plural("{n} attendance area", "{n} attendance areas", count)
    if role == v.DISTRICT:
        return plural("{n} district", "{n} districts", count)
    return plural("{n} in “{layer}”", "{n} in “{layer}”", count, layer=name(called))


def _standing(project: Project, layer: Layer, shapes: Any) -> list[Said]:
    """Schools, sites and services at work on the project's day that stand in chosen areas, layer by layer; none for other layers."""
    if layer.geometry != POLYGON:
        return []
    from ecomap.analysis.at_work import ACTIVE, state_of  # heavy
    from ecomap.analysis.chosen.inside import standing_in  # heavy

    day = first_day(project.day) or today()
    said = []
    for other in _point_layers(project, layer):
        frame = project.frame(other.id)
        counted = state_of(frame, other.role, day) == ACTIVE
        if v.SAME_AS in frame:
            counted &= (frame[v.SAME_AS].fillna("").astype(str) == "").to_numpy()
        count = int((standing_in(frame.geometry.to_numpy(), shapes) & counted).sum())
        if count:
            alone = len([one for one in project.layers_of(other.role) if not one.result_id]) == 1
            said.append(places_of(other.role if alone else "", other.name, count))
    return said


def _point_layers(project: Project, layer: Layer) -> Iterable[Layer]:
    """Where schools, sites and services are; answers are none of them."""
    return (other for role in _STANDING for other in project.layers_of(role)
            if other.geometry == POINT and not other.result_id and other.id != layer.id)
