"""Write docs/reference: one page for every analysis, one for all sources of public data and one for scenarios, made from their definitions.

    python tools/make_reference.py           write the pages
    python tools/make_reference.py --check   say which pages are not what the program would write; exit 1 if any
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from ecomap.analysis import registry  # noqa: E402
from ecomap.analysis.registry import Analysis  # noqa: E402
from ecomap.cli.flags import bounds_text, default_text, range_text  # noqa: E402
from ecomap.cli.scenarios import compare, scenario  # noqa: E402
from ecomap.io.connectors import registry as sources  # noqa: E402
from ecomap.io.connectors.spec import Connector  # noqa: E402
from ecomap.model.params import ParamSpec, param_specs  # noqa: E402

FOLDER = ROOT / "docs" / "reference"
_KINDS = {
    "float": "number", "int": "whole number", "bool": "yes or no", "str": "text", "many": "names, with commas between",
    "weights": "pairs like name=2, with commas between",
}
_UNITS = {"m": "metres", "share": "share (0-1)", "count": "people"}
_LISTS = {
    "indicator": "the indicators of the need areas",
    "coverage_target": "the services and approaches of the project, as `service:Food`, `service:*`, `approach:community_school`, `approach:*` or `none`",
    "level": "the school levels of the project, or `all`", "approach": "the approaches",
}


def page(analysis: Analysis) -> str:
    """The reference page of one analysis, in Markdown."""
    lines = [
        f"# {analysis.title}", "", f"*{analysis.question}*", "", analysis.summary, "",
        *((analysis.when, "") if analysis.when else ()),
        f"Run it: `ecomap run {analysis.name} PROJECT`", "", "## What it reads", "",
        "| input | layers | |", "|---|---|---|",
        *(f"| {i.label} | role `{i.role}`{', every layer of it' if i.many else ''} | {'optional' if i.optional else 'needed'} |"
          for i in analysis.inputs),
        "", "## What you decide", "", "| flag | meaning | value | default |", "|---|---|---|---|",
        *(_row(spec) for spec in param_specs(analysis.params)),
        "", "## How it is worked out", "", analysis.method, "", "## What it gives", "", "| table | rows |", "|---|---|",
        *(f"| `{t.name}` | {t.rows}{' Only if its layers are there.' if t.optional else ''} |" for t in analysis.tables),
        "", "Every answer also holds a sentence, key figures with their margins, one chart, and notes that count what was "
        "left out, mended or taken as the mean.", "", "## Sources", "", *(f"- {source}" for source in analysis.sources), "",
    ]
    return "\n".join(lines)


def index() -> str:
    """The list of all analyses."""
    lines = ["# Analyses", "", "| analysis | question |", "|---|---|"]
    for name in registry.names():
        analysis = registry.analysis(name)
        lines.append(f"| [{analysis.title}]({name}.md) | {analysis.question} |")
    lines += ["", "Where public data comes from: [Public data](sources.md). What would be otherwise, and who gains and who loses: [Scenarios](scenarios.md)."]
    return "\n".join([*lines, "", "These pages are written by `tools/make_reference.py` from the definitions the program runs."
                      , ""])


def sources_page() -> str:
    """The page of all connectors."""
    lines = [
        "# Public data", "",
        "`ecomap fetch SOURCE PROJECT ...` brings public data in; *Get public data...* in the step Data does the same. Nothing else asks the network,",
        "and before it does, it says what will be asked of whom. What comes lands as an ordinary file and is understood like one that was dropped.", "",
        "| source | what it is |", "|---|---|", *(f"| `{name}` | {sources.connector(name).label} |" for name in sources.names()),
    ]
    for name in sources.names():
        lines += ["", *_source(sources.connector(name))]
    return "\n".join([*lines, "", "This page is written by `tools/make_reference.py` from the definitions the program runs.", ""])


def _source(connector: Connector) -> list[str]:
    specs = {spec.name: spec for spec in param_specs(connector.params)}
    given = " ".join(f"[{name.upper()}]" if not specs[name].required else name.upper() for name in connector.positional)
    key = ["", f"Its publisher may want a key (`{connector.key}`), which is kept in the system's keyring."] if connector.key else []
    return [f"## {connector.label}", "", connector.help, *key, "", f"`ecomap fetch {connector.name} PROJECT {given}`".replace(" `", "`"), "",
            "| flag | meaning | value | default |", "|---|---|---|---|", *map(_row, specs.values())]


def scenarios_page() -> str:
    """The page of the commands about scenarios, made from what they take."""
    lines = [
        "# Scenarios", "",
        "A scenario is a named set of changes to what is: something opens, moves, closes, merges or can take more. It is kept in the project,",
        "changes no row of it, and is compared with today, with other scenarios, with plans and with earlier answers.",
    ]
    for command in (scenario, compare):
        given = " ".join(one.make_metavar(click.Context(command)) for one in command.params if isinstance(one, click.Argument))
        lines += ["", f"## {command.name}", "", str(command.help), "", f"`ecomap {command.name} {given}`", "", "| flag | meaning |", "|---|---|"]
        lines += [f"| `{' '.join([one.opts[0], *([one.metavar] if one.metavar else [])])}` | {one.help} |" for one in command.params
                  if isinstance(one, click.Option)]
    return "\n".join([*lines, "", "This page is written by `tools/make_reference.py` from the definitions the program runs.", ""])


def pages() -> dict[str, str]:
    """File name -> text of all pages."""
    found = {f"{name}.md": page(registry.analysis(name)) for name in registry.names()}
    return {"index.md": index(), "sources.md": sources_page(), "scenarios.md": scenarios_page(), **found}


def stale(folder: Path = FOLDER) -> list[str]:
    """Pages that are missing, differ from what would be written, or belong to no analysis."""
    wanted = pages()
    wrong = [name for name, text in wanted.items()
             if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text]
    return wrong + sorted(path.name for path in folder.glob("*.md") if path.name not in wanted)


def _row(spec: ParamSpec) -> str:
    param = spec.param
    value = [_KINDS[spec.kind]]
    if param.unit:
        value.append(_UNITS.get(param.unit, param.unit))
    if param.choices:
        value = [" or ".join(f"`{choice.value}`" for choice in param.choices)]
    if param.choices_from:
        value.append("from " + _LISTS.get(param.choices_from, param.choices_from.replace("_", " ")))
    if bounds_text(spec):
        value.append(bounds_text(spec))
    default = "needed" if spec.required else f"`{default_text(spec)}`"
    label = param.label if param.label.endswith("?") else param.label + "."
    meaning = " ".join(part for part in (label, param.help, range_text(spec)) if part)
    return f"| `{spec.flag}` | {meaning} | {'; '.join(value)} | {default} |"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write the reference pages of all analyses and sources.")
    parser.add_argument("--check", action="store_true", help="only say which pages are out of date")
    if parser.parse_args(arguments).check:
        wrong = stale()
        if wrong:
            print("Out of date: " + ", ".join(wrong) + ". Run: python tools/make_reference.py", file=sys.stderr)
        return 1 if wrong else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(FOLDER / name)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
