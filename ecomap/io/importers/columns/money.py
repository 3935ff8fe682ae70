"""What tables of money share: whole school codes, a school year, one row per school and year, unique ids."""

from __future__ import annotations

from collections import Counter
from typing import Any

from attrs import evolve

from ecomap.io.importers.columns.fields import padding_counted, with_padding_marked
from ecomap.io.importers.columns.guessing import is_cds
from ecomap.io.importers.columns.keys.school_codes import as_called, as_schools
from ecomap.io.importers.columns.places import SCHOOL_CODES, name_field
from ecomap.io.importers.columns.years import school_year_of, stated_year
from ecomap.io.importers.spec import Draft, FieldSpec
from ecomap.io.table import clean_cds, parse_numbers, text_of
from ecomap.io.table.gate import unique_ids
from ecomap.io.table.keys import CDS
from ecomap.io.table.numbers import rounded_codes
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.layer import Column
from ecomap.model.project import Project
from ecomap.model.report import ReportLine
from ecomap.model.said import NOTHING, Said, say
from ecomap.model.said import name as named
from ecomap.model.style import LayerStyle

SHORT = 7                # digits of a school code without county and district
NO_STYLE = LayerStyle()
FIRST_YEAR, LAST_YEAR = 2013, 2030  # the formula began in 2013-14
SCHOOL_YEARS = tuple(f"{year}-{(year + 1) % 100:02d}" for year in range(LAST_YEAR, FIRST_YEAR - 1, -1))

CODES = (
    FieldSpec(v.SCHOOL_ID, say("School code"), "code", aliases=(
        "school_id", "cds_code", "cdscode", "cds", "school_cds_code", "county_district_school_code", "lea_cds_code", *SCHOOL_CODES,
    ), patterns=(r"(^|_)cds(_|$)", r"county_district_school", r"ncessch"), help=say("The number or code that tells one school from another.")),
    FieldSpec("county_code", say("County code"), "code", aliases=("county_code",)),
    FieldSpec("district_code", say("District code"), "code", aliases=("district_code",)),
    FieldSpec("school_code", say("School code"), "code", aliases=("school_code",)),
)
NAME = name_field(
    "school_name", "school", "escuela", "lea_name", "lea", "local_educational_agency", "district_name",
    "charter_school_name",
)
YEAR = FieldSpec(v.YEAR, say("School year"), aliases=(
    "year", "school_year", "fiscal_year", "academic_year", "academicyear", "ano_escolar",
), choices=SCHOOL_YEARS, help=say("Like 2024-25. A year for every row, where the file names none."))


def prepare(draft: Draft) -> Draft:
    """Whole codes and a school year in every row; rows without a school are left out."""
    return _with_years(_with_codes(draft))


def _with_codes(draft: Draft) -> Draft:
    frame, lines, columns = draft.frame, list(draft.lines), list(draft.columns)
    parts = ("county_code", "district_code", "school_code")
    if v.SCHOOL_ID not in frame.columns and all(part in frame.columns for part in parts):
        pieces = [text_of(frame[part]).fillna("").str.zfill(width) for part, width in zip(parts, (2, 5, SHORT))]
        whole = pieces[0] + pieces[1] + pieces[2]
        frame = frame.assign(**{v.SCHOOL_ID: whole.where(pieces[1].str.strip("0") != "", None)})
        columns.append(Column(v.SCHOOL_ID, say("School code")))
    if v.SCHOOL_ID not in frame.columns and "school_code" in frame.columns:
        frame = frame.assign(**{v.SCHOOL_ID: text_of(frame["school_code"])})  # a district's own number, whole as it stands
        columns.append(Column(v.SCHOOL_ID, say("School code")))
    if v.SCHOOL_ID not in frame.columns and v.NAME in frame.columns:
        called, told = as_called(frame.assign(**{v.SCHOOL_ID: text_of(frame[v.NAME])}), v.SCHOOL_ID, draft.project, draft.mapping.get(v.NAME, ""))
        if told:
            frame, lines = called, [*lines, *told]
            columns.append(Column(v.SCHOOL_ID, say("School code")))
    if v.SCHOOL_ID not in frame.columns:
        raise InputError(
            say("{file} has no column with codes of schools, or names of the project's schools, so its rows belong to no school.", file=named(draft.raw.path.name)),
            say("Say which column holds them."), {"field": v.SCHOOL_ID},
        )
    frame = frame.drop(columns=[part for part in parts if part in frame.columns])
    frame, rounded = _without_rounded(frame)
    lines += rounded
    texts = text_of(frame[v.SCHOOL_ID]).str.replace(r"\.0$", "", regex=True)
    frame = frame.assign(**{v.SCHOOL_ID: texts})
    if is_cds(texts.dropna()[texts.dropna().str.len() >= CDS - 1]):
        codes = clean_cds(texts)
        frame = frame.assign(**{v.SCHOOL_ID: codes.values})
        if codes.padded:
            frame = with_padding_marked(frame, codes.marks)
    frame, said = _lengthened(frame, draft)
    without = frame[v.SCHOOL_ID].isna().to_numpy()
    if without.any():
        lines.append(ReportLine("dropped", say("Rows without a school code."), int(without.sum())))
    kept = tuple(column for column in columns if column.name not in parts)
    return evolve(draft, frame=frame[~without], lines=(*lines, *said), columns=kept)


def _without_rounded(frame: Any) -> tuple[Any, list[ReportLine]]:
    """Codes that a spreadsheet turned into 1.96473E+13 have lost their last digits: they are no codes any more."""
    rounded = rounded_codes(frame[v.SCHOOL_ID]).to_numpy()
    if not rounded.any():
        return frame, []
    line = ReportLine(
        "dropped", say("Rows whose school code a spreadsheet has rounded (like 1.96473E+13): which school it was cannot be "
        "told. Save the file again with the codes as text."), int(rounded.sum()),
        tuple(text_of(frame[v.SCHOOL_ID])[rounded].drop_duplicates().head(5)),
    )
    return frame[~rounded], [line]


def _lengthened(frame: Any, draft: Draft) -> tuple[Any, list[ReportLine]]:
    """Codes as the ids of the project's schools; short ones of California with their county and district.

    These are those of the project's school that ends so; else of the long codes in the same file, else of most of the
    project's schools. Where nothing has such codes, a short code stays as it is.
    """
    frame, lines = as_schools(frame, v.SCHOOL_ID, draft.project)
    frame, called = as_called(frame, v.SCHOOL_ID, draft.project, draft.mapping.get(v.SCHOOL_ID, ""))
    lines = [*lines, *called]
    codes = frame[v.SCHOOL_ID].fillna("")
    known = _schools_of(draft.project)
    short = (codes.str.fullmatch(r"\d{5,7}") & ~codes.isin(known)).to_numpy()
    if not short.any():
        return frame, lines
    ends: dict[str, set[str]] = {}
    for code in known:
        ends.setdefault(code[-SHORT:], set()).add(code)
    district = _district_of_schools(set(codes)) or _district_of_schools(known)
    whole, guessed, given = [], [], 0
    for code, is_short in zip(codes, short):
        match = ends.get(code.zfill(SHORT), set()) if is_short else set()
        found = next(iter(match)) if len(match) == 1 else district + code.zfill(SHORT) if is_short and district else code
        given += is_short and found != code
        guessed += [code] if is_short and found != code and len(match) != 1 else []
        whole.append(found or None)
    if given:
        lines.append(ReportLine("mended", say("School codes of 7 digits were given their county and district."), given))
    if guessed:
        lines.append(ReportLine("caution", say(
            "Of these, codes that are in no school layer of the project: taken to be of the same district as the others ({code}).", code=named(district)),
            len(guessed), tuple(guessed[:5])))
    return frame.assign(**{v.SCHOOL_ID: whole}), lines


def _district_of_schools(known: set[str]) -> str:
    """County and district that most of the schools have in their codes of California; "" where they have none."""
    starts = Counter(code[:SHORT] for code in known if len(code) == CDS and code.isdigit())
    if not starts:
        return ""
    district, count = starts.most_common(1)[0]
    return district if count > sum(starts.values()) / 2 else ""


def _with_years(draft: Draft) -> Draft:
    frame, lines = draft.frame, list(draft.lines)
    if v.YEAR in frame.columns:
        years = frame[v.YEAR].map(school_year_of).astype("str")
        strange = ~years.str.fullmatch(r"\d{4}-\d{2}") & (years != "")
        if strange.any():
            lines.append(ReportLine(
                "caution", say("Years that are not written like 2024-25: kept as they stand, and matched with no school year."),
                int(strange.sum()), tuple(years[strange].drop_duplicates().head(5)),
            ))
        return evolve(draft, frame=frame.assign(**{v.YEAR: years}), lines=tuple(lines))
    headings = [text for note in draft.raw.notes for text in note.examples]
    year = stated_year([*draft.raw.frame.columns.astype(str), *headings, draft.raw.sublayer, draft.raw.path.stem])
    if year:
        lines.append(ReportLine("note", say("Taken to be of {year}, as its headings or its name say.", year=named(year))))
    else:
        lines.append(ReportLine("caution", say("The file does not say which school year it is of. Import it again and choose one school year for every row.")))
    columns = (*draft.columns, Column(v.YEAR, say("School year")))
    return evolve(draft, frame=frame.assign(**{v.YEAR: year}), lines=tuple(lines), columns=columns)


def one_row_per(draft: Draft, keys: tuple[str, ...], other_numbers: Said) -> Draft:
    """Rows that repeat a key: the same again is merged; other numbers are left out and said, never added up."""
    frame, lines = draft.frame, list(draft.lines)
    repeated = frame[list(keys)].duplicated().to_numpy()
    if repeated.any():
        same = repeated & frame.astype(object).fillna("").duplicated().to_numpy()
        other = repeated & ~same
        names = frame[v.SCHOOL_ID].astype(str)
        if same.any():
            lines.append(ReportLine("merged", say("Rows that say the same as an earlier one."), int(same.sum()), tuple(names[same].head(5))))
        if other.any():
            lines.append(ReportLine(
                "dropped", other_numbers, int(other.sum()), tuple(names[other].head(5)),
            ))
        frame = frame[~repeated]
    return evolve(draft, frame=frame.reset_index(drop=True), lines=tuple(lines))


def identified(draft: Draft, keys: tuple[str, ...]) -> Draft:
    """Unique text ids made of the keys, a name in every row, and what the project's schools do not know."""
    draft = padding_counted(draft, say("School codes (CDS) that had lost their leading zero."))
    frame = draft.frame.reset_index(drop=True)
    if not len(frame):
        raise InputError(say("{file} has no row with a school.", file=named(draft.raw.path.name)), say("Check which column holds the school codes."))
    ids = frame[keys[0]].astype("str")
    for key in keys[1:]:
        ids = ids + ":" + frame[key].fillna("").astype("str")
    ids, _ = unique_ids(ids.astype("str"))
    names = frame[v.NAME] if v.NAME in frame.columns else frame[v.SCHOOL_ID]
    frame = frame.assign(**{v.ID: ids, v.NAME: names.fillna(frame[v.SCHOOL_ID])})
    described = {column.name: column for column in draft.columns}
    columns = (Column(v.ID, say("Code"), hidden=True), described.pop(v.NAME, Column(v.NAME, say("Name"))), *described.values())
    return evolve(draft, frame=frame, columns=columns, lines=(*draft.lines, *_unknown_schools(draft, frame)))


def _schools_of(project: Project | None) -> set[str]:
    if project is None:
        return set()
    return {str(code) for layer in project.layers_of(v.SCHOOL) for code in project.frame(layer.id)[v.ID]}


def _unknown_schools(draft: Draft, frame: Any) -> list[ReportLine]:
    """Schools of the table that the project has no place for: they are kept, and stand on no map."""
    known = _schools_of(draft.project)
    if not known:
        return []
    schools = frame[~frame[v.SCHOOL_ID].str.endswith("0" * SHORT)]
    missing = schools[~schools[v.SCHOOL_ID].isin(known)]
    if not len(missing):
        return []
    if len(missing) == len(schools):
        return [ReportLine("caution", say("None of the schools is in the project's layer of schools."), len(missing),
                           tuple(missing[v.NAME].astype(str).head(5)))]
    return [ReportLine("note", say("Rows of schools that are not in the project's layer of schools: kept in the table."),
                       len(missing), tuple(missing[v.NAME].astype(str).head(5)))]


def amounts(name: str, label: Said, *aliases: str, patterns: tuple[str, ...] = (), help_: Said = NOTHING) -> FieldSpec:
    """A field in dollars. Where its name is the field's own, one number is enough: the odd cells beside it are counted and shown."""
    return FieldSpec(name, label, "number", aliases=(name, *aliases), patterns=patterns, unit="usd", help=help_,
                     test=is_number_or_reason if patterns else holds_number)


def holds_number(cells: Any) -> bool:
    """At least one number."""
    return bool((parse_numbers(cells).reasons == "").any())


def is_number_or_reason(cells: Any) -> bool:
    """Mostly numbers, or marks that say why there is none (a column in which nobody reported)."""
    return bool((parse_numbers(cells).reasons != "not_a_number").mean() > 0.5)
