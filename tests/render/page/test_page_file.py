"""The meeting file as text: self-contained, closed to the network, safe, and the same every time."""

from __future__ import annotations

import json
import math
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from attrs import evolve
from shapely.geometry import Point

from ecomap.model.errors import CancelledError, InputError
from ecomap.model.layer import Layer
from ecomap.model.progress import Progress
from ecomap.render.map_page import MapPage, PageLayer
from ecomap.render.page.data import plain, script_json
from ecomap.render.page.file import HtmlReport, write_html
from ecomap.render.page.topology import decode_arcs
from ecomap.render.style.drawing import resolve
from tests.render.pages import HOSTILE, ranking, town_page, unfolded


class _Elements(HTMLParser):
    """Every element with its attributes, and the text of scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def written(path: Path, **changes: Any) -> str:
    write_html(town_page(**changes), path)
    return path.read_text(encoding="utf-8")


def page_json(html: str) -> Any:
    found = re.search(r'<script type="application/json" id="page-data">(.*?)</script>', html, re.S)
    assert found
    return unfolded(json.loads(found.group(1)))


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(tmp_path_factory.mktemp("html") / "town.html")


@pytest.fixture(scope="module")
def elements(html: str) -> list[tuple[str, dict[str, str]]]:
    parser = _Elements()
    parser.feed(html)
    return parser.found


def test_the_page_says_its_language_title_and_size(html: str, elements: list[tuple[str, dict[str, str]]]) -> None:
    assert ("html", {"lang": "en"}) in elements
    assert "<title>Where children have nothing in reach</title>" in html
    assert any(tag == "meta" and a.get("name") == "viewport" for tag, a in elements)


def test_nothing_on_the_page_points_outside(html: str, elements: list[tuple[str, dict[str, str]]]) -> None:
    for tag, attributes in elements:
        for name in ("src", "href", "data", "action", "poster", "srcset"):
            assert not attributes.get(name) or attributes[name].startswith(("#", "data:")), (tag, attributes)
    assert "sourceMappingURL" not in html
    assert not re.search(r"url\(\s*[\"']?(?!#|data:)", re.sub(r"<script>.*?</script>", "", html, flags=re.S))
    assert "@import" not in html


def test_the_policy_forbids_every_request_and_names_each_script(
    elements: list[tuple[str, dict[str, str]]], html: str
) -> None:
    (policy,) = [a["content"] for tag, a in elements if a.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    assert "unsafe" not in policy
    assert rules["script-src"].count("'sha256-") == html.count("<script>")
    assert rules["style-src"].count("'sha256-") == html.count("<style>")
    assert not any("style" in a or any(name.startswith("on") for name in a) for _, a in elements if a)


def test_a_hostile_name_is_only_ever_escaped_text(html: str) -> None:
    assert HOSTILE not in html
    assert "<img" not in html.split("<script>")[0]
    assert "\\u003cimg src=x onerror=window.hacked=1\\u003e" in html


def test_a_hostile_title_is_escaped(tmp_path: Path) -> None:
    page = evolve(town_page(), title=HOSTILE, sources=(HOSTILE,), cautions=(HOSTILE,))
    write_html(page, tmp_path / "x.html")
    text = (tmp_path / "x.html").read_text()
    assert HOSTILE not in text
    assert "&lt;img src=x" in text


def test_numpy_numbers_gaps_and_infinities_become_plain_json() -> None:
    value = {"a": np.float64(0.1), "b": np.int64(3), "c": math.nan, "d": -math.inf, "e": np.array([1.0, np.nan]),
             "f": np.bool_(True)}
    assert plain(value) == {"a": 0.1, "b": 3, "c": None, "d": "inf", "e": [1, None], "f": True}
    assert "np.float64" not in script_json(value)


def test_line_separators_cannot_break_the_script() -> None:
    text = script_json("a\u2028b\u2029c</script>&")
    assert json.loads(text) == "a\u2028b\u2029c</script>&"
    assert not set(text) & set("\u2028\u2029<>&")


def test_the_same_page_gives_the_same_bytes(tmp_path: Path) -> None:
    assert written(tmp_path / "a.html") == written(tmp_path / "b.html")


def test_every_layer_is_there_with_the_colours_and_counts_of_its_drawing(html: str) -> None:
    page, data = town_page(), page_json(html)
    assert [layer["id"] for layer in data["layers"]] == [shown.layer.id for shown in page.layers]
    for shown, layer in zip(page.layers, data["layers"]):
        drawing = resolve(shown.layer, shown.frame)
        assert layer["classes"] == [int(n) for n in drawing.class_index]
        assert [s["fill"] for s in layer["symbols"]] == [s.fill for s in drawing.symbols]
        assert [(row["symbol"], row["count"]) for row in layer["legend"]] == [
            (row.class_index, row.count) for row in drawing.legend
        ]


def test_missing_values_have_a_hatched_legend_row(html: str) -> None:
    need = page_json(html)["layers"][-1]
    assert need["noData"]["hatch"]
    (row,) = [row for row in need["legend"] if row["symbol"] == -1]
    assert row["label"] == "no data: suppressed to protect small groups"
    assert row["count"] == 3


def test_estimated_and_approximate_areas_are_dashed_and_said(html: str) -> None:
    layers = {layer["id"]: layer for layer in page_json(html)["layers"]}
    assert layers["attendance-elementary"]["boundary"] == "estimated boundary"
    assert layers["zones"]["boundary"] == "approximate footprint"
    assert all(s["dash"] for name in ("attendance-elementary", "zones") for s in layers[name]["symbols"])


def test_shared_borders_are_written_once(html: str) -> None:
    data = page_json(html)
    arcs = decode_arcs(data["arcs"])
    shapes = {layer["id"]: [data["shapes"][number] for number in layer["shapes"]] for layer in data["layers"] if "shapes" in layer}
    rail = shapes["rail"][0][0][0]
    used = {n if n >= 0 else ~n for parts in shapes["need"] for rings in parts for ring in rings for n in ring}
    borrowed = {n if n >= 0 else ~n for parts in shapes["attendance-elementary"] for rings in parts for ring in rings for n in ring}
    assert borrowed <= used
    assert len(used) + len(rail) == len(arcs)


def test_out_of_reach_is_beyond_every_number_in_a_table(html: str) -> None:
    data = page_json(html)
    (table,) = data["results"][0]["tables"]
    column = next(c for c in table["columns"] if c["label"] == "Nearest site")
    assert column["keys"][:3] == ["inf"] * 3
    assert data["texts"][column["cells"][0]] == "out of reach"


def test_table_rows_are_linked_with_their_places(html: str) -> None:
    data = page_json(html)
    (table,) = data["results"][0]["tables"]
    schools = [layer["id"] for layer in data["layers"]].index("schools")
    assert [table["at"][0][:3], table["at"][1][:3]] == [[schools] * 3, [0, 1, 2]]


def test_a_place_without_a_point_is_counted_and_keeps_its_card(html: str) -> None:
    data = page_json(html)
    schools = next(layer for layer in data["layers"] if layer["id"] == "schools")
    assert schools["absent"] == 1
    assert schools["points"][6] is None
    assert len(schools["cards"]["rows"]) == len(schools["names"]) == 60


def test_a_spanish_page_speaks_spanish_and_leaves_names_alone(tmp_path: Path) -> None:
    text = written(tmp_path / "es.html", language="es")
    assert '<html lang="es">' in text
    assert "Capas y leyenda" in text
    assert "Elaborado el 21 de noviembre de 2026" in text
    assert "Layers and legend" not in text
    data = page_json(text)
    assert "fuera de alcance" in data["texts"]
    assert "Peña Elementary" in data["texts"]


def test_the_report_tells_what_was_written(tmp_path: Path) -> None:
    page = town_page()
    report = write_html(page, tmp_path / "x.html")
    rows = sum(len(shown.frame) for shown in page.layers)
    assert report == HtmlReport((tmp_path / "x.html").stat().st_size, rows)


def test_a_page_too_large_is_drawn_more_coarsely_and_says_so(tmp_path: Path) -> None:
    page = town_page(30, 30)
    free = write_html(page, tmp_path / "a.html")
    report = write_html(page, tmp_path / "b.html", max_bytes=free.bytes - 20_000, packing=False)
    assert report.bytes <= free.bytes - 20_000
    assert "Borders are drawn to" in report.notes[0]


def test_a_page_just_as_large_as_its_limit_gives_nothing_away(tmp_path: Path) -> None:
    page = town_page(30, 30)
    free = write_html(page, tmp_path / "a.html", packing=False)
    assert write_html(page, tmp_path / "b.html", max_bytes=free.bytes, packing=False).gave_way == ()
    under = write_html(page, tmp_path / "c.html", max_bytes=free.bytes - 1, packing=False)
    assert under.bytes < free.bytes
    assert [str(said).split(" to ")[0] for said in under.gave_way] == ["Borders are drawn"]


def test_borders_give_way_before_rows_and_rows_before_answers(tmp_path: Path) -> None:
    """The smaller the limit, the more has given way, each kind only after the one before it."""
    page = full_page()
    whole = write_html(page, tmp_path / "x.html", packing=False).bytes
    kinds = ("Borders are drawn", "Tables have at most", "Left out to keep this file small", "Left out to keep the file small")
    before: list[str] = []
    for share in (1.0, 0.985, 0.8, 0.55, 0.42, 0.4):
        try:
            report = write_html(page, tmp_path / "x.html", max_bytes=round(share * whole), packing=False)
        except InputError:
            break
        gave = [kind for kind in kinds if any(str(said).startswith(kind) for said in report.gave_way)]
        assert gave == list(kinds[: len(gave)])
        assert len(gave) >= len(before)
        assert set(report.gave_way) <= set(report.notes)
        before = gave
    assert len(before) >= 2


def full_page() -> MapPage:
    """Two long answers: the older one's layer is switched off, the newer one has none."""
    page = town_page(schools=1_200)
    schools = page.layers[1]
    older, newer = (evolve(ranking(schools, 1_200), id=name, title=name) for name in ("older", "newer"))
    reasons = [f"Reason {n}: " + "the way is long and " * 10 + "dark" for n in range(1_200)]
    older = evolve(older, outputs=(evolve(older.main, frame=older.main.frame.assign(why=reasons)),))
    layer = evolve(schools.layer, id="older-schools", name="Older answer", role="result", result_id="older",
                   visible=False)
    return evolve(page, layers=(PageLayer(layer, schools.frame), *page.layers), results=(older, newer))


def cut_to(path: Path, share: float) -> tuple[HtmlReport, Any]:
    """The full page written into the size without tables plus a share of what the tables take."""
    page = full_page()
    whole = write_html(page, path).bytes
    bare = write_html(evolve(page, results=()), path).bytes
    limit = round(bare + share * (whole - bare))
    report = write_html(page, path, max_bytes=limit, packing=False)
    assert report.bytes == path.stat().st_size <= limit
    return report, page_json(path.read_text(encoding="utf-8"))


def test_tables_of_a_page_too_large_keep_the_rows_that_come_first_and_all_answers(tmp_path: Path) -> None:
    report, data = cut_to(tmp_path / "x.html", 0.6)
    kept = {len(result["tables"][0]["ids"]) for result in data["results"]}
    assert len(kept) == 1
    (rows,) = kept
    assert 100 <= rows <= 1_000
    assert f"Tables have at most {rows:,} rows to keep the file under" in " ".join(report.notes)
    for result in data["results"]:
        (table,) = result["tables"]
        assert table["all"] == 1_200
        assert table["limited"].startswith(f"The first {rows:,} of 1,200 rows. Rows are in the order of “Rank”, the first rank first.")
        assert f"{result['title']} · Ranked schools: {table['limited']}" in report.notes
        assert table["columns"][0]["keys"] == list(range(1, rows + 1))
    assert len(data["layers"]) == len(full_page().layers)


def test_at_last_layers_that_no_finding_shows_and_the_later_findings_tables_are_left_out_and_named(tmp_path: Path) -> None:
    report, data = cut_to(tmp_path / "x.html", 0.0)
    gone = "Left out to keep this file small, as no finding shows them: Older answer; Attendance areas, elementary."
    assert [layer["id"] for layer in data["layers"]] == [one.layer.id for one in full_page().layers if one.layer.visible]
    assert gone in report.notes
    assert gone in (tmp_path / "x.html").read_text(encoding="utf-8")
    older, newer = data["results"]
    assert older["tables"]
    if not newer["tables"]:
        assert "Left out to keep the file small, in tables and on cards: newer." in report.notes
        assert newer["cautions"][0] == "The tables of this answer and its lines on the cards are not in this file, to keep it small."
        assert [figure["value"] for figure in older["figures"]] == [figure["value"] for figure in newer["figures"]]


def test_a_file_smaller_still_keeps_the_first_findings_table(tmp_path: Path) -> None:
    page = full_page()
    bare = write_html(evolve(page, layers=tuple(one for one in page.layers if one.layer.visible), results=()), tmp_path / "x.html").bytes
    report = write_html(page, tmp_path / "x.html", max_bytes=bare + 40_000, packing=False)
    data = page_json((tmp_path / "x.html").read_text(encoding="utf-8"))
    assert [bool(result["tables"]) for result in data["results"]] == [True, False]
    assert "Left out to keep the file small, in tables and on cards: newer." in report.notes
    assert data["results"][1]["cautions"][0].startswith("The tables of this answer and its lines on the cards are not in this file")


def test_a_page_cut_down_is_the_same_every_time(tmp_path: Path) -> None:
    first, _ = cut_to(tmp_path / "a.html", 0.4)
    second, _ = cut_to(tmp_path / "b.html", 0.4)
    assert first == second
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_a_page_that_cannot_fit_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"the limit is 0\.1 MB"):
        write_html(town_page(), tmp_path / "x.html", max_bytes=100_000)
    assert list(tmp_path.iterdir()) == []


def test_an_old_file_stays_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "x.html"
    target.write_text("old")

    def refuse(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="disk full"):
        write_html(town_page(), target)
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["x.html"]


def test_a_folder_that_is_not_there_is_the_readers_problem(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no folder"):
        write_html(town_page(), tmp_path / "nowhere" / "x.html")


def test_writing_can_be_stopped(tmp_path: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        write_html(town_page(), tmp_path / "x.html", progress=progress)
    assert list(tmp_path.iterdir()) == []


def test_a_table_without_places_is_not_drawn(tmp_path: Path) -> None:
    page = town_page()
    plain_table = PageLayer(Layer("links", "Links", "area_link", "none"), pd.DataFrame({"id": ["1"], "name": ["x"]}))
    write_html(evolve(page, layers=(*page.layers, plain_table)), tmp_path / "x.html")
    names = [layer["id"] for layer in page_json((tmp_path / "x.html").read_text())["layers"]]
    assert names == [shown.layer.id for shown in page.layers]


def test_a_page_without_layers_or_results_is_still_a_page(tmp_path: Path) -> None:
    page = evolve(town_page(), layers=(), results=())
    report = write_html(page, tmp_path / "x.html")
    assert report.features == 0


def test_a_layer_that_says_no_coordinate_system_is_in_that_of_the_page(tmp_path: Path) -> None:
    page = town_page()
    bare = tuple(evolve(shown, frame=shown.frame.set_crs(None, allow_override=True)) for shown in page.layers)
    write_html(page, tmp_path / "sound.html")
    write_html(evolve(page, layers=bare), tmp_path / "bare.html")
    assert (tmp_path / "bare.html").read_bytes() == (tmp_path / "sound.html").read_bytes()


def test_points_that_are_nowhere_are_counted_as_missing(tmp_path: Path) -> None:
    page = town_page()
    points = next(shown for shown in page.layers if shown.layer.geometry == "point")
    nowhere = evolve(points, frame=points.frame.set_geometry([Point()] * len(points.frame), crs=points.frame.crs))
    write_html(evolve(page, layers=tuple(nowhere if shown is points else shown for shown in page.layers)), tmp_path / "page.html")
    body = next(layer for layer in page_json((tmp_path / "page.html").read_text(encoding="utf-8"))["layers"] if layer["id"] == points.layer.id)
    assert body["absent"] == len(points.frame)
