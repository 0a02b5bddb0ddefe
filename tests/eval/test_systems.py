"""The systems under test: Footnote as it is, and the plain recipes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from bot.schema import Turn
from bot.settings import Settings
from bot.wire import make_bot
from eval.errors import StartError
from eval.measures.citations import is_inert, markers_sound, right_source_share, verbatim_share
from eval.schema import Corpus, Response
from eval.systems import BASELINES, DEPTH, SYSTEMS, Setup, System
from eval.systems.footnote import Footnote, index_corpus, open_footnote, open_unread
from eval.systems.langchain_recipe import open_langchain, raw_texts
from eval.systems.plain import Plain, open_bm25, open_dense, quoting
from index.build import ingest
from index.encode import Encoder
from index.errors import FootnoteIndexError
from index.opened import open_index
from tests.conftest import SAMPLES
from tests.fakes import ARTICLES, BAKERY, FERRY, HashedWords, document, write_articles

REPAIRS = "What will the repairs of the Oldmouth ferry cost?"
TUNGSTEN = "What is the boiling point of tungsten?"
_MISSING = [name for name in ("langchain_community", "langchain_text_splitters") if find_spec(name) is None]


def setup(corpus: Corpus, index: Path) -> Setup:
    return Setup(corpus, index, Settings())


def check_quotes(system: System, response: Response) -> None:
    """What every system owes: quotes that stand where they say, under numbers that are shown."""
    assert response.error is None
    assert verbatim_share(response.citations, system.texts) == 1.0
    assert markers_sound(response)
    assert right_source_share(response.citations, frozenset(system.texts)) == 1.0
    assert 0.0 <= response.confidence <= 1.0
    assert response.timings_ms["total"] > 0
    scores = [passage.score for passage in response.passages]
    assert scores == sorted(scores, reverse=True)


def test_the_names_of_the_systems() -> None:
    assert list(SYSTEMS) == ["footnote", "unread", *BASELINES]
    assert [name for name, kind in SYSTEMS.items() if kind.calibrated] == ["footnote", "unread"]
    assert SYSTEMS["unread"].opener == f"{open_unread.__module__}:{open_unread.__name__}"


def test_a_corpus_of_articles_is_indexed_once(articles: Path, tmp_path: Path, encoder: HashedWords) -> None:
    place = setup(Corpus(articles=articles), tmp_path / "new")
    assert index_corpus(place, encoder) > 0
    assert {d.source for d in open_index(place.index).documents.values()} == {"bakery.txt", "ferry.txt", "owls.md"}
    assert index_corpus(place, encoder) == 0.0


def test_a_corpus_of_documents_is_taken_as_it_is(tmp_path: Path, encoder: HashedWords) -> None:
    place = setup(Corpus(documents=(document("Share this.\n\nIt is old.", source="a"),)), tmp_path / "new")
    assert index_corpus(place, encoder) > 0
    assert [d.text for d in open_index(place.index).documents.values()] == ["Share this.\n\nIt is old."]


def test_an_index_given_is_left_alone(small: Path, tmp_path: Path, encoder: HashedWords) -> None:
    encoder.encoded.clear()
    assert index_corpus(setup(Corpus(index=small), tmp_path / "new"), encoder) == 0.0
    assert encoder.encoded == [] and not (tmp_path / "new").exists()


def test_an_article_that_is_refused_stops_the_run(articles: Path, tmp_path: Path, encoder: HashedWords) -> None:
    (articles / "empty.txt").write_text("")
    with pytest.raises(StartError, match=r"1 articles were not indexed, such as empty\.txt: the file is empty"):
        index_corpus(setup(Corpus(articles=articles), tmp_path / "new"), encoder)


@pytest.fixture
def bm25(small: Path, tmp_path: Path) -> Plain:
    """Over an index that the fake encoder made: it needs no vectors."""
    return open_bm25(setup(Corpus(index=small), tmp_path / "unused"))


def test_bm25_quotes_the_best_passage_whole(bm25: Plain, small: Path) -> None:
    index = open_index(small)
    response = bm25.respond(REPAIRS, ())
    check_quotes(bm25, response)
    rows, scores = index.lexical.search(REPAIRS, DEPTH)
    assert [p.text for p in response.passages] == [index.passages[row].text for row in rows]
    assert [p.score for p in response.passages] == pytest.approx(scores.tolist())
    best = index.passages[rows[0]]
    assert [c.quote for c in response.citations] == [best.text]
    assert response.citations[0].source == response.ranking[0][0] == "ferry.txt"
    assert "240,000" in response.answer
    assert bm25.texts["ferry.txt"] == next(d.text for d in index.documents.values() if d.source == "ferry.txt")


def test_bm25_abstains_only_where_no_word_is_shared(bm25: Plain) -> None:
    response = bm25.respond("zzz qqq", ())
    assert (response.abstained, response.answer, response.confidence, response.passages) == (True, "", 0.0, ())
    assert not bm25.respond("the boiling point of a ferry", ()).abstained


def test_the_confidence_of_bm25_keeps_the_order_of_the_scores(bm25: Plain) -> None:
    questions = ("ferry", REPAIRS, "bread and owls", "mayor of Crowle")
    pairs = sorted((r.passages[0].score, r.confidence) for r in (bm25.respond(q, ()) for q in questions))
    assert [c for _, c in pairs] == sorted(c for _, c in pairs)
    assert len({c for _, c in pairs}) == len(questions)


def test_a_plain_recipe_does_not_look_at_the_history(bm25: Plain) -> None:
    history = (Turn("user", "What of the bakery in Crowle?"), Turn("assistant", "It sells bread."))
    assert bm25.respond("ferry", history).passages == bm25.respond("ferry", ()).passages


def test_nothing_quoted_is_an_abstention_and_the_confidence_stays_in_its_bounds() -> None:
    assert quoting([], [], 0.5, 1.0).abstained
    assert [quoting([], [], value, 1.0).confidence for value in (-0.2, 0.4, 1.2)] == [0.0, 0.4, 1.0]


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """For a handful of sentences, threads do little but wait for each other; on a busy machine, for seconds."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def real(model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the small articles, made with the packaged model."""
    folder = tmp_path_factory.mktemp("real")
    ingest([str(write_articles(folder / "articles"))], folder / "index", model)
    return folder / "index"


def test_dense_search_is_exact(real: Path, model: Encoder, tmp_path: Path) -> None:
    dense = open_dense(setup(Corpus(index=real), tmp_path / "unused"))
    response = dense.respond(REPAIRS, ())
    check_quotes(dense, response)
    index = open_index(real)
    cosines = index.store.vectors() @ model.encode([REPAIRS])[0]
    order = np.argsort(-cosines, kind="stable")[:DEPTH]
    assert [p.score for p in response.passages] == pytest.approx(cosines[order].tolist(), abs=1e-5)
    assert response.citations[0].quote == index.passages[order[0]].text
    assert response.confidence == pytest.approx(float(cosines.max()), abs=1e-5)
    assert dense.index_s == 0.0


@pytest.fixture(scope="module")
def footnote(real: Path, tmp_path_factory: pytest.TempPathFactory) -> Footnote:
    return open_footnote(setup(Corpus(index=real), tmp_path_factory.mktemp("unused") / "index"))


def test_footnote_answers_as_the_product_does(footnote: Footnote, real: Path, model: Encoder) -> None:
    bot = make_bot(Settings(index=real), model)
    response, answer = footnote.respond(REPAIRS, ()), bot.ask(REPAIRS)
    check_quotes(footnote, response)
    assert "240,000" in response.answer
    assert is_inert(response.answer)
    assert (response.answer, response.abstained) == (answer.answer, False)
    assert response.confidence == pytest.approx(answer.confidence)
    assert [(s.text, s.citations) for s in response.sentences] == [(s.text, s.citations) for s in answer.sentences]
    assert [(c.source, c.start, c.end) for c in response.citations] == [
        (c.source, c.start, c.end) for c in answer.citations
    ]
    hits = bot.search(REPAIRS, k=DEPTH)
    assert [(p.source, p.text) for p in response.passages] == [(h.document.source, h.passage.text) for h in hits]
    assert (footnote.index_s, response.would_say) == (0.0, "")


def test_footnote_tells_what_it_held_back(footnote: Footnote) -> None:
    response = footnote.respond(TUNGSTEN, ())
    assert response.abstained
    assert (response.sentences, response.citations) == ((), ())
    assert response.confidence < Settings().abstain_below
    assert response.would_say, "an answerer that never abstains would have said something"
    assert response.passages, "what it found is there for the ranking measures"


def test_footnote_follows_the_history(footnote: Footnote) -> None:
    history = (Turn("user", "What did Jory Penhale say about the ferry?"), Turn("assistant", "It was wire. [1]"))
    alone, asked = footnote.respond("And Edwin Sarn?", ()), footnote.respond("And Edwin Sarn?", history)
    whole = footnote.respond("What did Edwin Sarn say about the ferry?", ())
    assert [p.score for p in asked.passages] == [p.score for p in whole.passages]
    assert asked.confidence == pytest.approx(whole.confidence)
    assert (asked.answer, asked.would_say) == (whole.answer, whole.would_say)
    assert asked.passages != alone.passages
    assert asked.confidence != pytest.approx(alone.confidence)


def test_unread_is_footnote_over_the_same_index_and_asks_no_reader(articles: Path, tmp_path: Path) -> None:
    lost = Settings(reader=str(tmp_path / "lost.safetensors"))  # a reader that no question could be put to
    place = Setup(Corpus(articles=articles), tmp_path / "new", lost)
    reading, unread = open_footnote(place), open_unread(place)
    assert reading.index_s > 0 and unread.index_s == 0.0
    with pytest.raises(FootnoteIndexError):
        reading.respond(REPAIRS, ())
    check_quotes(unread, response := unread.respond(REPAIRS, ()))
    assert "240,000" in response.answer
    assert unread.texts == reading.texts
    held_back = unread.respond(TUNGSTEN, ())
    assert held_back.abstained and held_back.would_say


def test_raw_texts_are_uncleaned_or_as_given(articles: Path, small: Path) -> None:
    found = raw_texts(Corpus(articles=articles))
    assert (found["ferry.txt"], found["bakery.txt"]) == (FERRY, BAKERY)
    assert raw_texts(Corpus(documents=(document("Owls.", source="o"),))) == {"o": "Owls."}
    cleaned = raw_texts(Corpus(index=small))
    assert "By Agnes Thule" in found["ferry.txt"] and "By Agnes Thule" not in cleaned["ferry.txt"]


# It need not be there on every machine, but what is measured in CI must be.
@pytest.mark.skipif(bool(_MISSING) and not os.environ.get("CI"), reason=f"not installed: {', '.join(_MISSING)}")
def test_the_langchain_recipe(tmp_path: Path) -> None:
    longest = sorted(SAMPLES.iterdir(), key=lambda path: path.stat().st_size)[-2:]
    articles = write_articles(tmp_path / "articles", ARTICLES | {p.name: p.read_text("utf-8") for p in longest})
    recipe = open_langchain(setup(Corpus(articles=articles), tmp_path / "unused"))
    assert set(recipe.texts) == {path.name for path in articles.iterdir()}
    for question in (REPAIRS, TUNGSTEN, longest[0].stem.replace("-", " "), longest[1].stem.replace("-", " ")):
        response = recipe.respond(question, ())
        check_quotes(recipe, response)
        assert [c.quote for c in response.citations] == [response.passages[0].text]
        assert all(passage.text in recipe.texts[passage.source] for passage in response.passages)
        assert max(len(passage.text) for passage in response.passages) in range(800, 1001)
        assert len(response.passages) > len(recipe.texts), "long articles are cut"
        assert not response.abstained, "the recipe has no way to"
    assert recipe.respond(REPAIRS, ()).ranking[0][0] == "ferry.txt"
    assert recipe.respond(REPAIRS, ()).confidence > recipe.respond(TUNGSTEN, ()).confidence
    assert recipe.index_s > 0


def test_without_langchain_its_recipe_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_community.embeddings", None)
    monkeypatch.setitem(sys.modules, "langchain_community", None)
    articles = write_articles(tmp_path / "articles")
    with pytest.raises(StartError, match=r"not installed .*pip install -r requirements-eval\.txt"):
        open_langchain(setup(Corpus(articles=articles), tmp_path / "unused"))
