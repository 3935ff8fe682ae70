"""The gate for rows of the inventory: cells as anybody writes them become codes, numbers, dates and places."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from attrs import evolve, field, frozen

from ecomap.io.inventory.incoming import RawTable
from ecomap.io.inventory.texts import Texts, degree_texts, grid_points, number_text
from ecomap.io.inventory.tying import settled_ties
from ecomap.io.table import clean_cds, text_of
from ecomap.io.table.numbers import WRITTEN_AS, read_cell
from ecomap.model import vocabulary as v
from ecomap.model.dates import as_date, first_day
from ecomap.model.inventory import LATITUDE, LONGITUDE, STATUS_WORDS, Field, TableSpec
from ecomap.model.report import ReportLine
from ecomap.model.said import NOTHING, Said, say
from ecomap.model.states import state_of
from ecomap.model.terms import Terms, plain, shipped_terms

LONGEST = 32_000            # letters; a cell of a spreadsheet holds 32,767
_NOT_TEXT = re.compile("[\ud800-\udfff\ufffe\uffff]")
_CODE_AT_END = re.compile(r"\(([^()]*)\)$")
_YES = {"y", "yes", "true", "1", "t", "si", "sí", "x", "virtual", "online"}

_WHOLE = re.compile(r"(?<=\d)\.0+$")  # spreadsheets write a 4 beside empty cells as 4.0


@frozen
class Surroundings:
    """What the cells of a table may refer to: the words, the schools (id -> name), and the system of places."""

    crs: str
    terms: Terms = field(factory=shipped_terms)
    schools: Mapping[str, str] = field(factory=dict, repr=False)


@frozen
class Settled:
    """Rows that passed the gate.

    ``given`` says which rows came with an id of their own; ``read = rows + dropped + merged``.
    """

    spec: TableSpec
    texts: Texts = field(repr=False)
    given: tuple[bool, ...] = field(repr=False)
    read: int
    lines: tuple[ReportLine, ...] = ()

    def __len__(self) -> int:
        return len(self.given)

    def with_texts(self, **columns: list[str]) -> Settled:
        return evolve(self, texts={**self.texts, **columns})


def settle(spec: TableSpec, raw: RawTable, around: Surroundings) -> Settled:
    """Bring the cells of a table to their one form and say what was found.

    Rows without what a row must have are dropped; rows that repeat an earlier one are merged; words that no list
    knows are kept as they are and told. A row without an id gets one from what it says, so that the same file
    always gives the same ids.
    """
    count = len(raw)
    lines = list(raw.lines)
    texts: Texts = {}
    for column in spec.fields:
        cells = raw.cells.get(column.name)
        texts[column.name] = clean_texts(cells) if cells is not None else [""] * count
    for column in spec.fields:
        texts[column.name], said = _settled_column(column, texts[column.name], around)
        lines += said
    if spec.has(LONGITUDE):
        texts, said = _settled_places(texts, around)
        lines += said
    keep, said = _whole_rows(spec, texts)
    texts, lines = _picked(texts, keep), [*lines, *said]
    if spec.role == v.TIE:
        kept, texts, said = settled_ties(texts)
        keep, lines = [keep[n] for n in kept], [*lines, *said]
    given = [bool(text) for text in texts[v.ID]]
    keep, texts, given, said = _with_ids(spec, texts, given)
    texts = _picked(texts, keep)
    given = [given[n] for n in keep]
    return Settled(spec, texts, tuple(given), raw.read, (*lines, *said))


def clean_texts(cells: Sequence[str | None]) -> list[str]:
    """Cells without control characters and blank edges; absent cells are ""."""
    import pandas as pd  # heavy

    tidy = text_of(pd.Series(list(cells), dtype=object)).tolist()
    made: dict[str, str] = {}
    out = []
    for text in tidy:
        if not isinstance(text, str):
            out.append("")
            continue
        if text not in made:
            plain_ends = _NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
            made[text] = plain_ends[:LONGEST].strip()
        out.append(made[text])
    return out


def _picked(texts: Texts, keep: Sequence[int]) -> Texts:
    return {name: [column[n] for n in keep] for name, column in texts.items()}


def _settled_column(column: Field, texts: list[str], around: Surroundings) -> tuple[list[str], list[ReportLine]]:
    if column.choices:
        words = {plain(word): word for word in column.choices} | (STATUS_WORDS if column.name == v.STATUS else {})
        return _worded(texts, lambda text: words.get(plain(_WHOLE.sub("", text))) or (_state(text) if column.name == v.STATUS else ""), ReportLine(
            "caution", say("{column}: words that are not in the list; left empty.", column=column.label)), keep=False)
    if column.vocabulary:
        return _worded(texts, lambda text: around.terms.code(column.vocabulary, text), ReportLine(
            "caution", say("{column}: words that no list knows yet, kept as they are. Add them under 'Own words'.", column=column.label)))
    if column.refers == "school":
        return _schools(texts, around)
    if column.kind == "flag":
        return ["yes" if text.lower() in _YES else "" for text in texts], []
    if column.kind == "date":
        return _dates(column, texts)
    if column.is_number:
        return _numbers(column, texts)
    return texts, []


def _state(text: str) -> str:
    """What a word of a status means, as the importers read it."""
    found = state_of(text)
    return found.state if found and found.state in v.ASSET_STATUSES else ""


def _worded(
    texts: list[str], meaning: Callable[[str], str], line: ReportLine, *, keep: bool = True
) -> tuple[list[str], list[ReportLine]]:
    known = {text: meaning(text) for text in set(texts) if text}
    unknown = Counter(text for text in texts if text and not known[text])
    out = [(known[text] or (text if keep else "")) if text else "" for text in texts]
    return out, _counted(line, unknown)


def _counted(line: ReportLine, found: Counter[str]) -> list[ReportLine]:
    if not found:
        return []
    return [evolve(line, count=sum(found.values()), examples=tuple(text[:60] for text, _ in found.most_common(5)))]


def _schools(texts: list[str], around: Surroundings) -> tuple[list[str], list[ReportLine]]:
    """Codes of schools: as they are, behind a name in brackets, with a lost zero, or found by the name alone."""
    import pandas as pd  # heavy

    distinct = sorted(set(texts) - {""})
    bare = [m[1].strip() if (m := _CODE_AT_END.search(text)) and text not in around.schools else text for text in distinct]
    mended = [text if isinstance(text, str) else "" for text in clean_cds(pd.Series(bare, dtype="str")).values]
    names = Counter(plain(name) for name in around.schools.values())
    by_name = {plain(name): code for code, name in around.schools.items() if names[plain(name)] == 1}
    known: dict[str, str] = {}
    for text, code, found in zip(distinct, bare, mended):
        ours = next((one for one in (text, code, found) if one in around.schools), "")
        digits = found if found.isdigit() and len(found) == 14 else ""
        known[text] = ours or digits or by_name.get(plain(text), "") or text
    out = [known.get(text, "") for text in texts]
    lines = []
    if around.schools:
        strange = Counter(code for code in out if code and code not in around.schools)
        lines += _counted(ReportLine("caution", say("Schools that this project does not have; the rows are kept under the code they give.")), strange)
    return out, lines


def _dates(column: Field, texts: list[str]) -> tuple[list[str], list[ReportLine]]:
    known = {text: as_date(text) for text in set(texts)}
    odd = Counter(text for text in texts if text and first_day(known[text]) is None)
    line = ReportLine("caution", say("{column}: not a date that can be read; kept as it is, counts as not known.", column=column.label))
    return [known[text] for text in texts], _counted(line, odd)


def _numbers(column: Field, texts: list[str]) -> tuple[list[str], list[ReportLine]]:
    known: dict[str, str] = {}
    odd: set[str] = set()
    for text in set(texts):
        value, reason, _ = read_cell(text)
        if reason == "not_a_number" or (value < 0 and not column.may_be_negative):
            odd.add(text)
            known[text] = ""
        else:
            known[text] = WRITTEN_AS.get(reason, "") or number_text(value)
    line = ReportLine("caution", say("{column}: not a number that can stand here; counts as missing.", column=column.label))
    return [known[text] for text in texts], _counted(line, Counter(text for text in texts if text in odd))


def _settled_places(texts: Texts, around: Surroundings) -> tuple[Texts, list[ReportLine]]:
    """Longitude and latitude on the grid; what is no place on earth, or only half of one, is no place."""
    import numpy as np

    degrees, said = {}, [False] * len(texts[LONGITUDE])
    for name in (LONGITUDE, LATITUDE):
        read = {text: read_cell(text)[:2] for text in set(texts[name])}
        degrees[name] = ["" if read[text][1] else repr(read[text][0]) for text in texts[name]]
        said = [was or read[text][1] != "blank" for was, text in zip(said, texts[name])]
    zero = [a in ("0.0", "-0.0") and b in ("0.0", "-0.0") for a, b in zip(degrees[LONGITUDE], degrees[LATITUDE])]
    x, y = grid_points(
        ["" if none else text for none, text in zip(zero, degrees[LONGITUDE])], degrees[LATITUDE], around.crs
    )
    longitude, latitude = degree_texts(x, y, around.crs)
    lost = int(sum(was and bool(np.isnan(there)) for was, there in zip(said, x)))
    lines = [ReportLine("caution", say("Longitude and latitude that are no place on earth; the rows are kept, off the map."), lost)] if lost else []
    return {**texts, LONGITUDE: longitude, LATITUDE: latitude}, lines


def _whole_rows(spec: TableSpec, texts: Texts) -> tuple[list[int], list[ReportLine]]:
    needed = [column for column in spec.fields if column.required]
    count = len(texts[v.ID])
    missing: Counter[Said] = Counter()
    keep = []
    for n in range(count):
        absent = next((column.label for column in needed if not texts[column.name][n]), NOTHING)
        if absent:
            missing[absent] += 1
        else:
            keep.append(n)
    return keep, [
        ReportLine("dropped", say("Rows without '{field}', which every row of '{table}' needs.", field=label.small(), table=spec.title.small()), number)
        for label, number in sorted(missing.items())
    ]


def _with_ids(
    spec: TableSpec, texts: Texts, given: list[bool]
) -> tuple[list[int], Texts, list[bool], list[ReportLine]]:
    """Ids for rows that have none, and one row where the file repeats itself."""
    others = [name for name in spec.names if name != v.ID]
    contents = list(zip(*(texts[name] for name in others)))
    keys = row_keys(spec, texts)
    ids = list(texts[v.ID])
    rows_of: dict[str, set[tuple[str, ...]]] = {}
    for n, key in enumerate(keys):
        rows_of.setdefault(ids[n] if given[n] else key, set()).add(contents[n])
    given = list(given)
    seen: set[tuple[str, tuple[str, ...]]] = set()
    firsts: set[str] = set()
    keep, repeated, clashing = [], Counter[str](), Counter[str]()
    for n, key in enumerate(keys):
        if given[n] and ids[n] in firsts and (ids[n], contents[n]) not in seen:
            clashing[_called(spec, texts, n)] += 1
            ids[n], given[n] = _made_id(spec, *contents[n]), False
        elif not given[n]:
            alone = bool(key) and len(rows_of[key]) == 1
            told = texts[v.IDENTIFIERS][n] if v.IDENTIFIERS in texts else ""
            ids[n] = _made_id(spec, key, *([told] if told else [])) if alone else _made_id(spec, *contents[n])
        if (ids[n], contents[n]) in seen:
            repeated[_called(spec, texts, n)] += 1
            continue
        seen.add((ids[n], contents[n]))
        firsts.add(ids[n])
        keep.append(n)
    lines = _counted(ReportLine("merged", say("Rows that say the same as an earlier row of the file.")), repeated)
    lines += _counted(ReportLine("caution", say("Rows that repeat an id with other content; they are kept as rows of their own.")), clashing)
    return keep, {**texts, v.ID: ids}, given, lines


def _called(spec: TableSpec, texts: Texts, n: int) -> str:
    return ", ".join(texts[name][n] for name in (spec.named or (v.NAME,)) if texts[name][n]) or texts[v.ID][n]


def row_keys(spec: TableSpec, texts: Mapping[str, Sequence[str]]) -> list[str]:
    """What says which thing a row speaks of, by words alone; "" where it says nothing."""
    columns = []
    for name in spec.key:
        cells = texts[name]
        if name == v.CATEGORY:  # publishers sort the same things into drawers of their own; functions are shared
            cells = function_texts(texts)
        words = {text: key_text(name, text) for text in set(cells)}
        columns.append([words[text] for text in cells])
    return ["|".join(parts) if any(parts) else "" for parts in zip(*columns)]


def function_texts(texts: Mapping[str, Sequence[str]]) -> list[str]:
    """The function of each service: as said, else as its category is usually meant, else its category."""
    words = {text: shipped_terms().code("function", text) or text for text in set(texts[v.CATEGORY])}
    return [function or words[category] for function, category in zip(texts[v.FUNCTION], texts[v.CATEGORY])]


_SHORT = {"la": "los angeles", "st": "street", "ave": "avenue", "av": "avenue", "blvd": "boulevard", "rd": "road", "dr": "drive",
          "assn": "association", "ctr": "center", "ste": "suite", "org": "organization", "univ": "university"}
_SMALL = {"the", "inc", "llc", "incorporated", "corp", "ltd"}


def key_text(name: str, text: str) -> str:
    """A name or an address as it is compared: usual short forms written out, "the" and "Inc." left out.

    >>> key_text("name", "The LA Education Partnership, Inc."), key_text("address", "333 S Beaudry Ave.")
    ('los angeles education partnership', '333 s beaudry avenue')
    """
    words = plain(text).split()
    if name in (v.NAME, v.ORGANISATION, v.ADDRESS, v.LEAD_ORGANISATION, v.EMPLOYER, v.FUNDER, v.RECIPIENT, v.FROM_ORGANISATION, v.TO_ORGANISATION):
        words = [_SHORT.get(word, word) for word in words if word not in _SMALL] or words
    return " ".join(words)


def _made_id(spec: TableSpec, *parts: str) -> str:
    mark = hashlib.sha256("\x1f".join(parts).encode("utf-8")).hexdigest()[:12]
    return f"{spec.role}:{mark}"
