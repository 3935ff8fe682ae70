"""The Census Bureau's address service: said before, five fields a line, complete or one sentence."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pandas as pd
import pytest
from attrs import evolve

from ecomap.io.connectors import geocoder
from ecomap.io.connectors.geocoder import GeocoderParams, asks, fetch
from ecomap.io.importers import import_file
from ecomap.io.web import Web
from ecomap.model.errors import EcoMapError, InputError, NetworkError
from ecomap.model.progress import silent
from tests.local_web import FAULTS, LocalWeb, Reply, Request


def sent_rows(request: Request) -> list[list[str]]:
    found = re.search(rb'name="addressFile"; filename="addresses\.csv"\r\n(?:[^\r]+\r\n)*\r\n(.*?)\r\n--', request.body, re.DOTALL)
    assert found is not None
    return list(csv.reader(io.StringIO(found[1].decode("utf-8"))))


def service(request: Request) -> Reply:
    """Knows even numbers of Main Street; 7 ties."""
    out = io.StringIO()
    book = csv.writer(out, quoting=csv.QUOTE_ALL)
    for number, street, city, state, zip_code in sent_rows(request):
        asked = f"{street}, {city}, {state}, {zip_code}"
        house = int(street.split()[0])
        if house == 7:
            book.writerow([number, asked, "Tie"])
        elif house % 2:
            book.writerow([number, asked, "No_Match"])
        else:
            book.writerow([number, asked, "Match", "Exact", asked.upper(), f"-118.{house:02d},34.05", "1234", "L"])
    return Reply(out.getvalue().encode("utf-8"), type="text/csv")


def listed(folder: Path, addresses: list[str], **columns: object) -> Path:
    pd.DataFrame({"Agency": [f"Agency {n}" for n in range(len(addresses))], "Address": addresses, **columns}).to_csv(folder / "partners.csv", index=False)
    return folder / "partners.csv"


def params_of(local_web: LocalWeb, file: Path, **given: str) -> GeocoderParams:
    return GeocoderParams(str(file), service=local_web.url("/addressbatch"), send_addresses=True, **given)


def test_that_addresses_leave_is_told_before_anything_is_asked() -> None:
    (ask,) = asks(GeocoderParams("/lists/partners.csv"))
    assert (ask.host, ask.sends) == ("geocoding.geo.census.gov", "every address in partners.csv, without names")


def test_nothing_is_sent_before_somebody_agrees(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.route("/addressbatch", service)
    with pytest.raises(InputError, match="nobody has agreed"):
        fetch(evolve(params_of(local_web, listed(tmp_path, ["2 Main St"])), send_addresses=False), web, tmp_path / "out", progress=silent())
    assert local_web.asked == []


def test_places_ties_and_unknown_ones(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.route("/addressbatch", service)
    file = listed(tmp_path, ["2 Main St", "7 Main St", "9 Main St", "P.O. Box 4", "4 Main St, Oakland, CA 94601", ""], City=["Fresno"] * 4 + [None] * 2, Zip=["93701"] * 4 + [None] * 2)
    (landed,) = fetch(params_of(local_web, file, state="CA"), web, tmp_path / "out", progress=silent())
    frame = pd.read_csv(landed.path, dtype=str)
    assert frame["geocoder_match"].tolist() == ["Match Exact", "Tie", "No_Match", "not sent: po box", "Match Exact", "not sent: blank"]
    assert frame["longitude"].fillna("").tolist() == ["-118.02", "", "", "", "-118.04", ""]
    assert landed.notes == (
        "2 of 6 addresses were placed by the Census Bureau's service, to which the addresses were sent.", "1 address could be several places and has none.",
        "1 address is not known to the service and has no place.", "2 rows were not sent: no address, a P.O. box or no house number.")
    imported = import_file(landed.path, "service", target_crs="EPSG:3310")
    assert (imported.report.read, imported.report.kept) == (6, 2)


def test_five_fields_a_line_no_heading_and_no_names(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.route("/addressbatch", service)
    fetch(params_of(local_web, listed(tmp_path, ['2 Main St Apt 4, "The Yard", Fresno, CA 93701', "4 Main St"]), city="Fresno", state="CA"), web, tmp_path / "out", progress=silent())
    (request,) = local_web.asked
    assert request.method == "POST"
    assert [len(line) for line in sent_rows(request)] == [5, 5]
    assert sent_rows(request)[1] == ["1", "4 Main St", "Fresno", "CA", ""]
    assert b"Agency" not in request.body
    assert b"Public_AR_Current" in request.body


def test_a_long_list_goes_in_portions(local_web: LocalWeb, web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geocoder, "MOST_ROWS", 3)
    local_web.route("/addressbatch", service)
    (landed,) = fetch(params_of(local_web, listed(tmp_path, [f"{2 * n} Main St" for n in range(1, 8)])), web, tmp_path / "out", progress=silent())
    assert [len(sent_rows(one)) for one in local_web.asked] == [3, 3, 1]
    assert len(pd.read_csv(landed.path)) == 7
    monkeypatch.setattr(geocoder, "MOST_ROWS", 10_000)
    monkeypatch.setattr(geocoder, "MOST_BYTES", 40)
    assert [len(batch) for batch in geocoder._batches([(n, "12 Main St", "Fresno", "CA", "93701") for n in range(4)])] == [1, 1, 1, 1]


def test_an_answer_that_leaves_rows_out_places_nothing(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    local_web.route("/addressbatch", lambda request: Reply(b"\n".join(service(request).body.splitlines()[:-1]), type="text/csv"))
    with pytest.raises(NetworkError, match="left out 1 of the addresses"):
        fetch(params_of(local_web, listed(tmp_path, ["2 Main St", "4 Main St"])), web, tmp_path / "out", progress=silent())
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("answer", [b'"0","x","Maybe"\n', b'"0"\n', b'"5","x","Tie"\n', b'"0","x","Match","Exact","A","north,west","1","L"\n',
                                    b'"0","x","Match","Exact","A","-118,340","1","L"\n', b"{}", b"Internal error"])
def test_an_answer_of_another_kind_is_one_sentence(local_web: LocalWeb, web: Web, tmp_path: Path, answer: bytes) -> None:
    local_web.route("/addressbatch", Reply(answer, type="text/csv"))
    with pytest.raises(NetworkError):
        fetch(params_of(local_web, listed(tmp_path, ["2 Main St"])), web, tmp_path / "out", progress=silent())


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_every_fault_is_complete_or_one_sentence(local_web: LocalWeb, web: Web, tmp_path: Path, fault: str) -> None:
    local_web.route("/addressbatch", service)
    local_web.fail(FAULTS[fault])
    landed = placed_or_refused(params_of(local_web, listed(tmp_path, ["2 Main St", "4 Main St"])), web, tmp_path / "out")
    assert (landed is not None) == (tmp_path / "out").exists()
    assert landed is None or pd.read_csv(landed)["geocoder_match"].tolist() == ["Match Exact"] * 2


def placed_or_refused(params: GeocoderParams, web: Web, folder: Path) -> Path | None:
    """Where the list landed, or None where one sentence said why it did not."""
    try:
        return fetch(params, web, folder, progress=silent())[0].path
    except EcoMapError:
        return None


def test_a_list_without_addresses_is_refused_and_nothing_is_asked(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    pd.DataFrame({"Agency": ["A", "B"], "Phone": ["1", "2"]}).to_csv(tmp_path / "names.csv", index=False)
    with pytest.raises(InputError, match="No column"):
        fetch(params_of(local_web, tmp_path / "names.csv"), web, tmp_path / "out", progress=silent())
    with pytest.raises(InputError, match="No row"):
        fetch(params_of(local_web, listed(tmp_path, ["P.O. Box 1", ""])), web, tmp_path / "out", progress=silent())
    assert local_web.asked == []


def test_an_answer_cut_anywhere_places_all_or_nothing(local_web: LocalWeb, web: Web, tmp_path: Path) -> None:
    """Half of "-118.02,34.05" still looks like a place, in the sea."""
    local_web.route("/addressbatch", service)
    file = listed(tmp_path, ["2 Main St", "4 Main St"])
    fetch(params_of(local_web, file), web, tmp_path / "whole", progress=silent())
    rows = [0, 1]
    answer = service(local_web.asked[0]).body.decode("utf-8").rstrip("\r\n")
    whole = geocoder._read(answer, rows, "h")
    assert set(whole) == set(rows)
    for length in range(answer.rindex(",") + 1):  # after the last comma only the side of the street is missing, which nobody reads
        with pytest.raises(NetworkError):
            geocoder._read(answer[:length], rows, "h")
    assert geocoder._read(answer[: answer.rindex(",") + 1], rows, "h") == whole
