"""The command that writes papers about schools: the brief of one or of all, and the needs and assets assessment."""

from __future__ import annotations

from pathlib import Path

import click

from ecomap.cli.arguments import JSON, PROJECT, not_the_project, project_file
from ecomap.cli.opening import keep_noted, opened
from ecomap.cli.printing import progress_bar, tell_json
from ecomap.cli.speech import OneOrNone, SpokenCommand, code, languages, option, spoken, tell
from ecomap.cli.waiting import WAIT, writing
from ecomap.model.said import say

_STEM = ".ecomap"


@click.command(cls=SpokenCommand, help=say(
    "Write the brief of a school, by its code or whole name: where it stands, who is there and for what, what is missing, money, outcomes, rank and why. "
    "Or its needs and assets assessment, to be filled in by the people there."))
@PROJECT
@click.argument("schools", nargs=-1)
@option("--all", "every", is_flag=True, help=say("All schools of the project, one file each in a folder."))
@option("--one-file", is_flag=True, help=say("All of them in one file."))
@option("--kind", default="brief", type=click.Choice(("brief", "assessment")), show_default=True, help=say("Which paper."))
@option("--format", "ending", default="", type=OneOrNone(("pdf", "docx")), help=say("Kind of file: pdf to read and print, docx to edit. Default: as the file's name says, else pdf."))
@option("--out", default=None, type=click.Path(path_type=Path), help=say("The file, or the folder for one file each. Default: beside the project."))
@option("--language", default="", type=OneOrNone(languages()), help=say("Language of the paper. Default: that of this program."))
@WAIT
@JSON
def brief(project: Path, schools: tuple[str, ...], every: bool, one_file: bool, kind: str, ending: str, out: Path | None, language: str, as_json: bool) -> None:
    from ecomap.workspace.briefs.writing import write_briefs  # heavy

    if bool(schools) == every:
        raise click.UsageError(spoken(say("Name one school or several, or say that all are meant.")))
    path = project_file(project)
    alone = one_file or len(schools) == 1
    kind_of_file = ending or (out.suffix.lower().removeprefix(".") if alone and out is not None and out.suffix else "pdf")
    stem = path.name.removesuffix(path.suffix).removesuffix(_STEM)
    target = out or path.with_name(f"{stem}-{kind}.{kind_of_file}" if alone else f"{stem}-{kind}s")
    if alone and target.suffix.lower() != f".{kind_of_file}":
        target = target.with_name(f"{target.name}.{kind_of_file}")
    not_the_project(target, path)
    with writing(path), progress_bar() as progress:
        before = opened(path, progress=progress.part(0.0, 0.1))
        after, report = write_briefs(before, None if every else schools, target, kind=kind, language=language or code(), one_file=one_file,
                                     ending=f".{kind_of_file}", progress=progress.part(0.1, 1.0))
        keep_noted(after, path, before)
    if as_json:
        tell_json(report)
        return
    for line in (report.sentence, *report.notes):
        tell(line)
