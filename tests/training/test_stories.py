"""The project's own stories: what a file of them becomes, and whether those that ship are sound."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import HashedWords
from tests.training.samples import write_json
from training.cases import story_groups
from training.reader.batches import Mix, Sampler
from training.reader.examples import Example, make_examples
from training.reader.sources import STORIES, Source, read_stories

FERRY = "The ferry sank on Monday. Nobody was hurt, the owner said."
DIVERS = "Divers raised the ferry in May. According to the owner, nobody was hurt. It will be scrapped in Crowle."
FLOOD = "The flood came at night. It took nine sheep."


def story(*articles: tuple[str, str], questions: list[dict[str, Any]]) -> dict[str, Any]:
    return {"story": "s", "articles": [{"title": t, "text": x} for t, x in articles], "questions": questions}


SUNK = story(
    ("Ferry sinks", FERRY),
    ("Ferry raised", DIVERS),
    questions=[
        {
            "question": "Was anyone injured?",
            "answers": ["obody was hurt"],
            "evidence": ["Nobody was hurt, the owner said.", "According to the owner, nobody was hurt."],
        },
        {
            "question": "Where will the ferry end?",
            "answers": ["Crowle"],
            "evidence": ["It will be scrapped in Crowle."],
        },
        {"question": "Why did it sink?", "near": ["The ferry sank on Monday."], "missing": "the cause"},
    ],
)
WET = story(
    ("Flood", FLOOD),
    questions=[{"question": "How many sheep?", "answers": ["nine"], "evidence": ["It took nine sheep."]}],
)


@pytest.fixture
def stories(tmp_path: Path) -> Source:
    write_json(tmp_path / "a.json", [SUNK, WET])
    return read_stories(tmp_path)


def made(source: Source) -> list[Example]:
    return list(make_examples(source, HashedWords(max_tokens=70), random.Random(0)))


def test_a_topic_is_an_article_and_the_last_story_is_kept_for_development(stories: Source) -> None:
    assert stories.texts == {"Ferry sinks": FERRY, "Ferry raised": DIVERS, "Flood": FLOOD}
    assert stories.kept == {"Flood"}


def test_a_question_is_asked_of_each_article_that_answers_it(stories: Source) -> None:
    hurt = [a for a in stories.asked if a.text == "Was anyone injured?"]
    assert [a.topic for a in hurt] == ["Ferry sinks", "Ferry raised"]
    for one, (other, text) in zip(hurt, (("Ferry raised", DIVERS), ("Ferry sinks", FERRY)), strict=True):
        assert [stories.texts[one.topic][s:e] for s, e in one.spans] == ["obody was hurt"]
        assert [(t, text[s:e]) for t, (s, e) in one.elsewhere] == [(other, "obody was hurt")]
        assert one.story == {"Ferry sinks", "Ferry raised"}


def test_a_near_miss_has_a_home_and_no_answer(stories: Source) -> None:
    (near,) = [a for a in stories.asked if a.text == "Why did it sink?"]
    assert (near.spans, near.answers, near.sentences) == ((), (), ())
    assert FERRY[slice(*near.home)] == "The ferry sank on Monday."


def test_what_answers_elsewhere_is_no_negative(stories: Source) -> None:
    for example in made(stories):
        held = {p.text for p in example.negatives}
        if example.question == "Was anyone injured?":
            assert held <= {FLOOD}
        if example.question == "Where will the ferry end?":
            assert FERRY in held


def test_development_questions_are_those_of_the_story_kept(stories: Source) -> None:
    assert {e.question for e in made(stories) if e.dev} == {"How many sheep?"}


def test_groups_are_of_the_story_kept_and_know_whole_sentences(stories: Source) -> None:
    (group,) = story_groups(stories, 0)
    assert not list(story_groups(stories, 1)), "there is but one"
    assert group.articles == [("Flood", FLOOD)]
    assert [(c.question, c.kind, c.words) for c in group.cases] == [
        ("How many sheep?", "answerable", ("It took nine sheep.",))
    ]


def test_the_share_of_stories_in_a_batch(stories: Source) -> None:
    told = made(stories)
    others = [replace(e, question=f"Else: {e.question}", source="squad") for e in told]
    for share, least, most in ((0.0, 0, 0), (0.5, 60, 140), (1.0, 200, 200)):
        mix = Mix(answered=200, near=200, swapped=0, cut=0, claims=0, policy=0, stories=share, near_stories=share)
        items, _ = Sampler(told + others, random.Random(0), mix).draw()
        for answers in (1, 0):
            mine = [i for i in items if i.relevant == 1 and i.answers == answers]
            assert least <= sum(not i.question.startswith("Else") for i in mine) <= most


def test_nothing_to_make_an_item_of_is_an_error(stories: Source) -> None:
    plain = [replace(e, swapped=None) for e in made(stories)]
    with pytest.raises(ValueError, match="made only 0 of 1 items"):
        Sampler(plain, random.Random(0), Mix(answered=0, near=0, swapped=1, cut=0, claims=0)).draw()


def test_no_stories_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no stories"):
        read_stories(tmp_path)


@pytest.mark.parametrize("file", sorted(STORIES.glob("*.json")), ids=lambda f: f.stem)
def test_the_stories_that_ship_are_sound(file: Path) -> None:
    for told in json.loads(file.read_text("utf-8")):
        texts = [article["text"] for article in told["articles"]]
        for question in told["questions"]:
            assert ("evidence" in question) != ("near" in question)
            sentences = question.get("evidence") or question["near"]
            assert sentences
            for sentence in sentences:
                assert any(sentence in text for text in texts), sentence
            for answer in question.get("answers", ()):
                assert any(answer in sentence for sentence in sentences), answer
        asked = [question["question"] for question in told["questions"]]
        assert len(asked) == len(set(asked))


def test_the_titles_that_ship_differ() -> None:
    titles = [
        article["title"]
        for file in STORIES.glob("*.json")
        for told in json.loads(file.read_text("utf-8"))
        for article in told["articles"]
    ]
    assert titles and len(titles) == len(set(titles))
