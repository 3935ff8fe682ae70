"""Addresses: which may be asked, where a redirect may lead, what stays hidden, how files are called."""

from __future__ import annotations

import pytest

from ecomap.io.web.address import checked, clean_file_name, file_name, next_hop, shown, without_secrets
from ecomap.model.errors import NetworkError


@pytest.mark.parametrize("address", [
    "", "data.lacity.org", "ftp://h.org/a", "file:///etc/passwd", "javascript:alert(1)", "https://", "https:///a", "https://h.org:port/", "https://[::1/a",
    "https://h.org/a b", "https://h.org/a\nHost: x", "https://h.org/" + "a" * 20_000,
])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(NetworkError, match="is no address of the web"):
        checked(address)


def test_an_address_is_sent_as_it_was_given() -> None:
    given = "https://h.org:8443/a%20b/c?where=STATE%3D'06'&f=json"
    assert checked(f"  {given}#part ") == given
    assert checked("HTTPS://h.org") == "https://h.org/"
    assert checked("https://h.org/niños?q=ñ") == "https://h.org/ni%C3%B1os?q=%C3%B1"


@pytest.mark.parametrize(("address", "location", "words"), [
    ("https://h.org/a", "http://h.org/a", "without encryption"),
    ("https://h.org/a", "https://127.0.0.1/a", "a computer of this network"),
    ("https://h.org/a", "https://localhost/a", "a computer of this network"),
    ("https://h.org/a", "https://169.254.169.254/meta", "a computer of this network"),
    ("http://h.org/a", "http://192.168.1.1/", "a computer of this network"),
    ("http://h.org/a", "http://[::1]/", "a computer of this network"),
    ("https://h.org/a", "file:///etc/passwd", "is no address of the web"),
])
def test_where_a_redirect_may_not_lead(address: str, location: str, words: str) -> None:
    with pytest.raises(NetworkError, match=words):
        next_hop(address, location)


def test_where_a_redirect_may_lead() -> None:
    assert next_hop("http://h.org/a/b", "https://h.org/a/b") == "https://h.org/a/b"
    assert next_hop("https://h.org/a/b", "../c?d=1") == "https://h.org/c?d=1"
    assert next_hop("http://127.0.0.1:80/a", "http://localhost/b") == "http://localhost/b"


@pytest.mark.parametrize("secret", [
    "key=sesame", "f=json&token=sesame", "X-Amz-Signature=sesame&x=1", "sig=sesame", "$$app_token=sesame", "apiKey=sesame", "client_secret=sesame", "PASSWORD=sesame",
])
def test_what_is_secret_is_taken_out_and_hidden(secret: str) -> None:
    address = f"https://h.org/a?{secret}"
    bare, key = without_secrets(address)
    assert "sesame" not in bare + shown(address) + repr(key)
    assert key is not None
    assert key.secrets == ("sesame",)
    assert key.origin == "https://h.org"


def test_what_is_not_secret_stays() -> None:
    address = "https://h.org/a?keyword=a&f=json&OBJECTID=1&monkey=2"
    assert without_secrets(address) == (address, None)
    assert shown(address) == address


@pytest.mark.parametrize(("told", "name"), [
    ('attachment; filename="a.csv"', "a.csv"), ("attachment; filename=a.csv; size=1", "a.csv"), ("attachment; filename*=UTF-8''ni%C3%B1os.csv", "niños.csv"),
    ('attachment; filename="..\\\\..\\\\a.csv"', "a.csv"), ('attachment; filename="/etc/cron.d/a.csv"', "a.csv"), ('attachment; filename="CON.csv"', "_CON.csv"),
    ('attachment; filename="a\x00b|c?.csv"', "a_b_c_.csv"), ('attachment; filename=".."', "report.csv"), ("inline", "report.csv"),
])
def test_names_that_a_publisher_gives(told: str, name: str) -> None:
    assert file_name("https://h.org/x/report", told, "text/csv; charset=utf-8") == name


def test_long_names_are_cut_and_keep_their_ending() -> None:
    assert clean_file_name("a" * 300 + ".csv") == "a" * 116 + ".csv"
    assert file_name("https://h.org/a/frpm2526.xlsx", "", "application/octet-stream") == "frpm2526.xlsx"
