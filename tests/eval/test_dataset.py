"""Suites in the project's own layout: what is read, and that a mistake is named with its file and line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.schema import Turn
from eval.dataset import open_suite, read_qrels, read_suite
from eval.errors import SuiteError
from eval.schema import Corpus, GoldSpan, Nugget, Question

GOOD: dict[str, Any] = {"_id": "a", "text": "What does it cost?", "nuggets": [{"any": ["240,000"]}]}
Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Writes a suite folder of the lines given (as they are, or as JSON) and returns it."""

    def make(*lines: dict[str, Any] | str, name: str = "mine", config: str = 'title = "Mine"\n', **files: str) -> Path:
        folder = tmp_path / name
        (folder / "articles").mkdir(parents=True)
        (folder / "suite.toml").write_text(config, "utf-8")
        text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
        (folder / "queries.jsonl").write_text(text, "utf-8")
        for stem, content in files.items():
            path = folder / {"qrels": "qrels/test.tsv", "boilerplate": "boilerplate.txt"}[stem]
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, "utf-8")
        return folder

    return make


def test_a_whole_question_is_read(make: Make) -> None:
    folder = make(
        {
            "_id": "ferry-1",
            "text": "And what do repairs cost?",
            "kind": "follow-up",
            "answerable": True,
            "nuggets": [{"any": ["240,000", "240 thousand"], "vital": True}, {"any": ["engine"], "vital": False}],
            "answers": ["240,000 crowns"],
            "spans": [
                {"source": "ferry.txt", "quote": "Repairs will cost 240,000 crowns."},
                {"source": "ferry.txt", "quote": "the engine"},
            ],
            "history": [{"role": "user", "content": "When does it stop?"}, {"role": "assistant", "content": "Soon."}],
            "forbidden": ["zorblax"],
            "note": "for whoever edits it",
        },
        boilerplate="Share this page\n\n  Subscribe \n",
    )
    found = read_suite(folder)
    assert (found.name, found.title, found.boilerplate) == ("mine", "Mine", ("Share this page", "Subscribe"))
    assert (found.corpus.articles, found.corpus.index) == (folder / "articles", None)
    assert found.questions == (
        Question(
            id="ferry-1",
            text="And what do repairs cost?",
            kind="follow-up",
            answerable=True,
            nuggets=(Nugget(("240,000", "240 thousand")), Nugget(("engine",), vital=False)),
            references=("240,000 crowns",),
            spans=(GoldSpan("ferry.txt", "Repairs will cost 240,000 crowns."), GoldSpan("ferry.txt", "the engine")),
            qrels={"ferry.txt": 1},
            history=(Turn("user", "When does it stop?"), Turn("assistant", "Soon.")),
            forbidden=("zorblax",),
        ),
    )


def test_a_question_may_have_no_more_than_it_needs(make: Make) -> None:
    found = read_suite(make(GOOD, "", {"_id": "u", "text": "Why?", "answerable": False}, "  \n", config=""))
    answerable, unanswerable = found.questions
    assert (answerable.answerable, answerable.kind, answerable.relevant) == (True, "question", frozenset())
    assert (unanswerable.answerable, unanswerable.nuggets) == (False, ())
    assert (found.title, found.boilerplate) == ("mine", ())


def test_qrels_that_are_given_count_more_than_spans(make: Make) -> None:
    spans = [{"source": "span.txt", "quote": "It is old."}]
    folder = make(
        GOOD | {"spans": spans},
        GOOD | {"_id": "b", "spans": spans},
        qrels="query-id\tcorpus-id\tscore\na\tferry.txt\t2\na\towls.txt\t0\n",
    )
    graded, derived = read_suite(folder).questions
    assert dict(graded.qrels) == {"ferry.txt": 2, "owls.txt": 0}
    assert graded.relevant == {"ferry.txt"}
    assert dict(derived.qrels) == {"span.txt": 1}


def test_qrels_need_no_head_and_no_file(make: Make, tmp_path: Path) -> None:
    assert read_qrels(make(GOOD, qrels="a\tferry.txt\t1\n") / "qrels" / "test.tsv") == {"a": {"ferry.txt": 1}}
    assert read_qrels(tmp_path / "none.tsv") == {}


def test_articles_and_an_index_are_found_from_the_suite(make: Make, tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    assert read_suite(make(GOOD, config='articles = "../news"')).corpus.articles == tmp_path / "news"
    indexed = read_suite(make(GOOD, name="indexed", config='index = "../some/index"')).corpus
    assert (indexed.index, indexed.articles) == (tmp_path / "some" / "index", None)


def test_a_variant_has_the_gold_of_its_twin_and_its_own_words(make: Make) -> None:
    make(GOOD | {"spans": [{"source": "f.txt", "quote": "It is old."}], "kind": "fact", "forbidden": ["x"]})
    folder = make(
        {"_id": "typo-1", "text": "Wat dose it cost?", "kind": "typo", "of": "a"}, name="typos", config='of = "mine"'
    )
    (variant,) = read_suite(folder).questions
    (twin,) = read_suite(folder.parent / "mine").questions
    assert (variant.id, variant.text, variant.kind, variant.of) == ("typo-1", "Wat dose it cost?", "typo", "a")
    for name in ("answerable", "nuggets", "references", "spans", "qrels", "history", "forbidden"):
        assert getattr(variant, name) == getattr(twin, name), name


def test_a_variant_of_an_unanswerable_question_is_unanswerable(make: Make) -> None:
    make({"_id": "u", "text": "Why?", "answerable": False})
    folder = make({"_id": "v", "text": "why", "of": "u"}, name="lower", config='of = "mine"')
    assert read_suite(folder).questions[0].answerable is False


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{not json", "is no JSON"),
        ("[1]", "valid dictionary"),
        ({"text": "Why?"}, "_id: Field required"),
        ({"_id": "", "text": "Why?"}, "_id: String should have at least 1 character"),
        ({"_id": 1, "text": "Why?"}, "_id: Input should be a valid string"),
        (GOOD | {"text": ""}, "text: String should have at least 1 character"),
        (GOOD | {"nugets": []}, "nugets: Extra inputs are not permitted"),
        (GOOD | {"answerable": "perhaps"}, "answerable: Input should be a valid boolean"),
        (GOOD | {"nuggets": [{"any": "240,000"}]}, "nuggets.0.any: Input should be a valid"),
        (GOOD | {"nuggets": [{"any": ["x"], "vitl": False}]}, "nuggets.0.vitl: Unexpected keyword"),
        (GOOD | {"spans": [{"source": "f.txt"}]}, "spans.0.quote: Field required"),
        (GOOD | {"history": [{"role": "robot", "content": "x"}]}, "history.0.role: Input should be 'user' or"),
    ],
)
def test_a_malformed_line_is_named(make: Make, line: dict[str, Any] | str, what: str) -> None:
    folder = make(GOOD | {"_id": "first"}, "", line)
    with pytest.raises(SuiteError) as caught:
        read_suite(folder)
    message = str(caught.value)
    assert f"{folder / 'queries.jsonl'}, line 3" in message
    assert what in message
    assert "see eval/dataset.py for the form" in message or "write one question a line" in message


@pytest.mark.parametrize(
    ("line", "what", "remedy"),
    [
        (GOOD | {"_id": "first"}, "the _id 'first' is taken", "give each question its own"),
        (
            {"_id": "a", "text": "Why?"},
            "'a' is answerable but has no vital nugget",
            "add the words an answer must hold",
        ),
        (GOOD | {"nuggets": [{"any": ["x"], "vital": False}]}, "has no vital nugget", "add the words"),
        (GOOD | {"answerable": False}, "'a' is unanswerable but has nuggets, answers or spans", "remove them"),
        ({"_id": "a", "text": "Why?", "answerable": False, "answers": ["So."]}, "unanswerable but has", "remove them"),
        (GOOD | {"nuggets": [{"any": ["x"]}, {"any": ["y", " "]}]}, "has a nugget without words", "fill or remove it"),
        (GOOD | {"nuggets": [{"any": []}]}, "has a nugget without words", "fill or remove it"),
        ({"_id": "a", "text": "wy", "of": "z"}, "no question 'z' in the suite named by `of`", "correct the id"),
    ],
)
def test_a_question_that_contradicts_itself_is_named(make: Make, line: dict[str, Any], what: str, remedy: str) -> None:
    folder = make(GOOD | {"_id": "first"}, line)
    with pytest.raises(SuiteError) as caught:
        read_suite(folder)
    message = str(caught.value)
    assert message.startswith(f"{folder / 'queries.jsonl'}, line 2: ")
    assert what in message and remedy in message


@pytest.mark.parametrize("row", ["a\tf.txt", "a\tf.txt\t1\t2", "a\tf.txt\thigh", "", "a f.txt 1"])
def test_a_malformed_grade_is_named(make: Make, row: str) -> None:
    folder = make(GOOD, qrels=f"query-id\tcorpus-id\tscore\na\tf.txt\t1\n{row}\nb\tf.txt\t1")
    with pytest.raises(SuiteError, match=r"test\.tsv, line 3 is .*; give query-id, corpus-id, score"):
        read_suite(folder)


def test_a_suite_without_questions(make: Make) -> None:
    with pytest.raises(SuiteError, match=r"queries\.jsonl holds no questions; write one a line"):
        read_suite(make("", "\n"))


def test_a_folder_that_lacks_a_file(make: Make, tmp_path: Path) -> None:
    without = make(GOOD, name="without")
    (without / "queries.jsonl").unlink()
    with pytest.raises(SuiteError, match=r"queries\.jsonl cannot be read .*; give it as UTF-8 text"):
        read_suite(without)
    (without / "suite.toml").unlink()
    with pytest.raises(SuiteError, match=r"suite\.toml cannot be read .* with `articles = FOLDER`"):
        read_suite(without)


def test_files_that_are_not_what_they_should_be(make: Make) -> None:
    broken = make(GOOD, name="broken", config="title = ")
    with pytest.raises(SuiteError, match=r"suite\.toml cannot be read .*a suite folder needs it"):
        read_suite(broken)
    latin = make(GOOD, name="latin")
    (latin / "queries.jsonl").write_bytes('{"_id": "é"}'.encode("latin-1"))
    with pytest.raises(SuiteError, match=r"queries\.jsonl cannot be read .*utf-8"):
        read_suite(latin)


def test_a_suite_without_its_articles(make: Make) -> None:
    with pytest.raises(SuiteError, match=r"suite\.toml: there is no folder .*gone; set `articles`"):
        read_suite(make(GOOD, config='articles = "gone"'))


def test_a_suite_is_opened_by_name_or_by_path(make: Make) -> None:
    assert open_suite("newsroom").name == "newsroom"
    assert open_suite(str(make(GOOD))).name == "mine"


def test_a_public_data_set_is_opened_by_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "tiny"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text('{"_id": "d1", "title": "Owls", "text": "Owls nest."}\n')
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "Who nests?"}\n')
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n")
    found = open_suite("tiny")
    assert [q.text for q in found.questions] == ["Who nests?"]
    assert [d.text for d in found.corpus.documents] == ["Owls nest."]


def test_an_unknown_suite_is_told_what_there_is() -> None:
    with pytest.raises(SuiteError) as caught:
        open_suite("newsrom")
    told = "there is no suite 'newsrom'; shipped: dispatches, injection, newsroom, noise; or give the path"
    assert told in str(caught.value)


@pytest.mark.parametrize("own", [True, False])
def test_an_index_is_asked_instead_of_what_the_suite_brings(tmp_path: Path, own: bool) -> None:
    public = tmp_path / "claims.jsonl"
    asked = {
        "question_id": "1",
        "question_sentence": "Who won?",
        "choices": ["A", "B"],
        "answer": ["0"],
        "evidence": "",
    }
    public.write_text(json.dumps(asked))
    suite = open_suite("newsroom" if own else str(public), index=tmp_path / "index")
    assert suite.corpus == Corpus(index=tmp_path / "index")
    assert suite.questions
