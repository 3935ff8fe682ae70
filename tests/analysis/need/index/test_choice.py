"""Whose need index it is: chosen by hand, with fixed marks, with steadied rates, or by a method with a name."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from ecomap.analysis.need import presets as p
from ecomap.analysis.need.index.choice import IndexParams, read_marks
from ecomap.model.errors import InputError, ParameterError
from ecomap.model.indicator import Indicator
from ecomap.model.params import param_specs
from tests import small_project as town
from tests.analysis.towns import POVERTY, ask, frames, table

INCOME = Indicator("income", "Income per person", "usd", -1, town.CENSUS)
INCOMES = [90_000.0, 80_000, 70_000, 60_000, 50_000, 40_000, 30_000, 20_000, 10_000]


def with_income() -> gpd.GeoDataFrame:
    return town.need_areas().assign(income=INCOMES)


def texts(result: object) -> str:
    return " ".join(note.text for note in result.notes)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["need-index", "sensitivity", "clusters"])
def test_the_choices_of_an_index_are_the_same_for_every_question(name: str) -> None:
    from ecomap.analysis import registry

    here = {spec.name: (spec.param.choices, spec.default) for spec in param_specs(registry.analysis(name).params)}
    for spec in param_specs(IndexParams):
        assert here[spec.name] == (spec.param.choices, spec.default)


def test_fixed_marks_by_hand() -> None:
    """Poverty 0..0.5 and income 100,000..20,000, where less is more need: half the sum of both."""
    result = ask("need-index", frames((POVERTY, INCOME), areas=with_income()), scaling="goalposts", draws=0,
                 goalposts="poverty=0..50%, income=20000..100000")
    poverty = town.need_areas()["poverty"]
    wanted = (np.clip(poverty / 0.5, 0, 1) + np.clip((100_000 - np.array(INCOMES)) / 80_000, 0, 1)) / 2
    assert table(result, "areas")["score"].tolist() == pytest.approx(wanted.tolist())
    assert "Children in poverty from 0 % to 50 %, Income per person from $20,000 to $100,000" in texts(result)
    assert "Marks that were not named" not in texts(result)


def test_marks_not_named_are_round_numbers_and_said() -> None:
    result = ask("need-index", frames((INCOME,), areas=with_income()), scaling="goalposts", draws=0)
    assert "Income per person from $10,000 to $90,000" in texts(result)
    assert "Marks that were not named" in texts(result)
    assert table(result, "areas")["score"].tolist() == pytest.approx([n / 8 for n in range(9)])


def test_a_year_later_only_the_area_that_changed_changes() -> None:
    before, after = with_income(), with_income()
    after.loc[0, "income"] = 55_000.0
    marks = {"scaling": "goalposts", "goalposts": "income=0..100000,poverty=0..1", "draws": 0}
    one, two = (table(ask("need-index", frames((POVERTY, INCOME), areas=a), **marks), "areas")["score"] for a in (before, after))
    assert two.iloc[0] > one.iloc[0]
    assert two.iloc[1:].tolist() == one.iloc[1:].tolist()


@pytest.mark.parametrize(("marks", "said"), [
    ("rent=0..1", "no indicator called 'rent'"), ("poverty=0", "two marks"), ("poverty=low..high", "two marks"),
    ("poverty=1..1", "span no scale"),
])
def test_marks_that_make_no_sense_are_refused(marks: str, said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        ask("need-index", frames(), scaling="goalposts", goalposts=marks)


def test_marks_are_read_in_either_order_and_in_percent() -> None:
    assert read_marks(["poverty = 50%..0"], [POVERTY]) == {"poverty": (0.5, 0.0)}
    assert read_marks(["children in poverty=0..1"], [POVERTY]) == {"poverty": (0.0, 1.0)}


def test_marks_without_their_scale_are_not_used_and_it_is_said() -> None:
    plain, given = (ask("need-index", frames(), goalposts=marks) for marks in ("", "poverty=0..1"))
    assert table(plain, "areas")["score"].tolist() == table(given, "areas")["score"].tolist()
    assert "Fixed marks were given but are not used" in texts(given)


def test_sensitivity_varies_around_fixed_marks() -> None:
    result = ask("sensitivity", frames((POVERTY, INCOME), areas=with_income()), scaling="goalposts", draws=50,
                 goalposts="poverty=0..1,income=0..100000")
    assert "z-score or fixed marks" in texts(result)
    need = ask("need-index", frames((POVERTY, INCOME), areas=with_income()), scaling="goalposts", draws=0,
               goalposts="poverty=0..1,income=0..100000")
    assert table(result, "areas")["rank"].tolist() == table(need, "areas")["rank"].tolist()


def svi_areas(shared_data: Path) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    svi = pd.read_csv(shared_data / "known-answers" / "svi" / "cdc_svi2020_pa_county.csv", encoding="utf-8-sig")
    frame = svi.filter(regex="^(EP|MP)_").assign(id=svi["FIPS"].astype(str), name=svi["COUNTY"], population=svi["E_TOTPOP"],
                                                 poverty=0.5, poverty_moe=0.1)
    return gpd.GeoDataFrame(frame, geometry=[box(n, 0, n + 1, 1) for n in range(len(svi))], crs=town.CRS), svi


def test_the_vulnerability_index_is_the_published_one(shared_data: Path) -> None:
    areas, svi = svi_areas(shared_data)
    result = ask("need-index", frames(areas=areas, attendance=None), preset="svi", indicators="poverty")
    rows = table(result, "areas").reset_index()
    assert rows["id"].tolist() == svi["FIPS"].astype(str).tolist()
    assert (rows["percentile"] - svi["RPL_THEMES"]).abs().max() <= 5e-5
    assert (rows["score"] * 16 - svi["SPL_THEMES"]).abs().max() <= 5e-4
    assert rows["rank"].tolist() == svi["RPL_THEMES"].rank(method="min", ascending=False).tolist()
    assert rows["rank_high"].gt(rows["rank_low"]).any(), "the margins that CDC publishes are carried"
    assert "CDC/ATSDR (2022)" in texts(result)
    assert "your own choice of indicators, weights and scale is not used" in texts(result)
    assert any("CDC/ATSDR (2022)" in source.title for source in result.provenance.sources)
    assert result.sentence.startswith("By Social Vulnerability Index, method of 2020 and 2022, need is highest in ")


def test_areas_without_residents_are_not_ranked_by_its_method(shared_data: Path) -> None:
    areas, _ = svi_areas(shared_data)
    areas.loc[3, "population"] = 0.0
    result = ask("need-index", frames(areas=areas, attendance=None), preset="svi", draws=0)
    assert pd.isna(table(result, "areas")["rank"].iloc[3])
    assert "1 area without residents is not ranked" in texts(result)


def test_columns_that_the_importer_renamed_are_found() -> None:
    names = {"EP_AGE65": 1, **{p.SVI_IMPORTED.get(name, f"ep_{name.lower()}"): 1 for name in p.SVI.columns if name != "AGE65"}}
    held = p.held_columns(pd.DataFrame(columns=list(names)), p.SVI)
    assert held["POV150"] == "poverty_150"
    assert held["AGE65"] == "EP_AGE65"
    assert set(held) == set(p.SVI.columns)


@pytest.mark.parametrize(("preset", "said"), [
    ("svi", "EP_POV150, EP_UNEMP"), ("svi_2018", "EP_POV, EP_UNEMP, EP_PCI"), ("calenviroscreen", "exposures, environmental"),
    ("children", "do not have: unemployment, per_capita_income"),
])
@pytest.mark.parametrize("name", ["need-index", "clusters"])
def test_a_method_names_the_columns_it_lacks(name: str, preset: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as raised:
        ask(name, frames(), preset=preset)
    assert raised.value.hint


def test_calenviroscreen_by_hand_and_its_parts_add_up() -> None:
    areas = town.need_areas().iloc[:3].assign(
        exposures=[60.0, 80, 40], environmental_effects=[50.0, 90, 30], sensitive_populations=[70.0, 95, 20],
        socioeconomic_factors=[65.0, 90, 40])
    result = ask("need-index", frames(areas=areas, attendance=None), preset="calenviroscreen")
    rows = table(result, "areas")
    assert (100 * rows["score"]).tolist() == pytest.approx([49.62, 100, 14.27], abs=5e-3)
    parts = rows.filter(like="contribution_")
    assert parts.sum(axis=1).tolist() == pytest.approx(rows["score"].tolist())
    # Exposures weigh 60 + 25 = 85 of pollution: 60/85 of half the score.
    assert parts["contribution_exposures"].iloc[0] == pytest.approx(rows["score"].iloc[0] / 2 * 60 / 85)
    assert "nothing can be said of how sure a rank is" in texts(result)
    assert rows["rank_low"].isna().all()
    with pytest.raises(ParameterError, match="product"):
        ask("sensitivity", frames(areas=areas, attendance=None), preset="calenviroscreen")


def test_childrens_need_of_the_starter_is_its_default_index() -> None:
    from ecomap.analysis import registry
    from ecomap.io.starter import load_starter
    from ecomap.model.frames import Frames
    from ecomap.model.params import build_params

    project = load_starter("los-angeles")
    layer = next(layer for layer in project.layers if layer.indicators)
    given = Frames({"areas": project.frames[layer.id]}, {"areas": layer})
    kind = registry.analysis("need-index").params
    named, own = (registry.run("need-index", given, build_params(kind, {"preset": name, "draws": 0})) for name in ("children", "own"))
    parts = [column for column in own.main.frame if column != "geometry"]
    pd.testing.assert_frame_equal(pd.DataFrame(named.main.frame[parts]), pd.DataFrame(own.main.frame[parts]))


def test_without_any_margin_no_rank_is_called_certain() -> None:
    result = ask("need-index", frames((INCOME,), areas=with_income()))
    rows = table(result, "areas")
    assert rows["rank_low"].isna().all()
    assert "at_once" not in rows
    assert "nothing can be said of how sure a rank is" in texts(result)
