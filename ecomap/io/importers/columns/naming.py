"""Names of rows that are only numbers, and codes that a spreadsheet has rounded."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from ecomap.io.importers.columns.headings import NO_FIT, fit, heading, spoken, words_of
from ecomap.io.importers.columns.looks import is_numbering, is_rounded
from ecomap.io.importers.spec import CONSTANT, Draft, Importer
from ecomap.io.reading import RawSource
from ecomap.io.table import text_of
from ecomap.model.errors import InputError
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import say
from ecomap.model.vocabulary import NAME


def with_headed_names(draft: Draft) -> Draft:
    """Names that are only numbers are put behind their heading: "Ward 1", as "1" alone names nothing."""
    column = draft.mapping.get(NAME, "")
    if NAME not in draft.frame.columns or not column or column.startswith(CONSTANT) or "name" in words_of(column):
        return draft
    texts = text_of(draft.frame[NAME])
    if not is_numbering(texts.dropna()):
        return draft
    what = spoken(column)
    names = texts.map(lambda text: f"{what} {text.removesuffix('.0').lstrip('0') or '0'}" if isinstance(text, str) else None)
    line = ReportLine("note", say("The names of the rows are numbers under the heading {column}; they were put behind it.", column=named(column)),
                      None, tuple(str(name) for name in names.dropna().head(2)))
    return evolve(draft, frame=draft.frame.assign(**{NAME: names.astype("str")}), lines=(*draft.lines, line))


def rounded_codes(importer: Importer, raw: RawSource, mapping: Mapping[str, str]) -> list[ReportLine]:
    """A caution on columns of codes that a spreadsheet has rounded, where the rows have a place without them.

    Raises
    ------
    InputError
        If the rows can only be placed by these codes: they mean nothing any more.
    """
    lines = []
    specs = [spec for spec in importer.fields if spec.kind == "code"]
    for column in raw.frame.columns:
        if column == "geometry" or not any(fit(heading(str(column)), alias) < NO_FIT for spec in specs for alias in spec.aliases):
            continue
        cells = text_of(raw.frame[column].head(2000)).dropna()
        if not is_rounded(cells):
            continue
        placed = raw.has_geometry or {"longitude", "latitude"} <= set(mapping)
        if not placed and importer.joins:
            raise _rounded(raw, str(column), str(cells.iloc[0]))
        if placed:
            lines.append(ReportLine("caution", say(
                "The codes in {column} were turned into rounded numbers by a spreadsheet; no ids were made of them.", column=named(str(column))),
                None, tuple(cells.drop_duplicates().head(3))))
    return lines


def _rounded(raw: RawSource, column: str, example: str) -> InputError:
    return InputError(
        say("Excel has turned the codes in column {column} of {file} into rounded numbers (such as {example}), so which place each row is "
            "cannot be told any more.", column=named(column), file=named(raw.path.name), example=named(example)),
        say("Get the file again, and do not open it by a double click: in Excel choose Data, then From Text/CSV, and set that column to "
            "text. Or import the file as it was downloaded."),
        {"column": column},
    )
