"""Numbers of tracts of one census carried over to the areas of another, as a step of an import."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import evolve, field, frozen

from ecomap.io.importers.columns.need.census import Census, census_of_areas, census_of_draft
from ecomap.io.importers.spec import Draft
from ecomap.io.importers.steps.joining import Target
from ecomap.model.errors import InputError
from ecomap.model.indicator import Indicator
from ecomap.model.layer import Column, Layer
from ecomap.model.project import Project
from ecomap.model.report import ReportLine
from ecomap.model.roles import role
from ecomap.model.said import name as named
from ecomap.model.said import say
from ecomap.model.vocabulary import (
    CHILDREN,
    FROM_CENSUS,
    FROM_ID,
    ID,
    MOE_SUFFIX,
    PART,
    POPULATION,
    REASON_SUFFIX,
    SHARE,
    SHARE_BACK,
    TO_CENSUS,
    TO_ID,
    TRACT_RELATIONSHIP,
)

# (frame with id, relationship, to=, on=, extensive=, intensive=, margins=, people=, labels=) -> (frame with id, lines of the report)
Carry = Callable[..., tuple[Any, tuple[ReportLine, ...]]]


@frozen
class Way:
    """From one census to the other: the layer that says how, and its pairs (from_id, to_id, share, part_m2)."""

    old: Census
    new: Census
    layer: Layer
    pairs: Any = field(repr=False, eq=False)


def way_of(draft: Draft, target: Target) -> Way:
    """How to get from the census of the file to that of the map.

    Raises
    ------
    InputError
        If either is not known, they are the same, or no relationship of the project leads there.
    """
    old, new = census_of_draft(draft), census_of_areas(target.frame)
    name = draft.raw.path.name
    if not old.value or not new.value:
        of = named(name) if not old.value else target.layer.name
        raise InputError(say("It is not known of which census the tracts of {file} are.", file=of), say("Say it with the field 'Census of the tract codes'."))
    if old.value == new.value:
        raise InputError(say("{file} and the need areas are both of the {census} census ({why}): there is nothing to carry over.", file=named(name), census=named(new.value), why=old.why),
                         say("Import it without carrying over; or say of which census its codes are."))
    found = related(draft.project, old.value, new.value)
    if found is None:
        raise InputError(say("The project has no table that leads from tracts of {old} to those of {new}.", old=named(old.value), new=named(new.value)),
                         say("Import a relationship file of the Census Bureau first, as '{role}'.", role=role(TRACT_RELATIONSHIP).label),
                         {"role": TRACT_RELATIONSHIP})
    return Way(old, new, *found)


def related(project: Project | None, old: str, new: str) -> tuple[Layer, Any] | None:
    """The first relationship of the project between two censuses, read in the direction that is wanted."""
    if project is None:
        return None
    for layer in project.layers_of(TRACT_RELATIONSHIP):
        frame = project.frame(layer.id)
        ends = (str(frame[FROM_CENSUS].iloc[0]), str(frame[TO_CENSUS].iloc[0]))
        if ends == (old, new):
            return layer, frame[[FROM_ID, TO_ID, SHARE, PART]]
        if ends == (new, old) and frame[SHARE_BACK].notna().all():
            back = {FROM_ID: frame[TO_ID], TO_ID: frame[FROM_ID], SHARE: frame[SHARE_BACK], PART: frame[PART]}
            return layer, frame[[]].assign(**back)
    return None


def only_related(draft: Draft, target: Target, way: Way) -> Draft:
    """Leave out rows that the relationship does not know, or that lie wholly off the map, and say so."""
    codes = draft.frame[ID].astype(str)
    named = codes.isin(way.pairs[FROM_ID]).to_numpy()
    on_map = way.pairs.loc[way.pairs[TO_ID].isin(target.frame[ID].astype(str)), FROM_ID]
    kept = codes.isin(on_map).to_numpy()
    lines = list(draft.lines)
    for gone, text in ((~named, say("Rows whose tract is not in '{layer}'.", layer=way.layer.name)),
                       (named & ~kept, say("Rows of tracts that share no ground with the layer '{layer}'.", layer=target.layer.name))):
        if gone.any():
            lines.append(ReportLine("dropped", text, int(gone.sum()), tuple(codes[gone].head(5))))
    if not kept.any():
        raise InputError(say("None of the tracts in {file} leads to the need areas on the map.", file=named(draft.raw.path.name)),
                         say("The relationship table is probably of another state or county."))
    return evolve(draft, frame=draft.frame[kept].reset_index(drop=True), lines=tuple(lines))


def carried(
    draft: Draft, target: Target, values: Mapping[str, Any], columns: tuple[Column, ...], way: Way, carry: Carry | None,
    indicators: Sequence[Indicator] = (),
) -> tuple[Any, dict[str, Any], tuple[ReportLine, ...]]:
    """Codes of the map's areas, the values for them, and what was split, merged and lost.

    Counts are shared out; a rate with both counts in the file is their quotient; other rates are averaged, by the people in
    each part where the file has them, else by its land. Words, and ranks a publisher worked out, cannot be carried.
    """
    import pandas as pd  # heavy

    if carry is None:
        raise InputError(say("Numbers cannot be carried over here."), say("Import the file into a project."))
    described = {column.name: column for column in columns}
    what = numbers_among(values, described)
    frame = pd.DataFrame({ID: draft.frame[ID].astype(str).to_numpy(), **{name: values[name].to_numpy() for name in what.with_margins}})
    pairs = way.pairs[way.pairs[FROM_ID].isin(frame[ID])].reset_index(drop=True)
    here = frozenset(target.frame[ID].astype(str))
    found, lines = carry(frame, pairs, to=way.new.value, on=here, extensive=what.extensive, intensive=what.intensive, margins=what.margins,
                         people=what.people, labels={name: described[name].label for name in what.names})
    found = with_quotients(found[found[ID].isin(here)].reset_index(drop=True), what, indicators)
    out: dict[str, Any] = {}
    for name in what.names:
        out[name] = found[name]
        if name in what.margins:
            out[what.margins[name]] = found[what.margins[name]]
        if found[name].isna().any():
            out[name + REASON_SUFFIX] = found[name].isna().map({True: "not_reported", False: ""}).astype("str")
    text = say("Carried over from tracts of {old} ({old_why}) to those of {new} ({new_why}) with '{layer}'.",
               old=named(way.old.value), old_why=way.old.why, new=named(way.new.value), new_why=way.new.why, layer=way.layer.name)
    said = (ReportLine("caution", text), *lines, *left_out(values, described, what), *nothing_carried(len(target.frame) - len(found)))
    return found[ID], out, said


@frozen
class Numbers:
    """What of a table can be carried over: columns of numbers whose unit is known, the counts among them, their margins, and who is counted."""

    names: tuple[str, ...]
    extensive: tuple[str, ...]
    margins: Mapping[str, str]
    people: str = ""

    @property
    def intensive(self) -> tuple[str, ...]:
        """The rates and scores."""
        return tuple(name for name in self.names if name not in self.extensive)

    @property
    def with_margins(self) -> tuple[str, ...]:
        """The columns with those of their margins."""
        return (*self.names, *self.margins.values())


def numbers_among(values: Mapping[str, Any], described: Mapping[str, Column]) -> Numbers:
    """The columns that can be carried over."""
    names = tuple(name for name in values if _is_number(name, values) and described[name].unit and not described[name].hidden)
    return Numbers(names, tuple(name for name in names if described[name].unit == "count"),
                   {name: name + MOE_SUFFIX for name in names if name + MOE_SUFFIX in values},
                   next((name for name in (POPULATION, CHILDREN) if name in names), ""))


def _is_number(name: str, values: Mapping[str, Any]) -> bool:
    import pandas as pd  # heavy

    return pd.api.types.is_float_dtype(values[name].dtype) and not name.endswith(MOE_SUFFIX)


def with_quotients(found: Any, what: Numbers, indicators: Sequence[Indicator]) -> Any:
    """The carried numbers with every rate whose two counts were carried as their quotient, which is what it is."""
    for item in indicators:
        if item.numerator in what.extensive and item.denominator in what.extensive:
            found = found.assign(**{item.column: found[item.numerator] / found[item.denominator].where(found[item.denominator] > 0)})
    return found


def left_out(values: Mapping[str, Any], described: Mapping[str, Column], what: Numbers) -> list[ReportLine]:
    """Which columns were not carried over, and why."""
    left = [name for name in values if name not in what.names and not name.endswith((MOE_SUFFIX, REASON_SUFFIX))]
    unknown = [name for name in left if _is_number(name, values) and not described[name].hidden]
    return [ReportLine("note", why, None, tuple(described[name].label for name in names[:5])) for names, why in (
        (unknown, say("Numbers that were left out: the file does not tell whether they count people or are a rate or a score.")),
        ([name for name in left if name not in unknown], say("Words, codes and published ranks cannot be carried over and were left out.")),
    ) if names]


def nothing_carried(areas: int) -> list[ReportLine]:
    """That so many areas of the map got nothing."""
    return [ReportLine("caution", say("Areas on the map that nothing was carried to; their new columns are missing (not reported)."), areas)] if areas else []
