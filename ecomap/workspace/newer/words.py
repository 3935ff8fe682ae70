"""What is new, in words: whole sentences for the window, the command line and the report of a replacement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ecomap.model.report import ReportLine
from ecomap.model.roles import role
from ecomap.model.said import NOTHING, Said, joined, listed, plural, say
from ecomap.model.said import name as kept
from ecomap.model.source import is_stated
from ecomap.model.units import format_number, format_with_margin
from ecomap.model.vocabulary import TRACT_RELATIONSHIP
from ecomap.workspace.newer import news as n

FEW: Final = 5      # named; the rest are counted
_NO_YEAR: Final = say("year not stated")

KIND_WORDS: Final[Mapping[str, Said]] = {
    n.ADDED: say("New"), n.GONE: say("Gone"), n.OPEN: say("To be said by you"), n.RENAMED: say("Renamed"), n.RECODED: say("Under another code"),
    n.MOVED: say("Moved"), n.REDRAWN: say("Other outline"),
}


def headline(news: n.News) -> Said:
    """The finding in one paragraph."""
    if news.other_census is not None:
        return _census_words(news.other_census)
    parts = [plural("{old} rows before, {new} in the newer list; {n} is in both.", "{old} rows before, {new} in the newer list; {n} are in both.",
                    news.both, old=format_number(news.old_rows), new=format_number(news.new_rows)), count_line(news)]
    fresh = [one for one in news.columns if one.new_vintage != one.old_vintage and is_stated(one.new_vintage)]
    if fresh:
        parts.append(plural("{n} column of numbers has another year.", "{n} columns of numbers have another year.", len(fresh)))
    if news.answers:
        parts.append(plural("{changed} of {n} answer that rests on it would change.", "{changed} of {n} answers that rest on it would change.",
                            len(news.answers), changed=format_number(len(news.answers_changed))))
    return joined(parts)


def count_line(news: n.News) -> Said:
    """How many rows are new, gone, moved, renamed and so on."""
    counts = {kind: news.count(kind) for kind in n.KINDS}
    words = [
        plural("{n} new", "{n} new", counts[n.ADDED], context="rows"), plural("{n} gone", "{n} gone", counts[n.GONE], context="rows"),
        plural("{n} renamed", "{n} renamed", counts[n.RENAMED], context="rows"),
    ]
    if news.points:
        words.append(plural("{n} moved more than {distance}", "{n} moved more than {distance}", counts[n.MOVED],
                            distance=format_number(news.options.moved_m, "m")))
    else:
        words.append(plural("{n} with another outline", "{n} with another outline", counts[n.REDRAWN]))
    if counts[n.RECODED]:
        words.append(plural("{n} under another code", "{n} under another code", counts[n.RECODED]))
    if counts[n.OPEN]:
        words.append(plural("{n} that only you can settle", "{n} that only you can settle", counts[n.OPEN]))
    return say("{counts}.", counts=listed(words))


def _census_words(census: n.OtherCensus) -> Said:
    told = say("The areas of the newer list are of the census of {new}, those of the layer of {old}: one code can mean two different places, "
               "so they were not compared row by row.", new=kept(census.new), old=kept(census.old))
    way = (say("The project has a table that leads from one to the other: the numbers can be carried over and then compared.") if census.carries else
           say("To carry the numbers over, import a relationship file of the Census Bureau first, as '{role}'.", role=role(TRACT_RELATIONSHIP).label))
    return joined([told, way])


# --- rows ----------------------------------------------------------------------------------------------------------


def row_line(row: n.RowNews) -> Said:
    """One row with what became of it."""
    name, before = kept(row.name or row.id), kept(row.former_name or row.former_id)
    if row.kind == n.ADDED:
        return say("{name} ({code})", name=name, code=kept(row.id))
    if row.kind == n.GONE:
        return say("{name} ({code})", name=before, code=kept(row.former_id))
    if row.kind == n.OPEN:
        could = listed([say("{name} ({code})", name=kept(other or key), code=kept(key)) for key, other in row.candidates])
        return say("{name} ({code}): could be {others}, or none", name=before, code=kept(row.former_id), others=could)
    if row.kind == n.RENAMED:
        return say("{before} is now called {name} ({code})", before=before, name=name, code=kept(row.id))
    if row.kind == n.RECODED:
        return say("{name}: {before} is now {code}", name=name, before=kept(row.former_id), code=kept(row.id))
    if row.kind == n.MOVED:
        return say("{name} ({code}): {distance}", name=name, code=kept(row.id), distance=format_number(row.distance_m, "m"))
    return say("{name} ({code}): {share} of the ground in common", name=name, code=kept(row.id), share=format_number(row.share, "share"))


def row_more(row: n.RowNews) -> Said:
    """What a table says of a row beside what became of it, its name and its code."""
    if row.kind == n.RENAMED:
        return say("was {name}", name=kept(row.former_name))
    if row.kind == n.RECODED:
        return say("was {name}", name=kept(row.former_id))
    if row.kind == n.MOVED:
        return format_number(row.distance_m, "m")
    if row.kind == n.REDRAWN:
        return say("{share} of the ground in common", share=format_number(row.share, "share"))
    return NOTHING


def row_lines(news: n.News, most: int = FEW) -> tuple[tuple[Said, tuple[Said, ...], int], ...]:
    """Every kind of which there are rows: its heading, its first rows, and how many more there are."""
    found = []
    for kind in n.KINDS:
        rows = news.of(kind)
        if kind == n.MOVED:
            rows = tuple(sorted(rows, key=lambda row: (-(row.distance_m or 0.0), row.id)))
        if rows:
            found.append((joined([KIND_WORDS[kind], format_number(len(rows))], ": "), tuple(row_line(row) for row in rows[:most]), max(len(rows) - most, 0)))
    return tuple(found)


# --- numbers -------------------------------------------------------------------------------------------------------


def column_line(one: n.ColumnNews) -> Said:
    """One column: its years, how many rows changed beyond error, and the fifths."""
    change = one.change
    years = say("{label}, {before} to {after}.", label=one.label, before=one.old_vintage if is_stated(one.old_vintage) else _NO_YEAR,
                after=one.new_vintage if is_stated(one.new_vintage) else _NO_YEAR)
    parts = [years]
    if not change.both:
        return joined([years, say("No row has a number in both.")])
    if change.beyond + change.within:
        parts.append(say("Beyond error: {beyond} of {both}.", beyond=format_number(change.beyond), both=format_number(change.beyond + change.within)))
    if change.unsure and not change.changed:
        parts.append(say("No row has another number."))
    elif change.unsure:
        parts.append(plural("{changed} of {n} row has another number; no margin is known, so nobody can say which changes are more than error.",
                            "{changed} of {n} rows have another number; no margin is known, so nobody can say which changes are more than error.",
                            change.unsure, changed=format_number(change.changed)) if not change.beyond + change.within else
                     plural("{n} row has no margin.", "{n} rows have no margin.", change.unsure))
    parts.append(_fifth_words(one))
    if change.appeared or change.vanished:
        parts.append(say("{appeared} rows have a number that had none; {vanished} lost theirs.", appeared=format_number(change.appeared),
                         vanished=format_number(change.vanished)))
    if one.shared is not None:
        parts.append(shared_words(*one.shared))
    return joined([part for part in parts if part])


def _fifth_words(one: n.ColumnNews) -> Said:
    change = one.change
    if not change.fifth:
        return say("No row changes its fifth.")
    if change.fifth_unsure == change.fifth:
        return plural("{n} row would change its fifth.", "{n} rows would change their fifth.", change.fifth)
    return plural("{n} row would change its fifth, {within} of them within error.", "{n} rows would change their fifth, {within} of them within error.",
                  change.fifth, within=format_number(change.fifth_within))


def shared_words(first: int, last: int) -> Said:
    """Two five-year surveys that share years, and what follows from it."""
    years = kept(str(first)) if first == last else say("{first} to {last}", first=kept(str(first)), last=kept(str(last)))
    return say("The two surveys share the answers of {years}: they overlap, so part of any change is hidden and the margin of the difference does not "
               "hold. Surveys that share no year can be compared.", years=years)


def caution_lines(news: n.News) -> tuple[Said, ...]:
    """What to keep in mind of the comparison as a whole."""
    found = list(news.cautions)
    if news.elsewhere and news.options.here_only:
        found.append(plural("{n} row of the newer list lies on ground that the layer does not cover, and is left out: the list is of a larger place.",
                            "{n} rows of the newer list lie on ground that the layer does not cover, and are left out: the list is of a larger place.",
                            news.elsewhere))
    elif news.elsewhere:
        found.append(plural("{n} of the new rows lies on ground that the layer does not cover: the newer list is of a larger place.",
                            "{n} of the new rows lie on ground that the layer does not cover: the newer list is of a larger place.", news.elsewhere))
    if news.columns_gone:
        found.append(say("The newer list does not have: {columns}. Questions that count them can no longer be asked of it, unless you keep them "
                         "with their former values.", columns=_first(news.columns_gone)))
    if news.columns_new:
        found.append(say("Only the newer list has: {columns}.", columns=_first(news.columns_new)))
    if any(one.pandemic for one in news.columns):
        found.append(say("A five-year survey that holds 2020 was answered by fewer people, and by others: a decline in a small area may be overstated."))
    if any(not is_stated(one.new_vintage) for one in news.columns):
        found.append(say("The newer list does not say its year: say it, so that answers can tell how old they are and overlapping surveys are noticed."))
    return tuple(found)


def _first(labels: Sequence[Said]) -> Said:
    shown = [label.small() for label in labels[:FEW]]
    rest = len(labels) - FEW
    return listed([*shown, plural("{n} more", "{n} more", rest)]) if rest > 0 else listed(shown)


# --- what leans on it, and answers ---------------------------------------------------------------------------------


def leaning_lines(news: n.News) -> tuple[ReportLine, ...]:
    """What points to rows that are gone or have another code now; as lines of a report."""
    found = []
    for one in news.leaning:
        gone = [(key, points) for key, points, now in one.rows if not now]
        other = [(points, now) for _, points, now in one.rows if now]
        if gone:
            found.append(ReportLine("caution", say("Rows of '{layer}' that point to rows now gone: they stay as they are.", layer=one.layer_name), len(gone),
                                    tuple(f"{key} -> {points}" for key, points in gone[:FEW])))
        if other:
            found.append(ReportLine("caution", say("Rows of '{layer}' that point to a former code: they stay as they are.", layer=one.layer_name), len(other),
                                    tuple(f"{points} -> {now}" for points, now in other[:FEW])))
    return tuple(found)


def answer_lines(one: n.AnswerNews) -> tuple[Said, ...]:
    """What becomes of one answer: its figures and its ranks."""
    if one.problem:
        return (say("Cannot be asked of the newer list: {why}", why=one.problem),)
    found = []
    if one.was_outdated:
        found.append(say("The answer spoke of earlier rows; it was asked again of the present ones first."))
    moved = [figure for figure in one.figures if figure.changed]
    found += [figure_line(figure) for figure in moved]
    if one.ranking is not None:
        found += rank_lines(one)
    return tuple(found) if found else (say("Stays as it is."),)


def figure_line(figure: n.FigureNews) -> Said:
    """A key figure before and after, beside its margins."""
    before = format_with_margin(figure.before, figure.moe_before, figure.unit)
    after = format_with_margin(figure.after, figure.moe_after, figure.unit)
    if figure.beyond is None:
        return say("{label}: {before}, then {after}.", label=figure.label, before=before, after=after)
    if figure.beyond:
        return say("{label}: {before}, then {after} (more than error).", label=figure.label, before=before, after=after)
    return say("{label}: {before}, then {after} (within error).", label=figure.label, before=before, after=after)


def rank_lines(one: n.AnswerNews) -> list[Said]:
    """How ranks, fifths and the first places change."""
    ranking = one.ranking
    if ranking is None:
        return []
    found = []
    if ranking.changed and ranking.within is None:
        found.append(plural("{n} of {both} would change its rank.", "{n} of {both} would change their rank.", ranking.changed, both=format_number(ranking.both)))
    elif ranking.changed:
        found.append(plural("{n} of {both} would change its rank, {within} of them within error.", "{n} of {both} would change their rank, {within} of them within error.",
                            ranking.changed, both=format_number(ranking.both), within=format_number(ranking.within or 0)))
    if ranking.fifth and ranking.fifth_within is None:
        found.append(plural("{n} would change its fifth.", "{n} would change their fifth.", ranking.fifth))
    elif ranking.fifth:
        found.append(plural("{n} would change its fifth, {within} of them within error.", "{n} would change their fifth, {within} of them within error.",
                            ranking.fifth, within=format_number(ranking.fifth_within or 0)))
    if ranking.entered or ranking.left:
        found.append(say("Of the first {top}, {left} would leave and {entered} would come in.", top=format_number(ranking.top),
                         left=format_number(len(ranking.left)), entered=format_number(len(ranking.entered))))
    return found


def leaning_line(line: ReportLine) -> Said:
    """A line of the report with its count and examples, as one sentence."""
    examples = listed([kept(one) for one in line.examples])
    return joined([say("{count}: {text}", count=format_number(line.count or 0), text=line.text), say("For example {examples}.", examples=examples) if line.examples else NOTHING])
