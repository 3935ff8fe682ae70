"""The one place where EcoMap opens a socket: manners, bounds, keys and certificates hold here, whoever asks.

Nothing above this module sees a key: it is put onto a request when it leaves and is not in what comes back, so neither the
cache nor an error can hold it. Answers are read within their bound before anything else touches them.
"""

from __future__ import annotations

import contextvars
import io
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPMessage
from typing import Any, Final, TypeVar

import requests
from attrs import frozen
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar, get_cookie_header
from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.exceptions import DecodeError, HTTPError
from urllib3.util import connection

from ecomap.io.web.address import Key, host_of, origin_of, with_params
from ecomap.io.web.faults import cut_off, switched_off, too_large, too_slow
from ecomap.io.web.manners import Manners
from ecomap.model.progress import Progress
from ecomap.model.version import VERSION

USER_AGENT: Final = f"EcoMap/{VERSION} (desktop program for school planners)"
BLOCK: Final = 1 << 18
CONNECT_S: Final = 15.0
LOOK_S: Final = 0.1               # how often it is looked whether the planner stopped
SLOW_AFTER_S: Final = 90.0        # from then on an answer must come at
SLOWEST_BYTES_S: Final = 200.0    # this many bytes per second on the whole
_PRIVATE_ANSWERS: Final = ("Set-Cookie", "Set-Cookie2")

logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)  # below, it writes down whole addresses with what is secret in them

Made = TypeVar("Made")


@frozen
class Terms:
    """On which terms one request goes out.

    Parameters
    ----------
    whole : bool
        Read the answer here, within `max_bytes`; else it is left to be streamed.
    """

    allowed: bool
    max_bytes: int
    progress: Progress
    key: Key | None = None
    whole: bool = True
    sent: Callable[[], None] = lambda: None


_terms: contextvars.ContextVar[Terms] = contextvars.ContextVar("terms of a request")


@contextmanager
def on_terms(terms: Terms) -> Iterator[None]:
    """Whatever is asked within the block is asked on these terms."""
    token = _terms.set(terms)
    try:
        yield
    finally:
        _terms.reset(token)


class Wire(HTTPAdapter):
    """An adapter of requests that keeps EcoMap's rules."""

    def __init__(self, manners: Manners) -> None:
        super().__init__(max_retries=0)
        self._manners = manners
        self._jar = RequestsCookieJar()  # in memory only, gone with the program: some guards answer nobody without

    def send(self, request: requests.PreparedRequest, stream: bool = False, timeout: Any = None, verify: Any = True, cert: Any = None,
             proxies: Any = None) -> requests.Response:
        """Send one request on the terms of the moment; nothing is tried again here."""
        terms = _terms.get()
        if not terms.allowed:
            raise switched_off(host_of(str(request.url)))
        connection.HAS_IPV6 = socket.has_ipv6  # which it was kept from finding out: `without_sockets`
        self._manners.wait_turn(host_of(str(request.url)), terms.progress)
        terms.sent()
        outgoing = self._with_secrets(request, terms.key)
        response = _soon(lambda: super(Wire, self).send(outgoing, stream=True, timeout=timeout, verify=verify or True, cert=cert, proxies=proxies),
                         terms.progress, 2 * sum(timeout))
        extract_cookies_to_jar(self._jar, outgoing, response.raw)
        response.request, response.url = request, str(request.url)
        response.cookies.clear()
        for name in _PRIVATE_ANSWERS:
            response.headers.pop(name, None)
        return _read_whole(response, terms) if terms.whole else response

    def _with_secrets(self, request: requests.PreparedRequest, key: Key | None) -> requests.PreparedRequest:
        outgoing = request.copy()
        cookies = get_cookie_header(self._jar, outgoing)
        if cookies:
            outgoing.headers["Cookie"] = cookies
        if key is not None and _is_for(key, origin_of(str(request.url))):
            outgoing.headers.update(key.headers)
            if key.parameters:
                outgoing.url = with_params(str(request.url), key.parameters)
        return outgoing


def _is_for(key: Key, origin: str) -> bool:
    """Whether a key is this host's; what it was given without encryption it may also have with it."""
    return origin in (key.origin, key.origin.replace("http://", "https://", 1))


def _soon(call: Callable[[], Made], progress: Progress, at_most_s: float = float("inf")) -> Made:
    """What a call gives, waited for on another thread so that a planner who stops need not wait for a silent server.

    Nor for one that sends a letter now and then: after ``at_most_s`` it is given up.
    """
    found: list[Made] = []
    failed: list[BaseException] = []
    done = threading.Event()

    def work() -> None:
        try:
            found.append(call())
        except Exception as problem:  # noqa: BLE001 - raised again below, on the thread that asked
            failed.append(problem)
        finally:
            done.set()

    threading.Thread(target=work, name="ecomap-web", daemon=True).start()
    began = time.monotonic()
    while not done.wait(LOOK_S):
        progress.check()
        if time.monotonic() - began > at_most_s:
            raise requests.Timeout()
    if failed:
        raise failed[0]
    return found[0]


def blocks(response: requests.Response, max_bytes: int, progress: Progress) -> Iterator[bytes]:
    """The body of an answer, unpacked, block by block and never more than a bound.

    Raises
    ------
    NetworkError
        If it is larger than allowed, declared or not, comes too slowly, or cannot be unpacked.
    requests.ConnectionError
        If it was cut.
    """
    host, raw = host_of(str(response.url)), response.raw
    declared = response.headers.get("Content-Length", "")
    if declared.isdigit() and int(declared) > max_bytes:
        response.close()
        raise too_large(host, max_bytes, int(declared))
    got, began = 0, time.monotonic()
    try:
        while block := _soon(lambda: raw.read1(BLOCK, decode_content=True), progress):
            got += len(block)
            if got > max_bytes:
                raise too_large(host, max_bytes, None)
            spent = time.monotonic() - began
            if spent > SLOW_AFTER_S and got / spent < SLOWEST_BYTES_S:
                raise too_slow(host)
            yield block
    except DecodeError as problem:
        raise cut_off(host) from problem
    except (HTTPError, OSError) as problem:
        raise requests.ConnectionError(str(type(problem).__name__)) from problem
    finally:
        response.close()


def _read_whole(response: requests.Response, terms: Terms) -> requests.Response:
    """The same answer with its body read, within the bound, and as plain as the cache can keep it."""
    body = b"".join(blocks(response, terms.max_bytes, terms.progress))
    headers = HTTPHeaderDict({name: value for name, value in response.headers.items() if name.lower() not in ("content-encoding", "transfer-encoding", "content-length")})
    response.headers.clear()
    response.headers.update(headers)
    message = HTTPMessage()
    for name, value in headers.items():
        message[name] = value
    response.raw = HTTPResponse(io.BytesIO(body), headers=headers, status=response.status_code, preload_content=False, request_url=str(response.url))
    response._content = body
    return response
