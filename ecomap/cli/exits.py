"""How a command ends: the exit code and the one sentence on the error stream."""

from __future__ import annotations

import os
import re
import shlex
import sys
import traceback
from collections.abc import Callable
from functools import reduce

import click

from ecomap.cli.doubts import flag_of
from ecomap.cli.speech import spoken
from ecomap.model.clash import ClashError
from ecomap.model.errors import STOPPED as NOTHING_CHANGED
from ecomap.model.errors import CancelledError, EcoMapError
from ecomap.model.said import NOTHING, Said, joined, name, say

DONE, USER, USAGE, STOPPED, BUG = 0, 1, 2, 3, 70


def guarded(command: Callable[[], object]) -> int:
    """Run a command and turn whatever it ends with into an exit code; no traceback ever reaches the screen."""
    try:
        outcome = command()
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.exceptions.NoArgsIsHelpError as asked:
        click.echo(asked.format_message(), err=True)
        return USAGE
    except click.UsageError as problem:
        return _wrong_usage(problem)
    except (click.Abort, KeyboardInterrupt, CancelledError):
        say_problem(NOTHING_CHANGED)
        return STOPPED
    except ClashError as problem:
        say_problem(problem.message, problem.hint)
        say_ways_out(problem)
        return problem.exit_code
    except EcoMapError as problem:
        say_problem(problem.message, joined((problem.hint, flag_hint(problem))))
        return problem.exit_code
    except BrokenPipeError:
        _close_output()
        return DONE
    except click.ClickException as problem:
        say_problem(name(problem.format_message()))
        return USER
    except OSError as problem:
        about = f" ({problem.filename})" if problem.filename else ""
        say_problem(name(f"{problem.strerror or problem}{about}."), say("Check the path, the permissions and the free space."))
        return USER
    except ImportError as problem:
        return _library_missing(problem)
    except Exception as fault:  # noqa: BLE001 - the last net: logged with its traceback, told in one sentence
        return _bug(fault)
    return outcome if isinstance(outcome, int) else DONE


def say_problem(message: Said, hint: Said = NOTHING) -> None:
    """One sentence and a hint on the error stream."""
    click.echo(spoken(message), err=True)
    if hint:
        click.echo(spoken(hint), err=True)


def say_ways_out(clash: ClashError) -> None:
    """Each change that would do by itself, with the flags that ask for it; then what no change of a wish can mend."""
    for way in clash.ways_out:
        flags = " ".join(f"--{setting.replace('_', '-')} {_value(value)}" for setting, value in way.settings.items())
        click.echo("  " + spoken(say("{what}: {command}", what=way.words, command=name(flags))), err=True)
        if way.note:
            click.echo("    " + spoken(way.note), err=True)
    for remark in clash.remarks:
        click.echo("  " + spoken(remark), err=True)


def _value(value: object) -> str:
    """A setting as it is typed: a list with commas, nothing as an empty word."""
    text = ",".join(map(str, value)) if isinstance(value, tuple) else f"{value:.10g}" if isinstance(value, float) else str(value)
    return shlex.quote(text)


def flag_hint(problem: EcoMapError) -> Said:
    """The flags of a command that would answer a problem; hints elsewhere are for people at the window as well.

    >>> flag_hint(EcoMapError(say("No level."), details={"field": "level", "example": "high"})), flag_hint(EcoMapError(say("No.")))
    ('Here: --column level==high', '')
    >>> flag_hint(EcoMapError(say("Which way?"), details={"setting": "better", "values": ("more", "less")}))
    'Here: --better more or --better less'
    """
    details = problem.details
    fields = [str(one) for one in details.get("fields", [details["field"]] if "field" in details else [])]
    flags = [f"--column {field}={'=' + details['example'] if 'example' in details else 'COLUMN'}" for field in fields]
    if "candidates" in details:
        flags += [f"--crs {code}" for code in details["candidates"] or ("EPSG:CODE",)]
    if "setting" in details:
        flags += [f"--{details['setting']} {value}" for value in details["values"]]
    if "rows_wanted" in details:
        flags.append("--rows PROJECT")
    if "candidates" not in details:
        flags += [flag_of(doubt) for doubt in getattr(problem, "doubts", ()) if not fields or not doubt.code.startswith(tuple(fields))]
    return say("Here: {flags}", flags=reduce(_either, map(name, flags))) if flags else NOTHING


def _either(one: Said, other: Said) -> Said:
    return say("{one} or {other}", one=one, other=other)


def _wrong_usage(problem: click.UsageError) -> int:
    command = problem.ctx.command_path if problem.ctx is not None else "ecomap"
    say_problem(name(" ".join(problem.format_message().split())), say("See: {command} --help", command=name(command)))
    return USAGE


def _library_missing(problem: ImportError) -> int:
    """A system library that Qt or GDAL links to is not there; anything else that cannot be imported is a fault."""
    library = re.match(r"(lib[\w.+-]+\.so[\w.]*): cannot open shared object file", str(problem))
    if library is None:
        return _bug(problem)
    say_problem(
        say("The system library {library} is not installed here, and drawing needs it.", library=name(library[1])),
        say("On Debian or Ubuntu: sudo apt-get install {packages}",
            packages=name("libegl1 libgl1 libxkbcommon0 libfontconfig1 libdbus-1-3")),
    )
    return USER


def _bug(fault: Exception) -> int:
    from ecomap.workspace.fault_report import fault_report
    from ecomap.workspace.log import log, set_up_log

    report = fault_report(fault, doing=[_at_work(fault)])
    path = set_up_log()
    log.error("A command failed\n%s", report)
    say_problem(say("EcoMap made a mistake of its own ({kind}); your project file is whole.", kind=name(type(fault).__name__)))
    say_problem(say("What follows holds no names, paths or numbers of yours; please copy it when you report the mistake."))
    if path:
        say_problem(say("The same is in the log, {log}.", log=name(path)))
    click.echo("\n" + report, err=True)
    return BUG


def _at_work(fault: Exception) -> str:
    """The command that was at work and which of its parameters were given, by the names they have in the code."""
    contexts = [one for frame, _ in traceback.walk_tb(fault.__traceback__) for one in frame.f_locals.values() if isinstance(one, click.Context)]
    if not contexts:
        return ""
    context = contexts[-1]
    given = [f"--{param}" for param in context.params if context.get_parameter_source(param) is click.core.ParameterSource.COMMANDLINE]
    return " ".join(["command", context.command.name or "", *given])


def _close_output() -> None:
    """The reader of a pipe went away: close quietly, so that Python does not complain at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
