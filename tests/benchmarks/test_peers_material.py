"""The articles and questions that all systems get."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.peers.gold import holds
from benchmarks.peers.material import draw, lay_out
from benchmarks.peers.peer import Passage, read_articles
from eval.errors import SuiteError
from index.schema import Document


def test_the_bundled_articles_are_laid_out_as_they_are_and_hold_what_is_asked(tmp_path: Path) -> None:
    material = lay_out(tmp_path, None, None, articles=1, questions=1000)
    texts = dict(read_articles(tmp_path))
    sample = next((Path(__file__).parents[2] / "data" / "articles").iterdir())
    assert texts[sample.name] == sample.read_text("utf-8")
    assert material.articles == len(texts) > 30
    assert material.bytes == sum(len(text.encode()) for text in texts.values())
    assert len(material.asked) > 100
    for asked in material.asked:
        assert asked.gold
        for gold in asked.gold:
            assert holds(Passage(gold.source, texts[gold.source]), gold), gold


def test_fewer_questions_are_drawn_alike_each_time(tmp_path: Path) -> None:
    drawn = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        drawn.append(lay_out(tmp_path / name, None, None, articles=1, questions=20).asked)
    assert drawn[0] == drawn[1]
    assert len(drawn[0]) == 20


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    """Two paragraphs on rivers, one on tea, one on chess, each with a question."""
    folder = tmp_path / "squad"
    folder.mkdir()
    paragraphs = [
        ("p1", "Rivers", "The Tolm is long. It rises in 1973 springs near Oskerry."),
        ("p2", "Rivers", "The Thole is short."),
        ("p3", "Tea", "Tea came in 1973. It was dear."),
        ("p4", "Chess", "Chess has 64 squares."),
    ]
    questions = [
        ("q1", "Where does the Tolm rise?", "p1", ["Oskerry", "springs near Oskerry"]),
        ("q2", "When did tea come?", "p3", ["1973"]),
        ("q3", "How many squares?", "p4", ["64"]),
    ]
    (folder / "x_paragraphs.jsonl").write_text(
        "".join(json.dumps({"id": i, "title": t, "text": x}) + "\n" for i, t, x in paragraphs), "utf-8"
    )
    (folder / "x_questions.jsonl").write_text(
        "".join(json.dumps({"id": i, "question": q, "para_id": p, "answers": a}) + "\n" for i, q, p, a in questions),
        "utf-8",
    )
    return folder


def test_paragraphs_of_one_title_make_an_article_and_the_answer_its_sentence(squad: Path, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    material = lay_out(folder, squad, None, articles=10, questions=10)
    texts = dict(read_articles(folder))
    assert sorted(texts) == ["Chess.txt", "Rivers.txt", "Tea.txt"]
    assert texts["Rivers.txt"].startswith("Rivers\n\nThe Tolm is long.")
    assert "The Thole is short." in texts["Rivers.txt"]
    gold = {asked.text: asked.gold for asked in material.asked}
    assert [g.quote for g in gold["Where does the Tolm rise?"]] == ["It rises in 1973 springs near Oskerry."]
    assert [(g.source, g.quote) for g in gold["When did tea come?"]] == [("Tea.txt", "Tea came in 1973.")]


def test_only_articles_taken_are_asked_about_and_titles_limit_the_questions(squad: Path, tmp_path: Path) -> None:
    titles = tmp_path / "titles.txt"
    titles.write_text("Tea\n", "utf-8")
    folder = tmp_path / "articles"
    folder.mkdir()
    material = lay_out(folder, squad, titles, articles=2, questions=10)
    assert [asked.text for asked in material.asked] == ["When did tea come?"]
    assert "Tea.txt" in {path.name for path in folder.iterdir()}
    assert material.articles == 2


def test_articles_that_are_asked_about_come_first() -> None:
    groups = {title: [Document.create(source=title, title=title, text=title)] for title in "abcdef"}
    assert set(draw(groups, {"b", "e"}, 2)) == {"b", "e"}
    assert draw(groups, {"b"}, 4) == draw(groups, {"b"}, 6)[:4]


def test_a_data_set_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="nowhere"):
        lay_out(tmp_path, tmp_path / "nowhere", None, articles=2, questions=10)
