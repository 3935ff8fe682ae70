"""Address ranges: pieces of street with the house numbers along either side, as the Census Bureau's ADDRFEAT files have them."""

from __future__ import annotations

from typing import Any, Final

from attrs import evolve

from ecomap.io.importers.columns.places import name_field
from ecomap.io.importers.spec import Draft, FieldSpec, Importer
from ecomap.io.table import text_of
from ecomap.model import vocabulary as v
from ecomap.model.errors import InputError
from ecomap.model.layer import Column
from ecomap.model.report import ReportLine
from ecomap.model.said import name as named
from ecomap.model.said import plural, say
from ecomap.model.style import LayerStyle

_LABELS: Final = {
    "left_from": say("First number on the left"), "left_to": say("Last number on the left"), "left_parity": say("Even or odd on the left"),
    "left_zip": say("ZIP on the left"), "right_from": say("First number on the right"), "right_to": say("Last number on the right"),
    "right_parity": say("Even or odd on the right"), "right_zip": say("ZIP on the right"),
}
_ALIASES: Final = {
    "left_from": ("lfromhn", "lfromadd", "l_f_add", "fromleft", "left_from", "fradd_l", "l_add_from"), "left_to": ("ltohn", "ltoadd", "l_t_add", "toleft", "left_to", "toadd_l", "l_add_to"),
    "left_parity": ("parityl", "parity_l", "left_parity"), "left_zip": ("zipl", "zip_l", "l_zip", "zip_left", "left_zip", "postal_l"),
    "right_from": ("rfromhn", "rfromadd", "r_f_add", "fromright", "right_from", "fradd_r", "r_add_from"), "right_to": ("rtohn", "rtoadd", "r_t_add", "toright", "right_to", "toadd_r", "r_add_to"),
    "right_parity": ("parityr", "parity_r", "right_parity"), "right_zip": ("zipr", "zip_r", "r_zip", "zip_right", "right_zip", "postal_r"),
}


def prepare(draft: Draft) -> Draft:
    """Numbers as text; lines without a name or without any number are left out."""
    columns = (*v.LEFT_RANGE, *v.RIGHT_RANGE)
    frame = draft.frame.assign(**{column: _texts(draft.frame, column) for column in columns})
    frame = frame.assign(**{v.NAME: _texts(frame, v.NAME)})
    numbered = ((frame["left_from"] != "") & (frame["left_to"] != "")) | ((frame["right_from"] != "") & (frame["right_to"] != ""))
    usable = numbered & (frame[v.NAME] != "")
    lines = list(draft.lines)
    if not usable.any():
        raise InputError(say("{file} has no street with house numbers.", file=named(draft.raw.path.name)),
                         say("Choose an address range file of a county (ADDRFEAT), or correct the columns."))
    if (~usable).any():
        lines.append(ReportLine("dropped", say("Lines without a name or without house numbers: no address is found along them."), int((~usable).sum())))
    frame = frame[usable]
    frame = frame.assign(**{v.ID: [f"range-{n + 1}" for n in range(len(frame))]})
    described = (Column(v.ID, say("Code"), hidden=True), Column(v.NAME, say("Name")), *(Column(column, _LABELS[column]) for column in columns))
    return evolve(draft, frame=frame, lines=tuple(lines), columns=described, layer={**draft.layer, "visible": False})


def _texts(frame: Any, column: str) -> Any:
    import pandas as pd  # heavy

    if column not in frame.columns:
        return pd.Series("", index=frame.index, dtype="str")
    return text_of(frame[column]).fillna("").astype("str")


def finish(draft: Draft) -> Draft:
    """Only the ranges are kept, and how many streets they are is said."""
    kept = [column for column in draft.frame.columns if column in (v.ID, v.NAME, *v.LEFT_RANGE, *v.RIGHT_RANGE) or column == draft.frame.geometry.name]
    streets = int(draft.frame[v.NAME].nunique())
    line = ReportLine("note", plural("House numbers along {n} street. Addresses are found with them on this computer; none leaves it.",
                                     "House numbers along {n} streets. Addresses are found with them on this computer; none leaves it.", streets))
    return evolve(draft, frame=draft.frame[kept], rest=(), lines=(*draft.lines, line))


IMPORTER = Importer(
    role=v.ADDRESS_RANGE,
    fields=(
        name_field("fullname", "street_name", "st_name", "streetname", "full_street_name"),
        *(FieldSpec(column, _LABELS[column], aliases=_ALIASES[column], required=column in ("left_from", "left_to", "right_from", "right_to"))
          for column in (*v.LEFT_RANGE, *v.RIGHT_RANGE)),
    ),
    style=LayerStyle(line="#8A94A0", line_width=0.8, min_scale_px_per_m=0.04),
    prepare=prepare,
    finish=finish,
)
