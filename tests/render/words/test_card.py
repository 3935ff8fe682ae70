"""A card says what a row holds, in plain words, and why a number is not there."""

from __future__ import annotations

import math

import geopandas as gpd
import pandas as pd
from attrs import evolve
from shapely.geometry import Point

from ecomap.model.indicator import Indicator
from ecomap.model.layer import Column, Layer
from ecomap.model.project import Project
from ecomap.model.result import Output, Result
from ecomap.model.said import say
from ecomap.model.source import Source
from ecomap.render.words.card import Card, build_card, card_maker, project_card, spoken_card
from ecomap.render.words.language import language

ACS = Source("American Community Survey", "US Census Bureau", vintage="2014-18")
SCHOOL = Layer(
    "schools", "Schools", "school", "point",
    columns=(
        Column("name", "School"),
        Column("levels", "Level"),
        Column("governance", "Run by"),
        Column("enrollment", "Pupils", "count"),
        Column("frpm_share", "FRPM eligible 2019-20", "share", digits=1),
        Column("website", "Website"),
        Column("secret", "Secret", hidden=True),
    ),
    sources=(Source("Public schools", "CDE", vintage="2019-20"),),
)
AREA = Layer(
    "need", "Need areas", "need_area", "polygon",
    columns=(Column("children", "Children", "count", moe="children_moe"),),
    indicators=(Indicator("poverty", "Children in poverty", "share", 1, ACS, moe_column="poverty_moe"),),
)


def values(card: Card) -> dict[str, str]:
    return {row.label: row.value for row in card.rows}


def in_spanish(card: Card) -> Card:
    return spoken_card(card, language("es"))


def quiet(card: Card) -> dict[str, str]:
    return {row.label: row.quiet for row in card.rows}


def test_a_school_in_plain_words() -> None:
    row = {"id": "19", "name": "School B", "levels": "elementary+middle", "governance": "district",
           "enrollment": 2310, "frpm_share": 0.941, "website": None, "secret": 7}
    card = build_card(SCHOOL, row)
    assert card.title == "School B"
    assert card.subtitle == "Elementary · Middle · district-run"
    assert values(card) == {"Pupils": "2,310", "FRPM eligible 2019-20": "94.1 %"}
    assert card.source == "Source: CDE 2019-20"


def test_what_spreading_people_may_move_stands_beside_the_number_not_on_a_line_of_its_own() -> None:
    layer = Layer("r", "Need of these areas", "result", "polygon", columns=(
        Column("children", "Children", "count", moe="children_moe"),
        Column("children_allocation", "Children: error of spreading people", "count"),
        Column("poverty_allocation", "Poverty: error of spreading people", "share"),
    ))
    row = {"id": "1", "name": "Area", "children": 2810.0, "children_moe": 302.0, "children_allocation": 426.0,
           "poverty_allocation": 0.02}
    card = build_card(layer, row)
    assert quiet(card)["Children"] == "± 302 · ± 426 from spreading people"
    assert list(values(card)) == ["Children", "Poverty: error of spreading people"]
    assert any("± 426 por repartir" in text for text in quiet(in_spanish(build_card(layer, row))).values())


def test_a_margin_and_a_vintage_stand_quietly_beside_the_number() -> None:
    card = build_card(AREA, {"id": "1", "name": "Tract 1", "children": 2310.0, "children_moe": 240.0,
                             "poverty": 0.25, "poverty_moe": 0.06})
    assert values(card) == {"Children": "2,310", "Children in poverty": "25 %"}
    assert quiet(card) == {"Children": "± 240", "Children in poverty": "± 6 % · 2014-18"}


def test_every_kind_of_no_number_is_said_and_zero_is_a_number() -> None:
    columns = tuple(Column(name, name, "count") for name in ("a", "b", "c", "d", "e"))
    layer = Layer("x", "X", "reference", "point", columns=columns)
    card = build_card(layer, {"id": "1", "a": None, "a_reason": "suppressed", "b": math.nan, "b_reason": "not_reported",
                              "c": math.inf, "d": math.nan, "e": 0})
    assert values(card) == {"a": "suppressed to protect small groups", "b": "not reported", "c": "out of reach",
                            "d": "no data", "e": "0"}


def test_an_estimated_boundary_is_said_twice() -> None:
    layer = Layer("aa", "Attendance areas, elementary", "attendance_area", "polygon", boundary="estimated")
    card = build_card(layer, {"id": "1", "name": "School A", "level": "elementary"})
    assert card.subtitle == "Attendance areas, elementary · Elementary · estimated boundary"
    assert card.cautions == ("The boundary is estimated, not official.",)


def test_a_school_lists_what_the_inventory_says_it_takes_part_in() -> None:
    rows = pd.DataFrame({"id": ["p1"], "school_id": ["19"], "approach": ["community_school"], "status": [""],
                         "start": ["2013"], "end": ["2019-10-25"]})
    related = [(Layer("participations", "Approaches at schools", "participation", "none"), rows)]
    card = build_card(SCHOOL, {"id": "19", "name": "B"}, related=related)
    assert values(card)["Approaches here"] == "Community schools (2013 to 2019-10-25)"


def test_a_school_lists_its_approaches_or_says_none() -> None:
    sites = Layer("cs", "Community schools", "site", "point")
    rows = pd.DataFrame({"id": ["s1", "s2"], "school_id": ["19", "19"], "approach": ["community_school", "linked_learning"],
                         "status": ["active", "ended"], "start": ["2019", "2012"], "end": [None, "2017"]})
    related = [(sites, rows)]
    card = build_card(SCHOOL, {"id": "19", "name": "B"}, related=related)
    expected = "Community schools (active, since 2019); Linked Learning (ended, 2012 to 2017)"
    assert values(card)["Approaches here"] == expected
    other = build_card(SCHOOL, {"id": "20", "name": "C"}, related=related)
    assert values(other)["Approaches here"] == "none known"


def ranked(joins: str, key: str = "19") -> Result:
    frame = pd.DataFrame({"id": [key], "name": ["B"], "rank": [2], "low": [1], "high": [5], "why": ["No service"]})
    columns = (Column("rank", "Rank", "rank", low="low", high="high"), Column("low", "from"), Column("high", "to"),
               Column("why", "Why"))
    return Result("p", "priority", "Schools to expand to next", "", (Output("schools", "Ranked", frame, columns,
                                                                            joins=joins),))


def test_a_rank_stands_with_its_band() -> None:
    card = build_card(SCHOOL, {"id": "19", "name": "B"}, results=[ranked("schools")])
    assert values(card) == {"Rank": "2", "Why": "No service"}
    assert quiet(card)["Rank"] == "between 1 and 5"


def test_results_find_their_rows_by_role_and_by_prefixed_id() -> None:
    row = {"id": "19", "name": "B"}
    assert values(build_card(SCHOOL, row, results=[ranked("school")]))["Rank"] == "2"
    assert values(build_card(SCHOOL, row, results=[ranked("school", "schools/19")]))["Rank"] == "2"
    assert values(build_card(SCHOOL, row, results=[ranked("need_area")])) == {}


def test_a_card_in_spanish() -> None:
    school = evolve(SCHOOL, columns=tuple(evolve(column, label=say("Pupils") if column.name == "enrollment" else column.label)
                                          for column in SCHOOL.columns))
    card = in_spanish(build_card(school, {"id": "1", "name": "Roosevelt High", "levels": "high", "enrollment": None}))
    assert card.title == "Roosevelt High"
    assert card.subtitle == "Preparatoria"
    assert values(card) == {"Estudiantes": "sin datos"}


def test_a_place_without_a_name_says_so() -> None:
    assert build_card(AREA, {"id": "1", "name": None}).title == "Without a name"


def test_a_place_of_a_project() -> None:
    frame = gpd.GeoDataFrame({"id": ["01", "02"], "name": ["A", "B"], "enrollment": [10, 20]},
                             geometry=[Point(0, 0), Point(1, 1)], crs="EPSG:3310")
    project = Project(layers=(SCHOOL,), frames={"schools": frame})
    assert values(project_card(project, "schools", "02"))["Pupils"] == "20"


def test_a_maker_gives_the_same_cards_as_one_at_a_time() -> None:
    rows = [{"id": str(n), "name": f"S{n}", "enrollment": n} for n in range(4)]
    make = card_maker(SCHOOL)
    assert [make(row) for row in rows] == [build_card(SCHOOL, row) for row in rows]


def test_a_margin_too_small_to_show_is_not_shown_as_zero() -> None:
    layer = Layer("x", "X", "need_area", "polygon", columns=(Column("s", "Share", "share", moe="s_moe"),))
    assert quiet(build_card(layer, {"id": "1", "s": 0.34, "s_moe": 0.004}))["Share"] == "± 0.4 %"
    assert quiet(build_card(layer, {"id": "1", "s": 0.34, "s_moe": 0.0002}))["Share"] == "± <0.1 %"
    assert quiet(build_card(layer, {"id": "1", "s": 0.34, "s_moe": 0.0}))["Share"] == "± 0 %"
    way = Layer("x", "X", "need_area", "polygon", columns=(Column("w", "Way", "m", moe="w_moe"),))
    assert quiet(build_card(way, {"id": "1", "w": -321.9, "w_moe": 30.0}))["Way"] == "± <0.1 mi"
    assert quiet(in_spanish(build_card(way, {"id": "1", "w": -321.9, "w_moe": 30.0})))["Way"] == "± <0.1 millas"


def test_a_rank_that_stands_alone_says_so() -> None:
    result = ranked("schools")
    result.main.frame["low"] = result.main.frame["high"] = 2
    card = build_card(SCHOOL, {"id": "19", "name": "B"}, results=[result])
    assert quiet(card)["Rank"] == "very likely this rank"


def test_the_same_number_without_its_margin_is_not_said_again() -> None:
    def answer(name: str, *, margin: bool) -> Result:
        frame = pd.DataFrame({"id": ["19"], "score": [0.5], "score_moe": [0.1]})
        columns = (Column("score", "Need score", "score", moe="score_moe" if margin else "", digits=2),)
        return Result(name, name, name, "One.", (Output(name, name, frame, columns, joins="schools"),))

    def tables(*outputs: Output) -> Result:
        return Result("both", "both", "Both", "Two.", outputs)

    without, margined = answer("a", margin=False), answer("b", margin=True)
    card = build_card(SCHOOL, {"id": "19", "name": "B"}, results=[tables(*without.outputs, *margined.outputs)])
    assert [(line.value, line.quiet) for line in card.rows if line.label == "Need score"] == [("0.50", "± 0.10")]
    two = build_card(SCHOOL, {"id": "19", "name": "B"}, results=[without, margined])  # never across two answers
    assert [(line.answer, line.quiet) for line in two.rows if line.label == "Need score"] == [("b", "± 0.10"), ("a", "")]


def scored(key: str, title: str, score: float) -> Result:
    frame = pd.DataFrame({"id": ["19"], "score": [score]})
    return Result(key, "need-index", title, "One.", (Output("areas", "Areas", frame, (Column("score", "Need score", "score", digits=2),),
                                                           joins="schools"),))


def test_every_answer_has_its_lines_under_its_own_name() -> None:
    row = {"id": "19", "name": "B", "enrollment": 10}
    card = build_card(SCHOOL, row, results=[scored("a", "Need index, one", 0.5), scored("b", "Need index, two", 0.5)])
    assert [(part.heading, [line.value for line in part.rows]) for part in card.parts] == [
        ("Need index, two", ["0.50"]), ("Need index, one", ["0.50"]), ("About this place", ["10"])]
    assert all(part.shown for part in card.parts)
    assert [part.heading for part in build_card(SCHOOL, row).parts] == [""]  # nothing but the place: no heading
    spanish = in_spanish(card)
    assert [len(part.rows) for part in spanish.parts] == [1, 1, 1]


def test_an_answer_that_is_not_on_the_map_is_folded_and_named_after_the_place() -> None:
    row = {"id": "19", "name": "B", "enrollment": 10}
    answers = [scored("a", "Need index, one", 0.5), scored("b", "Need index, two", 0.6)]
    card = build_card(SCHOOL, row, results=answers, on_map={"a"})
    assert [(part.heading, part.shown) for part in card.parts] == [
        ("Need index, one", True), ("About this place", True), ("Need index, two", False)]
    assert card.hidden == ("Need index, two",)


def test_a_place_of_an_answer_stands_under_the_answers_name() -> None:
    layer = Layer("a-areas", "Need index, one · Areas", "result", "polygon", columns=(Column("score", "Need score", "score"),), result_id="a")
    [part] = build_card(layer, {"id": "19", "name": "B", "score": 0.5}, results=[scored("a", "Need index, one", 0.5)]).parts
    assert part.heading == "Need index, one"
