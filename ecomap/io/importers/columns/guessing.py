"""Which column is which field: by its name, by what its cells look like, and by what of the project they meet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve, field, frozen

from ecomap.io.importers.columns.headings import (
    CUT,
    NO_FIT,
    WITHIN,
    Heading,
    cut_headings,
    fit,
    heading,
    plain,
    words_of,
)
from ecomap.io.importers.columns.looks import (
    Looks,
    coded,
    is_bookkeeping,
    is_code,
    is_numbering,
    is_unique,
    is_words,
)
from ecomap.io.importers.spec import CONSTANT, FieldSpec, Importer
from ecomap.model.errors import InputError
from ecomap.model.report import ReportLine
from ecomap.model.said import NOTHING, Said, joined, say
from ecomap.model.said import name as named
from ecomap.model.understanding import Candidate, FieldUse
from ecomap.model.units import format_number
from ecomap.model.vocabulary import DISTRICT, ID, NAME, NEED_AREA, REFERENCE, SCHOOL, SERVICE, SITE

__all__ = ["Guess", "guess_mapping", "is_code", "is_count", "is_geoid", "is_number", "is_tract_name", "is_unique", "plain", "settled_mapping",
           "understood"]

SHOWN = 5             # cells that did not fit, shown
SMALL_NUMBER = r"^\d{1,3}(\.0)?$"
TRIED = 60            # cells looked at one by one, to find those
NUMBERED = ("district", "dist", "number", "trustee_ar")  # of which those roles make names themselves

# A name with one of these words beside it names somebody or something else, unless the role's own words have it.
_OF_OTHERS = frozenset(["principal", "head", "headteacher", "teacher", "director", "manager", "contact", "person", "collector", "enumerator", "district", "county", "city", "state", "province", "street", "region", "agency", "organization", "parent", "user", "editor", "creator", "author", "first", "last", "middle", "board", "council", "lead", "superintendent", "administrator", "owner", "sponsor", "file", "layer", "domain", "division", "municipality", "country", "officer", "supervisor", "trustee", "councilmember", "member", "constituency", "costituency", "operator"])
_NO_NAME = frozenset(["address", "phone", "email", "url", "website", "link", "description", "note", "notes", "comment", "comments", "date", "status", "type", "category", "city", "state", "county", "postcode", "hours", "detail", "street"])

_NAMED = frozenset(["name", "names", "nombre", "nom"])
_PEOPLE = frozenset(["principal", "head", "headteacher", "teacher", "director", "manager", "contact", "person", "collector", "enumerator", "parent", "user",
                     "editor", "creator", "author", "first", "last", "middle", "superintendent", "administrator", "owner", "officer", "supervisor",
                     "trustee", "councilmember", "member", "file", "layer", "domain"])
_MEASURED = frozenset([  # numbers under such a heading name nothing
    "pct", "percent", "percentage", "perc", "rate", "share", "score", "index", "rank", "count", "total", "sum", "amount", "mean", "median", "average", "avg",
    "enrollment", "enrolment", "students", "pupils", "population", "pop", "children", "absent", "absence", "chronic", "frl", "frpm", "ell", "year", "age",
    "poverty", "income", "minutes", "min", "miles", "km", "capacity", "seats", "slots", "change", "growth", "proficient", "proficiency", "graduation", "attendance",
])

_PART = "school_code"  # of schools whose whole code is put together, or is this one

Meets = Callable[[Any], tuple[int, int, Said]]  # cells -> (how many codes the project has, of how many, what has them)


@frozen
class Guess:
    """Field -> column, and for every field why, and what else was looked at.

    ``lines`` tell of columns whose name fits and whose cells do not.
    """

    mapping: Mapping[str, str] = field(factory=dict)
    fields: tuple[FieldUse, ...] = ()
    lines: tuple[ReportLine, ...] = ()


@frozen
class _Fit:
    """A column that could be a field: how well its heading fits (the less the better), and whether its cells do."""

    column: str
    rank: tuple[int, ...]
    why: Said
    cells: bool = True
    failing: tuple[str, ...] = ()

    @property
    def by_name(self) -> bool:
        return self.rank[0] <= 1


def guess_mapping(importer: Importer, frame: Any) -> dict[str, str]:
    """Field -> column: by name, by pattern, by content; a column serves once, and only if its cells fit."""
    return dict(understood(importer, frame).mapping)


def understood(importer: Importer, frame: Any, meets: Mapping[str, Meets] | None = None) -> Guess:
    """Which column is which field of a role, with the evidence.

    Parameters
    ----------
    meets : mapping, optional
        Field -> how many cells of a column are codes that the project has.
    """
    looks = Looks(frame)
    cut = cut_headings([str(column) for column in looks.columns])
    headings = {column: heading(str(column), cut) for column in looks.columns}
    mapping: dict[str, str] = {}
    found: dict[str, FieldUse] = {}
    for spec in importer.fields:
        use = _found(spec, importer, headings, set(mapping.values()), looks, (meets or {}).get(spec.name))
        found[spec.name] = use
        if use.column:
            mapping[spec.name] = use.column
    for spec in importer.fields:
        if spec.name in (ID, NAME) and spec.name not in mapping and not (spec.name == ID and _PART in mapping):
            placed = importer.role not in (SCHOOL, SITE, SERVICE) or "geometry" in frame.columns or {"latitude", "longitude"} <= set(mapping)
            use = _by_content(spec, importer, found[spec.name], set(mapping.values()), looks, placed)
            found[spec.name] = use
            if use.column:
                mapping[spec.name] = use.column
    if ("latitude" in mapping) != ("longitude" in mapping):
        for axis in ("latitude", "longitude"):
            mapping.pop(axis, None)
            if axis in found:
                found[axis] = evolve(found[axis], column="", why=NOTHING)
    return Guess(mapping, tuple(found.values()), _unfit_lines(found.values(), set(mapping.values())))


def _found(spec: FieldSpec, importer: Importer, headings: Mapping[str, Heading], used: set[str], looks: Looks, meets: Meets | None) -> FieldUse:
    """The column that fits a field best, and those that do not."""
    fits = [one for column in headings if column not in used and (one := _fit(spec, headings[column], looks))]
    met = _met(spec, [column for column in headings if column not in used], looks, meets) if meets else None
    fits.sort(key=lambda one: (one.rank, *_order(spec, one.column, looks)))
    tried = [_with_cells(one, spec, looks) for one in fits]
    good = [one for one in tried if one.cells]
    best = _best(spec, good, looks) if good else None
    if met is not None and (best is None or (best.column != met.column and not (spec.name == ID and best.by_name))):
        good = [met, *(one for one in good if one.column != met.column)]
        best = met
    others = tuple(
        Candidate(one.column, say("Its cells do not fit.") if not one.cells else say("Another column fits better."), one.failing if one.by_name else ())
        for one in tried if best is None or one.column != best.column
    )
    return FieldUse(spec.name, spec.label, best.column if best else "", best.why if best else NOTHING, others)


def _fit(spec: FieldSpec, found: Heading, looks: Looks) -> _Fit | None:
    """How the heading of a column fits a field; None if it does not."""
    if spec.decision:
        return None
    aliases = [(int(quality >= WITHIN), place, quality) for place, alias in enumerate(spec.aliases) if (quality := fit(found, alias)) < NO_FIT]
    if aliases:
        rank = min(aliases)
        return _Fit(found.column, rank, say("Its heading is cut short and begins like it.") if rank[2] == CUT else say("Its heading says so."))
    if spec.name == NAME and _of_others(spec, found.column):
        return None
    for place, pattern in enumerate(spec.patterns):
        for form, text in enumerate(found.texts):
            if re.search(pattern, text):
                return _Fit(found.column, (2, place, form), say("Its heading has the word in it."))
    for place, alias in enumerate(spec.loose):
        if fit(found, alias) < NO_FIT:
            return _Fit(found.column, (3, place, 0), say("Its heading says so, and every cell differs."))
    return None


def _of_others(spec: FieldSpec, column: str) -> bool:
    own = {word for alias in spec.aliases for word in words_of(alias)}
    return bool((words_of(column) & _OF_OTHERS) - own)


def _order(spec: FieldSpec, column: str, looks: Looks) -> tuple[Any, ...]:
    """Which of two columns of equally fitting headings comes first; never by where they stand in the file."""
    filled, distinct = looks.shares(column)
    names = -round(distinct, 1) if spec.name in (ID, NAME) or spec.kind == "code" else 0
    return (-round(filled, 1), names, len(column), column)


def _with_cells(one: _Fit, spec: FieldSpec, looks: Looks) -> _Fit:
    cells = looks.cells(one.column)
    if one.rank[0] == 3 or spec.test is is_unique:
        fits = len(cells) > 0 and looks.distinct(one.column) == 1.0
        repeated = () if fits else tuple(cells[cells.duplicated()].drop_duplicates().head(SHOWN))
        return evolve(one, cells=fits, failing=repeated)
    if not len(cells):
        return evolve(one, cells=False)
    if spec.test is None or spec.test(cells):
        return one
    return evolve(one, cells=False, failing=_failing(spec, cells))


def _failing(spec: FieldSpec, cells: Any) -> tuple[str, ...]:
    """A few cells that do not fit by themselves; the first ones, where they only do not fit together."""
    different = cells.drop_duplicates()
    alone = [str(cell) for n, cell in enumerate(different.head(TRIED)) if spec.test is not None and not spec.test(different.iloc[n:n + 1])]
    return tuple((alone or [str(cell) for cell in different.head(SHOWN)])[:SHOWN])


def _best(spec: FieldSpec, good: list[_Fit], looks: Looks) -> _Fit:
    """The best name, unless its cells are mostly blank or mostly the same and those of another are not."""
    first = good[0]
    for other in good[1:]:
        if looks.filled(first.column) < 0.5 and looks.filled(other.column) >= 0.8 and other.rank[0] <= 2:
            return other
        if spec.name == ID and looks.distinct(first.column) < 0.5 and looks.distinct(other.column) >= 0.95 and other.rank[0] <= 1:
            return other
    return first


def _met(spec: FieldSpec, columns: list[str], looks: Looks, meets: Meets) -> _Fit | None:
    """The column whose cells are codes that the project has, if most of them are."""
    found = []
    for column in columns:
        if is_bookkeeping(column) or not is_code(looks.cells(column)):
            continue
        count, of, what = meets(looks.cells(column))
        small = bool(looks.cells(column).str.match(SMALL_NUMBER).all())
        if small and not (words_of(column) & {"school", "id", "code", "tract", "area", "zone"}):
            continue  # small whole numbers meet each other by chance
        if of and count >= 2 and count / of >= (0.9 if small else 0.5):
            found.append((-round(count / of, 1), -count, len(column), column, what, of))
    if not found:
        return None
    best = min(found)
    why = say("{matched} of {all} match {what}.", matched=format_number(-best[1]), all=format_number(best[5]), what=best[4])
    return _Fit(best[3], (0, 0, 0), why)


def _by_content(spec: FieldSpec, importer: Importer, use: FieldUse, used: set[str], looks: Looks, placed: bool) -> FieldUse:
    """A code or a name that no heading tells of: the column whose cells differ and look like it; of a table that only joins others, no numbers."""
    free = [column for column in looks.columns if column not in used and not is_bookkeeping(column)]
    if spec.name == ID:
        free = [column for column in free if not words_of(column) & {"contact", "principal", "phone", "email", "name", "teacher"}]
    if len(looks.frame) < 2:
        return use
    column, why = _code_by_content(free, looks) if spec.name == ID else _name_by_content(free, importer, spec, looks, placed)
    return evolve(use, column=column, why=why, others=tuple(one for one in use.others if one.column != column)) if column else use


def _code_by_content(free: list[str], looks: Looks) -> tuple[str, Said]:
    scores = [(-score, len(column), column) for column in free
              if (score := coded(column, looks)) > 1 and looks.filled(column) >= 0.98 and looks.distinct(column) == 1.0]
    return (min(scores)[2], say("Every row has a code of its own in it.")) if scores else ("", NOTHING)


def _name_by_content(free: list[str], importer: Importer, spec: FieldSpec, looks: Looks, placed: bool) -> tuple[str, Said]:
    """Texts that differ, of a length that names have; else, of rows with a place, numbers under a heading that says what they number."""
    if own := _own_names(free, looks):
        return own, say("It names something, and every row has a name of its own in it.")
    if importer.role == NEED_AREA:
        return "", NOTHING
    free = [column for column in free if not _of_others(spec, column) and not words_of(column) & _NO_NAME]
    texts = []
    for column in free:
        cells = looks.cells(column)
        if looks.filled(column) < 0.8 or looks.distinct(column) < 0.7 or not is_words(cells) or is_code(cells):
            continue
        if 2 < float(cells.str.len().mean()) <= 60:
            texts.append((-round(looks.distinct(column), 1), -round(looks.filled(column), 1), len(column), column))
    if texts:
        return min(texts)[3], say("No heading speaks of a name; its texts differ in nearly every row.")
    numbers = [(len(column), column) for column in free if placed and looks.distinct(column) == 1.0 and looks.filled(column) == 1.0
               and is_numbering(looks.cells(column)) and not words_of(column) & _MEASURED and re.fullmatch(r"[a-z_ ]{3,}", plain(column))
               and not (importer.role in (DISTRICT, REFERENCE) and plain(column) in NUMBERED)]
    return (min(numbers)[1], say("No heading speaks of a name; its numbers differ in every row.")) if len(numbers) == 1 else ("", NOTHING)


def _own_names(free: list[str], looks: Looks) -> str:
    """The column of names of districts, counties or cities where each row is one of them; "" if there is none."""
    named_so = [column for column in free if words_of(column) & _NAMED and looks.filled(column) == 1.0 and looks.distinct(column) == 1.0
                and is_words(looks.cells(column)) and not words_of(column) & _PEOPLE]
    return min(named_so, key=lambda column: (len(column), column), default="")


def _unfit_lines(found: Any, used: set[str]) -> tuple[ReportLine, ...]:
    """Columns that are called like a field and could not be it, where nothing else was."""
    lines = []
    for use in found:
        for one in () if use.column else use.others:
            if one.failing and one.column not in used:
                lines.append(ReportLine("caution", say(
                    "Column {column} is called like '{field}', but its cells do not fit; it was not used as that.",
                    column=named(one.column), field=use.label), None, one.failing))
    return tuple(lines)


def settled_mapping(importer: Importer, frame: Any, given: Mapping[str, str], meets: Mapping[str, Meets] | None = None) -> Guess:
    """The guess, corrected by the planner. An empty column name takes a guess away.

    Raises
    ------
    InputError
        If a field or a column does not exist.
    """
    guess = understood(importer, frame, meets)
    mapping = dict(guess.mapping)
    for name, column in given.items():
        if name not in importer.field_names:
            raise InputError(
                say("'{field}' is not something the role '{role}' takes.", field=named(name), role=named(importer.role)),
                say("It takes: {fields}.", fields=joined(map(named, importer.field_names), ", ")), {"unknown": name},
            )
        if not column:
            mapping.pop(name, None)
            continue
        mapping[name] = column if column.startswith(CONSTANT) else column_called(frame, column)
        for other in [key for key, value in mapping.items() if value == mapping[name] and key not in given]:
            mapping.pop(other)
    uses = tuple(_settled(use, mapping.get(use.field, ""), given) for use in guess.fields)
    return Guess(mapping, uses, _unfit_lines([use for use in uses if use.field not in given], set(mapping.values())))


def _settled(use: FieldUse, column: str, given: Mapping[str, str]) -> FieldUse:
    if use.field in given:
        return evolve(use, column=column, why=say("You chose it.") if column else say("You said that the file has none."))
    return use if column == use.column else evolve(use, column=column, why=use.why if column else NOTHING)


def column_called(frame: Any, wanted: str) -> str:
    """The column of a file by its name, in any spelling."""
    for match in (lambda c: c == wanted, lambda c: c.lower() == wanted.lower(), lambda c: plain(c) == plain(wanted)):
        found = [column for column in frame.columns if column != "geometry" and match(column)]
        if found:
            return str(found[0])
    raise InputError(
        say("The file has no column called '{column}'.", column=named(wanted)),
        say("It has: {names}.", names=joined((named(c) for c in list(frame.columns)[:30] if c != "geometry"), ", ")), {"column": wanted},
    )


def is_geoid(cells: Any) -> bool:
    """True if most cells are codes of census tracts, block groups, blocks or counties of the United States, in any usual spelling.

    Other countries have codes of as many digits (4109101001 is a census section of Seville): half of them must lie in counties there are.
    """
    pattern = r"^(\d{3}[0-9A-Z]{0,6}US\d{2,15}|\d{10,12}|\d{14,15})(\.0)?$"
    counties = r"^(0[1-9]|[1-4]\d|5[0-6]|72)\d{3}$"
    if not len(cells) or not (cells.str.match(pattern).mean() > 0.8 or cells.str.match(counties).mean() > 0.98):
        return False
    return _in_known_counties(cells) >= 0.5


def _in_known_counties(cells: Any) -> float:
    """Share of the codes whose first five digits are a county of the United States; those with a prefix of the census bureau count as such."""
    from ecomap.io.counties import county_of_code

    digits = cells.str.removesuffix(".0")
    starts = digits.str.zfill(5).str[:5].where(~digits.str.len().isin((10, 14)), "0" + digits.str[:4])
    starts = starts.where(~digits.str.contains("US", regex=False), "")
    known = {start: not start or county_of_code(start) is not None for start in starts.unique()}
    return float(starts.map(known).mean())


def is_tract_name(cells: Any) -> bool:
    return len(cells) > 0 and cells.str.match(r"(?i)^census tract \d{1,4}(\.\d{2})?").mean() > 0.8


def is_cds(cells: Any) -> bool:
    """True if most cells are 14-digit county-district-school codes of California (13 with a lost zero)."""
    return len(cells) > 0 and cells.str.match(r"^(?:[0-5]\d{13}|[1-9]\d{12}|\d{2}-\d{5}-\d{7})$").mean() > 0.8


def is_number(cells: Any, share: float = 0.5) -> bool:
    """Mostly numbers: a column of the right name is taken with its odd cells, which are counted and shown."""
    from ecomap.io.table import looks_numeric

    return looks_numeric(cells, share=share)


def is_count(cells: Any) -> bool:
    """Whole numbers, some of them above 100: counts of people, not percentages."""
    from ecomap.io.table import parse_numbers

    numbers = parse_numbers(cells)
    values = numbers.values.dropna()
    return len(values) > 0 and numbers.percent == 0 and float((values % 1 == 0).mean()) > 0.95 and float(values.max()) > 100
