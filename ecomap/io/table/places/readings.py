"""Which way round degrees are meant: as written, latitude and longitude exchanged, a minus sign lost or added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import field, frozen

from ecomap.io.table.places.bulk import find_bulk, off_box_m
from ecomap.io.table.places.date_line import HALF, NEAR_DEG
from ecomap.io.table.places.regions import LAND, SEA, Box, ground, where
from ecomap.io.table.places.testimony import Witness
from ecomap.model.errors import InputError
from ecomap.model.said import Said, joined, say
from ecomap.model.said import name as named
from ecomap.model.understanding import Doubt, Option

AXES, SIGN = "axes", "sign"
AS_WRITTEN, SWAPPED = "as_written", "swapped"
CLEAR: Final = 0.75        # share of the rows that must fit for a reading to be taken
FITS: Final = 0.5          # share of the rows that must fit for the numbers to stand as they are
EXPECTED_SLACK_DEG: Final = 0.5
NEAR_BULK_DEG: Final = 0.3


@frozen
class Reading:
    """One way to read pairs of degrees: exchanged or not, then each with its sign or the other."""

    swapped: bool = False
    east: int = 1
    north: int = 1

    def read(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Longitude and latitude."""
        lon, lat = (y, x) if self.swapped else (x, y)
        return lon * self.east, lat * self.north

    def moved(self, xy: Any) -> Any:
        """Corners of shapes, read this way."""
        return (xy[:, ::-1] if self.swapped else xy) * [self.east, self.north]

    @property
    def steps(self) -> int:
        return self.swapped + (self.east < 0) + (self.north < 0)

    @property
    def axes(self) -> str:
        return SWAPPED if self.swapped else AS_WRITTEN


PLAIN: Final = Reading()
READINGS: Final = tuple(sorted(
    (Reading(swapped, east, north) for swapped in (False, True) for east in (1, -1) for north in (1, -1)),
    key=lambda one: (one.steps, not one.swapped, one.east),
))


@frozen
class Settled:
    """How a file's degrees are read.

    Parameters
    ----------
    whole : Reading
        For all rows.
    odd : mapping
        Reading -> mask of the single rows that are read otherwise than the whole.
    reason : Said
        What spoke for it; "" where the numbers stand as they are.
    """

    whole: Reading = PLAIN
    odd: Mapping[Reading, Any] = field(factory=dict, repr=False, eq=False)
    reason: Said | None = None
    doubts: tuple[Doubt, ...] = ()


def settle_readings(
    x: Any, y: Any, *, found: tuple[Witness, ...] = (), weak: Witness | None = None, expected: Box | None = None,
    answers: Mapping[str, str] | None = None, rows: tuple[str, ...] = (), file_name: str = "",
) -> Settled:
    """How to read pairs of degrees, by all that is known of where they should lie.

    In this order: what a person said, what no latitude can be, the file's own states and codes, the places of the
    project, and whether there is land at all where the numbers lie.

    Parameters
    ----------
    x, y : array of float
        As written; NaN where a row has no place.
    found : tuple of Witness
        Columns that say where rows are.
    weak : Witness, optional
        What only hints at it.
    rows : tuple of str
        A few rows in words, for the question.

    Raises
    ------
    InputError
        If two readings are as likely and nobody has said which it is.
    """
    answers = answers or {}
    there = ~_impossible(x, y) & (x == x) & (y == y)
    told = _told(answers, x[there], y[there])
    if not (there.any() or (~_impossible(y, x) & (x == x) & (y == y)).any()):
        return Settled()
    if told is not None:
        doubts = _doubts(x[there], y[there], (PLAIN, told) if told != PLAIN else (PLAIN, Reading(True)), told, (), rows, answers)
        return Settled(told, _odd_rows(x, y, told, found, expected, answers), say("as you said"), doubts)
    if (~there).sum() > there.sum() + (x != x).sum():  # most can be no degrees as written: exchanged they may
        whole, reason, doubts = _whole(y, x, ~_impossible(y, x) & (x == x) & (y == y), found, weak, expected, answers, rows, file_name)
        whole = Reading(not whole.swapped, whole.east, whole.north)
        reason = reason or say("There is no such latitude.")
        doubts = tuple(doubt for doubt in doubts if doubt.code == SIGN)
    else:
        whole, reason, doubts = _whole(x, y, there, found, weak, expected, answers, rows, file_name)
    return Settled(whole, _odd_rows(x, y, whole, found, expected, answers), reason, doubts)


def _impossible(x: Any, y: Any) -> Any:
    import numpy as np

    return (np.abs(y) > 90) | (np.abs(x) > 180)


def _told(answers: Mapping[str, str], x: Any, y: Any) -> Reading | None:
    """The reading that a person's answers give, None where there is none."""
    import numpy as np

    if AXES not in answers and SIGN not in answers:
        return None
    swapped = answers.get(AXES, AS_WRITTEN) == SWAPPED
    lon, lat = (y, x) if swapped else (x, y)
    sign = answers.get(SIGN, AS_WRITTEN)
    middle_lon, middle_lat = (float(np.median(lon)), float(np.median(lat))) if len(lon) else (0.0, 0.0)
    east = -1 if ("west" in sign and middle_lon > 0) or ("east" in sign and middle_lon < 0) else 1
    north = -1 if ("south" in sign and middle_lat > 0) or ("north" in sign and middle_lat < 0) else 1
    return Reading(swapped, east, north)


def _whole(
    x: Any, y: Any, there: Any, found: tuple[Witness, ...], weak: Witness | None, expected: Box | None,
    answers: Mapping[str, str], rows: tuple[str, ...], file_name: str,
) -> tuple[Reading, Said | None, tuple[Doubt, ...]]:
    px, py = x[there], y[there]
    if not len(px):
        return PLAIN, None, ()
    judged = [(_of_witness(one, there), one.words) for one in found if one.speaks[there].mean() >= FITS]
    if expected is not None:
        judged.append((_of_box(expected), say("The project's other layers lie in {place}.", place=where(*_centre(expected)))))
    votes: list[tuple[Reading, Said]] = []
    for judge, words in judged:
        vote = _vote(judge, x, y, there)
        if vote is not None:
            votes.append((vote, words))
    if any(vote == PLAIN for vote, _ in votes):
        return PLAIN, None, ()
    if votes:
        return votes[0][0], votes[0][1], _doubts(px, py, (PLAIN, votes[0][0]), votes[0][0], tuple(w for _, w in votes), rows, answers)
    return _by_ground(x, y, there, weak, rows, answers, file_name)


def _vote(judge: Any, x: Any, y: Any, there: Any) -> Reading | None:
    shares = {one: float(judge(*one.read(x, y))) for one in READINGS}
    if shares[PLAIN] >= FITS:
        return PLAIN
    best = max(READINGS, key=lambda one: shares[one])
    return best if shares[best] >= CLEAR else None


def _of_witness(one: Witness, there: Any) -> Any:
    """Share of the rows of which it speaks that lie where it says, and on land."""
    mask = one.speaks & there
    return lambda lon, lat: (one.agrees(lon, lat) & (ground(lon, lat) != SEA))[mask].mean()


def _of_box(box: Box) -> Any:
    import numpy as np

    west, south, east, north = box
    slack = max(EXPECTED_SLACK_DEG, 0.5 * max(east - west, north - south))

    def share(lon: Any, lat: Any) -> float:
        there = np.isfinite(lon)
        inside = (lon >= west - slack) & (lon <= east + slack) & (lat >= south - slack) & (lat <= north + slack)
        return float(inside[there].mean())

    return share


def _by_ground(
    x: Any, y: Any, there: Any, weak: Witness | None, rows: tuple[str, ...], answers: Mapping[str, str], file_name: str,
) -> tuple[Reading, Said | None, tuple[Doubt, ...]]:
    """Without any other evidence: is there land where the numbers lie, and where they would lie otherwise?"""
    import numpy as np

    px, py = x[there], y[there]
    lie = {one: np.asarray(ground(*one.read(px, py))) for one in READINGS}
    on_land = {one: float((lie[one] != SEA).mean()) for one in READINGS}
    firm = {one: float((lie[one] == LAND).mean()) for one in READINGS}
    if weak is not None:
        mask = np.ones(int(there.sum()), dtype=bool)
        inside = [one for one in READINGS if one.steps <= 1 and weak.regions[0].holds(*one.read(px, py), 0.3)[mask].mean() >= CLEAR
                  and on_land[one] >= CLEAR]
        if inside and PLAIN not in inside and len(inside) == 1:
            return inside[0], weak.words, _doubts(px, py, (PLAIN, inside[0]), inside[0], (weak.words,), rows, answers)
        if PLAIN in inside:
            return PLAIN, None, ()
    if firm[PLAIN] >= FITS or (on_land[PLAIN] >= FITS and not any(firm[one] >= CLEAR for one in READINGS if one.steps == 1)):
        other = [one for one in (Reading(True), Reading(False, -1)) if firm[one] >= CLEAR and (one.swapped or np.median(px) > 0)]
        return PLAIN, None, _doubts(px, py, (PLAIN, *other), PLAIN, (), rows, answers) if other else ()
    for steps in (1, 2):
        fitting = [one for one in READINGS if one.steps == steps and firm[one] >= CLEAR]
        if on_land[PLAIN] >= FITS:
            fitting = [PLAIN, *fitting]
        if len(fitting) == 1:
            words = say("As written they would lie in {place}.", place=_place(px, py, PLAIN))
            return fitting[0], words, _doubts(px, py, (PLAIN, fitting[0]), fitting[0], (words,), rows, answers)
        if fitting:
            raise undecided(_doubts(px, py, tuple(dict.fromkeys((PLAIN, *fitting))), None, (), rows, answers), file_name)
    return PLAIN, None, ()


def undecided(doubts: tuple[Doubt, ...], file_name: str) -> InputError:
    """The question that has to be answered before the file can be placed."""
    places = joined([line for doubt in doubts[:1] for line in doubt.evidence])
    return InputError(
        say("{file}: it is not clear where on Earth its rows lie. {places}", file=named(file_name), places=places),
        say("Say which of them is right."), doubts=doubts,
    )


def _place(x: Any, y: Any, one: Reading) -> Said:
    import numpy as np

    lon, lat = one.read(x, y)
    middle = int(np.argsort(lon + 1000 * np.round(lat, 1))[len(lon) // 2])
    return where(float(lon[middle]), float(lat[middle]))


def _sign_of(one: Reading, x: Any, y: Any) -> str:
    """The answer that means the signs of a reading: "west", "south_east" ..."""
    import numpy as np

    if one.east > 0 and one.north > 0:
        return AS_WRITTEN
    lon, lat = one.read(x, y)
    parts = []
    if one.north < 0:
        parts.append("south" if np.median(lat) < 0 else "north")
    if one.east < 0:
        parts.append("west" if np.median(lon) < 0 else "east")
    return "_".join(parts)


def _doubts(
    x: Any, y: Any, readings: tuple[Reading, ...], taken: Reading | None, why: tuple[Said, ...], rows: tuple[str, ...],
    answers: Mapping[str, str],
) -> tuple[Doubt, ...]:
    """The questions behind a choice among readings: which axis is which, and on which side of zero."""
    if not len(x):
        return ()
    evidence = tuple(_would_lie(x, y, one) for one in readings)
    out = []
    if any(one.swapped for one in readings):
        out.append(Doubt(
            AXES, say("Do latitude and longitude stand in each other's place?"), (*evidence, *why),
            (Option(AS_WRITTEN, say("No, as written: {place}", place=_place(x, y, next((one for one in readings if not one.swapped), PLAIN)))),
             Option(SWAPPED, say("Yes, exchanged: {place}", place=_place(x, y, next(one for one in readings if one.swapped))))),
            "" if taken is None else taken.axes, rows=rows, needed=taken is None,
        ))
    signed = [one for one in readings if one.east < 0 or one.north < 0]
    if signed and (taken is None or taken in signed or not out):
        options = [Option(AS_WRITTEN, say("As written: {place}", place=_place(x, y, PLAIN)))]
        for one in signed:
            options.append(Option(_sign_of(one, x, y), say("With the other sign: {place}", place=_place(x, y, one))))
        out.append(Doubt(
            SIGN, say("Is a minus sign of the coordinates missing or too many?"), (*evidence, *why), tuple(options),
            "" if taken is None else _sign_of(taken, x, y), rows=rows, needed=taken is None and not out,
        ))
    return tuple(out)


def _would_lie(x: Any, y: Any, one: Reading) -> Said:
    place = _place(x, y, one)
    if one == PLAIN:
        return say("As written: {place}.", place=place)
    if one == Reading(True):
        return say("With latitude and longitude exchanged: {place}.", place=place)
    if not one.swapped:
        return say("With the other sign: {place}.", place=place)
    return say("Exchanged and with the other sign: {place}.", place=place)


def _centre(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _odd_rows(
    x: Any, y: Any, whole: Reading, found: tuple[Witness, ...], expected: Box | None, answers: Mapping[str, str]
) -> dict[Reading, Any]:
    """Single rows that lie among the others only when read another way than the whole."""
    import numpy as np

    lon, lat = whole.read(x, y)
    lost = _impossible(lon, lat)
    turned = Reading(not whole.swapped, whole.east, whole.north)
    odd: dict[Reading, Any] = {}
    free = np.isfinite(x) & np.isfinite(y)
    if answers.get(AXES) != AS_WRITTEN and lost.any():
        other = turned.read(x, y)
        mask = lost & ~_impossible(*other)
        if mask.any():
            odd[turned] = mask
            lon, lat = np.where(mask, other[0], lon), np.where(mask, other[1], lat)
    lon, lat = np.where(_impossible(lon, lat), np.nan, lon), np.where(_impossible(lon, lat), np.nan, lat)
    dry = ground(lon, lat) != SEA
    dry = dry if dry.any() else np.isfinite(lon)
    bulk = find_bulk(np.where(dry, lon, np.nan), np.where(dry, lat, np.nan), expected)
    if bulk is None:
        return odd
    box = _mirrored(lon, lat, expected)
    if box is not None:
        astray = free & ~_near(lon, lat, box)
    else:
        box = bulk.box
        astray = free & (~np.isfinite(lon) | (off_box_m(lon, lat, box) > bulk.limit_m))
    for one in READINGS:
        if one == whole or not astray.any() or not _allowed(one, whole, answers):
            continue
        there = one.read(x, y)
        mask = astray & _near(*there, box) & _not_denied(found, *there)
        for taken in odd.values():
            mask &= ~taken
        if mask.any():
            odd[one] = odd[one] | mask if one in odd else mask
            astray &= ~mask
    return odd


def _allowed(one: Reading, whole: Reading, answers: Mapping[str, str]) -> bool:
    if AXES in answers and one.swapped != whole.swapped and answers[AXES] == AS_WRITTEN:
        return False
    return not (answers.get(SIGN) == AS_WRITTEN and (one.east, one.north) != (whole.east, whole.north))


def _near(lon: Any, lat: Any, box: Box) -> Any:
    slack = max(NEAR_BULK_DEG, 0.25 * max(box[2] - box[0], box[3] - box[1]))
    west, south, east, north = box
    return (lon >= west - slack) & (lon <= east + slack) & (lat >= south - slack) & (lat <= north + slack)


def _not_denied(found: tuple[Witness, ...], lon: Any, lat: Any) -> Any:
    import numpy as np

    mask = np.ones(len(lon), dtype=bool)
    for one in found:
        mask &= ~one.speaks | one.agrees(lon, lat)
    return mask


def _mirrored(lon: Any, lat: Any, expected: Box | None) -> Box | None:
    """The box of the rows on one side of zero where the others are their mirror image on the other side.

    One town is never mirrored in another: a minus sign is missing on one side. The side with land is the right one;
    where both have land, the western (a minus gets lost, nobody adds one) unless it is the smaller half.
    """
    import numpy as np

    there = np.isfinite(lon)
    west, east = there & (lon < -5), there & (lon > 5)
    if expected is not None or not west.any() or not east.any() or (west | east).sum() < there.sum():
        return None
    if lon[west].max() < NEAR_DEG - HALF and lon[east].min() > HALF - NEAR_DEG:
        return None  # both sides of the date line: neighbours
    one = (float(lon[west].min()), float(lat[west].min()), float(lon[west].max()), float(lat[west].max()))
    if not _near(-lon[east], lat[east], one).all() or max(one[2] - one[0], one[3] - one[1]) > 5:
        return None
    dry_west, dry_east = (ground(lon[side], lat[side]) != SEA for side in (west, east))
    side = west if (dry_west.mean(), west.sum()) >= (dry_east.mean(), east.sum()) else east
    return float(lon[side].min()), float(lat[side].min()), float(lon[side].max()), float(lat[side].max())


def words_of(one: Reading, lon: Any, lat: Any) -> Said:
    """What was done to rows that now lie at these degrees."""
    parts = [say("Latitude and longitude stood in each other's place.")] if one.swapped else []
    if one.east < 0:
        parts.append(say("The minus sign of the longitude was missing.") if (lon < 0).mean() >= 0.5 else
                     say("The longitude had a minus sign that does not belong there."))
    if one.north < 0:
        parts.append(say("The minus sign of the latitude was missing.") if (lat < 0).mean() >= 0.5 else
                     say("The latitude had a minus sign that does not belong there."))
    return joined(parts) if parts else say("The coordinates of these rows are right as written.")
