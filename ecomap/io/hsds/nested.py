"""Nested HSDS 3 documents taken apart into flat records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecomap.io.hsds.entities import KINDS, SINGULAR, Entities, Record
from ecomap.model.errors import InputError
from ecomap.model.said import name as named
from ecomap.model.said import say

DEEPEST = 24                # levels; the standard's own documents have eight
# What tells records of the standard from other lists: fields only it has, lists it nests, and things nested with an id.
_FIELDS = ("location_type", "tax_status", "legal_status", "organization_id", "service_id", "application_process")
_LISTS = ("service_at_locations", "organization_identifiers", "services", "locations")
_THINGS = ("location", "organization")


def is_hsds_json(document: Any) -> bool:
    """True for an HSDS organization, service, service_at_location or location, a list or a page of them."""
    documents = _documents(document)
    return bool(documents) and all(
        isinstance(one, Mapping) and "id" in one and _is_told(one) for one in documents[:50]
    )


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
    return Entities("HSDS 3 JSON", taken.records, {kind: len(rows) for kind, rows in taken.records.items()},
                    {}, tuple(sorted(taken.passed_over)))


def _documents(document: Any) -> Sequence[Any]:
    if isinstance(document, Mapping):
        for name in ("contents", "items", "organizations", "services", "service_at_locations", "locations"):
            if isinstance(document.get(name), list) and "id" not in document:
                return list(document[name])
        return [document]
    return document if isinstance(document, list) else []


def _kind_of(document: Mapping[str, Any]) -> str:
    if "location_type" in document or ("latitude" in document and "service_id" not in document):
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
        self.passed_over: set[str] = set()
        self._by_id: dict[tuple[str, str], Record] = {}
        self._name = name

    def take(self, document: Any, kind: str, links: Mapping[str, str], depth: int) -> str:
        """Add one object and what it nests; returns its id."""
        if depth > DEEPEST:
            raise InputError(say("{file} is nested too deeply to be read.", file=named(self._name)), say("Do not use this file; ask its publisher."))
        if not isinstance(document, Mapping):
            return ""
        plain = {str(key): _text(value) for key, value in document.items() if not isinstance(value, Mapping | list)}
        record = self._record(kind, {**plain, **links})
        own = plain.get("id", "")
        mine = {f"{SINGULAR[kind]}_id": own} if kind in SINGULAR and own else {}
        for key, value in document.items():
            if not isinstance(value, Mapping | list):
                continue
            child = KINDS.get(str(key), "")
            if not child:
                self.passed_over.add(str(key))
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


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
