"""The network as a planner has it: off, unless it was allowed for what is asked now."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ecomap.model.said import Said
from ecomap.workspace.log import cache_dir

if TYPE_CHECKING:
    from ecomap.io.web import Web


def network(*, allowed: bool = False, tell: Callable[[Said], None] | None = None) -> Web:
    """What connectors ask the network with; its answers and files are kept in the user's cache folder.

    Parameters
    ----------
    allowed : bool
        Whether the planner has allowed it for this.
    tell : callable, optional
        Told what a planner may want to know meanwhile: sent on to another host, made to wait.
    """
    from ecomap.io.web import Web  # heavy

    folder = cache_dir() / "web"
    return Web(folder, allowed=allowed) if tell is None else Web(folder, allowed=allowed, tell=tell)
