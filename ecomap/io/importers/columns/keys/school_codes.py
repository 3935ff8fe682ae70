"""Codes of schools in any file, whatever numbering it uses, and the schools of the project that they mean."""

from __future__ import annotations

from typing import Any

from ecomap.io.importers.columns.guessing import is_cds
from ecomap.io.importers.columns.keys.matching import Book, Match, best_match, match_said
from ecomap.io.table import clean_cds, text_of
from ecomap.io.table.names import pairs_of
from ecomap.model.project import Project
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say
from ecomap.model.units import format_number
from ecomap.model.vocabulary import ID, LEVELS, NAME, SCHOOL, SCHOOL_ID

_LETTERS = 3  # that a name has at least: "A" and "12" name areas, not schools


def with_school_codes(frame: Any, column: str = SCHOOL_ID) -> tuple[Any, list[ReportLine]]:
    """Codes as text; where they are California's, whole ones of 14 digits."""
    codes = text_of(frame[column]).str.replace(r"\.0$", "", regex=True)
    if not is_cds(codes.dropna()):
        return frame.assign(**{column: codes}), []
    clean = clean_cds(codes)
    said = [ReportLine("mended", say("School codes (CDS) that had lost their leading zero."), clean.padded)] if clean.padded else []
    return frame.assign(**{column: clean.values}), said


def meant_schools(codes: Any, project: Project | None) -> Match | None:
    """The schools of the project that codes mean, by its own codes or by any other that it keeps; None if hardly one is."""
    if project is None:
        return None
    best: Match | None = None
    for layer in project.layers_of(SCHOOL):
        found = best_match(codes, Book(project.frame(layer.id), layer), parts=True)
        if found is not None and (best is None or found.matched > best.matched):
            best = found
    return best


def schools_of_names(names: Any, levels: Any, schools: Any) -> Any:
    """The ids of the schools that areas are called after, among those of the areas' levels; None where hardly any is.

    Parameters
    ----------
    names, levels : Series of str
        Of the areas.
    schools : frame
        With id, name and, if known, levels.
    """
    import pandas as pd  # heavy

    called = text_of(names)
    called = called.where(called.str.count(r"[^\W\d_]") >= _LETTERS)
    taught = schools[LEVELS].fillna("").astype(str) if LEVELS in schools.columns else pd.Series("", index=schools.index)
    ids = pd.Series(None, index=called.index, dtype=object)
    for level in dict.fromkeys(levels.fillna("").astype(str)):
        rows = (levels.fillna("").astype(str) == level).to_numpy()
        fits = [not level or not own or bool(set(level.split("+")) & set(own.split("+"))) for own in taught]
        known = [(str(name), str(key)) for name, key, fit in zip(schools[NAME], schools[ID], fits) if fit]
        pairs = pairs_of([str(text) for text in called[rows].dropna().unique()], known, near=False)
        ids[rows] = called[rows].map(dict(pairs.sure))
    different = called.dropna().nunique()
    found = called[ids.notna()].nunique()
    return ids if found and found >= 0.5 * different and (found > 1 or different == 1) else None


def as_schools(frame: Any, column: str, project: Project | None) -> tuple[Any, list[ReportLine]]:
    """The codes of a column as the ids of the project's schools; those it does not know stay as they are."""
    codes = text_of(frame[column])
    found = meant_schools(codes, project)
    if found is None or found.exact:
        return frame, []
    ids = codes.map(found.ids)
    line = ReportLine("note", match_said(column, found))
    return frame.assign(**{column: ids.where(ids.notna(), codes).astype("str")}), [line]


def as_called(frame: Any, column: str, project: Project | None, heading: str = "") -> tuple[Any, list[ReportLine]]:
    """Names of schools that stand where codes should, as the ids of the schools that are called so; the others stay as they are.

    A name that two schools have, and two names for one school, are settled for none.
    """
    texts = text_of(frame[column])
    frames = [project.frame(layer.id) for layer in project.layers_of(SCHOOL)] if project else []
    schools = [row for known in frames for row in zip(known[NAME].astype(str), known[ID].astype(str), strict=True)]
    taken = {key for _, key in schools}
    names = [text for text in texts.dropna().unique().tolist() if text not in taken and sum(map(str.isalpha, text)) >= _LETTERS]
    if not schools or not names:
        return frame, []
    pairs = pairs_of(names, list(dict.fromkeys(schools)), near=False)
    if not pairs.sure:
        return frame, []
    lines = [ReportLine("note", say("Schools told by their names ({column}), not by codes: {taken} of {all}.", column=named(heading or column),
                                    taken=format_number(len(pairs.sure)), all=format_number(len(names))))]
    if pairs.ties:
        lines.append(ReportLine("caution", say("Names that several schools have, or two names of one school: no school is meant for sure, so they belong to none."),
                                len(pairs.ties), tuple(pairs.ties[:5])))
    return frame.assign(**{column: texts.map(lambda text: pairs.sure.get(text, text)).astype("str")}), lines
