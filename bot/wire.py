"""Settings to a working bot. The only place that names concrete classes."""

from __future__ import annotations

from bot.answerer import Answerer
from bot.chat import Bot
from bot.extractive import ExtractiveAnswerer
from bot.settings import Settings
from index.cached import CachedEncoder
from index.encode import Encoder, SentenceTransformerEncoder
from index.opened import OpenIndex, open_index
from index.search import Searcher


def make_encoder(settings: Settings) -> Encoder:
    """The embedding model that the settings name; it loads at first use."""
    return SentenceTransformerEncoder(settings.model)


def make_bot(settings: Settings, encoder: Encoder | None = None) -> Bot:
    """A bot over the index in force. Raises FootnoteIndexError if the index cannot be opened or does not fit."""
    index = open_index(settings.index)  # first: a missing index should not wait for the model
    encoder = CachedEncoder(encoder or make_encoder(settings))
    return Bot(Searcher(index, encoder), make_answerer(settings, index, encoder), passages=settings.passages)


def make_answerer(settings: Settings, index: OpenIndex, encoder: Encoder) -> Answerer:
    """The answerer that the settings name."""
    return ExtractiveAnswerer(encoder, index.lexical, abstain_below=settings.abstain_below)
