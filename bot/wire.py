"""Settings to a working bot. The only place that names concrete classes."""

from __future__ import annotations

from pathlib import Path

from bot.answerer import Answerer
from bot.chat import Bot
from bot.extractive import ExtractiveAnswerer
from bot.llm.answerer import LlmAnswerer
from bot.llm.model import ChatModel, open_model
from bot.memory import ModelRewriter, standalone_question
from bot.settings import Settings, process_environment
from bot.verify.check import Checker
from index.cached import CachedEncoder, CachedReader
from index.encode import Encoder, open_encoder
from index.opened import open_index
from index.reader import Reader
from index.reader.cross_encoder import CrossEncoderReader
from index.reader.minilm import MiniLMReader
from index.search import Searcher
from index.view import Index


def make_encoder(settings: Settings) -> Encoder:
    """The embedding model that the settings name; it loads at first use."""
    return open_encoder(settings.model, settings.cache)


def make_bot(
    settings: Settings, encoder: Encoder | None = None, reader: Reader | None = None, index: Index | None = None
) -> Bot:
    """A bot over the index in force, or one that is open already, for readers who may see what the settings' labels
    admit. Raises FootnoteIndexError if the index cannot be opened or does not fit, LlmError if the chat model cannot be
    opened."""
    index = index or open_index(settings.index)  # first: a missing index should not wait for the model
    encoder = CachedEncoder(encoder or make_encoder(settings))
    reader = reader or make_reader(settings)
    model = make_model(settings)
    answerer = make_answerer(settings, index, encoder, reader, model)
    rewrite = ModelRewriter(model) if model else standalone_question
    return Bot(
        Searcher(index, encoder), answerer, reader, passages=settings.passages, rewrite=rewrite, access=settings.access
    )


def make_reader(settings: Settings) -> Reader | None:
    """The reader that the settings name, None for "off"; it loads at first use."""
    name = settings.reader
    if name == "off":
        return None
    if name == "footnote":
        return CachedReader(MiniLMReader())
    own = name.endswith(".safetensors")
    return CachedReader(MiniLMReader(Path(name).expanduser()) if own else CrossEncoderReader(name))


def make_answerer(
    settings: Settings,
    index: Index,
    encoder: Encoder,
    reader: Reader | None = None,
    model: ChatModel | None = None,
) -> Answerer:
    """The answerer that the settings name; what an LLM writes is checked with the encoder and the reader.

    `model` is opened as the settings say if it is not given. Raises LlmError as `make_model` does.
    """
    quoting = ExtractiveAnswerer(encoder, index.view(settings.access).words, abstain_below=settings.abstain_below)
    model = model or make_model(settings)
    if model is None:
        return quoting
    checker = Checker(encoder, reader.reader if isinstance(reader, CachedReader) else reader)
    return LlmAnswerer(model, checker, quoting, show_unsupported=settings.unsupported == "show")


def make_model(settings: Settings) -> ChatModel | None:
    """The chat model that the settings name, None if answers are quoted only.

    Raises LlmError if it cannot be opened; nothing is sent to it yet.
    """
    if settings.answerer == "extractive":
        return None
    return open_model(
        settings.llm,
        settings.llm_url,
        settings.llm_key,
        settings.llm_context,
        environment=process_environment(),
    )
