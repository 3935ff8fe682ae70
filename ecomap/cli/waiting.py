"""One writer at a time: a command that writes a project holds its lock from before it opens the file until it has saved it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ecomap.cli.speech import SpokenOption, option, spoken
from ecomap.model.said import say

if TYPE_CHECKING:
    from ecomap.io.store.locking import Holder

VARIABLE: Final = "ECOMAP_WAIT"
_KEPT: Final = "ecomap.wait_s"
_SECONDS: Final = 60


def _keep(context: click.Context, _option: click.Parameter, seconds: float) -> None:
    context.meta[_KEPT] = seconds


_HELP: Final = say("How long to wait while another program works on the project.")
_SAID: Final[Mapping[str, Any]] = {
    "type": click.FloatRange(min=0), "default": _SECONDS, "show_default": True, "metavar": "SECONDS", "envvar": VARIABLE,
    "expose_value": False, "callback": _keep,
}
WAIT: Final = option("--wait", help=_HELP, **_SAID)


def wait_option() -> SpokenOption:
    """The same for commands that are made of data."""
    return SpokenOption(["--wait"], help=_HELP, **_SAID)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Nobody else writes this project as long as the block lasts; who is waited for is said on the error stream.

    Raises
    ------
    HeldError
        If another program still works on it after the time that the command waits.
    """
    from ecomap.io.store import locking  # heavy
    from ecomap.workspace.tidying import tidy

    context = click.get_current_context()
    with locking.held(path, context.command_path, wait_s=context.meta.get(_KEPT, _SECONDS), waiting=_tell) as hold:
        if hold.doubt:
            click.echo(spoken(hold.doubt), err=True)
        tidy()
        yield


def _tell(holder: Holder) -> None:
    told = (say("Waiting for {who}, at work on the project since {when}.", who=holder.who, when=holder.when) if holder.when
            else say("Waiting for {who}, at work on the project.", who=holder.who))
    click.echo(spoken(told), err=True)
