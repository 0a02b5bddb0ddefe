"""Example questions: natural, plain, from different articles, and only where the text gives them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.schema import Answer
from bot.ui.examples import Example, answerable, example_questions, examples_of
from index.schema import Document
from tests.ui.samples import CLOCKS, TREATY, abstention, answer, citation


def article(title: str, text: str = "Nothing was said.") -> Document:
    return Document.create(source=f"{title}.txt", title=title, text=text)


@pytest.mark.parametrize(
    ("title", "question"),
    [
        ("Marrowick’s Line 6 to open in September, a year late", "When will Marrowick’s Line 6 open?"),
        ("Never quite over: what the council wants before it talks", "What does the council want before it talks?"),
        ("Farewells: how two embassies are being emptied", "How are two embassies being emptied?"),
        ("Why did the bridge at Saltby close?", "Why did the bridge at Saltby close?"),
    ],
)
def test_headlines_that_hold_a_question_give_it(title: str, question: str) -> None:
    assert example_questions([article(title)]) == [question]


@pytest.mark.parametrize(
    "title",
    [
        "Museum of stopped clocks starts ticking again",
        "Museum to open in May",  # "When will Museum open?" lacks an article
        "Is this the oldest parking meter in the county?",
        "What you need to know about your taxes?",
        "How [to](http://x) is **bold** :red[now]",
        "Why did <b>the</b> bridge at Saltby close?",
        "Why did $x$ and $y$ fall so far in March?",
        "Why did www.example.com close so early in March?",
    ],
)
def test_other_headlines_give_none(title: str) -> None:
    assert example_questions([article(title)]) == []


SPEECH = (
    "Anselma Tove, the director, said that the Astronomy Room had leaked for eleven years. "
    "She added that the Astronomy Room would open in May. The Astronomy Room is dry now."
)


def test_reported_speech_gives_a_question_about_what_was_spoken_of() -> None:
    assert example_questions([article("A dry roof", SPEECH)]) == ["What did Anselma Tove say about the Astronomy Room?"]


@pytest.mark.parametrize(
    "text",
    [
        # where it was said, not what about
        "Anselma Tove, the director, said in Brennick that it had leaked. She added in Brennick that it was dry.",
        # a day, an adjective, and the start of a sentence are no topics
        "Anselma Tove, the director, said that Monday was wet. She added that Monday was cold.",
        "Anselma Tove, the director, said that Russian diplomats had left. She added that Russian diplomats were few.",
        "Anselma Tove, the director, said: “Wheat is tall.” She added that “Wheat is gold.” All the wheat is in.",
        # one remark only
        "Anselma Tove, the director, said that the Astronomy Room had leaked. The Astronomy Room is dry now.",
        # the shape of a name, but no person
        "Foreign Affairs said the Astronomy Room had leaked. Foreign Affairs added that the Astronomy Room was dry.",
        # nobody speaks
        "The Astronomy Room had leaked for years. Nobody could tell why the Astronomy Room was wet.",
    ],
)
def test_where_no_good_question_is_to_be_had_there_is_none(text: str) -> None:
    assert example_questions([article("A dry roof", text)]) == []


def test_questions_come_from_different_articles_speakers_and_topics() -> None:
    documents = [article(f"Roof {n}", SPEECH) for n in range(3)]
    documents += [article(f"Line {n}", SPEECH.replace("Anselma Tove", f"Rosa Quint{'abc'[n]}")) for n in range(3)]
    assert len(example_questions(documents)) == 1


def test_the_limit_holds_and_nothing_gives_nothing() -> None:
    titles = [f"How two {word} are being built" for word in ("bridges", "roads", "houses", "boats", "towers", "walls")]
    assert len(example_questions([article(title) for title in titles], limit=3)) == 2  # half headlines at most
    assert example_questions([]) == []
    assert example_questions([TREATY, CLOCKS], limit=0) == []


def test_each_example_knows_its_article() -> None:
    one, other = article("Why did the bridge at Saltby close?"), article("A dry roof", SPEECH)
    assert [example.document_id for example in examples_of([one, other])] == [one.id, other.id]


def test_questions_that_are_not_answered_from_their_article_are_dropped() -> None:
    answers: dict[str, Answer] = {
        "good": answer(citation(1, TREATY, "No talks are under way."), citation(2, CLOCKS, "One of them is wrong.")),
        "silent": abstention(CLOCKS),
        "elsewhere": answer(citation(1, TREATY, "No talks are under way.")),
        "never asked": abstention(),
    }
    asked: list[str] = []

    def ask(question: str) -> Answer:
        asked.append(question)
        return answers[question]

    examples: Sequence[Example] = [Example(q, CLOCKS.id) for q in ("silent", "elsewhere", "good", "never asked")]
    assert answerable(ask, examples, limit=1) == ["good"]
    assert asked == ["silent", "elsewhere", "good"]
