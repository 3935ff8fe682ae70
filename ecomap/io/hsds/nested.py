"""Nested HSDS 3 documents taken apart into flat records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ecomap.io.hsds.entities import SINGULAR, Entities, Record, kind_of_key
from ecomap.model.errors import InputError
from ecomap.model.said import name as named
from ecomap.model.said import say

_MADE = "made-"             # ids of things that come without one; they mean nothing outside the file
DEEPEST = 24                # levels; the standard's own documents have eight
# What tells records of the standard from other lists: fields only it has, lists it nests, and things nested with an id.
_FIELDS = ("location_type", "tax_status", "legal_status", "organization_id", "service_id", "application_process")
_LISTS = ("service_at_locations", "organization_identifiers", "services", "locations")
_THINGS = ("location", "organization")


def is_hsds_json(document: Any) -> bool:
    """True for an HSDS or Ohana organization, service, service_at_location or location, a list, lines or pages of them.

    >>> is_hsds_json([{"name": "A", "locations": [{"name": "Hall", "services_attributes": [{"name": "Meals"}]}]}])
    True
    >>> is_hsds_json([{"name": "A", "items": [{"price": 2}]}])
    False
    """
    documents = _documents(document)
    return bool(documents) and all(
        isinstance(one, Mapping) and (("id" in one and _is_told(one)) or _nests_places(one)) for one in documents[:50]
    )


def _nests_places(document: Mapping[str, Any]) -> bool:
    """True for a thing without an id that nests places or services, as an Ohana directory does."""
    nested = [one for key in document if kind_of_key(str(key)) in ("locations", "services") and isinstance(document[key], list)
              for one in document[key]]
    return "name" in document and bool(nested) and all(isinstance(one, Mapping) for one in nested[:20])


def _is_told(document: Mapping[str, Any]) -> bool:
    return (
        any(name in document for name in _FIELDS)
        or any(isinstance(document.get(name), list) for name in _LISTS)
        or any(isinstance(thing, Mapping) and "id" in thing for thing in map(document.get, _THINGS))
    )


def entities_of_json(document: Any, name: str) -> Entities:
    """Every organization, service, place ... that a document nests, once each, with the ids that link them."""
    taken = _Taken(name)
    for one in _documents(document):
        taken.take(one, _kind_of(one), {}, 0)
    return Entities("Ohana JSON" if taken.ohana else "HSDS 3 JSON", taken.records, {kind: len(rows) for kind, rows in taken.records.items()},
                    {}, tuple(sorted(taken.passed_over.items())))


def _documents(document: Any) -> Sequence[Any]:
    if isinstance(document, Mapping):
        for name in ("contents", "items", "organizations", "services", "service_at_locations", "locations"):
            if isinstance(document.get(name), list) and "id" not in document:
                return list(document[name])
        return [document]
    if not isinstance(document, list):
        return []
    pages = [one for one in document if isinstance(one, Mapping) and isinstance(one.get("contents"), list) and "id" not in one]
    return document if len(pages) != len(document) or not pages else [one for page in pages for one in page["contents"]]


def _kind_of(document: Mapping[str, Any]) -> str:
    keys = {kind_of_key(str(key)) for key in document}
    if "locations" in keys and "location" not in document:
        return "organizations"
    if "location_type" in document or "coordinates" in document or ("addresses" in keys and "services" in keys) or ("latitude" in document and "service_id" not in document):
        return "locations"
    if isinstance(document.get("location"), Mapping) or "location_id" in document:
        return "links"
    if "service_at_locations" in document or "organization" in document or "organization_id" in document:
        return "services"
    return "organizations"


class _Taken:
    """Records as they are taken out of a document; the same id is one record, its gaps filled."""

    def __init__(self, name: str) -> None:
        self.records: dict[str, list[Record]] = {}
        self.passed_over: Counter[str] = Counter()
        self.ohana = False
        self._by_id: dict[tuple[str, str], Record] = {}
        self._unnamed = 0
        self._name = name

    def take(self, document: Any, kind: str, links: Mapping[str, str], depth: int) -> str:
        """Add one object and what it nests; returns its id."""
        if depth > DEEPEST:
            raise InputError(say("{file} is nested too deeply to be read.", file=named(self._name)), say("Do not use this file; ask its publisher."))
        if not isinstance(document, Mapping):
            return ""
        plain = {str(key): _text(value) for key, value in document.items() if not isinstance(value, Mapping | list)}
        plain |= _lists_of_words(document)
        if kind in SINGULAR and not plain.get("id"):
            self._unnamed += 1
            plain["id"] = f"{_MADE}{self._unnamed}"
        record = self._record(kind, {**plain, **links})
        own = plain.get("id", "")
        mine = {f"{SINGULAR[kind]}_id": own} if kind in SINGULAR and own else {}
        for key, value in document.items():
            if not isinstance(value, Mapping | list):
                continue
            if isinstance(value, list) and not any(isinstance(one, Mapping | list) for one in value):
                continue
            child = kind_of_key(str(key))
            self.ohana = self.ohana or str(key).endswith(("locations_attributes", "services_attributes", "address_attributes"))
            if not child:
                self.passed_over[str(key)] += len(value) if isinstance(value, list) else 1
                continue
            for one in value if isinstance(value, list) else [value]:
                found = self.take(one, child, mine, depth + 1)
                if isinstance(value, Mapping) and child in SINGULAR and found:
                    record.setdefault(f"{SINGULAR[child]}_id", found)
        return own

    def _record(self, kind: str, values: Record) -> Record:
        own = values.get("id", "")
        if own and kind not in ("attributes", "phones", "contacts", "addresses", "funding"):
            known = self._by_id.get((kind, own))
            if known is not None:
                known.update({key: value for key, value in values.items() if value and not known.get(key)})
                return known
        elif own:  # may hang on several things at once: one record for each
            parent = tuple(sorted((k, value) for k, value in values.items() if k.endswith("_id")))
            own = f"{own} {parent}"
            if (kind, own) in self._by_id:
                return self._by_id[kind, own]
        record = dict(values)
        self.records.setdefault(kind, []).append(record)
        if own:
            self._by_id[kind, own] = record
        return record


def _lists_of_words(document: Mapping[str, Any]) -> Record:
    """Lists of plain values as one text each; a pair of coordinates, longitude first, as two."""
    found: Record = {}
    for key, value in document.items():
        if isinstance(value, list) and value and not any(isinstance(one, Mapping | list) for one in value):
            if str(key) == "coordinates" and len(value) >= 2:
                found["longitude"], found["latitude"] = _text(value[0]), _text(value[1])
            else:
                found[str(key)] = ", ".join(filter(None, map(_text, value)))
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
