"""Settings to a working bot: which reader the settings name. Nothing is loaded before it is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings
from bot.wire import make_bot, make_reader
from index.cached import CachedReader
from index.errors import EncoderError, IndexMissingError
from index.reader import Reader, Text
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
