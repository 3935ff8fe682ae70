"""Likeness worked by hand; missing numbers compare by the rest."""

from __future__ import annotations

import numpy as np
import pytest

from ecomap.analysis.assets.peers.likeness import Traits, nearest_peers
from ecomap.model.errors import ParameterError
from ecomap.model.progress import silent
from tests import small_project as town
from tests.analysis.towns import ask, asset_tables, frames


def traits(values: list[list[float]], levels: list[list[bool]] | None = None) -> Traits:
    raw = np.array(values, dtype=float)
    return Traits(tuple("abc"[: raw.shape[1]]), raw, raw, None if levels is None else np.array(levels), ())


def test_distance_is_the_mean_over_what_both_have() -> None:
    _, two, distance, present = nearest_peers(traits([[0, 0], [3, 4], [1, np.nan]]), np.array([0]), 2, 0.5, silent())
    assert two.tolist() == [2, 1]
    assert distance.tolist() == pytest.approx([1.0, np.sqrt((9 + 16) / 2)])
    assert present.tolist() == [1, 2]


def test_too_little_in_common_is_not_compared() -> None:
    _, two, _, _ = nearest_peers(traits([[0, 0], [3, 4], [1, np.nan]]), np.array([0]), 2, 0.75, silent())
    assert two.tolist() == [1]


def test_levels_differ_by_what_they_do_not_share() -> None:
    made = traits([[0.0], [0.0], [0.0]], [[True, False, False], [True, True, False], [False, False, True]])
    _, two, distance, _ = nearest_peers(made, np.array([0]), 2, 1.0, silent())
    assert two.tolist() == [1, 2]
    assert distance.tolist() == pytest.approx([np.sqrt(2 * 0.25 / 2), np.sqrt(2 / 2)])


def test_standard_deviations_by_hand() -> None:
    # enrolment 300, 310, 320: mean 310, deviation sqrt(200/3); shares 0.5, 0.6, 0.7 likewise: the ends are equally far
    result = ask("peers", frames(), school="Middle School", variables="enrollment,frpm_share", count=2)
    peers = result.output("peers").frame
    assert peers["distance"].tolist() == pytest.approx([10 / np.sqrt(200 / 3)] * 2)
    assert peers["peer"].tolist() == ["West School", "East School"]  # equal: in the order of their codes
    assert result.output("variables").frame.set_index("id").loc["enrollment", "mean"] == 310


def test_a_school_is_never_its_own_peer_and_approaches_stand_beside() -> None:
    peers = ask("peers", frames(participations=asset_tables()["participations"])).output("peers").frame
    assert (peers["school_id"] != peers["peer_id"]).all()
    assert set(peers.loc[peers["peer"] == "West School", "peer_approaches"]) == {"Linked Learning"}


def test_practice_notes_of_the_school_and_its_peers() -> None:
    given = frames(practices=asset_tables()["practices"])
    found = ask("peers", given, school="01964733000001", count=1).output("practices").frame
    assert found["title"].tolist() == ["Family centre"]
    assert any("Likeness is not cause" in note.text for note in ask("peers", given).notes)


@pytest.mark.parametrize("asked", [{"school": "North School"}, {"variables": "levels"}])
def test_what_is_not_there_is_refused(asked: dict) -> None:
    with pytest.raises(ParameterError):
        ask("peers", frames(), **asked)


def test_a_missing_number_is_told() -> None:
    schools = town.schools().assign(frpm_share=[np.nan, 0.6, 0.7])
    result = ask("peers", frames(schools=schools))
    assert any(note.count == 1 and "free or reduced-price meals" in note.text for note in result.notes)
