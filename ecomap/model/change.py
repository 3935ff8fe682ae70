"""What differs between two snapshots, so that a screen refreshes only that."""

from __future__ import annotations

from attrs import frozen

from ecomap.model.project import Project


@frozen
class Change:
    """The difference from one snapshot to the next."""

    added: frozenset[str] = frozenset()     # layer ids
    removed: frozenset[str] = frozenset()
    rows: frozenset[str] = frozenset()      # layers whose rows are other rows now
    described: frozenset[str] = frozenset() # layers whose style, visibility, name ... changed
    reordered: bool = False
    results: frozenset[str] = frozenset()   # results added, removed or replaced
    view: bool = False
    title: bool = False
    day: bool = False                       # the day of the project
    ledger: bool = False                    # a file left
    named: bool = False                     # names on the map switched on or off
    bookmarks: bool = False                 # a view kept, called otherwise or forgotten
    notes: bool = False                     # a note pinned, changed or taken away
    commitments: bool = False               # something agreed, changed, done or dropped
    corrections: bool = False               # a correction come home or settled
    pins: bool = False                      # schools pinned in or out of a plan
    scenarios: bool = False                 # a scenario added, removed or changed

    @property
    def empty(self) -> bool:
        return self == Change()


def change_between(before: Project, after: Project) -> Change:
    """Compare two snapshots by identity of what they share."""
    old = {layer.id: layer for layer in before.layers}
    new = {layer.id: layer for layer in after.layers}
    common = old.keys() & new.keys()
    old_results = {r.id: r for r in before.results}
    new_results = {r.id: r for r in after.results}
    return Change(
        added=frozenset(new.keys() - old.keys()),
        removed=frozenset(old.keys() - new.keys()),
        rows=frozenset(i for i in common if before.frames.get(i) is not after.frames.get(i)),
        described=frozenset(i for i in common if old[i] is not new[i]),
        reordered=[i for i in old if i in common] != [i for i in new if i in common],
        results=frozenset(
            i for i in old_results.keys() | new_results.keys() if old_results.get(i) is not new_results.get(i)
        ),
        view=before.view != after.view,
        title=before.title != after.title,
        day=before.day != after.day,
        ledger=before.releases is not after.releases or before.book is not after.book,
        named=before.named != after.named,
        bookmarks=before.bookmarks != after.bookmarks,
        notes=before.notes != after.notes,
        commitments=before.commitments != after.commitments,
        corrections=before.corrections != after.corrections,
        pins=before.pins != after.pins,
        scenarios=before.scenarios != after.scenarios,
    )
