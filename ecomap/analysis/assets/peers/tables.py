"""The tables of likeness: schools beside their peers, what likeness goes by, and the practice notes of both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ecomap.analysis import columns as c
from ecomap.analysis.assets import columns as a
from ecomap.analysis.assets.peers.likeness import LABELS, LEVEL, NEED, Traits, label_of
from ecomap.analysis.assets.peers.words import NOT_A_CAUSE
from ecomap.analysis.assets.presence import SEPARATOR, labelled, refs, spoken, text
from ecomap.model import vocabulary as v
from ecomap.model.frames import Frames
from ecomap.model.layer import Column
from ecomap.model.pupils import PUPILS
from ecomap.model.result import Output
from ecomap.model.said import say
from ecomap.model.terms import Terms

DISTANCE, PEER, PRESENT = "distance", "peer", "variables_compared"


def peers_output(
    schools: Any, traits: Traits, one: np.ndarray, two: np.ndarray, distance: np.ndarray, present: np.ndarray,
    approaches: np.ndarray, outcomes: dict[str, np.ndarray],
) -> Output:
    """Every school asked about beside each of its peers, the most alike first."""
    ids, names = schools[v.ID].astype(str).to_numpy(), schools[v.NAME].astype(str).to_numpy()
    first = np.ones(len(one), dtype=bool)
    first[1:] = one[1:] != one[:-1]
    rank = np.arange(len(one)) - np.maximum.accumulate(np.where(first, np.arange(len(one)), 0)) + 1
    columns: dict[str, Any] = {
        v.ID: pd.Series(ids[one], dtype=object) + "|" + pd.Series(ids[two], dtype=object), v.NAME: names[one],
        v.SCHOOL_ID: ids[one], c.RANK: rank, PEER: names[two], "peer_id": ids[two], DISTANCE: distance, PRESENT: present,
        a.APPROACHES: spoken(approaches[one]), "peer_approaches": spoken(approaches[two]),
    }
    described = [
        Column(v.ID, say("Id"), hidden=True), Column(v.NAME, say("School")), Column(v.SCHOOL_ID, say("School, code"), hidden=True),
        Column(c.RANK, say("Peer number"), "rank", say("1 is most alike.")), Column(PEER, say("Alike"), "", NOT_A_CAUSE), Column("peer_id", say("Its code"), hidden=True),
        Column(DISTANCE, say("How far apart"), "score", say("Standard deviations, on average over the variables both have; 0 is the same."), digits=2),
        Column(PRESENT, say("Variables compared"), "count"), Column(a.APPROACHES, say("Approaches of the school")),
        Column("peer_approaches", say("Approaches of the peer")),
    ]
    shown = {name: traits.raw[:, n] for n, name in enumerate(traits.names)} | outcomes
    for name, values in shown.items():
        label, unit, digits = label_of(name), *_unit(name)
        columns |= {f"school_{name}": values[one], f"peer_{name}": values[two]}
        described += [Column(f"school_{name}", label, unit, digits=digits), Column(f"peer_{name}", say("{label}, peer", label=label), unit, digits=digits)]
    columns[a.ROWS] = [f"{v.SCHOOL}/{i}{SEPARATOR}{v.SCHOOL}/{j}" for i, j in zip(ids[one], ids[two], strict=True)]
    return Output("peers", say("Schools and those most like them; likeness is not cause"), pd.DataFrame(columns), (*described, a.rows_column(say("this line"))),
                  told=(PEER, DISTANCE))


def _unit(name: str) -> tuple[str, int]:
    if name == NEED:
        return "score", 2
    if name == v.ENROLLMENT:
        return PUPILS, 0
    return ("share", 0) if name.endswith("_share") else ("", 2)


def variables_output(traits: Traits) -> Output:
    """What likeness goes by: mean and standard deviation."""
    known = ~np.isnan(traits.raw)
    rows: list[dict[str, Any]] = [
        {v.ID: name, v.NAME: label_of(name), "schools": int(known[:, n].sum()),
         "mean": float(np.mean(traits.raw[known[:, n], n])), "spread": float(np.std(traits.raw[known[:, n], n]))}
        for n, name in enumerate(traits.names) if known[:, n].any()]
    if traits.levels is not None:
        rows.append({v.ID: LEVEL, v.NAME: LABELS[LEVEL], "schools": int(traits.levels.any(axis=1).sum()), "mean": np.nan, "spread": np.nan})
    columns = (*c.id_columns(), Column("schools", say("Schools that have it"), "count"), Column("mean", say("Mean"), digits=2),
               Column("spread", say("Standard deviation"), "", say("One unit of distance in this variable."), digits=2))
    frame = pd.DataFrame(rows, columns=[v.ID, v.NAME, "schools", "mean", "spread"]).assign(**{v.NAME: spoken(row[v.NAME] for row in rows)})
    return Output("variables", say("What likeness goes by"), frame, columns)


def practices_output(frames: Frames, schools: Any, wanted: np.ndarray, terms: Terms) -> Output:
    """Practice notes of the schools asked about and their peers."""
    names = (v.TITLE, v.SINCE, v.EVIDENCE, v.CONTACT)
    empty = pd.DataFrame({name: pd.Series(dtype=object) for name in (v.ID, v.SCHOOL_ID, v.APPROACH, v.FUNCTION, *names)})
    rows = frames["practices"].reset_index(drop=True) if "practices" in frames else empty
    school = pd.Index(schools[v.ID].astype(str)).get_indexer(pd.Index(text(rows, v.SCHOOL_ID)))
    use = np.flatnonzero(np.isin(school, wanted) & (school >= 0))
    rows = rows.iloc[use]
    ids = refs(v.PRACTICE, rows[v.ID]).to_numpy()
    frame = pd.DataFrame({
        v.ID: pd.Series(ids, dtype=object), v.NAME: schools[v.NAME].astype(str).to_numpy()[school[use]],
        v.SCHOOL_ID: schools[v.ID].astype(str).to_numpy()[school[use]],
        a.APPROACH_LABEL: labelled(terms, "approach", text(rows, v.APPROACH)),
        a.FUNCTION_LABEL: labelled(terms, "function", text(rows, v.FUNCTION)),
        **{name: text(rows, name).to_numpy() for name in names}, a.ROWS: ids,
    }).sort_values([v.SCHOOL_ID, v.ID], kind="stable", ignore_index=True)
    columns = (
        Column(v.ID, say("Id"), hidden=True), Column(v.NAME, say("School")), Column(v.SCHOOL_ID, say("School, code"), hidden=True),
        Column(a.APPROACH_LABEL, say("Approach")), Column(a.FUNCTION_LABEL, say("Function")), Column(v.TITLE, say("What works")),
        Column(v.SINCE, say("Since"), "date"), Column(v.EVIDENCE, say("Evidence")), Column(v.CONTACT, say("Whom to ask")), a.rows_column(say("this note")),
    )
    return Output("practices", say("Practice notes of these schools"), frame, columns)
