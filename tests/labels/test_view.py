"""What an access admits of an index: documents, rows, words and their weights, twins."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index.access import EVERYTHING, Access, check_labels, parse_labels
from index.address import IndexPlace
from index.build import add_documents
from index.errors import LabelError
from index.opened import open_index
from index.schema import Document
from index.search import Searcher
from index.view import Stored
from tests.fakes import FERRY, HashedWords
from tests.labels.leak import secret_index

NewPlace = Callable[[], IndexPlace]
STORY = " ".join(FERRY.split("\n\n")[1:])


def made(source: str, text: str, *labels: str) -> Document:
    return Document.create(source=source, title=source, text=text, labels=labels)


def indexed(place: IndexPlace, *documents: Document) -> Stored:
    add_documents(documents, place, HashedWords())
    return open_index(place)


@pytest.mark.parametrize("bad", ["", " ", "a b", "é", "x" * 41, "hr;staff", "../hr", "hr\n\nstaff", "*"])
def test_a_bad_label_is_named(bad: str) -> None:
    with pytest.raises(LabelError) as caught:
        check_labels(["ok", bad])
    assert repr(bad) in str(caught.value) and "1 to 40 letters" in str(caught.value)


def test_labels_are_small_letters_each_once_in_order() -> None:
    assert check_labels(["Staff", "hr", " HR ", "a-1_b"]) == ("a-1_b", "hr", "staff")
    assert parse_labels("hr, Staff") == ("hr", "staff") and parse_labels(" ") == ()
    with pytest.raises(LabelError, match="'' is no label"):
        parse_labels("hr,,staff")


@pytest.mark.parametrize(
    ("labels", "seen"),
    [((), "o"), (("hr",), "ohb"), (("staff",), "osb"), (("hr", "staff"), "ohsb"), (("other",), "o"), (None, "ohsb")],
)
def test_one_label_in_common_is_enough_and_no_labels_is_open(
    new_place: NewPlace, labels: tuple[str, ...] | None, seen: str
) -> None:
    documents = [
        made("o", "One."),
        made("h", "Two.", "hr"),
        made("s", "Three.", "staff"),
        made("b", "4.", "hr", "staff"),
    ]
    index = indexed(new_place(), *documents)
    access = Access(None if labels is None else frozenset(labels))
    view = index.view(access)
    assert {d.source for d in view.documents.values()} == set(seen)
    assert set(view.counts()) == set(view.documents)
    assert index.manifest.size(access) == (len(view.documents), sum(view.counts().values()))
    hits = Searcher(index, HashedWords()).search("One Two Three Four", 200, access=access)
    assert {hit.document.source for hit in hits} == set(seen)


def test_who_sees_nothing_finds_nothing(new_place: NewPlace) -> None:
    searcher = Searcher(indexed(new_place(), made("h", "Two words.", "hr")), HashedWords())
    assert searcher.search("words", access=Access()) == []
    assert len(searcher.search("words", access=Access.of(["hr"]))) == 1


def test_words_weigh_and_are_known_as_if_the_rest_were_not_there(new_place: NewPlace) -> None:
    open_ = [made(f"{n}.txt", f"The harbour has {n} boats and a clock.") for n in range(5)]
    hidden = [made(f"h{n}.txt", f"The harbour has {n} submarines and a zeppelin.", "hr") for n in range(5)]
    whole, alone = indexed(new_place(), *open_, *hidden), indexed(new_place(), *open_)
    seen, all_, expected = whole.view(Access()), whole.view(EVERYTHING), alone.view(EVERYTHING)
    for term in ("harbour", "boat", "submarin", "zeppelin", "clock", "unheard"):
        assert seen.words.idf(term) == pytest.approx(expected.words.idf(term)), term
        assert seen.words.knows(term) == expected.words.knows(term), term
    assert all_.words.idf("boat") != pytest.approx(seen.words.idf("boat"))
    rows, scores = seen.matching("harbour clock zeppelin", 100)
    assert {seen.documents[seen.passage(row).document_id].source for row in rows} == {d.source for d in open_}
    wanted = expected.matching("harbour clock zeppelin", 100)[1]
    assert sorted(scores.tolist()) == pytest.approx(sorted(wanted.tolist()), rel=0.05)  # but for the average length
    question, encoder = "The harbour clock", HashedWords()
    hits = Searcher(whole, encoder).search(question, 100, access=Access())
    told = {h.document.source: h.lexical for h in hits}
    alone_told = {h.document.source: h.lexical for h in Searcher(alone, encoder).search(question, 100)}
    assert told == pytest.approx(alone_told, rel=0.05)


def test_twins_that_are_so_only_through_a_hidden_one_are_told_apart(new_place: NewPlace) -> None:
    words = [f"word{n}" for n in range(200)]
    a, b, c = (" ".join(words[start : start + 130]) + "." for start in (0, 25, 50))
    index = indexed(new_place(), made("a", a), made("b", b, "hr"), made("c", c))
    ids = {d.source: d.id for d in index.documents.values()}
    assert set(index.twins) == set(ids.values()), "the three are one story"
    assert index.view(Access()).twins == {}
    assert index.view(EVERYTHING).twins == index.twins


def test_a_hidden_copy_is_neither_named_nor_in_place_of_the_open_one(new_place: NewPlace) -> None:
    searcher = Searcher(
        indexed(new_place(), made("a", STORY), made("b", STORY, "hr"), made("c", STORY, "hr")), HashedWords()
    )
    question = "When will the ferry stop?"
    assert {(h.document.source, h.also) for h in searcher.search(question, access=Access())} == {("a", ())}
    named = {d.source for h in searcher.search(question, access=Access.of(["hr"])) for d in (h.document, *h.also)}
    assert named == {"a", "b", "c"}


def test_accesses_that_differ_in_unused_labels_only_share_a_view_and_few_are_kept(tmp_path: Path) -> None:
    index = secret_index(tmp_path, HashedWords())
    assert index and (opened := open_index(index)).view(Access()) is opened.view(Access.of(["x", "y"]))
    assert opened.view(EVERYTHING) is opened.view(Access.of(["hr", "x"]))
    assert opened.view(EVERYTHING).rows is None and opened.view(EVERYTHING).words is opened.lexical
