"""A server on 127.0.0.1 that speaks as publishers do, and fails as they do.

    local_web.route("/rows.json", {"rows": []})                     # JSON, bytes, text, a Reply, or a function of the Request
    local_web.file("/frpm.xlsx", content)                           # with ETag, 304 and ranges
    local_web.fail(FAULTS["reset after half the body"], times=1)    # whatever is asked next fails so
    local_web.fail(FAULTS["HTML instead of JSON"], path="/query")   # from now on, on addresses that hold this
    local_web.asked                                                 # every request that came in

`local_web.url("/rows.json")` is its address; with ``host="localhost"`` the same server under another name.
"""

from __future__ import annotations

import hashlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from attrs import define, evolve, field, frozen

GIGABYTES = 2 << 30


@frozen
class Request:
    """One request as it came in. ``query`` holds the parameters of the address and of a form that was sent."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    address: str = ""


@frozen
class Reply:
    """One answer. ``cut_after`` bytes of it the connection is reset; ``length`` is what it claims to be; ``stream`` is sent piece by piece."""

    body: bytes = b""
    status: int = 200
    type: str = "application/json"
    headers: Mapping[str, str] = field(factory=dict)
    cut_after: int | None = None
    length: int | None = None
    stream: Callable[[], Iterator[bytes]] | None = None


Handler = Callable[[Request], Reply]
Fault = Callable[[Request, Reply], Reply]


def as_reply(told: Any) -> Reply:
    """Whatever a route was given, as an answer."""
    if isinstance(told, Reply):
        return told
    if isinstance(told, bytes):
        return Reply(told, type="application/octet-stream")
    if isinstance(told, str):
        return Reply(told.encode("utf-8"), type="text/plain; charset=utf-8")
    return Reply(json.dumps(told).encode("utf-8"))


def zeros(total: int) -> Iterator[bytes]:
    """So many bytes, without holding them."""
    block = b"0" * (1 << 20)
    for _ in range(total >> 20):
        yield block


HTML = Reply(b"<!DOCTYPE html>\n<html><head><title>Request rejected</title></head><body>Service unavailable</body></html>", type="text/html")

FAULTS: Mapping[str, Fault] = {
    "an error inside a 200": lambda request, good: as_reply({"error": {"code": 400, "message": "Unable to complete operation.", "details": ["A fault"]}}),
    "HTML instead of JSON": lambda request, good: HTML,
    "HTML that calls itself JSON": lambda request, good: evolve(HTML, type="application/json"),
    "half a document of JSON": lambda request, good: evolve(good, body=good.body[: len(good.body) // 2]),
    "a reset after half the body": lambda request, good: evolve(good, cut_after=len(good.body) // 2),
    "a reset before the answer": lambda request, good: evolve(good, cut_after=-1),
    "429 with Retry-After": lambda request, good: Reply(b"slow down", 429, "text/plain", {"Retry-After": "1"}),
    "429 for hours": lambda request, good: Reply(b"slow down", 429, "text/plain", {"Retry-After": "7200"}),
    "503 without a word": lambda request, good: Reply(b"", 503, "text/plain"),
    "403": lambda request, good: Reply(b"Forbidden", 403, "text/plain"),
    "404": lambda request, good: Reply(b"Not found", 404, "text/plain"),
    "2 GB, declared": lambda request, good: Reply(length=GIGABYTES, stream=lambda: zeros(GIGABYTES), type=good.type),
    "2 GB, undeclared": lambda request, good: Reply(stream=lambda: zeros(GIGABYTES), type=good.type),
    "nothing": lambda request, good: evolve(good, body=b""),
    "a guard": lambda request, good: Reply(b"", 302, headers={"Location": "/wafalert.html"}),
    "a redirect without an end": lambda request, good: Reply(b"", 302, headers={"Location": request.address}),
}


def moved_to(address: str) -> Fault:
    """A redirect to an address."""
    return lambda request, good: Reply(b"", 302, headers={"Location": address})


@define
class _Failing:
    fault: Fault
    path: str
    left: float
    method: str


class LocalWeb:
    """The server; `close` it at the end (the fixture does)."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Request] = []
        self.sent = 0  # bytes of bodies
        self._routes: dict[str, Handler] = {}
        self._failing: list[_Failing] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True
        self._scheme = "http" if tls is None else "https"
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str, *, host: str = "127.0.0.1") -> str:
        return f"{self._scheme}://{host}:{self.port}{path}"

    def route(self, path: str, told: Any) -> None:
        """Answer a path; ``told`` is the answer, or a function of the request that gives it."""
        self._routes[path] = (lambda request: as_reply(told(request))) if callable(told) else (lambda request: as_reply(told))

    def script(self, path: str, *told: Any) -> None:
        """Answer a path with one thing after the other; the last one stays."""
        left = list(told)
        self.route(path, lambda request: as_reply(left.pop(0) if len(left) > 1 else left[0]))

    def file(self, path: str, content: bytes, *, type: str = "application/octet-stream", etag: str | None = None, ranges: bool = True,
             headers: Mapping[str, str] | None = None) -> None:
        """A file on the server: with an ETag of its content, 304 where it has not changed, and ranges."""
        tag = etag if etag is not None else f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        told = {**({"ETag": tag} if tag else {}), **({"Accept-Ranges": "bytes"} if ranges else {}), **(headers or {})}

        def answer(request: Request) -> Reply:
            if tag and request.headers.get("If-None-Match") == tag:
                return Reply(b"", 304, type, told)
            wanted = request.headers.get("Range", "")
            if ranges and wanted and request.headers.get("If-Range", tag) == tag:
                start = int(wanted.removeprefix("bytes=").partition("-")[0])
                if start >= len(content):
                    return Reply(b"", 416, type, {**told, "Content-Range": f"bytes */{len(content)}"})
                return Reply(content[start:], 206, type, {**told, "Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"})
            return Reply(content, 200, type, told)

        self._routes[path] = answer

    def fail(self, fault: Fault, *, path: str = "", times: float = float("inf"), method: str = "") -> None:
        """Requests to addresses that hold ``path`` fail so, this many times; what is routed there answers afterwards."""
        self._failing.append(_Failing(fault, path, times, method))

    def mend(self) -> None:
        """Nothing fails any more."""
        self._failing.clear()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def reply_to(self, request: Request) -> Reply:
        """What a request is answered with."""
        self.asked.append(request)
        route = self._routes.get(request.path)
        good = route(request) if route is not None else Reply(b"Not found", 404, "text/plain")
        for failing in self._failing:
            if failing.left > 0 and failing.path in request.address and failing.method in ("", request.method):
                failing.left -= 1
                return failing.fault(request, good)
        return good


def _handler_of(local: LocalWeb) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            sent = body.decode("utf-8", "replace") if "urlencoded" in self.headers.get("Content-Type", "") else ""
            query = {name: values[-1] for name, values in {**parse_qs(parts.query, True), **parse_qs(sent, True)}.items()}
            request = Request(self.command, parts.path, query, dict(self.headers.items()), body, self.path)
            self._give(local.reply_to(request))

        def do_POST(self) -> None:
            self.do_GET()

        def do_HEAD(self) -> None:
            self.do_GET()

        def _give(self, reply: Reply) -> None:
            self.close_connection = True
            if reply.cut_after is not None and reply.cut_after < 0:
                self._reset()
                return
            self.send_response(reply.status)
            length = reply.length if reply.length is not None else len(reply.body) if reply.stream is None else None
            told = {"Content-Type": reply.type, "Connection": "close", **({} if length is None else {"Content-Length": str(length)}), **reply.headers}
            for name, value in told.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "HEAD":
                return
            try:
                for piece in reply.stream() if reply.stream is not None else [reply.body[: reply.cut_after]]:
                    self.wfile.write(piece)
                    local.sent += len(piece)
            except OSError:  # the other side has heard enough
                return
            if reply.cut_after is not None:
                self._reset()

        def _reset(self) -> None:
            self.wfile.flush()
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Answering
