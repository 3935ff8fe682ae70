"""A file's rows put to the project's: what is new, what fills a gap, what is said otherwise and waits for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from ecomap.io.inventory.matching import CERTAIN, LIKELY, NEW, Match, codes_of
from ecomap.io.inventory.settling import Settled, function_texts, key_text
from ecomap.io.inventory.texts import Texts, cell_mark
from ecomap.model import vocabulary as v
from ecomap.model.inventory import LATITUDE, LONGITUDE
from ecomap.model.said import NOTHING, Said

DECISIONS = ("merge", "take", "keep", "new", "skip")
_NEVER_ASKED = {v.ID, v.IDENTIFIERS}
_FILLED_ONLY = {v.SOURCE}     # another source of the same fact is no contradiction
ENOUGH_AS_WRITTEN = 0.5       # of a template's rows and cells, to know it for one of this project's own
_BLANK = cell_mark("")
SAME_PLACE_DEG = 0.0005       # about 50 m: two geocoders of one address


@frozen
class CellChange:
    """One cell: what the project says, what the file says, and whether the file's word was taken."""

    column: str
    before: str
    after: str
    taken: bool


@frozen
class MergeItem:
    """One row for the review list.

    Parameters
    ----------
    key : str
        Names the item in decisions: role and the id of the file's row.
    kind : str
        certain, likely or new.
    decision : str
        merge (fill gaps, and take what is known to be newer), take (the file's word everywhere), keep (only note
        that it is the same), new (a row of its own), skip (leave out).
    other : str
        Id of the project's row it was matched with; "" for none.
    changes : tuple of CellChange
        Cells that differ; those not taken wait for a person.
    settled : bool
        A person has decided on it before, or just now.
    """

    key: str
    role: str
    row_id: str
    name: str
    kind: str
    decision: str
    other: str = ""
    other_name: str = ""
    score: float = 0.0
    why: Said = NOTHING
    changes: tuple[CellChange, ...] = ()
    settled: bool = False

    @property
    def waiting(self) -> bool:
        """True if a person should look: only likely the same, or something was said otherwise and not taken."""
        return not self.settled and (self.kind == LIKELY or any(not change.taken for change in self.changes))


@frozen
class Merged:
    """Rows to add, rows to change (position -> texts), and the review list.

    ``ids``: id of each of the file's rows in the project ("" where it was left out).
    """

    added: tuple[int, ...]
    changed: Mapping[int, Mapping[str, str]]
    items: tuple[MergeItem, ...]
    ids: tuple[str, ...]
    skipped: int = 0
    matched: int = 0


def merge_texts(
    settled: Settled,
    matches: Sequence[Match],
    theirs: Texts,
    *,
    as_exported: Mapping[str, Sequence[str]] | None = None,
    decisions: Mapping[str, str] | None = None,
) -> Merged:
    """Put the rows of a file to the project's rows.

    A gap is filled. Where both say something and it differs, the project's word stays, unless the file is a template
    that EcoMap wrote and only the file's cell was changed since. Nothing that is only likely the same is merged
    without a decision.

    Parameters
    ----------
    theirs : Texts
        The project's rows.
    as_exported : mapping
        Id -> marks of the cells as EcoMap wrote them.
    decisions : mapping
        Key of an item -> one of `DECISIONS`.
    """
    spec, texts = settled.spec, settled.texts
    decisions = decisions or {}
    as_exported = as_exported if as_exported and _written_here(spec.names, as_exported, theirs) else {}
    added: list[int] = []
    changed: dict[int, dict[str, str]] = {}
    items, ids, skipped, matched = [], [], 0, 0
    for n, match in enumerate(matches):
        row_id = texts[v.ID][n]
        key = f"{spec.role}/{row_id}"
        decision = _decision(match, decisions.get(key, ""))
        if decision == "skip":
            skipped += 1
            ids.append("")
        elif decision == "new":
            added.append(n)
            ids.append(row_id)
        else:
            matched += 1
            ids.append(theirs[v.ID][match.other])
        changes: list[CellChange] = []
        if decision in ("merge", "take", "keep"):
            marks = dict(zip(spec.names, as_exported.get(row_id, ())))
            changes = _cell_changes(spec.names, texts, n, theirs, match.other, marks, decision)
            after = {change.column: change.after for change in changes if change.taken}
            after |= _more_codes(texts, n, theirs, match.other, settled.given[n] or match.kind == LIKELY)
            if after:
                changed[match.other] = _together(after, changed.get(match.other, {}))
        items.append(_item(settled, n, key, match, decision, theirs, changes))
    return Merged(tuple(added), changed, tuple(items), tuple(ids), skipped, matched)


def _written_here(names: Sequence[str], as_exported: Mapping[str, Sequence[str]], theirs: Texts) -> bool:
    """True if a template was written from this project, not from a partner's own: most of it stands here as it was written.

    Only then does an untouched cell that differs mean that the project has moved on; a partner's own word is news.
    """
    places = {row_id: n for n, row_id in enumerate(theirs[v.ID])}
    known = [row_id for row_id in as_exported if row_id in places]
    if len(known) < ENOUGH_AS_WRITTEN * len(as_exported):
        return False
    said = same = 0
    for row_id in known:
        for name, mark in zip(names, as_exported[row_id]):
            now = cell_mark(theirs[name][places[row_id]])
            if name != v.ID and (mark, now) != (_BLANK, _BLANK):
                said += 1
                same += mark == now
    return same >= ENOUGH_AS_WRITTEN * said


def _together(after: dict[str, str], before: dict[str, str]) -> dict[str, str]:
    """What two rows of a file bring to one row of the project: the first word counts, codes add up."""
    both = {**after, **before}
    codes = {code for said in (after, before) for code in said.get(v.IDENTIFIERS, "").split("; ") if code}
    return {**both, v.IDENTIFIERS: "; ".join(sorted(codes))} if codes else both


def _decision(match: Match, wanted: str) -> str:
    if wanted in ("merge", "take", "keep") and match.kind == NEW:
        return "new"
    return wanted or ("merge" if match.kind == CERTAIN else "new")


def _item(
    settled: Settled, n: int, key: str, match: Match, decision: str, theirs: Texts, changes: list[CellChange]
) -> MergeItem:
    texts = settled.texts
    known = match.other >= 0
    return MergeItem(
        key, settled.spec.role, texts[v.ID][n], _called(settled.spec.named or (v.NAME,), texts, n), match.kind, decision,
        theirs[v.ID][match.other] if known else "",
        _called(settled.spec.named or (v.NAME,), theirs, match.other) if known else "",
        match.score, match.why, tuple(changes),
    )


def _called(named: Sequence[str], texts: Texts, n: int) -> str:
    return ", ".join(texts[name][n] for name in named if texts[name][n])


def _cell_changes(
    names: Sequence[str], texts: Texts, n: int, theirs: Texts, other: int, marks: Mapping[str, str], decision: str
) -> list[CellChange]:
    changes = []
    for name in names:
        ours, there = texts[name][n], theirs[name][other]
        if name in _NEVER_ASKED or ours == there:
            continue
        mark = marks.get(name)
        if mark is not None and mark == cell_mark(ours):
            continue  # nobody touched it in the file; the project has moved on
        newer = mark is not None and mark == cell_mark(there)
        if not ours and not newer and decision != "take":
            continue  # the file says nothing here
        if mark is None and decision != "take" and there and _says_the_same(name, ours, there):
            continue
        taken = decision != "keep" and (newer or not there or (decision == "take" and bool(ours)))
        if taken or ours:
            changes.append(CellChange(name, there, ours, taken))
    return changes


def _says_the_same(name: str, ours: str, there: str) -> bool:
    """True where two words differ only in how they are written, or two places are nearly one."""
    if name in _FILLED_ONLY:
        return True
    if name == v.CATEGORY and function_texts({v.CATEGORY: [ours], v.FUNCTION: [""]}) == function_texts(
        {v.CATEGORY: [there], v.FUNCTION: [""]}
    ):
        return True  # publishers sort the same things into drawers of their own
    if name in (LONGITUDE, LATITUDE):
        return abs(float(ours) - float(there)) <= SAME_PLACE_DEG
    return key_text(name, ours) == key_text(name, there) and bool(key_text(name, ours))


def _more_codes(texts: Texts, n: int, theirs: Texts, other: int, with_id: bool) -> dict[str, str]:
    """Codes under which the row goes in the file and that the project's row does not have yet."""
    if v.IDENTIFIERS not in texts:
        return {}
    known = codes_of(theirs[v.ID][other], theirs[v.IDENTIFIERS][other])
    said = [code.strip() for code in texts[v.IDENTIFIERS][n].split(";") if code.strip()]
    if with_id and texts[v.ID][n] != theirs[v.ID][other]:
        said.append(f"id:{texts[v.ID][n]}")
    new = [code for code in said if not codes_of("", code) <= known]
    if not new:
        return {}
    before = [code.strip() for code in theirs[v.IDENTIFIERS][other].split(";") if code.strip()]
    return {v.IDENTIFIERS: "; ".join(sorted({*before, *new}))}
