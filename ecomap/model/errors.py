"""What can go wrong, said once: what happened, why, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecomap.model.said import NOTHING, Said, as_said, joined, say
from ecomap.model.understanding import Doubt

STOPPED = say("Stopped. Nothing was changed.")


class EcoMapError(Exception):
    """A problem that the planner can understand and act on.

    Parameters
    ----------
    message : Said
        One sentence: what happened and why.
    hint : Said
        One sentence: what to do next.
    details : mapping
        Facts for the log and for ``--json`` (names, counts, paths); plain JSON values.
    """

    exit_code = 1

    def __init__(self, message: Said, hint: Said = NOTHING, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = as_said(message)
        self.hint = as_said(hint)
        self.details: dict[str, Any] = dict(details or {})

    @property
    def said(self) -> Said:
        """Message and hint, one after the other."""
        return joined((self.message, self.hint))

    def __str__(self) -> str:
        return str(self.said)


class InputError(EcoMapError):
    """A file, a column or a value cannot be used as it is.

    Parameters
    ----------
    doubts : sequence of Doubt
        What a person can say so that it can be used.
    """

    def __init__(
        self, message: Said, hint: Said = NOTHING, details: Mapping[str, Any] | None = None, *, doubts: Sequence[Doubt] = ()
    ) -> None:
        super().__init__(message, hint, {**({"doubt": doubts[0].code} if doubts else {}), **(details or {})})
        self.doubts = tuple(doubts)


class ParameterError(EcoMapError):
    """An analysis was asked for something outside its bounds."""


class ProjectError(EcoMapError):
    """A project file cannot be opened, saved or trusted."""


class OwnMistakeError(EcoMapError):
    """A mistake of EcoMap's own, in words; ``report`` is what may be handed on so that it can be mended."""

    exit_code = 70

    def __init__(self, message: Said, hint: Said = NOTHING, *, report: str = "") -> None:
        super().__init__(message, hint)
        self.report = report


class NetworkError(EcoMapError):
    """A service on the network did not answer, or the network is switched off."""


class CancelledError(EcoMapError):
    """The planner stopped the work; nothing was changed."""

    exit_code = 3

    def __init__(self, message: Said = STOPPED, hint: Said = NOTHING) -> None:
        super().__init__(message, hint)
