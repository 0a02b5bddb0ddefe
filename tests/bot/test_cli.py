"""The command line's inputs: what is refused before any model is loaded. Whole commands run in test_contract.py."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli import answer_as_text, main, parse_history, read_history
from bot.errors import InputError
from bot.schema import AnswerSentence, Turn
from tests.bot.llm.server import error, serving
from tests.fakes import snapshot
from tests.ui.samples import CLOCKS, TREATY, abstention, answer, citation


def refused(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 1) -> str:
    """The one line of an error."""
    assert main(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    return err


@pytest.mark.parametrize("k", ["0", "-1", "many", "1.5", ""])
@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_bad_k_is_named(command: str, k: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command, "q", f"--k={k}"])
    assert caught.value.code == 2
    assert f"{k!r} is no number of passages; give 1 or more" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [[], ["ask"], ["search"], ["ask", "q", "--batch", "f"], ["ask", "q", "--answerer", "oracle"]]
)
def test_an_incomplete_command_line_says_how_it_goes(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: python -m bot" in capsys.readouterr().err


def test_no_index(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = refused(capsys, "ask", "Why?", "--index", str(tmp_path / "none"))
    assert f"there is no index at {tmp_path / 'none'}; make one: python ingest.py" in message
    assert not (tmp_path / "none").exists()


def test_a_file_for_an_index(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("mine")
    assert str(tmp_path / "file") in refused(capsys, "search", "Why?", "--index", str(tmp_path / "file"))
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("name", ["manifest.json", "documents.jsonl", "passages.npy", "vectors.faiss"])
def test_a_damaged_index_is_one_line_and_left_as_it_is(
    small: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    next(small.glob(f"v-*/{name}")).write_bytes(b"\x00garbage")
    before = snapshot(small)
    for command in ("ask", "search"):
        assert "delete that directory and ingest your articles again" in refused(
            capsys, command, "Why?", "--index", str(small)
        )
    assert snapshot(small) == before


def test_a_bad_setting(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FOOTNOTE_PASSAGES", "many")
    assert "FOOTNOTE_PASSAGES is 'many'; give a number from 1 to 200" in refused(capsys, "ask", "Why?")


@pytest.mark.parametrize("content", [b"", b"not json", b"{", b"\xff\xfe\x00", b"\xef\xbb\xbf[]", b"[" * 10])
def test_a_history_that_is_no_json(tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "h.json"
    path.write_bytes(content)
    message = refused(capsys, "ask", "Why?", "--history", str(path))
    assert str(path) in message
    assert "give a JSON list of turns" in message


@pytest.mark.parametrize(
    "raw",
    [
        {},
        "text",
        7,
        None,
        ["a"],
        [{}],
        [{"role": "user"}],
        [{"role": "system", "content": "x"}],
        [{"role": "user", "content": 7}],
    ],
)
def test_a_history_that_is_no_turns(raw: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "h.json"
    path.write_text(json.dumps(raw))
    message = refused(capsys, "ask", "Why?", "--history", str(path))
    assert '{"role": "user"|"assistant", "content": "..."}' in message
    with pytest.raises(InputError, match="here"):
        parse_history(raw, "here")


def test_a_missing_history(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "No such file" in refused(capsys, "ask", "Why?", "--history", str(tmp_path / "none.json"))


def test_a_good_history(tmp_path: Path) -> None:
    (tmp_path / "h.json").write_text('[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]')
    assert read_history(tmp_path / "h.json") == [Turn("user", "a"), Turn("assistant", "b")]
    assert parse_history([], "here") == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"id": 1, "question": "a"}\nnot json\n', "line 2 is no JSON"),
        ('{"question": "a"}\n', "line 1 lacks an id or a question"),
        ('{"id": 1}\n', "line 1 lacks an id or a question"),
        ('{"id": 1, "question": 7}\n', "line 1 lacks an id or a question"),
        ("[]\n", "line 1 lacks an id or a question"),
        ('\n\n{"id": 1, "question": "a", "history": {"a": 1}}\n', "line 3: the history is no list"),
        ('{"id": 1, "question": "a", "history": ["b"]}\n', "turn 1 is"),
    ],
)
def test_a_bad_batch_names_the_line(
    tmp_path: Path, content: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "batch.jsonl"
    path.write_text(content)
    for command in ("ask", "search"):
        message = refused(capsys, command, "--batch", str(path))
        assert str(path) in message
        assert words in message


def test_a_missing_batch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = refused(capsys, "ask", "--batch", str(tmp_path / "none.jsonl"))
    assert "cannot be read" in message
    assert 'one {"id", "question", "history"?} a line' in message


def test_an_unusual_line_separator_inside_a_question_does_not_end_the_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "batch.jsonl"
    path.write_text(json.dumps({"id": 1, "question": "Why\u2028not\x85then?"}, ensure_ascii=False) + "\n", "utf-8")
    assert "there is no index" in refused(capsys, "ask", "--batch", str(path), "--index", str(tmp_path / "none"))


def test_people_see_which_sentence_is_doubtful_and_how_the_answer_was_made() -> None:
    given = answer(citation(1, CLOCKS, "One of them is wrong."), citation(2, TREATY, "No talks are under way."))
    doubtful = AnswerSentence("No talks ever.", (2,), "unsupported")
    given = replace(given, sentences=(given.sentences[0], doubtful), notice="The model was of no use.")
    lines = answer_as_text(given).split("\n")
    assert lines[:2] == ["One of them is wrong. [1]", "No talks ever. [2]  (! not confirmed by the source)"]
    assert "The model was of no use." in lines
    assert "The model was of no use." in answer_as_text(replace(abstention(CLOCKS), notice=given.notice)).split("\n")
    assert "not confirmed" not in answer_as_text(replace(given, sentences=given.sentences[:1]))


def test_a_model_that_fails_is_told_of_beneath_the_quotations(
    bundled: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(error(400, "not in the mood")) as server:
        monkeypatch.setenv("FOOTNOTE_LLM", "scripted")
        monkeypatch.setenv("FOOTNOTE_LLM_URL", server.url)
        monkeypatch.setenv("FOOTNOTE_READER", "off")  # quick to load
        question = "How large was the Tolm Valley harvest?"
        assert main(["ask", question, "--answerer", "llm", "--index", str(bundled)]) == 0
    out, _ = capsys.readouterr()
    assert "212,000" in out
    assert "\nQuoted from the sources instead, because the model failed:" in out and "not in the mood" in out
