"""Open, closed, merged, planned: what a file says of every row's state, in words, codes, flags or dates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve

from ecomap.io.importers.columns.schools.grades import are_levels
from ecomap.io.importers.spec import CONSTANT, Draft, FieldSpec
from ecomap.io.table.dates import looks_like_dates
from ecomap.model.dates import ENDED, PLANNED, day_of, first_day, last_day
from ecomap.model.layer import Column
from ecomap.model.report import ReportLine
from ecomap.model.said import Said, joined, plural, say
from ecomap.model.said import name as named
from ecomap.model.states import UNKNOWN, State, state_of, state_of_code
from ecomap.model.understanding import Doubt, Option
from ecomap.model.vocabulary import END, NAME, PAUSED, START, STATUS

CODE, OPEN_FLAG, CLOSED_FLAG = "status_code", "is_open", "is_closed"
STATUS_TEXT: Final = "status_text"      # the file's own word
_KIND = "\x03kind"                      # what people read of a row's state, until it is counted
_ACTIVE = "active"
_HELPERS = (CODE, OPEN_FLAG, CLOSED_FLAG)
_ANSWERS: Mapping[str, State] = {
    "open": State(_ACTIVE, "open"), "active": State(_ACTIVE, "open"), "closed": State(ENDED, "closed"), "ended": State(ENDED, "closed"),
    "planned": State(PLANNED, "planned"), "paused": State(PAUSED, "temporarily closed"),
}
_YES = {"y", "yes", "true", "1", "1.0", "t", "si", "sí", "oui", "x", "open", "active"}
_NO = {"n", "no", "false", "0", "0.0", "f", "non", "closed", "inactive"}
_LETTERS: Mapping[str, bool] = {"a": True, "i": False, "o": True, "c": False}  # active, inactive; open, closed
_NO_DATE = re.compile(r"^(no data|n/?a|none|null|nan|nat|-+|\.+|not applicable|tbd|unknown|present|current|9999-12-31.*|12/31/9999.*)$", re.IGNORECASE)


def are_states(cells: Any) -> bool:
    """True if many cells that say something are words of a status, few of them different, and they are no school levels."""
    known = [state_of(cell) for cell in cells]
    saying = [state for state in known if state is None or state.state != UNKNOWN]
    few = len(set(cells)) <= max(20, len(cells) // 10)
    return bool(saying) and few and sum(state is not None for state in saying) >= 0.3 * len(saying) and not are_levels(cells)


def are_dates(cells: Any) -> bool:
    """True if many of the cells that say something are dates or years; the others are counted and shown."""
    return looks_like_dates(cells)


def are_codes(cells: Any) -> bool:
    return len(cells) > 0 and bool(cells.str.fullmatch(r"[0-9A-Za-z](\.0)?").mean() > 0.95)


def are_flags(cells: Any) -> bool:
    return len(cells) > 0 and bool(cells.str.casefold().isin(_YES | _NO).mean() > 0.95)


def are_open_flags(cells: Any) -> bool:
    """Flags, or the letters of active and inactive, open and closed."""
    return are_flags(cells) or (len(cells) > 0 and bool(cells.str.casefold().isin(_LETTERS).all()))


def are_marks(cells: Any) -> bool:
    """Flags, or what a map says was there once ("disused:amenity" = school)."""
    return are_flags(cells) or bool(len(set(cells)) <= 5 and cells.str.fullmatch(r"[a-z_]+").all())


def status_fields(*first: str, start: tuple[str, ...] = (), end: tuple[str, ...] = ()) -> tuple[FieldSpec, ...]:
    """What tells whether a row is open: a word, a day it opens, a day it closed, a code, or a flag.

    Parameters
    ----------
    first, start, end : str
        Names of columns tried before the usual ones, for the word and the two days.
    """
    return (
        FieldSpec(STATUS, say("Status"), aliases=(
            *first, "status", "statustype", "status_type", "school_status", "schoolstatus", "schstatus", "sch_status", "sch_stat",
            "operational_status", "operationalstatus", "operating_status", "op_status", "opstatus", "establishmentstatus_name",
            "establishmentstatus", "open_closed", "openclosed", "open_close", "current_status", "status_text", "sy_status_text",
            "updated_status_text", "service_status", "site_status", "facility_status", "program_status", "activity_status", "estado",
            "estatus", "situacion", "estado_actual", "etat_etablissement", "etat_etablissement_libe", "situacao", "situacao_de_funcionamento",
            "situacao_funcionamento", "situacion_actual", "zustand", "betriebsstatus", "stato", "statut", "etat", "business_status", "status_desc", "statusdesc",
        ), patterns=(r"(^|_)status(_(text|name|desc|description|type))?$", r"(^|_)statut$", r"(^|_)estatus$"), test=are_states),
        FieldSpec(START, say("Start"), "date", aliases=(
            *start, "start", "start_date", "open_date", "opendate", "opening_date", "openingdate", "date_opened", "date_open", "dateopened",
            "opened", "opens", "opened_on", "opens_on", "fecha_apertura", "fecha_de_apertura", "date_ouverture", "date_d_ouverture",
            "date_start", "startdate", "effective_start", "open_dt", "opened_date", "first_day", "valid_from", "fecha_inicio", "fecha_de_inicio",
            "fecha_alta", "fecha_de_alta", "inicio", "desde", "vigencia_desde", "date_debut", "date_de_debut", "debut", "beginn", "startdatum",
            "data_inicio", "data_de_inicio", "data_inizio",
        ), patterns=(r"open(ing|ed)?_?(date|dt)$", r"date_?(of_)?open(ing|ed)?$", r"fecha.*(apertura|inicio|alta)$"), test=are_dates),
        FieldSpec(END, say("End"), "date", aliases=(
            *end, "end", "end_date", "closed_date", "closeddate", "close_date", "closedate", "closing_date", "closingdate", "closure_date",
            "closuredate", "date_closed", "date_close", "dateclosed", "closed_on", "closes_on", "fecha_cierre", "fecha_de_cierre",
            "date_fermeture", "date_de_fermeture", "date_end", "enddate", "effective_end", "close_dt", "closed", "last_day", "ended", "valid_to", "fecha_fin",
            "fecha_de_fin", "fecha_termino", "fecha_de_termino", "fecha_baja", "fecha_de_baja", "termino", "hasta", "vigencia_hasta", "date_fin",
            "date_de_fin", "ende", "enddatum", "data_fim", "data_de_fim", "data_termino", "data_fine",
        ), patterns=(r"clos(e|ed|ing|ure)_?(date|dt)$", r"date_?(of_)?clos(e|ed|ing|ure)$", r"fecha.*(cierre|fin|finalizacion|termino|baja)$"), test=are_dates),
        FieldSpec(CODE, say("Status code"), aliases=(
            "sy_status", "updated_status", "systatus", "establishmentstatus_code", "operationalstatus", "operational_status",
        ), patterns=(r"^(sy|updated)_?status(_?\d{2,4})?$",), test=are_codes),
        FieldSpec(OPEN_FLAG, say("Is open"), aliases=(
            "is_open", "is_active", "isactive", "isopen", "active", "open", "active_flag", "activeflag", "active_yn", "operational",
            "activo", "activa", "is_operational", "currently_open", "enabled", "still_open",
        ), patterns=(r"^(is_)?(open|active)_?(flag|yn|y_n|ind|indicator)$",), test=are_open_flags),
        FieldSpec(CLOSED_FLAG, say("Is closed"), aliases=(
            "is_closed", "isclosed", "closed", "inactive", "is_inactive", "permanently_closed", "closed_permanently", "defunct", "disused",
            "abandoned", "demolished", "cerrado", "cerrada", "closed_flag", "closed_yn",
        ), patterns=(r"^(.*_)?(disused|abandoned|demolished|razed|was)_(amenity|building|school|social_facility|healthcare|office)$",
                     r"^(is_)?closed_?(flag|yn|y_n|ind|indicator)$"), test=are_marks),
    )


def with_status(draft: Draft) -> Draft:
    """The rows with one word on their state, and with days that do not contradict it.

    A row that is planned and names a day still to come opens on that day; one whose day has passed, but which the file still
    calls planned, is not open: its day is taken away. A word that EcoMap does not know is asked; until then the row counts
    as open.
    """
    import pandas as pd  # heavy

    frame = draft.frame
    present = [name for name in (STATUS, START, END, *_HELPERS) if name in frame.columns]
    if not present:
        return draft
    frame = _with_clean_days(frame)
    words = frame[STATUS] if STATUS in frame.columns else None
    states, unknown = _states(draft, frame, words)
    doubts = (*draft.doubts, *_doubts(draft, unknown))
    made: dict[str, Any] = {}
    if any(name in frame.columns for name in (STATUS, *_HELPERS)):
        made[STATUS] = pd.Series([state.state if state and state.state != UNKNOWN else "" for state in states], index=frame.index, dtype="str")
        made[_KIND] = pd.Series([state.kind if state and state.state != UNKNOWN else "" for state in states], index=frame.index, dtype="str")
        if words is not None and made[_KIND].isin(["merged", "temporarily closed"]).any():
            made[STATUS_TEXT] = words
    frame = frame.drop(columns=[name for name in _HELPERS if name in frame.columns]).assign(**made)
    columns = [column for column in draft.columns if column.name not in (*_HELPERS, STATUS)]
    if STATUS in made:
        columns.append(Column(STATUS, say("Status")))
    if STATUS_TEXT in made:
        columns.append(Column(STATUS_TEXT, say("Status, as the file says it")))
    draft = evolve(draft, frame=frame, columns=tuple(columns), doubts=doubts)
    return _with_sound_days(draft)


def _with_clean_days(frame: Any) -> Any:
    """Days without the words that say that there is none."""
    days = {name: frame[name].map(lambda text: None if isinstance(text, str) and _NO_DATE.match(text) else text).astype("str")
            for name in (START, END) if name in frame.columns}
    return frame.assign(**days)


def _states(draft: Draft, frame: Any, words: Any) -> tuple[list[State | None], Counter[str]]:
    """What every row says of itself, its words first, then codes, then flags; and the words that are not known."""
    states: list[State | None] = [None] * len(frame)
    unknown: Counter[str] = Counter()
    if words is not None:
        column = draft.mapping.get(STATUS, "")
        meaning = {text: _meaning(text, column, draft.answers) for text in words.dropna().unique()}
        states = [meaning[text] if isinstance(text, str) else None for text in words]
        unknown.update(text for text in words if isinstance(text, str) and (meaning[text] is None or _asked(text, draft.answers)))
    if CODE in frame.columns:
        column = draft.mapping.get(CODE, "").removeprefix(CONSTANT)
        states = [state or (state_of_code(column, text) if isinstance(text, str) else None) for state, text in zip(states, frame[CODE])]
    for name, yes, no in ((OPEN_FLAG, _ANSWERS["open"], _ANSWERS["closed"]), (CLOSED_FLAG, _ANSWERS["closed"], None)):
        if name in frame.columns:
            states = [state if state and state.state != UNKNOWN else _of_flag(text, yes, no) for state, text in zip(states, frame[name])]
    return states, unknown


def _meaning(text: str, column: str, answers: Mapping[str, str]) -> State | None:
    answer = _asked(text, answers)
    if answer:
        return _ANSWERS.get(answer.casefold()) or state_of(answer)
    found = state_of(text)
    return found or state_of_code(column, text) or (_ANSWERS["open"] if found is None and answers.get("status:*") == "open" else None)


def _asked(text: str, answers: Mapping[str, str]) -> str:
    own = answers.get(f"status:{text}", "")
    return own or (answers.get("status:*", "") if state_of(text) is None else "")


def _of_flag(text: object, yes: State, no: State | None) -> State | None:
    if not isinstance(text, str):
        return None
    word = text.casefold()
    if no is not None and word in _LETTERS:
        return yes if _LETTERS[word] else no
    if word in _NO:
        return no
    return yes if word in _YES or no is None else None


def _doubts(draft: Draft, unknown: Counter[str]) -> tuple[Doubt, ...]:
    """One question on the words of a status that no list knows."""
    if not unknown:
        return ()
    words = [word for word, _ in unknown.most_common()]
    code = f"status:{words[0]}" if len(words) == 1 else "status:*"
    column = draft.mapping.get(STATUS, "")
    text = plural("Is a row open whose status is this word that EcoMap does not know?",
                  "Are rows open whose status is one of these words that EcoMap does not know?", len(words))
    evidence = tuple(plural("{word}: {n} row", "{word}: {n} rows", count, word=named(word)) for word, count in unknown.most_common(8))
    options = (Option("open", say("Open")), Option("closed", say("Closed")), Option("planned", say("Not open yet")),
               Option("paused", say("Closed for a time")))
    return (Doubt(code, text, evidence, options, "open", column, tuple(words[:8])),)


def _with_sound_days(draft: Draft) -> Draft:
    """Days that agree with the state: see `with_status`."""
    frame, lines = draft.frame, list(draft.lines)
    names = frame[NAME].astype(str) if NAME in frame.columns else frame.index.to_series().add(1).astype(str)
    today = day_of("")
    status = frame[STATUS] if STATUS in frame.columns else None
    if START in frame.columns and status is not None:
        starts = _days(frame[START], last=False)
        late = (status == PLANNED) & starts.map(lambda day: day is not None and day <= today).astype(bool)
        if late.any():
            lines.append(ReportLine("caution", say("Still called planned though their opening day has passed: not counted as open, the day was "
                                                   "left out."), int(late.sum()), tuple(names[late].head(5))))
            frame = frame.assign(**{START: frame[START].where(~late)})
    if {START, END} <= set(frame.columns):
        starts, ends = _days(frame[START], last=False), _days(frame[END], last=True)
        again = [a is not None and b is not None and b < a for a, b in zip(starts, ends)]
        again = [one and (status is None or status.iloc[n] not in (ENDED,)) for n, one in enumerate(again)]
        if any(again):
            lines.append(ReportLine("note", say("Closed before they opened: the closing day is of an earlier time and was left out."),
                                    sum(again), tuple(names[again].head(5))))
            frame = frame.assign(**{END: frame[END].where([not one for one in again])})
    if status is not None and END in frame.columns:
        ends = _days(frame[END], last=True)
        told = (status == _ACTIVE) & ends.map(lambda day: day is not None and day <= today).astype(bool)
        if told.any():
            lines.append(ReportLine("caution", say("Called open though their closing day has passed: the day counts, they are closed."),
                                    int(told.sum()), tuple(names[told].head(5))))
    return evolve(draft, frame=frame, lines=tuple(lines))


def _days(texts: Any, *, last: bool) -> Any:
    import pandas as pd  # heavy

    read = {text: (last_day if last else first_day)(text) for text in texts.dropna().unique()}
    return pd.Series([read.get(text) if isinstance(text, str) else None for text in texts], index=texts.index, dtype=object)


def status_counted(draft: Draft) -> Draft:
    """The rows without the helping columns, and a line on those that are not open, by what they are."""
    frame = draft.frame
    if _KIND not in frame.columns and END not in frame.columns and START not in frame.columns:
        return draft
    found = _counts(frame)
    total = sum(found.values())
    frame = frame.drop(columns=[_KIND]) if _KIND in frame.columns else frame
    if not total:
        return evolve(draft, frame=frame)
    parts = [_counted(kind, count) for kind, count in sorted(found.items(), key=lambda item: (_ORDER.index(item[0][0]), item[0][1]))]
    line = ReportLine("note", say("Not open, kept in the table and counted nowhere as open: {counts}.", counts=joined(parts, ", ")), total)
    return evolve(draft, frame=frame, lines=(*draft.lines, line))


_ORDER = ("closed", "merged", "temporarily closed", "planned", "opens")


def _counts(frame: Any) -> Counter[tuple[str, str]]:
    """(what it is, the day it opens) -> rows, of those that are not open today."""
    today = day_of("")
    size = len(frame)
    kinds = frame[_KIND].tolist() if _KIND in frame.columns else [""] * size
    starts = _days(frame[START], last=False).tolist() if START in frame.columns else [None] * size
    ends = _days(frame[END], last=True).tolist() if END in frame.columns else [None] * size
    found: Counter[tuple[str, str]] = Counter()
    for kind, start, end in zip(kinds, starts, ends):
        if end is not None and end <= today:
            found[kind if kind == "merged" else "closed", ""] += 1
        elif kind in ("closed", "merged") and end is None:
            found[kind, ""] += 1
        elif start is not None and start > today:
            found["opens", start.isoformat()] += 1
        elif kind in ("planned", "temporarily closed"):
            found[kind, ""] += 1
    opening = [key for key in found if key[0] == "opens"]
    if len(opening) > 3:
        found["opens", ""] = sum(found.pop(key) for key in opening)
    return found


def _counted(kind: tuple[str, str], count: int) -> Said:
    what, day = kind
    if what == "opens" and day:
        return plural("{n} opens on {day}", "{n} open on {day}", count, day=named(day))
    if what == "opens":
        return plural("{n} opens later", "{n} open later", count)
    if what == "merged":
        return plural("{n} merged", "{n} merged", count)
    if what == "planned":
        return plural("{n} not open yet", "{n} not open yet", count)
    if what == "temporarily closed":
        return plural("{n} closed for a time", "{n} closed for a time", count)
    return plural("{n} closed", "{n} closed", count)
