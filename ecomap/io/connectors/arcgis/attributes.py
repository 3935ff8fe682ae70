"""The cells of an ArcGIS layer as people read them: coded values as their words, dates as dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import define, field

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_EARLIEST_MS, _LATEST_MS = -62_135_596_800_000, 253_402_300_799_000  # years 1 to 9999
CODE: Final = "_code"  # at the end of the column that keeps the code beside its word


def day_or_moment(value: Any) -> Any:
    """A date as ISO 8601, UTC; a day alone where it is midnight. What is no date stays as it is.

    >>> day_or_moment(1748736000000), day_or_moment(-86400000), day_or_moment(1748736001000)
    ('2025-06-01', '1969-12-31', '2025-06-01T00:00:01Z')
    >>> day_or_moment("2025-06-01T00:00:00Z"), day_or_moment("2025-06-01 10:30:00.000"), day_or_moment("soon"), day_or_moment(None)
    ('2025-06-01', '2025-06-01T10:30:00', 'soon', None)
    """
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        if not _EARLIEST_MS <= value <= _LATEST_MS:
            return value
        return _iso(_EPOCH + dt.timedelta(milliseconds=value))
    try:
        return _iso(dt.datetime.fromisoformat(str(value)))
    except ValueError:
        return value


def _iso(moment: dt.datetime) -> str:
    if moment.tzinfo is not None:
        moment = moment.astimezone(dt.UTC)
    if moment.time() == dt.time():
        return moment.date().isoformat()
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _words(domain: Any) -> dict[str, str] | None:
    """Code -> word of a list of coded values; None where it is none."""
    values = domain.get("codedValues") if isinstance(domain, Mapping) else None
    if not isinstance(values, list):
        return None
    return {_plain(one["code"]): str(one["name"]) for one in values if isinstance(one, Mapping) and "code" in one and one.get("name") is not None}


def _plain(code: Any) -> str:
    """A code as it is looked up: 1 and 1.0 are the same."""
    return str(int(code)) if isinstance(code, float) and code.is_integer() else str(code)


@define
class Cells:
    """How the cells of a layer are read.

    Parameters
    ----------
    unknown : dict
        Column -> codes met that its list does not hold.
    """

    dates: frozenset[str]
    words: Mapping[str, Mapping[str, str]]
    by_subtype: Mapping[str, Mapping[str, Mapping[str, str]]]   # subtype -> column -> code -> word
    subtype: str
    code_columns: Mapping[str, str]
    unknown: dict[str, set[str]] = field(factory=dict)

    def read(self, attributes: Mapping[str, Any]) -> dict[str, Any]:
        """One row's cells."""
        special = self.by_subtype.get(_plain(attributes.get(self.subtype)), {}) if self.subtype else {}
        row: dict[str, Any] = {}
        for name, value in attributes.items():
            if name in self.dates:
                row[name] = day_or_moment(value)
                continue
            row[name] = value
            if name in self.code_columns:
                row[self.code_columns[name]] = value
                row[name] = self._word(name, value, special.get(name) or self.words.get(name, {}))
        return row

    def _word(self, name: str, value: Any, words: Mapping[str, str]) -> Any:
        if value is None:
            return None
        found = words.get(_plain(value))
        if found is None:
            self.unknown.setdefault(name, set()).add(str(value))
            return str(value)
        return found


def cells_of(about: Mapping[str, Any], fields: Sequence[Mapping[str, Any]]) -> Cells:
    """How the cells of a layer are to be read, by what it says of itself."""
    words = {str(one["name"]): found for one in fields if (found := _words(one.get("domain")))}
    subtype = about.get("typeIdField") or about.get("subtypeField") or ""
    kinds = [one for part in ("types", "subtypes") for one in (about.get(part) or []) if isinstance(one, Mapping)]
    names = {str(one["name"]) for one in fields}
    subtype = next((name for name in names if name.lower() == str(subtype).lower()), "") if kinds else ""
    by_subtype: dict[str, dict[str, dict[str, str]]] = {}
    for kind in kinds if subtype else []:
        domains = kind.get("domains")
        pairs = domains.items() if isinstance(domains, Mapping) else ()
        by_subtype[_plain(kind.get("id", kind.get("code")))] = {str(name): listed for name, domain in pairs if (listed := _words(domain))}
    if subtype and subtype not in words:
        words[subtype] = {_plain(kind.get("id", kind.get("code"))): str(kind.get("name")) for kind in kinds if kind.get("name") is not None}
    lists = [*words.items(), *(pair for special in by_subtype.values() for pair in special.items())]
    coded = {name for name, listed in lists if any(code != word for code, word in listed.items())} & names
    dates = frozenset(str(one["name"]) for one in fields if one.get("type") in ("esriFieldTypeDate", "esriFieldTypeTimestampOffset"))
    return Cells(dates, words, by_subtype, subtype, {name: _free(name + CODE, names) for name in sorted(coded)})


def _free(wanted: str, names: set[str]) -> str:
    taken = {name.lower() for name in names}
    return next(one for one in (wanted, *(f"{wanted}_{n}" for n in range(2, 1000))) if one.lower() not in taken)
