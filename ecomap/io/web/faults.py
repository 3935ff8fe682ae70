"""What can go wrong on the network, each in one sentence with what to do next."""

from __future__ import annotations

from typing import Final

import requests
from urllib3.exceptions import NameResolutionError, NewConnectionError, ReadTimeoutError

from ecomap.model.errors import NetworkError
from ecomap.model.said import NOTHING, Said, joined, plural, say
from ecomap.model.said import name as named
from ecomap.model.units import format_number

IN_BROWSER: Final = say("Download the file in your browser and bring it in like any other file.")
AGAIN_LATER: Final = say("Try again later; what has arrived is kept.")


def _error(message: Said, hint: Said, host: str, kind: str, status: int = 0) -> NetworkError:
    return NetworkError(message, hint, {"host": host, "kind": kind, **({"status": status} if status else {})})


def switched_off(host: str) -> NetworkError:
    return _error(say("EcoMap works offline, so {host} was not asked.", host=named(host)), say("Allow the network for this, or give the file yourself."),
                  host, "offline")


def too_large(host: str, max_bytes: int, declared: int | None) -> NetworkError:
    most = format_number(max_bytes / 1e6)
    if declared is None:
        message = say("{host} sends more than {most} MB, so EcoMap stopped; nothing of it was kept.", host=named(host), most=most)
    else:
        message = say("{host} would send {size} MB, and EcoMap takes at most {most} MB; nothing was downloaded.", host=named(host),
                      size=format_number(declared / 1e6), most=most)
    return _error(message, say("Ask for a part of it: fewer rows, or the area you work on."), host, "size")


def no_room(host: str) -> NetworkError:
    return _error(say("There is not enough room on the disk for the file from {host}.", host=named(host)), say("Make room and try again."), host, "room")


def too_slow(host: str) -> NetworkError:
    return _error(say("{host} sends so slowly that EcoMap stopped waiting.", host=named(host)), AGAIN_LATER, host, "slow")


def cut_off(host: str) -> NetworkError:
    return _error(say("The connection to {host} was cut again and again before the answer was complete.", host=named(host)), AGAIN_LATER, host, "cut")


def busy(host: str, wait_s: float) -> NetworkError:
    minutes = max(1, round(wait_s / 60))
    return _error(plural("{host} asks to be left alone for {n} minute.", "{host} asks to be left alone for {n} minutes.", minutes, host=named(host)),
                  say("Try again then."), host, "busy")


def turned_away(host: str, until: Said) -> NetworkError:
    """A guard before the server that answers no programs."""
    return _error(say("{host} turns programs away, so EcoMap does not ask it again before {until}.", host=named(host), until=until), IN_BROWSER, host, "guard")


def round_and_round(host: str) -> NetworkError:
    return _error(say("{host} sends EcoMap from one address to the next without an end.", host=named(host)), IN_BROWSER, host, "redirect")


def a_page(host: str, links: tuple[str, ...] = ()) -> NetworkError:
    if links:
        return _error(say("{host} answers with a web page, not with data.", host=named(host)),
                      say("Give the address of one of its files: {files}.", files=joined(map(named, links), ", ")), host, "page")
    return _error(say("{host} answers with a web page, not with data.", host=named(host)), IN_BROWSER, host, "page")


def unreadable(host: str) -> NetworkError:
    return _error(say("The answer of {host} cannot be read.", host=named(host)), say("Try again later, or tell its publisher."), host, "unreadable")


def reported(host: str, words: object) -> NetworkError:
    """The service says that something is wrong."""
    text = " ".join(str(words).split()).strip(" .")[:200]
    hint = say("Check the address, or ask its publisher for the file.")
    if not text:
        return _error(say("{host} gives no answer to the question.", host=named(host)), hint, host, "service")
    return _error(say("{host} reports a fault: {words}.", host=named(host), words=named(text)), hint, host, "service")


def pending(host: str) -> NetworkError:
    return _error(say("{host} has not finished preparing the file.", host=named(host)), say("Try again in some minutes."), host, "pending")


def refused(host: str, status: int) -> NetworkError:
    """A status that is no answer."""
    if status in (401, 403, 407):
        return _error(say("{host} refuses to answer ({status}).", host=named(host), status=status), say("It may want a key, or answer only browsers."), host, "refused", status)
    if status in (404, 410):
        return _error(say("{host} has nothing at this address ({status}).", host=named(host), status=status),
                      say("Publishers move and rename files; look for the new address on their page."), host, "gone", status)
    if status >= 500:
        return _error(say("{host} has a fault of its own ({status}).", host=named(host), status=status), AGAIN_LATER, host, "fault", status)
    return _error(say("{host} does not take this request ({status}).", host=named(host), status=status), say("Check the address."), host, "refused", status)


def from_requests(problem: requests.RequestException, host: str) -> NetworkError:
    """A failed connection in words; nothing of the request is repeated, since it may hold a key."""
    if isinstance(problem, requests.exceptions.SSLError):
        return _error(say("The certificate of {host} cannot be trusted, so nothing was sent.", host=named(host)),
                      say("This check is never skipped. Ask whoever runs your network, or the publisher."), host, "certificate")
    if isinstance(problem, requests.exceptions.ProxyError):
        return _error(say("The proxy of this network does not let EcoMap reach {host}.", host=named(host)), say("Ask whoever runs your network."), host, "proxy")
    if isinstance(problem, requests.Timeout):
        return _error(say("{host} did not answer in time.", host=named(host)), AGAIN_LATER, host, "timeout")
    reason = getattr(problem.args[0], "reason", None) if problem.args else None
    if isinstance(reason, NameResolutionError):
        return _error(say("{host} cannot be found.", host=named(host)), say("Check the address and whether this computer has a network."), host, "name")
    if isinstance(reason, NewConnectionError):
        return _error(say("{host} cannot be reached.", host=named(host)), say("Check whether this computer has a network, or try again later."), host, "timeout")
    if isinstance(reason, ReadTimeoutError):
        return _error(say("{host} did not answer in time.", host=named(host)), AGAIN_LATER, host, "timeout")
    if isinstance(problem, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema | requests.exceptions.MissingSchema):
        return _error(say("This is no address of the web."), NOTHING, host, "address")
    return cut_off(host)
