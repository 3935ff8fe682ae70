"""Columns that add up in every row: what is hidden in one is not what the others leave."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from scipy.optimize import linprog

from ecomap.analysis.release.across import relations_across
from ecomap.analysis.release.door import released
from ecomap.model import vocabulary as v
from ecomap.model.layer import POINT, Column, Layer
from ecomap.model.project import Project
from ecomap.model.pupils import PUPILS, THRESHOLD

CRS = "EPSG:3310"


def _project(counts: dict[str, np.ndarray]) -> Project:
    number = len(next(iter(counts.values())))
    frame = gpd.GeoDataFrame({v.ID: [f"s{n}" for n in range(number)], v.NAME: [f"School {n}" for n in range(number)], **counts},
                             geometry=gpd.points_from_xy(np.arange(number) * 900.0, np.zeros(number)), crs=CRS)
    columns = tuple(Column(name, name, unit=PUPILS) for name in counts)
    return Project(title="District", crs=CRS).with_layer(Layer(id="schools", name="Schools", role=v.SCHOOL, geometry=POINT, columns=columns), frame)


def _narrowest(counts: dict[str, np.ndarray], shown: dict[str, np.ndarray]) -> float:
    """How far apart the least and the most are that a small number can be, at the smallest, by linear programs over rows and columns."""
    names = list(counts)
    true = np.column_stack([counts[name] for name in names])
    hidden = np.isnan(np.column_stack([shown[name] for name in names]))
    place = -np.ones(hidden.shape, dtype=int)
    place[hidden] = np.arange(hidden.sum())
    sums = []
    for factor in _known_relations(names):
        for row in range(len(true)):
            sums.append([(row, at, factor[at]) for at in np.flatnonzero(factor)])
    sums += [[(row, at, 1.0) for row in range(len(true))] for at in range(len(names))]
    matrix, right = np.zeros((len(sums), hidden.sum())), np.zeros(len(sums))
    for n, one in enumerate(sums):
        for row, at, factor in one:
            if hidden[row, at]:
                matrix[n, place[row, at]] += factor
                right[n] += factor * true[row, at]
    widths = []
    for row, at in np.argwhere(true < THRESHOLD):
        assert hidden[row, at]
        goal = np.zeros(hidden.sum())
        goal[place[row, at]] = 1.0
        least, most = (linprog(sign * goal, A_eq=matrix, b_eq=right, bounds=(0, None), method="highs") for sign in (1, -1))
        widths.append(np.inf if most.status == 3 else -most.fun - least.fun)
    return min(widths)


def _known_relations(names: list[str]) -> list[np.ndarray]:
    total, parts = np.zeros(len(names)), [n for n, name in enumerate(names) if name.startswith("group")]
    total[parts], total[names.index(v.ENROLLMENT)] = 1.0, -1.0
    copies = [np.eye(len(names))[names.index("again")] - np.eye(len(names))[names.index("group_0")]] if "again" in names else []
    return [total, *copies]


def _groups(seed: int, schools: int, groups: int, again: bool = False) -> dict[str, np.ndarray]:
    dice = np.random.default_rng(seed)
    shares = dice.dirichlet(np.geomspace(4, 0.3, groups), schools)
    found = np.array([dice.multinomial(total, share) for total, share in zip(dice.integers(90, 900, schools), shares, strict=True)], dtype=float)
    counts = {f"group_{n}": found[:, n] for n in range(groups)} | {v.ENROLLMENT: found.sum(axis=1)}
    return counts | ({"again": found[:, 0]} if again else {})


@pytest.mark.parametrize(("seed", "schools", "groups", "again"), [(0, 12, 2, False), (1, 20, 4, False), (2, 9, 3, True), (3, 30, 7, False)])
def test_no_small_number_is_what_its_row_and_its_column_leave(seed: int, schools: int, groups: int, again: bool) -> None:
    counts = _groups(seed, schools, groups, again)
    assert sum((values < THRESHOLD).sum() for values in counts.values()) > 0
    out = released(_project(counts)).frame("schools")
    assert _narrowest(counts, {name: out[name].to_numpy(float) for name in counts}) >= THRESHOLD - 1e-6


def test_the_attack_finds_what_hiding_by_columns_alone_leaves() -> None:
    counts = {"group_0": np.array([5.0, 80, 90, 70]), "group_1": np.array([130.0, 60, 70, 90])}
    counts[v.ENROLLMENT] = counts["group_0"] + counts["group_1"]
    by_columns = {name: values.copy() for name, values in counts.items()}
    by_columns["group_0"][[0, 3]] = np.nan
    assert _narrowest(counts, by_columns) == pytest.approx(0)
    out = released(_project(counts)).frame("schools")
    assert _narrowest(counts, {name: out[name].to_numpy(float) for name in counts}) >= THRESHOLD - 1e-6
    assert out[v.ENROLLMENT].notna().all()


def test_relations_are_found_in_any_order_and_not_where_rows_do_not_add_up() -> None:
    dice = np.random.default_rng(1)
    parts = dice.integers(12, 90, (30, 3)).astype(float)
    assert [one.tolist() for one in relations_across(np.column_stack([parts[:, 0], parts.sum(axis=1), parts[:, 1:]]))] == [[1, -1, 1, 1]]
    assert relations_across(np.column_stack([parts, parts.sum(axis=1) + dice.integers(0, 5, 30)])) == []
    one_wrong = np.column_stack([parts, parts.sum(axis=1)])
    one_wrong[4, 3] += 7
    assert len(relations_across(one_wrong)) == 1
    one_wrong[4:9, 3] += 3
    assert relations_across(one_wrong) == []
