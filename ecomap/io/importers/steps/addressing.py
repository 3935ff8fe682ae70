"""Places from addresses, as a step of an import: a list without coordinates, put on the map with the address ranges of the project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve

from ecomap.io.addresses import matching, parsing
from ecomap.io.addresses.matching import Match
from ecomap.io.addresses.parsing import Address
from ecomap.io.importers.spec import Draft, Importer
from ecomap.io.reading.raw import quoted
from ecomap.io.table import text_of
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.layer import Column, Layer
from ecomap.model.project import Project
from ecomap.model.report import ReportLine
from ecomap.model.said import Said, listed, plural, say
from ecomap.model.said import name as named
from ecomap.model.understanding import Doubt, Option
from ecomap.model.units import format_number

PLACES: Final = "places"             # code of the doubt: where the places come from
FROM_ADDRESSES, NOT_AT_ALL = "addresses", "none"
STREET: Final = "street:"            # code of the doubt about a street's spelling, with the street behind it
SHOWN: Final = 200                   # addresses without a place that are listed to look through
ASKED: Final = 20                    # streets that are asked about
_CHECKED_EVERY: Final = 200

REASONS: Final[Mapping[str, Said]] = {
    parsing.BLANK: say("no address"),
    parsing.PO_BOX: say("a P.O. box, which is no place"),
    parsing.NO_NUMBER: say("no house number"),
    parsing.UNREADABLE: say("not to be read as an address"),
    matching.NO_STREET: say("no street of this name in the address ranges"),
    matching.OUTSIDE: say("the street is there, but none of its ranges has the number"),
    matching.SEVERAL: say("several places are equally good"),
    matching.OTHER_ZIP: say("the street has the number in another ZIP only"),
    matching.NEAR: say("only a street of a name like it, or one that says more or less, has the number: say whether it is meant"),
}
_QUALITY: Final = {matching.FOUND: "interpolated", matching.MIDDLE: "between_sides"}


def ranges_in(project: Project | None) -> tuple[Layer, ...]:
    """The layers of address ranges of a project."""
    return () if project is None else project.layers_of(v.ADDRESS_RANGE)


def with_places(draft: Draft, importer: Importer) -> Draft:
    """The rows where their addresses are; a list that has no addresses, or belongs to a layer by its codes, stays as it is.

    Raises
    ------
    InputError
        If none of the addresses is found.
    """
    layers = ranges_in(draft.project)
    said = draft.answers.get(PLACES, "")
    joins = bool(importer.joins and draft.project is not None and draft.project.layers_of(importer.joins)) and said != FROM_ADDRESSES
    if not layers or joins or not importer.takes_points or not draft.has(v.ADDRESS) or said == NOT_AT_ALL:
        return draft
    assert draft.project is not None
    frame = draft.frame
    addresses = addresses_of(frame)
    answers = {code.removeprefix(STREET): answer for code, answer in draft.answers.items() if code.startswith(STREET)}
    ranges = [matching.ranges_of(draft.project.frame(layer.id)) for layer in layers]
    found = []
    for number, address in enumerate(addresses):
        if number % _CHECKED_EVERY == 0:
            draft.progress.check()
        found.append(found_in(address, ranges, answers))
    return _placed(draft, importer, addresses, found)


def addresses_of(frame: Any) -> list[Address]:
    """The address of every row, read with the ZIP of its own column."""
    texts = text_of(frame[v.ADDRESS]).fillna("").tolist()
    zips = text_of(frame[v.POSTCODE]).fillna("").tolist() if v.POSTCODE in frame.columns else [""] * len(texts)
    return [parsing.address_of(text, zip_code) for text, zip_code in zip(texts, zips)]


def found_in(address: Address, counties: list[matching.Ranges], answers: Mapping[str, str]) -> Match:
    """The place of an address in the ranges of several counties, where only one has it."""
    every = [matching.match(address, ranges, answers) for ranges in counties]
    placed = [one for one in every if one.placed]
    if len(placed) > 1:
        return Match(matching.SEVERAL, street=placed[0].street)
    order = (matching.NEAR, matching.SEVERAL, matching.OTHER_ZIP, matching.OUTSIDE)
    return placed[0] if placed else min(every, key=lambda one: order.index(one.status) if one.status in order else len(order))


def _placed(draft: Draft, importer: Importer, addresses: list[Address], found: list[Match]) -> Draft:
    """The rows with a place each, those without one told with the reason, and what only a person can say."""
    import geopandas as gpd  # heavy
    import numpy as np  # heavy

    assert draft.project is not None
    placed = np.array([one.placed for one in found], dtype=bool)
    doubts = (*draft.doubts, _doubt(draft, addresses, found), *_streets_asked(addresses, found, draft.answers))
    if not placed.any():
        raise InputError(say("None of the {count} addresses in {file} is in the address ranges.", count=format_number(len(found)), file=named(draft.raw.path.name)),
                         say("Import the address ranges of the county that the addresses lie in."), doubts=doubts)
    frame = gpd.GeoDataFrame(draft.frame.assign(**{v.PLACE_QUALITY: [_QUALITY.get(one.status, "not_found") for one in found]}),
                             geometry=gpd.points_from_xy([one.x for one in found], [one.y for one in found]), crs=draft.project.crs)
    frame.loc[~placed, frame.geometry.name] = None
    lines = [*draft.lines, ReportLine("note", say("Places from their addresses, interpolated along the streets of the project; good to about a house or two. "
                                                  "No address left this computer."), int(placed.sum()))]
    stays = bool(importer.keep_placeless) and importer.keep_placeless in frame.columns
    lines += _told(addresses, found, "caution" if stays else "dropped")
    frame = frame.assign(**{importer.keep_placeless: frame[importer.keep_placeless].to_numpy(dtype=bool) | ~placed}) if stays else frame[placed]
    columns = (*draft.columns, Column(v.PLACE_QUALITY, say("How its place was found")))
    return evolve(draft, frame=frame.reset_index(drop=True) if not stays else frame, lines=tuple(lines), columns=columns, doubts=doubts)


def _told(addresses: list[Address], found: list[Match], kind: str) -> list[ReportLine]:
    """How many addresses have no place, by the reason, with a few of each."""
    counts = Counter(one.status for one in found if not one.placed)
    lines = []
    for status, text in REASONS.items():
        if counts[status]:
            examples = [address.text for address, one in zip(addresses, found) if one.status == status and address.text]
            lines.append(ReportLine(kind, say("Addresses without a place: {reason}.", reason=text), counts[status], tuple(dict.fromkeys(examples))[:5]))
    return lines


def _doubt(draft: Draft, addresses: list[Address], found: list[Match]) -> Doubt:
    """Whether the addresses are to be the places, with every address that has none and the reason."""
    placed = sum(one.placed for one in found)
    layers = listed([quoted(layer.name) for layer in ranges_in(draft.project)])
    evidence = [plural("{placed} of {n} address is found along the streets of {layers}.", "{placed} of {n} addresses are found along the streets of {layers}.",
                       len(found), placed=format_number(placed), layers=layers),
                say("The file has no coordinates. The addresses stay on this computer.")]
    rows = [f"{address.text or '-'}: {REASONS[one.status]}{f' ({one.street})' if one.street else ''}" for address, one in zip(addresses, found) if not one.placed]
    return Doubt(PLACES, say("Put the rows where their addresses are?"), tuple(evidence),
                 (Option(FROM_ADDRESSES, say("Yes, places from addresses")), Option(NOT_AT_ALL, say("No"))), FROM_ADDRESSES, draft.mapping.get(v.ADDRESS, ""),
                 tuple(rows[:SHOWN]))


def _streets_asked(addresses: list[Address], found: list[Match], answers: Mapping[str, str]) -> list[Doubt]:
    """The streets whose name is only like one of the ranges, each asked once, the most frequent first; answered ones stay to be seen."""
    meant: dict[str, set[str]] = {}
    counts: Counter[str] = Counter()
    for address, one in zip(addresses, found):
        if one.status == matching.NEAR:
            meant.setdefault(address.written, set()).add(one.street)
            counts[address.written] += 1
    doubts = []
    for written, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:ASKED]:
        options = tuple(Option(street, named(street)) for street in sorted(meant[written]))
        evidence = plural("{n} address has this street; the other one has its number.", "{n} addresses have this street; the other one has their numbers.", count)
        doubts.append(Doubt(STREET + written, say("Which street is '{street}'?", street=named(written)), (evidence,),
                            (*options, Option(matching.NONE, say("None of these"))), ""))
    told = [code for code in answers if code.startswith(STREET) and code.removeprefix(STREET) not in counts]
    return [*doubts, *(Doubt(code, say("Which street is '{street}'?", street=named(code.removeprefix(STREET))), (), (Option(answers[code], named(answers[code])),
                                                                                                                  Option(matching.NONE, say("None of these"))), "")
                       for code in told)]
