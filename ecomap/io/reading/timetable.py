"""A timetable of public transport (GTFS) as its stops: which lines call there, and how often they call on a usual weekday."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from ecomap.io.reading.raw import RawSource, Sublayer
from ecomap.model.errors import InputError
from ecomap.model.progress import Progress
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say

STOPS: Final = "stops and their lines"  # how the table is chosen beside the feed's own
TABLES: Final = frozenset({"stops.txt", "stop_times.txt", "trips.txt"})
LONGEST_PERIOD: Final = 1_100   # days of service that are looked at
BLOCK: Final = 400_000          # rows of stop_times at a time
MOST_CALLS: Final = 40_000_000  # rows of stop_times
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NO_STOPS: Final = ("2", "3", "4")  # location_type of entrances, nodes and boarding areas
_KINDS: Final = {  # route_type: the basic ones, and the hundreds of the extended ones
    "0": "tram", "1": "subway", "2": "rail", "3": "bus", "4": "ferry", "5": "cable tram", "6": "aerial lift", "7": "funicular", "11": "trolleybus",
    "12": "monorail", "1xx": "rail", "2xx": "coach", "4xx": "subway", "7xx": "bus", "8xx": "trolleybus", "9xx": "tram", "10xx": "ferry",
}


def is_timetable(names: Sequence[str]) -> bool:
    """Whether the files of an archive are a timetable."""
    return {name.lower() for name in names} >= TABLES


def read_stops(path: Path, files: Sequence[Path], progress: Progress) -> RawSource:
    """The stops of a timetable, one row each; a platform counts for its station, entrances are left out.

    The usual weekday is the earliest Monday to Friday on which as many trips run as on most of them. All calls of all lines in both
    directions count: those after midnight, those of trips that run by headway, and those where a trip ends.

    Raises
    ------
    InputError
        If its stops have no places.
    """
    import pandas as pd  # heavy

    tables = {file.name.lower(): file for file in files}
    stops = _table(tables["stops.txt"], ("stop_id", "stop_name", "stop_lat", "stop_lon", "location_type", "parent_station", "wheelchair_boarding"))
    if not {"stop_id", "stop_lat", "stop_lon"} <= set(stops.columns):
        raise InputError(say("{file} is a timetable of public transport (GTFS), not one table.", file=named(path.name)),
                         say("Name the table you need, such as stops.txt for the stops."))
    stops = stops.drop_duplicates("stop_id").set_index("stop_id", drop=False)
    of_station = _stations(stops)
    trips = _table(tables["trips.txt"], ("trip_id", "route_id", "service_id")).drop_duplicates("trip_id").set_index("trip_id")
    day, running = _usual_weekday(tables, trips)
    calls = _calls(tables, trips, running, of_station, progress)
    lines = _lines(tables, trips)
    kept = stops[~_cells(stops, "location_type").isin(_NO_STOPS) & (stops["stop_id"] == of_station)]
    served = calls["routes"].reindex(kept.index)
    frame = pd.DataFrame({
        "stop_id": kept["stop_id"], "stop_name": _cells(kept, "stop_name"), "stop_lat": kept["stop_lat"], "stop_lon": kept["stop_lon"],
        "lines": [_listed(routes, lines, 0) for routes in served], "kinds": [_listed(routes, lines, 1) for routes in served],
        "calls_weekday": [str(int(n)) if day else None for n in calls["calls"].reindex(kept.index).fillna(0)],
        "weekday": day or None,
    }, dtype=object).reset_index(drop=True)
    names = (STOPS, *(file.name for file in files))
    left = len(stops) - len(frame)
    notes = [_on_the_day(day)]
    if left:
        notes.append(ReportLine("dropped", say("Platforms were counted for their station; entrances and other points where nothing calls were left out."), left))
    return RawSource(path, "GTFS", frame, None, names, STOPS, len(stops), tuple(notes), layers=tuple(Sublayer(name) for name in names))


def _on_the_day(day: str) -> ReportLine:
    if not day:
        return ReportLine("caution", say("The timetable runs on no weekday, so nobody can say how often it calls."))
    return ReportLine("note", say("Calls are those of all lines on a usual weekday of the timetable, {day}.", day=named(day)))


def _table(path: Path, columns: Sequence[str], **how: Any) -> Any:
    """These columns of a table, as text; those that it does not have are left out."""
    import pandas as pd  # heavy

    wanted = frozenset(columns)
    try:
        return pd.read_csv(path, dtype="object", keep_default_na=False, encoding="utf-8-sig", encoding_errors="replace", skipinitialspace=True,
                           usecols=lambda name: name.strip() in wanted, on_bad_lines="skip", **how)
    except ValueError as problem:  # an empty table, or no table at all
        raise InputError(say("{file} of the timetable cannot be read.", file=named(path.name)), say("Download the timetable again.")) from problem


def _cells(frame: Any, column: str) -> Any:
    import pandas as pd  # heavy

    return frame[column].str.strip() if column in frame.columns else pd.Series("", index=frame.index, dtype=object)


def _stations(stops: Any) -> Any:
    """The stop that each one counts for: its station if it has one in the table, however deep, else itself."""
    parent = _cells(stops, "parent_station")
    found = stops["stop_id"]
    for _ in range(3):  # a boarding area stands on a platform, a platform in a station
        above = found.map(parent).fillna("")
        found = found.where(~above.isin(stops.index) | (above == ""), above)
    return found


def _usual_weekday(tables: dict[str, Path], trips: Any) -> tuple[str, frozenset[str]]:
    """A weekday as most are, as text, and the services that run on it; "" and nothing where none runs."""
    days = _services(tables)
    weight = trips["service_id"].value_counts()
    counts = {day: int(sum(weight.get(one, 0) for one in services)) for day, services in days.items() if day.weekday() < 5}
    runs = [count for count in counts.values() if count]
    if not runs:
        return "", frozenset()
    usual = max(set(runs), key=lambda count: (runs.count(count), count))
    day = min(one for one, count in counts.items() if count == usual)
    return day.isoformat(), frozenset(days[day])


def _services(tables: dict[str, Path]) -> dict[datetime.date, set[str]]:
    """The services that run on every day of the timetable."""
    found: dict[datetime.date, set[str]] = {}
    if "calendar.txt" in tables:
        for row in _table(tables["calendar.txt"], ("service_id", "start_date", "end_date", *_WEEKDAYS)).to_dict("records"):
            first, last = _day(row.get("start_date")), _day(row.get("end_date"))
            for running in _days_between(first, last) if first and last else ():
                if str(row.get(_WEEKDAYS[running.weekday()])).strip() == "1":
                    found.setdefault(running, set()).add(row["service_id"])
    if "calendar_dates.txt" in tables:
        for row in _table(tables["calendar_dates.txt"], ("service_id", "date", "exception_type")).to_dict("records"):
            day = _day(row.get("date"))
            if day is not None:
                services = found.setdefault(day, set())
                (services.add if str(row.get("exception_type")).strip() == "1" else services.discard)(row["service_id"])
    return found


def _days_between(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    return [first + datetime.timedelta(days=number) for number in range(min((last - first).days + 1, LONGEST_PERIOD))]


def _day(text: Any) -> datetime.date | None:
    try:
        return datetime.datetime.strptime(str(text).strip(), "%Y%m%d").date()
    except ValueError:
        return None


def _calls(tables: dict[str, Path], trips: Any, running: frozenset[str], of_station: Any, progress: Progress) -> Any:
    """Per stop: the routes that call there, and how often those that run call."""
    import pandas as pd  # heavy

    times = _runs(tables)
    parts, rows = [], 0
    route, service = trips["route_id"], trips["service_id"]
    for block in _table(tables["stop_times.txt"], ("trip_id", "stop_id"), chunksize=BLOCK):
        progress.check()
        rows += len(block)
        if rows > MOST_CALLS:
            raise InputError(say("The timetable has more calls than EcoMap takes."), say("Ask the publisher for a timetable of your region."))
        stop = block["stop_id"].map(of_station)
        runs = block["trip_id"].map(times).fillna(1).where(block["trip_id"].map(service).isin(running), 0)
        part = pd.DataFrame({"stop": stop, "route": block["trip_id"].map(route), "runs": runs})
        parts.append(part.groupby(["stop", "route"], as_index=False)["runs"].sum())
    calls = pd.concat(parts) if parts else pd.DataFrame({"stop": [], "route": [], "runs": []})
    grouped = calls.groupby("stop")
    return pd.DataFrame({"routes": grouped["route"].agg(lambda found: tuple(sorted(set(found)))), "calls": grouped["runs"].sum()})


def _runs(tables: dict[str, Path]) -> dict[str, float]:
    """How often the trips run that are given by headway."""
    found: dict[str, float] = {}
    if "frequencies.txt" in tables:
        for row in _table(tables["frequencies.txt"], ("trip_id", "start_time", "end_time", "headway_secs")).to_dict("records"):
            start, end, every = _seconds(row.get("start_time")), _seconds(row.get("end_time")), _whole(row.get("headway_secs"))
            if start is not None and end is not None and every and end > start:
                found[row["trip_id"]] = found.get(row["trip_id"], 0) + -(-(end - start) // every)
    return found


def _seconds(text: Any) -> int | None:
    """Seconds after midnight of a time, which may be after the next one."""
    parts = str(text).strip().split(":")
    if len(parts) != 3 or not all(part.strip().isdigit() for part in parts):
        return None
    hours, minutes, seconds = (int(part) for part in parts)
    return hours * 3600 + minutes * 60 + seconds


def _whole(text: Any) -> int:
    return int(str(text).strip()) if str(text).strip().isdigit() else 0


def _lines(tables: dict[str, Path], trips: Any) -> dict[str, tuple[str, str]]:
    """Route -> how it is called, and which kind of transport it is."""
    if "routes.txt" not in tables:
        return {route: (route, "") for route in trips["route_id"].unique()}
    routes = _table(tables["routes.txt"], ("route_id", "route_short_name", "route_long_name", "route_type")).to_dict("records")
    return {row["route_id"]: (str(row.get("route_short_name") or row.get("route_long_name") or row["route_id"]).strip(), _kind(str(row.get("route_type", "")).strip()))
            for row in routes}


def _kind(code: str) -> str:
    """
    >>> _kind("1"), _kind("715"), _kind("1000"), _kind("99")
    ('subway', 'bus', 'ferry', '')
    """
    return _KINDS.get(code) or (_KINDS.get(f"{code[:-2]}xx", "") if code.isdigit() and len(code) > 2 else "")


def _listed(routes: Any, lines: dict[str, tuple[str, str]], which: int) -> str | None:
    if not isinstance(routes, tuple):
        return None
    found = sorted({lines.get(route, (route, ""))[which] for route in routes} - {""}, key=lambda name: (len(name), name))
    return ", ".join(found) or None
