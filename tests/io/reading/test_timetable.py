"""Timetables of public transport: stops with their lines and how often they call, worked by hand."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from ecomap.io.importers import import_file
from ecomap.io.reading import read_apart, read_source
from ecomap.model.errors import InputError

FEED = {
    "agency.txt": "agency_id,agency_name\nA,Metro\n",
    "stops.txt": (
        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
        "S,Union Station,34.056,-118.234,1,\nS1,Union platform 1,34.056,-118.234,0,S\nS2,Union platform 2,34.056,-118.234,0,S\n"
        "SE,Entrance,34.057,-118.234,2,S\nB,Beach,33.77,-118.19,,\nN,Nobody calls,33.80,-118.20,0,\nX,Lost platform,33.9,-118.2,0,gone\n"),
    "routes.txt": "route_id,route_short_name,route_long_name,route_type\nr1,A,Metro A Line,0\nr2,,Night bus,715\n",
    "trips.txt": "route_id,service_id,trip_id\nr1,wk,t1\nr1,wk,t2\nr2,wk,t3\nr1,sat,t4\nr1,extra,t5\n",
    "stop_times.txt": (
        "trip_id,departure_time,stop_id,stop_sequence\nt1,08:00:00,S1,1\nt1,09:00:00,B,2\nt2,25:10:00,B,1\nt2,26:00:00,S2,2\n"
        "t3,24:30:00,S1,1\nt3,24:50:00,X,2\nt4,08:00:00,S1,1\nt4,08:30:00,B,2\nt5,08:00:00,S1,1\n"),
    "calendar.txt": (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "wk,1,1,1,1,1,0,0,20260302,20260313\nsat,0,0,0,0,0,1,0,20260302,20260313\n"),
    "calendar_dates.txt": "service_id,date,exception_type\nwk,20260302,2\nextra,20260303,1\n",
}


def feed(path: Path, **changes: str | None) -> Path:
    tables: dict[str, Any] = {**FEED, **{f"{name}.txt": text for name, text in changes.items()}}
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in tables.items():
            if text is not None:
                archive.writestr(name, text)
    return path


def calls(path: Path) -> dict[str, tuple[str | None, str | None, str | None]]:
    frame = read_source(path).frame
    return {row["stop_id"]: (row["lines"], row["kinds"], row["calls_weekday"]) for row in frame.to_dict("records")}


def test_a_platform_counts_for_its_station_and_nights_for_their_day(tmp_path: Path) -> None:
    assert calls(feed(tmp_path / "gtfs.zip")) == {
        "S": ("A, Night bus", "bus, tram", "3"), "B": ("A", "tram", "2"), "N": (None, None, "0"), "X": ("Night bus", "bus", "1")}


def test_the_usual_weekday_is_no_holiday_and_no_day_with_extra_trips(tmp_path: Path) -> None:
    raw = read_source(feed(tmp_path / "gtfs.zip"))  # Monday is a holiday, on Tuesday an extra trip runs
    assert set(raw.frame["weekday"]) == {"2026-03-04"}
    assert [(line.kind, line.count) for line in raw.notes] == [("note", None), ("dropped", 3)]
    assert raw.read == 7


def test_trips_by_headway_count_as_often_as_they_run(tmp_path: Path) -> None:
    path = feed(tmp_path / "gtfs.zip", frequencies="trip_id,start_time,end_time,headway_secs\nt1,06:00:00,07:01:00,600\nt1,22:00:00,24:30:00,1800\n")
    assert calls(path)["B"] == ("A", "tram", str(7 + 5 + 1))


def test_days_that_only_the_table_of_exceptions_names(tmp_path: Path) -> None:
    path = feed(tmp_path / "gtfs.zip", calendar=None, calendar_dates="service_id,date,exception_type\nwk,20260304,1\n")
    assert calls(path)["S"] == ("A, Night bus", "bus, tram", "3")


def test_a_timetable_that_runs_on_no_weekday_does_not_say_that_nothing_calls(tmp_path: Path) -> None:
    raw = read_source(feed(tmp_path / "gtfs.zip", calendar=None, calendar_dates="service_id,date,exception_type\nsat,20260307,1\n"))
    assert set(raw.frame["calls_weekday"]) == {None}
    assert "no weekday" in raw.notes[0].text


def test_its_stops_are_a_layer_read_apart_like_any_other_file(tmp_path: Path) -> None:
    path = feed(tmp_path / "gtfs.zip")
    raw = read_apart(path)
    assert raw.sublayer == "stops and their lines"
    assert "routes.txt" in raw.sublayers
    found = import_file(path, "reference", target_crs="EPSG:3310")
    assert found.frame["name"].tolist() == ["Union Station", "Beach", "Nobody calls", "Lost platform"]


def test_one_of_its_own_tables_can_still_be_asked_for(tmp_path: Path) -> None:
    assert len(read_source(feed(tmp_path / "gtfs.zip"), "stops.txt").frame) == 7


@pytest.mark.parametrize(("table", "text"), [("stops", "stop_id,stop_name\nS,Union\n"), ("stops", ""), ("stop_times", "")])
def test_a_timetable_without_places_or_with_an_empty_table_is_one_sentence(tmp_path: Path, table: str, text: str) -> None:
    with pytest.raises(InputError, match="timetable"):
        read_source(feed(tmp_path / "gtfs.zip", **{table: text}))


def test_the_rail_of_los_angeles(shared_data: Path) -> None:
    raw = read_source(shared_data / "la2026" / "transit" / "gtfs_rail_lacmta_2026-08.zip")
    frame = raw.frame.set_index("stop_name")
    assert (len(frame), raw.read) == (111, 463)
    assert frame.loc["Compton Station", ["lines", "calls_weekday"]].tolist() == ["Metro A Line", "240"]
    assert frame.loc["Willowbrook - Rosa Parks Station", "lines"] == "Metro A Line, Metro C Line"
