"""Origins: one way to write each, and nothing that is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.origins import is_at, parse_origin
from bot.settings import Settings


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("https://wiki.example", "https://wiki.example"),
        (" HTTPS://Wiki.Example:443 ", "https://wiki.example"),
        ("http://wiki:80", "http://wiki"),
        ("http://wiki:443", "http://wiki:443"),
        ("https://wiki:08443", "https://wiki:8443"),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("http://[::1]:80", "http://[::1]"),
        ("https://xn--mnchen-3ya.example", "https://xn--mnchen-3ya.example"),
    ],
)
def test_an_origin_is_written_in_one_way(given: str, meant: str) -> None:
    assert parse_origin(given) == meant


NONE = [
    *("*", "null", "https://*", "https://*.example", "wiki.example", "ftp://wiki", "https://", "https:///", "//wiki"),
    *("https://wiki/", "https://wiki/page", "https://wiki?x", "https://wiki#x", "https://me@wiki", "https://wiki:"),
    *("https://wiki:0", "https://wiki:65536", "https://wiki:port", "https://wi ki", "https://wiki;script-src", "https://a'b"),
    *("https://münchen.example", "https://wiki\nx", "https://-wiki", "https://[::1", "javascript://wiki", "https://wiki,x"),
]  # fmt: skip


@pytest.mark.parametrize("given", NONE)
def test_what_is_no_origin_is_refused_with_what_to_give(given: str) -> None:
    with pytest.raises(ValueError, match=r"is no origin; give scheme://host or"):
        parse_origin(given)


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://footnote:8501", "footnote:8501", True),
        ("http://footnote:8501", "Footnote:8501", True),
        ("https://footnote", "footnote", True),  # behind a proxy that has the certificate
        ("https://footnote", "footnote:443", True),
        ("http://footnote", "footnote:80", True),
        ("http://[::1]:8501", "[::1]:8501", True),
        ("https://footnote", "footnote:80", False),
        ("http://footnote:8502", "footnote:8501", False),
        ("http://footnote:8501", "footnote", False),
        ("http://evil.footnote", "footnote", False),
        ("http://footnote.evil", "footnote", False),
        ("http://footnote@evil", "footnote", False),
        ("null", "null", False),
        ("http://footnote", "", False),
        ("http://footnote", "footnote, evil", False),
        ("", "", False),
    ],
)
def test_a_page_is_the_servers_own_if_host_and_port_are_the_same(origin: str, host: str, same: bool) -> None:
    assert is_at(origin, host) is same


def load(folder: Path, **values: str) -> Settings:
    return Settings.load({f"FOOTNOTE_{name.upper()}": value for name, value in values.items()}, folder)


def test_the_settings_have_them_once_each(tmp_path: Path) -> None:
    assert load(tmp_path).origins == ()
    assert load(tmp_path, origins="https://B:443, https://a,,https://b").origins == ("https://b", "https://a")
    (tmp_path / "footnote.toml").write_text('origins = ["https://a", "http://b:8000"]\n')
    assert load(tmp_path).origins == ("https://a", "http://b:8000")


@pytest.mark.parametrize(
    ("name", "value"),
    [("origins", "https://a,*"), ("origins", "null"), ("token_seconds", "59"), ("token_seconds", "3601")],
)
def test_a_bad_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"^FOOTNOTE_{name.upper()} is .*; .*give "):
        load(tmp_path, **{name: value})
