"""Asking on the network: complete or one sentence, whatever the other side does."""

from __future__ import annotations

import gzip
import shutil
import socket
import sqlite3
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecomap.io.web import Web, header_key, parameter_key
from ecomap.io.web.manners import Manners
from ecomap.io.web.wire import USER_AGENT
from ecomap.model.errors import CancelledError, NetworkError
from ecomap.model.progress import Progress
from ecomap.model.said import Said
from ecomap.model.version import VERSION
from tests.local_web import FAULTS, LocalWeb, Reply, moved_to

ROWS = {"rows": [1, 2, 3]}


def _kind(problem: pytest.ExceptionInfo[NetworkError]) -> str:
    return str(problem.value.details["kind"])


def test_a_small_answer_with_an_honest_name(local_web: LocalWeb, web: Web) -> None:
    local_web.route("/rows", ROWS)
    answer = web.get(local_web.url("/rows"), {"f": "json"})
    assert (answer.json(), answer.status, answer.cached) == (ROWS, 200, False)
    assert local_web.asked[0].headers["User-Agent"] == USER_AGENT
    assert VERSION in USER_AGENT
    assert USER_AGENT.startswith("EcoMap/")


def test_without_being_allowed_nothing_is_asked(local_web: LocalWeb, tmp_path: Path) -> None:
    local_web.route("/rows", ROWS)
    web = Web(tmp_path)
    for ask in (lambda: web.get(local_web.url("/rows")), lambda: web.post(local_web.url("/rows"), query=True), lambda: web.head(local_web.url("/rows")),
                lambda: web.download(local_web.url("/rows"), tmp_path / "out")):
        with pytest.raises(NetworkError, match="works offline") as told:
            ask()
        assert _kind(told) == "offline"
    assert local_web.asked == []
    assert not (tmp_path / "out").exists()


def test_the_wire_itself_refuses_what_slipped_through(local_web: LocalWeb, web: Web) -> None:
    web._require_allowed = lambda address: None  # type: ignore[method-assign]
    web.allowed = False
    with pytest.raises(NetworkError, match="works offline"):
        web.get(local_web.url("/rows"))
    assert local_web.asked == []


def test_nothing_is_asked_twice(local_web: LocalWeb, web: Web) -> None:
    local_web.route("/rows", ROWS)
    assert [web.get(local_web.url("/rows")).cached for _ in range(3)] == [False, True, True]
    assert [web.post(local_web.url("/rows"), {"where": "1=1"}, query=True).cached for _ in range(2)] == [False, True]
    assert len(local_web.asked) == 2


def test_a_fault_that_calls_itself_a_success_is_not_kept(local_web: LocalWeb, web: Web) -> None:
    local_web.script("/rows", {"error": {"code": 400, "message": "Busy"}}, ROWS)
    assert [web.get(local_web.url("/rows")).json() for _ in range(2)][1] == ROWS


def test_a_new_start_finds_what_the_last_one_asked(local_web: LocalWeb, tmp_path: Path) -> None:
    local_web.route("/rows", ROWS)
    for _ in range(2):
        with Web(tmp_path, allowed=True) as web:
            assert web.get(local_web.url("/rows")).json() == ROWS
    assert len(local_web.asked) == 1


def test_a_fresh_answer_asks_only_whether_it_changed(local_web: LocalWeb, web: Web) -> None:
    local_web.file("/rows", b"[1]", type="application/json")
    assert web.get(local_web.url("/rows")).json() == [1]
    assert web.get(local_web.url("/rows"), fresh=True).json() == [1]
    assert local_web.asked[1].headers["If-None-Match"]
    local_web.file("/rows", b"[2]", type="application/json")
    assert web.get(local_web.url("/rows"), fresh=True).json() == [2]


def test_a_fresh_answer_of_a_server_without_validators_is_asked_for_whole(local_web: LocalWeb, web: Web) -> None:
    local_web.script("/rows", [1], [2], [3])
    assert web.get(local_web.url("/rows")).json() == [1]
    assert web.get(local_web.url("/rows"), fresh=True).json() == [2]
    assert web.get(local_web.url("/rows")).json() == [2]


def test_what_is_posted_goes_out_once_unless_it_only_asks(local_web: LocalWeb, web: Web) -> None:
    local_web.route("/batch", ROWS)
    local_web.fail(FAULTS["503 without a word"], times=1)
    with pytest.raises(NetworkError, match=r"fault of its own \(503\)"):
        web.post(local_web.url("/batch"), {"a": 1})
    assert len(local_web.asked) == 1
    local_web.fail(FAULTS["503 without a word"], times=1)
    assert web.post(local_web.url("/batch"), {"a": 1}, query=True).json() == ROWS
    assert [request.query for request in local_web.asked] == [{"a": "1"}] * 3
    assert not web.post(local_web.url("/batch"), {"a": 1}).cached


def test_a_file_is_sent_as_a_form(local_web: LocalWeb, web: Web) -> None:
    local_web.route("/batch", ROWS)
    web.post(local_web.url("/batch"), {"benchmark": "4"}, files={"addressFile": ("a.csv", b"1,Main St")})
    assert local_web.asked[0].headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert b"1,Main St" in local_web.asked[0].body


@pytest.mark.parametrize("fault", ["429 with Retry-After", "503 without a word", "a reset after half the body", "a reset before the answer"])
def test_what_passes_is_waited_out(local_web: LocalWeb, web: Web, fault: str) -> None:
    local_web.route("/rows", ROWS)
    local_web.fail(FAULTS[fault], times=2)
    assert web.get(local_web.url("/rows")).json() == ROWS
    assert len(local_web.asked) == 3


@pytest.mark.parametrize(("fault", "kind", "words"), [
    ("HTML instead of JSON", "page", "answers with a web page"),
    ("HTML that calls itself JSON", "page", "answers with a web page"),
    ("429 for hours", "busy", "asks to be left alone for 120 minutes"),
    ("403", "refused", "refuses to answer"),
    ("404", "gone", "has nothing at this address"),
    ("2 GB, declared", "size", "would send 2,147 MB"),
    ("2 GB, undeclared", "size", "sends more than 67 MB"),
    ("a guard", "guard", "turns programs away"),
    ("a redirect without an end", "guard", "turns programs away"),
])
def test_what_does_not_pass_is_one_sentence(local_web: LocalWeb, web: Web, fault: str, kind: str, words: str) -> None:
    local_web.route("/rows", ROWS)
    local_web.fail(FAULTS[fault])
    with pytest.raises(NetworkError, match=words) as told:
        web.get(local_web.url("/rows"))
    assert _kind(told) == kind
    assert told.value.hint
    assert local_web.sent < 100e6
    local_web.mend()
    if kind != "guard":
        assert web.get(local_web.url("/rows")).json() == ROWS  # nothing of the fault was kept


def test_a_server_that_never_recovers_is_given_up(local_web: LocalWeb, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Progress, "wait", lambda self, seconds: self.check())
    local_web.fail(FAULTS["503 without a word"])
    with pytest.raises(NetworkError, match="fault of its own"):
        web.get(local_web.url("/rows"))
    assert len(local_web.asked) == 5


def test_a_silent_server_is_given_up(local_web: LocalWeb, web: Web) -> None:
    local_web.route("/rows", lambda request: time.sleep(2))
    with pytest.raises(NetworkError, match="did not answer in time"):
        web.post(local_web.url("/rows"), timeout_s=0.2)


def test_nobody_is_there(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Progress, "wait", lambda self, seconds: self.check())
    with pytest.raises(NetworkError, match="cannot be found"):
        web.get("https://no-such-host.invalid/")
    with socket.socket() as taken:  # a port that nobody listens at
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(NetworkError, match="cannot be reached"):
            web.get(f"http://127.0.0.1:{taken.getsockname()[1]}/rows")


def test_a_planner_who_stops_does_not_wait(local_web: LocalWeb, web: Web) -> None:
    release = threading.Event()
    local_web.route("/rows", lambda request: (release.wait(20), ROWS)[1])
    local_web.fail(FAULTS["429 with Retry-After"], path="busy")
    for address in ("/rows", "/busy"):
        progress = Progress()
        threading.Timer(0.3, progress.cancel).start()
        began = time.monotonic()
        with pytest.raises(CancelledError):
            web.get(local_web.url(address), progress=progress)
        assert time.monotonic() - began < 5
    release.set()


def test_an_answer_that_unpacks_to_gigabytes_is_refused(local_web: LocalWeb, web: Web) -> None:
    bomb = gzip.compress(b"0" * (80 << 20))
    local_web.route("/rows", Reply(bomb, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(NetworkError, match="sends more than"):
        web.get(local_web.url("/rows"))
    local_web.route("/small", Reply(gzip.compress(b'{"a": 1}'), headers={"Content-Encoding": "gzip"}))
    assert [web.get(local_web.url("/small")).json() for _ in range(2)] == [{"a": 1}] * 2


def test_sent_on_to_another_host_is_told_and_takes_no_key_along(local_web: LocalWeb, tmp_path: Path) -> None:
    told: list[Said] = []
    local_web.route("/here", ROWS)
    local_web.route("/there", ROWS)
    here, there = local_web.url("/here"), local_web.url("/there", host="localhost")
    local_web.fail(moved_to(there), path="/here")
    with Web(tmp_path, allowed=True, tell=told.append, manners=Manners(tmp_path / "hosts.json", pause=lambda host: 0.0)) as web:
        answer = web.get(here, key=header_key(here, {"X-Api-Key": "sesame", "Authorization": "Basic abc"}))
    assert answer.json() == ROWS
    assert answer.moved == (f"localhost:{local_web.port}",)
    assert told == [f"127.0.0.1:{local_web.port} sends EcoMap on to localhost:{local_web.port}."]
    assert local_web.asked[0].headers["X-Api-Key"] == "sesame"
    assert not {"X-Api-Key", "Authorization"} & set(local_web.asked[1].headers)


def test_a_query_that_is_posted_is_never_sent_on(local_web: LocalWeb, web: Web) -> None:
    local_web.fail(moved_to(local_web.url("/there", host="localhost")), path="/here")
    with pytest.raises(NetworkError, match="does not take this request"):
        web.post(local_web.url("/here"), {"a": 1}, query=True)
    assert len(local_web.asked) == 1


def test_a_cookie_that_is_handed_out_first_is_shown_again(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    def rows(request: object) -> object:
        seen = "pass=crumb" in getattr(request, "headers").get("Cookie", "")  # noqa: B009
        return ROWS if seen else Reply(b"", 302, headers={"Location": "/rows", "Set-Cookie": "pass=crumb; Path=/"})

    local_web.route("/rows", rows)
    assert web.get(local_web.url("/rows")).json() == ROWS
    assert b"crumb" not in b"".join(part.read_bytes() for part in tmp_path.rglob("*") if part.is_file())


def test_a_cookie_that_comes_with_an_answer_is_not_kept(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.route("/rows", Reply(b"[1]", headers={"Set-Cookie": "pass=crumb; Path=/"}))
    answers = [web.get(local_web.url("/rows")) for _ in range(2)]
    assert answers[1].cached
    assert "crumb" not in repr(answers)
    web.close()
    assert b"crumb" not in b"".join(part.read_bytes() for part in tmp_path.rglob("*") if part.is_file())


def test_keys_are_nowhere(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.route("/data", ROWS)
    local_web.file("/file.csv", b"a,b\n1,2\n", type="text/csv")
    address = local_web.url("/data")
    answers = [web.get(address, key=parameter_key(address, key="sesame")), web.get(f"{address}?token=sesame&f=json"),
               web.get(address.replace("http://", "http://me:sesame@"), {"n": 2})]
    files = [web.download(local_web.url("/file.csv?sig=sesame"), tmp_path / "out")]
    assert [request.query for request in local_web.asked] == [{"key": "sesame"}, {"f": "json", "token": "sesame"}, {"n": "2"}, {"sig": "sesame"}]
    assert local_web.asked[2].headers["Authorization"].startswith("Basic ")
    assert "sesame" not in repr(answers) + repr(files) + repr(parameter_key(address, key="sesame"))
    web.close()
    assert b"sesame" not in b"".join(part.read_bytes() for part in tmp_path.rglob("*") if part.is_file())


def test_no_key_in_what_goes_wrong(local_web: LocalWeb, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Progress, "wait", lambda self, seconds: self.check())
    address = local_web.url("/data")
    for fault in ("403", "a reset before the answer", "HTML instead of JSON"):
        local_web.mend()
        local_web.fail(FAULTS[fault])
        with pytest.raises(NetworkError) as told:
            web.get(f"{address}?key=sesame")
        chain = told.value
        while chain is not None:
            assert "sesame" not in repr(chain) + str(chain) + repr(getattr(chain, "details", ""))
            chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)  # type: ignore[assignment]


@pytest.fixture
def self_signed(tmp_path: Path) -> Path:
    """A certificate that nobody has vouched for, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificate, is not here")
    path = tmp_path / "own.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", path, "-out", f"{path}.crt", "-days", "3650", "-subj", "/CN=127.0.0.1",
                    "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


def test_certificates_are_checked(tmp_path: Path, web: Web, self_signed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed)
    server = LocalWeb(context)
    server.file("/rows", b"[1]", type="application/json")
    try:
        for ask in (lambda: web.get(server.url("/rows")), lambda: web.download(server.url("/rows"), tmp_path / "out"), lambda: web.post(server.url("/rows"), query=True)):
            with pytest.raises(NetworkError, match=r"certificate of 127\.0\.0\.1:\d+ cannot be trusted"):
                ask()
        assert server.asked == []
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", f"{self_signed}.crt")  # whom the keeper of this computer trusts
        assert web.get(server.url("/rows")).json() == [1]
        assert web.download(server.url("/rows"), tmp_path / "out").bytes == 3
    finally:
        server.close()


def test_pauses_between_two_requests(local_web: LocalWeb, tmp_path: Path) -> None:
    local_web.route("/rows", ROWS)
    with Web(tmp_path, allowed=True, manners=Manners(tmp_path / "hosts.json", pause=lambda host: 0.3)) as web:
        began = time.monotonic()
        for number in range(3):
            web.get(local_web.url("/rows"), {"n": number})
        assert time.monotonic() - began >= 0.6
        for _ in range(20):
            web.get(local_web.url("/rows"), {"n": 0})  # out of the cache: nobody is asked, nobody waits
        assert time.monotonic() - began < 3


def test_who_turned_us_away_is_left_alone_for_hours(local_web: LocalWeb, tmp_path: Path) -> None:
    clock = [1_800_000_000.0]
    local_web.route("/rows", ROWS)

    def ask() -> object:
        with Web(tmp_path, allowed=True, manners=Manners(tmp_path / "hosts.json", clock=lambda: clock[0], pause=lambda host: 0.0)) as web:
            return web.get(local_web.url("/rows")).json()

    local_web.fail(FAULTS["a guard"], times=1)
    for _ in range(2):
        with pytest.raises(NetworkError, match="Download the file in your browser"):
            ask()
    assert len(local_web.asked) == 1
    clock[0] += 4 * 3600 + 1
    assert ask() == ROWS


@pytest.mark.parametrize("spoilt", [b"no database at all, but long enough to be looked at", b""])
def test_a_damaged_cache_is_no_reason_to_fail(local_web: LocalWeb, tmp_path: Path, spoilt: bytes) -> None:
    (tmp_path / "answers.sqlite").write_bytes(spoilt)
    local_web.route("/rows", ROWS)
    with Web(tmp_path, allowed=True) as web:
        assert [web.get(local_web.url("/rows")).json() for _ in range(2)] == [ROWS, ROWS]
        assert web.get(local_web.url("/rows")).cached


def test_a_cache_that_breaks_on_the_way_is_no_reason_to_fail(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.route("/rows", ROWS)
    assert web.get(local_web.url("/rows")).json() == ROWS
    cache = tmp_path / "web" / "answers.sqlite"
    cache.write_bytes(b"x" * cache.stat().st_size)
    assert web.get(local_web.url("/rows")).json() == ROWS
    assert web.get(local_web.url("/rows"), fresh=True).json() == ROWS


def test_where_nothing_can_be_kept_it_is_asked_all_the_same(local_web: LocalWeb, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    local_web.route("/rows", ROWS)
    with Web(tmp_path / "file" / "web", allowed=True, manners=Manners(tmp_path / "hosts.json", pause=lambda host: 0.0)) as web:
        assert web.get(local_web.url("/rows")).json() == ROWS


def test_a_server_that_sends_a_letter_now_and_then_is_given_up(local_web: LocalWeb, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    def drops() -> Iterator[bytes]:
        for _ in range(60):
            time.sleep(0.05)
            yield b" "

    monkeypatch.setattr("ecomap.io.web.wire.SLOW_AFTER_S", 0.5)
    local_web.route("/rows", Reply(stream=drops))
    with pytest.raises(NetworkError, match="so slowly"):
        web.get(local_web.url("/rows"))
    monkeypatch.setattr("ecomap.io.web.wire.SLOWEST_BYTES_S", 1.0)
    with pytest.raises(NetworkError, match="cannot be read"):
        web.get(local_web.url("/rows")).json()


def test_a_proxy_of_the_network_is_used(local_web: LocalWeb, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", local_web.url(""))
    monkeypatch.setenv("http_proxy", local_web.url(""))
    local_web.route("/rows", ROWS)
    assert web.get("http://data.example.org/rows").json() == ROWS
    assert local_web.asked[0].headers["Host"] == "data.example.org"


def test_no_key_is_logged(local_web: LocalWeb, web: Web, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    local_web.route("/data", ROWS)
    web.get(local_web.url("/data?key=sesame"))
    assert "sesame" not in caplog.text


def test_what_is_sent_once_is_not_sent_again_elsewhere(local_web: LocalWeb, web: Web) -> None:
    local_web.route("/there", ROWS)
    local_web.fail(moved_to("/there"), path="/here")
    with pytest.raises(NetworkError, match="does not take this request"):
        web.post(local_web.url("/here"), {"a": 1})
    assert len(local_web.asked) == 1
    assert web.post(local_web.url("/here"), {"a": 1}, query=True).json() == ROWS
    assert local_web.asked[2].query == {"a": "1"}


def test_the_cache_is_bounded(local_web: LocalWeb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecomap.io.web.web.MAX_CACHE", 100_000)
    local_web.route("/rows", {"long": "x" * 200_000})
    for _ in range(3):
        with Web(tmp_path, allowed=True) as web:
            web.get(local_web.url("/rows"))
    with sqlite3.connect(tmp_path / "answers.sqlite") as cache:
        assert cache.execute("select count(*) from responses").fetchone() == (1,)
    assert len(local_web.asked) == 3


@pytest.mark.parametrize("fault", ["nothing", "half a document of JSON"])
def test_nothing_and_half_a_document_are_not_kept(local_web: LocalWeb, web: Web, fault: str) -> None:
    local_web.route("/rows", ROWS)
    local_web.fail(FAULTS[fault], times=1)
    with pytest.raises(NetworkError, match="cannot be read"):
        web.get(local_web.url("/rows")).json()
    assert web.get(local_web.url("/rows")).json() == ROWS
    assert web.get(local_web.url("/rows")).cached
