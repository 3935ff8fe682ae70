"""Names of the ground: what each is called and where it may stand, and which of them a scale has room for."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Sequence
from math import ceil, cos, floor, log2, radians, sin
from typing import Any

import numpy as np
from attrs import evolve, field, frozen

from ecomap.model import vocabulary as v
from ecomap.model.kept import Kept
from ecomap.model.layer import POINT, POLYGON, Layer
from ecomap.render.canvas.ground import kinds_of, ranks_of
from ecomap.render.canvas.idbuffer import Window
from ecomap.render.canvas.marks import symbol_scale
from ecomap.render.canvas.placing import Places, overlapping, place
from ecomap.render.canvas.spots import Box, Schools, Spot, Spots, named_in, schools_of
from ecomap.render.style.ground import (
    HALO_PX,
    LINE_GAP,
    LINES_FROM,
    NAMES,
    NAMES_FROM,
    SCHOOL_NAME,
    SIGN,
    SIGN_ROOM,
    STREET_NAMES_FROM,
    TEXT_GROWTH,
    is_ground,
    sign_text,
    two_lines,
)

Measure = Callable[[str, str, int], tuple[float, float]]  # width and height in pixels of a text in a look at a height
Place = tuple[float, float, float, float, float]  # x and y in metres, moved by pixels right and down, angle in degrees

# What comes first within a rank; the sign of a road comes before everything of the next rank.
_WITHIN: dict[str, float] = {v.CITY_NAME: 0.1, v.NEIGHBOURHOOD: 0.1, v.WATER: 0.1, v.PARK: 0.1}
_SIGN_AFTER, _MORE_SIGNS_AFTER, _STREET_AFTER = 0.5, 2.45, 1.6
_ROADS = (v.FREEWAY, v.MAIN_ROAD, v.ROAD, v.SMALL_STREET)
_RING_PX = 5.0                  # of the ring around what is chosen
_AROUND_FROM = 0.012            # pixels per metre
_WORTH_OF_A_KM = 2.0           # how many need areas a kilometre of an area's side is worth: large parks are known, too
_SIGN_EVERY_PX, _STREET_EVERY_PX = 260.0, 420.0
_LEAST_ROAD_PX = 44.0
SAME_NAME_PX, SAME_SIGN_PX = 170.0, 90.0
_ALONG = (0.0, 0.12, -0.12, 0.25, -0.25, 0.37, -0.37)  # tries along a stretch of road, shares of it
_STRAIGHT = 0.985              # how long the straight way is, of that along the road, where a name can follow it
# Tries around the middle of an area, shares of the name's width and height; the least moved first.
_TRIES = tuple(sorted(((dx, dy) for dx in (0.0, -0.25, 0.25, -0.5, 0.5) for dy in (0.0, -0.6, 0.6, -1.2, 1.2)),
                      key=lambda by: (round((3 * by[0]) ** 2 + by[1] ** 2, 6), by)))
_ROOM_PX = 2.5                 # kept free around every name


@frozen(eq=False)
class Road:
    """One road under one name: its pieces joined where they meet, longest first, and what is written along it."""

    text: str
    kind: str                 # or SIGN
    rank: int
    tier: float
    from_px_per_m: float
    parts: Any = field(repr=False)        # shapely lines
    ends: np.ndarray = field(repr=False)  # of the pieces, in metres along them all
    bounds: Box


@frozen(eq=False)
class Known:
    """All names of one layer, whatever the scale; ``areas`` are what the spots name, in their order."""

    spots: Spots | Schools
    roads: tuple[Road, ...]
    areas: Any = field(default=(), repr=False)


@frozen
class Lettering:
    """A name that is written: its lines of text, how, the middle of it in metres and moved by pixels, and the room it takes."""

    lines: tuple[str, ...]
    kind: str                 # of `ecomap.render.style.ground.NAMES`
    px: int                   # height of its letters
    x: float
    y: float
    dx: float
    dy: float
    wide: float               # of its text, without halo
    high: float
    angle: float = 0.0        # degrees, clockwise
    quiet: bool = False

    def box(self, left: float, top: float, px_per_m: float) -> Box:
        """Its room in the pixels of a window whose top left corner is given in metres: left, top, right, bottom."""
        x, y = (self.x - left) * px_per_m + self.dx, (top - self.y) * px_per_m + self.dy
        boxes = _boxes(self.wide, self.high, self.angle)
        return (x + min(b[0] for b in boxes), y + min(b[1] for b in boxes), x + max(b[2] for b in boxes), y + max(b[3] for b in boxes))


def build_known(frame: Any, language: str = "en") -> Known:
    """The names of a frame of ground, in a language where it has them in several."""
    import shapely  # heavy

    geometry = np.asarray(frame.geometry, dtype=object)
    kind, rank, text = kinds_of(frame), ranks_of(frame), texts_of(frame, language)
    dimension = shapely.get_dimensions(geometry)
    named = (text != "") & ~shapely.is_empty(geometry) & (dimension >= 0)
    spotted = np.flatnonzero(named & np.isin(kind, list(_WITHIN)) & (dimension != 1))
    spots, areas = _spots(geometry[spotted], dimension[spotted], kind[spotted], rank[spotted], text[spotted])
    roads = [
        *_roads(geometry, kind, rank, named_in(frame, v.SHIELD), dimension == 1, signs=True),
        *_roads(geometry, kind, rank, text, dimension == 1, signs=False),
    ]
    return Known(Spots(spots), tuple(roads), areas)


_known = Kept(build_known)


def known_names(frame: Any, language: str = "en") -> Known:
    """`build_known`, from memory where the same rows were looked at before."""
    return _known.of(frame, language)


def texts_of(frame: Any, language: str) -> np.ndarray:
    """What every row is called in a language; as in its own place where that has no other word for it."""
    own, other = named_in(frame, v.NAME), named_in(frame, v.NAME_IN + language)
    return np.where(other != "", other, own)


def _spots(geometry: np.ndarray, dimension: np.ndarray, kind: np.ndarray, rank: np.ndarray, text: np.ndarray) -> tuple[list[Spot], np.ndarray]:
    """Areas are named where they are widest; the larger of a rank come first. Beside the spots, what each names."""
    import shapely  # heavy

    if not len(geometry):
        return [], geometry
    area = shapely.area(geometry)
    x, y, radius = shapely.get_x(shapely.centroid(geometry)), shapely.get_y(shapely.centroid(geometry)), np.zeros(len(geometry))
    for row in np.flatnonzero(dimension == 2):
        inside = shapely.maximum_inscribed_circle(geometry[row], tolerance=max(float(np.sqrt(area[row])) / 60, 1.0))
        x[row], y[row] = inside.coords[0]
        radius[row] = inside.length
    tier = rank + np.array([_WITHIN[code] for code in kind])
    order = np.lexsort((text.astype(str), -area, tier))
    return [
        Spot(text[n], kind[n], float(tier[n]), NAMES_FROM[int(rank[n])], float(x[n]), float(y[n]), float(radius[n]))
        for n in order
    ], geometry[order]


def _roads(geometry: np.ndarray, kind: np.ndarray, rank: np.ndarray, text: np.ndarray, lines: np.ndarray, *, signs: bool) -> list[Road]:
    """Roads by what is written along them: numbers on signs, or names."""
    import shapely  # heavy

    rows = np.flatnonzero(lines & (text != "") & np.isin(kind, list(_ROADS)))
    groups: dict[tuple[str, str], list[int]] = {}
    for row in rows.tolist():
        groups.setdefault((sign_text(text[row]) if signs else text[row], kind[row]), []).append(row)
    roads = []
    for (words, code), members in groups.items():
        if not words:
            continue
        joined = shapely.line_merge(shapely.multilinestrings(shapely.get_parts(geometry[members]))) if len(members) > 1 else geometry[members[0]]
        parts = shapely.get_parts(joined)
        lengths = shapely.length(parts)
        longest = np.argsort(-lengths, kind="stable")
        level = int(rank[members].min())
        start = max(LINES_FROM[level], NAMES_FROM[2]) if signs else STREET_NAMES_FROM[level]
        tier = level + (_SIGN_AFTER if signs else _STREET_AFTER)
        roads.append(Road(words, SIGN if signs else code, level, tier, start, parts[longest],
                          np.cumsum(lengths[longest]), _box_of(shapely.total_bounds(parts))))
    roads.sort(key=lambda road: (road.tier, -float(road.ends[-1]), road.text))
    return roads


def known_schools(frame: Any, size_px: float) -> Known:
    """The names of schools beside their symbols, those with most pupils first."""
    return Known(schools_of(frame, size_px), ())


def _box_of(sides: np.ndarray) -> Box:
    left, bottom, right, top = (float(side) for side in sides)
    return left, bottom, right, top


_schools = Kept(known_schools)


@frozen(eq=False)
class _About:
    """The rows that the map is about, as part of a key: equal to itself while they are the same rows."""

    rows: Any                # weak reference to their frame

    def __hash__(self) -> int:
        return id(self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _About) and other.rows is self.rows  # the same frame has one weak reference


def _nearer(frame: Any, language: str, about: _About | None) -> Known:
    """The names of a frame with regard to what the map is about: of one rank those first that hold most of it, and those
    outside it quietly, a rank later.

    Need areas hold about as many people each, so that where most of them lie most people live.
    """
    known, subject = known_names(frame, language), about.rows() if about is not None else None
    if subject is None or not known.spots:
        return known
    import shapely  # heavy

    parts = np.asarray(subject.geometry, dtype=object)
    parts = parts[~(shapely.is_missing(parts) | shapely.is_empty(parts))]
    spots = known.spots
    inside = np.zeros(len(spots), bool)
    middles = shapely.points([(spot.x, spot.y) for spot in spots])
    inside[shapely.STRtree(parts).query(middles, predicate="intersects")[0]] = True
    held = np.bincount(shapely.STRtree(shapely.point_on_surface(parts)).query(known.areas, predicate="intersects")[0], minlength=len(spots))
    weight = held + _WORTH_OF_A_KM * np.sqrt(shapely.area(known.areas)) / 1000
    told = [spot if own else _around(spot) for spot, own in zip(spots, inside)]
    order = np.lexsort((-weight, [spot.tier for spot in told]))
    return evolve(known, spots=Spots(told[n] for n in order), areas=known.areas[order])


def _around(spot: Spot) -> Spot:
    """A name outside what the map is about: quietly, a rank later; of what is no city, from nearby only."""
    start = spot.from_px_per_m if spot.kind == v.CITY_NAME else max(2 * spot.from_px_per_m, _AROUND_FROM)
    return evolve(spot, tier=spot.tier + 1, from_px_per_m=start, quiet=True)


def _subject(placed: Sequence[tuple[Layer, Any]]) -> Any | None:
    """The rows that the map is about: the need areas, or an answer about as many areas; without either, the district."""
    for roles in ((v.NEED_AREA, v.RESULT), (v.ATTENDANCE_AREA, v.DISTRICT)):
        found = [frame for layer, frame in placed if layer.role in roles and layer.geometry == POLYGON and len(frame)]
        if found:
            return max(found, key=len)
    return None


_named = Kept(_nearer)


def all_names(placed: Sequence[tuple[Layer, Any]], language: str = "en") -> tuple[Known, ...]:
    """The names of the ground and of the schools among layers that are switched on; those on what the map is about come first."""
    subject = _subject(placed)
    about = _About(weakref.ref(subject)) if subject is not None else None
    found = []
    for layer, frame in placed:
        if is_ground(layer):
            found.append(_named.of(frame, language, about))
        elif layer.role == v.SCHOOL and layer.geometry == POINT and not layer.style.label_column:
            found.append(_schools.of(frame, layer.style.size))
    return tuple(found)


def beside(text: str, x: float, y: float, size_px: float, px_per_m: float, measure: Measure) -> Lettering:
    """The name of what is chosen, to the right of its symbol."""
    wish = _wish_of_spot(Spot(text, SCHOOL_NAME, 0.0, 0.0, x, y, 0.0, size_px / 2 + _RING_PX), px_per_m, measure)
    return _lettering(wish, wish.places[0])


def rooms_of(names: Sequence[Lettering]) -> np.ndarray:
    """The room of every name, one row each: middle in metres, and left, top, right, bottom in pixels from it."""
    rows = [(name.x, name.y, *name.box(name.x, name.y, 1.0)) for name in names]
    return np.array(rows, float).reshape(-1, 6)


def showing(rooms: np.ndarray, window: Window, kept_clear: Sequence[Box], seen: Box) -> np.ndarray:
    """Which names a picture shows: those that lie in it, stand on nothing in ``kept_clear`` and are not cut by the edge of what
    is ``seen`` of it; boxes in its pixels."""
    x, y = (rooms[:, 0] - window.left) * window.px_per_m, (window.top - rooms[:, 1]) * window.px_per_m
    left, top, right, bottom = (middle + rooms[:, side] * window.ratio for middle, side in ((x, 2), (y, 3), (x, 4), (y, 5)))

    def touches(box: Box) -> np.ndarray:
        return (left < box[2]) & (right > box[0]) & (top < box[3]) & (bottom > box[1])

    shown = touches((0.0, 0.0, float(window.width), float(window.height)))
    shown &= ~touches(seen) | ((left >= seen[0]) & (top >= seen[1]) & (right <= seen[2]) & (bottom <= seen[3]))
    for box in kept_clear:
        shown &= ~touches(box)
    return np.flatnonzero(shown)


@frozen(eq=False)
class _Wish:
    """A name at a scale, with the places where it could stand: anchor in metres, shift in pixels, angle."""

    lines: tuple[str, ...]
    kind: str
    px: int
    tier: float
    wide: float
    high: float
    places: tuple[Place, ...]
    apart: float
    quiet: bool = False


def letterings(
    known: Sequence[Known], px_per_m: float, measure: Measure, *, region: Box | None = None, taken: Sequence[Box] = (),
) -> tuple[Lettering, ...]:
    """The names that a scale has room for, none over another.

    Parameters
    ----------
    px_per_m : float
        The scale in pixels of the style.
    measure : callable
        How wide and high a text is, in pixels.
    region : (left, bottom, right, top), optional
        In metres: names whose middle lies outside are left out. Without one all are placed, so that none changes while the map
        is only moved.
    taken : sequence of (left, top, right, bottom)
        Where nothing may stand, in pixels from the origin of the plane, y downwards.
    """
    wishes = [wish for one in known for wish in _wishes(one, px_per_m, measure, region)]
    wishes.sort(key=lambda wish: wish.tier)
    if not wishes:
        return ()
    wishes = _making_way(wishes, px_per_m)
    boxes: list[Box] = []
    candidate: list[int] = []
    name: list[int] = []
    group: list[int] = []
    groups: dict[tuple[str, bool], int] = {}
    for number, wish in enumerate(wishes):
        group.append(groups.setdefault((" ".join(wish.lines).casefold(), wish.kind == SIGN), len(groups)))
        for x, y, dx, dy, angle in wish.places:
            middle_x, middle_y = x * px_per_m + dx, dy - y * px_per_m
            for left, top, right, bottom in _boxes(wish.wide, wish.high, angle):
                boxes.append((middle_x + left, middle_y + top, middle_x + right, middle_y + bottom))
                candidate.append(len(name))
            name.append(number)
    apart = np.array([wish.apart for wish in wishes])
    places = Places(np.array(boxes), np.array(candidate), np.array(name), np.array(group), apart)
    chosen = place(places, np.array(taken, float).reshape(-1, 4))
    first = np.searchsorted(places.name, np.arange(len(wishes)))
    return tuple(_lettering(wish, wish.places[at - start]) for wish, at, start in zip(wishes, chosen.tolist(), first.tolist()) if at >= 0)


def _lettering(wish: _Wish, at: Place) -> Lettering:
    x, y, dx, dy, angle = at
    return Lettering(wish.lines, wish.kind, wish.px, x, y, dx, dy, wish.wide, wish.high, angle, wish.quiet)


def _making_way(wishes: list[_Wish], px_per_m: float) -> list[_Wish]:
    """Signs stand anywhere along their road: where they hide the fewest names comes first."""
    named = [number for number, wish in enumerate(wishes) if wish.kind != SIGN]
    signs = [number for number, wish in enumerate(wishes) if wish.kind == SIGN]
    if not named or not signs:
        return wishes
    middles = [_box_at(wishes[number], wishes[number].places[0], px_per_m) for number in named]
    tries = [_box_at(wishes[number], at, px_per_m) for number in signs for at in wishes[number].places]
    tried, hidden = overlapping(np.array(tries), np.array(middles))
    worth = np.array([4.0 ** -wishes[number].tier for number in named])  # one name of a rank is worth all that it hides of the next
    hit = np.bincount(tried, worth[hidden], minlength=len(tries))
    made, start = list(wishes), 0
    for number in signs:
        places = wishes[number].places
        order = np.argsort(hit[start:start + len(places)], kind="stable")
        made[number] = evolve(wishes[number], places=tuple(places[at] for at in order))
        start += len(places)
    return made


def _box_at(wish: _Wish, at: Place, px_per_m: float) -> Box:
    """The room of a name that is not slanted, at one of its places."""
    x, y = at[0] * px_per_m + at[2], at[3] - at[1] * px_per_m
    left, top, right, bottom = _boxes(wish.wide, wish.high, 0.0)[0]
    return x + left, y + top, x + right, y + bottom


def _boxes(wide: float, high: float, angle: float) -> list[Box]:
    """The room of a name around its middle; of a slanted one in pieces that follow it."""
    half, tall = wide / 2 + _ROOM_PX, high / 2 + _ROOM_PX / 5
    if not angle:
        return [(-half, -tall, half, tall)]
    pieces = max(ceil(half / tall), 1)
    turn = radians(angle)
    across, along = abs(sin(turn)), abs(cos(turn))
    step = 2 * half / pieces
    grown_x, grown_y = step / 2 * along + tall * across, step / 2 * across + tall * along
    made = []
    for number in range(pieces):
        away = -half + (number + 0.5) * step
        x, y = away * cos(turn), away * sin(turn)
        made.append((x - grown_x, y - grown_y, x + grown_x, y + grown_y))
    return made


def _wishes(known: Known, px_per_m: float, measure: Measure, region: Box | None) -> Iterable[_Wish]:
    for spot in known.spots.within(px_per_m, region):
        yield _wish_of_spot(spot, px_per_m, measure)
    for road in known.roads:
        if px_per_m >= road.from_px_per_m:
            yield from _wishes_along(road, px_per_m, measure, region)


LEAST_PX = 10  # of a name: on paper a quarter larger, which is 9 pt


def _height(kind: str, px_per_m: float) -> int:
    return max(round(NAMES[kind].px * TEXT_GROWTH.at(px_per_m)), LEAST_PX)


def _wish_of_spot(spot: Spot, px_per_m: float, measure: Measure) -> _Wish:
    px = _height(spot.kind, px_per_m)
    lines = two_lines(spot.text)
    sizes = [measure(line, spot.kind, px) for line in lines]
    wide, high = max(size[0] for size in sizes), sizes[0][1] * (1 + LINE_GAP * (len(lines) - 1))
    if spot.beside_px:
        beside = spot.beside_px * symbol_scale(px_per_m) + HALO_PX
        shifts = [(beside + wide / 2, 0.0), (-beside - wide / 2, 0.0), (0.0, -beside - high / 2), (0.0, beside + high / 2)]
    else:
        room = max(spot.radius_m * px_per_m, 0.6 * high, 0.3 * wide)
        shifts = [(dx * wide, dy * high) for dx, dy in _TRIES if (dx * wide) ** 2 + (dy * high) ** 2 <= room * room]
    return _Wish(lines, spot.kind, px, spot.tier, wide, high, tuple((spot.x, spot.y, dx, dy, 0.0) for dx, dy in shifts), SAME_NAME_PX, spot.quiet)


def _wishes_along(road: Road, px_per_m: float, measure: Measure, region: Box | None) -> Iterable[_Wish]:
    """A road's number or name, once in every stretch; twice as many stretches at twice the scale, so that most signs stay."""
    sign = road.kind == SIGN
    if region is not None and not _touches(region, road.bounds):
        return
    total = float(road.ends[-1]) * px_per_m
    px = _height(road.kind, px_per_m)
    wide, high = measure(road.text, road.kind, px)
    if total < (_LEAST_ROAD_PX if sign else wide * 1.2):
        return
    if sign:
        wide, high = max(wide + 2 * SIGN_ROOM[0], high), high + 2 * SIGN_ROOM[1]
    stretches = 2 ** floor(log2(max(total / (_SIGN_EVERY_PX if sign else _STREET_EVERY_PX), 1.0)))
    shares = ((np.arange(stretches)[:, None] + 0.5 + np.array(_ALONG)) / stretches).ravel()
    x, y, angle, stands = _stands(road, shares, 0.0 if sign else wide / px_per_m)
    if region is not None:
        stands &= (x >= region[0]) & (x <= region[2]) & (y >= region[1]) & (y <= region[3])
    for number in (np.flatnonzero(stands.reshape(stretches, -1).any(axis=1))).tolist():
        tries = [at for at in range(number * len(_ALONG), (number + 1) * len(_ALONG)) if stands[at]]
        tier = road.tier if number == stretches // 2 or not sign else road.tier - _SIGN_AFTER + _MORE_SIGNS_AFTER
        places = tuple((float(x[at]), float(y[at]), 0.0, 0.0, float(angle[at])) for at in tries)
        yield _Wish((road.text,), road.kind, px, tier, wide, high, places, SAME_SIGN_PX if sign else _STREET_EVERY_PX / 2)


def _touches(region: Box, bounds: Box) -> bool:
    return bounds[0] <= region[2] and bounds[2] >= region[0] and bounds[1] <= region[3] and bounds[3] >= region[1]


def _stands(road: Road, shares: np.ndarray, wide_m: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Where something stands at shares of a road's length: its middle, the angle of the road there, and whether a name of a
    width can follow it: it can where the road goes on straight enough for so long. Without a width all can, upright."""
    import shapely  # heavy

    away = shares * road.ends[-1]
    number = np.minimum(np.searchsorted(road.ends, away, side="right"), len(road.ends) - 1)
    part, length = road.parts[number], road.ends[number] - np.append(0.0, road.ends)[number]
    away = away - (road.ends[number] - length)
    if not wide_m:
        middle = shapely.line_interpolate_point(part, away)
        return shapely.get_x(middle), shapely.get_y(middle), np.zeros(len(shares)), np.ones(len(shares), bool)
    fits = (away >= wide_m / 2) & (away + wide_m / 2 <= length)
    start, end = (shapely.get_coordinates(shapely.line_interpolate_point(part, away + side * wide_m / 2)) for side in (-1, 1))
    run, rise = (end - start).T
    straight = np.hypot(run, rise) >= _STRAIGHT * wide_m
    angle = np.degrees(np.arctan2(-rise, run))
    angle = np.where(angle > 90, angle - 180, np.where(angle <= -90, angle + 180, angle))
    middle_x, middle_y = ((start + end) / 2).T
    return middle_x, middle_y, angle, fits & straight
