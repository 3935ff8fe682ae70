"""How alike schools are is made of their numbers: what leaves does not give a hidden one back."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import Point

from ecomap.analysis.release.door import released
from ecomap.model import vocabulary as v
from ecomap.model.layer import POINT, Layer
from ecomap.model.project import Project
from ecomap.model.result import Result
from ecomap.workspace import operations

PUPILS = [300.0, 310, 320, 330, 340, 350]
ELIGIBLE = [290.0, 270, 7, 230, 150, 60]  # the third has seven


def peers(eligible: list[float]) -> Project:
    schools = gpd.GeoDataFrame(
        {"id": list("abcdef"), "name": list("ABCDEF"), "enrollment": PUPILS, "frpm_count": eligible, "levels": "elementary",
         "frpm_share": [part / whole for part, whole in zip(eligible, PUPILS, strict=True)]},
        geometry=[Point(k, k) for k in range(6)], crs=3310,
    )
    project = Project(crs="EPSG:3310").with_layer(Layer("schools", "Schools", v.SCHOOL, POINT), schools)
    return operations.run_analysis(project, "peers", {"variables": "frpm_share,enrollment", "count": 5})[0]


def solved(result: Result) -> set[int]:
    """Counts of the third school that a reader works out from its distances to schools whose numbers are there."""
    variables = result.output("variables").frame.set_index("id")
    frame = result.output("peers").frame
    found: set[int] = set()
    for row in frame[frame[v.SCHOOL_ID] == "c"].to_dict("records"):
        rest = 2 * row["distance"] ** 2 - ((row["school_enrollment"] - row["peer_enrollment"]) / variables["spread"]["enrollment"]) ** 2
        far = np.sqrt(max(rest, 0.0)) * variables["spread"]["frpm_share"] if np.isfinite(rest) else np.nan
        found |= {round(320 * share) for share in (row["peer_frpm_share"] - far, row["peer_frpm_share"] + far) if np.isfinite(share)}
    return found


def test_the_window_could_be_solved_and_the_file_cannot() -> None:
    project = peers(ELIGIBLE)
    assert 7 in solved(project.results[0])
    assert solved(released(project).results[0]) == set()


def test_what_has_no_hidden_number_stays_rounded() -> None:
    shown = released(peers(ELIGIBLE)).results[0]
    frame, variables = shown.output("peers").frame, shown.output("variables").frame.set_index("id")
    hidden = frame[["school_frpm_share", "peer_frpm_share", "school_enrollment", "peer_enrollment"]].isna().any(axis=1)
    assert (frame["distance"].isna() == hidden).all()
    assert (frame.loc[hidden, "distance_reason"] == "suppressed").all()
    kept = frame.loc[~hidden, "distance"]
    assert len(kept)
    np.testing.assert_array_equal(kept, kept.round(1))
    assert variables.loc["frpm_share", ["mean", "spread"]].isna().all()
    assert variables.loc["frpm_share", "mean_reason"] == "suppressed"
    nearest = shown.figure("nearest_distance").value
    assert nearest == pytest.approx(round(nearest, 1))


def test_with_nothing_hidden_the_answer_leaves_as_it_is() -> None:
    project = peers([290.0, 270, 250, 230, 150, 60])
    assert released(project).results[0] == project.results[0]
    assert released(project).results[0].output("peers").frame is project.results[0].output("peers").frame
