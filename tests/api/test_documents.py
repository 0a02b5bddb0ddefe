"""The documents for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from index.access import Access
from index.schema import Document, Passage
from index.view import Index
from tests.api.stand_ins import FakeServing, client_of
from tests.ui.samples import CLOCKS, MILL, TREATY, passage
from tests.ui.test_document import HOSTILE

FAR = Document.create(source="b\udc80.txt", title="Far", text="One.", origin="/home/somebody/secret/b.txt")
PASSAGES = [passage(TREATY, 0, 20), passage(TREATY, 20), passage(MILL), passage(FAR)]


class Shown:
    """An `Index` that shows these documents, whatever an index could hold."""

    def __init__(self, other: Index, documents: Sequence[Document], passages: Sequence[Passage]) -> None:
        self.manifest, self.origins, self.name = other.manifest, other.origins, other.name
        self.documents = {document.id: document for document in documents}
        self._counts = Counter(passage.document_id for passage in passages)

    def view(self, access: Access) -> Any:
        return self

    def counts(self) -> Counter[str]:
        return self._counts


def client(serving: FakeServing, *documents: Document, passages: list[Passage]) -> TestClient:
    return client_of(replace(serving, opened=Shown(serving.opened, documents, passages)))


@pytest.fixture
def http(serving: FakeServing) -> TestClient:
    return client(serving, TREATY, MILL, CLOCKS, FAR, passages=PASSAGES)


def test_the_list_tells_of_each_document_all_but_its_text_and_where_it_was_read(http: TestClient) -> None:
    answer = http.get("/api/documents")
    listed = answer.json()["documents"]
    assert [entry["id"] for entry in listed] == [TREATY.id, MILL.id, CLOCKS.id, FAR.id]
    assert [entry["passages"] for entry in listed] == [2, 1, 0, 1]
    assert listed[1] == {
        "id": MILL.id,
        "source": "wiki.xml#Old Mill",
        "title": "Old Mill",
        "author": None,
        "published": "2021-03-09T08:00:00+01:00",
        "updated": "2024-05-01T10:00:00Z",
        "outlet": "Fenpedia",
        "language": None,
        "url": "https://wiki.example/wiki/Old_Mill",
        "passages": 1,
    }
    assert "somebody" not in answer.text and "origin" not in answer.text
    assert listed[3]["source"] == "b\udc80.txt"  # a file's name that is no UTF-8
    assert answer.headers["cache-control"] == "no-store" and answer.headers["content-type"] == "application/json"


def test_one_document_comes_with_the_text_that_offsets_refer_to(http: TestClient) -> None:
    found = http.get(f"/api/documents/{TREATY.id}").json()
    assert found["text"] == TREATY.text and found["passages"] == 2
    (listed,) = [entry for entry in http.get("/api/documents").json()["documents"] if entry["id"] == TREATY.id]
    assert found == {**listed, "text": TREATY.text}


def test_an_unknown_document_is_an_error_in_json(http: TestClient) -> None:
    answer = http.get("/api/documents/nobody")
    assert answer.status_code == 404
    assert answer.json() == {
        "error": {
            "code": "document_unknown",
            "message": "no article has the id 'nobody'; GET /api/documents lists all",
        }
    }


def test_hostile_documents_are_data_for_programs(serving: FakeServing) -> None:
    document = Document.create(source=HOSTILE, title=HOSTILE, text=HOSTILE, url="javascript:alert(1)")
    answer = client(serving, document, passages=[]).get(f"/api/documents/{document.id}")
    found: dict[str, Any] = json.loads(answer.content)
    assert found["title"] == found["text"] == HOSTILE
    assert answer.headers["content-type"] == "application/json"


def test_only_reading_is_allowed(http: TestClient) -> None:
    for path in ("/api/documents", f"/api/documents/{TREATY.id}"):
        answer = http.post(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")
        assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize("id", ["..", "%2e%2e", "..%2f..%2fetc%2fpasswd", "%00", "a" * 5000, "%ff", "%F0%9F%98%80"])
def test_no_id_leads_elsewhere(http: TestClient, id: str) -> None:
    answer = http.get(f"/api/documents/{id}")
    assert answer.status_code == 404 and len(answer.text) < 1000
