"""Answering from Milvus: over the network, and while another version is put in use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.serving import Serving
from bot.settings import Settings
from index.access import EVERYTHING, Access
from index.address import MilvusAddress
from index.build import ingest, remove
from index.how import How
from index.milvus.client import connect
from index.milvus.tables import RECORDS
from index.opened import open_index
from index.search import Searcher
from tests.fakes import ARTICLES, HashedWords, write_articles


@pytest.fixture
def served(tmp_path: Path, milvus_file: Path) -> Iterator[MilvusAddress]:
    """A Milvus behind an address of the network."""
    from milvus_lite.adapter.grpc.server import start_server_in_thread

    server, database, port = start_server_in_thread(str(tmp_path / "served"))
    yield MilvusAddress(f"http://127.0.0.1:{port}", "news", token="user:password")
    server.stop(grace=2).wait()
    database.close()


def test_over_the_network_it_is_the_same(served: MilvusAddress, tmp_path: Path) -> None:
    encoder, articles = HashedWords(), write_articles(tmp_path / "articles")
    assert len(ingest([str(articles)], served, encoder).added) == 3
    assert connect(served).rows(RECORDS, 'kind == "lease"', ["row"]) == []
    encoded = len(encoder.encoded)
    assert len(ingest([str(articles / "owls.md")], served, encoder, how=How(labels=("hr",))).labelled) == 1
    assert len(encoder.encoded) == encoded
    ingest([str(articles)], tmp_path / "index", encoder)
    ingest([str(articles / "owls.md")], tmp_path / "index", encoder, how=How(labels=("hr",)))
    question = "When will the ferry stop, and where did the owls nest?"
    for access in (EVERYTHING, Access(), Access.of(["hr"])):
        there, here = (
            {
                (hit.document.id, hit.passage, round(hit.score, 4), round(hit.dense, 3), round(hit.lexical, 3))
                for hit in Searcher(open_index(place), encoder).search(question, access=access)
            }
            for place in (served, tmp_path / "index")
        )
        assert there == here and len(here) > 3
    assert remove(served, encoder, lambda document: document.source == "owls.md").removed == ["owls.md"]
    assert open_index(served).manifest.documents == 2


def test_a_new_version_is_taken_up_and_who_began_with_the_old_one_goes_on(
    new_address: Callable[[], MilvusAddress], tmp_path: Path
) -> None:
    address, encoder = new_address(), HashedWords()
    ingest([str(write_articles(tmp_path / "articles"))], address, encoder)
    serves = Serving(Settings(index=address, reader="off"), encoder)
    first = serves.opened
    assert serves.opened is first and first.manifest.documents == 3
    more = write_articles(tmp_path / "more", {"more.txt": ARTICLES["owls.md"].replace("owls", "storks")})
    ingest([str(more)], address, encoder)
    assert serves.opened is not first and serves.opened.manifest.documents == 4
    assert len(first.view(EVERYTHING).documents) == 3
    assert {hit.document.source for hit in serves.bot().search("storks in the forest", k=1)} == {"more.txt"}


def test_a_slip_is_mended_to_what_the_reader_may_see(new_address: Callable[[], MilvusAddress], tmp_path: Path) -> None:
    address, encoder = new_address(), HashedWords()
    articles = write_articles(tmp_path / "articles")
    ingest([str(articles)], address, encoder)
    ingest([str(articles / "bakery.txt")], address, encoder, how=How(labels=("hr",)))
    index = open_index(address)
    assert [index.view(access).vocabulary.nearest("Oldmuoth") for access in (Access(), EVERYTHING)] == ["Oldmouth"] * 2
    assert [index.view(access).vocabulary.nearest("Edwni") for access in (Access(), EVERYTHING)] == [None, "Edwin"]
