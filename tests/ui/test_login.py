"""Signing in with a real provider, in a real browser; and what opens to whom."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from itsdangerous import URLSafeTimedSerializer

from index.build import add_documents
from index.opened import open_index
from index.schema import Document
from tests.fakes import HashedWords
from tests.ui.conftest import a_reader, running
from tests.ui.provider import CLIENT, SECRET, Provider, provider

COOKIE_SECRET = "of-the-server-0123456789-0123456789"
COOKIE = "_streamlit_user"


@dataclass(frozen=True)
class Served:
    """A server whose readers sign in, its provider, and the ids of an open document and one with the label hr."""

    address: str
    provider: Provider
    open: str
    hidden: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("login")
    documents = [
        Document.create(source="open.txt", title="Ferry", text="The ferry stops at nine."),
        Document.create(source="pay.txt", title="Pay", text="Zorblatt gets 913.", labels=("hr",)),
    ]
    add_documents(documents, folder / "index", HashedWords())
    ids = {d.source: d.id for d in open_index(folder / "index").documents.values()}
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with provider() as found:
        secrets = folder / "secrets.toml"
        secrets.write_text(
            f'[auth]\nredirect_uri = "{address}/oauth2callback"\ncookie_secret = "{COOKIE_SECRET}"\n'
            f'client_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
            f'server_metadata_url = "{found.issuer}/.well-known/openid-configuration"\n'
        )
        with running(
            folder / "index",
            port,
            STREAMLIT_SECRETS_FILES=str(secrets),
            FOOTNOTE_LOGIN="1",
            FOOTNOTE_LOGIN_LABELS_CLAIM="groups",
            FOOTNOTE_KEYS=str(folder / "keys.json"),
        ):
            yield Served(address, found, ids["open.txt"], ids["pay.txt"])


def paths(served: Served) -> list[str]:
    found = (f"document/{served.open}", f"api/documents/{served.open}", "api/documents", "v1/models", "metrics")
    return [f"{served.address}/{path}" for path in found]


def cookie(served: Served, *, secret: str = COOKIE_SECRET, salt: str = COOKIE, **claims: Any) -> dict[str, str]:
    """The cookie that Streamlit would set for these claims, if it had this secret."""
    said = {"sub": "7", "iss": served.provider.issuer, "origin": served.address, "is_logged_in": True, **claims}
    return {COOKIE: str(URLSafeTimedSerializer(secret, salt=salt).dumps(json.dumps(said)))}


def statuses(served: Served, cookies: dict[str, str]) -> set[int]:
    return {httpx.get(path, cookies=cookies).status_code for path in paths(served)}


def test_who_has_not_signed_in_gets_the_page_that_asks_to_and_nothing_else(served: Served) -> None:
    assert statuses(served, {}) == {401}
    assert httpx.get(f"{served.address}/conversation/x.md").status_code == 401
    assert httpx.post(f"{served.address}/api/feedback", json={"exchange": "x", "verdict": "up"}).status_code == 401
    for path in ("/", "/library", "/api/health"):
        assert httpx.get(served.address + path).status_code == 200
    assert "Zorblatt" not in httpx.get(served.address).text


def test_a_cookie_opens_only_if_it_is_streamlits_own(served: Served) -> None:
    assert statuses(served, cookie(served)) == {200}
    for forged in (
        cookie(served, secret="another"),
        cookie(served, secret=""),
        cookie(served, salt="_streamlit_user_tokens"),
        cookie(served, origin="http://elsewhere.example"),
        cookie(served, is_logged_in=False),
        cookie(served, is_logged_in="yes"),
        cookie(served, sub=""),
        cookie(served, sub=None),
        {COOKIE: cookie(served)[COOKIE][:-1]},
        {COOKIE: "." + cookie(served)[COOKIE]},
        {COOKIE: ""},
        {COOKIE: "chunks-2"},
        {COOKIE: str(URLSafeTimedSerializer(COOKIE_SECRET, salt=COOKIE).dumps("chunks-2"))},
        {COOKIE: str(URLSafeTimedSerializer(COOKIE_SECRET, salt=COOKIE).dumps("[]"))},
    ):
        assert statuses(served, forged) == {401}, forged


def test_labels_are_those_of_the_claim(served: Served) -> None:
    def status(**claims: Any) -> int:
        path = f"{served.address}/document/{served.hidden}"
        return httpx.get(path, cookies=cookie(served, **claims)).status_code

    for groups in (["hr"], "hr", "staff HR", ["Domain Users", "HR", 5, None]):
        assert status(groups=groups) == 200, groups
    for other in (
        {},
        {"groups": ["staff"]},
        {"groups": {"hr": True}},
        {"groups": 5},
        {"roles": ["hr"]},
        {"groups": [["hr"]]},
    ):
        assert status(**other) == 404, other


def sign_in(page: Any, served: Served) -> None:
    page.goto(served.address)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()


@pytest.mark.slow
@pytest.mark.browser
def test_conversations_go_with_the_user_from_browser_to_browser(served: Served, browser: Any) -> None:
    asked = "Who will lead the merger?"
    for sub, had in (("7", False), ("7", True), ("8", False), ("7", True)):
        served.provider.user = {"sub": sub}
        with a_reader(browser) as page:
            sign_in(page, served)
            page.get_by_text("Nothing kept yet." if not had else asked).first.wait_for()
            assert page.get_by_role("button", name=asked).count() == int(had)
            if (sub, had) == ("7", False):
                page.get_by_role("textbox", name="Ask your articles a question").fill(asked)
                page.keyboard.press("Enter")
                page.get_by_role("button", name=asked, exact=True).first.wait_for()


@pytest.mark.browser
def test_a_reader_signs_in_sees_what_is_theirs_and_signs_out(served: Served, browser: Any) -> None:
    served.provider.user = {"sub": "7", "name": "Ann", "groups": ["hr"]}
    hidden = f"{served.address}/document/{served.hidden}"
    with a_reader(browser) as page:
        page.goto(served.address)
        page.get_by_role("button", name="Sign in").wait_for()
        assert page.get_by_role("link", name="Library").count() == 0 and page.get_by_role("textbox").count() == 0
        assert page.request.get(hidden).status == 401
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Sign out").wait_for()
        assert "Zorblatt" in page.request.get(hidden).text()
        page.get_by_role("link", name="Library").click()
        page.get_by_text("pay.txt").first.wait_for()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="Sign in").wait_for()
        assert page.request.get(hidden).status == 401
    served.provider.user = {"sub": "8", "name": "Bob"}
    with a_reader(browser) as page:
        sign_in(page, served)
        page.get_by_role("link", name="Library").click()
        page.get_by_text("open.txt").first.wait_for()
        assert page.get_by_text("pay.txt").count() == 0 and page.request.get(hidden).status == 404
