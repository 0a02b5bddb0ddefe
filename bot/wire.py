"""Settings to a working bot. The only place that names concrete classes."""

from __future__ import annotations

from pathlib import Path

from bot.answerer import Answerer
from bot.chat import Bot
from bot.extractive import ExtractiveAnswerer
from bot.settings import Settings
from index.cached import CachedEncoder, CachedReader
from index.encode import Encoder, SentenceTransformerEncoder
from index.opened import OpenIndex, open_index
from index.reader import Reader
from index.reader.cross_encoder import CrossEncoderReader
from index.reader.minilm import MiniLMReader
from index.search import Searcher


def make_encoder(settings: Settings) -> Encoder:
    """The embedding model that the settings name; it loads at first use."""
    return SentenceTransformerEncoder(settings.model)


def make_bot(settings: Settings, encoder: Encoder | None = None, reader: Reader | None = None) -> Bot:
    """A bot over the index in force. Raises FootnoteIndexError if the index cannot be opened or does not fit."""
    index = open_index(settings.index)  # first: a missing index should not wait for the model
    encoder = CachedEncoder(encoder or make_encoder(settings))
    searcher, answerer = Searcher(index, encoder), make_answerer(settings, index, encoder)
    return Bot(searcher, answerer, reader or make_reader(settings), passages=settings.passages)


def make_reader(settings: Settings) -> Reader | None:
    """The reader that the settings name, None for "off"; it loads at first use."""
    name = settings.reader
    if name == "off":
        return None
    if name == "footnote":
        return CachedReader(MiniLMReader())
    own = name.endswith(".safetensors")
    return CachedReader(MiniLMReader(Path(name).expanduser()) if own else CrossEncoderReader(name))


def make_answerer(settings: Settings, index: OpenIndex, encoder: Encoder) -> Answerer:
    """The answerer that the settings name."""
    return ExtractiveAnswerer(encoder, index.lexical, abstain_below=settings.abstain_below)
