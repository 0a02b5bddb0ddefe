"""The public data in one shape: where each question is answered, letter for letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.samples import (
    FEVER,
    POLICY,
    SALT,
    TOWNS,
    sources,
    squad_question,
    write_data,
    write_json,
    write_lines,
)
from training.reader.sources import Asked, Source, read_sources

CROWLE = TOWNS[0]


def asked(source: Source, text: str) -> Asked:
    (found,) = [a for a in source.asked if a.text == text]
    return found


def said(source: Source, one: Asked) -> list[str]:
    return [source.texts[one.topic][start:end] for start, end in one.spans]


def test_a_paragraph_enters_its_topic_once() -> None:
    source = Source("any")
    assert source.paragraph("A", "One.") == (0, 4)
    assert source.paragraph("A", "Two.") == (5, 9)
    assert source.paragraph("A", "One.") == (0, 4)
    assert source.paragraph("B", "One.") == (0, 4)
    assert source.texts == {"A": "One.\nTwo.", "B": "One."}


def test_every_span_is_inside_its_paragraph_and_says_the_answer() -> None:
    for source in sources().values():
        for one in source.asked:
            assert all(one.home[0] <= start < end <= one.home[1] for start, end in one.spans)
            if not one.sentences_only:
                assert set(said(source, one)) == set(one.answers)


def test_squad_joins_its_two_versions() -> None:
    squad = sources()["squad"]
    assert squad.texts["Crowle"] == f"{CROWLE.mill}\n{CROWLE.quay}"
    assert len(squad.asked) == 4 * len(TOWNS)
    year = asked(squad, "When did the mill of Crowle close?")  # asked in both, found once
    assert said(squad, year) == list(year.answers) == ["1871", "in 1871"]
    stone = asked(squad, "What is the quay of Crowle built of?")  # of the second paragraph, in 1.1 only
    assert said(squad, stone) == ["granite"]
    assert stone.home == (len(CROWLE.mill) + 1, len(squad.texts["Crowle"]))


def test_an_unanswerable_question_has_a_home_but_no_spans() -> None:
    squad = sources()["squad"]
    none = asked(squad, "Who designed the mill of Crowle?")
    assert (none.spans, none.answers, none.answerable) == ((), (), False)
    assert squad.texts["Crowle"][slice(*none.home)] == CROWLE.mill
    assert sum(not a.answerable for a in squad.asked) == len(TOWNS)


def test_titles_kept_for_tests_are_left_out_in_either_spelling() -> None:
    squad = sources()["squad"]
    assert set(squad.texts) == {town.name for town in TOWNS}
    assert not [a for a in squad.asked if "Isle" in a.text]


def test_titles_that_are_not_kept_for_tests_stay(tmp_path: Path) -> None:
    folder = write_data(tmp_path)
    (folder / "squad" / "test_only_titles.txt").write_text("Sand_Isle\n", "utf-8")
    squad = read_sources(folder)[0]
    assert squad.texts["Salt Isle"] == f"{SALT.mill}\n{SALT.quay}", "both spellings are one topic"
    assert not [a for a in squad.asked if "Sand" in a.text]


def test_an_answer_that_stands_nowhere_drops_the_question(tmp_path: Path) -> None:
    folder = write_data(tmp_path)
    rows = [squad_question("x", "1.1Crowle mill", "How old is the mill?", "forty years")]
    write_lines(folder / "squad" / "1.1_questions.jsonl", rows)
    assert not [a for a in read_sources(folder)[0].asked if a.text == "How old is the mill?"]


def test_an_answer_is_a_word_and_not_a_piece_of_one(tmp_path: Path) -> None:
    folder = write_data(tmp_path)
    text = "In 1912 the mill had not 3 but 12 wheels."
    write_lines(folder / "squad" / "1.1_paragraphs.jsonl", [{"id": "p", "title": "Wheels", "text": text}])
    write_lines(folder / "squad" / "1.1_questions.jsonl", [squad_question("x", "p", "How many wheels?", "12")])
    squad = read_sources(folder)[0]
    assert asked(squad, "How many wheels?").spans == ((text.index("12 wheels"), text.index("12 wheels") + 2),)


def test_selqa_marks_the_sentences_that_answer() -> None:
    selqa = sources()["selqa"]
    assert [a.topic for a in selqa.asked] == [f"{t.name}: Harbour" for t in TOWNS[:6]], "both files are read"
    for one in selqa.asked:
        assert said(selqa, one) == ["Its harbour falls dry twice a day.", "No boat floats then."]
        assert (one.sentences_only, one.answers, one.own_topic) == (True, (), False)


def test_a_selqa_question_that_no_sentence_answers_is_dropped(tmp_path: Path) -> None:
    folder = write_data(tmp_path)
    row = {"article": "A", "section": "B", "question": "Why?", "candidates": ["One.", "Two."], "answers": []}
    write_json(folder / "selqa" / "dev.json", [row])
    assert len(read_sources(folder)[1].asked) == 3


def test_covidqa_keeps_its_offsets_and_has_no_titles() -> None:
    covidqa = sources()["covidqa"]
    assert not covidqa.titled
    assert list(covidqa.texts.values()) == [FEVER.replace("\n", " ")], "an article is one paragraph"
    assert [said(covidqa, a) for a in covidqa.asked] == [["nine days"], ["Willow bark"]]
    assert not any(a.own_topic for a in covidqa.asked)


@pytest.mark.parametrize("text", ["Willow bark ", " Willow bark", "  Willow bark"])
def test_white_space_around_a_covidqa_answer_is_no_part_of_it(tmp_path: Path, text: str) -> None:
    folder = write_data(tmp_path)
    # As in the data itself: the offset is that of the first letter, whatever white space the answer begins with.
    answer = {"text": text, "answer_start": FEVER.index("Willow")}
    paragraph = {"context": FEVER, "qas": [{"question": "What cures?", "answers": [answer]}]}
    write_json(folder / "covidqa" / "covidqa.json", {"data": [{"paragraphs": [paragraph]}]})
    covidqa = read_sources(folder)[2]
    (one,) = covidqa.asked
    assert said(covidqa, one) == ["Willow bark"] == list(one.answers)


def test_policyqa_questions_stay_within_their_topic() -> None:
    policyqa = sources()["policyqa"]
    assert policyqa.texts == {title: "\n".join(POLICY) for title in ("crowle.example", "tessel.example")}
    assert len(policyqa.asked) == 4
    assert all(a.own_topic and said(policyqa, a) == ["two years"] for a in policyqa.asked)


@pytest.mark.parametrize(
    "name",
    [
        "squad/1.1_paragraphs.jsonl",
        "squad/v2.0_questions.jsonl",
        "squad/test_only_titles.txt",
        "selqa/test.json",
        "covidqa/covidqa.json",
        "policyqa/dev.json",
    ],
)
def test_a_missing_file_is_an_error(tmp_path: Path, name: str) -> None:
    folder = write_data(tmp_path)
    (folder / name).unlink()
    with pytest.raises(FileNotFoundError, match=Path(name).name):
        read_sources(folder)
