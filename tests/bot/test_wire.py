"""Settings to a working bot: which reader the settings name. Nothing is loaded before it is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.chat import Bot
from bot.llm.errors import LlmError
from bot.schema import Answer, answer_to_json
from bot.settings import Settings
from bot.wire import make_bot, make_reader
from index.cached import CachedReader
from index.errors import EncoderError, IndexMissingError
from index.reader import Reader, Text
from tests.bot.llm.server import Reply, error, says, serving
from tests.fakes import HashedWords

FERRY = [Text("The ferry", "The ferry stops. Owls nest.")]


def reader_of(name: str | Path) -> Reader:
    reader = make_reader(Settings(reader=str(name)))
    assert isinstance(reader, CachedReader)
    return reader


def test_off_is_no_reader() -> None:
    assert make_reader(Settings(reader="off")) is None


def test_the_shipped_reader_is_the_default() -> None:
    assert reader_of(Settings().reader).name == "footnote"


def test_a_safetensors_file_is_a_reader_of_sentences(tiny_reader: Path) -> None:
    (reading,) = reader_of(tiny_reader).read("When?", FERRY)
    assert reading.answers is not None
    assert len(reading.sentences) == 2


def test_home_is_expanded() -> None:
    name = reader_of("~/no-such-reader.safetensors").name
    assert name == str(Path("~/no-such-reader.safetensors").expanduser()) != "~/no-such-reader.safetensors"


def test_a_folder_is_a_cross_encoder(tiny_cross_encoder: Path) -> None:
    reader = reader_of(tiny_cross_encoder)
    assert reader.name == str(tiny_cross_encoder)
    (reading,) = reader.read("When?", FERRY)
    assert (reading.answers, reading.sentences) == (None, ())


def test_a_hub_id_is_a_cross_encoder_that_is_not_loaded_yet() -> None:
    assert reader_of("cross-encoder/ms-marco-MiniLM-L6-v2").name == "cross-encoder/ms-marco-MiniLM-L6-v2"


def test_what_is_not_there_shows_when_it_is_used(small: Path, tmp_path: Path) -> None:
    for name in (tmp_path / "none.safetensors", tmp_path / "none"):
        bot = make_bot(Settings(index=small, reader=str(name)), HashedWords())
        with pytest.raises(EncoderError, match="FOOTNOTE_READER"):
            bot.ask("When does the ferry stop?")


@pytest.mark.parametrize("kind", ["off", "file", "folder"])
def test_a_bot_is_wired_with_the_reader(small: Path, tiny_reader: Path, tiny_cross_encoder: Path, kind: str) -> None:
    name = {"off": "off", "file": str(tiny_reader), "folder": str(tiny_cross_encoder)}[kind]
    bot = make_bot(Settings(index=small, reader=name), HashedWords())
    readings = [hit.reading for hit in bot.search("When does the ferry stop?")]
    assert readings
    assert all((reading is None) == (kind == "off") for reading in readings)
    assert all((reading is not None and bool(reading.sentences)) == (kind == "file") for reading in readings)
    assert bot.ask("When does the ferry stop?").answerer == "extractive"


def test_a_missing_index_comes_before_the_models(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError):
        make_bot(Settings(index=tmp_path / "none", model="/no/such/model", reader="/no/such/reader"))


ASKED = "When does the ferry between Oldmouth and Sand Isle stop?"


def llm_bot(small: Path, url: str) -> Bot:
    settings = Settings(index=small, reader="off", answerer="llm", llm="m", llm_url=url, abstain_below=0.0)
    return make_bot(settings, HashedWords())


def test_a_bot_that_writes_is_wired_with_the_checker(small: Path) -> None:
    pytest.importorskip("langchain_openai")
    source = "The ferry between Oldmouth and Sand Isle will stop on 2 December and sail again on 1 March"
    with serving(says(f"{source}, the harbour board said [1]. The captain is a ghost [1].")) as server:
        *_, answer = llm_bot(small, server.url).stream(ASKED)
    assert isinstance(answer, Answer)
    assert (answer.answerer, answer.model, answer.notice) == ("llm", "openai:m", None)
    assert [s.text for s in answer.sentences] == [f"{source}, the harbour board said."]
    assert source in answer.citations[0].quote
    assert "notice" not in answer_to_json(answer)


@pytest.mark.parametrize("reply", [error(401, "no"), Reply(), says("The captain is a ghost [1].")])
def test_a_bot_whose_model_fails_quotes_and_says_so(small: Path, reply: Reply) -> None:
    pytest.importorskip("langchain_openai")
    with serving(reply) as server:
        answer = llm_bot(small, server.url).ask(ASKED)
    assert (answer.answerer, answer.model) == ("extractive", None)
    assert answer.sentences
    assert str(answer_to_json(answer)["notice"]).startswith("Quoted from the sources instead")


def test_a_bot_that_writes_needs_a_model(small: Path) -> None:
    with pytest.raises(LlmError, match="FOOTNOTE_LLM is ''; give provider:model"):
        make_bot(Settings(index=small, answerer="llm"), HashedWords())
