"""The loaders of RealTime QA, MultiHop-RAG and RAMDocs."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.errors import SuiteError
from eval.loaders import load
from eval.schema import GoldSpan, Nugget, Question
from tests.eval.formats import (
    MILL,
    QUAY,
    as_json,
    as_lines,
    by_id,
    fact,
    multihop,
    multihop_item,
    ramdocs,
    realtime_item,
    realtimeqa,
    texts,
)

# -- RealTime QA -----------------------------------------------------------------------------------------------------


def test_realtimeqa_passages_are_documents_without_their_tags(tmp_path: Path) -> None:
    suite = load(realtimeqa(tmp_path))
    assert texts(suite) == {
        "evidence-1": "It is made of Granite & lime.\nIt lasts.",
        "evidence-2": "Prices fell while 1 < 2.",
    }
    first = suite.corpus.documents[0]
    assert (first.title, first.published, first.url) == ("", "2024/01/05", "https://news.example/quiz")


def test_realtimeqa_answers_are_the_choices_in_words(tmp_path: Path) -> None:
    found = by_id(load(realtimeqa(tmp_path)))
    granite = found["20240105_0"]
    assert granite.text == "Question 0?"
    assert (granite.nuggets, granite.references) == ((Nugget(("Granite",)),), ("Granite",))
    assert granite.spans == (GoldSpan("evidence-1", "Granite"),)
    verdict = found["20240105_3"]
    assert (verdict.references, verdict.nuggets) == (("True",), ())


def test_realtimeqa_none_of_the_above_is_unanswerable_and_its_passage_is_withheld(tmp_path: Path) -> None:
    suite = load(realtimeqa(tmp_path))
    none = by_id(suite)["20240105_1"]
    assert none == Question(id="20240105_1", text="Question 1?", kind="unanswerable", answerable=False)
    assert not any("Marble" in text for text in texts(suite).values())


def test_a_realtimeqa_choice_that_only_begins_like_none_of_these_is_an_answer(tmp_path: Path) -> None:
    path = as_lines(
        tmp_path / "x", realtime_item(0, ["None of these candidates"], ["0"], "None of these candidates won.")
    )
    assert load(path).questions[0].references == ("None of these candidates",)


def test_realtimeqa_leaves_out_what_no_passage_answers_unless_an_index_is_asked(tmp_path: Path) -> None:
    path = realtimeqa(tmp_path)
    assert "20240105_2" not in by_id(load(path))
    over = load(path, index=tmp_path / "index")
    assert (over.corpus.index, over.corpus.documents) == (tmp_path / "index", ())
    slate = by_id(over)["20240105_2"]
    assert (slate.answerable, slate.references, slate.qrels, slate.spans) == (True, ("Oak",), {}, ())
    assert by_id(over)["20240105_0"].qrels == {}


def test_realtimeqa_without_any_passage_points_to_an_index(tmp_path: Path) -> None:
    path = as_lines(tmp_path / "x", realtime_item(0, ["Oak"], ["0"], " "))
    with pytest.raises(SuiteError, match=r"has no passages in `evidence`; .* --index"):
        load(path)


def test_realtimeqa_fields_go_by_other_names_too(tmp_path: Path) -> None:
    row = {"id": 5, "question": "Of what?", "choices": ["Oak", "Granite"], "answer": 1, "evidence": "Of Granite."}
    free = {"id": "6", "question_sentence": "Of what?", "answer": "Granite", "evidence": "Of Granite."}
    suite = load(as_lines(tmp_path / "x", row, free))
    assert [(q.id, q.text, q.references) for q in suite.questions] == [
        ("5", "Of what?", ("Granite",)),
        ("6", "Of what?", ("Granite",)),
    ]
    assert load(as_lines(tmp_path / "y", free)).questions == suite.questions[1:]
    assert len(suite.corpus.documents) == 1


@pytest.mark.parametrize(
    ("answer", "message"), [(["2"], "line 1: answer 2 is none of 2 choices"), ([], "line 1: .* has no answer")]
)
def test_realtimeqa_refuses_an_answer_that_is_no_choice(answer: list[str], message: str, tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match=message):
        load(as_lines(tmp_path / "x", realtime_item(0, ["Oak", "Granite"], answer, "Granite.")))


# -- MultiHop-RAG ----------------------------------------------------------------------------------------------------


def test_multihop_pools_the_distinct_facts_without_titles(tmp_path: Path) -> None:
    suite = load(multihop(tmp_path))
    assert texts(suite) == {"fact-1": "The mill closed in 1931.", "fact-2": "The quay is made of granite"}
    assert [d.title for d in suite.corpus.documents] == ["", ""]
    assert [(d.author, d.published, d.url) for d in suite.corpus.documents] == [
        (None, "2023-01-02", "https://news.example/mill"),
        ("A. Stone", None, None),
    ]
    needed, verdict, silent = suite.questions
    assert (needed.id, needed.kind, needed.qrels) == ("1", "inference_query", {"fact-1": 1, "fact-2": 1})
    assert needed.nuggets == (Nugget(("the mill",)),)
    assert needed.spans == (
        GoldSpan("fact-1", "The mill closed in 1931."),
        GoldSpan("fact-2", "The quay is made of granite"),
    )
    assert (verdict.answerable, verdict.references, verdict.nuggets) == (True, ("Yes",), ())
    assert verdict.spans == (GoldSpan("fact-1", "The mill closed in 1931."),)
    assert silent == Question(id="3", text="Who owned both?", kind="null_query", answerable=False)


def test_multihop_reads_lines_and_ids_as_well(tmp_path: Path) -> None:
    told = fact("A fact.") | {"source": "The Mill Times"}
    row = {"id": 40, "question": "Who?", "answer": "insufficient information", "evidence_list": [told]}
    suite = load(as_lines(tmp_path / "queries.jsonl", row))
    assert [d.outlet for d in suite.corpus.documents] == ["The Mill Times"]
    assert suite.questions == (Question(id="40", text="Who?", kind="unanswerable", answerable=False),)
    assert texts(suite) == {"fact-1": "A fact."}
    lines = load(multihop(tmp_path, lambda path, items: as_lines(path, *items)))
    assert lines.questions == load(multihop(tmp_path)).questions


@pytest.mark.parametrize(
    ("answer", "kind"), [("It cannot be told.", "null_query"), ("INSUFFICIENT information", "inference_query")]
)
def test_multihop_says_unanswerable_in_two_ways(answer: str, kind: str, tmp_path: Path) -> None:
    suite = load(as_json(tmp_path / "x.json", [multihop_item("Who?", answer, kind, fact("A fact."))]))
    assert suite.questions == (Question(id="1", text="Who?", kind=kind, answerable=False),)


def test_an_article_that_is_listed_twice_is_one_document(tmp_path: Path) -> None:
    article = {"title": "Mill", "body": MILL, "url": "https://news.example/mill"}
    path = multihop(tmp_path)
    as_json(tmp_path / "corpus.json", [article, article])
    assert len(load(path).corpus.documents) == 1
    as_json(tmp_path / "corpus.json", [article, article | {"body": QUAY}])
    with pytest.raises(SuiteError, match=r"document id 'https://news\.example/mill' is used 2 times"):
        load(path)


def test_multihop_prefers_the_articles_where_they_are_at_hand(tmp_path: Path) -> None:
    articles = [
        {
            "title": "Mill",
            "body": MILL,
            "url": "https://news.example/mill",
            "published_at": "2023",
            "author": "B. Miller",
        },
        {"title": "Quay", "body": "The quay is of granite.", "url": "https://news.example/quay"},
        {"title": "Blank", "body": " ", "url": "https://news.example/blank"},
    ]
    as_json(tmp_path / "corpus.json", articles)
    suite = load(multihop(tmp_path))
    mill, quay = "https://news.example/mill", "https://news.example/quay"
    assert texts(suite) == {mill: MILL, quay: "The quay is of granite."}
    first = suite.corpus.documents[0]
    assert (first.title, first.author, first.published, first.url) == ("Mill", "B. Miller", "2023", mill)
    needed = suite.questions[0]
    assert needed.qrels == {mill: 1, quay: 1}, "by address, or by title where there is no address"
    assert needed.spans == (GoldSpan(mill, "The mill closed in 1931."),), "the other fact is not in these words"


def test_multihop_evidence_from_a_missing_article_stays_judged(tmp_path: Path) -> None:
    as_json(tmp_path / "corpus.json", [{"title": "Mill", "body": MILL, "url": "https://news.example/mill"}])
    needed = load(multihop(tmp_path)).questions[0]
    assert needed.qrels == {"https://news.example/mill": 1, "Quay": 1}


# -- RAMDocs ---------------------------------------------------------------------------------------------------------


def test_ramdocs_pools_all_documents_and_wants_every_right_answer(tmp_path: Path) -> None:
    suite = load(ramdocs(tmp_path))
    assert list(texts(suite).values()) == [MILL, "It closed in 1950.", "Nothing on it.", QUAY]
    conflict, several, single, silent = suite.questions
    assert (conflict.id, conflict.kind, conflict.qrels) == ("1", "conflict", {"document-1": 1})
    assert conflict.nuggets == (Nugget(("1931",)), Nugget(("spring",)))
    assert conflict.references == ("1931", "spring")
    assert conflict.spans == (GoldSpan("document-1", "1931"),)
    assert conflict.forbidden == ()
    assert (several.kind, several.spans) == ("several answers", (GoldSpan("document-4", "granite"),))
    assert single.kind == "one answer"
    assert silent == Question(id="4", text="What sport?", kind="unanswerable", answerable=False)
