"""The small shared values: what their docstrings show, reports that add up, words for numbers, progress, problems."""

from __future__ import annotations

import doctest
import importlib
import math
import pkgutil
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ecomap.model
from ecomap.model import vocabulary
from ecomap.model.errors import (
    CancelledError,
    EcoMapError,
    InputError,
    NetworkError,
    ParameterError,
    ProjectError,
)
from ecomap.model.frames import Frames
from ecomap.model.layer import Column, Layer
from ecomap.model.progress import Progress, silent
from ecomap.model.report import ImportReport, ReportLine
from ecomap.model.source import Source
from ecomap.model.units import (
    METRES_PER_MILE,
    format_margin,
    format_number,
    format_with_margin,
    metres,
    miles,
    walk_minutes,
)

MODULES = [f"ecomap.model.{module.name}" for module in pkgutil.iter_modules(ecomap.model.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_what_the_docstrings_show_is_so(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_the_docstrings_of_fingerprints_are_so() -> None:
    assert doctest.testmod(importlib.import_module("ecomap.io.store.fingerprints")).failed == 0


def report(read: int, kept: int, *lines: ReportLine) -> ImportReport:
    return ImportReport("sites.csv", "site", "sites", "Sites", read, kept, lines)


def test_a_report_adds_up_when_every_row_went_somewhere() -> None:
    lines = (
        ReportLine("dropped", "without coordinates", 3), ReportLine("dropped", "outside", 2),
        ReportLine("merged", "the same place twice", 5), ReportLine("mended", "rings", 40), ReportLine("note", "UTF-8"),
    )
    assert report(1010, 1000, *lines).adds_up
    assert not report(1011, 1000, *lines).adds_up
    assert report(1010, 1000, *lines).sentence == (
        "sites.csv: read 1,010 rows, kept 1,000, merged 5, left out 5, mended 40."
    )


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["dropped", "merged", "mended", "caution", "note"]), st.integers(0, 99))))
def test_only_dropped_and_merged_rows_move_the_sum(found: list[tuple[str, int]]) -> None:
    lines = tuple(ReportLine(kind, "", count) for kind, count in found)
    moved = sum(count for kind, count in found if kind in ("dropped", "merged"))
    assert report(500 + moved, 500, *lines).adds_up


def test_the_four_kinds_of_no_number_read_differently_and_none_as_zero() -> None:
    words = {format_number(None), format_number(math.inf, "m"), format_number(0.0), vocabulary.MISSING_REASONS["suppressed"]}
    assert len(words) == 4
    assert format_number(math.nan, "usd") == "no data"


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (1234567.4, "count", "1,234,567"), (0.0, "share", "0 %"), (0.001, "share", "0.1 %"), (-0.004, "share", "-0.4 %"), (0.0003, "share", "<0.1 %"), (1e-17, "share", "0 %"), (1234.5, "usd", "$1,234"),
        (2_589_988.110336, "m2", "1.0 sq mi"), (9.87, "ug_m3", "9.9 µg/m³"), (0.5, "score", "0.50"),
        (12.34, "per_10000", "12.3 per 10,000"),
    ],
)
def test_numbers_read_as_people_say_them(value: float, unit: str, words: str) -> None:
    assert format_number(value, unit) == words


def test_a_margin_without_a_number_is_not_shown() -> None:
    assert format_with_margin(None, 240) == "no data"
    assert format_with_margin(0.25, 0.03, "share") == "25 ± 3 %"


def test_a_mile_is_a_mile_and_twenty_minutes_on_foot() -> None:
    assert miles(1609.344) == 1
    assert metres(0.5) == 804.672
    assert walk_minutes(1609.344) == 20


def test_parts_of_progress_nest_and_share_their_stop() -> None:
    heard: list[float] = []
    whole = Progress(lambda share, _: heard.append(round(share, 6)))
    quarter = whole.part(0.5, 1.0).part(0.5, 1.0)
    quarter.at(0.0)
    quarter.at(2.0)
    assert heard == [0.75, 1.0]
    quarter.cancel()
    assert whole.cancelled
    with pytest.raises(CancelledError):
        whole.at(1.0)
    assert heard == [0.75, 1.0]


def test_work_on_another_thread_hears_the_stop() -> None:
    progress = silent()
    stopped = threading.Event()

    def work() -> None:
        try:
            while True:
                progress.check()
        except CancelledError:
            stopped.set()

    thread = threading.Thread(target=work)
    thread.start()
    progress.cancel()
    thread.join(10)
    assert stopped.is_set()


def test_a_problem_says_what_happened_and_what_to_do() -> None:
    problem = InputError("The file has no key.", "Choose one.", {"file": "a.csv"})
    assert str(problem) == "The file has no key. Choose one."
    assert problem.details == {"file": "a.csv"}
    assert str(EcoMapError("Only this.")) == "Only this."


def test_exit_codes_tell_a_stop_from_a_problem() -> None:
    kinds = (EcoMapError, InputError, ParameterError, ProjectError, NetworkError)
    assert {kind.exit_code for kind in kinds} == {1}
    assert CancelledError().exit_code == 3


def test_a_layer_describes_columns_nobody_described() -> None:
    layer = Layer("a", "A", "site", "point", columns=(Column("children", "Children under 18", "count"),))
    assert layer.column("children").label == "Children under 18"
    assert layer.column("lead_organisation") == Column("lead_organisation", "Lead organisation")
    assert layer.with_style(size=4.0).style.size == 4.0
    assert layer.style.size == 8.0


def test_frames_hand_out_rows_and_descriptions_by_name() -> None:
    layer = Layer("a", "A", "site", "point")
    frames = Frames({"sites": "rows"}, {"sites": layer})
    assert dict(frames) == {"sites": "rows"}
    assert frames.layer("sites") is layer
    with pytest.raises(InputError, match="'schools'"):
        frames.layer("schools")


def test_a_citation_is_short() -> None:
    assert Source("Enrolment", publisher="CDE", vintage="2019-20").citation == "CDE 2019-20"
    assert Source("Enrolment").citation == "Enrolment"


def test_every_role_and_word_has_a_label() -> None:
    assert set(vocabulary.APPROACHES) == set(vocabulary.APPROACH_LABELS)
    assert set(vocabulary.BOUNDARIES) == set(vocabulary.BOUNDARY_LABELS)
    assert set(vocabulary.SCHOOL_LEVELS) == set(vocabulary.LEVEL_LABELS)


@settings(deadline=None)
@given(st.floats(1e-6, 1e7), st.sampled_from(["", "share", "m", "min", "m2", "usd", "per_10000", "ug_m3", "score"]))
def test_something_never_reads_as_nothing_in_a_margin(moe: float, unit: str) -> None:
    nothing = format_margin(0.0, unit)
    assert format_margin(moe, unit) != nothing
    assert f"± {nothing}" not in format_with_margin(5 * METRES_PER_MILE, moe, unit)


@settings(deadline=None)
@given(st.floats(0.001, 1e6))
def test_a_distance_never_reads_as_none(distance: float) -> None:
    assert not format_number(distance, "m").startswith("0.0")
    assert format_number(-distance, "m") not in ("-0.0 mi", "-0 ft")


def test_what_rounds_to_zero_has_no_minus() -> None:
    assert [format_number(-0.2), format_number(-0.01, "per_10000"), format_number(-0.001, "score")] == [
        "0", "0.0 per 10,000", "0.00"]
