"""What every `Index` promises, checked of each engine against brute force over its documents in Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from index.access import EVERYTHING, Access
from index.address import IndexPlace
from index.build import add_documents, remove
from index.errors import IndexMissingError, ModelMismatchError
from index.filters import Filters
from index.opened import open_index, version_in_use
from index.schema import Document
from index.search import Searcher
from index.terms import terms
from index.view import View
from tests.contracts.brute_force import ENCODER, BruteForce
from tests.fakes import HashedWords

NewPlace = Callable[[], IndexPlace]
WORDS = (
    "harbour clock ferry 3.5 baker owl forest engine winter mayor queue crown loaf boat letter “U.S.” Straße".split()
)
QUESTIONS = ["the ferry and the harbour clock", "an owl", "engine engine winter", "3.5 crowns in the U.S.", "Strasse"]
OUTLETS = ("The Daily GULL", "Straße", None, "100%_Tern")
LANGUAGES = ("en", "en-GB", "EN_us", "eng", "de", None)
SOURCES = ("2022/a_%d.txt", "2022/[draft] b%d.txt", "x'y\"%d\\z.txt", "https://e.org/w?title=A%d", "50%%_%d é.md")
FILTERS = [
    Filters(sources=("2022/*",)),
    Filters(sources=("2022/a_?.txt", "nowhere")),
    Filters(sources=("2022/a_0.txt", "x'y\"2\\z.txt")),
    Filters(sources=("*\\z*", "50%_*", "*[draft]*")),
    Filters(sources=("2022/aX?.txt",)),
    Filters(outlets=("the daily gull", "STRASSE")),
    Filters(outlets=("100%_tern",)),
    Filters(languages=("en",)),
    Filters(languages=("EN_gb", "de")),
    Filters(since="2022-05-10"),
    Filters(until="2022-05-10"),
    Filters(since="2022-05-03", until="2022-05-20", languages=("en",), outlets=("the daily gull",)),
    Filters(sources=("nowhere", 'a" or row > 0 or source == "')),
]


def article(number: int, labels: tuple[str, ...] = ()) -> Document:
    chance = np.random.default_rng(number)
    told = ". ".join(" ".join(chance.choice(WORDS, 9)).capitalize() for _ in range(2 + number % 5)) + "."
    day = f"2022-05-{1 + number % 28:02}"
    return Document.create(
        source=SOURCES[number % len(SOURCES)] % number,
        title=f"Title {number}",
        text=told,
        outlet=OUTLETS[number % len(OUTLETS)],
        language=LANGUAGES[number % len(LANGUAGES)],
        published=None if number % 7 == 0 else f"{day}T12:00:00+02:00",
        updated=day if number % 2 else None,
        labels=labels,
    )


ARTICLES = [article(n, ((), ("hr",), ("hr", "staff"), ("staff",), ())[n % 5]) for n in range(30)]
ACCESSES = [EVERYTHING, Access(), Access.of(["hr"]), Access.of(["staff", "other"])]


def check(view: View, expected: BruteForce, filters: Filters | None = None) -> None:
    for question in QUESTIONS:
        query = ENCODER.encode([question])[0]
        near, match = view.nearest(query, 1000, filters), view.matching(question, 1000, filters)
        for (rows, scores), wanted in ((near, expected.cosines(question)), (match, expected.bm25(question))):
            assert rows.dtype == np.int64 and scores.dtype == np.float32
            assert scores.tolist() == sorted(scores.tolist(), reverse=True)
            found = {view.passage(row).id: score for row, score in zip(rows.tolist(), scores.tolist(), strict=True)}
            assert found == pytest.approx(wanted, abs=1e-4), question
        best = near[0][: min(5, len(near[0]))]
        assert view.similarities(query, best).tolist() == pytest.approx(near[1][: len(best)].tolist(), abs=1e-5)
        assert view.nearest(query, 3, filters)[1].tolist() == pytest.approx(near[1][:3].tolist(), abs=1e-6)
        assert view.matching(question, 3, filters)[1].tolist() == pytest.approx(match[1][:3].tolist(), abs=1e-5)


@pytest.fixture(scope="module")
def kept(new_place: NewPlace) -> IndexPlace:
    place = new_place()
    add_documents(ARTICLES, place, ENCODER)
    return place


@pytest.mark.parametrize("access", ACCESSES, ids=lambda access: "+".join(sorted(access.labels or ["open"])))
def test_what_a_reader_sees_is_brute_force_over_it(kept: IndexPlace, access: Access) -> None:
    view, seen = open_index(kept).view(access), [d for d in ARTICLES if access.admit(d)]
    expected = BruteForce(seen)
    check(view, expected)
    assert dict(view.documents) == expected.documents == {d.id: d for d in view.documents.values()}
    assert len(view.documents) == len(seen) == len(dict(view.documents.items()))
    assert view.counts() == Counter(p.document_id for p in expected.passages)
    assert open_index(kept).manifest.size(access) == (len(seen), len(expected.passages))
    for word in ("owl", "harbour", "strass", "zeppelin", "3.5", ""):
        assert view.words.idf(word) == pytest.approx(expected.idf(word))
        assert view.words.knows(word) == any(word in found for found in expected.terms)
    for row in view.nearest(ENCODER.encode(["owl"])[0], 1000)[0].tolist():
        passage = view.passage(row)
        assert view.documents[passage.document_id].text[passage.start : passage.end] == passage.text
    hidden = [d for d in ARTICLES if not access.admit(d)]
    assert [d.id for d in hidden if d.id in view.documents] == []
    assert view.documents.get("nothing") is view.documents.get("\udc80") is None
    assert "harbour" in view.vocabulary


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_filters_are_those_of_python(kept: IndexPlace, filters: Filters) -> None:
    for access in (EVERYTHING, Access.of(["hr"])):
        seen = [d for d in ARTICLES if access.admit(d)]
        view, all_ = open_index(kept).view(access), BruteForce(seen)
        admitted = {d.id for d in seen if filters.admit(d)}
        for question in QUESTIONS:
            for (rows, scores), wanted in (
                (view.nearest(ENCODER.encode([question])[0], 1000, filters), all_.cosines(question)),
                (view.matching(question, 1000, filters), all_.bm25(question)),
            ):
                found = {view.passage(row).id: s for row, s in zip(rows.tolist(), scores.tolist(), strict=True)}
                ids = {p.id for p in all_.passages if p.document_id in admitted}
                assert found == pytest.approx({id: s for id, s in wanted.items() if id in ids}, abs=1e-4)


def test_the_filters_let_some_through_and_keep_some_out() -> None:
    admitted = [sum(map(filters.admit, ARTICLES)) for filters in FILTERS]
    assert [count for count in admitted if not 0 < count < len(ARTICLES)] == [0, 0]


@pytest.mark.parametrize("k", [0, -3])
def test_none_wanted_none_found(kept: IndexPlace, k: int) -> None:
    view = open_index(kept).view(EVERYTHING)
    assert [len(found) for found in view.nearest(ENCODER.encode(["owl"])[0], k)] == [0, 0]
    assert [len(found) for found in view.matching("owl", k)] == [0, 0]


@pytest.mark.parametrize("question", ["", "the and of", "zeppelin \udc80", "?"])
def test_a_question_without_known_words_matches_nothing(kept: IndexPlace, question: str) -> None:
    assert len(open_index(kept).view(EVERYTHING).matching(question, 10)[0]) == 0


def test_after_many_ingests_it_is_as_if_made_in_one(new_place: NewPlace) -> None:
    encoder, place, known = HashedWords(), new_place(), dict[str, Document]()
    for step in range(12):
        some = [article(n, ("hr",) if (n + step) % 3 else ()) for n in range(3 * step % 20, 3 * step % 20 + 5)]
        some += [replace(article(40 + step, ("staff",)), source=f"moved/{step // 3}.txt")]
        add_documents(some, place, encoder)
        known |= {d.source: d for d in some}
        if step % 4 == 3:
            gone = sorted(known)[:: step + 1]
            report = remove(place, encoder, lambda d: d.source in gone)  # noqa: B023
            assert sorted(report.removed) == gone
            known = {source: d for source, d in known.items() if source not in gone}
    documents = list(known.values())
    index = open_index(place)
    for access in ACCESSES:
        seen = [d for d in documents if access.admit(d)]
        view, expected = index.view(access), BruteForce(seen)
        assert dict(view.documents.items()) == expected.documents
        assert view.counts() == Counter(p.document_id for p in expected.passages)
        assert index.manifest.size(access) == (len(seen), len(expected.passages))
        for word in WORDS:
            for term in terms(word):
                assert view.words.idf(term) == pytest.approx(expected.idf(term)), term
        rows, _ = view.nearest(ENCODER.encode(["owl"])[0], 1000)
        assert {view.passage(row).id for row in rows.tolist()} == {p.id for p in expected.passages}
    encoded = len(encoder.encoded)
    add_documents([replace(d, labels=("new",)) for d in documents], place, encoder)
    assert len(encoder.encoded) == encoded, "nothing is encoded twice"
    assert open_index(place).view(Access()).counts() == {}
    assert len(open_index(place).view(Access.of(["new"])).documents) == len(documents)


def test_an_empty_index_and_none(new_place: NewPlace) -> None:
    place = new_place()
    with pytest.raises(IndexMissingError, match=r"there is no index at .*; make one: python ingest.py PATH --index"):
        open_index(place)
    with pytest.raises(IndexMissingError):
        remove(place, ENCODER, lambda document: True)
    with pytest.raises(IndexMissingError):
        version_in_use(place)
    add_documents([article(1)], place, ENCODER)
    remove(place, ENCODER, lambda document: True)
    view = open_index(place).view(EVERYTHING)
    assert len(view.documents) == 0 and view.counts() == {} and Searcher(open_index(place), ENCODER).search("owl") == []
    assert [len(found) for found in view.nearest(ENCODER.encode(["owl"])[0], 5)] == [0, 0]


def test_a_passage_without_any_word_is_found_all_the_same(new_place: NewPlace) -> None:
    place = new_place()
    add_documents([Document.create(source="a", title="", text="?!"), article(1)], place, ENCODER)
    rows, _ = (view := open_index(place).view(EVERYTHING)).nearest(ENCODER.encode(["?!"])[0], 1)
    assert view.passage(rows[0]).text == "?!"


def test_another_model_is_refused(kept: IndexPlace) -> None:
    other, version = HashedWords(dimension=32, name="other"), version_in_use(kept)
    with pytest.raises(ModelMismatchError, match="was built with the model 'hashed-words'"):
        add_documents([article(99)], kept, other)
    with pytest.raises(ModelMismatchError):
        Searcher(open_index(kept), other)
    assert version_in_use(kept) == version


def test_a_version_has_a_name_that_changes_with_it(new_place: NewPlace) -> None:
    place = new_place()
    add_documents([article(1)], place, ENCODER)
    first = version_in_use(place)
    assert version_in_use(place) == first
    add_documents([article(2)], place, ENCODER)
    assert version_in_use(place) != first
