"""Asking on the network: small answers through a cache, files as downloads, and nothing at all unless it was allowed."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import requests
from requests_cache import CachedSession
from urllib3 import Retry
from urllib3.exceptions import InvalidHeader, MaxRetryError

from ecomap.io.web.address import (
    Key,
    checked,
    clean_file_name,
    host_of,
    next_hop,
    shown,
    with_params,
    without_secrets,
)
from ecomap.io.web.answer import Answer, Downloaded, is_page
from ecomap.io.web.download import Wish, fetched_into, landed
from ecomap.io.web.faults import a_page, busy, from_requests, refused, round_and_round, switched_off
from ecomap.io.web.manners import Manners
from ecomap.io.web.store import Store
from ecomap.io.web.wire import CONNECT_S, USER_AGENT, Terms, Wire, on_terms
from ecomap.model.errors import NetworkError
from ecomap.model.progress import Progress, silent
from ecomap.model.said import Said, say
from ecomap.model.said import name as named

MAX_ANSWER: Final = 64 << 20       # bytes of an answer held in memory
MAX_FILE: Final = 1 << 30          # bytes of a file
MAX_CACHE: Final = 400 << 20       # bytes of the cache of answers; beyond that it begins anew
ANSWER_S: Final = 60.0             # how long a server may be silent
FRESH: Final = dt.timedelta(minutes=30)  # an answer that says nothing of its age is not asked for again so soon
MOST_HOPS: Final = 8
MOST_WAIT_S: Final = 120.0         # how long a host may ask EcoMap to wait
TRIES: Final = 4
_ANSWERS: Final = "answers.sqlite"
_AGAIN: Final = frozenset((429, 500, 502, 503, 504))
_MOVED: Final = frozenset((301, 302, 303, 307, 308))
_GUARDS: Final = ("wafalert", "captcha", "/cdn-cgi/challenge")  # where guards against programs send them


def _quiet(_: Said) -> None:
    """Nobody wants to be told."""


class Web:
    """What connectors ask the network with.

    Parameters
    ----------
    folder : Path
        Where answers and files are kept, to be asked for only if they changed; bounded.
    allowed : bool
        Whether the planner has allowed the network for this. False, the default, refuses everything in one sentence.
    tell : callable
        Called with a sentence when something happens that a planner may want to know: sent on to another host, made to wait.
    manners : Manners, optional
        Pauses between requests and who must be left alone; tests give one without pauses.
    now : callable
        The time.

    Examples
    --------
    >>> import tempfile
    >>> web = Web(Path(tempfile.gettempdir()) / "web")
    >>> web.get("https://data.example.org/rows.json")
    Traceback (most recent call last):
    ecomap.model.errors.NetworkError: EcoMap works offline, so data.example.org was not asked. Allow the network for this, or give the file yourself.
    """

    def __init__(self, folder: Path, *, allowed: bool = False, tell: Callable[[Said], None] = _quiet, manners: Manners | None = None,
                 now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)) -> None:
        self._folder, self.allowed, self._tell, self._now = folder, allowed, tell, now
        self._manners = manners or Manners(folder / "hosts.json")
        self._made: CachedSession | None = None
        self._plain: requests.Session | None = None
        self.requests = 0  # that went over the network

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def today(self) -> dt.date:
        """The day it is, for what asks for the newest year."""
        return self._now().astimezone(dt.UTC).date()

    def close(self) -> None:
        """Let go of connections and of the cache."""
        for session in (self._made, self._plain):
            if session is not None:
                session.close()
        self._made = self._plain = None

    def get(self, address: str, params: Mapping[str, object] | None = None, *, key: Key | None = None, headers: Mapping[str, str] | None = None,
            max_bytes: int = MAX_ANSWER, timeout_s: float = ANSWER_S, pages: bool = False, fresh: bool = False, also: Collection[int] = (),
            progress: Progress | None = None) -> Answer:
        """A small answer.

        Parameters
        ----------
        params
            Parameters added to the address.
        key
            What this host is given that nobody else may see; `parameter_key` and `header_key` make one.
        max_bytes
            The most the answer may hold, unpacked.
        timeout_s
            How long the server may be silent.
        pages
            Whether a web page is welcome. False refuses one, whatever it calls itself.
        fresh
            Ask the server whether what is in the cache still holds, however new it is.
        also
            Statuses of 400 and more that are an answer all the same.

        Raises
        ------
        NetworkError
            One sentence: switched off, not found, too large, refused, a web page instead of data ...
        CancelledError
            If the planner stops.
        """
        full = with_params(address, params) if params else address
        return self._answer("GET", full, None, key, headers, max_bytes, timeout_s, pages, fresh, True, also, progress or silent())

    def post(self, address: str, data: Mapping[str, object] | None = None, *, files: Mapping[str, tuple[str, bytes]] | None = None, query: bool = False,
             key: Key | None = None, headers: Mapping[str, str] | None = None, max_bytes: int = MAX_ANSWER, timeout_s: float = ANSWER_S,
             pages: bool = False, also: Collection[int] = (), progress: Progress | None = None) -> Answer:
        """The answer to what is sent as a form.

        Only where ``query`` says that it merely asks (a long query that fits no address) is it tried again after a fault and found
        in the cache; anything else is sent once. It is never sent on to another host. Otherwise as `get`.
        """
        sent = requests.Request("POST", "https://x.invalid/", data={name: str(value) for name, value in (data or {}).items()}, files=files).prepare()
        body = sent.body if isinstance(sent.body, bytes) else str(sent.body or "").encode("utf-8")
        told = {"Content-Type": str(sent.headers.get("Content-Type", "application/x-www-form-urlencoded")), **(headers or {})}
        return self._answer("POST", address, body, key, told, max_bytes, timeout_s, pages, not query, query, also, progress or silent())

    def head(self, address: str, *, key: Key | None = None, progress: Progress | None = None) -> Answer | None:
        """What a server says of a file without sending it; None where there is no such file or it answers with a web page instead."""
        try:
            answer = self._answer("HEAD", address, None, key, None, MAX_ANSWER, ANSWER_S, True, True, True, (403, 404, 405, 410, 501), progress or silent())
        except NetworkError as problem:
            if problem.details.get("kind") in ("refused", "redirect"):
                return None
            raise
        html = answer.headers.get("Content-Type", "").lower().startswith("text/html")
        return answer if answer.status == 200 and not html else None

    def download(self, address: str, folder: Path, *, name: str = "", params: Mapping[str, object] | None = None, key: Key | None = None,
                 headers: Mapping[str, str] | None = None, max_bytes: int = MAX_FILE, timeout_s: float = ANSWER_S, pages: bool = False,
                 progress: Progress | None = None) -> Downloaded:
        """A file, whole or not at all, in a folder.

        A file that was downloaded before is asked for only if it changed. One that was cut, today or at an earlier start, goes on
        where it stopped if the server proves that it is still the same, else it starts over.

        Parameters
        ----------
        name
            How it is to be called; "" takes the publisher's name for it.

        Raises
        ------
        NetworkError, CancelledError
            As `get`. What was there under this name stays.
        """
        progress = progress or silent()
        full, own = without_secrets(checked(with_params(address, params) if params else address))
        self._require_allowed(full)
        key = key or own
        wish = Wish(full, max_bytes, pages, self._moment, key.secrets if key is not None else ())
        store = Store(self._folder / "files")
        store.tidy()

        def ask(more: dict[str, str]) -> tuple[requests.Response, tuple[str, ...]]:
            return self._asked("GET", full, None, key, {**(headers or {}), **more}, max_bytes, timeout_s, True, True, progress, whole=False)

        with store.entry(full) as entry:
            about, cached, moved = fetched_into(entry, wish, ask, progress)
            return landed(entry, about, folder, clean_file_name(name), wish, cached=cached, moved=moved)

    def forget(self, answer: Answer | Downloaded) -> None:
        """An answer or a file turned out to be none: it is not kept, so that the next one asks again."""
        if isinstance(answer, Downloaded):
            with Store(self._folder / "files").entry(answer.address) as entry:
                entry.drop(entry.body)
        elif self._made is not None:
            with contextlib.suppress(sqlite3.Error):
                self._made.cache.delete(urls=[answer.address])

    def _answer(self, method: str, address: str, body: bytes | None, key: Key | None, headers: Mapping[str, str] | None, max_bytes: int, timeout_s: float,
                pages: bool, fresh: bool, again: bool, also: Collection[int], progress: Progress) -> Answer:
        full, own = without_secrets(checked(address))
        self._require_allowed(full)
        response, moved = self._asked(method, full, body, key or own, headers or {}, max_bytes, timeout_s, fresh, again, progress, whole=True)
        host = host_of(str(response.url))
        if response.status_code >= 400 and response.status_code not in also:
            raise refused(host, response.status_code)
        cached = bool(getattr(response, "from_cache", False))
        answer = Answer(shown(full), host, response.status_code, response.headers, response.content, self._moment(), cached, moved)
        if answer.is_page and not pages:
            self.forget(answer)
            raise a_page(host)
        return answer

    def _asked(self, method: str, address: str, body: bytes | None, key: Key | None, headers: Mapping[str, str], max_bytes: int, timeout_s: float,
               fresh: bool, again: bool, progress: Progress, *, whole: bool) -> tuple[requests.Response, tuple[str, ...]]:
        """The answer of whoever is asked in the end, and the hosts that EcoMap was sent on to."""
        moved: list[str] = []
        seen: dict[str, int] = {}
        for _ in range(MOST_HOPS):
            terms = Terms(self.allowed, max_bytes, progress, key, whole, self._count)
            response = self._patiently(method, address, body, headers, timeout_s, fresh, again, terms)
            location = response.headers.get("Location", "")
            if response.status_code not in _MOVED or not location:
                return response, tuple(moved)
            response.close()
            target, own = without_secrets(next_hop(address, location))
            if any(guard in target.lower() for guard in _GUARDS):
                self._manners.away(host_of(address))
            seen[target] = seen.get(target, 0) + 1
            if seen[target] > 2:  # once more may be right: some hand out a cookie first
                self._manners.away(host_of(address))
            if method == "POST" and (host_of(target) != host_of(address) or not (again or response.status_code in (307, 308))):
                raise refused(host_of(address), response.status_code)
            if host_of(target) != host_of(address):
                moved.append(host_of(target))
                self._tell(say("{host} sends EcoMap on to {other}.", host=named(host_of(address)), other=named(host_of(target))))
                headers = {name: value for name, value in headers.items() if name.lower() not in ("authorization", "cookie")}
            address, key = target, own or key  # a key goes to its own host only: `Wire`
        raise round_and_round(host_of(address))

    def _patiently(self, method: str, address: str, body: bytes | None, headers: Mapping[str, str], timeout_s: float, fresh: bool, again: bool,
                   terms: Terms) -> requests.Response:
        """One answer; faults that pass are waited out, where asking twice does no harm."""
        retry = Retry(total=TRIES, backoff_factor=0.5, status_forcelist=_AGAIN, allowed_methods=None, raise_on_status=False)
        host = host_of(address)
        while True:
            response: requests.Response | None = None
            fault: NetworkError
            try:
                response = self._once(method, address, body, headers, timeout_s, fresh, terms)
            except requests.RequestException as problem:
                fault = from_requests(problem, host)
                if not again or fault.details.get("kind") not in ("cut", "timeout"):
                    raise fault from None  # the chain behind it may hold a key
            else:
                if response.status_code not in _AGAIN or not again:
                    return response
                fault = refused(host, response.status_code)
            wait = _asked_to_wait(retry, response)
            if wait > MOST_WAIT_S:
                raise busy(host, wait)
            try:
                retry = retry.increment(method, address, response=None if response is None else response.raw,
                                        error=ConnectionError() if response is None else None)
            except (MaxRetryError, ConnectionError):
                raise fault from None
            if response is not None:
                response.close()
            wait = wait or retry.get_backoff_time()
            if wait >= 5:
                self._tell(say("{host} asks EcoMap to wait for {n} seconds.", host=named(host), n=round(wait)))
            self._manners.hold(host, wait)
            terms.progress.wait(wait)

    def _once(self, method: str, address: str, body: bytes | None, headers: Mapping[str, str], timeout_s: float, fresh: bool, terms: Terms) -> requests.Response:
        kept = self._session() if terms.whole and method != "HEAD" and not (method == "POST" and fresh) else None
        prepared = requests.Request(method, address, headers={"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "gzip, deflate", **headers}, data=body).prepare()
        told: dict[str, Any] = dict(self._bare_session().merge_environment_settings(address, {}, True, None, None))  # proxies, and who is trusted
        told.update(timeout=(CONNECT_S, timeout_s), allow_redirects=False)
        with on_terms(terms):
            if kept is None:
                return self._bare_session().send(prepared, **told)
            try:
                again = {} if not fresh else {"refresh" if _has_validators(kept, prepared) else "force_refresh": True}
                return kept.send(prepared, **told, **again)
            except (sqlite3.Error, OSError) as problem:
                if isinstance(problem, requests.RequestException):
                    raise
                self._drop_cache()  # a cache that is damaged or held by another program is no reason to fail
                return self._bare_session().send(prepared, **told)

    def _drop_cache(self) -> None:
        made, self._made = self._made, None
        with contextlib.suppress(sqlite3.Error, OSError):
            if made is not None:
                made.close()
            (self._folder / _ANSWERS).unlink(missing_ok=True)

    def _session(self) -> CachedSession | None:
        """The session that keeps answers; None where they cannot be kept."""
        if self._made is None:
            path = self._folder / _ANSWERS
            try:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                if path.exists() and path.stat().st_size > MAX_CACHE:
                    path.unlink()
                self._made = self._caching(path)
            except (sqlite3.Error, OSError):
                self._drop_cache()
        return self._made

    def _caching(self, path: Path) -> CachedSession:
        made = CachedSession(str(path), backend="sqlite", serializer="json", cache_control=True, expire_after=FRESH, allowable_codes=(200,),
                             allowable_methods=("GET", "POST"), stale_if_error=False, filter_fn=_worth_keeping)
        self._mount(made)
        return made

    def _bare_session(self) -> requests.Session:
        if self._plain is None:
            self._plain = requests.Session()
            self._mount(self._plain)
        return self._plain

    def _mount(self, session: requests.Session) -> None:
        wire = Wire(self._manners)
        session.mount("https://", wire)
        session.mount("http://", wire)

    def _require_allowed(self, address: str) -> None:
        if not self.allowed:
            raise switched_off(host_of(address))

    def _count(self) -> None:
        self.requests += 1

    def _moment(self) -> str:
        return self._now().astimezone(dt.UTC).isoformat(timespec="seconds")


def _has_validators(session: CachedSession, request: requests.PreparedRequest) -> bool:
    """Whether what is kept of an answer lets its server say that it still holds."""
    kept = session.cache.get_response(session.cache.create_key(request))
    return kept is not None and bool({"ETag", "Last-Modified"} & set(kept.headers))


def _asked_to_wait(retry: Retry, response: requests.Response | None) -> float:
    if response is None:
        return 0.0
    try:
        return retry.get_retry_after(response.raw) or 0.0
    except InvalidHeader:
        return 0.0


def _worth_keeping(response: Any) -> bool:
    """Whether an answer may be kept: a fault that calls itself a success may not, nor nothing, nor half a document of JSON."""
    head, tail = response.content[:4096], response.content[-64:].rstrip()
    if not tail or (head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") and tail[-1:] not in (b"}", b"]")):
        return False
    return not is_page(head, response.headers.get("Content-Type", "")) and not (b'"error"' in head[:200] and len(response.content) < 65_536)
