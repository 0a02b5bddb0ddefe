"""The routes of the document view and of the documents for programs, over plain documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.settings import Settings
from bot.ui.routes.document import Articles, document_routes
from bot.ui.routes.server import middleware
from index.errors import IndexMissingError
from index.schema import Document
from tests.ui.samples import CLOCKS, MILL, TREATY
from tests.ui.test_document import Shown


def client(*documents: Document) -> TestClient:
    found: Articles = {document.id: document for document in documents}
    return TestClient(Starlette(routes=document_routes(lambda _: found), middleware=middleware))


@pytest.fixture
def http() -> TestClient:
    return client(TREATY, MILL, CLOCKS)


def test_the_document_with_its_citations_is_a_page_that_is_not_kept(http: TestClient) -> None:
    answer = http.get(f"/document/{TREATY.id}?cite=2:0-19&cite=1:21-45&theme=dark&lang=de")
    page = Shown(answer.text)
    assert answer.status_code == 200 and answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert page.cited("c2") == "The room was empty." and page.cited("c1") == "obody had come to Cairo."
    assert page.having("lang")[0] == "de" and page.having("data-theme") == ["dark"]


def test_the_page_allows_its_own_script_and_nothing_else(http: TestClient) -> None:
    for path in (f"/document/{TREATY.id}", "/document/none", f"/document/{TREATY.id}?cite=x"):
        policy = dict(part.split(" ", 1) for part in http.get(path).headers["content-security-policy"].split("; "))
        assert (policy["default-src"], policy["script-src"], policy["base-uri"]) == ("'none'", "'self'", "'none'")
        assert http.get(path).headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("cite=1:0-5&cite=2:9", "“2:9”"),
        ("cite=1:0-99999", "“1:0-99999”"),
        ("cite=1:0-5&cite=1:7-9", "“1:7-9”"),
        ("cite=", "“”"),
        ("&".join(["cite=0:0-5"] * 1001), "1001 citations; up to 1,000"),
        ("theme=sepia", "“sepia”"),
        ("cite=%3Cscript%3Ealert(1)%3C/script%3E", "“<script>alert(1)</script>”"),
        (f"cite={'9' * 5000}", f"“{'9' * 80}”"),
    ],
)
def test_a_bad_address_is_400_with_a_page_that_names_the_value(http: TestClient, query: str, named: str) -> None:
    answer = http.get(f"/document/{TREATY.id}?{query}")
    page = Shown(answer.text)
    assert answer.status_code == 400 and answer.headers["cache-control"] == "no-store"
    assert named in page.everything and len(answer.text) < 4000
    assert page.having("src") == ["../footnote/document.js"]
    assert "./../" in page.having("href")


def test_an_unknown_document_is_404_with_where_the_quotation_still_is(http: TestClient) -> None:
    answer = http.get("/document/0123456789abcdef?cite=1:0-5")
    assert answer.status_code == 404
    said = Shown(answer.text).everything
    assert "0123456789abcdef" in said and "changed or removed since" in said and "card keeps the quotation" in said
    assert "Diesen Artikel gibt es hier nicht mehr" in http.get("/document/x", headers={"Accept-Language": "de"}).text


@pytest.mark.parametrize(
    ("asked", "accepted", "setting", "language"),
    [
        ("de", "en", "en", "de"),
        ("", "de-AT, en;q=0.5", "auto", "de"),
        ("", "de", "en", "en"),
        ("tlh", "fr, de;q=0.8", "auto", "de"),
        ("", "", "auto", "en"),
    ],
)
def test_the_language_is_that_asked_for_then_set_then_accepted(
    monkeypatch: pytest.MonkeyPatch, http: TestClient, asked: str, accepted: str, setting: str, language: str
) -> None:
    monkeypatch.setenv("FOOTNOTE_LANGUAGE", setting)
    answer = http.get(f"/document/{CLOCKS.id}?lang={asked}", headers={"Accept-Language": accepted})
    assert f'<html lang="{language}">' in answer.text


@pytest.mark.parametrize("path", ["/document/x"])
def test_without_an_index_all_are_503_and_name_no_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: str
) -> None:
    def load(settings: Settings) -> Articles:
        raise IndexMissingError(f"there is no index at {settings.index}; run: ingest.py PATH --index {settings.index}")

    monkeypatch.setenv("FOOTNOTE_INDEX", str(tmp_path / "none"))
    answer = TestClient(Starlette(routes=document_routes(load))).get(path)
    assert answer.status_code == 503 and str(tmp_path) not in answer.text and "there is no index" in answer.text


def test_bad_settings_are_503_too(monkeypatch: pytest.MonkeyPatch, http: TestClient) -> None:
    monkeypatch.setenv("FOOTNOTE_PASSAGES", "many")
    page = http.get(f"/document/{TREATY.id}")
    assert page.status_code == 503 and "FOOTNOTE_PASSAGES" in page.text


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/footnote/document.css", "text/css"),
        ("/footnote/document.js", "text/javascript"),
        ("/footnote/icon.svg", "image/svg"),
    ],
)
def test_the_views_files_are_revalidated_not_sent_again(http: TestClient, path: str, kind: str) -> None:
    answer = http.get(path)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith(kind)
    assert answer.headers["cache-control"] == "no-cache"
    again = http.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304 and again.content == b""


def test_only_reading_is_allowed(http: TestClient) -> None:
    assert http.post("/document/x").status_code == 405
