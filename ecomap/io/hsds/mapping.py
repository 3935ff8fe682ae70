"""From the records of an Open Referral directory to rows of the inventory.

Organizations become organisations; services at their places become services; contacts become people in roles;
programs that are one of the approaches, at a place known as a school, become participations; funding stays funding.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from ecomap.io.hsds.entities import Entities, Record
from ecomap.io.inventory.incoming import RawTable
from ecomap.model import vocabulary as v
from ecomap.model.inventory import LATITUDE, LONGITUDE, table_spec
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import plural, say
from ecomap.model.terms import shipped_terms
from ecomap.model.units import format_number

_UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)
_ENDS = ("end", "end_date", "date_ended", "date_closed", "closed", "valid_to")
_STARTS = ("start", "start_date", "date_incorporated", "year_incorporated", "valid_from")


def inventory_tables(entities: Entities, source: str) -> tuple[RawTable, ...]:
    """Rows for the inventory; tables without rows are left out.

    Parameters
    ----------
    source : str
        What stands in the column source of every row.
    """
    looked = _Looked.of(entities)
    services, service_lines = _services(looked)
    made = (
        (v.ORGANISATION, [_organisation(looked, record) for record in entities.of("organizations")], "organizations", ()),
        (v.SERVICE, services, "links", service_lines),
        (v.PARTICIPATION, _participations(looked), "", ()),
        (v.STAFF_ROLE, [_staff_role(looked, record) for record in entities.of("contacts")], "contacts", ()),
        (v.FUNDING, _funding(looked), "", ()),
    )
    return tuple(
        _table(role, rows, (*entities.lines.get(kind, ()), *more), source) for role, rows, kind, more in made if rows
    )


def _table(role: str, rows: list[Record], lines: Sequence[ReportLine], source: str) -> RawTable:
    spec = table_spec(role)
    cells = {name: [row.get(name, "") for row in rows] for name in spec.names}
    cells[v.SOURCE] = [text or source for text in cells[v.SOURCE]]
    dropped = sum(line.count or 0 for line in lines if line.kind == "dropped")
    return RawTable(role, cells, len(rows) + dropped, tuple(lines))


@frozen
class _Looked:
    """Records by what links them."""

    entities: Entities
    organisations: dict[str, Record]
    locations: dict[str, Record]
    services: dict[str, Record]
    programs: dict[str, Record]
    by_location: dict[tuple[str, str], Record]     # (kind, location id) -> first record
    by_organisation: dict[tuple[str, str], Record]
    by_service: dict[tuple[str, str], Record]
    links: dict[str, list[Record]]                 # service id -> links
    words: dict[str, list[str]]                    # service id -> names of its terms
    units: dict[str, str]
    codes: dict[str, list[str]]                    # organization id -> SCHEME:CODE
    link_of: dict[str, Record]

    @classmethod
    def of(cls, entities: Entities) -> _Looked:
        links: dict[str, list[Record]] = defaultdict(list)
        linked = [one for record in entities.of("links") for one in _one_by_one(entities, record)]
        for record in linked:
            links[record.get("service_id", "")].append(record)
        for record in entities.of("services"):
            for place in _ids_in(record.get("location_id") or record.get("location_ids", ""), _by_id(entities.of("locations"))):
                links[record.get("id", "")].append({"service_id": record.get("id", ""), "location_id": place})
        return cls(
            entities, _by_id(entities.of("organizations")), _by_id(entities.of("locations")),
            _by_id(entities.of("services")), _by_id(entities.of("programs")), _firsts(entities, "location_id"),
            _firsts(entities, "organization_id"), _firsts(entities, "service_id"), dict(links), _service_words(entities),
            {record.get("id", ""): record.get("name", "") for record in entities.of("units")}, _codes(entities),
            _by_id(linked),
        )

    def organisation_name(self, *records: Record) -> str:
        for record in records:
            name = self.organisations.get(record.get("organization_id", ""), {}).get("name", "")
            if name:
                return name
        return ""

    def of_service(self, service: Record) -> str:
        """Who offers a service: as it says itself, else as the first of its places that says so."""
        places = (self.locations.get(link.get("location_id", ""), {}) for link in self.links.get(service.get("id", ""), ()))
        return self.organisation_name(service, *places)

    def school(self, location: Record) -> str:
        """The school a place is, if its own code says so (external identifier of type CDS)."""
        kind = location.get("external_identifier_type", "").strip().upper()
        return location.get("external_identifier", "") if kind == "CDS" else ""


def _one_by_one(entities: Entities, record: Record) -> list[Record]:
    """The links of one row, one per service and place: some directories put several ids into one cell."""
    services = _ids_in(record.get("service_id") or record.get("service_ids", ""), _by_id(entities.of("services")))
    places = _ids_in(record.get("location_id") or record.get("location_ids", ""), _by_id(entities.of("locations")))
    if len(services) <= 1 and len(places) <= 1:
        return [record]
    return [{**record, "service_id": service, "location_id": place} for service in services or [""] for place in places or [""]]


def _ids_in(cell: str, known: Mapping[str, Record]) -> list[str]:
    """The ids of a cell: the cell itself where it is one, else its parts.

    >>> _ids_in("10,11", {"10": {}, "11": {}}), _ids_in("a|b", {"a|b": {}}), _ids_in("", {})
    (['10', '11'], ['a|b'], [])
    """
    if not cell or cell in known:
        return [cell] if cell else []
    parts = [part.strip(" []'\"") for part in re.split(r"[,;|]", cell)]
    return list(dict.fromkeys(part for part in parts if part))


def _by_id(records: Iterable[Record]) -> dict[str, Record]:
    return {record["id"]: record for record in reversed(list(records)) if record.get("id")}


def _codes(entities: Entities) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for record in entities.of("organizations"):
        if record.get("tax_id"):
            found[record.get("id", "")].append(f"EIN:{record['tax_id']}")
    for record in entities.of("identifiers"):
        if record.get("identifier"):
            scheme = _first(record, ("identifier_scheme", "identifier_type")) or "code"
            found[record.get("organization_id", "")].append(f"{scheme}:{record['identifier']}")
    return found


def _firsts(entities: Entities, key: str) -> dict[tuple[str, str], Record]:
    found: dict[tuple[str, str], Record] = {}
    for kind in ("addresses", "postal", "phones", "capacities", "links"):
        for record in entities.of(kind):
            if record.get(key):
                found.setdefault((kind, record[key]), record)
    return found


def _service_words(entities: Entities) -> dict[str, list[str]]:
    """Names of the taxonomy terms of each service: linked, listed by id, or as attributes."""
    labels = {key: r.get("name", "") for r in entities.of("terms") for key in (r.get("id"), r.get("taxonomy_id")) if key}
    words: dict[str, list[str]] = defaultdict(list)
    for record in (*entities.of("service_terms"), *entities.of("attributes")):
        term = record.get("taxonomy_id") or record.get("taxonomy_term_id") or ""
        service = record.get("service_id") or (record.get("link_id", "") if record.get("link_entity") == "service" else "")
        if service and labels.get(term):
            words[service].append(labels[term])
    for record in entities.of("terms"):
        if record.get("service_id") and record.get("name"):  # nested in its service
            words[record["service_id"]].append(record["name"])
    for record in entities.of("services"):
        for term in record.get("taxonomy_ids", "").split(","):
            label = labels.get(term.strip()) or labels.get(term.strip().split("-")[0])
            if label:
                words[record.get("id", "")].append(label)
        words[record.get("id", "")] += [word.strip() for word in record.get("keywords", "").split(",") if word.strip()]
    return dict(words)


def _own_id(record: Record) -> str:
    """An id that is one in the whole world; a running number of the publisher's is none."""
    return record["id"].lower() if _UUID.match(record.get("id", "")) else ""


def _first(record: Record, names: Sequence[str]) -> str:
    return next((record[name] for name in names if record.get(name)), "")


def _dates(record: Record) -> Record:
    return {v.STATUS: record.get("status", ""), v.START: _first(record, _STARTS), v.END: _first(record, _ENDS)}


def _address(record: Record) -> Record:
    first, second = _first(record, ("address_1", "street", "street_1", "address", "address1")), _first(record, ("address_2", "street_2", "suite"))
    street = " ".join(text for text in (first, second) if text)
    return {v.ADDRESS: street, v.CITY: record.get("city", ""), v.POSTCODE: _first(record, ("postal_code", "zip", "zip_code", "zipcode", "postcode"))}


def _organisation(looked: _Looked, record: Record) -> Record:
    own = record.get("id", "")
    phone = looked.by_organisation.get(("phones", own), {})
    address = looked.by_organisation.get(("addresses", own), {})
    kind = shipped_terms().code("organisation_kind", record.get("legal_status", ""))
    kind = kind or shipped_terms().code("organisation_kind", record.get("tax_status", ""))
    return {
        v.ID: _own_id(record), v.NAME: record.get("name", ""), v.KIND: kind, **_dates(record), **_address(address),
        v.PHONE: phone.get("number", ""), v.WEBSITE: _first(record, ("website", "url")),
        v.CONTACT: record.get("email", ""), v.DETAIL: record.get("description", ""), v.IDENTIFIERS: "; ".join(looked.codes.get(own, ())),
    }


def _services(looked: _Looked) -> tuple[list[Record], list[ReportLine]]:
    """One row per service and place; services without a place and places without a service are rows too."""
    rows, used, placeless = [], set(), 0
    listed = dict(looked.services)
    for service_id in looked.links:
        listed.setdefault(service_id, {})
    for service_id, service in listed.items():
        places = looked.links.get(service_id) or [{}]
        placeless += places == [{}]
        for link in places:
            location = looked.locations.get(link.get("location_id", ""), {})
            used.add(link.get("location_id", ""))
            only = len(places) == 1
            rows.append(_service(looked, service, location, _own_id(link) or (_own_id(service) if only else "")))
    lonely = [record for key, record in looked.locations.items() if key not in used]
    rows += [_service(looked, {}, location, _own_id(location)) for location in lonely]
    unknown = [key for key in looked.links if key and key not in looked.services]
    lines = [ReportLine("note", say("The file speaks of {services} services and {locations} places; a row is a service at a place.", services=format_number(len(looked.services)), locations=format_number(len(looked.locations))))]
    if placeless:
        lines.append(ReportLine("note", say("Services without a place; kept, off the map."), placeless))
    if lonely:
        lines.append(ReportLine("note", say("Places without a service; kept under their own name, their function is not known."), len(lonely)))
    if unknown:
        lines.append(ReportLine("caution", say("Links to services that the file does not hold: kept, named after their place."), len(unknown), tuple(unknown[:5])))
    several = len({id(record) for record in looked.entities.of("links") if len(_one_by_one(looked.entities, record)) > 1})
    if several:
        lines.append(ReportLine("mended", say("Links that name several services or places in one cell: each is a row of its own."), several))
    lines += _unplaced(looked, rows)
    if looked.entities.passed_over:
        lost = sum(count for _, count in looked.entities.passed_over)
        lines.append(ReportLine("note", plural("{n} record of parts of the file that the inventory does not hold was not kept.",
                                               "{n} records of parts of the file that the inventory does not hold were not kept.", lost), None,
                                tuple(say("{part}: {n}", part=named(part), n=count) for part, count in looked.entities.passed_over[:5])))
    return rows, lines


def _unplaced(looked: _Looked, rows: Sequence[Record]) -> list[ReportLine]:
    """What is kept off the map, and what a place says more than once."""
    lines = []
    without = [row for row in rows if not (row[LONGITUDE] and row[LATITUDE])]
    addressed = sum(1 for row in without if row[v.ADDRESS])
    if addressed:
        lines.append(ReportLine("note", say("Places with an address and no coordinates: kept, off the map until they are placed."), addressed))
    for kind, text in (("addresses", say("Further addresses of a place: the first one was kept.")),
                       ("phones", say("Further phone numbers of a place or a service: the first one was kept."))):
        records = [record for record in looked.entities.of(kind) if record.get("location_id") or record.get("service_id")]
        more = len(records) - len({(record.get("location_id"), record.get("service_id")) for record in records})
        if more > 0:
            lines.append(ReportLine("note", text, more))
    return lines


def _service(looked: _Looked, service: Record, location: Record, row_id: str) -> Record:
    service_id, location_id = service.get("id", ""), location.get("id", "")
    address = looked.by_location.get(("addresses", location_id)) or {}
    phone = looked.by_service.get(("phones", service_id)) or looked.by_location.get(("phones", location_id)) or {}
    capacity = looked.by_service.get(("capacities", service_id), {})
    words = looked.words.get(service_id, [])
    functions = [code for word in words if (code := shipped_terms().code("function", word))]
    program = looked.programs.get(service.get("program_id", ""), {}).get("name", "")
    virtual = location.get("location_type", "") == "virtual" or location.get("virtual", "").lower() in ("true", "t", "yes", "1")
    return {
        v.ID: row_id, v.NAME: service.get("name") or location.get("name") or address.get("address_1", ""),
        v.ORGANISATION: looked.organisation_name(service, location), v.CATEGORY: words[0] if words else "",
        v.FUNCTION: functions[0] if functions else "", v.APPROACH: shipped_terms().code("approach", program),
        v.SCHOOL_ID: looked.school(location), **_address(address), v.PHONE: phone.get("number", ""),
        v.WEBSITE: _first(service, ("url", "website")) or _first(location, ("url", "website")),
        v.ONLINE_ONLY: "yes" if virtual else "", LONGITUDE: location.get("longitude", ""), LATITUDE: location.get("latitude", ""),
        v.CAPACITY: capacity.get("maximum", ""), v.AVAILABLE: capacity.get("available", ""),
        v.CAPACITY_UNIT: looked.units.get(capacity.get("unit_id", ""), "") or capacity.get("unit", ""), **_dates(service),
        v.DETAIL: service.get("description") or location.get("description", ""),
    }


def _participations(looked: _Looked) -> list[Record]:
    rows = []
    for service_id, links in looked.links.items():
        service = looked.services.get(service_id, {})
        program = looked.programs.get(service.get("program_id", ""), {}).get("name", "")
        approach = shipped_terms().code("approach", program)
        for link in links:
            school = looked.school(looked.locations.get(link.get("location_id", ""), {}))
            if approach and school:
                rows.append({
                    v.SCHOOL_ID: school, v.APPROACH: approach, **_dates(service), v.DETAIL: service.get("name", ""),
                    v.LEAD_ORGANISATION: looked.organisation_name(service),
                })
    return rows


def _staff_role(looked: _Looked, record: Record) -> Record:
    link = looked.link_of.get(record.get("service_at_location_id", ""), {})
    location = looked.locations.get(record.get("location_id") or link.get("location_id", ""), {})
    service = looked.services.get(record.get("service_id") or link.get("service_id", ""), {})
    title = record.get("title") or record.get("department") or "Contact"
    term = shipped_terms().code("role", title)
    function = next((one.parent for one in shipped_terms().of("role") if one.code == term), "")
    return {
        v.TITLE: title, v.FUNCTION: function, v.SCHOOL_ID: looked.school(location),
        v.EMPLOYER: looked.organisation_name(record, location) or looked.of_service(service),
        v.CONTACT: ", ".join(text for text in (record.get("name", ""), record.get("email", "")) if text),
    }


def _funding(looked: _Looked) -> list[Record]:
    rows = []
    for record in looked.entities.of("funding"):
        service = looked.services.get(record.get("service_id", ""), {})
        rows.append({v.FUNDER: record.get("source", ""), v.RECIPIENT: looked.organisation_name(record) or looked.of_service(service),
                     v.DETAIL: service.get("name", "")})
    for kind in ("organizations", "services"):
        for record in looked.entities.of(kind):
            recipient = record.get("name", "") if kind == "organizations" else looked.of_service(record)
            for source in record.get("funding_sources", "").split(","):
                if source.strip():
                    rows.append({v.FUNDER: source.strip(), v.RECIPIENT: recipient,
                                 v.DETAIL: record.get("name", "") if kind == "services" else ""})
    return rows
