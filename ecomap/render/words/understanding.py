"""What EcoMap makes of a file in plain lines of text, as the command line says it."""

from __future__ import annotations

from collections.abc import Callable

from ecomap.model.report import ReportLine
from ecomap.model.roles import ROLE_LABELS
from ecomap.model.said import NOTHING, Said, joined, listed, plural, say
from ecomap.model.said import name as named
from ecomap.model.understanding import KEPT, LEFT_OUT, USED, ColumnUse, Doubt, FieldUse
from ecomap.model.understood import Understanding
from ecomap.render.words.language import IN_ENGLISH, Language

SHAPES = {"polygon": say("areas"), "line": say("lines"), "point": say("points"), "none": say("no shapes")}
USES = {USED: say("used"), KEPT: say("kept"), LEFT_OUT: say("left out"), "": say("not looked at")}


def understanding_lines(found: Understanding, speak: Language = IN_ENGLISH, *, flag_of: Callable[[Doubt], str] | None = None) -> list[str]:
    """The file, every column with its use and the reason, the doubts with their evidence, and what stands in the way."""
    about = joined([
        named(found.format), plural("{n} row", "{n} rows", found.rows), SHAPES.get(found.geometry, NOTHING), found.crs], ", ")
    lines = [speak.say(say("{file}: {about}", file=named(found.file_name), about=about))]
    role = say("Taken as {role}.", role=ROLE_LABELS.get(found.role, named(found.role)))
    lines.append(speak.say(joined([role, found.role_why])))
    if len(found.sublayers) > 1:
        names = joined(map(named, found.sublayers), ", ")
        lines.append(speak.say(say("Tables in it: {names}; read: {name}.", names=names, name=named(found.sublayer)) if found.sublayer else
                               say("Tables in it, read together: {names}.", names=names)))
    if found.recipe:
        lines.append(speak.say(found.recipe))
    lines += ["", speak.say(say("Columns"))]
    wide = min(max((len(use.column) for use in found.columns), default=0), 32)
    lines += [f"  {use.column[:60]:<{wide}}  {speak.say(use_in_words(use))}" for use in found.columns]
    others = [line for field in found.fields for line in _others(field)]
    if others:
        lines += ["", speak.say(say("Looked at, and not taken")), *(f"  {speak.say(line)}" for line in others)]
    if found.doubts:
        lines += ["", speak.say(say("To be said by you"))]
        for doubt in found.doubts:
            lines += [f"  {speak.say(line)}" for line in doubt_lines(doubt, found.answers.get(doubt.code, ""), flag_of(doubt) if flag_of else "")]
    said = [line for line in found.lines if line.kind != "note"]
    if said:
        lines += ["", speak.say(say("Found in the rows")), *(f"  {speak.say(line_in_words(line))}" for line in said)]
    if found.problem:
        lines += ["", speak.say(joined([found.problem, found.hint]))]
    return lines


def use_in_words(use: ColumnUse) -> Said:
    """``used as School code: 356 of 356 match the zones' school_id``."""
    what = USES.get(use.use, named(use.use))
    if use.use == USED and use.label:
        what = say("used as {label}", label=use.label)
    told = say("{what}: {why}", what=what, why=use.why.bare().small()) if use.why else what
    if use.failing:
        told = say("{told} (does not fit: {cells})", told=told, cells=joined(map(named, use.failing[:5]), ", "))
    return told


def _others(field: FieldUse) -> list[Said]:
    return [
        say("{field}: {column}, {why}", field=field.label, column=named(other.column),
            why=say("{why} ({cells})", why=other.why.bare().small(), cells=joined(map(named, other.failing[:5]), ", ")) if other.failing
            else other.why.bare().small())
        for other in field.others[:4]
    ]


def doubt_lines(doubt: Doubt, answer: str = "", flag: str = "") -> list[Said]:
    """The question, its evidence, the answers there are, and the flag that gives one."""
    lines = [doubt.text, *(say("- {evidence}", evidence=one) for one in doubt.evidence)]
    if doubt.rows:
        lines.append(say("- for example: {rows}", rows=joined(map(named, doubt.rows[:5]), "; ")))
    labels = {option.value: option.label for option in doubt.options}
    if answer:
        return [*lines, say("You said: {answer}.", answer=labels.get(answer, named(answer)))]
    if doubt.options:
        lines.append(say("Answers: {options}.", options=listed(say("{value} ({label})", value=named(one.value), label=one.label) for one in doubt.options)))
    if doubt.taken:
        lines.append(say("Until you say: {taken}.", taken=labels.get(doubt.taken, named(doubt.taken))))
    return [*lines, say("Say it with {flag}", flag=named(flag))] if flag else lines


def line_in_words(line: ReportLine) -> Said:
    """A line of a report with its count and examples."""
    told = say("{n} x {text}", n=line.count, text=line.text) if line.count else line.text
    return say("{told} ({examples})", told=told, examples=joined(map(named, line.examples), "; ")) if line.examples else told
