"""A file with decimal commas is understood as a whole, before anything else looks at it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ecomap.io.importers import Imported, import_file, preview_file
from ecomap.io.importers.columns.separators import with_decimal_points
from ecomap.io.reading import RawSource, read_source
from tests.io.making import write_text

SCHOOLS = ("name;latitude;longitude;level;enrollment;frpm_share;budget\n"
           "École Nord;45,405;-75,695;Elementary;1.250;12,5;1.250.300,50 €\nÉcole Sud;45,415;-75,685;Elementary;350;33,1;950,5\n")


def schools(path: Path, **how: Any) -> Imported:
    return import_file(path, "school", target_crs="EPSG:26918", **how)


def source(tmp_path: Path, text: str) -> RawSource:
    return read_source(write_text(tmp_path / "table.csv", text))


def test_degrees_shares_counts_and_money_of_one_file(tmp_path: Path) -> None:
    found = schools(write_text(tmp_path / "ecoles.csv", SCHOOLS))
    assert found.frame["enrollment"].tolist() == [1250, 350]
    assert found.frame["frpm_share"].tolist() == [0.125, 0.331]
    assert found.frame["budget"].tolist() == [1250300.5, 950.5]
    places = found.frame.geometry.to_crs("EPSG:4326")
    assert places.y.round(3).tolist() == [45.405, 45.415]
    assert places.x.round(3).tolist() == [-75.695, -75.685]
    assert not found.doubts
    assert [line.count for line in found.report.lines if line.text == "Numbers with a decimal comma were read as such."] == [None]
    assert preview_file(tmp_path / "ecoles.csv", "school").mapping["latitude"] == "latitude"


def test_the_same_table_in_english_is_the_same(tmp_path: Path) -> None:
    english = SCHOOLS.translate(str.maketrans(",.;", ".,|")).replace("|", ";")
    ours, theirs = (schools(write_text(tmp_path / name, text)).frame for name, text in (("a.csv", SCHOOLS), ("b.csv", english)))
    for column in ("enrollment", "frpm_share", "budget"):
        assert ours[column].tolist() == theirs[column].tolist()
    assert ours.geometry.to_wkb().tolist() == theirs.geometry.to_wkb().tolist()


def test_what_has_two_readings_is_asked_with_both(tmp_path: Path) -> None:
    text = "code;taux;revenu\na;12,5;1,250\nb;13,5;1,273\n"
    raw, doubts = with_decimal_points(source(tmp_path, text))
    assert raw.frame["revenu"].tolist() == ["1.250", "1.273"]
    assert [(doubt.code, doubt.taken) for doubt in doubts] == [("decimal:revenu", "comma")]
    assert [option.label for option in doubts[0].options] == ["A decimal comma: 1,250 is 1.25", "A decimal point: 1,250 is 1,250"]
    answered, again = with_decimal_points(source(tmp_path, text), answers={"decimal:revenu": "point"})
    assert answered.frame["revenu"].tolist() == ["1,250", "1,273"]
    assert [doubt.code for doubt in again] == ["decimal:revenu"]  # an answered doubt stays in the list


@pytest.mark.parametrize("text", [
    "name,income\na,\"1,250\"\nb,\"1,273\"\n", "name,rate\na,12.5\nb,7.25\n", "name;note\na;10,11 and 12\nb;x\n", "name;grades\na;9,10,11\nb;6,7\n",
    "name,city\n\"Smith, J.\",\"Paris, 5\"\n",
])
def test_other_files_stay_as_they_are(tmp_path: Path, text: str) -> None:
    raw = source(tmp_path, text)
    assert with_decimal_points(raw) == (raw, ())


def test_codes_for_hidden_figures_and_words_stay_in_a_rewritten_column(tmp_path: Path) -> None:
    raw, _ = with_decimal_points(source(tmp_path, "code;taux\na;12,5\nb;<10\nc;*\nd;3,25 %\ne;-999\nf;1.000,5\ng;7,75\nh;n/a\n"))
    assert raw.frame["taux"].tolist() == ["12.5", "<10", "*", "3.25 %", "-999", "1000.5", "7.75", "n/a"]


def test_the_files_with_semicolons(shared_data: Path) -> None:
    found = schools(shared_data / "awkward" / "10_semicolon.csv")
    places = found.frame.geometry.to_crs("EPSG:4326")
    assert places.y.round(3).tolist() == [40.005, 40.015, 40.025, 40.035, 40.045, 40.025]
    assert found.frame["frpm_share"].tolist() == [0.125, 0.331, 0.5, 0.612, 0.079, 0.888]
    raw, doubts = with_decimal_points(read_source(shared_data / "awkward" / "10b_semicolon_need.csv"))
    assert raw.frame["taux_pauvrete"].head(2).tolist() == ["12.5", "13.5"]
    assert [doubt.code for doubt in doubts] == ["decimal:revenu"]


FEES = "name,latitude,longitude,fee_a,fee_b,fee_c,contact_phone,lines\n" + "".join(
    f"School {n},{-1.3 + n / 100:.2f},36.7{n},1,80{n},2,70{n},3,60{n},072160{n}607,x\n".replace(",1,80", ',"1.80').replace(",2,70", '","2.70').replace(",3,60", '","3.60')
    .replace(",072160", '",072160') for n in range(1, 7))


def test_sisters_are_asked_about_once_and_one_answer_holds_for_all(tmp_path: Path) -> None:
    raw = source(tmp_path, FEES)
    _, doubts = with_decimal_points(raw)
    assert [doubt.code for doubt in doubts] == ["decimal:fee_a"]
    assert "2 columns like it" in str(doubts[0].text)
    assert "fee_b and fee_c" in " ".join(map(str, doubts[0].evidence))
    comma, doubts = with_decimal_points(raw, answers={"decimal:fee_a": "comma"})
    assert [doubt.code for doubt in doubts] == ["decimal:fee_a"]
    assert comma.frame[["fee_a", "fee_b", "fee_c"]].iloc[0].astype(float).tolist() == [1801, 2701, 3601]
    one, _ = with_decimal_points(raw, answers={"decimal:fee_a": "comma", "decimal:fee_c": "point"})
    assert one.frame[["fee_a", "fee_c"]].iloc[0].astype(float).tolist() == [1801, 3.601]


@pytest.mark.parametrize("heading", ["contact_phone", "line"])
def test_telephone_numbers_are_no_numbers_with_a_decimal_comma(heading: str, tmp_path: Path) -> None:
    raw = source(tmp_path, f'name,{heading}\nA,"0721606071,0716439429"\nB,0721606072\nC,0721606073\n')
    found, doubts = with_decimal_points(raw)
    assert found.frame[heading].iloc[0] == "0721606071,0716439429"
    assert not doubts
    assert not any("decimal comma" in str(line.text) for line in found.notes)
